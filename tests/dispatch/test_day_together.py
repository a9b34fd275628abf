"""Jobs that depend on each other in a day file: read, planned, explained, written and read again."""

from typing import Any

import pytest

import solver
from dispatch import travel, wire
from dispatch.day import Planning, answer, plan_of, problem_of, repinned
from dispatch.errors import InputError
from dispatch.wire.work import Pin

HOME = {"lat": 52.52, "lon": 13.40}
CLOSE = {"lat": 52.53, "lon": 13.40}


def at(clock: str, day: int = 2) -> str:
    return f"2026-03-{day:02}T{clock}:00+01:00"


def person(name: str, *skills: str, shifts: Any = None, **more: Any) -> dict[str, Any]:
    hours = [{"start": at("08:00"), "end": at("16:00")}] if shifts is None else shifts
    return {"id": name, "skills": list(skills), "home": HOME, "shifts": hours, **more}


def job(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "location": CLOSE, "duration_min": 60, **more}


def day_of(people: list[Any], jobs: list[Any], **more: Any) -> wire.Day:
    horizon = {"start": at("00:00"), "end": at("00:00", 5)}
    return wire.day_of({"timezone": "Europe/Berlin", "horizon": horizon, "technicians": people, "jobs": jobs, **more})


def planned(day: wire.Day) -> tuple[Planning, wire.PlanFile]:
    planning = problem_of(day, travel.GreatCircle())
    result = solver.solve(planning.problem, solver.Iterations(300), seed=1)
    return planning, answer(planning, result, solver.explain(planning.problem, result.plan))


def visits(file: wire.PlanFile) -> dict[str, tuple[str, str]]:
    """Of each job served, by whom and when by the clock."""
    return {
        visit.job: (route.technician, visit.start.strftime("%H:%M"))
        for route in file.routes
        for visit in route.visits
        if visit.job is not None
    }


def reasons(file: wire.PlanFile) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {left.job: (left.reason.value, left.because) for left in file.unassigned}


# ---------------------------------------------------------------- joint visits


def test_the_legs_of_a_job_start_together_by_different_technicians():
    legs = [{"skills": ["gas"]}, {"skills": ["water"], "duration_min": 30}]
    windows = [{"start": at("10:00"), "end": at("12:00")}]
    _, file = planned(day_of([person("ada", "gas", "water"), person("bo", "gas")], [job("a", legs=legs, windows=windows)]))
    assert visits(file) == {"a.1": ("bo", "10:00"), "a.2": ("ada", "10:00")}
    shown = {visit.job: (visit.part_of, visit.beside) for route in file.routes for visit in route.visits}
    assert shown == {"a.1": ("a", ("a.2",)), "a.2": ("a", ("a.1",))}


def test_a_leg_may_start_later_by_an_offset():
    windows = [{"start": at("10:00"), "end": at("10:00")}]
    legs = [{"id": "prepare", "windows": windows} if False else {"id": "prepare"}, {"id": "finish", "offset_min": [45, 60]}]
    pinned = [{**legs[0], "pin": {"start": at("10:00")}}, legs[1]]
    _, file = planned(day_of([person("ada"), person("bo")], [job("a", legs=pinned)]))
    assert {name: when for name, (_, when) in visits(file).items()} == {"a.prepare": "10:00", "a.finish": "10:45"}


def test_the_cheaper_recipe_is_planned():
    recipes = [[{"skills": ["gas", "water"]}], [{"skills": ["gas"]}, {"skills": ["water"]}]]
    both = day_of([person("ada", "gas", "water"), person("bo", "water")], [job("a", recipes=recipes)])
    planning, file = planned(both)
    assert set(visits(file)) == {"a.1"}
    assert file.unassigned == ()
    assert plan_of(planning, wire.read_plan(wire.write(file))).unassigned == (1, 2)
    apart = day_of([person("ada", "gas"), person("bo", "water")], [job("a", recipes=recipes)])
    assert set(visits(planned(apart)[1])) == {"a.2", "a.3"}


def test_a_leg_that_has_begun_does_not_wait_for_the_others():
    fact = {"technician": "ada", "start": at("09:00"), "end": at("11:00")}
    legs = [{"fact": fact}, {}]
    day = day_of([person("ada"), person("bo")], [job("a", legs=legs)], now=at("10:00"))
    assert visits(planned(day)[1])["a.1"] == ("ada", "09:00")
    name, when = visits(planned(day)[1])["a.2"]
    assert name == "bo"
    assert when >= "10:00"


