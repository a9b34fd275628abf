"""Every route worth having: of each set of jobs that a shift can serve, the cheapest order of all its stops.

Routes grow stop by stop. One that has served the same jobs as another, held the same breaks and ended in the same place is
dropped if it is later, dearer and longer, as it then stays whatever follows (Feillet, Dejax, Gendreau & Gueguen 2004,
doi 10.1002/net.20033); where the rules do not let that be said, both are kept. What nothing can mend, such as a window missed,
drops a route at once.
"""

from typing import NamedTuple

import numpy as np

from solver.arrays import (
    FIRST_OUT,
    LATEST,
    MAX_LEG,
    MAX_TRAVEL,
    METRE,
    PAUSE_CLOSE,
    PAUSE_OPEN,
    PAUSE_TIME,
    PAUSES,
    PAUSES_END,
    ROW,
    START,
    START_PLACE,
    STOCK_VISITS,
    Arrays,
    Ints,
    Small,
)
from solver.kernels.compile import entry, inlined, jit
from solver.kernels.driving import drive, last_leave, length
from solver.kernels.held import held
from solver.kernels.timing import (
    FOREVER,
    ILLEGAL,
    NOWHERE,
    begin,
    departs,
    fitting,
    is_placeless,
    place_of,
    price,
    timed_price,
)

# columns of `Labels.label`: jobs served (bits), last stop, breaks held, stock stops, end of the last stop, its place, the place of
# the job before, price so far, seconds driven, earliest start of work, seconds waited, by how much the start of work can be put
# off, whether only leading breaks have been held, the label this one extends, whether a better one exists, the next of its bucket
SERVED, STOP, PAUSED, STOCKED, NOW, HERE, SITE, MONEY, DRIVEN, BASE, WAITED, SLACK, LEADING, PARENT, DEAD, NEXT = range(16)
WIDTH = 16
NONE = -1


@held
class Labels(NamedTuple):
    """Routes as they grow, each a label with the one it extends."""

    label: Ints  #: (most labels, 16)
    bucket: Small  #: (buckets) first label of each
    route: Ints  #: (most stops of a route)
    cost: Ints  #: (2 ** jobs) cheapest price of the routes that serve exactly these jobs, ILLEGAL if there is none
    last: Small  #: (2 ** jobs) the label it ends with
    number: Ints  #: (1) labels


def new_labels(arrays: Arrays, most: int) -> Labels:
    """Room for so many labels of one shift."""
    breaks = int((arrays.shift[:, PAUSES_END] - arrays.shift[:, PAUSES]).max())
    stocks = int(min(arrays.shift[:, STOCK_VISITS].max(), most))
    return Labels(
        label=np.zeros((most, WIDTH), np.int64),
        bucket=np.zeros(1 << most.bit_length(), np.int32),
        route=np.zeros(arrays.n_jobs + breaks + stocks + 1, np.int64),
        cost=np.zeros(1 << arrays.n_jobs, np.int64),
        last=np.zeros(1 << arrays.n_jobs, np.int32),
        number=np.zeros(1, np.int64),
    )


@entry
def enumerate_routes(A: Arrays, s: int, L: Labels, ordered: bool, refilled: bool) -> bool:
    """Fill the labels with the routes of a shift; False if there is no room for all.

    `ordered`: being earlier, cheaper and shorter is never worse. `refilled`: a stock stop gives as many parts as are needed.
    """
    for i in range(L.bucket.shape[0]):
        L.bucket[i] = NONE
    for i in range(L.cost.shape[0]):
        L.cost[i] = ILLEGAL
    for column in range(WIDTH):
        L.label[0, column] = 0
    L.label[0, STOP], L.label[0, SITE], L.label[0, PARENT] = NONE, NOWHERE, NONE
    L.label[0, NOW], L.label[0, HERE] = A.shift[s, START], A.shift[s, START_PLACE]
    L.label[0, SLACK], L.label[0, LEADING] = FOREVER, 1
    L.number[0] = 1
    i = np.int64(0)
    while i < L.number[0]:
        label = L.label[i]
        for stop in range(A.stock + 1):
            if label[DEAD] or not is_next(A, s, label, stop):
                continue
            if L.number[0] == L.label.shape[0]:
                return False
            if reach(A, s, label, L.label[L.number[0]], stop):
                keep(A, s, L, i, stop, ordered, refilled)
        i += 1
    return True


@inlined
def is_next(A: Arrays, s: int, label: Ints, stop: int) -> bool:
    """Whether a stop may come next, times apart: a job not yet served, the next break, or the stock point."""
    if stop < A.n_jobs:
        return not (label[SERVED] >> stop) & 1
    if stop == A.stock:
        return label[STOCKED] < A.shift[s, STOCK_VISITS]
    pause = A.shift[s, PAUSES] + label[PAUSED]
    return stop - A.n_jobs == pause and pause < A.shift[s, PAUSES_END]


