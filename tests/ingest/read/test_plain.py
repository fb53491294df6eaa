"""Texts in the encodings that offices send, and nothing guessed."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read import Limits, ReadError, read
from ingest.read.plain import decode

TEXT = "重庆市人民政府办公厅关于印发《实施办法》的通知\r\n一、贴息不超过贷款利率的50%。\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-16-le", "utf-16-be"])
def test_an_encoding_is_told_without_a_mark(encoding: str) -> None:
    reading = read(TEXT.encode(encoding), "a.txt")
    assert reading.text == TEXT
    assert bool(reading.remarks) == (encoding != "utf-8")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_mark_decides_and_is_no_character(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == (TEXT, encoding)


def test_utf8_is_kept_as_it_is_with_its_mark() -> None:
    data = codecs.BOM_UTF8 + TEXT.encode()
    assert read(data, "a.md").text.encode() == data
    assert read(data, "a.md").suffix == ".md"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        "繁體中文的檔案以大五碼編寫，不應猜錯".encode("big5"),
        "日本語の文書".encode("shift_jis"),
        "Größe".encode("latin-1"),
    ],
)
def test_what_is_none_of_them_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="编码无法识别"):
        read(data, "a.txt")


def test_a_truncated_text_is_refused() -> None:
    with pytest.raises(ReadError, match="不完整"):
        read(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1], "a.txt")


def test_a_text_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(ReadError, match="POLICY_INGEST_CHARACTERS"):
        read(TEXT.encode(), "a.txt", Limits(characters=10))


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_utf8_is_lossless(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


def test_a_markdown_table_is_read_by_its_rows() -> None:
    table = (
        "附件\n\n| 费率 | 比例 |\n|---|:---:|\n| 1%以下 | 0.6% |\n| 1%—1.5% | 0.3% |\n\n备注|无\n"
    )
    assert read(table.encode(), "a.md").text == (
        "附件\n\n表1 表头：费率；比例\n表1 第1行：费率：1%以下；比例：0.6%\n"
        "表1 第2行：费率：1%—1.5%；比例：0.3%\n\n备注|无\n"
    )
