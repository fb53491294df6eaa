"""Which principal goes with which rate, and for what part of the year; a case from its facts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculators.case import Ask, Case, Guarantee, Loan, Premium, RatePart
from assistant.conversation import Fact
from assistant.reading.cases import case_of, facts_of_profile

D = Decimal


def loans(case: Case) -> list[Any]:
    return [(loan.principal, [(r.rate, r.portion) for r in loan.rates]) for loan in case.loans]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("技改专项贷5000万利率4%", [(5000, [("0.04", "1")])]),
        (
            "技改专项贷5000万和3000万，利率都是4%",
            [(5000, [("0.04", "1")]), (3000, [("0.04", "1")])],
        ),
        (
            "技改专项贷一笔5000万利率4%，一笔3000万利率3.5%",
            [(5000, [("0.04", "1")]), (3000, [("0.035", "1")])],
        ),
        ("技改专项贷两个项目，每个1亿，利率4%", [(10000, [("0.04", "1")])] * 2),
        (
            "技改专项贷5000万，上半年利率4%，下半年利率3.6%",
            [(5000, [("0.04", "0.5"), ("0.036", "0.5")])],
        ),
        (
            "技改专项贷5000万，前三个季度没变，一季度利率4.4%，二三四季度4%",
            [(5000, [("0.044", "0.25"), ("0.04", "0.75")])],
        ),
        (
            "技改专项贷5000万，利率4.4%，7月起降到4%",
            [(5000, [("0.044", "0.5"), ("0.04", "0.5")])],
        ),
        ("技改专项贷5000万，用了9个月，利率4%", [(5000, [("0.04", "0.75")])]),
        # one loan at this rate or at that: two cases of the same loan
        (
            "技改专项贷5000万，利率4%和5%各贴多少",
            [(5000, [("0.04", "1")]), (5000, [("0.05", "1")])],
        ),
    ],
)
def test_the_loans_of_a_question(asked: Callable[..., Any], text: str, wanted: list[Any]) -> None:
    case = asked(text).understood.case
    assert loans(case) == [
        (D(principal) * 10_000, [(D(rate), D(portion)) for rate, portion in rates])
        for principal, rates in wanted
    ]


def test_the_parts_of_a_year_are_a_whole_year(asked: Callable[..., Any]) -> None:
    for text in ("上半年4%下半年3.6%", "一季度4.2%，二三四季度3.8%", "4%，从四月起3.8%"):
        (loan,) = asked(f"技改专项贷1亿，利率{text}").understood.case.loans
        assert sum(part.portion for part in loan.rates) == 1


def fact(slot: str, value: str, group: int = 0, **more: Any) -> Fact:
    return Fact(slot, value, 1, group=group, **more)


@pytest.mark.parametrize(
    ("facts", "case"),
    [
        ([], Case()),
        (
            [fact("principal", "100"), fact("annual_rate", "0.04")],
            Case(loans=(Loan(D(100), (RatePart(D("0.04")),)),)),
        ),
        ([fact("annual_rate", "0.04")], Case(loans=(Loan(None, (RatePart(D("0.04")),)),))),
        ([fact("principal", "100", denied=True)], Case()),
        (
            [fact("principal", "100"), fact("interest_paid", "4")],
            Case(loans=(Loan(D(100), interest=D(4)),)),
        ),
        (
            [fact("guaranteed_amount", "100"), fact("fee_rate", "0.01")],
            Case(guarantees=(Guarantee(D(100), D("0.01")),)),
        ),
        (
            [fact("guaranteed_amount", "100"), fact("fee_paid", "1")],
            Case(guarantees=(Guarantee(D(100), None, fee=D(1)),)),
        ),
        (
            [fact("premium", "3"), fact("premium_rate", "0.03"), fact("insured_years", "2")],
            Case(premiums=(Premium(D(3), D("0.03"), D(2)),)),
        ),
        (
            [fact("insured_amount", "100"), fact("premium_rate", "0.03")],
            Case(premiums=(Premium(None, D("0.03"), None, insured_amount=D(100)),)),
        ),
        ([fact("loss", "5"), fact("years", "3")], Case(loss=D(5), years=D(3))),
    ],
)
def test_a_case_from_its_facts(facts: list[Fact], case: Case) -> None:
    assert case_of(facts) == case


def test_what_is_asked_goes_with_the_case() -> None:
    asks = frozenset({Ask.AMOUNT, Ask.THRESHOLD})
    assert case_of([], asks).asks == asks


AMOUNTS = st.integers(1, 10**9).map(str)
FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(["principal", "annual_rate", "guaranteed_amount", "fee_rate", "premium"]),
        AMOUNTS,
        st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda f: (f.slot, f.group),
)


@given(facts=FACTS)
def test_reading_a_case_twice_gives_the_same(facts: list[Fact]) -> None:
    assert case_of(facts) == case_of(tuple(facts))


@given(facts=FACTS, data=st.data())
def test_the_order_of_the_facts_does_not_matter(facts: list[Fact], data: st.DataObject) -> None:
    """The parts of one loan's year follow the order in which they were said; nothing else does."""
    assert case_of(data.draw(st.permutations(facts))) == case_of(facts)


@given(facts=FACTS)
def test_no_principal_is_lost_or_made_up(facts: list[Fact]) -> None:
    said = sorted(D(f.value) for f in facts if f.slot == "principal")
    case = case_of(facts)
    there = sorted(loan.principal for loan in case.loans if loan.principal is not None)
    assert set(there) == set(said)
    assert case.alternatives or there == said


def test_a_profile_is_a_list_of_facts() -> None:
    facts = facts_of_profile({"titles": ["甲", "乙"], "size": "小型"})
    assert [(f.slot, f.value) for f in facts] == [
        ("titles", "甲"),
        ("titles", "乙"),
        ("size", "小型"),
    ]


def test_several_projects_repeat_the_loan() -> None:
    profile = {"principal": "100", "annual_rate": "0.04", "project_count": "3"}
    assert case_of(facts_of_profile(profile)).loans == (Loan(D(100), (RatePart(D("0.04")),)),) * 3
