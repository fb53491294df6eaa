"""A sample of the mutation suite: every change is withheld, no rewrite of the same meaning is."""

from __future__ import annotations

import inspect

import pytest

from evals import mutations
from evals.mutations import Library, Report


@pytest.fixture(scope="module")
def report(library: Library) -> Report:
    return mutations.run(library, share=0.03, seed=20261120)


def test_every_sampled_change_is_withheld(report: Report) -> None:
    assert report.missed == ()
    assert report.total.total() > 2000


def test_no_sentence_of_the_same_meaning_is_withheld(report: Report) -> None:
    assert report.alarms == ()
    assert report.controls.total() > 1000


def test_the_whole_suite_is_large_enough(library: Library) -> None:
    sentences = list(mutations.truths(library))
    forms = {sentence.form for sentence in sentences}
    some = sentences[::20]
    changes = sum(1 for s in some for _ in mutations.mutations(s, library.words))
    assert len(forms) >= 8
    assert len({s.document.id for s in sentences}) == len(library.documents)
    assert changes * 20 >= 10_000


def test_every_operator_is_drawn(report: Report, library: Library) -> None:
    names = {
        changed.operator
        for sentence in list(mutations.truths(library))[::7]
        for changed in mutations.mutations(sentence, library.words)
    }
    assert len(names) >= 15
    assert set(report.total) <= names | set(report.total)


def test_the_operators_know_nothing_of_the_check() -> None:
    for operator in mutations.OPERATORS:
        assert "verify" not in inspect.getsource(operator)
    assert "assistant.grounding" not in inspect.getsource(mutations)


def test_numbers_are_spoken_as_people_say_them() -> None:
    told = {5: "五", 10: "十", 11: "十一", 50: "五十", 105: "一百零五", 1050: "一千零五十"}
    assert {n: mutations.spoken(n) for n in told} == told
