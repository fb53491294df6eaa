"""A model server in the OpenAI form whose replies are scripted, faults included.

In:  a function from a request's JSON to what the "model" does: speak, call tools, fail, hang.
Out: a server on a loopback port that does it, streaming where asked to, and keeps what it was sent
     (tests/evals/test_scripted.py).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = Mapping[str, Any]
PIECE = 24  # characters in a chunk of a stream
PATIENCE = 30.0  # seconds after which even a hanging server lets go


@dataclass(frozen=True, slots=True)
class Say:
    """A message; `cut` breaks the connection off before its end."""

    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one tool; the arguments are sent as they are, JSON or not."""

    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Fail:
    """An HTTP status instead of a reply."""

    status: int
    body: str = '{"error": {"message": "no"}}'


@dataclass(frozen=True, slots=True)
class Flood:
    """A message that goes on until nobody listens any more."""

    piece: str


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing, after as much of a stream as `first`."""

    first: str = ""


Action = Say | Call | Fail | Flood | Hang
Script = Callable[[Json], Action]


@dataclass
class Scripted:
    """A running server.

    requests  what it was sent, in order
    left      set when a client left while it hung or flooded
    """

    script: Script
    base_url: str = ""
    requests: list[Json] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    def texts(self) -> str:
        """Everything it was sent, as one text."""
        return json.dumps(self.requests, ensure_ascii=False)


@contextmanager
def scripted(script: Script) -> Iterator[Scripted]:
    """A server that follows the script, until the end of the block."""
    running = Scripted(script)

    class Handler(_Handler):
        model = running

    server = _Server(("127.0.0.1", 0), Handler)
    running.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Scripted
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.model.requests.append(body)
        action = self.model.script(body)
        match action:
            case Fail(status, text):
                self._whole(status, text)
            case Say() | Call() if not body.get("stream"):
                self._whole(200, json.dumps(_completion(action), ensure_ascii=False))
            case Say() | Call():
                self._stream(action)
            case Flood(piece):
                self._flood(piece)
            case Hang(first):
                self._hang(first)

    def _whole(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _send(self, *events: str) -> None:
        data = "".join(f"data: {event}\n\n" for event in events).encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _stream(self, action: Say | Call) -> None:
        self._begin()
        if isinstance(action, Say) and action.cut:
            self._send(_chunk({"role": "assistant", "content": action.text}))
            self.wfile.flush()
            self.close_connection = True
            return
        deltas: Sequence[Json]
        if isinstance(action, Say):
            deltas = [
                {"role": "assistant", "content": action.text[at : at + PIECE]}
                for at in range(0, len(action.text), PIECE)
            ] or [{"role": "assistant", "content": ""}]
        else:
            deltas = [{"role": "assistant", "content": None, "tool_calls": _calls(action)}]
        end = _chunk({}, _reason(action))
        usage = json.dumps(
            _head("chat.completion.chunk") | {"choices": [], "usage": _usage(action)}
        )
        self._send(*(_chunk(delta) for delta in deltas), end, usage, "[DONE]")
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _flood(self, piece: str) -> None:
        self._begin()
        chunk = _chunk({"role": "assistant", "content": piece})
        try:
            while not self.model.stopping.is_set():
                self._send(*[chunk] * 50)
                self.wfile.flush()
        except OSError:
            self.model.left.set()
        self.close_connection = True

    def _hang(self, first: str) -> None:
        """Wait until the client closes the connection: only then is there something to read."""
        if first:
            self._begin()
            self._send(_chunk({"role": "assistant", "content": first}))
            self.wfile.flush()
        self.connection.settimeout(PATIENCE)
        try:
            if self.connection.recv(1) == b"":
                self.model.left.set()
        except OSError:
            self.model.left.set()
        self.close_connection = True


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 0, "model": "scripted"}


def _chunk(delta: Json, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps(_head("chat.completion.chunk") | {"choices": [choice]}, ensure_ascii=False)


def _completion(action: Say | Call) -> Json:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(action, Say):
        message["content"] = action.text
    else:
        message["tool_calls"] = _calls(action)
    choice = {"index": 0, "message": message, "finish_reason": _reason(action)}
    return _head("chat.completion") | {"choices": [choice], "usage": _usage(action)}


def _calls(action: Call) -> list[Json]:
    function = {"name": action.tool, "arguments": action.arguments}
    return [{"index": 0, "id": "call_1", "type": "function", "function": function}]


def _reason(action: Say | Call) -> str:
    return "stop" if isinstance(action, Say) else "tool_calls"


def _usage(action: Say | Call) -> Json:
    told = len(action.text if isinstance(action, Say) else action.arguments)
    return {"prompt_tokens": 100, "completion_tokens": told, "total_tokens": 100 + told}
