"""Promises, preferred windows, slack and the plan in force: what each costs, what a search makes of it, and where it stops."""

from dataclasses import replace

import pytest

import solver
from solver import Current, Preference, Promise
from tests.factories import HOURS, job, line_problem, plan, shift, window

EFFORT = solver.Iterations(2_000)


def cost(problem: solver.Problem, *orders: str) -> solver.Cost:
    return solver.evaluate(problem, plan(problem, *orders))


# ---------------------------------------------------------------- what it costs


@pytest.mark.parametrize(
    ("opens", "closes", "price"),
    [
        pytest.param(600, 900, 0, id="kept at its first second"),
        pytest.param(0, 600, 0, id="kept at its last second"),
        pytest.param(700, 900, 50 + 100 * 3, id="100 s early"),
        pytest.param(0, 500, 50 + 100 * 3, id="100 s late"),
    ],
)
def test_a_promise_costs_a_fixed_price_and_by_the_second_outside(opens, closes, price):
    # the drive takes 600 s, so service starts at 600
    problem = line_problem([job("a", 1, promise=Promise(opens, closes, fixed=50, rate=3))])
    assert cost(problem, "a").promises == price
    assert cost(problem, "").promises == 0  # who is left out has the price of being left out


def test_of_preferred_windows_the_cheapest_counts_each_with_its_slopes():
    early, late = Preference(1_000, 2_000, early=2), Preference(0, 500, late=7)
    assert cost(line_problem([job("a", 1, preferred_windows=(early,))]), "a").preferred_windows == 400 * 2
    assert cost(line_problem([job("a", 1, preferred_windows=(late,))]), "a").preferred_windows == 100 * 7
    assert cost(line_problem([job("a", 1, preferred_windows=(early, late))]), "a").preferred_windows == 100 * 7


@pytest.mark.parametrize(("due", "missing"), [(3_900, 0), (3_899, 1), (2_400, 1_500), (2_000, 1_500)])
def test_slack_that_is_missing_before_the_due_time_costs_by_the_second_up_to_all_of_it(due, missing):
    # 600 s of drive and 1,800 s of service end at 2,400
    problem = line_problem([job("a", 1, due=due, slack=1_500, slack_rate=2)])
    assert cost(problem, "a").slack == missing * 2


def test_a_change_costs_by_the_technician_by_the_second_moved_and_for_dropping():
    was = Current("t1", 1_000, other=70, tolerance=100, rate=3, dropped=500)
    problem = line_problem([job("a", 1, current=was)], [shift(), shift(technician=1)])
    assert cost(problem, "a").changes == 70 + 300 * 3  # starts at 600, 300 s beyond the tolerance
    assert cost(problem, "", "a").changes == 300 * 3
    assert cost(problem, "").changes == 500
    assert cost(problem, "").total == 1_000 + 500


# ---------------------------------------------------------------- what a search makes of it


def test_a_search_keeps_promises_that_are_worth_the_way():
    # b before a would save a drive; a was told to be first
    jobs = [job("a", 2, promise=Promise(0, 1_200, fixed=10_000), unserved=10**6), job("b", 1, unserved=10**6)]
    problem = line_problem(jobs, [shift(price_metre=1)])
    problem = replace(problem, shifts=(replace(problem.shifts[0], end_place=None),))
    served = [jobs[visit.stop.row].id for _, visit in solver.solve(problem, EFFORT).plan.visits()]
    assert served == ["a", "b"]
    forgotten = replace(problem, jobs=tuple(replace(each, promise=None) for each in jobs))
    assert [jobs[visit.stop.row].id for _, visit in solver.solve(forgotten, EFFORT).plan.visits()] == ["b", "a"]


def test_small_days_are_proved_optimal_with_everything_that_is_better_kept():
    was = Current("t1", 9_000, other=300, tolerance=60, rate=2)
    jobs = [
        job("a", 1, current=was),
        job("b", 2, promise=Promise(7_000, 9_000, fixed=100, rate=1)),
        job("c", 3, preferred_windows=(Preference(12_000, 14_000, early=1, late=1),)),
    ]
    problem = line_problem(jobs, [shift(price_metre=1), shift(technician=1, price_metre=1)])
    result = solver.solve(problem, EFFORT)
    orders = [("".join(a), "".join(b)) for a, b in _shared("abc")]
    assert result.optimal
    assert result.cost.total == min(cost(problem, *each).total for each in orders)


