"""XLSX: cells as they are shown, rows with their heads."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from ingest.read import Limits, ReadError, read
from ingest.read.xlsx import shown


def test_rows_with_merged_heads(papers: Any) -> None:
    data = papers.xlsx(
        ("产品", "标准", None), (None, "利率", "期限"), ("甲贷", 0.04, 3), ("乙贷", 0.0385, 1),
        merged=("A1:A2", "B1:C1"),
    )  # fmt: skip
    reading = read(data, "a.xlsx")
    assert reading.text.splitlines() == [
        "利率表",
        "表1 表头：产品；标准·利率；标准·期限",
        "表1 第1行：产品：甲贷；标准·利率：0.04；标准·期限：3",
        "表1 第2行：产品：乙贷；标准·利率：0.0385；标准·期限：1",
    ]
    assert reading.origin_at(reading.text.index("乙贷")).part == "工作表“利率表”第4行"


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (0.5, "0%", "50%"),
        (0.0385, "0.00%", "3.85%"),
        (0.1 + 0.2, "General", "0.3"),
        (10_000_000, "#,##0", "10000000"),
        (1e-7, "General", "0.0000001"),
        (100.0, "General", "100"),
        (date(2024, 3, 1), "yyyy-mm-dd", "2024-03-01"),
        (True, "General", "是"),
        (None, "General", ""),
        ("甲", "@", "甲"),
    ],
)
def test_values_are_read_as_shown(value: object, number_format: str, words: str) -> None:
    assert shown(value, number_format) == words


def test_hidden_sheets_are_left_out_and_named(papers: Any) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(papers.xlsx(("产品", "利率"), ("甲", "4%"))))
    workbook.create_sheet("底稿").append(["密", "密"])
    workbook["底稿"].sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    reading = read(out.getvalue(), "a.xlsx")
    assert "密" not in reading.text
    assert reading.notes == ("隐藏的工作表没有读入：底稿。",)


def test_what_is_too_large_or_none_is_refused(papers: Any) -> None:
    data = papers.xlsx(*[("甲", "乙")] * 20)
    with pytest.raises(ReadError, match="POLICY_INGEST_CELLS"):
        read(data, "a.xlsx", Limits(cells=39))
    with pytest.raises(ReadError, match="没有内容"):
        read(papers.xlsx(), "a.xlsx")
    with pytest.raises(ReadError, match="打不开"):
        read(papers.zip({"xl/workbook.xml": "<workbook/>"}), "a.xlsx")
