"""A share of loan interest (贴息): per project and year min(interest × share, ceiling).

In:  terms share and ceiling; loans with principal and rates, or the interest paid.
Out: a bound per project or year, their sum, the joint reading, thresholds, what is left to pay.
     Never above the ceiling (tests/assistant/calculators/test_laws.py).
"""

from __future__ import annotations

from collections.abc import Sequence
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
    Loan,
    Step,
    Words,
    Working,
)
from assistant.calculators.money import exact, numeral, percent, plain, to_fen, years_words
from assistant.calculators.stated import ceiling as stated_ceiling
from assistant.calculators.terms import Terms

ONE = Decimal(1)
NEAR = Decimal("1e-20")
TEN_THOUSANDTH = Decimal("0.0001")


def share_of_interest(terms: Terms, case: Case) -> tuple[Working, ...]:
    """Upper bound of the interest subsidy, 元, each project's year rounded half up to 分.

    () where no loan has a rate (or interest); raises CalculatorError for inputs without sense.
    """
    if "share" not in terms.values:
        return stated_ceiling(terms, case)
    checks.currency(case, terms.currency)
    out = _thresholds(terms, case) if case.asks & THRESHOLDS else []
    if case.alternatives and len(case.loans) > 1:
        rest = replace(case, alternatives=False, asks=case.asks - THRESHOLDS)
        cases = [
            (name, replace(rest, loans=(replace(loan, label=""),)))
            for name, loan in zip(_alternative_names(case.loans), case.loans, strict=True)
        ]
        return (*out, *either_or(share_of_interest, terms, cases))
    if case.years is not None:
        checks.years("years", "年数", case.years)
    loans = [loan for loan in case.loans if _priced(loan)]
    if Ask.BURDEN_RATE in case.asks and not loans:
        out += [_burden_rate(loan, terms) for loan in case.loans if len(loan.rates) == 1]
    if not loans:
        return tuple(out)
    groups = _projects(loans)
    parts = []
    for name, group in groups:
        part = _part(name, group, terms)
        parts.append(part)
        out.append(_one(part, group, terms, len(groups) == 1))
    if len(loans) == len(case.loans):
        by_year = len(groups) > 1 and any(loan.year for loan in loans)
        if len(groups) > 1:
            out += _several(parts, case, terms, by_year)
        if case.years is not None and case.years != 1 and not by_year:
            label = f"{years_words(case.years)}贴息上限合计"
            out.append(over_years(label, terms.kind, [p.raw for p in parts], case.years, terms))
        if Ask.SHARE in case.asks:
            out += [_share_of_cost(part, terms) for part in parts if part.cost]
        if case.asks & {Ask.REMAINING, Ask.BURDEN_RATE}:
            out += _remaining(parts, groups, case, terms, by_year)
    return tuple(out)


def _priced(loan: Loan) -> bool:
    return loan.interest is not None or (loan.principal is not None and bool(loan.rates))


def _projects(loans: Sequence[Loan]) -> list[tuple[str, Sequence[Loan]]]:
    """Loans by project and year, each group with its name; "" where there is nothing to tell."""
    if len(loans) == 1:
        return [(loans[0].label, loans)]
    groups: dict[tuple[str, str], list[Loan]] = {}
    for i, loan in enumerate(loans):
        alone = not loan.project and not loan.year
        groups.setdefault((str(i) if alone else loan.project, loan.year), []).append(loan)
    if len(groups) == 1:
        return [("", loans)]
    return [
        (_name(project, group[0], i), group)
        for i, ((project, _), group) in enumerate(groups.items(), 1)
    ]


def _name(project: str, loan: Loan, number: int) -> str:
    if loan.year:
        return f"{project}{loan.year}"
    return loan.label or loan.applicant or f"第{numeral(number)}个项目"


def _part(name: str, loans: Sequence[Loan], terms: Terms) -> Part:
    """One project's year: the interest of its loans, the share of it, and what the cap leaves."""
    cost = NOTHING
    for loan in loans:
        cost += _interest(loan)
    raw = cost * terms.values["share"]
    return Part(name, cost, raw, capped(raw, terms.values.get("ceiling")))


