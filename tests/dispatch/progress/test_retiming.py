"""Actual times move the rest of a technician's day, by the rule the solver times routes by."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import wire
from dispatch.day import great_circle, problem_of
from dispatch.progress.retiming import Progress, Times, retimed
from dispatch.store import Store
from dispatch.store.tables import Job, JobState, Schedule, Visit, VisitState
from dispatch.wire.rules.times import close_of
from tests.dispatch.progress.world import (
    ADA,
    BO,
    MORNING,
    RAW,
    ROUTES,
    TERRITORY,
    at,
    clocks,
    event,
    planned,
    publish,
    report,
    visit,
)

MINUTE = timedelta(minutes=1)
DAY = wire.day_of(RAW)
PLAN = planned(DAY)[1]
ROUTE = next(route for route in PLAN.routes if route.technician == ADA)
STOPS = {stop.job: stop for stop in ROUTE.visits if stop.job}
TRAVEL = {stop.job: timedelta(seconds=stop.travel_s) for stop in ROUTE.visits if stop.job}


def rest(now: str, *far: Progress) -> dict[str, Times]:
    """When Ada's visits are: the first ones as far as they are, the others still planned."""
    said = {each.job: each for each in far}
    visits = [said.get(job, Progress(job, VisitState.PLANNED)) for job in ROUTES[ADA]]
    return dict(retimed(DAY, ROUTE, visits, at(now)))


def completed(job: str, start: str, end: str) -> Progress:
    return Progress(job, VisitState.COMPLETED, started_at=at(start), ended_at=at(end))


def started(job: str, start: str) -> Progress:
    return Progress(job, VisitState.STARTED, started_at=at(start))


def test_the_plan_is_as_the_tests_take_it() -> None:
    # a from 08:30 for 60 + 10 min of set-up, b for 45 min, c from 11:00 for an hour, lunch 12:00 to 12:30, d for 30 min.
    assert [(job, f"{stop.start:%H:%M}", f"{stop.end:%H:%M}") for job, stop in STOPS.items()] == [
        ("a", "08:30", "09:40"),
        ("b", "09:46", "10:31"),
        ("c", "11:00", "12:00"),
        ("d", "12:43", "13:13"),
    ]


def test_what_ends_late_moves_what_follows() -> None:
    times = rest("10:00", completed("a", "08:30", "10:00"))
    assert times["a"] == Times(at("08:30"), at("08:30"), at("10:00"))
    assert times["b"].start == at("10:00") + TRAVEL["b"]
    assert times["c"].start == max(at("11:00"), times["b"].end + TRAVEL["c"])


def test_what_ends_early_lets_what_follows_begin_early_but_not_before_its_window() -> None:
    times = rest("08:50", completed("a", "08:30", "08:50"))
    assert times["b"].start == at("08:50") + TRAVEL["b"]
    assert times["c"].start == at("11:00")


def test_work_that_goes_on_ends_as_planned_or_now() -> None:
    assert rest("09:00", started("a", "08:40"))["a"].end == at("09:50")
    late = rest("10:05", started("a", "08:40"))
    assert late["a"].end == at("10:05")
    assert late["b"].start == at("10:05") + TRAVEL["b"]


def test_lunch_is_held_in_its_time_whatever_comes_before() -> None:
    # Lunch starts by 12:30. b ends at 11:50: the drive to c takes 13 min, so lunch is held before it, at noon.
    times = rest("11:50", completed("a", "08:30", "09:40"), completed("b", "11:00", "11:50"))
    assert times["c"].start == at("12:30") + TRAVEL["c"]
    # b ends at 12:35: lunch is late, and held at once.
    times = rest("12:35", completed("a", "08:30", "09:40"), completed("b", "11:00", "12:35"))
    assert times["c"].start == at("12:35") + 0 * MINUTE + TRAVEL["c"]


def test_who_is_on_the_way_arrives_after_the_drive_or_now() -> None:
    on_the_way = Progress("a", VisitState.EN_ROUTE, left_at=at("08:45"))
    assert rest("08:45", on_the_way)["a"].start == at("08:45") + TRAVEL["a"]
    assert rest("09:10", on_the_way)["a"].start == at("09:10")
    # Before the window opens the technician waits.
    assert rest("08:10", Progress("a", VisitState.EN_ROUTE, left_at=at("08:10")))["a"].start == at("08:30")


def test_who_has_arrived_starts_when_the_window_opens_or_now() -> None:
    arrived = Progress("a", VisitState.ARRIVED, arrived_at=at("08:15"))
    times = rest("08:15", arrived)
    assert (times["a"].arrive, times["a"].start) == (at("08:15"), at("08:30"))
    assert rest("08:40", arrived)["a"].start == at("08:40")


def test_a_window_that_is_missed_is_started_on_arrival() -> None:
    times = rest("14:00", completed("a", "08:30", "09:40"), completed("b", "10:00", "14:00"))
    assert times["c"].start > at("13:30")  # its window closes then


def test_a_visit_that_failed_there_makes_room_from_then_on() -> None:
    failed = Progress("a", VisitState.FAILED, arrived_at=at("08:30"), ended_at=at("08:40"))
    assert rest("08:40", failed)["b"].start == at("08:40") + TRAVEL["b"]


def test_a_visit_given_up_from_afar_makes_room_for_the_next() -> None:
    failed = Progress("a", VisitState.FAILED, ended_at=at("07:00"))
    times = rest("07:00", failed)
    assert "a" not in times
    assert at("08:00") < times["b"].start < at("08:20")  # straight from home: an estimate, as no plan has this drive


