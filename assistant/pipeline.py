"""The way of a question: six calls and nothing else.

In:  a person's words, the conversation, an open snapshot.
Out: a verified `Answer` and the conversation after it. The same inputs give the same answer, but
     for its id (tests/assistant/test_pipeline.py).
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from assistant.answer import (
    Answer,
    Behaviour,
    Calculation,
    Citation,
    Generator,
    MeasureVerdict,
    Missing,
    Reason,
    Statement,
    Understood,
    Verdict,
)
from assistant.asking import Asking, answered
from assistant.calculators.case import Ask
from assistant.calculators.money import plain
from assistant.conversation import Conversation, Fact
from assistant.language.finding import SnapshotFinder
from assistant.language.help import Help
from assistant.language.readings import brief, informed, is_worth_asking
from assistant.language.rewording import Asked, is_worth_rewording, reword
from assistant.language.sameness import Sameness
from assistant.matching.places import home_region, regions_over
from assistant.matching.subject import NOT_HERE, Match, Situation, Subject, judged_subject
from assistant.matching.view import View
from assistant.matching.weighing import FACTS_OF_RULE
from assistant.measures.conditions import words
from assistant.measures.model import Kind, Measure
from assistant.measures.reader import Catalogue, read_catalogue
from assistant.plain import plain_json
from assistant.ranking import ClauseRanker
from assistant.reading.asked_day import year_asked
from assistant.reading.cases import facts_of_profile
from assistant.reading.lexicon import Lexicon
from assistant.reading.parts import besides, parts_of
from assistant.reading.regions import Gazetteer
from assistant.reading.typos import Corrector
from assistant.steps.calculate import (
    Calculated,
    bound_of,
    calculate,
    sums_of_bounds,
    workings_of,
)
from assistant.steps.compose import Context, compose
from assistant.steps.match import match
from assistant.steps.retrieve import Evidence, K, MeasureIndex, Phrases, retrieve
from assistant.steps.understand import GUARDED, NUMERIC, Understanding, understand
from assistant.steps.verify import Claims, Grounds, Library, reason_against, verified_by
from assistant.writing.lines import quote_further
from assistant.writing.sentences import parted
from assistant.writing.sheet import Sheet, text_of
from assistant.writing.writer import Writer
from ingest.document import NATION, Document, Status, StatusFinding
from ingest.index import Hit, Snapshot
from ingest.metadata import status

LOG = logging.getLogger(__name__)
PROMPTS, SAME = "prompts/prompts.yaml", "prompts/same.yaml"
WORDING, CLAIMS = "wording/answers.yaml", "lexicon/claims.yaml"
STOP_WORDS, WORDS, PINYIN = (f"lexicon/{n}.txt" for n in ("stop_words", "words", "pinyin"))
PRIORS, LOOK_ALIKES = "lexicon/priors.yaml", "lexicon/look_alikes.yaml"
MOST_QUESTIONS = 20
MOST_EARLIER = 4
END = 10**6  # after every word of a question
OFFERED = frozenset(
    {
        Kind.BENEFIT,
        Kind.FEE_WAIVER,
        Kind.REPAYABLE,
        Kind.PRODUCT,
        Kind.SERVICE,
        Kind.FUND,
        Kind.PILOT,
    }
)
GIVEN = frozenset({Kind.BENEFIT, Kind.FEE_WAIVER})
PARTED = frozenset({Situation.MEASURES, Situation.CLAUSES, Situation.HOW_TO_APPLY})
ALIKE = 0.9
TAKEN_UP = 3  # earlier questions that a turn without a subject may go on with
UNANSWERED = frozenset({Situation.NOTHING, Situation.UNCLEAR})
TAKEN = frozenset({Situation.MEASURES, Situation.HOW_TO_APPLY})
CLAUSES_TELL = frozenset({Situation.CLAUSES, Situation.NOTHING})
SMALLEST = 10  # a number of things (三类企业) from which it tells a paper
DAYS = 8  # of which the status of every document is remembered
PAST_OR_FUTURE = frozenset({Status.NOT_YET_EFFECTIVE, Status.EXPIRED, Status.REPEALED})
STEPS = ("understand", "retrieve", "match", "calculate", "compose", "verify")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one question led to."""

    answer: Answer
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Verdicts on the whole catalogue for one profile, and the fact that would decide most.

    calculations  the most that each measure comes to that may be had, where it has a number
    totals        by verdict, the sums of ceilings of what is given for good under papers in force
    """

    as_of: date
    verdicts: tuple[MeasureVerdict, ...]
    citations: tuple[Citation, ...]
    question: Missing | None
    calculations: tuple[Calculation, ...]
    totals: Mapping[Verdict, tuple[Calculation, ...]]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "measures": [v.model_dump(mode="json") for v in self.verdicts],
            "citations": [c.model_dump(mode="json") for c in self.citations],
            "question": self.question.model_dump(mode="json") if self.question else None,
            "calculations": [c.model_dump(mode="json") for c in self.calculations],
            "totals": {
                verdict.value: [c.model_dump(mode="json") for c in sums]
                for verdict, sums in self.totals.items()
            },
        }


class Assistant:
    """Answers questions from one open snapshot. Immutable; safe to share between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        gazetteer: Gazetteer,
        *,
        default_region: str | None = None,
        contacts: Mapping[str, str] | None = None,
        past: bool = False,
    ) -> None:
        """past  the snapshot is one of an earlier time (`Lexicon`)"""
        self.snapshot = snapshot
        self.gazetteer = gazetteer
        self.lexicon = Lexicon(snapshot.data, past=past)
        self.catalogue: Catalogue = read_catalogue(snapshot.data, snapshot.documents)
        self.wording: Mapping[str, Any] = snapshot.data[WORDING]
        stop_words = snapshot.data[STOP_WORDS]
        self.index = MeasureIndex(
            self.catalogue, snapshot.tokenizer, stop_words, _phrases(snapshot, self.lexicon)
        )
        self.ranker = ClauseRanker(self.catalogue, snapshot, self.lexicon)
        self.default_region = default_region
        self.contacts = dict(contacts or {})
        self.claims = Claims(snapshot.data[CLAIMS], gazetteer)
        self.names = names_of(self.lexicon, self.catalogue, snapshot.documents)
        self.asking = Asking(
            [m for m in self.catalogue.measures if m.kind in OFFERED],
            self.lexicon.slots,
            snapshot.data[PRIORS],
        )
        self.corrector = Corrector(
            snapshot.data[WORDS],
            phrases_of(self.lexicon, self.catalogue),
            snapshot.data[PINYIN],
            snapshot.data[LOOK_ALIKES],
            snapshot.tokenizer.is_word,
        )
        self.fixed = fixed_sentences(self.wording, self.lexicon)
        self.sameness = Sameness(snapshot.data[SAME], self.claims, self.names)
        self._status = lru_cache(maxsize=max(4096, DAYS * len(snapshot.documents)))(self._status_of)
        self.standing = lru_cache(maxsize=DAYS)(self._standing)
        self._alike = lru_cache(maxsize=4096)(self._alike_of)

    def _status_of(self, document_id: str, day: date) -> StatusFinding:
        return status(self.snapshot.documents[document_id], day)

    def _standing(self, day: date) -> frozenset[str]:
        """The documents that are not repealed, over or still to come on a day."""
        return frozenset(
            name
            for name in self.snapshot.documents
            if self._status(name, day).status not in PAST_OR_FUTURE
        )

    def status_on(self, day: date) -> Callable[[Document], StatusFinding]:
        """The status of a document as of a day."""
        return lambda document: self._status(document.id, day)

    def ask(
        self,
        text: str,
        conversation: Conversation,
        *,
        today: date,
        as_of: date | None = None,
        region: str | None = None,
        answer_id: str = "",
        on_step: Callable[[str], None] | None = None,
        help_: Help | None = None,
    ) -> Turn:
        """One turn. `on_step` is told the name of each step as it begins.

        help_  a language model's, in understanding and in composing
        """
        tell = on_step or (lambda _name: None)
        tell("understand")
        u = self._understand(text, conversation, today, as_of, region)
        if help_ is not None:
            u = self._informed(u, conversation, help_)
        tell("retrieve")
        evidence = self._retrieve(u)
        tell("match")
        matched = self._match(u, evidence, conversation)
        unanswered = matched.situation in UNANSWERED
        for wider in self._taken_up(u, matched, conversation, today, as_of, region):
            found = self._retrieve(wider)
            of_both = self._match(wider, found, conversation)
            answered = unanswered and of_both.situation in TAKEN
            if answered or of_both.situation is Situation.CLAUSES:
                u, evidence, matched = wider, found, of_both
                break
            if matched.situation is Situation.UNCLEAR:  # nothing on it is told, of what was asked
                u, evidence, matched = wider, found, of_both
        then = self._then(u, matched)
        if then is not None:
            u = then
            evidence = self._retrieve(u)
            matched = self._match(u, evidence, conversation)
        tell("calculate")
        calculated = self._calculate(u, matched)
        tell("compose")
        context = self._context(u, matched, calculated, evidence, conversation)
        parts = self._parts(u, matched, conversation, today)
        if matched.situation is Situation.FIND or _begins_elsewhere(context, parts):
            context, *parts = parts or [context]  # each names its own: told in their order
            matched = context.matched
        behaviour, sheet = compose(context, parts)
        generator, rules = Generator(), tuple(sheet.statements)
        library = None
        if help_ is not None and is_worth_rewording(behaviour, matched.situation):
            library = self._library(context, sheet)
            generator = self._reword(context, sheet, library, help_)
        tell("verify")
        if library is None or len(library.grounds.citations) < len(sheet.citations):
            library = self._library(context, sheet)
        verified = verified_by(library, sheet.statements)
        if verified.withheld and help_ is not None and generator.model is not None:
            for statement, reason in verified.withheld:
                LOG.warning("the rules' words stand: %s: %s", reason, statement.text)
            help_.unused("withheld")
            generator, verified = Generator(), verified_by(library, rules)
        for statement, reason in verified.withheld:
            LOG.warning("withheld: %s: %s", reason, statement.text)
        answer = self._answer(
            u, matched, behaviour, sheet, verified.kept, conversation, answer_id, generator
        )
        return Turn(answer, self._remember(u, matched, sheet, conversation))

    def _informed(self, u: Understanding, conversation: Conversation, help_: Help) -> Understanding:
        """With what a model reads besides, where the rules' reading leaves something open."""
        if not is_worth_asking(u):
            return u
        words = self.snapshot.data[PROMPTS]
        said = brief(u, conversation.questions, self.lexicon, words)
        reading = help_.read(words["understand_system"], said)
        if reading is None:
            return u
        return informed(u, reading, self.lexicon, words, self._is_telling)

    def _is_telling(self, word: str) -> bool:
        """Whether a word says what something is about, and stands in the papers."""
        texts = (d.text for d in self.snapshot.documents.values())
        return bool(self.index.telling(word)) and any(word in text for text in texts)

    def _reword(self, context: Context, sheet: Sheet, library: Library, help_: Help) -> Generator:
        """Put a model's words on the sheet where they hold; who wrote the answer then."""
        u, matched = context.u, context.matched

        def judge(statement: Statement, after: Statement | None) -> str | None:
            return reason_against(library, statement, after.text if after else "")

        finder = SnapshotFinder(
            search_clauses=self.snapshot.search,
            documents=self.snapshot.documents,
            status_of=context.status_of,
            regions={self.snapshot.documents[c.document_id].region for c in sheet.citations},
            question=u.topic_text,
            telling=self.index.telling,
            catalogue=self.catalogue.measures,
            work_out=lambda measure, inputs: self.calculate(measure, inputs, u.as_of),
            first=len(sheet.citations) + 1,
        )
        reworded = reword(
            verified_by(library, sheet.statements).kept,
            sheet.calculations,
            sheet.citations,
            Asked(u.question, context.conversation.questions, str(u.as_of), matched.home),
            self.snapshot.data[PROMPTS],
            help_,
            finder,
            self.sameness,
            judge,
        )
        if not reworded.own and not reworded.added:
            return Generator()
        sheet.statements[:] = reworded.statements
        quote_further(Writer(context, sheet), reworded.added)
        return Generator(mode="llm", model=help_.model)

    def _library(self, context: Context, sheet: Sheet) -> Library:
        """What the sentences of this answer may rest on."""
        u, matched, calculated = context.u, context.matched, context.calculated
        conversation = context.conversation
        problems = [c.problem.message for c in calculated.of if c.problem is not None]
        if u.unknown_number:  # the person's own words, in a sentence that denies them
            denied = str(self.wording["conclusion"]["unknown_number"])
            problems.append(denied.format(number=u.unknown_number))
        mended = str(self.wording["line"]["mended"])
        problems += [mended.format(original=was, name=name) for was, name in u.mended]
        for each in u.namesakes:
            wording = str(self.wording["line" if each.meant else "ask"]["namesake"])
            problems.append(wording.format(name=each.name, meant=each.meant, others=each.listed))
        status_of = self.status_on(u.as_of)
        cited = {c.document_id: self.snapshot.documents[c.document_id] for c in sheet.citations}
        measures = {s.measure.id: s.measure for s in matched.subjects}
        places = {(c.document_id, c.start) for c in sheet.citations}
        quoted = sorted(i for place in places for i in self.catalogue.quoted_at.get(place, ()))
        for i in quoted:  # those only quoted: what is like it, what is there
            measure = self.catalogue.measures[i]
            measures.setdefault(measure.id, measure)
        grounds = Grounds(
            documents=cited,
            statuses={d.id: status_of(d) for d in cited.values()},
            citations={c.n: c for c in sheet.citations},
            calculations={c.id: c for c in sheet.calculations},
            measures=measures,
            said=(*conversation.questions, u.question, *u.regions),
            as_of=u.as_of,
            asked_on=u.asked_on,
            names=self.names,
            reviewed=(*self.contacts.values(), *problems),
            fixed=self.fixed,
            verdicts={s.measure.id: s.verdict for s in matched.subjects},
            reasons={
                s.measure.id: tuple(Reason(condition=j.text, result=j.result) for j in s.judged)
                for s in matched.subjects
            },
        )
        return Library(grounds, self.claims)

    def match(self, profile: Mapping[str, Any], as_of: date) -> MatchResult:
        """A verdict on everything that is offered, for a profile of slot values.

        Raises CalculatorError for a number that makes no sense.
        """
        facts = self._profile(profile)
        status_of = self.status_on(as_of)
        documents = self.snapshot.documents
        home = home_region(_text_of(profile.get("region")), documents, self.gazetteer)
        asked = "region" in profile
        sheet = Sheet(documents, status_of, str(as_of), most=None)
        subjects = [
            judged_subject(
                m, 0.0, facts, self.lexicon, status_of(documents[m.document]), home, asked=asked
            )
            for m in self.catalogue.measures
            if m.kind in OFFERED
        ]
        order = {Verdict.APPLIES: 0, Verdict.MAY_APPLY: 1, Verdict.DOES_NOT_APPLY: 2}
        subjects.sort(key=lambda s: (order[s.verdict], -len(s.met), len(s.unknown)))
        verdicts = tuple(self._cited_verdict(s, sheet) for s in subjects)
        bounds = [
            (subject, working)
            for subject in subjects
            if subject.verdict is not Verdict.DOES_NOT_APPLY
            for working in (bound_of(subject, facts, as_of),)
            if working is not None
        ]
        for subject, working in bounds:
            n = sheet.cite(self.catalogue.place(subject.measure))
            sheet.calculate(subject.measure.id, working, [n] if n else [])
        calculations = tuple(sheet.calculations)
        totals: dict[Verdict, tuple[Calculation, ...]] = {}
        for verdict in (Verdict.APPLIES, Verdict.MAY_APPLY):
            given = [
                (s.measure.title, working)
                for s, working in bounds
                if s.verdict is verdict
                and s.measure.kind in GIVEN
                and s.status.status in (Status.IN_FORCE, Status.EFFECTIVE_DATE_UNKNOWN)
            ]
            ids = [sheet.calculate("", total, ()) for total in sums_of_bounds(given)]
            totals[verdict] = tuple(c for c in sheet.calculations if c.id in ids)
        slots = self.next_slots(subjects, facts)
        slot = slots[0] if slots else None
        question = Missing(slot=slot, question=self.lexicon.slots[slot].question) if slot else None
        return MatchResult(
            as_of,
            verdicts,
            tuple(sheet.citations),
            question,
            calculations,
            totals,
        )

    def _cited_verdict(self, subject: Subject, sheet: Sheet) -> MeasureVerdict:
        """The verdict, each reason with the very place that its condition stands in."""
        measure = subject.measure
        own = sheet.cite(self.catalogue.place(measure))
        reasons = tuple(
            Reason(
                condition=j.text,
                result=j.result,
                citation=sheet.cite(self.catalogue.place(measure, j.condition)),
                slots=j.open_slots,
            )
            for j in subject.judged
        )
        cites = (own, *(r.citation for r in reasons))
        return MeasureVerdict(
            id=measure.id,
            title=measure.title,
            verdict=subject.verdict,
            reasons=reasons,
            citations=tuple(dict.fromkeys(n for n in cites if n)),
            aliases=measure.aliases,
        )

    def _profile(self, profile: Mapping[str, Any]) -> tuple[Fact, ...]:
        """The facts of a profile. Of a multiple choice it names all that hold."""
        chosen = {k for k in profile if self.lexicon.slots[k].type == "choices"}
        complete = [
            fact
            for slot in sorted(chosen)
            for value in [profile[slot]]
            for fact in answered(
                self.lexicon.slots[slot], value if isinstance(value, list) else [value]
            )
        ]
        others = {k: v for k, v in profile.items() if k not in chosen}
        return (*facts_of_profile(others), *complete)

    def calculate(self, measure_id: str, inputs: Mapping[str, Any], as_of: date) -> Calculation:
        """The main calculation of a measure; see `calculations`."""
        return self.calculations(measure_id, inputs, as_of)[0]

    def calculations(
        self, measure_id: str, inputs: Mapping[str, Any], as_of: date
    ) -> tuple[Calculation, ...]:
        """The calculations of a measure for inputs by slot name, the main one first.

        Raises KeyError for an unknown measure, CalculatorError for inputs that make no sense or
        are missing.
        """
        measure = self.catalogue.get(measure_id)
        if measure is None:
            raise KeyError(measure_id)
        documents, status_of = self.snapshot.documents, self.status_on(as_of)
        subject = judged_subject(
            measure,
            0.0,
            (),
            self.lexicon,
            status_of(documents[measure.document]),
            None,
            asked=False,
        )
        workings = workings_of(subject, facts_of_profile(inputs), as_of, self.lexicon)
        sheet = Sheet(documents, status_of, str(as_of))
        n = sheet.cite(self.catalogue.place(measure))
        for working in workings:
            sheet.calculate(measure.id, working, [n] if n else [])
        return tuple(sheet.calculations)

    def step(self, name: str, text: str, *, today: date | None = None) -> Any:
        """One step's result for a first question, as JSON values; KeyError for no such step."""
        if name not in STEPS:
            raise KeyError(name)
        day = today or date.today()
        conversation = Conversation.new("step")
        u = self._understand(text, conversation, day, None, None)
        if name == "understand":
            return plain_json(u)
        evidence = self._retrieve(u)
        if name == "retrieve":
            return plain_json(evidence)
        matched = self._match(u, evidence, conversation)
        if name == "match":
            return plain_json(matched)
        calculated = self._calculate(u, matched)
        if name == "calculate":
            return plain_json(calculated)
        answer = self.ask(text, conversation, today=day).answer.to_json()
        keys = ("behaviour", "statements", "citations", "calculations", "warnings", "missing")
        return answer if name == "verify" else {key: answer[key] for key in keys}

    def _understand(
        self,
        text: str,
        conversation: Conversation,
        today: date,
        as_of: date | None,
        region: str | None,
    ) -> Understanding:
        return understand(
            text,
            conversation,
            self.lexicon,
            self.gazetteer,
            self.snapshot.documents,
            today=today,
            as_of=as_of,
            region=region or self.default_region,
            corrector=self.corrector,
            measured=self.catalogue.regions,
        )

    def _taken_up(
        self,
        u: Understanding,
        matched: Match,
        conversation: Conversation,
        today: date,
        as_of: date | None,
        region: str | None,
    ) -> Iterator[Understanding]:
        """The turn together with what was asked last, then with what was asked before, where it
        names but a place or the sort of thing it asks for (什么时候申报): where clauses answered,
        no measure goes on from turn to turn."""
        unanswered = conversation.situation == Situation.NOTHING and matched.situation in UNANSWERED
        if conversation.situation != Situation.CLAUSES and not unanswered:
            return
        lexicon = self.lexicon
        own, rest = parted(u.topic_text, lexicon)
        place_alone = bool(u.regions) and not lexicon.cues["place_alone"].sub("", rest)
        bare = own and len(self.index.telling(rest)) <= 1
        if not (place_alone or (bare and matched.situation in UNANSWERED)):
            return
        before = ""
        for question in reversed(conversation.questions[-TAKEN_UP:]):
            asked = self._understand(question, conversation, today, as_of, region).topic_text
            if not lexicon.cues["place_alone"].sub("", asked):
                continue
            before = f"{before} {parted(asked, lexicon)[1] if own else asked}"
            wider = self._understand(f"{u.text} {before}", conversation, today, as_of, region)
            said = tuple(f for f in wider.new_facts if f.span and f.span[1] <= len(u.question))
            yield replace(wider, question=u.question, new_facts=said)

    def _then(self, u: Understanding, matched: Match) -> Understanding | None:
        """The turn as of the year whose rule it asks for, where papers without measures answer:
        no measure has the values of other years."""
        answering = (h for h in matched.hits[:1] if h.document_id not in self.catalogue.papers)
        if u.as_of_said or matched.situation not in CLAUSES_TELL or not any(answering):
            return None
        day = year_asked(u.text, self.lexicon, u.asked_on)
        return replace(u, as_of=day, as_of_said=True) if day else None

    def _retrieve(self, u: Understanding) -> Evidence:
        places = u.regions or ((u.region,) if u.region else ())
        documents = self._documents_of(places)
        return retrieve(u, self.ranker, self.index, self.status_on(u.as_of), documents=documents)

    def _documents_of(self, places: Sequence[str]) -> frozenset[str] | None:
        """The papers that hold in the one place named that has some: its own, its province's and
        the state's; None where none or several places have some."""
        documents = self.snapshot.documents
        over = [regions_over(place, documents, self.gazetteer) for place in places]
        if len({found[0] for found in over if found}) != 1:
            return None
        return documents.of_regions(itertools.chain(*over))

    def search(
        self, query: str, k: int, *, today: date, documents: Collection[str]
    ) -> tuple[Hit, ...]:
        """The k clauses of these documents that answer best to a query, found as for an answer.

        Where the query itself names a place, only the papers of that place count, if there are
        any among these.
        """
        u = self._understand(query, Conversation.new("search"), today, None, None)
        named = (self._documents_of(u.regions) or frozenset()) & frozenset(documents)
        return self.ranker.search(u, k, self.status_on(u.as_of), named or documents)

    def _match(self, u: Understanding, evidence: Evidence, conversation: Conversation) -> Match:
        return match(self._view(u, evidence, conversation))

    def _parts(
        self, u: Understanding, matched: Match, conversation: Conversation, today: date
    ) -> list[Context]:
        """Where a text asks several things, each that names its own subject, in its context; where
        taken whole it asks only what there is, all of them or none. Of a text that is refused,
        what it asks besides."""
        listed = matched.situation is Situation.FIND
        refused = str(matched.situation) in GUARDED
        if matched.situation not in PARTED and not (listed or refused):
            return []
        told = replace(
            conversation, facts=u.facts, supposed=(), subjects=(), pending=(), region=u.region
        )
        found: list[Context] = []
        asked = (besides if refused else parts_of)(u.question, self.lexicon)
        for text in asked:
            part = self._understand(text, told, today, u.as_of, None)
            if not (part.documents or part.regions or self.lexicon.cues["now"].search(text)):
                part = replace(part, documents=u.documents)
            evidence = self._retrieve(part)
            view = self._view(part, evidence, told)
            its = match(view)
            other = its.situation in NOT_HERE and not refused
            if view.topical or other or its.situation in (Situation.CLAUSES, Situation.STATUS):
                found.append(self._context(part, its, self._calculate(part, its), evidence, told))
        named = all(each.matched.situation in PARTED for each in found)
        return found if not listed or (named and len(found) == len(asked)) else []

    def _view(self, u: Understanding, evidence: Evidence, conversation: Conversation) -> View:
        return View(
            u,
            evidence,
            self.catalogue,
            self.snapshot.documents,
            self.lexicon,
            self.gazetteer,
            conversation,
            self.status_on(u.as_of),
            self.similar,
        )

    def _calculate(self, u: Understanding, matched: Match) -> Calculated:
        cues = self.lexicon.cues
        summed = {"total"}
        if matched.situation is Situation.MEASURES:
            summed |= {"has_both", "has_all"}
        total = any(cues[c].search(u.text) for c in summed) and Ask.THRESHOLD not in u.asks
        return calculate(u, matched, total=total, apart=bool(cues["difference"].search(u.text)))

    def _context(
        self,
        u: Understanding,
        matched: Match,
        calculated: Calculated,
        evidence: Evidence,
        conversation: Conversation,
    ) -> Context:
        status_of = self.status_on(u.as_of)

        def successor(subject: Subject) -> Subject | None:
            return self._successor(subject, status_of)

        def elsewhere(subject: Subject) -> list[Measure]:
            return _elsewhere(subject, u, evidence)

        def twin(measure: Measure, document: str) -> Measure | None:
            region = self.snapshot.documents[document].region
            alike = self.similar(measure, region)
            return next((m for m in alike if m.document == document and m.usable), None)

        def related(subject: Subject) -> Measure | None:
            return next(iter(self.similar(subject.measure, matched.home or "")), None)

        def papers_in(place: str) -> frozenset[str]:
            documents = self.snapshot.documents
            over = regions_over(place, documents, self.gazetteer)
            return documents.of_regions(region for region in over if region != NATION)

        told = {f.slot for f in u.facts} & {"applicant"}  # said or implied, not worth a question
        return Context(
            u=u,
            matched=matched,
            calculated=calculated,
            catalogue=self.catalogue,
            documents=self.snapshot.documents,
            lexicon=self.lexicon,
            wording=self.wording,
            conversation=conversation,
            status_of=status_of,
            successor=successor,
            elsewhere=elsewhere,
            related=related,
            papers_in=papers_in,
            found_in=lambda papers: self.ranker.search(u, K, status_of, papers),
            cut=self.snapshot.tokenizer.words,
            telling=self.index.telling_words,
            twin=twin,
            next_slots=lambda subjects: self.next_slots(
                subjects, u.facts, (*conversation.asked, *told), first=u.doubted
            ),
            contacts=self.contacts,
        )

    def next_slots(
        self,
        subjects: Sequence[Subject],
        facts: Sequence[Fact],
        without: Collection[str] = (),
        first: Collection[str] = (),
    ) -> tuple[str, ...]:
        """The facts to ask for next about these subjects, the most decisive first.

        first  those to put before the others, where they are asked for at all
        """
        open_ = [s.measure.id for s in subjects if s.verdict is not Verdict.DOES_NOT_APPLY]
        slots = self.asking.next_slots(open_, facts, without=without)
        return tuple(sorted(slots, key=lambda slot: slot not in first))

    def similar(self, measure: Measure, region: str) -> list[Measure]:
        """The measures of a place that are most like one of another place or time."""
        return [m for m in self._alike(measure.id) if m.region == region]

    def _alike_of(self, measure_id: str) -> list[Measure]:
        """The measures of any place that are like one, the nearest first."""
        measure = self.catalogue.by_id[measure_id]
        words = " ".join([measure.title, *measure.keywords[:6]])
        return [
            c.measure
            for c in self.index.score(words, (), (), {})[:20]
            if c.measure.id != measure.id and c.forms >= ALIKE
        ]

    def _successor(
        self, subject: Subject, status_of: Callable[[Document], StatusFinding]
    ) -> Subject | None:
        """What is like it, of the same place and in force."""
        for measure in self.similar(subject.measure, subject.measure.region):
            finding = status_of(self.snapshot.documents[measure.document])
            if measure.usable and finding.status is Status.IN_FORCE:
                return Subject(measure, 0.0, (), Verdict.MAY_APPLY, finding, True)
        return None

    def _answer(
        self,
        u: Understanding,
        matched: Match,
        behaviour: Behaviour,
        sheet: Sheet,
        statements: tuple[Statement, ...],
        conversation: Conversation,
        answer_id: str,
        generator: Generator,
    ) -> Answer:
        return Answer(
            id=answer_id,
            session_id=conversation.session_id,
            behaviour=behaviour,
            text=text_of(statements),
            statements=statements,
            citations=tuple(sheet.citations),
            calculations=tuple(sheet.calculations),
            measures=tuple(self._verdict(s, sheet) for s in matched.subjects),
            warnings=sheet.warning_list(),
            missing=tuple(sheet.missing),
            as_of=u.as_of,
            region=matched.home or u.region,
            generator=generator,
            understood=tuple(
                Understood(
                    slot=f.slot,
                    value=f.value,
                    unit=self.lexicon.slots[f.slot].unit,
                    span=f.span,
                    turn=f.turn,
                    label=self.lexicon.slots[f.slot].label,
                )
                for f in u.facts
                if not f.denied and f.slot in self.lexicon.slots
            )
            + (
                (Understood(slot="region", value=u.region, span=None, turn=u.turn, label="地区"),)
                if u.region
                else ()
            ),
            snapshot=self.snapshot.name,
        )

    def _verdict(self, subject: Subject, sheet: Sheet) -> MeasureVerdict:
        start, end = self.catalogue.span(subject.measure)
        document = subject.measure.document
        cites = tuple(
            c.n
            for c in sheet.citations
            if c.document_id == document and c.start < end and start < c.end
        )
        return MeasureVerdict(
            id=subject.measure.id,
            title=subject.measure.title,
            verdict=subject.verdict,
            reasons=tuple(
                Reason(
                    condition=j.text,
                    result=j.result,
                    citation=cites[0] if cites else None,
                    slots=j.open_slots,
                )
                for j in subject.judged
            ),
            citations=cites,
            aliases=subject.measure.aliases,
        )

    def _remember(
        self, u: Understanding, matched: Match, sheet: Sheet, conversation: Conversation
    ) -> Conversation:
        if matched.situation is Situation.RESTART:
            return Conversation(conversation.session_id, turn=u.turn)
        kept = matched.situation in (
            Situation.MEASURES,
            Situation.CLAUSE,
            Situation.STATUS,
            Situation.HOW_TO_APPLY,
            Situation.FIND,
            Situation.COMPARE,
            Situation.REGION_CONFLICT,
        )
        if str(matched.situation) in GUARDED:  # what was slipped in with it is not believed
            return replace(
                conversation,
                turn=u.turn,
                questions=(*conversation.questions, u.question)[-MOST_QUESTIONS:],
            )
        declined = conversation.pending if "dont_know" in u.intents else ()
        return replace(
            conversation,
            turn=u.turn,
            facts=u.kept_facts,
            supposed=u.supposed_facts,
            former=_former(conversation, u),
            earlier=_further_earlier(conversation.earlier, matched)
            if kept
            else conversation.earlier,
            sides=_sides(u, matched) or conversation.sides,
            subjects=tuple(s.measure.id for s in matched.subjects[:4])
            if kept and matched.subjects
            else conversation.subjects,
            asked=tuple(dict.fromkeys((*conversation.asked, *declined))),
            pending=tuple(m.slot for m in sheet.missing),
            situation=str(matched.situation),
            party=u.party,
            focus=u.focus,
            intents=tuple(sorted(u.intents)) if kept else conversation.intents,
            region=conversation.region
            if u.hypothetical
            else (u.regions[0] if u.regions else u.region),
            questions=(*conversation.questions, u.question)[-MOST_QUESTIONS:],
        )


