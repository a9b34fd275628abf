"""What is the best plan? Pure functions over frozen data; no database, no wall clock, no HTTP, no address."""

from solver.evaluation import Cost, evaluate, plan_of, timed
from solver.plan import Plan, Route, Stop, StopKind, Visit
from solver.problem import (
    FOREVER,
    MANDATORY_PRICE,
    UNREACHABLE,
    Break,
    Departure,
    InvalidProblem,
    Job,
    Pin,
    Problem,
    Shift,
    Skill,
    Stock,
    Technician,
    Tier,
    Travel,
    Window,
)
from solver.result import Progress, Result
from solver.search import BrokenPlan, solve
from solver.stop import AnyOf, Cancelled, Effort, Iterations, NoImprovement, Seconds, any_of

__all__ = [
    "FOREVER",
    "MANDATORY_PRICE",
    "UNREACHABLE",
    "AnyOf",
    "Break",
    "BrokenPlan",
    "Cancelled",
    "Cost",
    "Departure",
    "Effort",
    "InvalidProblem",
    "Iterations",
    "Job",
    "NoImprovement",
    "Pin",
    "Plan",
    "Problem",
    "Progress",
    "Result",
    "Route",
    "Seconds",
    "Shift",
    "Skill",
    "Stock",
    "Stop",
    "StopKind",
    "Technician",
    "Tier",
    "Travel",
    "Visit",
    "Window",
    "any_of",
    "evaluate",
    "plan_of",
    "solve",
    "timed",
]
