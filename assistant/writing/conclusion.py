"""The first sentence about one measure: which of some twenty cases it is, and what it says then.

In:  a measure with its verdict and amounts, what was asked.
Out: the conclusion on the sheet, and what it leaves to be done. The cases are tried in the order
     of `CASES`; the first that holds concludes (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.answer import Behaviour, Verdict, WarningCode
from assistant.answer import StatementKind as K
from assistant.calculators.case import AmountKind, Working
from assistant.calculators.money import percent, yuan
from assistant.matching.terms import shortens, stands_in
from assistant.matching.weighing import SOFT
from assistant.measures.model import Kind, Rule
from assistant.measures.reader import Place
from assistant.reading.parts import parts_of
from assistant.writing.cautions import status_note
from assistant.writing.lines import (
    SHORT_QUOTE,
    asked_place,
    cites_of,
    further_quotes,
    quote_asked_parts,
    quoted_place,
    say_misprint,
    say_misread,
    say_without_part,
    scope,
)
from assistant.writing.papers import days_between
from assistant.writing.questions import ask_slots
from assistant.writing.sentences import find_words
from assistant.writing.topic import Topic, asks_standard, is_there, left_open, other_year
from assistant.writing.words import (
    document_name,
    has_date,
    labels,
    not_stated,
    readable,
    says_day_of,
    status_reason,
    unmet_reasons,
    value_of,
)
from ingest.document import Status

PRODUCT = "loan_product"  # asked before the amounts: without it the measure may not be meant
TARGET, FEE_LIMIT = "target_amount", "fee_rate_limit"
LENT = (Kind.REPAYABLE, Kind.PRODUCT)  # of which a sum is needed, not received
BOUNDED = (Rule.CEILING, Rule.STAGED_CEILING)  # which no number of a case changes
ASKED_FOR = ("threshold", "remaining", "burden", "monthly")  # roles of what is asked by name
YEAR = re.compile(r"\d{4}年")
YEAR_OF = re.compile(r"(\d{4})年")
MOST_NOT_STATED = 2
INCLUDED = 0.6  # of the words of what is asked about, in a quote that names it
NAME = 2  # characters that tell which offer a label begins with
MOST_OPEN_SLOTS = 2
OF_TITLE = ("年贴息", "各项目", "各年", "担保费")  # how a label begins that reads on from a title


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was concluded: the behaviour so far, whether the source was quoted with it, and whether
    that settles the question, whatever else is known of the case."""

    behaviour: Behaviour
    quoted: bool = False
    settled: bool = False


ANSWERED = Conclusion(Behaviour.ANSWER)
QUOTED = Conclusion(Behaviour.ANSWER, quoted=True)
ASKED = Conclusion(Behaviour.CLARIFY)
SETTLED = Conclusion(Behaviour.ANSWER, settled=True)


def conclude(topic: Topic) -> Conclusion:
    """Say the first sentence about a measure; before it, what the question takes wrongly."""
    say_misread(topic.w, topic.measure)
    say_misprint(topic.w, topic.measure)
    _say_no_ground(topic)
    _say_nature(topic)
    _say_included(topic)
    _say_other_share(topic)
    _say_unexplained(topic)
    _say_of_principal(topic)
    _say_beyond(topic)
    _say_aimed(topic)
    _say_of_cap(topic)
    _say_after_end(topic)
    concluded = next(filter(None, (case(topic) for case in CASES)))
    stated = topic.main is None or topic.main.role == "ceiling"
    if topic.misread is not None and stated:
        return replace(concluded, behaviour=Behaviour.ANSWER, settled=True)
    if topic.misread is not None and "amount" not in topic.intents:
        return replace(concluded, behaviour=Behaviour.ANSWER)
    return concluded


def _say_no_ground(t: Topic) -> None:
    """That a letter of reply is no ground for a claim, where it was to be one."""
    c = t.w.context
    if t.subject.status.status is Status.REPLY_LETTER and c.lexicon.cues["as_ground"].search(
        c.u.text
    ):
        status_note(t.w, t.w.document_of(t.measure), K.CONCLUSION)


