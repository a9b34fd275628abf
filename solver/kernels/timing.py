"""Times and price of one route: `evaluation.timed` and `evaluation.route_cost` on flat arrays.

`price` is exact for every rule and returns `ILLEGAL` where one is broken. A route is `stops[:n]`, all breaks of the shift
among them.
"""

import numpy as np

from solver.arrays import (
    AFTER,
    ASSIGN,
    CLOSE,
    DUE,
    END,
    END_PLACE,
    FINISH_BY,
    FIRST_OUT,
    LAST_OUT,
    LATE_FIXED,
    LATE_RATE,
    LATEST,
    LINKED,
    MAX_DURATION,
    MAX_JOBS,
    MAX_LEG,
    MAX_TRAVEL,
    METRE,
    MOST_LATE,
    OF_END,
    ON_VAN,
    OPEN,
    OR,
    OUTSIDE,
    PAID_WHOLE,
    PAUSE_CLOSE,
    PAUSE_OPEN,
    PAUSE_PLACE,
    PAUSE_TIME,
    PER_JOB,
    PLACE,
    RANK,
    RATE,
    REFILL,
    RELEASE,
    ROW,
    SECOND,
    SERVICE,
    SETUP,
    SOFT_CLOSE,
    SOFT_EARLY,
    SOFT_LATE,
    SOFT_OPEN,
    START,
    START_PLACE,
    STOCK_PLACE,
    STOCK_TIME,
    STOCK_VISITS,
    SUPPLY,
    TIERS,
    TIERS_END,
    TOOLS,
    URGENCY,
    USE,
    WINDOWS,
    WINDOWS_END,
    Arrays,
    Ints,
)
from solver.kernels.compile import inlined, jit
from solver.kernels.driving import drive, last_leave, length
from solver.ties import CEIL, FLOOR, TRIED, TRIED_WORST

ILLEGAL = -1
FOREVER = 4_000_000_000_000
NOWHERE = -1  #: the last place of `Arrays.leg`, too


@inlined
def copy(source: Ints, target: Ints, n: int) -> None:
    """Copy the first `n` numbers; a slice would allocate."""
    for i in range(n):
        target[i] = source[i]


@inlined
def without(stops: Ints, i: int, rest: Ints, n: int) -> None:
    """Write the first `n` stops but the one at index `i`."""
    for k in range(n - 1):
        rest[k] = stops[k] if k < i else stops[k + 1]


@inlined
def is_placeless(A: Arrays, stop: int) -> bool:
    """Whether a stop is a break held wherever the technician is."""
    return A.n_jobs <= stop < A.stock and A.pause[stop - A.n_jobs, PAUSE_PLACE] < 0


@inlined
def place_of(A: Arrays, s: int, stop: int, here: int) -> int:
    """Where the technician is during a stop, coming from `here`."""
    if stop < A.n_jobs:
        return A.job[stop, PLACE]
    if stop == A.stock:
        return A.shift[s, STOCK_PLACE]
    place = A.pause[stop - A.n_jobs, PAUSE_PLACE]
    return here if place < 0 else place


@inlined
def travel(A: Arrays, a: int, b: int) -> int:
    """Seconds from place to place, at any time and in any way at least; nothing to or from nowhere."""
    return np.int64(A.leg[a, b, 0])


@inlined
def metres(A: Arrays, a: int, b: int) -> int:
    """Metres from place to place, in any way at least; nothing to or from nowhere."""
    return np.int64(A.leg[a, b, 1])


@inlined
def opening(A: Arrays, j: int, arrive: int, lasts: int) -> tuple[int, int]:
    """Start of a job reached at `arrive`, and the latest start in that window; the latest is earlier if all are missed."""
    ceil = FOREVER
    if A.coupled:
        arrive, ceil = max(arrive, A.ties.meet[j, FLOOR]), A.ties.meet[j, CEIL]
    for w in range(A.job[j, WINDOWS], A.job[j, WINDOWS_END]):
        start = max(arrive, A.window[w, OPEN])
        if A.snap > 1 and A.window[w, OPEN] < A.window[w, CLOSE]:
            start += (A.snap_from - start) % A.snap
        latest = min(A.window[w, CLOSE], A.window[w, FINISH_BY] - lasts)
        if start <= latest:
            return start, min(latest, ceil)
    return arrive, arrive - 1


