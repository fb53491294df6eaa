"""ZIP archives of papers: their members, one by one, none ever written to the disk.

In:  an archive's bytes.
Out: members with the names that people gave them and their bytes, or why a member was refused;
     one bad member does not stop the others (tests/ingest/read/test_archive.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.read.base import Limits, ReadError
from ingest.read.kinds import Kind, kind_of
from ingest.read.packages import Budget, Package

_IGNORED = re.compile(r"(?:^|/)(?:__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name with the archives that it lies in (a.zip!b.docx), and its
    bytes, or the problem that kept them."""

    name: str
    data: bytes = b""
    problem: str = ""


def members(data: bytes, name: str, limits: Limits) -> Iterator[Member]:
    """The files in the archive, those of archives inside it too.

    An archive that cannot be opened is one Member with a problem.
    """
    yield from _members(data, name, limits, Budget(limits), 1)


def _members(
    data: bytes, name: str, limits: Limits, budget: Budget, depth: int
) -> Iterator[Member]:
    try:
        limits.check("nesting", depth, "压缩包的层数")
        package = Package(data, limits, budget)
    except ReadError as error:
        yield Member(name, problem=str(error))
        return
    for entry in package.names():
        shown = package.shown_name(entry).replace("\\", "/")
        if _IGNORED.search(shown.replace("../", "")):
            continue
        full = f"{name}!{shown}"
        if ".." in PurePosixPath(shown).parts or shown.startswith("/") or _DRIVE.match(shown):
            yield Member(
                full, problem="压缩包内的文件名指向包外，未读入；应去掉其中的 .. 和盘符后重新打包"
            )
            continue
        if package.is_link(entry):
            yield Member(full, problem="压缩包内是指向别处的链接，没有跟随；应放入文件本身")
            continue
        try:
            content = package.read(entry)
        except ReadError as error:
            yield Member(full, problem=str(error))
            if budget.spent:
                return
            continue
        if kind_of(content, shown) is Kind.ZIP:
            yield from _members(content, full, limits, budget, depth + 1)
        else:
            yield Member(full, content)