def _say_nature(t: Topic) -> None:
    """What kind of thing it is, where that was asked: 是补贴吗, 是目标吗, 要还吗."""
    c, kind = t.w.context, str(t.measure.kind)
    repaid = bool(c.lexicon.cues["repaid_asked"].search(c.u.text))
    if repaid and t.measure.kind is Kind.BENEFIT:
        t.w.say(K.CONCLUSION, "nature", "given", [t.n])
        return
    repaid = repaid and t.measure.kind in LENT
    if repaid:
        t.w.warn(WarningCode.REPAYABLE)
    if t.misread is not None or kind not in c.wording["nature"]:
        return
    if repaid or c.lexicon.cues["nature"].search(c.u.text):
        t.w.say(K.CONCLUSION, "nature", kind, [t.n])


def _say_included(t: Topic) -> None:
    """Whether something is among what the measure names, where that was asked and it is."""
    c = t.w.context
    found = c.lexicon.cues["included_asked"].search(c.u.text)
    if found is None:
        return
    wanted = find_words(found["of"] or found["of2"])
    for quote in (None, *t.measure.more_quotes):
        place = c.catalogue.place(t.measure, *([quote] if quote else []))
        words = t.w.words_at(place)
        if wanted and len(wanted & find_words(words)) >= INCLUDED * len(wanted):
            t.w.say(K.CONCLUSION, "line", "included", [t.w.sheet.cite(place)], quote=words)
            return


def _say_other_share(t: Topic) -> None:
    """That the paper knows no other share than its own, where one is supposed: 按40%贴."""
    term = t.measure.terms.get("share")
    share = term.on(t.w.context.u.as_of) if term else None
    other = [x for x in t.w.context.u.claimed if x != share]
    if share is None or not other or t.misread is not None:
        return
    t.w.say(
        K.CONCLUSION,
        "conclusion",
        "other_share",
        [t.n],
        share=percent(share),
        claimed=percent(other[0]),
    )
    t.w.warn(WarningCode.NOT_STATED)


def _say_of_principal(t: Topic) -> None:
    """That it is no share of the loan, where a sum was told that is just that: 贷5000万补2500万."""
    u, term = t.w.context.u, t.measure.terms.get("share")
    share = term.on(u.as_of) if term else None
    if share is None or t.measure.rule is not Rule.SHARE_OF_INTEREST or t.misread is not None:
        return
    lent = {Decimal(f.value) for f in u.new_facts if f.slot == "principal" and not f.denied}
    if any(sum_ * share in u.numbers and sum_ * share not in lent for sum_ in lent):
        t.w.say(K.CONCLUSION, "conclusion", "of_principal", [t.n])


def _say_aimed(t: Topic) -> None:
    """Whether the rate that is left to pay can come to what the person wants."""
    aimed = t.w.context.u.aimed
    burden = next((w for w in t.computed.workings if w.role == "burden"), None)
    if burden is None or burden.rate is None or len(aimed) != 1 or t.subject.unmet:
        return
    key = "aim_within" if burden.rate <= aimed[0] else "aim_beyond"
    ids = [i for w, i in t.written if w is burden]
    t.w.say(K.CONCLUSION, "conclusion", key, [t.n], ids, rate=percent(aimed[0]))


def _say_beyond(t: Topic) -> None:
    """Whether a sum that the person needs is within what there is at most, or more than that."""
    main, u = t.main, t.w.context.u
    wanted = u.stated
    lent = t.measure.kind in LENT
    if lent:  # 要1亿行不行
        wanted = tuple(Decimal(f.value) for f in u.new_facts if f.slot == "principal") or wanted
    if main is None or main.amount is None or len(wanted) != 1 or not t.asks_amount:
        return
    if t.w.context.lexicon.cues["rule_changed"].search(u.text):
        return  # 额度调整为2亿元: not what is needed
    if lent and u.case.currency != main.currency:
        currency = t.w.context.words("word", main.currency)
        t.w.say(K.CONCLUSION, "conclusion", "other_currency", [t.n], currency=currency)
        return
    of_all = t.w.context.calculated.joint or u.together or main.role not in ("total", "ceiling")
    open_ = t.computed.missing or t.subject.unmet
    if main.amount_kind is not AmountKind.UPPER_BOUND or open_:
        return
    key = None
    if wanted[0] > main.amount:
        key = None if of_all or t.misread else "beyond"
    elif lent and main.role == "ceiling":
        key = "within" if wanted[0] < main.amount else None
    elif not (lent or of_all or t.misread) and u.intents & {"eligibility", "whether"}:
        key = "within" if wanted[0] < main.amount else "at_bound"
    if key is not None:
        amount = yuan(wanted[0], main.currency)
        t.w.say(K.CONCLUSION, "conclusion", key, [t.n], t.main_id, amount=amount)


