"""Damage is found where it is, and nowhere else; the places of the five papers are listed here."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses import split
from ingest.damage import find_damage
from ingest.document import Damage

CORPUS = Path(__file__).parents[2] / "corpus"
SOURCES = yaml.safe_load((CORPUS / "sources.yaml").read_text(encoding="utf-8"))
TEXTS = {row["id"]: (CORPUS / row["file"]).read_bytes().decode("utf-8") for row in SOURCES}

# clause, words before, the damaged place, words after; blanks and line breaks as printed
LOST_IN_2017 = [
    ("标题", "渝府办发", "〔 〕 号", "\n"),
    ("通知", "产融合作试点实施方案", "（ ― 年）", "》已经"),
    ("通知", "办公厅\n\n", "年 月 日", "\n"),
    ("前言", "试点实施方案\n\n", "（ ― 年）", "\n"),
    ("前言", "《中国制造", " 》", "（国发"),
    ("前言", "（国发", "〔 〕 号", "）"),
    ("前言", "工信部联财\n\n", "〔 〕 号", "）"),
    ("二、（一）", "“中国制造", " ”", "和“供给侧"),
    ("二、（一）1", "符合“中\n\n国制造", " ”", "和我市"),
    ("二、（一）1", "符合“中国制造", " ”", "、两化融合"),
    ("二、（一）1", "符合“中国制造", "\n\n”", "以及生物医药"),
    ("二、（一）3", "“互联网", " ”", "、智能制造"),
    ("二、（一）6", "每季度面向", " 个", "重点工业区县"),
    ("二、（一）6", "开展“", "政策宣讲\n\n业务培训 银企对接", "”专题活动"),
    ("二、（二）3", "共建“", "供应商 龙头企\n\n业 经销商", "”的融资体系"),
    ("二、（三）1", "贷款基准利率", "的 ", "。（牵头"),
    ("二、（三）3", "担保费率", "不超过\n\n", "的，市财政"),
    ("二、（三）3", "市财政补贴", " 个百分点", "。（牵头"),
    ("二、（三）5", "（", " 户", "重点工业企业"),
    ("二、（三）5", "重点工业企业和", " 户", "\n\n成长型"),
    ("二、（四）4", "奖励资金", " 万元", "。（牵头"),
]
MISPRINTS = {
    "cq-jingxin-2024-7": [("三、（六）", "不少50家", "“不少50家”疑缺“于”字，原文如此")],
    "cq-jingxin-rongzi-2024-6": [],
    "cq-jinyi-2018-1": [("三是", "企业企业", "“企业企业”词语重复，原文如此")],
    "luoyang-2024-draft": [
        ("一、（五）", "高效技术", "“高效技术”疑为“高新技术”，原文如此"),
        ("一、（五）", "万元美元", "“万元美元”单位重复，原文如此"),
        ("二", "二、", "序号重复：依次印作“一、二、二、三”，原文如此"),
        ("五", "五、", "序号缺漏：依次印作“二、三、五”，原文如此"),
    ],
}


def damage_of(text: str) -> tuple[Damage, ...]:
    return find_damage(text, split(text))


def path_at(text: str, offset: int) -> str:
    return next(part.path for part in split(text) if part.start <= offset < part.end)


def test_every_loss_of_the_2017_paper_is_found_in_its_place() -> None:
    text = TEXTS["cq-fuban-2017"]
    found = [each for each in damage_of(text) if not each.message.startswith("此项序号")]
    assert len(found) == len(LOST_IN_2017)
    for damage, (path, before, place, after) in zip(found, LOST_IN_2017, strict=True):
        assert text[damage.start : damage.end] == place
        assert text[: damage.start].endswith(before)
        assert text[damage.end :].startswith(after)
        assert path_at(text, damage.start) == path
        assert damage.kind == ("broken_text" if place[0] in "政供" else "digits_lost")
        assert "丢失" in damage.message


def test_every_lost_item_number_of_the_2017_paper_is_counted() -> None:
    text = TEXTS["cq-fuban-2017"]
    found = [each for each in damage_of(text) if each.message.startswith("此项序号")]
    assert {text[each.start : each.end] for each in found} == {"．"}
    assert [path_at(text, each.start) for each in found] == [
        f"二、（{part}）{number}"
        for part, count in (("一", 6), ("二", 5), ("三", 5), ("四", 4))
        for number in range(1, count + 1)
    ]
    assert found[2].message == "此项序号在文本转换时丢失，按所在位置计为第3项"


@pytest.mark.parametrize("document_id", MISPRINTS)
def test_the_other_papers_have_their_misprints_and_nothing_else(document_id: str) -> None:
    text = TEXTS[document_id]
    found = damage_of(text)
    assert {each.kind for each in found} <= {"misprint"}
    assert [
        (path_at(text, each.start), text[each.start : each.end], each.message) for each in found
    ] == MISPRINTS[document_id]


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("某发〔2017〕 号文件", " 号"),
        ("某发〔 〕13号文件", "〔 〕"),
        ("某行动计划（2017— 年）", "— 年"),
        ("定于2017年 月 日召开", "年 月 日"),
        ("按照《中国制造 》部署", " 》"),
        ("担保费率不超过的，予以补贴", "不超过"),
        ("给予 万元奖励", " 万元"),
        ("培育 家以上企业", " 家"),
        ("占比增长%以上", "%"),
        ("经第 次会议审议", "第 次"),
    ],
)
def test_a_number_is_missed_where_the_grammar_needs_one(sentence: str, place: str) -> None:
    text = f"某通知\n各区：\n{sentence}。\n"
    (damage,) = damage_of(text)
    assert (damage.kind, text[damage.start : damage.end]) == ("digits_lost", place)


@pytest.mark.parametrize(
    "sentence",
    [
        "某发〔2017〕13号文件",
        "某行动计划（2017—2019年）",
        "分包 17 条优势产业链，给予 500 万元",
        "不超过1年的，不超过实际支出的50%",
        "年利率（%）、单位：%",
        "联 系 人：某某",
        "第二十条 人身安全受保护",
        "第三条\u3000年满十八周岁的公民",
        "公司 名称和项目 个性化服务",
        "鼓励企业企业家参与，发行公司公司债",
        "小型微型企业创业创新示范基地",
        "“不忘初心 牢记使命”主题教育",
        "政策性金融工具不断丰富，达到的水平",
        "不少企业、不少于50家",
    ],
)
def test_a_whole_sentence_raises_no_alarm(sentence: str) -> None:
    assert damage_of(f"某通知\n各区：\n{sentence}。\n") == ()


def test_blanks_of_a_form_are_not_lost_digits() -> None:
    text = "某通知\n各区：\n请填报。\n某局\n2024年1月1日\n附件1\n申请表\n金额 万元\n年 月 日\n"
    assert damage_of(text) == ()


def test_unreadable_characters_are_found() -> None:
    text = "某通知\n各区：\n高度不得低于2\ue0101米，\ufffd\ufffd另行通知。\n"
    found = damage_of(text)
    assert [(each.kind, text[each.start : each.end]) for each in found] == [
        ("bad_character", "\ue010"),
        ("bad_character", "\ufffd\ufffd"),
    ]


def test_ditto_marks_for_quotation_marks_are_a_misprint() -> None:
    (damage,) = damage_of("某通知\n各区：\n支持〃专精特新〃企业。\n")
    assert (damage.kind, damage.message) == (
        "misprint",
        "“〃专精特新〃”的引号印作“〃”，原文如此",
    )


def test_articles_between_two_articles_are_in_order() -> None:
    whole = "某法\n第一条　甲。\n第一条之一　乙。\n第二条　丙。\n"
    assert damage_of(whole) == ()
    (gap,) = damage_of("某法\n第一条　甲。\n第三条　丙。\n")
    assert gap.message == "序号缺漏：依次印作“第一条、第三条”，原文如此"


@given(
    st.text(alphabet="年月日〔〕号 \n“”《》（）―不超过的，。％个万元一、1．\ufffd企业", max_size=80)
)
def test_places_are_not_empty_and_do_not_overlap(text: str) -> None:
    found = damage_of(text)
    ends = [0] + [damage.end for damage in found]
    assert all(
        end <= damage.start < damage.end <= len(text)
        for end, damage in zip(ends, found, strict=False)
    )