def _interest(loan: Loan) -> Decimal:
    """Exact interest of a year, after the checks."""
    if loan.interest is not None:
        checks.money("interest_paid", "年利息", loan.interest)
        return loan.interest
    assert loan.principal is not None
    checks.money("principal", "贷款金额", loan.principal)
    if len(loan.rates) > 1 or loan.rates[0].portion != ONE:
        checks.portions(part.portion for part in loan.rates)
    interest = NOTHING
    for part in loan.rates:
        checks.rate("annual_rate", "贷款年利率", part.rate)
        amount = loan.principal * part.rate
        if part.portion != ONE:
            numerator, denominator = fraction(part.portion)
            amount = amount * numerator / denominator
        interest += amount
    return interest


def fraction(portion: Decimal) -> tuple[Decimal, int]:
    """Months or days of a year read back from their quotient: 0.333… → 4/12; 0.3 → 0.3/1."""
    for whole in (12, 24, 365, 360, 366):
        count = portion * whole
        near = count.to_integral_value()
        if abs(count - near) < NEAR:
            if whole == 24:
                return near / 2, 12
            return near, whole
    return portion, 1


def _expression(loan: Loan) -> str:
    if loan.interest is not None:
        return exact(loan.interest)
    assert loan.principal is not None
    return " + ".join(
        f"{exact(loan.principal)} × {percent(p.rate)}{_portion(p.portion)}" for p in loan.rates
    )


def _portion(portion: Decimal) -> str:
    if portion == ONE:
        return ""
    numerator, denominator = fraction(portion)
    return f" × {plain(numerator)}" + (f"/{denominator}" if denominator > 1 else "")


def _inputs(loans: Sequence[Loan]) -> dict[str, str]:
    """What was put in, by slot name; several values of a slot in their order."""
    rates = [part for loan in loans for part in loan.rates]
    known: dict[str, list[str]] = {
        "principal": [plain(loan.principal) for loan in loans if loan.principal is not None],
        "annual_rate": [plain(part.rate) for part in rates],
        "interest_paid": [plain(loan.interest) for loan in loans if loan.interest is not None],
        "portion_months": [_months(p.portion) for p in rates]
        if any(p.portion != ONE for p in rates)
        else [],
    }
    return {slot: "、".join(values) for slot, values in known.items() if values}


def _months(portion: Decimal) -> str:
    """A portion of a year in months; days do not come out even and are called 约."""
    numerator, denominator = fraction(portion)
    if denominator == 12:
        return plain(numerator)
    months = portion * 12
    rounded = months.quantize(TEN_THOUSANDTH)
    return f"{'' if rounded == months else '约'}{plain(rounded)}"


def _one(part: Part, loans: Sequence[Loan], terms: Terms, only: bool) -> Working:
    """The bound for one project in one year."""

    def words() -> Words:
        share, ceiling = terms.values["share"], terms.values.get("ceiling")
        expression = " + ".join(_expression(loan) for loan in loans)
        inner = f"({expression})" if " + " in expression else expression
        return Words(
            capped_formula(f"{inner} × {percent(share)}", ceiling),
            _inputs(loans),
            (
                Step(
                    "当年利息",
                    equation(expression, part.cost)
                    if "×" in expression or "+" in expression
                    else expression,
                ),
                Step(
                    f"利息的{percent(share)}",
                    equation(f"{exact(to_fen(part.cost))} × {percent(share)}", part.raw),
                ),
                *ceiling_steps(part.raw, ceiling),
                Step("贴息上限", exact(part.amount)),
            ),
        )

    return Working(
        _yearly(part.name, "贴息上限"),
        terms.kind,
        part.amount,
        terms.per.get("ceiling") or "年",
        words,
        terms=terms.named("share", "ceiling"),
        role="total" if only else "part",
    )


def _yearly(name: str, what: str) -> str:
    """第一年 + 贴息上限 → 第一年贴息上限; 涪陵厂 + 贴息上限 → 涪陵厂的年贴息上限."""
    if name.endswith("年"):
        return f"{name}{what}"
    return f"{name}的年{what}" if name and not name.startswith("第") else f"{name}年{what}"


