"""Result files: what is written is read back, with the command that made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import results
from evals.errors import EvaluationError
from evals.pinned import Score


def test_what_is_written_is_read_back_with_its_command(tmp_path: Path) -> None:
    scores = results.score_rows([Score("题库", 9, 10, 0.8), Score("没有题", 0, 0)])
    results.write(tmp_path / "deep" / "a.json", "examples", ["--half", "a b"], {"scores": scores})
    (found,) = results.read(tmp_path / "deep")
    assert found["command"] == "python -m evals examples --half 'a b'"
    assert (found["file"], found["evaluation"]) == ("a.json", "examples")
    (score,) = found["scores"]
    assert (score["name"], score["good"], score["of"], score["lowest"]) == ("题库", 9, 10, 0.8)
    low, high = score["interval"]
    assert low < 0.9 < high


@pytest.mark.parametrize("content", ["", "{", "[]", '{"evaluation": "examples"}'])
def test_another_file_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"other\.json"):
        results.read(tmp_path)
