"""What differs between two plans, job by job."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from dispatch.wire.answer import PlanFile, PlanRoute
from dispatch.wire.schedules import JobChange, Placed

Places = Mapping[str, Placed]


def places(file: PlanFile) -> Places:
    """Where a plan has each job it serves."""
    return places_on(file.routes)


def places_on(routes: Iterable[PlanRoute]) -> Places:
    """Where routes have each job they serve."""
    return dict(_placed(routes))


def changes(before: Places, after: Places) -> tuple[JobChange, ...]:
    """Every job that two plans do not have at the same place and time, by technician and time (of the second where it has one)."""
    found = [_change(job, before.get(job), after.get(job)) for job in {**before, **after}]
    return tuple(sorted((each for each in found if each is not None), key=_order))


def _placed(routes: Iterable[PlanRoute]) -> Iterator[tuple[str, Placed]]:
    for route in routes:
        jobs = [visit for visit in route.visits if visit.job is not None]
        for position, visit in enumerate(jobs):
            yield (
                visit.job or "",
                Placed(
                    technician=route.technician,
                    shift=route.shift,
                    position=position,
                    arrive=visit.arrive,
                    start=visit.start,
                    end=visit.end,
                ),
            )


def _change(job: str, before: Placed | None, after: Placed | None) -> JobChange | None:
    if before == after:
        return None
    sides = {name: side for name, side in (("before", before), ("after", after)) if side is not None}
    return JobChange.model_validate({"job": job, "change": _kind(before, after), **sides})


def _kind(before: Placed | None, after: Placed | None) -> Literal["added", "dropped", "reassigned", "moved"]:
    if before is None:
        return "added"
    if after is None:
        return "dropped"
    same = (before.technician, before.shift) == (after.technician, after.shift)
    return "moved" if same else "reassigned"


def _order(change: JobChange) -> tuple[str, object, str]:
    side = change.after or change.before
    assert side is not None  # a change has at least one side
    return side.technician, side.start, change.job
