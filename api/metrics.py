"""What is counted and timed, for Prometheus.

In:  requests, answers and steps as they happen.
Out: the text of GET /metrics. Labels come from closed sets: routes, steps, behaviours
     (tests/api/test_pages.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from assistant.answer import Answer

if TYPE_CHECKING:
    from assistant.llm import Use

CONTENT_TYPE = CONTENT_TYPE_LATEST
OnStep = Callable[[str], None]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_TOKENS = (100, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000)
_YUAN = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1)


class Metrics:
    """The counters of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.requests = Counter(
            "policy_requests",
            "HTTP requests",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.request_seconds = Histogram(
            "policy_request_seconds",
            "Time to the end of the response",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.answers = Counter(
            "policy_answers", "Answers", ("behaviour", "mode"), registry=self._registry
        )
        self.step_seconds = Histogram(
            "policy_step_seconds",
            "Time in one step",
            ("step",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.llm_questions = Counter(
            "policy_llm_questions",
            "Questions that a language model was to help with, by what became of it",
            ("result",),
            registry=self._registry,
        )
        self.llm_calls = Counter(
            "policy_llm_calls", "Calls of the language model", registry=self._registry
        )
        self.llm_tokens = Counter(
            "policy_llm_tokens", "Tokens", ("direction",), registry=self._registry
        )
        self.llm_question_tokens = Histogram(
            "policy_llm_question_tokens",
            "Tokens of one question, in and out",
            buckets=_TOKENS,
            registry=self._registry,
        )
        self.llm_question_cost = Histogram(
            "policy_llm_question_cost_yuan",
            "Cost of one question by the prices set",
            buckets=_YUAN,
            registry=self._registry,
        )
        self.llm_seconds = Histogram(
            "policy_llm_question_seconds",
            "Time spent waiting for the language model in one question",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.llm_withheld = Counter(
            "policy_llm_withheld", "Sentences of the model not used", registry=self._registry
        )
        self.feedback = Counter("policy_feedback", "Feedback", ("useful",), registry=self._registry)
        self.snapshot = Gauge(
            "policy_snapshot", "1 for the snapshot that serves", ("name",), registry=self._registry
        )

    def serves(self, snapshot: str) -> None:
        """Note the snapshot that serves now."""
        self.snapshot.clear()
        self.snapshot.labels(snapshot).set(1)

    def timed_steps(self, on_step: OnStep | None = None) -> tuple[OnStep, Callable[[], None]]:
        """Time steps by their beginnings: what hears each step's name, and what ends the last."""
        running: list[tuple[str, float]] = []

        def end() -> None:
            if running:
                name, began = running.pop()
                self.step_seconds.labels(name).observe(time.perf_counter() - began)

        def begin(name: str) -> None:
            end()
            running.append((name, time.perf_counter()))
            if on_step is not None:
                on_step(name)

        return begin, end

    def used(self, use: Use) -> None:
        """Count what the language model took for one question."""
        self.llm_questions.labels(use.reason or "used").inc()
        self.llm_calls.inc(use.calls)
        self.llm_tokens.labels("in").inc(use.input_tokens)
        self.llm_tokens.labels("out").inc(use.output_tokens)
        self.llm_question_tokens.observe(use.input_tokens + use.output_tokens)
        self.llm_question_cost.observe(use.cost)
        self.llm_seconds.observe(use.seconds)
        self.llm_withheld.inc(use.withheld)

    def measured(self, ask: Callable[[OnStep | None], Answer]) -> Callable[..., Answer]:
        """The same answering, its steps timed and its answer counted."""

        def answering(on_step: OnStep | None = None) -> Answer:
            begin, end = self.timed_steps(on_step)
            try:
                answer = ask(begin)
            finally:
                end()
            self.answers.labels(answer.behaviour.value, answer.generator.mode).inc()
            return answer

        return answering

    def text(self) -> bytes:
        """All of it in Prometheus' text form."""
        return generate_latest(self._registry)
