"""Desks: where customers walk in, or from where they are helped. Nobody travels, and a shift at a desk serves that desk only.

To the solver a desk is a tag that its shifts and jobs have; everybody else's have the tag of those who travel, if there are desks.
The names are none that a person could give: they end with a space.
"""

from dispatch.day.layers import work_of
from dispatch.wire.model import Day

ON_THE_ROAD = "to travel "


def at_desk(place: int) -> str:
    """The tag of the desk at a place."""
    return f"a desk at place {place} "


def has_desks(day: Day) -> bool:
    """Whether a shift or a job of the day is at a desk."""
    shifts = any(shift.desk for technician in day.technicians for shift in technician.shifts)
    return shifts or any(work_of(day, job).desk for job in day.jobs)


def desk_tags(place: int, *, desk: bool, among_desks: bool) -> frozenset[str]:
    """What a shift that starts at a place has, or a job there wants."""
    if desk:
        return frozenset([at_desk(place)])
    return frozenset([ON_THE_ROAD]) if among_desks else frozenset()
