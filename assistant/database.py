"""The database (数据库) of what outlives a request: conversations, answers, feedback.

In:  a URL: SQLite (the default) or PostgreSQL.
Out: an engine whose tables exist. SQLite runs in WAL mode, so that readers and the one writer do
     not wait for each other (tests/assistant/test_session.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

metadata = MetaData()

_THREADS = 64  # more than the threads that serve requests


class DatabaseError(Exception):
    """The database cannot be opened. The message says which and why, without its password."""


def open_database(url: str) -> Engine:
    """An engine on the database, its tables made where they are missing. Dispose of it when done.

    Raises DatabaseError.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        remote = parsed.get_backend_name() != "sqlite"  # a server may close what waits in the pool
        engine = create_engine(parsed, pool_size=8, max_overflow=_THREADS, pool_pre_ping=remote)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise DatabaseError(f"数据库地址用不了：{error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    try:
        _create_tables(engine)
    except DBAPIError as error:
        engine.dispose()
        shown = parsed.render_as_string(hide_password=True)
        raise DatabaseError(f"数据库 {shown} 打不开：{error.orig}") from error
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _create_tables(engine: Engine) -> None:
    try:
        metadata.create_all(engine)
    except DBAPIError:  # another process was making them at the same moment
        metadata.create_all(engine)
