"""Figures: equal amounts have equal keys however they are written, and nothing else does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.figures import fold, read_figures, read_numeral


def keys(text: str) -> list[tuple[str, object]]:
    return [f.key for f in read_figures(fold(text))]


SAME = [
    ["1000万元", "0.1亿元", "一千万元", "10,000,000元", "１０００ 万元", "1000万"],
    ["50%", "百分之五十", "５０％", "百分之50", "50 %"],
    ["0.5个百分点", "0.5百分点", "50个基点"],
    ["3年", "三年", "36个月", "三十六个月"],
    ["2024年2月21日", "2024-02-21", "二〇二四年二月二十一日"],
    ["12000万元", "1亿2000万元", "一亿二千万元", "1.2亿元"],
    ["500万美元", "500 万元美元", "五百万美元"],
    ["300多亿元", "三百多亿元", "300余亿元"],
]


@pytest.mark.parametrize("writings", SAME, ids=lambda w: str(w[0]))
def test_ways_of_writing_one_figure_have_one_key(writings: list[str]) -> None:
    assert len({tuple(keys(w)) for w in writings}) == 1
    assert len(keys(writings[0])) == 1


def test_different_figures_have_different_keys() -> None:
    all_keys = [keys(group[0])[0] for group in SAME]
    others = ["50", "50家", "50亿元", "50场", "5%", "2024年", "2024年2月", "500万元", "3个月"]
    all_keys += [keys(other)[0] for other in others]
    assert len(set(all_keys)) == len(all_keys)


@pytest.mark.parametrize(
    "text", ["六个部门", "一次性", "一家企业", "三项措施", "双百企业", "千里马", "统一", "万元"]
)
def test_counts_of_the_answer_itself_and_words_are_no_figures(text: str) -> None:
    assert keys(text) == []


def test_names_are_kept_whole() -> None:
    assert keys("渝经信规范〔2024〕7号") == keys("渝经信规范[2024]第7号")
    assert keys("渝经信规范〔2024〕7号") != keys("渝经信融资〔2024〕7号")
    assert keys("4:2:2:2") == keys("４：２：２：２") == [("号", "4:2:2:2")]
    assert keys("1+7+X+N+5") == [("号", "1+7+X+N+5")]


def test_a_citation_mark_is_no_figure_and_joins_none() -> None:
    assert keys("达到37亿元[1][2]。") == keys("达到37亿元。")
    assert keys("共3[1]5家") == [("", Decimal(3)), ("家", Decimal(5))]


@given(st.integers(min_value=1, max_value=9999), st.sampled_from(["元", "万元", "亿元"]))
def test_every_amount_reads_the_same_with_separators(number: int, unit: str) -> None:
    assert keys(f"{number}{unit}") == keys(f"{number:,}{unit}")


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", "10"), ("二十", "20"), ("一百零五", "105"), ("两千", "2000"), ("零点五", "0.5")],
)
def test_numerals(text: str, value: str) -> None:
    assert read_numeral(text) == Decimal(value)
