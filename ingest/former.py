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
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
import numpy.typing as npt

from ingest import store
from ingest.embedding import StaticEmbedder
from ingest.index import tokenizer_of
from ingest.lexical import Rows, TokenRows
from ingest.near import WordIndex
from ingest.tokenize import Tokenizer
from ingest.unchanged import is_whole
from ingest.vectors import Vectors

_DIGEST = 16  # bytes of a text's digest
TEXTS = "texts.npy"

Digests = npt.NDArray[np.uint8]


def digests(texts: Iterable[str]) -> Digests:
    """What tells the texts apart, shape (texts, bytes)."""
    found = bytearray()
    for text in texts:
        found += hashlib.sha256(text.encode()).digest()[:_DIGEST]
    return np.frombuffer(found, dtype=np.uint8).reshape(-1, _DIGEST)


def save_texts(folder: Path, texts: Digests) -> None:
    """Write the digests of a snapshot's rows into the folder, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / TEXTS, texts)


class Former:
    """The rows of the snapshot that serves, by their texts; of none where it cannot be used."""

    def __init__(self, path: Path | None, same: Mapping[str, bool]) -> None:
        """same  what was made as it would be made now, of tokenizer and embedding_model"""
        self._path = path
        self._same = same
        self._row: dict[bytes, int] = {}
        if path is not None:
            texts = np.load(path / store.FORMER / TEXTS)
            self._row = {text: row for row, text in enumerate(_each(texts))}

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

    def rows(self, texts: Digests, made_by: str) -> Rows:
        """Per text the row that has it; -1 where none has, or it was made by another."""
        if not self._has(made_by):
            return np.full(len(texts), -1)
        return np.array([self._row.get(text, -1) for text in _each(texts)], dtype=np.int64)

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

    def words(self, model: StaticEmbedder) -> WordIndex:
        """Per row the words that the model cuts it into; none where there are none."""
        if self._path is None or not self._has("embedding_model"):
            return WordIndex.build(model, ())
        return WordIndex.load(model, self._path / store.WORDS)

    def vectors(self, dimensions: int) -> Vectors:
        """Per row its vector; none where there are none."""
        if self._path is None or not self._has("embedding_model"):
            return np.zeros((0, dimensions), dtype=np.float32)
        vectors: Vectors = np.load(self._path / store.VECTORS, mmap_mode="r")
        return vectors

    def _has(self, made_by: str) -> bool:
        return self._path is not None and self._same[made_by]


def _each(texts: Digests) -> Iterator[bytes]:
    content = texts.tobytes()
    return (content[at : at + _DIGEST] for at in range(0, len(content), _DIGEST))
