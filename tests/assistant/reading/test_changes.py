"""A known number that is changed without its new value being said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.conversation import Fact
from assistant.pipeline import Assistant
from assistant.reading.changes import Said, changes
from assistant.reading.quantities import read_quantities

TODAY = date(2026, 11, 20)
LOAN = (Fact("principal", "100000000", 1), Fact("annual_rate", "0.04", 1))
GUARANTEE = (Fact("guaranteed_amount", "160000000", 1), Fact("fee_rate", "0.005", 1))


def changed(
    assistant: Assistant, text: str, known: tuple[Fact, ...], new: tuple[Fact, ...] = ()
) -> list[tuple[str, Decimal, int]]:
    facts = changes(Said(text, known, new, read_quantities(text, TODAY), assistant.lexicon, 2))
    return [(f.slot, Decimal(f.value), f.group) for f in facts]


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("担保额翻一倍呢", GUARANTEE, ("guaranteed_amount", "320000000")),
        ("贷款减半呢", LOAN, ("principal", "50000000")),
        ("要是变成3倍", LOAN, ("principal", "300000000")),
        ("利率再降0.5个百分点", LOAN, ("annual_rate", "0.035")),
        ("上浮20个BP呢", LOAN, ("annual_rate", "0.042")),
        ("费率下调0.1个百分点", GUARANTEE, ("fee_rate", "0.004")),
    ],
)
def test_the_known_number_is_changed(
    assistant: Assistant, text: str, known: tuple[Fact, ...], expected: tuple[str, str]
) -> None:
    assert changed(assistant, text, known) == [(expected[0], Decimal(expected[1]), 0)]


@pytest.mark.parametrize("text", ["翻一倍", "减半", "再降20个BP", "LPR减20个BP", "要还吗"])
def test_nothing_is_changed_of_what_is_not_known(assistant: Assistant, text: str) -> None:
    assert changed(assistant, text, ()) == []


def test_a_rate_cannot_fall_below_nothing(assistant: Assistant) -> None:
    assert changed(assistant, "利率降5个百分点", LOAN) == []


def test_a_change_beside_its_number_is_a_second_one(assistant: Assistant) -> None:
    new = (Fact("annual_rate", "0.034", 1),)
    assert changed(assistant, "利率3.4%，再降20个BP", (), new) == [
        ("annual_rate", Decimal("0.032"), 1)
    ]
