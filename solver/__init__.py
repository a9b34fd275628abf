"""What is the best plan? Pure functions over frozen data; no database, no wall clock, no HTTP, no address."""

from solver.coupling import Ask, Bundle, Group, Link
from solver.evaluation import Cost, evaluate, plan_of, timed
from solver.moves import Move, Moved, check_move, insert
from solver.moving import Moves, moves_of
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
from solver.reasons import Block, Fit, Holder, Hole, Reason, ReasonCode, explain, holes
from solver.result import Progress, Result
from solver.search import BrokenPlan, solve, warm
from solver.soft import Current, Preference, Promise
from solver.split import LARGE, solve_in_pieces
from solver.stop import AnyOf, Cancelled, Effort, Iterations, NoImprovement, Seconds, any_of
from solver.traffic import Knot, Mode, Traffic
from solver.violations import Cause, Violation, check

__all__ = [
    "FOREVER",
    "LARGE",
    "MANDATORY_PRICE",
    "UNREACHABLE",
    "AnyOf",
    "Ask",
    "Block",
    "Break",
    "BrokenPlan",
    "Bundle",
    "Cancelled",
    "Cause",
    "Cost",
    "Current",
    "Departure",
    "Effort",
    "Fit",
    "Group",
    "Holder",
    "Hole",
    "InvalidProblem",
    "Iterations",
    "Job",
    "Knot",
    "Link",
    "Mode",
    "Move",
    "Moved",
    "Moves",
    "NoImprovement",
    "Pin",
    "Plan",
    "Preference",
    "Problem",
    "Progress",
    "Promise",
    "Reason",
    "ReasonCode",
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
    "Traffic",
    "Travel",
    "Violation",
    "Visit",
    "Window",
    "any_of",
    "check",
    "check_move",
    "evaluate",
    "explain",
    "holes",
    "insert",
    "moves_of",
    "plan_of",
    "solve",
    "solve_in_pieces",
    "timed",
    "warm",
]
