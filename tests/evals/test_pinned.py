"""Scores against what is pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import pinned
from evals.pinned import Pin, Score


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


def test_an_expected_score_holds_within_its_tolerance() -> None:
    assert not Pin("x", 0.895, 0.9, 0.01).failed
    assert Pin("x", 0.885, 0.9, 0.01).failed
    assert Pin("x", 0.92, 0.9, 0.01).outgrown
    assert str(Pin("x", 0.885, 0.9, 0.01)) == "x 0.8850，低于期望 0.9000 ± 0.0100"


def test_what_is_measured_is_put_beside_what_is_pinned(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("tolerance: 0.1\nexpected: {own: {bm25: {r: 0.5}}}\n")
    assert pinned.compare("p.yaml", ("own", "bm25"), {"r": 0.45, "s": 0}, tmp_path) == [
        Pin("own bm25 r", 0.45, 0.5, 0.1)
    ]
    assert pinned.compare("p.yaml", ("own", "dense"), {"r": 0.45}, tmp_path) == []
    with pytest.raises(KeyError):
        pinned.compare("p.yaml", ("own", "bm25"), {}, tmp_path)
