"""Decide what the answer is about and judge it: situation, subjects, verdicts.

In:  an understanding, the evidence, the catalogue, the documents, the conversation's subjects.
Out: a `Match`. A measure of another place, a draft, an expired or a reply letter is never said to
     apply (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from assistant.answer import Truth, Verdict
from assistant.calculators.case import Ask
from assistant.calculators.money import yuan
from assistant.conversation import Conversation, Fact
from assistant.matching.weighing import (
    FACTS_OF_RULE,
    NOT_NOW,
    OTHER_PLACE,
    RATE_OF_RULE,
    SOFT,
    asks_product,
    has_mark,
    is_personal,
    period_of,
    wants_amount,
    weigh,
    whole_clause,
)
from assistant.measures.conditions import Judged, judge, slots_of, verdict
from assistant.measures.model import Kind, Measure, Rule
from assistant.measures.reader import Catalogue, Place
from assistant.reading.lexicon import Lexicon
from assistant.reading.regions import Gazetteer
from assistant.steps.retrieve import QUOTED, Candidate, Evidence, numbers_of
from assistant.steps.understand import GUARDED, OF_ENTERPRISES, Understanding
from ingest.describe import NATION
from ingest.document import Document, Status, StatusFinding
from ingest.index import Hit

STRONG, WEAK, CLAUSE_ONLY = 1.15, 0.75, 0.9
CERTAIN = 0.5
TELLING = 0.45  # what was said decides a condition that not every measure has
DECIDED = 0.8  # what was said decides a rare condition of a measure
KNOWN = 0.25  # a question of which less is known, and which names nothing, is off the subject
TOLD_OF = 0.4  # of the question's telling words, in a clause that no measure holds
KNOWN_HERE = 0.1  # the same where a place of the corpus is named
CLOSE, MOST, LISTED = 0.82, 4, 8
CLEARLY = 1.15
OF_SEVERAL, OF_TOTAL = 0.25, 0.1  # of the best score: a further benefit that was named
SMALL = frozenset({"small_talk", "dont_know", "correction", "what_if", "statistic", "standard"})
CLOSE_WORD = 0.4  # of a word that is only meant, not said
NUMERALS = "0123456789.,%,。 "
SHORT_NAME = 2  # characters by which a region is called
WRITTEN = Decimal(10_000)  # 元; a smaller number is no telling sum
BARE = 1  # characters beside what says nothing, up to which a question is asked back
WHOLE_QUOTE = 6  # characters of a phrase that is looked up as it stands
APPLICANT, ENTERPRISE = "applicant", "企业"
OF_FIRMS = OF_ENTERPRISES | {"industry"}  # told of an enterprise
COMMON = frozenset({APPLICANT, "industry", "region"})
NUMBERS_OF_CASE = frozenset().union(*FACTS_OF_RULE.values())


class Situation(StrEnum):
    """What kind of answer is due; each has its own wording."""

    INJECTION = "injection"
    PROMISE = "promise"
    CHEAT = "cheat"
    ERRAND = "errand"  # something to be done for the person
    PERSONAL_DATA = "personal_data"
    EXTRACTION = "extraction"
    PRIVATE = "private"  # a matter of private life
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    RESTART = "restart"
    NO_DOCUMENT = "no_document"  # the place has no document here
    REGION_CONFLICT = "region_conflict"
    UNKNOWN_NUMBER = "unknown_number"
    FIND = "find"
    STATUS = "status"
    DAMAGE = "damage"
    OUTLINE = "outline"  # of which parts a paper consists
    COVERAGE = "coverage"  # whether the papers hold everywhere
    COMPARE = "compare"
    CLAUSE = "clause"  # a clause named by its path: what it says
    PAPERS = "papers"  # whole papers side by side
    HOW_TO_APPLY = "how_to_apply"
    MEASURES = "measures"
    CLAUSES = "clauses"
    UNCLEAR = "unclear"  # asked in a way that tells neither the subject nor the place
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Subject:
    """A measure considered, with its verdict and why."""

    measure: Measure
    score: float
    judged: tuple[Judged, ...]
    verdict: Verdict
    status: StatusFinding
    here: bool  # whether the asked region is the measure's

    @property
    def unmet(self) -> tuple[Judged, ...]:
        return tuple(j for j in self.judged if j.result is Truth.UNMET)

    @property
    def unknown(self) -> tuple[Judged, ...]:
        return tuple(j for j in self.judged if j.result is Truth.UNKNOWN)

    @property
    def met(self) -> tuple[Judged, ...]:
        return tuple(j for j in self.judged if j.result is Truth.MET)


@dataclass(frozen=True, slots=True)
class Match:
    """What to answer about."""

    situation: Situation
    subjects: tuple[Subject, ...] = ()
    hits: tuple[Hit, ...] = ()
    documents: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()  # the clauses named by their paths
    home: str | None = None  # the corpus's region that the asked place belongs to
    follow_up: bool = False
    absent: str | None = None  # the asked place that no document is for


def match(
    understanding: Understanding,
    evidence: Evidence,
    catalogue: Catalogue,
    documents: Mapping[str, Document],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    conversation: Conversation,
    status_of: Callable[[Document], StatusFinding],
    similar: Callable[[Measure, str], Sequence[Measure]],
) -> Match:
    """The situation and its subjects; beside them a place that no document is for."""
    found = _match(
        understanding,
        evidence,
        catalogue,
        documents,
        lexicon,
        gazetteer,
        conversation,
        status_of,
        similar,
    )
    foreign = [r for r in understanding.regions if home_region(r, documents, gazetteer) is None]
    if not foreign or found.absent is not None:
        return found
    open_ = tuple(
        replace(s, verdict=Verdict.MAY_APPLY) if s.verdict is Verdict.APPLIES else s
        for s in found.subjects
    )  # something of it is in another place
    return replace(found, absent=foreign[0], subjects=open_)


def _match(
    u: Understanding,
    evidence: Evidence,
    catalogue: Catalogue,
    documents: Mapping[str, Document],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    conversation: Conversation,
    status_of: Callable[[Document], StatusFinding],
    similar: Callable[[Measure, str], Sequence[Measure]],
) -> Match:
    home = home_region(u.region, documents, gazetteer)
    homes = [h for r in u.regions if (h := home_region(r, documents, gazetteer)) is not None]
    if home is None and homes:  # a place without documents beside one that has some
        home = homes[0]

    def subject(measure: Measure, score: float = 0.0) -> Subject:
        return judged_subject(
            measure,
            score,
            u.facts,
            lexicon,
            status_of(documents[measure.document]),
            home,
            asked=home is not None,
        )

    def of_party(measure: Measure, party: str) -> Subject:
        said = [f for f in u.facts if f.slot != APPLICANT]
        return judged_subject(
            measure,
            1.0,
            [*said, Fact(APPLICANT, party, u.turn)],
            lexicon,
            status_of(documents[measure.document]),
            home,
            asked=home is not None,
        )

    for guard in GUARDED:
        if guard in u.intents and not (guard == "out_of_scope" and _on_topic(evidence)):
            subjects = weigh(evidence, u, documents, home, status_of, lexicon)[:1]
            return Match(
                Situation(guard), tuple(subject(c.measure, c.score) for c in subjects), home=home
            )
    if "restart" in u.intents:
        return Match(Situation.RESTART)
    if not (conversation.turn or u.text.strip(NUMERALS)):  # a number, and nothing else
        return Match(Situation.UNCLEAR)
    idle = "small_talk" in u.intents and not u.facts
    if idle or ("dont_know" in u.intents and not conversation.turn):
        return Match(Situation.SMALL_TALK)
    foreign = [r for r in u.regions if home_region(r, documents, gazetteer) is None]
    if u.region_conflict:
        ranked = weigh(evidence, u, documents, None, status_of, lexicon)
        usable = [c for c in ranked if c.measure.usable] or ranked
        meant = tuple(subject(c.measure, c.score) for c in usable[:1])
        return Match(Situation.REGION_CONFLICT, meant, home=home)
    last = max(u.regions, key=lambda r: u.text.rfind(r[:SHORT_NAME]), default=None)
    compared = "compare" in u.intents
    ours = bool(homes) and (last not in foreign or _is_own_place(u, homes[0], lexicon))
    beside = ours and not compared
    if (foreign and not beside) or (u.region and home is None):
        return Match(Situation.NO_DOCUMENT, absent=foreign[-1] if foreign else u.region)
    standing = _standing([u.unknown_number] if u.unknown_number else [], documents)
    if standing is not None:  # a paper that another one tells of
        return Match(Situation.CLAUSES, (), (standing,))
    if u.unknown_number:
        ranked = weigh(evidence, u, documents, home, status_of, lexicon)
        best = [c for c in ranked[:1] if c.parts.get("forms", 0.0) >= WEAK]
        return Match(
            Situation.UNKNOWN_NUMBER, tuple(subject(c.measure, c.score) for c in best), home=home
        )

    ranked = weigh(evidence, u, documents, home, status_of, lexicon)
    phrases = [q for q in QUOTED.findall(u.question) if len(q) >= WHOLE_QUOTE]
    if phrases and not any(q in c.measure.quote for c in ranked for q in phrases):
        standing = _standing(phrases, documents)
        if standing is not None:
            return Match(Situation.CLAUSES, (), (standing,))
    by_need = u.intents - SMALL and not u.intents & {"any_amount", "status"}
    own = max(
        (c.parts["forms"] + (c.parts["asked"] if by_need else 0.0) for c in ranked[:3]), default=0.0
    )
    by_word = any(c.parts["forms"] >= WEAK for c in ranked[:3])
    decided = max((c.parts.get("conditions", 0.0) for c in ranked[:3]), default=0.0)
    topical = own >= WEAK or (decided >= DECIDED and ranked[0].measure.usable)
    previous = [catalogue.by_id[m] for m in conversation.subjects if m in catalogue.by_id]
    sided = len({home_region(r, documents, gazetteer) for r in u.regions} - {None}) > 1
    several = any(lexicon.cues[cue].search(u.text) for cue in ("total", "both"))
    follow_up = (
        bool(previous)
        and not sided
        and _follows(u, ranked, topical, conversation, previous, lexicon)
    )

    places = () if is_personal(u) else _named_clauses(u, documents, home, status_of)
    if places and ("compare" not in u.intents or len(places) > 1):
        held = [subject(m) for m in catalogue.measures if _is_in(m, places)]
        return Match(Situation.CLAUSE, tuple(held), places=places, home=home)
    if lexicon.cues["outline"].search(u.text) and not u.new_facts:
        outlined = _papers(u, documents, lexicon, home, status_of)[:1]
        if outlined:
            return Match(Situation.OUTLINE, documents=outlined, home=home)
    if lexicon.cues["every_region"].search(u.text) and not by_word:
        return Match(Situation.COVERAGE, home=home)
    if "missing_digits" in u.intents and not follow_up:
        quoted = _quoting_damage(u, documents)
        damaged = [d for d in u.documents if documents[d].damage] or quoted
        about = bool(not topical or ranked[0].measure.kind is Kind.ABOUT or quoted)
        if damaged and (about or lexicon.cues["whole_list"].search(u.text)):
            return Match(Situation.DAMAGE, documents=tuple(damaged[:1]), home=home)
    if "status" in u.intents and not (topical and wants_amount(u)):
        named = (
            u.documents
            or _only_paper(u, documents, home, lexicon)
            or _documents_of(ranked, previous, follow_up)
        )
        if named and (u.documents or not topical):
            of_paper = [c for c in ranked if c.measure.document in named and topical]
            judged = tuple(subject(c.measure, c.score) for c in of_paper[:1])
            if follow_up and not u.documents:
                judged = tuple(subject(m) for m in previous[:1])
            return Match(Situation.STATUS, judged, documents=tuple(named[:2]), home=home)
    told = conversation.situation == Situation.FIND and not topical and bool(u.new_facts)
    said = u.new_facts or (u.regions and not previous)
    states = said and not u.intents - SMALL and not lexicon.cues["asks"].search(u.text)
    if not topical and states and (told or not follow_up):
        found = _applicable(u, catalogue, subject, home, ranked)
        return Match(Situation.FIND, found, evidence.hits, home=home)
    if "any_amount" in u.intents and not (previous or topical or u.documents):
        return Match(Situation.FIND, _applicable(u, catalogue, subject, home, ranked), home=home)
    reviewed = any(home in (None, m.region) for m in catalogue.measures)
    enough = TOLD_OF if reviewed else KNOWN_HERE
    several_papers = "compare" in u.intents and len(set(u.years)) > 1
    off = not reviewed or (_off_subject(u, evidence) and not several_papers)
    if not follow_up and not topical and off:
        told_of = evidence.clause_coverage >= enough and evidence.hits
        situation = Situation.CLAUSES if told_of else _unknown_subject(u, lexicon)
        return Match(situation, (), evidence.hits, home=home)
    if not reviewed and not follow_up and evidence.clause_coverage >= KNOWN_HERE:
        return Match(Situation.CLAUSES, (), evidence.hits, home=home)
    if follow_up:
        if lexicon.cues["total"].search(u.text) and len(conversation.earlier) > 1:
            ids = dict.fromkeys((*conversation.earlier, *conversation.subjects))
            before = [catalogue.by_id[m] for m in ids if m in catalogue.by_id]
            previous = [m for m in before if m.usable] or previous
        kept = _for_applicant(
            _continued(previous, u, catalogue, conversation, lexicon), u, catalogue
        )
        if lexicon.cues["now"].search(u.text):
            kept = [_current(m, documents, status_of, similar) for m in kept]
        chosen = [subject(m, 1.0) for m in kept]
    else:
        papers = _papers(u, documents, lexicon, home, status_of)
        dated = lexicon.cues["paper_dates"].search(u.text)
        about = all(
            c.measure.kind is Kind.ABOUT or max(c.parts["forms"], c.parts["numbers"]) < WEAK
            for c in ranked
            if c.measure.document in papers
        )
        if len(papers) > 1 and (dated or ("compare" in u.intents and about)):
            return Match(Situation.PAPERS, documents=papers[:2], home=home)
        two_numbers = lexicon.cues["which_number"].search(u.text)
        of_rules = "compare" in u.intents and (two_numbers is not None or not _of_values(u))
        if sided and wants_amount(u) and any(loan.place for loan in u.case.loans):
            there = next((c for c in ranked if _is_of_place(c.measure, u)), None)
            if there is not None:
                region, paper = there.measure.region, documents[there.measure.document]
                one = judged_subject(
                    there.measure,
                    there.score,
                    u.facts,
                    lexicon,
                    status_of(paper),
                    region,
                    asked=True,
                )
                return Match(Situation.MEASURES, (one,), evidence.hits, home=region)
        if of_rules or sided or len(papers) > 1 or len(u.clause_marks) > 1:
            over = {h for r in u.regions for h in regions_over(r, documents, gazetteer)}
            pair = _pair(ranked, u, papers, documents, lexicon, over)
            if previous and topical and not sided and len(u.documents) < 2:
                now = subject(pair[0].measure, pair[0].score)
                if previous[0].id != now.measure.id:
                    return Match(Situation.COMPARE, (subject(previous[0]), now), home=home)
            if len(pair) > 1 and not u.hypothetical:
                sides = tuple(subject(c.measure, c.score) for c in pair)
                return Match(Situation.COMPARE, sides, home=None if sided else home)
        product = asks_product(u, lexicon) and (topical or evidence.clause_coverage >= KNOWN)
        unnamed = _own_words(ranked, u) < STRONG and not u.documents
        whom = _institutions(u)
        other = bool(whom and ranked) and not whom & set(ranked[0].measure.applicant)
        product = product or _meant_softly(ranked)
        summed = u.inherited and topical and wants_amount(u)  # 有啥补贴, then a loan and its sum
        if "find" in u.intents and (unnamed or other) and not product and not summed:
            fitting = _applicable(u, catalogue, subject, home, ranked)
            if fitting or not topical:
                return Match(Situation.FIND, fitting, evidence.hits, home=home)
        alien = _elsewhere(ranked, u, home)
        if alien is not None:
            return Match(
                Situation.MEASURES, (subject(alien.measure, alien.score),), evidence.hits, home=home
            )
        total = bool(lexicon.cues["total"].search(u.text))
        if asks_product(u, lexicon) and ranked[0].measure.kind is Kind.PRODUCT:
            ranked = _of_one_clause(ranked)
        chosen = [
            subject(c.measure, c.score) for c in _select(ranked, several=several, total=total)
        ]
        chosen = _met_instead(chosen, ranked, subject)
        chosen = _each_party(chosen, u, catalogue, lexicon, of_party) or chosen
        if total:  # what adds up comes first
            chosen.sort(key=lambda s: not s.measure.usable)
        if previous and total and topical:
            known = {s.measure.id for s in chosen}
            chosen += [subject(m, 1.0) for m in previous if m.id not in known and m.usable]
    if lexicon.cues["claims_new"].search(u.text):
        return Match(Situation.UNKNOWN_NUMBER, tuple(chosen[:1]), home=home)
    if chosen and (follow_up or chosen[0].score >= WEAK):
        chosen = _held_then(_narrow(chosen, u, several=several), u)
        situation = Situation.MEASURES
        applied = chosen[0].measure.kind is not Kind.ABOUT or "how_to_apply" in u.intents
        applied = applied and home in (None, chosen[0].measure.region)
        amount_too = "amount" in u.intents and lexicon.cues["how_much"].search(u.text)
        procedure = u.intents & {"how_to_apply", "responsible"} and not u.asks - {Ask.AMOUNT}
        if applied and procedure and not amount_too:
            situation = Situation.HOW_TO_APPLY
        return Match(situation, tuple(chosen), evidence.hits, home=home, follow_up=follow_up)
    if evidence.hits and evidence.hits[0].score >= CLAUSE_ONLY:
        return Match(Situation.CLAUSES, (), evidence.hits, home=home)
    if "find" in u.intents or (u.new_facts and "definition" not in u.intents):
        return Match(Situation.FIND, _applicable(u, catalogue, subject, home, ranked), home=home)
    return Match(_unknown_subject(u, lexicon), (), evidence.hits, home=home)


def _is_own_place(u: Understanding, home: str, lexicon: Lexicon) -> bool:
    """Whether a place is told as the person's own: 重庆的基金, 公司在重庆."""
    short = home[:SHORT_NAME]
    at = u.text.find(short)
    return at >= 0 and bool(
        lexicon.cues["own_place_after"].match(u.text[at + len(short) :])
        or lexicon.cues["own_place_before"].search(u.text[:at])
    )


