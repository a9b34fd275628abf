"""What one search thread works on: its routes, what is derived from them, and the copies that undo a step.

Positions on a route count from 1; position 0 is the start of the shift and `size + 1` its end, in the derived arrays. A *touched*
route has been copied in this step, a *stale* one differs from the best plan seen.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.arrays import (
    ASSIGN,
    CLOSE,
    END_PLACE,
    FINISH_BY,
    FIRST_OUT,
    LAST_OUT,
    LATEST,
    MAX_DURATION,
    MAX_LEG,
    METRE,
    OPEN,
    PAUSE_CLOSE,
    PAUSE_TIME,
    PER_JOB,
    ROW,
    SECOND,
    SERVICE,
    START,
    START_PLACE,
    STOCK_TIME,
    UNSERVED,
    USE,
    WINDOWS,
    WINDOWS_END,
    Arrays,
    Floats,
    Ints,
)
from solver.kernels.compile import inlined, jit, pasted
from solver.kernels.driving import drive, length
from solver.kernels.held import held
from solver.kernels.moves import MOVES, OLD_MOVES, OLD_SAVES, SAVES, moves_in_all, moves_on
from solver.kernels.timing import (
    FOREVER,
    ILLEGAL,
    NOWHERE,
    begin,
    copy,
    is_placeless,
    metres,
    place_of,
    price,
    soft_price,
    travel,
)
from solver.ties import CEIL, TRIED_WORST

# columns of `State.number`
TOTAL, BEST, ABSENT, TOUCHED, STEP, IN_ORDER, SINCE_BEST, MARK, BEST_ABSENT = range(9)
# columns of `State.route`: stops (breaks included), jobs, price, position of the first stock stop (size + 1: none)
SIZE, JOBS, COST, STOCKED, OLD_SIZE, OLD_COST, TOUCHED_AT, BEST_SIZE, STALE = range(9)
# columns of `State.spot`: place, earliest end, latest arrival that keeps what follows on time (never too early), metres from the
# position before; and, on plain problems, the stops up to here and from here on as one stop each (duration, earliest, latest start)
AT, LEAVE, LATE, DRIVE, UP_TIME, UP_EARLY, UP_LATE, ON_TIME, ON_EARLY, ON_LATE = range(10)
WAITS = UP_TIME  #: on other problems: the waiting from this position on; of position 0 the largest lateness, if it has a price
# columns of `State.where`: shift (-1: absent), position on its route, index in `State.absent` (-1: served)
SHIFT, POSITION, ABSENT_AT = range(3)


@held
class State(NamedTuple):
    """Shapes in brackets; `width` is the most stops a route can have, P the parts."""

    stops: Ints  #: (n_shifts, width)
    route: Ints  #: (n_shifts, 9)
    spot: Ints  #: (n_shifts, width + 2, 10)
    where: Ints  #: (n_jobs, 3)
    front: Ints  #: (n_shifts, P) parts used before the first stock stop
    old_stops: Ints  #: (n_shifts, width) routes before this step
    old_spot: Ints  #: (n_shifts, width + 2, 10)
    best_stops: Ints  #: (n_shifts, width) routes of the best plan
    touched: Ints  #: (n_shifts) routes copied in this step
    seen_at: Ints  #: (n_shifts + kinds of shift) marks of an insertion
    absent: Ints  #: (n_jobs) jobs left out
    order: Ints  #: (n_jobs) jobs to put back in this step
    key: Floats  #: (n_jobs) by what they are ordered
    scratch: Ints  #: (3, width + 2)
    number: Ints  #: (9)
    eased: Ints  #: (n_shifts + 1, 4) columns named in `moves`
    chance: npt.NDArray[np.uint64]  #: (1) state of the random numbers


def new_state(arrays: Arrays, width: int, seed: int) -> State:
    """A state to be loaded with routes; none gets more than `width` stops."""
    shifts, jobs = arrays.n_shifts, arrays.n_jobs
    state = State(
        stops=np.zeros((shifts, width), np.int64),
        route=np.zeros((shifts, 9), np.int64),
        spot=np.zeros((shifts, width + 2, 10), np.int64),
        where=np.zeros((jobs, 3), np.int64),
        front=np.zeros((shifts, arrays.parts.shape[1]), np.int64),
        old_stops=np.zeros((shifts, width), np.int64),
        old_spot=np.zeros((shifts, width + 2, 10), np.int64),
        best_stops=np.zeros((shifts, width), np.int64),
        touched=np.zeros(shifts, np.int64),
        seen_at=np.full(2 * shifts, -1, np.int64),
        absent=np.zeros(jobs, np.int64),
        order=np.zeros(jobs, np.int64),
        key=np.zeros(jobs),
        scratch=np.zeros((3, width + 2), np.int64),
        number=np.zeros(9, np.int64),
        eased=np.zeros((shifts + 1, 4), np.int64),
        chance=np.array([seed & 0xFFFFFFFFFFFFFFFF], np.uint64),
    )
    state.route[:, TOUCHED_AT] = -1
    return state


@pasted
def load(A: Arrays, S: State) -> None:
    """Derive everything from the stops in the state, and keep that plan as the best."""
    S.number[TOTAL] = 0
    S.number[ABSENT] = 0
    for j in range(A.n_jobs):
        S.where[j, SHIFT] = -1
        S.where[j, ABSENT_AT] = -1
    for s in range(A.n_shifts):
        refresh(A, S, s)
        S.number[TOTAL] += S.route[s, COST]
        S.route[s, STALE] = 1
    for j in range(A.n_jobs):
        if S.where[j, SHIFT] < 0:
            leave_out(S, j)
            S.number[TOTAL] += A.job[j, UNSERVED]
    if A.limited:
        S.eased[A.n_shifts, MOVES] = moves_in_all(A, S.eased, S.absent, S.number[ABSENT])
    keep_best(A, S)


@inlined
def attend(S: State, j: int) -> None:
    """Take a job from the absent ones."""
    at, last = S.where[j, ABSENT_AT], S.absent[S.number[ABSENT] - 1]
    S.absent[at] = last
    S.where[last, ABSENT_AT] = at
    S.where[j, ABSENT_AT] = -1
    S.number[ABSENT] -= 1


@inlined
def leave_out(S: State, j: int) -> None:
    """Put a job among the absent ones."""
    S.absent[S.number[ABSENT]] = j
    S.where[j, ABSENT_AT] = S.number[ABSENT]
    S.number[ABSENT] += 1


@jit
def keep_best(A: Arrays, S: State) -> None:
    """Remember the routes as the best plan seen."""
    S.number[BEST] = S.number[TOTAL]
    S.number[BEST_ABSENT] = S.number[ABSENT]
    S.number[SINCE_BEST] = 0
    for s in range(A.n_shifts):
        if S.route[s, STALE]:
            n = S.route[s, SIZE]
            S.route[s, BEST_SIZE] = n
            copy(S.stops[s], S.best_stops[s], n)
            S.route[s, STALE] = 0


@inlined
def touch(A: Arrays, S: State, s: int) -> None:
    """Copy a route once per step, so that the step can be undone."""
    if S.route[s, TOUCHED_AT] != S.number[STEP]:
        S.route[s, TOUCHED_AT] = S.number[STEP]
        S.touched[S.number[TOUCHED]] = s
        S.number[TOUCHED] += 1
        n = S.route[s, SIZE]
        S.route[s, OLD_SIZE], S.route[s, OLD_COST] = n, S.route[s, COST]
        copy(S.stops[s], S.old_stops[s], n)
        copy_spots(A, S.spot[s], S.old_spot[s], n + 2)
        S.eased[s, OLD_SAVES], S.eased[s, OLD_MOVES] = S.eased[s, SAVES], S.eased[s, MOVES]


@inlined
def copy_spots(A: Arrays, source: Ints, target: Ints, n: int) -> None:
    """Copy what is derived at the first `n` positions."""
    columns = (10 if A.clocked else 4) if A.plain else 5
    for i in range(n):
        for c in range(columns):
            target[i, c] = source[i, c]


@jit
def undo(A: Arrays, S: State) -> None:
    """Put back the routes touched in this step."""
    for k in range(S.number[IN_ORDER]):
        S.where[S.order[k], SHIFT] = -1
    for k in range(S.number[TOUCHED]):
        s = S.touched[k]
        n = S.route[s, OLD_SIZE]
        S.route[s, SIZE] = n
        S.route[s, COST] = S.route[s, OLD_COST]
        copy(S.old_stops[s], S.stops[s], n)
        copy_spots(A, S.old_spot[s], S.spot[s], n + 2)
        S.eased[s, SAVES], S.eased[s, MOVES] = S.eased[s, OLD_SAVES], S.eased[s, OLD_MOVES]
        locate(A, S, s)


@jit
def refresh(A: Arrays, S: State, s: int) -> None:
    """Everything that follows from the stops of a route, its price included."""
    locate(A, S, s)
    if A.plain:
        S.route[s, COST] = derive_plain(A, S, s)
    else:
        S.route[s, COST] = price(A, s, S.stops[s], S.route[s, SIZE])
        if A.coupled:
            S.spot[s, 0, WAITS] = A.ties.late[TRIED_WORST]
        derive(A, S, s)
        if A.limited:
            S.eased[s, MOVES] = moves_on(A, s, S.stops[s], S.route[s, SIZE])


@inlined
def locate(A: Arrays, S: State, s: int) -> None:
    """Where the jobs of a route are, how many, and what they use before the first stock stop."""
    n = S.route[s, SIZE]
    S.route[s, JOBS], S.route[s, STOCKED] = 0, n + 1
    for i in range(n):
        stop = S.stops[s, i]
        if stop < A.n_jobs:
            S.route[s, JOBS] += 1
            S.where[stop, SHIFT] = s
            S.where[stop, POSITION] = i + 1
        elif stop == A.stock and S.route[s, STOCKED] > n:
            S.route[s, STOCKED] = i + 1
    for part in range(A.parts.shape[1]):
        S.front[s, part] = 0
        for i in range(S.route[s, STOCKED] - 1):
            if S.stops[s, i] < A.n_jobs:
                S.front[s, part] += A.parts[S.stops[s, i], part]


@jit
def derive_plain(A: Arrays, S: State, s: int) -> int:
    """What follows from the stops of a route of a plain problem; returns its price, ILLEGAL if it breaks a rule but for supply."""
    n, r, here, now = S.route[s, SIZE], A.shift[s, ROW], A.shift[s, START_PLACE], A.shift[s, START]
    spot, limit = S.spot[s], A.shift[s, MAX_LEG]
    spot[0, AT], spot[0, LEAVE] = here, now
    money, length, legal = A.shift[s, USE] + A.shift[s, PER_JOB] * S.route[s, JOBS], np.int64(0), True
    for i in range(1, n + 1):
        stop = S.stops[s, i - 1]
        there = place_of(A, s, stop, here)
        leg = travel(A, here, there)
        spot[i, DRIVE] = metres(A, here, there)
        length += spot[i, DRIVE]
        lasts, early, late = alone(A, s, r, stop)
        now = max(now + leg, early)
        legal = legal and now <= late and leg <= limit
        now += lasts
        here = there
        spot[i, AT], spot[i, LEAVE] = here, now
        if stop < A.n_jobs:
            money += A.pair[r, stop, ASSIGN]
    there = A.shift[s, END_PLACE]
    leg = travel(A, here, there)
    length += metres(A, here, there)
    spot[n + 1, AT], spot[n + 1, LEAVE], spot[n + 1, LATE] = there, now + leg, A.shift[s, LATEST]
    spot[n + 1, DRIVE] = metres(A, here, there) if n else np.int64(0)  # an unused shift pays for no drive
    legal = legal and now + leg <= A.shift[s, LATEST] and leg <= limit
    bound = A.shift[s, LATEST]
    for i in range(n, 0, -1):
        lasts, early, late = alone(A, s, r, S.stops[s, i - 1])
        bound = min(late, bound - travel(A, spot[i, AT], spot[i + 1, AT]) - lasts)
        spot[i, LATE] = bound
    time = np.int64(0)
    if A.clocked:
        segments(A, S, s, n, r)
        time = time_of(A, S, s)
    if S.route[s, JOBS] == 0:
        return 0
    if not legal or time > A.shift[s, MAX_DURATION]:
        return ILLEGAL
    return money + length * A.shift[s, METRE] + time * A.shift[s, SECOND]


@jit
def derive(A: Arrays, S: State, s: int) -> None:
    """What follows from the stops of a route but its price."""
    n, r = S.route[s, SIZE], A.shift[s, ROW]
    now, here, site = A.shift[s, START], A.shift[s, START_PLACE], np.int64(NOWHERE)
    S.spot[s, 0, AT], S.spot[s, 0, LEAVE] = here, now
    S.eased[s, SAVES] = 0
    for i in range(1, n + 1):
        stop = S.stops[s, i - 1]
        there = place_of(A, s, stop, here)
        leg = drive(A, s, here, there, now)
        if i == 1 and A.shift[s, FIRST_OUT] and not is_placeless(A, stop):
            leg = np.int64(0)
        S.spot[s, i, DRIVE] = length(A, s, here, there)
        start, _, lasts = begin(A, s, r, stop, now + leg, site == there)
        S.spot[s, i, WAITS] = start - now - leg
        now, here = start + lasts, there
        S.spot[s, i, AT], S.spot[s, i, LEAVE] = here, now
        if stop < A.n_jobs:
            site = there
            if A.eased:
                S.eased[s, SAVES] += soft_price(A, stop, start, now, True) - soft_price(A, stop, start, now, False)
        elif not is_placeless(A, stop):
            site = np.int64(NOWHERE)
    S.spot[s, n + 1, AT] = A.shift[s, END_PLACE]
    S.spot[s, n + 1, DRIVE] = length(A, s, here, A.shift[s, END_PLACE])
    S.spot[s, n + 1, LEAVE] = now + drive(A, s, here, A.shift[s, END_PLACE], now)
    S.spot[s, n + 1, WAITS] = 0
    for i in range(n, 0, -1):
        S.spot[s, i, WAITS] += S.spot[s, i + 1, WAITS]
    latest_arrivals(A, S, s, n, r)


@inlined
def latest_arrivals(A: Arrays, S: State, s: int, n: int, r: int) -> None:
    """`late` from the end backward; set-up is left out and breaks drive nowhere, so that no legal insertion looks too late."""
    bound, there = A.shift[s, LATEST], A.shift[s, END_PLACE]
    if A.shift[s, LAST_OUT]:
        there = np.int64(NOWHERE)
    S.spot[s, n + 1, LATE] = bound
    trailing = True
    for i in range(n, 0, -1):
        stop = S.stops[s, i - 1]
        if is_placeless(A, stop):
            if trailing:
                S.spot[s, i, LATE] = FOREVER
                continue
            bound = min(A.pause[stop - A.n_jobs, PAUSE_CLOSE], bound - A.pause[stop - A.n_jobs, PAUSE_TIME])
            there = np.int64(NOWHERE)
        else:
            trailing = False
            here = S.spot[s, i, AT]
            bound -= travel(A, here, there)
            there = here
            if stop < A.n_jobs:
                bound = latest_start(A, stop, bound, A.pair[r, stop, SERVICE])
            elif stop == A.stock:
                bound -= A.shift[s, STOCK_TIME]
            else:
                bound = min(A.pause[stop - A.n_jobs, PAUSE_CLOSE], bound - A.pause[stop - A.n_jobs, PAUSE_TIME])
        S.spot[s, i, LATE] = bound


@inlined
def latest_start(A: Arrays, j: int, leave: int, lasts: int) -> int:
    """The latest start of a job in one of its windows that lets it be left by `leave`; before all times if there is none."""
    if A.coupled:
        leave = min(leave, A.ties.meet[j, CEIL] + lasts)
    for w in range(A.job[j, WINDOWS_END] - 1, A.job[j, WINDOWS] - 1, -1):
        close = min(A.window[w, CLOSE], A.window[w, FINISH_BY] - lasts)
        latest = min(leave - lasts, close)
        if latest >= A.window[w, OPEN]:
            return latest
    return -FOREVER


@inlined
def segments(A: Arrays, S: State, s: int, n: int, r: int) -> None:
    """Concatenated stops from the start to each position, and from each position to the end (plain problems).

    Vidal, Crainic, Gendreau & Prins (2014), doi 10.1016/j.ejor.2013.09.045: a chain of stops is (duration, earliest and latest
    start of that duration), and two chains concatenate in O(1).
    """
    G = S.spot[s]
    G[0, UP_TIME], G[0, UP_EARLY], G[0, UP_LATE] = 0, A.shift[s, START], A.shift[s, LATEST]
    for i in range(1, n + 1):
        lasts, early, late = alone(A, s, r, S.stops[s, i - 1])
        G[i, UP_TIME], G[i, UP_EARLY], G[i, UP_LATE] = joined(
            G[i - 1, UP_TIME],
            G[i - 1, UP_EARLY],
            G[i - 1, UP_LATE],
            travel(A, S.spot[s, i - 1, AT], S.spot[s, i, AT]),
            lasts,
            early,
            late,
        )
    G[n + 1, UP_TIME], G[n + 1, UP_EARLY], G[n + 1, UP_LATE] = joined(
        G[n, UP_TIME],
        G[n, UP_EARLY],
        G[n, UP_LATE],
        travel(A, S.spot[s, n, AT], S.spot[s, n + 1, AT]),
        np.int64(0),
        A.shift[s, START],
        A.shift[s, LATEST],
    )
    G[n + 1, ON_TIME], G[n + 1, ON_EARLY], G[n + 1, ON_LATE] = 0, A.shift[s, START], A.shift[s, LATEST]
    for i in range(n, 0, -1):
        lasts, early, late = alone(A, s, r, S.stops[s, i - 1])
        G[i, ON_TIME], G[i, ON_EARLY], G[i, ON_LATE] = joined(
            lasts,
            early,
            late,
            travel(A, S.spot[s, i, AT], S.spot[s, i + 1, AT]),
            G[i + 1, ON_TIME],
            G[i + 1, ON_EARLY],
            G[i + 1, ON_LATE],
        )


@inlined
def alone(A: Arrays, s: int, r: int, stop: int) -> tuple[int, int, int]:
    """Duration, earliest and latest start of one stop of a plain problem."""
    if stop < A.n_jobs:
        w = A.job[stop, WINDOWS]
        return A.pair[r, stop, SERVICE], A.window[w, OPEN], A.window[w, CLOSE]
    return A.shift[s, STOCK_TIME], np.int64(-FOREVER), np.int64(FOREVER)


@inlined
def joined(time1: int, early1: int, late1: int, leg: int, time2: int, early2: int, late2: int) -> tuple[int, int, int]:
    """Two chains of stops as one, provided the second can be reached in time."""
    reach = time1 + leg
    wait = max(early2 - reach - late1, np.int64(0))
    return reach + time2 + wait, max(early2 - reach, early1) - wait, min(late2 - reach, late1)


@inlined
def time_of(A: Arrays, S: State, s: int) -> int:
    """Seconds of work of a route of a plain problem; 0 if it serves no job."""
    if S.route[s, JOBS] == 0:
        return np.int64(0)
    n = S.route[s, SIZE]
    if A.keep_end:
        return S.spot[s, n + 1, UP_TIME]
    return S.spot[s, n + 1, LEAVE] - first_leave(A, S, s, S.stops[s, 0], S.spot[s, 1, AT])


@inlined
def first_leave(A: Arrays, S: State, s: int, stop: int, place: int) -> int:
    """When a shift of a plain problem leaves if `stop` at `place` is its first, no start moved."""
    leg = travel(A, S.spot[s, 0, AT], place)
    if stop >= A.n_jobs:
        return A.shift[s, START]
    return max(A.window[A.job[stop, WINDOWS], 0], A.shift[s, START] + leg) - leg
