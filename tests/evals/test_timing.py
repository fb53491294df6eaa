"""Percentiles by the nearest rank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.timing import in_ms, percentile

SECONDS = st.lists(st.floats(0, 100), min_size=1)


@given(SECONDS, st.floats(0, 1))
def test_a_percentile_was_measured_and_is_not_exceeded_by_its_share(
    seconds: list[float], share: float
) -> None:
    found = percentile(seconds, share)
    assert found in seconds
    assert sum(value <= found for value in seconds) >= share * len(seconds)


def test_of_nothing_there_is_none() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_in_words() -> None:
    assert in_ms([0.001, 0.002, 0.0105]) == "p50 2.0 ms，p95 10.5 ms"
