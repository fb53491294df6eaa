"""The status of the five papers, and of made-up ones, on each side of every boundary."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Dates, Document, DocumentKind, Repealed, Status
from ingest.metadata import describe_period, status
from ingest.sources import load_sources

CORPUS = Path(__file__).parents[2] / "corpus"
FIVE = {document.id: document for document in load_sources(CORPUS)}
PLAN = FIVE["cq-jingxin-2024-7"]


@pytest.mark.parametrize(
    ("document_id", "day", "expected"),
    [
        # 30 days after 2024-02-21 at the earliest; surely within its period from the next year on
        ("cq-jingxin-2024-7", "2024-02-21", "not_yet_effective"),
        ("cq-jingxin-2024-7", "2024-03-21", "not_yet_effective"),
        ("cq-jingxin-2024-7", "2024-03-22", "effective_date_unknown"),
        ("cq-jingxin-2024-7", "2024-03-23", "effective_date_unknown"),
        ("cq-jingxin-2024-7", "2024-12-31", "effective_date_unknown"),
        ("cq-jingxin-2024-7", "2025-01-01", "in_force"),
        ("cq-jingxin-2024-7", "2026-11-20", "in_force"),
        ("cq-jingxin-2024-7", "2027-12-30", "in_force"),
        ("cq-jingxin-2024-7", "2027-12-31", "in_force"),
        ("cq-jingxin-2024-7", "2028-01-01", "expired"),
        # its own day was lost: some day of 2017 or later
        ("cq-fuban-2017", "2016-12-31", "not_yet_effective"),
        ("cq-fuban-2017", "2017-01-01", "effective_date_unknown"),
        ("cq-fuban-2017", "2017-12-31", "effective_date_unknown"),
        ("cq-fuban-2017", "2018-01-01", "in_force"),
        ("cq-fuban-2017", "2019-12-30", "in_force"),
        ("cq-fuban-2017", "2019-12-31", "in_force"),
        ("cq-fuban-2017", "2020-01-01", "expired"),
        ("cq-fuban-2017", "2026-11-20", "expired"),
        # no word about taking effect: from the day it was signed
        ("cq-jingxin-rongzi-2024-6", "2024-03-12", "not_yet_effective"),
        ("cq-jingxin-rongzi-2024-6", "2024-03-13", "in_force"),
        ("cq-jingxin-rongzi-2024-6", "2024-03-14", "in_force"),
        ("cq-jingxin-rongzi-2024-6", "2027-12-31", "in_force"),
        ("cq-jingxin-rongzi-2024-6", "2028-01-01", "expired"),
        ("cq-jinyi-2018-1", "2018-05-16", "reply_letter"),
        ("cq-jinyi-2018-1", "2026-11-20", "reply_letter"),
        ("luoyang-2024-draft", "2023-01-01", "draft"),
        ("luoyang-2024-draft", "2026-11-20", "draft"),
    ],
)
def test_the_status_of_the_five_papers(document_id: str, day: str, expected: str) -> None:
    finding = status(FIVE[document_id], date.fromisoformat(day))
    assert finding.status is Status(expected)
    assert finding.as_of == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("document_id", "day", "places"),
    [
        (
            "cq-jingxin-2024-7",
            "2026-11-20",
            {"2024—2027年", "自公布之日起30日后施行", "2024年2月21日"},
        ),
        ("cq-fuban-2017", "2026-11-20", {"2017―2019年"}),
        ("cq-jingxin-rongzi-2024-6", "2026-11-20", {"2024—2027年", "2024年3月13日"}),
        ("cq-jinyi-2018-1", "2026-11-20", {"复 函", "复函"}),
        ("luoyang-2024-draft", "2026-11-20", {"征求意见稿"}),
    ],
)
def test_a_finding_shows_the_words_that_decide(
    document_id: str, day: str, places: set[str]
) -> None:
    document = FIVE[document_id]
    finding = status(document, date.fromisoformat(day))
    assert {document.quote(*span) for span in finding.spans} == places
    assert list(finding.spans) == sorted(finding.spans)


def test_both_places_of_the_effective_clause_are_shown() -> None:
    spans = status(PLAN, date(2026, 11, 20)).spans
    clauses = [
        PLAN.clause_at(start).path for start, end in spans if "施行" in PLAN.quote(start, end)
    ]
    assert clauses == ["通知", "文末"]


def test_the_reasons_say_what_is_known_and_what_is_not() -> None:
    assert status(FIVE["cq-fuban-2017"], date(2026, 11, 20)).reason == (
        "文件期间为2017—2019年，已届满；文本未载是否另文废止"
    )
    assert status(PLAN, date(2026, 11, 20)).reason == (
        "文件自公布之日起30日后施行，公布日期未载于文本，确切施行日不明，推定已施行；"
        "文件期间为2024—2027年，所问之日在期间内"
    )
    assert "只能推知不早于2024年3月22日" in status(PLAN, date(2024, 4, 1)).reason
    assert "不能作为申请依据" in status(FIVE["luoyang-2024-draft"], date(2026, 1, 1)).reason


def paper(text: str = "", kind: DocumentKind = DocumentKind.RULES, **dates: object) -> Document:
    return replace(PLAN, text=text, kind=kind, clauses=(), dates=replace(Dates(), **dates))


@pytest.mark.parametrize(
    ("document", "last_day_before", "after"),
    [
        (paper(effective=date(2024, 5, 1)), date(2024, 4, 30), Status.IN_FORCE),
        (
            paper(published=date(2024, 3, 1), effective_days_after_publication=30),
            date(2024, 3, 30),
            Status.IN_FORCE,
        ),
        (paper(signed=date(2024, 3, 1)), date(2024, 2, 29), Status.IN_FORCE),
        (paper(printed=date(2024, 3, 1)), date(2024, 2, 29), Status.IN_FORCE),
        (paper(published=date(2024, 3, 1)), date(2024, 2, 29), Status.IN_FORCE),
        (
            paper(signed=date(2023, 12, 20), effective_days_after_publication=30),
            date(2024, 1, 18),
            Status.EFFECTIVE_DATE_UNKNOWN,
        ),
    ],
)
def test_a_paper_is_not_yet_effective_until_its_day(
    document: Document, last_day_before: date, after: Status
) -> None:
    assert status(document, last_day_before).status is Status.NOT_YET_EFFECTIVE
    assert status(document, last_day_before + timedelta(days=1)).status is after


def test_nothing_known_is_said_to_be_unknown() -> None:
    for document in (paper(), paper(effective_days_after_publication=30)):
        finding = status(document, date(2026, 1, 1))
        assert finding.status is Status.EFFECTIVE_DATE_UNKNOWN
        assert "无法确定" in finding.reason


def test_a_paper_for_a_coming_period_says_that_it_has_not_begun() -> None:
    early = paper(
        signed=date(2024, 12, 1), period_from=date(2025, 1, 1), period_until=date(2027, 12, 31)
    )
    finding = status(early, date(2024, 12, 15))
    assert finding.status is Status.IN_FORCE
    assert finding.reason.endswith("文件期间为2025—2027年，期间尚未开始")


def test_a_day_is_found_in_chinese_numerals_too() -> None:
    text = "某局\n二〇二四年二月二十一日\n2024 年 02 月 21 日\n12024年2月21日"
    document = paper(text, signed=date(2024, 2, 21))
    assert [document.quote(*span) for span in status(document, date(2025, 1, 1)).spans] == [
        "二〇二四年二月二十一日",
        "2024 年 02 月 21 日",
    ]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 1, 1), date(2027, 12, 31), "2024—2027年"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024年"),
        (date(2024, 3, 1), date(2025, 2, 28), "2024年3月1日至2025年2月28日"),
        (date(2024, 3, 1), None, "2024年3月1日起"),
        (None, date(2027, 12, 31), "至2027年12月31日"),
        (None, None, ""),
    ],
)
def test_a_period_in_words(first: date | None, last: date | None, words: str) -> None:
    assert describe_period(paper(period_from=first, period_until=last)) == words


days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(days, days, days, st.integers(0, 365))
def test_a_paper_goes_from_not_yet_to_expired_and_never_back(
    signed: date, one: date, other: date, wait: int
) -> None:
    order = list(Status)
    stages = [
        Status.NOT_YET_EFFECTIVE,
        Status.EFFECTIVE_DATE_UNKNOWN,
        Status.IN_FORCE,
        Status.EXPIRED,
    ]
    assert set(stages) < set(order)
    document = paper(
        signed=signed, effective_days_after_publication=wait, period_until=date(2041, 12, 31)
    )
    earlier, later = sorted((one, other))
    before, after = status(document, earlier).status, status(document, later).status
    assert stages.index(before) <= stages.index(after)


@pytest.mark.parametrize("document_id", FIVE)
def test_the_reason_for_today_names_no_number_but_the_papers_own(document_id: str) -> None:
    document = FIVE[document_id]
    reason = status(document, date(2026, 11, 20)).reason
    assert set(re.findall(r"\d+", reason)) <= set(re.findall(r"\d+", document.text))


def dated(**dates: object) -> Document:
    return replace(PLAN, kind=DocumentKind.RULES, dates=Dates(**dates))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dates", "day", "expected"),
    [
        ({"effective": date(2025, 4, 1), "valid_months": 60}, "2030-03-31", Status.IN_FORCE),
        ({"effective": date(2025, 4, 1), "valid_months": 60}, "2030-04-01", Status.EXPIRED),
        ({"effective": date(2024, 2, 29), "valid_months": 12}, "2025-02-28", Status.IN_FORCE),
        ({"effective": date(2024, 2, 29), "valid_months": 12}, "2025-03-01", Status.EXPIRED),
        ({"signed": date(2025, 4, 1), "valid_until": date(2027, 12, 31)}, "2027-12-31",
         Status.IN_FORCE),
        ({"signed": date(2025, 4, 1), "valid_until": date(2027, 12, 31)}, "2028-01-01",
         Status.EXPIRED),
        # the day of publication is not known: some day from 2025-05-01 to the end of 2025
        ({"signed": date(2025, 4, 1), "effective_days_after_publication": 30, "valid_months": 12},
         "2026-04-30", Status.IN_FORCE),
        ({"signed": date(2025, 4, 1), "effective_days_after_publication": 30, "valid_months": 12},
         "2026-05-01", Status.EFFECTIVE_DATE_UNKNOWN),
        ({"signed": date(2025, 4, 1), "effective_days_after_publication": 30, "valid_months": 12},
         "2026-12-31", Status.EXPIRED),
        ({"valid_months": 12}, "2026-12-31", Status.EFFECTIVE_DATE_UNKNOWN),
    ],
)  # fmt: skip
def test_a_term_ends_on_its_last_day(dates: dict[str, object], day: str, expected: Status) -> None:
    assert status(dated(**dates), date.fromisoformat(day)).status is expected


def test_a_paper_is_repealed_from_the_day_the_other_takes_effect() -> None:
    other = Repealed("b", "新办法", "某发〔2025〕1号", date(2025, 5, 1))
    ended = replace(dated(signed=date(2020, 1, 1), valid_months=12), repealed=other)
    assert status(ended, date(2020, 6, 1)).status is Status.IN_FORCE
    assert status(ended, date(2025, 4, 30)).status is Status.EXPIRED
    finding = status(ended, date(2025, 5, 1))
    assert finding.status is Status.REPEALED
    assert "《新办法》（某发〔2025〕1号）" in finding.reason and "2025年5月1日" in finding.reason
    unknown = replace(ended, repealed=replace(other, on=None))
    assert status(unknown, date(2025, 5, 1)).status is Status.EXPIRED
