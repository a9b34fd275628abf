"""What a technician's phone is told, and what it reports."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Strict, Tag

from dispatch.wire.fields import (
    Given,
    Id,
    Instant,
    Latitude,
    LocalDate,
    Longitude,
    Name,
    Note,
    Number,
    Record,
    Several,
    Whole,
    Word,
)
from dispatch.wire.paging import PageQuery
from dispatch.wire.work import Window

MOST_EVENTS = 200
"""Events of one request."""


# ---------------------------------------------------------------- events


class CouldNot(StrEnum):
    """Why a technician could not do a job."""

    CUSTOMER_ABSENT = "customer_absent"  #: nobody was there
    NO_ACCESS = "no_access"  #: there was no way in
    WRONG_ADDRESS = "wrong_address"  #: it is not there
    PART_MISSING = "part_missing"  #: a part or tool was not on the van
    SKILL_MISSING = "skill_missing"  #: somebody else has to do it
    OUT_OF_TIME = "out_of_time"  #: it would have taken too long
    UNSAFE = "unsafe"  #: the place is not safe to work at
    OTHER = "other"  #: the note says why
    NOT_NEEDED = "not_needed"  #: nothing was to be done any more
    REFUSED = "refused"  #: the customer does not want it


class _Report(Record):
    """What all events have in common."""

    id: Id
    """Made by the phone, and never used twice: the same event may be sent as often as is needed."""
    job: Id
    """The job it is about."""
    at: Instant
    """When it happened, by the phone's clock."""
    sequence: Given[Annotated[Whole, Field(ge=0, lt=2**53)]] = None
    """Its number in the phone's own order. If every event of a request has one, they are taken in this order, not by `at`."""
    schedule: Given[Id] = None
    """The schedule the phone knew."""
    note: Given[Note] = None
    """For the dispatcher."""


class Step(_Report):
    """The technician has come a step further."""

    kind: Literal["accepted", "en_route", "arrived", "started", "completed"]
    """Which one."""


class Failure(_Report):
    """The technician could not do the job."""

    kind: Literal["failed"]
    """Says so."""
    reason: Annotated[CouldNot, Strict(False)]
    """Why: it decides whether the job is to be planned again."""


def _event_form(value: object) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return "\0failure" if kind == "failed" else "\0step"


AnyEvent = Annotated[Annotated[Step, Tag("\0step")] | Annotated[Failure, Tag("\0failure")], Discriminator(_event_form)]


class Events(Record):
    """What a phone has to report: all that waited while there was no network, in any order."""

    sent_at: Given[Instant] = None
    """What the phone's clock shows as it sends. By how much it is wrong is taken off every `at`."""
    events: Annotated[Several[AnyEvent], Field(max_length=MOST_EVENTS)]
    """The events."""


class Outcome(Record):
    """What came of an event: the same every time it is sent."""

    id: Id
    """The event."""
    job: Id
    """The job it is about."""
    outcome: Literal["applied", "superseded", "rejected"]
    """`applied`; `superseded`: it came after a later one and does nothing; `rejected`: somebody should look at `code`."""
    code: Given[str] = None
    """Why it was rejected: `illegal_transition`, `reassigned`, `withdrawn`, `cancelled`, `gone` or `id_reused`."""
    status: Whole
    """What the event would have been answered alone: 200, 409 or 410."""
    message: str
    """What came of it, in a sentence."""
    state: Given[str] = None
    """How far the visit was then."""
    happened_at: Given[Instant] = None
    """When it is taken to have happened."""
    clock: Given[Literal["kept", "corrected", "clamped"]] = None
    """What was done to `at`: kept, corrected by `sent_at`, or not believed."""


class Outcomes(Record):
    """What came of each event, in the order they were sent."""

    outcomes: Several[Outcome]
    """One per event."""


class EventRecord(Outcome):
    """An event as it is kept, for the dispatcher."""

    technician: Id
    """Who reported it."""
    kind: str
    """What was reported."""
    at: Instant
    """When, by the phone's clock."""
    received_at: Instant
    """When it came in."""
    reason: Given[str] = None
    """Why the technician could not."""
    note: Given[str] = None
    """What the technician wrote."""


class EventQuery(PageQuery):
    """Which events."""

    job: Given[Id] = None
    """Of this job."""
    technician: Given[Id] = None
    """Of this technician."""
    outcome: Given[Literal["applied", "superseded", "rejected"]] = None
    """What came of them."""


# ---------------------------------------------------------------- my jobs


class DayQuery(Record):
    """Which day."""

    date: Given[LocalDate] = None
    """The local day; left out: today."""


