"""A pause after failures, a budget for the day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import Engine

from assistant.language.limits import Breaker, Budget

DAY = date(2026, 11, 20)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_tries_one_after_the_pause() -> None:
    clock = Clock()
    breaker = Breaker(2, 60, clock)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()
    clock.now = 60
    assert breaker.lets_through()
    assert not breaker.lets_through()  # only one tries
    breaker.failed()
    clock.now = 119
    assert not breaker.lets_through()
    clock.now = 120
    assert breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through() and breaker.lets_through()


def test_the_budget_of_a_day_is_shared_and_ends_with_it(engine: Engine) -> None:
    one, other = Budget(engine, 100), Budget(engine, 100)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: (one, other)[i % 2].spend(DAY, 10), range(9)))
    assert one.is_left(DAY)
    one.spend(DAY, 10)
    assert not one.is_left(DAY) and not other.is_left(DAY)
    assert other.is_left(date(2026, 11, 21))


def test_without_a_limit_nothing_is_kept(engine: Engine) -> None:
    budget = Budget(engine, 0)
    budget.spend(DAY, 10**9)
    assert budget.is_left(DAY)
    assert Budget(engine, 1).is_left(DAY)
