"""The timing rule: every stop as early as it can be, the departure as late as that allows.

Where windows are missed the rule asks nothing more: such a stop starts on arrival.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from solver.plan import StopKind
from solver.problem import Break, Departure, Job, Problem
from solver.violations.breaks import before_departure
from solver.violations.case import Case, Step
from solver.violations.causes import Cause, Violation
from solver.violations.drives import first_leave, last_leave

MISSED = -1


class Moment(NamedTuple):
    """When a stop starts at the earliest, and in which of its windows; MISSED: in none."""

    start: int
    window: int


def stops_early(case: Case) -> Iterator[Violation]:
    """Every stop starts as soon after the arrival as its windows allow."""
    for step in case.steps:
        late = step.visit.start - _earliest(case, step, step.visit.arrive).start
        if late:
            yield case.broken(Cause.TIMING_RULE, abs(late), f"starts {late} s after its earliest start", step)


def own_time(case: Case) -> Iterator[Violation]:
    """A break without a place is no stop if it can be held before the departure or, by its close, after the return."""
    if case.steps and case.steps[0].placeless:
        yield case.broken(Cause.TIMING_RULE, 1, "is held on the route, not before the departure", case.steps[0])
    last = len(case.steps)
    while last and case.steps[last - 1].placeless:
        last -= 1
    for step in case.steps[last:]:
        spare = step.pause.close - case.clock_home(step.left) if step.pause else -1
        if spare >= 0:
            yield case.broken(Cause.TIMING_RULE, spare + 1, "is held on the route, not after the return", step)


def departure(case: Case) -> Iterator[Violation]:
    """The shift leaves as late as it can without moving any start, or without moving its end, as the problem says."""
    if not case.steps:
        return
    off = min((_off(case, leading) for leading in before_departure(case)), key=abs)
    if off:
        yield case.broken(Cause.TIMING_RULE, abs(off), f"leaves {abs(off)} s too {'late' if off > 0 else 'early'}")


def _off(case: Case, leading: Sequence[Break]) -> int:
    """By how much the departure is too late (or, negative, too early) if these breaks are held before it."""
    ready = _ready(case, leading)
    first = case.steps[0]
    if case.problem.departure is Departure.KEEP_STARTS:
        return case.route.depart - last_leave(first.clock, _earliest(case, first, first.clock(ready)).start)
    soonest = _walk(case, ready)
    late = case.route.depart - ready
    if late >= 0 and _keeps(case, soonest, ready + late) and not _keeps(case, soonest, ready + late + 1):
        return 0
    return late - _longest(case, soonest, ready)


def _ready(case: Case, leading: Sequence[Break]) -> int:
    """When the shift can leave: at its start, after the breaks before, or in time to reach the first stop at its start."""
    now = case.shift.start
    for pause in leading:
        now = max(now, pause.open) + pause.duration
    return first_leave(case.steps[0].clock, now) if case.shift.first_drive_outside and not leading else now


def _longest(case: Case, soonest: Sequence[Moment], ready: int) -> int:
    """By how many seconds the departure can be put off: found by halving, as later never gets better."""
    low, high = 0, max(1, soonest[-1].start - ready)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _keeps(case, soonest, ready + middle) else (low, middle - 1)
    return low


def _keeps(case: Case, soonest: Sequence[Moment], depart: int) -> bool:
    """Whether a departure moves neither the last start, nor a linked job, nor any stop out of the window it was in."""
    moments = _walk(case, depart)
    same = all(
        a.window == b.window and ((a.window != MISSED and not step.linked) or a.start == b.start)
        for a, b, step in zip(soonest, moments, case.steps, strict=True)
    )
    return same and moments[-1].start == soonest[-1].start


def soonest_moments(case: Case, leading: Sequence[Break]) -> list[Moment]:
    """The moments of all stops if the shift leaves as soon as it can after these breaks."""
    return _walk(case, _ready(case, leading)) if case.steps else []


def likely_leading(case: Case) -> Sequence[Break]:
    """The breaks before the departure that the stated departure suggests."""
    return min(before_departure(case), key=lambda leading: abs(_off(case, leading))) if case.steps else ()


def _walk(case: Case, depart: int) -> list[Moment]:
    """The moments of all stops after a departure."""
    moments: list[Moment] = []
    now = depart
    for step in case.steps:
        moments.append(_earliest(case, step, step.clock(now)))
        now = moments[-1].start + step.setup + step.service
    return moments


def _earliest(case: Case, step: Step, arrive: int) -> Moment:
    """The earliest start of a stop after an arrival."""
    if step.job is not None:
        return _earliest_job(case.problem, step.job, max(arrive, step.floor), step.setup + step.service)
    if step.visit.stop.kind is StopKind.BREAK and step.pause is not None:
        start = max(arrive, step.pause.open)
        return Moment(start, 0 if start <= step.pause.close else MISSED)
    return Moment(arrive, 0)


def _earliest_job(problem: Problem, job: Job, arrive: int, lasts: int) -> Moment:
    pinned = job.pin.start if job.pin else None
    if not job.windows and pinned is not None:
        return Moment(max(arrive, pinned), 0 if arrive <= pinned else MISSED)
    if not job.windows:
        return Moment(_on_grid(problem, arrive), 0)
    for number, window in enumerate(job.windows):
        start = max(arrive, window.open if pinned is None else pinned)
        if pinned is None and window.open != window.close:
            start = _on_grid(problem, start)
        fits = window.open <= start <= window.close and (not window.finish or start + lasts <= window.close)
        if fits and (pinned is None or start == pinned):
            return Moment(start, number)
    exact = pinned is not None or all(window.open == window.close for window in job.windows)
    return Moment(arrive if exact else _on_grid(problem, arrive), MISSED)


def _on_grid(problem: Problem, when: int) -> int:
    """The first instant from another one on at which the problem lets jobs start."""
    return problem.snap_from + problem.snap * ceil(Fraction(when - problem.snap_from, problem.snap))


RULES = (stops_early, own_time, departure)
