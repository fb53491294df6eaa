"""Papers of every shape, made with their labels: where each part stands and what the paper says.

In:  a seed, and the words of evals/papers.yaml.
Out: `LabelledPaper`s. Their parts tile the text and their labels are known because the text was
     put together from them; nothing of the parser is used (tests/evals/test_papers.py).

Paths follow the corpus' convention: marks as printed without the stop (三、（四）2（1）①), an
article by its own mark (第十二条之一), items below an article or a clause appended (第三条（二）,
二、（一）·三是), parts outside the numbered clauses by name (标题, 通知, 落款, 前言, 文末, 附件,
抄送), an annex's own numbering below its name (附件2·一).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from ingest.document import Dates, DocumentKind

WORDS = Path(__file__).parent / "papers.yaml"
HAN = ("〇", *"一二三四五六七八九")
CIRCLED = "①②③④⑤⑥⑦⑧⑨"
FIELDS = (
    *("title", "number", "issuers", "region", "kind", "repeals", "refers_to", "annexes_missing"),
    *Dates.__dataclass_fields__,
)

Part = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class LabelledPaper:
    """A paper with what is true of it.

    parts  (path, start, end) of every leaf, tiling the text
    facts  what the paper says of itself, by field: the scalar fields `title`, `number`, `region`,
           `kind`, `signed`, `printed`, `effective`, `effective_days_after_publication`,
           `period_from`, `period_until`, `valid_months`, `valid_until`; and the lists `issuers`,
           `repeals`, `refers_to`, `annexes_missing`. A field that is None is not stated, one that
           is absent was not looked at.
    """

    name: str
    shape: str
    text: str
    parts: tuple[Part, ...]
    facts: Mapping[str, Any]


def han(number: int) -> str:
    """1 … 199 in Chinese: 十二, 一百零五, 一百二十."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{HAN[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{HAN[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (HAN[ones] if ones else "")


@dataclass(slots=True)
class Sheet:
    """A paper as it is written, part after part."""

    rng: random.Random
    words: Mapping[str, Any]
    text: str = ""
    parts: list[Part] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    indent: str = ""
    gap: str = "　"  # between an article's mark and its words
    blank: str = "\n"  # between paragraphs
    broken: bool = False  # whether lines are broken inside sentences

    def add(self, path: str, text: str) -> None:
        """A part; one with the path of the part before goes on with it."""
        start = len(self.text)
        if self.broken:
            text = _broken(text, self.rng)
        self.text += text
        if self.parts and self.parts[-1][0] == path:
            self.parts[-1] = (path, self.parts[-1][1], len(self.text))
        else:
            self.parts.append((path, start, len(self.text)))

    def line(self, path: str, words: str) -> None:
        """A paragraph of a part."""
        self.add(path, f"{self.indent}{words}{self.blank}")

    # words

    def pick(self, name: str) -> Any:
        return self.rng.choice(self.words[name])

    def fill(self, words: str) -> str:
        return (
            words.replace("{o}", self.pick("objects"))
            .replace("{n}", str(self.rng.randint(2, 9)))
            .replace("{m}", str(self.rng.randint(2, 9) * 10))
        )

    def body(self, least: int = 1, most: int = 3) -> str:
        """Sentences, now and then one that looks like a mark."""
        said = [self.fill(self.pick("sentences")) for _ in range(self.rng.randint(least, most))]
        if self.rng.random() < 0.3:
            said.insert(self.rng.randint(1, len(said)), self.fill(self.pick("tricky")))
        return "".join(said)

    def item(self) -> str:
        return self.fill(self.pick("items"))

    def headings(self, count: int) -> list[str]:
        return self.rng.sample(self.words["headings"], count)

    def day(self, first: int = 2019, last: int = 2025) -> date:
        return date(first, 1, 1) + timedelta(days=self.rng.randrange((last - first) * 365))


def _broken(text: str, rng: random.Random) -> str:
    """Long lines broken inside sentences, as a PDF's text has them."""
    out = []
    for line in text.split("\n"):
        at = width = rng.randint(24, 34)
        while len(line) - at > 4:
            line = f"{line[:at]}\n{line[at:]}"
            at += width + 1
        out.append(line)
    return "\n".join(out)


def printed_day(day: date, how: int = 0) -> str:
    """A day as papers print it: 0 2025年3月1日, 1 二〇二五年三月一日, 2 with spaces."""
    if how == 1:
        year = "".join(HAN[int(digit)] for digit in str(day.year))
        return f"{year}年{han(day.month)}月{han(day.day)}日"
    if how == 2:
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.year}年{day.month}月{day.day}日"


# the heads and tails of papers


@dataclass(frozen=True, slots=True)
class _Office:
    name: str
    mark: str
    region: str
    place: str


