"""The files of a snapshot (快照): documents, data and the manifest that vouches for them.

In:  documents and data as values, or a snapshot's folder.
Out: the files, or the values back, equal to what was written (tests/ingest/test_index.py). A file
     that is not what the manifest says is refused.

A home holds snapshots/NAME/, and CURRENT with the name of the one that serves. Documents and data
stay for good, so that every answer can be replayed; the indexes of old snapshots are dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ingest.document import Document

DOCUMENTS = "documents.json"
DATA = "data.json"
MANIFEST = "manifest.json"
VECTORS = "vectors.npy"
LEXICAL = "bm25"
WORDS = "words"
CHROMA = "chroma"
DICTIONARY = "dictionary"
CUT = "cut.json"
FORMER = "former"  # what only the next build reads
PHRASES = "phrases.npy"
INDEXES = (VECTORS, PHRASES, WORDS, LEXICAL, CHROMA, DICTIONARY, CUT, FORMER)

_DOCUMENTS = TypeAdapter(tuple[Document, ...])


class SnapshotError(Exception):
    """A snapshot is missing, incomplete or not what its manifest says."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was built from, and the digests of its files.

    inputs           what went in, by name → digest; the snapshot's name is their hash
    embedding_model  name or path as it was set; None is the built-in model
    documents        number of documents
    clauses          number of indexed clauses
    rows             digest of what is indexed, row by row
    files            path inside the snapshot → sha256, Chroma's own files left out
    """

    name: str
    inputs: Mapping[str, str]
    embedding_model: str | None
    documents: int
    clauses: int
    rows: str
    files: Mapping[str, str]


def snapshot_name(inputs: Mapping[str, str]) -> str:
    """The name of the snapshot that is built from these inputs: s- and twelve hex digits."""
    return "s-" + sha256(_json(dict(sorted(inputs.items()))))[:12]


def sha256(content: bytes) -> str:
    """The SHA-256 of the bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The SHA-256 of the file, in hex, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def snapshots(home: Path) -> Path:
    """The folder of a home's snapshots."""
    return home / "snapshots"


def current_file(home: Path) -> Path:
    """The file that names the snapshot which serves."""
    return home / "CURRENT"


def current_path(home: Path) -> Path:
    """The folder of the snapshot that serves. Raises SnapshotError where there is none yet."""
    try:
        name = current_file(home).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise SnapshotError(f"{home} 里还没有建好的索引，请先建立（ingest）") from None
    return snapshots(home) / name


def encode_documents(documents: Iterable[Document]) -> bytes:
    """The documents as JSON; equal documents give equal bytes."""
    return _DOCUMENTS.dump_json(tuple(documents), exclude_defaults=True)


def encode_data(data: Mapping[str, Any]) -> bytes:
    """The data files' values as JSON; equal values in the same order give equal bytes."""
    return _json(dict(data))


def encode_cut(cut: Mapping[str, Sequence[str]]) -> bytes:
    """Texts → their tokens, as JSON."""
    return _json(dict(cut))


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()


def read_manifest(folder: Path) -> Manifest:
    """A snapshot's manifest. Raises SnapshotError."""
    try:
        values = json.loads((folder / MANIFEST).read_bytes())
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotError(f"快照 {folder.name} 没有可读的 {MANIFEST}：{error}") from error
    if manifest.name != folder.name or manifest.name != snapshot_name(manifest.inputs):
        raise SnapshotError(f"快照 {folder.name} 的名称与其输入不符")
    return manifest


def read_documents(folder: Path, manifest: Manifest) -> dict[str, Document]:
    """A snapshot's documents by id, in the order of sources.yaml. Raises SnapshotError."""
    content = _read(folder, manifest, DOCUMENTS)
    return {document.id: document for document in _DOCUMENTS.validate_json(content)}


def read_data(folder: Path, manifest: Manifest) -> dict[str, Any]:
    """A snapshot's data files: name → value. Raises SnapshotError."""
    data: dict[str, Any] = json.loads(_read(folder, manifest, DATA))
    return data


def read_cut(folder: Path, manifest: Manifest) -> dict[str, list[str]]:
    """Texts that are cut at every start → their tokens; none in snapshots of earlier versions.

    Raises SnapshotError.
    """
    if CUT not in manifest.files:
        return {}
    cut: dict[str, list[str]] = json.loads(_read(folder, manifest, CUT))
    return cut


def verify(folder: Path, manifest: Manifest, *, but: Collection[str] = ()) -> None:
    """Raises SnapshotError where a file is missing or differs from the manifest.

    but  names of files that are not looked at, or of folders
    """
    for name in manifest.files:
        if name in but or name.partition("/")[0] in but:
            continue
        path = folder / name
        if not path.is_file():
            raise SnapshotError(f"快照 {folder.name} 缺少 {name}，请重新建立索引")
        if file_sha256(path) != manifest.files[name]:
            raise SnapshotError(f"快照 {folder.name} 的 {name} 已被改动，请重新建立索引")


def _read(folder: Path, manifest: Manifest, name: str) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise SnapshotError(f"快照 {folder.name} 缺少 {name}：{error.strerror}") from error
    if sha256(content) != manifest.files.get(name):
        raise SnapshotError(f"快照 {folder.name} 的 {name} 已被改动，请重新建立索引")
    return content


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
