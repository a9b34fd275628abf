"""How much of the plan in force a route moves: `moving.moves_of` on flat arrays.

A count is one number: told customers times `TOLD`, and visits that are moved.
"""

import numpy as np

from solver.arrays import (
    FIRST_OUT,
    NOT_AFTER,
    NOT_BEFORE,
    ROW,
    START_PLACE,
    TOLD_CLOSE,
    TOLD_OPEN,
    WHO,
    Arrays,
    Ints,
)
from solver.kernels.compile import inlined, jit
from solver.kernels.driving import drive, last_leave
from solver.kernels.timing import FOREVER, NOWHERE, begin, is_placeless, lead, place_of, put_off, walk

# columns of `State.eased`: what later starts on a route can save, the moves it makes, and both before this step; its last row has
# the price that an insertion reckons with for a move, and the moves of the whole plan
SAVES, MOVES, OLD_SAVES, OLD_MOVES = range(4)
TOLD = 2**32


@jit
def moves_on(A: Arrays, s: int, stops: Ints, n: int) -> int:
    """The count of the visits of a legal route; of those that are in the plan in force."""
    first, ready = lead(A, s, stops, n)
    if ready == FOREVER or first == n:
        return np.int64(0)
    r, here, site = A.shift[s, ROW], A.shift[s, START_PLACE], np.int64(NOWHERE)
    now = ready
    if A.shift[s, FIRST_OUT] and first == 0:
        now = last_leave(A, s, here, place_of(A, s, stops[0], here), now - 1) + 1
    if A.keep_end:
        bent = A.traffic or A.snap > 1
        now = put_off(A, s, r, stops, first, n, now) if bent else now + walk(A, s, r, stops, first, n, now)[1]
    count = np.int64(0)
    for i in range(first, n):
        stop = stops[i]
        there = place_of(A, s, stop, here)
        start, _, lasts = begin(A, s, r, stop, now + drive(A, s, here, there, now), site == there)
        now, here = start + lasts, there
        if stop < A.n_jobs:
            site = there
            count += move_of(A, stop, A.worker[s], start)
        elif not is_placeless(A, stop):
            site = np.int64(NOWHERE)
    return count


@inlined
def move_of(A: Arrays, j: int, worker: int, start: int) -> int:
    """The count of one visit: 0, 1, or 1 and a told customer."""
    if A.current[j, WHO] < 0 or (A.current[j, WHO] == worker and A.current[j, NOT_BEFORE] <= start <= A.current[j, NOT_AFTER]):
        return np.int64(0)
    return np.int64(1) if A.current[j, TOLD_OPEN] <= start <= A.current[j, TOLD_CLOSE] else np.int64(1 + TOLD)


@inlined
def dropped(A: Arrays, j: int) -> int:
    """The count of a job that is left out."""
    if A.current[j, WHO] < 0:
        return np.int64(0)
    return np.int64(1) if A.current[j, TOLD_OPEN] == -FOREVER else np.int64(1 + TOLD)


@inlined
def moves_in_all(A: Arrays, eased: Ints, absent: Ints, n: int) -> int:
    """The count of a plan: that of its routes, and of the `n` jobs that are absent."""
    count = np.int64(0)
    for s in range(A.n_shifts):
        count += eased[s, MOVES]
    for k in range(n):
        count += dropped(A, absent[k])
    return count


@inlined
def is_kept(A: Arrays, count: int) -> bool:
    """Whether a count of a plan is within the limits."""
    return count % TOLD <= A.most[0] and count // TOLD <= A.most[1]


@inlined
def weight(A: Arrays, count: int) -> int:
    """How many of the moves counted are of a limited sort."""
    return (count % TOLD if A.most[0] < FOREVER else np.int64(0)) + (count // TOLD if A.most[1] < FOREVER else np.int64(0))
