"""The checks of one sentence against its grounds, each a pure function that finds what is wrong.

In:  a sentence's reading and what it rests on.
Out: None, or a Chinese reason that names the words that do not resolve. The order of the checks
     does not matter to what is withheld (tests/assistant/grounding/test_verify.py).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import islice

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from assistant.answer import Statement
from assistant.grounding.figures import Bound, Figure, fold
from assistant.grounding.grounds import Day, Entry, Origin, Own, same_day
from assistant.grounding.reading import (
    COVERED,
    ROLE,
    SLOT,
    Claims,
    Piece,
    Reading,
    Span,
    contexts_of,
    is_inside,
    pairs,
    sign,
    without,
)
from assistant.grounding.sources import LENGTH, SHORTEST_NAME
from assistant.reading.regions import Region

_SENTENCE_STOPS = "，。；！？;!?"
_ARITHMETIC = re.compile(r"[×÷+−=/]")
_SHORT_QUOTE = 12
_SHORTEST_QUOTE = 3
_ALIKE = 0.6
_MOST = 0.8
_CITED = re.compile(r"\[(\d{1,2})\]")
_TOLD = re.compile("[为是:]?")
_SHORTEST_ECHO = 6
_NEGATIVE_LOOK = 6


@dataclass(frozen=True)
class Sentence:
    """A sentence under check: its reading, the parts that people have reviewed, what follows it.

    covered  reviewed texts and workings that stand in it whole
    fixed    titles and other fixed names that stand in it whole
    names    those and other words of the grounds
    labels   labels of workings that stand in it whole
    rest     the text without those and without its quotations
    """

    reading: Reading
    covered: Sequence[Span]
    fixed: Sequence[Span]
    names: tuple[Span, ...]
    labels: Sequence[Span]
    rest: str
    after: str
    own: Own
    claims: Claims

    @cached_property
    def loose(self) -> Piece:
        """The rest with its figures as placeholders."""
        return _left(self.reading, (*self.covered, *self.names, *self.reading.quotes))

    @cached_property
    def is_reviewed(self) -> bool:
        """Whether reviewed texts leave nothing of the sentence."""
        left = _BLANK.sub("", without(self.reading.text, self.covered))
        return len(left) < SHORTEST_NAME

    @cached_property
    def facts(self) -> frozenset[str]:
        """What holds of what is cited, and whether the case is beyond the limit."""
        beyond = any(f.bound in (Bound.MORE, Bound.LESS) for f in self.loose.figures)
        return self.own.facts | {"beyond"} if beyond else self.own.facts

    @cached_property
    def places(self) -> tuple[Region, ...]:
        """The places that the rest names."""
        return self.claims.places(self.rest)


def problem(statement: Statement, own: Own, claims: Claims, after: str) -> str | None:
    """Why the sentence may not be said; None where all of it resolves."""
    reading = claims.read(statement.text)
    if claims.links.search(reading.text) and claims.links.search(
        without(reading.text, [span for text in own.reviewed for span in reading.find_all(text)])
    ):
        return "句中有链接或联系方式，答复里不写链接"
    covered, fixed, words, labels = own.standing(reading)
    names = (*fixed, *words)
    rest = without(reading.text, (*covered, *names, *reading.quotes))
    sentence = Sentence(reading, covered, fixed, names, labels, rest, after, own, claims)
    if not {int(n) for n in _CITED.findall(statement.text)} <= set(statement.citations):
        return "句中的引文号不是这一句的出处"
    bare = not _WORD.search(rest)
    for check in CHECKS:
        if bare and check in OF_REST:
            continue
        reason = check(sentence)
        if reason:
            return reason
    return None


def _left(reading: Reading, spans: Sequence[Span]) -> Piece:
    """The text with placeholders for its figures, and one mark for each part left out."""
    offsets, figures = reading.offsets, reading.figures
    parts: list[str] = []
    at = first = 0
    kept: list[Figure] = []
    for span in sorted(spans, key=lambda p: (p.start, -p.end)):
        start, end = bisect_left(offsets, span.start), bisect_left(offsets, span.end)
        if end <= at:
            continue
        kept += [f for f in figures if first <= f.start < span.start]
        first = max(first, span.end)
        parts.append(reading.plain[at : max(at, start)] + COVERED)
        at = end
    kept += [f for f in figures if first <= f.start]
    parts.append(reading.plain[at:])
    return Piece("".join(parts), tuple(kept))


# Quotations ---------------------------------------------------------------------------------------


def quotations(s: Sentence) -> str | None:
    """What stands in quotation marks stands so in the grounds."""
    if not s.reading.balanced and not s.reading.quotes:
        return "引号不成对"
    text = s.reading.text
    for span in s.reading.quotes:
        inner = text[span.start + 1 : span.end - 1]
        if not inner or is_inside(span.start, span.end, s.covered):
            continue
        if text[span.start] == "《":
            if text[span.start : span.end] in s.own.quotable or inner in s.own.titles:
                continue
        elif inner in s.own.quoted or inner in s.claims.own_words or inner in s.own.names:
            continue
        elif len(inner) < _SHORTEST_QUOTE:
            return f"引文“{inner}”与出处不一致"
        elif len(inner) <= _SHORT_QUOTE and _misnames(inner, s.own.quoted):
            return f"“{inner}”与出处的名称不一致"
        elif _stands_whole(inner.rstrip("。"), s.own.quotable, s.claims):
            continue
        if inner in s.own.said and ("您" in text or len(inner) <= _SHORT_QUOTE):
            continue
        return f"引文“{_short(inner)}”与出处不一致"
    return None


def _misnames(inner: str, names: frozenset[str]) -> bool:
    """Whether it is a name of the grounds but for one character."""
    return any(
        abs(len(n) - len(inner)) <= 1 and Levenshtein.distance(n, inner, score_cutoff=1) == 1
        for n in names
    )


def _stands_whole(inner: str, text: str, claims: Claims) -> bool:
    """Whether the words stand in the text without a negation or a bound cut off at their edge."""
    at = text.find(inner)
    while at >= 0:
        if not claims.cuts(text, at, at + len(inner)):
            return True
        at = text.find(inner, at + 1)
    return False


def paths(s: Sentence) -> str | None:
    """A clause that is named is one that is cited; a quotation named with it stands in it."""
    text = s.reading.text
    named: list[str] = []
    for span in s.reading.paths:
        if is_inside(span.start, span.end, (*s.covered, *s.fixed, *s.reading.quotes)):
            continue
        path = text[span.start : span.end]
        if path.startswith("第("):  # 第(十一)条
            path = path.removeprefix("第").removesuffix("条")
        if not any(_leads_to(path, cited) for cited in s.own.paths):
            return f"条款“{path}”不是所引的条款"
        named.append(path)
    if named and s.own.cited:
        quotes = [
            fold(c.quote)
            for c in s.own.cited
            if any(_leads_to(p, fold(c.clause_path)) for p in named)
        ]
        for span in s.reading.quotes:
            inner = text[span.start + 1 : span.end - 1].rstrip("。")
            foreign = any(inner in fold(c.quote) for c in s.own.cited)
            if len(inner) > _SHORT_QUOTE and foreign and not any(inner in q for q in quotes):
                return f"引文“{_short(inner)}”不在所写的条款里"
    return None


def _leads_to(path: str, cited: str) -> bool:
    """Whether the path is the cited one, one above it, or its article mark alone."""
    if cited == path or cited.startswith((path + "·", path + "、", path + "(")):
        return True
    if cited.startswith(path) and cited[len(path) :].isdigit():
        return True
    return path.startswith("(") and path in cited


# Figures ------------------------------------------------------------------------------------------


def figures(s: Sentence) -> str | None:
    """Every figure resolves, with its unit and its bound, where it belongs."""
    contexts = contexts_of(s.loose.plain)
    apart = (*s.labels, *_own_paths(s))
    for figure, around in zip(s.loose.figures, contexts, strict=True):
        if is_inside(figure.start, figure.end, apart):
            continue
        reason = _figure(s, figure, around)
        if reason:
            return reason
    return None


def _own_paths(s: Sentence) -> list[Span]:
    """Where the paths of clauses that are cited stand behind their paper's name, of any shape."""
    return [
        Span(*found.span(1))
        for path in sorted(s.own.paths)
        for found in re.finditer(rf"[》)]({re.escape(path)})(?=[:(“)]|写)", s.reading.text)
    ]


