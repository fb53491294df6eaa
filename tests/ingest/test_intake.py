"""Files into the corpus: versions, duplicates, withdrawals, and files that cannot be read."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import intake
from ingest.build import build
from ingest.document import Status
from ingest.index import Snapshot
from ingest.intake import (
    IntakeError,
    IntakeReport,
    Outcome,
    Result,
    load_origins,
    take_in,
    withdraw,
)
from ingest.read import Limits
from ingest.sources import load_entries, load_sources, load_version
from ingest.store import read_documents, read_manifest

CORPUS = Path(__file__).parents[2] / "corpus"
TODAY = date(2026, 11, 20)
PAPER = """成都市人民政府办公厅
关于支持设备更新的通知
成办发〔2025〕9号
各区（市）县政府：
一、对企业购置设备给予贷款贴息，每年不超过300万元。
二、本通知自印发之日起施行。
成都市人民政府办公厅
2025年3月1日
"""


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder with one paper."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "通知.txt").write_text(PAPER, "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with the list of divisions alone."""
    folder = tmp_path / "corpus"
    (folder / "lexicon").mkdir(parents=True)
    shutil.copy(CORPUS / "lexicon" / "regions.txt", folder / "lexicon")
    return folder


def taken(corpus: Path, *paths: Path, limits: Limits | None = None) -> list[Outcome]:
    return list(take_in(paths, corpus, today=TODAY, limits=limits).outcomes)


def files(corpus: Path) -> dict[str, bytes]:
    return {
        path.relative_to(corpus).as_posix(): path.read_bytes()
        for path in sorted(corpus.rglob("*"))
        if path.is_file()
    }


def test_a_paper_is_added_with_status_clauses_and_origins(corpus: Path, drop: Path) -> None:
    (outcome,) = taken(corpus, drop)
    assert (outcome.result, outcome.document_id) == (Result.ADDED, "cbf-2025-9")
    assert outcome.status is not None
    assert outcome.status.status is Status.IN_FORCE
    assert (outcome.version, outcome.clauses, outcome.damage) == (1, 5, 0)
    assert outcome.needs_person == ()
    (document,) = load_sources(corpus)
    assert (document.region, document.number) == ("成都市", "成办发〔2025〕9号")
    assert document.text == PAPER
    (entry,) = load_entries(corpus)["cbf-2025-9"]
    origins = load_origins(corpus, entry)
    assert (origins[0].start, origins[-1].end) == (0, len(PAPER))


ENDING = """成都市设备更新贴息管理办法
成财发〔2025〕20号
第一条　为支持设备更新，制定本办法。
第二条　本办法自2025年6月1日起施行。《关于支持设备更新的通知》（成办发〔2025〕9号）同时废止。
"""


@pytest.mark.parametrize(
    "name", ["一.txt", "终.txt"]
)  # read before the paper that it ends, and after
def test_a_paper_that_another_one_ends_is_told_as_repealed(
    corpus: Path, drop: Path, name: str
) -> None:
    (drop / name).write_text(ENDING, "utf-8")
    told = {each.document_id: each.status for each in taken(corpus, drop)}
    ended, ending = told["cbf-2025-9"], told["ccf-2025-20"]
    assert ended is not None
    assert ending is not None
    assert (ended.status, ending.status) == (Status.REPEALED, Status.IN_FORCE)


def test_a_paper_that_one_of_the_corpus_ends_is_told_as_repealed(
    corpus: Path, drop: Path, tmp_path: Path
) -> None:
    (tmp_path / "办法.txt").write_text(ENDING, "utf-8")
    taken(corpus, tmp_path / "办法.txt")
    (outcome,) = taken(corpus, drop)
    assert outcome.status is not None
    assert outcome.status.status is Status.REPEALED


