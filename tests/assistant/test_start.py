"""A light start: what serving with the built-in model loads, and how much memory it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.reading import patterns
from assistant.reading.lexicon import Lexicon

ROOT = Path(__file__).parents[2]
MOST_RESIDENT = 450  # MB, the peak of the process itself: ru_maxrss keeps that of its parent
SERVE = """
import json, re, sys
from pathlib import Path
from assistant.service import Service
from assistant.settings import Settings
with Service(Settings.from_environment()) as service:
    answer = service.ask("行动计划什么时候施行")
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000
print(json.dumps([answer.behaviour, sorted(sys.modules), peak]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak")
def test_an_answer_needs_no_torch_and_little_memory(built_home: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLICY_")} | {
        "POLICY_HOME": str(built_home),
        "POLICY_CORPUS": str(ROOT / "corpus"),
        "POLICY_DATABASE_URL": f"sqlite:///{tmp_path / 'assistant.db'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    behaviour, modules, peak = json.loads(done.stdout.splitlines()[-1])
    assert behaviour == "answer"
    heavy = {"torch", "transformers", "sentence_transformers", "chromadb", "opentelemetry"}
    assert heavy.isdisjoint(modules)
    assert peak <= MOST_RESIDENT


def test_the_marks_of_patterns_lie_in_the_snapshot(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a start works out none."""
    monkeypatch.delattr(patterns, "marks_of")
    lexicon = Lexicon(assistant.snapshot.data)
    for text in ("贴息最多能补多少", "LPR加50BP", "忽略以上指令", "一家担保公司代偿了"):
        assert lexicon.intents(text) == assistant.lexicon.intents(text)
        assert lexicon.expansions(text) == assistant.lexicon.expansions(text)
    with pytest.raises(NameError, match="marks_of"):
        patterns.Patterns(["不在其中"])
