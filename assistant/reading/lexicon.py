"""The words of the domain, compiled for reading: slots, intents, roles, synonyms, document names.

In:  the plain values of corpus/lexicon/*.yaml, as a snapshot carries them.
Out: a `Lexicon` that finds mentions in a normalised text; the longest form wins at each place
     (tests/assistant/reading/test_lexicon.py). It decides nothing about a policy.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from assistant.reading.patterns import KNOWN, Patterns
from ingest.document import Clause

NEVER = "(?!)"  # stands in no text


class LexiconError(ValueError):
    """A word list that cannot be read; the message names file, key and what would be right."""


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """A value of a slot: how people say it, what it includes, what it implies.

    needs_self  names a party that is often somebody else (银行): only 我们银行 is the person's own
    beside      a party that has no case of its own (设备商), and asks for its part of another's
    """

    value: str
    forms: tuple[str, ...]
    weak: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    not_in: tuple[str, ...] = ()
    needs_self: bool = False
    beside: bool = False
    may_be: frozenset[str] = frozenset()
    implies: Mapping[str, str] = field(default_factory=dict)
    implies_not: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A fact that can be known of a case; `type` as in slots.yaml.

    level_of  the values of other slots whose level it is: who has a level of it has it
    """

    name: str
    label: str
    type: str
    unit: str | None
    question: str
    values: Mapping[str, ValueSpec]
    level_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def beside(self) -> frozenset[str]:
        """The parties that only ask for their part of another's case."""
        return frozenset(v.value for v in self.values.values() if v.beside)

    def atoms(self, value: str) -> frozenset[str]:
        """The single values that a value stands for: 中小微 → 中型、小型、微型."""
        spec = self.values.get(value)
        return spec.includes if spec and spec.includes else frozenset({value})