def _standing(phrases: Sequence[str], documents: Mapping[str, Document]) -> Hit | None:
    """The clause in which one of some phrases stands word for word."""
    for phrase in phrases:
        for document in documents.values():
            at = document.text.find(phrase)
            if at >= 0:
                clause = document.clause_at(at)
                where = (document.id, clause.path, clause.start, clause.end)
                return Hit(1, *where, (), 1.0, {})
    return None


def _unknown_subject(u: Understanding, lexicon: Lexicon) -> Situation:
    """Nothing is held on it; or it is too short to tell what it is, and can be asked."""
    left = lexicon.cues["says_nothing"].sub("", u.topic_text)
    short = len(left) <= BARE
    return Situation.UNCLEAR if short and not u.unknown_number else Situation.NOTHING


def _meant_softly(ranked: Sequence[Candidate]) -> bool:
    """Whether a product or a service is clearly nearer to the question than any benefit."""
    usable = max((c.score for c in ranked if c.measure.usable), default=0.0)
    best = ranked[0] if ranked else None
    soft = best is not None and best.measure.kind in SOFT and best.parts["forms"] >= CLOSE_WORD
    return bool(soft and best and best.score >= CLEARLY * usable)


def _papers(
    u: Understanding,
    documents: Mapping[str, Document],
    lexicon: Lexicon,
    home: str | None,
    status_of: Callable[[Document], StatusFinding],
) -> tuple[str, ...]:
    """The papers that a question sets side by side: named, told by their years, or 两个文件."""
    here = [d for d in documents.values() if home in (None, d.region)]
    if "compare" in u.intents and len(u.documents) < 2 and u.years:
        told = {y for d in u.documents for y in period_of(documents[d], lexicon)}
        by_year = (
            next((d.id for d in here if year in period_of(d, lexicon)), None)
            for year in sorted(set(u.years) - told)
        )
        found = tuple(dict.fromkeys((*u.documents, *(d for d in by_year if d is not None))))
        if len(found) > 1:
            return found
    if u.documents:
        return u.documents
    if not lexicon.cues["two_papers"].search(u.text) or _of_values(u):
        return ()
    return tuple(d.id for d in here if status_of(d).status not in NOT_NOW)


