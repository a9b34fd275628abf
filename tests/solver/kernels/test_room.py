"""Whose room a job could have is what leaving out everybody in turn, and trying every position, says."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from solver.arrays import SUPPLY, UNSERVED
from solver.kernels.room import ALONE, BETWEEN, FIRST, LAST, PAIRS_UP_TO, RUNS_UP_TO, Bench, make_room, new_bench
from solver.kernels.state import ABSENT
from tests.solver.kernels import twins
from tests.solver.kernels.states import WIDTH, Case, cases, orders_of, pauses_of, plain_problem_of, problem_of

BOTH = pytest.mark.parametrize("of", [problem_of, plain_problem_of], ids=["any", "plain"])
ANY_PRICE = 2**60


def choices(jobs: list[int]) -> Iterator[tuple[int, ...]]:
    """Nobody, each job, each two, each run of more, everybody."""
    assert len(jobs) <= PAIRS_UP_TO
    yield ()
    yield from combinations(jobs, 1)
    yield from combinations(jobs, 2)
    lengths = [length for length in range(3, len(jobs) + 1) if length <= RUNS_UP_TO or length == len(jobs)]
    yield from (tuple(jobs[at : at + length]) for length in lengths for at in range(len(jobs) - length + 1))


def offers(case: Case, s: int, order: list[int], row: int) -> Iterator[tuple[tuple[int, ...], int, list[int], bool]]:
    """Whom to leave out, the change of the total, the route then, and whether putting the job in costs something."""
    arrays, worth = case.arrays, case.arrays.job[:, UNSERVED]
    before = twins.price(arrays, s, order)
    for gone in choices([stop for stop in order if stop < arrays.n_jobs]):
        rest = [stop for stop in order if stop not in gone]
        tries = [*twins.positions(rest, row), *(twins.stocked(arrays, s, rest, row) if arrays.job[row, SUPPLY] else [])]
        alone = max(0, twins.price(arrays, s, rest))
        for route in tries:
            cost = twins.price(arrays, s, route)
            if cost >= 0:
                yield gone, int(cost - before + worth[list(gone)].sum() - worth[row]), route, cost >= alone


def ask(case: Case, bench: Bench, s: int, row: int, order: list[int], limit: int, keep: bool = False) -> tuple[int, int, int]:
    return make_room(case.arrays, bench, s, row, np.array(order, np.int64), len(order), limit, keep)


@BOTH
def test_room_on_a_route_costs_what_trying_all_says(of):
    found = []
    for case in cases(30, of=of):
        bench = new_bench(WIDTH)
        for row in case.state.absent[: case.state.number[ABSENT]].tolist():
            for s, order in enumerate(orders_of(case)):
                price, choice, size = ask(case, bench, s, row, order, ANY_PRICE)
                every = list(offers(case, s, order, row))
                assert (size > 0) == bool(every)
                if not every:
                    continue
                roomy = [each for each in every if not each[0]] or every
                assert min(each[1] for each in roomy) <= price
                assert price <= min([ANY_PRICE, *(each[1] for each in roomy if each[3])])
                first, last, between = bench.choice[choice, [FIRST, LAST, BETWEEN]].tolist()
                jobs = [stop for stop in order if stop < case.arrays.n_jobs]
                gone = tuple(jobs[first : last + 1]) if between else tuple(jobs[k] for k in {first, last} if k >= 0)
                assert (sorted(gone), price, bench.best[:size].tolist()) in [(sorted(each[0]), *each[1:3]) for each in every]
                assert ask(case, bench, s, row, order, price)[2] == 0
                kept = ask(case, bench, s, row, order, ANY_PRICE, keep=True)
                assert kept[0] == (price if not gone else ANY_PRICE)
                found.append(len(gone))
    assert {0, 1, 2} <= set(found)


@BOTH
def test_a_job_fits_alone_just_when_some_order_with_breaks_and_stock_stops_is_legal(of):
    answers = []
    for case in cases(30, of=of):
        bench = new_bench(WIDTH)
        for row in range(case.arrays.n_jobs):
            for s in range(case.arrays.n_shifts):
                pauses = pauses_of(case.arrays, s)
                _, _, size = ask(case, bench, s, row, pauses, ALONE)
                orders = twins.positions(pauses, row)
                for _ in range(min(2, case.problem.shifts[s].stock.visits if case.problem.shifts[s].stock else 0)):
                    orders += [each for order in orders for each in twins.positions(order, case.arrays.stock)]
                legal = [order for order in orders if twins.price(case.arrays, s, order) >= 0]
                assert (size > 0) == bool(legal)
                assert not size or bench.best[:size].tolist() in legal
                answers.append(size)
    assert {0, 1, 2} <= set(answers)  # two stops: a break, or one for stock
