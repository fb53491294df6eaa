"""Read one numeral: Arabic, Chinese, or the mixture that people type.

In:  a normalised text and a position in it.
Out: a `Numeral` (low and high value, where it ends), or None. 1亿2, 1.2亿, 一亿两千万 and 12000w
     are the same number.

Libraries for this (cn2an among them) convert a string that is known to be one whole number; none
reads 1亿2, 0.5个亿, 5000w, 十来万 or 两三千万 or says where in a sentence the number ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assistant.reading.quantity import Kind, Quantity, exact, quantity_of

_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇○", "一壹", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_UNITS = {
    character: value
    for value, characters in (
        (10, "十拾"),
        (100, "百佰"),
        (1000, "千仟kK"),
        (10_000, "万wW"),
        (100_000_000, "亿"),
    )
    for character in characters
}
CHINESE_DIGITS = "".join(_DIGITS)
NUMERAL_START = CHINESE_DIGITS + "十拾百佰千仟半0123456789"
NOT_ONE = frozenset("统唯之同任某每哪那这另单专逐万")  # before 一, and no number comes of it
RANGE_SEPARATOR = re.compile(
    r" ?(?:-{1,2}|[—–~～]{1,2}|到|至|、(?=[0-9一二三四五六七八九]{1,2}[十百千万亿%])) ?"
)
LISTED = "、"
_ARABIC = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(rf"点([{CHINESE_DIGITS}]+|[0-9]+)(?![十百千0-9{CHINESE_DIGITS}])")
_LARGE_UNIT = re.compile(r" ?个?(?:[多来余几])?(?:[万wW亿])")
_MEASURED = re.compile(  # a trailing digit before one of these is a number of its own
    r" ?(?:[.%‰:+]"
    r"|年(?!化)|[月天日周季笔家台项期厘分成折倍号条款户人名次套件批位张份只支辆吨亩场轮点比到至强]"
    r"|[-—–~][0-9]|个(?! ?[亿wW])|BP|bp|基点|小时|星期|万|亿"
    r"|(?<=一)[会共起下般定直样并方旦边部切律些道块同齐来概])"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and how it was written.

    value, upper  upper is None unless two digits were said side by side (两三百, 七八个)
    scale         the last large unit (千 百 万 亿), 1 where there is none: what 3 in 3到5万 lacks
    units         how many units of 百 and above were written; 0 for 3000 or 3.85
    chinese       written with Chinese digits
    colloquial    the last unit was left out (三千五, 1亿2)
    approximate   多, 来, 余 or 几 stands inside (500多万)
    thousands     commas between thousands were written
    """

    value: Decimal
    upper: Decimal | None
    start: int
    end: int
    scale: int
    units: int
    chinese: bool
    colloquial: bool
    approximate: bool
    thousands: bool


@dataclass(slots=True)
class _Sum:
    """Adds up 万 and 亿 sections; one for the low and one for the high reading."""

    total: Decimal = Decimal(0)  # what 亿 closed
    ten_thousands: Decimal = Decimal(0)  # what 万 closed
    section: Decimal = Decimal(0)
    digit: Decimal | None = None

    def unit(self, size: int) -> None:
        digit = self.digit
        self.digit = None
        if size < 10_000:
            if digit is None and self.section:  # 两百千? no: 五十千; a unit upon a unit
                self.section *= size
            else:
                self.section += (Decimal(1) if digit is None else digit) * size
            return
        amount = self.section + (digit or 0)
        self.section = Decimal(0)
        if size == 10_000:
            self.ten_thousands += (amount or Decimal(1)) * size
        else:
            whole = self.total + self.ten_thousands + amount
            self.total = (whole or Decimal(1)) * size
            self.ten_thousands = Decimal(0)

    def value(self) -> Decimal:
        return self.total + self.ten_thousands + self.section + (self.digit or 0)

    def carry(self) -> None:
        """1亿3千 is 1亿 and 3千万: what is left counts 万."""
        if not self.ten_thousands:
            self.ten_thousands = (self.section + (self.digit or 0)) * 10_000
            self.section, self.digit = Decimal(0), None


def read_numeral(text: str, start: int) -> Numeral | None:
    """The longest numeral that begins at `start`, or None.

    A digit after a large unit belongs to it (1亿2, 三千五) unless it measures something itself:
    「1亿3年」 is 1亿 and then three years.
    """
    return _Reader(text, start).read()


