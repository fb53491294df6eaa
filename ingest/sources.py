"""The corpus' list of documents, read strictly.

In:  the corpus folder: `sources.yaml`, kept by people; `sources/ID.yaml`, one file per document
     that `ingest.intake` took in; and the texts that they name.
Out: Documents in the list's order, split into clauses, with their damage. Anything amiss (an
     unknown key, a file that changed, a day that is none) is a SourceError that names file, key,
     value and what would be right (tests/ingest/test_sources.py).

An id may be listed several times with growing `version`: the last one holds, the others are kept
for good. A version that is {id, version, withdrawn} takes the document out of what is served.
A document that another one ends (repeals) is told so; so a paper put in changes another's status.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.cache import Parse, remembering
from ingest.clauses import split
from ingest.damage import find_damage
from ingest.document import Clause, Damage, Dates, Document, DocumentKind, Repeal, Repealed
from ingest.metadata import takes_effect

LIST = "sources.yaml"
FOLDER = "sources"
_REQUIRED = frozenset(
    ("id", "title", "short_title", "number", "issuers", "region", "kind", "dates", "file", "sha256")
)
_OPTIONAL = frozenset(
    (
        *("url", "notes", "version", "measures", "original", "original_sha256", "taken_from"),
        *("origins", "repeals", "refers_to", "wanted", "readings"),
    )
)
_WITHDRAWAL = frozenset(("id", "version", "withdrawn"))
_DAYS = (
    *("signed", "printed", "published", "effective", "period_from", "period_until"),
    "valid_until",
)
_COUNTS = ("effective_days_after_publication", "valid_months")
_KEPT = "cache/lists.sqlite"  # in the home
_REMEMBERED = 16  # texts and files of the list: what one paper of an intake needs again
_ENDS_NOTHING = (DocumentKind.DRAFT, DocumentKind.INTERPRETATION, DocumentKind.REPLY_LETTER)


class SourceError(Exception):
    """The list or a file of the corpus is wrong; the message is Chinese and says what is right."""


class _Loader(yaml.CSafeLoader):
    """YAML in which days stay strings, so that a day that is none can be named."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a document as the list has it; `where` names its place in errors."""

    id: str
    version: int
    row: Mapping[str, Any]
    where: str

    @property
    def withdrawn(self) -> bool:
        """Whether this version takes the document out of what is served."""
        return "withdrawn" in self.row

    @property
    def with_measures(self) -> bool:
        """Whether the reviewed measures of the document hold for this version's text."""
        return not self.withdrawn and self.row.get("measures", True) is True


def load_sources(
    corpus: Path,
    entries: Mapping[str, Sequence[Entry]] | None = None,
    known: Mapping[str, Document] | None = None,
) -> tuple[Document, ...]:
    """The documents that the list has now; SourceError at the first thing amiss.

    entries  the list where it has been read (`load_entries`)
    known    documents by the sha256 of their file, as this version of the program split them:
             an equal text is not split again
    """
    listed = load_entries(corpus) if entries is None else entries
    current = (versions[-1] for versions in listed.values())
    return told_apart(
        with_repeals(
            [document_of(corpus, entry, known) for entry in current if not entry.withdrawn]
        )
    )