def _figure(s: Sentence, figure: Figure, around: frozenset[str]) -> str | None:
    if figure.kind == "日期":
        return _undated(s, figure) or _misplaced(s, figure, around)
    entries = s.own.entries(figure.key)
    if not entries:
        if _rounds(s, figure):
            return None
        return f"数字“{figure.text}”没有出处"
    if figure.kind in ("号", "文号"):
        only_said = all(e.origin is Origin.SAID for e in entries)
        if figure.kind == "文号" and only_said and not s.claims.negated.search(s.rest):
            return f"文号“{figure.text}”不在所引文件里"
        return None
    if _is_arithmetic(s.reading.text, figure):
        return "句中的算式不是计算里的算式"
    return _unbounded(s, figure, entries) or _misplaced(s, figure, around)


def _undated(s: Sentence, figure: Figure) -> str | None:
    """A day stands in the source; one of the paper itself, or today, is told as such."""
    day: Day = figure.value  # type: ignore[assignment]
    if same_day(day, s.own.days):
        return None
    segment, _ = _segment(s.reading.text, figure.start, figure.end)
    if same_day(day, s.own.meta_days) and s.claims.meta.search(segment):
        return None
    if same_day(day, [s.own.today]) and (None not in day or s.claims.today.search(segment)):
        return None
    return f"日期“{figure.text}”没有出处"


