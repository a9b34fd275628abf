"""A published day: Ada has the jobs a, b, c, d, Bo has e and f; nobody has g. They work from 08:00 to 16:00, lunch at noon."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import solver
from dispatch import progress, records, wire
from dispatch.access import Act, Caller
from dispatch.day import Planning, answer, great_circle, problem_of
from dispatch.store import Store
from dispatch.store.tables import Customer, Event, Job, Promise, Role, Schedule, ScheduleState, Site, Visit, VisitState
from dispatch.wire.visits import Events, Outcome
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.records.kept import kept

TERRITORY, ADA, BO = "north", "ada", "bo"
ROUTES = {ADA: ("a", "b", "c", "d"), BO: ("e", "f")}
HOME = {"lat": 52.52, "lon": 13.40}


def at(clock: str) -> datetime:
    """A time of the day in Berlin."""
    return datetime.fromisoformat(day_at(clock))


MORNING = at("06:00")

RAW: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "horizon": {"start": day_at("00:00"), "end": "2026-03-03T00:00:00+01:00"},
    "sites": [{"id": "mill", "name": "The mill", "location": {"lat": 52.54, "lon": 13.40}, "address": "Mühle 1"}],
    "technicians": [
        {
            "id": name,
            "home": HOME,
            "skills": {"gas": 2},
            "parts": {"valve": 2},
            "shifts": [
                {
                    "start": day_at("08:00"),
                    "end": day_at("16:00"),
                    "overtime_limit_min": 120,
                    "breaks": [{"start": day_at("12:00"), "end": day_at("12:30"), "duration_min": 30}],
                }
            ],
        }
        for name in (ADA, BO)
    ],
    "jobs": [
        {"id": "a", "name": "Boiler", "kind": "repair", "duration_min": 60, "skills": {"gas": 2}, "parts": {"valve": 1},
         "site": "mill", "note": "Ring twice", "tools": [], "windows": [{"start": day_at("08:30"), "end": day_at("09:30")}]},
        {"id": "b", "duration_min": 45, "location": {"lat": 52.55, "lon": 13.42}, "address": "Ring 2"},
        {"id": "c", "duration_min": 60, "location": {"lat": 52.50, "lon": 13.44},
         "windows": [{"start": day_at("11:00"), "end": day_at("13:30")}]},
        {"id": "d", "duration_min": 30, "location": {"lat": 52.51, "lon": 13.36}},
        {"id": "e", "duration_min": 60, "location": {"lat": 52.53, "lon": 13.38}},
        {"id": "f", "duration_min": 60, "location": {"lat": 52.51, "lon": 13.41}},
        {"id": "g", "duration_min": 60, "location": {"lat": 52.51, "lon": 13.42},
         "windows": [{"start": day_at("05:00"), "end": day_at("05:10")}]},
    ],
}  # fmt: skip


def planned(day: wire.Day) -> tuple[Planning, wire.PlanFile]:
    """The plan in which everybody has their jobs in the order of `ROUTES`, lunch where it fits."""
    book = problem_of(day, great_circle(day.travel))
    orders = [(book.shift_rows[name, 0], _stops(book, jobs)) for name, jobs in ROUTES.items()]
    plan = solver.plan_of(book.problem, orders)
    result = solver.Result(plan, solver.evaluate(book.problem, plan), False, 0, 0.0, "iterations", ())
    return book, answer(book, result, ())


def _stops(book: Planning, jobs: tuple[str, ...]) -> list[solver.Stop]:
    stops = [solver.Stop(solver.StopKind.JOB, book.job_rows[job]) for job in jobs]
    return [*stops[:3], solver.Stop(solver.StopKind.BREAK, 0), *stops[3:]]


def publish(store: Store) -> str:
    """The day, kept, planned and published at six in the morning; the id of the schedule."""
    kept(store, wire.day_of(RAW), TERRITORY)
    with store.writing() as session:
        act = Act(session, Caller("test", Role.ADMINISTRATOR, None), MORNING)
        horizon = wire.Horizon(start=at("00:00"), end=at("00:00") + timedelta(days=1))
        snapshot = records.snapshot(act, TERRITORY, horizon)
        book, plan = planned(snapshot.day)
        schedule = Schedule(
            territory_id=TERRITORY,
            state=ScheduleState.PUBLISHED,
            horizon_start=horizon.start,
            horizon_end=horizon.end,
            created_at=MORNING,
            published_at=MORNING,
            day=wire.write(book.day).decode(),
            plan=wire.write(plan).decode(),
            basis=snapshot.basis,
            quality={},
            cost=0,
            unassigned=1,
            updated_at=MORNING,
        )
        session.add(schedule)
        session.flush()
        for route in plan.routes:
            for position, stop in enumerate(stop for stop in route.visits if stop.job):
                session.add(_visit(schedule.id, route.technician, position, stop))
                session.add(_promise(schedule.id, stop))
        session.add(Customer(territory_id=TERRITORY, id="k", name="Frau Weiß", phone="+49 30 123-456", updated_at=MORNING))
        session.flush()
        session.get_one(Job, (TERRITORY, "a")).customer_id = "k"
        session.get_one(Site, (TERRITORY, "mill")).access = "Key at the baker's"
        return schedule.id


def _visit(schedule: str, technician: str, position: int, stop: wire.PlanVisit) -> Visit:
    return Visit(
        territory_id=TERRITORY,
        job_id=stop.job,
        schedule_id=schedule,
        technician_id=technician,
        position=position,
        arrive=stop.arrive,
        start=stop.start,
        end=stop.end,
        updated_at=MORNING,
    )


def _promise(schedule: str, stop: wire.PlanVisit) -> Promise:
    hour = timedelta(hours=1)
    return Promise(
        territory_id=TERRITORY,
        job_id=stop.job,
        schedule_id=schedule,
        open=stop.start - hour / 2,
        close=stop.start + hour / 2,
        told_at=MORNING,
    )


@contextmanager
def acting(store: Store, now: datetime, technician: str = ADA) -> Iterator[Act]:
    """A technician who does something."""
    with store.writing() as session:
        yield Act(session, Caller(technician, Role.TECHNICIAN, frozenset({TERRITORY}), (TERRITORY, technician)), now)


_numbers = count()


def event(kind: str, job: str, clock: str | datetime, **more: Any) -> dict[str, Any]:
    """An event as a phone sends it, with an id of its own."""
    when = clock if isinstance(clock, datetime) else at(clock)
    reason = {"reason": "other"} if kind == "failed" else {}
    return {"id": f"e{next(_numbers)}", "kind": kind, "job": job, "at": when.isoformat(), **reason, **more}


def report(store: Store, now: str | datetime, *events: dict[str, Any], technician: str = ADA, **more: Any) -> list[Outcome]:
    """What a technician's phone is answered to some events."""
    moment = now if isinstance(now, datetime) else at(now)
    sent = wire.read_record(Events, {"events": list(events), **more})
    with acting(store, moment, technician) as act:
        return list(progress.report(act, sent).outcomes)


def outcomes(answers: list[Outcome]) -> list[str]:
    """The outcome of each event; of a rejected one its code."""
    return [answer.code or answer.outcome for answer in answers]


def visit(store: Store, job: str) -> Visit:
    with store.reading() as session:
        return session.get_one(Visit, (TERRITORY, job))


def states(store: Store) -> dict[str, VisitState]:
    with store.reading() as session:
        return {each.job_id: each.state for each in session.query(Visit)}


def events(store: Store) -> dict[str, Event]:
    with store.reading() as session:
        return {each.id: each for each in session.query(Event)}


def clocks(store: Store, job: str) -> tuple[str, str]:
    """When the visit of a job starts and ends, by the clock on the wall in Berlin."""
    zone = MORNING.tzinfo
    return tuple(f"{when.astimezone(zone):%H:%M}" for when in (visit(store, job).start, visit(store, job).end))  # type: ignore[return-value]
