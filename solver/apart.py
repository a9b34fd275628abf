"""What of a coupled plan can be looked at apart: its legal part, and the routes that nothing couples, to be recombined."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from solver.arrays import KIND, UNSERVED, Arrays, Ints
from solver.columns import Columns, Routes, columns_of
from solver.evaluation import plan_of, whole_order
from solver.kernels.pool import Pool
from solver.plan import Plan, Stop, StopKind
from solver.problem import Problem
from solver.recombine import Brake, Combination, Limits, recombined
from solver.ties import EXTRA
from solver.violations import check


def legal_part(problem: Problem, plan: Plan) -> Plan:
    """A plan without the jobs that break a rule, and without all of a bundle where one of its jobs does; timed again."""
    orders = {route.shift: list(whole_order(problem, route)) for route in plan.routes}
    others = {row: bundle.rows for bundle in problem.bundles for row in bundle.rows}
    while True:
        found = plan_of(problem, orders.items())
        gone: set[int] = set()
        for violation in check(problem, found):
            served = next((route.jobs for route in found.routes if route.shift == violation.shift), ())
            for row in served if violation.job is None else (violation.job,):
                gone.update(others.get(row, (row,)))
        if not gone:
            return found
        orders = {shift: [stop for stop in stops if not _is_one_of(stop, gone)] for shift, stops in orders.items()}


def _is_one_of(stop: Stop, rows: set[int]) -> bool:
    return stop.kind is StopKind.JOB and stop.row in rows


class Part(NamedTuple):
    """The routes of a plan that nothing couples, with routes to choose from instead; what stays, and what that costs."""

    arrays: Arrays  #: the jobs that stay have no price, their shifts a kind each
    columns: Columns
    plan: Ints
    stays: Routes
    cost: int


def part_of(arrays: Arrays, pools: Sequence[Pool], routes: Routes, prices: Ints) -> Part | None:
    """The part of a plan that can be recombined; None if there is none, or the largest lateness has a price."""
    ties = arrays.ties
    stays = {shift: stops for shift, stops in routes.items() if not _is_free(arrays, shift, stops)}
    free = {shift: stops for shift, stops in routes.items() if shift not in stays}
    if arrays.worst_rate or not free:
        return None
    job, shifts = arrays.job.copy(), arrays.shift.copy()
    held = np.array([stop for stops in stays.values() for stop in stops if stop < arrays.n_jobs], np.int64)
    job[held, UNSERVED] = 0
    rows = np.array(sorted(stays), np.int64)
    shifts[rows, KIND] = shifts[:, KIND].max() + 1 + np.arange(len(rows))
    rest = arrays._replace(job=job, shift=shifts)
    columns, plan = columns_of(rest, pools, free, prices)
    taken = np.zeros(arrays.n_jobs, bool)
    taken[held] = True
    usable = np.bincount(columns.owner, taken[columns.job], columns.cost.size) == 0
    usable &= ~np.isin(columns.shift, rows)
    kept = np.flatnonzero(usable)
    cost = int(sum(int(prices[shift]) for shift in stays) + ties.late[EXTRA])
    return Part(rest, columns.pick(kept), np.searchsorted(kept, plan), stays, cost)


def recombined_part(part: Part, limits: Limits, brake: Brake | None = None) -> Combination | None:
    """A strictly cheaper plan in which the coupled routes stay; None if none was found."""
    found = recombined(part.arrays, part.columns, part.plan, limits, brake)
    return found and Combination(dict(sorted({**part.stays, **found.routes}.items())), found.total + part.cost)


def _is_free(arrays: Arrays, shift: int, stops: Sequence[int]) -> bool:
    alone = arrays.ties.rival_span[shift, 0] == arrays.ties.rival_span[shift, 1]
    return bool(alone and all(arrays.ties.free[stop] for stop in stops if stop < arrays.n_jobs))
