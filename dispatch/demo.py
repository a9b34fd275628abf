"""A believable company to try things on: two territories with a week of work each, and a user of each role."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from dispatch import generate, records, users, wire
from dispatch.access import Act
from dispatch.records import territories
from dispatch.store.tables import Role
from dispatch.wire.clock import instant_of
from dispatch.wire.records import NewTerritory

USERS: Final = MappingProxyType({role: f"demo-{role.value}" for role in Role})
"""The name of the demo's user of each role."""


class Region(NamedTuple):
    """What a territory is called, the preset its work is like, and how many jobs come in for each day."""

    name: str
    preset: str
    jobs: int


TERRITORIES: Final[Mapping[str, Region]] = MappingProxyType(
    {"seoul": Region("Seoul", "city", 60), "busan": Region("Busan", "storm", 40)}
)
"""What is made, by the territory's id."""

WORKING_DAYS: Final = 5
_CREW: Final = 1
"""The seed that makes the crew; those after it make the work of each day."""


def fill(act: Act) -> None:
    """Fill an empty database: territories, technicians with a week of shifts, a week of jobs, and a user of each role.

    Raises
    ------
    Conflict : it is not empty
    """
    for territory, region in TERRITORIES.items():
        sample = generate.day(region.preset, jobs=region.jobs, seed=_CREW)
        own = {"name": region.name, "timezone": sample.timezone, "currency": sample.currency}
        raw = {"id": territory, **own, "nightly_at": "02:30", "nightly_seconds": 20}
        territories.create(act, NewTerritory.model_validate(raw))
        today = act.now.astimezone(ZoneInfo(sample.timezone)).date()
        for number, day in enumerate(_working_days(today)):
            records.load_day(act, territory, _day(region, day, number), dry_run=False)
            act.session.flush()
    for role, name in USERS.items():
        users.create(act, wire.NewUser(name=name, role=role.value, **_reach(role)))


def _working_days(first: date) -> Iterator[date]:
    """The working days from a day on, from Monday to Friday."""
    days = (first + timedelta(days=n) for n in range(2 * WORKING_DAYS))
    yield from [day for day in days if day.weekday() < 5][:WORKING_DAYS]


def _day(region: Region, day: date, number: int) -> wire.Day:
    """The crew at work on a day, and the jobs that came in for it, under ids of their own."""
    crew = generate.day(region.preset, jobs=region.jobs, seed=_CREW, date=day)
    work = generate.day(region.preset, jobs=region.jobs, technicians=len(crew.technicians), seed=_CREW + 1 + number, date=day)
    depots = {site.id for site in crew.sites}
    renamed = {site.id: f"{day:%m%d}-{site.id}" for site in work.sites if site.id not in depots}
    sites = (site.model_copy(update={"id": renamed[site.id]}) for site in work.sites if site.id in renamed)
    came_in = (_job(job, day, renamed, crew.timezone) for job in work.jobs)
    return crew.model_copy(update={"sites": (*crew.sites, *sites), "jobs": tuple(came_in)})


def _job(job: wire.Job, day: date, sites: Mapping[str, str], zone: str) -> wire.Job:
    """A job of a day; one that may be done at any time is to be done within three days."""
    update: dict[str, Any] = {"id": f"{day:%m%d}-{job.id}"}
    if job.site is not None:
        update["site"] = sites.get(job.site, job.site)
    if not job.windows:
        first, last = (instant_of(datetime.combine(day + timedelta(days=n), time()), ZoneInfo(zone)) for n in (0, 3))
        update["windows"] = (wire.Window(start=first, end=last - timedelta(seconds=1)),)
    return job.model_copy(update=update)


def _reach(role: Role) -> dict[str, Any]:
    if role is Role.ADMINISTRATOR:
        return {}
    if role is Role.TECHNICIAN:
        return {"technician": wire.TechnicianId(territory="seoul", id="t01")}
    return {"territories": tuple(TERRITORIES)}
