"""Decide what the answer is about and judge it: situation, subjects, verdicts.

In:  a view of the question: understanding, evidence, catalogue, documents, conversation.
Out: a `Match`. The doors are tried in their order, the first that opens decides; behind the last
     one stands what the candidates tell (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.answer import Verdict
from assistant.calculators.case import Ask
from assistant.matching.choosing import (
    MOST,
    applicable,
    each_party,
    elsewhere,
    held_now,
    held_then,
    institutions,
    meant_softly,
    met_instead,
    narrow,
    of_one_sort,
    select,
    waived_otherwise,
    wholly_told,
)
from assistant.matching.following import by_its_word, continued, is_own_case
from assistant.matching.naming import (
    named_clauses,
    named_papers,
    papers_of_status,
    quoting_damage,
    rests_on,
    standing,
    tells_scope,
    title_told,
)
from assistant.matching.sides import (
    is_of_place,
    names_figures,
    names_place_without_measures,
    of_figure,
    of_values,
    other_paper,
    pair,
)
from assistant.matching.subject import NOT_HERE, Match, Situation, Subject
from assistant.matching.terms import holds, is_known, named_term, shortens, stands_in
from assistant.matching.view import DECIDED, KNOWN, KNOWN_HERE, NAMED, SMALL, STRONG, WEAK, View
from assistant.matching.weighing import (
    NOT_NOW,
    SOFT,
    asks_product,
    is_personal,
    wants_amount,
    whole_clause,
)
from assistant.measures.model import Kind
from assistant.steps.retrieve import FIRST, QUOTED, Candidate, Spotted
from assistant.steps.understand import GUARDED, OF_ENTERPRISES
from ingest.index import Hit

CLAUSE_ONLY = 0.9
TOLD_BEST = 0.9  # the share of its clause in a measure's score where that clause is the first
TOLD_OF = 0.4  # of the question's telling words, in a clause that no measure holds
TOLD_WELL = 0.3  # a clause's score, its paper aside, from which it surely tells of what is asked
TOLD_SOME = 0.2  # the same of a clause that has many of the question's words
NEAR = 3  # clauses among which a measure's own stands that is meant
OF_PAPERS = frozenset({"status", "definition", "which_document", "missing_digits", "compare"})
OF_WHOLE = frozenset({"compare", "missing_digits", "status"})  # what is asked of whole papers
NO_RULE = frozenset({"标题", "目录", "落款", "抄送"})  # parts of a paper
NUMERALS = "0123456789.,%,。 "
BARE_NUMBER = re.compile(r"(?<![\d.])\d{3,5}(?![\d.%年月日号个家万亿元块千百])")
SIZES = (1, 10**4, 10**8)  # 元, 万元, 亿元
SHORT_NAME = 2  # characters by which a region is called
WHOLE_QUOTE = 6  # characters of a phrase that is looked up as it stands


def match(view: View) -> Match:
    """The situation and its subjects; beside them a place without papers, or measures."""
    opened = (door(view) for door in DOORS)
    found = next((m for m in opened if m is not None), None) or _by_candidates(view)
    hits = view.evidence.own if found.subjects else found.hits or view.evidence.hits
    found = replace(found, hits=hits)
    away = [r for r in view.u.regions if r in view.foreign or r in view.beside]
    if not away or found.absent is not None:
        return found
    open_ = tuple(
        replace(s, verdict=Verdict.MAY_APPLY) if s.verdict is Verdict.APPLIES else s
        for s in found.subjects
    )  # something of it is in another place
    return replace(found, absent=away[0], subjects=open_)


def _guarded(view: View) -> Match | None:
    """What is refused: an instruction, a promise, a cheat, others' data, another subject."""
    for guard in GUARDED:
        if guard in view.u.intents and not _beside(guard, view):
            named = view.by_word and guard not in NOT_HERE
            best = [view.subject(c.measure, c.score) for c in view.ranked[:1] if named]
            return Match(Situation(guard), tuple(best), home=view.home)
    return None


