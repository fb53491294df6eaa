"""The clause index (条款索引): what a question is searched in, opened from a snapshot.

In:  a snapshot as `ingest.build` writes it; then a query.
Out: clauses, best first, each with what the lexical and the vector searcher said of it. A search
     limited to some documents finds what a search of those documents alone would find
     (tests/ingest/test_index.py).

The unit is the leaf of the clause tree: the item (一是…), or the clause without items, with its
document's title and the headings above it. Only this module knows Chroma.

Chroma answers for collections of up to CHROMA_ROWS clauses, where it is asked for every row and
so loses none. Larger ones are scanned, which is exact and quicker too: over 140,045 articles of
law, 256 dimensions, one core, a scan takes 6 ms; Chroma's graph (max_neighbors 32, ef_search
1000) takes 9 ms and finds 91 of the true 100. Filters choose among all rows.
"""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ingest import rank, store
from ingest.document import Clause, Document
from ingest.embedding import Embedder, Vectors, load_embedder
from ingest.fusion import Ranking
from ingest.lexical import Bm25Index, Mask, Rows, Scores
from ingest.store import SnapshotError
from ingest.tokenize import Tokenizer

__all__ = ["Hit", "Snapshot", "SnapshotError", "SnapshotHolder", "Unit", "VectorIndex", "units"]

