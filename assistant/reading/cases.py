"""From facts to a case, and from figures to facts: which principal goes with which rate.

In:  figures of one question; or the facts of a conversation.
Out: facts with group numbers; a `Case` for the calculators. Reading a case twice gives the same
     (tests/assistant/reading/test_cases.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from assistant.calculators.case import DOMESTIC, Ask, Case, Guarantee, Loan, Premium, RatePart
from assistant.calculators.money import numeral, plain, to_fen
from assistant.conversation import Fact
from assistant.reading.figures import BASE, MONEY_SLOTS, SPREAD, Figure
from assistant.reading.lexicon import Lexicon, Mention
from assistant.reading.numerals import small
from assistant.reading.owners import APART
from assistant.reading.products import insured_products, of_products
from assistant.reading.quantity import Quantity
from assistant.reading.schedule import outstanding, scheduled

HALF = Decimal("0.5")
LISTED = re.compile(r"[、,，和跟与/ ]{1,3}")
EITHER = "alternatives"
COSTS = ("interest_paid", "fee_paid")  # told by the year where they have a label
LOANS = ("principal", "annual_rate", "guaranteed_amount", "interest_paid")
RATES = frozenset({"annual_rate", "fee_rate"})
PAIRS = {"principal": "annual_rate", "guaranteed_amount": "fee_rate", "premium": "premium_rate"}
QUARTERS = re.compile(
    r"([一二三四1234]+)(?=(?:[、和到至-][一二三四1234])?季)|(?<=[、和到至-])([一二三四1234])季"
)
CHANGE = re.compile(
    r"(?<!\d)(\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:份|初|底|\d+[日号])?(?:起|开始|以?后|重定价|调|降|改|变|涨)"
)
SINCE = re.compile(r" ?(?:份|初|底)?(?:1[日号])?(?:起|开始|以?后|之后|重定价|调|降|改|变|涨)")
MOST_PROJECTS = 50
MONTHS = 12
SENTENCE_STOPS = ",，。;；!！?？"
COUNTED = "个项目笔家单台套份"
AFTER_TITLE = (0, 2)  # characters between a title and how many have it: 瞪羚(企业)两家
BESIDE = 4  # characters between a year and the sum that is paid in it
STOPS = ",，;；。、"  # what parts a sentence
PERIOD_BEFORE, PERIOD_AFTER = 14, 4  # characters around a sum in which stands what it is paid for


def facts_of_figures(
    text: str,
    figures: Sequence[Figure],
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
    lexicon: Lexicon,
    turn: int,
    *,
    known: Sequence[Fact] = (),
    redrawn: bool = False,
) -> tuple[Fact, ...]:
    """The facts that the numbers of one question state, grouped into loans and the like.

    known    what was told before: a loan that changes now, a premium that a length of time is of
    redrawn  whether a day corrects the one on which the loan was drawn
    """
    figures = _without_rest(text, figures, mentions, lexicon)
    lent = any(f.slot in LOANS for f in figures)
    insured = any(f.slot == "premium" for f in known) and not lent
    facts: list[Fact] = []
    for amount_slot, rate_slot in PAIRS.items():
        amounts = _once(
            text, [f for f in figures if f.slot == amount_slot and not f.unit_unknown], lexicon
        )
        rates = _present(text, [f for f in figures if f.slot == rate_slot], len(amounts), lexicon)
        changed = (
            scheduled(text, amounts, rates, quantities, lexicon, turn, known)
            if amount_slot == "principal"
            else None
        )
        if amount_slot == "principal" and changed is None:
            amounts = outstanding(text, amounts, lexicon, known)
        facts += changed or _paired(text, amounts, rates, quantities, lexicon, turn)
    for cost, rate in (("fee_paid", "fee_rate"), ("interest_paid", "annual_rate")):
        paid = [f for f in figures if f.slot == cost]
        if any(lexicon.cues["real_before"].search(text[: f.start]) for f in paid):
            facts = [f for f in facts if f.slot != rate]  # 费率0.95%，实际只交了200万担保费
    facts = [_over(text, f, figures, lexicon) for f in facts]
    facts = _yearly_labelled(facts, figures, quantities, text)
    facts = [_premium_of_year(text, f, figures, lexicon) for f in facts]
    facts = [_of_one_year(text, f, quantities, lexicon) for f in facts]
    facts += _bases(figures, facts)
    if not any(f.slot == "annual_rate" for f in facts):  # LPR加60个基点, and no base told yet
        facts += [
            Fact(SPREAD, plain(q.value), turn, (q.start, q.end))
            for q in quantities
            if q.kind == "lpr_spread" and q.value is not None
        ][:1]
    facts += [
        Fact(f.slot, plain(f.value), turn, (f.start, f.end), confidence=f.quantity.confidence)
        for f in figures
        if f.slot in ("loss", "investment_amount", "insured_amount", "received")
    ]
    facts += _enterprises(quantities, mentions, turn)
    facts += [
        _of_one_year(text, f, quantities, lexicon)
        for f in _interest(text, figures, quantities, lexicon, turn)
    ]
    fees = [f for f in figures if f.slot == "fee_paid"]
    facts += _each_year(text, fees, quantities, turn) or [
        _of_one_year(text, _yearly_sum(text, fee, lexicon, turn), quantities, lexicon)
        for fee in fees
    ]
    facts += [
        Fact("currency", f.quantity.currency, turn, (f.start, f.end))
        for f in figures
        if f.slot in MONEY_SLOTS and f.quantity.currency != DOMESTIC
    ][:1]
    facts = of_products(text, facts, figures, quantities, mentions, lexicon)
    facts = insured_products(text, facts, mentions, lexicon)
    if lexicon.cues["same_project"].search(text):
        facts = [replace(f, project="1") if f.slot == "principal" else f for f in facts]
    facts += _either(text, facts, lexicon, turn)
    early = lexicon.cues["repaid_early"].search(text) or lexicon.cues["interest_free"].search(text)
    if lexicon.cues["whole_year"].search(text):
        pass
    elif early:
        months = 6 if early.group(1) == "半年" else small(early.group(1).removesuffix("个月"))
        if 0 < months < 12:
            facts.append(Fact("portion_months", str(12 - months), turn, early.span()))
    elif not any(f.label or f.portion != "1" for f in facts if f.slot in PAIRS or f.slot in RATES):
        facts += _times(
            text, facts, quantities, mentions, lexicon, turn, redrawn=redrawn, insured=insured
        )
        told = any(m.slot == "product_type" for m in mentions) or any(
            f.slot == "premium" for f in figures
        )
        if insured and not told and any(f.slot == "principal" for f in known):
            facts += [  # 三年呢, with a loan and a policy known: of whichever is asked about
                replace(f, slot="years", group=0)
                for f in facts
                if f.slot == "insured_years" and Decimal(f.value) > 1
            ]
    if any(f.slot == "fee_rate" and f.quantity.per == "years" for f in figures):
        return tuple(facts)  # 两年一次性收1.8% was read by the year already
    return tuple(_one_off_fee(text, facts, lexicon))


def _without_rest(
    text: str, figures: Sequence[Figure], mentions: Sequence[Mention], lexicon: Lexicon
) -> Sequence[Figure]:
    """Without the rate of a rest whose sum was not told: 里面6000万专项贷3.8%，剩下是流贷4.2%."""
    rest = [
        m.start
        for m in mentions
        if m.slot == "loan_product" and lexicon.cues["rest_is_before"].search(text[: m.start])
    ]
    sums = [f.start for f in figures if f.slot == "principal"]
    if not rest or not sums or max(sums) > rest[0]:
        return figures
    return [f for f in figures if f.slot != "annual_rate" or f.start < rest[0]]


def _years_of(text: str, sums: Sequence[Figure], quantities: Sequence[Quantity]) -> tuple[str, ...]:
    """The years that several sums are of: 第一年40万，第二年50万; 三年保费分别是50万、60万、70万.

    () where they are of no years.
    """
    if len(sums) < 2:
        return ()
    lefts = [0, *(f.end for f in sums)]
    spans = zip(lefts, sums, strict=False)
    named = [_year_between(left, f.start, quantities) for left, f in spans]
    if all(named) and len(set(named)) == len(sums):
        return tuple(named)
    whole = any(
        q.kind == "duration" and q.value == 12 * len(sums) and q.end <= sums[0].start
        for q in quantities
    )
    listed = all(LISTED.fullmatch(text[a.end : b.start]) for a, b in pairwise(sums))
    return tuple(f"第{numeral(i)}年" for i in range(1, len(sums) + 1)) if whole and listed else ()


def _of_one_year(text: str, fact: Fact, quantities: Sequence[Quantity], lexicon: Lexicon) -> Fact:
    """The part of one year of what was paid in several: 两年一共收担保费96万."""
    if fact.slot not in (*COSTS, "premium") or fact.span is None or fact.label:
        return fact
    start = fact.span[0]
    left = max(text.rfind(stop, 0, start) for stop in SENTENCE_STOPS) + 1
    months = [
        q.value
        for q in quantities
        if q.kind == "duration" and q.unit == "月" and left <= q.start and q.end <= start
        if q.value is not None and q.value > MONTHS and q.value % MONTHS == 0
    ]
    if len(months) != 1 or not lexicon.cues["summed_before"].search(text[left:start]):
        return fact
    return replace(fact, value=plain(to_fen(Decimal(fact.value) * MONTHS / months[0])))


def _year_between(left: int, right: int, quantities: Sequence[Quantity]) -> str:
    """The year that is named last between two places; "" where none is."""
    for q in reversed(quantities):
        if left <= q.start and q.end <= right:
            if q.kind == "ordinal" and q.unit == "年" and q.value is not None:
                return f"第{numeral(int(q.value))}年"
            if q.kind == "year" and q.first is not None:
                return f"{q.first.year}年"
    return ""


def _each_year(
    text: str, sums: Sequence[Figure], quantities: Sequence[Quantity], turn: int
) -> list[Fact]:
    """What was paid in each of several years; [] where it was not told by the year."""
    years = _years_of(text, sums, quantities)
    facts = [_fact(figure, turn, group) for group, figure in enumerate(sums)] if years else []
    return [replace(f, label=year) for f, year in zip(facts, years, strict=True)]


def _yearly_labelled(
    facts: Sequence[Fact], figures: Sequence[Figure], quantities: Sequence[Quantity], text: str
) -> list[Fact]:
    """The premiums of one product with their years, where they were told by the year."""
    sums = [f for f in figures if f.slot == "premium"]
    years = dict(zip([f.start for f in sums], _years_of(text, sums, quantities), strict=False))
    return [
        replace(f, label=years.get(f.span[0], "")) if f.slot == "premium" and f.span else f
        for f in facts
    ]


def _times_a_year(text: str, paid: Figure, lexicon: Lexicon) -> int:
    """How often a year a sum is paid, by the last word for it that stands near; a year told behind
    a sum that was told for less (每个月付息21万全年都这样) is how long that goes on."""
    after = text[paid.end : paid.end + PERIOD_AFTER]
    stop = next((i for i, c in enumerate(after) if c in STOPS), len(after))
    first = max(0, paid.start - PERIOD_BEFORE)
    near = text[first : paid.end + stop]
    times = {
        "daily": _days(text, lexicon),
        "monthly": 12,
        "quarterly": 4,
        "half_yearly": 2,
        "yearly": 1,
    }
    said = [
        (m.start(), count) for cue, count in times.items() for m in lexicon.cues[cue].finditer(near)
    ]
    before = [one for one in said if first + one[0] < paid.start]
    last = max(said, default=(0, 1))
    return max(before)[1] if before and last[1] == 1 else last[1]


def _bases(figures: Sequence[Figure], facts: Sequence[Fact]) -> list[Fact]:
    """The base rates of the rates that were told with one."""
    bases = {(f.start, f.end): f.base for f in figures if f.base is not None}
    return [
        replace(f, slot=BASE, value=plain(base))
        for f in facts
        if f.slot == "annual_rate" and f.span and (base := bases.get(f.span)) is not None
    ]


def _interest(
    text: str,
    figures: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact]:
    """The interest of a year: told for it, for each quarter or month, or quarter by quarter."""
    paid = [f for f in figures if f.slot == "interest_paid"]
    if not paid:
        return []
    if by_year := _each_year(text, paid, quantities, turn):
        return by_year
    sums = [f for f in figures if f.start >= paid[0].start and f.quantity.kind == "money"]
    spans = [
        q
        for f in sums
        for q in quantities
        if q.kind in ("quarter", "half_year", "date") and 0 <= f.start - q.end <= BESIDE
    ]
    counted = [_periods_of(text, f, sums, lexicon) for f in sums]
    if any(counted):
        total = sum((f.value * (n or 1) for f, n in zip(sums, counted, strict=True)), Decimal(0))
        return [Fact("interest_paid", plain(total), turn, (paid[0].start, paid[0].end))]
    if len(sums) == len(spans) > 1:
        total = sum((f.value for f in sums), Decimal(0))
        return [Fact("interest_paid", plain(total), turn, (paid[0].start, paid[0].end))]
    return [_yearly_sum(text, figure, lexicon, turn) for figure in paid]


def _periods_of(text: str, figure: Figure, sums: Sequence[Figure], lexicon: Lexicon) -> int:
    """For how many months or quarters a sum is told: 3 of 前三个季度每季46.5万; 0 where for none.

    A rest of the year that is as much (四季度也按这个数) is counted with it.
    """
    left = max((f.end for f in sums if f.end <= figure.start), default=0)
    found = lexicon.cues["counted_periods"].search(text[left : figure.start])
    if found is None:
        return 0
    as_much = lexicon.cues["as_much_again"].search(text[figure.end :])
    return (4 if found[2].startswith("季") else 12) if as_much else small(found[1])


def _either(text: str, facts: Sequence[Fact], lexicon: Lexicon, turn: int) -> list[Fact]:
    """That the loans told are offers of which one will be taken: 甲方案…，乙方案…，选哪个."""
    loans = [f for f in facts if f.slot == "principal" and not f.label and f.portion == "1"]
    found = lexicon.cues["alternatives"].search(text)
    return [Fact(EITHER, "是", turn, found.span())] if found and len(loans) > 1 else []


def _premium_of_year(text: str, fact: Fact, figures: Sequence[Figure], lexicon: Lexicon) -> Fact:
    """The premium of a year, where it was told for a quarter or a month: 保费每季度交5万."""
    figure = next(
        (f for f in figures if f.slot == "premium" and (f.start, f.end) == fact.span), None
    )
    if fact.slot != "premium" or figure is None:
        return fact
    return replace(fact, value=_yearly_sum(text, figure, lexicon, fact.turn).value)


def _yearly_sum(text: str, figure: Figure, lexicon: Lexicon, turn: int) -> Fact:
    """What is paid in a year of what was told for it, a quarter or a month: 每季度收客户9万."""
    value = figure.value * _times_a_year(text, figure, lexicon)
    span = (figure.start, figure.end)
    return Fact(figure.slot, plain(value), turn, span, confidence=figure.quantity.confidence)


def _enterprises(
    quantities: Sequence[Quantity], mentions: Sequence[Mention], turn: int
) -> list[Fact]:
    """两家独角兽、三家瞪羚: how many enterprises of each title are spoken of."""
    found: list[Fact] = []
    for q in quantities:
        if q.kind != "count" or q.value is None or not 1 < q.value <= 20 or "家" not in q.text:
            continue
        for m in mentions:
            if m.slot == "titles" and (
                0 <= m.start - q.end + 2 <= 4 or q.start - m.end in AFTER_TITLE
            ):
                span = (q.start, q.end)
                found.append(Fact("enterprise_count", plain(q.value), turn, span, product=m.value))
    return found


def _paired(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact]:
    facts: list[Fact] = []
    amounts = _without_whole(text, amounts, quantities, lexicon)
    count = _count(text, amounts, quantities, lexicon)
    for group, figure in enumerate(amounts):
        facts.append(_fact(figure, turn, group))
    if count > 1:
        facts += [_fact(amounts[0], turn, group) for group in range(1, count)]
    portions = _portions(text, rates, quantities)
    if len(amounts) > 1 and len(rates) == len(amounts):
        facts += [_fact(figure, turn, group) for group, figure in enumerate(rates)]
    elif len(rates) > 1 and portions:
        facts += [
            replace(_fact(figure, turn, 0), portion=plain(part))
            for figure, part in zip(rates, portions, strict=True)
        ]
    elif len(rates) == 1 and (count > 1 or len(amounts) > 1):
        facts += [_fact(rates[0], turn, group) for group in range(max(count, len(amounts)))]
    else:
        facts += [_fact(figure, turn, group) for group, figure in enumerate(rates)]
    return facts


def _fact(figure: Figure, turn: int, group: int) -> Fact:
    return Fact(
        figure.slot,
        plain(figure.value),
        turn,
        (figure.start, figure.end),
        group=group,
        confidence=figure.quantity.confidence,
    )


def _over(text: str, fact: Fact, figures: Sequence[Figure], lexicon: Lexicon) -> Fact:
    """A rate of a fee or a premium of which only is told what it is above: 1%出头."""
    figure = next((f for f in figures if (f.start, f.end) == fact.span), None)
    if fact.slot not in ("fee_rate", "premium_rate") or figure is None:
        return fact
    cues, more = lexicon.cues, figure.quantity.bound == "more_than"
    more = more or bool(cues["over_after"].match(text[figure.end :]))
    above = cues["over_before"].search(text[: figure.start])
    more = more or bool(above and cues["over_than"].match(text[figure.end :]))
    return replace(fact, over=True) if more else fact


def _count(
    text: str, amounts: Sequence[Figure], quantities: Sequence[Quantity], lexicon: Lexicon
) -> int:
    """How many equal loans: 三个项目，每个1亿 → 3; 1 where that is not said."""
    if len(amounts) != 1:
        return 1
    counts = [
        int(q.value)
        for q in quantities
        if q.kind == "count"
        and q.value is not None
        and 1 < q.value <= 20
        and any(c in q.text for c in COUNTED)
        and "年" not in q.text
    ]
    near = text[max(0, amounts[0].start - 8) : amounts[0].start]
    if any(
        lexicon.cues[c].search(text) for c in ("additional_loan", "another_untold", "the_other")
    ):
        return 1  # 再加一笔2000万，两笔合计; 另一笔忘了
    counted = lexicon.cues["each"].search(near) or lexicon.cues["split_into"].search(text)
    return counts[0] if counts and counted else 1


def _present(text: str, rates: list[Figure], sums: int, lexicon: Lexicon) -> list[Figure]:
    """Without the rate of before, where no sum needs it: 去年收1.5%，今年0.9%."""
    if len(rates) != 2 or sums or lexicon.cues["over_years"].search(text):
        return rates
    old, new = (
        lexicon.cues[cue].search(text[: r.start])
        for cue, r in zip(("formerly", "nowadays"), rates, strict=True)
    )
    return rates[1:] if old and new else rates


def _once(text: str, amounts: Sequence[Figure], lexicon: Lexicon) -> list[Figure]:
    """Without what is said a second time: 4.5千万，就是4500万; 按2亿还是8000万算, both told."""
    return [
        f
        for i, (before, f) in enumerate(zip([None, *amounts], amounts, strict=False))
        if before is None
        or not (
            (before.value == f.value and lexicon.cues["restated"].match(text[before.end : f.start]))
            or (
                f.value in {a.value for a in amounts[:i]}
                and lexicon.cues["said_again_before"].search(text[: f.start])
            )
        )
    ]


def _without_whole(
    text: str, amounts: Sequence[Figure], quantities: Sequence[Quantity], lexicon: Lexicon
) -> Sequence[Figure]:
    """10亿拆成两个5亿, 3亿利率4%，一个1.8亿一个1.2亿, 授信9500万，其中5200万是…: the parts, not the
    whole beside them."""
    if len(amounts) < 2:
        return amounts
    whole, parts = amounts[0], amounts[1:]
    split = lexicon.cues["split_into"].search(text)
    each = _count(text, parts, quantities, lexicon) if split else 1
    at = [q.start for q in quantities if q.kind == "rate" and q.start >= whole.end]
    rated = at and at[0] < parts[0].start <= at[-1]  # 3亿4%、1.8亿3.5%: a loan of its own
    adds_up = whole.value == sum(p.value for p in parts) * each and not (rated and not split)
    within = lexicon.cues["of_which"].search(text[whole.end : parts[0].start])
    if (adds_up and (split or len(parts) > 1)) or (
        within and sum(p.value for p in parts) <= whole.value
    ):
        return parts
    return amounts


def _portions(
    text: str, rates: Sequence[Figure], quantities: Sequence[Quantity]
) -> tuple[Decimal, ...]:
    """The part of the year for which each of several rates was paid; () where that is not said."""
    spans = _months_of(text, rates, quantities)
    if spans:
        return spans
    parts: list[Decimal] = []
    at = 0
    for rate in rates:
        inside = [q for q in quantities if at <= q.start < rate.start]
        quarters = len(set("".join("".join(m) for m in QUARTERS.findall(text[at : rate.start]))))
        months = [q.value for q in inside if q.kind == "duration" and q.unit == "月" and q.value]
        if any(q.kind == "half_year" for q in inside):
            parts.append(HALF)
        elif quarters:
            parts.append(Decimal(quarters) / 4)
        elif months and months[-1] < 12:
            parts.append(months[-1] / 12)
        at = rate.end
    left = 1 - sum(parts, Decimal(0))
    if len(parts) == len(rates) - 1 and 0 < left < 1:
        parts.append(left)
    if len(parts) == len(rates) and sum(parts) == 1:
        return tuple(parts)
    change = CHANGE.search(text)
    if len(rates) == 2 and change:
        first = small(change.group(1)) - 1
        if 0 < first < 12:
            return (Decimal(first) / 12, Decimal(12 - first) / 12)
    return ()


def _months_of(
    text: str, rates: Sequence[Figure], quantities: Sequence[Quantity]
) -> tuple[Decimal, ...]:
    """1到4月4.5%，5月起3.9%: the months of each rate, where every one follows on the last."""
    at, begins, ends = 0, [], []
    for rate in rates:
        inside = [
            q
            for q in quantities
            if at <= q.start < rate.start and q.kind in ("date", "quarter", "half_year") and q.first
        ]
        for q in inside[-1:]:
            assert q.first is not None and q.last is not None
            begins.append(q.first.month)
            ends.append(12 if SINCE.match(text[q.end :]) else q.last.month)
        at = rate.end
    if len(rates) < 2 or len(begins) < len(rates) - 1:
        return ()
    if len(begins) == len(rates) - 1:  # the first until the change, or the last for the rest
        if begins[0] == 1:
            begins, ends = [*begins, ends[-1] + 1], [*ends, 12]
        else:
            begins, ends = [1, *begins], [begins[0] - 1, *ends]
    follow = all(b == e + 1 for b, e in zip(begins[1:], ends, strict=False))
    if begins[0] != 1 or ends[-1] != 12 or not follow:
        return ()
    return tuple(Decimal(e - b + 1) / 12 for b, e in zip(begins, ends, strict=True))


def _times(
    text: str,
    facts: Sequence[Fact],
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
    lexicon: Lexicon,
    turn: int,
    *,
    redrawn: bool,
    insured: bool,
) -> list[Fact]:
    """Years, months within a year, and the part of a year from a drawdown day."""
    if redrawn:  # 不是7月，是10月1号: the last day said holds
        dates = [q for q in quantities if q.kind == "date"]
        quantities = [q for q in quantities if q.kind != "date" or q is dates[-1]]
    found: list[Fact] = []
    days_of_year = _days(text, lexicon)
    insured = (
        insured
        or any(f.slot == "premium" for f in facts)
        or any(m.slot == "product_type" for m in mentions)
    )
    of_one = lexicon.cues["in_a_year"].search(text)
    one_year = of_one and not any(
        lexicon.cues[cue].search(text) for cue in ("over_years", "one_off_fee")
    )
    for quantity in quantities:
        span = (quantity.start, quantity.end)
        if quantity.kind == "duration" and quantity.value is not None:
            of_all = lexicon.cues["summed_after"].match(text[quantity.end :])
            near = text[quantity.end : quantity.end + 4]
            if lexicon.cues["not_a_term_after"].search(near) and not of_all:
                continue
            before = text[: quantity.start]
            if lexicon.cues["not_a_term_before"].search(before) or before.endswith("利率"):
                continue
            months = quantity.value if quantity.unit == "月" else None
            after = text[quantity.end :]
            if insured and months == 12 and lexicon.cues["paid_after"].match(after):
                continue  # 一年交45万: how often, and no term
            if insured and months is not None:
                if months == 12 and _yearly_premium(quantity, quantities, text):
                    continue  # 一年60万 tells the premium, not how long it is insured
                years = months / 12
                groups = {_group_at(quantity.start, facts, mentions)}
                if lexicon.cues["all_of_them"].search(before[-2:]):  # 都三年, of all of them
                    groups |= {f.group for f in facts if f.slot == "premium"}
                found += [
                    Fact("insured_years", plain(years), turn, span, group=group)
                    for group in sorted(groups)
                ]
            elif months is not None and months >= 12 and months % 12 == 0:
                if months > 12 and not one_year:
                    found.append(Fact("years", plain(months / 12), turn, span))
            elif months is not None and months < 12:
                found.append(Fact("portion_months", plain(months), turn, span))
            elif months is not None:
                found.append(Fact("years", plain(months / 12), turn, span))
            elif quantity.unit == "天" and quantity.value < 360:
                months = quantity.value * 12 / days_of_year
                found.append(Fact("portion_months", plain(months), turn, span))
        elif quantity.kind == "date" and quantity.first is not None:
            near = (
                text[quantity.start : quantity.end + 8]
                + text[max(0, quantity.start - 6) : quantity.start]
            )
            if of_one and not lexicon.cues["of_that_year"].search(text):
                continue
            drawn = redrawn or lexicon.cues["drawdown"].search(near)
            if drawn and not any(f.slot == "portion_months" for f in found):
                first = quantity.first
                months_left = Decimal(13 - first.month)
                if first.day > 1:
                    days = (date(first.year, 12, 31) - first).days
                    months_left = Decimal(days) * 12 / 365
                if 0 < months_left < 12:
                    found.append(Fact("portion_months", plain(months_left), turn, span))
    seen: dict[tuple[str, int], Fact] = {}
    for fact in found:
        seen.setdefault((fact.slot, fact.group), fact)
    return list(seen.values())


def _yearly_premium(year: Quantity, quantities: Sequence[Quantity], text: str) -> bool:
    """Whether a year is what a sum beside it is paid for: 一年60万, 一年保费60万, 60万一年."""
    return any(
        q.kind == "money"
        and (
            (
                year.end <= q.start <= year.end + BESIDE
                and not set(STOPS) & set(text[year.end : q.start])
            )
            or 0 <= year.start - q.end <= 1
        )
        for q in quantities
    )


def _days(text: str, lexicon: Lexicon) -> int:
    """The days of a year for which interest is paid."""
    return 360 if lexicon.cues["year_of_360"].search(text) else 365


def _group_at(at: int, facts: Sequence[Fact], mentions: Sequence[Mention]) -> int:
    """The number of the insured product whose premium, or else whose name, stands last before."""
    premiums = [f for f in facts if f.slot == "premium" and f.span]
    if len(premiums) > 1:
        return max((f.group for f in premiums if f.span and f.span[0] < at), default=0)
    products = [m for m in mentions if m.slot == "product_type"]
    return max(0, sum(1 for m in products if m.start < at) - 1)


def _one_off_fee(text: str, facts: Iterable[Fact], lexicon: Lexicon) -> list[Fact]:
    """A fee charged once for several years, by the year: 一次性收2.4%管三年 → 0.8%."""
    facts = list(facts)
    years = next((f for f in facts if f.slot == "years"), None)
    fees = [f for f in facts if f.slot == "fee_rate"]
    if years is None or not fees or not lexicon.cues["one_off_fee"].search(text):
        return facts
    by_year = [
        replace(f, value=plain(Decimal(f.value) / Decimal(years.value)), confidence=0.9)
        for f in fees
    ]
    once = [replace(f, slot="one_off_fee") for f in fees] + [replace(years, slot="fee_years")]
    return [f for f in facts if f.slot not in ("fee_rate", "years")] + once + by_year


def case_of(facts: Sequence[Fact], asks: frozenset[Ask] = frozenset({Ask.AMOUNT})) -> Case:
    """The case that a conversation's facts make."""
    sure = [f for f in facts if not f.denied and not f.over]

    def by_group(slot: str) -> dict[int, Decimal]:
        return {f.group: Decimal(f.value) for f in sure if f.slot == slot}

    def one(slot: str) -> Decimal | None:
        values = by_group(slot)
        return values[min(values)] if values else None

    principals, rate_facts = by_group("principal"), [f for f in sure if f.slot == "annual_rate"]
    months = one("portion_months")
    portion = months / 12 if months is not None else Decimal(1)
    rates: dict[int, tuple[RatePart, ...]] = {}
    for fact in rate_facts:
        part = Decimal(fact.portion)
        rates[fact.group] = (
            *rates.get(fact.group, ()),
            RatePart(Decimal(fact.value), portion if part == 1 else part),
        )
    alternatives = len(principals) == 1 and len(rates) > 1
    loans: tuple[Loan, ...]
    if alternatives:
        only = next(iter(principals.values()))
        loans = tuple(Loan(only, parts) for _, parts in sorted(rates.items()))
    elif principals:
        shared = next(iter(rates.values())) if len(rates) == 1 else ()
        drawn = {f.group: f for f in sure if f.slot == "principal"}
        loans = tuple(
            Loan(
                p,
                _out_for(rates.get(g, shared), Decimal(drawn[g].portion)),
                label=drawn[g].label or name_of(drawn[g]),
                project=drawn[g].project,
                product=drawn[g].product,
                place=drawn[g].place,
            )
            for g, p in sorted(principals.items())
        )
    else:
        loans = tuple(Loan(None, parts) for _, parts in sorted(rates.items()))
    interest = one("interest_paid")
    paid_by_year = [f for f in sure if f.slot == "interest_paid" and f.label]
    if len(paid_by_year) > 1:
        loans = tuple(Loan(None, interest=Decimal(f.value), label=f.label) for f in paid_by_year)
    elif interest is not None and not (principals and any(loan.rates for loan in loans)):
        principal = loans[0].principal if loans else None
        loans = (Loan(principal, interest=interest),)
    amounts, fees = by_group("guaranteed_amount"), by_group("fee_rate")
    paid = one("fee_paid")
    products: dict[int, str] = {}
    if not amounts and (fees or paid is not None):
        amounts = principals
        products = {f.group: f.product for f in sure if f.slot == "principal"}
    if len(amounts) == 1 and len(fees) > 1:
        alternatives = True
        amounts = dict.fromkeys(fees, next(iter(amounts.values())))
    groups = sorted(set(amounts) | set(fees))
    only_fee = next(iter(fees.values())) if len(fees) == 1 else None
    names = {f.group: name_of(f) for f in sure if f.slot in PAIRS}
    guarantees = tuple(
        Guarantee(
            amounts.get(g),
            fees.get(g, only_fee),
            names.get(g, "") if len(groups) > 1 else "",
            product=products.get(g, ""),
        )
        for g in groups
    )
    if paid is not None and not (amounts and fees):
        amount = guarantees[0].amount if guarantees else None
        guarantees = tuple(
            Guarantee(amount, only_fee, f.label, fee=Decimal(f.value))
            for f in sure
            if f.slot == "fee_paid"
        )
    premiums, premium_rates, terms = (
        by_group("premium"),
        by_group("premium_rate"),
        by_group("insured_years"),
    )
    single = len(premiums) == 1
    covered = one("insured_amount")
    years = {f.group: f.label for f in sure if f.slot == "premium"}
    if all(years.values()):  # 三年保费分别是…: one year each
        terms = {}
    insured = tuple(
        Premium(
            amount,
            premium_rates.get(g)
            or (one("premium_rate") if single or len(premium_rates) == 1 else None),
            terms.get(g) or (one("insured_years") if single else None),
            "" if single else years[g] or names.get(g, ""),
            product=next((f.product for f in sure if (f.slot, f.group) == ("premium", g)), ""),
        )
        for g, amount in sorted(premiums.items())
    )
    called = [p.label for p in insured]
    if len(set(called)) < len(called) or not all(called):  # told apart by their numbers
        insured = tuple(replace(p, label="") for p in insured)
    if not insured and covered is not None:
        insured = (
            Premium(None, one("premium_rate"), one("insured_years"), insured_amount=covered),
        )
    return Case(
        loans=loans,
        guarantees=guarantees,
        premiums=insured,
        years=None if any(f.label and f.slot in COSTS for f in sure) else one("years"),
        alternatives=alternatives or any(f.slot == EITHER for f in sure),
        loss=one("loss"),
        asks=asks,
        currency=next((f.value for f in sure if f.slot == "currency"), DOMESTIC),
    )


def name_of(fact: Fact) -> str:
    """The first name that the loan of a fact goes by; "" where it has none."""
    return fact.owner.split(APART)[0]


def _out_for(rates: tuple[RatePart, ...], portion: Decimal) -> tuple[RatePart, ...]:
    """Rates paid while a sum was out for a part of the year."""
    if portion == 1:
        return rates
    return tuple(RatePart(p.rate, p.portion * portion) for p in rates)


def facts_of_profile(profile: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Facts from slot values as the HTTP interface takes them; a list is several values.

    `project_count` repeats the loan.
    """
    facts: list[Fact] = []
    for slot, value in profile.items():
        values = value if isinstance(value, list) else [value]
        facts += [Fact(slot, str(v), 1) for v in values]
    count = next((int(Decimal(f.value)) for f in facts if f.slot == "project_count"), 1)
    loans = [f for f in facts if f.slot in ("principal", "annual_rate")]
    for group in range(1, min(count, MOST_PROJECTS)):
        facts += [replace(f, group=group) for f in loans]
    return tuple(facts)
