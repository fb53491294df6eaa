"""The command line (命令行): `policy-assistant` and its commands.

In:  arguments, and the settings from the environment.
Out: text for a person, or JSON, CSV, Markdown, XLSX for a program. What goes wrong is one Chinese
     line on standard error and exit code 2; a check that fails exits with 1
     (tests/assistant/test_cli.py).
"""

from __future__ import annotations

import gc
import json
import socket
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.settings import Settings, SettingsError, key
from ingest.document import inside_quotes

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.answer import Answer
    from assistant.handbook import Entry
    from assistant.service import Service
    from ingest.intake import Outcome

app = typer.Typer(
    help="政策助手：引用条款、精确计算的政策问答。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit_app = typer.Typer(help="核验留痕。", no_args_is_help=True)
app.add_typer(audit_app, name="audit")

AsOf = Annotated[str | None, typer.Option("--as-of", help="按哪一天，写作 YYYY-MM-DD")]
Region = Annotated[str | None, typer.Option("--region", help="地区，例如 重庆市")]
Applicant = Annotated[str | None, typer.Option("--applicant", help="申请主体，例如 企业")]

_LEAVE = {"退出", "再见", "exit", "quit"}
_PLAIN_WIDTH = 160


class Form(StrEnum):
    """How the catalogue is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


class CommandError(Exception):
    """A command cannot do what was asked. The message is for the person."""


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. What went wrong stands on standard error."""
    try:
        code = app(arguments, prog_name="policy-assistant", standalone_mode=False)
    except typer.TyperException as error:
        return _fail(_usage(error))
    except typer.Abort:
        return _fail("已中止。")
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        return _fail(str(error))
    return code if isinstance(code, int) else 0


def _fail(message: str) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return 2


def _usage(error: typer.TyperException) -> str:
    """What is wrong with the arguments. typer does not export the kinds of its errors."""
    see = "用法见 policy-assistant --help。"
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有选项 {getattr(error, 'option_name', '')}，{see}"
        case "MissingParameter" | "BadParameter":
            parameter = getattr(error, "param", None)
            name = max(getattr(parameter, "opts", [""]), key=len)
            wrong = "缺少" if type(error).__name__ == "MissingParameter" else "不对"
            return f"参数 {name} {wrong}，{see}"
        case "NoArgsIsHelpError":
            print(error.format_message())
            return "请写明命令。"
        case _:
            return f"命令写得不对（{error.format_message()}），{see}"


def _expected() -> tuple[type[Exception], ...]:
    """The errors whose message is a sentence for the person. Imported only when one is raised."""
    from assistant.checks import WordingError
    from assistant.database import DatabaseError
    from assistant.inputs import ServiceError
    from assistant.measures.reader import MeasureError
    from assistant.reading.lexicon import LexiconError
    from ingest.build import BuildError
    from ingest.datafiles import DataFileError
    from ingest.embedding import EmbeddingModelError
    from ingest.intake import IntakeError
    from ingest.sources import SourceError

    return (
        BuildError,
        CommandError,
        DataFileError,
        DatabaseError,
        EmbeddingModelError,
        IntakeError,
        LexiconError,
        MeasureError,
        ServiceError,
        SettingsError,
        SourceError,
        WordingError,
    )


@contextmanager
def _service() -> Iterator[Service]:
    from assistant.service import Service

    with Service(Settings.from_environment()) as service:
        yield service


def _day(text: str | None) -> date | None:
    from assistant.inputs import parse_day

    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise CommandError(f"日期“{text}”不对，应为 1949 年至 2999 年之间的日期，写作 YYYY-MM-DD。")
    return day


def _console() -> Console:
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=_PLAIN_WIDTH)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="要问的事")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    session: Annotated[str | None, typer.Option("--session", help="接着这个会话问")] = None,
    as_of: AsOf = None,
    region: Region = None,
) -> None:
    """问一个问题。"""
    day = _day(as_of)
    with _service() as service:
        answer = service.ask(question, session_id=session, as_of=day, region=region)
    if as_json:
        _print_json(answer.to_json())
    else:
        _show(answer)


