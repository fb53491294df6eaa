"""The embedding models: the built-in one, and any that sentence-transformers loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding import BUILT_IN, EmbeddingModelError, StaticEmbedder, load_embedder

TEXTS = [
    "技改专项贷按不超项目实际贷款利率的50%贴息",
    "技術改造專項貸款，２０２４年LPR",
    "独角兽企业一次性奖励500万元",
    "龘😀",
    "",
    "。",
]


@pytest.fixture(scope="module")
def built_in() -> StaticEmbedder:
    return StaticEmbedder()


def test_vectors_are_float32_rows_of_length_one_or_zero(built_in: StaticEmbedder) -> None:
    vectors = built_in.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), built_in.dimensions)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    assert np.all(lengths[:3] > 0)
    assert np.all(lengths[-2:] == 0)
    assert built_in.encode_queries([]).shape == (0, built_in.dimensions)


def test_the_same_meaning_is_nearer_than_another(built_in: StaticEmbedder) -> None:
    query = built_in.encode_queries(["厂里买新设备的贷款利息能补多少"])[0]
    near, far = built_in.encode_passages(
        ["企业技术改造贷款给予贴息", "未成年人的监护人由其父母担任"]
    )
    assert query @ near > query @ far


def test_traditional_and_full_width_text_gives_the_same_vector(built_in: StaticEmbedder) -> None:
    one, other = built_in.encode_queries(["2024年技改贷款贴息", "２０２４年技改貸款貼息"])
    assert np.array_equal(one, other)


def test_a_text_has_one_vector_alone_and_among_many(built_in: StaticEmbedder) -> None:
    many = built_in.encode_passages(TEXTS * 4)
    for text, among in zip(TEXTS, many, strict=False):
        assert np.array_equal(built_in.encode_passages([text])[0], among)


def test_the_built_in_model_is_an_ordinary_sentence_transformers_folder(
    built_in: StaticEmbedder,
) -> None:
    other = load_embedder(str(BUILT_IN))
    assert other.dimensions == built_in.dimensions
    for ours, theirs in (
        (built_in.encode_queries(TEXTS), other.encode_queries(TEXTS)),
        (built_in.encode_passages(TEXTS), other.encode_passages(TEXTS)),
    ):
        assert np.allclose(ours, theirs, atol=1e-5)
    assert other.encode_passages([]).shape == (0, built_in.dimensions)


def test_the_built_in_model_is_read_without_torch() -> None:
    code = (
        "import sys; from ingest.embedding import load_embedder; "
        "load_embedder().encode_queries(['贷款']); "
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_fingerprint_names_the_weights(built_in: StaticEmbedder, tmp_path: Path) -> None:
    assert built_in.fingerprint == StaticEmbedder().fingerprint
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes((BUILT_IN / name).read_bytes())
    weights = tmp_path / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert StaticEmbedder(tmp_path).fingerprint != built_in.fingerprint


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelError, match=tmp_path.name):
        StaticEmbedder(tmp_path)
    with pytest.raises(EmbeddingModelError, match=tmp_path.name):
        load_embedder(str(tmp_path))
