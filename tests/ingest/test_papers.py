"""The papers that a text names: as if each were looked for in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.papers import LEAST_OF_TITLE, Papers
from ingest.sources import load_sources

OWN = load_sources(Path(__file__).parents[2] / "corpus")
LAWS = tuple(
    replace(OWN[0], id=f"law-{n}", title=title, short_title=title, number=number, region=region)
    for n, (title, number, region) in enumerate(
        [
            ("中小企业促进法", None, "全国"),
            ("中华人民共和国中小企业促进法", None, "全国"),
            ("重庆市中小企业促进条例（2018年修订）", "渝人发〔2018〕12号", "重庆市"),
            ("成都市中小企业促进条例（2018年修订）", "成人发〔2018〕2号", "成都市"),
            ("成都市 “专精特新”企业 培育办法", "成人发〔2018〕12号", "成都市"),
        ]
    )
)
PAPERS = Papers((*OWN, *LAWS))
WORDS = [
    *(d.title[a:b] for d in PAPERS.values() for a, b in ((0, None), (4, None), (0, 9), (-9, None))),
    *(d.short_title for d in PAPERS.values()),
    *(d.number for d in PAPERS.values() if d.number),
    *("《", "》", " ", "和", "是什么", "〔2018〕12号", "12号", "促进"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map("".join)


def squashed(text: str) -> str:
    return re.sub(r"[\s〔〕\[\]()（）【】《》“”\"]", "", text)


@given(TEXTS)
def test_a_paper_is_named_where_its_number_or_its_title_stands(text: str) -> None:
    said = squashed(text)
    names = {
        d.id: (
            re.sub(r"[\s〔〕]", "", d.number or ""),
            re.sub(r"[\s《》（）()“”]", "", d.short_title),
        )
        for d in PAPERS.values()
    }
    wanted = [name for name, of in names.items() if any(one and one in said for one in of)]
    assert list(PAPERS.named(text)) == wanted


@given(TEXTS)
def test_a_paper_is_half_named_where_no_more_is_said_of_another(text: str) -> None:
    said: dict[str, int] = {}
    for d in PAPERS.values():
        title = re.sub(r"（[^）]*）$|[\s《》“”]", "", d.title)
        ends = [title[start:] for start in range(len(title) // 2 + 1)]
        held = [len(end) for end in ends if end in squashed(text) and len(end) >= LEAST_OF_TITLE]
        if held:
            said[d.id] = held[0]
    best = [name for name, length in said.items() if length == max(said.values())]
    assert PAPERS.half_named(text) == (tuple(best) if len(best) == 1 else ())


@pytest.mark.parametrize(
    ("text", "known"),
    [("渝人发〔2018〕12号", True), ("按成人发2018年第12号", True), ("渝人发〔2018〕13号", False)],
)
def test_a_number_is_known_however_it_is_written(text: str, known: bool) -> None:
    assert PAPERS.has_number(text) is known


def test_papers_are_found_by_their_places() -> None:
    assert PAPERS.regions == {d.region for d in PAPERS.values()}
    assert PAPERS.of_regions(["成都市", "全国", "拉萨市"]) == {
        d.id for d in PAPERS.values() if d.region in ("成都市", "全国")
    }
    assert not PAPERS.of_regions([])
