"""Each check fails on the answer that breaks it, and on nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import scoring
from evals.questions import Expectation, Part

DOCUMENT = {
    "id": "town-2025",
    "title": "甲市技改贴息办法",
    "number": "甲府发〔2025〕3号",
    "status": "in_force",
    "damage": [],
    "text": "一、总则\n（一）贴息。按不超实际利率的50%贴息，每年不超1000万元。\n（二）其他。",
}
QUOTE = "按不超实际利率的50%贴息，每年不超1000万元"
START = DOCUMENT["text"].index(QUOTE)
TURNS = ["5000万，利率4%，一年贴多少"]
GOOD: dict[str, Any] = {
    "behaviour": "answer",
    "text": "**一年最高不超100万元**。[1]\n\n- 按不超实际利率的50%贴息，每年不超1000万元。[1]",
    "statements": [
        {
            "text": "**一年最高不超100万元**。[1]",
            "kind": "figure",
            "citations": [1],
            "calculations": ["c1"],
        },
        {"text": QUOTE + "。[1]", "kind": "quote", "citations": [1], "calculations": []},
    ],
    "citations": [
        {
            "n": 1,
            "document_id": "town-2025",
            "document_title": "甲市技改贴息办法",
            "document_number": "甲府发〔2025〕3号",
            "clause_path": "一、（一）·一是",
            "quote": QUOTE,
            "start": START,
            "end": START + len(QUOTE),
            "url": "/documents/town-2025",
        }
    ],
    "calculations": [
        {
            "id": "c1",
            "measure_id": "m1",
            "amount_kind": "upper_bound",
            "amount_yuan": "1000000.00",
            "formula": "min(5000万元 × 4% × 50%, 1000万元)",
            "inputs": {"principal": "50000000", "annual_rate": "0.04"},
            "steps": [{"label": "一年", "value": "1000000"}],
        }
    ],
    "measures": [{"id": "m1", "title": "贴息", "verdict": "applies", "citations": [1]}],
    "warnings": [{"code": "upper_bound", "message": "是上限"}],
    "missing": [],
    "as_of": "2026-11-20",
}
EXPECT: dict[str, Any] = {
    "behaviour": ["answer"],
    "clauses": [["town-2025", "一、（一）"]],
    "warnings": ["upper_bound"],
    "amount_yuan": ["1000000"],
    "amount_kind": "upper_limit",
    "must_include": ["50 %"],
    "must_include_any": [["上限", "最高"]],
    "must_not_include": ["80%"],
}


def documents(document_id: str) -> scoring.Json:
    return DOCUMENT if document_id == "town-2025" else {}


def failed(answer: dict[str, Any], **expect: Any) -> list[str]:
    expected = Expectation.model_validate(
        EXPECT | expect, context={"parts": {"town-2025": {"一、（一）", "一、（二）", "标题"}}}
    )
    return [f.check for f in scoring.judge(expected, TURNS, [answer], documents)]


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    answer = copy.deepcopy(GOOD)
    change(answer)
    return answer


def also_says(sentence: str) -> dict[str, Any]:
    """The right answer with a sentence more."""
    answer = copy.deepcopy(GOOD)
    answer["text"] += "\n\n" + sentence
    answer["statements"].append(
        {"text": sentence, "kind": "caveat", "citations": [], "calculations": []}
    )
    return answer


def test_a_right_answer_passes() -> None:
    assert failed(GOOD) == []


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        ("behaviour", broken(lambda a: a.update(behaviour="refuse"))),
        ("clauses", broken(lambda a: a["citations"][0].update(clause_path="一"))),
        ("clauses", broken(lambda a: a["citations"][0].update(clause_path="一、（二）"))),
        ("warnings", broken(lambda a: a.update(warnings=[]))),
        ("amount", broken(lambda a: a["calculations"][0].update(amount_yuan="1000000.02"))),
        ("amount", broken(lambda a: a["calculations"][0].update(amount_yuan=None))),
        ("amount", broken(lambda a: a["calculations"][0].update(amount_kind="exact"))),
        ("text", also_says("比例不是80%，也不是80％。")),
        ("shape", broken(lambda a: a["statements"].pop())),
        ("shape", broken(lambda a: a["statements"][0].update(calculations=["c2"]))),
        ("shape", broken(lambda a: a["statements"][1].update(citations=[]))),
        ("shape", also_says("见后文。[2]")),
        ("shape", broken(lambda a: a["warnings"].append({"code": "injection", "message": ""}))),
        ("shape", broken(lambda a: a["warnings"].append({"code": "expired", "message": ""}))),
        ("shape", broken(lambda a: a["warnings"].append({"code": "digits_lost", "message": ""}))),
        ("shape", broken(lambda a: a.update(citations=a["citations"] * 13))),
        ("shape", also_says("好" * 2500)),
        ("verbatim", broken(lambda a: a["citations"][0].update(start=START + 1))),
        ("grounded", also_says("另有300万元。")),
        ("grounded", also_says("共7项。")),
    ],
)
def test_each_check_alone_sees_what_breaks_it(check: str, answer: dict[str, Any]) -> None:
    expect = {"must_not_include": ["80%"]} if check == "text" else {}
    found = set(failed(answer, **expect))
    assert check in found
    assert found <= {check, "grounded"} if check == "text" else found == {check}


def test_wordings_are_compared_without_width_spaces_bold_and_marks() -> None:
    assert failed(GOOD, must_include=["一年最高不超 100万元", "５０％", "1,000万元"]) == []
    assert failed(GOOD, must_include=["60%"]) == ["text"]
    assert failed(GOOD, must_include_any=[["至多", "封顶"]]) == ["text"]


def test_who_is_not_eligible_must_not_be_told_that_it_applies() -> None:
    assert failed(GOOD, eligible=False) == ["verdict"]
    refused = broken(lambda a: a["measures"][0].update(verdict="does_not_apply"))
    assert failed(refused, eligible=False) == []


def test_asking_back_is_judged_by_its_behaviour_and_shape_alone() -> None:
    asks = broken(lambda a: a.update(behaviour="clarify", warnings=[], calculations=[]))
    asks["statements"][0]["calculations"] = []
    asks["citations"][0]["clause_path"] = "标题"
    asks["text"] = asks["text"].replace("100万元", "1000万元")
    asks["statements"][0]["text"] = asks["statements"][0]["text"].replace("100万元", "1000万元")
    assert failed(asks, behaviour=["answer", "clarify"]) == []


def test_a_part_outside_the_clauses_has_stand_ins() -> None:
    expect = {"clauses": [["town-2025", "标题"]], "also_ok_clauses": [["town-2025", "一、（一）"]]}
    assert failed(GOOD, **expect) == []
    clause = {
        "clauses": [["town-2025", "一、（二）"]],
        "also_ok_clauses": expect["also_ok_clauses"],
    }
    assert failed(GOOD, **clause) == ["clauses"]


def test_two_codes_stand_for_each_other() -> None:
    answer = broken(
        lambda a: a["warnings"].append({"code": "effective_date_unknown", "message": ""})
    )
    assert failed(answer, warnings=["reading_dependent"]) == []


def test_every_turn_is_judged_where_asked() -> None:
    expected = Expectation.model_validate(
        {"per_turn": [{"behaviour": ["clarify"]}, {}, {"amount_yuan": ["1000000"]}]}
    )
    found = scoring.judge(expected, TURNS * 3, [GOOD, GOOD, GOOD], documents)
    assert [(f.check, f.turn) for f in found] == [("behaviour", 1)]


@pytest.mark.parametrize(
    ("expected", "cited", "holds"),
    [
        ("四、（一）", "四、（一）", True),
        ("四、（一）", "四、（一）·三是", True),
        ("四、(一)", "四、 （一）", True),
        ("四、（一）", "四", False),
        ("四", "四、（一）", True),
        ("二、（三）1", "二、（三）1", True),
        ("二、（三）1", "二、（三）12", False),
        ("一是", "下一步·一是", False),
        ("一", "一是", False),
    ],
)
def test_a_deeper_citation_counts_and_a_parents_does_not(
    expected: str, cited: str, holds: bool
) -> None:
    assert scoring.covers(Part("d", expected), Part("d", cited)) is holds
    assert not scoring.covers(Part("d", expected), Part("e", cited))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5000w", "50000000"),
        ("3,500.5万元", "35005000"),
        ("0.5个亿", "50000000"),
        ("２０００万", "20000000"),
        ("5千", "5000"),
        ("8百万", "8000000"),
    ],
)
def test_numbers_in_arabic_digits(written: str, value: str) -> None:
    assert Decimal(value) in scoring.numbers(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三千五百万", "35000000"),
        ("一亿二", "120000000"),
        ("1亿2", "120000000"),
        ("两个亿", "200000000"),
        ("百分之零点五", "0.5"),
        ("三万五", "35000"),
        ("十五", "15"),
        ("二〇二六", "2026"),
        ("一亿两千三百万", "123000000"),
        ("四厘", "4"),
    ],
)
def test_numbers_in_characters(written: str, value: str) -> None:
    assert Decimal(value) in scoring.spelled(written)


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("一年0.01亿元。", True),  # 100万元
        ("即1,000,000元。", True),
        ("利率0.04。", True),
        ("约7.35亿元。", True),
        ("约7.36亿元。", False),
        ("7.35亿元。", False),
        ("734,782,609元。", True),
        ("约7亿元。", False),
        ("见甲府发〔2025〕3号。", True),
        ("截至2026年11月20日。", True),
        ("1. 先看利率。", True),
        ("比例12%。", False),
    ],
)
def test_a_number_is_grounded_exactly_or_rounded_and_called_so(sentence: str, holds: bool) -> None:
    answer = also_says(sentence)
    answer["calculations"][0]["steps"] = [{"label": "到顶本金", "value": "734782608.70"}]
    assert (failed(answer) == []) is holds


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿点个0123456789.,%厘w ", max_size=20))
def test_any_run_of_figures_can_be_read(text: str) -> None:
    scoring.numbers(text)
    scoring.spelled(text)
