"""The pool remembers what a dictionary would: per kind of shift and set of jobs the cheapest order, in the order first seen."""

from collections.abc import Iterator
from itertools import permutations

from solver.arrays import KIND
from solver.kernels.pool import ROUTES, new_pool
from solver.kernels.state import COST, State
from solver.kernels.timing import ILLEGAL
from tests.solver.kernels import doors
from tests.solver.kernels.states import cases, orders_of, plain_problem_of, with_stops


def remembered(pool) -> list[tuple[int, int, list[int]]]:
    """Shift, cost and stops of every route of a pool."""
    spans = [(int(pool.first[k]), int(pool.first[k] + pool.size[k])) for k in range(pool.number[ROUTES])]
    return [(int(pool.shift[k]), int(pool.cost[k]), pool.stops[a:b].tolist()) for k, (a, b) in enumerate(spans)]


def shuffled(case) -> Iterator[tuple[int, list[int], State]]:
    """Every legal order of the stops of the routes of a case: the shift, the stops, and a state that has them."""
    orders = orders_of(case)
    for s, order in enumerate(orders):
        for each in reversed(list(permutations(order)) if 0 < len(order) < 6 else []):  # the best order last
            state = with_stops(case.problem, case.arrays, [*orders[:s], list(each), *orders[s + 1 :]]).state
            if state.route[s, COST] != ILLEGAL:
                yield s, list(each), state


def remembering(case, room: int) -> tuple[list, list, int]:
    """What a pool with so much room, and a dictionary, make of all orders of the routes; and how often one got cheaper."""
    pool, twin, cheaper = new_pool(case.arrays, room, 1), {}, 0
    for s, order, state in shuffled(case):
        doors.remember(case.arrays, state, pool, s)
        jobs = frozenset(stop for stop in order if stop < case.arrays.n_jobs)
        key, entry = (int(case.arrays.shift[s, KIND]), jobs), (s, int(state.route[s, COST]), order)
        known = twin.get(key)
        if known is None and jobs and len(twin) < room:
            twin[key] = entry
        elif known and entry[1] < known[1]:
            twin[key] = entry
            cheaper += 1
    return remembered(pool), list(twin.values()), cheaper


def test_a_pool_holds_what_a_dictionary_would():
    improved = 0
    for case in cases(20, of=plain_problem_of):
        pool, twin, cheaper = remembering(case, 400)
        assert pool == twin
        improved += cheaper
    assert improved > 10


def test_a_full_pool_takes_no_new_sets_but_cheaper_orders_of_those_it_has():
    refused = 0
    for case in cases(20, of=plain_problem_of):
        pool, twin, _ = remembering(case, 1)
        assert pool == twin
        refused += len(remembering(case, 400)[1]) > len(pool) == 1
    assert refused > 5
