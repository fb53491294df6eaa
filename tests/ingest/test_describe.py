"""What a paper says of itself, and what it leaves open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.clauses import split
from ingest.describe import NATION, UNKNOWN, Description, describe
from ingest.document import Dates, DocumentKind
from ingest.sources import load_sources

CORPUS = Path(__file__).parents[2] / "corpus"
DIVISIONS = {"重庆市": "500000", "江津区": "500116", "洛阳市": "410300", "河南省": "410000"}
PAPER = """某市人民政府办公厅
关于印发《设备更新实施办法（2024—2026年）》的通知
某府办发〔2024〕5号
各区县人民政府：
现印发给你们，请认真贯彻执行。
一、支持更新。
二、本办法自2024年5月1日起施行。
某市人民政府办公厅
二〇二四年四月一日
某市人民政府办公厅  2024年4月3日印发
"""


def of(text: str, facts: dict[str, str] | None = None) -> Description:
    return describe(text, split(text), facts or {}, "文件名", DIVISIONS)


def test_a_paper_is_described() -> None:
    about = of(PAPER)
    assert about.title == "设备更新实施办法（2024—2026年）"
    assert about.number == "某府办发〔2024〕5号"
    assert about.issuers == ("某市人民政府办公厅",)
    assert about.kind is DocumentKind.RULES
    assert about.dates == Dates(
        signed=date(2024, 4, 1),
        printed=date(2024, 4, 3),
        effective=date(2024, 5, 1),
        period_from=date(2024, 1, 1),
        period_until=date(2026, 12, 31),
    )
    assert about.region == UNKNOWN
    assert about.doubts == ("看不出是哪个地区的文件。",)


def test_what_is_missing_is_left_open_and_said() -> None:
    about = of("支持更新，另行通知。\n")
    assert (about.title, about.number, about.issuers, about.dates) == ("文件名", None, (), Dates())
    assert len(about.doubts) == 5


@pytest.mark.parametrize(
    ("old", "new", "region"),
    [
        ("某市", "重庆市", "重庆市"),
        ("某市", "重庆市江津区", "江津区"),
        ("某市人民政府办公厅", "财政部", NATION),
    ],
)
def test_the_region_is_the_issuers(old: str, new: str, region: str) -> None:
    assert of(PAPER.replace(old, new)).region == region


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于设备更新的通知（征求意见稿）", DocumentKind.DRAFT),
        ("关于第12号提案的复函", DocumentKind.REPLY_LETTER),
        ("设备更新实施办法解读", DocumentKind.INTERPRETATION),
        ("设备更新名单公示", DocumentKind.ANNOUNCEMENT),
        ("设备更新行动计划", DocumentKind.PLAN),
        ("设备更新若干措施", DocumentKind.OPINION),
        ("关于设备更新的通知", DocumentKind.NOTICE),
    ],
)
def test_kinds(title: str, kind: DocumentKind) -> None:
    assert of(f"{title}\n一、支持更新。\n").kind is kind


def test_what_the_file_says_beside_the_text_is_used() -> None:
    facts = {
        "标题": "关于设备更新的通知", "发布日期": "2024-04-05 10:00", "发文字号": "某发〔2024〕7号",
        "发文机关": "重庆市财政局", "url": "https://www.example.gov.cn/a.html",
    }  # fmt: skip
    about = of("一、支持更新。\n", facts)
    assert (about.title, about.number) == ("关于设备更新的通知", "某发〔2024〕7号")
    assert about.dates.published == date(2024, 4, 5)
    assert (about.region, about.url) == ("重庆市", facts["url"])


def test_a_day_that_never_was_is_none() -> None:
    assert of(PAPER.replace("二〇二四年四月一日", "2024年2月30日")).dates.signed is None


def test_the_corpus_own_papers() -> None:
    for document in load_sources(CORPUS):
        about = of(document.text)
        assert about.number == document.number
        assert about.kind is document.kind
        assert about.dates == document.dates
        assert about.title == document.title or about.title in document.title
