"""What can be asked of one open snapshot, without a conversation.

In:  a snapshot with its assistant, plain values.
Out: documents, measures, verdicts, calculations, clauses; what makes no sense raises a
     `ServiceError` (tests/assistant/test_service.py, tests/api).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.answer import Calculation
from assistant.calculators.case import CalculatorError
from assistant.handbook import USABLE, Entry, entries
from assistant.inputs import (
    InvalidError,
    NotFoundError,
    brief,
    checked_facts,
    checked_question,
    listed,
)
from assistant.matching.places import home_region
from assistant.measures.model import Kind, Measure
from assistant.pipeline import PAST_OR_FUTURE, Assistant, MatchResult
from ingest.document import Document, StatusFinding
from ingest.index import Hit, Snapshot

MAX_HITS = 50
MAX_SUGGESTIONS = 4
_SUGGESTIONS = "lexicon/suggestions.yaml"


@dataclass(frozen=True, slots=True)
class Desk:
    """What can be asked of one open snapshot, without a conversation.

    today  the day that is meant where none is given
    """

    snapshot: Snapshot
    assistant: Assistant
    today: date

    def region(self, name: str | None) -> str | None:
        """The region's name, in full where that names no other; None for None or white space.

        Raises InvalidError.
        """
        if name is None or not name.strip():
            return None
        name = name.strip()
        place = self.assistant.gazetteer.get(name)
        if place is None:
            raise InvalidError(
                f"没有“{brief(name)}”这个地区，或者同名的不止一个，"
                "应为省、市或区县的全称，例如“重庆市江津区”。",
                "region",
            )
        alone = self.assistant.gazetteer.get(place.name)
        return place.name if alone == place else name

    def status(self, document: Document, as_of: date | None = None) -> StatusFinding:
        """The document's status as of a day."""
        return self.assistant.status_on(as_of or self.today)(document)

    def documents(self) -> Iterable[Document]:
        """Every document, in the order of the corpus."""
        return self.snapshot.documents.values()

    def document(self, document_id: str) -> Document:
        """One document. Raises NotFoundError."""
        document = self.snapshot.documents.get(document_id)
        if document is None:
            raise NotFoundError(
                f"没有编号为“{brief(document_id)}”的文件，现有{listed(self.snapshot.documents)}。",
                "document_id",
            )
        return document

    def measures(
        self,
        *,
        region: str | None = None,
        applicant: str | None = None,
        kinds: frozenset[Kind] = frozenset(),
        as_of: date | None = None,
        q: str | None = None,
    ) -> list[Measure]:
        """The catalogue, filtered by what is given, in the order of the files.

        region     only measures whose documents are made for the place
        applicant  a value of the slot `applicant`
        as_of      only measures that hold on this day
        q          words that must all stand in the measure's texts

        Raises InvalidError.
        """
        ids = self._documents_for(region)
        words = (q or "").casefold().split()
        applicants = self.assistant.lexicon.slots["applicant"].values
        if applicant is not None and applicant not in applicants:
            raise InvalidError(
                f"没有“{brief(applicant)}”这种申请主体，应为{listed(applicants)}之一。",
                "applicant",
            )
        return [
            measure
            for measure in self.assistant.catalogue.measures
            if measure.document in ids
            and (applicant is None or applicant in measure.applicant)
            and (not kinds or measure.kind in kinds)
            and (as_of is None or self._holds_on(measure, as_of))
            and all(word in _words_of(measure) for word in words)
        ]

    def handbook(
        self,
        *,
        region: str | None = None,
        applicant: str | None = None,
        kinds: frozenset[Kind] = frozenset(),
        as_of: date | None = None,
        q: str | None = None,
    ) -> list[Entry]:
        """The handbook's lines, filtered as `measures` is; without kinds, what can be used.

        Raises InvalidError.
        """
        found = self.measures(
            region=region, applicant=applicant, kinds=kinds or USABLE, as_of=as_of, q=q
        )
        documents = self.snapshot.documents
        return entries(found, self.assistant.catalogue, documents, as_of or self.today, applicant)

    def _documents_for(self, region: str | None) -> frozenset[str]:
        place = self.region(region)
        documents = self.snapshot.documents
        if place is None:
            return frozenset(documents)
        home = home_region(place, documents, self.assistant.gazetteer)
        return documents.of_regions([home] if home else ())

    def _holds_on(self, measure: Measure, day: date) -> bool:
        """Whether nothing in measure or document says that it does not hold on this day."""
        valid = measure.valid
        return (
            self.status(self.snapshot.documents[measure.document], day).status not in PAST_OR_FUTURE
            and (valid is None or valid.from_ is None or valid.from_ <= day)
            and (valid is None or valid.until is None or day <= valid.until)
        )

    def match(self, profile: Mapping[str, Any], as_of: date | None = None) -> MatchResult:
        """A verdict on every measure for an enterprise's profile. Raises InvalidError."""
        facts = checked_facts(self.assistant.lexicon.slots, profile, "profile")
        try:
            return self.assistant.match(facts, as_of or self.today)
        except CalculatorError as error:
            raise InvalidError(error.message, f"profile.{error.slot}") from error

    def calculate(
        self, measure_id: str, inputs: Mapping[str, Any], as_of: date | None = None
    ) -> Calculation:
        """The main calculation. Raises NotFoundError and InvalidError."""
        return self.calculations(measure_id, inputs, as_of)[0]

    def calculations(
        self, measure_id: str, inputs: Mapping[str, Any], as_of: date | None = None
    ) -> tuple[Calculation, ...]:
        """All calculations of a measure for these inputs, the main one first.

        Raises NotFoundError and InvalidError.
        """
        measure = self.assistant.catalogue.get(measure_id)
        if measure is None:
            raise NotFoundError(
                f"没有编号为“{brief(measure_id)}”的措施，编号见 GET /api/measures。",
                "measure_id",
            )
        facts = checked_facts(self.assistant.lexicon.slots, inputs, "inputs")
        try:
            return self.assistant.calculations(measure.id, facts, as_of or self.today)
        except CalculatorError as error:
            raise InvalidError(error.message, f"inputs.{error.slot}") from error

    def search(
        self, query: str, *, k: int = 10, region: str | None = None, as_of: date | None = None
    ) -> list[Hit]:
        """The clauses that answer best to a query, best first.

        region  only documents made for the place
        as_of   only documents that are not repealed, over or still to come on this day

        Raises InvalidError.
        """
        query = checked_question(query, "query")
        if not 1 <= k <= MAX_HITS:
            raise InvalidError(f"k 应为 1 到 {MAX_HITS} 的整数。", "k")
        ids = self._documents_for(region)
        if as_of is not None:
            ids &= self.assistant.standing(as_of)
        day = as_of or self.today
        return list(self.assistant.search(query, k, today=day, documents=ids))

    def suggestions(self, region: str | None = None) -> list[Mapping[str, str]]:
        """Questions to begin with, each with region, topic and question; at most MAX_SUGGESTIONS.

        region  those about this place, where its documents are; else about the default region

        Raises InvalidError.
        """
        ids = self._documents_for(region or self.assistant.default_region)
        regions = {self.snapshot.documents[name].region for name in ids}
        found = self.snapshot.data.get(_SUGGESTIONS, [])
        return [one for one in found if one["region"] in regions][:MAX_SUGGESTIONS]

    def step(self, name: str, text: str) -> Any:
        """One step of the pipeline alone, as JSON values. Raises InvalidError."""
        try:
            return self.assistant.step(name, checked_question(text), today=self.today)
        except KeyError as error:
            raise InvalidError(f"没有“{name}”这一步。", "name") from error


def _words_of(measure: Measure) -> str:
    conditions = (condition.text or "" for condition in measure.conditions)
    return " ".join(
        (
            measure.id,
            *measure.aliases,
            measure.title,
            measure.gist or "",
            measure.quote,
            *measure.keywords,
            *measure.applicant,
            *conditions,
        )
    ).casefold()
