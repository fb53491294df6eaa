"""The build: what is done again and what not, and that nothing half-written ever serves."""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import build as building
from ingest import store
from ingest.build import BuildError, build
from ingest.datafiles import DataFileError, read_data
from ingest.document import Document
from ingest.embedding import StaticEmbedder
from ingest.index import Snapshot
from ingest.near import Words
from ingest.sources import SourceError, load_sources
from ingest.tokenize import Tokenizer
from ingest.vectors import Vectors

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
PLAN = "documents/cq-jingxin-2024-7.txt"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus as it is."""
    return Path(shutil.copytree(CORPUS, tmp_path_factory.mktemp("original") / "corpus"))


@pytest.fixture
def corpus(original: Path, tmp_path: Path) -> Path:
    """A copy of the corpus, free to be changed."""
    return Path(shutil.copytree(original, tmp_path / "corpus"))


@pytest.fixture(scope="module")
def built(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    build(original, home, progress=False)
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A home in which the corpus is built already."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def rewrite(corpus: Path, file: str, content: bytes, *, sign: bool = True) -> None:
    """Change a document; `sign` enters the new sha256 in sources.yaml."""
    old = (corpus / file).read_bytes()
    (corpus / file).write_bytes(content)
    if sign:
        sources = (corpus / "sources.yaml").read_text("utf-8")
        assert hashlib.sha256(old).hexdigest() in sources
        (corpus / "sources.yaml").write_text(
            sources.replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(content).hexdigest()),
            "utf-8",
        )


def serving(home: Path) -> str:
    snapshot = Snapshot.open(store.current_path(home))
    assert snapshot.search("贷款贴息", 3)
    return snapshot.name


def test_the_same_inputs_again_do_nothing(original: Path, home: Path) -> None:
    stamp = (home / "CURRENT").stat().st_ino
    report = build(original, home, progress=False)
    assert not report.written
    assert (report.embedded, report.tokenised, report.reused) == (0, 0, report.clauses)
    assert report.documents == len(yaml.safe_load((original / "sources.yaml").read_bytes()))
    assert (home / "CURRENT").stat().st_ino == stamp
    assert len(list((home / "snapshots").iterdir())) == 1


def test_unchanged_bytes_are_not_even_read(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def reading(folder: Path, *known: Any) -> tuple[Document, ...]:
        read.append(folder)
        return load_sources(folder, *known)

    monkeypatch.setattr(building, "load_sources", reading)
    assert not build(corpus, home, progress=False).written
    assert read == []
    with (corpus / "lexicon" / "words.txt").open("a", encoding="utf-8") as words:
        words.write("# 注\n")
    assert not build(corpus, home, progress=False).written
    assert read == [corpus]
    (home / "snapshots" / serving(home) / store.DOCUMENTS).write_bytes(b"")
    assert build(corpus, home, progress=False).written
    assert read == [corpus, corpus]


def test_the_same_inputs_in_another_home_give_the_same_name(
    original: Path, built: Path, tmp_path: Path
) -> None:
    assert build(original, tmp_path / "other", progress=False).name == serving(built)


def test_only_a_changed_clause_is_worked_out_again(
    corpus: Path, home: Path, tmp_path: Path
) -> None:
    old = serving(home)
    text = (corpus / PLAN).read_text("utf-8")
    assert text.count("技改专项贷") >= 1
    at = text.index("技改专项贷")
    rewrite(corpus, PLAN, f"{text[:at]}技改升级贷{text[at + 5 :]}".encode())
    report = build(corpus, home, progress=False)
    assert report.written
    assert (report.embedded, report.tokenised) == (1, 1)
    assert report.reused == report.clauses - 1
    assert serving(home) == report.name != old
    anew = build(corpus, tmp_path / "anew", progress=False)
    assert anew.name == report.name
    assert anew.tokenised == anew.embedded == report.clauses
    assert store.read_manifest(anew.path).files == store.read_manifest(report.path).files


def test_many_texts_are_cut_by_several_processes_into_the_same_tokens(
    original: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_MANY", 1)
    report = build(original, tmp_path / "other", progress=False)
    assert (
        store.read_manifest(report.path).files
        == store.read_manifest(store.current_path(built)).files
    )


def test_a_chroma_collection_is_written_where_it_is_asked_for(original: Path, home: Path) -> None:
    folder = store.current_path(home) / store.CHROMA
    assert not folder.exists()
    assert build(original, home, collection=True, progress=False).written
    assert folder.is_dir()
    assert not build(original, home, collection=True, progress=False).written
    assert not build(original, home, progress=False).written


def test_a_new_word_cuts_all_again_but_embeds_nothing(corpus: Path, home: Path) -> None:
    with (corpus / "lexicon" / "words.txt").open("a", encoding="utf-8") as words:
        words.write("某个新词\n")
    report = build(corpus, home, progress=False)
    assert (report.embedded, report.tokenised) == (0, report.clauses)


def test_going_back_only_switches(original: Path, corpus: Path, home: Path) -> None:
    old = serving(home)
    (corpus / "measures" / "note.yaml").write_text("a: 1\n", "utf-8")
    assert build(corpus, home, progress=False).name != old
    report = build(original, home, progress=False)
    assert (report.name, report.written, serving(home)) == (old, False, old)


def test_other_packages_data_files_come_along(original: Path, home: Path, tmp_path: Path) -> None:
    old = serving(home)
    wording = tmp_path / "wording"
    wording.mkdir()
    (wording / "refusals.yaml").write_text("unknown: 不知道\n", "utf-8")
    report = build(original, home, extra={"wording": wording}, progress=False)
    assert report.name != old
    manifest = store.read_manifest(report.path)
    assert store.read_data(report.path, manifest)["wording/refusals.yaml"] == {"unknown": "不知道"}


def test_what_validate_raises_stops_the_build(corpus: Path, home: Path) -> None:
    old = serving(home)
    (corpus / "measures" / "note.yaml").write_text("a: 1\n", "utf-8")

    def refuse(documents: Sequence[object], data: Mapping[str, object]) -> None:
        assert len(documents) == 5
        assert data["measures/note.yaml"] == {"a": 1}
        raise ValueError("note: a")

    with pytest.raises(ValueError, match="note"):
        build(corpus, home, validate=refuse, progress=False)
    assert serving(home) == old


def remove(corpus: Path) -> None:
    (corpus / PLAN).unlink()


def recode(corpus: Path) -> None:
    content = (corpus / PLAN).read_text("utf-8").encode("gb18030")
    rewrite(corpus, PLAN, content)


def alter(corpus: Path) -> None:
    rewrite(corpus, PLAN, (corpus / PLAN).read_bytes() + b"\n", sign=False)


@pytest.mark.parametrize("damage", [remove, recode, alter])
def test_a_damaged_document_stops_the_build_by_name(
    corpus: Path, home: Path, damage: object
) -> None:
    old = serving(home)
    assert callable(damage)
    damage(corpus)
    with pytest.raises(SourceError, match=r"cq-jingxin-2024-7\.txt"):
        build(corpus, home, progress=False)
    assert serving(home) == old


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("measures/x.yaml", b"a: [1\nb: 2\n", r"measures/x\.yaml 第 2 行"),
        ("measures/x.yaml", b"a: 1\nb: 2\na: 3", r"measures/x\.yaml 第 3 行.*“a”"),
        ("measures/x.yaml", "值: 万元".encode("gb18030"), r"measures/x\.yaml.*UTF-8"),
        ("measures/x.yaml", b"valid: {from: 2024-02-30}", r"measures/x\.yaml"),
        ("measures/x.yaml", b"a: .inf", r"measures/x\.yaml a"),
        ("measures/x.yaml", b"no: 1", r"measures/x\.yaml.*False"),
        ("lexicon/x.yaml", b"a: !!python/name:os.system", r"lexicon/x\.yaml"),
        ("lexicon/x.yml", b"a: 1", r"lexicon/x\.yml.*\.yaml"),
    ],
)
def test_a_wrong_data_file_stops_the_build_by_name(
    corpus: Path, home: Path, file: str, content: bytes, message: str
) -> None:
    assert not (corpus / file).exists()
    (corpus / file).write_bytes(content)
    with pytest.raises(DataFileError, match=message):
        build(corpus, home, progress=False)
    assert serving(home)


def test_data_files_become_plain_values(tmp_path: Path) -> None:
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "x.yaml").write_text(
        'values: {2024-03-22: "0.50", 1: 一}\nfrom: 2024-03-22\nnone: null\n', "utf-8"
    )
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "w.txt").write_text("# 词\n甲\n\n 乙 \n", "utf-8")
    assert read_data(tmp_path) == {
        "lexicon/w.txt": ["甲", "乙"],
        "measures/x.yaml": {
            "values": {"2024-03-22": "0.50", "1": "一"},
            "from": "2024-03-22",
            "none": None,
        },
    }


def test_two_builds_at_once_are_refused(corpus: Path, home: Path) -> None:
    (corpus / "measures" / "note.yaml").write_text("a: 1\n", "utf-8")
    with (home / "build.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match="另一个进程"):
            build(corpus, home, progress=False)
    assert build(corpus, home, progress=False).written


BUILDER = """
import sys, time
from pathlib import Path
from ingest import build as building, cache
from ingest.embedding import StaticEmbedder

