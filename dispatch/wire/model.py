"""The day file: everything that is planned together, in the words of a dispatcher.

These records are plain data and the one definition of the dialect: the JSON Schema, the documentation and the errors are taken
from them. What spans several records (references, overlaps) is in `rules`; what a field does to a plan is in `dispatch.day`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator

from dispatch.wire.fields import (
    MOST_BREAKS,
    MOST_JOBS,
    MOST_KINDS,
    MOST_SHIFTS,
    MOST_SITES,
    MOST_TECHNICIANS,
    MOST_TIERS,
    MOST_WINDOWS,
    MOST_WORDS,
    AlsoRead,
    Count,
    Currency,
    Given,
    Id,
    Instant,
    Latitude,
    Level,
    LocalDate,
    Longitude,
    Minutes,
    Name,
    Note,
    Percent,
    Price,
    Priority,
    Rate,
    Record,
    Several,
    WallTime,
    Whole,
    Word,
    Zone,
)

Words = Annotated[Several[Word], Field(max_length=MOST_WORDS)]
Ids = Annotated[Several[Id], Field(max_length=MOST_TECHNICIANS)]
Parts = Annotated[dict[Word, Count], Field(max_length=MOST_WORDS)]

_WORDS = TypeAdapter[tuple[str, ...]](Words)
_WORD_LIST = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 64}, "maxItems": MOST_WORDS}


class Identified(Record):
    """What can be referred to."""

    id: Id
    """What it is referred to by; unique among its like."""
    name: Given[Name] = None
    """What people call it."""


# ---------------------------------------------------------------- where


class Point(Record):
    """A point on the earth, in degrees (WGS 84)."""

    lat: Latitude
    """Degrees north; -90 to 90."""
    lon: Longitude
    """Degrees east; -180 to 180."""


class AtSite(Record):
    """The place of a site."""

    site: Id
    """The id of one of the day's sites."""


class Site(Identified):
    """A place which jobs and technicians can refer to."""

    location: Point
    """Where it is."""
    address: Given[Note] = None
    """For people; not looked up."""


def _place_form(value: object) -> str:
    return "\0site" if isinstance(value, Mapping) and "site" in value else "\0point"


def _end_form(value: object) -> str:
    return "\0open" if isinstance(value, str) else _place_form(value)


Place = Annotated[Annotated[AtSite, Tag("\0site")] | Annotated[Point, Tag("\0point")], Discriminator(_place_form)]
"""`{"lat": …, "lon": …}` or `{"site": …}`."""

EndPlace = Annotated[
    Annotated[Literal["open"], Tag("\0open")] | Annotated[AtSite, Tag("\0site")] | Annotated[Point, Tag("\0point")],
    Discriminator(_end_form),
]
"""A place, or `"open"`: the route ends where its last visit does."""


# ---------------------------------------------------------------- skills and wishes


class Held(Record):
    """How well a technician holds a skill, and for how long."""

    level: Level = 1
    """1 to 100; a job asks for a level, and any level from there on will do."""
    until: Given[LocalDate] = None
    """The last local day on which the skill is valid."""


def _read_held(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["gas"]` and `{"gas": 2}` are short for `{"gas": {"level": …}}`."""
    if isinstance(value, list):
        return read({name: {} for name in _WORDS.validate_python(value)})
    if isinstance(value, dict):
        return read({name: {"level": held} if isinstance(held, int | float) else held for name, held in value.items()})
    return read(value)


def _read_needed(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["gas"]` is short for `{"gas": 1}`."""
    return read(dict.fromkeys(_WORDS.validate_python(value), 1) if isinstance(value, list) else value)


def _read_wishes(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["korean"]` is short for `{"korean": null}`."""
    return read(dict.fromkeys(_WORDS.validate_python(value)) if isinstance(value, list) else value)


HeldSkills = Annotated[
    dict[Word, Held],
    Field(max_length=MOST_WORDS),
    WrapValidator(_read_held),
    AlsoRead((_WORD_LIST, {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 100}})),
]
NeededSkills = Annotated[dict[Word, Level], Field(max_length=MOST_WORDS), WrapValidator(_read_needed), AlsoRead((_WORD_LIST,))]
Wishes = Annotated[dict[Word, Price | None], Field(max_length=MOST_WORDS), WrapValidator(_read_wishes), AlsoRead((_WORD_LIST,))]


# ---------------------------------------------------------------- money


class Tier(Record):
    """From some minutes of overtime on, each hour has a price on top."""

    after_min: Minutes
    """Minutes of overtime after which the price holds."""
    per_hour: Rate
    """On top of the hourly price."""


Tiers = Annotated[Several[Tier], Field(max_length=MOST_TIERS)]


