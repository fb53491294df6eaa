"""Compute every amount a person could ask for of the matched measures.

In:  the match, the case, the day.
Out: `Computed` amounts per measure, and sums and differences across them. A number whose day has
     passed, that was lost or never stated, is not used (tests/assistant/steps/test_calculate.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant.calculators.allocation import together
from assistant.calculators.case import (
    AmountKind,
    Ask,
    CalculatorError,
    Case,
    Guarantee,
    Loan,
    Step,
    Words,
    Working,
)
from assistant.calculators.money import percent, to_fen, yuan
from assistant.calculators.rules import RULES, Terms, difference, sum_of_ceilings
from assistant.conversation import Fact, as_told
from assistant.matching.subject import Match, Situation, Subject
from assistant.measures.model import Condition, Measure, Rule
from assistant.reading.cases import case_of
from assistant.reading.lexicon import Lexicon
from assistant.steps.understand import Understanding
from ingest.document import Status

NEEDS = {
    Rule.SHARE_OF_INTEREST: ("principal", "annual_rate"),
    Rule.SHARE_OF_FEE: ("guaranteed_amount", "fee_rate"),
    Rule.SHARE_OF_PREMIUM: ("premium",),
    Rule.ALLOCATION: ("loss",),
}
FURTHER = {  # what the rule takes besides
    Rule.SHARE_OF_INTEREST: ("portion_months", "years", "project_count"),
    Rule.SHARE_OF_FEE: ("years",),
    Rule.SHARE_OF_PREMIUM: ("premium_rate", "insured_years"),
}
CURRENCIES = {"元": "CNY", "美元": "USD", "欧元": "EUR", "港元": "HKD"}
INSURED = "product_type"
TITLES, APPLICANT = "titles", "applicant"
MONTHS = 12
PRODUCT = "loan_product"
SENTENCE = re.compile(r"[。;；?？!！]")
REACH = 18  # characters before a loss in which the party stands that bore it
USELESS = (Status.EXPIRED, Status.REPEALED, Status.REPLY_LETTER)


@dataclass(frozen=True, slots=True)
class Computed:
    """The workings of one measure, the slots without which more cannot be computed, and the input
    that makes no sense, if there is one."""

    subject: Subject
    workings: tuple[Working, ...]
    missing: tuple[str, ...] = ()
    problem: CalculatorError | None = None


@dataclass(frozen=True, slots=True)
class Calculated:
    """All amounts of an answer; `joint` are sums over several measures."""

    of: tuple[Computed, ...]
    joint: tuple[Working, ...] = ()


def terms_on(measure: Measure, day: date) -> Terms:
    """A measure's numbers as they hold on a day; a number repealed or not yet valid is absent."""
    values = {
        name: value for name, term in measure.terms.items() if (value := term.on(day)) is not None
    }
    ceiling = measure.terms.get("ceiling")
    return Terms(
        values=values,
        per={name: term.per for name, term in measure.terms.items()},
        currency=CURRENCIES.get(ceiling.unit, "CNY") if ceiling else "CNY",
        parts=tuple((p.party, p.weight) for p in measure.parts),
        other_per=measure.two_readings,
        bounds={name: str(term.bound) for name, term in measure.terms.items()},
    )


def calculate(
    understanding: Understanding, matched: Match, *, total: bool = False, apart: bool = False
) -> Calculated:
    """The amounts for every subject of the match; `total` where their sum was asked for, `apart`
    where it was how far two of them are apart."""
    if matched.situation not in (
        Situation.MEASURES,
        Situation.FIND,
        Situation.COMPARE,
        Situation.REGION_CONFLICT,
    ):
        return Calculated(())
    of = tuple(_of(s, understanding) for s in matched.subjects)
    if apart:
        of = tuple(replace(c, workings=(*c.workings, *_gap(c.workings))) for c in of)
        of = tuple(replace(c, workings=_led_by_difference(c.workings)) for c in of)
    joint: tuple[Working, ...] = ()
    if total or apart:
        parts = [
            (c.subject.measure.title, main)
            for c in of
            if (main := main_working(c.workings)) and goes_to(c.subject.measure, understanding)
        ]
        parts = [
            (t, w)
            for t, w in parts
            if w.amount
            and w.currency == "CNY"
            and w.amount_kind in (AmountKind.UPPER_BOUND, AmountKind.EXACT)
        ]
        if total and len(parts) > 1:
            joint = (sum_of_ceilings(parts),)
        elif apart and len(parts) == 2:
            gap = difference(parts[0][1], parts[1][1])
            joint = (replace(gap, label="两项上限的差额"),)
    return Calculated(of, joint)


