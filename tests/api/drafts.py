"""Drafts for tests of the API: a day of two technicians and three jobs."""

from functools import cache

import solver
from dispatch import day as days
from dispatch import records, schedules, wire
from dispatch.access import Act
from dispatch.store import new_id
from dispatch.store.tables import Run, RunKind, RunState

HERE = {"lat": 37.57, "lon": 126.98}
SHIFT = {"start": "2026-03-03T09:00:00+09:00", "end": "2026-03-03T18:00:00+09:00"}

DAY = wire.day_of(
    {
        "timezone": "Asia/Seoul",
        "currency": "KRW",
        "horizon": {"start": "2026-03-03T00:00:00+09:00", "end": "2026-03-04T00:00:00+09:00"},
        "technicians": [
            {"id": "t1", "name": "Ada", "skills": ["gas"], "home": HERE, "shifts": [SHIFT]},
            {"id": "t2", "name": "Ben", "home": HERE, "shifts": [SHIFT]},
        ],
        "jobs": [
            {"id": "j1", "name": "=Boiler", "location": HERE, "duration_min": 60, "skills": ["gas"]},
            {"id": "j2", "location": HERE, "duration_min": 60},
            {"id": "j3", "location": HERE, "duration_min": 60, "skills": ["water"]},
        ],
    }
)
"""j1 is for t1, j2 for anybody, j3 for nobody."""


def load(act: Act, territory: str) -> None:
    """Keep the day in a territory."""
    records.load_day(act, territory, DAY, dry_run=False)


def draft(act: Act, territory: str) -> str:
    """The id of a draft for the day, as a worker would make it from what is kept."""
    return draft_of(act, territory, DAY.horizon)


def draft_of(act: Act, territory: str, horizon: wire.Horizon, iterations: int = 100) -> str:
    """The id of a draft for a horizon, as a worker would make it from what is kept."""
    snapshot = records.snapshot(act, territory, horizon)
    run = Run(
        id=new_id(),
        territory_id=territory,
        kind=RunKind.REQUESTED,
        local_date=None,
        caller="test",
        ask={},
        horizon_start=horizon.start,
        horizon_end=horizon.end,
        policy_name=None,
        policy_number=None,
        state=RunState.DONE,
        queued_at=act.now,
        started_at=act.now,
    )
    act.session.add(run)
    act.session.flush()
    return schedules.draft(act, run, snapshot, _solved(wire.write(snapshot.day), iterations)).id


@cache
def _solved(text: bytes, iterations: int) -> wire.PlanFile:
    day = wire.read_day(text)
    planning = days.problem_of(day, days.great_circle(day.travel))
    result = solver.solve(planning.problem, solver.Iterations(iterations))
    return days.answer(planning, result, solver.explain(planning.problem, result.plan))
