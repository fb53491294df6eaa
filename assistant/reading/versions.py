"""A question that tells two cases of one thing: before a change and after it.

In:  a normalised text, its quantities, the lexicon's cues.
Out: a `Versions` with the text as it reads before and as it reads after, each as long as the text,
     so that spans hold; None where one case is told (tests/assistant/reading/test_versions.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

CHANGING = frozenset({"money", "rate", "points", "lpr_spread", "duration", "number", "date"})
PAIRED = ("duration", "points", "date")  # of which one loan or policy has one
PARTS = re.compile(r"[,，。;；!！?？]")
MOST_PARTS = 2
REACH = 9  # characters before a sum in which stands that it was repaid


@dataclass(frozen=True, slots=True)
class Versions:
    """`after` tells everything anew where `whole`, else only what changes."""

    before: str
    after: str
    whole: bool


def versions(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> Versions | None:
    """从60BP谈到20BP; 保一年和保三年差多少; 原定保三年，要是只保一年."""
    return (
        _from_to(text, quantities, lexicon)
        or _repaid_or_not(text, quantities, lexicon)
        or _supposed(text, lexicon)
        or _side_by_side(text, quantities, lexicon)
    )


def _from_to(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> Versions | None:
    before = after = text
    for first, second in itertools.pairwise(quantities):
        if first.kind != second.kind or first.kind not in CHANGING:
            continue
        lead = lexicon.cues["changed_from"].search(text[: first.start])
        plain = first.kind in PAIRED and first.value != second.value  # 保三年改成只保两年
        if not (lead or plain):
            continue
        if lexicon.cues["changed_to"].match(text[first.end : second.start]):
            start = lead.start() if lead else first.start
            before = _one(before, start, first, second.end)
            after = _one(after, start, second, second.end)
    return Versions(before, after, whole=True) if before != after else None


def _repaid_or_not(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> Versions | None:
    """先还掉1200万，还和不还差多少: the loan with what is repaid of it, and without."""
    if not lexicon.cues["repaid_or_not"].search(text):
        return None
    before = text
    for q in quantities:
        near = text[max(0, q.start - REACH) : q.start]
        told = any(lexicon.cues[cue].search(near) for cue in ("repaid_before", "left_over"))
        if q.kind == "money" and told:
            before = before[: q.start] + " " * (q.end - q.start) + before[q.end :]
    return Versions(before, text, whole=True) if before != text else None


def _side_by_side(text: str, quantities: Sequence[Quantity], lexicon: Lexicon) -> Versions | None:
    if not any(lexicon.cues[cue].search(text) for cue in ("difference", "each_of_two")):
        return None
    for kind in PAIRED:
        alike = [q for q in quantities if q.kind == kind]
        for first, second in itertools.pairwise(alike):
            between = text[first.end : second.start]
            beside = lexicon.cues["beside"].fullmatch(between)
            held = kind == "duration" and lexicon.cues["held_beside"].fullmatch(between)
            if first.value != second.value and (beside or held):
                return Versions(
                    _one(text, first.start, first, second.end),
                    _one(text, first.start, second, second.end),
                    whole=True,
                )
    return None


def _one(text: str, start: int, quantity: Quantity, end: int) -> str:
    """A stretch of the text in which only one quantity is left."""
    return text[:start] + quantity.text + " " * (end - start - len(quantity.text)) + text[end:]


def _supposed(text: str, lexicon: Lexicon) -> Versions | None:
    """The one part of the sentence that supposes, and the rest of it."""
    found = list(lexicon.cues["supposes"].finditer(text))
    marked = lexicon.cues["originally"].search(text)
    if not found and marked:
        found = list(lexicon.cues["instead"].finditer(text, marked.end()))[:1]
    if len(found) != 1:
        return None
    start = found[0].start()
    end = start
    for _ in range(MOST_PARTS):
        stop = PARTS.search(text, end + 1)
        end = stop.start() if stop else len(text)
        if any(c.isdigit() or c in "一二两三四五六七八九十半百千万亿" for c in text[start:end]):
            break
    part = text[start:end]
    if not (marked or lexicon.cues["supposes_change"].search(part)):
        return None
    blank = " " * (end - start)
    return Versions(
        text[:start] + blank + text[end:],
        " " * start + part + " " * (len(text) - end),
        whole=False,
    )
