"""The routes enumerated are, for every set of jobs, the cheapest of all orders."""

import numpy as np
import pytest

from solver.arrays import REFILL, build, stops_of
from solver.evaluation import route_cost, timed
from solver.exact import is_ordered
from solver.kernels.enumerate import PARENT, STOP, enumerate_routes, new_labels
from solver.kernels.timing import FOREVER, ILLEGAL
from solver.violations import check_route
from tests.naive import cheapest_routes
from tests.solver.kernels.states import plain_problem_of, problem_of

MOST = 100_000


def enumerated(arrays, shift: int):
    """The labels of a shift, as `exact` asks for them."""
    labels = new_labels(arrays, MOST)
    refilled = bool((arrays.van[shift, :, REFILL] >= FOREVER).all())
    assert enumerate_routes(arrays, shift, labels, is_ordered(arrays), refilled)
    return labels


def traced(labels, served: int) -> list[int]:
    """The stops of the cheapest route of a set of jobs."""
    at, stops = int(labels.last[served]), []
    while labels.label[at, PARENT] != -1:
        stops.append(int(labels.label[at, STOP]))
        at = int(labels.label[at, PARENT])
    return stops[::-1]


@pytest.mark.parametrize("seed", range(40))
def test_every_set_of_jobs_has_the_cheapest_route_that_trying_all_orders_finds(seed):
    problem = (problem_of if seed < 25 else plain_problem_of)(seed, 1 + seed % 4, 2)
    arrays = build(problem)
    for shift in range(2):
        labels, naive = enumerated(arrays, shift), cheapest_routes(problem, shift)
        assert {served: int(labels.cost[served]) for served in np.flatnonzero(labels.cost != ILLEGAL).tolist()} == {
            served: cost for served, (cost, _) in naive.items()
        }


@pytest.mark.parametrize("seed", range(25))
def test_the_stops_of_a_route_are_those_of_its_jobs_and_its_price(seed):
    problem = problem_of(seed, 5, 1)
    arrays = build(problem)
    labels = enumerated(arrays, 0)
    for served in np.flatnonzero(labels.cost != ILLEGAL).tolist():
        stops = traced(labels, served)
        route = timed(problem, 0, stops_of(arrays, 0, stops))
        assert sum(1 << job for job in stops if job < arrays.n_jobs) == served
        assert check_route(problem, route) == ()
        assert route_cost(problem, route).total == labels.cost[served]


def test_without_room_for_all_labels_the_answer_is_no():
    arrays = build(problem_of(3, 4, 1))
    used = int(enumerated(arrays, 0).number[0])
    assert used > 1
    labels = new_labels(arrays, MOST)._replace(label=np.zeros((used - 1, 16), np.int64))
    assert not enumerate_routes(arrays, 0, labels, is_ordered(arrays), False)
