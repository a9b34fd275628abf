"""The kinds of records: which table keeps each, and which of its fields are columns. All else about them is generic.

A row keeps what is asked of the database in columns and the rest of a record in `body`, as it was handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy.orm.attributes import flag_modified

from dispatch.store.tables import (
    Absence,
    Asset,
    Customer,
    Job,
    Located,
    Meter,
    Part,
    Shift,
    Site,
    Technician,
    TechnicianSkill,
    Territory,
    Upkeep,
)
from dispatch.wire import records as wire
from dispatch.wire import upkeep
from dispatch.wire.fields import Record
from dispatch.wire.findings import PERSONAL
from dispatch.wire.paging import PageQuery
from dispatch.wire.rules.times import close_of

Row: TypeAlias = Absence | Asset | Customer | Job | Meter | Part | Shift | Site | Technician | Territory | Upkeep
Values: TypeAlias = dict[str, Any]
"""Attributes of a row and what they become."""


def _nothing(_: Any, __: Row | None) -> Values:
    return {}


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of records.

    Attributes
    ----------
    name, one : what many and one of them are called, in paths and in messages
    table : the rows that keep them
    new : what can be said of one
    change : what can be said to change one
    kept : what is answered
    columns : field -> attribute of the row, for fields that are scalars
    documents : fields that are columns of their own, as JSON
    has_body : whether the other fields are in `body`
    query : which of them can be asked for
    derived : attributes that follow from the record, and from the row it changes
    """

    name: str
    one: str
    table: type[Row]
    new: type[Record]
    change: type[Record]
    kept: type[Record]
    columns: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    has_body: bool = False
    query: type[PageQuery] = PageQuery
    derived: Callable[[Any, Row | None], Values] = _nothing


# ---------------------------------------------------------------- what is particular


def _skills(record: wire.NewTechnician, row: Row | None) -> Values:  # noqa: ARG001
    return {"skills": {name: (held.level, held.until) for name, held in record.skills.items()}}


def _span(record: wire.NewJob, row: Row | None) -> Values:  # noqa: ARG001
    """The first and the last instant at which a job may start."""
    starts, ends = [window.start for window in record.windows], [close_of(window) for window in record.windows]
    return {"earliest": min(starts, default=None), "latest": max(ends, default=None)}


def _point(record: wire.NewSite, row: Row | None) -> Values:
    """Where a site is: as given, or as it was found for the address it still has, or not known yet."""
    if record.location is not None:
        return {"lat": record.location.lat, "lon": record.location.lon, "located": Located.GIVEN}
    if isinstance(row, Site) and row.address == record.address and row.located is not Located.GIVEN:
        return {"lat": row.lat, "lon": row.lon, "located": row.located}
    return {"lat": None, "lon": None, "located": Located.WAITING}


def _same(*names: str, **others: str) -> dict[str, str]:
    return {name: name for name in names} | others


TERRITORIES = Kind(
    "territories",
    "territory",
    Territory,
    wire.NewTerritory,
    wire.TerritoryPatch,
    wire.TerritoryRecord,
    _same("name", "timezone", "currency", "policy", "nightly_at", "nightly_seconds", "promise_min"),
    ("calendar", "travel", "kinds"),
)
CUSTOMERS = Kind(
    "customers",
    "customer",
    Customer,
    wire.NewCustomer,
    wire.CustomerPatch,
    wire.CustomerRecord,
    _same("name", "phone", "email", "note"),
)
SITES = Kind(
    "sites",
    "site",
    Site,
    wire.NewSite,
    wire.SitePatch,
    wire.SiteRecord,
    _same("name", "address", "access", customer="customer_id"),
    query=wire.SiteQuery,
    derived=_point,
)
ASSETS = Kind(
    "assets",
    "asset",
    Asset,
    wire.NewAsset,
    wire.AssetPatch,
    wire.AssetRecord,
    _same("name", "model", "serial", "note", site="site_id"),
    query=wire.AssetQuery,
)
PARTS = Kind("parts", "part", Part, wire.NewPart, wire.PartPatch, wire.PartRecord, _same("name", "note"))
TECHNICIANS = Kind(
    "technicians",
    "technician",
    Technician,
    wire.NewTechnician,
    wire.TechnicianPatch,
    wire.TechnicianRecord,
    _same("name"),
    ("home", "contract"),
    has_body=True,
    derived=_skills,
)
SHIFTS = Kind(
    "shifts",
    "shift",
    Shift,
    wire.NewShift,
    wire.ShiftPatch,
    wire.ShiftRecord,
    _same("start", "end", technician="technician_id"),
    has_body=True,
    query=wire.SpanQuery,
)
ABSENCES = Kind(
    "absences",
    "absence",
    Absence,
    wire.NewAbsence,
    wire.AbsencePatch,
    wire.AbsenceRecord,
    _same("start", "end", "note", technician="technician_id"),
    ("place",),
    query=wire.SpanQuery,
)
JOBS = Kind(
    "jobs",
    "job",
    Job,
    wire.NewJob,
    wire.JobPatch,
    wire.JobRecord,
    _same("kind", "priority", "case", "due", site="site_id", customer="customer_id", asset="asset_id"),
    has_body=True,
    query=wire.JobQuery,
    derived=_span,
)
METERS = Kind(
    "meters",
    "meter",
    Meter,
    upkeep.NewMeter,
    upkeep.MeterPatch,
    upkeep.MeterRecord,
    _same("name", "unit", "per_day", asset="asset_id"),
    query=upkeep.MeterQuery,
)
UPKEEPS = Kind(
    "upkeeps",
    "upkeep",
    Upkeep,
    upkeep.NewUpkeep,
    upkeep.UpkeepPatch,
    upkeep.UpkeepRecord,
    _same("name", asset="asset_id", site="site_id"),
    has_body=True,
    query=upkeep.UpkeepQuery,
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind for kind in (TERRITORIES, CUSTOMERS, SITES, ASSETS, METERS, PARTS, TECHNICIANS, SHIFTS, ABSENCES, JOBS, UPKEEPS)
}
"""Every kind, those that others refer to first."""