def _office(sheet: Sheet, *, national: bool = False) -> _Office:
    """Who issues: a city's or a province's office, sometimes one of a district or of the state."""
    if national:
        row = sheet.pick("national")
        return _Office(row["name"], row["mark"], row["region"], "")
    place, row = sheet.pick("places"), sheet.pick("offices")
    chance = sheet.rng.random()
    if chance < 0.25:
        name = row["name"].replace("局", "厅") if row["name"].endswith("局") else row["name"]
        return _Office(
            place["province"] + name,
            place["province_mark"] + row["mark"],
            place["province"],
            place["province"],
        )
    if chance < 0.4:
        name = row["name"].replace("人民政府办公厅", "人民政府办公室")
        whole = place["city"] + place["district"]
        return _Office(whole + name, place["mark"] + row["mark"], place["district"], whole)
    return _Office(
        place["city"] + row["name"], place["mark"] + row["mark"], place["city"], place["city"]
    )


def _number(sheet: Sheet, office: _Office, day: date) -> str:
    left, right = sheet.rng.choice(("〔〕", "〔〕", "〔〕", "[]", "（）", "【】", "［］"))
    return f"{office.mark}{left}{day.year}{right}{sheet.rng.randint(1, 99)}号"


def _start(
    sheet: Sheet,
    office: _Office,
    day: date,
    title: str,
    *,
    number: bool = True,
    signed: bool = True,
) -> None:
    """The title part: red head or bare, 文号 above or below; a paper that is not `signed` names
    its issuer in the red head alone."""
    facts = sheet.facts
    facts |= {"region": office.region, "issuers": [office.name]}
    mark = ""
    if number:
        mark = facts["number"] = _number(sheet, office, day)
    how = sheet.rng.randrange(4)
    if how == 0 and number:  # red head
        sheet.add("标题", f"{office.name}文件\n\n{mark}\n\n{title}\n\n")
        return
    if how == 1 and number:  # below, with spaces as centred
        sheet.add("标题", f"            {title}\n                {mark}\n\n")
    elif how == 2 and number:  # above
        sheet.add("标题", f"{mark}\n\n{title}\n\n")
    else:
        sheet.add("标题", f"{title}\n" + (f"{mark}\n" if number else ""))
    if not signed:
        del facts["issuers"]


def _sign(sheet: Sheet, day: date, *, how: int | None = None, shared: bool = True) -> None:
    """The signature: who and when, in the usual places."""
    sheet.facts["signed"] = day
    how = sheet.rng.randrange(3) if how is None else how
    names = sheet.facts["issuers"]
    lines = "".join(f"{' ' * 20}{name}\n" for name in names)
    sheet.add("落款", f"\n{lines}{' ' * 24}{printed_day(day, how)}\n")
    if shared and sheet.rng.random() < 0.4:
        sheet.add("落款", "（此件公开发布）\n")


def _addressee(sheet: Sheet) -> str:
    return sheet.rng.choice(
        ("各区（市）县人民政府，市级各部门：", "各有关单位：", "各区县主管部门、有关企业：")
    )


def _copies(sheet: Sheet, office: _Office, day: date) -> None:
    """抄送 and the printing line."""
    printed = day + timedelta(days=sheet.rng.randint(0, 5))
    sheet.facts["printed"] = printed
    sheet.add(
        "抄送",
        "抄送：市委办公室，市人大常委会办公室。\n"
        f"{office.name}办公室　　{printed_day(printed)}印发\n",
    )


def _closing(sheet: Sheet, what: str, signed: date) -> str:
    """When it takes effect, for how long, and what it ends: the last article's words."""
    facts, rng = sheet.facts, sheet.rng
    how = rng.randrange(7)
    words = ""
    effective: date | None = None
    if how in (0, 1, 2):
        effective = signed + timedelta(days=rng.randint(10, 60))
        facts["effective"] = effective
        begins = printed_day(effective, rng.choice((0, 0, 1)))
        words = f"本{what}自{begins}起{rng.choice(('施行', '实施', '执行'))}"
    elif how in (3, 4):
        facts["effective_days_after_publication"] = 30
        words = f"本{what}自{rng.choice(('公布', '印发', '发布'))}之日起30日后施行"
    else:
        words = f"本{what}自{rng.choice(('印发', '发布'))}之日起施行"
    term = rng.randrange(6)
    if term in (0, 1):
        years = rng.choice((2, 3, 5))
        facts["valid_months"] = 12 * years
        words += f"，有效期{rng.choice((str(years), HAN[years]))}年"
    elif term == 2:
        until = date(signed.year + rng.randint(2, 4), 12, 31)
        facts["valid_until"] = until
        words += rng.choice((f"，有效期至{printed_day(until)}", f"，至{printed_day(until)}止"))
    elif term == 3:
        facts["valid_months"] = 12
        words += "，试行期一年"
    words += "。"
    ends = rng.randrange(5)
    place = "" if facts["region"] == "全国" else facts["region"]
    old = f"{place}{sheet.pick('subjects')}管理办法"
    past = f"{rng.choice('成杭合武青长')}办发〔{signed.year - 5}〕{rng.randint(1, 80)}号"
    if ends == 0:
        words += f"《{old}》（{past}）同时废止。"
        facts["repeals"] = [old]
    elif ends == 1:
        words += f"原《{old}》同时废止。"
        facts["repeals"] = [old]
    elif ends == 2:
        second = f"{sheet.pick('subjects')}实施细则"
        words += f"《{old}》（{past}）、《{second}》同时废止。"
        facts["repeals"] = [old, second]
    elif ends == 3:
        words += f"此前有关规定与本{what}不一致的，以本{what}为准。"
    return words


