"""Workings: the number at once, the words when read; sums and differences of workings."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.calculators.case import AmountKind, Case, Loan, RatePart, Step, Words, Working
from assistant.calculators.rules import RULES, Terms, difference, sum_of_ceilings

TERMS = Terms({"share": Decimal("0.5"), "ceiling": Decimal(10_000_000)})


def bound(amount: str | None, kind: str = "upper_bound", currency: str = "CNY") -> Working:
    value = None if amount is None else Decimal(amount)
    return Working(
        "上限", AmountKind(kind), value, "年", lambda: Words("…"), currency, ("ceiling",)
    )


def interest(principal: str, rate: str) -> Working:
    loan = Loan(Decimal(principal), (RatePart(Decimal(rate)),))
    return RULES["share_of_interest"](TERMS, Case((loan,)))[0]


def test_words_are_made_once_and_only_when_read() -> None:
    made = []

    def words() -> Words:
        made.append(1)
        return Words("1 + 1", {"principal": "1"}, (Step("和", "2"),))

    working = Working("和", AmountKind.EXACT, Decimal(2), None, words)
    assert made == []
    assert (working.formula, working.inputs, working.steps) == (
        "1 + 1",
        {"principal": "1"},
        (Step("和", "2"),),
    )
    assert made == [1]


def test_the_working_of_a_loan_shows_every_number() -> None:
    working = interest("50000000", "0.04")
    assert working.formula == "min(5000万元 × 4% × 50%, 1000万元)"
    assert working.inputs == {"principal": "50000000", "annual_rate": "0.04"}
    assert [(s.label, s.value) for s in working.steps] == [
        ("当年利息", "5000万元 × 4% = 200万元"),
        ("利息的50%", "200万元 × 50% = 100万元"),
        ("封顶", "1000万元，未到封顶"),
        ("贴息上限", "100万元"),
    ]
    assert working.terms == ("share", "ceiling")


def test_a_portion_in_days_is_shown_as_days_and_its_months_are_called_about() -> None:
    loan = Loan(Decimal(20_000_000), (RatePart(Decimal("0.0365"), Decimal(100) / 365),))
    (working,) = RULES["share_of_interest"](TERMS, Case((loan,)))
    assert "× 100/365" in working.formula
    assert working.inputs["portion_months"] == "约3.2877"


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("第一年", "第一年"),
        ("2026年", "2026年"),
        ("明年", "明年"),
        ("涪陵厂", ""),
        ("", ""),
        ("百年", ""),
    ],
)
def test_a_label_that_names_a_year(label: str, year: str) -> None:
    assert Loan(None, label=label).year == year


def test_a_sum_of_bounds_is_called_that() -> None:
    total = sum_of_ceilings([("贴息", bound("3900000")), ("奖励", bound("1000000"))])
    assert (total.label, total.amount_kind, total.amount) == (
        "各条上限之和",
        AmountKind.UPPER_BOUND,
        Decimal(4_900_000),
    )
    assert total.formula == "390万元 + 100万元"
    assert [(s.label, s.value) for s in total.steps] == [("贴息", "390万元"), ("奖励", "100万元")]


def test_a_sum_of_exact_amounts_is_exact_and_with_a_bound_it_is_a_bound() -> None:
    exact = sum_of_ceilings(
        [("装备", bound("2400000", "exact")), ("软件", bound("240000", "exact"))]
    )
    assert (exact.label, exact.amount_kind, exact.amount) == ("合计", "exact", Decimal(2_640_000))
    mixed = sum_of_ceilings([("装备", bound("2400000", "exact")), ("奖励", bound("1000000"))])
    assert mixed.amount_kind == "upper_bound"
    nothing = sum_of_ceilings([("甲", bound("0", "zero")), ("乙", bound("0", "zero"))])
    assert (nothing.amount_kind, nothing.amount) == ("zero", Decimal(0))


def test_what_has_no_amount_is_named_and_left_out_of_a_sum() -> None:
    total = sum_of_ceilings([("奖励", bound("1000000")), ("挂牌奖励", bound(None, "undetermined"))])
    assert total.amount == Decimal(1_000_000)
    assert total.steps[1] == Step("挂牌奖励", "未载明，不计入")
    none = sum_of_ceilings([("挂牌奖励", bound(None, "undetermined"))])
    assert (none.amount_kind, none.amount) == ("undetermined", None)


def test_currencies_are_not_added() -> None:
    total = sum_of_ceilings(
        [("外债", bound("5000000", currency="USD")), ("奖励", bound("1000000"))]
    )
    assert (total.amount_kind, total.amount) == ("undetermined", None)
    assert "币种不同" in total.formula
    dollars = sum_of_ceilings(
        [("甲", bound("1", currency="USD")), ("乙", bound("2", currency="USD"))]
    )
    assert (dollars.currency, dollars.amount) == ("USD", Decimal(3))


@pytest.mark.parametrize(
    ("before", "after", "gap", "step"),
    [
        ("1000000", "5000000", "4000000", "增加"),
        ("5000000", "1000000", "4000000", "减少"),
        ("5000000", "5000000", "0", "不变"),
    ],
)
def test_difference(before: str, after: str, gap: str, step: str) -> None:
    working = difference(bound(before), bound(after))
    assert (working.amount, working.amount_kind) == (Decimal(gap), "upper_bound")
    assert working.steps[-1].label == step
    assert working.formula.index("500万元") == 0


def test_a_difference_to_nothing_keeps_the_kind_and_to_the_unknown_has_no_number() -> None:
    assert difference(bound("0", "zero"), bound("800000")).amount_kind == "upper_bound"
    assert difference(bound("800000"), bound("0", "zero")).amount_kind == "upper_bound"
    assert (
        difference(bound("1", "allocation"), bound("2", "allocation")).amount_kind == "allocation"
    )
    assert difference(bound(None, "undetermined"), bound("2")).amount is None
    assert difference(bound("1", currency="USD"), bound("2")).amount is None
