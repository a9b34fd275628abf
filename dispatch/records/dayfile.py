"""A day file as records: customers by their names, shifts and absences by whose they are and when they start."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dispatch import wire
from dispatch.wire.clock import shift_span
from dispatch.wire.fields import Record
from dispatch.wire.records import NewAbsence, NewCustomer, NewJob, NewShift, NewSite, NewTechnician
from dispatch.wire.staff import Absence, AnyShift, Technician
from dispatch.wire.whereabouts import Path

Key = tuple[str, datetime]
"""A technician, and when a shift or an absence of theirs starts."""

KNOWN_BY_ITSELF = {
    "fact": "is not kept: what has happened is reported by technicians",
    "promise": "is not kept: what customers were told is what schedules promised when they were published",
    "current": "is not kept: what is in force is the published schedule",
}
"""What a file may say of a job and the service knows better, and why that is not taken in."""


@dataclass(frozen=True, slots=True)
class Named:
    """The ids that shifts and absences have already, by whose they are and when they start."""

    shifts: Mapping[Key, str] = field(default_factory=dict)
    absences: Mapping[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """A record that a file gives, and where."""

    path: Path
    record: Any


def records_of(day: wire.Day, named: Named) -> dict[str, dict[str, Given]]:
    """What a day file says, as records: kind -> id -> record."""
    zone = ZoneInfo(day.timezone)
    sites = {site.id: Given(("sites", row), _copied(NewSite, site)) for row, site in enumerate(day.sites)}
    return {
        "customers": {given.record.id: given for given in _customers(day)},
        "sites": sites,
        "technicians": {
            each.id: Given(("technicians", row), _copied(NewTechnician, each, ["shifts"]))
            for row, each in enumerate(day.technicians)
        },
        "shifts": {given.record.id: given for given in _shifts(day, zone, named)},
        "absences": {given.record.id: given for given in _absences(day, zone, named)},
        "jobs": {given.record.id: given for given in _jobs(day, zone, named)},
    }


def starts_of(day: wire.Day) -> Iterator[Key]:
    """Whose each shift is, and when it starts."""
    zone = ZoneInfo(day.timezone)
    for technician in day.technicians:
        yield from ((technician.id, shift_span(shift, zone).start) for shift in technician.shifts)


def _copied(model: type[Record], record: Record, without: Iterable[str] = (), **others: object) -> Record:
    raw = record.model_dump(mode="json", exclude_unset=True, exclude=set(without))
    return model.model_validate(raw | others)


def _customers(day: wire.Day) -> Iterator[Given]:
    for row, job in enumerate(day.jobs):
        if job.customer is not None:
            yield Given(("jobs", row, "customer"), NewCustomer(id=_customer(job.customer), name=job.customer))


def _customer(name: str) -> str:
    """The id of a customer of whom only the name is known."""
    return f"customer-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


# ---------------------------------------------------------------- shifts and absences


def _shifts(day: wire.Day, zone: ZoneInfo, named: Named) -> Iterator[Given]:
    for row, technician in enumerate(day.technicians):
        for number, shift in enumerate(technician.shifts):
            span = shift_span(shift, zone)
            raw = shift.model_dump(mode="json", exclude_unset=True, exclude={"absences", "date", "local_start", "local_end"})
            own = {"id": _shift(technician, shift, zone, named), "technician": technician.id, "start": span.start, "end": span.end}
            yield Given(("technicians", row, "shifts", number), NewShift.model_validate(raw | own))


def _absences(day: wire.Day, zone: ZoneInfo, named: Named) -> Iterator[Given]:
    """The absences of all shifts. One that several shifts have is one; two that only start alike overlap, and are met later."""
    seen: dict[str, Absence] = {}
    for row, technician in enumerate(day.technicians):
        for number, shift in enumerate(technician.shifts):
            for n, absence in enumerate(shift.absences):
                key = technician.id, absence.start
                name = named.absences.get(key) or _made("absence", *key, zone)
                if seen.setdefault(name, absence) != absence:
                    name = f"{name[:60]}-{n}"
                path = ("technicians", row, "shifts", number, "absences", n)
                yield Given(path, _copied(NewAbsence, absence, id=name, technician=technician.id))


def _shift(technician: Technician, shift: AnyShift, zone: ZoneInfo, named: Named) -> str:
    key = technician.id, shift_span(shift, zone).start
    return named.shifts.get(key) or _made("shift", *key, zone)


def _made(what: str, technician: str, start: datetime, zone: ZoneInfo) -> str:
    """The id of a shift or absence that has none: the same for the same technician and start."""
    tail = start.astimezone(zone).strftime("%Y%m%d-%H%M%S%z")
    head = technician if len(technician) <= 30 else hashlib.sha256(technician.encode()).hexdigest()[:30]
    return f"{what}-{head}-{tail}"


# ---------------------------------------------------------------- jobs


def _jobs(day: wire.Day, zone: ZoneInfo, named: Named) -> Iterator[Given]:
    technicians = {technician.id: technician for technician in day.technicians}
    for row, job in enumerate(day.jobs):
        others: dict[str, object] = {}
        if job.customer is not None:
            others["customer"] = _customer(job.customer)
        if job.pin is not None:
            others["pin"] = _pin(job.pin, technicians.get(job.pin.technician or ""), zone, named)
        yield Given(("jobs", row), _copied(NewJob, job, KNOWN_BY_ITSELF, **others))


def _pin(pin: wire.Pin, technician: Technician | None, zone: ZoneInfo, named: Named) -> dict[str, Any]:
    """A pin that names the shift instead of counting it; a pinned order is one of the only shift, if none is named."""
    raw = pin.model_dump(mode="json", exclude_unset=True, exclude={"shift"})
    number = 0 if pin.shift is None and pin.order is not None else pin.shift
    if technician is None or number is None or number >= len(technician.shifts):
        return raw
    return raw | {"shift": _shift(technician, technician.shifts[number], zone, named)}
