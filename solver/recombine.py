"""The best combination of all routes ever seen: set partitioning with OR-Tools.

Every job is served by one chosen route or left out at its price; a kind of shift drives as many routes as it has shifts. The linear
relaxation comes first: what its prices prove to be in no better plan is dropped, and CP-SAT searches what is left, guided by that
relaxation, from the plan at hand.

Measured on pools of 15–30 s of two threads (3,500–30,000 routes):

* The relaxation by sifting (GLOP on the columns that look best, all others priced by numpy, the cheapest 500 added, warm start)
  takes 0.8–1.2 s of a core, on all columns at once 0.8–3.3 s; HiGHS is as fast as GLOP.
* CP-SAT with its presolve finds nothing in 10 s, for it spends them on presolving; without it, it beats HiGHS and SCIP, which make
  little of the hint. Branching by the relaxation finds more than by clauses. Several workers on the same seconds of a core find
  less. The same model handed over by MathOpt, where "exactly one" becomes a sum, takes twice the time.
* Choices near the plan at hand (a neighbourhood of 6–13 routes at a time, or a limit on the routes that may change), and diving in
  the relaxation, found less than the whole model did in the same time.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model, cp_model_helper

from solver.arrays import KIND, UNSERVED, Arrays, Floats, Ints
from solver.columns import Columns, Routes, routes_of
from solver.problem import MANDATORY_PRICE
from solver.stop import clock

CANDIDATES = 5_000
"""Routes that CP-SAT chooses from: those with the smallest reduced costs."""

FIRST, NEXT = 10, 500
"""Columns the sifting begins with, per job, and columns it adds at a time."""

ATTEMPTS = 3
"""How often a proof of the cheapest choice is tried, with a better choice each time."""

LARGEST = 2**60
"""What the prices of a model may add up to: CP-SAT counts in 64 bits."""

MUST = -1
"""The price of leaving out a job that may not be left out."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine may spend: seconds of wall time, and CP-SAT's measure of work (about a second of a core each)."""

    seconds: float = math.inf
    work: float = math.inf


@dataclass(slots=True)
class Brake:
    """Ends a recombination from another thread: to be pulled until it has ended."""

    pulled: bool = False
    solver: cp_model.CpSolver | None = None

    def pull(self) -> None:
        """Ask for the end."""
        self.pulled = True
        if self.solver:
            self.solver.stop_search()


class Master(NamedTuple):
    """A set partitioning: which routes, at most `shifts` of each kind, serve every job or leave it out at its price."""

    columns: Columns
    leave: Ints  #: (jobs) price of leaving it out, or MUST
    shifts: Ints  #: (kinds) shifts


class Choice(NamedTuple):
    """Columns chosen, what they and the jobs left out cost, and whether no choice is cheaper."""

    rows: Ints
    total: int
    proved: bool


class Combination(NamedTuple):
    """A plan made of routes seen, and its total."""

    routes: Routes
    total: int


def recombined(arrays: Arrays, columns: Columns, plan: Ints, limits: Limits, brake: Brake | None = None) -> Combination | None:
    """A strictly cheaper plan made of the columns; None if none was found.

    Parameters
    ----------
    columns, plan
        The routes to choose from, and those of the plan at hand, as `columns_of` gives them.
    limits
        A limit of work makes the answer reproducible, one of time does not.
    brake
        What ends it early.
    """
    ends = clock() + limits.seconds
    brake = brake or Brake()
    master = master_of(arrays, columns, plan)
    total = total_of(master, plan)
    likely = promising(master, plan, total, ends, brake)
    if likely is None or likely.size == 0:
        return None
    kept = np.union1d(likely[:CANDIDATES], plan)
    small = master._replace(columns=columns.pick(kept))
    choice = cheapest(small, np.searchsorted(kept, plan), Limits(ends - clock(), limits.work), brake)
    return combination(arrays, columns, kept[choice.rows]) if choice and choice.total < total else None


def combination(arrays: Arrays, columns: Columns, rows: Ints) -> Combination:
    """The plan of a choice, with its total as the problem counts it."""
    served = np.zeros(arrays.n_jobs, bool)
    served[columns.pick(np.sort(rows)).job] = True
    total = columns.cost[rows].sum() + arrays.job[~served, UNSERVED].sum()
    return Combination(routes_of(arrays, columns, rows.tolist()), int(total))


