"""Schedules as the API speaks of them: plans kept for a horizon, the moves tried on them, and what publishing them does."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.answer import PlanCost, PlanFile, PlanRoute
from dispatch.wire.fields import MOST_JOBS, MOST_SHIFTS, Given, Id, Instant, Number, Record, Several, Whole
from dispatch.wire.model import Horizon
from dispatch.wire.paging import PageQuery
from dispatch.wire.work import Pin

State = Literal["draft", "published", "superseded", "discarded"]


class Broken(Record):
    """One hard rule that a plan breaks."""

    cause: str
    """The rule."""
    technician: Given[Id] = None
    """On whose route; left out where it is about the plan as a whole."""
    shift: Given[Whole] = None
    """Which of their shifts."""
    job: Given[Id] = None
    """At which job."""
    amount: Whole
    """By how much: seconds or a count."""
    message: str
    """What is wrong, in words."""
    new: bool = False
    """Whether the move breaks it; otherwise it was broken before."""


class Placed(Record):
    """Where a plan has a job."""

    technician: Id
    """Who serves it."""
    shift: Whole
    """On which of their shifts."""
    position: Whole
    """Its place among the jobs of the route, counted from 0."""
    arrive: Instant
    """When the technician is there."""
    start: Instant
    """When work begins."""
    end: Instant
    """When it is done."""


class JobChange(Record):
    """What becomes of one job."""

    job: Id
    """The job."""
    change: Literal["added", "dropped", "reassigned", "moved"]
    """`added`: not planned before. `dropped`: not planned any more. `reassigned`: to another shift. `moved`: in time or order."""
    before: Given[Placed] = None
    """Where it was; left out: nowhere."""
    after: Given[Placed] = None
    """Where it is; left out: nowhere."""


class PromiseTouched(Record):
    """A customer who was told an arrival window that is not kept."""

    job: Id
    """The job they wait for."""
    open: Instant
    """The window they were told opens."""
    close: Instant
    """The window they were told closes."""
    start: Given[Instant] = None
    """When work would begin instead; left out: not at all."""


class Move(Record):
    """A change of one job's place in a draft: to a technician, at a position or a time, or out of the plan."""

    job: Id
    """The job."""
    technician: Id | None
    """Who is to serve it; null: nobody, it is taken out of the plan."""
    shift: Given[Annotated[Whole, Field(ge=0, lt=MOST_SHIFTS)]] = None
    """Which of their shifts, as the plan counts them; needed only if there are several to choose from."""
    position: Given[Annotated[Whole, Field(ge=0, lt=MOST_JOBS)]] = None
    """Its place among the jobs of that route, counted from 0 without itself; left out: the best one."""
    start: Given[Instant] = None
    """When work begins, to the second, instead of a position; the job is pinned to it."""
    force: bool = False
    """Make the move although it breaks a hard rule; the job is then pinned to the shift."""


class MoveAnswer(Record):
    """What a move does, before it is made."""

    schedule: Id
    """The draft."""
    version: Whole
    """The version of it that was looked at."""
    move: Given[Move] = None
    """The move with what was left out of it: the shift, and the position or the time; left out: the job was pinned or unpinned."""
    legal: bool
    """Whether it breaks no rule that was kept before."""
    before: PlanCost
    """What the plan costs as it is."""
    after: PlanCost
    """What it costs then."""
    violations: Several[Broken]
    """Every hard rule that the plan then breaks."""
    changes: Several[JobChange]
    """Every job whose technician, place or time changes, by technician and time."""
    routes: Several[PlanRoute]
    """The routes that change, as they are then; those that end up without a job are left out."""
    promises: Several[PromiseTouched]
    """Customers whose window is kept as it is and would not be any more."""
    pin: Given[Pin] = None
    """What the job is then pinned to; left out: nothing."""


class PinRequest(Record):
    """What of a job's place a draft has to keep from now on. With nothing true the job is unpinned."""

    job: Id
    """The job."""
    technician: bool = True
    """Who serves it, on which shift."""
    start: bool = False
    """When work begins."""
    order: bool = False
    """Its place in the order of the pinned jobs of the route."""