def _rounds(s: Sentence, figure: Figure) -> bool:
    """约4.35亿元 for 434782608.70元: rightly rounded to the digits shown, and called 约."""
    before = s.reading.text[max(0, figure.start - 3) : figure.start]
    if "约" not in before or not isinstance(figure.value, Decimal):
        return False
    digits = re.match(r"\d+(?:\.(\d+))?", figure.text)
    if not digits:
        return False
    shown = Decimal(digits[0])
    if not shown or not figure.value:
        return False
    unit = figure.value / shown
    step = Decimal(1).scaleb(-len(digits[1] or ""))
    return any(
        isinstance(value, Decimal) and (value / unit).quantize(step, ROUND_HALF_UP) == shown
        for value in {entry.key[1] for entry in s.own.of_kind(figure.kind)}
    )


def _is_arithmetic(text: str, figure: Figure) -> bool:
    before, after = text[max(0, figure.start - 1) : figure.start], text[figure.end : figure.end + 1]
    return bool(_ARITHMETIC.match(before) or _ARITHMETIC.match(after))


def _unbounded(s: Sentence, figure: Figure, entries: Sequence[Entry]) -> str | None:
    """A ceiling told as an amount, an amount told as a ceiling, a floor told as a ceiling."""
    typed = {e.bound for e in entries if e.origin is Origin.TERM}
    stated = typed or {e.bound for e in entries if e.origin is Origin.QUOTE}
    allowed = stated | {e.bound for e in entries if e.origin is Origin.RESULT}
    if not allowed and figure.bound is not Bound.NONE:
        allowed = {e.bound for e in entries}
        if figure.bound not in allowed and all(e.origin is Origin.SAID for e in entries):
            return f"“{figure.text}”的上下限没有出处"
        return None
    if not allowed or figure.bound in allowed:
        return None
    text = s.reading.text
    segment, rest = _segment(text, figure.start, figure.end)
    if figure.bound in (Bound.NONE, Bound.ABOUT):
        if Bound.NONE in allowed or s.claims.readings.search(s.rest):
            return None
        told = _segment_of(s, figure)
        for bound, words in s.claims.governs.items():
            if bound in allowed and words.search(told):
                return None
        if Bound.AT_MOST in allowed and s.claims.says_bound.search(rest or fold(s.after)):
            return None
        said = any(e.origin is Origin.SAID for e in entries)
        if said and not s.claims.grants.search(segment):
            return None
        what = {Bound.AT_MOST: "上限", Bound.AT_LEAST: "下限"}.get(next(iter(allowed)), "约数")
        return f"“{figure.text}”在出处里是{what}，句中没有说明"
    if figure.bound in (Bound.AT_LEAST, Bound.MORE) and Bound.ABOUT in allowed:
        return None
    beyond = any((figure.bound, bound) in _OPPOSITE for bound in allowed)
    if beyond and s.claims.unmet.search(s.rest):
        return None
    return f"“{figure.text}”的上下限与出处不一致"


