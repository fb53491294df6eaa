"""Take files into the corpus: read, split, listed, with versions, whatever some of them are.

In:  files, folders and ZIPs, and the corpus folder.
Out: per file an `Outcome`, and in the corpus the stored text (documents/), where each of its
     characters was read (documents/*.origins.json), the file as it came (originals/) and an entry
     in the list (sources/ID.yaml). The same files again change nothing
     (tests/ingest/test_intake.py). The index is built afterwards, by `ingest.build`.

A file is known by where it came from: with other words in it, it is a new version, and the old one
stays. A document whose file is gone from a folder that is taken in again is withdrawn. Nothing is
ever deleted here, and nothing is half-written: an entry is written last, in one step.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from ingest.clauses import number_of
from ingest.datafiles import read_data
from ingest.describe import Description, describe
from ingest.divisions import read_divisions
from ingest.document import Dates, Document, Repeal, StatusFinding
from ingest.metadata import status
from ingest.read import Kind, Limits, Origin, ReadError, Reading, kind_of
from ingest.read.apart import Reader
from ingest.read.archive import Member, members
from ingest.sources import (
    FOLDER,
    LIST,
    Entry,
    SourceError,
    bare_name,
    document_of,
    each_entry,
    load_versions,
    parts_of,
    with_repeals,
)

TEXTS = "documents"
ORIGINALS = "originals"
_NEW_LIST = "# 文件清单，由人核对；由程序读入的文件另见 sources 文件夹，一份文件一个清单。\n[]\n"
_HEAD = "# 由 policy-assistant ingest 读入，请核对；更正后再建立索引。新版本写在后面，旧的保留。\n"
_SPECIAL = "不是普通文件（管道、设备等），应为文件或文件夹"
_GENERIC = 10  # characters; shorter titles (通知) do not tell papers apart


class IntakeError(Exception):
    """Nothing can be taken in. The message is Chinese and says what would be right."""


class Result(StrEnum):
    """What became of a file."""

    ADDED = "新增"
    NEW_VERSION = "新版本"
    RESTORED = "恢复"
    UNCHANGED = "没有变化"
    DUPLICATE = "重复"
    WITHDRAWN = "撤下"
    FAILED = "未读入"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    name          the file as it was given; one in a ZIP as a.zip!b.docx
    document_id   the document that it is or was; None where there is none
    clauses       number of clauses, items counted
    status        the legal status on the day of the intake
    damage        number of damaged places
    needs_person  what a person should look at, one Chinese sentence each
    problem       why it was not read, one Chinese line; "" otherwise
    """

    name: str
    result: Result
    document_id: str | None = None
    title: str = ""
    version: int = 0
    clauses: int = 0
    status: StatusFinding | None = None
    damage: int = 0
    needs_person: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of all files, in order."""

    outcomes: tuple[Outcome, ...]

    @property
    def changed(self) -> bool:
        """Whether the corpus is another one now, so that the index is to be built."""
        kept = (Result.UNCHANGED, Result.DUPLICATE, Result.FAILED)
        return any(outcome.result not in kept for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The files that were not read."""
        return tuple(each for each in self.outcomes if each.result is Result.FAILED)


Progress = Callable[[int, int, Outcome], None]


def take_in(
    paths: Sequence[Path],
    corpus: Path,
    *,
    today: date,
    limits: Limits | None = None,
    replaces: str | None = None,
    home: Path | None = None,
    progress: Progress | None = None,
) -> IntakeReport:
    """Take files, folders and ZIPs into the corpus.

    today     the day that statuses are told for and withdrawals are dated with
    replaces  the id of the document that the one file given is a new version of
    home      where what the corpus' list says is kept, to spare reading it again
    progress  called after each file with how many are done, how many there are (those in ZIPs
              count when they are reached), and the outcome

    A file that cannot be read is an outcome with a problem; the others go on. Raises IntakeError
    where another intake runs or the arguments make no sense, SourceError where the corpus' list is
    wrong.
    """
    limits = limits or Limits()
    if not paths:
        raise IntakeError("没有写明要读入的文件或文件夹")
    one_file = len(paths) == 1 and paths[0].is_file() and paths[0].suffix.lower() != ".zip"
    if replaces is not None and not one_file:
        raise IntakeError("要替换一份文件时，应只给一个文件，且不是压缩包")
    outcomes: list[Outcome] = []
    with _only_intake(corpus), Reader(limits) as reader:
        shelf = _Shelf(corpus, today, reader, replaces, home)
        files, missing = _files(paths, corpus)
        total = len(files) + len(missing)

        def tell(outcome: Outcome) -> None:
            outcomes.append(outcome)
            if progress is not None:
                progress(len(outcomes), total, outcome)

        for outcome in missing:
            tell(outcome)
        for path in files:
            total -= 1
            for member in _opened(path, limits):
                outcome = _failed(member) if member.problem else _taken(shelf, member)
                total = max(total, len(outcomes)) + 1
                tell(outcome)
        for outcome in shelf.withdraw_missing(paths, files):
            total += 1
            tell(outcome)
        return IntakeReport(tuple(shelf.settled(outcomes)))


