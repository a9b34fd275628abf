"""What a solve answers: the plan, its cost, and how it was found."""

from dataclasses import dataclass
from typing import NamedTuple

from solver.evaluation import Cost
from solver.plan import Plan
from solver.problem import MANDATORY_PRICE


class Progress(NamedTuple):
    """A moment of a running search."""

    seconds: float
    iterations: int
    total: int  #: `Cost.total` of the best plan so far
    unassigned: int  #: jobs it leaves out

    @property
    def money(self) -> int:
        """`Cost.money` of the best plan so far, in micro-units."""
        return self.total % MANDATORY_PRICE


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