class MapLinks(Record):
    """The place in map programs: each opens on the phone."""

    geo: str
    """Whatever map the phone has."""
    google: str
    """Google Maps, with directions."""
    apple: str
    """Apple Maps, with directions."""
    naver: str
    """Naver Map, with directions."""
    kakao: str
    """KakaoMap, with directions."""


class MyCustomer(Record):
    """Whom it is for."""

    name: Given[Name] = None
    """What they are called."""
    phone: Given[str] = None
    """Their number."""
    call: Given[str] = None
    """The number as a link."""
    note: Given[Note] = None
    """What to know about them."""


class MySite(Record):
    """Where it is."""

    name: Given[Name] = None
    """What the place is called."""
    address: Given[Note] = None
    """Its address."""
    access: Given[Note] = None
    """How to get in."""
    lat: Given[Latitude] = None
    """Degrees north."""
    lon: Given[Longitude] = None
    """Degrees east."""
    links: Given[MapLinks] = None
    """The place in map programs."""


class MyAsset(Record):
    """What stands there."""

    name: Given[Name] = None
    """What it is called."""
    model: Given[Name] = None
    """What it is."""
    serial: Given[Name] = None
    """Its number."""
    note: Given[Note] = None
    """What to know about it."""


class PromisedWindow(Record):
    """The arrival window the customer was told."""

    open: Instant
    """From when."""
    close: Instant
    """Until when."""
    late: bool
    """Whether the visit starts after it, as things stand."""


class MyJob(Record):
    """One visit of mine."""

    job: Id
    """Its id: what events name."""
    schedule: Id
    """The schedule it is from."""
    state: str
    """How far it is: planned, accepted, en_route, arrived, started, completed or failed; cancelled if the job is."""
    position: Whole
    """Its place in the order of the day, from 0."""
    name: Given[Name] = None
    """What it is called."""
    kind: Given[Word] = None
    """repair, install …"""
    arrive: Instant
    """When I am there, as things stand."""
    start: Instant
    """When service starts, as things stand or as it was."""
    end: Instant
    """When it ends, as things stand or as it was."""
    duration_min: Number
    """Minutes of service, as planned."""
    promise: Given[PromisedWindow] = None
    """What the customer was told."""
    windows: Several[Window] = ()
    """When it may start."""
    due: Given[Instant] = None
    """By when it should be done."""
    customer: Given[MyCustomer] = None
    """The customer, and how to reach them."""
    site: MySite
    """The place, and how to get there."""
    asset: Given[MyAsset] = None
    """The installation that is worked on."""
    skills: dict[str, int] = Field(default={})
    """Skills needed, with their levels."""
    parts: dict[str, int] = Field(default={})
    """Parts needed, and how many."""
    tools: Several[Word] = ()
    """Tools needed."""
    note: Given[Note] = None
    """What to know."""
    events: Several[str] = ()
    """What can be reported next."""


class MyJobs(Record):
    """My jobs of a day, in their order."""

    date: LocalDate
    """The local day."""
    timezone: str
    """The zone of the day."""
    technician: Id
    """Who I am."""
    jobs: Several[MyJob]
    """The visits."""


class VisitRecord(Record):
    """A visit in force, for the dispatcher."""

    job: Id
    """The job."""
    technician: Id
    """Who serves it."""
    schedule: Id
    """The schedule it is from."""
    state: str
    """How far it is."""
    position: Whole
    """Its place in the order of the route, from 0."""
    arrive: Instant
    """When the technician is there, as things stand or as it was."""
    start: Instant
    """When service starts, as things stand or as it was."""
    end: Instant
    """When it ends, as things stand or as it was."""
    left_at: Given[Instant] = None
    """When the technician left for it."""
    arrived_at: Given[Instant] = None
    """When the technician was there."""
    started_at: Given[Instant] = None
    """When service started."""
    ended_at: Given[Instant] = None
    """When it was completed, or could not be."""
    promise: Given[PromisedWindow] = None
    """What the customer was told."""
    version: Whole
    """Grows with every change."""


class Visits(Record):
    """The visits of a day, technician by technician in their order."""

    date: LocalDate
    """The local day."""
    items: Several[VisitRecord]
    """The visits."""


# ---------------------------------------------------------------- calendars


class FeedRecord(Record):
    """An address at which a calendar program reads my visits."""

    id: Id
    """What it is revoked by."""
    created_at: Instant
    """Since when it works."""
    path: Given[str] = None
    """The address, from the root on; told once. Whoever has it can read the visits."""


class Feeds(Record):
    """My calendar feeds."""

    items: Several[FeedRecord]
    """Those that work."""
