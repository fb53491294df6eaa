"""The splitter: five real papers exactly, made-up papers exactly, damaged papers without loss."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.clauses import mark_at, number_of, split
from ingest.document import Clause

CORPUS = Path(__file__).parents[2] / "corpus"
EXPECTED = json.loads((Path(__file__).parent / "paths.json").read_text(encoding="utf-8"))
SOURCES = yaml.safe_load((CORPUS / "sources.yaml").read_text(encoding="utf-8"))
TEXTS = {row["id"]: (CORPUS / row["file"]).read_bytes().decode("utf-8") for row in SOURCES}
FIVE = sorted({row["document_id"] for row in EXPECTED})

thorough = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))

# made-up papers: each knows its parts, written without the parser

HAN = [
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
]
CIRCLED = "①②③④⑤"
PHRASES = [
    "支持企业加快设备更新",
    "对符合条件的项目给予补助",
    "每年组织对接活动20场以上",
    "按照第三条规定执行",
    "根据（一）的要求办理",
    "依照第二条第一款予以减免",
    "有关程序见第二章",
    "补助比例不超过实际支出的50%",
    "推进“产业链+基金”工作模式",
    "落实《支持办法（2023—2025年）》",
    "优化第一、二、三产业结构",
]
IN_ONE_LINE = "下列材料：（1）申请表；（2）营业执照；（3）其他材料"
DUTIES = ["", "（责任单位：市财政局、市工信局）", "（牵头单位：市金融办；配合单位：各区县）"]
HEADINGS = ["总体要求", "扩大信贷投放", "降低融资成本", "加强组织领导", "优化营商环境"]


@dataclass
class Paper:
    """(path, text) in reading order; `items` maps a clause's path to its items' (path, text)."""

    parts: list[tuple[str, str]] = field(default_factory=list)
    items: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)

    def add(self, path: str, text: str) -> None:
        self.parts.append((path, text))

    def add_items(self, path: str, items: list[tuple[str, str]], end: str) -> None:
        items = [*items[:-1], (items[-1][0], items[-1][1] + end)]
        self.items[path] = items
        self.add(path, "".join(text for _, text in items))


def _sentences(draw: st.DrawFn, *, wrapped: bool) -> str:
    phrases = draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4))
    if not wrapped and draw(st.booleans()):
        phrases.append(IN_ONE_LINE)
    return "。".join(phrases) + "。" + draw(st.sampled_from(DUTIES))


def _wrap(text: str, width: int, newline: str) -> str:
    """Break lines inside sentences, as a PDF's text has them."""
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return newline.join(lines)


@st.composite
def plans(draw: st.DrawFn) -> Paper:
    """A plan: 一、（一）1.（1）① and 一是, perhaps sent by a signed notice, with annexes."""
    paper = Paper()
    newline = draw(st.sampled_from(["\n", "\n\n", "\r\n"]))
    indent = draw(st.sampled_from(["", "    ", "\u3000\u3000"]))
    width = draw(st.sampled_from([0, 0, 23, 38]))
    markdown = width == 0 and not indent and draw(st.booleans())
    stop = draw(st.sampled_from([".", "．", "、"]))
    left, right = draw(st.sampled_from(["（）", "()"]))

    def line(words: str) -> str:
        return (_wrap(words, width, newline) if width else words) + newline

    def body() -> str:
        return _sentences(draw, wrapped=width > 0)

    title = "某市支持制造业发展行动计划（2024—2027年）"
    if draw(st.booleans()):
        paper.add(
            "标题", f"某市经济局{newline}关于印发《{title}》的通知{newline}某经〔2024〕7号{newline}"
        )
        paper.add("通知", line("各区县：") + line("现将《" + title + "》印发给你们，请执行。"))
        closing = "特此通知。" + newline if draw(st.booleans()) else ""
        signature = "某市经济局" + newline + "2024年2月21日" + newline + "（此件公开发布）"
        paper.add("落款", closing + signature)
        paper.add("前言", newline + title + newline + line("为推动制造业发展，制定本计划。"))
    else:
        paper.add("标题", ("# " if markdown else "") + title + newline)
        paper.add("前言", line("为推动制造业发展，制定本计划。"))
    continuous, article = draw(st.booleans()), 0
    for chapter in range(draw(st.integers(1, 5))):
        mark = HAN[chapter]
        words = draw(st.sampled_from(HEADINGS))
        head = "## " if markdown else indent
        paper.add(
            mark, f"{head}{mark}、{words}{newline}" + (line(body()) if draw(st.booleans()) else "")
        )
        article = article if continuous else 0
        for _ in range(draw(st.integers(0, 3))):
            path = f"{mark}、（{HAN[article]}）"
            bold = "**" if markdown else ""
            heading = draw(st.sampled_from(HEADINGS))
            opening = f"{indent}{bold}{left}{HAN[article]}{right}{heading}。{bold}"
            article += 1
            if draw(st.booleans()):
                items = [(path, opening)]
                for number in range(draw(st.integers(2, 4))):
                    items.append((f"{path}·{HAN[number]}是", f"{HAN[number]}是{body()}"))
                paper.add_items(path, items, newline)
                continue
            paper.add(path, line(opening + body()))
            for number in range(1, draw(st.integers(0, 3)) + 1):
                paper.add(f"{path}{number}", line(f"{indent}{number}{stop}{body()}"))
                for small in range(1, draw(st.integers(0, 2)) + 1):
                    deep = f"{path}{number}（{small}）"
                    paper.add(deep, line(f"{indent}{left}{small}{right}{body()}"))
                    for tiny in range(draw(st.integers(0, 1)) * 2):
                        paper.add(deep + CIRCLED[tiny], line(f"{indent}{CIRCLED[tiny]}{body()}"))
    if "。" in paper.parts[-1][1] and draw(st.booleans()):
        paper.add("文末", line("本行动计划自公布之日起30日后施行。"))
    if draw(st.booleans()):
        paper.add("附件", f"附件：1.申请表{newline}      2.汇总表{newline}")
    if draw(st.booleans()):
        paper.add("抄送", f"抄送：市委办公室，市政府办公室。{newline}")
    return paper


