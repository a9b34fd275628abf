"""What a step takes out: the jobs it names, in the shape it promises, and nothing else."""

import numpy as np
import pytest

from solver.arrays import STOCK_VISITS, UNSERVED, build
from solver.kernels.ruin import REMOVED, STRING
from solver.kernels.state import IN_ORDER, JOBS, SHIFT, SIZE, STEP, TOTAL, TOUCHED
from tests.factories import job, line_problem, shift
from tests.solver.kernels import doors, twins
from tests.solver.kernels.states import Case, cases, orders_of, plain_problem_of, problem_of, with_stops

BOTH = pytest.mark.parametrize("of", [problem_of, plain_problem_of], ids=["any", "plain"])
NOTHING = np.zeros(4, np.int64)


def served(case: Case) -> list[int]:
    return np.flatnonzero(case.state.where[:, SHIFT] >= 0).tolist()


def jobs_of(case: Case, order: list[int]) -> list[int]:
    return [stop for stop in order if stop < case.arrays.n_jobs]


def taken(case: Case, piece: int, s: int = 0, row: int = 0, numbers: np.ndarray = NOTHING, share: float = 1.0) -> list[int]:
    """Begin a step, take a piece out, and return the jobs in line to be put back; routes and total are what is left."""
    state, before, total = case.state, orders_of(case), int(case.state.number[TOTAL])
    state.number[STEP] += 1
    state.number[TOUCHED] = state.number[IN_ORDER] = 0
    doors.take_out(case.arrays, state, piece, s, row, numbers, share)
    gone = state.order[: state.number[IN_ORDER]].tolist()
    assert sorted(gone) == sorted(
        {stop for order in before for stop in jobs_of(case, order)} - {stop for order in orders_of(case) for stop in order}
    )
    assert all(state.where[job, SHIFT] == -1 for job in gone)
    if piece != doors.WHOLE:  # the routes have not been priced again
        assert state.number[TOTAL] == total + case.arrays.job[gone, UNSERVED].sum()
        assert orders_of(case) == [[stop for stop in order if stop not in gone] for order in before]
    return gone


def is_string(jobs: list[int], gone: list[int]) -> bool:
    """Whether jobs are neighbours on a route, but for one piece kept in their middle."""
    missing = "".join("x" if job in gone else "." for job in jobs).strip(".")
    return len([piece for piece in missing.split("x") if piece]) <= 1


def test_a_cut_removes_the_jobs_counted_but_for_the_piece_kept():
    # every cut of routes of up to nine jobs that string_at may ask for
    for case in cases(12, jobs=9):
        for s, order in enumerate(orders_of(case)):
            number = len(jobs_of(case, order))
            for first in range(number):
                for end in range(first + 1, number + 1):
                    kept = (end - first) // 3
                    hole = first + 1 if kept else end
                    before = snapshot(case)
                    taken(case, doors.CUT, s=s, numbers=np.array([first, hole, kept, end]))
                    assert orders_of(case)[s] == twins.cut(case.arrays, order, first, hole, kept, end)
                    restore(case, before)


def snapshot(case: Case) -> list[np.ndarray]:
    return [field.copy() for field in case.state]


def restore(case: Case, fields: list[np.ndarray]) -> None:
    for field, kept in zip(case.state, fields, strict=True):
        field[...] = kept


@BOTH
def test_a_string_holds_its_job_is_of_one_route_and_has_at_most_one_hole(of):
    lengths, holes = set(), 0
    for case in cases(30, jobs=9, of=of):
        kept = snapshot(case)
        for row in served(case):
            jobs = jobs_of(case, orders_of(case)[case.state.where[row, SHIFT]])
            for _ in range(5):
                gone = taken(case, doors.STRING, row=row, share=STRING)
                assert set(gone) <= set(jobs)
                assert is_string(jobs, gone)
                holes += jobs.index(gone[-1]) - jobs.index(gone[0]) >= len(gone)
                lengths.add(len(gone))
                chance = case.state.chance.copy()
                restore(case, kept)
                case.state.chance[:] = chance
    assert {1, 2, 3} <= lengths
    assert holes > 10


@BOTH
def test_a_string_without_a_hole_holds_the_job_it_is_cut_about(of):
    for case in cases(20, jobs=9, of=of):
        kept = snapshot(case)
        for row in served(case):
            jobs = jobs_of(case, orders_of(case)[case.state.where[row, SHIFT]])
            gone = taken(case, doors.STRING, row=row, share=STRING)
            span = jobs[jobs.index(gone[0]) : jobs.index(gone[-1]) + 1]
            assert row in span
            restore(case, kept)


