"""The command line: what a person sees, what a program reads, what goes wrong in one line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from assistant import cli

ROOT = Path(__file__).parents[2]
PAPER = """成都市人民政府办公厅
关于加强城市树木养护的通知
成办发〔2025〕9号
各区（市）县政府：
一、行道树每年修剪两次，修剪时间为3月和11月。
二、本通知自印发之日起施行。
成都市人民政府办公厅
2025年3月1日
"""
PAGE = """<html><head><meta charset="gbk"><title>武汉市公园管理办法</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/zw">政务公开</a></div>
<div class="content"><h1>武汉市公园管理办法</h1><p>武政规〔2025〕3号</p>
<p>第一条 公园每日开放时间为6时至22时。</p><p>第二条 公园内禁止烧烤、垂钓。</p>
<p>第三条 本办法自2025年5月1日起施行。</p><p>武汉市人民政府</p><p>2025年4月1日</p></div>
<div class="footer">版权所有</div></body></html>"""
AMOUNT = "重庆的技改专项贷贷了5000万，年利率4%，一年最多贴息多少？"


class Shell:
    """Runs commands with the served snapshot and a database of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], database: Path) -> None:
        self._capsys = capsys
        self.database = database

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self._capsys.readouterr()
        code = cli.run(list(arguments))
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> Any:
        code, out, err = self(*arguments)
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    built_home: Path,
) -> Shell:
    database = tmp_path / "assistant.db"
    monkeypatch.setenv("POLICY_HOME", str(built_home))
    monkeypatch.setenv("POLICY_CORPUS", str(ROOT / "corpus"))
    monkeypatch.setenv("POLICY_DATABASE_URL", f"sqlite:///{database}")
    return Shell(capsys, database)


def test_ask_for_a_program(shell: Shell, answer_schema: Draft202012Validator) -> None:
    answer = shell.json("ask", AMOUNT, "--json", "--as-of", "2025-06-01", "--region", "重庆")
    answer_schema.validate(answer)
    assert answer["as_of"] == "2025-06-01"
    later = shell.json("ask", "那利率5%呢", "--json", "--session", answer["session_id"])
    assert later["session_id"] == answer["session_id"]


def test_ask_for_a_person(shell: Shell) -> None:
    code, out, err = shell("ask", AMOUNT)
    assert (code, err) == (0, "")
    assert "100万元" in out
    assert "[1] 《" in out


def test_a_chat_remembers(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([AMOUNT, "", "x" * 3000, "那利率5%呢", "退出", "没有人会读到这句"])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    code, out, _ = shell("chat")
    assert code == 0
    assert "125万元" in out
    assert "2000" in out
    assert len(set(re.findall(r"会话 (\w+)", out))) == 1
    assert next(lines) == "没有人会读到这句"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", ""], "没有内容"),
        (["ask"], "question 缺少"),
        (["ask", "问", "--session", "none"], "会话"),
        (["ask", "问", "--as-of", "2024-13-01"], "YYYY-MM-DD"),
        (["ask", "问", "--region", "霍格沃茨"], "地区"),
        (["ask", "问", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        ([], "命令"),
        (["serve", "--port", "八千"], "--port"),
        (["measures", "--kind", "gift"], "benefit"),
        (["measures", "--applicant", "外星人"], "企业"),
        (["measures", "--format", "xlsx"], "--output"),
        (["measures", "--format", "pdf"], "--format"),
        (["measures", "--format", "csv", "--output", "/no/such/folder/x.csv"], "/no/such"),
        (["step", "dream", "问"], "dream"),
        (["replay", "none"], "none"),
        (["ingest", "/no/such/folder"], "/no/such/folder"),
        (["ingest", "--replaces", "some-paper"], "没有写明"),
        (["withdraw"], "document_id 缺少"),
    ],
)
def test_what_goes_wrong_is_one_line(shell: Shell, arguments: list[str], says: str) -> None:
    code, _, err = shell(*arguments)
    assert code == 2
    assert err.count("\n") == 1
    assert says in err
    assert "Traceback" not in err
    assert any("\u4e00" <= character <= "\u9fff" for character in err)


def test_a_wrong_setting_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_PORT", "八千")
    code, _, err = shell("ask", "问")
    assert code == 2
    assert err.count("\n") == 1
    assert "POLICY_PORT" in err


def test_without_a_snapshot_the_way_to_one_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "nothing"))
    code, _, err = shell("ask", "问")
    assert code == 2
    assert "ingest" in err


