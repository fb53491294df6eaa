"""Conditions in three values: what was never said stays unknown; saying more decides, or nothing.

The laws are over all conditions of the corpus and over made ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Truth, Verdict
from assistant.conversation import Fact
from assistant.measures.conditions import Judged, judge, slots_of, verdict, words
from assistant.measures.model import Condition, Measure
from assistant.pipeline import Assistant
from assistant.reading.lexicon import SlotSpec, ValueSpec

MET, UNMET, UNKNOWN = Truth.MET, Truth.UNMET, Truth.UNKNOWN
RANK = {UNMET: 0, UNKNOWN: 1, MET: 2}
SLOTS = {
    "size": SlotSpec(
        "size",
        "规模",
        "choice",
        None,
        "？",
        {
            **{v: ValueSpec(v, (v,)) for v in ("小型", "中型", "大型")},
            "中小": ValueSpec("中小", ("中小",), includes=frozenset({"小型", "中型"})),
            "不大": ValueSpec("不大", ("不大",), may_be=frozenset({"小型"})),
        },
    ),
    "titles": SlotSpec(
        "titles", "称号", "choices", None, "？", {v: ValueSpec(v, (v,)) for v in ("甲", "乙")}
    ),
    "fee_rate": SlotSpec("fee_rate", "费率", "rate", None, "？", {}),
}


@pytest.fixture(scope="module")
def result(assistant: Assistant) -> Callable[..., Truth]:
    """The truth of one condition for facts, judged as a measure's only one."""
    bare = assistant.catalogue.measures[0].model_copy(update={"applicant": ()})

    def of(condition: dict[str, Any], *facts: Fact) -> Truth:
        measure = bare.model_copy(update={"conditions": (Condition.model_validate(condition),)})
        return judge(measure, facts, SLOTS)[0].result

    return of


def size(value: str, denied: bool = False) -> Fact:
    return Fact("size", value, 1, denied=denied)


SMALL = {"slot": "size", "is": ["小型"], "text": "小型"}
NOT_LARGE = {"slot": "size", "is": ["中小"], "text": "中小"}
FIRST = {"slot": "titles", "is": ["甲"], "text": "甲"}
CHEAP = {"slot": "fee_rate", "at_most": "0.01", "text": "不超1%"}


@pytest.mark.parametrize(
    ("condition", "facts", "truth"),
    [
        (SMALL, [], UNKNOWN),
        (SMALL, [size("小型")], MET),
        (SMALL, [size("大型")], UNMET),
        (SMALL, [size("中小")], UNKNOWN),  # 中小 may be 中型
        (SMALL, [size("不大")], UNKNOWN),
        (NOT_LARGE, [size("小型")], MET),
        (NOT_LARGE, [size("中小")], MET),
        (SMALL, [size("小型", denied=True)], UNMET),
        (SMALL, [size("大型", denied=True)], UNKNOWN),
        (NOT_LARGE, [size("小型", denied=True)], UNKNOWN),
        (NOT_LARGE, [size("中小", denied=True)], UNMET),
        (FIRST, [Fact("titles", "乙", 1)], UNKNOWN),  # one may have both
        (FIRST, [Fact("titles", "甲", 1), Fact("titles", "乙", 1)], MET),
        (FIRST, [Fact("titles", "乙", 1), Fact("titles", "甲", 1, denied=True)], UNMET),
        (CHEAP, [], UNKNOWN),
        (CHEAP, [Fact("fee_rate", "0.01", 1)], MET),
        (CHEAP, [Fact("fee_rate", "0.0101", 1)], UNMET),
        (CHEAP, [Fact("fee_rate", "0.008", 1), Fact("fee_rate", "0.02", 1, group=1)], UNKNOWN),
        (CHEAP, [Fact("fee_rate", "0.02", 1, denied=True)], UNKNOWN),
    ],
)
def test_one_condition(
    result: Callable[..., Truth], condition: dict[str, Any], facts: list[Fact], truth: Truth
) -> None:
    assert result(condition, *facts) == truth


FACT_FOR = {
    MET: lambda slot: Fact(slot, "小型" if slot == "size" else "甲", 1),
    UNMET: lambda slot: Fact(slot, "小型" if slot == "size" else "甲", 1, denied=True),
}


