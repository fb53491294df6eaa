"""A sum told with the shares of its products is a sum of each; what is not counted is said."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

GUARANTOR = "我们是重庆的融资担保机构，"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (GUARANTOR + "担保了1.2亿，一半是技改专项贷一半是流贷，费率0.9%，补助最多多少", "270000"),
        (
            GUARANTOR + "担保9000万，三分之一是技改专项贷，其余流贷，费率0.8%，补助最多多少",
            "120000",
        ),
        ("重庆的厂贷了1亿，技改专项贷占七成，剩下三成是流贷，利率3.6%，贴息上限多少", "1260000"),
        ("重庆的厂，技改专项贷和流动资金贷款各贷了3000万，利率3.8%，一年能贴多少", "570000"),
        ("重庆的厂，技改专项贷3000万，流贷5000万，利率都是3.8%，一年能贴多少", "570000"),
    ],
)
def test_only_the_product_that_counts_is_counted(
    asked: Callable[..., Any], question: str, wanted: str
) -> None:
    answer = asked(question).answer
    assert Decimal(answer.calculations[0].amount_yuan) == Decimal(wanted)
    assert "不计入" in answer.text