def _led_by_difference(workings: Sequence[Working]) -> tuple[Working, ...]:
    """The workings, with what changed as the one that answers."""
    return tuple(replace(w, role="gap") if w.role == "difference" else w for w in workings)


def goes_to(measure: Measure, u: Understanding) -> bool:
    """Whether a benefit goes to anybody who was named, where somebody was: 公司自己一共能拿多少
    has not what goes to the guarantor."""
    named = {m.value for m in u.mentions if m.slot == APPLICANT}
    return not (named and measure.applicant) or bool(named & set(measure.applicant))


def _gap(workings: Sequence[Working]) -> tuple[Working, ...]:
    """How far the workings of two loans are apart, or two readings of the ceiling; () where there
    are not two."""
    readings = [w for w in workings if w.role == "reading"]
    total = next((w for w in workings if w.role == "total"), None)
    if total is not None and len(readings) == 1:
        return (replace(difference(total, readings[0]), label="两种口径的差额", role="gap"),)
    parts = [w for w in workings if w.role == "part"]
    if len(parts) != 2:
        return ()
    return (replace(difference(parts[0], parts[1]), label="两者的差额", role="gap"),)


def workings_of(
    subject: Subject, facts: Sequence[Fact], day: date, lexicon: Lexicon
) -> tuple[Working, ...]:
    """The workings of one measure for given facts, the main one first.

    Raises CalculatorError where an input is missing or makes no sense.
    """
    measure = subject.measure
    if subject.status.status in (*USELESS, Status.NOT_YET_EFFECTIVE):
        raise CalculatorError("as_of", f"{subject.status.reason}，所问的日子不能按它计算。")
    case = _for_measure(measure, case_of(facts))
    missing = _missing(measure, case)
    if missing:
        labels = "、".join(lexicon.slots[slot].label for slot in missing)
        raise CalculatorError(missing[0], f"还缺{labels}，请一并给出。")
    workings = _workings(measure, terms_on(measure, day), case)
    if not workings:
        raise CalculatorError("measure_id", f"“{measure.title}”没有可以计算的金额。")
    return workings


def bound_of(subject: Subject, facts: Sequence[Fact], day: date) -> Working | None:
    """The most that a measure comes to: computed where the facts suffice, else its stated ceiling.

    None where it has no number that holds on the day. Raises CalculatorError for an input that
    makes no sense.
    """
    measure, terms = subject.measure, terms_on(subject.measure, day)
    if subject.status.status in (*USELESS, Status.NOT_YET_EFFECTIVE):
        return None
    case = _for_measure(measure, case_of(facts))
    workings = () if _missing(measure, case) else _workings(measure, terms, case)
    if not workings and "ceiling" in terms.values:
        workings = RULES[Rule.CEILING](terms, case)
    return workings[0] if workings else None


def sums_of_bounds(parts: Sequence[tuple[str, Working]]) -> list[Working]:
    """What several measures come to together, as 各条上限之和: by the year, then all other.

    parts  titles and workings; those without an amount in 元 are not counted
    """
    counted = [(t, w) for t, w in parts if w.amount and w.currency == "CNY"]
    groups = [[(t, w) for t, w in counted if _yearly(w) is yearly] for yearly in (True, False)]
    return [
        replace(sum_of_ceilings(group), per="年" if _yearly(group[0][1]) else None)
        for group in groups
        if group
    ]


def _yearly(working: Working) -> bool:
    return "年" in (working.per or "")


def _workings(measure: Measure, terms: Terms, case: Case) -> tuple[Working, ...]:
    """What the measure's rule gives, the main working first."""
    workings = () if measure.rule is Rule.NONE else RULES[measure.rule](terms, case)
    main = main_working(workings)
    return () if main is None else (main, *(w for w in workings if w is not main))


