"""Could a shift serve a job if it had nothing else to do? Proved by trying every order of the job, breaks and a stop for stock."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from solver.evaluation import timed
from solver.plan import Route, Stop, StopKind
from solver.problem import Job, Problem
from solver.violations import Cause, check_route

_RANK = {cause: number for number, cause in enumerate(Cause)}
_WHO = frozenset({Cause.PIN_SHIFT, Cause.SKILL, Cause.TAG, Cause.REQUIRED, Cause.EXCLUDED})
_SUPPLIES = frozenset({Cause.TOOLS, Cause.PARTS})


class Alone(NamedTuple):
    """The first legal route of a shift that serves one job only, or the first rule that blocks it."""

    route: Route | None
    cause: Cause | None


def alone(problem: Problem, shift: int, job: int) -> Alone:
    """Whether a job can stand alone on a shift (rows): in any order with the breaks and, if that fails, with a stop for stock."""
    plain, without = _first_legal(problem, shift, job, _orders(problem, shift, job))
    if plain is not None:
        return Alone(plain, None)
    if any(_WHO & causes for causes in without):
        return Alone(None, _blocker(without))
    stocked, fetched = _first_legal(problem, shift, job, _orders_with_stock(problem, shift, job))
    if stocked is not None:
        return Alone(stocked, None)
    return Alone(None, _blocker(fetched if fetched and all(_SUPPLIES & causes for causes in without) else without))


def _first_legal(problem: Problem, shift: int, job: int, orders: Iterator[list[Stop]]) -> tuple[Route | None, list[set[Cause]]]:
    """The first legal route of some orders, or what each of them breaks."""
    broken: list[set[Cause]] = []
    planned = _without_missed_pin(problem, job)
    for stops in orders:
        route = timed(planned, shift, stops)
        causes = {violation.cause for violation in check_route(problem, route)}
        if not causes:
            return route, []
        broken.append(causes)
        if causes & _WHO:
            break
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
    """The same with one stop for stock anywhere; none if the shift may make no such stop."""
    stock = problem.shifts[shift].stock
    if stock is not None and stock.visits > 0:
        for stops in _orders(problem, shift, job):
            for at in range(len(stops) + 1):
                yield [*stops[:at], Stop(StopKind.STOCK), *stops[at:]]


def _without_missed_pin(problem: Problem, row: int) -> Problem:
    """The problem, but a start pinned outside every window counts: so that the window is named, not the pin."""
    job = problem.jobs[row]
    if job.pin is None or job.pin.start is None or _inside(job, job.pin.start):
        return problem
    jobs = (*problem.jobs[:row], replace(job, windows=()), *problem.jobs[row + 1 :])
    return replace(problem, jobs=jobs)


def _inside(job: Job, start: int) -> bool:
    return not job.windows or any(window.open <= start <= window.close for window in job.windows)
