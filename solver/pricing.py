"""What each kind of shift is asked when routes are priced, and what it answers: the side of Python to `kernels.pricing`."""

from queue import SimpleQueue
from typing import NamedTuple

import numpy as np

from solver.arrays import (
    ASSIGN,
    END_PLACE,
    KIND,
    LATEST,
    MAX_LEG,
    PAUSE_PLACE,
    PAUSES,
    PAUSES_END,
    PLACE,
    ROW,
    SERVICE,
    START,
    STOCK_PLACE,
    STOCK_TIME,
    STOCK_VISITS,
    Arrays,
    Ints,
    Small,
)
from solver.kernels.pricing import LABELS, NEVER, NONE, PARENT, STOP, WHOLE, WORD, Growth, Offer, grow, new_growth, words
from solver.problem import UNREACHABLE

REMEMBERED = 12
"""Jobs near a job that a route remembers to have served when it is there."""

MOST_LABELS = 400_000
"""Labels of one kind of shift at a time."""

ROWS, MOST_ROWS = 150, 400
"""Rows of the table of what is still to come, and the most of them; shifts that would need more go without it."""

ADDED = 12
"""Routes answered per kind of shift at a time."""


class Found(NamedTuple):
    """A route worth adding: a shift of its kind, its stops but breaks held after the return, and its least price."""

    shift: int
    stops: tuple[int, ...]
    cost: int


class Answer(NamedTuple):
    """What none of the routes of a kind of shift costs less than beyond its jobs, those that cost least, and the labels made."""

    least: int
    routes: list[Found]
    labels: int
    whole: bool  #: there was room for all labels


class Kind(NamedTuple):
    """A kind of shift: one of them, how many there are, and the unchanging part of what it is asked."""

    shift: int
    shifts: int
    offer: Offer


class Desk:
    """Asks kinds of shift for routes, as many at a time as there is room made for."""

    def __init__(self, arrays: Arrays, at_once: int) -> None:
        self.arrays = arrays
        self.halt = np.zeros(1, np.int64)
        self.kinds = _kinds(arrays, self.halt)
        self.room: SimpleQueue[Growth] = SimpleQueue()
        rows = max((_rows(arrays, kind.shift, kind.offer.step) for kind in self.kinds), default=1)
        for _ in range(at_once):
            self.room.put(new_growth(arrays, MOST_LABELS, rows))

    def ask(self, number: int, price: Ints, limit: int, *, thorough: bool) -> Answer:
        """Routes of a kind that cost less than `limit` more than their jobs are worth; from any thread."""
        kind, growth = self.kinds[number], self.room.get()
        offer = kind.offer._replace(price=price) if thorough else kind.offer._replace(price=price, step=0)
        least = grow(self.arrays, kind.shift, offer, growth, limit, thorough)
        cheap = np.flatnonzero(growth.best < limit)
        cheap = cheap[np.argsort(growth.best[cheap], kind="stable")][:ADDED]
        routes = [_traced(self.arrays, kind.shift, growth, price, spot) for spot in cheap.tolist()]
        answer = Answer(int(least), routes, int(growth.number[LABELS]), bool(growth.number[WHOLE]))
        self.room.put(growth)
        return answer


def _traced(arrays: Arrays, shift: int, growth: Growth, price: Ints, spot: int) -> Found:
    """The route of the label that is best at a spot."""
    stops, at = [], int(growth.last[spot])
    while growth.label[at, PARENT] != NONE:
        stops.append(int(growth.label[at, STOP]))
        at = int(growth.label[at, PARENT])
    worth = sum(int(price[stop]) for stop in stops if stop < arrays.n_jobs)
    return Found(shift, tuple(stops[::-1]), int(growth.best[spot]) + worth)


def _kinds(arrays: Arrays, halt: Ints) -> list[Kind]:
    """Every kind of shift, in the order of their numbers."""
    shifts, counts = np.unique(arrays.shift[:, KIND], return_index=True, return_counts=True)[1:]
    memory = _memory(arrays)
    return [
        Kind(shift, count, _offer(arrays, shift, memory, halt))
        for shift, count in zip(shifts.tolist(), counts.tolist(), strict=True)
    ]


def _offer(arrays: Arrays, shift: int, memory: Ints, halt: Ints) -> Offer:
    row = arrays.shift[shift]
    jobs = np.flatnonzero(arrays.pair[row[ROW], :, ASSIGN] >= 0)
    pauses = np.arange(row[PAUSES], row[PAUSES_END])
    stock = [arrays.stock] if row[STOCK_VISITS] and row[STOCK_PLACE] >= 0 else []
    return Offer(
        stops=np.array([*jobs, *(arrays.n_jobs + pauses), *stock], np.int64),
        price=np.zeros(arrays.n_jobs, np.int64),
        memory=memory,
        halt=halt,
        leg=_least_legs(arrays, shift, pauses),
        step=_step(int(row[LATEST] - row[START]), int(arrays.pair[row[ROW], jobs, SERVICE].min(initial=NEVER))),
    )


def _step(span: int, shortest: int) -> int:
    """Seconds of a row of the table of what is still to come: no more than the shortest service takes; 0 for no table."""
    step = min(shortest, span // ROWS + 1)
    return step if step > 0 and span // step < MOST_ROWS else 0


def _rows(arrays: Arrays, shift: int, step: int) -> int:
    return int(arrays.shift[shift, LATEST] - arrays.shift[shift, START]) // step + 1 if step else 1


def _memory(arrays: Arrays) -> Ints:
    """Per job, as bits, itself and the jobs near it."""
    memory = np.zeros((arrays.n_jobs, words(arrays.n_jobs)), np.uint64)
    for job in range(arrays.n_jobs):
        for other in (job, *arrays.near[job, :REMEMBERED].tolist()):
            memory[job, other // WORD] |= np.uint64(1 << (other % WORD))
    return memory.view(np.int64)


def _least_legs(arrays: Arrays, shift: int, pauses: Ints) -> Small:
    """Seconds and metres from each job, break and the stock point to each of them and home, by any breaks and stock stops between.

    Shape (jobs + breaks + 2, the same, 2): home comes last. The seconds of one way, the metres of another.
    """
    row = arrays.shift[shift]
    places = np.array(
        [*arrays.job[:, PLACE], *arrays.pause[pauses, PAUSE_PLACE], row[STOCK_PLACE], row[END_PLACE]], np.int64
    ).reshape(-1)
    legs = arrays.leg[np.ix_(places, places)].astype(np.int64)
    legs[legs[:, :, 0] > row[MAX_LEG]] = UNREACHABLE
    lasts = np.zeros(len(places), np.int64)
    lasts[-2] = row[STOCK_TIME]
    between = [arrays.n_jobs + k for k, pause in enumerate(pauses.tolist()) if arrays.pause[pause, PAUSE_PLACE] >= 0]
    if row[STOCK_VISITS] and row[STOCK_PLACE] >= 0:
        between.append(len(places) - 2)
    for k in between:
        np.minimum(legs[:, :, 0], legs[:, k, 0][:, None] + lasts[k] + legs[k, :, 0][None, :], out=legs[:, :, 0])
        np.minimum(legs[:, :, 1], legs[:, k, 1][:, None] + legs[k, :, 1][None, :], out=legs[:, :, 1])
    return np.minimum(legs, UNREACHABLE).astype(np.int32)
