"""The one tokenizer (分词), for index and query alike.

In:  any text: full-width, traditional, mixed case.
Out: its words, then the character bigrams of its Chinese runs, each in reading order; a word of
     two characters so counts twice, which ranks better than either alone (docs/retrieval.md).
     ２０２４年專項貸款 and 2024年专项贷款 give the same tokens.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import opencc

from ingest.dictionary import Dictionary

REMEMBERED = 4096  # texts, and runs of Chinese in them, of which the tokens are kept
_VERSION = "1"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]+|[0-9]+(?:\.[0-9]+)*%?")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_SIMPLIFY = opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """The text in half-width, lower-case, simplified characters; lengths may change."""
    simplified: str = _SIMPLIFY.convert(unicodedata.normalize("NFKC", text).lower())
    return simplified


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a word file: one a line, blank lines and lines opening with # left out."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


class Tokenizer:
    """Cuts text into words (jieba with added words) and character bigrams.

    words  what jieba's dictionary lacks: names of products, programmes, offices
    saved  the folder of a dictionary with these words, to spare its making
    cut    texts → their tokens, as a tokenizer of this fingerprint gave them

    The dictionary is opened or made when a text is first cut, once. One instance may be shared by
    threads.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        saved: Path | None = None,
        cut: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._words = tuple(sorted({normalise(word).strip() for word in words} - {""}))
        self._saved = saved
        self._known = cut or {}
        self._dictionary: Dictionary | None = None
        self._lock = threading.Lock()
        self._tokens = lru_cache(maxsize=REMEMBERED)(self._cut_up)
        self._cut = lru_cache(maxsize=REMEMBERED)(self._cut_run)

    @property
    def fingerprint(self) -> str:
        """Changes when the same text could give other tokens: version or added words."""
        material = "\n".join((_VERSION, *self._words))
        return hashlib.sha256(material.encode()).hexdigest()[:16]

    def __call__(self, text: str) -> list[str]:
        """The text's tokens: words first, then bigrams, each in reading order."""
        return list(self._tokens(text))

    def bag(self, texts: Iterable[str]) -> list[str]:
        """The tokens of all texts: those of the texts in lines of one text, in another order.

        Texts that come again and again, headings and keywords, are cut once.
        """
        return [token for text in texts for token in self._tokens(text)]

    def words(self, text: str) -> list[str]:
        """The text's words alone, in reading order."""
        return [word for run in _RUN.findall(normalise(text)) for word in self._cut(run)]

    def _cut_up(self, text: str) -> Sequence[str]:
        if (known := self._known.get(text)) is not None:
            return known
        runs = _RUN.findall(normalise(text))
        words = [word for run in runs for word in self._cut(run)]
        chinese = [run for run in runs if _HAN_RUN.fullmatch(run)]
        return words + [run[i : i + 2] for run in chinese for i in range(len(run) - 1)]

    def _cut_run(self, run: str) -> list[str]:
        if not _HAN_RUN.fullmatch(run):
            return [run]
        cut: list[str] = self.dictionary.lcut(run)
        return cut

    def is_word(self, word: str) -> bool:
        """Whether the dictionary has it."""
        return self.dictionary.get(word) > 0

    @property
    def dictionary(self) -> Dictionary:
        """The words that text is cut into."""
        with self._lock:
            if self._dictionary is None:
                self._dictionary = (
                    Dictionary.build(self._words)
                    if self._saved is None
                    else Dictionary.load(self._saved)
                )
        return self._dictionary