@BOTH
def test_a_whole_route_goes_and_a_single_job_goes_alone(of):
    for case in cases(20, jobs=9, of=of):
        kept = snapshot(case)
        for s, order in enumerate(orders_of(case)):
            assert taken(case, doors.ROUTE, s=s) == jobs_of(case, order)
            restore(case, kept)
        for row in served(case):
            s = case.state.where[row, SHIFT]
            jobs = case.state.route[s, JOBS]
            assert taken(case, doors.SINGLE, row=row) == [row]
            assert case.state.route[s, JOBS] == jobs - 1
            restore(case, kept)


@BOTH
def test_neighbouring_routes_go_whole_the_one_of_the_seed_first(of):
    numbers = set()
    for case in cases(20, jobs=9, of=of):
        kept = snapshot(case)
        for row in served(case):
            orders, where = orders_of(case), case.state.where[:, SHIFT].tolist()
            nearest_first = dict.fromkeys(where[job] for job in [row, *case.arrays.near[row].tolist()] if where[job] >= 0)
            gone = taken(case, doors.ROUTES, row=row)
            routes = list(dict.fromkeys(where[job] for job in gone))
            assert routes == list(nearest_first)[: len(routes)]
            assert gone == [job for s in routes for job in jobs_of(case, orders[s])]
            numbers.add(len(routes))
            chance = case.state.chance.copy()
            restore(case, kept)
            case.state.chance[:] = chance
    assert numbers == {1, 2, 3}


def test_a_long_route_goes_alone():
    # 22 jobs on each of three shifts: more than twice what a step removes on average
    orders = [list(range(first, first + 22)) for first in (0, 22, 44)]
    problem = line_problem([job(f"j{n}", 1 + n % 7, duration=60) for n in range(66)], [shift()] * 3)
    assert len(orders[0]) >= 2 * REMOVED
    for seed in range(10):
        assert taken(with_stops(problem, build(problem), orders, seed), doors.ROUTES, row=3) == orders[0]


@BOTH
def test_scattered_jobs_are_the_seed_and_jobs_near_it(of):
    numbers = set()
    for case in cases(20, jobs=9, of=of):
        kept = snapshot(case)
        for row in served(case):
            gone = taken(case, doors.SCATTERED, row=row, share=0.4)
            near = case.arrays.near[row].tolist()
            assert gone[0] == row
            assert [near.index(job) for job in gone[1:]] == sorted(near.index(job) for job in gone[1:])
            numbers.add(len(gone))
            restore(case, kept)
    assert len(numbers) >= 4  # one to five of them: a tenth of 10 jobs each by 0.4, and the seed


@BOTH
def test_after_a_ruin_every_route_is_legal_and_the_total_counts_what_is_out(of):
    gone_at_all = 0
    for case in cases(30, jobs=9, of=of):
        kept = snapshot(case)
        for _ in range(5):
            gone = taken(case, doors.WHOLE)
            prices = [twins.price(case.arrays, s, order) for s, order in enumerate(orders_of(case))]
            out = np.flatnonzero(case.state.where[:, SHIFT] < 0)
            assert min(prices) >= 0
            assert case.state.number[TOTAL] == sum(prices) + case.arrays.job[out, UNSERVED].sum()
            gone_at_all += len(gone)
            chance = case.state.chance.copy()
            restore(case, kept)
            case.state.chance[:] = chance
    assert gone_at_all > 100


def test_stock_stops_that_are_not_needed_are_dropped_the_last_one_first():
    dropped = 0
    for case in cases(60, jobs=9):
        for s, order in enumerate(orders_of(case)):
            if case.arrays.shift[s, STOCK_VISITS] <= order.count(case.arrays.stock) or not jobs_of(case, order):
                continue
            for longer in twins.positions(order, case.arrays.stock):
                kept = snapshot(case)
                case.state.stops[s, : len(longer)] = longer
                case.state.route[s, SIZE] = len(longer)
                doors.take_out(case.arrays, case.state, doors.STOCK, s, 0, NOTHING, 1.0)
                assert orders_of(case)[s] == twins.without_needless_stock(case.arrays, s, longer)
                dropped += orders_of(case)[s] != longer
                restore(case, kept)
    assert dropped > 20
