"""How fast and how large: start, answers, memory, index, calculators, each step of a question.

In:  the question set, asked of a service started here; the corpus, copied to a size that can be
     timed; the measures' calculators.
Out: a table, and JSON. Machines differ and are shared: beside every time and rate stands its ratio
     to a loop that is always the same, run just before (tests/evals/test_bench.py).
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import yaml

from assistant.calculators.case import Case, Guarantee, Loan, Premium, RatePart
from assistant.calculators.rules import RULES
from assistant.conversation import Conversation
from assistant.service import Service
from assistant.settings import Settings
from assistant.steps.calculate import terms_on
from evals import results
from evals.questions import ASKED_ON, CORPUS, Question, own_questions
from evals.service import HttpClient, Running, started, temporary_home
from evals.timing import percentile
from ingest.build import build
from ingest.datafiles import read_data
from ingest.index import tokenizer_of, units
from ingest.lexical import Bm25Index
from ingest.sources import load_sources

CLIENTS = 8
STARTS = 3
BEFORE = 40  # conversations that a service has answered before it is timed
COPIES = 10  # of the corpus, for the time of an index
COMPUTING = frozenset({"share_of_interest", "share_of_fee", "share_of_premium", "allocation"})
STEPS = ("understand", "retrieve", "match", "calculate", "compose", "verify")
CASE = Case(
    loans=(Loan(Decimal(50_000_000), (RatePart(Decimal("0.04")),)),),
    guarantees=(Guarantee(Decimal(100_000_000), Decimal("0.008")),),
    premiums=(Premium(Decimal(1_000_000), Decimal("0.02"), Decimal(3)),),
    loss=Decimal(2_700_000),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    unit   s, ms, 个/秒, MB
    ratio  a time in, or a rate per, the duration of the reference loop; None for sizes
    """

    name: str
    label: str
    value: float
    unit: str
    ratio: float | None


class Ruler:
    """Times and rates, put beside the reference loop, which is run whenever one is taken."""

    def __init__(self, *, rounds: int = 5) -> None:
        self._rounds = rounds
        self.loops: list[float] = []

    def _loop(self) -> float:
        """The loop's duration now, in seconds: the median of some rounds."""
        times = []
        for _ in range(self._rounds):
            began = time.perf_counter()
            _reference_loop()
            times.append(time.perf_counter() - began)
        self.loops.append(statistics.median(times))
        return self.loops[-1]

    def milliseconds(self, name: str, label: str, seconds: Sequence[float]) -> list[Figure]:
        """p50, p95 and p99 of times."""
        loop = self._loop()
        return [
            Figure(f"{name}_p{share}_ms", f"{label} p{share}", took * 1000, "ms", took / loop)
            for share in (50, 95, 99)
            for took in (percentile(seconds, share / 100),)
        ]

    def seconds(self, name: str, label: str, seconds: float) -> Figure:
        """One duration."""
        return Figure(f"{name}_s", label, seconds, "s", seconds / self._loop())

    def rate(self, name: str, label: str, count: int, seconds: float) -> Figure:
        """How many in a second."""
        per_second = count / seconds
        return Figure(f"{name}_per_s", label, per_second, "个/秒", per_second * self._loop())


def _reference_loop() -> None:
    """Plain Python over text and hashes, some ten milliseconds, always the same."""
    counts: dict[str, int] = {}
    digest = b"policy"
    for _ in range(4000):
        digest = hashlib.sha256(digest).digest()
        for character in digest.hex()[:16]:
            counts[character] = counts.get(character, 0) + 1
    sorted(counts.items(), key=lambda item: item[1])


def starting(ruler: Ruler, settings: Settings) -> Figure:
    """From the process's start to ready, a snapshot being there: the median of some starts."""
    took = []
    for _ in range(STARTS):
        with started(settings) as running:
            took.append(running.ready_seconds)
    return ruler.seconds("ready", "启动到就绪（已有索引）", statistics.median(took))


