"""Old Word, WPS and Excel files (DOC, WPS, RTF, XLS, ET), converted by LibreOffice.

In:  a file's bytes, and what it is to become: docx or xlsx.
Out: the converted file's bytes (tests/ingest/read/test_office.py). LibreOffice is a program of its
     own; where it is missing, `missing` says so. It runs with a profile of its own that lasts as
     long as the conversion, no macros, no links followed, no way to the network.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.read.base import Limits, ReadError

_PROGRAMS = ("soffice", "libreoffice")
# macros never run, linked pictures and documents are not fetched, a proxy that is none stands
# before whatever would still be
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""  # noqa: E501


@cache
def missing() -> str:
    """Why nothing can be converted here; "" where it can."""
    if _program() is None:
        return "本机没有 LibreOffice，应安装它，或另存为 DOCX（表格为 XLSX）后再读入"
    return ""


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def convert(data: bytes, suffix: str, target: str, limits: Limits) -> bytes:
    """The file as DOCX or XLSX.

    suffix  what the file is, with the dot: .doc
    target  docx or xlsx
    """
    program = _program()
    if program is None:
        raise ReadError(f"{suffix} 格式需要转换；{missing()}")
    with TemporaryDirectory(prefix="policy-assistant-office-") as name:
        folder = Path(name)
        source = folder / f"in{suffix}"
        source.write_bytes(data)
        settings = folder / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        command = [
            program, "--headless", "--norestore", "--nolockcheck", "--nodefault",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *(["--infilter=" + _excel(data)] if suffix == ".xls" else []),
            "--convert-to", target, "--outdir", str(folder / "out"), str(source),
        ]  # fmt: skip
        _run(command, folder, limits)
        made = folder / "out" / f"in.{target}"
        if not made.is_file():
            raise ReadError(
                "LibreOffice 转换不了此文件，文件可能损坏或设有密码，应重新取得或另存为 DOCX、XLSX"
            )
        limits.check("file_bytes", made.stat().st_size, "转换后的字节数")
        return made.read_bytes()


def _excel(data: bytes) -> str:
    """Which Excel wrote a table: left to itself LibreOffice reads a broken one as text."""
    return "MS Excel 97" if "Workbook".encode("utf-16-le") in data else "MS Excel 95"


def _run(command: list[str], folder: Path, limits: Limits) -> None:
    """Run LibreOffice, and end it with all its children where it takes too long."""
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise ReadError("LibreOffice 转换超过时限（设置 POLICY_INGEST_SECONDS），未读入") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
