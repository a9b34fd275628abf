"""Where a job fits best: the cheapest legal position over all routes worth a look.

A cheap bound on price and times leaves few positions; those are priced in O(1) by concatenated segments on plain problems, by
simulating the route on all others.
"""

from typing import NamedTuple

import numpy as np

from solver.arrays import (
    ASSIGN,
    CLOSE,
    FIRST_OUT,
    KIND,
    LAST_OUT,
    MAX_DURATION,
    MAX_JOBS,
    MAX_LEG,
    METRE,
    ON_VAN,
    OPEN,
    PAID_WHOLE,
    PER_JOB,
    PLACE,
    ROW,
    SECOND,
    SERVICE,
    SETUP,
    START,
    STOCK_PLACE,
    STOCK_TIME,
    STOCK_VISITS,
    SUPPLY,
    TOOLS,
    UNSERVED,
    USE,
    WINDOWS,
    WINDOWS_END,
    Arrays,
)
from solver.kernels.chance import uniform
from solver.kernels.compile import inlined, jit, pasted
from solver.kernels.driving import length
from solver.kernels.moves import MOVES, SAVES, moves_on, weight
from solver.kernels.state import (
    AT,
    COST,
    DRIVE,
    JOBS,
    LATE,
    LEAVE,
    MARK,
    ON_EARLY,
    ON_LATE,
    ON_TIME,
    SHIFT,
    SIZE,
    STOCKED,
    TOTAL,
    UP_EARLY,
    UP_LATE,
    UP_TIME,
    WAITS,
    State,
    alone,
    first_leave,
    joined,
    refresh,
    time_of,
    touch,
)
from solver.kernels.timing import FOREVER, ILLEGAL, is_placeless, least_timed_price, metres, opening, price, timed_price, travel
from solver.ties import TRIED_WORST, WORST

NO_STOP = 0
FEW_SHIFTS = 32  #: with no more than that, every route is looked at; with more, the routes of the nearest jobs
NEAREST = 12  #: of so many of them that may serve it


class Choice(NamedTuple):
    """A position: the change of price, the shift, the position of the job, and of a stock stop to go with it (0: none)."""

    delta: int
    shift: int
    job_at: int
    stock_at: int


@pasted
def find(A: Arrays, S: State, j: int, limit: int, blink: float) -> Choice:
    """The cheapest position of a job for less than `limit`, shift -1 if there is none; overlooks a position with chance `blink`."""
    best = Choice(np.int64(limit), np.int64(-1), np.int64(0), np.int64(0))
    S.number[MARK] += 1
    mark = S.number[MARK]
    nearest = A.near.shape[1] if A.n_shifts > FEW_SHIFTS else 0
    k, looked_at = np.int64(-1), 0
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
        best = on_route(A, S, s, j, best, blink)
    return best


@pasted
def apply(A: Arrays, S: State, j: int, choice: Choice) -> None:
    """Put an absent job where `find` says."""
    s = choice.shift
    touch(A, S, s)
    before = S.route[s, COST]
    n = S.route[s, SIZE]
    stops = S.stops[s]
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
    refresh(A, S, s)
    S.number[TOTAL] += S.route[s, COST] - before - A.job[j, UNSERVED]


@pasted
def on_route(A: Arrays, S: State, s: int, j: int, best: Choice, blink: float) -> Choice:
    """The better of `best` and the cheapest position on one route."""
    r = A.shift[s, ROW]
    if A.pair[r, j, ASSIGN] < 0 or S.route[s, JOBS] >= A.shift[s, MAX_JOBS] or S.route[s, SIZE] + 2 > S.stops.shape[1]:
        return best
    base = A.pair[r, j, ASSIGN] + A.shift[s, PER_JOB]
    if S.route[s, JOBS] == 0:
        base += A.shift[s, USE]
    if A.eased or A.limited:
        base -= S.eased[s, SAVES] + S.eased[A.n_shifts, SAVES] * weight(A, S.eased[s, MOVES])
    if base >= best.delta:
        return best
    front = not A.job[j, SUPPLY] or front_holds(A, S, s, r, j)
    if front or S.route[s, STOCKED] <= S.route[s, SIZE]:
        best = scan(A, S, s, r, j, base, np.int64(1) if front else S.route[s, STOCKED] + 1, best, blink)
    if not front and stock_stops(A, S, s) < A.shift[s, STOCK_VISITS]:
        if A.plain:
            return scan_with_stock(A, S, s, r, j, base, best)
        return try_with_stock(A, S, s, j, base, best)
    return best