_OPPOSITE = {(Bound.MORE, Bound.AT_MOST), (Bound.LESS, Bound.AT_LEAST)}


def _segment_of(s: Sentence, figure: Figure) -> str:
    """The phrase around a figure, without the words that bound other figures."""
    at = -1
    for _ in range(s.reading.figures.index(figure) + 1):
        at = s.reading.plain.index(SLOT, at + 1)
    return _segment(s.reading.plain, at, at + 1)[0]


def _segment(text: str, start: int, end: int) -> tuple[str, str]:
    """The phrase that holds start:end, and what follows it."""
    left = max(text.rfind(c, 0, start) for c in _SENTENCE_STOPS) + 1
    stops = [at for at in (text.find(c, end) for c in _SENTENCE_STOPS) if at >= 0]
    right = min(stops, default=len(text))
    return text[left:right], text[right:]


def _misplaced(s: Sentence, figure: Figure, around: frozenset[str]) -> str | None:
    """A figure that resolves, but stands where the grounds have another one of its kind."""
    if _is_of_the_case(s, figure):
        return None
    best = other = 0
    rival = None
    for entry in s.own.stated(figure.kind):
        shared = len(around & entry.around)
        same = entry.key == figure.key or (
            figure.kind == "日期" and same_day(figure.value, [entry.key[1]])  # type: ignore[arg-type, list-item]
        )
        if same:
            best = max(best, shared)
        elif shared > other:
            other, rival = shared, entry
    if rival is not None and other >= 3 and other >= best + 2:
        return f"“{figure.text}”不是出处里这一处的数"
    return None


def _is_of_the_case(s: Sentence, figure: Figure) -> bool:
    """A figure of the person's own case, or of a doubt about the reading: it may differ."""
    if is_inside(figure.start, figure.end, s.labels) or s.claims.readings.search(s.rest):
        return True
    if _is_result(s, figure):
        return True
    entries = s.own.entries(figure.key)
    if not any(e.origin in (Origin.SAID, Origin.RESULT) for e in entries):
        return False
    if any(e.origin in (Origin.TERM, Origin.QUOTE) for e in entries):
        return False
    return not s.claims.grants.search(_segment(s.reading.text, figure.start, figure.end)[0])


def _is_result(s: Sentence, figure: Figure) -> bool:
    """A working's own result right after its label, whatever the paper says in like words."""
    text = s.reading.text
    for label, keys in s.own.results.items():
        at = text.rfind(label, 0, figure.start)
        told = _TOLD.match(text, at + len(label)) if at >= 0 and figure.key in keys else None
        if told and told.end() == figure.start:
            return True
    return False


def results(s: Sentence) -> str | None:
    """The figure that follows a working's label is that working's result."""
    text = s.reading.text
    for label, keys in s.own.results.items():
        at = text.find(label)
        while at >= 0:
            end = at + len(label)
            longer = any(
                len(other) > len(label) and label in other and other in text
                for other in s.own.results
            )
            told = _TOLD.match(text, end)
            if told and keys and not longer:
                figure = next((f for f in s.reading.figures if f.start == told.end()), None)
                if figure and figure.key not in keys and not _rounds(s, figure):
                    return f"“{figure.text}”不是“{label}”的结果"
            at = text.find(label, end)
    return None


def conditions(s: Sentence) -> str | None:
    """已符合, 不符合 and 待确认 are said of the conditions found so."""
    for reading, truth in s.own.judged:
        for span in s.reading.find_all(reading):
            said = None
            for found in s.claims.judging.finditer(s.reading.text, 0, span.start):
                said = s.claims.judges[found.group()]
            if said is not None and said != truth:
                return f"条件“{_short(reading.text)}”的判断与核对结果不一致"
    return None


# Words --------------------------------------------------------------------------------------------


