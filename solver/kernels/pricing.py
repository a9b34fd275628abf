"""Routes worth adding to a linear program: those that cost less than the prices of their jobs, by labels.

Routes grow stop by stop, earliest first, and one that is later, dearer and longer than another at the same place is dropped, as it
stays so whatever follows (Feillet, Dejax, Gendreau & Gueguen 2004, doi 10.1002/net.20033). A route may come back to a job that is
not near the jobs served in between (ng-routes: Baldacci, Mingozzi & Roberti 2011, doi 10.1287/opre.1110.0975): less to tell apart,
and what comes out is still no more than any true route costs. For the same reason these are *relaxed*, each downward: breaks held
after the return need not leave room for one another; a delayed departure moves no price that depends on the time of day, and is
held up by the last window of a job only; starting earlier than is wished for costs nothing, for a later start would save that.
"""

import numpy as np

from solver.arrays import (
    ASSIGN,
    CLOSE,
    END,
    END_PLACE,
    FINISH_BY,
    FIRST_OUT,
    LAST_OUT,
    LATEST,
    MAX_DURATION,
    MAX_JOBS,
    MAX_LEG,
    MAX_TRAVEL,
    METRE,
    ON_VAN,
    PAID_WHOLE,
    PAUSE_CLOSE,
    PAUSE_OPEN,
    PAUSE_PLACE,
    PAUSE_TIME,
    PAUSES,
    PAUSES_END,
    PER_JOB,
    RANK,
    REFILL,
    ROW,
    SECOND,
    START,
    START_PLACE,
    STOCK_VISITS,
    TOOLS,
    USE,
    WINDOWS,
    WINDOWS_END,
    Arrays,
    Ints,
    Small,
)
from solver.kernels.compile import entry, inlined, jit
from solver.kernels.outlook import (
    ALIKE,
    BASE,
    COST,
    DEAD,
    DRIVEN,
    HERE,
    JOBS,
    LABELS,
    LATER,
    LEADING,
    MONEY,
    NEVER,
    NEXT,
    NONE,
    NOW,
    PARENT,
    PAUSED,
    QUEUED,
    QUEUES,
    RANKED,
    SITE,
    SLACK,
    SPOT,
    STOCKED,
    STOP,
    WAITED,
    WHOLE,
    WIDTH,
    WORD,
    Growth,
    Offer,
    complete,
    least_price,
    spot_of,
)
from solver.kernels.timing import (
    FOREVER,
    NOWHERE,
    begin,
    is_placeless,
    least_timed_price,
    metres,
    overtime,
    place_of,
    price,
    travel,
)


@entry
def grow(A: Arrays, s: int, Q: Offer, G: Growth, limit: int, thorough: bool) -> int:
    """Find routes of a shift that cost less than `limit` more than the prices of their jobs; after `look_ahead`.

    Returns what no route costs less than, `limit` at most; the routes are in the labels. Not `thorough`: routes that look alike are
    dropped though what they may do next differs; many are found soon, and the answer is that of what was found.
    """
    prepare(A, s, G)
    best = np.int64(limit)
    for q in range(QUEUES):
        while G.queue[q] != NONE:
            at = np.int64(G.queue[q])
            G.queue[q] = G.label[at, QUEUED]
            if G.label[at, DEAD]:
                continue
            for c in range(Q.stops.shape[0]):
                if not may_follow(A, s, Q, G, at, Q.stops[c]):
                    continue
                if G.number[LABELS] == G.label.shape[0] or Q.halt[0]:
                    G.number[WHOLE] = 0
                    return min(best, least_unfinished(A, s, Q, G, at, q)) if thorough else best
                if extended(A, s, Q, G, at, Q.stops[c]) and kept(A, s, Q, G, limit, thorough):
                    best = min(best, finished(A, s, G))
    return best


@entry
def look_ahead(A: Arrays, s: int, Q: Offer, G: Growth) -> int:
    """Fill the table of what is still to come, and return what no route costs less than beyond the prices of its jobs."""
    if not Q.step:
        return -NEVER
    complete(A, s, Q, G)
    prepare(A, s, G)
    least, at = np.int64(NEVER), np.int64(0)
    while at < G.number[LABELS]:
        for c in range(Q.stops.shape[0]):
            if may_follow(A, s, Q, G, at, Q.stops[c]) and extended(A, s, Q, G, at, Q.stops[c]):
                new = G.label[G.number[LABELS]]
                if new[LEADING] and G.number[LABELS] + 1 < G.label.shape[0]:
                    G.number[LABELS] += 1
                elif new[LEADING]:
                    return -NEVER
                else:
                    least = min(least, least_price(A, s, Q, G, new))
        at += 1
    return least


