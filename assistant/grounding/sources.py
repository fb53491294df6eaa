"""What one source says, read once: a measure, a paper, a quotation, a working, the person's words.

In:  the source and the word lists.
Out: `Source`: its texts by what a sentence may do with them, and its figures with their bounds and
     what stands around them. What a measure or a paper says is read once for all answers
     (tests/assistant/grounding/test_sources.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from assistant.answer import Calculation, Truth
from assistant.grounding.figures import Bound, fold
from assistant.grounding.reading import SLOT, Claims, Piece, Reading
from assistant.measures.model import Bound as TermBound
from assistant.measures.model import Condition, Measure
from assistant.reading.normalise import view
from assistant.reading.quantities import read_quantities
from ingest.document import Document

Key = tuple[str, object]
Readings = tuple[Reading, ...]
SHORTEST_NAME = 4
KEPT = 2048  # sources that come again in other answers
_LESSER = re.compile(r"min\((.+), ([^,()]+)\)")
_QUOTED = re.compile("“([^“”]{1,12})”")
_TERM_BOUND = {
    TermBound.AT_MOST: Bound.AT_MOST,
    TermBound.AT_LEAST: Bound.AT_LEAST,
    TermBound.ABOUT: Bound.ABOUT,
    TermBound.EXACT: Bound.NONE,
}
_RESULT_BOUND = {"upper_bound": Bound.AT_MOST, "lower_bound": Bound.AT_LEAST}
_CURRENCY = {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元"}


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


class Use(IntEnum):
    """What a text is that stands in a sentence whole.

    WHOLE  a reviewed sentence or a working, which may be said as it stands
    FIXED  a name or a paper's own data
    WORD   an applicant or a value of a condition
    LABEL  of a working
    """

    WHOLE = 0
    FIXED = 1
    WORD = 2
    LABEL = 3


class Ranked(NamedTuple):
    """A piece, and when a sentence may follow it.

    rank    of those that are as near, the lower comes first
    length  in characters
    sign    of its pairs
    bits    how many of the sign's bits the sentence's sign has at least
    least   how many of its pairs the sentence has at least
    """

    rank: int
    length: int
    sign: int
    bits: float
    pairs: frozenset[str]
    least: float
    piece: Piece


LENGTH = attrgetter("length")


Entries = Mapping[Key, Sequence[Entry]]


@dataclass(frozen=True)
class Source:
    """What one source says; each field has what only some sources have.

    shown     the paper's own words
    texts     a measure's gist and conditions, as reviewed
    points    whole sentences that people have written beside it
    judged    conditions with what was found of each
    fixed     names that say nothing by themselves: titles, responsible bodies
    words     values: applicants, stages
    formulas  of a working, and labels of its results
    meta      a paper's own data and status
    reviewed  other whole sentences that people have reviewed
    known     figures of a measure's terms and texts; of the kinds in `typed` no others are its own
    seen      figures of the paper's own words
    further   figures of all else
    stating   the paper's words that state the measure, folded
    silent    what the paper does not state, folded
    results   the keys of a working's results, by its label
    """

    shown: Readings = ()
    texts: Readings = ()
    points: Readings = ()
    judged: tuple[tuple[Reading, Truth], ...] = ()
    fixed: Readings = ()
    words: Readings = ()
    formulas: Readings = ()
    labels: Readings = ()
    meta: Readings = ()
    reviewed: Readings = ()
    known: Entries = field(default_factory=dict)
    seen: Entries = field(default_factory=dict)
    further: Entries = field(default_factory=dict)
    typed: frozenset[str] = frozenset()
    stating: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    results: Mapping[str, frozenset[Key]] = field(default_factory=dict)

    @cached_property
    def standing(self) -> tuple[tuple[str, Use, Reading], ...]:
        """The texts that may stand in a sentence whole, by their core, and what they are then."""
        whole = (*self._stated, *filter(_is_working, self.formulas), *self.reviewed)
        uses = (
            (Use.WHOLE, whole),
            (Use.FIXED, (*self.fixed, *self.meta)),
            (Use.WORD, self.words),
            (Use.LABEL, self.labels),
        )
        return tuple(
            (text.core, use, text)
            for use, texts in uses
            for text in texts
            if text.core and len(text.text) >= SHORTEST_NAME
        )

    @cached_property
    def pieces(self) -> tuple[Ranked, ...]:
        """What it says, whole and phrase by phrase; without other reviewed sentences."""
        judged = [reading for reading, _ in self.judged]
        stated = (self.shown, self.texts, self.points, judged)
        return _ranked(*stated, self.fixed, self.formulas, self.meta)

    @cached_property
    def reviewed_pieces(self) -> tuple[Ranked, ...]:
        """The other reviewed sentences, which come after all else."""
        return _ranked((), (), (), (), (), (), (), self.reviewed)

    @property
    def _stated(self) -> Readings:
        return (*self.shown, *self.texts, *self.points, *(reading for reading, _ in self.judged))

    @cached_property
    def says(self) -> str:
        """The paper's own words and the reviewed ones, folded, a line each."""
        return _lines(self._stated)

    @cached_property
    def text(self) -> str:
        """All that it says, folded; without other reviewed sentences."""
        rest = (*self.meta, *self.fixed, *self.words, *self.formulas, *self.labels)
        return self.says + _lines(rest)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The names that it puts in quotation marks."""
        return frozenset(_QUOTED.findall(self.text))


# Sources ------------------------------------------------------------------------------------------


def of_measure(claims: Claims, measure: Measure) -> Source:
    """The measure as reviewed, and the words of its paper that it rests on."""
    read = claims.read
    texts = tuple(map(read, _texts(measure)))
    shown = tuple(map(read, _quotes(measure)))
    terms = tuple(_terms(measure, claims))
    return Source(
        shown=shown,
        texts=texts,
        points=tuple(map(read, _points(measure))),
        fixed=tuple(map(read, _fixed(measure))),
        words=tuple(map(read, _words(measure))),
        known=_by_key((*terms, *_figures(texts, Origin.QUOTE))),
        seen=_by_key(_figures(shown, Origin.QUOTE)),
        typed=frozenset(entry.key[0] for entry in terms),
        stating=tuple(read(text).text for text in _stating(measure)),
        silent=tuple(map(fold, measure.not_stated)),
    )


def of_paper(claims: Claims, document: Document) -> Source:
    """The paper's own data."""
    return of_data(claims, *_metadata(document))