def main_working(workings: Sequence[Working]) -> Working | None:
    """The working that answers the question: a total before a part, the last total first."""
    for role in (
        "monthly",
        "gap",
        "over_cap",
        "threshold",
        "share_of_cost",
        "remaining",
        "granted",
        "burden",
        "share",
        "total",
        "ceiling",
        "part",
        "reading",
    ):
        found = [w for w in workings if w.role == role]
        if found:
            return found[-1] if role == "total" else found[0]
    return None


def _of(subject: Subject, u: Understanding) -> Computed:
    measure = subject.measure
    if measure.rule is Rule.NONE or not subject.here:
        return Computed(subject, ())
    if subject.status.status in USELESS and measure.rule not in (Rule.LOST, Rule.UNSTATED):
        return Computed(subject, ())
    day = u.as_of
    terms = terms_on(measure, day)
    if measure.terms and not terms.values and measure.rule is not Rule.WAIVER:
        return Computed(subject, ())
    if subject.unmet and measure.rule is Rule.WAIVER:
        return Computed(subject, ())  # what is not waived is no fee of 0元
    if subject.unmet and measure.rule is not Rule.ALLOCATION:
        nil = _nil(subject, terms, u.case)
        return Computed(subject, (*_by_year(measure, u), *nil, *_changed(measure, terms, nil, u)))
    case = _case(measure, u)
    if measure.rule is Rule.ALLOCATION and case.loss is None:
        each = RULES[measure.rule](terms, case)
        return Computed(subject, (*each, *_together(u, each, len(each))), ("loss",))
    try:
        workings = _shares(terms, u) if measure.rule is Rule.ALLOCATION else ()
        workings = workings or RULES[measure.rule](terms, case)
        if measure.rule is Rule.ALLOCATION:
            workings += _together(u, workings, len(terms.parts))
        if u.value("alternatives"):  # which of two offers comes to more is what was asked
            workings = tuple(
                replace(w, role="gap") if w.role == "difference" else w for w in workings
            )
        workings += _changed(measure, terms, workings, u)
        workings += _granted(measure, terms, case, u)
        workings += _over_cap(measure, terms, workings, case, u)
    except CalculatorError as problem:
        return Computed(subject, (), (problem.slot,), problem)
    workings = (*_by_year(measure, u), *workings, *_of_ceiling(measure, workings, u))
    workings += _by_month(workings, u)
    missing = _missing(measure, case)
    if any(w.role in ("threshold", "burden") for w in workings):
        missing = ()
    shares = measure.rule in (Rule.SHARE_OF_INTEREST, Rule.SHARE_OF_FEE)
    if shares and "ceiling" in terms.values and not workings:
        top = f"封顶{yuan(terms.values['ceiling'], terms.currency)}"
        workings = tuple(
            replace(w, words=lambda: Words(top)) for w in RULES[Rule.CEILING](terms, case)
        )
    return Computed(subject, workings, missing)


def _of_ceiling(
    measure: Measure, workings: Sequence[Working], u: Understanding
) -> tuple[Working, ...]:
    """What is left of a ceiling after what was received; the ceilings of several enterprises."""
    top = next((w for w in workings if w.role == "ceiling" and w.amount is not None), None)
    if top is None or top.amount is None or measure.rule not in (Rule.CEILING, Rule.STAGED_CEILING):
        return ()
    ceiling, received, count = top.amount, u.value("received"), _enterprises(measure, u)
    if received is not None and 0 < Decimal(received) <= ceiling:
        left = ceiling - Decimal(received)
        formula = f"{yuan(ceiling, top.currency)} − {yuan(Decimal(received), top.currency)}"
        return (
            replace(
                top,
                label="扣除已领后剩余的上限",
                amount=left,
                role="remaining",
                words=lambda: Words(formula, {"received": str(received)}),
            ),
        )
    if count is not None and top.per == "一次性":
        formula = f"{yuan(ceiling, top.currency)} × {count}"
        return (
            replace(
                top,
                label=f"{count}家各按上限计的合计",
                amount=ceiling * Decimal(count),
                role="total",
                words=lambda: Words(formula, {"enterprise_count": str(count)}),
            ),
        )
    return ()


