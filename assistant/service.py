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
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from assistant.answer import Answer, Calculation
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
from assistant.calculators.case import CalculatorError
from assistant.checks import validate
from assistant.conversation import Conversation
from assistant.database import open_database
from assistant.handbook import USABLE, Entry, entries
from assistant.language.help import Recorded
from assistant.matching.places import home_region
from assistant.measures.model import Kind, Measure
from assistant.measures.reader import load as load_measures
from assistant.pipeline import Assistant, MatchResult
from assistant.reading.regions import ALIASES, DIVISIONS, Gazetteer
from assistant.session import BusySessionError, ConversationStore, UnknownSessionError
from assistant.settings import Settings, SettingsError
from ingest import store
from ingest.build import BuildError, BuildReport, build, restore
from ingest.datafiles import read_data
from ingest.document import Document, Status, StatusFinding
from ingest.embedding import EmbeddingModelError
from ingest.index import Hit, Snapshot, SnapshotError, SnapshotHolder
from ingest.intake import IntakeReport, Outcome, Progress, take_in, withdraw
from ingest.sources import (
    LIST,
    SourceError,
    load_entries,
    load_sources,
    load_version,
    load_versions,
    wanted,
)

if TYPE_CHECKING:
    from assistant.llm import Helping, LanguageModel, Use

MAX_QUESTION = 2000
MAX_HITS = 50
MAX_TURNS = 20  # of a history that is handed over whole
WARM_UP = "技改贷款贴息最多多少"
_PAST_OR_FUTURE = frozenset({Status.NOT_YET_EFFECTIVE, Status.EXPIRED, Status.REPEALED})
_SUGGESTIONS = "lexicon/suggestions.yaml"
MAX_SUGGESTIONS = 4
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_EXTRA = {  # data files beside the corpus's own
    name: Path(__file__).parent / name for name in ("wording", "prompts")
}
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_YES_NO = {True: "是", False: "否", "是": "是", "否": "否"}


_log = logging.getLogger(__name__)


