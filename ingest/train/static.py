"""Train the built-in embedding model: a vector per token, a text is the mean of its tokens.

In:  query–passage pairs (JSON lines, gzip: query, pos, source), and statutes' articles as plain
     text; what is held out is left out of both.
Out: a sentence-transformers folder (StaticEmbedding, int8 rows with a scale each). A token's row
     is two vectors side by side: one learned from the pairs alone, which knows their kind of text
     best, and one learned from plain text and only weighed and turned by the pairs, which holds
     for other texts.

    python -m ingest.train.static --pairs PAIRS --articles ARTICLES --out ingest/model
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import nn

from ingest.embedding import FROM_PAIRS, save_static
from ingest.tokenize import normalise
from ingest.train import company
from ingest.train.pairs import Pair, read_pairs

UNKNOWN = "[UNK]"
SAMPLE = 6000  # passages by which the dimensions that are kept are chosen
PLAIN_TOKENS = 600  # of a plain text, the first
RARE = 5  # a character must occur that often in the texts to be a token
Table = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Negatives = npt.NDArray[np.int64]
Encode = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # ids, offsets → a row per text

RUNS = r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+|[0-9]+"


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
    kept = [c for c, n in characters.most_common() if n >= RARE][: size // 4]
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

    def __getitem__(self, row: int) -> npt.NDArray[np.int32]:
        return self._flat[(self._ends[row - 1] if row else 0) : self._ends[row]]

    def each(self) -> Iterator[npt.NDArray[np.int32]]:
        """Every text's ids, in order."""
        return (self[row] for row in range(len(self)))

    def batch(self, rows: Iterable[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """The rows' ids, joined, and where each begins."""
        pieces = [self[row] for row in rows]
        offsets = np.cumsum([0, *(len(piece) for piece in pieces[:-1])])
        ids = np.concatenate(pieces).astype(np.int64)
        return torch.from_numpy(ids), torch.from_numpy(offsets)

    def vectors(self, table: nn.EmbeddingBag) -> torch.Tensor:
        """Every text's vector, of length 1, shape (texts, dimensions)."""
        parts = [range(s, min(s + 1000, len(self))) for s in range(0, len(self), 1000)]
        with torch.no_grad():
            return torch.cat([nn.functional.normalize(table(*self.batch(rows))) for rows in parts])


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; the defaults are the ones the shipped weights were made with.

    dimensions  of each of the two vectors of a token while it is trained
    kept     of them, in the order pairs, plain text; those that hold most of the passages' vectors
    repeat   how often a pair that a person or a model asked is seen for each cut-up text's once
    epochs   of the first round, with the batch's other passages as negatives, and of the second,
             with passages as well that the first round's vectors take for the right one
    nearest  how many of those are drawn from, per query
    margin   how far below the right passage they must lie in the cut-up texts, whose nearest
             passages are often as right as the right one
    turns    batches by which the vectors of plain text are weighed and turned: few, as more bring
             them nearer to the pairs and farther from other texts
    """

    vocabulary: int = 38_000
    dimensions: int = 512
    kept: tuple[int, int] = (FROM_PAIRS, 288)
    repeat: int = 2
    epochs: tuple[int, int] = (4, 4)
    batch: int = 1024
    rate: float = 0.02
    temperature: float = 0.05
    passage_tokens: int = 300
    nearest: int = 16
    margin: float = 0.03
    turns: int = 200
    turn_rate: float = 0.0007
    weight_rate: float = 0.0035
    seed: int = 1


class Trainer:
    """The pairs as token ids, ready for any number of rounds."""

    def __init__(self, tokenizer: Any, pairs: Sequence[Pair], recipe: Recipe) -> None:
        self._recipe = recipe
        self._size = tokenizer.get_vocab_size()
        self._queries = Bags(tokenizer, [p.query for p in pairs], recipe.passage_tokens)
        self._passages = Bags(tokenizer, [p.passage for p in pairs], recipe.passage_tokens)
        same = {passage: i for i, passage in enumerate(dict.fromkeys(p.passage for p in pairs))}
        self._passage = np.array([same[p.passage] for p in pairs])
        self._cut = np.array([p.source.startswith("ict") for p in pairs])
        self._source = np.array([p.source for p in pairs])

    def round(self, epochs: int, negatives: Negatives | None = None) -> Table:
        """Token vectors trained from the start, float32, shape (vocabulary, dimensions).

        negatives  shape (pairs, nearest): rows of passages that do not answer the pair's query
        """
        recipe = self._recipe
        torch.manual_seed(recipe.seed)
        draw = np.random.default_rng(recipe.seed)
        table = nn.EmbeddingBag.from_pretrained(self._first_table(), freeze=False, mode="mean")
        optimiser = torch.optim.Adam(
            table.parameters(), lr=recipe.rate, betas=(0.9, 0.99), fused=True
        )
        rows = self._drawn_from()
        batch = min(recipe.batch, len(rows))
        starts = range(0, len(rows) - batch + 1, batch)
        steps, step = epochs * len(starts), 0
        for _ in range(epochs):
            order = draw.permutation(rows)
            for start in starts:
                for group in optimiser.param_groups:
                    group["lr"] = recipe.rate * min(1.0, (step + 1) / 50) * (1 - step / steps)
                chosen = order[start : start + batch]
                against = chosen
                if negatives is not None:
                    drawn = draw.integers(0, negatives.shape[1], len(chosen))
                    against = np.concatenate([chosen, negatives[chosen, drawn]])
                loss = self._loss(table, chosen, against)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                step += 1
                if step % 100 == 0:
                    print(f"step {step}/{steps}  loss {loss.item():.3f}", flush=True)
        trained: Table = table.weight.detach().numpy()
        return trained

    def turn(self, table: Table) -> Table:
        """The vectors of plain text, each times a weight and all through one linear map, both
        trained from idf and from none; float32, of the same shape."""
        recipe = self._recipe
        draw = np.random.default_rng(recipe.seed)
        fixed = torch.from_numpy(table)
        weights = torch.tensor(np.log(self._idf()), dtype=torch.float32, requires_grad=True)
        linear = torch.eye(table.shape[1], requires_grad=True)
        rates = ((linear, recipe.turn_rate), (weights, recipe.weight_rate))
        optimiser = torch.optim.Adam(
            [{"params": [values], "lr": rate} for values, rate in rates], betas=(0.9, 0.99)
        )

        def encode(ids: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
            each = weights.exp()[ids]
            bags = nn.functional.embedding_bag(
                ids, fixed, offsets, mode="sum", per_sample_weights=each
            )
            return bags @ linear

        rows = self._drawn_from()
        for step in range(recipe.turns):
            for group, (_, rate) in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 30) * (1 - step / recipe.turns)
            chosen = draw.choice(rows, min(recipe.batch, len(rows)), replace=False)
            loss = self._loss(encode, chosen, chosen)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            if step % 50 == 49:
                print(f"turn {step + 1}/{recipe.turns}  loss {loss.item():.3f}", flush=True)
        turned: Table = ((fixed * weights.exp()[:, None]) @ linear).detach().numpy()
        return turned

    def join(self, tables: Sequence[Table]) -> Table:
        """The tables side by side, as narrow as the recipe keeps them, of equal say in a text."""
        draw = np.random.default_rng(self._recipe.seed)
        size = min(SAMPLE, len(self._passages))
        sample = draw.choice(len(self._passages), size, replace=False)
        bags = [self._passages[int(row)] for row in sample]
        narrow = []
        for table, kept in zip(tables, self._recipe.kept, strict=True):
            means = np.stack([table[ids].mean(axis=0) for ids in bags])
            unit = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
            _, axes = np.linalg.eigh(unit.T @ unit)
            most = axes[:, ::-1][:, :kept]
            narrow.append(table @ most / np.linalg.norm(means @ most, axis=1).mean())
        return np.hstack(narrow).astype(np.float32)

    def _drawn_from(self) -> Rows:
        """The pairs, those with a question more often."""
        asked = np.flatnonzero(~self._cut)
        return np.concatenate([np.arange(len(self._cut)), *[asked] * (self._recipe.repeat - 1)])

    def _idf(self) -> npt.NDArray[np.float64]:
        holding = np.zeros(self._size)
        for ids in self._passages.each():
            holding[np.unique(ids)] += 1
        idf: npt.NDArray[np.float64] = np.log(1 + len(self._passages) / (holding + 1))
        return idf

    def _first_table(self) -> torch.Tensor:
        """Random rows, longer for tokens that fewer passages hold (idf)."""
        idf = self._idf()
        length = torch.tensor(idf / idf.mean(), dtype=torch.float32)
        return torch.randn(self._size, self._recipe.dimensions) * 0.1 * length[:, None]

    def _loss(self, encode: Encode, chosen: Rows, against: Rows) -> torch.Tensor:
        """Cross entropy of the right passage among all, and of the right query among all."""
        query = nn.functional.normalize(encode(*self._queries.batch(chosen)))
        passage = nn.functional.normalize(encode(*self._passages.batch(against)))
        logits = query @ passage.T / self._recipe.temperature
        alike = self._passage[chosen][:, None] == self._passage[against][None, :]
        np.fill_diagonal(alike, False)
        logits = logits.masked_fill(torch.from_numpy(alike), -1e4)
        right = torch.arange(len(chosen))
        back = logits[:, : len(chosen)].T
        return (
            nn.functional.cross_entropy(logits, right) + nn.functional.cross_entropy(back, right)
        ) / 2

    def mine(self, table: Table) -> Negatives:
        """For each pair the passages of its source that the vectors put nearest, wrongly."""
        recipe = self._recipe
        draw = np.random.default_rng(recipe.seed)
        bag = nn.EmbeddingBag.from_pretrained(torch.from_numpy(table), mode="mean")
        queries, passages = self._queries.vectors(bag), self._passages.vectors(bag)
        right = (queries * passages).sum(1).numpy()
        found = np.zeros((len(right), recipe.nearest), dtype=np.int64)
        for source in np.unique(self._source):
            members = np.flatnonzero(self._source == source)
            candidates = passages[members]
            for start in range(0, len(members), 1000):
                rows = members[start : start + 1000]
                depth = min(4 * recipe.nearest, len(members))
                scores, nearest = (queries[rows] @ candidates.T).topk(depth)
                for row, score, near in zip(rows, scores.numpy(), nearest.numpy(), strict=True):
                    wrong = self._passage[members[near]] != self._passage[row]
                    if self._cut[row]:
                        wrong &= score < right[row] - recipe.margin
                    kept = members[near[wrong]][: recipe.nearest]
                    found[row, : len(kept)] = kept
                    found[row, len(kept) :] = draw.choice(members, recipe.nearest - len(kept))
        return found


def train(tokenizer: Any, pairs: Sequence[Pair], plain: Sequence[str], recipe: Recipe) -> Table:
    """Rows from the pairs, in two rounds: with the batch's negatives, then anew with the nearest
    wrong passages; beside them the rows from plain text."""
    trainer = Trainer(tokenizer, pairs, recipe)
    first = trainer.round(recipe.epochs[0])
    learned = trainer.round(recipe.epochs[1], trainer.mine(first))
    texts = Bags(tokenizer, plain, PLAIN_TOKENS).each()
    size = tokenizer.get_vocab_size()
    words = company.vectors(texts, size, recipe.dimensions, recipe.seed)
    return trainer.join([learned, trainer.turn(words)])


def plain_texts(pairs: Sequence[Pair], articles: Iterable[Mapping[str, str]]) -> list[str]:
    """The texts of the pairs, cut-up ones once, and the articles of laws of which no pair is held
    out, normalised."""
    texts: dict[str, str] = {}
    held = {pair.document for pair in pairs if pair.held_out and pair.source == "ict_law"}
    for pair in pairs:
        if pair.held_out or pair.source == "ict_law":
            continue
        texts.setdefault(pair.passage[-30:], pair.passage)
        if pair.source != "ict_news":
            texts.setdefault(pair.query, pair.query)
    for article in articles:
        if normalise(article["law"]) not in held:
            text = normalise(f"{article['law']} {article['chapter'] or ''} {article['text']}")
            texts.setdefault(text[-60:], text)
    return list(texts.values())


def main(argv: Sequence[str] | None = None) -> int:
    """Train on what is not held out, save, say where."""
    parser = argparse.ArgumentParser(prog="python -m ingest.train.static")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    recipe = Recipe()
    everything = read_pairs(options.pairs)
    pairs = [pair for pair in everything if not pair.held_out]
    with gzip.open(options.articles, "rt", encoding="utf-8") as lines:
        plain = plain_texts(everything, map(json.loads, lines))
    tokenizer = build_tokenizer((t for p in pairs for t in (p.query, p.passage)), recipe.vocabulary)
    rows = train(tokenizer, pairs, plain, recipe)
    save_static(tokenizer, rows, options.out)
    print(f"{options.out}: {rows.shape[0]} tokens, {rows.shape[1]} dimensions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
