"""The types of a document: what every other module passes around.

In:  nothing. This module imports nothing of ours.
Out: frozen values. A document's clauses, joined in order, are its text
     (tests/ingest/test_clauses.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NATION = "全国"  # the region of a paper that holds everywhere
UNKNOWN_REGION = "地区不明"  # of one that does not tell


class Status(StrEnum):
    """The legal status of a document as of a day (效力状态), in the contract's words."""

    IN_FORCE = "in_force"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EFFECTIVE_DATE_UNKNOWN = "effective_date_unknown"
    EXPIRED = "expired"
    DRAFT = "draft"
    REPLY_LETTER = "reply_letter"
    REPEALED = "repealed"


class DocumentKind(StrEnum):
    """What sort of paper it is (文种), as far as its legal weight depends on it."""

    PLAN = "plan"  # 方案、计划
    RULES = "rules"  # 办法、细则、规定、条例、法律
    OPINION = "opinion"  # 意见、若干措施
    NOTICE = "notice"  # 通知
    REPLY_LETTER = "reply_letter"  # 复函
    DRAFT = "draft"  # 征求意见稿
    INTERPRETATION = "interpretation"  # 解读、问答
    ANNOUNCEMENT = "announcement"  # 公告、公示
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a document's text: text[start:end], offsets in characters.

    path     marks as printed, from the top down: 四、（一） · 下一步·一是 · 通知
    heading  the heading's words without mark and full stop, "" where there is none
    level    0 for parts outside the numbered clauses and for chapters, 1 below a chapter, …
    items    the clause cut further at 一是 / 二是 …, and at the rows of a table; they tile
             [start, end) as well, the first one (path equal to the clause's) holds what stands
             before 一是, a later one of that path what the clause says below; () where none are
    """

    path: str
    start: int
    end: int
    heading: str = ""
    level: int = 0
    items: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where the text lost something.

    kind   digits_lost, broken_text, bad_character or misprint
    """

    kind: str
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that a document states of itself. None where it states none.

    signed         成文日期
    printed        印发日期
    published      公布日期
    effective      施行日期, where a day is stated
    effective_days_after_publication   "自公布之日起30日后施行" → 30
    period_from, period_until          the first and last day of the title's period (2024—2027年)
    valid_months   "有效期5年" → 60, counted from the day it takes effect
    valid_until    the last day, where one is stated (有效期至2027年12月31日)
    """

    signed: date | None = None
    printed: date | None = None
    published: date | None = None
    effective: date | None = None
    effective_days_after_publication: int | None = None
    period_from: date | None = None
    period_until: date | None = None
    valid_months: int | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Repeal:
    """Another paper that this one ends (同时废止), at text[start:end]; title "" where only the
    number is given."""

    title: str
    number: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Repealed:
    """That another paper of the corpus ends this one, from the day `on` (None: not known)."""

    by: str
    title: str
    number: str | None
    on: date | None


@dataclass(frozen=True, slots=True)
class Document:
    """One policy paper as published, with what is known of it.

    number   文号 as printed; None where the source has none or lost it
    region   the full name of the division whose rule it is: 重庆市
    apart    what tells it from other papers of its title: its 文号, else its year; "" of a title
             that it alone has
    text     the stored text, not one character changed
    """

    id: str
    title: str
    short_title: str
    number: str | None
    issuers: tuple[str, ...]
    region: str
    kind: DocumentKind
    dates: Dates
    url: str | None
    file: str
    sha256: str
    text: str
    clauses: tuple[Clause, ...]
    damage: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()
    repeals: tuple[Repeal, ...] = ()
    repealed: Repealed | None = None
    apart: str = ""

    def quote(self, start: int, end: int) -> str:
        """The verbatim text between two offsets."""
        return self.text[start:end]

    def leaves(self) -> Iterator[Clause]:
        """The smallest parts, in reading order; joined they are the text."""
        for clause in self.clauses:
            yield from clause.items or (clause,)

    def clause_at(self, offset: int) -> Clause:
        """The smallest part that holds the character at `offset`; LookupError outside the text."""
        for leaf in self.leaves():
            if leaf.start <= offset < leaf.end:
                return leaf
        raise LookupError(f"offset {offset} lies outside {self.id} (0 to {len(self.text)})")

    def clause(self, path: str) -> Clause:
        """The first part with this path, an item before its clause; else LookupError."""
        for clause in self.clauses:
            for item in clause.items:
                if item.path == path and path != clause.path:
                    return item
            if clause.path == path:
                return clause
        raise LookupError(f"{self.id} has no clause {path}")


@dataclass(frozen=True, slots=True)
class StatusFinding:
    """The status as of a day, with the sentence that says why and the places it rests on."""

    status: Status
    as_of: date
    reason: str
    spans: tuple[tuple[int, int], ...] = ()


def inside_quotes(title: str) -> str:
    """A title as it stands inside 《》: another paper's in it has 〈〉."""
    return title.replace("《", "〈").replace("》", "〉")
