"""Answers about the papers themselves: whether they hold, where they hold, what they lost.

In:  a writer whose match names documents, or only clauses.
Out: the sentences and the behaviour; a status is told with what it rests on
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Behaviour, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.naming import is_quoted
from assistant.matching.subject import Subject
from assistant.measures.model import Kind
from assistant.measures.reader import Place
from assistant.steps.retrieve import QUOTED
from assistant.writing.bearing import bears_on_question, sentences_for
from assistant.writing.cautions import notes_of, status_note, warn_of, warn_of_document
from assistant.writing.lines import (
    cites_of,
    quote_asked_parts,
    quote_line,
    quote_place,
    responsible,
    say_misread,
    successor,
)
from assistant.writing.refusals import nothing
from assistant.writing.sentences import OUTSIDE, best_sentences, find_words, of_part
from assistant.writing.sheet import LONGEST_QUOTE
from assistant.writing.words import (
    count,
    count_in_words,
    document_name,
    has_date,
    is_bounded,
    status_reason,
)
from assistant.writing.writer import Writer
from ingest.document import NATION, Clause, Damage, Document, Status
from ingest.index import Hit

TITLE = "标题"  # the path of the clause that bears a paper's number and issuers
MOST_DAMAGE = 8  # lost places that one answer lists
MOST_NOTES = 2
MOST_NAMED = 2  # clauses named by their paths that one answer quotes
BESIDE = 25  # characters each side of a lost place that tell whether the question is about it
BEFORE, AFTER = 24, 14  # characters quoted around a lost place, at most
STOPS = "。；，"
MARK = re.compile(r"[一二三四五六七八九十]+")  # a clause with a number of its own


def status(w: Writer) -> Behaviour:
    """Whether the papers hold on the day asked about, with what that rests on."""
    c = w.context
    for subject in c.matched.subjects[:1]:
        if (
            "status" in c.u.intents
            and subject.measure.kind is not Kind.ABOUT
            and has_date(subject.measure)
            and subject.status.status is not Status.REPLY_LETTER
        ):
            _until(w, subject)
    for identifier in c.matched.documents:
        _taken_wrongly(w, identifier)
        days_between(w, c.documents[identifier], K.CONCLUSION)
        if c.lexicon.cues["imprint"].search(c.u.text):
            imprint(w, identifier)
        _left_out(w, c.documents[identifier])
        status_of(w, c.documents[identifier])
        if c.lexicon.cues["paper_days"].search(c.u.text):
            days_of(w, c.documents[identifier])
    for subject in c.matched.subjects[:1]:
        w.paragraph()
        if "responsible" in c.u.intents:
            responsible(w, subject.measure)
        quote_line(w, subject.measure)
        notes_of(w, subject)
        successor(w, subject)
    return Behaviour.ANSWER


def _left_out(w: Writer, document: Document) -> None:
    """What was asked of the paper that it does not say at all."""
    for aspect in w.context.lexicon.aspects:
        absent = aspect.absent is not None and not aspect.absent.search(document.text)
        absent = absent and not aspect.of
        if absent and aspect.asked.search(w.context.u.text):
            point = w.context.words("word", "not_stated", point=aspect.called(w.context.u.text))
            w.say(K.CONCLUSION, "conclusion", "open_point", [w.cite_title(document)], point=point)
            w.warn(WarningCode.NOT_STATED)


def _taken_wrongly(w: Writer, identifier: str) -> None:
    """What the question takes wrongly of the paper itself."""
    for measure in w.context.catalogue.measures:
        if measure.document == identifier and measure.kind is Kind.ABOUT:
            say_misread(w, measure)


def imprint(w: Writer, identifier: str, most: int | None = None) -> None:
    """Who issued a paper to whom, its number and its days, as far as it bears them; with the first
    `most` of the places on which that rests."""
    for measure in w.context.catalogue.measures:
        about = measure.kind is Kind.ABOUT and measure.clause == TITLE
        if measure.document == identifier and about:
            gist = w.gist(measure)
            cites = cites_of(w, measure, most)
            w.say(K.CONCLUSION, "conclusion", "about", cites, gist=gist)
    document = w.context.documents[identifier]
    if document.issuers and w.context.lexicon.cues["issuers_asked"].search(w.context.u.text):
        issuers, n = "、".join(document.issuers), w.cite_title(document)
        several = count(len(document.issuers))
        w.say(K.CAVEAT, "line", "issued_by", [n], count=several, issuers=issuers)
    for measure in w.context.catalogue.measures:
        if measure.document == identifier and measure.kind is Kind.ABOUT:
            quote_asked_parts(w, measure)
            break


def _until(w: Writer, subject: Subject) -> None:
    """The measure's own day, which stands in its quote."""
    n = w.cite(subject.measure)
    w.say(
        K.CONCLUSION,
        "conclusion",
        "status_until",
        [n],
        document=document_name(w.document_of(subject.measure)),
        clause=w.context.catalogue.place(subject.measure).path,
        quote=w.quote(subject.measure).rstrip("。"),
    )