def _taken(shelf: _Shelf, member: Member) -> Outcome:
    """What became of a file; what goes wrong with one is its line, and the others go on."""
    try:
        return shelf.take(member)
    except SourceError as error:
        problem = str(error)
    except OSError as error:
        problem = f"语料文件夹写不了（{error.strerror}），应有空间和写入权限；这份文件没有存下"
    except Exception as error:  # our own fault with one paper must not keep the others out
        problem = f"整理时程序出错（{type(error).__name__}），未读入；请报告此问题"
    return Outcome(member.name, Result.FAILED, problem=problem)


def withdraw(corpus: Path, document_id: str, *, today: date) -> Outcome:
    """Take one document out of what is served; its texts stay. IntakeError where there is none."""
    with _only_intake(corpus), Reader() as reader:
        return _Shelf(corpus, today, reader).withdraw(document_id)


def load_origins(corpus: Path, entry: Entry) -> tuple[Origin, ...]:
    """Where a version's text was read; () where that is not kept, as for texts put in by hand."""
    name = entry.row.get("origins")
    if not isinstance(name, str):
        return ()
    rows = json.loads((corpus / name).read_text(encoding="utf-8"))
    return tuple(
        Origin(start, end, page, (box[0], box[1], box[2], box[3]) if box else None, part)
        for start, end, page, box, part in rows
    )


# which files there are


