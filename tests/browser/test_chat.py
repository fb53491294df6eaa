"""The chat page, as a person uses it: at a desk, and on a phone 375 points wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

from tests.browser.helpers import AMOUNT, NO_RATE, Breaking, ask, newest
from tests.conftest import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from assistant.settings import Settings

OpenPage = Callable[..., "Page"]
Serving = Callable[[object], AbstractContextManager[str]]


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page("/", phone=request.param == "phone")


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    return open_page("/")


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled to sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_amount_stands_large_with_its_bound_and_its_label(page: Page) -> None:
    turn = ask(page, AMOUNT)
    assert "100万元" in turn.locator(".conclusion").first.inner_text()
    amount = turn.locator(".amount").first
    assert amount.locator(".amount-value").inner_text() == "100万元"
    assert amount.locator(".amount-line .stamp").inner_text() == "上限"
    assert turn.locator(".made").inner_text() == "规则生成"
    assert "引用原文并计算" in turn.locator(".generated").inner_text()
    turn.locator(".working summary").first.click()
    assert "1,000,000元" in turn.locator(".steps-taken").first.inner_text()
    assert fits(page)


def test_a_mark_opens_the_quote_and_the_document_at_the_sentence(page: Page) -> None:
    turn = ask(page, AMOUNT)
    turn.locator(".conclusion a.cite").first.click()
    source = turn.locator(".source-opened")
    quote = source.locator("blockquote").inner_text()
    assert "现行" in source.inner_text()
    with page.context.expect_page() as opened:
        source.get_by_role("link", name="在原文中查看").click()
    marked = opened.value.locator("mark")
    marked.first.wait_for()
    squeezed = re.sub(r"\s", "", "".join(marked.all_inner_texts()))
    assert squeezed == re.sub(r"\s", "", quote)
    place = marked.first.bounding_box()
    window = opened.value.viewport_size
    assert place is not None
    assert window is not None
    assert 0 <= place["y"] < window["height"]


def test_a_changed_rate_is_worked_out_again(page: Page) -> None:
    amount = ask(page, AMOUNT).locator(".amount").first
    amount.locator(".working summary").click()
    amount.get_by_label("贷款年利率").fill("5")
    amount.get_by_role("button", name="重新计算").click()
    amount.locator(".amount-value", has_text="125万元").wait_for()
    assert "5000万元 × 5%" in amount.inner_text()
    amount.get_by_label("贷款年利率").fill("五点多")
    amount.get_by_role("button", name="重新计算").click()
    amount.get_by_text("贷款年利率请填数字。").wait_for()
    assert amount.locator(".amount-value").inner_text() == "125万元"


def test_a_chip_says_what_was_asked_back(page: Page) -> None:
    turn = ask(page, NO_RATE)
    group = turn.get_by_role("group", name="贷款年利率")
    assert group.get_by_role("button").all_inner_texts() == ["3%", "3.5%", "4%", "其他"]
    group.get_by_role("button", name="3.5%").click()
    assert "87.5万元" in newest(page).locator(".conclusion").inner_text()


def test_an_answer_that_overtakes_the_words_of_the_facts_waits_for_them(
    open_page: OpenPage,
) -> None:
    held: list[Route] = []
    page = open_page("about:blank")
    page.route("**/api/slots", lambda route: held.append(route))
    page.goto("/")
    page.get_by_label("您的问题").fill(NO_RATE)
    page.keyboard.press("Enter")
    page.locator(".arriving .conclusion").wait_for()
    held[0].continue_()
    assert newest(page).get_by_role("button", name="3.5%").is_visible()
    assert "annual_rate" not in page.locator("body").inner_text()


def test_another_value_can_be_given_and_what_was_understood_corrected(page: Page) -> None:
    group = ask(page, NO_RATE).get_by_role("group", name="贷款年利率")
    group.get_by_role("button", name="其他").click()
    page.keyboard.type("4.2")
    page.keyboard.press("Enter")
    turn = newest(page)
    assert "105万元" in turn.locator(".conclusion").inner_text()
    turn.locator(".fact", has_text="贷款金额").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2000")
    page.keyboard.press("Enter")
    assert "42万元" in newest(page).locator(".conclusion").inner_text()


def test_conditions_have_signs_and_words_and_a_draft_cannot_be_missed(desk: Page) -> None:
    turn = ask(desk, "洛阳首台套保费100万，费率2%，补贴多少")
    words = turn.locator(".checks li").all_inner_texts()
    assert any("符合" in word for word in words)
    assert any("待确认" in word for word in words)
    assert "征求意见稿" in turn.locator(".warnings > .bad").inner_text()
    assert "征求意见稿" in turn.locator(".amount .stamp").all_inner_texts()


def test_the_conversation_outlives_a_reload_and_a_new_one_begins_empty(desk: Page) -> None:
    ask(desk, AMOUNT)
    desk.reload()
    desk.locator(".turn").wait_for()
    assert "125万元" in ask(desk, "那利率5%呢").inner_text()
    desk.get_by_role("button", name="新对话").click()
    assert desk.locator(".turn").count() == 0
    assert desk.locator(".suggestions button").first.is_visible()
    desk.locator(".suggestions button").first.click()
    assert "100万元" in newest(desk).inner_text()


def test_a_copy_and_a_print_take_sources_and_label_along(open_page: OpenPage) -> None:
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, AMOUNT)
    turn.get_by_role("button", name="复制（含出处）").click()
    turn.get_by_role("button", name="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    turn.get_by_role("button", name="打印").click()
    printed = page.frame_locator("iframe[data-policy-print]").locator("body").inner_text()
    for text in (copied, printed):
        assert "规则生成：引用原文并计算" in text
        assert "不超项目实际贷款利率的50%" in text
        assert "/documents/" in text
    assert AMOUNT in printed


def test_feedback_is_thanked_for(desk: Page) -> None:
    turn = ask(desk, AMOUNT)
    turn.get_by_role("button", name="没用").click()
    desk.keyboard.type("少了申报材料")
    desk.keyboard.press("Enter")
    turn.get_by_text("谢谢，已经记下。").wait_for()


def test_a_question_is_never_markup(desk: Page) -> None:
    evil = "<img src=x onerror=\"document.title='taken'\"><b>贴息</b>"
    turn = ask(desk, evil)
    assert turn.locator(".asked").inner_text().endswith(evil)
    assert turn.locator("img").count() == 0
    assert desk.title() == "政策助手"


def test_a_stopped_answer_can_be_asked_for_again(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/api/ask", lambda _: None)  # no answer ever comes
    page.get_by_label("您的问题").fill(AMOUNT)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="停止").click()
    page.get_by_text("已停止回答。").wait_for()
    page.unroute("**/api/ask")
    page.get_by_role("button", name="再试一次").click()
    assert "100万元" in newest(page).inner_text()
    assert page.locator(".turn").count() == 1


def test_offline_is_said_and_the_answer_comes_with_the_network(open_page: OpenPage) -> None:
    page = open_page("/", expected=("ERR_INTERNET_DISCONNECTED",))
    page.context.set_offline(True)
    page.get_by_text("网络已断开。恢复以后可以接着问。").wait_for()
    page.get_by_label("您的问题").fill(AMOUNT)
    page.keyboard.press("Enter")
    page.get_by_text("网络断开了，恢复后自动接着回答。").wait_for()
    page.context.set_offline(False)
    assert "100万元" in newest(page).inner_text()
    assert page.get_by_text("网络已断开").count() == 0


@pytest.mark.parametrize("after", [0, 8], ids=["before the first step", "amid the sentences"])
def test_a_broken_connection_is_taken_up_again_as_one_turn(
    open_page: OpenPage, served: Settings, serving: Serving, after: int
) -> None:
    from api.app import create_app

    app = Breaking(create_app(served, now=lambda: NOW), after=after, times=2)
    with serving(app) as address:
        page = open_page(address, expected=("ERR_",))
        assert "100万元" in ask(page, AMOUNT).inner_text()
        assert app.asked == 3
        assert "125万元" in ask(page, "那利率5%呢").inner_text()
        stored = page.evaluate("JSON.parse(sessionStorage.getItem('policy-assistant')).turns")
    assert len({turn["answer"]["session_id"] for turn in stored}) == 1
    assert max(fact["turn"] for fact in stored[-1]["answer"]["understood"]) == 2


def test_a_conversation_that_is_over_begins_anew(open_page: OpenPage) -> None:
    page = open_page("/", expected=("404",))
    ask(page, AMOUNT)
    page.evaluate(
        """() => {
            const kept = JSON.parse(sessionStorage.getItem('policy-assistant'));
            kept.session = 'f'.repeat(32);
            sessionStorage.setItem('policy-assistant', JSON.stringify(kept));
        }"""
    )
    page.reload()
    page.locator(".turn").wait_for()
    assert "100万元" in ask(page, AMOUNT).inner_text()


def test_all_can_be_done_with_the_keyboard_and_the_focus_is_seen(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # 跳到提问框
    page.keyboard.type(AMOUNT)
    page.keyboard.press("Enter")
    newest(page)
    seen = set()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        focused = page.evaluate(
            """() => {
                const one = document.activeElement, at = one.getBoundingClientRect();
                const middle = [at.left + at.width / 2, at.top + at.height / 2];
                const top = document.elementFromPoint(...middle);
                const seen = one.contains(top) || Boolean(top?.contains(one));
                return [one.textContent.trim().slice(0, 12), seen || one === document.body];
            }"""
        )
        assert focused[1], focused
        seen.add(focused[0])
    assert {"打印", "有用", "没用", "复制（含出处）"} <= seen


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_has_nothing_grave_to_say(
    open_page: OpenPage, grave: Callable[[Page], list[str]], look: str, phone: bool
) -> None:
    page = open_page("/", phone=phone, color_scheme=look, reduced_motion="reduce")
    page.locator(".suggestions button").first.wait_for()
    assert grave(page) == []
    turn = ask(page, "洛阳首台套保费100万，费率2%，补贴多少")
    turn.locator(".working summary").first.click()
    turn.locator("a.cite").first.click()
    turn.locator(".fact").first.click()
    ask(page, NO_RATE)
    assert grave(page) == []


def test_nothing_scrolls_sideways_at_four_hundred_percent(open_page: OpenPage) -> None:
    page = open_page("/", viewport={"width": 320, "height": 256})
    turn = ask(page, AMOUNT)
    turn.locator(".working summary").first.click()
    turn.locator("a.cite").first.click()
    assert fits(page)


def test_large_type_is_kept_and_nothing_scrolls_sideways(page: Page) -> None:
    def size() -> float:
        return float(
            page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        )

    usual = size()
    page.get_by_role("button", name="长辈版").click()
    ask(page, AMOUNT)
    assert fits(page)
    page.goto("/documents/cq-jingxin-2024-7")
    assert page.get_by_role("button", name="长辈版").get_attribute("aria-pressed") == "true"
    assert size() == 1.5 * usual
    assert fits(page)
