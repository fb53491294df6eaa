"""One measure as it is to be told: its citation, its amounts, what was asked of it.

In:  a writer, a measure with its verdict and amounts.
Out: a `Topic`; the measure is cited and its workings are on the sheet before anything is said
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import StatementKind as K
from assistant.calculators.case import Working
from assistant.matching.subject import Subject
from assistant.matching.weighing import wants_amount
from assistant.measures.model import Kind, Measure
from assistant.reading.lexicon import Aspect
from assistant.steps.calculate import Computed, main_working
from assistant.writing.context import Context
from assistant.writing.sentences import find_words
from assistant.writing.words import bodies_of, misread, short_name
from assistant.writing.writer import Writer
from ingest.document import Status

NOT_HELD = frozenset(
    {Status.EXPIRED, Status.REPEALED, Status.NOT_YET_EFFECTIVE, Status.REPLY_LETTER}
)
NUMERAL = re.compile(r"\d|[一二两三四五六七八九十百千万亿]+(?=[家个户只批项次])")
SHORTEST, LONGEST = 2, 4  # characters of what is asked; of a word for what is unstated
SAME = 0.6  # of the character pairs of a point, from which it is what was asked
YEAR = re.compile(r"((?:19|20)\d{2})年")
NEAR = 6  # characters between a year and the name of the paper that it tells
ASKED = frozenset({"amount", "threshold", "remaining", "rate_threshold"})  # a sum is asked for
ASKS = {"rate": "asks_rate", "count": "count_asked"}
ITEM = "·"  # between a clause and its item
# Facts with a number: with one of them said, the question is about a case.
OF_A_CASE = frozenset(
    {"principal", "annual_rate", "guaranteed_amount", "fee_rate", "premium", "loss"}
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One measure as it is to be told.

    n        the citation of its quote
    main     the working that answers the question
    written  every working with the id of its calculation on the sheet
    """

    w: Writer
    computed: Computed
    n: int | None
    main: Working | None
    written: tuple[tuple[Working, str], ...]

    @property
    def subject(self) -> Subject:
        return self.computed.subject

    @property
    def measure(self) -> Measure:
        return self.computed.subject.measure

    @property
    def intents(self) -> frozenset[str]:
        return self.w.context.u.intents

    @property
    def asks_amount(self) -> bool:
        u = self.w.context.u
        named = bool(u.stated) and set(u.stated) <= self.measure.numbers
        if named and not u.intents & ASKED and not any(f.slot in OF_A_CASE for f in u.new_facts):
            return False  # 能拿那100万吗: what it is called, and no sum
        return wants_amount(u)

    @property
    def of_a_case(self) -> bool:
        """Whether this turn gives numbers of a case that are not the rule's own."""
        own = {v for term in self.measure.terms.values() for v in term.values.values()}
        facts = self.w.context.u.new_facts
        return any(f.slot in OF_A_CASE and Decimal(f.value) not in own for f in facts)

    @property
    def misread(self) -> str | None:
        """What the paper says where the question takes it for something else."""
        return misread(self.measure, self.w.context.u.rule_text)

    @property
    def in_time(self) -> bool:
        """Whether the paper holds, or is a draft of what may hold."""
        return self.subject.status.status not in NOT_HELD

    @property
    def ids(self) -> list[str]:
        """The calculations of all workings."""
        return [identifier for _, identifier in self.written]

    @property
    def main_id(self) -> list[str]:
        """The calculation of the main working."""
        return [identifier for working, identifier in self.written if working is self.main]

    def say(
        self,
        key: str,
        /,
        cites: Sequence[int | None] = (),
        calculations: Sequence[str] = (),
        **values: object,
    ) -> None:
        """Say the conclusion `key` with the measure's title and gist, resting on its quote."""
        self.w.say(
            K.CONCLUSION,
            "conclusion",
            key,
            [*cites] or [self.n],
            calculations,
            item=False,
            title=self.measure.title,
            gist=self.w.gist(self.measure),
            **values,
        )


def open_topic(w: Writer, computed: Computed) -> Topic:
    """Cite a measure and put its workings on the sheet."""
    measure = computed.subject.measure
    n = w.cite(measure)
    ids = w.calculate(measure, computed.workings, n)
    written = tuple(zip(computed.workings, ids, strict=True))
    return Topic(w, computed, n, main_working(computed.workings), written)


def asks_standard(c: Context) -> bool:
    """Whether the rule's own numbers are asked for, not those of a case."""
    if any(f.slot in OF_A_CASE for f in c.u.facts):
        return False
    stated = {
        v for s in c.matched.subjects for t in s.measure.terms.values() for v in t.values.values()
    }
    return "standard" in c.u.intents or bool(stated & set(c.u.numbers))


