"""What changes a number that is known, without saying the new one: 翻一倍, 减半, 降20个BP.

In:  a normalised text, the facts known before it and those it states, its quantities.
Out: the facts that the change makes, with the groups of those they replace; () where nothing is
     changed. A change said beside the number itself makes a second one of it
     (tests/assistant/reading/test_changes.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculators.money import plain
from assistant.conversation import Fact
from assistant.reading.figures import BASE, MONEY_SLOTS, RATE_SLOTS
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

RATE = "annual_rate"
NEAR = 6  # characters before a difference in which its direction is said
CHANGED = 0.8  # less sure than a number that was said
SUMS = frozenset({*MONEY_SLOTS, "interest_paid", "fee_paid", "insured_amount", "received"})
DOUBLE, HALF = Decimal(2), Decimal("0.5")


def changes(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """The facts of a loan, a guarantee or an insured product after what the text changes."""
    if cut := _cut(text, known, new, quantities, lexicon, turn):
        return cut
    if not any(f.slot in MONEY_SLOTS for f in new):
        factor = _factor(text, quantities, lexicon)
        slot = _slot(text, known, lexicon) if factor is not None else None
        if factor is not None and slot is not None:
            return tuple(_times(f, factor, turn) for f in known if f.slot == slot)
    return _repriced(text, known, new, quantities, lexicon, turn) or _shifted(
        text, known, new, quantities, lexicon, turn
    )


def _cut(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """利率打九折: the one rate known, times that."""
    shares = [q for q in quantities if q.kind == "share" and q.value is not None]
    rates = _rates(new) or _rates(known)
    off = lexicon.cues["discounted"].search(text)
    if not off or len(shares) != 1 or len(rates) != 1 or shares[0].value is None:
        return ()
    value = plain(Decimal(rates[0].value) * shares[0].value)
    group = rates[0].group + 1 if rates[0] in new else rates[0].group
    return (replace(rates[0], value=value, turn=turn, span=None, group=group, confidence=CHANGED),)


def corrected(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """The new facts, a number put right in the place of the one that it corrects: 不是50.4万."""
    new = _moved(text, known, new, lexicon, turn)
    sums = [q for q in quantities if q.kind == "money" and q.value is not None]
    found = _put_right(text, known, sums, lexicon) or _added(text, known, sums, lexicon)
    if found is None:
        return tuple(new)
    fact, value, at = found
    slots = {f.slot for f in new if f.slot in SUMS}
    rest = [f for f in new if f.slot not in slots]
    return (*rest, replace(fact, value=plain(value), turn=turn, span=(at.start, at.end)))


def _put_right(
    text: str, known: Sequence[Fact], sums: Sequence[Quantity], lexicon: Lexicon
) -> tuple[Fact, Decimal, Quantity] | None:
    """收的是61.6万，不是50.4万: the fact of the wrong sum, and the right one."""
    wrong = [q for q in sums if lexicon.cues["not_before"].search(text[: q.start])]
    if len(sums) != 2 or len(wrong) != 1:
        return None
    right = next(q for q in sums if q is not wrong[0])
    for fact in known:
        if fact.slot in SUMS and Decimal(fact.value) == wrong[0].value and right.value:
            return fact, right.value, right
    return None


def _added(
    text: str, known: Sequence[Fact], sums: Sequence[Quantity], lexicon: Lexicon
) -> tuple[Fact, Decimal, Quantity] | None:
    """What was left out comes to a known sum: 还有利息60万，一起算700万; 剩下的3000万全提出来."""
    for q in sums[-1:]:
        parts = sum((p.value or Decimal(0) for p in sums[:-1]), Decimal(0))
        for fact in known:
            if len(sums) > 1 and fact.slot in SUMS and Decimal(fact.value) + parts == q.value:
                return fact, q.value, q
    for q in sums if len(sums) == 1 else ():
        drawn = [f for f in known if f.slot == "principal"]
        rest = lexicon.cues["rest_before"].search(text[: q.start])
        if rest and lexicon.cues["drawn_after"].match(text[q.end :]) and len(drawn) == 1:
            return drawn[0], Decimal(drawn[0].value) + (q.value or 0), q
        losses = [f for f in known if f.slot == "loss"]
        more = lexicon.cues["added_before"].search(text[: q.start])
        if more and not drawn and len(losses) == 1:
            return losses[0], Decimal(losses[0].value) + (q.value or 0), q
    return None


def guaranteed_part(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """只担八成: the part of the loan that is guaranteed; () where a fee is not told of."""
    shares = [
        q
        for q in quantities
        if q.kind in ("share", "rate")
        and q.value
        and lexicon.cues["guaranteed_before"].search(text[: q.start])
    ]
    facts = [f for f in (*new, *known) if not f.denied]
    fee = any(f.slot in ("fee_rate", "fee_paid") for f in facts)
    whole = next(
        (f for slot in ("principal", "guaranteed_amount") for f in facts if f.slot == slot), None
    )
    if len(shares) != 1 or not fee or whole is None:
        return ()
    value = plain(Decimal(whole.value) * (shares[0].value or 1))
    part = replace(whole, slot="guaranteed_amount", value=value, turn=turn, span=None)
    return (replace(part, confidence=CHANGED),)


def _moved(
    text: str, known: Sequence[Fact], new: Sequence[Fact], lexicon: Lexicon, turn: int
) -> tuple[Fact, ...]:
    """追回200万 is a smaller loss, 追加3000万 a larger loan: added to what is known."""
    out: list[Fact] = []
    for fact in new:
        before = text[: fact.span[0]] if fact.span else ""
        own = [f for f in known if f.slot == fact.slot and not f.denied]
        sign = 0
        if fact.slot == "loss" and lexicon.cues["recovered"].search(before):
            sign = -1
        elif fact.slot == "principal" and lexicon.cues["topped_up"].search(before):
            sign = 1
        if sign and len(own) == 1:
            moved = Decimal(own[0].value) + sign * Decimal(fact.value)
            if moved > 0:
                fact = replace(own[0], value=plain(moved), turn=turn, span=fact.span)
        out.append(fact)
    return tuple(out)


def _factor(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> Decimal | None:
    """What a sum is multiplied with; None where it is not."""
    if lexicon.cues["multiplied"].search(text):
        return DOUBLE
    if lexicon.cues["halved"].search(text):
        return HALF
    times = [q.value for q in quantities if q.unit == "倍" and q.value]
    return times[0] if len(times) == 1 and lexicon.cues["becomes_before"].search(text) else None


def _slot(text: str, known: Sequence[Fact], lexicon: Lexicon) -> str | None:
    """The sum that is changed: the one named, else the only one known."""
    sums = [s for s in MONEY_SLOTS if any(f.slot == s for f in known)]
    named = (
        s for s in sums if any(w in text for side in lexicon.roles["money"][s] for w in side if w)
    )
    return next(iter([*named, *sums]), None)


def _times(fact: Fact, factor: Decimal, turn: int) -> Fact:
    value = plain(Decimal(fact.value) * factor)
    return replace(fact, value=value, turn=turn, span=None, confidence=CHANGED)


def _repriced(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """加点改成15个BP, LPR降到2.9%: a known rate of a base and a spread, one of them told anew."""
    bases = [f for f in known if f.slot == BASE and not f.denied]
    if len(bases) != 1 or any(f.slot == BASE for f in new):
        return ()
    base = bases[0]
    rate = next((f for f in known if f.slot == RATE and f.group == base.group), None)
    spread = Decimal(rate.value) - Decimal(base.value) if rate is not None else Decimal(0)
    of_base = Decimal(base.value)
    told = False
    for q in quantities:
        if q.value is None:
            continue
        before = text[: q.start]
        if q.kind == "rate" and lexicon.cues["base_rate_before"].search(before):
            of_base, told = q.value, True
        elif q.kind == "lpr_spread":
            spread, told = q.value, True
        elif q.kind in ("points", "number") and (
            said := lexicon.cues["spread_before"].search(before)
        ):
            value = q.value if q.kind == "points" else q.value / 10_000
            spread, told = (-value if said.group(1)[0] == "减" else value), True
    if not told or of_base + spread <= 0:
        return ()
    fact = replace(
        base, slot=RATE, value=plain(of_base + spread), turn=turn, span=None, confidence=CHANGED
    )
    return fact, replace(fact, slot=BASE, value=plain(of_base))


def _shifted(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """降20个BP: the one rate, so much lower or higher."""
    steps = [q for q in quantities if q.kind == "points" and q.value is not None]
    rates = _rates(new) or _rates(known)
    if len(steps) != 1 or len(rates) != 1 or "LPR" in text.upper():
        return ()
    step, rate = steps[0], rates[0]
    said = lexicon.cues["points_before"].search(text[max(0, step.start - NEAR) : step.start])
    if (
        said is None
        or step.value is None
        or lexicon.cues["spread_before"].search(text[: step.start])
    ):
        return ()
    shift = step.value if said.group(1) in "上高涨加多" else -step.value
    value = Decimal(rate.value) + shift
    if value <= 0:
        return ()
    group = rate.group + 1 if rate in new else rate.group
    return (
        replace(rate, value=plain(value), turn=turn, span=None, group=group, confidence=CHANGED),
    )


def _rates(facts: Iterable[Fact]) -> list[Fact]:
    return [f for f in facts if f.slot in RATE_SLOTS and not f.denied]
