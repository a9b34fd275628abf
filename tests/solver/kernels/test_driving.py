"""Drives take what the straight line between two knots says, and end no sooner if begun later."""

from fractions import Fraction
from itertools import pairwise
from math import ceil

import numpy as np
import pytest

from solver.arrays import build
from tests.factories import job, line_problem
from tests.solver.kernels import doors
from tests.strategies import in_traffic


def problem_in_traffic(seed: int):
    """Two jobs on a line, in traffic of up to six knots within a quarter of an hour, so that every second can be tried."""
    rng = np.random.default_rng(seed)
    return in_traffic(rng, line_problem([job("a", 1), job("b", 2)]), within=900)


def by_definition(traffic, mode: int, here: int, there: int, leave: int) -> int:
    """The line between the knots around an instant, rounded up."""
    known = [(knot.at, int(traffic.modes[mode].durations[knot.band, here, there])) for knot in traffic.knots]
    if leave <= known[0][0]:
        return known[0][1]
    for (start, one), (end, other) in pairwise(known):
        if start <= leave <= end:
            return ceil(one + Fraction((other - one) * (leave - start), end - start))
    return known[-1][1]


@pytest.mark.parametrize("seed", range(12))
def test_a_drive_takes_what_the_line_between_two_knots_says(seed):
    problem = problem_in_traffic(seed)
    arrays, traffic = build(problem), problem.travel.traffic
    for here, there in ((0, 1), (2, 0), (1, 1)):
        mode = problem.shifts[0].mode
        assert doors.length(arrays, 0, here, there) == traffic.modes[mode].distances[here, there]
        assert doors.drive(arrays, 0, here, -1, 500) == 0  # to nowhere
        for leave in range(-30, 950, 7):
            lasts = by_definition(traffic, mode, here, there, leave)
            assert doors.drive(arrays, 0, here, there, leave) == lasts == problem.travel.seconds(mode, here, there, leave)
            assert arrays.leg[here, there, 0] <= lasts


@pytest.mark.parametrize("seed", range(12))
def test_the_last_second_to_leave_is_the_last_of_all_that_arrive_in_time(seed):
    problem = problem_in_traffic(seed)
    arrays, travel, mode = build(problem), problem.travel, problem.shifts[0].mode
    arrivals = [(leave, leave + travel.seconds(mode, 2, 0, leave)) for leave in range(-6_000, 3_000)]
    assert all(a <= b for (_, a), (_, b) in pairwise(arrivals))
    for by in range(0, 2_400, 97):
        last = max(leave for leave, arrive in arrivals if arrive <= by)
        assert doors.last_leave(arrays, 0, 2, 0, by) == last == travel.latest(mode, 2, 0, by)


def test_without_traffic_a_drive_takes_the_same_at_any_time():
    arrays = build(line_problem([job("a", 1)]))
    assert [doors.drive(arrays, 0, 0, 1, leave) for leave in (-5, 0, 40_000)] == [600, 600, 600]
    assert doors.last_leave(arrays, 0, 0, 1, 1_000) == 400
