"""HTML: a saved page of a government site, reduced to the paper that it shows.

In:  the page's bytes.
Out: the paper's paragraphs, tables as `ingest.tables` writes them; menus, font-size buttons, print
     and share links, the repeated title and the footer are left out, and what the page states of
     the paper (发布日期, 发文字号, address) is among the facts (tests/ingest/read/test_html.py).
     Scripts are never run and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from ingest.read import plain
from ingest.read.base import Collector, Limits, ReadError, Reading
from ingest.tables import Cell, one_line, table_lines

_NO_TEXT = frozenset(
    (
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas",
        "audio", "video", "form", "button", "select", "input", "textarea", "nav", "footer", "aside",
        "head", "frameset",
    )
)  # fmt: skip
# what content systems call the parts around an article, as whole words of class or id
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|crumbs?|bread\w*|location|position|dqwz|wz|share\w*|bdshare\w*"
    r"|print\w*|dy|font-?size\w*|zihao|zh|toolbar|tools?|related|xgwd|xgxx|xgyd|pager?|pagination"
    r"|foot\w*|copyright|banner|sidebar|qr-?code\w*|ewm|erweima|login|search\w*|jiathis\w*|hidden"
    r"|prev|next|shangyi\w*|xiayi\w*|comment\w*|recommend\w*|hot\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
# where the usual content systems of government sites put the article, most telling first
_ARTICLES = (
    "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", "#zoom", "#zoomcon",
    "#Zoom", ".pages_content", ".article-content", ".article_content", ".zwxl-article", ".gkwj",
    "#js_content", "#vsb_content", ".v_news_content", ".wp_articlecontent", "#articleContent",
    "#ContentRegion", ".zfxxgk_content", "#content_body", "article",
)  # fmt: skip
_TITLES = ("h1", ".article-title", ".title", "#title", ".tit")
_BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dd",
        "dt", "ul", "ol", "dl", "blockquote", "pre", "center", "table", "tbody", "thead", "tfoot",
        "tr", "td", "th", "header", "figure", "figcaption", "address", "hr", "body",
    )
)  # fmt: skip
_CONTAINERS = frozenset(("div", "section", "article", "main", "center"))
_CHROME = re.compile(
    r"[【\[（(]?\s*(?:打印(?:本页|此页|文章)?|关闭(?:窗口|本页)?|收藏(?:本页)?|返回顶部|大|中|小|分享|下载"
    r"|字体|纠错|我要纠错)\s*[】\]）)]?"
)
_CHROME_LINE = re.compile(
    r"(?:字体|字号|字体大小|打印|关闭|分享|分享到|扫一扫|浏览次数|浏览量|阅读次数|点击数?|访问量|访问次数|上一篇"
    r"|下一篇|上一条|下一条|相关链接|相关文档|相关解读|责任编辑|编辑|当前位置|您(?:现在)?(?:所在)?的?位置|首页)"
    r"\s*[：:>》】].*|.*(?:浏览次数|阅读次数|点击数|字体|字号)\s*[：:].*|.*扫一扫.{0,12}(?:打开|分享|手机).*|首页\s*[>＞›].*|分享到?|字体|字号"
)
_FACTS = re.compile(
    r"(发布日期|发布时间|公开日期|成文日期|生成日期|印发日期|发文日期|有效期|发文字号|文号|发文机关|发布机构|制发机关"
    r"|索引号|主题分类|标题|来源|信息来源|实施日期|施行日期|有效性|效力状态)\s*[\]】]?\s*[：:]\s*"
)
_LABELS = re.compile("索引号|主题分类|发文机关|发文字号|成文日期|发布日期|公开日期|发布机构|有效性")
_META = {
    "ArticleTitle": "标题",
    "PubDate": "发布日期",
    "ContentSource": "来源",
    "Url": "url",
}
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)\s*-->")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\x0b\xa0\u200b]+")
_DEEPEST = 150
_OPEN = 1000  # boxes open at once, above which the parser's own time grows with their square
_BOX = re.compile(
    r"<(/?)(?:div|section|article|main|center|ul|ol|dl|li|dd|blockquote|table|form|fieldset|nav|header"
    r"|footer|aside|figure|details)\b",
    re.IGNORECASE,
)
_TOO_DEEP = "网页元素嵌套过深，文件可能有意构造；应把正文另存为文本或 DOCX"
_ENOUGH = 100  # characters of running text in an article
_CELLS = 100  # that a cell may span; browsers stop at 1000


@dataclass(slots=True)
class _Element:
    """An element of the page that is shown.

    names   its id and classes as selectors: #zoom, .TRS_Editor
    length  characters of its text, blanks left out
    weight  of these, those outside links, minus those inside: how much of it is running text
    """

    tag: str
    names: tuple[str, ...] = ()
    spans: tuple[int, int] = (1, 1)
    children: list[_Element | str] = field(default_factory=list)
    length: int = 0
    weight: int = 0

    def elements(self) -> list[_Element]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, _Element)]

    def all(self) -> Iterator[_Element]:
        """The element and all below it, in reading order."""
        yield self
        for child in self.elements():
            yield from child.all()

    def text(self) -> str:
        """All its words."""
        return "".join(
            child if isinstance(child, str) else f" {child.text()} " for child in self.children
        )


def read(data: bytes, limits: Limits) -> Reading:
    """The paper on the page; ReadError where it holds none."""
    html = _decode(data)
    _refuse_depth(html)
    try:
        tree = LexborHTMLParser(html)
    except SelectolaxError as error:
        raise ReadError("网页过大，解析不了，未读入") from error
    facts = _meta(tree, html)
    body = _shown(tree.body) if tree.body is not None else _Element("body")
    title = _title(body, facts)
    _facts_of_lines(_Walk().lines(body, rough=True), facts)
    article = _article(body)
    lines = [line for line in _Walk().lines(article) if not _is_chrome(line)]
    if not lines:
        raise ReadError("网页里没有正文，可能由脚本生成；应另存为完整网页或提供原文件")
    collector = Collector(limits)
    for number, line in enumerate(_with_title(lines, title), 1):
        collector.add(f"{line}\n", part=f"第{number}行")
    return collector.reading((), facts)


def _refuse_depth(html: str) -> None:
    """Raise ReadError where boxes are opened in each other without end."""
    depth = 0
    for tag in _BOX.finditer(html):
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > _OPEN:
            raise ReadError(_TOO_DEEP)


def _shown(node: LexborNode, depth: int = 0) -> _Element:
    """An element with what is shown of it; ReadError where it is nested without end."""
    if depth > _DEEPEST:
        raise ReadError(_TOO_DEEP)
    attributes = node.attributes
    names = [f".{name}" for name in (attributes.get("class") or "").split()]
    if identity := (attributes.get("id") or "").strip():
        names.append(f"#{identity}")
    element = _Element(
        node.tag or "", tuple(names), (_span(attributes, "rowspan"), _span(attributes, "colspan"))
    )
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            text = child.text_content or ""
            element.children.append(text)
            count = len("".join(text.split()))
            element.length += count
            element.weight += count
        elif tag not in _NO_TEXT and tag[:1] not in ("-", "!") and not _is_hidden(child):
            inner = _shown(child, depth + 1)
            element.children.append(inner)
            element.length += inner.length
            element.weight += inner.weight
    if element.tag == "a":
        element.weight = -element.length
    return element


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return (
        "display:none" in style
        or "visibility:hidden" in style
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
    )


def _span(attributes: Mapping[str, str | None], name: str) -> int:
    value = attributes.get(name) or "1"
    return min(max(int(value), 1), _CELLS) if re.fullmatch(r"[0-9]{1,4}", value) else 1


def _decode(data: bytes) -> str:
    """By the page's own charset, else as plain text is."""
    named = _CHARSET.search(data[:4096])
    charset = named[1].decode().lower() if named else ""
    if charset in ("gb2312", "gbk", "gb18030", "utf-8", "utf8"):
        charset = "gb18030" if charset.startswith("gb") else "utf-8"
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            pass  # the page says one thing and is another
    try:
        return plain.decode(data)[0]
    except ReadError:
        if data.isascii() or not data.strip():
            raise
        return data.decode(charset if charset in ("utf-8", "gb18030") else "utf-8", "replace")


