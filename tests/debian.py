"""Programs from Debian that some tests need: installed where CI runs, else the test is skipped.

In:  a Debian package and one of its programs.
Out: the program's path.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def find(program: str) -> Path | None:
    """The program on the PATH or where Debian keeps PostgreSQL's, the newest version first."""
    on_path = shutil.which(program)
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return Path(on_path) if on_path else kept[-1] if kept else None


def require(package: str, program: str) -> Path:
    """The program of a Debian package.

    With CI=true and as root a missing package is installed by apt-get, and a failure to do so
    fails the test. Elsewhere the test is skipped with the reason.
    """
    found = find(program)
    if found is None and os.environ.get("CI") == "true":
        if os.getuid() != 0 or shutil.which("apt-get") is None:
            pytest.skip(f"{program} is not installed, and only root on Debian can install it")
        _install(package)
        found = find(program)
        assert found is not None, f"the package {package} holds no {program}"
    if found is None:
        pytest.skip(f"{program} is not installed (Debian: apt-get install {package})")
    return found


def _install(package: str) -> None:
    """One package at a time, whichever of several test runs asks for it."""
    with (Path(tempfile.gettempdir()) / "policy-assistant-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _apt_get(package)


def _apt_get(package: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        command = ["apt-get", "--quiet=2", *arguments]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
