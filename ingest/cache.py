"""What was worked out for a clause's text, kept until a build is finished: tokens, vector.

In:  a key made of what the value depends on (`cache_key`), and the value as bytes.
Out: the value, until a build is finished, whose snapshot has it then (`ingest.former`). A build
     that was killed leaves what it had worked out, so the next one goes on from there
     (tests/ingest/test_build.py).
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_CHUNK = 500
_KEPT_EVERY = 1.0  # seconds: every time is a wait for the disk
_MEMORY = 64_000  # KB that SQLite keeps of the file, whose keys come in no order


def cache_key(kind: str, fingerprint: str, text: str) -> bytes:
    """The key of what is worked out from `text` by the tokenizer or model with this fingerprint."""
    return hashlib.sha256("\0".join((kind, fingerprint, text)).encode()).digest()


class ClauseCache:
    """A key-value file (SQLite). Used by one build at a time; a broken file is begun anew."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _connect(path)
        except sqlite3.DatabaseError:
            path.unlink()
            self._connection = _connect(path)
        self._kept_at = time.monotonic()

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

    def values(self, keys: Sequence[bytes]) -> Iterator[bytes]:
        """The keys' values, one by one. KeyError for a key without one."""
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            found = dict(
                self._connection.execute(
                    f"SELECT key, value FROM entry WHERE key IN ({marks})", chunk
                )
            )
            for key in chunk:
                yield found[key]

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """The keys that have no value."""
        known = {key for (key,) in self._connection.execute("SELECT key FROM entry")}
        return set(keys) - known

    def put(self, items: Iterable[tuple[bytes, bytes]]) -> None:
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


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA cache_size=-{_MEMORY}")
        connection.execute("CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, value BLOB)")
        connection.commit()
    except sqlite3.DatabaseError:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection
