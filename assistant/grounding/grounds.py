"""What one sentence rests on, read into the same values as the sentence.

In:  the answer's documents, citations, calculations and measures; the numbers of the citations
     and the ids of the calculations that the sentence names.
Out: `Own`: its figures with their bounds and what stands around them, its quotable words, its
     texts, its facts. A sentence that names none rests on the reviewed texts of the answer's
     measures and on the documents' own data (tests/assistant/grounding/test_verify.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any

from assistant.answer import Calculation, Citation, Reason, Truth, Verdict
from assistant.grounding.figures import Bound, Figure, fold
from assistant.grounding.reading import SLOT, Claims, Piece, Reading
from assistant.measures.model import Bound as TermBound
from assistant.measures.model import Condition, Measure
from assistant.reading.normalise import view
from assistant.reading.quantities import read_quantities
from ingest.document import Document, Status, StatusFinding

Key = tuple[str, object]
Day = tuple[int | None, int | None, int | None]
_LESSER = re.compile(r"min\((.+), ([^,()]+)\)")
_QUOTED = re.compile("“([^“”]{1,12})”")


@dataclass(frozen=True)
class Grounds:
    """Everything that an answer may rest on.

    documents     those cited, by id
    statuses      their status as of the day, by document id
    measures      those the answer is about, by id
    said          the person's own words, all turns
    names         other words that may be quoted: titles, values, labels
    reviewed      other whole sentences that people have reviewed (notes, contacts)
    verdicts      the verdict on each measure, by id, where one was given
    reasons       which of its conditions are met, unmet or unknown, by id
    """

    documents: Mapping[str, Document]
    statuses: Mapping[str, StatusFinding]
    citations: Mapping[int, Citation]
    calculations: Mapping[str, Calculation]
    measures: Mapping[str, Measure]
    said: tuple[str, ...]
    as_of: date
    names: frozenset[str] = frozenset()
    reviewed: tuple[str, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


class Origin(StrEnum):
    """Where a figure stands. Work is a step of a calculation, not its result."""

    TERM = "term"
    QUOTE = "quote"
    RESULT = "result"
    WORK = "work"
    SAID = "said"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure that may be said, with its bound and the pairs of characters around it."""

    key: Key
    bound: Bound
    around: frozenset[str]
    origin: Origin


@dataclass(frozen=True)
class Own:
    """What one sentence rests on."""

    entries: Mapping[Key, tuple[Entry, ...]]
    days: frozenset[Day]  # that the source or the person names
    meta_days: frozenset[Day]  # of the documents themselves
    today: Day
    cited: tuple[Citation, ...]
    pieces: tuple[Piece, ...]  # what the papers say, as reviewed, whole and phrase by phrase
    whole: tuple[Reading, ...]  # reviewed sentences and workings that may be said as they stand
    reviewed: tuple[Reading, ...]  # of those, what stands outside papers and measures
    judged: tuple[tuple[Reading, Truth], ...]  # conditions with what was found of each
    results: Mapping[str, frozenset[Key]]  # by the label of the working
    uncited: bool
    fixed: tuple[Reading, ...]  # titles, what is not stated, responsible bodies
    words: tuple[Reading, ...]  # applicants and values of conditions
    labels: tuple[Reading, ...]  # of workings
    text: str  # all of it, folded, for words that must stand somewhere
    quotable: str
    titles: frozenset[str]  # of documents, folded
    names: frozenset[str]  # other words that may be quoted
    applicants: frozenset[str]
    quoted: frozenset[str]  # names that the grounds themselves put in quotation marks
    said: str
    paths: frozenset[str]
    regions: frozenset[str]
    facts: frozenset[str]
    says: str  # the papers' own words and the reviewed ones, folded
    silent: tuple[str, ...]  # what the papers do not state, as reviewed

    def by_kind(self, kind: str) -> Iterator[Entry]:
        """The figures of one kind that the papers and the results state."""
        for key, entries in self.entries.items():
            if key[0] == kind:
                yield from (e for e in entries if e.origin in _STATING)


