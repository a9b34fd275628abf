"""Whose room a job could have: which jobs of a route to leave out, and where to put the job then, at the least price.

Nothing, one job, two of them, a run of jobs or all are left out, and the rest stays in its order.
"""

from typing import NamedTuple

import numpy as np

from solver.arrays import STOCK_VISITS, SUPPLY, UNSERVED, Arrays, Ints
from solver.kernels.compile import entry, inlined, jit, pasted
from solver.kernels.held import held
from solver.kernels.step import insert_at
from solver.kernels.timing import ILLEGAL, copy, price

NEVER = 2**62

PAIRS_UP_TO = 12  #: jobs of a route; on longer ones only neighbours are left out together
RUNS_UP_TO = 6  #: jobs left out in a row, besides all of them
# columns of `Bench.choice`: first and last job left out, counted along the route, and whether those between them go as well
FIRST, LAST, BETWEEN = range(3)
NOBODY = 0  #: the choice that leaves out nobody
ALONE = -(2**62)  #: instead of a limit


@held
class Bench(NamedTuple):
    """Where routes are tried; `width` is more than any of them has stops."""

    choice: Ints  #: (choices, 3) who may be left out
    floor: Ints  #: (choices) what each costs at least
    rest: Ints  #: (width) what remains of the route
    trial: Ints  #: (width)
    best: Ints  #: (width) the stops of the cheapest route found


def new_bench(width: int) -> Bench:
    """Room for routes of so many stops."""
    choices = 2 + PAIRS_UP_TO * PAIRS_UP_TO + RUNS_UP_TO * width
    return Bench(np.zeros((choices, 3), np.int64), *(np.zeros(size, np.int64) for size in (choices, width, width, width)))


@entry
def make_room(A: Arrays, B: Bench, s: int, j: int, stops: Ints, n: int, limit: int, keep: bool) -> tuple[int, int, int]:
    """The cheapest change of the total, below a limit, by which a job gets a place on a route.

    Returns that change (the limit if there is none), the choice of whom to leave out, and how many stops `B.best` has, 0 if there
    is none. Room with nobody left out is the answer if there is any, though leaving out somebody may be cheaper; `keep`: only such
    room is looked for. With `ALONE` for a limit the stops are the breaks of the shift, and the answer is any legal route of the job
    alone. One kernel for all: each one more would compile the rest again.
    """
    if limit == ALONE:
        return limit, np.int64(NOBODY), fits_alone(A, B, s, j, stops, n)
    given = A.job[j, UNSERVED] + price(A, s, stops, n)
    choices = 1 if keep else list_choices(A, B, stops, n)
    B.choice[NOBODY, FIRST], B.choice[NOBODY, LAST], B.choice[NOBODY, BETWEEN] = -1, -1, 0
    for c in range(choices):
        m, left = leave(A, B, stops, n, c)
        B.floor[c] = left - given + max(np.int64(0), price(A, s, B.rest, m))
    found, size, c = np.int64(-1), np.int64(0), np.int64(NOBODY)
    for _ in range(choices):
        m, left = leave(A, B, stops, n, c)
        cost, length = place(A, B, s, j, m, limit + given - left)
        if length:
            limit, found, size = cost + left - given, c, length
        if found == NOBODY:
            break
        B.floor[c] = NEVER
        c = least(B, choices)
        if B.floor[c] >= limit:
            break
    return limit, found, size


@pasted
def fits_alone(A: Arrays, B: Bench, s: int, j: int, pauses: Ints, n: int) -> int:
    """Write a legal route of a job alone with the breaks and up to two stops for stock; returns how many stops it has, 0: none."""
    for stocks in range(min(A.shift[s, STOCK_VISITS], 2) + 1):
        for p in range(n + 1):
            insert_at(pauses, j, p, B.rest, n + 1)
            for q in range(n + 2 if stocks else 1):
                insert_at(B.rest, A.stock, q, B.trial, n + 2)
                for q2 in range(q, n + 3 if stocks == 2 else q + 1):
                    insert_at(B.trial, A.stock, q2, B.best, n + 3)
                    if stocks < 2:
                        copy(B.trial if stocks else B.rest, B.best, n + 1 + stocks)
                    if price(A, s, B.best, n + 1 + stocks) != ILLEGAL:
                        return np.int64(n + 1 + stocks)
    return np.int64(0)


@jit
def list_choices(A: Arrays, B: Bench, stops: Ints, n: int) -> int:
    """Write whom to leave out: each job, each two, each run of more, everybody; returns how many choices there are then."""
    jobs, k = 0, 1
    for i in range(n):
        if stops[i] < A.n_jobs:
            jobs += 1
    for first in range(jobs):
        for last in range(first, jobs):
            length = last - first + 1
            if length <= RUNS_UP_TO or length == jobs:
                B.choice[k, FIRST], B.choice[k, LAST], B.choice[k, BETWEEN] = first, last, 1
                k += 1
            if length > 2 and jobs <= PAIRS_UP_TO:
                B.choice[k, FIRST], B.choice[k, LAST], B.choice[k, BETWEEN] = first, last, 0
                k += 1
    return k


@inlined
def leave(A: Arrays, B: Bench, stops: Ints, n: int, c: int) -> tuple[int, int]:
    """Write what remains of a route by a choice; returns how many stops, and the price of leaving out the others."""
    m, count, left = 0, 0, np.int64(0)
    for i in range(n):
        gone = False
        if stops[i] < A.n_jobs:
            between = B.choice[c, BETWEEN] and B.choice[c, FIRST] < count < B.choice[c, LAST]
            gone = between or count == B.choice[c, FIRST] or count == B.choice[c, LAST]
            count += 1
        if gone:
            left += A.job[stops[i], UNSERVED]
        else:
            B.rest[m] = stops[i]
            m += 1
    return m, left


@jit
def place(A: Arrays, B: Bench, s: int, j: int, m: int, limit: int) -> tuple[int, int]:
    """The cheapest route below a limit that is the remaining one and a job, and a stop for stock before it if it uses any.

    Returns its price and how many stops `B.best` has; the limit and 0 if there is none.
    """
    size, visits = np.int64(0), 0
    for i in range(m):
        if B.rest[i] == A.stock:
            visits += 1
    fetches = A.job[j, SUPPLY] and visits < A.shift[s, STOCK_VISITS]
    for p in range(m + 1):
        insert_at(B.rest, j, p, B.trial, m + 1)
        cost = price(A, s, B.trial, m + 1)
        if cost != ILLEGAL and cost < limit:
            limit, size = cost, np.int64(m + 1)
            copy(B.trial, B.best, m + 1)
        for q in range(p + 1 if fetches else 0):
            insert_at(B.rest, A.stock, q, B.trial, m + 1)
            for i in range(m + 1, p + 1, -1):
                B.trial[i] = B.trial[i - 1]
            B.trial[p + 1] = j
            cost = price(A, s, B.trial, m + 2)
            if cost != ILLEGAL and cost < limit:
                limit, size = cost, np.int64(m + 2)
                copy(B.trial, B.best, m + 2)
    return limit, size


@inlined
def least(B: Bench, choices: int) -> int:
    """The choice with the least floor."""
    best = np.int64(0)
    for c in range(choices):
        if B.floor[c] < B.floor[best]:
            best = np.int64(c)
    return best
