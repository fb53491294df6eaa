"""Write the answer by rule: the first sentence answers, then amounts, conditions, quotes, caveats.

In:  what was understood, matched and calculated; the wording; the documents.
Out: a `Sheet`. Every figure is put in from a quote or a working, none is typed here
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assistant.answer import Behaviour, Missing, StatementKind, WarningCode
from assistant.calculators.case import AmountKind, Working
from assistant.calculators.money import percent, yuan
from assistant.conversation import Conversation
from assistant.measures.model import Bound, Kind, Measure, Rule
from assistant.measures.reader import Catalogue, Place
from assistant.reading.lexicon import Lexicon
from assistant.steps.calculate import Calculated, Computed, main_working
from assistant.steps.match import Match, Situation, Subject, is_personal, wants_amount
from assistant.steps.sentences import best_sentences, find_words
from assistant.steps.sheet import Sheet, marks, on_one_line
from assistant.steps.understand import Understanding
from ingest.document import Document, Status, StatusFinding

K = StatementKind
NUMERALS = "零一二三四五六七八九十"
LESSER = re.compile(r"min\((.+), ([^,()]+)\)")
MOST_OPEN_POINTS = 3
MOST_DAMAGE = 8
SHORT_QUOTE = 40
CONCLUDES = {Status.EXPIRED, Status.REPEALED}


@dataclass(frozen=True)
class Context:
    """Everything the composer reads; nothing of it changes."""

    u: Understanding
    matched: Match
    calculated: Calculated
    catalogue: Catalogue
    documents: Mapping[str, Document]
    lexicon: Lexicon
    wording: Mapping[str, Any]
    conversation: Conversation
    status_of: Callable[[Document], StatusFinding]
    successor: Callable[[Subject], Subject | None]
    elsewhere: Callable[[Subject], Sequence[Measure]]
    related: Callable[[Subject], Measure | None]
    contacts: Mapping[str, str]

    def words(self, group: str, key: str, **values: object) -> str:
        """A wording with its places filled."""
        return str(self.wording[group][key]).format(**{k: str(v) for k, v in values.items()})


def compose(context: Context) -> tuple[Behaviour, Sheet]:
    """The whole rule-based answer."""
    sheet = Sheet(
        context.documents,
        {d.id: context.status_of(d).status for d in context.documents.values()},
        context.u.as_of.isoformat(),
    )
    behaviour = _WRITERS[context.matched.situation](context, sheet)
    if behaviour is Behaviour.CLARIFY and not sheet.missing:
        behaviour = Behaviour.ANSWER
    return behaviour, sheet


# Situations ---------------------------------------------------------------------------------------


def _refuse(c: Context, sheet: Sheet) -> Behaviour:
    situation = c.matched.situation
    key = str(situation)
    sheet.say(K.CONCLUSION, c.words("refuse", key))
    if situation is Situation.INJECTION:
        _warn(c, sheet, WarningCode.INJECTION)
    if situation is Situation.PROMISE:
        for subject in c.matched.subjects[:1]:
            if subject.score > 0.9 and subject.measure.usable:
                n = sheet.cite(c.catalogue.place(subject.measure))
                sheet.paragraph()
                sheet.say(
                    K.CAVEAT,
                    c.words("refuse", "related", gist=_gist(c, subject.measure), marks=marks([n])),
                    [n],
                )
                _subject_warnings(c, sheet, subject)
    return Behaviour.REFUSE


def _nothing(c: Context, sheet: Sheet) -> Behaviour:
    sheet.say(K.CONCLUSION, c.words("refuse", "nothing"))
    return Behaviour.REFUSE


def _no_document(c: Context, sheet: Sheet) -> Behaviour:
    asked = c.u.regions[0] if c.u.regions else (c.u.region or "")
    first: dict[str, int | None] = {}
    for document in c.documents.values():
        if document.region not in first:
            first[document.region] = _cite_title(c, sheet, document)
    regions = "、".join(f"{region}{marks([n])}" for region, n in first.items())
    sheet.say(
        K.CONCLUSION,
        c.words("refuse", "no_document", region=asked, regions=regions),
        list(first.values()),
    )
    _warn(c, sheet, WarningCode.JURISDICTION)
    return Behaviour.REFUSE


def _courtesy(c: Context, sheet: Sheet) -> Behaviour:
    sheet.say(K.COURTESY, c.words("courtesy", str(c.matched.situation)))
    return Behaviour.ANSWER


def _conflict(c: Context, sheet: Sheet) -> Behaviour:
    sheet.say(K.CONCLUSION, c.words("conclusion", "conflict"))
    for region in dict.fromkeys(d.region for d in c.documents.values()):
        subject = next((s for s in c.matched.subjects if s.measure.region == region), None)
        sheet.paragraph()
        if subject is not None:
            _quote_line(c, sheet, subject.measure)
            _subject_notes(c, sheet, subject)
        elif any(region[:2] in r or r[:2] in region for r in c.u.regions):
            document = next(d for d in c.documents.values() if d.region == region)
            n = _cite_title(c, sheet, document)
            title = c.matched.subjects[0].measure.title if c.matched.subjects else ""
            sheet.say(
                K.CAVEAT,
                c.words(
                    "conclusion",
                    "other_place_none",
                    here=region,
                    title=title,
                    there=c.matched.subjects[0].measure.region if c.matched.subjects else "",
                    marks=marks([n]),
                ),
                [n],
            )
            _status_note(c, sheet, document)
    _warn(c, sheet, WarningCode.JURISDICTION)
    sheet.ask("region", c.words("ask", "registered"))
    if c.matched.subjects and c.u.value("loan_product") is None:
        _ask_slots(c, sheet, [s for j in c.matched.subjects[0].unknown for s in j.open_slots][:1])
    _questions(c, sheet)
    return Behaviour.CLARIFY


def _unknown_number(c: Context, sheet: Sheet) -> Behaviour:
    key = "unknown_number" if c.u.unknown_number else "unknown_news"
    sheet.say(K.CONCLUSION, c.words("conclusion", key, number=c.u.unknown_number or ""))
    if c.matched.subjects:
        sheet.paragraph()
        _quote_line(c, sheet, c.matched.subjects[0].measure)
        _subject_notes(c, sheet, c.matched.subjects[0])
        return Behaviour.ANSWER
    return Behaviour.REFUSE


def _clauses(c: Context, sheet: Sheet) -> Behaviour:
    hits = [
        h for h in c.matched.hits if c.matched.home in (None, c.documents[h.document_id].region)
    ]
    if not hits:
        return _nothing(c, sheet)
    top = hits[0]
    document = c.documents[top.document_id]
    for i, place in enumerate(
        best_sentences(document, top.path, top.start, top.end, c.u.text, c.lexicon)
    ):
        n = sheet.cite(place)
        quote = on_one_line(document.text[place.start : place.end])
        if i == 0:
            sheet.say(
                K.CONCLUSION,
                c.words(
                    "conclusion",
                    "clause",
                    document=_name(document),
                    clause=place.path,
                    quote=quote.rstrip("。"),
                    marks=marks([n]),
                ),
                [n],
            )
        else:
            sheet.paragraph()
            sheet.say(
                K.QUOTE,
                c.words(
                    "line",
                    "quote",
                    document=_name(document),
                    clause=place.path,
                    quote=quote,
                    marks=marks([n]),
                ),
                [n],
            )
    _status_note(c, sheet, document)
    _warn(c, sheet, WarningCode.UNREVIEWED)
    return Behaviour.ANSWER


def _find(c: Context, sheet: Sheet) -> Behaviour:
    subjects = c.matched.subjects
    if not subjects:
        sheet.say(K.CONCLUSION, c.words("conclusion", "find_none"))
        _ask_slots(c, sheet, ["industry", "loan_product"])
        _questions(c, sheet)
        return Behaviour.ANSWER
    fits = [s for s in subjects if not s.unmet]
    key = "find" if fits else "find_none"
    sheet.say(K.CONCLUSION, c.words("conclusion", key, count=_count(len(fits))))
    for computed in c.calculated.of:
        measure = computed.subject.measure
        if computed.subject.unmet:
            n = sheet.cite(c.catalogue.place(measure))
            reasons = "；".join(
                c.words("line", "unmet_reason", condition=j.text) for j in computed.subject.unmet
            )
            sheet.say(
                K.CONDITION,
                c.words(
                    "line",
                    "item_unmet",
                    title=measure.title,
                    reasons=reasons,
                    gist=_gist(c, measure),
                    marks=marks([n]),
                ),
                [n],
                item=True,
            )
            continue
        n = sheet.cite(c.catalogue.place(measure))
        ids = [sheet.calculate(measure.id, w, [n] if n else []) for w in computed.workings]
        sheet.say(
            K.CONDITION,
            c.words("line", "item", title=measure.title, gist=_gist(c, measure), marks=marks([n])),
            [n],
            ids,
            item=True,
        )
        _subject_warnings(c, sheet, computed.subject)
    sheet.paragraph()
    sheet.say(K.CAVEAT, c.words("kind", "bound"))
    _sums(c, sheet)
    if c.matched.home is None:
        sheet.missing.insert(0, _missing_region(c))
    _ask_decisive(c, sheet, subjects)
    _questions(c, sheet)
    known = {f.slot for f in c.u.facts} - {"applicant"}
    return Behaviour.ANSWER if known or c.matched.home else Behaviour.CLARIFY


def _status(c: Context, sheet: Sheet) -> Behaviour:
    for subject in c.matched.subjects[:1]:
        if (
            {"status"} & c.u.intents
            and subject.measure.kind is not Kind.ABOUT
            and _has_date(subject.measure)
        ):
            n = sheet.cite(c.catalogue.place(subject.measure))
            sheet.say(
                K.CONCLUSION,
                c.words(
                    "conclusion",
                    "status_until",
                    document=_name(c.documents[subject.measure.document]),
                    clause=c.catalogue.place(subject.measure).path,
                    quote=_text(c, subject.measure).rstrip("。"),
                    marks=marks([n]),
                ),
                [n],
            )
    for identifier in c.matched.documents:
        document = c.documents[identifier]
        finding = c.status_of(document)
        cites = _cite_spans(c, sheet, document, finding)
        sheet.paragraph()
        sheet.say(
            K.CONCLUSION,
            c.words(
                "conclusion",
                "status",
                reason=f"{_name(document)}：{finding.reason.rstrip('。')}",
                marks=marks(cites),
            ),
            cites,
        )
        if finding.status is Status.EXPIRED:
            n = _cite_title(c, sheet, document)
            sheet.say(K.CAVEAT, c.words("conclusion", "not_repealed"), [n])
            _warn(c, sheet, WarningCode.NOT_STATED)
            _document_warning(c, sheet, document)
        else:
            _status_note(c, sheet, document)
        for note in document.notes[:2]:
            sheet.say(K.CAVEAT, note.rstrip("。") + "。", cites)
        if document.dates.effective_days_after_publication is not None:
            _warn(c, sheet, WarningCode.EFFECTIVE_DATE_UNKNOWN, document=_name(document))
            _warn(c, sheet, WarningCode.NOT_STATED)
    for subject in c.matched.subjects[:1]:
        sheet.paragraph()
        if "responsible" in c.u.intents:
            _responsible(c, sheet, subject.measure, conclusion=False)
        _quote_line(c, sheet, subject.measure)
        _subject_notes(c, sheet, subject)
        _successor(c, sheet, subject)
    return Behaviour.ANSWER


def _damage(c: Context, sheet: Sheet) -> Behaviour:
    """Where the digits of a paper were lost, place by place."""
    document = c.documents[c.matched.documents[0]]
    lost = [d for d in document.damage if d.kind == "digits_lost"] or list(document.damage)
    wanted = find_words(c.u.topic_text)

    def nearness(start: int, end: int) -> int:
        return -len(wanted & find_words(document.text[max(0, start - 25) : end + 25]))

    near = sorted(lost, key=lambda d: (nearness(d.start, d.end), d.start))[:MOST_DAMAGE]
    first = _cite_title(c, sheet, document)
    sheet.say(
        K.CONCLUSION,
        c.words("conclusion", "damage", document=_name(document), marks=marks([first])),
        [first],
    )
    for damage in near:
        clause = document.clause_at(damage.start)
        place = Place(
            document.id,
            clause.path,
            *_around(document, damage.start, damage.end, clause.start, clause.end),
        )
        n = sheet.cite(place)
        if n is None:
            break
        quote = on_one_line(document.text[place.start : place.end])
        sheet.say(
            K.QUOTE,
            c.words("line", "damaged", clause=clause.path, quote=quote, marks=marks([n])),
            [n],
            item=True,
        )
    sheet.paragraph()
    _status_note(c, sheet, document)
    _warn(c, sheet, WarningCode.DIGITS_LOST)
    return Behaviour.ANSWER


def _around(document: Document, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """A damaged place with the phrase around it, inside its clause."""
    stops = "。；，、\n"
    left, right = max(low, start - 24), min(high, end + 14)
    for at in range(start - 1, left, -1):
        if document.text[at] in stops[:3]:
            left = at + 1
            break
    return left, right


def _coverage(c: Context, sheet: Sheet) -> Behaviour:
    """Every paper holds in its own place only."""
    sheet.say(K.CONCLUSION, c.words("conclusion", "coverage"))
    for document in c.documents.values():
        n = _cite_title(c, sheet, document)
        word = c.wording["status_word"][str(c.status_of(document).status)]
        sheet.say(
            K.CAVEAT,
            c.words(
                "line",
                "covers",
                region=document.region,
                document=_name(document),
                status=word,
                marks=marks([n]),
            ),
            [n],
            item=True,
        )
        _document_warning(c, sheet, document)
    _warn(c, sheet, WarningCode.JURISDICTION)
    return Behaviour.ANSWER


def _compare(c: Context, sheet: Sheet) -> Behaviour:
    subjects = c.matched.subjects
    same = _same_number(subjects)
    count = _count(len(subjects))
    if same is not None:
        cites = [sheet.cite(c.catalogue.place(s.measure)) for s in subjects]
        sheet.say(
            K.CONCLUSION,
            c.words("conclusion", "same", count=count, amount=same, marks=marks(cites)),
            cites,
        )
    else:
        asked_same = (
            "same"
            if any(w in c.u.text for w in ("同一", "一个", "一样", "一回事", "一码"))
            else "compare"
        )
        sheet.say(
            K.CONCLUSION,
            c.words("conclusion", "different" if asked_same == "same" else "compare", count=count),
        )
    for subject in subjects:
        measure = subject.measure
        document = c.documents[measure.document]
        cites = _cites(c, sheet, measure)
        word = c.wording["status_word"][str(subject.status.status)]
        sheet.say(
            K.QUOTE,
            c.words(
                "line",
                "item_side",
                place=f"{document.region}·{measure.title}",
                status=word,
                gist=_gist(c, measure),
                quote=_text(c, measure),
                marks=marks(cites),
            ),
            cites,
            item=True,
        )
    for subject in subjects:
        sheet.paragraph()
        _status_note(c, sheet, c.documents[subject.measure.document])
        if subject.measure.not_stated:
            n = sheet.cite(c.catalogue.place(subject.measure))
            sheet.say(
                K.CAVEAT,
                f"{subject.measure.title}："
                + c.words("line", "not_stated", points="、".join(subject.measure.not_stated)),
                [n],
            )
        _subject_warnings(c, sheet, subject)
    if len({s.measure.region for s in subjects}) > 1:
        _warn(c, sheet, WarningCode.JURISDICTION)
    return Behaviour.ANSWER


def _how(c: Context, sheet: Sheet) -> Behaviour:
    subject = c.matched.subjects[0]
    measure = subject.measure
    n = sheet.cite(c.catalogue.place(measure))
    apply = "how_to_apply" in c.u.intents
    if apply:
        sheet.say(K.CONCLUSION, c.words("conclusion", "how", marks=marks([n])), [n])
    _responsible(c, sheet, measure, conclusion=not apply)
    contact = c.contacts.get(measure.region)
    if contact:
        sheet.say(K.CAVEAT, c.words("line", "contact", contact=contact))
    sheet.paragraph()
    _quote_line(c, sheet, measure)
    sheet.paragraph()
    _conditions(c, sheet, subject)
    sheet.paragraph()
    _subject_notes(c, sheet, subject)
    _warn(c, sheet, WarningCode.NOT_STATED)
    return Behaviour.ANSWER


def _measures(c: Context, sheet: Sheet) -> Behaviour:
    of = c.calculated.of
    first = of[0]
    if not first.subject.here:
        return _other_place(c, sheet, first)
    if len(of) > 1 and _are_alternatives(c, of):
        return _several(c, sheet, of)
    behaviour = _one(c, sheet, first)
    for computed in of[1:]:
        if computed.subject.here:
            sheet.paragraph()
            _further(c, sheet, computed)
    if c.calculated.joint:
        sheet.paragraph()
        _sums(c, sheet)
    for computed in of:
        sheet.paragraph()
        _subject_notes(c, sheet, computed.subject)
    _successor(c, sheet, first.subject)
    _questions(c, sheet)
    return behaviour


_WRITERS: Mapping[Situation, Callable[[Context, Sheet], Behaviour]] = {
    Situation.INJECTION: _refuse,
    Situation.PROMISE: _refuse,
    Situation.CHEAT: _refuse,
    Situation.PERSONAL_DATA: _refuse,
    Situation.OUT_OF_SCOPE: _refuse,
    Situation.SMALL_TALK: _courtesy,
    Situation.RESTART: _courtesy,
    Situation.NO_DOCUMENT: _no_document,
    Situation.REGION_CONFLICT: _conflict,
    Situation.UNKNOWN_NUMBER: _unknown_number,
    Situation.FIND: _find,
    Situation.STATUS: _status,
    Situation.DAMAGE: _damage,
    Situation.COVERAGE: _coverage,
    Situation.COMPARE: _compare,
    Situation.HOW_TO_APPLY: _how,
    Situation.MEASURES: _measures,
    Situation.CLAUSES: _clauses,
    Situation.NOTHING: _nothing,
}


# One measure --------------------------------------------------------------------------------------


def _one(c: Context, sheet: Sheet, computed: Computed) -> Behaviour:
    """The conclusion about one measure, its amounts, its quote, its conditions."""
    subject, measure, u = computed.subject, computed.subject.measure, c.u
    place = c.catalogue.place(measure)
    n = sheet.cite(place)
    personal = is_personal(u)
    asks_amount = wants_amount(u)
    behaviour = Behaviour.ANSWER
    gist = _gist(c, measure)
    main = main_working(computed.workings)
    ids = {id(w): sheet.calculate(measure.id, w, [n] if n else []) for w in computed.workings}
    quoted = False

    def conclude(
        key: str, cites: Sequence[int | None] = (), calc: Sequence[str] = (), **values: object
    ) -> None:
        numbers = [*cites] or [n]
        sheet.say(
            K.CONCLUSION,
            c.words(
                "conclusion",
                key,
                **{"title": measure.title, "gist": gist, "marks": marks(numbers), **values},
            ),
            numbers,
            calc,
        )

    in_time = subject.status.status not in (
        Status.EXPIRED,
        Status.REPEALED,
        Status.NOT_YET_EFFECTIVE,
        Status.REPLY_LETTER,
    )
    if measure.usable and not in_time and u.as_of_said and measure.rule not in (Rule.LOST,):
        document = c.documents[measure.document]
        cites = _cite_spans(c, sheet, document, subject.status)
        key = "not_yet" if subject.status.status is Status.NOT_YET_EFFECTIVE else "over"
        conclude(key, cites, reason=f"{_name(document)}{subject.status.reason.rstrip('。')}")
    elif _over_limit(c, subject) is not None and not computed.workings:
        rate, limit = _over_limit(c, subject) or ("", "")
        conclude("over_limit", rate=rate, limit=limit)
        _warn(c, sheet, WarningCode.READING_DEPENDENT)
        _ask_slots(c, sheet, computed.missing)
    elif computed.problem is not None:
        sheet.say(K.CONCLUSION, computed.problem.message)
        _ask_slots(c, sheet, computed.missing)
        behaviour = Behaviour.CLARIFY
    elif main is not None and main.role == "share" and main.amount is not None:
        behaviour = _amount(c, sheet, computed, main, ids, conclude)
    elif measure.kind is Kind.TARGET:
        conclude("target", quote=_text(c, measure).rstrip("。"))
        quoted = True
    elif measure.kind in (Kind.STATISTIC, Kind.INTENTION):
        conclude(
            "statistic",
            document=_name(c.documents[measure.document]),
            quote=_text(c, measure).rstrip("。"),
        )
        quoted = True
    elif (
        measure.rule is Rule.ALLOCATION
        and asks_amount
        and computed.missing
        and not _asks_standard(c)
    ):
        labels = "、".join(c.lexicon.slots[x].label for x in computed.missing)
        conclude("clarify", missing=labels)
        _ask_slots(c, sheet, computed.missing)
        behaviour = Behaviour.CLARIFY
    elif measure.kind is Kind.ABOUT and not (measure.not_stated and "definition" in u.intents):
        conclude("about", _cites(c, sheet, measure))
        quoted = True
    elif not measure.usable:
        undefined = measure.kind is Kind.ABOUT and measure.not_stated and "definition" in u.intents
        conclude(
            "undefined" if undefined else "says",
            document=_name(c.documents[measure.document]),
            clause=place.path,
            quote=_text(c, measure).rstrip("。"),
            not_stated="、".join(measure.not_stated),
        )
        quoted = True
    elif measure.rule is Rule.LOST:
        conclude("lost", lost="、".join(measure.lost), calc=list(ids.values()))
    elif subject.unmet and measure.rule is not Rule.ALLOCATION:
        reasons = "；".join(
            c.words("line", "unmet_reason", condition=j.text) for j in subject.unmet
        )
        nil = [ids[id(w)] for w in computed.workings if w.amount_kind is AmountKind.ZERO]
        conclude("zero" if asks_amount and nil else "does_not_apply", reasons=reasons, calc=nil)
        if any(j.condition is None for j in subject.unmet):
            _warn(c, sheet, WarningCode.NOT_THE_APPLICANT)
    elif u.unit_unknown and asks_amount and computed.missing:
        conclude("clarify_unit", region=measure.region)
        sheet.ask("principal", c.words("ask", "unit"))
        behaviour = Behaviour.CLARIFY
    elif u.part_of and asks_amount and "principal" in computed.missing:
        conclude("clarify_part")
        sheet.ask("principal", c.words("ask", "principal_part"))
        behaviour = Behaviour.CLARIFY
    elif "eligibility" in u.intents and computed.missing and subject.met and not subject.unknown:
        conclude("applies")
        _ask_slots(c, sheet, computed.missing)
    elif computed.missing and asks_amount and not _asks_standard(c):
        labels = "、".join(c.lexicon.slots[s].label for s in computed.missing)
        conclude("clarify", missing=labels)
        _ask_slots(c, sheet, [*_undecided(subject), *computed.missing])
        behaviour = Behaviour.CLARIFY
    elif (
        main is not None
        and main.role != "ceiling"
        and (main.amount is not None or main.rate is not None)
    ):
        behaviour = _amount(c, sheet, computed, main, ids, conclude)
    elif (
        main is not None
        and main.role == "ceiling"
        and asks_amount
        and measure.rule in (Rule.CEILING, Rule.STAGED_CEILING)
    ):
        key = "ceiling_repayable" if measure.kind is Kind.REPAYABLE else "ceiling"
        conclude(key, not_stated="、".join(measure.not_stated[:2]) or "比例", calc=[ids[id(main)]])
    elif measure.rule is Rule.WAIVER and (asks_amount or "eligibility" in u.intents):
        conclude(
            "waived" if subject.met and not subject.unknown else "waived_open",
            calc=list(ids.values()),
        )
    elif measure.rule is Rule.UNSTATED and asks_amount:
        conclude(
            "unstated",
            not_stated="、".join(measure.not_stated[:2]) or "金额",
            calc=list(ids.values()),
        )
    elif "eligibility" in u.intents and "find" not in u.intents:
        if not subject.unknown:
            conclude("applies")
        elif subject.met:
            conclude("may_apply")
        elif c.matched.home is not None:
            conclude("may_apply_other")
        else:
            conclude("clarify_eligible")
            behaviour = Behaviour.CLARIFY
        _ask_slots(c, sheet, [s for j in subject.unknown for s in j.open_slots][:2])
    else:
        conclude("has")
    if (
        personal
        and measure.usable
        and c.matched.home is None
        and in_time
        and not u.documents
        and not subject.unmet
    ):
        if not (_asks_standard(c) and not u.facts):
            sheet.missing.insert(0, _missing_region(c))
            behaviour = Behaviour.CLARIFY
        _warn(c, sheet, WarningCode.JURISDICTION)
    if "dont_know" in u.intents:
        behaviour = Behaviour.ANSWER
    if "status" in u.intents and subject.status.status is Status.IN_FORCE:
        document = c.documents[measure.document]
        cites = _cite_spans(c, sheet, document, subject.status)
        reason = f"{_name(document)}：{subject.status.reason.rstrip('。')}"
        sheet.say(
            K.CAVEAT, c.words("conclusion", "status", reason=reason, marks=marks(cites)), cites
        )
    _status_note(c, sheet, c.documents[measure.document])
    sheet.paragraph()
    for working in computed.workings:
        if working is not main:
            _amount_line(c, sheet, working, ids[id(working)], n)
    if not quoted:
        sheet.paragraph()
        _quote_line(c, sheet, measure)
    if personal or "find" in u.intents:
        sheet.paragraph()
        _conditions(c, sheet, subject)
    _scope(c, sheet, measure)
    _more_of_clause(c, sheet, measure)
    _number_of_elsewhere(c, sheet, subject)
    if "which_document" in u.intents:
        _misprints(c, sheet, c.documents[measure.document])
    if measure.responsible or (
        measure.kind is Kind.ABOUT and u.intents & {"responsible", "status"}
    ):
        _responsible(c, sheet, measure, conclusion=False)
    return behaviour


def _more_of_clause(c: Context, sheet: Sheet, measure: Measure) -> None:
    """The sentence of the same clause that shares more with the question than the quote does."""
    document = c.documents[measure.document]
    place = c.catalogue.place(measure)
    clause = document.clause(place.path)
    wanted = find_words(c.u.topic_text)
    shown = wanted & find_words(document.text[place.start : place.end])
    for other in best_sentences(
        document, clause.path, clause.start, clause.end, c.u.topic_text, c.lexicon
    ):
        inside = place.start <= other.start < place.end or other.start <= place.start < other.end
        fresh = (wanted & find_words(document.text[other.start : other.end])) - shown
        if not inside and len(fresh) >= 2:
            n = sheet.cite(other)
            sheet.paragraph()
            sheet.say(
                K.QUOTE,
                c.words(
                    "line",
                    "quote",
                    document=_name(document),
                    clause=other.path,
                    quote=on_one_line(document.text[other.start : other.end]),
                    marks=marks([n]),
                ),
                [n],
            )
            return


def _number_of_elsewhere(c: Context, sheet: Sheet, subject: Subject) -> None:
    """A number in the question that another place's paper states: say whose it is."""
    for other in c.elsewhere(subject):
        n = sheet.cite(c.catalogue.place(other))
        document = c.documents[other.document]
        sheet.say(
            K.CAVEAT,
            c.words(
                "line",
                "elsewhere",
                there=document.region,
                title=other.title,
                document=_name(document),
                here=subject.measure.region,
                marks=marks([n]),
            ),
            [n],
        )
        _warn(c, sheet, WarningCode.JURISDICTION)
        _document_warning(c, sheet, document)


