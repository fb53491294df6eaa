"""The service as it is run: a process that answers over a socket and loses nothing when it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
Start = Callable[..., tuple[subprocess.Popen[str], str]]


def call(url: str, body: Any = None, accept: str = "application/json") -> str:
    """The body of the reply."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept": accept}
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as reply:
        text: str = reply.read().decode()
        return text


@pytest.fixture
def start(built_home: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts `policy-assistant serve` and waits until it listens; kills what is left over."""
    running: list[subprocess.Popen[str]] = []

    def begin(**settings: str) -> tuple[subprocess.Popen[str], str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = os.environ | {
            "POLICY_HOME": str(built_home),
            "POLICY_DATABASE_URL": f"sqlite:///{tmp_path / 'assistant.db'}",
            "POLICY_CORPUS": str(ROOT / "corpus"),
            "POLICY_PORT": str(port),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "serve"],
            cwd=ROOT,
            env=environment | settings,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        base = f"http://127.0.0.1:{port}"
        while process.poll() is None:
            try:
                call(f"{base}/readyz")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
            else:
                break
        return process, base

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def kept(database: Path, answer_id: str) -> bool:
    connection = sqlite3.connect(database)
    try:
        query = "SELECT count(*) FROM answer_bodies WHERE id = ?"
        return bool(connection.execute(query, (answer_id,)).fetchone()[0])
    finally:
        connection.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_answer_that_was_sent_is_lost(start: Start, tmp_path: Path, how: signal.Signals) -> None:
    process, base = start()
    answer = json.loads(call(f"{base}/api/ask", {"question": "重庆瞪羚企业奖多少"}))
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -how)
    assert "Traceback" not in errors
    assert kept(tmp_path / "assistant.db", answer["id"])


def test_events_come_over_a_real_socket(start: Start) -> None:
    _, base = start()
    stream = call(f"{base}/api/ask", {"question": "重庆瞪羚企业奖多少"}, "text/event-stream")
    assert stream.startswith("event: step\n")
    assert "\nevent: answer\n" in stream


def test_a_wrong_setting_ends_it_with_one_line(start: Start) -> None:
    process, _ = start(POLICY_SESSION_HOURS="-1")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.count("\n") == 1
    assert "POLICY_SESSION_HOURS" in errors


def test_a_port_in_use_is_said_in_one_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process, _ = start(POLICY_PORT=port)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.count("\n") == 1
    assert port in errors
