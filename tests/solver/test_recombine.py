"""What OR-Tools makes of the routes that a search has seen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import combinations

import numpy as np
import pytest

import solver
from solver.arrays import KIND, PAUSES, PAUSES_END, build, stops_of
from solver.columns import Columns, columns, columns_of, routes_of
from solver.kernels.pool import ROUTES, new_pool
from solver.kernels.state import COST, JOBS, SIZE, new_state
from solver.kernels.step import FILL, LOAD, search
from solver.recombine import MUST, Brake, Limits, Master, cheapest, master_of, optimum, promising, recombined, total_of
from tests.factories import job, line_problem, pause, shift
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
    found, own = columns_of(arrays, [pool], first, prices)
    return recombined(arrays, found, own, WORK)


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


# ---------------------------------------------------------------- masters of their own, beside trying every choice


def random_master(seed: int, jobs: int = 6, routes: int = 14, mandatory: bool = False) -> Master:
    """Random routes over two kinds of shift, one of them with two shifts; every job may be left out, or some may not."""
    rng = np.random.default_rng(seed)
    sets = {(int(rng.integers(0, 2)), tuple(sorted(rng.permutation(jobs)[: rng.integers(1, 4)].tolist()))) for _ in range(routes)}
    chosen = sorted(sets)
    owner = np.repeat(np.arange(len(chosen)), [len(each) for _, each in chosen])
    job = np.array([row for _, each in chosen for row in each])
    kind = np.array([kind for kind, _ in chosen])
    size = np.bincount(owner)
    found = Columns(
        kind, rng.integers(1, 100, len(chosen)) * 7, kind.astype(np.int32), np.cumsum(size) - size, size, job, owner, job
    )
    leave = rng.integers(1, 60, jobs) * 7
    leave[:2] = [MUST, MUST] if mandatory else leave[:2]
    return Master(found, leave, np.array([1, 2]))


def choices(master: Master) -> Iterator[tuple[int, list[int]]]:
    """Every choice that serves no job twice, has a shift for each route, and serves what must be: its price and its columns."""
    columns, jobs = master.columns, len(master.leave)
    served = [set(columns.job[columns.owner == row].tolist()) for row in range(columns.cost.size)]
    for count in range(int(master.shifts.sum()) + 1):
        for rows in combinations(range(columns.cost.size), count):
            together = [job for row in rows for job in served[row]]
            enough = (np.bincount(columns.kind[list(rows)], minlength=2) <= master.shifts).all()
            left = set(range(jobs)) - set(together)
            if enough and len(together) == len(set(together)) and not any(master.leave[job] == MUST for job in left):
                yield int(columns.cost[list(rows)].sum() + master.leave[sorted(left)].sum()), list(rows)


@pytest.mark.parametrize("seed", range(40))
def test_the_optimum_of_a_master_is_that_of_trying_every_choice(seed):
    master = random_master(seed)
    choice = optimum(master, WORK)
    assert choice is not None
    assert choice.proved
    assert choice.total == min(total for total, _ in choices(master)) == total_of(master, choice.rows)
    assert (choice.total, choice.rows.tolist()) in list(choices(master))


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_choice_serves_what_must_be_served_if_it_began_so(seed):
    master = random_master(seed, mandatory=True)
    every = list(choices(master))
    if not every:
        return  # nothing serves both mandatory jobs: `master_of` says MUST only where a plan does
    _, begun = max(every)
    choice = cheapest(master, np.array(begun, np.int64), WORK)
    assert choice is not None
    assert choice.proved
    assert choice.total == min(total for total, _ in every)


def test_some_masters_have_mandatory_jobs_that_can_be_served():
    assert sum(any(True for _ in choices(random_master(seed, mandatory=True))) for seed in range(40)) > 20


@pytest.mark.parametrize("seed", range(40))
def test_what_the_relaxation_drops_is_in_no_cheaper_choice(seed):
    master = random_master(seed)
    every = sorted(choices(master))
    total, plan = every[len(every) // 3]
    likely = promising(master, np.array(plan, np.int64), total)
    assert likely is not None
    for cheaper, rows in every:
        if cheaper < total:
            assert set(rows) <= set(likely.tolist())


def test_prices_too_large_to_be_added_up_are_not_recombined():
    master = random_master(1)
    dear = master._replace(columns=master.columns._replace(cost=master.columns.cost + np.arange(master.columns.cost.size) + 2**58))
    assert cheapest(dear, np.arange(0), WORK) is None


def test_without_time_nothing_is_recombined():
    master = random_master(1)
    assert cheapest(master, np.arange(0), Limits(seconds=0.0)) is None
    assert optimum(master, Limits(seconds=0.0)) is None


def test_a_brake_that_is_pulled_ends_a_recombination():
    brake = Brake()
    brake.pull()
    assert cheapest(random_master(1), np.arange(0), WORK, brake) is None
    assert promising(random_master(1), np.arange(0), 10**6, brake=brake) is None


def hard_master(seed: int = 0, jobs: int = 120, routes: int = 3_000) -> Master:
    """A choice that takes CP-SAT much longer than a test: random routes of eight jobs, one price each."""
    rng = np.random.default_rng(seed)
    job = np.sort(np.stack([rng.permutation(jobs)[:8] for _ in range(routes)]), axis=1).ravel()
    owner, kind = np.repeat(np.arange(routes), 8), np.zeros(routes, np.int64)
    first = np.arange(routes) * 8
    found = Columns(kind, rng.integers(800, 1_000, routes), kind.astype(np.int32), first, np.full(routes, 8), job, owner, job)
    return Master(found, np.full(jobs, 400), np.array([jobs]))


def test_a_brake_pulled_while_cp_sat_searches_ends_it_with_the_best_it_has():
    master, brake = hard_master(), Brake()
    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(cheapest, master, np.arange(0), Limits(), brake)
        while not running.done():  # without limits it would go on for very long
            wait([running], 0.2)
            brake.pull()
    choice = running.result()
    assert choice is None or (not choice.proved and choice.total <= total_of(master, np.arange(0)))


def test_mandatory_jobs_that_the_plan_leaves_out_cost_more_than_everything_else():
    problem = line_problem([job("a", 1, unserved=None), job("b", 1, unserved=70)], [shift(price_metre=1)])
    arrays, pool, first, prices = searched(problem, 200)
    found, own = columns_of(arrays, [pool], first, prices)
    assert master_of(arrays, found, own).leave[0] == MUST
    without = master_of(arrays, found, np.arange(0))
    assert without.leave[0] > without.columns.cost.max() + 70
    assert master_of(arrays, found).leave[1] == 70


# ---------------------------------------------------------------- columns


def test_columns_are_the_cheapest_route_of_each_set_of_jobs_over_all_pools_and_the_plan():
    problem = random_problem(np.random.default_rng(3), 20, 5)
    arrays, pool, first, prices = searched(problem, 1_000)
    _, other, _, _ = searched(problem, 2_000)
    found, own = columns_of(arrays, [pool, other], first, prices)
    twin: dict[tuple[int, frozenset[int]], int] = {}
    for each in (pool, other):
        for k in range(each.number[ROUTES]):
            stops = each.stops[each.first[k] : each.first[k] + each.size[k]].tolist()
            key = (int(arrays.shift[each.shift[k], KIND]), frozenset(stop for stop in stops if stop < arrays.n_jobs))
            twin[key] = min(twin.get(key, 10**18), int(each.cost[k]))
    for s, stops in first.items():
        key = (int(arrays.shift[s, KIND]), frozenset(stop for stop in stops if stop < arrays.n_jobs))
        twin[key] = min(twin.get(key, 10**18), prices[s])
    keys = [(int(found.kind[k]), frozenset(found.job[found.owner == k].tolist())) for k in range(found.cost.size)]
    assert {key: int(cost) for key, cost in zip(keys, found.cost, strict=True)} == twin
    assert len(keys) == len(twin)
    served = sorted(stop for stops in first.values() for stop in stops if stop < arrays.n_jobs)
    assert sorted(found.pick(own).job.tolist()) == served
    for k in range(found.cost.size):
        assert frozenset(stop for stop in found.route(k) if stop < arrays.n_jobs) == keys[k][1]


def test_routes_of_one_kind_are_driven_on_shifts_of_their_own_with_the_breaks_of_these():
    shifts = [shift(technician=n, breaks=(pause(600, 9_000, 600),)) for n in range(3)]
    problem = line_problem([job("a", 1), job("b", 1), job("c", 1)], shifts)
    arrays = build(problem)
    # two routes written for shift 0, break first: on shift 1 the break is that of shift 1
    stops = np.array([3, 0, 3, 1], np.int32)
    found = columns(arrays, np.zeros(2, np.int32), np.array([5, 6]), np.array([0, 2]), np.array([2, 2], np.int32), stops)
    assert routes_of(arrays, found, [0, 1]) == {0: [3, 0], 1: [4, 1]}
