"""What each kind of shift is asked when routes are priced, and what it answers: the side of Python to `kernels.pricing`."""

from collections.abc import Sequence
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
from solver.kernels.outlook import LABELS, NEVER, NONE, PARENT, STOP, WHOLE, WORD, Growth, Offer, new_growth, words
from solver.kernels.pool import Pool, new_pool
from solver.kernels.pricing import grow, look_ahead, price_all
from solver.kernels.timing import ILLEGAL
from solver.problem import UNREACHABLE

REMEMBERED = 7
"""Jobs near a job that a route remembers to have served when it is there."""

CLOSE = 25
"""Jobs near a job that may follow it where a quick look is enough."""

MOST_PARTS = 5
"""Kinds of parts that are counted on the van; where there are more, they are taken to be there."""

MOST_LABELS = 400_000
"""Labels of one kind of shift at a time."""

SHARES = (0.8, 0.6, 0.4, 0.2, 0.0)
"""How much a route has to gain to be looked for: a share of what may be hoped for, less and less until one is found."""

ROWS, MOST_ROWS = 60, 400
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
        if arrays.parts.shape[1] > MOST_PARTS:
            arrays = arrays._replace(parts=arrays.parts[:, :0].copy(), van=arrays.van[:, :0].copy())
        self.arrays = arrays
        self.halt = np.zeros(1, np.int64)
        self.all = np.full((arrays.n_jobs, words(arrays.n_jobs)), -1, np.int64)
        self.kinds = _kinds(arrays, self.halt)
        self.room: SimpleQueue[Growth] = SimpleQueue()
        rows = max((_rows(arrays, kind.shift, kind.offer.step) for kind in self.kinds), default=1)
        for _ in range(at_once):
            self.room.put(new_growth(arrays, MOST_LABELS, rows))

    def ask(self, number: int, price: Ints, limit: int, *, thorough: bool) -> Answer:
        """Routes of a kind that cost less than `limit` more than their jobs are worth, those that cost least sought first.

        Not `thorough`: some of them, soon. To be called from any thread.
        """
        kind, growth = self.kinds[number], self.room.get()
        offer, labels = kind.offer._replace(price=price), 0
        offer = offer._replace(close=self.all) if thorough else offer._replace(memory=self.all)
        outlook = int(look_ahead(self.arrays, kind.shift, offer, growth))
        least, routes = min(outlook, limit), list[Found]()
        shares = (0.0,) if outlook <= -NEVER else SHARES
        for share in shares if outlook < limit else ():
            hope = limit + int((outlook - limit) * share)
            least = int(grow(self.arrays, kind.shift, offer, growth, hope, thorough))
            labels += int(growth.number[LABELS])
            cheap = np.flatnonzero(growth.best < hope)
            cheap = cheap[np.argsort(growth.best[cheap], kind="stable")][:ADDED]
            routes = [_traced(self.arrays, kind.shift, growth, price, spot) for spot in cheap.tolist()]
            if routes or not growth.number[WHOLE]:
                break
        whole = not labels or bool(growth.number[WHOLE])
        self.room.put(growth)
        return Answer(max(least, outlook) if thorough else outlook, routes, labels, whole)


def pool_of(arrays: Arrays, found: Sequence[Found], seed: int) -> Pool:
    """The routes found that are legal and serve no job twice, with their true prices and all their breaks, to be recombined."""
    routes = [(each.shift, _completed(arrays, each)) for each in found if _is_simple(arrays, each)]
    size = np.array([len(stops) for _, stops in routes], np.int64)
    first, stops = np.cumsum(size) - size, np.array([stop for _, stops in routes for stop in stops], np.int64)
    shift, cost = np.array([shift for shift, _ in routes], np.int32), np.zeros(len(routes), np.int64)
    price_all(arrays, shift, first, size, stops, cost)
    legal, pool = np.flatnonzero(cost != ILLEGAL), new_pool(arrays, 0, seed)
    names = [pool.code[[stop for stop in routes[k][1] if stop < arrays.n_jobs]].sum() for k in legal.tolist()]
    name = np.array(names, np.uint64) + pool.code[arrays.n_jobs + arrays.shift[shift[legal], KIND]]
    return pool._replace(
        name=name,
        shift=shift[legal],
        cost=cost[legal],
        first=first[legal],
        size=size[legal].astype(np.int32),
        stops=stops.astype(np.int32),
        number=np.array([legal.size, stops.size], np.int64),
    )


def _completed(arrays: Arrays, route: Found) -> list[int]:
    """The stops of a route and the breaks held after its return."""
    every = range(
        arrays.n_jobs + int(arrays.shift[route.shift, PAUSES]), arrays.n_jobs + int(arrays.shift[route.shift, PAUSES_END])
    )
    return [*route.stops, *(pause for pause in every if pause not in route.stops)]


def _is_simple(arrays: Arrays, route: Found) -> bool:
    jobs = [stop for stop in route.stops if stop < arrays.n_jobs]
    return len(set(jobs)) == len(jobs)


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
    memory, close = _near(arrays, REMEMBERED), _near(arrays, CLOSE)
    return [
        Kind(shift, count, _offer(arrays, shift, memory, close, halt))
        for shift, count in zip(shifts.tolist(), counts.tolist(), strict=True)
    ]


def _offer(arrays: Arrays, shift: int, memory: Ints, close: Ints, halt: Ints) -> Offer:
    row = arrays.shift[shift]
    jobs = np.flatnonzero(arrays.pair[row[ROW], :, ASSIGN] >= 0)
    pauses = np.arange(row[PAUSES], row[PAUSES_END])
    stock = [arrays.stock] if row[STOCK_VISITS] and row[STOCK_PLACE] >= 0 else []
    return Offer(
        stops=np.array([*jobs, *(arrays.n_jobs + pauses), *stock], np.int64),
        price=np.zeros(arrays.n_jobs, np.int64),
        memory=memory,
        close=close,
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


def _near(arrays: Arrays, most: int) -> Ints:
    """Per job, as bits, itself and the jobs near it."""
    near = np.zeros((arrays.n_jobs, words(arrays.n_jobs)), np.uint64)
    for job in range(arrays.n_jobs):
        for other in (job, *arrays.near[job, :most].tolist()):
            near[job, other // WORD] |= np.uint64(1 << (other % WORD))
    return near.view(np.int64)


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
