"""The dictionary (词典): the words that text is cut into, jieba's and added ones.

In:  the added words; or a folder that a dictionary was saved in.
Out: a jieba tokenizer that cuts as jieba's own does (tests/ingest/test_dictionary.py). Opened from
     its files, which are mapped into memory, it is there at once; made anew it takes a second, and
     jieba's own takes that long and 70 MB besides, at every start.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

import marisa_trie
import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's sources hold invalid escapes
    import jieba

_WORDS, _FREQUENCIES = "words.marisa", "frequencies.npy"
_ADDED = 20_000  # the frequency of an added word: it outweighs the split into its parts


class Dictionary(jieba.Tokenizer):  # type: ignore[misc]  # jieba has no types
    """jieba with its words in a trie instead of a dict of all their beginnings.

    Threads may share it. Nothing is added to it, and the files must stay in place.
    """

    def __init__(self, words: marisa_trie.Trie, frequencies: Sequence[int]) -> None:
        """frequencies  by the words' numbers in the trie; then jieba's sum, the longest's length"""
        super().__init__()
        self._words = words
        self._frequencies = frequencies
        self._longest = frequencies[len(words) + 1]
        self.FREQ = self  # what jieba asks is `get` alone
        self.total = frequencies[len(words)]
        self.initialized = True

    @classmethod
    def build(cls, added: Iterable[str] = ()) -> Dictionary:
        """jieba's words, and the added ones, which keep together what they are made of."""
        known: dict[str, int] = {}
        total = 0
        with jieba.Tokenizer().get_dict_file() as lines:
            for line in lines:
                word, frequency, _ = line.decode().split(" ")
                known[word] = int(frequency)
                total += known[word]
        for word in added:
            known[word] = _ADDED
            total += _ADDED
        words = marisa_trie.Trie(known)
        frequencies = [0] * len(words) + [total, max(map(len, known))]
        for word, frequency in known.items():
            frequencies[words[word]] = frequency
        return cls(words, frequencies)

    def save(self, folder: Path) -> None:
        """Write the dictionary into the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._words.save(str(folder / _WORDS))
        np.save(folder / _FREQUENCIES, np.array(self._frequencies, dtype="<u4"))

    @classmethod
    def load(cls, folder: Path) -> Dictionary:
        """Open a saved dictionary. Raises OSError where the folder holds none."""
        frequencies = np.load(folder / _FREQUENCIES, mmap_mode="r")
        return cls(marisa_trie.Trie().mmap(str(folder / _WORDS)), memoryview(frequencies))

    def get(self, word: str) -> int:
        """The word's frequency, 0 where it is none."""
        number = self._words.get(word)
        return 0 if number is None else self._frequencies[number]

    def get_DAG(self, sentence: str) -> None:  # noqa: N802
        """Nothing: `calc` finds the words itself."""

    def calc(self, sentence: str, _: None, route: dict[int, tuple[float, int]]) -> None:
        """Fill in per position the best way from it: its weight, and the end of its first word."""
        whole, end = log(self.total), len(sentence)
        words, frequencies, longest = self._words, self._frequencies, self._longest
        route[end] = (0, 0)
        for start in range(end - 1, -1, -1):
            best: tuple[float, int] | None = None
            for word, number in words.iter_prefixes_with_ids(sentence[start : start + longest]):
                after = start + len(word)
                way = (log(frequencies[number]) - whole + route[after][0], after - 1)
                if best is None or way > best:
                    best = way
            route[start] = best or (route[start + 1][0] - whole, start)
