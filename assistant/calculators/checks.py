"""What an input may be: every number of a case passes here before it is computed with.

In:  the slot's name, what people call it, and the number.
Out: nothing; `CalculatorError` names the slot and the sensible range, and never a result
     (tests/assistant/calculators/refusals.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from assistant.calculators.case import CalculatorError, Case
from assistant.calculators.money import CURRENCY, FEN, plain

HIGHEST_MONEY = Decimal(10) ** 12
LOWEST_RATE = Decimal("0.000001")
HIGHEST_RATE = Decimal("0.36")
MOST_YEARS = 10
LONGEST_YEAR = Decimal(366) / 360  # a leap year's interest at 360 days to the year
SHORTEST = Decimal("0.001")


def _shown(value: Decimal, factor: int = 1, unit: str = "") -> str:
    """The refused value, where it is short enough to be shown."""
    if not value.is_finite() or (value and not -8 < value.adjusted() < 16):
        return "您给的数不是可用的数值"
    return f"现为{plain(Decimal(f'{value * factor:.6f}'))}{unit}"


def money(slot: str, what: str, amount: Decimal) -> None:
    """0.01元 to 1万亿元, whole 分."""
    if not amount.is_finite() or not FEN <= amount <= HIGHEST_MONEY:
        raise CalculatorError(
            slot,
            f"{what}应大于0元、不超过1万亿元，{_shown(amount, 1, '元')}，请核对单位是元还是万元。",
        )
    if amount != amount.quantize(FEN):
        raise CalculatorError(slot, f"{what}应写到分为止，{_shown(amount, 1, '元')}，请核对。")


def rate(slot: str, what: str, value: Decimal) -> None:
    """Above 0% and at most 36%."""
    if not value.is_finite() or not LOWEST_RATE <= value <= HIGHEST_RATE:
        raise CalculatorError(
            slot,
            f"{what}应大于0%、不超过36%，{_shown(value, 100, '%')}，请核对（4%写作0.04）。",
        )


def years(slot: str, what: str, value: Decimal) -> None:
    """Above 0 and at most 10 years."""
    if not value.is_finite() or not SHORTEST <= value <= MOST_YEARS:
        raise CalculatorError(
            slot,
            f"{what}应大于0年、不超过{MOST_YEARS}年，{_shown(value, 1, '年')}；"
            "如果是月数，请写明是几个月。",
        )


def portions(values: Iterable[Decimal]) -> None:
    """The portions of one year for which interest runs: each above 0, together at most a year."""
    whole = Decimal(0)
    for value in values:
        if not value.is_finite() or value < SHORTEST:
            raise CalculatorError(
                "portion_months",
                f"当年计息时间应大于0、不超过12个月，{_shown(value, 12, '个月')}。",
            )
        whole += value
    if whole > LONGEST_YEAR:
        raise CalculatorError(
            "portion_months",
            f"一年内各段计息时间合计应不超过12个月，{_shown(whole, 12, '个月')}；"
            "超过一年的请写明年数。",
        )


def currency(case: Case, expected: str) -> None:
    """The case's amounts are in the currency of the measure; there is no rate to convert with."""
    if case.currency not in CURRENCY:
        raise CalculatorError(
            "currency", f"币种应为{'、'.join(CURRENCY)}之一，其他币种没有计算规则。"
        )
    if case.currency != expected:
        raise CalculatorError(
            "currency",
            f"这项措施以{CURRENCY[expected]}计，原文没有汇率，请用{CURRENCY[expected]}说明金额。",
        )
