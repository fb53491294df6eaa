"""How sure a mean is: the bootstrap's interval.

In:  one value per question.
Out: the bounds between which 95 of 100 resampled means lie; always the same for the same values
     (tests/evals/test_confidence.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ROUNDS = 2000
LEVEL = 0.95
_SEED = 20261120
_BATCH = 100  # rounds drawn at once, to keep memory flat


class Interval(NamedTuple):
    """The bounds of a mean."""

    low: float
    high: float


def interval(values: Sequence[float] | npt.NDArray[np.float64]) -> Interval:
    """The percentile bootstrap of the mean. Raises ValueError where there is no value."""
    sample = np.asarray(values, dtype=np.float64)
    if not len(sample):
        raise ValueError("no values")
    random = np.random.default_rng(_SEED)
    means = [
        sample[random.integers(0, len(sample), (_BATCH, len(sample)))].mean(axis=1)
        for _ in range(ROUNDS // _BATCH)
    ]
    outside = (1 - LEVEL) / 2
    low, high = np.quantile(np.concatenate(means), [outside, 1 - outside])
    return Interval(float(low), float(high))


def of_share(good: int, of: int) -> Interval:
    """The interval of a share, as of `of` questions of which `good` held."""
    return interval([1.0] * good + [0.0] * (of - good))
