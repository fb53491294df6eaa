"""Many patterns, of which only those are tried that may stand in a text.

In:  regular expressions; a text.
Out: which of them stand in it, the same as if each were tried
     (tests/assistant/reading/test_patterns.py). Of most it is known what a text must have for them
     to stand in it: one of some characters or pairs of characters. One is compiled when it is first
     tried. A snapshot keeps the marks of its word lists' patterns, by their texts.
"""

from __future__ import annotations

import hashlib
import re
import re._constants as sre  # type: ignore[import-not-found]
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import add
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_LETTERS = re.compile("[A-Za-z]+")
_COMMON = 4  # a single character counts as much as so many pairs: it stands in more texts
Marks = frozenset[str]
KNOWN = (
    f"lexicon/marks-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"  # by this code
)


class Patterns:
    """Some patterns. Immutable but for what is compiled; threads may share it."""

    def __init__(
        self,
        patterns: Iterable[str],
        *,
        whatever_case: bool = False,
        known: Mapping[str, Collection[str] | None] | None = None,
    ) -> None:
        """Raises re.error for one that is none.

        known  some patterns' marks, as `marks` has them
        """
        self._texts = tuple(patterns)
        self._flags = tuple(
            re.IGNORECASE if whatever_case and text.lower() != text.upper() else 0
            for text in self._texts  # one without letters is found more quickly without the flag
        )
        self._compiled: list[re.Pattern[str] | None] = [None] * len(self._texts)
        self.marks: dict[str, Collection[str] | None] = {}
        always: list[int] = []
        self._by_mark: dict[str, list[int]] = {}
        for n, (text, flags) in enumerate(zip(self._texts, self._flags, strict=True)):
            marks = known[text] if known and text in known else marks_of(text, flags)
            self.marks[text] = marks
            if marks is None:
                always.append(n)
            for mark in marks or ():
                self._by_mark.setdefault(mark, []).append(n)
        self._always = tuple(always)

    def __getitem__(self, n: int) -> re.Pattern[str]:
        pattern = self._compiled[n]
        if pattern is None:
            pattern = self._compiled[n] = re.compile(self._texts[n], self._flags[n])
        return pattern

    def compile_all(self) -> None:
        """Compile now what is compiled late."""
        for n in range(len(self._texts)):
            self[n]

    def found(self, text: str) -> Iterator[int]:
        """The numbers of those that stand in the text, in their order."""
        return (n for n in self._likely(text) if self[n].search(text))

    def _likely(self, text: str) -> Sequence[int]:
        marks = marks_in(text)
        if marks is None:
            return range(len(self._texts))
        likely = set(self._always)
        for mark in marks & self._by_mark.keys():
            likely.update(self._by_mark[mark])
        return sorted(likely)


def marks_in(text: str) -> Marks | None:
    """The characters and pairs of a text, in small letters; None where it has letters of which
    the case is not that simple (ſ is an s too)."""
    rest = text if text.isascii() else _LETTERS.sub("", text)
    if not rest.isascii() and rest.lower() != rest.upper():
        return None
    text = text.lower()
    return frozenset((*text, *map(add, text, text[1:])))


def marks_of(pattern: str, flags: int = 0) -> Marks | None:
    """Marks of which every text has one in which the pattern stands; None where none are known."""
    return _marks(parser.parse(pattern, flags))


def _marks(parsed: Iterable[tuple[Any, Any]]) -> Marks | None:
    """Of all that must stand there one after the other, the marks that stand in fewest texts."""
    known: list[Marks] = []
    before = ""
    for kind, of in parsed:
        here = ""
        if kind is sre.LITERAL:
            here = chr(of).lower()
            known.append(frozenset({before + here if before else here}))
        elif (marks := _marks_of_one(kind, of)) is not None:
            known.append(marks)
        before = here
    simple = [marks for marks in known if all(m.isascii() or m.lower() == m.upper() for m in marks)]
    return min(simple, key=_weight, default=None)


def _marks_of_one(kind: Any, of: Any) -> Marks | None:
    if kind is sre.SUBPATTERN:
        return _marks(of[3])
    if kind is sre.ATOMIC_GROUP:
        return _marks(of)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _marks(of[2]) if of[0] else None
    if kind is sre.BRANCH:
        branches = [_marks(branch) for branch in of[1]]
        return None if None in branches else frozenset().union(*(b for b in branches if b))
    if kind is sre.IN and all(each is sre.LITERAL for each, _ in of):
        return frozenset(chr(character).lower() for _, character in of)
    return None


def _weight(marks: Marks) -> int:
    return sum(1 if len(mark) > 1 else _COMMON for mark in marks)
