"""Putting a unit, a job or a bundle of jobs, into the routes: the cheapest of its alternatives, all jobs of it or none.

Of two jobs that meet, one is tried on its best routes; for each of them the other is looked for within the times that follow.
"""

import numpy as np

from solver.arrays import ASSIGN, KIND, LINKED, PLACE, ROW, SERVICE, UNSERVED, Arrays
from solver.kernels.chance import below
from solver.kernels.compile import inlined, jit, pasted
from solver.kernels.insertion import FEW_SHIFTS, NEAREST, NO_STOP, Choice, next_placed, on_route, try_at
from solver.kernels.links import RELINKED, allowed, bound, floor_by, mirrored, renew
from solver.kernels.ruin import drop_needless_stock
from solver.kernels.state import AT, JOBS, LATE, MARK, SHIFT, SIZE, STOCKED, TOTAL, State, latest_start, locate, touch
from solver.kernels.timing import FOREVER, travel
from solver.ties import BEGIN, FINISH, FLOOR, LATEST, NEEDS, OTHER, TRIED
from solver.ties import IS_BEFORE as BEFORE

DEAREST = 2**62  #: the price of no position: more than leaving out anything
MEETINGS = 4  #: routes of the first of several jobs for which the others are looked for


@jit
def best_position(A: Arrays, S: State, j: int, limit: int, blink: float, listing: bool, ahead: bool) -> Choice:
    """The cheapest position of a job for less than `limit`; with `listing` the best of each route is noted in `A.ties.option`.

    `ahead`: where the rest of its groups can be served as well.
    """
    T = A.ties
    best = Choice(np.int64(limit), np.int64(-1), np.int64(0), np.int64(0))
    S.number[MARK] += 1
    mark = S.number[MARK]
    nearest = A.near.shape[1] if A.n_shifts > FEW_SHIFTS else 0
    k, looked_at = np.int64(-1), 0
    if listing:
        for s in range(A.n_shifts):
            T.option[s, 0] = DEAREST
    while k + 1 < nearest + A.n_shifts:
        k += 1
        if k < nearest:
            s = S.where[A.near[j, k], SHIFT]
            if s < 0 or S.seen_at[s] == mark:
                continue
            S.seen_at[s] = mark
            if A.pair[A.shift[s, ROW], j, ASSIGN] < 0:
                continue
            looked_at += 1
            if looked_at == NEAREST:
                k = nearest - 1
        else:
            s = np.int64(k - nearest)
            if S.route[s, JOBS] == 0:
                kind = A.n_shifts + A.shift[s, KIND]
                if S.seen_at[kind] == mark:
                    continue
                S.seen_at[kind] = mark
            elif nearest:
                continue
        charge = allowed(A, S, j, s, ahead)
        if charge < 0:
            continue
        most = limit if listing else best.delta
        found = on_route(A, S, s, j, Choice(most - charge, np.int64(-1), np.int64(0), np.int64(0)), blink)
        if found.shift >= 0:
            if listing:
                T.option[s, 0], T.option[s, 1], T.option[s, 2] = found.delta + charge, found.job_at, found.stock_at
            if found.delta + charge < best.delta:
                best = Choice(found.delta + charge, found.shift, found.job_at, found.stock_at)
    return best


@jit
def place_unit(A: Arrays, S: State, u: int, blink: float) -> bool:
    """Put an absent unit where it is cheapest, if that costs less than leaving it out; whether it is served then."""
    T = A.ties
    first, n = T.unit_span[u, 0], T.unit_span[u, 1] - T.unit_span[u, 0]
    chosen, turned = np.int64(-1), np.int64(0)
    best = Choice(A.job[u, UNSERVED], np.int64(-1), np.int64(0), np.int64(0))
    shifted = below(S.chance, n) if n > 1 else np.int64(0)
    for k in range(n):
        a = first + (k + shifted) % n
        if not is_ready(A, S, a):
            continue
        size = T.alternative[a, 1] - T.alternative[a, 0]
        turn = below(S.chance, size) if size > 1 else np.int64(0)
        found = meet_up(A, S, a, turn, best.delta, blink)
        if found.shift >= 0:
            best, chosen, turned = found, a, turn
    return chosen >= 0 and carry_out(A, S, u, chosen, turned, best)


