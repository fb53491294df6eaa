"""What a clause says of the question that the answer has not told: quoted beside it.

In:  a writer whose match holds the clauses found, after the answer is written.
Out: at most one further quote before the questions; nothing where the clause found first is cited
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from assistant.answer import StatementKind as K
from assistant.matching.subject import NOT_HERE, Situation
from assistant.matching.weighing import NOT_NOW, wants_amount
from assistant.measures.reader import Place
from assistant.steps.calculate import Computed
from assistant.writing.cautions import status_note, warn_of
from assistant.writing.conclusion import conclude
from assistant.writing.context import Context
from assistant.writing.lines import quote_further, quote_line, say_further
from assistant.writing.papers import status_of
from assistant.writing.sentences import NEAR, OUTSIDE, is_near, of_part, words_of_part
from assistant.writing.topic import open_topic
from assistant.writing.writer import Writer
from ingest.document import NATION, Document
from ingest.index import Hit

TOLD_BESIDE = frozenset(
    {Situation.MEASURES, Situation.FIND, Situation.HOW_TO_APPLY, Situation.STATUS}
)
PUNCTUATION = " ,，。.?？!！;；、"
SURELY = 0.4  # of a clause's score beside the standing of a paper
SEVERAL = 2  # places from which a list is asked about
SHORT_NAME = 2  # characters by which a region is called


def tell_beside(w: Writer) -> None:
    """The clause found first: where the answer rests on others only, or where a list or the very
    words were asked for and the answer has but a part of it."""
    c = w.context
    hit = next(iter(c.matched.hits), None)
    if hit is None or c.matched.situation not in TOLD_BESIDE or not _is_open(w, hit):
        return
    document = c.documents[hit.document_id]
    clause = document.clause_at(hit.start)
    cited = [x for x in w.sheet.citations if x.document_id == document.id]
    told = [x for x in cited if clause.start <= x.start < clause.end]
    places = of_part(document, hit.path, hit.start, hit.end, c.u.topic_text, c.lexicon)[:1]
    if told and not c.lexicon.cues["wants_whole"].search(c.u.text):
        return
    if told:
        places = [
            place
            for place in words_of_part(document, hit.path, hit.start, hit.end)
            if not any(x.start <= place.start and place.end <= x.end for x in told)
        ]
    quote_further(w, places)
    if places and not cited:
        status_note(w, document)


def tell_part(w: Writer, part: Context) -> None:
    """What another question of the same text comes to, where that is of a rule not told yet."""
    matched = part.matched
    of = part.calculated.of[:1]
    here = Writer(part, w.sheet)
    missing = list(w.sheet.missing)
    if matched.situation is Situation.MEASURES and of and of[0].subject.here:
        place = part.catalogue.place(of[0].subject.measure)
        if not _is_cited(w, place):
            say_further(w, lambda: _in_short(here, of[0]))
    elif matched.situation is Situation.CLAUSES and matched.hits:
        hit = matched.hits[0]
        document = part.documents[hit.document_id]
        places = of_part(document, hit.path, hit.start, hit.end, part.u.topic_text, part.lexicon)
        fresh = [p for p in places[:1] if not _is_cited(w, p)]
        if is_near(hit, NEAR) and _is_asked_of(part, document):
            quote_further(here, fresh)
    elif matched.situation in NOT_HERE:
        asked = part.u.question.strip(PUNCTUATION)
        say_further(w, lambda: here.say(K.CONCLUSION, "refuse", "beside", asked=asked))
    elif matched.situation is Situation.STATUS:
        paper = part.documents[matched.documents[0]]
        say_further(w, lambda: status_of(here, paper))
    w.sheet.missing[:] = missing


def _is_asked_of(c: Context, document: Document) -> bool:
    """Whether a further question is of a paper: a reviewed one, or one that it names, or of whose
    title it says a word."""
    words = c.telling(c.u.topic_text)
    named = document.id in c.u.documents or any(word in document.title for word in words)
    return named or document in c.reviewed


def _in_short(w: Writer, computed: Computed) -> None:
    """One measure's conclusion, its quote and its standing."""
    concluded = conclude(open_topic(w, computed))
    if not concluded.quoted:
        quote_line(w, computed.subject.measure)
    status_note(w, w.document_of(computed.subject.measure))
    warn_of(w, computed.subject)


def _is_cited(w: Writer, place: Place) -> bool:
    return any(
        x.document_id == place.document and x.start <= place.start and place.end <= x.end
        for x in w.sheet.citations
    )


def tell_place(w: Writer) -> None:
    """Whose rule it is, where no place was named and no sentence has said it."""
    c = w.context
    if c.matched.situation is not Situation.MEASURES or c.matched.home is not None:
        return
    told = "".join(s.text for s in w.sheet.statements)
    papers = {x.document_id: c.documents[x.document_id] for x in w.sheet.citations}
    for document in {d.region: d for d in papers.values()}.values():
        if document.region != NATION and document.region[:SHORT_NAME] not in told:
            n = w.cite_title(document)
            w.say(K.CAVEAT, "line", "of_place", [n], region=document.region)


def tell_listed(w: Writer) -> None:
    """Of several places, which a quoted list has and which it has not."""
    c = w.context
    names = [region[:SHORT_NAME] for region in c.u.regions]
    if len(names) < SEVERAL or not c.lexicon.cues["in_list"].search(c.u.text):
        return
    for citation in w.sheet.citations:
        named = [name for name in names if name in citation.quote]
        if named and len(named) >= len(names) / 2:
            absent = [name for name in names if name not in named]
            w.paragraph()
            w.say(K.CAVEAT, "line", "listed", [citation.n], named="、".join(named))
            if absent:
                w.say(K.CAVEAT, "line", "unlisted", [citation.n], absent="、".join(absent))
            return


def _is_open(w: Writer, hit: Hit) -> bool:
    """Whether the clause may answer: of a paper that holds or was told of, no part outside the
    rules, near enough, and no case of numbers that the measure has answered."""
    c = w.context
    computed = any(x.role != "ceiling" and x.amount for of in c.calculated.of for x in of.workings)
    of_case = wants_amount(c.u) and not c.lexicon.cues["wants_whole"].search(c.u.text)
    if c.matched.follow_up or computed or of_case or hit.path in OUTSIDE:
        return False
    least = SURELY if c.matched.situation is Situation.STATUS else NEAR
    return is_near(hit, least) and _is_told_of(w, c.documents[hit.document_id])


def _is_told_of(w: Writer, document: Document) -> bool:
    c = w.context
    papers = {s.measure.document for s in c.matched.subjects} | set(c.u.documents)
    return document.id in papers or c.status_of(document).status not in NOT_NOW
