"""Split a policy text into clauses, the unit that is cited.

In:  the document's text, as `ingest.read` returns it.
Out: clauses in reading order, named by the marks as printed; joined, they are the text, whatever
     the text is (tests/ingest/test_clauses.py proves it with damaged papers).

A mark counts only at the start of a line (一是 may also follow a punctuation mark), and only where
the line before it is finished or the number is the one that comes next: 按照第三条 at a line break
is a reference, not an article. `FAMILIES` lists the numberings; everything else here is about the
parts outside the numbered clauses (标题、目录、通知、前言、正文、文末、落款、附件、抄送).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from ingest.document import Clause


@dataclass(frozen=True, slots=True)
class Family:
    """One way of numbering; a smaller `rank` encloses a larger one."""

    name: str
    rank: float
    pattern: str


_HAN = "一二三四五六七八九十百千零〇两"
_BLANK = r"[ \t\u3000\xa0\x0b\x0c\r\ufeff]"
_NTH = rf"第{_BLANK}?(?:[{_HAN}]+|\d{{1,4}}){_BLANK}?"

FAMILIES = (
    Family("编", 0, rf"{_NTH}(?:编|部分)"),
    Family("章", 1, rf"{_NTH}章"),
    Family("节", 2, rf"{_NTH}节"),
    Family("条", 4, rf"{_NTH}条(?:之[{_HAN}]+)?"),
    Family("一、", 5, rf"[{_HAN}]+、"),
    Family("（一）", 6, rf"[（(]{_BLANK}*[{_HAN}]+{_BLANK}*[)）]|[㈠-㈩]"),
    Family("1.1", 7, rf"\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}}(?![\d.．%％倍]){_BLANK}*"),
    Family("1.", 7, r"\d{1,2}[.．、](?!\d)|[⒈-⒛]"),
    Family("（1）", 8, r"[（(]\d{1,2}[)）]|[⑴-⒇]"),
    Family("1）", 9, r"\d{1,2}[)）]"),
    Family("①", 10, r"[①-⑳]"),
)
_RANK = {family.name: family.rank for family in FAMILIES} | {"问": 6.5}
_FAMILY_OF = {"lost": "1.", "bare": "1.", "words": "#", "asked": "问"}
_ABOVE_ARTICLES = 3  # Markdown headings, and 一、 where it stands above 第一条 instead of below
_DIVISIONS = ("编", "章", "节")

_LEAD = rf"^{_BLANK}*+(?:\#{{1,6}}{_BLANK}++)?+(?:\*\*|__)?+{_BLANK}*+"
_NUMBERED = "|".join(f"(?P<n{i}>{family.pattern})" for i, family in enumerate(FAMILIES))
_NUMBERED_LINE = re.compile(f"{_LEAD}(?:{_NUMBERED})", re.MULTILINE)
_YEAR = r"(?:\d{4}|[一二三四五六七八九〇○零]{4})"
_FEW = "[\\d一二三四五六七八九十]{1,3}"
_DAY = _BLANK.join((_YEAR, "*年", f"*{_FEW}", "*月", f"*{_FEW}", "*日"))
_TOKEN = re.compile(
    rf"{_LEAD}(?:{_NUMBERED}"
    r"|(?P<lost>[.．、])(?=[\u4e00-\u9fff“《])"  # the stop is left of a mark whose number was lost
    rf"|(?P<asked>(?:问题?{_BLANK}?(?:\d{{1,3}}|[{_HAN}]{{1,4}})?|Q{_BLANK}?\d{{1,3}}){_BLANK}?[：:])"
    rf"|(?P<bare>\d{{1,2}}){_BLANK}+(?=[\u4e00-\u9fff“《])"  # counts beside 1.1 alone
    rf"|(?P<table>表\d+(?:（[^\n]*?）)? (?:表头|第\d+行)(?=：))"
    rf"|(?P<series>[{_HAN}]{{1,3}}是)"
    rf"|(?P<copies>抄送|抄报|分送){_BLANK}*[：:]"
    rf"|(?P<annex>附{_BLANK}*件{_BLANK}*[\d一二三四五六七八九十]{{0,2}})"
    rf"|(?P<contents>目{_BLANK}*[录次]){_BLANK}*+$"
    rf"|(?P<public>[（(]此件[^）)\n]{{1,20}}[）)]){_BLANK}*+$"
    rf"|(?P<regards>(?:特此(?:通知|公告|通告|通报|函复|函告|函达|批复|复函)|此复|专此\S{{0,4}}|\S{{0,12}}为[盼荷])[。！]?){_BLANK}*+$"
    r"|(?P<closing>感谢|以上(?:意见|答复)|对以上|此前[^。\n]{2,30}不一致的"
    r"|自本[^，。；：\n]{1,10}(?:印发|公布|发布|施行|实施)之日起，"
    r"|本[^，。；：\n]{1,16}?[自由从][^。\n]*?(?:施行|实施|执行|生效|解释|废止)))"
    rf"|^{_BLANK}*+\#{{1,6}}{_BLANK}++(?P<words>[^\n]*)"
    rf"|^{_BLANK}*+(?P<undated>年{_BLANK}*月{_BLANK}*日){_BLANK}*+$"
    rf"|^{_BLANK}*+(?:[^\s。，；：、\#][^\n。，；：、\#]{{0,40}}?{_BLANK})?(?P<signed>{_DAY}){_BLANK}*+$",
    re.MULTILINE,
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SERIES = re.compile(rf"[{_HAN}]{{1,3}}是")
_NEXT_STEP = re.compile("下一步|下一阶段|下阶段|接下来|今后")
_ANSWER = re.compile(rf"^{_BLANK}*+[*_#]*(?:答|A{_BLANK}?\d{{0,3}}){_BLANK}?[：:]", re.MULTILINE)
_NEXT_PARAGRAPH = re.compile(r"[^\n]*。[ \t]*\n\s*(?=^)(?=.*\S)", re.MULTILINE)
_FIRST_WORDS = re.compile(r"^.*\S", re.MULTILINE)
_PHRASE = re.compile(r"[^，。：；,:;\n]{1,10}(?=[，：,:])")
_SERIES_FOLLOWS = frozenset("。；：，！？!?:;,、）)”】》*")

_FINISHED = frozenset("。！？；：!?;:…")
_CLOSERS = frozenset("）)”】》")
# a mark that is spoken of and not used: （一）至（三）, 第三条第二款, 第三条的规定, 一、二、三产业
_LIST_OF_MARKS = re.compile(
    rf"(?:[、，]|至|和|及|与|或|以及)?[（(第][{_HAN}\d]+(?:[)）]|[章节条款项])|[{_HAN}]{{1,2}}、"
)
_SPOKEN_OF = re.compile(
    r"[、，,。；;）)]|的|(?:所|规)[定列述称]|项(?!目)|款(?!项)|条(?!件|例|块)|目(?!标|的|录|前)"
    r"|(?:至|和|或|及|与|以及)[（(第]|中的|要求[，。]|之[规间外]|等[项条]"
)
_NAMED_PAPER = re.compile(r"》[^》\n]*\n\s*$")  # ends with a paper's name, as a list of them does
_REFERS = re.compile("(?:按照|根据|依照|依据|参照|违反|符合|适用|(?<!意)见|前款|本条|第)$")

_BRACKETED = re.compile(r"《[^》]*》|（[^）]*）|\([^)]*\)|“[^”]*”|〔[^〕]*〕")
_BODY_OPENING = re.compile("为了?(?!进)|根据|按照|依据|近年来|现将|现就|当前")
_NOT_A_SIGNER = re.compile(r"[，。；：！？、:;）)\d#*]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark in a text: text[start:end] is what is printed; `family` as in FAMILIES."""

    family: str
    number: int
    start: int
    end: int


