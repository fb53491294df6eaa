"""Slips in names are mended; ordinary sentences stay as they are, whatever they sound like."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.lexicon import Lexicon
from assistant.reading.normalise import view
from assistant.reading.typos import Change, Corrector
from ingest.datafiles import read_data

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[3]
SLIPS: dict[str, str] = yaml.safe_load((HERE / "slips.yaml").read_text(encoding="utf-8"))
ORDINARY: list[str] = yaml.safe_load((HERE / "ordinary.yaml").read_text(encoding="utf-8"))
FIXED = re.compile(r"[0-9A-Za-z零〇一二两三四五六七八九十百千万亿半不没未非无]")


def load_is_word() -> Callable[[str], bool]:
    """Whether jieba's own dictionary has a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    frequencies, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return lambda word: bool(frequencies.get(word))


def phrases(data: dict[str, Any]) -> Iterator[str]:
    """How values of slots, measures and documents are called."""
    lexicon = Lexicon(data)
    for slot in lexicon.slots.values():
        for value in slot.values.values():
            yield from value.forms
    for document in lexicon.documents:
        yield from document.names
    for name, file in data.items():
        if name.startswith("measures/"):
            for measure in file["measures"]:
                yield from (measure["title"], *map(str, measure.get("keywords", ())))


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    data = read_data(ROOT / "corpus")
    return Corrector(
        data["lexicon/words.txt"],
        phrases(data),
        data["lexicon/pinyin.txt"],
        data["lexicon/look_alikes.yaml"],
        load_is_word(),
    )


def test_there_are_enough_examples() -> None:
    assert len(SLIPS) >= 120
    assert len(set(ORDINARY)) >= 200


@pytest.mark.parametrize("typed", SLIPS)
def test_a_slip_is_mended(corrector: Corrector, typed: str) -> None:
    assert corrector.correct(typed).text == SLIPS[typed]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_stays(corrector: Corrector, text: str) -> None:
    assert corrector.correct(text).changes == ()


@pytest.mark.parametrize("text", sorted(set(SLIPS.values())))
def test_what_is_right_stays_and_mending_twice_changes_nothing(
    corrector: Corrector, text: str
) -> None:
    assert corrector.correct(text).changes == ()


def test_no_sentence_of_the_documents_is_changed(corrector: Corrector) -> None:
    for path in sorted((ROOT / "corpus" / "documents").iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert corrector.correct(view(line).text).changes == (), line


SLIPS_OF_SETS = {
    "应急周传金": "应急周转金",
    "转待": "转贷",
    "技改专向贷": "技改专项贷",
    "专经特新": "专精特新",
    "应急传贷": "应急转贷",
    "周转金使用废": "周转金使用费",
    "首台讨": "首台套",
    "瞪铃企业": "瞪羚企业",
    "应急周专资金": "应急周转资金",
    "计改专项贷": "技改专项贷",
    "技该专项贷": "技改专项贷",
    "技改砖项贷": "技改专项贷",
    "技改砖香贷": "技改专项贷",
    "技改专项待": "技改专项贷",
    "应急周砖资金": "应急周转资金",
    "国但基金": "国担基金",
    "独角受企业": "独角兽企业",
    "贴西": "贴息",
}


def test_in_the_question_set_only_slips_are_changed(corrector: Corrector) -> None:
    changed = {
        (change.original, change.corrected)
        for path in sorted((ROOT / "evals" / "questions").rglob("*.yaml"))
        for question in yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(question, dict)
        for turn in question.get("turns", ())
        for change in corrector.correct(view(str(turn)).text).changes
    }
    assert changed <= set(SLIPS_OF_SETS.items())


def test_changes_say_where_and_what(corrector: Corrector) -> None:
    correction = corrector.correct("问下技该专项贷的贴习")
    assert correction.changes == (
        Change(2, 7, "技该专项贷", "技改专项贷"),
        Change(8, 10, "贴习", "贴息"),
    )


@pytest.mark.parametrize(
    "text", ["百分之四", "百分之时", "双白企业", "是首次股权融资", "补首次", "技改专项5"]
)
def test_no_number_and_no_negation_goes_or_comes(corrector: Corrector, text: str) -> None:
    assert corrector.correct(text).text == text


NAMES = ("技改专项贷", "瞪羚企业", "转贷", "高新技术企业")


def made(*, words: frozenset[str] = frozenset()) -> Corrector:
    """A corrector of four names."""
    pinyin = ["ji 技计", "gai 改该", "dai 贷待", "ling 羚零玲", "xin 新薪", "lin 林"]
    return Corrector(
        NAMES[2:3], NAMES, pinyin, {"alike": ["贷货"], "alone": "是带"}, words.__contains__
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("技该专项贷", "技改专项贷"),
        ("计该专项贷", "技改专项贷"),
        ("计该专项货", "计该专项货"),  # three slips
        ("瞪林企业", "瞪羚企业"),  # front nasal for back
        ("瞪零企业", "瞪零企业"),  # a number
        ("转货", "转贷"),
        ("转待", "转贷"),
        ("转袋", "转袋"),  # not known to sound alike
    ],
)
def test_how_many_slips_and_which(typed: str, meant: str) -> None:
    assert made().correct(typed).text == meant


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("运转待机", {"待机"}),  # a word across the edge holds the slip
        ("转待", {"转待"}),  # the slip itself is a word
        ("反转待", {"反转"}),  # a word across the other edge
        ("瞪玲企业家", {"企业家"}),
    ],
)
def test_a_word_that_explains_the_slip_keeps_it(text: str, words: set[str]) -> None:
    assert made(words=frozenset(words)).correct(text).changes == ()
    assert made().correct(text).changes != ()


def test_a_long_name_is_mended_though_the_slip_makes_a_word() -> None:
    words = frozenset({"高薪", "技术", "企业"})
    assert made(words=words).correct("高薪技术企业").text == "高新技术企业"


def test_two_names_that_are_as_near_leave_the_text_as_it_is() -> None:
    corrector = Corrector(
        (), ("甲乙丙丁", "甲乙丙戊"), ["a 丁戊己"], {"alike": [], "alone": ""}, lambda _: False
    )
    assert corrector.correct("甲乙丙己").changes == ()


texts = st.text(
    st.sampled_from(sorted(set("".join(SLIPS) + "".join(ORDINARY) + "0123456789%元a，。")))
)


@given(texts, st.sampled_from(sorted(SLIPS)), texts)
def test_laws_of_any_text(corrector: Corrector, before: str, slip: str, after: str) -> None:
    text = before + slip + after
    correction = corrector.correct(text)
    assert len(correction.text) == len(text)
    assert FIXED.findall(correction.text) == FIXED.findall(text)
    mended, end = text, 0
    for change in correction.changes:
        assert end <= change.start < change.end
        assert text[change.start : change.end] == change.original != change.corrected
        mended = mended[: change.start] + change.corrected + mended[change.end :]
        end = change.end
    assert mended == correction.text


def test_the_table_of_readings_agrees_with_pypinyin() -> None:
    from pypinyin import Style, pinyin

    for line in read_data(ROOT / "corpus")["lexicon/pinyin.txt"]:
        syllable, _, characters = line.partition(" ")
        for character in characters:
            readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
            assert syllable in readings, f"{character} {syllable}"
