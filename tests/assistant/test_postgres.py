"""PostgreSQL as it is run: a server of its own on loopback, with a password, several processes.

That the conversation store and the audit keep their laws on PostgreSQL is tested with SQLite's, in
test_session.py and test_audit.py; here is what only a server shows.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url, text

from assistant.conversation import Conversation, Fact
from assistant.database import DatabaseError, metadata, open_database
from assistant.session import ConversationStore, UnknownSessionError
from tests.debian import require

if TYPE_CHECKING:
    from assistant.settings import Settings

ROOT = Path(__file__).parents[2]
NOON = datetime(2024, 6, 30, 12, tzinfo=UTC)
USER = "postgres" if os.name == "posix" and os.getuid() == 0 else None  # never runs as root
TRIES = 600

# a process of its own: takes turns of one session, printing what each turn found
TALK = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from assistant.conversation import Fact
from assistant.database import open_database
from assistant.session import ConversationStore

url, session, name, turns = sys.argv[1:]
engine = open_database(url)
store = ConversationStore(engine, hours=24, now=lambda: datetime(2024, 6, 30, 12, tzinfo=UTC))
for number in range(int(turns)):
    def take(before):
        fact = Fact("text", f"{name}{number}", before.turn + 1)
        return replace(before, turn=before.turn + 1, facts=(*before.facts, fact)), None
    store.turn(session, take)
engine.dispose()
"""

OPEN = """
import sys
import assistant.audit, assistant.session
from assistant.database import open_database

open_database(sys.argv[1]).dispose()
"""


