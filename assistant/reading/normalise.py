"""A normalised reading view of a question, with a map back to what was typed.

In:  any string.
Out: a `View`: simplified characters, half width, no invisible characters, single spaces;
     `View.span` turns a span of it into a span of the original. The original is never changed,
     and viewing a view's text again changes nothing.

Width is folded character by character and only where one character stays one character:
「①」「½」「㎡」 are left alone, because folding 「①1000万」 would make it 11000万. The full-width
comma is folded between full-width digits only: elsewhere it ends a phrase (利率4，500万).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

import opencc

_FOLDED = ("<wide>", "<narrow>", "<font>", "<compat>", "<vertical>", "<small>")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by category, invisible to the eye
_INVISIBLE = ("Cc", "Cf", "Mn", "Me", "Cs", "Co")
_FULL_WIDTH_DIGITS = frozenset("０１２３４５６７８９")
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
    return View(_simplify("".join(characters)), text, tuple(offsets))


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
