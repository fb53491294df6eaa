"""The report (评测报告): one page of all that was measured, from result files alone.

In:  result files, as the evaluations write them with --json into build/evals.
Out: report.html, self-contained, and report.md: tables and plots, every figure with the command
     that made it. What was not measured is named, with its command (tests/evals/test_report.py).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals import results
from evals.charts import Bar, Line, bars, curve
from evals.clauses import METRICS, SEARCHERS, SETS
from evals.confidence import of_share
from evals.page import Plot, Section, Table, html, markdown

Result = Mapping[str, Any]

WANTED: Mapping[str, str] = {
    "retrieval": "python -m evals retrieval --beir 文件夹 --json build/evals/retrieval-名称.json",
    "clauses": "python -m evals clauses --json build/evals/clauses.json",
    "examples": "python -m evals examples --half all --json build/evals/examples.json",
    "attacks": "python -m evals attacks --json build/evals/attacks.json",
    "metamorphic": "python -m evals metamorphic --json build/evals/metamorphic.json",
    "bench": "python -m evals bench --json build/evals/bench.json",
    "scale": "python -m evals scale --articles 文件 --json build/evals/scale.json",
}
MODEL = "python -m evals examples --mode llm --json build/evals/examples-llm.json"
RATES = {
    "ndcg_at_10": "nDCG@10",
    "hit_at_1": "hit@1",
    "recall_at_10": "recall@10",
    "recall_at_100": "recall@100",
    "mrr_at_10": "MRR@10",
}
PLOTTED = ("ndcg_at_10", "recall_at_100")
HALVES = {"open": "边做边看的一半", "held": "留着的一半"}


def sections(found: Sequence[Result]) -> list[Section]:
    """The report's sections, in order; those of which nothing was measured say how to."""
    by_name: dict[str, list[Result]] = defaultdict(list)
    for result in found:
        by_name[result["evaluation"]].append(result)
    model = [one for one in by_name["examples"] if one.get("mode") == "llm"]
    by_name["examples"] = [one for one in by_name["examples"] if one.get("mode") != "llm"]
    return [
        _overview(found, by_name),
        _retrieval(by_name["retrieval"]),
        _clauses(by_name["clauses"]),
        _risk(by_name["clauses"]),
        _questions("题库", by_name["examples"]),
        _shares("攻击", "各形式的攻击守住的比例。", by_name["attacks"]),
        _shares(
            "换个说法", "换一种说法，金额、结论、回答方式都不变的比例。", by_name["metamorphic"]
        ),
        _figures(
            "快慢与大小", "倍数是与同一时刻所跑的参照循环之比，机器忙闲不同，倍数比毫秒可比。",
            by_name["bench"],
        ),
        _scale(by_name["scale"]),
        _questions("语言模型", model),
    ]  # fmt: skip


def _overview(found: Sequence[Result], by_name: Mapping[str, Sequence[Result]]) -> Section:
    rows = [
        [one["evaluation"], one.get("measured", ""), one.get("program", ""), one["command"]]
        for one in found
    ]
    missing = [[name, command] for name, command in WANTED.items() if not by_name[name]]
    tables = [Table("", ("评测", "何时", "程序版本", "命令"), rows, "")] if rows else []
    if missing:
        tables.append(Table("还没有测的", ("评测", "命令"), missing, ""))
    intro = (
        "只读结果文件；方括号里是自助法的 95% 区间。"
        "题目不多时区间很宽，两个数的区间重叠，就说不上谁高谁低。"
    )
    return Section("概览", intro, tuple(tables), ())


def _retrieval(found: Sequence[Result]) -> Section:
    tables, plots = [], []
    for one in found:
        name = f"{one['collection']}（{one['passages']} 段，{one['queries']} 问）"
        rows = [
            [searcher, *(_rate(score, rate) for rate in RATES)]
            for searcher, score in one["searchers"].items()
        ]
        tables.append(Table(name, ("检索方式", *RATES.values()), rows, one["command"]))
    for rate in PLOTTED:
        lines = [
            Bar(
                f"{one['collection']} · {searcher}",
                score[rate],
                tuple(score["intervals"][rate]) if "intervals" in score else None,
                searcher == "hybrid",
            )
            for one in found
            for searcher, score in one["searchers"].items()
        ]
        if lines:
            plots.append(Plot(RATES[rate], bars(lines, RATES[rate])))
    intro = "外部数据集上各检索方式单独与合并的成绩；own 是本库自己的条款。"
    return Section(
        "检索", intro, tuple(tables), tuple(plots), None if found else WANTED["retrieval"]
    )


