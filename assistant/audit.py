"""The audit (留痕): what was asked and answered, appended and never changed.

In:  each turn's request and answer, as they were.
Out: one row of digests per answer, its bodies beside it, and one digest per closed day, chained to
     the day before. A row changed, added or removed later is found; bodies can be erased while
     the digests still verify (tests/assistant/test_audit.py).

A row is written in the transaction that stores the turn, before the answer is sent. SQLite writes
it in well under a millisecond; it survives the process being killed, and a power cut may cost the
last few.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from assistant.answer import Answer
from assistant.database import metadata

TIME_ZONE = ZoneInfo("Asia/Shanghai")
GRACE = timedelta(minutes=5)  # a day is closed this long after its end
FIRST = "0" * 64  # what the first closed day is chained to

_SERIAL = BigInteger().with_variant(Integer, "sqlite")

answers = Table(
    "answers",
    metadata,
    Column("serial", _SERIAL, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("day", Date, nullable=False, index=True),  # Asia/Shanghai's
    Column("at", String(32), nullable=False),
    Column("behaviour", String(16), nullable=False),
    Column("snapshot", String(64), nullable=False),
    Column("program", String(64), nullable=False),
    Column("generator", Text, nullable=False),
    Column("request_digest", String(64), nullable=False),
    Column("answer_digest", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    sqlite_autoincrement=True,
)
bodies = Table(
    "answer_bodies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("salt", String(32), nullable=False),
    Column("request", Text, nullable=False),
    Column("answer", Text, nullable=False),
)
closed_days = Table(
    "audit_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)
feedback = Table(
    "feedback",
    metadata,
    Column("serial", _SERIAL, primary_key=True),
    Column("answer_id", String(64), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    Column("useful", Boolean, nullable=False),
    Column("comment", Text, nullable=False),
    sqlite_autoincrement=True,
)

_ADD_ANSWER, _ADD_BODY = insert(answers), insert(bodies)
_DIGESTED = (
    answers.c.id,
    answers.c.day,
    answers.c.at,
    answers.c.behaviour,
    answers.c.snapshot,
    answers.c.program,
    answers.c.generator,
    answers.c.request_digest,
    answers.c.answer_digest,
)


class UnknownAnswerError(LookupError):
    """There is no answer with this id."""


@dataclass(frozen=True)
class Request:
    """All that an answer depends on besides snapshot and program.

    as_of, region   as asked, None where not given
    today           the day it was asked, YYYY-MM-DD
    conversation    the conversation before the turn, as its `to_json` gives it
    default_region, contacts   the settings at that time
    model, said     the language model that could help, and each of its replies in order
    """

    question: str
    session_id: str
    as_of: str | None
    region: str | None
    today: str
    conversation: Mapping[str, Any]
    default_region: str | None
    contacts: Mapping[str, str]
    model: str | None = None
    said: Sequence[Mapping[str, Any] | None] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An answer as kept. request and answer are None where the bodies were erased."""

    id: str
    day: date
    at: str
    snapshot: str
    program: str
    request: Request | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole audit found.

    erased      answers whose bodies are gone
    last_day    the last closed day, with its digest, which vouches for all days before
    problems    one sentence per thing found; () where all is well
    """

    answers: int
    days: int
    erased: int
    last_day: date | None
    last_digest: str | None
    problems: tuple[str, ...]


@cache
def program_version() -> str:
    """The version of this program."""
    return version("policy-assistant")


def encode(answer: Answer) -> str:
    """The answer's bytes as kept and compared: JSON by the names of the contract."""
    return answer.model_dump_json()