@lru_cache(maxsize=KEPT)
def of_data(claims: Claims, *texts: str) -> Source:
    """What is known of papers beside their words."""
    meta = tuple(map(claims.read, texts))
    return Source(meta=meta, further=_by_key(_figures(meta, Origin.META)))


def of_distances(claims: Claims, documents: Sequence[Document]) -> Source:
    """How many days lie between the days on which these papers were signed."""
    return _of_lengths(claims, *_days_apart(documents))


@lru_cache(maxsize=KEPT)
def _of_lengths(claims: Claims, *lengths: str) -> Source:
    return Source(further=_by_key(_figures(map(claims.read, lengths), Origin.META)))


@lru_cache(maxsize=KEPT)
def of_quote(claims: Claims, quote: str) -> Source:
    """A citation's words."""
    shown = (claims.read(quote),)
    return Source(shown=shown, seen=_by_key(_figures(shown, Origin.QUOTE)))


@lru_cache(maxsize=KEPT)
def of_reasons(claims: Claims, *found: tuple[str, Truth]) -> Source:
    """Conditions with what was found of each."""
    return Source(judged=tuple((claims.read(condition), truth) for condition, truth in found))


def of_working(claims: Claims, calculation: Calculation) -> Source:
    """A calculation's results, what went into it and its steps."""
    formulas = tuple(map(claims.read, _formulas(calculation)))
    labels = tuple(map(claims.read, _labels(calculation, claims)))
    results = tuple(_results(calculation, claims))
    inputs = (key for value in _leaves(calculation.inputs) for key in _input_keys(value))
    return Source(
        formulas=formulas,
        labels=labels,
        further=_by_key(
            (
                *results,
                *(_bare(key, Origin.WORK) for key in inputs),
                *_figures((*formulas, *labels), Origin.WORK),
            )
        ),
        results={fold(calculation.label): frozenset(entry.key for entry in results)},
    )


