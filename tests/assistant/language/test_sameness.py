"""A model's sentence is used where it says the same; words may be freer, facts may not."""

# ruff: noqa: E501

from __future__ import annotations

import pytest

from assistant.answer import Statement, StatementKind
from assistant.language.drafts import Line, Proposal
from assistant.pipeline import Assistant


def line(text: str) -> Line:
    return Line(1, Statement(text=text, kind=StatementKind.CAVEAT), text, {
        mark: "100万元" for mark in ("{c1}", "{c2}") if mark in text
    })  # fmt: skip


BOUND = "技改专项贷贴息的年贴息上限为{c1}[1]，这是上限，实际金额以主管部门核定为准。"
OPEN = "对获得“技改专项贷”支持的制造业项目，按不超项目实际贷款利率的50%给予贴息补助，单个企业项目每年贴息不超1000万元[1]；要算出您这一笔的数额，还需要知道贷款金额、贷款年利率。"
MET = "待确认：申请主体为企业；属于制造业项目[1]。"
NOT_STATED = "原文未载明：可连续贴息的年数、申报程序。"
DRAFT = "《关于金融支持制造业优势产业链的若干措施（征求意见稿）》是征求意见稿，尚未生效，不能作为申报依据[2]。"
BOTH = "独角兽企业为{c1}，瞪羚企业为{c2}[1]。"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (BOUND, "您好，技改专项贷贴息的年贴息上限是{c1}[1]。这是上限，实际金额以主管部门核定为准。"),
        (BOUND, "就您说的情况，技改专项贷贴息的年贴息上限为{c1}，实际金额还请以主管部门核定为准。"),
        (OPEN, "规定是：对获得“技改专项贷”支持的制造业项目，按不超项目实际贷款利率的50%给予贴息补助，单个企业项目每年贴息不超1000万元；要算出您这笔的数额，还需要知道贷款金额和贷款年利率。"),
        (MET, "请您留意，待确认的有：申请主体为企业，以及属于制造业项目。"),
        (NOT_STATED, "另外，可连续贴息的年数和申报程序，原文未载明。"),
        (DRAFT, "请注意，《关于金融支持制造业优势产业链的若干措施（征求意见稿）》是征求意见稿，目前尚未生效，不能作为申报依据。"),
    ],
)  # fmt: skip
def test_freer_words_are_used(assistant: Assistant, rule: str, told: str) -> None:
    assert assistant.sameness.departs([line(rule)], Proposal((1,), told)) is None


@pytest.mark.parametrize(
    ("rule", "told", "why"),
    [
        (BOUND, "技改专项贷贴息的年贴息上限为100万元[1]，这是上限，实际金额以主管部门核定为准。", "{c1}"),
        (BOUND, "技改专项贷贴息的年贴息为{c1}[1]，实际金额以主管部门核定为准。", "上限"),
        (BOUND, "技改专项贷贴息的年贴息上限为{c1}[1]，这是上限。", "主管部门"),
        (BOUND, "技改专项贷贴息的年贴息上限为{c1}[1]，这不是上限，实际金额以主管部门核定为准。", "否定"),
        (BOUND, "技改专项贷贴息的年贴息上限为{c2}[1]，这是上限，实际金额以主管部门核定为准。", "{c2}"),
        (BOUND, "技改专项贷贴息的年贴息上限为{c1}[2]，这是上限，实际金额以主管部门核定为准。", "引文号"),
        (BOUND, BOUND[:-1] + "，请到政务大厅交材料。", "连接词"),
        (BOUND, BOUND[:-1] + "，详见 https://example.com/x", ""),
        (BOUND, BOUND[:-1] + "，成都的企业也一样。", ""),
        (BOUND, "上限。", ""),
        (BOUND, BOUND + "您好" * 200, "太长"),
        (BOUND, "The ceiling is {c1}[1].", ""),
        (BOUND, "<b>" + BOUND, "符号"),
        (OPEN, OPEN.replace("50%", "80%"), "80%"),
        (OPEN, OPEN.replace("每年", "一次性"), "按年按次"),
        (OPEN, OPEN.replace("不超1000万元", "不低于1000万元"), "上下限"),
        (OPEN, OPEN.replace("1000万元", "1000亿元"), "1000"),
        (OPEN, OPEN.replace("制造业", "非制造业"), ""),
        (OPEN, OPEN.replace("“技改专项贷”", "“技改贷”"), "引号"),
        (MET, MET.replace("待确认", "已确认"), ""),
        (MET, MET.replace("企业；", "融资担保机构；"), ""),
        (NOT_STATED, "原文载明：可连续贴息的年数、申报程序。", ""),
        (NOT_STATED, "原文未载明：可连续贴息的年数。", "申报"),
        (DRAFT, DRAFT.replace("尚未生效，不能", "已经生效，可以"), "生效"),
        (BOTH, "独角兽企业为{c2}，瞪羚企业为{c1}[1]。", "{c1}"),
    ],
)  # fmt: skip
def test_other_facts_are_not(assistant: Assistant, rule: str, told: str, why: str) -> None:
    reason = assistant.sameness.departs([line(rule)], Proposal((1,), told))
    assert reason is not None and why in reason


def test_the_rules_own_words_say_the_same(assistant: Assistant) -> None:
    for rule in (BOUND, OPEN, MET, NOT_STATED, DRAFT, BOTH):
        assert assistant.sameness.departs([line(rule)], Proposal((1,), rule)) is None
