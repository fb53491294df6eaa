"""The assistant as it is run: snapshot, conversations and audit behind one object.

In:  the settings; then a person's request in plain values.
Out: answers, documents, measures, calculations. A request that cannot be served raises a
     `ServiceError`, whose message is a Chinese sentence that says what would be right. HTTP and
     the command line are thin layers over this (tests/api, tests/assistant/test_cli.py).
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from assistant.answer import Answer
from assistant.audit import (
    TIME_ZONE,
    Audit,
    Record,
    Request,
    UnknownAnswerError,
    Verification,
    encode,
    program_version,
)
from assistant.conversation import Conversation
from assistant.database import open_database
from assistant.desk import Desk
from assistant.inputs import (
    InvalidError,
    NotFoundError,
    NotReadyError,
    brief,
    checked_question,
    listed,
)
from assistant.language.help import Recorded
from assistant.pipeline import Assistant
from assistant.reading.regions import ALIASES, DIVISIONS, Gazetteer
from assistant.session import BusySessionError, ConversationStore, UnknownSessionError
from assistant.settings import Settings, SettingsError
from ingest import store
from ingest.document import Document
from ingest.embedding import EmbeddingModelError
from ingest.index import Snapshot, SnapshotError, SnapshotHolder

if TYPE_CHECKING:
    from assistant.llm import Helping, LanguageModel, Use

MAX_TURNS = 20  # of a history that is handed over whole
WARM_UP = "技改贷款贴息最多多少"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer computed once more from what was kept.

    changes  what differs, one sentence each; () where the bytes are the same
    """

    record: Record
    answer: Answer | None
    changes: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the same bytes came out."""
        return not self.changes


class _Asked:
    """One question on its way: answered, and recorded as it was asked."""

    def __init__(
        self,
        service: Service,
        desk: Desk,
        question: str,
        as_of: date | None,
        region: str | None,
        answer_id: str | None = None,
    ) -> None:
        self._service = service
        self._desk = desk
        self._question = question
        self._as_of = as_of
        self._region = region
        self._id = answer_id or secrets.token_hex(16)
        self._help = service.help(desk.today)

    def take(
        self, before: Conversation, on_step: Callable[[str], None] | None
    ) -> tuple[Conversation, Answer]:
        """The conversation after the turn, and the answer."""
        if self._help is not None:
            self._help.said.clear()
        turn = self._desk.assistant.ask(
            self._question,
            before,
            as_of=self._as_of,
            today=self._desk.today,
            region=self._region,
            answer_id=self._id,
            on_step=on_step,
            help_=self._help,
        )
        return turn.conversation, turn.answer

    def record(self, connection: Connection, before: Conversation, answer: Answer) -> None:
        """Append the turn to the audit, in the caller's transaction."""
        settings = self._service.settings
        request = Request(
            question=self._question,
            session_id=before.session_id,
            as_of=self._as_of.isoformat() if self._as_of else None,
            region=self._region,
            today=self._desk.today.isoformat(),
            conversation=before.to_json(),
            default_region=settings.default_region,
            contacts=settings.contacts,
            model=None if self._help is None else self._help.model,
            said=() if self._help is None else tuple(self._help.said),
        )
        self._service.audit.record(connection, request, answer, self._service.now())

    def end(self) -> None:
        """Count what the help took."""
        if self._help is not None:
            self._help.end()


