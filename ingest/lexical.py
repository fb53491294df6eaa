"""The lexical searcher (词面检索): BM25 over token lists.

In:  one token list per row, as `ingest.tokenize` cuts them; then a query's tokens.
Out: row numbers and scores, best first; rows of equal score in row order, rows without a common
     token never. A score is the share of the query's weight (idf) that the row matches, from 0
     to 1, so the scores of two queries compare and a fusion can tell a good match from a poor one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

K1 = 1.5
B = 0.75

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

logging.getLogger("bm25s").setLevel(logging.WARNING)


def best(scores: Scores, k: int) -> Rows:
    """The k rows of highest positive score, best first, equal scores in row order."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k > 0:
        limit = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= limit]
    order = np.lexsort((rows, -scores[rows]))[: max(k, 0)]
    return rows[order].astype(np.int64)


class _Engine(bm25s.BM25):  # type: ignore[misc]  # bm25s has no types
    """bm25s, which builds its matrix row by row, with all rows at once: five times as quick."""

    def build_index_from_ids(
        self,
        unique_token_ids: Sequence[int],
        corpus_token_ids: Sequence[npt.NDArray[np.int32]],
        **_: bool,
    ) -> dict[str, Any]:
        """bm25s' matrix of scores, rows × tokens, by columns."""
        from scipy.sparse import csr_matrix

        self.nonoccurrence_array = None
        lengths = np.array([len(row) for row in corpus_token_ids])
        starts = np.concatenate(([0], np.cumsum(lengths)))
        ids = np.concatenate(corpus_token_ids)
        shape = (len(lengths), len(unique_token_ids))
        counts = csr_matrix((np.ones(len(ids), dtype=np.float32), ids, starts), shape=shape)
        counts.sum_duplicates()
        holding = np.bincount(counts.indices, minlength=shape[1])
        weights = np.log(1 + (shape[0] - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        saturation = self.k1 * (1 - self.b + self.b * lengths / lengths.mean())
        beside = np.repeat(saturation, np.diff(counts.indptr))
        counts.data = (weights[counts.indices] * (counts.data / (beside + counts.data))).astype(
            np.float32
        )
        scores = counts.tocsc()
        return {
            "data": scores.data,
            "indices": scores.indices,
            "indptr": scores.indptr,
            "num_docs": shape[0],
        }


class Bm25Index:
    """A BM25 index over rows 0 … n-1. Immutable; threads may share it."""

    def __init__(self, engine: bm25s.BM25 | None, size: int) -> None:
        self._engine = engine
        self._size = size
        holding = np.diff(engine.scores["indptr"]) if engine is not None else np.zeros(0)
        self._weights = np.log(1 + (size - holding + 0.5) / (holding + 0.5))

    def __len__(self) -> int:
        return self._size

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]]) -> Bm25Index:
        """Index the rows; a row without tokens is kept and never found."""
        vocabulary: dict[str, int] = {}
        rows = [
            np.array(
                [vocabulary.setdefault(token, len(vocabulary)) for token in tokens], dtype=np.int32
            )
            for tokens in token_lists
        ]
        if not vocabulary:
            return cls(None, len(rows))
        engine = _Engine(k1=K1, b=B, method="lucene")
        engine.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        return cls(engine, len(rows))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rows").write_text(str(self._size), encoding="ascii")
        if self._engine is not None:
            self._engine.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Bm25Index:
        """Open a saved index; its arrays are memory-mapped, so the files must stay in place.

        Raises FileNotFoundError where the folder holds none.
        """
        size = int((folder / "rows").read_text(encoding="ascii"))
        if not (folder / "params.index.json").exists():
            return cls(None, size)
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False), size)

    def known(self, tokens: Sequence[str]) -> int:
        """How many of some tokens stand in any row."""
        found = [] if self._engine is None else self._engine.get_tokens_ids(list(tokens))
        return len(found)

    def weight(self, tokens: Sequence[str]) -> float:
        """The weight (idf) of a query's tokens in all, those that no row has left out."""
        known = [] if self._engine is None else self._engine.get_tokens_ids(list(tokens))
        return float(self._weights[known].sum()) if known else 0.0

    def scores(self, tokens: Sequence[str]) -> Scores:
        """The score of every row, shape (rows,), 0 … 1; 0 where no token is shared."""
        known = [] if self._engine is None else self._engine.get_tokens_ids(list(tokens))
        if self._engine is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        matched = self._engine.get_scores_from_ids(known)
        share: Scores = (matched / self._weights[known].sum()).astype(np.float32)
        return share

    def search(
        self, tokens: Sequence[str], k: int, allowed: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """The k best rows for a query's tokens and their scores, best first.

        allowed  shape (rows,): only rows where it is true are returned; the scores are the same
                 with and without it
        """
        scores = self.scores(tokens)
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        rows = best(scores, k)
        return rows, scores[rows]