def split(text: str) -> tuple[Clause, ...]:
    """The text's parts in reading order, offsets in characters; () for an empty text."""
    if not text:
        return ()
    events = _tidy(text, _Splitter(text).run())
    clauses: list[Clause] = []
    inner: list[Clause] = []
    end = len(text)
    for event in reversed(events):
        clause = Clause(event.path, event.start, end, _heading(text, event, end), event.level)
        end = event.start
        if event.kind in ("item", "after"):
            inner.append(clause)
            continue
        items: tuple[Clause, ...] = ()
        if event.path not in ("标题", "目录", "落款", "抄送"):
            items = _items(text, clause, event.after)
        if inner:
            items = (*(items or (clause,)), *reversed(inner))
            clause = replace(clause, end=inner[0].end)
            inner = []
        clause = replace(clause, items=items)
        clauses.append(clause)
    return tuple(reversed(clauses))


def mark_at(text: str, start: int) -> Mark | None:
    """The mark that opens the part at `start`; None where it has none or lost its number."""
    match = _NUMBERED_LINE.match(text, start)
    if match is None or match.lastgroup is None:
        return None
    group = match.lastgroup
    return Mark(_family(group), number_of(match[group]), match.start(group), match.end(group))


@lru_cache(maxsize=1024)
def number_of(mark: str) -> int:
    """The number in a mark: 4 for 四、, （四）, ④, 2.4 and 第四条之一; 0 where there is none."""
    plain = unicodedata.normalize("NFKC", mark.split("之")[0])
    if digits := re.findall(r"\d+", plain):
        return int(digits[-1])
    total = digit = 0
    for char in plain.replace("〇", "零").replace("两", "二"):
        if char in "千百十":
            total += (digit or 1) * {"千": 1000, "百": 100, "十": 10}[char]
            digit = 0
        elif (value := "零一二三四五六七八九".find(char)) >= 0:
            digit = value
    return total + digit


