"""What surrounds every request: its size limit, security headers, the count and time of it.

In:  ASGI messages.
Out: the same, within the limit, with headers that let a page load nothing from elsewhere and run
     no inline script (tests/api/test_pages.py).
"""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import ProblemResponse, problem_of

_log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        "object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class BodyLimit:
    """Refuses bodies of more than `max_bytes`, by their announced or their real length.

    The refusal is raised where the body is read, so that it gets a problem like any other;
    FastAPI's own limit answers in plain English text.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        total = int(announced) if announced.isdecimal() and len(announced) < 20 else 0

        async def limited() -> Message:
            nonlocal total
            if total > self._max:
                raise HTTPException(413)
            message = await receive()
            if not announced:
                total += len(message.get("body", b""))
                if total > self._max:
                    raise HTTPException(413)
            return message

        await self._app(scope, limited, send)


class Surroundings:
    """Adds the headers, counts the requests, and answers what nobody foresaw with a problem."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int | None = None
        began = time.perf_counter()

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _cache(scope["path"]))
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            if status is not None:
                raise
            _log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            body = problem_of(error)
            await ProblemResponse(body, body["status"])(scope, receive, with_headers)
        finally:
            route = _route(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.request_seconds.labels(route).observe(time.perf_counter() - began)


def _cache(path: str) -> str:
    """Answers are kept by nobody; pages and their parts are asked for again, by their ETag."""
    return "no-store" if path.startswith(("/api/", "/v1/")) else "no-cache"


def _route(scope: Scope) -> str:
    """The path's pattern, so that the number of labels is bounded."""
    route: Any = scope.get("route")
    if (pattern := getattr(route, "path", None)) is not None:
        return str(pattern)
    return "/static" if scope["path"].startswith("/static/") else "other"