def _basis(sheet: Sheet, what: str) -> str:
    """The words on which it rests: 根据《…》等规定，结合本市实际，制定本办法。"""
    law = sheet.pick("laws")
    sheet.facts["refers_to"] = [law]
    return f"根据《{law}》等规定，结合实际，制定本{what}。"


def _annex_list(sheet: Sheet, names: Sequence[str]) -> None:
    if len(names) == 1:
        sheet.add("附件", f"附件：{names[0]}\n")
    else:
        rows = "\n".join(
            f"{'附件：' if number == 1 else '　　　'}{number}.{name}"
            for number, name in enumerate(names, 1)
        )
        sheet.add("附件", rows + "\n")


# bodies


def _articles(sheet: Sheet, what: str, signed: date, *, chapters: int = 4, below: str = "") -> None:
    """第一章 … 第一条 … with （一） items, and an inserted article now and then."""
    number = 0
    for chapter in range(1, chapters + 1):
        heading = (
            "总则" if chapter == 1 else "附则" if chapter == chapters else sheet.pick("headings")
        )
        if chapters > 1:
            sheet.add(f"{below}第{han(chapter)}章", f"第{han(chapter)}章{sheet.gap}{heading}\n\n")
        for _ in range(sheet.rng.randint(2, 4)):
            number += 1
            path = f"{below}第{han(number)}条"
            mark = f"第{han(number)}条{sheet.gap}"
            if number == 1:
                sheet.line(path, mark + _basis(sheet, what))
            elif sheet.rng.random() < 0.35:
                _article_with_items(sheet, path, mark)
            else:
                sheet.line(path, mark + sheet.body())
                if sheet.rng.random() < 0.3:
                    sheet.line(path, sheet.body())
            if sheet.rng.random() < 0.1 and chapter < chapters:
                sheet.line(f"{path}之一", f"第{han(number)}条之一{sheet.gap}{sheet.body()}")
    number += 1
    sheet.line(
        f"{below}第{han(number)}条", f"第{han(number)}条{sheet.gap}" + _closing(sheet, what, signed)
    )


def _article_with_items(sheet: Sheet, path: str, mark: str) -> None:
    sheet.line(path, f"{mark}{sheet.pick('objects')}应当符合下列条件：")
    count = sheet.rng.randint(2, 5)
    for each in range(1, count + 1):
        stop = "。" if each == count else "；"
        sheet.line(f"{path}（{han(each)}）", f"（{han(each)}）{sheet.item()}{stop}")
        if each == 1 and sheet.rng.random() < 0.25:
            for low in (1, 2):
                sheet.line(f"{path}（一）{low}", f"{low}.{sheet.item()}；")


def _undressed(_level: int, words: str) -> str:
    return words


def _headed(
    sheet: Sheet,
    *,
    below: str = "",
    chapters: int = 4,
    depth: int = 2,
    plain: bool = False,
    mark: Callable[[int, str], str] = _undressed,
) -> None:
    """一、（一）1.（1）① down to `depth`; `mark` dresses a heading line (Markdown, bold)."""
    for first, heading in enumerate(sheet.headings(chapters), 1):
        path = f"{below}{han(first)}"
        line = f"{han(first)}、{heading}"
        if depth == 1 or (plain and first == 1):
            sheet.line(path, f"{mark(1, line)}" if plain else line)
            sheet.line(path, sheet.body())
            continue
        sheet.line(path, mark(1, line))
        for second in range(1, sheet.rng.randint(2, 4) + 1):
            here = f"{path}、（{han(second)}）"
            lead = f"（{han(second)}）{sheet.pick('headings')}。"
            if depth == 2 or sheet.rng.random() < 0.3:
                sheet.line(here, mark(2, lead) + sheet.body())
                continue
            sheet.line(here, mark(2, lead))
            _numbers(sheet, here, depth, mark)