@inlined
def front_holds(A: Arrays, S: State, s: int, r: int, j: int) -> bool:
    """Whether the van has what a job needs before any stock stop."""
    if A.pair[r, j, TOOLS]:
        return False
    for part in range(A.parts.shape[1]):
        if S.front[s, part] + A.parts[j, part] > A.van[s, part, ON_VAN]:
            return False
    return True


@inlined
def stock_stops(A: Arrays, S: State, s: int) -> int:
    """Stops of a route at the stock point."""
    count = 0
    for i in range(S.route[s, SIZE]):
        if S.stops[s, i] == A.stock:
            count += 1
    return count


@inlined
def scan(A: Arrays, S: State, s: int, r: int, j: int, base: int, first: int, best: Choice, blink: float) -> Choice:
    """The cheapest position from `first` on, without a new stock stop."""
    n, u, limit, per_metre = S.route[s, SIZE], A.job[j, PLACE], A.shift[s, MAX_LEG], A.shift[s, METRE]
    lasts = A.pair[r, j, SERVICE]
    closes, soonest = A.window[A.job[j, WINDOWS_END] - 1, CLOSE], A.window[A.job[j, WINDOWS], OPEN] + lasts
    spot, out, back = S.spot[s], A.leg[u], A.back[u]
    for p in range(first, n + 2):
        if spot[p - 1, LEAVE] > closes:
            break
        if spot[p, LATE] < soonest:
            continue
        q = p if A.plain else next_placed(A, S, s, p)
        here, there = spot[p - 1, AT], spot[q, AT]
        to, on = np.int64(back[here, 0]), np.int64(out[there, 0])
        if to > limit or on > limit:
            continue
        bound = base + (np.int64(back[here, 1]) + np.int64(out[there, 1]) - spot[q, DRIVE]) * per_metre
        if bound >= best.delta:
            continue
        arrive = A.shift[s, START] if p == 1 and A.shift[s, FIRST_OUT] else spot[p - 1, LEAVE] + to
        start, latest = opening(A, j, arrive, lasts)
        if start > latest:
            continue
        reach = start + lasts
        if q == p and not (p == n + 1 and A.shift[s, LAST_OUT]):
            reach += on
        if reach > spot[p, LATE]:
            continue
        if blink > 0.0 and uniform(S.chance) < blink:
            continue
        delta = bound
        if A.plain:
            if A.clocked:
                time = plain_time(A, S, s, r, j, p, to, on)
                if time > A.shift[s, MAX_DURATION]:
                    continue
                delta += (time - time_of(A, S, s)) * A.shift[s, SECOND]
        elif bound + least_for_time(A, S, s, j, p, q, start, on, True) < best.delta:
            delta = try_at(A, S, s, j, p, np.int64(NO_STOP))
        else:
            continue
        if delta < best.delta and delta != -FOREVER:
            best = Choice(delta, np.int64(s), np.int64(p), np.int64(NO_STOP))
    return best


@inlined
def least_for_time(A: Arrays, S: State, s: int, j: int, p: int, q: int, start: int, on: int, known: bool) -> int:
    """What the time of an insertion costs at least: the job's own prices, and the delay that waiting later on cannot absorb.

    The set-up of the next job is left out, which the insertion may make needless. `known`: it starts then, and no later.
    """
    r, end = A.shift[s, ROW], start + A.pair[A.shift[s, ROW], j, SERVICE]
    if known and not A.traffic and not A.keep_end and not A.pair[r, j, SETUP]:
        least = timed_price(A, j, start, end)
    else:
        least = least_timed_price(A, j, start, end)
    n, here, there = S.route[s, SIZE], S.spot[s, p - 1, AT], S.spot[s, q, AT]
    if A.traffic or A.keep_end or A.shift[s, PAID_WHOLE] or S.route[s, JOBS] == 0 or not A.shift[s, SECOND]:
        return least
    for i in range(p):
        if i == p - 1:
            return least  # the departure moves as well
        if not is_placeless(A, S.stops[s, i]):
            break
    delay = end - S.spot[s, p - 1, LEAVE]
    if q <= n or not A.shift[s, LAST_OUT]:
        delay += on - travel(A, here, there)
    if q <= n and S.stops[s, q - 1] < A.n_jobs:
        delay -= A.pair[A.shift[s, ROW], S.stops[s, q - 1], SETUP]
    return least + max(np.int64(0), delay - S.spot[s, p, WAITS]) * A.shift[s, SECOND]


