"""The vector searcher (向量): cosines to every row, the nearest of which are found exactly.

In:  the rows' vectors, of length 1 or 0 each; then a query's vector.
Out: row numbers and cosines, best first; rows of equal cosine in row order. Of the rows that are
     allowed none is lost, and a row has the same cosine whatever else is searched
     (tests/ingest/test_index.py).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.lexical import Mask, Rows, Scores

Vectors = npt.NDArray[np.float32]


def dots(rows: Vectors, vector: Vectors) -> Scores:
    """Per row its product with a vector, in this thread: a matrix product waits for others,
    which takes a hundred times as long where all cores are busy."""
    products: Scores = np.vecdot(rows, vector)
    return products


class VectorIndex:
    """The clauses' vectors: rows 0 … n-1, searched by cosine. Threads may share it."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = np.asarray(vectors)

    def search(self, vector: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Scores]:
        """The k rows nearest to a query's vector and their cosines, best first.

        allowed  shape (rows,): only rows where it is true are returned, and all of these compete
        """
        if k <= 0 or not vector.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows = np.arange(len(self.vectors)) if allowed is None else np.flatnonzero(allowed)
        scores = self.cosines(vector, allowed)
        if len(rows) > k:
            nearest = np.argpartition(-scores, k - 1)[:k]
            rows, scores = rows[nearest], scores[nearest]
        order = np.lexsort((rows, -scores))
        return rows[order].astype(np.int64), scores[order].astype(np.float32)

    def cosines(self, vector: Vectors, allowed: Mask | None = None) -> Scores:
        """Per row that is allowed its cosine to a query's vector, in the order of the rows."""
        if allowed is None:
            return dots(self.vectors, vector)
        edges = np.flatnonzero(np.diff(allowed, prepend=False, append=False))  # of whole runs
        runs = [dots(self.vectors[a:b], vector) for a, b in edges.reshape(-1, 2).tolist()]
        return np.concatenate(runs) if runs else np.zeros(0, dtype=np.float32)
