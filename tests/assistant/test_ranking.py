"""The order of clauses: what decides it is shown, and nothing beside the papers changes it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus import build_snapshot
from assistant.measures.reader import read_catalogue
from assistant.pipeline import Assistant
from assistant.ranking import ClauseRanker
from assistant.reading.lexicon import Lexicon
from assistant.service import Service
from assistant.settings import Settings
from assistant.steps.retrieve import MeasureIndex
from ingest import store
from ingest.index import Hit, Snapshot
from ingest.tokenize import Tokenizer

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 20)
TOP = 5
LAW = """中华人民共和国担保办法

第一条 为了支持制造业企业技术改造贷款贴息和融资担保，制定本办法。

第二条 首台（套）重大技术装备保险的保费补贴由财政部门另行规定。
"""

Search = Callable[[str], tuple[Hit, ...]]


def searcher(assistant: Assistant) -> Search:
    def search(query: str) -> tuple[Hit, ...]:
        return assistant.search(query, 50, today=TODAY, documents=assistant.snapshot.documents)

    return search


@pytest.fixture(scope="module")
def search(assistant: Assistant) -> Search:
    return searcher(assistant)


@pytest.fixture(scope="module")
def search_beside_a_law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """The same search where the corpus holds one more paper, of which nothing is reviewed."""
    corpus = tmp_path_factory.mktemp("beside") / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    (corpus / "documents" / "law.txt").write_text(LAW, encoding="utf-8")
    rows = yaml.safe_load((corpus / "sources.yaml").read_text(encoding="utf-8"))
    row = {
        "id": "law",
        "title": "中华人民共和国担保办法",
        "short_title": "担保办法",
        "number": None,
        "issuers": [],
        "region": "全国",
        "kind": "rules",
        "dates": {},
        "file": "documents/law.txt",
        "sha256": hashlib.sha256(LAW.encode()).hexdigest(),
        "url": None,
    }
    (corpus / "sources.yaml").write_text(
        yaml.safe_dump([*rows, row], allow_unicode=True), encoding="utf-8"
    )
    own = Settings(
        home=corpus.parent, corpus=corpus, database_url=f"sqlite:///{corpus.parent}/assistant.db"
    )
    build_snapshot(own, progress=False)
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    with Service(own, now=lambda: now) as service, service.desk() as desk:
        yield searcher(desk.assistant)


QUESTIONS = st.lists(
    st.sampled_from(
        ["技改", "贴息", "担保", "上市", "首台套", "保费", "洛阳", "工作方案", "什么时候", "施行"]
    ),
    min_size=1,
    max_size=5,
).map("".join)


@settings(max_examples=30)
@given(question=QUESTIONS)
def test_a_score_is_the_sum_of_the_parts_that_are_shown(search: Search, question: str) -> None:
    hits = search(question)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        parts = {name: v for name, v in hit.evidence.items() if name.endswith("_part")}
        assert hit.score == pytest.approx(sum(parts.values()))
        assert {"dense", "dense_rank"} <= hit.evidence.keys() or "bm25" in hit.evidence


@pytest.mark.parametrize("question", ["技改贷款贴息", "首台套保费补贴", "工作方案抄送哪些部门"])
def test_papers_that_stand_beside_change_nothing(
    search: Search, search_beside_a_law: Search, question: str
) -> None:
    def parts(hits: tuple[Hit, ...]) -> list[tuple[str, str, dict[str, float]]]:
        return [
            (h.document_id, h.path, {n: v for n, v in h.evidence.items() if n.endswith("_part")})
            for h in hits
            if h.document_id != "law"
        ][:20]

    beside = search_beside_a_law(question)
    assert parts(beside) == parts(search(question))
    assert "law" in {hit.document_id for hit in beside}


def test_a_paper_without_measures_is_found_for_what_it_says(search_beside_a_law: Search) -> None:
    best = search_beside_a_law("重大技术装备保险的保费补贴由财政部门另行规定吗")[0]
    assert (best.document_id, best.path) == ("law", "第二条")


def test_the_name_of_a_measure_finds_its_clause(search: Search, assistant: Assistant) -> None:
    for measure in assistant.catalogue.measures:
        place = assistant.catalogue.place(measure)
        found = search(measure.title)[:TOP]
        assert (place.document, place.path) in [(h.document_id, h.path) for h in found], measure.id


@pytest.mark.parametrize(
    ("question", "document", "path"),
    [
        ("行动计划从什么时候开始施行", "cq-jingxin-2024-7", "文末"),
        ("行动计划是哪天成文的", "cq-jingxin-2024-7", "落款"),
        ("工作方案抄送哪些部门", "cq-jingxin-rongzi-2024-6", "抄送"),
        ("答复函是哪个单位发的，文号是什么", "cq-jinyi-2018-1", "标题"),
        ("工作方案的目标是什么", "cq-jingxin-rongzi-2024-6", "二"),
    ],
)
def test_what_papers_say_in_a_fixed_place_is_found_there(
    search: Search, question: str, document: str, path: str
) -> None:
    assert (search(question)[0].document_id, search(question)[0].path) == (document, path)


def test_a_place_that_is_named_leaves_the_papers_of_others_out(search: Search) -> None:
    assert {hit.document_id for hit in search("洛阳的担保费降到多少")} == {"luoyang-2024-draft"}
    assert len({hit.document_id for hit in search("担保费降到多少")}) > 1


def test_what_holds_today_comes_first_unless_the_past_is_asked_about(search: Search) -> None:
    """Of two papers that say much the same, the one in force, or with 以前 the one before."""
    now, before = search("转贷应急周转金怎么申请")[0], search("以前转贷应急周转金怎么申请")[0]
    assert now.document_id == "cq-jingxin-2024-7"
    assert before.document_id == "cq-fuban-2017"


def test_what_is_cut_at_every_start_lies_in_the_snapshot(built_home: Path) -> None:
    """So that a start cuts nothing: a tokenizer without its dictionary is enough for it."""
    path = store.current_path(built_home)
    cut = store.read_cut(path, store.read_manifest(path))
    snapshot = Snapshot.open(path)
    snapshot.tokenizer = Tokenizer(saved=built_home / "no dictionary", cut=cut)
    catalogue = read_catalogue(snapshot.data, snapshot.documents)
    ClauseRanker(catalogue, snapshot, Lexicon(snapshot.data))
    MeasureIndex(catalogue, snapshot.tokenizer)
    with pytest.raises(OSError, match="no dictionary"):
        snapshot.tokenizer("不在其中的文字")
