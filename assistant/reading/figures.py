"""Which fact each quantity of a question is: principal, rate, fee rate, premium, years …

In:  a normalised text, its quantities, the lexicon's roles, and what the conversation waits for.
Out: `Figure`s in reading order; a number that only refers to the paper (那个最高8000万的) has the
     slot "reference" and never becomes a fact (tests/assistant/reading/test_figures.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.calculators.money import to_fen
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

STOP = re.compile(r"[,，。;；!！?？]")
PERIODS = (1, 3, 6, 12)  # months
ONE_OF = re.compile(r"(?:一|另一|第[一二三])(?:笔|家|个|份|边|单)(?:是|按|收|要)? ?$")
SENTENCE_ENDS = "。;；!！?？"
LIST = re.compile(r" ?[、,，和跟与/] ?")
NOT_A_RATE = re.compile(r" ?[0-9万亿千百元年月日天期个家笔号次]")
PARTS = ",，。;；、!！?？"  # what parts a sentence
LEFT_REACH, RIGHT_REACH = 9, 6
BESIDE = 3  # characters between a quarter and what was paid in it
SURE = 0.5
REFERENCE = "reference"
HIGHEST_RATE = Decimal("0.36")
HIGHEST_DEAL = Decimal("1e10")  # 元
LOWEST_RATE = Decimal("0.0005")
HIGHEST_FEE = Decimal("0.02")  # a yearly fee above it is a loan's rate
USUAL_RATE = Decimal("0.2")
LOWEST_LOAN = Decimal(10_000)  # 元; a loan of less was meant in 万元
RATE_SLOTS = ("annual_rate", "fee_rate", "premium_rate")
BASE, SPREAD = "base_rate", "rate_spread"
MONEY_SLOTS = ("principal", "guaranteed_amount", "premium", "loss", "investment_amount")


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity and the slot it fills; `unit_unknown` where 元 or 万元 was not said.

    base  the base rate of a rate that was told as one and a spread; None else
    """

    slot: str
    value: Decimal
    start: int
    end: int
    quantity: Quantity
    unit_unknown: bool = False
    base: Decimal | None = None


