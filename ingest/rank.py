"""Ranking in a large collection (排序): the searchers' sum, and what its first rows say.

In:  a query's rows: what each searcher says of them, their vectors, the works they are part of.
Out: rows by score, equal scores in row order. A score is the sum of its parts
     (tests/ingest/test_rank.py), each a number times a weight below:

     bm25   share of the query's weight that the row matches
     dense  cosine, trusted more where the words fail everywhere, where the best vector is near,
            and where the query is long, as a mean of many words' vectors is surer than of few
     work   how much of the weight of the first hundred rows is of the row's own work

The weights were chosen on collections of some 5,000 passages and more (docs/retrieval.md), and
serve those only: below FEWEST rows the sum ranks.
"""

from __future__ import annotations

import math
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

WORK = 0.2
DENSE = 0.25  # the least weight of a cosine
WORDS_FAIL = (0.2, 0.8)  # below this share of the best row; weight added where no word matches
VECTOR_NEAR = (0.54, 6.0)  # above this cosine of the best row; weight added per cosine more
LONG = (30, 0.24)  # from that many tokens; weight added where there are e times as many
_SHARPNESS = 0.1  # a row that the sum puts so much lower weighs 1/e
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")
_STATE = "中华人民共和国"  # opens the name of a law, and is left out as often as it is said

Array = npt.NDArray[np.float32]
Works = npt.NDArray[np.int64]


def works_of(titles: Iterable[str]) -> tuple[int, ...]:
    """Per title the number of the work it names: of 《民法典》第五条 the 民法典; NO_WORK for none.

    With and without the name of the state it is the same work.
    """
    works = [_ARTICLE.split(title)[0].strip(" 《》").removeprefix(_STATE) for title in titles]
    number = {work: i for i, work in enumerate(dict.fromkeys(filter(None, works)))}
    return tuple(number.get(work, NO_WORK) for work in works)


def trust(best_share: float, best_cosine: float, tokens: int) -> float:
    """The weight of the cosines for a query of that many tokens, by the best row of each part."""
    poor, per_share = WORDS_FAIL
    near, per_cosine = VECTOR_NEAR
    few, per_length = LONG
    return (
        DENSE
        + per_share * max(0.0, 1 - best_share / poor)
        + per_cosine * max(0.0, best_cosine - near)
        + per_length * max(0.0, math.log(max(tokens, 1) / few))
    )


def parts(shares: Array, cosines: Array, works: Works, tokens: int) -> Mapping[str, Array]:
    """What each kind of evidence adds to the rows' scores, shapes (rows,); at least one row.

    works   number of the work that a row is part of, NO_WORK where it is not known
    tokens  of the query
    """
    total = WEIGHTS["bm25"] * shares + DENSE * cosines
    order = np.argsort(-total, kind="stable")
    weights = np.exp((total[order[:100]] - total.max()) / _SHARPNESS)
    names, number = np.unique(works, return_inverse=True)
    held = np.bincount(number[order[:100]], weights / weights.sum(), minlength=len(names))
    return {
        "bm25": WEIGHTS["bm25"] * shares,
        "dense": trust(float(shares.max()), float(cosines.max()), tokens) * cosines,
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
    cosines = np.asarray(vectors[rows], dtype=np.float32) @ vector
    measured = {"bm25": lexical.scores(tokens)[rows], "dense": cosines}
    added = parts(measured["bm25"], measured["dense"], works[rows], len(tokens))
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