def _scope(c: Context, sheet: Sheet, measure: Measure) -> None:
    """For a district: that the city's paper reaches it, with the line that says to whom it went."""
    if c.matched.home is None or c.u.region in (None, c.matched.home):
        return
    document = c.documents[measure.document]
    addressed = next((x for x in document.clauses if x.path == "通知"), None)
    stop = document.text.find("：", addressed.start, addressed.end) if addressed else -1
    if addressed is None or stop < 0:
        return
    n = sheet.cite(Place(document.id, addressed.path, addressed.start, stop))
    quote = on_one_line(document.text[addressed.start : stop])
    sheet.say(
        K.CAVEAT,
        c.words(
            "line", "scope", here=c.u.region, home=c.matched.home, quote=quote, marks=marks([n])
        ),
        [n],
    )


def _amount(
    c: Context,
    sheet: Sheet,
    computed: Computed,
    main: Working,
    ids: Mapping[int, str],
    conclude: Callable[..., None],
) -> Behaviour:
    """The conclusion of a computed amount and its formula."""
    measure = computed.subject.measure
    value = (
        percent(main.rate)
        if main.rate is not None
        else yuan(main.amount or Decimal(0), main.currency)
    )
    values: dict[str, object] = {"label": main.label, "amount": value}
    calc = [ids[id(main)]]
    if main.amount_kind is AmountKind.THRESHOLD:
        conclude("threshold", calc=calc, **values)
    elif main.amount_kind is AmountKind.ALLOCATION:
        each = "，".join(f"{w.label}{yuan(w.amount or Decimal(0))}" for w in computed.workings)
        conclude("allocation", calc=list(ids.values()), amounts=each)
    elif main.amount_kind is AmountKind.ZERO:
        conclude("zero", calc=calc, reasons=main.formula.rstrip("，"))
    elif main.amount_kind is AmountKind.EXACT and computed.subject.status.status is Status.DRAFT:
        conclude("exact_draft", calc=calc, **values)
    elif main.amount_kind is AmountKind.EXACT:
        conclude("exact", calc=calc, **values)
    elif main.amount_kind is AmountKind.LOWER_BOUND or main.role == "burden":
        conclude("lower", calc=calc, **values)
    elif c.matched.home is None:
        conclude("bound_if", calc=calc, region=measure.region, **values)
    else:
        conclude("bound", calc=calc, **values)
    n = sheet.cite(c.catalogue.place(measure))
    if main.amount_kind not in (AmountKind.ZERO, AmountKind.ALLOCATION):
        sheet.say(
            K.FIGURE,
            c.words("line", "formula", formula=_readable(main.formula), marks=marks([n])),
            [n],
            calc,
        )
    return Behaviour.ANSWER


