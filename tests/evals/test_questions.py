"""The question set is read strictly, and falls into two halves that stay what they are."""

from __future__ import annotations

import textwrap
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import questions
from evals.errors import QuestionError
from evals.questions import Part, half, load_clause_questions, load_questions, own_questions

PARTS = {"town-2025": frozenset({"标题", "一、（一）", "一、（一）·一是"})}
WORDS = "at_most: [不超, 最高]\n"
GOOD = """
- id: amount-1
  turns: [贴多少, 4%]
  as_of: 2024-03-01
  expect:
    behaviour: [answer]
    clauses: [[town-2025, 一、（一）]]
    warnings: [upper_bound]
    amount_yuan: ["1000000"]
    amount_kind: upper_limit
    tolerance_yuan: "10"
    must_include_any: ["@at_most", [甲, 乙]]
    per_turn: [{}, {behaviour: [answer], amount_yuan: ["1000000"]}]
  notes: 好题
"""


def written(folder: Path, amount: str, words: str = WORDS) -> Path:
    (folder / "words.yaml").write_text(words, encoding="utf-8")
    (folder / "amount.yaml").write_text(textwrap.dedent(amount), encoding="utf-8")
    return folder


def test_a_question_as_written(tmp_path: Path) -> None:
    (question,) = load_questions(PARTS, written(tmp_path, GOOD))
    assert (question.id, question.category) == ("amount-1", "amount")
    assert question.as_of == date(2024, 3, 1)
    assert question.expect.clauses == (Part("town-2025", "一、（一）"),)
    assert question.expect.amount_yuan == (Decimal("1000000"),)
    assert question.expect.must_include_any == (("不超", "最高"), ("甲", "乙"))
    assert question.expect.per_turn[0].behaviour == ()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("clauses:", "clause:", "expect.clause"),
        ("  notes: 好题", "  note: 好题", "note"),
        ("town-2025, 一、（一）", "town-2026, 一、（一）", "town-2026"),
        ("town-2025, 一、（一）", "town-2025, 一、（二）", "一、（二）"),
        ("[upper_bound]", "[upper]", "expect.warnings"),
        ("behaviour: [answer]\n", "behaviour: [maybe]\n", "expect.behaviour"),
        ('amount_yuan: ["1000000"]\n', "amount_yuan: [1000000]\n", "expect.amount_yuan"),
        ('amount_yuan: ["1000000"]\n', 'amount_yuan: ["100万"]\n', "expect.amount_yuan"),
        ("upper_limit", "upper", "expect.amount_kind"),
        ("@at_most", "@at_least", "expect.must_include_any"),
        ("as_of: 2024-03-01", "as_of: 2024年3月", "as_of"),
        ("per_turn: [{}, ", "per_turn: [", "per_turn"),
        ("turns: [贴多少, 4%]", "turns: []", "turns"),
        ("  turns:", "  category: x\n  turns:", "category"),
    ],
)
def test_what_is_wrong_is_named_with_file_id_and_key(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    assert old in GOOD
    with pytest.raises(QuestionError) as refusal:
        load_questions(PARTS, written(tmp_path, GOOD.replace(old, new, 1)))
    message = str(refusal.value)
    assert message.startswith("amount.yaml：amount-1：")
    assert key in message


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="amount-1：id 重复"):
        load_questions(PARTS, written(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize(
    "broken", ["a: [", "x: 1", "- turns: [x]", "- {id: a, id: b}", "- {id: [a]}"]
)
def test_what_is_no_list_of_questions_is_refused(tmp_path: Path, broken: str) -> None:
    with pytest.raises(QuestionError, match=r"amount\.yaml："):
        load_questions(PARTS, written(tmp_path, broken))


def test_a_clause_question_names_a_part_of_a_document(tmp_path: Path) -> None:
    file = tmp_path / "clauses.yaml"
    row = "- {question: 贴多少, document: town-2025, clause: 一、（一）·一是}\n"
    file.write_text(row, encoding="utf-8")
    (question,) = load_clause_questions(PARTS, file)
    assert question.clause == "一、（一）·一是"
    file.write_text(row + row.replace("一是", "二是"), encoding="utf-8")
    with pytest.raises(QuestionError, match=r"clauses\.yaml：第2条：.*没有条款"):
        load_clause_questions(PARTS, file)


@given(st.text(min_size=1))
def test_every_id_is_in_one_half(question_id: str) -> None:
    assert half(question_id) in ("open", "held")


def test_the_halves_stay_what_they_are() -> None:
    first = [half(f"amount-{number:03}") for number in range(1, 9)]
    assert first == ["open", "open", "held", "held", "held", "open", "open", "held"]


def test_a_question_that_has_been_seen_is_open(tmp_path: Path) -> None:
    (tmp_path / "seen" / "first").mkdir(parents=True)
    (tmp_path / "words.yaml").write_text(WORDS, encoding="utf-8")
    (tmp_path / "seen" / "first" / "amount.yaml").write_text(GOOD, encoding="utf-8")
    (question,) = load_questions(PARTS, tmp_path)
    assert (question.category, question.seen, question.part) == ("amount", True, "open")
    with pytest.raises(QuestionError, match=r"seen/first/amount\.yaml：.*amount\.yaml 里已经有了"):
        load_questions(PARTS, written(tmp_path, GOOD))


def test_the_set_is_large_and_what_is_new_is_halved() -> None:
    own = own_questions()
    assert len(own) >= 400
    assert len(questions.by_category(own)) >= 10
    assert {question.part for question in own if question.seen} == {"open"}
    new = [question for question in own if not question.seen]
    assert all(question.part == half(question.id) for question in new)
    for category, group in questions.by_category(new).items():
        assert 0 < sum(q.part == "open" for q in group) < len(group), category
    assert 0.4 < sum(q.part == "open" for q in new) / len(new) < 0.6