class Costs(Record):
    """What a shift costs. A field left out is taken from the technician, then the policy, then the default of the currency."""

    per_use: Given[Price] = None
    """For a shift that has any job at all."""
    per_hour: Given[Rate] = None
    """Per hour worked: from departure to return."""
    per_km: Given[Rate] = None
    """Per kilometre driven."""
    per_job: Given[Price] = None
    """Per job served."""
    overtime: Given[Tiers] = None
    """Prices of overtime, on top of the hourly one, by ascending `after_min`."""
    paid: Given[Literal["worked", "shift"]] = None
    """`worked`: paid from departure to return. `shift`: paid for the whole shift as soon as it is used."""


PriorityPrices = dict[Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], Price]


class Policy(Record):
    """The prices and rules of the day. A field left out has the default of the currency."""

    name: Given[Name] = None
    """What people call this policy."""
    priority_prices: Given[PriorityPrices] = None
    """Price of leaving a job out, by its priority: 1 is the most important."""
    late_fixed: Given[Price] = None
    """Price of ending a job after its `due`, however little."""
    late_per_hour: Given[Rate] = None
    """Price per hour of ending a job after its `due`."""
    urgency_per_hour: Given[Rate] = None
    """Price per hour from a job's `release` to its start."""
    overqualified_per_level: Given[Price] = None
    """Price per level by which a technician's skill exceeds the need."""
    preference_per_rank: Given[Price] = None
    """Price per rank in a job's list of preferred technicians."""
    wish_missed: Given[Price] = None
    """Price of a wish that names none."""
    level_paces: Given[Annotated[Several[Percent], Field(min_length=1, max_length=10)]] = None
    """Percent of a job's time by levels above the need: `[100, 90]` makes one level and more a tenth faster."""
    departure: Literal["keep_starts", "keep_end"] = "keep_starts"
    """Leave as late as possible without moving any start, or without moving the end of the route."""
    costs: Given[Costs] = None
    """What shifts cost, unless the technician or the shift says otherwise."""


# ---------------------------------------------------------------- work


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
    skills: Given[NeededSkills] = None
    """Skills needed: `["gas"]`, or with the level needed, `{"gas": 2}`."""
    overqualified_per_level: Given[Price] = None
    """Price per level by which a technician's skill exceeds the need."""
    level_paces: Given[Annotated[Several[Percent], Field(min_length=1, max_length=10)]] = None
    """Percent of the time needed by levels above the need."""
    tags: Given[Words] = None
    """What the technician must have, besides skills: a clearance, a language, a van with a lift."""
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


class Job(Work, Identified):
    """Work a customer needs at one place."""

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
    due: Given[Instant] = None
    """Service should have ended by then; being late has a price."""
    release: Given[Instant] = None
    """From when urgency is counted; left out: from the start of the horizon."""
    technicians: Choice = Choice()
    """Which technicians are required, excluded or preferred."""
    pin: Given[Pin] = None
    """What the plan must keep."""


# ---------------------------------------------------------------- technicians


class Limits(Record):
    """What a shift may not exceed. A field left out is taken from the technician; none: no limit."""

    jobs: Given[Count] = None
    """Jobs."""
    leg_min: Given[Minutes] = None
    """Minutes of one drive."""
    travel_min: Given[Minutes] = None
    """Minutes of all drives."""
    duration_min: Given[Minutes] = None
    """Minutes from departure to return."""


class Stock(Record):
    """Where tools and parts are fetched on the way: it hands out every tool and refills parts."""

    site: Id
    """The site of the stock point."""
    duration_min: Minutes = 10
    """Minutes a stop takes."""
    visits: Annotated[Whole, Field(ge=0, le=10)] = 1
    """At most so many stops on a route."""
    refill: Parts | None = None
    """Parts on the van after a stop; null: as many as the rest of the route needs."""


class Pause(Record):
    """What breaks have in common."""

    duration_min: Annotated[Minutes, Field(ge=1)]
    """Minutes it lasts."""
    place: Given[Place] = None
    """Where it is held; left out: wherever the technician then is."""


class Break(Pause):
    """Time without work, which the plan always holds."""

    start: Instant
    """It starts no sooner."""
    end: Given[Instant] = None
    """It STARTS no later; left out: it starts exactly at `start`."""


class LocalBreak(Pause):
    """A break by the clock on the wall, in the zone of the day: the first time after the shift's start that shows it."""

    local_start: WallTime
    """It starts no sooner."""
    local_end: Given[WallTime] = None
    """It STARTS no later; left out: it starts exactly at `local_start`."""


def _break_form(value: object) -> str:
    return "\0local" if isinstance(value, Mapping) and ("local_start" in value or "local_end" in value) else "\0instants"


AnyBreak = Annotated[Annotated[Break, Tag("\0instants")] | Annotated[LocalBreak, Tag("\0local")], Discriminator(_break_form)]


class Absence(Record):
    """Time in which the technician is not there, or has an appointment elsewhere: it blocks the time, and moves the technician."""

    start: Instant
    """When it begins."""
    end: Instant
    """When it is over."""
    place: Given[Place] = None
    """Where the technician then is; left out: wherever the route is."""


class OutsideTravel(Record):
    """Whether the first and last drive are part of the working time."""

    first: Literal["inside", "outside"] = "inside"
    """`outside`: the drive to the first stop may begin before the shift, unpaid."""
    last: Literal["inside", "outside"] = "inside"
    """`outside`: the drive home may end after the shift, unpaid."""