def _say_after_end(t: Topic) -> None:
    """That the paper's time is over in some of the years that were computed: 贴到2029年."""
    document = t.w.document_of(t.measure)
    last = document.dates.period_until
    if last is None or not t.in_time or t.subject.unmet:
        return
    later = [(int(y), i) for w, i in t.written for y in YEAR_OF.findall(w.label)]
    later = [(year, i) for year, i in later if year > last.year]
    if not later:
        return
    t.w.say(
        K.CONCLUSION,
        "conclusion",
        "after_end",
        [t.w.cite_title(document), t.n],
        [identifier for _, identifier in later],
        document=document_name(document),
        last=last.year,
        later=min(year for year, _ in later),
    )
    t.w.warn(WarningCode.NOT_STATED)


def _say_of_cap(t: Topic) -> None:
    """That the ceiling is not reached, where that was asked: 一年贴息超过上限了吗."""
    term = t.measure.terms.get("ceiling")
    top = term.on(t.w.context.u.as_of) if term else None
    asked = t.w.context.u.over_cap and not t.subject.unmet
    if not asked or top is None or t.main is None or t.main.amount is None:
        return
    bound = t.main.amount_kind is AmountKind.UPPER_BOUND and t.main.role != "over_cap"
    if bound and t.main.amount < top:
        cap = yuan(top, t.main.currency)
        t.w.say(K.CONCLUSION, "conclusion", "within_cap", [t.n], t.main_id, cap=cap)


# What the paper is: out of time, no benefit, damaged --------------------------------------------


def _out_of_time(t: Topic) -> Conclusion | None:
    """A day was asked about on which the paper did not hold."""
    u = t.w.context.u
    asked = u.as_of_said or "eligibility" in u.intents
    if not (t.measure.usable and asked and not t.in_time) or (
        t.measure.rule is Rule.LOST and t.asks_amount
    ):
        return None
    document, finding = t.w.document_of(t.measure), t.subject.status
    cites = t.w.cite_status(document, finding)
    _lost_count(t)
    if t.w.context.ends_later(document):
        reason = status_reason(document, finding, between="")
        t.say("ends_later", [*cites, t.n], reason=reason)
        t.w.warn(WarningCode.NOT_STATED)
        return ANSWERED
    past = "over" if u.as_of != u.asked_on else "over_now"
    key = "not_yet" if finding.status is Status.NOT_YET_EFFECTIVE else past
    t.say(key, cites, reason=status_reason(document, finding, between=""))
    return ANSWERED


def _held_then(t: Topic) -> Conclusion | None:
    """A day was asked about on which the paper holds, and nothing more than whether it does."""
    u, finding = t.w.context.u, t.subject.status
    document = t.w.document_of(t.measure)
    asked = u.as_of_said and t.intents & {"eligibility", "status", "whether"}
    known = document.dates.period_until is not None and t.measure.usable and t.in_time
    if not (asked and known) or t.asks_amount or t.subject.unmet or t.of_a_case:
        return None
    if u.as_of.year == u.asked_on.year or u.value("received") or left_open(t.w, t.measure):
        return None  # 去年拿过，今年还能再申请吗
    cites = t.w.cite_status(document, finding)
    t.say("held_then", [*cites, t.n], reason=status_reason(document, finding, between=""))
    return ANSWERED


def _rule_of_year(t: Topic) -> Conclusion | None:
    """The rule of a year was asked for that is not of the paper's time."""
    c, document = t.w.context, t.w.document_of(t.measure)
    found = c.lexicon.cues["year_of_rule"].search(c.u.text)
    first, last = document.dates.period_from, document.dates.period_until
    if not (found and first and last and t.measure.usable) or t.of_a_case or c.u.as_of_said:
        return None
    year = int(found.group(1))
    if first.year <= year <= last.year or year >= c.u.asked_on.year:
        return None
    cites = [t.w.cite_title(document), t.n]
    t.say("rule_of_year", cites, document=document_name(document), year=year)
    t.w.warn(WarningCode.NOT_STATED)
    return ANSWERED


def _still(t: Topic) -> Conclusion | None:
    """Whether it still holds was asked of a measure that bears a day of its own."""
    if "status" not in t.intents or not (t.measure.usable and t.in_time and has_date(t.measure)):
        return None
    if t.asks_amount or t.subject.unmet or t.subject.status.status is Status.DRAFT:
        return None
    t.say(
        "status_until",
        document=document_name(t.w.document_of(t.measure)),
        clause=t.w.context.catalogue.place(t.measure).path,
        quote=t.w.quote(t.measure).rstrip("。"),
    )
    return replace(SETTLED, quoted=True)


