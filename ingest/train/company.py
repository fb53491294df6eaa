"""Vectors of words by the words that stand beside them, learned from plain text alone.

In:  texts as token ids.
Out: a vector per token: the first left singular vectors of the positive pointwise mutual
     information of tokens within WINDOW of each other, all of equal weight. Tokens with the same
     neighbours are near each other though they never stand together
     (tests/ingest/test_training.py).

These vectors have seen no question and no answer, so they hold where the training pairs do not
reach.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

WINDOW = 10  # tokens to either side
SMOOTHING = 0.75  # power of a neighbour's frequency: rare neighbours count for less
KEPT_SHARE = 2e-4  # of all tokens: one that is more frequent is thinned out
LEAST = 2  # times two tokens must stand together
_CHUNK = 1_500_000  # tokens counted at once
_END = -1  # between texts

Ids = npt.NDArray[np.int32]
Table = npt.NDArray[np.float32]


def vectors(texts: Iterable[Ids], vocabulary: int, dimensions: int, seed: int = 0) -> Table:
    """Per token a vector of length 1, or 0 for one that is hardly there; (vocabulary, dimensions).

    Needs more tokens with neighbours than dimensions.
    """
    ends = np.full(1, _END, dtype=np.int32)
    joined = np.concatenate([part for ids in texts for part in (ids, ends)])
    information = _information(_together(_thin(joined, vocabulary, seed), vocabulary))
    rows, _, _ = randomized_svd(information, dimensions, n_iter=2, random_state=seed)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Table = np.where(lengths > 1e-9, rows / np.maximum(lengths, 1e-9), 0).astype(np.float32)
    return unit


def _thin(joined: Ids, vocabulary: int, seed: int) -> Ids:
    """The tokens, of the frequent ones only some; the ends of texts all."""
    words = joined[joined != _END]
    share = np.bincount(words, minlength=vocabulary) / len(words)
    chance = np.minimum(1, np.sqrt(KEPT_SHARE / np.maximum(share, 1e-12)))
    drawn = np.random.default_rng(seed).random(len(joined))
    kept: Ids = joined[(joined == _END) | (drawn < chance[np.maximum(joined, 0)])]
    return kept


def _together(joined: Ids, vocabulary: int) -> sparse.csr_matrix:
    """How often two tokens stand within WINDOW of each other in one text; symmetric."""
    counts = sparse.csr_matrix((vocabulary, vocabulary), dtype=np.float32)
    text = np.cumsum(joined == _END)
    for start in range(0, len(joined), _CHUNK):
        stop = min(start + _CHUNK, len(joined))
        pairs = []
        for distance in range(1, WINDOW + 1):
            one = np.arange(start, min(stop, len(joined) - distance))
            other = one + distance
            same = (joined[one] != _END) & (joined[other] != _END) & (text[one] == text[other])
            pairs.append(joined[one[same]].astype(np.int64) * vocabulary + joined[other[same]])
        number, times = np.unique(np.concatenate(pairs), return_counts=True)
        place = (number // vocabulary, number % vocabulary)
        counts = counts + sparse.csr_matrix((times.astype(np.float32), place), shape=counts.shape)
    return (counts + counts.T).tocsr()


def _information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information of each pair of tokens that is seen often enough."""
    often = np.asarray(counts.sum(axis=1)).ravel()
    share = often**SMOOTHING / (often**SMOOTHING).sum()
    pairs = counts.tocoo()
    expected = np.maximum(often[pairs.row] * share[pairs.col], 1e-9)
    information = np.log(np.maximum(pairs.data, 1e-9) / expected)
    kept = (information > 0) & (pairs.data >= LEAST)
    return sparse.csr_matrix(
        (information[kept].astype(np.float32), (pairs.row[kept], pairs.col[kept])),
        shape=counts.shape,
    )
