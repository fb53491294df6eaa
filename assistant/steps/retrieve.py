"""Find what a question is about: clauses by `assistant.ranking`, measures by their words.

In:  an understanding, the clauses' ranker, the measures' word index.
Out: `Evidence`: clause hits and scored candidates, best first, each with why. Nothing is judged
     here; a filter never removes what another step needs (tests/assistant/steps/test_retrieve.py).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.measures.model import Kind, Measure
from assistant.measures.reader import Catalogue
from assistant.ranking import ClauseRanker, StatusOf
from assistant.steps.understand import Understanding
from ingest.index import Hit
from ingest.tokenize import Tokenizer
from ingest.vectors import dots

QUOTED = re.compile(r"[“《]([^”》]{2,20})[”》]")
NUMBERED = re.compile(r"^(?:那)?[\d一二三四五六七八九十百千]+[万亿]|^\d+$")
OF_NUMBER = 0.35  # 8000万 is more often the person's own number than the name of a measure
K = 12
KEPT = 4096  # texts whose telling words are remembered: clauses come again and again
FIRST = 3  # clauses that may be what answers
FORM, TOKEN, CLAUSE, NUMBER = 1.0, 0.65, 0.9, 1.1
ASKED, ORDINARY = 0.4, 3.0  # per standard deviation by which a phrase stands out beyond that
NEAREST = 50  # phrases that are looked at
NAMED = 0.75  # weight of a word from which a measure is named by it
PARTS = re.compile(r"[，。；！？,.;!?\s]+")
SHORTEST_PART, OF_PART = 6, 0.9  # characters of a part that is compared; what its likeness is worth
K1, B = 1.2, 0.5
_NONE = np.zeros(0, dtype=np.int64)
TOLD = ("text_part", "dense_part", "search_part")  # words that people gave are in the forms
INSIDE, UNSAID = 0.4, 0.4


@dataclass(frozen=True, slots=True)
class Spotted:
    """A measure's word found at text[start:end] of the question, with its weight."""

    form: str
    start: int
    end: int
    weight: float


