"""What a run that begins with the plan in force knows: who serves whom when, and what customers were told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import solver
from dispatch import runs, solves, wire
from dispatch.access import Act
from dispatch.solving import Solving
from dispatch.store import Store
from dispatch.store.tables import Promise, Schedule, ScheduleState
from dispatch.wire.solving import Said
from tests.dispatch.days import crowded
from tests.dispatch.runs.works import ANN, asked, asked_again, cancel, settings_of


def planned(store: Store, **ask: object) -> tuple[wire.Day, wire.PlanFile]:
    """A run, solved in this process; the day of its draft, and the plan."""
    asked_again(store, **ask)
    said: list[Said] = []
    with store.writing() as session:
        act = Act(session, ANN, datetime.now(UTC))
        run = runs.claim(act, "here", lease_s=3_600)
        assert run is not None
        basis = solves.prepare(act, run, settings_of(store))
        Solving(settings_of(store), said.append, solver.Cancelled()).answer(basis.task)
        assert said[-1].plan is not None
        runs.finish(act, run.id, run.fence, schedule=solves.keep(act, run, basis, said[-1].plan))
        draft = session.get_one(Schedule, run.schedule_id)
        return wire.read_day(draft.day.encode()), wire.read_plan(draft.plan.encode())


def published(store: Store) -> dict[str, datetime]:
    """Put the only draft in force, and tell every customer a window of two hours; returns when each is visited."""
    with store.writing() as session:
        row = session.scalars(select(Schedule)).one()
        row.state, row.published_at = ScheduleState.PUBLISHED, datetime.now(UTC)
        plan = wire.read_plan(row.plan.encode())
        placed = {visit.job: visit.start for route in plan.routes for visit in route.visits if visit.job is not None}
        for job, start in placed.items():
            told = Promise(territory_id="north", job_id=job, schedule_id=row.id, told_at=datetime.now(UTC), replaced_at=None)
            told.open, told.close = start - timedelta(hours=1), start + timedelta(hours=1)
            session.add(told)
        return placed


def test_a_run_knows_what_is_in_force_and_what_was_told_and_lists_what_it_moves(store: Store) -> None:
    cancel(store, asked(store, crowded(16)))
    planned(store, iterations=1, seed=1)
    placed = published(store)
    day, free = planned(store, iterations=500, seed=2, overrides={"move_per_minute": 0, "change_technician": 1})
    assert {job.id: job.current.start for job in day.jobs if job.current} == placed
    assert {job.id for job in day.jobs if job.promise} == placed.keys()
    assert free.cost.changes == pytest.approx(sum(each.change_price for each in free.moved))
    _, held = planned(store, iterations=500, seed=2, max_moves=1, max_told_moves=0)
    assert len(held.moved) <= 1
    assert all(each.kept for each in held.moved)
    day, anew = planned(store, iterations=500, seed=2, start="none")
    assert anew.moved == ()  # what begins with nothing moves nothing
    assert not any(job.current or job.promise for job in day.jobs)
