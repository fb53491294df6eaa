"""Rules and a scripted model side by side: a model that repeats the rules changes no pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals import examples
from evals.compared import Pair, curve


def pair(worded: bool, withheld: int, passed: bool) -> Pair:
    return Pair("q", "c", True, passed, worded, withheld, 10, 5, 0.0, (0.1,), (0.3,), ())


def test_risk_is_told_against_coverage() -> None:
    pairs = [pair(True, 0, True), pair(True, 2, False), pair(False, 9, True), pair(True, 2, True)]
    points = [(p.most_withheld, p.coverage, p.risk) for p in curve(pairs)]
    assert points == [(0, 0.25, 0.0), (2, 0.75, pytest.approx(1 / 3))]


def test_a_model_that_repeats_the_rules_passes_what_they_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "compared.json"
    only = "--only=" + ",".join(q.id for q in examples.own_questions()[:6])
    examples.main(["--mode", "llm", "--scripted", only, "--json", str(out)])
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["questions"] == 6 and told["rules_passed"] == told["llm_passed"]
    assert told["worded"] >= 3 and told["withheld"] == 0
    assert told["input_tokens"] > 0 and len(told["rows"]) == 6
    assert "风险与采用比例" in capsys.readouterr().out


def test_a_mode_needs_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        examples.main(["--mode", "llm"])
    assert "--base-url" in capsys.readouterr().err
