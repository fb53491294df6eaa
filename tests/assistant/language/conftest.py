"""A help that says what a test wants, and the words that the assistant is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from assistant.answer import Answer
from assistant.conversation import Conversation
from assistant.language.help import Finder, Reading, Reply
from assistant.pipeline import Assistant
from tests.assistant.conftest import TODAY

Write = Callable[[Sequence[str], Finder], str | None]
AMOUNT = "重庆的技改专项贷贷了5000万，年利率4%，一年最多贴息多少？"


@dataclass
class Saying:
    """A help by script; keeps what it was asked and told."""

    write_: Write
    reading: Reading | None = None
    model: str = "scripted"
    briefs: list[str] = field(default_factory=list)
    turns: list[tuple[str, ...]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    not_used: int = 0

    def read(self, system: str, brief: str) -> Reading | None:
        assert system
        self.briefs.append(brief)
        return self.reading

    def write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply | None:
        assert system
        self.turns.append(tuple(turns))
        text = self.write_(turns, finder)
        return None if text is None else Reply(text, dict(finder.found))

    def unused(self, reason: str) -> None:
        self.reasons.append(reason)

    def withheld(self, count: int) -> None:
        self.not_used += count


def saying(*texts: str, reading: Reading | None = None) -> Saying:
    """Says the texts one after the other, the last one for good."""
    left = list(texts)
    return Saying(lambda _turns, _finder: left.pop(0) if len(left) > 1 else left[0], reading)


Asking = Callable[..., Answer]


@pytest.fixture
def ask(assistant: Assistant) -> Asking:
    """ask(help, question): the answer to a first question."""

    def asked(help_: Saying | None, question: str = AMOUNT) -> Answer:
        conversation = Conversation.new("test")
        return assistant.ask(question, conversation, today=TODAY, help_=help_).answer

    return asked
