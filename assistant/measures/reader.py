"""Read the measures and refuse what the documents do not bear out.

In:  plain values of corpus/measures/*.yaml and lexicon/slots.yaml, as a snapshot carries them,
     and the documents they rest on.
Out: a `Catalogue`: typed measures and the place of every quote. A number that does not stand in
     its quote, or a quote that does not stand in its clause, is refused with a sentence that
     names file, measure, field and value (tests/assistant/measures/test_reader.py).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.measures.model import (
    Bound,
    Condition,
    Measure,
    MeasureFile,
    Quote,
    Rule,
    Term,
)
from ingest.document import Clause, Document

FOLDER = "measures/"
SLOTS = "lexicon/slots.yaml"


class MeasureError(ValueError):
    """A measure file that must not be used; the message is a Chinese sentence for its author."""

    def __init__(
        self, file: str, measure: str | None, field: str, value: object, right: str
    ) -> None:
        where = f"{file} 的措施 {measure}" if measure else file
        super().__init__(f"{where}：字段 {field} 写作“{_short(value)}”，{right}。")
        self.file = file
        self.measure = measure
        self.field = field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: text[start:end] of the document, in the smallest part `path`."""

    document: str
    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Catalogue:
    """All measures with the place of everything they quote.

    reviewed_and_none   the places of figures that were reviewed and belong to no measure
    """

    measures: tuple[Measure, ...]
    by_id: Mapping[str, Measure]
    by_alias: Mapping[str, Measure]
    reviewed_and_none: tuple[Place, ...] = ()
    _places: Mapping[tuple[str, str, str], Place] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> Measure | None:
        """The measure with this id or alias."""
        return self.by_id.get(name) or self.by_alias.get(name)

    def place(self, measure: Measure, part: Term | Condition | Quote | None = None) -> Place:
        """Where the measure's quote stands, or that of one of its terms, conditions or quotes."""
        return self._places[(measure.document, *_quoted(measure, part))]

    @cached_property
    def papers(self) -> frozenset[str]:
        """The ids of the documents that have measures."""
        return frozenset(measure.document for measure in self.measures)

    @cached_property
    def regions(self) -> frozenset[str]:
        """The regions that have measures."""
        return frozenset(measure.region for measure in self.measures)

    @cached_property
    def quoted_at(self) -> Mapping[tuple[str, int], Sequence[int]]:
        """Document and start of a quote → the numbers of the measures whose quote it is."""
        found: dict[tuple[str, int], list[int]] = {}
        for i, measure in enumerate(self.measures):
            found.setdefault((measure.document, self.place(measure).start), []).append(i)
        return found

    def span(self, measure: Measure, term: str | None = None) -> tuple[int, int]:
        """[start, end) of the measure's quote, or of a term's by its name, in the text."""
        place = self.place(measure, measure.terms[term] if term else None)
        return place.start, place.end

    def responsible_place(self, measure: Measure) -> Place | None:
        """Where the responsible body is named; None where the document names none."""
        if measure.responsible_quote is None:
            return None
        return self._places[measure.document, measure.clause, measure.responsible_quote]


def load(data: Mapping[str, Any], documents: Mapping[str, Document]) -> tuple[Measure, ...]:
    """The measures of `read_catalogue`, in the order of files and of the measures in them."""
    return read_catalogue(data, documents).measures


def read_catalogue(data: Mapping[str, Any], documents: Mapping[str, Document]) -> Catalogue:
    """The checked measures of every "measures/…" entry of `data`.

    data       file name → parsed YAML; days may be date objects or ISO strings. It also holds
               "lexicon/slots.yaml", the vocabulary of conditions
    documents  by id
    Raises MeasureError at the first thing that is wrong.
    """
    slots = _slots(data)
    measures: list[Measure] = []
    reviewed: list[Place] = []
    places: dict[tuple[str, str, str], Place] = {}
    taken: dict[str, str] = {}
    for file in sorted(name for name in data if name.startswith(FOLDER)):
        parsed = _parse(file, data[file])
        document = documents.get(parsed.document)
        if document is None:
            known = "、".join(sorted(documents))
            raise MeasureError(file, None, "document", parsed.document, f"文件清单里只有{known}")
        for entry in parsed.reviewed_and_none:
            reviewed.append(_check_quote(file, None, "reviewed_and_none", document, entry))
        for raw in parsed.measures:
            measure = raw.model_copy(
                update={
                    "document": document.id,
                    "region": document.region,
                    "valid": raw.valid or parsed.valid,
                }
            )
            for name in (measure.id, *measure.aliases):
                which = "id" if name == measure.id else "aliases"
                if name in taken:
                    raise MeasureError(
                        file, measure.id, which, name, f"已被{taken[name]}使用，编号不得重复"
                    )
                taken[name] = f"{file} 的措施 {measure.id}"
            places.update(_Check(file, measure, document, slots).places())
            measures.append(measure)
    return Catalogue(
        measures=tuple(measures),
        by_id={m.id: m for m in measures},
        by_alias={alias: m for m in measures for alias in m.aliases},
        reviewed_and_none=tuple(reviewed),
        _places=places,
    )


