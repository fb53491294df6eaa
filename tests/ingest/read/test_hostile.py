"""Hostile files: a clear Chinese line each, nothing fetched, nothing written."""

from __future__ import annotations

import io
import re
import socket
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read import Limits, ReadError, read

LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><d>&i;</d>"
)
EXTERNAL = '<!DOCTYPE d [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]><d>&a;</d>'
FILE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader may open a connection."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def refusal(data: bytes, name: str, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, name, limits)
    message = str(caught.value)
    assert "\n" not in message
    assert re.search("[\u4e00-\u9fff]{4}", message)
    return message


@pytest.mark.parametrize("xml", [LAUGHS, EXTERNAL, FILE, f"﻿{LAUGHS}"])
@pytest.mark.parametrize(
    ("name", "part", "others"),
    [
        ("a.docx", "word/document.xml", {}),
        ("a.docx", "word/styles.xml", {"word/document.xml": "<d><body/></d>"}),
        ("a.ofd", "OFD.xml", {}),
        ("a.xlsx", "xl/workbook.xml", {}),
        ("a.xlsx", "xl/worksheets/sheet1.xml", {"xl/workbook.xml": "<w/>"}),
    ],
)
def test_entities_are_refused(
    papers: Any, xml: str, name: str, part: str, others: dict[str, str]
) -> None:
    assert "实体定义" in refusal(papers.zip({part: xml} | others), name)


def test_entities_in_utf16_are_refused(papers: Any) -> None:
    xml = f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}'.encode("utf-16")
    assert "实体定义" in refusal(papers.zip({"word/document.xml": xml}), "a.docx")
    assert "实体定义" in refusal(papers.zip({"xl/workbook.xml": xml}), "a.xlsx")


