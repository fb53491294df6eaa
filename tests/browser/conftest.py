"""The real service on a loopback port, and Debian's Chromium that looks at it.

In:  the built corpus; today is 2026-11-20 for the service.
Out: `open_page`, which opens a path in a window of its own, as a desktop or as a phone. A test that
     used it fails where the page raised an error, broke its Content-Security-Policy or reached for
     anything outside loopback. `grave` lists what axe-core holds against a page.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from tests.conftest import NOW
from tests.debian import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from assistant.settings import Settings

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 812},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
HOME = {"127.0.0.1", "localhost"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OpenPage = Callable[..., "Page"]


@contextmanager
def _serving(app: Any) -> Iterator[str]:
    """An ASGI app on a free loopback port, in a thread; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while thread.is_alive() and not server.started:
            thread.join(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="session")
def serving() -> Callable[[Any], AbstractContextManager[str]]:
    """Serves another ASGI app for as long as a block runs: with serving(app) as address."""
    return _serving


@pytest.fixture(scope="session")
def site(served: Settings) -> Iterator[str]:
    """The address of the service, as it is by default."""
    from api.app import create_app

    with _serving(create_app(served, now=lambda: NOW)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. One per module: an event loop runs while it is open."""
    from playwright.sync_api import sync_playwright

    program = require("chromium", "chromium")
    unboxed = ["--no-sandbox"] if os.getuid() == 0 else []  # it refuses to run boxed as root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--disable-dev-shm-usage", *unboxed]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Opens `path` of the service: open_page("/", phone=True, color_scheme="dark").

    path      an address of another loopback service is taken as it is
    phone     375 points wide, with touch
    expected  words of console errors that belong to the test, such as a refused request
    Further arguments are those of a browser context.
    """
    troubles: list[str] = []
    with ExitStack() as opened:

        def begin(
            path: str = "/", *, phone: bool = False, expected: tuple[str, ...] = (), **context: Any
        ) -> Page:
            form = {"locale": "zh-CN", "base_url": site, **(PHONE if phone else DESKTOP)} | context
            window = browser.new_context(**form)
            opened.callback(window.close)
            page = window.new_page()

            def console(message: ConsoleMessage) -> None:
                text = message.text
                if message.type == "error" and not any(word in text for word in expected):
                    troubles.append(f"console: {text}")

            def request(asked: Request) -> None:
                address = urlsplit(asked.url)
                if address.scheme.startswith("http") and address.hostname not in HOME:
                    troubles.append(f"asks elsewhere: {asked.url}")

            page.on("console", console)
            page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
            page.on("request", request)
            page.goto(path)
            return page

        yield begin
    assert troubles == []


@pytest.fixture
def grave() -> Callable[[Page], list[str]]:
    """What axe-core finds serious or critical on a page, one line per rule and place."""
    from axe_playwright_python.sync_playwright import Axe

    def found(page: Page) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        return [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
            for one in Axe().run(page, options=options).response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return found