def _off_subject(u: Understanding, evidence: Evidence) -> bool:
    """Whether next to nothing of the question is known, and it names no paper, place or party."""
    clauses = u.clause_marks or u.clause_paths
    named = u.documents or clauses or {m.slot for m in u.mentions} - {"region"}
    asked = u.intents & {"find", "missing_digits", "status"}
    number = u.new_facts or any(c.parts.get("numbers") for c in evidence.candidates)
    known = evidence.coverage >= (KNOWN_HERE if u.regions else KNOWN)
    return not (named or asked or number or known)


def _quoting_damage(u: Understanding, documents: Mapping[str, Document]) -> list[str]:
    """The paper of which the question quotes words right beside a lost number."""
    found: list[str] = []
    for document in documents.values():
        for damage in document.damage:
            before = document.text[max(0, damage.start - 4) : damage.start]
            if len(before) == 4 and before in u.text:
                found.append(document.id)
                break
    return found


def _bears_on(previous: Sequence[Measure], ranked: Sequence[Candidate], u: Understanding) -> bool:
    """Whether it tells only of oneself what the last measure asks for: 我们是新三板的，算不算."""
    told = {f.slot for f in u.new_facts} - COMMON
    asked = (
        {s for c in previous[0].conditions for s in slots_of(c)} if len(previous) == 1 else set()
    )
    judging = "eligibility" in u.intents and not u.intents & {"amount", "find"}
    return judging and bool(told & asked) and _own_words(ranked, u) < WEAK