def _amount_line(
    c: Context, sheet: Sheet, working: Working, identifier: str, n: int | None
) -> None:
    if working.amount_kind is AmountKind.ALLOCATION or (
        working.amount is None and working.rate is None
    ):
        return
    value = (
        percent(working.rate)
        if working.rate is not None
        else yuan(working.amount or Decimal(0), working.currency)
    )
    key = "amount_reading" if working.role == "reading" else "amount"
    if working.role == "reading":
        _warn(c, sheet, WarningCode.READING_DEPENDENT)
    sheet.say(
        K.FIGURE,
        c.words(
            "line",
            key,
            label=working.label,
            amount=f"{value}（{_readable(working.formula)}）",
            marks=marks([n]),
        ),
        [n],
        [identifier],
        item=True,
    )


def _further(c: Context, sheet: Sheet, computed: Computed) -> None:
    """A second measure of the same answer, shorter."""
    measure = computed.subject.measure
    n = sheet.cite(c.catalogue.place(measure))
    ids = {id(w): sheet.calculate(measure.id, w, [n] if n else []) for w in computed.workings}
    main = main_working(computed.workings)
    if main is not None and main.amount is not None and main.role != "ceiling":
        sheet.say(
            K.FIGURE,
            c.words(
                "line",
                "item_amount",
                title=measure.title,
                label=f"{main.label}",
                amount=f"{yuan(main.amount, main.currency)}（{_readable(main.formula)}）",
                marks=marks([n]),
            ),
            [n],
            [ids[id(main)]],
            item=True,
        )
        for working in computed.workings:
            if working is not main:
                _amount_line(c, sheet, working, ids[id(working)], n)
    sheet.say(
        K.QUOTE,
        c.words(
            "line",
            "item_quote",
            title=measure.title,
            clause=c.catalogue.place(measure).path,
            quote=_text(c, measure),
            marks=marks([n]),
        ),
        [n],
        list(ids.values()),
        item=True,
    )