def _several(parts: Sequence[Part], case: Case, terms: Terms, by_year: bool) -> list[Working]:
    """The sum over projects or years; and, for one applicant's projects, the joint reading."""
    if by_year:
        return [
            total("各年贴息上限合计", "逐年计算、逐年封顶后相加", terms.kind, "合计", parts, terms)
        ]
    out = [
        total("各项目年贴息上限合计", "分别计算、分别封顶后相加", terms.kind, "年", parts, terms)
    ]
    if terms.other_per and len({loan.applicant for loan in case.loans}) == 1:
        label = f"若按{terms.other_per}口径合并封顶的年贴息上限"
        joint = joint_reading(label, f"{terms.other_per}·年", terms.kind, parts, terms)
        if joint:
            out.append(joint)
            if case.years is not None and case.years != 1:
                label = f"若按{terms.other_per}口径合并封顶的{years_words(case.years)}贴息上限合计"
                whole = sum((to_fen(p.raw) for p in parts), NOTHING)
                years = over_years(label, terms.kind, [whole], case.years, terms)
                out.append(replace(years, role="reading"))
    return out


def _remaining(
    parts: Sequence[Part],
    groups: Sequence[tuple[str, Sequence[Loan]]],
    case: Case,
    terms: Terms,
    by_year: bool,
) -> list[Working]:
    """What the borrower pays at least: the interest less the bound."""
    out = []
    for part in parts:
        each = "" if part.name.endswith("年") else "每年"
        label = f"{part.name or '贴息后'}{each}至少自付的利息"
        out.append(_left(label, "年", to_fen(part.cost), part.amount, terms))
    cost = sum((to_fen(p.cost) for p in parts), NOTHING)
    amount = sum((p.amount for p in parts), NOTHING)
    if len(parts) > 1:
        label, per = (
            ("各年至少自付的利息合计", "合计")
            if by_year
            else (
                "各项目每年至少自付的利息合计",
                "年",
            )
        )
        out.append(_left(label, per, cost, amount, terms))
    elif len(groups[0][1]) == 1 and groups[0][1][0].rates and groups[0][1][0].interest is None:
        if Ask.BURDEN_RATE in case.asks:  # the rate is what was asked for
            out = [replace(w, role="part") for w in out]
        out.append(_burden(groups[0][1][0], parts[0], terms))
    if case.years is not None and case.years != 1 and not by_year:
        label = f"{years_words(case.years)}至少自付的利息合计"
        whole = over_years(label, terms.kind, [p.raw for p in parts], case.years, terms)
        assert whole.amount is not None
        out.append(_left(label, "合计", to_fen(cost * case.years), whole.amount, terms))
    return out


def _share_of_cost(part: Part, terms: Terms) -> Working:
    """Which part of the year's interest the bound comes to, less than the share once capped."""
    cost, rate = to_fen(part.cost), part.amount / to_fen(part.cost)
    return Working(
        f"{part.name}贴息上限占当年利息的比例",
        AmountKind.RATE,
        None,
        None,
        lambda: Words(
            f"{exact(part.amount)} ÷ {exact(cost)}",
            steps=(
                Step("贴息上限", exact(part.amount)),
                Step("当年利息", exact(cost)),
                Step("所占比例", percent(rate)),
            ),
        ),
        terms=terms.named("share", "ceiling"),
        role="share_of_cost",
        rate=rate,
    )


def _left(label: str, per: str, cost: Decimal, amount: Decimal, terms: Terms) -> Working:
    return Working(
        label,
        AmountKind.LOWER_BOUND,
        cost - amount,
        per,
        lambda: Words(
            f"{exact(cost)} − {exact(amount)}",
            steps=(
                Step("利息", exact(cost)),
                Step("贴息上限", exact(amount)),
                Step("至少自付", exact(cost - amount)),
            ),
        ),
        terms=terms.named("share", "ceiling"),
        role="remaining",
    )


