"""The rest of a step: who is put back in which order, and where breaks and stock stops settle."""

from collections.abc import Iterator

import numpy as np

from solver.arrays import STOCK_VISITS, Arrays
from solver.kernels.state import ABSENT, IN_ORDER, TOTAL
from tests.solver.kernels import doors, twins
from tests.solver.kernels.every_step import assert_state_is_what_its_stops_say
from tests.solver.kernels.states import cases, loaded, orders_of, problem_of, with_stops


def test_jobs_are_arranged_by_their_keys_and_equal_ones_stay_in_line():
    case, rng = loaded(problem_of(0, 9), 0), np.random.default_rng(0)
    for count in range(10):
        jobs, keys = rng.permutation(9)[:count], rng.integers(0, 4, count).astype(float)
        case.state.order[:count], case.state.key[:count] = jobs, keys
        doors.arrange(case.state, count)
        expected = [job for _, job in sorted(zip(keys.tolist(), jobs.tolist(), strict=True), key=lambda pair: pair[0])]
        assert case.state.order[:count].tolist() == expected


def test_all_absent_jobs_are_queued_or_a_run_of_so_many_that_begins_anywhere():
    case = loaded(problem_of(1, 9), 0)
    absent = case.state.absent[: case.state.number[ABSENT]].tolist()
    assert len(absent) == 9
    runs = [[absent[(first + k) % 9] for k in range(4)] for first in range(9)]
    seen = set()
    for _ in range(60):
        case.state.number[IN_ORDER] = 0
        doors.queue_absent(case.state, 9)
        assert case.state.order[: case.state.number[IN_ORDER]].tolist() == absent
        case.state.number[IN_ORDER] = 0
        doors.queue_absent(case.state, 4)
        queued = case.state.order[: case.state.number[IN_ORDER]].tolist()
        assert queued in runs
        seen.add(queued[0])
    assert len(seen) == 9


def test_breaks_and_stock_stops_settle_where_the_route_costs_least():
    moved = {"break": 0, "stock": 0}
    for case in cases(60, jobs=9):
        orders = orders_of(case)
        for s, order in enumerate(orders):
            for kind, disturbed in disturbances(case.arrays, s, order):
                fresh = with_stops(case.problem, case.arrays, [*orders[:s], disturbed, *orders[s + 1 :]])
                expected, total = twins.settled(case.arrays, s, disturbed), int(fresh.state.number[TOTAL])
                doors.settle(fresh.arrays, fresh.state, s)
                assert orders_of(fresh)[s] == expected
                gain = twins.price(case.arrays, s, disturbed) - twins.price(case.arrays, s, expected)
                assert total - fresh.state.number[TOTAL] == gain >= 0
                assert_state_is_what_its_stops_say(fresh)
                moved[kind] += expected != disturbed
    assert min(moved.values()) > 20


def disturbances(arrays: Arrays, s: int, order: list[int]) -> Iterator[tuple[str, list[int]]]:
    """Legal routes of the same jobs with a break elsewhere, or a stop for stock that nobody may need."""
    if all(stop >= arrays.n_jobs for stop in order):
        return
    for at, stop in enumerate(order):
        if arrays.n_jobs <= stop < arrays.stock:
            yield from (
                ("break", each) for each in twins.positions(order[:at] + order[at + 1 :], stop) if twins.price(arrays, s, each) >= 0
            )
    if order.count(arrays.stock) < arrays.shift[s, STOCK_VISITS]:
        yield from (("stock", each) for each in twins.positions(order, arrays.stock) if twins.price(arrays, s, each) >= 0)
