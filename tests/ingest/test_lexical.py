"""The BM25 searcher: order, ties, masks, storage."""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lexical import K1, B, Bm25Index

ROWS = [["贷款", "贴息"], ["担保", "补助"], ["贷款", "担保"], [], ["贷款", "贴息"]]
token_lists = st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=6), min_size=1, max_size=8)


def test_the_row_with_more_of_the_query_leads_and_equals_keep_row_order() -> None:
    rows, scores = Bm25Index.build(ROWS).search(["贷款", "贴息"], 10)
    assert rows.tolist() == [0, 4, 2]
    assert scores[0] == scores[1] > scores[2] > 0


def test_ties_at_the_cut_keep_row_order() -> None:
    rows, _ = Bm25Index.build([["甲"]] * 50 + [["乙"]]).search(["甲"], 3)
    assert rows.tolist() == [0, 1, 2]


def test_a_mask_hides_rows_and_leaves_the_scores_of_others() -> None:
    index = Bm25Index.build(ROWS)
    allowed = np.array([False, True, True, True, True])
    rows, scores = index.search(["贷款", "贴息"], 10, allowed)
    assert rows.tolist() == [4, 2]
    assert scores[0] == index.search(["贷款", "贴息"], 1)[1][0]


@pytest.mark.parametrize("tokens", [[], ["未知"]])
def test_a_query_without_a_known_token_finds_nothing(tokens: list[str]) -> None:
    rows, scores = Bm25Index.build(ROWS).search(tokens, 5)
    assert len(rows) == len(scores) == 0


@pytest.mark.parametrize("rows", [[], [[]], [[], []]])
def test_an_index_without_tokens_can_be_kept_and_searched(
    rows: list[list[str]], tmp_path: Path
) -> None:
    Bm25Index.build(rows).save(tmp_path / "empty")
    index = Bm25Index.load(tmp_path / "empty")
    assert len(index) == len(rows)
    assert index.search(["贷款"], 5)[0].tolist() == []


@given(token_lists.filter(any), st.sampled_from("甲乙丙丁戊"))
def test_the_scores_are_those_of_bm25s(rows: list[list[str]], token: str) -> None:
    engine = bm25s.BM25(k1=K1, b=B, method="lucene")
    engine.index(rows, create_empty_token=False, show_progress=False)
    index = Bm25Index.build(rows)
    if index.weight([token]):
        weight, scores = index.matched([token])
        assert weight == index.weight([token])
        scores = scores * weight
        assert scores == pytest.approx(engine.get_scores([token]), rel=1e-6)


def test_a_missing_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Bm25Index.load(tmp_path)


@given(token_lists, st.lists(st.sampled_from("甲乙丙丁己"), max_size=4), st.integers(0, 9))
def test_what_is_found_shares_a_token_and_falls_in_score(
    rows: list[list[str]], query: list[str], k: int
) -> None:
    found, scores = Bm25Index.build(rows).search(query, k)
    sharing = {row for row, tokens in enumerate(rows) if set(tokens) & set(query)}
    assert set(found.tolist()) <= sharing
    assert len(found) == min(k, len(sharing))
    assert np.all(np.diff(scores) <= 0)


def test_a_saved_index_answers_as_before(tmp_path: Path) -> None:
    index = Bm25Index.build(ROWS)
    index.save(tmp_path / "bm25")
    opened = Bm25Index.load(tmp_path / "bm25")
    for query in (["贷款"], ["担保", "补助"], ["贴息", "贴息"]):
        before, after = index.search(query, 5), opened.search(query, 5)
        assert before[0].tolist() == after[0].tolist()
        assert before[1].tolist() == after[1].tolist()


def test_a_score_is_the_share_of_the_query_that_is_matched() -> None:
    index = Bm25Index.build([["贷款", "贴息"], ["贷款", "担保"], ["人才"]])
    _, whole = index.search(["贷款", "贴息"], 1)
    _, half = index.search(["贷款", "人才"], 1)
    assert 0 < half[0] < whole[0] <= 1
