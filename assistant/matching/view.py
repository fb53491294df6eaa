"""What a decision reads: the question, the evidence, and what the corpus holds.

In:  an understanding, the evidence, the catalogue, the documents, the conversation.
Out: a `View`, with what follows from them alone: the place, the candidates weighed, whether a turn
     goes on with the last subject (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.conversation import Conversation, Fact
from assistant.matching.places import regions_over
from assistant.matching.subject import Situation, Subject, judged_subject
from assistant.matching.weighing import APPLICANT, COMMON, weigh
from assistant.measures.model import Measure
from assistant.measures.reader import Catalogue
from assistant.reading.lexicon import Lexicon
from assistant.reading.regions import Gazetteer
from assistant.steps.retrieve import Candidate, Evidence
from assistant.steps.understand import NUMERIC, Understanding
from ingest.document import NATION, Document, StatusFinding
from ingest.papers import Papers

STRONG, WEAK = 1.15, 0.75
DECIDED = 0.8  # what was said decides a rare condition of a measure
KNOWN = 0.25  # a question of which less is known, and which names nothing, is off the subject
KNOWN_HERE = 0.1  # the same where a place of the corpus is named
HEARD = 0.34  # of a question's telling words, those that the papers use at all
NAMED = 5  # candidates among which a measure stands that is named
BARE = 1  # characters beside what says nothing, up to which a question is asked back
SHORT = 2  # characters of a word that others hold: 绿色 is no subject of 绿色通道
SMALL = frozenset({"small_talk", "dont_know", "correction", "what_if", "statistic", "standard"})


@dataclass(frozen=True)
class View:
    """All that decides what an answer is about; the rest follows from it.

    status_of  a document's status on the day asked about
    similar    what is like a measure in a place, the nearest first
    """

    u: Understanding
    evidence: Evidence
    catalogue: Catalogue
    documents: Papers
    lexicon: Lexicon
    gazetteer: Gazetteer
    conversation: Conversation
    status_of: Callable[[Document], StatusFinding]
    similar: Callable[[Measure, str], Sequence[Measure]]

    def says(self, *cues: str) -> bool:
        """Whether one of some cues is in the question."""
        return any(self.lexicon.cues[cue].search(self.u.text) for cue in cues)

    def home_of(self, region: str | None) -> str | None:
        """The corpus's region that a place belongs to: the lowest with measures, else the lowest
        with papers. To what is a measure elsewhere the state's papers without any say nothing."""
        over = regions_over(region, self.documents, self.gazetteer)
        measured = self.catalogue.regions
        if over == [NATION] and NATION not in measured and self.of_measures:
            return None
        return next((each for each in over if each in measured), next(iter(over), None))

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """The corpus's regions of all places that were named: those with measures, if there are
        any."""
        found = tuple(h for r in self.u.regions if (h := self.home_of(r)) is not None)
        return tuple(h for h in found if h in self.catalogue.regions) or found

    @cached_property
    def home(self) -> str | None:
        """The corpus's region that is asked about; of a place without documents, or measures,
        beside one that has some, or whose rule is asked about, that one's."""
        own, rule = self.home_of(self.u.region), self.home_of(self.u.rule_of)
        if self.homes and own not in self.homes:
            own = self.homes[0]
        measured = self.catalogue.regions
        return rule if own is None or (own not in measured and rule in measured) else own

    @cached_property
    def unmeasured(self) -> bool:
        """Whether a place is asked about that has papers, and no measure."""
        return self.home is not None and self.home not in self.catalogue.regions

    @cached_property
    def foreign(self) -> tuple[str, ...]:
        """The places that were named and no document is for."""
        return tuple(r for r in self.u.regions if self.home_of(r) is None)

    @cached_property
    def beside(self) -> tuple[str, ...]:
        """The places that were named beside one with measures, and have papers without any."""
        if self.home not in self.catalogue.regions:
            return ()
        over = regions_over(self.home, self.documents, self.gazetteer)
        away = ((r, self.home_of(r)) for r in self.u.regions if r not in over)
        return tuple(r for r, own in away if own and own not in self.catalogue.regions)

    @cached_property
    def sided(self) -> bool:
        """Whether the question sets two places of the corpus side by side."""
        return len(set(self.homes)) > 1

    @cached_property
    def ranked(self) -> tuple[Candidate, ...]:
        """The candidates with the place weighed in, best first."""
        return self.weighed(self.home)

    def weighed(self, home: str | None) -> tuple[Candidate, ...]:
        """The candidates weighed for a region; for any, without one."""
        return tuple(
            weigh(self.evidence, self.u, self.documents, home, self.status_of, self.lexicon)
        )

    @cached_property
    def previous(self) -> tuple[Measure, ...]:
        """The measures of the last answer."""
        known = self.catalogue.by_id
        return tuple(known[m] for m in self.conversation.subjects if m in known)

    @cached_property
    def by_word(self) -> bool:
        """Whether a measure is named by words of its own."""
        return any(c.forms >= WEAK for c in self.ranked[:3])

    @cached_property
    def topical(self) -> bool:
        """Whether the question has a subject of its own: named, or told by a rare condition."""
        u, best = self.u, self.ranked[:3]
        asked = u.intents - SMALL or self.says("field")
        by_need = asked and not u.intents & {"any_amount", "status"}
        own = max((c.forms + (c.asked if by_need else 0.0) for c in best), default=0.0)
        decided = max((c.conditions for c in best), default=0.0)
        return own >= WEAK or (decided >= DECIDED and best[0].measure.usable)

    @cached_property
    def on_topic(self) -> bool:
        """Whether the best candidate, whatever the context, is named outright."""
        found = self.evidence.candidates
        return bool(found) and found[0].forms >= STRONG

    @cached_property
    def said_outright(self) -> bool:
        """Whether it is named by a word that was said; one of two characters is part of many."""
        found = self.evidence.candidates[:1]
        return self.on_topic and any(w.end - w.start > SHORT for c in found for w in c.spotted)

    @cached_property
    def of_measures(self) -> bool:
        """Whether a measure is asked about: named outright, by the numbers of a case, or the last
        turn's."""
        numbers = any(f.slot in NUMERIC for f in self.u.new_facts)
        return self.on_topic or numbers or bool(self.previous and self.u.inherited)

    @cached_property
    def off_subject(self) -> bool:
        """Whether next to nothing of the question is known, and it names no paper, place, party."""
        u = self.u
        clauses = u.clause_marks or u.clause_paths
        named = u.documents or clauses or {m.slot for m in u.mentions} - {"region"}
        asked = u.intents & {"find", "missing_digits", "status"}
        number = self.sided or u.new_facts or any(c.numbers for c in self.evidence.candidates)
        known = self.evidence.coverage >= (KNOWN_HERE if u.regions else KNOWN)
        return not (named or asked or number or known) or (self.strange and not number)

    @cached_property
    def strange(self) -> bool:
        """Whether the question speaks in words of another world: hardly one of them is in the
        papers, and none is of the field (贷款, 补贴, 上市 …)."""
        return self.evidence.heard < HEARD and not self.says("field", "of_papers", "own_kind")

    @cached_property
    def follow_up(self) -> bool:
        """Whether a turn goes on with the last subject: it names none of its own, says nothing but
        another number, or supposes."""
        if not self.previous or self.sided:
            return False
        u = self.u
        if self.conversation.sides and self.says("former", "latter"):
            return True
        if self.returned_to is not None:
            return True
        if self.says("objection") and not u.regions and self.own_words(self.ranked) < STRONG:
            return True
        if (u.new_facts or u.unit_unknown) and not self._besides():
            return True
        finds = "find" in u.intents and not u.inherited
        if self.says("such_as_it") and not self.by_word:
            return True
        if u.documents or (finds and not u.hypothetical):
            return False
        best = self.ranked[0] if self.ranked else None
        if "correction" in u.intents and best and best.forms < STRONG:
            return True
        if self.topical and self._bears_on_last():
            return True
        if self.topical:
            known = best is not None and best.measure.id in self.conversation.subjects
            return bool(u.hypothetical and best and not known and not best.measure.usable)
        return True

    @cached_property
    def returned_to(self) -> Measure | None:
        """The measure of an earlier answer that the turn goes back to: 刚才洛阳那个. It is the one
        that is named, of the place that is named, or else the one before the last."""
        if not self.says("back_to"):
            return None
        known = self.catalogue.by_id
        ids = [m for m in reversed(self.conversation.earlier) if m in known]
        last = [m.id for m in self.previous[:1]]
        place = self.home_of(self.u.regions[0]) if self.u.regions else None
        earlier = [known[m] for m in ids if place is None or known[m].region == place]
        named = [c.measure for c in self.ranked if c.forms >= WEAK]
        told = [m for m in earlier if m in named[:NAMED]]
        if told:
            return told[0]
        if named and place is None:
            return None
        return next((m for m in earlier if place or m.id not in last), None)

    def _besides(self) -> str:
        """What is said besides numbers that change, the places and whose loan it is."""
        cues, text = self.lexicon.cues, self.u.rule_text
        both = zip(text, self.u.topic_text, strict=True)
        text = "".join(a if b != " " else " " for a, b in both)
        return cues["bare_change"].sub("", cues["owner"].sub("", text))

    def _bears_on_last(self) -> bool:
        """Whether it tells only of oneself what the last measures ask for: 我们是新三板的."""
        u, last = self.u, self.previous
        told = {f.slot for f in u.new_facts} - COMMON
        if self.tells_only and self.conversation.situation != Situation.FIND:
            denied = all(f.denied for f in u.new_facts)  # what one is not is no new subject
            return bool(self.bearing) and (denied or self.own_words(self.ranked) < WEAK)
        asked = last[0].slots if len(last) == 1 else frozenset()
        judging = (u.inherited and bool(u.regions)) or (
            "eligibility" in u.intents and not u.intents & {"amount", "find"}
        )
        return judging and bool(told & asked) and self.own_words(self.ranked) < WEAK

    @cached_property
    def tells_only(self) -> bool:
        """Whether a turn only tells facts and asks nothing: 我们没评过专精特新."""
        asked = bool(self.u.intents - SMALL) and not self.u.inherited
        return bool(self.u.new_facts) and not asked and not self.says("asks", "total")

    @cached_property
    def bearing(self) -> tuple[Measure, ...]:
        """Of the last answer's measures those that ask for what is told now."""
        told = {f.slot for f in self.u.new_facts} - COMMON
        return tuple(m for m in self.previous if told & m.slots)

    def own_words(self, candidates: Sequence[Candidate]) -> float:
        """The weight of the best word that names one of the first five and not the applicant."""
        about = [range(m.start, m.end) for m in self.u.mentions]
        best = max((c.asked for c in candidates[:5]), default=0.0)
        for candidate in candidates[:5]:
            for word in candidate.spotted:
                if not any(word.start in r or word.end - 1 in r for r in about):
                    best = max(best, word.weight)
        return best

    @cached_property
    def unknown_subject(self) -> Situation:
        """Nothing is held on it; or it is too short to tell what it is, and can be asked."""
        left = self.lexicon.cues["says_nothing"].sub("", self.u.topic_text)
        short = len(left) <= BARE and not self.u.unknown_number
        return Situation.UNCLEAR if short else Situation.NOTHING

    def subject(self, measure: Measure, score: float = 0.0, *, home: str | None = None) -> Subject:
        """A measure judged by what was said; of a region, where the question has several."""
        return self._judged(measure, score, self.u.facts, home or self.home)

    def subject_for(self, measure: Measure, party: str) -> Subject:
        """A measure judged for somebody else than who asks."""
        said = [f for f in self.u.facts if f.slot != APPLICANT]
        return self._judged(measure, 1.0, [*said, Fact(APPLICANT, party, self.u.turn)], self.home)

    def _judged(
        self, measure: Measure, score: float, facts: Sequence[Fact], home: str | None
    ) -> Subject:
        return judged_subject(
            measure,
            score,
            facts,
            self.lexicon,
            self.status_of(self.documents[measure.document]),
            home,
            asked=home is not None,
        )
