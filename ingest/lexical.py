"""The lexical searcher (词面检索): BM25 over token lists.

In:  one token list per row, as `ingest.tokenize` cuts them; then a query's tokens.
Out: row numbers and scores, best first; rows of equal score in row order, rows without a common
     token never. A score is the share of the query's weight (idf) that the row matches, from 0
     to 1, so the scores of two queries compare and a fusion can tell a good match from a poor one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import marisa_trie
import numpy as np
import numpy.typing as npt

K1 = 1.5
B = 0.75

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_TOKENS = "tokens.marisa"
_COLUMNS = ("starts", "rows", "scores")
_CHUNK = 4096  # rows that are put in order at once
_PIECE = 1_000_000  # tokens that get other numbers at once
_NUMBERED = ("ids", "ends")


def best(scores: Scores, k: int) -> Rows:
    """The k rows of highest positive score, best first, equal scores in row order."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k > 0:
        limit = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= limit]
    order = np.lexsort((rows, -scores[rows]))[: max(k, 0)]
    return rows[order].astype(np.int64)


@dataclass(frozen=True, slots=True)
class TokenRows:
    """The tokens of rows 0 … n-1 by their numbers: ids[ends[row - 1] : ends[row]] is one row's."""

    ids: npt.NDArray[np.int32]
    ends: Rows

    @classmethod
    def none(cls) -> TokenRows:
        """No rows."""
        return cls(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))

    def save(self, folder: Path) -> None:
        """Write the rows into the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _NUMBERED:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> TokenRows:
        """Saved rows, memory-mapped."""
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _NUMBERED))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Per token, by its number, the rows that hold it and what it counts there."""

    starts: Rows
    rows: npt.NDArray[np.int32]
    scores: Scores

    @classmethod
    def of(cls, tokens: TokenRows, vocabulary: int) -> _Columns:
        size = len(tokens.ends)
        holding = np.zeros(vocabulary, dtype=np.int64)
        for numbers, _, _ in _counted(tokens):
            holding += np.bincount(numbers, minlength=vocabulary)
        starts = np.zeros(vocabulary + 1, dtype=np.int64)
        np.cumsum(holding, out=starts[1:])
        rows = np.empty(starts[-1], dtype=np.int32)
        scores = np.empty(starts[-1], dtype=np.float32)
        weights = _weights(size, holding).astype(np.float32)
        lengths = np.diff(tokens.ends, prepend=0)
        beside = K1 * (1 - B + B * lengths / (lengths.mean() or 1)) if size else lengths
        free = starts[:-1].copy()  # per token, where its next row goes
        for numbers, own, counts in _counted(tokens):
            here = np.bincount(numbers, minlength=vocabulary)
            places = (free - np.cumsum(here) + here)[numbers] + np.arange(len(numbers))
            rows[places] = own
            scores[places] = weights[numbers] * (counts / (beside[own] + counts))
            free += here
        return cls(starts, rows, scores)


def _counted(tokens: TokenRows) -> Iterator[tuple[Rows, Rows, Scores]]:
    """Some rows at a time: tokens, the rows that hold them and how often, by token, then row."""
    before = np.concatenate([np.zeros(1, dtype=np.int64), tokens.ends])
    for first in range(0, len(tokens.ends), _CHUNK):
        bounds = before[first : first + _CHUNK + 1]
        some = len(bounds) - 1
        pairs = tokens.ids[bounds[0] : bounds[-1]].astype(np.int64) * some
        pairs += np.repeat(np.arange(some), np.diff(bounds))
        pairs.sort()
        other = np.ones(len(pairs) + 1, dtype=np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=other[1:-1])
        firsts = np.flatnonzero(other)
        held = pairs[firsts[:-1]]
        counts = np.diff(firsts).astype(np.float32)
        yield held // some, first + held % some, counts


