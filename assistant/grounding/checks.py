"""The checks of one sentence against its grounds, each a pure function that finds what is wrong.

In:  a sentence's reading and what it rests on.
Out: None, or a Chinese reason that names the words that do not resolve. The order of the checks
     does not matter to the outcome (tests/assistant/grounding/test_checks.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assistant.answer import Statement
from assistant.grounding.figures import Bound, Figure, fold
from assistant.grounding.grounds import Entry, Origin, Own, same_day
from assistant.grounding.reading import (
    COVERED,
    Claims,
    Reading,
    Span,
    is_inside,
    pairs,
    without,
)
from assistant.reading.regions import Region

_SENTENCE_STOPS = "，。；！？;!?"
_ARITHMETIC = re.compile(r"[×*÷+−=/-]")
_SHORT_QUOTE = 12
_ALIKE = 0.6
_NEGATIVE_LOOK = 6


@dataclass(frozen=True)
class Sentence:
    """A sentence under check: its reading, the parts that people have reviewed, what follows it."""

    reading: Reading
    covered: tuple[Span, ...]
    rest: str
    after: str
    own: Own
    claims: Claims


def problem(statement: Statement, own: Own, claims: Claims, after: str) -> str | None:
    """Why the sentence may not be said; None where all of it resolves."""
    if claims.links.search(statement.text):
        return "句中有链接或联系方式，答复里不写链接"
    reading = claims.read(statement.text)
    covered = _covered(reading, own)
    spans = (*covered, *reading.quotes)
    sentence = Sentence(reading, covered, without(reading.text, spans), after, own, claims)
    for check in CHECKS:
        reason = check(sentence)
        if reason:
            return reason
    return None


def _covered(reading: Reading, own: Own) -> tuple[Span, ...]:
    """The parts of the sentence that are reviewed texts or workings, whole and unchanged."""
    spans: list[Span] = []
    for other in own.whole:
        if len(other.text) >= 4:
            spans.extend(reading.find_all(other))
    return tuple(spans)


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
        if inner in s.own.quotable or inner.rstrip("。") in s.own.quotable:
            continue
        if inner in s.own.said and ("您" in text or len(inner) <= _SHORT_QUOTE):
            continue
        return f"引文“{_short(inner)}”与出处不一致"
    return None


def paths(s: Sentence) -> str | None:
    """A clause that is named is one that is cited; a quotation named with it stands in it."""
    text = s.reading.text
    named: list[str] = []
    for span in s.reading.paths:
        if is_inside(span.start, span.end, (*s.covered, *s.reading.quotes)):
            continue
        path = text[span.start : span.end].lstrip("第")
        path = path.removesuffix("条")
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
    if cited == path or cited.startswith((path + "·", path + "、")):
        return True
    if cited.startswith(path) and cited[len(path) :].isdigit():
        return True
    return path.startswith("(") and path in cited


# Figures ------------------------------------------------------------------------------------------


def figures(s: Sentence) -> str | None:
    """Every figure resolves, with its unit and its bound, where it belongs."""
    for at, figure in enumerate(s.reading.figures):
        if is_inside(figure.start, figure.end, (*s.covered, *s.reading.quotes)):
            continue
        reason = _figure(s, figure, s.reading.contexts[at])
        if reason:
            return reason
    return None


def _figure(s: Sentence, figure: Figure, around: frozenset[str]) -> str | None:
    if figure.kind == "日期":
        if not same_day(figure.value, s.own.days):  # type: ignore[arg-type]
            return f"日期“{figure.text}”没有出处"
        return _misplaced(s, figure, around)
    entries = s.own.entries.get(figure.key, ())
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
        return None
    return _unbounded(s, figure, entries) or _misplaced(s, figure, around)


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
        key[0] == figure.kind
        and isinstance(key[1], Decimal)
        and (key[1] / unit).quantize(step, ROUND_HALF_UP) == shown
        for key in s.own.entries
    )


def _is_arithmetic(text: str, figure: Figure) -> bool:
    before, after = text[max(0, figure.start - 1) : figure.start], text[figure.end : figure.end + 1]
    return bool(_ARITHMETIC.match(before) or _ARITHMETIC.match(after))


def _unbounded(s: Sentence, figure: Figure, entries: Sequence[Entry]) -> str | None:
    """A ceiling told as an amount, an amount told as a ceiling, a floor told as a ceiling."""
    typed = {e.bound for e in entries if e.origin is Origin.TERM}
    stated = typed or {e.bound for e in entries if e.origin is Origin.QUOTE}
    allowed = stated | {e.bound for e in entries if e.origin is Origin.RESULT}
    if not allowed or figure.bound in allowed:
        return None
    text = s.reading.text
    segment, rest = _segment(text, figure.start, figure.end)
    if figure.bound in (Bound.NONE, Bound.ABOUT):
        if Bound.NONE in allowed or s.claims.readings.search(s.rest):
            return None
        for bound, words in s.claims.governs.items():
            if bound in allowed and words.search(segment):
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
    if s.claims.unmet.search(s.rest) and (figure.bound, *allowed) in _OPPOSITE:
        return None
    return f"“{figure.text}”的上下限与出处不一致"


_OPPOSITE = {(Bound.MORE, Bound.AT_MOST), (Bound.LESS, Bound.AT_LEAST)}


def _segment(text: str, start: int, end: int) -> tuple[str, str]:
    """The phrase that holds start:end, and what follows it."""
    left = max(text.rfind(c, 0, start) for c in _SENTENCE_STOPS) + 1
    stops = [at for at in (text.find(c, end) for c in _SENTENCE_STOPS) if at >= 0]
    right = min(stops, default=len(text))
    return text[left:right], text[right:]


def _misplaced(s: Sentence, figure: Figure, around: frozenset[str]) -> str | None:
    """A figure that resolves, but stands where the grounds have another one of its kind."""
    text, entries = s.reading.text, s.own.entries.get(figure.key, ())
    own = any(e.origin is Origin.SAID for e in entries)
    if own and not s.claims.grants.search(_segment(text, figure.start, figure.end)[0]):
        return None
    best = other = 0
    rival = None
    for entry in s.own.by_kind(figure.kind):
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
    for place in s.claims.places(text):
        here = any(_touch(place, s.claims.region(r)) for r in s.own.regions)
        known = place.short in s.own.text
        if not known and "uncited" in s.own.facts and place.name in s.own.quotable:
            continue
        if not known and place.short not in s.own.said:
            return f"“{place.name}”没有出处"
        rule = re.search(rf"{place.short}(?:市|省|县|区)?的?(?:文件|规定|政策|办法)", text)
        if rule and not here and not s.claims.elsewhere.search(_segment(text, *rule.span())[0]):
            return f"所引的不是{place.name}的文件"
        reason = _applies(s, text, place)
        if reason:
            return reason
    return None


def _applies(s: Sentence, text: str, place: Region) -> str | None:
    """适用于 names the rule's own place, 不适用于 another one."""
    for found in re.finditer(rf"适用于(?={place.short}|{place.name})", text):
        segment, _ = _segment(text, found.start(), found.end())
        before = segment[: segment.index(found.group())]
        whose = s.claims.places(before) or tuple(
            r for r in map(s.claims.region, s.own.regions) if r is not None
        )
        denied = bool(s.claims.negated.search(before[-3:]))
        if denied == any(_touch(place, own) for own in whose):
            return f"所引文件是否适用于{place.name}说反了"
    return None


