"""Whether the search finds the one clause that answers a question.

In:  evals/questions/clauses.yaml; /api/search of a running service, or of one started here.
Out: hit@1 and recall@5. An item counts for the clause it stands in: 二、（一）·三是 for 二、（一）
     (tests/evals/test_clauses.py).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals import pinned
from evals.pinned import Score
from evals.questions import CORPUS, ClauseQuestion, Part, load_clause_questions, parts_of
from evals.service import Client, connected
from ingest.document import Document
from ingest.sources import load_sources

FETCHED = 20  # items asked for; those of one clause count once


@dataclass(frozen=True, slots=True)
class Found:
    """A question, the clause that answers it, and the clauses found, best first, each once."""

    question: str
    wanted: Part
    clauses: tuple[Part, ...]

    def within(self, k: int) -> bool:
        """Whether the wanted clause is among the first k."""
        return self.wanted in self.clauses[:k]


def clauses_of_items(documents: Iterable[Document]) -> Mapping[Part, Part]:
    """The clause that each item stands in."""
    return {
        Part(document.id, item.path): Part(document.id, clause.path)
        for document in documents
        for clause in document.clauses
        for item in clause.items
    }


def find(client: Client, question: ClauseQuestion, clause_of: Mapping[Part, Part]) -> Found:
    """Search with a question's words."""
    wanted = Part(question.document, question.clause)
    hits = client.search(question.question, FETCHED)
    parts = [Part(hit["document_id"], hit["clause_path"]) for hit in hits]
    clauses = dict.fromkeys(clause_of.get(part, part) for part in parts)
    return Found(question.question, clause_of.get(wanted, wanted), tuple(clauses))


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where a pinned score is not reached."""
    parser = argparse.ArgumentParser(
        prog="python -m evals clauses", description="检索：一问一条，报告 hit@1 和 recall@5。"
    )
    parser.add_argument("--verbose", action="store_true", help="列出前五条里没有的题")
    parser.add_argument("--json", type=Path, metavar="文件", help="把逐题结果写到文件")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--base-url", metavar="URL", help="已在运行的服务；不给则自行启动")
    where.add_argument("--in-process", action="store_true", help="不经 HTTP，在本进程里检索")
    args = parser.parse_args(argv)
    documents = load_sources(CORPUS)
    questions = load_clause_questions(parts_of(documents))
    clause_of = clauses_of_items(documents)
    with connected(args.base_url, in_process=args.in_process) as (client, _):
        found = [find(client, question, clause_of) for question in questions]
    if args.verbose:
        for one in found:
            if not one.within(5):
                best = "；".join(" ".join(part) for part in one.clauses[:5])
                print(f"{one.question}\n  应为 {' '.join(one.wanted)}，找到 {best}")
    scores = [
        Score(name, sum(one.within(k) for one in found), len(found), pinned.lowest(pin))
        for name, k, pin in (
            ("hit@1", 1, "clauses_hit_at_1"),
            ("recall@5", 5, "clauses_recall_at_5"),
        )
    ]
    print("\n".join(map(str, scores)))
    if args.json is not None:
        rows = [
            {
                "question": one.question,
                "wanted": list(one.wanted),
                "found": [list(part) for part in one.clauses[:10]],
            }
            for one in found
        ]
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return int(any(score.failed for score in scores))
