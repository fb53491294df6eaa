"""Text to vectors (向量): any sentence-transformers model by name or path, or the built-in one.

In:  texts, as questions or as passages.
Out: float32 rows of length 1; a text without a known token gives a row of zeros.

The built-in model (`ingest/model`) is an ordinary sentence-transformers folder. It is read here
with numpy alone, so that a service that uses it never imports torch; both readings give the same
vectors within 1e-5.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from ingest.near import Words
from ingest.tokenize import normalise
from ingest.vectors import Vectors

BUILT_IN = Path(__file__).parent / "model"
FROM_PAIRS = 224  # dimensions of the built-in model learned from pairs; the others, from plain text
_BATCH = 256
_FEW = 8  # texts that are cut one by one: handing them to other threads takes longer


class EmbeddingModelError(Exception):
    """The named embedding model cannot be loaded."""


class Embedder(Protocol):
    """What turns texts into vectors."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Changes when the same text could give another vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (len(texts), dimensions), each of length 1 or 0."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape (len(texts), dimensions), each of length 1 or 0."""


class StaticEmbedder:
    """The built-in model: a vector per token, a text's is their mean, brought to length 1."""

    def __init__(self, folder: Path = BUILT_IN) -> None:
        """Open a folder of a `StaticEmbedding` with `embeddings` (int8 or float) and `weights`.

        Raises EmbeddingModelError where a file is missing or broken.
        """
        tokenizer, weights = folder / "tokenizer.json", folder / "model.safetensors"
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
            self._tokenizer.normalizer = None  # `normalise` does what its own would, and more
            tensors = load_file(weights)
            self._rows = tensors["embeddings"]
            self._scale = tensors["weights"].astype(np.float32)
        except Exception as error:
            raise EmbeddingModelError(f"{folder}: not a readable static model: {error}") from error
        digest = hashlib.sha256()
        for path in (tokenizer, weights):
            digest.update(path.read_bytes())
        self._fingerprint = digest.hexdigest()[:16]

    @property
    def dimensions(self) -> int:
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_words(self.words(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode_words(self.words(texts))

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Per text the numbers of its words, in reading order (`ingest.near`)."""
        cut = self._tokenizer
        if len(texts) <= _FEW:
            found = [cut.encode(normalise(text), add_special_tokens=False) for text in texts]
        else:
            found = [
                encoding
                for start in range(0, len(texts), _BATCH)
                for encoding in cut.encode_batch_fast(
                    [normalise(text) for text in texts[start : start + _BATCH]],
                    add_special_tokens=False,
                )
            ]
        return [np.asarray(encoding.ids, dtype=np.uint16) for encoding in found]

    def meanings(self, words: Words) -> Vectors:
        """Per word its vector as learned from plain text: words in like company are near."""
        vectors: Vectors = self._scale[words, None] * self._rows[words, FROM_PAIRS:]
        return vectors

    def encode_words(self, words: Sequence[Words]) -> Vectors:
        """The vectors of texts whose words are known, as the other two give them."""
        vectors = np.zeros((len(words), self.dimensions), dtype=np.float32)
        for row, own in enumerate(words):
            if len(own):
                np.sum(self._scale[own, None] * self._rows[own], axis=0, out=vectors[row])
        return _unit(vectors)


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads, on the CPU or whatever it finds."""

    def __init__(self, name_or_path: str) -> None:
        """Raises EmbeddingModelError, naming the model, where it cannot be loaded."""
        from sentence_transformers import SentenceTransformer

        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        try:
            self._model: Any = SentenceTransformer(name_or_path)
        except Exception as error:
            raise EmbeddingModelError(
                f"embedding model {name_or_path!r}: neither a folder nor a model that "
                f"sentence-transformers can load: {error}"
            ) from error
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.cpu().float().numpy().tobytes())
        self._fingerprint = digest.hexdigest()[:16]

    @property
    def dimensions(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._unit_rows(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._unit_rows(self._model.encode_document, texts)

    def _unit_rows(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = encode(
            [normalise(text) for text in texts], show_progress_bar=False, convert_to_numpy=True
        )
        return _unit(np.asarray(rows, dtype=np.float32))


def load_embedder(name_or_path: str | None = None) -> Embedder:
    """The embedding model of that name or folder; None is the built-in one.

    Raises EmbeddingModelError where there is none.
    """
    if name_or_path is None:
        return StaticEmbedder()
    return SentenceTransformerEmbedder(name_or_path)


def quantise(rows: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """int8 rows and one float32 scale per row: rows ≈ int8 · scale, half a step off at most."""
    scale = (np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127).astype(np.float32)
    return np.round(rows / scale[:, None]).astype(np.int8), scale


def save_static(tokenizer: Tokenizer, rows: Vectors, folder: Path) -> None:
    """Write a static model as a folder that both readers open, its rows quantised.

    rows  the tokens' vectors, shape (size of the vocabulary, dimensions)
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    modules = [StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder), create_model_card=False)
    embeddings, weights = quantise(rows)
    save_file({"embeddings": embeddings, "weights": weights}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    compact = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(compact + "\n", encoding="utf-8")


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit
