"""What was worked out once: tokens and vector of a clause's text, what a YAML file says.

In:  texts and what works a value out; files' bytes and what reads them.
Out: the values. Those of clauses are kept until a build is finished, whose snapshot has them then
     (`ingest.former`): a build that was killed leaves what it had worked out, so the next one goes
     on from there (tests/ingest/test_build.py). Files are known by their bytes, so that what is
     kept of them is never another file's (tests/ingest/test_sources.py).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

BATCH = 256  # texts
_KEPT_EVERY = 1.0  # seconds: every time is a wait for the disk
_MEMORY = 64_000  # KB that SQLite keeps of the file, whose keys come in no order

Parse = Callable[[bytes], Any]
Work = Callable[[Iterable[Sequence[str]]], Iterable[list[bytes]]]


def cache_key(kind: str, fingerprint: str, text: str) -> bytes:
    """The key of what is worked out from `text` by the tokenizer or model with this fingerprint."""
    return hashlib.sha256("\0".join((kind, fingerprint, text)).encode()).digest()


class ClauseCache:
    """A key-value file (SQLite). Used by one build at a time; a broken file is begun anew."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = _connect(path)
        except sqlite3.DatabaseError:
            path.unlink()
            self._connection = _connect(path)
        self._kept_at = time.monotonic()
        self.made: Counter[str] = Counter()  # per kind, how many values were worked out

    def __enter__(self) -> ClauseCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(sqlite3.Error):
            self._connection.commit()
        self._connection.close()

    def worked_out(
        self, kind: str, fingerprint: str, texts: Sequence[str], work: Work
    ) -> Iterator[bytes]:
        """Each text's value, in order: the one that is kept; else worked out now, once, and kept.

        work  texts, batch by batch → their values; it may take some batches ahead
        """
        ahead: deque[tuple[list[bytes], list[bytes]]] = deque()
        coming: set[bytes] = set()

        def batches() -> Iterator[list[str]]:
            for start in range(0, len(texts), BATCH):
                batch = texts[start : start + BATCH]
                keys = [cache_key(kind, fingerprint, text) for text in batch]
                missing = self._missing(keys) - coming
                new = {key: text for key, text in zip(keys, batch, strict=True) if key in missing}
                coming.update(new)
                ahead.append((keys, list(new)))
                yield list(new.values())

        for values in work(batches()):
            keys, new = ahead.popleft()
            self._put(zip(new, values, strict=True))
            coming.difference_update(new)
            self.made[kind] += len(new)
            found = self._found(keys)
            yield from (found[key] for key in keys)

    def _found(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ",".join("?" * len(keys))
        return dict(
            self._connection.execute(f"SELECT key, value FROM entry WHERE key IN ({marks})", keys)
        )

    def _missing(self, keys: Sequence[bytes]) -> set[bytes]:
        marks = ",".join("?" * len(keys))
        known = self._connection.execute(f"SELECT key FROM entry WHERE key IN ({marks})", keys)
        return set(keys) - {key for (key,) in known}

    def _put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep the values; a kill loses those of the last second."""
        self._connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", items)
        if time.monotonic() > self._kept_at + _KEPT_EVERY:
            self._connection.commit()
            self._kept_at = time.monotonic()

    def clear(self) -> None:
        """Forget everything, and give back the room."""
        with self._connection:
            self._connection.execute("DELETE FROM entry")
        self._connection.execute("VACUUM")


@contextmanager
def remembering(parse: Parse, path: Path | None) -> Iterator[Parse]:
    """`parse`, which reads a file's bytes, with what it found kept in the file at the path.

    Kept is what JSON gives back as it was. Where the file cannot be used, nothing is kept.
    """
    try:
        kept = None if path is None else _connect(path, wait=0)
    except (OSError, sqlite3.Error):
        kept = None
    if kept is None:
        yield parse
        return

    def parsed(content: bytes) -> Any:
        key = hashlib.sha256(content).digest()
        with suppress(sqlite3.Error):
            found = kept.execute("SELECT value FROM entry WHERE key = ?", (key,)).fetchone()
            if found is not None:
                return json.loads(found[0])
        value = parse(content)
        with suppress(sqlite3.Error, TypeError, ValueError):
            text = json.dumps(value, ensure_ascii=False)
            if json.loads(text) == value:
                kept.execute("INSERT OR REPLACE INTO entry VALUES (?, ?)", (key, text))
        return value

    try:
        yield parsed
        with suppress(sqlite3.Error):
            kept.commit()
    finally:
        kept.close()


def _connect(path: Path, wait: float = 5.0) -> sqlite3.Connection:
    """Open the file, made where it is missing; `wait` so many seconds for another process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=wait)
    try:
        connection.execute(f"PRAGMA cache_size=-{_MEMORY}")
        connection.execute("CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, value BLOB)")
        connection.commit()
    except sqlite3.DatabaseError:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection
