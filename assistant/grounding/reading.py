"""Read a text once: its figures with their bounds, its quotations, its clause paths, its segments.

In:  a sentence of an answer or a text it rests on, and the word lists (corpus/lexicon/claims.yaml).
Out: a `Reading`. Its `plain` text is the same for ways of writing that mean the same: 最高不超
     1000万元 and 0.1亿元以内 leave one placeholder with the same figure in the same place
     (tests/assistant/grounding/test_reading.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import inf
from operator import add
from typing import Any, NamedTuple, TypeVar

from assistant.answer import Truth
from assistant.grounding.figures import Bound, Figure, fold, read_figures
from assistant.reading.regions import Gazetteer, Region

T = TypeVar("T")
S = TypeVar("S")
FILE = "lexicon/claims.yaml"
SLOT = "\ue000"  # stands for a figure in `Reading.plain`
ROLE = "\ue002"  # stands for who gets it or how often in `Piece.plain`
COVERED = "\ue001"  # stands for a covered part in `Reading.rest`
NUMERAL = "[一二三四五六七八九十]"
_STOP = re.compile("[，。；！？;!?:,、“”「」()]")
_CONTEXT_STOP = re.compile(f"[。；;“”「」《》{COVERED}]")
_PHRASE_STOP = re.compile(f"[，。；;“”「」《》{COVERED}]")
_PATH_TAIL = rf"(?:·{NUMERAL}{{1,2}}是)?"
_PATH = re.compile(
    rf"{NUMERAL}{{1,3}}、\({NUMERAL}{{1,3}}\)\d*{_PATH_TAIL}|下一步·{NUMERAL}{{1,2}}是"
    rf"|第?\({NUMERAL}{{1,3}}\)条?\d*{_PATH_TAIL}"
    rf"|第[一二三四五六七八九十百零]{{1,7}}条(?:之{NUMERAL}{{1,2}})?(?:\({NUMERAL}{{1,3}}\)\d*)?"
    rf"|(?<=》)(?:标题|通知|落款|前言|文末|抄送|附件|{NUMERAL}{{1,3}}(?:是)?)(?=写|规|[:)(“]|$)"
    rf"|^{NUMERAL}{{1,2}}是(?=[:“])"
)
_NOT = "不"
_ALIKE = 0.6  # of a text's pairs, in what may follow it
_MOST_KEPT = 8192
_SIGN = 512
_BITS = tuple(1 << bit for bit in range(_SIGN))
_UNIT_ENDS = frozenset("元%家场户个条笔年项次倍人名")
_OPEN, _CLOSE = "“「『《〈", "”」』》〉"
_QUOTE_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")


class Span(NamedTuple):
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A text or a phrase of one, its figures, parties and periods as placeholders.

    roles  who gets it and how often (每年, 一次性), in order
    whole  it has several phrases
    """

    plain: str
    figures: tuple[Figure, ...]
    roles: tuple[str, ...] = ()
    whole: bool = False

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Its pairs of neighbouring characters."""
        return pairs(self.plain)

    @cached_property
    def sign(self) -> int:
        """The sign of its pairs."""
        return sign(self.pairs)

    @cached_property
    def cutoff(self) -> float | None:
        """How alike (0 to 100) a sentence must be to count as following it; None for never."""
        length = len(self.plain)
        if length < 4 or (length < 6 and SLOT not in self.plain):
            return None
        if length < 6:
            return 100
        return max(80, min(92, 100 - 220 / length)) if self.whole else 78

    @cached_property
    def least(self) -> float:
        """How many of its pairs a sentence must have that follows it; infinite for never."""
        return inf if self.cutoff is None else _ALIKE * len(self.pairs)

    def figures_in(self, start: int, end: int) -> tuple[Figure, ...]:
        """The figures whose placeholders stand in start:end."""
        first = self.plain.count(SLOT, 0, start)
        return self.figures[first : first + self.plain.count(SLOT, start, end)]

    def roles_in(self, start: int, end: int) -> tuple[str, ...]:
        """The roles whose placeholders stand in start:end."""
        first = self.plain.count(ROLE, 0, start)
        return self.roles[first : first + self.plain.count(ROLE, start, end)]


@dataclass(frozen=True)
class Reading:
    """A folded text and what was read in it; all positions count in `text`.

    balanced   whether every quotation mark has its other half
    """

    text: str
    figures: tuple[Figure, ...]
    quotes: tuple[Span, ...]
    paths: tuple[Span, ...]
    balanced: bool
    plain: str
    offsets: tuple[int, ...] = field(repr=False)
    claims: Claims = field(repr=False, compare=False)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The text as a whole, and its phrases where it has several."""
        return self.claims.pieces(self)

    @cached_property
    def told(self) -> Piece:
        """The text as a whole, as a sentence tells it."""
        return self.claims.piece(self.plain, self.figures)

    @cached_property
    def core(self) -> str:
        """The plain text without its full stop."""
        return self.plain.rstrip("。")

    @cached_property
    def contexts(self) -> tuple[frozenset[str], ...]:
        """For each figure the pairs of characters around it."""
        return contexts_of(self.plain)

    def find_all(self, other: Reading) -> list[Span]:
        """Where `other` stands whole in this text, every figure and its bound the same."""
        found: list[Span] = []
        plain, offsets, wanted = self.plain, self.offsets, other.core
        at = plain.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not other.figures or self._has_figures(at, other.figures):
                stop = offsets[end] if end < len(offsets) else len(self.text)
                found.append(Span(offsets[at], stop))
            at = plain.find(wanted, end)
        return found

    def _has_figures(self, at: int, figures: Sequence[Figure]) -> bool:
        """Whether the figures from a place in `plain` on are these, their bounds the same."""
        first = self.plain.count(SLOT, 0, at)
        own = self.figures[first : first + len(figures)]
        return all(a.key == b.key and a.bound == b.bound for a, b in zip(own, figures, strict=True))


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(map(add, text, text[1:]))


