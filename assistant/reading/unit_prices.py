"""A price told for so much money is a rate: 每百元收一块一, 一百万一个月三千块, 每万元每月30元.

In:  a normalised text and its quantities.
Out: the quantities with each such pair as one rate by the year. 100万一年利息3万 stays what it is,
     a loan and its interest, unless the loan is another sum (tests/assistant/reading).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.reading.numerals import read_numeral
from assistant.reading.quantity import Period, Quantity, exact

_BASE = re.compile(
    r"(?<![0-9.一二两三四五六七八九十百千万亿几])"
    r"(?P<each>每(?:借|贷|担保|担|保|收|放|融)?(?:了|出)?)? ?"
    r"(?P<base>(?:一|1|10{0,4})?(?:百万|[百千万])|10{2,4})(?:块钱|元钱|块|元|人民币)?(?![0-9二三四五六七八九十百千万亿]|一(?![个年天季月半]))"
)
_PERIODS: tuple[tuple[re.Pattern[str], Period, int], ...] = (
    (re.compile(r"半年"), "half", 2),
    (re.compile(r"每个?季度?|一个?季度?|按季"), "quarter", 4),
    (re.compile(r"[每一]个?月|按月|月"), "month", 12),
    (re.compile(r"[每一]?[天日]"), "day", 360),
)
_INTEREST = re.compile(r"的?[年月日]利?息")
_GAP = re.compile(r"[^,，。;；!！?？]{0,14}")
_BEFORE, _AFTER = 4, 4  # characters around the pair in which its period may stand
_DEAREST = Decimal("0.36")  # a year; above it the pair is no price
_FEWEST = 10  # times that the sum spoken of is larger than one that is only an example
_SMALL = Decimal(100_000)  # 元; a price of a larger sum is an amount of its own


def priced(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """With one rate for each sum and the price that is told for it."""
    out = list(quantities)
    for match in _BASE.finditer(text):
        price = next((q for q in out if q.kind == "money" and q.start >= match.end()), None)
        if price is None or price.value is None or price.value >= _SMALL:
            continue
        between = text[match.end() : price.start]
        if not _GAP.fullmatch(between):
            continue
        base = _base(match["base"])
        share = price.value / base
        others = [
            q
            for q in out
            if q.kind == "money" and q.value and not _within(q, match.start(), price.end)
        ]
        example = any(q.value and q.value >= base * _FEWEST for q in others)
        spoken = match["base"] == "万" and _INTEREST.match(between)  # 万元月息30块
        told = match["each"] or spoken or (example and match["base"] != "万")
        if not told or price.unit in ("万", "亿"):
            continue
        before = re.split(r"[,，。;；]", text[max(0, match.start() - _BEFORE) : match.start()])[-1]
        after = re.split(r"[,，。;；]", text[price.end : price.end + _AFTER])[0]
        per, times = _period(between, before, after)
        if not 0 < share * times <= _DEAREST:
            continue
        rate = Quantity(
            "rate", exact(share * times), match.start(), price.end,
            text[match.start() : price.end], 0.9, per=per,
        )  # fmt: skip
        out = [q for q in out if not _within(q, rate.start, rate.end)]
        out = sorted([*out, rate], key=lambda q: q.start)
    return out


def _base(written: str) -> Decimal:
    """百 is 100, 一百万 a million."""
    numeral = read_numeral(written, 0) or read_numeral(f"一{written}", 0)
    return numeral.value if numeral else Decimal(1)


def _within(quantity: Quantity, start: int, end: int) -> bool:
    return quantity.start < end and quantity.end > start


def _period(*near: str) -> tuple[Period, int]:
    """The period of a price and how many there are in a year, the nearest word first."""
    for part in near:
        for pattern, per, times in _PERIODS:
            if pattern.search(part):
                return per, times
        if "年" in part:
            break
    return "year", 1