def per_words(s: Sentence) -> str | None:
    """每年 and 一次性 stand in the grounds."""
    if not s.reading.figures:
        return None
    for word in s.claims.per_word.findall(s.rest):
        if not s.claims.per[word].search(s.own.text) and not s.claims.per[word].search(s.own.said):
            return f"“{word}”没有出处"
    return None


def places(s: Sentence) -> str | None:
    """A place is one that the grounds name; a rule is told of its own place and of no other."""
    text = s.rest
    for place in s.places:
        here = any(_touch(place, s.claims.region(r)) for r in s.own.regions)
        known = place.short in s.own.text
        if not known and s.own.uncited and place.name in s.own.quotable:
            continue
        if not known and place.short not in s.own.said:
            return f"“{place.name}”没有出处"
        if not known and not here and not _is_told_apart(s, text, place.short):
            return f"所引的文件没有说到{place.name}"
        rule = re.search(rf"{place.short}[市省县区]?(?:[·:]|的?(?:文件|规定|政策|办法))", text)
        if rule and not here and not s.claims.elsewhere.search(_segment(text, *rule.span())[0]):
            return f"所引的不是{place.name}的文件"
        if _is_said_to_lack(s, place):
            return f"{place.name}的文件写了，却说没有写"
        reason = _applies(s, text, place)
        if reason:
            return reason
    return None


def _is_said_to_lack(s: Sentence, place: Region) -> bool:
    """Whether the papers of a place are said not to have a measure that they do have."""
    theirs = [t for region, t in s.own.placed if _touch(place, s.claims.region(region))]
    return any(
        title in _segment(s.reading.text, *found.span())[0]
        for found in re.finditer(rf"{place.short}{s.claims.lacks}", s.reading.text)
        for title in theirs
    )


def _is_told_apart(s: Sentence, text: str, word: str) -> bool:
    """Whether each phrase with the word denies something."""
    return all(
        s.claims.negated.search(_segment(text, *found.span())[0])
        for found in re.finditer(word, text)
    )


def _applies(s: Sentence, text: str, place: Region) -> str | None:
    """适用于 names the rule's own place, 不适用于 another one; 属于 names what holds a place."""
    for found in re.finditer(rf"(?:适用于|属于)(?={place.short}|{place.name})", text):
        segment, _ = _segment(text, found.start(), found.end())
        before = segment[: segment.index(found.group())]
        whose = s.claims.places(before) or tuple(
            r for r in map(s.claims.region, s.own.regions) if r is not None
        )
        denied = bool(s.claims.negated.search(before[-3:]))
        if denied == any(_touch(place, own) for own in whose):
            return f"是否{found.group()}{place.name}说反了"
    return None


def _touch(place: Region, other: Region | None) -> bool:
    return other is not None and (place.within(other) or other.within(place))


def parties(s: Sentence) -> str | None:
    """Who gets it is named in the grounds."""
    if s.own.uncited and not s.reading.figures:
        return None
    for found in s.claims.recipient.finditer(s.rest) if s.own.applicants else ():
        if s.claims.parties[found[2]] in s.own.applicants:
            continue
        if found.group() not in s.own.text:
            return f"申请主体不是{found[2]}"
    for found in s.claims.party.finditer(s.rest):
        name = s.claims.parties.get(found.group())
        if name is None or any(w in s.own.text for w, n in s.claims.parties.items() if n == name):
            continue
        segment, _ = _segment(s.rest, *found.span())
        said = any(w in s.own.said for w, n in s.claims.parties.items() if n == name)
        if said and not s.claims.grants.search(segment):
            continue
        return f"出处里没有“{found.group()}”"
    return None


