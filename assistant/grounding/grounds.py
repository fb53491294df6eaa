"""What one sentence rests on, out of all that an answer rests on.

In:  the answer's documents, citations, calculations and measures; the numbers of the citations
     and the ids of the calculations that the sentence names.
Out: `Own`: its figures with their bounds and what stands around them, its quotable words, its
     texts, its facts. A sentence that names none rests on the reviewed texts of the answer's
     measures and on the documents' own data (tests/assistant/grounding/test_verify.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Any

from assistant.answer import Calculation, Citation, Reason, Statement, Truth, Verdict
from assistant.grounding import sources
from assistant.grounding.figures import Figure, fold
from assistant.grounding.reading import Claims, Reading, Span
from assistant.grounding.sources import LENGTH, Entry, Key, Origin, Ranked, Source, Use
from assistant.measures.model import Bound as TermBound
from assistant.measures.model import Measure
from assistant.reading.normalise import view
from ingest.document import Document, Status, StatusFinding, inside_quotes

Day = tuple[int | None, int | None, int | None]
_STATING = (Origin.TERM, Origin.QUOTE, Origin.RESULT)


@dataclass(frozen=True)
class Grounds:
    """Everything that an answer may rest on.

    documents     those cited, by id
    statuses      their status as of the day, by document id
    measures      those the answer is about, by id
    said          the person's own words, all turns
    asked_on      the day of the question, where `as_of` is another
    names         other words that may be quoted: titles, values, labels
    reviewed      other whole sentences that people have reviewed (notes, contacts)
    fixed         those of them that are the same for all answers
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
    asked_on: date | None = None
    names: frozenset[str] = frozenset()
    reviewed: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


