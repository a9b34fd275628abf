"""A territory with a boiler that wants maintenance."""

from datetime import datetime, timedelta
from typing import Any

from dispatch import records, upkeep, wire
from dispatch.records import KINDS
from dispatch.store import Store
from dispatch.store.tables import Job, JobState, Schedule, Technician, Visit, VisitState
from dispatch.wire.paging import PageQuery
from dispatch.wire.reading import read_record
from tests.dispatch.records.kept import NOW, acting, area

HERE = {"lat": 52.52, "lon": 13.405}
NORTH = "north"


def at(text: str) -> datetime:
    """An instant in Berlin, in winter."""
    return datetime.fromisoformat(f"{text}+01:00")


def plant(store: Store) -> None:
    """A territory with a site, a boiler, and a meter of its hours."""
    area(store)
    add(store, "customers", {"id": "weiss", "name": "Frau Weiß"})
    add(store, "sites", {"id": "mill", "customer": "weiss", "location": HERE})
    add(store, "assets", {"id": "boiler", "site": "mill"})
    add(store, "meters", {"id": "hours", "asset": "boiler", "unit": "h"})


def add(store: Store, kind: str, raw: dict[str, Any]) -> None:
    with acting(store) as act:
        records.create(act, KINDS[kind], NORTH, read_record(KINDS[kind].new, raw))


def monthly(store: Store, name: str = "service", /, **fields: Any) -> None:
    """An upkeep that is due at the end of each month, for the first time of March 2026."""
    every = {"interval": {"count": 1, "unit": "months"}, "first_due": "2026-03-31"}
    add(store, "upkeeps", {"id": name, "asset": "boiler", **every, **fields})


def read(store: Store, *shown: tuple[str, float], now: datetime = NOW, exchanged: bool = False) -> wire.MeterState:
    readings = [{"at": at(when).isoformat(), "shows": value, "exchanged": exchanged} for when, value in shown]
    with acting(store, now) as act:
        return upkeep.read(act, NORTH, "hours", wire.NewReadings.model_validate({"readings": readings}))


def made(store: Store, now: datetime) -> list[str]:
    return [job for _, job in upkeep.make_due(store, now)]


def history(store: Store, name: str = "service") -> list[tuple[int, str, str]]:
    """Number, due and state of each job, the oldest first."""
    with acting(store) as act:
        rows = upkeep.jobs_of(act, NORTH, name, PageQuery()).items
        return [(row.number, row.due.isoformat(), row.state) for row in reversed(rows)]


def look(store: Store, job: str) -> dict[str, Any]:
    with acting(store) as act:
        row = records.find(act, KINDS["jobs"], NORTH, job)
        return records.shown(act, KINDS["jobs"], row).model_dump(mode="json", exclude_unset=True)


def finish(store: Store, job: str, when: datetime) -> None:
    """A technician has completed a job."""
    with acting(store) as act:
        act.session.merge(Technician(territory_id=NORTH, id="t", home={}, body={}, updated_at=NOW))
        texts: dict[str, Any] = {"day": "", "plan": "", "basis": {}, "quality": {}, "cost": 0, "unassigned": 0}
        horizon = {"horizon_start": when, "horizon_end": when + timedelta(days=1), "created_at": NOW, "updated_at": NOW}
        act.session.add(Schedule(id=f"for {job}", territory_id=NORTH, **texts, **horizon))
        times = {"arrive": when, "start": when, "end": when, "ended_at": when, "updated_at": when}
        names = {"territory_id": NORTH, "job_id": job, "schedule_id": f"for {job}", "technician_id": "t"}
        act.session.add(Visit(**names, **times, position=0, state=VisitState.COMPLETED))
        act.session.get_one(Job, (NORTH, job)).state = JobState.DONE
