"""How long a drive takes when it begins: `traffic.Traffic` on flat arrays. Without traffic it is a cell of `Arrays.leg`.

`travel` and `metres` of `timing` are the least of all bands and ways of moving: what bounds are made of.
"""

import numpy as np

from solver.arrays import KNOT_AT, KNOT_BAND, MODE, TICK, Arrays
from solver.kernels.compile import inlined, jit


@inlined
def drive(A: Arrays, s: int, here: int, there: int, leave: int) -> int:
    """Seconds of a drive of a shift that begins at an instant; nothing to or from nowhere."""
    if A.traffic:
        return in_traffic(A, A.shift[s, MODE], here, there, leave)
    return np.int64(A.leg[here, there, 0])


@inlined
def length(A: Arrays, s: int, here: int, there: int) -> int:
    """Metres of a drive of a shift."""
    if A.traffic:
        return np.int64(A.drive[A.shift[s, MODE], here, there, A.drive.shape[3] - 1])
    return np.int64(A.leg[here, there, 1])


@inlined
def last_leave(A: Arrays, s: int, here: int, there: int, by: int) -> int:
    """The last instant at which a drive of a shift can begin that ends by another one."""
    if A.traffic:
        return last_leave_in_traffic(A, A.shift[s, MODE], here, there, by)
    return by - np.int64(A.leg[here, there, 0])


@jit
def in_traffic(A: Arrays, mode: int, here: int, there: int, leave: int) -> int:
    """Seconds of a drive that begins at an instant, straight between the knots around it."""
    cells, last = A.drive[mode, here, there], A.knot.shape[0] - 1
    if leave <= A.knot[0, KNOT_AT]:
        return np.int64(cells[A.knot[0, KNOT_BAND]])
    if leave >= A.knot[last, KNOT_AT]:
        return np.int64(cells[A.knot[last, KNOT_BAND]])
    k = A.clock[(leave - A.knot[0, KNOT_AT]) // TICK]
    while A.knot[k + 1, KNOT_AT] <= leave:
        k += 1
    start, one = A.knot[k, KNOT_AT], np.int64(cells[A.knot[k, KNOT_BAND]])
    rise = np.int64(cells[A.knot[k + 1, KNOT_BAND]]) - one
    if rise == 0:
        return one
    return one - (start - leave) * rise // (A.knot[k + 1, KNOT_AT] - start)


@jit
def last_leave_in_traffic(A: Arrays, mode: int, here: int, there: int, by: int) -> int:
    """The last instant at which a drive can begin that ends by another one: by halving, as leaving later never arrives earlier."""
    cells = A.drive[mode, here, there]
    least = most = np.int64(cells[0])
    for band in range(1, cells.shape[0] - 1):
        least, most = min(least, np.int64(cells[band])), max(most, np.int64(cells[band]))
    low, high = by - most, by - least
    while low < high:
        middle = (low + high + 1) // 2
        if middle + in_traffic(A, mode, here, there, middle) <= by:
            low = middle
        else:
            high = middle - 1
    return low
