"""The OpenAI form of an answer: a chat completion, whole or in chunks.

In:  an answer.
Out: JSON by OpenAI's names, with the whole answer of the contract beside it. The chunks' contents,
     joined, are the answer's text (tests/api/test_completions.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from fastapi.sse import format_sse_event

from api import views
from api.events import compact
from api.problems import with_error
from assistant.answer import Answer
from assistant.writing.sheet import text_of

MODEL = "policy-assistant"
_COMMENT = b": %s\n\n"


def models() -> dict[str, Any]:
    """The one model that there is."""
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
    return {"object": "list", "data": [model]}


def completion(answer: Answer, asked: int, provider: str) -> dict[str, Any]:
    """A whole completion; `asked` characters were sent, `provider` stands in the labels."""
    message = {"role": "assistant", "content": answer.text}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        **_head(answer.id, "chat.completion"),
        "choices": [choice],
        "usage": _usage(asked, answer),
        "answer": views.answer(answer, provider),
    }


class Chunks:
    """A completion in chunks, a sentence each; the last one before the usage has the answer."""

    def __init__(self, asked: int, provider: str, *, with_usage: bool) -> None:
        self._asked = asked
        self._provider = provider
        self._with_usage = with_usage

    def step(self, name: str) -> bytes:
        """A comment, which clients pass over."""
        return _COMMENT % name.encode()

    def answer(self, answer: Answer) -> Iterator[bytes]:
        head = _head(answer.id, "chat.completion.chunk")
        yield _data(head | _delta({"role": "assistant", "content": ""}))
        said = ""
        for end in range(1, len(answer.statements) + 1):
            text = text_of(answer.statements[:end])
            yield _data(head | _delta({"content": text.removeprefix(said)}))
            said = text
        yield _data(head | _delta({}, "stop") | {"answer": views.answer(answer, self._provider)})
        if self._with_usage:
            yield _data(head | {"choices": [], "usage": _usage(self._asked, answer)})
        yield format_sse_event(data_str="[DONE]")

    def error(self, problem: dict[str, Any]) -> bytes:
        return _data(with_error(problem))


def _head(answer_id: str, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{answer_id}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


def _delta(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"choices": [choice]}


def _usage(asked: int, answer: Answer) -> dict[str, int]:
    """Counted in characters: the rules know no tokens."""
    told = len(answer.text)
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _data(value: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=compact(value))
