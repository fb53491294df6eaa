"""Two cases of one thing in one sentence: each reads as if the other had not been told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.pipeline import Assistant
from assistant.reading.quantities import read_quantities
from assistant.reading.versions import versions

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("利率从4%谈到3.6%，贷5000万", "利率4%，贷5000万", "利率3.6%，贷5000万"),
        ("保一年和保三年，补贴差多少", "保一年，补贴差多少", "保三年，补贴差多少"),
        ("原打算保三年，要是只保一年呢", "原打算保三年，", "要是只保一年呢"),
        ("利率4%贷1亿，如果只贷5000万，少多少", "利率4%贷1亿，，少多少", "如果只贷5000万"),
    ],
)
def test_each_case_is_told_alone(assistant: Assistant, text: str, before: str, after: str) -> None:
    found = versions(text, read_quantities(text, TODAY), assistant.lexicon)
    assert found is not None
    assert (found.before.replace(" ", ""), found.after.replace(" ", "")) == (before, after)
    assert len(found.before) == len(found.after) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "技改专项贷5000万利率4%，能贴多少",
        "如果一笔5000万利率4%，一笔3000万利率3.5%，各贴多少",
        "要是贷5000万贴多少，要是贷8000万呢",
    ],
)
def test_one_case_or_several_full_ones_are_left_as_they_are(
    assistant: Assistant, text: str
) -> None:
    assert versions(text, read_quantities(text, TODAY), assistant.lexicon) is None


@pytest.mark.parametrize(
    ("slot", "first", "then"),
    [
        ("利率", "4%", "3.5%"),
        ("贷款", "5000万", "8000万"),
        ("用", "6个月", "9个月"),
    ],
)
def test_a_change_told_at_once_or_a_turn_later_is_the_same(
    asked: Callable[..., Any], slot: str, first: str, then: str
) -> None:
    known = {
        "利率": "重庆技改专项贷5000万",
        "贷款": "重庆技改专项贷利率4%",
        "用": "重庆技改专项贷1亿利率4%",
    }
    at_once = asked(f"{known[slot]}，{slot}从{first}变到{then}，贴息多少").answer
    later = asked(f"{known[slot]}，{slot}{first}，贴息多少", f"要是{slot}{then}呢").answer
    assert [c.amount_yuan for c in at_once.calculations] == [
        c.amount_yuan for c in later.calculations
    ]
