"""Plans are carried on to a day that has changed, and runs go on from drafts."""

from datetime import timedelta

import pytest

import solver
from dispatch import day as days
from dispatch import records, runs, schedules, solves, wire
from dispatch.errors import InputError
from dispatch.settings import Settings
from dispatch.store import Store
from dispatch.store.tables import Job, Run
from tests.dispatch.days import BASE, Raw, changed
from tests.dispatch.records.kept import NOW, acting
from tests.dispatch.schedules.boards import TERRITORY, Board, board, first_visit, job_by_job, small_day, solved

LATER = NOW + timedelta(hours=1)


def problem(day: wire.Day) -> days.Planning:
    return days.problem_of(day, days.great_circle(day.travel))


def jobs_of(plan: wire.PlanFile) -> dict[str, list[str]]:
    return {route.technician: [visit.job for visit in route.visits if visit.job] for route in plan.routes}


def test_a_plan_carried_to_the_same_day_is_the_same_plan() -> None:
    planning = problem(small_day())
    plan = solved(wire.write(small_day()))
    assert schedules.carried(planning, plan) == days.plan_of(planning, plan)


def test_visits_whose_job_or_technician_is_gone_are_dropped_and_the_others_keep_their_order() -> None:
    day, plan = small_day(), solved(wire.write(small_day()))
    job, _ = first_visit(plan)
    smaller = day.model_copy(
        update={
            "jobs": tuple(each for each in day.jobs if each.id != job),
            "technicians": tuple(each for each in day.technicians if each.id != plan.routes[-1].technician),
        }
    )
    kept = {name: [each for each in jobs if each != job] for name, jobs in jobs_of(plan).items()}
    del kept[plan.routes[-1].technician]
    assert jobs_of(schedules.adapted(plan, smaller)) == kept
    planning = problem(smaller)
    assert solver.check(planning.problem, schedules.carried(planning, plan)) == ()


def test_a_shift_is_found_again_though_another_one_comes_before_it() -> None:
    early = {"start": "2026-03-02T05:00:00+01:00", "end": "2026-03-02T07:00:00+01:00"}
    raw: Raw = changed(BASE, (("technicians", 0, "shifts"), [early, BASE["technicians"][0]["shifts"][0]]))
    plan = solved(wire.write(wire.day_of(BASE)), 50)
    assert [route.shift for route in schedules.adapted(plan, wire.day_of(raw)).routes] == [1]
    old = wire.day_of(changed(BASE, (("jobs", 0, "pin"), {"technician": "t1", "shift": 0})))
    assert schedules.pins_carried(old, wire.day_of(raw)) == {"j1": wire.Pin(technician="t1", shift=1)}


def test_a_pin_to_somebody_who_is_gone_is_not_carried() -> None:
    old = wire.day_of(changed(BASE, (("jobs", 0, "pin"), {"technician": "t1"})))
    assert schedules.pins_carried(old, wire.day_of(changed(BASE, (("technicians", 0, "id"), "t2")))) == {}


# ---------------------------------------------------------------- runs that go on


@pytest.fixture
def desk(store: Store) -> Board:
    return board(store)


def asked(desk: Board, **more: object) -> Run:
    ask = {"horizon": small_day().horizon.model_dump(mode="json"), "seconds": 5, **more}
    with acting(desk.store, LATER) as act:
        return runs.request(act, TERRITORY, wire.RunRequest.model_validate(ask))


def test_a_run_goes_on_from_a_stale_draft_with_what_is_pinned_in_it(desk: Board) -> None:
    draft = desk.draft()
    job, technician = first_visit(desk.plan(draft))
    other = next(each for each in job_by_job(desk.plan(draft)) if each != job)
    desk.pin(draft, job=job, start=True)
    with desk.store.writing() as session:
        session.get_one(Job, (TERRITORY, other)).priority = 1
    run = asked(desk, schedule=draft)
    with acting(desk.store, LATER) as act:
        basis = solves.prepare(act, run, Settings())
        planning = problem(basis.task.day)
        assert basis.task.start is not None
        start = schedules.carried(planning, basis.task.start)
        result = solver.solve(planning.problem, solver.Iterations(300), start=start)
        again = solves.keep(act, run, basis, days.answer(planning, result, ()))
    pin = next(each.pin for each in basis.task.day.jobs if each.id == job)
    assert pin == wire.Pin(technician=technician, shift=0, start=job_by_job(desk.plan(draft))[job][1])
    assert job_by_job(desk.plan(again))[job] == (technician, pin.start)
    assert desk.publish(again).schedule.state == "published"


def test_a_run_does_not_go_on_from_a_schedule_of_another_territory(desk: Board) -> None:
    with pytest.raises(InputError) as refused:
        asked(desk, schedule="nothing")
    assert [(each.pointer, each.code) for each in refused.value.findings] == [("/schedule", "unknown_reference")]


def test_a_snapshot_has_no_names_in_it(desk: Board) -> None:
    with acting(desk.store) as act:
        text = wire.write(records.snapshot(act, TERRITORY, small_day().horizon).day).decode()
    assert not any(job.customer in text for job in small_day().jobs if job.customer)
