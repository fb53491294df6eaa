"""Retrieval on outside collections in BEIR form: the assistant's own searchers, measured.

In:  a folder with corpus.jsonl or corpus.jsonl.gz (_id, title?, text), queries.jsonl (_id, text)
     and qrels/SPLIT.tsv (query-id, corpus-id, score); or the corpus's own clauses.
Out: per searcher nDCG@10, hit@1, recall@10, recall@100, MRR@10, with intervals in the JSON,
     queries/s and index seconds; exit code 1 below what is pinned.
     A ranking with every wanted passage first scores 1 throughout.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evals import pinned, results
from evals.clauses import clauses_of_items, load_pairs
from evals.confidence import Interval, interval
from evals.pinned import Pin
from evals.questions import CORPUS, Part
from ingest import rank
from ingest.embedding import FROM_PAIRS, Embedder, StaticEmbedder, load_embedder
from ingest.fusion import Ranking
from ingest.index import units
from ingest.lexical import Bm25Index, best
from ingest.near import WordIndex
from ingest.sources import load_sources
from ingest.tokenize import Tokenizer, read_words
from ingest.vectors import Vectors
from ingest.works import name_of, named_by_others, works_of

DEPTH = 100
LEXICON = Path(__file__).parents[1] / "corpus" / "lexicon"
WORDS = LEXICON / "words.txt"
QUESTION_WORDS = LEXICON / "question_words.txt"
SEARCHERS = ("bm25", "dense", "hybrid")
RATES = ("ndcg_at_10", "hit_at_1", "recall_at_10", "recall_at_100", "mrr_at_10")
PINS = "retrieval.yaml"

Search = Callable[[str, int], list[int]]


class CollectionError(Exception):
    """The folder is no collection in BEIR form; the message says which file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages, the split's queries, and which passages answer which query (grades > 0).

    works  per passage the name of the work that its title says it is part of, empty without title
    """

    ids: tuple[str, ...]
    passages: tuple[str, ...]
    queries: Mapping[str, str]
    wanted: Mapping[str, Mapping[str, int]]
    works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """One searcher's figures over all queries; rates are 0 … 1.

    intervals  of the rates, by name: where the mean of such queries lies, 95 of 100 times
    """

    ndcg_at_10: float
    hit_at_1: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float
    queries_per_second: float
    index_seconds: float
    intervals: Mapping[str, Interval] = field(default_factory=dict)


def load_collection(folder: Path, split: str = "test") -> Collection:
    """Read a collection; title and text of a passage are joined by a space.

    Raises CollectionError where a file is missing or a line cannot be read.
    """
    corpus = next(
        (path for path in (folder / "corpus.jsonl", folder / "corpus.jsonl.gz") if path.exists()),
        None,
    )
    if corpus is None:
        raise CollectionError(f"{folder}: neither corpus.jsonl nor corpus.jsonl.gz")
    ids, passages, titles = [], [], []
    for row in _rows(corpus):
        ids.append(str(row["_id"]))
        titles.append(str(row.get("title") or ""))
        passages.append(f"{row.get('title') or ''} {row['text']}".strip())
    wanted = _read_qrels(folder / "qrels" / f"{split}.tsv")
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    if not wanted:
        raise CollectionError(f"{folder}: qrels/{split}.tsv wants no passage at all")
    missing = sorted(wanted.keys() - queries.keys())
    if missing:
        raise CollectionError(f"{folder}: qrels/{split}.tsv names unknown queries: {missing[:5]}")
    return Collection(
        tuple(ids),
        tuple(passages),
        {q: queries[q] for q in wanted},
        wanted,
        tuple(map(name_of, titles)),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise CollectionError(f"{path}: missing")
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                row["_id"], row["text"]
            except (ValueError, KeyError, TypeError) as error:
                raise CollectionError(f"{path}:{number}: {error!r}") from error
            yield row


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    if not path.exists():
        raise CollectionError(f"{path}: missing")
    wanted: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or (number == 1 and line.startswith("query-id")):
            continue
        try:
            query, passage, grade = line.split("\t")
            if int(grade) > 0:
                wanted.setdefault(query, {})[passage] = int(grade)
        except ValueError as error:
            raise CollectionError(f"{path}:{number}: {error}") from error
    return wanted


class Bm25Searcher:
    """`ingest.lexical` over a collection."""

    def __init__(self, passages: Sequence[str], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.index = Bm25Index.build([tokenizer(passage) for passage in passages])

    def tokens(self, query: str) -> list[str]:
        return self._tokenizer(query)

    def ranking(self, query: str, k: int) -> Ranking:
        return Ranking(*self.index.search(self.tokens(query), k))


class DenseSearcher:
    """`ingest.embedding` over a collection, searched exactly."""

    def __init__(self, passages: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        self.vectors = embedder.encode_passages(passages)
        self.words: WordIndex | None = None
        if isinstance(embedder, StaticEmbedder):
            self.words = WordIndex.build(embedder, embedder.words(passages))

    def vector(self, query: str) -> Vectors:
        vector: Vectors = self._embedder.encode_queries([query])[0]
        return vector

    def nearest(self, vector: Vectors, k: int) -> Ranking:
        scores = self.vectors @ vector
        rows = best(scores, k)
        return Ranking(rows, scores[rows])

    def ranking(self, query: str, k: int) -> Ranking:
        return self.nearest(self.vector(query), k)


class HybridSearcher:
    """`ingest.rank` over both, as the assistant's index has it."""

    def __init__(self, lexical: Bm25Searcher, dense: DenseSearcher, collection: Collection) -> None:
        self._lexical = lexical
        self._dense = dense
        names = collection.works or ("",) * len(collection.passages)
        self._works = np.array(works_of(names), dtype=np.int64)
        self._named = named_by_others(names, collection.passages)
        self._question_words = read_words(QUESTION_WORDS)

    def search(self, query: str, k: int) -> list[int]:
        vector = self._dense.vector(query)
        words = self._dense.words
        hits = rank.search(
            self._lexical.index,
            self._lexical.tokens(query),
            lambda depth: self._dense.nearest(vector, depth),
            vector,
            self._dense.vectors,
            self._works,
            k,
            from_pairs=None if words is None else FROM_PAIRS,
            near=None if words is None else partial(words.shares, query),
            named=self._named if rank.asks(query, self._question_words) else None,
        )
        return [hit.row for hit in hits[:k]]


