"""The whole way of a question: whatever is asked, an answer that holds together comes back.

The questions are the open half of the project's own set, and noise.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assistant.answer import Answer, Verdict
from assistant.conversation import Conversation
from assistant.pipeline import STEPS, Assistant
from assistant.service import Service
from assistant.settings import Settings
from assistant.writing.sheet import text_of
from evals import scoring
from evals.questions import Expectation, Question, half, own_questions
from evals.service import LocalClient

TODAY = date(2026, 11, 20)
OPEN = [q for q in own_questions() if half(q.id) == "open"]
TURNS = sorted({turn for question in OPEN for turn in question.turns})
LONGEST = 300
Check = Callable[[Answer], None]
MARK = re.compile(r"\[(\d+)\]")

NOISE = st.text(max_size=LONGEST)
MIXED = st.lists(st.sampled_from(TURNS) | st.text(max_size=20), max_size=4).map("".join)
PARTS = st.sampled_from(TURNS).flatmap(
    lambda turn: st.tuples(st.integers(0, len(turn)), st.integers(0, len(turn))).map(
        lambda cut: turn[min(cut) : max(cut)]
    )
)
ASKED = st.one_of(st.sampled_from(TURNS), MIXED, PARTS, NOISE).map(lambda t: t[:LONGEST])


@pytest.fixture(scope="module")
def documents(served: Settings) -> Iterator[scoring.Documents]:
    """The documents as the service shows them today."""
    with Service(served) as service:
        shown = LocalClient(service)
        known: dict[str, scoring.Json] = {}

        def document(identifier: str) -> scoring.Json:
            if identifier not in known:
                known[identifier] = shown.document(identifier, TODAY)
            return known[identifier]

        yield document


def turns(assistant: Assistant, question: Question) -> list[Answer]:
    answers, conversation = [], Conversation.new("test")
    for text in question.turns:
        turn = assistant.ask(text, conversation, today=TODAY, as_of=question.as_of)
        answers.append(turn.answer)
        conversation = turn.conversation
    return answers


@pytest.fixture(scope="module")
def check(answer_schema: Draft202012Validator, documents: scoring.Documents) -> Check:
    """The contract's schema; the sentences are the text; every mark and every quote resolves."""

    def holds(answer: Answer) -> None:
        shown = answer.to_json()
        answer_schema.validate(shown)
        assert answer.text.strip()
        assert text_of(answer.statements) == answer.text
        assert not list(scoring.verbatim(shown, documents))
        marks = {c.n for c in answer.citations}
        assert {int(n) for n in MARK.findall(answer.text)} <= marks
        for statement in answer.statements:
            assert set(statement.citations) <= marks
            assert set(statement.calculations) <= {c.id for c in answer.calculations}

    return holds


@pytest.mark.parametrize("question", OPEN, ids=lambda q: q.id)
def test_every_answer_to_the_open_questions_holds_together(
    assistant: Assistant, question: Question, check: Check, documents: scoring.Documents
) -> None:
    """And every number in it stands in a quote, a calculation, the question or a paper's data."""
    for number, answer in enumerate(turns(assistant, question), start=1):
        check(answer)
        shown = answer.to_json()
        assert not list(scoring.grounded(question.turns[:number], shown, documents))
        warned = tuple(scoring.warning_codes(shown))
        fits = Expectation.model_construct(warnings=warned, also_ok_warnings=())
        assert not list(scoring.shape(fits, shown, documents))


@given(text=ASKED)
@example("")
@example("\x00\x1b[31m\u202e\ufeff")
@example("👨‍👩‍👧‍👦💰🏭")
@example("贷款" + "9" * 290)
@example("1亿1亿1亿，利率4%，贴多少")
@example("[1][99] **技改专项贷** - 5000万 {wording} %s")
def test_whatever_is_asked_an_answer_comes_back(
    assistant: Assistant, check: Check, text: str
) -> None:
    check(assistant.ask(text, Conversation.new("test"), today=TODAY).answer)


@given(texts=st.lists(ASKED, min_size=2, max_size=4))
def test_whatever_is_said_in_whatever_order_an_answer_comes_back(
    assistant: Assistant, check: Check, texts: list[str]
) -> None:
    conversation = Conversation.new("test")
    for number, text in enumerate(texts, start=1):
        turn = assistant.ask(text, conversation, today=TODAY)
        check(turn.answer)
        conversation = Conversation.from_json(turn.conversation.to_json())
        assert conversation == turn.conversation
        assert conversation.turn == number


