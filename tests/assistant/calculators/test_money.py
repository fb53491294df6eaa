"""Printed numbers: short where they are exact, and read back as the same value."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculators.money import exact, percent, plain, to_fen, years_words, yuan

UNITS = {"亿元": Decimal(10) ** 8, "万元": Decimal(10) ** 4, "元": Decimal(1)}


def read_back(text: str) -> Decimal:
    number, unit = re.fullmatch(r"(-?\d+(?:\.\d+)?)(亿元|万元|元)", text).groups()  # type: ignore[union-attr]
    return Decimal(number) * UNITS[unit]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0元"),
        ("0.5", "0.50元"),
        ("9999", "9999元"),
        ("9999.99", "9999.99元"),
        ("10000", "1万元"),
        ("17400", "1.74万元"),
        ("607500", "60.75万元"),
        ("607501", "60.7501万元"),
        ("607500.25", "607500.25元（约60.75万元）"),
        ("10000000", "1000万元"),
        ("99999999.99", "99999999.99元（约10000.00万元）"),
        ("100000000", "1亿元"),
        ("1250000000", "12.5亿元"),
        ("434782608", "43478.2608万元"),
        ("434782608.70", "434782608.70元（约4.35亿元）"),
        ("1000000000000", "10000亿元"),
        ("-1500000", "-150万元"),
    ],
)
def test_yuan(amount: str, text: str) -> None:
    assert yuan(Decimal(amount)) == text


def test_a_foreign_currency_keeps_its_name() -> None:
    assert yuan(Decimal(5_000_000), "USD") == "500万美元"
    assert yuan(Decimal("123456.78"), "EUR") == "123456.78欧元（约12.35万欧元）"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        ("0.04", "4%"),
        ("0.0385", "3.85%"),
        ("0.01001", "1.001%"),
        ("0.36", "36%"),
        ("0.0001", "0.01%"),
        ("0.040", "4%"),
        ("0.02581818181818181818181818182", "约2.5818%"),
        ("0.3333333333333333333333333333", "约33.3333%"),
    ],
)
def test_percent(rate: str, text: str) -> None:
    assert percent(Decimal(rate)) == text


def test_plain_and_to_fen() -> None:
    assert [plain(Decimal(t)) for t in ("0.50", "1E+3", "100", "2.000")] == [
        "0.5",
        "1000",
        "100",
        "2",
    ]
    assert [str(to_fen(Decimal(t))) for t in ("0.005", "0.0049", "1")] == ["0.01", "0.00", "1.00"]
    assert [years_words(Decimal(t)) for t in ("1", "2", "3", "1.5")] == [
        "一年",
        "两年",
        "三年",
        "1.5年",
    ]


@given(st.decimals(min_value="-1000000000000", max_value="1000000000000", places=2))
def test_an_exact_amount_reads_back(amount: Decimal) -> None:
    assert read_back(exact(amount)) == amount
    assert read_back(yuan(amount).partition("（")[0]) == amount


@given(st.decimals(min_value="0.01", max_value="1000000000000", places=2))
def test_what_is_called_about_is_rightly_rounded(amount: Decimal) -> None:
    about = re.search(r"约([^）]*)", yuan(amount))
    if about:
        unit = UNITS["亿元" if "亿" in about.group(1) else "万元"]
        assert abs(read_back(about.group(1)) - amount) <= unit * Decimal("0.005")


@given(st.decimals(min_value="0.000001", max_value="0.36", places=8))
def test_a_rate_reads_back(rate: Decimal) -> None:
    assert Decimal(percent(rate).removesuffix("%")) / 100 == rate