def sign(some: Iterable[str]) -> int:
    """A bit for each pair: no more are shared by two texts than bits of their signs, and than the
    pairs of one beyond its bits. Which bit differs from one process to the next."""
    bits = 0
    for pair in some:
        bits |= _BITS[hash(pair) % _SIGN]
    return bits


def contexts_of(plain: str) -> tuple[frozenset[str], ...]:
    """For each placeholder of a text the pairs of characters around it."""
    return tuple(_around(plain, at) for at, c in enumerate(plain) if c == SLOT)


def _around(plain: str, at: int) -> frozenset[str]:
    before = _CONTEXT_STOP.split(plain[max(0, at - 18) : at])[-1]
    after = _PHRASE_STOP.split(plain[at + 1 : at + 10])[0]
    return (pairs(before) | pairs(after)) - _COMMON


_COMMON = frozenset({"的，", "，对", "项目", "企业"})


@dataclass(frozen=True)
class Assertion:
    """A phrase that says something which only holds where one of the facts does."""

    say: re.Pattern[str]
    affirmed: frozenset[str] | None
    denied: frozenset[str] | None


class Claims:
    """The word lists, compiled. Immutable after it is made, but for its cache of readings."""

    def __init__(self, data: Mapping[str, Any], gazetteer: Gazetteer) -> None:
        """From the value of claims.yaml and the places. Raises KeyError where a list is missing."""
        self._gazetteer = gazetteer
        names = {
            Bound.AT_MOST: "at_most", Bound.AT_LEAST: "at_least", Bound.MORE: "more",
            Bound.LESS: "less", Bound.ABOUT: "about",
        }  # fmt: skip
        before = {w: b for b, name in names.items() for w in data["bounds"][name]["before"]}
        after = {w: b for b, name in names.items() for w in data["bounds"][name]["after"]}
        self._bound_of = before | after
        self._before = re.compile(f"({_any(before)})([^{SLOT}]{{0,14}})$")
        self._after = re.compile(f"(?:\\([含次]\\))?({_any(after)})")
        self.governs = {
            Bound.AT_MOST: re.compile(_any(data["governs"]["at_most"])),
            Bound.AT_LEAST: re.compile(_any(data["governs"]["at_least"])),
        }
        self.says_bound = re.compile(data["says_bound"])
        self.grants = re.compile(_any(data["grants"]))
        self.unmet = re.compile(_any(data["unmet"]))
        self.negation = re.compile(f"(?:{_any(data['stable'])})|({_any(data['negations'])})")
        self._form: Mapping[str, str] = {
            **{w: str(b) for w, b in self._bound_of.items()},
            **dict.fromkeys(data["negations"], _NOT),
        }
        self.negated = re.compile(f"(?:{_any(data['negations'])})")
        self.parties: Mapping[str, str] = {
            word: name for name, words in data["parties"].items() for word in words
        }
        self.party = re.compile(_any((*self.parties, *data["generic"])))
        self._role = {**self.parties, **{word: word for word in data["per"]}}
        self._roles = re.compile(_any((*self._role, *data["generic"])))
        self.meta = re.compile(_any(data["meta"]))
        self.today = re.compile(_any(data["today"]))
        self.silence = re.compile(data["silence"])
        self.sensitive = re.compile(
            f"(?:{_any(data['stable'])})|"
            f"({_any((*data['negations'], *before, *after, *data['weighty']))})"
        )
        self.per = {word: re.compile(_any(words)) for word, words in data["per"].items()}
        self.per_word = re.compile(_any(self.per))
        self.certain = re.compile(_any(data["certain"]))
        self.links = re.compile(data["links"])
        self.stated = re.compile(data["stated"])
        self.lacks = str(data["lacks"])
        self.unstated_before_quote = re.compile(data["unstated_before_quote"])
        self.draft = re.compile(_any(data["draft"]))
        self.elsewhere = re.compile(_any(data["elsewhere"]))
        self.readings = re.compile(_any(data["readings"]))
        self.judges = {w: Truth(name) for name, words in data["judges"].items() for w in words}
        self.judging = re.compile(_any(self.judges))
        self.recipient = re.compile(f"(的|对|给|向)({_any(self.parties)})")
        self.own_words = frozenset(data["own_words"])
        self.assertions = tuple(
            Assertion(
                re.compile(row["say"]),
                frozenset(row["affirmed"]) if "affirmed" in row else None,
                frozenset(row["denied"]) if "denied" in row else None,
            )
            for row in data["assertions"]
        )
        self.read = lru_cache(maxsize=_MOST_KEPT)(self._read)
        self._weights = lru_cache(maxsize=_MOST_KEPT)(self._weights_in)
        self._of: dict[int, tuple[object, Any]] = {}

    def of(self, thing: T, read: Callable[[Claims, T], S]) -> S:
        """What `read` makes of a thing that never changes; that of the last few thousand is kept.

        A thing is always read in the same way.
        """
        known = self._of.get(id(thing))
        if known is None:
            if len(self._of) >= _MOST_KEPT:
                self._of.clear()
            known = self._of[id(thing)] = (
                thing,
                read(self, thing),
            )  # kept, so its id stays its own
        made: S = known[1]
        return made

    def cuts(self, text: str, start: int, end: int) -> bool:
        """Whether start:end leaves out a negation or a bound that stands right at its edge."""
        before = text[max(0, start - 6) : start]
        inner = text[start:end]
        if inner[:1].isdigit() and self._before.search(before):
            return True
        negation = list(self.negation.finditer(text, max(0, start - 4), start + 2))
        if any(m[1] and m.end() == start for m in negation):
            return True
        return inner[-1:] in _UNIT_ENDS and bool(self._after.match(text, end))

    def piece(self, plain: str, figures: tuple[Figure, ...], *, whole: bool = False) -> Piece:
        """The piece of a reading's plain text."""
        roles: list[str] = []

        def put(found: re.Match[str]) -> str:
            name = self._role.get(found.group())
            if name is None:
                return found.group()
            roles.append(name)
            return ROLE

        return Piece(self._roles.sub(put, plain), figures, tuple(roles), whole)

    def pieces(self, reading: Reading) -> tuple[Piece, ...]:
        """The text as a whole, and its phrases where it has several."""
        parts: list[Piece] = []
        at = 0
        for phrase in _STOP.split(reading.plain):
            count = phrase.count(SLOT)
            if len(phrase) > 3:
                parts.append(self.piece(phrase, reading.figures[at : at + count]))
            at += count
        many = len(parts) > 1
        whole = self.piece(reading.plain.rstrip("。"), reading.figures, whole=many)
        return (whole, *parts) if many else (whole,)

    def weighty(
        self, plain: str, start: int = 0, end: int | None = None
    ) -> tuple[int, frozenset[str]]:
        """What decides the meaning of start:end: how many negations, and the other words."""
        stop = len(plain) if end is None else end
        forms = [form for at, form in self._weights(plain) if start <= at < stop]
        return forms.count(_NOT), frozenset(forms) - {_NOT}

    def _weights_in(self, plain: str) -> tuple[tuple[int, str], ...]:
        """The words that decide a text's meaning, each with its place."""
        return tuple(
            (m.start(), self._form.get(m[1], m[1])) for m in self.sensitive.finditer(plain) if m[1]
        )

    def places(self, folded: str) -> tuple[Region, ...]:
        """The places that a folded text surely names."""
        found = (m for m in self._gazetteer.find(folded) if m.confidence >= 0.5)
        regions = (self._gazetteer.get(m.code) for m in found)
        return tuple(r for r in regions if r is not None)

    def region(self, name: str) -> Region | None:
        """The place of that name."""
        return self._gazetteer.get(name)

    def _read(self, text: str) -> Reading:
        """The reading of a text; `read` keeps the last few thousand."""
        text = fold(text)
        paths = tuple(Span(*m.span()) for m in _PATH.finditer(text))
        quotes, balanced = _quotations(text)
        figures: list[Figure] = []
        blanked: list[tuple[int, int]] = []
        for figure in read_figures(text):
            if any(p.start < figure.end and figure.start < p.end for p in paths):
                continue
            bounded, spans = self._bounded(text, figure, figures[-1] if figures else None)
            figures.append(bounded)
            blanked.extend(spans)
        plain, offsets = _plain(text, figures, blanked)
        return Reading(text, tuple(figures), quotes, paths, balanced, plain, offsets, self)

    def _bounded(
        self, text: str, figure: Figure, previous: Figure | None
    ) -> tuple[Figure, list[tuple[int, int]]]:
        """The figure with the bound that stands beside it, and where its words stand."""
        if figure.kind in ("日期", "号", "文号"):
            return figure, []
        begin = max(previous.end if previous else 0, figure.start - 24)
        left = text[begin : figure.start]
        cut = max(left.rfind(c) for c in "，。；、：:,“”")
        left = left[cut + 1 :]
        begin = figure.start - len(left)
        bound, spans = figure.bound, []
        before = self._before.search(left)
        if before:
            bound = self._bound_of[before[1]] if bound is Bound.NONE else bound
            spans.append((begin + before.start(1), begin + before.end(1)))
        after = self._after.match(text, figure.end)
        if after:
            word = self._bound_of[after[1]]
            bound = word if bound in (Bound.NONE, Bound.ABOUT) else bound
            spans.append(after.span(1))
        elif figure.kind == "月" and re.match("内(?![部地容])", text[figure.end : figure.end + 2]):
            bound = Bound.AT_MOST if bound is Bound.NONE else bound
            spans.append((figure.end, figure.end + 1))
        if (
            bound is Bound.NONE
            and previous is not None
            and previous.kind == figure.kind
            and text[previous.end : figure.start] in ("和", "、", "及", "或", "与", "以及")
        ):
            bound = previous.bound
        return figure if bound is figure.bound else replace(figure, bound=bound), spans