_STATING = (Origin.TERM, Origin.QUOTE, Origin.RESULT)
_TERM_BOUND = {
    TermBound.AT_MOST: Bound.AT_MOST,
    TermBound.AT_LEAST: Bound.AT_LEAST,
    TermBound.ABOUT: Bound.ABOUT,
    TermBound.EXACT: Bound.NONE,
}
_RESULT_BOUND = {"upper_bound": Bound.AT_MOST, "lower_bound": Bound.AT_LEAST}
_CURRENCY = {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元"}


class Library:
    """Makes `Own` for the sentences of one answer; the same grounds are read once."""

    def __init__(self, grounds: Grounds, claims: Claims) -> None:
        self.grounds = grounds
        self.claims = claims
        self._own: dict[tuple[tuple[int, ...], tuple[str, ...]], Own] = {}
        self._said = _said(grounds.said, grounds.as_of)
        self._reviewed = tuple(claims.read(text) for text in grounds.reviewed)
        self._said_text = fold("\n".join(grounds.said))

    def own(self, citations: tuple[int, ...], calculations: tuple[str, ...]) -> Own | None:
        """What these citations and calculations state; None where one of them is not there."""
        known = self._own.get((citations, calculations))
        if known is None:
            g = self.grounds
            if any(n not in g.citations for n in citations) or any(
                c not in g.calculations for c in calculations
            ):
                return None
            known = self._own[citations, calculations] = self._make(
                tuple(g.citations[n] for n in citations),
                tuple(g.calculations[c] for c in calculations),
            )
        return known

    def _make(self, cited: tuple[Citation, ...], workings: tuple[Calculation, ...]) -> Own:
        g, read = self.grounds, self.claims.read
        uncited = not cited and not workings
        documents = self._documents(cited, workings)
        measures = self._measures(cited, workings)
        quotes = [read(c.quote) for c in cited]
        meta = [read(t) for d in documents for t in _metadata(d)]
        meta += [read(g.statuses[d.id].reason) for d in documents if d.id in g.statuses]
        texts = [read(t) for m in measures for t in _texts(m)]
        shown = [*quotes, *(read(t) for m in measures for t in _quotes(m))]
        points = [read(t) for m in measures for t in _points(m)]
        fixed = [read(t) for m in measures for t in _fixed(m)]
        words = [read(t) for m in measures for t in _words(m)]
        reviewed = self._reviewed
        loose = reviewed if uncited else ()
        reasons = [r for m in measures for r in g.reasons.get(m.id, ())]
        judged = [read(r.condition) for r in reasons]
        formulas = [read(t) for c in workings for t in _formulas(c)]
        labels = [read(t) for c in workings for t in _labels(c, self.claims)]
        entries: dict[Key, list[Entry]] = {}

        def put(reading: Reading, origin: Origin, *, only: frozenset[Key] | None = None) -> None:
            for figure, around in zip(reading.figures, reading.contexts, strict=True):
                if only is not None and figure.kind in typed and figure.key not in only:
                    continue  # another measure's figure in the same sentence of the paper
                entry = Entry(figure.key, figure.bound, around, origin)
                entries.setdefault(figure.key, []).append(entry)

        for m in measures:
            for entry in _terms(m, self.claims):
                entries.setdefault(entry.key, []).append(entry)
        typed = {key[0] for key in entries}
        for reading in texts:
            put(reading, Origin.QUOTE)
        own = frozenset(entries)
        for reading in shown:
            put(reading, Origin.QUOTE, only=own if measures else None)
        for calculation in workings:
            for entry in _results(calculation, self.claims):
                entries.setdefault(entry.key, []).append(entry)
            for value in _leaves(calculation.inputs):
                for key in _input_keys(value):
                    entries.setdefault(key, []).append(_bare(key, Origin.WORK))
        for reading in (*formulas, *labels):
            put(reading, Origin.WORK)
        for reading in (*meta, *map(read, _days_apart(documents))):
            put(reading, Origin.META)
        for key in self._said:
            entries.setdefault(key, []).append(_bare(key, Origin.SAID))
        for said in g.said:
            put(read(said), Origin.SAID)
        stating = (Origin.TERM, Origin.QUOTE, Origin.RESULT, Origin.WORK, Origin.SAID)
        days = {
            key[1]
            for key, found in entries.items()
            if key[0] == "日期" and any(e.origin in stating for e in found)
        }
        days |= {f.value for r in (*points, *reviewed) for f in r.figures if f.kind == "日期"}
        meta_days = {f.value for r in meta for f in r.figures if f.kind == "日期"}
        meta_days |= {(d.year, d.month, d.day) for d in _days(documents)}
        stated = [*shown, *texts, *points, *judged]
        everything = [*stated, *meta, *fixed, *words, *formulas, *labels]
        text = "\n".join(r.text for r in everything)
        quotable = text + "\n" + _names(g.names)
        if uncited:
            quotable += "\n" + "\n".join(read(c.quote).text for c in g.citations.values())
        return Own(
            entries={key: tuple(found) for key, found in entries.items()},
            days=frozenset(days),  # type: ignore[arg-type]
            meta_days=frozenset(meta_days),  # type: ignore[arg-type]
            today=(g.as_of.year, g.as_of.month, g.as_of.day),
            cited=cited,
            pieces=self._pieces((*stated, *fixed, *formulas, *meta, *loose)),
            whole=(*texts, *points, *shown, *judged, *filter(_is_working, formulas), *reviewed),
            reviewed=reviewed,
            judged=tuple((reading, r.result) for reading, r in zip(judged, reasons, strict=True)),
            results=_by_label(workings, self.claims),
            uncited=uncited,
            fixed=(*fixed, *meta),
            words=tuple(words),
            labels=tuple(labels),
            text=text,
            quotable=quotable,
            quoted=frozenset(_QUOTED.findall(text)),
            names=g.names,
            applicants=frozenset(a for m in measures for a in m.applicant),
            titles=frozenset(fold(t) for d in documents for t in (d.title, d.short_title)),
            said=self._said_text,
            paths=frozenset(fold(c.clause_path) for c in (cited or g.citations.values())),
            regions=frozenset(d.region for d in documents),
            facts=frozenset(self._facts(documents, measures, workings, uncited)),
            says="\n".join(r.text for r in stated),
            silent=tuple(fold(n) for m in measures for n in m.not_stated),
        )  # fmt: skip

    def _pieces(self, readings: Iterable[Reading]) -> tuple[Piece, ...]:
        found = (p for r in readings for p in self.claims.pieces(r))
        return tuple({id(p): p for p in found}.values())

    def _documents(
        self, cited: Sequence[Citation], workings: Sequence[Calculation]
    ) -> list[Document]:
        g = self.grounds
        names = {c.document_id for c in cited}
        names |= {g.measures[c.measure_id].document for c in workings if c.measure_id in g.measures}
        chosen = [g.documents[n] for n in sorted(names) if n in g.documents]
        return chosen or [g.documents[n] for n in sorted(g.documents)]

    def _measures(
        self, cited: Sequence[Citation], workings: Sequence[Calculation]
    ) -> list[Measure]:
        """Those that the quotes state or the workings are of; all where none is named."""
        g = self.grounds
        if not cited and not workings:
            return list(g.measures.values())
        of = {c.measure_id for c in workings}
        return [
            m
            for m in g.measures.values()
            if m.id in of or any(_states(c, m, self.claims) for c in cited)
        ]

    def _facts(
        self,
        documents: Sequence[Document],
        measures: Sequence[Measure],
        workings: Sequence[Calculation],
        uncited: bool,
    ) -> Iterator[str]:
        g = self.grounds
        for document in documents:
            finding = g.statuses.get(document.id)
            yield f"status:{finding.status if finding else Status.IN_FORCE}"
        for measure in measures or (() if not uncited else g.measures.values()):
            yield f"kind:{measure.kind}"
            if measure.lost:
                yield "lost"
            verdict = g.verdicts.get(measure.id)
            yield str(verdict) if verdict else "unjudged"
        bounds = {t.bound for m in measures for t in m.terms.values()}
        yield "bounded" if TermBound.AT_MOST in bounds else "unbounded"
        if uncited:
            yield "uncited"
        if uncited or not measures:
            yield "unjudged"
        for calculation in workings:
            if calculation.amount_kind == "zero":
                yield "zero"


# Texts --------------------------------------------------------------------------------------------


def _metadata(document: Document) -> Iterator[str]:
    yield document.title
    yield document.short_title
    if document.number:
        yield document.number
    yield from document.issuers
    yield from document.notes
    yield document.region


def _days_apart(documents: Sequence[Document]) -> Iterator[str]:
    """How many days lie between the days that two papers were signed."""
    signed = sorted(d.dates.signed for d in documents if d.dates.signed is not None)
    for i, first in enumerate(signed):
        yield from (f"{(other - first).days}天" for other in signed[i + 1 :])


def _points(measure: Measure) -> Iterator[str]:
    """What people have written beside the measure, whole sentences."""
    yield from measure.open_points
    yield from measure.typos
    yield from (m.says for m in measure.misreadings)


def _texts(measure: Measure) -> Iterator[str]:
    """What the measure says in reviewed words: its gist and its conditions."""
    if measure.gist:
        yield measure.gist
    for condition in _conditions(measure.conditions):
        if condition.text:
            yield condition.text


def _quotes(measure: Measure) -> Iterator[str]:
    """The words of the paper that the measure rests on."""
    yield measure.quote
    yield from (quote.quote for quote in measure.more_quotes)
    yield from (term.quote for term in measure.terms.values())
    for condition in _conditions(measure.conditions):
        if condition.quote:
            yield condition.quote


def _fixed(measure: Measure) -> Iterator[str]:
    """Names that say nothing by themselves."""
    yield measure.title
    yield from measure.not_stated
    yield from measure.lost
    if measure.responsible:
        yield measure.responsible


def _words(measure: Measure) -> Iterator[str]:
    yield from measure.applicant
    yield from measure.stages
    for condition in _conditions(measure.conditions):
        yield from condition.is_ or ()


def _conditions(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        yield condition
        yield from _conditions(condition.any_ or ())
        yield from _conditions(condition.all_ or ())


def _formulas(calculation: Calculation) -> Iterator[str]:
    yield calculation.formula
    lesser = _LESSER.fullmatch(calculation.formula)
    if lesser:  # min(a, b) is also said as a，封顶b
        yield lesser[1]
        yield f"{lesser[1]}，封顶{lesser[2]}"
    for step in calculation.steps:
        yield step.value


def _is_working(reading: Reading) -> bool:
    """A formula that computes; an amount alone is none."""
    return len(reading.figures) > 1 or bool(reading.plain.strip(SLOT))


def _labels(calculation: Calculation, claims: Claims) -> Iterator[str]:
    yield calculation.label
    for bound in claims.governs.values():  # 上限 right before the result is read as its bound
        yield from (
            calculation.label[: m.start()]
            for m in bound.finditer(calculation.label)
            if m.end() == len(calculation.label)
        )
    for step in calculation.steps:
        yield step.label
    if calculation.per:
        yield calculation.per


def _days(documents: Sequence[Document]) -> Iterator[date]:
    for document in documents:
        dates = document.dates
        for day in (dates.signed, dates.printed, dates.published, dates.effective):
            if day:
                yield day
        for day in (dates.period_from, dates.period_until):
            if day:
                yield day


@lru_cache(maxsize=64)
def _names(names: frozenset[str]) -> str:
    return fold("\n".join(sorted(names))) if not names else "\n".join(map(fold, sorted(names)))


def _states(citation: Citation, measure: Measure, claims: Claims) -> bool:
    """Whether the citation shows the measure's words, or some of them."""
    if citation.document_id != measure.document:
        return False
    quote = claims.read(citation.quote).text
    own = (measure.quote, *(q.quote for q in measure.more_quotes))
    own += tuple(t.quote for t in measure.terms.values())
    if measure.responsible_quote:
        own += (measure.responsible_quote,)
    return any(quote in claims.read(q).text or claims.read(q).text in quote for q in own)


# Figures ------------------------------------------------------------------------------------------


def _bare(key: Key, origin: Origin) -> Entry:
    return Entry(key, Bound.NONE, frozenset(), origin)


def _terms(measure: Measure, claims: Claims) -> Iterator[Entry]:
    for term in measure.terms.values():
        reading = claims.read(term.quote)
        for value in term.values.values():
            if value is None:
                continue
            key = _key(value, term.unit)
            around = [
                a for f, a in zip(reading.figures, reading.contexts, strict=True) if f.key == key
            ]
            for context in around or [frozenset()]:
                yield Entry(key, _TERM_BOUND[term.bound], context, Origin.TERM)


def _key(value: Decimal, unit: str) -> Key:
    unit = fold(unit).split("(")[0]
    if unit == "比例":
        return "%", value.normalize()
    if unit == "年":
        return "月", (value * 12).normalize()
    return {"个月": "月", "个区": "区", "个百分点": "百分点"}.get(unit, unit), value.normalize()


def _results(calculation: Calculation, claims: Claims) -> Iterator[Entry]:
    """The result with its label around it; of a rate, which stands in the steps, each step."""
    bound = _RESULT_BOUND.get(calculation.amount_kind, Bound.NONE)
    if calculation.amount_yuan is None:
        told = [f"{s.label}为{s.value}" for s in calculation.steps]
        told += [f"{calculation.label}为{s.value}" for s in calculation.steps]
        for text in told:
            reading = claims.read(text)
            for figure, around in zip(reading.figures, reading.contexts, strict=True):
                yield Entry(figure.key, figure.bound, around, Origin.RESULT)
        return
    amount = Decimal(calculation.amount_yuan).normalize()
    key: Key = (_CURRENCY.get(calculation.currency, "元"), amount)
    label = claims.read(f"{calculation.label}为1元")
    bounds = {bound, label.figures[-1].bound} | ({Bound.NONE} if not amount else set())
    for each in sorted(bounds):
        yield Entry(key, each, label.contexts[-1], Origin.RESULT)


def _by_label(workings: Sequence[Calculation], claims: Claims) -> Mapping[str, frozenset[Key]]:
    found: dict[str, set[Key]] = {}
    for calculation in workings:
        keys = {entry.key for entry in _results(calculation, claims)}
        found.setdefault(fold(calculation.label), set()).update(keys)
    return {label: frozenset(keys) for label, keys in found.items()}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    elif value is not None and not isinstance(value, bool):
        yield value


def _input_keys(value: Any) -> Iterator[Key]:
    """An input in each way it can be meant: 元, share, count."""
    try:
        number = Decimal(str(value)).normalize()
    except InvalidOperation:
        return
    if number.is_finite():
        yield "元", number
        yield "%", number
        yield "", number
        yield "月", (number * 12).normalize()


@lru_cache(maxsize=512)
def _said(turns: tuple[str, ...], today: date) -> frozenset[Key]:
    """The figures of the person's words, read as people write them."""
    keys: set[Key] = set()
    for turn in turns:
        for quantity in read_quantities(view(turn).text, today):
            for value in (quantity.value, quantity.upper):
                if value is None:
                    continue
                value = value.normalize()
                if quantity.kind in ("money", "unit"):
                    keys.add((_CURRENCY.get(quantity.currency, "元"), value))
                elif quantity.kind in ("rate", "lpr_spread", "share"):
                    keys.add(("%", value))
                elif quantity.kind == "points":
                    keys |= {("百分点", (value * 100).normalize()), ("%", value)}
                elif quantity.kind == "duration":
                    unit = {"月": "月", "天": "日"}.get(quantity.unit or "", quantity.unit or "")
                    keys.add((unit, value))
                elif quantity.kind in ("count", "number"):
                    keys.add(("", value))
                    keys.add((quantity.unit or "", value))
                    if quantity.kind == "number":
                        keys.add(("%", (value / 100).normalize()))
                        keys.add(("元", (value * 10000).normalize()))
            for day in (quantity.first, quantity.last):
                if day:
                    keys.add(("日期", (day.year, day.month, day.day)))
    return frozenset(keys)


def same_day(
    day: Day,
    others: Iterable[Day],
) -> bool:
    """Whether one of the others agrees in every part that `day` names."""
    return any(
        all(part is None or part == known for part, known in zip(day, other, strict=True))
        for other in others
    )


__all__ = ["Day", "Entry", "Figure", "Grounds", "Library", "Origin", "Own", "same_day"]
