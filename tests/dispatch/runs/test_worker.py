"""A worker sees runs through: solved, cancelled, failed with their cause, given back, lost; killed, it leaves nothing behind."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from dispatch import runs, wire
from dispatch.access import Act, program
from dispatch.store import Store
from dispatch.store.tables import RunState, Schedule, ScheduleState
from tests.dispatch.days import BASE, changed, crowded
from tests.dispatch.runs.works import (
    asked,
    asked_again,
    cancel,
    has_progress,
    is_alive,
    is_in,
    lost_as,
    process,
    run_of,
    seen_through,
    settings_of,
    solving_children_of,
    until,
    working,
)

OVER = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


def draft_of(store: Store, name: str) -> wire.PlanFile:
    with store.reading() as session:
        return wire.read_plan(session.get_one(Schedule, run_of(store, name).schedule_id).plan.encode())


def test_a_run_ends_in_a_draft(store: Store) -> None:
    name = asked(store, seconds=1)
    seen_through(store)
    run = run_of(store, name)
    assert (run.state, run.error) == (RunState.DONE, None)
    assert [visit.job for route in draft_of(store, name).routes for visit in route.visits] == ["j1"]
    assert [point["unassigned"] for point in run.progress] == [0]


def test_the_same_seed_and_iterations_end_in_the_same_plan(store: Store) -> None:
    names = [asked(store, crowded(), iterations=2_000, seed=7), asked_again(store, iterations=2_000, seed=7)]
    for _ in names:
        seen_through(store)
    first, second = (draft_of(store, name) for name in names)
    assert first == second


def published(store: Store, name: str) -> wire.PlanFile:
    """Put the draft of a run in force, by hand."""
    with store.writing() as session:
        row = session.get_one(Schedule, run_of(store, name).schedule_id)
        row.state, row.published_at = ScheduleState.PUBLISHED, datetime.now(UTC)
    return draft_of(store, name)


def starts(plan: wire.PlanFile, *technicians: str) -> set[tuple[str, str | None, datetime]]:
    """Who begins which job when."""
    of = [route for route in plan.routes if not technicians or route.technician in technicians]
    return {(route.technician, visit.job, visit.start) for route in of for visit in route.visits}


def test_a_run_begins_with_the_plan_in_force_and_is_never_worse(store: Store) -> None:
    """After a thousandth of the iterations the plan can hardly be as good by chance."""
    first = asked(store, crowded(), iterations=20_000, seed=1)
    seen_through(store)
    good = published(store, first)
    names = [asked_again(store, iterations=20, seed=2), asked_again(store, iterations=20, seed=2, start="none")]
    for _ in names:
        seen_through(store)
    again, anew = (draft_of(store, name) for name in names)
    assert again.cost.total <= good.cost.total < anew.cost.total


def test_outside_the_scope_of_a_run_nothing_moves(store: Store) -> None:
    first = asked(store, crowded(), iterations=100, seed=1)
    seen_through(store)
    before = published(store, first)
    name = asked_again(store, iterations=5_000, seed=2, scope={"technicians": ["t0", "t1"]})
    seen_through(store)
    assert run_of(store, name).state is RunState.DONE
    assert starts(draft_of(store, name), "t2", "t3") == starts(before, "t2", "t3")


def test_overrides_hold_for_one_run(store: Store) -> None:
    """Leaving a job out costs 0.01 instead of 1,700: no drive is worth it."""
    name = asked(store, iterations=200, overrides={"priority_prices": {"3": 0.01}})
    seen_through(store)
    assert [left.job for left in draft_of(store, name).unassigned] == ["j1"]


def test_a_cancelled_run_ends_soon_and_keeps_its_best_plan(store: Store) -> None:
    """Two seconds are promised; `tests/soak` measures them on a quiet machine. The search would go on for a minute."""
    name = asked(store, crowded())
    with working(store) as one:
        until(has_progress(store, name))
        cancel(store, name)
        until(is_in(store, name, *OVER), seconds=20)
        one.wait()
    assert run_of(store, name).state is RunState.CANCELLED
    assert len(draft_of(store, name).routes) == 4


def test_a_cancelled_run_without_a_plan_is_cancelled_all_the_same(store: Store) -> None:
    name = asked(store)
    with working(store, how="deaf") as one:
        until(has_progress(store, name))
        cancel(store, name)
        until(is_in(store, name, *OVER), seconds=20)
        one.wait()
    assert (run_of(store, name).state, run_of(store, name).schedule_id) == (RunState.CANCELLED, None)


@pytest.mark.parametrize(("how", "cause"), [("segfault", "SIGSEGV"), ("killed", "SIGKILL"), ("abort", "SIGABRT"), ("hungry", "1")])
def test_a_crash_is_one_failed_run_with_its_cause(store: Store, how: str, cause: str) -> None:
    names = [asked(store), asked_again(store, seconds=1)]
    began = datetime.now(UTC)
    seen_through(store, settings_of(store, memory_mb=1_024), how)
    run = run_of(store, names[0])
    assert (run.state, run.error_code) == (RunState.FAILED, "crashed")
    assert cause in str(run.error)
    assert run.ended_at is not None
    assert run.started_at is not None
    assert run.ended_at - max(began, run.started_at) < timedelta(seconds=20)
    assert run.attempts == 1
    seen_through(store)
    assert run_of(store, names[1]).state is RunState.DONE


def test_jobs_that_contradict_each_other_fail_the_run_or_are_skipped_by_name(store: Store) -> None:
    pin = {"technician": "t1", "start": "2026-03-02T10:00:00+01:00"}
    one = changed(BASE, (("jobs", 0, "pin"), pin))["jobs"][0]
    names = [asked(store, changed(BASE, (("jobs",), [one, one | {"id": "j2"}])), seconds=1)]
    names.append(asked_again(store, seconds=1, on_invalid="skip"))
    for _ in names:
        seen_through(store)
    refused, skipped = (run_of(store, name) for name in names)
    assert (refused.state, refused.error_code) == (RunState.FAILED, "invalid_input")
    assert skipped.state is RunState.DONE
    for run in (refused, skipped):
        assert {"pin_conflict"} == {each["code"] for each in run.warnings}
        assert all(each["pointer"].startswith(("/jobs/j1", "/jobs/j2")) for each in run.warnings)


def test_a_run_that_only_validates_ends_without_a_schedule(store: Store) -> None:
    name = asked(store, validate_only=True)
    seen_through(store)
    assert (run_of(store, name).state, run_of(store, name).schedule_id) == (RunState.DONE, None)


def test_a_worker_that_stops_gives_its_run_back_at_once(store: Store) -> None:
    name = asked(store, crowded())
    with working(store) as one:
        until(has_progress(store, name))
        one.worker.stop()
        one.wait()
    run = run_of(store, name)
    assert (run.state, run.attempts, run.schedule_id) == (RunState.QUEUED, 0, None)


def test_what_a_worker_has_lost_it_gives_up_and_its_result_is_refused(store: Store) -> None:
    """Somebody else takes the run while the child still searches: the worker lets go, and no draft of its is kept."""
    name = asked(store, crowded(), seconds=2)
    with working(store) as one:
        until(has_progress(store, name))
        with store.writing() as session:
            act = Act(session, program("clock"), datetime.now(UTC) + timedelta(minutes=5))
            assert [run.id for run in runs.take_back_lost(act, attempts=3)] == [name]
            assert runs.claim(act, "another", lease_s=600) is not None
        one.wait()
    run = run_of(store, name)
    assert (run.state, run.worker, run.fence, run.schedule_id) == (RunState.RUNNING, "another", 2, None)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Schedule)) == 0


def test_a_killed_worker_leaves_no_orphan_and_its_run_is_taken_up_again(store: Store) -> None:
    """Lease 2 s, looked for every 2 s: with the real 20 s and 3 s that is 23 s and the time to claim it, below 30 s."""
    settings = settings_of(store)
    name = asked(store, crowded(), seconds=2)
    with process(settings, "worker") as first:
        until(has_progress(store, name))
        (child,) = solving_children_of(first.pid)
        os.kill(first.pid, signal.SIGKILL)
        until(lambda: not is_alive(child), seconds=2)
    with process(settings, "worker"):
        until(is_in(store, name, RunState.DONE))
    run = run_of(store, name)
    assert (run.attempts, run.fence) == (2, 2)
    assert [point["attempt"] for point in run.progress] == sorted(point["attempt"] for point in run.progress)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Schedule)) == 1


def test_a_run_whose_workers_were_killed_three_times_has_failed(store: Store) -> None:
    settings, orphans = settings_of(store), list[int]()
    name = asked(store, crowded())
    for attempt in (1, 2, 3):
        with process(settings, "worker") as worker:
            until(lambda number=attempt: (run_of(store, name).attempts, run_of(store, name).state) == (number, RunState.RUNNING))
            until(lambda pid=worker.pid: solving_children_of(pid))
            orphans += solving_children_of(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)
    until(lambda: lost_as(store) or run_of(store, name).state is RunState.FAILED)
    run = run_of(store, name)
    assert (run.state, run.error_code, run.attempts) == (RunState.FAILED, "worker_lost", 3)
    until(lambda: not any(map(is_alive, orphans)), seconds=5)


def test_a_killed_child_is_one_failed_run_and_the_worker_goes_on(store: Store) -> None:
    names = [asked(store, crowded())]
    with process(settings_of(store), "worker") as worker:
        until(has_progress(store, names[0]))
        (child,) = solving_children_of(worker.pid)
        os.kill(child, signal.SIGKILL)
        until(is_in(store, names[0], RunState.FAILED), seconds=20)
        names.append(asked_again(store, seconds=1))
        until(is_in(store, names[1], RunState.DONE))
        assert worker.poll() is None
    assert "SIGKILL" in str(run_of(store, names[0]).error)


def test_a_worker_ends_gracefully(store: Store) -> None:
    name = asked(store, crowded())
    with process(settings_of(store), "worker") as worker:
        until(has_progress(store, name))
        worker.terminate()
        assert worker.wait(10) == 0
    assert run_of(store, name).state is RunState.QUEUED