CHROMA_ROWS = 1000  # a query over that many takes 1.5 ms and returns every row
WORDS = "lexicon/words.txt"
_COLLECTION = "clauses"
_COPY = "policy-assistant-index-"
_COPY_IN_USE = "in-use"
_RETRY_SECONDS = 5.0
_WORD = re.compile(r"\w")
_MARK = 6  # characters of the longest mark, 第一百二十条

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unit:
    """One indexed clause: a leaf of a document, and the headings above it, outermost first."""

    id: str
    document: Document
    leaf: Clause
    heading_chain: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is indexed: the title, the headings, the leaf's own text."""
        own = self.document.text[self.leaf.start : self.leaf.end].strip()
        return "\n".join((self.document.title, *self.heading_chain, own))


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found, text[start:end] of its document, and why it ranks where it does.

    rank           1 is best
    heading_chain  the headings above it, outermost first, its own not among them
    score          the fused score, comparable within one search only
    evidence       per searcher that found it: bm25, bm25_rank, bm25_part, dense, dense_rank,
                   dense_part (score, rank, part of the fused score); in a large collection the
                   other parts as well (`ingest.rank`)
    """

    rank: int
    document_id: str
    path: str
    start: int
    end: int
    heading_chain: tuple[str, ...]
    score: float
    evidence: Mapping[str, float]


def units(document: Document) -> list[Unit]:
    """What of a document is indexed, in reading order.

    Left out are parts without a word, and bare headings with something below them, whose words
    stand in the texts of what is below. The id is the document's and the path, with ~2 on the
    second part of the same path.
    """
    found: list[Unit] = []
    seen: dict[str, int] = {}
    above: list[Clause] = []
    for clause, following in zip(document.clauses, (*document.clauses[1:], None), strict=True):
        above = [other for other in above if other.level < clause.level]
        chain = tuple(other.heading for other in above if other.heading)
        for leaf in clause.items or (clause,):
            first = leaf.start == clause.start
            parent = bool(clause.items) or (
                following is not None and following.level > clause.level
            )
            if _is_empty(document, clause, leaf, heading_only=first and parent):
                continue
            inner = (clause.heading,) if clause.heading and not first else ()
            seen[leaf.path] = count = seen.get(leaf.path, 0) + 1
            suffix = f"~{count}" if count > 1 else ""
            identifier = f"{document.id}#{leaf.path}{suffix}"
            found.append(Unit(identifier, document, leaf, chain + inner))
        above.append(clause)
    return found


def rows_digest(rows: Sequence[Unit]) -> str:
    """Changes where other clauses are indexed, or in another order."""
    return store.sha256("\n".join(unit.id for unit in rows).encode())


def _is_empty(document: Document, clause: Clause, leaf: Clause, *, heading_only: bool) -> bool:
    text = re.sub(r"\s", "", document.text[leaf.start : leaf.end])
    if heading_only and clause.heading:
        rest = text.replace(re.sub(r"\s", "", clause.heading), "", 1)
        return len(_WORD.findall(rest)) <= _MARK
    return not _WORD.search(text)


def tokenizer_of(data: Mapping[str, Any]) -> Tokenizer:
    """The tokenizer with the words of the lexicon."""
    return Tokenizer(data.get(WORDS, ()))


class VectorIndex:
    """The clauses' vectors: rows 0 … n-1, searched by cosine. Threads may share it."""

    def __init__(self, vectors: Vectors, collection: Any | None, ids: Sequence[str]) -> None:
        self.vectors = np.asarray(vectors)
        self._collection = collection
        self._rows = {identifier: row for row, identifier in enumerate(ids)}

    @staticmethod
    def build(folder: Path, rows: Sequence[Unit], vectors: Vectors) -> Iterator[int]:
        """Write the Chroma collection into the folder; yields after each batch its rows.

        vectors  shape (len(rows), dimensions), each of length 1 or 0
        """
        with _client(folder) as client:
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": CHROMA_ROWS}},
            )
            batch = client.get_max_batch_size()
            for start in range(0, len(rows), batch):
                part = rows[start : start + batch]
                collection.add(
                    ids=[unit.id for unit in part],
                    embeddings=np.asarray(vectors[start : start + batch]),
                    metadatas=[
                        {
                            "document_id": unit.document.id,
                            "region": unit.document.region,
                            "path": unit.leaf.path,
                            "start": unit.leaf.start,
                            "end": unit.leaf.end,
                        }
                        for unit in part
                    ],
                )
                yield len(part)

    def search(
        self, vector: npt.NDArray[np.float32], k: int, allowed: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """The k rows nearest to a query's vector and their cosines, best first.

        allowed  shape (rows,): only rows where it is true are returned, and all of these compete
        """
        if k <= 0 or not vector.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows, scores = self._all(vector)
        if allowed is not None:
            rows, scores = rows[allowed[rows]], scores[allowed[rows]]
        if len(rows) > k:
            nearest = np.argpartition(-scores, k - 1)[:k]
            rows, scores = rows[nearest], scores[nearest]
        order = np.lexsort((rows, -scores))
        return rows[order].astype(np.int64), scores[order].astype(np.float32)

    def _all(self, vector: npt.NDArray[np.float32]) -> tuple[Rows, Scores]:
        """Every row with its cosine, in any order."""
        total = len(self.vectors)
        if self._collection is not None:
            answer = self._collection.query(
                query_embeddings=vector[None], n_results=total, include=["distances"]
            )
            rows = [self._rows[identifier] for identifier in answer["ids"][0]]
            if len(rows) == total:  # many equal vectors can cut Chroma's graph in two
                scores = 1 - np.array(answer["distances"][0], dtype=np.float32)
                return np.array(rows, dtype=np.int64), scores
        return np.arange(total), self.vectors @ vector


class Snapshot:
    """An open snapshot: documents, data and the search over their clauses.

    documents  by id, in the order of sources.yaml
    data       the data files: name (measures/x.yaml) → value, as `ingest.datafiles` reads them

    Immutable; threads may share it. Close it when done, or leave that to a SnapshotHolder.
    """

    def __init__(
        self,
        manifest: store.Manifest,
        documents: Mapping[str, Document],
        data: Mapping[str, Any],
        tokenizer: Tokenizer,
        embedder: Embedder,
        path: Path,
    ) -> None:
        self.name = manifest.name
        self.manifest = manifest
        self.documents = documents
        self.data = data
        self.tokenizer = tokenizer
        self.embedder = embedder
        self._units = [unit for document in documents.values() for unit in units(document)]
        if rows_digest(self._units) != manifest.rows:
            raise SnapshotError(f"快照 {self.name} 由另一版本的程序建成，请重新建立索引")
        self._row_range: dict[str, tuple[int, int]] = {}
        for row, unit in enumerate(self._units):
            first, _ = self._row_range.get(unit.document.id, (row, row))
            self._row_range[unit.document.id] = (first, row + 1)
        number = {identifier: i for i, identifier in enumerate(self._row_range)}
        self._works = np.array([number[unit.document.id] for unit in self._units], dtype=np.int64)
        self._lexical = Bm25Index.load(path / store.LEXICAL)
        vectors = np.load(path / store.VECTORS, mmap_mode="r")
        collection = None
        self._close = _nothing
        if len(self._units) <= CHROMA_ROWS:
            collection, self._close = _open_copy(self, path / store.CHROMA)
        self._vectors = VectorIndex(vectors, collection, [unit.id for unit in self._units])

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        embedder: Embedder | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> Snapshot:
        """Open the snapshot in this folder, on a copy of Chroma's files, and search it once.

        embedder, tokenizer  used where they are what the snapshot was built with, to spare their
                             loading; else the model named in the manifest is loaded

        Raises SnapshotError where a file is missing, changed or unreadable, and
        EmbeddingModelError where the model cannot be loaded.
        """
        manifest = store.read_manifest(path)
        store.verify_indexes(path, manifest)
        documents = store.read_documents(path, manifest)
        data = store.read_data(path, manifest)
        fingerprint = manifest.inputs["tokenizer"]
        if tokenizer is None or tokenizer.fingerprint != fingerprint:
            tokenizer = tokenizer_of(data)
        if tokenizer.fingerprint != fingerprint:
            raise SnapshotError(f"快照 {path.name} 由另一版本的分词器建成，请重新建立索引")
        fingerprint = manifest.inputs["embedding_model"]
        if embedder is None or embedder.fingerprint != fingerprint:
            embedder = load_embedder(manifest.embedding_model)
        if embedder.fingerprint != fingerprint:
            raise SnapshotError(f"快照 {path.name} 由另一版本的向量模型建成，请重新建立索引")
        snapshot = cls(manifest, documents, data, tokenizer, embedder, path)
        try:
            snapshot.search("政策", 1)
        except Exception as error:
            snapshot.close()
            raise SnapshotError(f"快照 {path.name} 的索引读不出：{error}") from error
        return snapshot

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        documents: Collection[str] | None = None,
        expansions: Sequence[str] = (),
    ) -> list[Hit]:
        """The k clauses that answer best to the query, best first.

        documents   ids; where given, only their clauses are searched, and none is lost for it
        expansions  further words for the lexical searcher, official terms of the user's words
        """
        allowed = None if documents is None else self._mask(documents)
        tokens = [token for text in (query, *expansions) for token in self.tokenizer(text)]
        vector = self.embedder.encode_queries([query])[0]
        ranked = rank.search(
            self._lexical,
            tokens,
            lambda depth: Ranking(*self._vectors.search(vector, depth, allowed)),
            vector,
            self._vectors.vectors,
            self._works,
            k,
            allowed,
        )
        hits: list[Hit] = []
        for number, found in enumerate(ranked[: max(k, 0)], 1):
            unit = self._units[found.row]
            evidence: dict[str, float] = {}
            for kind, share in found.shares.items():
                said = {kind: share.score, f"{kind}_rank": share.rank, f"{kind}_part": share.part}
                evidence |= {name: value for name, value in said.items() if value is not None}
            hits.append(
                Hit(
                    number,
                    unit.document.id,
                    unit.leaf.path,
                    unit.leaf.start,
                    unit.leaf.end,
                    unit.heading_chain,
                    found.score,
                    evidence,
                )
            )
        return hits

    def cosines(self, query: str, documents: Collection[str]) -> Scores:
        """Per clause of these documents, in the order of the snapshot, its cosine to the query."""
        vector = self.embedder.encode_queries([query])[0]
        rows, found = self._vectors.search(vector, len(self._units))
        scores = np.zeros(len(self._units), dtype=np.float32)
        scores[rows] = found
        return scores[self._mask(documents)]

    def _mask(self, documents: Collection[str]) -> Mask:
        allowed = np.zeros(len(self._units), dtype=np.bool_)
        for document_id in documents:
            first, last = self._row_range.get(document_id, (0, 0))
            allowed[first:last] = True
        return allowed

    def close(self) -> None:
        """Let go of Chroma and remove the copy of its files. May be called twice."""
        self._close()


