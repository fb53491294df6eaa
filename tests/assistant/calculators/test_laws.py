"""Laws that hold for every input: bounds, monotony, inverses, sums, order."""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.calculators
from assistant.calculators.case import (
    AmountKind,
    Ask,
    CalculatorError,
    Case,
    Guarantee,
    Loan,
    Premium,
    RatePart,
    Working,
)
from assistant.calculators.interest import fraction
from assistant.calculators.rules import RULES, Terms

FEN = Decimal("0.01")
CEILING = Decimal(10_000_000)
INTEREST = Terms(
    {"share": Decimal("0.5"), "ceiling": CEILING}, {"ceiling": "项目·年"}, other_per="企业"
)
FEE = Terms(
    {"share": Decimal("0.5"), "ceiling": Decimal(1_000_000), "fee_rate_limit": Decimal("0.01")},
    other_per="机构",
)
PREMIUM = Terms(
    {"share": Decimal("0.8"), "premium_rate_limit": Decimal("0.03"), "max_years": Decimal(3)},
    bounds={"share": "exact"},
)

principals = st.decimals(min_value="0.01", max_value="5000000000", places=2)
rates = st.decimals(min_value="0.0001", max_value="0.36", places=4)
portions = st.one_of(
    st.integers(1, 12).map(lambda n: Decimal(n) / 12),
    st.integers(1, 365).map(lambda n: Decimal(n) / 365),
    st.integers(1, 360).map(lambda n: Decimal(n) / 360),
)
loans = st.builds(
    lambda p, r, t: Loan(p, (RatePart(r, t),)),
    principals,
    rates,
    st.one_of(st.just(Decimal(1)), portions),
)
guarantees = st.builds(
    Guarantee, principals, st.decimals(min_value="0.0001", max_value="0.02", places=5)
)


def interest(*loans: Loan, terms: Terms = INTEREST, **case: object) -> tuple[Working, ...]:
    return RULES["share_of_interest"](terms, replace(Case(loans), **case))  # type: ignore[arg-type]


def amount(workings: tuple[Working, ...], role: str) -> Decimal:
    found = [w.amount for w in workings if w.role == role]
    assert found and found[-1] is not None
    return found[-1]


def one(principal: Decimal, rate: Decimal) -> Decimal:
    return amount(interest(Loan(principal, (RatePart(rate),))), "total")


@given(principals, principals, rates)
def test_more_principal_never_gives_less(a: Decimal, b: Decimal, rate: Decimal) -> None:
    assert one(min(a, b), rate) <= one(max(a, b), rate)


@given(principals, rates, rates)
def test_a_higher_rate_never_gives_less(principal: Decimal, a: Decimal, b: Decimal) -> None:
    assert one(principal, min(a, b)) <= one(principal, max(a, b))


@given(loans)
def test_never_above_the_ceiling_nor_the_share_and_never_exact(loan: Loan) -> None:
    (working,) = interest(loan)
    assert working.amount is not None and loan.principal is not None
    assert 0 <= working.amount <= CEILING
    (part,) = loan.rates
    whole_year = loan.principal * part.rate * Decimal("0.5")
    assert working.amount <= whole_year + FEN
    assert working.amount_kind is AmountKind.UPPER_BOUND


@given(st.lists(loans, min_size=2, max_size=5))
def test_separate_caps_and_the_joint_cap(several: list[Loan]) -> None:
    workings = interest(*several)
    parts = [w.amount for w in workings if w.role == "part"]
    total = amount(workings, "total")
    assert total == sum(p for p in parts if p is not None)
    assert total <= CEILING * len(several)
    joint = [w.amount for w in workings if w.role == "reading"]
    if joint:
        assert joint == [CEILING] and total >= CEILING
    else:
        assert total <= CEILING


@given(st.lists(loans, min_size=2, max_size=5), st.randoms())
def test_the_order_of_the_projects_does_not_matter(several: list[Loan], random: object) -> None:
    shuffled = list(several)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for role in ("total", "reading", "part"):
        amounts = [
            sorted(w.amount for w in interest(*order) if w.role == role and w.amount is not None)
            for order in (several, shuffled)
        ]
        assert amounts[0] == amounts[1]


