"""The question set of the project's own, as policy officers write it, read strictly.

In:  a folder of YAML files, one per category: id, turns, as_of?, expect, notes; words.yaml names
     groups of wordings that must_include_any refers to as "@group"; clauses.yaml holds
     question–clause pairs for the searchers. The folders in seen/ hold questions that have
     been looked into, set by set: they are all open.
Out: frozen questions, every clause they name checked against the documents. A file with an
     unknown key is refused with its name, the question's id and the key (tests/evals).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from assistant.answer import Behaviour, WarningCode
from evals.errors import QuestionError
from ingest.document import Document
from ingest.sources import load_sources

FOLDER = Path(__file__).parent / "questions"
CORPUS = Path(__file__).parent.parent / "corpus"
ASKED_ON = date(2026, 11, 20)  # the day a question is asked as of, unless it says another
Half = Literal["open", "held"]
Parts = Mapping[str, frozenset[str]]
AmountWord = Literal[
    "upper_limit",
    "cap_only",
    "sum_of_caps",
    "not_eligible",
    "threshold",
    "allocation",
    "exact",
    "determined_if_adopted",
]


class Part(NamedTuple):
    """A part of a document: cq-jingxin-2024-7, 四、（一）."""

    document: str
    clause: str


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnExpectation(_Strict):
    """What one turn must give; a key that is not there is not judged.

    behaviour        any of these
    amount_yuan      each is the amount of some calculation, in 元
    alt_amount_yuan  likewise (another reading of the text)
    amount_kind      what the first amount must be called
    """

    behaviour: tuple[Behaviour, ...] = ()
    amount_yuan: tuple[Decimal, ...] = ()
    alt_amount_yuan: tuple[Decimal, ...] = ()
    amount_kind: AmountWord | None = None

    @field_validator("amount_yuan", "alt_amount_yuan", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        if any(not isinstance(amount, str) for amount in value):
            raise ValueError("金额要加引号，写成以元计的十进制数，如 “487500”")
        return value


class Expectation(TurnExpectation):
    """What the last answer must show; `per_turn` judges every turn, {} leaves one out."""

    clauses: tuple[Part, ...] = ()
    also_ok_clauses: tuple[Part, ...] = ()
    warnings: tuple[WarningCode, ...] = ()
    also_ok_warnings: tuple[WarningCode, ...] = ()
    must_include: tuple[str, ...] = ()
    must_include_any: tuple[tuple[str, ...], ...] = ()
    must_not_include: tuple[str, ...] = ()
    eligible: bool | None = None
    tolerance_yuan: Decimal = Decimal("0.01")
    per_turn: tuple[TurnExpectation, ...] = ()

    @field_validator("must_include_any", mode="before")
    @classmethod
    def _named_groups(cls, value: Any, info: ValidationInfo) -> Any:
        words: Mapping[str, Any] = (info.context or {}).get("words", {})
        return [_group(entry, words) for entry in value] if isinstance(value, list) else value

    @field_validator("clauses", "also_ok_clauses")
    @classmethod
    def _known_parts(cls, value: tuple[Part, ...], info: ValidationInfo) -> tuple[Part, ...]:
        for part in value:
            _check_part(part, (info.context or {}).get("parts", {}))
        return value


class Question(_Strict):
    """A conversation with what its answers must show.

    category  the name of its file
    seen      whether its file lies in a folder of seen/
    """

    id: str = Field(min_length=1)
    category: str
    seen: bool = False
    turns: tuple[str, ...] = Field(min_length=1)
    as_of: date = ASKED_ON
    expect: Expectation
    notes: str

    @property
    def part(self) -> Half:
        """The half it belongs to: open once it has been looked into, else by its id."""
        return "open" if self.seen else half(self.id)

    @model_validator(mode="after")
    def _turns_are_judged_in_order(self) -> Question:
        judged, asked = len(self.expect.per_turn), len(self.turns)
        if judged not in (0, asked):
            raise ValueError(f"per_turn 有 {judged} 项，turns 有 {asked} 轮，应一样多")
        return self


class ClauseQuestion(_Strict):
    """A question and the one clause that answers it.

    same  clauses that say the same of what is asked
    """

    question: str = Field(min_length=1)
    document: str
    clause: str
    same: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The clause, and those that say the same."""
        return (Part(self.document, self.clause), *self.same)

    @model_validator(mode="after")
    def _known_parts(self, info: ValidationInfo) -> ClauseQuestion:
        for part in self.parts:
            _check_part(part, (info.context or {}).get("parts", {}))
        return self


def half(question_id: str) -> Half:
    """The half that a question not yet seen belongs to, by the hash of its id.

    open  looked at while building
    held  run only at the end, never looked into
    """
    return "open" if hashlib.sha256(question_id.encode()).digest()[-1] % 2 == 0 else "held"


