"""A text that asks several things is cut into its questions, and each of them is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.pipeline import Assistant
from assistant.reading.parts import parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "6号文：路演办几场、融资额新增多少",
            ("6号文：路演办几场、", "6号文：融资额新增多少"),
        ),
        (
            "重庆，保了9000万，收0.8%，补多少？再问下直担占几成",
            ("重庆，保了9000万，收0.8%，补多少？", "再问下直担占几成"),
        ),
        ("重庆技改专项贷5000万，利率4%，一年最多贴多少", ()),
        ("我们在重庆，做齿轮的，贷了款", ()),
    ],
)
def test_each_question_keeps_what_leads_up_to_it(
    assistant: Assistant, text: str, parts: tuple[str, ...]
) -> None:
    assert parts_of(text, assistant.lexicon) == parts


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("渝经信融资6号文：到27年路演办几场、融资额新增多少、产业基金要投哪五样", "“投硬”"),
        (
            "我们是重庆的融资担保公司，保9000万技改专项贷收0.8%补多少？再问下4:2:2:2直担占几成",
            "40%",
        ),
        ("重庆上市奖励最高多少？上市培育企业要储备多少家？", "500家"),
    ],
)
def test_a_further_question_is_answered_too(
    asked: Callable[..., Any], question: str, said: str
) -> None:
    assert said in asked(question).answer.text
