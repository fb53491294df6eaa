"""Which of the candidates an answer is about.

In:  a view of the question, the candidates or subjects, best first.
Out: those chosen; what the facts rule out stands last (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.calculators.case import Ask
from assistant.matching.subject import Subject
from assistant.matching.view import STRONG, WEAK, View
from assistant.matching.weighing import (
    APPLICANT,
    COMMON,
    ENTERPRISE,
    NOT_NOW,
    OTHER_PLACE,
    SOFT,
    is_personal,
    whole_clause,
)
from assistant.measures.conditions import Judged, slots_of
from assistant.measures.model import Kind, Rule
from assistant.reading.lexicon import Lexicon
from assistant.steps.retrieve import FIRST, Candidate
from assistant.steps.understand import OF_ENTERPRISES, Understanding
from ingest.document import Status

CERTAIN = 0.5
OF_GOVERNMENT = frozenset({Kind.TARGET, Kind.STATISTIC})  # what nobody could claim
OF_THEN = frozenset({"compare", "missing_digits", "statistic", "definition", "status"})
TELLING = 0.45  # what was said decides a condition that not every measure has
CLOSE, MOST, LISTED = 0.82, 4, 8
MISSED = 3  # benefits that the facts just miss, told beside those that are open
CLEARLY = 1.15
OF_CHOSEN = 0.5  # of the best score: what else the question has words for
OF_SEVERAL, OF_TOTAL = 0.25, 0.1  # of the best score: a further benefit that was named
CLOSE_WORD = 0.4  # of a word that is only meant, not said
SHARES = (Rule.SHARE_OF_INTEREST, Rule.SHARE_OF_FEE, Rule.SHARE_OF_PREMIUM)
OF_FIRMS = OF_ENTERPRISES | {"industry"}  # told of an enterprise


def select(
    ranked: Sequence[Candidate],
    *,
    several: bool,
    total: bool = False,
    own: Collection[int] = frozenset(),
) -> list[Candidate]:
    """The best candidate, its equals, and those that explain other words of the question.

    own  places of words by which somebody says what he is (专精特新): they ask for a benefit of
         such, and for nothing else
    """
    if not ranked:
        return []
    best = ranked[0]
    chosen = [best]
    covered = {i for s in best.spotted for i in range(s.start, s.end)}
    least = OF_TOTAL if total else OF_SEVERAL
    others = sorted(ranked[1:], key=lambda c: several and not c.measure.usable)
    for candidate in others:  # of several things asked for, the benefits explain words first
        if len(chosen) >= MOST:
            break
        share = candidate.score / best.score
        if share < (least if several else OF_CHOSEN):
            continue
        fresh = sum(
            s.weight
            for s in candidate.spotted
            if s.start >= 0 and covered.isdisjoint(range(s.start, s.end))
            if _asks_of_firms(candidate) or not all(i in own for i in range(s.start, s.end))
        )
        meets = candidate.conditions or best.conditions < TELLING
        equal = candidate.score >= CLOSE * best.score and bool(meets or fresh)
        weight = candidate.context
        asked_too = fresh * weight >= 0.8 and share >= OF_CHOSEN
        asked_of_benefits = several and candidate.measure.usable and fresh >= 1.2 and share >= least
        if equal or asked_too or asked_of_benefits:
            chosen.append(candidate)
            covered |= {i for s in candidate.spotted for i in range(s.start, s.end)}
    return chosen


def _asks_of_firms(candidate: Candidate) -> bool:
    """Whether a benefit asks what an enterprise is: 上市公司 is none of the listing's own."""
    return candidate.measure.usable and bool(OF_ENTERPRISES & candidate.measure.slots)


