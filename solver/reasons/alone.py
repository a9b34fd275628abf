"""Could a shift serve a job if it had nothing else to do? Proved by trying every order of the job, breaks and stops for stock."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from solver.evaluation import timed
from solver.plan import Route, Stop, StopKind
from solver.problem import Job, Problem, Shift
from solver.violations import Cause, check_route

_RANK = {cause: number for number, cause in enumerate(Cause)}
_SUPPLIES = frozenset({Cause.TOOLS, Cause.PARTS})


class Alone(NamedTuple):
    """The first legal route of a shift that serves one job only, or the first rule that blocks it."""

    route: Route | None
    cause: Cause | None


def alone(problem: Problem, shift: int, job: int) -> Alone:
    """Whether a job can stand alone on a shift (rows): in any order with the breaks and, if that fails, stops for stock."""
    late = _out_of_hours(problem, shift, problem.jobs[job])
    if late is not None:
        return Alone(None, late)
    plain, without = _first_legal(problem, shift, job, _orders(problem, shift, job))
    if plain is not None:
        return Alone(plain, None)
    stocked, fetched = _first_legal(problem, shift, job, _orders_with_stock(problem, shift, job))
    if stocked is not None:
        return Alone(stocked, None)
    return Alone(None, _blocker(fetched if fetched and all(_SUPPLIES & causes for causes in without) else without))


def _out_of_hours(problem: Problem, row: int, job: Job) -> Cause | None:
    """What is plain without trying, for a job without supplies: all windows close before the shift starts, or open after it."""
    shift = problem.shifts[row]
    if job.tools or job.parts or shift.max_jobs == 0 or not job.windows or _pinned_outside(job) or not _near(problem, shift, job):
        return None
    if job.windows[-1].close < shift.start:
        return Cause.WINDOW
    opens_late = job.windows[0].open > shift.latest and not any(window.finish for window in job.windows)
    return Cause.SHIFT_HOURS if opens_late else None


def _near(problem: Problem, shift: Shift, job: Job) -> bool:
    """Whether the drives to the job and home are no longer than allowed."""
    drive = problem.travel.durations.item
    home = 0 if shift.end_place is None else drive(job.place, shift.end_place)
    return bool(max(drive(shift.start_place, job.place), home) <= shift.max_leg)


def _first_legal(problem: Problem, shift: int, job: int, orders: Iterator[list[Stop]]) -> tuple[Route | None, list[set[Cause]]]:
    """The first legal route of some orders, or what each of them breaks."""
    broken: list[set[Cause]] = []
    outside = {Cause.WINDOW} if _pinned_outside(problem.jobs[job]) else set()
    for stops in orders:
        route = timed(problem, shift, stops)
        causes = {violation.cause for violation in check_route(problem, route)}
        if not causes:
            return route, []
        broken.append(causes | outside)
    return None, broken


def _blocker(broken: Sequence[set[Cause]]) -> Cause:
    """The first rule that all orders break; if there is none the breaks are in the way, or what the least bad order breaks."""
    common = {cause for cause in broken[0] if all(cause in causes for causes in broken)}
    if not common and any(Cause.BREAK in causes for causes in broken):
        return Cause.BREAK
    shown = common or sorted(broken, key=len)[0]
    return min(shown, key=_RANK.__getitem__)


def _orders(problem: Problem, shift: int, job: int) -> Iterator[list[Stop]]:
    """The job after none, one … all of the breaks."""
    breaks = [Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[shift].breaks))]
    for at in range(len(breaks) + 1):
        yield [*breaks[:at], Stop(StopKind.JOB, job), *breaks[at:]]


def _orders_with_stock(problem: Problem, shift: int, job: int) -> Iterator[list[Stop]]:
    """The same with one or two stops for stock anywhere, as far as the shift may make them."""
    stock = problem.shifts[shift].stock
    orders = list(_orders(problem, shift, job))
    for _ in range(min(stock.visits, 2) if stock else 0):
        orders = [[*order[:at], Stop(StopKind.STOCK), *order[at:]] for order in orders for at in range(len(order) + 1)]
        yield from orders


def _pinned_outside(job: Job) -> bool:
    """Whether a job is pinned to a start that none of its windows allows: then the window is in the way, not the pin."""
    start = job.pin.start if job.pin else None
    return start is not None and bool(job.windows) and not any(w.open <= start <= w.close for w in job.windows)
