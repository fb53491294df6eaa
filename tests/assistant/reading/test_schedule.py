"""Loans that change in time: drawn in parts, repaid in part, repriced, growing by the year."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
TWELFTH = D(1) / 12


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "技改专项贷2025年利率4.4%，2026年降到3.8%，5000万没变",
            [("2025年", 5000, "0.044", 12), ("2026年", 5000, "0.038", 12)],
        ),
        (
            "技改专项贷8000万，前两年4.2%，后一年3.6%",
            [
                ("第一年", 8000, "0.042", 12),
                ("第二年", 8000, "0.042", 12),
                ("第三年", 8000, "0.036", 12),
            ],
        ),
        (
            "技改专项贷分两年提款，每年初各提4000万，利率4%",
            [("第一年", 4000, "0.04", 12), ("第二年", 8000, "0.04", 12)],
        ),
        (
            "技改专项贷4月1日放5000万，7月1日又放3000万，利率都是4%",
            [("", 5000, "0.04", 9), ("", 3000, "0.04", 6)],
        ),
        (
            "技改专项贷1亿分两次放，1月1日6000万，10月1日4000万，利率4%",
            [("", 6000, "0.04", 12), ("", 4000, "0.04", 3)],
        ),
        (
            "技改专项贷先提了3000万，三个月后又提2000万，利率3.9%",
            [("", 3000, "0.039", 12), ("", 2000, "0.039", 9)],
        ),
        (
            "技改专项贷1亿，6月30日提前还了4000万，利率4%",
            [("", 10000, "0.04", 6), ("", 6000, "0.04", 6)],
        ),
        ("技改专项贷1亿，9月底提前还了1亿，利率4%", [("", 10000, "0.04", 9)]),
    ],
)
def test_what_was_out_and_how_long(
    asked: Callable[..., Any], text: str, wanted: list[tuple[str, int, str, int]]
) -> None:
    loans = asked(text).understood.case.loans
    assert [
        (loan.label, loan.principal, [(r.rate, round(r.portion, 20)) for r in loan.rates])
        for loan in loans
    ] == [
        (label, D(sum_) * 10_000, [(D(rate), round(months * TWELFTH, 20))])
        for label, sum_, rate, months in wanted
    ]


@pytest.mark.parametrize("text", ["技改专项贷1亿，6月30日提前还了4000万，利率4%"])
def test_parts_of_one_loan_are_one_project(asked: Callable[..., Any], text: str) -> None:
    assert len({loan.project for loan in asked(text).understood.case.loans} - {""}) == 1


def test_two_loans_without_days_are_two_projects(asked: Callable[..., Any]) -> None:
    case = asked("技改专项贷两笔，5000万利率4%，3000万利率3.5%").understood.case
    assert [loan.project for loan in case.loans] == ["", ""]
    assert all(r.portion == 1 for loan in case.loans for r in loan.rates)


@pytest.mark.parametrize(
    "turns",
    [
        ("技改专项贷8000万，利率4%，每季末还500万",),
        ("技改专项贷8000万，利率4%", "6月30日还了3000万", "10月1日起利率降到3.5%"),
        ("技改专项贷3亿，三年期，每年年末还1亿，利率4%",),
        ("技改专项贷1亿，利率4%，算两年", "第二年7月1日还掉一半"),
    ],
)
def test_stretches_add_up_to_whole_years(asked: Callable[..., Any], turns: tuple[str, ...]) -> None:
    loans = asked(*turns).understood.case.loans
    for year in {loan.label for loan in loans}:
        parts = [r.portion for loan in loans if loan.label == year for r in loan.rates]
        assert abs(sum(parts) - 1) < D("1e-20")


def test_what_is_told_at_once_and_what_is_told_later_come_to_the_same(
    asked: Callable[..., Any],
) -> None:
    at_once = asked("技改专项贷8000万，利率4%，6月30日还了3000万").understood.case.loans
    later = asked("技改专项贷8000万，利率4%", "6月30日还了3000万").understood.case.loans
    assert at_once == later
