"""When the sums of a loan were drawn and repaid, and which year each rate was paid in.

In:  a normalised text, its loan sums and rates, its quantities, the lexicon's cues.
Out: facts of one loan per draw or year, each with the part of the year that its sum was out; None
     where the text tells no such thing (tests/assistant/reading/test_schedule.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators.money import numeral
from assistant.conversation import Fact
from assistant.reading.figures import Figure
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

YEAR = Decimal(12)  # months
MOST_YEARS = 10
ONE_PROJECT = "1"
FIRST_YEAR = "第一年"
NEAR = 8


def scheduled(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """The facts of a loan that changed in time."""
    if not amounts:
        return None
    if len(amounts) == 1 and len(rates) > 1:
        return _rates_by_year(amounts[0], rates, quantities, text, turn)
    if len(amounts) == 1 and len(rates) == 1 and lexicon.cues["draws_each_year"].search(text):
        return _draws_each_year(amounts[0], rates[0], quantities, turn)
    if len(amounts) == 1 and len(rates) == 1:
        return _share_repaid(
            text, amounts[0], rates[0], quantities, lexicon, turn
        ) or _since_an_earlier_year(text, amounts[0], rates[0], quantities, lexicon, turn)
    if len(amounts) > 1 and len(rates) in (1, len(amounts)):
        return _sums_by_year(amounts, rates, quantities, text, turn) or _draws(
            text, amounts, rates, quantities, lexicon, turn
        )
    return None


def further_year(
    known: Sequence[Fact], new: Sequence[Fact], quantities: Sequence[Quantity]
) -> tuple[Sequence[Fact], Sequence[Fact]]:
    """第二年本金剩4000万, told after the first year: what is known, and the loan of each year.

    Both as they are where no later year of the one loan is told.
    """
    slots = ("principal", "annual_rate")
    later = [q for q in quantities if q.kind == "ordinal" and q.unit == "年" and q.value]
    told = [f for f in new if f.slot in slots]
    before = [f for f in known if f.slot in slots and not f.denied]
    years = {f.label for f in before}
    one_each = len({f.slot for f in told}) == len(told) > 0
    single = len({f.group for f in before}) == 1 or "" not in years
    if len(later) != 1 or not one_each or not single or any(f.label for f in told):
        return known, new
    number = int(later[0].value or 0)
    name = f"第{numeral(number)}年"
    if not 1 < number <= MOST_YEARS or {f.slot for f in before} != set(slots):
        return known, new
    before = [replace(f, label=f.label or FIRST_YEAR) for f in before]
    group = 1 + max(f.group for f in before)
    last = [f for f in before if f.label != name]
    of_year = [replace(f, group=group, label=name) for f in told]
    for slot in set(slots) - {f.slot for f in told}:
        same = max((f for f in last if f.slot == slot), key=lambda f: f.group)
        of_year.append(replace(same, group=group, label=name))
    rest = [f for f in new if f not in told]
    return [f for f in known if f.slot not in slots], [*rest, *last, *of_year]


def _rates_by_year(
    amount: Figure, rates: Sequence[Figure], quantities: Sequence[Quantity], text: str, turn: int
) -> list[Fact] | None:
    """2025年4.4%，2026年3.8%; 前三年4.2%，后两年3.6%: one sum, each year at its rate."""
    facts: list[Fact] = []
    at, number = 0, 0
    for rate in rates:
        names = _years_named([q for q in quantities if at <= q.start < rate.start], text, number)
        if not names or len(facts) // 2 + len(names) > MOST_YEARS:
            return None
        for name in names:
            number += 1
            facts += [_fact(amount, turn, number, name), _fact(rate, turn, number, name)]
        at = rate.end
    return facts


def _sums_by_year(
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    text: str,
    turn: int,
) -> list[Fact] | None:
    """6000万，第二年剩4000万，第三年剩2000万: what is left of one sum in each year, at its rate."""
    names: list[str] = []
    at = 0
    for number, amount in enumerate(amounts):
        inside = [q for q in quantities if at <= q.start < amount.start and q.kind == "ordinal"]
        told = _years_named(inside, text, number) or ([FIRST_YEAR] if not number else [])
        names += told[:1]
        at = amount.end
    falls = all(b.value <= a.value for a, b in itertools.pairwise(amounts))
    if len(set(names)) != len(amounts) or not falls:
        return None
    each = list(rates) * (len(amounts) if len(rates) == 1 else 1)
    return [
        _fact(figure, turn, group, name)
        for group, (name, pair) in enumerate(
            zip(names, zip(amounts, each, strict=True), strict=True)
        )
        for figure in pair
    ]


def _years_named(inside: Sequence[Quantity], text: str, before: int) -> list[str]:
    """The years that a rate was paid in; `before` is how many were told already."""
    for q in reversed(inside):
        if q.kind == "year" and q.first is not None and q.last is not None:
            return [f"{y}年" for y in range(q.first.year, q.last.year + 1)]
        if q.kind == "ordinal" and q.unit == "年" and q.value is not None:
            return [f"第{numeral(int(q.value))}年"]
        whole = q.kind == "duration" and q.unit == "月" and q.value and q.value % YEAR == 0
        if whole and q.value is not None and text[max(0, q.start - 1) : q.start] in "前头首后":
            count = min(int(q.value / YEAR), MOST_YEARS)
            return [f"第{numeral(before + i)}年" for i in range(1, count + 1)]
    return []


def _draws_each_year(
    amount: Figure, rate: Figure, quantities: Sequence[Quantity], turn: int
) -> list[Fact] | None:
    """每年初各提4000万，三年: what is out grows from year to year."""
    years = [
        int(q.value / YEAR)
        for q in quantities
        if q.kind == "duration" and q.unit == "月" and q.value and q.value % YEAR == 0
    ]
    if not years or not 1 < years[0] <= MOST_YEARS:
        return None
    facts: list[Fact] = []
    for i in range(1, years[0] + 1):
        name = f"第{numeral(i)}年"
        facts += [
            _fact(amount, turn, i, name, value=amount.value * i),
            _fact(rate, turn, i, name),
        ]
    return facts


def _draws(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """Sums drawn on several days, or repaid on one: each for the rest of the year."""
    repaid = [lexicon.cues["repaid_before"].search(_before(text, a)) is not None for a in amounts]
    parts = list(zip(amounts, repaid, strict=True))
    split = not any(repaid) and amounts[0].value == sum(a.value for a in amounts[1:])
    if split and len(amounts) > 2:  # 1亿分两次放，6000万、4000万
        parts = parts[1:]
    out: list[tuple[Figure, bool, Decimal | None]] = []
    for i, (amount, back) in enumerate(parts):
        left = parts[i - 1][0].end if i else 0
        right = parts[i + 1][0].start if i + 1 < len(parts) else len(text)
        out.append((amount, back, _out_for(text, amount, left, right, quantities, lexicon, back)))
    told = [portion for _, _, portion in out if portion is not None]
    if not told or (any(repaid) and repaid[0]):
        return None
    one = any(repaid) or split or lexicon.cues["same_loan"].search(text)
    facts: list[Fact] = []
    first = out[0][0].value
    returned = sum((a.value for a, back, _ in out if back), Decimal(0))
    if returned > first:
        return None
    for group, (amount, back, portion) in enumerate(out):
        value = amount.value
        if any(repaid) and group == 0:
            value = first - returned
        if back and portion is None:
            return None
        facts.append(
            _fact(
                amount,
                turn,
                group,
                value=value,
                portion=Decimal(1) if portion is None else portion,
                project=ONE_PROJECT if one else "",
            )
        )
    facts += [
        _fact(rates[0] if len(rates) == 1 else rate, turn, group)
        for group, rate in enumerate(rates if len(rates) > 1 else [rates[0]] * len(out))
    ]
    empty = {f.group for f in facts if f.slot == amounts[0].slot and not Decimal(f.value)}
    return [f for f in facts if f.group not in empty]


def _share_repaid(
    text: str,
    amount: Figure,
    rate: Figure,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """6月底还掉一半: what was repaid was out until then, the rest all year."""
    for q in quantities:
        before = text[max(0, q.start - NEAR) : q.start]
        if q.kind != "share" or not q.value or not lexicon.cues["repaid_before"].search(before):
            continue
        back = Figure(amount.slot, amount.value * q.value, q.start, q.end, q)
        portion = _out_for(text, back, amount.end, len(text), quantities, lexicon, True)
        if portion is None or not 0 < q.value < 1:
            return None
        left = amount.value - back.value
        return [
            _fact(amount, turn, 0, value=left, project=ONE_PROJECT),
            _fact(rate, turn, 0),
            _fact(back, turn, 1, portion=portion, project=ONE_PROJECT),
            _fact(rate, turn, 1),
        ]
    return None


def _since_an_earlier_year(
    text: str,
    amount: Figure,
    rate: Figure,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """去年9月放的款，到今年年底: what is left of the first year, then whole years; where only the
    later year is asked about, that one alone."""
    days = [q for q in quantities if q.kind in ("date", "year") and q.first and q.last]
    drawn = next(
        (q for q in days if q.kind == "date" and lexicon.cues["drawdown"].search(_near(text, q))),
        None,
    )
    if drawn is None or drawn.first is None or drawn.last is None:
        return None
    later = [q for q in days if q.first and q.first.year > drawn.first.year]
    if not later or later[-1].first is None:
        return None
    last = later[-1].first.year
    until = lexicon.cues["until"].search(text[: later[-1].start])
    years = range(drawn.first.year if until else last, last + 1)
    if len(years) > MOST_YEARS:
        return None
    facts: list[Fact] = []
    for group, year in enumerate(years):
        first = year == drawn.first.year
        portion = _portion(drawn.first, drawn.last, repaid=False) if first else None
        facts += [
            _fact(amount, turn, group, f"{year}年", portion=portion),
            _fact(rate, turn, group, f"{year}年"),
        ]
    return facts


def _near(text: str, q: Quantity) -> str:
    return text[max(0, q.start - NEAR) : q.end + NEAR]


def _out_for(
    text: str,
    amount: Figure,
    left: int,
    right: int,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    repaid: bool,
) -> Decimal | None:
    """The part of the year that a sum was out; None where its text names no day."""
    before = [q for q in quantities if left <= q.start and q.end <= amount.start]
    after = [q for q in quantities if amount.end <= q.start < min(right, amount.end + NEAR)]
    after = [q for q in after if not set(",，;；。") & set(text[amount.end : q.start])]
    for q in [*reversed(before), *after]:
        if q.kind in ("quarter", "half_year") and not repaid:
            return Decimal(3 if q.kind == "quarter" else 6) / YEAR
        if q.kind == "date" and q.first is not None and q.last is not None:
            return _portion(q.first, q.last, repaid)
        later = lexicon.cues["later"].match(text[q.end :])
        if q.kind == "duration" and q.unit == "月" and q.value and q.value < YEAR and later:
            return q.value / YEAR if repaid else (YEAR - q.value) / YEAR
    return None


def _portion(first: date, last: date, repaid: bool) -> Decimal:
    """What is left of the year after a day, or was over before it; whole months are twelfths."""
    to_the_end = (last + timedelta(days=1)).day == 1
    if first.day == 1 and last.month == first.month + 1:  # 年中
        used = Decimal(first.month) / YEAR
    elif first.day == 1:
        used = Decimal(first.month - 1) / YEAR
    elif to_the_end:
        used = Decimal(last.month) / YEAR
    else:
        used = 1 - Decimal((date(first.year, 12, 31) - first).days) / 365
    return used if repaid else 1 - used


def _before(text: str, amount: Figure) -> str:
    return text[max(0, amount.start - NEAR) : amount.start]


def _fact(
    figure: Figure,
    turn: int,
    group: int,
    label: str = "",
    *,
    value: Decimal | None = None,
    portion: Decimal | None = None,
    project: str = "",
) -> Fact:
    number = figure.value if value is None else value
    return Fact(
        figure.slot,
        f"{number:f}",
        turn,
        (figure.start, figure.end),
        group=group,
        confidence=figure.quantity.confidence,
        portion="1" if portion is None else f"{portion:f}",
        project=project,
        label=label,
    )
