"""What the snapshot that serves knows of texts that are there again, so that a build works out
only what is new.

In:  the home of a build, and the texts of its rows.
Out: per text the row of the snapshot that has the same, and that row's tokens, words and vector.
     A build with it writes the same files as one without (tests/ingest/test_build.py).

A snapshot that is not whole, or was built by another tokenizer or model, tells nothing of what
that made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np

from ingest import store
from ingest.index import tokenizer_of
from ingest.lexical import Rows, TokenRows
from ingest.near import Words
from ingest.tokenize import Tokenizer
from ingest.unchanged import is_whole
from ingest.vectors import Vectors

_DIGEST = 16  # bytes of a text's digest
TEXTS = "texts.npy"


def digests(texts: Sequence[str]) -> list[bytes]:
    """What tells the texts apart."""
    return [hashlib.sha256(text.encode()).digest()[:_DIGEST] for text in texts]


def save_texts(folder: Path, texts: Sequence[bytes]) -> None:
    """Write the digests of a snapshot's rows into the folder, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.frombuffer(b"".join(texts), dtype=np.uint8).reshape(len(texts), _DIGEST)
    np.save(folder / TEXTS, rows)


class Former:
    """The rows of the snapshot that serves, by their texts; of none where it cannot be used."""

    def __init__(self, path: Path | None, same: Mapping[str, bool]) -> None:
        """same  what was made as it would be made now, of tokenizer and embedding_model"""
        self._path = path
        self._same = same
        self._row: dict[bytes, int] = {}
        if path is not None:
            texts = np.load(path / store.FORMER / TEXTS).tobytes()
            starts = range(0, len(texts), _DIGEST)
            self._row = {texts[at : at + _DIGEST]: at // _DIGEST for at in starts}

    @classmethod
    def of(cls, home: Path, inputs: Mapping[str, str]) -> Former:
        """What the snapshot that serves has for a build of these inputs."""
        try:
            path = store.current_path(home)
            manifest = store.read_manifest(path)
        except store.SnapshotError:
            return cls(None, {})
        same = {
            part: manifest.inputs.get(part) == inputs[part]
            for part in ("tokenizer", "embedding_model")
        }
        there = f"{store.FORMER}/{TEXTS}" in manifest.files and manifest.inputs["code"]
        usable = there == inputs["code"] and any(same.values()) and is_whole(path)
        return cls(path if usable else None, same)

    def rows(self, texts: Sequence[bytes], made_by: str) -> list[int]:
        """Per text the row that has it; -1 where none has, or it was made by another."""
        if not self._same.get(made_by):
            return [-1] * len(texts)
        return [self._row.get(text, -1) for text in texts]

    def tokenizer(self, data: Mapping[str, Any]) -> Tokenizer | None:
        """The tokenizer, with its dictionary made and what is cut at every start cut; or None."""
        if self._path is None or not self._same["tokenizer"]:
            return None
        cut = store.read_cut(self._path, store.read_manifest(self._path))
        return tokenizer_of(data, self._path / store.DICTIONARY, cut)

    def tokens(self) -> tuple[marisa_trie.Trie, TokenRows] | None:
        """The rows' tokens; None where there are none."""
        if self._path is None or not self._same["tokenizer"]:
            return None
        trie = marisa_trie.Trie().mmap(str(self._path / store.LEXICAL / "tokens.marisa"))
        return trie, TokenRows.load(self._path / store.FORMER)

    def words(self) -> Sequence[Words]:
        """Per row the words that the model cuts it into."""
        assert self._path is not None
        words, ends = (
            np.load(self._path / store.WORDS / f"{name}.npy") for name in ("words", "ends")
        )
        starts = [0, *ends[:-1].tolist()]
        return [words[start:end] for start, end in zip(starts, ends.tolist(), strict=True)]

    def vectors(self) -> Vectors:
        """Per row its vector."""
        assert self._path is not None
        vectors: Vectors = np.load(self._path / store.VECTORS, mmap_mode="r")
        return vectors


def places(rows: Sequence[int]) -> tuple[Rows, Rows]:
    """Where rows are known, and which they are."""
    found = np.array(rows, dtype=np.int64)
    known = np.flatnonzero(found >= 0)
    return known, found[known]
