"""Whether a sentence of a paper without measures bears on what is asked.

In:  a context, a place in a paper, the clauses found.
Out: true where the sentence and its headings hold enough of the telling words that are asked about
     beside the paper's title, each by how rare it is in the paper; so a paper's other sentences are
     not quoted for what it does not say (tests/assistant/test_silence.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.measures.reader import Place
from assistant.writing.context import Context
from assistant.writing.sentences import (
    answering,
    clauses_named,
    find_words,
    parted,
    tells_what_is_asked,
    whole_sentence,
    with_lead,
)
from ingest.document import Document
from ingest.index import Hit

ENOUGH = 0.35  # of the weight of what is asked about
LISTED = frozenset({"terms", "papers", "refused"})  # sorts of thing that stand in lists
HALF = 0.5  # of a word's pairs of characters, from which a text holds some of it


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that is asked about.

    said   the pairs of characters of it that the paper's title has not
    alike  what papers say for it
    """

    word: str
    said: frozenset[str]
    alike: tuple[str, ...]

    def held(self, text: str, pairs: frozenset[str]) -> float:
        """How much of it a text with these pairs holds, 0 to 1."""
        if any(word in text for word in self.alike) or self.word[::-1] in text:
            return 1.0  # 外省 is 省外
        if len(self.word) == 1:
            return float(self.word in text)
        share = len(self.said & pairs) / len(self.said)
        return share if share >= HALF else 0.0  # 养老保险 is not held by another 保险


def quoted_place(c: Context, place: Place, hits: Sequence[Hit]) -> Place | None:
    """What is quoted of a sentence that was found; None where it does not bear on the question."""
    document = c.documents[place.document]
    if document in c.reviewed:
        return place
    whole = whole_sentence(document, place)
    listed = LISTED.intersection(parted(c.u.topic_text, c.lexicon)[0])
    if listed or document.text[whole.end - 1] == "；":
        whole = with_lead(document, whole)
    return whole if bears_on_question(c, whole, hits) else None


def sentences_for(c: Context, hits: Sequence[Hit], *, compared: bool = False) -> list[Place]:
    """The sentences of some clauses that answer the question and bear on it, as `answering` chooses
    them."""
    return answering(
        c.documents,
        hits,
        c.u.topic_text,
        c.lexicon,
        compared=compared,
        alike=said_otherwise(c),
        quoted=lambda place: quoted_place(c, place, hits),
    )


def bears_on_question(c: Context, place: Place, hits: Sequence[Hit]) -> bool:
    """Whether a place answers: a reviewed paper's always may, its measures tell what it is about.
    Where nothing is asked about but what the title names, the sentence tells the sort that is asked
    (a sum, a day)."""
    document = c.documents[place.document]
    if document in c.reviewed:
        return True
    sorts, topic = parted(c.u.topic_text, c.lexicon)
    topic = c.lexicon.cues["compared_by"].sub(" ", topic)
    asked = sorted(_asked(c, topic, document), key=lambda word: topic.rfind(word.word))
    if not asked:
        quote = document.quote(place.start, place.end)
        return tells_what_is_asked(quote, c.u.topic_text, c.lexicon)
    said = told_at(document, place, hits)
    pairs = find_words(said)
    head = asked[-1].held(said, pairs)
    if head <= HALF and "sum" in sorts:  # 职业院校学费多少: 学费 is asked about
        return False
    weights = _weights(document, asked)
    held = sum(weights[word] * word.held(said, pairs) for word in asked)
    return held >= ENOUGH * sum(weights.values())


def said_otherwise(c: Context) -> list[str]:
    """What papers say for the everyday words of a question."""
    text = c.u.topic_text
    return [word for _, alike in c.lexicon.everyday.found(text, c.cut(text)) for word in alike]


def told_at(document: Document, place: Place, hits: Sequence[Hit]) -> str:
    """A place's words with the headings that it stands under, and what the clauses say that it
    names (违反本办法第八条的)."""
    of = (h for h in hits if h.document_id == document.id and h.start <= place.start < h.end)
    headings = {document.clause_at(place.start).heading, *(x for h in of for x in h.heading_chain)}
    quote = document.quote(place.start, place.end)
    return " ".join([*sorted(headings), quote, *clauses_named(document, quote)])


def _asked(c: Context, topic: str, document: Document) -> Iterator[Asked]:
    """The words of a topic that tell what is asked about beside a paper's title."""
    title = document.title
    known = find_words(title)
    nothing = (c.lexicon.cues["says_nothing"], c.lexicon.cues["sort_words"])
    for word, alike in c.lexicon.everyday.found(topic, c.cut(topic)):
        topic = topic.replace(word, " ")
        said = find_words(word) - known
        if nothing[-1].sub("", word) and not any(each in title for each in (word, *alike)):
            yield Asked(word, said, alike)
    for told in sorted(c.telling(topic)):
        word = c.lexicon.cues["complement"].sub("", told)
        said = find_words(word) - known
        if (said or len(word) == 1) and all(cue.sub("", told) for cue in nothing):
            alike = tuple(x for words in c.lexicon.expansions(word) for x in words.split())
            if not any(each in title for each in alike):
                yield Asked(word, said, alike)


def _weights(document: Document, asked: Sequence[Asked]) -> dict[Asked, float]:
    """What each word weighs: the more, the longer it is, and the fewer clauses of the paper hold
    it."""
    leaves = [document.text[leaf.start : leaf.end] for leaf in document.leaves()]
    pairs = [find_words(leaf) for leaf in leaves]
    return {
        word: max(len(word.said), 1)
        * math.log1p(
            len(leaves) / (0.5 + sum(word.held(*each) for each in zip(leaves, pairs, strict=True)))
        )
        for word in asked
    }
