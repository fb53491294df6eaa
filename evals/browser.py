"""How fast the pages are to a person: first sentence, widget, and whether anything jumps.

In:  the question set, typed into the chat page of a service started here, in Debian's Chromium.
Out: a table, and JSON. What is timed ends with the frame in which it can be seen; nothing is sent
     anywhere but to loopback (tests/browser/test_figures.py).
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from evals.bench import padded, spread
from evals.errors import EvaluationError
from evals.questions import own_questions
from evals.service import started, temporary_home
from evals.timing import percentile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 375, "height": 812}
DOCUMENTS = "/api/documents"
EMBEDDING = "/embedding"
SITE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网站</title>
<link rel="icon" href="data:,"><h1>网站</h1><p>正文</p>
<script src="/widget.js" data-region="重庆" defer></script></html>"""

# When the next sentence of an answer is in the page and the frame with it has been drawn.
_FIRST_SENTENCE = """() => {
  window.seen = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no sentence came")), 30000);
    let sent = 0;
    addEventListener("keydown", () => { sent = performance.now(); }, { capture: true, once: true });
    const watch = new MutationObserver(() => {
      if (!sent || !document.querySelector(".turn:last-child .statement")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - sent)));
    });
    watch.observe(document, { childList: true, subtree: true });
  });
}"""
# Shifts since the page began, and when the widget's button was drawn. Runs before the page does.
_WATCH = """
let shifts = 0;
const add = (entries) => entries.forEach((entry) => { shifts += entry.value; });
const observer = new PerformanceObserver((list) => add(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
window.shifts = async () => {
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  add(observer.takeRecords());
  return shifts;
};
new MutationObserver((_, watch) => {
  if (!document.querySelector("policy-assistant")) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.shown = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
_READY = """() => {
  const loaded = performance.getEntriesByType("resource");
  const script = loaded.find((one) => one.name.endsWith("/widget.js"));
  return [window.shown - script.responseEnd, window.shown - script.startTime];
}"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.  unit  ms, KB, or "" for the sum of layout shifts"""

    name: str
    label: str
    value: float
    unit: str


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window. Raises EvaluationError where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise EvaluationError("没有安装 playwright（pip install -e '.[dev]'）") from error
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise EvaluationError("没有找到 Chromium（Debian：apt-get install chromium）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def first_sentences(page: Page, questions: Sequence[str]) -> list[float]:
    """From Enter to the first sentence drawn, each question in a new conversation; milliseconds."""
    took = []
    for question in questions:
        page.get_by_role("button", name="新对话").click()
        page.get_by_label("您的问题").fill(question)
        page.evaluate(_FIRST_SENTENCE)
        page.keyboard.press("Enter")
        took.append(float(page.evaluate("window.seen")))
        page.locator(".answer:not(.arriving)").last.wait_for()
    return took


def widgets(browser: Browser, base_url: str, times: int) -> tuple[list[float], list[float], float]:
    """The button drawn after the script came, and after it was asked for; the worst shift."""
    after, asked, shifts = [], [], 0.0
    for _ in range(times):
        page = _page(browser, DESKTOP)
        page.route(f"**{EMBEDDING}", _embedding)
        page.goto(f"{base_url}{EMBEDDING}")
        page.wait_for_function("window.shown")
        since, wait = page.evaluate(_READY)
        after.append(float(since))
        asked.append(float(wait))
        page.get_by_role("button", name="政策助手").click()
        page.locator(".suggestions button").first.wait_for()
        page.wait_for_timeout(300)
        shifts = max(shifts, float(page.evaluate("window.shifts()")))
        page.context.close()
    return after, asked, shifts


def _embedding(route: Route) -> None:
    route.fulfill(body=SITE, content_type="text/html; charset=utf-8")


def jump(browser: Browser, address: str, size: Any) -> float:
    """The sum of layout shifts while a page loads and settles."""
    page = _page(browser, size)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(300)
    shifts = float(page.evaluate("window.shifts()"))
    page.context.close()
    return shifts


def _page(browser: Browser, size: Any) -> Page:
    page = browser.new_context(locale="zh-CN", viewport=size).new_page()
    page.add_init_script(_WATCH)
    return page


def measure(questions: int, times: int) -> Iterator[Figure]:
    """All figures, each as it is known."""
    asked = [one.turns[0] for one in spread(own_questions(), questions)]
    with temporary_home() as settings, started(settings) as running, chromium() as browser:
        base = running.base_url
        page = _page(browser, DESKTOP)
        page.goto(base)
        first_sentences(page, asked[:3])  # what is loaded once is not timed
        yield from _times("first_sentence", "发送到首句可见", first_sentences(page, asked))
        after, wait, widget_shift = widgets(browser, base, times)
        yield from _times("widget_ready", "挂件脚本到达后可用", after)
        yield from _times("widget_asked", "开始取挂件到可用", wait)
        with urlopen(f"{base}/widget.js") as reply:
            size = len(gzip.compress(reply.read(), mtime=0)) / 1024
        yield Figure("widget_kb", "挂件压缩后大小", size, "KB")
        with urlopen(f"{base}{DOCUMENTS}") as reply:
            document = json.load(reply)[0]["id"]
        for name, label, path in (
            ("chat", "对话页", "/"),
            ("document", "文件页", f"/documents/{document}"),
        ):
            for form, words, window in (("desktop", "", DESKTOP), ("phone", "（手机）", PHONE)):
                shifted = jump(browser, f"{base}{path}", window)
                yield Figure(f"shift_{name}_{form}", f"载入时的跳动：{label}{words}", shifted, "")
        yield Figure("shift_widget", "载入时的跳动：挂件", widget_shift, "")


def _times(name: str, label: str, took: Sequence[float]) -> Iterator[Figure]:
    yield Figure(f"{name}_p50_ms", f"{label} p50", statistics.median(took), "ms")
    yield Figure(f"{name}_p95_ms", f"{label} p95", percentile(took, 0.95), "ms")


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 0 when all was measured."""
    parser = argparse.ArgumentParser(
        prog="python -m evals browser",
        description="在 Chromium 里测：发送到首句可见、挂件多久可用、载入时有没有跳动。",
    )
    parser.add_argument("--questions", type=int, default=40, metavar="N", help="问多少个问题")
    parser.add_argument("--times", type=int, default=10, metavar="N", help="挂件载入多少次")
    parser.add_argument("--json", type=Path, metavar="文件", help="把结果写到文件")
    args = parser.parse_args(argv)
    figures = []
    for figure in measure(args.questions, args.times):
        print(f"{padded(figure.label, 34)}{figure.value:>12,.2f} {figure.unit}", flush=True)
        figures.append(asdict(figure))
    if args.json is not None:
        text = json.dumps(figures, ensure_ascii=False, indent=1)
        args.json.write_text(text + "\n", encoding="utf-8")
    return 0
