"""A document's legal status as of a day, and its period in words.

In:  a Document and the day asked about.
Out: a StatusFinding: the status, a Chinese sentence that says why, and the places of the text that
     decide it. 2019-12-31 is the last day of 2017—2019年 (tests/ingest/test_metadata.py).

The rule, first that holds:

1. A draft (征求意见稿) is a draft and a reply letter (复函) a reply letter on every day.
2. From the day on which a paper of the corpus that ends this one takes effect: repealed.
3. The day after the last day of the title's period or of the stated term (有效期5年), and
   later: expired. Whether the paper was also repealed is another question, which its own text does
   not answer. A term that runs from an unknown day is over for certain only when it is over from
   the latest day; before that and after its earliest end, whether it still holds is unknown.
4. A stated effective day (施行日期) decides.
5. 自公布之日起N日后施行 with a known publication day: that day + N decides.
   With an unknown one the paper takes effect no earlier than signing day + N. Before that day: not
   yet effective. From then to the end of that calendar year: effective day unknown. After it: in
   force, which the reason calls presumed (推定).
6. No word about taking effect: in force from the day it was signed (else printed, published).
7. No day at all but a period: not yet effective before the period; unknown in its first year, in
   which the paper may have come at any time; in force (presumed) after it.
8. Nothing at all: effective day unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from ingest.document import Document, DocumentKind, Status, StatusFinding

_PLACES = 3  # a title is repeated through a paper; its first places are enough to cite
_DRAFT_WORDS = (r"征\s*求\s*意\s*见\s*稿",)
_FORCE = "(?:施行|实施|执行|生效)"
_REPLY_WORDS = (r"复\s*函",)


@dataclass(frozen=True, slots=True)
class _Effect:
    """When a document takes effect: not before `earliest`, presumably by `unsure_until`."""

    earliest: date | None
    unsure_until: date | None
    because: str
    words: tuple[str, ...] = ()  # patterns of the words that decide


def status(document: Document, as_of: date) -> StatusFinding:
    """The status of `document` on the day `as_of`, by the rule in the module's head."""
    found, reason, words = _judge(document, as_of)
    return StatusFinding(found, as_of, reason, _spans(document.text, words))


def describe_period(document: Document) -> str:
    """The period in words: 2024—2027年, 2024年3月1日至2025年2月28日; "" where none is stated."""
    first, last = document.dates.period_from, document.dates.period_until
    if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}年" if first.year == last.year else f"{first.year}—{last.year}年"
    if first and last:
        return f"{_day(first)}至{_day(last)}"
    return f"{_day(first)}起" if first else f"至{_day(last)}" if last else ""


def _judge(document: Document, as_of: date) -> tuple[Status, str, tuple[str, ...]]:
    if document.kind is DocumentKind.DRAFT:
        reason = "文件为征求意见稿，尚未正式印发，不具有效力，不能作为申请依据"
        return Status.DRAFT, reason, _DRAFT_WORDS
    if document.kind is DocumentKind.REPLY_LETTER:
        reason = "文件为答复函件，陈述当时的情况和打算，不是可以申请的政策依据"
        return Status.REPLY_LETTER, reason, _REPLY_WORDS
    ended = document.repealed
    if ended is not None and ended.on is not None and as_of >= ended.on:
        by = f"《{ended.title}》{f'（{ended.number}）' if ended.number else ''}"
        return Status.REPEALED, f"{by}载明废止本文件，自{_day(ended.on)}起废止", ()
    period = describe_period(document)
    until = document.dates.period_until
    if until and as_of > until:
        reason = f"文件期间为{period}，已届满；文本未载是否另文废止"
        return Status.EXPIRED, reason, _period_words(document)
    effect = _effect(document)
    term, surely, at_least = _term(document, effect)
    if at_least and as_of > at_least:
        if surely and as_of > surely:
            over = f"{term}，已届满；文本未载是否另文废止"
            return Status.EXPIRED, over, (*effect.words, *_term_words(document))
        over = f"{effect.because}，{term}，所问之日是否已届满无法由文本确定"
        return Status.EFFECTIVE_DATE_UNKNOWN, over, (*effect.words, *_term_words(document))
    words = (*effect.words, *_period_words(document), *_term_words(document))
    if effect.earliest is None:
        return Status.EFFECTIVE_DATE_UNKNOWN, effect.because, words
    bound = f"，只能推知不早于{_day(effect.earliest)}" if effect.unsure_until else ""
    if as_of < effect.earliest:
        return Status.NOT_YET_EFFECTIVE, f"{effect.because}{bound}，所问之日尚未施行", words
    if effect.unsure_until and as_of <= effect.unsure_until:
        reason = f"{effect.because}{bound}，所问之日是否已施行无法由文本确定"
        return Status.EFFECTIVE_DATE_UNKNOWN, reason, words
    presumed = "，推定已施行" if effect.unsure_until else ""
    begun = document.dates.period_from is None or document.dates.period_from <= as_of
    place = "所问之日在期间内" if begun else "期间尚未开始"
    within = f"；文件期间为{period}，{place}" if period else f"；{term}" if term else ""
    return Status.IN_FORCE, f"{effect.because}{presumed}{within}", words


