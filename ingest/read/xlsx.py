"""XLSX (Excel): each sheet is a table; values as the cells show them.

In:  an XLSX file's bytes.
Out: per sheet its name and the lines of its table, each with sheet and row as origin
     (tests/ingest/read/test_xlsx.py). Formulas count by the value that was last computed; hidden
     sheets are left out, and the notes say so.
"""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl

from ingest.read.base import Collector, Limits, ReadError, Reading
from ingest.read.packages import Package, refuse_dtd
from ingest.tables import Cell, table_lines

MAIN = "xl/workbook.xml"


def read(data: bytes, limits: Limits) -> Reading:
    """The text of an XLSX file; ReadError where it is none, damaged or too large."""
    package = Package(data, limits)
    if MAIN not in package:
        raise ReadError(f"不是 Excel 工作簿（缺少 {MAIN}）")
    for name in package.names():  # openpyxl unpacks by itself; so the limits are applied first
        part = package.read(name)
        if name.endswith((".xml", ".rels")):
            refuse_dtd(part, name)
        if name.startswith("xl/worksheets/"):
            limits.check("cells", part.count(b"<c "), f"{name} 的单元格数")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl does not keep
            workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged part brings about
        raise ReadError("Excel 工作簿打不开，文件可能损坏，应重新取得") from error
    collector = Collector(limits)
    hidden: list[str] = []
    tables = 0
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(sheet.title)
            continue
        tables += _write(sheet, tables + 1, collector)
    if collector.length == 0:
        raise ReadError("Excel 工作簿里没有内容")
    notes = (f"隐藏的工作表没有读入：{'、'.join(hidden)}。",) if hidden else ()
    return collector.reading(notes)


def shown(value: Any, number_format: str) -> str:
    """A value as its cell shows it: 0.5 with the format 0.00% is 50%, a day 2024-03-01."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case int() | float():
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            if isinstance(value, float):
                number = Decimal(format(value, ".15g"))  # what Excel shows of a binary fraction
            percent = "%" in number_format
            return f"{_plain(number * 100)}%" if percent else _plain(number)
        case _:
            return str(value)


def _plain(number: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    words = format(number, "f")
    return words.rstrip("0").rstrip(".") if "." in words else words


def _write(sheet: Any, number: int, collector: Collector) -> bool:
    """Add a sheet: its name and its lines; whether it was a table with heads."""
    spans = {
        (area.min_row, area.min_col): (area.size["rows"], area.size["columns"])
        for area in sheet.merged_cells.ranges
    }
    cells: list[Cell] = []
    for row in sheet.iter_rows():
        for cell in row:
            text = shown(cell.value, str(cell.number_format))
            if text.strip():
                down, across = spans.get((cell.row, cell.column), (1, 1))
                cells.append(Cell(text, cell.row - 1, cell.column - 1, down, across))
    lines = table_lines(cells, number)
    if lines:
        collector.add(f"{sheet.title}\n", part=f"工作表“{sheet.title}”")
    for line in lines:
        collector.add(f"{line.text}\n", part=f"工作表“{sheet.title}”第{line.row + 1}行")
    return any(line.text.startswith(f"表{number}") for line in lines)