@dataclass(frozen=True, slots=True)
class _Token:
    """Something at the start of a line that may open a part."""

    kind: str  # the method of _Splitter that judges it
    family: str
    line: int  # where its line starts
    mark: int  # where its mark starts
    after: int  # where its mark ends
    printed: str


@dataclass(frozen=True, slots=True)
class _Event:
    """A part that opens at `start`; its own words begin at `after`."""

    start: int
    after: int
    path: str
    level: int = 0
    kind: str = "outside"  # outside, numbered, item (inside a clause), after (its items), series
    family: str = ""
    segment: int = 0  # a paper, its covering notice and each annex number their clauses anew


@dataclass(frozen=True, slots=True)
class _Open:
    """A numbered part that further marks may lie within."""

    rank: float
    family: str
    number: int
    path: str


class _Splitter:
    """One pass over the tokens of a text, collecting the parts that they open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.events: list[_Event] = []
        self.rank = dict(_RANK)
        self.body_start = 0
        self.skip_until = 0
        self.contents_at = self.contents_until = -1
        self.segment = -1
        self.begin_segment("")

    def begin_segment(self, annex: str) -> None:
        """Numbering starts anew from here; `annex` goes before the paths."""
        self.segment += 1
        self.annex_path = annex
        self.stack: list[_Open] = []
        self.last: dict[str, int] = {}
        self.mode = "body"  # or list (after 附件：) or copies (after 抄送：): no clauses there

    def run(self) -> list[_Event]:
        self.body_start, notice = _title(self.text)
        if self.body_start > 0:
            self.open(0, "标题")
        if self.body_start < len(self.text):
            self.open(self.body_start, "通知" if notice else "前言")
        tokens = [token for token in _tokens(self.text) if token.line >= self.body_start]
        families = [token.family for token in tokens]
        if "条" in families and "一、" in families[: families.index("条")]:
            self.rank["一、"] = _ABOVE_ARTICLES
        self.decimals = "1.1" in families
        self.answers = _ANSWER.search(self.text) is not None
        self.contents_of(tokens)
        for token in tokens:
            if token.line >= self.skip_until:
                getattr(self, token.kind)(token)
        return self.events

    def open(self, start: int, path: str) -> None:
        """Open a part outside the numbered clauses."""
        self.events.append(_Event(start, start, path, segment=self.segment))

    # numbered parts

    def numbered(self, token: _Token) -> None:
        low = self.rank[token.family] >= _RANK["1."]
        if self.mode == "copies" or (self.mode == "list" and low):
            return
        number = number_of(token.printed)
        counts = self.follows if token.family == "1.1" else self.counts
        if counts(token, number):
            self.number(token, number, _printed(token))

    def bare(self, token: _Token) -> None:
        """1 without a stop is a mark in a paper that has 1.1, and elsewhere just a number."""
        if self.decimals:
            self.numbered(token)

    def follows(self, token: _Token, number: int) -> bool:
        """Whether 2.3 stands below 2 (or 二、) and comes after 2.2; 1.5 in a sentence does not."""
        above = _printed(token).rpartition(".")[0]
        below = any(
            part.path.endswith(above) if "." in above else part.number == int(above)
            for part in self.stack
        )
        rank = self.rank["1.1"] + (above.count(".") + 1) / 10
        sisters = [part.number for part in self.stack if part.rank == rank]
        return below and number == (sisters[-1] if sisters else 0) + 1

    def asked(self, token: _Token) -> None:
        """问： opens a part where the paper has answers; one without a number is counted."""
        if (
            not self.answers
            or self.mode != "body"
            or not self.finished(self.line_before(token.line))
        ):
            return
        sisters = [part.number for part in self.stack if part.family == token.family]
        stated = number_of(token.printed)
        number = stated or (sisters[-1] if sisters else 0) + 1
        printed = _printed(token).rstrip(":")
        self.number(token, number, printed if stated else f"{printed}{number}")

    def table(self, token: _Token) -> None:
        """A row of a table is an item of the clause that it stands in, as are its heads."""
        host = next(event for event in reversed(self.events) if event.family != "表")
        name, _, row = re.sub("（.*）", "", token.printed).partition(" ")
        path = f"{host.path}·{name}{'' if row == '表头' else row}"
        row_event = _Event(
            token.line, token.after, path, host.level + 1, "item", "表", self.segment
        )
        self.events.append(row_event)
        end = token.line + len(_rest_of_line(self.text, token.line)) + 1
        following = _FIRST_WORDS.search(self.text, end)
        if following is not None:
            start = following.start()
            self.events.append(replace(host, start=start, after=start, kind="after", family=""))

    def lost(self, token: _Token) -> None:
        """A mark without its number is counted by its place among its sisters."""
        before = self.line_before(token.line)
        if self.mode == "body" and (self.finished(before) or before[-1] in _CLOSERS):
            sisters = [part.number for part in self.stack if part.family == token.family]
            number = (sisters[-1] if sisters else 0) + 1
            self.number(token, number, str(number))

    def words(self, token: _Token) -> None:
        """A Markdown heading without a number."""
        path = token.printed.strip(" \t\u3000\r#*_")
        if path and self.mode == "body":
            self.number(token, 0, path)

    def number(self, token: _Token, number: int, printed: str) -> None:
        rank = self.rank.get(token.family, _ABOVE_ARTICLES) + printed.count(".") / 10
        while self.stack and self.stack[-1].rank >= rank:
            self.stack.pop()
        path = _join(self.parent(token.family), printed, token.family)
        kind = "item" if any(part.family == "条" for part in self.stack) else "numbered"
        level = len(self.stack) + bool(self.annex_path)
        self.events.append(
            _Event(token.line, token.after, path, level, kind, token.family, self.segment)
        )
        self.stack.append(_Open(rank, token.family, number, path))
        self.last[token.family] = number

    def parent(self, family: str) -> _Open | None:
        """What the path begins with: articles are cited without their chapter."""
        if self.stack and family != "条":
            beside = ("1.", "1.1") if family == "1.1" else ()
            if open_ := [part for part in self.stack if part.family not in beside]:
                return open_[-1]
        return _Open(0, "附件", 0, self.annex_path) if self.annex_path else None

    def counts(self, token: _Token, number: int) -> bool:
        """Whether a mark at the start of a line opens a clause, and is no reference to one."""
        rest = self.text[token.after : token.after + 12]
        if _lists_marks(self.text, token):
            return False
        spoken_of = token.family != "1." and _SPOKEN_OF.match(rest) is not None
        if spoken_of and token.family in (*_DIVISIONS, "条"):
            return False
        before = self.line_before(token.line)
        if self.finished(before):
            return True
        last = self.events[-1]
        own = self.text[last.after : token.line] if token.line - last.after < 200 else "\n"
        one_line = last.kind != "outside" and "\n" not in own.strip()
        if one_line and not spoken_of and last.family in (*_DIVISIONS, "一、"):
            return True  # below a chapter's heading, whatever word that ends with
        if spoken_of or before[-1] in "、，" or _REFERS.search(before):
            return False
        follows = number == self.last.get(token.family, 0) + 1
        opens = number == 1 and all(part.family != token.family for part in self.stack)
        return follows or opens or before[-1] in _CLOSERS or (one_line and len(before) < 20)

    def finished(self, before: str) -> bool:
        """Whether the line before ends a sentence, or there is none in this part."""
        return not before or before[-1] in _FINISHED

    def line_before(self, start: int) -> str:
        """The last line with words before `start` in this part; "" where there is none."""
        floor = self.events[-1].start
        while start > floor:
            begin = max(self.text.rfind("\n", floor, start - 1) + 1, floor)
            if line := self.text[begin:start].strip().strip("*_"):
                return line
            start = begin
        return ""

    def series(self, token: _Token) -> None:
        """一是 at the start of a line opens a clause where the paper has no numbered ones."""
        if not self.stack and self.mode == "body":
            self.events.append(
                _Event(token.line, token.after, token.printed, 0, "series", "一是", self.segment)
            )

    # parts outside the numbered clauses

    def copies(self, token: _Token) -> None:
        self.open(token.mark, "抄送")
        self.mode = "copies"

    def annex(self, token: _Token) -> None:
        """附件：… announces annexes, a line 附件1 opens one, 附件所列 in a sentence neither."""
        rest = _rest_of_line(self.text, token.after)
        announced = rest.lstrip()[:1] in ("：", ":")
        titled = rest[:1] in (" ", "\u3000", ".", "．", "、") and not re.search("[，。；]", rest)
        if announced or titled or not rest.strip():
            self.begin_segment(re.sub(r"\s", "", unicodedata.normalize("NFKC", token.printed)))
            self.open(token.mark, self.annex_path)
            self.mode = "list" if announced else "body"

    def regards(self, token: _Token) -> None:
        self.open(token.mark, "落款")

    def closing(self, token: _Token) -> None:
        """A paragraph after the last clause: 本办法自公布之日起施行, 感谢您…."""
        last = self.events[-1]
        own = self.text[last.after : token.line]
        below_bare_heading = "。" not in own and not _NAMED_PAPER.search(own)
        if last.kind != "outside" and self.mode == "body" and not below_bare_heading:
            self.open(token.mark, "文末")

    def public(self, token: _Token) -> None:
        """（此件公开发布） ends what comes before the paper itself."""
        self.signature_ends(token.after)

    def undated(self, token: _Token) -> None:
        """年 月 日 whose digits were lost ends a signature all the same."""
        self.signature_ends(token.after)

    def signed(self, token: _Token) -> None:
        """A line that ends with a day: the signature, from its first signer on."""
        if self.events[-1].path not in ("落款", "抄送"):
            start = self.first_signer(token.line)
            if not self.text[start : token.mark].strip():
                return  # a day, and nobody who signs
            self.open(start + _indent(self.text[start : token.mark]), "落款")
        if self.events[-1].path == "落款":
            self.signature_ends(token.after)

    def first_signer(self, line: int) -> int:
        """Where the lines of names above `line` start; `line` where there are none."""
        start = position = line
        floor = self.events[-1].start - (self.events[-1].kind == "after")
        while position > floor and line - position < 500:
            begin = self.text.rfind("\n", 0, position - 1) + 1
            words = self.text[begin:position].strip()
            if begin <= floor or len(words) > 30 or _NOT_A_SIGNER.search(words):
                break
            if words:
                start = begin
            position = begin
        return start

    def signature_ends(self, end: int) -> None:
        """What follows a signature is the paper it sends, unless it is 抄送, 附件 or nothing."""
        following = ""
        for line in _LINE.finditer(self.text, end):
            following = line[0].strip()
            if following and not re.match(r"[（(](?:此件|联系)|联系", following):
                break
            if following:
                end = line.start() + len(line[0].rstrip())
                following = ""
        self.skip_until = end
        if following and not re.match("抄送|抄报|分送|附|.*印发$", following):
            self.begin_segment("")
            self.open(end, "前言")

    def contents(self, token: _Token) -> None:
        """目录 opens a part where its entries stand again below; `contents_of` finds that place."""
        if token.line == self.contents_at:
            self.open(token.mark, "目录")
            self.skip_until = self.contents_until

    def contents_of(self, tokens: list[_Token]) -> None:
        """Where the first table of contents stands, and where its first entry stands again."""
        kinds = [token.kind for token in tokens]
        if "contents" not in kinds:
            return
        index = kinds.index("contents")
        entries = [token for token in tokens[index:] if token.kind == "numbered"]
        first = self.entry(entries[0]) if entries else ""
        again = [token.line for token in entries[1:] if self.entry(token) == first]
        if again:
            self.contents_at, self.contents_until = tokens[index].line, again[0]

    def entry(self, token: _Token) -> str:
        words = token.printed + _rest_of_line(self.text, token.after)
        return re.sub(r"[\s.…·\d]", "", words)[:12]


def _tokens(text: str) -> Iterator[_Token]:
    return (_token(match) for match in _TOKEN.finditer(text))


def _token(match: re.Match[str]) -> _Token:
    group = str(match.lastgroup)
    kind = "numbered" if group[1:].isdigit() else group
    family = _family(group) if kind == "numbered" else _FAMILY_OF.get(kind, "")
    return _Token(kind, family, match.start(), match.start(group), match.end(group), match[group])


def _lists_marks(text: str, token: _Token) -> bool:
    """Whether a mark is one of several that are spoken of; 一、第六条修改为 is not."""
    listed = _LIST_OF_MARKS.match(text, token.after)
    return listed is not None and not (token.family == "一、" and listed[0].startswith("第"))


def _family(group: str) -> str:
    return FAMILIES[int(group[1:])].name


def _printed(token: _Token) -> str:
    """The mark as it stands in a path: full-width brackets, half-width digits, no stop."""
    if token.family == "①":
        return token.printed
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", token.printed)).rstrip(".、")
    return plain.replace("(", "（").replace(")", "）")


def _join(parent: _Open | None, printed: str, family: str) -> str:
    """四 + （一） → 四、（一）; 第三条 + （一） → 第三条（一）; 附件1 + 一 → 附件1·一."""
    if parent is None:
        return printed
    if family == "问":
        return f"{parent.path}·{printed}"
    if parent.family == "一、":
        return f"{parent.path}、{printed}"
    divisions = parent.family in _DIVISIONS and family in _DIVISIONS
    named = parent.family in (*_DIVISIONS, "条", "附件", "#", "问")
    dot = "·" if named and not divisions and not printed.startswith("（") else ""
    return f"{parent.path}{dot}{printed}"


def _rest_of_line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _indent(words: str) -> int:
    return len(words) - len(words.lstrip())


def _title(text: str) -> tuple[int, bool]:
    """Where the title block ends (0 where there is none), and whether it is a notice's (通知)."""
    notice, unclosed, seen, first_end = False, "", 0, 0
    for line in _LINE.finditer(text):
        words = line[0].strip(" \t\u3000\xa0\x0b\x0c\r\n\ufeff")
        if not words:
            continue
        within_brackets = unclosed and re.search("[》）)]", words)
        if not within_brackets and _opens_body(text, line.start(), words, first=seen == 0):
            return line.start(), notice
        seen += 1
        first_end = first_end or line.end()
        if seen > 30:  # no title is that long: a list, a table, a form
            return first_end, notice
        notice = notice or re.sub(r"\s", "", words).endswith("通知")
        unclosed = _BRACKETED.sub("", unclosed + words)
        unclosed = unclosed if re.search("[《（(]", unclosed) and len(unclosed) < 200 else ""
    return len(text), notice


