"""What is solved for: the sum, the rate or the cost of which a subsidy was told.

In:  a text, its figures, the lexicon's cues.
Out: what is to be computed, with the yearly subsidy wanted or received; nothing where the subsidy
     is what is asked for (tests/assistant/reading/test_solving.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.calculators.case import Ask
from assistant.reading.figures import RATE_SLOTS, REFERENCE, Figure
from assistant.reading.lexicon import Lexicon

AIMS = (REFERENCE, "received")  # a sum that is no one's loan, fee or premium
COSTS = ("interest_paid", "fee_paid", "premium")
LENT = ("principal", "guaranteed_amount")
SOLVED = {  # cue → what is computed, and the slots that are then not told in the same breath
    "asked_rate": (Ask.RATE_THRESHOLD, RATE_SLOTS),
    "asked_sum": (Ask.THRESHOLD, LENT),
    "asked_cost": (Ask.COST_THRESHOLD, COSTS),
}


def aim_of(figures: Sequence[Figure]) -> Decimal | None:
    """The sum that the person wants or got; None where none was told."""
    sums = [f for f in figures if f.slot in AIMS and f.quantity.kind == "money"]
    return sums[0].value if sums else None


def solved_for(text: str, figures: Sequence[Figure], lexicon: Lexicon) -> frozenset[Ask]:
    """贷2亿，贴息要拿到500万，利率得是几: the rate; () where no subsidy was told."""
    if aim_of(figures) is None:
        return frozenset()
    told = {f.slot for f in figures}
    return frozenset(
        ask
        for cue, (ask, slots) in SOLVED.items()
        if lexicon.cues[cue].search(text) and told.isdisjoint(slots)
    )
