"""DOCX: what Word shows is what is read, its automatic numbers included."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.clauses import split
from ingest.read import ReadError, read
from ingest.read.docx import number_in

LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def text_of(data: bytes) -> str:
    reading = read(data, "a.docx")
    assert "".join(reading.text[o.start : o.end] for o in reading.origins) == reading.text
    return reading.text


def test_automatic_numbers_are_written_out(papers: Any) -> None:
    body = "".join(
        papers.numbered(words, level)
        for words, level in [
            ("总体要求", 0), ("指导思想。", 1), ("基本原则。", 1), ("重点任务", 0),
            ("支持技改。", 1), ("设备更新。", 2), ("数字化。", 2), ("支持贴息。", 1),
            ("购置设备。", 2),
        ]
    )  # fmt: skip
    text = text_of(papers.docx(body, papers.levels(*LEVELS) + papers.num()))
    assert text.splitlines() == [
        "一、总体要求", "（一）指导思想。", "（二）基本原则。", "二、重点任务", "（一）支持技改。",
        "1. 设备更新。", "2. 数字化。", "（二）支持贴息。", "1. 购置设备。",
    ]  # fmt: skip
    assert [clause.path for clause in split(text)][-3:] == [
        "二、（一）2",
        "二、（二）",
        "二、（二）1",
    ]


def test_numbers_come_from_styles_overrides_and_restarts(papers: Any) -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = (
        papers.levels(("chineseCountingThousand", "第%1条")) + papers.num(1) + papers.num(2)
        + papers.num(3, override=start)
    )  # fmt: skip
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/>'
        "</w:style>"
    )
    styled = papers.paragraph("甲。", '<w:pStyle w:val="B"/>')
    body = styled + styled + papers.numbered("乙。", 0, 2) + papers.numbered("丙。", 0, 3)
    assert text_of(papers.docx(body, numbering, styles)).splitlines() == [
        "第一条甲。", "第二条甲。", "第三条乙。", "第一条丙。",
    ]  # fmt: skip


def test_a_list_taken_off_a_paragraph_has_no_number(papers: Any) -> None:
    body = papers.numbered("甲。", 0, 1) + papers.numbered("乙。", 0, 0) + papers.numbered("丙。")
    text = text_of(papers.docx(body, papers.levels(*LEVELS) + papers.num()))
    assert text == "一、甲。\n乙。\n二、丙。\n"


@pytest.mark.parametrize(
    ("form", "number", "words"),
    [
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 1010, "一千零一十"),
        ("japaneseCounting", 30, "三十"),
        ("ideographDigital", 20, "二〇"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalFullWidth", 12, "１２"),
        ("ideographTraditional", 2, "乙"),
        ("upperLetter", 27, "AA"),
        ("lowerRoman", 9, "ix"),
        ("decimalZero", 7, "07"),
        ("bullet", 1, ""),
        ("unknown", 5, "5"),
    ],
)
def test_forms_of_numbers(form: str, number: int, words: str) -> None:
    assert number_in(form, number) == words


def test_what_is_deleted_hidden_or_around_the_paper_is_not_read(papers: Any) -> None:
    body = (
        "<w:p><w:r><w:t>补贴</w:t></w:r><w:del><w:r><w:delText>50%</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>30%</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r></w:p>'
    )
    reading = read(papers.docx(body), "a.docx")
    assert reading.text == "补贴30%\n"
    assert "修订" in reading.notes[0]


def test_pages_footnotes_breaks_and_boxes(papers: Any) -> None:
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>含税</w:t></w:r></w:p></w:footnote>'
    body = (
        "<w:p><w:r><w:t>第一页</w:t><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t>"
        '<w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>第二页</w:t></w:r><w:r><w:pict><w:txbxContent>"
        "<w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    reading = read(papers.docx(body, notes=note), "a.docx")
    assert reading.text == "第一页\t甲\n乙（注：含税）\n第二页\n框内\n"
    assert reading.origin_at(0).page == 1
    assert reading.origin_at(reading.text.index("第二页")).page == 2
    assert reading.origin_at(reading.text.index("框内")).part == "第3段"


def test_tables_keep_heads_and_merged_cells(papers: Any) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{papers.paragraph(text)}</w:tc>"

    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = papers.paragraph("一、标准") + (
        f"<w:tbl><w:tr>{cell('对象')}{cell('产品')}{cell('利率')}</w:tr>"
        f"<w:tr>{cell('企业', down)}{cell('甲贷')}{cell('4%')}</w:tr>"
        f"<w:tr>{cell('', on)}{cell('乙贷')}{cell('5%')}</w:tr>"
        f"<w:tr>{cell('合计', chr(60) + 'w:gridSpan w:val=' + chr(34) + '2' + chr(34) + '/>')}"
        f"{cell('9%')}</w:tr></w:tbl>"
    )
    reading = read(papers.docx(body), "a.docx")
    assert reading.text.splitlines() == [
        "一、标准",
        "表1 表头：对象；产品；利率",
        "表1 第1行：对象：企业；产品：甲贷；利率：4%",
        "表1 第2行：对象：企业；产品：乙贷；利率：5%",
        "表1 第3行：对象、产品：合计；利率：9%",
    ]
    assert reading.origin_at(reading.text.index("甲贷")).part == "第1段后的表格第2行"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"word/document.xml": "<w:document"}, "不是完整的 XML"),
        ({"word/document.xml": "<document/>"}, "没有文字"),
        ({"word/document.xml": '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'}, "实体定义"),
        ({"word/other.xml": "<d/>"}, "缺少 word/document.xml"),
    ],
)
def test_a_file_that_is_none_is_refused(papers: Any, parts: dict[str, str], words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(papers.zip(parts), "a.docx")


def test_endless_nesting_is_refused(papers: Any) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000
    with pytest.raises(ReadError):
        read(papers.docx("<w:sdt><w:sdtContent>" * 99 + "</w:sdtContent></w:sdt>" * 99), "a.docx")
    with pytest.raises(ReadError):
        read(papers.docx(deep), "a.docx")
