"""What every reader returns and keeps to: the text with its origins, the limits, the refusal.

In:  nothing of ours. A reader takes a file's bytes and `Limits`.
Out: a `Reading`; its origins tile the text, so that every character maps back to where it was
     read (tests/ingest/read/test_kinds.py). What cannot be read is a `ReadError`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

Box = tuple[float, float, float, float]  # left, top, right, bottom; from the page's upper left
SETTING = "POLICY_INGEST_"
RECOGNISED = "图像识别"  # among a reading's facts


class ReadError(Exception):
    """A file that cannot be read as text; the message is one Chinese line that says what is wrong
    and what would be right."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. A refusal names the field as the setting POLICY_INGEST_<FIELD>.

    file_bytes      bytes of a file, or of one inside a ZIP
    unzipped_bytes  bytes that a ZIP, DOCX, XLSX or OFD may unpack to, in all
    ratio           unpacked bytes per packed byte of one member larger than a mebibyte
    members         files inside one ZIP
    nesting         ZIPs inside each other
    pages           pages of a PDF or OFD
    ocr_pages       pages of one file that are recognised as images
    pixels          width × height of one image
    characters      characters of the text
    cells           cells of one worksheet, or of one ruled table on a page
    seconds         seconds for one file
    memory_bytes    memory for the reading process; 0 sets none
    """

    file_bytes: int = 50 * 2**20
    unzipped_bytes: int = 300 * 2**20
    ratio: int = 200
    members: int = 2000
    nesting: int = 2
    pages: int = 2000
    ocr_pages: int = 200
    pixels: int = 100_000_000
    characters: int = 2_000_000
    cells: int = 200_000
    seconds: int = 300
    memory_bytes: int = 2 * 2**30

    def check(self, name: str, value: float, what: str) -> None:
        """Raise ReadError where `value` is above the limit `name`; `what` opens the message."""
        limit = getattr(self, name)
        if value > limit:
            raise ReadError(f"{what}超过上限 {limit}（设置 {setting(name)}），未读入")


def setting(name: str) -> str:
    """The environment variable of a limit: pages → POLICY_INGEST_PAGES."""
    if name not in {each.name for each in fields(Limits)}:
        raise LookupError(name)
    return SETTING + name.upper()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where text[start:end] was read from.

    page  counted from 1; None where the format has no pages
    box   left, top, right, bottom from the page's upper left corner, in points (1/72 inch);
          None where the format has no positions
    part  the part of the file in words: 第3段, 利率表!第2行; "" where there is nothing to add
    """

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read.

    text     the text that is stored and cited, lines ended by \\n unless the file is plain text
    origins  in order; they tile [0, len(text))
    notes    what everyone should know who relies on the text, one Chinese sentence each
    remarks  what a person should know of the file, where it does not touch the text
    facts    what is known of it beside its text: title, url, 发布日期, 发文字号 …; RECOGNISED with
             any value where words were recognised on an image
    suffix   .md or .txt, for the stored text
    """

    text: str
    origins: tuple[Origin, ...]
    notes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ".txt"
    remarks: tuple[str, ...] = ()

    def origin_at(self, offset: int) -> Origin:
        """Where the character at `offset` was read; LookupError outside the text."""
        return find_origin(self.origins, offset)


def find_origin(origins: tuple[Origin, ...], offset: int) -> Origin:
    """The origin that holds the character at `offset`; LookupError where none does."""
    index = bisect_right(origins, offset, key=lambda origin: origin.start) - 1
    if index < 0 or offset >= origins[index].end:
        raise LookupError(f"offset {offset} lies outside the text")
    return origins[index]


class Collector:
    """Puts a text together, piece by piece, and keeps where each piece came from."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._origins: list[Origin] = []
        self.length = 0

    def add(
        self, text: str, page: int | None = None, box: Box | None = None, part: str = ""
    ) -> None:
        """Append `text`; ReadError where the whole gets longer than the limit."""
        if not text:
            return
        start, self.length = self.length, self.length + len(text)
        self._limits.check("characters", self.length, "正文字数")
        self._pieces.append(text)
        last = self._origins[-1] if self._origins else None
        if last is not None and (last.page, last.box, last.part) == (page, box, part):
            self._origins[-1] = Origin(last.start, self.length, page, box, part)
        else:
            self._origins.append(Origin(start, self.length, page, box, part))

    def reading(self, notes: Iterable[str] = (), facts: Mapping[str, str] | None = None) -> Reading:
        """All that was added."""
        return Reading("".join(self._pieces), tuple(self._origins), tuple(notes), facts or {})
