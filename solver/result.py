"""What a solve answers: the plan, its cost, and how it was found."""

from dataclasses import dataclass
from typing import NamedTuple

from solver.evaluation import Cost
from solver.plan import Plan


class Progress(NamedTuple):
    """A moment of a running search."""

    seconds: float
    iterations: int
    cost: Cost  #: of the best plan so far
    unassigned: int


@dataclass(frozen=True, slots=True)
class Result:
    """The best plan found. `check` found no violation in it, and `evaluate` gave `cost`."""

    plan: Plan
    cost: Cost
    optimal: bool  #: proved: no plan is cheaper
    iterations: int
    seconds: float
    ended: str  #: why the search stopped, in words
    trace: tuple[Progress, ...]  #: each improvement
