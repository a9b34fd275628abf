"""Plans carried on: to a day that has changed, or without what has changed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import solver
from dispatch.day import Planning
from dispatch.schedules.settling import settled
from dispatch.wire.answer import PlanFile, PlanRoute
from dispatch.wire.clock import shift_span
from dispatch.wire.model import Day
from solver import Stop, StopKind
from solver.evaluation import whole_order


def adapted(plan: PlanFile, day: Day) -> PlanFile:
    """A plan carried to a changed day: visits whose job or shift is gone are dropped, the others kept in their order.

    A shift is the one of the same technician that shares the most time with the route. The times are still those of the plan, and
    breaks are left out: `carried` places and times it all anew.
    """
    jobs = {job.id for job in day.jobs}
    routes: dict[tuple[str, int], PlanRoute] = {}
    for route in plan.routes:
        number = _same_shift(route, day)
        visits = tuple(visit for visit in route.visits if visit.kind == "stock" or visit.job in jobs)
        if number is not None and (route.technician, number) not in routes and any(visit.job for visit in visits):
            routes[route.technician, number] = route.model_copy(update={"shift": number, "visits": visits})
    kept = tuple(routes.values())
    served = {visit.job for route in kept for visit in route.visits}
    left_out = tuple(left for left in plan.unassigned if left.job in jobs and left.job not in served)
    return plan.model_copy(update={"routes": kept, "unassigned": left_out})


def carried(planning: Planning, plan: PlanFile) -> solver.Plan:
    """A plan, made for this day or an earlier state of it, as a plan of the problem: `adapted`, breaks placed, everything timed.

    It may break rules: what the day has become may not let it be as it was. `solver.solve` keeps what is legal of it.
    """
    file = adapted(plan, planning.day)
    routes: dict[int, solver.Route] = {}
    seen: set[int] = set()
    for route in file.routes:
        shift = planning.shift_rows.get((route.technician, route.shift))
        if shift is None:
            continue
        stops = [stop for stop in _stops(planning, shift, route) if stop.kind is not StopKind.JOB or stop.row not in seen]
        seen.update(stop.row for stop in stops if stop.kind is StopKind.JOB)
        breaks = [Stop(StopKind.BREAK, number) for number in range(len(planning.problem.shifts[shift].breaks))]
        if any(stop.kind is StopKind.JOB for stop in stops):
            routes[shift] = settled(planning.problem, shift, (*breaks, *stops)).route
    return _plan(planning.problem, routes)


def without(planning: Planning, plan: solver.Plan, jobs: Collection[str]) -> solver.Plan:
    """A plan without some jobs; the routes that had them are timed anew."""
    rows = {planning.job_rows[job] for job in jobs if job in planning.job_rows}
    routes: dict[int, solver.Route] = {}
    for route in plan.routes:
        if rows.isdisjoint(route.jobs):
            routes[route.shift] = route
        elif not rows.issuperset(route.jobs):
            stops = whole_order(planning.problem, route)
            left = [stop for stop in stops if stop.kind is not StopKind.JOB or stop.row not in rows]
            routes[route.shift] = settled(planning.problem, route.shift, left).route
    return _plan(planning.problem, routes)


def _plan(problem: solver.Problem, routes: Mapping[int, solver.Route]) -> solver.Plan:
    served = {row for route in routes.values() for row in route.jobs}
    left_out = tuple(row for row in range(len(problem.jobs)) if row not in served)
    return solver.Plan(tuple(routes[shift] for shift in sorted(routes)), left_out)


def _stops(planning: Planning, shift: int, route: PlanRoute) -> Iterator[Stop]:
    for visit in route.visits:
        if visit.job is not None and visit.job in planning.job_rows:
            yield Stop(StopKind.JOB, planning.job_rows[visit.job])
        elif visit.kind == "stock" and planning.problem.shifts[shift].stock is not None:
            yield Stop(StopKind.STOCK)


def _same_shift(route: PlanRoute, day: Day) -> int | None:
    """Which of the technician's shifts shares the most time with a route."""
    technician = next((each for each in day.technicians if each.id == route.technician), None)
    if technician is None:
        return None
    zone = ZoneInfo(day.timezone)
    spans = [shift_span(shift, zone) for shift in technician.shifts]
    shared = [_shared(route, span.start, span.end) for span in spans]
    best = max(range(len(shared)), key=lambda number: shared[number], default=None)
    return None if best is None or shared[best] <= 0 else best


def _shared(route: PlanRoute, start: datetime, end: datetime) -> float:
    """Seconds; from time stamps, as two times of one zone would subtract by the clock on the wall."""
    return min(route.back.timestamp(), end.timestamp()) - max(route.depart.timestamp(), start.timestamp())
