"""Scanned pages and pictures, by Tesseract with its simplified Chinese data (chi_sim).

In:  an image's bytes.
Out: rows with boxes for `ingest.read.layout`, and how sure Tesseract is of them
     (tests/ingest/read/test_ocr.py). Tesseract is a program of its own (Debian: tesseract-ocr,
     tesseract-ocr-chi-sim); where it is missing, `missing` says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from ingest.read.base import RECOGNISED, Limits, ReadError, Reading
from ingest.read.layout import Glyph, Page, Row, lay_out, require_text

PROGRAM = "tesseract"
LANGUAGE = "chi_sim"
_HINT = "应安装 tesseract-ocr 和 tesseract-ocr-chi-sim，或提供带文字的版本"
_WORD_LEVEL = "5"
_DOUBTFUL = 60  # Tesseract's confidence, 0 to 100
_AFTER_MARK = re.compile(r"^(第[一二三四五六七八九十百零〇]+[条章])\s*[“”\"]")
_ROUND = re.compile(r"[《〈]([^《》〈〉()（）]*)([)）])")  # an opening one, misread
_QUOTES = re.compile('[“”"]')


@dataclass(frozen=True, slots=True)
class Result:
    """What was recognised on one image.

    rows         lines with their boxes in points
    confidences  Tesseract's own, 0 to 100, one per word
    """

    rows: list[Row]
    confidences: tuple[float, ...]


def read(data: bytes, limits: Limits) -> Reading:
    """The text on an image file; ReadError where it cannot be recognised."""
    if why := missing():
        raise ReadError(f"图片需要文字识别；{why}")
    width, height = image_size(data)
    limits.check("pixels", width * height, "图片的像素数")
    result = recognise(data, 72 / 300, limits)
    page = Page(1, max(width * 72 / 300, 1), max(height * 72 / 300, 1), rows=result.rows)
    reading, _ = lay_out([page], limits)
    require_text(reading, "图片里没有识别出文字")
    return replace(reading, notes=(note([result]),), facts={RECOGNISED: "是"})


@cache
def missing() -> str:
    """Why images cannot be recognised here; "" where they can."""
    if shutil.which(PROGRAM) is None:
        return f"本机没有 Tesseract，{_HINT}"
    known = subprocess.run(
        [PROGRAM, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    if LANGUAGE not in known.stdout.split():
        return f"Tesseract 缺少简体中文数据，{_HINT}"
    return ""


def recognise(image: bytes, scale: float, limits: Limits) -> Result:
    """The words on an image.

    image  the bytes of a PNG, JPEG, TIFF, BMP or PNM
    scale  points per pixel
    """
    command = [PROGRAM, "stdin", "stdout", "-l", LANGUAGE, "--psm", "3", "tsv"]
    try:
        done = subprocess.run(
            command,
            input=image,
            capture_output=True,
            timeout=limits.seconds,
            check=True,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ReadError("图片识别超过时限（设置 POLICY_INGEST_SECONDS），未读入") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise ReadError("图片打不开，文件可能损坏，应重新取得") from error
    return _result(done.stdout.decode("utf-8", "replace"), scale)


def note(results: Sequence[Result]) -> str:
    """What a person should know of the recognition."""
    sure = [value for result in results for value in result.confidences]
    mean = sum(sure) / max(len(sure), 1)
    doubtful = sum(value < _DOUBTFUL for value in sure)
    return (
        f"正文由图像识别（OCR）得来，{len(results)}页，平均置信度{mean:.0f}%，"
        f"{doubtful}处存疑；数字和名称应与原件核对。"
    )


def pnm(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Grey pixels, one byte each and `stride` bytes a row, as a PGM image."""
    if stride != width:
        pixels = b"".join(pixels[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n" % (width, height) + pixels


def _result(tsv: str, scale: float) -> Result:
    lines: dict[tuple[str, ...], list[Glyph]] = {}
    confidences: list[float] = []
    for row in tsv.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != _WORD_LEVEL or not fields[11].strip():
            continue
        left, top, width, height = (int(value) * scale for value in fields[6:10])
        confidences.append(float(fields[10]))
        word = (fields[11].strip(), left, top, left + width, top + height)
        lines.setdefault(tuple(fields[2:5]), []).append(word)
    return Result([_row(words) for words in lines.values()], tuple(confidences))


def _row(words: Sequence[Glyph]) -> Row:
    """The words of a line as a row. Their boxes hold the ink alone, so that there are gaps inside
    Chinese words; only one as wide as a character, or one between other words, is a blank."""
    top, bottom = min(word[2] for word in words), max(word[4] for word in words)
    text = words[0][0]
    for one, two in pairwise(words):
        latin = one[0][-1] < "\u2000" and two[0][0] < "\u2000"
        text += f" {two[0]}" if latin or two[1] - one[3] > bottom - top else two[0]
    if len(_QUOTES.findall(text)) % 2:  # the blank after a mark is often taken for one
        text = _AFTER_MARK.sub("\\1\u3000", text)
    text = _ROUND.sub(r"(\1\2", text)
    heights = sorted(word[4] - word[2] for word in words)
    size = heights[len(heights) * 3 // 4]  # the line's own is more where the page is askew
    return Row(text, words[0][1], top, words[-1][3], bottom, size)


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from the head of a PNG, JPEG, BMP or TIFF; ReadError."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"BM") and len(data) >= 26:
        width = int.from_bytes(data[18:22], "little", signed=True)
        return abs(width), abs(int.from_bytes(data[22:26], "little", signed=True))
    size = _jpeg_size(data) if data.startswith(b"\xff\xd8") else _tiff_size(data)
    if size is None:
        raise ReadError("图片打不开，文件可能损坏，应重新取得")
    return size


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _tiff_size(data: bytes) -> tuple[int, int] | None:
    """The size of a TIFF's first image."""
    order = {b"II": "little", b"MM": "big"}.get(data[:2])
    if order is None:
        return None
    big = order == "big"

    def number(start: int, length: int) -> int:
        return int.from_bytes(data[start : start + length], "big" if big else "little")

    place = number(4, 4)
    found: dict[int, int] = {}
    for entry in range(min(number(place, 2), 200)):
        at = place + 2 + 12 * entry
        length = 2 if number(at + 2, 2) == 3 else 4
        found[number(at, 2)] = number(at + 8, length)
    return (found[256], found[257]) if 256 in found and 257 in found else None
