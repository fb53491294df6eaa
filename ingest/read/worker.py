"""The process in which files are read, so that a file can take nothing else down with it.

In:  on standard input, per file a line of JSON {name, size, limits} and that many bytes.
Out: on standard output, per file a line of JSON: the reading, or {error}. Run by
     `ingest.read.apart` as `python -m ingest.read.worker` (tests/ingest/read/test_apart.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

from ingest.read import read
from ingest.read.base import Limits, ReadError


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that programs it runs end with it
    requests = sys.stdin.buffer
    while header := requests.readline():
        request = json.loads(header)
        limits = Limits(**request["limits"])
        _limit_memory(limits.memory_bytes)
        answer = _answer(requests.read(request["size"]), request["name"], limits)
        print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)


def _answer(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    try:
        reading = read(data, name, limits)
    except ReadError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "读取所需的内存超过上限（设置 POLICY_INGEST_MEMORY_BYTES），未读入"}
    except Exception as error:  # a reader's own fault must not stop the other files
        return {"error": f"读取程序出错（{type(error).__name__}），未读入；请报告此问题"}
    return asdict(reading)


def _limit_memory(size: int) -> None:
    """Limit this process' own data; not every system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (size or most, most))


if __name__ == "__main__":
    main()
