"""Fusion: what every searcher puts first comes first, and the sum says why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fusion import Ranking, fuse

scored = st.dictionaries(
    st.integers(0, 20), st.floats(-1, 50, allow_nan=False, width=32), max_size=8
)


def ranking(scores: dict[int, float]) -> Ranking:
    order = sorted(scores, key=lambda row: (-scores[row], row))
    return Ranking(
        np.array(order, dtype=np.int64), np.array([scores[r] for r in order], dtype=np.float32)
    )


def test_the_row_that_leads_everywhere_leads() -> None:
    hits = fuse({"bm25": ranking({7: 9.0, 3: 8.0}), "dense": ranking({7: 0.8, 1: 0.7})})
    assert hits[0].row == 7
    assert {name: share.rank for name, share in hits[0].shares.items()} == {"bm25": 1, "dense": 1}


def test_nothing_in_gives_nothing_out() -> None:
    assert fuse({}) == []
    assert fuse({"bm25": ranking({})}) == []


def test_one_searcher_alone_keeps_its_order() -> None:
    assert [hit.row for hit in fuse({"dense": ranking({5: 0.9, 2: 0.5, 9: 0.1})})] == [5, 2, 9]


@given(scored, scored)
def test_every_row_found_is_kept_once_and_its_shares_sum_to_its_score(
    lexical: dict[int, float], dense: dict[int, float]
) -> None:
    hits = fuse({"bm25": ranking(lexical), "dense": ranking(dense)})
    assert sorted(hit.row for hit in hits) == sorted({*lexical, *dense})
    for hit in hits:
        assert hit.score == pytest.approx(sum(share.part for share in hit.shares.values()))
    assert [(-hit.score, hit.row) for hit in hits] == sorted((-hit.score, hit.row) for hit in hits)


def test_a_poor_lexical_match_gives_way_to_a_good_vector() -> None:
    dense = {1: 0.9, 2: 0.1, 3: 0.0}
    poor = fuse({"bm25": ranking({2: 0.10, 1: 0.02, 3: 0.0}), "dense": ranking(dense)})
    good = fuse({"bm25": ranking({2: 0.60, 1: 0.12, 3: 0.0}), "dense": ranking(dense)})
    assert poor[0].row == 1
    assert good[0].row == 2


def test_a_row_below_the_cut_counts_no_less_than_the_last_above_it() -> None:
    hits = fuse({"bm25": ranking({1: 0.9, 2: 0.8}), "dense": ranking({3: 0.5, 4: 0.4})})
    assert [hit.row for hit in hits if hit.score > 0] == [1, 3]