class Own:
    """What one sentence rests on: some sources of the answer, and what they come to together."""

    def __init__(
        self,
        grounds: Grounds,
        read: Sequence[Source],
        *,
        cited: tuple[Citation, ...],
        workings: tuple[Calculation, ...],
        documents: Sequence[Document],
        measures: Sequence[Measure],
        said: str,
    ) -> None:
        """read  the sources, in the order in which their texts are looked through"""
        self._grounds = grounds
        self._read = read
        self._workings = workings
        self._documents = documents
        self._measures = measures
        self._of_kind: dict[str, tuple[Entry, ...]] = {}
        self._typed = frozenset[str]().union(*(source.typed for source in read))
        self.uncited = not cited and not workings
        self.cited = cited
        self.today: Day = (grounds.as_of.year, grounds.as_of.month, grounds.as_of.day)
        self.names = grounds.names  # other words that may be quoted
        self.said = said

    def _all(self, name: str) -> tuple[Any, ...]:
        return tuple(chain.from_iterable(getattr(source, name) for source in self._read))

    # Figures

    def entries(self, key: Key) -> list[Entry]:
        """Where a figure stands. One of a kind that the measures' terms are of, and which is none
        of theirs, is another measure's in the same sentence of the paper."""
        found = [e for source in self._read for e in source.known.get(key, ())]
        if found or key[0] not in self._typed:
            found += [e for source in self._read for e in source.seen.get(key, ())]
        return found + [e for source in self._read for e in source.further.get(key, ())]

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """All figures of one kind."""
        known = self._of_kind.get(kind)
        if known is None:
            keys = {
                key: None
                for source in self._read
                for part in (source.known, source.seen, source.further)
                for key in part
                if key[0] == kind
            }
            known = tuple(entry for key in keys for entry in self.entries(key))
            self._of_kind[kind] = known
        return known

    def stated(self, kind: str) -> Iterator[Entry]:
        """The figures of one kind that the papers and the results state."""
        return (entry for entry in self.of_kind(kind) if entry.origin in _STATING)

    @cached_property
    def days(self) -> frozenset[Any]:
        """The days that the source or the person names."""
        days = {e.key[1] for e in self.of_kind("日期") if e.origin is not Origin.META}
        readings = (*self._all("points"), *self.reviewed)
        return frozenset(
            days.union(f.value for r in readings for f in r.figures if f.kind == "日期")
        )

    @cached_property
    def meta_days(self) -> frozenset[Any]:
        """The days of the documents themselves."""
        days = {f.value for r in self._all("meta") for f in r.figures if f.kind == "日期"}
        return frozenset(days.union((d.year, d.month, d.day) for d in _days(self._documents)))

    @cached_property
    def results(self) -> Mapping[str, frozenset[Key]]:
        """The keys of results, by the label of the working."""
        found: dict[str, frozenset[Key]] = {}
        for source in self._read:
            for label, keys in source.results.items():
                found[label] = found.get(label, frozenset()) | keys
        return found

    # Texts

    @cached_property
    def judged(self) -> tuple[tuple[Reading, Truth], ...]:
        """Conditions with what was found of each."""
        return self._all("judged")

    @cached_property
    def reviewed(self) -> tuple[Reading, ...]:
        """Reviewed sentences outside papers and measures."""
        return self._all("reviewed")

    @cached_property
    def pieces(self) -> tuple[Ranked, ...]:
        """What the papers say, as reviewed, whole and phrase by phrase; the shortest first."""
        loose = [source.reviewed_pieces for source in self._read] if self.uncited else ()
        pieces = chain.from_iterable((*(source.pieces for source in self._read), *loose))
        return tuple(sorted(pieces, key=LENGTH))

    def standing(self, reading: Reading) -> list[list[Span]]:
        """By use, where its texts stand in a sentence whole and unchanged."""
        plain = reading.plain
        spans: list[list[Span]] = [[] for _ in Use]
        for source in self._read:
            for _, use, other in [text for text in source.standing if text[0] in plain]:
                spans[use] += reading.find_all(other)
        return spans

    @cached_property
    def text(self) -> str:
        """All of it, folded, for words that must stand somewhere."""
        return "".join(source.text for source in self._read)

    @cached_property
    def says(self) -> str:
        """The papers' own words and the reviewed ones, folded."""
        return "".join(source.says for source in self._read)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """What the papers do not state, as reviewed."""
        return self._all("silent")

    @cached_property
    def quotable(self) -> str:
        """What may be quoted, folded."""
        loose = self._grounds.citations.values() if self.uncited else ()
        return "\n".join((self.text, _names(self.names), *(fold(c.quote) for c in loose)))

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The names that the grounds themselves put in quotation marks."""
        return frozenset[str]().union(*(source.quoted for source in self._read))

    @cached_property
    def titles(self) -> frozenset[str]:
        """Of documents, folded."""
        titles = {t for d in self._documents for t in (d.title, d.short_title)}
        return frozenset(fold(t) for t in titles | {inside_quotes(t) for t in titles})

    @cached_property
    def paths(self) -> frozenset[str]:
        """Of the clauses cited, folded."""
        cited = self.cited or self._grounds.citations.values()
        return frozenset(fold(c.clause_path) for c in cited)

    # What they are of

    @cached_property
    def applicants(self) -> frozenset[str]:
        """Who can use the measures."""
        return frozenset(a for m in self._measures for a in m.applicant)

    @cached_property
    def placed(self) -> tuple[tuple[str, str], ...]:
        """The measures' places, each with the title of a measure there, folded."""
        return tuple((m.region, fold(m.title)) for m in self._measures)

    @cached_property
    def regions(self) -> frozenset[str]:
        """Of the documents."""
        return frozenset(d.region for d in self._documents)

    @cached_property
    def facts(self) -> frozenset[str]:
        """What holds of what is cited, by the names of the word lists."""
        return frozenset(self._facts())

    def _facts(self) -> Iterator[str]:
        g, uncited, measures = self._grounds, self.uncited, self._measures
        for document in self._documents:
            finding = g.statuses.get(document.id)
            yield f"status:{finding.status if finding else Status.IN_FORCE}"
            ended = document.repealed.on if document.repealed else None
            if ended and g.asked_on and g.as_of < ended <= g.asked_on:
                yield "repealed_since"
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
        for calculation in self._workings:
            if calculation.amount_kind == "zero":
                yield "zero"