def _plain(
    text: str, figures: Sequence[Figure], blanked: Sequence[tuple[int, int]]
) -> tuple[str, tuple[int, ...]]:
    """The text with a placeholder for each figure and without the words that bound it."""
    cuts = [(f.start, f.end, SLOT) for f in figures]
    cuts += [(a, b, "") for a, b in blanked]
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for start, end, put in sorted(cuts):
        if start < at:
            continue
        parts.append(text[at:start])
        offsets.extend(range(at, start))
        if put:
            parts.append(put)
            offsets.append(start)
        at = end
    parts.append(text[at:])
    offsets.extend(range(at, len(text)))
    return "".join(parts), tuple(offsets)


def _quotations(text: str) -> tuple[tuple[Span, ...], bool]:
    """The outermost quotations, marks included; of an unbalanced text from first to last mark."""
    spans: list[Span] = []
    stack: list[int] = []
    balanced = True
    for mark in _QUOTE_MARKS.finditer(text):
        if mark.group() in _OPEN:
            stack.append(mark.start())
        elif stack:
            start = stack.pop()
            if not stack:
                spans.append(Span(start, mark.end()))
        else:
            balanced = False
    if stack:
        balanced = False
        last = max((text.rfind(c) for c in _CLOSE), default=-1)
        spans = [s for s in spans if s.end <= stack[0]]
        spans.append(Span(stack[0], last + 1 if last > stack[0] else len(text)))
    return tuple(spans), balanced


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with a mark in the place of each span."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.start >= at:
            parts.append(text[at : span.start] + COVERED)
        at = max(at, span.end)
    return "".join(parts) + text[at:]


def is_inside(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether start:end lies in one of the spans."""
    return any(s.start <= start and end <= s.end for s in spans)


__all__ = ["COVERED", "FILE", "SLOT", "Assertion", "Claims", "Reading", "Span"]
