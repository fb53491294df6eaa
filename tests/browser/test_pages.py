"""The pages beside the chat, as a person uses them: reader, catalogue, self-check, calculator."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import docx
import httpx
import pytest
from openpyxl import load_workbook

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]

PLAN, PILOT, DRAFT = "cq-jingxin-2024-7", "cq-fuban-2017", "luoyang-2024-draft"
SUBSIDY = "tech-upgrade-loan-interest-subsidy"
FIRM = {
    "region": "重庆市",
    "applicant": "企业",
    "industry": "制造业",
    "size": "小型",
    "loan_product": "技改专项贷",
}
PAGES = {
    "/documents": "政策文件",
    f"/documents/{PILOT}?as_of=2018-06-01": "产融合作",
    f"/documents/{PLAN}?with={DRAFT}": "征求意见稿",
    "/catalogue?kind=fee_waiver&compare=gazelle-reward,unicorn-reward": "2项对照",
    f"/check?{urlencode(FIRM)}": "技改专项贷贴息",
    f"/calculator?measure={SUBSIDY}&principal=50000000&annual_rate=0.04": "100万元",
}


def settled(page: Page, words: str) -> Page:
    """The page, once it shows what it was opened for."""
    page.locator("main").get_by_text(words).locator("visible=true").first.wait_for()
    page.locator("[aria-busy=true]").first.wait_for(state="hidden")
    return page


# The reader


def test_a_citation_opens_the_very_sentence(open_page: OpenPage, site: str) -> None:
    answer = httpx.post(f"{site}/api/ask", json={"question": "重庆瞪羚企业奖多少"}).json()
    citation = answer["citations"][0]
    page = open_page(citation["url"])
    highlighted = page.locator("mark")
    highlighted.first.wait_for()
    assert "".join(highlighted.all_inner_texts()) == citation["quote"]
    assert page.locator(".outline [aria-current]").last.inner_text().startswith("（三）")
    box = highlighted.first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 860


def test_another_day_changes_the_status_and_stays_in_the_address(open_page: OpenPage) -> None:
    page = settled(open_page(f"/documents/{PILOT}"), "已届满")
    assert page.locator(".standing .stamp").first.inner_text() == "已到期"
    page.get_by_label("看哪一天的效力").fill("2018-06-01")
    page.locator(".standing .stamp", has_text="现行").wait_for()
    assert "现行" in page.locator("#announce").inner_text()
    page.reload()
    settled(page, "2018-06-01")
    assert page.locator(".standing .stamp").first.inner_text() == "现行"


def test_damage_is_marked_where_it_lies(open_page: OpenPage) -> None:
    page = settled(open_page(f"/documents/{PILOT}"), "处缺损")
    assert page.locator(".text .gap, .text .damage").count() > 20
    page.locator(".damages a").nth(3).click()
    assert re.search(r"#cd\d+$", page.url)


def test_two_papers_stand_side_by_side(open_page: OpenPage) -> None:
    page = settled(open_page("/documents"), "现行2份")
    page.get_by_label(re.compile("并排读.*产融合作")).check()
    page.get_by_label(re.compile("并排读.*若干措施")).click()
    page.wait_for_url(f"**/documents/{PILOT}?with={DRAFT}")
    settled(page, "征求意见稿")
    left, right = (pane.bounding_box() for pane in page.get_by_role("region").all())
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    texts = [len(text) for text in page.locator(".text").all_inner_texts()]
    assert min(texts) > 2000


# The catalogue


def test_the_catalogue_is_filtered_and_its_handbook_opens(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = settled(open_page("/catalogue"), "补贴奖励")
    page.get_by_label("地区").select_option("重庆市")
    page.get_by_label("申请主体").select_option("融资担保机构")
    page.get_by_label("关键词").fill("补助")
    page.locator("#count", has_text=re.compile(r"^共[1-3]项")).wait_for()
    titles = page.locator(".item h3").all_inner_texts()
    assert "技改专项贷担保机构补助" in titles
    page.reload()
    settled(page, "技改专项贷担保机构补助")
    assert page.locator(".item h3").all_inner_texts() == titles

    def downloaded(name: str) -> bytes:
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        target = tmp_path / download.value.suggested_filename
        download.value.save_as(target)
        assert target.name.startswith("产品与政策手册")
        return target.read_bytes()

    paper = docx.Document(io.BytesIO(downloaded("下载手册（Word）")))
    headings = [one.text for one in paper.paragraphs if one.style and one.style.name == "Heading 2"]
    assert {heading.split("（")[0] for heading in headings} == {t.split("（")[0] for t in titles}
    sheet = load_workbook(io.BytesIO(downloaded("下载手册（Excel）")))["全部"]
    assert {row[2].value for row in sheet.iter_rows(min_row=3)} == set(titles)


def test_two_measures_are_compared_by_the_keyboard(open_page: OpenPage) -> None:
    page = settled(open_page("/catalogue?kind=benefit&region=重庆市"), "瞪羚企业一次性奖励")
    for title in ("瞪羚企业一次性奖励", "独角兽企业一次性奖励"):
        page.get_by_label(f"对照{title}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="对照", exact=True).focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="所选措施逐项对照")
    row = table.get_by_role("row", name=re.compile("金额、比例")).inner_text()
    assert re.findall(r"[\d.]+万元", row) == ["100万元", "500万元"]
    assert row.count("上限") == 2


# The self-check


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_small_manufacturer_sees_what_applies_and_why(open_page: OpenPage, phone: bool) -> None:
    page = settled(open_page("/check", phone=phone), "还没有填")

    def pick(group: str, word: str) -> None:
        field = page.locator("fieldset", has=page.locator("legend", has_text=group))
        for fold in page.locator("details", has=field).all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
        field.get_by_label(word, exact=True).check()

    for group, word in (
        ("地区", "重庆市"),
        ("申请主体", "企业"),
        ("行业", "制造业"),
        ("企业规模", "小型"),
        ("贷款品种", "技改专项贷"),
    ):
        pick(group, word)
    applying = page.locator(".part", has=page.get_by_text("适用", exact=True)).first
    item = applying.locator(".item", has_text="技改专项贷贴息")
    item.wait_for()
    assert item.locator(".checks .met").count() == 3
    assert "1000万元" in item.inner_text()
    item.locator("a.cite").nth(1).click()
    assert "技改专项贷" in item.locator(".source-opened blockquote").inner_text()
    sums = page.get_by_role("region", name="适用的各条上限之和").inner_text()
    assert "1000万元" in sums
    assert "不是应得的数" in sums

    asked = settled(page, "适用").locator("#asked").inner_text()
    page.locator(".missing .chip", has_text="都没有").click()
    page.locator("#asked").get_by_text(asked, exact=True).wait_for(state="detached")
    assert re.search(r"=(&|$)", page.url)  # an answer that names nothing is kept too


def test_a_figure_without_sense_is_told_beside_its_field(open_page: OpenPage) -> None:
    query = urlencode({**FIRM, "principal": "50000000", "annual_rate": "0.04"})
    page = settled(open_page(f"/check?{query}", expected=("422",)), "100万元")
    field = page.get_by_label("贷款年利率")
    field.fill("400")
    field.press("Tab")
    page.locator("#trouble-annual_rate", has_text="不超过36%").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("十个点")
    field.press("Tab")
    page.locator("#trouble-annual_rate", has_text="请填数字").wait_for()


# The calculator


def test_a_changed_rate_is_computed_by_the_service(open_page: OpenPage, site: str) -> None:
    page = open_page(f"/calculator?measure={SUBSIDY}&principal=50000000&annual_rate=0.04")
    amount = page.locator(".amount-value").first
    amount.wait_for()
    assert amount.inner_text() == "100万元"
    assert page.locator(".amount-line .stamp").first.inner_text() == "上限"
    page.get_by_label("贷款年利率").fill("3.85")
    page.keyboard.press("Enter")
    body = {"measure_id": SUBSIDY, "inputs": {"principal": "50000000", "annual_rate": "0.0385"}}
    served = httpx.post(f"{site}/api/calculate", json=body).json()
    yuan = f"{int(served['amount_yuan']):,}元"
    page.locator(".steps-taken").first.get_by_text(yuan, exact=True).wait_for()
    assert "annual_rate=0.0385" in page.url
    assert "3.85%" in page.locator(".formula").first.inner_text()
    page.get_by_label(re.compile("^措施")).select_option("guarantee-risk-sharing")
    page.get_by_label("代偿金额").fill("100")
    page.keyboard.press("Enter")
    page.locator(".amount-label", has_text="直担机构分担").wait_for()
    parts = page.locator(".amount-value").all_inner_texts()
    assert sum(int(part.removesuffix("万元")) for part in parts) == 100


def test_what_is_no_ground_for_an_application_says_so(open_page: OpenPage) -> None:
    page = open_page("/calculator?measure=luoyang-first-set-premium-subsidy&premium=100000")
    settled(page, "元")
    assert "征求意见稿" in page.locator(".status-warning").inner_text()


# Every page


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_it(
    open_page: OpenPage, grave: Callable[[Page], list[str]], path: str
) -> None:
    """Nothing grave by axe-core; nothing scrolls sideways on a phone, enlarged or zoomed in."""
    dark = "calculator" in path or "check" in path or "as_of" in path
    page = settled(open_page(path, color_scheme="dark" if dark else "light"), PAGES[path])
    assert grave(page) == []
    sideways = "document.documentElement.scrollWidth - innerWidth"
    page.set_viewport_size({"width": 375, "height": 812})
    assert page.evaluate(sideways) <= 0
    page.get_by_role("button", name="长辈版").click()
    assert page.evaluate(sideways) <= 0
    page.get_by_role("button", name="长辈版").click()
    page.set_viewport_size({"width": 320, "height": 256})  # 400 % of a window of 1280
    assert page.evaluate(sideways) <= 0