def _meta(tree: LexborHTMLParser, html: str) -> dict[str, str]:
    """What the page's head says, in the names that the rules for government sites fix."""
    facts: dict[str, str] = {}
    for node in tree.css("meta[name][content]"):
        name = _META.get(node.attributes.get("name") or "")
        words = _one_line(node.attributes.get("content") or "")
        if name and words:
            facts.setdefault(name, words)
    canonical = tree.css_first("link[rel=canonical]")
    saved = _SAVED_FROM.search(html[:2000])
    url = saved[1] if saved else (canonical.attributes.get("href") if canonical else None)
    if url and url.startswith(("http://", "https://")):
        facts["url"] = url
    return facts


def _title(body: _Element, facts: dict[str, str]) -> str:
    """The paper's title as the page states it, "" where it does not."""
    if title := facts.get("标题"):
        return title
    for wanted in _TITLES:
        for element in body.all():
            if element.tag == wanted or wanted in element.names:
                words = one_line(element.text())
                if 6 <= len(words) <= 120 and re.search("[\u4e00-\u9fff]{4}", words):
                    facts["标题"] = words
                    return words
    return ""


def _facts_of_lines(lines: list[str], facts: dict[str, str]) -> None:
    """发布日期：2024-03-01, on one line or with the value on the next one."""
    label = ""
    for line in map(one_line, lines[:3000]):
        if label and not _FACTS.match(line):
            if len(line) <= 120:
                facts.setdefault(label, line)
            label = ""
        places = list(_FACTS.finditer(line)) if len(line) < 300 else []
        ends = [place.start() for place in places[1:]] + [len(line)]
        for place, end in zip(places, ends, strict=False):
            words = line[place.end() : end].strip(" 　[【|")
            if words and len(words) <= 120:
                facts.setdefault(place[1], words)
            label = place[1] if not words and end == len(line) else ""


