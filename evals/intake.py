"""How fast pages of PDFs are read, and whether memory stays flat over many documents.

In:  pages made here (as official papers are set, full pages, full pages of ruled tables), PDF
     files that are given, and small papers made with `evals.paper_maker`.
Out: characters and pages per second of processor time for each, and memory and processor time
     at even steps of an intake (tests/evals/test_intake.py).
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.errors import EvaluationError
from evals.paper_maker import made
from evals.questions import CORPUS
from ingest.intake import Outcome, take_in
from ingest.read import Limits, read

WIDTH, HEIGHT = 595, 842  # A4 in points
FONT = "STSong-Light"  # named in the file and not embedded, as many offices save
STEPS = 20
ROW = ("{n}", "设备更新贷款", "不超过{n}%", "三年以内", "市经济和信息化局、市财政局")
BORDERS = (60, 110, 230, 320, 400, 540)


def pages_per_second(data: bytes) -> tuple[int, float]:
    """Characters of the text, and pages read per second of this process's time."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    pages = len(document)
    document.close()
    started = time.process_time()
    reading = read(data, "a.pdf", Limits())
    return len(reading.text), pages / (time.process_time() - started)


def set_pages(text: str, pages: int, lines: int, characters: int, size: int) -> bytes:
    """A PDF of full pages of running text, `size` the height of the type in points."""
    step = (HEIGHT - 140) / lines

    def page(canvas: Any, number: int) -> None:
        start = number * lines * characters
        for line in range(lines):
            at = (start + line * characters) % (len(text) - characters)
            canvas.drawString(60, HEIGHT - 80 - step * line, text[at : at + characters])

    return _drawn(pages, size, page)


def ruled_pages(pages: int, rows: int = 30) -> bytes:
    """A PDF whose pages are each one ruled table."""
    step = (HEIGHT - 120) / rows

    def page(canvas: Any, number: int) -> None:
        canvas.grid(BORDERS, [HEIGHT - 60 - step * line for line in range(rows + 1)])
        for line in range(rows):
            for left, words in zip(BORDERS, ROW, strict=False):
                words = words.format(n=number * rows + line)
                canvas.drawString(left + 4, HEIGHT - 75 - step * line, words)

    return _drawn(pages, 10, page)


def _drawn(pages: int, size: int, page: Callable[[Any, int], None]) -> bytes:
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise EvaluationError("没有 reportlab，应先装好开发用的依赖（make install）") from error
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True)
    for number in range(pages):
        canvas.setFont(FONT, size)
        page(canvas, number)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def memory_over(documents: int) -> Iterator[tuple[int, float, float]]:
    """Take small papers in; at even steps how many, MiB in use, seconds of processor time."""
    with TemporaryDirectory() as name:
        drop, corpus = Path(name) / "drop", Path(name) / "corpus"
        (corpus / "lexicon").mkdir(parents=True)
        regions = CORPUS / "lexicon" / "regions.txt"
        (corpus / "lexicon" / regions.name).write_bytes(regions.read_bytes())
        for number, paper in enumerate(made(0, documents)):
            if number == documents:
                break
            folder = drop / f"{number // 1000:03d}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{number:06d}.txt"
            path.write_text(f"{paper.text}\n第{number}份\n", encoding="utf-8")
        rows: list[tuple[int, float, float]] = []
        started = time.process_time()

        def tell(done: int, _: int, __: Outcome) -> None:
            if done % max(documents // STEPS, 1) == 0:
                rows.append((done, _resident(), time.process_time() - started))

        take_in([drop], corpus, today=date(2026, 1, 1), progress=tell)
        yield from rows


def _resident() -> float:
    """MiB of this process that are in memory; 0 where the system does not tell."""
    try:
        words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(words[1]) * 4096 / 2**20


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m evals intake",
        description="读入：PDF 每秒读几页（按所用的处理器时间），读入许多文件时内存是否平稳。",
    )
    parser.add_argument("--pages", type=int, default=100, metavar="N", help="每种 PDF 做几页")
    parser.add_argument("--documents", type=int, default=0, metavar="N", help="另读入 N 份小文件")
    parser.add_argument("files", nargs="*", type=Path, metavar="PDF", help="另测这些 PDF 文件")
    args = parser.parse_args(argv)
    text = "".join("".join(paper.text.split()) for paper in made(0, 4))
    kinds = {
        "公文版式（每页 22 行 28 字，字体未内嵌）": set_pages(text, args.pages, 22, 28, 16),
        "满页（每页 50 行 43 字，字体未内嵌）": set_pages(text, args.pages, 50, 43, 10),
        "整页框线表格（30 行 5 列，字体未内嵌）": ruled_pages(args.pages),
    }
    kinds |= {path.name: path.read_bytes() for path in args.files}
    for name, data in kinds.items():
        characters, speed = pages_per_second(data)
        print(f"{name}：共 {characters} 字，每秒 {speed:.0f} 页")
    if args.documents:
        for done, size, seconds in memory_over(args.documents):
            print(f"读入 {done} 份：内存 {size:.0f} MiB，处理器 {seconds:.0f} 秒")
    return 0
