"""PDF, by PDFium: text with its positions; pages that are images go to `ingest.read.ocr`.

In:  a PDF file's bytes.
Out: the paper as `ingest.read.layout` puts it together, each character with page and box
     (tests/ingest/read/test_pdf.py). Scripts, forms' actions and embedded files are not touched.
"""

from __future__ import annotations

import ctypes
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.read import blankfont, ocr
from ingest.read.base import Box, Limits, ReadError, Reading
from ingest.read.layout import Glyph, Page, lay_out, require_text

_DPI = 300
_FEW = 8  # characters; a page with fewer and a picture is a scanned one
_SEGMENTS = 5000  # of a page's drawings that may be ruled lines
_BOX = struct.Struct("4f")  # left, top, right, bottom: a raw.FS_RECTF
# two functions that are called for each character, declared so that a call costs half as much
_code_of = ctypes.PYFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetUnicode, ctypes.c_void_p).value or 0
)
_box_of = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)
_LINE, _MOVE = raw.FPDF_SEGMENT_LINETO, raw.FPDF_SEGMENT_MOVETO


def _font_data(_: object, __: object, table: int, buffer: int, size: int) -> int:
    """PDFium's question for a font: how many bytes it has, and the bytes where they have room."""
    data = b"" if table else blankfont.data()
    if data and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


def _fonts() -> raw.FPDF_SYSFONTINFO:
    """In place of the system's fonts the one of `ingest.read.blankfont`, whatever is looked for."""
    kinds = dict(raw.FPDF_SYSFONTINFO._fields_)
    fonts = raw.FPDF_SYSFONTINFO(version=1)
    fonts.MapFont = kinds["MapFont"](lambda *_: 1)
    fonts.GetFontData = kinds["GetFontData"](_font_data)
    return fonts


_FONTS = _fonts()  # kept, since PDFium keeps only a pointer to it
raw.FPDF_SetSystemFontInfo(_FONTS)


def read(data: bytes, limits: Limits) -> Reading:
    """The text of a PDF file; ReadError where it is protected, damaged, too long or all images."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError("PDF 设有打开密码，应先解除密码") from error
        raise ReadError("PDF 打不开，文件可能被截断、损坏或不是 PDF，应重新取得") from error
    try:
        limits.check("pages", len(document), "PDF 页数")
        scan = _Scan(limits)
        reading, furniture = lay_out(_pages(document, scan), limits)
        require_text(reading, scan.refusal() or "PDF 里没有文字，应提供带文字的版本")
    finally:
        document.close()
    facts = {"页眉页脚": furniture} if furniture else {}
    return replace(reading, notes=scan.notes(), facts=facts)


class _Scan:
    """The pages that are images, and how their recognition went."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.unread: list[int] = []
        self.broken: list[int] = []
        self.results: list[ocr.Result] = []
        self.why = ""

    def recognise(self, page: pdfium.PdfPage, number: int) -> ocr.Result | None:
        """What tesseract reads on the page; None where it cannot be asked."""
        if len(self.results) >= self.limits.ocr_pages:
            limit = self.limits.ocr_pages
            self.why = f"需要识别的页数超过上限 {limit}（设置 POLICY_INGEST_OCR_PAGES）"
        elif not (why := ocr.missing()):
            width, height = page.get_size()
            scale = _DPI / 72
            self.limits.check("pixels", width * height * scale * scale, f"第{number}页的像素数")
            bitmap = page.render(scale=scale, grayscale=True)
            try:
                image = ocr.pnm(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
            finally:
                bitmap.close()
            self.results.append(ocr.recognise(image, 72 / _DPI, self.limits))
            return self.results[-1]
        else:
            self.why = why
        self.unread.append(number)
        return None

    def refusal(self) -> str:
        """Why nothing was read of a paper that is all images; "" where it is not."""
        return f"PDF 是扫描件，没有文字；{self.why}" if self.unread else ""

    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        notes: list[str] = []
        if self.results:
            notes.append(ocr.note(self.results))
        if self.unread:
            notes.append(f"第{_some(self.unread)}页是扫描图像，没有读入：{self.why}。")
        if self.broken:
            notes.append(f"第{_some(self.broken)}页损坏，没有读入。")
        return tuple(notes)


def _some(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:10]))
    return f"{shown}等{len(numbers)}" if len(numbers) > 10 else shown