def _numbers(sheet: Sheet, above: str, depth: int, mark: Callable[[int, str], str]) -> None:
    stop = sheet.rng.choice((".", "．", ". "))
    for third in range(1, sheet.rng.randint(2, 4) + 1):
        here = f"{above}{third}"
        if depth == 3 or sheet.rng.random() < 0.5:
            sheet.line(here, mark(3, f"{third}{stop}{sheet.pick('headings')}。") + sheet.body())
            continue
        sheet.line(here, f"{third}{stop}{sheet.pick('headings')}。")
        for fourth in range(1, 3):
            deep = f"{here}（{fourth}）"
            sheet.line(deep, f"（{fourth}）{sheet.body(1, 1)}")
            if depth == 5 and fourth == 1:
                for fifth in range(2):
                    sheet.line(f"{deep}{CIRCLED[fifth]}", f"{CIRCLED[fifth]}{sheet.item()}。")


# shapes


def _rules(sheet: Sheet) -> None:
    """A 办法 that stands alone, with chapters."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}管理办法"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES}
    _start(sheet, office, day, title, number=False, signed=False)
    _articles(sheet, "办法", day)


def _details(sheet: Sheet) -> None:
    """细则 without chapters, on trial."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}实施细则（试行）"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES}
    _start(sheet, office, day, title, signed=False)
    _articles(sheet, "细则", day, chapters=1)


def _wrapped(sheet: Sheet) -> None:
    """A 通知 that sends a 办法, which stands below its signature."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}管理办法"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES}
    _start(sheet, office, day, f"{office.name}\n关于印发《{title}》的通知")
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", f"现将《{title}》印发给你们，请认真贯彻执行。")
    _sign(sheet, day)
    sheet.add("前言", f"\n{title}\n\n")
    _articles(sheet, "办法", day, chapters=sheet.rng.choice((1, 3, 5)))
    if sheet.rng.random() < 0.5:
        _copies(sheet, office, day)


def _joint(sheet: Sheet) -> None:
    """Several offices send a 方案 with a period in its title."""
    office, day = _office(sheet), sheet.day()
    first = day.year
    subject = sheet.pick("subjects")
    title = f"{office.place}{subject}行动方案（{first}—{first + 3}年）"
    _start(sheet, office, day, f"{office.name}等三部门关于印发《{title}》的通知")
    names = [
        office.name,
        *(f"{office.place}{each}" for each in ("发展和改革委员会", "市场监督管理局")),
    ]
    sheet.facts |= {
        "title": title,
        "kind": DocumentKind.PLAN,
        "issuers": names,
        "period_from": date(first, 1, 1),
        "period_until": date(first + 3, 12, 31),
    }
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", f"为做好{subject}有关工作，现将《{title}》印发给你们，请结合实际抓好落实。")
    _sign(sheet, day)
    sheet.add("前言", f"{title}\n\n")
    sheet.line("前言", f"为推进{subject}工作，制定本方案。")
    _headed(sheet, depth=3, plain=True)


def _notice(sheet: Sheet) -> None:
    """A 通知 whose own points are numbered, with a list of annexes that are not there."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于做好{sheet.pick('subjects')}申报工作的通知"
    sheet.facts |= {"title": title, "kind": DocumentKind.NOTICE}
    _start(sheet, office, day, title)
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", "为做好申报工作，现将有关事项通知如下。")
    _headed(sheet, depth=sheet.rng.choice((2, 3, 4)), chapters=3)
    names = sheet.rng.sample(sheet.words["forms"], sheet.rng.randint(1, 3))
    sheet.facts["annexes_missing"] = names
    _annex_list(sheet, names)
    _sign(sheet, day)
    if sheet.rng.random() < 0.5:
        _copies(sheet, office, day)


def _national(sheet: Sheet) -> None:
    """A notice of a ministry."""
    office, day = _office(sheet, national=True), sheet.day()
    title = f"{office.name}关于开展{sheet.pick('subjects')}试点工作的通知"
    sheet.facts |= {"title": title, "kind": DocumentKind.NOTICE}
    _start(sheet, office, day, title)
    sheet.line("通知", "各省、自治区、直辖市有关主管部门：")
    sheet.line("通知", "现就试点工作有关事项通知如下：")
    _headed(sheet, depth=2, chapters=3)
    _sign(sheet, day)


def _opinions(sheet: Sheet) -> None:
    """若干措施 with bold headings in Markdown, continuous （一） across chapters."""
    office, day = _office(sheet), sheet.day()
    title = f"关于支持{sheet.pick('subjects')}的若干措施"
    sheet.facts |= {"title": f"{office.name}{title}", "kind": DocumentKind.OPINION}
    _start(sheet, office, day, f"# {office.name}{title}")
    sheet.line("前言", "为加快高质量发展，结合实际，提出如下措施。")
    number = 0
    for first, heading in enumerate(sheet.headings(4), 1):
        sheet.line(han(first), f"## {han(first)}、{heading}")
        for _ in range(sheet.rng.randint(1, 3)):
            number += 1
            lead = f"**（{han(number)}）{sheet.pick('headings')}。**"
            sheet.line(f"{han(first)}、（{han(number)}）", lead + sheet.body())
    sheet.line("文末", f"{_closing(sheet, '措施', day)}")
    _sign(sheet, day)


