"""What has happened is a fact of the next plan."""

from datetime import timedelta

import pytest

import solver
from dispatch import records, wire
from dispatch.access import Act, program
from dispatch.day import answer, great_circle, problem_of
from dispatch.store import Store
from dispatch.store.tables import Shift, Visit
from tests.dispatch.progress.world import ADA, BO, TERRITORY, at, event, publish, report


def snapshot(store: Store, clock: str) -> records.Snapshot:
    with store.writing() as session:
        horizon = wire.Horizon(start=at("00:00"), end=at("00:00") + timedelta(days=1))
        return records.snapshot(Act(session, program("test"), at(clock)), TERRITORY, horizon)


def planned(day: wire.Day) -> dict[str, tuple[str, str, str]]:
    """Who serves each job of the best plan found, from when until when."""
    book = problem_of(day, great_circle(day.travel))
    plan = answer(book, solver.solve(book.problem, solver.Iterations(500)), ())
    return {
        stop.job: (route.technician, f"{stop.start:%H:%M}", f"{stop.end:%H:%M}")
        for route in plan.routes
        for stop in route.visits
        if stop.job
    }


def test_what_is_done_and_what_goes_on_stays_where_and_when_it_was(store: Store) -> None:
    """Bad input K10: a started job is never moved."""
    publish(store)
    report(store, "09:50", event("started", "a", "08:25"), event("completed", "a", "09:50"))
    report(store, "10:10", event("started", "b", "10:00"))
    report(store, "09:00", event("en_route", "e", "08:55"), technician=BO)
    plan = planned(snapshot(store, "10:15").day)
    # b takes 45 minutes from 10:00 on. Bo was to arrive at e at 09:01, and has not said so: not before now, for an hour.
    assert plan["a"] == (ADA, "08:25", "09:50")
    assert plan["b"] == (ADA, "10:00", "10:45")
    assert plan["e"] == (BO, "10:15", "11:15")
    assert plan.keys() == set("abcdef")
    assert all(plan[job][1] >= "10:15" for job in "cdf")


def test_a_job_that_could_not_be_done_is_planned_again(store: Store) -> None:
    publish(store)
    report(store, "08:40", event("arrived", "a", "08:30"), event("failed", "a", "08:40", reason="customer_absent"))
    day = snapshot(store, "08:45").day
    assert "fact" not in {job.id: job for job in day.jobs}["a"].model_fields_set
    assert planned(day)["a"][1] >= "08:45"


@pytest.mark.parametrize("reason", ["not_needed", "refused"])
def test_a_job_that_nobody_wants_is_not(store: Store, reason: str) -> None:
    publish(store)
    report(store, "08:40", event("failed", "a", "08:40", reason=reason))
    assert "a" not in {job.id for job in snapshot(store, "08:45").day.jobs}


def test_a_report_makes_what_was_planned_before_it_stale(store: Store) -> None:
    publish(store)
    before = snapshot(store, "08:00")
    report(store, "09:50", event("started", "a", "08:25"), event("completed", "a", "09:50"))
    with store.reading() as session:
        act = Act(session, program("test"), at("09:55"))
        changed = records.changed_since(act, TERRITORY, before.day.horizon, before.basis)
    assert {(each.kind, each.id) for each in changed} == {("events", "a"), ("jobs", "a")}


def test_what_goes_on_without_a_shift_is_left_out_and_said(store: Store) -> None:
    publish(store)
    report(store, "08:40", event("started", "a", "08:30"))
    with store.writing() as session:
        for shift in session.query(Shift).filter_by(technician_id=ADA):
            shift.retired_at = at("08:45")
    found = snapshot(store, "08:50")
    assert [finding.pointer for finding in found.left_out] == ["/jobs/a"]
    assert "a" not in {job.id for job in found.day.jobs}


def test_a_horizon_that_has_not_begun_has_no_past(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        tomorrow = wire.Horizon(start=at("00:00") + timedelta(days=1), end=at("00:00") + timedelta(days=2))
        day = records.snapshot(Act(session, program("test"), at("10:00")), TERRITORY, tomorrow).day
        assert session.query(Visit).count() == 6
    assert day.now is None
