"""From a plan file back to the solver's plan, and to a day in which the plan is pinned."""

from collections import Counter
from collections.abc import Iterator, Mapping

import solver
from dispatch.day.fetched import with_fetched
from dispatch.day.planning import Planning
from dispatch.day.together import missed
from dispatch.day.units import since
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.wire.answer import PlanFile, PlanRoute, PlanVisit
from dispatch.wire.findings import nearest
from dispatch.wire.model import Day
from dispatch.wire.work import Current, Pin

Path = tuple[str | int, ...]


def plan_of(planning: Planning, file: PlanFile) -> solver.Plan:
    """The plan in a file, with the times it states; whether it is legal is for `solver.check` to say.

    Raises
    ------
    InputError
        It names jobs, technicians, shifts, breaks or stock points that the day has not, a shift twice, or a visit whose end is not
        its start, set-up and service.
    """
    findings = [*_unknown(planning, file), *_doubled(file), *_inconsistent(file)]
    if findings:
        raise InputError(findings)
    routes = sorted((_route(planning, route) for route in file.routes), key=lambda route: route.shift)
    served = {row for route in routes for row in route.jobs}
    absent = [row for row in range(len(planning.day.jobs)) if row not in served]
    unlisted = set(absent) - set(missed(planning.day, planning.problem, absent))
    return solver.Plan(tuple(routes), tuple(sorted([*(planning.job_rows[left.job] for left in file.unassigned), *unlisted])))


def pinned(day: Day, file: PlanFile) -> Day:
    """The day with every visit of a plan pinned: technician, shift, start and order."""
    pins: dict[str, Pin] = {}
    for route in file.routes:
        jobs = [visit for visit in route.visits if visit.job is not None]
        for order, visit in enumerate(jobs):
            pins[visit.job or ""] = Pin(technician=route.technician, shift=route.shift, start=visit.start, order=order)
    jobs_of_day = (job.model_copy(update={"pin": pins[job.id]}) if job.id in pins else job for job in day.jobs)
    return day.model_copy(update={"jobs": tuple(jobs_of_day)})


def in_force(day: Day, file: PlanFile) -> Day:
    """The day with each visit of a plan as the `current` of its job: the plan in force. Of facts there is nothing to say.

    What the plan has fetched by now at stock points is on the vans.
    """
    found = {
        visit.job: Current(technician=route.technician, shift=route.shift, start=visit.start)
        for route in file.routes
        for visit in route.visits
        if visit.job is not None
    }
    jobs = (job.model_copy(update={"current": found[job.id]}) if job.id in found and job.fact is None else job for job in day.jobs)
    return with_fetched(day.model_copy(update={"jobs": tuple(jobs)}), file)


def start_of(planning: Planning, plan: solver.Plan | None) -> solver.Plan | None:
    """The plan that a search begins with: a given one; that in force, if there is no other or moves are limited to fewer."""
    if planning.standing is None:
        return plan
    given = plan is not None and solver.moves_of(planning.problem, plan).keep(planning.problem)
    return plan if given else planning.standing.plan


# ---------------------------------------------------------------- what the file names


def _unknown(planning: Planning, file: PlanFile) -> Iterator[Finding]:
    owners = {technician.id: len(technician.shifts) for technician in planning.day.technicians}
    for index, route in enumerate(file.routes):
        path = ("routes", index)
        row = planning.shift_rows.get((route.technician, route.shift))
        if route.technician not in owners:
            yield _nobody((*path, "technician"), "technicians", route.technician, owners)
        elif row is None:
            message = f"is no planned shift of technician {route.technician}"
            yield Finding(pointer(*path, "shift"), Code.UNKNOWN_REFERENCE, message, route.shift)
        for number, visit in enumerate(route.visits):
            yield from _unknown_stop(planning, (*path, "visits", number), visit, row)
    for index, left in enumerate(file.unassigned):
        if left.job not in planning.job_rows:
            yield _nobody(("unassigned", index, "job"), "jobs", left.job, planning.job_rows)


def _unknown_stop(planning: Planning, path: Path, visit: PlanVisit, row: int | None) -> Iterator[Finding]:
    shift = None if row is None else planning.problem.shifts[row]
    match visit.kind:
        case "job" if visit.job is None:
            yield Finding(pointer(*path, "job"), Code.REQUIRED, "is missing: which job is it?")
        case "job" if visit.job not in planning.job_rows:
            yield _nobody((*path, "job"), "jobs", visit.job or "", planning.job_rows)
        case "break" if visit.pause is None:
            yield Finding(pointer(*path, "pause"), Code.REQUIRED, "is missing: which break of the shift is it?")
        case "break" if shift is not None and not 0 <= (visit.pause or 0) < len(shift.breaks):
            yield Finding(pointer(*path, "pause"), Code.UNKNOWN_REFERENCE, "is no break of the shift", visit.pause)
        case "stock" if shift is not None and shift.stock is None:
            yield Finding(pointer(*path, "kind"), Code.UNKNOWN_REFERENCE, "the shift has no stock point", visit.kind)


def _doubled(file: PlanFile) -> Iterator[Finding]:
    seen = Counter[tuple[str, int]]()
    for index, route in enumerate(file.routes):
        seen[route.technician, route.shift] += 1
        if seen[route.technician, route.shift] == 2:
            message = "the shift has a route already"
            yield Finding(pointer("routes", index, "shift"), Code.DUPLICATE_ID, message, route.shift)


def _inconsistent(file: PlanFile) -> Iterator[Finding]:
    for index, route in enumerate(file.routes):
        for number, visit in enumerate(route.visits):
            if since(visit.start, visit.end) != visit.setup_s + visit.service_s:
                where = pointer("routes", index, "visits", number, "end")
                yield Finding(where, Code.CONFLICT, "is not start, set-up and service", visit.end.isoformat())


def _nobody(path: Path, what: str, name: str, known: Mapping[str, int]) -> Finding:
    return Finding(
        pointer(*path), Code.UNKNOWN_REFERENCE, f"is the id of none of the {what} of the day{nearest(name, known)}", name
    )


# ---------------------------------------------------------------- routes


def _route(planning: Planning, route: PlanRoute) -> solver.Route:
    row = planning.shift_rows[route.technician, route.shift]
    return solver.Route(
        row,
        planning.seconds(route.depart),
        tuple(_visits(planning, planning.problem.shifts[row], route)),
        route.travel_home_s,
        route.distance_home_m,
        planning.seconds(route.back),
    )


def _visits(planning: Planning, shift: solver.Shift, route: PlanRoute) -> Iterator[solver.Visit]:
    here = shift.start_place
    for visit in route.visits:
        stop = _stop(planning, visit)
        here = _place(planning, shift, stop, here)
        yield solver.Visit(
            stop,
            here,
            visit.travel_s,
            visit.distance_m,
            planning.seconds(visit.arrive),
            planning.seconds(visit.start),
            visit.setup_s,
            visit.service_s,
        )


def _stop(planning: Planning, visit: PlanVisit) -> solver.Stop:
    match visit.kind:
        case "job":
            return solver.Stop(solver.StopKind.JOB, planning.job_rows[visit.job or ""])
        case "break":
            return solver.Stop(solver.StopKind.BREAK, visit.pause or 0)
    return solver.Stop(solver.StopKind.STOCK)


def _place(planning: Planning, shift: solver.Shift, stop: solver.Stop, here: int) -> int:
    match stop.kind:
        case solver.StopKind.JOB:
            return planning.problem.jobs[stop.row].place
        case solver.StopKind.STOCK:
            return shift.stock.place if shift.stock else here
    place = shift.breaks[stop.row].place
    return here if place is None else place
