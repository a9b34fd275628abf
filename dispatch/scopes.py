"""The scope of a run: some technicians' routes may change, everything else stays as it is in force."""

from collections.abc import Collection

from dispatch import day as days
from dispatch.wire.answer import PlanFile
from dispatch.wire.model import Day
from dispatch.wire.work import Job


def scoped(day: Day, in_force: PlanFile | None, technicians: Collection[str]) -> Day:
    """The day in which only some technicians' routes can change.

    Visits of the others are pinned to technician, shift, time and order, as the plan in force has them; they get no other job.
    """
    outside = tuple(each.id for each in day.technicians if each.id not in technicians)
    routes = tuple(route for route in in_force.routes if route.technician in outside) if in_force else ()
    fixed = days.pinned(day, in_force.model_copy(update={"routes": routes})) if in_force else day
    kept = {visit.job for route in routes for visit in route.visits}
    return fixed.model_copy(update={"jobs": tuple(job if job.id in kept else _closed_to(job, outside) for job in fixed.jobs)})


def _closed_to(job: Job, outside: Collection[str]) -> Job:
    """A job that none of some technicians may get, unless somebody has pinned it to one of them."""
    if job.pin is not None and job.pin.technician in outside:
        return job
    wanted = job.technicians
    excluded = tuple(dict.fromkeys((*wanted.excluded, *outside)))
    return job.model_copy(update={"technicians": wanted.model_copy(update={"excluded": excluded})})