def _enterprises(measure: Measure, u: Understanding) -> str | None:
    """How many enterprises of the measure's title are spoken of."""
    titles = {v for c in measure.conditions if c.slot == TITLES for v in c.is_ or ()}
    counts = [f for f in u.facts if f.slot == "enterprise_count" and not f.denied]
    own = [f.value for f in counts if not f.product or f.product in titles]
    return own[-1] if own else None


def _shares(terms: Terms, u: Understanding) -> tuple[Working, ...]:
    """A loss shared: the parties asked about first; for two losses, both and what changed."""
    told = [f for f in u.facts if f.slot == "loss" and not f.denied]
    if u.hypothetical:  # what it was before what is supposed
        before = u.compared or u.kept_facts
        told = [f for f in before if f.slot == "loss" and f not in told] + told
    losses = [Decimal(f.value) for f in told]
    borne = _borne_by(terms, u)
    if borne is not None and len(losses) == 1:
        whole = losses[0] * sum((w for _, w in terms.parts), Decimal(0)) / borne[1]
        formula = f"{yuan(losses[0])} ÷ {percent(losses[0] / whole)}"
        back = Working(
            "代偿总损失",
            AmountKind.ALLOCATION,
            whole,
            None,
            lambda: Words(formula, {"loss": str(losses[0])}),
            role="share",
        )
        return (back, *RULES[Rule.ALLOCATION](terms, replace(u.case, loss=whole)))
    asked = [name for name, _ in terms.parts if name[:2] in u.text]
    runs = [RULES[Rule.ALLOCATION](terms, replace(u.case, loss=loss)) for loss in losses[:2]]
    if len(runs) < 2:
        return ()
    pairs = [
        (a, b) for a, b in zip(*runs, strict=True) if not asked or any(n in a.label for n in asked)
    ]
    return tuple(w for a, b in pairs for w in (a, b, difference(a, b)))


def _together(u: Understanding, shares: Sequence[Working], parties: int) -> tuple[Working, ...]:
    """What the parties come to together that were asked about as one: 再担和直担合起来."""
    each = {w.label.partition("分担")[0]: w for w in shares if w.role == "share"}
    own = {f.value for f in u.new_facts if f.slot == "applicant" and not f.denied}
    asked = [name for name in each if name[:2] in u.text or name in own]
    if u.all_but:
        asked = [name for name in each if name not in asked]
    if not u.together:
        return ()
    if not 1 < len(asked) < parties:
        return ()
    return (together([each[name] for name in asked], asked),)


def _borne_by(terms: Terms, u: Understanding) -> tuple[str, Decimal] | None:
    """The party whose part of the loss was told (银行承担了90万), with its weight."""
    fact = next((f for f in u.facts if f.slot == "loss" and f.turn == u.turn and f.span), None)
    if fact is None or fact.span is None:
        return None
    before = SENTENCE.split(u.question[max(0, fact.span[0] - REACH) : fact.span[0]])[-1]
    told = [(before.rfind(name[:2]), (name, weight)) for name, weight in terms.parts]
    at, party = max(told, key=lambda pair: pair[0])
    if at < 0 and u.borne:
        return next(((n, w) for n, w in terms.parts if n.startswith(u.borne)), None)
    return party if at >= 0 and (u.borne or "whole_loss" in u.intents) else None


def _changed(
    measure: Measure, terms: Terms, workings: Sequence[Working], u: Understanding
) -> tuple[Working, ...]:
    """What a supposition (要是利率5%呢) changes against what is known of the case, or how far the
    last two variants are apart."""
    after = main_working(workings)
    if measure.rule in (Rule.ALLOCATION, Rule.WAIVER) or not u.compared:
        return ()
    if after is None or after.amount is None:
        return ()
    known = as_told([f for f in u.compared if f.party == u.party], u.focus)
    case = _for_measure(measure, case_of(known, u.asks))
    if _missing(measure, case):
        return ()
    try:
        before = main_working(RULES[measure.rule](terms, case))
    except CalculatorError:  # what was said before made no sense; there is nothing to compare
        return ()
    if before is None or before.amount is None:
        return ()
    if after.role == "ceiling" and before.amount == after.amount:
        return ()  # a ceiling by itself is the same whatever is supposed
    return (
        replace(before, label=f"原情形的{before.label}", role="before"),
        difference(before, after),
    )


