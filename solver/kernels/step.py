"""The search itself: ruin, recreate, settle, accept or undo, many steps a call."""

import numpy as np

from solver.arrays import UNSERVED, Arrays, Ints
from solver.kernels.chance import below, uniform
from solver.kernels.compile import entry, inlined, jit, pasted
from solver.kernels.insertion import apply, find
from solver.kernels.moves import MOVES, OLD_MOVES, SAVES, dropped, is_kept
from solver.kernels.pool import Pool, remember
from solver.kernels.ruin import ruin
from solver.kernels.state import (
    ABSENT,
    ABSENT_AT,
    BEST,
    COST,
    IN_ORDER,
    JOBS,
    SHIFT,
    SINCE_BEST,
    SIZE,
    STALE,
    STEP,
    STOCKED,
    TOTAL,
    TOUCHED,
    State,
    attend,
    keep_best,
    leave_out,
    load,
    refresh,
    undo,
)
from solver.kernels.timing import ILLEGAL, price, without

BLINK = 0.01  #: chance to overlook a position
RETRIED = 12  #: absent jobs tried again in a step
SETTLED = 0.1  #: share of the steps about to be undone that get a last chance by settling
FILL, LOAD = 0, -1  #: instead of a number of steps
DEAREST_MOVE = 10**14  #: micro-units


@entry
def search(A: Arrays, S: State, P: Pool, steps: int, hot: float, cold: float, share: float) -> None:
    """So many steps, the temperature falling from `hot` to `cold`; the best plan seen stays in the state.

    `share` scales how much a step removes. With `FILL` for steps every absent job is put where it fits, once; with `LOAD` the plan
    whose stops stand in the state is taken up. One kernel for all three: each one more would compile the rest again.
    """
    if steps == LOAD:
        load(A, S)
        return
    filling = steps == FILL
    cooling = (cold / hot) ** (1.0 / steps) if hot > 0.0 and steps > 0 else 1.0
    heat = hot
    for _ in range(max(steps, 1)):
        before = S.number[TOTAL]
        S.number[STEP] += 1
        S.number[TOUCHED] = 0
        S.number[IN_ORDER] = 0
        if not filling:
            ruin(A, S, share)
        queue_absent(S, S.number[ABSENT] if filling else np.int64(RETRIED))
        recreate(A, S, 0.0 if filling else BLINK)
        heat *= cooling
        S.number[SINCE_BEST] += 1
        limit = before - heat * np.log(1.0 - uniform(S.chance))
        if filling or S.number[TOTAL] < limit or uniform(S.chance) < SETTLED:
            settle_touched(A, S)
        if (not A.limited or keeps_limits(A, S, heat)) and (filling or S.number[TOTAL] < limit):
            commit(A, S, P, S.number[TOTAL] < before)
        else:
            undo(A, S)
            S.number[TOTAL] = before


@pasted
def keeps_limits(A: Arrays, S: State, heat: float) -> bool:
    """Whether the plan of this step moves no more than may be; if so its moves are noted.

    The price that insertions reckon with for a move rises with each step that moves too much, and falls with each that does not.
    """
    count = S.eased[A.n_shifts, MOVES]
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        count += S.eased[s, MOVES] - S.eased[s, OLD_MOVES]
    for k in range(S.number[IN_ORDER]):
        j = S.order[k]
        count += dropped(A, j) * (np.int64(S.where[j, SHIFT] < 0) - np.int64(S.where[j, ABSENT_AT] >= 0))
    guide = S.eased[A.n_shifts, SAVES]
    if not is_kept(A, count):
        S.eased[A.n_shifts, SAVES] = min(np.int64(1.1 * guide + heat) + 1, np.int64(DEAREST_MOVE))
        return False
    S.eased[A.n_shifts, SAVES] = np.int64(0.95 * guide)
    S.eased[A.n_shifts, OLD_MOVES] = count
    return True


@pasted
def queue_absent(S: State, most: int) -> None:
    """Add absent jobs to those to be put back: all of them if they are few, else some by chance."""
    absent = S.number[ABSENT]
    first = 0 if absent <= most else below(S.chance, absent)
    for k in range(min(absent, most)):
        S.order[S.number[IN_ORDER]] = S.absent[(first + k) % absent]
        S.number[IN_ORDER] += 1


@pasted
def recreate(A: Arrays, S: State, blink: float) -> None:
    """Put the jobs of `S.order` back where each is cheapest, one after the other; those that cost less left out stay so."""
    n = S.number[IN_ORDER]
    way = below(S.chance, A.order.shape[0] + 2)
    if way >= A.order.shape[0]:
        way = 0
    for k in range(n):
        S.key[k] = uniform(S.chance) if way == 0 else A.order[way, S.order[k]]
    arrange(S, n)
    for k in range(n):
        j = S.order[k]
        choice = find(A, S, j, A.job[j, UNSERVED], blink)
        if choice.shift >= 0:
            apply(A, S, j, choice)


@pasted
def arrange(S: State, n: int) -> None:
    """Sort the first `n` jobs of `S.order` by `S.key`."""
    for i in range(1, n):
        key, job = S.key[i], S.order[i]
        k = i
        while k > 0 and S.key[k - 1] > key:
            S.key[k], S.order[k] = S.key[k - 1], S.order[k - 1]
            k -= 1
        S.key[k], S.order[k] = key, job


@pasted
def settle_touched(A: Arrays, S: State) -> None:
    """Move the breaks and stock stops of the touched routes to where they cost least."""
    if A.stock == A.n_jobs and not stock_anywhere(S):
        return
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        if S.route[s, JOBS]:
            settle(A, S, s)


@jit
def stock_anywhere(S: State) -> bool:
    """Whether a touched route stops at the stock point."""
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        if S.route[s, STOCKED] <= S.route[s, SIZE]:
            return True
    return False


@jit
def settle(A: Arrays, S: State, s: int) -> None:
    """Move each stop of a route that is no job to the position where the route costs least."""
    n, rest, route = S.route[s, SIZE], S.scratch[1], S.scratch[2]
    for i in range(n):
        stop = S.stops[s, i]
        if stop < A.n_jobs:
            continue
        without(S.stops[s], i, rest, n)
        best, at = S.route[s, COST], i
        for p in range(n):
            if p == i:
                continue
            insert_at(rest, stop, p, route, n)
            cost = price(A, s, route, n)
            if cost != ILLEGAL and cost < best:
                best, at = cost, p
        if at != i:
            S.number[TOTAL] += best - S.route[s, COST]
            insert_at(rest, stop, at, S.stops[s], n)
            refresh(A, S, s)


@inlined
def insert_at(rest: Ints, stop: int, at: int, route: Ints, n: int) -> None:
    """Write a route of `n` stops: the others in their order, and `stop` at index `at`."""
    for i in range(n):
        route[i] = rest[i] if i < at else stop if i == at else rest[i - 1]


@pasted
def commit(A: Arrays, S: State, P: Pool, better: bool) -> None:
    """Accept a step: list who is absent now, keep the plan if it is the best, and remember its new routes."""
    for k in range(S.number[IN_ORDER]):
        j = S.order[k]
        if S.where[j, SHIFT] >= 0:
            if S.where[j, ABSENT_AT] >= 0:
                attend(S, j)
        elif S.where[j, ABSENT_AT] < 0:
            leave_out(S, j)
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        S.route[s, STALE] = 1
        if better:
            remember(A, S, P, s)
    if A.limited:
        S.eased[A.n_shifts, MOVES] = S.eased[A.n_shifts, OLD_MOVES]
    if S.number[TOTAL] < S.number[BEST]:
        keep_best(A, S)
