"""Lines are their sentences; what a model writes is read as proposals and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import StatementKind
from assistant.conversation import Conversation
from assistant.language.drafts import MARK, Proposal, added, draft, fill, proposals, statement_of
from assistant.pipeline import Assistant
from evals.questions import half, own_questions
from tests.assistant.conftest import TODAY
from tests.assistant.language.conftest import AMOUNT

OPEN = sorted({q.turns[0] for q in own_questions() if half(q.id) == "open"})


@pytest.fixture(scope="module")
def lines(assistant: Assistant) -> tuple:  # type: ignore[type-arg]
    answer = assistant.ask(AMOUNT, Conversation.new("test"), today=TODAY).answer
    return draft(answer.statements, answer.calculations)


@pytest.mark.parametrize("part", range(4))
def test_a_line_filled_in_is_its_sentence(assistant: Assistant, part: int) -> None:
    for question in OPEN[part::16]:
        answer = assistant.ask(question, Conversation.new("test"), today=TODAY).answer
        drafted = draft(answer.statements, answer.calculations)
        assert [x.number for x in drafted] == list(range(1, len(answer.statements) + 1))
        for line in drafted:
            assert fill(line.template, line.fills) == line.statement.text
            whole = statement_of(Proposal((line.number,), line.template), [line])
            assert whole.text.rstrip("。：；？！") == line.statement.text.rstrip("。：；？！")


def test_amounts_formulas_and_long_quotations_are_marks(lines) -> None:  # type: ignore[no-untyped-def]
    assert "{c1}" in lines[0].template and "100万元" not in lines[0].template
    assert "{c1.formula}" in lines[1].template and "×" not in lines[1].template
    quote = next(x for x in lines if x.statement.kind is StatementKind.QUOTE)
    assert "{q1}" in quote.template and not quote.may_be_reworded


def test_a_reply_is_read_line_by_line(lines) -> None:  # type: ignore[no-untyped-def]
    text = "好的：\n1: 甲[1]。\n- 4：乙\n```\n99: 无此句\n3: 原文不改\n1: 又一次\n+[7]\n+ [8] 多余"
    assert proposals(text, lines) == (Proposal((1,), "甲[1]。"), Proposal((4,), "乙"))
    assert added(text) == (7,)


def test_neighbours_of_one_paragraph_may_be_joined(lines) -> None:  # type: ignore[no-untyped-def]
    assert proposals("1+2: 甲", lines) == (Proposal((1, 2), "甲"),)
    for wrong in ("2+1: 甲", "1+3: 甲", "1+4: 甲", "2+4: 甲", "1+1: 甲"):
        assert proposals(wrong, lines) == ()


def test_a_sentence_gets_back_the_marks_that_it_left_out(lines) -> None:  # type: ignore[no-untyped-def]
    told = statement_of(Proposal((1, 2), "一年{c1}，算法是{c1.formula}"), lines[:2])
    assert told.text.endswith("[1]。")
    assert told.citations == (1,) and told.calculations == ("c1",)
    assert not MARK.search(told.text)


@given(st.text(max_size=400))
def test_any_reply_can_be_read(text: str) -> None:
    assert proposals(text, ()) == ()
    added(text)
