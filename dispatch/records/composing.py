"""Rows become a day. It names ids and points only: no names, addresses or notes of anybody, because a plan needs none."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import wire
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.records.facts import fact_of
from dispatch.records.gathering import Gathered
from dispatch.records.kinds import JOBS, SHIFTS, TECHNICIANS, raw_of
from dispatch.store.tables import Absence, Job, JobState, Shift, Site, Technician
from dispatch.wire.model import Horizon
from dispatch.wire.records import Calendar, Contract
from dispatch.wire.whereabouts import Path

Raw = dict[str, Any]

_NO_MATTER = frozenset({"name", "customer", "address", "note", "asset", "case", "contract", "technician", "id"})
"""What a plan does not depend on, and what says where a record belongs."""

_LISTED = {"jobs", "technicians"}


@dataclass(frozen=True, slots=True)
class Composed:
    """A day, what belongs into it but cannot be planned as it is kept, and what is not planned because nobody works then."""

    day: wire.Day
    left_out: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def composed(rows: Gathered, horizon: Horizon, policy: wire.Policy | None, now: datetime) -> Composed:
    """The day that rows are at a moment; a record that no day can hold is left out by name.

    Raises
    ------
    InputError : it is too large for a day, or something broken is not about one record
    """
    left_out: list[Finding] = []
    warnings: list[Finding] = []
    lost = {site.id for site in rows.sites if site.lat is None}
    staff = _staff(rows, lost, left_out, warnings)
    places = {shift_id: (row, number) for row, (_, ids) in enumerate(staff) for number, shift_id in enumerate(ids)}
    names = {raw["id"] for raw, _ in staff}
    numbers = {name: number for name, (_, number) in places.items()}
    facts = _facts(rows, {raw["id"]: ids for raw, ids in staff}, now)
    begun = (_begun(job, facts[job.id], lost, left_out) for job in rows.jobs if job.id in rows.begun)
    jobs = [*(_job(job, names, numbers, lost, left_out) for job in rows.jobs if job.id not in rows.begun), *begun]
    raw = _frame(rows, horizon, policy, now) | {
        "technicians": [_with_crew_of(technician, names) for technician, _ in staff],
        "jobs": _in_order(sorted((job for job in jobs if job is not None), key=lambda job: str(job["id"]))),
    }
    return Composed(_readable(raw, left_out), tuple(left_out), tuple(warnings))


def _frame(rows: Gathered, horizon: Horizon, policy: wire.Policy | None, now: datetime) -> Raw:
    """Everything but technicians and jobs."""
    territory = rows.territory
    newest = rows.policy.body if rows.policy else None
    frame = {
        "timezone": territory.timezone,
        "currency": territory.currency,
        "horizon": {"start": horizon.start, "end": horizon.end},
        "now": now.replace(microsecond=0) if horizon.start < now < horizon.end else None,
        "sites": [_site(site) for site in rows.sites if site.lat is not None],
        "kinds": territory.kinds,
        "policy": newest if policy is None else policy.model_dump(mode="json", exclude_unset=True),
        "travel": territory.travel,
    }
    return {name: value for name, value in frame.items() if value is not None}


def _site(site: Site) -> Raw:
    return {"id": site.id, "location": {"lat": site.lat, "lon": site.lon}}


# ---------------------------------------------------------------- technicians


def _staff(rows: Gathered, lost: set[str], left_out: list[Finding], warnings: list[Finding]) -> list[tuple[Raw, list[str]]]:
    """Each technician with their shifts, and the ids of those."""
    shifts, absences = defaultdict[str, list[Shift]](list), defaultdict[str, list[Absence]](list)
    for shift in rows.shifts:
        shifts[shift.technician_id].append(shift)
    for absence in rows.absences:
        absences[absence.technician_id].append(absence)
    staff = []
    for technician in rows.technicians:
        raw = {name: value for name, value in raw_of(TECHNICIANS, technician).items() if name not in _NO_MATTER - {"id"}}
        if not _is_reachable(("technicians", technician.id), raw, lost, left_out):
            continue
        worked = [shift for shift in shifts[technician.id] if _is_worked(rows, technician, shift, warnings)]
        planned = [(_shift(shift, absences[technician.id]), shift.id) for shift in worked]
        planned = [(each, name) for each, name in planned if _is_reachable(("shifts", name), each, lost, left_out)]
        staff.append((raw | {"shifts": [each for each, _ in planned]}, [name for _, name in planned]))
    return staff


def _is_worked(rows: Gathered, technician: Technician, shift: Shift, warnings: list[Finding]) -> bool:
    """Whether the contract holds on the local day of a shift, and the territory works on it."""
    day = shift.start.astimezone(ZoneInfo(rows.territory.timezone)).date()
    contract = Contract.model_validate(technician.contract or {})
    if (contract.first_day and day < contract.first_day) or (contract.last_day and day > contract.last_day):
        warnings.append(_finding(("shifts", shift.id), Code.OUTSIDE_CONTRACT, "lies outside the technician's contract"))
        return False
    if day in Calendar.model_validate(rows.territory.calendar).closed:
        warnings.append(_finding(("shifts", shift.id), Code.CLOSED_DAY, f"begins on {day}, on which the territory is closed"))
        return False
    return True


def _shift(shift: Shift, absences: list[Absence]) -> Raw:
    raw = {name: value for name, value in raw_of(SHIFTS, shift).items() if name not in _NO_MATTER}
    last = shift.end + timedelta(minutes=raw.get("overtime_limit_min", 0))
    touching = [absence for absence in absences if absence.start < last and absence.end > shift.start]
    return raw | ({"absences": [_absence(absence) for absence in touching]} if touching else {})


def _absence(absence: Absence) -> Raw:
    place = {} if absence.place is None else {"place": absence.place}
    return {"start": absence.start, "end": absence.end, **place}


def _is_reachable(path: Path, raw: Raw, lost: set[str], left_out: list[Finding]) -> bool:
    """Whether it is known where everything is that a technician or shift refers to."""
    places: dict[Path, Any] = {(name,): raw.get(name) for name in ("home", "start_place", "end_place", "stock")}
    for section in ("breaks", "absences"):
        places |= {(section, number, "place"): each.get("place") for number, each in enumerate(raw.get(section, ()))}
    for steps, place in places.items():
        if isinstance(place, dict) and place.get("site") in lost:
            left_out.append(_nowhere((*path, *steps, "site"), place["site"]))
            return False
    return True


# ---------------------------------------------------------------- jobs


def _job(job: Job, staff: set[str], shifts: Mapping[str, int], lost: set[str], left_out: list[Finding]) -> Raw | None:
    """A job; None if it cannot be planned as it is kept."""
    raw = {"id": job.id} | {name: value for name, value in raw_of(JOBS, job).items() if name not in _NO_MATTER}
    path = ("jobs", job.id)
    if job.site_id in lost:
        left_out.append(_nowhere((*path, "site"), job.site_id))
        return None
    if "technicians" in raw:
        raw["technicians"] = {wish: [name for name in names if name in staff] for wish, names in raw["technicians"].items()}
        if job.body["technicians"].get("required") and not raw["technicians"]["required"]:
            message = "names nobody who can be planned"
            left_out.append(_finding((*path, "technicians", "required"), Code.UNKNOWN_REFERENCE, message))
            return None
    pin = raw.get("pin", {})
    if "shift" in pin:
        if pin["shift"] not in shifts:
            left_out.append(_finding((*path, "pin", "shift"), Code.PIN_CONFLICT, "is a shift that is not planned", pin["shift"]))
            return None
        raw["pin"] = pin | {"shift": shifts[pin["shift"]]}
    return raw


def _facts(rows: Gathered, staff: Mapping[str, list[str]], now: datetime) -> dict[str, Raw | None]:
    """What has happened of each job that has begun; None where the technician has no shift that is planned."""
    shifts = {shift.id: shift for shift in rows.shifts}
    worked = {name: [shifts[each] for each in ids] for name, ids in staff.items()}
    return {job: fact_of(visit, worked.get(visit.technician_id, []), now) for job, visit in rows.begun.items()}


def _begun(job: Job, fact: Raw | None, lost: set[str], left_out: list[Finding]) -> Raw | None:
    """A job that is done or goes on; None if its technician is not planned, or nobody knows where it is."""
    if fact is None or job.site_id in lost:
        if job.state is JobState.OPEN:
            left_out.append(
                _finding(("jobs", job.id), Code.OUTSIDE_SHIFT, "goes on, and its technician has no shift that is planned")
            )
        return None
    ignored = _NO_MATTER | {"pin", "technicians"}
    return {"id": job.id, "fact": fact} | {name: value for name, value in raw_of(JOBS, job).items() if name not in ignored}


def _in_order(jobs: list[Raw]) -> list[Raw]:
    """The jobs, each after those of the day only: what is done, or planned another day, is not waited for."""
    known = {job["id"] for job in jobs} | {job["part"]["job"] for job in jobs if "part" in job}
    return [job | ({"after": [after for after in job["after"] if after["job"] in known]} if "after" in job else {}) for job in jobs]


def _with_crew_of(technician: Raw, names: set[str]) -> Raw:
    """A technician whose crews are those who can be planned."""
    shifts = [
        shift | ({"crew": [name for name in shift["crew"] if name in names]} if "crew" in shift else {})
        for shift in technician["shifts"]
    ]
    return technician | {"shifts": shifts}


# ---------------------------------------------------------------- what no day can hold


def _readable(raw: Raw, left_out: list[Finding]) -> wire.Day:
    """The day, without the jobs and technicians that break its rules; those are left out by name."""
    try:
        return wire.day_of(raw)
    except InputError as error:
        broken = {_subject(finding): finding for finding in reversed(error.findings)}
        if None in broken:
            raise
        left_out.extend(_named(raw, finding) for finding in reversed(broken.values()))
    for section in _LISTED:
        rows = {row for subject in broken if subject and subject[0] == section for row in [subject[1]]}
        raw[section] = [each for row, each in enumerate(raw[section]) if row not in rows]
    return _readable(raw, left_out)


def _subject(finding: Finding) -> tuple[str, int] | None:
    """Which job or technician a finding is about."""
    steps = finding.pointer.split("/")
    return (steps[1], int(steps[2])) if len(steps) > 2 and steps[1] in _LISTED else None


def _named(raw: Raw, finding: Finding) -> Finding:
    _, section, row, *rest = finding.pointer.split("/")
    return replace(finding, pointer="/".join(("", section, raw[section][int(row)]["id"], *rest)))


def _nowhere(path: Path, site: str | None) -> Finding:
    return _finding(path, Code.NOT_LOCATED, "is a site of which nobody knows yet where it is", site)


def _finding(path: Path, code: Code, message: str, value: str | None = None) -> Finding:
    return Finding(pointer(*path), code, message, value)
