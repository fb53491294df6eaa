"""Read a file into text: one reader per format, found by the file name's ending.

In:  a path, or a file's bytes and name.
Out: the stored text, in which all offsets are counted; nothing is cleaned or translated, line ends
     included (tests/ingest/test_sources.py). A new format is one module and one line in READERS.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.read import plain

READERS: dict[str, Callable[[bytes], str]] = {
    ".md": plain.read,
    ".txt": plain.read,
}


class ReadError(Exception):
    """A file that cannot be read as text; the message is Chinese and says what would be right."""


def read_text(path: Path) -> str:
    """The text of the file at `path`; ReadError where its format or encoding is not known."""
    return decode(path.read_bytes(), path.name)


def decode(data: bytes, name: str) -> str:
    """The text of a file's bytes, by the ending of its `name`; ReadError as in `read_text`."""
    suffix = Path(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        known = "、".join(sorted(READERS))
        raise ReadError(f"文件 {name} 的格式“{suffix}”不受支持，应为 {known} 之一")
    try:
        return reader(data)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"文件 {name} 不是 UTF-8 编码（第{error.start + 1}字节起无法识别），应转存为 UTF-8"
        ) from error
