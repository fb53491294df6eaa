"""Mutations of true sentences: what must be withheld is, what means the same is not.

In:  the measures and documents of the corpus; evals/mutations.yaml: the forms of true sentences
     and the words to change them with.
Out: per operator how many changed sentences were withheld, and how many rewrites that keep the
     meaning were withheld by mistake; exit code 1 unless that is all and none. The operators only
     change text and say what they changed; they know nothing of the check
     (tests/assistant/grounding/test_mutations.py runs a sample).
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from assistant.answer import Reason, Statement, StatementKind, Truth, Verdict
from assistant.calculators.case import CalculatorError, Case, Guarantee, Loan, Premium, RatePart
from assistant.calculators.money import percent, plain, yuan
from assistant.calculators.rules import RULES
from assistant.measures.model import Measure, Rule, Term
from assistant.measures.reader import Catalogue, Place, read_catalogue
from assistant.reading.regions import Gazetteer
from assistant.steps.calculate import terms_on
from assistant.steps.verify import Claims, Grounds, verify
from assistant.writing.sheet import Sheet, on_one_line
from ingest.datafiles import read_data
from ingest.document import Document, StatusFinding
from ingest.metadata import status
from ingest.sources import load_sources

FILE = Path(__file__).with_suffix(".yaml")
CORPUS = Path(__file__).parent.parent / "corpus"
MARK = re.compile(r"\[\d\]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class TrueSentence:
    """A true sentence of one form, with all that it rests on."""

    form: str
    statement: Statement
    grounds: Grounds
    document: Document

    def told(self, text: str) -> Statement:
        """The same sentence in other words."""
        return self.statement.model_copy(update={"text": text})


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence after one operator; `what` names the change."""

    operator: str
    what: str
    text: str


# True sentences -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Library:
    """The corpus, and the words of this evaluation."""

    documents: Mapping[str, Document]
    catalogue: Catalogue
    claims: Claims
    words: Mapping[str, Any]
    names: frozenset[str]

    @classmethod
    def load(cls, corpus: Path = CORPUS) -> Library:
        """From the corpus folder and the file beside this module."""
        documents = {d.id: d for d in load_sources(corpus)}
        data = read_data(corpus)
        words = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        catalogue = read_catalogue(data, documents)
        gazetteer = Gazetteer.load(corpus / "lexicon")
        names = {m.title for m in catalogue.measures}
        return cls(
            documents,
            catalogue,
            Claims(data["lexicon/claims.yaml"], gazetteer),
            words,
            frozenset(names | {d.region for d in documents.values()}),
        )

    @property
    def day(self) -> date:
        day: date = self.words["day"]
        return day


def truths(library: Library) -> Iterator[TrueSentence]:
    """Every true sentence that the forms give, measure by measure and document by document."""
    for measure in library.catalogue.measures:
        yield from _of_measure(library, measure)
    for document in library.documents.values():
        yield from _of_document(library, document)


def _of_measure(library: Library, measure: Measure) -> Iterator[TrueSentence]:
    document = library.documents[measure.document]
    finding = status(document, library.day)
    case = library.words["cases"].get(str(measure.rule), {"said": f"请问{measure.title}"})
    sheet = Sheet(library.documents, lambda _: finding, library.day.isoformat())
    first = sheet.cite(library.catalogue.place(measure))
    title = document.clauses[0]
    second = sheet.cite(Place(document.id, title.path, title.start, title.end))
    basic = _words_of(library, measure, document)
    rows: list[tuple[Mapping[str, Any], dict[str, str], tuple[int, ...], tuple[str, ...]]] = []
    ids = [
        (sheet.calculate(measure.id, working, [first or 1]), working)
        for working in _workings(measure, case, library.day)
    ]
    for form in library.words["templates"]:
        only = form.get("only", {})
        if not _fits(only, kind=str(measure.kind), status=str(finding.status)):
            continue
        one = (first or 1,)
        if form["of"] == "measure":
            both = (first or 1, second or 2) if "{number}" in form["text"] else one
            rows.append((form, basic, both, ()))
        elif form["of"] == "point":
            rows += [(form, basic | {"point": p}, one, ()) for p in measure.open_points]
        elif form["of"] == "term":
            for name, term in measure.terms.items():
                value = _value(term, library.day)
                if [t.unit for t in measure.terms.values()].count(term.unit) > 1:
                    continue  # the form does not say which of them is meant
                bound = {"bound": str(term.bound), "unit": term.unit}
                if value and _fits(only, **bound, applicant=bool(measure.applicant)):
                    place = library.catalogue.place(measure, term)
                    n = sheet.cite(place) or 1
                    clause = {"value": value, "clause": place.path, "what": name}
                    rows.append((form, basic | clause, (n,), ()))
        elif form["of"] == "calculation":
            for identifier, working in ids:
                if not _fits(only, amount_kind=str(working.amount_kind)):
                    continue
                if working.amount is None and working.rate is None:
                    continue
                amount = (
                    percent(working.rate)
                    if working.rate is not None
                    else yuan(working.amount or Decimal(0), working.currency)
                )
                values = {"label": working.label, "amount": amount, "formula": working.formula}
                rows.append((form, basic | values, one, (identifier,)))
    said = (case["said"], f"{basic['elsewhere']}能用吗")
    grounds = _grounds(library, sheet, (measure,), finding, said)
    yield from _filled(rows, grounds, document)


