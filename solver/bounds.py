"""What no plan can cost less than: column generation with OR-Tools.

A linear program chooses shares of routes that serve every job or leave it out at its price; its prices of the jobs say which routes
are worth adding, and `kernels.pricing` finds them or proves that there are none. At any moment, whatever the prices are, the sum of
them plus what the cheapest route of each shift costs less than its jobs are worth is a bound (Lagrange; Farley 1990,
doi 10.1287/opre.38.5.922): it is added up in whole numbers, so that nothing is left to the arithmetic of the linear program.
"""

import math
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt

from solver.arrays import KIND, UNSERVED, Arrays, Ints
from solver.columns import Columns
from solver.pricing import Answer, Desk, Found
from solver.problem import MANDATORY_PRICE
from solver.stop import clock

NEXT = 300
"""Routes seen by the search that are added at a time."""

STEADY = 0.3
"""How much of the prices is kept of those that gave the best bound: new prices alone swing from round to round."""

PATIENCE = 0.05
"""Seconds between two looks at the clock."""

ENOUGH = 1e-6
"""Share of the total that is not worth another round."""


class Bound(NamedTuple):
    """What no plan costs less than."""

    total: int
    tight: bool  #: the linear program was solved to its end
    routes: tuple[Found, ...]  #: all that were added on the way
    rounds: int


@dataclass(slots=True)
class Reach:
    """How far a proof may go: as long as it is not said to be over, so many labels, up to a total that leaves nothing to prove."""

    is_over: Callable[[], bool] = lambda: False
    seconds: float = math.inf  #: until it will be over, about
    labels: float = math.inf
    enough: float = math.inf

    @property
    def over(self) -> bool:
        """Whether the time or the labels are used up."""
        return self.labels <= 0 or self.is_over()


def bounded(arrays: Arrays, seen: Columns, plan: Ints, reach: Reach, threads: int = 1) -> Bound:
    """A bound on the total of every plan.

    Parameters
    ----------
    seen, plan
        Routes to begin with, and those of a good plan: the better they are, the sooner the bound is good.
    reach
        A limit of labels makes the answer reproducible, one of time does not.
    """
    with ThreadPoolExecutor(threads) as executor:
        return _Generation(arrays, seen, plan, reach, Desk(arrays, threads), executor).run()


# ---------------------------------------------------------------- the linear program


class _Master:
    """The linear program on the routes so far: each job served once or left out, each kind driven as often as it has shifts."""

    def __init__(self, arrays: Arrays, scale: float) -> None:
        self.scale = scale
        self.model = mathopt.Model()
        self.jobs = [self.model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(arrays.n_jobs)]
        self.kinds = [self.model.add_linear_constraint(ub=float(count)) for count in np.bincount(arrays.shift[:, KIND])]
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        self.left = [self._variable(0.0, [job]) for job in self.jobs]
        self.price = np.zeros(arrays.n_jobs)
        self.kind_price = np.zeros(len(self.kinds))
        self.total = math.inf

    def charge(self, job: int, price: int) -> None:
        """Say what leaving a job out costs."""
        self.model.objective.set_linear_coefficient(self.left[job], price / self.scale)

    def add(self, kind: int, jobs: Iterable[int], cost: int) -> None:
        """Add a route; a job served twice counts twice."""
        jobs = list(jobs)
        variable = self._variable(cost / self.scale, [self.kinds[kind]])
        for job in set(jobs):
            self.jobs[job].set_coefficient(variable, float(jobs.count(job)))

    def solve(self, seconds: float) -> bool:
        """Find the prices; False if there was no time, or the numbers were too much for GLOP."""
        limit = timedelta(seconds=max(0.0, seconds)) if seconds < math.inf else None
        try:
            result = self.solver.solve(params=mathopt.SolveParameters(time_limit=limit))
        except (AttributeError, RuntimeError, ValueError):
            # a status that is not ok: OR-Tools 9.15 fails to translate it and raises AttributeError
            return False
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return False
        dual = result.dual_values()
        self.total = result.objective_value() * self.scale
        self.price = np.array([dual[each] for each in self.jobs]) * self.scale
        self.kind_price = np.array([dual[each] for each in self.kinds]) * self.scale
        return True

    def _variable(self, cost: float, rows: Iterable[mathopt.LinearConstraint]) -> mathopt.Variable:
        variable = self.model.add_variable(lb=0.0)
        self.model.objective.set_linear_coefficient(variable, cost)
        for row in rows:
            row.set_coefficient(variable, 1.0)
        return variable


# ---------------------------------------------------------------- rounds


class _Prices(NamedTuple):
    """What jobs are worth, in whole numbers, and what a route of each kind may cost beyond its jobs to be of interest."""

    job: Ints
    limit: Ints


