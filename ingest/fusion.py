"""Fusion (融合): several searchers' rankings into one, with each searcher's share shown.

In:  per searcher, rows and scores, best first.
Out: rows by fused score; equal scores in row order. A row that leads every ranking leads the
     fusion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WEIGHTS: Mapping[str, float] = {"bm25": 1.0, "dense": 0.6}


@dataclass(frozen=True, slots=True)
class Ranking:
    """One searcher's rows and their scores, best first; no row twice."""

    rows: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Share:
    """What one searcher said of a row: its rank (1 is best), its score, its part of the sum."""

    rank: int
    score: float
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A row with its fused score and why: the searchers that found it, by name."""

    row: int
    score: float
    shares: Mapping[str, Share]


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float] | None = None) -> list[Hit]:
    """One ranking of all rows that any searcher found.

    Each searcher's scores are brought to 0 … 1 over the query (its best is 1, its last 0 or its
    true zero, whichever is lower) and summed by weight; a row that a searcher did not find gets
    nothing from it. The weights default to WEIGHTS, 1 for a searcher not named there.
    """
    weights = WEIGHTS if weights is None else weights
    shares: dict[int, dict[str, Share]] = {}
    for name, ranking in rankings.items():
        weight = weights.get(name, 1.0)
        parts = weight * _relative(ranking.scores)
        for rank, (row, score, part) in enumerate(
            zip(ranking.rows, ranking.scores, parts, strict=True), 1
        ):
            shares.setdefault(int(row), {})[name] = Share(rank, float(score), float(part))
    hits = [Hit(row, sum(share.part for share in by.values()), by) for row, by in shares.items()]
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))


def _relative(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    if not len(scores):
        return np.zeros(0)
    values = scores.astype(np.float64)
    low = min(0.0, float(values.min()))
    span = float(values.max()) - low
    return (values - low) / span if span > 0 else np.zeros(len(values))
