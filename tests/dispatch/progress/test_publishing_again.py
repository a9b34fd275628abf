"""A schedule is planned and published again while the day goes on: what was reported stands, and reports go on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch import progress, wire
from dispatch.access import Act, Caller
from dispatch.errors import Conflict
from dispatch.store import Store
from dispatch.store.tables import Role, Visit, VisitState
from dispatch.wire.visits import Events
from tests.dispatch.progress.world import event, outcomes
from tests.dispatch.schedules.boards import TERRITORY, Board, board, first_visit, small_day

MINUTE = timedelta(minutes=1)
MORNING = small_day().horizon.start + timedelta(hours=6)


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store)


def report(desk: Board, technician: str, now: datetime, *events: dict[str, Any]) -> list[str]:
    with desk.store.writing() as session:
        caller = Caller(technician, Role.TECHNICIAN, frozenset({TERRITORY}), (TERRITORY, technician))
        return outcomes(list(progress.report(Act(session, caller, now), wire.read_record(Events, {"events": [*events]})).outcomes))


def in_order(desk: Board, technician: str) -> list[Visit]:
    return sorted((row for row in desk.visits().values() if row.technician_id == technician), key=lambda row: row.start)


def begin(desk: Board) -> tuple[str, Visit, Visit, datetime]:
    """Publish; the first technician completes the first visit half an hour late, and starts the second one at once."""
    first = desk.draft(now=MORNING)
    desk.publish(first, now=MORNING)
    _, technician = first_visit(desk.plan(first))
    one, two, *_ = in_order(desk, technician)
    over = one.end + 30 * MINUTE
    steps = [event("started", one.job_id, one.start), event("completed", one.job_id, over), event("started", two.job_id, over)]
    assert report(desk, technician, over, *steps) == ["applied"] * 3
    return technician, desk.visits()[one.job_id], desk.visits()[two.job_id], over


def test_what_was_reported_stands_in_the_next_schedule(desk: Board) -> None:
    technician, one, two, over = begin(desk)
    second = desk.draft(now=over)
    desk.publish(second, now=over)
    placed = {stop.job: (route.technician, stop.start) for route in desk.plan(second).routes for stop in route.visits if stop.job}
    assert (placed[one.job_id], placed[two.job_id]) == ((technician, one.started_at), (technician, over))
    for was in (one, two):
        row = desk.visits()[was.job_id]
        assert (row.state, row.started_at, row.ended_at, row.start) == (was.state, was.started_at, was.ended_at, was.start)
        assert row.schedule_id == second
    later = [row for row in desk.visits().values() if row.state is VisitState.PLANNED]
    assert later
    assert all(row.start >= over for row in later)


def test_reports_move_the_rest_of_the_next_schedule_too(desk: Board) -> None:
    technician, _, two, over = begin(desk)
    desk.publish(desk.draft(now=over), now=over)
    before = {row.job_id: row.start for row in in_order(desk, technician) if row.state is VisitState.PLANNED}
    end = two.end + 40 * MINUTE
    assert report(desk, technician, end, event("completed", two.job_id, end)) == ["applied"]
    after = {job: desk.visits()[job].start for job in before}
    assert all(after[job] >= before[job] for job in before)
    assert min(after.values()) >= end


def test_a_draft_made_before_a_report_is_stale(desk: Board) -> None:
    first = desk.draft(now=MORNING)
    desk.publish(first, now=MORNING)
    second = desk.draft(now=MORNING)
    job, technician = first_visit(desk.plan(first))
    start = desk.visits()[job].start
    report(desk, technician, start, event("started", job, start))
    with pytest.raises(Conflict) as refused:
        desk.publish(second, now=start)
    assert refused.value.code == "stale_schedule"
    assert {"kind": "events", "id": job, "change": "added"} in refused.value.details["changed"]
    desk.publish(second, now=start, apply_rest=True)
    assert (desk.visits()[job].state, desk.visits()[job].start) == (VisitState.STARTED, start)


def test_a_visit_that_failed_and_is_planned_again_begins_anew(desk: Board) -> None:
    first = desk.draft(now=MORNING)
    desk.publish(first, now=MORNING)
    job, technician = first_visit(desk.plan(first))
    start = desk.visits()[job].start
    report(desk, technician, start, event("arrived", job, start - MINUTE), event("failed", job, start, reason="customer_absent"))
    desk.publish(desk.draft(now=start + MINUTE), now=start + MINUTE)
    row = desk.visits()[job]
    if row.state is VisitState.FAILED:
        pytest.skip("its window leaves no time for it")
    assert (row.state, row.arrived_at, row.ended_at) == (VisitState.PLANNED, None, None)
    assert row.start > start
