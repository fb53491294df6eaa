"""The report as a page and as Markdown.

In:  sections of tables and plots.
Out: HTML that loads nothing from outside, in the light or dark that the reader has set; Markdown
     with the same tables. What was measured is text, never markup (tests/evals/test_report.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

TITLE = "政策助手评测报告"
_STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1c2430; --soft: #5b6675; --rule: #d9dee5;
  --accent: #0b5cad; --weak: #a9bdd3; --c1: #b3541e; --c2: #2b7a4b; --c3: #7a4fa3; }
@media (prefers-color-scheme: dark) { :root { --back: #14181e; --text: #e4e8ee; --soft: #9aa6b5;
  --rule: #333b47; --accent: #6cb0f5; --weak: #47607d; --c1: #f0a06a; --c2: #7ccf9d;
  --c3: #c3a0ee; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--back);
  color: var(--text); font: 16px/1.65 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 1px solid
  var(--rule); padding-bottom: .3rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { max-width: 44rem; } .command, .missing { color: var(--soft); font-size: .85rem; }
nav a { color: var(--accent); margin-right: 1rem; white-space: nowrap; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .88rem;
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; } th { color: var(--soft); font-weight: 500; }
code { font-size: .85em; overflow-wrap: anywhere; }
svg { width: 100%; max-width: 760px; height: auto; display: block; margin: .5rem 0 1rem; }
svg text { fill: var(--text); font-size: 12px; } svg .label { text-anchor: end; }
svg .tick { text-anchor: middle; fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--rule); fill: none; } svg .strong { fill: var(--accent); }
svg .weak { fill: var(--weak); } svg .whisker { stroke: var(--text); fill: none; }
svg .line { fill: none; stroke-width: 2; stroke: var(--accent); } svg .line0 { stroke: var(--c1);
  stroke-dasharray: 5 3; } svg .line2 { stroke: var(--c2); stroke-dasharray: 5 3; }
svg .line3 { stroke: var(--c3); }
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, and the command that made them; "" where the cells name it."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    command: str


@dataclass(frozen=True, slots=True)
class Plot:
    """An svg element of `evals.charts`."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. missing is the command to run where nothing was measured."""

    title: str
    intro: str
    tables: tuple[Table, ...]
    plots: tuple[Plot, ...]
    missing: str | None = None


def html(sections: Sequence[Section]) -> str:
    """The whole page."""
    links = "".join(f'<a href="#{n}">{escape(s.title)}</a>' for n, s in enumerate(sections))
    body = "".join(_section(n, section) for n, section in enumerate(sections))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{TITLE}</h1><nav>{links}</nav>\n{body}</body></html>\n"
    )


def _section(number: int, section: Section) -> str:
    parts = [f'<h2 id="{number}">{escape(section.title)}</h2>', f"<p>{escape(section.intro)}</p>"]
    if section.missing is not None:
        command = f"<code>{escape(section.missing)}</code>"
        parts.append(f'<p class="missing">还没有测。{command}</p>')
    for plot in section.plots:
        parts += [f"<h3>{escape(plot.title)}</h3>", plot.svg]
    for table in section.tables:
        if table.title:
            parts.append(f"<h3>{escape(table.title)}</h3>")
        parts.append(f'<div class="wide">{_table(table)}</div>')
        if table.command:
            parts.append(f'<p class="command"><code>{escape(table.command)}</code></p>')
    return "\n".join(parts) + "\n"


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def markdown(sections: Sequence[Section]) -> str:
    """The same tables as Markdown; the plots are the page's."""
    lines = [f"# {TITLE}"]
    for section in sections:
        lines += [f"## {section.title}", section.intro]
        if section.missing is not None:
            lines.append(f"还没有测。`{section.missing}`")
        for table in section.tables:
            if table.title:
                lines.append(f"### {table.title}")
            rows = [table.head, ["---"] * len(table.head), *table.rows]
            lines.append("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows))
            if table.command:
                lines.append(f"`{table.command}`")
    return "\n\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
