"""Answers about measures: one told in full, further ones in short, or equals to choose from.

In:  a writer whose match names measures.
Out: the sentences and the behaviour; the first sentence answers, quote, conditions and caveats
     follow (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Behaviour, Verdict, WarningCode
from assistant.answer import StatementKind as K
from assistant.matching.subject import Subject
from assistant.matching.weighing import is_personal, wants_amount
from assistant.measures.model import Kind
from assistant.reading.parts import parts_of
from assistant.steps.calculate import Computed
from assistant.writing.amounts import (
    amount_line,
    each_first,
    further,
    higher_first,
    left_elsewhere,
    left_out,
    sums,
)
from assistant.writing.cautions import misprints, notes_of, status_note
from assistant.writing.conclusion import conclude
from assistant.writing.lines import (
    conditions,
    further_quotes,
    more_of_clause,
    number_of_elsewhere,
    place_without_papers,
    procedure,
    quote_item,
    quote_line,
    responsible,
    say_misread,
    scope,
    successor,
)
from assistant.writing.papers import imprint
from assistant.writing.questions import ask_decisive, ask_region_first, say_questions
from assistant.writing.sides import other_place
from assistant.writing.topic import Topic, asks_standard, left_open, open_topic, other_year
from assistant.writing.words import count, status_reason
from assistant.writing.writer import Writer
from ingest.document import Status

HELD = frozenset({Status.IN_FORCE, Status.EFFECTIVE_DATE_UNKNOWN})
EQUAL = 0.9  # share of the best measure's score from which another stands equal


def measures(w: Writer) -> Behaviour:
    """The best measure in full, the others after it; equals side by side."""
    c = w.context
    of = c.calculated.of
    first = of[0]
    if not first.subject.here:
        return other_place(w, first.subject)
    place_without_papers(w)
    if _are_alternatives(w, of):
        return _several(w, of)
    behaviour = _one(w, first)
    for computed in of[1:]:
        if computed.subject.here:
            w.paragraph()
            further(w, computed)
    if c.calculated.joint:
        sums(w, first=not left_open(w, first.subject.measure))
    elif c.lexicon.cues["asked_each"].search(c.u.text):
        each_first(w, [computed for computed in of if computed.subject.here])
    higher_first(w, of)
    for computed in of:
        w.paragraph()
        notes_of(w, computed.subject, of_several=len(of) > 1)
    successor(w, first.subject)
    say_questions(w)
    return behaviour


def _are_alternatives(w: Writer, of: Sequence[Computed]) -> bool:
    """Whether several measures stand equal, so that none can be put first."""
    scores = [x.subject.score for x in of]
    close = len(of) > 1 and scores[1] >= EQUAL * scores[0] > 0
    computed = any(each.role != "ceiling" and each.amount for x in of for each in x.workings)
    joint = w.context.calculated.joint
    decided = [x.subject.verdict is Verdict.APPLIES for x in of]
    sure = decided[0] and not any(decided[1:])  # what was told is all that the first asks for
    sure = sure or (w.context.u.as_of_said and of[0].subject.status.status not in HELD)
    return close and not (computed or joint or sure) and not any(x.subject.unmet for x in of)


def _several(w: Writer, of: Sequence[Computed]) -> Behaviour:
    """Equally good measures: list them, and ask which it is where an amount was asked."""
    c = w.context
    personal = is_personal(c.u) and of[0].subject.measure.usable
    key = "clarify_choice" if personal and wants_amount(c.u) else "several"
    papers = [c.documents[i] for i in dict.fromkeys(x.subject.measure.document for x in of)]
    told_first = personal or "status" in c.u.intents
    if told_first:
        for paper in papers:
            status_note(w, paper)
    w.paragraph()
    judged = key == "several" and _say_each_verdict(w, of)
    for computed in of:
        say_misread(w, computed.subject.measure)
    best = of[0].subject.measure
    kind = str(best.kind)
    if kind in c.wording["nature"] and c.lexicon.cues["nature"].search(c.u.text):
        w.say(K.CONCLUSION, "nature", kind, [w.cite(best)])
    for point in left_open(w, best):
        w.say(K.CONCLUSION, "conclusion", "open_point", [w.cite(best)], point=point)
        w.warn(WarningCode.NOT_STATED)
    year = other_year(w, best) if best.kind is Kind.STATISTIC else None
    if year is not None:
        w.say(K.CONCLUSION, "conclusion", "year_unsaid", [w.cite(best)], year=year)
        w.warn(WarningCode.NOT_STATED)
    if not judged:
        w.say(K.CONCLUSION, "conclusion", key, count=count(len(of)))
    for computed in of:
        measure = computed.subject.measure
        n = w.cite(measure)
        quote_item(w, measure, n, w.calculate(measure, computed.workings, n))
    w.paragraph()
    if not told_first:
        for paper in papers:
            status_note(w, paper)
    for computed in of:
        notes_of(w, computed.subject, of_several=len(of) > 1)
    number_of_elsewhere(w, of[0].subject)
    behaviour = Behaviour.ANSWER
    if personal:
        if c.matched.home is None and not c.u.documents:
            ask_region_first(w)
        ask_decisive(w, [computed.subject for computed in of])
        if wants_amount(c.u) and not asks_standard(c) and w.sheet.missing:
            behaviour = Behaviour.CLARIFY
    say_questions(w)
    return behaviour


def _say_each_verdict(w: Writer, of: Sequence[Computed]) -> bool:
    """Where it was asked whether somebody can have them: yes, or not yet known, for each."""
    subjects = [x.subject for x in of]
    held = all(s.measure.usable and s.status.status in HELD for s in subjects)
    if not held or "eligibility" not in w.context.u.intents or not any(s.met for s in subjects):
        return False
    told = [w.context.words("word", _verdict(s), title=s.measure.title) for s in subjects]
    cites = list(dict.fromkeys(w.cite(s.measure) for s in subjects))
    w.say(K.CONCLUSION, "conclusion", "several_each", cites, each="；".join(told))
    return True


def _verdict(subject: Subject) -> str:
    """The word for what is known of one of several measures."""
    if subject.verdict is Verdict.APPLIES:
        return "verdict_applies"
    return "verdict_open" if subject.met else "verdict_unsure"


def _one(w: Writer, computed: Computed) -> Behaviour:
    """The conclusion about one measure, its amounts, its quote, its conditions."""
    topic = open_topic(w, computed)
    u, measure = w.context.u, topic.measure
    concluded = conclude(topic)
    behaviour = concluded.behaviour
    if not concluded.settled:
        _say_open_too(topic)
        behaviour = _place_known(topic, behaviour)
    elif w.context.matched.home is None and not u.documents:
        w.warn(WarningCode.JURISDICTION)
    if "dont_know" in u.intents:
        behaviour = Behaviour.ANSWER
    _status_asked(topic)
    status_note(w, w.document_of(measure))
    w.paragraph()
    for working, identifier in topic.written:
        if working is not topic.main:
            amount_line(w, working, identifier, topic.n)
    left_out(topic)
    left_elsewhere(topic)
    if measure.kind is not Kind.ABOUT and w.context.lexicon.cues["imprint"].search(u.text):
        imprint(w, measure.document)
    if not concluded.quoted:
        w.paragraph()
        quote_line(w, measure)
    if w.context.lexicon.cues["extent_asked"].search(u.text):
        further_quotes(w, measure)
    if is_personal(u) or "find" in u.intents:
        w.paragraph()
        conditions(w, topic.subject)
    scope(w, measure)
    if not w.context.lexicon.cues["wants_whole"].search(u.text):  # then the whole stands beside it
        more_of_clause(w, measure)
    if measure.kind is not Kind.STATISTIC:
        number_of_elsewhere(w, topic.subject)
    if "which_document" in u.intents:
        misprints(w, w.document_of(measure))
    if measure.kind is not Kind.ABOUT and u.intents & {"how_to_apply", "responsible"}:
        w.paragraph()
        procedure(w, measure, K.CAVEAT)
    elif measure.responsible or (
        measure.kind is Kind.ABOUT and u.intents & {"responsible", "status"}
    ):
        responsible(w, measure)
    return behaviour


def _say_open_too(topic: Topic) -> None:
    """What a further question of the text asks that the paper leaves open: 贴多少？分几次给; and
    what bears on the sum: 里面1200万还旧债."""
    w, c = topic.w, topic.w.context
    asked_for = topic.measure.usable and topic.of_a_case
    of_sum = any(a.of_sum and a.asked.search(c.u.text) for a in c.lexicon.aspects)
    if not asked_for or topic.subject.unmet or not (of_sum or parts_of(c.u.question, c.lexicon)):
        return
    told = "".join(s.text for s in w.sheet.statements)
    for point in left_open(w, topic.measure)[:1]:
        if point not in told:
            w.say(K.CAVEAT, "conclusion", "open_point", [topic.n], point=point)
            w.warn(WarningCode.NOT_STATED)


def _place_known(topic: Topic, behaviour: Behaviour) -> Behaviour:
    """Ask for the place where a benefit could be somebody's and none was said."""
    w, u = topic.w, topic.w.context.u
    unplaced = w.context.matched.home is None and not u.documents
    usable = topic.measure.usable and topic.in_time and not topic.subject.unmet
    if not (unplaced and usable and is_personal(u)):
        return behaviour
    w.warn(WarningCode.JURISDICTION)
    if asks_standard(w.context) and not u.facts:
        return behaviour
    ask_region_first(w)
    return Behaviour.CLARIFY


def _status_asked(topic: Topic) -> None:
    """That the paper holds, where that was asked; that it does not is always said."""
    w, finding = topic.w, topic.subject.status
    u = w.context.u
    held = u.documents and w.context.lexicon.cues["held_asked"].search(u.text)
    if ("status" in u.intents or held) and finding.status in HELD:
        document = w.document_of(topic.measure)
        if any(finding.reason.rstrip("。") in s.text for s in w.sheet.statements):
            return  # the conclusion has said it
        cites = w.cite_status(document, finding)
        w.say(K.CAVEAT, "conclusion", "status", cites, reason=status_reason(document, finding))
