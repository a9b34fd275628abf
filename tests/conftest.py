"""An empty database for each test: SQLite in a folder of the test's own, or a schema of its own on the PostgreSQL server that
`DISPATCH_TEST_POSTGRES` names (a SQLAlchemy URL; `.ci/run` starts one)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.store import Store
from tests.databases import fresh


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database with all tables."""
    with fresh(tmp_path) as store:
        yield store
