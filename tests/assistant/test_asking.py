"""The questioner asks for what decides most, for nothing else, and for nothing twice.

Made measures show each rule; the laws are over made measures and facts.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Truth, Verdict
from assistant.asking import Asking, PriorsError, answered
from assistant.conversation import Fact
from assistant.measures.conditions import judge, slots_of, verdict
from assistant.measures.model import Measure
from assistant.reading.lexicon import SlotSpec, ValueSpec


def spec(name: str, type_: str, *values: str, **more: ValueSpec) -> SlotSpec:
    found = {value: ValueSpec(value, (value,)) for value in values} | more
    return SlotSpec(name, name, type_, None, f"{name}？", found)


SLOTS = {
    s.name: s
    for s in (
        spec("applicant", "choice", "企业", "担保机构", "基金"),
        spec("industry", "choice", "制造", "服务"),
        spec(
            "size",
            "choice",
            "小型",
            "中型",
            "大型",
            中小=ValueSpec("中小", ("中小",), includes=frozenset({"小型", "中型"})),
        ),
        spec("titles", "choices", "甲", "乙"),
        spec("first", "flag", "是"),
        spec("fee_rate", "rate"),
    )
}
INDUSTRY = {"slot": "industry", "is": "制造"}
SMALL = {"slot": "size", "is": "中小"}
TITLE = {"slot": "titles", "is": "甲"}
OTHER_TITLE = {"slot": "titles", "is": "乙"}
FIRST = {"slot": "first", "is": "是"}
FEE = {"slot": "fee_rate", "at_most": "0.01"}
ANSWERS = {
    "applicant": [("企业",), ("担保机构",), ("基金",)],
    "industry": [("制造",), ("服务",)],
    "size": [("小型",), ("中型",), ("大型",)],
    "titles": [(), ("甲",), ("乙",), ("甲", "乙")],
    "first": [("是",), ("否",)],
    "fee_rate": [("0.005",), ("0.02",)],
}


def measure(name: str, *conditions: dict[str, Any], applicant: tuple[str, ...] = ()) -> Measure:
    return Measure.model_validate(
        {
            "id": name,
            "title": name,
            "kind": "benefit",
            "clause": "一",
            "quote": "给予补贴",
            "applicant": applicant,
            "conditions": conditions,
        }
    )


def said(**values: str) -> list[Fact]:
    return [f for slot, value in values.items() for f in answered(SLOTS[slot], (value,))]


def asking(*measures: Measure, **priors: dict[str, float]) -> Asking:
    return Asking(measures, SLOTS, priors)


def test_a_single_measure_is_asked_about_where_it_most_likely_fails() -> None:
    one = measure("a", INDUSTRY, SMALL, FIRST)
    priors = {
        "industry": {"制造": 60.0, "服务": 40.0},
        "size": {"小型": 45.0, "中型": 45.0, "大型": 10.0},
        "first": {"是": 20.0, "否": 80.0},
    }
    assert asking(one, **priors).next_slots(["a"], [], limit=3) == ("first", "industry", "size")
    priors["first"] = {"是": 99.0, "否": 1.0}
    assert asking(one, **priors).next_slots(["a"], [], limit=3) == ("industry", "size", "first")


def test_what_several_measures_hang_on_goes_first() -> None:
    who = ("企业",)
    three = [
        measure("a", INDUSTRY, FIRST, applicant=who),
        measure("b", TITLE, applicant=who),
        measure("c", FEE, applicant=("担保机构",)),
    ]
    assert asking(*three).next_slots(["a", "b", "c"], [])[0] == "applicant"


def test_nothing_is_asked_for_a_measure_that_is_ruled_out_or_sure() -> None:
    a, b = measure("a", INDUSTRY, TITLE), measure("b", FIRST)
    questioner = asking(a, b)
    assert questioner.next_slots(["a"], said(industry="服务")) == ()
    assert questioner.next_slots(["b"], said(first="是")) == ()
    assert questioner.next_slots(["a", "b"], said(industry="服务")) == ("first",)
    assert questioner.next_slots([], []) == ()
    assert questioner.next_slots(["unknown"], []) == ()


def test_a_branch_that_is_closed_is_not_asked_about() -> None:
    either = {"any": [{"all": [INDUSTRY, SMALL]}, {"all": [TITLE, FIRST]}]}
    questioner = asking(measure("a", either))
    closed = said(industry="服务")
    assert set(questioner.next_slots(["a"], closed, limit=9)) == {"titles", "first"}
    assert questioner.next_slots(["a"], [*closed, *said(first="否")]) == ()
    assert questioner.next_slots(["a"], said(industry="制造", size="小型")) == ()


def test_at_most_as_many_as_wanted_and_none_again() -> None:
    questioner = asking(measure("a", INDUSTRY, SMALL, FIRST))
    first, second = questioner.next_slots(["a"], [])
    assert questioner.next_slots(["a"], [], limit=1) == (first,)
    (third, *more) = questioner.next_slots(["a"], [], without={first, second})
    assert more == []
    assert {first, second, third} == {"industry", "size", "first"}
    assert questioner.next_slots(["a"], [], without={first, second, third}) == ()


def test_an_applicant_that_was_merely_implied_is_still_asked_for() -> None:
    questioner = asking(measure("a", FEE, applicant=("担保机构",)))
    implied = [Fact("applicant", "企业", 1, confidence=0.46)]
    assert "applicant" in questioner.next_slots(["a"], implied)
    assert questioner.next_slots(["a"], [Fact("applicant", "企业", 1)]) == ()


def test_what_was_said_of_a_slot_narrows_its_answers() -> None:
    """Once it is 中小 only 小型 and 中型 are counted with: an answer that cannot fail waits."""
    narrow = {"slot": "size", "is": ["小型", "中型"]}
    small = {"slot": "size", "is": "小型"}
    priors = {"size": {"小型": 1.0, "中型": 1.0, "大型": 8.0}, "first": {"是": 4.0, "否": 6.0}}
    questioner = asking(measure("a", small, FIRST), measure("b", narrow), **priors)
    assert questioner.next_slots(["a"], [], limit=1) == ("size",)
    assert questioner.next_slots(["a"], [Fact("size", "中小", 1)], limit=1) == ("first",)


@pytest.mark.parametrize(
    ("slot", "prior", "message"),
    [
        ("size", {"特大": 1.0}, "没有“特大”这个值"),
        ("titles", {"甲、丙": 1.0}, "没有“丙”这个值"),
        ("first", {"也许": 1.0}, "须为是或否"),
        ("fee_rate", {"一成": 1.0}, "须为带引号的数字"),
        ("size", {"小型": 0.0}, "须大于零"),
    ],
)
def test_a_prior_that_cannot_be_is_refused(
    slot: str, prior: dict[str, float], message: str
) -> None:
    one = measure("a", SMALL, TITLE, FIRST, FEE)
    with pytest.raises(PriorsError, match=message) as caught:
        asking(one, **{slot: prior})
    assert slot in str(caught.value)


def test_a_complete_answer_denies_what_was_not_named() -> None:
    held, denied = answered(SLOTS["titles"], ("甲",))
    assert (held.value, held.denied, denied.value, denied.denied) == ("甲", False, "乙", True)
    assert all(fact.denied for fact in answered(SLOTS["titles"], ()))
    assert answered(SLOTS["size"], ("小型",)) == (Fact("size", "小型", 1),)
    assert [f.value for f in answered(SLOTS["first"], ("否",))] == ["否"]


single = st.sampled_from([INDUSTRY, SMALL, TITLE, OTHER_TITLE, FIRST, FEE])
group = st.builds(
    lambda how, parts: {how: parts},
    st.sampled_from(["any", "all"]),
    st.lists(single, min_size=2, max_size=3),
)
nested = st.builds(
    lambda how, parts: {how: parts},
    st.sampled_from(["any", "all"]),
    st.lists(single | group, min_size=2, max_size=3),
)
catalogues = st.lists(
    st.tuples(st.lists(single | group | nested, max_size=3), st.sampled_from([(), ("企业",)])),
    min_size=1,
    max_size=4,
).map(lambda rows: [measure(f"m{n}", *c, applicant=a) for n, (c, a) in enumerate(rows)])
truths = st.fixed_dictionaries({slot: st.sampled_from(rows) for slot, rows in ANSWERS.items()})


@given(measures=catalogues, truth=truths)
def test_asking_ends_with_a_verdict_and_every_question_could_decide(
    measures: list[Measure], truth: dict[str, tuple[str, ...]]
) -> None:
    questioner = Asking(measures, SLOTS, {})
    names, facts, asked = [m.id for m in measures], list[Fact](), list[str]()
    while slots := questioner.next_slots(names, facts):
        assert len(slots) <= 2
        open_ = [m for m in measures if verdict(judge(m, facts, SLOTS)) is Verdict.MAY_APPLY]
        waited_for = {
            slot
            for m in open_
            for j in judge(m, facts, SLOTS)
            if j.result is Truth.UNKNOWN
            for slot in j.open_slots
        }
        assert set(slots) <= waited_for
        assert slots[0] not in asked
        asked.append(slots[0])
        facts += answered(SLOTS[slots[0]], truth[slots[0]])
    assert all(verdict(judge(m, facts, SLOTS)) is not Verdict.MAY_APPLY for m in measures)
    tested = {s for m in measures for c in m.conditions for s in slots_of(c)} | {"applicant"}
    assert set(asked) <= tested