def answering(
    ruler: Ruler, running: Running, questions: Sequence[Question], clients: int
) -> list[Figure]:
    """Latency and throughput of whole conversations, asked by some clients at once."""
    waiting = iter(questions)
    lock = threading.Lock()
    seconds: list[float] = []
    broken: list[Exception] = []

    def ask_on() -> None:
        client = HttpClient(running.base_url)
        try:
            while True:
                with lock:
                    question = next(waiting, None)
                if question is None:
                    return
                took = list(_turn_times(client, question))
                with lock:
                    seconds.extend(took)
        except Exception as error:
            broken.append(error)
        finally:
            client.close()

    threads = [threading.Thread(target=ask_on) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - began
    if broken:
        raise broken[0]
    name, label = f"ask_{clients}", f"提问（{clients} 个客户端）"
    return [
        *ruler.milliseconds(name, label, seconds),
        ruler.rate(name, f"{label} 回答", len(seconds), whole),
    ]


def _turn_times(client: HttpClient, question: Question) -> Iterator[float]:
    session: str | None = None
    for turn in question.turns:
        began = time.perf_counter()
        session = client.ask(turn, session, question.as_of)["session_id"]
        yield time.perf_counter() - began


def memory(running: Running) -> Figure:
    """Resident memory of the serving process and its children."""
    process = psutil.Process(running.pid)
    family = [process, *process.children(recursive=True)]
    resident = sum(member.memory_info().rss for member in family)
    return Figure("resident_mb", "常驻内存（问答之后）", resident / 1e6, "MB", None)


def stepping(ruler: Ruler, service: Service, questions: Sequence[Question]) -> list[Figure]:
    """The time of each step of the way of a question, in this process."""
    seconds: dict[str, list[float]] = {step: [] for step in STEPS}
    service.prepare()
    for question in questions[:BEFORE]:  # not timed: what is loaded when first used
        service.ask(question.turns[0])
    with service.desk() as desk:
        for question in questions:
            conversation = Conversation.new("bench")
            for turn in question.turns:
                marks: list[tuple[str, float]] = []

                def mark(step: str, marks: list[tuple[str, float]] = marks) -> None:
                    marks.append((step, time.perf_counter()))

                after = desk.assistant.ask(
                    turn, conversation, today=ASKED_ON, as_of=question.as_of, on_step=mark
                )
                marks.append(("", time.perf_counter()))
                for (step, began), (_, ended) in itertools.pairwise(marks):
                    seconds[step].append(ended - began)
                conversation = after.conversation
    return [
        figure
        for step, took in seconds.items()
        if took
        for figure in ruler.milliseconds(step, step, took)
    ]


def calculating(ruler: Ruler, service: Service, rounds: int) -> list[Figure]:
    """Evaluations of the measures' calculators: amounts alone, and with the formula in words.

    Only measures whose numbers go through a computation; those that just state one are left out.
    """
    with service.desk() as desk:
        work = [
            (RULES[measure.rule], terms)
            for measure in desk.assistant.catalogue.measures
            if measure.rule in COMPUTING
            for terms in (terms_on(measure, ASKED_ON),)
            if "share" in terms.values or terms.parts
        ]

    def amounts() -> None:
        for rule, terms in work:
            for working in rule(terms, CASE):
                assert working.amount is None or working.amount >= 0

    def formulas() -> None:
        for rule, terms in work:
            for working in rule(terms, CASE):
                assert working.formula is not None

    figures = []
    for name, label, evaluate in (
        ("calculator", "计算（金额）", amounts),
        ("calculator_words", "计算（连同算式）", formulas),
    ):
        began = time.perf_counter()
        for _ in range(rounds):
            evaluate()
        took = time.perf_counter() - began
        figures.append(ruler.rate(name, label, rounds * len(work), took))
    return figures


def indexing(ruler: Ruler, copies: int = COPIES) -> list[Figure]:
    """Clauses taken in: read, split, tokenised and indexed by words; then all of a build."""
    with tempfile.TemporaryDirectory(prefix="policy-bench-") as folder:
        corpus, home = Path(folder) / "corpus", Path(folder) / "home"
        _write_copies(corpus, copies)
        home.mkdir()
        began = time.perf_counter()
        tokenizer = tokenizer_of(read_data(corpus))
        rows = [unit for document in load_sources(corpus) for unit in units(document)]
        Bm25Index.build([tokenizer(unit.text) for unit in rows])
        lexical = time.perf_counter() - began
        report = build(corpus, home, progress=False)
    return [
        ruler.rate("ingest_lexical", "建索引（不含向量）条款", len(rows), lexical),
        ruler.rate("ingest", "建索引（含向量与快照）条款", report.clauses, report.seconds),
    ]


def _write_copies(corpus: Path, copies: int) -> None:
    """The corpus several times over, every copy under an id and a title of its own."""
    shutil.copytree(CORPUS / "documents", corpus / "documents")
    shutil.copytree(CORPUS / "lexicon", corpus / "lexicon")
    rows: list[dict[str, Any]] = yaml.safe_load((CORPUS / "sources.yaml").read_text("utf-8"))
    written = [
        row | {"id": f"{row['id']}-{n}", "title": f"{row['title']}（第{n}份）"}
        for n in range(1, copies + 1)
        for row in rows
    ]
    text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False)
    (corpus / "sources.yaml").write_text(text, "utf-8")


def measure(questions: Sequence[Question], *, rounds: int = 200) -> Iterator[Figure]:
    """Everything, in order; the service that is asked has answered some questions before."""
    ruler = Ruler()
    with temporary_home() as settings:
        yield starting(ruler, settings)
        with started(settings) as running:
            answering(ruler, running, questions[:BEFORE], 1)
            yield from answering(ruler, running, questions, 1)
            yield from answering(ruler, running, questions, CLIENTS)
            yield memory(running)
        with Service(settings) as service:
            yield from stepping(ruler, service, questions)
            yield from calculating(ruler, service, rounds)
    yield from indexing(ruler)
    loop = statistics.median(ruler.loops)
    yield Figure("reference_loop_ms", "参照循环", loop * 1000, "ms", None)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 0 when all was measured."""
    parser = argparse.ArgumentParser(
        prog="python -m evals bench",
        description="测启动、问答、内存、各步、计算与建索引；倍数是与同时所跑参照循环之比。",
    )
    parser.add_argument("--questions", type=int, default=300, metavar="N", help="问多少段对话")
    parser.add_argument("--json", type=Path, metavar="文件", help="把结果写到文件")
    args = parser.parse_args(argv)
    figures = []
    for figure in measure(spread(own_questions(), args.questions)):
        ratio = "" if figure.ratio is None else f"{figure.ratio:>12.3g} 倍"
        print(f"{padded(figure.label, 34)}{figure.value:>12,.2f} {figure.unit:<6}{ratio}")
        figures.append(asdict(figure))
    if args.json is not None:
        results.write(args.json, "bench", argv or (), {"figures": figures})
    return 0


def spread(questions: Sequence[Question], count: int) -> list[Question]:
    """`count` questions (all where there are fewer) spread evenly over the set."""
    count = min(count, len(questions))
    return [questions[i * len(questions) // count] for i in range(count)]


def padded(label: str, width: int) -> str:
    """The label filled up with spaces; a Chinese character takes two columns."""
    return label + " " * max(width - sum(2 if ord(c) > 0x2E7F else 1 for c in label), 1)
