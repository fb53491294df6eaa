"""What a turn goes on with: the measures of the last answer.

In:  a view of a question that goes on with the last subject.
Out: the measures that it asks about: 第二个 picks one, another party's stands in for it
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.matching.choosing import CERTAIN, MOST
from assistant.matching.view import View
from assistant.matching.weighing import (
    APPLICANT,
    COMMON,
    ENTERPRISE,
    FACTS_OF_RULE,
    NOT_NOW,
    RATE_OF_RULE,
    wants_amount,
)
from assistant.measures.model import Measure, Rule

COUNTED = "一二三四五六"


def continued(view: View) -> list[Measure]:
    """The measures that the turn asks about, as they are now if it asks for that."""
    previous = view.previous
    if view.returned_to is not None:
        return [view.returned_to]
    if view.says("total", "has_all") and len(view.conversation.earlier) > 1:
        ids = dict.fromkeys((*view.conversation.earlier, *view.conversation.subjects))
        before = [view.catalogue.by_id[m] for m in ids if m in view.catalogue.by_id]
        previous = tuple(m for m in before if m.usable) or previous
    if view.tells_only and view.bearing:  # a fact is judged on what asks for it
        previous = view.bearing
    if view.says("total") and len(previous) > 1 and view.says("each_party"):
        return list(previous)  # 企业和担保公司都拿满，加起来: each for its own
    kept = [_of_place(m, view) for m in _returned(view) or _picked(previous, view)]
    kept = _for_what_is_told(_for_applicant(kept, view), view)
    return [_current(m, view) for m in kept] if view.says("now") else kept


def _of_place(measure: Measure, view: View) -> Measure:
    """Where another place is asked about now (换成洛阳的呢), what is called there by the same word
    that was said of the measure."""
    if not view.u.regions or view.home in (None, measure.region):
        return measure
    words = {k for k in measure.keywords for q in view.conversation.questions if k in q}
    alike = view.similar(measure, view.home or "")
    return next((m for m in alike if m.usable and words & set(m.keywords)), measure)


def _returned(view: View) -> list[Measure]:
    """The measure of an earlier answer to which a number of this turn, or the place, goes back
    where the last one has no use for it: 回到刚才那笔贷款，利率3.5%呢."""
    given = {f.slot for f in view.u.new_facts}

    def fits(measure: Measure) -> bool:
        uses = FACTS_OF_RULE.get(measure.rule, frozenset())
        return bool(given & uses) and view.home in (None, measure.region)

    if any(fits(m) for m in view.previous):
        return []
    known = view.catalogue.by_id
    earlier = [known[m] for m in reversed(view.conversation.earlier) if m in known]
    return [m for m in earlier if fits(m)][:1]


def is_own_case(view: View) -> bool:
    """Whether a sum and its rate are told that none of the last measures has a use for: 4800万，
    利率3.25%，最多贴多少, after a list of loans."""
    given = {f.slot for f in view.u.new_facts}
    uses = [use for use in FACTS_OF_RULE.values() if len(given & use) > 1]
    if not uses or view.returned_to is not None or not wants_amount(view.u):
        return False
    rules = {measure.rule for measure in (*view.previous, *_returned(view))}
    return not any(given & FACTS_OF_RULE.get(rule, frozenset()) for rule in rules)


def _picked(previous: Sequence[Measure], view: View) -> list[Measure]:
    """One of the last measures: 第二个, by the question 后者, by its word 独角兽那份."""
    sides = view.conversation.sides
    asked = [side for cue, side in (("former", 0), ("latter", -1)) if view.says(cue)]
    if len(asked) == 1 and sides and (one := view.catalogue.by_id.get(sides[asked[0]])):
        return [one]
    meant = by_its_word(previous, view)
    if meant is not None:
        return [meant]
    ordinal = view.lexicon.cues["ordinal"].search(view.u.text)
    if ordinal:
        said = ordinal.group(1)
        number = COUNTED.find(said) if said in COUNTED else int(said) - 1
        if 0 <= number < len(previous):
            return [previous[number]]
    return list(previous[:MOST])


def by_its_word(measures: Sequence[Measure], view: View) -> Measure | None:
    """Of several measures the one that is picked by what it is for: 独角兽那份."""
    its_part, u = view.lexicon.cues["its_part"], view.u
    named = {(m.slot, m.value) for m in u.mentions if its_part.match(u.text[m.end :])}
    meant = [
        m for m in measures if any((c.slot, v) in named for c in m.conditions for v in c.is_ or ())
    ]
    return meant[0] if len(meant) == 1 else None


def _for_applicant(kept: Sequence[Measure], view: View) -> list[Measure]:
    """Where somebody else is asked about now (那担保机构呢), that party's measure of the clause."""
    new = view.u.new_facts
    who = {f.value for f in new if f.slot == APPLICANT and f.confidence >= CERTAIN}
    given = {f.slot for f in new}
    if given & RATE_OF_RULE[Rule.SHARE_OF_INTEREST] and not given & {"fee_rate", "fee_paid"}:
        who = who or {ENTERPRISE}  # whoever pays interest borrows
    out: list[Measure] = []
    for measure in kept:
        other = next(
            (
                m
                for m in view.catalogue.measures
                if who & set(m.applicant)
                and (m.document, m.clause) == (measure.document, measure.clause)
            ),
            measure,
        )
        out.append(measure if not who or who & set(measure.applicant) else other)
    return list({m.id: m for m in out}.values())


def _for_what_is_told(kept: Sequence[Measure], view: View) -> list[Measure]:
    """Where another product or title is told of now (要是首版次软件呢), the measure of the same
    clause that asks for it."""
    told = {(f.slot, f.value) for f in view.u.new_facts if not f.denied}

    def asked(measure: Measure) -> dict[str, set[str]]:
        return {c.slot: set(c.is_) for c in measure.conditions if c.slot and c.is_}

    def fits(measure: Measure) -> bool:
        return any((slot, v) in told for slot, values in asked(measure).items() for v in values)

    def other(measure: Measure) -> Measure:
        slots = {slot for slot, _ in told} & set(asked(measure)) - COMMON
        clause = (measure.document, measure.clause)
        if fits(measure) or not slots:
            return measure
        others = (m for m in view.catalogue.measures if (m.document, m.clause) == clause)
        found = (m for m in others if fits(m) and m.kind is measure.kind and slots & set(asked(m)))
        return next(found, measure)

    return list({m.id: m for m in map(other, kept)}.values())


def _current(measure: Measure, view: View) -> Measure:
    """For a measure whose time is over, what is like it and in force now."""

    def over(of: Measure) -> bool:
        return view.status_of(view.documents[of.document]).status in NOT_NOW

    if not over(measure):
        return measure
    likely = view.similar(measure, measure.region)
    return next((m for m in likely if m.usable and not over(m)), measure)
