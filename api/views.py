"""What documents, measures, slots and hits look like over HTTP.

In:  the assistant's and the index's typed values.
Out: plain JSON values, by the names of the contract; decimals and days are strings
     (tests/api/test_catalogue.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic_core import to_json

from assistant.answer import Answer
from assistant.calculators.money import plain
from assistant.handbook import KINDS, USABLE
from assistant.labels import label, mark
from assistant.measures.conditions import slots_of
from assistant.measures.model import Condition, Measure, Term
from assistant.measures.reader import Catalogue, Place
from assistant.pipeline import MatchResult
from assistant.reading.lexicon import SlotSpec
from assistant.steps.calculate import FURTHER, NEEDS
from ingest.document import Clause, Document, StatusFinding
from ingest.index import Hit


def answer(answer: Answer, provider: str) -> dict[str, Any]:
    """An answer with its labels: the words for people, the mark for programs."""
    return answer.to_json() | _labels(answer, provider)


def answer_bytes(answer: Answer, provider: str) -> bytes:
    """The same, written; its values are never made Python's, which takes most of the time."""
    return to_json(dict(answer) | _labels(answer, provider))


def _labels(answer: Answer, provider: str) -> dict[str, Any]:
    return {"label": label(answer.generator.mode), "AIGC": mark(answer.id, provider)}


def uses_of_slots(measures: Iterable[Measure]) -> Counter[str]:
    """How many measures' conditions test each slot, by its name."""
    counts: Counter[str] = Counter()
    for measure in measures:
        tested = {slot for one in measure.conditions for slot in slots_of(one)}
        counts.update({*tested, *(["applicant"] if measure.applicant else [])})
    return counts


def slot(spec: SlotSpec, conditions: int) -> dict[str, Any]:
    """A slot: name, label, type, unit, question, and the values it may take ([] for any).

    conditions  how many measures' conditions test it
    """
    values = ["是", "否"] if spec.type == "flag" else list(spec.values)
    return {
        "name": spec.name,
        "label": spec.label,
        "type": spec.type,
        "unit": spec.unit,
        "question": spec.question,
        "values": values,
        "conditions": conditions,
    }


def kinds() -> list[dict[str, Any]]:
    """The kinds of measures, in the order in which people look for them.

    offered  whether it is something to apply for or to use
    """
    return [
        {"kind": kind.value, "label": label, "offered": kind in USABLE}
        for kind, label in KINDS.items()
    ]


def document_summary(document: Document, finding: StatusFinding, measures: int) -> dict[str, Any]:
    """A document without its text."""
    dates = {
        name: value.isoformat() if isinstance(value, date) else value
        for name in document.dates.__slots__
        if (value := getattr(document.dates, name)) is not None
    }
    return {
        "id": document.id,
        "title": document.title,
        "short_title": document.short_title,
        "number": document.number,
        "issuers": list(document.issuers),
        "region": document.region,
        "kind": document.kind.value,
        "dates": dates,
        "url": document.url,
        "status": finding.status.value,
        "status_reason": finding.reason,
        "as_of": finding.as_of.isoformat(),
        "damage": [
            {"kind": one.kind, "start": one.start, "end": one.end, "message": one.message}
            for one in document.damage
        ],
        "notes": list(document.notes),
        "sha256": document.sha256,
        "measures": measures,
    }


def document(document: Document, finding: StatusFinding, measures: int) -> dict[str, Any]:
    """A document whole: `start` and `end` count characters of `text`."""
    return document_summary(document, finding, measures) | {
        "text": document.text,
        "clauses": [_clause(clause) for clause in document.clauses],
    }


def places(spans: Iterable[tuple[int, int]]) -> list[dict[str, int]]:
    """Places of a text: `start` and `end` count characters."""
    return [{"start": start, "end": end} for start, end in spans]


def _clause(clause: Clause) -> dict[str, Any]:
    values: dict[str, Any] = {
        "path": clause.path,
        "heading": clause.heading,
        "level": clause.level,
        "start": clause.start,
        "end": clause.end,
    }
    if clause.items:
        values["items"] = [_clause(item) for item in clause.items]
    return values


