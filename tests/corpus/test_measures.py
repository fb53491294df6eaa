"""The measures are what the documents say: complete, verbatim, every figure accounted for.

The checks here are written without the reader's own, so that a mistake there is not repeated.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.measures.model import Bound, Condition, Kind, Measure, Quote, Rule, Term
from assistant.measures.reader import Catalogue, MeasureError, read_catalogue
from ingest.datafiles import read_data
from ingest.document import Document
from ingest.sources import load_sources

CORPUS = Path(__file__).parents[2] / "corpus"
ALIASES = (Path(__file__).parent / "aliases.txt").read_text(encoding="utf-8").split()
# digits, or Chinese numerals before a measure word; not an item's mark (1.)
FIGURE = re.compile(
    r"(?<![0-9.])(?![0-9]+\.(?![0-9]))[0-9]+(?:\.[0-9]+)?"
    r"|[一二两三四五六七八九十百千]+(?=[年家户笔场倍成]|个区|类企业|类项目)"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def parts(measure: Measure) -> Iterator[Term | Condition | Quote | None]:
    """Everything of a measure that quotes."""

    def conditions(group: tuple[Condition, ...]) -> Iterator[Condition]:
        for condition in group:
            yield condition
            yield from conditions(condition.any_ or ())
            yield from conditions(condition.all_ or ())

    yield None
    yield from measure.more_quotes
    yield from measure.terms.values()
    yield from conditions(measure.conditions)


def written(value: Decimal, unit: str) -> Iterator[str]:
    """The ways in which a document may print a number with its unit, as patterns."""

    def digits(number: Decimal) -> str:
        return rf"(?<![0-9.]){re.escape(f'{number.normalize():f}')}"

    if unit == "比例":
        yield digits(value * 100) + "%"
        return
    for scale, power in (("", 0), ("万", 4), ("亿", 8)):
        yield digits(value.scaleb(-power)) + f"[余多]?{scale}(?:元)?{re.escape(unit)}"
    if value < 10 and value == int(value):
        yield "零一二三四五六七八九"[int(value)] + re.escape(unit)


def stands(value: Decimal, unit: str, quote: str) -> bool:
    return any(re.search(pattern, squeezed(quote)) for pattern in written(value, unit))


def test_every_fact_of_the_list_is_a_measure_once(catalogue: Catalogue) -> None:
    assert len(ALIASES) == 172
    assert sorted(catalogue.by_alias) == sorted(ALIASES)
    assert sorted(alias for m in catalogue.measures for alias in m.aliases) == sorted(ALIASES)


def test_ids_and_titles_are_unique(catalogue: Catalogue) -> None:
    assert len(catalogue.by_id) == len(catalogue.measures)
    assert len({m.title for m in catalogue.measures}) == len(catalogue.measures)


def test_every_quote_is_verbatim_in_its_clause(
    catalogue: Catalogue, documents: Mapping[str, Document]
) -> None:
    for measure in catalogue.measures:
        text = documents[measure.document].text
        for part in parts(measure):
            place = catalogue.place(measure, part)
            quote = (part.quote if part is not None else None) or measure.quote
            clause = (part.clause if part is not None else None) or measure.clause
            assert squeezed(text[place.start : place.end]) == squeezed(quote), measure.id
            assert place.path == clause, measure.id
            holding = [
                c
                for top in documents[measure.document].clauses
                for c in (top, *top.items)
                if c.path == clause and c.start <= place.start and place.end <= c.end
            ]
            assert holding, measure.id


def test_every_responsible_body_is_named_in_the_measures_clause(
    catalogue: Catalogue, documents: Mapping[str, Document]
) -> None:
    named = [m for m in catalogue.measures if m.responsible]
    assert len(named) >= 40
    for measure in named:
        place = catalogue.responsible_place(measure)
        assert place is not None and measure.responsible is not None
        said = documents[measure.document].text[place.start : place.end]
        assert measure.responsible in squeezed(said)
        assert place.path == measure.clause


def test_every_number_stands_in_its_quote_with_its_unit(catalogue: Catalogue) -> None:
    checked = 0
    for measure in catalogue.measures:
        for name, term in measure.terms.items():
            for value in term.values.values():
                assert value is not None and stands(value, term.unit, term.quote), (
                    f"{measure.id} {name}"
                )
                checked += 1
    assert checked >= 70


def test_every_figure_of_the_documents_is_covered_or_reviewed(
    catalogue: Catalogue, documents: Mapping[str, Document]
) -> None:
    places = list(catalogue.reviewed_and_none)
    for measure in catalogue.measures:
        places += [catalogue.place(measure, part) for part in parts(measure)]
    loose = [
        f"{document.id} {document.clause_at(match.start()).path}："
        f"{document.text[max(0, match.start() - 20) : match.end() + 10]}"
        for document in documents.values()
        for match in FIGURE.finditer(document.text)
        if not any(
            place.document == document.id
            and place.start <= match.start()
            and match.end() <= place.end
            for place in places
        )
    ]
    assert loose == []


def test_what_a_measure_says_of_itself_stands_in_the_documents(
    catalogue: Catalogue, documents: Mapping[str, Document]
) -> None:
    """Quoted phrases and figures of gist, title and open points, as `verify` will ask for them."""
    everywhere = squeezed("".join(document.text for document in documents.values()))
    for measure in catalogue.measures:
        text = squeezed(documents[measure.document].text)
        days = [d for v in [measure.valid] if v for d in (v.from_, v.until) if d]
        dates = "".join(f"{d.year}年{d.month}月{d.day}日" for d in days)
        for said in (measure.title, measure.gist or "", *measure.open_points, *measure.not_stated):
            for phrase in re.findall("“([^”]*)”", said):
                assert squeezed(phrase) in everywhere, f"{measure.id}：{phrase}"
            for figure in re.findall(r"[0-9]+(?:\.[0-9]+)?[%万亿]?", said):
                assert figure in text + dates, f"{measure.id}：{figure}"


def test_every_measure_can_be_told_and_recognised(catalogue: Catalogue) -> None:
    for measure in catalogue.measures:
        assert measure.gist and not measure.gist.endswith("。"), measure.id
        assert 4 <= len(measure.keywords) <= 20, measure.id
        assert len(set(measure.keywords)) == len(measure.keywords), measure.id
        assert not any(point.endswith("。") for point in measure.open_points), measure.id


def test_a_ceiling_is_a_bound_and_only_the_draft_names_an_exact_share(
    catalogue: Catalogue,
) -> None:
    for measure in catalogue.measures:
        if not measure.usable:
            assert measure.rule in (Rule.NONE, Rule.ALLOCATION, Rule.UNSTATED), measure.id
            continue
        assert measure.rule is not Rule.NONE, measure.id
        for name, term in measure.terms.items():
            exact = measure.document == "luoyang-2024-draft" and name == "share"
            assert (term.bound is Bound.EXACT) == exact, f"{measure.id} {name}"


def test_what_was_lost_stays_lost(catalogue: Catalogue) -> None:
    pilot = [m for m in catalogue.measures if m.document == "cq-fuban-2017"]
    assert not any(m.terms for m in pilot)
    assert {m.aliases[0] for m in pilot if m.rule is Rule.LOST} == {
        "M001-2.3.1",
        "M001-2.3.3",
        "M001-2.4.4",
    }


def test_the_reply_letter_gives_nothing_that_one_could_apply_for(catalogue: Catalogue) -> None:
    for measure in catalogue.measures:
        if measure.document == "cq-jinyi-2018-1":
            assert measure.kind in (Kind.STATISTIC, Kind.INTENTION, Kind.ABOUT), measure.id


@pytest.mark.parametrize(
    ("alias", "terms"),
    [
        ("M000-4.1a", {"share": "0.50", "ceiling": "10000000"}),
        ("M000-4.1b", {"share": "0.50", "ceiling": "1000000", "fee_rate_limit": "0.01"}),
        ("M000-4.2a", {"ceiling": "80000000"}),
        ("M000-4.2b", {}),
        ("M000-4.2c", {}),
        ("M000-4.3a", {"ceiling": "10000000"}),
        ("M000-4.3b", {"ceiling": "1000000"}),
        ("M000-4.3c", {"ceiling": "5000000"}),
        ("M000-4.4a", {"ceiling": "8000000"}),
        ("M000-4.4b", {}),
        ("M000-4.4c", {}),
        ("M000-4.5a", {"ceiling": "1000000"}),
        ("M000-4.5b", {"ceiling": "1000000"}),
        ("M000-4.5c", {"ceiling": "500000"}),
        ("M001-2.1.1", {}),
        ("M001-2.3.1", {}),
        ("M001-2.3.3", {}),
        ("M001-2.4.4", {}),
        ("M004-4d", {"ceiling": "20000000"}),
        ("M004-5b", {"ceiling": "5000000"}),
        ("M004-11a", {"share": "0.80", "premium_rate_limit": "0.03", "max_years": "3"}),
        ("M004-11b", {"share": "0.80", "premium_rate_limit": "0.03", "max_years": "1"}),
    ],
)
def test_the_measures_with_money_or_rates(
    catalogue: Catalogue, alias: str, terms: dict[str, str]
) -> None:
    measure = catalogue.by_alias[alias]
    assert measure.usable
    found = {name: value for name, t in measure.terms.items() for value in t.values.values()}
    assert found == {name: Decimal(value) for name, value in terms.items()}


def test_the_risk_is_shared_4_2_2_2(catalogue: Catalogue) -> None:
    sharing = catalogue.by_alias["M000-5.3"]
    assert [(part.party, part.weight) for part in sharing.parts] == [
        ("直担机构", Decimal(4)),
        ("再担机构", Decimal(2)),
        ("国担基金", Decimal(2)),
        ("银行", Decimal(2)),
    ]


_DATA = read_data(CORPUS)
_DOCUMENTS = {document.id: document for document in load_sources(CORPUS)}
_NUMBERS: list[tuple[str, int, str]] = [
    (file, index, name)
    for file, content in _DATA.items()
    if file.startswith("measures/")
    for index, measure in enumerate(content["measures"])
    for name in measure.get("terms", ())
]


@settings(deadline=None)
@given(number=st.sampled_from(_NUMBERS), at=st.integers(0, 15), digit=st.integers(0, 9))
def test_a_term_with_one_digit_changed_is_refused(
    number: tuple[str, int, str], at: int, digit: int
) -> None:
    file, index, name = number
    content: Any = copy.deepcopy(_DATA[file])
    measure = content["measures"][index]
    term = measure["terms"][name]
    dated = isinstance(term["values"], dict)
    old = next(iter(term["values"].values())) if dated else term["values"]
    place = at % len(old)
    assume(old[place] != ".")
    new = old[:place] + str(digit) + old[place + 1 :]
    assume(Decimal(new) != Decimal(old))
    assume(not stands(Decimal(new), term["unit"], term["quote"]))  # 100万元和500万元
    term["values"] = dict.fromkeys(term["values"], new) if dated else new
    with pytest.raises(MeasureError) as refusal:
        read_catalogue(
            {file: content, "lexicon/slots.yaml": _DATA["lexicon/slots.yaml"]}, _DOCUMENTS
        )
    assert refusal.value.measure == measure["id"]
    assert refusal.value.field == f"terms.{name}.values"