def _of_document(library: Library, document: Document) -> Iterator[TrueSentence]:
    finding = status(document, library.day)
    sheet = Sheet(library.documents, lambda _: finding, library.day.isoformat())
    title = document.clauses[0]
    n = sheet.cite(Place(document.id, title.path, title.start, title.end)) or 1
    signed = document.dates.signed
    values = {"document": f"《{document.title}》", "title_mark": f"[{n}]", "mark": f"[{n}]"}
    if document.number:
        values["number"] = document.number
    if signed:
        values["signed"] = f"{signed.year}年{signed.month}月{signed.day}日"
    rows: list[tuple[Mapping[str, Any], dict[str, str], tuple[int, ...], tuple[str, ...]]] = [
        (form, values, (n,), ())
        for form in library.words["templates"]
        if form["of"] == "document" and _fits(form.get("only", {}), status=str(finding.status))
    ]
    grounds = _grounds(library, sheet, (), finding, (f"{document.short_title}是什么文件",))
    yield from _filled(rows, grounds, document)


def _filled(
    rows: Iterable[tuple[Mapping[str, Any], dict[str, str], tuple[int, ...], tuple[str, ...]]],
    grounds: Grounds,
    document: Document,
) -> Iterator[TrueSentence]:
    for form, values, cites, calculations in rows:
        marks = "".join(f"[{n}]" for n in cites)
        values = (
            values | {"mark": marks} | ({} if "title_mark" in values else {"title_mark": marks})
        )
        if any(not values.get(name) for name in PLACEHOLDER.findall(form["text"])):
            continue
        text = PLACEHOLDER.sub(lambda found, v=values: v[found[1]], form["text"])  # type: ignore[misc]
        statement = Statement(
            text=text,
            kind=StatementKind.FIGURE,
            citations=tuple(sorted(set(cites))),
            calculations=calculations,
        )
        yield TrueSentence(form["name"], statement, grounds, document)


def _words_of(library: Library, measure: Measure, document: Document) -> dict[str, str]:
    place = library.catalogue.place(measure)
    conditions = "；".join(c.text for c in measure.conditions if c.text)
    return {
        "title": measure.title,
        "gist": (measure.gist or "").rstrip("。"),
        "document": f"《{document.title}》",
        "clause": place.path,
        "quote": on_one_line(document.text[place.start : place.end]).rstrip("。"),
        "region": document.region,
        "elsewhere": library.words["elsewhere"].get(document.region, ""),
        "conditions": conditions,
        "not_stated": "、".join(measure.not_stated),
        "responsible": (measure.responsible or "") if len(measure.responsible or "") < 40 else "",
        "number": document.number or "",
        "applicant": measure.applicant[0] if measure.applicant else "",
    }


def _grounds(
    library: Library,
    sheet: Sheet,
    measures: tuple[Measure, ...],
    finding: StatusFinding,
    said: tuple[str, ...],
) -> Grounds:
    cited = {c.document_id for c in sheet.citations}
    return Grounds(
        documents={d: library.documents[d] for d in cited},
        statuses=dict.fromkeys(cited, finding),
        citations={c.n: c for c in sheet.citations},
        calculations={c.id: c for c in sheet.calculations},
        measures={m.id: m for m in measures},
        said=said,
        as_of=library.day,
        names=library.names,
        verdicts={m.id: Verdict.MAY_APPLY for m in measures},
        reasons={m.id: _reasons(m) for m in measures},
    )


