"""Conversations (会话) between turns: unguessable ids, kept in the database, gone after a while.

In:  a session's id, and a function from the conversation as it is to the one after a turn.
Out: that function's result, once the new conversation is stored. Turns of one session follow one
     another, in any number of threads and processes, so none loses what another was told
     (tests/assistant/test_session.py).
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from assistant.conversation import Conversation
from assistant.database import metadata

T = TypeVar("T")

ID_LENGTH = 32
_ATTEMPTS = 50
_LOCKS = 256

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("expires", Float, nullable=False, index=True),  # seconds since 1970, UTC
    Column("conversation", Text, nullable=False),
)


_BEGIN = insert(sessions)
_GO_ON = update(sessions).where(
    sessions.c.id == bindparam("of"), sessions.c.version == bindparam("was")
)
_LIVE = select(sessions.c.conversation, sessions.c.version).where(
    sessions.c.id == bindparam("id"), sessions.c.expires > bindparam("now")
)


class UnknownSessionError(Exception):
    """There is no such session, or it has expired."""


class BusySessionError(Exception):
    """Other turns of the session kept coming in between."""


class _ConflictError(Exception):
    """Another turn of the session was stored in the meantime."""


class ConversationStore:
    """Conversations by session id. Threads may share it; so may processes share the database.

    hours  how long a session lives after its last turn
    now    the present moment, with its time zone
    """

    def __init__(self, engine: Engine, *, hours: float, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._life = timedelta(hours=hours)
        self._now = now
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def turn(
        self,
        session_id: str | None,
        take: Callable[[Conversation], tuple[Conversation, T]],
        *,
        also: Callable[[Connection, Conversation, T], None] | None = None,
    ) -> T:
        """Take one turn: load the conversation, hand it to `take`, store what comes back.

        session_id  None begins a session
        take        gives the conversation after the turn and a result, and changes nothing else:
                    it is called again where another process stored a turn in between
        also        writes more in the transaction that stores the turn; gets the conversation
                    before the turn and the result

        Nothing is stored where `take` or `also` raises. Raises UnknownSessionError and
        BusySessionError.
        """
        if session_id is None:
            fresh = Conversation.new(secrets.token_hex(ID_LENGTH // 2))
            return self._attempt(fresh, None, take, also)
        with self._locks[hash(session_id) % _LOCKS]:
            for _ in range(_ATTEMPTS):
                conversation, version = self._load(session_id)
                try:
                    return self._attempt(conversation, version, take, also)
                except _ConflictError:
                    continue
        raise BusySessionError(session_id)

    def get(self, session_id: str) -> Conversation:
        """The conversation as it is. Raises UnknownSessionError."""
        return self._load(session_id)[0]

    def remove_expired(self) -> int:
        """Delete the sessions whose time is over; their number."""
        with self._engine.begin() as connection:
            gone = connection.execute(
                delete(sessions).where(sessions.c.expires <= self._now().timestamp())
            )
            return int(gone.rowcount)

    def _load(self, session_id: str) -> tuple[Conversation, int]:
        with self._engine.connect() as connection:
            row = connection.execute(
                _LIVE, {"id": session_id, "now": self._now().timestamp()}
            ).one_or_none()
        if row is None:
            raise UnknownSessionError(session_id)
        return Conversation.from_json(json.loads(row.conversation)), row.version

    def _attempt(
        self,
        before: Conversation,
        version: int | None,
        take: Callable[[Conversation], tuple[Conversation, T]],
        also: Callable[[Connection, Conversation, T], None] | None,
    ) -> T:
        after, result = take(before)
        with self._engine.begin() as connection:
            self._store(connection, before.session_id, version, after)
            if also is not None:
                also(connection, before, result)
        return result

    def _store(
        self, connection: Connection, session_id: str, version: int | None, after: Conversation
    ) -> None:
        values = {
            "conversation": json.dumps(after.to_json(), ensure_ascii=False),
            "expires": (self._now() + self._life).timestamp(),
        }
        if version is None:
            connection.execute(_BEGIN, {"id": session_id, "version": 1, **values})
            return
        stored = connection.execute(
            _GO_ON, {"of": session_id, "was": version, "version": version + 1, **values}
        )
        if stored.rowcount != 1:
            raise _ConflictError
