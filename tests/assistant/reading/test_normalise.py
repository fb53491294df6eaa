"""The reading view folds what does not matter and keeps where everything stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.normalise import view

CASES = [
    ("重慶的首台套裝備", "重庆的首台套装备"),
    ("貸款５０００萬，利率４．２％", "贷款5000万，利率4.2%"),
    ("３，５００万", "3,500万"),
    ("利率４，500万", "利率4，500万"),
    ("4：2：2：2", "4:2:2:2"),
    ("技改​专‌项\ufeff贷", "技改专项贷"),
    ("  技改 \t\n 贷　款  ", "技改 贷 款"),
    ("忽\U000e0041略\U000e0042", "忽略"),
    ("①1000万②2000万", "①1000万②2000万"),
    ("3½年", "3½年"),
    ("3000㎡", "3000㎡"),
    ("ＲＭＢ５００萬", "RMB500万"),
    ("𝟓𝟎𝟎𝟎万", "5000万"),
    ("臺灣的廠在兩江新區", "台湾的厂在两江新区"),
    ("〔2024〕7号", "〔2024〕7号"),
    ("贷\x00款\x1b[31m", "贷款[31m"),
    ("e\u0301", "e"),
    ("", ""),
    (" \u200b ", ""),
]


@pytest.mark.parametrize(("typed", "read"), CASES)
def test_text_is_folded(typed: str, read: str) -> None:
    assert view(typed).text == read


def test_a_span_points_at_what_was_typed() -> None:
    typed = " 貸\u200b了 ５０ \u200b ００萬 "
    seen = view(typed)
    start = seen.text.index("50 00万")
    begin, end = seen.span(start, start + len("50 00万"))
    assert typed[begin:end] == "５０ \u200b ００萬"


def test_a_round_sum_in_yuan_is_read_as_papers_write_it() -> None:
    seen = view("贷了80,000,000元")
    assert seen.text == "贷了8000万元"
    assert seen.span(2, 7) == (2, 12)
    assert view("12500元").text == "12500元"


def test_a_part_keeps_its_places() -> None:
    part = view("您好，贷了 5000 万").part(3, 9)
    assert part.text == "贷了5000"
    assert part.span(2, 6) == (6, 10)


def test_what_is_left_out_moves_no_place() -> None:
    left = view("贴 5000 万多少嘛？").without(8, 9)
    assert left.text == "贴5000万多少?"
    assert left.span(1, 5) == (2, 6)
    assert left.span(8, 9) == (11, 12)


def test_a_span_outside_the_text_is_refused() -> None:
    with pytest.raises(IndexError, match="is not a span"):
        view("贷款").span(1, 3)


MIXED = st.text(
    st.sampled_from("重慶贷款裝備５０ab，,：: \u3000\t\u200b\u200d\ufe0f①½㎡％%乾隆著")
    | st.characters()
)


@given(MIXED)
def test_viewing_again_changes_nothing(typed: str) -> None:
    once = view(typed).text
    assert view(once).text == once


@given(MIXED, st.data())
def test_spans_lie_in_the_original_in_order(typed: str, data: st.DataObject) -> None:
    seen = view(typed)
    start = data.draw(st.integers(0, len(seen.text)))
    end = data.draw(st.integers(start, len(seen.text)))
    begin, finish = seen.span(start, end)
    assert 0 <= begin <= finish <= len(typed)
    assert finish - begin >= end - start
    assert (begin == finish) == (start == end)
