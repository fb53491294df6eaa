"""What a request may say: its values checked, its errors worded.

In:  the texts, days and facts of a request, as they came.
Out: checked values; an `InvalidError` names the field and says what would be right
     (tests/assistant/test_service.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from assistant.measures.model import Kind
from assistant.reading.lexicon import SlotSpec

MAX_QUESTION = 2000
LONGEST = 40  # characters of a value that an error repeats
FIRST_YEAR, LAST_YEAR = 1949, 2999
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_YES_NO = {True: "是", False: "否", "是": "是", "否": "否"}


class ServiceError(Exception):
    """The request cannot be served. The message is for the person who made it.

    field  the field of the request that is wrong, where it is one
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(ServiceError):
    """What the request names does not exist."""


class InvalidError(ServiceError):
    """A value of the request makes no sense."""


class NotReadyError(ServiceError):
    """There is no snapshot to answer from, or the service is overloaded; trying later may help."""


def checked_question(text: str, field: str = "question") -> str:
    """The text without outer white space; InvalidError where it is empty, too long or no text."""
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise InvalidError("文字里有无法识别的字符，请改用 UTF-8 文字。", field)
    if len(text) > MAX_QUESTION:
        raise InvalidError(
            f"共 {len(text)} 个字，太长了。请写成不超过 {MAX_QUESTION} 个字。", field
        )
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise InvalidError("没有内容。请写出要问的事，例如“技改贷款贴息怎么算”。", field)
    return text.strip()


def checked_facts(
    slots: Mapping[str, SlotSpec], facts: Mapping[str, Any], where: str
) -> dict[str, str | list[str]]:
    """Facts of a case in the slots' own values: decimals as strings, yes and no as 是 and 否.

    Unknown ones (null) are left out. Raises InvalidError with the slot and what would be right.
    """
    checked: dict[str, str | list[str]] = {}
    for name, value in facts.items():
        slot = slots.get(name)
        field = f"{where}.{name}"
        if slot is None:
            near = get_close_matches(name, slots, n=3, cutoff=0.5)
            hint = f"是否应写作{listed(near)}？" if near else ""
            raise InvalidError(
                f"没有“{brief(name)}”这一项，{hint}可用的名称见 GET /api/slots。", field
            )
        if value is not None:
            checked[name] = _checked_value(slot, value, field)
    return checked


def _checked_value(slot: SlotSpec, value: Any, field: str) -> str | list[str]:
    def wrong(right: str) -> InvalidError:
        return InvalidError(f"{slot.label}“{brief(value)}”不对，应为{right}。", field)

    match slot.type:
        case "choice":
            if not isinstance(value, str) or value not in slot.values:
                raise wrong(f"{listed(slot.values)}之一")
            return value
        case "choices":
            chosen = value if isinstance(value, list) else [value]
            if not all(isinstance(item, str) and item in slot.values for item in chosen):
                raise wrong(f"{listed(slot.values)}中的一个或几个")
            return chosen
        case "flag":
            if not isinstance(value, bool | str) or value not in _YES_NO:
                raise wrong("true、false、“是”或“否”")
            return _YES_NO[value]
        case "money" | "rate" | "number":
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise wrong(_decimal_form(slot))
            text = str(value).strip()
            if not _DECIMAL.fullmatch(text):
                raise wrong(_decimal_form(slot))
            return text
        case "date":
            if not isinstance(value, str) or parse_day(value) is None:
                raise wrong("YYYY-MM-DD 形式的日期")
            return value
        case _:
            if not isinstance(value, str) or not 0 < len(value) <= MAX_QUESTION:
                raise wrong("一段文字")
            return value


def _decimal_form(slot: SlotSpec) -> str:
    if slot.type == "money":
        return "以元为单位的十进制数，例如“50000000”表示5000万元"
    if slot.type == "rate":
        return "小数，例如“0.04”表示4%"
    return f"数字（单位：{slot.unit}）" if slot.unit else "数字"


def parse_kinds(text: str) -> frozenset[Kind]:
    """The kinds named, separated by commas; none for an empty text. Raises InvalidError."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in list(Kind):
            raise InvalidError(f"没有“{brief(name)}”这个类别，应为{listed(Kind)}之一。", "kind")
    return frozenset(map(Kind, names))


def parse_day(text: str) -> date | None:
    """The day written as YYYY-MM-DD, between 1949 and 2999; None where it is none."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def brief(value: object) -> str:
    """A value as an error repeats it, cut where it is long."""
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def listed(names: Iterable[str]) -> str:
    """Names as an error lists them."""
    return "、".join(names)
