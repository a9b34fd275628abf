"""Rules about the plan as a whole."""

from collections import Counter
from collections.abc import Iterator

from solver.plan import Plan
from solver.problem import Problem
from solver.violations.causes import Cause, Violation


def once(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every job is served exactly once or listed as left out exactly once."""
    seen = Counter(row for route in plan.routes for row in route.jobs)
    seen.update(plan.unassigned)
    for row, job in enumerate(problem.jobs):
        if seen[row] != 1:
            message = f"job {job.id} is served or listed {seen[row]} times"
            yield Violation(Cause.COVERAGE, None, row, abs(seen[row] - 1), message)


PLAN_RULES = (once,)
