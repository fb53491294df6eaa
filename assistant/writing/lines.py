"""Lines that many answers share: quotes, conditions, who is responsible, what holds elsewhere.

In:  a measure, a place in a document.
Out: sentences on the sheet; a quote is the source's own words
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer import StatementKind as K
from assistant.answer import WarningCode
from assistant.calculators.money import percent
from assistant.matching.naming import ADDRESSED
from assistant.matching.subject import Subject
from assistant.matching.weighing import APPLICANT
from assistant.measures.model import Kind, Measure
from assistant.measures.reader import Place
from assistant.steps.retrieve import QUOTED
from assistant.writing.cautions import warn_of_document
from assistant.writing.context import Context
from assistant.writing.sentences import best_sentences, find_words, sentence_at
from assistant.writing.words import bodies_of, document_name, misread, short_name
from assistant.writing.writer import Writer
from ingest.document import Document, Status

CONCLUDED = frozenset({Status.EXPIRED, Status.REPEALED})  # the time of such a paper is over
SHORT_QUOTE = 40  # characters of a further quote that is cited beside the main one
MOST_FURTHER, MOST_FURTHER_ABOUT = 2, 6  # further quotes of a benefit; of what explains a paper
MOST_MENDED = 2
OF_ROLE, BEGINNING = 2, 4  # characters of 牵头单位; of 人民银行洛阳市分行
PARTS = re.compile(r"([\u4e00-\u9fff]{2}单位)[:：]([^；;）)]+)")  # 牵头单位：…；配合单位：…
TOLD = 0.5  # of a part's character pairs in the gist, from which it is told already
FRESH = 2  # character pairs of the question that only the other sentence holds


def say_misread(w: Writer, measure: Measure) -> None:
    """What a measure says where the question takes it for something else."""
    says = misread(measure, w.context.u.rule_text)
    if says is not None:
        w.say(K.CONCLUSION, "conclusion", "misread", [w.cite(measure)], says=says)
        w.warn(WarningCode.NOT_STATED)


def say_misprint(w: Writer, measure: Measure) -> None:
    """What is misprinted in a measure, or differs within its paper, where that was asked."""
    c = w.context
    asked = find_words(c.u.text)
    if not c.lexicon.cues["misprint_asked"].search(c.u.text) or misread(measure, c.u.rule_text):
        return
    for point in (*measure.typos, *measure.open_points):
        quoted = [find_words(words) for words in QUOTED.findall(point)]
        if any(len(asked & words) >= TOLD * len(words) > 0 for words in quoted):
            cites = [w.cite(measure)]
            w.say(K.CONCLUSION, "conclusion", "open_point", cites, point=point.rstrip("。"))
            w.warn(WarningCode.SOURCE_TYPO)
            return


def tell_mended(w: Writer) -> None:
    """Which misspelt name was taken for which."""
    w.paragraph()
    for original, name in w.context.u.mended[:MOST_MENDED]:
        w.say(K.COURTESY, "line", "mended", original=original, name=name)


def tell_namesakes(w: Writer) -> None:
    """Which of several places of one name the answer is for, and where else one is."""
    w.paragraph()
    for each in w.context.u.namesakes:
        if each.meant:
            name, meant, others = each.name, each.meant, each.listed
            w.say(K.COURTESY, "line", "namesake", name=name, meant=meant, others=others)


def quote_place(w: Writer, place: Place) -> None:
    """Quote a place."""
    n = w.sheet.cite(place)
    w.say(
        K.QUOTE,
        "line",
        "quote",
        [n],
        document=document_name(w.context.documents[place.document]),
        clause=place.path,
        quote=w.words_at(place),
    )


def quote_further(w: Writer, places: Sequence[Place]) -> None:
    """Quote places that were found besides, each in a paragraph of its own before the questions."""
    for place in places:
        say_further(w, lambda place=place: quote_place(w, place))  # type: ignore[misc]


def say_further(w: Writer, say: Callable[[], None]) -> None:
    """Say something besides, in a paragraph of its own before the questions."""
    statements = w.sheet.statements
    questions = [s for s in statements if s.kind is K.QUESTION]
    statements[:] = [s for s in statements if s.kind is not K.QUESTION]
    last = max((s.paragraph for s in (*statements, *questions)), default=0)
    count = len(statements)
    say()
    statements[count:] = [s.model_copy(update={"paragraph": last + 1}) for s in statements[count:]]
    statements += questions


def quote_line(w: Writer, measure: Measure) -> None:
    """Quote what a measure rests on."""
    quote_place(w, w.context.catalogue.place(measure))


def quote_item(w: Writer, measure: Measure, n: int | None, calculations: Sequence[str]) -> None:
    """Quote what a measure rests on, as one of a list, with the amounts that go with it."""
    path = w.context.catalogue.place(measure).path
    w.say(
        K.QUOTE,
        "line",
        "item_quote",
        [n],
        calculations,
        item=True,
        title=measure.title,
        clause=path if len(path) > 1 else f"{path}、",
        quote=w.quote(measure),
    )


def asked_place(w: Writer, measure: Measure) -> Place:
    """Of the places a measure rests on, the one that shares most with the question."""
    c = w.context
    asked = find_words(c.u.topic_text)
    quotes = (None, *measure.more_quotes)
    places = [c.catalogue.place(measure, quote) for quote in quotes]
    return max(places, key=lambda p: len(asked & find_words(w.words_at(p))))


def quoted_place(w: Writer, measure: Measure) -> Place | None:
    """The sentence of a measure's clause in which words stand that the question puts in quotation
    marks, where the measure's own quote has none of them."""
    c, document = w.context, w.document_of(measure)
    clause = document.clause(c.catalogue.place(measure).path)
    words = QUOTED.findall(c.u.question)
    if any(word in measure.quote for word in words):
        return None
    for word in words:
        at = document.text.find(word, clause.start, clause.end)
        if at >= 0:
            return sentence_at(document, clause, at)
    return None


