"""A conversation goes to JSON and back unchanged; data of another shape is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Conversation, Fact

WORDS = st.text(max_size=12)
LISTS = st.lists(WORDS, max_size=4).map(tuple)
FACTS = st.builds(
    Fact,
    slot=WORDS,
    value=WORDS,
    turn=st.integers(1, 99),
    span=st.none() | st.tuples(st.integers(0, 300), st.integers(0, 300)),
    denied=st.booleans(),
    group=st.integers(0, 50),
    confidence=st.floats(0, 1),
    portion=WORDS,
    project=WORDS,
)
CONVERSATIONS = st.builds(
    Conversation,
    session_id=WORDS,
    turn=st.integers(0, 99),
    facts=st.lists(FACTS, max_size=4).map(tuple),
    supposed=st.lists(FACTS, max_size=4).map(tuple),
    former=st.lists(FACTS, max_size=4).map(tuple),
    subjects=LISTS,
    asked=LISTS,
    pending=LISTS,
    intents=LISTS,
    region=st.none() | WORDS,
    as_of=st.none() | WORDS,
    questions=LISTS,
)


@given(conversation=CONVERSATIONS)
def test_it_goes_to_json_and_back_unchanged(conversation: Conversation) -> None:
    written = json.dumps(conversation.to_json(), ensure_ascii=False)
    assert Conversation.from_json(json.loads(written)) == conversation


def test_a_real_one_goes_to_json_and_back_unchanged(asked: Callable[..., Any]) -> None:
    after = asked(
        "重庆制造业，技改专项贷5000万，上半年利率4%，下半年3.6%，贴多少", "那要是8000万呢"
    ).after
    assert after.facts and after.subjects and after.questions
    assert Conversation.from_json(json.loads(json.dumps(after.to_json()))) == after


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": [{"slot": "size", "value": "小型", "turn": 1, "span": None, "colour": "red"}]},
        {"facts": None},
        {"subjects": None},
        {"colour": "red"},
    ],
)
def test_data_of_another_shape_is_a_type_error(changed: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Conversation.from_json({**Conversation.new("s").to_json(), **changed})