@given(st.lists(loans, min_size=2, max_size=4))
def test_loans_of_one_project_are_capped_once(several: list[Loan]) -> None:
    (working,) = interest(*(replace(loan, project="甲") for loan in several))
    assert working.amount is not None and working.amount <= CEILING
    separate = amount(interest(*several), "total")
    assert working.amount <= separate + FEN * len(several)


@given(loans, st.integers(2, 10))
def test_years_are_linear_and_each_year_is_capped(loan: Loan, years: int) -> None:
    workings = interest(loan, years=Decimal(years))
    yearly, whole = (w.amount for w in workings)
    assert yearly is not None and whole == yearly * years


@given(loans, st.decimals(min_value="0.1", max_value="9.9", places=1))
def test_more_years_never_give_less_and_at_most_the_cap_of_each_begun_year(
    loan: Loan, years: Decimal
) -> None:
    less, more = (amount(interest(loan, years=y), "total") for y in (years, years + Decimal("0.1")))
    assert less <= more + FEN  # a year and its two parts are each rounded to 分
    assert less <= CEILING * math.ceil(years)


@given(st.lists(loans, min_size=2, max_size=4))
def test_labelled_years_have_no_joint_reading(several: list[Loan]) -> None:
    named = [replace(loan, label=f"{2024 + i}年") for i, loan in enumerate(several)]
    workings = interest(*named, years=Decimal(3))
    assert [w.role for w in workings] == ["part"] * len(several) + ["total"]
    assert workings[-1].amount == sum(w.amount for w in workings[:-1] if w.amount is not None)


@given(rates)
def test_at_the_threshold_the_bound_is_the_ceiling(rate: Decimal) -> None:
    (working,) = interest(Loan(None, (RatePart(rate),)), asks=frozenset({Ask.THRESHOLD}))
    assert working.amount_kind is AmountKind.THRESHOLD and working.amount is not None
    at = working.amount
    assert one(at, rate) == CEILING
    assert one(at + FEN, rate) == CEILING
    assert CEILING - FEN <= one(at - FEN, rate) <= CEILING
    # as much less as is worth one 分 of subsidy, and the bound is below the ceiling
    assert one((at - Decimal("0.02") / rate).quantize(FEN) - FEN, rate) < CEILING


@given(st.decimals(min_value="60000000", max_value="5000000000", places=2))
def test_at_the_threshold_rate_the_bound_is_the_ceiling(principal: Decimal) -> None:
    (working,) = interest(Loan(principal), asks=frozenset({Ask.THRESHOLD}))
    assert working.amount_kind is AmountKind.RATE and working.rate is not None
    assert one(principal, working.rate) == CEILING
    assert one(principal, working.rate * Decimal("0.999")) < CEILING


@given(loans)
def test_what_is_left_and_the_bound_make_the_interest(loan: Loan) -> None:
    workings = interest(loan, asks=frozenset({Ask.REMAINING}))
    left, bound = amount(workings, "remaining"), amount(workings, "total")
    assert loan.principal is not None
    numerator, denominator = fraction(loan.rates[0].portion)
    cost = loan.principal * loan.rates[0].rate * numerator / denominator
    assert abs(left + bound - cost) <= FEN / 2
    assert [w.amount_kind for w in workings if w.role == "remaining"] == [AmountKind.LOWER_BOUND]


@given(st.lists(loans, min_size=2, max_size=5), st.integers(1, 5))
def test_alternatives_are_never_summed(several: list[Loan], years: int) -> None:
    workings = interest(*several, alternatives=True, years=Decimal(years))
    assert {w.role for w in workings} <= {"total", "difference"}
    expected = [w.amount for loan in several for w in interest(loan, years=Decimal(years))]
    assert [w.amount for w in workings if w.role == "total"] == expected
    differences = [w.amount for w in workings if w.role == "difference"]
    if len(several) == 2:
        half = len(expected) // 2
        pairs = zip(expected[:half], expected[half:], strict=True)
        assert differences == [abs(b - a) for a, b in pairs if a is not None and b is not None]
    else:
        assert differences == []


