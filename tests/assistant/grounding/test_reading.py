"""Readings: what means the same reads the same; quotations and clause paths are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.figures import Bound
from assistant.grounding.reading import Claims, pairs, sign


@pytest.mark.parametrize(
    "text",
    [
        "每年贴息不超1000万元",
        "每年贴息最高不超过1000万元",
        "每年贴息至多０.１亿元",
        "每年贴息一千万元以内",
        "每年贴息 10,000,000 元 以内",
    ],
)
def test_ways_of_saying_a_ceiling_read_the_same(claims: Claims, text: str) -> None:
    reading = claims.read(text)
    first = claims.read("每年贴息不超过1000万元")
    assert reading.plain == first.plain
    assert [(f.key, f.bound) for f in reading.figures] == [(f.key, f.bound) for f in first.figures]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("按不超过实际担保费率的50%给予最高不超100万元补助", [Bound.AT_MOST, Bound.AT_MOST]),
        ("分别给予最高不超100万元和500万元奖励", [Bound.AT_MOST, Bound.AT_MOST]),
        ("年度保费实际支出的80%", [Bound.NONE]),
        ("比重提高到10%以上", [Bound.AT_LEAST]),
        ("费率超过1%", [Bound.MORE]),
        ("费率低于1%", [Bound.LESS]),
        ("融资300多亿元", [Bound.ABOUT]),
        ("三年内新增", [Bound.AT_MOST]),
    ],
)
def test_bounds_belong_to_the_figure_beside_them(
    claims: Claims, text: str, bounds: list[Bound]
) -> None:
    assert [f.bound for f in claims.read(text).figures] == bounds


def test_the_outermost_quotation_is_one(claims: Claims) -> None:
    reading = claims.read("写明：“对获得“技改专项贷”支持的项目”[1]，见《计划》")
    assert [reading.text[q.start : q.end] for q in reading.quotes] == [
        "“对获得“技改专项贷”支持的项目”",
        "《计划》",
    ]
    assert reading.balanced
    assert not claims.read("写明：对获得“技改专项贷”支持的项目”").balanced


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("《计划》四、（一）写明：“…”", ["四、(一)"]),
        ("《方案》三、（四）2：", ["三、(四)2"]),
        ("《复函》下一步·一是写明", ["下一步·一是"]),
        ("《若干措施》二、（十一）·三是", ["二、(十一)·三是"]),
        ("《复函》九是写明", ["九是"]),
    ],
)
def test_clause_paths_are_found_and_hold_no_figure(
    claims: Claims, text: str, paths: list[str]
) -> None:
    reading = claims.read(text)
    assert [reading.text[p.start : p.end] for p in reading.paths] == paths
    assert reading.figures == ()


@given(st.text("甲乙丙丁戊己庚辛", max_size=60), st.text("甲乙丙丁戊己庚辛", max_size=60))
def test_signs_never_tell_of_fewer_common_pairs_than_there_are(one: str, other: str) -> None:
    own, theirs = pairs(one), pairs(other)
    common, beyond = sign(own) & sign(theirs), len(own) - sign(own).bit_count()
    assert len(own & theirs) <= common.bit_count() + beyond
