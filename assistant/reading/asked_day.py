"""The day that a question asks about, where it asks about another than today.

In:  a normalised text, its quantities, the lexicon's cues, what is asked, today.
Out: a day, or None. A day on which something else was done (贷款2029年到期) is none; of a target or
     a statistic a year tells which figure is asked (tests/assistant/steps/questions.yaml).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

CLAUSE_END = re.compile(r"[,，;；。!！?？]")
OF_FIGURES = frozenset({"target", "statistic"})  # of which a year tells another thing


def asked_day(
    text: str,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    intents: frozenset[str],
    today: date,
) -> date | None:
    """The day asked about, where the words ask about one: 2018年底能申请吗, 今天是2028年1月,
    过了2027年还有吗, 三年后还能用吗. A day on which something else was done is none."""
    cues = lexicon.cues
    told = [(q, day) for q in quantities if (day := _day_told(text, q, lexicon, today))]
    dates = [(q, day) for q, day in told if q.kind != "duration"]
    if len(dates) == 1 and cues["back_then"].search(text[dates[0][0].end :]):
        return dates[0][1]  # 2018年5月签的合同，那时候方案在期内吗
    for quantity, day in told:
        if cues["as_of_before"].search(text[: quantity.start]):
            return day
    for quantity, day in told:
        after = text[quantity.end :]
        if day < today and cues["now_asked"].search(after):
            continue  # 2019年底申请的，现在还能接着办吗
        length = cues["after_length"].match(after) if quantity.kind == "duration" else None
        if length is not None:
            after = after[length.end() :]
        elif cues["as_of_after"].search(after) or (
            quantity.kind == "date" and cues["as_of_rule"].match(after)
        ):
            return day
        asked = None if intents & OF_FIGURES else cues["as_of_asked"].match(after)
        before = CLAUSE_END.split(text[: quantity.start])[-1]
        for cue in ("past_day", "ahead"):  # 过了2027年, 再过两年
            before = cues[cue].sub("", before)
        if asked and not cues["done_then"].search(f"{before},{asked['of']}"):
            return day
    return None


def year_asked(text: str, lexicon: Lexicon, today: date) -> date | None:
    """The last day of another year whose rule is asked for: 2025年奖励比例是多少."""
    found = lexicon.cues["year_of_rule"].search(text)
    year = int(found.group(1)) if found else today.year
    return None if year == today.year else date(year, 12, 31)


def _day_told(text: str, quantity: Quantity, lexicon: Lexicon, today: date) -> date | None:
    """The day that an expression of time comes to: the last that it names, the one after it
    (过了2027年), or the one a length of time from today (三年后)."""
    before, after = text[: quantity.start], text[quantity.end :]
    if quantity.kind == "duration":
        ahead = lexicon.cues["after_length"].match(after) or lexicon.cues["ahead"].search(before)
        return _later(today, quantity) if ahead else None
    if quantity.kind not in ("year", "date") or quantity.last is None or quantity.first is None:
        return None
    if quantity.first.year != quantity.last.year or lexicon.cues["same_day"].match(quantity.text):
        return None
    past = lexicon.cues["past_day"].search(before) or lexicon.cues["after_day"].match(after)
    return quantity.last + timedelta(days=1) if past else quantity.last


def _later(today: date, quantity: Quantity) -> date | None:
    """The day a length of time from today, where it is one of days or months."""
    if quantity.value is None or quantity.unit in ("工作日", "小时"):
        return None
    if quantity.unit == "天":
        return today + timedelta(days=int(quantity.value))
    months = today.month - 1 + int(quantity.value)
    year, month = today.year + months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