class Equipment(Record):
    """What a technician has by default and a shift may say otherwise. A field left out of a shift is the technician's."""

    costs: Given[Costs] = None
    """What the shift costs."""
    limits: Given[Limits] = None
    """What the shift may not exceed."""
    parts: Given[Parts] = None
    """Parts on the van at the start, and how many of each."""
    tools: Given[Words] = None
    """Tools on the van."""
    stock: Given[Stock] = None
    """Where tools and parts can be fetched."""


class ShiftDetails(Equipment):
    """What shifts have in common, however their times are given."""

    start_place: Given[Place] = None
    """Where the route starts; left out: at home."""
    end_place: Given[EndPlace] = None
    """Where the route ends; left out: at home. `"open"`: wherever the last visit is."""
    overtime_limit_min: Minutes = 0
    """Minutes the work may go on after the end, at the prices of `costs.overtime`; at most 1,440."""
    travel: OutsideTravel = OutsideTravel()
    """Whether the first and last drive are part of the working time."""
    breaks: Annotated[Several[AnyBreak], Field(max_length=MOST_BREAKS)] = ()
    """Breaks the plan always holds."""
    absences: Annotated[Several[Absence], Field(max_length=MOST_BREAKS)] = ()
    """When the technician is not there, or elsewhere."""


class Shift(ShiftDetails):
    """Working time of a technician, between two instants."""

    start: Instant
    """Work begins no sooner."""
    end: Instant
    """Work ends by then, or becomes overtime."""


class LocalShift(ShiftDetails):
    """Working time by the clock on the wall, in the zone of the day."""

    date: LocalDate
    """The local day on which it begins."""
    local_start: WallTime
    """When it begins; a time the clocks skip is moved forward, of a time they repeat the first is meant."""
    local_end: WallTime
    """When it ends; before `local_start`: on the next day. Of a time the clocks repeat the second is meant."""


def _shift_form(value: object) -> str:
    return "\0local" if isinstance(value, Mapping) and value.keys() & {"date", "local_start", "local_end"} else "\0instants"


AnyShift = Annotated[Annotated[Shift, Tag("\0instants")] | Annotated[LocalShift, Tag("\0local")], Discriminator(_shift_form)]


class Technician(Equipment, Identified):
    """A person with skills and a home base."""

    skills: HeldSkills = Field(default={})
    """`["gas"]`, or with levels, `{"gas": 2}`, or with a last day, `{"gas": {"level": 2, "until": "2026-12-31"}}`."""
    tags: Words = ()
    """What jobs may ask for besides skills: a clearance, a language, a van with a lift."""
    pace_percent: Percent = 100
    """Percent of a job's time that this technician takes: 80 is a fifth faster."""
    home: Place
    """Where shifts start and end, unless they say otherwise."""
    shifts: Annotated[Several[AnyShift], Field(max_length=MOST_SHIFTS)] = ()
    """When they work. Shifts that do not start within the horizon are not planned."""


# ---------------------------------------------------------------- travel, options, day

Seconds = Annotated[Whole, Field(ge=0, le=86_400)]
Metres = Annotated[Whole, Field(ge=0, le=50_000_000)]


class Matrices(Record):
    """Travel times and distances between all places, from row to column; null or 2147483647: there is no way."""

    places: Given[Annotated[Several[Id], Field(max_length=MOST_SITES)]] = None
    """The site of each row; left out: one row per distinct place, in the order described in docs/day-file.md."""
    durations_s: Several[Several[Any]]
    """Seconds; at most 86,400."""
    distances_m: Several[Several[Any]]
    """Metres; at most 50,000,000."""


class Speed(Record):
    """How fast trips of some length are."""

    up_to_km: Given[Annotated[float, Field(gt=0, le=50_000)]] = None
    """The longest trip meant, along the road; left out: every longer one."""
    kmh: Annotated[float, Field(ge=1, le=300)]
    """Kilometres per hour."""


class Travel(Record):
    """How to know the travel times: from matrices, or reckoned from the great circle."""

    matrices: Given[Matrices] = None
    """The times and distances themselves."""
    circuity: Given[Annotated[float, Field(ge=1, le=5)]] = None
    """How much longer roads are than the great circle."""
    speeds: Given[Annotated[Several[Speed], Field(min_length=1, max_length=20)]] = None
    """Speeds by length of the trip, the shortest first."""


class Options(Record):
    """How the day is to be planned."""

    time_limit_s: Annotated[float, Field(ge=1, le=900)] | None = None
    """Seconds to search for; null: as many as the program thinks fit."""
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = 0
    """The same seed and `iterations` give the same plan."""
    threads: Given[Annotated[Whole, Field(ge=1, le=64)]] = None
    """Threads to search with."""
    iterations: Given[Annotated[Whole, Field(ge=1, le=10**12)]] = None
    """Iterations to search for: unlike seconds, the same plan every time."""
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
