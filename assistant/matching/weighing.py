"""Weigh the candidates of a question: which measure it is about.

In:  the evidence, an understanding, the documents and their standing.
Out: the candidates with what was said, the papers and places named, and the kind of thing asked for
     weighed in, best first (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer import Truth
from assistant.measures.conditions import slots_of, truth_of
from assistant.measures.model import Kind, Measure, Rule
from assistant.reading.lexicon import Lexicon
from assistant.steps.retrieve import QUOTED, Candidate, Evidence, numbers_of
from assistant.steps.understand import Understanding
from ingest.document import Document, Status, StatusFinding

APPLICANT, ENTERPRISE = "applicant", "企业"
COMMON = frozenset({APPLICANT, "industry", "region"})  # what nearly all measures ask for
RARE, MOST_DECIDED = 0.4, 2.4
OTHER_PLACE = 0.3
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
    return bool(asked or u.unit_unknown) or bool(given & frozenset().union(*FACTS_OF_RULE.values()))


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
    rarity = _rarity([c.measure for c in evidence.candidates])
    asked = _Asked.read(u, documents, lexicon)
    for candidate in evidence.candidates:
        weight = _weight(candidate.measure, asked, u, documents, home, status_of)
        decided = (
            _decided(candidate.measure, asked.given, u, lexicon, rarity)
            if candidate.measure.usable
            else 0.0
        )
        out.append(
            Candidate(
                candidate.measure,
                (candidate.score + decided) * weight,
                {**candidate.parts, "conditions": decided, "context": weight},
                candidate.spotted,
            )
        )
    out.sort(key=lambda c: (-c.score, c.measure.id))
    return out


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question says of every candidate alike, read once.

    given    the slots of the facts that were said just now
    who      the applicants that were said, more than that it is an enterprise
    periods  document → the years that it is about
    """

    personal: bool
    benefit: bool
    product: bool
    counted: bool
    nature: bool
    quoted: tuple[str, ...]
    given: frozenset[str]
    who: frozenset[str]
    periods: Mapping[str, set[int]]

    @classmethod
    def read(cls, u: Understanding, documents: Mapping[str, Document], lexicon: Lexicon) -> _Asked:
        """Read it with the lexicon's cues."""
        return cls(
            personal=is_personal(u),
            benefit=bool(lexicon.cues["benefit_verb"].search(u.text)),
            product=asks_product(u, lexicon),
            counted=bool(lexicon.cues["count_asked"].search(u.text)),
            nature=bool(lexicon.cues["nature"].search(u.text)),
            quoted=tuple(q for q in QUOTED.findall(u.text) if len(q) >= LONG_QUOTE),
            given=frozenset(f.slot for f in u.new_facts),
            who=frozenset(
                f.value for f in u.facts if f.slot == APPLICANT and not f.denied
            ).difference({ENTERPRISE}, lexicon.slots[APPLICANT].beside),
            periods={d.id: period_of(d, lexicon) for d in documents.values()},
        )


def _weight(
    measure: Measure,
    asked: _Asked,
    u: Understanding,
    documents: Mapping[str, Document],
    home: str | None,
    status_of: Callable[[Document], StatusFinding],
) -> float:
    weight = 1.0
    period = asked.periods[measure.document]
    statistic = "statistic" in u.intents or not period.isdisjoint(u.years)
    if measure.usable:
        weight *= WEIGHT_USABLE if asked.personal or "find" in u.intents else 1.1
        weight *= 1.2 if asked.benefit else 1.0
    elif asked.personal and measure.kind in SOFT:
        weight *= 0.75
    if asked.product:
        weight *= 0.4 if measure.usable else 1.4 if measure.kind is Kind.PRODUCT else 1.1
    elif asked.benefit and u.numbers and measure.kind is Kind.PRODUCT:
        weight *= 0.75
    if asked.quoted and any(q in measure.quote for q in asked.quoted):
        weight *= 1.8
    weight *= _fit(measure, asked)
    if measure.kind is Kind.TARGET:
        weight *= 1.4 if "target" in u.intents or asked.counted else 0.8
    figure = bool(u.intents & {"target", "statistic"}) and asked.nature
    if figure:  # 300多亿是目标吗: a target or what was reached, and nothing else
        weight *= 1.4 if measure.kind in (Kind.TARGET, Kind.STATISTIC) else 0.6
    elif measure.kind is Kind.STATISTIC:
        weight *= 1.6 if statistic else 0.7
    elif measure.kind is Kind.INTENTION:
        weight *= 1.0 if statistic else 0.7
    elif "statistic" in u.intents and not measure.usable:
        weight *= 0.8
    if measure.kind is Kind.ABOUT:
        weight *= 1.0 if u.intents & {"definition", "status"} else 0.6
        weight *= 0.5 if "which_document" in u.intents else 1.0
    if u.documents:
        weight *= WEIGHT_NAMED if measure.document in u.documents else WEIGHT_OTHER
    else:
        status = status_of(documents[measure.document]).status
        if u.years and not u.as_of_said:
            weight *= 0.6 if period.isdisjoint(u.years) else 1.4
        elif status in NOT_NOW and not (home == measure.region and status is Status.DRAFT):
            weight *= 0.75
    figures = measure.kind in (Kind.TARGET, Kind.STATISTIC)
    if figures and u.numbers and numbers_of(measure) & set(u.numbers):
        weight = max(weight, 1.3)  # its own figure is asked about
    if "missing_digits" in u.intents and documents[measure.document].damage:
        weight *= 1.6 if measure.lost else 1.0
    elif "missing_digits" in u.intents:
        weight *= 0.6
    if u.clause_marks and any(has_mark(measure, mark) for mark in u.clause_marks):
        weight *= 1.6
    if u.clause_paths and whole_clause(measure.clause) in u.clause_paths:
        weight *= WEIGHT_OF_PATH
    if home is not None and measure.region != home:
        weight *= OTHER_PLACE if "compare" not in u.intents else 1.0
    return weight


def _fit(measure: Measure, asked: _Asked) -> float:
    """How well what is known of the case fits: numbers its rule uses, who applies, conditions."""
    fit = 1.0
    given, who = asked.given, asked.who
    if given & FACTS_OF_RULE.get(measure.rule, frozenset()):
        fit *= 1.35
    for rule, rates in RATE_OF_RULE.items():
        if given & rates and measure.rule in RATE_OF_RULE and measure.rule is not rule:
            fit *= 1.0 if given & RATE_OF_RULE[measure.rule] else 0.5
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
    held = Counter(s for m in usable for s in {s for c in m.conditions for s in slots_of(c)})
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