def _opens_body(text: str, start: int, words: str, *, first: bool) -> bool:
    """Whether a line is the first one below the title block."""
    if match := _TOKEN.match(text, start):
        token = _token(match)
        if token.kind == "numbered":
            return not _lists_marks(text, token)
        if token.kind == "words":
            return not first and words.startswith("##")
        if token.kind == "bare":
            return not first and bool(re.search(rf"(?m)^{_BLANK}*{token.printed}\.1\D", text))
        if token.kind in ("series", "lost", "copies", "contents", "regards", "asked", "table"):
            return not first
    bare = _BRACKETED.sub("", words)
    if re.search("[。；！？]", bare) or bare.endswith(("：", ":")):
        return True
    return not first and ("，" in bare or _BODY_OPENING.match(bare) is not None)


def _tidy(text: str, events: list[_Event]) -> list[_Event]:
    """Take back what turned out to be no part, and name what depends on the whole paper."""
    numbered = {event.segment for event in events if event.kind == "numbered"}
    last_clause = {event.segment: event.start for event in events if event.kind != "outside"}
    kept: list[_Event] = []
    for event, following in zip(events, [*events[1:], None], strict=True):
        end = len(text) if following is None else following.start
        blank = event.kind == "outside" and not text[event.start : end].strip()
        series = event.kind == "series" and event.segment in numbered
        blank = blank or (event.kind == "after" and not text[event.start : end].strip())
        interrupted = event.path == "文末" and event.start < last_clause.get(event.segment, 0)
        if not (blank or series or interrupted):
            if event.path == "前言" and event.segment not in last_clause:
                event = replace(event, path="正文")
            kept.append(event)
    first = kept[0] if kept else _Event(0, 0, "正文")
    kept[:1] = [replace(first, start=0)]
    return _cut_series(text, _within_notice(_after_items(text, kept)))


