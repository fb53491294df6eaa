"""Whether anything has changed since the last build, told without reading what has not.

In:  the files that go into a build, and what the last one noted of them in the home.
Out: what the last build made, where not one byte has changed since; a changed byte is noticed
     (tests/ingest/test_unchanged.py).

A file is taken for what it was while its size, its times, the time of its last change of state
among them, and its inode are what they were: a file that is written anew has another of these. One
that was written within the moment before it was read may be written again under the same times, so
that it is read once more the next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ingest import store
from ingest.embedding import BUILT_IN

LAST = "last-build.json"
SEEN = "cache/files.json"  # path → size, times, inode, and the digest of what was in it
_MOMENT = 2 * 10**9  # nanoseconds: the coarsest clock of a file system


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    written    False where a snapshot of the same inputs was there already
    documents  number of documents
    clauses    number of indexed clauses
    embedded   texts that were turned into vectors in this build
    tokenised  texts that were cut into tokens in this build
    reused     clauses whose vector was known: from an earlier build, or from an equal text
    wanted     what the papers name and the corpus lacks (`ingest.sources.wanted`); None where
               nothing has changed since the last build
    """

    name: str
    path: Path
    written: bool
    documents: int
    clauses: int
    embedded: int
    tokenised: int
    reused: int
    seconds: float
    wanted: Mapping[str, Sequence[str]] | None


def raw_digest(
    corpus: Path,
    home: Path,
    extra: Mapping[str, Path],
    embedding_model: str | None,
    validate: Callable[..., Any] | None,
) -> str | None:
    """Changes with any byte of the files that go into a build, and of the code that checks them.

    None where a model is named: what is behind its name shows only when it is loaded.
    """
    if embedding_model is not None:
        return None
    checking = [] if validate is None else [Path(validate.__code__.co_filename).parent]
    digest = hashlib.sha256(code_digest().encode())
    seen = _Seen(home / SEEN)
    for root in (corpus, *extra.values(), BUILT_IN, *checking):
        for path in _files(root):
            name = str(path).removeprefix(str(root))
            digest.update(f"\0{name}\0{seen.sha256(path)}".encode())
    seen.keep()
    return digest.hexdigest()


def last_report(home: Path, raw: str | None, collection: bool) -> BuildReport | None:
    """The last build, where its snapshot was made of this, serves and is whole; else None."""
    began = time.perf_counter()
    if raw is None:
        return None
    try:
        last = json.loads((home / LAST).read_bytes())
        current = store.current_path(home)
        if last != {"raw": raw, "snapshot": current.name} or not is_whole(current, collection):
            return None
        manifest = store.read_manifest(current)
    except (OSError, ValueError, store.SnapshotError):
        return None
    return BuildReport(
        name=manifest.name,
        path=current,
        written=False,
        documents=manifest.documents,
        clauses=manifest.clauses,
        embedded=0,
        tokenised=0,
        reused=manifest.clauses,
        seconds=time.perf_counter() - began,
        wanted=None,
    )


def note_build(home: Path, raw: str | None, name: str) -> None:
    """Note of what the snapshot that serves now was made."""
    (home / LAST).write_text(json.dumps({"raw": raw, "snapshot": name}), encoding="utf-8")


def is_whole(folder: Path, collection: bool = False) -> bool:
    """Whether a snapshot has all its files as they were written, and a collection if it is to."""
    try:
        manifest = store.read_manifest(folder)
        store.verify(folder, manifest)
    except store.SnapshotError:
        return False
    return (folder / store.CHROMA).is_dir() or not collection


@cache
def code_digest() -> str:
    """Changes with this package's code and the versions of the libraries whose files we keep."""
    folder = Path(__file__).parent
    parts = [
        path.read_bytes() for path in sorted([*folder.glob("*.py"), *folder.glob("read/*.py")])
    ]
    parts += [f"{name}=={version(name)}".encode() for name in ("chromadb", "marisa-trie")]
    return store.sha256(b"\0".join(parts))


def _files(root: Path) -> Iterator[Path]:
    """The files below a folder, sorted, compiled Python apart; or the file itself."""
    if root.is_file():
        yield root
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for path in (Path(folder, name) for name in sorted(names)):
            if path.is_file():
                yield path


class _Seen:
    """What was in each file when it was last read, and how to tell that it still is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._then: dict[str, list[Any]] = {}
        with suppress(OSError, ValueError):
            self._then = json.loads(path.read_bytes())
        self._now: dict[str, list[Any]] = {}

    def sha256(self, path: Path) -> str:
        """The digest of a file's bytes."""
        read_at = time.time_ns()
        status = path.stat()
        stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._then.get(str(path), [])
        digest = str(known[4]) if stamp == known[:4] else store.file_sha256(path)
        if max(status.st_mtime_ns, status.st_ctime_ns) < read_at - _MOMENT:
            self._now[str(path)] = [*stamp, digest]
        return digest

    def keep(self) -> None:
        """Write down what was seen, where anything is new; a home that is read-only stays so."""
        if self._now == self._then:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            beside.write_text(json.dumps(self._now, ensure_ascii=False), encoding="utf-8")
            beside.replace(self._path)
