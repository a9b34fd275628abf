"""The routes that a document gives, as the plan that the search begins with."""

from collections.abc import Sequence

import solver
from dispatch.wire.vroom import Asked
from solver import Stop, StopKind
from solver.violations import check_route


def start_of(asked: Asked, problem: solver.Problem) -> solver.Plan | None:
    """The plan of the steps of the vehicles, None if there are none.

    As VROOM has it, only the order of tasks counts: each break is put where the route breaks the fewest rules. What is not legal
    nevertheless is left to the search, which goes on without it.
    """
    rows = {job.id: row for row, job in enumerate(asked.jobs)}
    orders = []
    for number, vehicle in enumerate(asked.vehicles):
        jobs = [Stop(StopKind.JOB, rows[step.id]) for step in vehicle.steps if step.type == "job" and step.id is not None]
        if jobs:
            orders.append((number, _with_breaks(problem, number, jobs)))
    return solver.plan_of(problem, orders) if orders else None


def _with_breaks(problem: solver.Problem, shift: int, jobs: Sequence[Stop]) -> list[Stop]:
    order, first = list(jobs), 0
    for row in range(len(problem.shifts[shift].breaks)):
        trials = [(*order[:place], Stop(StopKind.BREAK, row), *order[place:]) for place in range(first, len(order) + 1)]
        broken = [len(check_route(problem, solver.timed(problem, shift, trial))) for trial in trials]
        best = broken.index(min(broken))
        order, first = list(trials[best]), first + best + 1
    return order
