"""What is computed, as questions.yaml says; no number whose day has passed, was lost or unsaid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.calculators.case import AmountKind, CalculatorError
from assistant.measures.model import Bound, Rule
from assistant.pipeline import Assistant
from assistant.steps.calculate import terms_on

TODAY = date(2026, 11, 20)
INTEREST = "tech-upgrade-loan-interest-subsidy"
LOAN = {"principal": "50000000", "annual_rate": "0.04"}


def test_it_computes_what_the_row_says(row: dict[str, Any], asked: Callable[..., Any]) -> None:
    answer = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region")).answer
    wanted = row["calculate"]
    there = [
        (c.amount_kind, None if c.amount_yuan is None else Decimal(c.amount_yuan))
        for c in answer.calculations
    ]
    for kind, amount in wanted.get("amounts", ()):
        assert (kind, None if amount is None else Decimal(amount)) in there
    if wanted.get("none"):
        assert all(amount is None for _, amount in there)
    if "missing" in wanted:
        numbers = {"principal", "annual_rate", "guaranteed_amount", "fee_rate", "premium", "loss"}
        assert [m.slot for m in answer.missing if m.slot in numbers] == wanted["missing"]


def test_a_ceiling_is_never_exact(
    rows: list[dict[str, Any]], asked: Callable[..., Any], assistant: Assistant
) -> None:
    for row in rows:
        answer = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region")).answer
        for calculation in answer.calculations:
            measure = assistant.catalogue.get(calculation.measure_id)
            if calculation.amount_kind == AmountKind.EXACT and measure is not None:
                bounds = {t.bound for t in measure.terms.values()}
                assert (
                    Bound.AT_MOST not in bounds
                    or measure.rule is Rule.WAIVER
                    or (measure.rule is Rule.SHARE_OF_PREMIUM)
                ), row["name"]


@pytest.mark.parametrize(
    ("day", "there"), [("2024-03-21", False), ("2024-03-22", True), ("2027-12-31", True)]
)
def test_a_number_holds_from_its_first_day(assistant: Assistant, day: str, there: bool) -> None:
    terms = terms_on(assistant.catalogue.by_id[INTEREST], date.fromisoformat(day))
    assert ("ceiling" in terms.values, "share" in terms.values) == (there, there)


def test_no_lost_or_unstated_number_is_computed_for_any_inputs(assistant: Assistant) -> None:
    inputs = {**LOAN, "guaranteed_amount": "10000000", "fee_rate": "0.01", "premium": "1000000"}
    for measure in assistant.catalogue.measures:
        if measure.rule in (Rule.LOST, Rule.UNSTATED):
            try:
                working = assistant.calculate(measure.id, inputs, TODAY)
            except CalculatorError as refused:  # its time is over
                assert refused.slot == "as_of"
                continue
            assert (working.amount_kind, working.amount_yuan) == ("undetermined", None)


@pytest.mark.parametrize("missing", LOAN)
def test_an_input_that_is_missing_is_named(assistant: Assistant, missing: str) -> None:
    inputs = {slot: value for slot, value in LOAN.items() if slot != missing}
    with pytest.raises(CalculatorError, match=assistant.lexicon.slots[missing].label) as refused:
        assistant.calculate(INTEREST, inputs, TODAY)
    assert refused.value.slot == missing


def test_an_alias_of_the_fact_sheet_is_the_same_measure(assistant: Assistant) -> None:
    by_alias = assistant.calculate("M000-4.1a", LOAN, TODAY)
    assert by_alias == assistant.calculate(INTEREST, LOAN, TODAY)
    assert (by_alias.amount_kind, by_alias.amount_yuan) == ("upper_bound", "1000000")
    with pytest.raises(KeyError):
        assistant.calculate("M999", LOAN, TODAY)
