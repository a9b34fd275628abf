"""Labels of growing routes, and what no route that begins with one costs less than: the ground of `kernels.pricing`."""

from typing import NamedTuple

import numpy as np

from solver.arrays import (
    ASSIGN,
    END,
    LAST_OUT,
    LATEST,
    METRE,
    PAID_WHOLE,
    PAUSES,
    PAUSES_END,
    PER_JOB,
    ROW,
    SECOND,
    START,
    Arrays,
    Ints,
    Small,
)
from solver.kernels.compile import inlined, jit
from solver.kernels.held import held
from solver.kernels.timing import (
    begin,
    least_timed_price,
    overtime,
)

# columns of `Growth.label`: last stop, last stop but breaks without a place, breaks held, stock stops, end of the last stop, its
# place, the place of the job before, price so far but for time, seconds driven, earliest start of work, seconds waited, by how much
# the start of work can be put off, whether only leading breaks have been held, jobs, rank of the last job with one, price so far
# with the time worked if the start is put off by all the waiting, the same if by all the slack, the label this one extends, whether
# a better one exists, the next at its place, the next to be extended
STOP, SPOT, PAUSED, STOCKED, NOW, HERE, SITE, MONEY, DRIVEN, BASE, WAITED, SLACK, LEADING, JOBS, RANKED = range(15)
COST, LATER, PARENT, DEAD, NEXT, QUEUED = range(15, 21)
WIDTH = 21
# columns of `Growth.number`: labels, whether there was room for all
LABELS, WHOLE = range(2)
NONE = -1
NEVER = 4 * 10**18  #: dearer than any route
QUEUES = 1_024
ALIKE = 50  #: for a quick look, routes are equally late that differ by less than this part of the shift
WORD = 64


@held
class Offer(NamedTuple):
    """What a kind of shift is asked: which stops to choose from, and what the jobs are worth."""

    stops: Ints  #: stops that may come next, the jobs first: jobs it may serve, its breaks, the stock point
    price: Ints  #: (n_jobs) what serving a job is worth
    memory: Ints  #: (n_jobs, words) the jobs a route remembers at each, as bits; all of them where a quick look is enough
    close: Ints  #: (n_jobs, words) the jobs that may follow each, as bits; all of them where a quick look is not enough
    leg: Small  #: (stops, stops, 2) least seconds and metres from stop to stop, whatever breaks and stock stops come between
    halt: Ints  #: (1) not zero: there is no time for more labels
    step: int  #: seconds of a row of `Growth.rest`; 0: there is no such bound


@held
class Growth(NamedTuple):
    """Routes as they grow, each a label with the one it extends."""

    label: Ints  #: (most labels, WIDTH)
    seen: Ints  #: (most labels, words) jobs that may not come next
    left: Ints  #: (most labels, parts) on the van
    first: Small  #: (places, breaks + 1) first label of each
    queue: Small  #: (QUEUES) labels to be extended, by time
    rest: Ints  #: (rows, stops, 2) least price of what follows a stop left then: work is paid to the end, or without waiting
    best: Ints  #: (stops) least price of a route less that of its jobs, by its last stop
    last: Small  #: (stops) the label it ends with
    number: Ints  #: (2)


def new_growth(arrays: Arrays, most: int, rows: int) -> Growth:
    """Room for so many labels of one shift, and rows of a bound on what follows."""
    breaks = int((arrays.shift[:, PAUSES_END] - arrays.shift[:, PAUSES]).max(initial=0))
    return Growth(
        label=np.zeros((most, WIDTH), np.int64),
        seen=np.zeros((most, words(arrays.n_jobs)), np.int64),
        left=np.zeros((most, arrays.parts.shape[1]), np.int64),
        first=np.zeros((arrays.leg.shape[0], breaks + 1), np.int32),
        queue=np.zeros(QUEUES, np.int32),
        rest=np.zeros((rows, arrays.n_jobs + breaks + 1, 2), np.int64),
        best=np.zeros(arrays.n_jobs + breaks + 1, np.int64),
        last=np.zeros(arrays.n_jobs + breaks + 1, np.int32),
        number=np.zeros(2, np.int64),
    )


def words(jobs: int) -> int:
    """Words that hold a bit per job."""
    return -(-jobs // WORD)


@inlined
def spot_of(A: Arrays, s: int, stop: int) -> int:
    """The number of a stop in the tables of a shift: its jobs, then its breaks, then the stock point."""
    if stop < A.n_jobs:
        return stop
    if stop == A.stock:
        return A.n_jobs + A.shift[s, PAUSES_END] - A.shift[s, PAUSES]
    return stop - A.shift[s, PAUSES]


@inlined
def least_price(A: Arrays, s: int, Q: Offer, G: Growth, label: Ints) -> int:
    """What no route that begins with a label costs less than, the prices of its jobs taken off."""
    rest = G.rest[(label[NOW] - A.shift[s, START]) // Q.step, spot_of(A, s, label[SPOT])]
    if A.keep_end and not A.shift[s, PAID_WHOLE]:
        return max(label[LATER] + rest[0], label[COST] + rest[1])
    return label[LATER] + rest[0]


@jit
def complete(A: Arrays, s: int, Q: Offer, G: Growth) -> None:
    """Fill `rest`, from the end of the shift backward: any job may follow any other, again and again, but not itself.

    Every service takes a row of the table at least, so that what follows is found in later rows.
    """
    for row in range((A.shift[s, LATEST] - A.shift[s, START]) // Q.step, -1, -1):
        now = A.shift[s, START] + row * Q.step
        for c in range(Q.stops.shape[0]):
            stop = Q.stops[c]
            here = spot_of(A, s, stop)
            best0, best1 = ending(A, s, Q, here, now)
            for d in range(Q.stops.shape[0]):
                after = Q.stops[d]
                if after >= A.n_jobs or after == stop:
                    continue
                leg = np.int64(Q.leg[here, after, 0])
                same = stop < A.n_jobs and Q.leg[here, after, 0] == 0
                start, latest, lasts = begin(A, s, A.shift[s, ROW], after, now + leg, same)
                end = start + lasts
                if start > latest or end > A.shift[s, LATEST]:
                    continue
                money = A.pair[A.shift[s, ROW], after, ASSIGN] + A.shift[s, PER_JOB] - Q.price[after]
                money += Q.leg[here, after, 1] * A.shift[s, METRE] + least_timed_price(A, after, start, end)
                following = G.rest[(end - A.shift[s, START]) // Q.step, after]
                best0 = min(best0, money + following[0])
                best1 = min(best1, money + A.shift[s, SECOND] * (leg + lasts) + following[1])
            G.rest[row, here, 0], G.rest[row, here, 1] = best0, best1


@inlined
def ending(A: Arrays, s: int, Q: Offer, here: int, now: int) -> tuple[int, int]:
    """The price of going home from a stop left at `now`: work paid to the end, and for the drive only."""
    home = A.n_jobs + A.shift[s, PAUSES_END] - A.shift[s, PAUSES] + 1
    leg = np.int64(Q.leg[here, home, 0])
    way = np.int64(0) if A.shift[s, LAST_OUT] else leg
    money = Q.leg[here, home, 1] * A.shift[s, METRE] + overtime(A, s, now + way - A.shift[s, END])
    until = max(now + way, A.shift[s, END]) if A.shift[s, PAID_WHOLE] else now + way
    return money + A.shift[s, SECOND] * until, money + A.shift[s, SECOND] * way
