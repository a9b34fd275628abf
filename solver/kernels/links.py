"""When linked jobs are served: as early as all links allow, by driving routes again until nothing moves.

Between such calls a linked job has a floor and a ceiling that stand for the routes of the others, so that an insertion looks at one
route only; a ceiling is no more than a guide, as what it lets pass is timed again.
"""

import numpy as np

from solver.arrays import ASSIGN, FIRST_OUT, LINKED, ROW, START, START_PLACE, Arrays
from solver.kernels.compile import inlined, jit, pasted
from solver.kernels.driving import drive, last_leave
from solver.kernels.state import COST, JOBS, LATE, SHIFT, SIZE, TOTAL, WAITS, State, latest_arrivals, refresh, touch
from solver.kernels.timing import FOREVER, ILLEGAL, NOWHERE, begin, is_placeless, place_of
from solver.ties import (
    ASK,
    BEGIN,
    CEIL,
    DAWN,
    DAWN_END,
    DIFFERENT_TECHNICIANS,
    EXTRA,
    FINISH,
    FLOOR,
    FROM_START,
    HIGH,
    IS_BEFORE,
    LOW,
    MEMBERS,
    MEMBERS_END,
    OTHER,
    PRICE,
    SAME_DAY,
    SAME_TECHNICIAN,
    WORST,
)
from solver.ties import LATEST as LATEST_START

WALKS = 2_000  #: routes driven at most for one answer
RELINKED = 2  #: mark of a changed route that serves another linked job than before, or one less
LOWERED = 2  #: passes that lower ceilings


@jit
def renew(A: Arrays, S: State) -> bool:
    """Time the routes that have changed, and those linked to them; False if one breaks a rule. The total follows."""
    T = A.ties
    linked = touches_links(A, S)
    legal = not linked or raise_all(A, S)
    for s in range(A.n_shifts):
        if T.dirty[s]:
            T.dirty[s] = 0
            touch(A, S, s)
            S.number[TOTAL] -= S.route[s, COST]
            refresh(A, S, s)
            S.number[TOTAL] += S.route[s, COST]
            legal = legal and S.route[s, COST] != ILLEGAL
    if legal and linked:
        lower_all(A, S)
    price_extra(A, S)
    return legal


@pasted
def touches_links(A: Arrays, S: State) -> bool:
    """Count the linked jobs of each route; whether a changed one holds any, or did."""
    T = A.ties
    for s in range(A.n_shifts):
        T.holds[s] = 0
    for k in range(T.linked.shape[0]):
        s = S.where[T.linked[k], SHIFT]
        if s >= 0:
            T.holds[s] += 1
    for s in range(A.n_shifts):
        if T.dirty[s] == RELINKED or (T.dirty[s] and T.holds[s]):
            return T.linked.shape[0] > 0
    return False


@pasted
def raise_all(A: Arrays, S: State) -> bool:
    """Work out the floors of all linked jobs from nothing, and mark the routes where one is another; False if there is no end."""
    T = A.ties
    for k in range(T.linked.shape[0]):
        j = T.linked[k]
        T.before[j, 0], T.before[j, 1] = T.meet[j, FLOOR], T.meet[j, CEIL]
        T.meet[j, FLOOR], T.meet[j, CEIL], T.meet[j, BEGIN] = -FOREVER, FOREVER, -FOREVER
    for s in range(A.n_shifts):
        T.stale[s] = T.holds[s] > 0
        if T.stale[s]:
            go(A, S, s)
    settled, again, walks = True, True, 0
    while again and settled:
        again = False
        for s in range(A.n_shifts):
            if T.stale[s] and settled:
                T.stale[s] = 0
                go(A, S, s)
                walks += 1
                settled = walks < WALKS and push_others(A, S, s)
                again = True
    for k in range(T.linked.shape[0]):
        j = T.linked[k]
        if S.where[j, SHIFT] >= 0 and T.meet[j, FLOOR] != T.before[j, 0]:
            T.dirty[S.where[j, SHIFT]] = 1
    return settled


@jit
def go(A: Arrays, S: State, s: int) -> None:
    """Start and end of the linked jobs of a route."""
    r, now, here, site = A.shift[s, ROW], A.shift[s, START], A.shift[s, START_PLACE], np.int64(NOWHERE)
    for i in range(S.route[s, SIZE]):
        stop = S.stops[s, i]
        there = place_of(A, s, stop, here)
        if i == 0 and A.shift[s, FIRST_OUT] and not is_placeless(A, stop):
            now = last_leave(A, s, here, there, now - 1) + 1
        now += drive(A, s, here, there, now)
        start, _, lasts = begin(A, s, r, stop, now, site == there)
        now, here = start + lasts, there
        if stop < A.n_jobs:
            site = there
            if A.job[stop, LINKED]:
                A.ties.meet[stop, BEGIN], A.ties.meet[stop, FINISH] = start, now
        elif not is_placeless(A, stop):
            site = np.int64(NOWHERE)


