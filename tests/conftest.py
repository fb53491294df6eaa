"""What tests of all packages share: hypothesis without deadlines, the corpus built and served.

The service is imported by the fixtures that need it, so that tests of one module start at once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from jsonschema import Draft202012Validator

from tests.debian import require

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from assistant.service import Service
    from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))

settings.register_profile("project", deadline=None)  # no test depends on wall-clock time
settings.load_profile("project")


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a snapshot of the repository's own corpus. Not to be changed."""
    from assistant.corpus import build_snapshot
    from assistant.settings import Settings

    home = tmp_path_factory.mktemp("home")
    build_snapshot(Settings(home=home, corpus=ROOT / "corpus"), progress=False)
    return home


@pytest.fixture(scope="session")
def served(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with that snapshot and a database of their own."""
    from assistant.settings import Settings

    database = tmp_path_factory.mktemp("database") / "assistant.db"
    return Settings(home=built_home, corpus=ROOT / "corpus", database_url=f"sqlite:///{database}")


@pytest.fixture(scope="session")
def client(served: Settings) -> Iterator[TestClient]:
    """The running application; today is 2026-11-20."""
    from fastapi.testclient import TestClient

    from api.app import create_app

    with TestClient(create_app(served, now=lambda: NOW)) as client:
        yield client


@pytest.fixture
def service(built_home: Path, tmp_path: Path) -> Iterator[Service]:
    """A service of its own, with an empty database; today is 2026-11-20."""
    from assistant.service import Service
    from assistant.settings import Settings

    database = f"sqlite:///{tmp_path / 'assistant.db'}"
    own = Settings(home=built_home, corpus=ROOT / "corpus", database_url=database)
    with Service(own, now=lambda: NOW) as service:
        yield service


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on a socket; see tests.debian where none is there."""
    programs = {name: require("postgresql", name) for name in ("initdb", "pg_ctl")}
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root

    def run(program: str, *arguments: str) -> None:
        command = [str(programs[program]), *arguments]
        subprocess.run(command, user=user, check=True, cwd="/", stdout=subprocess.DEVNULL)

    with TemporaryDirectory(prefix="postgresql-") as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c fsync=off -k {folder}"
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql+psycopg://tests@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    from assistant.database import metadata, open_database

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'home' / 'assistant.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    engine = open_database(url)
    yield engine
    metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def answer_schema() -> Draft202012Validator:
    """The contract's schema of an answer."""
    path = ROOT / "tests" / "data" / "answer.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
