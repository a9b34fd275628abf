"""A service on an empty database: two territories, a user with a token for each role, and a client that looks at every answer."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.settings import Settings
from dispatch.store import Store
from tests.api.phones import Phones, switched_on
from tests.api.service import Service, start

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings a test may override: limits are so high that only their own tests meet them, and streams end at once."""
    return Settings(requests_per_s=1e6, strangers_per_min=1e6, stream_s=0.05)


@pytest.fixture
def service(store: Store, settings: Settings) -> Service:
    """The service; `service.get("/me")` asks as a dispatcher of `seoul`, who does not see `busan`."""
    return start(store, settings, NOON)


@pytest.fixture
def phones(store: Store) -> Phones:
    """A published day in Berlin, and the phones of the two technicians who have it before them."""
    return switched_on(store)
