"""Ranking in a large collection (排序): the searchers' sum, and what its first rows say.

In:  a query's rows: what each searcher says of them, their vectors, the works they are part of.
Out: rows by score, equal scores in row order. A score is the sum of its parts
     (tests/ingest/test_rank.py), each a number times a weight below:

     bm25   share of the query's weight that the row matches
     dense  cosine, trusted more where the words fail everywhere, or where the best vector is near
     first  likeness to the three rows that the sum of `ingest.fusion` puts first
     work   how much of the weight of the first hundred rows is of the row's own work

The weights were chosen on collections of some 5,000 passages and more (docs/retrieval.md), and
serve those only: below FEWEST rows the sum ranks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ingest.fusion import WEIGHTS, Hit, Ranking, Share, fuse
from ingest.lexical import Bm25Index, Mask

FEWEST = 4000  # rows searched, from which this ranks
DEPTH = 200  # rows that each searcher hands over
SUM_DEPTH = 100  # and in a smaller collection
NO_WORK = -1

FIRST = 0.05
WORK = 0.15
WORDS_FAIL = (
    0.25,
    0.2,
)  # below this share of the best row, and the most weight added, where no word matches
VECTOR_NEAR = (0.55, 2.0)  # above this cosine of the best row, and weight added per cosine more
_SHARPNESS = 0.1  # a row that the sum puts so much lower weighs 1/e
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")

Array = npt.NDArray[np.float32]
Works = npt.NDArray[np.int64]


def works_of(titles: Iterable[str]) -> tuple[int, ...]:
    """Per title the number of the work it names: of 民法典第五条 the 民法典; NO_WORK for none."""
    works = [_ARTICLE.split(title)[0].strip() for title in titles]
    number = {work: i for i, work in enumerate(dict.fromkeys(filter(None, works)))}
    return tuple(number.get(work, NO_WORK) for work in works)


def trust(best_share: float, best_cosine: float) -> float:
    """The weight of the cosines for a query, by the best row of each searcher."""
    poor, per_share = WORDS_FAIL
    near, per_cosine = VECTOR_NEAR
    missing = per_share * max(0.0, 1 - best_share / poor)
    return WEIGHTS["dense"] + missing + per_cosine * max(0.0, best_cosine - near)


def parts(shares: Array, cosines: Array, vectors: Array, works: Works) -> Mapping[str, Array]:
    """What each kind of evidence adds to the rows' scores, shapes (rows,); at least one row.

    vectors  shape (rows, dimensions), each of length 1 or 0
    works    number of the work that a row is part of, NO_WORK where it is not known
    """
    total = WEIGHTS["bm25"] * shares + WEIGHTS["dense"] * cosines
    order = np.argsort(-total, kind="stable")
    middle = vectors[order[:3]].mean(axis=0)
    likeness = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9))
    weights = np.exp((total[order[:100]] - total.max()) / _SHARPNESS)
    names, number = np.unique(works, return_inverse=True)
    held = np.bincount(number[order[:100]], weights / weights.sum(), minlength=len(names))
    return {
        "bm25": WEIGHTS["bm25"] * shares,
        "dense": trust(float(shares.max()), float(cosines.max())) * cosines,
        "first": FIRST * likeness,
        "work": WORK * np.where(works == NO_WORK, 0, np.sqrt(held)[number]),
    }


def search(
    lexical: Bm25Index,
    tokens: Sequence[str],
    nearest: Callable[[int], Ranking],
    vector: Array,
    vectors: Array,
    works: Works,
    k: int,
    allowed: Mask | None = None,
) -> list[Hit]:
    """What both searchers find for a query, best first.

    nearest         the rows nearest to the query's vector, as many as asked, of those allowed
    vectors, works  of all rows, shapes (rows, dimensions) and (rows,)
    allowed         shape (rows,): only rows where it is true are searched
    """
    searched = len(lexical) if allowed is None else int(np.count_nonzero(allowed))
    large = searched >= FEWEST
    depth = max(k, DEPTH if large else SUM_DEPTH)
    found = {"bm25": Ranking(*lexical.search(tokens, depth, allowed)), "dense": nearest(depth)}
    rows = np.unique(np.concatenate([ranking.rows for ranking in found.values()]))
    if not large or not len(rows):
        return fuse(found)
    near = np.asarray(vectors[rows], dtype=np.float32)
    measured = {"bm25": lexical.scores(tokens)[rows], "dense": near @ vector}
    added = parts(measured["bm25"], measured["dense"], near, works[rows])
    ranks = {
        name: {int(row): rank for rank, row in enumerate(ranking.rows, 1)}
        for name, ranking in found.items()
    }
    hits = []
    for i, row in enumerate(rows.tolist()):
        shares = {
            kind: Share(
                ranks.get(kind, {}).get(row),
                float(measured[kind][i]) if kind in measured else None,
                float(part[i]),
            )
            for kind, part in added.items()
        }
        hits.append(Hit(row, sum(share.part for share in shares.values()), shares))
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))
