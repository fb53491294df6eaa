"""The ranking of large collections: parts add up, works count; few rows: the sum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import rank
from ingest.fusion import Hit, Ranking, fuse
from ingest.lexical import Bm25Index, Rows
from ingest.rank import FEWEST, asks, of_one_work, trust
from ingest.works import NO_WORK

DIMENSIONS = 8
TOKENS = ["w1", "v1"]


@pytest.fixture(scope="module")
def lexical() -> Bm25Index:
    return Bm25Index.build([[f"w{i % 50}", f"v{i % 7}", f"u{i % 3}"] for i in range(FEWEST)])


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    drawn = np.random.default_rng(3).normal(size=(FEWEST, DIMENSIONS)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def found(
    lexical: Bm25Index,
    vectors: np.ndarray,
    works: np.ndarray,
    allowed: np.ndarray | None = None,
    near: Callable[[Rows], np.ndarray] | None = None,
    named: np.ndarray | None = None,
    k: int = FEWEST,
) -> tuple[list[Hit], dict[str, Ranking]]:
    """What the ranking makes of a query, and what the searchers gave it."""
    asked: dict[str, Ranking] = {}

    def nearest(depth: int) -> Ranking:
        scores = vectors @ vectors[0]
        rows = np.arange(FEWEST) if allowed is None else np.flatnonzero(allowed)
        rows = rows[np.argsort(-scores[rows], kind="stable")][:depth]
        asked["bm25"] = Ranking(*lexical.search(TOKENS, depth, allowed))
        asked["dense"] = Ranking(rows, scores[rows])
        return asked["dense"]

    hits = rank.search(
        lexical, TOKENS, nearest, vectors[0], vectors, works, k, allowed,
        from_pairs=3, near=near, named=named,
    )  # fmt: skip
    return hits, asked


def test_every_row_is_ranked_once_and_its_parts_sum_to_its_score(
    lexical: Bm25Index, vectors: np.ndarray
) -> None:
    works = np.arange(FEWEST) % 9
    for near, kinds in ((None, set()), (lambda rows: rows % 5 / 5, {"near"})):
        hits, asked = found(lexical, vectors, works, near=near)
        rows = [hit.row for hit in hits]
        assert sorted(rows) == sorted({*asked["bm25"].rows.tolist(), *asked["dense"].rows.tolist()})
        assert rows == [hit.row for hit in sorted(hits, key=lambda hit: (-hit.score, hit.row))]
        for hit in hits:
            assert set(hit.shares) == {"bm25", "dense", "work"} | kinds
            assert hit.score == pytest.approx(sum(share.part for share in hit.shares.values()))
            for name, ranking in asked.items():
                share = hit.shares[name]
                listed = np.flatnonzero(ranking.rows == hit.row)
                assert share.rank == (int(listed[0]) + 1 if len(listed) else None)


def test_the_best_are_the_first_of_all_that_were_found(
    lexical: Bm25Index, vectors: np.ndarray
) -> None:
    works = np.arange(FEWEST) % 9
    some, _ = found(lexical, vectors, works, k=rank.DEPTH)
    first, asked = found(lexical, vectors, works, k=10)
    assert len(first) == 10 < len(asked["dense"].rows)
    assert first == some[:10]


def test_the_first_rows_are_compared_and_no_other_gains_by_it(
    lexical: Bm25Index, vectors: np.ndarray
) -> None:
    works = np.full(FEWEST, NO_WORK)
    compared: list[int] = []

    def near(rows: Rows) -> np.ndarray:
        compared.extend(rows.tolist())
        return np.asarray(rows % 5 / 5)

    before, _ = found(lexical, vectors, works)
    after, _ = found(lexical, vectors, works, near=near)
    assert len(compared) == rank.FIRST
    gained = {hit.row: hit.shares["near"].part for hit in after if hit.shares["near"].part}
    assert gained.keys() <= set(compared)
    assert len(set(gained.values())) == 4
    scores = {hit.row: hit.score for hit in before}
    for hit in after:
        assert hit.score == pytest.approx(scores[hit.row] + gained.get(hit.row, 0))
        assert (hit.shares["near"].score is None) == (hit.row not in compared)


def test_a_small_collection_is_ranked_by_the_sum(lexical: Bm25Index, vectors: np.ndarray) -> None:
    allowed = np.arange(FEWEST) < FEWEST - 1
    hits, asked = found(lexical, vectors, np.zeros(FEWEST, dtype=np.int64), allowed, k=10)
    assert hits == fuse(asked)[:10]


def test_a_row_of_the_work_that_the_first_rows_are_of_rises() -> None:
    scores = np.array([0.9, 0.8, 0.5, 0.5], dtype=np.float32)
    held = of_one_work(scores, np.array([1, 1, 2, 1]))
    assert held[3] == held[0] > held[2] > 0
    unknown = of_one_work(scores, np.array([1, 1, NO_WORK, 1]))
    assert unknown[2] == 0


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 0.5), st.integers(0, 200))
def test_vectors_are_trusted_no_less_where_one_is_near_or_of_its_kind_or_a_query_is_long(
    learned: float, plain: float, more: float, tokens: int
) -> None:
    least = trust(learned, plain, tokens)
    assert least >= rank.DENSE
    assert least <= trust(learned + more, plain, tokens)
    assert least <= trust(learned, plain - more, tokens)
    assert least <= trust(learned, plain, tokens + 20)


def test_each_of_the_three_raises_the_trust_in_vectors() -> None:
    assert trust(0, 1, 0) == rank.DENSE
    assert min(trust(0.9, 1.5, 0), trust(0.5, 0.4, 0), trust(0, 1, 90)) > rank.DENSE


def test_a_model_without_halves_is_known_by_its_whole_vectors(
    lexical: Bm25Index, vectors: np.ndarray
) -> None:
    works = np.full(FEWEST, NO_WORK)
    rows = np.arange(FEWEST)
    hits = rank.search(
        lexical, [], lambda depth: Ranking(rows[:depth], vectors[:depth] @ vectors[0]),
        vectors[0], vectors, works, 10,
    )  # fmt: skip
    for hit in hits:
        assert hit.shares["dense"].part == pytest.approx(
            trust(1, 1, 0) * float(vectors[hit.row] @ vectors[0]), abs=1e-5
        )


def test_a_question_lifts_the_works_that_others_name(
    lexical: Bm25Index, vectors: np.ndarray
) -> None:
    works = np.arange(FEWEST) % 9
    named = np.where(works == 4, 20, 0)
    before, _ = found(lexical, vectors, works)
    after, _ = found(lexical, vectors, works, named=named)
    scores = {hit.row: hit.score for hit in before}
    assert all("named" not in hit.shares for hit in before)
    for hit in after:
        share = hit.shares["named"]
        assert share.score == named[hit.row]
        assert (share.part > 0) == (works[hit.row] == 4)
        assert hit.score == pytest.approx(scores[hit.row] + share.part)


def test_a_query_asks_where_it_says_a_question_word() -> None:
    words = ("?", "吗", "如何")
    assert all(asks(text, words) for text in ("能补吗", "多少？", "如何申请"))
    assert not asks("贴息", words)
    assert not asks("能补吗", ())
