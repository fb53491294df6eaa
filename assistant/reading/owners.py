"""Whose loan, guarantee or policy a number is of, and which of several a later turn speaks of.

In:  a normalised text, the facts read from it or known before, the places it names, the lexicon.
Out: facts with the names that their loan goes by (老厂, 渝北); the numbers of the loans spoken of.
     A name is a stretch of the text itself (tests/assistant/reading/test_owners.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.conversation import GROUPED, Fact
from assistant.reading.lexicon import Lexicon
from assistant.reading.regions import RegionMention

SUMS = ("principal", "guaranteed_amount", "premium")
SURE = 0.5
APART = "|"
NUMERALS = "一二三四五六"


def owned(
    text: str,
    facts: Sequence[Fact],
    found: Sequence[RegionMention],
    lexicon: Lexicon,
) -> tuple[Fact, ...]:
    """The facts of each loan with its names: the last that stand before its sum and after the
    loan before."""
    sums = {f.group: f.span for f in facts if f.slot in SUMS and f.span is not None}
    names: dict[int, str] = {}
    left = 0
    for group, (start, end) in sorted(sums.items(), key=lambda pair: pair[1]):
        said = [m.group() for m in lexicon.cues["owner"].finditer(text, left, start)]
        places = [
            m.short
            for m in found
            if left <= m.start and m.end <= start and m.confidence >= SURE and m.district
        ]
        names[group] = APART.join([*said[-1:], *places[-1:]])
        left = end
    shared = len(set(names.values())) < len(names)

    def told(fact: Fact) -> Fact:
        if fact.slot not in GROUPED:
            return fact
        name = "" if shared and len(names) > 1 else names.get(fact.group, "")
        return replace(fact, owner=name)

    return tuple(told(f) for f in facts)


def spoken_of(
    text: str, known: Sequence[Fact], last: Sequence[int], lexicon: Lexicon
) -> tuple[int, ...]:
    """The loans that a text speaks of, of several known; () where of all or none in particular."""
    sums = [f for f in known if f.slot in SUMS and not f.denied]
    groups = list(dict.fromkeys(f.group for f in sums))
    stretched = any(f.label or f.project for f in sums)
    if len(groups) < 2 or stretched:
        return ()
    named = [f.group for f in sums if any(n in text for n in _names(f))]
    named = named or _by_sum(text, sums, lexicon) or _by_place(text, groups, lexicon)
    if not named:
        other = lexicon.cues["the_other"].search(text)
        if other and len(last) == 1:
            named = [g for g in groups if g not in last]
    if named:
        return tuple(dict.fromkeys(named)) if set(named) < set(groups) else ()
    if lexicon.cues["back_to"].search(text):  # not the last: another answer's
        return ()
    if lexicon.cues["all_of_them"].search(text) or lexicon.cues["total"].search(text):
        return ()
    return tuple(g for g in last if g in groups)


def is_another(known: Sequence[Fact], new: Sequence[Fact]) -> bool:
    """Whether the new facts are of a loan with a name that no known loan goes by."""
    before = [f for f in known if f.slot in SUMS]
    names = [n for f in new if f.slot in SUMS for n in _names(f)]
    if not names or not any(_names(f) for f in before):
        return False
    return not any(n in _names(f) for n in names for f in before)


def _names(fact: Fact) -> list[str]:
    return [n for n in fact.owner.split(APART) if n]


def _by_sum(text: str, sums: Iterable[Fact], lexicon: Lexicon) -> list[int]:
    """大的那笔, 小的那个: by how much they are."""
    ordered = sorted(sums, key=lambda f: Decimal(f.value))
    if lexicon.cues["larger"].search(text):
        return [ordered[-1].group]
    return [ordered[0].group] if lexicon.cues["smaller"].search(text) else []


def _by_place(text: str, groups: Sequence[int], lexicon: Lexicon) -> list[int]:
    """第二笔, 前一个, 后一笔: by the order in which they were told."""
    found: list[int] = []
    for match in lexicon.cues["ordinal_loan"].finditer(text):
        said = re.sub(r"[^一二三四五六1-6前头后末]", "", match.group())[0]
        if said in "前头":
            found.append(groups[0])
        elif said in "后末":
            found.append(groups[-1])
        else:
            index = NUMERALS.find(said) if said in NUMERALS else int(said) - 1
            found += groups[index : index + 1]
    return found
