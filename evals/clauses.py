"""Whether the search finds the one clause that answers a question.

In:  pairs: evals/questions/clauses.yaml, and the question set's single turns that one clause
     answers; the snapshot of a service started here, or /api/search of one that runs.
Out: hit@1 and recall@5 with intervals, side by side of the index alone and of the assistant's
     search, by set and half. An item counts for the clause it stands in: 二、（一）·三是 for
     二、（一） (tests/evals/test_clauses.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.service import Service
from evals import pinned, results
from evals.confidence import interval
from evals.pinned import Pin
from evals.questions import (
    CORPUS,
    Half,
    Part,
    half,
    load_clause_questions,
    load_questions,
    parts_of,
)
from evals.service import HttpClient, temporary_home
from ingest.document import Document
from ingest.index import Hit
from ingest.sources import load_sources

FETCHED = 20  # items asked for; those of one clause count once
PINS = "clauses.yaml"
METRICS: Mapping[str, int] = {"hit@1": 1, "recall@5": 5}
SETS = {"pairs": "一问一条", "questions": "题库里的单轮题"}
SEARCHERS = {"index": "只用索引", "search": "助手的检索"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the set and half it belongs to, and the clauses that answer it alike."""

    set: str
    half: Half
    question: str
    wanted: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Found:
    """The clauses that a searcher found for a pair, best first, each once.

    score   of the best; margin how far the second lies behind: how sure the search is
    """

    pair: Pair
    searcher: str
    clauses: tuple[Part, ...]
    score: float
    margin: float

    def within(self, k: int) -> bool:
        """Whether a wanted clause is among the first k."""
        return not self.pair.wanted.isdisjoint(self.clauses[:k])


Search = Callable[[str], Sequence[tuple[Part, float]]]


def clauses_of_items(documents: Iterable[Document]) -> Mapping[Part, Part]:
    """The clause that each item stands in."""
    return {
        Part(document.id, item.path): Part(document.id, clause.path)
        for document in documents
        for clause in document.clauses
        for item in clause.items
    }


def load_pairs(documents: Sequence[Document]) -> list[Pair]:
    """All pairs, items taken for their clauses. Raises QuestionError."""
    parts, clause_of = parts_of(documents), clauses_of_items(documents)

    def wanted(*named: Part) -> frozenset[Part]:
        return frozenset(clause_of.get(part, part) for part in named)

    pairs = [
        Pair("pairs", half(one.question), one.question, wanted(*one.parts))
        for one in load_clause_questions(parts)
    ]
    return pairs + [
        Pair("questions", one.part, one.turns[0], wanted(*one.expect.clauses))
        for one in load_questions(parts)
        if len(one.turns) == len(one.expect.clauses) == 1
    ]


def find(pair: Pair, searcher: str, search: Search, clause_of: Mapping[Part, Part]) -> Found:
    """Search with a pair's question."""
    best: dict[Part, float] = {}
    for part, score in search(pair.question):
        best.setdefault(clause_of.get(part, part), score)
    scores = [*best.values(), 0.0, 0.0]
    return Found(pair, searcher, tuple(best), scores[0], scores[0] - scores[1])


@contextmanager
def searchers(base_url: str | None) -> Iterator[Mapping[str, Search]]:
    """The searchers by name: of a running service only its own, else the index alone beside it."""
    if base_url is not None:
        client = HttpClient(base_url)
        try:
            yield {"search": lambda query: _of_json(client.search(query, FETCHED))}
        finally:
            client.close()
        return
    with temporary_home() as settings, Service(settings) as service, service.desk() as desk:
        yield {
            "index": lambda query: _of_hits(desk.snapshot.search(query, FETCHED)),
            "search": lambda query: _of_hits(desk.search(query, k=FETCHED)),
        }


def _of_json(hits: Sequence[Mapping[str, Any]]) -> list[tuple[Part, float]]:
    return [(Part(hit["document_id"], hit["clause_path"]), hit["score"]) for hit in hits]


