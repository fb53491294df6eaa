"""Read a question: what is asked (intents), and what is known of the case (facts with spans).

In:  the person's words, the conversation so far, the lexicon, the gazetteer, today.
Out: an `Understanding`. Nothing is guessed: what was not said is not there; a number that only
     refers to the paper is no fact (tests/assistant/steps/test_understand.py).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from assistant.calculators.case import THRESHOLDS, Ask, Case
from assistant.conversation import GROUPED, Conversation, Fact, as_told, of_focus
from assistant.reading.answers import before_unit, unit_told, waited_for
from assistant.reading.asked_day import asked_day
from assistant.reading.cases import case_of, facts_of_figures
from assistant.reading.changes import Said, changes, corrected, guaranteed_part
from assistant.reading.figures import (
    MONEY_SLOTS,
    REFERENCE,
    Figure,
    read_figures,
)
from assistant.reading.lexicon import Lexicon, Mention
from assistant.reading.normalise import View, view
from assistant.reading.owners import is_another, owned, spoken_of
from assistant.reading.quantities import read_quantities
from assistant.reading.quantity import Quantity
from assistant.reading.regions import SURELY, Gazetteer, RegionMention
from assistant.reading.solving import aim_of, solved_for
from assistant.reading.typos import Change, Corrector
from assistant.reading.versions import CHANGING, versions
from ingest.document import Document
from ingest.papers import Papers

OF_ENTERPRISES = frozenset({"titles", "size", "ownership"})  # only an enterprise has these
EITHER = (  # one of which is told instead of the other
    ("years", "portion_months"),
    ("portion_months", "years"),
    ("fee_paid", "fee_rate"),
    ("fee_rate", "fee_paid"),
    ("interest_paid", "annual_rate"),
    ("annual_rate", "interest_paid"),
)
INSURED = frozenset({"premium", "premium_rate", "product_type"})  # only an enterprise has these
LENGTHS = frozenset({"portion_months", "years", "insured_years"})
WEAK_WORD = 0.8  # a word that means less as often
ENTERPRISE, BANK = "企业", "银行"
LOST = 1.01  # surer than that it was had
HIRED = 0.6  # sure that who hires an institution is an enterprise
ASKED_FOR = 0.89  # sure that the enterprise is meant for which somebody asks; only that is so sure
IMPLIED = 0.46  # less sure than anybody who says who he is
BESIDE_PLACES = ("of_other", "border", "trade")  # cues of a place that is only told of
STOP = re.compile(r"[;；。!！?？]")
ANY_STOP = re.compile(r"[,，;；。!！?？\s]")
LONG = 12  # characters from which a text has stops, where its writer sets any
GUARDED = (
    "injection",
    "promise",
    "cheat",
    "errand",
    "progress",
    "personal_data",
    "extraction",
    "private",
    "other_policy",
    "out_of_scope",
)
TAG = re.compile(r"<[^<>]{0,80}>")  # markup says nothing; offsets stay
WORD = 2  # characters before a name that tell another one apart
NUMBER = re.compile(
    r"[\u4e00-\u9fff]{2,10}[〔\[(【]\s*(?:19|20)\d{2}\s*[〕\])】]\s*\d+\s*号"
    r"|[\u4e00-\u9fff]{2,10}(?:19|20)\d{2}\s*年?第?\s*\d+\s*号"
)
OF_PAPERS = ("money", "rate", "count")  # kinds of numbers that papers state
NUMERIC = GROUPED | {
    "years",
    "portion_months",
    "loss",
    "investment_amount",
    "project_count",
    "interest_paid",
    "fee_paid",
    "insured_amount",
}


@dataclass(frozen=True, slots=True)
class Namesake:
    """A name that several places share.

    name    as it was told
    meant   the whole name of the one that is taken; "" where it is not clear which
    others  the whole names of the others; of all where none is taken
    """

    name: str
    meant: str
    others: tuple[str, ...]

    @property
    def listed(self) -> str:
        """The others, as a sentence lists them."""
        return "、".join(self.others)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was read. `facts` are those that hold for this turn's answer, newest last.

    new_facts     read from this turn; `kept_facts` what the conversation remembers after it,
                  `supposed_facts` the same with what was only supposed
    compared      the facts of another variant that the amounts are held against; () if none
    region        the division asked about, None where none was said; `regions` all that were named
    rule_of       the division whose rule is asked about for those: 成都企业能享受重庆的贴息吗
    documents     ids of documents that the words name
    asked_on      the day of the question; `as_of` is that or the day asked about
    inherited     what is asked was said in an earlier turn
    years         years named in the question
    numbers       the numbers in the question that refer to the paper, in 元 or as rates
    repeated      those of them that are said to stand in several places, with how many: 两个2000万
    by_year       rates told by another period (每季度收0.2%), as they count by the year
    claimed       the shares that are said of the paper (按40%贴)
    named_sums    the sums by which something of the paper is named (那个50万)
    stated        the subsidies that the person supposes to get (能拿600万不)
    granted       the shares that may be granted in the end (最后只按40%贴)
    aimed         the rates that the person wants to be left with (成本压到3%)
    uneven        the sum was not out all the year, drawn or repaid bit by bit, and how was not told
    over_cap      whether and how far it goes beyond the ceiling is asked
    by_month      what it comes to by the month is asked
    borne         the party that told what it bore of a loss, and not the loss; "" else
    undivided     of several loans with rates of their own only the sum was told
    together      what several parties come to together is asked; `all_but` of those not named
    clause_marks  marks of clauses named (五是, 第十一条 → 五, 十一)
    clause_paths  whole paths of clauses named (四（一）, 第三部分 → 四、（一）, 三)
    unit_unknown  an amount was said without 元 or 万元
    unknown_number a 文号 that no document of the corpus has
    focus         the groups of the loans spoken of, () for all
    party         which of several enterprises of the conversation is spoken of, 0 the first
    mended        misspelt names, each with what it was taken for
    topic_text    the text with the places blanked out: where something is, is not what it is
    rule_text     the text with the case's own numbers blanked out: what is said of the rule
    counted       words of the rule that somebody asks whether his case falls under, of slots of
                  which nothing else was told: 高新技术企业算不算专精特新
    doubted       slots of which a language model read what the rules did not: to be asked about
    """

    question: str
    text: str
    turn: int
    intents: frozenset[str]
    facts: tuple[Fact, ...]
    new_facts: tuple[Fact, ...]
    kept_facts: tuple[Fact, ...]
    supposed_facts: tuple[Fact, ...]
    compared: tuple[Fact, ...]
    case: Case
    asks: frozenset[Ask]
    region: str | None
    regions: tuple[str, ...]
    region_conflict: bool
    documents: tuple[str, ...]
    years: tuple[int, ...]
    as_of: date
    as_of_said: bool
    asked_on: date
    expansions: tuple[str, ...]
    claimed: tuple[Decimal, ...]
    clause_marks: tuple[str, ...]
    clause_paths: tuple[str, ...]
    by_year: tuple[Decimal, ...]
    numbers: tuple[Decimal, ...]
    repeated: tuple[tuple[Decimal, int], ...]
    unit_unknown: bool
    part_of: bool
    uneven: bool
    undivided: bool
    together: bool
    all_but: bool
    named_sums: tuple[Decimal, ...]
    stated: tuple[Decimal, ...]
    granted: tuple[Decimal, ...]
    aimed: tuple[Decimal, ...]
    over_cap: bool
    by_month: bool
    borne: str
    hypothetical: bool
    switch: bool
    unknown_number: str | None
    mentions: tuple[Mention, ...]
    topic_text: str
    rule_text: str
    party: int = 0
    focus: tuple[int, ...] = ()
    inherited: bool = False
    counted: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()
    namesakes: tuple[Namesake, ...] = ()
    rule_of: str | None = None

    def value(self, slot: str) -> str | None:
        """The newest affirmed value of a slot."""
        for fact in reversed(self.facts):
            if fact.slot == slot and not fact.denied:
                return fact.value
        return None

    def values(self, slot: str) -> frozenset[str]:
        """All affirmed values of a slot."""
        return frozenset(f.value for f in self.facts if f.slot == slot and not f.denied)


