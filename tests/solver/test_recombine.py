"""What OR-Tools makes of the routes that a search has seen."""

import numpy as np

import solver
from solver.arrays import PAUSES, PAUSES_END, build, stops_of
from solver.columns import columns_of
from solver.kernels.pool import ROUTES, new_pool
from solver.kernels.state import COST, JOBS, SIZE, new_state
from solver.kernels.step import FILL, LOAD, search
from solver.recombine import Limits, recombined
from tests.strategies import random_problem

WORK = Limits(work=2.0)


def searched(problem: solver.Problem, steps: int):
    """A first plan, the prices of its routes, and the pool of a hot search that began from it."""
    arrays = build(problem)
    state, pool = new_state(arrays, 60, 5), new_pool(arrays, 5_000, 1)
    for row in range(arrays.n_shifts):
        pauses = list(range(arrays.n_jobs + arrays.shift[row, PAUSES], arrays.n_jobs + arrays.shift[row, PAUSES_END]))
        state.stops[row, : len(pauses)] = pauses
        state.route[row, SIZE] = len(pauses)
    search(arrays, state, pool, LOAD, 0.0, 0.0, 1.0)
    search(arrays, state, pool, FILL, 0.0, 0.0, 1.0)
    used = np.flatnonzero(state.route[:, JOBS]).tolist()
    first = {row: state.stops[row, : state.route[row, SIZE]].tolist() for row in used}
    prices = {row: int(state.route[row, COST]) for row in used}
    search(arrays, state, pool, steps, 1e7, 1e6, 1.0)
    return arrays, pool, first, prices


def combined(arrays, pool, first, prices):
    columns, own = columns_of(arrays, [pool], first, prices)
    return recombined(arrays, columns, own, WORK)


def plan_of(problem, arrays, routes):
    return solver.plan_of(problem, [(row, stops_of(arrays, row, stops)) for row, stops in routes.items()])


def test_a_recombination_is_legal_and_cheaper_than_the_plan_it_began_with():
    cheaper = 0
    for seed in range(8):
        problem = random_problem(np.random.default_rng(seed), 20, 5)
        arrays, pool, first, prices = searched(problem, 3_000)
        before = solver.evaluate(problem, plan_of(problem, arrays, first)).total
        better = combined(arrays, pool, first, prices) if pool.number[ROUTES] and first else None
        after = plan_of(problem, arrays, better.routes if better else first)
        assert solver.check(problem, after) == ()
        assert solver.evaluate(problem, after).total == (better.total if better else before) <= before
        cheaper += bool(better)
    assert cheaper >= 4  # the first plan is a single greedy pass: the routes of 3,000 hot steps nearly always hold a better one


def test_the_same_pool_and_work_give_the_same_plan():
    problem = random_problem(np.random.default_rng(3), 20, 5)
    arrays, pool, first, prices = searched(problem, 3_000)
    assert combined(arrays, pool, first, prices) == combined(arrays, pool, first, prices)
