"""Measures (措施): what a document gives, offers, aims at or reports, as reviewed data.

In:  plain values of corpus/measures/*.yaml, as a snapshot carries them.
Out: frozen, typed measures. A number that does not stand in its quoted clause is refused
     (`assistant.measures.reader`; tests/corpus).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_SCALE = {"万元": 10_000, "亿元": 100_000_000}


class Kind(StrEnum):
    """What sort of thing a measure is; only the first four are something an applicant can use."""

    BENEFIT = "benefit"  # 补贴、奖励、贴息、补助
    FEE_WAIVER = "fee_waiver"  # 费用减免
    REPAYABLE = "repayable"  # 须归还的资金、贷款或借债额度
    PRODUCT = "product"  # 金融产品（鼓励、推广）
    SERVICE = "service"  # 工作机制、服务
    FUND = "fund"  # 政府引导基金（股权投资）
    PILOT = "pilot"  # 探索性安排（尚无标准）
    TARGET = "target"  # 政府工作目标
    STATISTIC = "statistic"  # 历史统计、既成事实
    INTENTION = "intention"  # 复函所述打算
    DUTY = "duty"  # 对金融机构或部门的要求
    ABOUT = "about"  # 文件本身：文号、日期、范围、名词


class Rule(StrEnum):
    """The closed set of calculation rules. A new measure names one; a new rule needs code."""

    NONE = "none"  # nothing to compute
    SHARE_OF_INTEREST = "share_of_interest"  # terms: share, ceiling
    SHARE_OF_FEE = "share_of_fee"  # terms: share, ceiling, fee_rate_limit
    SHARE_OF_PREMIUM = "share_of_premium"  # terms: share, premium_rate_limit, max_years
    CEILING = "ceiling"  # terms: ceiling; no share is stated
    STAGED_CEILING = "staged_ceiling"  # terms: ceiling over all stages; stages listed
    WAIVER = "waiver"  # the fee is nil
    UNSTATED = "unstated"  # neither share nor ceiling is stated
    LOST = "lost"  # the digits were lost in the source
    ALLOCATION = "allocation"  # parts: shares of a loss borne by each party


class Bound(StrEnum):
    AT_MOST = "at_most"  # 不超、不超过、最高、以下、以内
    AT_LEAST = "at_least"  # 以上、不低于、不少于
    EXACT = "exact"
    ABOUT = "about"  # 多、余、约


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _exact(value: object) -> object:
    if isinstance(value, float | bool):
        raise ValueError("数字须写成带引号的字符串，以免失去精度")
    return value


def _dated(value: object) -> object:
    return value if isinstance(value, dict) else {date.min: value}


ExactDecimal = Annotated[Decimal, BeforeValidator(_exact)]


class Term(_Frozen):
    """A dated number with its unit, bound, clause and verbatim quote.

    values   day from which it holds → the number; null from the day it is repealed. A plain
             number, where the source states no day for it, holds on every day (from date.min)
    unit     元, 美元, 比例 (0.5 for 50%), 年, 家, 场 …
    per      what an amount is per: 项目·年, 一次性, 企业 …; None where the source does not say
    of       what a share is a share of, in the source's words
    """

    values: Annotated[dict[date, ExactDecimal | None], BeforeValidator(_dated)]
    unit: str
    bound: Bound
    per: str | None = None
    of: str | None = None
    clause: str | None = None
    quote: str

    def on(self, day: date) -> Decimal | None:
        """The value that holds on a day; None before the first or after a repeal."""
        known = [since for since in self.values if since <= day]
        return self.values[max(known)] if known else None


class Condition(_Frozen):
    """One condition: a test of one slot, or a group (`any`, `all`) of conditions.

    text   the condition in words, for the reader
    quote  where it stands; the measure's own quote where it is not given
    """

    slot: str | None = None
    is_: tuple[str, ...] | None = Field(default=None, alias="is")
    at_most: ExactDecimal | None = None
    at_least: ExactDecimal | None = None
    any_: tuple[Condition, ...] | None = Field(default=None, alias="any")
    all_: tuple[Condition, ...] | None = Field(default=None, alias="all")
    text: str | None = None
    quote: str | None = None
    clause: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("is"), str | bool):
            value = data["is"]
            text = value if isinstance(value, str) else ("是" if value else "否")
            return {**data, "is": (text,)}
        return data

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """Every slot that it tests, as they stand."""
        own = (self.slot,) if self.slot else ()
        return own + tuple(slot for part in self.any_ or self.all_ or () for slot in part.slots)

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        tests = [t for t in (self.is_, self.at_most, self.at_least) if t is not None]
        groups = [g for g in (self.any_, self.all_) if g is not None]
        if groups and (self.slot or tests or len(groups) > 1):
            raise ValueError("any、all 与 slot 只能写一种")
        if not groups and (not self.slot or len(tests) != 1):
            raise ValueError("一个条件须有 slot 和 is、at_most、at_least 三者之一")
        return self


class Valid(_Frozen):
    """For which days the measure's values are known to hold.

    from_is  "on" where the day is stated, "not_before" where only a bound is known
    """

    from_: date | None = Field(default=None, alias="from")
    from_is: Literal["on", "not_before"] = "on"
    until: date | None = None
    clause: str | None = None


class Part(_Frozen):
    """One party's share of an allocation: weight 4 of 4:2:2:2."""

    party: str
    weight: ExactDecimal