def _shared(names: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every way to share jobs, in any order, among two shifts, or to leave them out."""
    if not names:
        return [((), ())]
    found = []
    for one, other in _shared(names[1:]):
        found.append((one, other))
        found += [((*one[:at], names[0], *one[at:]), other) for at in range(len(one) + 1)]
        found += [(one, (*other[:at], names[0], *other[at:])) for at in range(len(other) + 1)]
    return found


# ---------------------------------------------------------------- limits


def in_force(problem: solver.Problem, *orders: str, **limits: int) -> tuple[solver.Problem, solver.Plan]:
    """The problem with a plan in force, and the plan."""
    found = plan(problem, *orders)
    now = {visit.stop.row: (route.shift, visit.start) for route, visit in found.visits()}
    jobs = [
        replace(each, current=Current(problem.technicians[problem.shifts[now[row][0]].technician].id, now[row][1]))
        if row in now
        else each
        for row, each in enumerate(problem.jobs)
    ]
    return replace(problem, jobs=tuple(jobs), **limits), found


HOURLY = "abcdefghijkl"
"""Two jobs at each of six full hours, at one place: one that would rather have t0, one that would rather have t1."""


def hourly() -> solver.Problem:
    def one(n: int) -> solver.Job:
        at = 3_600 * (1 + n // 2)
        return job(HOURLY[n], 1, windows=(window(at, at),), preferred=(f"t{n % 2}",), preference=500, unserved=10**6)

    return line_problem([one(n) for n in range(12)], [shift(end=30_000), shift(end=30_000, technician=1)])


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 12])
def test_a_search_moves_no_more_than_it_may_and_uses_what_it_may(limit):
    # in force everybody has the wrong technician: 12 × 500; to put an hour right moves two visits
    problem, force = in_force(hourly(), HOURLY[1::2], HOURLY[::2], max_moves=limit)
    result = solver.solve(problem, EFFORT, start=force)
    assert len(solver.moves_of(problem, result.plan).moved) == limit // 2 * 2
    assert result.cost.total == 12 * 500 - limit // 2 * 1_000


def test_told_customers_are_moved_no_more_than_may_be_and_the_others_make_room():
    # an urgent job has room only where a and b are: b was told nothing
    jobs = [
        job("a", 1, windows=(window(0, HOURS),), promise=Promise(600, 1_200)),
        job("b", 1, duration=25_000),
        job("c", 1, unserved=10**9, windows=(window(600, 3_000),)),
    ]
    problem, force = in_force(line_problem(jobs, [shift()]), "ab", max_told_moves=0)
    result = solver.solve(problem, EFFORT, start=force)
    assert solver.moves_of(problem, result.plan) == solver.Moves(moved=(1,), told=())
    assert [problem.jobs[visit.stop.row].id for _, visit in result.plan.visits()] == ["a", "c"]


def test_limits_need_a_plan_to_start_from_that_keeps_them():
    problem, force = in_force(hourly(), "", max_moves=0)
    assert solver.solve(problem, solver.Iterations(100), start=force).plan.routes  # nothing is in force, so nothing is moved
    held = replace(problem.jobs[0], current=Current("t0", 600))
    with pytest.raises(solver.InvalidProblem, match="max_moves"):
        solver.solve(replace(problem, jobs=(held, *problem.jobs[1:])), EFFORT)


def test_a_technician_who_is_gone_moves_what_was_theirs():
    problem = line_problem([job("a", 1, current=Current("gone", 600))])
    moved = solver.moves_of(problem, plan(problem, "a"))
    assert moved == solver.Moves(moved=(0,), told=())


@pytest.mark.parametrize(
    "fields",
    [
        {"promise": Promise(10, 9)},
        {"promise": Promise(0, 9, fixed=-1)},
        {"preferred_windows": (Preference(10, 9),)},
        {"preferred_windows": (Preference(0, 9, late=-1),)},
        {"current": Current("t0", 0, tolerance=-1)},
        {"slack": -1},
    ],
    ids=str,
)
def test_windows_turned_round_and_prices_below_zero_are_refused(fields):
    with pytest.raises(solver.InvalidProblem, match="job a"):
        line_problem([job("a", **fields)])


def test_limits_below_zero_are_refused():
    with pytest.raises(solver.InvalidProblem, match="max_told_moves: -1"):
        line_problem([job("a")], max_told_moves=-1)
