"""How many questions until a verdict: the questioner beside the exact optimum.

In:  profiles.yaml: kinds of people with their answers; what they want to know and say first.
Out: the mean number of questions over sampled people, and its ratio to the least possible mean.

A person wants the verdict of one measure, or of every usable measure of a document. A question
reveals one slot's whole value and is put once. It ends when no measure is left open that another
answer could decide. The optimum knows the distribution exactly and asks, at each state of
knowledge, what makes the expected number of questions least, among the facts that still matter;
it is computed by exhaustion, memoised by what is left of the conditions. The questioner knows
`lexicon/priors.yaml` alone (tests/evals/test_asking.py).
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from assistant.answer import Truth
from assistant.asking import AND, NONE, Asking, answered
from assistant.conversation import Fact
from assistant.measures.conditions import judge
from assistant.measures.model import Condition, Measure
from assistant.measures.reader import read_catalogue
from assistant.reading.lexicon import Lexicon, SlotSpec
from evals.questions import CORPUS
from ingest.datafiles import read_data
from ingest.sources import load_sources

FILE = Path(__file__).parent / "profiles.yaml"
PRIORS = "lexicon/priors.yaml"
MOST_RATIO = 1.2

Belief = tuple[int, tuple[float, ...]]  # a group, and how probable each of its kinds is


@dataclass(frozen=True)
class Rest:
    """What is left of a measure's conditions: a single condition, or all or one of some.

    slot   of a single condition; None where its slot was answered and leaves it open for good
    parts  of a group, none of them decided
    """

    leaf: int = 0
    slot: str | None = None
    every: bool = True
    parts: frozenset[Rest] = frozenset()

    @cached_property
    def slots(self) -> frozenset[str]:
        """The slots that could decide it."""
        own = frozenset() if self.slot is None else frozenset({self.slot})
        return own.union(*(part.slots for part in self.parts))


@dataclass(frozen=True)
class State:
    """What decides how to go on: the measures still open, and what answers have told of others."""

    rests: frozenset[Rest]
    beliefs: frozenset[Belief] = frozenset()

    @cached_property
    def slots(self) -> frozenset[str]:
        """The slots that still matter; none when it is over."""
        return frozenset().union(*(rest.slots for rest in self.rests))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of people within a group: its share, and per slot the share of each answer."""

    share: float
    answers: Mapping[str, Mapping[str, float]]


class Population:
    """Who asks: groups of slots, independent of each other, each a mixture of kinds of people."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.groups = tuple(tuple(_kinds(group["kinds"])) for group in raw["groups"])
        self.group_of = {
            slot: number for number, kinds in enumerate(self.groups) for slot in kinds[0].answers
        }

    def draw(self, random_: random.Random) -> dict[str, str]:
        """One person: the answer to every slot."""
        truth: dict[str, str] = {}
        for kinds in self.groups:
            kind = random_.choices(kinds, [kind.share for kind in kinds])[0]
            truth |= {slot: _drawn(random_, answers) for slot, answers in kind.answers.items()}
        return truth

    def answers(self, slot: str, state: State) -> Mapping[str, float]:
        """The probability of each answer for a slot."""
        group = self.group_of[slot]
        found: dict[str, float] = {}
        for kind, belief in zip(self.groups[group], self._belief(group, state), strict=True):
            if belief:
                for said, share in kind.answers[slot].items():
                    found[said] = found.get(said, 0.0) + share * belief
        return found

    def believe(self, slot: str, said: str, state: State) -> Belief:
        """What is believed of the slot's group once it is answered."""
        group = self.group_of[slot]
        weights = [
            belief * kind.answers[slot].get(said, 0.0)
            for kind, belief in zip(self.groups[group], self._belief(group, state), strict=True)
        ]
        return group, tuple(round(weight / sum(weights), 12) for weight in weights)

    def _belief(self, group: int, state: State) -> tuple[float, ...]:
        shares = tuple(kind.share for kind in self.groups[group])
        return next((belief for number, belief in state.beliefs if number == group), shares)


