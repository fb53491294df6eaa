"""What a paper says of itself, and what it leaves open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.clauses import split
from ingest.describe import Description, Sure, describe
from ingest.document import NATION, UNKNOWN_REGION, Dates, DocumentKind
from ingest.read.base import RECOGNISED
from ingest.sources import load_sources

CORPUS = Path(__file__).parents[2] / "corpus"
DIVISIONS = {"重庆市": "500000", "江津区": "500116", "洛阳市": "410300", "河南省": "410000"}
DIVISIONS["黔南布依族苗族自治州"] = "522700"
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
    assert about.region == UNKNOWN_REGION
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
        ("设备更新办法\n（公开征求意见稿）", DocumentKind.DRAFT),
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


@pytest.mark.parametrize(
    "number",
    [
        "某府规〔2025〕3号", "某府规[2025]3号", "某府规【2025】3号", "某府规（2025）3号",
        "某府规﹝2025﹞3号", "某府规〔2025〕第3号", "工信部联企业〔2024〕1号",
        "某市人民政府令第215号", "某市财政局公告2025年第3号", "某市人民政府令第一百二十号",
    ],
)  # fmt: skip
def test_numbers_of_every_form(number: str) -> None:
    head = number.replace("令", "令\n") if "令" in number else number
    text = f"{head}\n关于设备更新的通知\n各区：\n一、支持更新，见某府规〔2020〕9号。\n"
    assert of(text).number == number


@pytest.mark.parametrize(
    ("words", "dates"),
    [
        ("本办法自2025年4月1日起施行，有效期5年。",
         Dates(effective=date(2025, 4, 1), valid_months=60)),
        ("本办法自二〇二五年四月一日起施行，有效期为三年。",
         Dates(effective=date(2025, 4, 1), valid_months=36)),
        ("本办法自公布之日起三十日后施行，试行期一年。",
         Dates(effective_days_after_publication=30, valid_months=12)),
        ("本办法自2025年4月1日起施行，有效期至2027年12月31日。",
         Dates(effective=date(2025, 4, 1), valid_until=date(2027, 12, 31))),
        ("本办法自2025年4月1日起施行，至2027年12月31日止。",
         Dates(effective=date(2025, 4, 1), valid_until=date(2027, 12, 31))),
        ("本办法有效期自2025年4月1日起至2027年3月31日。",
         Dates(effective=date(2025, 4, 1), valid_until=date(2027, 3, 31))),
        ("本办法自印发之日起施行，试行18个月。", Dates(valid_months=18)),
        ("登记有效期为3年。许可证有效期至2027年12月31日。", Dates()),
        ("小作坊应当办理登记，登记证，有效期3年。本办法有效期5年。", Dates(valid_months=60)),
        ("本办法自印发之日起施行。", Dates()),
        ("对2025年1月1日起实施的项目给予补助，建设期2年。", Dates()),
        ("公示期自2025年1月1日至2025年1月7日。", Dates()),
    ],
)  # fmt: skip
def test_days_and_terms(words: str, dates: Dates) -> None:
    assert of(f"某办法\n第一条 支持更新。\n第二条 {words}\n").dates == dates


@pytest.mark.parametrize(
    ("words", "ended"),
    [
        ("《旧办法》（某发〔2020〕1号）同时废止。", [("旧办法", "某发〔2020〕1号")]),
        ("原《旧办法》、《旧细则》同时废止。", [("旧办法", None), ("旧细则", None)]),
        ("原有关办法（某发〔2020〕1号）即行废止。", [("", "某发〔2020〕1号")]),
        ("下列文件予以废止：\n1.《旧办法》\n2.《旧细则》\n", [("旧办法", None), ("旧细则", None)]),
        ("本办法代替《旧办法》。", [("旧办法", None)]),
        ("与本办法不一致的，以本办法为准。", []),
        ("《旧办法》已于2020年废止，不再适用。", []),
        ("依照《旧办法》执行。", []),
        ("《旧办法》第二条同时废止。", []),
        ("《旧办法》（某发〔2020〕1号）第二条同时废止，《旧细则》同时废止。", [("旧细则", None)]),
    ],
)
def test_what_a_paper_ends(words: str, ended: list[tuple[str, str | None]]) -> None:
    text = f"新办法\n第一条 支持更新。\n第二条 {words}\n"
    about = of(text)
    assert [(each.title, each.number) for each in about.repeals] == ended
    for each in about.repeals:
        assert (each.title or each.number or "?") in text[each.start : each.end]


def test_what_is_named_and_not_there_is_listed() -> None:
    text = (
        "某通知\n各区：\n根据《某某条例》（以下简称《条例》）和《营业执照》办理。\n一、甲。\n"
        "二、申报指南由市财政局另行发布。\n附件：1.申请表\n　　　2.汇总表\n"
    )
    about = of(text)
    assert about.refers_to == ("某某条例",)
    cited = of("某通知\n各区：\n一、按《某某办法》（某发〔2020〕1号）和《某某办法》执行。\n")
    assert cited.refers_to == ("某某办法（某发〔2020〕1号）",)
    assert about.annexes_missing == ("申请表", "汇总表")
    assert about.wanted == ("申请表", "汇总表", "申报指南")
    assert of(f"{text}附件1\n申请表\n一、填写。\n").annexes_missing == ("汇总表",)


def test_a_table_below_the_annex_that_is_announced_is_that_annex() -> None:
    text = "某市贴息办法\n第一条　标准见附件。\n第二条　自公布之日起施行。\n附件：贴息标准表\n"
    assert of(text).annexes_missing == ("贴息标准表",)
    rows = (
        "表1 表头：规模；比例\n表1 第1行：规模：大型；比例：15%\n表1 第2行：规模：小型；比例：20%\n"
    )
    assert of(text + rows).annexes_missing == ()


def test_a_table_alone_has_the_title_that_stands_over_it() -> None:
    rows = "{0} 表头：产品；利率\n{0} 第1行：产品：甲贷；利率：4%\n"
    assert of("Sheet1\n" + rows.format("表1（某市贷款利率表）")).title == "某市贷款利率表"
    assert of("利率表\n" + rows.format("表1")).title == "利率表"


def test_every_reading_stands_where_it_says() -> None:
    about = of(PAPER)
    words = {each.field: PAPER[each.start : each.end] for each in about.readings if each.end}
    assert words["number"] == "某府办发〔2024〕5号"
    assert "2024年5月1日起施行" in words["effective"]
    assert words["signed"] == "二〇二四年四月一日"
    assert words["issuers"] == "某市人民政府办公厅"
    assert about.sure("kind") is Sure.INFERRED and about.sure("signed") is Sure.STATED


def test_a_region_that_only_the_text_names_is_a_guess() -> None:
    text = "关于设备更新的若干措施\n落实《洛阳市方案》，支持洛阳市企业。\n一、支持更新。\n"
    about = of(text)
    assert about.region == "洛阳市"
    assert about.sure("region") is Sure.GUESSED
    assert any("洛阳市" in doubt for doubt in about.doubts)


SCANNED = """泸州市人民政府办会
义件
泸经信发【2025]j 17与 签发人:李某某
泸州市经济和信息化局
关于印发《泸州市设备贷款贴息办法》的通知
各区县人民政府:
现印发给你们，请认真贯彻执行。
一、给予贴息。
泸州市经济和信息化局”泸州市财政局
2025年3月12日
"""


def test_what_was_recognised_on_an_image_is_unsure_and_told_for_comparing() -> None:
    divisions = {"泸州市": "510500"}
    about = describe(SCANNED, split(SCANNED), {RECOGNISED: "是"}, "扫描件", divisions)
    assert about.title == "泸州市设备贷款贴息办法"
    assert about.number == "泸经信发〔2025〕17号"
    assert about.issuers == ("泸州市经济和信息化局", "泸州市财政局")
    for reading in about.readings:
        if reading.field == "issuers":
            assert SCANNED[reading.start : reading.end] == reading.value
    for field in ("title", "number", "issuers", "signed"):
        assert about.sure(field) is Sure.GUESSED
    told = about.doubts[0]
    assert "标题《泸州市设备贷款贴息办法》；文号泸经信发〔2025〕17号" in told
    assert "成文日期2025-03-12" in told
    assert "没有读出：印发日期、施行日期" in told


def test_a_printed_paper_is_not_read_as_leniently_as_a_recognised_one() -> None:
    about = describe(SCANNED, split(SCANNED), {}, "文件", {"泸州市": "510500"})
    assert about.number is None
    assert not any("图像" in doubt for doubt in about.doubts)


def test_a_division_of_a_people_is_known_as_papers_call_it() -> None:
    text = "黔南州旅游包机奖励办法\n第一条　每架次奖励3万元。\n"
    about = of(text)
    assert about.region == "黔南布依族苗族自治州"
    (read,) = [each for each in about.readings if each.field == "region"]
    assert text[read.start : read.end] == "黔南州"


@pytest.mark.parametrize("recognised", [False, True])
def test_a_decrees_own_head_is_no_part_of_the_title_below_it(recognised: bool) -> None:
    text = (
        "洛阳市人民政府令\n第12号\n洛阳市烟花爆竹管理办法\n"
        "第一条　禁止燃放。\n洛阳市人民政府\n二〇二四年三月五日\n"
    )
    about = of(text, {RECOGNISED: "1"} if recognised else None)
    assert about.title == "洛阳市烟花爆竹管理办法"
    assert about.number == "洛阳市人民政府令第12号"
    assert about.dates.signed == date(2024, 3, 5)
    unsure = {each.sure for each in about.readings if each.field != "kind"}
    assert (Sure.STATED in unsure) is not recognised


def test_a_number_in_the_title_is_no_number_of_the_paper() -> None:
    about = of(
        "重庆市民政局关于市政协五届三次会议第127号提案的答复\n\n渝民函〔2025〕19号（A）\n\n"
        "李委员：\n您的提案收悉。\n"
    )
    assert about.title == "重庆市民政局关于市政协五届三次会议第127号提案的答复"
    assert about.number == "渝民函〔2025〕19号"
    assert about.kind is DocumentKind.REPLY_LETTER


def test_who_issued_it_may_stand_alone_below_the_title() -> None:
    about = of(
        "重庆市白名单管理办法\n重庆市经济和信息化委员会\n渝经信发〔2025〕3号\n\n第一条　入库。\n"
    )
    assert about.title == "重庆市白名单管理办法"
    assert about.issuers == ("重庆市经济和信息化委员会",)