def read_range(text: str, start: int) -> Numeral | None:
    """A numeral, or two with a dash or 到 between them that share the unit of the second."""
    first = read_numeral(text, start)
    if not first or first.upper is not None:
        return first
    separator = RANGE_SEPARATOR.match(text, first.end)
    second = read_numeral(text, separator.end()) if separator else None
    if (
        not second
        or second.upper is not None
        or (separator and "-" in separator.group() and text[start - 1 : start] == "-")
        or (separator and LISTED in separator.group() and first.scale > 1)  # 50万、60万
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


def measured(
    kind: Kind,
    text: str,
    start: int,
    end: int,
    numeral: Numeral,
    confidence: float,
    size: Decimal = Decimal(1),
    **more: Any,
) -> Quantity:
    """What a numeral and its unit, from `start` to `end`, say: the numeral divided by `size`.

    more  the other fields of the quantity
    """
    upper = None if numeral.upper is None else exact(numeral.upper / size)
    return quantity_of(
        kind, numeral.value / size, text, start, end, confidence, upper=upper,
        approximate=numeral.approximate, **more,
    )  # fmt: skip


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start
        self.low = _Sum()
        self.high = _Sum()
        self.ranged = False
        self.last_unit = 0
        self.scale = 1
        self.units = 0
        self.chinese = False
        self.colloquial = False
        self.approximate = False
        self.thousands = False
        self.zero = False
        self.spaced = False  # a 零 was said: 1亿零3千

    def read(self) -> Numeral | None:
        while self._digits() or self._unit() or self._half() or self._point():
            pass
        if self.at == self.start:
            return None
        if (
            self.low.total
            and self.last_unit == 1000
            and not (self.spaced or self._peek() in "元块")
        ):
            self.low.carry()
            self.high.carry()
            self.colloquial = True
        value = self.low.value()
        upper = self.high.value() if self.ranged else None
        return Numeral(
            value, upper, self.start, self.at, self.scale, self.units, self.chinese,
            self.colloquial, self.approximate, self.thousands,
        )  # fmt: skip

    def _peek(self, offset: int = 0) -> str:
        at = self.at + offset
        return self.text[at] if at < len(self.text) else ""

    def _digits(self) -> bool:
        if self.low.digit is not None:
            return False
        if self._peek() in ("零", "〇") and self.units and self._peek(1) in NUMERAL_START:
            self.zero = self.spaced = True
            self.at += 1
        found = self._arabic() or self._spoken()
        if not found:
            return False
        low, high, end, chinese = found
        if self.units and self.last_unit >= 100:
            low, high, accepted = self._tail(low, high, end)
            if not accepted:
                return False
        self.chinese = self.chinese or chinese
        self.at = end
        self.low.digit, self.high.digit = low, high
        self.ranged = self.ranged or low != high
        return True

    def _arabic(self) -> tuple[Decimal, Decimal, int, bool] | None:
        match = _ARABIC.match(self.text, self.at)
        if not match or (self.chinese and self.last_unit == 10):
            return None
        digits = match.group()
        self.thousands = self.thousands or "," in digits
        value = Decimal(digits.replace(",", ""))
        end = match.end()
        fraction = _FRACTION.match(self.text, end) if "." not in digits else None
        if fraction:
            value, end = value + _fraction(fraction.group(1)), fraction.end()
        return value, value, end, False

    def _spoken(self) -> tuple[Decimal, Decimal, int, bool] | None:
        character = self._peek()
        if character not in _DIGITS or not character:
            return None
        digit = _DIGITS[character]
        fraction = _FRACTION.match(self.text, self.at + 1)
        if fraction and not self.units:
            value = digit + _fraction(fraction.group(1))
            return value, value, fraction.end(), True
        following = _DIGITS.get(self._peek(1))
        if following is not None and self._peek(1):
            third = self._peek(2)
            side_by_side = following == digit + 1 or (digit, following) == (3, 5)
            if not side_by_side or not digit or not third or third in _DIGITS:
                return None
            return Decimal(digit), Decimal(following), self.at + 2, True
        return Decimal(digit), Decimal(digit), self.at + 1, True

    def _tail(self, low: Decimal, high: Decimal, end: int) -> tuple[Decimal, Decimal, bool]:
        """A digit after 百, 千, 万 or 亿 with or without a unit of its own."""
        following = self.text[end : end + 1]
        if following in _UNITS and following:
            return low, high, True
        if re.match(r" [十百千万亿kKwW]", self.text[end : end + 2]):
            return low, high, True
        if low != low.to_integral_value():
            return low, high, False
        if self.zero:
            return low, high, True
        if _MEASURED.match(self.text, end):
            return low, high, False
        length = end - self.at
        if length == 1 and low:
            step = Decimal(self.last_unit) / 10
            self.colloquial = True
            return low * step, high * step, True
        if self.last_unit == 100_000_000 and length == 4:
            self.colloquial = True
            return low * 10_000, high * 10_000, True
        return low, high, self.last_unit == 10_000 and length in (3, 4)

    def _unit(self) -> bool:
        at = self.at
        started = at > self.start
        if started and self._peek() == " ":
            at += 1
        approximate, half = False, False
        if started and self.text[at : at + 1] == "个":
            match = re.match(r"个([多来余几半]?)[亿wW]", self.text[at : at + 3])
            if match and (self.low.digit is not None or 0 < self.last_unit < 10_000):
                half = match.group(1) == "半"
                approximate = bool(match.group(1)) and not half
                at += len(match.group()) - 1
        elif started and self.text[at : at + 1] in ("多", "来", "余", "几"):
            following = self.text[at + 1 : at + 2]
            if (following in _UNITS and following) or _LARGE_UNIT.match(self.text, at + 1):
                approximate = True
                if self.last_unit == 10 and self.text[at] == "几":
                    self._ten_or_more()
                at += 1
            elif self.text[at] == "几" and self.last_unit == 10 and self.low.digit is None:
                self._ten_or_more()
                self.approximate = True
                self.at = at + 1
                return True
        character = self.text[at : at + 1]
        size = _UNITS.get(character, 0) if character else 0
        if not size or not self._fits(size, at):
            return False
        if half:
            self.low.digit = (self.low.digit or 0) + Decimal("0.5")
            self.high.digit = (self.high.digit or 0) + Decimal("0.5")
        self.approximate = self.approximate or approximate
        self.low.unit(size)
        self.high.unit(size)
        self.chinese = self.chinese or character in "十拾"
        self.last_unit = size
        self.scale = size if size >= 10_000 or self.scale < 10_000 else self.scale
        self.units += size >= 100
        self.zero = False
        self.at = at + 1
        return True

    def _fits(self, size: int, at: int) -> bool:
        if self.text[at] in "kKwW" and re.match(r"[A-Za-z]", self.text[at + 1 : at + 2]):
            return self.text[at] in "kK" and bool(
                re.match(r"[wW](?![A-Za-z0-9])", self.text[at + 1 : at + 3])
            )
        if self.low.digit is not None:
            return True
        if at == self.start:
            return size == 10
        return size > self.last_unit > 0

    def _ten_or_more(self) -> None:
        """十几, 二十几: somewhere up to the next ten."""
        self.high.section += 10
        self.ranged = True

    def _half(self) -> bool:
        """半个亿, 半亿, 一亿半."""
        if self._peek() != "半":
            return False
        if self.at == self.start:
            match = re.match(r"半(?:个 ?)?(?=亿)", self.text[self.at : self.at + 4])
            if not match:
                return False
            self.low.digit = self.high.digit = Decimal("0.5")
            self.chinese = True
            self.at += len(match.group())
            return True
        if self.low.digit is None and self.last_unit == 100_000_000:
            self.low.digit = self.high.digit = Decimal(self.last_unit) / 2
            self.at += 1
            return True
        return False

    def _point(self) -> bool:
        """The decimals of 十点五 and 二十点零一."""
        match = _FRACTION.match(self.text, self.at)
        if not match or self.last_unit != 10 or self.units or self.low.digit is not None:
            return False
        self.low.digit = self.high.digit = _fraction(match.group(1))
        self.at = match.end()
        return True


def _fraction(digits: str) -> Decimal:
    plain = "".join(str(_DIGITS.get(digit, digit)) for digit in digits)
    return Decimal(f"0.{plain}")


def spelled(digits: str) -> int:
    """二〇二四 → 2024. Raises KeyError where a character is no Chinese digit."""
    return int("".join(str(_DIGITS[digit]) for digit in digits))


def small(written: str) -> int:
    """A whole number below 100 in either script: 12, 十二, 二十. Raises ValueError otherwise."""
    numeral = read_numeral(written, 0)
    if numeral is None or numeral.end != len(written) or numeral.value >= 100:
        raise ValueError(f"{written!r} is no whole number below 100 (十二, 12)")
    return int(numeral.value)
