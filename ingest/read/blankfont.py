"""A font whose every character has a size and no ink, in place of the fonts that a PDF lacks.

In:  nothing.
Out: a TrueType font in which every character, and every glyph by number, is one glyph as wide
     as the type is high, which draws nothing (tests/ingest/read/test_pdf.py).

PDFium measures the outline of each character that it reads. Out of a real Chinese font that takes
ten times as long as all the rest, and for the words only the widths count, which the file states
itself; without any outline, though, PDFium takes upright and single characters for nothing.
"""

from __future__ import annotations

from functools import cache
from struct import pack

_EM, _LOW, _HIGH = 1000, -100, 700  # the box of the one glyph, in units: no font's is lower
_GLYPHS = 65535  # the most that there can be: a file may name characters by their glyph's number
_ONE = 0x10000  # 1.0, the version of most tables


@cache
def data() -> bytes:
    """The font file."""
    box = (0, _LOW, _EM, _HIGH)
    corners = pack(">2h2h", 0, _EM, _LOW, _HIGH - _LOW)  # from one to the other, and back: no ink
    glyph = pack(">5h2H", 1, *box, 1, 0) + b"\x01\x01" + corners
    everything = pack(">2H3L", 13, 0, 28, 0, 1) + pack(">3L", 0, 0x10FFFF, 1)  # many to one
    tables = {
        b"cmap": pack(">2H2HL", 0, 1, 3, 10, 12) + everything,
        b"glyf": glyph * _GLYPHS,
        b"head": pack(">4L2H2q", _ONE, _ONE, 0, 0x5F0F3CF5, 0, _EM, 0, 0)
        + pack(">4h2H3h", *box, 0, 8, 2, 1, 0),
        b"hhea": pack(">L3hH11hH", _ONE, _HIGH, _LOW, 0, _EM, 0, 0, _EM, 1, *[0] * 7, 1),
        b"hmtx": pack(">Hh", _EM, 0) + bytes(2 * (_GLYPHS - 1)),
        b"loca": b"".join(pack(">L", n * len(glyph)) for n in range(_GLYPHS + 1)),
        b"maxp": pack(">L14H", _ONE, _GLYPHS, 2, 1, *[0] * 11),
    }
    listed, body = b"", b""
    start = 12 + 16 * len(tables)
    for tag, table in tables.items():
        listed += tag + pack(">3L", 0, start + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return pack(">L4H", _ONE, len(tables), 64, 2, 16 * len(tables) - 64) + listed + body
