"""The handbook says what the catalogue says, and no cell of it is a formula."""

from __future__ import annotations

import io
import json
from datetime import date

import docx
import pytest
from openpyxl import load_workbook

from assistant import handbook
from assistant.handbook import COLUMNS, Entry
from assistant.service import Service

DAY = date(2026, 11, 20)


@pytest.fixture
def lines(service: Service) -> list[Entry]:
    with service.desk() as desk:
        return handbook.entries(
            desk.measures(kinds=handbook.USABLE),
            desk.assistant.catalogue,
            desk.snapshot.documents,
            DAY,
        )


def test_each_line_is_a_measure_for_one_kind_of_applicant(
    lines: list[Entry], service: Service
) -> None:
    with service.desk() as desk:
        measures = desk.measures(kinds=handbook.USABLE)
        expected = {
            (applicant, measure.id)
            for measure in measures
            for applicant in measure.applicant or ("未限定申请主体",)
        }
    assert {(line.applicant, line.cells[-1]) for line in lines} == expected
    assert len(lines) == len(expected)


def test_applicants_stand_together(lines: list[Entry]) -> None:
    order = [line.applicant for line in lines]
    assert [one for i, one in enumerate(order) if i == 0 or order[i - 1] != one] == list(
        dict.fromkeys(order)
    )


def test_every_kind_and_status_has_its_word(lines: list[Entry]) -> None:
    assert set(handbook.KINDS) == set(type(next(iter(handbook.KINDS))))
    assert set(handbook.STATUSES) == set(type(next(iter(handbook.STATUSES))))
    assert all(len(line.cells) == len(COLUMNS) for line in lines)


def test_markdown_keeps_the_quotes(lines: list[Entry]) -> None:
    text = handbook.written(lines, DAY, "markdown").decode()
    for line in lines:
        quote = dict(zip(COLUMNS, line.cells, strict=True))["原文"]
        assert "".join(c for c in quote if c.isalnum()) in "".join(c for c in text if c.isalnum())


def test_no_cell_is_a_formula() -> None:
    evil = Entry("企业", ("企业", *("=HYPERLINK(1)", "+1", "-1", "@x") * 2, "y", "y", "y"))
    book = load_workbook(io.BytesIO(handbook.written([evil], DAY, "xlsx")))
    assert all(
        cell.data_type in ("s", "n") and cell.data_type != "f"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    )
    assert ",'=HYPERLINK" in handbook.written([evil], DAY, "csv").decode()
    assert (
        "\\["
        in handbook.written(
            [Entry("企业", ("企业", "x", "[链接](http://a)", *("y",) * 9))], DAY, "markdown"
        ).decode()
    )


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="pdf"):
        handbook.written([], DAY, "pdf")


def test_the_paper_holds_every_line_and_says_how_it_was_made(lines: list[Entry]) -> None:
    paper = docx.Document(io.BytesIO(handbook.written(lines, DAY, "docx")))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    for line in lines:
        cells = dict(zip(COLUMNS, line.cells, strict=True))
        assert all(cells[name] in text for name in ("事项", "原文", "文件", "条款", "编号"))
    assert text.count("——《") == len(lines)
    assert paper.core_properties.comments == handbook.MADE
    book = load_workbook(io.BytesIO(handbook.written(lines, DAY, "xlsx")))
    assert book.properties.description == handbook.MADE
    assert book.properties.keywords == paper.core_properties.keywords
    assert json.loads(book.properties.keywords)["AIGC"]["Label"] == "1"