@inlined
def begin(A: Arrays, s: int, r: int, stop: int, arrive: int, at_site: bool) -> tuple[int, int, int]:
    """Start, latest start and length of a stop reached at `arrive`; `at_site`: the job before was at this place."""
    if stop < A.n_jobs:
        lasts = A.pair[r, stop, SERVICE]
        if not at_site:
            lasts += A.pair[r, stop, SETUP]
        start, latest = opening(A, stop, arrive, lasts)
        return start, latest, lasts
    if stop == A.stock:
        return arrive, FOREVER, A.shift[s, STOCK_TIME]
    b = stop - A.n_jobs
    return max(arrive, A.pause[b, PAUSE_OPEN]), A.pause[b, PAUSE_CLOSE], A.pause[b, PAUSE_TIME]


@inlined
def lead(A: Arrays, s: int, stops: Ints, n: int) -> tuple[int, int]:
    """How many breaks are held before the departure, and when the shift is ready to leave; FOREVER if one cannot be held."""
    k, ready = 0, A.shift[s, START]
    while k < n and is_placeless(A, stops[k]):
        b = stops[k] - A.n_jobs
        held = max(ready, A.pause[b, PAUSE_OPEN])
        if held > A.pause[b, PAUSE_CLOSE]:
            return k, FOREVER
        ready = held + A.pause[b, PAUSE_TIME]
        k += 1
    return k, ready


@jit
def price(A: Arrays, s: int, stops: Ints, n: int) -> int:
    """The price of a route, all terms but that of jobs left out; ILLEGAL if a rule is broken; 0 if it serves no job."""
    r = A.shift[s, ROW]
    fixed = fitting(A, s, r, stops, n)
    if fixed <= 0:
        if A.coupled:
            A.ties.late[TRIED_WORST] = 0
        return fixed
    fixed -= 1
    first, ready = lead(A, s, stops, n)
    if ready == FOREVER:
        return ILLEGAL
    if A.shift[s, FIRST_OUT] and first == 0:
        here = A.shift[s, START_PLACE]
        ready = last_leave(A, s, here, place_of(A, s, stops[0], here), ready - 1) + 1
    bent = A.traffic or A.snap > 1
    depart = ready
    if not A.keep_end:
        depart = departs(A, s, r, stops[first], ready)
    elif bent:
        depart = put_off(A, s, r, stops, first, n, ready)
    for again in range(2):
        walked = walk(A, s, r, stops, first, n, depart)
        if walked[0] == ILLEGAL:
            return ILLEGAL
        if again or bent or not A.keep_end:
            break
        depart += walked[1]
        if depart == ready or not A.by_time:
            break
    work_end, _, first_travel, metres_driven, timed = walked
    work_start = depart + first_travel if A.shift[s, FIRST_OUT] else depart
    if work_end - work_start > A.shift[s, MAX_DURATION]:
        return ILLEGAL
    paid = work_end - work_start
    if A.shift[s, PAID_WHOLE]:
        paid = max(work_end, A.shift[s, END]) - min(work_start, A.shift[s, START])
    money = fixed + timed + metres_driven * A.shift[s, METRE] + paid * A.shift[s, SECOND]
    return money + overtime(A, s, work_end - A.shift[s, END])


@inlined
def fitting(A: Arrays, s: int, r: int, stops: Ints, n: int) -> int:
    """What does not depend on times: 1 + price per use, job and pairing; 0 if there is no job; ILLEGAL if a rule is broken."""
    jobs, stocked, rank, pause = 0, 0, np.int64(-1), np.int64(0)
    money = A.shift[s, USE] + 1
    supplies = False
    for i in range(n):
        stop = stops[i]
        if stop < A.n_jobs:
            jobs += 1
            if A.pair[r, stop, ASSIGN] < 0 or (A.pair[r, stop, TOOLS] and stocked == 0):
                return ILLEGAL
            money += A.pair[r, stop, ASSIGN] + A.shift[s, PER_JOB]
            if A.job[stop, RANK] >= 0:
                if A.job[stop, RANK] <= rank:
                    return ILLEGAL
                rank = A.job[stop, RANK]
            supplies = supplies or A.job[stop, SUPPLY] != 0
        elif stop == A.stock:
            stocked += 1
        else:
            if stop < pause:
                return ILLEGAL
            pause = stop
    if jobs == 0:
        return 0
    if jobs > A.shift[s, MAX_JOBS] or stocked > A.shift[s, STOCK_VISITS]:
        return ILLEGAL
    if supplies and not supplied(A, s, stops, n):
        return ILLEGAL
    return money


