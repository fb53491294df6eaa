"""One step's result as JSON values: everything json.dumps takes, callables left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from assistant.answer import Missing, Verdict
from assistant.pipeline import STEPS, Assistant
from assistant.plain import plain_json


@dataclass(frozen=True)
class Made:
    amount: Decimal
    reader: Callable[[], str]


class Told(NamedTuple):
    name: str
    share: Decimal


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("文", "文"),
        (Decimal("0.50"), "0.50"),
        (date(2024, 3, 22), "2024-03-22"),
        (Verdict.APPLIES, "applies"),
        (Missing(slot="size", question="规模？"), {"slot": "size", "question": "规模？"}),
        (Made(Decimal(1), lambda: ""), {"amount": "1"}),
        ((Told("甲", Decimal("0.5")),), [{"name": "甲", "share": "0.5"}]),
        ({Verdict.APPLIES: (1, 2), 3: {4}}, {"applies": [1, 2], "3": [4]}),
        ((x for x in (Decimal(1), None)), ["1", None]),
        (print, str(print)),
    ],
)
def test_each_type_has_its_plain_form(value: Any, plain: Any) -> None:
    assert plain_json(value) == plain


@pytest.mark.parametrize("step", STEPS)
def test_every_step_prints_as_json(assistant: Assistant, step: str) -> None:
    printed = assistant.step(step, "重庆技改专项贷5000万，利率4%，贴多少", today=date(2026, 11, 20))
    assert printed
    assert json.loads(json.dumps(printed, ensure_ascii=False)) == printed


def test_a_step_that_is_none_is_refused(assistant: Assistant) -> None:
    with pytest.raises(KeyError):
        assistant.step("guess", "你好")
