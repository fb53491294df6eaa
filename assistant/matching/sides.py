"""The two sides of a comparison.

In:  a view of the question, the papers that it names.
Out: a candidate per side; fewer than two where it is no comparison of rules
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal

from assistant.calculators.money import yuan
from assistant.matching.choosing import MOST, select
from assistant.matching.places import regions_over
from assistant.matching.view import WEAK, View
from assistant.matching.weighing import FACTS_OF_RULE, NOT_NOW, has_mark, period_of
from assistant.measures.model import Measure, Rule
from assistant.steps.retrieve import NUMBERED, QUOTED, Candidate
from assistant.steps.understand import OF_ENTERPRISES, Understanding
from ingest.document import NATION

WRITTEN = Decimal(10_000)  # 元; a smaller number is no telling sum
NEARLY = 0.85  # of the best one's score, for a second measure of the same side
LEVEL = "title_level"
OF_TWO = 3  # measures told of where a comparison names no two
NUMBERS_OF_CASE = frozenset().union(*FACTS_OF_RULE.values())


def pair(view: View, papers: Sequence[str]) -> list[Candidate]:
    """The two sides of a comparison: two documents, two places, or the two best measures."""
    u, ranked = view.u, view.ranked
    if not ranked or _in_one(view):
        return []
    numbered = _by_number(view, papers)
    of_papers = len(papers) < 2 or {c.measure.document for c in numbered} == set(papers)
    if len(numbered) > 1 and len(u.regions) < 2 and of_papers:
        return numbered
    quoted = _by_quotes(view, papers)
    if len(quoted) > 1:
        return quoted
    either = _either_side(view) if len(papers) < 2 and len(u.regions) < 2 else []
    if either and all(c.measure.document in (papers or (c.measure.document,)) for c in either):
        return either
    if len(u.clause_marks) > 1:
        keys = [(c, m) for c in ranked for m in u.clause_marks if has_mark(c.measure, m)]
    elif len(papers) == 1 and "compare" in u.intents and not view.sided:
        keys = [(c, str(c.measure.document in papers)) for c in ranked if _same_place(c, ranked)]
    elif len(papers) > 1:
        keys = [(c, c.measure.document) for c in ranked if c.measure.document in papers]
    elif len(u.regions) > 1:  # a place with papers and no measures is no side of measures
        places = {
            over for r in u.regions for over in regions_over(r, view.documents, view.gazetteer)
        }
        keys = [(c, c.measure.region) for c in ranked if c.measure.region in places]
    elif len(set(u.years)) == 1 and view.says("and_now"):  # 2017年的和现在的
        keys = [(c, time) for c in ranked if (time := _then_or_now(c, view))]
    elif len(set(u.years)) > 1:
        keys = [
            (c, str(year))
            for c in ranked
            for year in sorted(set(u.years))
            if year in period_of(view.documents[c.measure.document], view.lexicon)
        ]
    else:
        return select(_with_figures(view, ranked), several=False)[:OF_TWO]
    sides: dict[str, list[Candidate]] = {}
    for candidate, key in keys:
        sides.setdefault(key, []).append(candidate)
    return [c for side in list(sides.values())[:2] for c in _as_good(side)]


def _then_or_now(candidate: Candidate, view: View) -> str:
    """Whether a measure's paper is of the year named, or in force; "" where it is neither."""
    paper = view.documents[candidate.measure.document]
    if view.status_of(paper).status not in NOT_NOW:
        return "now"
    return "then" if set(view.u.years) & period_of(paper, view.lexicon) else ""


def other_paper(view: View) -> Measure | None:
    """What the last answer was about, as another paper in force there has it: 两份文件都写了吗."""
    if not view.previous or not view.says("two_papers", "other_paper") or view.by_word:
        return None
    last = view.previous[0]
    there = [
        m
        for m in view.similar(last, last.region)
        if m.document != last.document
        and view.status_of(view.documents[m.document]).status not in NOT_NOW
    ]
    return there[0] if there else None


def _as_good(side: Sequence[Candidate]) -> list[Candidate]:
    """The best of one side, and the next where it is of another clause and nearly as good."""
    best, *others = side
    clause = (best.measure.document, best.measure.clause)
    near = [c for c in others[:1] if c.score >= NEARLY * best.score]
    return [best, *(c for c in near if (c.measure.document, c.measure.clause) != clause)]


def names_place_without_measures(view: View) -> bool:
    """Whether one of several places that were named has papers, and no measures."""
    measured = view.catalogue.regions
    over = (regions_over(r, view.documents, view.gazetteer) for r in view.u.regions)
    own = [set(regions) - {NATION} for regions in over]
    return len(own) > 1 and any(regions and not regions & measured for regions in own)


def _same_place(candidate: Candidate, ranked: Sequence[Candidate]) -> bool:
    return candidate.measure.region == ranked[0].measure.region


def _by_number(view: View, papers: Sequence[str]) -> list[Candidate]:
    """What states each of several figures (500家、500亿、500万), or one that stands in several
    places (两个50%); of the place that is asked about and the papers that are named."""
    here = _here(view, papers)
    for number, times in view.u.repeated:
        stating = [c for c in here if number in c.measure.numbers]
        if len(stating) < times:
            stating = [c for c in here if _states(c.measure, number)]
        if len(stating) > 1:
            return _by_own_words(stating, min(times, MOST))
    found = {
        c.measure.id: c
        for number in view.u.numbers
        if number != 1  # 一个是基金一个是融资额
        for c in [next((c for c in here if _states(c.measure, number)), None)]
        if c is not None
    }
    return list(found.values())[:MOST]