def _nothing() -> None:
    pass


@contextmanager
def _client(folder: Path) -> Iterator[Any]:
    """A Chroma client on the folder, closed at the end."""
    client = _connect(folder)
    try:
        yield client
    finally:
        client.close()


def _connect(folder: Path) -> Any:
    import chromadb

    settings = chromadb.Settings(_env_file=None, anonymized_telemetry=False)
    return chromadb.PersistentClient(str(folder), settings=settings)


def _open_copy(owner: Snapshot, chroma: Path) -> tuple[Any, Any]:
    """The collection, opened in a copy of its files, and what closes and removes the copy.

    Readers rewrite Chroma's files, so each has its own. The copy goes with `owner` or the process
    at the latest; one whose process was killed is removed by the next process that opens one.
    """
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_COPY))
    in_use = (folder / _COPY_IN_USE).open("w")
    fcntl.flock(in_use, fcntl.LOCK_EX)
    client: Any = None
    try:
        shutil.copytree(chroma, folder / store.CHROMA)
        client = _connect(folder / store.CHROMA)
        collection = client.get_collection(_COLLECTION, embedding_function=None)
    except Exception as error:
        _close_copy(client, folder, in_use)
        raise SnapshotError(f"快照 {owner.name} 的 Chroma 集合打不开：{error}") from error
    return collection, weakref.finalize(owner, _close_copy, client, folder, in_use)


