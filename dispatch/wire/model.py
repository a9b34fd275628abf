"""The day file: everything that is planned together, in the words of a dispatcher.

These records are plain data and the one definition of the dialect: the JSON Schema, the documentation and the errors are taken
from them. What spans several records (references, overlaps) is in `rules`; what a field does to a plan is in `dispatch.day`.
"""

from typing import Annotated, Any

from pydantic import Field

from dispatch.wire.fields import (
    MOST_JOBS,
    MOST_KINDS,
    MOST_SITES,
    MOST_TECHNICIANS,
    Currency,
    Given,
    Id,
    Instant,
    Minutes,
    Name,
    Note,
    Number,
    Record,
    Several,
    Whole,
    Word,
    Zone,
)
from dispatch.wire.places import Site
from dispatch.wire.prices import Policy
from dispatch.wire.scope import Scope
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job, Kind

LONGEST_DRIVE_S, LONGEST_DRIVE_M = 86_400, 50_000_000
NO_WAY = 2_147_483_647
"""What routing engines say for: there is no way."""

MOST_MODES = 5
"""Ways of moving beside each other."""

Hour = Annotated[Whole, Field(ge=0, le=23)]
HourFactor = Annotated[Number, Field(ge=0.2, le=5)]


class HourTable(Record):
    """Travel times of drives that begin in the middle of an hour of the local day."""

    hour: Hour
    """The hour, 0 to 23: at half past it a drive takes this long; between two hours it changes evenly."""
    durations_s: Several[Several[Any]]
    """Seconds; at most 86,400."""


class Tables(Record):
    """Travel times and distances between all places, from row to column; null or 2147483647: there is no way."""

    durations_s: Several[Several[Any]]
    """Seconds; at most 86,400. With `hours` only what is judged without a time of day."""
    distances_m: Several[Several[Any]]
    """Metres; at most 50,000,000."""
    hours: Annotated[Several[HourTable], Field(max_length=24)] = ()
    """Seconds by the hour of the day, ascending: overnight they change evenly from the last to the first."""


class Matrices(Tables):
    """Travel times and distances between all places, also of those who do not drive a car."""

    places: Given[Annotated[Several[Id], Field(max_length=MOST_SITES)]] = None
    """The site of each row; left out: one row per distinct place, in the order described in docs/day-file.md."""
    modes: Annotated[dict[Word, Tables], Field(max_length=MOST_MODES)] = Field(default={})
    """The same for other ways of moving."""


class Speed(Record):
    """How fast a stretch of every drive is."""

    up_to_km: Given[Annotated[Number, Field(gt=0, le=50_000)]] = None
    """The stretch ends so many kilometres from the start of the drive; left out: it never does."""
    kmh: Annotated[Number, Field(ge=5, le=300)]
    """Kilometres per hour."""


class Estimate(Record):
    """How to reckon travel times from the great circle."""

    circuity: Given[Annotated[Number, Field(ge=1, le=5)]] = None
    """How much longer roads are than the great circle."""
    speeds: Given[Annotated[Several[Speed], Field(min_length=1, max_length=20)]] = None
    """How fast each stretch of a drive is, from its start on; later stretches are not slower, and the last has no end."""
    hour_factors: Given[Annotated[Several[HourFactor], Field(min_length=24, max_length=24)]] = None
    """What the time of a drive is multiplied with in each hour of the day, from midnight on."""


class Rush(Record):
    """Hours in which drives take longer."""

    from_hour: Hour
    """They begin at this local hour, 0 to 23."""
    until_hour: Annotated[Whole, Field(ge=1, le=24)]
    """They end at this one, 1 to 24."""
    percent: Annotated[Whole, Field(ge=100, le=500)]
    """Percent of the time of a drive that begins then."""


