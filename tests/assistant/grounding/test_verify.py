"""Verify: what a sentence's own grounds do not bear out is withheld, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Calculation, Reason, Statement, StatementKind, Truth, Verdict
from assistant.grounding import checks
from assistant.measures.model import Measure
from assistant.measures.reader import Place
from assistant.steps.verify import Grounds, verify
from assistant.writing.sheet import Sheet
from evals.mutations import Library
from ingest.metadata import status

SUBSIDY = "tech-upgrade-loan-interest-subsidy"
GUARANTEE = "tech-upgrade-loan-guarantee-subsidy"
GAZELLE = "gazelle-reward"
DRAFT = "luoyang-first-set-premium-subsidy"
TARGET = "target-fund-investment"

Judge = Callable[..., str | None]


def grounds_of(library: Library, *names: str, said: str = "", amount: str = "") -> Grounds:
    """Grounds with each measure's quote as [1], [2] …, its paper's title after them."""
    measures: list[Measure] = [library.catalogue.by_id[name] for name in names]
    documents = {m.document: library.documents[m.document] for m in measures}
    findings = {name: status(d, library.day) for name, d in documents.items()}
    sheet = Sheet(library.documents, lambda d: findings[d.id], library.day.isoformat())
    for measure in measures:
        sheet.cite(library.catalogue.place(measure))
    for document in documents.values():
        title = document.clauses[0]
        sheet.cite(Place(document.id, title.path, title.start, title.end))
    calculation = Calculation(
        id="c1",
        measure_id=names[0],
        label="年贴息上限",
        amount_kind="upper_bound",
        amount_yuan=amount,
        per="项目·年",
        formula="min(5000万元 × 4% × 50%, 1000万元)",
        inputs={"principal": "50000000", "annual_rate": "0.04"},
        steps=(),
        citations=(1,),
    )
    return Grounds(
        documents=documents,
        statuses=findings,
        citations={c.n: c for c in sheet.citations},
        calculations={"c1": calculation} if amount else {},
        measures={m.id: m for m in measures},
        said=(said,),
        as_of=library.day,
        names=library.names,
        verdicts=dict.fromkeys(names, Verdict.MAY_APPLY),
    )


@pytest.fixture
def judge(library: Library) -> Judge:
    """The reason for which a sentence of these measures is withheld; None where it is kept."""

    def judge(
        text: str,
        *names: str,
        cites: Sequence[int] = (1,),
        said: str = "",
        amount: str = "",
        grounds: Grounds | None = None,
    ) -> str | None:
        statement = Statement(
            text=text,
            kind=StatementKind.FIGURE,
            citations=tuple(cites),
            calculations=("c1",) if amount else (),
        )
        own = grounds or grounds_of(library, *names, said=said, amount=amount)
        result = verify([statement], own, library.claims)
        return result.withheld[0][1] if result.withheld else None

    return judge


KEPT = [
    (SUBSIDY, "技改专项贷贴息单个企业项目每年最高不超1000万元[1]。"),
    (SUBSIDY, "贴息比例不超过实际利率的百分之五十[1]。"),
    (SUBSIDY, "单个企业项目每年贴息以0.1亿元为限[1]。"),
    (SUBSIDY, "每年贴息上限1000万元，实际金额以主管部门核定为准[1]。"),
    (GUARANTEE, "担保费率超过1%的，不能享受这项补助[1]。"),
    (GAZELLE, "瞪羚企业一次性奖励至多一百万元[1]。"),
    (DRAFT, "按征求意见稿，补贴为年度保费实际支出的80%，还没有生效[1]。"),
    (TARGET, "新增基金投融资达到1000亿元是政府工作目标，不是补贴[1]。"),
]


@pytest.mark.parametrize(("name", "text"), KEPT, ids=lambda value: str(value)[:24])
def test_a_sentence_in_other_words_is_kept(judge: Judge, name: str, text: str) -> None:
    assert judge(text, name) is None


WITHHELD = [
    (SUBSIDY, "技改专项贷贴息每年可得1000万元[1]。", "1000万元"),
    (SUBSIDY, "按项目实际贷款利率的50%给予贴息[1]。", "50%"),
    (SUBSIDY, "贴息比例不超过50个百分点[1]。", "50个百分点"),
    (SUBSIDY, "每年贴息不低于1000万元[1]。", "1000万元"),
    (SUBSIDY, "每年贴息不超过1000亿元[1]。", "1000亿元"),
    (SUBSIDY, "单个企业项目一次性贴息不超过1000万元[1]。", "一次性"),
    (SUBSIDY, "四、（二）规定单个企业项目每年贴息不超1000万元[1]。", "四、(二)"),
    (SUBSIDY, "渝经信规范〔2024〕8号规定每年贴息不超1000万元[1]。", "8号"),
    (SUBSIDY, "洛阳市的规定是每年贴息不超1000万元[1]。", "洛阳"),
    (SUBSIDY, "原文写明“每年贴息不超2000万元”[1]。", "不超2000万元"),
    (SUBSIDY, "每年贴息不超1000万元，一定能拿到[1]。", "一定能"),
    (SUBSIDY, "每年贴息不超1000万元，见 https://example.gov.cn 。", "链接"),
    (SUBSIDY, "自2023年起每年贴息不超1000万元[1]。", "2023年"),
    (SUBSIDY, "不对获得“技改专项贷”支持的制造业项目给予贴息[1]。", "说法"),
    (GUARANTEE, "对为“技改专项贷”项目提供担保且年化担保费率低于1%的机构给予补助[1]。", "1%"),
    (GUARANTEE, "年化担保费率不超过1%的企业，补助最高不超100万元[1]。", "主体"),
    (GAZELLE, "瞪羚企业最多可得500万元奖励[1]。", "500万元"),
    (DRAFT, "现行规定补贴为年度保费实际支出的80%[1]。", "现行"),
    (DRAFT, "补贴不超过年度保费实际支出的80%[1]。", "80%"),
    (TARGET, "新增基金投融资1000亿元是补贴[1]。", "补贴"),
    (TARGET, "新增1000家[1]。", "1000家"),
]


@pytest.mark.parametrize(("name", "text", "names"), WITHHELD, ids=lambda value: str(value)[:24])
def test_a_sentence_that_says_something_else_is_withheld(
    judge: Judge, name: str, text: str, names: str
) -> None:
    reason = judge(text, name)
    assert reason is not None
    assert names in reason


def test_a_place_is_said_to_lack_only_what_another_has(judge: Judge, library: Library) -> None:
    title = library.catalogue.by_id[DRAFT].title
    lacks = f"已收录的{{}}文件没有载明{title}，洛阳市的规定也不适用于重庆市[1][2]。"
    assert judge(lacks.format("重庆市"), DRAFT, SUBSIDY, cites=(1, 2)) is None
    reason = judge(lacks.format("洛阳市"), DRAFT, SUBSIDY, cites=(1, 2))
    assert reason is not None
    assert "却说没有写" in reason


def test_a_result_is_told_as_computed(judge: Judge) -> None:
    told = "技改专项贷贴息的年贴息上限为{}[1]，这是上限。"
    assert judge(told.format("100万元"), SUBSIDY, amount="1000000") is None
    assert judge(told.format("0.01亿元"), SUBSIDY, amount="1000000") is None
    for other in ("10万元", "1000万元", "100元", "50万元"):
        assert judge(told.format(other), SUBSIDY, amount="1000000") is not None


def test_a_working_is_shown_as_computed(judge: Judge) -> None:
    formula = "算法：5000万元 × 4% × 50%，封顶1000万元[1]。"
    assert judge(formula, SUBSIDY, amount="1000000") is None
    assert judge(formula.replace("4%", "5%"), SUBSIDY, amount="1000000") is not None


def test_a_rounded_amount_is_called_so(judge: Judge) -> None:
    exact = "年贴息上限：4347826.09元（约{}万元）[1]。"
    assert judge(exact.format("434.78"), SUBSIDY, amount="4347826.09") is None
    assert judge(exact.format("434.79"), SUBSIDY, amount="4347826.09") is not None
    assert judge("年贴息上限：434.78万元[1]。", SUBSIDY, amount="4347826.09") is not None


def test_the_persons_own_figures_may_be_repeated_but_not_become_the_rule(judge: Judge) -> None:
    said = "我们贷了3300万，听说能补80%"
    assert judge("您这笔贷款是3300万元。", SUBSIDY, cites=(), said=said) is None
    assert judge("每年贴息不超3300万元[1]。", SUBSIDY, said=said) is not None
    assert (
        judge("渝财规〔2025〕9号规定了贴息[1]。", SUBSIDY, said="渝财规〔2025〕9号怎么说")
        is not None
    )


def test_a_sentence_rests_on_its_own_citations_alone(judge: Judge) -> None:
    both = (SUBSIDY, GUARANTEE)
    text = "担保机构补助最高不超100万元{}。"
    assert judge(text.format("[2]"), *both, cites=(2,)) is None
    assert judge(text.format("[1]"), *both, cites=(1,)) is not None
    assert judge(text.format("[2]"), *both, cites=(1,)) is not None


def test_a_citation_that_is_not_there_withholds(judge: Judge) -> None:
    assert judge("每年贴息不超1000万元[9]。", SUBSIDY, cites=(9,)) is not None


def test_conditions_are_told_as_judged(judge: Judge, library: Library) -> None:
    reasons = (
        Reason(condition="获得“技改专项贷”支持", result=Truth.MET),
        Reason(condition="属于制造业项目", result=Truth.UNMET),
    )
    own = replace(grounds_of(library, SUBSIDY), reasons={SUBSIDY: reasons})
    assert judge("已符合：获得“技改专项贷”支持[1]。", grounds=own) is None
    assert judge("不符合：属于制造业项目[1]。", grounds=own) is None
    assert judge("不符合：获得“技改专项贷”支持[1]。", grounds=own) is not None
    assert judge("已符合：属于制造业项目[1]。", grounds=own) is not None


def test_the_operators_own_contact_may_hold_an_address(judge: Judge, library: Library) -> None:
    contact = "电话 023-12345678，网址 www.example.org"
    own = replace(grounds_of(library, SUBSIDY), reviewed=(contact,))
    assert judge(f"咨询方式：{contact}。", cites=(), grounds=own) is None
    assert judge("咨询方式：www.example.com。", cites=(), grounds=own) is not None


def test_order_is_kept_and_each_sentence_is_judged_alone(library: Library) -> None:
    own = grounds_of(library, SUBSIDY)
    texts = ["每年贴息不超1000万元[1]。", "每年贴息不超900万元[1]。", "比例不超50%[1]。"]
    statements = [
        Statement(text=t, kind=StatementKind.FIGURE, citations=(1,), calculations=()) for t in texts
    ]
    result = verify(statements, own, library.claims)
    assert [s.text for s in result.kept] == [texts[0], texts[2]]
    assert [s.text for s, _ in result.withheld] == [texts[1]]
    backwards = verify(statements[::-1], own, library.claims)
    assert backwards.kept == result.kept[::-1]


def test_the_order_of_the_checks_does_not_matter(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "CHECKS", checks.CHECKS[::-1])
    assert all(judge(text, name) is None for name, text in KEPT)
    assert all(judge(text, name) is not None for name, text, _ in WITHHELD)


KNOWN = {Decimal(v) for v in ("10000000", "1000000", "50000000", "33618")}


@given(
    number=st.integers(min_value=2, max_value=10**10),
    unit=st.sampled_from(["元", "万元", "亿元", "家", "%", "个百分点", "年"]),
)
def test_a_foreign_number_never_passes(library: Library, number: int, unit: str) -> None:
    factor = {"元": 1, "万元": 10**4, "亿元": 10**8}.get(unit)
    if (factor and Decimal(number * factor) in KNOWN) or (number, unit) in ((50, "%"),):
        return
    own = grounds_of(library, SUBSIDY)
    statement = Statement(
        text=f"技改专项贷贴息不超过{number}{unit}[1]。",
        kind=StatementKind.FIGURE,
        citations=(1,),
        calculations=(),
    )
    assert verify([statement], own, library.claims).withheld
