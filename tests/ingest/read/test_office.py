"""Old Office files, where LibreOffice is installed; a clear refusal where it is not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from ingest.read import Limits, ReadError, office, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")
RTF = rb"{\rtf1\ansi\deff0{\fonttbl{\f0 SimSun;}}\f0 \u19968?\u12289?\u25903?\par \u20108?\par}"


@pytest.fixture
def libreoffice() -> None:
    if why := office.missing():
        pytest.skip(why)


@pytest.mark.usefixtures("libreoffice")
def test_old_word_files_are_read(papers: Any) -> None:
    numbering = papers.levels(("chineseCounting", "%1、")) + papers.num()
    body = papers.numbered("支持更新。") + papers.numbered("支持改造。")
    old = office.convert(papers.docx(body, numbering), ".docx", "doc", Limits())
    for name in ("a.doc", "a.wps"):
        assert read(old, name).text == "一、支持更新。\n二、支持改造。\n"


@pytest.mark.usefixtures("libreoffice")
def test_old_excel_files_are_read(papers: Any) -> None:
    old = office.convert(papers.xlsx(("产品", "利率"), ("甲贷", "4%")), ".xlsx", "xls", Limits())
    assert "表1 第1行：产品：甲贷；利率：4%" in read(old, "a.xls").text.splitlines()


@pytest.mark.usefixtures("libreoffice")
def test_rich_text_is_read_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert read(RTF, "a.rtf").text == "一、支\n二\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("libreoffice")
def test_what_it_cannot_convert_or_not_in_time_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ReadError, match=r"LibreOffice 转换不了|没有文字"):
        read(OLE, "a.doc")
    with pytest.raises(ReadError, match="LibreOffice 转换不了"):
        read(
            OLE.replace(b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "Workbook".encode("utf-16-le")),
            "a.xls",
        )
    with pytest.raises(ReadError, match="POLICY_INGEST_SECONDS"):
        read(RTF, "a.rtf", Limits(seconds=0))
    assert list(tmp_path.iterdir()) == []


def test_without_libreoffice_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_PROGRAMS", ("no-such-program",))
    office.missing.cache_clear()
    with pytest.raises(ReadError, match=r"\.doc 格式需要转换；本机没有 LibreOffice，.*另存为 DOCX"):
        read(OLE, "a.doc")
    office.missing.cache_clear()