class Candidate(NamedTuple):
    """A measure with its score, (the sum of the parts) * context. A tuple: a question has a
    hundred.

    forms       words of the measure in the question, which are `spotted`
    tokens      what its quote shares with the question
    clause      how well its clause was found
    numbers     it states a number that was said
    asked       how near the question is to how people ask for it
    conditions  what was said bears on its conditions
    context     the paper, the place, the kind of thing asked for
    """

    measure: Measure
    score: float
    spotted: tuple[Spotted, ...]
    forms: float
    tokens: float
    clause: float
    numbers: float
    asked: float
    conditions: float = 0.0
    context: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for one question.

    own              the clauses found without a library beside the reviewed documents
    coverage         how much of the question's telling words the best measure holds, 0 to 1
    clause_coverage  the same of the best of the first clauses
    heard            how many of the telling words the documents and measures use at all, 0 to 1
    """

    hits: tuple[Hit, ...]
    own: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    coverage: float = 0.0
    clause_coverage: float = 0.0
    heard: float = 1.0


@dataclass(frozen=True, slots=True)
class _Posting:
    """The numbers of the measures that hold a token, what it weighs in each, how rare it is."""

    measures: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    rarity: float


class Phrases:
    """How people ask for each measure in their own words (lexicon/asked.yaml), by their vectors.

    How like a question a phrase is counts by how far it stands out among all phrases, so that it
    does not hang on the scale of one model's cosines.
    """

    def __init__(
        self,
        asked: Mapping[str, Sequence[str]],
        vectors: npt.NDArray[np.float32],
        encode: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    ) -> None:
        """`vectors`: shape (phrases, dimensions), in the order of `asked`; `encode`: of queries."""
        self._asked = [name for name, phrases in asked.items() for _ in phrases]
        self._vectors = np.asarray(vectors)
        self._encode = encode

    def nearest(self, text: str) -> Mapping[str, float]:
        """Measure id → how near its nearest phrase is to the text or to a part of it."""
        if not self._asked or not text.strip():
            return {}
        parts = [text, *(p for p in PARTS.split(text) if SHORTEST_PART <= len(p) < len(text))]
        cosines = [dots(self._vectors, vector) for vector in self._encode(parts)]
        likeness = np.maximum(cosines[0], OF_PART * np.maximum.reduce(cosines))
        likeness = (likeness - likeness.mean()) / max(float(likeness.std()), 1e-6)
        found: dict[str, float] = {}
        beyond = np.flatnonzero(likeness > ORDINARY)
        order = np.argsort(-likeness[beyond], kind="stable")[:NEAREST]
        for number in beyond[order].tolist():
            found.setdefault(self._asked[number], float(likeness[number]) - ORDINARY)
        return found


def measure_texts(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """Per measure the texts whose tokens it is found by."""
    for measure in catalogue.measures:
        yield (measure.title, *measure.keywords, measure.quote)


class MeasureIndex:
    """The words of all measures: forms (title, keywords, quoted names) and tokens of the quotes."""

    def __init__(
        self,
        catalogue: Catalogue,
        tokenize: Tokenizer,
        stop_words: Sequence[str] = (),
        phrases: Phrases | None = None,
    ) -> None:
        self._phrases = phrases
        self._number = {m.id: i for i, m in enumerate(catalogue.measures)}
        self._stop_words = frozenset(stop_words)
        self.telling = lru_cache(maxsize=KEPT)(self._telling)
        self._measures = catalogue.measures
        self._in_clause: dict[tuple[str, str], list[int]] = {}
        for i, measure in enumerate(self._measures):
            self._in_clause.setdefault((measure.document, measure.clause), []).append(i)
        self._stating: dict[Decimal, set[int]] = {}
        for i, measure in enumerate(self._measures):
            for number in measure.numbers:
                self._stating.setdefault(number, set()).add(i)
        self._tokenize = tokenize
        self._forms: dict[str, dict[int, float]] = {}  # with its weight for each measure
        counts: list[Counter[str]] = []
        texts = measure_texts(catalogue)
        for i, (measure, parts) in enumerate(zip(self._measures, texts, strict=True)):
            named = QUOTED.findall(measure.quote)
            for form, worth in [
                (measure.title, 1.3),
                *((k, 1.0) for k in measure.keywords),
                *((n, 0.9) for n in named),
            ]:
                at = self._forms.setdefault(form.lower(), {})
                worth = worth * OF_NUMBER if NUMBERED.search(form) else worth
                at[i] = max(worth, at.get(i, 0))
            counts.append(Counter(tokenize.bag(parts)))
        total = len(self._measures) or 1
        average = sum(sum(c.values()) for c in counts) / total or 1
        held = Counter(t for c in counts for t in c)
        postings: dict[str, list[tuple[int, float]]] = {}
        for i, count in enumerate(counts):
            norm = K1 * (1 - B + B * sum(count.values()) / average)
            for token, n in count.items():
                idf = math.log(1 + (total - held[token] + 0.5) / (held[token] + 0.5))
                weight = idf * n * (K1 + 1) / (n + norm)
                postings.setdefault(token, []).append((i, weight))
        self._postings = {
            token: _Posting(
                np.array([i for i, _ in found]),
                np.array([weight for _, weight in found]),
                math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5)),
            )
            for token, found in postings.items()
        }
        self._unknown = _Posting(_NONE, np.zeros(0), math.log(1 + (total + 0.5) / 0.5))
        for form, holders in self._forms.items():
            rarity = 1 + math.log(len(self._measures) / len(holders)) / 4
            for i, worth in holders.items():
                holders[i] = worth * rarity * min(1.6, 0.35 + 0.2 * len(form))
        self._by_first: dict[str, list[str]] = {}
        for form in self._forms:
            self._by_first.setdefault(form[0], []).append(form)
        for forms in self._by_first.values():
            forms.sort(key=len, reverse=True)

    def spot(
        self, text: str, taken: Sequence[tuple[int, int]] = ()
    ) -> Mapping[int, tuple[Spotted, ...]]:
        """Measure number → its words in the text, none inside another of the same measure.

        A word inside a longer word of another measure, or inside one of the spans `taken` (上市 in
        上市公司), counts for little.
        """
        low = text.lower()
        found: dict[int, list[Spotted]] = {}
        spans: list[tuple[int, int]] = list(taken)
        for start, character in enumerate(low):
            for form in self._by_first.get(character, ()):
                if not low.startswith(form, start):
                    continue
                end = start + len(form)
                spans.append((start, end))
                for i, weight in self._forms[form].items():
                    mine = found.setdefault(i, [])
                    if any(s.form == form or (s.start <= start and end <= s.end) for s in mine):
                        continue
                    mine.append(Spotted(form, start, end, weight))
        inside = {
            (start, end)
            for start, end in spans
            if any(a <= start and end <= b and b - a > end - start for a, b in spans)
        }
        return {
            i: tuple(_weakened(s) if (s.start, s.end) in inside else s for s in mine)
            for i, mine in found.items()
        }

    def spot_all(
        self, text: str, expansions: Sequence[str], taken: Sequence[tuple[int, int]]
    ) -> Mapping[int, tuple[Spotted, ...]]:
        """`spot` in the text, and for less in the expansions, which nobody said."""
        found = dict(self.spot(text, taken))
        for i, words in self.spot(" ".join(expansions)).items():
            said = found.get(i, ())
            extra = tuple(
                Spotted(w.form, -1, -1, w.weight * UNSAID)
                for w in words
                if all(w.form not in s.form and s.form not in w.form for s in said)
            )
            found[i] = said + extra
        return found

    def tokens(self, texts: Iterable[str]) -> npt.NDArray[np.float64]:
        """Per measure the BM25 of some texts' tokens, 0 where it holds none of them."""
        scores = np.zeros(len(self._measures))
        said = dict.fromkeys(self._tokenize.bag(texts))  # a sum in one order
        held = [self._postings[token] for token in said if token in self._postings]
        if held:
            np.add.at(
                scores,
                np.concatenate([one.measures for one in held]),
                np.concatenate([one.weights for one in held]),
            )
        return scores

    def coverage(self, text: str) -> float:
        """The part of a text's telling words, by rarity, that the best measure holds."""
        held = np.zeros(len(self._measures))
        whole = 0.0
        for token in sorted(self.telling(text)):
            posting = self._postings.get(token, self._unknown)
            whole += posting.rarity
            held[posting.measures] += posting.rarity
        return float(held.max(initial=0.0)) / whole if whole else 0.0

    def _telling(self, text: str) -> frozenset[str]:
        """The words of a text that tell what it is about."""
        return frozenset(t for t in self._tokenize(text) if len(t) > 1) - self._stop_words

    def telling_words(self, text: str) -> frozenset[str]:
        """Of them those that are words, without the bigrams that run from one into the next."""
        words = self._tokenize.words(text)
        return frozenset(w for w in words if len(w) > 1 and not w[0].isdigit()) - self._stop_words

    def _like(self, text: str) -> Mapping[int, float]:
        """Measure number → what the nearest of the ways people ask for it is worth."""
        near = self._phrases.nearest(text) if self._phrases is not None else {}
        return {self._number[n]: ASKED * how for n, how in near.items() if n in self._number}

    def score(
        self,
        text: str,
        expansions: Sequence[str],
        numbers: Sequence[Decimal],
        clauses: Mapping[tuple[str, str], float],
        taken: Sequence[tuple[int, int]] = (),
        *,
        first: bool = True,
    ) -> list[Candidate]:
        """All measures with any evidence, best first.

        Only a `first` question that names nothing by a word of ours is held against the ways
        people ask: a follow-up tells too little of its subject.
        """
        spotted = self.spot_all(text, expansions, taken)
        tokens = self.tokens((text, *expansions))
        top = float(tokens.max(initial=0.0)) or 1.0
        told = (n for n in numbers if n != 1)  # 一家, 一个: says nothing
        stating = {i for number in told for i in self._stating.get(number, ())}
        like = {} if not first or _is_named(spotted) else self._like(text)
        clause = {
            i: how for place, how in clauses.items() if how for i in self._in_clause.get(place, ())
        }
        found = np.flatnonzero(tokens).tolist()
        told_by = (TOKEN * 4 * tokens[found] / max(top, 12.0)).tolist()
        worth = dict(zip(found, told_by, strict=True))
        out: list[Candidate] = []
        for i in {*spotted, *worth, *like, *clause, *stating}:
            words = spotted.get(i, ())
            forms = FORM * _together(words) if words else 0.0
            by_tokens, by_clause = worth.get(i, 0.0), CLAUSE * clause.get(i, 0.0)
            by_number, by_like = NUMBER * (i in stating), like.get(i, 0.0)
            score = forms + by_tokens + by_clause + by_number + by_like
            out.append(
                Candidate(
                    self._measures[i], score, words, forms, by_tokens, by_clause, by_number, by_like
                )
            )
        out.sort(key=lambda c: (-c.score, c.measure.id))
        return out