def test_an_order_that_somebody_changed_is_taken_as_it_is() -> None:
    times = rest("09:50", completed("b", "08:20", "09:05"), started("a", "09:20"))
    # a goes on until 10:30, from there to c.
    assert times["a"].end == at("10:30")
    assert times["b"].start < times["a"].start < times["c"].start < times["d"].start


def test_nothing_that_has_not_begun_is_before_now() -> None:
    times = rest("10:30", completed("a", "08:30", "09:00"))
    assert times["b"].start == at("10:30") + TRAVEL["b"]


def test_matrices_of_the_day_are_not_asked_for_again() -> None:
    square = tuple(tuple(0 if i == j else 600 for j in range(8)) for i in range(8))
    raw = {**RAW, "travel": {"matrices": {"durations_s": square, "distances_m": square}}}
    day = wire.day_of(raw)
    assert problem_of(day, great_circle(None)).problem.travel.provider == "matrices of the day file"
    visits = [completed("a", "08:30", "09:40"), *(Progress(job, VisitState.PLANNED) for job in "bcd")]
    assert retimed(day, ROUTE, visits, at("09:40"))["b"].start == at("09:40") + TRAVEL["b"]


SPANS = st.lists(st.integers(0, 120), min_size=8, max_size=8)


@settings(max_examples=60, deadline=None)
@given(SPANS, st.integers(1, 4), st.booleans(), st.permutations("abcd"))
def test_a_day_that_goes_on_keeps_order_drives_and_windows(spans: list[int], count: int, going_on: bool, order: list[str]) -> None:
    """Whatever has happened: the rest comes after it, in the planned order, with time for every drive, no window opened early."""
    now, far = at("07:00"), []
    for number, job in enumerate(order[:count]):
        start = now + spans[2 * number] * MINUTE
        now = start + spans[2 * number + 1] * MINUTE
        far.append(Progress(job, VisitState.COMPLETED, started_at=start, ended_at=now))
    if going_on:
        far[-1] = Progress(far[-1].job, VisitState.STARTED, started_at=far[-1].started_at)
    times = rest(f"{now:%H:%M}", *far)
    waiting = [job for job in ROUTES[ADA] if job not in order[:count]]
    free = max(times[job].end for job in order[:count])
    assert [times[each.job].start for each in far] == [each.started_at for each in far]
    chain: list[str | None] = [None, *waiting]
    for before, job in zip(chain, waiting, strict=False):
        earliest = free if before is None else times[before].end
        windows = next(each for each in DAY.jobs if each.id == job).windows
        assert times[job].arrive >= max(earliest, now)
        assert times[job].start >= times[job].arrive
        missed = all(times[job].arrive > close_of(window) for window in windows)
        assert missed or any(window.start <= times[job].start <= close_of(window) for window in windows)
        assert times[job].end - times[job].start == STOPS[job].end - STOPS[job].start


# ---------------------------------------------------------------- in the database


def test_a_report_moves_the_day_of_its_technician_and_of_nobody_else(store: Store) -> None:
    publish(store)
    before = {job: clocks(store, job) for job in ROUTES[BO]}
    report(store, "10:30", event("started", "a", "08:30"), event("completed", "a", "10:30"))
    assert clocks(store, "a") == ("08:30", "10:30")
    assert clocks(store, "b") == ("10:36", "11:21")
    assert {job: clocks(store, job) for job in ROUTES[BO]} == before


def test_what_moves_nothing_changes_nothing(store: Store) -> None:
    publish(store)
    report(store, "07:00", event("accepted", "a", "07:00"))
    assert [visit(store, job).version for job in ROUTES[ADA]] == [2, 1, 1, 1]


def test_a_cancelled_job_makes_room(store: Store) -> None:
    publish(store)
    with store.writing() as session:
        session.get_one(Job, (TERRITORY, "b")).state = JobState.CANCELLED
    report(store, "12:00", event("started", "a", "10:00"), event("completed", "a", "12:00"))
    # Straight to c after lunch, which the report finds due: an estimate, as the plan has no drive from a to c.
    assert at("12:30") < visit(store, "c").start < at("13:00")


def test_a_schedule_that_is_over_is_left_alone(store: Store) -> None:
    publish(store)
    before = [clocks(store, job) for job in "bcd"]
    late = datetime.fromisoformat("2026-03-03T07:00:00+01:00")
    report(store, late, event("started", "a", "08:30"), event("completed", "a", "18:00"))
    assert [clocks(store, job) for job in "bcd"] == before


def test_a_route_over_whose_shift_nothing_was_reported_is_left_alone(store: Store) -> None:
    publish(store)
    before = [clocks(store, job) for job in "abcd"]
    report(store, "18:30", event("accepted", "a", "18:30"))
    assert [clocks(store, job) for job in "abcd"] == before


@pytest.mark.parametrize("minutes", [0, 45])
def test_reports_of_many_days_read_a_schedule_once(store: Store, minutes: int) -> None:
    publish(store)
    with store.writing() as session:
        session.query(Schedule).one().horizon_end = MORNING + timedelta(days=13)
    report(store, at("08:30") + minutes * MINUTE, event("started", "a", at("08:30") + minutes * MINUTE))
    with store.reading() as session:
        assert session.get_one(Visit, (TERRITORY, "a")).start == at("08:30") + minutes * MINUTE
