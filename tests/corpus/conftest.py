"""The corpus as the assistant reads it, once per session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.measures.reader import Catalogue, read_catalogue
from ingest.datafiles import read_data
from ingest.document import Document
from ingest.sources import load_sources

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="session")
def data() -> Mapping[str, Any]:
    return read_data(CORPUS)


@pytest.fixture(scope="session")
def documents() -> Mapping[str, Document]:
    return {document.id: document for document in load_sources(CORPUS)}


@pytest.fixture(scope="session")
def catalogue(data: Mapping[str, Any], documents: Mapping[str, Document]) -> Catalogue:
    return read_catalogue(data, documents)