def met_instead(
    chosen: Sequence[Subject], ranked: Sequence[Candidate], view: View
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
        other = view.subject(measure, best.score)
        if not other.unmet and decided & _asked_by(other.met):
            return [other, *(s for s in chosen[1:] if s.measure.id != measure.id)]
    return list(chosen)


def wholly_told(
    chosen: Sequence[Subject], ranked: Sequence[Candidate], view: View
) -> list[Subject]:
    """What all was told for, before a best of which it was told but in part: 挂牌的专精特新第一次
    股权融资 tells a company that is listed, and asks for the financing."""
    told = {f.slot for f in view.u.new_facts} - COMMON
    best = chosen[0] if chosen else None
    part = best.measure.slots & told if best is not None else frozenset()
    if best is None or not (part and best.unknown and best.measure.usable):
        return list(chosen)
    for candidate in ranked[:FIRST]:
        measure = candidate.measure
        other = view.subject(measure, best.score)
        whole = measure.usable and not other.unmet and not _asked_by(other.unknown)
        if whole and measure.document == best.measure.document and part < measure.slots & told:
            rest = chosen if view.says("both") else chosen[1:]
            return [other, *(s for s in rest if s.measure.id != measure.id)]
    return list(chosen)


def waived_otherwise(chosen: Sequence[Subject], view: View) -> list[Subject]:
    """Beside a waiver that is ruled out, what else its clause waives and the facts do not."""
    if not chosen or chosen[0].measure.rule is not Rule.WAIVER or not chosen[0].unmet:
        return list(chosen)
    first, known = chosen[0].measure, {s.measure.id for s in chosen}
    clause = (first.document, first.clause)
    others = [
        view.subject(m)
        for m in view.catalogue.measures
        if (m.document, m.clause) == clause and m.kind is first.kind and m.id not in known
    ]
    return [*chosen, *(s for s in others if not s.unmet)]


def _asked_by(judged: Sequence[Judged]) -> set[frozenset[str]]:
    """What each of some conditions asks of a case, but for what nearly all of them ask."""
    slots = (frozenset(slots_of(j.condition)) for j in judged if j.condition is not None)
    return {s for s in slots if s - COMMON}


def each_party(chosen: Sequence[Subject], view: View) -> list[Subject]:
    """What each of two parties gets of one clause, where that was asked (厂子和担保公司各自).

    [] where one party is spoken of.
    """
    priced = _each_priced(chosen, view)
    if priced:
        return priced
    mentions = view.u.mentions
    whom = {m.value for m in mentions if m.slot == APPLICANT} - {ENTERPRISE}
    spoken_of = any(m.slot == "industry" or m.value == ENTERPRISE for m in mentions)
    if len(whom) != 1 or not (chosen and spoken_of) or not view.says("each_party"):
        return []
    best = chosen[0].measure
    found = [
        view.subject_for(m, party)
        for party in (ENTERPRISE, *whom)
        for m in view.catalogue.measures
        if (m.document, m.clause) == (best.document, best.clause)
        and m.usable
        and party in m.applicant
    ]
    return found if len({s.measure.id for s in found}) == len(found) > 1 else []


def _each_priced(chosen: Sequence[Subject], view: View) -> list[Subject]:
    """Where a loan's rate and a guarantee's fee were told together, what each of the two parties
    gets, and whatever else was asked; [] where they were not."""
    told = {f.slot for f in view.u.new_facts}
    rules = (Rule.SHARE_OF_INTEREST, Rule.SHARE_OF_FEE)
    summed = view.says("total") and set(rules) <= {s.measure.rule for s in chosen}
    if not ({"annual_rate", "fee_rate"} <= told or summed):
        return []
    clauses = {(s.measure.document, s.measure.clause) for s in chosen if s.measure.rule in rules}
    found = [
        view.subject_for(m, m.applicant[0])
        for rule in rules
        for m in view.catalogue.measures
        if m.rule is rule and m.usable and m.applicant and (m.document, m.clause) in clauses
    ]
    if len(found) != len(rules):
        return []
    return [*found, *(s for s in chosen if s.measure.rule not in rules)]


def of_one_sort(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best product with all others of its clause, and of its paper what is called by the same
    word of the question (发债), as good as the best."""
    best = ranked[0]
    clause = whole_clause(best.measure.clause)
    said = {w.form for w in best.spotted if w.start >= 0}

    def is_alike(c: Candidate) -> bool:
        if c.measure.document != best.measure.document or c.measure.kind not in SOFT:
            return False
        beside = c.measure.kind is Kind.PRODUCT and whole_clause(c.measure.clause) == clause
        return beside or any(w.start >= 0 and w.form in said for w in c.spotted)

    return [c._replace(score=best.score) if is_alike(c) else c for c in ranked]


def narrow(chosen: Sequence[Subject], view: View, *, several: bool) -> list[Subject]:
    """Put equals that the person's facts rule out behind those that they do not, or drop them.

    The best stays first where it is clearly meant; of several things asked for, none is dropped.
    """
    u = view.u
    if chosen[0].here:
        chosen = [s for s in chosen if s.here]
    if chosen[0].measure.kind in OF_GOVERNMENT and view.says("count_asked") and not several:
        chosen = [s for s in chosen if s.measure.kind in OF_GOVERNMENT]
    fits = [s for s in chosen if not s.unmet]
    waived = chosen[0].measure.rule is Rule.WAIVER and view.says("waiver_asked")
    clearly = bool(fits) and (waived or chosen[0].score >= CLEARLY * fits[0].score)
    meant = clearly and bool(chosen[0].unmet)
    if fits and len(fits) < len(chosen) and not meant and (is_personal(u) or "find" in u.intents):
        ruled_out = [s for s in chosen if s.unmet]
        kept = ruled_out if several else [s for s in ruled_out if s.score >= fits[0].score]
        chosen = [*fits, *kept]
    if u.asks - {Ask.AMOUNT}:
        computed = [s for s in chosen if s.measure.rule in SHARES]
        chosen = computed or chosen
    return list(chosen)


def held_then(chosen: Sequence[Subject], u: Understanding) -> list[Subject]:
    """Where a day was asked about, what held on it, if anything did."""
    held = [s for s in chosen if s.status.status not in (*NOT_NOW, Status.NOT_YET_EFFECTIVE)]
    return held if u.as_of_said and held else list(chosen)


def held_now(chosen: Sequence[Subject], view: View) -> list[Subject]:
    """Without what no longer holds beside a best that does, where no earlier time was asked of."""
    u = view.u
    past = u.documents or u.years or u.as_of_said or u.intents & OF_THEN or view.says("past")
    if past or view.follow_up or chosen[0].status.status in NOT_NOW:
        return list(chosen)
    return [s for s in chosen if s.status.status not in NOT_NOW]


def institutions(u: Understanding, lexicon: Lexicon) -> set[str]:
    """Who asks for itself, where that is no enterprise: a bank, a guarantor, a fund."""
    said = [f for f in u.facts if f.slot == APPLICANT and f.confidence >= CERTAIN]
    return {f.value for f in said if not f.denied} - {ENTERPRISE, *lexicon.slots[APPLICANT].beside}


def meant_softly(ranked: Sequence[Candidate]) -> bool:
    """Whether a product or a service is clearly nearer to the question than any benefit."""
    usable = max((c.score for c in ranked if c.measure.usable), default=0.0)
    best = ranked[0] if ranked else None
    soft = best is not None and best.measure.kind in SOFT and best.forms >= CLOSE_WORD
    return bool(soft and best and best.score >= CLEARLY * usable)


def elsewhere(view: View) -> Candidate | None:
    """A benefit, or a goal, of another place that was clearly meant, where the asked place has
    none like it."""
    ranked, home = view.ranked, view.home
    if home is None:
        return None
    mine = is_personal(view.u) and not view.u.intents & {"statistic", "target"}
    there = [
        c
        for c in ranked
        if c.measure.region != home
        and ((c.measure.usable and mine) or c.measure.kind in OF_GOVERNMENT)
    ]
    here = [c for c in ranked if c.measure.region == home]
    best = max(there, key=lambda c: c.score, default=None)
    if best is None or best.forms < STRONG:
        return None
    named = {s.form for s in best.spotted if s.weight >= WEAK}
    if any(s.form in named for c in here for s in c.spotted):
        return None  # the asked place has what is named too
    local = max((c.score for c in here), default=0.0)
    forms = max((c.forms for c in here), default=0.0)
    meant = best.forms > CLEARLY * forms or home not in {c.measure.region for c in here[:1]}
    return best if meant and best.score / OTHER_PLACE > CLEARLY * local else None


def applicable(view: View) -> tuple[Subject, ...]:
    """Everything usable that the person's facts leave open, the surest first; before it what is
    no money, where its name was said, or where it is for whom asks and that is no enterprise.

    Where it was asked what cannot be used too, those come last that the facts just miss; where
    nothing is in force, what a draft holds.
    """
    u, home = view.u, view.home
    score = {c.measure.id: c.forms for c in view.ranked}
    meant = {c.measure.id for c in view.ranked if view.own_words([c]) >= WEAK}
    whom = institutions(u, view.lexicon)
    party = whom or ({ENTERPRISE} if any(f.slot in OF_FIRMS for f in u.facts) else set())
    everything = [
        view.subject(m, score.get(m.id, 0.0))
        for m in view.catalogue.measures
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
    missed = [s for s in order if s.unmet and len(said & s.measure.slots) > 1]
    return (*found[:LISTED], *missed[: MISSED if "eligibility" in u.intents or own else 0])


def _telling(judged: Judged) -> bool:
    """Whether a condition says more of an applicant than that it is a manufacturer."""
    return judged.condition is not None and bool(set(slots_of(judged.condition)) - COMMON)
