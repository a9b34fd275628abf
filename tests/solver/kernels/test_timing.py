"""The price of any order of stops is that of the definition; windows are found as by trying every second."""

import numpy as np
import pytest

import solver
from solver.arrays import Arrays, build, stops_of
from solver.evaluation import openings_of, route_cost, timed
from solver.kernels.timing import FOREVER, ILLEGAL
from solver.violations import check_route
from tests.factories import job, line_problem, window
from tests.solver.kernels import doors, twins
from tests.solver.kernels.states import problem_of, random_order


def assert_priced_by_the_definition(problem: solver.Problem, arrays: Arrays, shift: int, order: list[int]) -> None:
    route = timed(problem, shift, stops_of(arrays, shift, order))
    faults = check_route(problem, route)
    cost = doors.price(arrays, shift, np.array(order, np.int64), len(order))
    if cost == ILLEGAL:
        # a break off the route has no visit: with several, another order of the same stops may be what is legal
        assert faults or len(problem.shifts[shift].breaks) > 1, (shift, order)
    else:
        assert not faults, (shift, order, faults)
        assert cost == route_cost(problem, route).total, (shift, order)


@pytest.mark.parametrize("seed", range(40))
def test_the_price_of_any_order_is_that_of_the_definition(seed):
    problem, rng = problem_of(seed), np.random.default_rng(seed)
    arrays = build(problem)
    for _ in range(25):
        shift = int(rng.integers(0, arrays.n_shifts))
        assert_priced_by_the_definition(problem, arrays, shift, random_order(rng, arrays, shift))


def narrow_jobs(seed: int) -> list[solver.Job]:
    """Jobs with one to three windows among the seconds 0 … 39, some to finish in, some pinned to a second."""
    rng, jobs = np.random.default_rng(seed), []
    for number in range(12):
        edges = sorted((2 * rng.choice(20, 2 * int(rng.integers(1, 4)), replace=False)).tolist())  # even: no windows touch
        windows = tuple(window(a, b, finish=bool(rng.random() < 0.4)) for a, b in zip(edges[::2], edges[1::2], strict=True))
        pin = solver.Pin(start=int(rng.integers(0, 40))) if number % 4 == 0 else None
        jobs.append(job(f"j{number}", windows=windows, pin=pin))
    return jobs


def test_the_opening_of_a_job_is_the_first_second_at_which_it_may_start():
    missed = 0
    for seed in range(6):
        problem = line_problem(narrow_jobs(seed))
        arrays = build(problem)
        for row, wanted in enumerate(problem.jobs):
            for arrive, lasts in zip(range(0, 45, 3), [0, 1, 4, 9, 20] * 3, strict=True):
                start, latest = doors.opening(arrays, row, arrive, lasts)
                possible = [second for second in range(arrive, 45) if twins.may_start(wanted, second, lasts)]
                missed += not possible
                if not possible:
                    assert (start, latest) == (arrive, arrive - 1)
                    continue
                assert start == possible[0]
                gaps = [second for second in range(start, 46) if not twins.may_start(wanted, second, lasts)]
                assert latest == gaps[0] - 1  # the first second that will not do ends this window
    assert missed > 100


def test_the_latest_start_of_a_job_is_the_last_second_at_which_it_may_start_and_be_left_in_time():
    for seed in range(6):
        problem = line_problem(narrow_jobs(seed))
        arrays = build(problem)
        for row, wanted in enumerate(problem.jobs):
            for leave, lasts in zip(range(0, 60, 4), [0, 1, 4, 9, 20] * 3, strict=True):
                possible = [second for second in range(60) if twins.may_start(wanted, second, lasts) and second + lasts <= leave]
                assert doors.latest_start(arrays, row, leave, lasts) == (possible[-1] if possible else -FOREVER)


def test_a_job_without_windows_may_start_at_any_time():
    problem = line_problem([job()])
    assert openings_of(problem.jobs[0])
    assert doors.opening(build(problem), 0, 17, 5)[0] == 17