@pytest.mark.parametrize(
    "name", ["understand", "retrieve", "match", "calculate", "compose", "verify"]
)
def test_each_step_prints_json(shell: Shell, name: str) -> None:
    assert shell.json("step", name, AMOUNT)


def test_measures_as_a_table(shell: Shell) -> None:
    code, out, _ = shell("measures", "--region", "重庆", "--q", "技改 贴息")
    assert code == 0
    assert "tech-upgrade-loan-interest-subsidy" in out
    assert "洛阳" not in out


def test_the_handbook_in_every_form(shell: Shell, tmp_path: Path) -> None:
    rows = shell.json("measures", "--applicant", "融资担保机构", "--format", "json")
    assert rows
    assert {row["申请主体"] for row in rows} == {"融资担保机构"}
    _, out, _ = shell("measures", "--applicant", "融资担保机构", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert table == rows
    _, out, _ = shell("measures", "--applicant", "融资担保机构", "--format", "markdown")
    assert out.startswith("# 产品与政策手册")
    assert "## 融资担保机构" in out
    target = tmp_path / "手册.xlsx"
    code, out, _ = shell("measures", "--format", "xlsx", "--output", str(target))
    assert code == 0
    assert "手册.xlsx" in out
    book = load_workbook(target)
    assert "全部" in book.sheetnames
    assert "融资担保机构" in book.sheetnames


def test_an_answer_replays_to_the_same_bytes(shell: Shell) -> None:
    first = shell.json("ask", AMOUNT, "--json")
    later = shell.json("ask", "那利率5%呢", "--json", "--session", first["session_id"])
    for answer in (first, later):
        code, out, _ = shell("replay", answer["id"])
        assert code == 0
        assert "逐字节相同" in out


def test_a_replay_names_what_changed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = shell.json("ask", AMOUNT, "--json")
    monkeypatch.setattr("assistant.service.program_version", lambda: "9.9.9")
    with sqlite3.connect(shell.database) as connection:
        connection.execute("UPDATE answer_bodies SET answer = replace(answer, '100万', '900万')")
    connection.close()
    code, out, _ = shell("replay", answer["id"])
    assert code == 1
    assert "9.9.9" in out
    assert "text" in out


def test_the_audit_is_verified(shell: Shell) -> None:
    answer = shell.json("ask", AMOUNT, "--json")
    code, out, _ = shell("audit", "verify")
    assert code == 0
    assert "1 个回答" in out
    with sqlite3.connect(shell.database) as connection:
        connection.execute("UPDATE answers SET behaviour = 'refuse'")
    connection.close()
    code, out, _ = shell("audit", "verify")
    assert code == 1
    assert answer["id"] in out


def test_check_and_ingest(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, out, _ = shell("check")
    assert code == 0
    assert "5 份文件" in out
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "home"))
    code, out, _ = shell("ingest", str(corpus))
    assert code == 0
    assert "luoyang-2024-draft" in out
    assert "征求意见稿" in out
    code, out, _ = shell("ingest", str(corpus))
    assert code == 0
    assert "没有变化" in out
    broken = corpus / "measures" / "luoyang-2024-draft.yaml"
    broken.write_text(broken.read_text(encoding="utf-8") + "\nnonsense: 1\n", encoding="utf-8")
    code, _, err = shell("ingest", str(corpus))
    assert code == 2
    assert "luoyang-2024-draft" in err
    assert "nonsense" in err
    assert shell("ask", AMOUNT)[0] == 0


@pytest.fixture
def own_corpus(
    shell: Shell,  # noqa: ARG001 — its settings come first
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Path:
    """The corpus and the home of the commands, both free to change."""
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    monkeypatch.setenv("POLICY_CORPUS", str(corpus))
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "home"))
    return corpus


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A folder with a paper, a web page in GBK and a file that is none."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "通知.txt").write_text(PAPER, "utf-8")
    (folder / "公园.html").write_text(PAGE, "gbk")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04" + bytes(200))
    return folder


