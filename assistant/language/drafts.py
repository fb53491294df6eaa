"""Sentences as a model is given them, and as it gives them back.

In:  the sentences of an answer written by rule; a model's text, a sentence a line.
Out: `Line`s, whose amounts, formulas and long quotations are marks in braces; `Proposal`s that say
     which lines they stand for. A line whose marks are filled in again is the sentence it was made
     of (tests/assistant/language/test_drafts.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Calculation, Statement, StatementKind
from assistant.calculators.money import yuan

MOST_TEXT = 8000  # characters of a reply that are read
REWORDED = frozenset(
    {
        StatementKind.CONCLUSION,
        StatementKind.FIGURE,
        StatementKind.CONDITION,
        StatementKind.CAVEAT,
    }
)
MARK = re.compile(r"\{[a-z]+\d+(?:\.[a-z]+)?\}")
CITED = re.compile(r"\[(\d{1,3})\]")
_QUOTE = re.compile("“(?:[^“”]|“[^“”]*”){9,}”")
_LESSER = re.compile(r"min\((.+), ([^,()]+)\)")
_TOLD = re.compile(
    r"^\s*(?:[-*•]\s*)?(\d{1,3}(?:\s*[+＋、和]\s*\d{1,3})*)\s*[:：.．、]\s*(\S.*?)\s*$"
)
_ADDED = re.compile(r"^\s*(?:[-*•]\s*)?[+＋]\s*\[(\d{1,3})\]\s*$")
_END = "。：；？！"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence by its number.

    template  the sentence with marks in the place of amounts, formulas and long quotations
    fills     what stands there, by mark
    """

    number: int
    statement: Statement
    template: str
    fills: Mapping[str, str]

    @property
    def may_be_reworded(self) -> bool:
        """Quotations and questions stay as they are."""
        return self.statement.kind in REWORDED


@dataclass(frozen=True, slots=True)
class Proposal:
    """One sentence of a model, in the place of some lines; its marks are not filled in yet."""

    numbers: tuple[int, ...]
    text: str


def draft(statements: Sequence[Statement], calculations: Sequence[Calculation]) -> tuple[Line, ...]:
    """The sentences as lines, in their order, numbered from 1."""
    known = {c.id: c for c in calculations}
    quotes: dict[str, str] = {}
    lines = []
    for number, statement in enumerate(statements, start=1):
        words = [
            pair for identifier in statement.calculations for pair in _amounts(known[identifier])
        ]
        for found in _QUOTE.findall(statement.text):
            words.append((f"{{q{len(quotes) + 1}}}", found))
            quotes.setdefault(found, f"{{q{len(quotes) + 1}}}")
        words = [(quotes.get(text, mark), text) for mark, text in words]
        template, fills = statement.text, {}
        for mark, text in sorted(words, key=lambda pair: -len(pair[1])):
            if text in template:
                template = template.replace(text, mark)
                fills[mark] = text
        lines.append(Line(number, statement, template, fills))
    return tuple(lines)


def _amounts(calculation: Calculation) -> list[tuple[str, str]]:
    """What a calculation's amount and formula are written as."""
    formulas = [calculation.formula]
    lesser = _LESSER.fullmatch(calculation.formula)
    if lesser:  # min(a, b) is also said as a，封顶b
        formulas += [f"{lesser[1]}，封顶{lesser[2]}", lesser[1]]
    found = [(f"{{{calculation.id}.formula}}", text) for text in formulas if len(text) > 3]
    if calculation.amount_yuan is not None:
        amount = yuan(Decimal(calculation.amount_yuan), calculation.currency)
        found.append((f"{{{calculation.id}}}", amount))
    return found


def fill(text: str, fills: Mapping[str, str]) -> str:
    """The text with its marks filled in; an unknown one stays."""
    return MARK.sub(lambda found: fills.get(found.group(), found.group()), text)


def proposals(text: str, lines: Sequence[Line]) -> tuple[Proposal, ...]:
    """What a reply proposes: each line at most once, several only where they follow one another."""
    known = {line.number: line for line in lines}
    taken: set[int] = set()
    found = []
    for row in text[:MOST_TEXT].splitlines():
        told = _TOLD.match(row)
        if not told:
            continue
        numbers = tuple(int(n) for n in re.findall(r"\d+", told[1]))
        if taken & set(numbers) or not _may_stand_for(numbers, known):
            continue
        taken |= set(numbers)
        found.append(Proposal(numbers, told[2]))
    return tuple(found)


def _may_stand_for(numbers: Sequence[int], known: Mapping[int, Line]) -> bool:
    """Lines that may be reworded; several only from one paragraph, one after the other."""
    if list(numbers) != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    lines = [known[n] for n in numbers if n in known]
    if len(lines) < len(numbers) or not all(line.may_be_reworded for line in lines):
        return False
    joined = len(lines) > 1
    return not joined or (
        len({line.statement.paragraph for line in lines}) == 1
        and not any(line.statement.mark for line in lines)
    )


def added(text: str) -> tuple[int, ...]:
    """The numbers of the clauses that a reply wants quoted as well."""
    found = (_ADDED.match(row) for row in text[:MOST_TEXT].splitlines())
    return tuple(dict.fromkeys(int(row[1]) for row in found if row))


def statement_of(proposal: Proposal, lines: Sequence[Line]) -> Statement:
    """The sentence of a proposal, resting on what its lines rest on.

    The marks [n] that it left out are put back before its end; it ends as its last line does.
    """
    first, last = lines[0].statement, lines[-1].statement
    fills = {mark: text for line in lines for mark, text in line.fills.items()}
    text = fill(proposal.text, fills).rstrip(_END)
    wanted = [n for line in lines for n in CITED.findall(line.statement.text)]
    there = set(CITED.findall(text))
    text += "".join(f"[{n}]" for n in dict.fromkeys(wanted) if n not in there)
    end = last.text[-1:] if last.text[-1:] in _END else "。"
    return Statement(
        text=text + end,
        kind=first.kind,
        citations=tuple(sorted({n for line in lines for n in line.statement.citations})),
        calculations=tuple(dict.fromkeys(c for line in lines for c in line.statement.calculations)),
        mark=first.mark,
        paragraph=first.paragraph,
    )