def test_a_pinned_leg_decides_for_its_recipe():
    recipes = [[{}], [{"pin": {"technician": "bo"}}, {}]]
    _, file = planned(day_of([person("ada"), person("bo")], [job("a", recipes=recipes)]))
    assert visits(file)["a.2"][0] == "bo"
    assert set(visits(file)) == {"a.2", "a.3"}


def test_a_pin_given_later_decides_as_well():
    recipes = [[{}], [{}, {}]]
    day = day_of([person("ada"), person("bo")], [job("a", recipes=recipes)])
    planning = repinned(problem_of(day, travel.GreatCircle()), {"a.2": Pin(technician="bo", shift=0)})
    again = repinned(planning, {"a.2": None})
    assert [bundle.alternatives for bundle in planning.problem.bundles] == [((1, 2),)]
    assert [bundle.alternatives for bundle in again.problem.bundles] == [((0,), (1, 2))]
    assert again.problem.jobs == problem_of(day, travel.GreatCircle()).problem.jobs


# ---------------------------------------------------------------- dependencies and groups


def test_a_job_after_another_waits_for_its_end_and_the_lag():
    jobs = [job("b", after=[{"job": "a", "min_lag_min": 30}]), job("a", windows=[{"start": at("09:00"), "end": at("09:00")}])]
    _, file = planned(day_of([person("ada"), person("bo")], jobs))
    assert (visits(file)["a"][1], visits(file)["b"][1] >= "10:30") == ("09:00", True)


def test_a_job_may_have_to_wait_for_the_next_working_day():
    # nobody works on the 3rd
    shifts = [{"start": at("08:00", d), "end": at("16:00", d)} for d in (2, 4)]
    jobs = [
        job("a", windows=[{"start": at("08:00"), "end": at("16:00")}]),
        job("b", after=[{"job": "a", "next_working_day": True}]),
    ]
    planning, file = planned(day_of([person("ada", shifts=shifts), person("bo", shifts=shifts)], jobs))
    found = {visit.job: visit.start.day for route in file.routes for visit in route.visits}
    assert found == {"a": 2, "b": 4}
    assert len(planning.problem.links[0].mornings) == 2


def test_the_same_technician_may_have_to_come_again():
    jobs = [job("a", skills=["gas"]), job("b", skills=["water"], after=[{"job": "a", "same_technician": True}])]
    people = [person("ada", "gas"), person("bo", "water"), person("cy", "gas", "water")]
    _, file = planned(day_of(people, jobs))
    assert {name for name, _ in visits(file).values()} == {"cy"}


def test_groups_are_hard_or_priced():
    group = {"name": "g", "ask": "different_technicians"}
    _, hard = planned(day_of([person("ada"), person("bo")], [job(name, groups=[group]) for name in "ab"]))
    assert {name for name, _ in visits(hard).values()} == {"ada", "bo"}
    dear = group | {"price": 1}
    _, priced = planned(day_of([person("ada")], [job(name, groups=[dear]) for name in "ab"]))
    assert (len(visits(priced)), priced.cost.groups) == (2, 1)


def test_a_crew_travels_together_and_nobody_is_in_two_places():
    hours = {"start": at("08:00"), "end": at("16:00")}
    people = [person("ada", "gas", shifts=[hours | {"crew": ["bo"]}]), person("bo", "water")]
    _, file = planned(day_of(people, [job("a", skills=["gas", "water"]), job("b", skills=["water"])]))
    assert {name for name, _ in visits(file).values()} == {"ada"}
    assert len(visits(file)) == 2


# ---------------------------------------------------------------- reasons


def test_the_leg_that_nobody_can_serve_is_named():
    legs = [{"skills": ["gas"]}, {"skills": ["water"]}]
    _, file = planned(day_of([person("ada", "gas")], [job("a", legs=legs)]))
    assert reasons(file) == {"a.1": ("leg_unserved", ("a.2",)), "a.2": ("no_skilled_technician", ())}


@pytest.mark.parametrize("hours", [("08:00", "16:00"), None])
def test_a_crew_that_is_too_large_is_named(hours):
    # two work, or three of whom the third is there when the others have gone home
    late = [{"start": at("17:00"), "end": at("22:00")}]
    people = [person("ada"), person("bo"), *([] if hours else [person("cy", shifts=late)])]
    _, file = planned(day_of(people, [job("a", crew=3)]))
    assert {reason for reason, _ in reasons(file).values()} == {"crew_too_large"}


def test_what_comes_after_a_job_left_out_is_blocked():
    jobs = [job("a", skills=["gas"]), job("b", after=[{"job": "a"}]), job("c", after=[{"job": "b"}])]
    _, file = planned(day_of([person("ada")], jobs))
    assert reasons(file) == {
        "a": ("no_skilled_technician", ()),
        "b": ("precedence_blocked", ("a",)),
        "c": ("precedence_blocked", ("b",)),
    }