@given(texts=st.lists(ASKED, min_size=1, max_size=3))
def test_the_same_inputs_give_the_same_answer_and_nothing_given_is_changed(
    assistant: Assistant, texts: list[str]
) -> None:
    conversation = Conversation.new("test")
    for text in texts:
        before = conversation.to_json()
        once = assistant.ask(text, conversation, today=TODAY, answer_id="a")
        again = assistant.ask(text, conversation, today=TODAY, answer_id="b")
        assert replace(once, answer=once.answer.model_copy(update={"id": "b"})) == again
        assert conversation.to_json() == before
        conversation = once.conversation


def test_the_steps_are_told_in_order(assistant: Assistant) -> None:
    told: list[str] = []
    assistant.ask("你好", Conversation.new("test"), today=TODAY, on_step=told.append)
    assert tuple(told) == STEPS


def test_what_was_read_is_shown_with_its_words(asked: Callable[..., Any]) -> None:
    question = "重庆技改专项贷５０００萬，利率4%"
    shown = {u.slot: u for u in asked(question).answer.understood}
    assert (shown["principal"].value, shown["principal"].unit) == ("50000000", "元")
    assert question[slice(*shown["principal"].span)] == "５０００萬"
    assert (shown["annual_rate"].value, question[slice(*shown["annual_rate"].span)]) == (
        "0.04",
        "4%",
    )
    assert shown["region"].value == "重庆市"


def test_what_was_read_belongs_to_its_turn(asked: Callable[..., Any]) -> None:
    one = asked("重庆制造业，技改专项贷5000万，能贴多少", "利率4%")
    assert one.after.turn == 2
    for fact in one.answer.understood:
        assert fact.turn == (2 if fact.slot in ("annual_rate", "region") else 1)
        if fact.span:
            assert one.turns[fact.turn - 1][slice(*fact.span)]


def test_the_same_question_on_another_day_and_place_is_another_answer(
    asked: Callable[..., Any],
) -> None:
    question = "技改专项贷5000万，利率4%，一年贴多少"
    here = asked(question, region="重庆市").answer
    later = asked(question, region="重庆市", as_of=date(2028, 1, 1)).answer
    there = asked(question, region="洛阳市").answer
    assert [a.measures[0].verdict for a in (here, later, there)] == [
        Verdict.MAY_APPLY,
        Verdict.DOES_NOT_APPLY,
        Verdict.DOES_NOT_APPLY,
    ]
    assert (here.region, later.as_of) == ("重庆市", date(2028, 1, 1))
    assert not {"100万元"} & {w for a in (later, there) for w in a.text.split("，")}


def test_a_default_place_is_the_place_where_none_is_named(assistant: Assistant) -> None:
    own = Assistant(assistant.snapshot, assistant.gazetteer, default_region="重庆市")
    question = "技改专项贷5000万，利率4%，一年贴多少"
    answer = own.ask(question, Conversation.new("test"), today=TODAY).answer
    assert (answer.region, answer.behaviour) == ("重庆市", "answer")
    other = own.ask(f"成都的{question}", Conversation.new("test"), today=TODAY).answer
    assert (other.region, other.behaviour) == ("成都市", "refuse")


# A profile


def test_a_profile_is_judged_against_everything_on_offer(assistant: Assistant) -> None:
    profile = {"applicant": "企业", "industry": "制造业", "size": "小型", "region": "重庆市"}
    result = assistant.match(profile, TODAY)
    verdicts = {v.id: v.verdict for v in result.verdicts}
    assert verdicts["tech-upgrade-loan-interest-subsidy"] is Verdict.MAY_APPLY
    assert verdicts["tech-upgrade-loan-guarantee-subsidy"] is Verdict.DOES_NOT_APPLY
    assert verdicts["luoyang-first-set-premium-subsidy"] is Verdict.DOES_NOT_APPLY
    order = [Verdict.APPLIES, Verdict.MAY_APPLY, Verdict.DOES_NOT_APPLY]
    ranks = [order.index(v.verdict) for v in result.verdicts]
    assert ranks == sorted(ranks)
    assert result.question is not None and result.question.slot not in profile


def test_answering_the_question_that_decides_most_leaves_fewer_open(assistant: Assistant) -> None:
    profile: dict[str, Any] = {"region": "重庆市"}

    def still_open() -> int:
        found = assistant.match(profile, TODAY).verdicts
        return sum(v.verdict is Verdict.MAY_APPLY for v in found)

    before = still_open()
    question = assistant.match(profile, TODAY).question
    assert question is not None
    left = []
    for value in assistant.lexicon.slots[question.slot].values:
        profile[question.slot] = value
        left.append(still_open())
    assert min(left) < before
    assert max(left) <= before


# Rules write nothing that the checks would withhold


def test_nothing_written_by_rule_is_withheld(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="assistant.pipeline"):
        for question in OPEN:
            turns(assistant, question)
    assert not [r.getMessage() for r in caplog.records if r.name == "assistant.pipeline"]