def _several(c: Context, sheet: Sheet, of: Sequence[Computed]) -> Behaviour:
    """Equally good measures: list them, and ask which it is where an amount was asked."""
    personal = is_personal(c.u) and any(x.subject.measure.usable for x in of)
    key = "clarify_choice" if personal and wants_amount(c.u) else "several"
    sheet.say(K.CONCLUSION, c.words("conclusion", key, count=_count(len(of))))
    for computed in of:
        measure = computed.subject.measure
        n = sheet.cite(c.catalogue.place(measure))
        ids = [sheet.calculate(measure.id, w, [n] if n else []) for w in computed.workings]
        sheet.say(
            K.QUOTE,
            c.words(
                "line",
                "item_quote",
                title=measure.title,
                clause=c.catalogue.place(measure).path,
                quote=_text(c, measure),
                marks=marks([n]),
            ),
            [n],
            ids,
            item=True,
        )
    sheet.paragraph()
    for computed in of:
        _subject_notes(c, sheet, computed.subject)
    _number_of_elsewhere(c, sheet, of[0].subject)
    behaviour = Behaviour.ANSWER
    if personal:
        if c.matched.home is None and not c.u.documents:
            sheet.missing.insert(0, _missing_region(c))
        _ask_decisive(c, sheet, [computed.subject for computed in of])
        if wants_amount(c.u) and not _asks_standard(c) and sheet.missing:
            behaviour = Behaviour.CLARIFY
    _questions(c, sheet)
    return behaviour


