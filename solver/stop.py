"""When a search ends: callables of what the search has done so far. The only reader of the process clock in this package.

A criterion answers how much of its budget is used, 1.0 or more meaning: stop. The search cools down along that share, so a
criterion should grow about evenly. Budgets of iterations are reproducible, budgets of time are not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

clock = time.monotonic
now = time.time


class Effort(NamedTuple):
    """What a search has spent: iterations over all threads, iterations since its best plan, seconds since it began."""

    iterations: int
    since_best: int
    seconds: float


Criterion = Callable[[Effort], float]
"""Share of a budget that is used; the search stops at 1.0."""


@dataclass(frozen=True, slots=True)
class Seconds:
    """Stop after so many seconds of wall time, building the arrays included."""

    limit: float

    def __call__(self, effort: Effort) -> float:
        return effort.seconds / self.limit if self.limit > 0 else 1.0

    def __str__(self) -> str:
        return f"time limit of {self.limit:g} s"


@dataclass(frozen=True, slots=True)
class Iterations:
    """Stop after so many iterations over all threads: the same plan every time."""

    limit: int

    def __call__(self, effort: Effort) -> float:
        return effort.iterations / self.limit if self.limit > 0 else 1.0

    def __str__(self) -> str:
        return f"limit of {self.limit:,} iterations"


@dataclass(frozen=True, slots=True)
class NoImprovement:
    """Stop when so many iterations have passed since the best plan was found."""

    limit: int

    def __call__(self, effort: Effort) -> float:
        return effort.since_best / self.limit if self.limit > 0 else 1.0

    def __str__(self) -> str:
        return f"no improvement in {self.limit:,} iterations"


@dataclass(frozen=True, slots=True)
class Until:
    """Stop at an instant of the clock on the wall (`now`): for work that begins later, in another process or machine."""

    instant: float

    def __call__(self, effort: Effort) -> float:
        left = self.instant - now()
        return effort.seconds / (effort.seconds + left) if left > 0 else 1.0

    def __str__(self) -> str:
        return "time limit"


@dataclass(slots=True)
class Cancelled:
    """Stop when somebody says so: `cancel()`, from any thread."""

    asked: bool = field(default=False)

    def cancel(self) -> None:
        """Ask the search to end with the best plan it has."""
        self.asked = True

    def __call__(self, effort: Effort) -> float:  # noqa: ARG002
        return 1.0 if self.asked else 0.0

    def __str__(self) -> str:
        return "cancelled"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Stop when the first of several criteria says so."""

    criteria: tuple[Criterion, ...]

    def __call__(self, effort: Effort) -> float:
        return max(criterion(effort) for criterion in self.criteria)

    def __str__(self) -> str:
        return " or ".join(str(criterion) for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class PartOf:
    """Stop when so large a share of another criterion's budget is used: what is left is for something else."""

    criterion: Criterion
    share: float

    def __call__(self, effort: Effort) -> float:
        return self.criterion(effort) / self.share

    def __str__(self) -> str:
        return str(self.criterion)


def any_of(*criteria: Criterion) -> AnyOf:
    """The criterion that stops as soon as one of the given ones does."""
    return AnyOf(criteria)


def is_reproducible(criterion: Criterion) -> bool:
    """Whether a budget of iterations is part of a criterion: the search then looks at no clock to pace itself."""
    if isinstance(criterion, AnyOf):
        return any(is_reproducible(each) for each in criterion.criteria)
    if isinstance(criterion, PartOf):
        return is_reproducible(criterion.criterion)
    return isinstance(criterion, Iterations | NoImprovement)


def share_used(criterion: Criterion, effort: Effort) -> float:
    """How far a search is: the share of its budget of iterations if it has one, whatever else may stop it."""
    if isinstance(criterion, AnyOf) and is_reproducible(criterion):
        return max(share_used(each, effort) for each in criterion.criteria if is_reproducible(each))
    if isinstance(criterion, PartOf):
        return share_used(criterion.criterion, effort) / criterion.share
    return criterion(effort)


def why(criterion: Criterion, effort: Effort) -> str:
    """Which criterion ended a search, in words."""
    if isinstance(criterion, AnyOf):
        return why(max(criterion.criteria, key=lambda each: each(effort)), effort)
    if isinstance(criterion, PartOf):
        return why(criterion.criterion, effort)
    return str(criterion)
