"""The language model: a chat model in the OpenAI form, behind a deadline, a pause and a budget.

In:  the settings; per question a brief and what the tools look in.
Out: a `Help` that gives what the model said, or None, in time: whatever goes wrong is logged with
     its reason and raises nothing. This module and `assistant.tools` alone know LangChain; it is
     imported only where a model is set (tests/assistant/test_llm.py).
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Any, TypeVar

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain.chat_models import init_chat_model
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk, LLMResult
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langsmith import tracing_context
from pydantic import ValidationError
from sqlalchemy import Engine

from assistant.language.help import Finder, Reading, Reply, record_of
from assistant.language.limits import Breaker, Budget
from assistant.settings import Settings
from assistant.tools import Looking, looking_tools

_log = logging.getLogger(__name__)
T = TypeVar("T")
Said = TypeVar("Said", Reading, Reply)
_LONGEST_WORD = 8  # characters in a token, at the most, where none are counted for us
_FINISHED = frozenset({"stop", "tool_calls"})
_SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "Reading", "schema": Reading.model_json_schema()},
}
_OF_CLIENT = {  # the client's errors by name: it is an optional package
    "APITimeoutError": "timeout",
    "TimeoutException": "timeout",
    "RateLimitError": "rate_limited",
    "APIConnectionError": "unreachable",
    "APIStatusError": "refused",
    "TransportError": "cut_off",
}
FAULTS = frozenset({"timeout", "unreachable", "rate_limited", "refused", "cut_off", "error"})


class _UnusableError(Exception):
    """What the model did cannot be used; `reason` is one word of a closed set."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Use:
    """What one question took.

    reason    why the model was of no help, one word; None where it was
    cost      元
    seconds   from the first call to the last reply
    withheld  sentences of the model that were not used
    """

    reason: str | None
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float
    seconds: float
    withheld: int


class LanguageModel:
    """A model that may help with many questions at once. Threads may share it. Close it at the end.

    on_use  hears what each question took
    clock   seconds, from any beginning
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        *,
        on_use: Callable[[Use], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.on_use = on_use
        self.clock = clock
        self.breaker = Breaker(settings.llm_failures, settings.llm_pause, clock)
        self.budget = Budget(engine, settings.llm_daily_tokens)
        assert settings.llm_model is not None
        chat = init_chat_model(
            settings.llm_model,
            model_provider="openai",
            base_url=settings.llm_base_url,
            api_key=settings.llm_api_key.get_secret_value() or "none",
            temperature=0,
            timeout=settings.llm_timeout,
            max_retries=0,
            max_tokens=settings.llm_max_tokens,
            streaming=True,
            stream_usage=True,
            stream_chunk_timeout=None,
            use_responses_api=False,
        )
        self.reader = chat.bind(extra_body={"response_format": _SCHEMA})
        tools = looking_tools()
        call = _Call(tools, settings.llm_max_rounds)
        self.writer: Any = create_agent(chat, tools, middleware=[call], context_schema=Looking)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="llm", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cut off what is still running. A second time does nothing."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def help(self, day: date) -> Helping:
        """The help with one question, asked on this day; its deadline runs from now."""
        return Helping(self, day)

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """The result of the work, which is cut off after so many seconds with a TimeoutError."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except FutureTimeoutError:
            future.cancel()
            raise


