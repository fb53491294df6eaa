"""Intervals of means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.confidence import interval, of_share


@settings(max_examples=20)
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_the_mean_lies_within_and_the_same_values_give_the_same(values: list[float]) -> None:
    low, high = interval(values)
    assert low - 1e-9 <= sum(values) / len(values) <= high + 1e-9
    assert interval(values) == (low, high)


def test_more_questions_make_it_narrower_as_their_root() -> None:
    few, many = of_share(80, 100), of_share(8000, 10000)
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(10, rel=0.1)
    assert few.high - few.low == pytest.approx(2 * 1.96 * (0.8 * 0.2 / 100) ** 0.5, rel=0.1)


def test_nothing_measured_has_none() -> None:
    with pytest.raises(ValueError, match="no values"):
        interval([])
