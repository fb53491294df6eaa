"""Talking to a service over HTTP: one connection, plain JSON, errors in words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from evals.errors import ServiceError
from evals.service import HttpClient, converse, documents_of

DAY = date(2026, 11, 20)


class Echo(BaseHTTPRequestHandler):
    """Answers with what was asked; unknown documents and broken JSON on request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "nowhere" in self.path:
            return self.reply(404, {"detail": "没有编号为“nowhere”的文件。"})
        return self.reply(200, {"path": self.path})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/search":
            return self.reply(200, {"results": [body]})
        if body["question"] == "坏":
            return self.reply(200, None)
        return self.reply(200, {"session_id": "s", "asked": body})

    def reply(self, status: int, value: Any) -> None:
        sent = b"<html>" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def client() -> Iterator[HttpClient]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = HttpClient(f"http://127.0.0.1:{server.server_port}", timeout=5)
    yield client
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_turns_follow_one_another_in_one_session(client: HttpClient) -> None:
    conversation = converse(client, ["贴多少", "4%"], DAY)
    asked = [answer["asked"] for answer in conversation.answers]
    assert asked == [
        {"question": "贴多少", "as_of": "2026-11-20"},
        {"question": "4%", "as_of": "2026-11-20", "session_id": "s"},
    ]
    assert len(conversation.seconds) == 2


def test_documents_are_fetched_as_of_the_day_and_once(client: HttpClient) -> None:
    document = documents_of(client, DAY)
    assert document("a/b")["path"] == "/api/documents/a%2Fb?as_of=2026-11-20"
    assert document("a/b") is document("a/b")
    assert document("nowhere") == {}


def test_searching(client: HttpClient) -> None:
    assert client.search("贴息", 5) == [{"query": "贴息", "k": 5}]


def test_an_error_says_what_the_service_said(client: HttpClient) -> None:
    with pytest.raises(ServiceError, match="404 没有编号为“nowhere”的文件"):
        client.document("nowhere", DAY)
    with pytest.raises(ServiceError, match="不是 JSON"):
        client.ask("坏", None, DAY)
    assert client.ask("好", None, DAY)["session_id"] == "s"


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ServiceError, match="GET /readyz：ConnectionRefusedError"):
        HttpClient("http://127.0.0.1:9", timeout=1).call("GET", "/readyz")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "https://127.0.0.1", "ftp://x"])
def test_only_an_http_address_will_do(url: str) -> None:
    with pytest.raises(ServiceError, match=r"应如 http://127\.0\.0\.1:8000"):
        HttpClient(url)