def of_person(claims: Claims, turns: Sequence[str], today: date) -> Source:
    """The figures of the person's own words, as people write them and as papers do."""
    keys = dict.fromkeys(key for turn in turns for key in _said(turn, today))
    read = _figures(map(claims.read, turns), Origin.SAID)
    return Source(further=_by_key((*(_bare(key, Origin.SAID) for key in keys), *read)))


def of_reviewed(claims: Claims, texts: Iterable[str]) -> Source:
    """Other whole sentences that people have reviewed."""
    return Source(reviewed=tuple(map(claims.read, texts)))


def _ranked(*groups: Sequence[Reading]) -> tuple[Ranked, ...]:
    """The pieces of some texts that a sentence may follow, the shortest first."""
    ranked = (
        Ranked(
            rank,
            len(piece.plain),
            piece.sign,
            piece.least - (len(piece.pairs) - piece.sign.bit_count()),
            piece.pairs,
            piece.least,
            piece,
        )
        for rank, group in enumerate(groups)
        for reading in group
        for piece in reading.pieces
        if piece.cutoff is not None
    )
    return tuple(sorted(ranked, key=LENGTH))


def _is_working(reading: Reading) -> bool:
    """A formula that computes; an amount alone is none."""
    return len(reading.figures) > 1 or bool(reading.plain.strip(SLOT))


# Texts --------------------------------------------------------------------------------------------


def _metadata(document: Document) -> Iterator[str]:
    yield document.title
    yield document.short_title
    if document.number:
        yield document.number
    yield document.apart
    yield from document.issuers
    yield from document.notes
    yield document.region


def _days_apart(documents: Sequence[Document]) -> Iterator[str]:
    """How many days lie between the days that two papers, or one, were signed and printed."""
    for one in documents:
        if one.dates.signed is not None and one.dates.printed is not None:
            yield f"{(one.dates.printed - one.dates.signed).days}天"
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


def _stating(measure: Measure) -> Iterator[str]:
    """The words that state the measure, or some of them."""
    yield measure.quote
    yield from (quote.quote for quote in measure.more_quotes)
    yield from (term.quote for term in measure.terms.values())
    if measure.responsible_quote:
        yield measure.responsible_quote


def _formulas(calculation: Calculation) -> Iterator[str]:
    yield calculation.formula
    lesser = _LESSER.fullmatch(calculation.formula)
    if lesser:  # min(a, b) is also said as a，封顶b
        yield lesser[1]
        yield f"{lesser[1]}，封顶{lesser[2]}"
    for step in calculation.steps:
        yield step.value


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


def _lines(readings: Iterable[Reading]) -> str:
    return "".join(f"{reading.text}\n" for reading in readings)


# Figures ------------------------------------------------------------------------------------------


def _figures(readings: Iterable[Reading], origin: Origin) -> Iterator[Entry]:
    for reading in readings:
        for figure, around in zip(reading.figures, reading.contexts, strict=True):
            yield Entry(figure.key, figure.bound, around, origin)


def _by_key(entries: Iterable[Entry]) -> Entries:
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return found


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


@lru_cache(maxsize=KEPT)
def _said(turn: str, today: date) -> frozenset[Key]:
    """The figures of the person's words, read as people write them."""
    keys: set[Key] = set()
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
