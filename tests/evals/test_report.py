"""The report: every figure with its command, nothing from outside, what is missing is said."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import results
from evals.charts import Bar, Line, bars, curve
from evals.page import Plot, Section, Table, html, markdown
from evals.pinned import Score
from evals.report import MODEL, WANTED, main, risks, sections

SCORE = {
    "ndcg_at_10": 0.4321,
    "hit_at_1": 0.3,
    "recall_at_10": 0.5,
    "recall_at_100": 0.7,
    "mrr_at_10": 0.4,
    "intervals": {
        name: [0.25, 0.75]
        for name in ("ndcg_at_10", "hit_at_1", "recall_at_10", "recall_at_100", "mrr_at_10")
    },
}
CLAUSES = {
    "set": "pairs",
    "searcher": "search",
    "half": "all",
    "hit@1": 0.9171,
    "hit@1 interval": [0.88, 0.949],
    "recall@5": 0.991,
    "recall@5 interval": [0.977, 1.0],
    "questions": 217,
}
FOUND = {"set": "pairs", "searcher": "search", "margin": 0.5, "right": True}
ASKED = {"category": "amount", "half": "open", "fails": [], "seconds": [0.0123]}
FIGURE = {"label": "启动到就绪", "value": 1.25, "unit": "s", "ratio": 9.5}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One result of every evaluation."""
    scores = results.score_rows([Score("守住 <b>", 9, 10, 0.8), Score("order", 1, 2)])
    found: dict[str, dict[str, Any]] = {
        "retrieval": {
            "collection": "own",
            "passages": 157,
            "queries": 217,
            "searchers": {"bm25": SCORE, "hybrid": SCORE},
        },
        "clauses": {"clauses": [CLAUSES], "rows": [FOUND, FOUND | {"right": False, "margin": 0.1}]},
        "examples": {"scores": scores, "own": [ASKED]},
        "attacks": {"scores": scores},
        "metamorphic": {"scores": scores},
        "bench": {"figures": [FIGURE]},
        "scale": {"documents": 5, "clauses": 157, "figures": [FIGURE], "scores": scores},
    }
    assert found.keys() == WANTED.keys()
    for name, findings in found.items():
        results.write(tmp_path / f"{name}.json", name, ["--of", name], findings)
    return tmp_path


class Loads(HTMLParser):
    """Everything that a page would fetch, and the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [
            f"{tag} {name}={value}"
            for name, value in attributes
            if name in ("src", "srcset", "xlink:href", "data")
            or (name == "href" and not (value or "").startswith("#"))
        ]


def test_every_figure_stands_there_with_its_command(folder: Path) -> None:
    assert main(["--results", str(folder)]) == 0
    page, text = ((folder / f"report.{kind}").read_text("utf-8") for kind in ("html", "md"))
    for name in WANTED:
        assert f"python -m evals {name} --of {name}" in page
        assert f"`python -m evals {name} --of {name}`" in text
    for figure in ("0.432 [0.250, 0.750]", "0.917 [0.880, 0.949]", "9 / 10", "1.25", "12.3 ms"):
        assert figure in page
        assert figure in text


def test_the_page_loads_nothing_and_what_was_measured_is_no_markup(folder: Path) -> None:
    main(["--results", str(folder)])
    page = (folder / "report.html").read_text("utf-8")
    seen = Loads()
    seen.feed(page)
    assert seen.fetched == []
    assert {"script", "link", "img", "iframe", "b"}.isdisjoint(seen.tags)
    assert "守住 &lt;b&gt;" in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page


def test_what_was_not_measured_is_named_with_its_command(tmp_path: Path) -> None:
    assert main(["--results", str(tmp_path)]) == 0
    text = (tmp_path / "report.md").read_text("utf-8")
    for command in (*WANTED.values(), MODEL):
        assert f"`{command}`" in text or f"| {command} |" in text
    assert text.count("还没有测。") == len(WANTED) + 2  # clauses give two sections; a model's one


def test_a_models_answers_have_a_section_of_their_own(folder: Path) -> None:
    findings = {"mode": "llm", "scores": [], "own": [ASKED | {"fails": ["x"]}]}
    results.write(folder / "llm.json", "examples", ["--mode", "llm"], findings)
    by_title = {section.title: section for section in sections(results.read(folder))}
    rules, model = by_title["题库"], by_title["语言模型"]
    assert model.missing is None
    assert [table.rows[0][2] for table in rules.tables if table.title == "按类别"] == ["1 / 1"]
    assert [table.rows[0][2] for table in model.tables if table.title == "按类别"] == ["0 / 1"]


@given(rows=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_at_full_coverage_the_risk_is_the_share_of_wrong_answers(
    rows: list[tuple[float, bool]],
) -> None:
    points = risks(rows)
    assert points[-1] == (1.0, pytest.approx(sum(not right for _, right in rows) / len(rows)))
    assert [share for share, _ in points] == sorted({share for share, _ in points})
    assert risks(list(reversed(rows))) == points


def test_surer_answers_come_first() -> None:
    assert risks([(0.1, False), (0.9, True)]) == [(0.5, 0.0), (1.0, 0.5)]


def test_bars_are_as_long_as_their_values() -> None:
    svg = bars([Bar("a<", 0.25), Bar("b", 0.5, (0.4, 0.6))], "比例")
    first, second = map(float, re.findall(r'<rect[^>]* width="([\d.]+)"', svg))
    assert second == pytest.approx(2 * first, abs=0.2)
    assert "a&lt;" in svg
    assert svg.count("whisker") == 1
    assert "0.250" in svg


def test_a_curve_of_no_points_is_still_a_plot() -> None:
    svg = curve([Line("a", [])], "覆盖", "风险")
    assert svg.startswith("<svg") and svg.endswith("</svg>")


def test_cells_stay_in_their_row() -> None:
    section = Section(
        "一", "二", (Table("", ("x",), [["a|b\nc"]], ""),), (Plot("p", "<svg></svg>"),)
    )
    assert "| a\\|b c |" in markdown([section])
    assert "<svg></svg>" in html([section])
