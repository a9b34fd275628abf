"""Rules about the plan as a whole: who is served, how often, and in what order it is written down."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from solver.plan import Plan
from solver.problem import Problem
from solver.violations.causes import Cause, Violation


def jobs_known(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every row of a plan means a job of the problem."""
    rows = {*plan.unassigned, *(row for route in plan.routes for row in route.jobs)}
    for row in sorted(row for row in rows if not 0 <= row < len(problem.jobs)):
        yield Violation(Cause.COVERAGE, None, None, 1, f"there is no job of row {row}")


def served_once(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every job is served once at most, and is listed as left out if it is not served, and only then."""
    served = Counter(row for route in plan.routes for row in route.jobs)
    listed = Counter(plan.unassigned)
    for row, job in enumerate(problem.jobs):
        if served[row] + listed[row] != 1:
            what = f"served {served[row]} times and listed {listed[row]} times as left out"
            yield Violation(Cause.COVERAGE, None, row, abs(served[row] + listed[row] - 1), f"job {job.id}: {what}")


def shifts_known(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every route belongs to a shift of the problem."""
    for route in plan.routes:
        if not 0 <= route.shift < len(problem.shifts):
            yield Violation(Cause.COVERAGE, None, None, 1, f"there is no shift of row {route.shift}")


def shifts_once(problem: Problem, plan: Plan) -> Iterator[Violation]:  # noqa: ARG001
    """Every shift has one route at most, and routes are written by ascending shift."""
    for a, b in pairwise(plan.routes):
        if a.shift >= b.shift:
            yield Violation(Cause.COVERAGE, b.shift, None, 1, f"the route of shift {b.shift} follows that of shift {a.shift}")


def routes_serve(problem: Problem, plan: Plan) -> Iterator[Violation]:  # noqa: ARG001
    """A shift that serves no job has no route."""
    for route in plan.routes:
        if not route.jobs:
            yield Violation(Cause.COVERAGE, route.shift, None, 1, f"shift {route.shift}: a route without a job")


def left_out_ascending(problem: Problem, plan: Plan) -> Iterator[Violation]:  # noqa: ARG001
    """Jobs left out are written by ascending row."""
    for a, b in pairwise(plan.unassigned):
        if a > b:
            yield Violation(Cause.COVERAGE, None, b, 1, f"row {b} of the jobs left out follows row {a}")


RULES = (jobs_known, served_once, shifts_known, shifts_once, routes_serve, left_out_ascending)