class ServiceError(Exception):
    """The request cannot be served. The message is for the person who made it.

    field  the field of the request that is wrong, where it is one
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(ServiceError):
    """What the request names does not exist."""


class InvalidError(ServiceError):
    """A value of the request makes no sense."""


class NotReadyError(ServiceError):
    """There is no snapshot to answer from, or the service is overloaded; trying later may help."""


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


def build_snapshot(settings: Settings, *, progress: bool = True) -> BuildReport:
    """Check the corpus and build its snapshot; see `ingest.build.build` for what it raises."""
    return build(
        settings.corpus,
        settings.home,
        embedding_model=settings.embedding_model,
        extra=_EXTRA,
        validate=validate,
        progress=progress,
    )


def check_corpus(settings: Settings) -> tuple[int, int]:
    """Check the corpus without building anything; the numbers of documents and measures.

    Raises what `build_snapshot` would.
    """
    documents = load_sources(settings.corpus)
    data = read_data(settings.corpus, _EXTRA)
    validate(documents, data)
    return len(documents), len(load_measures(data, {one.id: one for one in documents}))


def take_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    replaces: str | None = None,
    progress: Progress | None = None,
) -> IntakeReport:
    """Take files into the corpus as of today; see `ingest.intake.take_in`. Builds nothing.

    Raises ServiceError where the settings name no corpus, and what `take_in` raises.
    """
    return take_in(
        paths,
        _corpus(settings),
        today=_today(),
        limits=settings.limits,
        replaces=replaces,
        progress=progress,
    )


def wanted_papers(settings: Settings) -> dict[str, list[str]]:
    """What the papers name and the corpus lacks → the documents that name it."""
    return wanted(load_entries(_corpus(settings)))


def withdraw_document(settings: Settings, document_id: str) -> Outcome:
    """Withdraw a document as of today; see `ingest.intake.withdraw`. Builds nothing."""
    return withdraw(_corpus(settings), document_id, today=_today())


def _corpus(settings: Settings) -> Path:
    """The corpus, where it is one: a wrong path is not to become a folder of files."""
    if not (settings.corpus / LIST).is_file():
        raise ServiceError(
            f"{settings.corpus} 不是语料文件夹（没有 {LIST}），请核对设置 POLICY_CORPUS。"
        )
    return settings.corpus


def _today() -> date:
    return datetime.now(TIME_ZONE).date()


def has_snapshot(settings: Settings) -> bool:
    """Whether a snapshot has been built in the home."""
    try:
        return store.current_path(settings.home).is_dir()
    except SnapshotError:
        return False


@dataclass(frozen=True, slots=True)
class Desk:
    """What can be asked of one open snapshot, without a conversation.

    today  the day that is meant where none is given
    """

    snapshot: Snapshot
    assistant: Assistant
    today: date

    def region(self, name: str | None) -> str | None:
        """The region's name, in full where that names no other; None for None or white space.

        Raises InvalidError.
        """
        if name is None or not name.strip():
            return None
        name = name.strip()
        place = self.assistant.gazetteer.get(name)
        if place is None:
            raise InvalidError(
                f"没有“{_short(name)}”这个地区，或者同名的不止一个，"
                "应为省、市或区县的全称，例如“重庆市江津区”。",
                "region",
            )
        alone = self.assistant.gazetteer.get(place.name)
        return place.name if alone == place else name

    def status(self, document: Document, as_of: date | None = None) -> StatusFinding:
        """The document's status as of a day."""
        return self.assistant.status_on(as_of or self.today)(document)

    def documents(self) -> Iterable[Document]:
        """Every document, in the order of the corpus."""
        return self.snapshot.documents.values()

    def document(self, document_id: str) -> Document:
        """One document. Raises NotFoundError."""
        document = self.snapshot.documents.get(document_id)
        if document is None:
            raise NotFoundError(
                f"没有编号为“{_short(document_id)}”的文件，现有{_list(self.snapshot.documents)}。",
                "document_id",
            )
        return document

    def measures(
        self,
        *,
        region: str | None = None,
        applicant: str | None = None,
        kinds: frozenset[Kind] = frozenset(),
        as_of: date | None = None,
        q: str | None = None,
    ) -> list[Measure]:
        """The catalogue, filtered by what is given, in the order of the files.

        region     only measures whose documents are made for the place
        applicant  a value of the slot `applicant`
        as_of      only measures that hold on this day
        q          words that must all stand in the measure's texts

        Raises InvalidError.
        """
        ids = self._documents_for(region)
        words = (q or "").casefold().split()
        applicants = self.assistant.lexicon.slots["applicant"].values
        if applicant is not None and applicant not in applicants:
            raise InvalidError(
                f"没有“{_short(applicant)}”这种申请主体，应为{_list(applicants)}之一。", "applicant"
            )
        return [
            measure
            for measure in self.assistant.catalogue.measures
            if measure.document in ids
            and (applicant is None or applicant in measure.applicant)
            and (not kinds or measure.kind in kinds)
            and (as_of is None or self._holds_on(measure, as_of))
            and all(word in _words_of(measure) for word in words)
        ]

    def handbook(
        self,
        *,
        region: str | None = None,
        applicant: str | None = None,
        kinds: frozenset[Kind] = frozenset(),
        as_of: date | None = None,
        q: str | None = None,
    ) -> list[Entry]:
        """The handbook's lines, filtered as `measures` is; without kinds, what can be used.

        Raises InvalidError.
        """
        found = self.measures(
            region=region, applicant=applicant, kinds=kinds or USABLE, as_of=as_of, q=q
        )
        documents = self.snapshot.documents
        return entries(found, self.assistant.catalogue, documents, as_of or self.today, applicant)

    def _documents_for(self, region: str | None) -> frozenset[str]:
        place = self.region(region)
        documents = self.snapshot.documents
        if place is None:
            return frozenset(documents)
        home = home_region(place, documents, self.assistant.gazetteer)
        return frozenset(name for name, one in documents.items() if one.region == home)

    def _holds_on(self, measure: Measure, day: date) -> bool:
        """Whether nothing in measure or document says that it does not hold on this day."""
        valid = measure.valid
        return (
            self.status(self.snapshot.documents[measure.document], day).status
            not in _PAST_OR_FUTURE
            and (valid is None or valid.from_ is None or valid.from_ <= day)
            and (valid is None or valid.until is None or day <= valid.until)
        )

    def match(self, profile: Mapping[str, Any], as_of: date | None = None) -> MatchResult:
        """A verdict on every measure for an enterprise's profile. Raises InvalidError."""
        facts = checked_facts(self.assistant.lexicon.slots, profile, "profile")
        try:
            return self.assistant.match(facts, as_of or self.today)
        except CalculatorError as error:
            raise InvalidError(error.message, f"profile.{error.slot}") from error

    def calculate(
        self, measure_id: str, inputs: Mapping[str, Any], as_of: date | None = None
    ) -> Calculation:
        """The main calculation. Raises NotFoundError and InvalidError."""
        return self.calculations(measure_id, inputs, as_of)[0]

    def calculations(
        self, measure_id: str, inputs: Mapping[str, Any], as_of: date | None = None
    ) -> tuple[Calculation, ...]:
        """All calculations of a measure for these inputs, the main one first.

        Raises NotFoundError and InvalidError.
        """
        measure = self.assistant.catalogue.get(measure_id)
        if measure is None:
            raise NotFoundError(
                f"没有编号为“{_short(measure_id)}”的措施，编号见 GET /api/measures。", "measure_id"
            )
        facts = checked_facts(self.assistant.lexicon.slots, inputs, "inputs")
        try:
            return self.assistant.calculations(measure.id, facts, as_of or self.today)
        except CalculatorError as error:
            raise InvalidError(error.message, f"inputs.{error.slot}") from error

    def search(
        self, query: str, *, k: int = 10, region: str | None = None, as_of: date | None = None
    ) -> list[Hit]:
        """The clauses that answer best to a query, best first.

        region  only documents made for the place
        as_of   only documents that are not repealed, over or still to come on this day

        Raises InvalidError.
        """
        query = checked_question(query, "query")
        if not 1 <= k <= MAX_HITS:
            raise InvalidError(f"k 应为 1 到 {MAX_HITS} 的整数。", "k")
        ids = self._documents_for(region)
        if as_of is not None:
            ids = frozenset(
                document.id
                for document in self.documents()
                if document.id in ids and self.status(document, as_of).status not in _PAST_OR_FUTURE
            )
        day = as_of or self.today
        return list(self.assistant.search(query, k, today=day, documents=ids))

    def suggestions(self, region: str | None = None) -> list[Mapping[str, str]]:
        """Questions to begin with, each with region, topic and question; at most MAX_SUGGESTIONS.

        region  those about this place, where its documents are; else about the default region

        Raises InvalidError.
        """
        ids = self._documents_for(region or self.assistant.default_region)
        regions = {self.snapshot.documents[name].region for name in ids}
        found = self.snapshot.data.get(_SUGGESTIONS, [])
        return [one for one in found if one["region"] in regions][:MAX_SUGGESTIONS]

    def step(self, name: str, text: str) -> Any:
        """One step of the pipeline alone, as JSON values. Raises InvalidError."""
        try:
            return self.assistant.step(name, checked_question(text), today=self.today)
        except KeyError as error:
            raise InvalidError(f"没有“{name}”这一步。", "name") from error


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

    def versions(self, document: Document) -> tuple[int, ...]:
        """The numbers of a served document's versions, oldest first; the last one is served.

        () where the corpus that it came from is not there.
        """
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
        known = self.versions(document)
        if number not in known:
            right = f"，应为{_list(map(str, known))}之一" if known else "，原来的语料不在"
            raise NotFoundError(f"《{_short(document.title)}》没有第{number}版{right}。", "version")
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
                f"没有编号为“{_short(answer_id)}”的回答，应为回答里的 id。", "answer_id"
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
            restore(self.settings.home, name, progress=False)
            return Snapshot.open(folder)

    def replay(self, answer_id: str) -> Replay:
        """Compute a kept answer once more, from its own snapshot. Raises NotFoundError."""
        try:
            record = self.audit.get(answer_id)
        except UnknownAnswerError:
            raise NotFoundError(f"没有编号为“{_short(answer_id)}”的回答。", "answer_id") from None
        if record.request is None:
            return Replay(record, None, ("正文已按保留期限清除，只剩摘要，不能重演",))
        try:
            snapshot = self._snapshot(record.snapshot)
        except (SnapshotError, BuildError) as error:
            return Replay(record, None, (f"当时的快照 {record.snapshot} 打不开：{error}",))
        answer = _answer_again(snapshot, record, record.request)
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