def _granted(measure: Measure, terms: Terms, case: Case, u: Understanding) -> tuple[Working, ...]:
    """What it comes to where a smaller share is granted than the paper allows: 最后只按40%贴."""
    share = terms.values.get("share")
    lower = [x for x in u.granted if share is not None and 0 < x < share]
    if len(lower) != 1 or measure.rule not in NEEDS or measure.rule is Rule.ALLOCATION:
        return ()
    less = replace(terms, values={**terms.values, "share": lower[0]})
    main = main_working(RULES[measure.rule](less, replace(case, asks=frozenset({Ask.AMOUNT}))))
    if main is None or main.amount is None:
        return ()
    return (replace(main, label=f"若只按{percent(lower[0])}计的{main.label}", role="granted"),)


def _over_cap(
    measure: Measure, terms: Terms, workings: Sequence[Working], case: Case, u: Understanding
) -> tuple[Working, ...]:
    """How far the share alone goes beyond the ceiling, where that was asked of one sum."""
    ceiling, main = terms.values.get("ceiling"), main_working(workings)
    shares = (Rule.SHARE_OF_INTEREST, Rule.SHARE_OF_FEE)
    one = ceiling is not None and not any(w.role in ("part", "reading") for w in workings)
    if not (u.over_cap and one and measure.rule in shares and main and main.amount == ceiling):
        return ()
    assert ceiling is not None
    free = replace(terms, values={k: v for k, v in terms.values.items() if k != "ceiling"})
    raw = main_working(RULES[measure.rule](free, replace(case, asks=frozenset({Ask.AMOUNT}))))
    if raw is None or raw.amount is None or raw.amount <= ceiling:
        return ()
    beyond = raw.amount - ceiling
    formula = f"{raw.formula} − {yuan(ceiling, terms.currency)}"
    return (
        replace(
            raw,
            label="按比例算超出封顶的部分",
            amount=beyond,
            role="over_cap",
            words=lambda: Words(formula, raw.inputs),
        ),
    )


def _case(measure: Measure, u: Understanding) -> Case:
    case = _for_measure(measure, u.case)
    if measure.rule is Rule.SHARE_OF_INTEREST and (u.part_of or u.undivided):
        case = replace(case, loans=tuple(replace(loan, principal=None) for loan in case.loans))
    return case


def _for_measure(measure: Measure, case: Case) -> Case:
    """The case as this measure sees it: the guarantee is of the loan, unless said otherwise."""
    others = [loan for loan, _ in not_counted(measure, case)] + not_here(measure, case)
    products = {loan.product for loan in others}
    case = replace(
        case,
        loans=tuple(loan for loan in case.loans if loan not in others),
        guarantees=tuple(g for g in case.guarantees if not g.product or g.product not in products),
    )
    if measure.rule is Rule.SHARE_OF_PREMIUM and len({p.product for p in case.premiums} - {""}) > 1:
        wanted = {v for c in measure.conditions if c.slot == INSURED for v in c.is_ or ()}
        case = replace(case, premiums=tuple(p for p in case.premiums if p.product in wanted))
    known = any(g.amount is not None or g.fee is not None for g in case.guarantees)
    if measure.rule is Rule.SHARE_OF_FEE and not known:
        loans = [loan for loan in case.loans if loan.principal is not None]
        rates = [g.fee_rate for g in case.guarantees if g.fee_rate is not None]
        if loans:
            case = replace(
                case,
                guarantees=tuple(
                    Guarantee(loan.principal, rates[0] if rates else None) for loan in loans
                ),
            )
    priced = any(loan.rates for loan in case.loans)
    if Ask.THRESHOLD in case.asks and measure.rule is Rule.SHARE_OF_INTEREST and priced:
        case = replace(case, loans=tuple(replace(loan, principal=None) for loan in case.loans))
    return case