@pytest.mark.usefixtures("own_corpus")
def test_files_are_taken_in_and_quoted_at_once(shell: Shell, drop: Path) -> None:
    code, out, err = shell("ingest", str(drop))
    assert (code, err) == (1, "")  # one could not be read
    assert re.search(r"新增  .*公园\.html → wzg-2025-3\n", out)
    assert re.search(r"未读入  .*坏\.docx：.*\n", out)
    assert "新增 2 份、未读入 1 份。" in out
    assert "现行" in out
    asked = ("ask", "行道树每年修剪几次？", "--json", "--region", "成都市")
    (citation,) = shell.json(*asked)["citations"]
    assert (citation["document_id"], "修剪两次" in citation["quote"]) == ("cbf-2025-9", True)
    park = shell.json("ask", "公园每日几点开放？", "--json", "--region", "武汉市")
    assert any("6时至22时" in one["quote"] for one in park["citations"])

    (drop / "坏.docx").unlink()
    code, out, _ = shell("ingest", str(drop))
    assert code == 0
    assert "没有变化 2 份。" in out
    assert "内容没有变化" in out

    (drop / "通知.txt").write_text(PAPER.replace("两次", "四次"), "utf-8")
    code, out, _ = shell("ingest", str(drop / "通知.txt"))
    assert code == 0
    assert "新版本 1 份。" in out
    (citation,) = shell.json(*asked)["citations"]
    assert "修剪四次" in citation["quote"]


@pytest.mark.usefixtures("own_corpus")
def test_a_withdrawn_document_is_no_longer_quoted(shell: Shell, drop: Path) -> None:
    shell("ingest", str(drop))
    code, out, _ = shell("withdraw", "wzg-2025-3")
    assert code == 0
    assert "撤下" in out
    answer = shell.json("ask", "公园每日几点开放？", "--json", "--region", "武汉市")
    assert "wzg-2025-3" not in {one["document_id"] for one in answer["citations"]}
    code, _, err = shell("withdraw", "wzg-2025-3")
    assert (code, err.count("\n")) == (2, 1)
    assert "wzg-2025-3" in err


@pytest.mark.usefixtures("own_corpus")
def test_a_file_that_is_named_replaces_a_document(shell: Shell, drop: Path, tmp_path: Path) -> None:
    shell("ingest", str(drop))
    newer = tmp_path / "另一处.txt"
    newer.write_text(PAPER.replace("两次", "五次"), "utf-8")
    code, out, _ = shell("ingest", "--replaces", "cbf-2025-9", str(newer))
    assert code == 0
    assert "新版本 1 份。" in out


def test_where_no_file_can_be_read_nothing_changes(
    shell: Shell, own_corpus: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_INGEST_CHARACTERS", "50")
    before = sorted(path for path in own_corpus.rglob("*") if path.is_file())
    code, out, err = shell("ingest", str(drop))
    assert code == 2
    assert out.count("POLICY_INGEST_CHARACTERS") == 2
    assert err.count("\n") == 1
    after = sorted(path for path in own_corpus.rglob("*") if path.is_file())
    assert [path.name for path in after if path not in before] == [".intake.lock"]


def test_a_path_in_the_corpus_only_builds(shell: Shell, own_corpus: Path) -> None:
    code, out, _ = shell("ingest", str(own_corpus / "documents"))
    assert code == 0
    assert "luoyang-2024-draft" in out
    assert not (own_corpus / ".intake.lock").exists()


def test_a_wrong_corpus_is_not_begun(
    shell: Shell, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_CORPUS", str(tmp_path / "corpsu"))
    code, _, err = shell("ingest", str(drop))
    assert (code, err.count("\n")) == (2, 1)
    assert "POLICY_CORPUS" in err
    assert not (tmp_path / "corpsu").exists()


def test_settings_are_shown_without_secrets(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_DATABASE_URL", "postgresql+psycopg://u:secret@host/db")
    code, out, _ = shell("settings")
    assert code == 0
    assert "POLICY_DATABASE_URL" in out
    assert "secret" not in out
