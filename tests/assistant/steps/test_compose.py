"""How it is said, as questions.yaml says; every mark, quote and figure of an answer resolves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from assistant.answer import Answer
from assistant.pipeline import Assistant
from assistant.writing.sheet import text_of

MARK = re.compile(r"\[(\d+)\]")


def test_it_says_what_the_row_says(row: dict[str, Any], asked: Callable[..., Any]) -> None:
    answer = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region")).answer
    wanted = row["compose"]
    assert answer.behaviour == wanted.get("behaviour", answer.behaviour)
    codes = {w.code for w in answer.warnings}
    assert set(wanted.get("warnings", ())) <= codes
    assert not set(wanted.get("no_warnings", ())) & codes
    assert set(wanted.get("asks_for", ())) <= {m.slot for m in answer.missing}
    kinds = {s.kind for s in answer.statements}
    assert set(wanted.get("kinds", ())) <= kinds
    assert not set(wanted.get("no_kinds", ())) & kinds
    for words in wanted.get("says", ()):
        assert words in answer.text, words
    for words in wanted.get("never_says", ()):
        assert words not in answer.text, words
    assert wanted.get("first_sentence", "") in answer.statements[0].text
    cited = {(c.document_id, c.clause_path.split("·")[0]) for c in answer.citations}
    assert {tuple(c) for c in wanted.get("cites", ())} <= cited


def check_sheet(answer: Answer, assistant: Assistant) -> None:
    """Marks point at citations, quotes are the documents' text, the sentences are the text."""
    numbers = [c.n for c in answer.citations]
    workings = {c.id for c in answer.calculations}
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(n) for n in MARK.findall(answer.text)} <= set(numbers)
    assert answer.text == text_of(answer.statements)
    assert answer.text.strip()
    for statement in answer.statements:
        marks = {int(n) for n in MARK.findall(statement.text)}
        assert marks <= set(statement.citations) <= set(numbers)
        assert set(statement.calculations) <= workings
    for citation in answer.citations:
        document = assistant.snapshot.documents[citation.document_id]
        assert document.text[citation.start : citation.end] == citation.quote
        assert document.clause_at(citation.start).path.startswith(
            citation.clause_path.split("·")[0]
        ) or citation.clause_path.startswith(document.clause_at(citation.start).path)
    for calculation in answer.calculations:
        assert set(calculation.citations) <= set(numbers)
    assert len({m.slot for m in answer.missing}) == len(answer.missing)
    assert len({w.code for w in answer.warnings}) == len(answer.warnings)
    assert answer.behaviour != "clarify" or answer.missing


def test_every_answer_of_the_rows_holds_together(
    rows: list[dict[str, Any]], asked: Callable[..., Any], assistant: Assistant
) -> None:
    for row in rows:
        one = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region"))
        check_sheet(one.answer, assistant)