def _rate(score: Mapping[str, Any], rate: str) -> str:
    low, high = score.get("intervals", {}).get(rate, (None, None))
    return f"{score[rate]:.3f}" + (f" [{low:.3f}, {high:.3f}]" if low is not None else "")


def _clauses(found: Sequence[Result]) -> Section:
    tables, plots = [], []
    for one in found:
        rows, lines = [], []
        for row in one["clauses"]:
            label = f"{SETS[row['set']]} · {SEARCHERS[row['searcher']]}"
            cells = []
            for metric in METRICS:
                low, high = row[f"{metric} interval"]
                cells.append(f"{row[metric]:.3f} [{low:.3f}, {high:.3f}]")
            rows.append([label, HALVES.get(row["half"], "全部"), str(row["questions"]), *cells])
            if row["half"] == "all":
                for metric in METRICS:
                    interval = tuple(row[f"{metric} interval"])
                    mine = row["searcher"] == "search"
                    lines.append(Bar(f"{label} · {metric}", row[metric], interval, mine))
        head = ("题目与检索方式", "哪一半", "题数", *METRICS)
        tables.append(Table("", head, rows, one["command"]))
        plots.append(Plot("hit@1 与 recall@5", bars(lines, "找对条款的比例")))
    intro = (
        "一问一条，找没找对条款。只用索引，是不看地区、文件、效力和口语说法的检索；助手的检索都看。"
    )
    return Section(
        "找条款", intro, tuple(tables), tuple(plots), None if found else WANTED["clauses"]
    )


def _risk(found: Sequence[Result]) -> Section:
    """How often the first clause is wrong among the surest questions, by share of questions."""
    tables, plots = [], []
    for one in found:
        lines, rows = [], []
        for name in SETS:
            for searcher, label in SEARCHERS.items():
                chosen = [
                    row for row in one["rows"] if (row["set"], row["searcher"]) == (name, searcher)
                ]
                if not chosen:
                    continue
                points = risks([(row["margin"], row["right"]) for row in chosen])
                title = f"{SETS[name]} · {label}"
                lines.append(Line(title, points, searcher == "search"))
                cells = [f"{_at(points, share):.3f}" for share in (0.25, 0.5, 0.75, 1.0)]
                area = sum(risk for _, risk in points) / len(points)
                rows.append([title, *cells, f"{area:.3f}"])
        head = ("题目与检索方式", "覆盖 25%", "50%", "75%", "100%", "曲线下面积")
        tables.append(Table("答错的比例（风险）", head, rows, one["command"]))
        plots.append(Plot("风险随覆盖", curve(lines, "覆盖：答到多少题", "风险：其中答错的比例")))
    intro = (
        "按检索的把握（第一名比第二名高出多少）从大到小排，只答前若干题时，错在其中占多少。"
        "曲线往左下走，说明没有把握的时候它自己知道。"
    )
    return Section(
        "风险与覆盖", intro, tuple(tables), tuple(plots), None if found else WANTED["clauses"]
    )


