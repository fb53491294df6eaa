"""Plain text and Markdown: UTF-8, UTF-16, UTF-32, GBK and its successor GB 18030.

In:  a file's bytes.
Out: its text, every character and line end as it is, but a Markdown table by its rows, each cell
     with its column's head (tests/ingest/read/test_plain.py).

The order is strict: bytes are hardly ever valid UTF-8 by chance, while GB 18030 takes almost
anything. A byte order mark of UTF-16 or UTF-32 decides; then UTF-16 where many second bytes are
zero; then UTF-8; then GB 18030, if what comes out is made of everyday characters.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from ingest.read.base import Collector, Limits, ReadError, Reading
from ingest.tables import Cell, table_lines

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ROW = r"[ \t]*\|.*\|[ \t]*"
_TABLE = re.compile(
    rf"^{_ROW}\r?\n[ \t]*\|(?:[ \t]*:?-{{3,}}:?[ \t]*\|)+[ \t]*(?:\r?\n{_ROW})+$", re.MULTILINE
)
_CELL_END = re.compile(r"(?<!\\)\|")
_HAN = re.compile("[\u4e00-\u9fff]")
_ODD = re.compile("[\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f\u0100-\u036f\u0530-\u1fff]")
_SAMPLE = 20_000  # characters
_EVERYDAY = 0.85  # share of everyday characters; wrongly decoded Chinese has about 0.4


def read(data: bytes, limits: Limits) -> Reading:
    """The text of the bytes; ReadError where the encoding is none of those above."""
    text, encoding = decode(data)
    collector = Collector(limits)
    collector.add(_with_rows(text))
    reading = collector.reading()
    if encoding == "utf-8":
        return reading
    return replace(reading, remarks=(f"原文件编码为 {_name(encoding)}，已转存为 UTF-8。",))


def _with_rows(text: str) -> str:
    """The text, its Markdown tables as lines that can each be cited alone."""
    count = 0

    def rows(table: re.Match[str]) -> str:
        nonlocal count
        count += 1
        head, _, *body = table[0].splitlines()
        cells = [
            Cell(words.strip().replace("\\|", "|"), row, column)
            for row, line in enumerate([head, *body])
            for column, words in enumerate(_CELL_END.split(line.strip()[1:-1]))
        ]
        return "\n".join(line.text for line in table_lines(cells, count))

    return _TABLE.sub(rows, text)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; ReadError where none fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise ReadError(
                    f"标明是 {_name(encoding)} 编码，但第{error.start + 1}字节起无法识别，"
                    "文件可能不完整"
                ) from error
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _is_everyday(text):
            return text, encoding
    raise ReadError("文字编码无法识别（不是 UTF-8、UTF-16 或 GBK），应转存为 UTF-8")


def _candidates(data: bytes) -> tuple[str, ...]:
    """The encodings to try, the most telling first."""
    high, low = data[1::2].count(0), data[::2].count(0)
    if len(data) % 2 == 0 and max(high, low) > len(data) // 100:
        return ("utf-16-le", "utf-16-be") if high >= low else ("utf-16-be", "utf-16-le")
    return ("utf-8", "gb18030")


def _is_everyday(text: str) -> bool:
    """Whether the Chinese characters are mostly those of GB 2312's first level (一级汉字)."""
    sample = text[:_SAMPLE]
    han = _HAN.findall(sample)
    everyday = sum(1 for char in han if b"\xb0" <= char.encode("gb2312", "ignore")[:1] <= b"\xd7")
    return bool(han) and everyday >= _EVERYDAY * len(han) and not _ODD.search(sample)


def _name(encoding: str) -> str:
    return "GBK（GB 18030）" if encoding == "gb18030" else encoding.upper()