def _after_items(text: str, events: list[_Event]) -> list[_Event]:
    """A paragraph below an article's last item is the article's: （二）…。 前款所列情形，…."""
    result: list[_Event] = []
    ends = [event.start for event in events[1:]] + [len(text)]
    host = before = None
    for event, end in zip(events, ends, strict=True):
        result.append(event)
        if event.kind not in ("item", "after"):
            host, before = event, None
        elif event.family == "（一）" and host is not None and host.family == "条":
            if before is not None and before.endswith(("；", ";")):
                own = text[event.after : end]
                paragraph = _NEXT_PARAGRAPH.match(own)
                if paragraph is not None:
                    start = event.after + paragraph.end()
                    result.append(replace(host, start=start, after=start, kind="after", family=""))
            before = text[event.after : end].rstrip()
    return result


def _within_notice(events: list[_Event]) -> list[_Event]:
    """A notice's own clauses are called 通知·一 where the paper that it sends has clauses too."""
    sent = [event.segment for event in events if event.path == "前言" and event.segment > 0]
    if not sent or all(event.path != "通知" for event in events):
        return events
    return [
        replace(event, path=f"通知·{event.path}", level=event.level + 1)
        if event.kind != "outside" and event.segment == 0
        else event
        for event in events
    ]


def _cut_series(text: str, events: list[_Event]) -> list[_Event]:
    """In a paper of 一是 … 二是 …, cut at every mark and at what opens a second series."""
    result: list[_Event] = []
    ends = [event.start for event in events[1:]] + [len(text)]
    for is_series, run in groupby(
        zip(events, ends, strict=True), key=lambda pair: pair[0].kind == "series"
    ):
        pairs = list(run)
        if not is_series:
            result += [event for event, _ in pairs]
            continue
        model = pairs[0][0]
        for start, after, path in _series(text, model.start, pairs[-1][1]):
            family = "一是" if path.endswith("是") else ""
            result.append(
                replace(
                    model, start=start, after=after, path=path, level=path.count("·"), family=family
                )
            )
    return result


