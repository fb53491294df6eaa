"""OFD (GB/T 33190), the national format for fixed layouts: a ZIP of XML.

In:  an OFD file's bytes.
Out: the paper as `ingest.read.layout` puts it together, each character with page and box
     (tests/ingest/read/test_ofd.py). Signatures, attachments and actions are not touched.

OFD.xml names the Document.xml, that one the pages' Content.xml; a TextObject's TextCode holds
characters, with the first one's place and the steps to the next ones (DeltaX: 3.5 g 5 3.5 is 3.5
and then 3.5 five times). Lengths are millimetres from the upper left.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from ingest.read.base import Limits, ReadError, Reading
from ingest.read.layout import Glyph, Page, lay_out, require_text
from ingest.read.packages import Package, attribute, local

ROOT = "OFD.xml"
_POINTS = 72 / 25.4  # per millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_MOST = 100_000  # characters that one TextCode or its steps may name
_DEEPEST = 50
_PATH_NUMBERS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


def read(data: bytes, limits: Limits) -> Reading:
    """The text of an OFD file; ReadError where it is none, protected or damaged."""
    package = Package(data, limits)
    if ROOT not in package:
        raise ReadError(f"不是 OFD 文件（缺少 {ROOT}）")
    if "Encryptions.xml" in package:
        raise ReadError("OFD 已加密，应先解除密码")
    root = package.xml(ROOT)
    bodies = [element for element in root if local(element.tag) == "DocBody"]
    facts: dict[str, str] = {}
    pages: list[Page] = []
    for body in bodies:
        place = _text(_find(body, "DocRoot"))
        if not place:
            raise ReadError("OFD 没有指明文档（DocRoot），文件可能损坏，应重新取得")
        title = _text(_find(_find(body, "DocInfo"), "Title"))
        if title:
            facts.setdefault("标题", title)
        document = _Document(package, _joined("", place), limits)
        pages += document.pages(len(pages))
        limits.check("pages", len(pages), "OFD 页数")
    reading, furniture = lay_out(pages, limits)
    require_text(reading, "OFD 里没有文字，可能是扫描件，应提供带文字的版本")
    if furniture:
        facts["页眉页脚"] = furniture
    return replace(reading, facts=facts)


class _Document:
    def __init__(self, package: Package, place: str, limits: Limits) -> None:
        self.package = package
        self.place = place
        self.root = package.xml(place)
        self.limits = limits
        common = _find(self.root, "CommonData")
        self.area = _numbers(_text(_find(_find(common, "PageArea"), "PhysicalBox"))) or list(_A4)
        self.templates = {
            attribute(element, "ID") or "": attribute(element, "BaseLoc") or ""
            for element in (() if common is None else common)
            if local(element.tag) == "TemplatePage"
        }

    def pages(self, before: int) -> Iterator[Page]:
        """The pages in order, numbered after `before` others."""
        listed = _find(self.root, "Pages")
        for number, element in enumerate(() if listed is None else listed, before + 1):
            self.limits.check("pages", number, "OFD 页数")
            place = attribute(element, "BaseLoc")
            if place:
                yield self.page(self.package.xml(_joined(self.place, place)), number)

    def page(self, root: Element, number: int) -> Page:
        area = _numbers(_text(_find(_find(root, "Area"), "PhysicalBox"))) or self.area
        left, top, width, height = (*area, *_A4[len(area) :])[:4]
        page = Page(number, width * _POINTS, height * _POINTS)
        shift: Matrix = (1, 0, 0, 1, -left, -top)
        for element in root:
            if local(element.tag) == "Template":
                place = self.templates.get(attribute(element, "TemplateID") or "")
                if place:
                    template = self.package.xml(_joined(self.place, place))
                    _draw(_find(template, "Content"), shift, page, 0)
        _draw(_find(root, "Content"), shift, page, 0)
        return page


def _draw(element: Element | None, matrix: Matrix, page: Page, depth: int) -> None:
    """Put the text and the ruled lines below `element` on the page."""
    if depth > _DEEPEST:
        raise ReadError("OFD 图层嵌套过深，文件可能有意构造")
    for child in () if element is None else element:
        if attribute(child, "Visible") == "false":
            continue
        match local(child.tag):
            case "TextObject":
                page.glyphs += _glyphs(child, matrix)
            case "PathObject":
                page.rules += _rules(child, matrix)
            case "Layer" | "PageBlock":
                _draw(child, matrix, page, depth + 1)


def _placed(element: Element, matrix: Matrix) -> Matrix:
    """From an object's own coordinates to the page's: its CTM, then its boundary's corner."""
    box = _numbers(attribute(element, "Boundary"))
    corner: Matrix = (1, 0, 0, 1, box[0], box[1]) if len(box) >= 2 else _SAME
    own = _numbers(attribute(element, "CTM"))
    ctm: Matrix = (own[0], own[1], own[2], own[3], own[4], own[5]) if len(own) == 6 else _SAME
    return _times(_times(ctm, corner), matrix)


