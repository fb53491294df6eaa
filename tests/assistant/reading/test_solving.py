"""What is solved for is read only where a subsidy was told and is not what is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.calculators.case import Ask
from assistant.pipeline import Assistant
from assistant.reading.figures import read_figures
from assistant.reading.quantities import read_quantities
from assistant.reading.solving import solved_for


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("技改专项贷贷2亿,贴息要拿到500万,利率得是几", {Ask.RATE_THRESHOLD}),
        ("技改专项贷利率3.6%,想每年拿90万贴息要贷多少", {Ask.THRESHOLD}),
        ("贴息150万,一年利息是多少", {Ask.COST_THRESHOLD}),
        ("技改专项贷贷2亿,利率4%,贴息多少", set()),
        ("技改专项贷贷2亿,利率是多少", set()),
        ("技改专项贷2亿,利率4%,能拿到500万贴息吗", set()),
    ],
)
def test_what_a_subsidy_is_solved_for(assistant: Assistant, text: str, asks: set[Ask]) -> None:
    quantities = read_quantities(text, date(2026, 11, 20))
    figures = read_figures(text, quantities, assistant.lexicon)
    assert solved_for(text, figures, assistant.lexicon) == asks