def _markdown(sheet: Sheet) -> None:
    """A plan with Markdown headings at every level."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}实施方案"
    sheet.facts |= {"title": title, "kind": DocumentKind.PLAN}
    _start(sheet, office, day, f"# {title}", number=False, signed=False)
    sheet.line("前言", "为落实有关部署，制定本方案。")
    marks = {1: "## ", 2: "### ", 3: "**"}

    def dressed(level: int, words: str) -> str:
        return (
            f"**{words}**"
            if level == 3
            else f"{marks[level]}{words}\n"
            if level == 2
            else f"{marks[level]}{words}"
        )

    _headed(sheet, depth=3, mark=dressed)


def _decimals(sheet: Sheet) -> None:
    """A guide numbered 1, 1.1, 1.1.1."""
    title = f"{sheet.day().year}年{sheet.pick('subjects')}申报指南"
    sheet.facts |= {"title": title, "kind": DocumentKind.OTHER}
    sheet.add("标题", f"{title}\n\n")
    for first, heading in enumerate(sheet.headings(3), 1):
        sheet.line(f"{first}", f"{first} {heading}")
        for second in range(1, 4):
            here = f"{first}.{second}"
            if sheet.rng.random() < 0.6:
                sheet.line(here, f"{here} {sheet.pick('headings')}。{sheet.body()}")
                continue
            sheet.line(here, f"{here} {sheet.pick('headings')}")
            for third in (1, 2):
                sheet.line(f"{here}.{third}", f"{here}.{third} {sheet.body(1, 1)}")


def _questions(sheet: Sheet) -> None:
    """问答: 问：… 答：…, counted where the questions have no number."""
    how = sheet.rng.randrange(4)
    subject = sheet.pick("subjects")
    title = f"{subject}政策问答"
    sheet.facts |= {"title": title, "kind": DocumentKind.INTERPRETATION}
    sheet.add("标题", f"{title}\n\n")
    for number, question in enumerate(sheet.rng.sample(sheet.words["questions"], 5), 1):
        if how == 0:
            path, asked = f"问{number}", f"问：{question}"
        elif how == 1:
            path, asked = f"问{number}", f"问{number}：{question}"
        elif how == 2:
            path, asked = f"{number}", f"{number}.{question}"
        else:
            path, asked = f"{han(number)}", f"{han(number)}、{question}"
        sheet.line(path, asked)
        sheet.line(path, f"答：{sheet.body()}")


def _interpretation(sheet: Sheet) -> None:
    """解读 of another paper."""
    office = _office(sheet)
    other = f"{office.place}{sheet.pick('subjects')}管理办法"
    title = f"《{other}》政策解读"
    sheet.facts |= {
        "title": title,
        "kind": DocumentKind.INTERPRETATION,
        "region": office.region,
        "refers_to": [other],
    }
    sheet.add("标题", f"{title}\n\n")
    sheet.line("前言", f"近日，{office.name}印发了《{other}》（以下简称《办法》）。现解读如下。")
    _headed(sheet, depth=2, chapters=4)


def _publicity(sheet: Sheet) -> None:
    """公示 with few points."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于{day.year}年{sheet.pick('subjects')}拟支持项目的公示"
    sheet.facts |= {"title": title, "kind": DocumentKind.ANNOUNCEMENT}
    _start(sheet, office, day, title, number=False)
    sheet.line("前言", "经企业申报、专家评审，现将拟支持项目予以公示。")
    sheet.line("一", "一、公示时间")
    until = day + timedelta(days=7)
    sheet.line("一", f"{printed_day(day)}至{printed_day(until)}。")
    sheet.line("二", "二、异议提出")
    sheet.line("二", "对公示内容有异议的，请在公示期内以书面形式实名提出。")
    _sign(sheet, day)


def _draft(sheet: Sheet) -> None:
    """征求意见稿 of a 办法."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}管理办法（征求意见稿）"
    sheet.facts |= {"title": title, "kind": DocumentKind.DRAFT, "region": office.region}
    above = sheet.rng.random() < 0.5
    sheet.add("标题", f"{title.replace('（', chr(10) + '（')}\n\n" if above else f"{title}\n\n")
    _articles(sheet, "办法", day, chapters=3)


def _reply(sheet: Sheet) -> None:
    """复函 with 一是 … twice."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于市政协会议第{sheet.rng.randint(100, 999)}号提案的复函"
    sheet.facts |= {"title": title, "kind": DocumentKind.REPLY_LETTER}
    _start(sheet, office, day, title)
    sheet.line("前言", "尊敬的委员：")
    sheet.line("前言", "您提出的提案收悉，现答复如下。")
    _headed(sheet, depth=2, chapters=2)
    sheet.line("文末", "感谢您对我们工作的关心和支持。")
    _sign(sheet, day, shared=False)


