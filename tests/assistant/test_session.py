"""Conversations are kept, kept apart, kept whole under concurrent turns, and gone in time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from assistant.conversation import Conversation, Fact
from assistant.database import DatabaseError, open_database
from assistant.session import ConversationStore, UnknownSessionError

NOON = datetime(2024, 6, 30, 12, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

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
        fact = Fact("text", word, before.turn + 1)
        after = replace(before, turn=before.turn + 1, facts=(*before.facts, fact))
        return after, after

    return store.turn(session, take)


def words(conversation: Conversation) -> list[str]:
    return [fact.value for fact in conversation.facts]


def test_a_turn_finds_what_was_said_before(store: ConversationStore) -> None:
    session = say(store, None, "一").session_id
    assert words(say(store, session, "二")) == ["一", "二"]
    assert words(store.get(session)) == ["一", "二"]


def test_ids_are_long_and_never_the_same(store: ConversationStore) -> None:
    ids = {say(store, None, "一").session_id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in ids)


@pytest.mark.parametrize("session", ["", "0" * 32, "' OR 1=1 --", "x" * 500])
def test_an_unknown_session_is_refused(store: ConversationStore, session: str) -> None:
    with pytest.raises(UnknownSessionError):
        say(store, session, "一")


def test_a_turn_that_fails_leaves_the_session_as_it_was(store: ConversationStore) -> None:
    session = say(store, None, "一").session_id

    def fail(_: Conversation) -> tuple[Conversation, None]:
        raise RuntimeError("broken")

    def fail_to_write(_c: Connection, _b: Conversation, _r: None) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        store.turn(session, fail)
    with pytest.raises(RuntimeError):
        store.turn(session, lambda before: (before, None), also=fail_to_write)
    assert words(say(store, session, "二")) == ["一", "二"]


def test_a_session_expires_after_its_last_turn(store: ConversationStore, clock: Clock) -> None:
    used, unused = say(store, None, "一").session_id, say(store, None, "一").session_id
    clock.now += timedelta(hours=23)
    say(store, used, "二")
    clock.now += timedelta(hours=2)
    with pytest.raises(UnknownSessionError):
        store.get(unused)
    assert words(store.get(used)) == ["一", "二"]
    assert store.remove_expired() == 1
    assert words(say(store, used, "三")) == ["一", "二", "三"]


def test_concurrent_turns_of_one_session_lose_nothing(store: ConversationStore) -> None:
    session = say(store, None, "零").session_id
    said = [f"{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda word: say(store, session, word), said))
    kept = store.get(session)
    assert sorted(words(kept)) == sorted(["零", *said])
    assert [fact.turn for fact in kept.facts] == list(range(1, 42))


def test_turns_through_several_processes_stores_lose_nothing(engine: Engine, clock: Clock) -> None:
    """Two stores share nothing but the database, as two processes do."""
    stores = [ConversationStore(engine, hours=24, now=clock) for _ in range(2)]
    session = say(stores[0], None, "零").session_id
    overtaken = threading.Event()
    attempts: list[list[str]] = []

    def slow(before: Conversation) -> tuple[Conversation, None]:
        attempts.append(words(before))
        if not overtaken.is_set():
            overtaken.set()
            say(stores[1], session, "快")
        return replace(before, facts=(*before.facts, Fact("text", "慢", 1))), None

    stores[0].turn(session, slow)
    assert words(stores[0].get(session)) == ["零", "快", "慢"]
    assert attempts == [["零"], ["零", "快"]]


@given(turns=st.lists(st.tuples(st.integers(0, 3), st.text("一二三四", min_size=1, max_size=2))))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_interleaved_sessions_never_leak(
    store: ConversationStore, turns: list[tuple[int, str]]
) -> None:
    sessions: dict[int, str] = {}
    expected: dict[int, list[str]] = {}
    for person, word in turns:
        after = say(store, sessions.get(person), word)
        sessions[person] = after.session_id
        expected.setdefault(person, []).append(word)
        assert words(after) == expected[person]
    assert {who: words(store.get(name)) for who, name in sessions.items()} == expected


def test_sessions_of_many_threads_never_leak(store: ConversationStore) -> None:
    def converse(person: int) -> list[str]:
        session = None
        for turn in range(5):
            session = say(store, session, f"{person}-{turn}").session_id
        assert session is not None
        return words(store.get(session))

    with ThreadPoolExecutor(8) as pool:
        for person, said in enumerate(pool.map(converse, range(16))):
            assert said == [f"{person}-{turn}" for turn in range(5)]


def test_sqlite_lets_readers_and_the_writer_work_at_once(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'new' / 'assistant.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:////proc/nowhere/x.db", "postgresql+nodriver://a:secret@h/d"]
)
def test_a_database_that_cannot_be_opened_is_said_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(url)
    assert "secret" not in str(caught.value)
