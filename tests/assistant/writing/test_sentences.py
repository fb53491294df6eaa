"""The sentences of a clause that answer: whole, inside the clause, those that share most words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.writing.sentences import END, MOST, best_sentences, find_words
from ingest.document import Clause


def clauses(assistant: Assistant) -> list[tuple[str, Clause]]:
    return [
        (document.id, clause)
        for document in assistant.snapshot.documents.values()
        for clause in document.clauses
    ]


@given(data=st.data())
def test_they_are_whole_sentences_inside_the_clause(
    assistant: Assistant, data: st.DataObject
) -> None:
    identifier, clause = data.draw(st.sampled_from(clauses(assistant)))
    question = data.draw(
        st.sampled_from(["贴息多少", "产业基金", "首台套", ""]) | st.text(max_size=8)
    )
    document = assistant.snapshot.documents[identifier]
    places = best_sentences(
        document, clause.path, clause.start, clause.end, question, assistant.lexicon
    )
    assert 1 <= len(places) <= MOST
    for place in places:
        assert clause.start <= place.start <= place.end <= clause.end
        assert (place.document, place.path) == (identifier, clause.path)
        before = document.text[clause.start : place.start].rstrip(" \r\n\t\u3000*#")
        assert not before or END.match(before[-1])
        assert place.end == clause.end or END.match(document.text[place.end - 1])
    assert len({place.start for place in places}) == len(places)


def test_the_sentence_that_shares_most_words_comes_first(assistant: Assistant) -> None:
    document = assistant.snapshot.documents["cq-jingxin-2024-7"]
    clause = next(c for c in document.clauses if c.path == "四、（一）")
    ask = (clause.start, clause.end)
    fee = best_sentences(document, clause.path, *ask, "年化担保费率不超过多少", assistant.lexicon)
    assert "年化担保费率不超过1%" in document.text[fee[0].start : fee[0].end]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("贴息，补贴", {"贴息", "补贴"}), ("50%以上", {"50", "0%", "%以", "以上"}), ("，", set())],
)
def test_words_overlap_by_pairs_of_characters(text: str, pairs: set[str]) -> None:
    assert find_words(text) == pairs
