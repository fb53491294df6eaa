"""Rank clauses by all that is known of them: what they say, and what people said they are about.

In:  a question as understood, the measures with the words people use for them, the lexicon.
Out: clauses, best first, with why: each one's score is the sum of its parts
     (tests/assistant/test_ranking.py).

A document with measures is a reviewed one. Its clauses are searched in an index of their own: in
the words of the text and in those of the measures that rest on the clause, titles and keywords. So
what is found in them does not hang on what else the snapshot holds. The clauses of all other
documents have the score of the snapshot's search, as far as it is on the same scale.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from assistant.measures.reader import Catalogue, Place
from assistant.reading.lexicon import Lexicon
from assistant.steps.understand import Understanding
from ingest.document import Clause, Document, Status, StatusFinding
from ingest.index import Hit, Snapshot, Unit, units
from ingest.lexical import Bm25Index, numbered
from ingest.rank import FEWEST

# Weights, chosen on one half of evals/questions/clauses.yaml (docs/retrieval.md).
TEXT, WORDED, WHOLE = 0.3, 0.5, 0.2  # the text alone, with people's words, the whole clause
EXPANSION = 0.3  # of a word that was said; it is worth this where it is only the official term
DENSE = 0.3
POOL = 100  # clauses of other documents that are looked at
NEVER = -math.inf  # of what is not searched
NAMED = 0.4
SECTION, SECTION_OF_ANY = 0.25, 0.125  # where the document is named; where it is not
STANDING = 0.04
STANDS: Mapping[Status, float] = {
    Status.IN_FORCE: 1.0,
    Status.EFFECTIVE_DATE_UNKNOWN: 1.0,
    Status.NOT_YET_EFFECTIVE: 0.3,
    Status.DRAFT: 0.3,
    Status.REPLY_LETTER: 0.3,
    Status.EXPIRED: 0.0,
    Status.REPEALED: 0.0,
}

_PLACE: Callable[[Hit], tuple[str, str, int, int, tuple[str, ...]]] = attrgetter(
    "document_id", "path", "start", "end", "heading_chain"
)  # of a hit
Values = npt.NDArray[np.float32]
StatusOf = Callable[[Document], StatusFinding]


@dataclass(frozen=True, slots=True)
class _Query:
    """The tokens that were said, and those of the official terms that they stand for."""

    said: list[str]
    official: list[str]


def _reviewed(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(measure.document for measure in catalogue.measures)


def reviewed_rows(catalogue: Catalogue, documents: Mapping[str, Document]) -> list[Unit]:
    """The clauses of documents with measures, in the order of the documents."""
    reviewed = _reviewed(catalogue)
    return [unit for d in documents.values() if d.id in reviewed for unit in units(d)]


def clause_texts(
    catalogue: Catalogue, rows: Sequence[Unit]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Per reviewed clause its own text, and all texts whose words it is found by."""
    for unit, said in zip(rows, _words_of(catalogue, rows), strict=True):
        own = unit.own_text
        yield own, (unit.document.title, *unit.heading_chain, own, *said)


