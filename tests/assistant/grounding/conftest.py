"""The word lists and the corpus, for tests that judge real sentences."""

from __future__ import annotations

import pytest

from assistant.grounding.reading import Claims
from evals.mutations import Library


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture(scope="session")
def claims(library: Library) -> Claims:
    return library.claims
