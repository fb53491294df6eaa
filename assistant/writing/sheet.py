"""The sheet an answer is written on: sentences with their grounds, citations, calculations.

In:  places in documents, workings, sentences with marks.
Out: the contract's parts. Every sentence's [n] points at a citation of the sheet; the sentences
     joined are the text (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote as percent_encode

from assistant.answer import (
    Calculation,
    CalculationStep,
    Citation,
    Missing,
    Statement,
    StatementKind,
    Warning,
    WarningCode,
)
from assistant.calculators.case import Working
from assistant.calculators.money import plain
from assistant.measures.reader import Place
from ingest.document import Document, StatusFinding

LONGEST_QUOTE, MOST_CITATIONS, LONGEST_TEXT = 590, 12, 2400
BREAK = re.compile(r"[ \t\u3000]*[\r\n]+\s*")


@dataclass
class Sheet:
    """Collects an answer; `text()` and the lists are read off at the end."""

    documents: Mapping[str, Document]
    status_of: Callable[[Document], StatusFinding]
    as_of: str
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    calculations: list[Calculation] = field(default_factory=list)
    warnings: dict[WarningCode, str] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    most: int | None = MOST_CITATIONS
    _paragraph: int = 0

    def paragraph(self) -> None:
        """The next sentence starts a new paragraph."""
        if self.statements and self.statements[-1].paragraph == self._paragraph:
            self._paragraph += 1

    def cite(self, place: Place) -> int | None:
        """The citation number of a place; None where the answer already cites enough."""
        start, end = self._trim(place)
        for citation in self.citations:
            if (citation.document_id, citation.start, citation.end) == (place.document, start, end):
                return citation.n
        if self.most is not None and len(self.citations) >= self.most:
            return None
        document = self.documents[place.document]
        n = len(self.citations) + 1
        self.citations.append(
            Citation(
                n=n,
                document_id=document.id,
                document_title=document.title,
                document_number=document.number,
                clause_path=place.path,
                quote=document.text[start:end],
                start=start,
                end=end,
                url=f"/documents/{percent_encode(document.id)}?start={start}&end={end}"
                f"&as_of={self.as_of}#{percent_encode(place.path)}",
                status=str(self.status_of(document).status),
            )
        )
        return n

    def _trim(self, place: Place) -> tuple[int, int]:
        text = self.documents[place.document].text
        start, end = place.start, min(place.end, place.start + LONGEST_QUOTE)
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return start, end

    def calculate(self, measure_id: str, working: Working, cites: Iterable[int]) -> str:
        """Put a working on the sheet; the calculation's id."""
        number = len(self.calculations) + 1
        identifier = f"c{number}"
        amount = None if working.amount is None else plain(working.amount)
        self.calculations.append(
            Calculation(
                id=identifier,
                measure_id=measure_id,
                label=working.label,
                amount_kind=str(working.amount_kind),
                amount_yuan=amount,
                currency=working.currency,
                per=working.per,
                formula=working.formula,
                inputs=dict(working.inputs),
                steps=tuple(CalculationStep(label=s.label, value=s.value) for s in working.steps),
                citations=tuple(cites),
            )
        )
        return identifier

    def say(
        self,
        kind: StatementKind,
        text: str,
        cites: Sequence[int | None] = (),
        calculations: Sequence[str] = (),
        *,
        item: bool = False,
    ) -> None:
        """Add one sentence. `item` puts it on a line of its own, as a list item."""
        text = text.strip()
        if not text or any(s.text == text for s in self.statements):
            return
        if sum(len(s.text) for s in self.statements) + len(text) > LONGEST_TEXT:
            return
        self.statements.append(
            Statement(
                text=text,
                kind=kind,
                citations=tuple(sorted({c for c in cites if c})),
                calculations=tuple(calculations),
                mark="- " if item else "",
                paragraph=self._paragraph,
            )
        )

    def put_first(self) -> None:
        """The last sentence comes before all others, in a paragraph of its own."""
        last = self.statements.pop().model_copy(update={"paragraph": 0})
        rest = [s.model_copy(update={"paragraph": s.paragraph + 1}) for s in self.statements]
        self.statements = [last, *rest]
        self._paragraph += 1

    def warn(self, code: WarningCode, message: str) -> None:
        """Add a warning once."""
        self.warnings.setdefault(code, message)

    def ask(self, slot: str, question: str) -> None:
        """Ask for a fact once."""
        if all(m.slot != slot for m in self.missing):
            self.missing.append(Missing(slot=slot, question=question))

    def warning_list(self) -> tuple[Warning, ...]:
        return tuple(Warning(code=code, message=text) for code, text in self.warnings.items())


def marks(numbers: Iterable[int | None]) -> str:
    """[1][2], in order, once each."""
    return "".join(f"[{n}]" for n in dict.fromkeys(n for n in numbers if n))


def on_one_line(quote: str) -> str:
    """A quote as it reads in running text: line breaks of the source dropped, words unchanged."""
    return BREAK.sub("", quote.strip())


def text_of(statements: Sequence[Statement]) -> str:
    """The answer as a person reads it: paragraphs, list items on their own lines."""
    lines: list[str] = []
    paragraph = None
    for statement in statements:
        if statement.mark:
            if lines and not lines[-1].startswith("- ") and paragraph is not None:
                lines.append("")
            lines.append(statement.mark + statement.text)
        elif paragraph == statement.paragraph and lines and not lines[-1].startswith("- "):
            lines[-1] += statement.text
        else:
            if lines:
                lines.append("")
            lines.append(statement.text)
        paragraph = statement.paragraph
    return "\n".join(lines)
