"""A share of a cost up to a ceiling: what interest subsidies and fee subsidies have in common.

In:  parts, each one project's (or guarantee's) cost in one year and its capped share.
Out: totals, the joint reading, sums over years, thresholds. Every part is paid in whole 分, so
     sums are sums of parts rounded to 分 (tests/assistant/calculators/test_laws.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.calculators import checks
from assistant.calculators.case import AmountKind, CalculatorError, Case, Step, Words, Working
from assistant.calculators.money import exact, percent, plain, to_fen, years_words
from assistant.calculators.terms import Terms

SUPPOSED = "时"  # how the name of an alternative without one ends
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """The capped share of one cost in one year.

    cost    元 of interest or fee, unrounded
    raw     the share of it before the ceiling, unrounded
    amount  after the ceiling, rounded to 分
    """

    name: str
    cost: Decimal
    raw: Decimal
    amount: Decimal


def capped(raw: Decimal, ceiling: Decimal | None) -> Decimal:
    """The smaller of the two, in whole 分."""
    return to_fen(raw if ceiling is None or raw < ceiling else ceiling)


def equation(expression: str, value: Decimal) -> str:
    """5000万元 × 4% = 200万元; an endless value is rounded and called 约."""
    rounded = to_fen(value)
    if expression == exact(value):
        return expression
    return f"{expression} = {'' if rounded == value else '约'}{exact(rounded)}"


def capped_formula(expression: str, ceiling: Decimal | None) -> str:
    return expression if ceiling is None else f"min({expression}, {exact(ceiling)})"


def ceiling_steps(raw: Decimal, ceiling: Decimal | None) -> tuple[Step, ...]:
    """Whether the ceiling is reached, where there is one."""
    if ceiling is None:
        return ()
    reached = to_fen(raw) - ceiling
    words = "超过封顶，按封顶计" if reached > 0 else "未到封顶" if reached else "恰好到封顶"
    return (Step("封顶", f"{exact(ceiling)}，{words}"),)


def plus(amounts: Iterable[Decimal]) -> str:
    return " + ".join(exact(a) for a in amounts)


def total(
    label: str, note: str, kind: AmountKind, per: str | None, parts: Sequence[Part], terms: Terms
) -> Working:
    """Several parts, each capped by itself, added."""
    amount = sum((p.amount for p in parts), NOTHING)
    return Working(
        label,
        kind if amount else AmountKind.ZERO,
        amount,
        per,
        lambda: Words(
            plus(p.amount for p in parts),
            steps=(*(Step(p.name, exact(p.amount)) for p in parts), Step(note, exact(amount))),
        ),
        terms=terms.named("share", "ceiling"),
    )


def joint_reading(
    label: str, per: str, kind: AmountKind, parts: Sequence[Part], terms: Terms
) -> Working | None:
    """The same parts under one ceiling; None where that makes no difference."""
    ceiling = terms.values.get("ceiling")
    raws = [to_fen(p.raw) for p in parts]
    if ceiling is None or sum(raws, NOTHING) <= ceiling:
        return None
    return Working(
        label,
        kind,
        ceiling,
        per,
        lambda: Words(
            f"min({plus(raws)}, {exact(ceiling)})",
            steps=(
                Step("封顶前合计", exact(sum(raws, NOTHING))),
                Step("合并封顶", exact(ceiling)),
            ),
        ),
        terms=terms.named("share", "ceiling"),
        role="reading",
    )


def over_years(
    label: str, kind: AmountKind, raws: Sequence[Decimal], years: Decimal, terms: Terms
) -> Working:
    """The same yearly shares over some years, each year capped; a last part of a year likewise."""
    ceiling = terms.values.get("ceiling")
    whole = int(years)
    rest = years - whole
    yearly = sum((capped(raw, ceiling) for raw in raws), NOTHING)
    last = sum((capped(raw * rest, ceiling) for raw in raws), NOTHING)
    amount = yearly * whole + last

    def words() -> Words:
        steps = [Step("每年", exact(yearly))]
        formula = [f"{exact(yearly)} × {whole}"] if whole else []
        if rest:
            tail = " + ".join(
                capped_formula(f"{exact(to_fen(raw))} × {plain(rest)}", ceiling) for raw in raws
            )
            formula.append(tail)
            steps.append(Step(f"最后{plain(rest)}年", f"{tail} = {exact(last)}"))
        steps.append(Step(f"{years_words(years)}合计（逐年计算、逐年封顶）", exact(amount)))
        return Words(" + ".join(formula), {"years": plain(years)}, tuple(steps))

    return Working(
        label,
        kind if amount else AmountKind.ZERO,
        amount,
        "合计",
        words,
        terms=terms.named("share", "ceiling"),
    )


def wanted(case: Case, ceiling: Decimal | None) -> Decimal | None:
    """What a threshold is solved for: the wanted amount, else the ceiling; None without either."""
    if case.target is None:
        return ceiling
    checks.money("target_amount", "想达到的每年补助金额", case.target)
    if ceiling is not None and case.target > ceiling:
        raise CalculatorError(
            "target_amount",
            f"想达到的每年补助金额应不超过{exact(ceiling)}的封顶，现为{exact(case.target)}。",
        )
    return case.target


def threshold_amount(
    label: str,
    top: Decimal,
    rate: Decimal,
    rate_words: str,
    inputs: Mapping[str, str],
    terms: Terms,
    note: str = "",
) -> Working:
    """The amount from which on the share of its cost is `top`: top ÷ (rate × share)."""
    share = terms.values["share"]
    raw = top / (rate * share)
    amount = to_fen(raw)
    return Working(
        label,
        AmountKind.THRESHOLD,
        amount,
        None,
        lambda: Words(
            f"{exact(top)} ÷ ({rate_words} × {percent(share)})",
            inputs,
            (
                Step("每年补助上限", exact(top)),
                Step(
                    "折合金额的比例", f"{rate_words} × {percent(share)} = {percent(rate * share)}"
                ),
                Step(label, f"{'' if raw == amount else '约'}{exact(amount)}{note}"),
            ),
        ),
        terms=terms.named("share", "ceiling"),
        role="threshold",
    )


def threshold_cost(label: str, top: Decimal, terms: Terms) -> Working:
    """The yearly cost of which the share is `top`: top ÷ share."""
    share = terms.values["share"]
    amount = to_fen(top / share)
    return Working(
        label,
        AmountKind.THRESHOLD,
        amount,
        "年",
        lambda: Words(
            f"{exact(top)} ÷ {percent(share)}",
            steps=(Step("每年补助上限", exact(top)), Step(label, exact(amount))),
        ),
        terms=terms.named("share", "ceiling"),
        role="threshold",
    )


def threshold_rate(
    label: str,
    top: Decimal,
    amount: Decimal,
    inputs: Mapping[str, str],
    terms: Terms,
    limit: Decimal | None = None,
) -> Working:
    """The rate from which on the share of the cost is `top`: top ÷ (amount × share).

    limit  a rate above which there is nothing; a threshold beyond it is said to be out of reach
    """
    share = terms.values["share"]
    rate = top / (amount * share)

    def words() -> Words:
        steps = [Step("每年补助上限", exact(top)), Step(label, percent(rate))]
        if limit is not None:
            met = "符合" if rate <= limit else "费率限制内达不到"
            steps.append(Step("费率条件", f"须不超过{percent(limit)}，{met}"))
        formula = f"{exact(top)} ÷ ({exact(amount)} × {percent(share)})"
        return Words(formula, inputs, tuple(steps))

    return Working(
        label,
        AmountKind.RATE,
        None,
        None,
        words,
        terms=terms.named("share", "ceiling", *(("fee_rate_limit",) if limit is not None else ())),
        role="threshold",
        rate=rate,
    )


def either_or(
    rule: Callable[[Terms, Case], tuple[Working, ...]],
    terms: Terms,
    cases: Sequence[tuple[str, Case]],
) -> tuple[Working, ...]:
    """Each alternative by itself under its name; of two, the difference of what each comes to."""
    runs = [(name, rule(terms, case)) for name, case in cases]
    out = [replace(w, label=f"{name}{w.label}") for name, run in runs for w in run]
    if len(runs) == 2:
        first, second = ([w for w in run if w.role == "total"] for _, run in runs)
        for before, after in zip(first, second, strict=False):
            out.append(_apart(runs[0][0], before, runs[1][0], after))
    return tuple(out)


def _apart(one: str, before: Working, other: str, after: Working) -> Working:
    """How far two alternatives are apart; of two with names of their own, which is the higher."""
    gap = difference(before, after)
    named = not one.endswith(SUPPOSED) and not other.endswith(SUPPOSED)
    if not named or before.amount is None or after.amount is None or before.amount == after.amount:
        return replace(gap, label=f"{after.label}的差额")
    higher, lower = (one, other) if before.amount > after.amount else (other, one)
    return replace(gap, label=f"{higher}比{lower}高出的{after.label}")


def difference(before: Working, after: Working) -> Working:
    """What changed between two workings of the same measure; no number where one has none."""
    if before.amount is None or after.amount is None or before.currency != after.currency:
        return Working(
            "与原情形相比的差额",
            AmountKind.UNDETERMINED,
            None,
            after.per,
            lambda: Words("有一种情形没有可比的金额，无法相减"),
            terms=after.terms,
            role="difference",
        )
    old, new, currency = before.amount, after.amount, after.currency
    gap = abs(new - old)
    return Working(
        "与原情形相比的差额",
        before.amount_kind if after.amount_kind is AmountKind.ZERO else after.amount_kind,
        gap,
        after.per,
        lambda: Words(
            f"{exact(max(old, new), currency)} − {exact(min(old, new), currency)}",
            steps=(
                Step("原情形", exact(old, currency)),
                Step("现情形", exact(new, currency)),
                Step(
                    "增加" if new > old else "减少" if new < old else "不变", exact(gap, currency)
                ),
            ),
        ),
        currency,
        after.terms,
        "difference",
    )


def sum_of_ceilings(parts: Sequence[tuple[str, Working]]) -> Working:
    """Amounts of several measures added, each with its title.

    A sum of bounds is called that (各条上限之和): each may be less, and stacking is open. What has
    no amount or is in a currency of its own is named and left out; no number is left where the
    currencies differ.
    """
    known = [(title, w) for title, w in parts if w.amount is not None]
    currencies = {w.currency for _, w in known}
    terms = tuple(dict.fromkeys(name for _, w in parts for name in w.terms))
    steps = tuple(
        Step(title, "未载明，不计入" if w.amount is None else exact(w.amount, w.currency))
        for title, w in parts
    )
    if len(currencies) != 1:
        why = "币种不同，不能相加" if currencies else "各条都没有可用的数字，无法相加"
        return Working(
            "各条上限之和",
            AmountKind.UNDETERMINED,
            None,
            None,
            lambda: Words(why, steps=steps),
            terms=terms,
            role="sum",
        )
    currency = next(iter(currencies))
    kinds = {w.amount_kind for _, w in known} - {AmountKind.ZERO}
    kind = kinds.pop() if len(kinds) == 1 else AmountKind.UPPER_BOUND if kinds else AmountKind.ZERO
    amount = sum((w.amount for _, w in known if w.amount is not None), NOTHING)
    return Working(
        "各条上限之和" if kind is AmountKind.UPPER_BOUND else "合计",
        kind,
        amount,
        "合计",
        lambda: Words(
            " + ".join(exact(w.amount, currency) for _, w in known if w.amount is not None),
            steps=steps,
        ),
        currency,
        terms,
        "sum",
    )