@jit
def push_others(A: Arrays, S: State, s: int) -> bool:
    """Raise the floors of what is linked to the jobs of a route, and mark the routes to be driven again; False if too late."""
    T = A.ties
    for i in range(S.route[s, SIZE]):
        j = S.stops[s, i]
        if j >= A.n_jobs or not A.job[j, LINKED]:
            continue
        for k in range(T.link_span[j, 0], T.link_span[j, 1]):
            other = T.link[k, OTHER]
            if S.where[other, SHIFT] < 0:
                continue
            floor = floor_by(A, k, j, T.meet[other, FINISH] - T.meet[other, BEGIN])
            if floor > T.meet[other, FLOOR]:
                T.meet[other, FLOOR] = floor
                if floor > T.meet[other, BEGIN]:
                    T.stale[S.where[other, SHIFT]] = 1
                if floor > T.end:
                    return False
    return True


@inlined
def floor_by(A: Arrays, k: int, j: int, lasts: int) -> int:
    """What a link, seen from a job that is served, lets the other one, which takes so long, start at the earliest."""
    T = A.ties
    if not T.link[k, IS_BEFORE]:
        if T.link[k, HIGH] >= FOREVER:
            return -FOREVER
        return T.meet[j, BEGIN] - T.link[k, HIGH] - (np.int64(0) if T.link[k, FROM_START] else lasts)
    floor = (T.meet[j, BEGIN] if T.link[k, FROM_START] else T.meet[j, FINISH]) + T.link[k, LOW]
    if T.link[k, DAWN] < T.link[k, DAWN_END]:
        dawn = FOREVER
        for m in range(T.link[k, DAWN_END] - 1, T.link[k, DAWN] - 1, -1):
            if T.morning[m] > T.meet[j, FINISH]:
                dawn = T.morning[m]
        floor = max(floor, dawn)
    return floor


@inlined
def ceil_by(A: Arrays, k: int, j: int, lasts: int) -> int:
    """What a link, seen from a job that is served, lets the other one, which takes so long, start at the latest."""
    T = A.ties
    if not T.link[k, IS_BEFORE]:
        latest = T.meet[j, LATEST_START]
        bound = latest - T.link[k, LOW]
        if T.link[k, DAWN] < T.link[k, DAWN_END]:
            dawn = -FOREVER
            for m in range(T.link[k, DAWN], T.link[k, DAWN_END]):
                if T.morning[m] <= latest:
                    dawn = T.morning[m] - 1
            if T.link[k, FROM_START]:
                return min(bound, dawn - lasts)
            bound = min(bound, dawn)
        return bound if T.link[k, FROM_START] else bound - lasts
    if T.link[k, HIGH] >= FOREVER:
        return FOREVER
    ends = np.int64(0) if T.link[k, FROM_START] else T.meet[j, FINISH] - T.meet[j, BEGIN]
    return T.meet[j, LATEST_START] + ends + T.link[k, HIGH]


@pasted
def lower_all(A: Arrays, S: State) -> None:
    """Ceilings of all linked jobs: what the routes of the others can bear, about."""
    T = A.ties
    for s in range(A.n_shifts):
        if T.holds[s]:
            touch(A, S, s)
            look_back(A, S, s)
    for _ in range(LOWERED):
        for s in range(A.n_shifts):
            if T.holds[s]:
                lowered = False
                for i in range(S.route[s, SIZE]):
                    j = S.stops[s, i]
                    if j < A.n_jobs and A.job[j, LINKED]:
                        ceil = ceiling(A, S, j, T.meet[j, FINISH] - T.meet[j, BEGIN])
                        lowered = lowered or ceil < T.meet[j, CEIL]
                        T.meet[j, CEIL] = min(T.meet[j, CEIL], max(ceil, T.meet[j, BEGIN]))
                if lowered:
                    look_back(A, S, s)


@jit
def look_back(A: Arrays, S: State, s: int) -> None:
    """The latest arrivals of a route, and the latest starts of its linked jobs."""
    latest_arrivals(A, S, s, S.route[s, SIZE], A.shift[s, ROW])
    for i in range(S.route[s, SIZE]):
        j = S.stops[s, i]
        if j < A.n_jobs and A.job[j, LINKED]:
            A.ties.meet[j, LATEST_START] = max(S.spot[s, i + 1, LATE], A.ties.meet[j, BEGIN])


@jit
def ceiling(A: Arrays, S: State, j: int, lasts: int) -> int:
    """The latest start of a job that takes so long, by the latest starts of the served jobs it is linked to."""
    T = A.ties
    ceil = FOREVER
    for k in range(T.link_span[j, 0], T.link_span[j, 1]):
        other = T.link[k, OTHER]
        if S.where[other, SHIFT] >= 0:
            ceil = min(ceil, ceil_of(A, other, j, k, lasts))
    return ceil


