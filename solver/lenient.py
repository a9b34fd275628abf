"""When to do each step of a given route, so that its windows are missed by as little as can be.

`evaluation.timed` times a route that keeps its rules. This module times one that may not: every window may be missed, and what
is made small is, in this order of weight, the seconds by which windows are missed, the time from the first step to the last, and
then the start of every step. A mixed-integer programme of a few variables a step, as in VROOM's plan mode, whose rule it is: 60
steps with 30 choices of a window, every one missed, take 0.3 s, a route of a day 10 ms.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ortools.math_opt.python import mathopt

from solver.problem import FOREVER

NODES = 20_000
"""Nodes of the search for the windows after which the best times found so far have to do."""


class Infeasible(ValueError):
    """The hard bounds of the steps contradict the time that they and the drives between them take."""


class Step(NamedTuple):
    """One step of a route, in seconds; the first and the last one are its start and its end.

    `windows`: when it should start, both ends included, ascending and disjoint; none: any time. `earliest` and `latest` are hard.
    A `floating` step has no place: it may interrupt the drive between its neighbours.
    """

    lasts: int = 0
    travel: int = 0  #: of the drive from the last step that has a place
    windows: tuple[tuple[int, int], ...] = ()
    floating: bool = False
    earliest: int = -FOREVER
    latest: int = FOREVER

    def missed(self, start: int) -> int:
        """Seconds between a start and the nearest window: negative before it, positive after it, 0 inside."""
        off = [start - min(max(start, opens), closes) for opens, closes in self.windows]
        return min(off, key=abs, default=0)


def lenient(steps: Sequence[Step]) -> list[int]:
    """The start of each step.

    Raises
    ------
    Infeasible : the hard bounds leave no times at all
    """
    low, high, takes = _horizon(steps)
    if any(max(low, step.earliest) > min(high, step.latest) for step in steps):
        raise Infeasible
    model = mathopt.Model()
    starts = [model.add_variable(lb=max(low, each.earliest) - low, ub=min(high, each.latest) - low) for each in steps]
    _follow(model, steps, starts)
    misses = [_missed(model, step, start, low, high) for step, start in zip(steps, starts, strict=True) if step.windows]
    missed, length = mathopt.fast_sum(misses), starts[-1] - starts[0]
    model.minimize((takes or high - low) * missed + length)
    found = _solved(model)
    if found is None:
        raise Infeasible
    model.add_linear_constraint(missed <= round(sum(found[each] for each in misses)))
    model.add_linear_constraint(length <= round(found[starts[-1]] - found[starts[0]]))
    model.minimize(mathopt.fast_sum(starts))
    found = _solved(model) or found
    return [low + round(found[start]) for start in starts]


def _horizon(steps: Sequence[Step]) -> tuple[int, int, int]:
    """The first and the last second that can matter, and what all steps and drives take."""
    takes = sum(step.lasts + step.travel for step in steps)
    bounds = [when for step in steps for when in (*(w for window in step.windows for w in window), step.earliest, step.latest)]
    named = [when for when in bounds if abs(when) < FOREVER]
    return max(0, min(named, default=0) - takes), max(named, default=0) + takes, takes


def _follow(model: mathopt.Model, steps: Sequence[Step], starts: Sequence[mathopt.Variable]) -> None:
    """A step follows the one before; between two places there is time for the drive and for what floats between them."""
    placed = 0
    for k in range(1, len(steps)):
        model.add_linear_constraint(starts[k] - starts[k - 1] >= steps[k - 1].lasts)
        if not steps[k].floating:
            takes = sum(step.lasts for step in steps[placed:k]) + steps[k].travel
            model.add_linear_constraint(starts[k] - starts[placed] >= takes)
            placed = k


def _missed(model: mathopt.Model, step: Step, start: mathopt.Variable, low: int, high: int) -> mathopt.Variable:
    """Seconds between a start and the window chosen for it."""
    missed = model.add_variable(lb=0)
    choices = [model.add_binary_variable() for _ in step.windows]
    model.add_linear_constraint(mathopt.fast_sum(choices) == 1)
    pairs = list(zip(step.windows, choices, strict=True))
    model.add_linear_constraint(
        missed + start >= mathopt.fast_sum((max(opens, low) - low) * choice for (opens, _), choice in pairs)
    )
    model.add_linear_constraint(
        start - missed <= mathopt.fast_sum((min(closes, high) - low) * choice for (_, closes), choice in pairs)
    )
    return missed


def _solved(model: mathopt.Model) -> dict[mathopt.Variable, float] | None:
    result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=mathopt.SolveParameters(threads=1, node_limit=NODES))
    if not result.has_primal_feasible_solution():
        return None
    found: dict[mathopt.Variable, float] = result.variable_values()
    return found