@app.command()
def chat(as_of: AsOf = None, region: Region = None) -> None:
    """连着问，直到输入“退出”。"""
    from assistant.inputs import ServiceError

    day = _day(as_of)
    session: str | None = None
    with _service() as service:
        while (question := _read_line()) is not None:
            if not question.strip():
                continue
            if question.strip() in _LEAVE:
                break
            try:
                answer = service.ask(question, session_id=session, as_of=day, region=region)
            except ServiceError as error:
                print(error)
                continue
            session = answer.session_id
            _show(answer)


def _read_line() -> str | None:
    try:
        return input("问：")
    except EOFError:
        return None


def _show(answer: Answer) -> None:
    """An answer for a person: the text, the workings, what is cited."""
    from rich.markdown import Markdown

    console = _console()
    if console.is_terminal:
        console.print(Markdown(answer.text))
    else:
        print(answer.text)
    lines = [""]
    for calculation in answer.calculations:
        lines.append(f"{calculation.label}：{calculation.formula}")
        lines += [f"  {step.label}：{step.value}" for step in calculation.steps]
    for one in answer.citations:
        quote = "".join(one.quote.split())
        lines.append(f"[{one.n}] 《{inside_quotes(one.document_title)}》{one.clause_path}：{quote}")
    lines.append(f"按 {answer.as_of} 的政策。会话 {answer.session_id}")
    print("\n".join(lines))


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="文件、文件夹或 ZIP；不写，或写语料文件夹，则只建立索引"),
    ] = None,
    replaces: Annotated[
        str | None, typer.Option("--replaces", help="这个文件是哪份文件（编号）的新版本")
    ] = None,
) -> int:
    """读入文件，核对语料，建立索引，并切换过去。有文件没能读入时退出码为 1。"""
    import gc

    from tqdm import tqdm

    from assistant.corpus import take_files

    gc.set_threshold(100_000, 50, 100)  # a corpus is a million objects, and no garbage
    settings = Settings.from_environment()
    paths = paths or []
    for path in paths:
        if not path.exists():
            raise CommandError(f"没有 {path} 这个文件或文件夹。")
    if len(paths) == 1 and (paths[0] / "sources.yaml").is_file():
        settings = settings.model_copy(update={"corpus": paths[0]})
    corpus = settings.corpus.resolve()
    if replaces is None and all(path.resolve().is_relative_to(corpus) for path in paths):
        _build(settings, whole=True)
        return 0
    with tqdm(desc="读入", unit="份", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

        def tell(done: int, total: int, outcome: Outcome) -> None:
            bar.total = total
            bar.write(_line(outcome), file=sys.stdout)
            bar.update(done - bar.n)

        report = take_files(settings, paths, replaces=replaces, progress=tell)
    _show_outcomes(report.outcomes)
    if not report.changed and len(report.failed) == len(report.outcomes):
        raise CommandError("一份文件也没能读入，索引没有改动。")
    lacking = _build(settings)
    if lacking:
        print(
            f"文中提到而这里没有的文件 {len(lacking)} 份，"
            "用 policy-assistant wanted 列出，供取得后读入。"
        )
    return 1 if report.failed else 0


@app.command()
def wanted() -> None:
    """列出文中提到而这里没有的文件：所依据的、配套的、附件，供取得后读入。"""
    from assistant.corpus import wanted_papers

    lacking = wanted_papers(Settings.from_environment())
    for name, documents in lacking.items():
        print(f"{name}（见 {'、'.join(documents)}）")
    print(f"共 {len(lacking)} 份。")


@app.command()
def withdraw(
    document_id: Annotated[str, typer.Argument(help="文件的编号，见 policy-assistant ingest")],
) -> None:
    """撤下一份文件：建立索引之后不再引用它；文字留着，以前的回答仍可重放。"""
    from assistant.corpus import withdraw_document

    settings = Settings.from_environment()
    print(_line(withdraw_document(settings, document_id)))
    _build(settings)


def _build(settings: Settings, *, whole: bool = False) -> Collection[str]:
    """Build the snapshot and say what it is; `whole` lists every document of it.

    What the papers name and the corpus lacks; none where nothing has changed.
    """
    from assistant.corpus import build_snapshot
    from assistant.service import Service

    report = build_snapshot(settings, progress=sys.stderr.isatty())
    if whole:
        with Service(settings) as service:
            _show_corpus(service)
    done = f"新向量 {report.embedded} 条" if report.written else "内容没有变化"
    print(f"快照 {report.name}：{report.clauses} 条条款，{done}，用时 {report.seconds:.1f} 秒。")
    return report.wanted or ()


def _line(outcome: Outcome) -> str:
    """What became of a file, in one line that is safe to print whatever the file is called."""
    about = f"：{outcome.problem}" if outcome.problem else f" → {outcome.document_id}"
    line = f"{outcome.result}  {outcome.name}{about}"
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def _show_outcomes(outcomes: Sequence[Outcome]) -> None:
    """The documents that are not as they were, and how many files came to what."""
    from rich.markup import escape
    from rich.table import Column, Table

    from assistant.handbook import STATUSES
    from ingest.intake import Result

    table = Table("文件", "结果", "条款", "效力", "缺损", Column("需要人看", overflow="fold"))
    for outcome in outcomes:
        if outcome.result in (Result.UNCHANGED, Result.FAILED) or outcome.status is None:
            continue
        table.add_row(
            f"{outcome.document_id}\n{escape(outcome.title)}",
            outcome.result,
            str(outcome.clauses),
            STATUSES[outcome.status.status],
            str(outcome.damage or ""),
            escape("\n".join(outcome.needs_person)),
        )
    if table.row_count:
        _console().print(table)
    counts = Counter(outcome.result for outcome in outcomes)
    print("、".join(f"{result} {counts[result]} 份" for result in Result if counts[result]) + "。")


def _show_corpus(service: Service) -> None:
    from rich.table import Column, Table

    from assistant.handbook import STATUSES

    table = Table("文件", "条款", "措施", "效力", "缺损", Column("需要人看", overflow="fold"))
    with service.desk() as desk:
        measures = [measure.document for measure in desk.assistant.catalogue.measures]
        for document in desk.documents():
            table.add_row(
                f"{document.id}\n{document.short_title}",
                str(sum(1 for _ in document.leaves())),
                str(measures.count(document.id)),
                STATUSES[desk.status(document).status],
                str(len(document.damage)) if document.damage else "",
                "\n".join(document.notes),
            )
    _console().print(table)


@app.command()
def check() -> None:
    """核对语料：文件、措施、词表，不建索引。"""
    from assistant.corpus import check_corpus

    documents, measures = check_corpus(Settings.from_environment())
    print(f"语料无误：{documents} 份文件，{measures} 项措施。")


@app.command()
def measures(
    region: Region = None,
    applicant: Applicant = None,
    kind: Annotated[str | None, typer.Option("--kind", help="类别，例如 benefit")] = None,
    as_of: AsOf = None,
    q: Annotated[str | None, typer.Option("--q", help="词，须全部出现")] = None,
    form: Annotated[Form, typer.Option("--format", help="写成什么")] = Form.TABLE,
    output: Annotated[Path | None, typer.Option("--output", help="写到这个文件")] = None,
) -> None:
    """列出产品与补贴；可写成《产品与政策手册》。不写类别时只列能申请、能使用的。"""
    from assistant import handbook
    from assistant.inputs import parse_kinds

    if form in (Form.XLSX, Form.DOCX) and output is None:
        raise CommandError(f"{form} 须写到文件，请加 --output 手册.{form}。")
    day = _day(as_of)
    with _service() as service, service.desk() as desk:
        lines = desk.handbook(
            region=region, applicant=applicant, kinds=parse_kinds(kind or ""), as_of=day, q=q
        )
        if form is Form.TABLE and output is None:
            _show_measures(lines)
            return
        _write(
            handbook.written(lines, day or desk.today, form.value, service.settings.provider),
            output,
        )


def _show_measures(lines: list[Entry]) -> None:
    from rich.table import Table

    from assistant.handbook import COLUMNS

    shown = ("申请主体", "类别", "事项", "地区", "效力", "条款", "编号")
    table = Table(*shown)
    for entry in lines:
        cells = dict(zip(COLUMNS, entry.cells, strict=True))
        table.add_row(*(cells[name] for name in shown))
    _console().print(table)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(content.decode("utf-8"))
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CommandError(f"写不了 {output}：{error.strerror}。") from error
    print(f"已写入 {output}。")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="监听的地址")] = None,
    port: Annotated[int | None, typer.Option("--port", help="监听的端口", min=0, max=65535)] = None,
) -> None:
    """启动服务；没有索引或资料有改动时先建立索引。"""
    gc.disable()  # what is loaded now stays; api.app turns it on again when it is ready
    import uvicorn

    from assistant.corpus import build_snapshot, has_snapshot

    settings = Settings.from_environment()
    host = host or settings.host
    port = settings.port if port is None else port
    _check_address(host, port)
    try:  # does nothing where the snapshot is the corpus's own
        build_snapshot(settings, progress=sys.stderr.isatty())
    except _expected() as error:
        if not has_snapshot(settings):
            raise
        print(f"资料没有通过检查，继续用原来的索引：{error}", file=sys.stderr)
    uvicorn.run(
        "api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )


def _check_address(host: str, port: int) -> None:
    """Raises CommandError where nothing can listen there: said before the start, and in Chinese."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"不能在 {host} 的端口 {port} 上监听（{error.strerror}），请用 --host、--port 换一个。"
        ) from error


@app.command()
def step(
    name: Annotated[
        str, typer.Argument(help="understand、retrieve、match、calculate、compose、verify")
    ],
    text: Annotated[str, typer.Argument(help="要问的事")],
) -> None:
    """只走到一步，输出它的 JSON。"""
    with _service() as service, service.desk() as desk:
        _print_json(desk.step(name, text))


@app.command()
def replay(answer_id: Annotated[str, typer.Argument(help="回答的 id")]) -> int:
    """把一个回答重算一遍，核对是否逐字节相同。"""
    with _service() as service:
        result = service.replay(answer_id)
    if result.same:
        print(f"{result.record.at} 的回答重算一遍，逐字节相同。")
        return 0
    for change in result.changes:
        print(change)
    return 1


@audit_app.command("verify")
def audit_verify() -> int:
    """核对全部留痕，找出被改动的行。"""
    with _service() as service:
        found = service.verify_audit()
    for problem in found.problems:
        print(problem)
    print(
        f"核对了 {found.answers} 个回答（{found.erased} 个的正文已清除）、{found.days} 个已结日，"
        f"{len(found.problems)} 处不符。"
    )
    if found.last_day is not None:
        print(f"{found.last_day} 的摘要：{found.last_digest}")
    return 1 if found.problems else 0


@app.command("settings")
def show_settings() -> None:
    """列出现在的设置。"""
    from rich.table import Table

    settings = Settings.from_environment()
    table = Table("变量", "现在的值", "应当怎样写")
    for field, about in Settings.model_fields.items():
        value = "" if getattr(settings, field) is None else str(getattr(settings, field))
        shown = "（已设置）" if field == "database_url" and value else value
        table.add_row(key(field), shown, about.description)
    _console().print(table)