class Library:
    """Makes `Own` for the sentences of one answer; the same grounds are read once.

    judged  what was found against sentences, by the sentence and what follows it
    """

    def __init__(self, grounds: Grounds, claims: Claims) -> None:
        self.grounds = grounds
        self.claims = claims
        self.judged: dict[tuple[Statement, str], str | None] = {}
        self._own: dict[tuple[tuple[int, ...], tuple[str, ...]], Own] = {}
        as_read = (view(text).text for text in grounds.said)  # 開州 names 开州
        self._said = fold("\n".join(dict.fromkeys((*grounds.said, *as_read))))
        self._always = (
            sources.of_person(claims, grounds.said, grounds.as_of),
            sources.of_reviewed(claims, grounds.reviewed),
            claims.of(grounds.fixed, sources.of_reviewed),
        )
        self._quote = cache(lambda n: sources.of_quote(claims, grounds.citations[n].quote))
        self._working = cache(lambda name: sources.of_working(claims, grounds.calculations[name]))
        self._stated_by = cache(self._measures_of)

    def own(self, citations: tuple[int, ...], calculations: tuple[str, ...]) -> Own | None:
        """What these citations and calculations state; None where one of them is not there."""
        known = self._own.get((citations, calculations))
        if known is None:
            g = self.grounds
            if any(n not in g.citations for n in citations) or any(
                c not in g.calculations for c in calculations
            ):
                return None
            known = self._own[citations, calculations] = self._make(citations, calculations)
        return known

    def _make(self, numbers: tuple[int, ...], names: tuple[str, ...]) -> Own:
        g, claims = self.grounds, self.claims
        cited = tuple(g.citations[n] for n in numbers)
        workings = tuple(g.calculations[name] for name in names)
        documents = self._documents(cited, workings)
        measures = self._measures(numbers, workings)
        reasons = [(r.condition, r.result) for m in measures for r in g.reasons.get(m.id, ())]
        return Own(
            g,
            (
                *(claims.of(d, sources.of_paper) for d in documents),
                sources.of_data(
                    claims, *(g.statuses[d.id].reason for d in documents if d.id in g.statuses)
                ),
                sources.of_distances(claims, documents),
                *map(self._quote, numbers),
                *(claims.of(m, sources.of_measure) for m in measures),
                sources.of_reasons(claims, *reasons),
                *map(self._working, names),
                *self._always,
            ),
            cited=cited,
            workings=workings,
            documents=documents,
            measures=measures,
            said=self._said,
        )

    def _documents(
        self, cited: Sequence[Citation], workings: Sequence[Calculation]
    ) -> list[Document]:
        g = self.grounds
        names = {c.document_id for c in cited}
        names |= {g.measures[c.measure_id].document for c in workings if c.measure_id in g.measures}
        chosen = [g.documents[n] for n in sorted(names) if n in g.documents]
        return chosen or [g.documents[n] for n in sorted(g.documents)]

    def _measures(self, cited: Sequence[int], workings: Sequence[Calculation]) -> list[Measure]:
        """Those that the quotes state or the workings are of; all where none is named."""
        if not cited and not workings:
            return list(self.grounds.measures.values())
        of = {c.measure_id for c in workings}.union(*map(self._stated_by, cited))
        return [m for m in self.grounds.measures.values() if m.id in of]

    def _measures_of(self, number: int) -> frozenset[str]:
        """The measures of which the citation shows the words, or some of them."""
        citation = self.grounds.citations[number]
        quote = self.claims.read(citation.quote).text
        return frozenset(
            m.id
            for m in self.grounds.measures.values()
            if m.document == citation.document_id
            and any(q in quote or quote in q for q in self.claims.of(m, sources.of_measure).stating)
        )


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
