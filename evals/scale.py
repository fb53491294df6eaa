"""The assistant beside many laws: building, searching, and whether its own answers stay.

In:  articles of laws ({law, chapter, article, text} a line, gzip); the corpus; the question set.
Out: figures of taking in and building (time, memory, what a killed build keeps, one document
     changed), of searching with region and day (time, memory, neighbours found), and the answers
     that differ from those of the corpus alone. Every law becomes one file, whose articles are
     found again as its clauses (tests/evals/test_scale.py).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant.service import Service
from assistant.settings import Settings
from evals import results
from evals.bench import Figure, Ruler, memory
from evals.clauses import load_pairs
from evals.errors import EvaluationError
from evals.pinned import Score
from evals.questions import CORPUS, Question, chosen, own_questions
from evals.scoring import outcome
from evals.service import (
    REPOSITORY,
    Client,
    HttpClient,
    LocalClient,
    converse,
    started,
    temporary_home,
)
from ingest import store
from ingest.embedding import load_embedder
from ingest.sources import load_sources
from ingest.vectors import VectorIndex

KILLED_AT = 0.3  # of the texts to cut into tokens
NEIGHBOURS = 100
SEARCHES = 200
DAY = "2026-11-20"
_POLL = 0.05  # seconds
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百零]+[编章节]")


def write_laws(articles: Path, folder: Path) -> int:
    """Write every law as a text file into the folder; the number of laws.

    Raises EvaluationError where a line is no article.
    """
    laws: dict[str, list[str]] = {}
    chapters: dict[str, str] = {}
    with gzip.open(articles, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                law, chapter = row["law"], row.get("chapter") or ""
                text = f"{row['article']} {row['text']}"
            except (ValueError, KeyError, TypeError) as error:
                raise EvaluationError(f"{articles}：第{number}行不是法条：{error!r}") from error
            written = laws.setdefault(law, [law, ""])
            if _CHAPTER.match(chapter) and chapters.get(law) != chapter:
                written += [chapter, ""]
                chapters[law] = chapter
            written += [text, ""]
    folder.mkdir(parents=True, exist_ok=True)
    for number, written in enumerate(laws.values(), 1):
        (folder / f"{number:04}.txt").write_text("\n".join(written), encoding="utf-8")
    return len(laws)


class Ingest:
    """`policy-assistant ingest`, run as a program on a corpus and a home of its own."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("POLICY_")
        } | {
            "POLICY_HOME": str(settings.home),
            "POLICY_CORPUS": str(settings.corpus),
            "POLICY_CHROMA": str(settings.chroma),
        }
        self._cache = settings.home / "cache" / "clauses.sqlite"

    def run(self, *paths: Path) -> tuple[float, str]:
        """Take the files in and build; the seconds, and the last line printed.

        Raises EvaluationError where it fails.
        """
        began = time.perf_counter()
        process = self._start(subprocess.PIPE, *paths)
        said, _ = process.communicate()
        if process.returncode not in (0, 1):
            raise EvaluationError(f"建立索引没有成功：{said[-2000:]}")
        return time.perf_counter() - began, said.rstrip().rpartition("\n")[2]

    def killed(self, texts: int, *paths: Path) -> int:
        """Start, and kill it while it cuts texts into tokens; the values that it had kept."""
        process = self._start(subprocess.DEVNULL, *paths)  # nobody reads what it says
        while process.poll() is None and self.kept() < texts:
            time.sleep(_POLL)
        process.send_signal(signal.SIGKILL)
        process.wait()
        return self.kept()

    def kept(self) -> int:
        """How many tokens and vectors of texts are kept for the next build."""
        if not self._cache.exists():
            return 0
        with sqlite3.connect(f"file:{self._cache}?mode=ro", uri=True) as cache:
            try:
                return int(cache.execute("SELECT count(*) FROM entry").fetchone()[0])
            except sqlite3.OperationalError:
                return 0

    def _start(self, said: int, *paths: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "assistant", "ingest", *map(str, paths)],
            cwd=REPOSITORY,
            env=self._environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        )