class Slow(StaticEmbedder):
    def words(self, texts):
        if not hasattr(self, "begun"):
            self.begun = True
            return super().words(texts)
        print("embedding", flush=True)
        time.sleep(600)

cache.BATCH = 40
cache._KEPT_EVERY = 0
building.load_embedder = lambda name: Slow()
building.build(Path(sys.argv[1]), Path(sys.argv[2]), progress=False)
"""


@pytest.mark.parametrize("first", [False, True])
def test_a_killed_build_leaves_the_old_one_serving(
    corpus: Path, home: Path, tmp_path: Path, first: bool
) -> None:
    if first:
        home = tmp_path / "empty"
    else:
        old = serving(home)
        listed = yaml.safe_load((corpus / "sources.yaml").read_bytes())
        for row in listed:  # so that every clause has another text
            row["title"] += "（新）"
        (corpus / "sources.yaml").write_text(yaml.safe_dump(listed, allow_unicode=True), "utf-8")
    builder = subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(corpus), str(home)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "embedding\n"
        builder.kill()
    assert list((home / "snapshots").glob(".building-*"))
    if first:
        with pytest.raises(store.SnapshotError):
            serving(home)
    else:
        assert serving(home) == old
    report = build(corpus, home, progress=False)
    assert serving(home) == report.name
    assert report.embedded == report.clauses - 40
    assert report.tokenised == 0
    assert not list((home / "snapshots").glob(".building-*"))


class Failing(StaticEmbedder):
    """Runs out of memory over passages."""

    def encode_words(self, words: Sequence[Words]) -> Vectors:
        raise MemoryError(len(words))


def test_a_build_that_fails_inside_leaves_the_old_one_serving(
    corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = serving(home)
    rewrite(corpus, PLAN, (corpus / PLAN).read_bytes() + "另行通知。\n".encode())
    monkeypatch.setattr(building, "load_embedder", lambda _: Failing())
    with pytest.raises(MemoryError):
        build(corpus, home, progress=False)
    assert serving(home) == old
    monkeypatch.undo()
    report = build(corpus, home, progress=False)
    assert serving(home) == report.name != old


def test_a_damaged_snapshot_is_built_again(original: Path, home: Path) -> None:
    name = serving(home)
    vectors = home / "snapshots" / name / store.VECTORS
    content = vectors.read_bytes()
    vectors.write_bytes(content[:-4])
    report = build(original, home, progress=False)
    assert (report.name, report.written, report.embedded) == (name, True, report.clauses)
    assert vectors.read_bytes() == content
    assert [path.name for path in (home / "snapshots").iterdir()] == [name]


def test_a_broken_cache_is_begun_anew(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "clauses.sqlite").write_bytes(b"not a database" * 1000)
    report = build(corpus, home, progress=False)
    assert report.embedded == report.clauses
    assert serving(home) == report.name


def test_old_snapshots_lose_their_indexes_and_keep_what_a_replay_needs(
    corpus: Path, home: Path
) -> None:
    names = [serving(home)]
    for number in range(building.KEPT):
        (corpus / "measures" / "note.yaml").write_text(f"a: {number}\n", "utf-8")
        names.append(build(corpus, home, progress=False).name)
    oldest = home / "snapshots" / names[0]
    assert {path.name for path in oldest.iterdir()} == {
        store.DOCUMENTS, store.DATA, store.MANIFEST,
    }  # fmt: skip
    manifest = store.read_manifest(oldest)
    assert "cq-jingxin-2024-7" in store.read_documents(oldest, manifest)
    assert "measures/note.yaml" not in store.read_data(oldest, manifest)
    with pytest.raises(store.SnapshotError, match="重新建立索引"):
        Snapshot.open(oldest)
    for name in names[1:]:
        Snapshot.open(home / "snapshots" / name)
    building.restore(home, names[0], progress=False)
    Snapshot.open(oldest)
    assert serving(home) == names[-1]


def test_indexes_that_an_earlier_version_wrote_in_another_form_are_restored(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = home / "snapshots" / serving(home)
    manifest = store.read_manifest(snapshot)
    (snapshot / store.LEXICAL / "size").unlink()
    files = {name: digest for name, digest in manifest.files.items() if (snapshot / name).is_file()}
    (snapshot / store.MANIFEST).write_bytes(
        store.encode_manifest(dataclasses.replace(manifest, files=files))
    )
    with pytest.raises(store.SnapshotError, match="另一版本"):
        Snapshot.open(snapshot)
    monkeypatch.setattr(building, "code_digest", lambda: "a later version")
    building.restore(home, snapshot.name, progress=False)
    assert Snapshot.open(snapshot).search("贷款贴息")


def test_indexes_are_not_restored_with_another_tokenizer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = serving(home)
    shutil.rmtree(home / "snapshots" / name / store.LEXICAL)
    monkeypatch.setattr(building, "tokenizer_of", lambda _: Tokenizer(["别的词"]))
    with pytest.raises(BuildError, match="tokenizer"):
        building.restore(home, name, progress=False)


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("[]\n", "utf-8")
    with pytest.raises((BuildError, SourceError)):
        build(tmp_path, tmp_path / "home", progress=False)
