"""Lengths of time: 三年半, 18个月, 90天, 30个工作日, 半年.

In:  a normalised text, a position in it, and for most the numeral that stands there.
Out: a `Quantity` of kind duration, in months or in days, working days or hours, or None.
     一年零三个月 is 15 months; 24年3月 is a date and not read here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.reading.numerals import NOT_ONE, Numeral, measured, small
from assistant.reading.quantity import Quantity, quantity_of

_MONTHS_PER = {"年": 12, "个年头": 12, "月": 1, "个月": 1, "个季度": 3, "季度": 3}
_LENGTH = re.compile(
    r" ?(?P<more>多|来)?(?P<unit>年(?!级|[底末初中度](?!间)|纪|龄|产|薪|轻|会|终|检)|个年头"
    r"|个(?P<half>半)?(?P<most>多)?月|月|个?季度"
    r"|(?P<working>个?工作日)|天(?!然|使|津|府|天|河|生|猫)|日(?=[内后前]|之内|以[内后]|起|期|左右"
    r"|$|[,，。?])"
    r"|(?P<weeks>个?(?:星期|礼拜)(?![一二三四五六日天])|周(?!转|期|年|边|[一二三四五六日]))"
    r"|(?P<hours>个?(?:小时|钟头)))"
)
_REST = re.compile(
    r"(?:(?P<half>半)|(?P<many>多)(?![少久长大])|(?:零|又|加|, ?)? ?(?P<months>十[一二]?"
    r"|[一二两三四五六七八九]"
    r"|[0-9]{1,2}) ?个?月)"
)
_HALF_LENGTH = re.compile(
    r"(?P<most>大|小|多)?半 ?(?P<unit>年(?!报|度)|个(?P<more>多)?月"
    r"|天(?!津))(?P<many>多(?![少久]))?"
)


def read_length(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """三年, 三年半, 18个月, 一年零三个月, 90天, 30个工作日."""
    match = _LENGTH.match(text, numeral.end)
    if not match or numeral.value > 10_000:
        return None
    unit = match["unit"]
    ones = text[start : numeral.end] == "一"
    before = text[start - 1 : start]
    if ones and before in NOT_ONE and before:
        return None
    if unit == "月" and text[start : numeral.end] not in ("两", "俩"):
        return None
    if unit == "季度" and not (text[start : numeral.end] in ("两", "俩") or numeral.value > 4):
        return None
    end = match.end()
    about = numeral.approximate or bool(match["more"])
    if match["working"] or match["hours"]:
        counted = "工作日" if match["working"] else "小时"
        return measured("duration", text, start, end, numeral, 0.95, unit=counted)
    if match["weeks"]:
        return measured("duration", text, start, end, numeral, 0.9, Decimal(1) / 7, unit="天")
    if unit in ("天", "日"):
        return measured("duration", text, start, end, numeral, 0.9, unit="天")
    if unit.startswith("个半"):
        numeral = replace(numeral, value=numeral.value + Decimal("0.5"))
        unit = "个月"
    if match["most"]:
        about, unit = True, "个月"
    months = _MONTHS_PER[unit.replace("个多月", "个月")]
    extra = Decimal(0)
    rest = _REST.match(text, end) if unit in ("年", "个年头") else None
    if rest:
        if rest["half"]:
            extra = Decimal(6)
        elif rest["many"]:
            about = True
        else:
            if not re.search("[零又加个]", rest.group()):
                return measured(
                    "duration", text, start, end, numeral, 0.9, Decimal(1) / 12, unit="月"
                )
            extra = Decimal(small(rest["months"]))
        end = rest.end()
    value = numeral.value * months + extra
    upper = None if numeral.upper is None else numeral.upper * months + extra
    return quantity_of(
        "duration", value, text, start, end, 0.7 if ones else 0.9, unit="月", upper=upper,
        approximate=about,
    )  # fmt: skip


def read_half(text: str, start: int) -> Quantity | int | None:
    """半年, 大半年, 半个月, 半天."""
    match = _HALF_LENGTH.match(text, start)
    if not match:
        return None
    about = bool(match["most"] or match["many"] or match["more"])
    if match["unit"] == "天":
        return quantity_of("duration", Decimal("0.5"), text, start, match.end(), 0.8, unit="天")
    months = Decimal(6) if match["unit"] == "年" else Decimal("0.5")
    return quantity_of(
        "duration", months, text, start, match.end(), 0.9, unit="月", approximate=about
    )
