"""The database: how rows are declared, how a transaction begins, and which of the two databases it is.

SQLite is opened with a write-ahead log and full synchronisation, so that what was acknowledged survives a crash, and a transaction
that may write takes the lock at once (`BEGIN IMMEDIATE`): a deferred one that reads first and writes later fails under load
whatever it waits. On PostgreSQL, reading transactions see one snapshot.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, String, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator, TypeEngine

from dispatch.errors import Busy, Code, Conflict

PATIENCE_MS: Final = 5_000
"""How long a transaction waits for a lock before the answer is: busy, try again."""

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Both databases keep it in UTC without an offset; what comes back is aware."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Document(TypeDecorator[Any]):
    """Plain data: values of the wire, whole and never searched. None is NULL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True))


def one_of(kind: type[StrEnum]) -> Enum:
    """A column of an enumeration, kept as its values."""
    return Enum(kind, native_enum=False, length=40, values_callable=lambda members: [member.value for member in members])


class Base(DeclarativeBase):
    """What all tables have in common."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Document(), list[Any]: Document()}  # noqa: RUF012


class Versioned:
    """A row that two people may change: whoever comes second with an old version is told so."""

    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


def new_id() -> str:
    """A random id: 24 characters that nobody guesses."""
    return secrets.token_hex(12)


Id = String(64)
"""The column type of ids."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database. Transactions are short: nobody holds one while solving, geocoding or waiting for a network."""

    engine: Engine
    writer: Engine  #: the same, for transactions that may write
    reader: Engine  #: the same, for transactions that only read

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, rolled back if anything is raised.

        Raises
        ------
        Busy
            Others have held the lock for too long, or the database cannot be reached.
        Conflict
            Somebody else has changed a row meanwhile, or made the same one.
        """
        with _conflicts(), self._transaction(self.writer) as session:
            session.connection()  # the lock is taken now, not when something is first asked
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that reads one state of the database."""
        with self._transaction(self.reader) as session:
            yield session

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if is_lock(error):
                raise Busy("the database is busy", retry_after=1) from error
            if _is_out_of_reach(error):
                raise Busy("the database cannot be reached", retry_after=5) from error
            raise


@contextmanager
def _conflicts() -> Iterator[None]:
    """Two transactions that met at a row: the later one is told so, and may try again."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict(Code.CHANGED_MEANWHILE, "somebody else has changed it meanwhile: read it again") from error
    except IntegrityError as error:
        if _is_twice(error):
            raise Conflict(Code.EXISTS_ALREADY, "somebody else has made the same meanwhile") from error
        raise


def open_store(url: str, *, pool_size: int = 20) -> Store:
    """Open a database by its SQLAlchemy URL; the tables are made by `migrations.upgrade`.

    Errors do not show the values of statements: names and addresses would end up in logs.
    """
    if url.startswith("sqlite:"):
        engine = create_engine(
            url, connect_args={"timeout": PATIENCE_MS / 1_000, "isolation_level": None}, pool_size=pool_size, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin)
    return Store(engine, engine.execution_options(writes=True), engine.execution_options(writes=False))


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A database, open as long as the block lasts; whether it has tables is another question (`migrations.opened`)."""
    store = open_store(url)
    try:
        yield store
    finally:
        store.engine.dispose()


def one_at_a_time(session: Session, what: str) -> None:
    """Wait until nobody else is in a transaction that does the same, and keep them out until this one ends.

    For rules over many rows, as a limit to their number is. On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: DBAPIConnection, _: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"SET lock_timeout = {PATIENCE_MS}")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif not writes:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def is_lock(error: OperationalError) -> bool:
    """Whether a statement has waited for somebody else for too long."""
    text = str(error.orig)
    return "database is locked" in text or "lock timeout" in text or "deadlock detected" in text


def _is_out_of_reach(error: OperationalError) -> bool:
    """Whether there is no connection to be had: the server is down, starting, full, or has closed it."""
    state = getattr(error.orig, "sqlstate", "") or ""
    return state[:2] in {"08", "53", "57"} or (not state and not isinstance(error.orig, sqlite3.Error))


def _is_twice(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)
