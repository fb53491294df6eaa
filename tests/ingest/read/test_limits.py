"""The limits are documented under the names that refusals give."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from ingest.read import Limits, ReadError
from ingest.read.base import setting

PAGE = Path(__file__).parents[3] / "docs" / "formats.md"


def test_every_limit_stands_in_the_documentation_with_its_default() -> None:
    rows = re.findall(r"\| `(POLICY_INGEST_\w+)` \| (\d+) \|", PAGE.read_text("utf-8"))
    assert dict(rows) == {setting(name): str(value) for name, value in asdict(Limits()).items()}


def test_a_refusal_names_limit_and_setting() -> None:
    Limits(pages=3).check("pages", 3, "PDF 页数")
    with pytest.raises(
        ReadError, match=r"^PDF 页数超过上限 3（设置 POLICY_INGEST_PAGES），未读入$"
    ):
        Limits(pages=3).check("pages", 4, "PDF 页数")
    with pytest.raises(LookupError):
        setting("none")
