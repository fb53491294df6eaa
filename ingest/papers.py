"""The papers of a snapshot, by id, and by what a text calls them: titles, 文号, places.

In:  documents; then a text.
Out: the papers that it names, as if each were looked for in it (tests/ingest/test_papers.py): a
     question waits as long among three thousand papers as among five.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import cached_property

import marisa_trie

from ingest.document import Document

LEAST_OF_TITLE = 8  # characters of a title's end that name its paper
_NOT_IN_NAMES = re.compile(r"[\s〔〕\[\]()（）【】《》“”\"]")
_NOT_IN_NUMBERS = re.compile(r"[\s〔〕\[\]()【】年第]")


class Papers(dict[str, Document]):
    """Documents by id, in the order of the corpus. Nothing is changed once it is made; threads may
    share it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        super().__init__((document.id, document) for document in documents)

    @cached_property
    def _by_region(self) -> dict[str, frozenset[str]]:
        found: dict[str, list[str]] = {}
        for document in self.values():
            found.setdefault(document.region, []).append(document.id)
        return {region: frozenset(ids) for region, ids in found.items()}

    @property
    def regions(self) -> Set[str]:
        """The places whose rules these are."""
        return self._by_region.keys()

    def of_regions(self, regions: Iterable[str]) -> frozenset[str]:
        """The ids of the papers of some places."""
        return frozenset().union(*(self._by_region.get(region, ()) for region in regions))

    @cached_property
    def _names(self) -> tuple[marisa_trie.Trie, dict[str, list[str]], int]:
        """文号 and titles without brackets and blanks → the papers' ids; the longest's length."""
        named: dict[str, list[str]] = {}
        for document in self.values():
            number = re.sub(r"[\s〔〕]", "", document.number or "")
            title = re.sub(r"[\s《》（）()“”]", "", document.short_title)
            for name in filter(None, (number, title)):
                named.setdefault(name, []).append(document.id)
        return marisa_trie.Trie(named), named, max(map(len, named), default=0)

    @cached_property
    def _ends(self) -> dict[str, list[tuple[str, str]]]:
        """The last characters of titles → titles, without what stands in brackets at their end,
        and ids."""
        ends: dict[str, list[tuple[str, str]]] = {}
        for document in self.values():
            title = re.sub(r"（[^）]*）$|[\s《》“”]", "", document.title)
            ends.setdefault(title[-LEAST_OF_TITLE:], []).append((title, document.id))
        return ends

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        numbers = (_NOT_IN_NUMBERS.sub("", d.number) for d in self.values() if d.number)
        return tuple(dict.fromkeys(numbers))

    def named(self, text: str) -> tuple[str, ...]:
        """The papers whose 文号 or whole title stands in the text, in their order."""
        trie, named, longest = self._names
        text = _NOT_IN_NAMES.sub("", text)
        found = {
            identifier
            for at in range(len(text))
            for name in trie.prefixes(text[at : at + longest])
            for identifier in named[name]
        }
        return tuple(identifier for identifier in self if identifier in found) if found else ()

    def half_named(self, text: str) -> tuple[str, ...]:
        """The paper of whose title the text says the larger half, up to its end; () where
        several."""
        text = _NOT_IN_NAMES.sub("", text)
        said: dict[str, int] = {}
        for at in range(len(text) - LEAST_OF_TITLE + 1):
            for title, identifier in self._ends.get(text[at : at + LEAST_OF_TITLE], ()):
                longest = len(title) - LEAST_OF_TITLE
                for start in range(min(len(title) // 2, longest) + 1):
                    if title[start:] in text:
                        said[identifier] = len(title) - start
                        break
        best = [name for name, length in said.items() if length == max(said.values())]
        return tuple(best) if len(best) == 1 else ()

    def has_number(self, text: str) -> bool:
        """Whether a text ends with the 文号 of one of them."""
        return _NOT_IN_NUMBERS.sub("", text).endswith(self._numbers)