class ClauseRanker:
    """Searches a snapshot's clauses for a question. Immutable; threads may share it."""

    def __init__(self, catalogue: Catalogue, snapshot: Snapshot, lexicon: Lexicon) -> None:
        self._snapshot = snapshot
        self._lexicon = lexicon
        self._rows = rows = reviewed_rows(catalogue, snapshot.documents)
        clauses = [_clause_of(unit) for unit in rows]
        self.reviewed = _reviewed(catalogue)
        self._others = snapshot.documents.keys() - self.reviewed
        self._beside_library = snapshot.manifest.clauses - len(rows) >= FEWEST
        cut = snapshot.tokenizer
        texts, worded = [], []
        for own, said in clause_texts(catalogue, rows):
            texts.append(cut(own))
            worded.append(cut.bag(said))
        whole_of = [(u.document.id, c.start) for u, c in zip(rows, clauses, strict=True)]
        last = {whole: row for row, whole in enumerate(whole_of)}  # rows of a whole stand together
        number = {whole: n for n, whole in enumerate(last)}
        self._texts = Bm25Index.build(texts)
        tokens, numbers = numbered(worded)
        self._worded = Bm25Index.of(tokens, numbers)
        ends = numbers.ends[list(last.values())]
        self._wholes = Bm25Index.of(tokens, replace(numbers, ends=ends))
        self._wholes_at = [(whole[0], clauses[row]) for whole, row in last.items()]
        self._whole_of = np.array([number[whole] for whole in whole_of], dtype=np.int64)

    def search(
        self,
        u: Understanding,
        k: int,
        status_of: StatusOf,
        documents: Collection[str] | None = None,
    ) -> tuple[Hit, ...]:
        """The k best clauses of some documents (None: of all), best first.

        The evidence of a hit holds the searchers' scores and ranks, and the parts, named …_part,
        whose sum is the score.
        """
        snapshot = self._snapshot
        among = snapshot.documents.keys() if documents is None else frozenset(documents)
        reviewed, others = self.reviewed & among, self._others & among
        context = _Context(u, self._lexicon, snapshot.documents, status_of)
        ranked: list[tuple[float, Hit, dict[str, float]]] = []
        if reviewed:
            ranked += self._reviewed(u, k, reviewed, context)
        if others:
            more = snapshot.search(u.text, max(k, POOL), documents=others, expansions=u.expansions)
            for hit, worth in zip(more, _on_one_scale(more), strict=True):
                clause = _clause_at(snapshot.documents[hit.document_id], hit.start)
                parts = {"search_part": worth, **context.parts(hit.document_id, clause)}
                ranked.append((sum(parts.values()), hit, parts))
        ranked.sort(key=lambda one: (-one[0], one[1].document_id, one[1].start))
        return tuple(
            Hit(n, *_PLACE(hit), score, {**_searchers(hit), **parts})
            for n, (score, hit, parts) in enumerate(ranked[:k], 1)
        )

    def answering(
        self,
        u: Understanding,
        k: int,
        status_of: StatusOf,
        documents: Collection[str] | None = None,
    ) -> tuple[Hit, ...]:
        """What `search` finds to answer from; beside a library, where the best is a clause of a
        reviewed document, that of the reviewed documents alone: some clause of a library is always
        nearly as good."""
        found = self.search(u, k, status_of, documents)
        if not found or found[0].document_id not in self.reviewed:
            return found
        return self.of_reviewed(found, u, k, status_of, documents)

    def of_reviewed(
        self,
        found: tuple[Hit, ...],
        u: Understanding,
        k: int,
        status_of: StatusOf,
        documents: Collection[str] | None = None,
    ) -> tuple[Hit, ...]:
        """Beside a library, what `search` would have found without it: what a measure is found by
        and answered with. Elsewhere what was found."""
        if not self._beside_library or all(hit.document_id in self.reviewed for hit in found):
            return found
        among = self.reviewed if documents is None else self.reviewed.intersection(documents)
        return self.search(u, k, status_of, among)

    def _reviewed(
        self, u: Understanding, k: int, documents: Collection[str], context: _Context
    ) -> list[tuple[float, Hit, dict[str, float]]]:
        """The k best clauses of reviewed documents: score, hit with the searchers', parts."""
        topic = self.topic(u)
        cosines = self._snapshot.cosines(topic, self.reviewed)
        columns = dict(self._lexical(topic, u.expansions))
        columns["dense_part"] = (DENSE * np.maximum(cosines, 0)).astype(np.float32)
        told = {"bm25": columns["words_part"] / WORDED, "dense": cosines}
        ranks = {name: _ranks(values) for name, values in told.items()}
        known = np.sum(list(columns.values()), axis=0, dtype=np.float32).astype(np.float64)
        more = np.array(
            [
                context.worth(document_id, clause) if document_id in documents else NEVER
                for document_id, clause in self._wholes_at
            ]
        )
        scores = known + more[self._whole_of]
        best = []
        for row in np.argsort(-scores, kind="stable")[:k].tolist():
            unit, score = self._rows[row], float(scores[row])
            if score == NEVER:
                break
            evidence = {name: float(values[row]) for name, values in told.items()}
            evidence |= {f"{name}_rank": float(ranks[name][row]) for name in told}
            leaf, chain = unit.leaf, unit.heading_chain
            hit = Hit(0, unit.document.id, leaf.path, leaf.start, leaf.end, chain, score, evidence)
            parts = {name: float(values[row]) for name, values in columns.items()}
            beside = context.parts(*self._wholes_at[self._whole_of[row]])
            best.append((score, hit, {**parts, **beside}))
        return best

    def text(self, hit: Hit) -> str:
        """The clause's own text."""
        return self._snapshot.documents[hit.document_id].text[hit.start : hit.end]

    def heard(self, tokens: Collection[str]) -> float:
        """The part of some words that reviewed documents and their measures use; 1 of none."""
        return self._worded.known(sorted(tokens)) / len(tokens) if tokens else 1.0

    def topic(self, u: Understanding) -> str:
        """The question without places and without the names of papers, which say where to look;
        as long as the question, so that offsets hold."""
        text = u.topic_text
        names = [n for d in self._lexicon.documents if d.id in u.documents for n in d.names]
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " " * len(name))
        return text if self._snapshot.tokenizer(text) else u.topic_text

    def _lexical(self, topic: str, expansions: Sequence[str]) -> Mapping[str, Values]:
        """Part name → per reviewed row its part: the shares of the question that it matches."""
        cut = self._snapshot.tokenizer
        query = _Query(cut(topic), [token for words in expansions for token in cut(words)])
        return {
            "text_part": TEXT * _shares(self._texts, query),
            "words_part": WORDED * _shares(self._worded, query),
            "whole_part": WHOLE * _shares(self._wholes, query)[self._whole_of],
        }


