"""The mean number of questions to a verdict is within a fifth of the least possible."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from assistant.answer import Truth, Verdict
from assistant.measures.conditions import judge, verdict
from evals.asking import MOST_RATIO, Evaluation, State, main, profiles


@pytest.fixture(scope="module")
def raw() -> Mapping[str, Any]:
    return profiles()


@pytest.fixture(scope="module")
def evaluation(raw: Mapping[str, Any]) -> Evaluation:
    return Evaluation(raw)


def test_questions_to_a_verdict_are_near_the_optimum(
    raw: Mapping[str, Any], evaluation: Evaluation
) -> None:
    result = evaluation.run(raw["profiles"])
    assert len(result.asked) >= 1000
    assert result.most_open == 8
    assert result.ratio <= MOST_RATIO
    assert sum(result.least) / 1000 == pytest.approx(result.expected, rel=0.05)


def test_the_optimum_is_below_every_fixed_order(evaluation: Evaluation) -> None:
    """Exact expectations: no order of questions fixed beforehand needs fewer."""
    game, slots = evaluation.game, sorted(evaluation.people.group_of)
    shuffle = random.Random(1)

    def cost(state: State, order: list[str]) -> float:
        slot = next((s for s in order if s in state.slots), None)
        if slot is None:
            return 0.0
        return 1 + sum(
            share * cost(game.follow(state, slot, said), order)
            for said, share in evaluation.people.answers(slot, state).items()
        )

    for measure in evaluation.usable:
        start = game.start([measure.id])
        for _ in range(5):
            shuffle.shuffle(slots)
            assert game.best(start)[0] <= cost(start, slots) + 1e-9


def test_what_is_left_of_the_conditions_agrees_with_the_verdicts(evaluation: Evaluation) -> None:
    game = evaluation.game
    for person in evaluation.persons(100):
        state, known = game.start(person.wanted), dict[str, str]()
        for slot in [*person.said, *sorted(person.truth)]:
            judged = [
                judge(m, game.facts(known), evaluation.slots)
                for m in evaluation.usable
                if m.id in person.wanted
            ]
            waited_for = {
                name
                for conditions in judged
                if verdict(conditions) is Verdict.MAY_APPLY
                for condition in conditions
                if condition.result is Truth.UNKNOWN
                for name in condition.open_slots
            }
            assert state.slots == waited_for - set(known)
            known[slot] = person.truth[slot]
            state = game.follow(state, slot, known[slot])
        assert not state.slots


def test_people_are_always_the_same_and_every_answer_occurs(evaluation: Evaluation) -> None:
    people = list(evaluation.persons(300))
    assert people == list(evaluation.persons(300))
    assert any(len(person.wanted) == 1 for person in people)
    assert any(len(person.wanted) > 1 for person in people)
    assert {person.truth["applicant"] for person in people} >= {"企业", "融资担保机构", "投资基金"}


def test_the_command_prints_the_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profiles", "20"]) == 0
    printed = capsys.readouterr().out
    assert "咨询者 20 位" in printed
    assert "两者之比" in printed
