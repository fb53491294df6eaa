"""A table as lines of text that can each be cited alone: every cell with its column's head.

In:  the cells of a table with their places and spans.
Out: a line per row, 表1（贷款） 第2行：产品：技改专项贷；利率：4%, after a line with the heads. No
     words of a cell are lost (tests/ingest/test_tables.py).

A table of one column or one row is layout: its cells become paragraphs. A first row that is one
cell over all columns is the table's title.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

_WIDE = "[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]"
_BREAK = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: rows and columns are counted from 0; `down` and `across` are how many it covers."""

    text: str
    row: int
    column: int
    down: int = 1
    across: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and the row of the table (from 0) that it was read from."""

    text: str
    row: int


def table_lines(cells: Sequence[Cell], number: int) -> list[Line]:
    """The lines of the paper's table with this number; [] where all cells are empty."""
    cells = sorted(cells, key=lambda cell: (cell.row, cell.column))
    title = _title(cells)
    name = f"表{number}（{one_line(title.text)}）" if title else f"表{number}"
    cells = [cell for cell in cells if cell is not title]
    columns = {cell.column for cell in cells if cell.text.strip()}
    rows = sorted({cell.row for cell in cells if cell.text.strip()})
    if len(columns) <= 1 or len(rows) <= 1:
        cells = [title, *cells] if title else cells
        return [
            Line(line, cell.row)
            for cell in cells
            for line in map(one_line, cell.text.splitlines())
            if line
        ]
    cells = [replace(cell, text=one_line(cell.text)) for cell in cells]
    first_body = _head_rows(cells, rows[0])
    heads = _heads([cell for cell in cells if cell.row < first_body])
    named = "；".join(dict.fromkeys(head for _, head in sorted(heads.items()) if head))
    lines = [Line(f"{name} 表头：{named}", rows[0])]
    body = [row for row in rows if row >= first_body]
    covering: dict[int, list[Cell]] = {row: [] for row in body}
    for cell in sorted(cells, key=lambda cell: cell.column):
        if cell.text and cell.row >= first_body:
            for row in body[bisect_left(body, cell.row) : bisect_left(body, cell.row + cell.down)]:
                covering[row].append(cell)
    for count, row in enumerate(body, 1):
        words = "；".join(_with_head(cell, heads) for cell in covering[row])
        lines.append(Line(f"{name} 第{count}行：{words}", row))
    return lines


def one_line(text: str) -> str:
    """The words on one line; Chinese is joined without a blank."""
    return _BREAK.sub("", " ".join(text.split()))


def _title(cells: Sequence[Cell]) -> Cell | None:
    """The first row's cell where it stands alone over all columns of a wider table."""
    if not cells:
        return None
    first = [cell for cell in cells if cell.row == cells[0].row and cell.text.strip()]
    width = max(cell.column + cell.across for cell in cells)
    alone = len(first) == 1 and first[0].across == width > 1 and first[0].down == 1
    return first[0] if alone else None


def _head_rows(cells: Sequence[Cell], first: int) -> int:
    """The row below the heads: as deep as the first row's cells, and one more below a wide one."""
    top = [cell for cell in cells if cell.row == first]
    depth = max(cell.down for cell in top)
    wide = any(cell.across > 1 for cell in top)
    below = {cell.row for cell in cells if cell.row > first}
    if wide and len(below) > 1:
        return first + max(depth, 2)
    return first + min(depth, max(below) - first)


def _heads(cells: Sequence[Cell]) -> dict[int, str]:
    """Each column's head, from the top down: 贷款·利率."""
    heads: dict[int, list[str]] = {}
    for cell in cells:
        for column in range(cell.column, cell.column + cell.across):
            words = heads.setdefault(column, [])
            if cell.text and cell.text not in words:
                words.append(cell.text)
    return {column: "·".join(words) for column, words in heads.items()}


def _with_head(cell: Cell, heads: dict[int, str]) -> str:
    columns = range(cell.column, cell.column + cell.across)
    words = list(dict.fromkeys(heads.get(column, "") for column in columns))
    whole = cell.across > 1 and len(columns) >= len(heads)
    head = "" if whole else "、".join(word for word in words if word)
    return f"{head}：{cell.text}" if head else cell.text
