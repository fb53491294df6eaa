"""The assistant as the evaluations talk to it: over HTTP, or in this process.

In:  a base URL, or a home folder to build a snapshot in and to serve from.
Out: clients with the same three calls, which give the same JSON (tests/evals/test_service.py).
     A service started here listens on loopback and is gone after the block.
"""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from assistant.corpus import build_snapshot
from assistant.inputs import NotFoundError
from assistant.service import Service
from assistant.settings import Settings
from evals.errors import ServiceError
from evals.questions import CORPUS

Json = Mapping[str, Any]
READY_WITHIN = 60.0  # seconds
REPOSITORY = Path(__file__).parent.parent


class Client(Protocol):
    """What an evaluation asks of the assistant; each raises ServiceError."""

    def ask(self, question: str, session_id: str | None, as_of: date) -> Json:
        """One turn's answer, as JSON; no session begins a new one."""

    def document(self, document_id: str, as_of: date) -> Json:
        """A document with text, title, number, dates, status and damage."""

    def search(self, query: str, k: int) -> Sequence[Json]:
        """The best clauses: document_id and clause_path of each, best first."""


class HttpClient:
    """A client of a running service, on one connection. Not for several threads."""

    def __init__(self, base_url: str, timeout: float = 60.0) -> None:
        address = urlsplit(base_url)
        if address.scheme != "http" or address.hostname is None:
            raise ServiceError(f"地址 {base_url} 不对，应如 http://127.0.0.1:8000")
        self._connection = HTTPConnection(address.hostname, address.port or 80, timeout=timeout)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(self, question: str, session_id: str | None, as_of: date) -> Json:
        body = {"question": question, "as_of": as_of.isoformat()}
        if session_id is not None:
            body["session_id"] = session_id
        answer: Json = self.call("POST", "/api/ask", body)
        return answer

    def document(self, document_id: str, as_of: date) -> Json:
        name = quote(document_id, safe="")
        path = f"/api/documents/{name}?as_of={as_of.isoformat()}"
        document: Json = self.call("GET", path)
        return document

    def search(self, query: str, k: int) -> Sequence[Json]:
        results: Sequence[Json] = self.call("POST", "/api/search", {"query": query, "k": k})[
            "results"
        ]
        return results

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """The JSON that comes back. Raises ServiceError, with the problem's detail where given."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            self._connection.request(method, path, sent, headers)
            reply = self._connection.getresponse()
            received = reply.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise ServiceError(f"{method} {path}：{type(error).__name__} {error}") from error
        try:
            value = json.loads(received)
        except ValueError as error:
            raise ServiceError(f"{method} {path}：{reply.status}，回复不是 JSON") from error
        if reply.status >= 400:
            detail = value.get("detail") if isinstance(value, dict) else None
            raise ServiceError(f"{method} {path}：{reply.status} {detail or ''}")
        return value


class LocalClient:
    """A client of a `Service` in this process: no server, no connection."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def ask(self, question: str, session_id: str | None, as_of: date) -> Json:
        try:
            answer = self._service.ask(question, session_id=session_id, as_of=as_of)
        except Exception as error:  # what is a 4xx or 5xx over HTTP fails the question here too
            raise ServiceError(f"{type(error).__name__}：{error}") from error
        return answer.to_json()

    def document(self, document_id: str, as_of: date) -> Json:
        with self._service.desk() as desk:
            try:
                document = desk.document(document_id)
            except NotFoundError as error:
                raise ServiceError(str(error)) from error
            finding = desk.status(document, as_of)
        dates = {name: getattr(document.dates, name) for name in document.dates.__slots__}
        return {
            "id": document.id,
            "title": document.title,
            "number": document.number,
            "dates": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in dates.items()
                if value is not None
            },
            "status": finding.status.value,
            "status_reason": finding.reason,
            "notes": list(document.notes),
            "damage": [{"kind": d.kind, "start": d.start, "end": d.end} for d in document.damage],
            "text": document.text,
        }

    def search(self, query: str, k: int) -> Sequence[Json]:
        with self._service.desk() as desk:
            return [
                {"document_id": hit.document_id, "clause_path": hit.path}
                for hit in desk.search(query, k=k)
            ]


@dataclass(frozen=True, slots=True)
class Running:
    """A service that was started here.

    ready_seconds  from the process's start until /readyz said yes
    """

    base_url: str
    pid: int
    ready_seconds: float


@contextmanager
def temporary_home() -> Iterator[Settings]:
    """Settings with a home of their own, a snapshot of the repository's corpus built in it."""
    with tempfile.TemporaryDirectory(prefix="policy-evals-") as folder:
        database = f"sqlite:///{Path(folder) / 'assistant.db'}"
        settings = Settings(home=Path(folder), corpus=CORPUS, database_url=database)
        build_snapshot(settings, progress=False)
        yield settings


@contextmanager
def started(settings: Settings) -> Iterator[Running]:
    """Serve from the settings' home on a free loopback port; stopped at the end.

    Raises ServiceError where it is not ready within READY_WITHIN seconds; the message has the end
    of what it printed.
    """
    port = _free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLICY_")} | {
        "POLICY_HOME": str(settings.home.resolve()),
        "POLICY_CORPUS": str(settings.corpus.resolve()),
        "POLICY_CHROMA": str(settings.chroma),
        "POLICY_HOST": "127.0.0.1",
        "POLICY_PORT": str(port),
    }
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve"],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            base_url = f"http://127.0.0.1:{port}"
            if not _becomes_ready(base_url, process, began):
                log.seek(0)
                end = log.read().decode(errors="replace")[-2000:]
                raise ServiceError(f"服务没有在 {READY_WITHIN:.0f} 秒内就绪：\n{end}")
            yield Running(base_url, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _becomes_ready(base_url: str, process: subprocess.Popen[bytes], began: float) -> bool:
    client = HttpClient(base_url, timeout=5)
    while time.perf_counter() - began < READY_WITHIN and process.poll() is None:
        try:
            client.call("GET", "/readyz")
            return True
        except ServiceError:
            time.sleep(0.02)
        finally:
            client.close()
    return False


@contextmanager
def connected(base_url: str | None, *, in_process: bool = False) -> Iterator[tuple[Client, str]]:
    """A client and the base URL it talks to ("" in process): of a running service, or of one
    started here in a temporary home."""
    if base_url is not None:
        client = HttpClient(base_url)
        try:
            yield client, base_url.rstrip("/")
        finally:
            client.close()
        return
    with temporary_home() as settings:
        if in_process:
            with Service(settings) as service:
                yield LocalClient(service), ""
            return
        with started(settings) as running:
            client = HttpClient(running.base_url)
            try:
                yield client, running.base_url
            finally:
                client.close()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The answers to a conversation's turns and the seconds each took."""

    answers: tuple[Json, ...]
    seconds: tuple[float, ...]


def converse(client: Client, turns: Sequence[str], as_of: date) -> Conversation:
    """Ask the turns one after another in one session. Raises ServiceError."""
    session: str | None = None
    answers: list[Json] = []
    seconds: list[float] = []
    for turn in turns:
        began = time.perf_counter()
        answers.append(client.ask(turn, session, as_of))
        seconds.append(time.perf_counter() - began)
        session = answers[-1]["session_id"]
    return Conversation(tuple(answers), tuple(seconds))


def documents_of(client: Client, as_of: date) -> Callable[[str], Json]:
    """The documents by id as of a day, each fetched once; {} where there is none."""

    @functools.cache
    def document(document_id: str) -> Json:
        try:
            return client.document(document_id, as_of)
        except ServiceError:
            return {}

    return document
