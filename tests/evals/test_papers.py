"""Papers of every shape: the maker's labels, the cutting, the reading, and what the report says."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals import papers
from evals.errors import EvaluationError
from evals.paper_maker import SHAPES, LabelledPaper, made
from evals.questions import CORPUS
from ingest.divisions import read_divisions

DIVISIONS = read_divisions(CORPUS)
MADE = list(made(7, rounds=1))


def test_the_labels_tile_the_papers_and_every_shape_is_there() -> None:
    assert len(SHAPES) >= 25
    assert {paper.shape for paper in MADE} == set(SHAPES)
    for paper in MADE:
        assert "".join(paper.text[start:end] for _, start, end in paper.parts) == paper.text
    assert list(made(7, rounds=1)) == MADE


def test_the_scores_reach_what_is_pinned() -> None:
    judged = [papers.judge(paper, DIVISIONS) for paper in MADE]
    judged += [papers.judge(paper, DIVISIONS) for paper in papers.habits()]
    judged += [papers.judge(paper, DIVISIONS, items=False) for paper in papers.reviewed()]
    assert all(one.whole for one in judged)
    assert [str(score) for score in papers.summary(judged) if score.failed] == []


def test_a_part_cut_one_character_early_and_a_wrong_fact_are_seen() -> None:
    paper = next(each for each in MADE if each.shape == "通知印发办法")
    right = papers.judge(paper, DIVISIONS)
    (first, start, end), (second, _, last), *others = paper.parts
    parts = ((first, start, end - 3), (second, end - 3, last), *others)
    facts = {**paper.facts, "title": "别的办法"}
    wrong = papers.judge(replace(paper, parts=parts, facts=facts), DIVISIONS)
    assert wrong.parts[0] < right.parts[0]
    assert wrong.facts["title"] == (0, 1, 1)
    assert any("别的办法" in line for line in wrong.wrong)


def test_statutes_are_put_together_from_their_articles(tmp_path: Path) -> None:
    rows = [
        {"file": "某法", "law": "某法", "chapter": chapter, "article": article, "text": text}
        for chapter, article, text in (
            ("第一章 总则", "第一条", "甲。"),
            ("第一章 总则", "第二条", "乙：\n（一）丙；\n（二）丁。"),
            ("第二章 附则", "第三条", "戊。"),
        )
    ]
    file = tmp_path / "laws.jsonl.gz"
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_bytes(gzip.compress(lines.encode()))
    (law,) = papers.statutes(file)
    assert isinstance(law, LabelledPaper)
    assert [path for path, _, _ in law.parts] == [
        "标题", "第一章", "第一条", "第二条", "第二章", "第三条",
    ]  # fmt: skip
    judged = papers.judge(law, DIVISIONS, items=False)
    assert judged.parts == (6, 6, 6)
    file.write_bytes(b"no gzip")
    with pytest.raises(EvaluationError, match="gzip"):
        list(papers.statutes(file))
