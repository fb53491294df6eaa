"""Conditions in three values: met, unmet or unknown, from the facts of a case.

In:  a measure's conditions, facts, the slots' vocabulary. Pure.
Out: one judgement per condition; a fact never said leaves its condition unknown
     (tests/assistant/measures/test_conditions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Truth, Verdict
from assistant.conversation import Fact
from assistant.measures.model import Condition, Measure
from assistant.reading.lexicon import SlotSpec

SURE = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition with its value.

    open_slots  the facts that would decide it
    left        of an unknown condition with several ways to meet it, those still open where the
                others are ruled out
    """

    condition: Condition | None
    text: str
    result: Truth
    open_slots: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def judge(
    measure: Measure, facts: Sequence[Fact], slots: Mapping[str, SlotSpec]
) -> tuple[Judged, ...]:
    """Every condition of a measure, who may apply first."""
    out: list[Judged] = []
    if measure.applicant:
        said = [f for f in facts if f.slot == "applicant"]
        result = _is(measure.applicant, said, slots.get("applicant"))
        if result is Truth.UNMET and all(f.confidence < SURE for f in said):
            result = Truth.UNKNOWN  # implied only: it may be somebody else who asks
        out.append(
            Judged(
                None,
                f"申请主体为{'、'.join(measure.applicant)}",
                result,
                ("applicant",) if result is Truth.UNKNOWN else (),
            )
        )
    for condition in measure.conditions:
        result = truth_of(condition, facts, slots)
        unknown = tuple(_open(condition, facts, slots)) if result is Truth.UNKNOWN else ()
        ways = condition.any_ or () if result is Truth.UNKNOWN else ()
        open_ways = [w for w in ways if truth_of(w, facts, slots) is not Truth.UNMET]
        left = tuple(map(words, open_ways)) if len(open_ways) < len(ways) else ()
        out.append(Judged(condition, words(condition), result, unknown, left))
    return tuple(out)


def verdict(judged: Sequence[Judged]) -> Verdict:
    """One unmet condition decides against; all met for; else it stays open."""
    results = {j.result for j in judged}
    if Truth.UNMET in results:
        return Verdict.DOES_NOT_APPLY
    return Verdict.MAY_APPLY if Truth.UNKNOWN in results else Verdict.APPLIES


def slots_of(condition: Condition) -> Sequence[str]:
    """Every slot that a condition tests."""
    return condition.slots


def words(condition: Condition) -> str:
    """The condition as a reader sees it."""
    if condition.text:
        return condition.text
    parts = condition.any_ or condition.all_ or ()
    return ("，或".join if condition.any_ else "且".join)(words(p) for p in parts)


def truth_of(condition: Condition, facts: Sequence[Fact], slots: Mapping[str, SlotSpec]) -> Truth:
    """Whether these facts meet the condition; unknown where nothing was said of its slots."""
    if condition.any_ is not None:
        results = [truth_of(c, facts, slots) for c in condition.any_]
        return _best(results, Truth.MET, Truth.UNKNOWN, Truth.UNMET)
    if condition.all_ is not None:
        results = [truth_of(c, facts, slots) for c in condition.all_]
        return _best(results, Truth.UNMET, Truth.UNKNOWN, Truth.MET)
    assert condition.slot is not None
    said = [f for f in facts if f.slot == condition.slot]
    if condition.is_ is not None:
        return _is(condition.is_, said, slots.get(condition.slot))
    over = [Decimal(f.value) for f in said if f.over and not f.denied]
    if over:  # 1%出头: above 1%, by how much nobody knows
        exceeds = condition.at_most is not None and max(over) >= condition.at_most
        return Truth.UNMET if exceeds else Truth.UNKNOWN
    values = [Decimal(f.value) for f in said if not f.denied]
    if not values:
        return Truth.UNKNOWN
    holds = [
        (condition.at_most is None or v <= condition.at_most)
        and (condition.at_least is None or v >= condition.at_least)
        for v in values
    ]
    return Truth.MET if all(holds) else Truth.UNKNOWN if any(holds) else Truth.UNMET


def _best(results: Iterable[Truth], *order: Truth) -> Truth:
    found = set(results)
    return next(truth for truth in order if truth in found)


def _is(accepted: Sequence[str], said: Sequence[Fact], spec: SlotSpec | None) -> Truth:
    def atoms(value: str) -> frozenset[str]:
        return spec.atoms(value) if spec else frozenset({value})

    wanted = frozenset().union(*(atoms(v) for v in accepted))
    affirmed = [f.value for f in said if not f.denied]
    denied = frozenset().union(*(atoms(f.value) for f in said if f.denied), frozenset())
    many = spec is not None and spec.type == "choices"
    results: list[Truth] = []
    for value in affirmed:
        mine = atoms(value)
        maybe = spec.values[value].may_be if spec and value in spec.values else frozenset()
        if mine <= wanted:
            results.append(Truth.MET)
        elif mine & wanted or maybe & wanted:
            results.append(Truth.UNKNOWN)
        elif not many:
            results.append(Truth.UNMET)
    if Truth.MET in results:
        return Truth.MET
    if wanted and wanted <= denied:
        return Truth.UNMET
    if Truth.UNKNOWN in results:
        return Truth.UNKNOWN
    return Truth.UNMET if results else Truth.UNKNOWN


def _open(
    condition: Condition, facts: Sequence[Fact], slots: Mapping[str, SlotSpec]
) -> Iterable[str]:
    """The slots that would decide an unknown condition, the nearest branch first."""
    branches = condition.any_ or condition.all_
    if branches is None:
        if condition.slot:
            yield condition.slot
        return
    alive = [c for c in branches if truth_of(c, facts, slots) is Truth.UNKNOWN]
    seen: set[str] = set()
    for branch in alive:
        for slot in _open(branch, facts, slots):
            if slot not in seen:
                seen.add(slot)
                yield slot