@inlined
def leg_of(A: Arrays, a: int, turn: int, i: int) -> int:
    """The `i`-th job of an alternative whose jobs are taken from `turn` on."""
    T = A.ties
    n = T.alternative[a, 1] - T.alternative[a, 0]
    return T.leg[T.alternative[a, 0] + (turn + i) % n]


@inlined
def is_ready(A: Arrays, S: State, a: int) -> bool:
    """Whether all that the jobs of an alternative need is served."""
    T = A.ties
    for i in range(T.alternative[a, 0], T.alternative[a, 1]):
        j = T.leg[i]
        for k in range(T.link_span[j, 0], T.link_span[j, 1]):
            needs = T.link[k, NEEDS] and not T.link[k, BEFORE]
            if needs and not is_served(A, S, T.head[T.link[k, OTHER]]):
                return False
    return True


@inlined
def is_served(A: Arrays, S: State, u: int) -> bool:
    """Whether a unit is served by any of its alternatives."""
    T = A.ties
    for a in range(T.unit_span[u, 0], T.unit_span[u, 1]):
        if S.where[T.leg[T.alternative[a, 0]], SHIFT] >= 0:
            return True
    return False


@jit
def spot_for(A: Arrays, S: State, j: int, limit: int, blink: float, listing: bool) -> Choice:
    """The cheapest position of a job by what it is linked to; one with which the rest can be served, too, if there is any."""
    T = A.ties
    hinted, grouped = A.job[j, LINKED] and T.hint[j] < FOREVER, T.group_span[j, 0] < T.group_span[j, 1]
    if A.job[j, LINKED]:
        bound(A, S, j, T.hint[j])
    if hinted or grouped:
        found = best_position(A, S, j, limit, blink, listing, True)
        if found.shift >= 0:
            return found
    if hinted:
        bound(A, S, j, FOREVER)
    return best_position(A, S, j, limit, blink, listing, False)


@jit
def meet_up(A: Arrays, S: State, a: int, turn: int, limit: int, blink: float) -> Choice:
    """The position of the first job of an alternative, from `turn` on, with which all cost least, and what they cost together."""
    T = A.ties
    n = T.alternative[a, 1] - T.alternative[a, 0]
    lead = leg_of(A, a, turn, 0)
    best = spot_for(A, S, lead, limit, blink, n > 1)
    if n == 1:
        return best
    best = Choice(np.int64(limit), np.int64(-1), np.int64(0), np.int64(0))
    floor = T.meet[lead, FLOOR]
    for _ in range(MEETINGS):
        s = np.int64(0)
        for other in range(A.n_shifts):
            if T.option[other, 0] < T.option[s, 0]:
                s = np.int64(other)
        delta, p, q = T.option[s, 0], T.option[s, 1], T.option[s, 2]
        T.option[s, 0] = DEAREST
        if delta >= best.delta:
            break
        suppose(A, S, lead, s, p, q)
        total, raised = delta, floor
        for i in range(1, n):
            j = leg_of(A, a, turn, i)
            bound(A, S, j, FOREVER)
            found = best_position(A, S, j, best.delta - total, blink, False, False)
            if found.shift < 0:
                total = best.delta
                break
            total += found.delta
            suppose(A, S, j, found.shift, found.job_at, found.stock_at)
            raised = max(raised, asked(A, lead, j))
        if total < best.delta and raised > T.meet[lead, BEGIN]:
            T.meet[lead, FLOOR] = raised
            later = try_at(A, S, s, lead, p, q)
            total = best.delta if later == -FOREVER else total + max(np.int64(0), later - delta)
            T.meet[lead, FLOOR] = floor
        for i in range(n):
            S.where[leg_of(A, a, turn, i), SHIFT] = -1
        if total < best.delta:
            best = Choice(total, s, p, q)
    return best


