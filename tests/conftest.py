"""An empty database for each test that wants one: SQLite in a folder of the test's own, or a schema of its own on the PostgreSQL
server that `DISPATCH_TEST_POSTGRES` names (a SQLAlchemy URL; `.ci/run` starts one)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.store import Store
from tests.databases import fresh


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database, so that it can be run on the other one: `pytest -m database`."""
    for item in items:
        if isinstance(item, pytest.Function) and not {"store", "database_url"}.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.database)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database with all tables."""
    with fresh(tmp_path) as store:
        yield store