def parts_of(documents: Iterable[Document]) -> Parts:
    """Every clause and item path of each document, by the document's id."""
    return {
        document.id: frozenset(
            [clause.path for clause in document.clauses]
            + [item.path for clause in document.clauses for item in clause.items]
        )
        for document in documents
    }


def load_questions(parts: Parts, folder: Path = FOLDER) -> tuple[Question, ...]:
    """All conversations of the folder and of seen/ in it, by file and as written.

    Raises QuestionError.
    """
    words = _read(folder / "words.yaml", dict)
    context = {"words": words, "parts": parts}
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("seen/*/*.yaml")]):
        if file.stem in ("words", "clauses"):
            continue
        place = file.relative_to(folder).as_posix()
        for question_id, row in _rows(file):
            if question_id in seen:
                raise QuestionError(
                    f"{place}：{question_id}：id 重复，{seen[question_id]} 里已经有了"
                )
            seen[question_id] = place
            row = {**row, "category": file.stem, "seen": file.parent != folder}
            questions.append(_validated(Question, row, place, question_id, context))
    return tuple(questions)


def own_questions() -> tuple[Question, ...]:
    """The project's question set, checked against its corpus."""
    return load_questions(parts_of(load_sources(CORPUS)))


def chosen(
    questions: Iterable[Question],
    *,
    part: str = "all",
    only: frozenset[str] = frozenset(),
    category: str | None = None,
) -> tuple[Question, ...]:
    """The questions of one half (or "all"), of these ids and of this category, where given."""
    return tuple(
        question
        for question in questions
        if part in ("all", question.part)
        and (not only or question.id in only)
        and (category is None or question.category == category)
    )


def load_clause_questions(
    parts: Parts, path: Path = FOLDER / "clauses.yaml"
) -> tuple[ClauseQuestion, ...]:
    """The question–clause pairs. Raises QuestionError."""
    rows = _read(path, list)
    return tuple(
        _validated(ClauseQuestion, row, path.name, f"第{i}条", {"parts": parts})
        for i, row in enumerate(rows, start=1)
    )


def _rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for i, row in enumerate(_read(file, list), start=1):
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise QuestionError(f"{file.name}：第{i}题：id：每题要有文字的 id")
        if key := next((key for key in ("category", "seen") if key in row), None):
            raise QuestionError(f"{file.name}：{row['id']}：{key}：由文件的名字和位置定，不另写")
        yield row["id"], row


_Shape = TypeVar("_Shape", list[Any], dict[str, Any])
_Model = TypeVar("_Model", bound=BaseModel)


def _read(file: Path, shape: type[_Shape]) -> _Shape:
    try:
        value = yaml.load(file.read_text(encoding="utf-8"), _UniqueKeys)
    except OSError as error:
        raise QuestionError(f"{file.name}：读不出（{error.strerror}）") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise QuestionError(f"{file.name}：不是合格的 UTF-8 YAML：{error}") from error
    if not isinstance(value, shape):
        raise QuestionError(f"{file.name}：应为{'列表' if shape is list else '映射'}")
    return value


class _UniqueKeys(yaml.CSafeLoader):
    """The safe loader, which would let the last of two equal keys win, refusing them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"键 {key} 出现了两次", problem_mark=node.start_mark
                )
        return super().construct_mapping(node, deep=deep)


def _validated(
    model: type[_Model], row: Any, file: str, name: str, context: Mapping[str, Any]
) -> _Model:
    try:
        return model.model_validate(row, context=dict(context))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in first["loc"]) or "整题"
        raise QuestionError(f"{file}：{name}：{key}：{_in_chinese(first)}") from error


def _in_chinese(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "没有这个键"
        case "missing":
            return "缺少这个键"
        case "value_error":
            return str(error["ctx"]["error"])
        case "enum" | "literal_error":
            return f"{error['input']} 不在可用的值之内，应为 {error['ctx']['expected']}"
        case _:
            return f"{error['input']!r} 不合要求（{error['msg']}）"


def _group(entry: Any, words: Mapping[str, Any]) -> Any:
    if not isinstance(entry, str):
        return entry
    if not entry.startswith("@") or entry[1:] not in words:
        raise ValueError(f"{entry} 应为一组说法的列表，或 words.yaml 里的“@组名”")
    return words[entry[1:]]


def _check_part(part: Part, parts: Parts) -> None:
    if part.document not in parts:
        raise ValueError(f"没有文件 {part.document}，已收录：{'、'.join(sorted(parts))}")
    if part.clause not in parts[part.document]:
        raise ValueError(f"{part.document} 没有条款 {part.clause}")


def by_category(questions: Sequence[Question]) -> dict[str, list[Question]]:
    """The questions grouped by category, categories sorted."""
    groups: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda q: q.category):
        groups.setdefault(question.category, []).append(question)
    return groups
