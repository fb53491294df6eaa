"""Choose the sentences of a clause that answer a question.

In:  a document, a clause's offsets, the question.
Out: places of whole sentences, best first; each lies inside the clause
     (tests/assistant/writing/test_sentences.py).
"""

from __future__ import annotations

import re

from assistant.measures.reader import Place
from assistant.reading.lexicon import Lexicon
from ingest.document import Document

END = re.compile(r"[。；！？]")
MOST = 2
WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%]+")


def best_sentences(
    document: Document, path: str, start: int, end: int, question: str, lexicon: Lexicon
) -> list[Place]:
    """Up to two sentences of text[start:end], those that share most with the question."""
    wanted = find_words(" ".join([question, *lexicon.expansions(question)]))
    scored: list[tuple[float, int, Place]] = []
    at = start
    bounds = [m.end() for m in END.finditer(document.text, start, end)]
    if not bounds or (bounds[-1] < end and document.text[bounds[-1] : end].strip()):
        bounds.append(end)
    for number, stop in enumerate(bounds):
        at = _past_marks(document.text, at, stop)
        sentence = document.text[at:stop]
        if sentence.strip():
            shared = wanted & find_words(sentence)
            score = sum(len(w) for w in shared) / (8 + len(sentence) ** 0.5)
            scored.append((-score, number, Place(document.id, path, at, stop)))
        at = stop
    scored.sort(key=lambda row: row[:2])
    if not scored:
        return [Place(document.id, path, start, end)]
    best = -scored[0][0]
    return [place for score, _, place in scored[:MOST] if -score >= 0.5 * best]


def _past_marks(text: str, start: int, end: int) -> int:
    """The place after white space and the marks of bold type and headings."""
    while start < end and (text[start].isspace() or text[start] in "*#"):
        start += 1
    return start


def find_words(text: str) -> frozenset[str]:
    """Character pairs of the words of a text, the unit of overlap."""
    pairs: set[str] = set()
    for run in WORD.findall(text):
        pairs.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(pairs)