@st.composite
def statutes(draw: st.DrawFn) -> Paper:
    """Chapters, articles numbered throughout, 项 and 目 inside them, perhaps a 目录."""
    paper = Paper()
    gap = draw(st.sampled_from(["　", " ", "  "]))
    chapters = draw(st.integers(0, 4))
    paper.add("标题", "某市促进条例\n（2020年1月1日某市人民代表大会常务委员会通过）\n\n")
    headings = [f"第{HAN[number]}章{gap}{HEADINGS[number]}\n" for number in range(chapters)]
    if chapters > 1 and draw(st.booleans()):
        paper.add("目录", "目　录\n" + "".join(headings) + "\n")
    article = 0
    for number in range(max(chapters, 1)):
        if chapters:
            paper.add(f"第{HAN[number]}章", headings[number])
        for _ in range(draw(st.integers(1, 3))):
            path = f"第{HAN[article]}条"
            article += 1
            opening = f"{path}{gap}{draw(st.sampled_from(PHRASES))}。\n"
            if draw(st.booleans()):
                opening += f"第{HAN[article]}条规定的情形除外。\n前款所列事项，依照\n第一条办理。\n"
            count = draw(st.integers(0, 3))
            if count == 0:
                paper.add(path, opening)
                continue
            items = [(path, opening)]
            for item in range(count):
                deeper = f"{path}（{HAN[item]}）"
                items.append((deeper, f"（{HAN[item]}）{draw(st.sampled_from(PHRASES))}；\n"))
                for small in range(1, draw(st.integers(0, 2)) + 1):
                    items.append((f"{deeper}{small}", f"{small}．申请表；\n"))
            paper.add_items(path, items, "")
        if draw(st.booleans()):
            paper.add(f"第{HAN[article - 1]}条之一", f"第{HAN[article - 1]}条之一{gap}补充规定。\n")
    return paper


