"""Result files (build/evals/*.json): what an evaluation found, for the report to read.

In:  an evaluation's name, its command line, its findings.
Out: one JSON file; read back, it names the command that made each figure
     (tests/evals/test_results.py).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.audit import TIME_ZONE, program_version
from evals.confidence import of_share
from evals.errors import EvaluationError
from evals.pinned import Score

FOLDER = Path("build") / "evals"


def write(path: Path, evaluation: str, argv: Sequence[str], findings: Mapping[str, Any]) -> None:
    """Write what an evaluation found when it was run with these arguments."""
    result = {
        "evaluation": evaluation,
        "command": shlex.join(["python", "-m", "evals", evaluation, *argv]),
        "measured": datetime.now(TIME_ZONE).isoformat(timespec="seconds"),
        "program": program_version(),
        **findings,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> list[Mapping[str, Any]]:
    """The results of a folder, by file name. Raises EvaluationError for a file that is none."""
    found: list[Mapping[str, Any]] = []
    for path in sorted(folder.glob("*.json")):
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise EvaluationError(f"{path}：不是 JSON（{error}）") from error
        if not isinstance(value, dict) or not {"evaluation", "command"} <= value.keys():
            raise EvaluationError(f"{path}：不是评测的结果文件，应由 --json 写成")
        found.append({"file": path.name, **value})
    return found


def score_rows(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Shares as the report shows them: with what is pinned, and their interval."""
    return [
        {**asdict(score), "interval": list(of_share(score.good, score.of))}
        for score in scores
        if score.of
    ]