def _target(t: Topic) -> Conclusion | None:
    """A goal of the government, of which nobody can claim anything."""
    if t.measure.kind is not Kind.TARGET:
        return None
    points = left_open(t.w, t.measure)
    year = other_year(t.w, t.measure)
    dates = t.w.document_of(t.measure).dates
    first, last = dates.period_from, dates.period_until
    beyond = year is not None and first and last and not first.year <= year <= last.year
    if beyond and not points:
        figure = t.w.context.words("word", "year_figure", year=year)
        points = [t.w.context.words("word", "not_stated", point=figure)]
    if points:
        told = "；".join(points[:MOST_NOT_STATED])
        t.say("target_open", points=told, quote=t.w.quote(t.measure).rstrip("。"))
        t.w.warn(WarningCode.NOT_STATED)
    else:
        t.say("target", quote=t.w.quote(t.measure).rstrip("。"))
    for quote in t.measure.more_quotes:
        words = quote.quote
        if len(words) <= SHORT_QUOTE and YEAR.search(words):  # 力争到2027年, before several goals
            place = t.w.context.catalogue.place(t.measure, quote)
            n = t.w.sheet.cite(place)
            t.w.say(K.QUOTE, "line", "by_when", [n], quote=t.w.words_at(place))
    return QUOTED


def _statistic(t: Topic) -> Conclusion | None:
    """What was the case then, or was intended."""
    if t.measure.kind not in (Kind.STATISTIC, Kind.INTENTION):
        return None
    opened = _left_open(t)
    if opened is not None:
        return opened
    document = document_name(t.w.document_of(t.measure))
    year = other_year(t.w, t.measure)
    if year is not None:
        quote = t.w.quote(t.measure).rstrip("。")
        t.say("other_year", document=document, year=year, quote=quote)
        t.w.warn(WarningCode.NOT_STATED)
        return QUOTED
    t.say("statistic", document=document, quote=t.w.quote(t.measure).rstrip("。"))
    further_quotes(t.w, t.measure)
    return QUOTED


def _undefined(t: Topic) -> bool:
    """A word was asked about that the paper uses and does not explain."""
    asked = "definition" in t.intents and not t.intents & {"responsible", "status"}
    document, c = t.w.document_of(t.measure), t.w.context
    parts = any(s.part and s.part in c.u.text for s in c.lexicon.sections(c.u.text))
    known = parts or c.lexicon.cues["full_name"].search(c.u.text)
    asked = asked and not known and not says_day_of(document, c.u.text)
    return t.measure.kind is Kind.ABOUT and bool(t.measure.not_stated) and asked


def _about(t: Topic) -> Conclusion | None:
    """Something about the paper itself."""
    if t.measure.kind is not Kind.ABOUT or _undefined(t):
        return None
    cues, text = t.w.context.lexicon.cues, t.w.context.u.text
    reach = any(cues[cue].search(text) for cue in ("sent_to", "scope_asked"))
    asked = reach or t.intents & {"eligibility", "whether"}
    if asked and scope(t.w, t.measure, K.CONCLUSION):
        return SETTLED  # 万盛经开区的企业能用7号文吗
    say_without_part(t.w, t.w.document_of(t.measure))
    days_between(t.w, t.w.document_of(t.measure), K.CONCLUSION)
    t.say("about", cites_of(t.w, t.measure))
    quote_asked_parts(t.w, t.measure)
    return QUOTED


def _says(t: Topic) -> Conclusion | None:
    """Nothing that an applicant could use: what the paper says, word for word."""
    if t.measure.usable:
        return None
    undefined = _undefined(t)
    place = asked_place(t.w, t.measure) if undefined else t.w.context.catalogue.place(t.measure)
    named = None if undefined else _where_named(t)
    place = quoted_place(t.w, t.measure) or named or place
    n = t.w.sheet.cite(place)
    only = "term_used" if named is place else "says_of" if _is_sought(t) else "says"
    t.say(
        "undefined" if undefined else only,
        list(dict.fromkeys([n, *cites_of(t.w, t.measure)])) if undefined else [n],
        document=document_name(t.w.document_of(t.measure)),
        clause=place.path,
        quote=t.w.words_at(place).rstrip("。"),
        not_stated=not_stated(t.measure),
        name=t.w.context.matched.name,
    )
    return QUOTED


