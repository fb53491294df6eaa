"""PDF, by PDFium: text with its positions; pages that are images go to `ingest.read.ocr`.

In:  a PDF file's bytes.
Out: the paper as `ingest.read.layout` puts it together, each character with page and box
     (tests/ingest/read/test_pdf.py). Scripts, forms' actions and embedded files are not touched.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.read import blankfont, ocr
from ingest.read.base import RECOGNISED, Box, Limits, ReadError, Reading
from ingest.read.layout import Glyph, Page, lay_out, require_text

_DPI = 150  # at which Tesseract misreads least: at 300 it takes a scan's grain for strokes
_FEW = 8  # characters; a page with fewer and a picture is a scanned one
_SEGMENTS = 5000  # of a page's drawings that may be ruled lines
_CHINESE = re.compile("[\u3001-\u3029\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20]{3,}")
_EACH = 9  # of the characters of a run, whose place is asked for
_LEVEL = 0.2  # of a character's width, by which they may stand off one line
_CLOSE = 0.3  # of it, between two of them on the average: less than what parts words
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
    if scan.results:
        facts[RECOGNISED] = "是"
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
    rules, pictures = _drawings(page, turn)
    tables = any(bottom - top > right - left for left, top, right, bottom in rules)
    text = page.get_textpage()
    try:
        glyphs = _glyphs(text.raw, turn, singly=tables)
    finally:
        text.close()
    rows = []
    if pictures and sum(len(glyph[0]) for glyph in glyphs) < _FEW:
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


def _glyphs(text: raw.FPDF_TEXTPAGE, turn: _Turn, singly: bool) -> list[Glyph]:
    """The characters that are drawn, in the order of the file, with PDFium's own left out.

    To ask where each one stands is what a dense page costs most. So Chinese words that PDFium
    parts by no blank and no line end are one glyph, and only some of their characters are asked
    for, unless these do not stand side by side, or all are wanted `singly`.
    """
    count = max(raw.FPDFText_CountChars(text), 0)
    if not count:
        return []
    words = _words(text, count)
    found = _Boxes(text, count)
    runs = [] if singly or turn.rotation else [m.span() for m in _CHINESE.finditer(words)]
    asked: list[int] = []
    at = 0
    for start, end in runs:
        asked += range(at, start)
        asked += _some_of(start, end)
        at = end
    found.ask([*asked, *range(at, count)])
    side_by_side = {run: box for run in runs if (box := found.around(*run)) is not None}
    found.ask([i for run in runs if run not in side_by_side for i in range(*run)])
    plain, left, top = turn.rotation == 0, turn.left, turn.top
    glyphs: list[Glyph] = []
    at = 0
    for start, end in (*side_by_side, (count, count)):
        for index in range(at, start):
            char = words[index]
            if char <= " " and (char in "\r\n" or raw.FPDFText_IsGenerated(text, index)):
                continue
            if not " " < char < "\xad":
                char = _char(ord(char))
            x0, y1, x1, y0 = found.of(index)
            if plain:
                glyphs.append((char, x0 - left, top - y1, x1 - left, top - y0))
            else:
                glyphs.append((char, *turn.box(x0, y0, x1, y1)))
        if start < end:
            glyphs.append((words[start:end], *turn.box(*side_by_side[start, end])))
        at = end
    return glyphs


def _some_of(start: int, end: int) -> list[int]:
    """Those of a run of characters that are asked for; the first and the last are among them."""
    return [*range(start, end - 1, _EACH), end - 1]


class _Boxes:
    """Where a page's characters stand, as far as it was asked for."""

    def __init__(self, text: raw.FPDF_TEXTPAGE, count: int) -> None:
        self._handle = ctypes.cast(text, ctypes.c_void_p)
        self._room = bytearray(count * _BOX.size)
        self._first = ctypes.addressof(ctypes.c_char.from_buffer(self._room))

    def ask(self, characters: Sequence[int]) -> None:
        """Ask for these."""
        places = [self._first + _BOX.size * index for index in characters]
        deque(map(_box_of, repeat(self._handle), characters, places), 0)

    def of(self, index: int) -> tuple[float, ...]:
        """Left, top, right and bottom of one that was asked for."""
        return _BOX.unpack_from(self._room, _BOX.size * index)

    def around(self, start: int, end: int) -> Box | None:
        """Left, bottom, right and top of a run of characters, as high as one is wide; None where
        those that were asked for do not stand on one line, one beside the other."""
        asked = [self.of(index) for index in _some_of(start, end)]
        (left, _, right, _), (last, _, end_of_last, _) = asked[0], asked[-1]
        tops, bottoms = [each[1] for each in asked], [each[3] for each in asked]
        width = right - left
        step = (last - left) / (end - 1 - start)
        uneven = max(max(tops) - min(tops), max(bottoms) - min(bottoms))
        if uneven > _LEVEL * width or abs(step - width) > _CLOSE * width:
            return None
        return (left, min(bottoms), end_of_last, max(*tops, min(bottoms) + width))


def _words(text: raw.FPDF_TEXTPAGE, count: int) -> str:
    """The characters of a page: by one call where that gives each of them, else one by one."""
    room = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, room) - 1
    words = bytes(room)[: 2 * max(written, 0)].decode("utf-16-le", "surrogatepass")
    if len(words) == count:
        return words
    codes = map(_code_of, repeat(ctypes.cast(text, ctypes.c_void_p)), range(count))
    return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)


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
