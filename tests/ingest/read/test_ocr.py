"""Scanned papers, where Tesseract is installed; a clear refusal where it is not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.read import Limits, ReadError, ocr, read
from ingest.read.base import RECOGNISED

FONT = "NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # of the collection's fonts


@pytest.fixture
def tesseract() -> None:
    if why := ocr.missing():
        pytest.skip(why)


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ocr, "PROGRAM", "no-such-program")
    ocr.missing.cache_clear()
    yield
    ocr.missing.cache_clear()


def picture(*lines: str) -> Image.Image:
    """A page with these lines as a picture, at 300 dots per inch."""
    dots = 300 / 72
    page = Image.new("L", (round(595 * dots), round(842 * dots)), 255)
    try:
        font = ImageFont.truetype(FONT, round(18 * dots), index=SIMPLIFIED)
    except OSError:
        pytest.skip(f"the font {FONT} is not installed (Debian: apt-get install fonts-noto-cjk)")
    draw = ImageDraw.Draw(page)
    for n, words in enumerate(lines):
        draw.text((72 * dots, (100 + 40 * n) * dots), words, 0, font, anchor="ls")
    return page


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def scanned(papers: Any, image: Image.Image) -> bytes:
    """A PDF whose page is that picture."""

    def draw(canvas: Any) -> None:
        canvas.drawInlineImage(image, 0, 0, 595, 842)

    return bytes(papers.pdf(draw))


@pytest.mark.usefixtures("tesseract")
def test_pictures_and_scanned_pages_are_recognised(papers: Any) -> None:
    image = picture("第一条本办法所称企业。", "第二条本办法自印发之日起施行。")
    for data, name in ((png(image), "a.png"), (scanned(papers, image), "a.pdf")):
        reading = read(data, name)
        assert "第一条本办法所称企业" in reading.text
        assert "第二条" in reading.text.splitlines()[1]
        assert "OCR" in reading.notes[0]
        assert "置信度" in reading.notes[0]
        origin = reading.origin_at(0)
        assert origin.page == 1
        assert origin.box is not None
        assert origin.box[0] == pytest.approx(72, abs=6)
        assert origin.box[3] == pytest.approx(105, abs=8)


@pytest.mark.usefixtures("tesseract")
def test_a_scanned_page_among_others_is_read_in_its_place(papers: Any) -> None:
    image = picture("第二条本办法所称企业。")

    def scan(canvas: Any) -> None:
        canvas.drawInlineImage(image, 0, 0, 595, 842)

    def page(words: str) -> Any:
        return papers.lines([(72, 100, words)])

    lines = read(
        papers.pdf(page("第一条　支持贴息，标准另定。"), scan, page("第三条　解释权归某局。")),
        "a.pdf",
    ).text.splitlines()
    assert lines[0].startswith("第一条")
    assert lines[1].startswith("第二条本办法所称")
    assert lines[2].startswith("第三条")


@pytest.mark.usefixtures("tesseract")
def test_pages_beyond_the_limit_are_named(papers: Any) -> None:
    data = scanned(papers, picture("第一条本办法所称企业。"))
    with pytest.raises(ReadError, match="POLICY_INGEST_OCR_PAGES"):
        read(data, "a.pdf", Limits(ocr_pages=0))
    with pytest.raises(ReadError, match="POLICY_INGEST_PIXELS"):
        read(data, "a.pdf", Limits(pixels=1000))


@pytest.mark.usefixtures("tesseract")
def test_a_broken_picture_is_refused() -> None:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10).to_bytes(4, "big") * 2
    with pytest.raises(ReadError, match="图片打不开"):
        read(head + zlib.compress(b"x" * 100), "a.png")


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_the_reason_is_said(papers: Any) -> None:
    image = picture("第一条本办法所称企业。")
    for data, name in ((png(image), "a.png"), (scanned(papers, image), "a.pdf")):
        with pytest.raises(ReadError, match="本机没有 Tesseract，应安装 tesseract-ocr"):
            read(data, name)


@pytest.mark.usefixtures("no_tesseract")
def test_without_tesseract_the_other_pages_are_read(papers: Any) -> None:
    image = picture("第二条本办法所称企业。")

    def scan(canvas: Any) -> None:
        canvas.drawInlineImage(image, 0, 0, 595, 842)

    reading = read(
        papers.pdf(papers.lines([(72, 100, "第一条　支持贴息，标准另定。")]), scan), "a.pdf"
    )
    assert reading.text == "第一条　支持贴息，标准另定。\n"
    assert reading.notes[0].startswith("第2页是扫描图像，没有读入：本机没有 Tesseract")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP"])
def test_the_size_is_known_before_a_picture_is_opened(form: str) -> None:
    out = io.BytesIO()
    picture("第一条").resize((123, 45)).save(out, form)
    assert ocr.image_size(out.getvalue()) == (123, 45)


@pytest.mark.usefixtures("tesseract")
def test_that_words_were_recognised_is_told_with_them(papers: Any) -> None:
    image = picture("第一条本办法所称企业。")
    for data, name in ((png(image), "a.png"), (scanned(papers, image), "a.pdf")):
        assert RECOGNISED in read(data, name).facts


def test_marks_that_tesseract_mistakes_are_put_right() -> None:
    def line(*words: str) -> str:
        head = "\t".join(["level", *"abcdefghij", "text"])
        rows = [
            f"5\t1\t1\t1\t1\t{n}\t{20 * n}\t0\t20\t20\t90\t{word}" for n, word in enumerate(words)
        ]
        return ocr._result("\n".join([head, *rows]), 1).rows[0].text

    assert line("第一条", "“", "为支持企业") == "第一条\u3000为支持企业"
    assert line("第一条", "“", "小微", "”", "企业") == "第一条“小微”企业"
    assert line("《", "一", ")", "在本市登记") == "(一)在本市登记"
    assert line("《", "办法", "》", "(", "试行", ")") == "《办法》(试行)"