def _other_place(c: Context, sheet: Sheet, computed: Computed) -> Behaviour:
    """The measure is of another place: say so, and what the asked place's papers hold."""
    measure, home = computed.subject.measure, c.matched.home or ""
    local = [d for d in c.documents.values() if d.region == home]
    document = next((d for d in local if c.status_of(d).status not in CONCLUDES), local[0])
    n = _cite_title(c, sheet, document)
    m = sheet.cite(c.catalogue.place(measure))
    sheet.say(
        K.CONCLUSION,
        c.words(
            "conclusion",
            "other_place_none",
            title=measure.title,
            there=measure.region,
            here=home,
            marks=marks([n, m]),
        ),
        [n, m],
    )
    _status_note(c, sheet, document)
    local_measure = c.related(computed.subject)
    related = next((h for h in c.matched.hits if h.document_id == document.id), None)
    if local_measure is not None:
        r = sheet.cite(c.catalogue.place(local_measure))
        sheet.paragraph()
        sheet.say(
            K.QUOTE,
            c.words("line", "related", here=home, quote=_text(c, local_measure), marks=marks([r])),
            [r],
        )
    elif related is not None:
        for place in best_sentences(
            document, related.path, related.start, related.end, c.u.text, c.lexicon
        )[:1]:
            r = sheet.cite(place)
            sheet.paragraph()
            sheet.say(
                K.QUOTE,
                c.words(
                    "line",
                    "related",
                    here=home,
                    quote=on_one_line(document.text[place.start : place.end]),
                    marks=marks([r]),
                ),
                [r],
            )
    _warn(c, sheet, WarningCode.JURISDICTION)
    _warn(c, sheet, WarningCode.NOT_STATED)
    return Behaviour.ANSWER


