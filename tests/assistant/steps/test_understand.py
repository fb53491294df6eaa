"""What is read from a person's words, as questions.yaml says; nothing that was not said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import Conversation, Fact
from assistant.matching.subject import Situation
from assistant.pipeline import Assistant
from assistant.reading.normalise import view
from assistant.steps.understand import Understanding, merge, understand

TODAY = date(2026, 11, 20)
NUMERALS = re.compile(r"[0-9零〇一二两三四五六七八九十百千万亿半]")
IMPLIED = 0.9  # what follows from a word is less sure than the word


def listed(value: Any) -> list[str]:
    return [] if value is None else value if isinstance(value, list) else [value]


def words_at(u: Understanding, slot: str) -> list[str]:
    return [u.question[slice(*f.span)] for f in u.facts if f.slot == slot and f.span]


def test_it_reads_what_the_row_says(row: dict[str, Any], asked: Callable[..., Any]) -> None:
    u = asked(*row["turns"], as_of=row.get("as_of"), region=row.get("region")).understood
    for key, wanted in row["understand"].items():
        CHECKS[key](u, wanted)


def affirmed(u: Understanding, wanted: dict[str, Any]) -> None:
    for slot, values in wanted.items():
        assert u.values(slot) == set(listed(values)), slot


def denied(u: Understanding, wanted: dict[str, Any]) -> None:
    said = {(f.slot, f.value) for f in u.facts if f.denied}
    assert said == {(slot, v) for slot, values in wanted.items() for v in listed(values)}


def not_said(u: Understanding, slots: list[str]) -> None:
    for slot in slots:
        assert not u.values(slot), slot


def said(u: Understanding, wanted: dict[str, str]) -> None:
    for slot, text in wanted.items():
        assert text in words_at(u, slot), (slot, words_at(u, slot))


def loans(u: Understanding, wanted: list[list[Any]]) -> None:
    read = [
        [str(loan.principal), *([str(r.rate), str(r.portion)] for r in loan.rates)]
        for loan in u.case.loans
    ]
    assert read == wanted


def kept(u: Understanding, wanted: dict[str, str]) -> None:
    values = {f.slot: f.value for f in u.kept_facts}
    assert {slot: values.get(slot) for slot in wanted} == wanted


def subset(of: str) -> Callable[[Understanding, list[str]], None]:
    def check(u: Understanding, wanted: list[str]) -> None:
        assert set(wanted) <= {str(x) for x in getattr(u, of)}

    return check


def equal(to: str) -> Callable[[Understanding, Any], None]:
    def check(u: Understanding, wanted: Any) -> None:
        value = getattr(u, to)
        assert (list(value) if isinstance(value, tuple) else value) == wanted

    return check


def as_of(u: Understanding, wanted: Any) -> None:
    assert str(u.as_of) == str(wanted)


CHECKS: dict[str, Callable[[Understanding, Any], None]] = {
    "intents": subset("intents"),
    "facts": affirmed,
    "denied": denied,
    "not_said": not_said,
    "said": said,
    "loans": loans,
    "region": equal("region"),
    "regions": equal("regions"),
    "region_conflict": equal("region_conflict"),
    "documents": equal("documents"),
    "as_of": as_of,
    "years": equal("years"),
    "clauses": equal("clause_marks"),
    "numbers": subset("numbers"),
    "unit_unknown": equal("unit_unknown"),
    "supposed": equal("hypothetical"),
    "kept": kept,
    "unknown_number": equal("unknown_number"),
    "asks": subset("asks"),
}


# The rows reach everything that there is


def test_the_rows_name_every_intent_and_every_kind_of_slot(
    rows: list[dict[str, Any]], assistant: Assistant
) -> None:
    understood = [row["understand"] for row in rows if "understand" in row]
    named = {name for u in understood for name in u.get("intents", ())}
    assert named == set(assistant.snapshot.data["lexicon/intents.yaml"])
    slots = {slot for u in understood for slot in u.get("facts", {})}
    kinds = {assistant.lexicon.slots[slot].type for slot in slots}
    assert kinds == {s.type for s in assistant.lexicon.slots.values()} - {"text"}  # 地区
    assert any(u.get("region") for u in understood)


def test_the_rows_reach_every_situation(rows: list[dict[str, Any]]) -> None:
    reached = {row["match"].get("situation") for row in rows if "match" in row}
    assert reached - {None} == set(Situation)


# What holds for every reading


def read(assistant: Assistant, text: str, before: Conversation | None = None) -> Understanding:
    return understand(
        text,
        before or Conversation.new("test"),
        assistant.lexicon,
        assistant.gazetteer,
        assistant.snapshot.documents,
        today=TODAY,
    )


def check_grounds(assistant: Assistant, u: Understanding) -> None:
    """Every fact has its words; those of a number hold a numeral."""
    for fact in u.new_facts:
        spec = assistant.lexicon.slots[fact.slot]
        if fact.span is None:
            assert fact.confidence < IMPLIED
            continue
        start, end = fact.span
        assert 0 <= start < end <= len(u.question)
        if spec.type in ("money", "rate", "number"):
            assert NUMERALS.search(view(u.question[start:end]).text), (fact, u.question)
            Decimal(fact.value)
        elif spec.type == "text":  # a currency's code
            assert fact.value
        else:
            assert fact.value in spec.values


def test_every_fact_of_the_rows_has_its_words(
    rows: list[dict[str, Any]], assistant: Assistant, asked: Callable[..., Any]
) -> None:
    for row in rows:
        check_grounds(assistant, asked(*row["turns"], as_of=row.get("as_of")).understood)


WORDS = [
    "我们", "重庆", "不是", "双百企业", "担保公司", "找", "贷了", "5000万", "3亿", "利率", "4%",
    "四个点", "月息五厘", "首台套", "上半年", "下半年", "三年", "8个月", "保费", "一次性收",
    "2%", "最高", "那个", "8000万", "LPR", "加", "50BP", "洛阳", "另外", "技改专项贷", ",",
    "。", "呢", "多少", "担保", "没认定", "代偿", "投了", "要是", "每个", "三个项目",
    "专精特新", "7月1日放款",
]  # fmt: skip
PIECES = st.sampled_from(WORDS)
TEXTS = st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=60))


@given(text=TEXTS)
def test_any_text_is_read_and_every_fact_has_its_words(assistant: Assistant, text: str) -> None:
    check_grounds(assistant, read(assistant, text))


@given(text=TEXTS)
def test_reading_twice_gives_the_same(assistant: Assistant, text: str) -> None:
    assert read(assistant, text) == read(assistant, text)


@given(first=TEXTS, second=TEXTS)
def test_what_is_known_twice_is_known_once(assistant: Assistant, first: str, second: str) -> None:
    """Merging the facts of a turn again changes nothing."""
    known = read(assistant, first).facts
    new = read(assistant, second).new_facts
    once = merge(known, new, "", assistant.lexicon)
    twice = merge(once, new, "", assistant.lexicon)
    assert set(twice) == set(once)


def test_a_multiple_choice_slot_adds_up_and_a_single_one_is_replaced(assistant: Assistant) -> None:
    known = (Fact("titles", "瞪羚企业", 1), Fact("size", "小型", 1))
    new = (Fact("titles", "专精特新", 2), Fact("size", "中型", 2))
    after = {(f.slot, f.value) for f in merge(known, new, "", assistant.lexicon)}
    assert after == {("titles", "瞪羚企业"), ("titles", "专精特新"), ("size", "中型")}


def test_a_value_denied_later_is_no_longer_affirmed(assistant: Assistant) -> None:
    known = (Fact("titles", "瞪羚企业", 1),)
    new = (Fact("titles", "瞪羚企业", 2, denied=True),)
    assert merge(known, new, "", assistant.lexicon) == new


@pytest.mark.parametrize("text", ["2018年底能申请吗", "2018年的时候有补贴吗"])
def test_a_day_said_goes_before_the_day_set(assistant: Assistant, text: str) -> None:
    u = understand(
        text,
        Conversation.new("test"),
        assistant.lexicon,
        assistant.gazetteer,
        assistant.snapshot.documents,
        today=TODAY,
        as_of=date(2025, 1, 1),
    )
    assert (u.as_of, u.as_of_said) == (date(2018, 12, 31), True)
