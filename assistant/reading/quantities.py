"""Read every quantity of a question: money, rates, counts, lengths of time, days, and the rest.

In:  a question's normalised text (`assistant.reading.normalise.view`) and the day it was asked.
Out: `Quantity` values in reading order that do not overlap. Numbers that are names are kept apart:
     a document number or a telephone number is an `identifier`, 1+N a `code`, 第二条 an
     `ordinal`; 500强 and 一下子 are nothing.

A text is scanned once from left to right; at each place where a quantity may begin the forms below
are tried in order, and the first that fits takes its characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.reading.days import DAY_START, read_days
from assistant.reading.numerals import NUMERAL_START, Numeral, read_numeral, small
from assistant.reading.quantity import Bound, Kind, Period, Quantity

__all__ = ["Quantity", "read_quantities"]

_START = re.compile(rf"[{NUMERAL_START}{DAY_START}万亿元对上近过约¥$€人美港欧A-Za-z〔【(\[]")

# Words with a digit in them that count nothing. Place names need no entry: a lone Chinese digit is
# read only before a measure word.
_IDIOMS = re.compile(
    r"一下子?|一点[儿点]?(?![0-9零〇一二三四五六七八九])|万一|一起|千万(?=别|不|要|记|注意|小心)"
    r"|百分之?百(?=地|的?(?:把握|确定|肯定|能))"
    r"|一次性|一次次|一直|一般|一样|一定|一共|一些|一致|一旦|一边|一块[儿吗]?(?![钱0-9])|一律|一切"
    r"|一并|一时|一会儿?|一方面|一家人"
    r"|一条龙|一站式|一揽子|一体化?|一把手|一对一|一窗|一网|一键|一类人|一级|二级|三级|四级|一手"
    r"|二手|一路|一言|一刀切|一期|二期|三期"
    r"|一家子|一套房|一个样|一个劲|一天到晚|一年到头|一年一度|一天天|一月月|一年年|年年|一个个"
    r"|一家家|一笔笔|一项项"
    r"|半年报|季报|年报|三天两头|七七八八|十有八九|八九不离十|百八十|千把|万把|大几"
    r"|好几(?=[十百千万])"
    r"|十[一二三四五六](?=规划)|十[一二三四五六]五(?=规划|期间|时期|末|以来|[,，。、的]|$)"
    r"|[一二三四五六七]中全会"
    r"|(?:世界|中国|民企|民营)? ?[1-9][0-9]*0强|[一二三五]?百强|千亿级|百亿级|万亿级|亿级|千万级"
    r"|百万级|十亿级|万亿市场"
    r"|(?<![0-9])(?:985|211)(?![0-9.万亿元%个家])|[0-9]0后(?=[创就大的员青老年]|$)"
    r"|[0-9](?:\.0)版本?|工业[0-9]\.0"
    r"|一二三产|五险一金|三农|四化|五花八门|乱七八糟|三令五申|独一无二|不管三七二十一|数一数二"
    r"|接二连三"
    r"|一心一意|一模一样|一来一回|一言一行|一套一套|一五一十"
    r"|二?十[一二三四五六七八九]?(?:届|大)(?=[一二三四五六七]中|报告|精神|以来)"
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9._@/:-]*")
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
_JIAO = re.compile(r" ?[角毛](?!利)")

_PERCENT = re.compile(r" ?(?:%|(?P<mille>‰)|(?P<myriad>‱))")
_POINTS = re.compile(r" ?个?(?:多|来)?(?P<unit>百分点|基点|bps?(?![A-Za-z]))", re.IGNORECASE)
_DOTS = re.compile(
    r" ?个(?P<more>多|来)?点(?!子|[建意要想])(?P<tail>[0-9]{1,2}(?![0-9年个月家笔%])"
    r"|[一二三四五六七八九](?![年个月家笔]))?"
)
_LI = re.compile(
    r" ?(?:厘(?P<tail>[0-9一二三四五六七八九](?![0-9年个月家笔]))?(?![米])(?:的?利息?|息)?"
    r"|分(?P<fen_tail>[0-9一二三四五六七八九](?![0-9年个月家笔]))?的?(?:利息?|息)"
    r"|分(?P<bare_tail>[0-9一二三四五六七八九])?"
    r"(?![0-9钱之期阶段公支店红行会为成几批担类析散摊次开别步享管工数层])) ?"
)
_FRACTION_OF = re.compile(r"(?P<of>百|千|万|十)分之 ?")
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
    rf"{_RATE_WORD}(?:率)?(?:是不是|是|为|按|才|只有|大概|约|在|到|变成|降到|涨到|改成|要|有"
    rf"|就)?:? ?$"
)
_RATE_AFTER = re.compile(rf"(?:左右)?的? ?{_RATE_WORD}")
_PERIOD_BEFORE = re.compile(
    r"(?:(?P<month>月(?:利率|利息|息|利|费率|费|化|供利率)|每个?月|按月)|(?P<day>日(?:利率|利息|息"
    r"|化)|每天|按天|每日)"
    r"|(?P<year>(?<![半今去明前上本0-9一二两三四五六七八九十几])年(?:利率|利息|息|利|化"
    r"|费率)(?:利率|费率|担保费率|综合成本)?|每年|按年|一年))"
    r"(?:是|为|按|才|只有|约|在|到|收)?:? ?$"
)
_PERIOD_AFTER = re.compile(
    r" ?(?:(?P<month>/ ?月|每月|一个月|/month|月息)|(?P<day>/ ?[天日]|每[天日]|日息)"
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

_SAME_KIND_SEPARATOR = re.compile(
    r" ?(?:-{1,2}|[—–~～]{1,2}|到|至|、(?=[0-9一二三四五六七八九]{1,2}[十百千万亿%])) ?"
)
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
    r"|颗|块(?=地|屏)|重|档|步|级(?!别)|页|颗|股|手(?!续)|单(?!位|个|独|价|纯)|例|城|县|区))"
)
_ONE_COUNTS = re.compile(r" ?(?:个|家|笔|台|套|项|件|户|张|份|条|只|支|款|名|人|种|类)")
_NOT_ONE = frozenset("统唯之同任某每哪那这另单专逐万")
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

_RATIO = re.compile(
    r"(?<![0-9A-Za-z.:])[0-9]{1,3}(?:\.[0-9]+)?(?: ?: ?[0-9]{1,3}(?:\.[0-9]+)?)+(?![0-9A-Za-z:])"
)
_SPOKEN_RATIO = re.compile(
    r"(?:(?:[0-9]{1,2}(?:\.[0-9])?|[一二三四五六七八九十])比)+(?:[0-9]{1,2}(?:\.[0-9])?"
    r"|[一二三四五六七八九十])(?![0-9年月%.个家笔万亿])"
)
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]$")
_CODE = re.compile(r"(?<![0-9A-Za-z.])[0-9A-Z]{1,3}(?:\+[0-9A-Z]{1,3})+(?![0-9A-Za-z%.万亿])")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【] ?(?:19|20)[0-9]{2} ?[〕\])】] ?(?:第? ?[0-9]{1,5} ?号)?")
_DOCUMENT = re.compile(r"(?:第 ?)?[0-9]{1,4} ?号(?=文|令|公告|通知)文?")
_IDENTIFIERS = re.compile(
    r"(?<![0-9A-Za-z.])(?:(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9万亿元])"
    r"|(?=[0-9A-Z]*[A-Z]?)[0-9]{17}[0-9Xx](?![0-9A-Za-z])"
    r"|[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"
    r"|0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])|[48]00-?[0-9]{3}-?[0-9]{4}(?![0-9])"
    r"|[0-9]{12,}(?![0-9.万亿]))"
)
_ORDINAL = re.compile(
    r"第(?!三方|一时间|一手|二天|一线|一财|一个五年) ?(?P<number>[0-9]{1,4}"
    r"|[一二三四五六七八九十百]{1,4}) ?"
    r"(?P<unit>个|条|款|项|点|部分|章|节|页|批|届|次|年|季度|档|阶段|名|期|段|步|种|类|家|笔|轮)?"
)
_ITEM = re.compile(
    r"(?:(?<![^,，。;；:：、\n?!？！“「\" ·又])(?P<number>十?[一二三四五六七八九]"
    r"|十)(?P<unit>是)(?!不是|否))"
)
_MARK = re.compile(
    r"\((?P<inner>[一二三四五六七八九十]{1,3}|[0-9]{1,2})\)"
    r"|(?<![^,，。;；?!？！\n ])(?P<chinese>十?[一二三四五六七八九]"
    r"|十)、(?=[^一二三四五六七八九十百千万亿0-9])"
    r"|(?<![^,，。;；?!？！\n ])(?P<arabic>[1-9][0-9]?)(?:、|\.(?![0-9])"
    r"|\)(?! *[%万亿]))(?=[^0-9 ])"
)
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
_BOUND_WORDS: tuple[tuple[str, Bound], ...] = (
    (
        r"不得?超过?|不高于|不大于|不多于|最高|最多|至多|上限|封顶|到顶|顶格|顶多|≤|<=|最长",
        "at_most",
    ),
    (r"不低于|不少于|不小于|不短于|至少|最低|最少|起码|≥|>=", "at_least"),
    (r"超过?|大于|高于|多于|突破|>|超出", "more_than"),
    (r"低于|小于|少于|不到|不足|不满|未满|未达|没到|<", "less_than"),
)
_BETWEEN = r"(?:为|是|达到?|给|补贴?|奖励?|贴|能?贷|到|约|可|可达|人民币|一共|只有?|等值)? ?$"
_BOUND_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = tuple(
    (re.compile(rf"(?:{words}){_BETWEEN}"), bound) for words, bound in _BOUND_WORDS
)
_BOUND_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (
        re.compile(
            r" ?(?:\(含\))?(?:及其?以上|\(含\)以上|以上|往上|打底|起步|起(?=[,，。步贷 ]|$))"
        ),
        "at_least",
    ),
    (
        re.compile(
            r" ?(?:\(含\))?(?:及其?以下|以下|以内|之内|内(?![部地容外蒙江])|封顶|为限|为上限|到顶)"
        ),
        "at_most",
    ),
)
_DAY_BOUND_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r" ?(?:以前|之前|前(?![年期0-9一二两三四五六七八九十]))"), "at_most"),
    (re.compile(r" ?(?:以后|之后|后(?![年期])|起|以来)"), "at_least"),
)
_APPROXIMATE_BEFORE = re.compile(
    r"(?:约|大约|大概|大致|差不多|将近|接近|近|估计|左右|小)(?:是|有|为)? ?$"
)
_APPROXIMATE_AFTER = re.compile(
    r" ?(?:左右|上下|多(?![少久长大远])|来(?=[元块])|出头|的样子|不到一点)"
)


def read_quantities(text: str, today: date) -> tuple[Quantity, ...]:
    """Every quantity of `text` in reading order; their spans do not overlap.

    text   as `normalise.view` returns it; spans count in it
    today  the day that 去年, 年底 and a date without its year are counted from
    """
    found: list[Quantity] = []
    at = 0
    while start := _START.search(text, at):
        at = start.start()
        end = at + 1
        for form in _FORMS:
            result = form(text, at, today)
            if isinstance(result, Quantity):
                found.append(_qualified(text, result))
                end = result.end
            elif result:
                end = result
            else:
                continue
            break
        at = end
    return tuple(_joined(text, found))


# Each form answers with a quantity, with the position up to which there is none, or with None.
_Form = Callable[[str, int, date], "Quantity | int | None"]


def _idiom(text: str, start: int, today: date) -> int | None:
    del today
    match = _IDIOMS.match(text, start)
    return match.end() if match else None


def _name(text: str, start: int, today: date) -> Quantity | int | None:
    """Numbers that name something: 文号, telephone numbers, 1+N."""
    del today
    for pattern in (_DOCUMENT_NUMBER, _DOCUMENT, _IDENTIFIERS):
        if match := pattern.match(text, start):
            return _plain("identifier", None, text, start, match.end(), 0.9)
    if match := _CODE.match(text, start):
        return _plain("code", None, text, start, match.end(), 0.9)
    return None


def _ratio(text: str, start: int, today: date) -> Quantity | int | None:
    del today
    match = _RATIO.match(text, start) or _SPOKEN_RATIO.match(text, start)
    if not match:
        return None
    written = match.group()
    if _CLOCK.match(written):
        return match.end()
    parts = []
    for part in re.split(r" ?[:比] ?", written):
        numeral = read_numeral(part, 0)
        if numeral is None or numeral.end != len(part):
            return None
        parts.append(numeral.value)
    return _plain("ratio", None, text, start, match.end(), 0.9, parts=tuple(parts))


def _ordinal(text: str, start: int, today: date) -> Quantity | None:
    del today
    match = _ORDINAL.match(text, start) or _ITEM.match(text, start)
    if match:
        numeral = read_numeral(match["number"], 0)
        value = numeral.value if numeral and numeral.end == len(match["number"]) else None
        return _plain("ordinal", value, text, start, match.end(), 0.9, unit=match["unit"])
    match = _MARK.match(text, start)
    if match:
        number = match["inner"] or match["chinese"] or match["arabic"]
        return _plain("ordinal", Decimal(small(number)), text, start, match.end(), 0.7)
    return None


def _days(text: str, start: int, today: date) -> Quantity | None:
    return read_days(text, start, today) if text[start] in DAY_START else None


def _spread(text: str, start: int, today: date) -> Quantity | None:
    """LPR+50BP, LPR减20个基点, LPR加0.5%; a number without a unit counts basis points from 5 on."""
    del today
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
    return _plain(
        "lpr_spread", -value if match["minus"] else value, text, start, end, confidence,
        unit="BP" if in_points else "百分点",
    )  # fmt: skip


def _fraction(text: str, start: int, today: date) -> Quantity | int | None:
    """百分之四, 千分之三, 万分之五, 三分之一, 一半."""
    del today
    match = _FRACTION_OF.match(text, start)
    if match:
        if text.startswith("百", match.end()):
            return _plain("rate", Decimal(1), text, start, match.end() + 1, 0.8, unit="%")
        numeral = _ranged(text, match.end())
        if not numeral or (match["of"] == "十" and numeral.value > 10):
            return None
        size = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}[match["of"]]
        if match["of"] == "十":
            return _plain("share", numeral.value / size, text, start, numeral.end, 0.9)
        return _rate(text, start, numeral.end, numeral, Decimal(size), 0.95)
    match = _FRACTION.match(text, start)
    if match:
        above, below = read_numeral(match["above"], 0), read_numeral(match["below"], 0)
        if above and below and below.value:
            share = above.value / below.value
            return _plain("share", share, text, start, match.end(), 0.9)
    match = _HALF.match(text, start)
    if match:
        most = "大" in match.group() or "多" in match.group()
        return _plain(
            "share", Decimal("0.5"), text, start, match.end(), 0.6 if most else 0.8,
            approximate=most,
        )  # fmt: skip
    return None


def _half_length(text: str, start: int, today: date) -> Quantity | int | None:
    del today
    match = _HALF_LENGTH.match(text, start)
    if not match:
        return None
    about = bool(match["most"] or match["many"] or match["more"])
    if match["unit"] == "天":
        return _plain("duration", Decimal("0.5"), text, start, match.end(), 0.8, unit="天")
    months = Decimal(6) if match["unit"] == "年" else Decimal("0.5")
    return _plain("duration", months, text, start, match.end(), 0.9, unit="月", approximate=about)


def _unit_alone(text: str, start: int, today: date) -> Quantity | int | None:
    del today
    match = _ABOVE.match(text, start) or _LEADING_UNIT.match(text, start)
    if match:
        size = Decimal(1)
        for character in match["size"]:
            size *= {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}[character]
        bound: Bound | None = "at_least" if match["above"] in ("上", "过") else None
        unit = "元"
        return _plain(
            "money", size, text, start, match.end(), 0.5, unit=unit, approximate=True, bound=bound
        )
    match = _BARE_UNIT.match(text, start)
    if match:
        size = Decimal(_BARE_SIZES[match.group()])
        return _plain("unit", size, text, start, match.end(), 0.8, unit=match.group())
    return None


def _letters(text: str, start: int, today: date) -> int | None:
    """A Latin word with its digits (A4, ISO9001, v2.0) is a name, unless it names a currency."""
    del today
    if not text[start].isascii() or not text[start].isalpha():
        return None
    if _CURRENCY_BEFORE.match(text, start):
        return None
    match = _LETTERS.match(text, start)
    return match.end() if match else None


def _measured(text: str, start: int, today: date) -> Quantity | int | None:
    """A numeral with what follows it: the unit decides what it is."""
    del today
    currency, begin = None, start
    prefix = _CURRENCY_BEFORE.match(text, start)
    if prefix:
        currency = _CURRENCIES[prefix.group().rstrip(": ").lower()]
        begin = prefix.end()
    if begin >= len(text) or text[begin] not in NUMERAL_START:
        return None
    numeral = _ranged(text, begin)
    if not numeral:
        return None
    if currency:
        return _money(text, start, numeral, currency)
    if start and text[start - 1].isascii() and text[start - 1].isalpha():
        return numeral.end
    for reader in (_points, _percent, _dots, _interest, _length, _tenths, _counted):
        quantity = reader(text, start, numeral)
        if quantity:
            return quantity
    return _money(text, start, numeral, None) or _number(text, start, numeral)


_FORMS: tuple[_Form, ...] = (
    _idiom, _spread, _name, _ratio, _days, _ordinal, _letters, _fraction, _half_length,
    _unit_alone, _measured,
)  # fmt: skip


def _ranged(text: str, start: int) -> Numeral | None:
    """A numeral, or two with a dash or 到 between them that share the unit of the second."""
    first = read_numeral(text, start)
    if not first or first.upper is not None:
        return first
    separator = _SAME_KIND_SEPARATOR.match(text, first.end)
    second = read_numeral(text, separator.end()) if separator else None
    if (
        not second
        or second.upper is not None
        or (separator and "-" in separator.group() and text[start - 1 : start] == "-")
    ):
        return first
    low = first.value
    if first.scale < second.scale:  # the first lacks the unit: 三到五千万, 3千到5千万
        for size in (_trailing_size(text[second.start : second.end]), second.scale):
            if low * size < second.value:
                low *= size
                break
    if not low < second.value:
        return first
    return replace(
        second, value=low, upper=second.value, start=start, chinese=first.chinese or second.chinese
    )


def _trailing_size(written: str) -> int:
    """What the units at the end multiply by: 五千万 → 10,000,000."""
    size = 1
    for unit in re.search(r"[百千万亿wWkK]*$", written).group():  # type: ignore[union-attr]
        size *= {"百": 100, "千": 1_000, "k": 1_000, "K": 1_000, "亿": 100_000_000}.get(
            unit, 10_000
        )
    return size


def _points(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """0.5个百分点, 50BP, 50个基点."""
    match = _POINTS.match(text, numeral.end)
    if not match:
        return None
    size = Decimal(100) if match["unit"] == "百分点" else Decimal(10_000)
    return _numeric(
        "points", text, start, match.end(), numeral, 0.95, size, unit=match["unit"].upper()
    )


def _percent(text: str, start: int, numeral: Numeral) -> Quantity | None:
    match = _PERCENT.match(text, numeral.end)
    if not match:
        return None
    size = 1_000 if match["mille"] else 10_000 if match["myriad"] else 100
    return _rate(text, start, match.end(), numeral, Decimal(size), 0.95)


def _dots(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """四个点, 4个点5; a difference after a word of change (降了两个点)."""
    match = _DOTS.match(text, numeral.end)
    if not match:
        return _dots_unsaid(text, start, numeral)
    if match["tail"]:
        tail = read_numeral(match["tail"], 0)
        digits = match["tail"] if tail is None or not tail.chinese else str(tail.value)
        numeral = replace(numeral, value=numeral.value + Decimal(f"0.{digits}"))
    numeral = replace(numeral, approximate=numeral.approximate or bool(match["more"]))
    if _CHANGE_BEFORE.search(text, max(0, start - 6), start):
        return _numeric("points", text, start, match.end(), numeral, 0.8, Decimal(100), unit="点")
    return _rate(text, start, match.end(), numeral, Decimal(100), 0.9)


def _dots_unsaid(text: str, start: int, numeral: Numeral) -> Quantity | None:
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
    if (
        _LENGTH.match(text, numeral.end)
        or _COUNT.match(text, numeral.end)
        or _YUAN.match(text, numeral.end)
    ):
        return None
    if re.match(r" ?(?:[成折倍厘分%‰:]|个|BP|bp|基点|号)", text[numeral.end : numeral.end + 4]):
        return None
    if numeral.value < Decimal("0.1") and "." in text[start : numeral.end]:
        return _rate(text, start, end, numeral, Decimal(1), 0.5)  # 利率0.04
    return _rate(text, start, end, numeral, Decimal(100), 0.7)


def _interest(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """月息四厘, 年息五厘, 一分利: 厘 and 分 mean other sizes by the month than by the year."""
    match = _LI.match(text, numeral.end)
    if not match or numeral.units:
        return None
    per, _ = _period(text, start, match.end())
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
    annual = value * _LI_SIZES[per] * (10 if in_fen else 1) * _PER_YEAR[per]
    end = numeral.end + len(text[numeral.end : match.end()].rstrip())
    return _plain(
        "rate", annual, text, start, end, sure, unit="分" if in_fen else "厘", per=per,
        approximate=numeral.approximate,
    )  # fmt: skip


_PER_YEAR: dict[Period, Decimal] = {"year": Decimal(1), "month": Decimal(12), "day": Decimal(360)}
_LI_SIZES: dict[Period, Decimal] = {  # one 厘
    "year": Decimal("0.01"),
    "month": Decimal("0.001"),
    "day": Decimal("0.0001"),
}


def _rate(
    text: str, start: int, end: int, numeral: Numeral, size: Decimal, confidence: float
) -> Quantity:
    per, end = _period(text, start, end)
    factor = _PER_YEAR[per] if per else Decimal(1)
    unit = {1: None, 100: "%", 1_000: "‰", 10_000: "‱"}[int(size)]
    return _numeric(
        "rate", text, start, end, numeral, confidence, size / factor, unit=unit, per=per
    )


def _period(text: str, start: int, end: int) -> tuple[Period | None, int]:
    """The period of a rate, said before it (月息) or after it (每月), and where the rate ends."""
    before = _PERIOD_BEFORE.search(text, max(0, start - 12), start)
    after = None if before else _PERIOD_AFTER.match(text, end)
    match = before or after
    if not match:
        return None, end
    per: Period = "month" if match["month"] else "day" if match["day"] else "year"
    return per, after.end() if after else end


def _length(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """三年, 三年半, 18个月, 一年零三个月, 90天, 30个工作日."""
    match = _LENGTH.match(text, numeral.end)
    if not match or numeral.value > 10_000:
        return None
    unit = match["unit"]
    ones = text[start : numeral.end] == "一"
    before = text[start - 1 : start]
    if ones and before in _NOT_ONE and before:
        return None
    if unit == "月" and text[start : numeral.end] not in ("两", "俩"):
        return None
    if unit == "季度" and not (text[start : numeral.end] in ("两", "俩") or numeral.value > 4):
        return None
    end = match.end()
    about = numeral.approximate or bool(match["more"])
    if match["working"] or match["hours"]:
        counted = "工作日" if match["working"] else "小时"
        return _numeric("duration", text, start, end, numeral, 0.95, unit=counted)
    if match["weeks"]:
        return _numeric("duration", text, start, end, numeral, 0.9, Decimal(1) / 7, unit="天")
    if unit in ("天", "日"):
        return _numeric("duration", text, start, end, numeral, 0.9, unit="天")
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
                return _numeric(
                    "duration", text, start, end, numeral, 0.9, Decimal(1) / 12, unit="月"
                )
            extra = Decimal(small(rest["months"]))
        end = rest.end()
    value = numeral.value * months + extra
    upper = None if numeral.upper is None else numeral.upper * months + extra
    return _plain(
        "duration", value, text, start, end, 0.7 if ones else 0.9, unit="月", upper=upper,
        approximate=about,
    )  # fmt: skip


def _tenths(text: str, start: int, numeral: Numeral) -> Quantity | None:
    """五成, 三成五, 八折, 1.5倍."""
    if _TIMES.match(text, numeral.end):
        end = numeral.end + len("倍") + (text[numeral.end] == " ")
        return _numeric("number", text, start, end, numeral, 0.9, unit="倍")
    match = _TENTHS.match(text, numeral.end)
    if not match or numeral.units or not 0 < numeral.value < (100 if match["unit"] == "折" else 11):
        return None
    value = numeral.value
    if match["tail"]:
        tail = read_numeral(match["tail"], 0)
        value += (tail.value if tail else Decimal(5)) / 10
    size = Decimal(100) if value > 10 else Decimal(10)
    upper = None if numeral.upper is None else numeral.upper / size
    return _plain(
        "share", value / size, text, start, match.end(), 0.85, unit=match["unit"], upper=upper
    )


def _counted(text: str, start: int, numeral: Numeral) -> Quantity | int | None:
    many = _MANY.match(text, numeral.end)
    at = many.end() if many else numeral.end
    match = _COUNT.match(text, at)
    if not match:
        return None
    unit = match["thing"] or match["measure"] or "个"
    if (
        numeral.units
        and match["measure"] in ("款", "级", "手", "重", "道", "门", "步", "档")
        and numeral.scale >= 10_000
    ):
        return None
    written = text[start : numeral.end]
    confidence = 0.9
    if written == "一":
        if text[start - 1 : start] in _NOT_ONE or not _ONE_COUNTS.match(text, at):
            return numeral.end
        confidence = 0.5
    if numeral.value != numeral.value.to_integral_value() and unit in ("个", "项", "家", "笔"):
        confidence = 0.5
    if many:
        numeral = replace(numeral, approximate=True)
    return _numeric("count", text, start, match.end(), numeral, confidence, unit=unit)


def _money(text: str, start: int, numeral: Numeral, currency: str | None) -> Quantity | None:
    many = _MANY.match(text, numeral.end) if _YUAN.match(text, numeral.end + 1) else None
    at = many.end() if many else numeral.end
    if many:
        numeral = replace(numeral, approximate=True)
    in_english = _MILLIONS.match(text, at)
    if in_english and currency:
        size = 10**9 if in_english["size"].lower() in ("billion", "bn") else 10**6
        yuan = _YUAN.match(text, in_english.end())
        end = yuan.end() if yuan else in_english.end()
        return _numeric(
            "money", text, start, end, numeral, 0.8, Decimal(1) / size,
            unit=in_english["size"], currency=currency,
        )  # fmt: skip
    match = _YUAN.match(text, at)
    if match:
        code = _CURRENCIES[match["unit"].lower().removesuffix("整")]
        small_change = _small_change(match)
        scaled = replace(numeral, value=numeral.value + small_change)
        unit = _scale_word(text, numeral) + (match["unit"] if code == "CNY" else "")
        return _numeric(
            "money", text, start, match.end(), scaled, 0.95, unit=unit.removesuffix("整") or None,
            currency=currency or code,
        )  # fmt: skip
    if not numeral.units and (jiao := _JIAO.match(text, at)) and numeral.value < 10:
        return _numeric("money", text, start, jiao.end(), numeral, 0.8, Decimal(10), unit="角")
    if currency:
        return _numeric(
            "money", text, start, numeral.end, numeral, 0.9,
            unit=_scale_word(text, numeral) or None, currency=currency,
        )  # fmt: skip
    if numeral.scale >= 10_000:
        confidence = 0.6 if text[numeral.end - 1] in "kK" else 0.9
        if "kw" in text[start : numeral.end].lower() or (
            numeral.colloquial and not numeral.chinese and numeral.scale == 10_000
        ):
            confidence = 0.6
        return _numeric(
            "money", text, start, numeral.end, numeral, confidence, unit=_scale_word(text, numeral)
        )
    asked = _MONEY_WORD.search(text, max(0, start - 10), start)
    if numeral.scale == 1_000 or (asked and numeral.units):
        return _numeric(
            "money", text, start, numeral.end, numeral, 0.4, unit=_scale_word(text, numeral) or None
        )
    whole = numeral.value == numeral.value.to_integral_value()
    if whole and not numeral.chinese and numeral.value >= 100 and (asked or numeral.thousands):
        return _numeric("money", text, start, numeral.end, numeral, 0.4)
    return None


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


def _number(text: str, start: int, numeral: Numeral) -> Quantity | int | None:
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
        letters = _LETTERS.match(text, numeral.end)
        return letters.end() if letters else None
    whole = numeral.value == numeral.value.to_integral_value()
    if (
        whole
        and not numeral.chinese
        and numeral.value >= 10_000
        and numeral.value % 10
        and len(written) < 7
    ):
        return _plain("code", None, text, start, numeral.end, 0.6)
    if following == "号":
        return _plain("ordinal", numeral.value, text, start, numeral.end + 1, 0.5, unit="号")
    return _numeric("number", text, start, numeral.end, numeral, 0.5 if whole else 0.7)


def _numeric(
    kind: Kind,
    text: str,
    start: int,
    end: int,
    numeral: Numeral,
    confidence: float,
    size: Decimal = Decimal(1),
    **more: Any,
) -> Quantity:
    """A quantity of `numeral` divided by `size`."""
    upper = None if numeral.upper is None else _exact(numeral.upper / size)
    return _plain(
        kind, numeral.value / size, text, start, end, confidence, upper=upper,
        approximate=numeral.approximate, **more,
    )  # fmt: skip


def _plain(
    kind: Kind,
    value: Decimal | None,
    text: str,
    start: int,
    end: int,
    confidence: float,
    **more: Any,
) -> Quantity:
    exact = None if value is None else _exact(value)
    return Quantity(kind, exact, start, end, text[start:end], confidence, **more)


def _exact(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 50000000, 0.04."""
    rounded = round(value, 12)
    whole = rounded.to_integral_value()
    return Decimal(int(whole)) if rounded == whole else Decimal(f"{rounded.normalize():f}")