def risks(rows: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(coverage, risk) after each question, the surest first; rows are (confidence, right).

    Questions of equal confidence come in together.
    """
    ranked = sorted(rows, key=lambda row: -row[0])
    points: list[tuple[float, float]] = []
    wrong = 0
    for n, (sure, right) in enumerate(ranked, 1):
        wrong += not right
        if n == len(ranked) or ranked[n][0] != sure:
            points.append((n / len(ranked), wrong / n))
    return points


def _at(points: Sequence[tuple[float, float]], coverage: float) -> float:
    return next(risk for share, risk in points if share >= coverage)


def _questions(title: str, found: Sequence[Result]) -> Section:
    tables, plots = [], []
    for one in found:
        scores = one.get("scores", [])
        tables.append(Table("", *_score_table(scores), one["command"]))
        groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for row in one.get("own", []):
            groups[row["category"], row.get("half", "")].append(not row["fails"])
        rows, lines = [], []
        for (category, half), passed in sorted(groups.items()):
            share = sum(passed) / len(passed)
            interval = of_share(sum(passed), len(passed))
            cell = f"{share:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
            rows.append([category, HALVES.get(half, half), f"{sum(passed)} / {len(passed)}", cell])
            lines.append(Bar(f"{category} · {half}", share, tuple(interval), half == "held"))
        head = ("类别", "哪一半", "通过", "比例")
        tables.append(Table("按类别", head, rows, one["command"]))
        if lines:
            plots.append(Plot("按类别通过的比例", bars(lines, "通过的比例")))
        seconds = sorted(s for row in one.get("own", []) for s in row.get("seconds", []))
        if seconds:
            middle, late = (seconds[int(len(seconds) * q)] * 1000 for q in (0.5, 0.95))
            cells = [[f"{middle:.1f} ms", f"{late:.1f} ms", str(len(seconds))]]
            tables.append(Table("每轮用时", ("p50", "p95", "轮数"), cells, one["command"]))
    intro = (
        "没有接语言模型时逐题问答，判断写在题里；这些检查必要而不充分。"
        if title == "题库"
        else "接上语言模型之后同一批题的成绩；金额、引用和核验仍由程序管。"
    )
    command = WANTED["examples"] if title == "题库" else MODEL
    return Section(title, intro, tuple(tables), tuple(plots), None if found else command)


def _score_table(
    scores: Iterable[Mapping[str, Any]],
) -> tuple[Sequence[str], list[list[str]]]:
    rows = []
    for score in scores:
        share = score["good"] / score["of"]
        low, high = score["interval"]
        least = "" if score.get("lowest") is None else f"{score['lowest']:.3f}"
        held = "" if not least else "低于最低分" if share < score["lowest"] else "不低于"
        rows.append(
            [
                score["name"],
                f"{score['good']} / {score['of']}",
                f"{share:.3f} [{low:.3f}, {high:.3f}]",
                least,
                held,
            ]
        )
    return ("", "成立", "比例", "最低分", ""), rows


def _shares(title: str, intro: str, found: Sequence[Result]) -> Section:
    tables, plots = [], []
    name = {"攻击": "attacks", "换个说法": "metamorphic"}[title]
    for one in found:
        tables.append(Table("", *_score_table(one["scores"]), one["command"]))
        lines = [
            Bar(s["name"], s["good"] / s["of"], tuple(s["interval"]), s["lowest"] is not None)
            for s in one["scores"]
        ]
        plots.append(Plot("比例", bars(lines, title)))
    return Section(title, intro, tuple(tables), tuple(plots), None if found else WANTED[name])


def _figures(title: str, intro: str, found: Sequence[Result]) -> Section:
    tables = [
        Table("", ("", "数", "单位", "倍数"), list(_figure_rows(one["figures"])), one["command"])
        for one in found
    ]
    return Section(title, intro, tuple(tables), (), None if found else WANTED["bench"])


def _figure_rows(figures: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    for figure in figures:
        ratio = "" if figure["ratio"] is None else f"{figure['ratio']:.3g}"
        yield [figure["label"], f"{figure['value']:,.2f}", figure["unit"], ratio]


def _scale(found: Sequence[Result]) -> Section:
    tables = []
    for one in found:
        name = f"{one['documents']} 份文件，{one['clauses']} 条条款"
        rows = list(_figure_rows(one["figures"]))
        tables.append(Table(name, ("", "数", "单位", "倍数"), rows, one["command"]))
        tables.append(Table("回答是否不变", *_score_table(one["scores"]), one["command"]))
    intro = "与法律条文并列时的建索引、检索和内存；题库里的回答与只有自己的文件时逐一比对。"
    return Section("规模", intro, tuple(tables), (), None if found else WANTED["scale"])


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 2 where a file in the folder is no result."""
    parser = argparse.ArgumentParser(
        prog="python -m evals report",
        description="把结果文件写成一页报告：report.html（不引用外部文件）和 report.md。",
    )
    parser.add_argument(
        "--results", type=Path, default=results.FOLDER, metavar="文件夹", help="结果文件在哪里"
    )
    parser.add_argument("--out", type=Path, metavar="文件夹", help="写到哪里；不写即结果文件夹")
    args = parser.parse_args(argv)
    out = args.out or args.results
    parts = sections(results.read(args.results))
    out.mkdir(parents=True, exist_ok=True)
    for name, text in (("report.html", html(parts)), ("report.md", markdown(parts))):
        (out / name).write_text(text, encoding="utf-8")
        print(out / name)
    return 0