# Lines --------------------------------------------------------------------------------------------


def _quote_line(c: Context, sheet: Sheet, measure: Measure) -> None:
    place = c.catalogue.place(measure)
    n = sheet.cite(place)
    sheet.say(
        K.QUOTE,
        c.words(
            "line",
            "quote",
            document=_name(c.documents[measure.document]),
            clause=place.path,
            quote=_text(c, measure),
            marks=marks([n]),
        ),
        [n],
    )


def _conditions(c: Context, sheet: Sheet, subject: Subject) -> None:
    n = sheet.cite(c.catalogue.place(subject.measure))
    for key, group in (
        ("met", subject.met),
        ("unmet", subject.unmet),
        ("unknown", subject.unknown),
    ):
        if group:
            texts = "；".join(j.text for j in group)
            sheet.say(K.CONDITION, c.words("line", key, conditions=texts, marks=marks([n])), [n])


def _subject_notes(c: Context, sheet: Sheet, subject: Subject) -> None:
    """Caveats about one measure: kind, bounds, what the source leaves out or lost."""
    measure = subject.measure
    n = sheet.cite(c.catalogue.place(measure))
    kind = str(measure.kind)
    if kind in c.wording["kind"]:
        sheet.say(K.CAVEAT, c.words("kind", kind))
    if measure.usable and _is_bounded(measure):
        sheet.say(K.CAVEAT, c.words("kind", "bound"))
    if measure.kind is Kind.TARGET:
        sheet.say(K.CAVEAT, c.words("kind", "target_personal"), [n])
        _warn(c, sheet, WarningCode.NOT_STATED)
    damaged = bool(c.documents[measure.document].damage)
    if "missing_digits" in c.u.intents and damaged and not measure.lost:
        sheet.say(K.CAVEAT, c.words("kind", "never_written"), [n])
        _warn(c, sheet, WarningCode.NOT_STATED)
    if measure.lost:
        sheet.say(K.CAVEAT, c.words("line", "lost", lost="、".join(measure.lost)), [n])
    if measure.not_stated:
        sheet.say(
            K.CAVEAT, c.words("line", "not_stated", points="、".join(measure.not_stated)), [n]
        )
    for typo in measure.typos[:2]:
        sheet.say(K.CAVEAT, c.words("line", "typo", typo=typo.rstrip("。")), [n])
    if measure.usable or measure.kind in (Kind.TARGET, Kind.ABOUT):
        for point in measure.open_points[:MOST_OPEN_POINTS]:
            sheet.say(K.CAVEAT, c.words("line", "open_point", point=point.rstrip("。")), [n])
    _subject_warnings(c, sheet, subject)


