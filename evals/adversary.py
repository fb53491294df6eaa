"""A language model that lies: what it says wrong in an answer must not be said.

In:  the open questions; the rules' answers to them, each sentence changed in one place by the
     operators of `evals.mutations`, or told outright falsely (evals/adversary.yaml).
Out: how many replies were put to the assistant, what of them got through, and how many numbers
     without grounds the answers had, by our own check and by the one beside the example questions;
     exit code 1 unless all is zero (tests/evals/test_adversary.py).
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import logging
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from assistant.answer import Answer, Statement
from assistant.conversation import Conversation
from assistant.language.drafts import draft
from assistant.language.help import Finder, Reading, Reply
from assistant.pipeline import Assistant
from assistant.service import Service
from evals import scoring
from evals.bench import spread
from evals.examples import SCORER
from evals.mutations import FILE as MUTATIONS
from evals.mutations import TrueSentence, mutations
from evals.questions import Question, half, own_questions
from evals.scripted import Say, scripted
from evals.service import LocalClient, documents_of, temporary_home

FILE = Path(__file__).with_suffix(".yaml")
REPLIES = 2000


@dataclass
class Saying:
    """A help that says one thing, and nothing when asked once more."""

    text: str
    model: str = "adversary"

    def read(self, system: str, brief: str) -> Reading | None:
        del system, brief
        return None

    def write(self, system: str, turns: Sequence[str], finder: Finder) -> Reply | None:
        del system, finder
        return Reply(self.text, {}) if len(turns) == 1 else None

    def unused(self, reason: str) -> None:
        """Nothing is noted."""

    def withheld(self, count: int) -> None:
        """Nothing is noted."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The last turn of a question, with the rules' answer to it."""

    question: Question
    before: Conversation
    rules: Answer


@dataclass
class Report:
    """Counts, and what got through: (operator, the sentence)."""

    replies: int = 0
    sentences: Counter[str] = field(default_factory=Counter)
    through: list[tuple[str, str]] = field(default_factory=list)
    ungrounded: list[str] = field(default_factory=list)
    ungrounded_by_scorer: list[str] | None = None

    @property
    def failed(self) -> bool:
        return bool(self.through or self.ungrounded or self.ungrounded_by_scorer)


Lie = tuple[str, str]  # operator, the whole reply


def turns(assistant: Assistant, questions: Sequence[Question], today: date) -> Iterator[Turn]:
    """The last turns that a model could reword."""
    for question in questions:
        before = Conversation.new("adversary")
        for text in question.turns[:-1]:
            before = assistant.ask(text, before, today=today, as_of=question.as_of).conversation
        rules = assistant.ask(question.turns[-1], before, today=today, as_of=question.as_of).answer
        if any(line.may_be_reworded for line in draft(rules.statements, rules.calculations)):
            yield Turn(question, before, rules)


def lies(assistant: Assistant, turn: Turn, words: Mapping[str, Any]) -> Iterator[Lie]:
    """Replies whose every sentence is changed by one operator, and outright false ones."""
    rules = turn.rules
    lines = draft(rules.statements, rules.calculations)
    documents = assistant.snapshot.documents
    by_operator: dict[str, dict[int, list[str]]] = {}
    for line in lines:
        if not line.may_be_reworded or not rules.citations:
            continue
        document = documents[rules.citations[0].document_id]
        for text in {line.template, line.statement.text}:
            told = line.statement.model_copy(update={"text": text})
            true = TrueSentence("", told, None, document)  # type: ignore[arg-type]
            for changed in mutations(true, words["mutations"]):
                if changed.text != line.statement.text:
                    at = by_operator.setdefault(changed.operator, {})
                    at.setdefault(line.number, []).append(changed.text)
    for operator, at in by_operator.items():
        for row in itertools.zip_longest(*([(n, t) for t in texts] for n, texts in at.items())):
            said = [entry for entry in row if entry]
            yield operator, "\n".join(f"{n}: {text}" for n, text in said)
    numbers = [line.number for line in lines if line.may_be_reworded]
    for false in words["falsehoods"]:
        mark = "[1]" if rules.citations else ""
        yield "false", "\n".join(f"{n}: {false.format(mark=mark)}" for n in numbers)


def words_of() -> dict[str, Any]:
    """The words of the operators, and the falsehoods."""
    words: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return words | {"mutations": yaml.safe_load(MUTATIONS.read_text(encoding="utf-8"))}


