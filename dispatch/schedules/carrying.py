"""Plans carried on: to a day that has changed, or without what has changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import solver
from dispatch.day import Planning
from dispatch.day.settling import settled
from dispatch.wire.answer import PlanFile, PlanRoute
from dispatch.wire.clock import Span, shift_span
from dispatch.wire.model import Day
from dispatch.wire.staff import Technician
from dispatch.wire.work import Pin
from solver import Stop, StopKind
from solver.evaluation import whole_order


def adapted(plan: PlanFile, day: Day) -> PlanFile:
    """A plan carried to a changed day: visits whose job or shift is gone are dropped, the others kept in their order.

    A shift is the one of the same technician that shares the most time with the route. Times and breaks are still those of the
    plan: `carried` places and times them anew.
    """
    jobs = {job.id for job in day.jobs}
    routes: dict[tuple[str, int], PlanRoute] = {}
    for route in plan.routes:
        number = _same_shift(route, day)
        visits = tuple(visit for visit in route.visits if visit.kind != "job" or visit.job in jobs)
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
        if any(stop.kind is StopKind.JOB for stop in stops):
            routes[shift] = _carried_route(planning, shift, stops, route)
    return _plan(planning.problem, routes)


def _carried_route(planning: Planning, shift: int, stops: Sequence[Stop], route: PlanRoute) -> solver.Route:
    """A route with every break of its shift: those that it does not hold come before the departure or after the return.

    Of the ways to do that the one that breaks the fewest rules, and is most like the route as it was.
    """
    held = {stop for stop in stops if stop.kind is StopKind.BREAK}
    breaks = (Stop(StopKind.BREAK, number) for number in range(len(planning.problem.shifts[shift].breaks)))
    missing = [stop for stop in breaks if stop not in held]
    options = [settled(planning.problem, shift, (*missing[:n], *stops, *missing[n:])) for n in range(len(missing) + 1)]
    depart, back = planning.seconds(route.depart), planning.seconds(route.back)
    best = min(options, key=lambda each: (*each.rank[:2], abs(each.route.depart - depart) + abs(each.route.back - back)))
    return best.route


def pins_carried(old: Day, new: Day) -> dict[str, Pin]:
    """What is pinned in a day and can be in a later state of it: the technician has such a shift still, and nothing has begun."""
    jobs = {job.id: job for job in new.jobs}
    found: dict[str, Pin] = {}
    for job in old.jobs:
        later = jobs.get(job.id)
        if job.pin is not None and later is not None and later.fact is None and later.pin != job.pin:
            pin = _pin_carried(job.pin, old, new)
            if pin is not None:
                found[job.id] = pin
    return found


def _pin_carried(pin: Pin, old: Day, new: Day) -> Pin | None:
    """A pin to the same shift, whatever its number has become; None if there is none."""
    if pin.technician is None:
        return pin
    owner = next((each for each in new.technicians if each.id == pin.technician), None)
    before = next((each for each in old.technicians if each.id == pin.technician), None)
    if owner is None or before is None:
        return None
    if pin.shift is None:
        return pin
    span = shift_span(before.shifts[pin.shift], ZoneInfo(old.timezone))
    number = _nearest(span.start, span.end, owner, ZoneInfo(new.timezone))
    return None if number is None else pin.model_copy(update={"shift": number})


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
        elif visit.pause is not None and visit.pause < len(planning.problem.shifts[shift].breaks):
            yield Stop(StopKind.BREAK, visit.pause)


def _same_shift(route: PlanRoute, day: Day) -> int | None:
    """Which of the technician's shifts shares the most time with a route."""
    technician = next((each for each in day.technicians if each.id == route.technician), None)
    return None if technician is None else _nearest(route.depart, route.back, technician, ZoneInfo(day.timezone))


def _nearest(start: datetime, end: datetime, technician: Technician, zone: ZoneInfo) -> int | None:
    """Which shift of a technician shares the most time with a span; None: none shares any."""
    spans = [shift_span(shift, zone) for shift in technician.shifts]
    shared = [_shared(start, end, span) for span in spans]
    best = max(range(len(shared)), key=lambda number: shared[number], default=None)
    return None if best is None or shared[best] <= 0 else best


def _shared(start: datetime, end: datetime, span: Span) -> float:
    """Seconds; from time stamps, as two times of one zone would subtract by the clock on the wall."""
    return min(end.timestamp(), span.end.timestamp()) - max(start.timestamp(), span.start.timestamp())
