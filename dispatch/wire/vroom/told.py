"""What VROOM answers, as its API of version 1.15 says it, with what is ours beside: `reason`, `warnings`, `findings`."""

from typing import Literal

from dispatch.wire.fields import Record

Point = tuple[float, float]
StepType = Literal["start", "job", "pickup", "delivery", "break", "end"]


class Violation(Record):
    """A rule that a route breaks; `duration` is how many seconds too early or too late."""

    cause: Literal[
        "delay",
        "lead_time",
        "load",
        "max_tasks",
        "skills",
        "precedence",
        "missing_break",
        "max_travel_time",
        "max_distance",
        "max_load",
    ]
    duration: int | None = None


class Step(Record):
    """A step of a route; `duration` and `distance` are those driven until it, `load` is what is on board after it."""

    type: StepType
    description: str | None = None
    location: Point | None = None
    location_index: int | None = None
    id: int | None = None
    setup: int
    service: int
    waiting_time: int
    job: int | None = None
    load: tuple[int, ...] | None = None
    arrival: int
    duration: int
    distance: int | None = None
    violations: tuple[Violation, ...]


class Totals(Record):
    """What a route and the whole answer have in common."""

    cost: int
    delivery: tuple[int, ...] | None = None
    amount: tuple[int, ...] | None = None
    pickup: tuple[int, ...] | None = None
    setup: int
    service: int
    duration: int
    waiting_time: int
    priority: int
    distance: int | None = None
    violations: tuple[Violation, ...]


class Route(Totals):
    """The route of a vehicle."""

    vehicle: int
    description: str | None = None
    steps: tuple[Step, ...]


class Summary(Totals):
    """The sums of all routes."""

    routes: int
    unassigned: int


class Unassigned(Record):
    """A task left out; `reason` says why, in words."""

    id: int
    type: StepType
    description: str | None = None
    location: Point | None = None
    location_index: int | None = None
    reason: str


class Remark(Record):
    """Something wrong, or worth a look: where (an RFC 6901 pointer), what for programs, what for people."""

    pointer: str
    code: str
    message: str
    value: str | int | float | bool | None = None


class Told(Record):
    """An answer; with a code other than 0 it has an `error` and `findings` and nothing else."""

    code: Literal[0, 1, 2, 3]
    error: str | None = None
    findings: tuple[Remark, ...] | None = None
    summary: Summary | None = None
    unassigned: tuple[Unassigned, ...] | None = None
    routes: tuple[Route, ...] | None = None
    warnings: tuple[Remark, ...] | None = None