def _begins_elsewhere(whole: Context, parts: Sequence[Context]) -> bool:
    """Whether a text, taken whole, is of what a later one of its questions names, and the first
    names another thing: 渝链贷是给谁的？碳汇贷呢？"""
    told = [of.subject.measure.id for of in whole.calculated.of]
    first = [
        part.matched.subjects[0].measure.id
        for part in parts
        if part.matched.situation is Situation.MEASURES and part.matched.subjects
    ]
    if not told or whole.calculated.joint or not len(first) == len(parts) > 1:
        return False
    return told[0] in first[1:] and told[0] != first[0]


def _former(conversation: Conversation, u: Understanding) -> tuple[Fact, ...]:
    """The facts of the last answer, where this one's numbers are others; else those before."""
    last = conversation.supposed or conversation.facts
    told, now = (
        {(f.slot, f.group, f.value) for f in facts if f.slot in NUMERIC}
        for facts in (last, u.facts)
    )
    return last if told and told != now else conversation.former


def _sides(u: Understanding, matched: Match) -> tuple[str, ...]:
    """The measures of an answer with several, in the order that the question names them."""

    def said(measure: Measure) -> int:
        return min((at for k in measure.keywords if (at := u.text.find(k)) >= 0), default=END)

    asked = [s.measure for s in matched.subjects if said(s.measure) < END]
    return tuple(m.id for m in sorted(asked, key=said)) if len(asked) > 1 else ()


