"""OFD: the national format, read by the places of its characters."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from ingest.read import Limits, ReadError, read

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FIRST = "为贯彻落实制造业高质量发展部署支持企业实施设备更新和"
SECOND = "技术改造，对专项贷款给予贴息，每年不超过1000万元。"


def test_lines_become_paragraphs_with_page_and_box(papers: Any) -> None:
    page_one = [
        (70, 40, "某市人民政府文件"),
        (40, 60, f"一、{FIRST[:22]}"),
        (30, 68, FIRST[22:] + SECOND[:22]),
        (30, 76, SECOND[22:]),
        (100, 285, "— 1 —"),
    ]
    page_two = [(40, 40, "二、本办法自印发之日起施行。"), (100, 285, "— 2 —")]
    data = papers.ofd(page_one, page_two, title="关于设备更新的通知")
    reading = read(data, "a.ofd")
    assert reading.text == (
        f"某市人民政府文件\n一、{FIRST}{SECOND}\n二、本办法自印发之日起施行。\n"
    )
    assert reading.facts["标题"] == "关于设备更新的通知"
    origin = reading.origin_at(reading.text.index("二、"))
    assert origin.page == 2
    assert origin.box is not None
    assert origin.box[0] == pytest.approx(40 * 72 / 25.4, abs=0.1)
    assert "".join(reading.text[o.start : o.end] for o in reading.origins) == reading.text


def test_a_ruled_table_is_a_table(papers: Any) -> None:
    def path(x0: float, y0: float, x1: float, y1: float) -> str:
        box = f'Boundary="{x0} {y0} {max(x1 - x0, 0.1)} {max(y1 - y0, 0.1)}"'
        data = f"M 0 0 L {x1 - x0} {y1 - y0}"
        drawn = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
        return f"<ofd:PathObject {box}>{drawn}</ofd:PathObject>"

    paths = "".join(path(30, y, 110, y) for y in (50, 60, 70))
    paths += "".join(path(x, 50, x, 70) for x in (30, 70, 110))
    words = [(32, 57, "产品"), (72, 57, "利率"), (32, 67, "甲贷"), (72, 67, "百分之四")]
    assert read(papers.ofd(words, paths=paths), "a.ofd").text.splitlines() == [
        "表1 表头：产品；利率", "表1 第1行：产品：甲贷；利率：百分之四",
    ]  # fmt: skip


def test_steps_between_characters_are_followed(papers: Any) -> None:
    content = (
        f'<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer><ofd:TextObject Boundary="20 20 100 8" '
        'Size="5" CTM="1 0 0 1 0 0"><ofd:TextCode X="0" Y="5" DeltaX="g 2 5 15 5">甲乙丙丁戊'
        "</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
    )
    parts = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>/D/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "D/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:Pages><ofd:Page BaseLoc='P.xml'/>"
        "</ofd:Pages></ofd:Document>",
        "D/P.xml": content,
    }
    assert read(papers.zip(parts), "a.ofd").text == "甲乙丙 丁戊\n"


@pytest.mark.parametrize("steps", ["g 999999999 5", "g -1 5", "g 1e5 5", "g 100000 5 g 100000 5"])
def test_hostile_steps_are_refused(papers: Any, steps: str) -> None:
    data = papers.ofd([(20, 20, "甲乙丙")])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {
            name: package.read(name).replace(b"g 2 5", steps.encode())
            for name in package.namelist()
        }
    with pytest.raises(ReadError, match="字距"):
        read(papers.zip(parts), "a.ofd")


def test_what_is_no_ofd_is_refused(papers: Any) -> None:
    with pytest.raises(ReadError, match=r"不是 OFD 文件"):
        read(papers.zip({"a.xml": "<a/>"}), "a.ofd")
    with pytest.raises(ReadError, match="已加密"):
        read(papers.zip({"OFD.xml": "<a/>", "Encryptions.xml": "<a/>"}), "a.ofd")
    with pytest.raises(ReadError, match="扫描件"):
        read(papers.ofd([]), "a.ofd")
    with pytest.raises(ReadError, match="POLICY_INGEST_PAGES"):
        read(papers.ofd(*[[(20, 20, "甲")]] * 3), "a.ofd", Limits(pages=2))


def test_names_that_climb_reach_nothing(papers: Any) -> None:
    parts = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>../../etc/passwd</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>"
    }
    with pytest.raises(ReadError, match="缺少应有的部分"):
        read(papers.zip(parts), "a.ofd")