def _items(text: str, clause: Clause, after: int) -> tuple[Clause, ...]:
    """The clause cut at 一是, 二是 …; () where there are not at least two of them."""
    if text.find("二是", after, clause.end) < 0:
        return ()
    cuts = _series(text, after, clause.end)
    if len(cuts) < 2:
        return ()
    items = [replace(clause, end=cuts[0][0])]
    ends = [start for start, _, _ in cuts[1:]] + [clause.end]
    for (start, own, path), end in zip(cuts, ends, strict=True):
        family = "一是" if path.endswith("是") else ""
        event = _Event(start, own, f"{clause.path}·{path}", clause.level + 1, "series", family)
        items.append(Clause(event.path, start, end, _heading(text, event, end), event.level))
    return tuple(items)


def _series(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Where text[start:end] is to be cut: (start, where its words begin, 一是 or 下一步·一是).

    A series goes on as long as its numbers do. A second one is told from the first by the words
    that open its paragraph (下一步，…一是…); a 一是 elsewhere is inside the item that it stands in.
    """
    cuts: list[tuple[int, int, str]] = []
    label, last = "", 0
    for line in _LINE.finditer(text, start, end):
        begin = line.start() + _indent(line[0])
        before_line = _char_before(text, line.start(), start)
        finished = not before_line or before_line in _FINISHED | _CLOSERS
        if cuts and finished and (found := _NEXT_STEP.match(text, begin)):
            label, last = found[0], 0
            cuts.append((line.start(), found.end(), label))
        opened = False
        for mark in _SERIES.finditer(text, line.start(), line.end()):
            number = number_of(mark[0])
            at_start = not text[line.start() : mark.start()].strip(" \t\u3000\r*#")
            before = _char_before(text, mark.start(), start)
            if before and before not in _SERIES_FOLLOWS:
                continue
            if number == 1 and last and not opened and not at_start and finished:
                phrase = _PHRASE.match(text, begin)
                if phrase is None:
                    continue
                label, last = phrase[0], 0
                cuts.append((line.start(), phrase.end(), label))
            if last < number <= last + 2 or (at_start and number == 1):
                cut = line.start() if at_start else mark.start()
                cuts.append((cut, mark.end(), f"{label}·{mark[0]}" if label else mark[0]))
                last, opened = number, True
    return cuts


def _char_before(text: str, position: int, floor: int) -> str:
    """The last character before `position` that is not blank; "" where `floor` comes first."""
    return text[max(floor, position - 200) : position].rstrip()[-1:]


def _heading(text: str, event: _Event, end: int) -> str:
    """The words of a part's heading: a short first sentence, or a first line without a stop."""
    if not event.family:
        return ""
    own = text[event.after : min(end, event.after + 200)]
    if event.family == "#":
        return event.path.rpartition("·")[2]
    if event.family == "条":
        named = re.match(rf"{_BLANK}*[【（(]([^】）)\n]{{2,20}})[】）)]", own)
        return _compact(named[1]) if named else ""
    stop = re.search("[。：；！？]", own)
    first_line = _compact(own.lstrip().partition("\n")[0])
    if stop is None and end - event.after <= 200:
        whole = _compact(own)
        return whole if len(whole) <= 80 and len(first_line) >= 15 else first_line
    sentence = _compact(own[: stop.start()]) if stop else ""
    alone = stop is not None and not text[event.after + stop.end() : end].strip()
    if event.family in (*_DIVISIONS, "一、") and not re.search("[。：；]", first_line):
        return first_line if len(first_line) <= 80 else ""
    if stop is not None and stop[0] in "。：" and len(sentence) <= (80 if alone else 30):
        return sentence
    return ""


def _compact(words: str) -> str:
    return re.sub(r"[\s*#_]+", "", words)
