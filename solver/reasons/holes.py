"""What fits where a route has time to spare: jobs left out that could be served there with no other visit later."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from solver.arrays import build
from solver.evaluation import worked
from solver.kernels.compile import compiling
from solver.plan import Plan, Route, StopKind, Visit
from solver.problem import Job, Pin, Problem
from solver.reasons.desk import DEAREST, Desk


@dataclass(frozen=True, slots=True)
class Fit:
    """A job (row) that fits: when it would be served, and the change of `Cost.total` in micro-units; a gain is below zero."""

    job: int
    start: int
    end: int
    price: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Time to spare on a shift, between two visits, before the first or after the last; drives in it are part of it.

    `after` and `before` are the rows of the jobs on either side, None at an end of the shift. `fits` by ascending price.
    """

    shift: int
    after: int | None
    before: int | None
    start: int
    end: int
    fits: tuple[Fit, ...]


def holes(problem: Problem, plan: Plan, shift: int, jobs: Collection[int] | None = None) -> tuple[Hole, ...]:
    """The time that a shift has to spare in a legal plan, in its order, and which of the jobs left out fit there.

    A job is put where it costs least on the shift with all other starts held; no other visit is later. `jobs` are the rows to look
    at; None: all that are left out.
    """
    route = next((each for each in plan.routes if each.shift == shift), None)
    held = replace(problem, jobs=tuple(_held(problem, route)))
    desk = Desk.of(held, build(held), plan)
    fits: dict[int | None, list[Fit]] = {}
    with compiling():
        for row in plan.unassigned:
            if jobs is None or row in jobs:
                for after, fit in _fit(desk, row, shift):
                    fits.setdefault(after, []).append(fit)
    return tuple(_hole(problem, route, shift, after, fits.get(after, ())) for after in _befores(route))


def _held(problem: Problem, route: Route | None) -> Iterator[Job]:
    """The jobs; those of the route start when they do."""
    starts = {visit.stop.row: visit.start for visit in _visits(route)}
    for row, job in enumerate(problem.jobs):
        pin = job.pin or Pin()
        yield replace(job, pin=replace(pin, start=starts[row])) if row in starts else job


def _visits(route: Route | None) -> list[Visit]:
    return [visit for visit in route.visits if visit.stop.kind is StopKind.JOB] if route else []


def _befores(route: Route | None) -> list[int | None]:
    """The job that each hole comes after."""
    return [None, *(visit.stop.row for visit in _visits(route))]


def _fit(desk: Desk, row: int, shift: int) -> Iterator[tuple[int | None, Fit]]:
    """The cheapest place of a job on a shift, if there is any, and the job that it comes after."""
    single = desk.fits(row, [shift], 1).get(shift)
    offer = desk.offer(row, shift, single, DEAREST, keep=True) if single else None
    route = desk.route(offer) if offer else None
    if offer is None or route is None:
        return
    served = route.jobs
    at = served.index(row)
    visit = next(each for each in _visits(route) if each.stop.row == row)
    yield served[at - 1] if at else None, Fit(row, visit.start, visit.end, desk.price(row, shift, (), route))


def _hole(problem: Problem, route: Route | None, shift: int, after: int | None, fits: Collection[Fit]) -> Hole:
    visits, hours = _visits(route), problem.shifts[shift]
    at = 0 if after is None else 1 + next(n for n, visit in enumerate(visits) if visit.stop.row == after)
    start = hours.start if at == 0 else visits[at - 1].end
    before = visits[at].stop.row if at < len(visits) else None
    end = visits[at].start if at < len(visits) else max(hours.end, worked(problem, route).end if route else hours.end)
    return Hole(shift, after, before, start, end, tuple(sorted(fits, key=lambda fit: (fit.price, fit.job))))