def checked_question(text: str, field: str = "question") -> str:
    """The text without outer white space; InvalidError where it is empty, too long or no text."""
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise InvalidError("文字里有无法识别的字符，请改用 UTF-8 文字。", field)
    if len(text) > MAX_QUESTION:
        raise InvalidError(
            f"共 {len(text)} 个字，太长了。请写成不超过 {MAX_QUESTION} 个字。", field
        )
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise InvalidError("没有内容。请写出要问的事，例如“技改贷款贴息怎么算”。", field)
    return text.strip()


def _can_be_asked(text: str) -> bool:
    """Whether it is a question; what is none has no part in a history."""
    try:
        checked_question(text)
    except InvalidError:
        return False
    return True


def checked_facts(
    slots: Mapping[str, Any], facts: Mapping[str, Any], where: str
) -> dict[str, str | list[str]]:
    """Facts of a case in the slots' own values: decimals as strings, yes and no as 是 and 否.

    Unknown ones (null) are left out. Raises InvalidError with the slot and what would be right.
    """
    checked: dict[str, str | list[str]] = {}
    for name, value in facts.items():
        slot = slots.get(name)
        field = f"{where}.{name}"
        if slot is None:
            near = get_close_matches(name, slots, n=3, cutoff=0.5)
            hint = f"是否应写作{_list(near)}？" if near else ""
            raise InvalidError(
                f"没有“{_short(name)}”这一项，{hint}可用的名称见 GET /api/slots。", field
            )
        if value is not None:
            checked[name] = _checked_value(slot, value, field)
    return checked


