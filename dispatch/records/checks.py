"""What a record needs to make sense beside the others of its territory.

The rules are those of the day file: a record is shown to them in a day of its own, in which everything it refers to is there.
Whether it really is there is looked up first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dispatch import policies
from dispatch.access import Act
from dispatch.errors import Code, Finding, pointer
from dispatch.records.kinds import ABSENCES, JOBS, METERS, SHIFTS, SITES, TECHNICIANS, TERRITORIES, UPKEEPS, Kind
from dispatch.records.lookup import rows_of
from dispatch.records.references import dangling, references_of
from dispatch.store.tables import Absence, Job, JobState, Shift, Territory
from dispatch.wire.defaults import KINDS as BUILT_IN
from dispatch.wire.rules import broken
from dispatch.wire.view import View

Raw = dict[str, Any]

_HERE = {"lat": 1, "lon": 1}
"""A place for records that are shown to the rules and have none."""


def findings_of(act: Act, territory: Territory, kind: Kind, raw: Raw, before: Raw | None) -> Iterator[Finding]:
    """What is wrong with a record among the others; the pointers lead into the record.

    Parameters
    ----------
    raw : the record as it would be kept
    before : the record as it is kept, if there is one: what it refers to already is not looked up again
    """
    known = {(to.name, name) for _, to, name in references_of(before or {})}
    if kind is not TERRITORIES:
        new = (reference for reference in references_of(raw) if (reference[1].name, reference[2]) not in known)
        yield from dangling(act, territory.id, new)
    day, prefix = _day(territory, kind, raw)
    for finding in broken(View(day)):
        if finding.pointer.startswith(prefix):
            yield replace(finding, pointer=finding.pointer.removeprefix(prefix))
    yield from _particular(act, territory, kind, raw)


# ---------------------------------------------------------------- a day around a record


def _day(territory: Territory, kind: Kind, raw: Raw) -> tuple[Raw, str]:
    """A day that holds the record and what it refers to, and where in it the record is."""
    day: Raw = {"timezone": territory.timezone, "kinds": territory.kinds}
    names = [(to, name) for _, to, name in references_of(raw)]
    day["sites"] = [{"id": name} for name in dict.fromkeys(name for to, name in names if to is SITES)]
    owners = dict.fromkeys(name for to, name in names if to is TECHNICIANS)
    day["technicians"] = [{"id": name} for name in owners]
    if kind is JOBS:
        return day | {"jobs": [_job(raw)]}, "/jobs/0"
    if kind is UPKEEPS:
        return day | {"jobs": [_upkept(raw)]}, "/jobs/0"
    if kind is TECHNICIANS:
        return day | {"technicians": [_without(raw, "contract")]}, "/technicians/0"
    if kind is SITES:
        return {"sites": [{"id": raw["id"], "location": raw.get("location")}]}, "/sites/0"
    if kind is TERRITORIES:
        return {"travel": raw.get("travel"), "kinds": raw.get("kinds", {})}, ""
    if kind in {SHIFTS, ABSENCES}:
        shift, prefix = _worked(kind, raw)
        return day | {"technicians": [{"id": raw["technician"], "home": _HERE, "shifts": [shift]}]}, prefix
    return {}, "/nowhere"


def _job(raw: Raw) -> Raw:
    pin = {name: value for name, value in raw.get("pin", {}).items() if name != "shift"}
    return _without(raw, "customer", "asset", "case", "pin") | ({"pin": pin} if pin.get("technician") else {})


def _upkept(raw: Raw) -> Raw:
    """A job as the upkeep makes them; where it is depends on the asset."""
    apart = ("asset", "site", "counts", "interval", "first_due", "use", "early_days", "ahead_days")
    return {"kind": "maintenance", "location": _HERE} | _without(raw, *apart)


def _worked(kind: Kind, raw: Raw) -> tuple[Raw, str]:
    """A shift of a day file that is the record, or is around it."""
    if kind is SHIFTS:
        return _without(raw, "id", "technician"), "/technicians/0/shifts/0"
    around = {"start": raw["start"], "end": raw["end"], "absences": [_without(raw, "id", "technician", "note")]}
    return around, "/technicians/0/shifts/0/absences/0"


def _without(raw: Raw, *names: str) -> Raw:
    return {name: value for name, value in raw.items() if name not in names}


# ---------------------------------------------------------------- what only makes sense where things are kept


def _particular(act: Act, territory: Territory, kind: Kind, raw: Raw) -> Iterator[Finding]:
    if kind is SITES and "location" not in raw and "address" not in raw:
        yield Finding("/location", Code.REQUIRED, "is missing: a site needs a location, or an address to be looked up")
    if kind is SHIFTS:
        yield from _overlaps(act, territory.id, Shift, raw)
    if kind is ABSENCES:
        yield from _overlaps(act, territory.id, Absence, raw)
    if kind is JOBS:
        yield from _pin(act, territory.id, raw.get("pin", {}))
    if kind is UPKEEPS:
        yield from _upkeep(act, territory.id, raw)
    if kind is TERRITORIES:
        yield from _policy(act, raw)
        yield from _kinds(act, raw)


def _overlaps(act: Act, territory: str, table: type[Shift] | type[Absence], raw: Raw) -> Iterator[Finding]:
    start, end = _instant(raw["start"]), _instant(raw["end"])
    query = select(table.id).where(
        table.territory_id == territory,
        table.technician_id == raw["technician"],
        table.retired_at.is_(None),
        table.id != raw["id"],
        table.start < end,
        table.end > start,
    )
    rival = act.session.scalars(query.order_by(table.start)).first()
    if rival is not None and start < end:
        yield Finding("/start", Code.WINDOWS_OVERLAP, f"overlaps {table.__name__.lower()} {rival} of the same technician")


def _pin(act: Act, territory: str, pin: Raw) -> Iterator[Finding]:
    if "technician" not in pin and not pin.keys().isdisjoint({"shift", "order"}):
        yield Finding("/pin/technician", Code.REQUIRED, "is missing: a pinned shift or order is a technician's")
    if "order" in pin and "shift" not in pin:
        yield Finding("/pin/shift", Code.REQUIRED, "is missing: a pinned order is one of a shift's jobs")
    shift = rows_of(act, SHIFTS, territory, [pin["shift"]]).get(pin["shift"]) if "shift" in pin else None
    if shift is not None and "technician" in pin and shift.technician_id != pin["technician"]:
        yield Finding("/pin/shift", Code.UNKNOWN_REFERENCE, f"is no shift of technician {pin['technician']}", pin["shift"])


def _upkeep(act: Act, territory: str, raw: Raw) -> Iterator[Finding]:
    if "asset" in raw and "site" in raw:
        yield Finding("/site", Code.CONFLICT, "stands beside an asset, which is where it is")
    if "asset" not in raw and ("site" not in raw or "use" in raw):
        yield Finding("/asset", Code.REQUIRED, "is missing: an upkeep is of an asset or at a site, and only an asset has a meter")
    if "interval" not in raw and "use" not in raw:
        yield Finding("/interval", Code.REQUIRED, "is missing: an upkeep is due by time or by use")
    if ("interval" in raw) != ("first_due" in raw) and ("interval" in raw or "use" in raw):
        missing, there = ("first_due", "interval") if "interval" in raw else ("interval", "first_due")
        yield Finding(f"/{missing}", Code.REQUIRED, f"is missing: there is {there}")
    if "interval" in raw and "use" in raw and raw.get("counts") != "floating":
        yield Finding("/counts", Code.CONFLICT, "is not floating: what is due by time and by use counts from when it was done")
    meter = rows_of(act, METERS, territory, [raw["use"]["meter"]]).get(raw["use"]["meter"]) if "use" in raw else None
    if meter is not None and "asset" in raw and meter.asset_id != raw["asset"]:
        yield Finding("/use/meter", Code.CONFLICT, f"is on {meter.asset_id}, not on the upkeep's asset", meter.id)


def _policy(act: Act, raw: Raw) -> Iterator[Finding]:
    if "policy" in raw and policies.newest(act, raw["id"], raw["policy"]) is None:
        yield Finding("/policy", Code.UNKNOWN_REFERENCE, "is the name of none of the territory's policies", raw["policy"])


def _kinds(act: Act, raw: Raw) -> Iterator[Finding]:
    """Open jobs are of kinds that are still there, and that say how long they take if the jobs do not."""
    kinds: Raw = raw.get("kinds", {})
    query = select(Job).where(Job.territory_id == raw["id"], Job.state == JobState.OPEN, Job.retired_at.is_(None))
    jobs = act.session.scalars(query.where(Job.kind.is_not(None)).order_by(Job.id))
    lost = {job.kind: job.id for job in jobs if not _is_described(job, kinds)}
    for kind, job in sorted(lost.items()):
        yield Finding(pointer("kinds", kind or ""), Code.CONFLICT, f"is the kind of job {job}, and says not how long it takes")


def _is_described(job: Job, kinds: Raw) -> bool:
    own = kinds.get(job.kind or "")
    if own is None:
        return job.kind in BUILT_IN
    return "duration_min" in job.body or "duration_min" in own or job.kind in BUILT_IN


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def first_each(findings: Iterable[Finding]) -> list[Finding]:
    """Each place with its first finding."""
    return list({finding.pointer: finding for finding in reversed([*findings])}.values())[::-1]
