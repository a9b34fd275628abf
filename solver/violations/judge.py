"""The door: every rule asked of every route of a plan."""

from collections.abc import Mapping
from types import MappingProxyType

from solver.plan import Plan, Route
from solver.problem import Problem
from solver.violations import breaks, coupling, coverage, hours, limits, moves, pairing, supplies, times, timing
from solver.violations.case import case_of
from solver.violations.causes import Violation

ROUTE_RULES = (*pairing.RULES, *supplies.RULES, *limits.RULES, *hours.RULES, *breaks.RULES, *times.RULES, *timing.RULES)

ALONE: Mapping[int, int] = MappingProxyType({})
"""The floors of a route judged by itself."""


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every hard rule that a plan breaks, with cause, place and amount; empty if the plan is legal.

    Parameters
    ----------
    problem
        What was to be planned.
    plan
        The plan as stated: its times are judged, not recomputed.

    Returns
    -------
    tuple of Violation
        Those of the plan as a whole, then those of each route. A mandatory job that is left out is no violation: it has a price.
    """
    broken = [violation for rule in (*coverage.RULES, *moves.RULES) for violation in rule(problem, plan)]
    routes = [route for route in plan.routes if 0 <= route.shift < len(problem.shifts)]
    floors = coupling.floors(problem, routes)
    for route in routes:
        broken.extend(check_route(problem, route, floors))
    broken += [violation for rule in coupling.RULES for violation in rule(problem, routes)] if problem.coupled else []
    return tuple(broken)


def check_route(problem: Problem, route: Route, floors: Mapping[int, int] = ALONE) -> tuple[Violation, ...]:
    """Every hard rule that one route breaks, as `check` would say; its shift must be one of the problem.

    `floors`: per job what its links to jobs on other routes let it start at the earliest; without, as if there were none.
    """
    case = case_of(problem, route, floors)
    return tuple(violation for rule in ROUTE_RULES for violation in rule(case))
