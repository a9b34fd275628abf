"""Good routes seen, to be recombined: per kind of shift and set of jobs the cheapest order of stops."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.arrays import KIND, Arrays, Ints, Small
from solver.kernels.chance import draw
from solver.kernels.compile import inlined, jit
from solver.kernels.held import held
from solver.kernels.state import COST, JOBS, SIZE, State

# columns of `Pool.number`
ROUTES, STOPS = range(2)
EMPTY = -1


@held
class Pool(NamedTuple):
    """Routes in the order they were first seen; `slot` is a hash table of their sets of jobs with open addressing."""

    code: npt.NDArray[np.uint64]  #: (n_jobs + kinds of shift) random numbers, added up to name a set
    name: npt.NDArray[np.uint64]  #: (routes)
    shift: Small  #: (routes) one shift of the kind
    cost: Ints  #: (routes)
    first: Ints  #: (routes + 1) where the stops of each route begin
    size: Small  #: (routes)
    stops: Small  #: (stops)
    slot: Small  #: (a power of two)
    number: Ints  #: (2) routes and stops held


def new_pool(arrays: Arrays, routes: int, seed: int) -> Pool:
    """An empty pool for so many routes."""
    chance = np.array([seed], np.uint64)
    width = 32
    return Pool(
        code=np.array([draw(chance) for _ in range(arrays.n_jobs + arrays.n_shifts)], np.uint64),
        name=np.zeros(routes, np.uint64),
        shift=np.zeros(routes, np.int32),
        cost=np.zeros(routes, np.int64),
        first=np.zeros(routes + 1, np.int64),
        size=np.zeros(routes, np.int32),
        stops=np.zeros(routes * width, np.int32),
        slot=np.full(1 << (2 * routes).bit_length(), EMPTY, np.int32),
        number=np.zeros(2, np.int64),
    )


def forget(pool: Pool) -> None:
    """Empty a pool."""
    pool.slot[:] = EMPTY
    pool.number[:] = 0


@jit
def remember(A: Arrays, S: State, P: Pool, s: int) -> None:
    """Add a route of the state, or a cheaper order of its jobs; a full pool takes no new sets."""
    if S.route[s, JOBS] == 0:
        return
    n = S.route[s, SIZE]
    name = P.code[A.n_jobs + A.shift[s, KIND]]
    for i in range(n):
        if S.stops[s, i] < A.n_jobs:
            name += P.code[S.stops[s, i]]
    mask = np.uint64(P.slot.shape[0] - 1)
    at = np.int64(name & mask)
    while P.slot[at] != EMPTY:
        k = P.slot[at]
        if P.name[k] == name:
            if S.route[s, COST] < P.cost[k] and n == P.size[k]:
                P.cost[k], P.shift[k] = S.route[s, COST], s
                write(S, P, s, P.first[k], n)
            return
        at = np.int64((np.uint64(at) + np.uint64(1)) & mask)
    k, first = P.number[ROUTES], P.number[STOPS]
    if k >= P.name.shape[0] or first + n > P.stops.shape[0]:
        return
    P.slot[at] = k
    P.name[k], P.shift[k], P.cost[k], P.first[k], P.size[k] = name, s, S.route[s, COST], first, n
    write(S, P, s, first, n)
    P.number[ROUTES] += 1
    P.number[STOPS] += n


@inlined
def write(S: State, P: Pool, s: int, first: int, n: int) -> None:
    """Copy the stops of a route into the pool."""
    for i in range(n):
        P.stops[first + i] = S.stops[s, i]
