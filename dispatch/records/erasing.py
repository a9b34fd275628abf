"""Forgetting a customer: who they are goes, what was done and when stays for the figures.

Names, numbers, addresses, notes and serial numbers go; points are moved to about a kilometre. Schedules have ids and points only,
and keep those; answers kept for retries are gone after three days.
"""

from typing import Any, Final

from sqlalchemy import delete, select, update

from dispatch import geocode
from dispatch.access import Act
from dispatch.errors import Code, Conflict, VersionMismatch
from dispatch.records.changes import find
from dispatch.records.kinds import KINDS
from dispatch.records.lookup import held
from dispatch.store.tables import Asset, Customer, Event, GeocodeAnswer, Job, JobState, Meter, Site, Upkeep

ABOUT: Final = 2
"""Decimals of a degree that are kept of a point: about a kilometre."""

TEXTS: Final = frozenset({"name", "address", "note"})
"""What the body of a job says of people."""


def erase(act: Act, territory: str, name: str, version: int) -> Customer:
    """Forget who a customer is, with everything that is theirs: sites, installations, jobs, what technicians wrote about them.

    Raises
    ------
    NotFound : there is no such customer
    VersionMismatch : somebody has changed it meanwhile
    Conflict : `in_use`: a job of theirs is open
    """
    held(act, territory)
    row: Customer = find(act, KINDS["customers"], territory, name)
    if row.version != version:
        raise VersionMismatch("customer", name, row.version)
    sites = _all(act, Site, territory, Site.customer_id == name)
    jobs = _all(act, Job, territory, (Job.customer_id == name) | Job.site_id.in_([site.id for site in sites]))
    open_ = sorted(job.id for job in jobs if job.state is JobState.OPEN and job.retired_at is None)
    if open_:
        message = f"job {open_[0]} is still to be done: cancel it first"
        raise Conflict(Code.IN_USE, message, {"used_by": [{"kind": "jobs", "id": job} for job in open_]})
    assets = _all(act, Asset, territory, Asset.site_id.in_([site.id for site in sites]))
    for asset in assets:
        asset.name = asset.serial = asset.note = None
        _retire(act, asset)
    theirs = [asset.id for asset in assets]
    for meter in _all(act, Meter, territory, Meter.asset_id.in_(theirs)):
        meter.name = None
        _retire(act, meter)
    at_theirs = Upkeep.asset_id.in_(theirs) | Upkeep.site_id.in_([site.id for site in sites])
    for upkeep in _all(act, Upkeep, territory, at_theirs):
        upkeep.name, upkeep.body = None, _without_people(upkeep.body)
        _retire(act, upkeep)
    for site in sites:
        _erase_site(act, site)
    for job in jobs:
        job.body = _without_people(job.body)
        job.case = None
        _retire(act, job)
    written = update(Event).where(Event.territory_id == territory, Event.job_id.in_([job.id for job in jobs]))
    act.session.execute(written.values(note=None))
    row.name = row.phone = row.email = row.note = None
    _retire(act, row)
    act.session.flush()
    act.note("erase", "customer", name, territory=territory)
    return row


def _all(act: Act, table: Any, territory: str, condition: Any) -> list[Any]:
    return list(act.session.scalars(select(table).where(table.territory_id == territory, condition)))


def _erase_site(act: Act, site: Site) -> None:
    if site.address is not None:
        act.session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.query == geocode.digest(site.address)))
    site.name = site.address = site.access = None
    if site.lat is not None and site.lon is not None:
        site.lat, site.lon = round(site.lat, ABOUT), round(site.lon, ABOUT)
    _retire(act, site)


def _without_people(body: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in body.items() if name not in TEXTS}
    if "location" in kept:
        kept["location"] = {name: round(degrees, ABOUT) for name, degrees in kept["location"].items()}
    return kept


def _retire(act: Act, row: Any) -> None:
    row.retired_at, row.updated_at = row.retired_at or act.now, act.now