def _beside(guard: str, view: View) -> bool:
    """Whether another subject is only told beside one of ours, or a paper, which is named; or the
    papers of a place without measures are on that subject."""
    if view.unmeasured or not view.catalogue.measures:
        if guard == "other_policy":
            return True
        covered = view.evidence.clause_coverage >= TOLD_OF
        if guard in ("out_of_scope", "private") and (covered or _in_their_words(view, guard)):
            return True
    if guard == "out_of_scope":
        return view.on_topic or bool(view.u.documents)
    if guard != "other_policy":
        return False
    topics = view.lexicon.topics(guard, view.u.text)
    if any(topic in view.documents[d].text for d in view.catalogue.papers for topic in topics):
        return True
    others = view.lexicon.spans(guard, view.u.text)
    return any(
        word.weight >= WEAK
        and word.start >= 0
        and all(word.end <= s or e <= word.start for s, e in others)
        for candidate in view.evidence.candidates[:FIRST]
        for word in candidate.spotted
    )


def _in_their_words(view: View, guard: str = "") -> bool:
    """Whether the papers found speak of what is asked in words of theirs, or of what makes the
    question one of another subject."""
    text = view.u.text
    said = {text[start:end] for start, end in view.lexicon.spans(guard, text)}
    said.update(*(alike for _, alike in view.lexicon.everyday.found(text, ())))
    papers = {view.documents[hit.document_id] for hit in view.evidence.hits}
    return any(word in paper.text for paper in papers for word in said)


def _idle(view: View) -> Match | None:
    """Nothing asked: a new start, a bare number, small talk."""
    u, first = view.u, not view.conversation.turn
    if "restart" in u.intents:
        return Match(Situation.RESTART)
    if first and not u.text.strip(NUMERALS):
        return Match(Situation.UNCLEAR)
    if ("small_talk" in u.intents and not u.facts) or ("dont_know" in u.intents and first):
        return Match(Situation.SMALL_TALK)
    return None


def _by_place(view: View) -> Match | None:
    """Two places of one enterprise, or a place that no document is for."""
    u = view.u
    if u.region_conflict:
        ranked = view.weighed(None)
        usable = [c for c in ranked if c.measure.usable] or ranked
        meant = tuple(view.subject(c.measure, c.score) for c in usable[:1])
        return Match(Situation.REGION_CONFLICT, meant, home=view.home)
    last = max(u.regions, key=lambda r: u.text.rfind(r[:SHORT_NAME]), default=None)
    ours = bool(view.homes) and (last not in view.foreign or _is_own_place(view))
    ours = ours or bool(view.homes and view.says("moves_to") and u.case.loans and wants_amount(u))
    ours = ours or bool(view.homes and view.foreign and view.says("own_of_both", "object_there"))
    beside = ours and "compare" not in u.intents
    if (view.foreign and not beside) or (u.region and view.home is None):
        whose = 0 if u.rule_of else -1  # 郑州的能用洛阳的吗，不都是河南嘛
        absent = view.foreign[whose] if view.foreign else u.region
        home = view.home if u.rule_of else None
        return Match(Situation.NO_DOCUMENT, _of_known_side(view), absent=absent, home=home)
    return None


def _of_known_side(view: View) -> tuple[Subject, ...]:
    """What is asked of the place that has papers, where it is compared with one that has none."""
    best = next((c for c in view.ranked if c.measure.region in view.homes), None)
    if best is None or not view.topical or "compare" not in view.u.intents:
        return ()
    return (view.subject(best.measure, best.score, home=best.measure.region),)


def _is_own_place(view: View) -> bool:
    """Whether a place is told as the person's own: 重庆的基金, 公司在重庆."""
    cues, text = view.lexicon.cues, view.u.text
    short = view.homes[0][:SHORT_NAME]
    at = text.find(short)
    return at >= 0 and bool(
        cues["own_place_after"].match(text[at + len(short) :])
        or cues["own_place_before"].search(text[:at])
    )


