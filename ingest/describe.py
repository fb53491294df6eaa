"""What a paper says of itself: title, 文号, issuers, days, kind, region, what it ends and cites.

In:  a paper's text and clauses, what its file said beside the text, and the divisions of China.
Out: a `Description`: every field with the place that it was read at and how sure that is, and the
     doubts that a person should clear. What the paper does not say is left open, and nothing is
     made up (tests/ingest/test_describe.py, tests/evals/test_papers.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Any, TypeVar

from ingest.clauses import mark_at, number_of
from ingest.divisions import short_name
from ingest.document import NATION, UNKNOWN_REGION, Clause, Dates, DocumentKind, Repeal
from ingest.read.base import RECOGNISED

_HAN = "一二三四五六七八九十百"
_CENTURY = "(?:19|20|１９|２０)"
_OPEN, _CLOSE = "〔［\\[【（(﹝", "〕］\\]】）)﹞"
_NUMBER = re.compile(
    rf"[\u4e00-\u9fff]{{2,16}}[{_OPEN}]\s*{_CENTURY}\d{{2}}\s*[{_CLOSE}]\s*第?\s*\d{{1,5}}\s*号"
)
_ORDER = re.compile(
    rf"(?m)^\s*((?:[\u4e00-\u9fff]{{2,20}}[ \t\u3000]+){{0,4}}[\u4e00-\u9fff]{{2,20}}(?:令|公告))"
    rf"\s*((?:19|20)\d{{2}}\s*年)?\s*"
    rf"第\s*(?:\d{{1,5}}|[{_HAN}]{{1,8}})\s*号"
)
_TABLE = re.compile(r"(?m)^表\d+(?:（([^\n]*?)）)? (?:表头|第\d+行)：")  # as `ingest.tables` has it
_MISREAD_NUMBER = re.compile(  # on an image: 绵经信发【2025]j 3与
    rf"([\u4e00-\u9fff]{{2,16}})[ \t]*[{_OPEN}]?[ \t]*({_CENTURY}\d{{2}})[ \t]*[{_CLOSE}]"
    r"[ \t]*[jJlI|\]]?[ \t]*第?(\d{1,5})[ \t]*(?:号|[^\d\s]?(?=[ \t]*(?:$|.?发人)))",
    re.MULTILINE,
)
_BESIDE_NUMBER = re.compile(r".?发人[：:].{2,12}$")  # 签发人：张某某
_LOST_NUMBER = re.compile(
    rf".{{2,16}}[{_OPEN}].{{0,6}}[{_CLOSE}].{{0,8}}号(?:[（(]\w{{1,3}}[）)])?"
)
_SENT = re.compile(
    r"关于(?:(?:印发|转发)《?(.+?)》?|(?:发布|公布)《(.+?)》)的(?:通知|公告|通告)$"
    r"|关于[^《》]{0,6}征求《(.+?)》(?:的)?(?:修改)?(?:意见|建议|意见建议)的(?:通知|公告|通告|函)$"
)
_OF_TITLE = (  # （2024年版）
    r"(?:公开|再次)?征求意见|试行|暂行|修订|草案|[\d\s]*[-－—–―~～]|[^（()）]*版[)）]"
)
_REMARK = re.compile(
    rf".{{2,30}}文件|[（(](?!{_OF_TITLE})[^（()）]*[)）]|附件.{{0,3}}"
    rf"|第(?:\d{{1,5}}|[{_HAN}]{{1,8}})号|发布(?:时间|日期)[：:].*"
)
_ADDED = re.compile(rf"[（(](?!{_OF_TITLE})[^（()）]*[)）]$")
_YEAR = r"(?:\d{4}|[一二三四五六七八九〇○零]{4})"
_FEW = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = rf"({_YEAR})\s*年\s*({_FEW})\s*月\s*({_FEW})\s*日"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_FORCE = r"(?:施行|实施|执行|生效|试行)"
_OWN = r"(?:本[^，。；：\n]{1,20}?|现予(?:公布|发布|印发)，?|(?<=[\n，。；：]))"
_EFFECTIVE = re.compile(rf"{_OWN}(?:自|从|于|由)\s*{_DAY}\s*(?:起|开始)?[^。；，]{{0,8}}{_FORCE}")
_FROM_TO = re.compile(
    rf"(?:(?:有效期限?|{_FORCE}期限?)[为是自从]*|本[^，。；：\n]{{1,20}}?自)\s*{_DAY}\s*起?\s*(?:至|到|[-－—–―~～]+)\s*{_DAY}"
)
_AFTER = re.compile(
    rf"自(?:公布|发布|印发)之日起\s*(?:满|第)?\s*(\d{{1,3}}|[{_HAN}]{{1,4}})\s*"
    rf"(日|天|个月)[后内]?[^。；，]{{0,6}}{_FORCE}"
)
_TERM = re.compile(
    rf"(?:有效期限?|{_FORCE}期限?|试行)[为是定]*\s*(\d{{1,2}}|[{_HAN}两]{{1,3}})\s*(年|个月)"
)
_UNTIL = re.compile(
    rf"(?:有效期限?|{_FORCE}期限?)[为是]*\s*(?:截至|截止到?|至|到)\s*{_DAY}"
    rf"|{_FORCE}[，、]?\s*(?:至|到)\s*{_DAY}\s*(?:止|为止|废止|(?:自动|自行)?失效)"
)
_PAPERS = "(?:办法|规定|细则|意见|通知|措施|方案|文件|政策|条例|规则|标准|公告|通告|规划|计划|决定)"
_ITS_TERM = re.compile(rf"(?:本[^，]{{0,16}}{_PAPERS}[^，]{{0,6}}|{_PAPERS}|起)的?$")
_OF_PAPER = re.compile(rf"{_FORCE}|之日起|本{_PAPERS}")
_THROUGHOUT = re.compile(
    rf"(?m)(?:^|[、）)．.])\s*自\s*{_DAY}\s*起?\s*(?:至|到)\s*{_DAY}\s*[，,止]"
)
_QUOTED = re.compile("“[^”]*”")
_PERIOD = re.compile(
    r"[（(]\s*((?:19|20)\d{2})\s*年?\s*[-－—–―~～至到]+\s*((?:19|20)\d{2})\s*年?\s*[）)]"
)
_KINDS = (
    (DocumentKind.DRAFT, "征求意见"),
    (DocumentKind.REPLY_LETTER, "复函|答复|回函|批复|的函$"),
    (DocumentKind.INTERPRETATION, "解读|问答|一图读懂"),
    (DocumentKind.ANNOUNCEMENT, "公示|公告|通告"),
    (DocumentKind.PLAN, "方案|计划|规划"),
    (DocumentKind.RULES, "办法|细则|规定|条例|规则|法$"),
    (DocumentKind.OPINION, "意见|措施|政策$"),
    (DocumentKind.NOTICE, "通知"),
)
_WEIGHTLESS = (DocumentKind.DRAFT, DocumentKind.REPLY_LETTER, DocumentKind.INTERPRETATION)
_NATIONAL = re.compile(
    r"^(?:中华人民共和国|国务院|国家|中国人民银行$|(?:中共)?中央"
    r"|(?:工业和信息化|财政|科学技术|科技|商务|教育|民政|司法|公安|人力资源和?社会保障|人力资源社会保障"
    r"|自然资源|生态环境|住房和?城乡建设|交通运输|水利|农业农村|文化和旅游|应急管理|退役军人事务)部)"
)
_GENERIC_PLACES = re.compile(r"(?:城|郊|矿|市|新)区$")
_SIGNER = re.compile(r"[\u4e00-\u9fff]{4,40}|[\u4e00-\u9fff]{2}[部局厅委办]")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,30}(?:[局厅委部署院]|委员会|人民政府|办公[室厅]|中心|[总分]行|协会|联合会)"
)
_CITED = re.compile(r"《([^《》\n]{2,80})》(?:\s*[（(]([^（）()]*号)[）)])?")
_A_PAPER = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|通知|意见|决定|方案|计划|措施|规划|公告|政策|纲要|指引|指南|目录|决议)"
    r"(?:[（(][^（）()]*[）)])?$"
)
_ENDS = re.compile(
    r"同时废止|(?:决定|现)废止|即行废止|予以废止|起废止|(?<!不)停止执行|同时失效|自行失效|相应废止"
)
_ENDED = re.compile(r"已(?:经|于|被)?[^，。]{0,16}(?:废止|失效)")
_REPLACES = re.compile(r"(?:代替|取代|替代)(?=原?《)")
_BY_NUMBER = re.compile(
    rf"[（(]([\u4e00-\u9fff]{{2,16}}[{_OPEN}]{_CENTURY}\d{{2}}[{_CLOSE}]\d{{1,5}}号)[）)]"
)
_LISTED = re.compile(
    r"(?:废止|失效|执行)(?:(?:下列|以下)[^，。：]{0,12})?[：:]\s*$"
)  # 决定废止下列文件：
_A_PART = re.compile(rf"(?:中的|中|的)?第[{_HAN}\d]+[条款项章]")  # of a paper, not the whole of it
_SENTENCE = re.compile(r"[^。\n]+[。\n]?")
_LIST_MARK = re.compile(rf"^\s*(?:\d{{1,2}}[.．、]|[（(]?[{_HAN}]{{1,3}}[)）、.])\s*")
_STATEMENT = re.compile("[^。]+")
_NOT_YET = ("另行", "届时")
_TO_COME = re.compile(
    r"((?:具体|配套|相关|有关)?[\u4e00-\u9fff]{0,16}?(?:细则|办法|指南|目录|标准|方案|规程))"
    rf"(?:由[^，。；]{{2,24}})?(?:{'|'.join(_NOT_YET)})(?:制定|发布|公布|印发|通知|明确)"
)
_T = TypeVar("_T")
_LONG = 24  # characters of a short title
_GENERIC = 8  # characters; a shorter title may be the end of another one
_DOMINANT = 2  # times that a text names its place before that is worth a guess


class Sure(StrEnum):
    """How sure a field is, in words for the list: printed as such, drawn from it, or a guess."""

    STATED = "明载"
    INFERRED = "推知"
    GUESSED = "存疑"


@dataclass(frozen=True, slots=True)
class Reading:
    """One field as it was read; text[start:end] is where, 0 and 0 where the page said it."""

    field: str
    value: Any
    start: int
    end: int
    sure: Sure


@dataclass(frozen=True, slots=True)
class Description:
    """A paper's own account of itself; `doubts` are Chinese sentences for a person.

    refers_to  the other papers that it names, with the 文号 where one is printed: 标题（文号）
    wanted     what it announces and the text does not hold: annexes, rules still to come
    readings   every field with its place and how sure it is, in the order of reading
    """

    title: str
    short_title: str
    number: str | None
    issuers: tuple[str, ...]
    region: str
    kind: DocumentKind
    dates: Dates
    url: str | None
    repeals: tuple[Repeal, ...]
    refers_to: tuple[str, ...]
    annexes_missing: tuple[str, ...]
    wanted: tuple[str, ...]
    readings: tuple[Reading, ...]
    doubts: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """The fields by name, for comparing; what is not known is absent."""
        named: dict[str, Any] = {
            "title": self.title if self.sure("title") else None,
            "number": self.number,
            "issuers": list(self.issuers),
            "region": self.region if self.region != UNKNOWN_REGION else None,
            "kind": self.kind,
            "repeals": [repeal.title or repeal.number for repeal in self.repeals],
            "refers_to": [each.value for each in self.readings if each.field == "refers_to"],
            "annexes_missing": list(self.annexes_missing),
        }
        named |= {name: getattr(self.dates, name) for name in Dates.__dataclass_fields__}
        return {name: value for name, value in named.items() if value not in (None, [])}

    def sure(self, field: str) -> Sure | None:
        """How sure a field is; None where it was not read."""
        return next((each.sure for each in self.readings if each.field == field), None)


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
    return _Reader(text, clauses, facts, divisions).description(name)


class _Reader:
    """One paper, read field by field; each `_field` method notes what it reads and where."""

    def __init__(
        self,
        text: str,
        clauses: Sequence[Clause],
        facts: Mapping[str, str],
        divisions: Mapping[str, str],
    ) -> None:
        self.text = text
        self.clauses = clauses
        self.facts = facts
        self.recognised = RECOGNISED in facts
        self.divisions = divisions
        self.readings: list[Reading] = []
        self.parts = {clause.path: clause for clause in reversed(clauses)}

    def description(self, name: str) -> Description:
        whole, title = self.title()
        number = self.number()
        issuers = self.issuers(whole)
        region = self.region(issuers, whole)
        kind = self.kind(whole, title or name)
        dates = self.dates(title, kind)
        repeals = tuple(self.repeals(title, number))
        refers = tuple(self.refers(title, whole, repeals))
        annexes = tuple(self.annexes())
        to_come = [
            self.note("wanted", each[1], each, 1)
            for sentence in _STATEMENT.finditer(self.text)
            if any(word in sentence.group() for word in _NOT_YET)
            for each in _TO_COME.finditer(self.text, *sentence.span())
        ]
        shown = title or name
        short = shown if len(shown) <= _LONG else re.sub(_PERIOD, "", shown)
        return Description(
            shown,
            short,
            number,
            issuers,
            region,
            kind,
            dates,
            self.facts.get("url"),
            repeals,
            refers,
            annexes,
            tuple(dict.fromkeys((*annexes, *to_come))),
            tuple(self.readings),
            tuple(self.doubts(title, number, issuers, region, dates)),
        )

    def note(
        self,
        field: str,
        value: _T,
        where: re.Match[str] | tuple[int, int] | None,
        group: int = 0,
        sure: Sure = Sure.STATED,
    ) -> _T:
        """Keep a reading, and give its value back; a value of None was not read. Of words that
        were recognised on an image, nothing is printed as such."""
        if value is not None:
            if self.recognised and sure is Sure.STATED:
                sure = Sure.GUESSED
            span = where.span(group) if isinstance(where, re.Match) else where or (0, 0)
            self.readings.append(Reading(field, value, *span, sure))
        return value

    def doubts(
        self,
        title: str,
        number: str | None,
        issuers: Sequence[str],
        region: str,
        dates: Dates,
    ) -> Iterator[str]:
        if self.recognised:
            yield self.to_compare(title, number, issuers, dates)
        if not title:
            yield "没有找到标题，暂以文件名代替。"
        if number is None:
            yield "没有找到文号。"
        if not issuers:
            yield "没有找到发文机关。"
        if region == UNKNOWN_REGION:
            yield "看不出是哪个地区的文件。"
        if dates == Dates():
            yield "没有找到成文、印发、公布或施行日期。"
        for each in self.readings:
            if each.sure is Sure.GUESSED and each.field == "region":
                yield f"地区由正文中出现最多的地名推定为{each.value}，请核对。"

    def to_compare(
        self, title: str, number: str | None, issuers: Sequence[str], dates: Dates
    ) -> str:
        """What a person should compare with the original, as it was recognised."""
        days = {
            "成文日期": dates.signed,
            "印发日期": dates.printed,
            "施行日期": dates.effective,
        }
        read = [
            *([f"标题《{title}》"] if title else ()),
            *([f"文号{number}"] if number else ()),
            *([f"发文机关{'、'.join(issuers)}"] if issuers else ()),
            *(f"{name}{day.isoformat()}" for name, day in days.items() if day),
        ]
        unread = [name for name, day in days.items() if not day]
        shown = "；".join(read) or "无"
        return f"以下由图像识别得来，请与原件核对：{shown}。没有读出：{'、'.join(unread) or '无'}。"

    # title and number

    def title(self) -> tuple[str, str]:
        """The title as printed with its issuer, and the title of the paper itself."""
        start, end = self.span("标题")
        if self.recognised:
            start = self.below_head(start, end)
        order = _ORDER.search(self.text, start, end)
        if order is not None and any(self.lines(order.end(), end)):
            start = order.end()  # a decree's own head stands above the title
        table = _TABLE.search(self.text, start, end)
        if table is not None and table[1]:
            return table[1], self.note("title", table[1], table, 1)
        lines = list(self.lines(start, table.start() if table else end))
        while len(lines) > 1 and _BODY.fullmatch(lines[-1][2]):
            lines.pop()  # who issued it stands below the title
        whole = "".join(_NUMBER.sub("", words) for _, _, words in lines)
        if len(whole) > 120 or (whole and "关于" not in whole and _ORDER.match(whole + "第1号")):
            whole = ""
        if not whole and _ORDER.search(self.text[start:end]):
            lines = self.sent_title()
            whole = "".join(words for _, _, words in lines)
        stated = re.sub(r"\s", "", self.facts.get("标题", ""))
        if (stated and (not whole or stated in whole)) or (
            stated and len(stated) > len(whole) and whole in stated
        ):
            whole = stated
        whole = _ADDED.sub("", whole).replace("(", "（").replace(")", "）")
        if not whole:
            return "", ""
        sent = _SENT.search(whole)
        title = (sent[1] or sent[2] or sent[3]) if sent else whole
        span = (lines[0][0], lines[-1][1]) if lines and stated != whole else None
        return whole, self.note("title", title, span)

    def below_head(self, start: int, end: int) -> int:
        """Where the title begins: below the 文号, since a red head is misread too often to be told
        by its words."""
        number = _MISREAD_NUMBER.search(self.text, start, end)
        if number is None:
            return start
        below = self.text.find("\n", number.end(), end)
        words = "".join(words for _, _, words in self.lines(below, end)) if below >= 0 else ""
        return below if len(words) >= _GENERIC else start

    def lines(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """The title's lines in text[start:end]: where they stand and their bare words."""
        for match in re.finditer(r"[^\n]+", self.text[start:end]):
            words = _BESIDE_NUMBER.sub("", re.sub(r"[\s*#_]+", "", match[0]))
            beside = (_LOST_NUMBER, _REMARK, _ORDER)
            if words and not any(each.fullmatch(words) for each in beside):
                yield start + match.start(), start + match.end(), words

    def sent_title(self) -> list[tuple[int, int, str]]:
        """The title of the paper that an order sends, which stands below its signature."""
        if "前言" not in self.parts:
            return []
        found = []
        for line in self.lines(*self.span("前言")):
            if re.search("[。；：]", line[2]):
                break
            found.append(line)
        return found

    def number(self) -> str | None:
        start, end = self.span("标题")
        if self.recognised and (seen := _MISREAD_NUMBER.search(self.text, start, end)):
            return self.note("number", f"{seen[1]}〔{seen[2]}〕{seen[3]}号", seen)
        if match := _NUMBER.search(self.text, start, end) or _ORDER.search(self.text, start, end):
            return self.note("number", re.sub(r"\s", "", match[0]), match)
        stated = self.facts.get("发文字号") or self.facts.get("文号", "")
        found = _NUMBER.search(stated)
        return self.note("number", re.sub(r"\s", "", found[0]), None) if found else None

    # who and where

    def issuers(self, whole: str) -> tuple[str, ...]:
        """Who signs; else who stands in the title or in the red head; else what the page says."""
        start, end = self.signature()
        names: dict[str, tuple[int, int]] = {}
        for match in re.finditer(r"[^\s\u3000“”]+", re.sub(_DAY, _blanks, self.text[start:end])):
            for name, at in self.signers(match[0]):
                at += start + match.start()
                names.setdefault(name, (at, at + len(name)))
        if not names:
            head, below = self.span("标题")
            red = re.search(r"(?m)^\s*([\u4e00-\u9fff]{4,40}?)文件\s*$", self.text[head:below])
            before = whole.partition("关于")[0] if "关于" in whole else ""
            order = _ORDER.search(self.text, head, below)
            if order is not None:
                names[re.sub("(?:令|公告)$", "", order[1])] = order.span(1)
            elif re.fullmatch(r"[\u4e00-\u9fff]{3,40}", before):
                at = max(self.text.find(before, head, below), head)
                names[re.sub(r"等[一二三四五六七八九十]*(?:部门|单位)$", "", before)] = (
                    at,
                    at + len(before),
                )
            elif red is not None:
                names[red[1]] = (head + red.start(1), head + red.end(1))
            else:  # alone on a line below the title
                for at, end, words in [*self.lines(head, below)][1:]:
                    if _BODY.fullmatch(words) and self.text[at:end].strip() == words:
                        names[words] = (self.text.index(words, at), end)
        for name, span in names.items():
            self.note("issuers", name, span)
        if names:
            return tuple(names)
        stated = next(filter(None, map(self.facts.get, ("发文机关", "制发机关", "发布机构"))), "")
        return tuple(
            self.note("issuers", name, None) for name in re.split(r"[\s、；;,，]+", stated) if name
        )

    def signers(self, words: str) -> Iterator[tuple[str, int]]:
        """The names that words in a signature are, and where in them; of words recognised on an
        image the gap between two that sign side by side may be lost."""
        if not _SIGNER.fullmatch(words) or words.endswith("印发"):
            return
        place = self.place(words) if self.recognised else ""
        starts = [0]
        if place and words.startswith(place):
            starts = [each.start() for each in re.finditer(re.escape(place), words)]
        for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
            yield words[start:end], start

    def region(self, issuers: Sequence[str], whole: str) -> str:
        """The lowest division that the issuers or the title name; else, as a guess, the one that
        the text names most."""
        for phrase in (*issuers, whole):
            if here := self.place(phrase):
                said = here if here in phrase else _short_of(here)
                at = max(self.text.find(said), 0)
                return self.note("region", here, (at, at + len(said)), 0, Sure.INFERRED)
            if phrase and _NATIONAL.match(phrase):
                return self.note("region", NATION, None, 0, Sure.INFERRED)
        pairs = {self.text[at : at + 2] for at in range(len(self.text))}
        named = Counter(
            {
                name: count
                for name in self.divisions
                if name[:2] in pairs
                and not _GENERIC_PLACES.search(name[-2:])
                and (count := self.text.count(name))
            }
        )
        if named and named.most_common(1)[0][1] >= _DOMINANT:
            (name, count), *others = named.most_common(2)
            if not others or count > 2 * others[0][1]:
                at = self.text.find(name)
                return self.note("region", name, (at, at + len(name)), 0, Sure.GUESSED)
        return UNKNOWN_REGION

    def place(self, phrase: str) -> str:
        """The lowest division in the words; "" where there is none."""
        here = [
            name
            for name in self.divisions
            if (name in phrase or ("自治" in name and _short_of(name) in phrase))
            and not (len(name) < 3 and _GENERIC_PLACES.search(name))
        ]
        return max(here, key=lambda name: (self.divisions[name].rstrip("0"), len(name)), default="")

    def kind(self, whole: str, title: str) -> DocumentKind:
        """By the title: what it ends with (的通知), else the first kind that it names."""
        start, end = self.span("标题")
        own = re.sub("《[^》]*》", "", title)
        named = [kind for kind, words in _KINDS if re.search(words, own)]
        kind = named[0] if named else DocumentKind.OTHER
        if kind not in _WEIGHTLESS and (last := re.search("的补?充?(通知|公告|通告|公示)$", own)):
            kind = next(kind for kind, words in _KINDS if re.search(words, last[1]))
        if kind is not DocumentKind.DRAFT and (
            (draft := re.search(r"[（(]\s*征\s*求\s*意\s*见\s*稿\s*[）)]", self.text[start:end]))
            or ("征求" in whole and (draft := re.search("征求", self.text[start:end])))
        ):
            return self.note(
                "kind", DocumentKind.DRAFT, (start + draft.start(), start + draft.end())
            )
        if kind is DocumentKind.OTHER:
            return kind
        return self.note("kind", kind, None, 0, Sure.INFERRED)

    # days

    def dates(self, title: str, kind: DocumentKind) -> Dates:
        """The days; when an interpretation or a quotation speaks of taking effect, that is the
        other paper."""
        text = "" if kind is DocumentKind.INTERPRETATION else _QUOTED.sub(_blanks, self.text)
        signed = self.signed()
        tail = max(len(self.text) - 2000, 0)
        printed = self.day("printed", re.search(rf"{_DAY}\s*印发", self.text[tail:]), tail)
        stated = self.facts.get("发布日期", "")
        published = self.day("published", _ISO.search(stated) or re.search(_DAY, stated), None)
        both = _FROM_TO.search(text)
        effective = self.day("effective", _EFFECTIVE.search(text) or both)
        after = _AFTER.search(text)
        days = None
        if after is not None and effective is None and after[2] != "个月":
            days = self.note("effective_days_after_publication", number_of(after[1]), after)
        until = next(filter(_is_of_paper, _UNTIL.finditer(text)), None)
        last = None
        if until is not None:
            last = self.day("valid_until", until, 0, 1 if until[1] else 4)
        elif both is not None:
            last = self.day("valid_until", both, 0, 4)
        months = None
        term = next(filter(_is_of_paper, _TERM.finditer(text)), None)
        if last is None and term is not None:
            count = number_of(term[1])
            months = self.note("valid_months", count * (12 if term[2] == "年" else 1), term)
        first_day, last_day = self.period(title, text)
        return Dates(
            signed=signed,
            printed=printed,
            published=published,
            effective=effective,
            effective_days_after_publication=days,
            period_from=first_day,
            period_until=last_day,
            valid_months=months,
            valid_until=last,
        )

    def period(self, title: str, text: str) -> tuple[date | None, date | None]:
        """The days that it is for: by its title (2024—2026年), or by a sentence that opens so."""
        if (years := _PERIOD.search(title)) is not None and years[1] <= years[2]:
            return date(int(years[1]), 1, 1), date(int(years[2]), 12, 31)
        throughout = _THROUGHOUT.search(text)
        first, last = _day(throughout), _day(throughout, 4)
        if first is None or last is None or last < first:
            return None, None
        return self.day("period_from", throughout), self.day("period_until", throughout, 0, 4)

    def signed(self) -> date | None:
        """The last day of the signature; else what the page says."""
        start, end = self.signature()
        found = list(re.finditer(rf"{_DAY}(?!\s*印发)", self.text[start:end]))
        for match in reversed(found):
            if (day := _day(match)) is not None:
                return self.note("signed", day, (start + match.start(), start + match.end()))
        return self.day("signed", re.search(_DAY, self.facts.get("成文日期", "")), None)

    def day(
        self, field: str, match: re.Match[str] | None, offset: int | None = 0, group: int = 1
    ) -> date | None:
        """A day that was read; `offset` None where the page said it."""
        day = _day(match, group)
        if match is None or day is None:
            return None
        at = (
            None
            if offset is None
            else (match.start() + max(offset, 0), match.end() + max(offset, 0))
        )
        return self.note(field, day, at)

    # other papers

    def repeals(self, title: str, own_number: str | None) -> Iterator[Repeal]:
        """What it ends: the papers named in a sentence that says so, or listed below it."""
        seen: set[str] = set()
        for sentence in _SENTENCE.finditer(self.text):
            words = sentence[0]
            if not (_ENDS.search(words) or _REPLACES.search(words)) or _ENDED.search(words):
                continue
            end = sentence.end()
            if _LISTED.search(words):
                end = self.list_end(sentence.start())
            start = sentence.start()
            named = [
                match
                for match in _CITED.finditer(self.text, start, end)
                if not _A_PART.match(self.text, match.end())
            ]
            for match in named:
                name = re.sub(r"\s", "", match[1])
                number = re.sub(r"\s", "", match[2]) if match[2] else None
                itself = name == title and number in (None, own_number)  # not an earlier edition
                if not itself and name not in seen:
                    seen.add(name)
                    yield self.note("repeals", Repeal(name, number, *match.span()), match)
            if not named:
                for match in _BY_NUMBER.finditer(self.text, start, end):
                    yield self.note("repeals", Repeal("", match[1], *match.span(1)), match, 1)

    def list_end(self, start: int) -> int:
        """Where a list ends that a sentence at `start` announces: with its clause, or where it
        stands above the clauses, with them."""
        host, *below = [each for each in self.clauses if each.end > start]
        if host.path not in ("通知", "前言", "正文"):
            return host.end
        listed = [host, *takewhile(lambda each: mark_at(self.text, each.start), below)]
        return listed[-1].end

    def refers(self, title: str, whole: str, repeals: Sequence[Repeal]) -> Iterator[str]:
        """The other papers that it names in 《》, each once."""
        known = {title, *(repeal.title for repeal in repeals)}
        start = self.span("标题")[1] if title not in _CITED.findall(whole) else 0
        named = (
            match
            for match in _CITED.finditer(self.text)
            if match.start() >= start or whole.startswith("《")
        )
        for match in named:
            name = re.sub(r"\s", "", match[1])
            if len(name) < 3 or not _A_PAPER.search(name):
                continue
            short = len(name) < _GENERIC  # 《若干政策》, whose whole title stands above
            if name in known or (short and any(each.endswith(name) for each in known)):
                continue
            if re.search("简称$", self.text[max(0, match.start() - 3) : match.start()]):
                known.add(name)
                continue
            known.add(name)
            number = re.sub(r"\s", "", match[2]) if match[2] else ""
            self.note("refers_to", name, match)
            yield f"{name}（{number}）" if number else name

    def annexes(self) -> Iterator[str]:
        """The annexes that are announced and do not follow."""
        start, end = self.span("附件")
        paths = [clause.path for clause in self.clauses]
        if paths.count("附件") > 1 or any(path.startswith("附件·") for path in paths):
            return  # the only one follows
        there = {
            number_of(match[1])
            for path in paths
            if (match := re.match(rf"附件(\d+|[{_HAN}]+)(?:·|$)", path))
        }
        table = _TABLE.search(self.text, start, end)
        if table is not None:  # the annex that is announced last is this table
            end = self.text.rfind("\n", start, max(table.start() - 1, start)) + 1
        number = 0
        for line in re.finditer(r"[^\n]+", self.text[start : max(start, end)]):
            words = re.sub(r"^\s*附\s*件\s*[：:]?", "", line[0]).strip()
            words = re.sub(r"[；;。]$", "", _LIST_MARK.sub("", words))
            if not words or re.fullmatch(r"[（(].*[）)]", words):
                continue
            number += 1
            if number not in there:
                yield self.note(
                    "annexes_missing", words, (start + line.start(), start + line.end())
                )

    def signature(self) -> tuple[int, int]:
        """The first signature with a day; where none has, the first; (0, 0) where there is none."""
        spans = [(each.start, each.end) for each in self.clauses if each.path == "落款"]
        dated = (each for each in spans if re.search(_DAY, self.text[slice(*each)]))
        return next(dated, spans[0] if spans else (0, 0))

    def span(self, path: str) -> tuple[int, int]:
        """Where the first part of this name stands; (0, 0) where there is none."""
        part = self.parts.get(path)
        return (part.start, part.end) if part else (0, 0)


