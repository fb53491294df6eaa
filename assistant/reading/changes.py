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
from assistant.reading.figures import MONEY_SLOTS, RATE_SLOTS
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

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
    if not any(f.slot in MONEY_SLOTS for f in new):
        factor = _factor(text, quantities, lexicon)
        slot = _slot(text, known, lexicon) if factor is not None else None
        if factor is not None and slot is not None:
            return tuple(_times(f, factor, turn) for f in known if f.slot == slot)
    return _shifted(text, known, new, quantities, lexicon, turn)


def corrected(
    text: str,
    known: Sequence[Fact],
    new: Sequence[Fact],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> tuple[Fact, ...]:
    """The new facts, a number put right in the place of the one that it corrects: 不是50.4万."""
    sums = [q for q in quantities if q.kind == "money" and q.value is not None]
    wrong = [q for q in sums if lexicon.cues["not_before"].search(text[: q.start])]
    if len(sums) != 2 or len(wrong) != 1:
        return tuple(new)
    right = next(q for q in sums if q is not wrong[0])
    for fact in known:
        if fact.slot in SUMS and Decimal(fact.value) == wrong[0].value:
            slots = {f.slot for f in new if f.slot in SUMS}
            rest = [f for f in new if f.slot not in slots]
            span = (right.start, right.end)
            value = plain(right.value or Decimal(0))
            return (*rest, replace(fact, value=value, turn=turn, span=span))
    return tuple(new)


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
    if said is None or step.value is None:
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
