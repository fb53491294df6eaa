"""A measure's numbers as a rule needs them.

In:  nothing; whoever reads the measures fills it in.
Out: a frozen value. A share of which it is not said that it is exact is taken as at most that
     (tests/assistant/calculators/cases.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.calculators.case import AmountKind


@dataclass(frozen=True, slots=True)
class Terms:
    """A measure's numbers on the day asked about.

    values     name → number (share 0.5, ceiling 10000000 …); a name whose value does not hold
               on that day is left out
    per        name → what it is per, as the source says; None where it does not say
    currency   of the ceiling
    parts      (party, weight) of an allocation
    other_per  the other reading of `per` where the text allows two
    bounds     name → at_most, exact …, as the source says
    """

    values: Mapping[str, Decimal]
    per: Mapping[str, str | None] = field(default_factory=dict)
    currency: str = "CNY"
    parts: tuple[tuple[str, Decimal], ...] = ()
    other_per: str | None = None
    bounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> AmountKind:
        """EXACT only where the share is exact and nothing caps it."""
        exact = self.bounds.get("share") == "exact" and "ceiling" not in self.values
        return AmountKind.EXACT if exact else AmountKind.UPPER_BOUND

    def named(self, *names: str) -> tuple[str, ...]:
        """Those of the names that the measure states."""
        return tuple(name for name in names if name in self.values)