def _by_words(view: View) -> Match | None:
    """A 文号 or a phrase in quotation marks: the clause in which it stands."""
    u = view.u
    if u.unknown_number:
        told = standing([u.unknown_number], view.documents)
        if told is not None:  # a paper that another one tells of
            return Match(Situation.CLAUSES, (), (told,))
        named = [c for c in view.ranked[:1] if c.forms >= WEAK]
        best = tuple(view.subject(c.measure, c.score) for c in named)
        return Match(Situation.UNKNOWN_NUMBER, best, home=view.home)
    phrases = [q for q in QUOTED.findall(u.question) if len(q) >= WHOLE_QUOTE]
    if u.documents and view.says("day_asked"):  # 印着“此件公开发布”，公布日是哪天
        phrases = []
    if phrases and not any(q in c.measure.quote for c in view.ranked for q in phrases):
        told = standing(phrases, view.documents)
        if told is not None:
            return Match(
                Situation.CLAUSES,
                (),
                (told, *(h for h in view.evidence.hits if h.document_id == told.document_id)),
            )
    return None


def _by_title(view: View) -> Match | None:
    """Another paper's whole name was asked for, which one of ours tells: what tells it."""
    if not view.says("full_name") or view.follow_up:
        return None
    told = title_told(view)
    if told is None:
        return None
    held = [m for m in view.catalogue.measures if told in m.quote]
    if held:
        return Match(Situation.MEASURES, (view.subject(held[0], 1.0),), home=view.home)
    hit = standing([told], view.documents)
    return None if hit is None else Match(Situation.CLAUSES, (), (hit,), home=view.home)


def _by_name(view: View) -> Match | None:
    """A name asked about as such that the best measure does not hold: where it stands, or that it
    stands nowhere; beside that at most what is named besides."""
    if view.follow_up or "compare" in view.u.intents or view.u.clause_paths:
        return None
    named = named_term(view)
    if named is None:
        return None
    best = view.ranked[0].measure if view.ranked else None
    called = best is not None and named.name in (best.title, *best.keywords)
    now = _holding(view)
    past = bool(named.here) and named.here[0].document not in now
    if best is not None and called and best.document in now and (best.usable or past):
        return None
    told = [c for c in view.ranked[:NAMED] if holds(c.measure, named.name)]
    told.sort(key=lambda c: not stands_in(named.name, c.measure.quote))
    if named.defined and told and view.home in (None, told[0].measure.region):
        return Match(
            Situation.MEASURES,
            (view.subject(told[0].measure, told[0].score),),
            view.evidence.hits,
            places=named.here[:1],
            home=view.home,
            name=named.name,
        )
    if named.here:
        if not named.defined:
            return None
        return Match(Situation.TERM, places=named.here[:1], home=view.home, name=named.name)
    if named.elsewhere and (named.defined or named.coined):
        return Match(Situation.TERM, places=named.elsewhere[:1], home=view.home, name=named.name)
    if named.elsewhere or not named.coined:
        return None
    if best is None or not is_known(view, named.name):
        return Match(Situation.TERM, home=view.home, name=named.name)
    if view.home not in (None, best.region) or shortens(named.name, best):
        return None
    near = (view.subject(best, view.ranked[0].score),)
    return Match(Situation.TERM, near, home=view.home, name=named.name)


def _holding(view: View) -> frozenset[str]:
    """The papers with measures that hold on the day asked about, or may."""
    papers = (view.documents[d] for d in view.catalogue.papers)
    return frozenset(d.id for d in papers if view.status_of(d).status not in NOT_NOW)


def _by_path(view: View) -> Match | None:
    """Clauses named by their paths, or the parts of a paper."""
    u = view.u
    places = () if is_personal(u) and not u.switch else named_clauses(view)
    if places and ("compare" not in u.intents or len(places) > 1):
        held = tuple(view.subject(m) for m in view.catalogue.measures if rests_on(m, places))
        return Match(Situation.CLAUSE, held, places=places, home=view.home)
    if view.says("outline") and not u.new_facts:
        outlined = named_papers(view)[:1]
        if outlined:
            return Match(Situation.OUTLINE, documents=outlined, home=view.home)
    if view.says("every_region") and not view.by_word:
        return Match(Situation.COVERAGE, home=view.home)
    of_itself = not view.by_word or view.ranked[0].measure.kind is Kind.ABOUT
    of_itself = of_itself or bool(u.documents and not view.ranked[0].measure.usable)
    if of_itself and view.says("scope_asked") and u.region not in (None, view.home):
        about = [m for m in view.catalogue.measures if m.kind is Kind.ABOUT]
        reaching = [m for m in about if tells_scope(m, view)]
        reaching = reaching or [m for m in about if m.document in u.documents]
        reaching = reaching or [m for m in about if m.region == view.home]
        if reaching:
            return Match(Situation.MEASURES, (view.subject(reaching[0], 1.0),), home=view.home)
    return None


