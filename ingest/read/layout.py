"""Put a paper together again from characters and lines on pages (PDF, OFD, recognised images).

In:  pages: characters with their boxes, in the order of the file, and the ruled lines.
Out: a `Reading`: columns in reading order, ruled tables as `ingest.tables` writes them, without
     running heads, feet and page numbers; every character keeps its page and its line's box
     (tests/ingest/read/test_pdf.py).

A file of this kind holds no line ends: it draws lines. Two lines are one paragraph only where the
geometry says so: the first one reaches the right margin and the second starts at the left one,
without the indent that opens a paragraph. Where that is in doubt the line end stays.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.read.base import Box, Collector, Limits, ReadError, Reading
from ingest.tables import Cell, table_lines

Glyph = tuple[str, float, float, float, float]
# a character, or Chinese ones side by side outside tables; left, top, right, bottom

_TOUCH = 2.5  # points within which ruled lines meet
_BAND = 0.12  # of the page height, where running heads, feet and page numbers stand
_OFTEN = 0.15  # share of lines that makes a margin
_COLUMN_ROWS = 5  # rows side by side that make two columns
_PAGE_NUMBER = re.compile(
    r"[-—–－―─·•.\s]*\d{1,5}[-—–－―─·•.\s]*|第\s*\d+\s*页.{0,12}|\d+\s*/\s*\d+"
)
_WIDE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef\u2014\u2018-\u201d\u2026]")
_SENTENCE_END = re.compile(r"[。；：！？.;:!?][”’）)》」』]*$")
_UNPARTED = re.compile(r"[“‘（《〈「『【〔(\[]*(?:[\x21-\x7e]+[”’）》〉」』】〕)\]，。；：、]*)*.?")
_MARK = re.compile(
    r"(?:第?[一二三四五六七八九十百零\d]+[、章节条编是]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、)）]|[①-⑳]|附\s*件)"
)
# glyphs that PDF writers map to radicals, which look the same as the characters
_RADICALS = {
    ord(char): unicodedata.normalize("NFKC", char) for char in map(chr, range(0x2F00, 0x2FD6))
} | {
    ord(radical): char
    for radical, char in zip(
        "⻅⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⺠⻄⻆⻣⻁",
        "见贝车长门青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙龟民西角骨虎",
        strict=True,
    )
}


@dataclass(slots=True)
class Row:
    """A line, or what of it stands in one column: its words and box, and the height of its type."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    column: tuple[int, int] = (0, 1)  # which of how many

    @property
    def box(self) -> Box:
        return (self.left, self.top, self.right, self.bottom)


@dataclass(slots=True)
class Table:
    """A ruled table: its cells, its columns' borders, and each row's page and box."""

    cells: list[Cell]
    borders: tuple[float, ...]
    rows: list[tuple[int, Box]]
    top: float


@dataclass(slots=True)
class Page:
    """A page: its size in points, what is drawn, and rows that are known as such (from OCR)."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class _Laid:
    """A page in reading order."""

    number: int
    width: float
    height: float
    parts: list[Row | Table]


def lay_out(pages: Iterable[Page], limits: Limits) -> tuple[Reading, str]:
    """The paper's text, and the running heads and feet that were left out of it."""
    laid = [_lay_out(page, limits) for page in pages]
    furniture = _remove_furniture(laid)
    parts = [(page, part) for page in laid for part in page.parts]
    margins = _margins(laid)
    collector = Collector(limits)
    tables = 0
    index = 0
    while index < len(parts):
        page, part = parts[index]
        index += 1
        if isinstance(part, Table):
            while index < len(parts) and _goes_on(part, parts[index][1]):
                _append(part, parts[index][1])
                index += 1
            tables += _write_table(part, tables + 1, collector)
            continue
        following = parts[index] if index < len(parts) else None
        end = "\n"
        if following is not None and isinstance(following[1], Row):
            same_page = following[0] is page
            own = margins[_flow(page, part)]
            its = margins[_flow(following[0], following[1])]
            if _joins(part, following[1], own, its, same_page):
                end = _glue(part.text, following[1].text)
        collector.add(part.text + end, page.number, _rounded(part.box))
    return collector.reading(), furniture