def status_of(w: Writer, document: Document) -> None:
    """Whether one paper holds, and what its text leaves open of that."""
    finding = w.context.status_of(document)
    cites = w.cite_status(document, finding)
    w.paragraph()
    later = w.context.ends_later(document)
    key = "ends_paper" if later else "status"
    reason = status_reason(document, finding, between="" if later else "：")
    w.say(K.CONCLUSION, "conclusion", key, cites, reason=reason)
    if later:
        w.warn(WarningCode.NOT_STATED)
    elif finding.status is Status.EXPIRED:
        w.say(K.CAVEAT, "conclusion", "not_repealed", [w.cite_title(document)])
        w.warn(WarningCode.NOT_STATED)
        warn_of_document(w, document)
    else:
        status_note(w, document)
    for note in document.notes[:MOST_NOTES]:
        w.sheet.say(K.CAVEAT, note.rstrip("。") + "。", cites)
    dated = document.dates.period_until is not None
    if not dated and w.context.lexicon.cues["validity_asked"].search(w.context.u.text):
        w.warn(WarningCode.NOT_STATED)
    if document.dates.effective_days_after_publication is not None:
        w.warn(WarningCode.EFFECTIVE_DATE_UNKNOWN, document=document_name(document))
        w.warn(WarningCode.NOT_STATED)


def days_between(w: Writer, document: Document, kind: K) -> None:
    """How many days lie between a paper's signing and its printing, where that was asked."""
    signed, printed = document.dates.signed, document.dates.printed
    asked = w.context.lexicon.cues["days_between"].search(w.context.u.text)
    if asked and signed and printed:
        days = count_in_words((printed - signed).days)
        w.say(kind, "line", "days_between", [w.cite_title(document)], days=days)


def days_of(w: Writer, document: Document) -> None:
    """The lines of a paper that bear the days it was signed and printed."""
    dates = document.dates
    if dates.signed is None and dates.printed is None:
        w.say(K.CAVEAT, "line", "undated", [w.cite_title(document)])
    for key, day in (("signed", dates.signed), ("printed", dates.printed)):
        if day is None:
            continue
        words = re.compile(rf"{day.year}\s*年\s*{day.month}\s*月\s*{day.day}\s*日")
        found = words.search(document.text)
        if found is not None:
            path = document.clause_at(found.start()).path
            n = w.sheet.cite(Place(document.id, path, *found.span()))
            w.say(K.CAVEAT, "line", key, [n], day=found.group())


def not_in_paper(w: Writer) -> Behaviour:
    """That the paper which was named has not what is asked; what another one of its place says."""
    c = w.context
    document = c.documents[c.matched.documents[0]]
    cites = [w.cite_title(document)]
    w.say(
        K.CONCLUSION,
        "conclusion",
        "not_in_paper",
        cites,
        place="" if document.region in document.title else document.region + c.words("word", "of"),
        document=document_name(document),
        word=c.matched.name,
    )
    w.warn(WarningCode.NOT_STATED)
    status_note(w, document)
    for subject in c.matched.subjects:
        other = w.document_of(subject.measure)
        w.paragraph()
        w.say(
            K.CAVEAT,
            "line",
            "in_other_paper",
            [w.cite(subject.measure)],
            document=document_name(other),
            clause=c.catalogue.place(subject.measure).path,
            gist=w.gist(subject.measure),
        )
        notes_of(w, subject)
    return Behaviour.ANSWER


def damage(w: Writer) -> Behaviour:
    """Where the digits of a paper were lost, place by place."""
    c = w.context
    document = c.documents[c.matched.documents[0]]
    first = w.cite_title(document)
    w.say(K.CONCLUSION, "conclusion", "damage", [first], document=document_name(document))
    for lost in _nearest(document, c.u.topic_text):
        place = _around(document, lost)
        n = w.sheet.cite(place)
        if n is None:
            break
        quote = w.words_at(place)
        w.say(K.QUOTE, "line", "damaged", [n], item=True, clause=place.path, quote=quote)
    w.paragraph()
    status_note(w, document)
    w.warn(WarningCode.DIGITS_LOST)
    return Behaviour.ANSWER


def _nearest(document: Document, question: str) -> list[Damage]:
    """The lost places of a paper, those first whose surroundings the question speaks of; where it
    quotes what stands right before some, these alone."""
    quoted = [d for d in document.damage if is_quoted(document, d, question)]
    lost = quoted or [d for d in document.damage if d.kind == "digits_lost"]
    lost = lost or list(document.damage)
    wanted = find_words(question)

    def shared(damage: Damage) -> int:
        beside = document.text[max(0, damage.start - BESIDE) : damage.end + BESIDE]
        return len(wanted & find_words(beside))

    return sorted(lost, key=lambda d: (-shared(d), d.start))[:MOST_DAMAGE]


