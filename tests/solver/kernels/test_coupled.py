"""A step of the search on a coupled problem leaves what the definition says of its stops: times, prices, who is absent."""

from collections.abc import Iterator

import numpy as np
import pytest

import solver
from solver.arrays import LINKED
from solver.kernels.pool import ROUTES
from solver.kernels.state import ABSENT, BEST, COST, SHIFT, TOTAL
from solver.ties import BEGIN, FINISH
from tests.solver.kernels.states import HOT, Case, filled, orders_of, plan_of, step
from tests.strategies import COUPLING, FEATURES, random_problem


def cases(count: int, jobs: int = 7, only: tuple[str, ...] = COUPLING) -> Iterator[Case]:
    """Filled states of coupled problems after some hot steps, one a seed; every second one with all that couples at once."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        features = [each for each in FEATURES if rng.random() < 0.3]
        ties = [each for each in only if seed % 2 == 0 or rng.random() < 0.6]
        problem = random_problem(rng, jobs, 3, {*features, *ties})
        if problem.coupled:
            case = filled(problem, seed)
            step(case, 5, HOT)
            yield case


def assert_state_is_that_of_its_plan(case: Case) -> None:
    """The plan of the stops is legal, costs the total, and serves linked jobs when the state says so."""
    plan = plan_of(case)
    assert solver.check(case.problem, plan) == ()
    assert solver.evaluate(case.problem, plan).total == case.state.number[TOTAL]
    served = {visit.stop.row: (route.shift, visit) for route, visit in plan.visits() if visit.stop.kind is solver.StopKind.JOB}
    shifts = case.state.where[:, SHIFT].tolist()
    assert {row: shift for row, shift in enumerate(shifts) if shift >= 0} == {row: shift for row, (shift, _) in served.items()}
    for row, (_, visit) in served.items():
        if case.arrays.job[row, LINKED]:
            assert case.arrays.ties.meet[row, [BEGIN, FINISH]].tolist() == [visit.start, visit.end]


@pytest.mark.parametrize("heat", [HOT, 0.0], ids=["hot", "cold"])
def test_after_a_step_linked_jobs_are_served_when_the_definition_says_and_the_total_is_its_price(heat):
    for case in cases(24):
        for _ in range(15):
            step(case, 1, heat)
            assert_state_is_that_of_its_plan(case)


def test_a_step_that_gains_nothing_leaves_stops_and_meeting_times_as_they_were():
    undone = 0
    for case in cases(16):
        linked = np.flatnonzero(case.arrays.job[:, LINKED])
        for _ in range(20):
            before, total = orders_of(case), int(case.state.number[TOTAL])
            met = case.arrays.ties.meet[linked].copy()
            step(case, 1)  # without heat an equal price is no gain
            if case.state.number[TOTAL] == total:
                undone += 1
                assert orders_of(case) == before
                assert np.array_equal(case.arrays.ties.meet[linked], met)
    assert undone > 100


def test_units_left_out_are_listed_once_and_the_best_plan_costs_what_was_least():
    for case in cases(16):
        ties, lowest = case.arrays.ties, int(case.state.number[BEST])
        for _ in range(20):
            step(case, 1, HOT)
            lowest = min(lowest, int(case.state.number[TOTAL]))
            listed = case.state.absent[: case.state.number[ABSENT]].tolist()
            served = {int(ties.head[row]) for row in np.flatnonzero(case.state.where[:, SHIFT] >= 0)}
            assert sorted(listed) == sorted({int(head) for head in ties.head} - served)
        assert case.state.number[BEST] == lowest


def test_only_routes_that_nothing_couples_are_remembered():
    remembered = 0
    for case in cases(16, jobs=10, only=("links",)):
        step(case, 60, HOT, 1.0)
        for route in range(case.pool.number[ROUTES]):
            first, size = case.pool.first[route], case.pool.size[route]
            jobs = [stop for stop in case.pool.stops[first : first + size] if stop < case.arrays.n_jobs]
            assert all(case.arrays.ties.free[job] for job in jobs)
            assert case.pool.cost[route] >= 0
            remembered += 1
        assert (case.state.route[:, COST] >= 0).all()
    assert remembered > 0
