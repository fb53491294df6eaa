"""DOCX (Word), read from its XML, with the numbers that Word makes by itself written out.

In:  a DOCX file's bytes.
Out: a line per paragraph, tables as `ingest.tables` writes them; 一、 and （一） of automatic
     numbering stand in the text (tests/ingest/read/test_docx.py). Headers, footers, comments and
     deleted words are left out. Pages are those of the last time Word laid the paper out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.read.base import Collector, Limits, ReadError, Reading
from ingest.read.packages import Package, attribute, local
from ingest.tables import Cell, table_lines

MAIN = "word/document.xml"
_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_SKIPPED = frozenset(
    ("del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "rt", "sectPr")
)
_BLOCKS = frozenset(("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body"))
_DEEPEST = 60  # nested elements; a table inside a table needs about ten


def read(data: bytes, limits: Limits) -> Reading:
    """The text of a DOCX file; ReadError where it is none, or damaged."""
    return _Reader(Package(data, limits), limits).run()


def number_in(form: str, number: int) -> str:
    """A list number as Word writes it; `form` is the numFmt of ECMA-376 (chineseCounting …)."""
    match form:
        case "none" | "bullet":
            return ""
        case (
            "chineseCounting"
            | "chineseCountingThousand"
            | "japaneseCounting"
            | ("taiwaneseCounting" | "taiwaneseCountingThousand" | "koreanCounting")
        ):
            return _counting(number)
        case "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal":
            return _legal(number)
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return "".join(_HAN[int(digit)] for digit in str(number))
        case "ideographTraditional":
            return _STEMS[(number - 1) % 10]
        case "ideographZodiac":
            return _BRANCHES[(number - 1) % 12]
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(ord("０") + int(digit)) for digit in str(number))
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= number <= 20:
            return chr(ord("①") + number - 1)
        case "decimalEnclosedParen" if 1 <= number <= 20:
            return chr(ord("⑴") + number - 1)
        case "decimalEnclosedFullstop" if 1 <= number <= 20:
            return chr(ord("⒈") + number - 1)
        case "ideographEnclosedCircle" if 1 <= number <= 10:
            return chr(ord("㊀") + number - 1)
        case "decimalZero":
            return f"{number:02d}"
        case "upperLetter" | "lowerLetter":
            letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if form == "upperLetter" else letter.lower()
        case "upperRoman" | "lowerRoman":
            roman = _roman(number)
            return roman if form == "upperRoman" else roman.lower()
        case _:
            return str(number)


def _counting(number: int) -> str:
    """21 → 二十一, 105 → 一百零五; from 10000 on its digits."""
    if not 0 < number < 10000:
        return "".join(_HAN[int(digit)] for digit in str(number))
    words = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            words += _HAN[digit] + unit
        elif words and number and not words.endswith("零"):
            words += "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def _legal(number: int) -> str:
    words = _counting(number)
    words = f"一{words}" if words.startswith("十") else words
    plain = "零一二三四五六七八九十百千"
    return words.translate(str.maketrans(plain, _LEGAL + "拾佰仟"))


def _roman(number: int) -> str:
    letters = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    words = ""
    for value, letter in letters:
        count, number = divmod(number, value)
        words += letter * count
    return words


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: lvlText 第%1章 with its form, first number and what follows it.

    A tab after the number is a distance and no character: 1. gets a blank, 一、 nothing.
    """

    form: str = "decimal"
    words: str = ""
    start: int = 1
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None


class _Numbering:
    """Word's automatic numbering: numbering.xml, applied paragraph by paragraph."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._counts: dict[str, dict[int, int]] = {}  # by abstract definition: its lists share it
        self._begun: set[str] = set()
        self._overrides: dict[str, dict[int, int]] = {}
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for element in () if root is None else root:
            if local(element.tag) == "abstractNum":
                identity = attribute(element, "abstractNumId") or ""
                self._abstract[identity] = dict(
                    _level(child) for child in element if local(child.tag) == "lvl"
                )
                if link := _value(element, "numStyleLink"):
                    links[identity] = link
                if name := _value(element, "styleLink"):
                    named[name] = identity
        for identity, link in links.items():
            self._abstract[identity] = self._abstract.get(named.get(link, ""), {})
        for element in () if root is None else root:
            if local(element.tag) == "num":
                self._add_list(element)

    def _add_list(self, element: Element) -> None:
        identity = attribute(element, "numId") or ""
        abstract = _value(element, "abstractNumId") or ""
        levels = dict(self._abstract.get(abstract, {}))
        for override in (child for child in element if local(child.tag) == "lvlOverride"):
            index = _int(attribute(override, "ilvl"))
            levels |= dict(_level(child) for child in override if local(child.tag) == "lvl")
            start = _value(override, "startOverride")
            if start is not None:
                self._overrides.setdefault(identity, {})[index] = _int(start)
        self._lists[identity] = (abstract, levels)

    def next(self, list_id: str, index: int) -> str:
        """The number of the list's next paragraph at this level; "" for a bullet or no list."""
        abstract, levels = self._lists.get(list_id, ("", {}))
        level = levels.get(index)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for at, start in self._overrides.get(list_id, {}).items():
                counts[at] = start - 1
        counts[index] = counts.get(index, level.start - 1) + 1
        for deeper in [at for at in counts if at > index]:
            restart = levels.get(deeper, _Level()).restart
            if restart is None or (restart and index < restart):
                del counts[deeper]
        words = level.words
        for at in range(9):
            if f"%{at + 1}" in words:
                other = levels.get(at, _Level())
                form = "decimal" if level.legal and at < index else other.form
                words = words.replace(f"%{at + 1}", number_in(form, counts.get(at, other.start)))
        if level.form == "bullet" or not words.strip():
            return ""
        apart = level.suffix == "space" or (level.suffix != "nothing" and words[-1] < "\u2000")
        return f"{words} " if apart else words