def _where_named(t: Topic) -> Place | None:
    """The sentence of the paper that has the name asked about, where the measure's quote has not
    the whole of it."""
    matched = t.w.context.matched
    places = [p for p in matched.places if p.document == t.measure.document]
    if not places or stands_in(matched.name, t.measure.quote):
        return None
    return places[0]


def _say_unexplained(t: Topic) -> None:
    """That the paper does not explain a name that it only uses in a rule of something else."""
    name = t.w.context.matched.name
    of_rule = t.measure.usable or t.measure.rule is not Rule.NONE
    if not (name and of_rule and name in t.measure.quote) or shortens(name, t.measure):
        return
    if name not in t.measure.title:
        t.w.say(K.CONCLUSION, "conclusion", "term_unexplained", [t.n], name=name)
        t.w.warn(WarningCode.NOT_STATED)


def _is_sought(t: Topic) -> bool:
    """Whether something to use was sought, not a sentence: then its name comes first."""
    return t.measure.kind in SOFT and bool(t.intents & {"find", "eligibility"})


def _lost_count(t: Topic) -> Conclusion | None:
    """How many there are was asked, and that number was lost."""
    c = t.w.context
    counted = c.lexicon.cues["counted_lost"].search(c.u.text)
    if not t.measure.lost or not (counted or "missing_digits" in t.intents):
        return None
    whole, what = find_words(c.u.text), find_words(c.u.text[counted.end() if counted else 0 :])
    lost = [point for point in t.measure.lost if whole & find_words(point)]
    lost = [point for point in lost if what & find_words(point)] or lost
    if t.measure.rule is Rule.LOST or not lost:
        return None
    t.say("lost_count", lost="、".join(lost))
    return ANSWERED


def _lost(t: Topic) -> Conclusion | None:
    """The number was lost, so nothing can be computed."""
    if t.measure.rule is not Rule.LOST:
        return None
    if "status" in t.intents and not t.in_time:  # 还能按它申报吗，补几个点
        document, finding = t.w.document_of(t.measure), t.subject.status
        cites = t.w.cite_status(document, finding)
        t.say("over_now", cites, reason=status_reason(document, finding, between=""))
    t.say("lost", calculations=t.ids, lost="、".join(t.measure.lost))
    return ANSWERED


# What was said does not fit ----------------------------------------------------------------------


def _over_limit(t: Topic) -> Conclusion | None:
    """A premium above the limit, where the text allows two readings of that."""
    readings = [(w, i) for w, i in t.written if w.role == "reading" and w.amount is not None]
    if t.measure.rule is Rule.SHARE_OF_PREMIUM and readings and t.main and not t.subject.unmet:
        other, identifier = readings[-1]  # over all the years, where there are several
        one, two = (f"{w.label}为{value_of(w)}" for w in (t.main, other))
        t.say("over_limit_amounts", calculations=[*t.main_id, identifier], one=one, two=two)
        t.w.warn(WarningCode.READING_DEPENDENT)
        return ANSWERED
    u, term = t.w.context.u, t.measure.terms.get("premium_rate_limit")
    rate, limit = u.value("premium_rate"), term.on(u.as_of) if term else None
    if limit is None or rate is None:
        return None
    above = any(f.slot == "premium_rate" and f.over and not f.denied for f in u.facts)
    if above and Decimal(rate) >= limit:  # 超过3%一点点: by how much nobody knows
        t.say("over_limit_unsaid", limit=percent(limit))
        t.w.warn(WarningCode.READING_DEPENDENT)
        return ANSWERED
    if t.written or Decimal(rate) <= limit:
        return None
    t.say("over_limit", rate=percent(Decimal(rate)), limit=percent(limit))
    t.w.warn(WarningCode.READING_DEPENDENT)
    ask_slots(t.w, t.computed.missing)
    return ANSWERED


def _problem(t: Topic) -> Conclusion | None:
    """A number that makes no sense: say what would."""
    if t.computed.problem is None:
        return None
    if t.computed.problem.slot == TARGET:  # more than there is at all
        t.say("out_of_reach", why=t.computed.problem.message.rstrip("。"))
        return ANSWERED
    t.w.sheet.say(K.CONCLUSION, t.computed.problem.message)
    ask_slots(t.w, t.computed.missing)
    return ASKED


