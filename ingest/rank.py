"""Ranking in a large collection (排序): the searchers' sum, and what its first rows say.

In:  a query's rows: what each searcher says of them, their vectors, their words, the works they
     are part of.
Out: rows by score, equal scores in row order. A score is the sum of its parts
     (tests/ingest/test_rank.py), each a number times a weight below:

     bm25   share of the query's weight that the row matches
     near   share of it that the row says in the same or in near words (`ingest.near`), more than
            the least of the first hundred rows, which alone are compared
     dense  cosine, by what was learned from pairs, trusted more where a row is very near, where the
            query is of a kind that was learned, and where it is long: a mean of many words' vectors
            is surer than of few
     work   how much of the weight of the first hundred rows is of the row's own work
     named  how often other works name the row's own (its logarithm), where the query asks: a
            question mostly falls under a work of general application, words that are looked for
            stand wherever they stand

The weights were chosen on collections of some 5,000 passages and more (docs/retrieval.md), and
serve those only: below FEWEST rows the sum ranks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from ingest.fusion import WEIGHTS, Hit, Ranking, Share, fuse
from ingest.lexical import Bm25Index, Mask, Rows
from ingest.tokenize import normalise
from ingest.vectors import dots
from ingest.works import NO_WORK, Numbers

FEWEST = 4000  # rows searched, from which this ranks
DEPTH = 200  # rows that each searcher hands over
SUM_DEPTH = 100  # and in a smaller collection
FIRST = 100  # rows whose words are compared, and whose works are counted

WORK = 0.19
NAMED = 0.05
NEAR = 0.32
DENSE = 0.48  # the least weight of a cosine
VECTOR_NEAR = (0.65, 9.7)  # above this cosine of the best row; weight added per cosine more
OF_ITS_KIND = (-0.11, 0.6)  # from this of the best by pairs less the best by plain text; per 1 more
LONG = (30, 0.16)  # from that many tokens; weight added where there are e times as many
AT_FIRST = 0.4  # weight of the cosine in the sum that finds the first hundred rows, and their works
_SHARPNESS = 0.2  # a row that the sum puts so much lower weighs 1/e

Array = npt.NDArray[np.float32]


def asks(query: str, question_words: Collection[str]) -> bool:
    """Whether a query is a question: it says one of the words, a question mark among them."""
    text = normalise(query)
    return any(word in text for word in question_words)


def trust(learned: float, plain: float, tokens: int) -> float:
    """The weight of the cosines for a query of that many tokens.

    learned, plain  the best row's cosine by what was learned from pairs, and from plain text
    """
    near, per_cosine = VECTOR_NEAR
    apart, per_difference = OF_ITS_KIND
    few, per_length = LONG
    return (
        DENSE
        + per_cosine * max(0.0, learned - near)
        + per_difference * max(0.0, learned - plain - apart)
        + per_length * max(0.0, math.log(max(tokens, 1) / few))
    )


def first(scores: Array) -> Rows:
    """The places of the first rows by score, at most FIRST; equal scores in order."""
    return np.argsort(-scores, kind="stable")[:FIRST]


def of_one_work(scores: Array, works: Numbers) -> Array:
    """Per row, how much of the weight of the first rows is of the row's own work, 0 … 1.

    works  number of the work that a row is part of, NO_WORK where it is not known
    """
    order = first(scores)
    weights = np.exp((scores[order] - scores.max()) / _SHARPNESS)
    names, number = np.unique(works, return_inverse=True)
    held = np.bincount(number[order], weights / weights.sum(), minlength=len(names))
    return np.where(works == NO_WORK, 0, np.sqrt(held)[number])


def search(
    lexical: Bm25Index,
    tokens: Sequence[str],
    nearest: Callable[[int], Ranking],
    vector: Array,
    vectors: Array,
    works: Numbers,
    k: int,
    allowed: Mask | None = None,
    *,
    from_pairs: int | None = None,
    near: Callable[[Rows], Array] | None = None,
    named: Numbers | None = None,
) -> list[Hit]:
    """The k best of what both searchers find for a query, best first.

    nearest         the rows nearest to the query's vector, as many as asked, of those allowed
    vectors, works  of all rows, shapes (rows, dimensions) and (rows,)
    allowed         shape (rows,): only rows where it is true are searched
    from_pairs      so many of the dimensions were learned from pairs, the others from plain text;
                    None for a model that makes no such difference
    near            of some rows the share of the query that they say in near words, 0 … 1
    named           of all rows, shape (rows,), how often other works name their own; None for a
                    query that does not ask
    """
    searched = len(lexical) if allowed is None else int(np.count_nonzero(allowed))
    large = searched >= FEWEST
    depth = max(k, DEPTH if large else SUM_DEPTH)
    found = {"bm25": Ranking(*lexical.search(tokens, depth, allowed)), "dense": nearest(depth)}
    rows = np.unique(np.concatenate([ranking.rows for ranking in found.values()]))
    if not large or not len(rows):
        return fuse(found)[: max(k, 0)]
    theirs = np.asarray(vectors[rows], dtype=np.float32)
    measured = {"bm25": lexical.scores(tokens)[rows], "dense": dots(theirs, vector)}
    total = WEIGHTS["bm25"] * measured["bm25"] + AT_FIRST * measured["dense"]
    added = {"bm25": WEIGHTS["bm25"] * measured["bm25"]}
    if near is not None:
        order = first(total + WORK * of_one_work(total, works[rows]))
        compared = near(rows[order])
        measured["near"] = np.full(len(rows), np.nan, dtype=np.float32)
        measured["near"][order] = compared
        added["near"] = NEAR * (
            np.nan_to_num(measured["near"], nan=compared.min()) - compared.min()
        )
        total = total + added["near"]
    learned = _cosines(theirs[:, :from_pairs], vector[:from_pairs])
    plain = _cosines(theirs[:, from_pairs:], vector[from_pairs:])
    added["dense"] = trust(float(learned.max()), float(plain.max()), len(tokens)) * learned
    measured["work"] = of_one_work(total, works[rows])
    added["work"] = WORK * measured["work"]
    if named is not None:
        measured["named"] = np.asarray(named[rows], dtype=np.float32)
        added["named"] = NAMED * np.log1p(measured["named"])
    ranks = {
        name: {int(row): rank for rank, row in enumerate(ranking.rows, 1)}
        for name, ranking in found.items()
    }
    scores = sum(part.astype(np.float64) for part in added.values())
    hits = []
    for i in np.lexsort((rows, -scores))[: max(k, 0)].tolist():
        row = int(rows[i])
        by = {
            kind: Share(
                ranks.get(kind, {}).get(row),
                None if kind not in measured or np.isnan(x := measured[kind][i]) else float(x),
                float(part[i]),
            )
            for kind, part in added.items()
        }
        hits.append(Hit(row, float(scores[i]), by))
    return hits


def _cosines(vectors: Array, vector: Array) -> Array:
    """Cosines of rows to a vector, shape (rows,); 0 for a row of zeros."""
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    cosines: Array = dots(vectors, vector) / np.maximum(lengths, np.float32(1e-12))
    return cosines
