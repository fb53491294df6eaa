"""Every evaluation runs by its name."""

from __future__ import annotations

import importlib

import pytest

from evals.__main__ import EVALUATIONS, main


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_evaluation(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert all(name in said and what in said for name, what in EVALUATIONS.items())


@pytest.mark.parametrize("name", EVALUATIONS)
def test_every_name_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        importlib.import_module(f"evals.{name}").main(["--help"])
    assert end.value.code == 0
    assert f"python -m evals {name}" in capsys.readouterr().out


def test_another_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exam"]) == 2
    assert "没有“exam”这项评测" in capsys.readouterr().err


def test_what_keeps_it_from_running_is_said_in_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["clauses", "--base-url", "ftp://x"]) == 2
    assert capsys.readouterr().err == "地址 ftp://x 不对，应如 http://127.0.0.1:8000\n"


def test_the_halves_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["split"]) == 0
    assert "合计" in capsys.readouterr().out
    assert main(["split", "--list", "open"]) == 0
    opened = capsys.readouterr().out.split()
    assert main(["split", "--list", "held"]) == 0
    assert not set(opened) & set(capsys.readouterr().out.split())
