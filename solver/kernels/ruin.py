"""What a step takes out of the routes: strings of neighbouring jobs, whole routes, jobs of one time of day.

Slack induction by string removals: Christiaens & Vanden Berghe (2020), doi 10.1287/trsc.2019.0914.
"""

import numpy as np

from solver.arrays import UNSERVED, Arrays
from solver.kernels.chance import below, uniform
from solver.kernels.compile import inlined, jit, pasted
from solver.kernels.state import (
    COST,
    IN_ORDER,
    JOBS,
    OLD_COST,
    OLD_SIZE,
    POSITION,
    SHIFT,
    SIZE,
    STEP,
    STOCKED,
    TOTAL,
    TOUCHED,
    TOUCHED_AT,
    State,
    refresh,
    touch,
)
from solver.kernels.timing import ILLEGAL, copy, price, without

STRING = 10.0  #: longest string
REMOVED = 10.0  #: jobs removed on average
SPLIT = 0.5  #: share of strings that keep a piece in their middle
KEEP_ON = 0.9  #: chance that the kept piece grows by one more job


@pasted
def ruin(A: Arrays, S: State, share: float) -> None:
    """Take jobs out; `share` scales how many. They wait in `S.order`, absent but not yet listed so."""
    dice = uniform(S.chance)
    seed = a_served_job(A, S)
    if seed < 0:
        return
    if dice < 0.03:
        remove_routes(A, S, seed)
    elif dice < 0.06:
        remove_scattered(A, S, seed, share)
    else:
        remove_strings(A, S, seed, share)
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        for emptied in range(2):
            if S.route[s, STOCKED] <= S.route[s, OLD_SIZE]:
                drop_needless_stock(A, S, s)
            refresh(A, S, s)
            if emptied or S.route[s, COST] != ILLEGAL:
                break
            remove_route(A, S, s)  # a detour was a shortcut, or a break lost its place: start afresh
        S.number[TOTAL] += S.route[s, COST] - S.route[s, OLD_COST]


@inlined
def a_served_job(A: Arrays, S: State) -> int:
    """A random job on a route; -1 if none was met."""
    for _ in range(50):
        j = below(S.chance, A.n_jobs)
        if S.where[j, SHIFT] >= 0:
            return j
    return -1


@pasted
def remove_strings(A: Arrays, S: State, seed: int, share: float) -> None:
    """Strings of routes near a seed, at most one a route."""
    used, served = 0, 0
    for s in range(A.n_shifts):
        if S.route[s, JOBS]:
            used += 1
            served += S.route[s, JOBS]
    longest = min(STRING, served / used)
    strings = int(1.0 + uniform(S.chance) * (4.0 * REMOVED * share / (1.0 + longest) - 1.0))
    strings = max(1, strings)
    string_at(A, S, seed, longest)
    for k in range(A.near.shape[1]):
        if S.number[TOUCHED] >= strings:
            break
        j = A.near[seed, k]
        s = S.where[j, SHIFT]
        if s >= 0 and S.route[s, TOUCHED_AT] != S.number[STEP]:
            string_at(A, S, j, longest)


@jit
def string_at(A: Arrays, S: State, j: int, longest: float) -> None:
    """Remove a string of the route of `j` that holds `j`, with or without a piece kept in its middle."""
    s = S.where[j, SHIFT]
    touch(A, S, s)
    most = min(longest, float(S.route[s, JOBS]))
    length = int(1.0 + uniform(S.chance) * most)
    length = min(length, S.route[s, JOBS])
    kept = 0
    if length > 1 and length < S.route[s, JOBS] and uniform(S.chance) < SPLIT:
        kept = 1
        while length + kept < S.route[s, JOBS] and uniform(S.chance) < KEEP_ON:
            kept += 1
    at = ordinal(A, S, s, j)
    span = length + kept
    low, high = max(0, at - span + 1), min(at, S.route[s, JOBS] - span)
    first = low + below(S.chance, high - low + 1)
    hole = first + 1 + below(S.chance, length - 1) if kept else first + span
    cut(A, S, s, first, hole, kept, first + span)


