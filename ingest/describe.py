"""What a paper says of itself, as far as it is needed to list it: title, 文号, issuers, days, kind.

In:  a paper's text and clauses, what its file said beside the text, and the divisions of China.
Out: a `Description`, with the doubts that a person should clear. What the paper does not say is
     left open, and nothing is made up (tests/ingest/test_describe.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.clauses import number_of
from ingest.document import Clause, Dates, DocumentKind

NATION = "全国"
UNKNOWN = "地区不明"

_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,16}[〔［\[【（(]\s*((?:19|20)\d{2})\s*[〕］\]】）)]\s*第?\s*(\d{1,5})\s*号"
)
_LOST_NUMBER = re.compile(r".{2,16}[〔［\[【].{0,6}[〕］\]】].{0,8}号")
_SENT = re.compile(r"关于(?:印发|发布|公布|转发)《?(.+?)》?的(?:通知|公告|通告)$")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|市|县|区)(?=.)")
_YEAR = r"(?:\d{4}|[一二三四五六七八九〇○零]{4})"
_FEW = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"({_YEAR})\s*年\s*({_FEW})\s*月\s*({_FEW})\s*日"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_EFFECTIVE = re.compile(rf"自\s*{_DAY}\s*起[^。；，]{{0,6}}(?:施行|实施|执行|生效)")
_AFTER = re.compile(
    r"自(?:公布|发布|印发)之日起\s*(\d{1,3})\s*(?:个工作)?日后[^。；，]{0,6}(?:施行|实施|执行|生效)"
)
_PERIOD = re.compile(
    r"[（(]\s*((?:19|20)\d{2})\s*年?\s*[-－—–―~～至到]+\s*((?:19|20)\d{2})\s*年?\s*[）)]"
)
_KINDS = (
    (DocumentKind.DRAFT, "征求意见"),
    (DocumentKind.REPLY_LETTER, "复函|答复|回函|的函$"),
    (DocumentKind.INTERPRETATION, "解读|问答|一图读懂"),
    (DocumentKind.ANNOUNCEMENT, "公示|公告|通告"),
    (DocumentKind.PLAN, "方案|计划|规划"),
    (DocumentKind.RULES, "办法|细则|规定|条例|规则|法$"),
    (DocumentKind.OPINION, "意见|措施"),
    (DocumentKind.NOTICE, "通知"),
)
_ADDED = r"[（(](?!征求意见|试行|暂行|修订|草案|20\d\d|19\d\d)[^（()）]*[)）]$"
_NATIONAL = re.compile(r"^(?:中华人民共和国|国务院|国家|中国人民银行$|(?:中共)?中央|.{2,10}部$)")
_LONG = 24  # characters of a short title


@dataclass(frozen=True, slots=True)
class Description:
    """A paper's own account of itself; `doubts` are Chinese sentences for a person."""

    title: str
    short_title: str
    number: str | None
    issuers: tuple[str, ...]
    region: str
    kind: DocumentKind
    dates: Dates
    url: str | None
    doubts: tuple[str, ...]


def describe(
    text: str,
    clauses: Sequence[Clause],
    facts: Mapping[str, str],
    name: str,
    divisions: Mapping[str, str],
) -> Description:
    """What the paper says of itself.

    facts      what its file said beside the text (see `ingest.read.Reading`)
    name       the file's name without suffix, a title where there is no other
    divisions  full names of the divisions → their code
    """
    parts = {clause.path: text[clause.start : clause.end] for clause in reversed(clauses)}
    head, signature = parts.get("标题", ""), parts.get("落款", "")
    doubts: list[str] = []
    whole = _title(head, facts)
    if not whole:
        doubts.append("没有找到标题，暂以文件名代替。")
        whole = name
    sent = _SENT.search(whole)
    title = sent[1] if sent else whole
    found = _NUMBER.search(head) or _NUMBER.search(facts.get("发文字号") or facts.get("文号", ""))
    number = re.sub(r"\s", "", found[0]) if found else None
    if number is None:
        doubts.append("没有找到文号。")
    issuers = _issuers(signature, whole if whole != name else "", facts)
    if not issuers:
        doubts.append("没有找到发文机关。")
    region = _region([*issuers, whole], divisions)
    if region == UNKNOWN:
        doubts.append("看不出是哪个地区的文件。")
    kind = next((kind for kind, words in _KINDS if re.search(words, title)), DocumentKind.OTHER)
    if kind is not DocumentKind.DRAFT and re.search("征求意见稿", head):
        kind = DocumentKind.DRAFT
    dates = _dates(text, title, signature, facts)
    if dates == Dates():
        doubts.append("没有找到成文、印发、公布或施行日期。")
    url = facts.get("url")
    short = title if len(title) <= _LONG else re.sub(_PERIOD, "", title)
    return Description(title, short, number, issuers, region, kind, dates, url, tuple(doubts))


