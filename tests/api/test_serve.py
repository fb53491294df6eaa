"""The service as it is run: a process that answers over a socket and loses nothing when it ends."""

from __future__ import annotations

import json
import os
import shutil
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


PAPER = """攀枝花市冷链设备奖励办法
攀经信发〔2025〕4号
第一条　对冷链物流企业购置冷链设备，按照不超过购置金额的11%给予奖励。
第二条　本办法自2025年4月1日起施行。
"""


def test_what_another_process_takes_in_or_withdraws_is_served_at_once(
    start: Start, built_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    shutil.copytree(built_home, tmp_path / "home")
    own = {"POLICY_CORPUS": str(tmp_path / "corpus"), "POLICY_HOME": str(tmp_path / "home")}
    database = {"POLICY_DATABASE_URL": f"sqlite:///{tmp_path / 'assistant.db'}"}
    (tmp_path / "冷链.txt").write_text(PAPER, "utf-8")

    def command(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            cwd=ROOT,
            env=os.environ | own | database,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def ask() -> Any:
        return json.loads(
            call(f"{base}/api/ask", {"question": "攀枝花市冷链设备奖励比例最高是多少？"})
        )

    _, base = start(**own)
    before = ask()
    assert "11%" not in before["text"]
    taken = command("ingest", str(tmp_path / "冷链.txt"))
    document = taken.splitlines()[0].rsplit("→ ", 1)[1]
    during = ask()
    assert "不超过购置金额的11%" in during["text"]
    assert {each["document_id"] for each in during["citations"]} == {document}
    command("withdraw", document)
    after = ask()
    assert "11%" not in after["text"]
    assert document not in {each["document_id"] for each in after["citations"]}
    assert before["snapshot"] == after["snapshot"] != during["snapshot"]  # named by its inputs
    replayed = command("replay", during["id"])
    assert "逐字节相同" in replayed
