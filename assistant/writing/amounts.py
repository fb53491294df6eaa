"""Computed amounts in words.

In:  workings, the ids of their calculations on the sheet, the citation of their measure.
Out: lines on the sheet; every amount stands beside its formula
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assistant.answer import StatementKind as K
from assistant.answer import WarningCode
from assistant.calculators.case import AmountKind, Loan, Working
from assistant.calculators.money import yuan
from assistant.steps.calculate import Computed, goes_to, main_working, not_counted, not_here
from assistant.writing.lines import quote_item
from assistant.writing.sheet import marks
from assistant.writing.topic import Topic
from assistant.writing.words import readable, value_of, worked_out
from assistant.writing.writer import Writer

OF_TWO = 2


def amount_line(w: Writer, working: Working, identifier: str, n: int | None) -> None:
    """One amount beside the main one; a part of an allocation is told in the conclusion."""
    if working.amount_kind is AmountKind.ALLOCATION:
        return
    if working.role == "share" or (working.amount is None and working.rate is None):
        return
    reading = working.role == "reading"
    if reading:
        w.warn(WarningCode.READING_DEPENDENT)
    w.say(
        K.FIGURE,
        "line",
        "amount_reading" if reading else "amount",
        [n],
        [identifier],
        item=True,
        label=working.label,
        amount=worked_out(w.context, working),
    )


def left_out(topic: Topic) -> None:
    """The loans of the case that the measure is not for, beside those that were counted."""
    if topic.main is None or topic.main.role == "ceiling" or topic.subject.unmet:
        return
    u = topic.w.context.u
    sums = [f for f in u.facts if f.slot == "principal"]
    spans = [f.span for f in sums]  # the parts of one sum stand where that does
    alone = {Decimal(f.value) for f in sums if spans.count(f.span) == 1}
    for loan, condition in not_counted(topic.measure, u.case):
        wanted = "、".join(condition.is_ or ())
        told = loan.principal in alone or any(
            f.turn < u.turn for f in u.facts if f.slot == "principal"
        )
        key = "left_out" if told else "left_out_part"  # of a sum, which was told by its share
        _not_counted(topic, key, loan, product=loan.product, wanted=wanted)


def left_elsewhere(topic: Topic) -> None:
    """The loans of the case whose project is in a place where the measure does not hold."""
    for loan in not_here(topic.measure, topic.w.context.u.case):
        _not_counted(topic, "left_elsewhere", loan, place=loan.place, home=topic.measure.region)
        topic.w.warn(WarningCode.JURISDICTION)


def _not_counted(topic: Topic, key: str, loan: Loan, **why: Any) -> None:
    amount = yuan(loan.principal or Decimal(0))
    topic.w.say(K.FIGURE, "line", key, [topic.n], item=True, amount=amount, **why)


def further(w: Writer, computed: Computed) -> None:
    """A second measure of the same answer, shorter."""
    measure = computed.subject.measure
    n = w.cite(measure)
    ids = w.calculate(measure, computed.workings, n)
    main = main_working(computed.workings)
    if main is not None and main.amount is not None and main.role != "ceiling":
        written = list(zip(computed.workings, ids, strict=True))
        w.say(
            K.FIGURE,
            "line",
            "item_amount",
            [n],
            [identifier for working, identifier in written if working is main],
            item=True,
            title=measure.title,
            label=main.label,
            amount=f"{yuan(main.amount, main.currency)}（{readable(w.context, main.formula)}）",
        )
        for working, identifier in written:
            if working is not main:
                amount_line(w, working, identifier, n)
    quote_item(w, measure, n, ids)


def each_first(w: Writer, of: Sequence[Computed]) -> None:
    """What each of several measures comes to, first of all, in the order of the question."""
    text = w.context.u.text
    of = [computed for computed in of if goes_to(computed.subject.measure, w.context.u)]

    def said(computed: Computed) -> int:
        keywords = computed.subject.measure.keywords
        return min((at for k in keywords if (at := text.find(k)) >= 0), default=len(text))

    told = [(c, m) for c in sorted(of, key=said) if (m := main_working(c.workings)) and m.amount]
    if len(told) < 2:
        return
    cites = [w.cite(c.subject.measure) for c, _ in told]
    names = {(c.subject.measure.id, m.label) for c, m in told}
    items = "；".join(f"{c.subject.measure.title}{m.label}为{value_of(m)}" for c, m in told)
    ids = [calc.id for calc in w.sheet.calculations if (calc.measure_id, calc.label) in names]
    said_before = len(w.sheet.statements)
    w.say(K.CONCLUSION, "conclusion", "each", cites, ids, items=items)
    if len(w.sheet.statements) > said_before:
        w.sheet.put_first()


def higher_first(w: Writer, of: Sequence[Computed]) -> None:
    """Which of two ceilings is the higher one, first of all, where that was asked."""
    told = [(c, m) for c in of if (m := main_working(c.workings)) and m.role == "ceiling"]
    asked = w.context.lexicon.cues["higher_asked"].search(w.context.u.text)
    if not asked or len(told) != OF_TWO or len({m.currency for _, m in told}) > 1:
        return
    told.sort(key=lambda each: each[1].amount or Decimal(0), reverse=True)
    (high, most), (low, less) = told
    if not (most.amount and less.amount and most.amount > less.amount):
        return
    measures = [c.subject.measure for c in (high, low)]
    cites = [w.cite(measure) for measure in measures]
    names = {measure.id for measure in measures}
    ids = [calc.id for calc in w.sheet.calculations if calc.measure_id in names]
    said_before = len(w.sheet.statements)
    w.say(
        K.CONCLUSION,
        "conclusion",
        "higher",
        cites,
        ids,
        title=measures[0].title,
        amount=value_of(most),
        other=measures[1].title,
        less=value_of(less),
    )
    if len(w.sheet.statements) > said_before:
        w.sheet.put_first()


def sums(w: Writer, *, first: bool = False) -> None:
    """The sums over several measures, `first` before all that the answer says of each."""
    w.paragraph()
    for working in w.context.calculated.joint:
        cites = sorted({n for calc in w.sheet.calculations for n in calc.citations})
        identifier = w.sheet.calculate("sum", working, cites)
        amount = f"{worked_out(w.context, working)}{marks(cites)}"
        said = len(w.sheet.statements)
        key = "apart" if working.role == "difference" else "sum"
        w.say(K.CONCLUSION, "line", key, cites, [identifier], label=working.label, amount=amount)
        if first and len(w.sheet.statements) > said:
            w.sheet.put_first()
        w.warn(WarningCode.NOT_STATED)
