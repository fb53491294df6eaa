"""The dictionary in a trie: it cuts as jieba's own, made anew or opened from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dictionary import Dictionary
from ingest.sources import load_sources
from ingest.tokenize import read_words

CORPUS = Path(__file__).parents[2] / "corpus"
ADDED = (*read_words(CORPUS / "lexicon" / "words.txt"), "贷款", "AB型甲", "子" * 40)
TEXTS = [document.text for document in load_sources(CORPUS)]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dictionary") / "saved"
    Dictionary.build(ADDED).save(folder)
    return folder


@pytest.fixture(scope="module")
def plain() -> Any:
    """jieba as it comes, with the same words added."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in ADDED:
        tokenizer.add_word(word, 20_000)
    return tokenizer


def test_it_cuts_the_papers_as_jieba_does(saved: Path, plain: Any) -> None:
    opened = Dictionary.load(saved)
    for text in TEXTS:
        assert opened.lcut(text) == plain.lcut(text)
    assert opened.lcut("子" * 90) == plain.lcut("子" * 90)


def test_it_cuts_anything_as_jieba_does(saved: Path, plain: Any) -> None:
    opened = Dictionary.load(saved)

    @given(
        st.one_of(st.text(max_size=40), st.text(alphabet=sorted({*"".join(TEXTS)}), max_size=40))
    )
    def check(text: str) -> None:
        assert opened.lcut(text) == plain.lcut(text)

    check()


def test_it_knows_the_words_and_how_frequent_they_are(saved: Path, plain: Any) -> None:
    for dictionary in (Dictionary.load(saved), Dictionary.build(ADDED)):
        assert dictionary.total == plain.total
        for word in (*ADDED, "政策", "贷", "款贷", ""):
            assert dictionary.get(word) == (plain.FREQ.get(word) or 0)
