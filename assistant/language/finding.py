"""What a model's tools look in: one question's snapshot, and what of it may be cited.

In:  the search, the measures and the calculators of an open snapshot; the places and the day of the
     answer.
Out: rows for the model. A clause has a number only where its paper holds on that day in a place
     that the answer is about, and it shares words with the question
     (tests/assistant/language/test_finding.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Calculation
from assistant.measures.model import Measure
from assistant.measures.reader import Place
from ingest.document import Document, Status, StatusFinding
from ingest.index import Hit

MOST_HITS, MOST_MEASURES = 5, 8
LONGEST = 400  # characters of a clause that are shown
SHARED = 2  # telling words of the question that a citable clause holds


@dataclass
class SnapshotFinder:
    """Looks in one snapshot for one question. A model's text is data: it is only searched for.

    first      the number that the first clause found gets
    telling    the words of a text that tell what it is about
    calculate  a measure's amount; raises for what makes no sense
    """

    search_clauses: Callable[[str, int], Sequence[Hit]]
    documents: Mapping[str, Document]
    status_of: Callable[[Document], StatusFinding]
    regions: Collection[str]
    question: str
    telling: Callable[[str], frozenset[str]]
    catalogue: Sequence[Measure]
    work_out: Callable[[str, Mapping[str, Any]], Calculation]
    first: int
    found: dict[int, Place] = field(default_factory=dict)

    def search(self, query: str) -> list[dict[str, Any]]:
        """The clauses that answer best to a query."""
        return [self._row(hit) for hit in self.search_clauses(query[:LONGEST], MOST_HITS)]

    def _row(self, hit: Hit) -> dict[str, Any]:
        document = self.documents[hit.document_id]
        text = document.text[hit.start : hit.end]
        row = {
            "document": document.short_title,
            "region": document.region,
            "status": str(self.status_of(document).status),
            "clause": hit.path,
            "text": text[:LONGEST],
        }
        n = self._number(document, hit, text)
        return row if n is None else {"n": n} | row

    def _number(self, document: Document, hit: Hit, text: str) -> int | None:
        holds = self.status_of(document).status is Status.IN_FORCE
        near = len(self.telling(self.question) & self.telling(text)) >= SHARED
        if not (holds and near and document.region in self.regions):
            return None
        place = Place(document.id, hit.path, hit.start, hit.end)
        for n, known in self.found.items():
            if known == place:
                return n
        n = self.first + len(self.found)
        self.found[n] = place
        return n

    def measures(self, words: str) -> list[dict[str, Any]]:
        """The measures whose title, keywords or quote hold all the words."""
        wanted = words.split()
        rows = []
        for m in self.catalogue:
            text = " ".join([m.title, *m.keywords, m.quote])
            if all(word in text for word in wanted):
                quote = m.quote[:LONGEST]
                rows.append({"id": m.id, "title": m.title, "region": m.region, "quote": quote})
        return rows[:MOST_MEASURES]

    def calculate(self, measure_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """One calculation, or what is wrong with it."""
        try:
            return self.work_out(measure_id, inputs).model_dump(mode="json")
        except (ValueError, KeyError, ArithmeticError) as error:
            return {"error": str(error)}