def master_of(arrays: Arrays, columns: Columns, served: Ints | None = None) -> Master:
    """The set partitioning over these columns; mandatory jobs must be served if the columns `served` serve all of them.

    Otherwise leaving one out costs more than everything that can be chosen.
    """
    leave = arrays.job[:, UNSERVED].copy()
    mandatory = leave >= MANDATORY_PRICE
    shifts = np.bincount(arrays.shift[:, KIND])
    dearest = np.zeros(len(shifts), np.int64)
    np.maximum.at(dearest, columns.kind, columns.cost)
    everything = int(dearest @ shifts + leave[~mandatory].sum())
    reached = np.zeros(len(leave), bool)
    if served is not None:
        reached[columns.pick(served).job] = True
    leave[mandatory] = MUST if reached[mandatory].all() else everything + 1
    return Master(columns, leave, shifts)


def total_of(master: Master, rows: Ints) -> int:
    """What a choice costs, jobs left out included."""
    columns = master.columns.pick(np.sort(rows))
    absent = np.ones(len(master.leave), bool)
    absent[columns.job] = False
    return int(columns.cost.sum() + master.leave[absent].sum())


# ---------------------------------------------------------------- the linear relaxation


def promising(master: Master, plan: Ints, total: int, ends: float = math.inf, brake: Brake | None = None) -> Ints | None:
    """Rows of the columns that can be part of a choice cheaper than `total`, what the plan `plan` costs, the likeliest first.

    None if the relaxation was not solved in time.
    """
    relaxation = _Relaxation(master)
    fresh = np.union1d(_cheap_per_job(master.columns), plan)
    while fresh.size:
        if (brake and brake.pulled) or not relaxation.solve(fresh, ends):
            return None
        reduced = relaxation.reduced()
        inside = reduced < -1e-7 * max(1.0, abs(total))
        inside[relaxation.rows] = False
        fresh = _ascending(reduced, np.flatnonzero(inside))[:NEXT]
    reduced = relaxation.reduced()
    return _ascending(reduced, np.flatnonzero(reduced < total - relaxation.bound(reduced)))