def _subject_warnings(c: Context, sheet: Sheet, subject: Subject) -> None:
    measure = subject.measure
    _document_warning(c, sheet, c.documents[measure.document])
    if measure.lost:
        _warn(c, sheet, WarningCode.DIGITS_LOST)
    if measure.usable and _is_bounded(measure):
        _warn(c, sheet, WarningCode.UPPER_BOUND)
    if measure.not_stated and (
        measure.usable or measure.kind in (Kind.ABOUT, Kind.SERVICE, Kind.PRODUCT)
    ):
        _warn(c, sheet, WarningCode.NOT_STATED)
    if measure.kind is Kind.TARGET:
        _warn(c, sheet, WarningCode.TARGET_NOT_BENEFIT)
    if measure.kind is Kind.REPAYABLE:
        _warn(c, sheet, WarningCode.REPAYABLE)
    if measure.typos:
        _warn(c, sheet, WarningCode.SOURCE_TYPO)
    if not subject.here:
        _warn(c, sheet, WarningCode.JURISDICTION)


def _warn(c: Context, sheet: Sheet, code: WarningCode, **values: object) -> None:
    sheet.warn(code, c.words("warning", str(code), **values))


def _document_warning(c: Context, sheet: Sheet, document: Document) -> None:
    code = {
        Status.EXPIRED: WarningCode.EXPIRED,
        Status.REPEALED: WarningCode.EXPIRED,
        Status.DRAFT: WarningCode.DRAFT,
        Status.REPLY_LETTER: WarningCode.REPLY_LETTER,
        Status.NOT_YET_EFFECTIVE: WarningCode.NOT_YET_EFFECTIVE,
        Status.EFFECTIVE_DATE_UNKNOWN: WarningCode.EFFECTIVE_DATE_UNKNOWN,
    }.get(c.status_of(document).status)
    if code:
        _warn(c, sheet, code, document=_name(document))


def _misprints(c: Context, sheet: Sheet, document: Document) -> None:
    """Where to look: what of the paper's numbering or wording is misprinted."""
    for note in document.notes[:1]:
        if any(d.kind == "misprint" for d in document.damage):
            n = _cite_title(c, sheet, document)
            sheet.say(K.CAVEAT, c.words("line", "misprint", message=note.rstrip("。")), [n])
            _warn(c, sheet, WarningCode.SOURCE_TYPO)


def _status_note(c: Context, sheet: Sheet, document: Document) -> None:
    """Whether the paper holds at all, said right after the conclusion."""
    finding = c.status_of(document)
    key = str(finding.status)
    if key in c.wording["status_note"]:
        cites = _cite_spans(c, sheet, document, finding)[:1]
        sheet.say(
            K.CAVEAT,
            c.words("status_note", key, document=_name(document), marks=marks(cites)),
            cites,
        )
    _document_warning(c, sheet, document)


def _successor(c: Context, sheet: Sheet, subject: Subject) -> None:
    """For a measure whose time is over: what holds now, if anything is like it."""
    if subject.status.status not in CONCLUDES:
        return
    now = c.successor(subject)
    if now is not None:
        n = sheet.cite(c.catalogue.place(now.measure))
        sheet.paragraph()
        sheet.say(
            K.CAVEAT,
            c.words(
                "line",
                "successor",
                title=now.measure.title,
                gist=_gist(c, now.measure),
                marks=marks([n]),
            ),
            [n],
        )


def _responsible(c: Context, sheet: Sheet, measure: Measure, *, conclusion: bool) -> None:
    kind = K.CONCLUSION if conclusion else K.CAVEAT
    place = c.catalogue.responsible_place(measure)
    if measure.responsible and place:
        n = sheet.cite(place)
        sheet.say(
            kind,
            c.words("line", "responsible", responsible=measure.responsible, marks=marks([n])),
            [n],
        )
        return
    document = c.documents[measure.document]
    n = _cite_title(c, sheet, document)
    if document.issuers:
        sheet.say(
            kind,
            c.words("line", "issuers", issuers="、".join(document.issuers), marks=marks([n])),
            [n],
        )