def _pages(document: pdfium.PdfDocument, scan: _Scan) -> Iterator[Page]:
    """The pages; each stays open until the next one is, since PDFium drops unused fonts."""
    before: pdfium.PdfPage | None = None
    for index in range(len(document)):
        try:
            page = document[index]
            laid = _page(page, index + 1, scan)
        except pdfium.PdfiumError:
            scan.broken.append(index + 1)
            continue
        if before is not None:
            before.close()
        before = page
        yield laid


def _page(page: pdfium.PdfPage, number: int, scan: _Scan) -> Page:
    width, height = page.get_size()
    turn = _Turn(page)
    text = page.get_textpage()
    try:
        glyphs = _glyphs(text.raw, turn)
    finally:
        text.close()
    rules, pictures = _drawings(page, turn)
    rows = []
    if pictures and len(glyphs) < _FEW:
        found = scan.recognise(page, number)
        if found is not None:
            rows = found.rows
            seen = "".join(row.text for row in rows)
            if "".join(glyph[0] for glyph in glyphs) in seen:  # drawn, and recognised as well
                glyphs = []
    return Page(number, width, height, glyphs, rules, rows)


class _Turn:
    """From PDF's coordinates (from the lower left, unrotated) to those of the page as seen."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.rotation = page.get_rotation()

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The box as seen, from the upper left."""
        match self.rotation:
            case 90:
                return (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
            case 180:
                return (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
            case 270:
                return (self.top - y1, self.right - x1, self.top - y0, self.right - x0)
            case _:
                return (x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)


def _glyphs(text: raw.FPDF_TEXTPAGE, turn: _Turn) -> list[Glyph]:
    """The characters that are drawn, in the order of the file, with PDFium's own left out."""
    count = max(raw.FPDFText_CountChars(text), 0)
    handle = ctypes.cast(text, ctypes.c_void_p)
    codes = list(map(_code_of, repeat(handle), range(count)))
    boxes = bytearray(count * _BOX.size)
    if boxes:
        first = ctypes.addressof(ctypes.c_char.from_buffer(boxes))
        places = range(first, first + len(boxes), _BOX.size)
        deque(map(_box_of, repeat(handle), range(count), places), 0)
    plain = turn.rotation == 0
    left, top = turn.left, turn.top
    glyphs: list[Glyph] = []
    for index, (code, box) in enumerate(zip(codes, _BOX.iter_unpack(boxes), strict=True)):
        if code <= 32 and (code in (10, 13) or raw.FPDFText_IsGenerated(text, index)):
            continue
        x0, y1, x1, y0 = box
        char = chr(code) if 32 < code < 0xD800 and code != 0xAD else _char(code)
        if plain:
            glyphs.append((char, x0 - left, top - y1, x1 - left, top - y0))
        else:
            glyphs.append((char, *turn.box(x0, y0, x1, y1)))
    return glyphs


def _char(code: int) -> str:
    """The character; a glyph without one is U+FFFD, and the hyphen at a line's end a hyphen."""
    if code in (2, 0xAD, 0xFFFE):
        return "-"
    return chr(code) if 0x1F < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


def _drawings(page: pdfium.PdfPage, turn: _Turn) -> tuple[list[Box], bool]:
    """The upright and flat lines that are drawn, and whether there is a picture."""
    rules: list[Box] = []
    pictures = False
    left_over = _SEGMENTS
    handle = page.raw
    for index in range(raw.FPDFPage_CountObjects(handle)):
        item = raw.FPDFPage_GetObject(handle, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            pictures = True
        elif kind == raw.FPDF_PAGEOBJ_PATH and left_over > 0:
            count = raw.FPDFPath_CountSegments(item)
            left_over -= count
            if 0 < count <= left_over:
                rules += [turn.box(*rule) for rule in _straight(item, count)]
    return rules, pictures


def _straight(path: raw.FPDF_PAGEOBJECT, count: int) -> Iterator[Box]:
    """The flat and upright lines of a path; a thin filled rectangle is one line."""
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(path, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    if min(right - left, top - bottom) <= 2:
        yield (left, bottom, right, top)
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == _MOVE:
            start = point
        elif kind == _LINE:
            yield from _rule(last, point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _rule(last, start)


def _rule(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Box]:
    if abs(one[0] - two[0]) <= 1 or abs(one[1] - two[1]) <= 1:
        yield (min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
