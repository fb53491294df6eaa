"""The widget is one small script, made of the same modules as the chat page."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import STATIC
from api.bundle import BundleError, bundle

KIBIBYTE = 1024


def test_it_is_small_and_the_same_each_time() -> None:
    script = bundle(STATIC)
    assert script == bundle(STATIC)
    assert len(gzip.compress(script, mtime=0)) <= 40 * KIBIBYTE


def test_nothing_of_modules_and_of_the_sites_own_sizes_is_left() -> None:
    script = bundle(STATIC).decode()
    script = re.sub(r"\((?:max|min)-(?:width|height): \d+rem\)", "", script)  # the reader's own
    assert not re.search(r"^(?:import|export)\b", script, re.M)
    assert not re.search(r"\drem\b", script)
    assert "/*" not in script


@pytest.mark.parametrize(
    "wrong",
    [
        "export default function widget() {}\n",
        'import widget from "./dom.js";\nexport function widget() {}\n',
        'import { widget } from "./widget.js";\nexport const start = widget;\n',
    ],
)
def test_what_it_cannot_put_together_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "dom.js").write_text("export const h = 1;\n", encoding="utf-8")
    (tmp_path / "js" / "widget.js").write_text(wrong, encoding="utf-8")
    with pytest.raises(BundleError):
        bundle(tmp_path)


def test_it_is_served_small_and_asked_for_again_by_its_tag(client: TestClient) -> None:
    reply = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["content-encoding"] == "gzip"
    assert reply.content == bundle(STATIC)
    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == reply.content
    again = client.get("/widget.js", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
