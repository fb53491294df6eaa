"""Measures that state a ceiling, a waiver, or no number at all.

In:  the terms. The case changes nothing here.
Out: one working. A ceiling is a bound and nothing is derived from it; what is not stated or was
     lost has no number (tests/assistant/calculators/cases.yaml).
"""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators.case import AmountKind, Case, Step, Words, Working
from assistant.calculators.money import exact
from assistant.calculators.terms import Terms


def ceiling(terms: Terms, case: Case) -> tuple[Working, ...]:
    """A stated ceiling without a share: that ceiling as a bound, in its own currency."""
    return _ceiling(terms, case, "上限", "原文未载比例")


def staged_ceiling(terms: Terms, case: Case) -> tuple[Working, ...]:
    """A stated ceiling over several stages, of which the single amounts are not stated."""
    return _ceiling(terms, case, "各阶段合计上限", "原文未载各阶段金额")


def _ceiling(terms: Terms, case: Case, label: str, open_point: str) -> tuple[Working, ...]:
    top = terms.values.get("ceiling")
    if top is None:
        return unstated(terms, case)
    return (
        Working(
            label,
            AmountKind.UPPER_BOUND,
            top,
            terms.per.get("ceiling"),
            lambda: Words(
                f"最高不超{exact(top, terms.currency)}（{open_point}，不能再推算）",
                steps=(Step("原文上限", exact(top, terms.currency)),),
            ),
            terms.currency,
            ("ceiling",),
            "ceiling",
        ),
    )


def waiver(terms: Terms, case: Case) -> tuple[Working, ...]:  # noqa: ARG001 - one signature for all
    """A fee that is waived: nothing to pay."""
    return (
        Working(
            "免收后应付金额",
            AmountKind.ZERO,
            Decimal(0),
            None,
            lambda: Words("免收，应付0元", steps=(Step("免收后应付金额", "0元"),)),
        ),
    )


def unstated(terms: Terms, case: Case) -> tuple[Working, ...]:  # noqa: ARG001
    """The source states neither share nor ceiling: no number."""
    return (_undetermined("原文未载明比例和金额，无法计算"),)


def lost(terms: Terms, case: Case) -> tuple[Working, ...]:  # noqa: ARG001
    """The digits were lost before the text reached us: no number, and none is filled in."""
    return (_undetermined("原文的数字在文本转换时丢失，无法计算"),)


def _undetermined(why: str) -> Working:
    return Working("金额", AmountKind.UNDETERMINED, None, None, lambda: Words(why))
