"""What the pipeline asks of a language model, and what it gets.

In:  a reading or a draft to work on.
Out: `Reading` or `Reply`; None where the model is of no help, for whatever reason: the rules then
     stand alone. The same replies give the same answer (tests/assistant/language/test_replay.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from assistant.measures.reader import Place


class Told(BaseModel):
    """A fact that the model read, with the person's own words for it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    slot: str = Field(max_length=60)
    value: str = Field(max_length=60)
    words: str = Field(max_length=200)


class Reading(BaseModel):
    """How a model reads a question.

    words  what official papers call the matter
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    intents: tuple[str, ...] = Field(default=(), max_length=10)
    facts: tuple[Told, ...] = Field(default=(), max_length=30)
    words: tuple[str, ...] = Field(default=(), max_length=10)
    region: str | None = Field(default=None, max_length=40)
    as_of: str | None = Field(default=None, max_length=20)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, and the clauses that it found on the way, by the number it knows."""

    text: str
    found: Mapping[int, Place]


class Finder(Protocol):
    """What the model's tools look in."""

    def search(self, query: str) -> list[dict[str, Any]]:
        """Clauses; one that may be cited has a number `n`."""

    def measures(self, words: str) -> list[dict[str, Any]]:
        """Measures."""

    def calculate(self, measure_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """A calculation, for the model's own understanding: only those of the answer are told."""

    @property
    def found(self) -> Mapping[int, Place]:
        """The clauses that may be cited, by number."""


class Help(Protocol):
    """One question's help. Each call gives None where there is none, and is over in time."""

    @property
    def model(self) -> str:
        """The model's name."""

    def read(self, system: str, brief: str) -> Reading | None:
        """How the model reads a question."""

    def write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply | None:
        """What it writes. `turns`: the brief, then its own last words and what was wrong."""

    def unused(self, reason: str) -> None:
        """Note that what it wrote was of no use."""

    def withheld(self, count: int) -> None:
        """Note how many of its sentences were not used."""


class Recorded:
    """The help that was had once, from its record."""

    def __init__(self, model: str, said: Sequence[Mapping[str, Any] | None]) -> None:
        self.model = model
        self._said = list(said)

    def read(self, system: str, brief: str) -> Reading | None:
        del system, brief
        said = self._next()
        return None if said is None else Reading.model_validate(said)

    def write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply | None:
        del system, turns, finder
        said = self._next()
        if said is None:
            return None
        return Reply(said["text"], {int(n): Place(**at) for n, at in said["found"].items()})

    def unused(self, reason: str) -> None:
        del reason

    def withheld(self, count: int) -> None:
        del count

    def _next(self) -> Mapping[str, Any] | None:
        return self._said.pop(0) if self._said else None


def record_of(said: Reading | Reply | None) -> dict[str, Any] | None:
    """One reply as plain JSON values."""
    if isinstance(said, Reading):
        return said.model_dump(mode="json")
    if isinstance(said, Reply):
        found = {str(n): asdict(place) for n, place in said.found.items()}
        return {"text": said.text, "found": found}
    return None