def _checked_value(slot: Any, value: Any, field: str) -> str | list[str]:
    def wrong(right: str) -> InvalidError:
        return InvalidError(f"{slot.label}“{_short(value)}”不对，应为{right}。", field)

    match slot.type:
        case "choice":
            if not isinstance(value, str) or value not in slot.values:
                raise wrong(f"{_list(slot.values)}之一")
            return value
        case "choices":
            chosen = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str) and item in slot.values for item in chosen):
                raise wrong(f"{_list(slot.values)}中的一个或几个")
            return chosen
        case "flag":
            if not isinstance(value, bool | str) or value not in _YES_NO:
                raise wrong("true、false、“是”或“否”")
            return _YES_NO[value]
        case "money" | "rate" | "number":
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise wrong(_decimal_form(slot))
            text = str(value).strip()
            if not _DECIMAL.fullmatch(text):
                raise wrong(_decimal_form(slot))
            return text
        case "date":
            if not isinstance(value, str) or parse_day(value) is None:
                raise wrong("YYYY-MM-DD 形式的日期")
            return value
        case _:
            if not isinstance(value, str) or not 0 < len(value) <= MAX_QUESTION:
                raise wrong("一段文字")
            return value


def _decimal_form(slot: Any) -> str:
    if slot.type == "money":
        return "以元为单位的十进制数，例如“50000000”表示5000万元"
    if slot.type == "rate":
        return "小数，例如“0.04”表示4%"
    return f"数字（单位：{slot.unit}）" if slot.unit else "数字"


def parse_kinds(text: str) -> frozenset[Kind]:
    """The kinds named, separated by commas; none for an empty text. Raises InvalidError."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in list(Kind):
            raise InvalidError(f"没有“{_short(name)}”这个类别，应为{_list(Kind)}之一。", "kind")
    return frozenset(map(Kind, names))


def parse_day(text: str) -> date | None:
    """The day written as YYYY-MM-DD, between 1949 and 2999; None where it is none."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1949 <= day.year <= 2999 else None


def _words_of(measure: Measure) -> str:
    conditions = (condition.text or "" for condition in measure.conditions)
    return " ".join(
        (
            measure.id,
            *measure.aliases,
            measure.title,
            measure.gist or "",
            measure.quote,
            *measure.keywords,
            *measure.applicant,
            *conditions,
        )
    ).casefold()


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _list(names: Any) -> str:
    return "、".join(names)
