"""Several loans in one conversation: each keeps its name, and a turn changes the one it names."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.reading.owners import SUMS, owned, spoken_of

TWO = "重庆技改专项贷两笔，老厂5000万4%，新厂8000万3%，能贴多少"


@pytest.mark.parametrize(
    ("turns", "wanted"),
    [
        (("新厂多少",), ["1200000"]),
        (("新厂多少", "老厂呢"), ["1000000"]),
        (("新厂多少", "两个一共"), ["1000000", "1200000", "2200000"]),
        (("老厂的利率改成3%", "合计多少"), ["750000", "1200000", "1950000"]),
        (("新厂贷款加到1亿", "新厂利率2.8%"), ["1400000"]),
        (("大的那笔多少",), ["1200000"]),
        (("第一笔多少", "另一笔呢"), ["1200000"]),
        (("差多少",), ["1000000", "1200000", "2200000", "200000"]),
    ],
)
def test_a_turn_speaks_of_the_loan_it_names(
    asked: Callable[..., Any], turns: tuple[str, ...], wanted: list[str]
) -> None:
    calculations = asked(TWO, *turns).answer.calculations
    assert [Decimal(c.amount_yuan) for c in calculations] == [Decimal(w) for w in wanted]


def test_a_loan_with_another_name_is_another_loan(asked: Callable[..., Any]) -> None:
    turns = ("重庆老厂技改专项贷5000万4%能贴多少", "新厂8000万3%呢", "两个厂一共呢")
    assert len(asked(*turns[:2]).understood.case.loans) == 1
    assert [loan.label for loan in asked(*turns).understood.case.loans] == ["老厂", "新厂"]


@given(st.permutations(["甲", "乙", "丙", "丁"]))
def test_every_name_is_a_stretch_of_the_text(
    assistant: Assistant, asked: Callable[..., Any], names: list[str]
) -> None:
    text = "重庆技改专项贷，" + "，".join(f"{n}{i}000万4%" for i, n in enumerate(names, 2))
    facts = asked(text).understood.facts
    assert [f.owner for f in facts if f.slot == "principal"] == names
    for i, name in enumerate(names):
        assert spoken_of(f"{name}的呢", facts, (), assistant.lexicon) == (i,)
    assert not spoken_of("一共多少", facts, (1,), assistant.lexicon)
    again = owned(text, facts, (), assistant.lexicon)
    assert [f.owner for f in again if f.slot in SUMS] == names
