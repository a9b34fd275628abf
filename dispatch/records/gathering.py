"""The rows that a horizon is planned from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from dispatch import policies
from dispatch.access import Act
from dispatch.records.kinds import JOBS, SITES
from dispatch.records.lookup import rows_of
from dispatch.store.tables import (
    Absence,
    Event,
    Job,
    JobState,
    Policy,
    Shift,
    Site,
    Technician,
    Territory,
    Visit,
    VisitState,
)
from dispatch.wire.model import Horizon
from dispatch.wire.records import NewJob
from dispatch.wire.rules.times import close_of

Basis = dict[str, dict[str, int]]
"""Record kind -> id -> version of everything that goes into a day; under `events`, job -> number of its events."""

_NOT_SERVED = (VisitState.FAILED, VisitState.WITHDRAWN)
_BEGUN = (VisitState.EN_ROUTE, VisitState.ARRIVED, VisitState.STARTED, VisitState.COMPLETED)
_LONGEST_SHIFT = timedelta(days=3)
"""An absence that begins later after the horizon concerns none of its shifts."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows that a horizon is planned from, each list ordered by id, shifts and absences by start."""

    territory: Territory
    policy: Policy | None
    technicians: tuple[Technician, ...]
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    jobs: tuple[Job, ...]
    sites: tuple[Site, ...]
    events: Mapping[str, int]
    begun: Mapping[str, Visit]  #: of jobs that are done, going on, or that somebody is on the way to

    @property
    def basis(self) -> Basis:
        """The versions of all of it."""
        kinds = {name: getattr(self, name) for name in ("technicians", "shifts", "absences", "jobs", "sites")}
        versions = {name: {row.id: row.version for row in rows} for name, rows in kinds.items()}
        policies = {} if self.policy is None else {"policies": {self.policy.name: self.policy.number}}
        return {"territories": {self.territory.id: self.territory.version}, **policies, **versions, "events": dict(self.events)}


def gathered(act: Act, name: str, horizon: Horizon) -> Gathered:
    """What a horizon of a territory is planned from.

    Raises
    ------
    NotFound : there is no such territory, or none the caller may see
    """
    territory = act.territory(name)
    technicians, shifts, absences = _technicians(act, name), _shifts(act, name, horizon), _absences(act, name, horizon)
    begun = _begun(act, name, horizon)
    jobs = _jobs(act, name, horizon, {shift.id for shift in shifts}, begun)
    used = set(_sites_of(technicians, shifts, absences, jobs))
    return Gathered(
        territory,
        policies.newest(act, name, territory.policy),
        technicians,
        shifts,
        absences,
        jobs,
        tuple(row for _, row in sorted(rows_of(act, SITES, name, used).items())),
        _events(act, name, {job.id for job in jobs}),
        begun,
    )


def _technicians(act: Act, territory: str) -> tuple[Technician, ...]:
    query = select(Technician).where(Technician.territory_id == territory, Technician.retired_at.is_(None))
    return tuple(sorted(act.session.scalars(query), key=lambda row: row.id))


def _shifts(act: Act, territory: str, horizon: Horizon) -> tuple[Shift, ...]:
    query = select(Shift).where(
        Shift.territory_id == territory, Shift.retired_at.is_(None), Shift.start >= horizon.start, Shift.start < horizon.end
    )
    return tuple(sorted(act.session.scalars(query), key=lambda row: (row.start, row.id)))


def _absences(act: Act, territory: str, horizon: Horizon) -> tuple[Absence, ...]:
    query = select(Absence).where(
        Absence.territory_id == territory,
        Absence.retired_at.is_(None),
        Absence.end > horizon.start,
        Absence.start < horizon.end + _LONGEST_SHIFT,
    )
    return tuple(sorted(act.session.scalars(query), key=lambda row: (row.start, row.id)))


# ---------------------------------------------------------------- jobs


def _begun(act: Act, territory: str, horizon: Horizon) -> dict[str, Visit]:
    """The visits of shifts that begin in the horizon for which a technician has left, by job; not those that failed."""
    query = select(Visit).where(
        Visit.territory_id == territory,
        Visit.state.in_(_BEGUN),
        Visit.shift_start >= horizon.start,
        Visit.shift_start < horizon.end,
    )
    return {visit.job_id: visit for visit in act.session.scalars(query)}


def _jobs(act: Act, territory: str, horizon: Horizon, shifts: set[str], begun: Mapping[str, Visit]) -> tuple[Job, ...]:
    """Open jobs that may start in the horizon and that no visit of another day serves, and those that have begun in it.

    A visit is of the day on which its shift begins: what a night shift serves after midnight is planned with it.
    """
    served = select(Visit.job_id).where(Visit.territory_id == territory, Visit.state.not_in(_NOT_SERVED))
    elsewhere = served.where(or_(Visit.shift_start < horizon.start, Visit.shift_start >= horizon.end))
    here = set(act.session.scalars(served.where(Visit.shift_start >= horizon.start, Visit.shift_start < horizon.end)))
    in_time = and_(or_(Job.earliest.is_(None), Job.earliest < horizon.end), or_(Job.latest.is_(None), Job.latest >= horizon.start))
    query = select(Job).where(
        Job.territory_id == territory,
        Job.state == JobState.OPEN,
        Job.retired_at.is_(None),
        or_(in_time, Job.id.in_(here)),
        Job.id.not_in(elsewhere),
    )
    rows = (row for row in act.session.scalars(query) if _may_start_in(horizon, shifts, row, visited=row.id in here))
    found = {row.id: row for row in rows} | rows_of(act, JOBS, territory, begun)
    return tuple(row for _, row in sorted(found.items()) if row.retired_at is None)


def _may_start_in(horizon: Horizon, shifts: set[str], job: Job, *, visited: bool) -> bool:
    """Whether one of a job's windows touches the horizon, and what it is pinned to lies in it; one that is visited has its time."""
    record = NewJob.model_validate({"id": job.id, "windows": job.body.get("windows", ()), "pin": job.body.get("pin", {})})
    touches = [window.start < horizon.end and close_of(window) >= horizon.start for window in record.windows]
    pin = record.pin
    pinned_in = pin is None or pin.start is None or horizon.start <= pin.start < horizon.end
    in_time = (not touches or any(touches)) and pinned_in
    return (visited or in_time) and (pin is None or pin.shift is None or pin.shift in shifts)


def _events(act: Act, territory: str, jobs: set[str]) -> dict[str, int]:
    query = select(Event.job_id, func.count()).where(Event.territory_id == territory).group_by(Event.job_id)
    return {job: count for job, count in act.session.execute(query) if job in jobs}


# ---------------------------------------------------------------- places


def _sites_of(
    technicians: tuple[Technician, ...], shifts: tuple[Shift, ...], absences: tuple[Absence, ...], jobs: tuple[Job, ...]
) -> Iterator[str]:
    """The ids of all sites that rows refer to."""
    places: list[Any] = [row.home for row in technicians] + [row.place for row in absences]
    places += [row.body.get("stock") for row in technicians]
    places += [row.body.get(end) for row in shifts for end in ("stock", "start_place", "end_place")]
    places += [pause.get("place") for row in shifts for pause in row.body.get("breaks", ())]
    yield from (place["site"] for place in places if isinstance(place, dict) and "site" in place)
    yield from (row.site_id for row in jobs if row.site_id is not None)
