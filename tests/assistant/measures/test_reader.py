"""The reader refuses what the document does not bear out, and names file, measure and field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.measures.model import Bound, Measure, Term
from assistant.measures.reader import (
    Catalogue,
    MeasureError,
    load,
    locate,
    read_catalogue,
    stands_in,
)
from ingest.document import Clause, Dates, Document, DocumentKind

HEAD = "关于试办的通知\n自公布之日起施行。\n"
CHAPTER = "一、支持办法\n"
SUBSIDY = (
    "（一）贴息。对甲类项目按不超实际\n\n利率的50%给予贴息，每个项目每年不超1000万元。"
    "分别给予乙类最高不超20万元。（牵头单位：市一局、市二局；配合单位：市三局）\n"
)
SHARING = "（二）分担。先行先试。"
FIRST = "一是由甲机构、乙机构3:1分担风险，"
SECOND = "二是自主借款不超过等值 500 万元美元。\n"


def document(text: str = "", *lengths: tuple[str, int]) -> Document:
    """The sample paper, or a text cut into clauses of the given lengths."""
    clauses: list[Clause] = []
    if text:
        at = 0
        for path, length in lengths:
            clauses.append(Clause(path, at, at + length))
            at += length
    else:
        text = HEAD + CHAPTER + SUBSIDY + SHARING + FIRST + SECOND
        ends = [0]
        for piece in (HEAD, CHAPTER, SUBSIDY, SHARING, FIRST, SECOND):
            ends.append(ends[-1] + len(piece))
        items = (
            Clause("一、（二）", ends[3], ends[4]),
            Clause("一、（二）·一是", ends[4], ends[5]),
            Clause("一、（二）·二是", ends[5], ends[6]),
        )
        clauses = [
            Clause("标题", ends[0], ends[1]),
            Clause("一", ends[1], ends[2]),
            Clause("一、（一）", ends[2], ends[3]),
            Clause("一、（二）", ends[3], ends[6], items=items),
        ]
    return Document(
        id="sample",
        title="关于试办的通知",
        short_title="试办通知",
        number=None,
        issuers=(),
        region="某某市",
        kind=DocumentKind.NOTICE,
        dates=Dates(),
        url=None,
        file="documents/sample.txt",
        sha256="",
        text=text,
        clauses=tuple(clauses),
    )


SLOTS = yaml.safe_load("""
- {name: applicant, type: choice, values: {企业: {}, 银行: {}}}
- {name: product, type: choice, values: {甲类: {}, 乙类: {}}}
- {name: recognised, type: flag}
- {name: rate, type: rate}
""")
GOOD = """
document: sample
valid: {from: 2024-03-22, until: 2027-12-31, clause: 标题}
measures:
  - id: interest-subsidy
    aliases: [S-1]
    title: 贴息
    kind: benefit
    clause: 一、（一）
    quote: 对甲类项目按不超实际利率的50%给予贴息，每个项目每年不超1000万元。
    applicant: [企业]
    conditions:
      - {slot: product, is: 甲类, quote: 对甲类项目}
      - {slot: rate, at_most: "0.5", text: 利率不超50%}
    rule: share_of_interest
    terms:
      share:
        {values: {2024-03-22: "0.50"}, unit: 比例, bound: at_most, quote: 不超实际利率的50%给予贴息}
      ceiling:
        {values: {2024-03-22: "10000000"}, unit: 元, bound: at_most, quote: 每年不超1000万元}
    responsible: 市一局、市二局
    responsible_quote: 牵头单位：市一局、市二局
  - id: risk-sharing
    title: 风险分担
    kind: service
    clause: 一、（二）·一是
    quote: 由甲机构、乙机构3:1分担风险
    rule: allocation
    parts: [{party: 甲机构, weight: "3"}, {party: 乙机构, weight: "1"}]
  - id: borrowing
    title: 自主借款
    kind: repayable
    clause: 一、（二）·二是
    quote: 自主借款不超过等值500万元美元
    rule: ceiling
    terms:
      ceiling: {values: "5000000", unit: 美元, bound: at_most, quote: 不超过等值500万元美元}
reviewed_and_none:
  - {clause: 一、（一）, quote: 最高不超20万元}
