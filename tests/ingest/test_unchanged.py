"""What is taken for unchanged: nothing whose bytes are others, whatever its times say."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from ingest.unchanged import SEEN, raw_digest


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of files that were written just now."""
    folder = tmp_path / "corpus"
    (folder / "documents").mkdir(parents=True)
    for name in ("sources.yaml", "documents/a.txt", "documents/b.txt"):
        (folder / name).write_text(f"原文 {name}", "utf-8")
    return folder


def digest(corpus: Path, home: Path) -> str | None:
    return raw_digest(corpus, home, {}, None, None)


def test_a_changed_byte_is_noticed_under_the_same_size_and_times(
    corpus: Path, tmp_path: Path
) -> None:
    path = corpus / "documents" / "a.txt"
    times = path.stat()
    before = digest(corpus, tmp_path)
    assert digest(corpus, tmp_path) == before
    path.write_text(path.read_text("utf-8").replace("原", "元"), "utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert digest(corpus, tmp_path) != before


def test_a_file_that_is_gone_new_or_renamed_is_noticed(corpus: Path, tmp_path: Path) -> None:
    seen = [digest(corpus, tmp_path)]
    (corpus / "documents" / "c.txt").write_text("新", "utf-8")
    seen.append(digest(corpus, tmp_path))
    (corpus / "documents" / "c.txt").rename(corpus / "documents" / "d.txt")
    seen.append(digest(corpus, tmp_path))
    (corpus / "documents" / "b.txt").unlink()
    seen.append(digest(corpus, tmp_path))
    assert len(set(seen)) == len(seen)


def test_only_what_was_long_written_is_not_read_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted stands in for the bytes once they cannot change under the same times."""
    digest(corpus, tmp_path)
    fresh = json.loads((tmp_path / SEEN).read_bytes())
    assert not any(str(corpus) in path for path in fresh)
    later = time.time_ns() + 10 * 10**9
    monkeypatch.setattr("ingest.unchanged.time.time_ns", lambda: later)
    before = digest(corpus, tmp_path)
    noted = json.loads((tmp_path / SEEN).read_bytes())
    of_it = noted[str(corpus / "documents" / "a.txt")]
    of_it[4] = "0" * 64
    (tmp_path / SEEN).write_text(json.dumps(noted), "utf-8")
    assert digest(corpus, tmp_path) != before
    (tmp_path / SEEN).write_text("{", "utf-8")
    assert digest(corpus, tmp_path) == before


def test_a_named_model_may_be_another_any_time(corpus: Path, tmp_path: Path) -> None:
    assert raw_digest(corpus, tmp_path, {}, "name", None) is None