def _of_paper(view: View) -> Match | None:
    """A paper's lost digits, or its standing."""
    u, topical = view.u, view.topical
    if "missing_digits" in u.intents and not view.follow_up:
        quoted = quoting_damage(view)
        damaged = [d for d in u.documents if view.documents[d].damage] or quoted
        about = not topical or view.ranked[0].measure.kind is Kind.ABOUT or bool(quoted)
        if damaged and (about or view.says("whole_list")):
            return Match(Situation.DAMAGE, documents=tuple(damaged[:1]), home=view.home)
    of_itself = not view.by_word or view.ranked[0].measure.kind is Kind.ABOUT
    papers = named_papers(view)
    if len(papers) > 1 and of_itself and view.says("period_asked", "standing_asked"):
        return Match(Situation.PAPERS, documents=papers[:MOST], home=view.home)
    if len(papers) > 1 and of_itself and view.says("imprint"):
        return Match(Situation.PAPERS, documents=papers[:2], home=view.home)
    of_day = u.as_of_said and view.by_word and view.ranked[0].measure.usable  # 到期以后贴息还有吗
    others = "find" in u.intents and view.says("asks_other")  # 到2027年之前还有没有别的减免
    if "status" in u.intents and not others and not (topical and (wants_amount(u) or of_day)):
        named = papers_of_status(view)
        if view.unmeasured:  # another place's paper is not asked about unless it is named
            named = tuple(
                d for d in named if d in u.documents or view.documents[d].region == view.home
            )
        if named and (u.documents or not topical):
            of_paper = [c for c in view.ranked if c.measure.document in named and topical]
            judged = tuple(view.subject(c.measure, c.score) for c in of_paper[:1])
            if view.follow_up and not u.documents:
                judged = (view.subject(view.previous[0]),)
            return Match(Situation.STATUS, judged, documents=named[:2], home=view.home)
    return None


def _in_named_paper(view: View) -> Match | None:
    """Something that is not in the one paper which was named: that, and which paper has it."""
    u = view.u
    if view.follow_up or len(u.documents) != 1 or u.intents & OF_WHOLE or view.says("imprint"):
        return None
    paper, best = view.documents[u.documents[0]], next(iter(view.ranked), None)
    of_itself = best is not None and best.measure.kind is Kind.ABOUT
    if of_itself and not view.says("figure_asked", "whether_there_is"):
        return None
    if (
        view.sided
        or view.says("nature")
        or (best and not of_itself and best.measure.document == paper.id)
    ):
        return None
    own = [
        (max((w.weight for w in _words(c, view)), default=0.0), c)
        for c in view.ranked
        if c.measure.document == paper.id and c.measure.kind is not Kind.ABOUT
    ]
    named = [c for weight, c in own if weight >= WEAK]
    said = [
        (word.form, c.measure)
        for c in view.evidence.candidates[:NAMED]
        for word in _words(c, view)
        if word.weight >= WEAK and c.measure.kind is not Kind.ABOUT
    ]
    absent = [(form, m) for form, m in said if not stands_in(form, paper.text)]
    if absent and not named:
        form = max((form for form, _ in absent), key=len)
        now = _holding(view)
        near = [m for _, m in absent if m.region == paper.region and m.document in now]
        told = tuple(view.subject(m) for m in near[:1])
        return Match(Situation.NOT_IN_PAPER, told, documents=(paper.id,), home=view.home, name=form)
    held = standing([form for form, _ in said], {paper.id: paper})
    if held is not None and not named:
        return Match(Situation.CLAUSES, (), (held,), home=view.home)
    meant = named or [c for weight, c in own if weight > 0 or c.clause >= TOLD_BEST]
    if not meant:
        return None
    found = view.subject(meant[0].measure, meant[0].score)
    return Match(Situation.MEASURES, (found,), view.evidence.hits, home=view.home)


def _words(candidate: Candidate, view: View) -> list[Spotted]:
    """The words that name a candidate, beside the names of papers."""
    return [w for w in candidate.spotted if w.start >= 0 and not _in_name(w, view)]


