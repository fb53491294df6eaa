"""Papers of many cities without measures, asked about in everyday words: the sentence that answers
is quoted, and none where the papers say nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.service import Service
from tests.assistant.conftest import with_papers
from tests.conftest import NOW, ROOT

DATA = ROOT / "tests" / "data"
ASKED: list[dict[str, Any]] = yaml.safe_load((DATA / "cities.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("cities")
    with Service(with_papers(folder, DATA / "cities"), now=lambda: NOW) as service:
        yield service


@pytest.mark.parametrize("row", ASKED, ids=lambda row: row["question"])
def test_the_sentence_that_answers_is_quoted_and_no_other(
    service: Service, row: dict[str, Any]
) -> None:
    text = service.ask(row["question"]).text
    if "holds" in row:
        assert row["holds"] in text
    else:
        assert "没有" in text or "不在已收录文件的范围内" in text
        assert "“" not in text


def test_of_several_places_whose_papers_say_nothing_all_are_told(service: Service) -> None:
    text = service.ask("绵阳和德阳的绿色贷款贴息需要审计吗").text
    for place in ("绵阳市", "德阳市"):
        assert f"已收录的{place}文件里没有查到" in text
        assert f"《{place}绿色贷款贴息" in text
