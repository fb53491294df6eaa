"""Figures about times.

In:  seconds, in any order.
Out: percentiles by the nearest rank: a value that was measured, never one in between
     (tests/evals/test_timing.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(seconds: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 … 1) of the values do not exceed."""
    if not seconds:
        raise ValueError("no values")
    ranked = sorted(seconds)
    return ranked[max(math.ceil(share * len(ranked)), 1) - 1]


def in_ms(seconds: Sequence[float]) -> str:
    """p50 and p95 for people: p50 8.1 ms，p95 20.3 ms."""
    p50, p95 = (percentile(seconds, share) * 1000 for share in (0.5, 0.95))
    return f"p50 {p50:.1f} ms，p95 {p95:.1f} ms"
