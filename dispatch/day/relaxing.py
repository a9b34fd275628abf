"""Hard rules that a policy switches off: the day as it is planned then, without what only they ask for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dispatch.wire.model import Day
from dispatch.wire.prices import RuleName
from dispatch.wire.staff import AnyShift, Limits, Technician
from dispatch.wire.work import Choice, Job

Update = dict[str, Any]

_OF_JOBS: Mapping[RuleName, Callable[[Job], Update]] = {
    "skills": lambda job: {"skills": {}},  # noqa: ARG005
    "tags": lambda job: {"tags": ()},  # noqa: ARG005
    "tools": lambda job: {"tools": ()},  # noqa: ARG005
    "parts": lambda job: {"parts": {}},  # noqa: ARG005
    "windows": lambda job: {"windows": ()},  # noqa: ARG005
    "technicians": lambda job: {"technicians": Choice(preferred=job.technicians.preferred)},
    "pins": lambda job: {"pin": None},  # noqa: ARG005
}

_OF_SHIFTS: Mapping[RuleName, Update] = {"breaks": {"breaks": ()}, "limits": {"limits": Limits()}}


def relaxed(day: Day) -> Day:
    """The day without what the rules that its policy switches off ask for; who is planned, and when they work, stays."""
    off = frozenset(day.policy.rules_off)
    if not off:
        return day
    jobs = tuple(_job(job, off) for job in day.jobs)
    technicians = tuple(_technician(technician, off) for technician in day.technicians)
    return day.model_copy(update={"jobs": jobs, "technicians": technicians})


def relaxed_but_pinned(job: Job, rules_off: Iterable[RuleName]) -> Job:
    """A job without what some rules ask for, but with its pin: a dispatcher who moves it means it."""
    return _job(job, frozenset(rules_off) - {"pins"})


def _job(job: Job, off: frozenset[RuleName]) -> Job:
    update: Update = {}
    for rule in off & _OF_JOBS.keys():
        update |= _OF_JOBS[rule](job)
    return job.model_copy(update=update)


def _technician(technician: Technician, off: frozenset[RuleName]) -> Technician:
    update: Update = {"shifts": tuple(_shift(shift, off) for shift in technician.shifts)}
    if "skill_dates" in off:
        update["skills"] = {name: held.model_copy(update={"until": None}) for name, held in technician.skills.items()}
    if "limits" in off:
        update["limits"] = None
    return technician.model_copy(update=update)


def _shift(shift: AnyShift, off: frozenset[RuleName]) -> AnyShift:
    update: Update = {}
    for rule in off & _OF_SHIFTS.keys():
        update |= _OF_SHIFTS[rule]
    return shift.model_copy(update=update)
