"""The retrieval evaluation: figures on a collection small enough to work out by hand."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest

from evals.retrieval import Collection, CollectionError, load_collection, main, measure

CORPUS = [
    {"_id": "a", "title": "贷款", "text": "企业技术改造贷款给予贴息"},
    {"_id": "b", "title": "", "text": "独角兽企业给予一次性奖励"},
    {"_id": "c", "text": "融资担保机构给予补助"},
]
QUERIES = [{"_id": "1", "text": "技术改造贷款贴息"}, {"_id": "2", "text": "独角兽奖励"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in CORPUS)
    lines = [json.dumps(row) + "\n" for row in QUERIES]
    (tmp_path / "queries.jsonl").write_text("".join(lines), encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n2\tc\t0\n", encoding="utf-8"
    )
    return tmp_path


def test_a_collection_is_read_with_titles_before_texts(folder: Path) -> None:
    collection = load_collection(folder)
    assert collection.passages[0] == "贷款 企业技术改造贷款给予贴息"
    assert collection.passages[2] == "融资担保机构给予补助"
    assert collection.wanted == {"1": {"a": 1}, "2": {"b": 1}}


def test_the_figures_of_a_known_ranking() -> None:
    collection = Collection(
        ids=("a", "b", "c"),
        passages=("", "", ""),
        queries={"q": "?"},
        wanted={"q": {"b": 1, "c": 1}},
    )
    score = measure(collection, lambda _text, _k: [0, 1, 2], index_seconds=1.5)
    dcg = 1 / math.log2(3) + 1 / math.log2(4)
    assert score.ndcg_at_10 == pytest.approx(dcg / (1 + 1 / math.log2(3)))
    assert (score.hit_at_1, score.recall_at_10, score.recall_at_100) == (0.0, 1.0, 1.0)
    assert score.mrr_at_10 == 0.5
    assert score.index_seconds == 1.5


def test_the_corpus_own_clauses_are_found_as_well_as_pinned(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--own"]) == 0
    assert "own hybrid ndcg_at_10" in capsys.readouterr().out


def test_every_searcher_is_measured_and_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "scores.json"
    assert main(["--beir", str(folder), "--json", str(out)]) == 0
    scores = json.loads(out.read_text(encoding="utf-8"))["searchers"]
    assert list(scores) == ["bm25", "dense", "hybrid"]
    assert all(score["ndcg_at_10"] == 1.0 for score in scores.values())
    assert all(score["intervals"]["ndcg_at_10"] == [1.0, 1.0] for score in scores.values())
    assert "hybrid" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("corpus.jsonl.gz", None, "corpus.jsonl"),
        ("queries.jsonl", None, "queries.jsonl: missing"),
        ("queries.jsonl", "{", "queries.jsonl:1"),
        ("queries.jsonl", '{"_id": "9", "text": "?"}', "unknown queries"),
        ("qrels/test.tsv", "1 a 1", "test.tsv:1"),
        ("qrels/test.tsv", "", "wants no passage"),
    ],
)
def test_a_broken_collection_is_refused_by_file(
    folder: Path, name: str, content: str | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CollectionError, match=says):
        load_collection(folder)
    with pytest.raises(SystemExit) as stopped:
        main(["--beir", str(folder)])
    assert stopped.value.code == 2
    assert says.split(":")[0] in capsys.readouterr().err
