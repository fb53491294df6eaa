"""The intake's measurements: what is made is what they say, and all of it is read."""

from __future__ import annotations

from itertools import pairwise

import pytest

from evals import intake
from ingest.read import read


def test_pages_are_as_full_as_they_are_said_to_be() -> None:
    data = intake.set_pages("支持设备更新" * 300, 2, 22, 28, 16)
    assert len("".join(read(data, "a.pdf").text.split())) == 2 * 22 * 28
    characters, speed = intake.pages_per_second(data)
    assert characters >= 2 * 22 * 28
    assert speed > 0


def test_a_ruled_page_is_a_table_with_all_its_rows() -> None:
    lines = read(intake.ruled_pages(2, rows=5), "a.pdf").text.splitlines()
    assert lines[0].startswith("表1 表头：")
    assert sum("第" in line.partition("：")[0] for line in lines) == 2 * 5 - 1


def test_memory_is_told_at_even_steps() -> None:
    rows = list(intake.memory_over(20))
    assert [done for done, _, _ in rows] == list(range(1, 21))
    assert all(later >= sooner for (_, _, sooner), (_, _, later) in pairwise(rows))


def test_the_report_names_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert intake.main(["--pages", "1"]) == 0
    assert capsys.readouterr().out.count("每秒") == 3
