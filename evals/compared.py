"""Rules and a language model side by side, on the same questions.

In:  the project's own questions; a model server, or a scripted one that repeats the rules' own
     sentences at once.
Out: passes, sentences not used, latency and tokens of both, and the share of wrong answers against
     the share that the model words; plain values for a report (tests/evals/test_compared.py).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from assistant.llm import Use
from assistant.service import Service
from assistant.settings import Settings
from evals.examples import Result, run
from evals.questions import Question
from evals.scripted import Action, Hang, Say, scripted
from evals.service import LocalClient, temporary_home
from evals.timing import in_ms

HANGING = 5  # questions put to a model that never answers
DEADLINE = 0.5  # seconds, for those
_LINE = re.compile(r"^(\d+): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pair:
    """One question answered both ways.

    worded    whether the last answer is in the model's words
    withheld  sentences of the model that were not used, in all turns
    """

    id: str
    category: str
    rules_passed: bool
    llm_passed: bool
    worded: bool
    withheld: int
    input_tokens: int
    output_tokens: int
    cost: float
    rules_seconds: tuple[float, ...]
    llm_seconds: tuple[float, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Of the questions whose answer the model words with at most so many of its sentences not
    used: their share of all, and the share of them that is wrong."""

    most_withheld: int
    coverage: float
    risk: float


def echo(body: Mapping[str, Any]) -> Action:
    """A model that repeats the sentences it is given, and adds nothing to a reading."""
    if "response_format" in body:
        return Say("{}")
    brief = body["messages"][1]["content"]
    part = brief.partition("要改写的句子：")[2].partition("不改的句子：")[0]
    return Say("\n".join(f"{n}: {text}" for n, text in _LINE.findall(part)))


def compare(questions: Sequence[Question], settings: Settings) -> list[Pair]:
    """Every question both ways; the settings name the model."""
    uses: list[Use] = []
    pairs = []
    plain = settings.model_copy(update={"llm_base_url": None, "llm_model": None})
    with Service(plain) as rules, Service(settings, on_use=uses.append) as helped:
        one, other = LocalClient(rules), LocalClient(helped)
        for client in (one, other):  # not timed: what is loaded when first used
            run(client, questions[0])
        for question in questions:
            uses.clear()
            pairs.append(_pair(run(one, question), run(other, question), tuple(uses)))
    return pairs


def _pair(rules: Result, llm: Result, uses: Sequence[Use]) -> Pair:
    answers = llm.conversation.answers
    return Pair(
        id=rules.question.id,
        category=rules.question.category,
        rules_passed=rules.passed,
        llm_passed=llm.passed,
        worded=bool(answers) and answers[-1]["generator"]["mode"] == "llm",
        withheld=sum(use.withheld for use in uses),
        input_tokens=sum(use.input_tokens for use in uses),
        output_tokens=sum(use.output_tokens for use in uses),
        cost=sum(use.cost for use in uses),
        rules_seconds=rules.conversation.seconds,
        llm_seconds=llm.conversation.seconds,
        reasons=tuple(use.reason for use in uses if use.reason),
    )


def curve(pairs: Sequence[Pair]) -> list[Point]:
    """Risk against coverage, from the strictest choice to all that the model words."""
    worded = [pair for pair in pairs if pair.worded]
    points = []
    for most in sorted({pair.withheld for pair in worded}):
        chosen = [pair for pair in worded if pair.withheld <= most]
        wrong = sum(not pair.llm_passed for pair in chosen)
        points.append(Point(most, len(chosen) / len(pairs), wrong / len(chosen)))
    return points


def overhead(pairs: Sequence[Pair]) -> float:
    """How much longer a turn takes with the model, in seconds: the median of the differences."""
    return median(
        b - a for pair in pairs for a, b in zip(pair.rules_seconds, pair.llm_seconds, strict=False)
    )


