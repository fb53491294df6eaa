"""Read files in a process of their own, with limits on time and memory.

In:  a file's bytes and name, as for `ingest.read.read`.
Out: the same `Reading`, or a ReadError, also where the reading process crashed, hung or ran out of
     memory: then it is started again for the next file (tests/ingest/read/test_apart.py).
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from ingest.read.base import Limits, Origin, ReadError, Reading

_FILES = 500  # after which the process is replaced, so that no library's leak adds up
_GRACE = 10.0  # seconds beyond the limit, in which the process may say itself what took so long
_PATIENCE = 5.0  # seconds to end the programs that it runs, before it is killed
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "SYSTEMROOT")


class Reader:
    """Reads files one after the other; close it, or use it in a `with` block."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what a dead process was still to be told
                if pipe is not None:
                    pipe.close()

    def read(self, data: bytes, name: str) -> Reading:
        """The text of a file; ReadError as `ingest.read.read` raises, or for what happened."""
        if self._files >= _FILES:
            self.close()
        process = self._process or self._start()
        header = {"name": name, "size": len(data), "limits": asdict(self._limits)}
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(header).encode() + b"\n" + data)
            process.stdin.flush()
            answer = self._answer(process)
        except (BrokenPipeError, EOFError) as error:
            self.close()
            raise ReadError(
                "读取程序意外中止，文件可能损坏或有意构造，未读入；应重新取得"
            ) from error
        except TimeoutError as error:
            self.close()
            limit = self._limits.seconds
            raise ReadError(f"读取超过 {limit} 秒（设置 POLICY_INGEST_SECONDS），未读入") from error
        self._files += 1
        if "error" in answer:
            raise ReadError(answer["error"])
        return _reading(answer)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        environment["PYTHONUTF8"] = "1"
        self._files = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.read.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        """The process' next line; TimeoutError or EOFError where none comes."""
        assert process.stdout is not None
        until = time.monotonic() + self._limits.seconds + _GRACE
        pieces: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not pieces or not pieces[-1].endswith(b"\n"):
                if not selector.select(max(until - time.monotonic(), 0)):
                    raise TimeoutError
                piece = os.read(process.stdout.fileno(), 2**20)
                if not piece:
                    raise EOFError
                pieces.append(piece)
        answer: dict[str, Any] = json.loads(b"".join(pieces))
        return answer


def _reading(answer: dict[str, Any]) -> Reading:
    origins = tuple(
        Origin(**{**origin, "box": tuple(origin["box"]) if origin["box"] else None})
        for origin in answer["origins"]
    )
    return Reading(
        answer["text"],
        origins,
        tuple(answer["notes"]),
        answer["facts"],
        answer["suffix"],
        tuple(answer["remarks"]),
    )
