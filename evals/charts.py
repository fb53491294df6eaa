"""Plots as SVG: bars with intervals, curves. Colours come from the page (light and dark).

In:  labelled numbers between 0 and 1.
Out: an svg element that needs nothing from outside; every number of it is also in its text
     (tests/evals/test_report.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 760
LABELS = 300
ROW = 24
HEIGHT = 340
MARGIN = 56
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `strong` ones are drawn in the accent colour."""

    label: str
    value: float
    interval: tuple[float, ...] | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A curve through points (x, y), x from 0 to 1."""

    label: str
    points: Sequence[tuple[float, float]]
    strong: bool = False


def bars(rows: Sequence[Bar], title: str) -> str:
    """Horizontal bars from 0 to 1 with their intervals as whiskers."""
    span = WIDTH - LABELS - MARGIN
    height = ROW * len(rows) + 28
    parts = [_grid(LABELS + share * span, 4, height - 24, f"{share:g}") for share in _TICKS]
    for n, bar in enumerate(rows):
        y = n * ROW + 6
        kind = "strong" if bar.strong else "weak"
        width, base = bar.value * span, y + 13
        end = LABELS + width
        parts.append(f'<text class="label" x="{LABELS - 8}" y="{base}">{escape(bar.label)}</text>')
        parts.append(f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{width:.1f}" height="16"/>')
        right = end
        if bar.interval is not None:
            low, high = (LABELS + bound * span for bound in bar.interval)
            right = max(end, high)
            parts.append(
                f'<path class="whisker" d="M{low:.1f} {y + 8}H{high:.1f}'
                f'M{low:.1f} {y + 4}v8M{high:.1f} {y + 4}v8"/>'
            )
        parts.append(f'<text x="{right + 6:.1f}" y="{base}">{bar.value:.3f}</text>')
    return _svg(height, title, parts)


def curve(lines: Sequence[Line], across: str, up: str) -> str:
    """Curves in one frame, from 0 to 1 across, and up to the highest point."""
    left, bottom, right = MARGIN, HEIGHT - 40, WIDTH - LABELS + 40
    most = max((y for line in lines for _, y in line.points), default=0.0)
    top = next((t for t in (0.05, 0.1, 0.2, 0.3, 0.5) if t >= most), 1.0)
    parts = [_grid(left + x * (right - left), 12, bottom, f"{x:g}") for x in _TICKS]
    for share in _TICKS:
        y = bottom - share * (bottom - 12)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{right}"/>')
        parts.append(f'<text class="label" x="{left - 6}" y="{y + 4:.1f}">{share * top:.3g}</text>')
    for n, line in enumerate(lines):
        path = "L".join(
            f"{left + x * (right - left):.1f} {bottom - y / top * (bottom - 12):.1f}"
            for x, y in line.points
        )
        parts.append(f'<path class="line line{n}" d="M{path}"/>')
        y_key = 24 + n * 22
        parts.append(f'<path class="line line{n}" d="M{right + 14} {y_key}h24"/>')
        parts.append(f'<text x="{right + 44}" y="{y_key + 4}">{escape(line.label)}</text>')
    parts.append(f'<text x="{left}" y="{HEIGHT - 6}">{escape(across)}</text>')
    parts.append(f'<text x="{left + 4}" y="10">{escape(up)}</text>')
    return _svg(HEIGHT, f"{up}，{across}", parts)


def _grid(x: float, top: float, bottom: float, label: str) -> str:
    return (
        f'<path class="grid" d="M{x:.1f} {top}V{bottom}"/>'
        f'<text class="tick" x="{x:.1f}" y="{bottom + 16}">{label}</text>'
    )


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
