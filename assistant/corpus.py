"""The corpus as the settings name it: built, checked, added to, taken from.

In:  the settings, files.
Out: a snapshot, or a changed corpus; a wrong path of a corpus becomes no folder of files
     (tests/assistant/test_cli.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.audit import TIME_ZONE
from assistant.checks import validate
from assistant.inputs import ServiceError
from assistant.measures.reader import read_catalogue
from assistant.ranking import clause_texts, reviewed_rows
from assistant.reading.lexicon import Lexicon
from assistant.settings import Settings
from assistant.steps.retrieve import measure_texts
from ingest import store
from ingest.document import Document
from ingest.index import SnapshotError
from ingest.unchanged import BuildReport, last_report, raw_digest

if TYPE_CHECKING:
    from ingest.intake import IntakeReport, Outcome, Progress

EXTRA = {  # data files beside the corpus's own
    name: Path(__file__).parent / name for name in ("wording", "prompts")
}


def build_snapshot(settings: Settings, *, progress: bool = True) -> BuildReport:
    """Check the corpus and build its snapshot; see `ingest.build.build` for what it raises.

    Where nothing has changed since the last build, not even what builds is imported.
    """
    corpus, home, model = settings.corpus, settings.home, settings.embedding_model
    raw = raw_digest(corpus, home, EXTRA, model, validate)
    if (last := last_report(home, raw, settings.chroma)) is not None:
        return last
    from ingest.build import build

    return build(
        corpus,
        home,
        embedding_model=model,
        extra=EXTRA,
        validate=validate,
        work_out=lambda data: Lexicon(data).kept,
        cut_at_start=_cut_at_start,
        collection=settings.chroma,
        raw=raw,
        progress=progress,
    )


def _cut_at_start(documents: tuple[Document, ...], data: Mapping[str, Any]) -> Iterator[str]:
    by_id = {document.id: document for document in documents}
    catalogue = read_catalogue(data, by_id)
    for parts in measure_texts(catalogue):
        yield from parts
    for own, worded in clause_texts(catalogue, reviewed_rows(catalogue, by_id)):
        yield own
        yield from worded


def check_corpus(settings: Settings) -> tuple[int, int]:
    """Check the corpus without building anything; the numbers of documents and measures.

    Raises what `build_snapshot` would.
    """
    from ingest.datafiles import read_data
    from ingest.sources import load_sources

    documents = load_sources(settings.corpus)
    data = read_data(settings.corpus, EXTRA)
    validate(documents, data)
    return len(documents), len(read_catalogue(data, {one.id: one for one in documents}).measures)


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
    from ingest.intake import take_in

    return take_in(
        paths,
        _corpus(settings),
        today=_today(),
        limits=settings.limits,
        replaces=replaces,
        home=settings.home,
        progress=progress,
    )


def wanted_papers(settings: Settings) -> dict[str, list[str]]:
    """What the papers name and the corpus lacks → the documents that name it."""
    from ingest.sources import load_entries, wanted

    return wanted(load_entries(_corpus(settings)))


def withdraw_document(settings: Settings, document_id: str) -> Outcome:
    """Withdraw a document as of today; see `ingest.intake.withdraw`. Builds nothing."""
    from ingest.intake import withdraw

    return withdraw(_corpus(settings), document_id, today=_today())


def _corpus(settings: Settings) -> Path:
    """The corpus, where it is one: a wrong path is not to become a folder of files."""
    from ingest.sources import LIST

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