def _qualified(text: str, quantity: Quantity) -> Quantity:
    """With the bound and the 约 or 左右 that stand around it."""
    if quantity.kind in ("identifier", "code", "ordinal", "ratio", "unit"):
        return quantity
    bound = quantity.bound
    approximate = quantity.approximate
    before = text[max(0, quantity.start - 8) : quantity.start]
    about = _APPROXIMATE_BEFORE.search(before)
    if about:
        approximate = approximate or not (
            quantity.kind == "duration" and about.group() in ("近", "近 ")
        )
        before = before[: about.start()]
    after = _APPROXIMATE_AFTER.match(text, quantity.end)
    if after and quantity.first is None:
        approximate = True
    end = after.end() if after else quantity.end
    for pattern, name in _BOUND_BEFORE:
        if bound is None and pattern.search(before):
            bound = name
    for pattern, name in _BOUND_AFTER + (_DAY_BOUND_AFTER if quantity.first else ()):
        if bound is None and pattern.match(text, end):
            bound = name
    if bound == quantity.bound and approximate == quantity.approximate:
        return quantity
    return replace(quantity, bound=bound, approximate=approximate)


def _joined(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """500万元到1000万元 and 3%-5% are one range."""
    joined: list[Quantity] = []
    for quantity in quantities:
        previous = joined[-1] if joined else None
        if previous and _is_range(text, previous, quantity):
            joined[-1] = replace(
                quantity, value=previous.value, start=previous.start,
                text=text[previous.start : quantity.end], upper=quantity.value,
                first=previous.first, confidence=min(previous.confidence, quantity.confidence),
                bound=quantity.bound,
            )  # fmt: skip
        else:
            joined.append(quantity)
    return joined


def _is_range(text: str, low: Quantity, high: Quantity) -> bool:
    if low.kind != high.kind or low.upper is not None or high.upper is not None:
        return False
    if not _SAME_KIND_SEPARATOR.fullmatch(text, low.end, high.start):
        return False
    if low.kind == "date":
        return low.first is not None and high.last is not None and low.first < high.last
    return (
        low.kind in ("money", "rate", "count", "duration", "points", "year")
        and low.value is not None
        and high.value is not None
        and low.value < high.value
    )