class _Context:
    """What the question says beside its words: the paper, the time, the section of a paper."""

    def __init__(
        self,
        u: Understanding,
        lexicon: Lexicon,
        documents: Mapping[str, Document],
        status_of: StatusOf,
    ) -> None:
        self._u = u
        self._documents = documents
        self._status_of = status_of
        self._sections = lexicon.sections(u.text)
        self._of_document = cache(self._document_parts)
        self._worth_of_document = cache(lambda name: sum(self._document_parts(name).values()))
        self._past = bool(lexicon.cues["past"].search(u.text))

    def parts(self, document_id: str, clause: Clause) -> Mapping[str, float]:
        """What speaks for a clause beside its words; nothing that is 0."""
        parts = self._of_document(document_id)
        if (parts or not self._u.documents) and any(s.holds(clause) for s in self._sections):
            section = SECTION if "document_part" in parts else SECTION_OF_ANY
            return {**parts, "section_part": section}
        return parts

    def worth(self, document_id: str, clause: Clause) -> float:
        """The sum of its parts."""
        if not self._sections:
            return self._worth_of_document(document_id)
        return sum(self.parts(document_id, clause).values())

    def _document_parts(self, document_id: str) -> Mapping[str, float]:
        if self._u.documents:
            return {"document_part": NAMED} if document_id in self._u.documents else {}
        stands = STANDS[self._status_of(self._documents[document_id]).status]
        return {"status_part": STANDING * (1 - stands if self._past else stands)}


def _on_one_scale(hits: Sequence[Hit]) -> list[float]:
    """What speaks for each clause of other documents, best first, as for a reviewed one: how much
    of the question it matches, and its likeness. In a large collection a score holds more, which
    only tells the clauses there from each other: so the best has the most that any has of the two,
    and the others are as much below it as their scores are."""
    if not hits or "work_part" not in hits[0].evidence:
        return [hit.score for hit in hits]
    most = max(h.evidence["bm25"] + DENSE * max(h.evidence["dense"], 0.0) for h in hits)
    return [most - (hits[0].score - hit.score) for hit in hits]


def _searchers(hit: Hit) -> dict[str, float]:
    """The searchers' scores and ranks; their parts made up another score."""
    return {name: v for name, v in hit.evidence.items() if not name.endswith("_part")}


def _shares(index: Bm25Index, query: _Query) -> Values:
    """Per row, the share of the query's weight that it matches; official terms weigh less."""
    said, by_said = index.matched(query.said)
    official, by_official = index.matched(query.official)
    official *= EXPANSION
    if not said + official:
        return by_said
    return ((said * by_said + official * by_official) / (said + official)).astype(np.float32)


def _ranks(values: Values) -> npt.NDArray[np.int64]:
    """Per row, its place in the order of the values, 1 the greatest."""
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _words_of(catalogue: Catalogue, rows: Sequence[Unit]) -> list[list[str]]:
    """Per row, the titles and keywords of the measures that rest on it, and their gist."""
    words: list[list[str]] = [[] for _ in rows]
    by_document: dict[str, list[int]] = {}
    for row, unit in enumerate(rows):
        by_document.setdefault(unit.document.id, []).append(row)

    def add(place: Place, *said: str) -> None:
        for row in by_document.get(place.document, ()):
            leaf = rows[row].leaf
            if leaf.start <= place.start < leaf.end:
                words[row].extend(said)

    for measure in catalogue.measures:
        names = (measure.title, *measure.keywords)
        add(catalogue.place(measure), *names, *([measure.gist] if measure.gist else []))
        for quote in measure.more_quotes:
            add(catalogue.place(measure, quote), *names)
    return words


def _clause_of(unit: Unit) -> Clause:
    return _clause_at(unit.document, unit.leaf.start)


def _clause_at(document: Document, start: int) -> Clause:
    """The clause, not the item in it, that holds the character at `start`."""
    return document.clauses[bisect_right(document.clauses, start, key=attrgetter("start")) - 1]
