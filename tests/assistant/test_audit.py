"""The audit: every answer kept, tampering found, bodies erased while the digests still verify."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from assistant.answer import Answer, Behaviour, Generator
from assistant.audit import Audit, Request, UnknownAnswerError, encode
from assistant.conversation import Conversation

NOON = datetime(2024, 6, 30, 4, tzinfo=UTC)  # 12:00 in Shanghai
DAY = timedelta(days=1)


@pytest.fixture
def audit(engine: Engine) -> Audit:
    return Audit(engine, keep_days=180)


def request(question: str) -> Request:
    return Request(
        question=question,
        session_id="s",
        as_of=None,
        region="重庆市",
        today="2024-06-30",
        conversation=Conversation.new("s").to_json(),
        default_region=None,
        contacts={"重庆市": "热线"},
    )


def answer(name: str, said: str = "最高不超过1000万元。") -> Answer:
    return Answer(
        id=name,
        session_id="s",
        behaviour=Behaviour.ANSWER,
        text=said,
        statements=(),
        citations=(),
        calculations=(),
        measures=(),
        warnings=(),
        missing=(),
        as_of=date(2024, 6, 30),
        region="重庆市",
        generator=Generator(),
        understood=(),
        snapshot="s-1",
    )


def record(engine: Engine, audit: Audit, name: str, at: datetime = NOON) -> None:
    with engine.begin() as connection:
        audit.record(connection, request(f"{name}补多少"), answer(name), at)


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


@pytest.fixture
def three_days(engine: Engine, audit: Audit) -> Engine:
    """Two answers on each of two closed days, one today."""
    for number in range(4):
        record(engine, audit, f"a{number}", NOON + DAY * (number // 2))
    record(engine, audit, "today", NOON + DAY * 2)
    audit.maintain(NOON + DAY * 2)
    return engine


def test_an_answer_is_kept_as_it_was(engine: Engine, audit: Audit) -> None:
    record(engine, audit, "a")
    kept = audit.get("a")
    assert kept.request is not None
    assert kept.request.question == "a补多少"
    assert Conversation.from_json(kept.request.conversation) == Conversation.new("s")
    assert kept.answer == encode(answer("a"))
    assert (kept.snapshot, kept.day) == ("s-1", date(2024, 6, 30))
    with pytest.raises(UnknownAnswerError):
        audit.get("b")


@pytest.mark.usefixtures("three_days")
def test_an_untouched_audit_verifies(audit: Audit) -> None:
    found = audit.verify()
    assert found.problems == ()
    assert (found.answers, found.days, found.erased) == (5, 2, 0)
    assert found.last_day == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("UPDATE answer_bodies SET answer = replace(answer, '1000', '9000') WHERE id='a1'", "a1"),
        (
            "UPDATE answer_bodies SET request = replace(request, '补', '奖') WHERE id='today'",
            "today",
        ),
        ("UPDATE answers SET snapshot = 's-2' WHERE id = 'today'", "today"),
        ("UPDATE answers SET behaviour = 'refuse', digest = 'x' WHERE id = 'a0'", "a0"),
        ("UPDATE answers SET day = '2024-07-01' WHERE id = 'a0'", "2024-06-30"),
        ("DELETE FROM answers WHERE id = 'a2'", "2024-07-01"),
        ("DELETE FROM answers WHERE id = 'today'", "today"),
        ("UPDATE audit_days SET digest = 'x' WHERE day = '2024-06-30'", "2024-06-30"),
        ("DELETE FROM audit_days WHERE day = '2024-06-30'", "a0"),
    ],
)
def test_tampering_is_found_and_named(
    three_days: Engine, audit: Audit, statement: str, names: str
) -> None:
    run(three_days, statement)
    problems = audit.verify().problems
    assert problems
    assert any(names in problem for problem in problems)


def test_a_row_added_to_a_closed_day_is_found(three_days: Engine, audit: Audit) -> None:
    record(three_days, audit, "late", NOON)
    assert any("2024-06-30" in problem for problem in audit.verify().problems)


@pytest.mark.usefixtures("three_days")
def test_erased_bodies_leave_digests_that_verify(audit: Audit) -> None:
    assert audit.erase_before(date(2024, 7, 1)) == 2
    audit.erase("today")
    found = audit.verify()
    assert found.problems == ()
    assert found.erased == 3
    kept = audit.get("a0")
    assert kept.request is None
    assert kept.answer is None


def test_bodies_go_after_the_days_that_are_set(engine: Engine) -> None:
    audit = Audit(engine, keep_days=10)
    record(engine, audit, "old", NOON)
    record(engine, audit, "new", NOON + DAY * 10)
    audit.maintain(NOON + DAY * 11)
    assert audit.get("old").answer is None
    assert audit.get("new").answer is not None


def test_a_day_is_closed_once_and_only_when_it_is_over(engine: Engine, audit: Audit) -> None:
    record(engine, audit, "a")
    last_minute = datetime(2024, 6, 30, 16, 4, tzinfo=UTC)  # 00:04 in Shanghai
    assert audit.maintain(last_minute)
    assert audit.verify().days == 0
    assert audit.maintain(last_minute + timedelta(minutes=1))
    first = audit.verify()
    assert first.days == 1
    assert not audit.maintain(last_minute + timedelta(hours=1))
    audit.close_days(date(2024, 7, 1))
    assert audit.verify() == first


def test_two_closing_at_once_agree(three_days: Engine, audit: Audit) -> None:
    before = audit.verify()
    Audit(three_days, keep_days=180).maintain(NOON + DAY * 2)
    assert audit.verify() == before


def test_feedback_needs_an_answer(engine: Engine, audit: Audit) -> None:
    record(engine, audit, "a")
    audit.add_feedback("a", True, "清楚", NOON)
    audit.add_feedback("a", False, "", NOON)
    with pytest.raises(UnknownAnswerError):
        audit.add_feedback("b", True, "", NOON)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT answer_id, useful, comment FROM feedback")).all()
    assert [tuple(row) for row in kept] == [("a", 1, "清楚"), ("a", 0, "")]