def say_without_part(w: Writer, document: Document) -> None:
    """That a paper has no such part (抄送, 附件) as the question names."""
    c = w.context
    parts = {s.part for s in c.lexicon.sections(c.u.text) if s.part and s.part in c.u.text}
    for part in sorted(parts):
        if part not in document.text and all(part != x.path for x in document.clauses):
            cites = [w.cite_title(document)]
            w.say(K.CONCLUSION, "conclusion", "no_part", cites, part=part)
            w.warn(WarningCode.NOT_STATED)
        elif c.lexicon.cues["whether_there_is"].search(c.u.text):
            _has_part(w, document, part)


def _has_part(w: Writer, document: Document, part: str) -> None:
    """That a paper has a part (附件), with its words, and what is known of it."""
    clause = next((x for x in document.clauses if x.path == part), None)
    if clause is None:
        return
    place = Place(document.id, clause.path, clause.start, clause.end)
    n = w.sheet.cite(place)
    quote = w.words_at(place).rstrip("。")
    w.say(K.CONCLUSION, "conclusion", "has_part", [n], part=part, quote=quote)
    for note in (note for note in document.notes if part in note):
        w.sheet.say(K.CAVEAT, note.rstrip("。") + "。", [n])


def quote_asked_parts(w: Writer, measure: Measure) -> None:
    """The parts of a paper that were asked about (抄送, 主送) and that its gist does not tell."""
    c, document = w.context, w.document_of(measure)
    told = find_words(w.gist(measure))
    asked = {section.part for section in c.lexicon.sections(c.u.text)}
    for clause in document.clauses:
        words = find_words(document.text[clause.start : clause.end])
        if clause.path in asked and len(words & told) < TOLD * len(words):
            w.paragraph()
            quote_place(w, Place(document.id, clause.path, clause.start, clause.end))


def further_quotes(w: Writer, measure: Measure) -> None:
    """The further words that a measure rests on, word for word."""
    w.paragraph()
    for quote in measure.more_quotes[:MOST_FURTHER]:
        quote_place(w, w.context.catalogue.place(measure, quote))


def cites_of(w: Writer, measure: Measure, most: int | None = None) -> list[int | None]:
    """The measure's quote and the other places it rests on, the short ones; the first `most`."""
    c = w.context
    asked = find_words(c.u.topic_text)
    near = sorted(measure.more_quotes, key=lambda q: -len(asked & find_words(q.quote)))
    about = measure.kind is Kind.ABOUT
    more = [q for q in near if about or len(q.quote) <= SHORT_QUOTE]
    more = more[: MOST_FURTHER_ABOUT if about else MOST_FURTHER]
    places = [c.catalogue.place(measure)] + [c.catalogue.place(measure, q) for q in more]
    return [w.sheet.cite(p) for p in places[:most]]