def _sums(c: Context, sheet: Sheet) -> None:
    for working in c.calculated.joint:
        cites = sorted({n for calc in sheet.calculations for n in calc.citations})
        identifier = sheet.calculate("sum", working, cites)
        assert working.amount is not None
        sheet.say(
            K.FIGURE,
            c.words(
                "line",
                "sum",
                label=working.label,
                amount=f"{yuan(working.amount)}（{_readable(working.formula)}）{marks(cites)}",
            ),
            cites,
            [identifier],
        )
        _warn(c, sheet, WarningCode.NOT_STATED)


def _questions(c: Context, sheet: Sheet) -> None:
    """At most two questions, most decisive first, none that the person could not answer."""
    declined = set(c.conversation.asked)
    sheet.missing[:] = [m for m in sheet.missing if m.slot not in declined][:2]
    sheet.paragraph()
    for missing in sheet.missing:
        sheet.say(K.QUESTION, c.words("line", "ask", question=missing.question))


def _ask_slots(c: Context, sheet: Sheet, slots: Sequence[str]) -> None:
    for slot in dict.fromkeys(slots):
        if slot in c.lexicon.slots:
            sheet.ask(slot, c.lexicon.slots[slot].question)


def _ask_decisive(c: Context, sheet: Sheet, subjects: Sequence[Subject]) -> None:
    """The slot that most of the open measures wait for."""
    counts: dict[str, int] = {}
    for subject in subjects:
        for judged in subject.unknown:
            for slot in judged.open_slots[:1]:
                counts[slot] = counts.get(slot, 0) + 1
    _ask_slots(c, sheet, sorted(counts, key=lambda s: (-counts[s], s))[:2])


def _missing_region(c: Context) -> Missing:
    return Missing(slot="region", question=c.words("ask", "region"))


def _undecided(subject: Subject) -> list[str]:
    hard = ("loan_product", "industry", "applicant")
    return [s for j in subject.unknown for s in j.open_slots if s in hard and s == "loan_product"]


# Words --------------------------------------------------------------------------------------------


def _cites(c: Context, sheet: Sheet, measure: Measure) -> list[int | None]:
    """The measure's quote and the other places it rests on, the short ones."""
    asked = find_words(c.u.topic_text)
    near = sorted(measure.more_quotes, key=lambda q: -len(asked & find_words(q.quote)))
    about = measure.kind is Kind.ABOUT
    more = [q for q in near if about or len(q.quote) <= SHORT_QUOTE][: 5 if about else 2]
    places = [c.catalogue.place(measure)] + [c.catalogue.place(measure, q) for q in more]
    return [sheet.cite(p) for p in places]


def _name(document: Document) -> str:
    return f"《{document.title}》"


def _text(c: Context, measure: Measure) -> str:
    place = c.catalogue.place(measure)
    return on_one_line(c.documents[place.document].text[place.start : place.end])


def _gist(c: Context, measure: Measure) -> str:
    return (measure.gist or _text(c, measure)).rstrip("。")


def _count(n: int) -> str:
    return NUMERALS[n] if n <= 10 and n != 2 else ("两" if n == 2 else str(n))


def _readable(formula: str) -> str:
    """min(a, b) as people read it: a，封顶b."""
    match = LESSER.fullmatch(formula)
    return f"{match.group(1)}，封顶{match.group(2)}" if match else formula


def _is_bounded(measure: Measure) -> bool:
    return any(t.bound is Bound.AT_MOST for t in measure.terms.values())


def _over_limit(c: Context, subject: Subject) -> tuple[str, str] | None:
    """The rate of premium and the limit it is above, where the text allows two readings of that."""
    term = subject.measure.terms.get("premium_rate_limit")
    rate = c.u.value("premium_rate")
    limit = term.on(c.u.as_of) if term else None
    if limit is None or rate is None or Decimal(rate) <= limit:
        return None
    return percent(Decimal(rate)), percent(limit)


def _asks_standard(c: Context) -> bool:
    """Whether the rule's own numbers are asked for, not those of a case."""
    numeric = {"principal", "annual_rate", "guaranteed_amount", "fee_rate", "premium", "loss"}
    if any(f.slot in numeric for f in c.u.facts):
        return False
    stated = {
        v for s in c.matched.subjects for t in s.measure.terms.values() for v in t.values.values()
    }
    return "standard" in c.u.intents or bool(stated & set(c.u.numbers))


def _has_date(measure: Measure) -> bool:
    return any(ch.isdigit() for ch in measure.quote) and "年" in measure.quote


def _same_number(subjects: Sequence[Subject]) -> str | None:
    """The number that all sides state, if they state the same of the same kind of thing."""
    sets = [
        {
            (v, t.unit, t.bound, t.per)
            for t in s.measure.terms.values()
            for v in t.values.values()
            if v is not None
        }
        for s in subjects
    ]
    shared = set.intersection(*sets) if sets else set()
    if len(subjects) < 2 or not shared or len({s.measure.kind for s in subjects}) > 1:
        return None
    if len({frozenset(x) for x in sets}) > 1:
        return None
    value, unit, bound, _ = next(iter(shared))
    at_most = "最高不超" if bound is Bound.AT_MOST else ""
    return at_most + (
        percent(value)
        if unit in ("比例", "%")
        else f"{yuan(value)}"
        if unit == "元"
        else f"{value}{unit}"
    )


def _are_alternatives(c: Context, of: Sequence[Computed]) -> bool:
    """Whether several measures stand equal, so that none can be put first."""
    scores = [x.subject.score for x in of]
    close = len(of) > 1 and scores[1] >= 0.9 * scores[0] > 0
    computed = any(w.role not in ("ceiling",) and w.amount for x in of for w in x.workings)
    return (
        close and not computed and not c.calculated.joint and not any(x.subject.unmet for x in of)
    )


def _cite_title(_c: Context, sheet: Sheet, document: Document) -> int | None:
    clause = document.clauses[0]
    return sheet.cite(Place(document.id, clause.path, clause.start, clause.end))


def _cite_spans(
    c: Context, sheet: Sheet, document: Document, finding: StatusFinding
) -> list[int | None]:
    places = [
        Place(document.id, document.clause_at(start).path, start, end)
        for start, end in finding.spans
    ]
    return [sheet.cite(p) for p in places[:3]] or [_cite_title(c, sheet, document)]
