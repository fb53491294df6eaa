"""What the papers of places say that have no measures: quoted, each place's apart.

In:  a writer, its question naming several places or none.
Out: a sentence per place, with whose it is and whether it holds; nothing is computed, and one place
     never speaks for another (tests/assistant/test_second_place.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from assistant.answer import Behaviour, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.subject import Situation
from assistant.measures.reader import Place
from assistant.writing.context import Context
from assistant.writing.lines import say_further
from assistant.writing.refusals import nothing
from assistant.writing.sentences import OUTSIDE, answering, best_sentences, find_words
from assistant.writing.writer import Writer
from ingest.document import NATION, UNKNOWN_REGION, Status
from ingest.index import Hit

WITHOUT_MEASURE = frozenset({Situation.CLAUSES, Situation.NOTHING})
BESIDE = frozenset({Situation.MEASURES, Situation.FIND, Situation.HOW_TO_APPLY, Situation.CLAUSES})
OVER = (Status.EXPIRED, Status.REPEALED)
LEAST, LIKE = 0.4, 0.7  # of a clause's score, and of the best one's, from which a place is told of
SHARED = 0.25  # of the question's words, in the sentence that is quoted or its paper's title

Told = tuple[str, Place | None]  # a place, and what answers there


def has_places_apart(c: Context) -> bool:
    """Whether several places were named, and one of them has papers, and no measures."""
    reviewed = {document.id for document in c.reviewed}
    papers = [c.papers_in(region) for region in c.u.regions] if len(c.u.regions) > 1 else []
    bare = any(each and not each & reviewed for each in papers)
    return bare and c.matched.situation in WITHOUT_MEASURE


def each_place(w: Writer) -> Behaviour:
    """What each place that was named says; that there is nothing, where none says anything."""
    told = [*told_elsewhere(w.context, ())]
    if all(place is None for _, place in told):
        return nothing(w)
    w.say(K.CONCLUSION, "conclusion", "places")
    say_elsewhere(w, told)
    return Behaviour.ANSWER


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
        known = {d.region for d in c.documents.values() if d in c.reviewed or d.id in told}
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
            place=document.short_title
            if document.short_title.startswith(document.region)
            else f"{document.region}·{document.short_title}",
            status=c.wording["status_word"][str(c.status_of(document).status)],
            clause=place.path,
            quote=w.words_at(place).rstrip("。"),
        )
        w.warn(WarningCode.UNREVIEWED)
    if told:
        w.say(K.CAVEAT, "line", "each_place")


def _answer(c: Context, hits: Sequence[Hit]) -> Place | None:
    """The sentence that answers best, of papers that are not over where there are such; None where
    it holds too little of the question."""
    text, lexicon = c.u.topic_text, c.lexicon
    holding = [h for h in hits if c.status_of(c.documents[h.document_id]).status not in OVER]
    hits = [h for h in holding or hits if h.path not in OUTSIDE]
    found = answering(c.documents, hits, text, lexicon)
    for hit in hits[:1]:
        paper = c.documents[hit.document_id]
        found += best_sentences(paper, hit.path, hit.start, hit.end, text, lexicon)
    return next((place for place in found if _shared(c, place) >= SHARED), None)


def _shared(c: Context, place: Place) -> float:
    """How much of the question's words a place and its paper's title hold, 0 to 1."""
    wanted = find_words(c.u.topic_text)
    document = c.documents[place.document]
    held = find_words(f"{document.title} {document.quote(place.start, place.end)}")
    return len(wanted & held) / len(wanted) if wanted else 0.0