def _follows(
    u: Understanding,
    ranked: Sequence[Candidate],
    topical: bool,
    conversation: Conversation,
    previous: Sequence[Measure],
    lexicon: Lexicon,
) -> bool:
    """Whether a turn goes on with the last subject: it names none of its own, says nothing but
    another number, or supposes."""
    if conversation.sides and any(lexicon.cues[c].search(u.text) for c in ("former", "latter")):
        return True
    if (u.new_facts or u.unit_unknown) and not lexicon.cues["bare_change"].sub("", u.rule_text):
        return True
    finds = "find" in u.intents and not u.inherited
    if u.documents or (finds and not u.hypothetical):
        return False
    if "correction" in u.intents and ranked and ranked[0].parts.get("forms", 0.0) < STRONG:
        return True
    if topical and _bears_on(previous, ranked, u):
        return True
    if topical:
        known = {c.measure.id for c in ranked[:1]} & set(conversation.subjects)
        return bool(u.hypothetical and not known and not ranked[0].measure.usable)
    return True


def _continued(
    previous: Sequence[Measure],
    u: Understanding,
    catalogue: Catalogue,
    conversation: Conversation,
    lexicon: Lexicon,
) -> list[Measure]:
    """The measures of the last answer; 第二个 picks one of them, 后者 one by the question."""
    asked = [i for cue, i in (("former", 0), ("latter", -1)) if lexicon.cues[cue].search(u.text)]
    if (
        len(asked) == 1
        and conversation.sides
        and (measure := catalogue.by_id.get(conversation.sides[asked[0]]))
    ):
        return [measure]
    ordinal = lexicon.cues["ordinal"].search(u.text)
    if ordinal:
        number = (
            "一二三四五六".find(ordinal.group(1))
            if ordinal.group(1) in "一二三四五六"
            else int(ordinal.group(1)) - 1
        )
        if 0 <= number < len(previous):
            return [previous[number]]
    return list(previous[:MOST])


