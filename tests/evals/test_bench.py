"""The bench's parts measure what they say; no test hangs on how long anything took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evals import bench
from evals.questions import own_questions
from ingest.sources import load_sources

if TYPE_CHECKING:
    from assistant.service import Service


def test_a_time_stands_beside_the_reference_loop() -> None:
    ruler = bench.Ruler(rounds=1)
    p50, p95, p99 = ruler.milliseconds("ask", "提问", [0.01, 0.02, 0.04])
    (loop,) = ruler.loops
    assert (p50.name, p50.label, p50.unit) == ("ask_p50_ms", "提问 p50", "ms")
    assert (p50.value, p95.value, p99.value) == pytest.approx((20, 40, 40))
    assert p50.ratio == pytest.approx(0.02 / loop)
    rate = ruler.rate("ask", "回答", 30, 2.0)
    assert (rate.value, rate.unit) == (15, "个/秒")
    assert rate.ratio == pytest.approx(15 * ruler.loops[-1])


def test_questions_are_spread_over_the_set() -> None:
    own = own_questions()
    some = bench.spread(own, 30)
    assert len({question.id for question in some}) == 30
    assert len({question.category for question in some}) >= 10
    assert bench.spread(own[:3], 30) == list(own[:3])


def test_copies_of_the_corpus_are_documents_of_their_own(tmp_path: Path) -> None:
    bench._write_copies(tmp_path, 2)
    documents = load_sources(tmp_path)
    assert len({document.id for document in documents}) == len(documents)
    assert len({document.title for document in documents}) == len(documents)


def test_steps_and_calculators_are_measured(service: Service) -> None:
    ruler = bench.Ruler(rounds=1)
    names = {f.name for f in bench.stepping(ruler, service, bench.spread(own_questions(), 5))}
    assert names == {f"{step}_p{share}_ms" for step in bench.STEPS for share in (50, 95, 99)}
    figures = bench.calculating(ruler, service, 1)
    assert [figure.name for figure in figures] == [
        "calculator_per_s",
        "calculator_words_per_s",
    ]
    assert all(figure.value > 0 for figure in figures)


def test_taking_clauses_in_is_measured_without_and_with_vectors() -> None:
    lexical, whole = bench.indexing(bench.Ruler(rounds=1), copies=1)
    assert (lexical.name, whole.name) == ("ingest_lexical_per_s", "ingest_per_s")
    assert min(lexical.value, whole.value) > 0  # which is faster depends on the machine's moment
