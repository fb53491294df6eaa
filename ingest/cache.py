"""What was worked out for a clause's text, kept between builds: its tokens, its vector.

In:  a key made of what the value depends on (`cache_key`), and the value as bytes.
Out: the value, as long as a finished build used it. A build that was killed leaves what it had
     worked out, so the next one goes on from there (tests/ingest/test_build.py).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_CHUNK = 500


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

    def __enter__(self) -> ClauseCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        """Keep the values, on disk when this returns."""
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?)", items)

    def keep_only(self, keys: Iterable[bytes]) -> None:
        """Drop every other value."""
        wanted = set(keys)
        known = [key for (key,) in self._connection.execute("SELECT key FROM entry")]
        with self._connection:
            self._connection.executemany(
                "DELETE FROM entry WHERE key = ?", [(key,) for key in known if key not in wanted]
            )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute("CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, value BLOB)")
        connection.commit()
    except sqlite3.DatabaseError:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    return connection
