"""Weigh the candidates of a question: which measure it is about.

In:  the evidence, an understanding, the documents and their standing.
Out: the candidates with what was said, the papers and places named, and the kind of thing asked for
     weighed in, best first (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Truth
from assistant.measures.conditions import slots_of, truth_of
from assistant.measures.model import Kind, Measure, Rule
from assistant.reading.lexicon import Lexicon
from assistant.steps.retrieve import QUOTED, Candidate, Evidence
from assistant.steps.understand import Understanding
from ingest.document import Document, Status, StatusFinding

# read out of the enum once, for they are compared hundreds of times in a question
PRODUCT, TARGET, STATISTIC = Kind.PRODUCT, Kind.TARGET, Kind.STATISTIC
INTENTION, ABOUT, NO_RULE = Kind.INTENTION, Kind.ABOUT, Rule.NONE
UNKNOWN = (NO_RULE, Rule.LOST)  # of these it is not known what they pay for
FIGURES = (TARGET, STATISTIC)
APPLICANT, ENTERPRISE = "applicant", "企业"
COMMON = frozenset({APPLICANT, "industry", "region"})  # what nearly all measures ask for
RARE, MOST_DECIDED = 0.4, 2.4
OTHER_PLACE = 0.3
NEXT, AS_GOOD = 5, 0.8  # candidates, and their share of the best score, that are as good
OF_NAMED_SUM = 1.25  # a sum that it states is what it is called by
WEIGHT_USABLE, WEIGHT_NAMED, WEIGHT_OTHER = 1.25, 1.5, 0.3
WEIGHT_OF_PATH = 3.0  # the clause was named by its whole path
LONG_QUOTE = 4  # characters of a quoted phrase that tell where it stands
PERSONAL = frozenset({"amount", "eligibility", "threshold", "remaining", "what_if"})
SOFT = frozenset({Kind.SERVICE, Kind.PRODUCT, Kind.PILOT, Kind.DUTY})
NOT_NOW = frozenset({Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.REPLY_LETTER})
FACTS_OF_RULE = {
    Rule.SHARE_OF_INTEREST: frozenset({"principal", "annual_rate", "interest_paid"}),
    Rule.SHARE_OF_FEE: frozenset({"guaranteed_amount", "fee_rate", "fee_paid"}),
    Rule.SHARE_OF_PREMIUM: frozenset({"premium", "premium_rate", "insured_years"}),
    Rule.ALLOCATION: frozenset({"loss"}),
}
RATE_OF_RULE = {
    Rule.SHARE_OF_INTEREST: frozenset({"annual_rate", "interest_paid"}),
    Rule.SHARE_OF_FEE: frozenset({"fee_rate", "fee_paid"}),
    Rule.SHARE_OF_PREMIUM: frozenset({"premium", "premium_rate", "insured_amount"}),
    Rule.ALLOCATION: frozenset({"loss"}),
}


def is_personal(u: Understanding) -> bool:
    """Whether the question is about somebody's own case: an amount, a right, a number given."""
    return bool(u.intents & PERSONAL) or wants_amount(u)


def wants_amount(u: Understanding) -> bool:
    """Whether an amount is asked for, or a number was given that only serves to compute one."""
    given = {f.slot for f in u.new_facts}
    asked = u.intents & {"amount", "threshold", "remaining", "rate_threshold"}
    supposed = u.stated and u.intents & {"eligibility", "whether"}  # 能拿600万不
    return bool(asked or u.unit_unknown or supposed) or bool(
        given & frozenset().union(*FACTS_OF_RULE.values())
    )


def asks_product(u: Understanding, lexicon: Lexicon) -> bool:
    """Whether a product or a service is looked for, and no money."""
    asked = lexicon.cues["asks_product"].search(u.text)
    return bool(asked) and not lexicon.cues["whether_product"].search(u.text)


