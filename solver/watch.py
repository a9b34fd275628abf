"""What a search has spent and found so far: the trace of improvements, reports, and plans handed out on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from solver.kernels.state import BEST, BEST_ABSENT, State
from solver.result import Progress
from solver.stop import Criterion, Effort, clock

HEARTBEAT = 1.0
"""Seconds between two reports of a search that finds nothing better."""

KEPT = 0.05
"""Share of the time that may go into handing out the best plan so far."""


class Searcher(Protocol):
    """Whoever searches: its state holds the best plan it has seen."""

    @property
    def state(self) -> State: ...


@dataclass(slots=True)
class Watch:
    """What has been spent, and the improvements on the way."""

    stop: Criterion
    began: float
    report: Callable[[Progress], None] | None
    hand_out: Callable[[], None] | None = None
    iterations: int = 0
    improved_at: int = 0
    reported_at: float = 0.0
    handed_out: int | None = None
    hand_out_at: float = 0.0
    trace: list[Progress] = field(default_factory=list)

    def effort(self) -> Effort:
        return Effort(self.iterations, self.iterations - self.improved_at, clock() - self.began)

    def left(self, share: float) -> float:
        """Seconds until the budget is used, if it goes on as it has."""
        return (clock() - self.began) * (1.0 - share) / share

    def look(self, team: Sequence[Searcher]) -> None:
        """Note the best plan if it is new; report it then, and once a second."""
        state = min((thread.state for thread in team), key=lambda each: int(each.number[BEST]))
        now = Progress(clock() - self.began, self.iterations, int(state.number[BEST]), int(state.number[BEST_ABSENT]))
        better = not self.trace or now.total < self.trace[-1].total
        if better:
            self.improved_at = self.iterations
            self.trace.append(now)
        if self.report and (better or now.seconds >= self.reported_at + HEARTBEAT):
            self.reported_at = now.seconds
            self.report(now)
        if self.hand_out and self.trace[-1].total != self.handed_out and clock() >= self.hand_out_at:
            began, self.handed_out = clock(), self.trace[-1].total
            self.hand_out()
            self.hand_out_at = clock() + (clock() - began) / KEPT
