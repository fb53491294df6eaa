"""Fusion (融合): several searchers' rankings into one, with each searcher's share shown.

In:  per searcher, rows and scores, best first. The scores of one searcher mean the same for every
     query: the share of the query's words that a row matches, the cosine to its vector.
Out: rows by fused score; equal scores in row order. A row that leads every ranking leads the
     fusion.

Because the scores are not stretched per query, a poor lexical match cannot pose as a good one, and
the vectors decide where the words fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WEIGHTS: Mapping[str, float] = {"bm25": 1.0, "dense": 0.2}


@dataclass(frozen=True, slots=True)
class Ranking:
    """One searcher's rows and their scores, best first; no row twice."""

    rows: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of evidence says of a row: its part of the sum, and where a searcher gave it,
    its score and its rank among the rows listed (1 is best)."""

    rank: int | None
    score: float | None
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A row with its fused score and why: its share by kind of evidence, searchers by name."""

    row: int
    score: float
    shares: Mapping[str, Share]


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float] | None = None) -> list[Hit]:
    """One ranking of all rows that any searcher found.

    A searcher's part in a row's score is weight · (score - floor). The floor is the most that a
    row can have which the searcher does not list: its last score, or 0 for a ranking shorter than
    the longest, which has listed all it found. A row that a searcher does not list gets nothing
    from it. The weights default to WEIGHTS, 1 for a searcher not named there.
    """
    weights = WEIGHTS if weights is None else weights
    longest = max((len(ranking.rows) for ranking in rankings.values()), default=0)
    shares: dict[int, dict[str, Share]] = {}
    for name, ranking in rankings.items():
        weight = weights.get(name, 1.0)
        cut = longest == len(ranking.rows) > 1
        floor = float(ranking.scores[-1]) if cut else 0.0
        for rank, (row, score) in enumerate(zip(ranking.rows, ranking.scores, strict=True), 1):
            part = weight * (float(score) - floor)
            shares.setdefault(int(row), {})[name] = Share(rank, float(score), part)
    hits = [Hit(row, sum(share.part for share in by.values()), by) for row, by in shares.items()]
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))
