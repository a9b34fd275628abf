"""The plan file: what is answered to a day file, with every second accounted for.

Times are RFC 3339 in the zone of the day, durations seconds, distances metres, prices money in the currency of the day, exact to
the millionth.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Strict, TypeAdapter

from dispatch.errors import Finding
from dispatch.wire.fields import Currency, Given, Id, Instant, Number, Record, Several, Whole, Zone

_FINDING = TypeAdapter(Finding)

Notice = Annotated[Finding, BeforeValidator(_FINDING.validate_python)]
"""A finding, read from an object with its four fields."""


class ReasonCode(StrEnum):
    """Why a job is not in the plan."""

    NO_SKILLED_TECHNICIAN = "no_skilled_technician"  #: nobody has the skills and tags
    OUTSIDE_AREA = "outside_area"  #: whoever has the skills and tags works in other areas
    NO_DESK = "no_desk"  #: nobody works at its desk; or it is at none, and whoever could serve it is at a desk
    TECHNICIAN_EXCLUDED = "technician_excluded"  #: whoever could is excluded or not among the required
    NO_SHIFT_OVERLAPS_WINDOW = "no_shift_overlaps_window"  #: nobody who could is at work then
    WINDOW_SHORTER_THAN_DURATION = "window_shorter_than_duration"  #: it does not fit between start and `finish_by`
    OUTSIDE_HORIZON = "outside_horizon"  #: all its windows lie outside the horizon
    UNREACHABLE = "unreachable"  #: there is no way to its place, or none back
    TRAVEL_TOO_LONG = "travel_too_long"  #: the drives exceed a limit or the shift
    CAPACITY_EXCEEDED = "capacity_exceeded"  #: parts or tools cannot be had, or the number of jobs is limited
    PIN_CONFLICT = "pin_conflict"  #: what is pinned breaks a rule
    OUTSIDE_SCOPE = "outside_scope"  #: the scope of the run lets it in nowhere
    MOVES_LIMITED = "moves_limited"  #: to make room for it more visits would be moved than may be
    CREW_TOO_LARGE = "crew_too_large"  #: not so many technicians who could are at work at once
    LEG_UNSERVED = "leg_unserved"  #: nobody can serve another leg of the job
    PRECEDENCE_BLOCKED = "precedence_blocked"  #: the job before it is left out, or leaves no time for it
    HELD = "held"  #: pinned jobs hold its place
    OUTRANKED = "outranked"  #: jobs that are worth more hold its place
    TIME_BUDGET = "time_budget"  #: it would fit; the search ended before it found out
    TAKEN_OUT = "taken_out"  #: a dispatcher has taken it out of the plan
    CHANGED_SINCE = "changed_since"  #: it, or who was to serve it, has changed since the plan was made


class Terms(Record):
    """What something costs, term by term, in money."""

    travel: Number = 0
    """Kilometres driven."""
    work: Number = 0
    """Hours paid."""
    use: Number = 0
    """Shifts used."""
    jobs: Number = 0
    """Jobs served."""
    overtime: Number = 0
    """Overtime, on top of the hourly price."""
    lateness: Number = 0
    """Jobs that end after they are due."""
    urgency: Number = 0
    """Time from release to start of urgent jobs."""
    overqualified: Number = 0
    """Skills above the need."""
    preference: Number = 0
    """Technicians who are not the preferred ones."""
    wishes: Number = 0
    """Wishes missed."""
    promises: Number = 0
    """Visits outside the windows that customers were told."""
    preferred_windows: Number = 0
    """Visits outside the preferred windows."""
    slack: Number = 0
    """Slack that is missing before jobs are due."""
    changes: Number = 0
    """Visits that are not as in the plan in force."""
    unserved: Number = 0
    """Jobs left out that may be."""
    worst_late: Number = 0
    """The largest lateness of the plan."""
    groups: Number = 0
    """Groups of jobs that are not served by the same technician, on the same day or by different technicians, as they should be."""
    total: Number = 0
    """The sum of all terms."""


class PlanCost(Terms):
    """What the plan costs."""

    mandatory_left_out: Whole = 0
    """Mandatory jobs left out; they count before all money."""


class PlanVisit(Record):
    """One stop of a route: travel, arrive, wait, start, set-up, service, end."""

    kind: Literal["job", "break", "stock"]
    """What it is for."""
    job: Given[Id] = None
    """The job served."""
    part_of: Given[Id] = None
    """The job that it is one technician's part of."""
    beside: Several[Id] = ()
    """The jobs that are the other parts of it, each in a visit of its own."""
    pause: Given[Whole] = None
    """Which break of the shift it is, absences included, counted from 0 by time."""
    travel_s: Whole
    """Seconds from the stop before."""
    distance_m: Whole
    """Metres from the stop before."""
    arrive: Instant
    """When the technician is there."""
    start: Instant
    """When set-up begins, or the break."""
    setup_s: Whole = 0
    """Seconds of set-up."""
    service_s: Whole
    """Seconds of service, of the break, or at the stock point."""
    end: Instant
    """When it is done: start, set-up and service."""


class Totals(Record):
    """The seconds of a route: travel + wait + setup + service + breaks + stock = duration."""

    duration_s: Whole
    """From departure to return."""
    travel_s: Whole
    """Drives."""
    wait_s: Whole
    """Waiting."""
    setup_s: Whole
    """Set-up."""
    service_s: Whole
    """Service."""
    break_s: Whole
    """Breaks and absences on the route."""
    stock_s: Whole
    """Stops at the stock point."""
    overtime_s: Whole
    """Work after the end of the shift."""
    distance_m: Whole
    """Metres driven."""