class Quote(_Frozen):
    """Another place a measure rests on: a verbatim quote of a clause of the same document."""

    clause: str
    quote: str


class Misreading(_Frozen):
    """What people take the text for, and what it says instead.

    asked  a pattern that stands in a question which takes it so
    says   the answer to that, a clause sentence without full stop
    """

    asked: str
    says: str

    @model_validator(mode="after")
    def _a_pattern(self) -> Misreading:
        try:
            re.compile(self.asked)
        except re.error as problem:
            raise ValueError(f"asked 须为正则式：{problem}") from None
        return self

    def is_of(self, question: str) -> bool:
        """Whether a question takes the text so."""
        return self._pattern.search(question) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.asked)


class Measure(_Frozen):
    """One measure of one document.

    aliases      other ids of the same measure
    keywords     words that people use for it and the text does not
    quote        the sentence it stands in, verbatim, in `clause`
    gist         one clause sentence in plain words, for the first sentence of an answer; optional
    applicant    who can use it: values of the slot `applicant`
    open_points  what the source leaves open, each a full clause sentence without full stop
    not_stated   what the source does not state (比例、分阶段金额 …), short nouns
    lost         what the source lost (比例、补贴百分点 …), short nouns
    misreadings  what people take it for, with what it says instead
    typos        misprints of the source that a reader of this measure should know
    two_readings the other reading of `per` where the text allows two: ceiling per …
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    aliases: tuple[str, ...] = ()
    title: str
    kind: Kind
    clause: str
    quote: str
    more_quotes: tuple[Quote, ...] = ()
    gist: str | None = None
    keywords: tuple[str, ...] = ()
    applicant: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    terms: dict[str, Term] = {}
    rule: Rule = Rule.NONE
    stages: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    valid: Valid | None = None
    responsible: str | None = None
    responsible_quote: str | None = None
    open_points: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    typos: tuple[str, ...] = ()
    misreadings: tuple[Misreading, ...] = ()
    two_readings: str | None = None
    document: str = ""
    region: str = ""

    @cached_property
    def usable(self) -> bool:
        """Whether it is money or relief that an applicant could ask for."""
        return self.kind in (Kind.BENEFIT, Kind.FEE_WAIVER, Kind.REPAYABLE)

    @cached_property
    def slots(self) -> frozenset[str]:
        """Every slot that its conditions test."""
        return frozenset(slot for condition in self.conditions for slot in condition.slots)

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """The numbers that it states, in 元, as rates, or as counts."""
        return frozenset(
            value * _SCALE.get(term.unit, 1)
            for term in self.terms.values()
            for value in term.values.values()
            if value is not None
        )


class MeasureFile(_Frozen):
    """One YAML file: the measures of one document. `valid` holds for each that states none."""

    document: str
    valid: Valid | None = None
    measures: tuple[Measure, ...]
    reviewed_and_none: tuple[Quote, ...] = ()