# Places -----------------------------------------------------------------------------------------


def locate(document: Document, clause: str, quote: str) -> tuple[int, int]:
    """[start, end) of the quote's first occurrence in the clause, its items included.

    White space and line breaks are ignored in both; every other character must agree.
    Raises LookupError where the document has no such clause, or the clause no such quote.
    """
    wanted = "".join(quote.split())
    found = [part for part in _parts(document) if part.path == clause]
    if not found:
        raise LookupError(f"{document.id} has no clause {clause}")
    text, offsets = _squeezed(document.text)
    for part in found:
        first, last = bisect_left(offsets, part.start), bisect_left(offsets, part.end)
        at = text.find(wanted, first, last) if wanted else -1
        if at >= 0:
            return offsets[at], offsets[at + len(wanted) - 1] + 1
    raise LookupError(f"the quote does not stand in {document.id} {clause}: {quote}")


def _parts(document: Document) -> Iterator[Clause]:
    """Every clause, then its items; the first item shares its clause's path and adds nothing."""
    for clause in document.clauses:
        yield clause
        yield from (item for item in clause.items if item.path != clause.path)


@lru_cache(maxsize=256)
def _squeezed(text: str) -> tuple[str, array[int]]:
    """The text without white space, and the offset of each of its characters."""
    offsets = array("I", (i for i, character in enumerate(text) if not character.isspace()))
    return "".join(text.split()), offsets


def _smallest(document: Document, start: int, end: int) -> str:
    """The path of the smallest part that holds [start, end)."""
    holding = [p for p in document.clauses if p.start <= start and end <= p.end]
    for clause in holding:
        for item in clause.items:
            if item.start <= start and end <= item.end:
                return item.path
        return clause.path
    return document.clause_at(start).path


def _check_quote(
    file: str, measure: str | None, name: str, document: Document, quoted: Quote
) -> Place:
    """The place of a quote; refuses an unknown clause, foreign words, too large a clause."""
    try:
        start, end = locate(document, quoted.clause, quoted.quote)
    except LookupError:
        paths = [part.path for part in _parts(document)]
        if quoted.clause not in paths:
            near = "、".join(get_close_matches(quoted.clause, paths, n=3, cutoff=0.3))
            right = f"{document.id} 没有这一条" + (f"，相近的有{near}" if near else "")
            raise MeasureError(file, measure, f"{name}.clause", quoted.clause, right) from None
        right = f"须是 {document.id} {quoted.clause} 的原文，一字不差"
        raise MeasureError(file, measure, f"{name}.quote", quoted.quote, right) from None
    path = _smallest(document, start, end)
    if path != quoted.clause:
        right = f"引文所在的最小单位是 {path}，请写 {path}"
        raise MeasureError(file, measure, f"{name}.clause", quoted.clause, right)
    return Place(document.id, path, start, end)


# Figures ----------------------------------------------------------------------------------------

