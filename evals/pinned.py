"""The pinned scores (最低分): below them an evaluation fails.

In:  evals/expected/questions.yaml, shares from 0 to 1 by name.
Out: one share, and whether a score reaches it; a name that is not there is a mistake
     (tests/evals/test_pinned.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "expected" / "questions.yaml"


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
