"""When a job may start: in its windows, at its pinned time, at whole minutes."""

from collections.abc import Sequence
from typing import NamedTuple

from solver.problem import FOREVER, Job, Problem, Window


class Opening(NamedTuple):
    """When a job may start: in `[open, close]`, and so that it ends by `finish_by`."""

    open: int
    close: int
    finish_by: int

    def latest(self, lasts: int) -> int:
        """The latest start of a job that takes so long."""
        return min(self.close, self.finish_by - lasts)


def openings_of(job: Job) -> tuple[Opening, ...]:
    """The windows of a job, narrowed by a pin of its time; none if the pin lies outside all of them."""
    windows = job.windows or (Window(-FOREVER, FOREVER),)
    openings = tuple(Opening(w.open, w.close, w.close if w.finish else FOREVER) for w in windows)
    if job.pin is None or job.pin.start is None:
        return openings
    at = job.pin.start
    return tuple(Opening(at, at, each.finish_by) for each in openings if each.open <= at <= each.close)


def earliest_start(problem: Problem, openings: Sequence[Opening], arrive: int, lasts: int) -> int:
    """The first start in a window; if all are missed, on arrival, or as soon as a job may start that has no exact time."""
    for each in openings:
        start = max(arrive, each.open) if each.open == each.close else _from_on(problem, max(arrive, each.open))
        if start <= each.latest(lasts):
            return start
    return _from_on(problem, arrive) if any(each.open < each.close for each in openings) else arrive


def _from_on(problem: Problem, when: int) -> int:
    """The first instant from another one on at which jobs may start."""
    return when + (problem.snap_from - when) % problem.snap
