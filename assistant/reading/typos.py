"""Typing slips in the names of products, titles and measures: 技该专项袋 → 技改专项贷.

In:  a normalised text; the names, the characters' readings and look-alikes (`lexicon/pinyin.txt`,
     `lexicon/look_alikes.yaml`), and what an ordinary word is.
Out: a text of the same length with the slips mended, and each change with its place. Numbers,
     negations and letters neither go nor come (tests/assistant/reading/test_typos.py).

A character may stand for another that sounds alike, the usual confusions included (zh/z, n/l,
an/ang), or looks alike. A longer name bears two slips, a shorter one a single slip; nothing is
mended where ordinary words explain the characters: 贴习近平 and 使用范围 stay.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import ne
from typing import Any

SHORTEST = 2
TWO_SLIPS = 5  # names of so many characters bear two
WEIGHTY = 4  # shorter names are mended on strict evidence only
LONG = 6  # longer ones even where the slip makes an ordinary word: 高薪技术企业
LONGEST_WORD = 4
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# a number or a negation must not come of a guess
_FIXED = frozenset("零〇一二两俩三仨四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾佰仟不没未非无")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("r", "n"), ("hu", "fu"))
_SOUND, _NEAR = 1, 2  # the same sound or a like shape; nearly the sound


@dataclass(frozen=True, slots=True)
class Change:
    """text[start:end] was `original` and is now `corrected`, a name; the lengths are the same."""

    start: int
    end: int
    original: str
    corrected: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The text after all changes, which do not overlap and stand in reading order."""

    text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Guess:
    """A name that text[start:] may have been meant for, with the places of the slips."""

    start: int
    name: str
    slips: tuple[int, ...]
    cost: int

    @property
    def end(self) -> int:
        return self.start + len(self.name)