def takes_effect(document: Document) -> date | None:
    """The first day on which the paper may hold; None where its text does not tell."""
    return _effect(document).earliest


def _term(document: Document, effect: _Effect) -> tuple[str, date | None, date | None]:
    """The stated term in words, the day after which it is over for certain, and the first day
    after which it may be; ("", None, None) where the paper states none."""
    dates = document.dates
    if dates.valid_until:
        return f"文件有效期至{_day(dates.valid_until)}", dates.valid_until, dates.valid_until
    if dates.valid_months is None:
        return "", None, None
    years, months = divmod(dates.valid_months, 12)
    length = f"{years}年" if not months else f"{dates.valid_months}个月"
    if effect.earliest is None:
        return f"文件有效期{length}", None, None
    first = _months_on(effect.earliest, dates.valid_months)
    latest = _months_on(effect.unsure_until or effect.earliest, dates.valid_months)
    sure = "" if effect.unsure_until else f"，至{_day(first)}"
    return f"文件有效期{length}{sure}", latest, first


def _months_on(day: date, months: int) -> date:
    """The last day of a term of months that begins on `day`: 2025-04-01 and 12 → 2026-03-31."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    if day.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, day.day) - timedelta(days=1)


def _term_words(document: Document) -> tuple[str, ...]:
    """Patterns of the words that state the term."""
    if document.dates.valid_until:
        return (_day_words(document.dates.valid_until),)
    if document.dates.valid_months is None:
        return ()
    return (
        rf"(?:有效期限?|试行期限?|{_FORCE}期限?|试行)[为是定]*\s*[\d一二三四五六七八九十]{{1,3}}\s*(?:年|个月)",
    )


def _effect(document: Document) -> _Effect:
    dates = document.dates
    if dates.effective:
        because = f"文件载明自{_day(dates.effective)}起施行"
        return _Effect(dates.effective, None, because, (_day_words(dates.effective),))
    days = dates.effective_days_after_publication
    if days is not None:
        return _after_publication(document, days)
    for day, name in (
        (dates.signed, "成文"),
        (dates.printed, "印发"),
        (dates.published, "公布"),
    ):
        if day:
            because = f"文件未另载施行日期，以{name}日期{_day(day)}为准"
            return _Effect(day, None, because, (_day_words(day),))
    if dates.period_from:
        year_end = date(dates.period_from.year, 12, 31)
        because = "文件的印发日期和施行日期未载或已丢失"
        return _Effect(dates.period_from, year_end, because)
    return _Effect(None, None, "文件未载印发日期、施行日期和期间，施行日无法确定")


def _after_publication(document: Document, days: int) -> _Effect:
    dates = document.dates
    count = rf"(?:{days}|{_han(days)})" if days <= 31 else str(days)
    words = rf"自(?:公布|发布|印发)之日起\s*满?\s*{count}\s*[日天]后?[^。，；\n]{{0,6}}{_FORCE}"
    rule = f"文件自公布之日起{days}日后施行"
    if dates.published:
        day = dates.published + timedelta(days=days)
        because = f"{rule}，公布日期为{_day(dates.published)}，即{_day(day)}起施行"
        return _Effect(day, None, because, (words, _day_words(dates.published)))
    signed = dates.signed or dates.printed
    if signed is None:
        return _Effect(None, None, f"{rule}，公布日期未载于文本，施行日无法确定", (words,))
    earliest = signed + timedelta(days=days)
    because = f"{rule}，公布日期未载于文本，确切施行日不明"
    year_end = date(earliest.year, 12, 31)
    return _Effect(earliest, year_end, because, (words, _day_words(signed)))


def _period_words(document: Document) -> tuple[str, ...]:
    """Patterns of the period as papers print it: 2017―2019年, 2017年至2019年, its days."""
    first, last = document.dates.period_from, document.dates.period_until
    if first and last and first.year != last.year:
        return (rf"{first.year}\s*年?\s*[―—–－~～至到-]+\s*{last.year}\s*年",)
    return tuple(_day_words(day) for day in (first, last) if day)


def _day_words(day: date) -> str:
    """A pattern of a day as papers print it: 2024年2月21日, 二〇二四年二月二十一日."""
    year = "".join(("[〇○零]", *"一二三四五六七八九")[int(digit)] for digit in str(day.year))
    han = rf"{year}年{_han(day.month)}月{_han(day.day)}日"
    return rf"(?<!\d){day.year}\s*年\s*0?{day.month}\s*月\s*0?{day.day}\s*日|{han}"


def _han(number: int) -> str:
    """A number up to 31 in Chinese: 十, 二十一."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}".strip()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _spans(text: str, words: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where the deciding words stand, in reading order: the first places of each pattern."""
    found = {
        match.span() for pattern in words for match in islice(re.finditer(pattern, text), _PLACES)
    }
    return tuple(sorted(found))
