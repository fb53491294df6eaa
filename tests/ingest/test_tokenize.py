"""The tokenizer: one text, one list of tokens, however it is typed."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.tokenize import Tokenizer, read_words

TOKENIZER = Tokenizer(["技改专项贷"])


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("２０２４年", "2024年"),
        ("技改專項貸款貼息", "技改专项贷款贴息"),
        ("ＬＰＲ", "lpr"),
        ("IPO上市", "ipo上市"),
        ("贷款，　贴息", "贷款 贴息"),
    ],
)
def test_full_width_traditional_and_case_make_no_difference(typed: str, plain: str) -> None:
    assert TOKENIZER(typed) == TOKENIZER(plain)


def test_words_come_first_then_the_pairs_of_characters() -> None:
    assert Tokenizer()("贷款利率") == ["贷款", "利率", "贷款", "款利", "利率"]


def test_an_added_word_stays_whole() -> None:
    assert "技改专项贷" in TOKENIZER("申请技改专项贷的企业")
    assert "技改专项贷" not in Tokenizer()("申请技改专项贷的企业")


def test_figures_and_latin_words_stay_whole_and_punctuation_goes() -> None:
    tokens = Tokenizer()("（一）不超4.35%，LPR！")
    assert {"4.35%", "lpr"} <= set(tokens)
    assert not set(tokens) & set("（），。%！")


@pytest.mark.parametrize("empty", ["", " \n", "，。！", "😀"])
def test_nothing_to_index_gives_no_tokens(empty: str) -> None:
    assert TOKENIZER(empty) == []


@given(st.text(max_size=60))
def test_any_text_gives_tokens_without_blanks(text: str) -> None:
    tokens = TOKENIZER(text)
    assert all(token and not any(map(str.isspace, token)) for token in tokens)
    assert tokens == TOKENIZER(text)


def test_the_fingerprint_depends_on_the_words_and_not_on_their_order() -> None:
    assert Tokenizer(["甲乙", "丙丁"]).fingerprint == Tokenizer(["丙丁", "甲乙"]).fingerprint
    assert Tokenizer(["甲乙"]).fingerprint != Tokenizer().fingerprint


def test_loading_the_dictionary_is_silent_and_writes_no_cache(
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with caplog.at_level(logging.DEBUG):
        Tokenizer()("政策")
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []


def test_a_word_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# 产品\n技改专项贷\n\n 转贷 \n", encoding="utf-8")
    assert read_words(path) == ("技改专项贷", "转贷")


def test_the_corpus_word_file_holds_each_word_once() -> None:
    words = read_words(Path(__file__).parents[2] / "corpus" / "lexicon" / "words.txt")
    assert "技改专项贷" in words
    assert len(set(words)) == len(words)
