"""Build the clause index: the stages from the corpus to a snapshot that serves.

In:  the corpus folder (sources.yaml, documents, measures, lexicon), other packages' data files,
     and the home folder, which keeps snapshots and cache.
Out: a snapshot named by the hash of what went in, and CURRENT switched to it in one step. A build
     that fails or is killed leaves the old one serving (tests/ingest/test_build.py).
"""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, overload

import numpy as np
from tqdm import tqdm

from ingest import store
from ingest.cache import BATCH, ClauseCache
from ingest.datafiles import read_data
from ingest.document import Document
from ingest.embedding import Embedder, StaticEmbedder, load_embedder
from ingest.former import Digests, Former, digests, save_texts
from ingest.index import (
    WORDS,
    Unit,
    asked_phrases,
    rows_digest,
    tokenizer_of,
    units,
    write_collection,
)
from ingest.lexical import Bm25Index, Rows, numbered
from ingest.near import WordIndex
from ingest.sources import load_entries, load_sources, wanted
from ingest.tokenize import Tokenizer
from ingest.unchanged import (
    BuildReport,
    code_digest,
    is_whole,
    last_report,
    note_build,
    raw_digest,
)
from ingest.vectors import Vectors

KEPT = 3  # snapshots with indexes; of older ones only documents and data stay, for replay
_AHEAD = 16  # batches that wait for the processes which cut them
_MANY = 4000  # texts that are worth a process per core to cut them into tokens
_BUILDING = ".building-"

Validate = Callable[[tuple[Document, ...], Mapping[str, Any]], None]
Texts = Callable[[tuple[Document, ...], Mapping[str, Any]], Iterable[str]]


class BuildError(Exception):
    """The index cannot be built. The message says why; the old snapshot goes on serving."""