@st.composite
def replies(draw: st.DrawFn) -> Paper:
    """A reply letter: 一是 … at line starts, then a second series inside one paragraph."""
    paper = Paper()
    paper.add("标题", "某金议〔2018〕1号\n某市金融办\n关于第0108号提案的复函\n")
    paper.add("前言", "某委员会：\n您提出的提案收悉，现答复如下：\n")
    for number in range(draw(st.integers(2, 9))):
        paper.add(f"{HAN[number]}是", f"{HAN[number]}是{_sentences(draw, wrapped=False)}\n")
    if draw(st.booleans()):
        lead = draw(st.sampled_from(["下一步", "今后", "明年"]))
        paper.add(lead, f"{lead}，我市将继续努力。")
        for number in range(draw(st.integers(2, 4))):
            paper.add(
                f"{lead}·{HAN[number]}是", f"{HAN[number]}是{_sentences(draw, wrapped=False)}"
            )
        paper.parts[-1] = (paper.parts[-1][0], paper.parts[-1][1] + "\n")
    if draw(st.booleans()):
        paper.add("文末", "感谢您对我市工作的关心。\n联 系 人：某某\n")
    paper.add("落款", "某市金融办\n\n           2018年5月17日\n")
    return paper


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A paper's text with lines and digits lost, characters replaced, lines shuffled."""
    paper = draw(st.one_of(plans(), statutes(), replies()))
    lines = paper.text.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        harm = draw(st.sampled_from(["line", "digits", "character", "shuffle", "join"]))
        if harm == "line" and lines:
            del lines[draw(st.integers(0, len(lines) - 1))]
        elif harm == "shuffle":
            lines = draw(st.permutations(lines))
        text = "".join(lines)
        if harm == "digits":
            text = "".join(char for char in text if not char.isdecimal())
        elif harm == "join":
            text = text.replace("\n", "", draw(st.integers(1, 9)))
        elif harm == "character" and text:
            place = draw(st.integers(0, len(text) - 1))
            text = text[:place] + draw(st.text(max_size=5)) + text[place + 1 :]
        lines = text.splitlines(keepends=True)
    return "".join(lines)


def tiles(clauses: tuple[Clause, ...], start: int, end: int) -> bool:
    """Whether the clauses, and the items in each, cover start to end without gap or overlap."""
    if not clauses:
        return start == end
    touching = all(left.end == right.start for left, right in pairwise(clauses))
    whole = clauses[0].start == start and clauses[-1].end == end
    inner = all(tiles(clause.items, clause.start, clause.end) for clause in clauses if clause.items)
    return touching and whole and inner and all(clause.start < clause.end for clause in clauses)


def paths(text: str) -> list[str]:
    return [clause.path for clause in split(text)]


@pytest.mark.parametrize("document_id", FIVE)
def test_the_five_papers_have_exactly_their_reviewed_parts(document_id: str) -> None:
    text = TEXTS[document_id]
    rows = [row for row in EXPECTED if row["document_id"] == document_id]
    assert [(clause.path, clause.start, clause.end) for clause in split(text)] == [
        (row["clause_path"], row["start"], row["end"]) for row in rows
    ]
    for row in rows:
        assert text[row["start"] : row["end"]].strip().startswith(row["begins"][:8])


@pytest.mark.parametrize("document_id", FIVE)
def test_the_leaves_of_the_five_papers_are_their_text(document_id: str) -> None:
    text = TEXTS[document_id]
    clauses = split(text)
    assert tiles(clauses, 0, len(text))
    leaves = [leaf for clause in clauses for leaf in clause.items or (clause,)]
    assert "".join(text[leaf.start : leaf.end] for leaf in leaves) == text


def test_items_carry_their_clause_in_their_path() -> None:
    text = TEXTS["cq-jingxin-2024-7"]
    clause = next(clause for clause in split(text) if clause.path == "二、（一）")
    assert [item.path for item in clause.items] == ["二、（一）"] + [
        f"二、（一）·{number}是" for number in "一二三四"
    ]
    assert text[clause.items[3].start :].startswith("三是加强银企对接力度")
    assert text[clause.items[0].start : clause.items[0].end] == "（一）扩大银行信贷规模。"


def test_headings_are_the_words_without_mark_and_stop() -> None:
    headings = {
        (document_id, clause.path): clause.heading
        for document_id in FIVE
        for clause in split(TEXTS[document_id])
    }
    assert headings["cq-jingxin-2024-7", "四、（一）"] == "落实贷款贴息和担保奖补"
    assert headings["cq-jingxin-rongzi-2024-6", "二"] == "工作目标"
    assert headings["cq-jingxin-rongzi-2024-6", "四、（二）"] == "平台保障"
    assert headings["cq-fuban-2017", "二、（二）3"] == "建立龙头企业产业链融资体系"
    assert headings["cq-fuban-2017", "二、（三）1"] == ""
    assert headings["luoyang-2024-draft", "三"] == "不断优化企业融资环境"
    assert headings["luoyang-2024-draft", "三、（十三）"] == "降低企业融资成本"
    assert headings["cq-jinyi-2018-1", "八是"] == "启动知识信用价值贷款试点"


def holds(paper: Paper) -> None:
    text = paper.text
    clauses = split(text)
    starts, expected = 0, []
    for path, part in paper.parts:
        expected.append((path, starts))
        starts += len(part)
    assert [(clause.path, clause.start) for clause in clauses] == expected
    for clause in clauses:
        assert [(item.path, text[item.start : item.end]) for item in clause.items] == (
            paper.items.get(clause.path, [])
        )


