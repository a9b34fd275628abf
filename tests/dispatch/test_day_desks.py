"""Desks: a shift that stays at a place serves the jobs of that desk, and nobody travels for them."""

from typing import Any

import pytest

import solver
from dispatch.day.answers import answer
from dispatch.wire import ReasonCode
from tests.dispatch.bad_inputs import day_at
from tests.dispatch.days import BASE, Path, Raw, changed, planning

SHOP, ANNEX = {"id": "shop", "location": {"lat": 52.51, "lon": 13.4}}, {"id": "annex", "location": {"lat": 52.6, "lon": 13.5}}
HOURS = {"start": day_at("08:00"), "end": day_at("16:00")}
AT_SHOP = {**HOURS, "start_place": {"site": "shop"}, "desk": True}
ADA = BASE["technicians"][0]
WALK_IN = {"id": "walk-in", "site": "shop", "desk": True, "duration_min": 30}
REPAIR = {"id": "repair", "location": {"lat": 52.50, "lon": 13.39}, "duration_min": 60}


def day(shifts: dict[str, dict[str, Any]], *jobs: Raw) -> Raw:
    crew = [{**ADA, "id": name, "shifts": [hours]} for name, hours in shifts.items()]
    return {**BASE, "sites": [SHOP, ANNEX], "technicians": crew, "jobs": list(jobs)}


def solved(raw: Raw) -> tuple[dict[str, str], dict[str, ReasonCode], int]:
    """Who serves each job, why the others are left out, and the seconds driven."""
    plans = planning(raw)
    result = solver.solve(plans.problem, solver.Iterations(100), seed=1)
    assert solver.check(plans.problem, result.plan) == ()
    told = answer(plans, result, solver.explain(plans.problem, result.plan))
    served = {visit.job: route.technician for route in told.routes for visit in route.visits}
    driven = sum(visit.travel for route in result.plan.routes for visit in route.visits)
    return served, {each.job: each.reason for each in told.unassigned}, driven


def test_whoever_is_at_the_desk_serves_who_walks_in_and_nobody_drives() -> None:
    """Ada lives elsewhere: at the desk her day begins and ends there."""
    served, left, driven = solved(day({"ada": AT_SHOP}, WALK_IN, {**WALK_IN, "id": "another"}))
    assert (served, left, driven) == ({"walk-in": "ada", "another": "ada"}, {}, 0)


def test_at_a_desk_nothing_else_is_served_not_even_a_visit_to_the_same_place() -> None:
    served, left, _ = solved(day({"ada": AT_SHOP}, REPAIR, {**WALK_IN, "id": "mend the sign", "desk": False}))
    assert served == {}
    assert left == {"repair": ReasonCode.NO_DESK, "mend the sign": ReasonCode.NO_DESK}


def test_nobody_travels_to_a_desk() -> None:
    served, left, _ = solved(day({"bo": HOURS}, WALK_IN, REPAIR))
    assert (served, left) == ({"repair": "bo"}, {"walk-in": ReasonCode.NO_DESK})


def test_each_desk_has_its_own() -> None:
    at_annex = {**AT_SHOP, "start_place": {"site": "annex"}}
    both = day({"ada": AT_SHOP, "bo": at_annex}, WALK_IN, {**WALK_IN, "id": "over there", "site": "annex"})
    assert solved(both)[0] == {"walk-in": "ada", "over there": "bo"}
    assert solved(day({"bo": at_annex}, WALK_IN))[1] == {"walk-in": ReasonCode.NO_DESK}


def test_half_a_day_at_the_desk_and_half_on_the_road() -> None:
    morning, noon = {**AT_SHOP, "end": day_at("12:00")}, {"start": day_at("13:00"), "end": day_at("16:00")}
    raw = changed(day({"ada": morning}, WALK_IN, REPAIR), (("technicians", 0, "shifts"), [morning, noon]))
    plans = planning(raw)
    plan = solver.solve(plans.problem, solver.Iterations(100), seed=1).plan
    assert {plans.numbers[route.shift][1]: [raw["jobs"][row]["id"] for row in route.jobs] for route in plan.routes} == {
        0: ["walk-in"],
        1: ["repair"],
    }


def test_skills_count_at_a_desk_and_a_kind_can_be_remote() -> None:
    remote = {"id": "call", "kind": "remote", "site": "shop", "skills": ["routers"]}
    kinds = {"remote": {"desk": True, "duration_min": 20}}
    raw = {**day({"ada": AT_SHOP}, remote), "kinds": kinds}
    assert solved(raw)[1] == {"call": ReasonCode.NO_SKILLED_TECHNICIAN}
    able = changed(raw, (("technicians", 0, "skills"), ["routers"]))
    assert solved(able)[0] == {"call": "ada"}


@pytest.mark.parametrize("end", ["open", {"site": "annex"}])
def test_at_a_desk_the_day_ends_where_it_began(end: Any) -> None:
    path: Path = ("technicians", 0, "shifts", 0, "end_place")
    shift = planning(changed(day({"ada": AT_SHOP}, WALK_IN), (path, end))).problem.shifts[0]
    assert shift.end_place == shift.start_place


def test_without_desks_nobody_is_told_apart() -> None:
    problem = planning(day({"ada": HOURS}, REPAIR)).problem
    assert (problem.jobs[0].tags, problem.shifts[0].tags) == (frozenset(), frozenset())