def _article(body: _Element) -> _Element:
    """The element that holds the article: a known one, else the one with the densest text."""
    found: dict[str, _Element] = {}
    for element in body.all():
        for name in (element.tag, *element.names):
            best = found.get(name)
            if name in _ARTICLES and (best is None or element.weight > best.weight):
                found[name] = element
    for name in _ARTICLES:
        if name in found and found[name].weight >= _ENOUGH:
            return found[name]
    article = body
    while True:  # go down as long as one child holds nearly all of it
        child = max(article.elements(), key=lambda each: each.weight, default=None)
        if child is None or child.weight < 0.8 * body.weight or child.tag not in _CONTAINERS:
            return article
        article = child


def _is_clutter(element: _Element) -> bool:
    """Whether an element inside the article is none of it: a share bar, the box of facts."""
    if element.length < 400 and element.tag in ("table", "ul", "dl"):
        words = re.sub(r"\s", "", element.text())
        if len(set(_LABELS.findall(words))) >= 2:
            return True
    return element.length < 200 and any(_CLUTTER.search(name[1:]) for name in element.names)


def _is_chrome(line: str) -> bool:
    """Whether a line belongs to the page and not to the paper."""
    rest = _CHROME.sub("", line)
    return len(line) < 100 and (
        not re.search(r"\w", rest) or _CHROME_LINE.fullmatch(line) is not None
    )


def _with_title(lines: list[str], title: str) -> list[str]:
    """The lines, the title put before them where the article does not begin with it."""
    if not title:
        return lines
    compact = re.sub(r"\s", "", title)
    opening = re.sub(r"\s", "", "".join(lines[:12]))
    if opening.startswith(compact):
        rest = opening.removeprefix(compact)
        if rest.startswith(compact) and re.sub(r"\s", "", lines[0]) == compact:
            return lines[1:]  # the page's title, and the paper's below it
    return lines if compact in opening else [title, *lines]


class _Walk:
    """Goes through an element and writes its lines, none of them empty."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.open: list[str] = []
        self.tables = 0
        self.rough = False

    def lines(self, element: _Element, *, rough: bool = False) -> list[str]:
        """The lines of an element; rough ones are of everything, each cell its own."""
        self.rough = rough
        self.visit(element)
        self.end_line()
        return self.done

    def visit(self, element: _Element) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.open.append(child)
            elif child.tag == "br":
                self.end_line()
            elif self.rough or not _is_clutter(child):
                self.visit_element(child)

    def visit_element(self, element: _Element) -> None:
        if element.tag not in _BLOCKS:
            self.visit(element)
            return
        self.end_line()
        if element.tag == "pre":
            self.done += [line for line in element.text().splitlines() if line.strip()]
        elif element.tag != "table" or self.rough or not self.table(element):
            self.visit(element)
        self.end_line()

    def end_line(self) -> None:
        words = _SPACES.sub(" ", "".join(self.open)).strip(" ")
        self.open.clear()
        if words.strip():
            self.done.append(words)

    def table(self, element: _Element) -> bool:
        """Write a table of data; False where it only lays out text."""
        cells = _cells(element)
        long = sum(len(cell.text) > 300 for cell in cells)
        if len(cells) < 4 or 2 * long > len(cells) or _has_inner_table(element):
            return False
        lines = table_lines(cells, self.tables + 1)
        self.tables += any(line.text.startswith(f"表{self.tables + 1}") for line in lines)
        self.done += [line.text for line in lines]
        return True


def _has_inner_table(element: _Element) -> bool:
    return any(inner.tag == "table" for inner in element.all() if inner is not element)


def _cells(table: _Element) -> list[Cell]:
    """The table's cells with the places that row and column spans give them."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(each for each in table.all() if each.tag == "tr"):
        column = 0
        for element in line.elements():
            if element.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            down, across = element.spans
            taken |= {(row + i, column + j) for i in range(down) for j in range(across)}
            text = "\n".join(_Walk().lines(element))
            cells.append(Cell(text, row, column, down, across))
            column += across
    return cells


def _one_line(words: str) -> str:
    return _SPACES.sub(" ", words).strip()