class Game:
    """The states of knowledge, how answers lead from one to another, and the best question."""

    def __init__(
        self, measures: Sequence[Measure], slots: Mapping[str, SlotSpec], people: Population
    ) -> None:
        self._slots, self._people = slots, people
        self._leaves: list[Measure] = []
        self._formulas = {measure.id: self._formula(measure) for measure in measures}
        self._after = cache(self._reduced)
        self.best = cache(self._best)

    def start(self, wanted: Iterable[str]) -> State:
        """Nothing is known yet of the measures wanted."""
        rests = (self._formulas[name] for name in wanted)
        return State(frozenset(rest for rest in rests if rest.slots))

    def follow(self, state: State, slot: str, said: str) -> State:
        """The state once a slot is answered."""
        reduced = (
            self._after(rest, slot, said) if slot in rest.slots else rest for rest in state.rests
        )
        after = State(frozenset(r for r in reduced if isinstance(r, Rest) and r.slots))
        groups = {self._people.group_of[name] for name in after.slots}
        told = self._people.believe(slot, said, state)
        beliefs = {told, *(b for b in state.beliefs if b[0] != told[0])}
        return State(after.rests, frozenset(b for b in beliefs if b[0] in groups))

    def facts(self, said: Mapping[str, str]) -> list[Fact]:
        """Answers as facts."""
        return [fact for slot, answer in said.items() for fact in self._answer(slot, answer)]

    def _best(self, state: State) -> tuple[float, str]:
        """The least expected number of questions from here, and the question to begin with."""
        return min(
            (
                (
                    1
                    + sum(
                        share * self.best(self.follow(state, slot, said))[0]
                        for said, share in self._people.answers(slot, state).items()
                    ),
                    slot,
                )
                for slot in state.slots
            ),
            default=(0.0, ""),
        )

    def _reduced(self, rest: Rest, slot: str, said: str) -> Rest | bool:
        """What is left after an answer: True where it holds, False where it does not."""
        if not rest.parts:
            if rest.slot != slot:
                return rest
            truth = judge(self._leaves[rest.leaf], self._answer(slot, said), self._slots)[0].result
            return Rest(rest.leaf) if truth is Truth.UNKNOWN else truth is Truth.MET
        return _joined(rest.every, [self._after(part, slot, said) for part in rest.parts])

    def _answer(self, slot: str, said: str) -> tuple[Fact, ...]:
        return answered(self._slots[slot], () if said == NONE else tuple(said.split(AND)))

    def _formula(self, measure: Measure) -> Rest:
        def rest(condition: Condition) -> Rest | bool:
            parts = condition.any_ or condition.all_
            if parts is not None:
                return _joined(condition.all_ is not None, [rest(part) for part in parts])
            single = measure.model_copy(update={"applicant": (), "conditions": (condition,)})
            self._leaves.append(single)
            return Rest(len(self._leaves) - 1, condition.slot)

        conditions = [rest(condition) for condition in measure.conditions]
        if measure.applicant:
            who = Condition.model_validate({"slot": "applicant", "is": measure.applicant})
            conditions.append(rest(who))
        return Rest(parts=frozenset(c for c in conditions if isinstance(c, Rest)))


def _joined(every: bool, parts: Sequence[Rest | bool]) -> Rest | bool:
    """All or one of some, simplified by those that are decided."""
    if (not every) in parts:
        return not every
    left = frozenset(part for part in parts if isinstance(part, Rest))
    return Rest(every=every, parts=left) if left else every


