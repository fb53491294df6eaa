"""The facts of a case and the working of a calculation.

In:  nothing. Money is Decimal in 元, a rate is 0.04 for 4%, a portion of a year is 0.5 for half.
Out: frozen values. A working holds its number at once; formula, inputs and steps are put into
     words when they are first read (tests/assistant/calculators/test_case.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

DOMESTIC = "CNY"  # the currency of amounts in 元
YEAR_NAME = re.compile(r"(第[一二三四五六七八九十\d]+|\d{4}|首|今|明|后|去|前)年")


def year_named(label: str) -> str:
    """A label that names a year; "" where it names none."""
    return label if YEAR_NAME.fullmatch(label) else ""


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
    """A rate paid during a portion of the year: (0.042, 0.5) for 4.2% in the first half.

    A portion that comes from months or days may be the rounded quotient (Decimal(4) / 12): it is
    read back as 4/12, so that nothing is lost.
    """

    rate: Decimal
    portion: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan in one year, fully drawn for the given portions.

    principal  元; None where it is not known
    rates      the rate actually paid, in parts of the year; () where it is not known
    label      what people call it (涪陵厂); a label that names a year (第二年, 2026年) makes it
               that year's loan of one and the same project
    project    loans of the same project are added before its ceiling is applied; "" where
               each loan is a project of its own
    applicant  whose loan it is, where a case has several applicants
    interest   元 of interest actually paid in the year, where that is known instead
    product    what kind of loan it is, where a case has several kinds; "" else
    place      the region that its project is in, where a case has several; "" else
    """

    principal: Decimal | None
    rates: tuple[RatePart, ...] = ()
    label: str = ""
    project: str = ""
    applicant: str = ""
    interest: Decimal | None = None
    product: str = ""
    place: str = ""

    @property
    def year(self) -> str:
        """The year that the label names; "" where it names none."""
        return year_named(self.label)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One guaranteed loan.

    amount    元 guaranteed
    fee_rate  annual guarantee fee rate (年化担保费率)
    fee       元 charged for a year, where that is known instead of amount × rate
    product   the product of the loan, where those of several were told; "" else
    """

    amount: Decimal | None
    fee_rate: Decimal | None
    label: str = ""
    fee: Decimal | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Premium:
    """One insured product.

    annual_premium  元 paid per year
    rate            rate of premium (实际投保费率)
    years           years insured; None is one year
    insured_amount  元 insured (保额), from which premium or rate follow where they are not known
    product         what is insured, where that was told with the premium; "" else
    label           what people call it; one that names a year (第二年) makes it that year's premium
                    of one and the same product
    """

    annual_premium: Decimal | None
    rate: Decimal | None = None
    years: Decimal | None = None
    label: str = ""
    insured_amount: Decimal | None = None
    product: str = ""

    @property
    def year(self) -> str:
        """The year that the label names; "" where it names none."""
        return year_named(self.label)


class Ask(StrEnum):
    """What is to be computed of a case; the amount itself is always among the results."""

    AMOUNT = "amount"
    THRESHOLD = "threshold"  # 贷到多少就封顶; at which rate, where only the principal is known
    RATE_THRESHOLD = "rate_threshold"  # 利率到多少就封顶, also where a rate is known
    COST_THRESHOLD = "cost_threshold"  # 利息付到多少就封顶, 贴息80万对应利息多少
    SHARE = "share"  # 贴息占利息的几成
    BURDEN_RATE = "burden_rate"  # 贴息后实际利率是多少, also where only the rate is known
    REMAINING = "remaining"  # 贴息后自己还要负担多少


THRESHOLDS = frozenset({Ask.THRESHOLD, Ask.RATE_THRESHOLD, Ask.COST_THRESHOLD})


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of the applicant's figures; empty where nothing was said.

    years         number of years the same loans run; None is one year
    alternatives  the loans (guarantees, premiums) are either-or, so nothing is summed
    loss          元, a loss to be shared (代偿)
    parties       the parties asked about in an allocation; () for all
    target        元 per year that the applicant wants, for a threshold below the ceiling
    currency      of every amount of the case
    """

    loans: tuple[Loan, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    premiums: tuple[Premium, ...] = ()
    years: Decimal | None = None
    alternatives: bool = False
    loss: Decimal | None = None
    asks: frozenset[Ask] = frozenset({Ask.AMOUNT})
    parties: tuple[str, ...] = ()
    target: Decimal | None = None
    currency: str = DOMESTIC


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a working: a label and a value as a person reads it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Words:
    """How a number came about, as a person reads it; inputs by slot name."""

    formula: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Working:
    """One computed amount with how it came about.

    label   short Chinese that reads on: 年贴息上限（为100万元）
    amount  元 (or `currency`), rounded half up to 分; None when undetermined or a rate
    per     what the amount is per; None where the source does not say
    words   puts formula, inputs and steps into words; called once, when one of them is read
    terms   the names of the measure's terms it used, for the citations
    role    part, total, reading (the other reading of the text), threshold, remaining,
            burden (the rate left to pay), share_of_cost, ceiling, share (of an allocation), sum,
            difference, granted (at a smaller share), gap (of two loans, where that was asked),
            over_cap (what goes beyond the ceiling)
    rate    0.025 for 2.5%, where the result is a rate
    """

    label: str
    amount_kind: AmountKind
    amount: Decimal | None
    per: str | None
    words: Callable[[], Words] = field(repr=False, compare=False)
    currency: str = DOMESTIC
    terms: tuple[str, ...] = ()
    role: str = "total"
    rate: Decimal | None = None

    @cached_property
    def _words(self) -> Words:
        return self.words()

    @property
    def formula(self) -> str:
        return self._words.formula

    @property
    def inputs(self) -> Mapping[str, str]:
        return self._words.inputs

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._words.steps


class CalculatorError(ValueError):
    """An input that makes no sense; the message is a Chinese sentence that says what would.

    slot  the name of the input, as in corpus/lexicon/slots.yaml
    """

    def __init__(self, slot: str, message: str) -> None:
        super().__init__(message)
        self.slot = slot
        self.message = message
