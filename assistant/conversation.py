"""What a conversation remembers between turns.

In:  facts and subjects of earlier turns.
Out: a frozen value that goes to JSON and back unchanged (tests/assistant/test_conversation.py).
     The person's own words are kept as long, because an answer may take them up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

OF_FACTS = ("facts", "supposed", "former")  # what a conversation keeps as facts

# Facts of one loan, guarantee or insured product; those of one share a group.
GROUPED = frozenset(
    {
        "principal",
        "annual_rate",
        "base_rate",
        "rate_spread",
        "guaranteed_amount",
        "fee_rate",
        "premium",
        "premium_rate",
        "insured_years",
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A slot's value as said by the person.

    value    a value of the slot; money in 元 and rates as decimal strings
    denied   the person said that it is not so
    group    facts of one loan, guarantee or insured product share a number
    party    which enterprise of the conversation it is a fact of
    project  loans of the same project share a name; "" is a project of its own
    portion  of a rate or a sum: the part of the year it was paid or out for
    label    the year that a sum or a rate is of (第二年, 2026年); "" where none was told
    place    the region of the corpus that a sum is of, where several were named; "" else
    product  the product that a sum is of, where sums of several were told; "" else
    owner    the names that its loan goes by (老厂|渝北); "" where it has none
    over     a rate is above the value, which is all that was told of it (1%出头)
    span     [start, end) in that turn's question, as typed
    """

    slot: str
    value: str
    turn: int
    span: tuple[int, int] | None = None
    denied: bool = False
    group: int = 0
    confidence: float = 1.0
    portion: str = "1"
    project: str = ""
    party: int = 0
    label: str = ""
    product: str = ""
    place: str = ""
    owner: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """The state after a turn.

    supposed  what was supposed in the last turn (要是利率5%呢), with all else; () where nothing was
    former    what the answer before the last other numbers was about; () where there was none
    subjects  ids of the measures the last answer was about, best first
    sides     ids of the measures last asked for together, in the order they were asked for
    earlier   ids of the measures that answers were about first, in their order, once each
    asked     slots asked for so far, so that nothing is asked twice
    party     the enterprise last spoken of, where there are several
    focus     the groups of the loans last spoken of, where that was not all
    situation what kind of answer was given last
    intents   of the last turn that asked for something
    """

    session_id: str
    turn: int = 0
    facts: tuple[Fact, ...] = ()
    subjects: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    situation: str = ""
    party: int = 0
    intents: tuple[str, ...] = ()
    region: str | None = None
    as_of: str | None = None
    questions: tuple[str, ...] = ()
    supposed: tuple[Fact, ...] = ()
    former: tuple[Fact, ...] = ()
    earlier: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    focus: tuple[int, ...] = ()

    @classmethod
    def new(cls, session_id: str) -> Conversation:
        """An empty conversation."""
        return cls(session_id)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        values = _values(self)
        return values | {name: tuple(map(_values, values[name])) for name in OF_FACTS}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Conversation:
        """The inverse of `to_json`; TypeError where the data is of another shape."""
        names = (
            "subjects",
            "asked",
            "pending",
            "intents",
            "questions",
            "earlier",
            "sides",
            "focus",
        )
        lists = {name: tuple(data.get(name, ())) for name in names}
        facts = {name: _facts(data.get(name, ())) for name in OF_FACTS}
        return cls(**{**data, **lists, **facts})


def _values(one: Fact | Conversation) -> dict[str, Any]:
    """The fields as they are: `dataclasses.asdict` copies what cannot change."""
    return {name: getattr(one, name) for name in one.__slots__}


def of_focus(facts: Sequence[Fact], focus: Sequence[int]) -> tuple[Fact, ...]:
    """Without the facts of the loans that are not spoken of; all where `focus` is empty."""
    if not focus:
        return tuple(facts)
    return tuple(f for f in facts if f.slot not in GROUPED or f.group in focus)


def as_told(facts: Sequence[Fact], focus: Sequence[int]) -> tuple[Fact, ...]:
    """The facts of the loans spoken of, each with its name if there are others."""
    several = len({f.group for f in facts if f.slot in GROUPED}) > 1
    near = of_focus(facts, focus)
    return near if several else tuple(replace(f, owner="") if f.owner else f for f in near)


def _facts(rows: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    return tuple(
        Fact(**{**row, "span": tuple(row["span"]) if row["span"] else None}) for row in rows
    )