def _for_applicant(
    kept: Sequence[Measure], u: Understanding, catalogue: Catalogue
) -> list[Measure]:
    """Where somebody else is asked about now (那担保机构呢), that party's measure of the clause."""
    who = {f.value for f in u.new_facts if f.slot == "applicant" and f.confidence >= CERTAIN}
    given = {f.slot for f in u.new_facts}
    if given & RATE_OF_RULE[Rule.SHARE_OF_INTEREST] and not given & {"fee_rate", "fee_paid"}:
        who = who or {"企业"}  # whoever pays interest borrows
    out: list[Measure] = []
    for measure in kept:
        other = next(
            (
                m
                for m in catalogue.measures
                if who & set(m.applicant)
                and (m.document, m.clause) == (measure.document, measure.clause)
            ),
            measure,
        )
        out.append(measure if not who or who & set(measure.applicant) else other)
    return list({m.id: m for m in out}.values())


def _current(
    measure: Measure,
    documents: Mapping[str, Document],
    status_of: Callable[[Document], StatusFinding],
    similar: Callable[[Measure, str], Sequence[Measure]],
) -> Measure:
    """For a measure whose time is over, what is like it and in force now."""
    if status_of(documents[measure.document]).status not in NOT_NOW:
        return measure
    for other in similar(measure, measure.region):
        if other.usable and status_of(documents[other.document]).status not in NOT_NOW:
            return other
    return measure


def _elsewhere(ranked: Sequence[Candidate], u: Understanding, home: str | None) -> Candidate | None:
    """A benefit of another place that was clearly meant, where the asked place has none like it."""
    if home is None or not is_personal(u) or u.intents & {"statistic", "target"}:
        return None
    there = [c for c in ranked if c.measure.region != home and c.measure.usable]
    here = [c for c in ranked if c.measure.region == home]
    best = max(there, key=lambda c: c.score, default=None)
    if best is None or best.parts["forms"] < STRONG:
        return None
    named = {s.form for s in best.spotted if s.weight >= WEAK}
    if any(s.form in named for c in here for s in c.spotted):
        return None  # the asked place has what is named too
    local = max((c.score for c in here), default=0.0)
    forms = max((c.parts["forms"] for c in here), default=0.0)
    meant = best.parts["forms"] > CLEARLY * forms or home not in {
        c.measure.region for c in here[:1]
    }
    return best if meant and best.score / OTHER_PLACE > CLEARLY * local else None


