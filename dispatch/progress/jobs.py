"""My jobs of a day, as they stand: what a phone shows, and keeps for when there is no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select

from dispatch import wire
from dispatch.access import Act
from dispatch.day import first_said, layers_of
from dispatch.progress.links import call_link, map_links
from dispatch.progress.reports import me
from dispatch.progress.transitions import FINISHED, TABLE
from dispatch.records.kinds import JOBS, raw_of
from dispatch.store.tables import Asset, Customer, Job, JobState, Promise, Site, Territory, Visit, VisitState
from dispatch.wire.clock import instant_of
from dispatch.wire.records import NewJob
from dispatch.wire.visits import MyAsset, MyCustomer, MyJob, MyJobs, MySite, PromisedWindow


@dataclass(frozen=True, slots=True)
class Held:
    """A visit with what belongs to it."""

    visit: Visit
    job: Job
    customer: Customer | None
    site: Site | None
    asset: Asset | None
    promise: Promise | None

    @property
    def state(self) -> str:
        """How far the visit is."""
        return state_of(self.visit.state, self.job.state)


def state_of(visit: VisitState, job: JobState) -> str:
    """How far a visit is; `cancelled` if its job was."""
    return "cancelled" if job is JobState.CANCELLED and visit not in FINISHED else visit.value


def my_jobs(act: Act, day: date | None = None) -> MyJobs:
    """The visits of the technician who asks, of a local day, in their order.

    Parameters
    ----------
    day : None: today

    Raises
    ------
    NotAllowed : whoever asks is no technician
    """
    who = me(act)
    territory = act.session.get_one(Territory, who.territory)
    zone = ZoneInfo(territory.timezone)
    day = day or act.now.astimezone(zone).date()
    found = held(act, who.territory, *span_of(day, zone), technician=who.technician)
    wanted = {each.job.kind for each in found}
    kinds = {name: wire.Kind.model_validate(kind) for name, kind in territory.kinds.items() if name in wanted}
    jobs = tuple(_shown(kinds, each) for each in found)
    return MyJobs(date=day, timezone=territory.timezone, technician=who.technician, jobs=jobs)


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a local day, and of the next one."""
    first, last = (instant_of(datetime.combine(each, time()), zone) for each in (day, day + timedelta(days=1)))
    return first, last


def held(act: Act, territory: str, first: datetime, last: datetime, *, technician: str | None = None) -> Sequence[Held]:
    """The visits that start in a span, with what belongs to them, by technician and start; those withdrawn are none."""
    in_span = (Visit.territory_id == territory, Visit.state != VisitState.WITHDRAWN, Visit.start >= first, Visit.start < last)
    query = _WITH_ALL.where(*in_span)
    if technician is not None:
        query = query.where(Visit.technician_id == technician)
    rows = act.session.execute(query.order_by(Visit.technician_id, Visit.start, Visit.position)).all()
    promises = promises_of(act, territory, [row.Job.id for row in rows])
    return [Held(*row, promises.get(row.Job.id)) for row in rows]


def _named(table: Any, named: Any, there: Any = Job) -> ColumnElement[bool]:
    """That a row of a table is the one that another row names."""
    return and_(table.territory_id == there.territory_id, table.id == named)


_WITH_ALL: Final = (
    select(Visit, Job, Customer, Site, Asset)
    .join(Job, _named(Job, Visit.job_id, Visit))
    .outerjoin(Customer, _named(Customer, Job.customer_id))
    .outerjoin(Site, _named(Site, Job.site_id))
    .outerjoin(Asset, _named(Asset, Job.asset_id))
)
"""Visits, each with what belongs to it."""


def promises_of(act: Act, territory: str, jobs: Sequence[str]) -> Mapping[str, Promise]:
    """The promise that counts of each job that has one."""
    query = select(Promise).where(Promise.territory_id == territory, Promise.job_id.in_(jobs), Promise.replaced_at.is_(None))
    return {row.job_id: row for row in act.session.scalars(query.order_by(Promise.told_at))} if jobs else {}


# ---------------------------------------------------------------- one visit


def promised(visit: Any, promise: Promise | None) -> dict[str, Any]:
    """What the customer was told, and whether it will be kept.

    Parameters
    ----------
    visit : the row, or its columns
    """
    if promise is None:
        return {}
    came = visit.arrived_at or visit.started_at or visit.start
    return {"promise": PromisedWindow(open=promise.open, close=promise.close, late=came > promise.close)}


def _shown(kinds: Mapping[str, wire.Kind], each: Held) -> MyJob:
    visit, raw = each.visit, raw_of(JOBS, each.job)
    record = NewJob.model_validate(raw)
    layers = layers_of(kinds, record)
    given = {name: raw[name] for name in ("name", "kind", "due", "note") if name in raw}
    return MyJob(
        job=visit.job_id,
        schedule=visit.schedule_id,
        state=each.state,
        position=visit.position,
        arrive=visit.arrive,
        start=visit.start,
        end=visit.end,
        duration_min=first_said("duration_min", layers) or 0,
        windows=record.windows,
        site=_site(each, record),
        skills=first_said("skills", layers) or {},
        parts=first_said("parts", layers) or {},
        tools=first_said("tools", layers) or (),
        events=() if each.state == "cancelled" else _next(visit.state),
        **given,
        **promised(visit, each.promise),
        **_customer(each.customer),
        **_asset(each.asset),
    )


def _next(state: VisitState) -> tuple[str, ...]:
    return tuple(kind.value for kind, cell in TABLE[state].items() if isinstance(cell, VisitState))


def _given(row: object, *names: str) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(row, name)) is not None}


def _customer(row: Customer | None) -> dict[str, Any]:
    if row is None:
        return {}
    call = None if row.phone is None else call_link(row.phone)
    return {"customer": MyCustomer(**_given(row, "name", "phone", "note"), **({} if call is None else {"call": call}))}


def _asset(row: Asset | None) -> dict[str, Any]:
    return {} if row is None else {"asset": MyAsset(**_given(row, "name", "model", "serial", "note"))}


def _site(each: Held, record: NewJob) -> MySite:
    """Where a job is: its site, or the point and address it has itself."""
    if each.site is not None:
        said, lat, lon = _given(each.site, "name", "address", "access"), each.site.lat, each.site.lon
    else:
        said = {} if record.address is None else {"address": record.address}
        lat, lon = (None, None) if record.location is None else (record.location.lat, record.location.lon)
    if lat is None or lon is None:
        return MySite(**said)
    label = said.get("name") or said.get("address") or record.name or each.job.id
    return MySite(**said, lat=lat, lon=lon, links=map_links(lat, lon, label))