class Audit:
    """The audit in a database. Threads may share it; so may processes share the database."""

    def __init__(self, engine: Engine, *, keep_days: int) -> None:
        """keep_days  how many days an answer's bodies are kept"""
        self._engine = engine
        self._keep = timedelta(days=keep_days)
        self._maintained: date | None = None

    def record(
        self, connection: Connection, request: Request, answer: Answer, at: datetime
    ) -> None:
        """Append an answer in the caller's transaction.

        at  the present moment, with its time zone
        """
        salt = secrets.token_hex(16)
        request_text = json.dumps(vars(request), ensure_ascii=False, separators=(",", ":"))
        answer_text = encode(answer)
        row = {
            "id": answer.id,
            "day": at.astimezone(TIME_ZONE).date(),
            "at": at.astimezone(TIME_ZONE).isoformat(timespec="milliseconds"),
            "behaviour": answer.behaviour.value,
            "snapshot": answer.snapshot,
            "program": program_version(),
            "generator": answer.generator.model_dump_json(),
            "request_digest": _salted(salt, request_text),
            "answer_digest": _salted(salt, answer_text),
        }
        digest = _row_digest([row[column.name] for column in _DIGESTED])
        body = {
            "id": row["id"],
            "day": row["day"],
            "salt": salt,
            "request": request_text,
            "answer": answer_text,
        }
        connection.execute(_ADD_ANSWER, {**row, "digest": digest})
        connection.execute(_ADD_BODY, body)

    def get(self, answer_id: str) -> Record:
        """An answer as kept. Raises UnknownAnswerError."""
        query = (
            select(answers, bodies.c.request, bodies.c.answer)
            .outerjoin(bodies, bodies.c.id == answers.c.id)
            .where(answers.c.id == answer_id)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownAnswerError(answer_id)
        request = None if row.request is None else Request(**json.loads(row.request))
        return Record(row.id, row.day, row.at, row.snapshot, row.program, request, row.answer)

    def add_feedback(self, answer_id: str, useful: bool, comment: str, at: datetime) -> None:
        """Keep what a person said of an answer. Raises UnknownAnswerError."""
        with self._engine.begin() as connection:
            known = select(answers.c.serial).where(answers.c.id == answer_id)
            if connection.execute(known).one_or_none() is None:
                raise UnknownAnswerError(answer_id)
            connection.execute(
                insert(feedback).values(
                    answer_id=answer_id,
                    at=at.astimezone(TIME_ZONE).isoformat(timespec="milliseconds"),
                    useful=useful,
                    comment=comment,
                )
            )

    def maintain(self, at: datetime) -> bool:
        """Close the days that are over and erase the bodies that are too old.

        Works once a day; whether it has worked.
        """
        over_before = (at.astimezone(TIME_ZONE) - GRACE).date()
        if self._maintained == over_before:
            return False
        self.close_days(over_before)
        self.erase_before(over_before - self._keep)
        self._maintained = over_before
        return True

    def close_days(self, before: date) -> None:
        """Write the digest of every day before this one that has answers and none yet."""
        try:
            with self._engine.begin() as connection:
                self._close_days(connection, before)
        except IntegrityError:  # another process has just closed them
            return

    def _close_days(self, connection: Connection, before: date) -> None:
        last = connection.execute(
            select(closed_days).order_by(closed_days.c.day.desc()).limit(1)
        ).one_or_none()
        digest = last.digest if last else FIRST
        query = select(answers.c.day).distinct().where(answers.c.day < before)
        if last:
            query = query.where(answers.c.day > last.day)
        for day in connection.execute(query.order_by(answers.c.day)).scalars().all():
            digest, rows = _day_digest(digest, day, _rows_of(connection, day))
            connection.execute(insert(closed_days).values(day=day, rows=rows, digest=digest))

    def erase_before(self, day: date) -> int:
        """Erase the bodies of all days before this one; the number of answers."""
        with self._engine.begin() as connection:
            return int(connection.execute(delete(bodies).where(bodies.c.day < day)).rowcount)

    def erase(self, answer_id: str) -> None:
        """Erase one answer's bodies, as the person concerned may ask."""
        with self._engine.begin() as connection:
            connection.execute(delete(bodies).where(bodies.c.id == answer_id))

    def verify(self) -> Verification:
        """Recompute every digest and compare."""
        problems: list[str] = []
        with self._engine.connect() as connection:
            rows = connection.execute(select(func.count()).select_from(answers)).scalar_one()
            problems += _changed_rows(connection)
            erased = (
                rows
                - connection.execute(
                    select(func.count()).select_from(
                        bodies.join(answers, bodies.c.id == answers.c.id)
                    )
                ).scalar_one()
            )
            orphans = select(bodies.c.id).where(bodies.c.id.not_in(select(answers.c.id)))
            problems += [
                f"回答 {answer_id} 的摘要行不见了，只剩正文"
                for answer_id in connection.execute(orphans).scalars()
            ]
            days = connection.execute(select(closed_days).order_by(closed_days.c.day)).all()
            problems += _changed_days(connection, days)
        last = days[-1] if days else None
        return Verification(
            answers=rows,
            days=len(days),
            erased=erased,
            last_day=last.day if last else None,
            last_digest=last.digest if last else None,
            problems=tuple(problems),
        )


def _changed_rows(connection: Connection) -> Iterator[str]:
    query = (
        select(answers, bodies.c.salt, bodies.c.request, bodies.c.answer.label("body"))
        .outerjoin(bodies, bodies.c.id == answers.c.id)
        .order_by(answers.c.serial)
        .execution_options(yield_per=1000)
    )
    for row in connection.execute(query):
        if row.digest != _row_digest([row._mapping[column] for column in _DIGESTED]):
            yield f"回答 {row.id}（{row.day}）的摘要行被改动过"
        if row.salt is None:
            continue
        if row.request_digest != _salted(row.salt, row.request):
            yield f"回答 {row.id}（{row.day}）的提问正文被改动过"
        if row.answer_digest != _salted(row.salt, row.body):
            yield f"回答 {row.id}（{row.day}）的回答正文被改动过"


def _changed_days(connection: Connection, days: Sequence[Row[Any]]) -> Iterator[str]:
    """The closed days whose digest does not follow from their rows and the day before."""
    previous = FIRST
    for day in days:
        digest, rows = _day_digest(previous, day.day, _rows_of(connection, day.day))
        if rows != day.rows:
            yield f"{day.day} 结账时有 {day.rows} 行，现在有 {rows} 行"
        elif digest != day.digest:
            yield f"{day.day} 的行与当日摘要不符"
        previous = day.digest
    if days:
        late = (
            select(answers.c.id)
            .where(answers.c.day < days[-1].day)
            .where(answers.c.day.not_in([day.day for day in days]))
        )
        for answer_id in connection.execute(late).scalars():
            yield f"回答 {answer_id} 记在一个没有当日摘要的日子"


def _rows_of(connection: Connection, day: date) -> Iterator[str]:
    """The row digests of a day, recomputed, in the order of writing."""
    query = select(*_DIGESTED).where(answers.c.day == day).order_by(answers.c.serial)
    for row in connection.execute(query):
        yield _row_digest(list(row))


def _day_digest(previous: str, day: date, rows: Iterator[str]) -> tuple[str, int]:
    digest = hashlib.sha256(f"{previous} {day.isoformat()}".encode())
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        digest.update(row.encode())
    return digest.hexdigest(), count


def _row_digest(values: Sequence[Any]) -> str:
    return hashlib.sha256(
        json.dumps([str(value) for value in values], ensure_ascii=False).encode()
    ).hexdigest()


def _salted(salt: str, text: str) -> str:
    """A digest that tells nothing of a short text once the salt is erased with it."""
    return hashlib.sha256(f"{salt} {text}".encode()).hexdigest()