@given(st.sampled_from([12, 365, 360, 366]), st.data())
def test_a_portion_is_read_back_exactly(whole: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, whole))
    numerator, denominator = fraction(Decimal(count) / whole)
    assert numerator * whole == Decimal(count) * denominator


@given(st.lists(guarantees, min_size=1, max_size=5))
def test_fee_subsidies(several: list[Guarantee]) -> None:
    ceiling, limit = FEE.values["ceiling"], FEE.values["fee_rate_limit"]
    workings = RULES["share_of_fee"](FEE, Case(guarantees=tuple(several)))
    each = workings[: len(several)]
    for guarantee, working in zip(several, each, strict=True):
        assert working.amount is not None and guarantee.fee_rate is not None
        assert 0 <= working.amount <= ceiling
        assert (working.amount_kind is AmountKind.ZERO) == (guarantee.fee_rate > limit)
    if len(several) > 1:
        total = workings[len(several)].amount
        assert total == sum(w.amount for w in each if w.amount is not None)
        joint = [w.amount for w in workings if w.role == "reading"]
        assert joint == ([ceiling] if total is not None and joint else [])
        assert bool(joint) or (total is not None and total <= ceiling)


@given(
    principals,
    st.decimals(min_value="0.0001", max_value="0.36", places=4),
    st.integers(1, 10),
)
def test_premium_subsidies(paid: Decimal, rate: Decimal, years: int) -> None:
    case = Case(premiums=(Premium(paid, rate, Decimal(years)),))
    workings = RULES["share_of_premium"](PREMIUM, case)
    totals = [w.amount for w in workings if w.role == "total"]
    yearly = totals[0]
    assert yearly is not None
    assert totals[-1] == yearly * (min(years, 3) if years > 1 else 1)
    if rate <= Decimal("0.03"):
        assert yearly == (paid * Decimal("0.8")).quantize(FEN, "ROUND_HALF_UP")
        assert {w.amount_kind for w in workings} == {AmountKind.EXACT}
    else:
        assert yearly == 0
        scaled = amount(workings, "reading")
        assert 0 <= scaled <= (paid * Decimal("0.8") + FEN) * 3
        assert AmountKind.EXACT not in {w.amount_kind for w in workings}


@given(principals, st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_an_allocation_adds_up_to_the_loss(loss: Decimal, weights: list[int]) -> None:
    parts = tuple((f"第{i}方", Decimal(w)) for i, w in enumerate(weights))
    workings = RULES["allocation"](Terms({}, parts=parts), Case(loss=loss))
    amounts = [w.amount for w in workings if w.amount is not None]
    assert sum(amounts) == loss and len(amounts) == len(weights)
    for got, (_, weight) in zip(amounts, parts, strict=True):
        assert abs(got - loss * weight / sum(weights)) <= FEN / 2 * len(weights)


wild = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from([Decimal("NaN"), Decimal("sNaN"), Decimal("1E+400"), Decimal("-0")]),
)


@given(wild, wild, wild)
def test_a_wild_input_is_refused_or_gives_a_sensible_number(
    principal: Decimal, rate: Decimal, years: Decimal
) -> None:
    case = Case((Loan(principal, (RatePart(rate),)),), years=years, asks=frozenset(Ask))
    try:
        workings = RULES["share_of_interest"](INTEREST, case)
    except CalculatorError as refused:
        assert refused.slot in ("principal", "annual_rate", "years")
        assert len(refused.message) < 120
        return
    for working in workings:
        assert working.amount is None or working.amount.is_finite()


@pytest.mark.parametrize("path", sorted(Path(assistant.calculators.__file__).parent.glob("*.py")))
def test_no_float_anywhere(path: Path) -> None:
    """No float literal, no float(), and only money, counts and names in the calculators."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), ast.dump(
            node
        )
        assert not (isinstance(node, ast.Name) and node.id in ("float", "round", "math"))