@pytest.mark.parametrize("left", RANK)
@pytest.mark.parametrize("right", RANK)
def test_any_is_the_best_and_all_the_worst_of_its_parts(
    result: Callable[..., Truth], left: Truth, right: Truth
) -> None:
    facts = [
        FACT_FOR[truth](slot)
        for slot, truth in (("size", left), ("titles", right))
        if truth is not UNKNOWN
    ]
    either = {"any": [SMALL, FIRST], "text": "或"}
    both = {"all": [SMALL, FIRST], "text": "且"}
    assert result(either, *facts) == max(left, right, key=RANK.__getitem__)
    assert result(both, *facts) == min(left, right, key=RANK.__getitem__)


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ([], Verdict.APPLIES),
        ([MET, MET], Verdict.APPLIES),
        ([MET, UNKNOWN], Verdict.MAY_APPLY),
        ([UNKNOWN, UNMET, MET], Verdict.DOES_NOT_APPLY),
    ],
)
def test_one_unmet_condition_decides(results: list[Truth], found: Verdict) -> None:
    assert verdict([Judged(None, "", truth) for truth in results]) == found


def test_who_is_only_implied_rules_nobody_out(assistant: Assistant) -> None:
    """A title that only enterprises have does not say that an enterprise asks."""
    guarantee = assistant.catalogue.by_id["tech-upgrade-loan-guarantee-subsidy"]
    implied, said = Fact("applicant", "企业", 1, confidence=0.46), Fact("applicant", "企业", 1)
    assert judge(guarantee, [implied], assistant.lexicon.slots)[0].result is UNKNOWN
    assert judge(guarantee, [said], assistant.lexicon.slots)[0].result is UNMET


def test_a_group_without_words_of_its_own_is_put_together_from_its_parts() -> None:
    either = Condition.model_validate({"any": [SMALL, FIRST]})
    both = Condition.model_validate({"all": [SMALL, FIRST]})
    assert (words(either), words(both)) == ("小型，或甲", "小型且甲")
    assert list(slots_of(either)) == ["size", "titles"]


# Laws over every measure of the corpus


@pytest.fixture(scope="module")
def conditioned(assistant: Assistant) -> list[Measure]:
    return [m for m in assistant.catalogue.measures if m.conditions or m.applicant]


def facts_of(assistant: Assistant) -> st.SearchStrategy[list[Fact]]:
    """Facts as a person can state them: one value per single-choice slot, said or denied."""
    choices = [s for s in assistant.lexicon.slots.values() if s.values]

    def of(spec: SlotSpec) -> st.SearchStrategy[list[Fact]]:
        most = 3 if spec.type == "choices" else 1
        value = st.sampled_from(sorted(spec.values))
        one = st.builds(Fact, slot=st.just(spec.name), value=value, turn=st.just(1))
        return st.lists(one, max_size=most, unique_by=lambda f: f.value)

    return st.tuples(*(of(spec) for spec in choices)).map(lambda lists: list(chain(*lists)))


@given(data=st.data())
def test_a_condition_that_nothing_was_said_of_is_unknown(
    assistant: Assistant, conditioned: list[Measure], data: st.DataObject
) -> None:
    facts = data.draw(facts_of(assistant))
    measure = data.draw(st.sampled_from(conditioned))
    for judged in judge(measure, facts, assistant.lexicon.slots):
        if judged.condition is not None:
            said = {f.slot for f in facts}
            if not said & set(slots_of(judged.condition)):
                assert judged.result is UNKNOWN
        assert bool(judged.open_slots) == (judged.result is UNKNOWN)


@given(data=st.data())
def test_the_order_of_the_facts_does_not_matter(
    assistant: Assistant, conditioned: list[Measure], data: st.DataObject
) -> None:
    facts = data.draw(facts_of(assistant))
    shuffled = data.draw(st.permutations(facts))
    measure = data.draw(st.sampled_from(conditioned))
    slots = assistant.lexicon.slots
    assert judge(measure, facts, slots) == judge(measure, shuffled, slots)


@given(data=st.data())
def test_a_fact_about_something_new_only_decides_what_was_open(
    assistant: Assistant, conditioned: list[Measure], data: st.DataObject
) -> None:
    """Saying one thing more: met stays met, unmet stays unmet, and the verdict only narrows."""
    facts = data.draw(facts_of(assistant))
    held = {f.slot for f in facts}
    more = [f for f in data.draw(facts_of(assistant)) if f.slot not in held]
    measure = data.draw(st.sampled_from(conditioned))
    before = judge(measure, facts, assistant.lexicon.slots)
    after = judge(measure, [*facts, *more], assistant.lexicon.slots)
    for one, other in zip(before, after, strict=True):
        assert one.result in (UNKNOWN, other.result)
    assert verdict(before) in (Verdict.MAY_APPLY, verdict(after))


@given(data=st.data())
def test_denying_every_value_is_never_met(
    assistant: Assistant, conditioned: list[Measure], data: st.DataObject
) -> None:
    facts = [replace(f, denied=True) for f in data.draw(facts_of(assistant))]
    measure = data.draw(st.sampled_from(conditioned))
    assert MET not in {j.result for j in judge(measure, facts, assistant.lexicon.slots)}
