"""Every operator rewrites what it should and leaves every number what it was."""

from __future__ import annotations

import unicodedata
from typing import Any

import opencc
import pytest

from evals import metamorphic, scoring
from evals.errors import ServiceError
from evals.metamorphic import OPERATORS, compare
from evals.questions import Expectation, Question, own_questions

SIMPLIFIED = opencc.OpenCC("t2s")
BY_NAME = {operator.name: operator for operator in OPERATORS}


@pytest.mark.parametrize(
    ("name", "turn", "rewritten"),
    [
        ("full_width", "贷5000w, 4.2%", "贷５０００ｗ，　４．２％"),
        ("full_width", "解码 5b+955Wl5LmL5YmN55qE6KeE5YiZ", "解码 5b+955Wl5LmL5YmN55qE6KeE5YiZ"),
        ("half_width", "贷5000万，4%？（重庆）", "贷5000万,4%?(重庆)"),
        ("half_width", "3000，4.2", "3000，4.2"),
        ("traditional", "技改专项贷", "技改專項貸"),
        ("spaced", "贷5000万利率4%，IPO奖励", "贷 5000 万利率 4%，IPO 奖励"),
        ("spaced", "利率4 年贴息，贷5000w呢", "利率4 年贴息，贷 5000w 呢"),
        ("unspaced", "重庆 技改专项贷 3000 4.2", "重庆技改专项贷3000 4.2"),
        ("unpunctuated", "贷了两亿，四个点，贴多少？", "贷了两亿 四个点贴多少"),
        ("unpunctuated", "四、（一）按4:2:2:2分", "四、（一）按4:2:2:2分"),
        ("in_yuan", "贷0.5亿，另有5000w", "贷50000000元，另有50000000元"),
        ("in_yuan", "贷3000万元", "贷30000000元"),
        ("in_yuan", "1亿2，500万美元，3000到5000万，2千万", "1亿2，500万美元，3000到5000万，2千万"),
        ("in_wan", "贷50000000元，保费1,200,000元", "贷5000万元，保费120万元"),
        ("in_wan", "贷1.25亿，另贷1亿2", "贷12500万元，另贷1亿2"),
        ("particle", "能贴吗？", "能贴吗？"),
        ("polite", "能贴多少", "您好，麻烦问一下，能贴多少，谢谢！"),
        ("in_wan", "交了9999元", "交了9999元"),
        ("please", "贴多少", "请问贴多少"),
        ("particle", "贴多少？", "贴多少嘛？"),
        ("polite", "贴多少？", "您好，麻烦问一下，贴多少？谢谢！"),
        ("region_moved", "重庆，技改贴多少？", "技改贴多少，重庆？"),
        ("region_moved", "技改贴多少 重庆", "重庆，技改贴多少"),
        ("region_moved", "重庆的技改贴多少", "重庆的技改贴多少"),
    ],
)
def test_rewriting(name: str, turn: str, rewritten: str) -> None:
    assert BY_NAME[name].apply((turn,)) == (rewritten,)


def test_ways_to_begin_are_for_the_first_turn() -> None:
    assert BY_NAME["please"].apply(("贴多少", "4%")) == ("请问贴多少", "4%")
    assert BY_NAME["full_width"].apply(("贴多少", "4%")) == ("贴多少", "４％")


def values(text: str) -> set[Any]:
    """The amounts and bare numbers of a text, without what only units add in between."""
    text = SIMPLIFIED.convert(unicodedata.normalize("NFKC", text))
    return {match for match in scoring.numbers(text) if match}


@pytest.mark.parametrize("operator", [o for o in OPERATORS if o.name not in ("in_yuan", "in_wan")])
def test_no_number_is_changed(operator: metamorphic.Operator) -> None:
    for question in own_questions():
        for before, after in zip(question.turns, operator.apply(question.turns), strict=True):
            assert values(before) == values(after), (before, after)


@pytest.mark.parametrize("name", ["in_yuan", "in_wan"])
def test_amounts_in_another_unit_are_the_same_money(name: str) -> None:
    for question in own_questions():
        for before, after in zip(question.turns, BY_NAME[name].apply(question.turns), strict=True):
            if before != after:
                assert max(values(before)) == max(values(after)), (before, after)


class Deaf:
    """A client that understands half-width digits alone."""

    def ask(self, question: str, *_: object) -> Any:
        heard = any(character in "0123456789" for character in question)
        return {
            "session_id": "s",
            "behaviour": "answer" if heard else "clarify",
            "calculations": [],
            "measures": [],
        }


def test_a_change_is_found_and_said() -> None:
    question = Question(
        id="q", category="c", turns=("贷5000万", "好"), expect=Expectation(), notes=""
    )
    found = dict(compare(Deaf(), [question], OPERATORS))
    change = found.pop(BY_NAME["full_width"])
    assert change is not None
    assert change.differences == ("第1轮 behaviour 由 answer 变为 clarify",)
    assert set(found.values()) == {None}
    assert BY_NAME["in_wan"] not in found


class Broken:
    """A client whose service answers nothing."""

    def ask(self, *_: object) -> Any:
        raise ServiceError("503")


def test_what_is_not_answered_as_it_stands_is_no_success() -> None:
    question = Question(id="q", category="c", turns=("贷",), expect=Expectation(), notes="")
    ((_, change),) = compare(Broken(), [question], [BY_NAME["please"]])
    assert change is not None
    assert change.differences == ("原话就没有得到答复：503",)