@inlined
def plain_time(A: Arrays, S: State, s: int, r: int, j: int, p: int, to: int, on: int) -> int:
    """Seconds of work of a route of a plain problem with a job inserted at a position that is legal in time."""
    G = S.spot[s]
    lasts, early, late = alone(A, s, r, j)
    t, e, l = joined(G[p - 1, UP_TIME], G[p - 1, UP_EARLY], G[p - 1, UP_LATE], to, lasts, early, late)
    if A.keep_end:
        return joined(t, e, l, on, G[p, ON_TIME], G[p, ON_EARLY], G[p, ON_LATE])[0]
    start = max(early, S.spot[s, p - 1, LEAVE] + to)
    end = max(start + lasts + on, G[p, ON_EARLY]) + G[p, ON_TIME]
    if p == 1:
        return end - first_leave(A, S, s, j, A.job[j, PLACE])
    return end - first_leave(A, S, s, S.stops[s, 0], S.spot[s, 1, AT])


@jit
def try_at(A: Arrays, S: State, s: int, j: int, p: int, q: int) -> int:
    """The change of price of a job at position `p` with a stock stop at `q` (0: none), by simulation; -FOREVER if illegal.

    Where moves are limited, those it makes or saves count with the price that the search has put on them.
    """
    n, k, route = S.route[s, SIZE], np.int64(0), S.scratch[0]
    for i in range(1, n + 2):
        if i == q:
            route[k] = A.stock
            k += 1
        if i == p:
            route[k] = j
            k += 1
        if i <= n:
            route[k] = S.stops[s, i - 1]
            k += 1
    new = price(A, s, route, k)
    if new == ILLEGAL:
        return -FOREVER
    if A.coupled:
        new += max(np.int64(0), A.ties.late[TRIED_WORST] - A.ties.late[WORST]) * A.worst_rate
    if A.limited:
        new += S.eased[A.n_shifts, SAVES] * (weight(A, moves_on(A, s, route, k)) - weight(A, S.eased[s, MOVES]))
    return new - S.route[s, COST]


@jit
def try_with_stock(A: Arrays, S: State, s: int, j: int, base: int, best: Choice) -> Choice:
    """The cheapest pair of positions of a job and of a stock stop before it, by simulating what a bound does not rule out."""
    n, u, depot, limit = S.route[s, SIZE], A.job[j, PLACE], A.shift[s, STOCK_PLACE], A.shift[s, MAX_LEG]
    lasts, closes = A.pair[A.shift[s, ROW], j, SERVICE], A.window[A.job[j, WINDOWS_END] - 1, CLOSE]
    for q in range(1, n + 2):
        if S.spot[s, q - 1, LEAVE] > closes:
            break
        here, after_q = S.spot[s, q - 1, AT], next_placed(A, S, s, q)
        there = S.spot[s, after_q, AT]
        to_depot = travel(A, here, depot)
        if to_depot > limit:
            continue
        left = (A.shift[s, START] if q == 1 and A.shift[s, FIRST_OUT] else S.spot[s, q - 1, LEAVE] + to_depot) + A.shift[
            s, STOCK_TIME
        ]
        delay = left + travel(A, depot, there) - S.spot[s, q - 1, LEAVE] - travel(A, here, there)
        if A.traffic:
            delay = np.int64(-FOREVER)  # what follows may lose any of it
        detour = metres(A, here, depot) + metres(A, depot, there) - length(A, s, here, there)
        for p in range(q, n + 2):
            after_p = next_placed(A, S, s, p)
            there = S.spot[s, after_p, AT]
            if p <= after_q:  # no place between the stock point and the job
                before, leave = depot, left
                extra = metres(A, here, depot) + metres(A, depot, u) + metres(A, u, there) - length(A, s, here, there)
            else:
                before = S.spot[s, p - 1, AT]
                leave = S.spot[s, p - 1, LEAVE] + max(np.int64(0), delay - S.spot[s, q, WAITS] + S.spot[s, p, WAITS])
                extra = detour + metres(A, before, u) + metres(A, u, there) - length(A, s, before, there)
            to, on, bound = travel(A, before, u), travel(A, u, there), base + extra * A.shift[s, METRE]
            if to > limit or on > limit or bound >= best.delta:
                continue
            start, latest = opening(A, j, leave + to, lasts)
            reach = start + lasts
            if after_p == p and not (p == n + 1 and A.shift[s, LAST_OUT]):
                reach += on
            if start > latest or reach > S.spot[s, p, LATE]:
                continue
            if bound + least_for_time(A, S, s, j, p, after_p, start, on, False) >= best.delta:
                continue
            delta = try_at(A, S, s, j, p, q)
            if delta < best.delta and delta != -FOREVER:
                best = Choice(delta, np.int64(s), np.int64(p), np.int64(q))
    return best