class Corrector:
    """Mends slips in names. Immutable; build it once and share it."""

    def __init__(
        self,
        names: Iterable[str],
        phrases: Iterable[str],
        pinyin: Iterable[str],
        look_alikes: Mapping[str, Any],
        is_word: Callable[[str], bool],
    ) -> None:
        """What to look for.

        names        special words of two characters and more (转贷, 首台套)
        phrases      what else is looked for, of four characters and more; the rest and what is
                     not all Chinese is passed over
        pinyin       lines of a syllable and the characters that have it
        look_alikes  `alike`: strings of characters that look alike; `alone`: those that are often
                     words by themselves
        is_word      whether some two to four characters are an ordinary word
        """
        self._is_word = is_word
        wanted = {n for n in names if len(n) >= SHORTEST}
        wanted.update(phrase for phrase in phrases if len(phrase) >= WEIGHTY)
        self._names = frozenset(name for name in wanted if _HAN.fullmatch(name))
        self._sounds, self._near_sounds = _sounds(pinyin)
        self._shapes = _shapes(look_alikes["alike"])
        self._alone = frozenset(look_alikes["alone"])
        self._alike = lru_cache(maxsize=1 << 16)(self._likeness)  # common characters come again
        self._parts: Mapping[str, Sequence[tuple[str, int]]] = _parts(self._names)
        self._lengths: Mapping[str, Sequence[int]] = _lengths(self._parts)

    def correct(self, text: str) -> Correction:
        """The text with every slip mended that is beyond doubt."""
        guesses = [g for run in _HAN.finditer(text) for g in self._guesses(text, *run.span())]
        if not guesses:
            return Correction(text, ())
        guesses.sort(key=lambda g: (len(g.slips) - len(g.name), g.cost, g.start))
        changes: list[Change] = []
        for guess in guesses:
            if any(guess.start < c.end and c.start < guess.end for c in changes):
                continue
            if self._doubtful(text, guess, guesses):
                continue
            changes.append(
                Change(guess.start, guess.end, text[guess.start : guess.end], guess.name)
            )
        changes.sort(key=lambda c: c.start)
        mended = text
        for change in changes:
            mended = mended[: change.start] + change.corrected + mended[change.end :]
        return Correction(mended, tuple(changes))

    def _guesses(self, text: str, first: int, last: int) -> Iterable[_Guess]:
        """Names of which a part stands in text[first:last] and the rest is nearly right."""
        seen: set[tuple[int, str]] = set()
        for at in range(first, last):
            for length in self._lengths.get(text[at], ()):
                if at + length > last:
                    break
                for name, offset in self._parts.get(text[at : at + length], ()):
                    start = at - offset
                    if start < first or start + len(name) > last or (start, name) in seen:
                        continue
                    seen.add((start, name))
                    guess = self._compared(text, start, name)
                    if guess is not None:
                        yield guess

    def _compared(self, text: str, start: int, name: str) -> _Guess | None:
        if sum(map(ne, text[start : start + len(name)], name)) > _slips(name):
            return None  # most are, and this is soon seen
        slips: list[int] = []
        cost = 0
        for at, meant in enumerate(name, start):
            if text[at] == meant:
                continue
            likeness = self._alike(text[at], meant)
            if likeness is None:
                return None
            slips.append(at)
            cost += likeness
        return _Guess(start, name, tuple(slips), cost) if slips else None

    def _likeness(self, typed: str, meant: str) -> int | None:
        """How far a character is from another; None where they are not alike, or are fixed."""
        if typed in _FIXED or meant in _FIXED:
            return None
        if not self._sounds.get(typed, _NOTHING).isdisjoint(self._sounds.get(meant, _NOTHING)):
            return _SOUND
        if meant in self._shapes.get(typed, ""):
            return _SOUND
        near = self._near_sounds
        return None if near.get(typed, _NOTHING).isdisjoint(near.get(meant, _NOTHING)) else _NEAR

    def _doubtful(self, text: str, guess: _Guess, guesses: Sequence[_Guess]) -> bool:
        """Whether the characters may be meant as they stand, or for another name."""
        rivals = (
            g
            for g in guesses
            if (g.start, g.end, len(g.slips), g.cost)
            == (guess.start, guess.end, len(guess.slips), guess.cost)
        )
        if any(g.name != guess.name for g in rivals):
            return True
        short = len(guess.name) < WEIGHTY
        if short and guess.cost > _SOUND:
            return True
        window = text[guess.start : guess.end]
        return (
            self._stands_alone(window, guess)
            or any(self._explained(text, at, guess, inside=short) for at in guess.slips)
            or (len(window) <= WEIGHTY and self._crossed(text, guess))
            or (len(window) < LONG and self._divides(window))
        )

    def _stands_alone(self, window: str, guess: _Guess) -> bool:
        """Whether a slip at an edge is rather a word by itself, or the end of another name."""
        first, last = guess.start in guess.slips, guess.end - 1 in guess.slips
        if first and (len(window) < WEIGHTY and self._is_word(window[1:])):
            return True
        return (first and window[0] in self._alone) or (last and window[-1] in self._alone)

    def _explained(self, text: str, at: int, guess: _Guess, *, inside: bool) -> bool:
        """Whether a name or word of the text covers the place; `inside` counts those within."""
        for start in range(max(0, at - LONGEST_WORD + 1), at + 1):
            for end in range(max(at + 1, start + 2), min(len(text), start + LONGEST_WORD) + 1):
                within = guess.start <= start and end <= guess.end
                part = text[start:end]
                if part in self._names or ((inside or not within) and self._is_word(part)):
                    return True
        return False

    def _crossed(self, text: str, guess: _Guess) -> bool:
        """Whether an ordinary word stands across an edge."""
        return any(
            self._is_word(text[start:end])
            for edge in (guess.start, guess.end)
            for start in range(max(0, edge - LONGEST_WORD + 1), edge)
            for end in range(edge + 1, min(len(text), start + LONGEST_WORD) + 1)
        )

    def _divides(self, window: str) -> bool:
        """Whether ordinary words, one after the other, make up all of it."""
        reached = {0}
        for end in range(2, len(window) + 1):
            if any(
                start in reached and self._is_word(window[start:end])
                for start in range(max(0, end - LONGEST_WORD), end - 1)
            ):
                reached.add(end)
        return len(window) in reached


_NOTHING: frozenset[str] = frozenset()


def _slips(name: str) -> int:
    return 2 if len(name) >= TWO_SLIPS else 1


def _sounds(
    lines: Iterable[str],
) -> tuple[Mapping[str, Set[str]], Mapping[str, Set[str]]]:
    """Per character its readings, and its readings with what people confuse made one."""
    exact: dict[str, set[str]] = defaultdict(set)
    near: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        syllable, _, characters = line.partition(" ")
        confused = _confused(syllable)
        for character in characters:
            exact[character].add(syllable)
            near[character].add(confused)
    return dict(exact), dict(near)


def _confused(syllable: str) -> str:
    """The syllable with zh/z, ch/c, sh/s, n/l/r, hu/fu and front and back nasals made one."""
    for one, other in _INITIALS:
        if syllable.startswith(one):
            syllable = other + syllable[len(one) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


def _shapes(groups: Iterable[str]) -> Mapping[str, str]:
    shapes: dict[str, str] = defaultdict(str)
    for group in groups:
        for character in group:
            shapes[character] += group
    return dict(shapes)


def _lengths(parts: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """By its first character, how long a part may be."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for part in parts:
        lengths[part[0]].add(len(part))
    return {character: sorted(of_it) for character, of_it in lengths.items()}


def _parts(names: Iterable[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Each name cut into one part more than it bears slips, so that one part is always right."""
    parts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in sorted(names):
        count = _slips(name) + 1
        cuts = [len(name) * n // count for n in range(count + 1)]
        for start, end in pairwise(cuts):
            parts[name[start:end]].append((name, start))
    return dict(parts)
