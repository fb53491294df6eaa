"""Write the held-out pairs as BEIR collections, to measure on and to fit the fusion with.

In:  the training pairs and the statutes' articles (JSON lines, gzip).
Out: one folder per collection: law, news, qa, ask, advice. Their queries and the passages that
     answer them were never trained on; the other passages are distractors, which may have been.

    python -m ingest.train.collections --pairs PAIRS --articles ARTICLES --out build/retrieval
    python -m evals retrieval --beir build/retrieval/news
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.tokenize import normalise
from ingest.train.pairs import Pair, read_pairs

SEED = 5
_TITLE = re.compile(r"《[^》]+》第[^：:]{1,9}条[：:]|中华人民共和国\S*(?= )")
READING = frozenset({"drcd", "cmrc2018", "xquad_zh"})


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages, queries, and for each query (by number) the numbers of its passages."""

    passages: Sequence[str]
    queries: Sequence[str]
    wanted: Sequence[frozenset[int]]


def gather(held: Iterable[Pair], distractors: Iterable[str], queries: int) -> Collection:
    """The held-out pairs' queries, at most that many, over their passages and the distractors."""
    held = list(held)
    passages = list(dict.fromkeys([*(pair.passage for pair in held), *distractors]))
    number = {passage: i for i, passage in enumerate(passages)}
    wanted: dict[str, set[int]] = {}
    for pair in held:
        wanted.setdefault(pair.query, set()).add(number[pair.passage])
    drawn = sorted(wanted)
    random.Random(SEED).shuffle(drawn)
    drawn = drawn[:queries]
    return Collection(passages, drawn, [frozenset(wanted[query]) for query in drawn])


def build(pairs: Sequence[Pair], articles: Sequence[str]) -> Mapping[str, Collection]:
    """Statutes, news, reading comprehension, citizens' legal questions → statute, → advice."""
    draw = random.Random(SEED)

    def held(sources: Iterable[str]) -> list[Pair]:
        return [pair for pair in pairs if pair.held_out and pair.source in sources]

    def passages(sources: Iterable[str], most: int) -> list[str]:
        found = [p.passage for p in pairs if not p.held_out and p.source in sources]
        return draw.sample(found, min(most, len(found)))

    return {
        "law": gather(held({"ict_law"}), passages({"ict_law"}, 25_000), 1200),
        "news": gather(held({"ict_news"}), passages({"ict_news"}, 12_000), 1200),
        "qa": gather(
            held(READING), [*passages(READING, 100_000), *passages({"ict_news"}, 5_000)], 1300
        ),
        "ask": gather(
            held({"lawyerllama_q2law"}),
            [
                *passages({"lawyerllama_q2law"}, 100_000),
                *draw.sample(articles, min(20_000, len(articles))),
            ],
            400,
        ),
        "advice": gather(
            held({"lawyerllama_advice"}), passages({"lawyerllama_advice"}, 100_000), 600
        ),
    }


def read_articles(path: Path) -> list[str]:
    """The articles in the form 《law》第X条：text, normalised."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [normalise(f"《{r['law']}》{r['article']}：{r['text']}") for r in rows]


def split_title(passage: str) -> tuple[str, str]:
    """The law and article that a passage opens with, as 《law》第X条：, and the rest."""
    found = _TITLE.match(passage)
    return (found[0], passage[found.end() :].strip()) if found else ("", passage)


def write(collection: Collection, folder: Path) -> None:
    """Write the folder in BEIR form."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    for name, letter, texts in (
        ("corpus", "p", collection.passages),
        ("queries", "q", collection.queries),
    ):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as out:
            for i, text in enumerate(texts):
                title, rest = split_title(text) if name == "corpus" else ("", text)
                row = {"_id": f"{letter}{i}", **({"title": title} if title else {}), "text": rest}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as out:
        out.write("query-id\tcorpus-id\tscore\n")
        for i, wanted in enumerate(collection.wanted):
            out.writelines(f"q{i}\tp{passage}\t1\n" for passage in sorted(wanted))


def main(argv: Sequence[str] | None = None) -> int:
    """Write every collection and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m ingest.train.collections")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    for name, collection in build(
        read_pairs(options.pairs), read_articles(options.articles)
    ).items():
        write(collection, options.out / name)
        print(f"{name}: {len(collection.passages)} passages, {len(collection.queries)} queries")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