@inlined
def reach(A: Arrays, s: int, label: Ints, new: Ints, stop: int) -> bool:
    """Write the label that extends another by a stop; False if no route that begins so can be legal."""
    for column in range(WIDTH):
        new[column] = label[column]
    new[STOP] = stop
    if is_placeless(A, stop):
        return hold(A, label, new, stop - A.n_jobs)
    there = place_of(A, s, stop, label[HERE])
    ready = label[NOW]
    if label[LEADING] and A.shift[s, FIRST_OUT] and label[PAUSED] == 0:
        ready = last_leave(A, s, label[HERE], there, ready - 1) + 1
    if label[LEADING] and not A.keep_end:
        ready = departs(A, s, A.shift[s, ROW], stop, ready)
    leg = drive(A, s, label[HERE], there, ready)
    if label[LEADING]:
        new[BASE] = ready + leg if A.shift[s, FIRST_OUT] else ready
    start, latest, lasts = begin(A, s, A.shift[s, ROW], stop, ready + leg, label[SITE] == there)
    new[NOW], new[HERE], new[SITE] = start + lasts, there, NOWHERE
    new[DRIVEN] += leg
    if start > latest or leg > A.shift[s, MAX_LEG] or new[NOW] > A.shift[s, LATEST] or new[DRIVEN] > A.shift[s, MAX_TRAVEL]:
        return False
    new[WAITED] += start - ready - leg
    new[SLACK] = min(label[SLACK], new[WAITED] + latest - start)
    new[LEADING] = 0
    new[MONEY] += length(A, s, label[HERE], there) * A.shift[s, METRE]
    if stop < A.n_jobs:
        new[SERVED] |= np.int64(1) << stop
        new[SITE] = there
        new[MONEY] += timed_price(A, stop, start, new[NOW])
    elif stop == A.stock:
        new[STOCKED] += 1
    else:
        new[PAUSED] += 1
    return True


@inlined
def hold(A: Arrays, label: Ints, new: Ints, pause: int) -> bool:
    """A break held where the technician is."""
    new[PAUSED] += 1
    if label[NOW] > A.pause[pause, PAUSE_CLOSE]:
        return False
    start = max(label[NOW], A.pause[pause, PAUSE_OPEN])
    new[NOW] = start + A.pause[pause, PAUSE_TIME]
    if not label[LEADING]:
        new[WAITED] += start - label[NOW]
        new[SLACK] = min(label[SLACK], new[WAITED] + A.pause[pause, PAUSE_CLOSE] - start)
    return True


@jit
def keep(A: Arrays, s: int, L: Labels, parent: int, stop: int, ordered: bool, refilled: bool) -> None:
    """Keep the label just written unless it is of no use, and its route if it is complete and the cheapest of its jobs."""
    k = L.number[0]
    new = L.label[k]
    new[PARENT] = parent
    n = trace(L, k)
    if fitting(A, s, A.shift[s, ROW], L.route, n) == ILLEGAL:
        return
    left = A.shift[s, PAUSES_END] - A.shift[s, PAUSES] - new[PAUSED]
    if ordered and left <= 1 and not is_placeless(A, stop) and (refilled or new[STOCKED] == 0):
        at = (new[SERVED] * 61 + stop * 7_919 + new[PAUSED] * 31 + new[STOCKED] * 17) % L.bucket.shape[0]
        other = L.bucket[at]
        while other != NONE:
            if dominates(A, s, L.label[other], new):
                return
            if dominates(A, s, new, L.label[other]):
                L.label[other, DEAD] = 1
            other = L.label[other, NEXT]
        new[NEXT] = L.bucket[at]
        L.bucket[at] = k
    L.number[0] += 1
    served = new[SERVED]
    if left == 0 and served:
        cost = price(A, s, L.route, n)
        if cost != ILLEGAL and (L.cost[served] == ILLEGAL or cost < L.cost[served]):
            L.cost[served], L.last[served] = cost, k


@jit
def trace(L: Labels, k: int) -> int:
    """Write the stops of a label's route; returns how many."""
    n, at = 0, k
    while L.label[at, PARENT] != NONE:
        n += 1
        at = L.label[at, PARENT]
    at = k
    for i in range(n - 1, -1, -1):
        L.route[i] = L.label[at, STOP]
        at = L.label[at, PARENT]
    return n


@inlined
def dominates(A: Arrays, s: int, a: Ints, b: Ints) -> bool:
    """Whether whatever follows is legal and no dearer after `a` if it is legal after `b`."""
    for column in range(STOCKED + 1):
        if a[column] != b[column]:
            return False
    if a[HERE] != b[HERE] or a[SITE] != b[SITE] or a[NOW] > b[NOW] or a[MONEY] > b[MONEY]:
        return False
    if A.eased and a[NOW] != b[NOW]:
        return False
    if a[DRIVEN] > b[DRIVEN] and A.shift[s, MAX_TRAVEL] < FOREVER:
        return False
    if not A.clocked:
        return True
    if not A.keep_end:
        return a[BASE] >= b[BASE]
    worked = a[NOW] - a[BASE] - a[WAITED] <= b[NOW] - b[BASE] - b[WAITED]
    return worked and a[BASE] + a[SLACK] >= b[BASE] + b[SLACK]