@inlined
def ceil_of(A: Arrays, other: int, j: int, k: int, lasts: int) -> int:
    """The same by one link, which the job itself sees at `k` and the other one from its own end."""
    return ceil_by(A, mirrored(A, other, j, k), other, lasts)


@inlined
def mirrored(A: Arrays, other: int, j: int, k: int) -> int:
    """Where the other job sees the link that a job sees at `k`."""
    T = A.ties
    nth, found = 0, np.int64(-1)
    for m in range(T.link_span[j, 0], k):
        if T.link[m, OTHER] == other:
            nth += 1
    for m in range(T.link_span[other, 0], T.link_span[other, 1]):
        if T.link[m, OTHER] == j:
            if nth == 0:
                found = np.int64(m)
            nth -= 1
    return found


@jit
def bound(A: Arrays, S: State, j: int, latest: int) -> None:
    """Floor and ceiling of a job that is not served, by the served ones it is linked to; nothing later than `latest`."""
    T = A.ties
    floor = -FOREVER
    for k in range(T.link_span[j, 0], T.link_span[j, 1]):
        other = T.link[k, OTHER]
        if S.where[other, SHIFT] >= 0:
            floor = max(floor, floor_by(A, mirrored(A, other, j, k), other, T.least[j]))
    T.meet[j, FLOOR], T.meet[j, CEIL] = floor, min(latest, ceiling(A, S, j, T.least[j]))


@jit
def price_extra(A: Arrays, S: State) -> None:
    """The prices that are of no single route: the largest lateness, and the groups. The total follows."""
    T = A.ties
    worst, money = np.int64(0), np.int64(0)
    if A.worst_rate:
        for s in range(A.n_shifts):
            if S.route[s, JOBS]:
                worst = max(worst, S.spot[s, 0, WAITS])
    for g in range(T.group.shape[0]):
        if T.group[g, PRICE] > 0:
            money += T.group[g, PRICE] * surplus(A, S, g)
    money += worst * A.worst_rate
    S.number[TOTAL] += money - T.late[EXTRA]
    T.late[EXTRA], T.late[WORST] = money, worst


@inlined
def surplus(A: Arrays, S: State, g: int) -> int:
    """How many technicians or days a group has too many of, or too few: one for each job but the first of its kind."""
    T = A.ties
    served, repeated = np.int64(0), np.int64(0)
    for m in range(T.group[g, MEMBERS], T.group[g, MEMBERS_END]):
        j = T.member[m]
        if S.where[j, SHIFT] >= 0:
            served += 1
            if meets(A, S, g, j, S.where[j, SHIFT], np.int64(m))[0]:
                repeated += 1
    if T.group[g, ASK] == DIFFERENT_TECHNICIANS:
        return repeated
    return max(np.int64(0), served - repeated - 1)


@inlined
def meets(A: Arrays, S: State, g: int, j: int, s: int, end: int) -> tuple[bool, bool]:
    """Whether the first members of a group, up to `end`, are served by who works a shift, or on its day; and by anybody."""
    T = A.ties
    column = 1 if T.group[g, ASK] == SAME_DAY else 0
    same, anybody = False, False
    for m in range(T.group[g, MEMBERS], end):
        other = T.member[m]
        if other != j and S.where[other, SHIFT] >= 0:
            anybody = True
            same = same or T.who[S.where[other, SHIFT], column] == T.who[s, column]
    return same, anybody


@jit
def allowed(A: Arrays, S: State, j: int, s: int, ahead: bool) -> int:
    """What the groups of a job charge for a shift; -1 if one of them, or a rival of the shift that is used, rules it out.

    `ahead`: nobody either who could not serve the rest of a group that wants one technician.
    """
    T = A.ties
    if S.route[s, JOBS] == 0:
        for k in range(T.rival_span[s, 0], T.rival_span[s, 1]):
            if S.route[T.rival[k], JOBS]:
                return np.int64(-1)
    money = np.int64(0)
    for k in range(T.group_span[j, 0], T.group_span[j, 1]):
        g = T.in_group[k]
        same, anybody = meets(A, S, g, j, s, T.group[g, MEMBERS_END])
        if same if T.group[g, ASK] == DIFFERENT_TECHNICIANS else anybody and not same:
            if T.group[g, PRICE] < 0:
                return np.int64(-1)
            money += T.group[g, PRICE]
        if ahead and T.group[g, ASK] == SAME_TECHNICIAN and T.group[g, PRICE] < 0 and not fits_all(A, S, g, s):
            return np.int64(-1)
    return money


@inlined
def fits_all(A: Arrays, S: State, g: int, s: int) -> bool:
    """Whether a shift may serve all jobs of a group that are not served yet."""
    T = A.ties
    for m in range(T.group[g, MEMBERS], T.group[g, MEMBERS_END]):
        other = T.member[m]
        if S.where[other, SHIFT] < 0 and A.pair[A.shift[s, ROW], other, ASSIGN] < 0:
            return False
    return True