def _around(document: Document, damage: Damage) -> Place:
    """A lost place with the phrase around it, inside its clause."""
    clause = document.clause_at(damage.start)
    left = max(clause.start, damage.start - BEFORE)
    right = min(clause.end, damage.end + AFTER)
    for at in range(damage.start - 1, left, -1):
        if document.text[at] in STOPS:
            left = at + 1
            break
    return Place(document.id, clause.path, left, right)


def coverage(w: Writer) -> Behaviour:
    """Every paper holds in its own place only."""
    c = w.context
    w.say(K.CONCLUSION, "conclusion", "coverage")
    for document in c.reviewed:
        n = w.cite_title(document)
        w.say(
            K.CAVEAT,
            "line",
            "covers",
            [n],
            item=True,
            region=document.region,
            document=document_name(document),
            status=c.wording["status_word"][str(c.status_of(document).status)],
        )
        warn_of_document(w, document)
    w.warn(WarningCode.JURISDICTION)
    return Behaviour.ANSWER


def named_clause(w: Writer) -> Behaviour:
    """What a clause says that was named by its path; a chapter is told by its headings."""
    c = w.context
    if "responsible" in c.u.intents and c.matched.subjects:
        responsible(w, c.matched.subjects[0].measure, K.CONCLUSION)
    for place in c.matched.places[:MOST_NAMED]:
        document = c.documents[place.document]
        within = re.compile(re.escape(place.path) + r"(、|\d)")
        parts = [x for x in document.clauses if within.match(x.path)]
        shown = _whole_sentences(document, place)
        w.paragraph()
        w.say(
            K.CONCLUSION,
            "conclusion",
            "chapter" if parts else "says",
            [w.sheet.cite(shown)],
            document=document_name(document),
            clause=place.path,
            quote=w.words_at(shown).rstrip("。"),
        )
        if shown.end < place.end and document.text[shown.end : place.end].strip():
            w.say(K.CAVEAT, "line", "longer", clause=place.path)
        for part in parts:
            heading = document.text.find(part.heading, part.start, part.end)
            n = w.sheet.cite(Place(document.id, part.path, heading, heading + len(part.heading)))
            if part.heading and n:
                w.say(K.QUOTE, "line", "part", [n], item=True, clause=part.path, quote=part.heading)
        w.paragraph()
        status_note(w, document)
    for subject in c.matched.subjects:
        warn_of(w, subject)
        if subject.measure.lost:
            lost = "、".join(subject.measure.lost)
            w.say(K.CAVEAT, "line", "lost", [w.cite(subject.measure)], lost=lost)
        if subject.measure.usable and is_bounded(subject.measure):
            w.say(K.CAVEAT, "kind", "bound")
    return Behaviour.ANSWER


def outline(w: Writer) -> Behaviour:
    """The parts of a paper by their headings, and how many numbered clauses they hold."""
    document = w.context.documents[w.context.matched.documents[0]]
    parts = [x for x in document.clauses if x.level == 0 and x.heading and MARK.match(x.path)]
    numbered = [x for x in document.clauses if x.level == 1 and MARK.match(x.path)]
    marks = [x.path.rsplit("、", 1)[-1] for x in numbered]
    cites = [w.cite_title(document)]
    runs_on = len(set(marks)) == len(marks)
    counted = (
        runs_on and marks and w.context.lexicon.cues["clauses_counted"].search(w.context.u.text)
    )
    if counted:
        cites = [w.sheet.cite(_heading(document, numbered[-1]))]
    w.say(
        K.CONCLUSION,
        "conclusion",
        "outline_count" if counted else "outline",
        cites,
        document=document_name(document),
        last=marks[-1] if marks else "",
    )
    shown = [*parts, *(numbered[-1:] if runs_on else [])]
    for part in shown:  # where the marks run on through the paper, the last tells how many
        place = _heading(document, part)
        n = w.sheet.cite(place)
        if n:
            quote = w.words_at(place)
            w.say(K.QUOTE, "line", "part", [n], item=True, clause=part.path, quote=quote)
    w.paragraph()
    status_note(w, document)
    return Behaviour.ANSWER


def _heading(document: Document, clause: Clause) -> Place:
    """A clause's heading, or its first sentence where it has none."""
    at = document.text.find(clause.heading, clause.start, clause.end)
    end = at + len(clause.heading)
    if not clause.heading:
        at = clause.start
        end = document.text.find("。", at, clause.end) + 1 or clause.end
    return Place(document.id, clause.path, at, min(end, at + LONGEST_QUOTE))


