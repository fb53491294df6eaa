"""Training of the built-in model: what is kept from it, and what it writes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from evals.retrieval import load_collection
from ingest.embedding import StaticEmbedder, load_embedder, quantise, save_static
from ingest.train import collections, company, static
from ingest.train.pairs import Pair, read_pairs


def pair(number: int, source: str = "ict_law") -> Pair:
    return Pair(f"第{number}问", f"条例{number % 40} 第{number}条 内容{number}", source)


PAIRS = [pair(i, source) for source in ("ict_law", "ict_news", "drcd") for i in range(400)]


def test_pairs_of_one_document_are_on_one_side() -> None:
    sides: dict[tuple[str, str], set[bool]] = {}
    for one in PAIRS:
        sides.setdefault((one.source, one.document), set()).add(one.held_out)
    assert all(len(side) == 1 for side in sides.values())
    assert 0 < sum(one.held_out for one in PAIRS) < len(PAIRS) / 5


def test_pairs_are_read_normalised(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"query": "ＬＰＲ", "pos": "貸款", "source": "drcd"}) + "\n")
    assert read_pairs(path) == [Pair("lpr", "贷款", "drcd")]


def test_a_collection_of_held_out_pairs_is_read_by_the_evaluation(tmp_path: Path) -> None:
    held = [
        Pair("甲问", "甲文", "drcd"),
        Pair("甲问", "乙文", "drcd"),
        Pair("丙问", "甲文", "drcd"),
    ]
    collections.write(collections.gather(held, ["旁文", "甲文"], 10), tmp_path)
    read = load_collection(tmp_path)
    assert read.passages == ("甲文", "乙文", "旁文")
    wanted = {read.queries[query]: set(found) for query, found in read.wanted.items()}
    assert wanted == {"甲问": {"p0", "p1"}, "丙问": {"p0"}}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of ten words and two topics, trained in a moment."""
    topics = (("贷款贴息", "企业贷款利息"), ("结婚登记", "婚姻登记机关"))
    pairs = [Pair(*topics[i % 2], "drcd") for i in range(64)]
    tokenizer = static.build_tokenizer([t for topic in topics for t in topic] * static.RARE, 60)
    recipe = static.Recipe(
        vocabulary=60, dimensions=4, kept=(4, 3), epochs=(5, 15), batch=16, nearest=2, turns=20
    )
    plain = [question + passage for question, passage in topics] * 2000
    folder = tmp_path_factory.mktemp("model")
    save_static(tokenizer, static.train(tokenizer, pairs, plain, recipe), folder)
    return folder


def test_training_brings_a_question_to_its_passage(trained: Path) -> None:
    model = StaticEmbedder(trained)
    query = model.encode_queries(["贷款贴息"])[0]
    near, far = model.encode_passages(["企业贷款利息", "婚姻登记机关"])
    assert query @ near > query @ far


def test_a_trained_model_is_read_alike_by_sentence_transformers(trained: Path) -> None:
    texts = ["贷款", "登记机关的利息", "？"]
    ours = StaticEmbedder(trained).encode_passages(texts)
    assert np.allclose(ours, load_embedder(str(trained)).encode_passages(texts), atol=1e-5)


def test_words_with_the_same_neighbours_are_near_though_never_together() -> None:
    boss, chief, bread, rice = range(4)
    office, kitchen = (4, 5, 6), (7, 8, 9)
    draw = np.random.default_rng(0)
    texts = [
        np.array([word, *draw.permutation(around)], dtype=np.int32)
        for word, around in ((boss, office), (chief, office), (bread, kitchen), (rice, kitchen))
        for _ in range(3000)
    ]
    rows = company.vectors(texts, 12, 2)
    assert rows.shape == (12, 2)
    near = rows @ rows.T
    assert near[boss, chief] > 0.9 > 0.5 > abs(near[boss, bread])
    assert near[bread, rice] > 0.9
    assert not rows[10:].any()


def test_plain_text_holds_nothing_that_is_held_out() -> None:
    kept = {one.passage for one in PAIRS if not one.held_out and one.source != "ict_law"}
    laws = [{"law": f"条例{n}", "chapter": "", "text": f"正文{n}"} for n in range(40)]
    texts = static.plain_texts(PAIRS, laws)
    hidden = {one.document for one in PAIRS if one.held_out and one.source == "ict_law"}
    shown = {f"条例{n}" for n in range(40) if any(text.endswith(f"正文{n}") for text in texts)}
    assert hidden
    assert shown == {law["law"] for law in laws} - hidden
    assert kept & set(texts)
    out = {one.passage for one in PAIRS if one.held_out and one.source != "ict_law"} - kept
    assert not out & set(texts)


def test_quantised_rows_are_off_by_half_a_step_at_most() -> None:
    rows = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32)
    small, scale = quantise(rows)
    assert small.dtype == np.int8
    assert np.all(np.abs(small * scale[:, None] - rows) <= scale[:, None] / 2 + 1e-6)
