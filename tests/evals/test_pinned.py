"""Scores against what is pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import pinned
from evals.pinned import Score


def test_a_score_below_what_is_pinned_fails() -> None:
    assert Score("题库", 94, 100, 0.95).failed
    assert not Score("题库", 95, 100, 0.95).failed
    assert not Score("题库", 0, 100).failed
    assert str(Score("题库", 94, 100, 0.95)) == "题库：94 / 100（94.0%），低于最低分 95.0%"
    assert str(Score("题库", 1, 3)) == "题库：1 / 3（33.3%）"


def test_nothing_to_judge_is_no_success() -> None:
    assert Score("题库", 0, 0, 0.95).failed


@pytest.mark.parametrize(
    "name",
    [
        "examples",
        "open",
        "held",
        "clauses_hit_at_1",
        "clauses_recall_at_5",
        "attacks",
        "metamorphic",
    ],
)
def test_every_evaluation_has_its_pin(name: str) -> None:
    assert 0 <= pinned.lowest(name) <= 1


def test_a_name_without_a_pin_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "pins.yaml"
    file.write_text("open: 0.5\n", encoding="utf-8")
    assert pinned.lowest("open", file) == 0.5
    with pytest.raises(KeyError):
        pinned.lowest("opened", file)
