"""What tests of the conversation share: asking, and a service whose answers break off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

AMOUNT = "重庆的技改专项贷贷了5000万，年利率4%，一年最多贴息多少？"
NO_RATE = "重庆的技改专项贷贷了5000万，一年最多贴息多少？"


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the end of the answer; the newest turn."""
    page.get_by_label("您的问题").fill(question)
    page.keyboard.press("Enter")
    return newest(page)


def newest(page: Page) -> Locator:
    """The newest turn, once nothing is running."""
    page.get_by_role("button", name="发送").wait_for()
    page.locator(".answer:not(.arriving)").last.wait_for()
    return page.locator(".turn").last


class Breaking:
    """An app whose first answers break off; it counts how often it was asked.

    after  how many events of the stream come through
    times  how many answers break off
    """

    def __init__(self, app: Any, *, after: int, times: int) -> None:
        self._app = app
        self._after = after
        self.left = times
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/api/ask":
            await self._app(scope, receive, send)
            return
        self.asked += 1
        breaks = self.left > 0
        self.left -= breaks
        seen = 0

        async def until_broken(message: Any) -> None:
            nonlocal seen
            if message["type"] == "http.response.body":
                seen += 1
                if breaks and seen > self._after:
                    raise ConnectionResetError
            await send(message)

        await self._app(scope, receive, until_broken)