def _reasons(measure: Measure) -> tuple[Reason, ...]:
    """Every condition is still to be confirmed."""
    texts = (c.text for c in measure.conditions if c.text)
    return tuple(Reason(condition=text, result=Truth.UNKNOWN) for text in texts)


def _workings(measure: Measure, case: Mapping[str, str], day: date) -> Sequence[Any]:
    if measure.rule in (Rule.NONE, Rule.LOST, Rule.UNSTATED):
        return ()
    rate = Decimal(case["rate"]) if "rate" in case else None
    principal = Decimal(case["principal"]) if "principal" in case else None
    facts = Case(
        loans=(Loan(principal, (RatePart(rate),)),) if rate and principal else (),
        guarantees=(Guarantee(principal, rate),) if rate and principal else (),
        premiums=(Premium(Decimal(case["premium"]), rate),) if "premium" in case else (),
        loss=Decimal(case["loss"]) if "loss" in case else None,
    )
    try:
        return RULES[measure.rule](terms_on(measure, day), facts)
    except CalculatorError:
        return ()


def _value(term: Term, day: date) -> str | None:
    value = term.on(day)
    if value is None:
        return None
    if term.unit == "比例":
        return percent(value)
    if term.unit in ("元", "美元"):
        money = yuan(value) if term.unit == "元" else yuan(value, "USD")
        return re.sub("(亿|万)", r"多\1", money, count=1) if str(term.bound) == "about" else money
    if str(term.bound) == "about":
        return f"{plain(value)}余{term.unit}"
    return f"{plain(value)}{term.unit}"


def _fits(only: Mapping[str, Any], **has: object) -> bool:
    return all(
        has[key] in wanted if isinstance(wanted, list) else has[key] == wanted
        for key, wanted in only.items()
        if key in has
    )


# Operators ----------------------------------------------------------------------------------------

Words = Mapping[str, Any]
Operator = Callable[[TrueSentence, Words], Iterator[Changed]]


def _at(text: str, start: int, end: int, put: str) -> str:
    return text[:start] + put + text[end:]


def _marks(text: str) -> set[int]:
    return {at for found in MARK.finditer(text) for at in range(*found.span())}


