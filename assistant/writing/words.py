"""Single words of an answer: names, counts, amounts and formulas as people read them.

In:  documents, workings, measures.
Out: short pieces of text for the places of a wording (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.calculators.case import Working
from assistant.calculators.money import percent, yuan
from assistant.matching.subject import Subject
from assistant.measures.model import Bound, Measure
from assistant.writing.context import Context
from ingest.document import Document, StatusFinding, inside_quotes

NUMERALS = ("零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")
YEAR = re.compile(r"(?:19|20)\d{2}年")
LESSER = re.compile(r"min\((.+), ([^,()]+)\)")  # the lesser of two, as formulas write it
BETWEEN = re.compile(r"[、，,；;：:\s（）()]|单位")  # the bodies of a list
OF_CITY, OF_TWO = "市", 2
RATES = frozenset({"比例", "%"})  # units of a term that is a share


def document_name(document: Document) -> str:
    """The title as it is written in running text, with what tells it from others of that title."""
    return f"《{inside_quotes(document.title)}》" + (
        f"（{document.apart}）" if document.apart else ""
    )


def status_reason(document: Document, finding: StatusFinding, between: str = "：") -> str:
    """The document and why it holds or not, without the full stop."""
    return f"{document_name(document)}{between}{finding.reason.rstrip('。')}"


def bodies_of(measure: Measure) -> list[str]:
    """The names of the bodies that are responsible for a measure."""
    return [name for name in BETWEEN.split(measure.responsible or "") if len(name) > OF_TWO]


def short_name(body: str) -> str:
    """A city's body as people call it: 财政局 of 市财政局."""
    return body.removeprefix(OF_CITY)


def says_day_of(document: Document, text: str) -> bool:
    """Whether a text says a day that the paper bears of itself: 3月13日是什么日期."""
    days = (document.dates.signed, document.dates.printed)
    return any(day and f"{day.month}月{day.day}" in text for day in days)


def count(n: int) -> str:
    """How many, before a measure word: 两项, 十项, 11项."""
    return NUMERALS[n] if n < len(NUMERALS) else str(n)


def count_in_words(n: int) -> str:
    """A number below a thousand in Chinese: 二十一, 三百零五; in digits above."""
    digits = "零一二三四五六七八九"
    if n < 10 or n >= 1000:
        return digits[n] if n < 10 else str(n)
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    written = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        written += f"{digits[tens] if tens > 1 or hundreds else ''}十"
    elif hundreds and ones:
        written += "零"
    return written + (digits[ones] if ones else "")


def readable(c: Context, formula: str) -> str:
    """A formula as people read it: min(a, b) is a, capped at b."""
    match = LESSER.fullmatch(formula)
    if match is None:
        return formula
    return c.words("word", "capped", amount=match.group(1), cap=match.group(2))


def value_of(working: Working) -> str:
    """The rate or the amount that a working comes to."""
    if working.rate is not None:
        return percent(working.rate)
    return yuan(working.amount or Decimal(0), working.currency)


def worked_out(c: Context, working: Working) -> str:
    """The value of a working with its formula in brackets."""
    return f"{value_of(working)}（{readable(c, working.formula)}）"


def unmet_reasons(c: Context, subject: Subject) -> str:
    """The conditions of a measure that do not hold, in words."""
    whom = "、".join(subject.measure.applicant)
    beside = c.u.value("applicant") in c.lexicon.slots["applicant"].beside
    key = "not_for_beside" if beside else "not_for"
    return "；".join(
        c.words("line", key, applicant=whom)
        if j.condition is None
        else c.words("line", "unmet_reason", condition=j.text)
        for j in subject.unmet
    )


def not_stated(measure: Measure, most: int | None = None) -> str:
    """What the source leaves out, the first `most` points of it."""
    return "、".join(measure.not_stated[:most])


def misread(measure: Measure, question: str) -> str | None:
    """What the paper says where a question takes a measure for something else."""
    return next((m.says for m in measure.misreadings if m.is_of(question)), None)


def labels(c: Context, slots: Sequence[str]) -> str:
    """What facts are called."""
    return "、".join(c.lexicon.slots[slot].label for slot in slots)


def is_bounded(measure: Measure) -> bool:
    """Whether a number of the measure is a ceiling."""
    return any(t.bound is Bound.AT_MOST for t in measure.terms.values())


def has_date(measure: Measure) -> bool:
    """Whether a measure's quote names a year."""
    return YEAR.search(measure.quote) is not None


def same_number(c: Context, subjects: Sequence[Subject]) -> str | None:
    """The number that all sides state, if they state the same of the same kind of thing."""
    sets = [
        {
            (v, t.unit, t.bound, t.per)
            for t in s.measure.terms.values()
            for v in t.values.values()
            if v is not None
        }
        for s in subjects
    ]
    shared = set.intersection(*sets) if sets else set()
    alike = len({s.measure.kind for s in subjects}) == 1 and len({frozenset(x) for x in sets}) == 1
    if len(subjects) < 2 or not shared or not alike:
        return None
    value, unit, bound, _ = next(iter(shared))
    number = _with_unit(value, unit)
    worded = bound in (Bound.AT_MOST, Bound.AT_LEAST)
    return c.words("word", str(bound), number=number) if worded else number


def _with_unit(value: Decimal, unit: str) -> str:
    if unit in RATES:
        return percent(value)
    return yuan(value) if unit == "元" else f"{value}{unit}"
