"""The example of the docs for other people's LangChain programs runs as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import tools
from assistant.service import Service

GUIDE = Path(__file__).parents[2] / "docs" / "plug-in-a-model.md"


@pytest.fixture(autouse=True)
def served(service: Service) -> Iterator[None]:
    tools.serve_from(service)
    yield
    tools._served.clear()


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [example] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(example, str(GUIDE), "exec"), {})
    first, amount = capsys.readouterr().out.splitlines()
    assert first.endswith("四、（一）")
    assert amount.startswith("upper_bound 1000000 ")
