"""Numbers of a written text as exact values: money, shares, points, counts, lengths, days, names.

In:  a folded text (`fold`: no white space, half-width letters and digits, no [n] marks).
Out: `Figure`s in reading order. Equal amounts have equal keys however they are written:
     1000万元, 0.1亿元, 一千万元 and 10,000,000元 (tests/assistant/grounding/test_figures.py).

Strict where `assistant.reading.quantities` is generous: what people type is read there, what an
answer or a paper says is read here. 一 alone (一家, 一年) and what an answer counts itself, in
Chinese numerals up to ten with 项, 条, 个 …, are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_DIGITS = {chr(c): chr(c - 0xFEE0) for c in range(0xFF10, 0xFF1A)}
_LETTERS = {chr(c): chr(c - 0xFEE0) for c in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_SIGNS = dict(zip("％．＋－：（）＝／［］∶﹪＜＞｜", "%.+-:()=/[]:%<>|", strict=True))
_FOLD = str.maketrans(_DIGITS | _LETTERS | _SIGNS | {"*": "", "`": "", "−": "-"})
_MARK = re.compile(r"(?<=\d)(?:\[\d{1,2}\])+(?=\d)|(\[\d{1,2}\])")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?:[,，]\d{3})*(?!\d))")


def fold(text: str) -> str:
    """Without white space, emphasis, [n] marks and thousands separators; half-width digits."""
    text = "".join(text.translate(_FOLD).split())
    if "[" in text:
        text = _MARK.sub(lambda found: "" if found[1] else ";", text)
    return _THOUSANDS.sub("", text) if "," in text or "，" in text else text


class Bound(StrEnum):
    """How a figure is bounded. 不超 and 低于 differ: exactly 1% is 不超过1% and not 低于1%."""

    NONE = ""
    AT_MOST = "≤"
    AT_LEAST = "≥"
    LESS = "<"
    MORE = ">"
    ABOUT = "≈"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at `start:end` of a folded text.

    kind   元 and other currencies, % (0.5 for 50%), 百分点, 日期, 月 (a length of time), 号 (a name
           such as 4:2:2:2 or 第0108号), a measure word, or "" for a bare number
    value  what it says in that kind: a Decimal; (year, month, day) with None where not said; the
           text of a name
    """

    kind: str
    value: Decimal | tuple[int | None, int | None, int | None] | str
    start: int
    end: int
    text: str
    bound: Bound = Bound.NONE

    @property
    def key(self) -> tuple[str, object]:
        """What equal figures share."""
        return self.kind, self.value


_CN = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_CN_RUN = "零〇一二两三四五六七八九十百千"
_CURRENCIES = {"元": "元", "人民币": "元", "块": "元", "美元": "美元", "元美元": "美元"}
_CURRENCIES |= {"港元": "港元", "欧元": "欧元", "日元": "日元", "美金": "美元", "英镑": "英镑"}
_COUNTED = "家户场项个条名人笔次倍份种处届区强期轮台套件支只批类成折号级"
_OWN = frozenset("项个条份种处类件步")  # what an answer counts itself, in Chinese numerals
_UNIT = (
    r"个百分点|百分点|个基点|基点|BP|bp|%|‰|元美元|人民币|美元|美金|港元|欧元|日元|英镑|元|块|"
    rf"个月|个季度|季度|个区|年|月|日|天|[{_COUNTED}]"
)
_SCALE = r"[十百千]?万亿|[十百千]?[万亿]|[百千](?=元)"
_DASH = "—–―－~～至到-"
_FIGURE = re.compile(
    rf"""
    (?=[\d{_CN_RUN}万第〔\[(])(?:
    (?P<number>(?<=[\u4e00-\u9fff])[〔\[(]\d{{4}}[〕\])]第?\d+号)
  | (?P<y1>\d{{4}})年?[{_DASH}]+(?P<y2>\d{{4}})(?!\d)年?
  | (?P<y>\d{{4}}|[零〇一二三四五六七八九]{{4}})年
    (?:(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月
       (?:(?P<d>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})日)?)?
  | (?P<iy>\d{{4}})-(?P<im>\d{{1,2}})-(?P<id>\d{{1,2}})(?!\d)
  | (?P<sm>\d{{1,2}})月(?P<sd>\d{{1,2}})日
  | (?P<name>\d+(?::\d+)+|\d+(?:\+[0-9A-Za-z]+)+|第\d+[条款项号届次章页]?)
  | (?P<per>百|千|万)分之(?P<share>\d+(?:\.\d+)?|[{_CN_RUN}]+(?:点[{_CN_RUN}]+)?)
  | (?P<yi>\d+)亿(?P<wan>\d+(?:\.\d+)?)万(?P<yw>{_UNIT})?
  | (?P<digits>\d+(?:\.\d+)?)(?P<more>[多余])?(?P<scale>{_SCALE})?(?P<more2>[多余])?
    (?P<unit>{_UNIT})?
  | (?P<cn>[{_CN_RUN}]+(?:点[{_CN_RUN}]+)?)(?P<cmore>[多余])?(?P<cscale>万亿|[万亿])?
    (?P<crest>(?<=[亿])[{_CN_RUN}]+万)?(?P<cmore2>[多余])?(?P<cunit>{_UNIT})?
    )""",
    re.VERBOSE,
)