@inlined
def supplied(A: Arrays, s: int, stops: Ints, n: int) -> bool:
    """Whether the van has every part it uses: what is on board up to the first stock stop, a refill after each."""
    for part in range(A.parts.shape[1]):
        left = A.van[s, part, ON_VAN]
        for i in range(n):
            stop = stops[i]
            if stop < A.n_jobs:
                left -= A.parts[stop, part]
                if left < 0:
                    return False
            elif stop == A.stock:
                left = A.van[s, part, REFILL]
    return True


@inlined
def departs(A: Arrays, s: int, r: int, stop: int, ready: int) -> int:
    """When a shift leaves that is ready to go to its first stop: as late as possible without moving its start."""
    here = A.shift[s, START_PLACE]
    there = place_of(A, s, stop, here)
    start, _, _ = begin(A, s, r, stop, ready + drive(A, s, here, there, ready), False)
    return last_leave(A, s, here, there, start)


@jit
def put_off(A: Arrays, s: int, r: int, stops: Ints, first: int, n: int, ready: int) -> int:
    """The latest departure that moves neither the last start nor any stop out of its window: by halving."""
    low, high = ready, max(ready, A.shift[s, LATEST])
    while low < high:
        middle = (low + high + 1) // 2
        if is_kept(A, s, r, stops, first, n, ready, middle):
            low = middle
        else:
            high = middle - 1
    return low


@inlined
def is_kept(A: Arrays, s: int, r: int, stops: Ints, first: int, n: int, now: int, then: int) -> bool:
    """Whether leaving `then` instead of `now` moves neither the last start nor any stop out of its window."""
    here, site, last = A.shift[s, START_PLACE], np.int64(NOWHERE), n
    while last > first and is_placeless(A, stops[last - 1]):
        last -= 1
    for i in range(first, n):
        stop = stops[i]
        home = drive(A, s, here, A.shift[s, END_PLACE], now)
        if i >= last and now + home <= A.pause[stop - A.n_jobs, PAUSE_CLOSE]:
            break
        there = place_of(A, s, stop, here)
        start, latest, lasts = begin(A, s, r, stop, now + drive(A, s, here, there, now), site == there)
        moved, last_moved, _ = begin(A, s, r, stop, then + drive(A, s, here, there, then), site == there)
        if A.coupled and stop < A.n_jobs and A.job[stop, LINKED]:
            latest = start
        if moved > min(latest, last_moved):
            return False
        now, then, here = start + lasts, moved + lasts, there
        if stop < A.n_jobs:
            site = there
        elif not is_placeless(A, stop):
            site = np.int64(NOWHERE)
    return now == then


@inlined
def walk(A: Arrays, s: int, r: int, stops: Ints, first: int, n: int, depart: int) -> tuple[int, int, int, int, int]:
    """Drive a route from `depart`, leading breaks held.

    Returns the end of work (ILLEGAL if a rule is broken), by how much the departure may be put off without moving that end (if what
    follows moves by as much), seconds of the first drive, metres of all, and the prices that depend on times.
    """
    last = n
    while last > first and is_placeless(A, stops[last - 1]):
        last -= 1
    now, here, site = depart, A.shift[s, START_PLACE], np.int64(NOWHERE)
    driven, far, waited, slack, money = np.int64(0), np.int64(0), np.int64(0), np.int64(FOREVER), np.int64(0)
    first_travel, limit = np.int64(0), A.shift[s, MAX_LEG]
    if A.coupled:
        A.ties.late[TRIED_WORST] = 0
    for i in range(first, last):
        stop = stops[i]
        there = place_of(A, s, stop, here)
        leg = drive(A, s, here, there, now)
        if leg > limit:
            return ILLEGAL, 0, 0, 0, 0
        driven += leg
        far += length(A, s, here, there)
        start, latest, lasts = begin(A, s, r, stop, now + leg, site == there)
        if start > latest:
            return ILLEGAL, 0, 0, 0, 0
        waited += start - now - leg
        if A.coupled and stop < A.n_jobs:
            latest = meeting(A, stop, start, latest, start + lasts)
        slack = min(slack, waited + latest - start)
        if i == first:
            first_travel = leg
        now, here = start + lasts, there
        if stop < A.n_jobs:
            site = there
            money += timed_price(A, stop, start, now)
        elif not is_placeless(A, stop):
            site = np.int64(NOWHERE)
    end_place = A.shift[s, END_PLACE]
    home = drive(A, s, here, end_place, now)
    for i in range(last, n):
        b = stops[i] - A.n_jobs
        if now + home <= A.pause[b, PAUSE_CLOSE]:
            if not held_at_home(A, stops, i, n, now + home):
                return ILLEGAL, 0, 0, 0, 0
            break
        start = max(now, A.pause[b, PAUSE_OPEN])
        if start > A.pause[b, PAUSE_CLOSE]:
            return ILLEGAL, 0, 0, 0, 0
        waited += start - now
        slack = min(slack, waited + A.pause[b, PAUSE_CLOSE] - start)
        now = start + A.pause[b, PAUSE_TIME]
        home = drive(A, s, here, end_place, now)
    far += length(A, s, here, end_place)
    if home > limit or driven + home > A.shift[s, MAX_TRAVEL]:
        return ILLEGAL, 0, 0, 0, 0
    work_end = now if A.shift[s, LAST_OUT] else now + home
    if work_end > A.shift[s, LATEST]:
        return ILLEGAL, 0, 0, 0, 0
    return work_end, max(np.int64(0), min(waited, slack)), first_travel, far, money


