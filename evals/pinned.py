"""The pinned scores: below them an evaluation fails.

In:  evals/expected/: questions.yaml, the lowest shares (最低分) by name; other files, expected
     scores (期望值) by what was measured, with the tolerance below which they count as lost.
Out: one share or score, and whether a measured one reaches it; a name that is not there is a
     mistake (tests/evals/test_pinned.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "expected"
FILE = FOLDER / "questions.yaml"


@dataclass(frozen=True, slots=True)
class Score:
    """How many of how many held, and the share below which that is a failure.

    lowest  None where nothing is pinned, as for a part of a set
    """

    name: str
    good: int
    of: int
    lowest: float | None = None

    @property
    def share(self) -> float:
        """0 … 1; 0 where there was nothing to judge."""
        return self.good / self.of if self.of else 0.0

    @property
    def failed(self) -> bool:
        """Whether it is below what is pinned."""
        return self.lowest is not None and self.share < self.lowest

    def __str__(self) -> str:
        line = f"{self.name}：{self.good} / {self.of}（{self.share:.1%}）"
        if self.lowest is None:
            return line
        return line + f"，{'低于' if self.failed else '不低于'}最低分 {self.lowest:.1%}"


def lowest(name: str, file: Path = FILE) -> float:
    """The pinned share of an evaluation. Raises KeyError where none is pinned."""
    pins: dict[str, float] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return float(pins[name])


@dataclass(frozen=True, slots=True)
class Pin:
    """A measured score beside the one that is expected, 0 … 1 both."""

    name: str
    measured: float
    expected: float
    tolerance: float

    @property
    def failed(self) -> bool:
        """Whether the measured score is lower than expected by more than the tolerance."""
        return self.measured < self.expected - self.tolerance

    @property
    def outgrown(self) -> bool:
        """Whether it is higher by more than the tolerance, so that the pin should be raised."""
        return self.measured > self.expected + self.tolerance

    def __str__(self) -> str:
        said = "低于期望" if self.failed else "高于期望，可以调高" if self.outgrown else "合乎期望"
        bounds = f"{self.expected:.4f} ± {self.tolerance:.4f}"
        return f"{self.name} {self.measured:.4f}，{said} {bounds}"


def compare(
    file: str, keys: Sequence[str], measured: Mapping[str, float], folder: Path = FOLDER
) -> list[Pin]:
    """What a file of expected scores pins at `keys`, beside what was measured.

    Only the metrics that are pinned are compared; there is nothing to compare where nothing is
    pinned at these keys. Raises KeyError where a pinned metric was not measured.
    """
    content: dict[str, Any] = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    here: Any = content["expected"]
    for key in keys:
        here = here.get(key, {})
    return [
        Pin(" ".join((*keys, metric)), measured[metric], float(score), float(content["tolerance"]))
        for metric, score in here.items()
    ]
