"""Which fact each number is: by the word beside it, then by what the sentence is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.reading.figures import HIGHEST_RATE, REFERENCE, Figure, read_figures
from assistant.reading.normalise import view
from assistant.reading.quantities import read_quantities

TODAY = date(2026, 11, 20)


def read(
    assistant: Assistant, text: str, pending: Sequence[str] = (), before: Sequence[str] = ()
) -> tuple[Figure, ...]:
    text = view(text).text
    quantities = read_quantities(text, TODAY)
    return read_figures(text, quantities, assistant.lexicon, pending=pending, before=before)


def slots(figures: Sequence[Figure]) -> list[tuple[str, str]]:
    return [(f.slot, str(f.value)) for f in figures]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("贷款5000万，年利率4%", [("principal", "50000000"), ("annual_rate", "0.04")]),
        ("贴息按月息四厘，借了1500万", [("annual_rate", "0.048"), ("principal", "15000000")]),
        ("担保8000万，费率0.9%", [("guaranteed_amount", "80000000"), ("fee_rate", "0.009")]),
        ("年保费300万，投保费率3%", [("premium", "3000000"), ("premium_rate", "0.03")]),
        ("首台套投保，费率2.5%", [("premium_rate", "0.025")]),  # 费率 in a sentence of insurance
        ("担保公司费率1.01%", [("fee_rate", "0.0101")]),
        ("代偿了1000万", [("loss", "10000000")]),
        ("投资了2000万", [("investment_amount", "20000000")]),
        ("付了利息350万", [("interest_paid", "3500000")]),
        ("收了担保费40万", [("fee_paid", "400000")]),
        ("保额1亿", [("insured_amount", "100000000")]),
        ("技改专项贷 3.65 1亿", [("annual_rate", "0.0365"), ("principal", "100000000")]),
        ("贷款1亿，LPR 3.0% 加 45 个基点", [("principal", "100000000"), ("annual_rate", "0.0345")]),
        ("LPR贷5000万加45BP", [("principal", "50000000")]),  # an amount is no base
    ],
)
def test_a_number_is_the_fact_that_its_words_say(
    assistant: Assistant, text: str, wanted: list[tuple[str, str]]
) -> None:
    assert slots(read(assistant, text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "那个最高8000万的应急资金",
        "一次性50万奖励",
        "贴息上限1000万",
        "按不超50%贴息",
        "补贴80%",
        "利率50%",  # no one's rate
    ],
)
def test_a_number_of_the_paper_is_a_reference(assistant: Assistant, text: str) -> None:
    assert {f.slot for f in read(assistant, text)} == {REFERENCE}


def test_a_bare_number_is_what_was_asked_for(assistant: Assistant) -> None:
    assert read(assistant, "4.2") == ()
    assert slots(read(assistant, "4.2", pending=["annual_rate"])) == [("annual_rate", "0.042")]
    assert slots(read(assistant, "0.8", pending=["fee_rate"])) == [("fee_rate", "0.008")]
    assert slots(read(assistant, "3000万", pending=["premium"])) == [("premium", "30000000")]


def test_a_corrected_number_takes_the_place_of_the_last(assistant: Assistant) -> None:
    before = ["principal", "annual_rate", "loss"]
    assert slots(read(assistant, "说错了，600万", before=before)) == [("loss", "6000000")]
    assert slots(read(assistant, "说错了，600万", before=[])) == [("principal", "6000000")]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("贷款5000，利率4%", True),
        ("贷款5000元，利率4%", True),  # a loan of less than ten thousand 元 was meant in 万元
        ("贷款5000万，利率4%", False),
        ("贷款50000000元，利率4%", False),
        ("年保费5000元", False),
    ],
)
def test_an_amount_without_its_unit_is_marked(
    assistant: Assistant, text: str, unknown: bool
) -> None:
    assert read(assistant, text)[0].unit_unknown is unknown


WORDS = [
    "贷款", "担保", "保费", "利率", "费率", "5000万", "4%", "3.65", "50%", "1亿", "0.9%",
    "上限", "那个", "LPR", "加50BP", ",", "代偿", "一次性",
]  # fmt: skip


@given(
    text=st.lists(
        st.sampled_from(WORDS),
        max_size=8,
    ).map("".join)
)
def test_figures_stand_in_order_and_a_rate_is_never_usury(assistant: Assistant, text: str) -> None:
    figures = read(assistant, text)
    assert [f.start for f in figures] == sorted(f.start for f in figures)
    for figure in figures:
        if figure.slot.endswith("rate"):
            assert Decimal(0) < figure.value <= HIGHEST_RATE + Decimal("0.005")  # 50BP