def told_apart(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, those of one title each with its 文号, or else its year."""
    held = Counter(document.title for document in documents)
    return tuple(
        replace(document, apart=document.number or _year_of(document.dates))
        if held[document.title] > 1
        else document
        for document in documents
    )


def _year_of(dates: Dates) -> str:
    days = (dates.signed, dates.published, dates.printed, dates.effective)
    return next((f"{day.year}年" for day in days if day), "")


def with_repeals(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The documents, each told which of the others ends it and from which day: the one named by
    number, or by title where both are of one region."""
    by_number = {bare_name(each.number): each for each in documents if each.number}
    by_title: dict[str, list[Document]] = {}
    for each in documents:
        for title in {bare_name(each.title), bare_name(each.title).removesuffix("试行")}:
            by_title.setdefault(title, []).append(each)
    ended: dict[str, Repealed] = {}
    for document in documents:
        if document.kind in _ENDS_NOTHING:
            continue
        for repeal in document.repeals:
            others = by_title.get(bare_name(repeal.title), [])
            meant = [
                each
                for each in others
                if (each.region == document.region or repeal.title.startswith(each.region))
                and not (repeal.number and each.number)
            ]
            if repeal.number and (numbered := by_number.get(bare_name(repeal.number))):
                meant.append(numbered)
            for other in meant:
                if other.id != document.id:
                    by = (document.id, document.title, document.number)
                    ended.setdefault(other.id, Repealed(*by, takes_effect(document)))
    return tuple(
        replace(document, repealed=ended[document.id]) if document.id in ended else document
        for document in documents
    )


def bare_name(name: str) -> str:
    """The characters that tell a title or a number, whatever brackets it is printed with."""
    return re.sub(r"[^0-9\u4e00-\u9fff]", "", name)


def wanted(entries: Mapping[str, Sequence[Entry]]) -> dict[str, list[str]]:
    """What the papers name and the corpus lacks → the ids of the papers that name it.

    A paper is there where its 文号 is, or its title, unless both sides print different 文号.
    """
    current = [versions[-1] for versions in entries.values() if not versions[-1].withdrawn]
    titles: dict[str, set[str]] = {}
    for entry in current:
        number = bare_name(str(entry.row.get("number") or ""))
        titles.setdefault(bare_name(str(entry.row["title"])), set()).add(number)
    numbers = set().union(*titles.values())
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for entry in current:
        for key in ("refers_to", "wanted"):
            for name in entry.row.get(key, ()):
                title, number = _title_and_number(name)
                own = titles.get(title, set())
                alike = any(each.endswith(number) or number.endswith(each) for each in own)
                if not alike and not (number and number in numbers):
                    found.setdefault((title, number), (name, []))[1].append(entry.id)
    for title, number in [each for each in found if each[1]]:
        if bare := found.pop((title, ""), None):  # elsewhere named without its number
            ids = found[title, number][1]
            ids += [each for each in bare[1] if each not in ids]
    return dict(found.values())


def _title_and_number(name: str) -> tuple[str, str]:
    """The bare title and 文号 of 标题（文号）; "" where it has no 文号."""
    match = re.fullmatch(r"(.+?)（([^（）]*号)）", name)
    return (bare_name(match[1]), bare_name(match[2])) if match else (bare_name(name), "")


def load_version(corpus: Path, document_id: str, version: int) -> Document:
    """One version of a document, an old one too; LookupError where there is none."""
    for entry in load_versions(corpus, document_id):
        if entry.version == version and not entry.withdrawn:
            return document_of(corpus, entry)
    raise LookupError(f"{document_id} has no version {version}")


def load_versions(corpus: Path, document_id: str) -> tuple[Entry, ...]:
    """The versions of one document, oldest first, without reading the others; SourceError."""
    own = corpus / FOLDER / f"{document_id}.yaml"
    entries = tuple(_entries(own)) if own.is_file() else ()
    if not entries or entries[0].version > 1:
        entries = (*_entries(corpus / LIST), *entries)
    return tuple(entry for entry in entries if entry.id == document_id)


def load_entries(corpus: Path, home: Path | None = None) -> dict[str, tuple[Entry, ...]]:
    """The versions of each document, oldest first, by id in the list's order; SourceError.

    home  see `each_entry`
    """
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in each_entry(corpus, home):
        found[entry.id] = (*found.get(entry.id, ()), entry)
    return found


def each_entry(corpus: Path, home: Path | None = None) -> Iterator[Entry]:
    """All versions of all documents, those of one document oldest first; SourceError.

    home  where what the files of the list say is kept, to spare reading them again
    """
    last: dict[str, int] = {}
    paths = [corpus / LIST, *sorted((corpus / FOLDER).glob("*.yaml"))]
    with remembering(_parsed, home and home / _KEPT) as parsed:
        for path in paths:
            for entry in _entries(path, parsed):
                before = last.get(entry.id)
                if before is not None and path == paths[0]:
                    right = "每份文件应有自己的 id"
                    raise SourceError(f"{entry.where}：id 的值“{entry.id}”重复，{right}")
                if before is not None and entry.version <= before:
                    right = f"应大于前一版本的 {before}"
                    raise SourceError(f"{entry.where}：version 的值为“{entry.version}”，{right}")
                last[entry.id] = entry.version
                yield entry


def _entries(path: Path, parsed: Parse | None = None) -> Iterator[Entry]:
    """The rows of one file of the list."""
    try:
        rows = (parsed or _parsed)(path.read_bytes())
    except FileNotFoundError as error:
        raise SourceError(f"{path}：没有这个文件，应为列出全部文件的清单") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}：不是 UTF-8 编码，应转存为 UTF-8") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{path}：不是合法的 YAML：{error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"{path}：应为清单，每份文件一段，以“- id:”开头")
    for place, row in enumerate(rows, start=1):
        yield _Row(path.parent, f"{path}：第{place}段", row).entry()


