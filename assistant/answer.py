"""The answer as the contract fixes it: statements, citations, calculations, verdicts, warnings.

In:  nothing of ours but `ingest.document`.
Out: frozen types; `Answer.to_json()` is valid under the answer schema
     (tests/assistant/test_pipeline.py).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Behaviour(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    REFUSE = "refuse"


class StatementKind(StrEnum):
    CONCLUSION = "conclusion"
    QUOTE = "quote"
    FIGURE = "figure"
    CONDITION = "condition"
    CAVEAT = "caveat"
    QUESTION = "question"
    COURTESY = "courtesy"


class Verdict(StrEnum):
    APPLIES = "applies"
    MAY_APPLY = "may_apply"
    DOES_NOT_APPLY = "does_not_apply"


class Truth(StrEnum):
    """A condition in three values (met / unmet / unknown)."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class WarningCode(StrEnum):
    EXPIRED = "expired"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EFFECTIVE_DATE_UNKNOWN = "effective_date_unknown"
    DRAFT = "draft"
    REPLY_LETTER = "reply_letter"
    JURISDICTION = "jurisdiction"
    DIGITS_LOST = "digits_lost"
    NOT_STATED = "not_stated"
    UPPER_BOUND = "upper_bound"
    TARGET_NOT_BENEFIT = "target_not_benefit"
    REPAYABLE = "repayable"
    NOT_THE_APPLICANT = "not_the_applicant"
    SOURCE_TYPO = "source_typo"
    UNREVIEWED = "unreviewed"
    READING_DEPENDENT = "reading_dependent"
    INJECTION = "injection"


class Citation(_Frozen):
    """A verbatim quote: document text [start:end], counted in characters."""

    n: int = Field(ge=1)
    document_id: str
    document_title: str
    document_number: str | None
    clause_path: str
    quote: str
    start: int
    end: int
    url: str
    status: str | None = None


class Statement(_Frozen):
    """One sentence with its grounds: citation numbers and calculation ids."""

    text: str
    kind: StatementKind
    citations: tuple[int, ...] = ()
    calculations: tuple[str, ...] = ()
    mark: str = ""  # list mark before the sentence in `text`: "- " or ""
    paragraph: int = 0


class CalculationStep(_Frozen):
    label: str
    value: str


class Calculation(_Frozen):
    id: str
    measure_id: str
    label: str
    amount_kind: str
    amount_yuan: str | None
    currency: str = "CNY"
    per: str | None
    formula: str
    inputs: dict[str, Any]
    steps: tuple[CalculationStep, ...]
    citations: tuple[int, ...]


class Reason(_Frozen):
    """One condition and how it came out; `slots` are the facts that would decide an open one."""

    condition: str
    result: Truth
    citation: int | None = None
    slots: tuple[str, ...] = ()


class MeasureVerdict(_Frozen):
    id: str
    title: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    citations: tuple[int, ...]
    aliases: tuple[str, ...] = ()


class Warning(_Frozen):
    code: WarningCode
    message: str


class Missing(_Frozen):
    slot: str
    question: str


class Generator(_Frozen):
    mode: str = "rules"
    model: str | None = None


class Understood(_Frozen):
    slot: str
    value: str
    unit: str | None = None
    span: tuple[int, int] | None = None
    turn: int = Field(ge=1)
    label: str | None = None


class Answer(_Frozen):
    id: str
    session_id: str
    behaviour: Behaviour
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    calculations: tuple[Calculation, ...]
    measures: tuple[MeasureVerdict, ...]
    warnings: tuple[Warning, ...]
    missing: tuple[Missing, ...]
    as_of: date
    region: str | None
    generator: Generator
    understood: tuple[Understood, ...]
    snapshot: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, by the names of the contract."""
        return self.model_dump(mode="json")
