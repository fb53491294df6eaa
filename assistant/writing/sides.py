"""Answers with several sides: two papers compared, two places, what the other place has.

In:  a writer whose match holds more than one place, paper or measure.
Out: the sentences and the behaviour; each side with its own place, status and quote
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.answer import Behaviour, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.subject import Subject
from assistant.writing.amounts import higher_first, sums
from assistant.writing.bearing import sentences_for
from assistant.writing.cautions import notes_of, status_note, warn_of, warn_of_document
from assistant.writing.elsewhere import say_elsewhere, told_elsewhere
from assistant.writing.lines import (
    CONCLUDED,
    cites_of,
    place_without_papers,
    quote_line,
    quote_place,
    responsible_of,
    say_misprint,
)
from assistant.writing.papers import days_of, imprint
from assistant.writing.questions import ask_slots, say_questions
from assistant.writing.sentences import OUTSIDE, is_near, of_part
from assistant.writing.words import (
    count,
    count_in_words,
    document_name,
    not_stated,
    same_number,
    status_reason,
)
from assistant.writing.writer import Writer
from ingest.document import Document, Status

QUOTED = re.compile("“([^”]+)”")
OF_TWO = 2
MOST_PAIRS = 2  # measures of one paper that are shown beside their like in the other
MOST_CITES = 2  # citations of what one of two papers bears of itself
NO_GROUND = frozenset({Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.REPLY_LETTER})
SAME_NAME = 2  # characters of a region's name by which it is known in another


def compare(w: Writer) -> Behaviour:
    """The sides one by one, after whether they say the same."""
    c = w.context
    subjects = c.matched.subjects
    same = same_number(c, subjects) if len(subjects) > 1 else None
    others = [*told_elsewhere(c, {s.measure.document for s in subjects})]
    several = count(len(subjects))
    for subject in subjects:
        say_misprint(w, subject.measure)
    if same is not None:
        cites = [w.cite(s.measure) for s in subjects]
        w.say(K.CONCLUSION, "conclusion", "same", cites, count=several, amount=same)
    else:
        asked_same = c.lexicon.cues["asked_same"].search(c.u.text)
        key = "places" if others else "different" if asked_same else "compare"
        if _asks_which(w):
            key = "which_unsaid"
            w.warn(WarningCode.NOT_STATED)
        if not _which_states(w):
            w.say(K.CONCLUSION, "conclusion", key, count=several)
    for subject in subjects:
        _side(w, subject)
    if same is None and _asks_which(w):
        _told_apart(w)
    if "responsible" in c.u.intents:
        w.paragraph()
        for subject in subjects:
            responsible_of(w, subject.measure)
    say_elsewhere(w, others)
    if c.calculated.joint or c.lexicon.cues["higher_asked"].search(c.u.text):
        for computed in c.calculated.of:
            n = w.cite(computed.subject.measure)
            w.calculate(computed.subject.measure, computed.workings, n)
        w.paragraph()
        higher_first(w, c.calculated.of)
    if c.calculated.joint:
        sums(w, first=bool(c.lexicon.cues["difference"].search(c.u.text)))
    for subject in subjects:
        w.paragraph()
        status_note(w, w.document_of(subject.measure))
        if subject.measure.not_stated:
            points = c.words("line", "not_stated", points=not_stated(subject.measure))
            w.sheet.say(K.CAVEAT, f"{subject.measure.title}：{points}", [w.cite(subject.measure)])
        warn_of(w, subject)
    if len({s.measure.region for s in subjects}) + len(others) > 1:
        w.warn(WarningCode.JURISDICTION)
    return Behaviour.ANSWER


def _which_states(w: Writer) -> bool:
    """Which of two sides states a figure, where that was asked and one does; whether it was."""
    if not w.context.lexicon.cues["which_states"].search(w.context.u.text):
        return False
    measures = [s.measure for s in w.context.matched.subjects]
    stated = [m for m in measures if m.terms]
    if len(measures) != OF_TWO or len(stated) != 1:
        return False
    other = next(m for m in measures if not m.terms)
    w.say(
        K.CONCLUSION,
        "conclusion",
        "which_states",
        [w.cite(stated[0]), w.cite(other)],
        gist=w.gist(stated[0]),
        stated=w.document_of(stated[0]).region + "·" + stated[0].title,
        other=w.document_of(other).region + "·" + other.title,
    )
    w.warn(WarningCode.NOT_STATED)
    return True


def _asks_which(w: Writer) -> bool:
    """Whether it was asked which of several figures of one paper is right."""
    c = w.context
    papers = {s.measure.document for s in c.matched.subjects}
    return len(papers) == 1 and bool(c.lexicon.cues["which_number"].search(c.u.text))


def _told_apart(w: Writer) -> None:
    """What is known of one side against another, of which it has the words: 口径不同."""
    measures = [s.measure for s in w.context.matched.subjects]
    w.paragraph()
    for measure in measures:
        others = "".join(w.quote(m) for m in measures if m is not measure)
        for point in measure.open_points:
            if any(quoted in others for quoted in QUOTED.findall(point)):
                cites = [w.cite(measure)]
                w.say(K.CAVEAT, "line", "item_point", cites, title=measure.title, point=point)


def _side(w: Writer, subject: Subject) -> None:
    measure = subject.measure
    said_once = w.gist(measure) == w.quote(measure).rstrip("。")
    w.say(
        K.QUOTE,
        "line",
        "item_side_quote" if said_once else "item_side",
        cites_of(w, measure),
        item=True,
        place=f"{w.document_of(measure).region}·{measure.title}",
        status=w.context.wording["status_word"][str(subject.status.status)],
        clause=w.context.catalogue.place(measure).path,
        gist=w.gist(measure),
        quote=w.quote(measure),
    )


def papers_compared(w: Writer) -> Behaviour:
    """Whole papers side by side: whether each holds, their days, and what of them is alike."""
    c = w.context
    papers = sorted(
        (c.documents[d] for d in c.matched.documents),
        key=lambda d: d.dates.signed or d.dates.period_from or date.max,
    )
    older, newer = papers[0], papers[-1]
    dated = c.lexicon.cues["paper_dates"].search(c.u.text)
    if dated and older.dates.signed and newer.dates.signed:
        _days_apart(w, older, newer, K.CONCLUSION)
    elif dated and (undated := [d for d in (older, newer) if d.dates.signed is None]):
        for document in undated:
            cites, name = [w.cite_title(document)], document_name(document)
            w.say(K.CONCLUSION, "conclusion", "undated", cites, document=name)
        w.warn(WarningCode.NOT_STATED)
        w.paragraph()
    elif all(c.lexicon.cues[cue].search(c.u.text) for cue in ("issuers_asked", "imprint")):
        _issuers(w, (older, newer))
    elif c.lexicon.cues["imprint"].search(c.u.text):
        for document in (older, newer):
            imprint(w, document.id, most=MOST_CITES)
        w.paragraph()
    elif not (_periods(w, papers) or _standing(w, papers)):
        w.say(K.CONCLUSION, "conclusion", "papers", count=count(len(papers)))
    for document in papers:
        finding = c.status_of(document)
        cites = w.cite_status(document, finding)
        reason = finding.reason.rstrip("。")
        w.say(
            K.CAVEAT,
            "line",
            "paper",
            cites,
            item=True,
            document=document_name(document),
            status=c.wording["status_word"][str(finding.status)],
            reason=reason,
        )
        days_of(w, document)
        warn_of_document(w, document)
    w.paragraph()
    if not dated and c.lexicon.cues["imprint"].search(c.u.text):
        return Behaviour.ANSWER
    if not dated and _on_the_point(w, (older, newer)):
        return Behaviour.ANSWER
    if older.dates.signed and newer.dates.signed:
        if not dated:
            _days_apart(w, older, newer, K.CAVEAT)
    elif not dated:
        _alike(w, older, newer)
    else:
        w.warn(WarningCode.NOT_STATED)
    return Behaviour.ANSWER


def _periods(w: Writer, papers: Sequence[Document]) -> bool:
    """The years that each paper is for, where that was asked; whether it was."""
    if not w.context.lexicon.cues["period_asked"].search(w.context.u.text):
        return False
    for paper in papers:
        first, last, name = paper.dates.period_from, paper.dates.period_until, document_name(paper)
        cites = [w.cite_title(paper)]
        if first and last:
            years = f"{first.year}—{last.year}"
            w.say(K.CONCLUSION, "conclusion", "period", cites, document=name, years=years)
        else:
            w.say(K.CONCLUSION, "conclusion", "period_unsaid", cites, document=name)
            w.warn(WarningCode.NOT_STATED)
    w.paragraph()
    return True


def _standing(w: Writer, papers: Sequence[Document]) -> bool:
    """Which of the papers one may apply by, where that was asked; whether it was."""
    c = w.context
    if not c.lexicon.cues["standing_asked"].search(c.u.text):
        return False
    for paper in papers:
        finding = c.status_of(paper)
        if finding.status in NO_GROUND:
            status_note(w, paper, K.CONCLUSION)
        else:
            cites, reason = w.cite_status(paper, finding), status_reason(paper, finding)
            w.say(K.CONCLUSION, "conclusion", "status", cites, reason=reason)
    w.paragraph()
    return True


def _days_apart(w: Writer, older: Document, newer: Document, kind: K) -> None:
    """Which of two papers was signed first, and how many days lie between."""
    assert older.dates.signed is not None and newer.dates.signed is not None
    apart = (newer.dates.signed - older.dates.signed).days
    cites = [w.cite_title(older), w.cite_title(newer)]
    first = document_name(older)
    w.say(kind, "line", "days_apart", cites, first=first, days=count_in_words(apart))


def _issuers(w: Writer, papers: Sequence[Document]) -> None:
    """Who issued each paper, after whether it is the same."""
    same = len({p.issuers for p in papers}) == 1
    key = "issuers_same" if same else "issuers_differ"
    w.say(K.CONCLUSION, "conclusion", key, count=count(len(papers)))
    for paper in papers:
        w.say(
            K.CAVEAT,
            "line",
            "issued_by_of" if paper.issuers else "issued_by_none",
            [w.cite_title(paper)],
            item=True,
            document=document_name(paper),
            count=count(len(paper.issuers)),
            issuers="、".join(paper.issuers),
        )
    w.paragraph()


def _on_the_point(w: Writer, papers: Sequence[Document]) -> bool:
    """What each paper says of what was asked, if both say something of it."""
    c = w.context
    first = [next((h for h in c.matched.hits if h.document_id == p.id), None) for p in papers]
    told = [h for h in first if h is not None and h.path not in OUTSIDE and is_near(h)]
    if len(told) < len(papers):
        return False
    for hit, paper in zip(told, papers, strict=True):
        where = (paper, hit.path, hit.start, hit.end, c.u.topic_text, c.lexicon)
        for place in of_part(*where)[:1]:
            quote_place(w, place)
    return True


def _alike(w: Writer, older: Document, newer: Document) -> None:
    """What both papers give, measure by measure."""
    c = w.context
    of_older = [m for m in c.catalogue.measures if m.document == older.id and m.usable]
    twins = [(m, c.twin(m, newer.id)) for m in of_older]
    pairs = {t.id: (m, t) for m, t in reversed(twins) if t is not None}
    for mine, other in list(pairs.values())[:MOST_PAIRS]:
        for measure in (mine, other):
            document = w.document_of(measure)
            w.say(
                K.CAVEAT,
                "line",
                "pair",
                [w.cite(measure)],
                item=True,
                title=measure.title,
                paper=document.short_title,
                status=c.wording["status_word"][str(c.status_of(document).status)],
                clause=c.catalogue.place(measure).path,
                gist=w.gist(measure),
            )
            if measure.lost:
                w.warn(WarningCode.DIGITS_LOST)
            if measure.not_stated:
                w.warn(WarningCode.NOT_STATED)


def conflict(w: Writer) -> Behaviour:
    """Registered in one place, the project in another: each place's rule, and which it is?"""
    c = w.context
    subjects = c.matched.subjects
    w.say(K.CONCLUSION, "conclusion", "conflict")
    for region in dict.fromkeys(d.region for d in c.reviewed):
        subject = next((s for s in subjects if s.measure.region == region), None)
        w.paragraph()
        if subject is not None:
            quote_line(w, subject.measure)
            notes_of(w, subject)
        elif any(region[:SAME_NAME] in r or r[:SAME_NAME] in region for r in c.u.regions):
            _none_of_it(w, region)
    place_without_papers(w)
    w.warn(WarningCode.JURISDICTION)
    w.sheet.ask("region", c.words("ask", "registered"))
    if subjects and c.u.value("loan_product") is None:
        ask_slots(w, [s for j in subjects[0].unknown for s in j.open_slots][:1])
    say_questions(w)
    return Behaviour.CLARIFY


