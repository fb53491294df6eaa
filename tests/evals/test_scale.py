"""Laws as files: what is written is found again when they are taken in."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.questions import CORPUS
from evals.scale import write_laws
from ingest.intake import take_in
from ingest.sources import load_sources

ROWS = [
    {"law": "甲法", "chapter": "第一章 总则", "article": "第一条", "text": "为了公平，制定本法。"},
    {"law": "甲法", "chapter": "第一章 总则", "article": "第二条", "text": "本法适用于企业。"},
    {"law": "甲法", "chapter": "第二章 附则", "article": "第三条", "text": "自公布之日起施行。"},
    {"law": "乙条例", "chapter": "", "article": "第一条", "text": "为了安全，制定本条例。"},
]


def articles(folder: Path, *lines: str) -> Path:
    path = folder / "articles.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)
    return path


def test_every_article_is_a_clause_of_its_law(tmp_path: Path) -> None:
    corpus, laws = tmp_path / "corpus", tmp_path / "laws"
    shutil.copytree(CORPUS, corpus)
    path = articles(tmp_path, *(json.dumps(row) for row in ROWS))
    assert write_laws(path, laws) == 2
    take_in([laws], corpus, today=date(2026, 11, 20))
    taken = {document.title: document for document in load_sources(corpus)}
    for row in ROWS:
        document = taken[row["law"]]
        clause = next(c for c in document.clauses if c.path.endswith(row["article"]))
        assert row["text"] in document.quote(clause.start, clause.end)


def test_a_line_that_is_no_article_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="第1行"):
        write_laws(articles(tmp_path, '{"law": "甲法"}'), tmp_path / "laws")
