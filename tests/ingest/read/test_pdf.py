"""PDF: the paper's words in reading order, without what every page repeats."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.clauses import split
from ingest.read import Limits, ReadError, read

LONG = (
    "为贯彻落实制造业高质量发展部署，支持企业实施设备更新和技术改造，对符合条件的专项贷款给予贴息支持，"
    "单个企业项目每年贴息不超过一千万元，贴息期限不超过三年，具体办法由市经济信息委会同市财政局另行制定。"
)


def text_of(data: bytes, limits: Limits | None = None) -> str:
    reading = read(data, "a.pdf", limits)
    assert "".join(reading.text[o.start : o.end] for o in reading.origins) == reading.text
    assert all(origin.page and origin.box for origin in reading.origins)
    return reading.text


def test_lines_broken_inside_a_sentence_are_one_paragraph(papers: Any) -> None:
    first, second = f"（一）{LONG}", f"（二）{LONG}"
    lines = papers.prose(first) + papers.prose(second, top=110 + 22 * 5)
    assert text_of(papers.pdf(papers.lines(lines))) == f"{first}\n{second}\n"


def test_a_line_that_is_short_for_a_word_that_cannot_be_parted_goes_on(papers: Any) -> None:
    lines = [
        (96, 110, f"一、{LONG[:30]}"), (72, 132, LONG[:31]),
        (72, 154, "〔2024〕64号）" + LONG[:28]), (72, 176, "给予支持。"),
    ]  # fmt: skip
    text = text_of(papers.pdf(papers.lines(lines)))
    assert text == f"一、{LONG[:30]}{LONG[:31]}〔2024〕64号）{LONG[:28]}给予支持。\n"


def test_a_paragraph_goes_on_over_the_page(papers: Any) -> None:
    whole = papers.prose(f"第一条　{LONG * 2}")
    one = [(x, 600 + 22 * i, words) for i, (x, _, words) in enumerate(whole[:3])]
    two = [(x, 110 + 22 * i, words) for i, (x, _, words) in enumerate(whole[3:])]
    pages = [
        papers.lines([(200, 50, "某市人民政府公报"), *lines, (290, 800, f"— {n} —")])
        for n, lines in ((1, one), (2, two))
    ]
    reading = read(papers.pdf(*pages), "a.pdf")
    assert reading.text == f"第一条　{LONG * 2}\n"
    assert reading.facts["页眉页脚"] == "某市人民政府公报"
    assert reading.origin_at(5).page == 1
    last = reading.origin_at(len(reading.text) - 2)
    assert last.page == 2
    assert last.box is not None
    assert last.box[0] == pytest.approx(72)


def test_a_title_over_lines_and_a_signature_stay_lines(papers: Any) -> None:
    lines = [
        (170, 80, "某市经济和信息化委员会关于印发"),
        (190, 104, "《实施办法》的通知"),
        *papers.prose(f"一、{LONG}", top=150),
        (380, 300, "某市经济和信息化委员会"),
        (420, 322, "2024年2月21日"),
    ]
    text = text_of(papers.pdf(papers.lines(lines)))
    assert text.splitlines() == [
        "某市经济和信息化委员会关于印发", "《实施办法》的通知", f"一、{LONG}",
        "某市经济和信息化委员会", "2024年2月21日",
    ]  # fmt: skip
    assert [clause.path for clause in split(text)] == ["标题", "一", "落款"]


def test_two_columns_are_read_one_after_the_other(papers: Any) -> None:
    left, right = f"第一条　{LONG}", f"第二条　{LONG}"
    lines = [(200, 80, "某市人民政府办公厅关于支持措施的通知")]
    for one, two in zip(
        papers.prose(left, left=60, chars=18), papers.prose(right, left=320, chars=18), strict=True
    ):
        lines += [one, two]  # drawn line by line across both, as some programs do
    text = text_of(papers.pdf(papers.lines(lines)))
    assert text.splitlines() == ["某市人民政府办公厅关于支持措施的通知", left, right]


def test_two_columns_of_short_paragraphs_are_read_one_after_the_other(papers: Any) -> None:
    left = ["各区县经信部门：", LONG[:18], "知。", "某市财政局", "2025年3月1日", LONG[20:38]]
    right = [f"第{n}条　{LONG[:9]}。" for n in "一二三四"] + [LONG[40:58], LONG[60:78]]
    lines = [
        (x, 110 + 22 * row, words)
        for row, pair in enumerate(zip(left, right, strict=True))
        for x, words in zip((60, 320), pair, strict=True)
    ]
    text = "".join(text_of(papers.pdf(papers.lines(lines))).split())
    assert text == "".join("".join([*left, *right]).split())


def test_page_numbers_go_and_figures_stay(papers: Any) -> None:
    def page(number: int) -> Any:
        return papers.lines(
            [(72, 400, f"第{number}条　金额为{number}万元。"), (290, 805, str(number))]
        )

    assert text_of(papers.pdf(*map(page, (1, 2, 3)))).splitlines() == [
        "第1条　金额为1万元。", "第2条　金额为2万元。", "第3条　金额为3万元。"
    ]  # fmt: skip


def grid(canvas: Any, xs: list[float], ys: list[float], height: float = 842) -> None:
    canvas.grid(xs, [height - y for y in ys])


def test_a_ruled_table_becomes_lines_with_heads(papers: Any) -> None:
    def draw(canvas: Any) -> None:
        papers.lines(
            [
                (72, 100, "二、贷款利率"),
                (85, 140, "产品"), (205, 140, "利率"), (325, 140, "期限"),
                (85, 165, "技改专项"), (85, 180, "贷款"), (205, 165, "4%"), (325, 165, "3年"),
                (85, 210, "流动资金贷款"), (205, 210, "5%"), (325, 210, "1年"),
                (72, 260, "三、其他"),
            ]
        )(canvas)  # fmt: skip
        grid(canvas, [80, 200, 320, 440], [125, 148, 190, 220])

    data = papers.pdf(draw)
    text = text_of(data)
    assert text.splitlines() == [
        "二、贷款利率",
        "表1 表头：产品；利率；期限",
        "表1 第1行：产品：技改专项贷款；利率：4%；期限：3年",
        "表1 第2行：产品：流动资金贷款；利率：5%；期限：1年",
        "三、其他",
    ]
    box = read(data, "a.pdf").origin_at(text.index("流动资金")).box
    assert box == (80, 190, 440, 220)


def test_a_table_goes_on_over_the_page_and_merged_cells_count_for_each_row(papers: Any) -> None:
    def first(canvas: Any) -> None:
        papers.lines(
            [
                (85, 665, "对象"), (205, 665, "产品"), (325, 665, "利率"),
                (85, 700, "企业"), (205, 695, "甲贷"), (325, 695, "4%"),
                (205, 725, "乙贷"), (325, 725, "5%"),
            ]
        )(canvas)  # fmt: skip
        grid(canvas, [80, 200, 320, 440], [650, 680])
        canvas.line(80, 842 - 680, 80, 842 - 740)
        grid(canvas, [200, 320, 440], [680, 710, 740])
        canvas.line(80, 842 - 740, 200, 842 - 740)

    def second(canvas: Any) -> None:
        papers.lines(
            [
                (85, 115, "对象"), (205, 115, "产品"), (325, 115, "利率"),
                (85, 145, "个人"), (205, 145, "丙贷"), (325, 145, "6%"),
            ]
        )(canvas)  # fmt: skip
        grid(canvas, [80, 200, 320, 440], [100, 130, 160])

    reading = read(papers.pdf(first, second), "a.pdf")
    assert reading.text.splitlines() == [
        "表1 表头：对象；产品；利率",
        "表1 第1行：对象：企业；产品：甲贷；利率：4%",
        "表1 第2行：对象：企业；产品：乙贷；利率：5%",
        "表1 第3行：对象：个人；产品：丙贷；利率：6%",
    ]
    assert reading.origin_at(reading.text.index("丙贷")).page == 2


def test_a_turned_page_is_read_as_it_is_seen(papers: Any) -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.drawString(72, 595 - 100, "横排的表格说明")

    reading = read(papers.pdf(draw), "a.pdf")
    assert reading.text == "横排的表格说明\n"
    box = reading.origins[0].box
    assert box is not None
    assert (box[0], box[3]) == (pytest.approx(72, abs=1), pytest.approx(103, abs=3))


def test_a_password_keeps_it_closed(papers: Any) -> None:
    data = papers.pdf(papers.lines([(72, 100, "第一条")]), password="secret")
    with pytest.raises(ReadError, match="PDF 设有打开密码"):
        read(data, "a.pdf")


def test_a_truncated_file_is_refused(papers: Any) -> None:
    data = papers.pdf(papers.lines([(72, 100, "第一条")]))
    for end in (20, len(data) // 3):
        with pytest.raises(ReadError, match=r"截断、损坏|没有文字"):
            read(data[:end], "a.pdf")


def test_too_many_pages_are_refused_by_the_setting(papers: Any) -> None:
    data = papers.pdf(*[papers.lines([(72, 100, "第一条")])] * 5)
    assert read(data, "a.pdf", Limits(pages=5)).text
    with pytest.raises(ReadError, match=r"PDF 页数超过上限 4（设置 POLICY_INGEST_PAGES）"):
        read(data, "a.pdf", Limits(pages=4))


def test_characters_of_a_font_that_the_file_lacks_are_as_large_as_their_type(papers: Any) -> None:
    """Whatever fonts the machine has, and be it a single character or a turned line."""

    def draw(canvas: Any) -> None:
        papers.lines([(72, 100, "一一一一一一一"), (72, 140, "。"), (72, 180, "国务院关税税则")])(
            canvas
        )
        canvas.translate(300, 842 - 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "立")

    reading = read(papers.pdf(draw), "a.pdf")
    assert reading.text.split() == ["一一一一一一一", "。", "国务院关税税则", "立"]
    boxes = [origin.box for origin in reading.origins[:3]]
    assert [box and round(box[3] - box[1], 1) for box in boxes] == [12, 12, 12]


def test_characters_that_are_named_by_the_numbers_of_absent_glyphs_are_read(papers: Any) -> None:
    def stream(content: bytes) -> bytes:
        return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)

    names = (
        b"begincmap 1 begincodespacerange <0000><FFFF> endcodespacerange "
        b"1 beginbfchar <FA00> <7B2C> endbfchar endcmap"
    )
    data = papers.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"BT /F 16 Tf 72 700 Td <FA00> Tj ET"),
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/DescendantFonts[6 0 R]"
        b"/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/FontDescriptor 8 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        stream(names),
        b"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -200 1000 900]/Ascent 859"
        b"/Descent -141>>",
    )
    assert text_of(data) == "第\n"


def test_a_line_is_as_wide_as_its_characters_and_as_high_as_its_type(papers: Any) -> None:
    reading = read(papers.pdf(papers.lines([(72, 110, LONG[:30])])), "a.pdf")
    (origin,) = reading.origins
    assert origin.box is not None
    left, top, right, bottom = origin.box
    assert (left, right) == pytest.approx((72, 72 + 30 * 12), abs=0.2)
    assert bottom - top == pytest.approx(12, abs=1)


@pytest.mark.parametrize("apart", [3.0, 10.0])
def test_characters_set_apart_stand_where_they_are_drawn(papers: Any, apart: float) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(72, 700, LONG[:12], charSpace=apart)

    reading = read(papers.pdf(draw), "a.pdf")
    assert reading.text.replace(" ", "") == f"{LONG[:12]}\n"
    (box,) = {origin.box for origin in reading.origins}
    assert box is not None
    assert (box[0], box[2]) == pytest.approx((72, 72 + 12 * 12 + 11 * apart), abs=0.2)


def test_characters_that_stand_one_below_the_other_are_no_line(papers: Any) -> None:
    lines = [(72, 110 + 24 * number, char) for number, char in enumerate("合计金额")]
    reading = read(papers.pdf(papers.lines(lines)), "a.pdf")
    assert reading.text == "合\n计\n金\n额\n"


def test_cells_without_room_between_them_stay_apart(papers: Any) -> None:
    def draw(canvas: Any) -> None:
        canvas.grid([72, 120, 168], [640, 664, 688, 712])
        for line, words in enumerate(["产品名称最高额度", "设备贷款一千万元", "技改贷款三千万元"]):
            canvas.drawString(72, 695 - 24 * line, words)

    text = text_of(papers.pdf(draw))
    assert "产品名称：设备贷款；最高额度：一千万元" in text
    assert "产品名称：技改贷款；最高额度：三千万元" in text


def test_a_grid_of_more_places_than_the_setting_allows_is_refused(papers: Any) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(85, 842 - 140, "甲")
        grid(canvas, [80.0 + 6 * n for n in range(60)], [125.0 + 6 * n for n in range(60)])

    assert read(papers.pdf(draw), "a.pdf", Limits(cells=3481)).text.strip() == "甲"
    with pytest.raises(
        ReadError, match="第1页表格的单元格数超过上限 3480（设置 POLICY_INGEST_CELLS）"
    ):
        read(papers.pdf(draw), "a.pdf", Limits(cells=3480))
