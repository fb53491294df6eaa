"""Read one expression of time that names days: a year, a date, a half-year, a quarter.

In:  a normalised text, a position in it, and the day on which it was written.
Out: a `Quantity` with its first and last day, or None. 去年7月 written in 2026 is the days from
     2025-07-01 to 2025-07-31. Lengths of time (三年, 90天) are not days and not read here.

A day said without its year is taken from the current year, and less surely.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from assistant.reading.numerals import small, spelled
from assistant.reading.quantity import Kind, Quantity

DAY_START = "0123456789一二三四五六七八九十〇今去前明后本上下年月昨大第这来qQ"

_AHEAD = 15  # a bare four-digit number up to this many years from now may be a year
_SPELLED = "一二三四五六七八九〇零○"
_SEPARATOR = r" ?(?:-{1,2}|[—–~～]{1,2}|到|至) ?"
_MONTH = r"(?:1[0-2]|0?[1-9](?![0-9])|十[一二]?|[一二三四五六七八九])"
_DAY = (
    r"(?:3[01]|[12][0-9]|0?[1-9](?![0-9])"
    r"|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
)
_PART = r"份?(?:月)?(?P<part>底|末|初|中旬|上旬|下旬)"
_YEAR = (
    rf"(?:(?<![0-9.])(?P<digits>(?:19|20)[0-9]{{2}})(?: ?年度?)?"
    rf"|(?P<spelled>[一二][{_SPELLED}]{{3}})年度?"
    r"|(?<![0-9.])(?P<short>[0-9]{2}) ?年"
    r"|(?P<relative>大前年|今年度?|本年度?|去年度?|明年度?|来年|(?<!以)上一?年度?(?!化|限|利|息)"
    r"|(?<![年月天日])前年(?![化利息])|(?<![年月天日以])后年(?![化利息])|(?<![以])下一年度?)(?!化))"
)
_OFFSETS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年": -1, "今年": 0, "本年": 0,
            "明年": 1, "来年": 1, "下一年": 1, "后年": 2}  # fmt: skip
_DIGIT_OR_SPELLED = rf"(?<![0-9.{_SPELLED}十])"

_RANGE_OF_YEARS = re.compile(
    rf"(?<![0-9.])(?P<from>(?:19|20)[0-9]{{2}}) ?(?:年度?)?{_SEPARATOR}"
    r"(?P<to>(?:19|20)[0-9]{2}|[0-9]{2}(?=年)) ?(?:年度?)?(?![0-9]|[-/.][0-9]|[年]?[0-9]{1,2}月)"
)
_ISO = re.compile(
    r"(?<![0-9.])(?P<y>(?:19|20)[0-9]{2})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9]))?(?![0-9]|[-/.][0-9])[日号]?"
)
_COMPACT = re.compile(
    r"(?<![0-9.])(?P<y>20[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-2][0-9]|3[01])(?![0-9])"
)
_HALF = re.compile(
    rf"(?:{_YEAR})?的? ?(?P<half>(?<!以)[上下]半年度?|(?<![年月以])[前后]半年度?)(?!化)"
)
_QUARTER = re.compile(
    rf"(?:{_YEAR})?的? ?(?:第?(?P<quarter>[一二三四1-4])季度|(?<![A-Za-z])[qQ](?P<q>[1-4])"
    rf"(?![0-9A-Za-z]))"
)
_MONTHS = re.compile(
    rf"(?:{_YEAR})? ?{_DIGIT_OR_SPELLED}(?P<m1>{_MONTH}) ?(?:月份?)?{_SEPARATOR}"
    rf"(?P<m2>{_MONTH}) ?月"
    rf"份?(?! ?{_DAY} ?[日号])"
)
_DATE = re.compile(
    rf"(?:{_YEAR}的? ?)?{_DIGIT_OR_SPELLED}(?P<m>{_MONTH}) ?月"
    rf"(?: ?(?P<d>{_DAY}) ?[日号]|{_PART}|份)?"
)
_PART_OF_YEAR = re.compile(rf"(?:{_YEAR})?的?(?:年)?(?P<part>(?<=年)[底末初中]|年[底末初中])(?!期)")
_BARE_YEAR = re.compile(_YEAR)
_NEAR = re.compile(
    r"今天|昨天|前天|明天|后天|(?:本|这个?)月(?!息|利)(?P<this>底|末|初)?"
    r"|(?<!以)(?:上个?月|下个?月)(?!息|利)(?P<other>底|末|初)?|月(?P<of_month>[底末初])"
)
_NEAR_DAYS = {"今天": 0, "昨天": -1, "前天": -2, "明天": 1, "后天": 2}
_NO_YEAR = re.compile(
    r" ?(?:个|多|余|来|几|强|元|块|万|亿|[wWkK%‰]|家|户|人|名|台|套|件|笔|项|吨|亩|米|分|页|字|次"
    r"|号|倍|折|点"
    r"|美|欧|港|英|日元|平|本|只|辆|条|份|张|工|千|百|[A-Za-z])"
)
_AMOUNT_BEFORE = re.compile(
    r"(?:[贷借融投欠花买批放补奖贴交收付][了款资]?|担保|额|金|费|约|近|超过?|不到|至少|最多|最高"
    r"|[¥$])[是为达到有约了]?:? ?$"
)
_LENGTH_BEFORE = re.compile(
    r"(?:期限?|近|满|共|做了?|干了?|经营了?|成立了?|投了?|管了?|还了?|分|贷了?|借了?|用了?|最长"
    r"|不超过?|超过"
    r"|至少|至多|最多|约|第|前|后|头|过去|未来|每|[-—–~到至])[是为]? ?$"
)
_LENGTH_AFTER = re.compile(
    r"期|内|以[上下内]|左右|[多来半]|利[率息]|零|期限|的?(?:老|贷款期|经验|历史|时间|寿命)|[前后]"
)


def read_days(text: str, start: int, today: date) -> Quantity | None:
    """The expression of days that begins at `start`, or None."""
    for pattern, build in _FORMS:
        match = pattern.match(text, start)
        if match and match.end() > start:
            found = build(match, today)
            if found:
                return found
    return None


def _years(match: re.Match[str], today: date) -> Quantity | None:
    del today
    first = int(match["from"])
    last = int(match["to"]) if len(match["to"]) == 4 else first // 100 * 100 + int(match["to"])
    sure = 0.95 if "年" in match.group() else 0.8
    if not first < last:
        return None
    return _quantity(
        "year", match, date(first, 1, 1), date(last, 12, 31), sure, value=first, upper=last
    )


def _iso(match: re.Match[str], today: date) -> Quantity | None:
    del today
    year, month = int(match["y"]), int(match["m"])
    if match["d"] is None:
        if match["sep"] == "." and (
            len(match["m"]) == 1
            or _NO_YEAR.match(match.string, match.end())
            or _amount_before(match)
        ):
            return None  # 2024.3 is a decimal as likely
        return _month(match, year, month, 0.7)
    day = _day(year, month, int(match["d"]))
    return _quantity("date", match, day, day, 0.95) if day else None


def _compact(match: re.Match[str], today: date) -> Quantity | None:
    del today
    day = _day(int(match["y"]), int(match["m"]), int(match["d"]))
    if day is None or _NO_YEAR.match(match.string, match.end()) or _amount_before(match):
        return None
    return _quantity("date", match, day, day, 0.8)


def _half_year(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    first_half = match["half"][0] in "上前"
    if first_half:
        return _quantity("half_year", match, date(year, 1, 1), date(year, 6, 30), sure, value=1)
    return _quantity("half_year", match, date(year, 7, 1), date(year, 12, 31), sure, value=2)


def _quarter(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    quarter = small(match["quarter"] or match["q"])
    first = date(year, 3 * quarter - 2, 1)
    last = _last_of_month(year, 3 * quarter)
    return _quantity("quarter", match, first, last, sure, value=quarter)


def _months(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    first, last = small(match["m1"]), small(match["m2"])
    if not first < last:
        return None
    return _quantity("date", match, date(year, first, 1), _last_of_month(year, last), sure)


def _date(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    month = small(match["m"])
    if match["d"]:
        day = _day(year, month, small(match["d"]))
        return _quantity("date", match, day, day, sure) if day else None
    if match["part"]:
        last = _last_of_month(year, month)
        days = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, last.day)}
        first_day, last_day = days.get(match["part"], (21, last.day))
        return _quantity(
            "date", match, date(year, month, first_day), date(year, month, last_day), sure,
            approximate=True,
        )  # fmt: skip
    if match.string[match.end() : match.end() + 1] in ("息", "利", "费", "供", "薪"):
        return None
    return _month(match, year, month, sure)


def _part_of_year(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    first, last = {"底": (12, 12), "末": (12, 12), "初": (1, 1), "中": (6, 7)}[match["part"][-1]]
    return _quantity(
        "date", match, date(year, first, 1), _last_of_month(year, last), sure, approximate=True
    )


def _bare_year(match: re.Match[str], today: date) -> Quantity | None:
    year, sure = _year_of(match, today)
    following = match.string[match.end() :]
    if match["digits"] and not match.group().endswith(("年", "年度")):
        if not 1990 <= year <= today.year + _AHEAD or _amount_before(match):
            return None
        if re.match(r"[0-9.:/+-]", following) or _NO_YEAR.match(following):
            return None
        sure = 0.4 if year == 2000 else 0.7
    if match["short"]:
        year_digits = int(match["short"])
        if not 15 <= year_digits <= today.year % 100 + 1 or year_digits in (20, 30):
            return None
        if _LENGTH_AFTER.match(following):
            return None
        if _LENGTH_BEFORE.search(match.string, max(0, match.start() - 5), match.start()):
            return None
        sure = 0.5
    return _quantity("year", match, date(year, 1, 1), date(year, 12, 31), sure, value=year)


def _near(match: re.Match[str], today: date) -> Quantity | None:
    said = match.group()
    if said in _NEAR_DAYS:
        day = today + timedelta(days=_NEAR_DAYS[said])
        return _quantity("date", match, day, day, 0.9)
    month = today.year * 12 + today.month - 1 + {"上": -1, "下": 1}.get(said[0], 0)
    year, month = month // 12, month % 12 + 1
    first, last = date(year, month, 1), _last_of_month(year, month)
    part = match["this"] or match["other"] or match["of_month"]
    if part == "初":
        return _quantity("date", match, first, first.replace(day=10), 0.7, approximate=True)
    if part:
        return _quantity("date", match, first.replace(day=21), last, 0.7, approximate=True)
    return _quantity("date", match, first, last, 0.8)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Quantity | None]], ...] = (
    (_RANGE_OF_YEARS, _years),
    (_ISO, _iso),
    (_COMPACT, _compact),
    (_HALF, _half_year),
    (_QUARTER, _quarter),
    (_MONTHS, _months),
    (_DATE, _date),
    (_PART_OF_YEAR, _part_of_year),
    (_BARE_YEAR, _bare_year),
    (_NEAR, _near),
)


def _year_of(match: re.Match[str], today: date) -> tuple[int, float]:
    """The year that was said, or the current one, and how sure that is."""
    if match["digits"]:
        return int(match["digits"]), 0.95
    if match["spelled"]:
        return spelled(match["spelled"]), 0.95
    if match["short"]:
        return 2000 + int(match["short"]), 0.8
    if match["relative"]:
        return today.year + _OFFSETS[match["relative"].removesuffix("度")], 0.9
    return today.year, 0.7


def _amount_before(match: re.Match[str]) -> bool:
    return bool(_AMOUNT_BEFORE.search(match.string, max(0, match.start() - 8), match.start()))


def _month(match: re.Match[str], year: int, month: int, confidence: float) -> Quantity:
    return _quantity("date", match, date(year, month, 1), _last_of_month(year, month), confidence)


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quantity(
    kind: Kind,
    match: re.Match[str],
    first: date,
    last: date,
    confidence: float,
    *,
    value: int | None = None,
    upper: int | None = None,
    approximate: bool = False,
) -> Quantity:
    return Quantity(
        kind, None if value is None else Decimal(value), match.start(), match.end(),
        match.group(), confidence, approximate=approximate, first=first, last=last,
        upper=None if upper is None else Decimal(upper),
    )  # fmt: skip
