"""Ask the questions of the sets and judge the answers.

In:  the project's own questions (evals/questions), and the example questions with their scorer
     where they lie beside the repository; a running service, or one started here.
Out: passes by category, failed checks by kind, latency; exit code 1 below the pinned scores
     (tests/evals/test_examples.py).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals import pinned, results
from evals.errors import ServiceError
from evals.pinned import Score
from evals.questions import Question, by_category, chosen, own_questions
from evals.scoring import Failure, judge
from evals.service import REPOSITORY, Client, Conversation, connected, converse, documents_of
from evals.timing import in_ms

SCORER = REPOSITORY.parent / "shared" / "questions" / "score.py"


@dataclass(frozen=True, slots=True)
class Result:
    """A question with what came back and what of it failed."""

    question: Question
    conversation: Conversation
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        answers = self.conversation.answers
        return {
            "id": self.question.id,
            "category": self.question.category,
            "half": self.question.part,
            "turns": list(self.question.turns),
            "fails": [str(failure) for failure in self.failures],
            "behaviour": answers[-1]["behaviour"] if answers else None,
            "text": answers[-1]["text"] if answers else None,
            "seconds": list(self.conversation.seconds),
        }


def run(client: Client, question: Question) -> Result:
    """Ask a question's turns and judge the answers; an error of the service is a failure."""
    try:
        conversation = converse(client, question.turns, question.as_of)
    except ServiceError as error:
        failure = Failure("error", str(error), 1)
        return Result(question, Conversation((), ()), (failure,))
    documents = documents_of(client, question.as_of)
    failures = judge(question.expect, question.turns, conversation.answers, documents)
    return Result(question, conversation, failures)


def report(judged: Sequence[Result]) -> str:
    """Passes by category, failed checks by kind, and latency."""
    passed = {result.question.id for result in judged if result.passed}
    lines = [
        f"{category:<16}{sum(q.id in passed for q in group):>4} / {len(group)}"
        for category, group in by_category([result.question for result in judged]).items()
    ]
    kinds = Counter(failure.check for result in judged for failure in result.failures)
    if kinds:
        counted = "，".join(f"{kind} {count}" for kind, count in kinds.most_common())
        lines.append(f"没有通过的检查：{counted}")
    seconds = [one for result in judged for one in result.conversation.seconds]
    if seconds:
        lines.append(f"每轮用时：{in_ms(seconds)}（{len(seconds)} 轮）")
    return "\n".join(lines)


def score_examples(base_url: str, *, verbose: bool = False) -> list[Mapping[str, Any]]:
    """What the examples' own scorer found, one row per question; its output is printed.

    Raises ServiceError where it did not come to an end.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.json"
        command = [sys.executable, str(SCORER), "--base-url", base_url, "--json", str(out)]
        done = subprocess.run(
            command + (["--verbose"] if verbose else []), capture_output=True, text=True
        )
        print(done.stdout, end="")
        if not out.exists():
            raise ServiceError(f"{SCORER.name} 没有跑完：{done.stderr[-2000:]}")
        rows: list[Mapping[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
        return rows


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where a pinned score is not reached."""
    args = _arguments(argv)
    only = frozenset(filter(None, args.only.split(",")))
    questions = own_questions()
    unknown = only - {question.id for question in questions}
    if unknown:
        raise SystemExit(f"题库里没有这些 id：{'、'.join(sorted(unknown))}")
    whole = not only and args.category is None
    asked = chosen(questions, part="all" if only else args.half, only=only, category=args.category)
    if args.mode == "llm":
        return _compared(args, asked)
    scores: list[Score] = []
    output: dict[str, Any] = {}
    with connected(args.base_url, in_process=args.in_process) as (client, base_url):
        if whole and base_url and SCORER.is_file():
            print("== 示例集 ==")
            rows = score_examples(base_url, verbose=args.verbose)
            good = sum(not row["fails"] for row in rows)
            scores.append(Score("示例集", good, len(rows), pinned.lowest("examples")))
            output["examples"] = rows
        print(f"== 自有题库（{args.half}）==" if not only else "== 自有题库 ==")
        judged = []
        for question in asked:
            result = run(client, question)
            judged.append(result)
            if args.verbose and not result.passed:
                print(_details(result))
    print(report(judged))
    for name in ("open", "held"):
        part = [result for result in judged if result.question.part == name]
        if part:
            least = pinned.lowest(name) if whole else None
            good = sum(result.passed for result in part)
            scores.append(Score(f"自有题库 {name}", good, len(part), least))
    output["own"] = [result.to_json() for result in judged]
    print("\n".join(map(str, scores)))
    if args.json is not None:
        output["scores"] = results.score_rows(scores)
        results.write(args.json, "examples", argv or (), output)
    return int(any(score.failed for score in scores))


def _compared(args: argparse.Namespace, asked: Sequence[Question]) -> int:
    """Rules and the model side by side; 1 where the model loses what the rules pass."""
    from evals.compared import run_mode

    found = run_mode(asked, None if args.scripted else args.base_url, args.model)
    if args.json is not None:
        text = json.dumps(found, ensure_ascii=False, indent=1)
        args.json.write_text(text + "\n", encoding="utf-8")
    return int(found["llm_passed"] < found["rules_passed"])


def _details(result: Result) -> str:
    lines = [f"{result.question.id}  {' ／ '.join(result.question.turns)}"]
    lines += [f"  {failure}" for failure in result.failures]
    return "\n".join(lines)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals examples",
        description="跑题库，按类别报告通过数、没有通过的检查和用时。",
    )
    parser.add_argument(
        "--half",
        choices=("open", "held", "all"),
        default="open",
        help="题库的哪一半（默认 open；held 只在最后跑）",
    )
    parser.add_argument("--only", default="", metavar="ID,…", help="只跑这些题")
    parser.add_argument("--category", help="只跑这一类")
    parser.add_argument("--verbose", action="store_true", help="列出没有通过的题和原因")
    parser.add_argument("--json", type=Path, metavar="文件", help="把逐题结果写到文件")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--base-url", metavar="URL", help="已在运行的服务；不给则自行启动")
    where.add_argument("--in-process", action="store_true", help="不经 HTTP，在本进程里回答")
    llm = parser.add_argument_group("语言模型")
    llm.add_argument(
        "--mode",
        choices=("rules", "llm"),
        default="rules",
        help="llm：规则与模型并排；这时 --base-url 是模型服务的地址",
    )
    llm.add_argument("--model", metavar="名称", help="模型服务里的模型名")
    llm.add_argument(
        "--scripted", action="store_true", help="用照抄原句、立刻作答的假模型，只量程序多花的时间"
    )
    args = parser.parse_args(argv)
    if args.mode == "llm" and not args.scripted and args.base_url is None:
        parser.error("--mode llm 要有 --base-url（模型服务的地址），或者 --scripted。")
    return args
