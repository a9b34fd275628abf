"""The jobs of a day, and the kinds they are of."""

from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from dispatch.wire.fields import (
    MOST_JOBS,
    MOST_SHIFTS,
    MOST_WINDOWS,
    MOST_WORDS,
    WORD_LIST,
    AlsoRead,
    Given,
    Id,
    Ids,
    Instant,
    Level,
    Minutes,
    Name,
    Note,
    Parts,
    Percent,
    Price,
    Priority,
    Rate,
    Record,
    Several,
    Whole,
    Word,
    Words,
    listed,
)
from dispatch.wire.places import Identified, Point
from dispatch.wire.together import MOST_BEFORE, MOST_GROUPS, MOST_LEGS, MOST_RECIPES, After, InGroup, Offset, Part


def _read_needed(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["gas"]` is short for `{"gas": 1}`."""
    return read(listed(value, 1))


def _read_wishes(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["korean"]` is short for `{"korean": null}`."""
    return read(listed(value, None))


NeededSkills = Annotated[dict[Word, Level], Field(max_length=MOST_WORDS), WrapValidator(_read_needed), AlsoRead((WORD_LIST,))]
Wishes = Annotated[dict[Word, Price | None], Field(max_length=MOST_WORDS), WrapValidator(_read_wishes), AlsoRead((WORD_LIST,))]


class Work(Record):
    """What a kind can give by default and a job can say itself. A field left out is taken from the kind, then the policy."""

    duration_min: Given[Annotated[Minutes, Field(ge=1)]] = None
    """Minutes of service; 1 to 1,440. A technician's pace and skill level may change it."""
    setup_min: Given[Minutes] = None
    """Minutes before the service; only for the first of consecutive jobs at one place."""
    priority: Given[Priority] = None
    """1 (the most important) to 10: what leaving the job out costs, by the policy."""
    value: Given[Price] = None
    """Price of leaving the job out, instead of the one of its priority."""
    mandatory: Given[bool] = None
    """Left out only if there is no way to serve it."""
    early_percent: Given[Annotated[Whole, Field(ge=0, le=100)]] = None
    """Percent of the price of leaving it out that holds at `release`; it rises until `due`: what can wait comes where it fits."""
    skills: Given[NeededSkills] = None
    """Skills needed: `["gas"]`, or with the level needed, `{"gas": 2}`."""
    overqualified_per_level: Given[Price] = None
    """Price per level by which a technician's skill exceeds the need."""
    level_paces: Given[Annotated[Several[Percent], Field(min_length=1, max_length=10)]] = None
    """Percent of the time needed by levels above the need."""
    tags: Given[Words] = None
    """What the technician must have, besides skills: a clearance, a language, a van with a lift."""
    desk: Given[bool] = None
    """Done at the desk of its site, or from there: nobody travels for it, and only shifts with `desk` there serve it."""
    area: Given[Word] = None
    """The area it lies in: whoever has `areas` serves it only if it is one of them."""
    wishes: Given[Wishes] = None
    """Tags or skills it were good the technician had: `["korean"]`, or with the price of missing it, `{"korean": 5}`."""
    parts: Given[Parts] = None
    """Parts used up, and how many of each."""
    tools: Given[Words] = None
    """Tools needed, and kept."""
    late_fixed: Given[Price] = None
    """Price of ending after `due`, however little."""
    late_per_hour: Given[Rate] = None
    """Price per hour of ending after `due`."""
    urgency_per_hour: Given[Rate] = None
    """Price per hour from `release` to the start of service: as soon as possible."""
    slack_min: Given[Minutes] = None
    """Minutes before `due` by which service had better have ended."""
    slack_per_hour: Given[Rate] = None
    """Price per hour of that slack that is missing."""


class Kind(Work):
    """Defaults for the jobs of a kind."""


class Window(Record):
    """When service may start; with `finish_by` instead of `end`, service must lie within."""

    start: Instant
    """Service starts no sooner."""
    end: Given[Instant] = None
    """Service starts no later, both ends inclusive. The same as `start`: an exact time."""
    finish_by: Given[Instant] = None
    """Service has ended by then; instead of `end`."""


class PreferredWindow(Record):
    """A window in which service had better start; outside of it is allowed, at a price. Of several the cheapest one counts."""

    start: Instant
    """Service had better start no sooner."""
    end: Instant
    """Service had better start no later; both ends inclusive."""
    early_per_minute: Given[Rate] = None
    """Price per minute of starting sooner."""
    late_per_minute: Given[Rate] = None
    """Price per minute of starting later."""


class Choice(Record):
    """Which technicians a job wants."""

    required: Ids = ()
    """It must be one of these; empty: anyone."""
    excluded: Ids = ()
    """It must be none of these."""
    preferred: Ids = ()
    """The dearest first: each rank further down has a price, one who is not listed that of all ranks."""


class Pin(Record):
    """What the plan must keep about a job. A pinned job is mandatory."""

    technician: Given[Id] = None
    """Who serves it."""
    shift: Given[Annotated[Whole, Field(ge=0, lt=MOST_SHIFTS)]] = None
    """Which of the technician's shifts, counted from 0 as the day file lists them."""
    start: Given[Instant] = None
    """When service starts, to the second."""
    order: Given[Annotated[Whole, Field(ge=0, lt=MOST_JOBS)]] = None
    """Its place in the order of the shift's jobs that have one; others may stand between."""


class Promise(Record):
    """The window in which a customer was told that service starts. Starting outside of it is allowed, at a price."""

    start: Instant
    """Service was to start no sooner."""
    end: Instant
    """Service was to start no later; both ends inclusive."""
    told: Given[Instant] = None
    """When the customer was told."""
    reminded: bool = False
    """A reminder went out: breaking the promise costs more, by the policy."""
    fixed: Given[Price] = None
    """Price of starting outside of it, however little."""
    per_minute: Given[Rate] = None
    """Price per minute of starting outside of it."""


class Current(Record):
    """Where a job is in the plan in force. Changing it is allowed, at the prices of the policy."""

    technician: Id
    """Who is to serve it; who is not planned any more, cannot."""
    shift: Annotated[Whole, Field(ge=0, lt=MOST_SHIFTS)] = 0
    """In which of the technician's shifts, counted from 0 as the day file lists them."""
    start: Instant
    """When service is to start."""


class Fact(Record):
    """What has happened, or is happening: no rule holds for it any more, and no plan changes it."""

    technician: Id
    """Who serves it."""
    shift: Annotated[Whole, Field(ge=0, lt=MOST_SHIFTS)] = 0
    """In which of the technician's shifts, counted from 0 as the day file lists them."""
    start: Instant
    """When service started; of a technician who is on the way or waits, when it is expected to."""
    end: Instant
    """When it ended; of what goes on, when it is expected to."""


class JobDetails(Work, Identified):
    """What jobs have in common, wherever they are kept."""

    kind: Given[Word] = None
    """repair, install, consultation, maintenance, delivery, or one of the day's `kinds`: whose defaults hold."""
    customer: Given[Name] = None
    """For people."""
    address: Given[Note] = None
    """For people; not looked up."""
    note: Given[Note] = None
    """For people."""
    location: Given[Point] = None
    """Where it is; or `site`."""
    site: Given[Id] = None
    """The site it is at; or `location`."""
    windows: Annotated[Several[Window], Field(max_length=MOST_WINDOWS)] = ()
    """When it may start: in any one of these; empty: at any time. They must not overlap; touching ones become one."""
    preferred_windows: Annotated[Several[PreferredWindow], Field(max_length=MOST_WINDOWS)] = ()
    """When it had better start, within its windows."""
    due: Given[Instant] = None
    """Service should have ended by then; being late has a price."""
    release: Given[Instant] = None
    """From when urgency is counted; left out: from the start of the horizon."""
    technicians: Choice = Choice()
    """Which technicians are required, excluded or preferred."""
    after: Annotated[Several[After], Field(max_length=MOST_BEFORE)] = ()
    """Jobs that have to end before it starts; it is not served without them."""
    groups: Annotated[Several[InGroup], Field(max_length=MOST_GROUPS)] = ()
    """Groups of jobs for the same technician, the same day, or different technicians."""
    part: Given[Part] = None
    """Of which job it is one technician's part; `legs` is the shorter way to say it."""


class Leg(Work):
    """One technician's part of a job. What it does not say is as in the job; lateness, urgency and promises count on the first."""

    id: Given[Id] = None
    """Its name within the job; left out: its number, from 1. The visit is that of the job `job.leg`."""
    offset_min: Offset = (0, 0)
    """Minutes from the start of the first leg to the start of this one: exactly (`30`), or at least and at most (`[0, 30]`)."""
    technicians: Given[Choice] = None
    """Which technicians are required, excluded or preferred."""
    pin: Given[Pin] = None
    """What the plan must keep."""
    current: Given[Current] = None
    """Where it is in the plan in force."""
    fact: Given[Fact] = None
    """What has happened."""


Legs = Annotated[Several[Leg], Field(min_length=1, max_length=MOST_LEGS)]


class Job(JobDetails):
    """Work a customer needs at one place."""

    crew: Given[Annotated[Whole, Field(ge=1, le=MOST_LEGS)]] = None
    """So many technicians at the same time, all of whom have the skills: short for as many legs."""
    legs: Given[Legs] = None
    """What several technicians do, each in a visit of its own: all of it or nothing, by different technicians."""
    recipes: Given[Annotated[Several[Legs], Field(min_length=1, max_length=MOST_RECIPES)]] = None
    """Several lists of legs, of which whichever is cheapest overall is planned."""

    pin: Given[Pin] = None
    """What the plan must keep."""
    promise: Given[Promise] = None
    """What the customer was told."""
    current: Given[Current] = None
    """Where it is in the plan in force; of a job with a `fact` it says nothing."""
    fact: Given[Fact] = None
    """What has happened; a pin beside it says nothing."""
