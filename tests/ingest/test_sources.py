"""The list of documents: read as it is, and refused with a reason where it is wrong."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import sources
from ingest.document import Document, DocumentKind, Repealed, Status
from ingest.metadata import status
from ingest.sources import SourceError, load_entries, load_sources, load_version, wanted

CORPUS = Path(__file__).parents[2] / "corpus"
TEXT = "某局关于支持设备更新的通知\r\n某发〔2024〕1号\n各区：\n一、支持更新。\n"


def entry(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": "some-2024-1",
        "title": "关于支持设备更新的通知",
        "short_title": "设备更新通知",
        "number": "某发〔2024〕1号",
        "issuers": ["某局"],
        "region": "某市",
        "kind": "notice",
        "dates": {"signed": "2024-02-21"},
        "file": "documents/some.txt",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
    }
    return {key: value for key, value in (row | changes).items() if value != "left out"}


def corpus(folder: Path, *rows: dict[str, Any], data: bytes = TEXT.encode()) -> Path:
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / "some.txt").write_bytes(data)
    listed = yaml.safe_dump(list(rows), allow_unicode=True)
    (folder / "sources.yaml").write_text(listed, encoding="utf-8")
    return folder


def test_the_corpus_has_its_five_documents() -> None:
    documents = load_sources(CORPUS)
    assert [document.id for document in documents] == [
        "cq-jingxin-2024-7",
        "cq-fuban-2017",
        "cq-jingxin-rongzi-2024-6",
        "cq-jinyi-2018-1",
        "luoyang-2024-draft",
    ]
    for document in documents:
        assert document.text.encode() == (CORPUS / document.file).read_bytes()
        assert "".join(document.quote(leaf.start, leaf.end) for leaf in document.leaves()) == (
            document.text
        )
        assert document.number is None or document.number in document.text
        assert all(name in document.text for name in document.issuers)
        assert document.url is None
    assert [len(document.damage) for document in documents] == [1, 41, 0, 1, 4]
    assert documents[4].kind is DocumentKind.DRAFT


def test_an_entry_becomes_a_document(tmp_path: Path) -> None:
    (document,) = load_sources(corpus(tmp_path, entry(notes=["附件未收录"])))
    assert document.text == TEXT
    assert document.dates.signed is not None and document.dates.signed.isoformat() == "2024-02-21"
    assert document.dates.period_until is None
    assert [clause.path for clause in document.clauses] == ["标题", "通知", "一"]
    assert (document.issuers, document.notes, document.url) == (("某局",), ("附件未收录",), None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"titel": "错"}, "没有 titel 这个键，应为 dates、file、"),
        ({"title": "left out"}, "缺少 title"),
        ({"title": ""}, "title 的值为“”，应为一行文字"),
        ({"id": "Some 1"}, "id 的值为“Some 1”，应为小写字母"),
        ({"kind": "law"}, "kind 的值为“law”，应为 plan、rules、"),
        ({"issuers": "某局"}, "issuers 的值为“某局”，应为文字的列表"),
        ({"dates": None}, "dates 的值为空，应为日期的表"),
        ({"dates": {"signd": "2024-02-21"}}, "没有 dates.signd 这个键"),
        ({"dates": {"signed": "2024-02-30"}}, "dates.signed 的值为“2024-02-30”，应为确有的一天"),
        ({"dates": {"signed": "20240221"}}, "dates.signed 的值为“20240221”"),
        ({"dates": {"signed": 2024}}, "dates.signed 的值为“2024”"),
        (
            {"dates": {"period_from": "2024-01-01", "period_until": "2023-12-31"}},
            "dates.period_until 的值为“2023-12-31”，应不早于",
        ),
        (
            {"dates": {"effective_days_after_publication": "三十"}},
            "effective_days_after_publication 的值为“三十”，应为天数",
        ),
        ({"file": "documents/none.txt"}, "file 的值为“documents/none.txt”，但没有这个文件"),
        ({"file": "../some.txt"}, "file 的值为“../some.txt”，应在资料文件夹之内"),
        ({"sha256": "0" * 64}, "文件被改动过"),
        ({"url": 5}, "url 的值为“5”"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        load_sources(corpus(tmp_path, entry(**changes)))
    assert words in str(caught.value)
    assert "sources.yaml：第1段" in str(caught.value)


def test_a_day_that_yaml_reads_as_a_day_is_read(tmp_path: Path) -> None:
    folder = corpus(tmp_path, entry())
    listed = (folder / "sources.yaml").read_text(encoding="utf-8")
    (folder / "sources.yaml").write_text(listed.replace("'2024-02-21'", "2024-02-30"), "utf-8")
    with pytest.raises(SourceError, match="2024-02-30"):
        load_sources(folder)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="第2段：id 的值“some-2024-1”重复"):
        load_sources(corpus(tmp_path, entry(), entry()))


def test_a_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    data = TEXT.encode("gbk")
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(SourceError, match=r"some\.txt 不是 UTF-8 编码"):
        load_sources(corpus(tmp_path, entry(sha256=digest), data=data))


def test_an_empty_text_is_refused(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"\n").hexdigest()
    with pytest.raises(SourceError, match="文件是空的"):
        load_sources(corpus(tmp_path, entry(sha256=digest), data=b"\n"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"- id: [", "不是合法的 YAML"),
        (b"id: some", "应为清单"),
        (b"- some", "应为清单"),
        ("- id: 名称".encode("gbk"), "不是 UTF-8"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "sources.yaml").write_bytes(data)
    with pytest.raises(SourceError, match=words):
        load_sources(tmp_path)


def test_a_missing_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="没有这个文件"):
        load_sources(tmp_path)


def test_text_is_read_without_a_change(tmp_path: Path) -> None:
    data = "\ufeff甲\r\n乙\r丙\u2028\x0c\n".encode()
    digest = hashlib.sha256(data).hexdigest()
    (document,) = load_sources(corpus(tmp_path, entry(sha256=digest), data=data))
    assert document.text.encode() == data


def later(folder: Path, *rows: dict[str, Any]) -> Path:
    """Put further versions of the document into a file of its own."""
    (folder / "sources").mkdir(exist_ok=True)
    listed = yaml.safe_dump(list(rows), allow_unicode=True)
    (folder / "sources" / "some-2024-1.yaml").write_text(listed, encoding="utf-8")
    return folder


def test_the_last_version_holds_and_the_others_are_kept(tmp_path: Path) -> None:
    folder = corpus(tmp_path, entry())
    new = TEXT + "二、取消更新。\n"
    (folder / "documents" / "new.txt").write_bytes(new.encode())
    digest = hashlib.sha256(new.encode()).hexdigest()
    later(folder, entry(version=2, file="documents/new.txt", sha256=digest))
    assert [document.text for document in load_sources(folder)] == [new]
    assert load_version(folder, "some-2024-1", 1).text == TEXT
    with pytest.raises(LookupError):
        load_version(folder, "some-2024-1", 3)


def test_a_withdrawn_document_is_not_served_and_kept(tmp_path: Path) -> None:
    withdrawal = {"id": "some-2024-1", "version": 2, "withdrawn": "2024-05-01"}
    folder = later(corpus(tmp_path, entry()), withdrawal)
    assert load_sources(folder) == ()
    assert load_version(folder, "some-2024-1", 1).text == TEXT
    later(folder, withdrawal, entry(version=3))
    assert [document.id for document in load_sources(folder)] == ["some-2024-1"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (entry(version=1), "version 的值为“1”，应大于前一版本的 1"),
        (entry(version="二"), "version 的值为“二”，应为从 1 起的整数"),
        (entry(version=2, measures="不"), "measures 的值为“不”，应为 true 或 false"),
        ({"id": "some-2024-1", "version": 2, "withdrawn": "昨天"}, "withdrawn 的值为“昨天”"),
        ({"id": "some-2024-1", "version": 2, "withdrawn": None}, "withdrawn 的值为空"),
        ({"id": "some-2024-1", "withdrawn": "2024-05-01"}, "缺少 version"),
    ],
)
def test_a_wrong_version_is_refused_by_name(
    tmp_path: Path, row: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        load_sources(later(corpus(tmp_path, entry()), row))
    assert words in str(caught.value)
    assert "some-2024-1.yaml：第1段" in str(caught.value)


def papers(folder: Path, **changes: Any) -> dict[str, Document]:
    """Two papers of one place: the second ends the first."""
    text = "某办法\n第一条 甲。\n第二条 本办法自2025年5月1日起施行，"
    text += "《某旧办法》（旧〔2020〕1号）同时废止。\n"
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / "new.txt").write_text(text, "utf-8")
    row: dict[str, Any] = {
        "id": "new-2025-1",
        "title": "某办法",
        "number": "新〔2025〕1号",
        "kind": "rules",
        "dates": {"effective": "2025-05-01"},
        "file": "documents/new.txt",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "repeals": [{"title": "某旧办法", "number": "旧〔2020〕1号"}],
        "refers_to": ["某条例", "某旧办法"],
        "wanted": ["申请表"],
    }
    old = entry(title="某旧办法（试行）", number=changes.pop("number", "旧[2020]1号"))
    old["region"] = changes.pop("region", old["region"])
    listed = corpus(folder, old, entry(**(row | changes)))
    return {document.id: document for document in load_sources(listed)}


def test_a_paper_that_ends_another_changes_its_status(tmp_path: Path) -> None:
    old = papers(tmp_path)["some-2024-1"]
    assert old.repealed == Repealed("new-2025-1", "某办法", "新〔2025〕1号", date(2025, 5, 1))
    assert status(old, date(2025, 5, 1)).status is Status.REPEALED
    assert wanted(load_entries(tmp_path)) == {
        "某条例": ["new-2025-1"], "某旧办法": ["new-2025-1"], "申请表": ["new-2025-1"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cited", "lacking"),
    [
        ("另一个名称（旧〔2020〕1号）", False),  # there by its number
        ("某旧办法（试行）（旧[2020]1号）", False),
        ("某旧办法（试行）", False),  # there by its title
        ("某旧办法（试行）（旧〔2016〕3号）", True),  # an older one of this title
        ("某旧办法（试行）（2020〕1号）", False),  # its issuer left out
    ],
)
def test_a_paper_is_wanted_by_number_and_title(tmp_path: Path, cited: str, lacking: bool) -> None:
    papers(tmp_path, refers_to=[cited], wanted=[])
    assert (cited in wanted(load_entries(tmp_path))) is lacking


def test_a_wanted_paper_is_listed_once_with_and_without_its_number(tmp_path: Path) -> None:
    papers(tmp_path, refers_to=["某条例", "某条例（国令第1号）"], wanted=[])
    assert wanted(load_entries(tmp_path)) == {"某条例（国令第1号）": ["new-2025-1"]}


@pytest.mark.parametrize(
    ("changes", "ended"),
    [
        ({"number": None}, True),  # by its title, in the same region
        ({"number": None, "region": "别市"}, False),  # of another city
        ({"number": "旧〔2020〕2号"}, False),  # another number
        ({"kind": "draft"}, False),  # a draft ends nothing
    ],
)
def test_only_the_paper_that_is_meant_is_ended(
    tmp_path: Path, changes: dict[str, Any], ended: bool
) -> None:
    assert (papers(tmp_path, **changes)["some-2024-1"].repealed is not None) is ended


def test_what_the_text_does_not_end_cannot_be_listed_as_ended(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="repeals"):
        papers(tmp_path, repeals=[{"title": "没有写的办法"}])


def test_a_list_that_is_kept_is_not_read_again_and_a_changed_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    here = corpus(tmp_path, entry(), entry(id="other-2025-1", dates={}, number=None))
    first = load_entries(here, home)
    assert first == load_entries(here)
    with monkeypatch.context() as patch:
        patch.setattr(sources, "_parsed", None)
        assert load_entries(here, home) == first
    corpus(tmp_path, entry(title="关于支持设备改造的通知"))
    ((changed,),) = load_entries(here, home).values()
    assert changed.row["title"] == "关于支持设备改造的通知"


def test_a_list_is_read_where_none_can_be_kept(tmp_path: Path) -> None:
    here, home = corpus(tmp_path, entry()), tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "lists.sqlite").write_bytes(b"not a database" * 1000)
    assert load_entries(here, home) == load_entries(here)
