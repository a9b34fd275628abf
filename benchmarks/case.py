"""An instance as a problem: what every reader answers and every writer needs."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import solver
from solver import Plan, Problem, Stop, StopKind

COST_TOLERANCE = 0.02
"""How far the problem's cost may be from the judge's, in units of the family: a ten-thousandth for each of 200 rounded arcs."""


class UnreadableInstance(ValueError):
    """An instance or solution file does not say what its family's format promises."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One instance. Jobs carry the numbers of the file as ids; shift rows follow the file's vehicles or technicians."""

    name: str
    problem: Problem
    unit: int  #: micro-units of the problem's money in one unit of the family's published costs
    whole: float | None = None  #: where the cost is what was missed: all there was to have

    def cost(self, plan: Plan) -> float:
        """The plan's cost as the family publishes it; mandatory jobs left out are no part of it."""
        cost = solver.evaluate(self.problem, plan)
        return (cost.money if self.whole is None else cost.unserved) / self.unit

    def gap(self, cost: float, best: float | None) -> float | None:
        """How far a cost is from the best known, in percent of it, or of all there was to have."""
        if best is None or not (self.whole or best):
            return None
        return 100 * (cost - best) / (self.whole or best)


def euclidean(points: Sequence[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """Straight-line distances between all points, shape `(points, points)`.

    By `math.hypot`, cell by cell: vectorised square roots may differ in the last bit, and a truncated arc shows it.
    """
    return np.array([[math.hypot(x - u, y - v) for u, v in points] for x, y in points])


def plan_of_routes(case: Case, routes: Iterable[tuple[int, Iterable[str]]]) -> Plan:
    """The plan in which each shift row serves the jobs of the given ids in order; the id `D` is a stop at the stock point.

    Raises
    ------
    UnreadableInstance
        A shift or a job is unknown.
    """
    rows = {job.id: row for row, job in enumerate(case.problem.jobs)}
    orders: list[tuple[int, list[Stop]]] = []
    for shift, ids in routes:
        if not 0 <= shift < len(case.problem.shifts):
            raise UnreadableInstance(
                f"{case.name}: a route of vehicle or technician {shift + 1}, there are {len(case.problem.shifts)}"
            )
        orders.append((shift, [_stop(case, rows, name) for name in ids]))
    return solver.plan_of(case.problem, orders)


def _stop(case: Case, rows: dict[str, int], name: str) -> Stop:
    if name == "D":
        return Stop(StopKind.STOCK)
    if name not in rows:
        raise UnreadableInstance(f"{case.name}: a route visits {name}, which the instance does not have")
    return Stop(StopKind.JOB, rows[name])
