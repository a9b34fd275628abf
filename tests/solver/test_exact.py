"""What is called optimal is: no order and no choice of jobs is cheaper, whatever rules a day has."""

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest

import solver
from solver.arrays import Arrays, build, stops_of
from solver.exact import LABELS_PER_SECOND, MOST_JOBS, solved_exactly
from solver.kernels.state import BEST
from solver.kernels.step import search
from solver.kernels.timing import ILLEGAL
from solver.recombine import Limits
from tests.factories import job, line_problem, pause, shift
from tests.naive import cheapest
from tests.solver.kernels import twins
from tests.solver.kernels.states import filled, pauses_of, problem_of
from tests.strategies import FEATURES, random_problem

PLENTY = Limits(work=60.0)


def exact(problem: solver.Problem):
    """The plan proved optimal, decoded, with its total as engine and definition have it."""
    arrays = build(problem)
    found = solved_exactly(arrays, PLENTY)
    assert found is not None
    plan = solver.plan_of(problem, [(s, stops_of(arrays, s, stops)) for s, stops in found.routes.items()])
    assert solver.check(problem, plan) == ()
    assert solver.evaluate(problem, plan).total == found.total
    return plan, found.total


@pytest.mark.parametrize("seed", range(24))
def test_three_shifts_and_five_jobs_under_any_rules_are_solved_as_by_trying_all(seed):
    # two of the three shifts are the same to the optimizer in every third problem
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if feature not in {"stock", "breaks", "appointments"} or rng.random() < 0.2]
    problem = random_problem(rng, 4 + (seed % 2), 2, features)
    if seed % 3 == 0:
        problem = replace(problem, shifts=(*problem.shifts, problem.shifts[0]))
    assert exact(problem)[1] == cheapest(problem).total


def cheapest_total(problem: solver.Problem, arrays: Arrays) -> int:
    """The total of the cheapest plan, by the price of every order of every set of jobs on every shift, breaks anywhere between."""
    whole = (1 << arrays.n_jobs) - 1
    left = [sum(each.price_unserved for row, each in enumerate(problem.jobs) if not jobs >> row & 1) for jobs in range(whole + 1)]
    spent = {0: 0}
    for s in range(arrays.n_shifts):
        prices = {jobs: cost for jobs in range(1, whole + 1) if (cost := cheapest_route(arrays, s, jobs)) is not None}
        after = dict(spent)
        for jobs, cost in prices.items():
            for others, before in spent.items():
                if not jobs & others:
                    after[jobs | others] = min(before + cost, after.get(jobs | others, before + cost))
        spent = after
    return min(cost + left[jobs] for jobs, cost in spent.items())


def cheapest_route(arrays: Arrays, s: int, jobs: int) -> int | None:
    """The price of the cheapest order of a set of jobs with the breaks of a shift."""
    rows, pauses = [row for row in range(arrays.n_jobs) if jobs >> row & 1], pauses_of(arrays, s)
    best = None
    for order in permutations(rows):
        for at in combinations(range(len(order) + len(pauses)), len(pauses)):
            jobs_left, pauses_left = iter(order), iter(pauses)
            route = [next(pauses_left) if k in at else next(jobs_left) for k in range(len(order) + len(pauses))]
            cost = twins.price(arrays, s, route)
            if cost != ILLEGAL and (best is None or cost < best):
                best = cost
    return best


@pytest.mark.parametrize("seed", range(8))
def test_six_jobs_on_three_shifts_are_solved_as_by_pricing_every_order(seed):
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if feature != "stock" and rng.random() < 0.6]
    problem = random_problem(rng, 6, 3, features)
    arrays = build(problem)
    assert exact(problem)[1] == cheapest_total(problem, arrays)


@pytest.mark.parametrize("seed", range(12))
def test_no_search_finds_a_cheaper_plan_for_ten_jobs(seed):
    # with the departure put off to the last, and prices by time, there are too many routes to look at: see `is_ordered`
    problem = replace(problem_of(seed, jobs=10, shifts=3), departure=solver.Departure.KEEP_STARTS)
    _, total = exact(problem)
    case = filled(problem, seed)
    search(case.arrays, case.state, case.pool, 4_000, 1e7, 1e4, 1.0)
    assert case.state.number[BEST] >= total


def test_shifts_that_are_the_same_serve_a_job_each():
    # no two of four jobs fit one shift of 1,800 + 600 + 600 s beside the drive of 600 s each way; there are three such shifts
    jobs = [job(name, 1, duration=1_800, unserved=price) for name, price in zip("abcd", (9, 7, 5, 3), strict=True)]
    plan, total = exact(line_problem(jobs, [shift(end=3_600, technician=n) for n in range(3)]))
    assert plan.unassigned == (3,)
    assert total == 3
    assert [route.shift for route in plan.routes] == [0, 1, 2]


def test_shifts_that_are_the_same_but_for_their_own_breaks_hold_their_own():
    shifts = [shift(end=6_000, technician=n, breaks=(pause(600, 3_000, 600),)) for n in range(2)]
    plan, _ = exact(line_problem([job("a", 1), job("b", 1), job("c", 1)], shifts))
    assert plan.unassigned == ()
    assert [route.shift for route in plan.routes] == [0, 1]


def test_mandatory_jobs_go_before_any_money_and_only_as_many_are_left_out_as_must_be():
    # time for one job; two are mandatory, one is dear
    jobs = [job("dear", 1, unserved=10**12), job("must", 1, unserved=None), job("too", 2, unserved=None)]
    plan, _ = exact(line_problem(jobs, [shift(end=3_000)]))
    assert plan.unassigned == (0, 2)


def test_a_day_on_which_nothing_pays_is_left_empty():
    plan, total = exact(line_problem([job("a", 1, unserved=10)], [shift(price_use=1_000)]))
    assert (plan.routes, total) == ((), 10)


def test_days_with_too_many_jobs_or_too_little_to_spend_are_not_solved():
    many = line_problem([job(f"j{n}", 1) for n in range(MOST_JOBS + 1)])
    assert solved_exactly(build(many), PLENTY) is None
    arrays = build(problem_of(2, jobs=10))
    assert solved_exactly(arrays, Limits(work=1e-6)) is None
    assert solved_exactly(arrays, Limits(seconds=0.0, work=0.0)) is None


def test_no_budget_is_so_small_that_more_labels_are_written_than_there_is_room_for():
    # the first two shifts need one label each, as nothing can be served on them; 1 to 8 labels are all there is room for
    jobs = [job(name, 1) for name in "abc"]
    problem = line_problem(jobs, [shift(end=n, technician=n) for n in (0, 1)] + [shift(technician=2)])
    arrays = build(problem)
    for labels in range(9):
        assert solved_exactly(arrays, Limits(work=2 * labels / LABELS_PER_SECOND)) is None
    assert solver.solve(problem, solver.Seconds(1e-9)).plan.unassigned == ()
