"""Databases for tests. A new one costs a copy of a file, or a schema of the server."""

import atexit
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, delete, select, text

from dispatch.store import Store, open_store
from dispatch.store.db import Base
from dispatch.store.migrations import is_current, upgrade

SERVER = os.environ.get("DISPATCH_TEST_POSTGRES", "")
"""SQLAlchemy URL of a PostgreSQL server whose user may make schemas; empty: the tests run on SQLite."""


@contextmanager
def fresh(folder: Path) -> Iterator[Store]:
    """An empty database with all tables, gone at the end; on a server it is emptied and used again, which is much faster."""
    if SERVER:
        yield from _pooled()
        return
    with url(folder) as name:
        store = open_store(name)
        try:
            yield store
        finally:
            store.engine.dispose()


_POOL: list[str] = []
"""URLs of schemas with all tables and nothing in them."""

_DROPPED_AT_THE_END = ExitStack()
atexit.register(_DROPPED_AT_THE_END.close)


def _pooled() -> Iterator[Store]:
    """A schema of the pool; back in it afterwards, unless a test has changed its tables."""
    name = _POOL.pop() if _POOL else _another()
    store = open_store(name)
    try:
        yield store
    finally:
        if is_current(store):
            with store.writing() as session:
                for table in Base.metadata.tables.values():
                    session.execute(delete(table))
            _POOL.append(name)
        store.engine.dispose()


def _another() -> str:
    name = _DROPPED_AT_THE_END.enter_context(url(Path()))
    store = open_store(name)
    upgrade(store)
    store.engine.dispose()
    return name


@contextmanager
def url(folder: Path) -> Iterator[str]:
    """The URL of a new database; its tables are made already on SQLite, and still to be made on PostgreSQL."""
    if not SERVER:
        shutil.copyfile(_template(), folder / "dispatch.db")
        yield f"sqlite:///{folder / 'dispatch.db'}"
        return
    schema = f"t_{secrets.token_hex(6)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield f"{SERVER}{'&' if '?' in SERVER else '?'}options=-csearch_path%3D{schema}"
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        server.dispose()


def contents(store: Store) -> str:
    """What stands for everything in a database: it differs as soon as anything does."""
    digest = hashlib.sha256()
    with store.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table)).all()
            digest.update("\n".join([table.name, *sorted(map(repr, rows))]).encode())
    return digest.hexdigest()


@cache
def _template() -> Path:
    """A SQLite file with all tables and nothing in them."""
    file = Path(mkdtemp()) / "template.db"
    store = open_store(f"sqlite:///{file}")
    upgrade(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    store.engine.dispose()
    return file
