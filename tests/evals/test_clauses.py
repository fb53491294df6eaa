"""Finding the clause: an item counts for the clause it stands in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.clauses import (
    Found,
    Pair,
    check,
    clauses_of_items,
    find,
    load_pairs,
    main,
    measure,
)
from evals.questions import CORPUS, Part, load_clause_questions, parts_of
from ingest.sources import load_sources

CLAUSE_OF = {
    Part("a", "一、（一）·一是"): Part("a", "一、（一）"),
    Part("a", "一、（一）·二是"): Part("a", "一、（一）"),
}
PAIR = Pair("pairs", "open", "贴多少", frozenset({Part("a", "一、（一）"), Part("d", "四")}))


def test_items_of_one_clause_count_once() -> None:
    hits = [
        (Part("b", "二"), 0.9),
        (Part("a", "一、（一）·一是"), 0.7),
        (Part("a", "一、（一）"), 0.6),
        (Part("c", "三"), 0.5),
    ]
    found = find(PAIR, "search", lambda _query: hits, CLAUSE_OF)
    assert found.clauses == (Part("b", "二"), Part("a", "一、（一）"), Part("c", "三"))
    assert (found.score, found.margin) == (0.9, pytest.approx(0.2))
    assert not found.within(1)
    assert found.within(2)


def test_any_clause_that_says_the_same_counts() -> None:
    assert find(PAIR, "search", lambda _query: [(Part("d", "四"), 1.0)], CLAUSE_OF).within(1)


def test_the_metrics_are_of_each_half_and_of_both() -> None:
    right, wrong = (Part("a", "一、（一）"),), (Part("b", "二"),)
    held = Pair("pairs", "held", "奖多少", PAIR.wanted)
    rows = measure([Found(PAIR, "search", right, 1, 1), Found(held, "search", wrong, 1, 1)])
    assert [(row["half"], row["hit@1"], row["questions"]) for row in rows] == [
        ("open", 1.0, 1),
        ("held", 0.0, 1),
        ("all", 0.5, 2),
    ]
    assert rows[2]["hit@1 interval"] == [0.0, 1.0]
    assert all(pin.failed for pin in check(rows))


def test_the_pairs_are_many_and_name_clauses_of_the_corpus() -> None:
    documents = load_sources(CORPUS)
    pairs = load_clause_questions(parts_of(documents))
    assert len(pairs) >= 200
    assert {pair.document for pair in pairs} == {document.id for document in documents}
    clause_of = clauses_of_items(documents)
    assert clause_of[Part("cq-jingxin-2024-7", "二、（一）·三是")].clause == "二、（一）"
    assert Part("cq-jinyi-2018-1", "下一步·一是") not in clause_of
    loaded = load_pairs(documents)
    assert sum(pair.set == "pairs" for pair in loaded) == len(pairs)
    assert sum(pair.set == "questions" for pair in loaded) >= 200


def test_the_assistants_search_reaches_what_is_pinned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "clauses.json"
    assert main(["--set", "pairs", "--json", str(out)]) == 0
    assert "pairs search hit@1" in capsys.readouterr().out
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["command"] == f"python -m evals clauses --set pairs --json {out}"
    index, search = (
        next(r for r in found["clauses"] if (r["half"], r["searcher"]) == ("all", searcher))
        for searcher in ("index", "search")
    )
    assert index["hit@1"] < search["hit@1"]