def weigh(
    evidence: Evidence,
    u: Understanding,
    documents: Mapping[str, Document],
    home: str | None,
    status_of: Callable[[Document], StatusFinding],
    lexicon: Lexicon,
) -> list[Candidate]:
    """Candidates with the context weighed in: kind asked for, documents and years named, region."""
    out: list[Candidate] = []
    measures = [c.measure for c in evidence.candidates]
    rarity = _rarity(measures)
    papers = [documents[name] for name in dict.fromkeys(m.document for m in measures)]
    asked = _Asked.read(u, papers, home, status_of, lexicon)
    for measure, score, spotted, forms, tokens, clause, numbers, near, _, _ in evidence.candidates:
        weight = _weight(measure, asked, u, home)
        decided = _decided(measure, asked.given, u, lexicon, rarity) if measure.usable else 0.0
        score = (score + decided) * weight
        found = (forms, tokens, clause, numbers, near)
        out.append(Candidate(measure, score, spotted, *found, decided, weight))
    out.sort(key=lambda c: (-c.score, c.measure.id))
    _put_said_first(out)
    return out


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question says of every candidate alike, read once.

    usable   what it counts that something can be asked for
    given    the slots of the facts that were said just now
    who      the applicants that were said, more than that it is an enterprise
    of_time  the papers that are about one of the years named
    papers   paper → what it counts that it is this one
    gaps     paper → whether it has some; None where they are not asked for
    """

    personal: bool
    usable: float
    benefit: bool
    subsidy: bool
    interest: bool
    product: bool
    target: bool
    statistic: bool
    figure: bool
    paper: bool
    which_paper: bool
    compared: bool
    quoted: tuple[str, ...]
    given: frozenset[str]
    who: frozenset[str]
    numbers: frozenset[Decimal]
    named_sums: frozenset[Decimal]
    of_time: frozenset[str]
    papers: Mapping[str, float]
    gaps: Mapping[str, bool] | None

    @classmethod
    def read(
        cls,
        u: Understanding,
        papers: Sequence[Document],
        home: str | None,
        status_of: Callable[[Document], StatusFinding],
        lexicon: Lexicon,
    ) -> _Asked:
        """Read it with the lexicon's cues, for the papers of the candidates."""
        cues, text, intents = lexicon.cues, u.text, u.intents
        personal = is_personal(u)
        years = frozenset(u.years)
        of_time = frozenset(d.id for d in papers if years & period_of(d, lexicon))
        nature = bool(cues["nature"].search(text))
        return cls(
            personal=personal,
            usable=WEIGHT_USABLE if personal or "find" in intents else 1.1,
            benefit=bool(cues["benefit_verb"].search(text)),
            subsidy=bool(cues["subsidy_asked"].search(text)),
            interest=bool(cues["interest_relief"].search(text)),
            product=asks_product(u, lexicon),
            target="target" in intents or bool(cues["count_asked"].search(text)),
            statistic="statistic" in intents,
            figure=nature and bool(intents & {"target", "statistic"}),
            paper=bool(intents & {"definition", "status"}),
            which_paper="which_document" in intents,
            compared="compare" in intents,
            quoted=tuple(q for q in QUOTED.findall(text) if len(q) >= LONG_QUOTE),
            given=frozenset(f.slot for f in u.new_facts),
            who=frozenset(
                f.value for f in u.facts if f.slot == APPLICANT and not f.denied
            ).difference({ENTERPRISE}, lexicon.slots[APPLICANT].beside),
            numbers=frozenset(u.numbers),
            named_sums=frozenset(u.named_sums),
            of_time=of_time,
            papers={d.id: _of_paper(d, u, of_time, home, status_of) for d in papers},
            gaps={d.id: bool(d.damage) for d in papers} if "missing_digits" in intents else None,
        )


def _of_paper(
    paper: Document,
    u: Understanding,
    of_time: Collection[str],
    home: str | None,
    status_of: Callable[[Document], StatusFinding],
) -> float:
    """What it counts that a measure is of this paper: named or not, of the years, in force."""
    if u.documents:
        return WEIGHT_NAMED if paper.id in u.documents else WEIGHT_OTHER
    if u.years and not u.as_of_said:
        return 1.4 if paper.id in of_time else 0.6
    status = status_of(paper).status
    own_draft = home == paper.region and status is Status.DRAFT
    return 0.75 if status in NOT_NOW and not own_draft else 1.0


def _put_said_first(ranked: list[Candidate]) -> None:
    """What is named outright, before a best as good of which only the like is said (碳保险, and
    what is a tool of carbon too)."""
    if not ranked or any(w.start >= 0 for w in ranked[0].spotted) or not ranked[0].forms:
        return
    if ranked[0].numbers or ranked[0].conditions:
        return
    for at, other in enumerate(ranked[1:NEXT], 1):
        said = max((w.weight for w in other.spotted if w.start >= 0), default=0.0)
        if said > ranked[0].forms and other.score >= AS_GOOD * ranked[0].score:
            ranked.insert(0, ranked.pop(at))
            return