@inlined
def prepare(A: Arrays, s: int, G: Growth) -> None:
    """An empty route, and nothing found."""
    for p in range(G.first.shape[0]):
        for b in range(G.first.shape[1]):
            G.first[p, b] = NONE
    for q in range(QUEUES):
        G.queue[q] = NONE
    for spot in range(G.best.shape[0]):
        G.best[spot], G.last[spot] = NEVER, NONE
    for column in range(WIDTH):
        G.label[0, column] = 0
    for word in range(G.seen.shape[1]):
        G.seen[0, word] = 0
    for part in range(G.left.shape[1]):
        G.left[0, part] = A.van[s, part, ON_VAN]
    root = G.label[0]
    root[STOP], root[SPOT], root[SITE], root[PARENT], root[QUEUED], root[RANKED] = NONE, NONE, NOWHERE, NONE, NONE, NONE
    root[NOW], root[HERE], root[BASE] = A.shift[s, START], A.shift[s, START_PLACE], A.shift[s, START]
    root[SLACK], root[LEADING], root[MONEY] = FOREVER, 1, A.shift[s, USE]
    G.number[LABELS], G.number[WHOLE] = 1, 1
    G.queue[0] = 0


@inlined
def may_follow(A: Arrays, s: int, Q: Offer, G: Growth, at: int, stop: int) -> bool:
    """Whether a stop may come next, times apart."""
    label = G.label[at]
    if stop >= A.n_jobs:
        if stop == A.stock:
            return label[STOCKED] < A.shift[s, STOCK_VISITS]
        return stop - A.n_jobs == A.shift[s, PAUSES] + label[PAUSED]
    if 0 <= label[STOP] < A.n_jobs and not (Q.close[label[STOP], stop // WORD] >> (stop % WORD)) & 1:
        return False
    if (G.seen[at, stop // WORD] >> (stop % WORD)) & 1 or label[JOBS] >= A.shift[s, MAX_JOBS]:
        return False
    if A.job[stop, RANK] >= 0 and A.job[stop, RANK] <= label[RANKED]:
        return False
    if A.pair[A.shift[s, ROW], stop, TOOLS] and not label[STOCKED]:
        return False
    for part in range(G.left.shape[1]):
        if A.parts[stop, part] > G.left[at, part]:
            return False
    return True


@jit
def extended(A: Arrays, s: int, Q: Offer, G: Growth, at: int, stop: int) -> bool:
    """Write the label that extends another by a stop; False if no route that begins so can be legal."""
    label, new = G.label[at], G.label[G.number[LABELS]]
    for column in range(WIDTH):
        new[column] = label[column]
    new[STOP], new[PARENT], new[DEAD] = stop, at, 0
    if is_placeless(A, stop):
        return hold(A, s, label, new, stop - A.n_jobs) and carry(A, s, Q, G, at, stop)
    there = place_of(A, s, stop, label[HERE])
    leg = travel(A, label[HERE], there)
    ready = label[NOW]
    if label[LEADING]:
        if A.shift[s, FIRST_OUT] and label[PAUSED] == 0:
            ready -= leg
        new[BASE] = ready + leg if A.shift[s, FIRST_OUT] else ready
    start, latest, lasts = begin(A, s, A.shift[s, ROW], stop, ready + leg, label[SITE] == there)
    new[NOW], new[HERE], new[SITE], new[SPOT] = start + lasts, there, NOWHERE, stop
    new[DRIVEN] += leg
    if start > latest or leg > A.shift[s, MAX_LEG] or new[NOW] > A.shift[s, LATEST] or new[DRIVEN] > A.shift[s, MAX_TRAVEL]:
        return False
    if stop < A.n_jobs:
        latest = latest_of_all(A, stop, latest, lasts)
    new[WAITED] += start - ready - leg
    new[SLACK] = min(label[SLACK], new[WAITED] + latest - start)
    if label[LEADING] and not A.keep_end:
        new[BASE] += new[WAITED]
    new[LEADING] = 0
    new[MONEY] += metres(A, label[HERE], there) * A.shift[s, METRE]
    if stop < A.n_jobs:
        new[SITE] = there
        new[JOBS] += 1
        if A.job[stop, RANK] >= 0:
            new[RANKED] = A.job[stop, RANK]
        new[MONEY] += A.pair[A.shift[s, ROW], stop, ASSIGN] + A.shift[s, PER_JOB] - Q.price[stop]
        new[MONEY] += least_timed_price(A, stop, start, new[NOW])
    elif stop == A.stock:
        new[STOCKED] += 1
    else:
        new[PAUSED] += 1
    count_time(A, s, new)
    if worked_least(A, new, np.int64(0)) > A.shift[s, MAX_DURATION]:
        return False
    return carry(A, s, Q, G, at, stop)


@inlined
def latest_of_all(A: Arrays, j: int, latest: int, lasts: int) -> int:
    """The latest start of a job in any of its windows."""
    for w in range(A.job[j, WINDOWS], A.job[j, WINDOWS_END]):
        latest = max(latest, min(A.window[w, CLOSE], A.window[w, FINISH_BY] - lasts))
    return latest


@inlined
def hold(A: Arrays, s: int, label: Ints, new: Ints, pause: int) -> bool:
    """A break held where the technician is."""
    new[PAUSED] += 1
    if label[NOW] > A.pause[pause, PAUSE_CLOSE]:
        return False
    start = max(label[NOW], A.pause[pause, PAUSE_OPEN])
    new[NOW] = start + A.pause[pause, PAUSE_TIME]
    if label[LEADING]:
        new[BASE] = new[NOW]
    else:
        new[WAITED] += start - label[NOW]
        new[SLACK] = min(label[SLACK], new[WAITED] + A.pause[pause, PAUSE_CLOSE] - start)
        count_time(A, s, new)
    return new[NOW] <= A.shift[s, LATEST] and worked_least(A, new, np.int64(0)) <= A.shift[s, MAX_DURATION]


@inlined
def count_time(A: Arrays, s: int, new: Ints) -> None:
    """The price so far, less what the time of the end will be charged at."""
    second = A.shift[s, SECOND]
    if A.shift[s, PAID_WHOLE]:
        new[COST] = new[MONEY] - second * min(new[BASE], A.shift[s, START])
        new[LATER] = new[COST]
    elif A.keep_end:
        new[COST] = new[MONEY] + second * (new[NOW] - new[BASE] - new[WAITED])
        new[LATER] = new[MONEY] - second * (new[BASE] + new[SLACK])
    else:
        new[COST] = new[MONEY] - second * new[BASE]
        new[LATER] = new[COST]


@inlined
def worked_least(A: Arrays, label: Ints, home: int) -> int:
    """Seconds of work of a route that ends so many seconds from now."""
    if not A.keep_end:
        return label[NOW] + home - label[BASE]
    return label[NOW] + home - label[BASE] - min(label[WAITED], label[SLACK])


@inlined
def carry(A: Arrays, s: int, Q: Offer, G: Growth, at: int, stop: int) -> bool:
    """What the van has, and what the route remembers, after a stop."""
    k = G.number[LABELS]
    for part in range(G.left.shape[1]):
        G.left[k, part] = A.van[s, part, REFILL] if stop == A.stock else G.left[at, part]
        if stop < A.n_jobs:
            G.left[k, part] -= A.parts[stop, part]
    for word in range(G.seen.shape[1]):
        G.seen[k, word] = G.seen[at, word] & Q.memory[stop, word] if stop < A.n_jobs else G.seen[at, word]
    if stop < A.n_jobs:
        G.seen[k, stop // WORD] |= np.int64(1) << (stop % WORD)
    return True


@jit
def kept(A: Arrays, s: int, Q: Offer, G: Growth, limit: int, thorough: bool) -> bool:
    """Keep the label just written unless it is of no use."""
    k = G.number[LABELS]
    new = G.label[k]
    if Q.step and not new[LEADING] and least_price(A, s, Q, G, new) >= limit:
        return False
    at, before = np.int64(G.first[new[HERE], new[PAUSED]]), np.int64(NONE)
    while at != NONE:
        other = G.label[at]
        if dominates(A, s, G, at, k, thorough):
            return False
        following = other[NEXT]
        if dominates(A, s, G, k, at, thorough):
            other[DEAD] = 1
            if before == NONE:
                G.first[new[HERE], new[PAUSED]] = following
            else:
                G.label[before, NEXT] = following
        else:
            before = at
        at = following
    new[NEXT] = G.first[new[HERE], new[PAUSED]]
    G.first[new[HERE], new[PAUSED]] = k
    q = queue_of(A, s, new[NOW])
    new[QUEUED] = G.queue[q]
    G.queue[q] = k
    G.number[LABELS] += 1
    return True


@inlined
def queue_of(A: Arrays, s: int, now: int) -> int:
    """Which queue a label left at `now` waits in."""
    span = max(np.int64(1), A.shift[s, LATEST] - A.shift[s, START] + 1)
    return max(np.int64(0), min(np.int64(QUEUES - 1), (now - A.shift[s, START]) * QUEUES // span))


@inlined
def dominates(A: Arrays, s: int, G: Growth, a: int, b: int, thorough: bool) -> bool:
    """Whether whatever follows `b` may follow `a`, and is no dearer then; their places and breaks held are the same."""
    one, other = G.label[a], G.label[b]
    late = one[NOW] - other[NOW]
    if (
        late > (0 if thorough else (A.shift[s, LATEST] - A.shift[s, START]) // ALIKE)
        or one[COST] > other[COST]
        or (thorough and one[LATER] > other[LATER])
    ):
        return False
    if one[SITE] != other[SITE] or one[LEADING] != other[LEADING] or one[RANKED] > other[RANKED]:
        return False
    if one[STOCKED] > other[STOCKED] or (one[STOCKED] == 0 and other[STOCKED]):
        return False
    if not thorough:
        return True
    if one[DRIVEN] > other[DRIVEN] and A.shift[s, MAX_TRAVEL] < FOREVER:
        return False
    if one[JOBS] > other[JOBS] and A.shift[s, MAX_JOBS] < FOREVER:
        return False
    if A.shift[s, MAX_DURATION] < FOREVER:
        if not A.keep_end and one[BASE] < other[BASE]:
            return False
        worked = one[NOW] - one[BASE] - one[WAITED] > other[NOW] - other[BASE] - other[WAITED]
        if A.keep_end and (worked or one[BASE] + one[SLACK] < other[BASE] + other[SLACK]):
            return False
    for part in range(G.left.shape[1]):
        if G.left[a, part] < G.left[b, part]:
            return False
    for word in range(G.seen.shape[1]):
        if G.seen[a, word] & ~G.seen[b, word]:
            return False
    return True


@jit
def finished(A: Arrays, s: int, G: Growth) -> int:
    """The least price of the route that ends with the label just kept, less that of its jobs; NEVER if it may not end."""
    k = G.number[LABELS] - 1
    label = G.label[k]
    home = travel(A, label[HERE], A.shift[s, END_PLACE])
    if label[JOBS] == 0 or home > A.shift[s, MAX_LEG] or label[DRIVEN] + home > A.shift[s, MAX_TRAVEL]:
        return NEVER
    for b in range(A.shift[s, PAUSES_END] - 1, A.shift[s, PAUSES] + label[PAUSED] - 1, -1):
        if A.pause[b, PAUSE_PLACE] >= 0:
            return NEVER
    pause = A.shift[s, PAUSES] + label[PAUSED]
    if pause < A.shift[s, PAUSES_END] and label[NOW] + home > A.pause[pause, PAUSE_CLOSE]:
        return NEVER
    way = np.int64(0) if A.shift[s, LAST_OUT] else home
    end = label[NOW] + way
    if end > A.shift[s, LATEST] or worked_least(A, label, way) > A.shift[s, MAX_DURATION]:
        return NEVER
    second = A.shift[s, SECOND]
    money = label[LATER] + second * end
    if A.shift[s, PAID_WHOLE]:
        money = label[COST] + second * max(end, A.shift[s, END])
    elif A.keep_end:
        money = max(money, label[COST] + second * way)
    money += metres(A, label[HERE], A.shift[s, END_PLACE]) * A.shift[s, METRE] + overtime(A, s, end - A.shift[s, END])
    spot = spot_of(A, s, label[SPOT])
    if money < G.best[spot]:
        G.best[spot], G.last[spot] = money, k
    return money


@inlined
def least_unfinished(A: Arrays, s: int, Q: Offer, G: Growth, at: int, q: int) -> int:
    """What no route costs less than that goes on from a label not yet extended."""
    if not Q.step:
        return -NEVER
    least = least_price(A, s, Q, G, G.label[at]) if not G.label[at, LEADING] else np.int64(-NEVER)
    for each in range(q, QUEUES):
        k = np.int64(G.queue[each])
        while k != NONE:
            if not G.label[k, DEAD]:
                least = min(least, least_price(A, s, Q, G, G.label[k]) if not G.label[k, LEADING] else np.int64(-NEVER))
            k = G.label[k, QUEUED]
    return least


@entry
def price_all(A: Arrays, shift: Small, first: Ints, size: Ints, stops: Ints, cost: Ints) -> None:
    """Write the price of each route, all its breaks among its stops; ILLEGAL if it breaks a rule."""
    for k in range(shift.shape[0]):
        cost[k] = price(A, np.int64(shift[k]), stops[first[k] : first[k] + size[k]], size[k])