class _Call(AgentMiddleware[Any, Any]):
    """A call of the model by the agent: at most so many; its tools go as they were written once,
    in a part of the body that the client leaves alone, for it would go through all of their
    schemas at every call. (One hook about the call: each hook of its own is a step of the graph.)
    """

    def __init__(self, tools: Sequence[BaseTool], most: int) -> None:
        super().__init__()
        self._body = {"tools": [convert_to_openai_tool(one) for one in tools]}
        self._most = most

    async def awrap_model_call(self, request: Any, handler: Any) -> Any:
        since_told = takewhile(lambda m: not isinstance(m, HumanMessage), request.messages[::-1])
        if sum(isinstance(message, AIMessage) for message in since_told) >= self._most:
            raise _UnusableError("too_many_rounds")
        settings = {**request.model_settings, "extra_body": self._body}
        return await handler(request.override(tools=[], model_settings=settings))


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Helping:
    """The help with one question. Not for several threads.

    said  what the model said, as it is kept for a replay
    """

    owner: LanguageModel
    day: date
    said: list[dict[str, Any] | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings, self._began = self.owner.settings, self.owner.clock()
        self._until = self._began + settings.llm_deadline
        self._reason: str | None = None
        self._seconds = 0.0
        self._withheld = 0
        self._meter = _Meter(settings.llm_max_tokens)

    @property
    def model(self) -> str:
        """The model's name."""
        return self.owner.settings.llm_model or ""

    def read(self, system: str, brief: str) -> Reading | None:
        """How the model reads a question."""
        return self._kept(lambda: self._read(system, brief))

    def write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply | None:
        """What it writes. `turns`: the brief, then its own last words and what was wrong."""
        return self._kept(lambda: self._write(system, turns, finder))

    def unused(self, reason: str) -> None:
        """Note that what it wrote was of no use."""
        self._fall_back(reason)

    def withheld(self, count: int) -> None:
        """Note how many of its sentences were not used."""
        self._withheld += count

    def end(self) -> None:
        """The question is answered: count what it took."""
        meter, settings = self._meter, self.owner.settings
        self.owner.budget.spend(self.day, meter.input_tokens + meter.output_tokens)
        if self.owner.on_use is not None and (meter.calls or self._reason):
            cost = (
                meter.input_tokens * settings.llm_input_price
                + meter.output_tokens * settings.llm_output_price
            ) / 1e6
            self.owner.on_use(
                Use(
                    reason=self._reason,
                    calls=meter.calls,
                    input_tokens=meter.input_tokens,
                    output_tokens=meter.output_tokens,
                    cost=cost,
                    seconds=self._seconds,
                    withheld=self._withheld,
                )
            )

    def _kept(self, work: Callable[[], Coroutine[Any, Any, Said]]) -> Said | None:
        said = self._asked(work)
        self.said.append(record_of(said))
        return said

    def _asked(self, work: Callable[[], Coroutine[Any, Any, Said]]) -> Said | None:
        """The work's result; None after the first failure, without a budget, or in a pause."""
        owner = self.owner
        if self._reason is not None:
            return None
        left = self._until - owner.clock()
        if left <= 0:
            self._fall_back("timeout")
            return None
        if not owner.budget.is_left(self.day):
            self._fall_back("budget")
            return None
        if not owner.breaker.lets_through():
            self._fall_back("pause")
            return None
        began = owner.clock()
        try:
            said = owner.run(work(), left)
        except Exception as error:
            reason = _reason(error)
            (owner.breaker.failed if reason in FAULTS else owner.breaker.succeeded)()
            self._fall_back(reason, error)
            return None
        finally:
            self._seconds += owner.clock() - began
        owner.breaker.succeeded()
        return said

    def _fall_back(self, reason: str, error: Exception | None = None) -> None:
        what = "" if error is None else f" ({type(error).__name__})"
        _log.warning("the rules answer alone: %s%s", reason, what)
        self._reason = reason

    async def _read(self, system: str, brief: str) -> Reading:
        with tracing_context(enabled=False):
            message = await self.owner.reader.ainvoke(
                [("system", system), ("user", brief)], {"callbacks": [self._meter]}
            )
        text = _text_of(message)
        try:
            return Reading.model_validate_json(_inside(text))
        except ValidationError:
            raise _UnusableError("wrong_json") from None

    async def _write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply:
        roles = ("user", "assistant")
        messages = [("system", system)]
        messages += [(roles[i % 2], text) for i, text in enumerate(turns)]
        with tracing_context(enabled=False):
            state = await self.owner.writer.ainvoke(
                {"messages": messages},
                {"callbacks": [self._meter]},
                context=Looking(finder),
            )
        return Reply(_text_of(state["messages"][-1]), dict(finder.found))


class _Meter(AsyncCallbackHandler):
    """Counts what goes in and comes out, and cuts off a reply that does not end."""

    raise_error = True
    run_inline = True
    ignore_chain = True  # what the agent's graph does is not counted

    def __init__(self, most: int) -> None:
        self._most = most * _LONGEST_WORD
        self._characters = 0
        self.calls = 0
        self.input_tokens = 0
        self.output_tokens = 0

    async def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], **kwargs: Any
    ) -> None:
        del serialized, kwargs
        self.calls += 1
        self._characters = 0
        self._sent = sum(len(str(m.content)) for batch in messages for m in batch)

    async def on_llm_new_token(
        self,
        token: str | list[str | dict[str, Any]],
        *,
        chunk: GenerationChunk | ChatGenerationChunk | None = None,
        **kwargs: Any,
    ) -> None:
        del kwargs
        self._characters += len(token)
        message = getattr(chunk, "message", None)
        if isinstance(message, AIMessageChunk):
            self._characters += sum(len(c["args"] or "") for c in message.tool_call_chunks)
        if self._characters > self._most:
            self.output_tokens += self._characters
            self.input_tokens += self._sent
            raise _UnusableError("too_long")

    async def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        del kwargs
        usage: Mapping[str, Any] = {}
        for batch in response.generations:
            for generation in batch:
                message = getattr(generation, "message", None)
                if isinstance(message, AIMessage):
                    usage = message.usage_metadata or usage
        self.input_tokens += usage.get("input_tokens") or self._sent
        self.output_tokens += usage.get("output_tokens") or self._characters


def _text_of(message: BaseMessage) -> str:
    """The text of a whole message. Raises _UnusableError where it is none."""
    finish = message.response_metadata.get("finish_reason")
    if finish not in _FINISHED:
        raise _UnusableError("too_long" if finish == "length" else "cut_off")
    text = str(message.text)
    if not text.strip():
        raise _UnusableError("empty")
    return text


def _inside(text: str) -> str:
    """The JSON object in a text that may say something around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1]


def _reason(error: Exception) -> str:
    """One word for what went wrong."""
    match error:
        case _UnusableError():
            return error.reason
        case json.JSONDecodeError() | ValidationError():
            return "wrong_json"
        case TimeoutError():
            return "timeout"
        case _:
            names = (kind.__name__ for kind in type(error).__mro__)
            return next((_OF_CLIENT[name] for name in names if name in _OF_CLIENT), "error")


__all__ = ["FAULTS", "Helping", "LanguageModel", "Use"]
