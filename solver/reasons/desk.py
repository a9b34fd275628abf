"""A plan under question: on which shifts a job fits alone, and what room for it would cost there.

What is left out for a job is searched among single jobs, pairs and runs of jobs of one route, and the job put into what remains
without reordering it. The kernels look; every answer is a legal route, timed and checked by the definition. A cheaper one by
rearranging the route may exist.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.arrays import (
    ASSIGN,
    CLOSE,
    LATEST,
    OPEN,
    PAUSES,
    PAUSES_END,
    ROW,
    SERVICE,
    START,
    START_PLACE,
    WINDOWS,
    WINDOWS_END,
    Arrays,
    Ints,
    numbers_of,
    stops_of,
)
from solver.evaluation import promise_price, route_cost, timed
from solver.kernels.room import ALONE, BETWEEN, FIRST, LAST, Bench, make_room, new_bench
from solver.moving import is_limited, moves_of
from solver.plan import Plan, Route, StopKind
from solver.problem import Problem
from solver.violations import Cause, check_route

BEST = 3  #: shifts looked at at least, as many holders are named per job
LOOK = 12  #: shifts searched for room: the nearest of those where the job fits alone
PAIRS = 2_000  #: jobs times shifts searched for room; on days with more, fewer shifts are looked at, but never less than `BEST`
DEAREST = 2**60  #: more than any change of a total


class Offer(NamedTuple):
    """Room on a shift: the change of the total, who is left out, and the numbers of the stops."""

    price: int
    shift: int
    removed: tuple[int, ...]
    stops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """A plan, as the kernels read it; `put` changes it."""

    problem: Problem
    arrays: Arrays
    routes: dict[int, Route]
    numbers: list[Ints]  #: per shift the numbers of its stops, of its breaks if it is not used
    bench: Bench

    @classmethod
    def of(cls, problem: Problem, arrays: Arrays, plan: Plan) -> "Desk":
        """The desk at which a plan is questioned."""
        numbers = numbers_of(problem, arrays, plan)
        pauses = [_pauses(arrays, shift) for shift in range(arrays.n_shifts)]
        orders = [np.array(numbers.get(shift, breaks), np.int64) for shift, breaks in enumerate(pauses)]
        width = max((len(breaks) for breaks in pauses), default=0) + arrays.n_jobs + 4
        return cls(problem, arrays, {route.shift: route for route in plan.routes}, orders, new_bench(width))

    def fits(self, row: int, shifts: Iterable[int], most: int) -> dict[int, tuple[int, ...]]:
        """The first of these shifts, at most so many, on which a job could stand alone, and the stops of such a route."""
        found: dict[int, tuple[int, ...]] = {}
        hopeful = self.hopeful(row)
        for shift in shifts:
            if not hopeful[shift]:
                continue
            pauses = _pauses(self.arrays, shift)
            _, _, size = make_room(self.arrays, self.bench, shift, row, pauses, len(pauses), ALONE, False)
            if size:
                found[shift] = self._best(size)
                if len(found) == most:
                    break
        return found

    def hopeful(self, row: int) -> npt.NDArray[np.bool_]:
        """The shifts that may serve a job and last, from their start or its first opening on, as long as it takes, drives apart."""
        shifts, job = self.arrays.shift, self.arrays.job[row]
        pair = self.arrays.pair[shifts[:, ROW], row]
        opens, closes = self.arrays.window[job[WINDOWS], OPEN], self.arrays.window[job[WINDOWS_END] - 1, CLOSE]
        ends = np.maximum(shifts[:, START], opens) + pair[:, SERVICE]
        hopeful: npt.NDArray[np.bool_] = (pair[:, ASSIGN] >= 0) & (ends <= shifts[:, LATEST]) & (shifts[:, START] <= closes)
        return hopeful

    def nearest(self, row: int) -> list[int]:
        """All shifts, those that start nearest to a job first."""
        drives = self.problem.travel.durations[self.arrays.shift[:, START_PLACE], self.problem.jobs[row].place]
        nearest: list[int] = np.argsort(drives, kind="stable").tolist()
        return nearest

    def offer(self, row: int, shift: int, single: tuple[int, ...], limit: int, *, keep: bool = False) -> Offer | None:
        """The cheapest room on a shift below a limit, with `keep` with nobody left out; `single` is a route of the job alone.

        If no less is enough and there is no limit, or the shift is not used, the whole shift.
        """
        stops = self.numbers[shift]
        price, choice, size = make_room(self.arrays, self.bench, shift, row, stops, len(stops), limit, keep)
        jobs = self.routes[shift].jobs if shift in self.routes else ()
        if size:
            return Offer(int(price), shift, self._left_out(choice, jobs), self._best(size))
        if jobs and (keep or limit < DEAREST):
            return None
        whole = self.price(row, shift, jobs, timed(self.problem, shift, stops_of(self.arrays, shift, single)))
        return Offer(whole, shift, jobs, single) if whole < limit else None

    def route(self, offer: Offer) -> Route | None:
        """The route of an offer, timed by the definition; None if that finds it illegal."""
        route = timed(self.problem, offer.shift, stops_of(self.arrays, offer.shift, offer.stops))
        return None if check_route(self.problem, route) else route

    def price(self, row: int, shift: int, removed: Sequence[int], route: Route) -> int:
        """The change of `Cost.total` when a route takes the place of that of its shift."""
        left_out = sum(self.problem.jobs[each].price_unserved for each in removed)
        before = route_cost(self.problem, self.routes[shift]).total if shift in self.routes else 0
        return route_cost(self.problem, route).total - before + left_out - self.problem.jobs[row].price_unserved

    def allows(self, offer: Offer, route: Route) -> bool:
        """Whether the plan with the route of an offer moves no more than may be."""
        return not self.limits(offer, route)

    def limits(self, offer: Offer, route: Route) -> tuple[Cause, ...]:
        """The limits of moves that the plan with the route of an offer exceeds."""
        if not is_limited(self.problem):
            return ()
        moves = moves_of(self.problem, self.plan({offer.shift: route}))
        both = (
            (Cause.MAX_MOVES, self.problem.max_moves, moves.moved),
            (Cause.MAX_TOLD_MOVES, self.problem.max_told_moves, moves.told),
        )
        return tuple(cause for cause, limit, rows in both if limit is not None and len(rows) > limit)

    def promises(self, offer: Offer, route: Route) -> tuple[tuple[int, int], ...]:
        """The jobs whose promise costs more with the route of an offer, and how much more."""
        before = dict(self._promised(self.routes[offer.shift])) if offer.shift in self.routes else {}
        more = ((row, price - before.get(row, 0)) for row, price in self._promised(route))
        return tuple((row, price) for row, price in more if price > 0)

    def _promised(self, route: Route) -> Iterator[tuple[int, int]]:
        for visit in route.visits:
            if visit.stop.kind is StopKind.JOB:
                yield visit.stop.row, promise_price(self.problem.jobs[visit.stop.row], visit.start)

    def plan(self, instead: Mapping[int, Route] = MappingProxyType({})) -> Plan:
        """The plan at the desk, with some routes instead of those of their shifts."""
        routes = {**self.routes, **instead}
        served = {row for route in routes.values() for row in route.jobs}
        left_out = tuple(row for row in range(len(self.problem.jobs)) if row not in served)
        return Plan(tuple(route for _, route in sorted(routes.items())), left_out)

    def put(self, offer: Offer, route: Route) -> None:
        """Let the route of an offer take the place of that of its shift."""
        self.routes[offer.shift] = route
        self.numbers[offer.shift] = np.array(offer.stops, np.int64)

    def _best(self, size: int) -> tuple[int, ...]:
        return tuple(self.bench.best[:size].tolist())

    def _left_out(self, choice: int, jobs: Sequence[int]) -> tuple[int, ...]:
        first, last, between = self.bench.choice[choice, [FIRST, LAST, BETWEEN]].tolist()
        if first < 0:
            return ()
        return tuple(jobs[first : last + 1]) if between or first == last else (jobs[first], jobs[last])


def looked_at(left_out: int) -> int:
    """On how many shifts room is searched for each of so many jobs."""
    return max(BEST, min(LOOK, PAIRS // max(1, left_out)))


def _pauses(arrays: Arrays, shift: int) -> Ints:
    first, end = arrays.n_jobs + arrays.shift[shift, [PAUSES, PAUSES_END]]
    return np.arange(first, end)