def test_windows_against_the_order_of_jobs_are_found():
    early, late = ([{"start": at(one), "end": at(other)}] for one, other in (("08:30", "09:00"), ("12:00", "13:00")))
    _, file = planned(day_of([person("ada")], [job("a", windows=late), job("b", windows=early, after=[{"job": "a"}])]))
    assert reasons(file) == {"b": ("precedence_blocked", ("a",))}


def test_two_causes_are_both_named():
    legs = [{"skills": ["gas"]}, {"skills": ["water"]}]
    jobs = [job("x", skills=["fire"]), job("a", legs=legs, after=[{"job": "x"}])]
    _, file = planned(day_of([person("ada", "gas")], jobs))
    assert reasons(file)["a.1"] == ("leg_unserved", ("a.2", "x"))
    message = next(left.message for left in file.unassigned if left.job == "a.1")
    assert "another part" in message
    assert "before" in message


# ---------------------------------------------------------------- refused


def refused(*jobs: Any, people: Any = None) -> dict[str, str]:
    with pytest.raises(InputError) as error:
        day_of([person("ada"), person("bo")] if people is None else people, list(jobs))
    return {finding.pointer: finding.code for finding in error.value.findings}


@pytest.mark.parametrize(
    ("jobs", "pointer", "code"),
    [
        ([job("a", after=[{"job": "a"}])], "/jobs/0/after/0/job", "self_precedence"),
        ([job("a", legs=[{}, {}], after=[{"job": "a.2"}])], "/jobs/0/after/0/job", "self_precedence"),
        ([job("a", after=[{"job": "z"}])], "/jobs/0/after/0/job", "unknown_reference"),
        ([job("a", after=[{"job": "b"}]), job("b", after=[{"job": "a"}])], "/jobs/1/after", "precedence_cycle"),
        ([job("a", crew=0)], "/jobs/0/crew", "out_of_range"),
        ([job("a", crew=-1)], "/jobs/0/crew", "out_of_range"),
        ([job("a", crew=11)], "/jobs/0/crew", "out_of_range"),
        ([job("a", crew=2, legs=[{}])], "/jobs/0/legs", "conflict"),
        ([job("a", crew=2, pin={"technician": "ada"})], "/jobs/0/pin", "conflict"),
        ([job("a", legs=[{"id": "x"}, {"id": "x"}])], "/jobs/0/legs", "duplicate_id"),
        ([job("a", legs=[{}, {}]), job("a.2")], "/jobs/0/legs", "duplicate_id"),
        ([job("a", legs=[{}, {"offset_min": [9, 3]}])], "/jobs/0/legs/1/offset_min", "window_inverted"),
        ([job("a", legs=[])], "/jobs/0/legs", "too_many_items"),
        (
            [job("a"), job("b", after=[{"job": "a", "min_lag_min": 9, "max_lag_min": 3}])],
            "/jobs/1/after/0/max_lag_min",
            "window_inverted",
        ),
        (
            [job("a", groups=[{"name": "g", "ask": "same_day"}]), job("b", groups=[{"name": "g", "ask": "same_technician"}])],
            "/jobs/1/groups/0",
            "conflict",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(jobs, pointer, code):
    found = refused(*jobs)
    assert set(found) == {pointer}
    assert code == "too_many_items" or found[pointer] == code


def test_a_circle_of_three_is_listed():
    jobs = [job(name, after=[{"job": other}]) for name, other in ("ab", "bc", "ca")]
    with pytest.raises(InputError) as error:
        day_of([person("ada")], jobs)
    assert [finding.code for finding in error.value.findings] == ["precedence_cycle"]
    assert " < " in str(error.value.findings[0].value)


@pytest.mark.parametrize(("crew", "code"), [(["zoe"], "unknown_reference"), (["ada"], "conflict"), (["bo", "bo"], "conflict")])
def test_a_crew_is_made_of_technicians_of_the_day(crew, code):
    hours = {"start": at("08:00"), "end": at("16:00"), "crew": crew}
    found = refused(people=[person("ada", shifts=[hours]), person("bo")])
    assert set(found.values()) == {code}


def test_a_day_with_legs_is_written_as_it_is_planned_and_read_again():
    day = day_of([person("ada"), person("bo")], [job("a", crew=2), job("b", after=[{"job": "a"}])])
    assert [each.id for each in day.jobs] == ["a.1", "b", "a.2"]
    assert wire.read_day(wire.write(day)) == day