def _none_of_it(w: Writer, region: str) -> None:
    """The papers of a place hold nothing of what the other place's do."""
    c = w.context
    document = next(d for d in c.reviewed if d.region == region)
    other = c.matched.subjects[0].measure if c.matched.subjects else None
    w.say(
        K.CAVEAT,
        "conclusion",
        "other_place_none",
        [w.cite_title(document)],
        here=region,
        title=other.title if other else "",
        there=other.region if other else "",
    )
    status_note(w, document)


def other_place(w: Writer, subject: Subject) -> Behaviour:
    """The measure is of another place: say so, and what the asked place's papers hold."""
    c = w.context
    measure, home = subject.measure, c.matched.home or ""
    local = [d for d in c.documents.values() if d.region == home]
    document = next((d for d in local if c.status_of(d).status not in CONCLUDED), local[0])
    cites = [w.cite_title(document), w.cite(measure)]
    w.say(
        K.CONCLUSION,
        "conclusion",
        "other_place_none",
        cites,
        title=measure.title,
        there=measure.region,
        here=home,
    )
    status_note(w, document)
    warn_of_document(w, w.document_of(measure))
    like_it = c.related(subject)
    near = [hit for hit in c.matched.hits if hit.document_id == document.id]
    place = None
    if like_it is not None:
        place = c.catalogue.place(like_it)
    elif near:
        found = sentences_for(c, near)
        place = next(iter(found), None)
    if place is not None:
        n = w.sheet.cite(place)
        w.paragraph()
        w.say(K.QUOTE, "line", "related", [n], here=home, quote=w.words_at(place))
    w.warn(WarningCode.JURISDICTION)
    w.warn(WarningCode.NOT_STATED)
    return Behaviour.ANSWER