@inlined
def meeting(A: Arrays, j: int, start: int, latest: int, end: int) -> int:
    """Note when a job of a coupled problem is served; returns its latest start if others are not to move."""
    A.ties.late[TRIED_WORST] = max(A.ties.late[TRIED_WORST], end - A.job[j, DUE])
    if A.job[j, LINKED]:
        A.ties.meet[j, TRIED] = start
        return start
    return latest


@inlined
def held_at_home(A: Arrays, stops: Ints, first: int, n: int, back: int) -> bool:
    """Whether the breaks `stops[first:n]` can be held one after the other from the return on."""
    now = back
    for i in range(first, n):
        b = stops[i] - A.n_jobs
        now = max(now, A.pause[b, PAUSE_OPEN])
        if now > A.pause[b, PAUSE_CLOSE]:
            return False
        now += A.pause[b, PAUSE_TIME]
    return True


@inlined
def timed_price(A: Arrays, j: int, start: int, end: int) -> int:
    """What a job costs by its times."""
    return late_or_waiting(A, j, start, end) + soft_price(A, j, start, end, True)


@inlined
def least_timed_price(A: Arrays, j: int, start: int, end: int) -> int:
    """What a job costs at least by its times if it starts and ends then or later."""
    return late_or_waiting(A, j, start, end) + soft_price(A, j, start, end, False)


@inlined
def late_or_waiting(A: Arrays, j: int, start: int, end: int) -> int:
    """Lateness and urgency of a job: never less for later times."""
    money = np.int64(0)
    late = end - A.job[j, DUE]
    if late > 0:
        money += A.job[j, LATE_FIXED] + late * A.job[j, LATE_RATE]
    waits = start - A.job[j, RELEASE]
    if waits > 0:
        money += waits * A.job[j, URGENCY]
    return money


@inlined
def soft_price(A: Arrays, j: int, start: int, end: int, whole: bool) -> int:
    """Missed promises, preferred windows, slack, and moves of a job; if not `whole`, only what a later start does not save."""
    money, cheapest = np.int64(0), np.int64(0)
    for k in range(A.soft_of[j], A.soft_of[j + 1]):
        at, price_of = end if A.soft[k, OF_END] else start, np.int64(0)
        if at > A.soft[k, SOFT_CLOSE]:
            price_of = A.soft[k, OUTSIDE] + min(at - A.soft[k, SOFT_CLOSE], A.soft[k, MOST_LATE]) * A.soft[k, SOFT_LATE]
        elif whole and at < A.soft[k, SOFT_OPEN]:
            price_of = A.soft[k, OUTSIDE] + (A.soft[k, SOFT_OPEN] - at) * A.soft[k, SOFT_EARLY]
        if A.soft[k, OR]:
            cheapest = min(cheapest, price_of)
        else:
            money += cheapest
            cheapest = price_of
    return money + cheapest


@inlined
def overtime(A: Arrays, s: int, seconds: int) -> int:
    """The price of overtime by its tiers."""
    money = np.int64(0)
    last = A.shift[s, TIERS_END]
    for t in range(A.shift[s, TIERS], last):
        until = A.tier[t + 1, AFTER] if t + 1 < last else np.int64(FOREVER)
        money += A.tier[t, RATE] * max(np.int64(0), min(seconds, until) - A.tier[t, AFTER])
    return money
