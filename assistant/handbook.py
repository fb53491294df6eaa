"""The handbook (产品与政策手册): the catalogue as a clerk prints it, by applicant.

In:  measures, their catalogue and documents.
Out: Markdown, CSV, XLSX or DOCX. Every figure in it stands in the quote beside it, no cell of a
     table is ever a formula, and the files say of themselves how they were made
     (tests/assistant/test_handbook.py).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from assistant.labels import metadata
from assistant.measures.model import Condition, Kind, Measure
from assistant.measures.reader import Catalogue
from ingest.document import Document, Status
from ingest.metadata import status

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.styles.style import ParagraphStyle
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "产品与政策手册"
MAKER = "政策助手"
MADE = "由程序按规则从文件原文引用、整理生成，未经改写；以文件原文和主管部门答复为准。"
BOUNDS = "“不超”“最高”均指上限，不是应得的数。"
KINDS: Mapping[Kind, str] = {
    Kind.BENEFIT: "补贴奖励",
    Kind.FEE_WAIVER: "费用减免",
    Kind.REPAYABLE: "须归还的资金",
    Kind.PRODUCT: "金融产品",
    Kind.SERVICE: "工作机制与服务",
    Kind.FUND: "政府引导基金",
    Kind.PILOT: "探索性安排",
    Kind.TARGET: "工作目标",
    Kind.STATISTIC: "历史统计",
    Kind.INTENTION: "复函所述打算",
    Kind.DUTY: "对机构和部门的要求",
    Kind.ABOUT: "文件本身",
}
USABLE = frozenset(
    {
        Kind.BENEFIT,
        Kind.FEE_WAIVER,
        Kind.REPAYABLE,
        Kind.PRODUCT,
        Kind.SERVICE,
        Kind.FUND,
        Kind.PILOT,
    }
)
STATUSES: Mapping[Status, str] = {
    Status.IN_FORCE: "现行",
    Status.NOT_YET_EFFECTIVE: "尚未施行",
    Status.EFFECTIVE_DATE_UNKNOWN: "施行日未载明",
    Status.EXPIRED: "期间已过",
    Status.DRAFT: "征求意见稿",
    Status.REPLY_LETTER: "复函",
    Status.REPEALED: "已废止",
}
COLUMNS = (
    "申请主体",
    "类别",
    "事项",
    "条件",
    "原文",
    "文件",
    "条款",
    "效力",
    "地区",
    "负责单位",
    "未载明或待明确",
    "编号",
)
MEDIA_TYPES: Mapping[str, str] = {  # by form
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "markdown": "text/markdown",
    "json": "application/json",
}
_SAID_OF_EACH = ("条件", "地区", "负责单位", "未载明或待明确", "编号")
_ANYONE = "未限定申请主体"
_WIDTHS = (14, 14, 26, 36, 60, 36, 14, 12, 10, 24, 36, 30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the handbook: a measure, for one kind of applicant, as words."""

    applicant: str
    cells: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.cells[COLUMNS.index("事项")]


def entries(
    measures: Iterable[Measure],
    catalogue: Catalogue,
    documents: Mapping[str, Document],
    as_of: date,
    applicant: str | None = None,
) -> list[Entry]:
    """The lines, by applicant, then in the order of the catalogue.

    applicant  only the lines of this kind of applicant

    A measure that several kinds of applicants can use stands under each of them.
    """
    standing = {name: STATUSES[status(one, as_of).status] for name, one in documents.items()}
    by_applicant: dict[str, list[Entry]] = {}
    for measure in measures:
        for who in measure.applicant or (_ANYONE,):
            if applicant not in (None, who):
                continue
            cells = (
                who,
                KINDS[measure.kind],
                measure.title,
                "；".join(map(_condition, measure.conditions)),
                "".join(measure.quote.split()),
                documents[measure.document].title,
                catalogue.place(measure).path,
                standing[measure.document],
                measure.region,
                measure.responsible or "",
                "；".join(_open_points(measure)),
                measure.id,
            )
            by_applicant.setdefault(who, []).append(Entry(who, cells))
    anyone = by_applicant.pop(_ANYONE, [])
    return [entry for group in (*by_applicant.values(), anyone) for entry in group]


def _condition(condition: Condition) -> str:
    if condition.text:
        return condition.text
    if condition.any_:
        return "或".join(map(_condition, condition.any_))
    if condition.all_:
        return "且".join(map(_condition, condition.all_))
    return condition.quote or "、".join(condition.is_ or ())


def _open_points(measure: Measure) -> Iterator[str]:
    if measure.not_stated:
        yield "原文未载明：" + "、".join(measure.not_stated)
    if measure.lost:
        yield "原文数字丢失：" + "、".join(measure.lost)
    yield from measure.typos
    yield from measure.open_points


def written(lines: Sequence[Entry], as_of: date, form: str, provider: str = MAKER) -> bytes:
    """The handbook in one of the forms of `MEDIA_TYPES`; text is UTF-8.

    provider  who provides the service, for the mark in a file's metadata

    CSV begins with a byte order mark, without which office programs misread Chinese. Raises
    ValueError for another form.
    """
    match form:
        case "markdown":
            return markdown(lines, as_of).encode()
        case "csv":
            return b"\xef\xbb\xbf" + as_csv(lines).encode()
        case "xlsx":
            return xlsx(lines, as_of, provider)
        case "docx":
            return as_docx(lines, as_of, provider)
        case "json":
            rows = [dict(zip(COLUMNS, entry.cells, strict=True)) for entry in lines]
            return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()
        case _:
            raise ValueError(f"no such form: {form}")