def drawn(assistant: Assistant, found: Sequence[Turn], count: int, seed: int = 0) -> list[
    tuple[Turn, Lie]
]:  # fmt: skip
    """As many replies, the same from each turn where it has them, drawn by the seed."""
    words, draw = words_of(), random.Random(seed)
    each = -(-count // max(len(found), 1))
    pairs: list[tuple[Turn, Lie]] = []
    for turn in found:
        mine = list(lies(assistant, turn, words))
        draw.shuffle(mine)
        by_operator: dict[str, list[Lie]] = {}
        for lie in mine:
            by_operator.setdefault(lie[0], []).append(lie)
        spread = itertools.chain.from_iterable(itertools.zip_longest(*by_operator.values()))
        pairs += [(turn, lie) for lie in itertools.islice(filter(None, spread), each)]
    return pairs[:count]


def judge(
    report: Report,
    turn: Turn,
    lie: Lie,
    statements: Sequence[Statement],
    answer: Answer,
    documents: scoring.Documents,
    scorer: ModuleType | None,
) -> None:
    """Add what came of one reply to the report."""
    operator, text = lie
    report.replies += 1
    report.sentences[operator] += len(text.splitlines())
    rules = {s.text for s in turn.rules.statements}
    report.through += [(operator, s.text) for s in statements if s.text not in rules]
    shown = answer.to_json()
    report.ungrounded += scoring.grounded(turn.question.turns, shown, documents)
    if scorer is not None:
        fails = scorer.check_answer({}, shown, turn.question.turns, _Documents(documents))
        if report.ungrounded_by_scorer is None:
            report.ungrounded_by_scorer = []
        report.ungrounded_by_scorer += [f for f in fails if f.startswith("grounded")]


class _Documents:
    """The documents as the other scorer reads them."""

    def __init__(self, documents: Callable[[str], Any]) -> None:
        self._documents = documents

    def __getitem__(self, name: str) -> Any:
        return self._documents(name)


def load_scorer(path: Path = SCORER) -> ModuleType | None:
    """The scorer beside the example questions; None where it is not there."""
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(
    assistant: Assistant,
    documents: scoring.Documents,
    count: int,
    *,
    seed: int = 0,
    questions: int = 200,
) -> Report:
    """Put replies to the assistant in this process, to that many of the questions."""
    report, scorer = Report(), load_scorer()
    asked = spread([q for q in own_questions() if half(q.id) == "open"], questions)
    today = asked[0].as_of
    with _quiet():
        found = list(turns(assistant, asked, today))
        for turn, lie in drawn(assistant, found, count, seed):
            question = turn.question
            answer = assistant.ask(
                question.turns[-1],
                turn.before,
                today=today,
                as_of=question.as_of,
                help_=Saying(lie[1]),
            ).answer
            judge(report, turn, lie, answer.statements, answer, documents, scorer)
    return report


def run_on_the_wire(count: int, *, seed: int = 1) -> Report:
    """The same, as replies of a server, through the client library and the whole service."""
    report, scorer = Report(), load_scorer()
    said = [""]

    def script(body: Mapping[str, Any]) -> Say:
        return Say("{}" if "response_format" in body else said[0])

    with ExitStack() as stack:
        settings = stack.enter_context(temporary_home())
        server = stack.enter_context(scripted(script))
        told = {"llm_base_url": server.base_url, "llm_model": "adversary"}
        service = stack.enter_context(Service(settings.model_copy(update=told)))
        stack.enter_context(_quiet())
        single = [q for q in own_questions() if half(q.id) == "open" and len(q.turns) == 1]
        questions = spread(single, count)
        documents = documents_of(LocalClient(service), questions[0].as_of)
        with service.desk() as desk:
            today = desk.today
            found = list(turns(desk.assistant, questions, today))
            pairs = drawn(desk.assistant, found, count, seed)
        for turn, lie in pairs:
            said[0] = lie[1]
            answer = service.ask(turn.question.turns[0], as_of=turn.question.as_of)
            judge(report, turn, lie, answer.statements, answer, documents, scorer)
    return report


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a log line for each lie."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def told(report: Report) -> str:
    """The report in words."""
    lines = [f"答复 {report.replies} 个，改坏的句子 {report.sentences.total()} 句"]
    lines += [f"  {name:<20}{count:>7}" for name, count in sorted(report.sentences.items())]
    lines.append(f"漏过的句子：{len(report.through)}")
    lines.append(f"没有依据的数（本仓库的核对）：{len(report.ungrounded)}")
    other = report.ungrounded_by_scorer
    lines.append(f"没有依据的数（示例集的核对）：{'没有核对' if other is None else len(other)}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 0 where nothing got through."""
    parser = argparse.ArgumentParser(
        prog="python -m evals adversary",
        description="说谎的语言模型：改坏的句子有没有说出来，答案里有没有无据的数。",
    )
    parser.add_argument("--replies", type=int, default=REPLIES, metavar="N", help="多少个答复")
    parser.add_argument("--seed", type=int, default=0, help="抽样的种子")
    parser.add_argument("--wire", action="store_true", help="经本机的模型服务，不在进程内")
    parser.add_argument("--verbose", action="store_true", help="列出漏过的句子")
    args = parser.parse_args(argv)
    if args.wire:
        report = run_on_the_wire(args.replies, seed=args.seed)
    else:
        with temporary_home() as settings, Service(settings) as service, service.desk() as desk:
            documents = documents_of(LocalClient(service), own_questions()[0].as_of)
            report = run(desk.assistant, documents, args.replies, seed=args.seed)
    print(told(report))
    if args.verbose:
        for operator, text in report.through:
            print(f"漏过 {operator}：{text}")
    return int(report.failed)


__all__ = ["lies", "load_scorer", "main", "run", "run_on_the_wire"]

if __name__ == "__main__":
    sys.exit(main())