def _files(paths: Sequence[Path], corpus: Path) -> tuple[list[Path], list[Outcome]]:
    """The files at the paths, absolute, each once; and what is wrong with the other paths."""
    files: dict[Path, None] = {}
    missing: list[Outcome] = []
    inside = corpus.resolve()
    for given in paths:
        path = given.resolve()
        if path == inside or path.is_relative_to(inside):
            problem = "路径在语料文件夹之内；应把要读入的文件放在别处"
            missing.append(Outcome(str(given), Result.FAILED, problem=problem))
        elif path.is_dir():
            found = False
            for each, problem in _walk(path):
                if each.is_relative_to(inside):
                    continue
                found = True
                if problem:
                    missing.append(Outcome(_name(each), Result.FAILED, problem=problem))
                else:
                    files[each] = None
            if not found:
                problem = "文件夹里没有文件，什么也没有改动"
                missing.append(Outcome(str(given), Result.FAILED, problem=problem))
        elif path.is_file():
            files[path] = None
        else:
            problem = _SPECIAL if path.exists() else "没有这个文件或文件夹"
            missing.append(Outcome(str(given), Result.FAILED, problem=problem))
    return list(files), missing


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """What lies below a folder, sorted, each with why it is not opened; "" for a file that is.

    Hidden files and what Word and Windows leave behind are left out.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield folder, f"文件夹打不开（{error.strerror}），应有读取权限"
        return
    for path in paths:
        if path.name.startswith((".", "~$")) or path.name.lower() in ("thumbs.db", "desktop.ini"):
            continue
        if path.is_symlink():
            yield path, "是指向别处的链接，没有跟随；应放入文件本身"
        elif path.is_dir():
            yield from _walk(path)
        else:
            yield path, "" if path.is_file() else _SPECIAL


def _opened(path: Path, limits: Limits) -> Iterator[Member]:
    """The file, or the files in it where it is a ZIP."""
    name = _name(path)
    try:
        with path.open("rb") as file:
            data = file.read(limits.unzipped_bytes + 1)
        limits.check("unzipped_bytes", len(data), "文件字节数")
    except ReadError as error:
        yield Member(name, problem=str(error))
        return
    except OSError as error:
        yield Member(name, problem=f"文件打不开（{error.strerror}），应有读取权限")
        return
    if data and kind_of(data, path.name) is Kind.ZIP:
        yield from members(data, name, limits)
    else:
        yield Member(name, data)


def _name(path: Path) -> str:
    """The path as text that any file can hold: names from old Windows ZIPs are GBK on disk."""
    raw = os.fsencode(path.as_posix())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _failed(member: Member) -> Outcome:
    return Outcome(member.name, Result.FAILED, problem=member.problem)


# what the corpus has


@dataclass(slots=True)
class _Known:
    """A document of the corpus, as far as files are compared with it; the rest stays on disk.

    version     the last one, a withdrawal counts as one
    served      whether the document has not been withdrawn
    taken_from  where its last text came from; "" for texts put in by hand
    digest      of the file that it came in
    text        the digest of its text
    paper       what another file of this paper would have in common with it; "" for nothing
    names       its title and 文号, as another paper may name it
    ends        what the papers that it repeals are compared by
    """

    version: int = 0
    served: bool = False
    with_measures: bool = True
    taken_from: str = ""
    digest: str = ""
    text: str = ""
    paper: str = ""
    names: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def note(self, entry: Entry) -> None:
        """Go on to the next version."""
        self.version = entry.version
        self.served = not entry.withdrawn
        self.with_measures = entry.with_measures
        if self.served:
            self.taken_from = str(entry.row.get("taken_from") or "")
            self.text = str(entry.row["sha256"])
            self.digest = str(entry.row.get("original_sha256") or self.text)
            self.paper = _paper(entry.row.get("number"), str(entry.row["title"]))
            self.names = tuple(_names(entry.row.get("title"), entry.row.get("number")))
            self.ends = tuple(
                name
                for each in entry.row.get("repeals") or ()
                for name in _names(each.get("title"), each.get("number"))
            )

    @property
    def gone(self) -> bool:
        """Whether the file that it was read from is no longer there."""
        file = self.taken_from.partition("!")[0]
        return bool(file) and not Path(file).exists()


class _Shelf:
    """The corpus, while files are put into it."""

    def __init__(
        self,
        corpus: Path,
        today: date,
        reader: Reader,
        replaces: str | None = None,
        home: Path | None = None,
    ) -> None:
        self.corpus = corpus
        self.today = today
        self.reader = reader
        self.known: dict[str, _Known] = {}
        self.by_origin: dict[str, str] = {}
        self.by_digest: dict[str, str] = {}
        self.by_paper: dict[str, str] = {}
        self.by_text: dict[str, str] = {}
        last: dict[str, Entry] = {}  # of the documents that are not served, or not wholly
        for entry in each_entry(corpus, home):
            self.know(entry)
            last.pop(entry.id, None)
            if not entry.with_measures:
                last[entry.id] = entry
        if replaces is not None and replaces not in self.known:
            raise IntakeError(f"没有编号为 {replaces} 的文件，不能替换")
        self.replaces = replaces
        self.seen: set[str] = set()
        self.divisions = read_divisions(corpus)
        self.quotes = _quotes(corpus, last.values())

    def take(self, member: Member) -> Outcome:
        """Put one file on the shelf."""
        digest = hashlib.sha256(member.data).hexdigest()
        known = self.replaces or self.by_origin.get(member.name)
        same = self.by_digest.get(digest)
        if known is None and same is not None:
            known = same
        if known is not None and self.known[known].digest == digest:
            first = known not in self.seen
            self.seen.add(known)
            if not self.known[known].served:
                return self.restore(member.name, known)
            document = self.document(known)
            if not first:
                return self.duplicate(member.name, known, document.text)
            return self.outcome(member.name, Result.UNCHANGED, document)
        try:
            reading = self.reader.read(member.data, member.name.rpartition("/")[2])
        except ReadError as error:
            if known is not None:  # its file is there, though it cannot be read now
                self.seen.add(known)
            return Outcome(member.name, Result.FAILED, known, problem=str(error))
        return self.file(member, digest, reading, known)

    def file(self, member: Member, digest: str, reading: Reading, known: str | None) -> Outcome:
        """Decide what a file that was read is: new, a new version, or one that is there."""
        clauses, _ = parts_of(reading.text)
        stem = re.split(r"[/!]", member.name)[-1].rpartition(".")[0] or member.name
        about = describe(reading.text, clauses, reading.facts, stem, self.divisions)
        if known is None:
            known = self.by_text.get(_digest(reading.text)) or self.by_paper.get(
                _paper(about.number, about.title)
            )
            if known is not None and self.known[known].served and not self.known[known].gone:
                return self.duplicate(member.name, known, reading.text)
        if known is not None:
            self.seen.add(known)
            if self.known[known].served and self.document(known).text == reading.text:
                return self.outcome(member.name, Result.UNCHANGED, self.document(known))
        return self.add(member, digest, reading, about, known)

    def duplicate(self, name: str, known: str, text: str) -> Outcome:
        """Say that a file is a document that is there already, and stays as it is."""
        self.seen.add(known)
        document = self.document(known)
        if _bare(document.text) == _bare(text):
            line = f"与已有的 {known} 文字相同，未另收。"
        else:
            line = f"与已有的 {known} 标题、文号相同而文字不同，未读入；应核对是否为新版本。"
        return _with(self.outcome(name, Result.DUPLICATE, document), (line,))

    def add(
        self,
        member: Member,
        digest: str,
        reading: Reading,
        about: Description,
        known: str | None,
    ) -> Outcome:
        """Write a version of a document: text, origins, the file as it came, the entry."""
        identity = known or self.new_id(about)
        version = self.known[identity].version + 1 if known else 1
        stem = f"{identity}.v{version}"
        text = reading.text.encode("utf-8")
        row: dict[str, Any] = {"id": identity}
        if version > 1:
            row["version"] = version
        row |= _described(about, self.last(identity).row if known else {})
        row |= {
            "file": f"{TEXTS}/{stem}{reading.suffix}",
            "sha256": _digest(reading.text),
            "original_sha256": digest,
            "taken_from": member.name,
            "origins": f"{TEXTS}/{stem}.origins.json",
        }
        waiting = known is not None and self.measures_wait(known, reading.text)
        if waiting:
            row["measures"] = False
        if reading.notes:
            row["notes"] = list(reading.notes)
        if text != member.data:
            suffix = Path(member.name.rpartition("!")[2]).suffix.lower()
            suffix = suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ".bin"
            row["original"] = f"{ORIGINALS}/{stem}{suffix}"
        entry = Entry(identity, version, row, member.name)
        written = {row["file"]: text, row["origins"]: _encoded(reading.origins)}
        if "original" in row:
            written[row["original"]] = member.data
        try:
            _write_at_once({self.corpus / name: content for name, content in written.items()})
            document = document_of(self.corpus, entry)
            self.enter(entry)
        except BaseException:
            for name in written:
                (self.corpus / name).unlink(missing_ok=True)
            raise
        self.seen.add(identity)
        lines = [*reading.remarks, *(about.doubts if known is None else ())]
        if about.repeals:
            ended = "、".join(
                f"《{each.title}》" if each.title else str(each.number) for each in about.repeals
            )
            lines.append(f"载明废止{ended}；语料里有的，自本文件施行之日起按已废止对待。")
        if waiting:
            lines.append(
                f"正文变了，据以整理的措施先停用；核对后把 {FOLDER}/{identity}.yaml 里的 "
                "measures 改为 true。"
            )
        result = Result.NEW_VERSION if known else Result.ADDED
        return _with(self.outcome(member.name, result, document), tuple(lines))

    def restore(self, name: str, identity: str) -> Outcome:
        """Serve a withdrawn document again, as it was."""
        version = self.known[identity].version + 1
        row = {**self.last(identity).row, "version": version, "taken_from": name}
        entry = Entry(identity, version, row, name)
        document = document_of(self.corpus, entry)
        self.enter(entry)
        return self.outcome(name, Result.RESTORED, document)

    def withdraw(self, identity: str) -> Outcome:
        """Take a document out of what is served."""
        known = self.known.get(identity)
        if known is None or not known.served:
            raise IntakeError(f"没有编号为 {identity} 的文件，或已经撤下")
        document = self.document(identity)
        version = known.version + 1
        row = {"id": identity, "version": version, "withdrawn": self.today.isoformat()}
        self.enter(Entry(identity, version, row, known.taken_from))
        name = known.taken_from or document.file
        return self.outcome(name, Result.WITHDRAWN, document)

    def withdraw_missing(self, paths: Sequence[Path], files: Sequence[Path]) -> Iterator[Outcome]:
        """Withdraw what came from a given folder or ZIP and is no longer there."""
        there = {_name(path) for path in files}
        folders = [
            f"{_name(path.resolve())}/"
            for path in paths
            if path.is_dir() and any(file.is_relative_to(path.resolve()) for file in files)
        ]
        for identity, known in list(self.known.items()):
            if not known.served or not known.taken_from or identity in self.seen:
                continue
            file, _, inside = known.taken_from.partition("!")
            in_folder = known.gone and any(file.startswith(folder) for folder in folders)
            in_zip = bool(inside) and file in there
            if in_folder or in_zip:
                yield self.withdraw(identity)

    def settled(self, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
        """The outcomes, a document that another one of the corpus has ended told as such."""
        told = {
            outcome.document_id: self.known[outcome.document_id]
            for outcome in outcomes
            if outcome.status and outcome.document_id
        }
        names = {name for known in told.values() for name in known.names}
        ending = {
            identity: known
            for identity, known in self.known.items()
            if known.served and not names.isdisjoint(known.ends)
        }
        ended = {name for known in ending.values() for name in known.ends}
        concerned = [identity for identity, k in told.items() if not ended.isdisjoint(k.names)]
        there = {identity: self.document(identity) for identity in (*ending, *concerned)}
        judged = {
            document.id: status(document, self.today)
            for document in with_repeals(list(there.values()))
            if document.repealed
        }
        for outcome in outcomes:
            found = judged.get(outcome.document_id or "")
            yield replace(outcome, status=found) if outcome.status and found else outcome

    # helpers

    def enter(self, entry: Entry) -> None:
        """Write the entry below the document's others, and know it from now on."""
        path = self.corpus / FOLDER / f"{entry.id}.yaml"
        before = path.read_text(encoding="utf-8").rstrip("\n") + "\n" if path.is_file() else _HEAD
        rows = [dict(entry.row)]
        added = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=10_000)
        _write(path, (before + added).encode("utf-8"))
        self.know(entry)

    def know(self, entry: Entry) -> None:
        """Know a version of a document, by all that a file may have in common with it; no longer
        by what the version before had."""
        known = self.known.setdefault(entry.id, _Known())
        for index, key in self.keys(known):
            if index.get(key) == entry.id:
                del index[key]
        known.note(entry)
        for index, key in self.keys(known):
            if key:
                index[key] = entry.id

    def keys(self, known: _Known) -> tuple[tuple[dict[str, str], str], ...]:
        """What a document is found by."""
        return (
            (self.by_origin, known.taken_from),
            (self.by_digest, known.digest),
            (self.by_text, known.text),
            (self.by_paper, known.paper),
        )

    def last(self, identity: str) -> Entry:
        """The last version of a document that has a text."""
        versions = load_versions(self.corpus, identity)
        return [entry for entry in versions if not entry.withdrawn][-1]

    def measures_wait(self, identity: str, text: str) -> bool:
        """Whether the document's measures rest on words that are gone, or wait already."""
        if not self.known[identity].with_measures:
            return True
        if not self.quotes.get(identity):
            return False
        before, now = _bare(self.document(identity).text), _bare(text)
        quotes = map(_bare, self.quotes[identity])
        return any(quote in before and quote not in now for quote in quotes)

    def document(self, identity: str) -> Document:
        """The document as it was last."""
        return document_of(self.corpus, self.last(identity))

    def outcome(self, name: str, result: Result, document: Document) -> Outcome:
        lines = list(document.notes)
        if document.damage:
            lines.append(f"文字有{len(document.damage)}处缺损或疑误。")
        return Outcome(
            name,
            result,
            document.id,
            document.title,
            self.known[document.id].version,
            sum(1 for _ in document.leaves()),
            status(document, self.today),
            len(document.damage),
            tuple(lines),
        )

    def new_id(self, about: Description) -> str:
        """An id from the 文号 (yjxgf-2024-7), else from the title's initials."""
        if about.number is not None:
            words = re.split(r"[^\u4e00-\u9fff]|第", about.number)[0]
            numbers = re.findall(r"\d+", about.number)[-2:] or [str(number_of(about.number))]
            base = "-".join([_initials(words), *(str(int(number)) for number in numbers)])
        else:
            base = _initials(about.title)[:24] or "doc"
        base = base.strip("-")
        identity, count = base, 1
        while identity in self.known or (self.corpus / FOLDER / f"{identity}.yaml").exists():
            count += 1
            identity = f"{base}-{count}"
        return identity