def read_numeral(text: str) -> Decimal:
    """一千 → 1000, 二十点五 → 20.5, 二〇二四 → 2024."""
    whole, _, fraction = text.partition("点")
    if len(whole) > 1 and all(c in _CN for c in whole):
        value = Decimal("".join(str(_CN[c]) for c in whole))
    else:
        total, digit = 0, None
        for c in whole:
            if c in _SMALL:
                total += (1 if digit is None else digit) * _SMALL[c]
                digit = None
            else:
                digit = _CN[c]
        value = Decimal(total + (digit or 0))
    if fraction:
        value += Decimal("0." + "".join(str(_CN.get(c, 0)) for c in fraction))
    return value


def read_figures(text: str) -> list[Figure]:
    """Every figure of a folded text, in reading order, without bounds."""
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        found.extend(_figures(match))
    return found


def _figures(match: re.Match[str]) -> Iterator[Figure]:
    kind = match.lastgroup
    start, end, text = match.start(), match.end(), match.group()
    if match["digits"] is not None:
        scale = match["scale"] or ""
        value = Decimal(match["digits"]) * _scale(scale)
        about = bool(match["more"] or match["more2"])
        yield _counted(value, match["unit"], scale, start, end, text, about)
    elif match["cn"] is not None:
        figure = _chinese(match)
        if figure:
            yield figure
    elif match["number"]:
        prefix = match.string[max(0, start - 3) : start]
        number = re.sub(r"[〔\[(](\d{4})[〕\])]第?", r"〔\1〕", text)
        yield Figure("文号", prefix + number, start, end, text)
    elif match["y1"]:
        for name in ("y1", "y2"):
            year = match[name]
            yield Figure("日期", (int(year), None, None), *match.span(name), year)
    elif match["y"]:
        parts = tuple(_day_part(match[name]) for name in ("y", "m", "d"))
        yield Figure("日期", (parts[0], parts[1], parts[2]), start, end, text)
    elif match["iy"]:
        day = (int(match["iy"]), int(match["im"]), int(match["id"]))
        yield Figure("日期", day, start, end, text)
    elif match["sm"]:
        yield Figure("日期", (None, int(match["sm"]), int(match["sd"])), start, end, text)
    elif match["name"]:
        yield Figure("号", text, start, end, text)
    elif match["per"]:
        share = match["share"]
        value = Decimal(share) if share[0].isdigit() and share.isascii() else read_numeral(share)
        value /= {"百": 100, "千": 1000, "万": 10000}[match["per"]]
        yield Figure("%", _plain(value), start, end, text)
    elif kind:
        value = Decimal(match["yi"]) * _BIG["亿"] + Decimal(match["wan"]) * _BIG["万"]
        yield _counted(value, match["yw"], "万", start, end, text, False)


def _chinese(match: re.Match[str]) -> Figure | None:
    """A number in Chinese numerals with its unit; None for 一家 and for an answer's own count."""
    numeral, scale, unit = match["cn"], match["cscale"] or "", match["cunit"]
    if not (scale or unit):
        return None
    if numeral[0] in "百千" and not (scale or unit in _CURRENCIES):
        return None
    value = read_numeral(numeral) * _scale(scale)
    if match["crest"]:
        value += read_numeral(match["crest"][:-1]) * _BIG["万"]
    if not scale and value <= 10 and (unit in _OWN or (value == 1 and unit not in _CURRENCIES)):
        return None
    if not scale and unit in ("月", "日", "号", "区", "成", "折", "级", "强", "类", "次", "期"):
        return None
    about = bool(match["cmore"] or match["cmore2"])
    return _counted(value, unit, scale, match.start(), match.end(), match.group(), about)


def _counted(
    value: Decimal,
    unit: str | None,
    scale: str,
    start: int,
    end: int,
    text: str,
    about: bool,
) -> Figure:
    bound = Bound.ABOUT if about else Bound.NONE
    if unit == "%":
        kind, value = "%", value / 100
    elif unit == "‰":
        kind, value = "%", value / 1000
    elif unit in ("个百分点", "百分点"):
        kind = "百分点"
    elif unit in ("个基点", "基点", "BP", "bp"):
        kind, value = "百分点", value / 100
    elif unit in _CURRENCIES:
        kind = _CURRENCIES[unit]
    elif unit == "年":
        kind, value = "月", value * 12
    elif unit == "个月":
        kind = "月"
    elif unit in ("日", "天"):
        kind = "日"
    elif unit == "月":
        return Figure("日期", (None, int(value), None), start, end, text)
    elif unit == "个区":
        kind = "区"
    elif unit:
        kind = unit
    else:
        kind = "元" if scale else ""
    return Figure(kind, _plain(value), start, end, text, bound)


def _scale(scale: str) -> int:
    product = 1
    for c in scale:
        product *= _SMALL.get(c) or _BIG[c]
    return product


def _day_part(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isascii() else int(read_numeral(text))


def _plain(value: Decimal) -> Decimal:
    """Equal values are equal keys already; this only keeps them readable."""
    return value.normalize()
