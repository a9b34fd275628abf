"""Which part of its horizon a schedule is in force in: another one may have superseded some days of it.

A visit belongs to the moment at which its shift begins. So a night's work is not torn apart at midnight, and whoever replans a day
replans the shifts that begin in it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch import wire
from dispatch.store.tables import Schedule, ScheduleState
from dispatch.wire.clock import shift_span

Span = tuple[datetime, datetime]
"""From an instant until before another one."""


def horizon_of(row: Schedule) -> Span:
    """What a schedule was planned for."""
    return row.horizon_start, row.horizon_end


def holds(spans: Iterable[Span], moment: datetime) -> bool:
    """Whether a moment lies in one of some spans."""
    return any(start <= moment < end for start, end in spans)


def shared(spans: Iterable[Span], other: Span) -> list[Span]:
    """What spans have in common with another one."""
    cut = ((max(start, other[0]), min(end, other[1])) for start, end in spans)
    return [(start, end) for start, end in cut if start < end]


def length(spans: Iterable[Span]) -> timedelta:
    """How long spans are together."""
    return sum((end - start for start, end in spans), timedelta())


def left(row: Schedule) -> list[Span]:
    """What of the horizon of a schedule no other one has superseded."""
    spans = [horizon_of(row)]
    for each in row.replaced:
        first, last = datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"])
        spans = [
            piece for start, end in spans for piece in ((start, min(end, first)), (max(start, last), end)) if piece[0] < piece[1]
        ]
    return spans


def supersede(row: Schedule, by: Schedule) -> None:
    """Let a schedule be in force no more where another one is; if nothing is left of it, it is superseded."""
    start, end = max(row.horizon_start, by.horizon_start), min(row.horizon_end, by.horizon_end)
    row.replaced = [*row.replaced, {"start": start.isoformat(), "end": end.isoformat(), "by": by.id}]
    if not left(row):
        row.state = ScheduleState.SUPERSEDED


def give_back(row: Schedule, by: Schedule) -> None:
    """Let a schedule be in force again where another one has superseded it."""
    row.replaced = [each for each in row.replaced if each["by"] != by.id]
    row.state = ScheduleState.PUBLISHED


def beginnings(day: wire.Day) -> dict[tuple[str, int], datetime]:
    """When each shift of a day begins, by its technician and number."""
    zone = ZoneInfo(day.timezone)
    return {
        (each.id, number): shift_span(shift, zone).start for each in day.technicians for number, shift in enumerate(each.shifts)
    }
