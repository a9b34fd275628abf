"""The database keeps what it is given, and its tables can be made, taken back and made again."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from dispatch.errors import Conflict
from dispatch.store import Store, open_store
from dispatch.store.db import Base
from dispatch.store.migrations import downgrade, is_current, upgrade
from dispatch.store.tables import Job, Site, Territory
from tests.databases import url

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def territory(name: str = "seoul") -> Territory:
    return Territory(id=name, timezone="Asia/Seoul", currency="KRW", calendar={}, updated_at=NOON)


def test_the_tables_can_be_made_taken_back_and_made_again(tmp_path: Path) -> None:
    with url(tmp_path) as name:
        store = open_store(name)
        upgrade(store)
        assert is_current(store)
        downgrade(store, "base")
        assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
        upgrade(store)
        assert set(inspect(store.engine).get_table_names()) >= {table.name for table in Base.metadata.tables.values()}
        store.engine.dispose()


def test_the_migrations_make_the_tables_that_are_declared(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_instant_comes_back_as_the_same_instant_in_utc(store: Store) -> None:
    in_seoul = NOON.astimezone(timezone(timedelta(hours=9)))
    with store.writing() as session:
        session.add(Territory(id="a", timezone="Asia/Seoul", currency="KRW", calendar={}, updated_at=in_seoul))
    with store.reading() as session:
        found = session.get_one(Territory, "a").updated_at
    assert found == NOON
    assert found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="has no time zone"), store.writing() as session:
        session.add(Territory(id="a", timezone="UTC", currency="EUR", calendar={}, updated_at=datetime(2026, 3, 2)))


def test_what_is_raised_in_a_transaction_undoes_it(store: Store) -> None:
    def fail(session: Session) -> None:
        session.add(territory())
        session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError), store.writing() as session:
        fail(session)
    with store.reading() as session:
        assert session.get(Territory, "seoul") is None


def test_a_row_cannot_refer_to_another_territorys(store: Store) -> None:
    with store.writing() as session:
        session.add_all([territory("a"), territory("b"), Site(territory_id="a", id="s", located="given", updated_at=NOON)])
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(Job(territory_id="b", id="j", site_id="s", body={}, updated_at=NOON))


def test_who_changes_an_old_version_is_told(store: Store) -> None:
    with store.writing() as session:
        session.add(territory())
    with store.reading() as session:
        old = session.get_one(Territory, "seoul")
    with store.writing() as session:
        session.get_one(Territory, "seoul").name = "one"
    old.name = "other"
    with pytest.raises(Conflict, match="changed it meanwhile"), store.writing() as session:
        session.add(old)


def test_transactions_that_read_first_and_write_later_wait_for_each_other(store: Store) -> None:
    """20 threads add 1 to a number they read: 20. Deferred transactions of SQLite would fail, unlocked ones lose some."""
    with store.writing() as session:
        session.add(territory())

    def add_one() -> None:
        with store.writing() as session:
            row = session.execute(select(Territory).with_for_update()).scalar_one()
            row.nightly_seconds += 1

    threads = [Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert session.scalar(select(func.max(Territory.nightly_seconds))) == 60 + 20


def test_a_transaction_that_may_write_has_the_lock_before_it_asks_for_anything(tmp_path: Path) -> None:
    """So nobody waits for a lock in the middle of what they do."""
    other = sqlite3.connect(tmp_path / "one.db", timeout=0, isolation_level=None)
    store = open_store(f"sqlite:///{tmp_path / 'one.db'}")
    with closing(other), store.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    store.engine.dispose()
