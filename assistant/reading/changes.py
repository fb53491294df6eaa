"""What changes a number that is known, without saying the new one: 翻一倍, 减半, 降20个BP.

In:  a turn's normalised text and quantities, the facts known before it and those it states.
Out: the facts that the change makes, with the groups of those they replace; () where nothing is
     changed. A change said beside the number itself makes a second one of it
     (tests/assistant/reading/test_changes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assistant.calculators.money import plain
from assistant.conversation import Fact
from assistant.reading.figures import BASE, MONEY_SLOTS, RATE_SLOTS, SPREAD
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

RATE = "annual_rate"
NEAR = 6  # characters before a difference in which its direction is said
LEAST_PART = Decimal("0.05")  # of a loan, that a guarantor takes over
CHANGED = 0.8  # less sure than a number that was said
SUMS = frozenset({*MONEY_SLOTS, "interest_paid", "fee_paid", "insured_amount", "received"})
MOST_ALIKE = 20
LENT = ("principal", "guaranteed_amount")
DOUBLE, HALF = Decimal(2), Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Said:
    """A turn's words beside what was known.

    known  the facts before it
    new    the facts that it states
    """

    text: str
    known: Sequence[Fact]
    new: Sequence[Fact]
    quantities: Sequence[Quantity]
    lexicon: Lexicon
    turn: int

    def has(self, cue: str) -> re.Match[str] | None:
        """Where a cue stands in the text."""
        return self.lexicon.cues[cue].search(self.text)

    def before(self, cue: str, start: int) -> re.Match[str] | None:
        """A cue in what stands before a place; those of cues.yaml end there with $."""
        return self.lexicon.cues[cue].search(self.text[:start])

    def moves(self, fact: Fact, value: Decimal, **of: Any) -> Fact:
        """A known fact with another value, less sure than one that was said."""
        return replace(
            fact, value=plain(value), turn=self.turn, span=None, confidence=CHANGED, **of
        )

    def rate(self) -> tuple[Fact, int] | None:
        """The one rate that a change is about, and the group of the changed one: beside a rate
        said now a second one."""
        rates = _rates(self.new) or _rates(self.known)
        if len(rates) != 1:
            return None
        return rates[0], rates[0].group + (rates[0] in self.new)


def changes(said: Said) -> tuple[Fact, ...]:
    """The facts of a loan, a guarantee or an insured product after what the text changes."""
    if cut := _cut(said) or _counted(said):
        return cut
    if not any(f.slot in MONEY_SLOTS for f in said.new):
        factor = _factor(said)
        slot = _slot(said) if factor is not None else None
        if factor is not None and slot is not None:
            changed = [f for f in said.known if f.slot == slot]
            return tuple(said.moves(f, Decimal(f.value) * factor) for f in changed)
    return _repriced(said) or _shifted(said)


def _cut(said: Said) -> tuple[Fact, ...]:
    """利率打九折: the one rate known, times that."""
    shares = [q.value for q in said.quantities if q.kind == "share" and q.value is not None]
    one = said.rate()
    if not said.has("discounted") or len(shares) != 1 or one is None:
        return ()
    rate, group = one
    return (said.moves(rate, Decimal(rate.value) * shares[0], group=group),)


def _counted(said: Said) -> tuple[Fact, ...]:
    """两个项目呢: the one loan or guarantee known, so many times."""
    counts = [q.value for q in said.quantities if q.kind == "count" and q.value]
    known = [f for f in said.known if f.slot in (*LENT, *RATE_SLOTS) and not f.denied]
    one = {f.group for f in known} == {0} and any(f.slot in LENT for f in known)
    if not (said.has("bare_count") and one and len(counts) == 1 and counts[0] <= MOST_ALIKE):
        return ()
    return tuple(
        said.moves(f, Decimal(f.value), group=group)
        for f in known
        for group in range(int(counts[0]))
    )


def corrected(said: Said) -> tuple[Fact, ...]:
    """The new facts, a number put right in the place of the one that it corrects: 不是50.4万."""
    new = _moved(said)
    sums = [q for q in said.quantities if q.kind == "money" and q.value is not None]
    found = _put_right(said, sums) or _added(said, sums)
    if found is None:
        return new
    fact, value, at = found
    rest = [f for f in new if f.slot not in SUMS]
    return (*rest, replace(fact, value=plain(value), turn=said.turn, span=(at.start, at.end)))


def _put_right(said: Said, sums: Sequence[Quantity]) -> tuple[Fact, Decimal, Quantity] | None:
    """收的是61.6万，不是50.4万: the fact of the wrong sum, and the right one."""
    wrong = [q for q in sums if said.before("not_before", q.start)]
    if len(sums) != 2 or len(wrong) != 1:
        return None
    right = next(q for q in sums if q is not wrong[0])
    for fact in said.known:
        if fact.slot in SUMS and Decimal(fact.value) == wrong[0].value and right.value:
            return fact, right.value, right
    return None


def _added(said: Said, sums: Sequence[Quantity]) -> tuple[Fact, Decimal, Quantity] | None:
    """What was left out comes to a known sum: 还有利息60万，一起算700万; 剩下的3000万全提出来."""
    for q in sums[-1:]:
        parts = sum((p.value or Decimal(0) for p in sums[:-1]), Decimal(0))
        for fact in said.known:
            if len(sums) > 1 and fact.slot in SUMS and Decimal(fact.value) + parts == q.value:
                return fact, q.value, q
    for q in sums if len(sums) == 1 else ():
        drawn = [f for f in said.known if f.slot == "principal"]
        after = said.lexicon.cues["drawn_after"].match(said.text[q.end :])
        if said.before("rest_before", q.start) and after and len(drawn) == 1:
            return drawn[0], Decimal(drawn[0].value) + (q.value or 0), q
        losses = [f for f in said.known if f.slot == "loss"]
        if said.before("added_before", q.start) and not drawn and len(losses) == 1:
            return losses[0], Decimal(losses[0].value) + (q.value or 0), q
    return None


def guaranteed_part(said: Said) -> tuple[Fact, ...]:
    """只担八成: the part of the loan that is guaranteed; () where a fee is not told of."""
    shares = [
        q.value
        for q in said.quantities
        if q.kind in ("share", "rate") and q.value and q.value >= LEAST_PART  # 保的千分之九: a fee
        if said.before("guaranteed_before", q.start)
    ]
    facts = [f for f in (*said.new, *said.known) if not f.denied]
    fee = any(f.slot in ("fee_rate", "fee_paid") for f in facts)
    whole = next(
        (f for slot in ("principal", "guaranteed_amount") for f in facts if f.slot == slot), None
    )
    if len(shares) != 1 or not fee or whole is None:
        return ()
    return (said.moves(whole, Decimal(whole.value) * shares[0], slot="guaranteed_amount"),)


def _moved(said: Said) -> tuple[Fact, ...]:
    """追回200万 is a smaller loss, 追加3000万 a larger loan, 少贷3000万 a smaller one; LPR按3%算
    is a base, where a spread over it is known."""
    out: list[Fact] = []
    spreads = [Decimal(f.value) for f in said.known if f.slot == SPREAD and not f.denied]
    for fact in said.new:
        base = fact.slot == RATE and fact.span and said.before("base_rate_before", fact.span[0])
        if base and len(spreads) == 1 and not any(f.slot == RATE for f in said.known):
            value = Decimal(fact.value)
            out += [
                replace(fact, value=plain(value + spreads[0])),
                replace(fact, slot=BASE, value=plain(value)),
            ]
            continue
        start = fact.span[0] if fact.span else 0
        own = [f for f in said.known if f.slot == fact.slot and not f.denied]
        sign = 0
        if fact.slot == "loss" and said.before("recovered", start):
            sign = -1
        elif fact.slot in LENT and said.before("topped_up", start):
            sign = 1
        elif fact.slot in LENT and said.before("reduced", start):
            sign = -1
        if sign and len(own) == 1:
            moved = Decimal(own[0].value) + sign * Decimal(fact.value)
            if moved > 0:
                fact = replace(own[0], value=plain(moved), turn=said.turn, span=fact.span)
        out.append(fact)
    return tuple(out)


def _factor(said: Said) -> Decimal | None:
    """What a sum is multiplied with; None where it is not."""
    if said.has("multiplied"):
        return DOUBLE
    if said.has("halved"):
        return HALF
    times = [q.value for q in said.quantities if q.unit == "倍" and q.value]
    return times[0] if len(times) == 1 and said.has("becomes_before") else None


def _slot(said: Said) -> str | None:
    """The sum that is changed: the one named, else the only one known."""
    sums = [s for s in MONEY_SLOTS if any(f.slot == s for f in said.known)]
    roles = said.lexicon.roles["money"]
    named = (s for s in sums if any(w in said.text for side in roles[s] for w in side if w))
    return next(iter([*named, *sums]), None)


def _repriced(said: Said) -> tuple[Fact, ...]:
    """加点改成15个BP, LPR降到2.9%: a known rate of a base and a spread, one of them told anew."""
    bases = [f for f in said.known if f.slot == BASE and not f.denied]
    if len(bases) != 1 or any(f.slot == BASE for f in said.new):
        return ()
    base = bases[0]
    rate = next((f for f in said.known if f.slot == RATE and f.group == base.group), None)
    spread = Decimal(rate.value) - Decimal(base.value) if rate is not None else Decimal(0)
    of_base = Decimal(base.value)
    told = False
    for q in said.quantities:
        if q.value is None:
            continue
        if q.kind == "rate" and said.before("base_rate_before", q.start):
            of_base, told = q.value, True
        elif q.kind == "lpr_spread":
            spread, told = q.value, True
        elif q.kind in ("points", "number") and (at := said.before("spread_before", q.start)):
            value = q.value if q.kind == "points" else q.value / 10_000
            spread, told = (-value if at["less"] else value), True
    if not told or of_base + spread <= 0:
        return ()
    fact = said.moves(base, of_base + spread, slot=RATE)
    return fact, replace(fact, slot=BASE, value=plain(of_base))


def _shifted(said: Said) -> tuple[Fact, ...]:
    """降20个BP: the one rate, so much lower or higher."""
    steps = [q for q in said.quantities if q.kind == "points" and q.value is not None]
    one = said.rate()
    if len(steps) != 1 or one is None or "LPR" in said.text.upper():
        return ()
    rate, group = one
    shift, start = steps[0].value or Decimal(0), steps[0].start
    at = said.lexicon.cues["points_before"].search(said.text[max(0, start - NEAR) : start])
    if at is None or said.before("spread_before", start):
        return ()
    value = Decimal(rate.value) + (shift if at["more"] else -shift)
    return (said.moves(rate, value, group=group),) if value > 0 else ()


def _rates(facts: Iterable[Fact]) -> list[Fact]:
    return [f for f in facts if f.slot in RATE_SLOTS and not f.denied]