def _burden(loan: Loan, part: Part, terms: Terms) -> Working:
    """The yearly rate that is left to pay at least."""
    assert loan.principal is not None
    left = to_fen(part.cost) - part.amount
    time = sum((p.portion for p in loan.rates), NOTHING)
    rate = left / (loan.principal * time)
    return Working(
        "贴息后实际负担的年利率至少",
        AmountKind.RATE,
        None,
        None,
        lambda: Words(
            f"{exact(left)} ÷ {exact(loan.principal or NOTHING)}"
            + (f" ÷ {_portion(time).removeprefix(' × ')}" if time != ONE else ""),
            steps=(
                Step("至少自付的利息", exact(left)),
                Step("实际负担的年利率", percent(rate)),
            ),
        ),
        terms=terms.named("share", "ceiling"),
        role="burden",
        rate=rate,
    )


def _burden_rate(loan: Loan, terms: Terms) -> Working:
    """The rate that is left to pay at least, for a loan that does not reach the ceiling."""
    share, paid = terms.values["share"], loan.rates[0].rate
    checks.rate("annual_rate", "贷款年利率", paid)
    rate = paid * (1 - share)
    return Working(
        "未到封顶时，贴息后实际负担的年利率至少",
        AmountKind.RATE,
        None,
        None,
        lambda: Words(
            f"{percent(paid)} × (1 − {percent(share)})",
            {"annual_rate": plain(paid)},
            (Step("实际负担的年利率", percent(rate)),),
        ),
        terms=terms.named("share"),
        role="burden",
        rate=rate,
    )


def _thresholds(terms: Terms, case: Case) -> list[Working]:
    """At which principal, or at which rate, the ceiling (or the wanted amount) is reached."""
    ceiling = terms.values.get("ceiling")
    top = wanted(case, ceiling)
    if top is None:
        return []
    aim = "封顶" if top == ceiling else exact(top)
    if Ask.COST_THRESHOLD in case.asks:
        return [threshold_cost(f"达到{aim}的年利息", top, terms)]
    out: dict[tuple[Decimal, bool], Working] = {}
    for loan in case.loans:
        if loan.rates and Ask.THRESHOLD in case.asks:
            checks.portions(part.portion for part in loan.rates)
            rate = NOTHING
            for part in loan.rates:
                checks.rate("annual_rate", "贷款年利率", part.rate)
                numerator, denominator = fraction(part.portion)
                rate += part.rate * numerator / denominator
            words = " + ".join(f"{percent(p.rate)}{_portion(p.portion)}" for p in loan.rates)
            words = f"({words})" if " " in words else words
            name = f"按年利率{words}计" if len({r.rates for r in case.loans}) > 1 else ""
            label = f"{name}达到{aim}的贷款金额"
            inputs = {"annual_rate": "、".join(plain(p.rate) for p in loan.rates)}
            note = "（按全年足额占用）" if all(p.portion == ONE for p in loan.rates) else ""
            working = threshold_amount(label, top, rate, words, inputs, terms, note)
            out.setdefault((rate, True), working)
        elif loan.principal is not None and (not loan.rates or Ask.RATE_THRESHOLD in case.asks):
            checks.money("principal", "贷款金额", loan.principal)
            many = len({r.principal for r in case.loans}) > 1
            name = f"贷款{exact(loan.principal)}时" if many else ""
            inputs = {"principal": plain(loan.principal)}
            label = f"{name}达到{aim}的年利率"
            working = threshold_rate(label, top, loan.principal, inputs, terms)
            out.setdefault((loan.principal, False), working)
    return list(out.values())


def _alternative_names(loans: Sequence[Loan]) -> list[str]:
    """What tells the alternatives apart: the label, the rate, the principal, else the number."""
    if all(loan.label for loan in loans):
        return [loan.label for loan in loans]
    rates = [_rates_words(loan) for loan in loans]
    if len(set(rates)) == len(loans) and all(rates):
        return [f"年利率{rate}时" for rate in rates]
    if len({loan.principal for loan in loans}) == len(loans):
        return [f"贷款{exact(loan.principal)}时" if loan.principal else "" for loan in loans]
    return [f"第{numeral(i)}种情形" for i in range(1, len(loans) + 1)]


def _rates_words(loan: Loan) -> str:
    return "、".join(percent(part.rate) for part in loan.rates)