class _Relaxation:
    """The linear program on some of the columns, solved again as columns are added."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self.rows: list[int] = []
        self.first = np.searchsorted(master.columns.owner, np.arange(master.columns.cost.size + 1))
        self.model = mathopt.Model()
        self.jobs = [self.model.add_linear_constraint(lb=1.0, ub=1.0) for _ in master.leave]
        self.kinds = [self.model.add_linear_constraint(ub=float(count)) for count in master.shifts]
        for job in np.flatnonzero(master.leave != MUST).tolist():
            self._add(float(master.leave[job]), [self.jobs[job]])
        self.solver = mathopt.IncrementalSolver(self.model, mathopt.SolverType.GLOP)
        self.job_price = np.zeros(len(master.leave))
        self.kind_price = np.zeros(len(master.shifts))

    def solve(self, fresh: Ints, ends: float) -> bool:
        """Add columns and solve; False if there was no time, or no solution."""
        columns = self.master.columns
        for row in fresh.tolist():
            jobs = columns.job[self.first[row] : self.first[row + 1]].tolist()
            self._add(float(columns.cost[row]), [self.kinds[columns.kind[row]], *(self.jobs[job] for job in jobs)])
        self.rows += fresh.tolist()
        left = timedelta(seconds=max(0.0, ends - clock())) if ends < math.inf else None
        try:
            result = self.solver.solve(params=mathopt.SolveParameters(time_limit=left))
        except (AttributeError, RuntimeError, ValueError):
            # a status that is not ok: GLOP gave up on the numbers. OR-Tools 9.15 fails to translate it and raises AttributeError
            return False
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return False
        price = result.dual_values()
        self.job_price = np.array([price[each] for each in self.jobs])
        self.kind_price = np.array([price[each] for each in self.kinds])
        return True

    def reduced(self) -> Floats:
        """The reduced costs of all columns."""
        columns = self.master.columns
        work = np.bincount(columns.owner, self.job_price[columns.job], columns.cost.size)
        reduced: Floats = columns.cost - work - self.kind_price[columns.kind]
        return reduced

    def bound(self, reduced: Floats) -> float:
        """What no choice can cost less than, at the prices found, whether or not they are the best."""
        leave = np.where(self.master.leave == MUST, 0.0, np.minimum(0.0, self.master.leave - self.job_price))
        given = self.job_price.sum() + self.kind_price @ self.master.shifts
        return float(given + leave.sum() + np.minimum(0.0, reduced).sum())

    def _add(self, cost: float, constraints: Iterable[mathopt.LinearConstraint]) -> None:
        variable = self.model.add_variable(lb=0.0)
        self.model.objective.set_linear_coefficient(variable, cost)
        for constraint in constraints:
            constraint.set_coefficient(variable, 1.0)


def _cheap_per_job(columns: Columns) -> Ints:
    """For each job the routes that serve it at the least cost per job."""
    share = columns.cost / np.maximum(1, np.bincount(columns.owner, minlength=columns.cost.size))
    order = np.lexsort((share[columns.owner], columns.job))
    job = columns.job[order]
    within = np.arange(len(order)) - np.searchsorted(job, job)
    return np.unique(columns.owner[order[within < FIRST]])


def _ascending(values: Floats, rows: Ints) -> Ints:
    """The rows by their values."""
    return rows[np.argsort(values[rows], kind="stable")]


# ---------------------------------------------------------------- the choice


def optimum(master: Master, limits: Limits) -> Choice | None:
    """The cheapest choice of all, proved; None if the limits did not allow a proof.

    Chosen among the columns of the smallest reduced costs until those are all that can be part of a cheaper choice.
    """
    ends = clock() + limits.seconds
    best = Choice(np.arange(0), total_of(master, np.arange(0)), False)
    for _ in range(ATTEMPTS):
        likely = promising(master, best.rows, best.total, ends)
        if likely is None:
            return None
        among = np.union1d(likely[:CANDIDATES], best.rows)
        small = master._replace(columns=master.columns.pick(among))
        choice = cheapest(small, np.searchsorted(among, best.rows), Limits(ends - clock(), limits.work))
        if choice is None or not choice.proved:
            return None
        best = Choice(among[choice.rows], choice.total, likely.size <= CANDIDATES)
        if best.proved:
            return best
    return None


def cheapest(master: Master, plan: Ints, limits: Limits, brake: Brake | None = None) -> Choice | None:
    """The cheapest choice CP-SAT finds, beginning with the columns `plan`; None if there was no time, or prices are too large."""
    unit = math.gcd(*master.columns.cost.tolist(), *master.leave[master.leave != MUST].tolist()) or 1
    if (
        total_of(master._replace(leave=np.maximum(master.leave, 0)), np.arange(0)) // unit + int(master.columns.cost.sum())
        >= LARGEST
    ):
        return None
    if limits.seconds <= 0 or (brake and brake.pulled):
        return None
    model, take = _model(master, plan, unit)
    solver = cp_model.CpSolver()
    _tune(solver.parameters, limits)
    if brake:
        brake.solver = solver
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    rows = np.array([row for row, taken in enumerate(take) if solver.boolean_value(taken)], np.int64)
    return Choice(rows, total_of(master, rows), status == cp_model.OPTIMAL)


def _model(master: Master, plan: Ints, unit: int) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The model, and its variables in the order of the columns."""
    columns, model = master.columns, cp_model.CpModel()
    take = [model.new_bool_var("") for _ in range(columns.cost.size)]
    left = np.flatnonzero(master.leave != MUST).tolist()
    leave = [model.new_bool_var("") for _ in left]
    of_job: list[list[cp_model.IntVar]] = [[] for _ in master.leave]
    for row, job in zip(columns.owner.tolist(), columns.job.tolist(), strict=True):
        of_job[job].append(take[row])
    for job, variable in zip(left, leave, strict=True):
        of_job[job].append(variable)
    for each in of_job:
        model.add_exactly_one(each)
    for kind, most in enumerate(master.shifts.tolist()):
        alike = [take[row] for row in np.flatnonzero(columns.kind == kind).tolist()]
        if most == 1:
            model.add_at_most_one(alike)
        elif len(alike) > most:
            model.add(cp_model.LinearExpr.sum(alike) <= most)
    prices = [*columns.cost.tolist(), *master.leave[left].tolist()]
    model.minimize(cp_model.LinearExpr.weighted_sum([*take, *leave], [price // unit for price in prices]))
    _hint(model, take, set(plan.tolist()))
    served = set(columns.pick(plan).job.tolist())
    _hint(model, leave, {at for at, job in enumerate(left) if job not in served})
    return model, take


def _hint(model: cp_model.CpModel, variables: Sequence[cp_model.IntVar], chosen: set[int]) -> None:
    for at, variable in enumerate(variables):
        model.add_hint(variable, at in chosen)


def _tune(parameters: cp_model_helper.SatParameters, limits: Limits) -> None:
    parameters.catch_sigint_signal = False  # it would take Ctrl-C from the caller, and not give it back
    parameters.num_workers = 1
    parameters.random_seed = 0
    parameters.cp_model_presolve = False
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.linearization_level = 2
    parameters.search_branching = cp_model_helper.SatParameters.SearchBranching.LP_SEARCH
    if limits.seconds < math.inf:
        parameters.max_time_in_seconds = limits.seconds
    if limits.work < math.inf:
        parameters.max_deterministic_time = limits.work
