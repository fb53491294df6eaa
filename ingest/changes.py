"""What one version of a text has that another has not.

In:  two texts.
Out: places of the first, [start, end) in characters, in order. Without them the rest of the first
     text stands, in the same order, in the second (tests/ingest/test_changes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from rapidfuzz.distance import Indel

_NUMBER = re.compile(r"[0-9][0-9.,]*")
_MOST = 40_000_000  # pairs of characters compared; a larger block is changed as a whole


def changed(text: str, other: str) -> tuple[tuple[int, int], ...]:
    """The places of `text` that do not stand in `other`, neighbours joined, numbers whole."""
    joined: list[tuple[int, int]] = []
    numbers = [found.span() for found in _NUMBER.finditer(text)]
    for start, end in _places(text, other):
        touched = [(first, last) for first, last in numbers if first < end and start < last]
        if touched:
            start, end = min(start, touched[0][0]), max(end, touched[-1][1])
        if joined and joined[-1][1] >= start:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _places(text: str, other: str) -> Iterator[tuple[int, int]]:
    """Line by line, and inside the lines that differ character by character."""
    lines, others = text.splitlines(keepends=True), other.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for what, i1, i2, j1, j2 in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        start, end = starts[i1], starts[i2]
        if what == "delete":
            yield start, end
        elif what == "replace":
            block, counterpart = text[start:end], "".join(others[j1:j2])
            if len(block) * len(counterpart) > _MOST:
                yield start, end
                continue
            for step in Indel.opcodes(block, counterpart):
                if step.tag in ("delete", "replace"):
                    yield start + step.src_start, start + step.src_end