def home_region(
    region: str | None, documents: Mapping[str, Document], gazetteer: Gazetteer
) -> str | None:
    """The lowest region of the corpus in which a place lies; None where no document is for it."""
    return next(iter(regions_over(region, documents, gazetteer)), None)


def regions_over(
    region: str | None, documents: Mapping[str, Document], gazetteer: Gazetteer
) -> list[str]:
    """The regions of the corpus whose rules hold in a place, the lowest first: 市, 省, 全国."""
    if region is None:
        return []
    place = gazetteer.get(region)
    found: list[tuple[int, str]] = []
    for name in {d.region for d in documents.values()}:
        ours = gazetteer.get(name)
        if name == NATION:
            found.append((1, name))
        elif name == region or (place is not None and ours is not None and place.within(ours)):
            found.append((-len(ours.ancestors) if ours is not None else 0, name))
    return [name for _, name in sorted(found)]


def judged_subject(
    measure: Measure,
    score: float,
    facts: Sequence[Fact],
    lexicon: Lexicon,
    status: StatusFinding,
    home: str | None,
    *,
    asked: bool,
) -> Subject:
    """A measure with its verdict. `asked` says that a place was named, `home` what it came to."""
    judged = judge(measure, facts, lexicon.slots)
    found = verdict(judged)
    here = home == measure.region if asked else True
    if not here or status.status in (Status.EXPIRED, Status.REPEALED, Status.NOT_YET_EFFECTIVE):
        found = Verdict.DOES_NOT_APPLY
    elif (status.status in NOT_NOW or not measure.usable) and found is Verdict.APPLIES:
        found = Verdict.MAY_APPLY
    return Subject(measure, score, judged, found, status, here)


def _named_clauses(
    u: Understanding,
    documents: Mapping[str, Document],
    home: str | None,
    status_of: Callable[[Document], StatusFinding],
) -> tuple[Place, ...]:
    """Where the clauses stand that were named by their paths: in the papers that were named, else
    in those in force in the place asked about, else in any."""
    local = [d for d in documents.values() if home in (None, d.region)]
    now = [d for d in local if status_of(d).status not in NOT_NOW]
    for papers in ([documents[i] for i in u.documents], now, local):
        found = [
            Place(d.id, clause.path, clause.start, clause.end)
            for d in papers
            for path in u.clause_paths
            for clause in d.clauses
            if clause.path == path
        ]
        if found or u.documents:
            return tuple(found)
    return ()


def _is_in(measure: Measure, places: Sequence[Place]) -> bool:
    """Whether a measure rests on one of these clauses or an item of it."""
    return any(
        measure.document == p.document and whole_clause(measure.clause) == p.path for p in places
    )


def _on_topic(evidence: Evidence) -> bool:
    return bool(evidence.candidates) and evidence.candidates[0].parts.get("forms", 0) >= STRONG


def _documents_of(
    ranked: Sequence[Candidate], previous: Sequence[Measure], follow_up: bool
) -> tuple[str, ...]:
    if follow_up and previous:
        return (previous[0].document,)
    return (ranked[0].measure.document,) if ranked and ranked[0].score >= WEAK else ()


def _only_paper(
    u: Understanding, documents: Mapping[str, Document], home: str | None, lexicon: Lexicon
) -> tuple[str, ...]:
    """The one paper of a place that was named: 洛阳那份, 洛阳的征求意见稿."""
    here = [d.id for d in documents.values() if u.regions and d.region == home]
    said = lexicon.cues["that_paper"].search(u.text)
    return tuple(here) if said and len(here) == 1 else ()


def _select(ranked: Sequence[Candidate], *, several: bool, total: bool = False) -> list[Candidate]:
    """The best candidate, its equals, and those that explain other words of the question."""
    if not ranked:
        return []
    best = ranked[0]
    chosen = [best]
    covered = {i for s in best.spotted for i in range(s.start, s.end)}
    others = sorted(ranked[1:], key=lambda c: several and not c.measure.usable)
    for candidate in others:  # of several things asked for, the benefits explain words first
        if len(chosen) >= MOST:
            break
        fresh = sum(
            s.weight
            for s in candidate.spotted
            if s.start >= 0 and not covered & set(range(s.start, s.end))
        )
        told = candidate.parts.get("conditions") or best.parts.get("conditions", 0.0) < TELLING
        equal = candidate.score >= CLOSE * best.score and bool(told or fresh)
        weight = candidate.parts.get("context", 1.0)
        share = candidate.score / best.score
        asked_too = fresh * weight >= 0.8 and share >= 0.5
        least = OF_TOTAL if total else OF_SEVERAL
        asked_of_benefits = several and candidate.measure.usable and fresh >= 1.2 and share >= least
        if equal or asked_too or asked_of_benefits:
            chosen.append(candidate)
            covered |= {i for s in candidate.spotted for i in range(s.start, s.end)}
    return chosen


