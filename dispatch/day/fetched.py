"""What vans have fetched at the stock point by now: a plan knows of such stops, what has happened does not."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dispatch.day.layers import work_of
from dispatch.wire.answer import PlanFile, PlanRoute, PlanVisit
from dispatch.wire.model import Day
from dispatch.wire.staff import AnyShift, Technician
from dispatch.wire.work import Job


def with_fetched(day: Day, plan: PlanFile) -> Day:
    """The day in which each van has what the plan in force fetched for it before `now`: all that it needs until its next stop."""
    now = day.now
    if now is None:
        return day
    loaded = {(route.technician, route.shift): route for route in plan.routes if _fetched(route, now) is not None}
    if not loaded:
        return day
    technicians = tuple(_loaded(day, technician, loaded, now) for technician in day.technicians)
    return day.model_copy(update={"technicians": technicians})


def _fetched(route: PlanRoute, now: datetime) -> int | None:
    """Which of the visits of a route is the last stop for stock that is over; None if there is none."""
    over = [number for number, visit in enumerate(route.visits) if visit.kind == "stock" and visit.end <= now]
    return over[-1] if over else None


def _loaded(day: Day, technician: Technician, loaded: dict[tuple[str, int], PlanRoute], now: datetime) -> Technician:
    shifts = tuple(
        _with_load(day, technician, shift, loaded[technician.id, number].visits, now)
        if (technician.id, number) in loaded
        else shift
        for number, shift in enumerate(technician.shifts)
    )
    return technician.model_copy(update={"shifts": shifts})


def _with_load(day: Day, technician: Technician, shift: AnyShift, visits: Sequence[PlanVisit], now: datetime) -> AnyShift:
    """A shift whose van has had, from its start, what it has used by now and what it has fetched for the visits to come."""
    jobs = {job.id: job for job in day.jobs}
    next_stop = next((n for n, visit in enumerate(visits) if visit.kind == "stock" and visit.end > now), len(visits))
    served = [jobs[visit.job] for visit in visits[:next_stop] if visit.job is not None and visit.job in jobs]
    parts, tools = _needs(day, served)
    had = (technician.parts if shift.parts is None else shift.parts) or {}
    carried = (technician.tools if shift.tools is None else shift.tools) or ()
    update = {
        "parts": {name: max(parts[name], had.get(name, 0)) for name in {**had, **parts}},
        "tools": tuple(dict.fromkeys((*carried, *sorted(tools)))),
    }
    return shift.model_copy(update=update)


def _needs(day: Day, jobs: Sequence[Job]) -> tuple[Counter[str], set[str]]:
    parts, tools = Counter[str](), set[str]()
    for job in jobs:
        work = work_of(day, job)
        parts.update(work.parts or {})
        tools.update(work.tools or ())
    return parts, tools