class Server:
    """A PostgreSQL server in a folder, on a free port of 127.0.0.1, asking for a password."""

    def __init__(self, folder: Path) -> None:
        self._initdb, self._postgres = (require("postgresql", p) for p in ("initdb", "postgres"))
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.password = secrets.token_hex(8)
        secret = folder / "password"
        secret.write_text(self.password, encoding="utf-8")
        for path in (folder, secret):
            if USER:
                shutil.chown(path, USER)
        subprocess.run(
            [
                *(self._initdb, "-D", folder / "data", "-U", "tests", "-E", "UTF8"),
                *("-A", "scram-sha-256", "--pwfile", secret, "--no-sync"),
            ],
            **self._as_user(),
            check=True,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        """The database's address, with its password."""
        return f"postgresql+psycopg://tests:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [f"-p{self.port}", "-h127.0.0.1", f"-k{self._folder}", "-cfsync=off"]
        command = [self._postgres, "-D", self._folder / "data", *options]
        self._process = subprocess.Popen(command, **self._as_user())
        for _ in range(TRIES):
            try:
                open_database(self.url).dispose()
                return
            except DatabaseError:
                assert self._process.poll() is None, "the server stopped while starting"
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def stop(self) -> None:
        """End it at once, closing its connections."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def _as_user(self) -> dict[str, object]:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        return quiet | ({"user": USER, "group": USER, "extra_groups": []} if USER else {})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with TemporaryDirectory(prefix="postgresql-") as folder:
        server = Server(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def engine(server: Server) -> Iterator[Engine]:
    """An empty database."""
    engine = open_database(server.url)
    yield engine
    metadata.drop_all(engine)
    engine.dispose()


class Clock:
    """A clock that stands until it is moved."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> ConversationStore:
    return ConversationStore(engine, hours=24, now=clock)


def say(store: ConversationStore, session: str | None, word: str) -> Conversation:
    """A turn in which the person says one word; the conversation after it."""

    def take(before: Conversation) -> tuple[Conversation, Conversation]:
        facts = (*before.facts, Fact("text", word, before.turn + 1))
        after = Conversation(before.session_id, turn=before.turn + 1, facts=facts)
        return after, after

    return store.turn(session, take)


def words(conversation: Conversation) -> list[str]:
    return [fact.value for fact in conversation.facts]


def talking(server: Server, session: str, name: str, turns: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", TALK, server.url, session, name, str(turns)]
    return subprocess.Popen(command, cwd=ROOT)


def test_turns_of_one_session_from_several_processes_lose_nothing(
    server: Server, store: ConversationStore
) -> None:
    session = say(store, None, "零").session_id
    other = say(store, None, "另一位").session_id
    processes = [talking(server, session, name, 15) for name in "甲乙丙"]
    assert [process.wait() for process in processes] == [0, 0, 0]
    kept = store.get(session)
    assert sorted(words(kept)) == sorted(["零", *(f"{p}{n}" for p in "甲乙丙" for n in range(15))])
    assert [fact.turn for fact in kept.facts] == list(range(1, 47))
    for name in "甲乙丙":
        own = [word for word in words(kept) if word.startswith(name)]
        assert own == [f"{name}{n}" for n in range(15)]
    assert words(store.get(other)) == ["另一位"]


def test_processes_that_open_an_empty_database_at_once_all_can(
    server: Server, store: ConversationStore, engine: Engine
) -> None:
    """The tables are made by whoever comes first."""
    metadata.drop_all(engine)
    command = [sys.executable, "-c", OPEN, server.url]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(6)]
    assert [process.wait() for process in processes] == [0] * 6
    assert words(say(store, None, "一")) == ["一"]


@given(turns=st.lists(st.tuples(st.integers(0, 3), st.text("一二三四", min_size=1, max_size=2))))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_interleaved_sessions_of_two_stores_never_leak(
    engine: Engine, clock: Clock, turns: list[tuple[int, str]]
) -> None:
    """Each turn goes to the other store, as it would to another process."""
    stores = [ConversationStore(engine, hours=24, now=clock) for _ in range(2)]
    sessions: dict[int, str] = {}
    expected: dict[int, list[str]] = {}
    for number, (person, word) in enumerate(turns):
        after = say(stores[number % 2], sessions.get(person), word)
        sessions[person] = after.session_id
        expected.setdefault(person, []).append(word)
        assert words(after) == expected[person]
    assert {who: words(stores[0].get(name)) for who, name in sessions.items()} == expected


def test_a_session_expires_for_every_store(
    engine: Engine, store: ConversationStore, clock: Clock
) -> None:
    other = ConversationStore(engine, hours=24, now=clock)
    used, unused = say(store, None, "一").session_id, say(store, None, "一").session_id
    clock.now = NOON + timedelta(hours=23)
    say(other, used, "二")
    clock.now = NOON + timedelta(hours=25)
    for each in (store, other):
        with pytest.raises(UnknownSessionError):
            each.get(unused)
        assert words(each.get(used)) == ["一", "二"]
    assert other.remove_expired() == 1


def test_no_connection_is_left_in_a_transaction(engine: Engine, store: ConversationStore) -> None:
    session = say(store, None, "一").session_id

    def fail(_: Conversation) -> tuple[Conversation, None]:
        raise RuntimeError("broken")

    for _ in range(5):
        say(store, session, "二")
        with pytest.raises(RuntimeError):
            store.turn(session, fail)
        with pytest.raises(UnknownSessionError):
            store.get("0" * 32)
    with engine.connect() as connection:
        states = "SELECT state FROM pg_stat_activity WHERE usename = 'tests' AND pid <> :own"
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        others = connection.execute(text(states), {"own": own}).scalars().all()
    assert set(others) <= {"idle", None}
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_wrong_password_is_said_without_it(server: Server) -> None:
    wrong = make_url(server.url).set(password="geheim-123")
    with pytest.raises(DatabaseError) as caught:
        open_database(wrong.render_as_string(hide_password=False))
    assert "geheim-123" not in str(caught.value)
    assert server.password not in str(caught.value)


def test_what_was_kept_outlives_the_server(server: Server, clock: Clock) -> None:
    """A fresh start of the program after a restart of the server finds everything."""
    engine = open_database(server.url)
    session = say(ConversationStore(engine, hours=24, now=clock), None, "一").session_id
    engine.dispose()
    server.stop()
    with pytest.raises(DatabaseError):
        open_database(server.url)
    server.start()
    engine = open_database(server.url)
    try:
        store = ConversationStore(engine, hours=24, now=clock)
        assert words(say(store, session, "二")) == ["一", "二"]
    finally:
        metadata.drop_all(engine)
        engine.dispose()


def test_a_restart_of_the_server_does_not_fail_the_next_turn(
    server: Server, store: ConversationStore
) -> None:
    """The connections that waited in the pool are dead, and are made anew."""
    session = say(store, None, "一").session_id
    server.stop()
    server.start()
    assert words(say(store, session, "二")) == ["一", "二"]


def test_two_workers_of_the_service_follow_one_conversation(
    server: Server, built_home: Path
) -> None:
    from assistant.service import Service
    from assistant.settings import Settings

    own: Settings = Settings(home=built_home, corpus=ROOT / "corpus", database_url=server.url)
    with Service(own, now=lambda: NOON) as first, Service(own, now=lambda: NOON) as second:
        begun = first.ask("重庆 技改专项贷 6200万 能贴多少")
        ended = second.ask("年利率4%", session_id=begun.session_id)
        alone = second.ask("年利率4%")
        assert any(c.amount_yuan == "1240000" for c in ended.calculations)
        assert alone.session_id != begun.session_id
        assert not any(c.amount_yuan == "1240000" for c in alone.calculations)
        checked = first.audit.verify()
        assert (checked.answers, checked.problems) == (3, ())
        assert second.audit.get(begun.id).answer == first.audit.get(begun.id).answer
