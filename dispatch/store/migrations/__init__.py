"""The tables as they were and as they are: Alembic, run by the program itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from dispatch.errors import DispatchError
from dispatch.store import db
from dispatch.store.db import Store


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """A database with the tables that this program knows, open as long as the block lasts.

    Raises
    ------
    DispatchError
        Its tables are not made yet, or are of another version.
    """
    with db.opened(url) as store:
        if not is_current(store):
            raise DispatchError("the database has not the tables of this program: dispatch db upgrade")
        yield store


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the tables to a revision, by default the newest. Does nothing if they are there."""
    with store.writer.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Take the tables back to a revision; `base` removes them all, with what is in them."""
    with store.writer.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(store: Store) -> bool:
    """Whether the tables are those this program knows."""
    with store.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest()


def is_current_in(session: Session) -> bool:
    """Whether the tables are those this program knows, as a transaction sees them."""
    return MigrationContext.configure(session.connection()).get_current_revision() == newest()


@cache
def newest() -> str:
    """The newest revision. There is one head only."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    return str(head)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