class PlanRoute(Record):
    """The visits of one shift, in order."""

    technician: Id
    """Whose route it is."""
    shift: Whole
    """Which of the technician's shifts, counted from 0 as the day file lists them."""
    depart: Instant
    """When the technician leaves the start place."""
    visits: Several[PlanVisit]
    """The stops, in order."""
    travel_home_s: Whole
    """Seconds of the last drive."""
    distance_home_m: Whole
    """Metres of the last drive."""
    back: Instant
    """When the route is over."""
    totals: Totals
    """Its seconds and metres."""
    cost: Terms
    """Its cost."""


class Block(Record):
    """The first rule that keeps a job from a shift, were it the only job."""

    technician: Id
    """Whose shift it is."""
    shift: Whole
    """Which of their shifts."""
    cause: str
    """The rule."""


class PromiseBroken(Record):
    """A promise that would be broken, or by more than it is."""

    job: Id
    """Whose."""
    price: Number
    """What that costs, in money."""


class Holder(Record):
    """Who holds the place of a job that would fit alone."""

    technician: Id
    """Whose shift it is."""
    shift: Whole
    """Which of their shifts."""
    jobs: Several[Id]
    """The jobs that would have to be left out."""
    price: Number
    """What that changes in the total, in money."""
    pinned: Several[Id] = ()
    """Those of these jobs that stay whatever it costs: they are pinned, frozen, or outside the scope."""
    promises: Several[PromiseBroken] = ()
    """Customers who would be served outside the window they were told, and what that costs."""
    limits: Several[str] = ()
    """`max_moves`, `max_told_moves`: more would be moved than may be."""


class Unassigned(Record):
    """A job that is not in the plan, and why."""

    job: Id
    """The job."""
    status: Literal["impossible", "displaced"]
    """`impossible`: no shift could serve it alone. `displaced`: one could."""
    reason: Annotated[ReasonCode, Strict(False)]
    """Why, in one word."""
    blocks: Several[Block] = ()
    """If impossible: the first rule that blocks it on each shift."""
    holders: Several[Holder] = ()
    """If displaced: which jobs hold its place, and at what price."""
    because: Several[Id] = ()
    """The legs that nobody can serve, and the jobs before, that keep it out."""
    message: str
    """Why, in a sentence."""


class Spot(Record):
    """Who serves a job, and when."""

    technician: Id
    """Who."""
    shift: Whole
    """In which of their shifts, counted from 0 as the day file lists them."""
    start: Instant
    """When service starts."""


class MoveCode(StrEnum):
    """Why a visit is not where the plan in force has it."""

    CANNOT_STAY = "cannot_stay"  #: it breaks a rule there by now, or its technician is not planned any more
    RUNNING_LATE = "running_late"  #: its technician is late, or early: it has moved without being touched
    MADE_ROOM = "made_room"  #: other jobs have come into its route
    LEFT_BEHIND = "left_behind"  #: other jobs have gone from its route
    CHEAPER = "cheaper"  #: nothing forced it: the plan costs less so


class MoveCause(Record):
    """What caused a move."""

    code: Annotated[MoveCode, Strict(False)]
    """Why, in one word."""
    rule: Given[str] = None
    """If it cannot stay: the rule it breaks."""
    jobs: Several[Id] = ()
    """The jobs that have come or gone."""
    message: str
    """Why, in a sentence."""


class MovedVisit(Record):
    """A visit that is not where the plan in force has it."""

    job: Id
    """The job."""
    before: Spot
    """Where it was."""
    after: Given[Spot] = None
    """Where it is; left out if the job is."""
    told: bool
    """The customer was told a window."""
    kept: bool
    """The visit still starts in that window; without one, true."""
    change_price: Number
    """What the move costs, by the prices of changes."""
    promise_price: Number
    """What starting outside the told window costs."""
    causes: Several[MoveCause]
    """What caused it; more than one if more than one did."""


class TravelSource(Record):
    """Where the travel times are from."""

    provider: str
    """The name of the provider."""


class Proof(Record):
    """What was proved of all plans for the day."""

    bound: Number
    """No plan costs less, mandatory jobs that have to be left out apart."""
    mandatory_left_out: Whole = 0
    """So many mandatory jobs have to be left out."""
    gap_percent: Given[Number] = None
    """By how much of its cost this plan can be dearer than the cheapest; nothing if it leaves out more mandatory jobs."""
    relaxed: Several[str] = ()
    """Rules and prices that the proof takes lightly: the bound is true, and may be too low."""


class PlanFile(Record):
    """A plan for a day."""

    day: Given[str] = None
    """The name of the day."""
    timezone: Zone
    """The zone in which times are given."""
    currency: Currency
    """The currency of all prices."""
    travel: TravelSource
    """Whose travel times were used."""
    seed: Whole
    """The seed of the search."""
    iterations: Whole
    """Iterations made."""
    ended: str
    """Why the search ended."""
    optimal: bool
    """Proved: no plan is cheaper."""
    proof: Given[Proof] = None
    """What was proved, if a proof was asked for."""
    cost: PlanCost
    """Its cost."""
    routes: Several[PlanRoute]
    """The routes, by technician and shift as the day file lists them."""
    unassigned: Several[Unassigned]
    """The jobs that are not in the plan."""
    moved: Several[MovedVisit] = ()
    """Every visit that is not where the plan in force has it, told customers first."""
    warnings: Several[Notice] = ()
    """What was taken in and is worth a look."""
