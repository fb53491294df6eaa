"""A turn that only answers: a bare number, or the unit of a number said before.

In:  a text, its quantities, the conversation, the lexicon.
Out: the slots that a bare number fills; the number of an earlier turn in the unit told now; the
     facts without what such a number was first taken for (tests/assistant/steps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.conversation import Conversation, Fact
from assistant.reading.figures import (
    HIGHEST_RATE,
    MONEY_SLOTS,
    RATE_SLOTS,
    Figure,
    bare_sums,
    read_figures,
)
from assistant.reading.lexicon import Lexicon
from assistant.reading.normalise import view
from assistant.reading.quantities import read_quantities
from assistant.reading.quantity import Quantity

GUARANTOR = "融资担保机构"
UNITS = {"元": 1, "块": 1, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
UNITS_BACK = 3  # questions in which the number may stand whose unit is told


def unit_told(
    text: str,
    quantities: Sequence[Quantity],
    figures: Sequence[Figure],
    conversation: Conversation,
    lexicon: Lexicon,
    today: date,
) -> list[Figure]:
    """万元, said to the question of which unit: the number of the turn before, in that unit."""
    units = _units(text, quantities, lexicon)
    if len(units) != 1 or any(not f.unit_unknown for f in figures):
        return []
    size, start, end = units[0]
    for question in reversed(conversation.questions[-UNITS_BACK:]):
        before = view(question).text
        read = read_quantities(before, today)
        pending = [s for s in conversation.pending if s in MONEY_SLOTS] or list(MONEY_SLOTS)
        open_ = [
            f
            for f in read_figures(before, read, lexicon, pending=pending)
            if f.unit_unknown and f.slot in pending
        ]
        open_ = open_ or bare_sums(before, read, lexicon) or _alone(before, read, conversation)
        if open_:
            value = open_[0].quantity.value or Decimal(0)
            return [replace(open_[0], value=value * size, start=start, end=end, unit_unknown=False)]
    return []


def waited_for(
    text: str, quantities: Sequence[Quantity], conversation: Conversation
) -> tuple[str, ...]:
    """A number that is a whole turn, where nothing was asked: the loan's sum, or its rate."""
    known = {f.slot for f in conversation.facts}
    number = _number(text, quantities) if conversation.turn else None
    loan = "loan_product" in known and not known & {"guaranteed_amount", "premium"}
    if number is None or number.value is None or not loan:
        return ()
    amount, rate = _slots(conversation)
    return (amount,) if number.value > HIGHEST_RATE * 100 else (rate,)


def before_unit(
    facts: Sequence[Fact],
    text: str,
    quantities: Sequence[Quantity],
    conversation: Conversation,
    lexicon: Lexicon,
    today: date,
) -> list[Fact]:
    """The facts without the rate that a bare number was taken for whose unit is told now."""
    last = view(conversation.questions[-1]).text if conversation.questions else ""
    bare = _number(last, read_quantities(last, today)) if last else None
    if bare is None or not _units(text, quantities, lexicon):
        return list(facts)
    return [f for f in facts if f.turn != conversation.turn or f.slot not in RATE_SLOTS]


def _units(
    text: str, quantities: Sequence[Quantity], lexicon: Lexicon
) -> list[tuple[Decimal, int, int]]:
    """The unit that is said by itself, with its span."""
    told = lexicon.cues["unit_said"].search(text)
    if told is not None:
        return [(Decimal(UNITS[told.group(1)]), *told.span(1))]
    return [(q.value, q.start, q.end) for q in quantities if q.kind == "unit" and q.value]


def _number(text: str, quantities: Sequence[Quantity]) -> Quantity | None:
    """The number that is a whole turn."""
    number = quantities[0] if len(quantities) == 1 else None
    if number is None or number.kind != "number" or number.value is None:
        return None
    return number if text.strip(" ,.。，") == number.text else None


def _slots(conversation: Conversation) -> tuple[str, str]:
    """The sum and the rate that are meant by a number without a word: a guarantor's, a loan's."""
    guarantor = any(
        f.slot == "applicant" and f.value == GUARANTOR and not f.denied for f in conversation.facts
    )
    return ("guaranteed_amount", "fee_rate") if guarantor else ("principal", "annual_rate")


def _alone(text: str, quantities: Sequence[Quantity], conversation: Conversation) -> list[Figure]:
    number = _number(text, quantities)
    if number is None or number.value is None:
        return []
    slot, _ = _slots(conversation)
    return [Figure(slot, number.value, number.start, number.end, number, unit_unknown=True)]
