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

_SENTENCE_STOPS = "，。；！？;!?"
_ARITHMETIC = re.compile(r"[×*÷+−=/-]")
_SHORT_QUOTE = 12
_ALIKE = 0.6
_NEGATIVE_LOOK = 4


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


CHECKS: tuple[Callable[[Sentence], str | None], ...] = (
    quotations,
    paths,
    figures,
    per_words,
)


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


__all__ = ["CHECKS", "COVERED", "Sentence", "pairs", "problem"]