def _in_name(word: Spotted, view: View) -> bool:
    """Whether a word is part of what a paper is called."""
    names = (n for paper in view.lexicon.documents for n in paper.names)
    return any(word.form in name and name in view.u.text for name in names)


def _by_facts(view: View) -> Match | None:
    """Something told of an enterprise and nothing asked: all that it may come to."""
    u, topical = view.u, view.topical
    if view.unmeasured:
        return None
    told = view.conversation.situation == Situation.FIND and not topical and bool(u.new_facts)
    said = u.new_facts or (u.regions and not view.previous)
    states = said and not u.intents - SMALL and not view.says("asks")
    if not topical and states and (told or not view.follow_up):
        return Match(Situation.FIND, applicable(view), view.evidence.hits, home=view.home)
    if "any_amount" in u.intents and not (view.previous or topical or u.documents):
        return Match(Situation.FIND, applicable(view), home=view.home)
    return None


def _without_measure(view: View) -> Match | None:
    """What no measure covers: the clauses that tell of it, or nothing."""
    evidence = view.evidence
    if view.follow_up:
        return None
    if _tells_nothing(view):
        return Match(view.unknown_subject, home=view.home)
    reviewed = bool(view.catalogue.measures) and not view.unmeasured
    several_papers = "compare" in view.u.intents and len(set(view.u.years)) > 1
    off = not reviewed or (view.off_subject and not several_papers)
    topical = view.said_outright if view.unmeasured else view.topical
    if not topical and off:
        stated = _stating(view)
        if stated:
            return Match(Situation.MEASURES, stated, evidence.hits, home=view.home)
        enough = TOLD_OF if reviewed else KNOWN_HERE
        near = evidence.hits if evidence.clause_coverage >= enough else ()
        if not near and view.unknown_subject is Situation.NOTHING:
            near = _near(view) or _quoted(view)
        if not near and not reviewed and _in_their_words(view):
            near = evidence.hits
        situation = Situation.CLAUSES if near else view.unknown_subject
        return Match(situation, (), near, home=view.home)
    if not reviewed and evidence.clause_coverage >= KNOWN_HERE:
        return Match(Situation.CLAUSES, (), evidence.hits, home=view.home)
    return None


def _tells_nothing(view: View) -> bool:
    """Whether a first question names and tells nothing and is too short for more: 那笔奖励能拿吗;
    what could still be meant is only likened to it."""
    u = view.u
    told = view.by_word or view.previous or u.facts or u.numbers or u.documents or u.mentions
    asked = u.intents & {"find", "any_amount", "missing_digits", "status"}
    short = view.unknown_subject is Situation.UNCLEAR
    return short and not (told or asked or u.clause_marks or u.clause_paths)


def _stating(view: View) -> tuple[Subject, ...]:
    """The measures that state a number which was said without its unit: 那个2000是亿还是万."""
    said = {Decimal(n) * size for n in BARE_NUMBER.findall(view.u.text) for size in SIZES}
    held = [
        view.subject(m, 1.0)
        for m in view.catalogue.measures
        if said & m.numbers and view.home in (None, m.region)
    ]
    return tuple(sorted(held, key=lambda s: not s.measure.usable)[:MOST])


def _near(view: View) -> tuple[Hit, ...]:
    """The first clauses that hold a word of the field which the question says (专利, 保险)."""
    words = set(view.lexicon.cues["field"].findall(view.u.text))
    return tuple(
        hit
        for hit in view.evidence.hits[:FIRST]
        if any(w in view.documents[hit.document_id].text[hit.start : hit.end] for w in words)
    )


def _quoted(view: View) -> tuple[Hit, ...]:
    """Where a word stands that the question puts in quotation marks."""
    told = standing(QUOTED.findall(view.u.question), view.documents)
    return () if told is None else (told,)


