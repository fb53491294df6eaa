"""Everything that an answer is written from.

In:  what was understood, matched and calculated; the wording; the documents.
Out: a `Context`; nothing of it changes while an answer is written
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assistant.conversation import Conversation
from assistant.matching.subject import Match, Subject
from assistant.measures.model import Measure
from assistant.measures.reader import Catalogue
from assistant.reading.lexicon import Lexicon
from assistant.steps.calculate import Calculated
from assistant.steps.understand import Understanding
from ingest.document import Document, Status, StatusFinding
from ingest.index import Hit

HOLDING = frozenset({Status.IN_FORCE, Status.EFFECTIVE_DATE_UNKNOWN})
NOT_OVER = frozenset(Status) - {Status.EXPIRED, Status.REPEALED}
NEARLY = 0.7  # of the best clause's score, from which one of a paper in force goes before it


@dataclass(frozen=True)
class Context:
    """What the writers read.

    u          what was understood
    status_of  a document's status on the day asked about
    successor  what is like a measure whose time is over, and in force
    elsewhere  the measures of other places that state a number of the question
    related    what is most like a measure of another place in the place asked about
    papers_in  the papers that hold in a place, the state's aside; none for a place without any
    found_in   the clauses of some papers found for the question, best first
    cut        the words of a text, in reading order
    telling    those of them that tell what it is about
    twin       what of a document is most like a measure of another
    next_slots the facts to ask for next, the most decisive first
    contacts   region → how to reach its department, as the operator of the service says
    """

    u: Understanding
    matched: Match
    calculated: Calculated
    catalogue: Catalogue
    documents: Mapping[str, Document]
    lexicon: Lexicon
    wording: Mapping[str, Any]
    conversation: Conversation
    status_of: Callable[[Document], StatusFinding]
    successor: Callable[[Subject], Subject | None]
    elsewhere: Callable[[Subject], Sequence[Measure]]
    related: Callable[[Subject], Measure | None]
    papers_in: Callable[[str], frozenset[str]]
    found_in: Callable[[Collection[str]], Sequence[Hit]]
    cut: Callable[[str], Sequence[str]]
    telling: Callable[[str], frozenset[str]]
    twin: Callable[[Measure, str], Measure | None]
    next_slots: Callable[[Sequence[Subject]], Sequence[str]]
    contacts: Mapping[str, str]

    @cached_property
    def reviewed(self) -> tuple[Document, ...]:
        """The papers with measures: what there is to tell of, whatever else stands beside them."""
        return tuple(d for d in self.documents.values() if d.id in self.catalogue.papers)

    def standing(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        """Of the clauses found those to answer from: of papers in force on the day asked about,
        or named; where none of these is nearly as good as the best, of those that are not over;
        else all."""
        named = set(self.u.documents)

        def of(statuses: frozenset[Status]) -> list[Hit]:
            return [
                hit
                for hit in hits
                if hit.document_id in named
                or self.status_of(self.documents[hit.document_id]).status in statuses
            ]

        holding = of(HOLDING)
        if holding and holding[0].score >= NEARLY * hits[0].score:
            return holding
        return of(NOT_OVER) or hits

    def ends_later(self, document: Document) -> bool:
        """Whether a paper holds today, and its time is over on the day asked about."""
        return (
            self.status_of(document).status is Status.EXPIRED
            and document.dates.period_until is not None
            and document.dates.period_until >= self.u.asked_on
        )

    def repealed_since(self, document: Document) -> bool:
        """Whether a paper held on the day asked about, and is repealed today."""
        on = document.repealed.on if document.repealed else None
        held = self.status_of(document).status in HOLDING
        return held and on is not None and self.u.as_of < on <= self.u.asked_on

    def ended_since(self, document: Document) -> bool:
        """Whether a paper held on the day asked about, and its time is over today."""
        until = document.dates.period_until
        return until is not None and self.u.as_of <= until < self.u.asked_on

    def words(self, group: str, key: str, /, **values: object) -> str:
        """A wording with its places filled."""
        return str(self.wording[group][key]).format(**{k: str(v) for k, v in values.items()})
