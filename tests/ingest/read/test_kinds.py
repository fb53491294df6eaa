"""What a file is, whatever it is called."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import Kind, ReadError, kind_of, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a", "a.pdf"])
def test_the_bytes_decide(papers: Any, name: str) -> None:
    pdf = papers.pdf(papers.lines([(72, 100, "第一条　支持更新。")]))
    reading = read(pdf, name)
    assert reading.text == "第一条　支持更新。\n"
    assert bool(reading.remarks) == (name in ("a.docx", "a.txt"))


def test_packages_are_told_by_what_they_hold(papers: Any) -> None:
    assert kind_of(papers.docx(papers.paragraph("甲")), "a.zip") is Kind.DOCX
    assert kind_of(papers.xlsx(("甲",)), "a.docx") is Kind.XLSX
    assert kind_of(papers.ofd([]), "a.pdf") is Kind.OFD
    assert kind_of(papers.zip({"a.txt": "x"}), "a.bin") is Kind.ZIP
    assert kind_of(papers.zip({"a.txt": "x"})[:30], "a.docx") is Kind.DOCX


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "a.txt", Kind.IMAGE),
        (b"\xff\xd8\xff\xe0", "a.doc", Kind.IMAGE),
        (OLE + "WordDocument".encode("utf-16-le"), "a.wps", Kind.DOC),
        (OLE + "Workbook".encode("utf-16-le"), "a.doc", Kind.XLS),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", Kind.LOCKED),
        (OLE, "a.wps", Kind.DOC),
        (OLE, "a.msi", Kind.UNKNOWN),
        (rb"{\rtf1 x}", "a.doc", Kind.RTF),
        (b"<!DOCTYPE html><html>", "a.doc", Kind.HTML),
        (b"<html>", "a.txt", Kind.TEXT),
        ("正文".encode(), "a.md", Kind.MARKDOWN),
        ("正文".encode(), "a.exe", Kind.UNKNOWN),
        (b"MZ\x90\0", "a.txt", Kind.UNKNOWN),
        (b"Rar!\x1a\x07", "a.zip", Kind.UNKNOWN),
    ],
)
def test_kinds(data: bytes, name: str, kind: Kind) -> None:
    assert kind_of(data, name) is kind


@pytest.mark.parametrize("data", [b"MZ\x90\0" * 9, b"Rar!\x1a\x07", b"\x7fELF"])
def test_what_is_none_of_them_is_refused_with_what_would_be_right(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"格式不受支持，应为 .*\.docx、"):
        read(data, "a.txt")


def test_a_locked_office_file_says_so() -> None:
    with pytest.raises(ReadError, match="应先解除密码"):
        read(OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ReadError, match="文件是空的"):
        read(b"", "a.txt")