def _compared(view: View) -> Match | None:
    """Two papers, two places or two measures side by side."""
    u, ranked = view.u, view.ranked
    twin = other_paper(view)
    if twin is not None:
        both = (view.subject(view.previous[0]), view.subject(twin))
        return Match(Situation.COMPARE, both, home=view.home)
    if view.follow_up:
        return None
    papers = named_papers(view)
    of_itself = bool(ranked) and ranked[0].measure.kind is Kind.ABOUT and view.says("imprint")
    if of_itself and len(papers) == 1:  # 哪个是落款哪个是印发: of one paper
        return None
    about = all(
        c.measure.kind is Kind.ABOUT or max(c.forms, c.numbers) < WEAK
        for c in ranked
        if c.measure.document in papers
    )
    compared = "compare" in u.intents and about
    if len(papers) > 1 and (view.says("paper_dates") or compared):
        return Match(Situation.PAPERS, documents=papers[:2], home=view.home)
    of_rules = "compare" in u.intents and (
        view.says("which_number", "each_means") or not of_values(u) or names_figures(view)
    )
    if view.sided and wants_amount(u) and any(loan.place for loan in u.case.loans):
        there = next((c for c in ranked if is_of_place(c.measure, u)), None)
        if there is not None:
            region = there.measure.region
            one = view.subject(there.measure, there.score, home=region)
            return Match(Situation.MEASURES, (one,), view.evidence.hits, home=region)
    if of_rules or view.sided or len(papers) > 1 or len(u.clause_marks) > 1:
        sides = tuple(view.subject(c.measure, c.score) for c in pair(view, papers))
        if sides and view.previous and view.topical and not view.sided and len(u.documents) < 2:
            last, now = view.previous[0], sides[0]
            if last.id != now.measure.id:
                return Match(Situation.COMPARE, (view.subject(last), now), home=view.home)
        beside = sides and of_rules and names_place_without_measures(view)
        if (len(sides) > 1 or beside) and not u.hypothetical:
            return Match(Situation.COMPARE, sides, home=None if view.sided else view.home)
    return None


def _by_clause(view: View) -> Match | None:
    """A clause that tells of it, where the best measure is not named and tells of something else,
    or is only the paper that was named."""
    u, hits, ranked = view.u, view.evidence.hits, view.ranked
    if view.follow_up or not (hits and ranked) or hits[0].path in NO_RULE or u.unknown_number:
        return None
    best = ranked[0]
    if best.measure.kind is Kind.ABOUT:
        parts = any(section.part for section in view.lexicon.sections(u.text))
        meant = u.intents & OF_PAPERS or view.says("imprint") or parts
        beside = bool(u.documents) and not meant
    else:
        near = {(h.document_id, whole_clause(h.path)) for h in hits[:NEAR]}
        here = (best.measure.document, whole_clause(best.measure.clause))
        named = max(best.forms, best.asked, best.numbers) >= WEAK
        beside = here not in near and not named and not best.conditions
    told = hits[0].score - hits[0].evidence.get("document_part", 0.0)
    covered = view.evidence.clause_coverage >= TOLD_OF and told >= TOLD_SOME
    known = covered and best.measure.kind is not Kind.ABOUT
    told_of = known or told >= TOLD_WELL
    return Match(Situation.CLAUSES, (), hits, home=view.home) if beside and told_of else None


def _finding(view: View) -> Match | None:
    """What there is at all, where nothing of it was named; or a benefit of another place."""
    u, ranked = view.u, view.ranked
    if view.follow_up:
        return None
    known = view.topical or view.evidence.clause_coverage >= KNOWN
    product = (asks_product(u, view.lexicon) and known) or meant_softly(ranked)
    unnamed = view.own_words(ranked) < STRONG and not u.documents
    whom = institutions(u, view.lexicon)
    other = bool(whom and ranked) and not whom & set(ranked[0].measure.applicant)
    summed = u.inherited and view.topical and wants_amount(u)  # 有啥补贴, then a loan and its sum
    if "find" in u.intents and (unnamed or other) and not (product or summed or _is_one(view)):
        fitting = applicable(view)
        if fitting or not view.topical:
            return Match(Situation.FIND, fitting, view.evidence.hits, home=view.home)
    alien = elsewhere(view)
    if alien is not None:
        there = view.subject(alien.measure, alien.score)
        return Match(Situation.MEASURES, (there,), view.evidence.hits, home=view.home)
    return None


def _is_one(view: View) -> bool:
    """Whether there is one benefit was asked, of which nearly all was told: 给技改专项贷做担保的
    担保公司有没有补助."""
    best = view.ranked[0] if view.ranked else None
    if best is None or not best.measure.usable or view.says("asks_list"):
        return False
    return best.forms >= STRONG and best.conditions >= DECIDED


