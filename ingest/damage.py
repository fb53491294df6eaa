"""Find where a text lost something: digits, plus signs, item numbers, characters; and misprints.

In:  a document's text and its clauses, as `ingest.clauses` splits them.
Out: damaged places in reading order, each with what a clerk would write beside it. Nothing is
     mended, and a whole paper has none (tests/ingest/test_damage.py).

A number counts as lost only where the grammar needs one and there is none: a bracket without its
year, a unit behind a blank, 不超过 before 的. The span holds the words that need it: ` 万元`.
A blank to be filled in, in an annex's form, is no loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.clauses import Mark, mark_at
from ingest.document import Clause, Damage

_STOP = re.compile(r"[\s*#]*([.．、])")
_LAST_NUMBER = re.compile(r"\d+$")
_H = "[\u4e00-\u9fff]"
_GAP = r"[ \u3000\xa0]+"
_DASH = "[―—–－-]"
# units that need a number before them, each without the words that merely begin like it
_UNIT = (
    "(?:个?百分点|个(?!人|体|性|别)|[万亿]元|元(?!旦|素|件|宇)|户(?!籍|口|外|均|主|名|数)"
    "|家(?!庭|具|电|属|政|园|族|乡|装|畜|禽|居)|倍(?!增)|亩|吨|[%％]|项(?!目)"
    "|名(?!称|单|录|义|额|牌|师|优)|人(?!员|民|才|行|保|力|社|数|均|工|口|大|财|物|事|[：:])"
    "|年(?!度|均|末|初|内|报|产|终|检|审|轻|满|龄)|届(?!满|时)|次(?!数|序|年|日|要))"
)
_NO_LESS_OR_MORE = "(?:不超过|不高于|不低于|不少于|不多于|不得超过|不得高于|不得低于)"
_LEADS_TO_NUMBER = "(?:的|为|达到?|约|占|按|超过|增长|下降|提高|降低|补贴|奖励|贴息)"
# a word printed twice, unless the second begins a longer one: 企业企业家, 公司公司债
_COMMON = (
    "企业|公司|项目|资金|政策|金融|单位|部门|机构|工作|管理|服务|发展|支持|产业|银行|贷款|融资"
    "|进一步|以及|关于|有关|相关|实施|推动|加强|鼓励|引导|按照|根据|通过|提供|给予"
)
_SECOND_HALF = "[家债法所章制券名类型化率部人链管库池业办信员会网费权证细条]"


@dataclass(frozen=True, slots=True)
class _Rule:
    """`pattern` matches what is wrong and nothing beside it; {} in `message` is what it matched."""

    kind: str
    pattern: re.Pattern[str]
    message: str


_DIGITS = "此处数字在文本转换时丢失"
_RULES = tuple(
    _Rule(kind, re.compile(pattern, re.MULTILINE), message)
    for kind, pattern, message in (
        ("digits_lost", r"〔\s*〕\s*第?\s*号", "文号的年份和序号在文本转换时丢失"),
        ("digits_lost", r"〔\s*〕(?=\s*第?\s*\d)", "文号的年份在文本转换时丢失"),
        ("digits_lost", rf"(?<=〕)第?{_GAP}号", "文号的序号在文本转换时丢失"),
        ("digits_lost", rf"[（(]\s*{_DASH}+\s*年\s*[）)]", "期间的起止年份在文本转换时丢失"),
        ("digits_lost", rf"(?<=\d){_DASH}+\s*年(?=[）)])", "期间的截止年份在文本转换时丢失"),
        ("digits_lost", rf"^[ \t\u3000]*年{_GAP}月{_GAP}日", "日期的数字在文本转换时丢失"),
        ("digits_lost", rf"(?<=\d)年{_GAP}月{_GAP}日", "日期的月、日在文本转换时丢失"),
        ("digits_lost", rf"第{_GAP}(?:次|届|号|期|批|条|款|章|季度)", _DIGITS),
        ("digits_lost", rf"(?<={_H}){_GAP}》", "此处数字或符号在文本转换时丢失"),
        ("digits_lost", rf"{_NO_LESS_OR_MORE}\s*(?=[的。，；、）])", _DIGITS),
        ("digits_lost", rf"{_LEADS_TO_NUMBER}{_GAP}(?=[。，；、）])", _DIGITS),
        ("digits_lost", rf"(?<!\s{_H})(?<=[\u4e00-\u9fff，（“])(?<![章节条]) +{_UNIT}", _DIGITS),
        ("digits_lost", r"(?<=[长降高低达到至为占])[%％]", _DIGITS),
        (
            "bad_character",
            "[\ufffd\ufffe\uffff\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f]+|锟斤拷",
            "此处字符无法识别",
        ),
        ("misprint", r"〃[^〃\n]{1,30}〃", "“{}”的引号印作“〃”，原文如此"),
        ("misprint", "[万亿]?元(?:美元|欧元|日元|港元|英镑)", "“{}”单位重复，原文如此"),
        ("misprint", r"不[少低高]\d[\d.]*[\u4e00-\u9fff%]?", "“{}”疑缺“于”字，原文如此"),
        ("misprint", "高效技术(?=[、，和及企产])", "“{}”疑为“高新技术”，原文如此"),
        ("misprint", rf"({_COMMON})\1(?!{_SECOND_HALF})", "“{}”词语重复，原文如此"),
    )
)
# these tell of a loss only in a text that lost digits elsewhere
_WITH_COMPANY = (
    _Rule("digits_lost", re.compile(rf"(?<={_H})\s+”"), "此处数字或符号在文本转换时丢失"),
    _Rule(
        "broken_text",
        re.compile(rf"(?<=“)(?={_H}{{2}})[\u4e00-\u9fff\s]*?{_H}{_GAP}{_H}[\u4e00-\u9fff\s]*(?=”)"),
        "词语之间的符号（如加号）疑在文本转换时丢失",
    ),
)


def find_damage(text: str, clauses: Sequence[Clause]) -> tuple[Damage, ...]:
    """The damaged places in reading order, none overlapping another; () where there are none."""
    found = [*_item_numbers(text, clauses), *_by_rules(text, _RULES)]
    if any(damage.kind == "digits_lost" for damage in found):
        found += _by_rules(text, _WITH_COMPANY)
    found += _mark_order(text, clauses)
    forms = [(part.start, part.end) for part in clauses if part.path.startswith("附件")]
    kept: list[Damage] = []
    for damage in sorted(found, key=lambda each: (each.start, -each.end)):
        in_form = any(start <= damage.start < end for start, end in forms)
        if in_form and damage.kind == "digits_lost":
            continue
        if not kept or kept[-1].end <= damage.start:
            kept.append(damage)
    return tuple(kept)


def _by_rules(text: str, rules: Sequence[_Rule]) -> Iterator[Damage]:
    for rule in rules:
        for match in rule.pattern.finditer(text):
            message = rule.message.format(re.sub(r"\s+", "", match[0]))
            yield Damage(rule.kind, match.start(), match.end(), message)


def _item_numbers(text: str, clauses: Sequence[Clause]) -> Iterator[Damage]:
    """Clauses that begin with the stop of a mark whose number is gone."""
    for clause in clauses:
        stop = _STOP.match(text, clause.start, clause.end)
        if stop and (counted := _LAST_NUMBER.search(clause.path)):
            message = f"此项序号在文本转换时丢失，按所在位置计为第{counted[0]}项"
            yield Damage("digits_lost", stop.start(1), stop.end(1), message)


def _mark_order(text: str, clauses: Sequence[Clause]) -> Iterator[Damage]:
    """Marks printed twice or left out among the clauses of one level."""
    for series in _series_of_marks(text, clauses):
        printed = [text[mark.start : mark.end].rstrip("、.．") for mark in series]
        for place in range(1, len(series)):
            step = series[place].number - series[place - 1].number
            if step == 1 or series[place].number == 1:
                continue
            near = "、".join(printed[max(place - 2, 0) : place + 2])
            fault = {True: "重复", False: "缺漏" if step > 1 else "颠倒"}[step == 0]
            message = f"序号{fault}：依次印作“{near}”，原文如此"
            yield Damage("misprint", series[place].start, series[place].end, message)


def _series_of_marks(text: str, clauses: Sequence[Clause]) -> list[list[Mark]]:
    """The marks of each level and numbering, in order; a part outside the clauses ends them all."""
    done: list[list[Mark]] = []
    running: dict[tuple[int, str], list[Mark]] = {}
    for clause in clauses:
        mark = mark_at(text, clause.start)
        if mark is None and clause.level > 0:
            continue
        for key in [key for key in running if mark is None or key[0] > clause.level]:
            done.append(running.pop(key))
        if mark is not None and "之" not in text[mark.start : mark.end]:
            running.setdefault((clause.level, mark.family), []).append(mark)
    return done + list(running.values())
