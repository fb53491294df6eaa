"""The data of a snapshot is refused, with file and field, where it must not be served."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from assistant.checks import WORDING, WordingError, validate
from assistant.measures.reader import MeasureError
from assistant.pipeline import Assistant
from assistant.reading.lexicon import LexiconError

Data = dict[str, Any]


def test_the_repositorys_own_data_is_right(assistant: Assistant) -> None:
    validate(list(assistant.snapshot.documents.values()), assistant.snapshot.data)


def no_words(data: Data) -> None:
    del data["lexicon/slots.yaml"]


def bad_pattern(data: Data) -> None:
    data["lexicon/intents.yaml"]["amount"] = ["(多少"]


def bad_cue(data: Data) -> None:
    data["lexicon/cues.yaml"]["past"] = "以前)"


def bad_honest_pattern(data: Data) -> None:
    data["lexicon/honest.yaml"]["cheat"] = ["借[壳"]


def unknown_document(data: Data) -> None:
    data["lexicon/documents.yaml"][0]["id"] = "cq-2099"


def unknown_implied_slot(data: Data) -> None:
    slot = next(s for s in data["lexicon/slots.yaml"] if s["name"] == "titles")
    slot["values"]["瞪羚企业"]["implies"] = {"colour": "red"}


def slot_without_label(data: Data) -> None:
    del data["lexicon/slots.yaml"][0]["label"]


def wrong_quote(data: Data) -> None:
    measures = data["measures/cq-jingxin-2024-7.yaml"]["measures"]
    measures[0]["quote"] = "渝经信规范〔2024〕8号"


def no_wording(data: Data) -> None:
    del data[WORDING]


def no_refusal(data: Data) -> None:
    del data[WORDING]["refuse"]["cheat"]


def no_courtesy(data: Data) -> None:
    del data[WORDING]["courtesy"]["restart"]


@pytest.mark.parametrize(
    ("spoil", "error", "named"),
    [
        (no_words, LexiconError, "lexicon/slots.yaml"),
        (bad_pattern, LexiconError, "正则式"),
        (bad_cue, LexiconError, "正则式"),
        (bad_honest_pattern, LexiconError, "正则式"),
        (unknown_document, LexiconError, "lexicon/documents.yaml.*cq-2099"),
        (unknown_implied_slot, LexiconError, "lexicon/slots.yaml.*titles.*瞪羚企业.*colour"),
        (slot_without_label, LexiconError, "lexicon/slots.yaml.*label"),
        (wrong_quote, MeasureError, "8号"),
        (no_wording, WordingError, WORDING),
        (no_refusal, WordingError, f"{WORDING}.*refuse.*cheat"),
        (no_courtesy, WordingError, f"{WORDING}.*courtesy.*restart"),
    ],
)
def test_what_is_wrong_is_named(
    assistant: Assistant,
    spoil: Callable[[Data], None],
    error: type[Exception],
    named: str,
) -> None:
    data = copy.deepcopy(dict(assistant.snapshot.data))
    spoil(data)
    with pytest.raises(error, match=named):
        validate(list(assistant.snapshot.documents.values()), data)
