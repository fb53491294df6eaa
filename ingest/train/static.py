"""Train the built-in embedding model: a vector per token, a text is the mean of its tokens.

In:  query–passage pairs (JSON lines, gzip: query, pos, source).
Out: a sentence-transformers folder (StaticEmbedding, int8 rows with a scale each).

    python -m ingest.train.static --pairs ../shared/data/train_pairs.jsonl.gz --out ingest/model
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import nn

from ingest.tokenize import normalise

UNKNOWN = "[UNK]"
RUNS = r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+|[0-9]+"


@dataclass(frozen=True, slots=True)
class Pair:
    query: str
    passage: str
    source: str


def read_pairs(path: Path) -> list[Pair]:
    """The training pairs, normalised."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [Pair(normalise(r["query"]), normalise(r["pos"]), r["source"]) for r in rows]


def unigram(pieces: Sequence[tuple[str, float]]) -> Any:
    """A tokenizer that cuts runs of characters into the likeliest pieces (most probable cut)."""
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, -30.0), *pieces], unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(RUNS), behavior="removed", invert=True)
    return tokenizer


def dictionary() -> dict[str, int]:
    """jieba's words with their frequencies."""
    import jieba

    instance = jieba.Tokenizer()
    words, _ = instance.gen_pfdict(instance.get_dict_file())
    return {normalise(word): count for word, count in words.items() if count > 0}


def build_tokenizer(texts: Iterable[str], size: int) -> Any:
    """The unigram tokenizer of the `size` pieces that occur most in the texts."""
    texts = list(texts)
    characters = collections.Counter(c for text in texts for c in text if not c.isspace())
    words = dictionary()
    total = sum(words.values())
    for character in characters:
        words.setdefault(character, 1)
    whole = unigram([(w, math.log(max(c, 1) / total)) for w, c in words.items()])
    counts: collections.Counter[str] = collections.Counter()
    for start in range(0, len(texts), 1000):
        for encoding in whole.encode_batch(texts[start : start + 1000], add_special_tokens=False):
            counts.update(encoding.tokens)
    seen = sum(counts.values())
    kept = [c for c, n in characters.most_common() if n >= 5][: size // 4]
    for word, _ in counts.most_common():
        if len(kept) >= size - 1:
            break
        if len(word) > 1 and word in words:
            kept.append(word)
    return unigram([(w, math.log(max(counts[w], 1) / seen)) for w in kept])


class Bags:
    """Texts as token ids, flat, with offsets; a batch of them is what EmbeddingBag eats."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], limit: int) -> None:
        lists = []
        for start in range(0, len(texts), 1000):
            batch = tokenizer.encode_batch(texts[start : start + 1000], add_special_tokens=False)
            lists += [np.asarray(e.ids[:limit] or [0], dtype=np.int32) for e in batch]
        self._flat = np.concatenate(lists)
        self._ends = np.cumsum([len(ids) for ids in lists])

    def __len__(self) -> int:
        return len(self._ends)

    def batch(self, rows: Iterable[int]) -> tuple[torch.Tensor, torch.Tensor]:
        pieces = [self._flat[(self._ends[r - 1] if r else 0) : self._ends[r]] for r in rows]
        offsets = np.cumsum([0, *(len(piece) for piece in pieces[:-1])])
        ids = np.concatenate(pieces).astype(np.int64)
        return torch.from_numpy(ids), torch.from_numpy(offsets)


def quantise(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 rows and one float32 scale per row: rows ≈ int8 · scale."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
    return np.round(rows / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def save(tokenizer: Any, rows: np.ndarray, out: Path) -> None:
    """Write the sentence-transformers folder, weights in int8."""
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=rows), Normalize()], device="cpu"
    )
    model.save(str(out), create_model_card=False)
    embeddings, weights = quantise(rows)
    save_file({"embeddings": embeddings, "weights": weights}, out / "model.safetensors")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; the defaults are the ones the shipped weights were made with."""

    vocabulary: int = 40_000
    dimensions: int = 256
    epochs: int = 8
    batch: int = 1024
    rate: float = 0.02
    temperature: float = 0.05
    passage_tokens: int = 200
    seed: int = 7


def train(tokenizer: Any, pairs: Sequence[Pair], recipe: Recipe, minutes: float) -> np.ndarray:
    """The token vectors, float32, shape (vocabulary, dimensions), after at most that long."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    queries = Bags(tokenizer, [p.query for p in pairs], recipe.passage_tokens)
    passages = Bags(tokenizer, [p.passage for p in pairs], recipe.passage_tokens)
    table = nn.EmbeddingBag(tokenizer.get_vocab_size(), recipe.dimensions, mode="mean")
    nn.init.normal_(table.weight, std=0.1)
    optimiser = torch.optim.Adam(table.parameters(), lr=recipe.rate, betas=(0.9, 0.99), fused=True)
    per_epoch = len(pairs) // recipe.batch
    steps = per_epoch * recipe.epochs
    started, step = time.monotonic(), 0
    labels = torch.arange(recipe.batch)
    for _ in range(recipe.epochs):
        order = random.permutation(len(pairs))
        for start in range(0, per_epoch * recipe.batch, recipe.batch):
            # the rate falls with whichever is nearer its end, the steps or the time
            done = max(step / steps, (time.monotonic() - started) / (60 * minutes))
            if done >= 1:
                return table.weight.detach().numpy()
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * min(1.0, (step + 1) / 50) * (1 - done)
            rows = order[start : start + recipe.batch]
            q = nn.functional.normalize(table(*queries.batch(rows)))
            p = nn.functional.normalize(table(*passages.batch(rows)))
            logits = q @ p.T / recipe.temperature
            loss = nn.functional.cross_entropy(logits, labels)
            loss = (loss + nn.functional.cross_entropy(logits.T, labels)) / 2
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
            if step % 50 == 0:
                print(f"step {step}/{steps}  loss {loss.item():.3f}", flush=True)
    return table.weight.detach().numpy()


def main(argv: Sequence[str] | None = None) -> int:
    """Train, save, say where."""
    parser = argparse.ArgumentParser(prog="python -m ingest.train.static", description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    recipe = Recipe()
    pairs = read_pairs(options.pairs)
    tokenizer = build_tokenizer((t for p in pairs for t in (p.query, p.passage)), recipe.vocabulary)
    rows = train(tokenizer, pairs, recipe, options.minutes)
    save(tokenizer, rows, options.out)
    print(f"{options.out}: {rows.shape[0]} tokens, {rows.shape[1]} dimensions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