def processor_time(key: str, label: str) -> Figure:
    """What the programs run so far, and theirs, have taken of all cores."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Figure(
        f"{key}_cpu", f"{label}，累计处理器时间", used.ru_utime + used.ru_stime, "秒", None
    )


def building(ruler: Ruler, settings: Settings, laws: Path, articles: int) -> Iterator[Figure]:
    """Take the laws in, killed once on the way; then again; then with one of them changed."""
    ingest = Ingest(settings)
    began = time.perf_counter()
    kept = ingest.killed(int(KILLED_AT * articles), laws)
    yield ruler.seconds("killed", "读入、建索引，中途终止", time.perf_counter() - began)
    yield processor_time("killed", "读入、建索引，中途终止")
    yield Figure("kept", "终止时已做好、下次不再做的", kept, "条", None)
    seconds, said = ingest.run(laws)
    print(said)
    yield ruler.seconds("resumed", "再来一次，建成", seconds)
    yield processor_time("resumed", "再来一次，建成")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    yield Figure("build_peak_mb", "建索引时的内存峰值", peak, "MB", None)
    changed = sorted(laws.glob("*.txt"))[0]
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("。", "，另有规定的除外。", 1), encoding="utf-8")
    seconds, said = ingest.run(changed)
    print(said)
    yield ruler.seconds("one_changed", "改了一部法，重建", seconds)
    yield processor_time("one_changed", "改了一部法，重建")


def serving(ruler: Ruler, settings: Settings, queries: Sequence[str]) -> Iterator[Figure]:
    """Search with a place and a day over HTTP; memory of the service."""
    region = load_sources(CORPUS)[0].region
    with started(settings) as running:
        yield ruler.seconds("ready", "启动到就绪", running.ready_seconds)
        client = HttpClient(running.base_url)
        try:
            for name, label, more in (
                ("search", "检索", {}),
                ("search_filtered", "检索（限地区、日期）", {"region": region, "as_of": DAY}),
                ("search_day", "检索（限日期）", {"as_of": DAY}),
            ):
                took = list(_search_times(client, queries, more))
                yield ruler.seconds(f"{name}_first", f"{label}首次", took[0])
                yield from ruler.milliseconds(name, label, took[1:])
        finally:
            client.close()
        yield memory(running)


def _search_times(
    client: HttpClient, queries: Sequence[str], more: Mapping[str, str]
) -> Iterator[float]:
    for query in queries:
        began = time.perf_counter()
        client.call("POST", "/api/search", {"query": query, "k": 10, **more})
        yield time.perf_counter() - began


def neighbours(snapshot: Path, embed: Any, queries: Sequence[str]) -> Figure:
    """The share of the truly nearest vectors that the vector searcher finds, by exact sums."""
    vectors = np.load(snapshot / store.VECTORS, mmap_mode="r")
    exact = np.asarray(vectors, dtype=np.float64)
    searcher = VectorIndex(vectors)
    shares = []
    for vector in embed(queries):
        found, _ = searcher.search(vector, NEIGHBOURS)
        cosines = exact @ vector.astype(np.float64)
        least = np.partition(cosines, -NEIGHBOURS)[-NEIGHBOURS]
        shares.append(float(np.mean(cosines[found] >= least - 1e-6)))
    label = f"向量检索前{NEIGHBOURS}名与精确相比"
    return Figure("neighbours", label, statistics.fmean(shares), "", None)


def answers(settings: Settings, questions: Sequence[Question]) -> dict[str, list[Any]]:
    """Per question what its answers come to: behaviour, amounts, verdicts, citations."""
    with Service(settings) as service:
        return {one.id: list(_outcomes(LocalClient(service), one)) for one in questions}


def _outcomes(client: Client, question: Question) -> Iterator[tuple[Any, frozenset[Any]]]:
    for answer in converse(client, question.turns, question.as_of).answers:
        cited = frozenset((c["document_id"], c["start"], c["end"]) for c in answer["citations"])
        yield outcome(answer), cited


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where an answer changed or a figure is not what is pinned."""
    args = _arguments(argv)
    questions = chosen(own_questions(), part=args.half)
    pairs = load_pairs(load_sources(CORPUS))
    queries = [pair.question for pair in pairs if pair.set == "pairs"][: SEARCHES + 1]
    figures: list[Figure] = []
    ruler = Ruler()

    def show(found: Iterator[Figure]) -> None:
        for figure in found:
            print(f"{figure.label}：{figure.value:,.3f} {figure.unit}", flush=True)
            figures.append(figure)

    with tempfile.TemporaryDirectory(prefix="policy-scale-") as name:
        folder = Path(name)
        laws, corpus, home = folder / "laws", folder / "corpus", folder / "home"
        shutil.copytree(CORPUS, corpus)
        home.mkdir()
        count = write_laws(args.articles, laws)
        with gzip.open(args.articles, "rt", encoding="utf-8") as lines:
            articles = sum(1 for _ in lines)
        print(f"{articles} 条法条，{count} 部法", flush=True)
        database = f"sqlite:///{home / 'assistant.db'}"
        settings = Settings(home=home, corpus=corpus, database_url=database)
        show(building(ruler, settings, laws, articles))
        path = store.current_path(home)
        manifest = store.read_manifest(path)
        print(f"快照：{manifest.documents} 份文件，{manifest.clauses} 条条款", flush=True)
        show(serving(ruler, settings, queries))
        embedder = load_embedder(manifest.embedding_model)
        show(iter([neighbours(path, embedder.encode_queries, queries)]))
        with temporary_home() as alone:
            before, after = answers(alone, questions), answers(settings, questions)
    changed = [name for name in before if before[name] != after[name]]
    score = Score("与法律并列后不变的回答", len(before) - len(changed), len(before))
    for name in changed:
        print(f"{name}：{_difference(before[name], after[name])}")
    print(score)
    if args.json is not None:
        findings = {
            "documents": manifest.documents,
            "clauses": manifest.clauses,
            "figures": [asdict(figure) for figure in figures],
            "scores": results.score_rows([score]),
            "changed": changed,
        }
        results.write(args.json, "scale", argv or (), findings)
    return int(bool(changed))


def _difference(before: Sequence[Any], after: Sequence[Any]) -> str:
    for (was, cited), (now, cites) in zip(before, after, strict=True):
        if was != now:
            return "；".join(was.differences(now)) or "所列措施不同"
        if cited != cites:
            return f"引用 {sorted(cited ^ cites)}"
    return "无"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals scale",
        description="与十几万条法条并列：建索引、检索的时间与内存，回答是否不变。约需十几分钟。",
    )
    parser.add_argument(
        "--articles", type=Path, required=True, metavar="文件", help="法条，.jsonl.gz，每行一条"
    )
    parser.add_argument(
        "--half", choices=("open", "held", "all"), default="open", help="比对题库的哪一半"
    )
    parser.add_argument("--json", type=Path, metavar="文件", help="把结果写到文件")
    return parser.parse_args(argv)
