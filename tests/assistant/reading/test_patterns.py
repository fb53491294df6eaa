"""Trying only the patterns that may stand in a text finds what trying each finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.patterns import Patterns, marks_of
from evals.questions import own_questions

LEXICON = Path(__file__).parents[3] / "corpus" / "lexicon"


def read(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((LEXICON / f"{name}.yaml").read_text("utf-8"))
    return data


INTENTS = [pattern for patterns in read("intents").values() for pattern in patterns]
ODD = [
    "贴(息|多少)?", "^(?!不)能", "(?<=不)能", "[^不]能", "a{0,2}贴", "(?:贴息){2,}",
    "(?i:lpr)|五年", "(?P<a>贴)(?P=a)", ".", "", "能|", "s", "[ks]", "ab的", r"\d+万",
    "贴.{0,3}?息", "[息-贴]",
]  # fmt: skip
TEXTS = ["贴息贴息", "不能贴", "LPR", "lpr加点", "ſ", "K", "İ", "ß", "AB的", "", "5万", "贴了点息"]


def each(patterns: list[str], text: str, flags: int) -> list[int]:
    return [n for n, pattern in enumerate(patterns) if re.search(pattern, text, flags)]


@pytest.mark.parametrize("text", TEXTS)
def test_of_odd_patterns_the_same_are_found(text: str) -> None:
    assert list(Patterns(ODD).found(text)) == each(ODD, text, 0)
    assert list(Patterns(ODD, whatever_case=True).found(text)) == each(ODD, text, re.IGNORECASE)


def test_of_the_lexicon_the_same_are_found_in_every_question() -> None:
    patterns = Patterns(INTENTS, whatever_case=True)
    compiled = [re.compile(pattern, re.IGNORECASE) for pattern in INTENTS]
    for text in {turn for question in own_questions()[::5] for turn in question.turns}:
        tried = [n for n, pattern in enumerate(compiled) if pattern.search(text)]
        assert list(patterns.found(text)) == tried, text


@given(st.text(alphabet="贴息不能多少LPRlprſıİK s1", max_size=12))
def test_of_any_text_the_same_are_found(text: str) -> None:
    for flags in (0, re.IGNORECASE):
        found = Patterns(ODD, whatever_case=bool(flags)).found(text)
        assert list(found) == each(ODD, text, flags)


def test_most_patterns_of_the_lexicon_have_marks() -> None:
    without = [pattern for pattern in INTENTS if marks_of(pattern) is None]
    assert len(without) <= len(INTENTS) // 20


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(re.error):
        Patterns(["贴(息"])