def _annexes(sheet: Sheet) -> None:
    """A notice with annexes of their own numbering, one of them with articles."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于组织开展{sheet.pick('subjects')}工作的通知"
    sheet.facts |= {"title": title, "kind": DocumentKind.NOTICE}
    _start(sheet, office, day, title)
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", "现将有关事项通知如下：")
    _headed(sheet, depth=2, chapters=2)
    names = ["工作指引", f"{sheet.pick('subjects')}评审规则"]
    _annex_list(sheet, names)
    _sign(sheet, day)
    sheet.add("附件1", f"\n附件1\n\n{names[0]}\n\n")
    _headed(sheet, below="附件1·", depth=sheet.rng.choice((1, 3)), chapters=3)
    sheet.add("附件2", f"\n附件2\n\n{names[1]}\n\n")
    for number in range(1, 5):
        sheet.line(f"附件2·第{han(number)}条", f"第{han(number)}条{sheet.gap}{sheet.body()}")


def _rates(sheet: Sheet) -> None:
    """A table of rates inside a clause, in the words that readers write tables in."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于公布{sheet.pick('subjects')}标准的通知"
    sheet.facts |= {"title": title, "kind": DocumentKind.NOTICE}
    _start(sheet, office, day, title)
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", "现将标准公布如下。")
    sheet.line("一", "一、补助标准")
    sheet.line("一、（一）", f"（一）{sheet.pick('headings')}。标准见下表。")
    where = "一、（一）·表1"
    sheet.add(where, "表1 表头：企业类型；比例；最高限额\n")
    for row, kind in enumerate(("小型企业", "中型企业", "大型企业"), 1):
        share, most = sheet.rng.randint(5, 30), sheet.rng.randint(1, 9)
        cells = f"企业类型：{kind}；比例：{share}%；最高限额：{most}00万元"
        sheet.add(f"{where}第{row}行", f"表1 第{row}行：{cells}\n")
    sheet.line("一、（二）", f"（二）{sheet.pick('headings')}。{sheet.body()}")
    sheet.line("二", f"二、{sheet.pick('headings')}")
    sheet.line("二", sheet.body())
    where = "二·表2"
    sheet.add(where, "表2（费率表） 表头：期限；费率\n")
    for row, years in enumerate((1, 3, 5), 1):
        sheet.add(
            f"{where}第{row}行", f"表2（费率表） 第{row}行：期限：{years}年；费率：{row}.5%\n"
        )
    _sign(sheet, day)


def _pages(sheet: Sheet) -> None:
    """Text copied from pages: page numbers and page breaks inside clauses, lines broken."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}管理办法"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES}
    _start(sheet, office, day, f"{office.name}\n关于印发《{title}》的通知")
    sheet.broken = True
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", f"现将《{title}》印发给你们，请认真贯彻执行。")
    sheet.broken = False
    _sign(sheet, day)
    sheet.add("前言", f"\n{title}\n\n")
    for number in range(1, 9):
        path, mark = f"第{han(number)}条", f"第{han(number)}条{sheet.gap}"
        if number % 3 == 0:
            first, second = sheet.body(2, 3), sheet.body(1, 2)
            sheet.add(path, f"{mark}{first[: len(first) // 2]}\n— {number // 3} —\n\f")
            sheet.line(path, first[len(first) // 2 :] + second)
        else:
            sheet.broken = True
            sheet.line(path, mark + sheet.body(2, 3))
            sheet.broken = False
    sheet.line("第九条", f"第九条{sheet.gap}{_closing(sheet, '办法', day)}")


def _lost(sheet: Sheet) -> None:
    """A plan whose Arabic digits were lost: items are counted, 文号 and days are gone."""
    office = _office(sheet)
    title = f"{office.place}{sheet.pick('subjects')}工作方案"
    sheet.facts |= {"title": title, "kind": DocumentKind.PLAN, "region": office.region}
    sheet.facts["issuers"] = [office.name]
    sheet.add("标题", f"{office.name}\n关于印发{title}的通知\n{office.mark}〔 〕 号\n\n")
    sheet.line("通知", _addressee(sheet))
    sheet.line("通知", f"《{title}》已经同意，现印发给你们，请认真贯彻执行。")
    sheet.add("通知", f"\n{' ' * 16}{office.name}\n{' ' * 18}年 月 日\n")
    sheet.add("前言", f"{title}\n\n")
    sheet.line("前言", "为落实有关部署，制定本方案。")
    for first, heading in enumerate(sheet.headings(3), 1):
        sheet.line(han(first), f"{han(first)}、{heading}")
        for second in (1, 2):
            here = f"{han(first)}、（{han(second)}）"
            sheet.line(here, f"（{han(second)}）{sheet.pick('headings')}。")
            for third in (1, 2, 3):
                sentence = "".join(c for c in sheet.body() if not c.isdigit())
                sheet.line(f"{here}{third}", f"．{sheet.pick('headings')}。{sentence}")


def _broken_lines(sheet: Sheet) -> None:
    """一、（一）1. with every long line broken inside sentences."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于推进{sheet.pick('subjects')}的实施意见"
    sheet.facts |= {"title": title, "kind": DocumentKind.OPINION}
    _start(sheet, office, day, title)
    sheet.broken = True
    sheet.line("前言", _addressee(sheet))
    sheet.line(
        "前言", "为深入贯彻党中央、国务院决策部署，推动工作落到实处，结合实际，现提出以下意见。"
    )
    _headed(sheet, depth=3, chapters=3)
    sheet.broken = False
    _sign(sheet, day)