def understand(
    question: str,
    conversation: Conversation,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    documents: Papers,
    *,
    today: date,
    as_of: date | None = None,
    region: str | None = None,
    corrector: Corrector | None = None,
    measured: Collection[str] | None = None,
) -> Understanding:
    """Read one turn. `as_of` and `region` are the caller's; the person's words go before them.

    measured  the places with measures, which a library beside them does not change; None for all
              that have papers
    """
    measured = documents.regions if measured is None else measured
    seen = _without_particle(_without_courtesy(view(question), lexicon), lexicon)
    seen = _with_stops(seen, lexicon)
    text = TAG.sub(lambda tag: " " * len(tag.group()), seen.text)
    mended: tuple[Change, ...] = ()
    if corrector is not None:  # keeps the length, so that spans still hold
        correction = corrector.correct(text)
        text, mended = correction.text, correction.changes
    turn = conversation.turn + 1
    intents, inherited = _intents(text, lexicon, conversation)
    if TAG.search(seen.text):  # orders hidden in markup say nothing, but are seen
        intents |= lexicon.intents(seen.text) & {"injection"}
    if "restart" in intents:
        conversation = Conversation.new(conversation.session_id)
    told_now = read_quantities(text, today)
    found, ruling = _places(
        _without_sums(text, told_now), gazetteer, lexicon, documents, measured, conversation.region
    )
    told_before = [conversation.region] if conversation.region else []
    homes = (told_before, measured, documents.regions)
    settled = [(m, *gazetteer.settle(m, homes)) for m in found]
    found = [place for _, place, _ in settled]
    namesakes = tuple(
        Namesake(
            text[m.start : m.end],
            gazetteer.whole_name(place.code) if place.confidence >= SURELY else "",
            others,
        )
        for m, place, others in settled
        if others
    )
    named = _regions(found, gazetteer) or _place_told(text, conversation, gazetteer, lexicon)
    # 扣掉顶格贴息还要掏多少: what is left is asked for, not when the top is reached
    ruled_out = {"threshold"} if "remaining" in intents else set()
    asks = frozenset(
        {Ask.AMOUNT}
        | ({Ask.THRESHOLD} if "threshold" in intents - ruled_out else set())
        | ({Ask.REMAINING} if "remaining" in intents else set())
        | ({Ask.BURDEN_RATE} if "burden_rate" in intents else set())
        | ({Ask.SHARE} if "share_of_cost" in intents else set())
        | ({Ask.RATE_THRESHOLD} if "rate_threshold" in intents else set())
        | ({Ask.COST_THRESHOLD} if "cost_threshold" in intents - ruled_out else set())
    )
    party = _party(text, conversation, lexicon)
    numbers = any(q.kind in CHANGING for q in told_now)
    apart = bool(lexicon.cues["difference"].search(text)) and not numbers
    further = bool(conversation.supposed) and (
        apart or bool(lexicon.cues["further_supposed"].search(text))
    )
    told = conversation.supposed if further else conversation.facts
    told = tuple(before_unit(told, text, told_now, conversation, lexicon, today))
    known = [f for f in told if f.party == party]
    focus = spoken_of(text, known, conversation.focus, lexicon)

    def read(part: str, known: Sequence[Fact], *, changed: bool = False) -> _Read:
        near = of_focus(known, focus)
        return _read(part, near, conversation, lexicon, today, found, measured, changed=changed)

    this = read(text, known, changed="correction" in intents)
    if not focus and is_another(known, this.facts):  # 新厂8000万呢, beside the old one
        focus = (1 + max((f.group for f in known if f.slot in GROUPED), default=0),)
    quantities, mentions, figures, new = this.quantities, this.mentions, this.figures, this.facts
    before: tuple[Fact, ...] = ()
    two = versions(text, quantities, lexicon)
    if two is not None and not (two.whole and any(f.portion != "1" or f.label for f in new)):
        first = read(two.before, known).facts
        base = merge(known, first, two.before, lexicon, focus)
        then = read(two.after, known if two.whole else base, changed=True).facts
        if _differ(base, then, two.whole):
            before, known = first, list(base)
            new = tuple(f for f in then if f not in base)
    if "remaining" not in intents and (solved := solved_for(text, figures, lexicon)):
        asks = (asks - THRESHOLDS) | solved
    part = guaranteed_part(Said(text, known, new, quantities, lexicon, conversation.turn + 1))
    supposed = two is not None and not two.whole  # 一家保是一种，要是两家各保一半
    if part and not before and (supposed or lexicon.cues["guaranteed_whole"].search(text)):
        before = new
        known = list(merge(known, new, text, lexicon, focus))
        new = part
    elif part:
        new += part
    # 换成洛阳的呢 goes on there; 要是搬到洛阳呢 only supposes it
    elsewhere = bool(named) and not figures and not lexicon.cues["supposes"].search(text)
    hypothetical = (
        further
        or bool(before)
        or (
            bool(conversation.facts)
            and not elsewhere
            and any(lexicon.cues[cue].search(text) for cue in ("hypothetical", "difference"))
        )
    )
    before, new = (_typed(facts, seen.span) for facts in (before, new))
    others = tuple(f for f in conversation.facts if f.party != party)
    if party:
        before, new = (tuple(replace(f, party=party) for f in facts) for facts in (before, new))
    own = [f for f in told if f.party == party]
    base = merge(own, before, text, lexicon, focus) if before else tuple(own)
    merged = merge(base, new, text, lexicon, focus)
    kept = (
        (*others, *base) if before else conversation.facts if hypothetical else (*others, *merged)
    )
    compared = conversation.former if apart else kept if hypothetical else ()
    named_documents = _documents(text, lexicon, documents)
    said_as_of = asked_day(text, quantities, lexicon, intents, as_of or today)
    if lexicon.cues["after_the_end"].search(text):
        papers = [documents[d] for d in named_documents] or list(documents.values())
        said_as_of = said_as_of or _after_the_end(papers, as_of or today)
    spoken = named[0] if named else None
    unknown = _unknown_number(text, documents, lexicon)
    effective = spoken or region or conversation.region
    return Understanding(
        question=question,
        text=text,
        turn=turn,
        intents=intents,
        facts=of_focus(merged, focus),
        new_facts=(*before, *new),
        kept_facts=kept,
        supposed_facts=merged if hypothetical else (),
        compared=tuple(f for f in compared if f.party == party),
        party=party,
        focus=focus,
        case=_aimed(case_of(as_told(merged, focus), asks), figures),
        asks=asks,
        region=effective,
        regions=named,
        region_conflict=_conflict(text, found, lexicon),
        documents=named_documents,
        years=tuple(
            q.first.year for q in quantities if q.kind in ("year", "date") and q.first is not None
        ),
        as_of=said_as_of or as_of or today,
        as_of_said=said_as_of is not None,
        asked_on=as_of or today,
        inherited=inherited,
        namesakes=namesakes,
        rule_of=next(iter(_regions(ruling, gazetteer)), None),
        mended=tuple((change.original, change.corrected) for change in mended),
        expansions=lexicon.expansions(text),
        claimed=_referred(
            text,
            [f for f in figures if not lexicon.cues["lender_cut_before"].search(text[: f.start])],
            "rate",
            lexicon.cues["share_before"],
        ),
        clause_marks=tuple(a or b for a, b in lexicon.cues["clause_mark"].findall(text)),
        clause_paths=_clause_paths(text, lexicon),
        numbers=_numbers(text, quantities, figures, lexicon),
        repeated=_repeated(quantities),
        by_year=tuple(
            f.value for f in figures if f.slot != REFERENCE and f.quantity.per not in (None, "year")
        ),
        unit_unknown=any(f.unit_unknown for f in figures if f.slot != REFERENCE),
        named_sums=tuple(
            f.value for f in figures if f.slot == REFERENCE and f.quantity.kind == "money"
        ),
        stated=_referred(
            text, figures, "money", lexicon.cues["got_before"], lexicon.cues["got_after"]
        ),
        granted=_referred(text, figures, "rate", lexicon.cues["granted"]),
        aimed=_referred(text, figures, "rate", lexicon.cues["aimed_rate_before"]),
        over_cap=bool(lexicon.cues["over_cap_asked"].search(text)),
        by_month=bool(lexicon.cues["by_month_asked"].search(text)),
        borne=BANK
        if any(
            f.slot == "loss"
            and lexicon.cues["borne"].search(text[: f.start])
            and lexicon.cues["own_branch"].search(text[: f.start])
            for f in figures
        )
        else "",
        part_of=this.mixed or bool(lexicon.cues["part_of"].search(text)),
        uneven=bool(lexicon.cues["out_unevenly"].search(text))
        and not lexicon.cues["average_told"].search(text),
        undivided=_undivided(text, new, lexicon),
        together=bool(lexicon.cues["together"].search(text)),
        all_but=bool(lexicon.cues["all_but"].search(text)),
        hypothetical=hypothetical,
        switch=bool(lexicon.cues["switch"].search(text)),
        unknown_number=question[slice(*seen.span(*unknown))] if unknown else None,
        mentions=mentions,
        counted=_counted(text, mentions, merged, lexicon),
        topic_text=_without_lent(
            _without_places(
                lexicon.cues["cut_across"].sub(lambda m: " " * len(m.group()), text),
                found,
                mentions,
            ),
            figures,
        ),
        rule_text=_without_own(text, figures),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text, or one reading of it, tells of a case in which something is known.

    mixed  one sum was told of loans of several kinds
    """

    quantities: tuple[Quantity, ...]
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    mixed: bool


def _read(
    text: str,
    known: Sequence[Fact],
    conversation: Conversation,
    lexicon: Lexicon,
    today: date,
    found: Sequence[RegionMention],
    places: Collection[str],
    *,
    changed: bool,
) -> _Read:
    """Read the numbers and the words of a text; `changed` where it takes back what was said."""
    turn = conversation.turn + 1
    quantities = read_quantities(text, today)
    mentions = lexicon.mentions(text)
    figures = read_figures(
        text,
        quantities,
        lexicon,
        pending=conversation.pending or waited_for(text, quantities, conversation),
        before=[f.slot for f in known],
    )
    figures = (*figures, *unit_told(text, quantities, figures, conversation, lexicon, today))
    redrawn = changed and any(f.slot == "portion_months" for f in known)
    facts: tuple[Fact, ...] = (
        *_facts_of_mentions(text, mentions, lexicon, turn),
        *facts_of_figures(
            text, figures, quantities, mentions, lexicon, turn, known=known, redrawn=redrawn
        ),
    )
    if any(f.slot == "applicant" and f.confidence == ASKED_FOR for f in known):
        facts = tuple(f for f in facts if f.slot != "applicant" or f.value == ENTERPRISE)
    facts = owned(text, _placed(facts, found, places), found, lexicon)
    mixed = _mixed(text, mentions, facts, lexicon)
    if mixed or _to_choose(text, mentions, lexicon):
        # which of the loans counts is for the measure to say
        facts = tuple(f for f in facts if f.slot != "loan_product")
    if lexicon.cues["part_unknown"].search(text):  # the sum said is not the sum that counts
        facts = tuple(f for f in facts if lexicon.slots[f.slot].type != "money")
    facts = corrected(Said(text, known, facts, quantities, lexicon, turn))
    facts += changes(Said(text, known, facts, quantities, lexicon, turn))
    facts = _for_all(known, facts)
    return _Read(quantities, mentions, figures, facts, mixed)


def _for_all(known: Sequence[Fact], new: Sequence[Fact]) -> tuple[Fact, ...]:
    """都是3.7: one rate, told of several sums that are known without one, is the rate of each."""
    if any(f.slot in MONEY_SLOTS for f in new):
        return tuple(new)
    out = list(new)
    for slot, rate in (("principal", "annual_rate"), ("guaranteed_amount", "fee_rate")):
        groups = sorted({f.group for f in known if f.slot == slot and not f.label})
        told = [f for f in new if f.slot == rate and not f.denied]
        if len(groups) > 1 and len(told) == 1 and not any(f.slot == rate for f in known):
            out += [replace(told[0], group=g) for g in groups if g != told[0].group]
    return tuple(out)


def _differ(base: Sequence[Fact], then: Sequence[Fact], whole: bool) -> bool:
    """Whether a second reading changes a number of the first."""
    numbers = [f for f in then if f.slot in NUMERIC]
    slots = {f.slot for f in base}
    schedule = any(f.portion != "1" or f.label for f in numbers)
    values = {(f.slot, f.group, f.value, f.portion, f.label) for f in base}
    told = {(f.slot, f.group, f.value, f.portion, f.label) for f in numbers}
    return bool(told - values) and (
        whole or schedule or any(f.slot in slots or f.slot in LENGTHS for f in numbers)
    )


def _mixed(text: str, mentions: Sequence[Mention], new: Sequence[Fact], lexicon: Lexicon) -> bool:
    """Whether one sum was told of loans of several kinds: 专项贷和流贷打包7000万."""
    loans = [m for m in mentions if m.slot == "loan_product"]
    joined = any(
        a.value != b.value and lexicon.cues["and_between"].fullmatch(text[a.end : b.start])
        for a, b in itertools.pairwise(loans)
    )
    sums = [f for f in new if f.slot == "principal"]
    if len({m.value for m in loans}) > 1 and not sums:  # 六成是技改专项贷，其余是流贷
        return bool(lexicon.cues["the_rest"].search(text[loans[0].end : loans[-1].start]))
    if not joined or len(sums) != 1 or lexicon.cues["part_named"].search(text):
        return False
    # 总共3个亿，技改那块利率3.7%: of the part nothing but its rate is told
    of = lexicon.cues["of_which"].search(text)
    return not (of and sums[0].span and of.start() < sums[0].span[0])


def _to_choose(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> bool:
    """Whether loans of several kinds were named of which one is to be taken: 哪个能贴息."""
    own = _own(text, mentions, lexicon)
    kinds = {m.value for m in own if m.slot == "loan_product"}
    return len(kinds) > 1 and bool(lexicon.cues["which_to_take"].search(text))


def _undivided(text: str, new: Sequence[Fact], lexicon: Lexicon) -> bool:
    """Whether several loans were told by their rates, and of their sums only the total."""
    sums = [f for f in new if f.slot == "principal"]
    rates = {f.group for f in new if f.slot == "annual_rate"}
    told = lexicon.cues["undivided"].search(text)
    return told is not None and len(sums) == 1 and len(rates) > 1


def _place_told(
    text: str, conversation: Conversation, gazetteer: Gazetteer, lexicon: Lexicon
) -> tuple[str, ...]:
    """The place that was told of an enterprise that only its letter names now: 乙厂呢."""
    label = lexicon.cues["labelled"].search(text)
    for question in reversed(conversation.questions if label else ()):
        said = view(question).text
        at = said.find(label.group()) if label else -1
        if at >= 0:
            stop = STOP.search(said, at)
            found = gazetteer.find(said[at : stop.start() if stop else len(said)])
            return _regions(found, gazetteer)[:1]
    return ()


def _placed(
    facts: Sequence[Fact], found: Sequence[RegionMention], regions: Collection[str]
) -> tuple[Fact, ...]:
    """With the place named last before each sum, where two that have measures are named."""
    at = [
        (m.start, region)
        for m in found
        for region in regions
        if region in (m.name, m.city, m.province) and m.confidence >= 0.5
    ]
    if len({region for _, region in at}) < 2:
        return tuple(facts)

    def placed(fact: Fact) -> Fact:
        before = [region for start, region in at if fact.span and start < fact.span[0]]
        return replace(fact, place=before[-1]) if before else fact

    return tuple(placed(f) if f.slot == "principal" else f for f in facts)


def _clause_paths(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The clauses that are named by their whole path, written as the papers write it."""
    named = lexicon.cues["clause_path"].findall(text)
    return tuple(
        dict.fromkeys(
            part or f"{top or chapter}、（{sub or clause}）{item}"
            for top, sub, item, chapter, clause, part in named
        )
    )


def _aimed(case: Case, figures: Sequence[Figure]) -> Case:
    """A yearly amount that the person wants to reach (想拿满300万) is the threshold's target."""
    return replace(case, target=aim_of(figures)) if case.asks & THRESHOLDS else case


def _without_places(text: str, found: Sequence[RegionMention], mentions: Sequence[Mention]) -> str:
    for mention in found:
        part = any(m.start <= mention.start and mention.end <= m.end for m in mentions)
        if mention.confidence >= 0.5 and not part:  # 重庆 in 重庆股转 is part of a name
            text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def _without_lent(text: str, figures: Sequence[Figure]) -> str:
    """Without the sums with a rate beside them: 利率5.2%，8000万 names no measure of 8000万."""
    priced = any(f.slot == "annual_rate" for f in figures)
    return _without_own(text, [f for f in figures if priced and f.slot == "principal"])


def _without_own(text: str, figures: Sequence[Figure]) -> str:
    for f in figures:
        if f.slot != REFERENCE:
            text = text[: f.start] + " " * (f.end - f.start) + text[f.end :]
    return text


def _after_the_end(papers: Sequence[Document], today: date) -> date | None:
    """The day after the last on which one of some papers holds that is not over yet."""
    ends = [d.dates.period_until for d in papers]
    last = max((end for end in ends if end is not None and end >= today), default=None)
    return None if last is None else last + timedelta(days=1)


def _without_particle(seen: View, lexicon: Lexicon) -> View:
    """Without a particle at the end of what asks the same without it (多少嘛)."""
    particle = lexicon.cues["particle_at_end"].search(seen.text)
    if particle is None:
        return seen
    plain = seen.without(*particle.span("particle"))
    return plain if lexicon.intents(seen.text) <= lexicon.intents(plain.text) else seen


def _intents(
    text: str, lexicon: Lexicon, conversation: Conversation
) -> tuple[frozenset[str], bool]:
    """What is asked, and whether it was said in an earlier turn."""
    intents = lexicon.intents(text)
    same, short = lexicon.cues["same_as"].search(text), lexicon.cues["short_of"].search(text)
    if same or short:  # 利率一样: told of the case; 离目标还差多少: no comparison of two rules
        intents -= {"compare"}
    own = intents - {"small_talk", "dont_know", "correction", "what_if", "amount", "whether"}
    if own or not conversation.turn:
        return intents, False
    before = frozenset(conversation.intents) - set(GUARDED) - {"small_talk", "restart"}
    return intents | before, bool(before)


def _without_courtesy(seen: View, lexicon: Lexicon) -> View:
    """What is asked between a greeting and a thank-you, which say nothing of it."""
    cues, text = lexicon.cues, seen.text
    greeting = cues["courtesy_before"].match(text)
    start = greeting.end() if greeting else 0
    thanks = cues["courtesy_after"].search(text, start)
    end = thanks.start() if thanks else len(text)
    return seen.part(start, end) if text[start:end].strip() else seen


def _with_stops(seen: View, lexicon: Lexicon) -> View:
    """A long text typed without any stop, with one before what opens a clause (要是, 不过)."""
    if len(seen.text) < LONG or ANY_STOP.search(seen.text):
        return seen
    opened = lexicon.cues["opens_clause"].finditer(seen.text)
    return seen.parted([m.start() for m in opened if m.start() > 1])


def _without_sums(text: str, quantities: Sequence[Quantity]) -> str:
    """The text with its sums blotted out: 8000万全额 names no 万全, and 1500万荣昌的 names 荣昌."""
    for q in quantities:
        if q.kind == "money":
            text = text[: q.start] + "0" * (q.end - q.start) + text[q.end :]
    return text


def _places(
    text: str,
    gazetteer: Gazetteer,
    lexicon: Lexicon,
    documents: Papers,
    measured: Collection[str],
    before: str | None,
) -> tuple[list[RegionMention], list[RegionMention]]:
    """The places of a text, without those that are only a market (去香港上市, 赴新加坡发债), that
    somebody else is of (成都的银行), or in which a place of the corpus lies that is named too, none
    of which is so where it has measures; and apart from them those whose rule is asked about for
    another place (能按重庆的贴吗)."""
    found = gazetteer.find(text)
    cues = lexicon.cues

    def told(m: RegionMention, name: str) -> bool:
        before, after = cues.get(f"{name}_before"), cues.get(f"{name}_after")
        return bool(
            (before and before.search(text[: m.start])) or (after and after.match(text[m.end :]))
        )

    settled = [
        m
        for last, m in zip([None, *found], found, strict=False)
        if not told(m, "origin")  # 户口在重庆，厂在泸州
        and not (last and last.district and last.end == m.start and last.city != m.city)
    ]  # 黔江正阳: a town of the district, not the county of its name
    found = tuple(settled) or found
    ours = [m for m in found if not documents.regions.isdisjoint((m.name, m.city, m.province))]
    ruling = [
        m
        for m in ours
        if cues["policy_before"].search(text[: m.start])
        and cues["policy_after"].match(text[m.end :])
    ]
    if len(ruling) < len(found):  # 厂在泸州，能按重庆的贴吗: whose rule, and not where it is
        found = tuple(m for m in found if m not in ruling)
        ours = [m for m in ours if m in found]
    else:
        ruling = []
    around = {m.province for m in ours}
    sure = [m for m in ours if not {m.name, m.city, m.province}.isdisjoint(measured)]
    done_here = any(cues["done_here_before"].search(text[: m.start]) for m in sure)
    places = [
        m
        for m in found
        if m in sure
        or not (
            (m.name in around and m not in ours)
            or (done_here and cues["registered_there_before"].search(text[: m.start]))
            or ((sure or before) and any(told(m, name) for name in BESIDE_PLACES))
            or (
                cues["market_before"].search(text[: m.start])
                and cues["market_after"].match(text[m.end :])
            )
        )
    ]
    return places, ruling


def _regions(found: Sequence[RegionMention], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Full names of the divisions that were surely named, in order, once each."""
    names = (
        m.name if gazetteer.get(m.name) else f"{m.province}{m.name}"
        for m in found
        if m.confidence >= SURELY
    )
    return tuple(dict.fromkeys(names))


def _conflict(text: str, found: Sequence[RegionMention], lexicon: Lexicon) -> bool:
    """Registered in one place, the plant in another: which one decides is not for us to say."""
    cities = {
        m.province if m.province == m.city else (m.city or m.province)
        for m in found
        if m.confidence >= 0.5
    }
    return (
        len(cities) > 1
        and bool(lexicon.cues["registered"].search(text))
        and bool(lexicon.cues["plant"].search(text))
    )


def _facts_of_mentions(
    text: str,
    mentions: Sequence[Mention],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact]:
    facts: list[Fact] = []
    mentions = _own(text, mentions, lexicon)
    strong = {m.slot for m in mentions if not m.weak}
    kin = lexicon.cues["other_guarantor"].search(text)  # 母公司做担保: no guarantor by trade
    sharing = _asks_share_of_others(text, mentions, lexicon)
    for_others = lexicon.cues["for_others"].search(text) and not sharing
    for mention in mentions:
        if (mention.weak and mention.slot in strong) or _is_counted(text, mention, lexicon):
            continue
        spec = lexicon.slots[mention.slot]
        confidence = WEAK_WORD if mention.weak else 1.0
        if spec.values[mention.value].beside and not sharing:
            continue
        if mention.slot == "applicant":
            confidence = _self_confidence(text, mention, lexicon, sharing=sharing)
            if sharing and mention.value == ENTERPRISE:
                continue  # the other's
            if kin and kin.start() < mention.start < kin.end():
                continue
            if for_others:  # 我是园区的，替两家企业问
                confidence = ASKED_FOR if mention.value == ENTERPRISE else 0.0
        if (
            spec.values[mention.value].needs_self
            and not lexicon.cues["self_strict"].search(
                text[max(0, mention.start - 12) : mention.start]
            )
            and not lexicon.cues["self_form"].search(mention.form)
            and not (mention.start == 0 and lexicon.cues["self_subject"].match(text[mention.end :]))
        ):
            continue
        if confidence < 0.45:
            continue
        denied, value = _denied(text, mention, lexicon), mention.value
        if denied and lexicon.cues["lost_after"].match(text[mention.end :]):
            confidence = LOST  # 双百，但是双百名单去年被调出来了
        if spec.type == "flag" and denied:  # 不是头一次 is 否, not "not 是"
            value, denied = ("否" if value == "是" else "是"), False
        span = (mention.start, mention.end)
        facts.append(Fact(mention.slot, value, turn, span, denied, confidence=confidence))
        switched = lexicon.cues["switched_before"].search(text[: mention.start])
        for slot, other in spec.values[mention.value].implies.items():
            if not denied:
                facts.append(Fact(slot, other, turn, span, confidence=1.0 if switched else 0.9))
        for slot, other in spec.values[mention.value].implies_not.items():
            if not denied:
                facts.append(Fact(slot, other, turn, span, denied=True, confidence=0.9))
    if not any(f.slot == "applicant" and not f.denied for f in facts):
        if for_others:
            facts.append(Fact("applicant", ENTERPRISE, turn, confidence=ASKED_FOR))
        elif sharing:
            beside = min(lexicon.slots["applicant"].beside)
            facts.append(Fact("applicant", beside, turn, confidence=ASKED_FOR))
        elif kin:
            facts.append(Fact("applicant", ENTERPRISE, turn, kin.span()))
        elif hired := lexicon.cues["hires"].search(text):
            facts.append(Fact("applicant", ENTERPRISE, turn, hired.span(), confidence=HIRED))
    if any(f.slot in OF_ENTERPRISES and not f.denied for f in facts):
        facts.append(Fact("applicant", ENTERPRISE, turn, confidence=IMPLIED))
    return _one_per_slot(facts, lexicon)


def _own(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> Sequence[Mention]:
    """Without what the case is only held against: 订单贷能不能按技改专项贷那样贴."""
    likened = [
        m
        for m in mentions
        if lexicon.cues["likened_before"].search(text[max(0, m.start - 8) : m.start])
        or lexicon.cues["likened_after"].match(text[m.end :])
    ]
    lent = [m for m in mentions if m.slot == "loan_product"]
    rest = [m for m in lent if lexicon.cues["rest_is_before"].search(text[: m.start])]
    likened += rest if len(rest) < len(lent) else []  # 3500万是技改专项贷，其余流贷
    part = lexicon.cues["part_named"].search(text)
    if part is not None:  # 打包签的一份合同，其中技改部分占40%: the loan that counts is this one
        near = text[max(0, part.start() - 6) : part.end()]
        other = [m for m in lent if m.form[:2] not in near]
        likened += other if len(other) < len(lent) else []
    generic = [m for m in mentions if m.slot == "applicant" and m.value == ENTERPRISE]
    for mention in mentions:  # 本公司（某融资担保）: what the firm is
        if mention.slot == "applicant" and mention not in generic:
            likened += [
                m
                for m in generic
                if m.end <= mention.start
                and lexicon.cues["that_is"].fullmatch(text[m.end : mention.start])
            ]
    kept = [m for m in mentions if m not in likened]
    others = {(m.slot, m.value) for m in kept}
    ruled_out = {x for m in kept for x in lexicon.slots[m.slot].values[m.value].implies_not.items()}
    return [
        m
        for m in mentions
        if m not in likened
        or not (
            (m.slot, m.value) in ruled_out or any(s == m.slot and v != m.value for s, v in others)
        )
    ]


def _one_per_slot(facts: Sequence[Fact], lexicon: Lexicon) -> list[Fact]:
    """Of a single-choice slot only the surest, the last of equals; negatives stay beside it."""
    best: dict[str, Fact] = {}
    kept: list[Fact] = []
    for fact in facts:
        if fact.denied or lexicon.slots[fact.slot].type == "choices":
            kept.append(fact)
        elif (
            fact.slot not in best
            or fact.confidence > best[fact.slot].confidence
            or (
                fact.confidence == best[fact.slot].confidence
                and _narrower(fact.value, best[fact.slot].value, lexicon.slots[fact.slot].atoms)
            )
        ):
            best[fact.slot] = fact
    found = [*kept, *best.values()]
    return [f for f in found if not any(_contradicts(other, f) for other in found)]


def _contradicts(other: Fact, fact: Fact) -> bool:
    """Whether a fact is overruled by its contrary, said at least as surely; a yes wins a tie."""
    if (other.slot, other.value) != (fact.slot, fact.value) or other.denied == fact.denied:
        return False
    return other.confidence > fact.confidence or (
        other.confidence == fact.confidence and fact.denied
    )


def _narrower(value: str, other: str, atoms: object) -> bool:
    return callable(atoms) and (atoms(value) <= atoms(other) or not atoms(value) & atoms(other))


def _asks_share_of_others(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> bool:
    """Whether somebody asks for a part of what another's case brings: 能分我们设备商一点吗, or
    says that he is nobody who has one: 我是介绍人."""
    cues = lexicon.cues
    if not cues["share_for_us"].search(text):
        return False
    beside = any(
        m.slot == "applicant"
        and lexicon.slots[m.slot].values[m.value].beside
        and any(
            cues[cue].search(text[max(0, m.start - 12) : m.start])
            for cue in ("self_strict", "self_is")
        )
        for m in mentions
    )
    return beside or bool(cues["their_case"].search(text))


def _self_confidence(text: str, mention: Mention, lexicon: Lexicon, *, sharing: bool) -> float:
    """How sure it is that an institution named is the person's own."""
    before, after = text[max(0, mention.start - 12) : mention.start], text[mention.end :]
    own = (lexicon.cues["self_before"], lexicon.cues["self_strict"])
    if lexicon.cues["receives_after"].match(after):
        return 0.95
    theirs = lexicon.cues["in_our_hands"].search(before) or lexicon.cues["got_from_before"].search(
        before
    )
    if mention.value != ENTERPRISE and (theirs or lexicon.cues["invested_after"].match(after)):
        return 0.2  # 我们找担保公司; 拿的是创投的钱
    told = mention.value != ENTERPRISE and lexicon.cues["own_place_name"].search(before)
    hired = lexicon.cues["other_before"].search(before)
    if told and not hired and lexicon.cues["asks_after"].match(after):
        return 0.7
    others = not any(cue.search(before) for cue in own) and mention.start > 0
    if others and lexicon.cues["charges_after"].match(after):
        return 0.2
    takes = lexicon.cues["takes_fee_after"].match(after)
    if takes and not lexicon.cues["self_adjacent"].search(before):
        return 0.2
    if lexicon.cues["other_after"].match(after) or lexicon.cues["object_before"].search(
        text[: mention.start]
    ):
        return 0.2
    if mention.value != ENTERPRISE and not sharing and lexicon.cues["for_client"].search(text):
        return IMPLIED  # it asks for somebody else
    if lexicon.cues["self_form"].search(mention.form):
        return 0.95 if mention.value == ENTERPRISE else 0.97
    if any(cue.search(before) for cue in own):
        return 0.95
    if lexicon.cues["other_before"].search(before):
        return 0.2
    ends = after[:1].isspace() or after.startswith((",", "，", "、", "。"))
    if mention.start == 0 or ends or before.endswith((",", "，", " ")):
        return 0.7
    return 0.5 if mention.value != ENTERPRISE else 0.4


def _denied(text: str, mention: Mention, lexicon: Lexicon) -> bool:
    before = text[max(0, mention.start - 8) : mention.start]
    after = text[mention.end : mention.end + 10]
    follows = lexicon.cues["negated_after"].search(after)
    return bool(
        lexicon.cues["negated_before"].search(before)
        or (follows and not lexicon.cues["negates_next"].match(after[follows.end() :]))
        or lexicon.cues["lost_after"].match(text[mention.end :])
    )


def _is_counted(text: str, mention: Mention, lexicon: Lexicon) -> bool:
    """Whether it is asked if something falls under a word, and not told: 租赁算不算专项贷."""
    if mention.slot == "applicant":  # who asks is told by the name that he asks about
        return False
    before, after = lexicon.cues["counts_before"], lexicon.cues["counts_after"]
    return bool(before.search(text[: mention.start]) and after.match(text[mention.end :]))


def _counted(
    text: str, mentions: Sequence[Mention], facts: Sequence[Fact], lexicon: Lexicon
) -> tuple[str, ...]:
    """The words that a case is asked to fall under, where nothing told decides that."""

    def is_decided(mention: Mention) -> bool:
        values = {f.value for f in facts if f.slot == mention.slot}
        many = lexicon.slots[mention.slot].type == "choices"
        return mention.value in values if many else bool(values)

    asked = [m for m in mentions if _is_counted(text, m, lexicon)]
    return tuple(m.form for m in asked if not is_decided(m))


def _typed(facts: Sequence[Fact], span: object) -> tuple[Fact, ...]:
    """Spans from the reading view back to what was typed."""
    assert callable(span)
    return tuple(replace(f, span=span(*f.span)) if f.span else f for f in facts)


def _party(text: str, conversation: Conversation, lexicon: Lexicon) -> int:
    """The enterprise spoken of: a further one (另一家), one before (第一家), or the same."""
    parties = {f.party for f in conversation.facts}
    if not parties:
        return 0
    back = lexicon.cues["earlier_enterprise"].search(text)
    if back:
        number = "一二三四五六".find(back.group(1)) if back.group(1) else conversation.party - 1
        return min(max(number, 0), max(parties))
    return max(parties) + 1 if lexicon.cues["enterprises"].search(text) else conversation.party


def merge(
    known: Sequence[Fact],
    new: Sequence[Fact],
    text: str,
    lexicon: Lexicon,
    focus: Sequence[int] = (),
) -> tuple[Fact, ...]:
    """What is known after a turn: a slot said anew replaces what was said of it before.

    Values of a multiple-choice slot add up; a denied value removes the same value. Numbers said
    of one loan (`focus`) leave the others as they are.
    """
    adds = not focus and (
        bool(lexicon.cues["additional_loan"].search(text)) or _of_other_product(known, new)
    )
    new = [*_in_focus(known, new, focus), *_of_level(known, new, lexicon)]
    whole_year = bool(lexicon.cues["whole_year"].search(text))
    said = {f.slot for f in new}
    kept: list[Fact] = []
    for fact in known:
        spec = lexicon.slots.get(fact.slot)
        if fact.slot in ("currency", "alternatives") and said & set(MONEY_SLOTS):
            continue  # the sum was said anew
        if fact.slot == "portion_months" and whole_year:
            continue  # 还是按一整年
        if (
            fact.slot not in said
            or (focus and fact.slot in GROUPED and fact.group not in focus)
            or (adds and fact.slot in NUMERIC)
            or (
                spec is not None
                and spec.type == "choices"
                and not any(n.slot == fact.slot and n.value == fact.value for n in new)
            )
        ):
            kept.append(fact)
    if any(f.slot == "principal" and (f.label or f.portion != "1") for f in new):
        kept = [f for f in kept if f.slot not in ("years", "portion_months")]  # told by stretches
    for one, other in EITHER:
        if one in said and other not in said:  # 半年呢, 那两年呢: one length instead of another
            kept = [f for f in kept if f.slot != other]
    if adds:
        shift = 1 + max((f.group for f in kept if f.slot in NUMERIC), default=-1)
        new = [replace(f, group=f.group + shift) if f.slot in NUMERIC else f for f in new]
    if "applicant" not in said and said & INSURED:  # whoever insures is an enterprise again
        kept = [f for f in kept if f.slot != "applicant" or f.value == ENTERPRISE]
    if "applicant" in said and not adds and _other_applicant(known, new):
        kept = [f for f in kept if f.slot not in ("titles", "title_level", "size", "ownership")]
    return (*kept, *new)


def _of_level(known: Sequence[Fact], new: Sequence[Fact], lexicon: Lexicon) -> list[Fact]:
    """What was denied before and has a level now: 不是专精特新, and then 要是评上了市级的呢."""
    denied = {(f.slot, f.value) for f in known if f.denied}
    return [
        replace(f, slot=slot, value=value)
        for f in new
        if f.slot in lexicon.slots and not f.denied
        for slot, value in lexicon.slots[f.slot].level_of.items()
        if (slot, value) in denied and not any(n.slot == slot for n in new)
    ]


def _of_other_product(known: Sequence[Fact], new: Sequence[Fact]) -> bool:
    """Whether a premium is told of another product than those whose premiums are known."""
    before, after = (
        {f.product for f in facts if f.slot == "premium" and f.product} for facts in (known, new)
    )
    return bool(before) and bool(after) and not before & after


def _in_focus(known: Sequence[Fact], new: Sequence[Fact], focus: Sequence[int]) -> Sequence[Fact]:
    """The new facts, put to the loan that is spoken of; one that becomes another product too."""
    if len(focus) != 1 or {f.group for f in new if f.slot in GROUPED} - {0, focus[0]}:
        return new
    group = focus[0]
    mine = [f for f in known if f.group == group and f.slot in GROUPED]
    owner = next((f.owner for f in mine if f.owner), "")
    put = [replace(f, group=group, owner=f.owner or owner) if f.slot in GROUPED else f for f in new]
    product = next((f.value for f in new if f.slot == "loan_product" and not f.denied), None)
    if product is not None and not any(f.slot == "principal" for f in put):
        put += [replace(f, product=product) for f in mine if f.slot == "principal" and f.product]
    return put


def _other_applicant(known: Sequence[Fact], new: Sequence[Fact]) -> bool:
    before = {f.value for f in known if f.slot == "applicant" and not f.denied}
    after = {f.value for f in new if f.slot == "applicant" and not f.denied}
    return bool(before) and bool(after) and before != after


def _referred(
    text: str,
    figures: Sequence[Figure],
    kind: str,
    before: re.Pattern[str],
    after: re.Pattern[str] | None = None,
) -> tuple[Decimal, ...]:
    """The figures of a kind that are said of the paper: right after words that `before` finds, or
    right before those that `after` finds."""
    return tuple(
        f.value
        for f in figures
        if f.slot == REFERENCE and f.quantity.kind == kind
        if before.search(text[: f.start]) or (after and after.match(text[f.end :]))
    )


def _numbers(
    text: str, quantities: Sequence[Quantity], figures: Sequence[Figure], lexicon: Lexicon
) -> tuple[Decimal, ...]:
    """The numbers that may be a paper's; how many figures there are (两个2000万) is none."""
    tallies = {tally for tally, _ in _tallied(quantities)}
    tallies |= {q for q in quantities if lexicon.cues["figure_word"].match(text, q.end)}
    priced = any(f.slot == "annual_rate" for f in figures)  # then the loan is the person's own
    mine = {"loss"} | ({"principal"} if priced else set())  # 损失100万 is no ceiling of a paper's
    own = {f.start for f in figures if f.slot in mine}
    told = (
        q.value
        for q in quantities
        if q.kind in OF_PAPERS and q not in tallies and q.value and q.start not in own
    )
    named = (f.value for f in figures if f.start not in own)
    return tuple(dict.fromkeys([*named, *told]))


def _repeated(quantities: Sequence[Quantity]) -> tuple[tuple[Decimal, int], ...]:
    """Each number that is told as standing in several places, with how many these are."""
    counted = {q.value: int(tally.value or 0) for tally, q in _tallied(quantities)}
    said = Counter(q.value for q in quantities if q.kind in OF_PAPERS and q.value)
    times = {value: counted.get(value, n) for value, n in said.items()}
    return tuple((value, n) for value, n in times.items() if value and n > 1)


def _tallied(quantities: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Each count that stands right before a number, with that number."""
    return [
        (a, b)
        for a, b in pairwise(quantities)
        if a.kind == "count" and a.end == b.start and b.value
    ]


def _documents(
    text: str,
    lexicon: Lexicon,
    documents: Papers,
) -> tuple[str, ...]:
    """Documents named by 文号, title or the names people give them."""
    found = [*documents.named(text)]
    papers = [documents[name.id] for name in lexicon.documents if name.id in documents]
    for name in lexicon.documents:
        said = [n for n in name.names if n in text]
        if name.id in documents and any(_names_it(text, n, name.id, papers) for n in said):
            found.append(name.id)
    return tuple(dict.fromkeys(found)) or documents.half_named(text)


def _names_it(text: str, name: str, identifier: str, papers: Sequence[Document]) -> bool:
    """Whether a paper's name stands in the text, and not as the end of another's of which the
    papers tell: 试点工作方案 is not 工作方案."""

    def is_of_another(at: int) -> bool:
        longer = text[max(0, at - WORD) : at + len(name)]
        own = any(d.id == identifier and longer in d.title for d in papers)
        return len(longer) > len(name) and not own and any(longer in d.text for d in papers)

    return any(not is_of_another(found.start()) for found in re.finditer(re.escape(name), text))


def _unknown_number(text: str, documents: Papers, lexicon: Lexicon) -> tuple[int, int] | None:
    """Where a 文号 stands that no document of the corpus has."""
    for match in NUMBER.finditer(text):
        if not documents.has_number(match.group()):
            lead = lexicon.cues["before_number"].match(match.group())
            return match.start() + (lead.end() if lead else 0), match.end()
    return None
