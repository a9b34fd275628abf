"""What-ifs about a small day, and a worker in this process that sees their runs through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import solver
from dispatch import runs, scenarios, schedules, solves, wire
from dispatch.access import Act, Caller, program
from dispatch.errors import Busy, Code, Conflict
from dispatch.settings import Settings
from dispatch.solving import Solving
from dispatch.store import Store
from dispatch.store.tables import Role, Run, Scenario
from dispatch.wire.solving import Said
from tests.dispatch.records.kept import NOW
from tests.dispatch.schedules.boards import TERRITORY, board, small_day

T = TypeVar("T")

PAUL = Caller("paul", Role.PLANNER, frozenset({TERRITORY}))
SETTINGS = Settings(threads=1)
ITERATIONS = 200
"""Enough that a plan depends on where the search begins."""

WHOLE = {"horizon": small_day().horizon.model_dump(mode="json"), "iterations": ITERATIONS}


@contextmanager
def acting(store: Store, caller: Caller = PAUL, now: datetime = NOW) -> Iterator[Act]:
    with store.writing() as session:
        yield Act(session, caller, now)


@dataclass(frozen=True)
class Lab:
    """A store with a territory in it, and a planner who asks what if."""

    store: Store

    def ask(self, *changes: Any, base: Any = None, caller: Caller = PAUL, **more: Any) -> str:
        """Ask what if; the id. The base is what is known now, unless a schedule is named."""
        raw = {"changes": list(changes)} | (WHOLE if base is None else {"schedule": base}) | more
        with acting(self.store, caller) as act:
            return scenarios.request(act, TERRITORY, wire.NewScenario.model_validate(raw)).id

    def plan(self, **ask: Any) -> str:
        """A live run, seen through; the id of its draft."""
        with acting(self.store) as act:
            runs.request(act, TERRITORY, wire.RunRequest.model_validate(WHOLE | ask))
        return self.work()[-1].schedule_id or ""

    def solved(self, *changes: Any, base: Any = None, **more: Any) -> str:
        """Ask what if, and see all runs through."""
        name = self.ask(*changes, base=base, **more)
        self.work()
        return name

    def work(self) -> list[Run]:
        """See every run in the queue through, in this process; the runs."""
        done = []
        for minute in range(100):
            now = NOW + timedelta(minutes=minute)
            taken = patient(lambda now=now: self._take(now))
            if taken is None:
                break
            said: list[Said] = []
            Solving(SETTINGS, said.append, solver.Cancelled()).answer(taken[1].task)
            assert said[-1].what == "done", said[-1]
            done.append(patient(lambda now=now, taken=taken, last=said[-1]: self._end(now, *taken, last)))
        return done

    def _take(self, now: datetime) -> tuple[Run, solves.Basis] | None:
        with acting(self.store, program("worker"), now) as act:
            run = runs.claim(act, "w", lease_s=600)
            return None if run is None else (run, solves.prepare(act, run, SETTINGS))

    def _end(self, now: datetime, run: Run, basis: solves.Basis, last: Said) -> Run:
        with acting(self.store, program("worker"), now) as act:
            ended = runs.finish(act, run.id, run.fence, schedule=None)
            assert last.plan is not None
            ended.schedule_id = solves.keep(act, ended, basis, last.plan)
            return ended

    def row(self, name: str) -> Scenario:
        with self.store.reading() as session:
            return session.get_one(Scenario, name)

    def shown(self, name: str) -> wire.Scenario:
        with acting(self.store) as act:
            return scenarios.shown(act, scenarios.find(act, name))

    def plan_of(self, schedule: str | None) -> wire.PlanFile:
        with acting(self.store) as act:
            return schedules.plan_in(schedules.find(act, schedule or ""))

    def compare(self, name: str) -> wire.Comparison:
        with acting(self.store) as act:
            return scenarios.compared(act, schedules.desk_of(SETTINGS), name)

    def adopt(self, name: str, **ask: Any) -> list[tuple[str, str]]:
        """The kinds of the records that were made or changed, and what became of them."""
        with acting(self.store, program("test")) as act:
            made = scenarios.adopt(act, name, wire.Adoption.model_validate(ask), scenarios.find(act, name).version)[1]
        return [(each.kind, each.change) for each in made]

    def discard(self, name: str) -> None:
        with acting(self.store) as act:
            scenarios.discard(act, name, scenarios.find(act, name).version)


def patient(what: Callable[[], T]) -> T:
    """Do something, again while the database is busy or somebody else was at the same row."""
    for _ in range(100):
        try:
            return what()
        except Busy:
            continue
        except Conflict as error:
            if error.code != Code.CHANGED_MEANWHILE:
                raise
    raise AssertionError("the database stays busy")


def lab(store: Store) -> Lab:
    """A lab on an empty database."""
    board(store)
    return Lab(store)


def same_plan(one: wire.PlanFile, other: wire.PlanFile) -> bool:
    """Whether two plans say the same, byte for byte, but for what a search tells about itself."""
    return wire.write(one) == wire.write(other)


def figures(comparison: wire.Comparison) -> dict[str, tuple[float, float]]:
    return {each.name: (each.before, each.after) for each in (*comparison.terms, *comparison.figures)}
