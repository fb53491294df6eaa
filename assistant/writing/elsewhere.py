"""What the papers of places say that have no measures: quoted, each place's apart.

In:  a writer, its question naming several places or none.
Out: a sentence per place, with whose it is and whether it holds; nothing is computed, and one place
     never speaks for another (tests/assistant/test_second_place.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from assistant.answer import Behaviour, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.subject import Situation
from assistant.measures.reader import Place
from assistant.writing.bearing import bears_on_question, sentences_for, told_at
from assistant.writing.context import Context
from assistant.writing.lines import say_further
from assistant.writing.questions import ask_region_first, say_questions
from assistant.writing.refusals import nothing
from assistant.writing.sentences import (
    OUTSIDE,
    best_sentences,
    find_words,
    parted,
    tells_what_is_asked,
)
from assistant.writing.writer import Writer
from ingest.document import NATION, UNKNOWN_REGION, Document
from ingest.index import Hit

WITHOUT_MEASURE = frozenset({Situation.CLAUSES, Situation.NOTHING})
BESIDE = frozenset({Situation.MEASURES, Situation.FIND, Situation.HOW_TO_APPLY, Situation.CLAUSES})
LEAST, LIKE = 0.4, 0.7  # of a clause's score, and of the best one's, from which a place is told of
ALIKE = 2 / 3  # of the words that the best place's answer shares with the question
SEARCHES = 4  # for further places, each without those that were found
APART, NAMED = 4, 8  # places whose sentences are told, and further ones that are named
SHARED = 0.25  # of the question's words, in the sentence that is quoted or its paper's title

Told = tuple[str, Place | None]  # a place, and what answers there


def places_apart(c: Context) -> list[Told]:
    """What each of several places says, where the answer is theirs and no measure's: of those that
    were named, or where none was, of those whose papers answer alike. Empty where one place, or a
    measure, answers.
    """
    if c.matched.situation not in WITHOUT_MEASURE:
        return []
    if len(c.u.regions) > 1:
        reviewed = {document.id for document in c.reviewed}
        papers = [c.papers_in(region) for region in c.u.regions]
        bare = any(each and not each & reviewed for each in papers)
        return [*told_elsewhere(c, ())] if bare else []
    unnamed = not c.u.regions and c.matched.home is None and not c.u.documents
    if not unnamed or c.matched.follow_up or not c.matched.hits:
        return []
    first = c.documents[c.matched.hits[0].document_id]
    if first in c.reviewed or first.region in (NATION, UNKNOWN_REGION):
        return []
    alike = _alike(c)
    return alike if len(alike) > 1 else []


def each_place(w: Writer, told: Sequence[Told]) -> Behaviour:
    """What each place says; that there is nothing, where none says anything. Of many places some
    are told of, and which one is meant is asked."""
    if all(place is None for _, place in told):
        for region, _ in told:
            w.paragraph()
            nothing(w, region)
        return Behaviour.REFUSE
    shown = told if w.context.u.regions else told[:APART]
    w.say(K.CONCLUSION, "conclusion", "places")
    say_elsewhere(w, shown)
    w.warn(WarningCode.JURISDICTION)
    if len(shown) == len(told):
        return Behaviour.ANSWER
    regions = [region for region, _ in told[APART : APART + NAMED]]
    more = "more_places" if len(told) <= APART + NAMED else "many_places"
    w.say(K.CAVEAT, "line", more, regions="、".join(regions))
    ask_region_first(w)
    say_questions(w)
    return Behaviour.CLARIFY


def tell_other_places(w: Writer) -> None:
    """Beside an answer for one place: what the other places say that were named, or found."""
    c = w.context
    if c.matched.situation in BESIDE and not c.matched.follow_up:
        told = [*told_elsewhere(c, {x.document_id for x in w.sheet.citations})]
        if told:
            say_further(w, lambda: say_elsewhere(w, told))
            w.warn(WarningCode.JURISDICTION)


def told_elsewhere(c: Context, told: Collection[str]) -> Iterator[Told]:
    """What answers in the places that were named; where none was, in those whose papers were found
    nearly as well as the best one. A place of which a paper was `told` is left out.
    """
    if len(c.u.regions) > 1:
        for region in c.u.regions:
            papers = c.papers_in(region)
            if papers and papers.isdisjoint(told):
                yield region, _answer(c, c.found_in(papers))
    elif c.matched.home is None and not c.u.documents:
        of_region: dict[str, list[Hit]] = {}
        for hit in c.matched.hits:
            of_region.setdefault(c.documents[hit.document_id].region, []).append(hit)
        known = {c.documents[each].region for each in c.catalogue.papers.union(told)}
        least = max([LEAST, *(LIKE * hit.score for hit in c.matched.hits[:1])])
        for region, hits in of_region.items():
            if region not in (NATION, UNKNOWN_REGION, *known) and hits[0].score >= least:
                place = _answer(c, hits)
                if place is not None:
                    yield region, place


def say_elsewhere(w: Writer, told: Sequence[Told]) -> None:
    """Quote what each place says, or that its papers say nothing of it."""
    c = w.context
    for region, place in told:
        if place is None:
            paper = c.documents[min(c.papers_in(region))]
            cites = [w.cite_title(paper)]
            w.say(K.CAVEAT, "line", "none_there", cites, item=True, region=region)
            w.warn(WarningCode.NOT_STATED)
            continue
        document = c.documents[place.document]
        w.say(
            K.QUOTE,
            "line",
            "item_side_quote",
            [w.sheet.cite(place)],
            item=True,
            place=_named_place(document),
            status=c.wording["status_word"][str(c.status_of(document).status)],
            clause=place.path,
            quote=w.words_at(place).rstrip("。"),
        )
        w.warn(WarningCode.UNREVIEWED)
    if told:
        w.say(K.CAVEAT, "line", "each_place")


def _named_place(document: Document) -> str:
    """A paper with its place, and what tells it from others of its title."""
    short = document.short_title
    name = short if short.startswith(document.region) else f"{document.region}·{short}"
    return f"{name}（{document.apart}）" if document.apart else name


def _alike(c: Context) -> list[Told]:
    """The places whose papers answer like the one that answers best: by most of the words that it
    shares with the question, most of those in its title among them (绿色贷款), and telling the sort
    of thing that is asked where it does."""
    wanted = find_words(c.u.topic_text)
    told: list[tuple[str, Place, frozenset[str], bool]] = []  # place, answer, words shared, sort
    for region, hits in _of_each_region(c).items():
        answers = (each for each in _answers(c, hits) if bears_on_question(c, each, hits))
        for place in islice(answers, 1):
            document = c.documents[place.document]
            words = document.quote(place.start, place.end)
            held = wanted & find_words(f"{document.title} {words}")
            told.append(
                (region, place, held, tells_what_is_asked(words, c.u.topic_text, c.lexicon))
            )
    if not told:
        return []
    _, best, most, sort = max(told, key=lambda each: (each[3], len(each[2])))
    subject = most & find_words(c.documents[best.document].title)
    return [
        (region, place)
        for region, place, held, tells in told
        if tells >= sort
        and len(held & most) >= ALIKE * len(most) > 0
        and len(held & subject) >= ALIKE * len(subject)
    ]


def _of_each_region(c: Context) -> dict[str, list[Hit]]:
    """The clauses found, by region, best first; one place's papers must not crowd out another's."""
    regions: dict[str, list[Hit]] = {}
    hits: Sequence[Hit] = c.matched.hits
    least = LIKE * hits[0].score
    for _ in range(SEARCHES):
        for hit in hits:
            region = c.documents[hit.document_id].region
            if hit.score >= least and region not in (NATION, UNKNOWN_REGION):
                regions.setdefault(region, []).append(hit)
        passed = {NATION, UNKNOWN_REGION, *regions}
        others = [d.id for d in c.documents.values() if d.region not in passed]
        hits = c.found_in(others) if others else ()
        if not hits or hits[0].score < least:
            break
    return regions


def _answer(c: Context, hits: Sequence[Hit]) -> Place | None:
    """The sentence that answers best; None where it holds too little of the question."""
    answers = [
        (place, _shared(c, place, hits))
        for place in _answers(c, hits)
        if bears_on_question(c, place, hits)
    ]
    least = max([SHARED, *(ALIKE * shared for _, shared in answers)])
    return next((place for place, shared in answers if shared >= least), None)


def _answers(c: Context, hits: Sequence[Hit]) -> list[Place]:
    """The sentences that answer, best first, of papers that hold where there are such."""
    text, lexicon = c.u.topic_text, c.lexicon
    hits = [h for h in c.standing(hits) if h.path not in OUTSIDE] if hits else []
    found = sentences_for(c, hits, compared="compare" in c.u.intents)
    for hit in hits[:1]:
        paper = c.documents[hit.document_id]
        found += best_sentences(paper, hit.path, hit.start, hit.end, text, lexicon)
    return found


def _shared(c: Context, place: Place, hits: Sequence[Hit]) -> float:
    """How much of the words of what is asked about a place, its headings and its paper's title
    hold, 0 to 1."""
    topic = parted(c.u.topic_text, c.lexicon)[1]
    wanted = find_words(c.lexicon.cues["compared_by"].sub(" ", topic)) or find_words(topic)
    document = c.documents[place.document]
    held = find_words(f"{document.title} {told_at(document, place, hits)}")
    return len(wanted & held) / len(wanted) if wanted else 0.0
