"""Bad input gets a problem with a Chinese sentence that says what would be right, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from assistant.service import Service
from assistant.settings import Settings

MEASURE = "tech-upgrade-loan-interest-subsidy"


def check(reply: Any, status: int, says: str = "") -> None:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["status"] == status
    assert body["title"]
    assert any("\u4e00" <= character <= "\u9fff" for character in body["detail"])
    assert says in body["detail"]
    assert "Traceback" not in reply.text
    assert len(reply.text) < 1500


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, "question"),
        ({"question": ""}, 422, "没有内容"),
        ({"question": " \n\u3000\u200b"}, 422, "没有内容"),
        ({"question": "\u0000\u0001"}, 422, "没有内容"),
        ({"question": "问" * 2001}, 422, "2000"),
        ({"question": "问" * 10000}, 422, "2000"),
        ({"question": 5}, 422, "文字"),
        ({"question": None}, 422, "文字"),
        ({"question": ["问"]}, 422, "文字"),
        ({"question": {"text": "问"}}, 422, "文字"),
        ({"question": True}, 422, "文字"),
        ({"question": "\ud800问"}, 422, "UTF-8"),
        ({"question": "问", "session_id": "none"}, 404, "会话"),
        ({"question": "问", "session_id": 7}, 422, "session_id"),
        ({"question": "问", "session_id": "x" * 5000}, 422, "session_id"),
        ({"question": "问", "as_of": "2024-13-01"}, 422, "YYYY-MM-DD"),
        ({"question": "问", "as_of": "2023-02-29"}, 422, "YYYY-MM-DD"),
        ({"question": "问", "as_of": "20240101"}, 422, "YYYY-MM-DD"),
        ({"question": "问", "as_of": "2024-01-01T00:00:00"}, 422, "YYYY-MM-DD"),
        ({"question": "问", "as_of": 1704067200}, 422, "YYYY-MM-DD"),
        ({"question": "问", "as_of": "0001-01-01"}, 422, "1949"),
        ({"question": "问", "as_of": ""}, 422, "YYYY-MM-DD"),
        ({"question": "问", "region": 5}, 422, "区县"),
        ({"question": "问", "region": "霍格沃茨"}, 422, "地区"),
        ({"question": "问", "region": "'; DROP TABLE answers"}, 422, "地区"),
    ],
)
def test_bad_questions(client: TestClient, body: Any, status: int, says: str) -> None:
    reply = client.post(
        "/api/ask", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    check(reply, status, says)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"question": "', 400),
        (b"question=1", 400),
        (b"", 422),
        (b"[]", 422),
        (b'"question"', 422),
        (b"null", 422),
        (b"12", 422),
        (b"\xff\xfe{}", 400),
        (b'{"question": "\xff"}', 400),
        (b"[" * 100_000, 400),
        (b'{"question": "' + b"a" * 300_000 + b'"}', 413),
        (b'{"question": 1' + b"0" * 5000 + b"}", 400),
    ],
)
def test_bodies_that_are_no_object(client: TestClient, content: bytes, status: int) -> None:
    reply = client.post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    check(reply, status)


def test_a_body_without_announced_length_is_limited_too(client: TestClient) -> None:
    chunks = (b"a" * 50_000 for _ in range(10))
    reply = client.post("/api/ask", content=chunks, headers={"Content-Type": "application/json"})
    check(reply, 413, "缩短")


def test_a_body_that_does_not_say_that_it_is_json(client: TestClient) -> None:
    reply = client.post(
        "/api/ask", content=b'{"question": "x"}', headers={"Content-Type": "text/plain"}
    )
    check(reply, 422, "JSON")


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/api/nothing", 404, "/api/nothing"),
        ("GET", "/nothing", 404, "地址"),
        ("GET", "/static/nothing.js", 404, "地址"),
        ("GET", "/static/../app.py", 404, "地址"),
        ("GET", "/static/%2e%2e/app.py", 404, "地址"),
        ("GET", "/api/ask", 405, "POST"),
        ("DELETE", "/api/documents", 405, "GET"),
        ("GET", "/api/documents/none", 404, "cq-jingxin-2024-7"),
        ("GET", "/api/documents/..%2f..%2fetc%2fpasswd", 404, ""),
        ("GET", "/api/documents?as_of=2024-13-01", 422, "YYYY-MM-DD"),
        ("GET", "/api/documents/luoyang-2024-draft?as_of=yesterday", 422, "YYYY-MM-DD"),
        ("GET", "/api/measures?kind=gift", 422, "benefit"),
        ("GET", "/api/measures?applicant=外星人", 422, "企业"),
        ("GET", "/api/measures?region=霍格沃茨", 422, "地区"),
        ("GET", "/api/measures?as_of=2024", 422, "YYYY-MM-DD"),
        ("GET", "/api/measures?q=" + "x" * 3000, 422, "2000"),
    ],
)
def test_bad_addresses(client: TestClient, method: str, path: str, status: int, says: str) -> None:
    check(client.request(method, path), status, says)


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("match", {}, 422, "profile"),
        ("match", {"profile": []}, 422, "profile"),
        ("match", {"profile": {"colour": "red"}}, 422, "slots"),
        ("match", {"profile": {"industy": "制造业"}}, 422, "industry"),
        ("match", {"profile": {"industry": "炼金术"}}, 422, "制造业"),
        ("match", {"profile": {"industry": 5}}, 422, "制造业"),
        ("match", {"profile": {"titles": ["专精特新", "最棒"]}}, 422, "专精特新"),
        ("match", {"profile": {"first_time": "也许"}}, 422, "是"),
        ("match", {"profile": {"principal": float("nan")}}, 422, "元"),
        ("match", {"profile": {"principal": float("inf")}}, 422, "元"),
        ("match", {"profile": {"principal": "五千万"}}, 422, "元"),
        ("match", {"profile": {"principal": True}}, 422, "元"),
        ("match", {"profile": {"principal": "1" * 500}}, 422, "元"),
        ("match", {"profile": {"annual_rate": "4%"}}, 422, "0.04"),
        ("match", {"profile": {}, "as_of": "2024-13-01"}, 422, "YYYY-MM-DD"),
        ("calculate", {"measure_id": MEASURE}, 422, "inputs"),
        ("calculate", {"measure_id": "none", "inputs": {}}, 404, "措施"),
        ("calculate", {"measure_id": 5, "inputs": {}}, 422, "measure_id"),
        ("calculate", {"measure_id": MEASURE, "inputs": {"wealth": "1"}}, 422, "slots"),
        ("calculate", {"measure_id": MEASURE, "inputs": {"principal": "x"}}, 422, "元"),
        ("calculate", {"measure_id": MEASURE, "inputs": {"principal": "-5"}}, 422, ""),
        (
            "calculate",
            {"measure_id": MEASURE, "inputs": {"principal": "50000000", "annual_rate": "4"}},
            422,
            "",
        ),
        ("search", {}, 422, "query"),
        ("search", {"query": ""}, 422, "没有内容"),
        ("search", {"query": "贴息", "k": 0}, 422, "50"),
        ("search", {"query": "贴息", "k": 1000}, 422, "50"),
        ("search", {"query": "贴息", "k": "3"}, 422, "50"),
        ("search", {"query": "贴息", "k": True}, 422, "50"),
        ("search", {"query": "贴息", "region": "霍格沃茨"}, 422, "地区"),
        ("feedback", {"answer_id": "none", "useful": True}, 404, "回答"),
        ("feedback", {"answer_id": "none", "useful": "yes"}, 422, "true"),
        ("feedback", {"answer_id": "none", "useful": 1}, 422, "true"),
        ("feedback", {"answer_id": "none", "useful": True, "comment": "好" * 2001}, 422, "2000"),
    ],
)
def test_bad_calls(client: TestClient, path: str, body: Any, status: int, says: str) -> None:
    reply = client.post(
        f"/api/{path}", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    check(reply, status, says)


def test_the_service_goes_on_after_bad_input(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.fixture
def broken(served: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A service whose answering fails in an unforeseen way."""

    def fail(*_: Any, on_step: Any = None, **__: Any) -> None:
        if on_step is not None:
            on_step("understand")
        raise RuntimeError("secret detail")

    with TestClient(create_app(served)) as client:
        monkeypatch.setattr(Service, "ask", fail)
        yield client


def test_our_own_failure_says_nothing_of_its_inside(broken: TestClient) -> None:
    reply = broken.post("/api/ask", json={"question": "问"})
    check(reply, 500)
    assert "secret" not in reply.text
    assert "content-security-policy" in reply.headers
    assert 'route="/api/ask",status="500"' in broken.get("/metrics").text


def test_a_failure_within_a_stream_is_an_error_event(broken: TestClient) -> None:
    headers = {"Accept": "text/event-stream"}
    reply = broken.post("/api/ask", json={"question": "问"}, headers=headers)
    assert reply.status_code == 200
    assert "event: step" in reply.text
    assert "event: error" in reply.text
    assert '"status":500' in reply.text
    assert "secret" not in reply.text
