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
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

BATCH = 256  # texts
_KEPT_EVERY = 1.0  # seconds: every time is a wait for the disk
_MEMORY = 64_000  # KB that SQLite keeps of the file, whose keys come in no order

Work = Callable[[Iterable[Sequence[str]]], Iterable[list[bytes]]]


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