@jit
def suppose(A: Arrays, S: State, j: int, s: int, p: int, q: int) -> None:
    """Take a job as served at a position of a route: when it would start and end there, and start at the latest."""
    T = A.ties
    S.where[j, SHIFT] = s
    if A.job[j, LINKED]:
        lasts, r = A.pair[A.shift[s, ROW], j, SERVICE], A.shift[s, ROW]
        try_at(A, S, s, j, p, q)
        T.meet[j, BEGIN], T.meet[j, FINISH] = T.meet[j, TRIED], T.meet[j, TRIED] + lasts
        leave, after = S.spot[s, p, LATE], next_placed(A, S, s, p)
        if after == p and p <= S.route[s, SIZE]:
            leave -= travel(A, A.job[j, PLACE], S.spot[s, p, AT])
        T.meet[j, LATEST] = max(T.meet[j, BEGIN], latest_start(A, j, leave, A.pair[r, j, SERVICE]))


@inlined
def asked(A: Arrays, j: int, other: int) -> int:
    """What the links to another job, supposed to be served, let a job start at the earliest."""
    T = A.ties
    floor = -FOREVER
    for k in range(T.link_span[j, 0], T.link_span[j, 1]):
        if T.link[k, OTHER] == other:
            floor = max(floor, floor_by(A, mirrored(A, other, j, k), other, T.least[j]))
    return floor


@jit
def carry_out(A: Arrays, S: State, u: int, a: int, turn: int, choice: Choice) -> bool:
    """Put the jobs of an alternative into the routes, the first where it was chosen; all or none of them."""
    T = A.ties
    n = T.alternative[a, 1] - T.alternative[a, 0]
    before = S.number[TOTAL]
    for i in range(n):
        j = leg_of(A, a, turn, i)
        if i > 0:
            bound(A, S, j, FOREVER)
            choice = best_position(A, S, j, before + A.job[u, UNSERVED] - S.number[TOTAL], 0.0, False, False)
        if choice.shift >= 0:
            put_in(A, S, j, choice)
        if choice.shift < 0 or not renew(A, S):
            for k in range(n):
                pull_out(A, S, leg_of(A, a, turn, k))
            renew(A, S)
            return False
    S.number[TOTAL] -= A.job[u, UNSERVED]
    return True


@jit
def put_in(A: Arrays, S: State, j: int, choice: Choice) -> None:
    """Write a job, and a stop for stock that goes with it, into a route that is yet to be timed."""
    s = choice.shift
    touch(A, S, s)
    n, stops = S.route[s, SIZE], S.stops[s]
    for i in range(n, choice.job_at - 1, -1):
        stops[i] = stops[i - 1]
    stops[choice.job_at - 1] = j
    n += 1
    if choice.stock_at != NO_STOP:
        for i in range(n, choice.stock_at - 1, -1):
            stops[i] = stops[i - 1]
        stops[choice.stock_at - 1] = A.stock
        n += 1
    S.route[s, SIZE] = n
    locate(A, S, s)
    A.ties.dirty[s] = max(A.ties.dirty[s], RELINKED if A.job[j, LINKED] else 1)


@jit
def pull_out(A: Arrays, S: State, j: int) -> None:
    """Take a job out of its route, if it is in one, which is yet to be timed."""
    s = S.where[j, SHIFT]
    if s < 0:
        return
    k = 0
    for i in range(S.route[s, SIZE]):
        if S.stops[s, i] != j:
            S.stops[s, k] = S.stops[s, i]
            k += 1
    S.route[s, SIZE] = k
    S.where[j, SHIFT] = -1
    locate(A, S, s)
    if S.route[s, STOCKED] <= k:
        drop_needless_stock(A, S, s)
        locate(A, S, s)
    A.ties.dirty[s] = max(A.ties.dirty[s], RELINKED if A.job[j, LINKED] else 1)


@pasted
def put_back(A: Arrays, S: State, n: int, blink: float) -> None:
    """Put the first `n` units of `S.order` back in that order; those that need others get another chance after these."""
    for _ in range(3):
        waiting, placed = False, False
        for k in range(n):
            u = S.order[k]
            if is_served(A, S, u):
                continue
            if any_ready(A, S, u):
                placed = place_unit(A, S, u, blink) or placed
            else:
                waiting = True
        if not (waiting and placed):
            break


@inlined
def any_ready(A: Arrays, S: State, u: int) -> bool:
    """Whether some alternative of a unit has all that it needs."""
    for a in range(A.ties.unit_span[u, 0], A.ties.unit_span[u, 1]):
        if is_ready(A, S, a):
            return True
    return False