"""


def read(source: str, **more: Any) -> Catalogue:
    data: Mapping[str, Any] = {
        "measures/sample.yaml": yaml.safe_load(source),
        "lexicon/slots.yaml": SLOTS,
        **more,
    }
    return read_catalogue(data, {"sample": document()})


def test_a_good_file_is_read_with_the_place_of_every_quote() -> None:
    catalogue = read(GOOD)
    text = document().text
    subsidy = catalogue.by_alias["S-1"]
    assert subsidy is catalogue.get("interest-subsidy") is catalogue.get("S-1")
    assert (subsidy.document, subsidy.region) == ("sample", "某某市")
    assert subsidy.valid is not None and subsidy.valid.until == date(2027, 12, 31)
    start, end = catalogue.span(subsidy, "share")
    assert text[start:end] == "不超实际\n\n利率的50%给予贴息"
    start, end = catalogue.span(catalogue.by_id["borrowing"])
    assert text[start:end] == "自主借款不超过等值 500 万元美元"
    assert catalogue.place(catalogue.by_id["borrowing"]).path == "一、（二）·二是"
    assert catalogue.place(subsidy, subsidy.conditions[1]) == catalogue.place(subsidy)
    lead = catalogue.responsible_place(subsidy)
    assert lead is not None and text[lead.start : lead.end] == "牵头单位：市一局、市二局"
    assert catalogue.responsible_place(catalogue.by_id["borrowing"]) is None
    assert [text[p.start : p.end] for p in catalogue.reviewed_and_none] == ["最高不超20万元"]


def test_values_that_went_through_json_read_the_same() -> None:
    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value.isoformat() if isinstance(value, date) else value

    stored = json.loads(json.dumps(plain(yaml.safe_load(GOOD))))
    data = {"measures/sample.yaml": stored, "lexicon/slots.yaml": SLOTS}
    assert load(data, {"sample": document()}) == read(GOOD).measures


# what is replaced, by what, the field that is named, and words of what would be right
BROKEN = [
    ("title: 贴息", "titel: 贴息", "titel", "没有这个字段"),
    ("    title: 贴息\n", "", "title", "缺少这个字段"),
    ("    aliases: [S-1]", "    aliases: S-1", "aliases", "须为列表"),
    ("kind: benefit", "kind: subsidy", "kind", "'benefit'"),
    ("id: interest-subsidy", "id: 贴息", "id", "连字符"),
    ("from: 2024-03-22", 'from: "2024-02-30"', "valid.from", "须为日期"),
    ('{2024-03-22: "0.50"}', '{2024年: "0.50"}', "terms.share.values", "须为日期"),
    ('"0.50"', "0.50", "terms.share.values", "带引号"),
    ('"0.50"', "五成", "terms.share.values", "带引号"),
    ('"0.50"', '"0.05"', "terms.share.values", "没有这个数"),
    ('"10000000"', '"1000"', "terms.ceiling.values", "没有这个数"),
    ("unit: 美元", "unit: 欧元", "terms.ceiling.values", "单位欧元"),
    ("unit: 比例, bound: at_most", "unit: 比例, bound: at_least", "terms.share.bound", "不低于"),
    ("unit: 比例, bound: at_most", "unit: 比例, bound: 不超", "terms.share.bound", "'at_most'"),
    ("slot: product", "slot: prodct", "conditions.0.slot", "product"),
    ("is: 甲类", "is: 丙类", "conditions.0.is", "甲类、乙类"),
    ("slot: product, is: 甲类", "slot: recognised, is: 可能", "conditions.0.is", "是、否"),
    ("slot: product, is: 甲类", "slot: product", "conditions.0", "at_most、at_least"),
    ('at_most: "0.5"', 'at_most: "0.6"', "conditions.1.at_most", "没有这个数"),
    ("quote: 对甲类项目}", "quote: 对乙类项目}", "conditions.0.quote", "一字不差"),
    ("applicant: [企业]", "applicant: [工厂]", "applicant", "企业、银行"),
    ("clause: 一、（一）\n", "clause: 一、（三）\n", "measure.clause", "没有这一条"),
    ("clause: 一、（二）·一是", "clause: 一、（二）", "measure.clause", "请写 一、（二）·一是"),
    ("每年不超1000万元。", "每年不超2000万元。", "measure.quote", "一字不差"),
    ("每年不超1000万元。", "每年给予1000万元。", "measure.quote", "一字不差"),
    ("rule: share_of_interest", "rule: share_of_rent", "rule", "'share_of_interest'"),
    ("rule: share_of_interest", "rule: share_of_premium", "terms", "不用这一数值"),
    ("rule: share_of_interest", "rule: lost", "terms", "不用这一数值"),
    ('      ceiling: {values: "5000000"', '      top: {values: "5000000"', "terms", "ceiling"),
    ('weight: "3"', 'weight: "2"', "parts", "没有这个比例"),
    ("party: 乙机构", "party: 丙机构", "parts", "没有这一方"),
    ("id: risk-sharing", "id: interest-subsidy", "id", "不得重复"),
    ("    title: 风险分担", "    aliases: [S-1]\n    title: 风险分担", "aliases", "不得重复"),
    ("responsible: 市一局、市二局", "responsible: 市一局、市三局", "responsible", "没有这些单位"),
    ("    responsible: 市一局、市二局\n", "", "responsible", "同时写明"),
    (
        "牵头单位：市一局、市二局",
        "牵头单位：市一局、市二局、市三局",
        "responsible.quote",
        "一字不差",
    ),
    ("document: sample", "document: smaple", "document", "sample"),
    ("document: sample\n", "", "document", "缺少这个字段"),
    ("clause: 标题}", "clause: 通知}", "valid.clause", "没有这一条"),
    ("quote: 最高不超20万元", "quote: 最高不超30万元", "reviewed_and_none.quote", "一字不差"),
]


@pytest.mark.parametrize(("old", "new", "field", "right"), BROKEN)
def test_a_wrong_file_is_refused_with_the_field_and_what_would_be_right(
    old: str, new: str, field: str, right: str
) -> None:
    assert old in GOOD
    with pytest.raises(MeasureError) as refusal:
        read(GOOD.replace(old, new, 1))
    message = str(refusal.value)
    assert refusal.value.field.startswith(field), message
    assert refusal.value.file == "measures/sample.yaml" and "measures/sample.yaml" in message
    assert refusal.value.field in message and right in message
    assert refusal.value.measure is None or refusal.value.measure in message


def test_a_measure_is_named_by_its_place_where_it_has_no_id() -> None:
    with pytest.raises(MeasureError, match="第1项"):
        read(GOOD.replace("  - id: interest-subsidy\n    aliases", "  - aliases", 1))


def test_a_lost_measure_says_what_was_lost_and_stages_stand_in_the_quote() -> None:
    lost = GOOD.replace("rule: allocation", "rule: lost")
    with pytest.raises(MeasureError) as refusal:
        read(lost)
    assert refusal.value.field == "lost"
    staged = GOOD.replace("rule: ceiling", "rule: staged_ceiling")
    with pytest.raises(MeasureError) as refusal:
        read(staged)
    assert refusal.value.field == "stages"
    with pytest.raises(MeasureError) as refusal:
        read(staged.replace("    rule: staged", "    stages: [过会]\n    rule: staged"))
    assert refusal.value.field == "stages"


def test_without_the_vocabulary_nothing_is_read() -> None:
    with pytest.raises(MeasureError, match=r"lexicon/slots\.yaml"):
        read_catalogue({"measures/sample.yaml": yaml.safe_load(GOOD)}, {"sample": document()})


def test_a_term_holds_from_its_day_until_it_is_repealed() -> None:
    term = Term.model_validate(
        {
            "values": {"2024-01-01": "0.5", "2025-01-01": "0.4", "2026-01-01": None},
            "unit": "比例",
            "bound": Bound.AT_MOST,
            "quote": "",
        }
    )
    assert term.on(date(2023, 12, 31)) is None
    assert term.on(date(2024, 12, 31)) == Decimal("0.5")
    assert term.on(date(2025, 1, 1)) == Decimal("0.4")
    assert term.on(date(2026, 1, 1)) is None


def test_a_plain_number_holds_on_every_day() -> None:
    borrowing: Measure = read(GOOD).by_id["borrowing"]
    assert borrowing.terms["ceiling"].on(date(1999, 1, 1)) == 5_000_000


@pytest.mark.parametrize(
    ("value", "unit", "quote", "stands"),
    [
        ("0.5", "比例", "不超实际利率的50%", True),
        ("0.05", "比例", "不超实际利率的50%", False),
        ("50", "比例", "不超实际利率的50%", False),
        ("0.008", "比例", "费率0.8%", True),
        ("10000000", "元", "不超1000万元", True),
        ("10000000", "元", "不超1000万美元", False),
        ("10000000", "元", "服务1000万家", False),
        ("1000", "家（次）", "服务企业1000家（次）", True),
        ("5000000", "美元", "等值 500 万元\n美元额度", True),
        ("11587000000", "元", "办理再贴现115.87亿元", True),
        ("30000000000", "元", "融资300多亿元", True),
        ("2000", "家", "增加至2000余家", True),
        ("200000000000000", "元", "共200万亿元", True),
        ("3", "年", "三年内新增", True),
        ("1234567", "元", "共1,234,567元", True),
    ],
)
def test_a_number_stands_in_a_quote_with_its_unit(
    value: str, unit: str, quote: str, stands: bool
) -> None:
    assert stands_in(Decimal(value), unit, quote) is stands


@settings(deadline=None)
@given(
    words=st.lists(st.text("甲乙丙丁，。50%", min_size=1, max_size=6), min_size=1, max_size=5),
    gaps=st.lists(st.sampled_from(["", " ", "\n", "\n\n", "\u3000"]), min_size=6, max_size=6),
    before=st.text("子丑寅 \n", max_size=8),
    after=st.text("子丑寅 \n", max_size=8),
)
def test_a_quote_is_found_exactly_whatever_breaks_its_lines(
    words: list[str], gaps: list[str], before: str, after: str
) -> None:
    broken = "".join(word + gap for word, gap in zip(words, gaps, strict=False)).strip()
    text = "天地" + before + broken + after
    paper = document(text, ("标题", 2), ("一", len(text) - 2))
    start, end = locate(paper, "一", "".join(words))
    assert text[start:end] == broken
    for clause, quote in (("标题", broken), ("一", broken + "玄"), ("二", broken)):
        with pytest.raises(LookupError):
            locate(paper, clause, quote)


def test_of_two_parts_with_one_path_the_one_that_holds_the_quote_is_found() -> None:
    paper = document("二、直接融资二、保险保障", ("二", 6), ("二", 6))
    assert locate(paper, "二", "保险保障") == (8, 12)
