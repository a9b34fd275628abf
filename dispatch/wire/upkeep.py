"""Maintenance: what is to be done again and again, the meters that say when, and what is due in the months ahead."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.fields import Given, Id, Instant, LocalDate, Name, Note, Number, Record, Several, Whole, Word
from dispatch.wire.paging import PageQuery
from dispatch.wire.places import Identified
from dispatch.wire.records import Kept, change_of
from dispatch.wire.work import Choice, Work

MOST_READINGS = 1_000

Count = Annotated[Number, Field(ge=0, le=1_000_000_000)]
"""What a meter shows."""
Step = Annotated[Number, Field(ge=0.001, le=1_000_000_000)]
Days = Annotated[Whole, Field(ge=0, le=365)]


# ---------------------------------------------------------------- meters


class NewMeter(Identified):
    """What counts the use of an asset: hours run, kilometres, copies."""

    asset: Id
    """What it is on."""
    unit: Word
    """What it counts: h, km, copies."""
    per_day: Given[Count] = None
    """How much is expected a day, as long as no two readings a day apart tell."""


class MeterRecord(NewMeter, Kept):
    """A meter as it is kept."""


class MeterQuery(PageQuery):
    """Which meters."""

    asset: Given[Id] = None
    """On this asset."""


class Reading(Record):
    """What a meter showed at a moment."""

    at: Instant
    """When it was read."""
    shows: Count
    """What it showed: no less than before, unless it was `exchanged`."""
    exchanged: bool = False
    """The meter was exchanged or set back: it counts on from here."""


class NewReadings(Record):
    """Readings of a meter: all are taken in, or none."""

    readings: Annotated[Several[Reading], Field(min_length=1, max_length=MOST_READINGS)]
    """In any order; one that is known already does nothing."""


class MeterState(Record):
    """What is known of the use of an asset."""

    readings: Whole
    """How many readings there are."""
    last: Given[Reading] = None
    """The last of them."""
    per_day: Number
    """How much is used a day, by the readings of the last 90 days, or as expected."""


# ---------------------------------------------------------------- upkeeps


class Interval(Record):
    """A stretch of the calendar."""

    count: Annotated[Whole, Field(ge=1, le=1_000)]
    """How many."""
    unit: Literal["days", "weeks", "months"]
    """Of what. A month later is the same day of the month, or its last one."""


class Use(Record):
    """An amount of use that a meter counts."""

    meter: Id
    """The meter, which is on the upkeep's asset."""
    every: Step
    """How much of its unit."""
    first: Given[Count] = None
    """What has been counted when the first is due; left out: `every` more than the first reading."""


class NewUpkeep(Work, Identified):
    """Work that an asset or a site needs again and again. Its fields are those of the jobs it makes."""

    asset: Given[Id] = None
    """What is maintained; or `site`."""
    site: Given[Id] = None
    """Where, if there is no `asset`."""
    kind: Word = "maintenance"
    """The kind of its jobs, whose defaults hold."""
    note: Given[Note] = None
    """For people."""
    technicians: Choice = Choice()
    """Which technicians are required, excluded or preferred."""
    counts: Literal["fixed", "floating"] = "fixed"
    """`fixed`: each is due at its time, whenever the one before was done. `floating`: counted from when the last one was done."""
    interval: Given[Interval] = None
    """By time: how long from one to the next."""
    first_due: Given[LocalDate] = None
    """By time: the day by whose end the first is due."""
    use: Given[Use] = None
    """By meter: how much use from one to the next. With `interval`, too, whatever comes first; that only floats."""
    early_days: Days = 14
    """So many days before it is due it may be done; at most half the way back to the one before."""
    ahead_days: Days = 14
    """So many days before it may be done its job is made."""


class UpkeepRecord(NewUpkeep, Kept):
    """An upkeep as it is kept."""


class UpkeepQuery(PageQuery):
    """Which upkeeps."""

    asset: Given[Id] = None
    """Of this asset."""
    site: Given[Id] = None
    """At this site, of no asset."""


class UpkeepJob(Record):
    """A job that an upkeep has made."""

    upkeep: Id
    """Whose it is."""
    number: Whole
    """Which one, counted from 0."""
    job: Id
    """The job."""
    due: LocalDate
    """The day by whose end it is due."""
    count: Given[Number] = None
    """What the meter has counted then."""
    state: Literal["open", "done", "cancelled"]
    """What became of it."""
    done_at: Given[Instant] = None
    """When it was done."""


class ForecastQuery(Record):
    """Which of what is to come."""

    months: Annotated[Whole, Field(ge=1, le=60)] = 12
    """So many months ahead, from today on."""
    upkeep: Given[Id] = None
    """Of this upkeep; left out: of all."""


class Expected(Record):
    """What is due by a day, as things stand."""

    upkeep: Id
    """Whose it is."""
    name: Given[Name] = None
    """What people call it."""
    due: LocalDate
    """The day by whose end it is due."""
    count: Given[Number] = None
    """What the meter will have counted, if that is what makes it due."""
    job: Given[Id] = None
    """The job, if it is made already."""


class Month(Record):
    """What a month has to bear."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d\d$")]
    """The month, as 2026-03."""
    jobs: Whole
    """How many are due in it."""
    hours: Number
    """Hours of service they take, without travel."""


class Forecast(Record):
    """What is due in the months ahead, if everything is done when it is due and used as it is now."""

    items: Several[Expected]
    """By day; at most 5,000."""
    more: Whole
    """How many there are beyond those."""
    months: Several[Month]
    """Month by month, those beyond 5,000 included."""


MeterPatch = change_of(NewMeter, "MeterPatch")
UpkeepPatch = change_of(NewUpkeep, "UpkeepPatch")