class Service:
    """Everything a front needs. Threads may share it. Close it at the end.

    now  the present moment, with its time zone
    """

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime] | None = None,
        on_use: Callable[[Use], None] | None = None,
    ) -> None:
        self.settings = settings
        self.now = now or (lambda: datetime.now(TIME_ZONE))
        self._engine = open_database(settings.database)
        self.audit = Audit(self._engine, keep_days=settings.audit_days)
        self._conversations = ConversationStore(
            self._engine, hours=settings.session_hours, now=self.now
        )
        self._holder = SnapshotHolder(settings.home)
        self._kept: tuple[Snapshot, Assistant] | None = None
        self._building = threading.Lock()
        self._model = _model(settings, self._engine, on_use) if settings.has_model else None

    def close(self) -> None:
        """Let go of model, snapshot and database."""
        if self._model is not None:
            self._model.close()
        self._kept = None
        self._engine.dispose()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def help(self, day: date) -> Helping | None:
        """A language model's help with one question; None where no model is set."""
        return None if self._model is None else self._model.help(day)

    @property
    def today(self) -> date:
        """Today in Asia/Shanghai."""
        return self.now().astimezone(TIME_ZONE).date()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """What can be asked of the snapshot that serves now, open to the end of the block.

        Raises NotReadyError.
        """
        try:
            snapshot = self._holder.current()
            yield Desk(snapshot, self._assistant(snapshot), self.today)
        except (SnapshotError, EmbeddingModelError) as error:
            raise NotReadyError(str(error)) from error

    def _assistant(self, snapshot: Snapshot) -> Assistant:
        kept = self._kept
        if kept is not None and kept[0] is snapshot:
            return kept[1]
        with self._building:
            kept = self._kept
            if kept is None or kept[0] is not snapshot:
                kept = self._kept = (snapshot, self._open(snapshot))
            return kept[1]

    def _open(self, snapshot: Snapshot) -> Assistant:
        """The snapshot's assistant, once it has answered a question, which is kept nowhere."""
        try:
            assistant = Assistant(
                snapshot,
                gazetteer_of(snapshot.data),
                default_region=self.settings.default_region,
                contacts=self.settings.contacts,
            )
            assistant.ask(WARM_UP, Conversation.new("warm-up"), today=self.today)
        except Exception as error:
            _log.exception("the snapshot %s does not serve", snapshot.name)
            raise NotReadyError(
                f"快照 {snapshot.name} 与本程序的版本不合，请重新运行 policy-assistant ingest。"
            ) from error
        return assistant

    def prepare(self) -> None:
        """Compile now what the first questions would each wait for; they can be asked meanwhile.

        Raises NotReadyError.
        """
        with self.desk() as desk:
            desk.assistant.lexicon.compile_all()

    def versions(self, document: Document) -> tuple[int, ...]:
        """The numbers of a served document's versions, oldest first; the last one is served.

        () where the corpus that it came from is not there.
        """
        from ingest.sources import SourceError, load_versions

        try:
            entries = [
                one for one in load_versions(self.settings.corpus, document.id) if not one.withdrawn
            ]
        except SourceError:
            return ()
        served = [i for i, one in enumerate(entries) if one.row.get("sha256") == document.sha256]
        return tuple(one.version for one in entries[: served[-1] + 1]) if served else ()

    def version(self, document: Document, number: int) -> Document:
        """A version of a served document, an old one too. Raises NotFoundError."""
        from ingest.sources import SourceError, load_version

        known = self.versions(document)
        if number not in known:
            right = f"，应为{listed(map(str, known))}之一" if known else "，原来的语料不在"
            raise NotFoundError(f"《{brief(document.title)}》没有第{number}版{right}。", "version")
        if number == known[-1]:
            return document
        try:
            return load_version(self.settings.corpus, document.id, number)
        except SourceError as error:
            _log.error("version %s of %s: %s", number, document.id, error)
            raise NotFoundError(f"第{number}版的原文读不出。", "version") from error

    def maintain(self) -> None:
        """Close the audit's past days and remove what is too old; does its work once a day."""
        if self.audit.maintain(self.now()):
            self._conversations.remove_expired()

    def ask(
        self,
        question: str,
        *,
        session_id: str | None = None,
        as_of: date | None = None,
        region: str | None = None,
        request_id: str | None = None,
        on_step: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a question, in a new session or as the next turn of one.

        request_id  what nobody can guess: a question that comes again under it, as its answer was
                    lost on the way, is one turn and gets the answer that was kept
        on_step     is called with each step's name as it begins

        Raises ServiceError.
        """
        question = checked_question(question)
        self.maintain()
        if request_id is None:
            return self._turn(question, session_id, as_of, region, on_step)
        answer_id = _answer_id(request_id)
        if (kept := self._kept_answer(answer_id, question)) is not None:
            return kept
        try:
            return self._turn(question, session_id, as_of, region, on_step, answer_id)
        except IntegrityError:  # the same request was answered at the same moment
            if (kept := self._kept_answer(answer_id, question)) is None:
                raise
            return kept

    def _kept_answer(self, answer_id: str, question: str) -> Answer | None:
        """The answer that a request already got; None where it is new."""
        try:
            record = self.audit.get(answer_id)
        except UnknownAnswerError:
            return None
        if record.request is None or record.answer is None or record.request.question != question:
            raise InvalidError("这个 request_id 已经用过，每个问题应换一个新的。", "request_id")
        return Answer.model_validate_json(record.answer)

    def _turn(
        self,
        question: str,
        session_id: str | None,
        as_of: date | None,
        region: str | None,
        on_step: Callable[[str], None] | None,
        answer_id: str | None = None,
    ) -> Answer:
        with self.desk() as desk:
            asked = _Asked(self, desk, question, as_of, desk.region(region), answer_id)

            def take(before: Conversation) -> tuple[Conversation, Answer]:
                return asked.take(before, on_step)

            try:
                return self._conversations.turn(session_id, take, also=asked.record)
            except UnknownSessionError:
                raise NotFoundError(
                    "没有这个会话，或者它已过期。请开始新的会话：不带 session_id 再问一次。",
                    "session_id",
                ) from None
            except BusySessionError:
                raise NotReadyError("这个会话里的提问太密，请稍后再问。", "session_id") from None
            finally:
                asked.end()

    def answer_last(
        self,
        questions: Sequence[str],
        *,
        as_of: date | None = None,
        region: str | None = None,
        on_step: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer the last of a conversation's questions; those before it are its history.

        No session is kept: the answer's session_id goes on from nothing. Raises ServiceError.
        """
        if not questions:
            raise InvalidError("没有要问的话，应有一条 role 为 user 的消息。", "messages")
        question = checked_question(questions[-1], "messages")
        self.maintain()
        with self.desk() as desk:
            place = desk.region(region)
            before = Conversation.new(secrets.token_hex(16))
            for earlier in filter(_can_be_asked, questions[-MAX_TURNS:-1]):
                turn = desk.assistant.ask(
                    earlier.strip(), before, as_of=as_of, today=desk.today, region=place
                )
                before = turn.conversation
            asked = _Asked(self, desk, question, as_of, place)
            try:
                _, answer = asked.take(before, on_step)
                with self._engine.begin() as connection:
                    asked.record(connection, before, answer)
            finally:
                asked.end()
        return answer

    def feedback(self, answer_id: str, useful: bool, comment: str = "") -> None:
        """Keep what a person said of an answer. Raises NotFoundError."""
        try:
            self.audit.add_feedback(answer_id, useful, comment, self.now())
        except UnknownAnswerError:
            raise NotFoundError(
                f"没有编号为“{brief(answer_id)}”的回答，应为回答里的 id。", "answer_id"
            ) from None

    def verify_audit(self) -> Verification:
        """Check the whole audit, with the days that are over closed first."""
        self.maintain()
        return self.audit.verify()

    def _snapshot(self, name: str) -> Snapshot:
        """A snapshot of the past; its indexes are built again where they were pruned."""
        folder = store.snapshots(self.settings.home) / name
        try:
            return Snapshot.open(folder)
        except SnapshotError:
            from ingest.build import restore

            restore(self.settings.home, name, progress=False)
            return Snapshot.open(folder)

    def replay(self, answer_id: str) -> Replay:
        """Compute a kept answer once more, from its own snapshot. Raises NotFoundError."""
        try:
            record = self.audit.get(answer_id)
        except UnknownAnswerError:
            raise NotFoundError(f"没有编号为“{brief(answer_id)}”的回答。", "answer_id") from None
        if record.request is None:
            return Replay(record, None, ("正文已按保留期限清除，只剩摘要，不能重演",))
        from ingest.build import BuildError

        try:
            snapshot = self._snapshot(record.snapshot)
        except (SnapshotError, BuildError) as error:
            return Replay(record, None, (f"当时的快照 {record.snapshot} 打不开：{error}",))
        try:
            answer = _answer_again(snapshot, record, record.request)
        except Exception:  # it may lack more of what this version of the program reads
            _log.exception("the snapshot %s answers no more", record.snapshot)
            problem = f"当时的快照 {record.snapshot} 与本程序的版本不合，不能重演"
            return Replay(record, None, (problem,))
        return Replay(record, answer, _changes(record, answer))


def _model(
    settings: Settings, engine: Engine, on_use: Callable[[Use], None] | None
) -> LanguageModel:
    """The model that is set. Nothing of it is imported where none is. Raises SettingsError."""
    try:
        from assistant.llm import LanguageModel

        return LanguageModel(settings, engine, on_use=on_use)
    except ImportError as error:
        raise SettingsError(
            f"设置了 LLM_BASE_URL，但没有安装 {error.name}，请安装附加包 policy-assistant[llm]。"
        ) from error


def gazetteer_of(data: Mapping[str, Any]) -> Gazetteer:
    """The places, from a snapshot's data."""
    return Gazetteer(data[f"lexicon/{DIVISIONS}"], data[f"lexicon/{ALIASES}"])


def _answer_again(snapshot: Snapshot, record: Record, request: Request) -> Answer:
    assistant = Assistant(
        snapshot,
        gazetteer_of(snapshot.data),
        default_region=request.default_region,
        contacts=request.contacts,
        past=True,
    )
    said = Recorded(request.model, request.said) if request.model is not None else None
    turn = assistant.ask(
        request.question,
        Conversation.from_json(request.conversation),
        as_of=date.fromisoformat(request.as_of) if request.as_of else None,
        today=date.fromisoformat(request.today),
        region=request.region,
        answer_id=record.id,
        help_=said,
    )
    return turn.answer


def _changes(record: Record, answer: Answer) -> tuple[str, ...]:
    """What differs between the answer as kept and as computed now."""
    if record.answer == encode(answer):
        return ()
    changes = []
    if record.program != program_version():
        changes.append(f"程序版本当时是 {record.program}，现在是 {program_version()}")
    kept = Answer.model_validate_json(record.answer or "{}").to_json()
    now = answer.to_json()
    changes += [f"回答的 {name} 与当时不同" for name in now if kept.get(name) != now[name]]
    return tuple(changes) or ("回答的字节与当时不同",)


def _answer_id(request_id: str) -> str:
    """The id of the answer to a request: the same for the same, and not the request's own."""
    if not _REQUEST_ID.fullmatch(request_id):
        raise InvalidError(
            "request_id 应为 16 到 64 个随机的字母、数字、- 或 _，每个问题一个。", "request_id"
        )
    return hashlib.sha256(f"answer {request_id}".encode()).hexdigest()[:32]


def _can_be_asked(text: str) -> bool:
    """Whether it is a question; what is none has no part in a history."""
    try:
        checked_question(text)
    except InvalidError:
        return False
    return True
