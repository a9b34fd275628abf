"""The sample days: read without findings, planned legally, and what their README says of them."""

import re
import shlex
from datetime import UTC, date
from itertools import permutations, product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import solver
from dispatch import day as days
from dispatch import wire
from dispatch.cli import main
from dispatch.imports import imported
from dispatch.wire.clock import shift_span
from solver import Stop, StopKind
from solver.reasons import explain
from solver.violations import check

FIXTURES = Path(__file__).parents[2] / "fixtures"
README = (FIXTURES / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^dispatch (generate .*)$", README, re.MULTILINE)
NAMES = sorted(path.name for path in FIXTURES.glob("*_day.json"))

MICRO = 1_000_000


def read(name: str) -> wire.Day:
    return wire.read_day((FIXTURES / name).read_bytes())


def planned(day: wire.Day) -> days.Planning:
    return days.problem_of(day, days.great_circle(day.travel))


def solved(planning: days.Planning, iterations: int) -> solver.Plan:
    return solver.solve(planning.problem, solver.Iterations(iterations)).plan


# ---------------------------------------------------------------- all of them


def test_there_are_four_of_them():
    assert NAMES == ["city_day.json", "night_day.json", "storm_day.json", "tiny_day.json"]


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_is_read_with_no_warning_but_that_of_the_hour_that_comes_twice(name):
    warnings = [(warning.pointer, warning.code) for warning in planned(read(name)).warnings]
    assert warnings == ([("/technicians/7/shifts/0/local_end", "ambiguous_time")] if name == "night_day.json" else [])


@pytest.mark.parametrize("name", NAMES)
def test_a_short_search_finds_a_legal_plan_that_serves_something(name):
    planning = planned(read(name))
    plan = solved(planning, 300)
    assert check(planning.problem, plan) == ()
    assert len(plan.unassigned) < len(planning.problem.jobs) * 2 / 3


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split()[2])
def test_the_command_of_the_readme_makes_the_fixture_byte_for_byte(command, tmp_path):
    arguments = shlex.split(command)
    name = arguments[-1]
    assert main([*arguments[:-1], str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes() == (FIXTURES / name).read_bytes()
    assert (FIXTURES / name).stat().st_size < 150_000


def test_the_tables_in_english_and_in_korean_are_the_same_day():
    english, korean = (
        imported(
            zone="Asia/Seoul",
            day=date(2026, 4, 14),
            jobs=(FIXTURES / f"jobs{suffix}.csv").read_bytes(),
            technicians=(FIXTURES / f"technicians{suffix}.csv").read_bytes(),
            currency="KRW",
        )
        for suffix in ("", "_ko")
    )
    assert english == korean
    plan = solved(planned(english), 300)
    assert (len(english.jobs), len(english.technicians), plan.unassigned) == (6, 2, ())


# ---------------------------------------------------------------- city


def test_the_city_day_has_what_it_is_said_to_have():
    day = read("city_day.json")
    assert (len(day.jobs), len(day.technicians), day.currency) == (100, 12, "KRW")
    assert {job.kind for job in day.jobs} == {"repair", "install", "consultation", "maintenance", "delivery"}
    narrow = [job for job in day.jobs if len(job.windows) == 1 and job.windows[0].end and _hours(job.windows[0]) >= 2]
    assert 40 <= len(narrow) <= 60
    assert sum(len(job.windows) == 2 for job in day.jobs) >= 3
    assert any(window.finish_by for job in day.jobs for window in job.windows)
    assert any(shift.absences for technician in day.technicians for shift in technician.shifts)
    assert sum(job.pin is not None for job in day.jobs) == 2


def test_two_jobs_of_the_city_day_can_only_be_served_in_overtime():
    planning = planned(read("city_day.json"))
    last = max(shift.end for shift in planning.problem.shifts)
    late = {job.id for job in planning.problem.jobs if job.windows and job.windows[0].open >= last}
    assert late == {"J002", "J024"}


def test_a_search_of_a_second_serves_nearly_all_of_the_city_day():
    planning = planned(read("city_day.json"))
    plan = solved(planning, 3_000)
    assert check(planning.problem, plan) == ()
    assert len(plan.unassigned) <= 6
    impossible = [planning.problem.jobs[reason.job].id for reason in explain(planning.problem, plan) if reason.code == "impossible"]
    assert impossible == ["J036"]


def _hours(window) -> float:
    return (window.end - window.start).total_seconds() / 3_600


# ---------------------------------------------------------------- storm, night


def test_the_storm_brings_almost_twice_the_work_the_crew_can_do_before_anybody_drives():
    problem = planned(read("storm_day.json")).problem
    work = sum(job.setup + job.duration for job in problem.jobs)
    hours = sum(shift.end - shift.start - sum(pause.duration for pause in shift.breaks) for shift in problem.shifts)
    assert work >= 1.8 * hours


def test_the_storm_is_a_flood_of_priority_one_and_of_due_times():
    jobs = read("storm_day.json").jobs
    assert sum(job.priority == 1 for job in jobs) >= len(jobs) / 5
    assert sum(job.due is not None for job in jobs) >= len(jobs) / 2


def test_the_night_shifts_are_an_hour_longer_than_the_wall_says():
    day = read("night_day.json")
    spans = {}
    for technician in day.technicians:
        (shift,) = technician.shifts
        span = shift_span(shift, ZoneInfo("Europe/Berlin"))
        wall = (shift.local_start.isoformat("minutes"), shift.local_end.isoformat("minutes"))
        spans[wall] = (span.end.astimezone(UTC) - span.start.astimezone(UTC)).total_seconds() / 3_600
    # 22:00+02:00 is 20:00Z and 06:00+01:00 is 05:00Z; 20:00+02:00 is 18:00Z and the second 02:30 is 01:30Z
    assert spans == {("22:00", "06:00"): 9, ("21:00", "05:00"): 9, ("20:00", "02:30"): 7.5}


# ---------------------------------------------------------------- tiny


@pytest.fixture(scope="module")
def tiny() -> days.Planning:
    return planned(read("tiny_day.json"))


def orders_of(planning: days.Planning, row: int, jobs: tuple[int, ...]):
    """Every order of some jobs on a shift, with its break at every position."""
    breaks = [Stop(StopKind.BREAK, n) for n in range(len(planning.problem.shifts[row].breaks))]
    stops = [*(Stop(StopKind.JOB, job) for job in jobs), *breaks]
    return permutations(stops)


def cheapest(planning: days.Planning) -> tuple[int, solver.Plan]:
    """The best of all legal plans, by trying every technician, or none, for every job, and every order."""
    problem = planning.problem
    best: tuple[int, solver.Plan] | None = None
    for choice in product((0, 1, None), repeat=len(problem.jobs)):
        chosen = [tuple(job for job, shift in enumerate(choice) if shift == row) for row in (0, 1)]
        if not all(
            problem.jobs[job].skills.keys() <= problem.technicians[row].skills.keys() for row in (0, 1) for job in chosen[row]
        ):
            continue  # check would say so of every order
        for first, second in product(*(orders_of(planning, row, chosen[row]) for row in (0, 1))):
            plan = solver.plan_of(problem, [(0, first), (1, second)])
            total = solver.evaluate(problem, plan).total
            if (best is None or total < best[0]) and not check(problem, plan):
                best = total, plan
    assert best is not None
    return best


def test_no_plan_of_the_tiny_day_is_better_than_the_one_derived_by_hand(tiny):
    total, plan = cheapest(tiny)
    assert total == 335_750_000
    assert [[tiny.problem.jobs[job].id for job in route.jobs] for route in plan.routes] == [
        ["boiler", "check"],
        ["fuse", "parcel", "socket"],
    ]


def test_the_search_finds_the_best_plan_of_the_tiny_day(tiny):
    plan = solved(tiny, 500)
    assert solver.evaluate(tiny.problem, plan).total == 335_750_000


def test_the_times_and_cost_terms_of_the_tiny_day_are_those_of_the_readme(tiny):
    _, plan = cheapest(tiny)
    ada, ben = plan.routes
    times = [
        [tiny.shown(at).strftime("%H:%M") for at in (route.depart, *(v.start for v in route.visits), route.back)]
        for route in (ada, ben)
    ]
    assert times == [["08:40", "09:00", "10:10", "10:50"], ["08:00", "08:10", "09:20", "10:00", "10:30", "11:25"]]
    cost = solver.evaluate(tiny.problem, plan)
    # Ada + Ben: work 78.00 + 123.00, travel 10.00 + 16.25, and Ben's overtime, lateness and preference; over-qualified is Ada's
    expected = {
        "work": 201.0,
        "travel": 26.25,
        "overtime": 7.5,
        "lateness": 17.0,
        "overqualified": 1.0,
        "preference": 3.0,
        "unserved": 80.0,
    }
    assert {term: getattr(cost, term) / MICRO for term in expected} == expected
    assert cost.total == sum(expected.values()) * MICRO
    assert all(f"{amount:.2f}" in README for amount in (78, 123, 10, 16.25, 7.5, 17, 89, 166.75, 335.75))


def test_the_other_plans_of_the_readme_cost_what_it_says(tiny):
    jobs = {job.id: row for row, job in enumerate(tiny.problem.jobs)}
    pause = Stop(StopKind.BREAK, 0)

    def cost(*orders: list[str]) -> float:
        rows = [[pause if name == "break" else Stop(StopKind.JOB, jobs[name]) for name in order] for order in orders]
        plan = solver.plan_of(tiny.problem, list(enumerate(rows)))
        assert check(tiny.problem, plan) == ()
        return solver.evaluate(tiny.problem, plan).total / MICRO - 335.75

    ada, ben = ["boiler", "check"], ["fuse", "parcel", "break", "socket"]
    assert cost(["check", "boiler"], ben) == 6.0  # 10 minutes at 0.60
    assert cost(ada, ["parcel", "fuse", "break", "socket"]) == 54.0 + 2.5  # 10 minutes more of driving, 75 and not 65
    assert cost(["parcel", "check", "boiler"], ["fuse", "break", "socket"]) == 13.25 - 8.0
    assert cost(ada, ["fuse", "break", "socket"]) == 30 - 8.0
    assert cost(ada, ["fuse", "parcel", "break"]) == 90 - 65.25
    assert cost(ada, ["parcel", "break", "socket"]) == 150 - 19.5
    assert cost(["boiler"], ben) == 60 - 13.0