def _weight(measure: Measure, asked: _Asked, u: Understanding, home: str | None) -> float:
    weight, kind, usable, paper = 1.0, measure.kind, measure.usable, measure.document
    statistic = asked.statistic or paper in asked.of_time
    if usable:
        weight *= asked.usable
        weight *= 1.2 if asked.benefit else 1.0
        weight *= 0.7 if asked.subsidy and kind is Kind.REPAYABLE else 1.0
    elif asked.personal and kind in SOFT:
        weight *= 0.75
    if asked.product:
        weight *= 0.4 if usable else 1.4 if kind is PRODUCT else 1.1
    elif asked.benefit and kind is PRODUCT and asked.numbers:
        weight *= 0.75
    if asked.quoted and any(q in measure.quote for q in asked.quoted):
        weight *= 1.8
    weight *= _fit(measure, asked)
    if usable and asked.named_sums & measure.numbers:
        weight *= OF_NAMED_SUM
    if kind is TARGET:
        weight *= 1.4 if asked.target else 0.8
    if asked.figure:  # 300多亿是目标吗: a target or what was reached, and nothing else
        weight *= 1.4 if kind in FIGURES else 1.0 if kind is Kind.FUND else 0.6
    elif kind is STATISTIC:
        weight *= 1.6 if statistic else 0.7
    elif kind is INTENTION:
        weight *= 1.0 if statistic else 0.7
    elif asked.statistic and not usable:
        weight *= 0.8
    if kind is ABOUT:
        weight *= 1.0 if asked.paper else 0.6
        weight *= 0.5 if asked.which_paper else 1.0
    weight *= asked.papers[paper]
    if asked.numbers and kind in FIGURES and measure.numbers & asked.numbers:
        weight = max(weight, 1.3)  # its own figure is asked about
    if asked.gaps is not None:
        weight *= (1.6 if measure.lost else 1.0) if asked.gaps[paper] else 0.6
    if u.clause_marks and any(has_mark(measure, mark) for mark in u.clause_marks):
        weight *= 1.6
    if u.clause_paths and whole_clause(measure.clause) in u.clause_paths:
        weight *= WEIGHT_OF_PATH
    if home is not None and measure.region != home:
        weight *= OTHER_PLACE if not asked.compared else 1.0
    return weight


def _fit(measure: Measure, asked: _Asked) -> float:
    """How well what is known of the case fits: numbers its rule uses, who applies, conditions."""
    fit = 1.0
    given, who, rule = asked.given, asked.who, measure.rule
    if given and rule is not NO_RULE:
        if given & FACTS_OF_RULE.get(rule, frozenset()):
            fit *= 1.35
        for other, rates in RATE_OF_RULE.items():
            if given & rates and rule in RATE_OF_RULE and rule is not other:
                fit *= 1.0 if given & RATE_OF_RULE[rule] else 0.5
    if asked.interest and measure.usable and rule not in UNKNOWN:
        fit *= 1.5 if rule is Rule.SHARE_OF_INTEREST else 0.6
    if who and measure.applicant and measure.usable:
        fit *= 1.4 if who & set(measure.applicant) else 0.75
    return fit


def _decided(
    measure: Measure,
    given: frozenset[str],
    u: Understanding,
    lexicon: Lexicon,
    rarity: Mapping[str, float],
) -> float:
    """How much of what was said bears on the measure's conditions, rare conditions most."""
    if not given:
        return 0.0
    total = 0.0
    for condition in measure.conditions:
        slots = tuple(slots_of(condition))
        if given.isdisjoint(slots):
            continue
        if truth_of(condition, u.new_facts, lexicon.slots) is not Truth.UNKNOWN:
            total += max(rarity.get(slot, 0.0) for slot in slots)
    return min(MOST_DECIDED, total)


def _rarity(measures: Sequence[Measure]) -> Mapping[str, float]:
    """Per slot, how telling it is that a measure asks for it."""
    usable = [m for m in measures if m.usable]
    held = Counter(slot for m in usable for slot in m.slots)
    return {slot: RARE * math.log(1 + len(usable) / n) for slot, n in held.items()}


def whole_clause(path: str) -> str:
    """The clause that an item stands in: 四、（一）·二是 → 四、（一）."""
    return path.split("·")[0]


def has_mark(measure: Measure, mark: str) -> bool:
    """Whether the measure's clause carries the mark that was named (五是, 第五条, （五）)."""
    return measure.clause.endswith((f"{mark}是", f"（{mark}）", f"第{mark}条"))


def period_of(document: Document, lexicon: Lexicon) -> set[int]:
    """The years that a paper is about or was written in, and those that people call it by."""
    dates = document.dates
    days = (dates.period_from, dates.period_until, dates.signed)
    years = [d.year for d in days if d is not None]
    named = {y for name in lexicon.documents if name.id == document.id for y in name.years}
    return named | (set(range(min(years), max(years) + 1)) if years else set())