def _together(words: Sequence[Spotted]) -> float:
    """What several words are worth: each further one half of the one before."""
    best = sorted((word.weight for word in words), reverse=True)
    return sum(weight * 0.5**n for n, weight in enumerate(best))


def _is_named(spotted: Mapping[int, Sequence[Spotted]]) -> bool:
    """Whether a word that was said names a measure; what is only meant by one names none."""
    said = (word for words in spotted.values() for word in words if word.start >= 0)
    return any(word.weight >= NAMED for word in said)


def _weakened(word: Spotted) -> Spotted:
    """A word that is part of a longer one says less of the subject."""
    return Spotted(word.form, word.start, word.end, word.weight * INSIDE)


def retrieve(
    understanding: Understanding,
    ranker: ClauseRanker,
    index: MeasureIndex,
    status_of: StatusOf,
    *,
    k: int = K,
    documents: Collection[str] | None = None,
) -> Evidence:
    """Clauses of some documents (None: of all) and measures of all, for one question."""
    u = understanding
    topic = ranker.topic(u)
    hits = ranker.answering(u, k, status_of, documents)
    own = ranker.of_reviewed(hits, u, k, status_of, documents)
    told = [sum(h.evidence.get(part, 0.0) for part in TOLD) for h in own]
    best = max(told, default=0.0) or 1.0
    clauses: dict[tuple[str, str], float] = {}
    for hit, score in zip(own, told, strict=True):
        whole = hit.path if hit.path.startswith("下一步") else hit.path.split("·")[0]
        for path in {hit.path, whole}:
            key = (hit.document_id, path)
            clauses[key] = max(clauses.get(key, 0.0), score / best)
    candidates = _measures(u, topic, index, clauses)
    wanted = frozenset(w for w in index.telling(u.topic_text) if not w[0].isdigit())
    held = [len(wanted & index.telling(ranker.text(h).strip())) for h in hits[:FIRST]]
    return Evidence(
        hits,
        own,
        tuple(candidates),
        index.coverage(u.topic_text),
        max(held, default=0) / len(wanted) if wanted else 0.0,
        ranker.heard(wanted),
    )


def _measures(
    u: Understanding,
    topic: str,
    index: MeasureIndex,
    clauses: Mapping[tuple[str, str], float],
) -> list[Candidate]:
    """The measures with any evidence, best first: by what is asked beside the names of papers,
    where that names one, for a paper's name is no word of what is in it."""
    taken = [(m.start, m.end) for m in u.mentions]

    def scored(text: str) -> list[Candidate]:
        return index.score(text, u.expansions, u.numbers, clauses, taken, first=u.turn == 1)

    if topic != u.topic_text and index.telling(topic):
        beside = scored(topic)
        if beside and beside[0].forms >= NAMED and beside[0].measure.kind is not Kind.ABOUT:
            return beside
    return scored(u.topic_text)
