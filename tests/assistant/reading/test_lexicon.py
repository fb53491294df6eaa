"""Mentions of slot values: the longest form wins at each place and slot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.reading.lexicon import Cues, Lexicon, LexiconError
from ingest.document import Clause

SLOTS: list[dict[str, Any]] = [
    {
        "name": "size",
        "label": "规模",
        "type": "choice",
        "question": "？",
        "values": {
            "小型": {"forms": ["小企业"]},
            "中小": {"includes": ["小型", "中型"]},
            "中型": {},
        },
    },
    {
        "name": "titles",
        "label": "称号",
        "type": "choices",
        "question": "？",
        "values": {"专精特新": {"not_in": ["专精特新贷"]}, "双百企业": {"forms": ["双百"]}},
    },
    {
        "name": "who",
        "label": "身份",
        "type": "choice",
        "question": "？",
        "values": {"投资方": {"forms": ["VC", "厂"], "weak": ["厂"]}},
    },
    {
        "name": "first",
        "label": "首次",
        "type": "flag",
        "question": "？",
        "values": {"是": {"forms": ["头一次"]}},
    },
]
DATA: dict[str, Any] = {
    "lexicon/slots.yaml": SLOTS,
    "lexicon/documents.yaml": [{"id": "a", "names": ["老方案"], "years": [2017]}],
    "lexicon/aspects.yaml": [{"name": "使用期限", "asked": "能用多久", "open": ["期限"]}],
    "lexicon/synonyms.yaml": {"还不上": "还款困难", "/过桥(费|钱)/": "转贷使用费"},
    "lexicon/parts.yaml": [
        {"part": "落款", "asked": "哪天发的"},
        {"heading": "目标", "asked": "要达到多少"},
    ],
    "lexicon/intents.yaml": {"amount": ["多少"], "status": ["有效", "过期"]},
    "lexicon/roles.yaml": {
        "money": {"principal": {"left": ["贷"], "right": []}},
        "context": {"loan": {"words": ["贷"], "slots": {"money": "principal"}}},
    },
    "lexicon/cues.yaml": {"total": "一共"},
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(DATA)


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str, str]]:
    return [(m.slot, m.value, text[m.start : m.end]) for m in lexicon.mentions(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("", []),
        ("没有说什么", []),
        ("双百企业和小企业", [("titles", "双百企业", "双百企业"), ("size", "小型", "小企业")]),
        ("我们是双百，", [("titles", "双百企业", "双百")]),
        ("中小企业", [("size", "中小", "中小")]),  # not 小企业 inside it
        ("专精特新贷", []),
        ("专精特新贷和专精特新", [("titles", "专精特新", "专精特新")]),
        ("一家vc投的", [("who", "投资方", "vc")]),
        ("PVC管", []),  # a Latin word only by itself,
        ("他是头一次", [("first", "是", "头一次")]),  # 是 itself is no mention
    ],
)
def test_the_longest_form_wins(lexicon: Lexicon, text: str, mentions: list[Any]) -> None:
    assert found(lexicon, text) == mentions


def test_a_weak_word_is_marked(lexicon: Lexicon) -> None:
    assert [m.weak for m in lexicon.mentions("这个厂是VC")] == [True, False]


def test_a_value_that_includes_others_stands_for_them(lexicon: Lexicon) -> None:
    size = lexicon.slots["size"]
    assert size.atoms("中小") == {"小型", "中型"}
    assert size.atoms("小型") == {"小型"}
    assert size.atoms("从未见过") == {"从未见过"}


@pytest.mark.parametrize(
    ("text", "official"),
    [("贷款还不上", ("还款困难",)), ("过桥钱多少", ("转贷使用费",)), ("过桥", ())],
)
def test_colloquial_words_bring_the_official_ones(
    lexicon: Lexicon, text: str, official: tuple[str, ...]
) -> None:
    assert lexicon.expansions(text) == official


def test_an_intent_is_there_if_any_of_its_patterns_is(lexicon: Lexicon) -> None:
    assert lexicon.intents("过期了，还有多少") == {"amount", "status"}
    assert lexicon.intents("你好") == frozenset()


NAMES = "lexicon/documents.yaml"  # what people call papers: a corpus may do without


@pytest.mark.parametrize("name", sorted(DATA.keys() - {NAMES}))
def test_a_missing_list_is_named(name: str) -> None:
    with pytest.raises(LexiconError, match=name):
        Lexicon({key: value for key, value in DATA.items() if key != name})


def test_a_cue_that_an_old_list_lacks_is_named() -> None:
    with pytest.raises(LexiconError, match=r"lexicon/cues\.yaml 里没有 nature：.*比程序旧"):
        Cues({"past": "去年"})["nature"]
    assert Cues({"past": "去年"}, past=True)["nature"].search("是补贴吗") is None


def test_papers_need_not_be_called_anything() -> None:
    assert Lexicon({**DATA, NAMES: []}).documents == ()


@pytest.mark.parametrize("row", [{"name": "x"}, "x", {**SLOTS[0], "values": ["a"]}])
def test_a_slot_of_another_shape_is_named(row: Any) -> None:
    with pytest.raises(LexiconError, match=r"slots\.yaml"):
        Lexicon({**DATA, "lexicon/slots.yaml": [row]})


def test_every_form_of_the_repositorys_lexicon_is_found(assistant: Assistant) -> None:
    """Said alone, each form is read as a value of its slot, unless a longer word of the slot is."""
    lexicon = assistant.lexicon
    for slot in lexicon.slots.values():
        for spec in slot.values.values():
            for form in spec.forms:
                there = [m for m in lexicon.mentions(form) if m.slot == slot.name]
                assert there and there[0].start == 0, (slot.name, form)


@given(text=st.text(alphabet="双百企业专精特新贷中小型我们厂vcVC头一次是，", max_size=20))
def test_mentions_lie_in_the_text_in_order_and_apart(lexicon: Lexicon, text: str) -> None:
    mentions = lexicon.mentions(text)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    ends: dict[str, int] = {}
    for mention in mentions:
        assert text[mention.start : mention.end].lower() == mention.form.lower()
        assert mention.start >= ends.get(mention.slot, 0)
        ends[mention.slot] = mention.end


def test_what_is_asked_tells_the_section_of_a_paper(lexicon: Lexicon) -> None:
    signature, aim = Clause("落款", 0, 9), Clause("一、（二）", 9, 20, "工作目标", 1)
    (dated,) = lexicon.sections("这个文件哪天发的")
    assert dated.holds(signature)
    assert not dated.holds(aim)
    (aimed,) = lexicon.sections("贷款要达到多少")
    assert aimed.holds(aim)
    assert not aimed.holds(signature)
    assert lexicon.sections("贴多少") == ()


@pytest.mark.parametrize("row", [{"part": "落款"}, {"asked": "哪天"}, {"heading": "", "x": ""}])
def test_a_section_that_is_not_whole_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(LexiconError, match=r"parts\.yaml"):
        Lexicon({**DATA, "lexicon/parts.yaml": [row]})
