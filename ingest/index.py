"""The clause index (条款索引): what a question is searched in, opened from a snapshot.

In:  a snapshot as `ingest.build` writes it; then a query.
Out: clauses, best first, each with what the lexical and the vector searcher said of it. A search
     limited to some documents finds what a search of those documents alone would find
     (tests/ingest/test_index.py).

The unit is the leaf of the clause tree: the item (一是…), or the clause without items, with its
document's title and the headings above it. Only this module knows Chroma.

Every search scans all rows, which is exact and quick: over 140,045 articles of law, 256
dimensions, one core, it takes 6 ms; Chroma's graph (max_neighbors 32, ef_search 1000) takes 9 ms
and finds 91 of the true 100. Filters choose among all rows. A Chroma collection of the same rows
is written for other programs where a build is asked for it; nothing here opens it.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ingest import rank, store
from ingest.document import Clause, Document
from ingest.embedding import FROM_PAIRS, Embedder, StaticEmbedder, load_embedder
from ingest.fusion import Ranking
from ingest.lexical import Bm25Index, Mask, Scores
from ingest.near import WordIndex
from ingest.papers import Papers
from ingest.store import SnapshotError
from ingest.tokenize import Tokenizer
from ingest.vectors import VectorIndex, Vectors
from ingest.works import name_of, named_by_others

__all__ = [
    "Hit",
    "Snapshot",
    "SnapshotError",
    "SnapshotHolder",
    "Unit",
    "units",
]

WORDS = "lexicon/words.txt"
QUESTION_WORDS = "lexicon/question_words.txt"  # snapshots of earlier versions have none
ASKED = "lexicon/asked.yaml"  # what they stand for → phrases
COLLECTION = "clauses"
_RETRY_SECONDS = 5.0
_VERIFIED_WHEN_READ = (store.DOCUMENTS, store.DATA, store.CUT, store.FORMER)
_WORD = re.compile(r"\w")
_OTHER_VERSION = "由另一版本的程序建成，请重新建立索引"
_MARK = 6  # characters of the longest mark, 第一百二十条

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unit:
    """One indexed clause: a leaf of a document, and the headings above it, outermost first.

    part  1, or which part of its document with that path it is
    """

    document: Document
    leaf: Clause
    heading_chain: tuple[str, ...]
    part: int = 1

    @property
    def id(self) -> str:
        """The document's id and the path, with ~2 on the second part of the same path."""
        which = f"~{self.part}" if self.part > 1 else ""
        return f"{self.document.id}#{self.leaf.path}{which}"

    @property
    def text(self) -> str:
        """What is indexed: the title, the headings, the leaf's own text."""
        return "\n".join((self.document.title, *self.heading_chain, self.own_text))

    @property
    def own_text(self) -> str:
        """The leaf's own text."""
        return self.document.text[self.leaf.start : self.leaf.end].strip()


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
    stand in the texts of what is below.
    """
    found: list[Unit] = []
    seen: dict[str, int] = {}
    above: list[Clause] = []
    chain: tuple[str, ...] = ()
    for clause, following in zip(document.clauses, (*document.clauses[1:], None), strict=True):
        above = [other for other in above if other.level < clause.level]
        headings = tuple([other.heading for other in above if other.heading])
        chain = chain if chain == headings else headings  # held once
        for leaf in clause.items or (clause,):
            first = leaf.start == clause.start
            parent = bool(clause.items) or (
                following is not None and following.level > clause.level
            )
            if _is_empty(document, clause, leaf, heading_only=first and parent):
                continue
            own = (*chain, clause.heading) if clause.heading and not first else chain
            seen[leaf.path] = part = seen.get(leaf.path, 0) + 1
            found.append(Unit(document, leaf, own, part))
        above.append(clause)
    return found


def rows_digest(rows: Sequence[Unit]) -> str:
    """Changes where other clauses are indexed, or in another order."""
    digest = hashlib.sha256()
    for number, unit in enumerate(rows):
        digest.update(f"{chr(10) if number else ''}{unit.id}".encode())
    return digest.hexdigest()


def _is_empty(document: Document, clause: Clause, leaf: Clause, *, heading_only: bool) -> bool:
    if heading_only and clause.heading:
        text = document.text[leaf.start : leaf.end]
        rest = re.sub(r"\s", "", text).replace(re.sub(r"\s", "", clause.heading), "", 1)
        return len(_WORD.findall(rest)) <= _MARK
    return not _WORD.search(document.text, leaf.start, leaf.end)


def asked_phrases(data: Mapping[str, Any]) -> list[str]:
    """The ways people ask for things, in the order in which their vectors are kept."""
    return [str(phrase) for said in (data.get(ASKED) or {}).values() for phrase in said]


def tokenizer_of(
    data: Mapping[str, Any],
    saved: Path | None = None,
    cut: Mapping[str, Sequence[str]] | None = None,
) -> Tokenizer:
    """The tokenizer with the words of the lexicon; `saved` and `cut` as for `Tokenizer`."""
    return Tokenizer(data.get(WORDS, ()), saved, cut)


def write_collection(folder: Path, rows: Sequence[Unit], vectors: Vectors) -> Iterator[int]:
    """Write the clauses as a Chroma collection into the folder; yields after each batch its rows.

    vectors  shape (len(rows), dimensions), each of length 1 or 0
    """
    import chromadb

    settings = chromadb.Settings(_env_file=None, anonymized_telemetry=False)
    with chromadb.PersistentClient(str(folder), settings=settings) as client:
        collection = client.create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 1000}},
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


class Snapshot:
    """An open snapshot: documents, data and the search over their clauses.

    documents  by id, in the order of sources.yaml
    data       the data files: name (measures/x.yaml) → value, as `ingest.datafiles` reads them
    phrase_vectors  of the ways people ask (`asked_phrases`), shape (phrases, dimensions), or None

    Immutable; threads may share it. The files of its indexes must stay in place while it is used.
    """

    def __init__(
        self,
        manifest: store.Manifest,
        documents: Papers,
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
            raise SnapshotError(f"快照 {self.name} {_OTHER_VERSION}")
        self._row_range: dict[str, tuple[int, int]] = {}
        for row, unit in enumerate(self._units):
            first, _ = self._row_range.get(unit.document.id, (row, row))
            self._row_range[unit.document.id] = (first, row + 1)
        number = {identifier: i for i, identifier in enumerate(self._row_range)}
        self._works = np.array([number[unit.document.id] for unit in self._units], dtype=np.int64)
        named = {identifier: name_of(d.title) for identifier, d in documents.items()}
        names = [named[unit.document.id] for unit in self._units]
        self._named = named_by_others(names, (unit.text for unit in self._units))
        self._question_words = tuple(data.get(QUESTION_WORDS, ()))
        try:
            self._lexical = Bm25Index.load(path / store.LEXICAL)
        except FileNotFoundError as error:
            raise SnapshotError(f"快照 {self.name} {_OTHER_VERSION}") from error
        self._vectors = VectorIndex(np.load(path / store.VECTORS, mmap_mode="r"))
        self._words: WordIndex | None = None
        if isinstance(embedder, StaticEmbedder) and (path / store.WORDS).is_dir():
            self._words = WordIndex.load(embedder, path / store.WORDS)
        asked = path / store.PHRASES  # snapshots of earlier versions have none
        self.phrase_vectors = np.load(asked, mmap_mode="r") if asked.is_file() else None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        embedder: Embedder | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> Snapshot:
        """Open the snapshot in this folder, and search it once.

        embedder, tokenizer  used where they are what the snapshot was built with, to spare their
                             loading; else the model named in the manifest is loaded

        Raises SnapshotError where a file is missing, changed or unreadable, and
        EmbeddingModelError where the model cannot be loaded.
        """
        manifest = store.read_manifest(path)
        store.verify(path, manifest, but=_VERIFIED_WHEN_READ)
        documents = Papers(store.read_documents(path, manifest).values())
        data = store.read_data(path, manifest)
        fingerprint = manifest.inputs["tokenizer"]
        if tokenizer is None or tokenizer.fingerprint != fingerprint:
            saved = path / store.DICTIONARY  # snapshots of earlier versions have none
            cut = store.read_cut(path, manifest)
            tokenizer = tokenizer_of(data, saved if saved.is_dir() else None, cut)
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
            from_pairs=None if self._words is None else FROM_PAIRS,
            near=None if self._words is None else partial(self._words.shares, query),
            named=self._named if rank.asks(query, self._question_words) else None,
        )
        hits: list[Hit] = []
        for number, found in enumerate(ranked, 1):
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
        return self._vectors.cosines(vector, self._mask(documents))

    def _mask(self, documents: Collection[str]) -> Mask:
        allowed = np.zeros(len(self._units), dtype=np.bool_)
        for document_id in documents:
            first, last = self._row_range.get(document_id, (0, 0))
            allowed[first:last] = True
        return allowed


class SnapshotHolder:
    """The snapshot that serves, always the newest: a switch in the home is noticed by itself.

    Who has got a snapshot may go on with it after a switch.
    """

    def __init__(self, home: Path, *, embedder: Embedder | None = None) -> None:
        """home  the folder that `ingest.build` builds in; nothing is opened yet"""
        self._home = home
        self._embedder = embedder
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, int] | None = None  # CURRENT as of the last switch
        self._failed: tuple[int, int] | None = None  # CURRENT as of the last failure
        self._retry_at = 0.0
        self._opening = threading.Lock()

    def current(self) -> Snapshot:
        """The snapshot that serves now; while one thread opens a newer one, others use the old.

        Raises SnapshotError where there is none. A newer one that cannot be opened is logged, and
        the old one goes on serving.
        """
        snapshot = self._snapshot
        if snapshot is not None and self._stamp() == self._seen:
            return snapshot
        if not self._opening.acquire(blocking=snapshot is None):
            assert snapshot is not None
            return snapshot
        try:
            stamp = self._stamp()
            if self._snapshot is None or stamp != self._seen:
                self._snapshot = self._newest(self._snapshot, stamp)
            return self._snapshot
        finally:
            self._opening.release()

    def _newest(self, old: Snapshot | None, stamp: tuple[int, int] | None) -> Snapshot:
        if old is not None and stamp == self._failed and time.monotonic() < self._retry_at:
            return old
        try:
            path = store.current_path(self._home)
            new = old if old is not None and path.name == old.name else self._opened(path, old)
        except Exception:
            if old is None:
                raise
            self._failed, self._retry_at = stamp, time.monotonic() + _RETRY_SECONDS
            _log.exception("the new snapshot cannot be opened; %s goes on serving", old.name)
            return old
        self._seen = stamp
        return new

    def _opened(self, path: Path, old: Snapshot | None) -> Snapshot:
        return Snapshot.open(
            path,
            embedder=old.embedder if old else self._embedder,
            tokenizer=old.tokenizer if old else None,
        )

    def _stamp(self) -> tuple[int, int] | None:
        """What changes whenever CURRENT is replaced."""
        try:
            status = store.current_file(self._home).stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino
