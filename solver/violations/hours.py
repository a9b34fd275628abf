"""Rules about when and in what order jobs are served: windows, pinned starts, pinned ranks."""

from collections.abc import Iterator

from solver.problem import Window
from solver.violations.case import Case
from solver.violations.causes import Cause, Violation


def windows(case: Case) -> Iterator[Violation]:
    """Service starts in one of the job's windows, and ends before it closes if it is one to finish in."""
    for step, job in case.jobs:
        if job.windows:
            outside = min(_outside(window, step.visit.start, step.visit.end) for window in job.windows)
            if outside > 0:
                yield case.broken(Cause.WINDOW, outside, f"{outside} s outside its nearest window", step)


def pinned_start(case: Case) -> Iterator[Violation]:
    """A job pinned to an instant starts then."""
    for step, job in case.jobs:
        if job.pin and job.pin.start is not None and job.pin.start != step.visit.start:
            off = abs(step.visit.start - job.pin.start)
            yield case.broken(Cause.PIN_START, off, f"starts {off} s off its pinned start", step)


def pinned_rank(case: Case) -> Iterator[Violation]:
    """The ranks of the ranked jobs ascend along a route."""
    last: int | None = None
    for step, job in case.jobs:
        rank = job.pin.rank if job.pin else None
        if rank is not None and last is not None and rank <= last:
            yield case.broken(Cause.PIN_RANK, last - rank + 1, f"of rank {rank} follows rank {last}", step)
        last = last if rank is None else rank


def _outside(window: Window, start: int, end: int) -> int:
    """By how many seconds a service misses a window; 0 or less: not at all."""
    return max(window.open - start, start - window.close, end - window.close if window.finish else 0)


RULES = (windows, pinned_start, pinned_rank)