def _parts(sheet: Sheet) -> None:
    """第一部分 … 一、… 1.…, families mixed and a level skipped."""
    title = f"{sheet.pick('subjects')}办事指南"
    sheet.facts |= {"title": title, "kind": DocumentKind.OTHER}
    sheet.add("标题", f"{title}\n\n")
    for first in (1, 2):
        top = f"第{han(first)}部分"
        sheet.line(top, f"{top}{sheet.gap}{sheet.pick('headings')}")
        for second, heading in enumerate(sheet.headings(3), 1):
            here = f"{top}·{han(second)}"
            sheet.line(here, f"{han(second)}、{heading}")
            for third in (1, 2):
                sheet.line(f"{here}、{third}", f"{third}.{sheet.body()}")


def _skipped(sheet: Sheet) -> None:
    """一、 then 1. then （1）, the level between left out."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于{sheet.pick('subjects')}有关事项的公告"
    sheet.facts |= {"title": title, "kind": DocumentKind.ANNOUNCEMENT}
    _start(sheet, office, day, title, number=False)
    sheet.line("前言", "现将有关事项公告如下：")
    for first, heading in enumerate(sheet.headings(3), 1):
        sheet.line(han(first), f"{han(first)}、{heading}")
        for second in (1, 2, 3):
            here = f"{han(first)}、{second}"
            sheet.line(here, f"{second}.{sheet.body(1, 2)}")
            if second == 2:
                for third in (1, 2):
                    sheet.line(f"{here}（{third}）", f"（{third}）{sheet.item()}；")
    _sign(sheet, day)


def _round(sheet: Sheet) -> None:
    """（一） on top, 1. below, ① below that."""
    title = f"关于{sheet.pick('subjects')}的补充说明"
    sheet.facts |= {"title": title, "kind": DocumentKind.OTHER}
    sheet.add("标题", f"{title}\n\n")
    for first, heading in enumerate(sheet.headings(3), 1):
        top = f"（{han(first)}）"
        sheet.line(top, f"{top}{heading}")
        for second in (1, 2):
            sheet.line(f"{top}{second}", f"{second}.{sheet.body(1, 2)}")
            if second == 1:
                for third in range(3):
                    sheet.line(f"{top}1{CIRCLED[third]}", f"{CIRCLED[third]}{sheet.item()}；")


def _unnumbered(sheet: Sheet) -> None:
    """Markdown headings without any number."""
    title = f"{sheet.pick('subjects')}办理须知"
    sheet.facts |= {"title": title, "kind": DocumentKind.OTHER}
    sheet.add("标题", f"# {title}\n\n")
    for heading in sheet.headings(4):
        sheet.line(heading, f"## {heading}")
        sheet.line(heading, sheet.body())


def _regulation(sheet: Sheet) -> None:
    """条例 with 编, 章 and 节, many articles."""
    office, day = _office(sheet), sheet.day()
    place = office.place
    title = f"{place}{sheet.pick('subjects')}条例"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES, "region": office.region}
    passed = f"（{printed_day(day)}{place}人民代表大会常务委员会第十次会议通过）"
    sheet.add("标题", f"{title}\n{passed}\n\n")
    number, chapter = 0, 0
    for book in (1, 2):
        top = f"第{han(book)}编"
        sheet.line(top, f"{top}{sheet.gap}{sheet.pick('headings')}")
        for _ in (1, 2):
            chapter += 1
            here = f"{top}第{han(chapter)}章"
            sheet.line(here, f"第{han(chapter)}章{sheet.gap}{sheet.pick('headings')}")
            for section in (1, 2):
                low = f"{here}第{han(section)}节"
                sheet.line(low, f"第{han(section)}节{sheet.gap}{sheet.pick('headings')}")
                for _ in range(3):
                    number += 1
                    path, mark = f"第{han(number)}条", f"第{han(number)}条{sheet.gap}"
                    if sheet.rng.random() < 0.3:
                        _article_with_items(sheet, path, mark)
                    else:
                        sheet.line(path, mark + sheet.body())
    effective = day + timedelta(days=60)
    sheet.facts["effective"] = effective
    number += 1
    sheet.line(
        f"第{han(number)}条",
        f"第{han(number)}条{sheet.gap}本条例自{printed_day(effective)}起施行。",
    )


def _firsts(sheet: Sheet) -> None:
    """一是 … 二是 … inside the clauses of a plan."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.name}关于加强{sheet.pick('subjects')}工作的意见"
    sheet.facts |= {"title": title, "kind": DocumentKind.OPINION}
    _start(sheet, office, day, title)
    sheet.line("前言", _addressee(sheet))
    sheet.line("前言", "现提出以下意见。")
    for first, heading in enumerate(sheet.headings(3), 1):
        sheet.line(han(first), f"{han(first)}、{heading}")
        for second in (1, 2):
            here = f"{han(first)}、（{han(second)}）"
            sheet.add(here, f"{sheet.indent}（{han(second)}）{sheet.pick('headings')}。")
            for third in (1, 2, 3):
                end = sheet.blank if third == 3 else ""
                said = "".join(sheet.fill(sheet.pick("sentences")) for _ in range(2))
                sheet.add(f"{here}·{han(third)}是", f"{han(third)}是{said}{end}")
    sheet.line("文末", _closing(sheet, "意见", day))
    _sign(sheet, day)