@dataclass(frozen=True, slots=True)
class Mention:
    """A slot's value read at text[start:end]; `weak` where the word may mean less."""

    slot: str
    value: str
    start: int
    end: int
    form: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class DocumentName:
    id: str
    names: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence is about: with one of the words in it, money and rates are these slots."""

    words: re.Pattern[str]
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that is often asked of a rule and seldom stated.

    open    words in what a measure leaves open, that tell that this is not stated
    absent  a paper whose text does not match this does not state it; None where `open` decides
    not_here  a clause whose text does not match this does not state it
    stated  words of a rule that do state it → what to say then
    of      the kinds of measures of which it is asked; () for all
    of_sum  it bears on a sum, and is said beside one that was computed
    """

    name: str
    asked: re.Pattern[str]
    open: tuple[str, ...]
    absent: re.Pattern[str] | None
    stated: Mapping[str, str]
    of: tuple[str, ...] = ()
    not_here: re.Pattern[str] | None = None
    of_sum: bool = False

    def called(self, text: str) -> str:
        """Its name, with the word of it that the question says."""
        found = self.asked.search(text)
        said = (word for name, word in found.groupdict().items() if word) if found else iter(())
        return self.name.format(said=next(said, ""))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper where what is asked with these words mostly stands.

    part     the path of a part outside the numbered clauses (标题, 落款, 文末 …), or
    heading  what the clause's heading holds; one of both is None
    """

    asked: re.Pattern[str]
    part: str | None
    heading: re.Pattern[str] | None

    def holds(self, clause: Clause) -> bool:
        """Whether the clause is such a part."""
        if self.heading is None:
            return clause.path == self.part
        return bool(self.heading.search(clause.heading))


class Cues(dict[str, re.Pattern[str]]):
    """Patterns by name, each compiled when it is first asked for: a question asks for few. It holds
    those that were. Threads may share it.

    past  they are of an earlier time: one that was not there yet stands in no text
    """

    def __init__(self, texts: Mapping[str, str], *, past: bool = False) -> None:
        super().__init__()
        self.texts = texts
        self._past = past

    def __missing__(self, name: str) -> re.Pattern[str]:
        if name not in self.texts and not self._past:
            raise LexiconError(
                f"词表 lexicon/cues.yaml 里没有 {name}："
                "词表比程序旧，要换成随程序来的那一份再重建。"
            )
        pattern = self[name] = re.compile(self.texts.get(name, NEVER))
        return pattern

    def get(self, name: str, default: Any = None) -> Any:
        """The pattern of this name, compiled or not; the default where there is none."""
        return self[name] if name in self.texts else default


class Everyday:
    """What people say → what the papers of any place say for it. Immutable."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._official = {str(k): tuple(str(v).split()) for k, v in rows.items()}
        self._said = tuple(sorted(self._official, key=lambda k: (-len(k), k)))

    def found(self, text: str, words: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What stands in a text, none inside another, with what papers say for it; a single
        character only where it is one of the text's words."""
        for form in self._said:
            if form in text and (len(form) > 1 or form in words):
                text = text.replace(form, " ")
                yield form, self._official[form]


class Lexicon:
    """All word lists of one snapshot, ready to read with; what is compiled late is compiled by
    `compile_all`."""

    def __init__(self, data: Mapping[str, Any], *, past: bool = False) -> None:
        """past  the snapshot is one of an earlier time, and may lack cues that came later"""
        self.slots = _slots(_part(data, "slots"))
        self.documents = _documents(data.get("lexicon/documents.yaml") or ())
        self.synonyms: Mapping[str, str] = {
            str(k): str(v) for k, v in _part(data, "synonyms").items()
        }
        self.everyday = Everyday(data.get("lexicon/everyday.yaml") or {})
        intents = [
            (name, pattern) for name, of_it in _part(data, "intents").items() for pattern in of_it
        ]
        self._intent_of = tuple(name for name, _ in intents)
        known = data.get(KNOWN) or {}
        self._intents = Patterns(
            (pattern for _, pattern in intents), whatever_case=True, known=known
        )
        self._honest = {
            name: tuple(patterns)
            for name, patterns in (data.get("lexicon/honest.yaml") or {}).items()
        }
        self.roles: Mapping[str, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
            kind: {
                role: (tuple(cues.get("left", ())), tuple(cues.get("right", ())))
                for role, cues in roles.items()
            }
            for kind, roles in _part(data, "roles").items()
            if kind != "context"
        }
        self.contexts = tuple(
            Context(re.compile("|".join(map(str, row["words"]))), row["slots"])
            for row in _part(data, "roles")["context"].values()
        )
        self.cues = Cues(_part(data, "cues"), past=past)
        self.asked: Mapping[str, Sequence[str]] = data.get("lexicon/asked.yaml") or {}
        self.aspects = tuple(_aspect(row) for row in _part(data, "aspects"))
        self._sections = tuple(map(_section, _part(data, "parts")))
        self._forms = _by_first_character(self.slots.values())
        self.expansions = lru_cache(maxsize=256)(self._expansions)
        self._official = tuple(self.synonyms.values())
        self._colloquial = Patterns(
            (form[1:-1] if form.startswith("/") else re.escape(form) for form in self.synonyms),
            known=known,
        )

    @property
    def kept(self) -> dict[str, Any]:
        """What every start would work out from the word lists, as data beside them."""
        marks = {**self._intents.marks, **self._colloquial.marks}
        return {KNOWN: {text: each and sorted(each) for text, each in marks.items()}}

    def compile_all(self) -> None:
        """Compile now what is compiled late. Raises re.error for what is no pattern."""
        for name in self.cues.texts:
            self.cues[name]
        self._intents.compile_all()
        self._colloquial.compile_all()
        for patterns in self._honest.values():
            for pattern in patterns:
                _whatever_case(pattern)

    def intents(self, text: str) -> frozenset[str]:
        """The names of all intents of which a pattern stands in the text.

        What only looks like an intent (lexicon/honest.yaml: 借壳上市, 战略合作协议) is blanked out
        before that intent's patterns are looked for.
        """
        names = self._intents_in(text)
        return names - {
            name
            for name in names & self._honest.keys()
            if name not in self._intents_in(self._without_honest(name, text))
        }

    def _intents_in(self, text: str) -> frozenset[str]:
        return frozenset(self._intent_of[n] for n in self._intents.found(text))

    def spans(self, intent: str, text: str) -> tuple[tuple[int, int], ...]:
        """Where an intent's patterns stand in the text."""
        return tuple(
            found.span()
            for n in self._intents.found(text)
            if self._intent_of[n] == intent
            for found in self._intents[n].finditer(text)
        )

    def topics(self, intent: str, text: str) -> frozenset[str]:
        """The words that an intent's patterns call the topic, as they stand in the text."""
        return frozenset(
            found["topic"]
            for n in self._intents.found(text)
            if self._intent_of[n] == intent and "topic" in self._intents[n].groupindex
            for found in self._intents[n].finditer(text)
        )

    def _without_honest(self, name: str, text: str) -> str:
        """The text with what only looks like the intent blanked out; the length stays."""
        for pattern in self._honest[name]:
            text = _whatever_case(pattern).sub(lambda found: " " * len(found.group()), text)
        return text

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Values of choice slots, the longest form at each place and slot, in reading order."""
        covered: dict[str, int] = {}
        found: list[Mention] = []
        for start, character in enumerate(text):
            for form, slot, spec in self._forms.get(character.lower(), ()):
                if covered.get(slot, 0) > start or not _at(text, form, start):
                    continue
                end = start + len(form)
                if any(_inside(text, longer, start, end) for longer in spec.not_in):
                    continue
                covered[slot] = end
                found.append(Mention(slot, spec.value, start, end, form, form in spec.weak))
        return tuple(found)

    def sections(self, text: str) -> tuple[Section, ...]:
        """Where in a paper what the text asks about mostly stands."""
        return tuple(section for section in self._sections if section.asked.search(text))

    def _expansions(self, text: str) -> tuple[str, ...]:
        """Official wordings for the colloquial ones in the text, for the search only."""
        return tuple(self._official[n] for n in self._colloquial.found(text))


@cache
def _whatever_case(pattern: str) -> re.Pattern[str]:
    """The pattern for letters of either case; one without letters is compiled twice as quickly."""
    cased = pattern.lower() != pattern.upper()
    return re.compile(pattern, re.IGNORECASE if cased else 0)


def _at(text: str, form: str, start: int) -> bool:
    """Whether the form stands there; one in Latin letters only as a word of its own."""
    part = text[start : start + len(form)]
    if part != form and part.lower() != form.lower():
        return False
    if not form.isascii():
        return True
    around = text[max(0, start - 1) : start] + text[start + len(form) : start + len(form) + 1]
    return not any(c.isascii() and c.isalnum() for c in around)


def _inside(text: str, longer: str, start: int, end: int) -> bool:
    at = text.find(longer, max(0, end - len(longer)), start + len(longer))
    return at != -1 and at <= start and at + len(longer) >= end


def _part(data: Mapping[str, Any], name: str) -> Any:
    value = data.get(f"lexicon/{name}.yaml")
    if not value:
        raise LexiconError(f"词表 lexicon/{name}.yaml 缺失或为空。")
    return value


def _by_first_character(
    slots: Iterable[SlotSpec],
) -> Mapping[str, Sequence[tuple[str, str, ValueSpec]]]:
    table: dict[str, list[tuple[str, str, ValueSpec]]] = {}
    for slot in slots:
        for spec in slot.values.values():
            for form in spec.forms:
                table.setdefault(form[0].lower(), []).append((form, slot.name, spec))
    for forms in table.values():
        forms.sort(key=lambda entry: (-len(entry[0]), entry[1], entry[2].value))
    return table


def _section(row: Mapping[str, str]) -> Section:
    keys = set(row) - {"asked"}
    if keys not in ({"part"}, {"heading"}) or "asked" not in row:
        raise LexiconError(f"lexicon/parts.yaml 的 {row!r:.80} 应有 asked，和 part、heading 之一")
    heading = row.get("heading")
    return Section(
        re.compile(row["asked"]), row.get("part"), re.compile(heading) if heading else None
    )


def _slots(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, SlotSpec]:
    slots: dict[str, SlotSpec] = {}
    for row in rows:
        try:
            values = {
                str(name): ValueSpec(
                    value=str(name),
                    forms=tuple(dict.fromkeys([str(name), *map(str, spec.get("forms", ()))])),
                    weak=frozenset(map(str, spec.get("weak", ()))),
                    includes=frozenset(map(str, spec.get("includes", ()))),
                    not_in=tuple(map(str, spec.get("not_in", ()))),
                    needs_self=bool(spec.get("needs_self", False)),
                    beside=bool(spec.get("beside", False)),
                    may_be=frozenset(map(str, spec.get("may_be", ()))),
                    implies=dict(spec.get("implies", {})),
                    implies_not=dict(spec.get("implies_not", {})),
                )
                for name, spec in (row.get("values") or {}).items()
            }
            if row["type"] == "flag":  # 是 and 否 are values, not words to find
                values = {
                    name: replace(spec, forms=tuple(f for f in spec.forms if f != name))
                    for name, spec in values.items()
                }
            slots[row["name"]] = SlotSpec(
                row["name"],
                row["label"],
                row["type"],
                row.get("unit"),
                row["question"],
                values,
                dict(row.get("level_of", {})),
            )
        except (KeyError, AttributeError, TypeError) as problem:
            raise LexiconError(
                f"lexicon/slots.yaml 的 {row!r:.80} 写法不对：{problem}"
            ) from problem
    return slots


def _aspect(row: Mapping[str, Any]) -> Aspect:
    absent, not_here = row.get("absent"), row.get("not_here")
    return Aspect(
        str(row["name"]),
        re.compile(row["asked"]),
        tuple(map(str, row.get("open", ()))),
        re.compile(absent) if absent else None,
        dict(row.get("stated", {})),
        tuple(row.get("of", ())),
        re.compile(not_here) if not_here else None,
        bool(row.get("of_sum", False)),
    )


def _documents(rows: Sequence[Mapping[str, Any]]) -> tuple[DocumentName, ...]:
    return tuple(
        DocumentName(row["id"], tuple(row.get("names", ())), tuple(row.get("years", ())))
        for row in rows
    )
