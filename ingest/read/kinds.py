"""What a file is, by its first bytes; its name counts only where these say nothing.

In:  a file's bytes and name.
Out: a `Kind`. A PDF called .docx is read as PDF (tests/ingest/read/test_kinds.py).
"""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath


class Kind(StrEnum):
    """The formats that can be told apart."""

    TEXT = "文本"
    MARKDOWN = "Markdown"
    HTML = "网页"
    DOCX = "DOCX"
    XLSX = "XLSX"
    PDF = "PDF"
    OFD = "OFD"
    IMAGE = "图片"
    DOC = "DOC"
    XLS = "XLS"
    RTF = "RTF"
    ZIP = "ZIP"
    LOCKED = "加密的 Office 文件"
    UNKNOWN = "未知"


SUFFIXES = {
    ".txt": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".mht": Kind.UNKNOWN,
    ".docx": Kind.DOCX,
    ".docm": Kind.DOCX,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".pdf": Kind.PDF,
    ".ofd": Kind.OFD,
    ".png": Kind.IMAGE,
    ".jpg": Kind.IMAGE,
    ".jpeg": Kind.IMAGE,
    ".tif": Kind.IMAGE,
    ".tiff": Kind.IMAGE,
    ".bmp": Kind.IMAGE,
    ".doc": Kind.DOC,
    ".wps": Kind.DOC,
    ".rtf": Kind.RTF,
    ".xls": Kind.XLS,
    ".et": Kind.XLS,
    ".zip": Kind.ZIP,
}
KNOWN = tuple(suffix for suffix, kind in SUFFIXES.items() if kind is not Kind.UNKNOWN)
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_MANY = 100_000  # members of a package that are not even listed
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"\x7fELF", b"SQLite format 3", b"%!PS")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p)\b", re.IGNORECASE)


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of a file; UNKNOWN for what is certainly none of the known formats."""
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith(b"PK"):
        return _package(data, named)
    if data.startswith(_OLE):
        return _ole(data, named)
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(_IMAGES) and (named is Kind.IMAGE or not data.startswith(b"BM")):
        return Kind.IMAGE
    if data.startswith(_OTHERS):
        return Kind.UNKNOWN
    if named in (Kind.TEXT, Kind.MARKDOWN):
        return named
    if _HTML.search(data[:4096].replace(b"\0", b"")):
        return Kind.HTML
    return named or Kind.UNKNOWN


def _package(data: bytes, named: Kind | None) -> Kind:
    """Which of the formats that are ZIPs; a broken or endless one is what it is called."""
    called = named if named in (Kind.DOCX, Kind.XLSX, Kind.OFD) else Kind.ZIP
    if data.count(b"PK\x01\x02") > _MANY:
        return called
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return called
    if "word/document.xml" in names:
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "OFD.xml" in names:
        return Kind.OFD
    return called


def _ole(data: bytes, named: Kind | None) -> Kind:
    """Which of the old Office formats, by the names of the streams inside."""
    head = data[: 2**20]
    if _stream("EncryptedPackage") in data:
        return Kind.LOCKED
    if _stream("WordDocument") in data:
        return Kind.DOC
    if _stream("Workbook") in head or _stream("Book") in head:
        return Kind.XLS
    return named if named in (Kind.DOC, Kind.XLS) else Kind.UNKNOWN


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")
