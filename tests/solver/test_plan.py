"""A plan is pure data whose derived numbers add up."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from solver.plan import Plan, StopKind
from tests.factories import job, jobs_stop, line_problem, pause, plan, shift
from tests.naive import greedy
from tests.strategies import random_problem


def example():
    """Jobs at places 1 and 3, and a break between them."""
    problem = line_problem([job("a", 1), job("b", 3), job("c", 2)], [shift(breaks=(pause(3_000, 9_000, 900),))])
    return plan(problem, "a|b")


def test_the_seconds_of_a_visit_add_up():
    # drive 600, at a from 600 to 2,400; the break waits until 3,000 and lasts 900; drive 1,200, at b from 5,100 to 6,900
    a, rest, b = example().routes[0].visits
    assert (a.arrive, a.wait, a.start, a.end) == (600, 0, 600, 2_400)
    assert (rest.arrive, rest.wait, rest.start, rest.end) == (2_400, 600, 3_000, 3_900)
    assert (b.arrive, b.wait, b.start, b.end) == (5_100, 0, 5_100, 6_900)


def test_a_route_sums_its_drives_with_the_last_one():
    # 0 → 1 → 3 → 0: one, two and three gaps
    route = example().routes[0]
    assert route.travel == 6 * 600
    assert route.distance == 6 * 1_000
    assert (route.travel_home, route.distance_home, route.back) == (1_800, 3_000, 8_700)


def test_a_route_names_its_jobs_and_its_stops_in_order():
    route = example().routes[0]
    assert route.jobs == (0, 1)
    assert [stop.kind for stop in route.stops] == [StopKind.JOB, StopKind.BREAK, StopKind.JOB]


def test_the_visits_of_a_plan_are_those_of_jobs():
    found = example()
    assert [(route.shift, visit.stop) for route, visit in found.visits()] == [(0, jobs_stop(0)), (0, jobs_stop(1))]
    assert found.unassigned == (2,)


def test_a_plan_is_frozen_and_equal_to_its_like():
    assert example() == example()
    with pytest.raises(FrozenInstanceError):
        example().unassigned = ()
    assert Plan((), ()) != Plan((), (1,))


def test_the_time_of_any_route_is_drives_waits_and_work():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        for route in greedy(random_problem(rng, 6, 2), rng).routes:
            work = sum(visit.setup + visit.service + visit.wait for visit in route.visits)
            assert route.back - route.depart == route.travel + work