def _met_instead(
    chosen: Sequence[Subject],
    ranked: Sequence[Candidate],
    subject: Callable[[Measure, float], Subject],
) -> list[Subject]:
    """Where what was said rules the best out, the measure of its clause that it speaks for."""
    if not chosen or not chosen[0].unmet:
        return list(chosen)
    best = chosen[0]
    decided = _asked_by(best.unmet)
    for candidate in ranked:
        measure = candidate.measure
        if (measure.document, measure.clause) != (best.measure.document, best.measure.clause):
            continue
        other = subject(measure, best.score)
        if not other.unmet and decided & _asked_by(other.met):
            return [other, *(s for s in chosen[1:] if s.measure.id != measure.id)]
    return list(chosen)


def _asked_by(judged: Sequence[Judged]) -> set[frozenset[str]]:
    """What each of some conditions asks of a case, but for what nearly all of them ask."""
    slots = (frozenset(slots_of(j.condition)) for j in judged if j.condition is not None)
    return {s for s in slots if s - COMMON}


def _each_party(
    chosen: Sequence[Subject],
    u: Understanding,
    catalogue: Catalogue,
    lexicon: Lexicon,
    of_party: Callable[[Measure, str], Subject],
) -> list[Subject]:
    """What each of two parties gets of one clause, where that was asked (厂子和担保公司各自).

    [] where one party is spoken of.
    """
    whom = {m.value for m in u.mentions if m.slot == APPLICANT} - {ENTERPRISE}
    spoken_of = any(m.slot == "industry" or m.value == ENTERPRISE for m in u.mentions)
    if (
        len(whom) != 1
        or not (chosen and spoken_of)
        or not lexicon.cues["each_party"].search(u.text)
    ):
        return []
    best = chosen[0].measure
    found = [
        of_party(m, party)
        for party in (ENTERPRISE, *whom)
        for m in catalogue.measures
        if (m.document, m.clause) == (best.document, best.clause)
        and m.usable
        and party in m.applicant
    ]
    return found if len({s.measure.id for s in found}) == len(found) > 1 else []


