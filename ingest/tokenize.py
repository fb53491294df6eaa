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
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import opencc

REMEMBERED = 256  # texts of which the tokens are kept
_VERSION = "1"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]+|[0-9]+(?:\.[0-9]+)*%?")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_WORD_FREQUENCY = 20_000  # an added word outweighs the split into its parts
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

    words  what the dictionary lacks: names of products, programmes, offices

    The dictionary is read at the first call, once, with nothing written to disk: about 0.4 s and
    70 MB. One instance may be shared by threads.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = tuple(sorted({normalise(word).strip() for word in words} - {""}))
        self._jieba: Any = None
        self._lock = threading.Lock()
        self._tokens = lru_cache(maxsize=REMEMBERED)(self._cut_up)  # a turn cuts its text again

    @property
    def fingerprint(self) -> str:
        """Changes when the same text could give other tokens: version or added words."""
        material = "\n".join((_VERSION, *self._words))
        return hashlib.sha256(material.encode()).hexdigest()[:16]

    def __call__(self, text: str) -> list[str]:
        """The text's tokens: words first, then bigrams, each in reading order."""
        return list(self._tokens(text))

    def _cut_up(self, text: str) -> list[str]:
        runs = _RUN.findall(normalise(text))
        words = [word for run in runs for word in self._cut(run)]
        chinese = [run for run in runs if _HAN_RUN.fullmatch(run)]
        return words + [run[i : i + 2] for run in chinese for i in range(len(run) - 1)]

    def _cut(self, run: str) -> list[str]:
        if not _HAN_RUN.fullmatch(run):
            return [run]
        cut: list[str] = self._dictionary().lcut(run)
        return cut

    def is_word(self, word: str) -> bool:
        """Whether the dictionary has it."""
        return bool(self._dictionary().FREQ.get(word))

    def _dictionary(self) -> Any:
        with self._lock:
            if self._jieba is None:
                self._jieba = _load_jieba(self._words)
        return self._jieba


def _load_jieba(words: Iterable[str]) -> Any:
    """A jieba instance of our own, without jieba's cache file, log lines and import warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's sources hold invalid escapes
        import jieba
    instance = jieba.Tokenizer()
    instance.FREQ, instance.total = instance.gen_pfdict(instance.get_dict_file())
    instance.initialized = True
    for word in words:
        instance.add_word(word, _WORD_FREQUENCY)
    return instance
