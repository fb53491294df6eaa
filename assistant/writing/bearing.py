"""Whether a sentence of a paper without measures bears on what is asked.

In:  a context, a place in a paper, the clauses found.
Out: true where the sentence and its headings hold enough of the telling words that are asked about
     beside the paper's title, each by how rare it is in the paper; so a paper's other sentences are
     not quoted for what it does not say (tests/assistant/test_second_place.py).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from assistant.measures.reader import Place
from assistant.writing.context import Context
from assistant.writing.sentences import find_words, parted, tells_what_is_asked
from ingest.document import Document
from ingest.index import Hit

ENOUGH = 0.35  # of the weight of what is asked about


def bears_on_question(c: Context, place: Place, hits: Sequence[Hit]) -> bool:
    """Whether a place answers: a reviewed paper's always may, its measures tell what it is about.
    Where nothing is asked about but what the title names, the sentence tells the sort that is asked
    (a sum, a day)."""
    document = c.documents[place.document]
    if document in c.reviewed:
        return True
    topic = c.lexicon.cues["compared_by"].sub(" ", parted(c.u.topic_text, c.lexicon)[1])
    said = told_at(document, place, hits)
    nothing = (c.lexicon.cues["says_nothing"], c.lexicon.cues["sort_words"])
    telling = [w for w in c.telling(topic) if all(cue.sub("", w) for cue in nothing)]
    here = f"{document.title} {said}"
    words = [next((x for x in _alike(c, w) if x in here), w) for w in telling]
    asked = _pairs(words) - find_words(document.title)
    if not asked:
        quote = document.quote(place.start, place.end)
        return tells_what_is_asked(quote, c.u.topic_text, c.lexicon)
    held = find_words(said)
    weights = _rarity(document, asked)
    return sum(weights[x] for x in asked & held) >= ENOUGH * sum(weights.values())


def told_at(document: Document, place: Place, hits: Sequence[Hit]) -> str:
    """A place's words with the headings that it stands under."""
    of = (h for h in hits if h.document_id == document.id and h.start <= place.start < h.end)
    headings = {document.clause_at(place.start).heading, *(x for h in of for x in h.heading_chain)}
    return " ".join([*sorted(headings), document.quote(place.start, place.end)])


def _alike(c: Context, word: str) -> list[str]:
    """A word, and the official terms that it may stand for."""
    return [word, *(x for words in c.lexicon.expansions(word) for x in words.split())]


def _pairs(words: Collection[str]) -> frozenset[str]:
    return frozenset(pair for word in words for pair in find_words(word))


def _rarity(document: Document, asked: Collection[str]) -> dict[str, float]:
    """What each pair of characters weighs: the more, the fewer clauses of the paper hold it."""
    leaves = [document.text[leaf.start : leaf.end] for leaf in document.leaves()]
    return {
        pair: math.log1p(len(leaves) / (0.5 + sum(pair in leaf for leaf in leaves)))
        for pair in asked
    }