def _unmet(t: Topic) -> Conclusion | None:
    """A condition does not hold; a loss is shared whatever the case."""
    if not t.subject.unmet or t.measure.rule is Rule.ALLOCATION:
        return None
    zero = [(w, i) for w, i in t.written if w.amount_kind is AmountKind.ZERO]
    nil = [i for _, i in zero]
    key = "zero" if t.asks_amount and nil else "does_not_apply"
    reasons = unmet_reasons(t.w.context, t.subject)
    t.say(key, calculations=nil, reasons=reasons)
    for working, identifier in zero:
        if working.inputs.get("fee_paid"):  # the rate that the fee comes to
            formula = readable(t.w.context, working.formula)
            t.w.say(K.FIGURE, "line", "formula", [t.n], [identifier], formula=formula)
    if any(j.condition is None for j in t.subject.unmet):
        t.w.warn(WarningCode.NOT_THE_APPLICANT)
    return ANSWERED


# An amount was asked for and something is missing for it -----------------------------------------


def _loss_missing(t: Topic) -> Conclusion | None:
    """The shares of a loss were asked for, and how much was lost is not known."""
    if t.measure.rule is not Rule.ALLOCATION or _asks_shares(t):
        return None
    return _amount_missing(t, before=())


def _shares(t: Topic) -> Conclusion | None:
    """Which part of a loss each party bears was asked."""
    if t.measure.rule is not Rule.ALLOCATION or not _asks_shares(t):
        return None
    shares = "，".join(f"{x.label}{percent(x.rate or Decimal(0))}" for x in t.computed.workings)
    t.say("shares", calculations=t.ids, shares=shares)
    return ANSWERED


def _asks_shares(t: Topic) -> bool:
    """Whether parts are asked for; without any loss spoken of, 担多少 is one too."""
    c = t.w.context
    lost = c.u.case.loss is not None or c.lexicon.cues["loss_told"].search(c.u.text)
    return not lost or bool(c.lexicon.cues["share_asked"].search(c.u.text))


def _unit_missing(t: Topic) -> Conclusion | None:
    """An amount was said without its unit."""
    if not (t.w.context.u.unit_unknown and t.asks_amount and t.computed.missing):
        return None
    t.say("clarify_unit", region=t.measure.region)
    t.w.sheet.ask("principal", t.w.context.words("ask", "unit"))
    return ASKED


def _part_missing(t: Topic) -> Conclusion | None:
    """Only a part of the loan counts, or each loan by itself, and how much that is was not said."""
    u = t.w.context.u
    part = "part" if u.part_of else "each" if u.undivided else ""
    if not (part and t.asks_amount and "principal" in t.computed.missing):
        return None
    t.say(f"clarify_{part}")
    t.w.sheet.ask("principal", t.w.context.words("ask", f"principal_{part}"))
    return ASKED


def _left_open(t: Topic) -> Conclusion | None:
    """Something was asked that the paper leaves open: that comes first, then the rule."""
    asked_of_rule = "amount" not in t.intents and t.intents & {"eligibility", "whether"}
    bounded = t.measure.rule in BOUNDED
    several = parts_of(t.w.context.u.question, t.w.context.lexicon)
    told_after = bounded and several
    of_a_case = t.of_a_case and (told_after or not (bounded or asked_of_rule))
    if of_a_case or t.subject.unmet or t.measure.rule is Rule.LOST:
        return None
    if t.misread is not None and not t.measure.usable:
        return None  # which answers it
    if t.main is not None and t.main.role in ASKED_FOR and not bounded:
        return None
    points = left_open(t.w, t.measure)
    if not points:
        return None
    fresh = [p for p in points if p not in (t.misread or "")]
    if not fresh:
        t.say("rule")
        return SETTLED
    t.say("left_open", points="；".join(fresh[:MOST_NOT_STATED]))
    t.w.warn(WarningCode.NOT_STATED)
    return SETTLED


def _eligible_amount_open(t: Topic) -> Conclusion | None:
    """Whether it applies was asked, and it does; only an amount would need more."""
    sure = t.subject.met and not t.subject.unknown
    asked = "whether" in t.intents and "amount" not in t.intents
    whether = asked or "eligibility" in t.intents
    asked = "eligibility" in t.intents and "amount" not in t.intents
    open_ = asked and t.subject.met and not t.w.context.u.inherited
    if not (whether and t.computed.missing and (sure or open_)) or t.subject.unmet:
        return None
    if t.subject.status.status is Status.DRAFT or t.misread is not None:
        return None
    t.say("applies" if sure else "may_apply")
    ask_slots(t.w, t.computed.missing)
    return ANSWERED