def rows_of(glyphs: Iterable[Glyph]) -> list[Row]:
    """The characters as lines, cut at wide gaps; in the order of the file.

    A gap of more than a third of the type's height between characters becomes a blank.
    """
    rows: list[Row] = []
    words: list[str] = []
    left = top = right = bottom = size = 0.0
    for char, x0, y0, x1, y1 in glyphs:
        if char in " \u3000\t\xa0":
            if words and not words[-1].isspace():
                words.append(char)
            continue
        if words:
            gap = x0 - right
            middle = (y0 + y1) / 2
            if top < middle < bottom and -0.6 * size < gap < 1.6 * size:
                if gap > 0.35 * size and not words[-1].isspace():
                    words.append(" ")
                elif words[-1] == " " and gap < 0.12 * size and _WIDE.match(char):
                    words.pop()  # a blank that takes no room
                words.append(char)
                right = max(right, x1)
                if y1 - y0 > size:
                    top, bottom, size = min(top, y0), max(bottom, y1), y1 - y0
                continue
            rows.append(_row(words, left, top, right, bottom, size))
            words = []
        words.append(char)
        left, top, right, bottom, size = x0, y0, x1, y1, y1 - y0
    if words:
        rows.append(_row(words, left, top, right, bottom, size))
    return rows


def _row(
    words: list[str], left: float, top: float, right: float, bottom: float, size: float
) -> Row:
    text = "".join(words).strip().translate(_RADICALS)
    return Row(text, left, top, right, bottom, max(size, 0.1))


def _lay_out(page: Page, limits: Limits) -> _Laid:
    grids = list(_grids(page, limits)) if page.rules else []
    glyphs = page.glyphs
    tables: list[Table] = []
    for grid in grids:
        inside = [glyph for glyph in glyphs if grid.holds(glyph)]
        if inside:
            glyphs = [glyph for glyph in glyphs if not grid.holds(glyph)]
            tables.append(grid.table(inside, page.number))
    rows = rows_of(glyphs) + page.rows
    parts: list[Row | Table] = [row for row in _in_columns(rows, page.width) if row.text]
    for table in sorted(tables, key=lambda table: table.top):
        place = next(
            (i for i, part in enumerate(parts) if part.top > table.top),
            len(parts),
        )
        parts.insert(place, table)
    return _Laid(page.number, page.width, page.height, parts)


# columns


def _in_columns(rows: list[Row], width: float) -> list[Row]:
    """The rows in reading order, pieces of one line put together."""
    lines = _lines(rows)
    gutter = _gutter(lines, width)
    ordered: list[Row] = []
    sides: tuple[list[Row], list[Row]] = ([], [])
    for line in lines:
        if gutter is None or any(row.left < gutter < row.right for row in line):
            for side in sides:
                ordered += side
                side.clear()
            ordered.append(_joined(line))
            continue
        for side, column in zip(sides, (0, 1), strict=True):
            pieces = [row for row in line if (row.left >= gutter) == bool(column)]
            if pieces:
                row = _joined(pieces)
                row.column = (column, 2)
                side.append(row)
    return ordered + sides[0] + sides[1]


def _lines(rows: list[Row]) -> list[list[Row]]:
    """Rows at one height together, from the top down, each line from the left."""
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row.top + row.bottom):
        if lines:
            last = lines[-1][0]
            middle = (row.top + row.bottom) / 2
            if last.top < middle < last.bottom and row.top < (last.top + last.bottom) / 2:
                lines[-1].append(row)
                continue
        lines.append([row])
    for line in lines:
        line.sort(key=lambda row: row.left)
    return lines


