"""Runs on the wire: what is asked for, and what can be seen of it while it waits, runs and after."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.answer import Notice
from dispatch.wire.fields import MOST_JOBS, Given, Id, Instant, LocalDate, Minutes, Number, Record, Several, Whole
from dispatch.wire.model import Horizon
from dispatch.wire.paging import PageQuery
from dispatch.wire.prices import Policy
from dispatch.wire.scope import Scope


class PolicyChoice(Record):
    """A policy of the territory."""

    name: Id
    """Its name."""
    number: Given[Annotated[Whole, Field(ge=1, lt=2**31)]] = None
    """Its version; left out: the newest."""


class RunRequest(Record):
    """What to plan, by which prices, for how long."""

    horizon: Given[Horizon] = None
    """What is planned; or `date`."""
    date: Given[LocalDate] = None
    """A local day of the territory, from midnight to midnight; or `horizon`."""
    policy: Given[PolicyChoice] = None
    """By which rules and prices; left out: those of the territory."""
    overrides: Given[Policy] = None
    """Rules and prices of this run only, over those of the policy."""
    scope: Given[Scope] = None
    """What may be moved; left out: everything."""
    freeze_min: Given[Minutes] = None
    """What starts within so many minutes from now is not moved."""
    max_moves: Given[Annotated[Whole, Field(ge=0, le=MOST_JOBS)]] = None
    """Visits of the plan in force that may be moved, or left out; those that cannot stay where they were do not count."""
    max_told_moves: Given[Annotated[Whole, Field(ge=0, le=MOST_JOBS)]] = None
    """Of those, the ones whose customer was told a window that is not kept any more."""
    seconds: Given[Annotated[Number, Field(ge=1, le=900)]] = None
    """Seconds to search; left out: 30, or as many as the iterations need, at most 900."""
    iterations: Given[Annotated[Whole, Field(ge=1, le=10**12)]] = None
    """Iterations to search: unlike seconds, the same plan every time."""
    seed: Annotated[Whole, Field(ge=0, lt=2**31)] = 0
    """Where chance begins."""
    start: Literal["in_force", "none"] = "in_force"
    """Begin with the plan in force, if there is one, or with nothing."""
    schedule: Given[Id] = None
    """Begin with the plan of this schedule instead, and keep what is pinned in it: the way on for a stale draft."""
    validate_only: bool = False
    """Look at what would be planned, and solve nothing: the run ends without a schedule, with what it found in `warnings`."""
    on_invalid: Literal["reject", "skip"] = "reject"
    """What becomes of a job that cannot be planned because its data contradict each other: the request is refused, or the job is
    left out and named in `warnings`."""


class RunProgress(Record):
    """A moment of a search at which it had a better plan."""

    number: Whole
    """Counts up over the whole run: the id of the event that tells it."""
    attempt: Whole
    """Which attempt of the run it was in."""
    seconds: Number
    """Seconds of search."""
    iterations: Whole
    """Iterations made."""
    cost: Number
    """What the best plan so far costs, in the currency of the territory."""
    unassigned: Whole
    """Jobs it leaves out."""


class RunError(Record):
    """Why a run failed."""

    code: str
    """Why, for programs."""
    message: str
    """Why, for people."""


class Run(Record):
    """One request to solve: queued, running, then done, failed or cancelled."""

    id: Id
    """Its id."""
    territory: Id
    """What is planned."""
    kind: Literal["requested", "nightly", "scenario"]
    """Who asked: a person or program, the clock, or a what-if."""
    caller: str
    """Who asked."""
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    """How far it is."""
    cancel_asked: bool
    """Somebody wants it to end."""
    horizon: Horizon
    """What is planned."""
    local_date: Given[LocalDate] = None
    """Of a nightly run: the local day on which it was due."""
    policy: Given[PolicyChoice] = None
    """By which version of which policy; left out: by the default prices."""
    ask: RunRequest
    """What was asked for."""
    attempts: Whole
    """How often it has been begun."""
    queued_at: Instant
    """When it was asked for."""
    started_at: Given[Instant] = None
    """When it was last begun."""
    ended_at: Given[Instant] = None
    """When it was over."""
    progress: Several[RunProgress]
    """Cost over time; of long runs not every improvement."""
    warnings: Several[Notice]
    """What was taken in and is worth a look."""
    error: Given[RunError] = None
    """Why it failed."""
    schedule: Given[Id] = None
    """The draft it ended in."""


class RunQuery(PageQuery):
    """Which runs to list; the newest comes first."""

    state: Given[Literal["queued", "running", "done", "failed", "cancelled"]] = None
    """Only those in this state."""


class Alert(Record):
    """Something a dispatcher should look at, from when the clock first saw its cause until it saw it no more."""

    id: Id
    """Its id."""
    kind: Literal["sla_at_risk", "sla_broken", "visit_late", "nightly_missed", "address_unsure", "upkeep_refused"]
    """What it is about."""
    subject: Id
    """The id of the job, site or upkeep, or the date of the night."""
    message: str
    """What it is, for people."""
    since: Instant
    """When it was first seen."""
    over_at: Given[Instant] = None
    """When it was over."""


class AlertQuery(PageQuery):
    """Which alerts to list; the newest comes first."""

    also_over: bool = False
    """Also those that are over."""