class Buffers(Record):
    """What every drive from one place to another takes longer than the roads do."""

    exit_min: Minutes = 0
    """Minutes to pack up and leave a place."""
    padding_min: Minutes = 0
    """Minutes to park and be at the door."""
    percent: Annotated[Whole, Field(ge=100, le=500)] = 100
    """Percent of the time of the drive itself."""
    hours: Annotated[Several[Rush], Field(max_length=24)] = ()
    """Hours with a percentage of their own; they do not overlap."""


class Mode(Estimate):
    """A way of moving: how fast, where no matrices say, and with what buffers."""

    buffers: Buffers = Buffers()
    """What every drive takes longer."""


class Ways(Estimate):
    """How travel times depend on who drives and when."""

    by_hour: bool = False
    """Reckon with the hour in which a drive begins; otherwise with the mean of the hours."""
    modes: Annotated[dict[Word, Mode], Field(max_length=MOST_MODES)] = Field(default={})
    """Ways of moving, by name. `car` is that of all who say nothing; `bicycle` and `foot` have speeds built in (see below)."""


class Travel(Ways):
    """How to know the travel times: from matrices, or reckoned from the great circle."""

    matrices: Given[Matrices] = None
    """The times and distances themselves."""


class Options(Record):
    """How the day is to be planned."""

    time_limit_s: Annotated[Number, Field(ge=1, le=900)] | None = None
    """Seconds to search for; null: as many as the program thinks fit."""
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = 0
    """The same seed and `iterations` give the same plan."""
    threads: Given[Annotated[Whole, Field(ge=1, le=64)]] = None
    """Threads to search with."""
    iterations: Given[Annotated[Whole, Field(ge=1, le=10**12)]] = None
    """Iterations to search for: unlike seconds, the same plan every time."""
    prove: bool = False
    """Spend a part of the search on a proof of what no plan costs less than: the plan says how good it is."""
    freeze_min: Given[Minutes] = None
    """What starts within so many minutes from `now` in the plan in force is not moved."""
    scope: Given[Scope] = None
    """What of the plan in force may be moved; left out: everything."""
    max_moves: Given[Annotated[Whole, Field(ge=0, le=MOST_JOBS)]] = None
    """Visits of the plan in force that may be moved, or left out; those that cannot stay where they were do not count."""
    max_told_moves: Given[Annotated[Whole, Field(ge=0, le=MOST_JOBS)]] = None
    """Of those, the ones whose customer was told a window that is not kept any more."""
    allow_zero: bool = False
    """Take latitude 0, longitude 0 for a real place; otherwise it is refused as a missing one."""


class Horizon(Record):
    """What is planned: from start to end, at most 14 days."""

    start: Instant
    """The first instant; nothing happens before."""
    end: Instant
    """Shifts start before it."""


class Day(Record):
    """A day, or several, to be planned together."""

    name: Given[Name] = None
    """What people call it."""
    note: Given[Note] = None
    """For people."""
    timezone: Zone
    """The IANA time zone in which times are shown and local times are meant."""
    currency: Currency = "EUR"
    """The currency of all prices."""
    horizon: Horizon
    """What is planned."""
    now: Given[Instant] = None
    """The moment at which it is planned: what is earlier is past. Left out: all of it is still to come."""
    sites: Annotated[Several[Site], Field(max_length=MOST_SITES)] = ()
    """Places with names."""
    kinds: Annotated[dict[Word, Kind], Field(max_length=MOST_KINDS)] = Field(default={})
    """Defaults for jobs, by kind; repair, install, consultation, maintenance and delivery have some built in."""
    policy: Policy = Policy()
    """Prices and rules."""
    technicians: Annotated[Several[Technician], Field(max_length=MOST_TECHNICIANS)] = ()
    """Who works."""
    jobs: Annotated[Several[Job], Field(max_length=MOST_JOBS)] = ()
    """What is to be done."""
    travel: Given[Travel] = None
    """How to know the travel times."""
    options: Options = Options()
    """How it is to be planned."""
