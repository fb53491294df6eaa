"""Answers about what could be had: everything that fits a case, and how one applies.

In:  a writer whose match lists measures for a case, or names one to apply for.
Out: the sentences and the behaviour; what the facts rule out comes last, with the reason
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from assistant.answer import Behaviour
from assistant.answer import StatementKind as K
from assistant.steps.calculate import Computed, main_working
from assistant.writing.amounts import amount_line, sums
from assistant.writing.cautions import notes_of, status_note, warn_of
from assistant.writing.lines import (
    conditions,
    place_without_papers,
    procedure,
    quote_line,
    responsible,
    say_misread,
    scope,
)
from assistant.writing.questions import ask_decisive, ask_region_first, ask_slots, say_questions
from assistant.writing.words import count, is_bounded, unmet_reasons
from assistant.writing.writer import Writer
from ingest.document import Status

MOST_BODIES = 3  # measures of which it is told who is responsible
TELLS_MOST = ("industry", "loan_product")  # asked where nothing fits what is known


def find(w: Writer) -> Behaviour:
    """What fits the case, and what the facts just miss."""
    c = w.context
    subjects = c.matched.subjects
    if not subjects:
        w.say(K.CONCLUSION, "conclusion", "find_none")
        ask_slots(w, TELLS_MOST)
        say_questions(w)
        return Behaviour.ANSWER
    fits = [s for s in subjects if not s.unmet]
    drafts = all(s.status.status is Status.DRAFT for s in subjects)
    key = "find_draft" if drafts else "find" if any(s.measure.usable for s in fits) else "find_soft"
    if not fits:
        key = "find_none"
    cites = [w.cite_title(w.document_of(subjects[0].measure))] if drafts else []
    w.say(K.CONCLUSION, "conclusion", key, cites, count=count(len(fits)))
    for computed in c.calculated.of:
        if computed.subject.unmet:
            _missed(w, computed)
        else:
            _offered(w, computed)
    w.paragraph()
    for document in {s.measure.document: w.document_of(s.measure) for s in subjects}.values():
        status_note(w, document)
    if any(is_bounded(s.measure) for s in fits):
        w.say(K.CAVEAT, "kind", "bound")
    scope(w, subjects[0].measure)
    place_without_papers(w)
    sums(w)
    if c.matched.home is None:
        ask_region_first(w)
    ask_decisive(w, subjects)
    say_questions(w)
    known = {f.slot for f in c.u.facts} - {"applicant"}
    return Behaviour.ANSWER if known or c.matched.home else Behaviour.CLARIFY


def _offered(w: Writer, computed: Computed) -> None:
    measure = computed.subject.measure
    n = w.cite(measure)
    ids = w.calculate(measure, computed.workings, n)
    gist = w.gist(measure)
    w.say(K.CONDITION, "line", "item", [n], ids, item=True, title=measure.title, gist=gist)
    main = main_working(computed.workings)
    for working, identifier in zip(computed.workings, ids, strict=True):
        if working is main and working.role != "ceiling":
            amount_line(w, working, identifier, n)
    warn_of(w, computed.subject)


def _missed(w: Writer, computed: Computed) -> None:
    measure = computed.subject.measure
    n = w.cite(measure)
    w.say(
        K.CONDITION,
        "line",
        "item_unmet",
        [n],
        item=True,
        title=measure.title,
        reasons=unmet_reasons(w.context, computed.subject),
        gist=w.gist(measure),
    )


def how_to_apply(w: Writer) -> Behaviour:
    """No paper tells the procedure: who is responsible, and what the paper does tell."""
    c = w.context
    subject = c.matched.subjects[0]
    measure = subject.measure
    say_misread(w, measure)
    procedure(w, measure)
    if "responsible" in c.u.intents and c.lexicon.cues["both"].search(c.u.text):
        for other in c.matched.subjects[1:MOST_BODIES]:
            w.paragraph()
            quote_line(w, other.measure)
            responsible(w, other.measure)
    w.paragraph()
    quote_line(w, measure)
    w.paragraph()
    conditions(w, subject)
    w.paragraph()
    notes_of(w, subject)
    return Behaviour.ANSWER