def left_open(w: Writer, measure: Measure) -> list[str]:
    """What was asked of the measure that its paper leaves open, each as a clause sentence."""
    c = w.context
    text = w.document_of(measure).text
    asked = [
        aspect
        for aspect in c.lexicon.aspects
        if (not aspect.of or measure.kind in aspect.of) and aspect.asked.search(c.u.text)
    ]
    place = c.catalogue.place(measure)
    clause = w.document_of(measure).clause_at(place.start)
    here = text[clause.start : clause.end]
    points = [point for aspect in asked if (point := _point(aspect, measure, text, here, c))]
    tested = {slot for x in measure.conditions for slot in x.slots}
    points += [
        c.words("word", "counts_open", form=m.form)
        for m in c.u.mentions
        if m.form in c.u.counted and m.slot in tested
    ]
    if c.lexicon.cues["count_set"].search(c.u.text) and not NUMERAL.search(measure.quote):
        points.append(c.words("word", "not_stated", point=c.words("word", "count")))
    points = points or _unsaid(w, measure)
    if not points and _lacks_figure(measure, c):
        asked_words = find_words(c.u.topic_text)
        known = [p for p in measure.not_stated if asked_words & find_words(p)]
        points = [c.words("word", "not_stated", point=p) for p in known[:1]]
        points = points or [c.words("word", "not_here", point=c.words("word", "figure"))]
    return list(dict.fromkeys(points))


def _lacks_figure(measure: Measure, c: Context) -> bool:
    """Whether a figure was asked for where nothing is to be had and none of its sort stands."""
    text, cues = c.u.text, c.lexicon.cues
    if measure.usable or measure.kind in (Kind.ABOUT, Kind.TARGET) or measure.lost:
        return False
    if misread(measure, c.u.rule_text) or not cues["figure_asked"].search(text):
        return False
    sort = next((s for s in ("rate", "count") if cues[ASKS[s]].search(text)), "figure")
    return not cues[f"tells_{sort}"].search(measure.quote)


def other_year(w: Writer, measure: Measure) -> int | None:
    """A year of which a figure is asked, where the measure tells figures of other years only; a
    year by which the paper is called is none."""
    c = w.context
    quotes = (measure.quote, *(q.quote for q in measure.more_quotes))
    told = {int(y) for quote in quotes for y in YEAR.findall(quote)}
    called = {
        year
        for year in c.u.years
        for name in c.lexicon.documents
        for word in name.names
        if word in c.u.text
        and re.search(rf"{year % 100:02}年?.{{0,{NEAR}}}{re.escape(word)}", c.u.text)
    }
    asked = [year for year in c.u.years if year not in called]
    return asked[0] if told and asked and told.isdisjoint(asked) else None


def asked_whether_said(c: Context) -> str:
    """What it is of which somebody asks whether the paper says it; "" where nobody does."""
    found = c.lexicon.cues["whether_said"].search(c.u.text)
    if found is None:
        return ""
    after, before = c.u.text[found.end() :], c.u.text[: found.start()]
    return after if len(after) > SHORTEST else before


def is_there(w: Writer, measure: Measure) -> bool:
    """Whether most of what was asked to be in the paper is in the measure's clause; true where
    nobody asked for something there."""
    wanted = find_words(asked_whether_said(w.context))
    return len(wanted & find_words(_held(w, measure))) >= SAME * len(wanted)


def _held(w: Writer, measure: Measure) -> str:
    """The words of a measure's clause, its title and what people call it."""
    document = w.document_of(measure)
    clause = document.clause(measure.clause.split(ITEM)[0])
    text = document.text[clause.start : clause.end]
    return " ".join((text, measure.title, *measure.keywords))


def _unsaid(w: Writer, measure: Measure) -> list[str]:
    """What was asked to be in the paper and is known to be unstated; or is of what other measures
    leave unstated, or a body, and stands nowhere in the measure's clause."""
    c = w.context
    asked = asked_whether_said(c)
    if not asked:
        return []
    wanted = find_words(asked)
    for point in measure.not_stated:
        words = find_words(point)
        if point in asked or len(words & wanted) >= SAME * len(words) > 0:
            return [c.words("word", "not_stated", point=point)]
    held = _held(w, measure)
    said = [word for word in unstated_words(c) if word in asked]
    absent = any(word not in held for word in said)
    return [c.words("word", "not_in_clause")] if absent else []


def unstated_words(c: Context) -> list[str]:
    """The words of what measures leave unstated, and the bodies responsible, as people say them."""
    points = {p for m in c.catalogue.measures for p in m.not_stated if len(p) <= LONGEST}
    return sorted(points | {short_name(b) for m in c.catalogue.measures for b in bodies_of(m)})


def _point(aspect: Aspect, measure: Measure, text: str, here: str, c: Context) -> str | None:
    """What the measure says, or leaves open, of one aspect; None where that is not known."""
    for words, says in aspect.stated.items():
        if words in measure.quote:
            return says
    for point in (*measure.open_points, *measure.not_stated):
        if any(word in point for word in aspect.open):
            told = point in measure.open_points
            return point if told else c.words("word", "not_stated", point=point)
    if aspect.absent is not None and not aspect.absent.search(text):
        return c.words("word", "not_stated", point=aspect.called(c.u.text))
    if aspect.not_here is not None and not aspect.not_here.search(here):
        return c.words("word", "not_here", point=aspect.called(c.u.text))
    return None
