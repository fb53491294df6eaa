"""Running questions: what is judged, what is reported, and through the assistant itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evals import examples, scoring
from evals.errors import ServiceError
from evals.questions import Expectation, Question, chosen, own_questions
from evals.service import LocalClient, converse, documents_of

if TYPE_CHECKING:
    from assistant.service import Service


def question(question_id: str, category: str, *turns: str, **expect: Any) -> Question:
    return Question(
        id=question_id,
        category=category,
        turns=turns,
        expect=Expectation.model_validate(expect),
        notes="",
    )


class Polite:
    """A client that declines everything, and breaks at 坏."""

    def ask(self, question: str, *_: object) -> Any:
        if question == "坏":
            raise ServiceError("500 出错了")
        return {
            "session_id": "s",
            "behaviour": "refuse",
            "text": "抱歉。",
            "statements": [
                {"text": "抱歉。", "kind": "courtesy", "citations": [], "calculations": []}
            ],
            "citations": [],
            "calculations": [],
            "measures": [],
            "warnings": [],
            "as_of": "2026-11-20",
        }

    def document(self, document_id: str, *_: object) -> Any:
        raise ServiceError(document_id)


def test_what_passes_and_what_fails() -> None:
    client: Any = Polite()
    results = [
        examples.run(client, question("a", "refusal", "天气", behaviour=["refuse"])),
        examples.run(client, question("b", "amount", "贴多少", behaviour=["answer"])),
        examples.run(client, question("c", "amount", "坏", behaviour=["refuse"])),
    ]
    assert [result.passed for result in results] == [True, False, False]
    assert [[f.check for f in result.failures] for result in results[1:]] == [
        ["behaviour"],
        ["error"],
    ]
    assert results[1].to_json()["fails"] == ["第1轮 behaviour：是 refuse，应为 answer"]
    lines = examples.report(results).splitlines()
    assert lines[0].split() == ["amount", "0", "/", "2"]
    assert lines[1].split() == ["refusal", "1", "/", "1"]
    assert lines[2] == "没有通过的检查：behaviour 1，error 1"


def test_choosing_by_half_id_and_category() -> None:
    own = own_questions()
    halves = chosen(own, part="open"), chosen(own, part="held")
    assert {q.part for q in halves[0]} == {"open"}
    assert sorted(q.id for part in halves for q in part) == sorted(q.id for q in own)
    assert [q.id for q in chosen(own, only=frozenset({own[3].id}))] == [own[3].id]
    assert {q.category for q in chosen(own, category="amount")} == {"amount"}


def test_an_unknown_id_is_named() -> None:
    with pytest.raises(SystemExit, match="amount-9999"):
        examples.main(["--in-process", "--only", "amount-9999"])


def test_the_assistant_answers_a_question_of_every_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {q.category: q.id for q in reversed(chosen(own_questions(), part="open"))}
    out = tmp_path / "results.json"
    only = ",".join(first.values())
    assert examples.main(["--in-process", "--only", only, "--json", str(out)]) == 0
    rows = json.loads(out.read_text(encoding="utf-8"))["own"]
    assert {row["id"] for row in rows} == set(first.values())
    assert not [row for row in rows for fail in row["fails"] if " error：" in fail]
    assert f"自有题库 open：{sum(not row['fails'] for row in rows)} / {len(first)}" in (
        capsys.readouterr().out
    )


def test_figures_are_grounded_and_quotes_verbatim_in_every_answer(service: Service) -> None:
    """Asked of every fifth open question of the set."""
    client = LocalClient(service)
    for asked in chosen(own_questions(), part="open")[::5]:
        documents = documents_of(client, asked.as_of)
        final = converse(client, asked.turns, asked.as_of).answers[-1]
        found = [
            *scoring.verbatim(final, documents),
            *scoring.grounded(asked.turns, final, documents),
        ]
        assert not found, (asked.id, found)