class _Generation:
    """A column generation, from the routes seen to the last prices."""

    def __init__(self, arrays: Arrays, seen: Columns, plan: Ints, reach: Reach, desk: Desk, executor: Executor) -> None:
        self.arrays, self.seen, self.reach, self.desk, self.executor = arrays, seen, reach, desk, executor
        self.ends = clock() + reach.seconds
        self.first = np.searchsorted(seen.owner, np.arange(seen.cost.size + 1))
        self.fresh = np.ones(seen.cost.size, bool)
        self.leave = arrays.job[:, UNSERVED].copy()
        self.reached = np.zeros(arrays.n_jobs, bool)
        used = max(1, int(seen.cost[plan].sum()))
        self.dear = 2 * (used + int(self.leave[self.leave < MANDATORY_PRICE].sum()))
        self.master = _Master(arrays, max(1.0, used / (100.0 * max(1, plan.size))))
        self.count = np.array([kind.shifts for kind in desk.kinds], np.int64)
        self.steady: _Prices | None = None
        self.best = 0
        self.routes: dict[tuple[int, tuple[int, ...]], Found] = {}
        for job in range(arrays.n_jobs):
            self.master.charge(job, int(self.leave[job]))
        self._add_seen(plan)

    def run(self) -> Bound:
        """Rounds until nothing is left to add, or to prove, or the time is over."""
        rounds, tight = 0, False
        while not tight and not self.reach.over and self.best < self.reach.enough and self.master.solve(self.ends - clock()):
            rounds += 1
            if not self._sift() and not self._search():
                tight = self._prove()
        return Bound(self.best, tight, tuple(self.routes.values()), rounds)

    # ------------------------------------------------------------ routes to add

    def _sift(self) -> int:
        """Add routes that the search has seen; returns how many."""
        seen = self.seen
        worth = np.bincount(seen.owner, self.master.price[seen.job], seen.cost.size)
        reduced = seen.cost - worth - self.master.kind_price[seen.kind]
        rows = np.flatnonzero(self.fresh & (reduced < -self._least_gain()))
        rows = rows[np.argsort(reduced[rows], kind="stable")][:NEXT]
        self._add_seen(rows)
        return int(rows.size)

    def _search(self) -> int:
        """Add routes found by a quick look; returns how many."""
        return self._take(self._ask(self._now(), thorough=False))

    def _prove(self) -> bool:
        """Add routes found by a thorough look, and note the bound it proves; whether there is nothing more to add."""
        now = self._now()
        for share in (STEADY, 0.0) if self.steady else (0.0,):
            prices = self._between(now, share)
            answers = self._ask(prices, thorough=True)
            self._note(prices, answers)
            if self._take(answers) or self.reach.over:
                return False
        return all(each.whole for each in answers)

    def _ask(self, prices: _Prices, *, thorough: bool) -> list[Answer]:
        jobs = [
            self.executor.submit(self.desk.ask, number, prices.job, limit, thorough=thorough)
            for number, limit in enumerate(prices.limit.tolist())
        ]
        while not self.desk.halt[0] and wait(jobs, PATIENCE).not_done:
            self.desk.halt[0] = self.reach.is_over()
        answers = [each.result() for each in jobs]
        self.reach.labels -= sum(each.labels for each in answers)
        return answers

    def _take(self, answers: list[Answer]) -> int:
        """Add the routes answered that the linear program has a use for; returns how many."""
        added = 0
        for number, answer in enumerate(answers):
            for route in answer.routes:
                jobs = [stop for stop in route.stops if stop < self.arrays.n_jobs]
                reduced = route.cost - self.master.price[jobs].sum() - self.master.kind_price[number]
                before = self.routes.get((number, route.stops))
                if reduced < -self._least_gain() and (before is None or route.cost < before.cost):
                    self.routes[number, route.stops] = route
                    self._add(number, jobs, route.cost)
                    added += 1
        return added

    def _least_gain(self) -> float:
        """What a route has to gain to be worth adding."""
        return max(1.0, self.master.scale * 1e-6, abs(self.master.total) * 1e-8)

    def _add_seen(self, rows: Ints) -> None:
        for row in rows.tolist():
            jobs = self.seen.job[self.first[row] : self.first[row + 1]].tolist()
            self._add(int(self.seen.kind[row]), jobs, int(self.seen.cost[row]))
        self.fresh[rows] = False

    def _add(self, kind: int, jobs: list[int], cost: int) -> None:
        """Add a route; a mandatory job that a route serves at last may be left out at a price that is not beyond reckoning."""
        for job in jobs:
            if not self.reached[job] and self.leave[job] >= MANDATORY_PRICE:
                self.master.charge(job, self.dear)
            self.reached[job] = True
        self.master.add(kind, jobs, cost)

    # ------------------------------------------------------------ prices and bounds

    def _now(self) -> _Prices:
        """The prices of the linear program, in whole numbers."""
        price = np.where(self.reached, np.rint(self.master.price), 0.0).astype(np.int64)
        price = np.where(self.reached, np.minimum(price, self.leave), self.leave)
        return _Prices(price, np.minimum(0, np.floor(self.master.kind_price).astype(np.int64)))

    def _between(self, now: _Prices, share: float) -> _Prices:
        """New prices, drawn to those that gave the best bound."""
        if not self.steady or not share:
            return now
        job = now.job + np.rint((self.steady.job - now.job) * share).astype(np.int64)
        limit = now.limit + np.rint((self.steady.limit - now.limit) * share).astype(np.int64)
        return _Prices(job, limit)

    def _note(self, prices: _Prices, answers: list[Answer]) -> None:
        """Keep the bound that the answers prove, if it is the best."""
        least = np.array([min(0, each.least) for each in answers], np.int64)
        total = sum(np.minimum(prices.job, self.leave).tolist()) + sum(
            count * each for count, each in zip(self.count.tolist(), least.tolist(), strict=True)
        )
        if total > self.best:
            self.best, self.steady = total, _Prices(prices.job, least)