@pytest.mark.parametrize(
    ("name", "part"),
    [("a.docx", "word/document.xml"), ("a.ofd", "OFD.xml"), ("a.xlsx", "xl/workbook.xml")],
)
def test_packages_that_unpack_without_end_are_refused(papers: Any, name: str, part: str) -> None:
    bomb = papers.zip({part: b"<a>" + b" " * 20_000_000 + b"</a>"})
    assert "POLICY_INGEST_RATIO" in refusal(bomb, name)
    assert "POLICY_INGEST_UNZIPPED_BYTES" in refusal(bomb, name, Limits(unzipped_bytes=1_000_000))


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ofd", "a.pdf"])
def test_truncated_files_are_refused(papers: Any, name: str) -> None:
    whole = {
        "a.docx": papers.docx(papers.paragraph("第一条　支持更新。")),
        "a.xlsx": papers.xlsx(("甲", "乙"), ("丙", "丁")),
        "a.ofd": papers.ofd([(20, 20, "第一条")]),
        "a.pdf": papers.pdf(papers.lines([(72, 100, "第一条")])),
    }[name]
    for end in (8, len(whole) // 2, len(whole) - 30):
        try:
            read(whole[:end], name)
        except ReadError as error:
            assert re.search("损坏|截断|没有文字|不受支持", str(error))


def test_a_page_of_boxes_in_boxes_is_refused_at_once() -> None:
    page = f"<html><body>{'<div>' * 100_000}一、支持。{'</div>' * 100_000}</body></html>"
    assert "嵌套过深" in refusal(page.encode(), "a.html")
    flat = f"<html><body>{'<div>一、支持。</div>' * 5000}</body></html>"
    assert read(flat.encode(), "a.html").text.startswith("一、支持。")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.ofd"])
def test_packages_with_a_password_are_refused(papers: Any, name: str) -> None:
    data = bytearray(papers.zip({"word/document.xml": "x", "xl/workbook.xml": "x", "OFD.xml": "x"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1
    assert "设有密码，应先解除密码" in refusal(bytes(data), name)


def test_an_encrypted_office_file_is_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    data = ole + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert refusal(data, "a.docx") == "文件设有打开密码，应先解除密码"


@pytest.mark.parametrize(
    "suffix", ["txt", "html", "docx", "pdf", "ofd", "xlsx", "png", "doc", "rtf"]
)
def test_empty_files_are_told_to_be_empty(suffix: str) -> None:
    assert refusal(b"", f"a.{suffix}") == "文件是空的，应重新取得"


def test_what_a_page_includes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("秘密", "utf-8")
    near = (tmp_path / "secret.txt").as_uri()
    page = f"""<html><head><base href="http://127.0.0.1:9/"><link rel="stylesheet" href="{near}">
    <meta http-equiv="refresh" content="0;url={near}"></head><body><p>一、支持设备更新。</p>
    <object data="{near}"></object><embed src="{near}"><iframe src="{near}"></iframe>
    <!--#include file="{near}"--></body></html>"""
    assert read(page.encode(), "a.html").text == "一、支持设备更新。\n"


def test_a_small_picture_that_unpacks_without_end_is_refused() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    side = 30_000
    packed = zlib.compress(bytes((side // 8 + 1) * side), 9)
    head = side.to_bytes(4, "big") * 2 + b"\1\0\0\0\0"
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed)
    message = refusal(data + chunk(b"IEND", b""), "a.png")
    assert "POLICY_INGEST_PIXELS" in message or "Tesseract" in message


def test_a_file_larger_than_the_limit_is_refused() -> None:
    message = refusal(b"x" * 11, "a.txt", Limits(file_bytes=10))
    assert message == "文件字节数超过上限 10（设置 POLICY_INGEST_FILE_BYTES），未读入"


def test_scripts_are_not_text() -> None:
    page = """<html><body><p>一、支持设备更新。</p><img src=x onerror="alert('补贴100%')">
    <script>alert("补贴100%")</script><a href="javascript:alert('补贴100%')">二、其他。</a>
    <iframe src="http://127.0.0.1:9/"></iframe><style>@import "http://127.0.0.1:9/";</style>
    <noscript>补贴100%</noscript><template>补贴100%</template></body></html>"""
    assert read(page.encode(), "a.html").text == "一、支持设备更新。\n二、其他。\n"


def test_a_pdf_of_ten_thousand_pages_is_refused_at_once(papers: Any) -> None:
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    data = papers.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 10000/Kids[%s]>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    assert "PDF 页数超过上限 2000（设置 POLICY_INGEST_PAGES）" in refusal(data, "a.pdf")


def test_a_pdf_that_is_its_own_page_tree_ends(papers: Any) -> None:
    refusal(
        papers.pdf_of(
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 5/Kids[2 0 R 2 0 R]>>"
        ),
        "a.pdf",
    )


def test_a_pdf_stream_that_unpacks_without_end_ends(papers: Any) -> None:
    stream = zlib.compress(zlib.compress(b"0 0 m " * 20_000_000))
    data = papers.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream"
        % (len(stream), stream),
    )
    refusal(data, "a.pdf")


def test_an_image_larger_than_the_limit_is_refused() -> None:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (100_000).to_bytes(4, "big") * 2
    message = refusal(head + b"\0" * 20, "a.png")
    assert "POLICY_INGEST_PIXELS" in message or "Tesseract" in message


def test_nothing_is_written(papers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name, data in (
        ("a.docx", papers.docx(papers.paragraph("甲"))),
        ("a.pdf", papers.pdf(papers.lines([(72, 100, "第一条")]))),
        ("a.ofd", papers.ofd([(20, 20, "第一条")])),
        ("a.xlsx", papers.xlsx(("甲", "乙"), ("丙", "丁"))),
        ("a.html", b"<html><body><p>x</p></body></html>"),
    ):
        read(data, name)
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_read_or_refused(papers: Any, data: st.DataObject) -> None:
    parts = {
        "OFD.xml": papers.ofd([(20, 20, "第一条"), (20, 28, "更新")]),
        "word/document.xml": papers.docx(papers.numbered("甲"), papers.levels() + papers.num()),
        "xl/worksheets/sheet1.xml": papers.xlsx(("甲", "乙"), ("丙", "丁")),
    }
    whole = parts[data.draw(st.sampled_from(sorted(parts)))]
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        inside = {name: package.read(name) for name in package.namelist()}
    name = data.draw(st.sampled_from(sorted(inside)))
    place = data.draw(st.integers(0, len(inside[name])))
    gone = data.draw(st.integers(0, 20))
    new = data.draw(st.sampled_from([b"", b"0", b"-1", b"9" * 9, b"\xff", b'"', b"<a>"]))
    inside[name] = inside[name][:place] + new + inside[name][place + gone :]
    try:
        reading = read(papers.zip(inside), "a.bin")
    except ReadError:
        return
    assert "".join(reading.text[o.start : o.end] for o in reading.origins) == reading.text