def _title(head: str, facts: Mapping[str, str]) -> str:
    """The title: the lines at the top without 文号 and remarks, or what the file says."""
    lines = [re.sub(r"[\s*#_]+", "", line) for line in head.splitlines()]
    lines = [line for line in lines if line and not _LOST_NUMBER.fullmatch(line)]
    lines = [
        line for line in lines if not re.fullmatch(r".{2,30}文件|[（(].*[）)]|附件.{0,3}", line)
    ]
    title = _NUMBER.sub("", "".join(lines))
    stated = re.sub(r"\s", "", facts.get("标题", ""))
    if stated and (not title or stated in title or len(title) > 120):
        return stated
    return re.sub(_ADDED, "", title) if len(title) <= 120 else ""


def _issuers(signature: str, title: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """Who signs; else who stands in the title before 关于; else what the page says."""
    names: list[str] = []
    for line in signature.splitlines():
        if re.search(_DAY, line):
            line = re.sub(_DAY, "", line)
        names += [word for word in re.split(r"\s{2,}|　|\t", line.strip()) if word]
    names = [name for name in names if re.fullmatch(r"[\u4e00-\u9fff]{4,30}", name)]
    if names:
        return tuple(dict.fromkeys(names))
    before = title.partition("关于")[0]
    if re.fullmatch(r"[\u4e00-\u9fff]{3,40}", before):
        return (before,)
    stated = facts.get("发文机关") or facts.get("制发机关") or facts.get("发布机构", "")
    return tuple(name for name in re.split(r"[\s、；;,，]+", stated) if name)


def _region(words: Sequence[str], divisions: Mapping[str, str]) -> str:
    """The lowest division in the first of the words that names one; the words' own beginning
    (某市) where there is no list of divisions."""
    for phrase in words:
        here = [name for name in divisions if name in phrase]
        if here:
            return max(here, key=lambda name: (divisions[name].rstrip("0"), len(name)))
    if words and _NATIONAL.match(words[0]):
        return NATION
    places = [place[0] for place in map(_PLACE.match, words) if place and not divisions]
    return places[0] if places else UNKNOWN


def _dates(text: str, title: str, signature: str, facts: Mapping[str, str]) -> Dates:
    signed = [_day(match) for match in re.finditer(rf"{_DAY}(?!\s*印发)", signature)]
    stated = re.search(_DAY, facts.get("成文日期", ""))
    printed = re.search(rf"{_DAY}\s*印发", text[-2000:])
    published = _ISO.search(facts.get("发布日期", "")) or re.search(_DAY, facts.get("发布日期", ""))
    effective = _EFFECTIVE.search(text)
    after = _AFTER.search(text)
    period = _PERIOD.search(title)
    first, last = (int(period[1]), int(period[2])) if period else (0, 0)
    return Dates(
        signed=next(filter(None, reversed(signed)), _day(stated)),
        printed=_day(printed),
        published=_day(published),
        effective=_day(effective),
        effective_days_after_publication=int(after[1]) if after else None,
        period_from=date(first, 1, 1) if period and first <= last else None,
        period_until=date(last, 12, 31) if period and first <= last else None,
    )


def _day(match: re.Match[str] | None) -> date | None:
    """The day of a match of _DAY or _ISO; None for none, and for one that there never was."""
    if match is None:
        return None
    year = "".join(
        char if char.isdigit() and char.isascii() else str("〇一二三四五六七八九".find(char))
        for char in match[1].replace("○", "〇").replace("零", "〇")
    )
    try:
        return date(int(year), number_of(match[2]), number_of(match[3]))
    except ValueError:
        return None