@thorough
@given(plans())
def test_made_up_plans_are_split_exactly(paper: Paper) -> None:
    holds(paper)


@thorough
@given(statutes())
def test_made_up_statutes_are_split_exactly(paper: Paper) -> None:
    holds(paper)


@thorough
@given(replies())
def test_made_up_reply_letters_are_split_exactly(paper: Paper) -> None:
    holds(paper)


@thorough
@given(damaged())
def test_no_damage_loses_a_character(text: str) -> None:
    assert tiles(split(text), 0, len(text))


@thorough
@given(
    st.text(
        alphabet="一二三四是、（）第章条附件0123．.①#*：。\n 特此通知年月日抄送本自起施行目录",
        max_size=120,
    )
)
def test_no_heap_of_marks_loses_a_character(text: str) -> None:
    assert tiles(split(text), 0, len(text))


@pytest.mark.parametrize(
    "reference",
    [
        "按照第三条规定执行。",
        "有关程序见第二章。",
        "根据（一）的要求办理。",
        "按照\n第三条规定执行。",
        "有关程序见\n第二章，按程序办理。",
        "属于本意见\n（二）所列情形的除外。",
        "第三条规定的除外。",
        "（一）、（二）项所列材料除外。",
        "（一）至（三）项所列材料除外。",
        "包括：（1）申请表；（2）营业执照。",
        "促进第\n一、二、三产业融合发展。",
        "附件所列项目除外。",
        "附件一览表另行公布。",
        "这是企业之\n一是应有之义，二是本分。",
        "增长\n2.5倍。",
        "截至\n2024年3月1日\n止。",
    ],
)
def test_a_reference_is_not_a_heading(reference: str) -> None:
    text = f"某意见\n为发展，提出意见。\n一、要求\n（一）支持企业。{reference}\n二、保障\n"
    assert paths(text) == ["标题", "前言", "一", "一、（一）", "二"]


def test_chapter_marks_are_taken_as_printed() -> None:
    text = "某意见\n为发展，提出意见。\n一、甲\n二、乙\n二、丙\n五、丁\n"
    assert paths(text) == ["标题", "前言", "一", "二", "二", "五"]


def test_a_lost_item_number_is_counted_by_its_place() -> None:
    text = "某方案\n为发展，制定。\n一、要求\n（一）甲。\n．子。\n．丑。\n（二）乙。\n．寅。\n"
    assert paths(text)[3:] == [
        "一、（一）", "一、（一）1", "一、（一）2", "一、（二）", "一、（二）1",
    ]  # fmt: skip


def test_a_notice_with_clauses_of_its_own_keeps_them_apart_from_the_paper_it_sends() -> None:
    text = (
        "关于印发办法的通知\n各区：\n现予印发，并通知如下：\n一、认真执行。\n二、及时报告。\n"
        "某局\n2024年1月1日\n某办法\n第一章　总则\n第一条　目的。\n"
    )
    assert paths(text) == [
        "标题", "通知", "通知·一", "通知·二", "落款", "前言", "第一章", "第一条",
    ]  # fmt: skip


def test_an_annex_numbers_its_clauses_anew() -> None:
    text = (
        "某通知\n各区：\n现通知如下。\n一、甲。\n附件：1.表一\n      2.表二\n\n某局\n2024年1月1日\n"
        "附件1\n表一\n一、说明\n1.填写。\n附件2 表二\n一、说明\n"
    )
    assert paths(text) == [
        "标题", "通知", "一", "附件", "落款",
        "附件1", "附件1·一", "附件1·一、1", "附件2", "附件2·一",
    ]  # fmt: skip


def test_a_closing_paragraph_is_apart_unless_a_bare_heading_stands_above_it() -> None:
    apart = "某办法\n为发展，制定。\n一、甲。\n本办法自公布之日起施行。\n"
    inside = "某办法\n为发展，制定。\n一、甲。\n二、附则\n本办法自公布之日起施行。\n"
    assert paths(apart) == ["标题", "前言", "一", "文末"]
    assert paths(inside) == ["标题", "前言", "一", "二"]


def test_divisions_join_and_articles_are_cited_alone() -> None:
    text = (
        "某法\n第一编　总则\n第一章　原则\n第一节　目的\n第一条　甲。\n"
        "第二编　分则\n第一章　乙\n第二条　丙。\n"
    )
    assert paths(text) == [
        "标题", "第一编", "第一编第一章", "第一编第一章第一节", "第一条",
        "第二编", "第二编第一章", "第二条",
    ]  # fmt: skip


