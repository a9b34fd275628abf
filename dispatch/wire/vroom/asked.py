"""What VROOM is asked: its input as its API of version 1.15 says it. Seconds, metres, `[longitude, latitude]`."""

from typing import Annotated, Literal

from pydantic import Field

from dispatch.wire.fields import MOST_JOBS, MOST_TECHNICIANS, Given, Several
from dispatch.wire.vroom.fields import Amounts, Cells, Identity, Open, Position, Span, Spans, Uint

CAR = "car"
"""The profile of a vehicle that names none."""


class Task(Open):
    """Something to be done at a place: what jobs and the two ends of a shipment have in common."""

    id: Identity
    description: str = ""
    location: Given[Position] = None
    location_index: Given[Uint] = None
    setup: Uint = 0
    service: Uint = 0
    setup_per_type: dict[str, Uint] = Field(default_factory=dict)
    service_per_type: dict[str, Uint] = Field(default_factory=dict)
    time_windows: Given[Spans] = None


class Job(Task):
    """A task that stands alone; what it delivers is on board at the start, what it picks up stays on board until the end."""

    delivery: Given[Amounts] = None
    pickup: Given[Amounts] = None
    amount: Given[Amounts] = None
    """Deprecated: the delivery of a job that has neither `delivery` nor `pickup`."""
    skills: Several[Uint] = ()
    priority: Annotated[Uint, Field(le=100)] = 0


class Shipment(Open):
    """Something fetched at one place and brought to another by one vehicle."""

    pickup: Task
    delivery: Task
    amount: Given[Amounts] = None
    skills: Several[Uint] = ()
    priority: Annotated[Uint, Field(le=100)] = 0


class Break(Open):
    """A pause, starting in one of its windows; driving may go on after it."""

    id: Identity
    description: str = ""
    time_windows: Given[Spans] = None
    service: Uint = 0
    max_load: Given[Amounts] = None


class Costs(Open):
    """What a vehicle costs: of being used, per hour of driving, per hour of set-up and service, per kilometre."""

    fixed: Uint = 0
    per_hour: Uint = 3_600
    per_task_hour: Uint = 0
    per_km: Uint = 0


class VehicleStep(Open):
    """A step of a route that is given: in plan mode the route itself, else where the search begins."""

    type: Literal["start", "job", "pickup", "delivery", "break", "end"]
    id: Given[Identity] = None
    service_at: Given[Uint] = None
    service_after: Given[Uint] = None
    service_before: Given[Uint] = None


class Vehicle(Open):
    """Who drives: from `start` to `end`, one of which may be left out, within `time_window`."""

    id: Identity
    profile: str = CAR
    description: str = ""
    start: Given[Position] = None
    start_index: Given[Uint] = None
    end: Given[Position] = None
    end_index: Given[Uint] = None
    capacity: Amounts = ()
    costs: Costs = Costs()
    skills: Several[Uint] = ()
    type: str = ""
    time_window: Given[Span] = None
    breaks: Several[Break] = ()
    speed_factor: Annotated[float, Field(gt=0, le=5)] = 1.0
    max_tasks: Given[Uint] = None
    max_travel_time: Given[Uint] = None
    max_distance: Given[Uint] = None
    steps: Several[VehicleStep] = ()


class Matrices(Open):
    """Travel between the places of one profile."""

    durations: Given[Cells] = None
    distances: Given[Cells] = None
    costs: Given[Cells] = None


class Options(Open):
    """What VROOM's HTTP front takes beside the problem; only `c`, plan mode, is heeded."""

    c: bool = False


class Asked(Open):
    """A whole problem."""

    jobs: Annotated[Several[Job], Field(max_length=MOST_JOBS)] = ()
    shipments: Annotated[Several[Shipment], Field(max_length=MOST_JOBS)] = ()
    vehicles: Annotated[Several[Vehicle], Field(min_length=1, max_length=MOST_TECHNICIANS)]
    matrices: Given[dict[str, Matrices]] = None
    matrix: Given[Cells] = None
    """Deprecated: the durations of the profile `car`."""
    options: Options = Options()

    @property
    def tables(self) -> dict[str, Matrices]:
        """The matrices by profile; empty if there are none."""
        if self.matrices is not None:
            return self.matrices
        return {} if self.matrix is None else {CAR: Matrices(durations=self.matrix)}