def echoes(s: Sentence) -> str | None:
    """What follows a reviewed text or a phrase of the source closely follows it in what matters."""
    if s.is_reviewed:
        return None
    told = s.reading.told
    own, own_sign, longest = told.pairs, told.sign, len(told.plain) + 2
    found: list[tuple[float, int, int, int, Piece]] = []
    pieces = s.own.pieces
    for rank, length, sign_, bits, wanted, least, piece in islice(
        pieces, bisect_right(pieces, longest, key=LENGTH)
    ):
        if (sign_ & own_sign).bit_count() < bits or len(wanted & own) < least:
            continue
        at = told.plain.find(piece.plain)
        if at >= 0 and told.plain.find(piece.plain, at + 1) < 0:  # what most do, and soon seen
            found.append((-100.0, at, at + length, rank, piece))
            continue
        match = fuzz.partial_ratio_alignment(piece.plain, told.plain, score_cutoff=piece.cutoff)
        if match:
            found.append((-match.score, match.dest_start, match.dest_end, rank, piece))
    found.sort(key=lambda f: (f[0], f[1] - f[2], f[3]))
    agreed = 0  # a bit for each character
    for _, start, end, _, piece in found:
        window = (1 << end) - (1 << start)
        if (agreed & window).bit_count() >= _MOST * (end - start):
            continue
        reason = _differs(s, told, start, end, piece)
        if reason:
            return reason
        agreed |= window
    return None


def _differs(s: Sentence, told: Piece, start: int, end: int, piece: Piece) -> str | None:
    """A figure, bound, negation, party or place of one that the other lacks."""
    plain = told.plain
    wrong = _odd(s, told.figures_in(start, end), piece.figures)
    if wrong is not None and (wrong.kind == "日期" or not _is_of_the_case(s, wrong)):
        return f"“{wrong.text}”与出处同一处的数或上下限不一致"
    first = start
    while first > max(0, start - 2) and not _PHRASE.match(plain[first - 1]):
        first -= 1
    own, theirs = told.roles_in(start, end), piece.roles
    if own != theirs if len(own) == len(theirs) else not set(own) <= set(theirs):
        return f"“{_short(_shown(plain[first:end]))}”的主体与出处不一致"
    denied, words = s.claims.weighty(plain, start, end)
    denied = s.claims.weighty(plain, first, end)[0]
    theirs_denied, their_words = s.claims.weighty(piece.plain)
    silent = s.claims.silence.search(plain, 0, start)
    if words != their_words or (denied != theirs_denied and not (silent and not denied)):
        return f"“{_short(_shown(plain[first:end]))}”与出处的说法不一致"
    for place in s.places:
        if place.short in plain[start:end] and place.short not in piece.plain:
            return f"“{place.short}”与出处的地方不一致"
    return None


def _odd(s: Sentence, own: Sequence[Figure], theirs: Sequence[Figure]) -> Figure | None:
    """The first figure that is not the one in its place."""
    if len(own) == len(theirs):
        both = zip(own, theirs, strict=True)
        return next((a for a, b in both if not _agree(s, a, b)), None)
    return next((a for a in own if theirs and not any(_agree(s, a, b) for b in theirs)), None)


def _agree(s: Sentence, own: Figure, theirs: Figure) -> bool:
    """The same figure in the same bound, or what lies beyond it told of a case that fails it."""
    if own.key != theirs.key:
        return False
    if own.bound == theirs.bound:
        return True
    return (own.bound, theirs.bound) in _OPPOSITE and bool(s.claims.unmet.search(s.rest))


def phrases(s: Sentence) -> str | None:
    """A phrase taken out of a longer one of the source keeps its negations and its parties."""
    pieces = s.own.pieces
    loose = s.claims.piece(s.loose.plain, ())
    for found in _WORDS.finditer(loose.plain):
        phrase = found.group()
        own = pairs(phrase)
        if len(own) < _SHORTEST_ECHO - 2:
            continue
        own_sign = sign(own)
        bits = _ALIKE * len(own) - (len(own) - own_sign.bit_count())
        scored = [
            (len(own & wanted) / len(own), rank, piece)
            for rank, _, sign_, _, wanted, _, piece in islice(
                pieces, bisect_right(pieces, len(phrase), key=LENGTH), None
            )
            if (sign_ & own_sign).bit_count() >= bits
        ]
        best = max((score for score, _, _ in scored), default=0.0)
        if best < _ALIKE:
            continue
        close = sorted((r for r in scored if r[0] >= max(_ALIKE, best - 0.05)), key=lambda r: r[1])
        near = [piece for _, _, piece in close]
        roles = loose.roles_in(*found.span())
        reasons = [_departs(s.claims, phrase, roles, piece) for piece in near]
        if all(reasons):
            return reasons[0]
    return None


