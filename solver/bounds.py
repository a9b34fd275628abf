"""What no plan can cost less than: column generation with OR-Tools.

A linear program chooses shares of routes that serve every job or leave it out at its price; its prices of the jobs say which routes
are worth adding, and `kernels.pricing` finds them or proves that there are none. At any moment, whatever the prices are, the sum of
them plus what the cheapest route of each shift costs less than its jobs are worth is a bound (Lagrange; Farley 1990,
doi 10.1287/opre.38.5.922): it is added up in whole numbers, so that nothing is left to the arithmetic of the linear program.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt

from solver.arrays import Arrays, Ints
from solver.columns import Columns
from solver.pricing import MOST_PARTS, Answer, Desk, Found
from solver.problem import MANDATORY_PRICE, Departure, Problem
from solver.stop import clock
from solver.together import is_mandatory, unbundled

NEXT = 300
"""Routes seen by the search that are added at a time."""

STEADY = (0.8, 0.4, 0.0)
"""How much of the prices is kept of those that gave the best bound, the next one if nothing is found: new prices alone swing."""

DEARER = 2
"""Leaving out a job that is served costs so many dearest shares of a route at first, and so much more whenever that is done."""

PATIENCE = 0.05
"""Seconds between two looks at the clock."""

LEFT_OUT = 1e-6
"""Shares of a linear program that are not zero."""

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


def bounded(problem: Problem, arrays: Arrays, seen: Columns, plan: Ints, reach: Reach, threads: int = 1) -> Bound:
    """A bound on the total of every plan.

    Parameters
    ----------
    seen, plan
        Routes to begin with, and those of a good plan: the better they are, the sooner the bound is good.
    reach
        A limit of labels makes the answer reproducible, one of time does not.
    """
    if problem.links or problem.bent:
        arrays = arrays._replace(
            keep_end=True
        )  # a first visit that starts later than it could may have its whole route begin later
    arrays = arrays._replace(coupled=False)
    with ThreadPoolExecutor(threads) as executor:
        return _Generation(problem, arrays, seen, plan, reach, Desk(arrays, threads), executor).run()


def relaxed(problem: Problem) -> tuple[str, ...]:
    """The rules and prices of a problem that its bound takes more lightly than they are, in words."""
    shifts, jobs = problem.shifts, problem.jobs
    delayed = problem.departure is Departure.KEEP_END
    timed = any(job.late_fixed or job.late_rate or job.urgency for job in jobs)
    found = {
        "parts on the van": len({part for job in jobs for part in job.parts}) > MOST_PARTS,
        "breaks after the return": any(sum(pause.place is None for pause in shift.breaks) > 1 for shift in shifts),
        "prices by the time of day where a departure is put off": delayed and timed,
        "several windows where a departure is put off": delayed and any(len(job.windows) > 1 for job in jobs),
        "prices of starting too early": any(job.promise or job.preferred_windows or job.current for job in jobs),
        "drives that take longer at some hours": problem.travel.traffic is not None,
        "when a shift departs that drives by the hour or starts jobs on the clock": problem.bent,
        "links between jobs": bool(problem.links),
        "groups of jobs": bool(problem.groups),
        "technicians shared by crews": any(shift.crew for shift in shifts),
        "the largest lateness": problem.worst_late_rate > 0,
        "limits on moved visits": problem.max_moves is not None or problem.max_told_moves is not None,
    }
    return tuple(words for words, used in found.items() if used)


# ---------------------------------------------------------------- the linear program


class _Wish(NamedTuple):
    """What a customer sees as one job: one of the alternatives is served, jobs in each, or none at a price."""

    alternatives: tuple[tuple[int, ...], ...]
    price: int

    def value(self, worth: Ints) -> int:
        """The least it can add to a bound if jobs are worth so much."""
        return min(self.price, *(sum(int(worth[job]) for job in each) for each in self.alternatives))


def _wishes(problem: Problem) -> list[_Wish]:
    """Every bundle, and every job that is in none."""
    alone = [_Wish(((row,),), problem.jobs[row].price_unserved) for row in unbundled(problem, range(len(problem.jobs)))]
    price = [MANDATORY_PRICE if is_mandatory(problem, each) else each.unserved or 0 for each in problem.bundles]
    return [*alone, *(_Wish(each.alternatives, cost) for each, cost in zip(problem.bundles, price, strict=True))]


class _Master:
    """The linear program on the routes so far: each job served or left out, each kind driven as often as it has shifts.

    A job may be served more than once: that is seldom cheaper, and without it prices below zero come up on the way.
    """

    def __init__(self, wishes: Sequence[_Wish], jobs: int, shifts: Ints, scale: float) -> None:
        self.scale = scale
        self.model = mathopt.Model()
        self.jobs = [self.model.add_linear_constraint(lb=0.0) for _ in range(jobs)]
        self.kinds = [self.model.add_linear_constraint(ub=float(count)) for count in shifts]
        self.left = [self._wish(wish) for wish in wishes]
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        self.price = np.zeros(jobs)
        self.kind_price = np.zeros(len(self.kinds))
        self.total = math.inf
        self.values: dict[mathopt.Variable, float] = {}

    def is_left_out(self, wish: int) -> bool:
        """Whether the last solution leaves something out."""
        return self.values.get(self.left[wish], 0.0) > LEFT_OUT

    def charge(self, wish: int, price: int) -> None:
        """Say what leaving something out costs."""
        self.model.objective.set_linear_coefficient(self.left[wish], price / self.scale)

    def _wish(self, wish: _Wish) -> mathopt.Variable:
        """The variable of leaving it out."""
        one = self.model.add_linear_constraint(lb=1.0, ub=1.0)
        for each in wish.alternatives:
            chosen = self._variable(0.0, [one])
            for job in each:
                self.jobs[job].set_coefficient(chosen, -1.0)
        return self._variable(wish.price / self.scale, [one])

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
        self.values = result.variable_values()
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

    def __init__(
        self, problem: Problem, arrays: Arrays, seen: Columns, plan: Ints, reach: Reach, desk: Desk, executor: Executor
    ) -> None:
        self.arrays, self.seen, self.reach, self.desk, self.executor = arrays, seen, reach, desk, executor
        self.ends = clock() + reach.seconds
        self.first = np.searchsorted(seen.owner, np.arange(seen.cost.size + 1))
        self.fresh = np.ones(seen.cost.size, bool)
        self.wishes = _wishes(problem)
        self.reached = np.zeros(arrays.n_jobs, bool)
        used = max(1, int(seen.cost[plan].sum()))
        self.count = np.array([kind.shifts for kind in desk.kinds], np.int64)
        self.master = _Master(self.wishes, arrays.n_jobs, self.count, max(1.0, used / (100.0 * max(1, plan.size))))
        self.steady = _Prices(self._shares(plan), np.zeros(len(desk.kinds), np.int64))
        self.charged = [wish.price for wish in self.wishes]
        self._charge_less(plan)
        self.best = 0
        self.routes: dict[tuple[int, tuple[int, ...]], Found] = {}
        self._add_seen(plan)

    def run(self) -> Bound:
        """Rounds until nothing is left to add, or to prove, or the time is over."""
        rounds, tight = 0, False
        while not tight and not self.reach.over and self.best < self.reach.enough and self.master.solve(self.ends - clock()):
            rounds += 1
            if not self._sift() and not self._search():
                tight = self._prove()
        return Bound(self.best, tight, tuple(self.routes.values()), rounds)

    def _shares(self, plan: Ints) -> Ints:
        """What jobs are worth to begin with: a fair share of their routes in the plan, or what leaving them out costs."""
        worth = np.zeros(self.arrays.n_jobs, np.int64)
        for row in plan.tolist():
            jobs = self.seen.job[self.first[row] : self.first[row + 1]]
            worth[jobs] = self.seen.cost[row] // max(1, jobs.size)
        most = int(worth.max(initial=0))
        for wish in self.wishes:
            for job in {job for each in wish.alternatives for job in each}:
                worth[job] = min(wish.price, int(worth[job]) or 2 * most)
        return worth

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
        return self._look(STEADY[:1] + STEADY[-1:], thorough=False)[0]

    def _prove(self) -> bool:
        """Add routes found by a thorough look, and note the bound it proves; whether there is nothing more to add."""
        added, whole = self._look(STEADY[-2:], thorough=True)
        return whole and not added and not self._charge_more()

    def _look(self, shares: Sequence[float], *, thorough: bool) -> tuple[int, bool]:
        """Add routes that cost less than their jobs are worth, at steady prices first; how many, and whether all were looked at."""
        now, added, whole = self._now(), 0, False
        for share in shares:
            prices = self._between(now, share)
            answers = self._ask(prices, thorough=thorough)
            self._note(prices, answers)
            if not thorough:
                self.steady = prices
            added, whole = self._take(answers), all(each.whole for each in answers) and not self.reach.over
            if added or not whole:
                break
        return added, whole

    def _charge_less(self, plan: Ints) -> None:
        """Begin with lower prices of leaving out what the plan serves: prices that are never paid make the others swing."""
        served = set(self.seen.pick(plan).job.tolist())
        dear = DEARER * int(self.steady.job[list(served)].max(initial=1))
        for number, wish in enumerate(self.wishes):
            if any(served.issuperset(each) for each in wish.alternatives) and wish.price > dear:
                self.charged[number] = dear
                self.master.charge(number, dear)

    def _charge_more(self) -> bool:
        """Raise the price of what was left out below its price; whether there was anything."""
        below = [number for number, wish in enumerate(self.wishes) if self.charged[number] < wish.price]
        again = [number for number in below if self.master.is_left_out(number)]
        for number in again:
            self.charged[number] = min(self.wishes[number].price, DEARER * self.charged[number])
            self.master.charge(number, self.charged[number])
        return bool(again)

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
        self.master.add(kind, jobs, cost)
        self.reached[jobs] = True

    # ------------------------------------------------------------ prices and bounds

    def _now(self) -> _Prices:
        """The prices of the linear program, in whole numbers; a job that no route serves is worth what leaving it out costs."""
        price = np.rint(np.clip(self.master.price, -MANDATORY_PRICE, MANDATORY_PRICE)).astype(np.int64)
        for wish in self.wishes:
            if len(wish.alternatives) == 1 and len(wish.alternatives[0]) == 1:
                job = wish.alternatives[0][0]
                price[job] = min(int(price[job]), wish.price) if self.reached[job] else wish.price
        return _Prices(price, np.minimum(0, np.floor(self.master.kind_price).astype(np.int64)))

    def _between(self, now: _Prices, share: float) -> _Prices:
        """New prices, drawn to those that gave the best bound."""
        job = now.job + np.rint((self.steady.job - now.job) * share).astype(np.int64)
        limit = now.limit + np.rint((self.steady.limit - now.limit) * share).astype(np.int64)
        return _Prices(job, limit)

    def _note(self, prices: _Prices, answers: list[Answer]) -> None:
        """Keep the bound that the answers prove, if it is the best."""
        least = np.array([min(0, each.least) for each in answers], np.int64)
        total = sum(wish.value(prices.job) for wish in self.wishes) + sum(
            count * each for count, each in zip(self.count.tolist(), least.tolist(), strict=True)
        )
        if total > self.best:
            self.best, self.steady = total, _Prices(prices.job, least)
