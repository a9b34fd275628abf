"""What is kept: the records of a territory, as they are handed in and as they are answered.

They share their fields with the day file. What differs is what only makes sense where things are kept: customers, sites and assets
are referred to by id, shifts and absences stand by themselves, and everything answered has a version.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model
from pydantic.fields import FieldInfo

from dispatch.wire.fields import (
    MOST_JOBS,
    MOST_KINDS,
    Currency,
    Given,
    Id,
    Instant,
    LocalDate,
    Name,
    Note,
    Record,
    Several,
    WallTime,
    Whole,
    Word,
    Zone,
    not_null,
)
from dispatch.wire.model import Ways
from dispatch.wire.paging import PageQuery
from dispatch.wire.places import Identified, Place, Point
from dispatch.wire.staff import ShiftEquipment, TechnicianDetails
from dispatch.wire.work import JobDetails, Kind

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Kept(Record):
    """What the service says of everything it keeps; nobody else may."""

    version: Whole
    """Grows with every change; a change must name the one it changes."""
    updated_at: Instant
    """When it was changed last."""
    retired_at: Given[Instant] = None
    """Since when it is not used any more."""


# ---------------------------------------------------------------- territories


class Calendar(Record):
    """On which days a territory works."""

    weekdays: Annotated[Several[Weekday], Field(min_length=1, max_length=7)] = ("mon", "tue", "wed", "thu", "fri")
    """Days of the week that are planned at night."""
    closed: Annotated[Several[LocalDate], Field(max_length=1_000)] = ()
    """Local days on which nobody works: shifts that begin on them are not planned."""


class NewTerritory(Identified):
    """A region with its people and jobs, planned by itself."""

    timezone: Zone
    """The IANA time zone in which times are shown and local times are meant."""
    currency: Currency = "EUR"
    """The currency of all prices."""
    policy: Given[Id] = None
    """Name of the policy whose newest version is used; left out: the default prices of the currency."""
    nightly_at: Given[WallTime] = None
    """When the next working day is planned, by the clock on the wall; left out: never by itself."""
    nightly_seconds: Annotated[Whole, Field(ge=1, le=900)] = 60
    """Seconds that the search of the night may take."""
    promise_min: Annotated[Whole, Field(ge=15, le=1_440)] = 120
    """Minutes of the arrival window that a customer is told."""
    calendar: Calendar = Calendar()
    """On which days it works."""
    travel: Given[Ways] = None
    """How to reckon travel times where no roads are known."""
    kinds: Annotated[dict[Word, Kind], Field(max_length=MOST_KINDS)] = Field(default={})
    """Defaults for jobs, by kind; repair, install, consultation, maintenance and delivery have some built in."""


class TerritoryRecord(NewTerritory, Kept):
    """A territory as it is kept."""


# ---------------------------------------------------------------- customers and places


class NewCustomer(Identified):
    """Whom work is done for."""

    phone: Given[Word] = None
    """To reach them."""
    email: Given[Name] = None
    """To write to them."""
    note: Given[Note] = None
    """For people."""


class CustomerRecord(NewCustomer, Kept):
    """A customer as they are kept."""


class NewSite(Identified):
    """A place that jobs and technicians can refer to."""

    customer: Given[Id] = None
    """The customer whose place it is."""
    address: Given[Note] = None
    """Looked up, if there is no `location`."""
    location: Given[Point] = None
    """Where it is; left out: to be looked up by its address."""
    access: Given[Note] = None
    """How to get in."""


class SiteRecord(NewSite, Kept):
    """A site as it is kept."""

    located: Literal["given", "waiting", "found", "unsure", "unknown"]
    """How the location is known: given, still to be looked up, found, the best guess, or not found at all."""


class NewAsset(Identified):
    """What is installed at a site and is repaired or maintained there."""

    site: Id
    """Where it is."""
    model: Given[Name] = None
    """What it is."""
    serial: Given[Name] = None
    """Its number."""
    note: Given[Note] = None
    """For people."""


class AssetRecord(NewAsset, Kept):
    """An asset as it is kept."""


class NewPart(Identified):
    """Something that jobs use up and vans carry."""

    note: Given[Note] = None
    """For people."""


class PartRecord(NewPart, Kept):
    """A part as it is kept."""


# ---------------------------------------------------------------- technicians


class Contract(Record):
    """How a technician is employed, and for how long."""

    form: Literal["employee", "contractor"] = "employee"
    """Employed, or paid as a contractor."""
    first_day: Given[LocalDate] = None
    """No shift before this local day is planned."""
    last_day: Given[LocalDate] = None
    """No shift after this local day is planned."""


class NewTechnician(TechnicianDetails):
    """A person with skills and a home base."""

    contract: Given[Contract] = None
    """How they are employed."""


class TechnicianRecord(NewTechnician, Kept):
    """A technician as they are kept."""


class NewShift(ShiftEquipment):
    """One technician's working time on one day."""

    id: Id
    """What it is referred to by."""
    technician: Id
    """Whose shift it is."""
    start: Instant
    """Work begins no sooner."""
    end: Instant
    """Work ends by then, or becomes overtime."""


