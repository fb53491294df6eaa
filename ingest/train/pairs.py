"""The training pairs, and which of them are kept from training.

In:  query–passage pairs (JSON lines, gzip: query, pos, source).
Out: the pairs, normalised; held out are 4 of 100 documents of the cut-up texts (`ict_*`: whole
     statutes, whole news items) and 10 of 100 of the questions (all of one passage together, or
     of one asker). No document is on both sides.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ingest.tokenize import normalise


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, a passage that answers it, and the set the two are from."""

    query: str
    passage: str
    source: str

    @property
    def document(self) -> str:
        """What the pair was cut from: pairs of one document are held out together."""
        if self.source == "ict_law":
            return self.passage.split(" ")[0]  # the statute's name
        if self.source == "ict_news":
            return self.passage[-30:]  # the rest of one item ends alike, whatever was cut out
        if self.source.startswith("lawyerllama"):
            return self.query
        return self.passage

    @property
    def held_out(self) -> bool:
        """Whether training must not see the pair."""
        bucket = int(hashlib.sha1(self.document.encode()).hexdigest(), 16) % 100
        return bucket < (4 if self.source.startswith("ict") else 10)


def read_pairs(path: Path) -> list[Pair]:
    """Every pair of the file, texts normalised."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [Pair(normalise(r["query"]), normalise(r["pos"]), r["source"]) for r in rows]