def _weights(size: int, holding: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The weight (idf) of tokens by how many of the rows hold them."""
    weights: npt.NDArray[np.float64] = np.log(1 + (size - holding + 0.5) / (holding + 0.5))
    return weights


class Bm25Index:
    """A BM25 index over rows 0 … n-1. Immutable; threads may share it."""

    def __init__(self, tokens: marisa_trie.Trie, columns: _Columns, size: int) -> None:
        """tokens  which numbers the tokens"""
        self._tokens = tokens
        self._columns = columns
        self._size = size
        self._weights = _weights(size, np.diff(columns.starts))

    def __len__(self) -> int:
        return self._size

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]]) -> Bm25Index:
        """Index the rows; a row without tokens is kept and never found."""
        return cls.of(*numbered(token_lists))

    @classmethod
    def of(cls, tokens: marisa_trie.Trie, rows: TokenRows) -> Bm25Index:
        """Index rows whose tokens have numbers already."""
        return cls(tokens, _Columns.of(rows, len(tokens)), len(rows.ends))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._tokens.save(str(folder / _TOKENS))
        for name in _COLUMNS:
            np.save(folder / f"{name}.npy", getattr(self._columns, name))
        (folder / "size").write_text(str(self._size), encoding="ascii")

    @classmethod
    def load(cls, folder: Path) -> Bm25Index:
        """Open a saved index; its arrays are memory-mapped, so the files must stay in place.

        Raises FileNotFoundError where the folder holds none.
        """
        size = int((folder / "size").read_text(encoding="ascii"))
        mapped = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in _COLUMNS)
        # as plain arrays: a slice of a `memmap` takes many times as long
        columns = _Columns(*map(np.asarray, mapped))
        return cls(marisa_trie.Trie().mmap(str(folder / _TOKENS)), columns, size)

    def _known(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of some tokens, those that stand in no row left out."""
        found = (self._tokens.get(token) for token in tokens)
        return [number for number in found if number is not None]

    def known(self, tokens: Sequence[str]) -> int:
        """How many of some tokens stand in any row."""
        return len(self._known(tokens))

    def weight(self, tokens: Sequence[str]) -> float:
        """The weight (idf) of a query's tokens in all, those that no row has left out."""
        known = self._known(tokens)
        return float(self._weights[known].sum()) if known else 0.0

    def scores(self, tokens: Sequence[str]) -> Scores:
        """The score of every row, shape (rows,), 0 … 1; 0 where no token is shared."""
        return self.matched(tokens)[1]

    def matched(self, tokens: Sequence[str]) -> tuple[float, Scores]:
        """The weight of a query's tokens and the score of every row, looked up once."""
        matched = np.zeros(self._size, dtype=np.float32)
        known = self._known(tokens)
        if not known:
            return 0.0, matched
        weight, numbers, columns = self._weights[known].sum(), np.array(known), self._columns
        starts, ends = columns.starts[numbers].tolist(), columns.starts[numbers + 1].tolist()
        held = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        np.add.at(
            matched,
            np.concatenate([columns.rows[one] for one in held]),
            np.concatenate([columns.scores[one] for one in held]),
        )
        return float(weight), (matched / weight).astype(np.float32)

    def search(
        self, tokens: Sequence[str], k: int, allowed: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """The k best rows for a query's tokens and their scores, best first.

        allowed  shape (rows,): only rows where it is true are returned; the scores are the same
                 with and without it
        """
        scores = self.scores(tokens)
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        rows = best(scores, k)
        return rows, scores[rows]


class _Numbers(dict[str, int]):
    """Token → number: as a trie has it, and further ones for tokens that it lacks."""

    def __init__(self, former: marisa_trie.Trie) -> None:
        super().__init__()
        self._former = former
        self.new: list[str] = []

    def __missing__(self, token: str) -> int:
        number: int | None = self._former.get(token)
        if number is None:
            number = len(self._former) + len(self.new)
            self.new.append(token)
        self[token] = number
        return number


def numbered(
    token_lists: Iterable[Sequence[str] | int],
    former: tuple[marisa_trie.Trie, TokenRows] | None = None,
) -> tuple[marisa_trie.Trie, TokenRows]:
    """The tokens of the rows in a trie, which numbers them, and the rows by these numbers.

    former  rows that are numbered already: a row given as a number is that one
    """
    trie, rows = former or (marisa_trie.Trie(), TokenRows.none())
    known = rows.ids.view(np.uint8).data
    row_ends = [*rows.ends.tolist(), 0]  # the one before the first is the last
    numbers = _Numbers(trie)
    ids, ends = array("i"), array("q")
    for tokens in token_lists:
        if isinstance(tokens, int):
            ids.frombytes(known[4 * row_ends[tokens - 1] : 4 * row_ends[tokens]])
        else:
            ids.extend(map(numbers.__getitem__, tokens))
        ends.append(len(ids))
    found = TokenRows(np.frombuffer(ids, dtype=np.int32), np.array(ends, dtype=np.int64))
    held = np.flatnonzero(np.bincount(found.ids, minlength=len(trie) + len(numbers.new)))
    if len(held) == len(trie) and not numbers.new:
        return trie, found
    old = len(trie)
    tokens_held = [
        trie.restore_key(number) if number < old else numbers.new[number - old]
        for number in held.tolist()
    ]
    renumbered = marisa_trie.Trie(tokens_held)
    order = np.zeros(old + len(numbers.new), dtype=np.int32)
    order[held] = [renumbered[token] for token in tokens_held]
    for start in range(0, len(found.ids), _PIECE):
        piece = slice(start, start + _PIECE)
        found.ids[piece] = order[found.ids[piece]]
    return renumbered, found