@inlined
def ordinal(A: Arrays, S: State, s: int, j: int) -> int:
    """The how-manieth job of its route a job is, from 0."""
    count = 0
    for i in range(S.where[j, POSITION] - 1):
        if S.stops[s, i] < A.n_jobs:
            count += 1
    return count


@jit
def cut(A: Arrays, S: State, s: int, first: int, hole: int, kept: int, end: int) -> None:
    """Remove the jobs `first … end-1` of a route, counted without other stops, but for `kept` of them from `hole` on."""
    k, count = 0, 0
    for i in range(S.route[s, SIZE]):
        stop = S.stops[s, i]
        gone = False
        if stop < A.n_jobs:
            gone = first <= count < end and not hole <= count < hole + kept
            count += 1
        if gone:
            take(A, S, stop)
        else:
            S.stops[s, k] = stop
            k += 1
    S.route[s, SIZE] = k


@inlined
def take(A: Arrays, S: State, j: int) -> None:
    """Put a job that has been cut out of its route in line to be put back."""
    S.where[j, SHIFT] = -1
    S.number[TOTAL] += A.job[j, UNSERVED]
    S.order[S.number[IN_ORDER]] = j
    S.number[IN_ORDER] += 1


@pasted
def remove_routes(A: Arrays, S: State, seed: int) -> None:
    """The route of a seed, and up to two others near it, while that is not too much to put back."""
    wanted = 1 + below(S.chance, 3)
    remove_route(A, S, S.where[seed, SHIFT])
    for k in range(A.near.shape[1]):
        if S.number[TOUCHED] >= wanted or S.number[IN_ORDER] >= 2 * REMOVED:
            break
        s = S.where[A.near[seed, k], SHIFT]
        if s >= 0 and S.route[s, TOUCHED_AT] != S.number[STEP]:
            remove_route(A, S, s)


@jit
def remove_route(A: Arrays, S: State, s: int) -> None:
    """All jobs of one route."""
    touch(A, S, s)
    cut(A, S, s, np.int64(0), A.n_jobs, np.int64(0), A.n_jobs)


@pasted
def remove_scattered(A: Arrays, S: State, seed: int, share: float) -> None:
    """Single jobs near a seed, each by chance."""
    wanted = 1 + below(S.chance, int(REMOVED * share) + 1)
    single(A, S, seed)
    for k in range(A.near.shape[1]):
        if S.number[IN_ORDER] >= wanted:
            break
        j = A.near[seed, k]
        if S.where[j, SHIFT] >= 0 and uniform(S.chance) < 0.5:
            single(A, S, j)


@jit
def single(A: Arrays, S: State, j: int) -> None:
    """One job out of its route."""
    s = S.where[j, SHIFT]
    touch(A, S, s)
    k = 0
    for i in range(S.route[s, SIZE]):
        if S.stops[s, i] != j:
            S.stops[s, k] = S.stops[s, i]
            k += 1
    S.route[s, SIZE] = k
    for i in range(k):
        if S.stops[s, i] < A.n_jobs:
            S.where[S.stops[s, i], POSITION] = i + 1
    S.route[s, JOBS] -= 1
    take(A, S, j)


@inlined
def drop_needless_stock(A: Arrays, S: State, s: int) -> None:
    """Take out stock stops that the route is legal and no dearer without, the last one first."""
    n = S.route[s, SIZE]
    for i in range(n - 1, -1, -1):
        if S.stops[s, i] == A.stock:
            rest = S.scratch[1]
            without(S.stops[s], i, rest, n)
            alone, whole = price(A, s, rest, n - 1), price(A, s, S.stops[s], n)
            if alone != ILLEGAL and (whole == ILLEGAL or alone <= whole):
                copy(rest, S.stops[s], n - 1)
                n -= 1
    S.route[s, SIZE] = n
