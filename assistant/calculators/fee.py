"""A share of a guarantee fee (担保费补助): min(fee × share, ceiling), nothing above a rate limit.

In:  terms share, ceiling, fee_rate_limit; guarantees with amount and rate, or the fee charged.
Out: a bound per guarantee, their sum, the joint reading, thresholds. The limit is inclusive:
     1% qualifies, 1.01% gives zero (tests/assistant/calculators/cases.yaml).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assistant.calculators import checks
from assistant.calculators.capped import (
    NOTHING,
    Part,
    capped,
    capped_formula,
    ceiling_steps,
    either_or,
    equation,
    joint_reading,
    over_years,
    threshold_amount,
    threshold_cost,
    threshold_rate,
    total,
    wanted,
)
from assistant.calculators.case import (
    THRESHOLDS,
    AmountKind,
    Ask,
    Case,
    Guarantee,
    Step,
    Words,
    Working,
)
from assistant.calculators.money import exact, numeral, percent, plain, to_fen, years_words
from assistant.calculators.stated import ceiling as stated_ceiling
from assistant.calculators.terms import Terms


def share_of_fee(terms: Terms, case: Case) -> tuple[Working, ...]:
    """Upper bound of the fee subsidy, 元, each guarantee rounded half up to 分.

    () where no fee is known; raises CalculatorError for inputs without sense.
    """
    if "share" not in terms.values:
        return stated_ceiling(terms, case)
    checks.currency(case, terms.currency)
    out = _thresholds(terms, case) if case.asks & THRESHOLDS else []
    guarantees = case.guarantees
    if case.alternatives and len(guarantees) > 1:
        rest = replace(case, alternatives=False, asks=case.asks - THRESHOLDS)
        cases = [
            (name, replace(rest, guarantees=(one,)))
            for name, one in zip(_alternative_names(guarantees), guarantees, strict=True)
        ]
        return (*out, *either_or(share_of_fee, terms, cases))
    if case.years is not None:
        checks.years("years", "年数", case.years)
    parts = []
    for i, guarantee in enumerate(guarantees, 1):
        only = len(guarantees) == 1
        name = guarantee.label or ("" if only else f"第{numeral(i)}笔")
        part = _part(name, guarantee, terms)
        if part:
            parts.append(part)
            out.append(_one(part, guarantee, terms, only))
    if parts and len(parts) == len(guarantees):
        if len(parts) > 1:
            out += _several(parts, terms)
        if case.years is not None and case.years != 1:
            label = f"若逐年补助，{years_words(case.years)}补助上限合计"
            whole = over_years(label, terms.kind, [p.raw for p in parts], case.years, terms)
            out.append(whole)
            out += _once(whole, terms, case.years)
    return tuple(out)


def _once(whole: Working, terms: Terms, years: Decimal) -> list[Working]:
    """The reading by which the ceiling is for all years together, where the source does not say
    that it is by the year, and that makes a difference."""
    ceiling = terms.values.get("ceiling")
    amount = whole.amount
    if ceiling is None or terms.per.get("ceiling") or amount is None or amount <= ceiling:
        return []
    label = f"若封顶不按年计，{years_words(years)}补助上限合计"
    words = Words(
        f"min({exact(amount)}, {exact(ceiling)})",
        {"years": plain(years)},
        (Step("逐年相加", exact(amount)), Step("合并封顶", exact(ceiling))),
    )
    return [replace(whole, label=label, amount=ceiling, words=lambda: words, role="reading")]


def _part(name: str, guarantee: Guarantee, terms: Terms) -> Part | None:
    """The subsidy of one guarantee; None where what is known decides nothing."""
    amount, rate, fee = guarantee.amount, guarantee.fee_rate, guarantee.fee
    if amount is not None:
        checks.money("guaranteed_amount", "担保金额", amount)
    if rate is not None:
        checks.rate("fee_rate", "年化担保费率", rate)
    if fee is not None:
        checks.money("fee_paid", "年担保费", fee)
        if rate is None and amount is not None:
            checks.rate("fee_paid", "年担保费与担保金额之比", fee / amount)
    if _over_limit(guarantee, terms):
        return Part(name, NOTHING, NOTHING, NOTHING)
    if fee is None:
        if amount is None or rate is None:
            return None
        fee = amount * rate
    raw = fee * terms.values["share"]
    return Part(name, fee, raw, capped(raw, terms.values.get("ceiling")))


def _over_limit(guarantee: Guarantee, terms: Terms) -> bool:
    limit = terms.values.get("fee_rate_limit")
    if limit is None:
        return False
    if guarantee.fee_rate is not None:
        return guarantee.fee_rate > limit
    if guarantee.fee is None or guarantee.amount is None:
        return False
    return guarantee.fee > guarantee.amount * limit


def _rate(guarantee: Guarantee) -> Decimal | None:
    """The annual rate, given or from the fee; None where it is not known."""
    if guarantee.fee_rate is not None or guarantee.fee is None or guarantee.amount is None:
        return guarantee.fee_rate
    return guarantee.fee / guarantee.amount


def _inputs(guarantee: Guarantee) -> dict[str, str]:
    known = {
        "guaranteed_amount": guarantee.amount,
        "fee_rate": guarantee.fee_rate,
        "fee_paid": guarantee.fee,
    }
    return {slot: plain(value) for slot, value in known.items() if value is not None}


def _one(part: Part, guarantee: Guarantee, terms: Terms, only: bool) -> Working:
    limit = terms.values.get("fee_rate_limit")
    over = _over_limit(guarantee, terms)

    def nothing() -> Words:
        rate = percent(_rate(guarantee) or NOTHING)
        return Words(
            f"{rate} > {percent(limit or NOTHING)}，不符合费率条件，补助0元",
            _inputs(guarantee),
            (Step("费率条件", f"{rate} 超过 {percent(limit or NOTHING)}"), Step("补助", "0元")),
        )

    def words() -> Words:
        share, ceiling = terms.values["share"], terms.values.get("ceiling")
        rate = _rate(guarantee)
        expression = exact(part.cost)
        if guarantee.fee is None:
            expression = f"{exact(guarantee.amount or NOTHING)} × {percent(rate or NOTHING)}"
        steps = [
            Step("年担保费", equation(expression, part.cost)),
            Step(
                f"担保费的{percent(share)}",
                equation(f"{exact(to_fen(part.cost))} × {percent(share)}", part.raw),
            ),
            *ceiling_steps(part.raw, ceiling),
            Step("补助上限", exact(part.amount)),
        ]
        if limit is not None:
            met = (
                f"{percent(rate)} 不超过 {percent(limit)}"
                if rate is not None
                else (f"须不超过{percent(limit)}，费率尚未告知")
            )
            steps.insert(0, Step("费率条件", met))
        return Words(
            capped_formula(f"{expression} × {percent(share)}", ceiling),
            _inputs(guarantee),
            tuple(steps),
        )

    return Working(
        f"{part.name}担保费补助上限",
        AmountKind.ZERO if over else terms.kind,
        part.amount,
        terms.per.get("ceiling"),
        nothing if over else words,
        terms=("fee_rate_limit",) if over else terms.named("share", "ceiling", "fee_rate_limit"),
        role="total" if only else "part",
    )


def _several(parts: list[Part], terms: Terms) -> list[Working]:
    out = [total("各笔补助上限合计", "逐笔计算、逐笔封顶后相加", terms.kind, "合计", parts, terms)]
    if terms.other_per:
        label = f"若按{terms.other_per}口径合并封顶的补助上限"
        joint = joint_reading(label, terms.other_per, terms.kind, parts, terms)
        if joint:
            out.append(joint)
    return out


def _thresholds(terms: Terms, case: Case) -> list[Working]:
    """At which amount, or at which fee rate, the ceiling (or the wanted amount) is reached."""
    ceiling, limit = terms.values.get("ceiling"), terms.values.get("fee_rate_limit")
    top = wanted(case, ceiling)
    if top is None:
        return []
    aim = "封顶" if top == ceiling else exact(top)
    if Ask.COST_THRESHOLD in case.asks:
        return [threshold_cost(f"达到{aim}的年担保费", top, terms)]
    out: dict[str, Working] = {}
    for guarantee in case.guarantees:
        rate, amount = guarantee.fee_rate, guarantee.amount
        if rate is not None and Ask.THRESHOLD in case.asks:
            checks.rate("fee_rate", "年化担保费率", rate)
            if limit is not None and rate > limit:
                continue
            many = len({g.fee_rate for g in case.guarantees}) > 1
            name = f"按费率{percent(rate)}计" if many else ""
            label = f"{name}达到{aim}的担保金额"
            inputs = {"fee_rate": plain(rate)}
            working = threshold_amount(label, top, rate, percent(rate), inputs, terms)
        elif amount is not None and (rate is None or Ask.RATE_THRESHOLD in case.asks):
            checks.money("guaranteed_amount", "担保金额", amount)
            many = len({g.amount for g in case.guarantees}) > 1
            name = f"担保{exact(amount)}时" if many else ""
            label = f"{name}达到{aim}的年化担保费率"
            inputs = {"guaranteed_amount": plain(amount)}
            working = threshold_rate(label, top, amount, inputs, terms, limit)
        else:
            continue
        out.setdefault(working.label, working)
    return list(out.values())


def _alternative_names(guarantees: tuple[Guarantee, ...]) -> list[str]:
    """What tells the alternatives apart: the label, the rate, the amount, else the number."""
    if all(g.label for g in guarantees):
        return [g.label for g in guarantees]
    rates = {g.fee_rate for g in guarantees}
    if len(rates) == len(guarantees) and None not in rates:
        return [f"费率{percent(g.fee_rate or NOTHING)}时" for g in guarantees]
    if len({g.amount for g in guarantees}) == len(guarantees):
        return [f"担保{exact(g.amount)}时" if g.amount else "" for g in guarantees]
    return [f"第{numeral(i)}种情形" for i in range(1, len(guarantees) + 1)]