def _facts_missing(t: Topic) -> Conclusion | None:
    """Facts that the amount depends on are not known."""
    product = [s for j in t.subject.unknown for s in j.open_slots if s == PRODUCT]
    return _amount_missing(t, before=product)


def _amount_missing(t: Topic, before: Sequence[str]) -> Conclusion | None:
    """Ask for what an amount is missing, after the slots `before`."""
    missing = t.computed.missing
    if not (missing and t.asks_amount) or asks_standard(t.w.context):
        return None
    t.say("clarify", missing=labels(t.w.context, missing))
    ask_slots(t.w, [*before, *missing])
    return ASKED


# An amount is known ------------------------------------------------------------------------------


def _shared_loss(t: Topic) -> Conclusion | None:
    """The shares of a loss are known."""
    if t.main is None or t.main.role != "share" or t.main.amount is None:
        return None
    return _amount(t, t.main)


def _computed(t: Topic) -> Conclusion | None:
    """An amount or a rate was computed, and not only the ceiling looked up."""
    main = t.main
    if main is None or main.role == "ceiling" or (main.amount is None and main.rate is None):
        return None
    if t.measure.rule is Rule.WAIVER:
        return None
    concluded = _amount(t, main)
    if t.w.context.u.uneven and t.measure.rule is Rule.SHARE_OF_INTEREST:
        t.w.say(K.CAVEAT, "line", "uneven", [t.n])
        t.w.sheet.ask("principal", t.w.context.words("ask", "uneven"))
        return ASKED
    return concluded


def _amount(t: Topic, main: Working) -> Conclusion:
    """The computed amount with its nature, then its formula."""
    c, kind = t.w.context, main.amount_kind
    if kind is AmountKind.ALLOCATION:
        workings = t.computed.workings
        each = "，".join(f"{x.label}{yuan(x.amount or Decimal(0))}" for x in workings)
        t.say("allocation", calculations=t.ids, amounts=each)
    elif kind is AmountKind.ZERO:
        t.say("zero", calculations=t.main_id, reasons=main.formula.rstrip("，"))
    else:
        _say_each_of_two(t, main)
        t.say(
            _nature(t, main),
            calculations=t.main_id,
            label=main.label,
            of=c.words("word", "of" if main.label.startswith(OF_TITLE) else "of_case"),
            amount=value_of(main),
            region=t.measure.region,
        )
        formula = readable(c, main.formula)
        t.w.say(K.FIGURE, "line", "formula", [t.n], t.main_id, formula=formula)
    return ANSWERED


def _say_each_of_two(t: Topic, gap: Working) -> None:
    """What each of two offers comes to, before how far they are apart."""
    each = [(w, i) for w, i in t.written if w.role in ("total", "part") and w.amount is not None]
    names_higher = any(w.label[:NAME] == gap.label[:NAME] for w, _ in each)  # 乙方案比甲方案高出…
    if gap.role != "gap" or len(each) != 2 or names_higher:
        return
    items = "；".join(f"{w.label}为{value_of(w)}" for w, _ in each)
    t.w.say(K.CONCLUSION, "conclusion", "each", [t.n], [i for _, i in each], items=items)


def _nature(t: Topic, main: Working) -> str:
    """How an amount is worded: a bound, an exact number, and of what."""
    if main.role in ("gap", "over_cap"):
        return main.role
    limit = t.measure.terms.get(FEE_LIMIT)
    most = limit.on(t.w.context.u.as_of) if limit is not None else None
    if main.role == "threshold" and main.rate is not None and most is not None and main.rate > most:
        return "threshold_beyond"
    if main.role == "threshold" and t.w.context.u.case.target is not None:
        return "threshold_aim"
    if main.amount_kind is AmountKind.THRESHOLD:
        return "threshold"
    if main.amount_kind is AmountKind.EXACT:
        return "exact_draft" if t.subject.status.status is Status.DRAFT else "exact"
    if main.amount_kind is AmountKind.RATE and main.role == "threshold":
        return "threshold"
    if main.amount_kind is AmountKind.LOWER_BOUND or main.role == "burden":
        return "lower"
    return "bound_if" if t.w.context.matched.home is None else "bound"


