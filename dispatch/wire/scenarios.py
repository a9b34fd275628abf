"""What-ifs on the wire: a base, the changes made to it, and what they come to beside it."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.answer import PlanCost
from dispatch.wire.fields import (
    MOST_JOBS,
    MOST_SHIFTS,
    Given,
    Id,
    Instant,
    Level,
    LocalDate,
    Name,
    Number,
    Record,
    Several,
    Whole,
    Word,
)
from dispatch.wire.keeping import Changed
from dispatch.wire.model import Horizon
from dispatch.wire.paging import PageQuery
from dispatch.wire.prices import Policy
from dispatch.wire.runs import PolicyChoice
from dispatch.wire.schedules import JobChange
from dispatch.wire.staff import Technician
from dispatch.wire.work import Job

MOST_CHANGES = 50
ShiftNumber = Annotated[Whole, Field(ge=0, lt=MOST_SHIFTS)]
Later = Annotated[Whole, Field(ge=-720, le=720)]
"""Minutes by which something is later; below 0: earlier."""


class TechnicianAbsent(Record):
    """A technician is not there."""

    technician: Id
    """Who is absent."""
    start: Given[Instant] = None
    """From when on; left out: from the start of the horizon."""
    end: Given[Instant] = None
    """Until when; left out: until the last shift is over."""


class TechnicianLike(Record):
    """There is one more technician, with the skills, home, shifts and prices of another."""

    id: Id
    """The id of the new one."""
    like: Id
    """The one who is copied; their absences are not."""
    name: Given[Name] = None
    """The name of the new one, for people."""


class SkillAdded(Record):
    """A technician has a skill, or has it at another level."""

    technician: Id
    """Who."""
    skill: Word
    """The skill."""
    level: Level = 1
    """How well, 1 to 100."""
    until: Given[LocalDate] = None
    """The last local day on which it is valid."""


class ShiftChanged(Record):
    """A technician's shifts begin or end at other times."""

    technician: Id
    """Whose."""
    shift: Given[ShiftNumber] = None
    """Which of their shifts in the horizon, counted from 0; left out: all of them."""
    start_min: Later = 0
    """Minutes by which it begins later; below 0: earlier."""
    end_min: Later = 0
    """Minutes by which it ends later; below 0: earlier."""


class PolicyChanged(Record):
    """Other rules or prices."""

    policy: Given[PolicyChoice] = None
    """A policy of the territory instead of the one of the base."""
    overrides: Given[Policy] = None
    """Rules and prices over it."""


class Change(Record):
    """One change of the base: exactly one of its fields is given."""

    technician_absent: Given[TechnicianAbsent] = None
    """Somebody is not there."""
    technician_added: Given[Technician] = None
    """There is one more technician, described in full."""
    technician_like: Given[TechnicianLike] = None
    """There is one more technician, like another one."""
    skill_added: Given[SkillAdded] = None
    """Somebody has a skill."""
    jobs_added: Given[Annotated[Several[Job], Field(min_length=1, max_length=MOST_JOBS)]] = None
    """There are more jobs. They may be at any site of the territory."""
    jobs_dropped: Given[Annotated[Several[Id], Field(min_length=1, max_length=MOST_JOBS)]] = None
    """Some jobs are not to be done."""
    shift_changed: Given[ShiftChanged] = None
    """Somebody's shifts are longer or shorter."""
    policy_changed: Given[PolicyChanged] = None
    """Other rules or prices hold."""


class NewScenario(Record):
    """A what-if: a base, and what is otherwise."""

    name: Given[Name] = None
    """What people call it."""
    schedule: Given[Id] = None
    """The base: a schedule of the territory; or `horizon` or `date`."""
    horizon: Given[Horizon] = None
    """The base: what is known now of a horizon; or `schedule` or `date`."""
    date: Given[LocalDate] = None
    """The base: what is known now of a local day; or `schedule` or `horizon`."""
    changes: Annotated[Several[Change], Field(max_length=MOST_CHANGES)] = ()
    """What is otherwise, one after another: a later change may speak of what an earlier one has added."""
    seconds: Given[Annotated[Number, Field(ge=1, le=900)]] = None
    """Seconds to search; left out: as the base."""
    iterations: Given[Annotated[Whole, Field(ge=1, le=10**12)]] = None
    """Iterations to search; left out: as the base."""
    seed: Given[Annotated[Whole, Field(ge=0, lt=2**31)]] = None
    """Where chance begins; left out: as the base."""


class Scenario(Record):
    """A what-if."""

    id: Id
    """Its id."""
    territory: Id
    """Whose it is."""
    state: Literal["open", "adopted", "discarded"]
    """Whether somebody has decided about it."""
    ask: NewScenario
    """What was asked."""
    caller: Id
    """Who asked."""
    created_at: Instant
    """When."""
    horizon: Horizon
    """What is planned."""
    base_run: Given[Id] = None
    """The run that plans the base; left out: the base is compared as it was planned."""
    run: Id
    """The run that plans it."""
    base_schedule: Given[Id] = None
    """The schedule it is compared with, once there is one."""
    schedule: Given[Id] = None
    """The schedule it ended in, once there is one: never to be published."""
    adopted_run: Given[Id] = None
    """Once adopted: the run that makes the draft of it."""
    version: Whole
    """For `If-Match`."""


class ScenarioQuery(PageQuery):
    """Which what-ifs to list; the newest comes first."""

    state: Given[Literal["open", "adopted", "discarded"]] = None
    """Only those in this state."""


class Figure(Record):
    """A figure of two plans."""

    name: str
    """What it is."""
    before: Number
    """Of the base."""
    after: Number
    """Of the what-if."""
    difference: Number
    """By how much it is more in the what-if."""


class Comparison(Record):
    """A what-if beside its base."""

    scenario: Id
    """The what-if."""
    before: Id
    """The schedule of its base."""
    after: Id
    """Its own schedule."""
    currency: str
    """The currency of all prices."""
    terms: Several[Figure]
    """What both cost, term by term, by the prices of the base."""
    own_cost: Given[PlanCost] = None
    """What the what-if costs by its own prices, if it has others."""
    figures: Several[Figure]
    """Jobs, technicians, seconds and metres."""
    same: Whole
    """Jobs that both have at the same place and time."""
    served: Several[JobChange]
    """Jobs that only the what-if serves."""
    dropped: Several[JobChange]
    """Jobs that only the base serves."""
    moved: Several[JobChange]
    """Jobs that another technician serves, or at another time."""


class Adoption(Record):
    """How a what-if is made real."""

    changes: Given[Annotated[Several[Annotated[Whole, Field(ge=0, lt=MOST_CHANGES)]], Field(max_length=MOST_CHANGES)]] = None
    """Which of its changes, counted from 0; left out: all of them."""


class Adopted(Record):
    """What adopting a what-if did."""

    scenario: Scenario
    """The what-if, adopted."""
    run: Id
    """The run that makes the draft: for the real horizon, beginning with the plan of the what-if."""
    records: Several[Changed]
    """The records that were made, changed, or (jobs that were dropped) cancelled."""
