"""A day that goes on: a promise, the plan in force, freeze, scope, limits; and an emergency at eleven."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import solver
from dispatch import day as days
from dispatch import travel, wire
from dispatch.advancing import advanced, with_jobs
from dispatch.errors import Code, InputError
from dispatch.wire.answer import MoveCode
from tests.dispatch.days import BASE, Raw, changed, crowded, planning

FIXTURES = Path(__file__).parents[2] / "fixtures"
ELEVEN = datetime.fromisoformat("2026-04-14T11:00:00+09:00")


def solved(day: wire.Day, iterations: int, seed: int = 1) -> wire.PlanFile:
    found = days.problem_of(day, days.great_circle(day.travel))
    result = solver.solve(found.problem, solver.Iterations(iterations), seed=seed, start=days.start_of(found, None))
    assert solver.check(found.problem, result.plan) == ()
    return days.answer(found, result, solver.explain(found.problem, result.plan))


def visits(plan: wire.PlanFile) -> dict[str, tuple[str, datetime]]:
    return {visit.job: (route.technician, visit.start) for route in plan.routes for visit in route.visits if visit.job is not None}


def with_options(day: wire.Day, **options: Any) -> wire.Day:
    return wire.day_of(day.model_dump(mode="json", exclude_unset=True) | {"options": options})


# ---------------------------------------------------------------- an emergency at eleven


@cache
def city_in_force() -> tuple[wire.Day, wire.PlanFile]:
    day = wire.read_day((FIXTURES / "city_day.json").read_bytes())
    return day, solved(day, 2_000)


@cache
def at_eleven() -> wire.Day:
    """A hundred jobs, planned; at eleven a job of priority 1 comes in. Customers were told windows of two hours."""
    urgent = wire.read_json((FIXTURES / "emergency.json").read_bytes())
    assert isinstance(urgent, list)
    return with_jobs(advanced(*city_in_force(), ELEVEN, told_minutes=120), urgent)


@cache
def after_the_emergency() -> wire.PlanFile:
    return solved(with_options(at_eleven(), freeze_min=15, max_told_moves=1), 2_000)


def test_as_long_as_nothing_happens_everything_can_stay() -> None:
    day = advanced(*city_in_force(), ELEVEN, told_minutes=120)
    found = days.problem_of(day, days.great_circle(day.travel))
    assert found.standing is not None
    assert found.standing.lost == {}
    assert [each for each in found.warnings if each.code is Code.CANNOT_STAY] == []
    placed = {visit.stop.row: found.shown(visit.start) for _, visit in found.standing.plan.visits()}
    before = visits(city_in_force()[1])
    assert {day.jobs[row].id: start for row, start in placed.items()} == {job: start for job, (_, start) in before.items()}


def test_an_emergency_is_served_and_no_more_than_one_told_customer_is_moved() -> None:
    plan = after_the_emergency()
    assert "EMERGENCY" in visits(plan)
    told = [each for each in plan.moved if each.told and not each.kept]
    assert len(told) <= 1
    assert all(each.causes for each in plan.moved)
    assert any("EMERGENCY" in cause.jobs for each in plan.moved for cause in each.causes if cause.code is MoveCode.MADE_ROOM)


def test_what_has_begun_and_what_is_frozen_stays() -> None:
    before, after, day = visits(city_in_force()[1]), visits(after_the_emergency()), at_eleven()
    facts = [job.id for job in day.jobs if job.fact]
    frozen = [job.id for job in day.jobs if job.current and job.current.start < ELEVEN + timedelta(minutes=15)]
    assert len(facts) > 15
    assert all(after[job] == before[job] for job in (*facts, *frozen))


def test_every_moved_visit_is_listed_and_no_other() -> None:
    before, plan = visits(city_in_force()[1]), after_the_emergency()
    after = visits(plan)
    tolerance = timedelta(minutes=15)
    moved = {
        job
        for job, (who, when) in before.items()
        if job not in after or after[job][0] != who or abs(after[job][1] - when) > tolerance
    }
    assert {each.job for each in plan.moved} == moved
    for each in plan.moved:
        assert (each.before.technician, each.before.start) == before[each.job]
        assert (None if each.after is None else (each.after.technician, each.after.start)) == after.get(each.job)


def test_the_prices_of_moves_are_those_of_the_cost() -> None:
    plan = after_the_emergency()
    assert sum(each.promise_price for each in plan.moved) <= plan.cost.promises + 1e-6
    assert sum(each.change_price for each in plan.moved) == pytest.approx(plan.cost.changes)


# ---------------------------------------------------------------- promises and wishes


def told(start: str, end: str, **more: Any) -> Raw:
    return {"start": f"2026-03-02T{start}:00+01:00", "end": f"2026-03-02T{end}:00+01:00", **more}


def one_job(**fields: Any) -> Raw:
    job = {name: value for name, value in BASE["jobs"][0].items() if name != "windows"}
    return changed(BASE, (("jobs",), [job | fields]))


def test_a_promise_costs_by_the_policy_and_more_after_a_reminder() -> None:
    plain = planning(one_job(promise=told("10:00", "12:00"))).problem.jobs[0].promise
    reminded = planning(one_job(promise=told("10:00", "12:00", reminded=True))).problem.jobs[0].promise
    assert plain is not None
    assert reminded is not None
    # the default: 30 and 0.5 a minute, that is 8,333 micro-units a second; twice as much after a reminder
    assert (plain.fixed, plain.rate) == (30_000_000, 8_333)
    assert (reminded.fixed, reminded.rate) == (60_000_000, 16_666)
    own = planning(one_job(promise=told("10:00", "12:00", fixed=1, per_minute=6))).problem.jobs[0].promise
    assert own is not None
    assert (own.fixed, own.rate) == (1_000_000, 100_000)


def test_who_would_be_a_little_early_waits_for_the_told_window() -> None:
    # at eight the technician leaves for a drive of a few minutes; told from 08:30 on
    plan = solved(wire.day_of(one_job(promise=told("08:30", "10:00"))), 10)
    assert visits(plan)["j1"][1] == datetime.fromisoformat("2026-03-02T08:30:00+01:00")
    early = solved(wire.day_of(one_job(promise=told("10:00", "12:00"))), 10)
    assert visits(early)["j1"][1] < datetime.fromisoformat("2026-03-02T09:30:00+01:00")
    assert early.cost.promises > 30


def test_a_promise_that_is_over_is_a_warning() -> None:
    raw = one_job(promise=told("08:00", "09:00")) | {"now": "2026-03-02T10:00:00+01:00"}
    assert [(each.code, each.pointer) for each in planning(raw).warnings] == [(Code.PROMISE_PAST, "/jobs/0/promise/end")]


def test_preferred_windows_and_slack_reach_the_solver_with_their_prices() -> None:
    raw = one_job(
        preferred_windows=[told("09:00", "10:00", late_per_minute=6)],
        due="2026-03-02T12:00:00+01:00",
        slack_min=30,
        slack_per_hour=3.6,
    )
    job = planning(raw).problem.jobs[0]
    # the price that the window does not name is the policy's: 0.2 a minute
    assert job.preferred_windows == (solver.Preference(9 * 3_600, 10 * 3_600, early=3_333, late=100_000),)
    assert (job.slack, job.slack_rate) == (1_800, 1_000)


# ---------------------------------------------------------------- the plan in force


def in_force(raw: Raw, iterations: int = 1) -> tuple[wire.Day, wire.PlanFile]:
    day = wire.day_of(changed(raw, (("options",), {})))
    plan = solved(day, iterations)
    return days.in_force(day, plan), plan


def test_a_day_with_nothing_to_gain_stays_as_it_is() -> None:
    day, plan = in_force(crowded(12), 2_000)
    again = solved(day, 500, seed=7)
    assert again.moved == ()
    assert visits(again) == visits(plan)
    assert again.cost.changes == 0


def test_a_technician_who_is_gone_moves_their_visits_and_is_named() -> None:
    day, plan = in_force(crowded(12), 100)
    gone = next(route.technician for route in plan.routes)
    smaller = day.model_copy(update={"technicians": tuple(each for each in day.technicians if each.id != gone)})
    found = planning_of(smaller)
    lost = [job for job, (who, _) in visits(plan).items() if who == gone]
    assert [each.value for each in found.warnings if each.code is Code.CANNOT_STAY] == [gone] * len(lost)
    again = solved(smaller, 500)
    causes = {each.job: each.causes[0].code for each in again.moved}
    assert all(causes[job] is MoveCode.CANNOT_STAY for job in lost)


def planning_of(day: wire.Day) -> days.Planning:
    return days.problem_of(day, travel.GreatCircle())


def test_a_visit_that_breaks_a_rule_by_now_is_named_with_the_rule() -> None:
    day, _ = in_force(one_job())
    raw = day.model_dump(mode="json", exclude_unset=True)
    found = planning(changed(raw, (("technicians", 0, "skills"), [])))
    assert [(each.code, each.pointer) for each in found.warnings] == [(Code.CANNOT_STAY, "/jobs/0/current")]
    assert found.standing is not None
    assert found.standing.lost == {0: "skill"}


def test_who_runs_late_is_late_for_the_rest_and_that_is_no_change() -> None:
    raw = crowded(3)
    raw["technicians"] = raw["technicians"][:1]
    day, plan = in_force(raw)
    late = day.model_copy(update={"now": plan.routes[0].visits[0].start + timedelta(minutes=40)})
    again = solved(with_options(late, max_moves=0), 50)
    assert {each.causes[0].code for each in again.moved} == {MoveCode.RUNNING_LATE}
    assert again.cost.changes == 0  # it has moved by itself: nobody is to blame for it


# ---------------------------------------------------------------- scope


def scoped(day: wire.Day, **scope: Any) -> wire.Day:
    return with_options(day, scope=scope)


def moved_jobs(plan: wire.PlanFile) -> set[str]:
    return {each.job for each in plan.moved}


def test_outside_of_some_technicians_nothing_moves() -> None:
    day, plan = in_force(crowded(40))
    again = visits(solved(scoped(day, technicians=["t0", "t1"]), 2_000, seed=5))
    before = visits(plan)
    others = {job: where for job, where in before.items() if where[0] in {"t2", "t3"}}
    assert others
    assert {job: again.get(job) for job in others} == others
    assert {job for job, where in again.items() if where[0] in {"t2", "t3"}} == others.keys()


def test_without_a_plan_in_force_others_get_nothing() -> None:
    day = wire.day_of(changed(crowded(40), (("options",), {"scope": {"technicians": ["t0"]}})))
    assert {who for who, _ in visits(solved(day, 500)).values()} == {"t0"}


def test_a_job_that_somebody_has_pinned_to_another_stays_with_them() -> None:
    raw = changed(crowded(40), (("jobs", 0, "pin"), {"technician": "t3"}), (("options",), {"scope": {"technicians": ["t0"]}}))
    assert visits(solved(wire.day_of(raw), 500))["j0"][0] == "t3"


def test_outside_of_a_circle_nothing_moves_and_what_has_no_place_is_left_out_for_that_reason() -> None:
    day, plan = in_force(crowded(40))
    again = solved(scoped(day, within={"job": "j0", "km": 5}), 1_000, seed=3)
    middle = day.jobs[0].location
    assert middle is not None
    near = {
        job.id
        for job in day.jobs
        if job.location
        and travel.metres_between(travel.Place(middle.lat, middle.lon), travel.Place(job.location.lat, job.location.lon)) <= 5_000
    }
    assert 0 < len(near) < 20
    assert moved_jobs(again) <= near
    reasons = {left.job: left.reason for left in again.unassigned}
    assert {reasons[job] for job in reasons.keys() - near} == {wire.ReasonCode.OUTSIDE_SCOPE}
    assert {left.job for left in plan.unassigned} - near <= reasons.keys()


def test_one_job_finds_a_hole_and_nothing_else_moves() -> None:
    day, plan = in_force(crowded(8), 200)
    more = with_jobs(day, [changed(BASE)["jobs"][0] | {"id": "new", "windows": []}])
    again = solved(scoped(more, jobs=["new"]), 200)
    assert again.moved == ()
    assert {job: where for job, where in visits(again).items() if job != "new"} == visits(plan)
    assert "new" in visits(again)


def test_an_emergency_may_displace_what_is_less_important_and_nothing_else() -> None:
    raw = crowded(40)
    for number, job in enumerate(raw["jobs"]):
        job["priority"] = 2 if number % 2 else 8
    day, plan = in_force(raw, 500)
    assert plan.unassigned  # there is no hole
    urgent = {"id": "new", "priority": 3, "duration_min": 60, "skills": ["gas"], "location": {"lat": 52.5, "lon": 13.39}}
    more = with_jobs(day, [urgent])
    again = solved(scoped(more, jobs=["new"], displace=True), 1_000)
    assert "new" in visits(again)
    lesser = {job["id"] for job in raw["jobs"] if job["priority"] == 8}
    assert moved_jobs(again)
    assert moved_jobs(again) <= lesser
    alone = solved(scoped(more, jobs=["new"]), 1_000)
    left = {each.job: each for each in alone.unassigned}
    assert left["new"].reason is wire.ReasonCode.HELD
    assert all(holder.pinned == holder.jobs for holder in left["new"].holders)


# ---------------------------------------------------------------- limits and their reasons


def test_a_job_for_which_too_much_would_move_is_left_out_for_that_reason() -> None:
    raw = crowded(8)
    raw["technicians"] = raw["technicians"][:1]
    for job in raw["jobs"]:
        job["priority"] = 10
    day, _ = in_force(raw, 500)
    more = with_jobs(day, [changed(BASE)["jobs"][0] | {"id": "new", "priority": 1}])
    left = {each.job: each for each in solved(with_options(more, max_moves=0), 300).unassigned}
    assert left["new"].reason is wire.ReasonCode.MOVES_LIMITED
    assert all(holder.limits == ("max_moves",) for holder in left["new"].holders)


def test_a_reason_names_the_promises_that_making_room_would_break_and_their_price() -> None:
    raw = one_job(promise=told("08:00", "08:30", fixed=500), duration_min=60)
    lesser = {"id": "new", "priority": 8, "duration_min": 60, "skills": ["gas"], "location": {"lat": 52.5, "lon": 13.39}}
    raw["jobs"].append(lesser | {"windows": [told("08:00", "08:30")]})
    left = solved(wire.day_of(raw), 50).unassigned
    assert [each.job for each in left] == ["new"]
    prices = {each.job: each.price for holder in left[0].holders for each in holder.promises}
    assert prices["j1"] >= 500


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ((("jobs", 0, "promise"), told("10:00", "09:00")), "/jobs/0/promise/end", Code.WINDOW_INVERTED),
        ((("jobs", 0, "preferred_windows"), [told("10:00", "09:00")]), "/jobs/0/preferred_windows/0/end", Code.WINDOW_INVERTED),
        ((("jobs", 0, "promise"), told("09:00", "10:00", fixed=-1)), "/jobs/0/promise/fixed", Code.OUT_OF_RANGE),
        ((("options", "scope"), {}), "/options/scope", Code.REQUIRED),
        ((("options", "scope"), {"technicians": ["t9"]}), "/options/scope/technicians/0", Code.UNKNOWN_REFERENCE),
        ((("options", "scope"), {"jobs": ["j9"]}), "/options/scope/jobs/0", Code.UNKNOWN_REFERENCE),
        ((("options", "scope"), {"within": {"km": 5}}), "/options/scope/within", Code.CONFLICT),
        ((("options", "scope"), {"within": {"job": "j9", "km": 5}}), "/options/scope/within/job", Code.UNKNOWN_REFERENCE),
        ((("options", "scope"), {"technicians": ["t1"], "displace": True}), "/options/scope/displace", Code.REQUIRED),
        ((("options", "max_moves"), -1), "/options/max_moves", Code.OUT_OF_RANGE),
        ((("options", "freeze_min"), 1.0e9), "/options/freeze_min", Code.OUT_OF_RANGE),
        ((("policy",), {"promise_reminded_percent": 50}), "/policy/promise_reminded_percent", Code.OUT_OF_RANGE),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_contradicts_itself_is_refused_where_it_stands(change: Any, where: str, code: Code) -> None:
    with pytest.raises(InputError) as refused:
        wire.day_of(changed(BASE, change))
    assert [(each.pointer, each.code) for each in refused.value.findings] == [(where, code)]


def test_a_pin_that_breaks_a_rule_is_named_as_the_pin_s_and_the_rest_is_planned() -> None:
    raw = crowded(4)
    raw["jobs"][0] |= {"skills": ["nuclear"], "pin": {"technician": "t0"}}
    found = planning(raw)
    assert [(each.code, each.pointer, each.value) for each in found.warnings] == [(Code.PIN_VIOLATES, "/jobs/0/pin", "skill")]
    plan = solved(wire.day_of(raw), 100)
    assert [(each.job, each.reason) for each in plan.unassigned] == [("j0", wire.ReasonCode.PIN_CONFLICT)]
    assert visits(plan).keys() == {"j1", "j2", "j3"}


def test_a_moment_outside_of_the_day_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        advanced(*city_in_force(), datetime.fromisoformat("2026-04-15T11:00:00+09:00"))
    assert refused.value.findings[0].pointer == "/now"