def _with(outcome: Outcome, lines: tuple[str, ...]) -> Outcome:
    """The outcome with further lines for a person."""
    return replace(outcome, needs_person=(*outcome.needs_person, *lines))


def _initials(words: str) -> str:
    """The first letters of the words' pinyin."""
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(words, style=Style.FIRST_LETTER, errors=lambda rest: rest)
    return re.sub(r"[^a-z0-9]", "", "".join(letters).lower())


def _paper(number: object, title: str) -> str:
    """What two files of one paper have in common; "" where that says nothing."""
    bare = _bare(title)
    return f"{number or ''}|{bare}" if len(bare) >= _GENERIC else ""


def _names(title: object, number: object) -> Iterator[str]:
    """What a title and a 文号 are compared by, where another paper names them."""
    if number:
        yield bare_name(str(number))
    if title:
        bare = bare_name(str(title))
        yield bare
        yield bare.removesuffix("试行")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _described(about: Description, before: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an entry that say what the paper is; a later version keeps what people wrote,
    but for the days, which are the new text's."""
    row: dict[str, Any] = {
        "title": about.title,
        "short_title": about.short_title,
        "number": about.number,
        "issuers": list(about.issuers),
        "region": about.region,
        "kind": about.kind.value,
    }
    row |= {key: before[key] for key in row if key in before}
    row["dates"] = _days(about.dates) or dict(before.get("dates", {}))
    if url := about.url or before.get("url"):
        row["url"] = url
    if about.repeals:
        row["repeals"] = [
            {key: value for key in ("title", "number") if (value := getattr(repeal, key))}
            for repeal in about.repeals
        ]
    if about.refers_to:
        row["refers_to"] = list(about.refers_to)
    if about.wanted:
        row["wanted"] = list(about.wanted)
    row["readings"] = [
        {
            "field": each.field,
            "value": _shown(each.value),
            "at": [each.start, each.end],
            "sure": each.sure.value,
        }
        for each in about.readings
    ]
    return row


def _shown(value: object) -> object:
    """A reading's value as the list has it."""
    if isinstance(value, Repeal):
        return value.title or value.number
    return value if isinstance(value, int) else str(value)


def _days(dates: Dates) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name in Dates.__dataclass_fields__
        if (value := getattr(dates, name)) is not None
    }


