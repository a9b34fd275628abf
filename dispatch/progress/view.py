"""What the dispatcher sees of a day that goes on: the visits as they stand, and everything that was reported."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import paging
from dispatch.access import Act
from dispatch.progress.jobs import promised, promises_of, span_of, state_of
from dispatch.progress.reports import outcome_of
from dispatch.store.tables import Event, Job, Promise, Visit, VisitState
from dispatch.wire.visits import EventQuery, EventRecord, VisitRecord, Visits

_ACTUAL = ("left_at", "arrived_at", "started_at", "ended_at")
_COLUMNS = (
    *(Visit.job_id, Visit.technician_id, Visit.schedule_id, Visit.state, Visit.position, Visit.arrive, Visit.start, Visit.end),
    *(Visit.left_at, Visit.arrived_at, Visit.started_at, Visit.ended_at, Visit.version),
)


def visits(act: Act, territory: str, day: date | None = None) -> Visits:
    """The visits of a local day; None: today. Raises `NotFound`."""
    zone = ZoneInfo(act.territory(territory).timezone)
    day = day or act.now.astimezone(zone).date()
    first, last = span_of(day, zone)
    in_day = (Visit.territory_id == territory, Visit.state != VisitState.WITHDRAWN, Visit.start >= first, Visit.start < last)
    of_visit = (Job.territory_id == Visit.territory_id) & (Job.id == Visit.job_id)
    query = select(*_COLUMNS, Job.state.label("job_state")).join(Job, of_visit).where(*in_day)
    rows = act.session.execute(query.order_by(Visit.technician_id, Visit.start, Visit.position)).all()
    promises = promises_of(act, territory, [row.job_id for row in rows])
    return Visits(date=day, items=tuple(_visit(row, promises) for row in rows))


def events(act: Act, territory: str, asked: EventQuery) -> paging.Rows[Event]:
    """What was reported, the newest first. Raises `NotFound`."""
    statement = select(Event).where(Event.territory_id == act.territory(territory).id)
    for column, wanted in ((Event.job_id, asked.job), (Event.technician_id, asked.technician)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    match asked.outcome:
        case "applied" | "superseded":
            statement = statement.where(Event.outcome == asked.outcome)
        case "rejected":
            statement = statement.where(Event.outcome.not_in(("applied", "superseded")))
    keys = [Event.received_at, Event.technician_id, Event.id]
    return paging.page(act, statement, keys, asked.limit, asked.cursor, newest_first=True)


def event_shown(event: Event) -> EventRecord:
    """An event as the dispatcher sees it."""
    told = {name: value for name in ("reason", "note") if (value := getattr(event, name)) is not None}
    return EventRecord.model_validate(
        {
            **outcome_of(event),
            "technician": event.technician_id,
            "kind": event.kind.value,
            "at": event.at,
            "received_at": event.received_at,
            **told,
        }
    )


def _visit(row: Any, promises: Mapping[str, Promise]) -> VisitRecord:
    actual = {name: value for name in _ACTUAL if (value := getattr(row, name)) is not None}
    return VisitRecord(
        job=row.job_id,
        technician=row.technician_id,
        schedule=row.schedule_id,
        state=state_of(row.state, row.job_state),
        position=row.position,
        arrive=row.arrive,
        start=row.start,
        end=row.end,
        version=row.version,
        **actual,
        **promised(row, promises.get(row.job_id)),
    )
