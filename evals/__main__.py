"""`python -m evals NAME …`: one command for every evaluation.

In:  the name of an evaluation and its arguments.
Out: its report on standard output, its exit code; without a name, the list of evaluations.
     Every name runs with --help (tests/evals/test_main.py).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from evals.errors import EvaluationError

EVALUATIONS = {
    "examples": "题库：逐题问答，按类别报告通过数",
    "bench": "性能：就绪时间、问答延迟、吞吐、内存、建索引与计算速度",
    "browser": "网页：发送到首句可见、挂件可用、载入时的跳动",
    "retrieval": "检索（外部数据集，BEIR 格式）：nDCG、召回率、速度",
    "clauses": "检索（本库条款）：hit@1、recall@5",
    "attacks": "攻击：夹带指令、假文号、诱导承诺等守住的比例",
    "mutations": "逐句核验：改动一处的句子被拦下的比例",
    "adversary": "说谎的语言模型：改坏的句子漏过几句，无据的数有几个",
    "asking": "追问：平均问几次有结论，与最优相比",
    "metamorphic": "换个说法：金额与结论不变的比例",
    "scale": "规模：与十几万条法条并列时的建索引、检索、内存，回答是否不变",
    "report": "报告：把结果文件写成一页，有表、图、区间和命令",
    "intake": "读入：PDF 每秒读几页，读入许多文件时内存是否平稳",
    "papers": "公文：条款拆得对不对，标题、文号、日期等读得对不对",
    "split": "题库两半各有哪些题",
}


def usage() -> str:
    """The evaluations by name."""
    lines = [f"  {name:<12} {what}" for name, what in EVALUATIONS.items()]
    return "\n".join(
        ["用法：python -m evals 名称 [参数…]（python -m evals 名称 --help 看参数）", "", *lines]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the named evaluation; its exit code, or 2 where it cannot be run."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help"):
        print(usage())
        return 0
    if name not in EVALUATIONS:
        print(f"没有“{name}”这项评测。\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        result: int | None = importlib.import_module(f"evals.{name}").main(arguments[1:])
    except EvaluationError as error:
        print(error, file=sys.stderr)
        return 2
    return result or 0


if __name__ == "__main__":
    sys.exit(main())
