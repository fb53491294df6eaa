"""A share of an insurance premium (保费补贴): share × premium paid, for at most so many years.

In:  terms share, premium_rate_limit, max_years; insured products.
Out: the subsidy per year and over the years that count; above the rate limit two readings,
     nothing or the premium scaled to the limit (tests/assistant/calculators/cases.yaml).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.calculators import checks
from assistant.calculators.capped import NOTHING, either_or, equation, plus, threshold_cost
from assistant.calculators.case import AmountKind, Ask, Case, Premium, Step, Words, Working
from assistant.calculators.money import exact, numeral, percent, plain, to_fen, years_words
from assistant.calculators.stated import ceiling as stated_ceiling
from assistant.calculators.terms import Terms

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Policy:
    """One product's premium after the checks.

    paid    元 per year
    rate    rate of premium; None where it is not known
    years   years insured
    counted the years that count
    """

    name: str
    paid: Decimal
    rate: Decimal | None
    years: Decimal
    counted: Decimal
    premium: Premium


def share_of_premium(terms: Terms, case: Case) -> tuple[Working, ...]:
    """The premium subsidy, 元, each year rounded half up to 分.

    () where no premium is known; raises CalculatorError for inputs without sense.
    """
    if "share" not in terms.values:
        return stated_ceiling(terms, case)
    checks.currency(case, terms.currency)
    premiums = case.premiums
    if case.target is not None and Ask.COST_THRESHOLD in case.asks:
        checks.money("target_amount", "想达到的每年补助金额", case.target)
        return (threshold_cost(f"达到{exact(case.target)}的年度保费", case.target, terms),)
    if case.alternatives and len(premiums) > 1:
        cases = [
            (name, replace(case, alternatives=False, premiums=(premium,)))
            for name, premium in zip(_alternative_names(premiums), premiums, strict=True)
        ]
        return either_or(share_of_premium, terms, cases)
    policies = []
    for i, premium in enumerate(premiums, 1):
        policy = _policy(_name(premium, i, len(premiums)), premium, terms)
        if policy:
            policies.append(policy)
    single, longest = len(premiums) == 1, terms.values.get("max_years")
    by_year = len(policies) == len(premiums) > 1 and all(p.year for p in premiums)
    if by_year and longest is not None:  # 三年保费分别是…: the years that count
        policies = policies[: int(longest)]
    out = [w for policy in policies for w in _one(policy, terms, single)]
    if by_year:
        out += _several(policies, terms, f"{years_words(Decimal(len(policies)))}保费补贴合计")
    elif len(policies) > 1 and len(policies) == len(premiums):
        out += _several(policies, terms, "各项产品保费补贴合计")
    if Ask.REMAINING in case.asks and single and policies and not _over(policies[0], terms):
        out.append(_left(policies[0], terms))
    return tuple(out)


def _name(premium: Premium, number: int, of: int) -> str:
    """What a premium is told by: its year, what it is called, else its number among several."""
    if premium.year:
        return premium.year
    if premium.label:
        return f"{premium.label}的"
    return "" if of == 1 else f"第{numeral(number)}项产品"


def _left(policy: Policy, terms: Terms) -> Working:
    """What is left to pay of the premiums over the years insured."""
    paid, subsidy = to_fen(policy.paid * policy.years), _counted(policy, terms, scaled=False)
    return Working(
        f"{years_words(policy.years)}自付的保费",
        terms.kind,
        paid - subsidy,
        "合计",
        lambda: Words(f"{exact(paid)} − {exact(subsidy)}"),
        terms=terms.named("share", "premium_rate_limit", "max_years"),
        role="remaining",
    )


def _policy(name: str, premium: Premium, terms: Terms) -> Policy | None:
    paid, rate, insured = premium.annual_premium, premium.rate, premium.insured_amount
    if insured is not None:
        checks.money("insured_amount", "保额", insured)
    if rate is not None:
        checks.rate("premium_rate", "实际投保费率", rate)
    if paid is None:
        if insured is None or rate is None:
            return None
        paid = insured * rate
    else:
        checks.money("premium", "年度保费", paid)
        if rate is None and insured is not None:
            rate = paid / insured
            checks.rate("premium", "年度保费与保额之比", rate)
    years = ONE if premium.years is None else premium.years
    checks.years("insured_years", "投保年数", years)
    longest = terms.values.get("max_years")
    counted = years if longest is None else min(years, longest)
    return Policy(name, paid, rate, years, counted, premium)


def _over(policy: Policy, terms: Terms) -> bool:
    limit = terms.values.get("premium_rate_limit")
    return limit is not None and policy.rate is not None and policy.rate > limit


def _yearly(policy: Policy, terms: Terms, scaled: bool) -> Decimal:
    """One year's subsidy, unrounded; of a premium above the limit nothing, or the scaled share."""
    share = terms.values["share"]
    if not _over(policy, terms):
        return policy.paid * share
    limit = terms.values["premium_rate_limit"]
    return policy.paid * limit * share / policy.rate if scaled and policy.rate else NOTHING


def _counted(policy: Policy, terms: Terms, scaled: bool) -> Decimal:
    """The subsidy over the years that count, each year in whole 分."""
    yearly = _yearly(policy, terms, scaled)
    whole = int(policy.counted)
    return to_fen(yearly) * whole + to_fen(yearly * (policy.counted - whole))


def _one(policy: Policy, terms: Terms, single: bool) -> list[Working]:
    """One product, in each reading that the text allows."""
    role = "total" if single else "part"
    out = _in_one_reading(policy, terms, scaled=False, role=role)
    if _over(policy, terms):
        out += _in_one_reading(policy, terms, scaled=True, role="reading")
    return out


