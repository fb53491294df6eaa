"""Whether a sentence says what other sentences say, in other words.

In:  the lines written by rule, a model's sentence with its marks, the word lists.
Out: None, or a Chinese reason. The same figures, marks and bounds in the same order, the same
     negations, names, places, parties and clauses, the same words that decide (上限, 未载明, 如果);
     and no word that is neither in the lines nor one of the plain ones of prompts/same.yaml
     (tests/assistant/language/test_sameness.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.grounding.reading import SLOT, Claims, Reading, pairs
from assistant.language.drafts import CITED, MARK, Line, Proposal

FILE = "prompts/same.yaml"
_HAN = re.compile("[\u4e00-\u9fff]")
_FOREIGN = re.compile("[A-Za-z]+")
_PLAIN_CHARACTERS = re.compile(
    "[\u4e00-\u9fffA-Za-z0-9０-９"
    "，。；：、？！“”《》〔〕（）()\\[\\]{}%％.,:;·‐–—―…×÷+＋－\\-/=* ]*"
)
_FIRST = 0xE100  # private characters that stand for marks while a text is read
_LONGEST_WORD = 12
_SHORTEST_NAME = 4
_LEAST_KEPT = 0.5
_SHORTEST_PIECE = 2


@dataclass(frozen=True)
class _Seen:
    """A text as it is compared."""

    reading: Reading
    sequence: tuple[tuple[object, ...], ...]
    negations: int
    weighty: frozenset[str]
    roles: frozenset[str]
    places: frozenset[str]
    paths: frozenset[str]
    quotes: frozenset[str]
    bold: int


class Sameness:
    """Compares sentences. Immutable."""

    def __init__(self, words: Mapping[str, Any], claims: Claims, names: Iterable[str]) -> None:
        """From prompts/same.yaml, the word lists of verify, and all names that there are."""
        self._claims = claims
        self._names = tuple(n for n in names if len(n) >= _SHORTEST_NAME)
        self._deciding = tuple((group, re.compile(group)) for group in words["deciding"])
        self._plain = frozenset(str(w) for w in words["plain"])

    def departs(self, lines: Sequence[Line], proposal: Proposal) -> str | None:
        """How the sentence departs from the lines; None where it says the same."""
        rule = "".join(line.template for line in lines)
        told = proposal.text
        marks = {mark for line in lines for mark in line.fills}
        unknown = [m for m in MARK.findall(told) if m not in marks]
        if unknown:
            return f"{unknown[0]}不是这几句的记号"
        if not set(CITED.findall(told)) <= set(CITED.findall(rule)):
            return "引文号不是这几句的"
        if not _PLAIN_CHARACTERS.fullmatch(told):
            return "有不该有的符号"
        if len(told) > 2 * len(rule) + 20:
            return "写得太长"
        before, after = self._seen(rule), self._seen(told)
        return (
            self._differs(before, after)
            or self._names_differ(rule, told)
            or self._adds(rule, told)
            or _drops(before.reading, after.reading)
        )

    def _seen(self, text: str) -> _Seen:
        marks = {mark: chr(_FIRST + i) for i, mark in enumerate(sorted(set(MARK.findall(text))))}
        back = {character: mark for mark, character in marks.items()}
        reading = self._claims.read(MARK.sub(lambda found: marks[found.group()], text))
        at: list[tuple[int, tuple[object, ...]]]
        at = [(f.start, ("figure", f.key, f.bound)) for f in reading.figures]
        at += [(i, ("mark", back[c])) for i, c in enumerate(reading.text) if c in back]
        negations, weighty = self._claims.weighty(reading.plain)
        piece = self._claims.piece(reading.plain, reading.figures)
        return _Seen(
            reading=reading,
            sequence=tuple(what for _, what in sorted(at, key=lambda row: row[0])),
            negations=negations,
            weighty=weighty,
            roles=frozenset(piece.roles),
            places=frozenset(p.name for p in self._claims.places(reading.text)),
            paths=frozenset(reading.text[s.start : s.end] for s in reading.paths),
            quotes=frozenset(reading.text[s.start : s.end] for s in reading.quotes),
            bold=text.count("**"),
        )

    def _differs(self, before: _Seen, after: _Seen) -> str | None:
        if before.sequence != after.sequence:
            return _sequence_reason(before, after)
        for group, words in self._deciding:
            there = words.search(before.reading.text)
            if bool(there) != bool(words.search(after.reading.text)):
                word = there.group() if there else group.split("|")[0]
                return f"{'少' if there else '多'}了“{word}”这个意思"
        for what, one, other in (
            ("否定词", before.negations, after.negations),
            ("说法", before.weighty, after.weighty),
            ("对象和按年按次的说法", before.roles, after.roles),
            ("地名", before.places, after.places),
            ("条款号", before.paths, after.paths),
            ("引号里的话", before.quotes, after.quotes),
            ("加粗", before.bold, after.bold),
        ):
            if one != other:
                return f"{what}与原句不一样"
        return None

    def _names_differ(self, rule: str, told: str) -> str | None:
        for name in self._names:
            if (name in rule) != (name in told):
                return f"{'少' if name in rule else '多'}了“{name}”"
        return None

    def _adds(self, rule: str, told: str) -> str | None:
        """A word that is neither in the lines nor a plain one."""
        for word in _FOREIGN.findall(MARK.sub("", told)):
            if word not in rule:
                return f"“{word}”不在原句里"
        stuck = self._stuck(told, rule)
        if stuck < len(told):
            return f"“{told[max(0, stuck - 1) : stuck + 3]}”不在原句里，也不是普通的连接词"
        return None

    def _stuck(self, told: str, rule: str) -> int:
        """How far pieces of the lines and plain words, one after the other, cover the sentence."""
        reached = [True] + [False] * len(told)
        furthest = 0
        for at in range(len(told)):
            if not reached[at]:
                continue
            for end in range(at + 1, min(len(told), at + _LONGEST_WORD) + 1):
                piece = told[at:end]
                if (
                    piece in self._plain
                    or (len(piece) >= _SHORTEST_PIECE and piece in rule)
                    or not (end > at + 1 or _HAN.match(piece))
                ):
                    reached[end] = True
                    furthest = max(furthest, end)
        return len(told) if reached[len(told)] else furthest


def _sequence_reason(before: _Seen, after: _Seen) -> str:
    for old, new in zip(before.sequence, after.sequence, strict=False):
        if old != new:
            return f"此处应为{_shown(before, old)}，写成了{_shown(after, new)}"
    if len(after.sequence) < len(before.sequence):
        return f"少了{_shown(before, before.sequence[len(after.sequence)])}"
    return f"多了{_shown(after, after.sequence[len(before.sequence)])}"


def _shown(seen: _Seen, what: tuple[object, ...]) -> str:
    if what[0] == "mark":
        return str(what[1])
    texts = (f.text for f in seen.reading.figures if f.key == what[1] and f.bound == what[2])
    return f"“{next(texts, '')}”（连同上下限）"


def _drops(before: Reading, after: Reading) -> str | None:
    """Whether too little of the lines is left."""
    wanted = pairs(before.plain.replace(SLOT, ""))
    kept = wanted & pairs(after.plain.replace(SLOT, ""))
    if len(kept) < _LEAST_KEPT * len(wanted):
        return "漏掉的内容太多"
    return None