def _close_copy(client: Any, folder: Path, in_use: IO[str]) -> None:
    if client is not None:
        client.close()
    shutil.rmtree(folder, ignore_errors=True)
    in_use.close()


def _remove_abandoned() -> None:
    """Remove the copies of processes that ended without closing them: nobody holds their lock."""
    for marker in Path(tempfile.gettempdir()).glob(f"{_COPY}*/{_COPY_IN_USE}"):
        with suppress(OSError), marker.open() as file:
            if time.time() - marker.stat().st_mtime > 60:  # a fresh one may be about to be locked
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(marker.parent, ignore_errors=True)


class _Lease:
    """A snapshot and how many read it now."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.readers = 0


class SnapshotHolder:
    """The snapshot that serves, always the newest: a switch in the home is noticed by itself.

    Read inside `reading()`: the snapshot handed out stays open to the end of the block, and is
    closed after its last reader once a newer one has taken its place.
    """

    def __init__(self, home: Path, *, embedder: Embedder | None = None) -> None:
        """home  the folder that `ingest.build` builds in; nothing is opened yet"""
        self._home = home
        self._embedder = embedder
        self._lease: _Lease | None = None
        self._seen: tuple[int, int] | None = None  # CURRENT as of the last switch
        self._failed: tuple[int, int] | None = None  # CURRENT as of the last failure
        self._retry_at = 0.0
        self._closed = False
        self._lock = threading.Lock()
        self._opening = threading.Lock()

    def current(self) -> Snapshot:
        """The snapshot that serves now; a later switch may close it (see `reading`).

        Raises SnapshotError where there is none.
        """
        with self.reading() as snapshot:
            return snapshot

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The snapshot that serves now, kept open to the end of the block.

        Raises SnapshotError where there is none. A newer one that cannot be opened is logged, and
        the old one goes on serving.
        """
        self._refresh()
        with self._lock:
            lease = self._lease
            if lease is None:
                raise SnapshotError("快照已关闭")
            lease.readers += 1
        try:
            yield lease.snapshot
        finally:
            with self._lock:
                lease.readers -= 1
                unused = lease.readers == 0 and lease is not self._lease
            if unused:
                lease.snapshot.close()

    def close(self) -> None:
        """Close the snapshot after its last reader; nothing more can be read."""
        self._closed = True
        with self._opening:
            self._replace(None)

    def _refresh(self) -> None:
        """Open what CURRENT names where it changed; while one thread does, others use the old."""
        if self._lease is not None and self._stamp() == self._seen:
            return
        if not self._opening.acquire(blocking=self._lease is None):
            return
        try:
            stamp = self._stamp()
            if self._closed or (self._lease is not None and stamp == self._seen):
                return
            self._open(stamp)
        finally:
            self._opening.release()

    def _open(self, stamp: tuple[int, int] | None) -> None:
        old = self._lease.snapshot if self._lease else None
        if old is not None and stamp == self._failed and time.monotonic() < self._retry_at:
            return
        try:
            path = store.current_path(self._home)
            if old is None or path.name != old.name:
                self._replace(
                    Snapshot.open(
                        path,
                        embedder=old.embedder if old else self._embedder,
                        tokenizer=old.tokenizer if old else None,
                    )
                )
        except Exception:
            if old is None:
                raise
            self._failed, self._retry_at = stamp, time.monotonic() + _RETRY_SECONDS
            _log.exception("the new snapshot cannot be opened; %s goes on serving", old.name)
            return
        self._seen = stamp

    def _replace(self, snapshot: Snapshot | None) -> None:
        with self._lock:
            old, self._lease = self._lease, _Lease(snapshot) if snapshot else None
            unused = old is not None and old.readers == 0
        if old is not None and unused:
            old.snapshot.close()

    def _stamp(self) -> tuple[int, int] | None:
        """What changes whenever CURRENT is replaced."""
        try:
            status = store.current_file(self._home).stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino
