"""Rules about how much a shift may do: jobs, drives, hours."""

from collections.abc import Iterator

from solver.violations.case import Case, Step, passable
from solver.violations.causes import Cause, Violation


def reachable(case: Case) -> Iterator[Violation]:
    """There is a way from every place of a route to the next."""
    for leg, step in _legs(case):
        if not passable(leg):
            yield case.broken(Cause.UNREACHABLE, 1, "no way to get there" if step else "no way back", step)


def max_jobs(case: Case) -> Iterator[Violation]:
    """A shift serves no more jobs than its limit."""
    served, limit = len(case.route.jobs), case.shift.max_jobs
    if limit is not None and served > limit:
        yield case.broken(Cause.MAX_JOBS, served - limit, f"{served} jobs, {limit} allowed")


def max_leg(case: Case) -> Iterator[Violation]:
    """No drive of a shift takes longer than its limit."""
    for leg, step in _legs(case):
        if case.shift.max_leg < leg and passable(leg):
            yield case.broken(Cause.MAX_LEG, leg - case.shift.max_leg, f"a drive of {leg} s, {case.shift.max_leg} s allowed", step)


def shift_hours(case: Case) -> Iterator[Violation]:
    """Work starts not before the shift and ends not after its hard end; so do the drives, but for those that may be outside."""
    start, end = _work(case)
    if start < case.shift.start:
        yield case.broken(Cause.SHIFT_HOURS, case.shift.start - start, f"starts {case.shift.start - start} s too early")
    if end > case.shift.latest:
        yield case.broken(Cause.SHIFT_HOURS, end - case.shift.latest, f"ends {end - case.shift.latest} s too late")


def max_travel(case: Case) -> Iterator[Violation]:
    """All drives of a shift together take no longer than its limit."""
    driven, limit = sum(leg for leg, _ in _legs(case) if passable(leg)), case.shift.max_travel
    if limit is not None and driven > limit:
        yield case.broken(Cause.MAX_TRAVEL, driven - limit, f"drives of {driven} s, {limit} s allowed")


def max_duration(case: Case) -> Iterator[Violation]:
    """From departure to return, less the drives outside the shift, is no longer than the limit of the shift."""
    start, end = _work(case)
    limit = case.shift.max_duration
    if limit is not None and end - start > limit:
        yield case.broken(Cause.MAX_DURATION, end - start - limit, f"works {end - start} s, {limit} s allowed")


def _legs(case: Case) -> Iterator[tuple[int, Step | None]]:
    """Seconds of every drive by the matrix, and where it leads; None: home."""
    for step in case.steps:
        yield step.leg, step
    yield case.home, None


def _work(case: Case) -> tuple[int, int]:
    """When work starts and ends by the stated times: at the departure or the first stop, at the return or the last stop."""
    route, shift = case.route, case.shift
    start = route.visits[0].arrive if shift.first_drive_outside and route.visits else route.depart
    end = route.visits[-1].end if shift.last_drive_outside and route.visits else route.back
    return start, end


RULES = (reachable, max_jobs, max_leg, shift_hours, max_travel, max_duration)