def _ceiling(t: Topic) -> Conclusion | None:
    """An amount was asked for, and the paper states nothing but its ceiling."""
    only_ceiling = t.measure.rule in (Rule.CEILING, Rule.STAGED_CEILING)
    if t.main is None or t.main.role != "ceiling" or not (t.asks_amount and only_ceiling):
        return None
    u = t.w.context.u
    whether = "eligibility" in u.intents and "amount" not in u.intents
    if t.measure.kind is Kind.REPAYABLE and whether and not u.stated:
        return None  # 贷款600万还不上，能不能帮: the sum is what is needed
    key = "ceiling_repayable" if t.measure.kind is Kind.REPAYABLE else "ceiling"
    points = not_stated(t.measure, MOST_NOT_STATED) or t.w.context.words("word", "share")
    t.say(key, calculations=t.main_id, not_stated=points)
    return ANSWERED


def _waiver(t: Topic) -> Conclusion | None:
    """A fee is waived."""
    if t.measure.rule is not Rule.WAIVER:
        return None
    sure = t.subject.met and not t.subject.unknown
    t.say("waived" if sure else "waived_open", calculations=t.ids)
    return ANSWERED


def _unstated(t: Topic) -> Conclusion | None:
    """An amount was asked for that the paper does not state."""
    if t.measure.rule is not Rule.UNSTATED or not t.asks_amount:
        return None
    points = not_stated(t.measure, MOST_NOT_STATED) or t.w.context.words("word", "amount")
    t.say("unstated", calculations=t.ids, not_stated=points)
    return ANSWERED


# No amount ---------------------------------------------------------------------------------------


def _paper_holds(t: Topic) -> Conclusion | None:
    """How long it holds was asked of a measure without a day of its own: as long as its paper."""
    finding = t.subject.status
    if "status" not in t.intents or not (t.measure.usable and t.in_time) or t.subject.unmet:
        return None
    if finding.status is Status.DRAFT or t.asks_amount or t.of_a_case:
        return None
    document = t.w.document_of(t.measure)
    cites = [*t.w.cite_status(document, finding), t.n]
    t.say("status_rule", cites, reason=status_reason(document, finding))
    return ANSWERED


def _eligibility(t: Topic) -> Conclusion | None:
    """Whether it applies was asked."""
    if "eligibility" not in t.intents or "find" in t.intents:
        return None
    concluded = ANSWERED
    if t.subject.status.status is Status.DRAFT:
        t.say("draft_only", document=document_name(t.w.document_of(t.measure)))
    elif t.misread is not None or t.w.context.matched.absent:
        t.say("rule")
    elif t.subject.verdict is Verdict.APPLIES:
        t.say("applies")
    elif narrowed := next((j for j in t.subject.unknown if j.left), None):
        t.say("may_apply_left", left="、".join(narrowed.left))
    elif not t.subject.unknown:
        t.say("may_apply_other")
    elif t.subject.met:
        t.say("may_apply")
    elif t.w.context.matched.home is not None:
        t.say("may_apply_other")
    else:
        t.say("clarify_eligible")
        concluded = ASKED
    waiting = [s for j in t.subject.unknown for s in j.open_slots]
    ask_slots(t.w, sorted(waiting, key=lambda slot: slot == "applicant")[:MOST_OPEN_SLOTS])
    return concluded


def _where(t: Topic) -> Conclusion:
    """Which paper and clause has it was asked."""
    t.say(
        "says",
        document=document_name(t.w.document_of(t.measure)),
        clause=t.w.context.catalogue.place(t.measure).path,
        quote=t.w.quote(t.measure).rstrip("。"),
    )
    return QUOTED


def _has(t: Topic) -> Conclusion:
    """In every other case: there is such a thing, and this is what it is."""
    answered = any(s.kind is K.CONCLUSION for s in t.w.sheet.statements)
    c = t.w.context
    if "which_document" in t.intents and not answered:
        return _where(t)
    asked = bool(c.lexicon.cues["whether_there_is"].search(c.u.text)) and is_there(t.w, t.measure)
    t.say("has" if asked and not answered and not c.matched.absent else "rule")
    return ANSWERED


CASES: tuple[Callable[[Topic], Conclusion | None], ...] = (
    _out_of_time,
    _rule_of_year,
    _still,
    _held_then,
    _over_limit,
    _problem,
    _shared_loss,
    _target,
    _statistic,
    _shares,
    _loss_missing,
    _about,
    _lost_count,
    _left_open,
    _says,
    _lost,
    _unmet,
    _unit_missing,
    _part_missing,
    _eligible_amount_open,
    _facts_missing,
    _computed,
    _ceiling,
    _waiver,
    _unstated,
    _paper_holds,
    _eligibility,
    _has,
)
