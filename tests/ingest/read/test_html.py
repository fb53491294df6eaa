"""A saved page of a government site: the paper is read, the page around it is not."""

from __future__ import annotations

import pytest

from ingest.clauses import split
from ingest.read import ReadError, read

BODY = """
<p style="text-align:center"><strong>某市人民政府办公厅</strong></p>
<p style="text-align:center"><strong>关于印发《设备更新实施办法》的通知</strong></p>
<p>某府办发〔2024〕5号</p>
<p>各区县人民政府，市政府各部门：</p>
<p>　　《设备更新实施办法》已经市政府同意，现印发给你们，请认真贯彻执行。</p>
<p>　　一、支持<span>设备</span><font color="red">更新</font>。对符合条件的企业<br/>给予补助。</p>
<script>document.write("贴息100%")</script>
<p style="display: none">隐藏的贴息为100%</p>
<table border="1"><tr><th rowspan="2">产品</th><th colspan="2">标准</th></tr>
<tr><th>利率</th><th>期限</th></tr>
<tr><td>甲贷</td><td>4%</td><td>3年</td></tr>
<tr><td>乙贷</td><td>5%</td><td>1年</td></tr></table>
<p>　　二、本办法自2024年5月1日起施行。</p>
<p style="text-align:right">某市人民政府办公厅</p>
<p style="text-align:right">2024年4月1日</p>
<p>（此件公开发布）</p>
<div class="share">分享到：微信 微博</div>
"""
PAGE = f"""<!DOCTYPE html>
<!-- saved from url=(0047)https://www.example.gov.cn/zwgk/202404/t1.html -->
<html><head><meta charset="utf-8">
<title>某市人民政府办公厅关于印发《设备更新实施办法》的通知_某市政府网</title>
<meta name="ArticleTitle" content="某市人民政府办公厅关于印发《设备更新实施办法》的通知">
<meta name="PubDate" content="2024-04-03 09:00">
<style>p {{ color: red }}</style></head><body>
<div class="header"><a href="/">首页</a><a href="/zwgk">政务公开</a>
<form><input name="q"></form></div>
<div class="crumbs">您现在的位置：<a href="/">首页</a> &gt;
<a href="/zwgk">政务公开</a> &gt; 正文</div>
<div class="main">
<table class="xxgk"><tr><td>索 引 号：</td><td>11500000/2024-00123</td><td>发文字号：</td>
<td>某府办发〔2024〕5号</td></tr><tr><td>成文日期：</td><td>2024年4月1日</td><td>发布日期：</td>
<td>2024-04-03</td></tr></table>
<h1>某市人民政府办公厅关于印发《设备更新实施办法》的通知</h1>
<div class="info">来源：某市政府网　浏览次数：123
　字体：【<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</div>
<div class="TRS_Editor">{BODY}</div>
<div class="print"><a href="javascript:window.print()">【打印本页】</a>
<a href="#">【关闭窗口】</a></div>
<div>上一篇：<a href="a.html">关于放假的通知</a></div>
</div>
<div class="footer">主办：某市人民政府办公厅　备案号：某ICP备05000000号</div>
</body></html>"""
LINES = [
    "某市人民政府办公厅",
    "关于印发《设备更新实施办法》的通知",
    "某府办发〔2024〕5号",
    "各区县人民政府，市政府各部门：",
    "　　《设备更新实施办法》已经市政府同意，现印发给你们，请认真贯彻执行。",
    "　　一、支持设备更新。对符合条件的企业",
    "给予补助。",
    "表1 表头：产品；标准·利率；标准·期限",
    "表1 第1行：产品：甲贷；标准·利率：4%；标准·期限：3年",
    "表1 第2行：产品：乙贷；标准·利率：5%；标准·期限：1年",
    "　　二、本办法自2024年5月1日起施行。",
    "某市人民政府办公厅",
    "2024年4月1日",
    "（此件公开发布）",
]


def test_the_article_is_read_without_the_page() -> None:
    reading = read(PAGE.encode(), "a.html")
    assert reading.text.splitlines() == LINES
    assert reading.facts["url"] == "https://www.example.gov.cn/zwgk/202404/t1.html"
    assert reading.facts["发布日期"].startswith("2024-04-03")
    assert reading.facts["发文字号"] == "某府办发〔2024〕5号"
    assert reading.facts["成文日期"] == "2024年4月1日"
    assert "".join(reading.text[o.start : o.end] for o in reading.origins) == reading.text
    assert [clause.path for clause in split(reading.text)][:4] == ["标题", "通知", "一", "二"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('class="TRS_Editor"', 'class="unknown"'),
        ('class="TRS_Editor"', 'id="zoom"'),
        ('class="TRS_Editor"', 'class="v_news_content"'),
    ],
)
def test_the_article_is_found_in_other_systems(before: str, after: str) -> None:
    text = read(PAGE.replace(before, after).encode(), "a.htm").text
    assert all(line in text.splitlines() for line in LINES)
    for gone in ("首页", "打印", "分享", "备案号", "浏览次数", "100%"):
        assert gone not in text


def test_a_page_in_gbk_says_so_itself() -> None:
    data = PAGE.replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    assert read(data, "a.html").text.splitlines() == LINES


def test_a_page_that_says_the_wrong_charset_is_read_all_the_same() -> None:
    assert read(PAGE.encode("gb18030"), "a.html").text.splitlines() == LINES


def test_a_title_outside_the_article_opens_it() -> None:
    centred = '<p style="text-align:center"><strong>'
    page = PAGE.replace(f"{centred}某市人民政府办公厅</strong></p>", "")
    page = page.replace(f"{centred}关于印发《设备更新实施办法》的通知</strong></p>", "")
    lines = read(page.encode(), "a.html").text.splitlines()
    assert lines[:2] == [
        "某市人民政府办公厅关于印发《设备更新实施办法》的通知", "某府办发〔2024〕5号",
    ]  # fmt: skip


def test_a_layout_table_is_no_table() -> None:
    cell = "<p>一、支持设备更新。</p><p>二、支持技术改造。</p>" + "<p>详见附件。</p>" * 60
    page = f"<html><body><table><tr><td>{cell}</td></tr></table></body></html>"
    assert read(page.encode(), "a.html").text.splitlines()[:2] == [
        "一、支持设备更新。", "二、支持技术改造。",
    ]  # fmt: skip


def test_preformatted_text_keeps_its_lines() -> None:
    page = "<html><body><pre>一、支持设备更新。\n二、支持技术改造。\n</pre></body></html>"
    assert read(page.encode(), "a.html").text.splitlines() == [
        "一、支持设备更新。", "二、支持技术改造。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><div id='app'></div><script>load()</script></body></html>",
        "<html><frameset><frame src='http://example.com'></frameset></html>",
    ],
)
def test_a_page_without_an_article_is_refused(page: str) -> None:
    with pytest.raises(ReadError, match="网页里没有正文"):
        read(page.encode(), "a.html")


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td"])
def test_endless_nesting_ends_in_a_text_or_a_refusal(tag: str) -> None:
    page = "<html><body>" + f"<{tag}>" * 20_000 + "一、支持设备更新。"
    try:
        assert read(page.encode(), "a.html").text == "一、支持设备更新。\n"
    except ReadError as error:
        assert "嵌套过深" in str(error)
