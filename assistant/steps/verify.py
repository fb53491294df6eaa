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

__all__ = ["Claims", "Grounds", "Library", "Verified", "reason_against", "verified_by", "verify"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The sentences that may be said, in order, and those that may not, with a Chinese reason."""

    kept: tuple[Statement, ...]
    withheld: tuple[tuple[Statement, str], ...]


def verify(statements: Sequence[Statement], grounds: Grounds, claims: Claims) -> Verified:
    """Each sentence against what that sentence rests on."""
    return verified_by(Library(grounds, claims), statements)


def verified_by(library: Library, statements: Sequence[Statement]) -> Verified:
    """`verify` by grounds that may have been read before."""
    kept: list[Statement] = []
    withheld: list[tuple[Statement, str]] = []
    following = [*(statement.text for statement in statements[1:]), ""]
    for statement, after in zip(statements, following, strict=False):
        reason = reason_against(library, statement, after)
        if reason is None:
            kept.append(statement)
        else:
            withheld.append((statement, reason))
    return Verified(tuple(kept), tuple(withheld))


def reason_against(library: Library, statement: Statement, after: str) -> str | None:
    """Why the sentence may not be said, in Chinese; None where it may. `after` follows it."""
    if (statement, after) not in library.judged:
        library.judged[statement, after] = _reason_against(library, statement, after)
    return library.judged[statement, after]


def _reason_against(library: Library, statement: Statement, after: str) -> str | None:
    own = library.own(statement.citations, statement.calculations)
    if own is None:
        return "所引的出处或计算不在本次答复里"
    return problem(statement, own, library.claims, after)