def _times(one: Matrix, two: Matrix) -> Matrix:
    """First `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, x, y = two
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + x, e * h + f * j + y,
    )  # fmt: skip


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point on the page, in points."""
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e) * _POINTS, (b * x + d * y + f) * _POINTS


def _glyphs(element: Element, matrix: Matrix) -> Iterator[Glyph]:
    size = (_numbers(attribute(element, "Size")) or [3.5])[0]
    scale = (_numbers(attribute(element, "HScale")) or [1.0])[0]
    placed = _placed(element, matrix)
    x = y = 0.0
    for code in (child for child in element if local(child.tag) == "TextCode"):
        text = (code.text or "").strip("\r\n")
        if len(text) > _MOST:
            raise ReadError("OFD 的文字对象过长，文件可能有意构造")
        x = (_numbers(attribute(code, "X")) or [x])[0]
        y = (_numbers(attribute(code, "Y")) or [y])[0]
        across, down = _steps(attribute(code, "DeltaX")), _steps(attribute(code, "DeltaY"))
        for index, char in enumerate(text):
            step = across[index] if index < len(across) else 0.0
            full = size * scale
            wide = min(step, full) if step > 0 else full * (1 if char >= "\u2e80" else 0.5)
            one = _at(placed, x, y - 0.88 * size)  # the place is that of the base line
            two = _at(placed, x + wide, y + 0.12 * size)
            yield (
                char,
                min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]),
            )  # fmt: skip
            x += step if index < len(across) else (0.0 if down else wide)
            y += down[index] if index < len(down) else 0.0


def _steps(words: str | None) -> list[float]:
    """DeltaX or DeltaY with its repetitions written out: 3.5 g 2 4 is 3.5 4 4."""
    steps: list[float] = []
    parts = (words or "").split()
    index = 0
    while index < len(parts):
        if parts[index] == "g" and index + 2 < len(parts):
            count = int(parts[index + 1]) if re.fullmatch(r"[0-9]{1,6}", parts[index + 1]) else -1
            if not 0 <= count <= _MOST:
                raise ReadError("OFD 的字距写法不合规范，文件可能有意构造")
            steps += [_number(parts[index + 2])] * count
            index += 3
        else:
            steps.append(_number(parts[index]))
            index += 1
        if len(steps) > _MOST:
            raise ReadError("OFD 的字距写法不合规范，文件可能有意构造")
    return steps


def _rules(element: Element, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    """The flat and upright lines of a path."""
    placed = _placed(element, matrix)
    start = last = (0.0, 0.0)
    for letter, numbers in _operations(_text(_find(element, "AbbreviatedData"))):
        point = start if letter == "C" else _at(placed, numbers[-2], numbers[-1])
        if letter in ("L", "C") and (abs(point[0] - last[0]) <= 1 or abs(point[1] - last[1]) <= 1):
            yield (
                min(last[0], point[0]), min(last[1], point[1]),
                max(last[0], point[0]), max(last[1], point[1]),
            )  # fmt: skip
        if letter in ("M", "S"):
            start = point
        last = point


def _operations(words: str) -> Iterator[tuple[str, list[float]]]:
    """The drawing steps of a path: M 0 0 L 10 0 C. Ends at the first thing that is none."""
    parts = words.split()
    index = 0
    while index < len(parts):
        letter = parts[index]
        count = _PATH_NUMBERS.get(letter)
        numbers = [_number(part) for part in parts[index + 1 : index + 1 + (count or 0)]]
        if count is None or len(numbers) < count:
            return
        yield letter, numbers
        index += 1 + count


def _joined(base: str, place: str) -> str:
    """A place named in the package, seen from the part that names it; it cannot leave it."""
    if place.startswith("/"):
        return posixpath.normpath(place).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), place))


def _find(element: Element | None, name: str) -> Element | None:
    for child in () if element is None else element:
        if local(child.tag) == name:
            return child
    return None


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _numbers(words: str | None) -> list[float]:
    return [_number(word) for word in (words or "").split()]


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0
