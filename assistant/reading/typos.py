"""Typing slips in the names of products, titles and measures: 技该专项袋 → 技改专项贷.

In:  a normalised text; the names, the characters' readings and look-alikes (`lexicon/pinyin.txt`,
     `lexicon/look_alikes.yaml`), and what an ordinary word is.
Out: a text of the same length with the slips mended, and each change with its place. Digits and
     letters are never touched, nor a text that holds the name as it is
     (tests/assistant/reading/test_typos.py).

A character may stand for another that sounds alike, the usual confusions included (zh/z, n/l,
an/ang), or looks alike. A longer name bears two slips, a short one a single slip and only where
no ordinary word explains the characters: 贴习近平 stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

SHORTEST = 2
TWO_SLIPS = 5  # names of so many characters bear two
WEIGHTY = 4  # shorter names are mended on strict evidence only
LONGEST_WORD = 4
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("r", "n"), ("hu", "fu"))
_SAME, _SOUND, _NEAR = 0, 1, 2  # the character itself; its sound or shape; nearly its sound


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
        pinyin: Iterable[str],
        look_alikes: Iterable[str],
        is_word: Callable[[str], bool],
    ) -> None:
        """What to look for.

        names        shorter than two characters, or not all Chinese: passed over
        pinyin       lines of a syllable and the characters that have it
        look_alikes  strings of characters that look alike
        is_word      whether some two to four characters are an ordinary word
        """
        self._is_word = is_word
        self._names = frozenset(n for n in names if len(n) >= SHORTEST and _HAN.fullmatch(n))
        self._sounds, self._near_sounds = _sounds(pinyin)
        self._shapes = _shapes(look_alikes)
        self._parts: Mapping[str, Sequence[tuple[str, int]]] = _parts(self._names)
        self._lengths = sorted({len(part) for part in self._parts})

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
            for length in self._lengths:
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
        slips, cost = [], 0
        for at, meant in enumerate(name, start):
            if text[at] == meant:
                continue
            likeness = self._likeness(text[at], meant)
            if likeness is None or len(slips) == _slips(name):
                return None
            slips.append(at)
            cost += likeness
        return _Guess(start, name, tuple(slips), cost) if slips else None

    def _likeness(self, typed: str, meant: str) -> int | None:
        """How far a character is from another; None where they are not alike."""
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
        return any(self._explained(text, at, guess, inside=short) for at in guess.slips)

    def _explained(self, text: str, at: int, guess: _Guess, *, inside: bool) -> bool:
        """Whether a name or word of the text covers the place; `inside` counts those within."""
        for start in range(max(0, at - LONGEST_WORD + 1), at + 1):
            for end in range(max(at + 1, start + 2), min(len(text), start + LONGEST_WORD) + 1):
                within = guess.start <= start and end <= guess.end
                part = text[start:end]
                if part in self._names or ((inside or not within) and self._is_word(part)):
                    return True
        return False


_NOTHING: frozenset[str] = frozenset()


def _slips(name: str) -> int:
    return 2 if len(name) >= TWO_SLIPS else 1


def _sounds(
    lines: Iterable[str],
) -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Per character its readings, and its readings with what people confuse made one."""
    exact: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        syllable, _, characters = line.partition(" ")
        for character in characters:
            exact[character].add(syllable)
    near = {c: frozenset(map(_confused, syllables)) for c, syllables in exact.items()}
    return {c: frozenset(syllables) for c, syllables in exact.items()}, near


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


def _parts(names: Iterable[str]) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Each name cut into one part more than it bears slips, so that one part is always right."""
    parts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in sorted(names):
        count = _slips(name) + 1
        cuts = [len(name) * n // count for n in range(count + 1)]
        for start, end in zip(cuts, cuts[1:], strict=False):
            parts[name[start:end]].append((name, start))
    return dict(parts)
