"""The door: every rule asked of every route of a plan."""

from solver.plan import Plan
from solver.problem import Problem
from solver.violations.causes import Violation
from solver.violations.coverage import PLAN_RULES


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every hard rule the plan breaks; empty if it is legal."""
    return tuple(violation for rule in PLAN_RULES for violation in rule(problem, plan))