def read_figures(
    text: str,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    *,
    pending: Sequence[str] = (),
    before: Sequence[str] = (),
) -> tuple[Figure, ...]:
    """Money and rates with their slots.

    pending  slots the assistant asked for in the last turn
    before   slots already known, most recent last (a corrected number takes its slot)
    """
    figures: list[Figure] = []
    whole = _context(text, lexicon)
    for i, quantity in enumerate(quantities):
        kind = _kind(quantity, text, lexicon, pending)
        if kind is None or quantity.value is None:
            continue
        context = _nearer(text, quantity, kind, quantities, whole, lexicon)
        left = _left_of(i, quantities)
        right = quantities[i + 1].start if i + 1 < len(quantities) else len(text)
        if kind == "money" and _leads_to_rate(text, i, quantities, lexicon):
            right = quantity.end
        slot = _by_cue(text, quantity, kind, lexicon, left, right)
        paid_in = text.startswith(lexicon.roles["money"]["premium"][1], quantity.end)
        if slot == "investment_amount" and paid_in:  # 投了80万保费
            slot = "premium"
        if slot == "insured_amount" and context.get("money") == "guaranteed_amount":
            slot = "guaranteed_amount"  # 担保的保额
        if slot is None and _goes_on(text, quantity, figures):
            slot = figures[-1].slot
        told = {f.slot for f in figures} | set(before)
        again = kind == "money" and "interest_paid" in told
        if slot is None and again and lexicon.cues["paid_before"].search(text[: quantity.start]):
            slot = "interest_paid"
        taken = lexicon.cues["interest_taken"].search(text[: quantity.start])
        if kind == "money" and slot is None and taken and _borrows(whole, before):
            slot = "interest_paid"
        in_turns = lexicon.cues["fee_taken"].search(text[: quantity.start])
        if kind == "money" and slot is None and in_turns and "fee_rate" in whole.values():
            slot = "fee_paid"
        if slot is None or (slot in ("fee_rate", "premium_rate") and kind == "rate"):
            slot = _by_context(kind, slot, context, pending, before)
        value = quantity.value
        if kind == "rate" and quantity.kind == "number":
            value = value / 100
        elif kind == "rate" and quantity.kind == "duration":  # 利率4 年贴息: the 4 is the rate
            value = value / 12 / 100
        if slot == "premium" and "fee_rate" in before and slot not in before:
            slot = "fee_paid"  # what a guarantor takes is a fee, whatever it is called
        wrong = lexicon.cues["not_before"].search(text[: quantity.start])
        if wrong and kind == "rate" and len(quantities) > 1:  # 收了240万，不是0.6%
            slot = REFERENCE
        elif kind == "rate" and lexicon.cues["granted"].search(text[: quantity.start]):
            slot = REFERENCE  # 财政只给到30%
        elif kind == "rate" and lexicon.cues["half_before"].search(text[: quantity.start]):
            slot = REFERENCE  # 贴一半就是2%
        elif kind == "rate" and lexicon.cues["aimed_rate_before"].search(text[: quantity.start]):
            slot = REFERENCE  # 综合成本想压到3%
        elif kind == "rate" and lexicon.cues["lender_cut_before"].search(text[: quantity.start]):
            figures = _cut_by_lender(figures, value)
            slot = REFERENCE
        elif kind == "rate" and value > HIGHEST_RATE:  # 50% is the paper's share, no one's rate
            slot = REFERENCE
        elif kind == "rate" and slot == REFERENCE and value <= USUAL_RATE:  # 4.2%贴息多少
            slot = _by_context(kind, None, context, pending, before)
        if slot == "investment_amount" and value >= HIGHEST_DEAL:  # a city's target, not a deal
            slot = REFERENCE
        if kind == "rate" and _asks_if_over(text, quantity, lexicon):
            slot = REFERENCE  # 算不算超1%
        if (
            kind == "money"
            and lexicon.cues["beyond_before"].search(text[: quantity.start])
            and lexicon.cues["beyond_after"].match(text[quantity.end :])
        ):
            slot = REFERENCE  # 超过1000万的部分
        unit_unknown = kind == "money" and (
            quantity.kind == "number"
            or (quantity.unit is None and quantity.confidence < SURE)
            or (slot in ("principal", "guaranteed_amount") and value < LOWEST_LOAN)
        )
        figures.append(Figure(slot, value, quantity.start, quantity.end, quantity, unit_unknown))
        if kind == "rate" and slot != REFERENCE and quantity.upper is not None:
            upper = quantity.upper / 100 if quantity.kind == "number" else quantity.upper
            figures.append(replace(figures[-1], value=upper))
    figures = _ruled(_listed(text, figures, quantities))
    figures = _guaranteed(_by_period(text, figures, quantities, lexicon))
    figures = _interest_part(text, figures, lexicon)
    figures = _bare_rate(text, figures, quantities, whole, before, lexicon)
    figures = _without_old_debt(text, figures, lexicon)
    for slot in ("annual_rate", "fee_rate", "principal"):
        figures = _real(text, figures, slot, lexicon)
    figures = _changed_rate(text, _part(text, figures, quantities, lexicon), quantities, lexicon)
    return _on_base(text, figures, quantities, lexicon, told=BASE in before)


def _cut_by_lender(figures: Sequence[Figure], cut: Decimal) -> list[Figure]:
    """利率4.5%，银行自己贴了1%: what the lender gives back is not paid, of the one rate told."""
    rates = [f for f in figures if f.slot == "annual_rate"]
    if len(rates) != 1 or rates[0].value <= cut:
        return list(figures)
    return [replace(f, value=f.value - cut) if f in rates else f for f in figures]


def _left_of(i: int, quantities: Sequence[Quantity]) -> int:
    """Where the quantity before ends; a month or a year before a sum is what it is paid in."""
    left = 0
    for q in reversed(quantities[:i]):
        left = q.end
        period = q.kind == "duration" and q.value is not None and q.value in PERIODS
        if not period or quantities[i].kind != "money" or quantities[i].start - q.end > BESIDE:
            break
        left = 0
    return left


def _goes_on(text: str, quantity: Quantity, before: Sequence[Figure]) -> bool:
    """利息分别付了200万、180万: a sum right after another of its list is what that one is."""
    if not before or not quantity.kind == before[-1].quantity.kind == "money":
        return False
    return LIST.fullmatch(text[before[-1].end : quantity.start]) is not None