@dataclass(frozen=True, slots=True)
class Person:
    """One sampled case: what is wanted, everything that is true, what was said first."""

    wanted: tuple[str, ...]
    truth: Mapping[str, str]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Questions per person: of the questioner, and of the optimum for the same people.

    expected  the mean that the optimum expects before the answers are drawn
    most_open the most facts that still mattered when a person had begun
    """

    asked: tuple[int, ...]
    least: tuple[int, ...]
    expected: float
    most_open: int

    @property
    def ratio(self) -> float:
        """The questioner's mean over the optimum's."""
        return statistics.fmean(self.asked) / statistics.fmean(self.least)


class Evaluation:
    """The corpus's measures, a questioner, the people who ask."""

    def __init__(self, raw: Mapping[str, Any], corpus: Path = CORPUS) -> None:
        data = read_data(corpus)
        documents = {document.id: document for document in load_sources(corpus)}
        self.slots = Lexicon(data).slots
        self._raw = raw
        self.usable = [m for m in read_catalogue(data, documents).measures if m.usable]
        self.people = Population(raw)
        self.game = Game(self.usable, self.slots, self.people)
        self.asking = Asking(self.usable, self.slots, data.get(PRIORS, {}))

    def persons(self, count: int) -> Iterator[Person]:
        """People drawn from the distribution; always the same ones."""
        random_ = random.Random(self._raw["seed"])
        for _ in range(count):
            yield self._person(random_)

    def _person(self, random_: random.Random) -> Person:
        raw = self._raw
        document = _drawn(random_, raw["documents"])
        offered = tuple(m.id for m in self.usable if m.document == document)
        wanted = offered
        if _drawn(random_, raw["wanted"]) == "one":
            wanted = (random_.choice(offered),)
        truth = self.people.draw(random_)
        opening = random_.choices(raw["openings"], [row["share"] for row in raw["openings"]])[0]
        said = list(opening["slots"])
        state = self._state(wanted, truth, said)
        while len(state.slots) > raw["most_open"]:
            slot = random_.choice(sorted(state.slots))
            said.append(slot)
            state = self.game.follow(state, slot, truth[slot])
        return Person(wanted, truth, tuple(said))

    def _state(self, wanted: Iterable[str], truth: Mapping[str, str], said: Iterable[str]) -> State:
        state = self.game.start(wanted)
        for slot in said:
            state = self.game.follow(state, slot, truth[slot])
        return state

    def run(self, count: int) -> Result:
        """Ask every person in both ways."""
        asked, least, expected, most = [], [], [], 0
        for person in self.persons(count):
            begun = self._state(person.wanted, person.truth, person.said)
            asked.append(self._questions(person, begun, self._questioner))
            least.append(self._questions(person, begun, self._optimum))
            expected.append(self.game.best(begun)[0])
            most = max(most, len(begun.slots))
        return Result(tuple(asked), tuple(least), statistics.fmean(expected), most)

    def _questions(
        self,
        person: Person,
        state: State,
        choose: Callable[[Person, State, Mapping[str, str]], str],
    ) -> int:
        known = {slot: person.truth[slot] for slot in person.said}
        while state.slots:
            slot = choose(person, state, known)
            known[slot] = person.truth[slot]
            state = self.game.follow(state, slot, known[slot])
        return len(known) - len(set(person.said))

    def _questioner(self, person: Person, _state: State, known: Mapping[str, str]) -> str:
        facts = self.game.facts(known)
        return self.asking.next_slots(person.wanted, facts, limit=1, without=known)[0]

    def _optimum(self, _person: Person, state: State, _known: Mapping[str, str]) -> str:
        return self.game.best(state)[1]


def _kinds(rows: Sequence[Mapping[str, Any]]) -> Iterator[Kind]:
    shares = _shares({row["name"]: row["share"] for row in rows})
    for row in rows:
        answers = {slot: _shares(said) for slot, said in row["answers"].items()}
        yield Kind(shares[row["name"]], answers)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def _drawn(random_: random.Random, weights: Mapping[str, float]) -> str:
    return random_.choices(list(weights), list(weights.values()))[0]


def profiles() -> Mapping[str, Any]:
    """profiles.yaml as written."""
    raw: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return raw


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where the ratio is above the allowed."""
    parser = argparse.ArgumentParser(
        prog="python -m evals asking",
        description="测得出结论要追问几次，并与精确算出的最少次数相比。",
    )
    parser.add_argument("--profiles", type=int, metavar="N", help="抽多少位咨询者")
    args = parser.parse_args(argv)
    raw = profiles()
    result = Evaluation(raw).run(args.profiles or raw["profiles"])
    print(f"咨询者 {len(result.asked)} 位，开口之后至多还有 {result.most_open} 项事实要紧")
    print(f"平均追问 {statistics.fmean(result.asked):.3f} 次")
    print(f"最少可能 {statistics.fmean(result.least):.3f} 次（事前期望 {result.expected:.3f} 次）")
    print(f"两者之比 {result.ratio:.3f}，不得超过 {MOST_RATIO}")
    return int(result.ratio > MOST_RATIO)