def not_here(measure: Measure, case: Case) -> list[Loan]:
    """The loans of projects in another place than the measure's."""
    return [loan for loan in case.loans if loan.place and loan.place != measure.region]


def not_counted(measure: Measure, case: Case) -> list[tuple[Loan, Condition]]:
    """The loans of products that the measure is not for, with the condition that says so."""
    return [
        (loan, condition)
        for condition in measure.conditions
        if condition.slot == PRODUCT and condition.is_
        for loan in case.loans
        if loan.product and loan.product not in condition.is_
    ]


def _missing(measure: Measure, case: Case) -> tuple[str, ...]:
    needs = NEEDS.get(measure.rule, ())
    have: set[str] = set()
    if any(loan.principal is not None for loan in case.loans):
        have.add("principal")
    if any(loan.rates for loan in case.loans):
        have.add("annual_rate")
    if any(loan.interest is not None for loan in case.loans):
        have |= {"principal", "annual_rate"}
    if any(g.fee is not None for g in case.guarantees):
        have |= {"guaranteed_amount", "fee_rate"}
    if any(g.amount is not None for g in case.guarantees):
        have.add("guaranteed_amount")
    if any(g.fee_rate is not None for g in case.guarantees):
        have.add("fee_rate")
    if case.premiums:
        have.add("premium")
    if case.loss is not None:
        have.add("loss")
    if Ask.THRESHOLD in case.asks:
        have |= {"principal", "guaranteed_amount"}
    if Ask.COST_THRESHOLD in case.asks:
        have |= {"principal", "annual_rate", "guaranteed_amount", "fee_rate", "premium"}
    if Ask.RATE_THRESHOLD in case.asks:
        have |= {"annual_rate", "fee_rate"}
    return tuple(n for n in needs if n not in have)


def _by_year(measure: Measure, u: Understanding) -> tuple[Working, ...]:
    """How a fee charged once for several years comes out by the year."""
    once, years, rate = u.value("one_off_fee"), u.value("fee_years"), u.value("fee_rate")
    if measure.rule is not Rule.SHARE_OF_FEE or not (once and years and rate):
        return ()
    formula = f"{percent(Decimal(once))} ÷ {years}年"
    return (
        Working(
            "折算的年化担保费率",
            AmountKind.RATE,
            None,
            "年",
            lambda: Words(
                formula,
                {"one_off_fee": once, "fee_years": years},
                (Step("年化担保费率", f"{formula} = {percent(Decimal(rate))}"),),
            ),
            terms=("fee_rate_limit",),
            role="conversion",
            rate=Decimal(rate),
        ),
    )


def _by_month(workings: Sequence[Working], u: Understanding) -> tuple[Working, ...]:
    """What a year's amount comes to by the month, where that was asked."""
    main = main_working(workings)
    if not u.by_month or main is None or main.amount is None or main.role == "ceiling":
        return ()
    if main.role not in ("total", "remaining", "granted") or "年" not in (main.per or ""):
        return ()
    formula = f"{yuan(main.amount, main.currency)} ÷ {MONTHS}"
    return (
        replace(
            main,
            label=f"{main.label}按月平均",
            amount=to_fen(main.amount / MONTHS),
            per="月",
            role="monthly",
            words=lambda: Words(formula),
        ),
    )


def _nil(subject: Subject, terms: Terms, case: Case) -> tuple[Working, ...]:
    """Not eligible: nil, with the condition that decides."""
    workings: tuple[Working, ...] = ()
    if subject.measure.rule is Rule.SHARE_OF_FEE:
        with suppress(CalculatorError):  # nil does not depend on a senseless number
            workings = RULES[Rule.SHARE_OF_FEE](terms, case)
    nil = tuple(w for w in workings if w.amount_kind is AmountKind.ZERO)
    if nil:
        return nil
    why = "；".join(f"不符合“{j.text}”" for j in subject.unmet)
    return (
        Working(
            subject.measure.title,
            AmountKind.ZERO,
            Decimal(0),
            None,
            lambda: Words(f"{why}，为0元", steps=(Step("条件", why), Step("金额", "0元"))),
        ),
    )
