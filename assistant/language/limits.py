"""How much help there is: a pause after failures, a budget for the day.

In:  successes, failures and tokens as they happen; the time.
Out: whether a language model may be asked now. Processes that share a database share the budget,
     each has its own pause (tests/assistant/language/test_limits.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

from sqlalchemy import BigInteger, Column, Date, Engine, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.database import metadata

spent = Table(
    "llm_tokens",
    metadata,
    Column("day", Date, primary_key=True),  # Asia/Shanghai's
    Column("tokens", BigInteger, nullable=False),
)


class Breaker:
    """Opens after some failures in a row; after a pause lets one through to try. Thread-safe.

    clock  seconds, from any beginning
    """

    def __init__(self, failures: int, pause: float, clock: Callable[[], float]) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until = 0.0

    def lets_through(self) -> bool:
        """Whether to ask now; the one that tries counts as a failure until it succeeds."""
        with self._lock:
            if self._failed < self._most:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        """A reply came."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """None came."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._until = self._clock() + self._pause


class Budget:
    """Tokens of a day, kept in the database.

    most  0 for no limit
    """

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = engine
        self._most = most

    def is_left(self, day: date) -> bool:
        """Whether some of the day's tokens are left."""
        if not self._most:
            return True
        with self._engine.connect() as connection:
            used = connection.execute(select(spent.c.tokens).where(spent.c.day == day)).scalar()
        return (used or 0) < self._most

    def spend(self, day: date, tokens: int) -> None:
        """Add to what was used."""
        if not self._most or not tokens:
            return
        if self._add(day, tokens):
            return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(spent).values(day=day, tokens=tokens))
        except IntegrityError:  # another process has just begun the day
            self._add(day, tokens)

    def _add(self, day: date, tokens: int) -> bool:
        add = update(spent).where(spent.c.day == day).values(tokens=spent.c.tokens + tokens)
        with self._engine.begin() as connection:
            return bool(connection.execute(add).rowcount)
