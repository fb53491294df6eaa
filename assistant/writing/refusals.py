"""Answers that tell nothing of a measure: refusals, courtesies, what is not in the documents.

In:  a writer whose match is of such a situation.
Out: the sentences and the behaviour; no refusal states a number of its own
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from assistant.answer import Behaviour, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.subject import Situation
from assistant.writing.cautions import notes_of, status_note, warn_of
from assistant.writing.lines import place_without_papers, quote_line
from assistant.writing.sheet import marks
from assistant.writing.words import document_name
from assistant.writing.writer import Writer

SMALL = ("about_us", "thanks")  # cues and wordings of small talk
MOST_PLACES = 8  # of which one answer says that there are papers
MOST_PAPERS = 3  # of a place that one answer names
SURELY_MEANT = 0.9  # score from which a refused question still gets the rule it is about


def refuse(w: Writer) -> Behaviour:
    """Something that is not done, or not here; what was to be promised or overruled is
    told as it stands."""
    situation = w.context.matched.situation
    w.say(K.CONCLUSION, "refuse", str(situation))
    if situation is Situation.INJECTION:
        w.warn(WarningCode.INJECTION)
    if situation in (Situation.PROMISE, Situation.INJECTION):
        for subject in w.context.matched.subjects[:1]:
            if subject.score > SURELY_MEANT and subject.measure.usable:
                n = w.cite(subject.measure)
                w.paragraph()
                w.say(K.CAVEAT, "refuse", "related", [n], gist=w.gist(subject.measure))
                warn_of(w, subject)
    return Behaviour.REFUSE


def nothing(w: Writer, place: str | None = None) -> Behaviour:
    """The documents hold nothing on it; of a place without measures (of the one asked about, where
    none is given), which papers there are."""
    c, home = w.context, place or w.context.matched.home
    papers = {h.document_id: None for h in c.matched.hits} | dict.fromkeys(sorted(c.documents))
    own = [c.documents[name] for name in papers if c.documents[name].region == home]
    if not own or any(document in c.reviewed for document in own):
        w.say(K.CONCLUSION, "refuse", "nothing")
        return Behaviour.REFUSE
    key = "nothing_there" if len(own) <= MOST_PAPERS else "nothing_near"
    w.say(K.CONCLUSION, "refuse", key, region=home)
    for document in own[:MOST_PAPERS]:
        w.say(
            K.CAVEAT,
            "line",
            "paper_there",
            [w.cite_title(document)],
            item=True,
            document=document_name(document),
            status=c.wording["status_word"][str(c.status_of(document).status)],
        )
    w.warn(WarningCode.NOT_STATED)
    return Behaviour.REFUSE


def unclear(w: Writer) -> Behaviour:
    """Neither the subject nor the place was told: ask for both."""
    w.say(K.CONCLUSION, "conclusion", "unclear")
    w.sheet.ask(
        "applicant" if w.context.matched.home else "region", w.context.words("ask", "topic")
    )
    for missing in w.sheet.missing:
        w.say(K.QUESTION, "line", "ask", question=missing.question)
    return Behaviour.CLARIFY


def no_document(w: Writer) -> Behaviour:
    """No document is of the place asked about: say of which places there are some."""
    c = w.context
    asked = c.matched.absent or ""
    if c.matched.home is not None and c.u.rule_of is not None:
        place_without_papers(w)
        return Behaviour.REFUSE
    first: dict[str, int | None] = {}
    for document in c.reviewed or c.documents.values():
        if document.region not in first and len(first) < MOST_PLACES:
            first[document.region] = w.cite_title(document)
    regions = "、".join(f"{region}{marks([n])}" for region, n in first.items())
    w.say(
        K.CONCLUSION, "refuse", "no_document", list(first.values()), region=asked, regions=regions
    )
    w.warn(WarningCode.JURISDICTION)
    for subject in c.matched.subjects:
        measure = subject.measure
        w.paragraph()
        w.say(
            K.CAVEAT,
            "refuse",
            "related_of",
            [w.cite(measure)],
            region=measure.region,
            gist=w.gist(measure),
        )
        notes_of(w, subject)
    return Behaviour.REFUSE


def courtesy(w: Writer) -> Behaviour:
    """A greeting, thanks, a question about the answers as such, a fresh start."""
    c = w.context
    key = str(c.matched.situation)
    if c.matched.situation is Situation.SMALL_TALK:
        key = next((k for k in SMALL if c.lexicon.cues[k].search(c.u.question)), key)
    w.say(K.COURTESY, "courtesy", key)
    return Behaviour.ANSWER


def unknown_number(w: Writer) -> Behaviour:
    """A paper or a change that is not known here: nothing is confirmed, the known rule is told."""
    c = w.context
    key = "unknown_number" if c.u.unknown_number else "unknown_news"
    w.say(K.CONCLUSION, "conclusion", key, number=c.u.unknown_number or "")
    if not c.matched.subjects:
        return Behaviour.REFUSE
    w.paragraph()
    quote_line(w, c.matched.subjects[0].measure)
    notes_of(w, c.matched.subjects[0])
    return Behaviour.ANSWER


def term(w: Writer) -> Behaviour:
    """A name asked about as such: where it stands unexplained, or that no paper here has it."""
    c = w.context
    home = c.matched.home or ""
    if not c.matched.places:
        of_figure = c.lexicon.cues["attribute"].match(c.matched.name)
        key = "term_no_figure" if of_figure else "term_absent"
        w.say(K.CONCLUSION, "conclusion", key, name=c.matched.name, home=home)
        w.warn(WarningCode.NOT_STATED)
        for subject in c.matched.subjects:
            w.paragraph()
            quote_line(w, subject.measure)
            notes_of(w, subject)
        return Behaviour.ANSWER if c.matched.subjects else Behaviour.REFUSE
    place = c.matched.places[0]
    document = c.documents[place.document]
    here = home in ("", document.region)
    if not here:
        w.say(K.CONCLUSION, "conclusion", "term_none_here", name=c.matched.name, home=home)
    w.say(
        K.CONCLUSION,
        "conclusion",
        "term_used" if here else "term_there",
        [w.sheet.cite(place)],
        name=c.matched.name,
        there=document.region,
        document=document_name(document),
        clause=place.path,
        quote=w.words_at(place).rstrip("。"),
    )
    status_note(w, document)
    w.warn(WarningCode.NOT_STATED)
    if not here:
        w.warn(WarningCode.JURISDICTION)
    return Behaviour.ANSWER