_ELSEWHERE = {TECHNICIANS.name: frozenset({"skills"}), SITES.name: frozenset({"location"})}
"""Fields that `derived` keeps."""


# ---------------------------------------------------------------- record -> row


def values_of(kind: Kind, record: Record, row: Row | None = None) -> Values:
    """What the attributes of a row are to be, so that it says what a record says.

    Parameters
    ----------
    row : the row that is changed, if there is one
    """
    plain = record.model_dump(mode="json", exclude_unset=True)
    values: Values = {attribute: getattr(record, name) for name, attribute in kind.columns.items()}
    values |= {name: plain.get(name) for name in kind.documents}
    if kind.table is Territory:
        values |= {name: plain.get(name, {}) for name in ("calendar", "kinds")}
    if kind.has_body:
        kept_elsewhere = {"id", *kind.columns, *kind.documents, *_ELSEWHERE.get(kind.name, ())}
        values["body"] = {name: value for name, value in plain.items() if name not in kept_elsewhere}
    return values | kind.derived(record, row)


def differences(row: Row, values: Values) -> Values:
    """The attributes of a row that are not yet as they should be."""
    return {name: value for name, value in values.items() if _held(row, name) != value}


def assign(row: Row, values: Values, now: datetime) -> None:
    """Let attributes of a row be as they should be: a new version of it, also if only what hangs on it differs."""
    row.updated_at = now
    flag_modified(row, "updated_at")
    for name, value in values.items():
        if name == "skills" and isinstance(row, Technician):
            _learn(row, value)
        else:
            setattr(row, name, value)


def new_row(kind: Kind, territory: str, name: str, values: Values, now: datetime) -> Row:
    """A row that is not in the database yet."""
    owner = {} if kind is TERRITORIES else {"territory_id": territory}
    row: Row = kind.table(id=name, **owner)
    assign(row, values, now)
    return row


def _held(row: Row, name: str) -> Any:
    value = getattr(row, name)
    return {skill.skill: (skill.level, skill.until) for skill in value} if name == "skills" else value


def _learn(row: Technician, skills: Mapping[str, tuple[int, date | None]]) -> None:
    held = {skill.skill: skill for skill in row.skills}
    for name, (level, until) in skills.items():
        if name in held:
            held[name].level, held[name].until = level, until
        else:
            key = {"territory_id": row.territory_id, "technician_id": row.id}
            row.skills.append(TechnicianSkill(**key, skill=name, level=level, until=until))
    for name in held.keys() - skills.keys():
        row.skills.remove(held[name])


# ---------------------------------------------------------------- row -> record


def raw_of(kind: Kind, row: Row) -> dict[str, Any]:
    """What was handed in, as it would be handed in again: instants as they are, what nobody gave left out."""
    raw: dict[str, Any] = {"id": row.id}
    raw |= {name: getattr(row, attribute) for name, attribute in kind.columns.items()}
    raw |= {name: getattr(row, name) for name in kind.documents}
    raw = {name: value for name, value in raw.items() if value is not None}
    raw |= getattr(row, "body", {})
    if isinstance(row, Technician):
        raw["skills"] = {
            skill.skill: {"level": skill.level} | ({} if skill.until is None else {"until": skill.until}) for skill in row.skills
        }
    if isinstance(row, Site) and row.located is Located.GIVEN:
        raw["location"] = {"lat": row.lat, "lon": row.lon}
    return raw


def told(row: Row, changes: Values) -> dict[str, Any]:
    """What the audit keeps of changes that are about to be made: before and after, of personal fields only that they changed."""
    before: Values = {name: _held(row, name) for name in changes}
    return said(before, changes)


def said(before: Values, after: Values) -> dict[str, Any]:
    """The fields that differ, before and after."""
    old, new = _fields(before), _fields(after)
    differ = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return {name: [] if name in PERSONAL else [old.get(name), new.get(name)] for name in differ}


def _fields(values: Values) -> dict[str, Any]:
    fields = {name.removesuffix("_id"): _plain(value) for name, value in values.items() if name != "body"}
    return fields | (values.get("body") or {})


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