def conditions(w: Writer, subject: Subject) -> None:
    """The measure's conditions: those that hold, those that do not, those not known; of a measure
    for somebody else, what is not known does not matter."""
    n = w.cite(subject.measure)
    not_theirs = any(j.condition is None for j in subject.unmet)
    for key, group in (
        ("met", subject.met),
        ("unmet", subject.unmet),
        ("unknown", () if not_theirs else subject.unknown),
    ):
        if group:
            w.say(K.CONDITION, "line", key, [n], conditions="；".join(j.text for j in group))
    for rate in map(percent, w.context.u.by_year):
        if any(rate in calculation.formula for calculation in w.sheet.calculations):
            w.say(K.CAVEAT, "line", "by_year", rate=rate)


def procedure(w: Writer, measure: Measure, kind: K = K.CONCLUSION) -> None:
    """Where that is asked, that no paper tells how one applies; then who is responsible."""
    c = w.context
    apply, whom = (intent in c.u.intents for intent in ("how_to_apply", "responsible"))
    if whom:
        responsible(w, measure, kind)
    if apply:
        w.say(kind, "conclusion", "how", [w.cite(measure)])
    if not whom:
        responsible(w, measure)
    contact = c.contacts.get(measure.region)
    if contact:
        w.say(K.CAVEAT, "line", "contact", contact=contact)
    w.warn(WarningCode.NOT_STATED)


def responsible(w: Writer, measure: Measure, kind: K = K.CAVEAT) -> None:
    """Who is responsible for a measure; where its clause names nobody, who issued the paper."""
    place = w.context.catalogue.responsible_place(measure)
    if measure.responsible and place:
        n = w.sheet.cite(place)
        _whether_responsible(w, w.words_at(place), n, kind)
        w.say(kind, "line", "responsible", [n], responsible=w.words_at(place))
        return
    document = w.document_of(measure)
    n = w.cite_title(document)
    if document.issuers:
        w.say(kind, "line", "issuers", [n], issuers="、".join(document.issuers))


def _whether_responsible(w: Writer, words: str, n: int | None, kind: K) -> None:
    """Whether the bodies that the question names are among those responsible, and as what, where
    that was asked."""
    c = w.context
    if "responsible" not in c.u.intents or not c.lexicon.cues["whether_listed"].search(c.u.text):
        return
    known = {b for m in c.catalogue.measures for b in bodies_of(m)}
    ordered = sorted(known, key=lambda body: (len(body), body))
    said = {s: b for b in ordered for s in _called(b) if s in c.u.text}
    named = {s: b for s, b in said.items() if not any(s in other for other in said if s != other)}
    parts = [(m.group(1), m.group(2)) for m in PARTS.finditer(words)] or [("", words)]
    asked = [role for role, _ in parts if role[:OF_ROLE] in c.u.text]
    for short, body in sorted(named.items(), key=lambda each: c.u.text.find(each[0])):
        roles = [role for role, bodies in parts if short in bodies]
        role = next((r for r in roles if len(asked) != 1 or r in asked), None)
        if role is not None:
            w.say(kind, "line", "body_listed", [n], role=role, body=body)
        elif roles:
            w.say(kind, "line", "body_elsewhere", [n], asked=asked[0], role=roles[0], body=body)
        else:
            w.say(kind, "line", "body_unlisted", [n], role=(asked or [parts[0][0]])[0], body=body)


def _called(body: str) -> tuple[str, ...]:
    """How people call a body: without its city's mark; a long one by how it begins."""
    return (short_name(body), *([body[:BEGINNING]] if len(body) > 2 * BEGINNING else []))


def responsible_of(w: Writer, measure: Measure) -> None:
    """Who is responsible for one of several measures, or that its clause names nobody."""
    place = w.context.catalogue.responsible_place(measure)
    if measure.responsible and place:
        n = w.sheet.cite(place)
        words = w.words_at(place)
        w.say(K.CAVEAT, "line", "responsible_of", [n], title=measure.title, responsible=words)
    else:
        w.say(K.CAVEAT, "line", "responsible_none", [w.cite(measure)], title=measure.title)


def successor(w: Writer, subject: Subject) -> None:
    """For a measure whose time is over: what holds now, if anything is like it."""
    if subject.status.status not in CONCLUDED:
        return
    now = w.context.successor(subject)
    if now is not None:
        n = w.cite(now.measure)
        w.paragraph()
        gist = w.gist(now.measure)
        w.say(K.CAVEAT, "line", "successor", [n], title=now.measure.title, gist=gist)


