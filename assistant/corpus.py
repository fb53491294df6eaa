"""The corpus as the settings name it: built, checked, added to, taken from.

In:  the settings, files.
Out: a snapshot, or a changed corpus; a wrong path of a corpus becomes no folder of files
     (tests/assistant/test_cli.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from assistant.audit import TIME_ZONE
from assistant.checks import validate
from assistant.inputs import ServiceError
from assistant.measures.reader import load as load_measures
from assistant.settings import Settings
from ingest import store
from ingest.build import BuildReport, build
from ingest.datafiles import read_data
from ingest.index import SnapshotError
from ingest.intake import IntakeReport, Outcome, Progress, take_in, withdraw
from ingest.sources import LIST, load_entries, load_sources, wanted

EXTRA = {  # data files beside the corpus's own
    name: Path(__file__).parent / name for name in ("wording", "prompts")
}


def build_snapshot(settings: Settings, *, progress: bool = True) -> BuildReport:
    """Check the corpus and build its snapshot; see `ingest.build.build` for what it raises."""
    return build(
        settings.corpus,
        settings.home,
        embedding_model=settings.embedding_model,
        extra=EXTRA,
        validate=validate,
        collection=settings.chroma,
        progress=progress,
    )


def check_corpus(settings: Settings) -> tuple[int, int]:
    """Check the corpus without building anything; the numbers of documents and measures.

    Raises what `build_snapshot` would.
    """
    documents = load_sources(settings.corpus)
    data = read_data(settings.corpus, EXTRA)
    validate(documents, data)
    return len(documents), len(load_measures(data, {one.id: one for one in documents}))


def take_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    replaces: str | None = None,
    progress: Progress | None = None,
) -> IntakeReport:
    """Take files into the corpus as of today; see `ingest.intake.take_in`. Builds nothing.

    Raises ServiceError where the settings name no corpus, and what `take_in` raises.
    """
    return take_in(
        paths,
        _corpus(settings),
        today=_today(),
        limits=settings.limits,
        replaces=replaces,
        progress=progress,
    )


def wanted_papers(settings: Settings) -> dict[str, list[str]]:
    """What the papers name and the corpus lacks → the documents that name it."""
    return wanted(load_entries(_corpus(settings)))


def withdraw_document(settings: Settings, document_id: str) -> Outcome:
    """Withdraw a document as of today; see `ingest.intake.withdraw`. Builds nothing."""
    return withdraw(_corpus(settings), document_id, today=_today())


def _corpus(settings: Settings) -> Path:
    """The corpus, where it is one: a wrong path is not to become a folder of files."""
    if not (settings.corpus / LIST).is_file():
        raise ServiceError(
            f"{settings.corpus} 不是语料文件夹（没有 {LIST}），请核对设置 POLICY_CORPUS。"
        )
    return settings.corpus


def _today() -> date:
    return datetime.now(TIME_ZONE).date()


def has_snapshot(settings: Settings) -> bool:
    """Whether a snapshot has been built in the home."""
    try:
        return store.current_path(settings.home).is_dir()
    except SnapshotError:
        return False