def over_the_deadline(settings: Settings, questions: Sequence[Question]) -> list[float]:
    """By how many seconds answers come after the deadline where the model never answers."""
    with scripted(lambda _: Hang()) as server:
        told = {
            "llm_base_url": server.base_url,
            "llm_model": "hanging",
            "llm_deadline": DEADLINE,
            "llm_timeout": 600.0,
            "llm_failures": 1000,
        }
        with Service(settings.model_copy(update=told)) as service:
            service.ask(questions[0].turns[0])
            took = []
            for question in questions[:HANGING]:
                began = time.perf_counter()
                service.ask(question.turns[0], as_of=question.as_of)
                took.append(time.perf_counter() - began - DEADLINE)
    return took


def told(pairs: Sequence[Pair]) -> str:
    """Both side by side, in words."""
    count = len(pairs)
    rules = [s for pair in pairs for s in pair.rules_seconds]
    llm = [s for pair in pairs for s in pair.llm_seconds]
    used = sum(pair.worded for pair in pairs)
    tokens_in = sum(pair.input_tokens for pair in pairs)
    tokens_out = sum(pair.output_tokens for pair in pairs)
    lines = [
        f"{'':<12}{'规则':>14}{'模型':>14}",
        f"{'通过':<10}{sum(p.rules_passed for p in pairs):>10}/{count}"
        f"{sum(p.llm_passed for p in pairs):>10}/{count}",
        f"用模型的话作答：{used}/{count}；没有采用的句子：{sum(p.withheld for p in pairs)}",
        f"规则每轮用时：{in_ms(rules)}",
        f"模型每轮用时：{in_ms(llm)}",
        f"每轮多用（中位数）：{overhead(pairs) * 1000:.1f} ms",
        f"词元：进 {tokens_in}，出 {tokens_out}，每题 {(tokens_in + tokens_out) / count:.0f}；"
        f"费用 {sum(p.cost for p in pairs):.4f} 元",
    ]
    reasons = [reason for pair in pairs for reason in pair.reasons]
    if reasons:
        counts = "，".join(f"{r} {reasons.count(r)}" for r in dict.fromkeys(reasons))
        lines.append(f"改由规则作答：{counts}")
    lines.append("风险与采用比例（至多几句没有采用 / 采用比例 / 其中答错的比例）：")
    lines += [f"  {p.most_withheld:>3} {p.coverage:>8.1%} {p.risk:>8.1%}" for p in curve(pairs)]
    return "\n".join(lines)


def plain(pairs: Sequence[Pair], model: str) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {
        "model": model,
        "questions": len(pairs),
        "rules_passed": sum(pair.rules_passed for pair in pairs),
        "llm_passed": sum(pair.llm_passed for pair in pairs),
        "worded": sum(pair.worded for pair in pairs),
        "withheld": sum(pair.withheld for pair in pairs),
        "overhead_ms": overhead(pairs) * 1000,
        "input_tokens": sum(pair.input_tokens for pair in pairs),
        "output_tokens": sum(pair.output_tokens for pair in pairs),
        "cost": sum(pair.cost for pair in pairs),
        "risk_coverage": [asdict(point) for point in curve(pairs)],
        "rows": [asdict(pair) for pair in pairs],
    }


def run_mode(
    questions: Sequence[Question], base_url: str | None, model: str | None
) -> dict[str, Any]:
    """Ask both, print the comparison, and give it as JSON values; no base URL: a scripted model."""
    with ExitStack() as stack:
        settings = stack.enter_context(temporary_home())
        name = model or "scripted"
        if base_url is None:
            base_url = stack.enter_context(scripted(echo)).base_url
            late = over_the_deadline(settings, questions)
            print(f"不答话的模型：比期限晚 {max(late) * 1000:.1f} ms（{len(late)} 次里最晚的）")
        told_ = {"llm_base_url": base_url, "llm_model": name}
        pairs = compare(questions, settings.model_copy(update=told_))
    print(told(pairs))
    return plain(pairs, name)
