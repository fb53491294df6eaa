"""Numbers that name something and count nothing: 文号, telephone numbers, ratios, 第二条, idioms.

In:  a normalised text and a position in it.
Out: a `Quantity` of kind identifier, code, ratio or ordinal; the position up to which nothing is to
     be read (一下子, 500强, A4); or None.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.reading.numerals import read_numeral, small
from assistant.reading.quantity import Quantity, quantity_of

# Words with a digit in them that count nothing. Place names need no entry: a lone Chinese digit is
# read only before a measure word.
_IDIOMS = re.compile(
    r"一下子?|一点[儿点]?(?![0-9零〇一二三四五六七八九])|万一|一起|千万(?=别|不|要|记|注意|小心)"
    r"|百分之?百(?=地|的?(?:把握|确定|肯定|能))"
    r"|一次性|一次次|一直|一般|一样|一定|一共|一些|一致|一旦|一边|一块[儿吗]?(?![钱0-9一二三四五六七八九])|一律|一切"
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
    r"|(?<![0-9])(?:985|211)(?=[/、和高工院大]|双一流)|[0-9]0后(?=[创就大的员青老年]|$)"
    r"|[0-9](?:\.0)版本?|工业[0-9]\.0"
    r"|一二三产|五险一金|三农|四化|五花八门|乱七八糟|三令五申|独一无二|不管三七二十一|数一数二"
    r"|接二连三"
    r"|一心一意|一模一样|一来一回|一言一行|一套一套|一五一十"
    r"|二?十[一二三四五六七八九]?(?:届|大)(?=[一二三四五六七]中|报告|精神|以来)"
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9._@/:-]*")
_RATIO = re.compile(
    r"(?<![0-9A-Za-z.:])[0-9]{1,3}(?:\.[0-9]+)?(?: ?: ?[0-9]{1,3}(?:\.[0-9]+)?)+(?![0-9A-Za-z:])"
)
_SPOKEN_RATIO = re.compile(
    r"(?:(?:[0-9]{1,2}(?:\.[0-9])?|[一二三四五六七八九十])比)+(?:[0-9]{1,2}(?:\.[0-9])?"
    r"|[一二三四五六七八九十])(?![0-9年月%.个家笔万亿])"
)
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?$")
_CODE = re.compile(r"(?<![0-9A-Za-z.])[0-9A-Z]{1,3}(?:\+[0-9A-Z]{1,3})+(?![0-9A-Za-z%.万亿])")
_DOCUMENT_NUMBER = re.compile(
    r"〔 ?(?:19|20)[0-9]{2} ?〕 ?(?:第? ?[0-9]{1,5} ?号)?"
    r"|[\[(【] ?(?:19|20)[0-9]{2} ?[\])】] ?第? ?[0-9]{1,5} ?号"
)
_DOCUMENT = re.compile(r"(?:第 ?)?[0-9]{1,4} ?号(?=文|令|公告|通知)文?")
_IDENTIFIERS = re.compile(
    r"(?<![0-9A-Za-z.])(?:(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9万亿元])"
    r"|(?=[0-9A-Z]*[A-Z]?)[0-9]{17}[0-9Xx](?![0-9A-Za-z])"
    r"|[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"
    r"|0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])|[48]00-?[0-9]{3}-?[0-9]{4}(?![0-9万亿元])"
    r"|[0-9]{12,}(?![0-9.万亿]))"
)
_ORDINAL = re.compile(
    r"第(?!三方|一时间|一手|二天|一线|一财|一个五年) ?(?P<number>[0-9]{1,4}"
    r"|[零〇一二三四五六七八九十百]{1,7}) ?"
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


BENCHMARK = "LPR"


def skip_idiom(text: str, start: int) -> int | None:
    """Words with a digit in them that count nothing."""
    match = _IDIOMS.match(text, start)
    return match.end() if match else None


def skip_word(text: str, start: int) -> int | None:
    """A Latin word with its digits (A4, ISO9001, v2.0) is a name."""
    if not text[start].isascii() or not text[start].isalpha():
        return None
    match = _LETTERS.match(text, start)
    if match and match.group().upper().startswith(BENCHMARK):  # LPR3.0% is a rate, no name
        return start + len(BENCHMARK)
    return match.end() if match else None


def read_name(text: str, start: int) -> Quantity | int | None:
    """Numbers that name something: 文号, telephone numbers, 1+N."""
    for pattern in (_DOCUMENT_NUMBER, _DOCUMENT, _IDENTIFIERS):
        if match := pattern.match(text, start):
            return quantity_of("identifier", None, text, start, match.end(), 0.9)
    if match := _CODE.match(text, start):
        return quantity_of("code", None, text, start, match.end(), 0.9)
    return None


def read_ratio(text: str, start: int) -> Quantity | int | None:
    """4:2:2:2 or 四比二; 10:30 is a time and skipped."""
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
    return quantity_of("ratio", None, text, start, match.end(), 0.9, parts=tuple(parts))


def read_ordinal(text: str, start: int) -> Quantity | None:
    """第二条, 一是, （一）, and the 1. that begins a question."""
    match = _ORDINAL.match(text, start) or _ITEM.match(text, start)
    if match:
        numeral = read_numeral(match["number"], 0)
        value = numeral.value if numeral and numeral.end == len(match["number"]) else None
        return quantity_of("ordinal", value, text, start, match.end(), 0.9, unit=match["unit"])
    match = _MARK.match(text, start)
    if match:
        number = match["inner"] or match["chinese"] or match["arabic"]
        return quantity_of("ordinal", Decimal(small(number)), text, start, match.end(), 0.7)
    return None
