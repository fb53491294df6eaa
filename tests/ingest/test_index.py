"""The clause index: what is indexed, what a search finds, how snapshots open and switch."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import chromadb
import psutil
import pytest

from ingest import store
from ingest.build import build
from ingest.document import Clause, Dates, Document, DocumentKind
from ingest.index import COLLECTION, Snapshot, SnapshotError, SnapshotHolder, units
from ingest.sources import load_sources

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    build(CORPUS, home, collection=True, progress=False)
    return home


@pytest.fixture(scope="module")
def snapshot(home: Path) -> Snapshot:
    return Snapshot.open(store.current_path(home))


def document(*parts: tuple[str, str, str, int], items: tuple[str, ...] = ()) -> Document:
    """A document of (path, text, heading, level); `items` cut the last one."""
    text, clauses = "", []
    for path, part, heading, level in parts:
        clauses.append(Clause(path, len(text), len(text) + len(part), heading, level))
        text += part
    if items:
        last, cut, at = clauses[-1], [], clauses[-1].start
        for number, item in enumerate(items):
            path = f"{last.path}·{number}是" if number else last.path
            cut.append(Clause(path, at, at + len(item), "", last.level))
            at += len(item)
        clauses[-1] = Clause(last.path, last.start, last.end, last.heading, last.level, tuple(cut))
    return Document(
        "a", "某办法", "某办法", None, (), "某市", DocumentKind.RULES, Dates(), None, "a.txt", "",
        text, tuple(clauses),
    )  # fmt: skip


def test_a_unit_is_the_leaf_under_its_title_and_headings() -> None:
    given = document(
        ("一", "一、总则\n", "总则", 0),
        ("一、（一）", "（一）目标。一是快。二是好。", "目标", 1),
        items=("（一）目标。", "一是快。", "二是好。"),
    )
    assert [unit.text for unit in units(given)] == [
        "某办法\n总则\n目标\n一是快。",
        "某办法\n总则\n目标\n二是好。",
    ]


def test_a_heading_with_nothing_below_it_is_indexed() -> None:
    given = document(("一", "一、总则\n", "总则", 0), ("二", "二、附则\n", "附则", 0))
    assert [unit.leaf.path for unit in units(given)] == ["一", "二"]


def test_a_heading_that_goes_on_is_indexed() -> None:
    given = document(
        ("一", "一、总则\n本办法适用于某市全部企业。\n", "总则", 0),
        ("一、（一）", "（一）甲。", "", 1),
    )
    assert [unit.leaf.path for unit in units(given)] == ["一", "一、（一）"]


def test_the_same_path_twice_gives_two_ids() -> None:
    given = document(("二", "二、甲。\n", "甲", 0), ("二", "二、乙。\n", "乙", 0))
    assert [unit.id for unit in units(given)] == ["a#二", "a#二~2"]


def test_what_is_not_indexed_are_bare_chapter_lines(snapshot: Snapshot) -> None:
    for found in snapshot.documents.values():
        indexed = {unit.leaf for unit in units(found)}
        for leaf in set(found.leaves()) - indexed:
            words = found.quote(leaf.start, leaf.end).strip()
            assert len(words) < 40
            assert "\n" not in words


def test_documents_and_data_come_back_as_they_went_in(snapshot: Snapshot) -> None:
    assert tuple(snapshot.documents.values()) == load_sources(CORPUS)
    assert {name.split("/")[0] for name in snapshot.data} == {"lexicon", "measures"}


def test_the_text_of_a_clause_finds_the_clause(snapshot: Snapshot) -> None:
    for found in snapshot.documents.values():
        for unit in units(found)[::7]:
            text = found.quote(unit.leaf.start, unit.leaf.end)
            hits = snapshot.search(f"{found.title}{text}", 3)
            assert (found.id, unit.leaf.start) in {(hit.document_id, hit.start) for hit in hits}


def test_a_hit_says_why_it_ranks(snapshot: Snapshot) -> None:
    first, second, *_ = snapshot.search("首台套保费补贴")
    assert (first.document_id, first.path) == ("luoyang-2024-draft", "二、（十一）")
    assert first.score >= second.score
    assert (first.rank, second.rank) == (1, 2)
    assert first.score == pytest.approx(first.evidence["bm25_part"] + first.evidence["dense_part"])
    assert first.evidence["bm25_rank"] == 1


def test_expansions_find_what_the_words_do_not(snapshot: Snapshot) -> None:
    assert "bm25" not in snapshot.search("xyz", 1)[0].evidence
    (hit,) = snapshot.search("xyz", 1, expansions=["知识产权质押融资"])
    assert hit.evidence["bm25_rank"] == 1
    found = snapshot.documents[hit.document_id]
    assert "知识产权" in found.quote(hit.start, hit.end)


def test_a_filter_loses_nothing(snapshot: Snapshot) -> None:
    everything = sum(len(units(found)) for found in snapshot.documents.values())
    for query in ("贷款贴息", "上市奖励多少钱", "融资担保"):
        unlimited = snapshot.search(query, everything)
        for name in snapshot.documents:
            limited = snapshot.search(query, everything, documents=[name])
            assert {(hit.path, hit.start) for hit in limited} == {
                (hit.path, hit.start) for hit in unlimited if hit.document_id == name
            }
            assert {hit.document_id for hit in limited} == {name}
            for hit in limited:
                (same,) = (h for h in unlimited if (h.document_id, h.start) == (name, hit.start))
                assert hit.evidence.get("bm25") == same.evidence.get("bm25")
                assert hit.evidence["dense"] == pytest.approx(same.evidence["dense"], abs=1e-6)


def test_a_filter_that_allows_nothing_finds_nothing(snapshot: Snapshot) -> None:
    assert snapshot.search("贷款贴息", documents=[]) == []
    assert snapshot.search("贷款贴息", documents=["nowhere"]) == []


@pytest.mark.parametrize(("query", "k"), [("", 10), ("   ", 10), ("？！", 10), ("贷款", 0)])
def test_a_query_without_words_finds_nothing(snapshot: Snapshot, query: str, k: int) -> None:
    assert snapshot.search(query, k) == []


def test_chroma_holds_what_the_scan_searches(
    home: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    shutil.copytree(store.current_path(home) / store.CHROMA, tmp_path / "chroma")
    settings = chromadb.Settings(_env_file=None, anonymized_telemetry=False)
    with chromadb.PersistentClient(str(tmp_path / "chroma"), settings=settings) as client:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        for query in ("技改专项贷贴息比例是多少", "企业上市有什么奖励", "首台套保费补贴"):
            vector = snapshot.embedder.encode_queries([query])
            found = collection.query(
                query_embeddings=vector, n_results=20, include=["metadatas", "distances"]
            )
            clauses = [(one["document_id"], one["start"]) for one in found["metadatas"][0]]
            cosines = {
                clause: cosine
                for name, document in snapshot.documents.items()
                for clause, cosine in zip(
                    [(name, unit.leaf.start) for unit in units(document)],
                    snapshot.cosines(query, [name]).tolist(),
                    strict=True,
                )
            }
            assert clauses == sorted(cosines, key=lambda clause: -cosines[clause])[:20]
            assert found["distances"][0] == pytest.approx(
                [1 - cosines[clause] for clause in clauses], abs=1e-5
            )


def test_a_changed_file_is_refused_by_name(home: Path, tmp_path: Path) -> None:
    path = store.current_path(home)
    for name in (store.DATA, store.DOCUMENTS, store.VECTORS, f"{store.LEXICAL}/size"):
        damaged = tmp_path / name.replace("/", "-") / path.name
        shutil.copytree(path, damaged)
        with (damaged / name).open("ab") as file:
            file.write(b" ")
        with pytest.raises(SnapshotError, match=name):
            Snapshot.open(damaged)


def test_a_snapshot_under_another_name_is_refused(home: Path, tmp_path: Path) -> None:
    shutil.copytree(store.current_path(home), tmp_path / "s-000000000000")
    with pytest.raises(SnapshotError, match="s-000000000000"):
        Snapshot.open(tmp_path / "s-000000000000")


def test_a_reader_leaves_the_snapshot_as_it_was(home: Path) -> None:
    path = store.current_path(home)
    before = {file: store.file_sha256(file) for file in path.rglob("*") if file.is_file()}
    opened = Snapshot.open(path)
    opened.search("贷款贴息")
    assert before == {file: store.file_sha256(file) for file in path.rglob("*") if file.is_file()}


def corpora(folder: Path, count: int) -> list[Path]:
    """Copies of the corpus that differ in one data file."""
    made = []
    for number in range(count):
        corpus = folder / f"corpus-{number}"
        shutil.copytree(CORPUS, corpus)
        (corpus / "measures" / "note.yaml").write_text(f"number: {number}\n", "utf-8")
        made.append(corpus)
    return made


def point(home: Path, name: str) -> None:
    successor = home / "next"
    successor.write_text(name)
    successor.replace(home / "CURRENT")


def test_without_a_build_the_holder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="ingest"):
        SnapshotHolder(tmp_path).current()


def test_a_switch_is_noticed_and_who_reads_goes_on(tmp_path: Path) -> None:
    first, second = corpora(tmp_path, 2)
    home = tmp_path / "home"
    old = build(first, home, progress=False).name
    holder = SnapshotHolder(home)
    reading = holder.current()
    assert reading.name == old
    new = build(second, home, progress=False).name
    assert new != old
    assert holder.current().name == new
    assert reading.search("贷款贴息", 1)
    assert holder.current().search("贷款贴息", 1)


def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one_serving(
    tmp_path: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own)
    holder = SnapshotHolder(own)
    name = holder.current().name
    point(own, "s-gone")
    assert holder.current().name == name
    assert "goes on serving" in caplog.text
    point(own, name)
    assert holder.current().search("贷款贴息", 1)


def test_readers_go_on_over_fifty_switches_and_nothing_leaks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    names = [build(corpus, home, progress=False).name for corpus in corpora(tmp_path, 2)]
    holder = SnapshotHolder(home)
    stop, failures, seen = threading.Event(), list[BaseException](), set[str]()

    def read() -> None:
        try:
            while not stop.is_set():
                snapshot = holder.current()
                seen.add(snapshot.name)
                assert len(snapshot.search("技改专项贷贴息", 3)) == 3
                stop.wait(0.01)
        except BaseException as failure:
            failures.append(failure)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    process = psutil.Process()
    try:
        for switch in range(52):
            point(home, names[switch % 2])
            while holder.current().name != names[switch % 2]:
                assert not failures
            if switch == 1:
                files, threads = process.num_fds(), process.num_threads()
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert failures == []
    assert seen == set(names)
    assert process.num_fds() <= files + 8
    assert process.num_threads() <= threads + 4
