"""Works (著作): the law or paper that a row is part of, and how much it is spoken of by others.

In:  per row a title, 《民法典》第五条, and the text.
Out: per row the number of its work, and how often rows of other works name that work in 《》.
     What a work says of itself does not count (tests/ingest/test_works.py).

A work that many others name is one of general application: it is what a question asked of no work
in particular mostly falls under.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

NO_WORK = -1

_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条")
_STATE = "中华人民共和国"  # opens the name of a law, and is left out as often as it is said
_NAMED = re.compile(r"[《〈]([^《》〈〉]+)[》〉]")

Numbers = npt.NDArray[np.int64]


def name_of(title: str) -> str:
    """The work that a title names: of 《中华人民共和国民法典》第五条 民法典; empty for none."""
    return _ARTICLE.split(title)[0].strip(" 《》:：").removeprefix(_STATE)


def works_of(names: Iterable[str]) -> tuple[int, ...]:
    """Per row the number of the work of that name; NO_WORK for none."""
    names = list(names)
    number = {name: i for i, name in enumerate(dict.fromkeys(filter(None, names)))}
    return tuple(number.get(name, NO_WORK) for name in names)


def named_by_others(names: Sequence[str], texts: Iterable[str]) -> Numbers:
    """Per row, how many rows of works of another name say the name of its work.

    names  per row that of its work, empty for none
    texts  per row all that it says, the title with it
    """
    known = frozenset(filter(None, names))
    times: Counter[str] = Counter()
    for own, text in zip(names, texts, strict=True):
        if "《" not in text:
            continue
        said = {name.strip().removeprefix(_STATE) for name in _NAMED.findall(text)}
        times.update((said & known) - {own})
    return np.array([times[name] for name in names], dtype=np.int64)
