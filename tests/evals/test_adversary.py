"""A model that lies: nothing false is said, by either count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.pipeline import Assistant
from assistant.service import Service
from assistant.settings import Settings
from evals import adversary
from evals.adversary import Report, load_scorer, run, run_on_the_wire
from evals.examples import SCORER
from evals.questions import half, own_questions
from evals.service import LocalClient, documents_of

REPLIES, ON_THE_WIRE = 600, 30  # `python -m evals adversary` puts two thousand


@pytest.fixture(scope="module")
def assistant(served: Settings) -> Iterator[Assistant]:
    with Service(served) as service, service.desk() as desk:
        yield desk.assistant


@pytest.fixture(scope="module")
def report(served: Settings, assistant: Assistant) -> Report:
    with Service(served) as service:
        documents = documents_of(LocalClient(service), own_questions()[0].as_of)
        return run(assistant, documents, REPLIES, questions=200)


def check(report: Report, replies: int) -> None:
    assert report.replies == replies
    assert report.through == []
    assert report.ungrounded == []


def test_nothing_false_is_said(report: Report) -> None:
    check(report, REPLIES)
    assert {"digit", "unit", "city", "clause", "negation-added", "invented-number", "link"} <= set(
        report.sentences
    )


@pytest.mark.skipif(not SCORER.is_file(), reason="题库旁没有示例集的 score.py")
def test_nor_by_the_other_count(report: Report) -> None:
    assert report.ungrounded_by_scorer == []


def test_nor_over_the_wire() -> None:
    check(run_on_the_wire(ON_THE_WIRE), ON_THE_WIRE)


def test_what_gets_through_is_counted(
    monkeypatch: pytest.MonkeyPatch, assistant: Assistant
) -> None:
    """With the checks off, the same replies are said: the count can fail."""
    monkeypatch.setattr("assistant.language.sameness.Sameness.departs", lambda *_: None)
    monkeypatch.setattr("assistant.pipeline.verified_by", _keeps_all)
    monkeypatch.setattr("assistant.pipeline.reason_against", lambda *_: None)
    questions = [q for q in own_questions() if half(q.id) == "open"][:3]
    found = list(adversary.turns(assistant, questions, today=questions[0].as_of))
    report = Report()
    for turn, lie in adversary.drawn(assistant, found, 6):
        answer = assistant.ask(
            turn.question.turns[-1],
            turn.before,
            today=questions[0].as_of,
            help_=adversary.Saying(lie[1]),
        ).answer
        adversary.judge(report, turn, lie, answer.statements, answer, lambda _: {}, load_scorer())
    assert report.through and report.ungrounded


def _keeps_all(_: object, statements: object) -> object:
    from assistant.steps.verify import Verified

    return Verified(tuple(statements), ())  # type: ignore[arg-type]
