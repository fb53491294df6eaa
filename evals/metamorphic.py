"""Say the same thing in another way: amounts, verdicts and behaviour must not change.

In:  the question set; operators that rewrite a question and keep its meaning.
Out: per operator the share of conversations whose outcome stayed the same at every turn. An
     operator leaves every number of a question what it was (tests/evals/test_metamorphic.py).
"""

from __future__ import annotations

import argparse
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import opencc

from evals import pinned, results
from evals.errors import ServiceError
from evals.pinned import Score
from evals.questions import Question, chosen, own_questions
from evals.scoring import Outcome, outcome
from evals.service import Client, connected, converse

_FULL = {c: c + 0xFEE0 for c in range(0x21, 0x7F)} | {0x20: 0x3000}
_HALF = str.maketrans("，。？！；：（）", ",.?!;:()")
_MARKS = "，。？！；“”…～?!;"
_NUMERAL = "0-9０-９零〇一二两三四五六七八九十百千万亿半%％wW."
_LONG_CODE = re.compile(r"[!-~]{20,}")  # an encoded text, which another width would destroy
_MONEY = (
    r"(?<![\d.,、～~—\-第到至])(\d+(?:\.\d+)?)({unit})"
    r"(?:元|(?![\d零一二三四五六七八九十半亿万多余来左到至~～\-美户家人个名项条字港欧日英]))"
)
_YUAN = {"万": 10**4, "w": 10**4, "W": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Operator:
    """A rewriting.

    rewrite     gives the text back where there is nothing to rewrite
    first_only  it is a way to begin, for the first turn alone
    """

    name: str
    label: str
    rewrite: Callable[[str], str]
    first_only: bool = False

    def apply(self, turns: Sequence[str]) -> tuple[str, ...]:
        """The turns rewritten."""
        return tuple(
            turn if self.first_only and i > 0 else self.rewrite(turn)
            for i, turn in enumerate(turns)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A rewritten conversation whose outcome changed, and how."""

    operator: str
    question_id: str
    turns: tuple[str, ...]
    differences: tuple[str, ...]


def full_width(text: str) -> str:
    """５０００万: letters, digits and marks in full width."""
    return text if _LONG_CODE.search(text) else text.translate(_FULL)


def half_width_marks(text: str) -> str:
    """Chinese marks as ASCII ones, but between digits, where they would join two numbers."""
    return re.sub(
        r"(?<![0-9])[，。？！；：（）]|[，。？！；：（）](?![0-9])",
        lambda match: match[0].translate(_HALF),
        text,
    )


def traditional(text: str) -> str:
    """In traditional characters."""
    converted: str = _converter().convert(text)
    return converted


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def spaced(text: str) -> str:
    """A space between Chinese characters and Latin letters or digits.

    None before a number that has one behind it: it would leave its word (利率4 年贴息); none inside
    a unit (5000个W).
    """
    return re.sub(
        r"(?<=[\u4e00-\u9fff])(?!(?<=个)[Ww])(?=[A-Za-z0-9.%]++(?!\s))"
        r"|(?<=[A-Za-z0-9%])(?!个[Ww])(?=[\u4e00-\u9fff])",
        " ",
        text,
    )


def unspaced(text: str) -> str:
    """Without the spaces that separate nothing: none between two numerals or Latin words."""
    keep = rf"A-Za-z{_NUMERAL}"
    return re.sub(rf"(?<![{keep}])[ \u3000]+|[ \u3000]+(?![{keep}])", "", text)


def unpunctuated(text: str) -> str:
    """Without punctuation; a space where two numerals would run together."""
    marks = rf"(?:[{re.escape(_MARKS)}]|(?<!\d),|,(?!\d))"  # 52,000,000 keeps its commas
    text = re.sub(rf"(?<=[{_NUMERAL}]){marks}+(?=[{_NUMERAL}])", " ", text)
    return re.sub(marks, "", text)


def in_yuan(text: str) -> str:
    """5000万 → 50000000元, where it is money and no part of a range."""

    def exact(match: re.Match[str]) -> str:
        return f"{_plain(Decimal(match[1]) * _YUAN[match[2]])}元"

    return re.sub(_MONEY.format(unit="万|w|W|亿"), exact, text)


def in_wan(text: str) -> str:
    """50000000元 and 0.5亿 → 5000万元, where it is money and no part of a range."""

    def from_yuan(match: re.Match[str]) -> str:
        amount = Decimal(match[1].replace(",", "")) / 10**4
        return f"{_plain(amount)}万元" if amount >= 1 else match[0]

    def from_yi(match: re.Match[str]) -> str:
        return f"{_plain(Decimal(match[1]) * 10**4)}万元"

    text = re.sub(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{5,})元", from_yuan, text)
    return re.sub(_MONEY.format(unit="亿"), from_yi, text)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def region_moved(text: str) -> str:
    """重庆，X → X，重庆, and back."""
    places = "重庆|洛阳"
    first = re.fullmatch(rf"({places})[，,\s]+([^，,].+?)([？?。]?)", text)
    if first:
        return f"{first[2]}，{first[1]}{first[3]}"
    last = re.fullmatch(rf"(.+?)[，,\s]+({places})([？?。]?)", text)
    return f"{last[2]}，{last[1]}{last[3]}" if last else text


def with_particle(text: str) -> str:
    """贴多少？ → 贴多少嘛？, but after another particle."""
    body = text.rstrip("？?。.！!~～ ")
    return (
        text
        if body.endswith(tuple("嘛吗吧呢啊呀哦哈不没啦咯"))
        else body + "嘛" + text[len(body) :]
    )


def politely(text: str) -> str:
    """With a greeting before and thanks behind."""
    return f"您好，麻烦问一下，{text}{'' if text.endswith(tuple('？?。！!')) else '，'}谢谢！"


OPERATORS = (
    Operator("full_width", "全角", full_width),
    Operator("half_width", "半角标点", half_width_marks),
    Operator("traditional", "繁体", traditional),
    Operator("spaced", "中西文之间加空格", spaced),
    Operator("unspaced", "去空格", unspaced),
    Operator("unpunctuated", "去标点", unpunctuated),
    Operator("in_yuan", "万元、亿元改写为元", in_yuan),
    Operator("in_wan", "元、亿元改写为万元", in_wan),
    Operator("please", "请问……", lambda text: f"请问{text}", first_only=True),
    Operator("well", "那个……", lambda text: f"那个，{text}", first_only=True),
    Operator("particle", "……嘛", with_particle, first_only=True),
    Operator("polite", "您好，麻烦问一下……谢谢", politely, first_only=True),
    Operator("region_moved", "地名前后挪动", region_moved, first_only=True),
)


def outcomes(client: Client, question: Question, turns: Sequence[str]) -> tuple[Outcome, ...]:
    """The outcome of every turn. Raises ServiceError."""
    return tuple(map(outcome, converse(client, turns, question.as_of).answers))


def compare(
    client: Client, questions: Sequence[Question], operators: Sequence[Operator]
) -> Iterator[tuple[Operator, Change | None]]:
    """For every conversation and every operator that rewrites it: the change, None for none."""
    for question in questions:
        before: tuple[Outcome, ...] | ServiceError
        try:
            before = outcomes(client, question, question.turns)
        except ServiceError as error:
            before = error
        for operator in operators:
            turns = operator.apply(question.turns)
            if turns == question.turns:
                continue
            differences = _differences(client, question, turns, before)
            changed = Change(operator.name, question.id, turns, differences)
            yield operator, changed if differences else None


def _differences(
    client: Client,
    question: Question,
    turns: Sequence[str],
    before: tuple[Outcome, ...] | ServiceError,
) -> tuple[str, ...]:
    if isinstance(before, ServiceError):
        return (f"原话就没有得到答复：{before}",)
    try:
        after = outcomes(client, question, turns)
    except ServiceError as error:
        return (str(error),)
    return tuple(
        f"第{number}轮 {difference}"
        for number, (was, now) in enumerate(zip(before, after, strict=True), start=1)
        for difference in was.differences(now)
    )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where the pinned score is not reached."""
    args = _arguments(argv)
    names = frozenset(filter(None, args.operators.split(",")))
    unknown = names - {operator.name for operator in OPERATORS}
    if unknown:
        raise SystemExit(f"没有这些改写：{'、'.join(sorted(unknown))}")
    only = frozenset(filter(None, args.only.split(",")))
    questions = chosen(own_questions(), part=args.half, only=only, category=args.category)
    operators = [operator for operator in OPERATORS if not names or operator.name in names]
    same = dict.fromkeys(operators, 0)
    total = dict.fromkeys(operators, 0)
    changes: list[Change] = []
    with connected(args.base_url, in_process=args.in_process) as (client, _):
        for operator, change in compare(client, questions, operators):
            total[operator] += 1
            if change is None:
                same[operator] += 1
                continue
            changes.append(change)
            if args.verbose:
                print(f"{operator.name} {change.question_id}  {' ／ '.join(change.turns)}")
                print("  " + "；".join(change.differences))
    scores = [Score(f"{o.name} {o.label}", same[o], total[o]) for o in operators]
    print("\n".join(map(str, scores)))
    whole = not (names or only or args.category)
    least = pinned.lowest("metamorphic") if whole else None
    score = Score("结论不变", sum(same.values()), sum(total.values()), least)
    print(score)
    if args.json is not None:
        rows = [
            {
                "operator": change.operator,
                "id": change.question_id,
                "turns": list(change.turns),
                "differences": list(change.differences),
            }
            for change in changes
        ]
        findings = {"scores": results.score_rows([score, *scores]), "rows": rows}
        results.write(args.json, "metamorphic", argv or (), findings)
    return int(score.failed)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evals metamorphic",
        description="换个说法再问一遍题库，报告金额、结论、回答方式不变的比例。",
    )
    parser.add_argument(
        "--half", choices=("open", "held", "all"), default="all", help="题库的哪一半（默认 all）"
    )
    parser.add_argument("--operators", default="", metavar="名称,…", help="只用这些改写")
    parser.add_argument("--only", default="", metavar="ID,…", help="只跑这些题")
    parser.add_argument("--category", help="只跑这一类")
    parser.add_argument("--verbose", action="store_true", help="列出变了的题和变了什么")
    parser.add_argument("--json", type=Path, metavar="文件", help="把变了的题写到文件")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--base-url", metavar="URL", help="已在运行的服务；不给则自行启动")
    where.add_argument("--in-process", action="store_true", help="不经 HTTP，在本进程里回答")
    return parser.parse_args(argv)
