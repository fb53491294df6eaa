"""Quantities are read as people write them: the written cases, and laws that hold for all."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.normalise import view
from assistant.reading.quantities import Quantity, read_quantities

TODAY = date(2026, 11, 20)
GROUPS = yaml.load(  # every value a string: 4:2:2:2 would be a number in base 60
    Path(__file__).with_name("quantities.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)
CASES = [
    pytest.param(sentence, expected, id=f"{group}: {sentence}")
    for group, cases in GROUPS.items()
    for case in cases
    for sentence, expected in case.items()
]
BOUNDS = {"at_most": "<=", "at_least": ">=", "more_than": ">", "less_than": "<"}


def read(sentence: str) -> tuple[Quantity, ...]:
    return read_quantities(view(sentence).text, TODAY)


def written(quantity: Quantity) -> str:
    """A quantity in the notation of quantities.yaml."""
    if quantity.kind == "date":
        days = sorted({str(quantity.first), str(quantity.last)})
        value = "..".join(days)
    elif quantity.parts:
        value = ":".join(str(part) for part in quantity.parts)
    else:
        ends = (quantity.value, quantity.upper)
        value = "..".join(str(end) for end in ends if end is not None)
    marks = [
        quantity.unit or "",
        quantity.currency if quantity.currency != "CNY" else "",
        "~" if quantity.approximate else "",
        BOUNDS.get(quantity.bound or "", ""),
        f"/{quantity.per}" if quantity.per else "",
        "unsure" if quantity.confidence < 0.5 else "",
    ]
    return " ".join(part for part in (quantity.kind, quantity.text, "=", value, *marks) if part)


def test_there_are_four_hundred_written_expressions() -> None:
    assert len(CASES) >= 400


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_expression_is_read_as_written(sentence: str, expected: list[str]) -> None:
    assert [written(q) for q in read(sentence)] == expected


SENTENCES = st.text(
    alphabet="贷了款利率年月日号万亿千百十一二三两半几多个点厘分成折家笔项第到今去上下约超元块"
    "-%.,:+ wWkBPLR0123456789",
    max_size=40,
)


@given(SENTENCES)
def test_spans_are_ordered_and_show_their_text(sentence: str) -> None:
    end = 0
    for quantity in read_quantities(sentence, TODAY):
        assert end <= quantity.start < quantity.end <= len(sentence)
        assert sentence[quantity.start : quantity.end] == quantity.text
        assert 0 < quantity.confidence <= 1
        if quantity.upper is not None and quantity.value is not None:
            assert quantity.value < quantity.upper
        if quantity.first and quantity.last:
            assert quantity.first <= quantity.last
        end = quantity.end


DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below 10^12 in Chinese numerals."""
    if number >= 10_000:
        size, unit = (100_000_000, "亿") if number >= 100_000_000 else (10_000, "万")
        high, low = divmod(number, size)
        gap = "零" if low and low < size // 10 else ""
        return spoken(high) + unit + (gap + spoken(low) if low else "")
    parts, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            parts += ("零" if gap and parts else "") + DIGITS[digit] + unit
        gap = not digit
    return parts


def renderings(yuan: int) -> list[str]:
    """The ways in which people write an amount of whole 万元."""
    ten_thousands = Decimal(yuan) / 10_000
    ways = [
        f"{yuan}元",
        f"{yuan:,}元",
        f"{ten_thousands:f}万",
        f"{ten_thousands:f}万元",
        f"{ten_thousands:f} 万元",
        f"{ten_thousands:f}w",
        f"{ten_thousands:,f}万",
        f"{Decimal(yuan) / 100_000_000:f}亿",
        f"{Decimal(yuan) / 100_000_000:f}个亿",
        f"人民币{ten_thousands:f}万元",
        f"RMB {ten_thousands:f}万",
        spoken(yuan),
        spoken(yuan) + "元",
        spoken(yuan).replace("二", "两"),
    ]
    hundred_millions, rest = divmod(yuan, 100_000_000)
    if hundred_millions and rest:
        ways.append(f"{hundred_millions}亿{rest // 10_000}万")
    if hundred_millions and rest and not rest % 10_000_000:
        ways.append(f"{hundred_millions}亿{rest // 10_000_000}千万")
        ways.append(f"{spoken(hundred_millions)}亿{spoken(rest // 10_000_000)}")
    return [*ways, *(way.translate(FULL_WIDTH) for way in ways)]


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(st.integers(min_value=1, max_value=999_999).map(lambda n: n * 10_000))
def test_an_amount_is_the_same_in_every_writing(yuan: int) -> None:
    for way in renderings(yuan):
        for sentence in (way, f"我们厂贷了{way}", f"技改贷款{way}，能补多少"):
            money = [q for q in read(sentence) if q.kind == "money"]
            assert [(q.value, q.currency) for q in money] == [(Decimal(yuan), "CNY")], sentence
            assert money[0].confidence >= 0.5


@given(st.integers(min_value=1, max_value=2400))
def test_a_rate_is_the_same_in_every_writing(hundredths: int) -> None:
    percent = Decimal(hundredths) / 100
    whole, fraction = divmod(hundredths, 100)
    said = (spoken(whole) or "零") + (
        "点" + "".join(DIGITS[int(digit)] for digit in f"{fraction:02d}") if fraction else ""
    )
    for way in (
        f"{percent}%",
        f"{percent} %",
        f"{percent}％",
        f"百分之{percent}",
        f"百分之{said}",
        f"{percent}个点",
        f"利率{said}个点",
    ):
        rates = [q.value for q in read(f"贷款利率{way}，贷三年") if q.kind == "rate"]
        assert rates == [percent / 100], way


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31)))
def test_a_day_is_the_same_in_every_writing(day: date) -> None:
    month, number = (re.sub("^一十", "十", spoken(part)) for part in (day.month, day.day))
    for way in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}号",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day.year}年{month}月{number}日",
    ):
        found = read(f"放款日{way}，利率4%")
        assert [(q.first, q.last) for q in found if q.kind == "date"] == [(day, day)], way
