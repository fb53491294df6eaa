"""Read a file into text: one reader per format, found by what the file is.

In:  a file's bytes and name.
Out: a `Reading`: the text that is stored and cited, and where every character of it was read
     (tests/ingest/read/test_kinds.py). A file that cannot be read is a `ReadError`, whose
     message is one Chinese line. A new format is one module and one line in `_read`.

Readers take bytes and give text. They write nothing but LibreOffice's own temporary folder, run
nothing that the file brings, and fetch nothing. `ingest.read.apart` runs them in a process of
their own, with limits on time and memory.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from ingest.read.base import Limits, Origin, ReadError, Reading, find_origin
from ingest.read.kinds import KNOWN, SUFFIXES, Kind, kind_of

__all__ = [
    "KNOWN",
    "Kind",
    "Limits",
    "Origin",
    "ReadError",
    "Reading",
    "find_origin",
    "kind_of",
    "read",
]

_ADVICE = f"应为 {'、'.join(sorted(KNOWN))} 之一"


def read(data: bytes, name: str, limits: Limits | None = None) -> Reading:
    """The text of a file; ReadError where it cannot be read or would cost more than the limits.

    name  the file's name: it tells Markdown from text, and the format where the bytes do not
    """
    limits = limits or Limits()
    if not data:
        raise ReadError("文件是空的，应重新取得")
    limits.check("file_bytes", len(data), "文件字节数")
    kind = kind_of(data, name)
    try:
        reading = _read(kind, data, limits)
    except (RecursionError, MemoryError) as error:
        raise ReadError("文件结构过深或过大，读不下去，未读入") from error
    if not reading.text.strip():
        raise ReadError("文件里没有文字，应为有正文的文件")
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if named is not None and named is not kind and Kind.UNKNOWN not in (named, kind):
        remark = f"文件扩展名与内容不符：内容是{kind}，已按{kind}读入。"
        reading = replace(reading, remarks=(*reading.remarks, remark))
    return reading


def _read(kind: Kind, data: bytes, limits: Limits) -> Reading:
    """By the reader of this kind; each is imported when it is first needed."""
    match kind:
        case Kind.TEXT | Kind.MARKDOWN:
            from ingest.read import plain

            suffix = ".md" if kind is Kind.MARKDOWN else ".txt"
            return replace(plain.read(data, limits), suffix=suffix)
        case Kind.HTML:
            from ingest.read import html

            return html.read(data, limits)
        case Kind.DOCX:
            from ingest.read import docx

            return docx.read(data, limits)
        case Kind.PDF:
            from ingest.read import pdf

            return pdf.read(data, limits)
        case Kind.OFD:
            from ingest.read import ofd

            return ofd.read(data, limits)
        case Kind.XLSX:
            from ingest.read import xlsx

            return xlsx.read(data, limits)
        case Kind.IMAGE:
            from ingest.read import ocr

            return ocr.read(data, limits)
        case Kind.DOC | Kind.RTF:
            from ingest.read import docx, office

            suffix = ".rtf" if kind is Kind.RTF else ".doc"
            return docx.read(office.convert(data, suffix, "docx", limits), limits)
        case Kind.XLS:
            from ingest.read import office, xlsx

            return xlsx.read(office.convert(data, ".xls", "xlsx", limits), limits)
        case Kind.LOCKED:
            raise ReadError("文件设有打开密码，应先解除密码")
        case Kind.ZIP:
            raise ReadError("压缩包应整个读入，逐个文件处理")
        case _:
            raise ReadError(f"文件格式不受支持，{_ADVICE}")
