"""A territory with a day of work in it, and drafts for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Thread

import solver
from dispatch import day as days
from dispatch import generate, records, schedules, wire
from dispatch.errors import Conflict, VersionMismatch
from dispatch.schedules import Desk
from dispatch.store import Store, new_id
from dispatch.store.tables import Run, RunKind, RunState, Schedule, Visit
from tests.dispatch.records.kept import NOW, acting, kept

TERRITORY = "north"


@cache
def small_day(seed: int = 1) -> wire.Day:
    """18 jobs and 3 technicians of a city; nobody is pinned to anything."""
    day = generate.day("city", jobs=18, technicians=3, seed=seed)
    return days.with_pins(day, {job.id: None for job in day.jobs})


@cache
def solved(text: bytes, iterations: int = 300) -> wire.PlanFile:
    """The plan of a day."""
    planning = days.problem_of(wire.read_day(text), days.great_circle(wire.read_day(text).travel))
    result = solver.solve(planning.problem, solver.Iterations(iterations))
    return days.answer(planning, result, solver.explain(planning.problem, result.plan))


@dataclass(frozen=True)
class Board:
    """A store with a territory, and what acts on it."""

    store: Store
    desk: Desk

    def draft(
        self,
        *,
        iterations: int = 300,
        kind: RunKind = RunKind.REQUESTED,
        now: datetime = NOW,
        horizon: wire.Horizon | None = None,
    ) -> str:
        """The id of a new draft, planned from what is known now; of the small day, if no horizon is given."""
        with acting(self.store, now) as act:
            snapshot = records.snapshot(act, TERRITORY, horizon or small_day().horizon)
            run = run_of(now, kind, horizon)
            act.session.add(run)
            act.session.flush()
            return schedules.draft(act, run, snapshot, solved(wire.write(snapshot.day), iterations)).id

    def row(self, name: str) -> Schedule:
        with self.store.reading() as session:
            return session.get_one(Schedule, name)

    def visits(self) -> dict[str, Visit]:
        with self.store.reading() as session:
            return {row.job_id: row for row in session.query(Visit)}

    def evaluate(self, name: str, **move: object) -> wire.MoveAnswer:
        with acting(self.store) as act:
            return schedules.evaluate(act, self.desk, name, wire.Move.model_validate(move))

    def make(self, name: str, version: int | None = None, **move: object) -> wire.MoveAnswer:
        version = self.row(name).version if version is None else version
        with acting(self.store) as act:
            return schedules.make(act, self.desk, name, wire.Move.model_validate(move), version)

    def pin(self, name: str, **ask: object) -> wire.MoveAnswer:
        version = self.row(name).version
        with acting(self.store) as act:
            return schedules.pin(act, self.desk, name, wire.PinRequest.model_validate(ask), version)

    def undo(self, name: str) -> None:
        version = self.row(name).version
        with acting(self.store) as act:
            schedules.undo(act, name, version)

    def publish(self, name: str, version: int | None = None, now: datetime = NOW, **how: object) -> wire.Published:
        version = self.row(name).version if version is None else version
        with acting(self.store, now) as act:
            return schedules.publish(act, self.desk, name, wire.Publication.model_validate(how), version)

    def roll_back(self, name: str, *, apply_rest: bool = False, now: datetime = NOW) -> wire.Published:
        version = self.row(name).version
        with acting(self.store, now) as act:
            return schedules.roll_back(act, self.desk, name, version, apply_rest=apply_rest)

    def plan(self, name: str) -> wire.PlanFile:
        return schedules.plan_in(self.row(name))


def board(store: Store, day: wire.Day | None = None) -> Board:
    """A board on an empty database, with a day: the small one, if none is given."""
    kept(store, day or small_day(), TERRITORY)
    return Board(store, Desk(lambda day: days.great_circle(day.travel)))


def run_of(now: datetime, kind: RunKind = RunKind.REQUESTED, horizon: wire.Horizon | None = None) -> Run:
    horizon = horizon or small_day().horizon
    return Run(
        id=new_id(),
        territory_id=TERRITORY,
        kind=kind,
        local_date=None,
        caller="test",
        ask={},
        horizon_start=horizon.start,
        horizon_end=horizon.end,
        policy_name=None,
        policy_number=None,
        state=RunState.RUNNING,
        queued_at=now,
        started_at=now,
    )


def first_visit(plan: wire.PlanFile) -> tuple[str, str]:
    """A job, and who serves it."""
    route = plan.routes[0]
    return next(visit.job for visit in route.visits if visit.job), route.technician


def job_by_job(plan: wire.PlanFile) -> dict[str, tuple[str, datetime]]:
    """Who serves each job, and when."""
    return {visit.job: (route.technician, visit.start) for route in plan.routes for visit in route.visits if visit.job}


def race(count: int, act: Callable[[int], object]) -> list[str]:
    """What `count` threads that do the same at once come to."""
    outcomes: list[str] = []

    def run(number: int) -> None:
        try:
            act(number)
            outcomes.append("done")
        except Conflict as error:
            outcomes.append(error.code)
        except VersionMismatch:
            outcomes.append("version_mismatch")

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
