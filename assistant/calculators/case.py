"""The facts of a case and the working of a calculation.

In:  nothing. Money is Decimal in 元, a rate is 0.04 for 4%, a portion of a year is 0.5 for half.
Out: frozen values; a working carries formula, inputs and every step (tests/assistant/calculators).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class AmountKind(StrEnum):
    """What an amount means; names of the contract. 不超 and 最高 never yield EXACT."""

    EXACT = "exact"
    UPPER_BOUND = "upper_bound"
    LOWER_BOUND = "lower_bound"
    ZERO = "zero"
    RATE = "rate"
    ALLOCATION = "allocation"
    THRESHOLD = "threshold"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class RatePart:
    """A rate paid during a portion of the year: (0.042, 0.5) for 4.2% in the first half."""

    rate: Decimal
    portion: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Loan:
    """One project's loan in one year, fully drawn for the given portions.

    rates  the rate actually paid, in parts of the year; () where it is not known
    """

    principal: Decimal | None
    rates: tuple[RatePart, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One guaranteed loan: amount in 元 and the annual guarantee fee rate (年化担保费率)."""

    amount: Decimal | None
    fee_rate: Decimal | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Premium:
    """An insured product: the premium paid per year in 元, the rate of premium, years insured."""

    annual_premium: Decimal | None
    rate: Decimal | None = None
    years: Decimal | None = None


class Ask(StrEnum):
    """What is to be computed of a case."""

    AMOUNT = "amount"
    THRESHOLD = "threshold"  # 贷到多少就封顶
    REMAINING = "remaining"  # 贴息后自己还要负担多少


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of the applicant's figures; empty where nothing was said.

    years          number of years the same loans run; None is one year
    same_applicant whether several loans are one enterprise's (then a second reading may exist)
    loss           元, a loss to be shared (代偿)
    """

    loans: tuple[Loan, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    premiums: tuple[Premium, ...] = ()
    years: Decimal | None = None
    loss: Decimal | None = None
    asks: frozenset[Ask] = frozenset({Ask.AMOUNT})
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a working: a label and a value as a person reads it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Working:
    """One computed amount with how it came about.

    amount   元 (or `currency`), rounded half up to 分; None when undetermined or a rate
    terms    the names of the measure's terms it used, for the citations
    main     whether it is what was asked for first (one of the workings of a case)
    role     part, total, reading (the other reading of the text), interest, remaining, ceiling …
    """

    label: str
    amount_kind: AmountKind
    amount: Decimal | None
    per: str | None
    formula: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    currency: str = "CNY"
    terms: tuple[str, ...] = ()
    role: str = "total"


class CalculatorError(ValueError):
    """An input that makes no sense; the message is a Chinese sentence that says what would."""

    def __init__(self, slot: str, message: str) -> None:
        super().__init__(message)
        self.slot = slot
        self.message = message
