"""What has happened of a horizon, as facts of the day that is planned next: they stay with their technician, at their time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatch.store.tables import Shift, Visit, VisitState

Raw = dict[str, Any]


def fact_of(visit: Visit, shifts: Sequence[Shift], now: datetime) -> Raw | None:
    """What has happened of a visit, and is expected of one that goes on; None if its technician has no shift that is planned.

    Parameters
    ----------
    shifts : those of its technician, as the day lists them
    now : what has not ended has not ended before
    """
    if not shifts:
        return None
    start, end = _span(visit, now)
    number = min(range(len(shifts)), key=lambda number: _apart(shifts[number], start))
    return {"technician": visit.technician_id, "shift": number, "start": start, "end": end}


def _span(visit: Visit, now: datetime) -> tuple[datetime, datetime]:
    lasts = visit.end - visit.start
    if visit.state is VisitState.COMPLETED:
        return visit.started_at or visit.start, visit.ended_at or visit.end
    if visit.state is VisitState.STARTED:
        start = visit.started_at or visit.start
        return start, max(now, visit.end)
    start = max(now, visit.start)
    return start, start + lasts


def _apart(shift: Shift, when: datetime) -> timedelta:
    """How far an instant lies outside a shift."""
    return max(shift.start - when, when - shift.end, timedelta())
