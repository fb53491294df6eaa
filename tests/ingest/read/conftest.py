"""Files of every format, made by the tests themselves."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFD = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT = 595, 842  # A4 in points


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def _content_type(part: str) -> str:
    name = "document" if part == "main" else part
    kind = "document.main" if part == "main" else part
    return (
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.wordprocessingml.{kind}+xml"/>'
    )


def _relationships(target: str, kinds: Sequence[str]) -> str:
    """The relationships part of a package: what belongs to a part, and as what."""
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target.format(kind)}"/>'
        for n, kind in enumerate(kinds)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


class Papers:
    """Makes files; every method gives bytes."""

    zip = staticmethod(package)

    @staticmethod
    def paragraph(text: str, properties: str = "") -> str:
        """A paragraph of a DOCX."""
        words = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        return f"<w:p><w:pPr>{properties}</w:pPr>{words}</w:p>"

    @staticmethod
    def numbered(text: str, level: int = 0, list_id: int = 1) -> str:
        """A paragraph that Word numbers by itself."""
        numbers = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
        return Papers.paragraph(text, numbers)

    @staticmethod
    def docx(body: str, numbering: str = "", styles: str = "", notes: str = "") -> bytes:
        """A DOCX with this body."""
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default '
            'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
            f'+xml"/>{"".join(map(_content_type, ("main", "numbering", "styles", "footnotes")))}'
            "</Types>",
            "_rels/.rels": _relationships("word/document.xml", ["officeDocument"]),
            "word/_rels/document.xml.rels": _relationships(
                "{}.xml", ["numbering"] * bool(numbering) + ["styles"] * bool(styles)
            ),
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "word/header1.xml": f'<w:hdr xmlns:w="{W}">{Papers.paragraph("页眉")}</w:hdr>',
        }
        for name, root, content in (
            ("numbering", "numbering", numbering),
            ("styles", "styles", styles),
            ("footnotes", "footnotes", notes),
        ):
            if content:
                parts[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{W}">{content}</w:{root}>'
        return package(parts)

    @staticmethod
    def levels(*levels: tuple[str, str], abstract: int = 0) -> str:
        """An abstract list: per level its numFmt and lvlText."""
        inner = "".join(
            f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{words}"/></w:lvl>'
            for index, (form, words) in enumerate(levels)
        )
        return f'<w:abstractNum w:abstractNumId="{abstract}">{inner}</w:abstractNum>'

    @staticmethod
    def num(list_id: int = 1, abstract: int = 0, override: str = "") -> str:
        """A list of that abstract definition."""
        return f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'

    @staticmethod
    def pdf(*pages: Callable[[Canvas], None], size: int = 12, password: str = "") -> bytes:
        """A PDF; each page is drawn by a function."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True, encrypt=password or None)
        for draw in pages:
            canvas.setFont("STSong-Light", size)
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    @staticmethod
    def pdf_of(*objects: bytes) -> bytes:
        """A PDF of these objects, the first the catalogue, without a cross-reference table."""
        body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, 1))
        return b"%PDF-1.7\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF"

    @staticmethod
    def lines(lines: Sequence[tuple[float, float, str]]) -> Callable[[Canvas], None]:
        """A page with these lines: left, distance from the top, words."""

        def draw(canvas: Canvas) -> None:
            for left, top, words in lines:
                canvas.drawString(left, HEIGHT - top, words)

        return draw

    @staticmethod
    def prose(
        text: str, top: float = 110, left: float = 72, chars: int = 34, indent: bool = True
    ) -> list[tuple[float, float, str]]:
        """A paragraph set in 12 points, 22 apart, its first line indented by two characters."""
        first = chars - 2 if indent else chars
        cut = [text[:first]] + [text[i : i + chars] for i in range(first, len(text), chars)]
        return [
            (left + (24 if indent and index == 0 else 0), top + 22 * index, words)
            for index, words in enumerate(cut)
        ]

    @staticmethod
    def ofd(*pages: Sequence[tuple[float, float, str]], paths: str = "", title: str = "") -> bytes:
        """An OFD; per page lines of left, base line from the top (mm), words in 5 mm type."""
        listed = "".join(
            f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
        )
        parts: dict[str, str | bytes] = {
            "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}"><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}'
            "</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
            "</ofd:OFD>",
            "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD}"><ofd:CommonData><ofd:PageArea>'
            "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        }
        for n, lines in enumerate(pages):
            objects = "".join(
                f'<ofd:TextObject Boundary="{left} {top - 5} {5 * len(words)} 7" Size="5">'
                f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(words) - 1} 5">{escape(words)}'
                "</ofd:TextCode></ofd:TextObject>"
                for left, top, words in lines
            )
            parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
                f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer>{objects}{paths}</ofd:Layer>'
                "</ofd:Content></ofd:Page>"
            )
        return package(parts)

    @staticmethod
    def xlsx(*rows: Sequence[object], merged: Sequence[str] = (), title: str = "利率表") -> bytes:
        """A workbook of one sheet."""
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
        for area in merged:
            sheet.merge_cells(area)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()


@pytest.fixture(scope="session")
def papers() -> Papers:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return Papers()
