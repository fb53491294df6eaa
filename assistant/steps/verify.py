"""Withhold every sentence that its grounds do not bear out.

In:  the sentences of an answer, what each may rest on, the word lists.
Out: the sentences kept and, with the reason, those withheld. Sentences written by rule and by a
     model are treated the same; a figure, quotation, name, bound or negation that does not
     resolve takes its sentence with it (tests/assistant/grounding/test_verify.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Statement
from assistant.grounding.checks import problem
from assistant.grounding.grounds import Grounds, Library
from assistant.grounding.reading import Claims

__all__ = ["Claims", "Grounds", "Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The sentences that may be said, in order, and those that may not, with a Chinese reason."""

    kept: tuple[Statement, ...]
    withheld: tuple[tuple[Statement, str], ...]


def verify(statements: Sequence[Statement], grounds: Grounds, claims: Claims) -> Verified:
    """Each sentence against what that sentence rests on."""
    library = Library(grounds, claims)
    kept: list[Statement] = []
    withheld: list[tuple[Statement, str]] = []
    for position, statement in enumerate(statements):
        after = statements[position + 1].text if position + 1 < len(statements) else ""
        own = library.own(statement.citations, statement.calculations)
        if own is None:
            reason: str | None = "所引的出处或计算不在本次答复里"
        else:
            reason = problem(statement, own, claims, after)
        if reason is None:
            kept.append(statement)
        else:
            withheld.append((statement, reason))
    return Verified(tuple(kept), tuple(withheld))
