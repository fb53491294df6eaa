"""What an answer is about, as questions.yaml says; no measure that cannot be used applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.answer import Verdict
from assistant.matching.places import home_region
from assistant.matching.subject import Situation
from assistant.matching.view import View
from assistant.pipeline import Assistant
from assistant.steps.match import match
from assistant.steps.retrieve import Evidence
from ingest.document import Status

NOT_NOW = {
    Status.EXPIRED,
    Status.REPEALED,
    Status.DRAFT,
    Status.REPLY_LETTER,
    Status.NOT_YET_EFFECTIVE,
}


def test_it_answers_what_the_row_says(row: dict[str, Any], asked: Callable[..., Any]) -> None:
    matched = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region")).matched
    wanted, subjects = row["match"], {s.measure.id: s for s in matched.subjects}
    first = matched.subjects[0] if matched.subjects else None
    assert matched.situation == wanted.get("situation", matched.situation)
    assert matched.home == wanted.get("home", matched.home)
    if "first" in wanted:
        assert first is not None and first.measure.id == wanted["first"]
    if "verdict" in wanted:
        assert first is not None and str(first.verdict) == wanted["verdict"]
    assert set(wanted.get("others", ())) <= set(subjects)
    assert not set(wanted.get("not_listed", ())) & set(subjects)


def test_what_is_elsewhere_over_or_a_draft_never_applies(
    rows: list[dict[str, Any]], asked: Callable[..., Any]
) -> None:
    for row in rows:
        one = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region"))
        for subject in one.matched.subjects:
            if subject.verdict is Verdict.APPLIES:
                assert subject.here and subject.status.status not in NOT_NOW, row["name"]
                assert subject.measure.usable


def test_a_whole_profile_makes_nothing_apply_where_nothing_can(assistant: Assistant) -> None:
    """Everything said that a draft or an expired plan asks for: still it does not apply."""
    profile = {
        "applicant": "企业",
        "industry": "制造业",
        "size": "小型",
        "loan_product": "技改专项贷",
        "product_type": "首台（套）装备",
        "provincial_recognition": "是",
    }
    found = assistant.match({**profile, "region": "洛阳市"}, date(2026, 11, 20))
    documents = assistant.snapshot.documents
    region = {m.id: m.region for m in assistant.catalogue.measures}
    home = {m.id: documents[m.document] for m in assistant.catalogue.measures}
    assert found.verdicts
    for verdict in found.verdicts:
        if verdict.verdict is Verdict.APPLIES:
            assert region[verdict.id] == "洛阳市"
            finding = assistant.status_on(date(2026, 11, 20))(home[verdict.id])
            assert finding.status not in NOT_NOW


@pytest.mark.parametrize(
    ("place", "home"),
    [
        ("重庆市", "重庆市"),
        ("重庆市江津区", "重庆市"),
        ("洛阳市", "洛阳市"),
        ("河南省", None),
        ("成都市", None),
        ("不存在的地方", None),
        (None, None),
    ],
)
def test_a_place_belongs_to_the_region_that_holds_it(
    assistant: Assistant, place: str | None, home: str | None
) -> None:
    assert home_region(place, assistant.snapshot.documents, assistant.gazetteer) == home


def test_a_clause_that_no_measure_holds_is_quoted(
    assistant: Assistant, asked: Callable[..., Any]
) -> None:
    """No question of the corpus gets here: every clause has a measure."""
    one = asked("政银企对接")
    hits = (replace(one.evidence.hits[0], score=1.0), *one.evidence.hits[1:])
    view = View(
        one.understood,
        Evidence(hits, hits, (), 0.0, 1.0),
        assistant.catalogue,
        assistant.snapshot.documents,
        assistant.lexicon,
        assistant.gazetteer,
        one.before,
        assistant.status_on(one.understood.as_of),
        assistant.similar,
    )
    matched = match(view)
    assert (matched.situation, matched.subjects) == (Situation.CLAUSES, ())
    assert matched.hits == hits


@pytest.mark.parametrize("question", ["厂房租金市里给不给补", "今天天气怎么样", "公积金怎么提"])
def test_what_no_paper_is_about_lists_no_measure(asked: Callable[..., Any], question: str) -> None:
    assert asked(question).matched.subjects == ()
