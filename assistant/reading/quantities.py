"""Read every quantity of a question: money, rates, counts, lengths of time, days, and the rest.

In:  a question's normalised text (`assistant.reading.normalise.view`) and the day it was asked.
Out: `Quantity` values in reading order that do not overlap. Numbers that are names are kept apart:
     a document number or a telephone number is an `identifier`, 1+N a `code`, 第二条 an
     `ordinal`; 500强 and 一下子 are nothing.

A text is scanned once from left to right; at each place where a quantity may begin the forms below
are tried in order, and the first that fits takes its characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.reading.amounts import (
    read_count,
    read_foreign,
    read_money,
    read_number,
    read_unit,
)
from assistant.reading.days import DAY_START, read_days
from assistant.reading.lengths import read_half, read_length
from assistant.reading.names import (
    BENCHMARK,
    read_name,
    read_ordinal,
    read_ratio,
    skip_idiom,
    skip_word,
)
from assistant.reading.numerals import NUMERAL_START, RANGE_SEPARATOR, Numeral, read_range
from assistant.reading.quantity import Bound, Quantity
from assistant.reading.rates import (
    read_bare_rate,
    read_dots,
    read_fraction,
    read_interest,
    read_percent,
    read_points,
    read_spread,
    read_tenths,
)
from assistant.reading.unit_prices import priced

__all__ = ["Quantity", "read_quantities"]

_POINTS = re.compile(r"\d个?[Bb][Pp]$")  # 加45BP2.8亿
_START = re.compile(rf"[{NUMERAL_START}{DAY_START}万亿元对上近过约¥$€人美港欧A-Za-z〔【(\[]")
_BOUND_WORDS: tuple[tuple[str, Bound], ...] = (
    (
        r"不得?超过?|不高于|不大于|不多于|最高|最多|至多|上限|封顶|到顶|顶格|顶多|≤|<=|最长",
        "at_most",
    ),
    (r"不低于|不少于|不小于|不短于|至少|最低|最少|起码|≥|>=", "at_least"),
    (r"超过?|大于|高于|多于|突破|>|超出", "more_than"),
    (r"低于|小于|少于|不到|不足|不满|未满|未达|没到|<", "less_than"),
)
_BETWEEN = r"(?:为|是|达到?|给|补贴?|奖励?|贴|能?贷|到|约|可|可达|人民币|一共|只有?|等值)? ?$"
_BOUND_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = tuple(
    (re.compile(rf"(?:{words}){_BETWEEN}"), bound) for words, bound in _BOUND_WORDS
)
_BOUND_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (
        re.compile(
            r" ?(?:\(含\))?(?:及其?以上|\(含\)以上|以上|往上|打底|起步|起(?=[,，。步贷 ]|$))"
        ),
        "at_least",
    ),
    (
        re.compile(
            r" ?(?:\(含\))?(?:及其?以下|以下|以内|之内|内(?![部地容外蒙江])|封顶|为限|为上限|到顶)"
        ),
        "at_most",
    ),
)
_DAY_BOUND_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r" ?(?:以前|之前|前(?![年期0-9一二两三四五六七八九十]))"), "at_most"),
    (re.compile(r" ?(?:以后|之后|后(?![年期])|起|以来)"), "at_least"),
)
_APPROXIMATE_BEFORE = re.compile(
    r"(?:约|大约|大概|大致|差不多|将近|接近|近|估计|左右|小)(?:是|有|为)? ?$"
)
_APPROXIMATE_AFTER = re.compile(
    r" ?(?:左右|上下|多(?![少久长大远])|来(?=[元块])|出头|的样子|不到一点)"
)


@lru_cache(maxsize=1024)
def read_quantities(text: str, today: date) -> tuple[Quantity, ...]:
    """Every quantity of `text` in reading order; their spans do not overlap.

    text   as `normalise.view` returns it; spans count in it
    today  the day that 去年, 年底 and a date without its year are counted from
    """
    found: list[Quantity] = []
    at = 0
    while start := _START.search(text, at):
        at = start.start()
        found_here = _at(text, at, today)
        if isinstance(found_here, Quantity):
            found.append(_qualified(text, found_here))
            at = found_here.end
        else:
            at = found_here or at + 1
    return tuple(priced(text, _joined(text, found)))


def _at(text: str, start: int, today: date) -> Quantity | int | None:
    """What begins at `start`: a quantity, the position up to which there is none, or None."""
    for read in _BEFORE_DAYS:
        found = read(text, start)
        if found:
            return found
    if text[start] in DAY_START:
        days = read_days(text, start, today)
        if days:
            return days
    for read in _AFTER_DAYS:
        found = read(text, start)
        if found:
            return found
    return None


def _measured(text: str, start: int) -> Quantity | int | None:
    """A numeral with what follows it: the unit decides what it is."""
    numeral = read_range(text, start) if text[start] in NUMERAL_START else None
    if not numeral:
        return None
    before = text[start - 1 : start]
    benchmark = text[:start].upper().endswith(BENCHMARK)
    if before.isascii() and before.isalpha() and not (benchmark or _POINTS.search(text[:start])):
        return numeral.end
    for read in _BY_UNIT:
        found = read(text, start, numeral)
        if found:
            return found
    return None


_BEFORE_DAYS: tuple[Callable[[str, int], Quantity | int | None], ...] = (
    skip_idiom,
    read_spread,
    read_name,
    read_ratio,
)
_AFTER_DAYS: tuple[Callable[[str, int], Quantity | int | None], ...] = (
    read_ordinal,
    read_foreign,
    skip_word,
    read_fraction,
    read_half,
    read_unit,
    _measured,
)
_BY_UNIT: tuple[Callable[[str, int, Numeral], Quantity | int | None], ...] = (
    read_points,
    read_percent,
    read_dots,
    read_interest,
    read_length,
    read_tenths,
    read_count,
    read_money,
    read_bare_rate,
    read_number,
)


def _qualified(text: str, quantity: Quantity) -> Quantity:
    """With the bound and the 约 or 左右 that stand around it."""
    if quantity.kind in ("identifier", "code", "ordinal", "ratio", "unit"):
        return quantity
    bound = quantity.bound
    approximate = quantity.approximate
    before = text[max(0, quantity.start - 8) : quantity.start]
    about = _APPROXIMATE_BEFORE.search(before)
    if about:
        approximate = approximate or not (
            quantity.kind == "duration" and about.group() in ("近", "近 ")
        )
        before = before[: about.start()]
    after = _APPROXIMATE_AFTER.match(text, quantity.end)
    if after and quantity.first is None:
        approximate = True
    end = after.end() if after else quantity.end
    for pattern, name in _BOUND_BEFORE:
        if bound is None and pattern.search(before):
            bound = name
    for pattern, name in _BOUND_AFTER + (_DAY_BOUND_AFTER if quantity.first else ()):
        if bound is None and pattern.match(text, end):
            bound = name
    if bound == quantity.bound and approximate == quantity.approximate:
        return quantity
    return replace(quantity, bound=bound, approximate=approximate)


def _joined(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """500万元到1000万元 and 3%-5% are one range."""
    joined: list[Quantity] = []
    for quantity in quantities:
        previous = joined[-1] if joined else None
        if previous and _is_range(text, previous, quantity):
            joined[-1] = replace(
                quantity, value=previous.value, start=previous.start,
                text=text[previous.start : quantity.end], upper=quantity.value,
                first=previous.first, confidence=min(previous.confidence, quantity.confidence),
                bound=quantity.bound,
            )  # fmt: skip
        else:
            joined.append(quantity)
    return joined


def _is_range(text: str, low: Quantity, high: Quantity) -> bool:
    if low.kind != high.kind or low.upper is not None or high.upper is not None:
        return False
    if not RANGE_SEPARATOR.fullmatch(text, low.end, high.start):
        return False
    if low.kind == "date":
        return low.first is not None and high.last is not None and low.first < high.last
    return (
        low.kind in ("money", "rate", "count", "duration", "points", "year")
        and low.value is not None
        and high.value is not None
        and low.value < high.value
    )
