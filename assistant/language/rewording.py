"""Let a model say the sentences of an answer in other words, and use those that say the same.

In:  the sentences that the rules wrote and `verify` kept; what they rest on; the help.
Out: the sentences to say, in the same order. One of a model is used only where it says the same as
     those it stands for and `verify` keeps it; one that may not is asked for once more with the
     reason; then the rules' own stands (tests/assistant/language/test_rewording.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Behaviour, Calculation, Citation, Statement
from assistant.language.drafts import Line, Proposal, added, draft, proposals, statement_of
from assistant.language.help import Finder, Help
from assistant.language.masking import mask, material
from assistant.language.sameness import Sameness
from assistant.matching.subject import Situation
from assistant.measures.reader import Place
from assistant.writing.sheet import on_one_line

LOG = logging.getLogger(__name__)
FILE = "prompts/prompts.yaml"
MOST_ADDED = 2
MOST_SHOWN = 400  # characters of a clause that the model is shown

_FIXED = frozenset({Situation.SMALL_TALK, Situation.RESTART, Situation.NOTHING})
Judge = Callable[[Statement, Statement | None], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a brief says besides the sentences."""

    question: str
    before: Sequence[str]
    as_of: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Reworded:
    """The sentences to say.

    own       how many of them are the model's
    added     the clauses that it wants quoted as well
    """

    statements: tuple[Statement, ...]
    own: int = 0
    added: tuple[Place, ...] = ()


def is_worth_rewording(behaviour: Behaviour, situation: Situation) -> bool:
    """Whether it is an answer: refusals and courtesies stay as people have reviewed them."""
    return behaviour is not Behaviour.REFUSE and situation not in _FIXED


def reword(
    statements: Sequence[Statement],
    calculations: Sequence[Calculation],
    citations: Sequence[Citation],
    asked: Asked,
    words: Mapping[str, Any],
    help_: Help,
    finder: Finder,
    same: Sameness,
    judge: Judge,
) -> Reworded:
    """The sentences in a model's words where they hold.

    words  prompts/prompts.yaml
    judge  why `verify` would withhold a sentence, given the one that follows it
    """
    lines = draft(statements, calculations)
    if not any(line.may_be_reworded for line in lines):
        return Reworded(tuple(statements))
    brief = _brief(lines, citations, asked, words)
    system = str(words["compose_system"])
    reply = help_.write(system, (brief,), finder)
    if reply is None:
        return Reworded(tuple(statements))
    said = proposals(reply.text, lines)
    places = tuple(reply.found[n] for n in added(reply.text) if n in reply.found)[:MOST_ADDED]
    if not said and not places:
        help_.unused("unusable")
        return Reworded(tuple(statements))
    check = _Check(lines, same, judge)
    good, bad = check.all(said)
    if bad:
        reasons = "\n".join(f"{_numbers(p)}: {material(p.text)}（{reason}）" for p, reason in bad)
        turns = (brief, reply.text, str(words["again"]).format(reasons=reasons))
        second = help_.write(system, turns, finder)
        open_ = {n for p, _ in bad for n in p.numbers}
        if second is not None:
            again = [p for p in proposals(second.text, lines) if set(p.numbers) <= open_]
            more, still_bad = check.all(again)
            good += more
            bad += still_bad
    help_.withheld(len(bad))
    if not good and not places:
        help_.unused("withheld")
    return Reworded(
        _assembled(lines, good),
        own=len(good),
        added=places,
    )


@dataclass(frozen=True, slots=True)
class _Check:
    """Judges proposals."""

    lines: Sequence[Line]
    same: Sameness
    judge: Judge

    def all(
        self, said: Sequence[Proposal]
    ) -> tuple[list[tuple[Proposal, Statement]], list[tuple[Proposal, str]]]:
        """The proposals that may be said, as sentences, and the others with the reason."""
        good: list[tuple[Proposal, Statement]] = []
        bad: list[tuple[Proposal, str]] = []
        for proposal in said:
            lines = [self.lines[n - 1] for n in proposal.numbers]
            statement = statement_of(proposal, lines)
            after = self.lines[proposal.numbers[-1] :]
            if [line.statement for line in lines] == [statement]:  # word for word
                good.append((proposal, statement))
                continue
            reason = self.same.departs(lines, proposal) or self.judge(
                statement, after[0].statement if after else None
            )
            if reason is None:
                good.append((proposal, statement))
            else:
                LOG.warning("withheld: %s: %s", reason, mask(statement.text))
                bad.append((proposal, reason))
        return good, bad


def _numbers(proposal: Proposal) -> str:
    return "+".join(map(str, proposal.numbers))


def _assembled(
    lines: Sequence[Line], good: Sequence[tuple[Proposal, Statement]]
) -> tuple[Statement, ...]:
    first = {proposal.numbers[0]: statement for proposal, statement in good}
    replaced = {n for proposal, _ in good for n in proposal.numbers}
    found = []
    for line in lines:
        if line.number in first:
            found.append(first[line.number])
        elif line.number not in replaced:
            found.append(line.statement)
    return tuple(found)


def _brief(
    lines: Sequence[Line], citations: Sequence[Citation], asked: Asked, words: Mapping[str, Any]
) -> str:
    none = str(words["none"])
    fills = {mark_: text for line in lines for mark_, text in line.fills.items()}
    return str(words["compose"]).format(
        before="；".join(map(material, asked.before)) or none,
        question=material(asked.question),
        as_of=asked.as_of,
        region=asked.region or none,
        rewordable=_listed(line for line in lines if line.may_be_reworded),
        fixed=_listed(line for line in lines if not line.may_be_reworded) or none,
        marks="\n".join(f"{mark_} = {material(text)}" for mark_, text in fills.items()) or none,
        clauses="\n".join(map(_clause, citations)) or none,
    )


def _listed(lines: Any) -> str:
    return "\n".join(f"{line.number}: {material(line.template)}" for line in lines)


def _clause(citation: Citation) -> str:
    quote = on_one_line(citation.quote)[:MOST_SHOWN]
    return material(f"[{citation.n}]《{citation.document_title}》{citation.clause_path}：{quote}")