def _level(element: Element) -> tuple[int, _Level]:
    restart = _value(element, "lvlRestart")
    form = _value(element, "numFmt")
    return _int(attribute(element, "ilvl")), _Level(
        form=form or "decimal",
        words=_value(element, "lvlText") or "",
        start=_int(_value(element, "start"), 1),
        suffix=_value(element, "suff") or "tab",
        legal=any(local(child.tag) == "isLgl" for child in element),
        restart=None if restart is None else _int(restart),
    )


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str | None
    list_id: str | None
    level: int | None


class _Reader:
    def __init__(self, package: Package, limits: Limits) -> None:
        if MAIN not in package:
            raise ReadError(f"不是 Word 文档（缺少 {MAIN}）")
        self.package = package
        self.body = package.xml(MAIN)
        self.collector = Collector(limits)
        self.numbering = _Numbering(self.part("word/numbering.xml"))
        self.styles = self.read_styles(self.part("word/styles.xml"))
        self.notes = self.read_notes("word/footnotes.xml") | self.read_notes("word/endnotes.xml")
        self.default_style = self.styles.pop("", _Style(None, None, None)).parent
        self.laid_out = any(local(e.tag) == "lastRenderedPageBreak" for e in self.body.iter())
        self.page = 1
        self.paragraphs = 0
        self.tables = 0

    def part(self, name: str) -> Element | None:
        return self.package.xml(name) if name in self.package else None

    def run(self) -> Reading:
        for element in self.body:
            self.block(element, 0)
        if self.collector.length == 0:
            raise ReadError("文档里没有文字（可能只有图片），应提供带文字的版本")
        remarks: tuple[str, ...] = ()
        if any(local(element.tag) in ("del", "moveFrom") for element in self.body.iter()):
            remarks = ("文档带有修订痕迹：已按接受全部修订读入，应核对是否为定稿。",)
        return self.collector.reading(remarks)

    def block(self, element: Element, depth: int) -> None:
        """A paragraph, a table, or what wraps such."""
        if depth > _DEEPEST:
            raise ReadError("表格或分区嵌套过深，文件可能有意构造")
        match local(element.tag):
            case "p":
                self.paragraph(element)
            case "tbl":
                self.table(element)
            case name if name in _BLOCKS:
                for child in element:
                    self.block(child, depth + 1)
            case "AlternateContent":
                for child in (c for c in element if local(c.tag) == "Choice"):
                    self.block(child, depth + 1)

    def paragraph(self, element: Element) -> None:
        self.paragraphs += 1
        boxes: list[Element] = []
        number = self.number(element)
        pieces = list(self.runs(element, boxes))
        if any(text.strip() for text, _ in pieces):
            for text, page in ((number, pieces[0][1]), *pieces, ("\n", pieces[-1][1])):
                self.add(text, page)
        for box in boxes:
            for child in box:
                self.block(child, 1)

    def add(self, text: str, page: int) -> None:
        self.collector.add(text, page if self.laid_out else None, None, f"第{self.paragraphs}段")

    def runs(self, element: Element, boxes: list[Element]) -> Iterator[tuple[str, int]]:
        """The words inside a paragraph with their pages; text boxes are put aside in `boxes`."""
        todo = [iter(element)]
        while todo:
            child = next(todo[-1], None)
            if child is None:
                todo.pop()
                continue
            match local(child.tag):
                case "t":
                    yield child.text or "", self.page
                case "tab" | "ptab":
                    yield "\t", self.page
                case "br" | "cr":
                    if attribute(child, "type") in (None, "textWrapping"):
                        yield "\n", self.page
                case "lastRenderedPageBreak":
                    self.page += 1
                case "noBreakHyphen":
                    yield "-", self.page
                case "sym":
                    yield _symbol(child), self.page
                case "footnoteReference" | "endnoteReference":
                    note = self.notes.get(f"{local(child.tag)[:4]}{attribute(child, 'id')}", "")
                    yield (f"（注：{note}）" if note else ""), self.page
                case "txbxContent":
                    boxes.append(child)
                case name if name not in _SKIPPED and not _hidden(child):
                    if len(todo) > _DEEPEST:
                        raise ReadError("段落嵌套过深，文件可能有意构造")
                    todo.append(iter(child))

    # automatic numbers

    def number(self, paragraph: Element) -> str:
        """The paragraph's automatic number, "" where it has none."""
        properties = _child(paragraph, "pPr")
        style = _value(properties, "pStyle") or self.default_style
        own = _child(properties, "numPr")
        list_id, level = _value(own, "numId"), _value(own, "ilvl")
        seen: set[str] = set()
        while style and style in self.styles and style not in seen:
            seen.add(style)
            known = self.styles[style]
            list_id = list_id if list_id is not None else known.list_id
            level = level if level is not None or known.level is None else str(known.level)
            style = known.parent
        return self.numbering.next(list_id, _int(level)) if list_id else ""

    def read_styles(self, root: Element | None) -> dict[str, _Style]:
        """The styles by id; under "" one whose parent is the default paragraph style."""
        styles: dict[str, _Style] = {}
        for element in () if root is None else root:
            if local(element.tag) != "style" or attribute(element, "type") != "paragraph":
                continue
            identity = attribute(element, "styleId") or ""
            listed = _child(_child(element, "pPr"), "numPr")
            level = _value(listed, "ilvl")
            styles[identity] = _Style(
                _value(element, "basedOn"),
                _value(listed, "numId"),
                None if level is None else _int(level),
            )
            if attribute(element, "default") == "1":
                styles[""] = _Style(identity, None, None)
        return styles

    def read_notes(self, name: str) -> dict[str, str]:
        """Foot- or endnotes by kind and id: foot1."""
        root = self.part(name)
        found: dict[str, str] = {}
        for element in () if root is None else root:
            if attribute(element, "type") in (None, "normal"):
                kind = local(element.tag)[:4]
                words = "".join(e.text or "" for e in element.iter() if local(e.tag) == "t")
                found[f"{kind}{attribute(element, 'id')}"] = words.strip()
        return found

    # tables

    def table(self, element: Element) -> None:
        cells = self.cells(element)
        lines = table_lines(cells, self.tables + 1)
        self.tables += any(line.text.startswith(f"表{self.tables + 1}") for line in lines)
        for line in lines:
            part = f"第{self.paragraphs}段后的表格第{line.row + 1}行"
            self.collector.add(f"{line.text}\n", self.page if self.laid_out else None, None, part)

    def cells(self, table: Element) -> list[Cell]:
        """The cells, those merged downwards as one."""
        found: list[Cell] = []
        above: dict[int, int] = {}  # column → index in `found` of the cell that goes on below
        row = -1
        for element in _wrapped(table, "tr"):
            row += 1
            column = _int(_value(_child(element, "trPr"), "gridBefore"))
            for cell in _wrapped(element, "tc"):
                properties = _child(cell, "tcPr")
                across = max(_int(_value(properties, "gridSpan"), 1), 1)
                merge = _child(properties, "vMerge")
                goes_on = merge is not None and attribute(merge, "val") in (None, "continue")
                if goes_on and column in above:
                    old = found[above[column]]
                    text = "\n".join(filter(None, (old.text, self.cell_text(cell))))
                    found[above[column]] = Cell(
                        text, old.row, old.column, row - old.row + 1, old.across
                    )
                else:
                    above[column] = len(found)
                    found.append(Cell(self.cell_text(cell), row, column, 1, across))
                column += across
        return found

    def cell_text(self, cell: Element) -> str:
        """The words of a cell; a table inside it is written out row by row."""
        lines: list[str] = []
        todo = [cell]
        while todo:
            element = todo.pop()
            if local(element.tag) != "p":
                inner = (*_BLOCKS, "p", "tbl", "tr", "tc")
                todo += [child for child in reversed(element) if local(child.tag) in inner]
                continue
            boxes: list[Element] = []
            number = self.number(element)
            words = "".join(text for text, _ in self.runs(element, boxes))
            todo += reversed(boxes)
            if words.strip():
                lines.append(number + words)
        return "\n".join(lines)


def _hidden(element: Element) -> bool:
    """Whether a run is formatted as hidden text (隐藏文字), which no reader of the paper sees."""
    properties = _child(element, "rPr") if local(element.tag) == "r" else None
    vanish = _child(properties, "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _wrapped(parent: Element, name: str) -> Iterator[Element]:
    """The children with this name, also inside content controls."""
    for child in parent:
        if local(child.tag) == name:
            yield child
        elif local(child.tag) in _BLOCKS:
            yield from _wrapped(child, name)


def _symbol(element: Element) -> str:
    """A character given by its code; those of symbol fonts lie in the private area."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _child(element: Element | None, name: str) -> Element | None:
    for child in () if element is None else element:
        if local(child.tag) == name:
            return child
    return None


def _value(element: Element | None, name: str) -> str | None:
    """The w:val of a child."""
    child = _child(element, name)
    return None if child is None else attribute(child, "val")


def _int(value: str | None, default: int = 0) -> int:
    try:
        return int(value or "")
    except ValueError:
        return default
