"""Jobs with legs, as one job a leg: what everything behind the door of the dialect sees.

A leg is a job of its own, `job.leg`, that is a `part` of the whole; so a plan, a schedule, a phone or a report needs to know
nothing of legs to show each visit. The first leg stands in the place of the job, the others come after all jobs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dispatch.wire.model import Day
from dispatch.wire.together import Part
from dispatch.wire.work import Job, Leg

_OF_THE_WHOLE = frozenset({"id", "crew", "legs", "recipes", "pin", "current", "fact"})
_COUNTED_ONCE = {"late_fixed": 0, "late_per_hour": 0, "urgency_per_hour": 0, "slack_per_hour": 0}


def has_legs(job: Job) -> bool:
    """Whether a job is served by several visits, or by one of several ways."""
    return job.legs is not None or job.recipes is not None or job.crew is not None


def recipes_of(job: Job) -> tuple[tuple[Leg, ...], ...]:
    """The ways in which a job with legs can be staffed."""
    if job.recipes is not None:
        return job.recipes
    return (job.legs if job.legs is not None else (Leg(),) * (job.crew or 1),)


def names_of(job: Job) -> list[list[str]]:
    """The ids of the legs of a job, recipe by recipe; a leg without a name is numbered on through all recipes."""
    found: list[list[str]] = []
    number = 0
    for recipe in recipes_of(job):
        found.append([])
        for leg in recipe:
            number += 1
            found[-1].append(f"{job.id}.{leg.id if leg.id is not None else number}")
    return found


def expanded(day: Day) -> Day:
    """The day with a job for every leg; the same day if it has none."""
    whole = [job for job in day.jobs if has_legs(job)]
    if not whole:
        return day
    legs = {job.id: list(_legs(job)) for job in whole}
    jobs = [legs[job.id][0] if job.id in legs else job for job in day.jobs]
    others = [leg for each in legs.values() for leg in each[1:]]
    named = {name: tuple(leg.id for leg in each) for name, each in legs.items()}
    scope = _scope(day, named)
    return day.model_copy(update={"jobs": (*jobs, *others), **scope})


def _legs(job: Job) -> Iterator[Job]:
    shared = {name: getattr(job, name) for name in job.model_fields_set - _OF_THE_WHOLE}
    names = names_of(job)
    for recipe, legs in enumerate(recipes_of(job)):
        for number, leg in enumerate(legs):
            own = {name: getattr(leg, name) for name in leg.model_fields_set - {"id", "offset_min"}}
            given: dict[str, Any] = shared | {"id": names[recipe][number]} | own
            if number:
                given = {name: value for name, value in given.items() if name not in ("promise", "preferred_windows")}
                given |= _COUNTED_ONCE
            yield Job.model_construct(**given, part=Part(job=job.id, recipe=recipe, offset_min=leg.offset_min))


def _scope(day: Day, legs: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The options, if their scope names a job with legs: all of them are meant, or the place of the first."""
    scope = day.options.scope
    if scope is None:
        return {}
    update: dict[str, Any] = {}
    if scope.jobs is not None:
        update["jobs"] = tuple(name for job in scope.jobs for name in legs.get(job, (job,)))
    if scope.within and scope.within.job is not None and scope.within.job in legs:
        update["within"] = scope.within.model_copy(update={"job": legs[scope.within.job][0]})
    return {"options": day.options.model_copy(update={"scope": scope.model_copy(update=update)})} if update else {}
