"""A job is put where trying every position says that it is cheapest."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

import solver
from solver.arrays import ASSIGN, KIND, ROW, SUPPLY, build
from solver.kernels.insertion import FEW_SHIFTS, NEAREST
from solver.kernels.state import ABSENT, BEST, JOBS, SHIFT, TOTAL
from solver.kernels.step import FILL
from tests.factories import job, line_problem, shift
from tests.solver.kernels import doors, twins
from tests.solver.kernels.every_step import assert_plan_is_legal_and_priced_right, assert_state_is_what_its_stops_say
from tests.solver.kernels.states import (
    Case,
    cases,
    coarse_problem_of,
    filled,
    orders_of,
    pauses_of,
    plain_problem_of,
    problem_of,
    with_stops,
)

BOTH = pytest.mark.parametrize("of", [problem_of, plain_problem_of], ids=["any", "plain"])
ALL = pytest.mark.parametrize("of", [problem_of, plain_problem_of, coarse_problem_of], ids=["any", "plain", "coarse"])
ANY_PRICE = 10**17


def absent(case: Case) -> list[int]:
    return case.state.absent[: case.state.number[ABSENT]].tolist()


def everywhere(case: Case, row: int, shifts: Iterable[int]) -> list[twins.Found]:
    """All legal positions on some shifts; a stop for stock is added only where the job needs one."""
    found = []
    for s in shifts:
        order = orders_of(case)[s]
        fetched = needs_stock(case, s, order, row)
        every = twins.insertions(case.problem, case.arrays, s, order, row)
        found += [each for each in every if fetched or each.order.count(case.arrays.stock) == order.count(case.arrays.stock)]
    return found


def needs_stock(case: Case, s: int, order: list[int], row: int) -> bool:
    """Whether the van has not what a job needs before the first stop for stock."""
    shift, wanted = case.problem.shifts[s], case.problem.jobs[row]
    front = order[: order.index(case.arrays.stock)] if case.arrays.stock in order else order
    jobs = [case.problem.jobs[stop] for stop in front if stop < case.arrays.n_jobs]
    used = {kind: sum(each.parts.get(kind, 0) for each in (*jobs, wanted)) for kind in wanted.parts}
    any_supply = bool(case.arrays.job[row, SUPPLY])
    short = not wanted.tools <= shift.tools or any(used[kind] > shift.parts.get(kind, 0) for kind in used)
    return any_supply and short


def assert_found_as_by_trying_all(case: Case, row: int, shifts: Iterable[int], limit: int = ANY_PRICE) -> bool:
    """No position is cheaper than the one found, and it costs what is said; returns whether there is one.

    The bounds take it that a stop more makes a route longer: a cheaper position that shortens the route may be overlooked.
    """
    choice = doors.find(case.arrays, case.state, row, limit, 0.0)
    every = everywhere(case, row, shifts)
    assert choice.delta <= min([limit, *(each.delta for each in every if each.longer)])
    assert choice.delta >= min([limit, *(each.delta for each in every)])
    if choice.shift >= 0:
        after = orders_of(case)[choice.shift]
        after.insert(choice.job_at - 1, row)
        if choice.stock_at:
            after.insert(choice.stock_at - 1, case.arrays.stock)
        assert choice.delta in [each.delta for each in every if (each.shift, each.order) == (choice.shift, after)]
    return bool(choice.shift >= 0)


@ALL
def test_an_absent_job_is_put_where_trying_all_says_that_it_is_cheapest(of):
    found = [assert_found_as_by_trying_all(case, row, range(3)) for case in cases(60, jobs=9, of=of) for row in absent(case)]
    assert len(found) > 100
    assert found.count(False) > 50


@ALL
def test_a_job_that_has_been_taken_out_finds_the_cheapest_way_back(of):
    assert len(ways_back(cases(40, jobs=9, of=of))) > 100


@BOTH
def test_a_job_for_which_the_van_has_nothing_finds_the_cheapest_way_by_the_stock_point(of):
    def empty_vans(seed: int, jobs: int) -> solver.Problem:
        problem = of(seed, jobs)
        stock = solver.Stock(place=0, duration=300, visits=1 if of is plain_problem_of else 2)
        shifts = tuple(replace(each, parts={}, tools=frozenset(), stock=stock) for each in problem.shifts)
        needy = [replace(each, parts={"valve": 1}) if row % 3 == 0 else each for row, each in enumerate(problem.jobs)]
        return replace(problem, shifts=shifts, jobs=tuple(needy))

    fetched = ways_back(cases(30, jobs=9, of=empty_vans))
    assert fetched.count(True) > 15
    assert fetched.count(False) > 15


def ways_back(some: Iterable[Case]) -> list[bool]:
    """Each job of the plans taken out and put back; whether it needs a stop for stock."""
    fetched = []
    for case in some:
        for row in np.flatnonzero(case.state.where[:, SHIFT] >= 0).tolist():
            smaller = without(case, row)
            assert_found_as_by_trying_all(smaller, row, range(3))
            fetched.append(doors.find(smaller.arrays, smaller.state, row, ANY_PRICE, 0.0).stock_at > 0)
    return fetched


def without(case: Case, row: int) -> Case:
    """The plan less a job; a route that is illegal without it, as roads are odd, is given up."""
    orders = [
        twins.without_needless_stock(case.arrays, s, [stop for stop in order if stop != row])
        for s, order in enumerate(orders_of(case))
    ]
    legal = [order if twins.price(case.arrays, s, order) >= 0 else pauses_of(case.arrays, s) for s, order in enumerate(orders)]
    return with_stops(case.problem, case.arrays, legal)


@BOTH
def test_a_limit_is_a_price_that_is_too_much(of):
    for case in cases(30, of=of):
        for row in absent(case):
            choice = doors.find(case.arrays, case.state, row, ANY_PRICE, 0.0)
            if choice.shift >= 0:
                assert doors.find(case.arrays, case.state, row, choice.delta, 0.0).shift < 0
                assert doors.find(case.arrays, case.state, row, choice.delta + 1, 0.0).delta == choice.delta


@BOTH
def test_filling_leaves_out_only_what_costs_more_than_leaving_it_out(of):
    for seed in range(24):
        case = filled(of(seed, 9), seed)
        assert_plan_is_legal_and_priced_right(case)
        assert_state_is_what_its_stops_say(case)
        assert case.state.number[TOTAL] == case.state.number[BEST]
    assert FILL == 0


def test_with_many_shifts_the_routes_of_the_nearest_jobs_and_one_empty_shift_of_a_kind_are_looked_at():
    # 120 jobs on a line of 8 places, up to three a shift; more shifts than are all looked at, of two kinds, the first two by a
    # technician whom every fifth job refuses
    jobs = [
        job(f"j{n}", 1 + n % 7, duration=600 + n, unserved=10**6, excluded=frozenset({"t0"} if n % 5 == 0 else ()))
        for n in range(120)
    ]
    shifts = [shift(max_jobs=3, price_metre=1, price_use=n % 2, technician=min(n // 2, 1)) for n in range(2 * FEW_SHIFTS)]
    case = filled(line_problem(jobs, shifts), 0)
    far = refused = 0
    for row in range(0, 120, 5):
        smaller = without(case, row)
        arrays, state = case.arrays, smaller.state
        routes = [int(state.where[other, SHIFT]) for other in arrays.near[row] if state.where[other, SHIFT] >= 0]
        near = [s for s in dict.fromkeys(routes) if arrays.pair[arrays.shift[s, ROW], row, ASSIGN] >= 0][:NEAREST]
        empty = {int(arrays.shift[s, KIND]): s for s in reversed(range(arrays.n_shifts)) if state.route[s, JOBS] == 0}
        assert_found_as_by_trying_all(smaller, row, sorted({*near, *empty.values()}))
        far += len(near) < np.count_nonzero(state.route[:, JOBS])
        refused += len(near) < len(set(routes))
    assert min(far, refused) > 0


def test_a_position_that_spares_the_next_job_its_set_up_is_not_ruled_out():
    # c at place 2, then b at place 1 after ten minutes of set-up; a at place 1 before b takes 100 s and spares b its set-up
    jobs = [job("a", 1, duration=100), job("b", 1, setup=600), job("c", 2)]
    problem = line_problem(jobs, [shift(price_second=1)])
    case = with_stops(problem, build(problem), [[2, 1]])
    choice = doors.find(case.arrays, case.state, 0, 50, 0.0)
    assert (choice.job_at, choice.delta) == (2, 100 - 600)