class _Texts(Sequence[str]):
    """What is indexed of some rows, put together when it is asked for: it is held once, in the
    documents."""

    def __init__(self, rows: Sequence[Unit]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> _Texts: ...
    def __getitem__(self, index: int | slice) -> str | _Texts:
        return _Texts(self._rows[index]) if isinstance(index, slice) else self._rows[index].text

    def only(self, rows: Iterable[int]) -> _Texts:
        """The texts of these rows."""
        return _Texts([self._rows[row] for row in rows])


@dataclass(frozen=True, slots=True)
class _Inputs:
    """All that a snapshot is made of; `digests` names it."""

    documents: bytes
    data: bytes
    rows: Sequence[Unit]
    tokenizer: Tokenizer
    embedder: Embedder
    embedding_model: str | None
    digests: Mapping[str, str]
    cut: Sequence[str] = ()


def build(
    corpus: Path,
    home: Path,
    *,
    embedding_model: str | None = None,
    extra: Mapping[str, Path] | None = None,
    validate: Validate | None = None,
    work_out: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    cut_at_start: Texts | None = None,
    collection: bool = False,
    raw: str | None = None,
    progress: bool = True,
) -> BuildReport:
    """Build the snapshot of the corpus in the home, and switch to it.

    embedding_model  name or path; None is the built-in model
    extra            further data files: name → file or folder (see `read_data`)
    validate         the caller's checks of documents and data; what it raises stops the build
    work_out         further data, made of the data files': what the caller would else make of them
                     whenever it opens the snapshot
    cut_at_start     the texts that the caller cuts whenever it opens the snapshot: their tokens
                     are kept in it
    collection       whether the snapshot holds a Chroma collection besides, for other programs
    raw              what `raw_digest` gave for these, where the caller has asked it
    progress         progress bars on standard error

    The same inputs again only switch; where not one byte of all that goes in has changed since the
    last build, nothing is read or checked again. Raises SourceError, DataFileError,
    EmbeddingModelError, what `validate` raises, and BuildError where another build runs in this
    home or the corpus is empty; then nothing has been switched.
    """
    started = time.perf_counter()
    raw = raw or raw_digest(corpus, home, extra or {}, embedding_model, validate)
    if (last := last_report(home, raw, collection)) is not None:
        return last
    entries = load_entries(corpus, home)
    documents = load_sources(corpus, entries, _known_documents(home))
    for document in documents:
        _check_lossless(document)
    data = read_data(corpus, extra, last=[versions[-1] for versions in entries.values()])
    if validate is not None:
        validate(documents, data)
    if work_out is not None:
        data = {**data, **work_out(data)}
    rows = [unit for document in documents for unit in units(document)]
    if not rows:
        raise BuildError(f"{corpus} 里没有可以建立索引的条款")
    inputs = _inputs(documents, data, rows, embedding_model)
    if cut_at_start is not None:
        inputs = replace(inputs, cut=tuple(cut_at_start(documents, data)))
    name = store.snapshot_name(inputs.digests)
    target = store.snapshots(home) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_build(home):
        written = not is_whole(target, collection)
        embedded, tokenised = (
            _write(inputs, target, home, collection, progress) if written else (0, 0)
        )
        _switch(home, name)
        _prune(home)
        note_build(home, raw, name)
    return BuildReport(
        name=name,
        path=target,
        written=written,
        documents=len(documents),
        clauses=len(rows),
        embedded=embedded,
        tokenised=tokenised,
        reused=len(rows) - embedded,
        seconds=time.perf_counter() - started,
        wanted=wanted(entries),
    )


def restore(home: Path, name: str, *, progress: bool = True) -> None:
    """Build the indexes of an old snapshot again from its own documents and data, for a replay:
    those that were dropped, or that an earlier version of the program wrote in another form.

    It does not become the one that serves, and the next build drops the indexes again. Raises
    SnapshotError where there is no such snapshot, BuildError where another build runs or where
    tokenizer or model are no longer those of the snapshot.
    """
    target = store.snapshots(home) / name
    manifest = store.read_manifest(target)
    with _only_build(home):
        if is_whole(target) and manifest.inputs["code"] == code_digest():
            return
        documents = tuple(store.read_documents(target, manifest).values())
        rows = [unit for document in documents for unit in units(document)]
        data = store.read_data(target, manifest)
        inputs = _inputs(documents, data, rows, manifest.embedding_model)
        changed = {part for part in inputs.digests if inputs.digests[part] != manifest.inputs[part]}
        if changed - {"code"}:
            raise BuildError(
                f"快照 {name} 的索引不能照原样重建，已经变了的是：{'、'.join(changed)}"
            )
        _write(replace(inputs, digests=manifest.inputs), target, home, False, progress)


def _inputs(
    documents: tuple[Document, ...],
    data: Mapping[str, Any],
    rows: Sequence[Unit],
    embedding_model: str | None,
) -> _Inputs:
    document_bytes, data_bytes = store.encode_documents(documents), store.encode_data(data)
    tokenizer, embedder = tokenizer_of(data), load_embedder(embedding_model)
    digests = {
        "documents": store.sha256(document_bytes),
        "data": store.sha256(data_bytes),
        "tokenizer": tokenizer.fingerprint,
        "embedding_model": embedder.fingerprint,
        "embedding_model_name": embedding_model or "",
        "code": code_digest(),
    }
    return _Inputs(document_bytes, data_bytes, rows, tokenizer, embedder, embedding_model, digests)


def _known_documents(home: Path) -> dict[str, Document]:
    """The documents that are served, by the sha256 of their file, where this code split them."""
    try:
        current = store.current_path(home)
        manifest = store.read_manifest(current)
        if manifest.inputs["code"] != code_digest():
            return {}
        return {each.sha256: each for each in store.read_documents(current, manifest).values()}
    except store.SnapshotError:
        return {}


def _check_lossless(document: Document) -> None:
    joined = "".join(document.text[leaf.start : leaf.end] for leaf in document.leaves())
    if joined != document.text:
        raise BuildError(f"{document.file}：切分出的条款连起来与原文不一致")


@contextmanager
def _only_build(home: Path) -> Iterator[None]:
    """Keep other builds out of the home. The lock goes with its process, however that ends."""
    with (home / "build.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            raise BuildError(f"另一个进程（{holder}）正在 {home} 里建立索引，请等它结束") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        for leftover in store.snapshots(home).glob(f"{_BUILDING}*"):
            shutil.rmtree(leftover)
        yield


def _write(
    inputs: _Inputs, target: Path, home: Path, collection: bool, progress: bool
) -> tuple[int, int]:
    """Write the snapshot beside its place, then move it there; texts embedded and tokenised."""
    folder = target.parent / f"{_BUILDING}{os.getpid()}"
    folder.mkdir()
    (folder / store.DOCUMENTS).write_bytes(inputs.documents)
    (folder / store.DATA).write_bytes(inputs.data)
    former = Former.of(home, inputs.digests)
    if (known_tokenizer := former.tokenizer(json.loads(inputs.data))) is not None:
        inputs = replace(inputs, tokenizer=known_tokenizer)
    inputs.tokenizer.dictionary.save(folder / store.DICTIONARY)
    cut = {text: inputs.tokenizer(text) for text in inputs.cut}
    (folder / store.CUT).write_bytes(store.encode_cut(cut))
    texts = _Texts(inputs.rows)
    same = digests(texts)
    with ClauseCache(home / "cache" / "clauses.sqlite") as known:
        _write_lexical(folder, texts, same, former, inputs, known, progress)
        _write_vectors(folder, texts, same, former, inputs, known, progress)
        known.clear()  # the snapshot has it all
    save_texts(folder / store.FORMER, same)
    if collection:
        vectors = np.load(folder / store.VECTORS, mmap_mode="r")
        with tqdm(total=len(texts), desc="Chroma", file=sys.stderr, disable=not progress) as bar:
            for count in write_collection(folder / store.CHROMA, inputs.rows, vectors):
                bar.update(count)
    _write_phrases(folder, inputs)
    manifest = store.Manifest(
        name=target.name,
        inputs=inputs.digests,
        embedding_model=inputs.embedding_model,
        documents=len({unit.document.id for unit in inputs.rows}),
        clauses=len(inputs.rows),
        rows=rows_digest(inputs.rows),
        files=_file_digests(folder),
    )
    (folder / store.MANIFEST).write_bytes(store.encode_manifest(manifest))
    _flush(folder)
    if target.exists():  # its indexes were dropped or damaged
        target.rename(target.parent / f"{_BUILDING}{os.getpid()}-replaced")
    folder.rename(target)
    _flush_folder(target.parent)
    for replaced in target.parent.glob(f"{_BUILDING}*"):
        shutil.rmtree(replaced)
    return known.made["vectors"] + known.made["meanings"], known.made["words"]


def _write_phrases(folder: Path, inputs: _Inputs) -> None:
    """The vectors of the ways people ask, in the order of the file that lists them."""
    phrases = asked_phrases(json.loads(inputs.data))
    if phrases:
        np.save(folder / store.PHRASES, inputs.embedder.encode_queries(phrases).astype("<f4"))


def _write_lexical(
    folder: Path,
    texts: _Texts,
    same: Digests,
    former: Former,
    inputs: _Inputs,
    known: ClauseCache,
    progress: bool,
) -> None:
    """Write the index of words."""
    was = former.rows(same, "tokenizer")
    new = texts.only(np.flatnonzero(was < 0))
    words = json.loads(inputs.data).get(WORDS, ())

    def cut(batches: Iterable[Sequence[str]]) -> Iterator[list[bytes]]:
        if len(new) < _MANY:
            return (_cut(batch, inputs.tokenizer) for batch in batches)
        return _cut_by_several(batches, words, folder / store.DICTIONARY)

    made = known.worked_out("words", inputs.tokenizer.fingerprint, new, cut)
    values = _bar("words", made, len(new), progress)
    rows = (next(values).decode().split() if row < 0 else row for row in was.tolist())
    tokens, numbers = numbered(rows, former.tokens())
    numbers.save(folder / store.FORMER)
    Bm25Index.of(tokens, numbers).save(folder / store.LEXICAL)


def _cut_by_several(
    batches: Iterable[Sequence[str]], words: Sequence[str], dictionary: Path
) -> Iterator[list[bytes]]:
    """As `_cut`, batch by batch, by a process per core with the dictionary in this folder."""
    with ProcessPoolExecutor(
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_cutting,
        initargs=(words, dictionary),
    ) as pool:
        ahead: deque[Future[list[bytes]]] = deque()
        for batch in batches:
            ahead.append(pool.submit(_cut, batch))
            if len(ahead) > _AHEAD:
                yield ahead.popleft().result()
        for cut in ahead:
            yield cut.result()


_cutter: Tokenizer | None = None  # of a process that only cuts


def _start_cutting(words: Sequence[str], dictionary: Path) -> None:
    """Make ready a process that cuts, and end it with the build that it cuts for."""
    global _cutter
    _cutter = Tokenizer(words, dictionary)
    build = multiprocessing.parent_process()
    assert build is not None

    def end() -> None:
        build.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _cut(texts: Sequence[str], tokenizer: Tokenizer | None = None) -> list[bytes]:
    """Each text's tokens, which hold no blanks, with blanks between them."""
    cut = tokenizer or _cutter
    assert cut is not None
    return [" ".join(cut(text)).encode() for text in texts]


def _write_vectors(
    folder: Path,
    texts: _Texts,
    same: Digests,
    former: Former,
    inputs: _Inputs,
    known: ClauseCache,
    progress: bool,
) -> None:
    """Write the vectors, and the built-in model's words."""
    embedder = inputs.embedder
    was = former.rows(same, "embedding_model")
    new = texts.only(np.flatnonzero(was < 0))

    def embedded(batches: Iterable[Sequence[str]]) -> Iterator[list[bytes]]:
        for batch in batches:
            yield [row.tobytes() for row in embedder.encode_passages(batch).astype("<f4")]

    if isinstance(embedder, StaticEmbedder):
        words = _write_words(folder, new, was, former, embedder, known, progress)

        def vectors(rows: Rows) -> Vectors:
            return embedder.encode_words([words.row(row) for row in rows.tolist()])

    else:
        made = known.worked_out("vectors", embedder.fingerprint, new, embedded)
        values = _bar("vectors", made, len(new), progress)

        def vectors(rows: Rows) -> Vectors:
            found = b"".join(islice(values, len(rows)))
            return np.frombuffer(found, dtype="<f4").reshape(len(rows), -1)

    before = former.vectors(embedder.dimensions)
    shape = (len(was), embedder.dimensions)
    with (folder / store.VECTORS).open("wb") as file:  # piece by piece, as `np.save` writes it
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, len(was), BATCH):
            olds = was[start : start + BATCH]
            there = olds >= 0
            piece = np.empty((len(olds), embedder.dimensions), dtype="<f4")
            piece[there] = before[olds[there]]
            piece[~there] = vectors(start + np.flatnonzero(~there))
            file.write(piece.tobytes())


def _write_words(
    folder: Path,
    new: _Texts,
    was: Rows,
    former: Former,
    embedder: StaticEmbedder,
    known: ClauseCache,
    progress: bool,
) -> WordIndex:
    """Write the words of the built-in model."""

    def cut(batches: Iterable[Sequence[str]]) -> Iterator[list[bytes]]:
        for batch in batches:
            yield [words.tobytes() for words in embedder.words(batch)]

    made = known.worked_out("meanings", embedder.fingerprint, new, cut)
    values = _bar("meanings", made, len(new), progress)
    before = former.words(embedder)
    rows = (
        np.frombuffer(next(values), dtype=np.uint16) if row < 0 else before.row(row)
        for row in was.tolist()
    )
    words = WordIndex.build(embedder, rows)
    words.save(folder / store.WORDS)
    return words


def _bar(what: str, made: Iterable[bytes], total: int, progress: bool) -> Iterator[bytes]:
    return iter(
        tqdm(made, total=total, desc=what, unit="clause", file=sys.stderr, disable=not progress)
    )


def _file_digests(folder: Path) -> dict[str, str]:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: store.file_sha256(path)
        for name, path in sorted(files.items())
        if path.is_file() and not name.startswith(f"{store.CHROMA}/")
    }


def _flush(folder: Path) -> None:
    """Bring the folder's files to the disk, so that a power cut leaves them whole."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(home: Path, name: str) -> None:
    """Let CURRENT name this snapshot, in one step, and count it as the newest."""
    os.utime(store.snapshots(home) / name / store.MANIFEST)
    current = store.current_file(home)
    if current.is_file() and current.read_text(encoding="utf-8").strip() == name:
        return
    successor = home / ".CURRENT.new"
    with successor.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    successor.replace(current)
    _flush_folder(home)


def _prune(home: Path) -> None:
    """Drop the indexes of all snapshots but the last KEPT that were switched to."""
    manifests = sorted(
        store.snapshots(home).glob(f"*/{store.MANIFEST}"),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for manifest in manifests[KEPT:]:
        for name in store.INDEXES:
            path = manifest.parent / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
