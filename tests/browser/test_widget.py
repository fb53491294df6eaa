"""The widget on another site, whose policy forbids all that it can and whose styles are strange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.browser.helpers import AMOUNT, NO_RATE, ask, newest
from tests.conftest import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from assistant.settings import Settings

OpenPage = Callable[..., "Page"]
Serving = Callable[[object], AbstractContextManager[str]]

STYLE = """
html { font-size: 100px }
body { margin: 40px; font: 16px sans-serif }
* { letter-spacing: 5px; box-sizing: content-box !important }
button, div, p, textarea { color: #a00; text-transform: uppercase; display: inline }
policy-assistant { --policy-accent: #1a5fb4; --policy-brand: #c01c28 }
"""
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>政务网</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css">
<script src="{assistant}/widget.js" data-region="重庆" defer></script></head>
<body><main><h1>政务网</h1><p>通知公告</p></main></body></html>"""
POLICY = (
    "default-src 'none'; script-src {assistant}; connect-src {assistant}; style-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)


class Site:
    """A site that embeds the assistant."""

    def __init__(self) -> None:
        self.assistant = ""
        self.app = Starlette(routes=[Route("/", self.page), Route("/site.css", self.style)])

    async def page(self, _: Request) -> Response:
        policy = POLICY.format(assistant=self.assistant)
        headers = {"Content-Security-Policy": policy}
        return HTMLResponse(PAGE.format(assistant=self.assistant), headers=headers)

    async def style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")


@dataclass(frozen=True, slots=True)
class Sites:
    """Two sites with the widget: one that the service lets in, and one that it does not."""

    let_in: str
    stranger: str


@pytest.fixture(scope="module")
def sites(served: Settings, serving: Serving) -> Iterator[Sites]:
    from api.app import create_app

    known, stranger = Site(), Site()
    with serving(known.app) as let_in, serving(stranger.app) as other:
        settings = served.model_copy(update={"cors_origins": (let_in,)})
        with serving(create_app(settings, now=lambda: NOW)) as assistant:
            known.assistant = stranger.assistant = assistant
            yield Sites(let_in, other)


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, open_page: OpenPage, sites: Sites) -> Page:
    page = open_page(sites.let_in, phone=request.param == "phone")
    page.get_by_role("button", name="政策助手").click()
    return page


def test_it_answers_from_another_site_under_the_strictest_policy(page: Page) -> None:
    turn = ask(page, "技改专项贷贷了5000万，年利率4%，一年最多贴息多少？")
    assert "100万元" in turn.locator(".conclusion").inner_text()
    assert "重庆市" in turn.locator(".answer-scope").inner_text()
    amount = turn.locator(".amount").first
    amount.locator(".working summary").click()
    amount.get_by_label("贷款年利率").fill("5")
    amount.get_by_role("button", name="重新计算").click()
    amount.locator(".amount-value", has_text="125万元").wait_for()
    turn.locator(".conclusion a.cite").click()
    with page.context.expect_page() as opened:
        turn.get_by_role("link", name="在原文中查看").click()
    opened.value.locator("mark").first.wait_for()


def test_the_sites_styles_stay_out_and_its_colours_come_in(page: Page) -> None:
    def style(selector: str, name: str) -> str:
        found: str = page.locator(selector).first.evaluate(
            "(one, name) => getComputedStyle(one)[name]", name
        )
        return found

    page.locator(".suggestions button").first.wait_for()
    assert style(".panel-title", "letterSpacing") != "5px"
    assert style(".panel-title", "color") == "rgb(192, 28, 40)"
    assert style(".primary", "backgroundColor") == "rgb(26, 95, 180)"
    assert style(".surface", "fontSize") == "17px"  # 1.0625 of the reader's 16, not of the site's
    page.get_by_role("button", name="长辈版").click()
    assert style(".hint, .answer-scope, .fact-name, .welcome-note.small", "fontSize") >= "18px"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_opens_and_closes_by_the_keyboard(page: Page) -> None:
    ask(page, NO_RATE).get_by_role("button", name="4%").click()
    newest(page)
    page.keyboard.press("Escape")
    page.locator(".launcher:focus").wait_for()
    assert page.locator(".panel").is_hidden()
    page.keyboard.press("Enter")
    assert page.locator(".turn").count() == 2


def test_axe_has_nothing_grave_to_say(page: Page, grave: Callable[[Page], list[str]]) -> None:
    ask(page, NO_RATE)
    assert grave(page) == []


def test_a_site_that_is_not_let_in_is_told_so_in_words(open_page: OpenPage, sites: Sites) -> None:
    page = open_page(sites.stranger, expected=("CORS", "ERR_FAILED"))
    page.get_by_role("button", name="政策助手").click()
    turn = ask(page, AMOUNT)
    turn.get_by_text("连不上服务。请稍后再试一次。").wait_for()
    turn.get_by_role("button", name="再试一次").wait_for()
