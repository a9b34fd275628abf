"""The technicians of a day, their shifts, and what they have with them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidatorFunctionWrapHandler, WrapValidator

from dispatch.wire.fields import (
    MOST_BREAKS,
    MOST_SHIFTS,
    MOST_WORDS,
    WORD_LIST,
    AlsoRead,
    Count,
    Given,
    Id,
    Ids,
    Instant,
    Level,
    LocalDate,
    Minutes,
    Parts,
    Percent,
    Record,
    Several,
    WallTime,
    Whole,
    Word,
    Words,
    listed,
)
from dispatch.wire.places import EndPlace, Identified, Place
from dispatch.wire.prices import Costs


class Held(Record):
    """How well a technician holds a skill, and for how long."""

    level: Level = 1
    """1 to 100; a job asks for a level, and any level from there on will do."""
    until: Given[LocalDate] = None
    """The last local day on which the skill is valid."""


def _read_held(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["gas"]` and `{"gas": 2}` are short for `{"gas": {"level": …}}`."""
    value = listed(value, {})
    if isinstance(value, dict):
        value = {name: {"level": held} if isinstance(held, int | float) else held for name, held in value.items()}
    return read(value)


HeldSkills = Annotated[
    dict[Word, Held],
    Field(max_length=MOST_WORDS),
    WrapValidator(_read_held),
    AlsoRead((WORD_LIST, {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 100}})),
]


def _read_areas(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    """`["north"]` is short for `{"north": "primary"}`."""
    return read(listed(value, "primary"))


Areas = Annotated[
    dict[Word, Literal["primary", "secondary"]],
    Field(max_length=MOST_WORDS),
    WrapValidator(_read_areas),
    AlsoRead((WORD_LIST,)),
]


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


def is_local(value: object) -> bool:
    """Whether something to be read gives its times by the clock on the wall."""
    return isinstance(value, Mapping) and not value.keys().isdisjoint({"date", "local_start", "local_end"})


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
    return "\0local" if isinstance(value, LocalBreak) or is_local(value) else "\0instants"


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
    mode: Given[Word] = None
    """How the technician moves: `car` (left out), `bicycle`, `foot`, or a name of `travel.modes`."""
    stock: Given[Stock] = None
    """Where tools and parts can be fetched."""


class ShiftEquipment(Equipment):
    """What shifts have in common, wherever they are kept."""

    start_place: Given[Place] = None
    """Where the route starts; left out: at home."""
    end_place: Given[EndPlace] = None
    """Where the route ends; left out: at home. `"open"`: wherever the last visit is."""
    overtime_limit_min: Minutes = 0
    """Minutes the work may go on after the end, at the prices of `costs.overtime`; at most 1,440."""
    travel: OutsideTravel = OutsideTravel()
    """Whether the first and last drive count as work."""
    breaks: Annotated[Several[AnyBreak], Field(max_length=MOST_BREAKS)] = ()
    """Breaks the plan always holds."""
    desk: bool = False
    """At a desk all the time: stays at the start place, and serves the jobs of the desk there, no others."""
    crew: Ids = ()
    """Technicians who travel with this one for the whole shift: their skills count together. Nobody works in two shifts at once."""


class ShiftDetails(ShiftEquipment):
    """What shifts of a day file have in common, however their times are given."""

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
    return "\0local" if isinstance(value, LocalShift) or is_local(value) else "\0instants"


AnyShift = Annotated[Annotated[Shift, Tag("\0instants")] | Annotated[LocalShift, Tag("\0local")], Discriminator(_shift_form)]


class TechnicianDetails(Equipment, Identified):
    """What technicians have in common, wherever they are kept."""

    skills: HeldSkills = Field(default={})
    """`["gas"]`, or with levels, `{"gas": 2}`, or with a last day, `{"gas": {"level": 2, "until": "2026-12-31"}}`."""
    tags: Words = ()
    """What jobs may ask for besides skills: a clearance, a language, a van with a lift."""
    areas: Areas = Field(default={})
    """Where they work: `["north"]`, or also where they help out, `{"north": "primary", "east": "secondary"}`; empty: everywhere."""
    pace_percent: Percent = 100
    """Percent of a job's time that this technician takes: 80 is a fifth faster."""
    home: Place
    """Where shifts start and end, unless they say otherwise."""


class Technician(TechnicianDetails):
    """A person with skills and a home base."""

    shifts: Annotated[Several[AnyShift], Field(max_length=MOST_SHIFTS)] = ()
    """When they work. Shifts that do not start within the horizon are not planned."""
