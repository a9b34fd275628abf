"""Small days exactly: every route worth having, and the cheapest combination of them, proved by CP-SAT.

Measured on days in a city, 2–4 shifts, a break each, half the jobs with windows (one core): 8 jobs take 0.1 s, 10 take 0.3 s,
12 take 1 s, 14 take 2 s.
"""

import numpy as np

from solver.arrays import KIND, MAX_LEG, MAX_TRAVEL, REFILL, WINDOWS, WINDOWS_END, Arrays, Ints
from solver.columns import Columns, columns
from solver.kernels.enumerate import NONE, PARENT, STOP, Labels, enumerate_routes, new_labels
from solver.kernels.timing import FOREVER, ILLEGAL
from solver.problem import UNREACHABLE
from solver.recombine import Combination, Limits, combination, master_of, optimum

MOST_JOBS = 16
"""Days with more jobs are not tried: there is a row for every set of jobs."""

LABELS_PER_SECOND = 500_000
"""Routes looked at in a second, about."""

WORK = 2.0
"""Seconds of a core, about, that a small day may take, half of them for its routes and half for choosing."""


def solved_exactly(arrays: Arrays, limits: Limits) -> Combination | None:
    """The cheapest plan of all; None if there are too many jobs or routes, routes are coupled, or the limits allowed no proof."""
    if arrays.n_jobs > MOST_JOBS or arrays.coupled:
        return None
    every = _every_route(arrays, int(LABELS_PER_SECOND * min(limits.seconds, limits.work, WORK) / 2))
    if every is None:
        return None
    choice = optimum(master_of(arrays, every), limits)
    return combination(arrays, every, choice.rows) if choice else None


def _every_route(arrays: Arrays, most: int) -> Columns | None:
    """Per kind of shift and set of jobs the cheapest route; None if more than so many labels were needed."""
    labels, ordered = new_labels(arrays, most), is_ordered(arrays)
    shifts, costs, routes = [], [], []
    for shift in np.unique(arrays.shift[:, KIND], return_index=True)[1].tolist():
        refilled = bool((arrays.van[shift, :, REFILL] >= FOREVER).all())
        if not len(labels.label) or not enumerate_routes(arrays, shift, labels, ordered, refilled):
            return None
        served = np.flatnonzero(labels.cost != ILLEGAL)
        shifts.append(np.full(served.size, shift, np.int32))
        costs.append(labels.cost[served])
        routes.append(_stops(labels, served))
        labels = labels._replace(label=labels.label[: len(labels.label) - int(labels.number[0])])
    width = max(each.shape[1] for each in routes)
    stops = np.vstack([np.pad(each, ((0, 0), (width - each.shape[1], 0)), constant_values=NONE) for each in routes])
    size = (stops != NONE).sum(axis=1)
    return columns(arrays, np.concatenate(shifts), np.concatenate(costs), np.cumsum(size) - size, size, stops[stops != NONE])


def _stops(labels: Labels, served: Ints) -> Ints:
    """The stops of the cheapest routes of these sets of jobs, a row each, NONE before the first."""
    at, last = labels.last[served].astype(np.int64), []
    while (labels.label[at, PARENT] != NONE).any():
        parent = labels.label[at, PARENT]
        last.append(np.where(parent != NONE, labels.label[at, STOP], NONE))
        at = np.where(parent != NONE, parent, at)
    return np.stack(last[::-1], axis=1) if last else np.zeros((served.size, 0), np.int64)


def is_ordered(arrays: Arrays) -> bool:
    """Whether a route that is earlier, cheaper and shorter stays so whatever follows.

    Not if the departure is put off without moving the end and that moves prices, or the choice between windows, or moves what
    follows by more or less; nor if a drive that begins earlier takes longer than may be. Where a later start can be cheaper,
    `enumerate.dominates` asks for the same time instead of an earlier one.
    """
    if arrays.traffic and bool((arrays.shift[:, [MAX_LEG, MAX_TRAVEL]] < [UNREACHABLE - 1, FOREVER]).any()):
        return False
    if arrays.keep_end and (arrays.traffic or arrays.snap > 1):
        return False
    one_window = bool((arrays.job[:, WINDOWS_END] - arrays.job[:, WINDOWS] <= 1).all())
    return not arrays.keep_end or (one_window and not arrays.by_time)
