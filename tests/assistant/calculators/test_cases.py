"""The worked cases of cases.yaml and the refusals of refusals.yaml, as an official reads them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.calculators.case import (
    Ask,
    CalculatorError,
    Case,
    Guarantee,
    Loan,
    Premium,
    RatePart,
    Working,
)
from assistant.calculators.rules import RULES, Terms

HERE = Path(__file__).parent
TERMS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "cases.yaml").read_text("utf-8"))["terms"]
NOT_VALUES = ("rule", "per", "other_per", "currency", "bounds", "parts")


def rows(name: str) -> list[Any]:
    cases = yaml.safe_load((HERE / name).read_text("utf-8"))["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


def exact(text: Any) -> Decimal | None:
    assert text is None or isinstance(text, str), f"{text!r} must be quoted to stay exact"
    return None if text is None else Decimal(text)


def terms_of(row: dict[str, Any]) -> Terms:
    return Terms(
        {k: Decimal(v) for k, v in row.items() if k not in NOT_VALUES},
        {"ceiling": row.get("per")},
        row.get("currency", "CNY"),
        tuple((party, Decimal(w)) for party, w in row.get("parts", {}).items()),
        row.get("other_per"),
        row.get("bounds", {}),
    )


def rate_of(part: str | list[str]) -> RatePart:
    if isinstance(part, str):
        return RatePart(Decimal(part))
    portion = Fraction(part[1])
    return RatePart(Decimal(part[0]), Decimal(portion.numerator) / portion.denominator)


def loan_of(row: dict[str, Any]) -> Loan:
    return Loan(
        exact(row.get("principal")),
        tuple(rate_of(r) for r in row.get("rates", ())),
        row.get("label", ""),
        row.get("project", ""),
        row.get("applicant", ""),
        exact(row.get("interest")),
    )


def case_of(row: dict[str, Any]) -> Case:
    return Case(
        loans=tuple(loan_of(r) for r in row.get("loans", ())),
        guarantees=tuple(
            Guarantee(exact(r.get("amount")), exact(r.get("fee_rate")), fee=exact(r.get("fee")))
            for r in row.get("guarantees", ())
        ),
        premiums=tuple(
            Premium(
                exact(r.get("annual_premium")),
                exact(r.get("rate")),
                exact(r.get("years")),
                insured_amount=exact(r.get("insured_amount")),
            )
            for r in row.get("premiums", ())
        ),
        years=exact(row.get("years")),
        alternatives=row.get("alternatives", False),
        loss=exact(row.get("loss")),
        asks=frozenset(Ask(a) for a in row.get("asks", ["amount"])),
        parties=tuple(row.get("parties", ())),
        target=exact(row.get("target")),
        currency=row.get("currency", "CNY"),
    )


def run(row: dict[str, Any]) -> tuple[Working, ...]:
    terms = TERMS[row["terms"]]
    return RULES[terms["rule"]](terms_of(terms), case_of(row["case"]))


@pytest.mark.parametrize("row", rows("cases.yaml") + rows("refusals.yaml"))
def test_case(row: dict[str, Any]) -> None:
    if "refusal" in row:
        with pytest.raises(CalculatorError) as refused:
            run(row)
        assert refused.value.slot == row["refusal"]["slot"]
        assert row["refusal"]["says"] in refused.value.message
        assert refused.value.message.endswith("。")
        assert len(refused.value.message) < 100
        return
    workings = run(row)
    got = [
        (w.label, w.amount_kind.value, w.rate if w.amount is None else w.amount) for w in workings
    ]
    assert got == [(label, kind, exact(value)) for label, kind, value in row["expected"]]
    if "formula" in row:
        assert workings[0].formula == row["formula"]
    if "steps" in row:
        said = [w.formula for w in workings] + [s.value for w in workings for s in w.steps]
        assert any(row["steps"] in line for line in said)


@pytest.mark.parametrize("row", rows("cases.yaml"))
def test_every_working_says_how_it_came_about(row: dict[str, Any]) -> None:
    for working in run(row):
        assert working.formula
        assert working.label
        assert working.steps or working.amount_kind == "undetermined"
        assert all(isinstance(value, str) for value in working.inputs.values())
        assert working.amount is None or working.amount == working.amount.quantize(Decimal("0.01"))
        stated = TERMS[row["terms"]]
        assert all(name in stated for name in working.terms)


def test_every_rule_has_a_case() -> None:
    used = {TERMS[p.values[0]["terms"]]["rule"] for p in rows("cases.yaml")}
    assert used == set(RULES)
