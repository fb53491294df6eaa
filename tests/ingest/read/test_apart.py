"""Reading in a process of its own: whatever a file does, the next one is read."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.read import Limits, ReadError, read
from ingest.read.apart import Reader

TEXT = "一、支持设备更新。\n".encode()


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Limits(seconds=1, memory_bytes=400 * 2**20)) as reader:
        yield reader


def test_a_reading_is_the_same_as_without(reader: Reader, papers: Any) -> None:
    for name, data in (
        ("a.txt", TEXT),
        ("a.pdf", papers.pdf(papers.lines([(72, 100, "第一条　支持。")]))),
        ("a.docx", papers.docx(papers.paragraph("第一条　支持。"))),
        ("a.xlsx", papers.xlsx(("甲", "乙"), ("1", "2"))),
    ):
        assert reader.read(data, name) == read(data, name)


def test_a_refusal_comes_back_with_its_sentence(reader: Reader) -> None:
    with pytest.raises(ReadError, match="文件是空的"):
        reader.read(b"", "a.txt")
    assert reader.read(TEXT, "a.txt").text.encode() == TEXT


def test_a_killed_process_is_replaced(reader: Reader) -> None:
    reader.read(TEXT, "a.txt")
    assert reader._process is not None
    os.kill(reader._process.pid, signal.SIGKILL)
    with pytest.raises(ReadError, match="意外中止"):
        reader.read(TEXT, "a.txt")
    assert reader.read(TEXT, "a.txt").text.encode() == TEXT


def test_a_process_that_hangs_is_replaced(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.read.apart._GRACE", -0.5)
    monkeypatch.setattr("ingest.read.apart._PATIENCE", 0.1)
    reader.read(TEXT, "a.txt")
    assert reader._process is not None
    os.kill(reader._process.pid, signal.SIGSTOP)
    with pytest.raises(ReadError, match=r"读取超过 1 秒（设置 POLICY_INGEST_SECONDS）"):
        reader.read(TEXT, "a.txt")
    monkeypatch.undo()
    assert reader.read(TEXT, "a.txt").text.encode() == TEXT


def test_memory_is_limited(reader: Reader) -> None:
    wide = b"<html><body>" + b"<p>x</p>" * 3_000_000
    with pytest.raises(ReadError, match=r"内存|过大|意外中止|未读入"):
        reader.read(wide, "a.html")
    assert reader.read(TEXT, "a.txt").text.encode() == TEXT
