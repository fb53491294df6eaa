"""A price told for so much money is a rate by the year, and a loan's interest stays a sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.reading.quantities import read_quantities

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("每百元收八毛担保费", "0.008"),
        ("每百元一年收一块一", "0.011"),
        ("每万元每月30元利息", "0.036"),
        ("万元月息30块", "0.036"),
        ("借了4700万,一百万一个月三千块钱利息", "0.036"),
        ("技改专项贷2200万,一千块钱一年35块利息", "0.035"),
        ("每借100元每半年付2块", "0.04"),
        ("三个半点", "0.035"),
        ("年利率三个二", "0.032"),
        ("千分之九一年", "0.009"),
    ],
)
def test_a_price_is_a_rate(text: str, rate: str) -> None:
    assert [q.value for q in read_quantities(text, DAY) if q.kind == "rate"] == [Decimal(rate)]


@pytest.mark.parametrize("text", ["100万一年利息3万", "五百万利息一年20万,总投5000万", "三个项目"])
def test_a_sum_and_its_interest_stay_sums(text: str) -> None:
    assert not [q for q in read_quantities(text, DAY) if q.kind == "rate"]