class Quality(Record):
    """How good a plan is, in figures that can be compared from day to day."""

    served: Whole
    """Jobs in the plan."""
    unassigned: Whole
    """Jobs left out."""
    mandatory_left_out: Whole
    """Mandatory ones among them."""
    shifts: Whole
    """Shifts used."""
    travel_s: Whole
    """Seconds of all drives."""
    distance_m: Whole
    """Metres of all drives."""
    wait_s: Whole
    """Seconds of waiting."""
    service_s: Whole
    """Seconds of set-up and service."""
    overtime_s: Whole
    """Seconds after the ends of shifts."""
    service_share: Number
    """Set-up and service, as a share of the time from departure to return."""
    gap_percent: Given[Number] = None
    """By how much of its cost the plan can be dearer than the cheapest, if that was proved (`options.prove`)."""


class Replaced(Record):
    """A part of a horizon that another schedule was published for."""

    start: Instant
    """From when: the shifts that begin then or later …"""
    end: Instant
    """… and before then are those of the other one."""
    by: Id
    """The other schedule."""


class ScheduleHead(Record):
    """A schedule without its plan."""

    id: Id
    """The schedule."""
    territory: Id
    """Whose it is."""
    run: Given[Id] = None
    """The run it came from."""
    state: State
    """draft, published (in force), superseded (was in force) or discarded."""
    horizon: Horizon
    """What is planned."""
    created_at: Instant
    """When the run ended in it."""
    published_at: Given[Instant] = None
    """When it was last put in force."""
    published_by: Given[Id] = None
    """Who did."""
    based_on: Several[Id] = ()
    """The schedules in force when it was planned."""
    supersedes: Several[Id] = ()
    """The schedules that were in force before it, in its horizon."""
    replaced: Several[Replaced] = ()
    """Parts of its horizon in which another one is, or was, in force instead."""
    steps: Whole
    """Changes made since the run that can be undone."""
    currency: str
    """The currency of all prices."""
    cost: Number
    """What the plan costs."""
    unassigned: Whole
    """Jobs left out."""
    violations: Several[Broken] = ()
    """Hard rules it breaks because a dispatcher forced a move."""
    quality: Quality
    """How good it is."""
    version: Whole
    """For `If-Match`."""


class Schedule(ScheduleHead):
    """A plan kept for a horizon."""

    plan: PlanFile
    """The plan as it stands."""


class ScheduleDiff(Record):
    """Two schedules beside each other, job by job."""

    before: Id
    """One schedule."""
    after: Id
    """The other."""
    cost_before: PlanCost
    """What the one costs."""
    cost_after: PlanCost
    """What the other costs."""
    same: Whole
    """Jobs that both have at the same place and time."""
    changes: Several[JobChange]
    """Every other job that either of them serves, by technician and time."""


class Publication(Record):
    """How a draft is put in force."""

    accept_violations: bool = False
    """Publish although the draft breaks hard rules: its `violations`."""
    apply_rest: bool = False
    """Publish what is untouched by the changes since it was planned: docs/schedules.md."""
    over: Several[Id] = ()
    """Schedules published since it was planned that it may supersede all the same, by id: whoever names them has seen them."""


class Published(Record):
    """What putting a schedule in force did."""

    schedule: ScheduleHead
    """The schedule, in force."""
    written: Whole
    """Visits that are new or changed."""
    withdrawn: Several[Id]
    """Jobs that were to be visited and are not any more."""
    left_out: Several[Id] = ()
    """Jobs left out of it because they, or who was to serve them, have changed since it was planned."""
    told: Whole
    """Customers who are told a window: first, or instead of another."""
    promises: Several[PromiseTouched]
    """Customers whose window is replaced or taken back."""


class ScheduleQuery(PageQuery):
    """Which schedules to list."""

    state: Given[State] = None
    """Only those in this state."""
    start: Given[Instant] = None
    """Only those whose horizon ends after this instant."""
    end: Given[Instant] = None
    """Only those whose horizon starts before this instant."""
    scenarios: bool = False
    """Also those of what-ifs, which are never published."""


class TableQuery(Record):
    """How a table is written."""

    bom: bool = False
    """Begin with a byte order mark, as some spreadsheets need to read UTF-8."""


class RollBack(Record):
    """How a former schedule is put in force again."""

    apply_rest: bool = False
    """Put in force what is untouched by the changes since it was planned."""
