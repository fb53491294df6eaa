"""A paper in a file of every kind, taken in and then asked for by what stands in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from assistant.service import Service
from ingest.read import Limits, ocr, office
from tests.assistant.conftest import with_papers
from tests.conftest import NOW
from tests.ingest.read.conftest import HEIGHT, Papers
from tests.ingest.read.test_ocr import FONT, SIMPLIFIED

FORMS = {
    "绵阳市": "utf8.txt",
    "德阳市": "gbk.txt",
    "宜宾市": "utf16.txt",
    "遂宁市": "办法.md",
    "泸州市": "网页.html",
    "自贡市": "表格.docx",
    "南充市": "一栏.pdf",
    "广元市": "两栏.pdf",
    "达州市": "表格.pdf",
    "眉山市": "扫描.pdf",
    "雅安市": "图片.png",
    "巴中市": "公文.ofd",
    "内江市": "旧版.doc",
    "资阳市": "金山.wps",
    "乐山市": "利率.xlsx",
    "广安市": "一包.zip",
}
RATES = {city: 11 + place for place, city in enumerate(FORMS)}
HEADS = ("企业规模", "奖励比例", "奖励上限")
IN_A_TABLE = ("泸州市", "自贡市", "达州市")


def lines_of(city: str) -> list[str]:
    return [
        f"{city}冷链设备奖励办法",
        f"第一条　为支持{city}冷链物流企业购置设备，制定本办法。",
        f"第二条　在{city}登记注册的冷链物流企业可以申请冷链设备奖励。",
        f"第三条　对符合条件的冷链设备，按照不超过购置金额的{RATES[city]}%给予奖励。",
        f"第四条　冷链设备奖励的申报时间为每年3月1日至3月{RATES[city]}日。",
        "第五条　本办法自2025年4月1日起施行。",
    ]


def rows_of(city: str) -> list[tuple[str, str, str]]:
    rate = RATES[city]
    return [
        HEADS,
        ("大型企业", f"{rate}%", f"{rate}0万元"),
        ("小微企业", f"3{rate}%", f"7{rate}万元"),
    ]


def html(city: str) -> bytes:
    title, *rest = lines_of(city)
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows_of(city))
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><div class=nav>"
        f"<a>首页</a><a>政务公开</a></div><h1>{title}</h1><div class=content>"
        f"{''.join(f'<p>{line}</p>' for line in rest)}<table>{rows}</table></div>"
        "<div class=footer>主办单位：某局 <a>网站地图</a></div></body></html>"
    ).encode()


def docx(city: str, *, table: bool) -> bytes:
    body = "".join(Papers.paragraph(line) for line in lines_of(city))
    if table:
        rows = "".join(
            f"<w:tr>{''.join(f'<w:tc>{Papers.paragraph(c)}</w:tc>' for c in row)}</w:tr>"
            for row in rows_of(city)
        )
        body += f"<w:tbl>{rows}</w:tbl>"
    return Papers.docx(body)


def pdf(city: str, *, table: bool) -> bytes:
    def draw(canvas: Canvas) -> None:
        lines = [(72.0, 90.0 + 24 * n, line) for n, line in enumerate(lines_of(city))]
        Papers.lines(lines)(canvas)
        if table:
            lefts, tops = (72, 222, 372, 522), (300, 330, 360, 390)
            canvas.grid(list(lefts), [HEIGHT - top for top in tops])
            for top, row in zip(tops, rows_of(city), strict=False):
                for left, cell in zip(lefts, row, strict=False):
                    canvas.drawString(left + 6, HEIGHT - top - 20, cell)

    return Papers.pdf(draw)


def two_columns(city: str) -> bytes:
    title, *rest = lines_of(city)
    more = [f"第{n}条　冷链物流企业应当如实填报有关材料并接受检查。" for n in "六七八九"]
    cut = [
        f"　　{line}"[at : at + 18] for line in (*rest, *more) for at in range(0, len(line) + 2, 18)
    ]
    half = (len(cut) + 1) // 2
    placed = [
        (72.0 + 250 * (n // half), 120.0 + 20 * (n % half), words) for n, words in enumerate(cut)
    ]
    return Papers.pdf(Papers.lines([(220.0, 80.0, title), *placed]))


def picture(lines: Sequence[str]) -> Image.Image:
    page = Image.new("L", (1240, 1754), 255)
    try:
        font = ImageFont.truetype(FONT, 33, index=SIMPLIFIED)
    except OSError:
        pytest.skip(f"the font {FONT} is not installed (Debian: apt-get install fonts-noto-cjk)")
    draw = ImageDraw.Draw(page)
    for n, words in enumerate(lines):
        draw.text((120, 200 + 70 * n), words, 0, font, anchor="ls")
    return page


def image(city: str, form: str) -> bytes:
    out = io.BytesIO()
    picture(lines_of(city)).save(out, form, resolution=150)
    return out.getvalue()


def content(city: str) -> bytes:
    """The paper of a city in the form that its file is named for."""
    text = "".join(f"{line}\n" for line in lines_of(city))
    match FORMS[city]:
        case "utf8.txt":
            return text.encode()
        case "gbk.txt":
            return text.encode("gb18030")
        case "utf16.txt":
            return text.encode("utf-16")
        case "办法.md":
            return ("# " + text.replace("\n", "\n\n").replace("第三条", "**第三条**")).encode()
        case "网页.html":
            return html(city)
        case "表格.docx":
            return docx(city, table=True)
        case "一栏.pdf" | "表格.pdf" as name:
            return pdf(city, table=name == "表格.pdf")
        case "两栏.pdf":
            return two_columns(city)
        case "扫描.pdf":
            return image(city, "PDF")
        case "图片.png":
            return image(city, "PNG")
        case "公文.ofd":
            return Papers.ofd([(25, 30 + 10 * n, line) for n, line in enumerate(lines_of(city))])
        case "旧版.doc" | "金山.wps":
            return office.convert(docx(city, table=False), ".docx", "doc", Limits())
        case "利率.xlsx":
            title = f"{city}冷链设备奖励标准表"
            return Papers.xlsx((title, None, None), *rows_of(city), merged=["A1:C1"], title="标准")
        case "一包.zip":
            return Papers.zip({"资料/通知.txt": text.encode()})
    raise LookupError(city)


def lacks(city: str) -> str:
    """What has to be installed before this form can be read; "" for nothing."""
    if FORMS[city] in ("扫描.pdf", "图片.png"):
        return ocr.missing()
    return office.missing() if FORMS[city] in ("旧版.doc", "金山.wps") else ""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    folder = tmp_path_factory.mktemp("kinds")
    drop = folder / "drop"
    drop.mkdir()
    for city, name in FORMS.items():
        if not lacks(city):
            (drop / name).write_bytes(content(city))
    with Service(with_papers(folder, drop), now=lambda: NOW) as service:
        yield service


def quoted(service: Service, question: str, city: str) -> str:
    """The answer's text; every paper that it cites is the city's."""
    answer = service.ask(question)
    with service.desk() as desk:
        titles = {each.id: each.title for each in desk.documents()}
    assert answer.citations
    assert {titles[each.document_id][: len(city)] for each in answer.citations} == {city}
    return answer.text


@pytest.mark.parametrize("city", [city for city in FORMS if city != "乐山市"], ids=FORMS.get)
def test_a_question_is_answered_by_the_sentence_of_its_paper(service: Service, city: str) -> None:
    if why := lacks(city):
        pytest.skip(why)
    said = quoted(service, f"{city}冷链设备奖励比例最高是多少？", city)
    assert f"不超过购置金额的{RATES[city]}%给予奖励" in said
    said = quoted(service, f"{city[:2]}的冷链设备奖励什么时候申报？", city)
    assert f"3月1日至3月{RATES[city]}日" in said


@pytest.mark.parametrize("city", [*IN_A_TABLE, "乐山市"], ids=FORMS.get)
def test_a_question_is_answered_by_the_row_with_its_heads(service: Service, city: str) -> None:
    rate = RATES[city]
    said = quoted(service, f"{city}冷链设备奖励，小微企业的奖励上限是多少？", city)
    assert f"企业规模：小微企业；奖励比例：3{rate}%；奖励上限：7{rate}万元" in said
