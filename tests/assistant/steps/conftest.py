"""The rows of questions.yaml: each step's test gets those that say something of that step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

KEYS = {
    "understand": {
        "intents", "facts", "denied", "not_said", "said", "loans", "region", "regions",
        "documents", "as_of", "years", "clauses", "numbers", "unit_unknown", "supposed", "kept",
        "unknown_number", "asks", "region_conflict",
    },
    "match": {"situation", "first", "verdict", "others", "not_listed", "home", "reasons"},
    "calculate": {"amounts", "none", "missing"},
    "compose": {
        "behaviour", "warnings", "no_warnings", "asks_for", "kinds", "no_kinds", "says",
        "never_says", "cites", "first_sentence",
    },
}  # fmt: skip
ROWS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8")
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`row` is each row with a part for the module's step; the step is the module's name."""
    if "row" in metafunc.fixturenames:
        step = metafunc.module.__name__.rsplit("test_", 1)[-1]
        rows = [row for row in ROWS if step in row]
        metafunc.parametrize("row", rows, ids=[row["name"] for row in rows])


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    """All rows; a row with a key that nothing reads is wrong."""
    for row in ROWS:
        assert row.keys() <= {"name", "turns", "as_of", "region", *KEYS}, row["name"]
        for step, known in KEYS.items():
            assert row.get(step, {}).keys() <= known, (row["name"], step)
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    return ROWS