def _order(sheet: Sheet) -> None:
    """An order (令) that publishes a 办法, numbered 第N号."""
    place, day = sheet.pick("places"), sheet.day()
    city = place["city"]
    title = f"{city}{sheet.pick('subjects')}管理办法"
    effective = day + timedelta(days=30)
    number = f"{city}人民政府令第{sheet.rng.randint(100, 300)}号"
    sheet.facts |= {
        "title": title,
        "kind": DocumentKind.RULES,
        "region": city,
        "number": number,
        "issuers": [f"{city}人民政府"],
        "effective": effective,
    }
    sheet.add("标题", f"{number.replace('令', '令' + chr(10))}\n\n")
    sheet.line(
        "正文",
        f"《{title}》已经市人民政府常务会议审议通过，现予公布，自{printed_day(effective)}起施行。",
    )
    _sign(sheet, day, shared=False)
    sheet.add("前言", f"\n{title}\n\n")
    for each in range(1, 8):
        path, mark = f"第{han(each)}条", f"第{han(each)}条{sheet.gap}"
        if each == 4:
            _article_with_items(sheet, path, mark)
        else:
            sheet.line(path, mark + sheet.body())
    sheet.line("第八条", f"第八条{sheet.gap}本办法自{printed_day(effective)}起施行。")


def _after_items(sheet: Sheet) -> None:
    """Articles that go on after their items, in a paragraph that belongs to the article."""
    office, day = _office(sheet), sheet.day()
    title = f"{office.place}{sheet.pick('subjects')}暂行规定"
    sheet.facts |= {"title": title, "kind": DocumentKind.RULES}
    _start(sheet, office, day, title, signed=False)
    for number in range(1, 7):
        path, mark = f"第{han(number)}条", f"第{han(number)}条{sheet.gap}"
        if number % 2:
            sheet.line(path, mark + sheet.body())
        else:
            _article_with_items(sheet, path, mark)
            sheet.line(path, f"前款所列情形，由{sheet.pick('objects')}核定。")
    sheet.line("第七条", f"第七条{sheet.gap}{_closing(sheet, '规定', day)}")


SHAPES: Mapping[str, Callable[[Sheet], None]] = {
    "办法": _rules,
    "细则": _details,
    "通知印发办法": _wrapped,
    "联合发文方案": _joint,
    "通知": _notice,
    "部委通知": _national,
    "若干措施": _opinions,
    "Markdown": _markdown,
    "小数编号": _decimals,
    "问答": _questions,
    "解读": _interpretation,
    "公示": _publicity,
    "征求意见稿": _draft,
    "复函": _reply,
    "附件": _annexes,
    "表格": _rates,
    "分页": _pages,
    "丢失数字": _lost,
    "断行": _broken_lines,
    "部分": _parts,
    "跳级": _skipped,
    "括号起头": _round,
    "无编号标题": _unnumbered,
    "条例编章节": _regulation,
    "一是二是": _firsts,
    "政府令": _order,
    "项后另段": _after_items,
}


def made(seed: int, rounds: int = 2) -> Iterator[LabelledPaper]:
    """`rounds` papers of every shape; the same for the same seed."""
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    for turn in range(rounds):
        for shape, write in SHAPES.items():
            name = f"{shape}-{seed + turn}"
            rng = random.Random(name)
            sheet = Sheet(
                rng,
                words,
                indent=rng.choice(("", "　　", "    ")),
                gap=rng.choice(("　", " ", "  ")),
                blank=rng.choice(("\n", "\n", "\n\n")),
            )
            write(sheet)
            facts = dict.fromkeys(FIELDS) | sheet.facts
            yield LabelledPaper(name, shape, sheet.text, tuple(sheet.parts), facts)
