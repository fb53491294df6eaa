"""Amounts: money, what is counted, and bare numbers.

In:  a normalised text, a position in it, and for most the numeral that stands there.
Out: a `Quantity` of kind money (in 元), count, unit, number, code or identifier; the position up to
     which nothing is to be read; or None. 贷3000 is money, and too unsure to decide anything.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.reading.names import skip_word
from assistant.reading.numerals import NOT_ONE, Numeral, measured, read_numeral, read_range
from assistant.reading.quantity import Bound, Quantity, quantity_of

_CURRENCIES = {
    "¥": "CNY", "￥": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "元": "CNY", "圆": "CNY",
    "块钱": "CNY", "块": "CNY", "元整": "CNY", "元人民币": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "美刀": "USD",
    "刀": "USD", "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "港币": "HKD", "eur": "EUR",
    "€": "EUR", "欧元": "EUR", "日元": "JPY", "jpy": "JPY", "英镑": "GBP", "gbp": "GBP",
}  # fmt: skip
_CURRENCY_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?:rmb|cny|us\$|usd|hk\$|hkd|eur|jpy|gbp)|人民币|美元|港币|欧元|[¥$€])[:]? ?"
    r"(?=[0-9一二两三四五六七八九十])",
    re.IGNORECASE,
)
_YUAN = re.compile(
    r" ?(?P<unit>元人民币|元整|元|圆整?|块钱|块(?![地头])|人民币|美元|美金|美刀|刀(?=乐|[,，。? ]"
    r"|$)|港元|港币|欧元|日元|英镑"
    r"|(?:rmb|cny|usd|hkd|eur|jpy|gbp)(?![A-Za-z]))"
    r"(?:(?<=块)(?P<tail>[0-9一二三四五六七八九])(?![0-9.%年个天月家笔角毛])"
    r"|(?:(?P<jiao>[0-9一二两三四五六七八九]) ?[角毛])?(?:(?P<fen>[0-9一二三四五六七八九]) ?分)?)",
    re.IGNORECASE,
)
_MILLIONS = re.compile(r" ?(?P<size>million|mio|mn|billion|bn)(?![A-Za-z])", re.IGNORECASE)
_JIAO = re.compile(r" ?毛(?!利)|(?<=[0-9])角")
_MANY = re.compile(r" ?(?:多|余|来|好几)(?![少久长大远])")
_THINGS = (
    "项目|企业|单位|公司|机构|产品|专利|阶段|名额|品种|区县|区|厂|工厂|车间|人|员工|工人|客户"
    "|贷款|合同|条件|政策|档"
    "|研发中心|平台|指标|节点|创新中心|实验室|团队|方面|部门|银行|文件|问题|小时|设备|投资人|股东"
    "|子公司|分公司"
)
_COUNT = re.compile(
    rf" ?(?:(?P<each>个)(?!百分点|基点|点(?![子])|亿|[wW])(?P<thing>{_THINGS})?"
    r"|(?P<measure>项目|企业|家次|人次|笔|家|台|套|件|项|户|人(?!民|才|均)|名|批|张|份|条|只|支"
    r"|款(?!项)|轮|亩|吨|辆|间|栋|座|类|种|处|宗"
    r"|场|平方米|平米|平方|㎡|公里|公顷|兆瓦|千瓦|次|岁|场次|班|位(?!置)|道|门(?!槛|店)|篇|本(?!金"
    r"|地|市|次|年|月|人|身|来|科)"
    r"|颗|块(?=地|屏)|重(?!庆)|档|步|级(?!别)|页|颗|股|手(?!续)|单(?!位|个|独|价|纯)|例|城|县|区))"
)
_ONE_COUNTS = re.compile(r" ?(?:个|家|笔|台|套|项|件|户|张|份|条|只|支|款|名|人|种|类)")
_BARE_UNIT = re.compile(
    r"(?<![0-9一二两三四五六七八九十百千万亿几上数多余来个])(?P<unit>万元|亿元|千元)"
    r"|(?<=[是按])元(?=[,，。? 吧呢吗还]|$)|(?<=单位)元"
)
_BARE_SIZES = {"万元": 10_000, "亿元": 100_000_000, "千元": 1_000, "元": 1}
_ABOVE = re.compile(
    r"(?P<above>上|近|过|约)(?P<size>十|百|千|万|百万|千万|亿|十亿|百亿|千亿|万亿)(?P<unit>元"
    r"|块钱?|的(?=贷款|资金|投资))"
)
_LEADING_UNIT = re.compile(r"(?P<above>)(?P<size>[十百千](?:万|亿))(?P<unit>元)")
_MONEY_WORD = re.compile(
    r"(?:贷了?款?|借了?款?|批了?|放了?款?|欠了?|花了?|投了?资?|融了?资?|担保额?|本金|金额|额度"
    r"|保费|补贴?|奖励?|贴息?|注册资本|投资额?"
    r"|贷款余额|余额|营收|收入|缴了?|付了?|收了?|买了?|资金|代偿|损失|出资)(?:大概|差不多|约|共"
    r"|一共|总共|是|为|有|了|到|给)*:? ?$"
)


def read_unit(text: str, start: int) -> Quantity | int | None:
    """A unit alone: 上千万元 (at least 10,000,000), 百万元; 万元 by itself is of kind unit."""
    match = _ABOVE.match(text, start) or _LEADING_UNIT.match(text, start)
    if match:
        size = Decimal(1)
        for character in match["size"]:
            size *= {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}[character]
        bound: Bound | None = "at_least" if match["above"] in ("上", "过") else None
        unit = "元"
        return quantity_of(
            "money", size, text, start, match.end(), 0.5, unit=unit, approximate=True, bound=bound
        )
    match = _BARE_UNIT.match(text, start)
    if match:
        size = Decimal(_BARE_SIZES[match.group()])
        return quantity_of("unit", size, text, start, match.end(), 0.8, unit=match.group())
    return None


def read_foreign(text: str, start: int) -> Quantity | None:
    """Money whose currency stands first: RMB 500万, ¥3,500, USD 5 million."""
    prefix = _CURRENCY_BEFORE.match(text, start)
    numeral = read_range(text, prefix.end()) if prefix else None
    if not prefix or not numeral:
        return None
    currency = _CURRENCIES[prefix.group().rstrip(": ").lower()]
    return read_money(text, start, numeral, currency)


def read_count(text: str, start: int, numeral: Numeral) -> Quantity | int | None:
    """3个项目, 三笔, 500多家; 一 counts only before the commonest measure words, and unsurely."""
    many = _MANY.match(text, numeral.end)
    at = many.end() if many else numeral.end
    match = _COUNT.match(text, at)
    if not match:
        return None
    unit = match["thing"] or match["measure"] or "个"
    if (
        numeral.units
        and match["measure"] in ("款", "级", "手", "重", "道", "门", "步", "档", "只")
        and numeral.scale >= 10_000
    ):
        return None
    written = text[start : numeral.end]
    confidence = 0.9
    if written == "一":
        if text[start - 1 : start] in NOT_ONE or not _ONE_COUNTS.match(text, at):
            return numeral.end
        confidence = 0.5
    if numeral.value != numeral.value.to_integral_value() and unit in ("个", "项", "家", "笔"):
        confidence = 0.5
    if many:
        numeral = replace(numeral, approximate=True)
    return measured("count", text, start, match.end(), numeral, confidence, unit=unit)


def read_money(
    text: str, start: int, numeral: Numeral, currency: str | None = None
) -> Quantity | None:
    """Money in 元; without 元, 万 or 亿 (5千, 贷3000) too unsure to decide anything."""
    many = _MANY.match(text, numeral.end) if _YUAN.match(text, numeral.end + 1) else None
    at = many.end() if many else numeral.end
    if many:
        numeral = replace(numeral, approximate=True)
    in_english = _MILLIONS.match(text, at)
    if in_english and currency:
        size = 10**9 if in_english["size"].lower() in ("billion", "bn") else 10**6
        yuan = _YUAN.match(text, in_english.end())
        end = yuan.end() if yuan else in_english.end()
        return measured(
            "money", text, start, end, numeral, 0.8, Decimal(1) / size,
            unit=in_english["size"], currency=currency,
        )  # fmt: skip
    match = _YUAN.match(text, at)
    if match:
        code = _CURRENCIES[match["unit"].lower().removesuffix("整")]
        small_change = _small_change(match)
        scaled = replace(numeral, value=numeral.value + small_change)
        unit = _scale_word(text, numeral) + (match["unit"] if code == "CNY" else "")
        return measured(
            "money", text, start, match.end(), scaled, 0.95, unit=unit.removesuffix("整") or None,
            currency=currency or code,
        )  # fmt: skip
    if not numeral.units and (jiao := _JIAO.match(text, at)) and numeral.value < 10:
        return measured("money", text, start, jiao.end(), numeral, 0.8, Decimal(10), unit="角")
    if currency:
        return measured(
            "money", text, start, numeral.end, numeral, 0.9,
            unit=_scale_word(text, numeral) or None, currency=currency,
        )  # fmt: skip
    if numeral.scale >= 10_000:
        confidence = 0.6 if text[numeral.end - 1] in "kK" else 0.9
        if "kw" in text[start : numeral.end].lower() or (
            numeral.colloquial and not numeral.chinese and numeral.scale == 10_000
        ):
            confidence = 0.6
        return measured(
            "money", text, start, numeral.end, numeral, confidence, unit=_scale_word(text, numeral)
        )
    asked = _MONEY_WORD.search(text, max(0, start - 10), start)
    if numeral.scale == 1_000 or (asked and numeral.units):
        return measured(
            "money", text, start, numeral.end, numeral, 0.4, unit=_scale_word(text, numeral) or None
        )
    whole = numeral.value == numeral.value.to_integral_value()
    if whole and not numeral.chinese and numeral.value >= 100 and (asked or numeral.thousands):
        return measured("money", text, start, numeral.end, numeral, 0.4)
    return None


def read_number(text: str, start: int, numeral: Numeral) -> Quantity | int | None:
    """What has no unit. A lone Chinese digit is part of a word and read by nobody."""
    written = text[start : numeral.end]
    if (
        numeral.chinese
        and not numeral.units
        and "点" not in written
        and (numeral.value < 11 or numeral.upper)
    ):
        return numeral.end if len(written) == 1 else start + 1
    following = text[numeral.end : numeral.end + 1]
    if following.isascii() and following.isalpha():
        return skip_word(text, numeral.end)
    whole = numeral.value == numeral.value.to_integral_value()
    if (
        whole
        and not numeral.chinese
        and numeral.value >= 10_000
        and numeral.value % 10
        and len(written) < 7
    ):
        return quantity_of("code", None, text, start, numeral.end, 0.6)
    if len(written) > 6 and written.isdigit() and numeral.value % 100:
        return quantity_of("identifier", None, text, start, numeral.end, 0.6)
    if following == "号":
        return quantity_of("ordinal", numeral.value, text, start, numeral.end + 1, 0.5, unit="号")
    return measured("number", text, start, numeral.end, numeral, 0.5 if whole else 0.7)


def _small_change(match: re.Match[str]) -> Decimal:
    """两元五角, 3块5, in 元."""
    change = Decimal(0)
    for name, size in (("jiao", 10), ("fen", 100), ("tail", 10)):
        digit = read_numeral(match[name], 0) if match[name] else None
        change += (digit.value if digit else Decimal(0)) / size
    return change


def _scale_word(text: str, numeral: Numeral) -> str:
    written = text[numeral.start : numeral.end]
    units = re.findall(r"[千百十]?(?:万亿|[万wW亿])|[kK][wW]?", written)
    return units[-1] if units else "千" if "千" in written else ""