@inlined
def next_placed(A: Arrays, S: State, s: int, p: int) -> int:
    """The first position from `p` on that is no break held wherever the technician is; the end of the route at the latest."""
    q = np.int64(p)
    while q <= S.route[s, SIZE] and is_placeless(A, S.stops[s, q - 1]):
        q += 1
    return q


@jit
def scan_with_stock(A: Arrays, S: State, s: int, r: int, j: int, base: int, best: Choice) -> Choice:
    """The same on a plain problem, in O(1) a pair: drive on from the stock stop, and try the job at each position."""
    n, u, depot = S.route[s, SIZE], A.job[j, PLACE], A.shift[s, STOCK_PLACE]
    limit, per_metre, per_second = A.shift[s, MAX_LEG], A.shift[s, METRE], A.shift[s, SECOND]
    lasts, early, late = alone(A, s, r, j)
    G, old = S.spot[s], time_of(A, S, s)
    for q in range(1, n + 2):
        here, there = S.spot[s, q - 1, AT], S.spot[s, q, AT]
        if travel(A, here, depot) > limit:
            continue
        t, e, l = joined(
            G[q - 1, UP_TIME], G[q - 1, UP_EARLY], G[q - 1, UP_LATE],
            travel(A, here, depot), A.shift[s, STOCK_TIME], np.int64(-FOREVER), np.int64(FOREVER),
        )  # fmt: skip
        length = metres(A, here, depot) - S.spot[s, q, DRIVE]
        here, now = depot, S.spot[s, q - 1, LEAVE] + travel(A, here, depot) + A.shift[s, STOCK_TIME]
        for p in range(q, n + 2):
            if now > late:
                break
            there = S.spot[s, p, AT]
            to, on = travel(A, here, u), travel(A, u, there)
            start = max(early, now + to)
            if to <= limit and on <= limit and start <= late and start + lasts + on <= S.spot[s, p, LATE]:
                extra = length + metres(A, here, u) + metres(A, u, there)
                tt, ee, ll = joined(t, e, l, to, lasts, early, late)
                tt, ee, ll = joined(tt, ee, ll, on, G[p, ON_TIME], G[p, ON_EARLY], G[p, ON_LATE])
                if not A.keep_end:
                    tt = max(start + lasts + on, G[p, ON_EARLY]) + G[p, ON_TIME]
                    tt -= A.shift[s, START] if q == 1 else first_leave(A, S, s, S.stops[s, 0], S.spot[s, 1, AT])
                delta = base + extra * per_metre + (tt - old) * per_second
                if delta < best.delta and tt <= A.shift[s, MAX_DURATION]:
                    best = Choice(delta, np.int64(s), np.int64(p), np.int64(q))
            leg = travel(A, here, there)
            if p > n or leg > limit or now + leg > S.spot[s, p, LATE]:
                break
            stop_lasts, stop_early, stop_late = alone(A, s, r, S.stops[s, p - 1])
            t, e, l = joined(t, e, l, leg, stop_lasts, stop_early, stop_late)
            now = max(now + leg, stop_early) + stop_lasts
            length += metres(A, here, there) - metres(A, there, S.spot[s, p + 1, AT])
            here = there
    return best
