"""What a model's tools find; a clause that may be cited has a number, another has none."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.language.finding import SnapshotFinder
from assistant.pipeline import Assistant


@pytest.fixture
def finder(assistant: Assistant) -> SnapshotFinder:
    return finder_on(assistant, date(2026, 11, 20))


def finder_on(assistant: Assistant, day: date) -> SnapshotFinder:
    return SnapshotFinder(
        search_clauses=assistant.snapshot.search,
        documents=assistant.snapshot.documents,
        status_of=assistant.status_on(day),
        regions={"重庆市"},
        question="技改专项贷的贷款贴息和担保费补助",
        telling=assistant.index.telling,
        catalogue=assistant.catalogue.measures,
        work_out=lambda measure, inputs: assistant.calculate(measure, inputs, day),
        first=3,
    )


def test_what_holds_here_and_now_has_a_number(finder: SnapshotFinder) -> None:
    rows = finder.search("技改专项贷贴息") + finder.search("首台套保费补贴")
    numbered = [row for row in rows if "n" in row]
    assert numbered and len(numbered) < len(rows)
    assert all(row["status"] == "in_force" and row["region"] == "重庆市" for row in numbered)
    assert min(row["n"] for row in numbered) == 3
    assert set(finder.found) == {row["n"] for row in numbered}


def test_the_same_clause_keeps_its_number(finder: SnapshotFinder) -> None:
    assert finder.search("技改专项贷贴息") == finder.search("技改专项贷贴息")


def test_when_the_time_is_over_nothing_may_be_cited(assistant: Assistant) -> None:
    finder = finder_on(assistant, date(2030, 1, 1))
    assert not [row for row in finder.search("技改专项贷贴息") if "n" in row]


def test_measures_and_amounts_are_told(finder: SnapshotFinder) -> None:
    assert "tech-upgrade-loan-interest-subsidy" in {m["id"] for m in finder.measures("技改 贴息")}
    assert (
        finder.calculate("M000-4.1a", {"principal": "600000000", "annual_rate": "0.04"})[
            "amount_yuan"
        ]
        == "10000000"
    )
    for wrong in ({"principal": "-1", "annual_rate": "0.04"}, {"principal": "x"}, {}):
        assert "error" in finder.calculate("M000-4.1a", wrong)
    assert "error" in finder.calculate("no-such", {})
