"""The type that the readers of quantities return.

In:  nothing.
Out: `Quantity`, one expression of a text with what it means. Its values have no exponent and no
     zeros at the end: 50000000, 0.04. It imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Kind = Literal[
    "money",  # 元
    "rate",  # 0.04 for 4%, by the year where `per` says so
    "lpr_spread",  # signed, 0.005 for LPR+50BP
    "points",  # a difference of rates: 0.005 for 50BP or 0.5个百分点
    "share",  # 一半, 五成, 八折, 三分之一
    "number",  # a bare number: what it counts has to come from the context
    "count",  # 3个项目; unit 项目
    "duration",  # in months (unit 月), or in days, working days or hours (unit 天, 工作日, 小时)
    "year",
    "date",
    "half_year",  # value 1 or 2
    "quarter",  # value 1 to 4
    "ratio",  # 4:2:2:2, in `parts`
    "ordinal",  # 第二条, 一是
    "identifier",  # a telephone, identity, credit or document number; no value
    "code",  # 1+N; no value
    "unit",  # 万元 standing alone: the yuan in one of it
]
Bound = Literal["at_least", "at_most", "more_than", "less_than"]
Period = Literal["years", "year", "half", "quarter", "month", "day"]
LARGE = 10**12  # twelve decimals more would not fit beside it


@dataclass(frozen=True, slots=True)
class Quantity:
    """One expression: `text` is what stands at `start:end`.

    value        in the unit of its kind; None for a span of days, an identifier, a code, a ratio
    unit         for money the unit as written (None: none was written); for a count the measure
                 word or the thing counted; for a duration what `value` counts
    upper        the other end of a range (两三千万, 3到5年), None where it is no range
    bound        不超 at_most, 以上 at_least, 超过 more_than, 不到 less_than
    first, last  the first and last day, for year, date, half_year and quarter
    per          for a rate that was said with its period. `value` is by the year already:
                 月息四厘 is 0.048 per month
    confidence   from 0 to 1; below 0.5 it should be asked about before it decides anything
    """

    kind: Kind
    value: Decimal | None
    start: int
    end: int
    text: str
    confidence: float
    unit: str | None = None
    approximate: bool = False
    bound: Bound | None = None
    currency: str = "CNY"
    upper: Decimal | None = None
    first: date | None = None
    last: date | None = None
    per: Period | None = None
    parts: tuple[Decimal, ...] = ()


def quantity_of(
    kind: Kind,
    value: Decimal | None,
    text: str,
    start: int,
    end: int,
    confidence: float,
    **more: Any,
) -> Quantity:
    """What stands at `start:end`. `more` are the other fields."""
    plain = None if value is None else exact(value)
    return Quantity(kind, plain, start, end, text[start:end], confidence, **more)


def exact(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 50000000, 0.04."""
    rounded = round(value, 12) if abs(value) < LARGE else value
    whole = rounded.to_integral_value()
    return Decimal(int(whole)) if rounded == whole else Decimal(f"{rounded.normalize():f}")