_FIGURE = re.compile(
    r"(?P<digits>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|[一二两三四五六七八九十])"
    r"[多余]?(?P<scale>万亿|亿|万)?[多余]?(?=(?P<unit>[^0-9]{0,8}))"
)
_SCALES = {None: 0, "万": 4, "亿": 8, "万亿": 12}
_NUMERALS = {c: str(n) for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": "2"}
_SHARE = "比例"
_BOUND_WORDS = {
    Bound.AT_MOST: ("不超", "最高", "以下", "以内", "不高于", "不大于", "至多", "年内"),
    Bound.AT_LEAST: ("以上", "不低于", "不少", "不小于", "至少", "最低"),
    Bound.ABOUT: ("多", "余", "约", "左右"),
    Bound.EXACT: (),
}


def stands_in(value: Decimal, unit: str, quote: str) -> bool:
    """Whether the number stands in the quote with its unit: 0.50 of 比例 as 50%, 1000万元.

    White space is ignored; a foreign currency may follow 元 (500 万元美元).
    """
    for match in _FIGURE.finditer("".join(quote.split())):
        digits = match["digits"].replace(",", "")
        number = Decimal(_NUMERALS.get(digits, digits)).scaleb(_SCALES[match["scale"]])
        follows = match["unit"]
        if unit == _SHARE:
            if follows[:1] in ("%", "％") and number == value * 100:
                return True
        elif number == value and (follows.startswith(unit) or follows.startswith("元" + unit)):
            return True
    return False


# One measure --------------------------------------------------------------------------------------

# rule → the terms it must have, and those it may have; a rule that is not listed takes none
_TERMS: dict[Rule, tuple[frozenset[str], frozenset[str]]] = {
    Rule.SHARE_OF_INTEREST: (frozenset({"share"}), frozenset({"ceiling"})),
    Rule.SHARE_OF_FEE: (frozenset({"share"}), frozenset({"ceiling", "fee_rate_limit"})),
    Rule.SHARE_OF_PREMIUM: (frozenset({"share"}), frozenset({"premium_rate_limit", "max_years"})),
    Rule.CEILING: (frozenset({"ceiling"}), frozenset()),
    Rule.STAGED_CEILING: (frozenset({"ceiling"}), frozenset()),
}
_UNIT_OF_SLOT = {"money": "元", "rate": _SHARE}


@dataclass(frozen=True)
class _Check:
    """The checks of one measure; each raises MeasureError."""

    file: str
    measure: Measure
    document: Document
    slots: Mapping[str, Mapping[str, Any]]

    def places(self) -> Iterator[tuple[tuple[str, str, str], Place]]:
        """Every quote's key and place, each checked on the way."""
        measure = self.measure
        yield self._place("", None)
        for index, quote in enumerate(measure.more_quotes):
            yield self._place(f"more_quotes.{index}", quote)
        for name, term in measure.terms.items():
            yield self._place(f"terms.{name}", term)
            self._check_term(name, term)
        for name, condition in _flat("conditions", measure.conditions):
            yield self._place(name, condition)
            self._check_condition(name, condition)
        if measure.responsible is not None or measure.responsible_quote is not None:
            yield self._responsible()
        self._check_rule()
        if measure.valid is not None and measure.valid.clause is not None:
            paths = {part.path for part in _parts(self.document)}
            if measure.valid.clause not in paths:
                right = f"{self.document.id} 没有这一条"
                raise self._wrong("valid.clause", measure.valid.clause, right)
        for applicant in measure.applicant:
            self._check_value("applicant", "applicant", applicant)

    def _wrong(self, name: str, value: object, right: str) -> MeasureError:
        return MeasureError(self.file, self.measure.id, name, value, right)

    def _place(
        self, name: str, part: Term | Condition | Quote | None
    ) -> tuple[tuple[str, str, str], Place]:
        clause, quote = _quoted(self.measure, part)
        quoted = Quote(clause=clause, quote=quote)
        place = _check_quote(self.file, self.measure.id, name or "measure", self.document, quoted)
        return (self.document.id, clause, quote), place

    def _check_term(self, name: str, term: Term) -> None:
        field_name = f"terms.{name}"
        for value in term.values.values():
            if value is not None and not stands_in(value, term.unit, term.quote):
                right = f"其引文“{term.quote}”里没有这个数（单位{term.unit}）"
                raise self._wrong(f"{field_name}.values", value, right)
        words = _BOUND_WORDS[term.bound]
        if words and not any(word in term.quote for word in words):
            right = f"引文里须有{'、'.join(words)}等字样之一"
            raise self._wrong(f"{field_name}.bound", term.bound.value, right)

    def _check_condition(self, name: str, condition: Condition) -> None:
        if condition.slot is None:
            return
        slot = self.slots.get(condition.slot)
        if slot is None:
            near = "、".join(get_close_matches(condition.slot, self.slots, n=3, cutoff=0.3))
            right = f"{SLOTS} 没有这个名字" + (f"，相近的有{near}" if near else "")
            raise self._wrong(f"{name}.slot", condition.slot, right)
        for value in condition.is_ or ():
            self._check_value(f"{name}.is", condition.slot, value)
        for bound, number in (("at_most", condition.at_most), ("at_least", condition.at_least)):
            if number is None:
                continue
            unit = _UNIT_OF_SLOT.get(slot["type"], slot.get("unit", ""))
            quote = _quoted(self.measure, condition)[1]
            if not stands_in(number, unit, quote):
                raise self._wrong(f"{name}.{bound}", number, f"其引文“{quote}”里没有这个数")

    def _check_value(self, name: str, slot_name: str, value: str) -> None:
        slot = self.slots.get(slot_name, {})
        values = ["是", "否"] if slot.get("type") == "flag" else list(slot.get("values") or ())
        if slot.get("type") != "text" and value not in values:
            right = (
                f"词表 {slot_name} 可取的值是{'、'.join(values) or '数字，请用at_most或at_least'}"
            )
            raise self._wrong(name, value, right)

    def _responsible(self) -> tuple[tuple[str, str, str], Place]:
        measure = self.measure
        if measure.responsible is None or measure.responsible_quote is None:
            name = "responsible" if measure.responsible is None else "responsible_quote"
            raise self._wrong(name, "", "responsible 与 responsible_quote 须同时写明")
        if "".join(measure.responsible.split()) not in "".join(measure.responsible_quote.split()):
            right = f"其引文“{measure.responsible_quote}”里没有这些单位"
            raise self._wrong("responsible", measure.responsible, right)
        return self._place(
            "responsible", Quote(clause=measure.clause, quote=measure.responsible_quote)
        )

    def _check_rule(self) -> None:
        measure, rule = self.measure, self.measure.rule
        names = frozenset(measure.terms)
        if rule is not Rule.NONE:
            needed, allowed = _TERMS.get(rule, (frozenset(), frozenset()))
            if missing := needed - names:
                raise self._wrong("terms", "、".join(names), f"规则 {rule} 还须有{_list(missing)}")
            if foreign := names - needed - allowed:
                raise self._wrong("terms", _list(foreign), f"规则 {rule} 不用这一数值")
        if rule is Rule.LOST and not measure.lost:
            raise self._wrong("lost", "", "规则 lost 须写明原文丢失了什么")
        if rule is Rule.STAGED_CEILING and not measure.stages:
            raise self._wrong("stages", "", "规则 staged_ceiling 须列出各阶段")
        for stage in measure.stages:
            if stage not in measure.quote:
                raise self._wrong("stages", stage, f"须是引文“{measure.quote}”里的字样")
        if rule is Rule.ALLOCATION:
            ratio = ":".join(f"{part.weight.normalize():f}" for part in measure.parts)
            if not measure.parts or ratio not in measure.quote.replace("：", ":"):
                raise self._wrong("parts", ratio, f"引文“{measure.quote}”里没有这个比例")
            for part in measure.parts:
                if part.party not in measure.quote:
                    raise self._wrong("parts", part.party, f"引文“{measure.quote}”里没有这一方")


def _quoted(measure: Measure, part: Term | Condition | Quote | None) -> tuple[str, str]:
    """Clause and quote of a part; the measure's own where the part states none."""
    if part is None:
        return measure.clause, measure.quote
    return part.clause or measure.clause, part.quote or measure.quote


def _flat(name: str, conditions: tuple[Condition, ...]) -> Iterator[tuple[str, Condition]]:
    """Every condition and every member of a group, with the name of its field."""
    for index, condition in enumerate(conditions):
        own = f"{name}.{index}"
        yield own, condition
        yield from _flat(f"{own}.any", condition.any_ or ())
        yield from _flat(f"{own}.all", condition.all_ or ())


# Files ------------------------------------------------------------------------------------------

_RIGHT = {
    "extra_forbidden": "没有这个字段，请删去或改正字段名",
    "missing": "缺少这个字段，请补上",
    "string_type": "须为文字",
    "string_pattern_mismatch": "须为小写英文词和数字，以连字符相连",
    "decimal_parsing": '须为带引号的数字，如 "0.50"',
    "decimal_type": '须为带引号的数字，如 "0.50"',
    "tuple_type": "须为列表",
    "dict_type": "须为“名称: 值”",
    "model_type": "须为“名称: 值”",
}


def _slots(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    if SLOTS not in data:
        raise MeasureError(SLOTS, None, "name", "", "须随措施一并给出词表，条件才能核对")
    return {slot["name"]: slot for slot in data[SLOTS]}


def _parse(file: str, raw: Any) -> MeasureFile:
    try:
        return MeasureFile.model_validate(raw)
    except ValidationError as error:
        # a misspelt key is also a missing one: the misspelling is what the author can see
        found = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise _refusal(file, raw, found[0]) from None


def _refusal(file: str, raw: Any, error: ErrorDetails) -> MeasureError:
    """What pydantic found first, said to the file's author."""
    path = list(error["loc"])
    measure = None
    if path[:1] == ["measures"] and len(path) > 1 and isinstance(path[1], int):
        entry = raw["measures"][path[1]]
        measure = str(entry.get("id", f"第{path[1] + 1}项")) if isinstance(entry, dict) else None
        path = path[2:]
    kind = error["type"]
    if kind in ("enum", "literal_error"):
        right = (
            f"须为以下之一：{error['ctx']['expected'].replace(' or ', '、').replace(', ', '、')}"
        )
    elif kind.startswith("date"):
        right = "须为日期，如 2024-03-22"
    elif kind == "value_error":
        right = str(error["ctx"]["error"])
    else:
        right = _RIGHT.get(kind, f"不合格式（{error['msg']}）")
    name = ".".join(str(part) for part in path) or "measures"
    value = "" if kind == "missing" else error["input"]
    return MeasureError(file, measure, name, value, right)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _list(names: frozenset[str]) -> str:
    return "、".join(sorted(names))