def test_the_same_again_changes_nothing(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    before = files(corpus)
    report = take_in([drop, drop / "通知.txt"], corpus, today=TODAY)
    assert [outcome.result for outcome in report.outcomes] == [Result.UNCHANGED]
    assert not report.changed
    assert files(corpus) == before


def test_a_changed_file_is_a_new_version_and_the_old_is_kept(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    before = files(corpus)
    (drop / "通知.txt").write_text(PAPER.replace("300", "200"), "utf-8")
    (outcome,) = taken(corpus, drop)
    assert (outcome.result, outcome.version) == (Result.NEW_VERSION, 2)
    assert "200万元" in load_sources(corpus)[0].text
    assert load_version(corpus, "cbf-2025-9", 1).text == PAPER
    after = files(corpus)
    assert all(after[name] == content for name, content in before.items() if "sources" not in name)


def test_what_people_corrected_stays_in_later_versions(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    path = corpus / "sources" / "cbf-2025-9.yaml"
    path.write_text(
        path.read_text("utf-8").replace("short_title: 关于", "short_title: 成都"), "utf-8"
    )
    (drop / "通知.txt").write_text(PAPER.replace("300", "200"), "utf-8")
    taken(corpus, drop)
    assert load_sources(corpus)[0].short_title.startswith("成都")


def test_a_removed_file_is_withdrawn_kept_and_restored(corpus: Path, drop: Path) -> None:
    (drop / "其他.txt").write_text("某局关于其他事项的公告\n一、其他。\n", "utf-8")
    taken(corpus, drop)
    (drop / "通知.txt").unlink()
    results = {outcome.document_id: outcome.result for outcome in taken(corpus, drop)}
    assert results["cbf-2025-9"] is Result.WITHDRAWN
    assert "cbf-2025-9" not in {document.id for document in load_sources(corpus)}
    assert load_version(corpus, "cbf-2025-9", 1).text == PAPER
    assert Result.WITHDRAWN not in {outcome.result for outcome in taken(corpus, drop)}
    (drop / "通知.txt").write_text(PAPER, "utf-8")
    results = {outcome.document_id: outcome.result for outcome in taken(corpus, drop)}
    assert results["cbf-2025-9"] is Result.RESTORED
    assert "cbf-2025-9" in {document.id for document in load_sources(corpus)}


def test_an_empty_or_missing_folder_withdraws_nothing(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    before = files(corpus)
    (drop / "通知.txt").unlink()
    (outcome,) = taken(corpus, drop)
    assert outcome.problem == "文件夹里没有文件，什么也没有改动"
    drop.rmdir()
    (outcome,) = taken(corpus, drop)
    assert outcome.problem == "没有这个文件或文件夹"
    assert files(corpus) == before


def test_a_moved_file_is_the_same_document(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    (drop / "通知.txt").rename(drop / "改名.txt")
    (outcome,) = taken(corpus, drop)
    assert (outcome.result, outcome.document_id) == (Result.UNCHANGED, "cbf-2025-9")
    (drop / "改名.txt").write_text(PAPER.replace("300", "200"), "utf-8")
    (outcome,) = taken(corpus, drop)
    assert (outcome.result, outcome.document_id) == (Result.NEW_VERSION, "cbf-2025-9")


def test_one_paper_in_two_files_is_one_document(corpus: Path, drop: Path) -> None:
    (drop / "通知（复制）.txt").write_text(PAPER, "utf-8")
    (drop / "通知gbk.txt").write_text(PAPER, "gb18030")
    (drop / "通知改.txt").write_text(PAPER.replace("300", "200"), "utf-8")
    outcomes = taken(corpus, drop)
    assert sorted(outcome.result for outcome in outcomes) == sorted(
        [Result.ADDED, *[Result.DUPLICATE] * 3]
    )
    lines = [line for outcome in outcomes for line in outcome.needs_person]
    assert sum("文字相同，未另收" in line for line in lines) == 2
    assert sum("文字不同，未读入" in line for line in lines) == 1
    assert len(load_sources(corpus)) == 1


def test_a_document_is_replaced_by_name(corpus: Path, drop: Path, tmp_path: Path) -> None:
    taken(corpus, drop)
    other = tmp_path / "新.txt"
    other.write_text(PAPER.replace("300", "200"), "utf-8")
    report = take_in([other], corpus, today=TODAY, replaces="cbf-2025-9")
    assert report.outcomes[0].result is Result.NEW_VERSION
    with pytest.raises(IntakeError, match="没有编号为 none 的文件"):
        take_in([other], corpus, today=TODAY, replaces="none")
    with pytest.raises(IntakeError, match="只给一个文件"):
        take_in([drop], corpus, today=TODAY, replaces="cbf-2025-9")


def test_a_zip_is_taken_in_file_by_file(corpus: Path, drop: Path) -> None:
    def pack(**members: str) -> None:
        with zipfile.ZipFile(drop / "文件.zip", "w") as package:
            for name, text in members.items():
                package.writestr(f"{name}.txt", text)

    (drop / "通知.txt").unlink()
    pack(甲=PAPER, 乙="某局关于其他事项的公告\n一、其他。\n")
    outcomes = taken(corpus, drop)
    assert [outcome.name.rpartition("/")[2] for outcome in outcomes] == [
        "文件.zip!甲.txt", "文件.zip!乙.txt",
    ]  # fmt: skip
    pack(甲=PAPER.replace("300", "200"))
    assert {outcome.result for outcome in taken(corpus, drop)} == {
        Result.NEW_VERSION, Result.WITHDRAWN,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "identity"),
    [
        ("成都市人民政府令\n第215号", "cdsrmzfl-215"),
        ("成都市人民政府令\n第一百二十号", "cdsrmzfl-120"),
        ("成都市财政局公告2025年第3号", "cdsczjgg-2025-3"),
    ],
)
def test_numbers_of_every_form_give_an_id(
    corpus: Path, drop: Path, number: str, identity: str
) -> None:
    (drop / "通知.txt").write_text(f"{number}\n成都市某某管理办法\n第一条　甲。\n", "utf-8")
    (outcome,) = taken(corpus, drop)
    assert (outcome.problem, outcome.document_id) == ("", identity)


def test_a_name_that_is_not_utf8_is_kept_readable(corpus: Path, drop: Path) -> None:
    (drop / "通知.txt").rename(
        Path(os.fsdecode(os.fsencode(drop) + b"/" + "办法.txt".encode("gbk")))
    )
    first = take_in([drop], corpus, today=TODAY)
    (identity,) = (outcome.document_id for outcome in first.outcomes)
    entry = yaml.safe_load((corpus / "sources" / f"{identity}.yaml").read_text("utf-8"))
    assert entry[-1]["taken_from"].endswith("/办法.txt")
    again = take_in([drop], corpus, today=TODAY)
    assert [outcome.result for outcome in again.outcomes] == [Result.UNCHANGED]


def test_bad_files_never_stop_the_others(corpus: Path, drop: Path, tmp_path: Path) -> None:
    (drop / "空.txt").write_bytes(b"")
    (drop / "程序.exe").write_bytes(b"MZ\x90\0" * 9)
    (drop / "坏.docx").write_bytes(b"PK\x03\x04" + b"x" * 50)
    (drop / "坏.pdf").write_bytes(b"%PDF-1.7\n")
    (drop / "大.txt").write_text("大" * 5000, "utf-8")
    with zipfile.ZipFile(drop / "爬.zip", "w") as package:
        package.writestr("../../爬.txt", "一、爬出去。")
        package.writestr("好.txt", "某局关于其他事项的公告\n一、其他。\n")
    before = set(tmp_path.rglob("*"))
    outcomes = taken(corpus, drop, limits=Limits(characters=4000))
    failed = {outcome.name.rpartition("/")[2]: outcome for outcome in outcomes if outcome.problem}
    assert set(failed) == {"空.txt", "程序.exe", "坏.docx", "坏.pdf", "大.txt", "爬.txt"}
    assert all("\n" not in outcome.problem for outcome in failed.values())
    assert all(outcome.result is Result.FAILED for outcome in failed.values())
    assert "POLICY_INGEST_CHARACTERS" in failed["大.txt"].problem
    assert len(load_sources(corpus)) == 2
    assert all(path.is_relative_to(corpus) for path in set(tmp_path.rglob("*")) - before)


def test_what_is_no_file_in_a_folder_is_told_and_not_opened(corpus: Path, drop: Path) -> None:
    secret = drop.parent / "secret.txt"
    secret.write_text("某局关于秘密事项的通知\n一、不得读入。\n", "utf-8")
    (drop / "链接.txt").symlink_to(secret)
    (drop / "断链.txt").symlink_to("没有")
    (drop / "回环").symlink_to(drop, target_is_directory=True)
    os.mkfifo(drop / "管道.txt")
    outcomes = taken(corpus, drop, Path("/dev/null"))
    problems = {each.name.rpartition("/")[2]: each.problem for each in outcomes if each.problem}
    assert problems.keys() == {"链接.txt", "断链.txt", "回环", "管道.txt", "null"}
    assert all("应" in problem for problem in problems.values())
    assert [document.text for document in load_sources(corpus)] == [PAPER]
    assert [each.result for each in outcomes if not each.problem] == [Result.ADDED]


def test_a_link_in_a_zip_is_not_a_paper(corpus: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        link = zipfile.ZipInfo("链接.txt")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
        package.writestr("通知.txt", PAPER)
    first, second = taken(corpus, tmp_path / "a.zip")
    assert "没有跟随" in first.problem
    assert second.result is Result.ADDED


def test_zips_in_zips_are_bounded_in_depth_and_in_all(corpus: Path, tmp_path: Path) -> None:
    def packed(**members: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in members.items():
                package.writestr(name, data)
        return out.getvalue()

    deep = packed(a=packed(b=packed(c=PAPER.encode())))
    (tmp_path / "deep.zip").write_bytes(deep)
    (outcome,) = taken(corpus, tmp_path / "deep.zip")
    assert "POLICY_INGEST_NESTING" in outcome.problem
    bomb = packed(**{f"{n}.zip": packed(a=b" " * 900_000) for n in range(5)})
    (tmp_path / "bomb.zip").write_bytes(bomb)
    limits = Limits(unzipped_bytes=2_000_000)
    outcomes = taken(corpus, tmp_path / "bomb.zip", limits=limits)
    assert "POLICY_INGEST_UNZIPPED_BYTES" in outcomes[-1].problem
    assert len(outcomes) < 5  # and there it ends
    assert load_sources(corpus) == ()


def test_our_own_fault_with_one_paper_is_its_line(
    corpus: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.describe

    def faulty(text: str, *others: Any) -> Any:
        if "故障" in text:
            raise KeyError(text)
        return real(text, *others)

    monkeypatch.setattr(intake, "describe", faulty)
    (drop / "前.txt").write_text("某局关于故障事项的通知\n一、故障。\n", "utf-8")
    outcomes = taken(corpus, drop)
    assert [each.result for each in outcomes] == [Result.FAILED, Result.ADDED]
    assert outcomes[0].problem == "整理时程序出错（KeyError），未读入；请报告此问题"
    assert len(load_sources(corpus)) == 1


def test_a_store_that_fails_leaves_nothing_half_written(
    corpus: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(corpus, drop)
    before = files(corpus)
    real = intake._write

    def full(path: Path, content: bytes) -> None:
        if path.suffix == ".yaml":  # the entry, which comes last
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(intake, "_write", full)
    (drop / "通知.txt").write_text(PAPER.replace("300", "500"), "utf-8")
    (drop / "新.txt").write_bytes("某局关于其他事项的公告\n一、其他。\n".encode("gbk"))
    outcomes = taken(corpus, drop)
    assert [each.result for each in outcomes] == [Result.FAILED] * 2
    assert all("没有存下" in each.problem for each in outcomes)
    assert files(corpus) == before
    monkeypatch.undo()
    assert [each.result for each in taken(corpus, drop)] == [Result.ADDED, Result.NEW_VERSION]


def test_a_stored_text_that_was_altered_is_told_at_its_file(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    (stored,) = (corpus / "documents").glob("*.txt")
    stored.write_text(PAPER.replace("300", "900"), "utf-8")
    (drop / "另.txt").write_text("某局关于其他事项的公告\n一、其他。\n", "utf-8")
    results = {each.name.rpartition("/")[2]: each for each in taken(corpus, drop)}
    assert results["另.txt"].result is Result.ADDED
    assert "文件被改动过" in results["通知.txt"].problem


def test_the_words_of_an_older_version_are_no_longer_what_a_document_is_known_by(
    corpus: Path, drop: Path
) -> None:
    taken(corpus, drop)
    (drop / "通知.txt").write_text(PAPER.replace("300", "500"), "utf-8")
    taken(corpus, drop)
    (drop / "旧.txt").write_text(PAPER, "utf-8")
    outcomes = {each.name.rpartition("/")[2]: each for each in taken(corpus, drop)}
    assert outcomes["旧.txt"].result is Result.DUPLICATE
    assert "应核对是否为新版本" in outcomes["旧.txt"].needs_person[-1]
    assert load_sources(corpus)[0].text == PAPER.replace("300", "500")


def test_a_file_that_breaks_later_keeps_its_document(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    (drop / "通知.txt").write_bytes(b"\xff\xfe\x00")
    (outcome,) = taken(corpus, drop)
    assert (outcome.result, outcome.document_id) == (Result.FAILED, "cbf-2025-9")
    assert load_sources(corpus)[0].text == PAPER


def test_progress_counts_every_file(corpus: Path, drop: Path) -> None:
    with zipfile.ZipFile(drop / "文件.zip", "w") as package:
        for name in "甲乙丙":
            package.writestr(f"{name}.txt", f"某局关于{name}事项的公告\n一、{name}。\n")
    seen: list[tuple[int, int]] = []
    take_in([drop], corpus, today=TODAY, progress=lambda done, total, _: seen.append((done, total)))
    assert [done for done, _ in seen] == [1, 2, 3, 4]
    assert seen[-1] == (4, 4)
    assert all(done <= total for done, total in seen)


def test_the_corpus_itself_is_not_taken_in(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    for path in (corpus, corpus / "documents"):
        (outcome,) = taken(corpus, path)
        assert "语料文件夹之内" in outcome.problem
    assert {outcome.result for outcome in taken(corpus, corpus.parent)} == {Result.UNCHANGED}


def test_two_intakes_at_once_are_refused(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    with (corpus / ".intake.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IntakeError, match="另一个进程"):
            taken(corpus, drop)


def test_a_document_is_withdrawn_by_name(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    assert withdraw(corpus, "cbf-2025-9", today=TODAY).result is Result.WITHDRAWN
    assert load_sources(corpus) == ()
    with pytest.raises(IntakeError, match="已经撤下"):
        withdraw(corpus, "cbf-2025-9", today=TODAY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(CORPUS, tmp_path_factory.mktemp("whole") / "corpus"))


@pytest.fixture
def full(whole: Path, tmp_path: Path) -> Path:
    """The repository's own corpus, free to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "full"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"


def served(corpus: Path, home: Path) -> tuple[set[str], set[str]]:
    """The ids of the documents that are served, and the names of the measures' files."""
    report = build(corpus, home, progress=False)
    snapshot = Snapshot.open(report.path)
    measures = {name for name in snapshot.data if name.startswith("measures/")}
    return set(snapshot.documents), measures


def test_a_withdrawn_document_is_not_served_and_its_snapshot_stays(full: Path, home: Path) -> None:
    first = build(full, home, progress=False)
    withdraw(full, "cq-fuban-2017", today=TODAY)
    documents, measures = served(full, home)
    assert "cq-fuban-2017" not in documents
    assert "measures/cq-fuban-2017.yaml" not in measures
    assert "cq-fuban-2017" in read_documents(first.path, read_manifest(first.path))


def test_measures_wait_where_their_words_are_gone(full: Path, home: Path, tmp_path: Path) -> None:
    identity = "cq-jingxin-2024-7"
    text = (CORPUS / "documents" / f"{identity}.txt").read_text("utf-8")
    for version, change, waits in (
        (2, ("认真贯彻", "切实贯彻"), True),
        (3, ("联系", "联络"), True),
    ):
        text = text.replace(*change)
        path = tmp_path / "新.txt"
        path.write_text(text + "\n" * version, "utf-8")
        report = take_in([path], full, today=TODAY, replaces=identity)
        assert report.outcomes[0].version == version
        assert any("措施先停用" in line for line in report.outcomes[0].needs_person) is waits
    documents, measures = served(full, home)
    assert identity in documents
    assert f"measures/{identity}.yaml" not in measures


def test_measures_hold_where_their_words_still_stand(
    full: Path, home: Path, tmp_path: Path
) -> None:
    identity = "cq-jingxin-2024-7"
    path = tmp_path / "新.txt"
    path.write_bytes((CORPUS / "documents" / f"{identity}.txt").read_bytes() + b"\n")
    (outcome,) = take_in([path], full, today=TODAY, replaces=identity).outcomes
    assert outcome.result is Result.NEW_VERSION
    assert f"measures/{identity}.yaml" in served(full, home)[1]


def test_entries_are_plain_yaml_for_people(corpus: Path, drop: Path) -> None:
    taken(corpus, drop)
    (row,) = yaml.safe_load((corpus / "sources" / "cbf-2025-9.yaml").read_text("utf-8"))
    assert row["title"] == "成都市人民政府办公厅关于支持设备更新的通知"
    assert row["taken_from"] == (drop / "通知.txt").as_posix()
    origins = json.loads((corpus / row["origins"]).read_text("utf-8"))
    assert origins[0][:2] == [0, len(PAPER)]


def test_nothing_given_is_refused(corpus: Path) -> None:
    with pytest.raises(IntakeError, match="没有写明"):
        take_in([], corpus, today=TODAY)
    assert IntakeReport(()).failed == ()