def _by_candidates(view: View) -> Match:
    """The measures that are meant; else the clauses that tell of it, or all that may apply."""
    u, hits, home = view.u, view.evidence.hits, view.home
    several = view.says("total", "both", "asked_each")
    goes_on = view.follow_up and not is_own_case(view)
    chosen = _continued(view) if goes_on else _chosen(view)
    if view.returned_to is not None and chosen and chosen[0].here:
        home = view.returned_to.region
    if view.says("claims_new"):
        return Match(Situation.UNKNOWN_NUMBER, tuple(chosen[:1]), home=home)
    if chosen and (goes_on or chosen[0].score >= WEAK):
        kept = held_now(held_then(narrow(chosen, view, several=several), u), view)
        kept = waived_otherwise(kept, view)
        situation = Situation.HOW_TO_APPLY if _asks_procedure(kept[0], view) else Situation.MEASURES
        return Match(situation, tuple(kept), hits, home=home, follow_up=goes_on)
    if hits and hits[0].score >= CLAUSE_ONLY:
        return Match(Situation.CLAUSES, (), hits, home=home)
    if "find" in u.intents or (u.new_facts and "definition" not in u.intents):
        return Match(Situation.FIND, applicable(view), hits, home=home)
    return Match(view.unknown_subject, (), hits, home=home)


def _continued(view: View) -> list[Subject]:
    """The measures that a turn goes on with; of a sum, each for whom it is."""
    back = view.returned_to is not None and not view.u.regions
    found = [view.subject(m, 1.0, home=m.region if back else None) for m in continued(view)]
    if not view.says("total") or len(found) < 2:
        return found
    return [
        view.subject_for(s.measure, s.measure.applicant[0])
        if s.measure.applicant and any(j.condition is None for j in s.unmet)
        else s
        for s in found
    ]


def _chosen(view: View) -> list[Subject]:
    """The measures that the question names or tells of."""
    u, ranked = view.u, view.ranked
    total = view.says("total") or (view.says("has_both", "has_all") and wants_amount(u))
    sought = asks_product(u, view.lexicon) or "find" in u.intents
    if sought and not view.says("benefit_asked") and ranked[0].measure.kind in SOFT:
        ranked = tuple(of_one_sort(ranked))
    own = {
        i for m in u.mentions if m.slot in OF_ENTERPRISES for i in range(m.start, m.end)
    }  # what somebody says he is
    several = view.says("total", "both", "asked_each")
    best = of_figure(view, select(ranked, several=several, total=total, own=own))
    chosen = [view.subject(c.measure, c.score) for c in best]
    meant = by_its_word([s.measure for s in chosen], view)
    if meant is not None and not total:
        return [s for s in chosen if s.measure is meant]
    chosen = wholly_told(met_instead(chosen, ranked, view), ranked, view)
    chosen = each_party(chosen, view) or chosen
    adding = [s for s in chosen if s.measure.usable] if total else []
    if adding:  # what adds up comes first, and alone where there are several
        chosen = adding if len(adding) > 1 else adding + [s for s in chosen if s not in adding]
    if view.previous and total and view.topical:
        known = {s.measure.id for s in chosen}
        chosen += [view.subject(m, 1.0) for m in view.previous if m.id not in known and m.usable]
    return chosen


def _asks_procedure(first: Subject, view: View) -> bool:
    """Whether how and where to apply is asked, and no sum."""
    u = view.u
    applied = first.measure.kind is not Kind.ABOUT or "how_to_apply" in u.intents
    amount_too = "amount" in u.intents and view.says("how_much")
    procedure = u.intents & {"how_to_apply", "responsible"} and not u.asks - {Ask.AMOUNT}
    here = view.home in (None, first.measure.region)
    return bool(applied and here and procedure and not amount_too)


DOORS: Sequence[Callable[[View], Match | None]] = (
    _guarded,
    _idle,
    _by_place,
    _by_words,
    _by_path,
    _by_title,
    _by_name,
    _of_paper,
    _in_named_paper,
    _by_facts,
    _without_measure,
    _compared,
    _finding,
    _by_clause,
)
