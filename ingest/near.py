"""Near words (近义): how much of a query each row says, in the query's words or in near ones.

In:  per row its words, as the built-in model numbers them; then a query's words.
Out: per row asked for a share, 0 … 1, of the weight of the query's words. A word counts by the word
     of the row that is nearest to it; a row with every word of the query has 1
     (tests/ingest/test_near.py).

BM25 counts a word that both have. Here 老公 counts where the row says 配偶, and a query is not
lost because its words are other people's.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ingest.lexical import Rows, Scores
from ingest.vectors import dots

NEAR = (0.1, 0.5)  # cosine of two words: up to the first they are strangers, from the second alike

Words = npt.NDArray[np.uint16]


class WordModel(Protocol):
    """What knows words and how near two of them are."""

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Per text the numbers of its words, in reading order."""

    def meanings(self, words: Words) -> npt.NDArray[np.float32]:
        """Per word its vector, shape (len(words), dimensions); a longer one weighs more."""


class WordIndex:
    """The words of rows 0 … n-1, and the model that cut them. Immutable; threads may share it."""

    def __init__(self, model: WordModel, words: Words, ends: Rows) -> None:
        """words  of all rows, one after the other;  ends  shape (rows,): where each row's end"""
        self._model = model
        self._words = words
        self._ends = ends

    @classmethod
    def build(cls, model: WordModel, rows: Iterable[Words]) -> WordIndex:
        """Index the rows, each as the model cuts it; a row may be without words."""
        words, ends = array("H"), array("q")
        for row in rows:
            words.frombytes(row.tobytes())
            ends.append(len(words))
        return cls(model, np.array(words, dtype=np.uint16), np.array(ends, dtype=np.int64))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "words.npy", self._words)
        np.save(folder / "ends.npy", self._ends)

    @classmethod
    def load(cls, model: WordModel, folder: Path) -> WordIndex:
        """Open a saved index, memory-mapped: the files must stay in place."""
        words, ends = (np.load(folder / f"{n}.npy", mmap_mode="r") for n in ("words", "ends"))
        return cls(model, words, ends)

    def row(self, row: int) -> Words:
        """The words of one row."""
        return self._words[self._ends[row - 1] if row else 0 : self._ends[row]]

    def shares(self, query: str, rows: Rows) -> Scores:
        """Per row asked for, how much of the query it says, 0 … 1, shape (len(rows),)."""
        shares = np.zeros(len(rows), dtype=np.float32)
        said = [self.row(row) for row in rows]
        filled = np.flatnonzero([len(words) for words in said])
        asked, times = np.unique(self._model.words([query])[0], return_counts=True)
        meant = self._model.meanings(asked)
        lengths = np.linalg.norm(meant, axis=1)
        weights = times * lengths**2
        if not len(filled) or not weights.sum():
            return shares
        words = [said[place] for place in filled]
        all_words = np.concatenate(words)
        own = np.flatnonzero(np.bincount(all_words)).astype(np.uint16)
        place = np.zeros(int(own[-1]) + 1, dtype=np.int64)
        place[own] = np.arange(len(own))
        theirs = self._model.meanings(own)
        sizes = np.outer(np.linalg.norm(theirs, axis=1), lengths)
        cosines = dots(theirs[:, None], meant) / np.maximum(sizes, np.float32(1e-12))
        stranger, alike = NEAR
        near = np.clip((cosines - stranger) / (alike - stranger), 0, 1)
        starts = np.cumsum([0, *(len(row) for row in words[:-1])])
        shares[filled] = np.maximum.reduceat(near[place[all_words]], starts) @ (
            weights / weights.sum()
        )
        return shares
