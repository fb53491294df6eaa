"""An answer as server-sent events: `step`, `statement`, then `answer` or `error`.

In:  a function that answers and calls back with each step's name as it begins.
Out: the events as they happen. What goes wrong before the first step is raised, so that it gets
     its HTTP status; later it is an event with the problem. A sentence is sent only after the whole
     answer was verified and kept (tests/api/test_ask.py).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol

from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from api import views
from api.problems import problem_of
from assistant.answer import Answer
from assistant.inputs import ServiceError

_PING_SECONDS = 15.0

_log = logging.getLogger(__name__)

Answering = Callable[[Callable[[str], None]], Answer]


class Form(Protocol):
    """How what happens is written on the stream."""

    def step(self, name: str) -> bytes:
        """A step begins."""

    def answer(self, answer: Answer) -> Iterator[bytes]:
        """The answer is there."""

    def error(self, problem: dict[str, Any]) -> bytes:
        """There will be none."""


class OurEvents:
    """The events of the contract. provider  who provides the service, for the labels."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def step(self, name: str) -> bytes:
        return _event("step", {"name": name})

    def answer(self, answer: Answer) -> Iterator[bytes]:
        shown = views.answer(answer, self._provider)
        for statement in shown["statements"]:
            yield _event("statement", statement)
        yield _event("answer", shown)

    def error(self, problem: dict[str, Any]) -> bytes:
        return _event("error", problem)


async def answer_events(answering: Answering, form: Form) -> EventSourceResponse:
    """The stream of one answer; `answering` runs in a thread of the pool.

    Raises what `answering` raises before its first step.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | Answer | Exception] = asyncio.Queue()

    def put(item: str | Answer | Exception) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, item)

    def work() -> None:
        try:
            put(answering(put))
        except Exception as error:
            put(error)

    task = loop.create_task(run_in_threadpool(work))
    first = await queue.get()
    if isinstance(first, Exception):
        raise first
    return EventSourceResponse(
        _events(first, queue, task, form),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    first: str | Answer,
    queue: asyncio.Queue[str | Answer | Exception],
    task: asyncio.Task[None],
    form: Form,
) -> AsyncIterator[bytes]:
    """The events of what comes out of the queue; holds the task, so that it is not collected."""
    item: str | Answer | Exception | None = first
    while isinstance(item, str):
        yield form.step(item)
        item = None
        while item is None:
            try:
                item = await asyncio.wait_for(queue.get(), _PING_SECONDS)
            except TimeoutError:
                yield KEEPALIVE_COMMENT
    await task
    if isinstance(item, Answer):
        for event in form.answer(item):
            yield event
        return
    if isinstance(item, Exception):
        if not isinstance(item, ServiceError):
            _log.error("an answer failed on the way", exc_info=item)
        yield form.error(problem_of(item))


def _event(name: str, data: Any) -> bytes:
    return format_sse_event(event=name, data_str=compact(data))


def compact(data: Any) -> str:
    """JSON without white space, as events carry it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