def _touch(place: Region, other: Region | None) -> bool:
    return other is not None and (place.within(other) or other.within(place))


def parties(s: Sentence) -> str | None:
    """Who gets it is named in the grounds."""
    if "uncited" in s.own.facts and not s.reading.figures:
        return None
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


def wording(s: Sentence) -> str | None:
    """A phrase that follows the source closely has its negations and its parties."""
    for phrase in _phrases(s):
        own = pairs(phrase)
        if len(own) < 4:
            continue
        scored = [
            (len(own & theirs) / len(own), segment)
            for source in s.own.sources
            for segment, theirs in source.segments
        ]
        best = max((score for score, _ in scored), default=0.0)
        if best < _ALIKE:
            continue
        reasons = [
            _differs(s.claims, phrase, segment)
            for score, segment in scored
            if score >= max(_ALIKE, best - 0.05)
        ]
        if all(reasons):
            return reasons[0]
    return None


def _phrases(s: Sentence) -> list[str]:
    """The phrases of the sentence that are neither quoted nor reviewed, figures as placeholders."""
    spans = (*s.covered, *s.reading.quotes)
    plain, offsets = s.reading.plain, s.reading.offsets
    if spans:
        plain = "".join(
            COVERED if any(p.start <= at < p.end for p in spans) else c
            for c, at in zip(plain, offsets, strict=True)
        )
    return [p for p in _PHRASE.split(plain) if len(p) > 4]


_PHRASE = re.compile(f"[，。；！？;!?:,、“”「」(){COVERED}]+")


def _differs(claims: Claims, phrase: str, source: str) -> str | None:
    """A negation or a party of one that the other lacks."""
    for found in claims.negation.finditer(phrase):
        if found[1] and found[1] + phrase[found.end() : found.end() + 1] not in source:
            return f"“{_short(phrase)}”比出处多了否定"
    for found in claims.negation.finditer(source):
        follows = source[found.end() : found.end() + 2]
        if found[1] and follows and follows in phrase and found[1] + follows not in phrase:
            return f"“{_short(phrase)}”比出处少了否定“{found[1]}”"
    for found in claims.party.finditer(phrase):
        name = claims.parties.get(found.group())
        if name and not any(w in source for w, n in claims.parties.items() if n == name):
            return f"“{_short(phrase)}”的主体与出处不一致"
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
    facts = s.own.facts
    for assertion in s.claims.assertions:
        for found in assertion.say.finditer(s.rest):
            denied = _is_denied(s, found.start())
            wanted = assertion.no if denied else assertion.yes
            if wanted is None or wanted & facts:
                continue
            if any(w[5:] in s.own.says for w in wanted if w.startswith("says:")):
                continue
            return f"“{'不' if denied else ''}{found.group()}”与出处不符"
    if s.claims.draft.search(s.rest) and "status:draft" not in facts:
        return "所引文件不是征求意见稿"
    stated = s.claims.stated.search(s.rest)
    if stated and any(w in s.reading.text for w in s.own.silent):
        return f"“{stated.group()}”的事项原文没有写"
    if s.claims.unstated_before_quote.search(without(s.reading.text, s.covered)):
        return "引了原文，却说没有写明"
    return None


def _is_denied(s: Sentence, at: int) -> bool:
    """Whether a negation stands before the place, in the same phrase."""
    before = s.rest[max(0, at - _NEGATIVE_LOOK) : at]
    return any(found[1] for found in s.claims.negation.finditer(_PHRASE.split(before)[-1]))


CHECKS: tuple[Callable[[Sentence], str | None], ...] = (
    quotations,
    paths,
    figures,
    per_words,
    places,
    parties,
    wording,
    certainty,
    assertions,
)


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


__all__ = ["CHECKS", "COVERED", "Sentence", "pairs", "problem"]