def document_of(
    corpus: Path, entry: Entry, known: Mapping[str, Document] | None = None
) -> Document:
    """The document of one version, its text read and split; SourceError where that is wrong.

    known  see `load_sources`
    """
    return _Row(corpus, f"{entry.where}（{entry.id}）", entry.row).document(known or {})


@lru_cache(maxsize=_REMEMBERED)
def parts_of(text: str) -> tuple[tuple[Clause, ...], tuple[Damage, ...]]:
    """A text's clauses and its damage: of a text that comes again, in an intake and the build after
    it, worked out once."""
    clauses = split(text)
    return clauses, find_damage(text, clauses)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(content: bytes) -> Any:
    """What a file of the list says; nobody changes it."""
    return yaml.load(content.decode("utf-8"), Loader=_Loader)


@lru_cache(maxsize=_REMEMBERED)
def _resolved(path: Path) -> Path:
    return path.resolve()


class _Row:
    """One entry of the list; every method raises SourceError with the entry's place and key."""

    def __init__(self, corpus: Path, where: str, row: Mapping[str, Any]) -> None:
        self.corpus = corpus
        self.where = where
        self.row = row

    def wrong(self, key: str, value: object, right: str) -> SourceError:
        shown = "空" if value is None else f"“{value}”"
        return SourceError(f"{self.where}：{key} 的值为{shown}，{right}")

    def entry(self) -> Entry:
        """The row as a version of a document, its keys checked."""
        if "withdrawn" in self.row:
            self.check_keys(self.row, _WITHDRAWAL, frozenset(), "")
            if self.day("withdrawn", self.row["withdrawn"]) is None:
                raise self.wrong("withdrawn", None, "应为撤下的日期，写作 2024-02-21")
        else:
            self.check_keys(self.row, _REQUIRED, _OPTIONAL, "")
        version = self.row.get("version", 1)
        if not isinstance(version, int) or version < 1:
            raise self.wrong("version", version, "应为从 1 起的整数")
        return Entry(self.identity(), version, self.row, self.where)

    def document(self, known: Mapping[str, Document]) -> Document:
        """The document of this version, its text read and split."""
        if not isinstance(self.row.get("measures", True), bool):
            raise self.wrong("measures", self.row["measures"], "应为 true 或 false")
        identity = self.identity()
        file, data = self.file()
        digest = hashlib.sha256(data).hexdigest()
        if (same := known.get(digest)) is not None:
            text, clauses, damage = same.text, same.clauses, same.damage
        else:
            text = self.text(file, data)
            clauses, damage = parts_of(text)
        for key in ("refers_to", "wanted"):
            self.list_of_words(key)
        return Document(
            id=identity,
            title=self.words("title"),
            short_title=self.words("short_title"),
            number=self.words_or_none("number"),
            issuers=self.list_of_words("issuers"),
            region=self.words("region"),
            kind=self.kind(),
            dates=self.dates(),
            url=self.words_or_none("url"),
            file=file,
            sha256=digest,
            text=text,
            clauses=clauses,
            damage=damage,
            notes=self.list_of_words("notes"),
            repeals=self.repeals(text),
        )

    def repeals(self, text: str) -> tuple[Repeal, ...]:
        """What it ends; a title or number that the text does not hold is a mistake."""
        value = self.row.get("repeals", [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong("repeals", value, "应为列表，一份文件一段，写明 title 或 number")
        found = []
        for each in value:
            self.check_keys(each, frozenset(), frozenset(("title", "number")), "repeals.")
            title, number = str(each.get("title") or ""), each.get("number")
            place = _place(text, title or str(number or ""))
            if place is None:
                raise self.wrong("repeals", each, "应为正文中写明废止的文件，照正文写标题或文号")
            found.append(Repeal(title, None if number is None else str(number), *place))
        return tuple(found)

    def check_keys(
        self,
        given: Mapping[str, Any],
        required: frozenset[str],
        optional: frozenset[str],
        within: str,
    ) -> None:
        known = "、".join(sorted(required | optional))
        for key in given:
            if key not in required | optional:
                raise SourceError(f"{self.where}：没有 {within}{key} 这个键，应为 {known} 之一")
        for key in sorted(required - given.keys()):
            raise SourceError(f"{self.where}：缺少 {within}{key}，应写明；不知道的写 null 或留空表")

    def identity(self) -> str:
        value = self.row["id"]
        if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise self.wrong("id", value, "应为小写字母、数字和连字符，如 cq-jingxin-2024-7")
        return value

    def words(self, key: str) -> str:
        value = self.row[key]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, value, "应为一行文字")
        return value

    def words_or_none(self, key: str) -> str | None:
        return None if self.row.get(key) is None else self.words(key)

    def list_of_words(self, key: str) -> tuple[str, ...]:
        value = self.row.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, value, "应为文字的列表，没有则为 []")
        return tuple(value)

    def kind(self) -> DocumentKind:
        value = self.row["kind"]
        try:
            return DocumentKind(value)
        except ValueError:
            known = "、".join(DocumentKind)
            raise self.wrong("kind", value, f"应为 {known} 之一") from None

    def dates(self) -> Dates:
        value = self.row["dates"]
        if not isinstance(value, dict):
            raise self.wrong("dates", value, "应为日期的表，没有则为 {}")
        self.check_keys(value, frozenset(), frozenset((*_DAYS, *_COUNTS)), "dates.")
        days: dict[str, Any] = {key: self.day(f"dates.{key}", value.get(key)) for key in _DAYS}
        first, last = days["period_from"], days["period_until"]
        if first and last and last < first:
            raise self.wrong("dates.period_until", last, f"应不早于 period_from 的 {first}")
        days |= {key: self.count(key, value.get(key)) for key in _COUNTS}
        return Dates(**days)

    def count(self, key: str, value: object) -> int | None:
        if value is not None and (not isinstance(value, int) or not 0 <= value <= 3660):
            right = "应为天数，如 30" if key == _COUNTS[0] else "应为月数，如 60"
            raise self.wrong(f"dates.{key}", value, right)
        return value

    def day(self, key: str, value: object) -> date | None:
        if value is None:
            return None
        try:
            if not isinstance(value, str) or len(value) != len("2024-02-21"):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            raise self.wrong(key, value, "应为确有的一天，写作 2024-02-21") from None

    def file(self) -> tuple[str, bytes]:
        """The file's name and bytes; it lies inside the corpus and is what was reviewed."""
        name = self.words("file")
        path = (self.corpus / name).resolve()
        if not path.is_relative_to(_resolved(self.corpus)):
            raise self.wrong("file", name, "应在资料文件夹之内，如 documents/名称.txt")
        try:
            data = path.read_bytes()
        except OSError:
            raise self.wrong("file", name, "但没有这个文件，应为已有的文件") from None
        expected, actual = self.row["sha256"], hashlib.sha256(data).hexdigest()
        if actual != expected:
            right = f"但 {name} 的摘要是 {actual}；文件被改动过，应还原，或核对后更新此值"
            raise self.wrong("sha256", expected, right)
        return name, data

    def text(self, name: str, data: bytes) -> str:
        """The stored text: UTF-8, not one character changed."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{self.where}：文件 {name} 不是 UTF-8 编码（第{error.start + 1}字节起无法识别），"
                "应转存为 UTF-8，或用 policy-assistant ingest 读入"
            ) from error
        if not text.strip():
            raise self.wrong("file", name, "但文件是空的，应有正文")
        return text


def _place(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in the text, blanks and line breaks apart."""
    match = words and re.search(r"\s*".join(map(re.escape, words)), text)
    return match.span() if match else None