def _further_earlier(earlier: Sequence[str], matched: Match) -> tuple[str, ...]:
    """The measures that answers were about first, with this answer's."""
    now = [s.measure.id for s in matched.subjects[:1]]
    return (*(m for m in earlier if m not in now), *now)[-MOST_EARLIER:]


def _elsewhere(subject: Subject, u: Understanding, evidence: Evidence) -> list[Measure]:
    """Measures of other places that state a number of the question which this one does not."""
    own = {v for t in subject.measure.terms.values() for v in t.values.values()}
    uses = FACTS_OF_RULE.get(subject.measure.rule, frozenset())
    told = {f.value for f in u.facts if f.slot in uses}  # the person's own
    foreign = [n for n in u.numbers if n not in own and plain(n) not in told]
    foreign = [n for n in foreign if not 1 <= n < SMALLEST]
    return [
        c.measure
        for c in evidence.candidates[:8]
        if c.measure.region != subject.measure.region
        and c.forms > 0
        and any(v in foreign for t in c.measure.terms.values() for v in t.values.values())
    ][:1]


def _text_of(value: object) -> str | None:
    return value if isinstance(value, str) else None


def names_of(
    lexicon: Lexicon,
    catalogue: Catalogue,
    documents: Mapping[str, Document],
) -> frozenset[str]:
    """Words that may stand in quotation marks though no clause holds them as they stand."""
    names = {m.title for m in catalogue.measures}
    names |= {text for m in catalogue.measures for c in m.conditions for text in [words(c)]}
    for slot in lexicon.slots.values():
        names |= {slot.label, *slot.values}
    for document in documents.values():
        names |= {document.title, document.short_title}
    return frozenset(names)


def fixed_sentences(wording: Mapping[str, Any], lexicon: Lexicon) -> tuple[str, ...]:
    """Whole sentences that people have reviewed: wording without a place to fill, questions."""
    texts = [t for group in wording.values() for t in group.values() if "{" not in t]
    return (*texts, *(slot.question for slot in lexicon.slots.values()))


def phrases_of(lexicon: Lexicon, catalogue: Catalogue) -> list[str]:
    """The names that people may misspell: values of slots, measures, documents."""
    names = [f for slot in lexicon.slots.values() for v in slot.values.values() for f in v.forms]
    names += [w for m in catalogue.measures for w in (m.title, *m.keywords)]
    return names + [n for document in lexicon.documents for n in document.names]


def _phrases(snapshot: Snapshot, lexicon: Lexicon) -> Phrases | None:
    """How people ask, with its vectors; None where a snapshot of an earlier version has none."""
    if snapshot.phrase_vectors is None:
        return None
    return Phrases(lexicon.asked, snapshot.phrase_vectors, snapshot.embedder.encode_queries)
