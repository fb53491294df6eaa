"""The chat page, as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page("/", phone=request.param == "phone")


def ask(page: Page, question: str) -> None:
    page.get_by_label("您的问题").fill(question)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="发送").wait_for()


def test_a_question_gets_its_answer_with_the_quote(page: Page) -> None:
    ask(page, "重庆瞪羚企业奖多少")
    page.locator(".answer .conclusion a.cite").first.click()
    assert "瞪羚" in page.locator(".source-opened blockquote").inner_text()


def test_axe_has_nothing_grave_to_say(page: Page, grave: Callable[[Page], list[str]]) -> None:
    assert grave(page) == []
    ask(page, "重庆的技改专项贷贷了5000万，年利率4%，一年最多贴息多少？")
    assert grave(page) == []


def test_large_type_is_kept_and_nothing_scrolls_sideways(page: Page) -> None:
    def size() -> float:
        return float(
            page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        )

    usual = size()
    page.get_by_role("button", name="长辈版").click()
    page.goto("/documents/cq-jingxin-2024-7")
    assert page.get_by_role("button", name="长辈版").get_attribute("aria-pressed") == "true"
    assert size() == 1.5 * usual
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
