"""A loss shared between parties by weight (4:2:2:2).

In:  the parties with their weights; the loss, and the parties asked about.
Out: each party's amount, together exactly the loss; without a loss each party's share; the sum of
     some of them
     (tests/assistant/calculators/test_laws.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculators import checks
from assistant.calculators.case import AmountKind, CalculatorError, Case, Step, Words, Working
from assistant.calculators.money import exact, percent, plain, to_fen
from assistant.calculators.stated import unstated
from assistant.calculators.terms import Terms


def allocation(terms: Terms, case: Case) -> tuple[Working, ...]:
    """What each party bears, 元, exact to 分; the first party takes what rounding leaves over.

    Raises CalculatorError for a party that the measure does not name.
    """
    if not terms.parts:
        return unstated(terms, case)
    names = [party for party, _ in terms.parts]
    for party in case.parties:
        if party not in names:
            raise CalculatorError("parties", f"分担方应为{'、'.join(names)}之一，现为{party}。")
    whole = sum((weight for _, weight in terms.parts), Decimal(0))
    amounts: list[Decimal | None] = [None] * len(names)
    if case.loss is not None:
        checks.currency(case, terms.currency)
        checks.money("loss", "代偿金额", case.loss)
        rounded = [to_fen(case.loss * weight / whole) for _, weight in terms.parts]
        amounts = [case.loss - sum(rounded[1:], Decimal(0)), *rounded[1:]]
    return tuple(
        _one(party, weight, whole, case.loss, amount)
        for (party, weight), amount in zip(terms.parts, amounts, strict=True)
        if not case.parties or party in case.parties
    )


def together(parts: Sequence[Working], names: Sequence[str]) -> Working:
    """What several parties bear together; their share, where no loss is known."""
    amounts = [w.amount for w in parts if w.amount is not None]
    rates = [w.rate for w in parts if w.rate is not None]
    who = "、".join(names)
    if amounts:
        formula = " + ".join(map(exact, amounts))
        amount = sum(amounts, Decimal(0))
        steps = (Step(f"{who}合计分担", exact(amount)),)
        return replace(
            parts[0],
            label=f"{who}合计分担",
            amount=amount,
            words=lambda: Words(formula, steps=steps),
        )
    formula, rate = " + ".join(map(percent, rates)), sum(rates, Decimal(0))
    steps = (Step(f"{who}合计的比例", percent(rate)),)
    return replace(
        parts[0], label=f"{who}合计分担比例", rate=rate, words=lambda: Words(formula, steps=steps)
    )


def _one(
    party: str, weight: Decimal, whole: Decimal, loss: Decimal | None, amount: Decimal | None
) -> Working:
    """One party's amount; its share of the loss, where no loss is known."""

    def words() -> Words:
        fraction = f"{plain(weight)}/{plain(whole)}"
        share = percent(weight / whole)
        steps = (Step(f"{party}的比例", f"{fraction} = {share}"),)
        if loss is None or amount is None:
            return Words(fraction, steps=steps)
        formula = f"{exact(loss)} × {fraction if '约' in share else share}"
        tail = "" if amount == loss * weight / whole else "（按分取整）"
        return Words(
            formula,
            {"loss": plain(loss)},
            (*steps, Step(f"{party}分担", f"{exact(amount)}{tail}")),
        )

    return Working(
        f"{party}分担" if amount is not None else f"{party}分担比例",
        AmountKind.RATE if amount is None else AmountKind.ALLOCATION,
        amount,
        None,
        words,
        role="share",
        rate=weight / whole if amount is None else None,
    )
