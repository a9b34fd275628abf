"""What can wait is served where it fits: when somebody is near and has time; what is due is served anyway."""

from typing import Any

import pytest

import solver
from dispatch import wire
from dispatch.day import great_circle, problem_of
from dispatch.store import Store
from dispatch.wire.model import Horizon
from tests.dispatch.days import BASE, changed, planning
from tests.dispatch.records.kept import planned
from tests.dispatch.upkeep.plants import add, at, made, monthly, plant

JOB = ("jobs", 0)
NEXT_DOOR, FAR_AWAY = {"lat": 52.521, "lon": 13.406}, {"lat": 52.52, "lon": 14.10}


def price(*changes: tuple[Any, Any]) -> int | None:
    """What leaving out a job of 1,000 costs on 2 March, if it was released on 21 February."""
    waits = [((*JOB, "value"), 1_000), ((*JOB, "release"), "2026-02-21T00:00:00+01:00"), ((*JOB, "early_percent"), 20)]
    return planning(changed(BASE, *waits, *changes)).problem.jobs[0].unserved


def test_the_price_of_leaving_it_out_rises_evenly_until_it_is_due() -> None:
    """The horizon ends on 3 March, 10 days after its release. Due 10 days later: 20 % and half of 80 %."""
    due = (*JOB, "due")
    assert price((due, "2026-03-13T00:00:00+01:00")) == 600_000_000
    assert price((due, "2026-03-03T00:00:00+01:00")) == 1_000_000_000
    assert price((due, "2026-03-02T12:00:00+01:00")) == 1_000_000_000
    # from nothing on it is half, and before its release it is the share itself
    assert price((due, "2026-03-13T00:00:00+01:00"), ((*JOB, "early_percent"), 0)) == 500_000_000
    later = ((*JOB, "release"), "2026-03-04T00:00:00+01:00")
    assert price((due, "2026-03-13T00:00:00+01:00"), later) == 200_000_000


def test_what_is_not_due_or_does_not_wait_costs_all_of_it() -> None:
    assert price() == 1_000_000_000
    assert price(((*JOB, "due"), "2026-03-13T00:00:00+01:00"), ((*JOB, "early_percent"), ...)) == 1_000_000_000
    assert price(((*JOB, "mandatory"), True), ((*JOB, "due"), "2026-03-13T00:00:00+01:00")) is None


def test_a_kind_can_say_it_too() -> None:
    waits = [((*JOB, "value"), 1_000), ((*JOB, "due"), "2026-03-04T00:00:00+01:00"), ((*JOB, "kind"), "check")]
    raw = changed(BASE, (("kinds",), {"check": {"early_percent": 0}}), *waits)
    # without a release it waits from the start of the horizon, 2 March, on: half of it
    assert planning(raw).problem.jobs[0].unserved == 500_000_000


@pytest.mark.parametrize(
    ("where", "today", "is_served"),
    [(NEXT_DOOR, "2026-03-17", True), (FAR_AWAY, "2026-03-17", False), (FAR_AWAY, "2026-03-31", True)],
    ids=["early, next door to another stop", "early, an hour away", "when it is due, an hour away"],
)
def test_an_early_visit_is_taken_along_next_door_and_far_away_only_when_it_is_due(
    store: Store, where: dict[str, float], today: str, is_served: bool
) -> None:
    """Ada has a repair in the mill anyway. Maintenance is worth 330 when due, 66 two weeks before: an hour of work is 40, so next
    door it pays; to drive 47 km and back costs more than 66, and less than 330."""
    plant(store)
    add(store, "technicians", {"id": "ada", "home": {"site": "mill"}})
    add(store, "shifts", {"id": "s", "technician": "ada", "start": f"{today}T08:00:00+01:00", "end": f"{today}T16:00:00+01:00"})
    add(store, "jobs", {"id": "repair", "kind": "repair", "site": "mill"})
    add(store, "sites", {"id": "there", "location": where})
    add(store, "assets", {"id": "pump", "site": "there"})
    monthly(store, "pump", asset="pump")
    assert made(store, at(f"{today}T06:00")) == ["pump-1"]
    start = at(f"{today}T00:00")
    day = planned(store, Horizon(start=start, end=at(f"{today}T23:59"))).day
    assert served(day) == {"repair", *(["pump-1"] if is_served else [])}


def served(day: wire.Day) -> set[str]:
    book = problem_of(day, great_circle(day.travel))
    plan = solver.solve(book.problem, solver.Iterations(200)).plan
    return {job.id for row, job in enumerate(book.problem.jobs) if row not in plan.unassigned}
