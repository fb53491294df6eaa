"""A normalised reading view of a question, with a map back to what was typed.

In:  any string.
Out: a `View`: simplified characters, half width, no invisible characters, single spaces;
     `View.span` turns a span of it into a span of the original. The original is never changed,
     and viewing a view's text again changes nothing.

Width is folded character by character and only where one character stays one character:
「①」「½」「㎡」 are left alone, because folding 「①1000万」 would make it 11000万. The full-width
comma is folded between full-width digits only: elsewhere it ends a phrase (利率4，500万).

Who sets a space at every border of Chinese and digits or Latin (贷了 5000 万) parts nothing by it;
such spaces are left out, but for those before a number that follows a unit (5000 万 3.8%).

A round sum written out in yuan is read as people and papers write it: 80000000元 as 8000万元.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import opencc

_FOLDED = ("<wide>", "<narrow>", "<font>", "<compat>", "<vertical>", "<small>")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by category, invisible to the eye
_INVISIBLE = ("Cc", "Cf", "Mn", "Me", "Cs", "Co")
_FULL_WIDTH_DIGITS = frozenset("０１２３４５６７８９")
_BORDER = re.compile(
    r"(?P<out>(?<=[A-Za-z0-9%]) ?(?=[\u4e00-\u9fff]))"
    r"|(?<=[\u4e00-\u9fff]) ?(?=[A-Za-z0-9])"
)
_WRITTEN_OUT = re.compile(r"(?<![\d.,])[1-9](?:\d{0,2}(?:,\d{3})+|\d*)(?=元)")
_LARGE = ((10**8, "亿"), (10**4, "万"))
_UNITS = frozenset("万亿千百元块年月日天期")  # after which a space parts two numbers
_SIMPLIFIED = opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class View:
    """A text to read from, and where each of its characters stands in the original."""

    text: str
    original: str
    _offsets: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` was read from.

        Raises IndexError where `start:end` is not a span of `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"{start}:{end} is not a span of a text of {len(self.text)}")
        if start == end:
            at = self._offsets[start] if start < len(self.text) else len(self.original)
            return at, at
        return self._offsets[start], self._offsets[end - 1] + 1

    def part(self, start: int, end: int) -> View:
        """The view of `text[start:end]` alone, of the same original."""
        return View(self.text[start:end], self.original, self._offsets[start:end])

    def parted(self, starts: Sequence[int]) -> View:
        """The view with a comma before each of these places, in their order."""
        text, offsets = list(self.text), list(self._offsets)
        for start in reversed(starts):
            text.insert(start, ",")
            offsets.insert(start, self._offsets[start])
        return View("".join(text), self.original, tuple(offsets))

    def without(self, start: int, end: int) -> View:
        """The view without the characters of `text[start:end]`, which say nothing."""
        offsets = self._offsets[:start] + self._offsets[end:]
        return View(self.text[:start] + self.text[end:], self.original, offsets)


@lru_cache(maxsize=1024)
def view(text: str) -> View:
    """The normalised reading view of `text`; those of the last texts are kept."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        folded = _fold(character)
        if character == "，" and _between_full_width_digits(text, offset):
            folded = ","
        if not folded or (folded == " " and (not characters or characters[-1] == " ")):
            continue
        characters.append(folded)
        offsets.append(offset)
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    for at in reversed(_set_spaces("".join(characters))):
        del characters[at], offsets[at]
    for sum_ in reversed([*_WRITTEN_OUT.finditer("".join(characters))]):
        if short := _short(sum_.group()):
            start, end = sum_.span()
            characters[start:end] = short
            offsets[start:end] = [*offsets[start : start + len(short) - 1], offsets[end - 1]]
    return View(_simplify("".join(characters)), text, tuple(offsets))


def _set_spaces(text: str) -> list[int]:
    """Where spaces stand that part nothing, in a text that has one at every border."""
    borders = list(_BORDER.finditer(text))
    if not any(b["out"] for b in borders) or not all(b.group() for b in borders):
        return []
    return [b.start() for b in borders if b["out"] or text[b.start() - 1] not in _UNITS]


def _short(digits: str) -> str:
    """80000000 as 8000万, 100,000,000 as 1亿; "" where the sum is not so round."""
    value = int(digits.replace(",", ""))
    return next((f"{value // size}{unit}" for size, unit in _LARGE if value % size == 0), "")


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    """One character for one: half width, a plain space, or nothing where it cannot be seen."""
    if character.isspace():
        return " "
    if character in _BLANK or unicodedata.category(character) in _INVISIBLE:
        return ""
    if character == "，":
        return character
    tag = unicodedata.decomposition(character).partition(" ")[0]
    compatible = tag.startswith(_FOLDED) or "\uf900" <= character <= "\ufaff"
    if not compatible:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _between_full_width_digits(text: str, offset: int) -> bool:
    return (
        0 < offset < len(text) - 1
        and text[offset - 1] in _FULL_WIDTH_DIGITS
        and text[offset + 1] in _FULL_WIDTH_DIGITS
    )


def _simplify(text: str) -> str:
    """Traditional to simplified by phrase, or by character where a phrase changes length."""
    simplified = str(_SIMPLIFIED.convert(text))
    if len(simplified) == len(text):
        return simplified
    return "".join(_simplify_character(character) for character in text)


@lru_cache(maxsize=8192)
def _simplify_character(character: str) -> str:
    simplified = str(_SIMPLIFIED.convert(character))
    return simplified if len(simplified) == 1 else character
