"""Say worded sentences on a sheet: the one hand that all parts of an answer are written with.

In:  a context, an empty sheet.
Out: sentences on the sheet, each with the marks of what it cites; no Chinese sentence is typed in
     code, they are `wording/answers.yaml` (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import StatementKind, WarningCode
from assistant.calculators.case import Working
from assistant.measures.model import Measure
from assistant.measures.reader import Place
from assistant.writing.context import Context
from assistant.writing.sheet import Sheet, marks, on_one_line
from ingest.document import Document, StatusFinding

MOST_SPANS = 3  # places cited for a document's status


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes from a context on a sheet."""

    context: Context
    sheet: Sheet

    def say(
        self,
        kind: StatementKind,
        group: str,
        key: str,
        /,
        cites: Sequence[int | None] = (),
        calculations: Sequence[str] = (),
        *,
        item: bool = False,
        **values: object,
    ) -> None:
        """Add the sentence `group.key` of the wording, with its places filled and its marks."""
        text = self.context.words(group, key, **{"marks": marks(cites), **values})
        self.sheet.say(kind, text, cites, calculations, item=item)

    def paragraph(self) -> None:
        """The next sentence starts a new paragraph."""
        self.sheet.paragraph()

    def warn(self, code: WarningCode, **values: object) -> None:
        """Add the warning once, as the wording has it."""
        self.sheet.warn(code, self.context.words("warning", str(code), **values))

    def cite(self, measure: Measure) -> int | None:
        """The citation of the words that a measure rests on."""
        return self.sheet.cite(self.context.catalogue.place(measure))

    def cite_title(self, document: Document) -> int | None:
        """The citation of a document's first clause, its title."""
        clause = document.clauses[0]
        return self.sheet.cite(Place(document.id, clause.path, clause.start, clause.end))

    def cite_status(self, document: Document, finding: StatusFinding) -> list[int | None]:
        """The citations of what a document's status rests on; its title where that is nothing."""
        places = [
            Place(document.id, document.clause_at(start).path, start, end)
            for start, end in finding.spans
        ]
        cites = [self.sheet.cite(place) for place in places[:MOST_SPANS]]
        return cites or [self.cite_title(document)]

    def calculate(self, measure: Measure, workings: Sequence[Working], n: int | None) -> list[str]:
        """Put the workings of a measure cited as `n` on the sheet; their ids, in order."""
        return [self.sheet.calculate(measure.id, w, [n] if n else []) for w in workings]

    def document_of(self, measure: Measure) -> Document:
        """The document that a measure stands in."""
        return self.context.documents[measure.document]

    def words_at(self, place: Place) -> str:
        """The words of the source at a place, on one line."""
        return on_one_line(self.context.documents[place.document].text[place.start : place.end])

    def quote(self, measure: Measure) -> str:
        """The words of the source that a measure rests on, on one line."""
        return self.words_at(self.context.catalogue.place(measure))

    def gist(self, measure: Measure) -> str:
        """What a measure comes to in short, without the full stop."""
        return (measure.gist or self.quote(measure)).rstrip("。")
