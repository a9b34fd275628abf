"""A planned day some hours later, if all goes by its plan: what is over has happened, the rest is in force and was told.

For trying out what a change of the day does, without a service: the service knows what has happened, and what it told whom.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import day as days
from dispatch import promises, wire
from dispatch.errors import Code, Finding, InputError
from dispatch.schedules.differing import places
from dispatch.wire.schedules import Placed
from dispatch.wire.work import Fact, Job, Promise


def advanced(day: wire.Day, plan: wire.PlanFile, now: datetime, *, told_minutes: int | None = None) -> wire.Day:
    """The day at a moment.

    Parameters
    ----------
    plan : the plan in force
    now : who has left before for a visit, has served it or will, as planned
    told_minutes : how long the windows are that customers were told; None: nobody was told anything

    Raises
    ------
    InputError : the moment is not in the day
    """
    if not day.horizon.start < now < day.horizon.end:
        text = now.isoformat(timespec="seconds")
        raise InputError([Finding("/now", Code.OUT_OF_RANGE, "is not within the horizon of the day", text)])
    placed, zone = places(plan), ZoneInfo(day.timezone)
    begun = {visit.job for route in plan.routes for visit in route.visits if _left(visit) < now}
    changed = days.in_force(day.model_copy(update={"now": now}), plan)
    jobs = tuple(_at(job, placed.get(job.id), job.id in begun, told_minutes, zone) for job in changed.jobs)
    return changed.model_copy(update={"jobs": jobs})


def _left(visit: wire.PlanVisit) -> datetime:
    """When the technician leaves for a visit."""
    return visit.arrive - timedelta(seconds=visit.travel_s)


def with_jobs(day: wire.Day, jobs: Sequence[Any]) -> wire.Day:
    """The day with more jobs, as a day file says them. Raises `InputError` with what is wrong with them."""
    raw = day.model_dump(mode="json", exclude_unset=True)
    return wire.day_of(raw | {"jobs": [*raw.get("jobs", ()), *jobs]})


def _at(job: Job, placed: Placed | None, begun: bool, told_minutes: int | None, zone: ZoneInfo) -> Job:
    """A job as it stands at a moment."""
    if placed is None:
        return job
    if begun:
        kept = {name: getattr(job, name) for name in job.model_fields_set - {"current", "pin"}}
        fact = Fact(technician=placed.technician, shift=placed.shift, start=placed.start, end=placed.end)
        return Job.model_construct(**kept, fact=fact)
    if told_minutes is None:
        return job
    told = promises.window(job, placed, told_minutes)
    promise = Promise(start=told.open.astimezone(zone), end=told.close.astimezone(zone))
    return job.model_copy(update={"promise": promise})