def _whole_sentences(document: Document, place: Place) -> Place:
    """As many whole sentences from the start of a place as one quote holds."""
    if place.end - place.start <= LONGEST_QUOTE:
        return place
    stop = document.text.rfind("。", place.start, place.start + LONGEST_QUOTE) + 1
    return Place(place.document, place.path, place.start, stop or place.start + LONGEST_QUOTE)


def _has_lost(document: Document, place: Place) -> bool:
    """Whether digits were lost inside a quoted place."""
    return any(
        d.kind == "digits_lost" and place.start <= d.start < place.end for d in document.damage
    )


def _told(w: Writer, hits: Sequence[Hit]) -> list[Place]:
    """The places that answer. In reviewed papers the clause found first speaks, a short one whole;
    beside it the sentence of all the others that answers best."""
    c = w.context
    top = hits[0]
    found = sentences_for(c, hits)
    paper = c.documents[top.document_id]
    where = (paper, top.path, top.start, top.end, c.u.topic_text, c.lexicon)
    if paper not in c.reviewed or top.path in OUTSIDE:
        return found or best_sentences(*where)
    told = of_part(*where)
    if not told:
        return found or best_sentences(*where)
    if not top.evidence and len(hits) > 1 and not _is_inside(told[0], hits[1]):
        near = hits[1]  # the first found by its words, where one was found by a phrase
        found = of_part(paper, near.path, near.start, near.end, c.u.topic_text, c.lexicon)
    return [*told, *(p for p in found[:1] if not _is_inside(p, top))]


def _is_inside(place: Place, hit: Hit) -> bool:
    return place.document == hit.document_id and hit.start <= place.start < hit.end


def _over_then(w: Writer, document: Document) -> None:
    """That a paper which holds today does not on the day asked about, and why."""
    finding = w.context.status_of(document)
    cites = w.cite_status(document, finding)
    w.say(K.CAVEAT, "conclusion", "status", cites, reason=status_reason(document, finding))


def bodies_of(w: Writer, place: Place) -> None:
    """Who leads and who supports, as the part in which a place stands has it in brackets."""
    document = w.context.documents[place.document]
    leaf = next((x for x in document.leaves() if x.start <= place.start < x.end), None)
    if leaf is not None:
        found = w.context.lexicon.cues["tells_bodies"].search(document.text, leaf.start, leaf.end)
        if found is not None and found.end() > place.end:
            w.paragraph()
            quote_place(w, Place(document.id, leaf.path, *found.span()))


def clauses(w: Writer) -> Behaviour:
    """No reviewed measure, but a clause that is close: its best sentences, as they stand."""
    c = w.context
    home = c.matched.home
    one_place = len(c.u.regions) < 2  # then the search kept to the papers that hold there
    hits = [
        h for h in c.matched.hits if one_place or home in (None, c.documents[h.document_id].region)
    ]
    if not hits:
        return nothing(w)
    standing = c.standing(hits)
    found = [place for place in _told(w, standing) if bears_on_question(c, place, standing)]
    if not found:
        return nothing(w)
    best, *others = found
    document = c.documents[best.document]
    if home is None:  # one place's paper does not go on with another's
        regions = (NATION, document.region)
        others = [each for each in others if c.documents[each.document].region in regions]
    n = w.sheet.cite(best)
    figure = c.lexicon.cues["figure_asked"].search(c.u.text) and document in c.reviewed
    if figure and not any(c.lexicon.cues["tells_figure"].search(w.words_at(p)) for p in found):
        name = document_name(document)
        w.say(K.CONCLUSION, "conclusion", "figure_unsaid", [n], document=name, clause=best.path)
        w.warn(WarningCode.NOT_STATED)
    said = any(words in w.words_at(best) for words in QUOTED.findall(c.u.question))
    w.say(
        K.CONCLUSION,
        "conclusion",
        "says" if said else "clause",
        [n],
        document=document_name(document),
        clause=best.path,
        quote=w.words_at(best).rstrip("。"),
    )
    for other in others:
        w.paragraph()
        quote_place(w, other)
    if "responsible" in c.u.intents:
        for place in found:
            bodies_of(w, place)
    for identifier in dict.fromkeys(place.document for place in (best, *others)):
        status_note(w, c.documents[identifier])
        if c.ends_later(c.documents[identifier]):
            _over_then(w, c.documents[identifier])
    if c.u.as_of_said and document not in c.reviewed:
        day = f"{c.u.as_of.year}年{c.u.as_of.month}月{c.u.as_of.day}日"
        w.say(K.CAVEAT, "line", "as_of_day", day=day)
    if any(_has_lost(c.documents[place.document], place) for place in found):
        w.say(K.CAVEAT, "line", "lost_here", [n])
        w.warn(WarningCode.DIGITS_LOST)
    w.warn(WarningCode.UNREVIEWED)
    return Behaviour.ANSWER
