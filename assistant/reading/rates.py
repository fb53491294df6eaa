"""Rates and shares: 4%, 百分之四, 四个点, 月息四厘, LPR+50BP, 0.5个百分点, 一半, 五成.

In:  a normalised text, a position in it, and for some the numeral that stands there.
Out: a `Quantity` of kind rate, lpr_spread, points, share, or number (两倍), or None. A rate said by
     another period than the year is turned into one by the year: 月息四厘 is 0.048, 每季度收0.2% is
     0.008, 两年一次收2% is 0.01.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.reading.numerals import Numeral, measured, read_numeral, read_range
from assistant.reading.quantity import Period, Quantity, quantity_of

_PERCENT = re.compile(r" ?(?:%|pct\b|percent|(?P<mille>‰)|(?P<myriad>‱))")
_POINTS = re.compile(r" ?个?(?:多|来)?(?P<unit>百分点|基点|bps?(?![A-Za-z]))", re.IGNORECASE)
_DOTS = re.compile(
    r" ?个(?P<more>多|来)?点(?!子|[建意要想])(?P<tail>[0-9]{1,2}(?![0-9年个月家笔%])"
    r"|[零〇一二三四五六七八九]?[一二三四五六七八九](?![年个月家笔]))?"
)
_HALF_DOT = re.compile(r" ?个半(?:百分)?点(?!子|[建意要想])")
_AND_TENTHS = re.compile(
    r" ?个(?P<tail>[零〇0]?[0-9一二三四五六七八九])"
    r"(?![0-9一二三四五六七八九十百千万亿年月天个家笔点成])"
)
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_LI = re.compile(
    r" ?(?:厘(?P<tail>[0-9一二三四五六七八九](?![0-9年个月家笔]))?(?![米])(?:的?利息?|息)?"
    r"|分(?P<fen_tail>[0-9一二三四五六七八九](?![0-9年个月家笔]))?的?(?:利息?|息)"
    r"|分(?P<bare_tail>[0-9一二三四五六七八九])?"
    r"(?![0-9钱之期阶段公支店红行会为成几批担类析散摊次开别步享管工数层])) ?"
)
_FRACTION_OF = re.compile(r"(?P<of>百万|十万|百|千|万|十)分之 ?")
_PARTS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000}
_FRACTION = re.compile(
    r"(?P<below>[二三四五六七八九十]|[0-9]{1,3}) ?分之 ?(?P<above>[一二两三四五六七八九]"
    r"|[0-9]{1,3})"
)
_HALF = re.compile(
    r"(?P<most>大)?一(?:大|多)?半(?!年|天|个)|对半(?!年|天|个)|半数"
    r"|(?<![0-9一二两三四五六七八九十年月天个点块])半价"
)
_TENTHS = re.compile(
    r" ?(?P<unit>成|折)(?![为立都本长熟果功员品交套分绩型就])(?P<tail>[0-9一二三四五六七八九半])?"
)
_TIMES = re.compile(r" ?倍")
_RATE_WORD = (
    r"(?:年化)?(?:综合)?(?:实际|执行|合同|贷款|年|票面)?(?:利率|费率|利息|年化|息率"
    r"|担保费率|担保费)"
)
_RATE_BEFORE = re.compile(
    rf"{_RATE_WORD}(?:率)?(?:是不是|分别是|分别为|分别|依次是|各是|都是|是|为|按|才|只有|大概|约|在|到|变成|降到|涨到|改成|要|有"
    rf"|就)?:? ?$"
)
_RATE_AFTER = re.compile(rf"(?:左右)?的? ?(?:{_RATE_WORD}|息(?!差))")
_PERIOD_BEFORE = re.compile(
    r"(?:(?P<month>(?<![0-9一二三四五六七八九十个])月(?:利率|利息|息|利|费率|费|化|供利率)|每个?月|按月)"
    r"|(?P<quarter>(?<![一二三四1-4首本上下])季(?:费率|费|利率|息)|[每按]个?季度?)"
    r"|(?P<half>[每按]个?半年)"
    r"|(?P<years>[二两三四五2-5])年(?:期的?)?(?:一次性?|一把|一块儿?|总共|合计|共|一共|一起|打包)"
    r"|(?P<day>(?<![0-9一二三四五六七八九十])日(?:利率|利息|息"
    r"|化)|每天|按天|每日)"
    r"|(?P<year>(?<![半今去明前上本0-9一二两三四五六七八九十几])年(?:利率|利息|息|利|化"
    r"|费率)(?:利率|费率|担保费率|综合成本)?|每年|按年|一年))"
    r"(?:谈|降|涨|调|变|改|做)?(?:是|为|按|才|只有|约|在|到|成)?(?:收取?|交|缴)?:? ?$"
)
_PERIOD_AFTER = re.compile(
    r" ?(?:(?P<month>/ ?月|每月|一个月|/month|月息)|(?P<day>/ ?[天日]|每[天日]|日息)"
    r"|(?P<quarter>/ ?季|每个?季度?)|(?P<half>/ ?半年|每半年)|(?P<years>(?!))"
    r"|(?P<year>/ ?年|每年|一年(?!期"
    r"|的)|年息|年化|p\.?a\.?))",
    re.IGNORECASE,
)
_CHANGE_BEFORE = re.compile(
    r"(?<![最])(?:降低?|下降|下调|下浮|上浮|上调|上涨|涨|加|减少?|优惠|高出?|便宜|低|少|多|补|贴"
    r"|补贴|贴息|让利)(?:了|至多)? ?$"
)
_LPR = re.compile(
    r"lpr ?(?:利率|报价)?(?:的)?(?:基础)?(?:上|之上)? ?(?:再)?(?:"
    r"(?P<plus>\+|加点?|上浮|上加|高出?|多)|(?P<minus>-|−|减点?|下浮|降|低|少)) ?(?:了|:)?",
    re.IGNORECASE,
)
_LPR_UNIT = re.compile(
    r" ?(?:(?P<bp>个?(?:bps?(?![A-Za-z])|基点))|(?P<percent>%|个?百分点)|(?P<dot>个点))",
    re.IGNORECASE,
)
_DAYS_OF_YEAR = re.compile(r"36[56] ?天")
_PER_YEAR: dict[Period, Decimal] = {  # 两年 by its number
    "year": Decimal(1),
    "half": Decimal(2),
    "quarter": Decimal(4),
    "month": Decimal(12),
    "day": Decimal(360),
}
_OTHER_PERIODS: tuple[Period, ...] = ("half", "quarter", "month", "day")
_LI_SIZES: dict[Period, Decimal] = {  # one 厘
    "year": Decimal("0.01"),
    "years": Decimal("0.001"),
    "half": Decimal("0.001"),
    "quarter": Decimal("0.001"),
    "month": Decimal("0.001"),
    "day": Decimal("0.0001"),
}


def read_spread(text: str, start: int) -> Quantity | None:
    """LPR+50BP, LPR减20个基点, LPR加0.5%; a number without a unit counts basis points from 5 on."""
    match = _LPR.match(text, start) if text[start] in "Ll" else None
    numeral = read_numeral(text, match.end()) if match else None
    if not match or not numeral:
        return None
    unit = _LPR_UNIT.match(text, numeral.end)
    if unit and unit["percent"] and "浮" in match.group():
        return None  # LPR上浮10% multiplies
    in_points = unit["bp"] is not None if unit else numeral.value >= 5
    if unit and unit["dot"]:
        in_points = numeral.value >= 10
    value = numeral.value / (10_000 if in_points else 100)
    confidence = 0.95 if unit and not unit["dot"] else 0.6
    end = unit.end() if unit else numeral.end
    return quantity_of(
        "lpr_spread", -value if match["minus"] else value, text, start, end, confidence,
        unit="BP" if in_points else "百分点",
    )  # fmt: skip


def read_fraction(text: str, start: int) -> Quantity | int | None:
    """百分之四, 千分之三, 万分之五, 三分之一, 一半."""
    match = _FRACTION_OF.match(text, start)
    if match:
        if text.startswith("百", match.end()):
            return quantity_of("rate", Decimal(1), text, start, match.end() + 1, 0.8, unit="%")
        numeral = read_range(text, match.end())
        if not numeral and text.startswith("一年", match.end() + 1):  # 千分之九一年
            numeral = read_numeral(text[: match.end() + 1], match.end())
        if not numeral or (match["of"] == "十" and numeral.value > 10):
            return None
        size = _PARTS[match["of"]]
        if match["of"] == "十":
            return quantity_of("share", numeral.value / size, text, start, numeral.end, 0.9)
        written = text[numeral.start : numeral.end]
        if text.startswith("年", numeral.end) and written.endswith("一") and len(written) > 1:
            shorter = read_numeral(text[: numeral.end - 1], numeral.start)  # 千分之九一年
            numeral = shorter or numeral
        return _rate(text, start, numeral.end, numeral, Decimal(size), 0.95)
    match = _FRACTION.match(text, start)
    if match:
        above, below = read_numeral(match["above"], 0), read_numeral(match["below"], 0)
        if above and below and below.value:
            share = above.value / below.value
            return quantity_of("share", share, text, start, match.end(), 0.9)
    match = _HALF.match(text, start)
    if match:
        most = "大" in match.group() or "多" in match.group()
        return quantity_of(
            "share", Decimal("0.5"), text, start, match.end(), 0.6 if most else 0.8,
            approximate=most,
        )  # fmt: skip
    return None


def read_points(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """0.5个百分点, 50BP, 50个基点."""
    match = _POINTS.match(text, numeral.end)
    if not match:
        return None
    size = Decimal(100) if match["unit"] == "百分点" else Decimal(10_000)
    return measured(
        "points", text, start, match.end(), numeral, 0.95, size, unit=match["unit"].upper()
    )


def read_percent(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """4%, 3.5‰."""
    match = _PERCENT.match(text, numeral.end)
    if not match:
        return None
    size = 1_000 if match["mille"] else 10_000 if match["myriad"] else 100
    return _rate(text, start, match.end(), numeral, Decimal(size), 0.95)


def read_dots(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """四个点, 4个点5; a difference after a word of change (降了两个点)."""
    half = _HALF_DOT.match(text, numeral.end)  # 三个半点
    if half:
        numeral = replace(numeral, value=numeral.value + Decimal("0.5"))
        return _rate(text, start, half.end(), numeral, Decimal(100), 0.9)
    match = _DOTS.match(text, numeral.end)
    if not match:
        return _tenths_said(text, start, numeral)
    if match["tail"]:
        digits = match["tail"].translate(_DIGITS)
        numeral = replace(numeral, value=numeral.value + Decimal(f"0.{digits}"))
    numeral = replace(numeral, approximate=numeral.approximate or bool(match["more"]))
    if _CHANGE_BEFORE.search(text, max(0, start - 6), start):
        return measured("points", text, start, match.end(), numeral, 0.8, Decimal(100), unit="点")
    return _rate(text, start, match.end(), numeral, Decimal(100), 0.9)


def _tenths_said(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """利率三个二, or that alone: 3.2%."""
    match = _AND_TENTHS.match(text, numeral.end)
    if not match or numeral.units or numeral.value > 24:
        return None
    alone = text.strip(" ,.。，吧呢啊嘛") == text[start : match.end()]
    if not alone and not _RATE_BEFORE.search(text, max(0, start - 14), start):
        return None
    digits = match["tail"].translate(_DIGITS)
    numeral = replace(numeral, value=numeral.value + Decimal(f"0.{digits}"))
    return _rate(text, start, match.end(), numeral, Decimal(100), 0.7)


def read_bare_rate(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """利率3.85, 年化四点: a number beside a word for a rate."""
    if numeral.units or numeral.value > 24 or not numeral.value:
        return None
    end = numeral.end
    if text.startswith("点", end) and not re.match(r"点[钟左]", text[end : end + 2]):
        end += 1
    before = _RATE_BEFORE.search(text, max(0, start - 14), start)
    after = (
        _RATE_AFTER.match(text, end) if numeral.value != numeral.value.to_integral_value() else None
    )
    if not before and not after:
        return None
    if re.match(r" ?(?:[成折倍厘分%‰:]|个|BP|bp|基点|号)", text[numeral.end : numeral.end + 4]):
        return None
    if numeral.value < Decimal("0.1") and "." in text[start : numeral.end]:
        return _rate(text, start, end, numeral, Decimal(1), 0.5)  # 利率0.04
    return _rate(text, start, end, numeral, Decimal(100), 0.7)


def read_interest(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """月息四厘, 年息五厘, 一分利: 厘 and 分 mean other sizes by the month than by the year."""
    match = _LI.match(text, numeral.end)
    if not match or numeral.units:
        return None
    per, yearly, _ = _period(text, start, match.end())
    in_fen = text[numeral.end : match.end()].lstrip().startswith("分")
    plain_fen = in_fen and not match["fen_tail"] and not re.search("[利息]", match.group())
    if plain_fen and per is None:
        return None  # 三分 alone is anything
    tail = match["tail"] or match["fen_tail"] or match["bare_tail"]
    value = numeral.value
    if tail:
        digit = read_numeral(tail, 0)
        value += (digit.value if digit else Decimal(0)) / 10
    sure = 0.9 if per else 0.4
    if per is None:
        per = "month" if in_fen else "year"
        yearly = _PER_YEAR[per]
    annual = value * _LI_SIZES[per] * (10 if in_fen else 1) * yearly
    end = numeral.end + len(text[numeral.end : match.end()].rstrip())
    return quantity_of(
        "rate", annual, text, start, end, sure, unit="分" if in_fen else "厘", per=per,
        approximate=numeral.approximate,
    )  # fmt: skip


def read_tenths(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """五成, 三成五, 八折, 1.5倍."""
    if _TIMES.match(text, numeral.end):
        end = numeral.end + len("倍") + (text[numeral.end] == " ")
        return measured("number", text, start, end, numeral, 0.9, unit="倍")
    match = _TENTHS.match(text, numeral.end)
    if not match or numeral.units or not 0 < numeral.value < (100 if match["unit"] == "折" else 11):
        return None
    value = numeral.value
    if match["tail"]:
        tail = read_numeral(match["tail"], 0)
        value += (tail.value if tail else Decimal(5)) / 10
    size = Decimal(100) if value > 10 else Decimal(10)
    upper = None if numeral.upper is None else numeral.upper / size
    return quantity_of(
        "share", value / size, text, start, match.end(), 0.85, unit=match["unit"], upper=upper
    )


def _rate(
    text: str, start: int, end: int, numeral: Numeral, size: Decimal, confidence: float
) -> Quantity:
    per, yearly, end = _period(text, start, end)
    unit = {100: "%", 1_000: "‰", 10_000: "‱"}.get(int(size))
    return measured(
        "rate", text, start, end, numeral, confidence, size / yearly, unit=unit, per=per
    )


def _period(text: str, start: int, end: int) -> tuple[Period | None, Decimal, int]:
    """The period of a rate, said before it (月息) or after it (每月), by what a rate of it is made
    one of the year, and where the rate ends."""
    before = _PERIOD_BEFORE.search(text, max(0, start - 12), start)
    after = None if before else _PERIOD_AFTER.match(text, end)
    match = before or after
    if not match:
        return None, Decimal(1), end
    end = after.end() if after else end
    if match["years"]:
        years = read_numeral(match["years"], 0)
        return "years", 1 / (years.value if years else Decimal(1)), end
    per: Period = next((p for p in _OTHER_PERIODS if match[p]), "year")
    if per == "day" and _DAYS_OF_YEAR.search(text):
        return per, Decimal(365), end
    return per, _PER_YEAR[per], end
