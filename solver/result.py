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
    bound: int | None = None  #: proved: no plan has a smaller `Cost.total`; None: nothing was to be proved
    relaxed: tuple[str, ...] = ()  #: rules that the proof takes lightly: the bound is true, and may be too low

    @property
    def gap(self) -> float | None:
        """The share of its cost by which the plan can be dearer than the cheapest; None if the proof says nothing of it.

        Where mandatory jobs are left out, it is known only if the proof shows that as many have to be.
        """
        if self.bound is None or self.bound // MANDATORY_PRICE != self.cost.mandatory:
            return None
        return (self.cost.total - self.bound) / max(1, self.cost.money)
