"""The pages that people read, each with the same head and letterhead.

In:  the folder of the pages' parts, a page's name, its address.
Out: the page's HTML. The letterhead names every page, and marks the one that is shown
     (tests/api/test_pages.py).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

STATIC = Path(__file__).parent / "static"
PAGES = {  # name → address, in the order of the letterhead
    "index": "/",
    "catalogue": "/catalogue",
    "check": "/check",
    "calculator": "/calculator",
    "documents": "/documents",
}
_HEAD, _MASTHEAD, _NAV = "<!-- head -->", "<!-- masthead -->", "<!-- nav -->"


def page(name: str, current: str) -> str:
    """A page's HTML. current  the address in the letterhead that leads to it"""
    parts = STATIC / "parts"
    nav = _read(parts / "nav.html").replace(
        f'href="{current}"', f'href="{current}" aria-current="page"'
    )
    text = _read(STATIC / f"{name}.html").replace(_HEAD, _read(parts / "head.html"))
    return text.replace(_MASTHEAD, _read(parts / "masthead.html")).replace(_NAV, nav)


def reply(request: Request, name: str, current: str, status: int = 200) -> Response:
    """The page, or that it is still the one that the browser has."""
    body = page(name, current).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if status == 200 and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return HTMLResponse(body, status, headers={"ETag": tag})


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