def _encoded(origins: Sequence[Origin]) -> bytes:
    rows = [[each.start, each.end, each.page, each.box, each.part] for each in origins]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _quotes(corpus: Path, last: Iterable[Entry]) -> dict[str, list[str]]:
    """The words that each document's measures rest on; `last` as for `read_data`."""
    found: dict[str, list[str]] = {}

    def collect(value: Any, into: list[str]) -> None:
        match value:
            case dict():
                for key, item in value.items():
                    if key == "quote" and isinstance(item, str):
                        into.append(item)
                    collect(item, into)
            case list():
                for item in value:
                    collect(item, into)

    for value in read_data(corpus, last=last).values():
        if isinstance(value, dict) and isinstance(value.get("document"), str):
            collect(value, found.setdefault(value["document"], []))
    return found


def _write_at_once(files: Mapping[Path, bytes]) -> None:
    """Write files side by side: each waits for the disk, which takes them together."""
    with ThreadPoolExecutor(len(files)) as pool:
        for written in [pool.submit(_write, path, content) for path, content in files.items()]:
            written.result()


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def _only_intake(corpus: Path) -> Iterator[None]:
    """Keep other intakes out of the corpus, and begin its list where there is none."""
    try:
        corpus.mkdir(parents=True, exist_ok=True)
        lock = (corpus / ".intake.lock").open("a+")
    except OSError as error:
        raise IntakeError(f"语料文件夹 {corpus} 写不了（{error.strerror}）") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IntakeError(f"另一个进程正在往 {corpus} 读入文件，请等它结束") from None
        if not (corpus / LIST).is_file():
            _write(corpus / LIST, _NEW_LIST.encode("utf-8"))
        yield