def _of_hits(hits: Sequence[Hit]) -> list[tuple[Part, float]]:
    return [(Part(hit.document_id, hit.path), hit.score) for hit in hits]


def measure(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Per set, half (and both, "all") and searcher the metrics with their intervals."""
    rows: list[dict[str, Any]] = []
    for name in SETS:
        for part in ("open", "held", "all"):
            for searcher in SEARCHERS:
                chosen = [
                    one
                    for one in found
                    if one.pair.set == name
                    and one.searcher == searcher
                    and part in (one.pair.half, "all")
                ]
                if not chosen:
                    continue
                row: dict[str, Any] = {"set": name, "half": part, "searcher": searcher}
                for metric, k in METRICS.items():
                    values = [float(one.within(k)) for one in chosen]
                    row[metric] = sum(values) / len(values)
                    row[f"{metric} interval"] = list(interval(values))
                rows.append({**row, "questions": len(chosen)})
    return rows


def check(rows: Sequence[Mapping[str, Any]]) -> list[Pin]:
    """What is pinned, beside what was measured; only of the sets and searchers measured."""
    return [
        pin
        for row in rows
        if row["half"] == "all"
        for pin in pinned.compare(
            PINS, (row["set"], row["searcher"]), {metric: row[metric] for metric in METRICS}
        )
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where a pinned score is not reached."""
    parser = argparse.ArgumentParser(
        prog="python -m evals clauses",
        description="检索：一问一条，报告 hit@1 和 recall@5，只用索引与助手的检索并列。",
    )
    parser.add_argument("--set", choices=SETS, help="只跑这一种题：一问一条，或题库里的单轮题")
    parser.add_argument("--verbose", action="store_true", help="列出 open 一半里没排第一的题")
    parser.add_argument("--json", type=Path, metavar="文件", help="把结果写到文件")
    parser.add_argument("--base-url", metavar="URL", help="已在运行的服务；不给则在本进程里检索")
    args = parser.parse_args(argv)
    documents = load_sources(CORPUS)
    clause_of = clauses_of_items(documents)
    pairs = [pair for pair in load_pairs(documents) if args.set in (None, pair.set)]
    with searchers(args.base_url) as named:
        found = [
            find(pair, name, search, clause_of) for pair in pairs for name, search in named.items()
        ]
    if args.verbose:
        for one in found:
            if one.searcher == "search" and one.pair.half == "open" and not one.within(1):
                wanted = "、".join(sorted(" ".join(part) for part in one.pair.wanted))
                best = "；".join(" ".join(part) for part in one.clauses[:5])
                print(f"{one.pair.question}\n  应为 {wanted}，找到 {best}")
    rows = measure(found)
    print(table(rows))
    pins = check(rows)
    print("\n".join(map(str, pins)))
    if args.json is not None:
        findings = {"clauses": rows, "rows": [_row(one) for one in found]}
        results.write(args.json, "clauses", argv or (), findings)
    return int(any(pin.failed for pin in pins))


def _row(one: Found) -> dict[str, Any]:
    return {
        "set": one.pair.set,
        "half": one.pair.half,
        "searcher": one.searcher,
        "question": one.pair.question,
        "wanted": sorted(map(list, one.pair.wanted)),
        "found": [list(part) for part in one.clauses[:10]],
        "score": one.score,
        "margin": one.margin,
        "right": one.within(1),
    }


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The metrics as lines of text."""
    lines = []
    for row in rows:
        of = f"（{row['half']}，{row['questions']} 题）"
        name = f"{SETS[row['set']]}{of}{SEARCHERS[row['searcher']]}"
        figures = []
        for metric in METRICS:
            low, high = row[f"{metric} interval"]
            figures.append(f"{metric} {row[metric]:.3f} [{low:.3f}, {high:.3f}]")
        lines.append(f"{name}：{'，'.join(figures)}")
    return "\n".join(lines)