def digits(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """One digit becomes another."""
    text, skip = truth.statement.text, _marks(truth.statement.text)
    for found in re.finditer(r"\d", text):
        if found.start() in skip:
            continue
        for step in (1, 4, 7):
            digit = str((int(found.group()) + step) % 10)
            leads = found.start() == 0 or not text[found.start() - 1].isdigit()
            if digit == "0" and leads:
                continue
            what = f"{found.group()}→{digit}"
            yield Changed("digit", what, _at(text, *found.span(), digit))


def tenfold(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """A number ten times as large, or a tenth."""
    text, skip = truth.statement.text, _marks(truth.statement.text)
    for found in NUMBER.finditer(text):
        if found.start() in skip:
            continue
        number = Decimal(found.group())
        for factor in (Decimal(10), Decimal("0.1")):
            put = plain(number * factor)
            if number:
                yield Changed("tenfold", f"{found.group()}→{put}", _at(text, *found.span(), put))


def swap_numbers(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """Two figures of one unit change places."""
    text = truth.statement.text
    found = list(re.finditer(r"(\d+(?:\.\d+)?)(亿元|万元|%|家)", text))
    for a, b in pairwise(found):
        if text[a.end() : b.start()].strip() == "+":
            continue
        if a[2] == b[2] and a[1] != b[1]:
            put = text[: a.start(1)] + b[1] + text[a.end(1) : b.start(1)] + a[1] + text[b.end(1) :]
            yield Changed("swap", f"{a.group()}↔{b.group()}", put)


def percent_points(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """A share becomes percentage points."""
    for found in re.finditer(r"(?<=\d)%", truth.statement.text):
        text = _at(truth.statement.text, *found.span(), "个百分点")
        yield Changed("percent-points", "%→个百分点", text)


def _replacing(name: str, key: str) -> Operator:
    def operator(truth: TrueSentence, words: Words) -> Iterator[Changed]:
        text = truth.statement.text
        if key == "grants":
            text = _without_caveat(text)
        pairs: Mapping[str, str] = words[key]
        pattern = "|".join(sorted(map(re.escape, pairs), key=len, reverse=True))
        for found in re.finditer(pattern, text):
            put = pairs[found.group()]
            if key == "units" and text[found.start() - 1 : found.start()] not in tuple(
                "0123456789"
            ):
                continue
            if key == "counts" and not text[found.start() - 1 : found.start()].isdigit():
                continue
            if key == "negate" and text[found.start() - 1 : found.start()] in ("不", "未"):
                continue
            yield Changed(name, f"{found.group()}→{put}", _at(text, *found.span(), put))

    return operator


def _without_caveat(text: str) -> str:
    """Without the words that would still say that it is a ceiling."""
    return text.replace("这是上限，", "").replace("，这是上限", "")


def drop_bounds(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """The word that bounds a figure is gone."""
    told = _without_caveat(truth.statement.text)
    pattern = "|".join(sorted(words["drops"], key=len, reverse=True))
    for found in re.finditer(
        rf"(?:{pattern})(?=[^，。；]{{0,12}}\d)|(?<=[元家场%])(?:{pattern})", told
    ):
        yield Changed("bound-dropped", f"{found.group()}→", _at(told, *found.span(), ""))


def clause_paths(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """Another clause of the same document."""
    text = truth.statement.text
    own = re.search(
        r"》([^，。：“）]*?（[一二三四五六七八九十]+）\d*|[一二三四五六七八九十]+是)", text
    )
    if not own:
        return
    path = own[1]
    others = [c.path for c in truth.document.clauses if c.path != path and "、" in c.path]
    for other in others[:: max(1, len(others) // 4)]:
        if not path.startswith(other):
            changed = _at(text, *own.span(1), other)
            yield Changed("clause", f"{path}→{other}", changed)


def cities(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """The rule of one place told of another."""
    text = truth.statement.text
    for city in words["cities"]:
        for found in re.finditer(city, text):
            for other in words["cities"]:
                if other != city:
                    changed = _at(text, *found.span(), other)
                    yield Changed("city", f"{city}→{other}", changed)


def applicants(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """Who gets it is somebody else."""
    one, other = words["applicants"]
    text = truth.statement.text
    for found in re.finditer(one, text):
        yield Changed("applicant", f"{one}→{other}", _at(text, *found.span(), other))
    for found in re.finditer(rf"(?<![担保业工制造司]){other}(?![贷债类])", text):
        yield Changed("applicant", f"{other}→{one}", _at(text, *found.span(), one))


def numbers_of_papers(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """A document number with another digit."""
    text = truth.statement.text
    for found in re.finditer(r"〔(\d{4})〕(\d+)号", text):
        for group in (1, 2):
            put = str(int(found[group]) + 1)
            what = f"{found[group]}→{put}"
            yield Changed("document-number", what, _at(text, *found.span(group), put))


def dates(truth: TrueSentence, _words: Words) -> Iterator[Changed]:
    """A day, month or year moved."""
    text = truth.statement.text
    for pattern, step in ((r"(\d{4})(?=年)", -1), (r"(?<=年)(\d{1,2})(?=月)", 1),
                          (r"(?<=月)(\d{1,2})(?=日)", 3), (r"(\d{4})(?=年)", 3)):  # fmt: skip
        for found in re.finditer(pattern, text):
            put = str(int(found[1]) + step)
            yield Changed("date", f"{found[1]}→{put}", _at(text, *found.span(1), put))


def links(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """A link or an address that nobody gave."""
    for link in words["links"]:
        yield Changed("link", link, truth.statement.text + link)


def invented_numbers(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """A document number that does not exist, or not here."""
    text = truth.statement.text
    for number in words["invented_numbers"]:
        if number != truth.document.number:
            yield Changed("invented-number", number, f"根据{number}，{text}")


def quotes(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """A quotation with one character lost, doubled, or another."""
    text = truth.statement.text
    free = _outside_quotes(text)
    inside = [i for i, c in enumerate(text) if not free[i] and c not in "“”《》" and c.strip()]
    for at in inside[:: max(1, len(inside) // 8)]:
        other = next(w for w in words["swaps"] if w != text[at])
        yield Changed("quote", f"{text[at]}→{other}", _at(text, at, at + 1, other))
        if text[at] in "，。；：、":
            continue
        at_edge = text[at - 1] == "“" or text[at + 1] in "。”"
        if not at_edge:  # a shorter quotation is still a true one
            yield Changed("quote", f"{text[at]}→", _at(text, at, at + 1, ""))
        yield Changed("quote", f"{text[at]}→{text[at] * 2}", _at(text, at, at, text[at]))


def promises(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """A promise that the papers do not make."""
    for promise in words["promises"]:
        text = truth.statement.text.rstrip("。") + f"，{promise}。"
        yield Changed("promise", promise, text)


OPERATORS: tuple[Operator, ...] = (
    digits,
    tenfold,
    swap_numbers,
    percent_points,
    _replacing("unit", "units"),
    _replacing("count-unit", "counts"),
    _replacing("grant", "grants"),
    _replacing("bound-flip", "bound_flips"),
    drop_bounds,
    _replacing("per", "per"),
    clause_paths,
    cities,
    applicants,
    _replacing("negation-added", "negate"),
    _replacing("negation-dropped", "affirm"),
    numbers_of_papers,
    dates,
    _replacing("status", "status"),
    _replacing("condition", "judged"),
    links,
    invented_numbers,
    quotes,
    promises,
)


def mutations(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """Every change of one sentence, each a text that says something else."""
    seen = {truth.statement.text}
    for operator in OPERATORS:
        for changed in operator(truth, words):
            if changed.text not in seen:
                seen.add(changed.text)
                yield changed


# Rewrites that keep the meaning -------------------------------------------------------------------

_MONEY = re.compile(r"(\d+(?:\.\d+)?)(亿|万)(元|美元)")
_FULL = str.maketrans("0123456789%", "０１２３４５６７８９％")
_NUMERALS = "零一二三四五六七八九"


def rewrites(truth: TrueSentence, words: Words) -> Iterator[Changed]:
    """The same said otherwise; what stands in quotation marks keeps its words."""
    text = truth.statement.text
    free = _outside_quotes(text)
    for found in _MONEY.finditer(text):
        if not free[found.start()]:
            continue
        number = Decimal(found[1]) * (10**8 if found[2] == "亿" else 10**4)
        for put in _amounts(number, found[3]):
            if put != found.group() and "约" not in text[max(0, found.start() - 1) : found.start()]:
                yield Changed("money", f"{found.group()}→{put}", _at(text, *found.span(), put))
    for found in re.finditer(r"(\d+)(\.\d+)?%", text):
        if free[found.start()] and int(found[1]) < 100:
            fraction = "".join(_NUMERALS[int(d)] for d in (found[2] or "")[1:])
            put = "百分之" + spoken(int(found[1])) + (f"点{fraction}" if fraction else "")
            yield Changed("percent", f"{found.group()}→{put}", _at(text, *found.span(), put))
    yield Changed("width", "half→full", text.translate(_FULL))
    yield Changed("space", "", re.sub(r"(\d)(万|亿|%|家)", r"\1 \2", text))
    bounds = "|".join(sorted(words["bounds"], key=len, reverse=True))
    for found in re.finditer(rf"(?<!年)({bounds})(?=\d)", text):
        if free[found.start()]:
            for put in words["bounds"]:
                if put != found.group():
                    what = f"{found.group()}→{put}"
                    yield Changed("bound", what, _at(text, *found.span(), put))
            after = re.match(r"[\d.]+(?:亿元|万元|%|亿美元|万美元)", text[found.end() :])
            if after:
                told = text[: found.start()] + after.group() + words["bounds_after"]
                yield Changed(
                    "bound-after", after.group(), told + text[found.end() + after.end() :]
                )


def _amounts(number: Decimal, currency: str) -> Iterator[str]:
    whole = plain(number)
    yield f"{whole}{currency}"
    yield f"{number:,.0f}{currency}"
    yield f"{plain(number / 10**4)}万{currency}"
    yield f"{plain(number / 10**8)}亿{currency}"
    in_wan = number / 10**4
    if in_wan == in_wan.to_integral_value() and in_wan < 10**4:
        yield f"{spoken(int(in_wan))}万{currency}"


def spoken(number: int) -> str:
    """1050 → 一千零五十; 0 to 9999."""
    if number == 0:
        return _NUMERALS[0]
    parts, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            parts += ("零" if gap and parts else "") + _NUMERALS[digit] + name
            gap = False
        else:
            gap = True
    return parts.removeprefix("一") if parts.startswith("一十") else parts


def _outside_quotes(text: str) -> list[bool]:
    depth, free = 0, []
    for c in text:
        depth += c in "“《"
        free.append(depth == 0)
        depth -= c in "”》"
    return free


# The run ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """Counts by operator, and what went wrong: (operator, what, text)."""

    caught: Counter[str]
    total: Counter[str]
    false_alarms: Counter[str]
    controls: Counter[str]
    missed: tuple[tuple[str, str, str], ...]
    alarms: tuple[tuple[str, str, str, str], ...]


def run(library: Library, *, share: float = 1.0, seed: int = 0) -> Report:
    """Judge a share of all mutations and all rewrites; the same seed draws the same ones."""
    draw = random.Random(seed)
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    false_alarms: Counter[str] = Counter()
    controls: Counter[str] = Counter()
    missed: list[tuple[str, str, str]] = []
    alarms: list[tuple[str, str, str, str]] = []

    def control(name: str, what: str, truth: TrueSentence, text: str) -> None:
        controls[name] += 1
        withheld = verify([truth.told(text)], truth.grounds, library.claims).withheld
        if withheld:
            false_alarms[name] += 1
            alarms.append((name, what, text, withheld[0][1]))

    previous: TrueSentence | None = None
    for truth in truths(library):
        control("as-it-is", truth.form, truth, truth.statement.text)
        for changed in rewrites(truth, library.words):
            if draw.random() < share:
                control(changed.operator, changed.what, truth, changed.text)
        if previous is not None and previous.grounds is truth.grounds:
            controls["order"] += 1
            both = [truth.statement, previous.statement]
            withheld = verify(both, truth.grounds, library.claims).withheld
            if withheld:
                false_alarms["order"] += 1
                alarms.append(("order", truth.form, withheld[0][0].text, withheld[0][1]))
        previous = truth
        for changed in mutations(truth, library.words):
            if draw.random() >= share:
                continue
            total[changed.operator] += 1
            if verify([truth.told(changed.text)], truth.grounds, library.claims).withheld:
                caught[changed.operator] += 1
            else:
                missed.append((changed.operator, changed.what, changed.text))
    return Report(caught, total, false_alarms, controls, tuple(missed), tuple(alarms))


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 0 where every change was caught and no rewrite withheld."""
    parser = argparse.ArgumentParser(
        prog="python -m evals mutations",
        description="变异测试：改动过的句子被扣下的比例，等义改写被误扣的个数。",
    )
    parser.add_argument("--share", type=float, default=1.0, help="抽取的比例，默认全部")
    parser.add_argument("--seed", type=int, default=0, help="抽样的种子")
    parser.add_argument("--verbose", action="store_true", help="逐条列出漏网和误扣的句子")
    args = parser.parse_args(argv)
    report = run(Library.load(), share=args.share, seed=args.seed)
    print(f"{'改动':<18}{'扣下':>8}{'共':>8}")
    for name in sorted(report.total):
        print(f"{name:<20}{report.caught[name]:>8}{report.total[name]:>10}")
    caught, total = report.caught.total(), report.total.total()
    print(f"{'合计':<18}{caught:>8}{total:>10}  {caught / max(total, 1):.2%}")
    print(f"\n{'等义改写':<16}{'误扣':>8}{'共':>8}")
    for name in sorted(report.controls):
        print(f"{name:<20}{report.false_alarms[name]:>8}{report.controls[name]:>10}")
    alarms, controls = report.false_alarms.total(), report.controls.total()
    print(f"{'合计':<18}{alarms:>8}{controls:>10}")
    if args.verbose:
        for operator, what, text in report.missed:
            print(f"漏网 {operator} {what}：{text}")
        for operator, what, text, reason in report.alarms:
            print(f"误扣 {operator} {what}：{text}（{reason}）")
    return 0 if caught == total and not alarms else 1
