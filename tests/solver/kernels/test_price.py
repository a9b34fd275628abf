"""The kernels agree with the definition: the price of any order of stops, and the total after every single step."""

import numpy as np
import pytest

import solver
from solver.arrays import Arrays, build, numbers_of, stops_of
from solver.evaluation import route_cost, timed
from solver.kernels.chance import draw
from solver.kernels.compile import entry
from solver.kernels.pool import new_pool
from solver.kernels.state import ABSENT, BEST, COST, SIZE, TOTAL, State, new_state
from solver.kernels.step import FILL, LOAD, search
from solver.kernels.timing import ILLEGAL, price
from solver.violations import check_route
from tests.strategies import FEATURES, random_problem

WIDTH = 24


@entry
def price_of(A, s, stops, n):
    return price(A, s, stops, n)


def problem_of(seed: int, jobs: int = 6, shifts: int = 3) -> solver.Problem:
    """Every second seed uses all features at once, the others a random half of them."""
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if rng.random() < 0.5] if seed % 2 else FEATURES
    return random_problem(rng, jobs, shifts, features)


def random_order(rng: np.random.Generator, arrays: Arrays, shift: int) -> list[int]:
    """Some jobs, all breaks of the shift in their order, sometimes a stock stop."""
    jobs = rng.permutation(arrays.n_jobs)[: rng.integers(1, 4)].tolist()
    pauses = list(range(arrays.n_jobs + arrays.shift[shift, 21], arrays.n_jobs + arrays.shift[shift, 22]))
    order = jobs + ([arrays.stock] if rng.random() < 0.3 and arrays.shift[shift, 16] >= 0 else [])
    rng.shuffle(order)
    for at, pause in zip(sorted(rng.integers(0, len(order) + 1, len(pauses)), reverse=True), reversed(pauses), strict=True):
        order.insert(int(at), pause)
    return order


def assert_priced_by_the_definition(problem: solver.Problem, arrays: Arrays, shift: int, order: list[int]) -> None:
    route = timed(problem, shift, stops_of(arrays, shift, order))
    faults = check_route(problem, route)
    cost = price_of(arrays, shift, np.array(order, np.int32), len(order))
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


def decoded(problem: solver.Problem, arrays: Arrays, state: State) -> solver.Plan:
    routes = [(s, stops_of(arrays, s, state.stops[s, : state.route[s, SIZE]])) for s in range(arrays.n_shifts)]
    return solver.plan_of(problem, routes)


def loaded(problem: solver.Problem, seed: int):
    arrays = build(problem)
    state, pool = new_state(arrays, WIDTH, seed), new_pool(arrays, 200, 1)
    for shift in range(arrays.n_shifts):
        pauses = range(arrays.n_jobs + arrays.shift[shift, 21], arrays.n_jobs + arrays.shift[shift, 22])
        state.stops[shift, : len(pauses)] = list(pauses)
        state.route[shift, SIZE] = len(pauses)
    search(arrays, state, pool, LOAD, 0.0, 0.0, 1.0)
    return arrays, state, pool


@pytest.mark.parametrize("seed", range(12))
def test_after_every_step_the_total_is_that_of_the_definition(seed):
    problem = problem_of(seed, jobs=8)
    arrays, state, pool = loaded(problem, seed)
    search(arrays, state, pool, FILL, 0.0, 0.0, 1.0)
    lowest = int(state.number[BEST])
    for _ in range(25):
        search(arrays, state, pool, 1, 1e6, 1e6, 1.0)
        plan = decoded(problem, arrays, state)
        assert solver.check(problem, plan) == ()
        assert solver.evaluate(problem, plan).total == state.number[TOTAL]
        assert len(plan.unassigned) == state.number[ABSENT]
        assert state.number[BEST] <= lowest
        lowest = int(state.number[BEST])


def test_a_plan_goes_into_a_state_and_comes_out_the_same():
    problem = problem_of(2, jobs=8)
    arrays, state, pool = loaded(problem, 2)
    search(arrays, state, pool, 50, 1e6, 1e6, 1.0)
    plan = decoded(problem, arrays, state)
    again = {shift: stops_of(arrays, shift, numbers) for shift, numbers in numbers_of(problem, arrays, plan).items()}
    assert solver.plan_of(problem, list(again.items())) == plan
    assert {route.shift for route in plan.routes} == set(np.flatnonzero(state.route[:, COST]).tolist()) | {
        route.shift for route in plan.routes
    }


def test_chance_is_splitmix64():
    # the first three numbers of the published generator from the state 1234567
    chance = np.array([1234567], np.uint64)
    assert [int(draw(chance)) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]