def measure(collection: Collection, search: Search, index_seconds: float) -> Score:
    """Run every query to depth 100 and average."""
    started = time.perf_counter()
    found = {q: search(text, DEPTH) for q, text in collection.queries.items()}
    seconds = time.perf_counter() - started
    figures = np.array(
        [
            _figures([collection.ids[row] for row in found[q]], collection.wanted[q])
            for q in collection.queries
        ]
    )
    rates = dict(zip(RATES, map(float, figures.mean(axis=0)), strict=True))
    intervals = {name: interval(values) for name, values in zip(RATES, figures.T, strict=True)}
    speed = len(found) / max(seconds, 1e-9)
    return Score(
        **rates, queries_per_second=speed, index_seconds=index_seconds, intervals=intervals
    )


def _figures(found: Sequence[str], wanted: Mapping[str, int]) -> npt.NDArray[np.float64]:
    """nDCG@10, hit@1, recall@10, recall@100 and MRR@10 of one query."""
    gains = [wanted.get(passage, 0) for passage in found]
    ideal = _discounted(sorted(wanted.values(), reverse=True)[:10])
    first = next((rank for rank, gain in enumerate(gains[:10], 1) if gain), None)
    return np.array(
        [
            _discounted(gains[:10]) / ideal,
            float(bool(gains and gains[0])),
            sum(map(bool, gains[:10])) / len(wanted),
            sum(map(bool, gains[:DEPTH])) / len(wanted),
            1 / first if first else 0.0,
        ]
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def evaluate(
    collection: Collection, names: Sequence[str], tokenizer: Tokenizer, embedder: Embedder
) -> dict[str, Score]:
    """The scores of the named searchers (bm25, dense, hybrid), in that order."""
    searches: dict[str, Search] = {}
    seconds: dict[str, float] = {}
    if {"bm25", "hybrid"} & set(names):
        started = time.perf_counter()
        lexical = Bm25Searcher(collection.passages, tokenizer)
        searches["bm25"] = lambda query, k: lexical.ranking(query, k).rows.tolist()
        seconds["bm25"] = time.perf_counter() - started
    if {"dense", "hybrid"} & set(names):
        started = time.perf_counter()
        dense = DenseSearcher(collection.passages, embedder)
        searches["dense"] = lambda query, k: dense.ranking(query, k).rows.tolist()
        seconds["dense"] = time.perf_counter() - started
    if "hybrid" in names:
        searches["hybrid"] = HybridSearcher(lexical, dense, collection).search
    return {
        name: measure(collection, searches[name], seconds.get(name, sum(seconds.values())))
        for name in names
    }


def table(scores: Mapping[str, Score]) -> str:
    """The scores as a text table, one line per searcher."""
    head = f"{'searcher':<9}{'nDCG@10':>9}{'hit@1':>8}{'R@10':>8}{'R@100':>8}{'MRR@10':>8}"
    lines = [head + f"{'queries/s':>11}{'index s':>9}"]
    for name, s in scores.items():
        lines.append(
            f"{name:<9}{s.ndcg_at_10:>9.4f}{s.hit_at_1:>8.4f}{s.recall_at_10:>8.4f}"
            f"{s.recall_at_100:>8.4f}{s.mrr_at_10:>8.4f}"
            f"{s.queries_per_second:>11.0f}{s.index_seconds:>9.1f}"
        )
    return "\n".join(lines)


def own_collection() -> Collection:
    """The corpus's own clauses, and the questions that one of them answers (`evals.clauses`)."""
    documents = load_sources(CORPUS)
    rows = [unit for document in documents for unit in units(document)]
    clause_of = clauses_of_items(documents)
    clauses = [
        clause_of.get(part, part)
        for part in (Part(unit.document.id, unit.leaf.path) for unit in rows)
    ]
    pairs = {f"{n}": pair for n, pair in enumerate(load_pairs(documents)) if pair.set == "pairs"}
    return Collection(
        ids=tuple(unit.id for unit in rows),
        passages=tuple(unit.text for unit in rows),
        queries={name: pair.question for name, pair in pairs.items()},
        wanted={
            name: {
                unit.id: 1
                for unit, clause in zip(rows, clauses, strict=True)
                if clause in pair.wanted
            }
            for name, pair in pairs.items()
        },
    )


def check(name: str, scores: Mapping[str, Score]) -> list[Pin]:
    """What is pinned of a collection, beside what was measured, searcher by searcher."""
    return [
        pin
        for searcher, score in scores.items()
        for pin in pinned.compare(PINS, (name, searcher), {r: getattr(score, r) for r in RATES})
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m evals retrieval`: print the table, write JSON; 1 below what is pinned."""
    parser = argparse.ArgumentParser(
        prog="python -m evals retrieval", description="Measure the searchers on a BEIR folder."
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--beir", type=Path, metavar="DIR")
    source.add_argument("--own", action="store_true", help="the corpus's own clauses")
    parser.add_argument("--split", default="test")
    parser.add_argument("--searcher", choices=(*SEARCHERS, "all"), default="all")
    parser.add_argument("--model", help="sentence-transformers name or folder; default built-in")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the scores there, too")
    options = parser.parse_args(argv)
    name = "own" if options.own else options.beir.resolve().name
    try:
        collection = (
            own_collection() if options.own else load_collection(options.beir, options.split)
        )
    except CollectionError as error:
        parser.exit(2, f"{error}\n")
    names = SEARCHERS if options.searcher == "all" else (options.searcher,)
    tokenizer = Tokenizer(read_words(WORDS))
    scores = evaluate(collection, names, tokenizer, load_embedder(options.model))
    print(f"{name}: {len(collection.ids)} passages, {len(collection.queries)} queries")
    print(table(scores))
    pins = check(name, scores) if options.model is None and options.split == "test" else []
    print("\n".join(map(str, pins)))
    if options.json:
        findings = {
            "collection": name,
            "split": options.split,
            "model": options.model,
            "passages": len(collection.ids),
            "queries": len(collection.queries),
            "searchers": {searcher: asdict(score) for searcher, score in scores.items()},
        }
        results.write(options.json, "retrieval", argv or (), findings)
    return int(any(pin.failed for pin in pins))