def _of_one_clause(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best product with all others of its clause, as good as the best."""
    best = ranked[0]
    clause = (best.measure.document, best.measure.clause.split("·")[0])
    return [
        replace(c, score=best.score)
        if (c.measure.document, c.measure.clause.split("·")[0]) == clause
        and c.measure.kind is Kind.PRODUCT
        else c
        for c in ranked
    ]


def _narrow(chosen: Sequence[Subject], u: Understanding, *, several: bool) -> list[Subject]:
    """Put equals that the person's facts rule out behind those that they do not, or drop them.

    The best stays first where it is clearly meant; of several things asked for, none is dropped.
    """
    if chosen[0].here:
        chosen = [s for s in chosen if s.here]
    fits = [s for s in chosen if not s.unmet]
    meant = bool(fits) and chosen[0].unmet and chosen[0].score >= CLEARLY * fits[0].score
    if fits and len(fits) < len(chosen) and not meant and (is_personal(u) or "find" in u.intents):
        ruled_out = [s for s in chosen if s.unmet]
        kept = ruled_out if several else [s for s in ruled_out if s.score >= fits[0].score]
        chosen = [*fits, *kept]
    if u.asks - {Ask.AMOUNT}:
        computed = [
            s for s in chosen if s.measure.rule in (Rule.SHARE_OF_INTEREST, Rule.SHARE_OF_FEE)
        ]
        chosen = computed or chosen
    return list(chosen)


def _held_then(chosen: Sequence[Subject], u: Understanding) -> list[Subject]:
    """Where a day was asked about, what held on it, if anything did."""
    held = [s for s in chosen if s.status.status not in (*NOT_NOW, Status.NOT_YET_EFFECTIVE)]
    return held if u.as_of_said and held else list(chosen)


def _own_words(ranked: Sequence[Candidate], u: Understanding) -> float:
    """The weight of the best word that names a measure and not merely the applicant."""
    about = [range(m.start, m.end) for m in u.mentions]
    best = max((c.parts["asked"] for c in ranked[:5]), default=0.0)
    for candidate in ranked[:5]:
        for word in candidate.spotted:
            if not any(word.start in r or word.end - 1 in r for r in about):
                best = max(best, word.weight)
    return best


def _institutions(u: Understanding) -> set[str]:
    """Who asks, where that is no enterprise: a bank, a guarantor, a fund."""
    said = [f for f in u.facts if f.slot == "applicant" and f.confidence >= CERTAIN]
    return {f.value for f in said if not f.denied} - {"企业"}


def _applicable(
    u: Understanding,
    catalogue: Catalogue,
    subject: Callable[[Measure, float], Subject],
    home: str | None,
    ranked: Sequence[Candidate],
) -> tuple[Subject, ...]:
    """Everything usable that the person's facts leave open, the surest first; before it what is
    no money, where its name was said, or where it is for whom asks and that is no enterprise.

    Where it was asked what cannot be used too, those come last that the facts just miss; where
    nothing is in force, what a draft holds.
    """
    score = {c.measure.id: c.parts.get("forms", 0.0) for c in ranked}
    meant = {c.measure.id for c in ranked if _own_words([c], u) >= WEAK}
    whom = _institutions(u)
    party = whom or ({ENTERPRISE} if any(f.slot in OF_FIRMS for f in u.facts) else set())
    everything = [
        subject(m, score.get(m.id, 0.0))
        for m in catalogue.measures
        if (m.usable or (m.kind in SOFT and (m.id in meant or whom)))
        and (home is None or m.region == home)
        and (not party or not m.applicant or party & set(m.applicant))
    ]
    current = [s for s in everything if s.status.status not in NOT_NOW]
    if not current and home is not None:  # a draft may be told of, as such
        current = [s for s in everything if s.status.status is Status.DRAFT]
    order = sorted(
        current,
        key=lambda s: (
            s.measure.usable,
            len(s.measure.applicant) if whom else 0,  # what is for them alone
            -len(s.met) - min(2.0, s.score),
            len(s.unknown),
        ),
    )
    open_ = [s for s in order if not s.unmet]
    own = [s for s in open_ if s.score or any(_telling(j) for j in s.met)]
    found = own if len(own) > 1 else [s for s in open_ if s.met] or open_
    said = {f.slot for f in u.facts} - COMMON
    missed = [
        s
        for s in order
        if s.unmet and len(said & {x for c in s.measure.conditions for x in slots_of(c)}) > 1
    ]
    return (*found[:LISTED], *missed[: 3 if u.intents & {"eligibility"} or own else 0])


def _telling(judged: Judged) -> bool:
    """Whether a condition says more of an applicant than that it is a manufacturer."""
    return judged.condition is not None and bool(set(slots_of(judged.condition)) - COMMON)


def _same_place(candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    return candidate.measure.region == ranked[0].measure.region


def _by_number(ranked: Sequence[Candidate], u: Understanding) -> list[Candidate]:
    """Where the same figure means several things (500家、500亿、500万): what states each."""
    found = {
        c.measure.id: c
        for number in u.numbers
        for c in [next((c for c in ranked if _states(c.measure, number)), None)]
        if c is not None
    }
    return list(found.values())[:MOST]


def _states(measure: Measure, number: Decimal) -> bool:
    """Whether a measure states a number, as one of its terms or as its quote writes it."""
    if number in numbers_of(measure):
        return True
    written = re.escape(yuan(number).removesuffix("元"))
    large = number >= WRITTEN
    return large and re.search(rf"(?<![\d.]){written}(?![\d.])", measure.quote) is not None


def _pair(
    ranked: Sequence[Candidate],
    u: Understanding,
    papers: Sequence[str],
    documents: Mapping[str, Document],
    lexicon: Lexicon,
    places: Collection[str],
) -> list[Candidate]:
    """The two sides of a comparison: two documents, two places, or the two best measures.

    places  the regions whose rules hold in the places that were named
    """
    if not ranked:
        return []
    numbered = _by_number(ranked, u)
    if len(numbered) > 1 and len(u.regions) < 2 and len(papers) < 2:
        return numbered
    if len(u.clause_marks) > 1:
        keys = [(c, m) for c in ranked for m in u.clause_marks if has_mark(c.measure, m)]
    elif len(papers) == 1 and "compare" in u.intents:
        keys = [(c, str(c.measure.document in papers)) for c in ranked if _same_place(c, ranked)]
    elif len(papers) > 1:
        keys = [(c, c.measure.document) for c in ranked if c.measure.document in papers]
    elif len(u.regions) > 1:  # a place with papers and no measures is no side of measures
        keys = [(c, c.measure.region) for c in ranked if c.measure.region in places]
    elif len(set(u.years)) > 1:
        keys = [
            (c, str(year))
            for c in ranked
            for year in sorted(set(u.years))
            if year in period_of(documents[c.measure.document], lexicon)
        ]
    else:
        return _either_side(ranked, u, lexicon) or _select(ranked, several=False)[:3]
    sides: dict[str, Candidate] = {}
    for candidate, key in keys:
        sides.setdefault(key, candidate)
    return list(sides.values())[:2]


def _is_of_place(measure: Measure, u: Understanding) -> bool:
    """Whether a measure computes something of a loan in its place."""
    loans = [loan for loan in u.case.loans if loan.place == measure.region and loan.rates]
    return bool(loans) and measure.usable and measure.rule is Rule.SHARE_OF_INTEREST


def _of_values(u: Understanding) -> bool:
    """Whether what is compared are two numbers of one case (利率4%和3.2%), not two rules."""
    slots = {f.slot for f in u.new_facts if f.group}
    return bool(slots & NUMBERS_OF_CASE) and len(u.documents) < 2


def _either_side(
    ranked: Sequence[Candidate], u: Understanding, lexicon: Lexicon
) -> list[Candidate]:
    """What is named before and what after 和 (X和Y是一回事吗); [] where that is not two things."""
    for joint in lexicon.cues["joint"].finditer(u.text):
        before = _best_within(ranked, 0, joint.start())
        after = _best_within(ranked, joint.end(), len(u.text))
        if before and after and before.measure.id != after.measure.id:
            return [before, after]
    return []


def _best_within(ranked: Sequence[Candidate], start: int, end: int) -> Candidate | None:
    """The measure that is named best inside a part of the question; None where none is."""

    def named(candidate: Candidate) -> float:
        return sum(s.weight for s in candidate.spotted if start <= s.start and s.end <= end)

    best = max(ranked, key=lambda c: (named(c), c.score), default=None)
    return best if best is not None and named(best) >= WEAK else None