def measure(
    measure: Measure, catalogue: Catalogue, document: Document, finding: StatusFinding
) -> dict[str, Any]:
    """A measure with its conditions and dated values, each with its clause and quote."""
    valid = measure.valid
    responsible = catalogue.responsible_place(measure)
    return {
        "id": measure.id,
        "aliases": list(measure.aliases),
        "title": measure.title,
        "kind": measure.kind.value,
        "kind_label": KINDS[measure.kind],
        "document_id": document.id,
        "document_title": document.title,
        "document_number": document.number,
        "region": measure.region,
        "status": finding.status.value,
        "status_reason": finding.reason,
        "as_of": finding.as_of.isoformat(),
        "gist": measure.gist,
        "quote": _quote(measure.quote, catalogue.place(measure)),
        "more_quotes": [
            _quote(quote.quote, catalogue.place(measure, quote)) for quote in measure.more_quotes
        ],
        "applicant": list(measure.applicant),
        "conditions": [_condition(one, measure, catalogue) for one in measure.conditions],
        "values": {name: _term(term, measure, catalogue) for name, term in measure.terms.items()},
        "rule": measure.rule.value,
        "inputs": [
            {"slot": name, "needed": name in NEEDS.get(measure.rule, ())}
            for name in (*NEEDS.get(measure.rule, ()), *FURTHER.get(measure.rule, ()))
        ],
        "stages": list(measure.stages),
        "parts": [{"party": part.party, "weight": plain(part.weight)} for part in measure.parts],
        "valid": None
        if valid is None
        else {
            "from": _iso(valid.from_),
            "from_is": valid.from_is,
            "until": _iso(valid.until),
            "clause": valid.clause,
        },
        "responsible": None
        if measure.responsible is None or responsible is None
        else {
            "name": measure.responsible,
            "quote": _quote(measure.responsible_quote or "", responsible),
        },
        "open_points": list(measure.open_points),
        "not_stated": list(measure.not_stated),
        "lost": list(measure.lost),
        "typos": list(measure.typos),
        "two_readings": measure.two_readings,
    }


def matched(
    result: MatchResult, catalogue: Catalogue, findings: Mapping[str, StatusFinding]
) -> dict[str, Any]:
    """A match, each measure with what it is and whose; `findings` by document id."""
    values = result.to_json()
    for row in values["measures"]:
        one = catalogue.by_id[row["id"]]
        row |= {
            "kind": one.kind.value,
            "kind_label": KINDS[one.kind],
            "document_id": one.document,
            "region": one.region,
            "status": findings[one.document].status.value,
        }
    return values


def _condition(condition: Condition, measure: Measure, catalogue: Catalogue) -> dict[str, Any]:
    for name, group in (("any", condition.any_), ("all", condition.all_)):
        if group is not None:
            members = [_condition(member, measure, catalogue) for member in group]
            return {"text": condition.text, name: members}
    values: dict[str, Any] = {"text": condition.text, "slot": condition.slot}
    if condition.is_ is not None:
        values["is"] = list(condition.is_)
    if condition.at_most is not None:
        values["at_most"] = plain(condition.at_most)
    if condition.at_least is not None:
        values["at_least"] = plain(condition.at_least)
    place = catalogue.place(measure, condition)
    return values | {"quote": _quote(condition.quote or measure.quote, place)}


def _term(term: Term, measure: Measure, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "values": [
            {
                "from": None if since == date.min else since.isoformat(),
                "value": None if value is None else plain(value),
            }
            for since, value in sorted(term.values.items())
        ],
        "unit": term.unit,
        "bound": term.bound.value,
        "per": term.per,
        "of": term.of,
        "quote": _quote(term.quote, catalogue.place(measure, term)),
    }


def _quote(text: str, place: Place) -> dict[str, Any]:
    return {
        "text": text,
        "clause": place.path,
        "start": place.start,
        "end": place.end,
        "url": page(place.document, place.start, place.end),
    }


def hit(hit: Hit, document: Document, finding: StatusFinding) -> dict[str, Any]:
    """A found clause with its text and why it ranks where it does."""
    return {
        "rank": hit.rank,
        "document_id": document.id,
        "document_title": document.title,
        "region": document.region,
        "status": finding.status.value,
        "clause_path": hit.path,
        "headings": list(hit.heading_chain),
        "text": document.quote(hit.start, hit.end),
        "start": hit.start,
        "end": hit.end,
        "url": page(document.id, hit.start, hit.end),
        "score": hit.score,
        "scores": dict(hit.evidence),
    }


def page(document_id: str, start: int, end: int) -> str:
    """The address of the document's page with text[start:end] highlighted."""
    return f"/documents/{document_id}?start={start}&end={end}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
