"""What `python -m evals browser` measures is there, and no page jumps as it loads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from evals import browser as figures
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Serving = Callable[[object], AbstractContextManager[str]]
UNSEEN = 0.001  # of a window's area times its way: a pixel's rounding, far below a line that jumps


@pytest.mark.parametrize("size", [figures.DESKTOP, figures.PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["/", "/documents/cq-jingxin-2024-7"])
def test_nothing_jumps_while_a_page_loads(
    browser: Browser, site: str, path: str, size: dict[str, int]
) -> None:
    assert figures.jump(browser, site + path, size) < UNSEEN


def test_a_page_that_jumps_is_found_out(browser: Browser, serving: Serving) -> None:
    async def page(_: Request) -> HTMLResponse:
        drawn = "new PerformanceObserver(() => document.body.prepend('早先没有的一行'))"
        script = f"<script>{drawn}.observe({{type: 'paint', buffered: true}})</script>"
        return HTMLResponse(f"<!doctype html><link rel=icon href=data:,><p>正文</p>{script}")

    with serving(Starlette(routes=[Route("/", page)])) as address:
        assert figures.jump(browser, address, figures.DESKTOP) > UNSEEN


def test_the_widget_is_timed_from_its_script_and_moves_nothing(browser: Browser, site: str) -> None:
    (after,), (asked,), shift = figures.widgets(browser, site, 1)
    assert 0 < after < asked
    assert shift == 0


def test_the_first_sentence_is_timed_for_each_question(open_page: Callable[..., Page]) -> None:
    questions = ["重庆瞪羚企业奖多少", "今天天气怎么样"]
    took = figures.first_sentences(open_page("/"), questions)
    assert len(took) == len(questions)
    assert min(took) > 0


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PROGRAMS", ("no-such-browser",))
    with pytest.raises(EvaluationError, match="Chromium"), figures.chromium():
        pass
