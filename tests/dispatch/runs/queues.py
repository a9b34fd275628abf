"""A territory, callers, and runs in a queue, for tests: times are minutes after noon."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dispatch import runs, wire
from dispatch.access import Act, Caller, program
from dispatch.store import Store
from dispatch.store.tables import Role, Run, Territory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE_S = 20.0
TOMORROW = wire.RunRequest.model_validate({"date": "2026-03-03"})


def caller(name: str = "ann", *territories: str) -> Caller:
    """A dispatcher who may see some territories; Seoul if none is named."""
    return Caller(name, Role.DISPATCHER, frozenset(territories or ("seoul",)))


@contextmanager
def acting(store: Store, who: Caller | None = None, *, minutes: float = 0) -> Iterator[Act]:
    """Somebody, Ann by default, does something some minutes after noon."""
    with store.writing() as session:
        yield Act(session, who or caller(), NOON + timedelta(minutes=minutes))


@contextmanager
def working(store: Store, *, minutes: float = 0) -> Iterator[Act]:
    """A worker does something."""
    with acting(store, program("worker"), minutes=minutes) as act:
        yield act


def settle(store: Store, *names: str, timezone: str = "Asia/Seoul", **more: object) -> None:
    """Make territories; Seoul if none is named."""
    with store.writing() as session:
        for name in names or ("seoul",):
            session.add(Territory(id=name, timezone=timezone, currency="KRW", calendar={}, updated_at=NOON, **more))


def queued(store: Store, who: str = "ann", *, minutes: float = 0, territory: str = "seoul") -> str:
    """Ask for a run; its id."""
    with acting(store, caller(who, territory), minutes=minutes) as act:
        return runs.request(act, territory, TOMORROW).id


def claimed(store: Store, worker: str = "w1", *, minutes: float = 0) -> Run | None:
    """What a worker gets."""
    with working(store, minutes=minutes) as act:
        return runs.claim(act, worker, lease_s=LEASE_S)


def taken(store: Store, worker: str = "w1", *, minutes: float = 0) -> Run:
    """What a worker gets, and there is something."""
    run = claimed(store, worker, minutes=minutes)
    assert run is not None
    return run


def now(store: Store, name: str) -> Run:
    """A run as it is stored."""
    with store.reading() as session:
        return session.get_one(Run, name)