def _gutter(lines: Sequence[Sequence[Row]], width: float) -> float | None:
    """Where the white space between two columns of running text lies; None in one column."""
    votes: Counter[int] = Counter()
    for line in lines:
        for one, two in pairwise(line):
            if two.left - one.right > 0.8 * one.size:
                votes.update(range(int(one.right) + 1, int(two.left) + 1))
    middle = {x: count for x, count in votes.items() if 0.3 * width < x < 0.7 * width}
    most = max(middle.values(), default=0)
    if most < _COLUMN_ROWS:
        return None
    best = [x for x, count in middle.items() if count == most]
    gutter = best[len(best) // 2] + 0.5
    beside = [line for line in lines if not any(row.left < gutter < row.right for row in line)]
    lefts = [row for line in beside for row in line if row.right < gutter]
    rights = [row for line in beside for row in line if row.left > gutter]
    if not lefts or not rights or most < 0.4 * len(beside):
        return None
    filled = _wide(lefts) / (gutter - min(row.left for row in lefts))
    filled_right = _wide(rights) / (max(row.right for row in rights) - gutter)
    return gutter if min(filled, filled_right) > 0.6 else None


def _wide(rows: Sequence[Row]) -> float:
    """How wide the widest quarter of the rows is at least: short paragraphs make short rows."""
    widths = sorted(row.right - row.left for row in rows)
    return widths[3 * len(widths) // 4]


def _joined(pieces: Sequence[Row]) -> Row:
    """Pieces of one line as one row."""
    if len(pieces) == 1:
        return pieces[0]
    text = pieces[0].text
    for one, two in pairwise(pieces):
        touching = two.left - one.right < 0.35 * max(one.size, two.size)
        text += two.text if touching else f" {two.text}"
    return Row(
        text,
        min(row.left for row in pieces),
        min(row.top for row in pieces),
        max(row.right for row in pieces),
        max(row.bottom for row in pieces),
        max(row.size for row in pieces),
    )


# running heads and feet


def _remove_furniture(pages: Sequence[_Laid]) -> str:
    """Take out what repeats at the pages' edges, and page numbers; what was taken out."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for page in edges for key in {key for key, _ in page})
    needed = max(2, min(3, len(pages)), round(0.3 * len(pages)))
    gone: dict[str, None] = {}
    for page, edge in zip(pages, edges, strict=True):
        for (low, shape), row in edge:
            number = low and _PAGE_NUMBER.fullmatch(row.text) is not None
            if number or (len(pages) > 1 and seen[low, shape] >= needed):
                page.parts = [part for part in page.parts if part is not row]
                if not _PAGE_NUMBER.fullmatch(row.text):
                    gone.setdefault(row.text)
    return "；".join(gone)[:300]


def _edges(page: _Laid) -> list[tuple[tuple[bool, str], Row]]:
    """The rows near the upper and lower edge, each with what is compared: digits count alike."""
    found: list[tuple[tuple[bool, str], Row]] = []
    for row in page.parts:
        if isinstance(row, Row):
            low = row.top > (1 - _BAND) * page.height
            if low or row.bottom < _BAND * page.height:
                shape = re.sub(r"\d+", "#", re.sub(r"\s", "", row.text))
                found.append(((low, f"{shape}@{round(row.top / 6)}"), row))
    return found


# paragraphs


@dataclass(frozen=True, slots=True)
class _Margin:
    """The edges of the running text, and whether its paragraphs open with an indent."""

    left: float
    right: float
    indents: bool


_Flow = tuple[int, tuple[int, int]]  # pages of one width, and the column


def _flow(page: _Laid, row: Row) -> _Flow:
    return round(page.width), row.column


def _margins(pages: Sequence[_Laid]) -> dict[_Flow, _Margin]:
    """The margins of each column, over all pages of a width."""
    flows: dict[_Flow, list[Row]] = {}
    for page in pages:
        for row in page.parts:
            if isinstance(row, Row):
                flows.setdefault(_flow(page, row), []).append(row)
    return {flow: _margin(rows) for flow, rows in flows.items()}


def _margin(rows: Sequence[Row]) -> _Margin:
    left = _left([row.left for row in rows])
    indents = sum(1.4 < (row.left - left) / row.size < 2.8 for row in rows)
    return _Margin(left, _right([row.right for row in rows]), indents >= 0.03 * len(rows))


def _left(values: list[float]) -> float:
    """The leftmost place at which many rows begin."""
    counts = Counter(round(value / 3) for value in values)
    often = [place for place, count in counts.items() if count >= _OFTEN * len(values)]
    return 3.0 * min(often, default=round(min(values) / 3))


def _right(values: list[float]) -> float:
    """The place that the longest tenth of the rows reach."""
    return sorted(values)[int(0.9 * (len(values) - 1))]


def _joins(row: Row, after: Row, own: _Margin, its: _Margin, same_page: bool) -> bool:
    """Whether `after` goes on with the paragraph of `row`; their columns' margins are given."""
    size = row.size
    if row.column[1] != after.column[1] or abs(after.size - size) > 0.15 * size:
        return False
    same_column = same_page and row.column == after.column
    if same_column and after.top - row.bottom > 1.3 * size:
        return False
    room = max(1.7 * size, _first_word(after) + 0.7 * size)  # too little for what comes next
    reaches = row.right >= own.right - room and row.left <= own.left + 2.8 * size
    long = row.right - own.left > 8 * size
    if not (reaches and long) or after.left > its.left + 0.8 * size:
        return False
    ended = _SENTENCE_END.search(row.text) is not None
    return not (ended and (not own.indents or _MARK.match(after.text)))


def _first_word(row: Row) -> float:
    """How wide the first words of a row are that cannot be parted: “1+7+X”, 〔2017〕64号."""
    word = _UNPARTED.match(row.text)
    part = _ems(word[0]) if word else 0.0
    return (row.right - row.left) * part / max(_ems(row.text), 1.0)


def _ems(words: str) -> float:
    """How wide words are, in type heights."""
    return (len(words) + len(_WIDE.findall(words))) / 2


def _glue(one: str, two: str) -> str:
    """What stands between joined lines: a blank between words, in Chinese and numbers nothing."""
    wide = _WIDE.match(one[-1:]) or _WIDE.match(two[:1])
    return "" if wide or (one[-1:].isdigit() and two[:1].isdigit()) else " "


def _rounded(box: Box) -> Box:
    return (round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1))


# tables


@dataclass(slots=True)
class _Grid:
    """Ruled lines that cross: the borders of its columns and rows, and which places are one."""

    xs: list[float]
    ys: list[float]
    owner: dict[tuple[int, int], tuple[int, int]]  # (row, column) → upper left place of its cell

    def holds(self, glyph: Glyph) -> bool:
        """Whether the middle of a character lies inside."""
        x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
        return self.xs[0] < x < self.xs[-1] and self.ys[0] < y < self.ys[-1]

    def table(self, glyphs: Sequence[Glyph], page: int) -> Table:
        """The table with these characters in its cells."""
        inside: dict[tuple[int, int], list[Glyph]] = {}
        for glyph in glyphs:
            x, y = (glyph[1] + glyph[3]) / 2, (glyph[2] + glyph[4]) / 2
            place = bisect_left(self.ys, y, 1) - 1, bisect_left(self.xs, x, 1) - 1
            inside.setdefault(self.owner[place], []).append(glyph)
        owned: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place, owner in self.owner.items():
            owned.setdefault(owner, []).append(place)
        cells: list[Cell] = []
        for place, own in sorted(owned.items()):
            down = max(row for row, _ in own) - place[0] + 1
            across = max(column for _, column in own) - place[1] + 1
            rows = _in_columns(rows_of(inside.get(place, ())), 0)
            cells.append(Cell("\n".join(row.text for row in rows), *place, down, across))
        boxes = [
            (page, _rounded((self.xs[0], one, self.xs[-1], two))) for one, two in pairwise(self.ys)
        ]
        return Table(cells, tuple(self.xs), boxes, self.ys[0])


def _grids(page: Page, limits: Limits) -> Iterator[_Grid]:
    """The tables that the ruled lines make, each with at least two places."""
    rules = page.rules
    flat = {rule for rule in rules if rule[3] - rule[1] <= _TOUCH < rule[2] - rule[0]}
    upright = {rule for rule in rules if rule[2] - rule[0] <= _TOUCH < rule[3] - rule[1]}
    for group in _connected(flat | upright):
        xs = _clusters([_middle_x(rule) for rule in group & upright])
        ys = _clusters([_middle_y(rule) for rule in group & flat])
        places = (len(xs) - 1) * (len(ys) - 1)
        limits.check("cells", places, f"第{page.number}页表格的单元格数")
        if len(xs) >= 2 and len(ys) >= 2 and places >= 2:
            yield _Grid(xs, ys, _owners(xs, ys, group & flat, group & upright))


def _middle_x(rule: Box) -> float:
    return (rule[0] + rule[2]) / 2


def _middle_y(rule: Box) -> float:
    return (rule[1] + rule[3]) / 2


def _connected(rules: set[Box]) -> Iterator[set[Box]]:
    """The lines in groups that touch each other."""
    todo = set(rules)
    while todo:
        group: set[Box] = set()
        edge = [todo.pop()]
        while edge:
            rule = edge.pop()
            group.add(rule)
            near = [other for other in todo if _touch(rule, other)]
            todo.difference_update(near)
            edge += near
        yield group


def _touch(one: Box, two: Box) -> bool:
    return (
        one[0] <= two[2] + _TOUCH
        and two[0] <= one[2] + _TOUCH
        and one[1] <= two[3] + _TOUCH
        and two[1] <= one[3] + _TOUCH
    )


def _clusters(values: Sequence[float]) -> list[float]:
    """The values in order, those within a touch of each other as one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > 2 * _TOUCH:
            places.append(value)
    return places


def _owners(
    xs: Sequence[float], ys: Sequence[float], flat: Iterable[Box], upright: Iterable[Box]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid, the upper left place of the cell that it belongs to."""
    walls = [[r for r in upright if abs(_middle_x(r) - x) <= 2 * _TOUCH] for x in xs]
    roofs = [[r for r in flat if abs(_middle_y(r) - y) <= 2 * _TOUCH] for y in ys]
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            walled = any(r[1] <= y <= r[3] for r in walls[column])
            roofed = any(r[0] <= x <= r[2] for r in roofs[row])
            if column and not walled:
                owner[row, column] = owner[row, column - 1]
            elif row and not roofed:
                owner[row, column] = owner[row - 1, column]
            else:
                owner[row, column] = (row, column)
    return owner


def _goes_on(table: Table, part: Row | Table) -> bool:
    """Whether `part` is the same table on the next page."""
    return (
        isinstance(part, Table)
        and part.rows[0][0] == table.rows[-1][0] + 1
        and len(part.borders) == len(table.borders)
        and all(abs(a - b) < 4 for a, b in zip(part.borders, table.borders, strict=True))
    )


def _append(table: Table, part: Row | Table) -> None:
    """Put the rows of a table's next page below it; heads that are repeated count once."""
    assert isinstance(part, Table)
    first = [cell.text for cell in table.cells if cell.row == 0]
    repeated = int([cell.text for cell in part.cells if cell.row == 0] == first)
    offset = len(table.rows) - repeated
    table.cells += [
        Cell(cell.text, cell.row + offset, cell.column, cell.down, cell.across)
        for cell in part.cells
        if cell.row >= repeated
    ]
    table.rows += part.rows[repeated:]


def _write_table(table: Table, number: int, collector: Collector) -> bool:
    """Add the table's lines; whether it was one with heads."""
    lines = table_lines(table.cells, number)
    for line in lines:
        page, box = table.rows[line.row]
        collector.add(f"{line.text}\n", page, box)
    return any(line.text.startswith(f"表{number}") for line in lines)


def require_text(reading: Reading, message: str) -> Reading:
    """The reading; ReadError with this message where it holds no words."""
    if not reading.text.strip():
        raise ReadError(message)
    return reading
