"""What a question finds: clauses and measures of every document, best first, each with why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant

TOP = 5


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("技改专项贷贴息多少", "tech-upgrade-loan-interest-subsidy"),
        ("瞪羚企业奖励", "gazelle-reward"),
        ("贷款到期还不上，能转贷吗", "emergency-turnover-fund"),
        ("首版次软件保费补多少", "luoyang-first-software-premium-subsidy"),
        ("4:2:2:2怎么分担", "guarantee-risk-sharing"),
    ],
)
def test_the_measure_that_is_meant_comes_first(
    asked: Callable[..., Any], question: str, measure: str
) -> None:
    assert asked(question).evidence.candidates[0].measure.id == measure


def test_no_filter_takes_away_another_places_measures(asked: Callable[..., Any]) -> None:
    """Which place and which day count is the next step's to decide."""
    words = "首台套保费补贴"
    here, there = (asked(words, region=region).evidence for region in ("重庆市", "洛阳市"))
    assert here == there == asked(words).evidence


def test_every_title_finds_its_measure(assistant: Assistant) -> None:
    for measure in assistant.catalogue.measures:
        found = assistant.index.score(measure.title, (), (), {})
        assert measure.id in [c.measure.id for c in found[:TOP]], measure.title


def test_a_number_of_the_paper_leads_to_it(asked: Callable[..., Any]) -> None:
    candidates = asked("重庆那个最高不超8000万的是什么").evidence.candidates
    numbered = {c.measure.id for c in candidates if c.numbers}
    assert "emergency-turnover-fund" in numbered


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("我们几家都是小厂，凑一堆一起发，有没得这种债", "enterprise-bonds-by-term"),
        ("有个零件一直靠进口，想把题目亮出来谁有本事谁来做", "key-technology-breakthroughs"),
    ],
)
def test_a_need_told_in_other_words_finds_its_measure(
    asked: Callable[..., Any], question: str, measure: str
) -> None:
    candidates = {c.measure.id: c for c in asked(question).evidence.candidates}
    assert candidates[measure].asked == max(parts.asked for parts in candidates.values()) > 0


def test_a_named_measure_and_a_follow_up_go_by_their_words(asked: Callable[..., Any]) -> None:
    for turns in (["技改专项贷贴息多少"], ["瞪羚企业奖励", "凑一堆一起发债呢"]):
        assert all(c.asked == 0 for c in asked(*turns).evidence.candidates)


def test_every_measure_has_its_own_ways_of_asking(assistant: Assistant) -> None:
    asked = assistant.lexicon.asked
    assert set(asked) == {m.id for m in assistant.catalogue.measures}
    phrases = [phrase for said in asked.values() for phrase in said]
    assert len(set(phrases)) == len(phrases)
    assert assistant.snapshot.phrase_vectors is not None
    assert len(assistant.snapshot.phrase_vectors) == len(phrases)


QUESTIONS = st.lists(
    st.sampled_from(
        ["技改", "贴息", "担保", "上市", "奖励", "首台套", "保费", "基金", "转贷", "8000万", "洛阳"]
    ),
    max_size=6,
).map("".join)


@given(question=QUESTIONS)
def test_scores_fall_and_are_the_sum_of_their_parts(
    asked: Callable[..., Any], question: str
) -> None:
    evidence = asked(question).evidence
    scores = [c.score for c in evidence.candidates]
    assert scores == sorted(scores, reverse=True)
    for candidate in evidence.candidates:
        parts = (candidate.forms, candidate.tokens, candidate.clause)
        others = (candidate.numbers, candidate.asked)
        assert candidate.score == pytest.approx(sum(parts) + sum(others))
        for word in candidate.spotted:
            assert word.weight > 0
    ranked = [h.score for h in evidence.hits]
    assert ranked == sorted(ranked, reverse=True)


@given(text=st.text(max_size=40))
def test_a_word_is_spotted_where_it_stands(assistant: Assistant, text: str) -> None:
    for words in assistant.index.spot(f"技改{text}贴息").values():
        for word in words:
            low = f"技改{text}贴息".lower()
            assert low[word.start : word.end] == word.form