def test_han_numbers_above_articles_are_chapters() -> None:
    text = "某规定\n一、管辖\n第一条　甲。\n第二条　乙：\n（一）丙。\n二、保全\n第三条　丁。\n"
    clauses = split(text)
    assert [clause.path for clause in clauses] == [
        "标题", "一", "第一条", "第二条", "二", "第三条",
    ]  # fmt: skip
    assert [item.path for item in clauses[3].items] == ["第二条", "第二条（一）"]


def test_markdown_headings_without_numbers_name_their_part() -> None:
    text = "# 某指南\n\n## 申请条件\n\n企业可以申请。\n\n## 流程\n\n1. 提交。\n2. 审核。\n"
    assert paths(text) == ["标题", "申请条件", "流程", "流程·1", "流程·2"]


def test_a_paper_without_clauses_is_one_body() -> None:
    assert paths("某公告\n现公告如下：\n今年不再受理。\n某局\n2024年1月1日\n") == [
        "标题", "正文", "落款",
    ]  # fmt: skip
    assert split("") == ()
    assert paths("\n \n") == ["正文"]


@pytest.mark.parametrize(
    ("mark", "number"),
    [
        ("四、", 4),
        ("（十二）", 12),
        ("第一百二十条之一", 120),
        ("③", 3),
        ("１２．", 12),
        ("第三十章", 30),
    ],
)
def test_number_of_a_mark(mark: str, number: int) -> None:
    assert number_of(mark) == number


def test_mark_at_gives_the_printed_mark() -> None:
    text = "甲。\n## 二、乙\n．丙"
    mark = mark_at(text, 3)
    assert mark is not None
    assert (text[mark.start : mark.end], mark.family, mark.number) == ("二、", "一、", 2)
    assert mark_at(text, 9) is None


def leaves(text: str) -> list[str]:
    return [leaf.path for clause in split(text) for leaf in clause.items or (clause,)]


def test_decimals_are_marks_below_the_number_that_they_begin_with() -> None:
    text = "某指南\n1 条件\n1.1 甲。\n1.2 乙，按\n1.5倍计，不超\n2.5万元。\n"
    text += "1.2.1 丙。\n2 标准\n2.1 丁。\n"
    assert paths(text) == ["标题", "1", "1.1", "1.2", "1.2.1", "2", "2.1"]
    assert paths("某表\n1.1 甲。\n")[1:] == ["正文"]


def test_questions_are_counted_where_they_have_no_number() -> None:
    text = "某问答\n问：甲？\n答：乙：\n1.丙。\n2.丁。\n问：戊？\n答：己。\n"
    assert paths(text) == ["标题", "问1", "问1·1", "问1·2", "问2"]
    assert paths("某问答\n问题一：甲？\n答：乙。\nQ2：丙？\nA2：丁。\n")[1:] == ["问题一", "Q2"]
    assert paths("某文\n问：甲。\n")[1:] == ["正文"]  # nobody answers


def test_rows_of_a_table_are_items_and_the_clause_goes_on_below() -> None:
    table = "表1 表头：甲；乙\n表1 第1行：甲：1；乙：2\n"
    text = f"某通知\n一、标准\n如下。\n{table}以上为限。\n二、丙。\n"
    assert leaves(text) == ["标题", "一", "一·表1", "一·表1第1行", "一", "二"]
    text = f"某通知\n一、标准\n如下。\n{table.replace('表1', '表1（丁）')}二、丙。\n"
    assert leaves(text) == ["标题", "一", "一·表1", "一·表1第1行", "二"]


def test_a_paragraph_below_the_items_is_the_articles() -> None:
    text = "某规定\n第一条 有下列情形：\n（一）甲；\n（二）乙。\n前款情形由丙定。\n第二条 丁。\n"
    assert leaves(text) == ["标题", "第一条", "第一条（一）", "第一条（二）", "第一条", "第二条"]


@pytest.mark.parametrize("day", ["2025 年 3 月 1 日", "二〇二五年三月一日", "年 月 日"])
def test_a_signature_ends_with_its_day_however_printed(day: str) -> None:
    sent = "某局关于印发某办法的通知\n各区：\n现印发。\n"
    text = f"{sent}\n      某市某局\n      {day}\n\n某办法\n第一条 甲。\n"
    assert paths(text)[-2:] == ["前言", "第一条"]


def test_a_number_with_a_stop_is_a_mark_whatever_word_follows() -> None:
    assert paths("某文\n一、范围\n1.所称企业，是指甲。\n")[1:] == ["一", "一、1"]
