"""The application: routes, pages and what surrounds them.

In:  the settings.
Out: an ASGI app. It is ready when it begins to listen: snapshot open, one question answered; where
     there is no snapshot yet, /readyz says so and the first one built is picked up
     (tests/api/test_pages.py).
"""

from __future__ import annotations

import gc
import gzip
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.bundle import bundle
from api.metrics import Metrics
from api.middleware import BodyLimit, Surroundings
from api.pages import PAGES, STATIC, reply
from api.routes import router
from api.schemas import MAX_BODY
from assistant.audit import program_version
from assistant.inputs import NotFoundError, NotReadyError
from assistant.service import Service
from assistant.settings import Settings

_log = logging.getLogger(__name__)
# Lists and documents are packed; an answer is smaller, and waits for nothing.
WORTH_PACKING = 48 * 1024  # bytes
PACKING = 5  # zlib level
SOON = 0.5  # seconds after the start: first it is to listen


def from_environment() -> FastAPI:
    """The app with the settings of the environment: the entry point of a server's worker."""

    def settle() -> None:
        """Let the collector leave alone what was loaded, which stays as long as the process."""
        gc.freeze()
        gc.enable()

    return create_app(Settings.from_environment(), on_ready=settle)


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] | None = None,
    on_ready: Callable[[], None] | None = None,
) -> FastAPI:
    """The app. It opens the snapshot when it starts and closes everything when it stops.

    now       the present moment, with its time zone
    on_ready  is called once, before the first request

    Raises DatabaseError.
    """
    metrics = Metrics()
    service = Service(settings, now=now, on_use=metrics.used)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with service:
            await run_in_threadpool(_warm_up, service, metrics)
            if on_ready is not None:
                on_ready()
            preparing = threading.Timer(SOON, _prepare, (service,))
            preparing.daemon = True
            preparing.start()
            yield
            preparing.cancel()
            await run_in_threadpool(preparing.join)

    app = FastAPI(
        title="政策助手",
        version=program_version(),
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.metrics = metrics
    app.state.service = service
    problems.install(app)
    app.include_router(router)
    _add_pages(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
        )
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_PACKING, compresslevel=PACKING)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY)
    app.add_middleware(Surroundings, metrics=metrics)
    return app


def _warm_up(service: Service, metrics: Metrics) -> None:
    service.maintain()
    try:
        with service.desk() as desk:
            metrics.serves(desk.snapshot.name)
    except NotReadyError as error:
        _log.warning("not ready: %s", error)


def _prepare(service: Service) -> None:
    with suppress(NotReadyError):  # the warm-up has told it
        service.prepare()


def _add_pages(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    script = bundle(STATIC)
    packed = gzip.compress(script, mtime=0)
    tag = f'"{hashlib.sha256(script).hexdigest()[:32]}"'

    @app.get("/widget.js", include_in_schema=False)
    async def widget(request: Request) -> Response:
        """The assistant for other sites, who may load it whatever their isolation."""
        headers = {
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        kind = "text/javascript"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(script, media_type=kind, headers=headers)

    def add(name: str, address: str) -> None:
        @app.get(address, include_in_schema=False, name=name)
        def shown(request: Request) -> Response:
            return reply(request, name, address)

    for name, address in PAGES.items():
        add(name, address)

    @app.get("/documents/{document_id}", include_in_schema=False)
    def document(document_id: str, request: Request) -> Response:
        """The page says itself what is wrong; the status says it to programs."""
        status = 200
        try:
            with request.app.state.service.desk() as desk:
                desk.document(document_id)
        except NotFoundError:
            status = 404
        return reply(request, "document", PAGES["documents"], status)
