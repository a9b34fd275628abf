"""What a dispatcher should look at: jobs that break their SLA or will, visits that have not begun, addresses nobody is sure of.

An alert is there from when the clock first sees its cause until it sees it no more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, select

from dispatch import paging, wire
from dispatch.access import Act
from dispatch.store.tables import Alert, AlertKind, Job, JobState, Located, Site, Territory, Visit, VisitState

SOON = timedelta(hours=24)
"""A job that is due so soon and is not planned is at risk."""

LATE = timedelta(minutes=15)
"""A visit that has not begun so long after its time is late."""

FORGOTTEN = timedelta(days=2)
"""A visit so long ago is no longer late: nobody has reported it, and nobody will."""

WATCHED = (AlertKind.SLA_AT_RISK, AlertKind.SLA_BROKEN, AlertKind.VISIT_LATE, AlertKind.ADDRESS_UNSURE)
_NOT_BEGUN = (VisitState.PLANNED, VisitState.ACCEPTED, VisitState.EN_ROUTE, VisitState.ARRIVED)


class Cause(NamedTuple):
    """Something to be looked at."""

    kind: AlertKind
    subject: str
    message: str


def look(act: Act, territory: str) -> list[Alert]:
    """Bring the alerts of a territory up to date; returns those that are open. Two clocks wait for each other."""
    act.session.get_one(Territory, territory, with_for_update=True)
    found = {(cause.kind, cause.subject): cause for cause in _causes(act, territory)}
    known = {(alert.kind, alert.subject): alert for alert in act.session.scalars(_open(territory)) if alert.kind in WATCHED}
    for key, alert in known.items():
        if key not in found:
            alert.over_at = act.now
    new = [cause for key, cause in found.items() if key not in known]
    alerts = [Alert(territory_id=territory, since=act.now, **cause._asdict()) for cause in new]
    act.session.add_all(alerts)
    act.session.flush()
    return list(act.session.scalars(_open(territory)))


def listed(act: Act, territory: str, query: wire.AlertQuery) -> paging.Rows[Alert]:
    """The alerts of a territory that are open, or all, the newest first. Raises `NotFound`, `InputError`."""
    name = act.territory(territory).id
    found = select(Alert).where(Alert.territory_id == name) if query.also_over else _open(name)
    return paging.page(act, found, [Alert.since, Alert.id], query.limit, query.cursor, newest_first=True)


def shown(alert: Alert) -> wire.Alert:
    """An alert as it is answered."""
    over = {} if alert.over_at is None else {"over_at": alert.over_at.replace(microsecond=0)}
    return wire.Alert(
        id=alert.id,
        kind=alert.kind.value,
        subject=alert.subject,
        message=alert.message,
        since=alert.since.replace(microsecond=0),
        **over,
    )


def _open(territory: str) -> Select[Alert]:
    return select(Alert).where(Alert.territory_id == territory, Alert.over_at.is_(None))


def _causes(act: Act, territory: str) -> Iterator[Cause]:
    yield from _slas(act, territory)
    yield from _late_visits(act, territory)
    yield from _unsure_addresses(act, territory)


def _slas(act: Act, territory: str) -> Iterator[Cause]:
    visited = (Visit.territory_id == Job.territory_id) & (Visit.job_id == Job.id) & (Visit.state != VisitState.WITHDRAWN)
    jobs = select(Job.id, Job.due, Visit.end).outerjoin(Visit, visited)
    open_jobs = jobs.where(
        Job.territory_id == territory, Job.state == JobState.OPEN, Job.retired_at.is_(None), Job.due.is_not(None)
    )
    for name, due, end in act.session.execute(open_jobs):
        kind, message = _sla(act.now, due or act.now, end)
        if kind is not None:
            yield Cause(kind, name, message)


def _sla(now: datetime, due: datetime, end: datetime | None) -> tuple[AlertKind | None, str]:
    if due < now:
        return AlertKind.SLA_BROKEN, f"was due at {due:%Y-%m-%d %H:%M} UTC and is still open"
    if end is None and due < now + SOON:
        return AlertKind.SLA_AT_RISK, f"is due at {due:%Y-%m-%d %H:%M} UTC and not planned"
    if end is not None and end > due:
        return AlertKind.SLA_AT_RISK, f"is due at {due:%Y-%m-%d %H:%M} UTC and planned until {end:%Y-%m-%d %H:%M} UTC"
    return None, ""


def _late_visits(act: Act, territory: str) -> Iterator[Cause]:
    late = select(Visit.job_id, Visit.start).where(
        Visit.territory_id == territory,
        Visit.state.in_(_NOT_BEGUN),
        Visit.start < act.now - LATE,
        Visit.start > act.now - FORGOTTEN,
    )
    for name, start in act.session.execute(late):
        yield Cause(AlertKind.VISIT_LATE, name, f"should have begun at {start:%Y-%m-%d %H:%M} UTC")


def _unsure_addresses(act: Act, territory: str) -> Iterator[Cause]:
    unsure = select(Site.id, Site.located).where(
        Site.territory_id == territory, Site.retired_at.is_(None), Site.located.in_((Located.UNSURE, Located.UNKNOWN))
    )
    for name, located in act.session.execute(unsure):
        words = "is a guess: somebody should look" if located is Located.UNSURE else "is not known to the geocoder"
        yield Cause(AlertKind.ADDRESS_UNSURE, name, f"its address {words}")
