"""A believable company to try things on: two territories, a crew and a week of work in each, and a user of each role."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import generate, records, users, wire
from dispatch.access import Act
from dispatch.store.tables import Role, Territory

DAYS = 7
"""From today on; nobody works on Saturdays and Sundays."""

USERS: Mapping[Role, str] = MappingProxyType({role: f"demo-{role.value}" for role in Role})
"""The name of the user of each role."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A territory of the demo: which preset of `generate`, how many technicians, how many jobs a day."""

    name: str
    preset: str
    technicians: int
    jobs: int


SAMPLES = (Sample("seoul", "city", technicians=8, jobs=60), Sample("country", "rural", technicians=5, jobs=25))


def fill(act: Act, password: str | None = None) -> None:
    """Fill an empty database; `password` is the one that all its users sign in with, None: they only have tokens."""
    for sample in SAMPLES:
        _settle(act, sample)
    for role, name in USERS.items():
        secret = {} if password is None else {"password": password}
        users.create(act, wire.NewUser.model_validate({"name": name, "role": role.value, **secret, **_reach(role)}))


def _settle(act: Act, sample: Sample) -> None:
    form = generate.day(sample.preset, technicians=sample.technicians, jobs=1)
    act.session.add(
        Territory(
            id=sample.name,
            name=form.name,
            timezone=form.timezone,
            currency=form.currency,
            calendar={},
            nightly_at=time(2, 30),
            nightly_seconds=20,
            updated_at=act.now,
        )
    )
    act.session.flush()
    for number, local in enumerate(_working_days(act.now, ZoneInfo(form.timezone))):
        records.load_day(act, sample.name, _day(sample, local, number), dry_run=False)


def _working_days(now: datetime, zone: ZoneInfo) -> Iterator[date]:
    first = now.astimezone(zone).date()
    return (day for day in (first + timedelta(days=n) for n in range(DAYS)) if day.weekday() < 5)


def _day(sample: Sample, local: date, number: int) -> wire.Day:
    """A day's work for the one crew of a sample: the crew is that of the first seed, the jobs are those of another."""
    crew = generate.day(sample.preset, technicians=sample.technicians, jobs=sample.jobs, seed=1, date=local)
    work = generate.day(sample.preset, technicians=sample.technicians, jobs=sample.jobs, seed=2 + number, date=local)
    return wire.day_of(_plain(crew) | _renamed(_plain(work), f"{local:%m%d}-", {site.id for site in crew.sites}))


def _plain(day: wire.Day) -> dict[str, Any]:
    raw: dict[str, Any] = wire.read_json(wire.write(day))  # type: ignore[assignment]
    return raw


def _renamed(raw: dict[str, Any], mark: str, known: set[str]) -> dict[str, Any]:
    """Jobs and sites of a day, so that those of another day are not taken for them; the depots are those of the crew."""
    sites = [site if site["id"] in known else site | {"id": mark + site["id"]} for site in raw.get("sites", ())]
    jobs = [{name: value for name, value in job.items() if name != "pin"} | {"id": mark + job["id"]} for job in raw["jobs"]]
    for job in jobs:
        if job.get("site", "") not in {"", *known}:
            job["site"] = mark + job["site"]
    return {"sites": sites, "jobs": jobs}


def _reach(role: Role) -> dict[str, Any]:
    if role is Role.ADMINISTRATOR:
        return {}
    if role is Role.TECHNICIAN:
        first = min(each.id for each in generate.day(SAMPLES[0].preset, technicians=SAMPLES[0].technicians, jobs=1).technicians)
        return {"technician": wire.TechnicianId(territory=SAMPLES[0].name, id=first)}
    return {"territories": tuple(sample.name for sample in SAMPLES)}