class ShiftRecord(NewShift, Kept):
    """A shift as it is kept."""


class NewAbsence(Record):
    """Time in which a technician is not there, or has an appointment elsewhere."""

    id: Id
    """What it is referred to by."""
    technician: Id
    """Who is absent."""
    start: Instant
    """When it begins."""
    end: Instant
    """When it is over."""
    place: Given[Place] = None
    """Where the technician then is; left out: wherever the route is."""
    note: Given[Note] = None
    """For people."""


class AbsenceRecord(NewAbsence, Kept):
    """An absence as it is kept."""


# ---------------------------------------------------------------- jobs


class KeptPin(Record):
    """What every plan must keep about a job. A pinned job is mandatory."""

    technician: Given[Id] = None
    """Who serves it."""
    shift: Given[Id] = None
    """In which of the technician's shifts, by its id."""
    start: Given[Instant] = None
    """When service starts, to the second."""
    order: Given[Annotated[Whole, Field(ge=0, lt=MOST_JOBS)]] = None
    """Its place in the order of the shift's jobs that have one; others may stand between."""


class NewJob(JobDetails):
    """Work a customer needs at one place."""

    customer: Given[Id] = None
    """For whom."""
    asset: Given[Id] = None
    """What is repaired or maintained."""
    case: Given[Name] = None
    """The ticket it came from, as its system names it."""
    pin: Given[KeptPin] = None
    """What every plan must keep."""


class JobRecord(NewJob, Kept):
    """A job as it is kept."""

    state: Literal["open", "done", "cancelled"]
    """To be planned, completed by a technician, or not to be done any more."""


# ---------------------------------------------------------------- changes of records


def change_of(model: type[Record], name: str) -> type[Record]:
    """The record that says what shall be changed of another: any of its fields but the id, null to take one away."""
    fields: dict[str, Any] = {
        field: (_or_null(info), Field(default=None, description=info.description))
        for field, info in model.model_fields.items()
        if field != "id"
    }
    changed = create_model(name, __base__=Record, __module__=__name__, **fields)
    changed.__doc__ = f"What shall be changed: a field that is given replaces what was there, null takes it away. {model.__doc__}"
    return changed


def _or_null(info: FieldInfo) -> Any:
    """What a field may be, or null."""
    rules = [rule for rule in info.metadata if not (isinstance(rule, BeforeValidator) and rule.func is not_null)]
    kind: Any = info.annotation
    for rule in rules:
        kind = Annotated[kind, rule]
    return Annotated[kind | None, Field()]


TerritoryPatch = change_of(NewTerritory, "TerritoryPatch")
CustomerPatch = change_of(NewCustomer, "CustomerPatch")
SitePatch = change_of(NewSite, "SitePatch")
AssetPatch = change_of(NewAsset, "AssetPatch")
PartPatch = change_of(NewPart, "PartPatch")
TechnicianPatch = change_of(NewTechnician, "TechnicianPatch")
ShiftPatch = change_of(NewShift, "ShiftPatch")
AbsencePatch = change_of(NewAbsence, "AbsencePatch")
JobPatch = change_of(NewJob, "JobPatch")

# ---------------------------------------------------------------- which records are listed


class SiteQuery(PageQuery):
    """Which sites."""

    customer: Given[Id] = None
    """Of this customer."""
    located: Given[Literal["given", "waiting", "found", "unsure", "unknown"]] = None
    """Whose location is known in this way."""


class AssetQuery(PageQuery):
    """Which assets."""

    site: Given[Id] = None
    """At this site."""


class SpanQuery(PageQuery):
    """Which shifts, or absences."""

    technician: Given[Id] = None
    """Of this technician."""
    after: Given[Instant] = None
    """That end after this instant."""
    before: Given[Instant] = None
    """That start before this instant."""


class JobQuery(PageQuery):
    """Which jobs."""

    state: Given[Literal["open", "done", "cancelled"]] = None
    """In this state."""
    case: Given[Name] = None
    """That came from this ticket."""
    customer: Given[Id] = None
    """For this customer."""
    site: Given[Id] = None
    """At this site."""
    asset: Given[Id] = None
    """On this asset."""
