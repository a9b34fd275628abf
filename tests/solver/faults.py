"""How to break a legal plan: what a fault is, and changes of one thing in a plan or a problem.

A fault takes a legal plan and answers the broken one, or None where it cannot be planted. `cause` must be found; besides it only
`also` may be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from solver.plan import Plan, Route, StopKind, Visit
from solver.problem import Problem
from solver.violations import Cause

Broken = tuple[Problem, Plan] | None
Spoil = Callable[[Problem, Plan, np.random.Generator], Broken]
TIMING = (Cause.TIMING_RULE,)
SHIFTED = (Cause.TIMING_RULE, Cause.WINDOW, Cause.PIN_START, Cause.SHIFT_HOURS, Cause.BREAK, Cause.MAX_DURATION)
SHIFTED += (Cause.TIMES, Cause.MAX_LEG, Cause.MAX_TRAVEL)  # drives at other times


@dataclass(frozen=True)
class Fault:
    """A way to break a plan."""

    name: str
    cause: Cause
    also: frozenset[Cause]
    spoil: Spoil


FAULTS: list[Fault] = []
"""All faults of the modules that have been imported."""


def fault(cause: Cause, *also: Cause) -> Callable[[Spoil], Spoil]:
    """Register a fault under the name of its function."""

    def keep(spoil: Spoil) -> Spoil:
        FAULTS.append(Fault(spoil.__name__, cause, frozenset(also), spoil))
        return spoil

    return keep


def any_of(rng: np.random.Generator, items: list[Any]) -> Any:
    """One of the items, or None."""
    return items[rng.integers(len(items))] if items else None


def job_visits(plan: Plan) -> list[tuple[int, int, Visit]]:
    """Number of the route and of the visit, and the visit, of every job served."""
    return [spot for spot in all_visits(plan) if spot[2].stop.kind is StopKind.JOB]


def all_visits(plan: Plan) -> list[tuple[int, int, Visit]]:
    return [(r, v, visit) for r, route in enumerate(plan.routes) for v, visit in enumerate(route.visits)]


def held_breaks(plan: Plan) -> list[tuple[int, int, Visit]]:
    return [spot for spot in all_visits(plan) if spot[2].stop.kind is StopKind.BREAK]


def with_route(plan: Plan, number: int, route: Route) -> Plan:
    return replace(plan, routes=(*plan.routes[:number], route, *plan.routes[number + 1 :]))


def with_visit(plan: Plan, r: int, v: int, **fields: Any) -> Plan:
    """The plan with another visit, everything else as stated before."""
    visits = list(plan.routes[r].visits)
    visits[v] = replace(visits[v], **fields)
    return with_route(plan, r, replace(plan.routes[r], visits=tuple(visits)))


def with_job(problem: Problem, row: int, **fields: Any) -> Problem:
    jobs = list(problem.jobs)
    jobs[row] = replace(jobs[row], **fields)
    return replace(problem, jobs=tuple(jobs))


def with_shift(problem: Problem, row: int, **fields: Any) -> Problem:
    shifts = list(problem.shifts)
    shifts[row] = replace(shifts[row], **fields)
    return replace(problem, shifts=tuple(shifts))


def legs(problem: Problem, route: Route) -> Iterator[tuple[int, int]]:
    """The places of every drive."""
    shift = problem.shifts[route.shift]
    places = [shift.start_place, *(visit.place for visit in route.visits)]
    yield from pairwise([*places, *([] if shift.end_place is None else [shift.end_place])])


def later(route: Route, first: int, seconds: int) -> Route:
    """A route whose visits from one on, and whose return, are later; the first of them starts later than it is reached."""
    visits = [
        replace(visit, start=visit.start + seconds, arrive=visit.arrive + (seconds if v > first else 0)) if v >= first else visit
        for v, visit in enumerate(route.visits)
    ]
    return replace(route, visits=tuple(visits), back=route.back + seconds)