def _by_quotes(view: View, papers: Sequence[str]) -> list[Candidate]:
    """Where words in quotation marks are set side by side (“免收”和“减免”): what has each."""
    found: dict[str, Candidate] = {}
    for words in QUOTED.findall(view.u.question):
        holding = [c for c in _here(view, papers) if words in c.measure.quote]
        if holding:
            best = max(holding, key=lambda c: (c.measure.id not in found, c.score))
            found.setdefault(best.measure.id, best)
    return list(found.values())


def _here(view: View, papers: Sequence[str]) -> list[Candidate]:
    """The candidates of the place that is asked about, and of the papers that are named."""
    here = [c for c in view.ranked if view.sided or view.home in (None, c.measure.region)]
    return [c for c in here if c.measure.document in papers] or here


def _in_one(view: View) -> bool:
    """Whether the figures that are set side by side all stand in one measure: 798家和288家."""
    told = {n for n in view.u.numbers if n != 1}
    return len(told) > 1 and not view.u.repeated and told <= view.ranked[0].measure.numbers


def of_figure(view: View, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of several, where it was asked which one a figure is of (800万是上市的还是再融资的), those
    that state it."""
    figures = [n for n in view.u.numbers if n >= WRITTEN or n < 1]
    stating = [c for c in candidates if any(_states(c.measure, n) for n in figures)]
    return stating if stating and view.says("either_or") else candidates


def names_figures(view: View) -> bool:
    """Whether each sum of the question is one that a measure states which is named beside it: the
    papers' figures, not those of a case."""
    told = [f for f in view.u.new_facts if f.slot in NUMBERS_OF_CASE]
    sums = {f.value for f in told} if any(f.group for f in told) else set()
    return bool(sums) and all(
        any(
            Decimal(value) in c.measure.numbers
            and any(s.start >= 0 and not NUMBERED.search(s.form) for s in c.spotted)
            for c in view.ranked
        )
        for value in sums
    )


def _by_own_words(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The candidates that other words of the question name each, best first, in its order."""
    chosen: list[Candidate] = []
    covered: set[int] = set()

    def named(candidate: Candidate) -> float:
        return sum(
            s.weight
            for s in candidate.spotted
            if s.start >= 0 and covered.isdisjoint(range(s.start, s.end))
        )

    while len(chosen) < min(most, len(candidates)):
        left = [c for c in candidates if c not in chosen]
        chosen.append(max(left, key=lambda c: (named(c), c.score)))
        covered |= {i for s in chosen[-1].spotted for i in range(s.start, s.end)}
    return sorted(chosen, key=lambda c: min((s.start for s in c.spotted), default=0))


def _states(measure: Measure, number: Decimal) -> bool:
    """Whether a measure states a number, as one of its terms or as its quote writes it."""
    if number in measure.numbers:
        return True
    written = yuan(number).removesuffix("元")
    large = number >= WRITTEN
    return (
        large
        and written in measure.quote
        and re.search(rf"(?<![\d.]){re.escape(written)}(?![\d.])", measure.quote) is not None
    )


def is_of_place(measure: Measure, u: Understanding) -> bool:
    """Whether a measure computes something of a loan in its place."""
    loans = [loan for loan in u.case.loans if loan.place == measure.region and loan.rates]
    return bool(loans) and measure.usable and measure.rule is Rule.SHARE_OF_INTEREST


def of_values(u: Understanding) -> bool:
    """Whether what is compared are two numbers of one case (利率4%和3.2%), not two rules."""
    told = {(f.slot, f.value) for f in u.new_facts if f.slot in NUMBERS_OF_CASE}
    several = any(n > 1 for n in Counter(slot for slot, _ in told).values())
    grouped = any(f.group for f in u.new_facts if f.slot in NUMBERS_OF_CASE)
    return (several or grouped) and len(u.documents) < 2


def _either_side(view: View) -> list[Candidate]:
    """What is named before and what after 和 (X和Y是一回事吗); [] where that is not two things."""
    here = _with_figures(view, _here(view, ()))
    levels = [m for m in view.u.mentions if m.slot == LEVEL]
    own = {
        i
        for m in view.u.mentions
        if levels and m.slot in OF_ENTERPRISES
        for i in range(m.start, m.end)
    }
    for joint in view.lexicon.cues["joint"].finditer(view.u.text):
        before = _best_within(here, 0, joint.start(), own)
        after = _best_within(here, joint.end(), len(view.u.text), own)
        if before and after and before.measure.id != after.measure.id:
            return [before, after]
    return []


def _with_figures(view: View, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Of the candidates those to be had that have a ceiling, where it is asked which is higher."""
    bounded = [c for c in candidates if c.measure.usable and "ceiling" in c.measure.terms]
    return bounded if len(bounded) > 1 and view.says("higher_asked") else candidates


def _best_within(
    ranked: Sequence[Candidate], start: int, end: int, own: Collection[int]
) -> Candidate | None:
    """The measure that is named best inside a part of the question; None where none is. What
    somebody says he is (`own`: 区级专精特新) names none."""

    def named(candidate: Candidate) -> float:
        said = [s for s in candidate.spotted if start <= s.start and s.end <= end]
        return sum(s.weight for s in said if not all(i in own for i in range(s.start, s.end)))

    best = max(ranked, key=lambda c: (named(c), c.score), default=None)
    return best if best is not None and named(best) >= WEAK else None
