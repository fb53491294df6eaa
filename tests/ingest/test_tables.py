"""Tables as lines: each row can be cited alone, and no cell's words are lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.tables import Cell, one_line, table_lines


def grid(*rows: tuple[str, ...]) -> list[Cell]:
    return [Cell(text, i, j) for i, row in enumerate(rows) for j, text in enumerate(row)]


def texts(cells: list[Cell], number: int = 1) -> list[str]:
    return [line.text for line in table_lines(cells, number)]


def test_each_row_carries_the_heads() -> None:
    rows = grid(("产品", "利率", "期限"), ("技改专项贷", "4%", "3年"), ("产融贷", "5%", ""))
    assert texts(rows, 2) == [
        "表2 表头：产品；利率；期限",
        "表2 第1行：产品：技改专项贷；利率：4%；期限：3年",
        "表2 第2行：产品：产融贷；利率：5%",
    ]


def test_heads_over_several_columns_are_joined() -> None:
    cells = [
        Cell("产品", 0, 0, down=2), Cell("标准", 0, 1, across=2),
        Cell("利率", 1, 1), Cell("期限", 1, 2),
        *(Cell(text, 2, column) for column, text in enumerate(("甲贷", "4%", "3年"))),
    ]  # fmt: skip
    assert texts(cells) == [
        "表1 表头：产品；标准·利率；标准·期限",
        "表1 第1行：产品：甲贷；标准·利率：4%；标准·期限：3年",
    ]


def test_equal_neighbours_are_both_kept_and_a_merged_cell_counts_for_its_rows() -> None:
    cells = [
        *grid(("对象", "甲类", "乙类")), Cell("企业", 1, 0, down=2),
        Cell("是", 1, 1), Cell("是", 1, 2), Cell("否", 2, 1), Cell("否", 2, 2),
    ]  # fmt: skip
    assert texts(cells)[1:] == [
        "表1 第1行：对象：企业；甲类：是；乙类：是",
        "表1 第2行：对象：企业；甲类：否；乙类：否",
    ]


def test_a_first_row_over_all_columns_is_the_title() -> None:
    cells = [
        Cell("贷款利率表", 0, 0, across=2),
        *(
            Cell(cell.text, cell.row + 1, cell.column)
            for cell in grid(("产品", "利率"), ("甲", "4%"))
        ),
    ]
    assert texts(cells) == [
        "表1（贷款利率表） 表头：产品；利率",
        "表1（贷款利率表） 第1行：产品：甲；利率：4%",
    ]


def test_one_column_is_layout() -> None:
    assert texts(grid(("一、支持更新。\n二、支持改造。",), ("三、其他。",))) == [
        "一、支持更新。", "二、支持改造。", "三、其他。",
    ]  # fmt: skip
    assert texts(grid(("", ""), ("", ""))) == []


def test_words_of_a_cell_stand_on_one_line() -> None:
    assert one_line("技改专项\n贷款 LPR \n 4.5%") == "技改专项贷款 LPR 4.5%"


@given(st.lists(st.lists(st.text("甲乙丙1 \n", max_size=4), min_size=3, max_size=3), max_size=6))
def test_no_words_are_lost(rows: list[list[str]]) -> None:
    cells = grid(*map(tuple, rows))
    lines = table_lines(cells, 1)
    joined = "".join(line.text for line in lines)
    for cell in cells:
        assert "".join(cell.text.split()) in "".join(joined.split())
    assert all(0 <= line.row < len(rows) for line in lines)