def _mark(lines: Sequence[Entry], as_of: date, provider: str) -> str:
    """The mark of generated text; the same lines as of the same day have the same id."""
    content = json.dumps([as_of.isoformat(), *(entry.cells for entry in lines)])
    return metadata(hashlib.sha256(content.encode()).hexdigest()[:32], provider)


def markdown(lines: Sequence[Entry], as_of: date) -> str:
    """The handbook as Markdown, one section per applicant."""
    parts = [
        f"# {TITLE}",
        "",
        f"{_scope(lines, as_of)}{BOUNDS}",
        "",
        MADE,
    ]
    applicant = None
    for entry in lines:
        if entry.applicant != applicant:
            applicant = entry.applicant
            parts += ["", f"## {applicant}"]
        cells = dict(zip(COLUMNS, entry.cells, strict=True))
        parts += [
            "",
            f"### {_escaped(cells['事项'])}（{cells['类别']}，{cells['效力']}）",
            "",
            f"> {_escaped(cells['原文'])}",
            ">",
            f"> ——《{_escaped(cells['文件'])}》{_escaped(cells['条款'])}",
            "",
        ]
        parts += [f"- {name}：{_escaped(cells[name])}" for name in _SAID_OF_EACH if cells[name]]
    return "\n".join(parts) + "\n"


def _scope(lines: Sequence[Entry], as_of: date) -> str:
    return f"截至 {as_of.isoformat()}，共 {len(lines)} 项。"


def _escaped(text: str) -> str:
    return "".join("\\" + c if c in r"\`*_[]<>#|" else c for c in text)


def as_csv(lines: Sequence[Entry]) -> str:
    """The handbook as CSV with a line of column names."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_inert(cell) for cell in entry.cells] for entry in lines)
    return file.getvalue()


def _inert(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def xlsx(lines: Sequence[Entry], as_of: date, provider: str) -> bytes:
    """The handbook as a workbook: one sheet of everything, then one per applicant."""
    from openpyxl import Workbook  # a quarter of a second that nothing else needs

    book = Workbook()
    book.properties.title = TITLE
    book.properties.creator = MAKER
    book.properties.description = MADE
    book.properties.keywords = _mark(lines, as_of, provider)
    del book[book.sheetnames[0]]
    _fill(book.create_sheet("全部"), lines, as_of)
    for applicant in dict.fromkeys(entry.applicant for entry in lines):
        group = [entry for entry in lines if entry.applicant == applicant]
        _fill(book.create_sheet(applicant[:31]), group, as_of)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, lines: Sequence[Entry], as_of: date) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.append([f"{TITLE}（截至 {as_of.isoformat()}）"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(list(COLUMNS))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F0")
    for number, entry in enumerate(lines, 3):
        for column, text in enumerate(entry.cells, 1):
            cell = sheet.cell(number, column)
            cell.value = text
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKL"[column]].width = width
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:L{len(lines) + 2}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:2"


def as_docx(lines: Sequence[Entry], as_of: date, provider: str) -> bytes:
    """The handbook as a paper to print: a part per applicant, each item with its quote."""
    import docx  # a tenth of a second that nothing else needs
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = TITLE, MAKER, MADE
    properties.language = "zh-CN"
    properties.keywords = _mark(lines, as_of, provider)
    properties.created = properties.modified = datetime.combine(as_of, time())
    _dress(paper)
    paper.add_paragraph(TITLE, "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.add_paragraph(f"{_scope(lines, as_of)}{BOUNDS}")
    section.footer.paragraphs[0].text = MADE
    applicant = None
    for entry in lines:
        if entry.applicant != applicant:
            applicant = entry.applicant
            paper.add_heading(applicant, 1)
        cells = dict(zip(COLUMNS, entry.cells, strict=True))
        paper.add_heading(f"{cells['事项']}（{cells['类别']}，{cells['效力']}）", 2)
        paper.add_paragraph(cells["原文"], "Quote")
        source = paper.add_paragraph(f"——《{cells['文件']}》{cells['条款']}")
        source.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for name in _SAID_OF_EACH:
            if cells[name]:
                line = paper.add_paragraph()
                line.add_run(f"{name}：").bold = True
                line.add_run(cells[name])
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _dress(paper: Paper) -> None:
    """Chinese type, and headings that stay with what follows them."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    def style(name: str, size: int, face: str) -> ParagraphStyle:
        found: ParagraphStyle = paper.styles[name]
        fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
            fonts.set(qn(script), face)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        found.font.size = Pt(size)
        found.paragraph_format.space_after = Pt(4)
        return found

    style("Normal", 11, "宋体")
    style("Footer", 9, "宋体")
    quote = style("Quote", 11, "楷体")
    quote.font.italic = False
    for name, size in (("Title", 22), ("Heading 1", 16), ("Heading 2", 13)):
        heading = style(name, size, "黑体")
        heading.font.color.rgb = RGBColor(0x25, 0x21, 0x1B)
