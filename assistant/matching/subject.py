"""What a match consists of: the situation, the subjects with their verdicts.

In:  a measure, the facts, the standing of its paper, the place that was asked about.
Out: a `Subject`; a `Match` holds those that the answer is about. A measure of another place, of a
     draft, an expired paper or a reply letter is never said to apply
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from assistant.answer import Truth, Verdict
from assistant.conversation import Fact
from assistant.matching.weighing import NOT_NOW
from assistant.measures.conditions import Judged, judge, verdict
from assistant.measures.model import Measure
from assistant.measures.reader import Place
from assistant.reading.lexicon import Lexicon
from ingest.document import Status, StatusFinding
from ingest.index import Hit

OVER_OR_TO_COME = (Status.EXPIRED, Status.REPEALED, Status.NOT_YET_EFFECTIVE)


class Situation(StrEnum):
    """What kind of answer is due; each has its own wording."""

    INJECTION = "injection"
    PROMISE = "promise"
    CHEAT = "cheat"
    ERRAND = "errand"  # something to be done for the person
    PROGRESS = "progress"  # how far somebody's application has got
    PERSONAL_DATA = "personal_data"
    EXTRACTION = "extraction"
    PRIVATE = "private"  # a matter of private life
    OTHER_POLICY = "other_policy"  # a benefit of another field, called by its name
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    RESTART = "restart"
    NO_DOCUMENT = "no_document"  # the place has no document here
    REGION_CONFLICT = "region_conflict"
    UNKNOWN_NUMBER = "unknown_number"
    TERM = "term"  # a name that is asked about as such
    NOT_IN_PAPER = "not_in_paper"  # the paper that was named says nothing of it
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


# what the papers are not about
NOT_HERE = frozenset({Situation.OUT_OF_SCOPE, Situation.OTHER_POLICY, Situation.PRIVATE})


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
    places: tuple[Place, ...] = ()  # the clauses named by their paths; where a name stands
    home: str | None = None  # the corpus's region that the asked place belongs to
    follow_up: bool = False
    absent: str | None = None  # the asked place that no document is for, or no measure
    name: str = ""  # the name that is asked about as such


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
    judged = judge(measure, [*facts, *_rate_of_fee(facts)], lexicon.slots)
    found = verdict(judged)
    here = home == measure.region if asked else True
    if not here or status.status in OVER_OR_TO_COME:
        found = Verdict.DOES_NOT_APPLY
    elif (status.status in NOT_NOW or not measure.usable) and found is Verdict.APPLIES:
        found = Verdict.MAY_APPLY
    return Subject(measure, score, judged, found, status, here)


def _rate_of_fee(facts: Sequence[Fact]) -> list[Fact]:
    """The fee rate that a yearly fee comes to, where that was told and no rate."""
    told = {f.slot: f for f in facts if not f.denied}
    amount = told.get("guaranteed_amount") or told.get("principal")
    fee = told.get("fee_paid")
    if fee is None or amount is None or "fee_rate" in told or not Decimal(amount.value):
        return []
    return [replace(fee, slot="fee_rate", value=str(Decimal(fee.value) / Decimal(amount.value)))]
