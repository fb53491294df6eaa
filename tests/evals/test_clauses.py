"""Finding the clause: an item counts for the clause it stands in."""

from __future__ import annotations

from typing import Any

from evals.clauses import clauses_of_items, find
from evals.questions import CORPUS, ClauseQuestion, Part, load_clause_questions, parts_of
from ingest.sources import load_sources


class Searcher:
    """A client that finds the same items for every query."""

    def __init__(self, *found: tuple[str, str]) -> None:
        self._found = [{"document_id": d, "clause_path": p} for d, p in found]

    def search(self, _query: str, k: int) -> Any:
        return self._found[:k]


def test_items_of_one_clause_count_once() -> None:
    clause_of = {
        Part("a", "一、（一）·一是"): Part("a", "一、（一）"),
        Part("a", "一、（一）·二是"): Part("a", "一、（一）"),
    }
    question = ClauseQuestion.model_validate(
        {"question": "贴多少", "document": "a", "clause": "一、（一）·二是"},
        context={"parts": {"a": {"一、（一）·二是"}}},
    )
    client: Any = Searcher(("b", "二"), ("a", "一、（一）·一是"), ("a", "一、（一）"), ("c", "三"))
    found = find(client, question, clause_of)
    assert found.clauses == (Part("b", "二"), Part("a", "一、（一）"), Part("c", "三"))
    assert not found.within(1)
    assert found.within(2)


def test_the_pairs_are_many_and_name_clauses_of_the_corpus() -> None:
    documents = load_sources(CORPUS)
    pairs = load_clause_questions(parts_of(documents))
    assert len(pairs) >= 200
    assert {pair.document for pair in pairs} == {document.id for document in documents}
    clause_of = clauses_of_items(documents)
    assert clause_of[Part("cq-jingxin-2024-7", "二、（一）·三是")].clause == "二、（一）"
    assert Part("cq-jinyi-2018-1", "下一步·一是") not in clause_of