@lru_cache(maxsize=1024)
def _short_of(name: str) -> str:
    """A division of a people as papers call it: 黔南州 of 黔南布依族苗族自治州."""
    return short_name(name) + name[-1] if "自治" in name else name


def _is_of_paper(term: re.Match[str]) -> bool:
    """Whether a term is the paper's own (本办法有效期5年, 自公布之日起施行，有效期5年), and no
    certificate's that it tells of (登记有效期为3年)."""
    sentence = re.split("[。；\n]", term.string[: term.start()])[-1]
    words = re.split("[，、：:]", sentence)[-1]
    if words and "\u4e00" <= words[-1] <= "\u9fff":
        return _ITS_TERM.search(words) is not None
    return bool(words) or not sentence or _OF_PAPER.search(sentence) is not None


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _day(match: re.Match[str] | None, group: int = 1) -> date | None:
    """The day of a match of _DAY or _ISO; None for none, and for one that there never was."""
    if match is None or match[group] is None:
        return None
    year = "".join(
        char if char.isdigit() and char.isascii() else str("〇一二三四五六七八九".find(char))
        for char in match[group].replace("○", "〇").replace("零", "〇")
    )
    try:
        return date(int(year), number_of(match[group + 1]), number_of(match[group + 2]))
    except ValueError:
        return None
