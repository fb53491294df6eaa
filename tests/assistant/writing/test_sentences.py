"""The sentences of a clause that answer: whole, inside the clause, those that share most words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.writing.sentences import END, MOST, answering, best_sentences, find_words
from ingest.clauses import split
from ingest.document import Clause, Dates, Document, DocumentKind
from ingest.index import Hit


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


def answers(assistant: Assistant, question: str, *texts: str) -> list[str]:
    """The sentences chosen where every clause of these papers was found, all alike."""
    papers = {}
    hits = []
    for number, text in enumerate(texts):
        clauses = split(text)
        title = text.partition("\n")[0]
        papers[str(number)] = Document(
            str(number), title, title, None, (), "某市", DocumentKind.NOTICE, Dates(), None,
            "", "", text, clauses,
        )  # fmt: skip
        hits += [
            Hit(1, str(number), leaf.path, leaf.start, leaf.end, (), 0.1, {})
            for leaf in papers[str(number)].leaves()
        ]
    places = answering(papers, hits, question, assistant.lexicon)
    return [papers[place.document].quote(place.start, place.end) for place in places]


RATES = """某市关于做好创业贷款工作的通知
一、为做好创业贷款工作，制定以下措施。
二、贷款额度。额度和贴息如下。
表1 表头：对象；额度；贴息比例
表1 第1行：对象：个人；额度：30万元；贴息比例：50%
表1 第2行：对象：小微企业；额度：400万元；贴息比例：25%
三、支持融资租赁。以这种方式购置设备的，按费用的5%给予补贴。
四、支持担保。创业企业的担保业务，按担保额的1%给予担保机构补贴。
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "小微企业创业贷款贴息比例是多少",
            "表1 第2行：对象：小微企业；额度：400万元；贴息比例：25%",
        ),
        ("创业企业融资租赁有补贴吗", "以这种方式购置设备的，按费用的5%给予补贴。"),
        ("创业贷款是什么", "额度和贴息如下。"),
    ],
)
def test_a_row_a_heading_and_no_opening_answer(
    assistant: Assistant, question: str, answer: str
) -> None:
    assert answers(assistant, question, RATES)[0] == answer


def test_the_paper_whose_title_is_asked_about_answers(assistant: Assistant) -> None:
    other = "某市技术改造贷款贴息细则\n一、标准。按利息的40%给予贴息。\n二、期限。贴息不超过2年。\n"
    asked = "技术改造贷款贴息比例是多少"
    assert answers(assistant, asked, RATES, other)[0] == "按利息的40%给予贴息。"
