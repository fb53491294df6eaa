"""How much of a query a row says in near words: its own words count in full, near ones in part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding import StaticEmbedder
from ingest.near import WordIndex

TEXTS = [
    "夫妻双方自愿离婚的，应当签订书面离婚协议。",
    "用人单位应当按月向劳动者支付工资。",
    "",
    "配偶、父母、子女为第一顺序继承人。",
    "机动车在道路上发生交通事故，应当立即停车。",
]


@pytest.fixture(scope="module")
def model() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture(scope="module")
def index(model: StaticEmbedder) -> WordIndex:
    return WordIndex.build(model, model.words(TEXTS))


ROWS = np.arange(len(TEXTS))


@pytest.mark.parametrize("row", [0, 1, 3, 4])
def test_a_row_says_all_of_its_own_words(index: WordIndex, row: int) -> None:
    shares = index.shares(TEXTS[row], ROWS)
    assert shares[row] == pytest.approx(1, abs=1e-6)
    assert shares[2] == 0
    assert shares.argmax() == row


def test_another_word_for_the_same_counts(index: WordIndex) -> None:
    for query, row in (("老公", 0), ("老板不发薪水", 1), ("撞车", 4)):
        assert not {*query} & {*TEXTS[row]} - {*"车"}
        assert index.shares(query, ROWS).argmax() == row, query


def test_a_query_without_words_is_said_by_nobody(index: WordIndex) -> None:
    assert not index.shares("！？", ROWS).any()


@given(st.lists(st.integers(0, len(TEXTS) - 1), min_size=1, max_size=9), st.text(max_size=20))
def test_a_row_has_its_share_whichever_rows_are_asked_with_it(
    index: WordIndex, rows: list[int], query: str
) -> None:
    everywhere = index.shares(query, ROWS)
    assert ((everywhere >= 0) & (everywhere <= 1 + 1e-6)).all()
    assert np.allclose(index.shares(query, np.array(rows)), everywhere[rows], atol=1e-6)


def test_a_saved_index_says_the_same(
    index: WordIndex, model: StaticEmbedder, tmp_path: Path
) -> None:
    index.save(tmp_path / "words")
    again = WordIndex.load(model, tmp_path / "words")
    query = "离婚后工资怎么分"
    assert np.array_equal(again.shares(query, ROWS), index.shares(query, ROWS))
