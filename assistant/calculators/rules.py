"""The closed set of calculation rules: from a measure's terms and a case to workings.

In:  the terms of one measure as they hold on a day, and a case. Pure; Decimal throughout.
Out: one working per amount that a person could ask for. Never above the ceiling; 不超 never yields
     an exact amount (tests/assistant/calculators/test_laws.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.calculators.allocation import allocation
from assistant.calculators.capped import difference, sum_of_ceilings
from assistant.calculators.case import Case, Working
from assistant.calculators.fee import share_of_fee
from assistant.calculators.interest import share_of_interest
from assistant.calculators.premium import share_of_premium
from assistant.calculators.stated import ceiling, lost, staged_ceiling, unstated, waiver
from assistant.calculators.terms import Terms

__all__ = ["RULES", "Terms", "difference", "sum_of_ceilings"]

RULES: Mapping[str, Callable[[Terms, Case], tuple[Working, ...]]] = {
    "share_of_interest": share_of_interest,
    "share_of_fee": share_of_fee,
    "share_of_premium": share_of_premium,
    "ceiling": ceiling,
    "staged_ceiling": staged_ceiling,
    "waiver": waiver,
    "unstated": unstated,
    "lost": lost,
    "allocation": allocation,
}
