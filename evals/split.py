"""The two halves of the question set: which questions may be looked at while building.

In:  the question set.
Out: per category the number in each half, and with --list the ids. A question in seen/ is open;
     the half of any other hangs on its id alone, so new questions move no old one
     (tests/evals/test_questions.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from evals.questions import by_category, own_questions


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; always 0."""
    parser = argparse.ArgumentParser(
        prog="python -m evals split",
        description="题库按 id 的哈希分成两半：open 边做边看，held 只在最后跑。",
    )
    parser.add_argument("--list", choices=("open", "held"), help="列出这一半的 id")
    args = parser.parse_args(argv)
    questions = own_questions()
    if args.list is not None:
        print("\n".join(question.id for question in questions if question.part == args.list))
        return 0
    print(f"{'类别':<14}{'open':>6}{'held':>6}")
    groups = by_category(questions) | {"合计": list(questions)}
    for category, group in groups.items():
        opened = sum(question.part == "open" for question in group)
        print(f"{category:<16}{opened:>6}{len(group) - opened:>6}")
    return 0