def _departs(claims: Claims, phrase: str, roles: Sequence[str], source: Piece) -> str | None:
    """A negation or a party of the phrase that the source lacks, or a negation it left out."""
    for found in claims.negation.finditer(phrase):
        if found[1] and found[1] + phrase[found.end() : found.end() + 1] not in source.plain:
            return f"“{_short(_shown(phrase))}”比出处多了否定"
    for found in claims.negation.finditer(source.plain):
        follows = source.plain[found.end() : found.end() + 2]
        if found[1] and follows and follows in phrase and found[1] + follows not in phrase:
            return f"“{_short(_shown(phrase))}”比出处少了否定“{found[1]}”"
    if not set(roles) <= set(source.roles):
        return f"“{_short(_shown(phrase))}”的主体与出处不一致"
    return None


def _shown(plain: str) -> str:
    return re.sub(f"[{SLOT}{ROLE}{COVERED}]+", "…", plain)


_BLANK = re.compile("[^\u4e00-\u9fff]")
_WORD = re.compile(r"\w")
_PHRASE = re.compile(f"[，。；！？;!?:,、“”「」(){COVERED}]+")
_WORDS = re.compile(f"[^，。；！？;!?:,、“”「」(){COVERED}]{{5,}}")


_NOT = frozenset("不未非")
_IS_NOT = "不是"


def denials(s: Sentence) -> str | None:
    """A reviewed text that stands whole is not denied by the word before it."""
    text = s.reading.text
    for start, end in (*s.covered, *s.fixed, *s.labels):
        before = text[max(0, start - 2) : start]
        if end - start > 3 and (before[-1:] in _NOT or before == _IS_NOT):
            return None if "does_not_apply" in s.own.facts else "句子否定了出处的话"
    return None


def certainty(s: Sentence) -> str | None:
    """Nothing is promised, unless the source itself does."""
    for found in s.claims.certain.finditer(s.rest):
        if _is_denied(s, found.start()):
            continue
        if s.rest[found.start() : found.end() + 2] not in s.own.text:
            return f"“{found.group()}”是没有依据的把握"
    return None


def assertions(s: Sentence) -> str | None:
    """What is said of force, kind, entitlement and gaps holds for what is cited."""
    for assertion in s.claims.assertions:
        for found in assertion.say.finditer(s.rest):
            denied = _is_denied(s, found.start())
            wanted = assertion.denied if denied else assertion.affirmed
            if wanted is None or wanted & s.facts:
                continue
            if any(w[5:] in s.own.says for w in wanted if w.startswith("says:")):
                continue
            return f"“{'不' if denied else ''}{found.group()}”与出处不符"
    if s.claims.draft.search(s.rest) and "status:draft" not in s.facts:
        return "所引文件不是征求意见稿"
    stated = s.claims.stated.search(s.rest)
    if stated and (not s.reading.quotes or any(w in s.reading.text for w in s.own.silent)):
        return f"“{stated.group()}”的事项原文没有写"
    silence = s.claims.silence.search(s.rest)
    if silence and any(m[1] for m in s.claims.negation.finditer(s.rest, silence.end())):
        return "未载明的事项与出处不一致"
    return None


def unstated(s: Sentence) -> str | None:
    """What is quoted is not called unstated."""
    if s.claims.unstated_before_quote.search(without(s.reading.text, (*s.covered, *s.names))):
        return "引了原文，却说没有写明"
    return None


def _is_denied(s: Sentence, at: int) -> bool:
    """Whether a negation stands before the place, in the same phrase."""
    before = s.rest[max(0, at - _NEGATIVE_LOOK) : at]
    found = s.claims.negation.finditer(_PHRASE.split(before)[-1])
    return sum(1 for m in found if m[1]) % 2 == 1


CHECKS: tuple[Callable[[Sentence], str | None], ...] = (
    quotations,
    paths,
    figures,
    results,
    conditions,
    per_words,
    places,
    parties,
    echoes,
    phrases,
    denials,
    certainty,
    assertions,
    unstated,
)
# These look at the rest alone: they find nothing where there is no word in it.
OF_REST = frozenset({figures, per_words, places, parties, phrases, certainty, assertions})


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


__all__ = ["CHECKS", "COVERED", "Sentence", "pairs", "problem"]