def scope(w: Writer, measure: Measure, kind: K = K.CAVEAT) -> bool:
    """For a district: that the city's paper reaches it, with the line that says to whom it went;
    whether it was said."""
    c = w.context
    if c.matched.home is None or c.u.region in (None, c.matched.home, c.matched.absent):
        return False
    if all(c.documents[d].region != c.matched.home for d in c.papers_in(c.u.region)):
        return False  # another place is asked about
    if any(loan.place for loan in c.u.case.loans):
        return False  # several places: which is which was told with the sums
    place = _addressees(w.document_of(measure))
    if place is None:
        if kind is K.CONCLUSION:
            w.say(kind, "line", "belongs", here=c.u.region, home=c.matched.home)
        return False
    n = w.sheet.cite(place)
    quote = w.words_at(place)
    w.say(kind, "line", "scope", [n], here=c.u.region, home=c.matched.home, quote=quote)
    return True


def _addressees(document: Document) -> Place | None:
    """The line that says to whom a paper went."""
    addressed = next((x for x in document.clauses if x.path == ADDRESSED), None)
    stop = document.text.find("：", addressed.start, addressed.end) if addressed else -1
    return Place(document.id, ADDRESSED, addressed.start, stop) if addressed and stop > 0 else None


def _addressed(w: Writer, measure: Measure) -> int | None:
    place = _addressees(w.document_of(measure))
    return w.sheet.cite(place) if place else None


def _holds_in(w: Writer, measure: Measure, place: str) -> bool:
    """Whether a measure is of a place, and the time of its paper not over."""
    return measure.region == place and w.context.status_of(w.document_of(measure)).status not in (
        CONCLUDED
    )


def place_without_papers(w: Writer) -> None:
    """A place named beside another, of which there is no paper, or none that was reviewed."""
    absent = w.context.matched.absent
    if absent is not None:
        home = w.context.matched.home or ""
        there = [s.measure for s in w.context.matched.subjects[:1]]
        there = there or [m for m in w.context.catalogue.measures if _holds_in(w, m, home)][:1]
        cites = [_addressed(w, measure) for measure in there]
        key = "absent_beside"
        if w.context.papers_in(absent):  # which may be cited besides, so that it rests on its own
            key, papers = "only_of", [w.document_of(measure) for measure in there]
            cites = [n or w.cite_title(p) for n, p in zip(cites, papers, strict=True)]
        w.say(K.CONCLUSION, "line", key, [*cites], region=absent, home=home)
        w.warn(WarningCode.JURISDICTION)


def more_of_clause(w: Writer, measure: Measure) -> None:
    """The sentence of the same clause that shares more with the question than the quote does;
    none that is for others than who asks, or that the answer quotes for another measure."""
    c, document = w.context, w.document_of(measure)
    place = c.catalogue.place(measure)
    clause = document.clause(place.path)
    wanted = find_words(" ".join([c.u.topic_text, *c.u.expansions]))
    shown = wanted & find_words(document.text[place.start : place.end])
    for other in best_sentences(
        document, clause.path, clause.start, clause.end, c.u.topic_text, c.lexicon
    ):
        inside = place.start <= other.start < place.end or other.start <= place.start < other.end
        fresh = (wanted & find_words(document.text[other.start : other.end])) - shown
        quoted = [
            *((x.document_id, x.start, x.end) for x in w.sheet.citations),
            *(
                (p.document, p.start, p.end)
                for s in c.matched.subjects
                for p in [c.catalogue.place(s.measure)]
            ),
        ]
        told = any(
            name == document.id and start <= other.start and other.end <= end
            for name, start, end in quoted
        )
        if not (inside or told) and len(fresh) >= FRESH and not _is_for_others(c, measure, other):
            w.paragraph()
            quote_place(w, other)
            return


def _is_for_others(c: Context, measure: Measure, place: Place) -> bool:
    """Whether a part of a measure's clause is a benefit of a party other than who asks."""
    who = {f.value for f in c.u.facts if f.slot == APPLICANT and not f.denied}
    near = [
        c.catalogue.place(m)
        for m in c.catalogue.measures
        if (m.document, m.clause) == (measure.document, measure.clause)
        and m.usable
        and who.isdisjoint(m.applicant or who)
    ]
    return bool(who) and any(p.start < place.end and place.start < p.end for p in near)


def number_of_elsewhere(w: Writer, subject: Subject) -> None:
    """A number in the question that another place's paper states: say whose it is."""
    for other in w.context.elsewhere(subject):
        n = w.cite(other)
        document = w.document_of(other)
        w.say(
            K.CAVEAT,
            "line",
            "elsewhere",
            [n],
            there=document.region,
            title=other.title,
            document=document_name(document),
            here=subject.measure.region,
        )
        w.warn(WarningCode.JURISDICTION)
        warn_of_document(w, document)
