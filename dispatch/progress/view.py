"""What the dispatcher sees of a day that goes on: the visits as they stand, and everything that was reported."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dispatch import paging
from dispatch.access import Act
from dispatch.progress.jobs import Held, held, promised, span_of
from dispatch.progress.reports import outcome_of
from dispatch.store.tables import Event
from dispatch.wire.visits import EventQuery, EventRecord, VisitRecord, Visits

_ACTUAL = ("left_at", "arrived_at", "started_at", "ended_at")


def visits(act: Act, territory: str, day: date | None = None) -> Visits:
    """The visits of a local day; None: today. Raises `NotFound`."""
    zone = ZoneInfo(act.territory(territory).timezone)
    day = day or act.now.astimezone(zone).date()
    return Visits(date=day, items=tuple(map(_visit, held(act, territory, *span_of(day, zone)))))


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


def _visit(each: Held) -> VisitRecord:
    visit = each.visit
    actual = {name: value for name in _ACTUAL if (value := getattr(visit, name)) is not None}
    return VisitRecord(
        job=visit.job_id,
        technician=visit.technician_id,
        schedule=visit.schedule_id,
        state=each.state,
        position=visit.position,
        arrive=visit.arrive,
        start=visit.start,
        end=visit.end,
        version=visit.version,
        **actual,
        **promised(each),
    )
