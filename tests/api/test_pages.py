"""Pages, health, metrics and headers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import PAGES, STATIC
from assistant.corpus import build_snapshot
from assistant.settings import Settings


def test_the_page_loads_and_so_does_everything_it_names(client: TestClient) -> None:
    for path in (*PAGES.values(), "/documents/cq-jingxin-2024-7"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        named = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
        assert any(name.startswith("/static/") for name in named)
        for name in named:
            assert client.get(name).status_code == 200, name


def test_no_page_needs_what_the_policy_forbids() -> None:
    for page in STATIC.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), page.name
        assert not re.search(r"\son\w+=|\sstyle=|<style", text), page.name
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), page.name


@pytest.mark.parametrize("path", ["/", "/api/slots", "/static/icon.svg", "/nothing", "/metrics"])
def test_every_reply_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_answers_are_not_cached_and_pages_are_asked_for_again(client: TestClient) -> None:
    assert client.get("/api/slots").headers["cache-control"] == "no-store"
    page = client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    icon = client.get("/static/icon.svg")
    again = client.get("/static/icon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert again.status_code == 304


def test_an_unknown_documents_page_says_so_to_programs(client: TestClient) -> None:
    page = client.get("/documents/none")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_other_sites_are_let_in_only_by_a_setting(served: Settings) -> None:
    own = served.model_copy(update={"cors_origins": ("https://www.example.gov.cn",)})
    with TestClient(create_app(own)) as client:
        for origin, allowed in (
            ("https://www.example.gov.cn", True),
            ("https://evil.example", False),
        ):
            reply = client.post("/api/search", json={"query": "贴息"}, headers={"Origin": origin})
            assert (reply.headers.get("access-control-allow-origin") == origin) is allowed


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    client.post("/api/ask", json={"question": "重庆瞪羚企业奖多少"})
    client.get("/api/documents/luoyang-2024-draft")
    client.get("/no/such/page")
    text = client.get("/metrics").text
    assert f'policy_snapshot{{name="{ready["snapshot"]}"}} 1.0' in text
    assert 'policy_answers_total{behaviour="answer",mode="rules"}' in text
    assert 'route="/api/documents/{document_id}"' in text
    assert 'policy_step_seconds_count{step="verify"}' in text
    assert "no/such" not in text
    assert "luoyang" not in text


def test_the_interface_describes_itself(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/documents/{document_id}", "/api/match", "/readyz"} <= set(paths)


def test_without_a_snapshot_the_service_waits_for_one(tmp_path: Path, served: Settings) -> None:
    own = Settings(home=tmp_path / "home", corpus=served.corpus)
    with TestClient(create_app(own)) as client:
        assert client.get("/healthz").status_code == 200
        for reply in (client.get("/readyz"), client.post("/api/ask", json={"question": "贴息"})):
            assert reply.status_code == 503
            assert "ingest" in reply.json()["detail"]
            assert reply.headers["retry-after"]
        build_snapshot(own, progress=False)
        assert client.get("/readyz").status_code == 200
        assert client.post("/api/ask", json={"question": "重庆瞪羚企业奖多少"}).status_code == 200