def _leads_to_rate(text: str, i: int, quantities: Sequence[Quantity], lexicon: Lexicon) -> bool:
    """三千二百万 利息三点六: the word between a sum and a rate is said of the rate."""
    after = quantities[i + 1] if i + 1 < len(quantities) else None
    if after is None or after.kind != "rate":
        return False
    between = text[quantities[i].end : after.start]
    return lexicon.cues["only_rate_word"].match(between) is not None


def _borrows(context: Mapping[str, str], before: Sequence[str]) -> bool:
    """Whether a sum that a bank takes is a loan's interest: no guarantee or insurance is told."""
    others = {"guaranteed_amount", "premium", "loss"}
    return not others & {context.get("money", ""), *before}


def bare_sums(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> list[Figure]:
    """Numbers without a unit right after a word for a loan or a guarantee (技改专项贷4.5)."""
    found: list[Figure] = []
    for q in quantities:
        before = text[max(0, q.start - LEFT_REACH) : q.start]
        for slot in ("principal", "guaranteed_amount"):
            if (
                q.kind == "number"
                and q.value is not None
                and before.endswith(lexicon.roles["money"][slot][0])
            ):
                found.append(Figure(slot, q.value, q.start, q.end, q, unit_unknown=True))
                break
    return found


def _listed(text: str, figures: list[Figure], quantities: Sequence[Quantity]) -> list[Figure]:
    """利率分别是3.2、3.6、4.0: bare numbers that go on with a rate are rates of its kind."""
    out = list(figures)
    for last, q in itertools.pairwise(quantities):
        before = next((f for f in out if f.end == last.end and f.slot in RATE_SLOTS), None)
        bare = q.kind == "number" and q.unit is None and q.value is not None
        if before is None or not bare or not LIST.fullmatch(text[last.end : q.start]):
            continue
        assert q.value is not None
        if LOWEST_RATE <= q.value / 100 <= HIGHEST_RATE and not NOT_A_RATE.match(text[q.end :]):
            out.append(replace(before, value=q.value / 100, start=q.start, end=q.end, quantity=q))
    return sorted(out, key=lambda f: f.start)


def _ruled(figures: list[Figure]) -> list[Figure]:
    """费率1%，算不算不超过1%: beside one's own rate, one with a bound is the rule's."""
    own = {f.slot for f in figures if f.slot in RATE_SLOTS and f.quantity.bound is None}
    return [
        replace(f, slot=REFERENCE)
        if f.slot in own and f.quantity.bound in ("at_most", "at_least")
        else f
        for f in figures
    ]


def _by_period(
    text: str, figures: list[Figure], quantities: Sequence[Quantity], lexicon: Lexicon
) -> list[Figure]:
    """利息一季度21.3万，二季度20.8万; 按季付息，每季46.5万: what is paid for a part of a year."""
    periods = [q for q in quantities if q.kind in ("quarter", "half_year")]
    sums = [f for f in figures if f.quantity.kind == "money"]
    each = [f for f in sums if lexicon.cues["paid_each"].search(text[: f.start])]
    told = [
        f
        for f in sums
        if f in each
        or f.slot == "interest_paid"
        or any(0 <= f.start - q.end <= BESIDE for q in periods)
    ]
    if len(told) < (1 if each else 2):
        return figures
    if not lexicon.cues["interest_told"].search(text[: told[0].start]):
        return figures
    return [replace(f, slot="interest_paid") if f in told else f for f in figures]


def _guaranteed(figures: list[Figure]) -> list[Figure]:
    """三单技改专项贷：2800万费率0.6%，4300万费率0.8%: with fees alone, every sum is guaranteed."""
    slots = {f.slot for f in figures}
    if not {"fee_rate", "guaranteed_amount"} <= slots or "annual_rate" in slots:
        return figures
    return [replace(f, slot="guaranteed_amount") if f.slot == "principal" else f for f in figures]


def _real(text: str, figures: list[Figure], slot: str, lexicon: Lexicon) -> list[Figure]:
    """Of what the contract says and what is really paid or drawn, what is real counts."""
    mine = [f for f in figures if f.slot == slot]

    def told(cue: str) -> list[Figure]:
        return [f for f in mine if lexicon.cues[cue].search(text[: f.start][-LEFT_REACH:])]

    real = told("real_before") or (told("used_before") if told("approved_before") else [])
    if len(mine) < 2 or not real or len(real) == len(mine):
        return figures
    return [f if f not in mine or f in real else replace(f, slot=REFERENCE) for f in figures]


def _changed_rate(
    text: str, figures: list[Figure], quantities: Sequence[Quantity], lexicon: Lexicon
) -> list[Figure]:
    """3.85%，上浮10% is 4.235%: a change by a share of the one rate before it."""
    rates = [f for f in figures if f.slot == "annual_rate" or f.slot == REFERENCE]
    for q in quantities:
        change = lexicon.cues["changed_by"].search(text[max(0, q.start - 5) : q.start])
        before = [f for f in rates if f.slot == "annual_rate" and f.end <= q.start]
        if q.kind != "rate" or q.value is None or not change or len(before) != 1:
            continue
        share = 1 + q.value if change.group(1) in "上高涨加" else 1 - q.value
        new = replace(before[0], value=before[0].value * share)
        return [new if f is before[0] else f for f in figures if f.start != q.start]
    return figures


def _part(
    text: str, figures: list[Figure], quantities: Sequence[Quantity], lexicon: Lexicon
) -> list[Figure]:
    """总额1.5亿，其中技改占40%: the part of the sum that counts."""
    sums = [f for f in figures if f.slot == "principal"]
    sums = sums or [f for f in figures if f.slot == "other_sum"]  # 总投2亿，六成是贷款
    for q in quantities:
        makes_up = lexicon.cues["makes_up"].search(text[: q.start][-LEFT_REACH:]) or lexicon.cues[
            "makes_up_after"
        ].match(text[q.end :])
        if q.kind in ("rate", "share") and q.value is not None and makes_up and len(sums) == 1:
            part = replace(sums[0], slot="principal", value=to_fen(sums[0].value * q.value))
            return [part if f is sums[0] else f for f in figures if f.start != q.start]
    return figures


def _interest_part(text: str, figures: list[Figure], lexicon: Lexicon) -> list[Figure]:
    """利息全年518万，技改专项贷那部分346.8万: a part of the interest counts, and is no loan."""
    paid = [f for f in figures if f.slot == "interest_paid"]
    sums = [f for f in figures if f.slot == "principal"]
    if len(paid) != 1 or len(sums) != 1 or any(f.slot == "annual_rate" for f in figures):
        return figures
    whole, part = paid[0], sums[0]
    told = lexicon.cues["of_which"].search(text[whole.end : part.start])
    if not told or part.value > whole.value:
        return figures
    return [replace(f, slot="interest_paid") if f is part else f for f in figures if f is not whole]


def _asks_if_over(text: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether it is asked, not told, that something is more than a rate; the words of that may be
    part of it."""
    asked = lexicon.cues["over_asked"].finditer(text, 0, quantity.end)
    return any(found.end() >= quantity.start for found in asked)


def _without_old_debt(text: str, figures: list[Figure], lexicon: Lexicon) -> list[Figure]:
    """贷款1亿里有3000万是还旧债的: a part of the one sum before it, and no loan of its own."""
    sums = [f for f in figures if f.slot == "principal"]
    parts = [
        f
        for f in sums[1:]
        if f.value < sums[0].value
        and (
            lexicon.cues["old_debt_after"].match(text[f.end :])
            or lexicon.cues["old_debt_before"].search(text[: f.start])
        )
    ]
    return [replace(f, slot=REFERENCE) if f in parts else f for f in figures]


def _bare_rate(
    text: str,
    figures: list[Figure],
    quantities: Sequence[Quantity],
    context: Mapping[str, str],
    before: Sequence[str],
    lexicon: Lexicon,
) -> list[Figure]:
    """With a loan and no rate said, a decimal like 3.65 is the rate, or each of 一笔3.4一笔3.9;
    alone it is the known one."""
    known = sorted({slot for slot in before if slot in RATE_SLOTS})
    with_loan = (
        any(f.slot == "principal" for f in figures)
        and not any(f.slot in RATE_SLOTS for f in figures)
        and context.get("rate") == "annual_rate"
    )
    if with_loan:
        slot = "annual_rate"
    elif not figures and len(known) == 1:
        slot = known[0]
    else:
        return figures
    bare = [
        q
        for q in quantities
        if q.kind == "number" and q.value and set(".点") & set(q.text) and 1 <= q.value <= 24
    ]
    numbers = [q for q in quantities if q.kind == "number"]
    if not bare or (not figures and len(numbers) > 1):
        return figures
    if len(bare) == 2 and lexicon.cues["changed_from"].search(text[: bare[0].start]):
        bare = bare[1:]  # 利率从4.3降到3.7
    elif not (with_loan and all(ONE_OF.search(text[: q.start]) for q in bare)):
        bare = bare[:1]
    rates = [Figure(slot, (q.value or Decimal(0)) / 100, q.start, q.end, q) for q in bare]
    return sorted([*figures, *rates], key=lambda f: f.start)


def _on_base(
    text: str,
    figures: list[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    *,
    told: bool,
) -> tuple[Figure, ...]:
    """LPR 3.0% plus 45BP is one rate of 3.45%; a spread without its base is no rate, and a base
    beside the rate that is paid (利率4%，LPR 3.45%) is none of the loan's, nor one told before."""
    rates = [f for f in figures if f.slot in RATE_SLOTS]
    bases = [f for f in rates if lexicon.cues["base_rate_before"].search(text[: f.start])]
    rest = [f for f in figures if f not in bases]
    spread = next((q for q in quantities if q.kind in ("lpr_spread", "points") and q.value), None)
    if spread is None or "LPR" not in text.upper():
        paid = told or len(bases) < len(rates)
        return tuple(replace(f, slot=REFERENCE) if paid and f in bases else f for f in figures)
    if bases and spread.value is not None:
        less = lexicon.cues["less_before"].search(text[: spread.start][-4:]) and spread.value > 0
        step = -spread.value if less else spread.value
        follows = [  # 从3.1%掉到3.0%: the base after it moved
            f
            for last, f in itertools.pairwise(rates)
            if last in bases and lexicon.cues["changed_to"].match(text[last.end : f.start])
        ]
        moved = [f for f in rates if f in bases or f in follows]
        rest = [f for f in rest if f not in moved]
        rest += [replace(f, slot="annual_rate", value=f.value + step, base=f.value) for f in moved]
    return tuple(sorted(rest, key=lambda f: f.start))


def _kind(quantity: Quantity, text: str, lexicon: Lexicon, pending: Sequence[str]) -> str | None:
    """Whether a quantity can be money or a rate here; None where it is neither."""
    if quantity.kind in ("money", "rate"):
        return quantity.kind
    if quantity.value is None:
        return None
    if quantity.kind == "duration" and lexicon.cues["rate_word_before"].search(
        text[: quantity.start]
    ):
        return "rate" if quantity.unit == "月" and quantity.text[0].isdigit() else None
    if quantity.kind != "number":
        return None
    near = text[max(0, quantity.start - LEFT_REACH) : quantity.start]
    rates = [c for left, _ in lexicon.roles["rate"].values() for c in left]
    waits_rate = any(p in RATE_SLOTS for p in pending)
    if Decimal("0.05") <= quantity.value <= 36 and (
        waits_rate or any(near.endswith(c) or near.endswith(c + "是") for c in rates if len(c) > 1)
    ):
        return "rate"
    loans = [
        c for role in ("principal", "guaranteed_amount") for c in lexicon.roles["money"][role][0]
    ]
    waits_money = any(p in MONEY_SLOTS for p in pending)
    if quantity.value >= 10 and (waits_money or any(near.endswith(c) for c in loans)):
        return "money"
    return None


def _by_cue(
    text: str, quantity: Quantity, kind: str, lexicon: Lexicon, left: int, right: int
) -> str | None:
    """The role of the nearest cue; the order of the data breaks ties."""
    before = text[max(left, quantity.start - LEFT_REACH) : quantity.start]
    after = text[quantity.end : min(right, quantity.end + RIGHT_REACH)]
    before, after = STOP.split(before)[-1], STOP.split(after)[0]
    if quantity.end + len(after) == right < len(text) and " " in after:  # 3200万 利息3.6
        after = after[: after.rindex(" ")]
    best: tuple[float, int, str] | None = None
    for order, (role, (lefts, rights)) in enumerate(lexicon.roles[kind].items()):
        for cue in lefts:
            at = before.rfind(cue)
            if at != -1:
                gap = len(before) - at - len(cue)
                found = (gap - len(cue) * 0.01, order, role)
                best = found if best is None or found < best else best
        for cue in rights:
            at = after.find(cue)
            if at != -1 and (role != REFERENCE or at == 0):
                found = (at + 0.1 - len(cue) * 0.01, order, role)
                best = found if best is None or found < best else best
    return best[2] if best else None


def _context(text: str, lexicon: Lexicon) -> Mapping[str, str]:
    """money and rate → the slot that the whole sentence suggests."""
    for entry in lexicon.contexts:
        if entry.words.search(text):
            return entry.slots
    return {}


def _nearer(
    text: str,
    quantity: Quantity,
    kind: str,
    quantities: Sequence[Quantity],
    whole: Mapping[str, str],
    lexicon: Lexicon,
) -> Mapping[str, str]:
    """What the part of the sentence around a rate is about, where two parts with rates are about
    different things: 技改专项贷3%贴多少、担保公司0.7%补多少."""
    rates = [q for q in quantities if q.kind == "rate"]
    if kind == "rate" and len(rates) == 1 and (quantity.value or 0) > HIGHEST_FEE:
        for sum_, q in itertools.pairwise(quantities):  # 技改专项贷8000万 4%, no guarantor's fee
            if (
                q is quantity
                and sum_.kind == "money"
                and not text[sum_.end : q.start].strip(" ,，、")
            ):
                return _told_last(text, sum_.start, lexicon) or whole
    if kind != "rate" or len(rates) < 2:
        return whole
    about = {q.start: _context(_segment(text, q.start), lexicon) for q in rates}
    for sum_, q in itertools.pairwise(quantities):
        if q in rates and sum_.kind == "money" and LIST.fullmatch(text[sum_.end : q.start]):
            about[q.start] = about[q.start] or _told_last(text, sum_.start, lexicon)
    told = {c["rate"] for c in about.values() if "rate" in c}
    if whole.get("rate") == "fee_rate" and (quantity.value or 0) <= HIGHEST_FEE:
        return whole  # 另一笔普通流贷0.9%: no loan is so cheap, a guarantee is
    mine = about.get(quantity.start, {})
    return mine if len(told) > 1 and "rate" in mine else whole


def _told_last(text: str, at: int, lexicon: Lexicon) -> Mapping[str, str]:
    """What the sentence was about last before a sum: 技改专项贷9200万、3.7%."""
    start = max(text.rfind(stop, 0, at) for stop in SENTENCE_ENDS) + 1
    told = [
        (match.end(), -order, entry.slots)
        for order, entry in enumerate(lexicon.contexts)
        for match in entry.words.finditer(text, start, at)
    ]
    return max(told, key=lambda one: one[:2])[2] if told else {}


def _segment(text: str, at: int) -> str:
    """The part of a sentence that a place is in."""
    start = max(text.rfind(stop, 0, at) for stop in PARTS) + 1
    ends = [end for stop in PARTS if (end := text.find(stop, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _by_context(
    kind: str,
    cued: str | None,
    context: Mapping[str, str],
    pending: Sequence[str],
    before: Sequence[str],
) -> str:
    slots = RATE_SLOTS if kind == "rate" else MONEY_SLOTS
    if cued is not None:  # 费率 is said of guarantees and of insurance
        return (
            context.get(kind, cued) if context.get(kind) in ("fee_rate", "premium_rate") else cued
        )
    for slot in pending:
        if slot in slots:
            return slot
    known = {slot for slot in before if slot in MONEY_SLOTS}
    if kind == "money" and len(known) == 1 and context.get(kind) == MONEY_SLOTS[0]:
        return known.pop()  # 还有利息60万，一起算700万, of a loss told before
    if kind in context:
        return context[kind]
    for slot in reversed(before):
        if slot in slots:
            return slot
    return slots[0]