def _in_one_reading(policy: Policy, terms: Terms, scaled: bool, role: str) -> list[Working]:
    """Per year; and over the years that count, where more or less than one is insured."""
    over = _over(policy, terms)
    kind = terms.kind
    prefix = policy.name
    if over:
        kind = AmountKind.UPPER_BOUND if scaled else AmountKind.ZERO
        prefix += _reading_words(terms, scaled)
    names = terms.named("share", "premium_rate_limit", "max_years")
    yearly = to_fen(_yearly(policy, terms, scaled))
    out = [
        Working(
            f"{prefix}{'' if policy.premium.year and not over else '年'}保费补贴",
            kind,
            yearly,
            "年",
            lambda: _year_words(policy, terms, scaled),
            terms=names,
            role=role,
        )
    ]
    if policy.years != ONE:
        out.append(
            Working(
                f"{prefix}{years_words(policy.counted)}保费补贴合计",
                kind,
                _counted(policy, terms, scaled),
                "合计",
                lambda: _years_words(policy, terms, scaled),
                terms=names,
                role=role,
            )
        )
    return out


def _reading_words(terms: Terms, scaled: bool) -> str:
    """The reading of the rate limit that a label begins with."""
    limit = percent(terms.values["premium_rate_limit"])
    return f"若按{limit}费率折算保费，" if scaled else f"若费率超过{limit}即不予补贴，"


def _inputs(policy: Policy) -> dict[str, str]:
    premium = policy.premium
    known = {
        "premium": premium.annual_premium,
        "premium_rate": premium.rate,
        "insured_amount": premium.insured_amount,
        "insured_years": premium.years,
    }
    return {slot: plain(value) for slot, value in known.items() if value is not None}


def _year_words(policy: Policy, terms: Terms, scaled: bool) -> Words:
    share, limit = terms.values["share"], terms.values.get("premium_rate_limit")
    raw = _yearly(policy, terms, scaled)
    over = _over(policy, terms)
    steps = [Step("年度保费", _paid(policy))]
    formula = f"{exact(policy.paid)} × {percent(share)}"
    if limit is not None and policy.rate is None:
        steps.append(Step("费率条件", f"须不超过{percent(limit)}，费率尚未告知"))
    elif limit is not None and policy.rate is not None:
        words = "超过" if over else "不超过"
        steps.append(Step("费率条件", f"{percent(policy.rate)} {words} {percent(limit)}"))
        if over:
            formula = f"{percent(policy.rate)} > {percent(limit)}，补贴0元"
        if scaled:
            expression = f"{exact(policy.paid)} ÷ {percent(policy.rate)} × {percent(limit)}"
            formula = f"{expression} × {percent(share)}"
            steps.append(Step("折算保费", equation(expression, raw / share)))
    result = exact(to_fen(raw)) if over and not scaled else equation(formula, raw)
    steps.append(Step("年保费补贴", result))
    return Words(formula, _inputs(policy), tuple(steps))


def _years_words(policy: Policy, terms: Terms, scaled: bool) -> Words:
    yearly = to_fen(_yearly(policy, terms, scaled))
    longest = terms.values.get("max_years")
    years = f"{plain(policy.counted)}年"
    if longest is not None and policy.years > longest:
        years += f"（保险{plain(policy.years)}年，最长计{plain(longest)}年）"
    return Words(
        f"{exact(yearly)} × {plain(policy.counted)}",
        _inputs(policy),
        (
            Step("年保费补贴", exact(yearly)),
            Step("计补年数", years),
            Step("合计", exact(_counted(policy, terms, scaled))),
        ),
    )


def _paid(policy: Policy) -> str:
    premium = policy.premium
    if premium.annual_premium is not None:
        return exact(policy.paid)
    assert premium.insured_amount is not None and premium.rate is not None
    return equation(f"{exact(premium.insured_amount)} × {percent(premium.rate)}", policy.paid)


def _several(policies: Sequence[Policy], terms: Terms, label: str) -> list[Working]:
    """The sum over products or years; a second one where one of them allows two readings."""
    out = [_sum(policies, terms, label, scaled=False)]
    if any(_over(policy, terms) for policy in policies):
        out.append(_sum(policies, terms, label, scaled=True))
    return out


def _sum(policies: Sequence[Policy], terms: Terms, label: str, scaled: bool) -> Working:
    amounts = [_counted(policy, terms, scaled) for policy in policies]
    amount = sum(amounts, NOTHING)
    over = any(_over(policy, terms) for policy in policies)
    prefix = _reading_words(terms, scaled) if over else ""
    kind = AmountKind.UPPER_BOUND if scaled else terms.kind
    return Working(
        f"{prefix}{label}",
        kind if amount else AmountKind.ZERO,
        amount,
        "合计",
        lambda: Words(
            plus(amounts),
            steps=(
                *(Step(p.name, exact(a)) for p, a in zip(policies, amounts, strict=True)),
                Step("合计", exact(amount)),
            ),
        ),
        terms=terms.named("share", "premium_rate_limit", "max_years"),
        role="reading" if scaled else "total",
    )


def _alternative_names(premiums: Sequence[Premium]) -> list[str]:
    """What tells the alternatives apart: the label, the rate, the premium, else the number."""
    if all(p.label for p in premiums):
        return [p.label for p in premiums]
    rates = {p.rate for p in premiums}
    if len(rates) == len(premiums) and None not in rates:
        return [f"费率{percent(p.rate or NOTHING)}时" for p in premiums]
    if len({p.annual_premium for p in premiums}) == len(premiums):
        return [f"保费{exact(p.annual_premium)}时" if p.annual_premium else "" for p in premiums]
    return [f"第{numeral(i)}种情形" for i in range(1, len(premiums) + 1)]
