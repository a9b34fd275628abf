"""Who works where: areas, required or preferred, primary and secondary; contractors with prices and limits of their own."""

from typing import Any

import pytest

import solver
from dispatch.day.answers import answer
from dispatch.wire import ReasonCode
from solver.evaluation import wishes_price
from tests.dispatch.days import BASE, Raw, changed, planning

ADA = BASE["technicians"][0]
JOB = {**BASE["jobs"][0], "area": "north"}
PRICES = {"area_secondary": 5, "area_outside": 20}


def day(areas: dict[str, Any], job: Raw = JOB, *more: Raw, **policy: Any) -> Raw:
    """A day of technicians who are told apart by their areas."""
    crew = [{**ADA, "id": name} | ({} if own is None else {"areas": own}) for name, own in areas.items()]
    return {**BASE, "technicians": crew, "jobs": [job, *more], "policy": {**PRICES, **policy}}


def solved(raw: Raw) -> tuple[dict[str, str], list[Any]]:
    """Who serves each job, and the reasons of the others."""
    plans = planning(raw)
    result = solver.solve(plans.problem, solver.Iterations(100), seed=1)
    assert solver.check(plans.problem, result.plan) == ()
    told = answer(plans, result, solver.explain(plans.problem, result.plan))
    served = {visit.job: route.technician for route in told.routes for visit in route.visits}
    return served, [(each.job, each.reason) for each in told.unassigned]


def prices(raw: Raw) -> list[int]:
    """What the first job's area costs with each technician."""
    problem = planning(raw).problem
    return [wishes_price(problem.jobs[0], technician) for technician in problem.technicians]


def test_a_job_is_served_by_whoever_works_in_its_area() -> None:
    assert solved(day({"ada": ["south"], "bo": ["north"]})) == ({"j1": "bo"}, [])


def test_a_job_in_nobodys_area_is_left_out_and_says_why() -> None:
    assert solved(day({"ada": ["south"], "bo": {"east": "secondary"}})) == ({}, [("j1", ReasonCode.OUTSIDE_AREA)])


def test_what_is_lacking_besides_the_area_is_said_first() -> None:
    raw = day({"ada": ["south"]}, {**JOB, "tags": ["korean"]})
    assert solved(raw) == ({}, [("j1", ReasonCode.NO_SKILLED_TECHNICIAN)])


def test_a_secondary_area_costs_and_the_primary_comes_first() -> None:
    both = day({"ada": {"north": "secondary"}, "bo": {"north": "primary"}})
    assert prices(both) == [5_000_000, 0]
    assert solved(both) == ({"j1": "bo"}, [])
    assert solved(day({"ada": {"north": "secondary"}})) == ({"j1": "ada"}, [])


def test_where_areas_are_only_preferred_another_one_costs_more() -> None:
    raw = day({"ada": ["south"], "bo": {"north": "secondary"}, "cy": ["north"]}, rules_off=["areas"])
    assert prices(raw) == [20_000_000, 5_000_000, 0]
    assert solved(day({"ada": ["south"]}, rules_off=["areas"])) == ({"j1": "ada"}, [])


def test_the_price_of_a_secondary_area_is_never_more_than_that_of_none() -> None:
    raw = day({"ada": ["south"], "bo": {"north": "secondary"}}, rules_off=["areas"], area_secondary=50)
    assert prices(raw) == [20_000_000, 20_000_000]


@pytest.mark.parametrize("rules_off", [[], ["areas"]])
def test_whoever_has_no_areas_works_everywhere_and_a_job_without_one_is_anybodys(rules_off: list[str]) -> None:
    assert prices(day({"ada": None}, rules_off=rules_off)) == [0]
    assert solved(day({"ada": None}, rules_off=rules_off)) == ({"j1": "ada"}, [])
    nowhere = {name: value for name, value in JOB.items() if name != "area"}
    assert solved(day({"ada": ["south"]}, nowhere, rules_off=rules_off)) == ({"j1": "ada"}, [])


def test_a_kind_can_lie_in_an_area() -> None:
    raw = day({"ada": ["south"]}, {**BASE["jobs"][0], "kind": "lifts"})
    assert solved({**raw, "kinds": {"lifts": {"area": "north"}}}) == ({}, [("j1", ReasonCode.OUTSIDE_AREA)])


def test_a_tag_that_is_called_like_an_area_is_none() -> None:
    raw = changed(day({"ada": ["south"]}), (("technicians", 0, "tags"), ["north", "works in north"]))
    assert solved(raw)[1] == [("j1", ReasonCode.OUTSIDE_AREA)]


def test_a_contractor_has_prices_and_limits_of_their_own() -> None:
    """Ada is paid 40 an hour and has time for 3 of 6 jobs of 2 hours; the contractor is paid 90 a job, and takes 2 at most.

    Without the limit the contractor would take all that Ada cannot."""
    hours = {"start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T15:00:00+01:00"}
    ada = {**ADA, "shifts": [hours]}
    contract = {"costs": {"per_hour": 0, "per_km": 0, "per_job": 90}, "limits": {"jobs": 2}}
    jobs = [{**BASE["jobs"][0], "id": f"j{n}", "duration_min": 120, "windows": []} for n in range(6)]
    raw = {**BASE, "technicians": [ada, {**ada, "id": "contractor", **contract}], "jobs": jobs}
    served, left = solved(raw)
    assert sorted(served.values()) == ["contractor"] * 2 + ["t1"] * 3
    assert [reason for _, reason in left] == [ReasonCode.OUTRANKED]
    free = changed(raw, (("technicians", 1, "limits"), ...))
    assert sorted(solved(free)[0].values()) == ["contractor"] * 3 + ["t1"] * 3
