"""Days kept in a database, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dispatch import records, wire
from dispatch.access import Act, program
from dispatch.store import Store
from dispatch.wire.keeping import LoadReport
from dispatch.wire.records import NewTerritory

FIXTURES = Path(__file__).parents[3] / "fixtures"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def acting(store: Store, now: datetime = NOW) -> Iterator[Act]:
    """An administrator who may do everything, in a transaction that writes."""
    with store.writing() as session:
        yield Act(session, program("test"), now)


def fixture(name: str) -> wire.Day:
    return wire.read_day((FIXTURES / f"{name}_day.json").read_bytes())


def area(store: Store, name: str = "north", **others: object) -> None:
    """A territory with nothing in it."""
    with acting(store) as act:
        records.territories.create(act, NewTerritory.model_validate({"id": name, "timezone": "Europe/Berlin", **others}))


def kept(store: Store, day: wire.Day, territory: str = "north") -> LoadReport:
    """A territory with everything that a day says in it."""
    area(store, territory, timezone=day.timezone, currency=day.currency)
    return loaded(store, day, territory)


def loaded(store: Store, day: wire.Day, territory: str = "north", *, dry_run: bool = False) -> LoadReport:
    with acting(store) as act:
        return records.load_day(act, territory, day, dry_run=dry_run)


def planned(store: Store, horizon: wire.Horizon, territory: str = "north") -> records.Snapshot:
    with acting(store) as act:
        return records.snapshot(act, territory, horizon)
