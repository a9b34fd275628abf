"""What a report shows, as plain data: no colours, no pixels, no wire format.

`figures.of` fills these from a day and its plan; the terminal, the HTML report and the web pages draw them. Instants are aware
and in UTC (arithmetic on them is true on days when the clocks change), lengths are seconds and metres, money is a `Decimal` of
the plan's currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Point(NamedTuple):
    """Where something is, in degrees."""

    lat: float
    lon: float


class Span(NamedTuple):
    """From an instant to another; `finish`: of a window that also the end of service has to meet."""

    start: datetime
    end: datetime
    finish: bool = False

    @property
    def seconds(self) -> int:
        return round((self.end - self.start).total_seconds())


class Term(NamedTuple):
    """A named part of the cost."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Work:
    """A job as a dispatcher knows it."""

    id: str
    label: str  #: its name, or its id
    kind: str
    customer: str
    note: str
    address: str
    priority: int
    mandatory: bool
    windows: tuple[Span, ...]
    due: datetime | None
    point: Point | None

    @property
    def title(self) -> str:
        """Name and id: names may be those of several jobs."""
        return self.id if self.label == self.id else f"{self.label} ({self.id})"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of a route. `leave + travel = arrive`, `arrive + wait = start`, `start + setup + service = end`."""

    kind: str  #: job, break, absence or stock
    number: int  #: the job's place among the jobs of the route, from 1; 0 for what is no job
    work: Work | None
    point: Point | None
    travel: int
    distance: int
    arrive: datetime
    start: datetime
    setup: int
    service: int
    end: datetime

    @property
    def label(self) -> str:
        return self.work.label if self.work else self.kind

    @property
    def wait(self) -> int:
        return Span(self.arrive, self.start).seconds

    @property
    def late(self) -> int:
        """Seconds the service ends after it is due."""
        return max(0, Span(self.work.due, self.end).seconds) if self.work and self.work.due else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the seconds of a route go: all but `overtime`, which is a part of them, add up to `duration`."""

    travel: int = 0
    wait: int = 0
    setup: int = 0
    service: int = 0
    pause: int = 0
    stock: int = 0
    overtime: int = 0
    distance: int = 0

    @property
    def duration(self) -> int:
        return self.travel + self.wait + self.setup + self.service + self.pause + self.stock

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.travel + other.travel,
            self.wait + other.wait,
            self.setup + other.setup,
            self.service + other.service,
            self.pause + other.pause,
            self.stock + other.stock,
            self.overtime + other.overtime,
            self.distance + other.distance,
        )


@dataclass(frozen=True, slots=True)
class Lane:
    """One shift of one technician, and the route planned for it, if any."""

    letter: str  #: names the route on the map and the timeline: A, B, …; empty when there is none
    technician: str
    name: str
    shift: Span
    latest: datetime  #: the hard end, after overtime
    absences: tuple[Span, ...]
    home: Point | None
    finish: Point | None  #: where the route ends; None: where its last visit is
    depart: datetime | None
    back: datetime | None
    visits: tuple[Visit, ...]
    tally: Tally

    @property
    def jobs(self) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.visits if visit.work)

    @property
    def travel_home(self) -> int:
        """Seconds of the drive from the last visit to the end of the route."""
        return Span(self.visits[-1].end, self.back).seconds if self.visits and self.back else 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A job without a visit, and why."""

    work: Work
    status: str  #: impossible or displaced
    reason: str  #: a code
    message: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shifted:
    """A visit that is not where the plan in force has it."""

    work: Work
    before: str  #: who and when
    after: str
    told: str  #: a code: kept, broken, untold
    promise: str  #: what was told, and whether it is kept, in words
    price: Decimal
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """What was proved of all plans: no one costs less than the bound; what the proof takes lightly."""

    bound: Decimal
    gap: float | None  #: percent of the plan's cost
    relaxed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a report says of one plan."""

    title: str
    zone: ZoneInfo
    currency: str
    span: Span
    lanes: tuple[Lane, ...]
    unassigned: tuple[LeftOut, ...]
    moved: tuple[Shifted, ...]
    terms: tuple[Term, ...]
    total: Decimal
    provider: str
    attribution: str
    ended: str
    optimal: bool
    proof: Proved | None
    seed: int
    iterations: int
    warnings: tuple[str, ...]

    @property
    def routes(self) -> tuple[Lane, ...]:
        """The lanes with something to do."""
        return tuple(lane for lane in self.lanes if lane.visits)

    @property
    def tally(self) -> Tally:
        return sum((lane.tally for lane in self.lanes), Tally())

    @property
    def served(self) -> int:
        return sum(1 for _ in self.jobs())

    @property
    def jobs_total(self) -> int:
        return self.served + len(self.unassigned)

    @property
    def stocked(self) -> bool:
        """Whether any route stops at a stock point."""
        return self.tally.stock > 0

    @property
    def utilisation(self) -> float:
        """Seconds on site (set-up and service) by the length of the shifts that are used."""
        available = sum(lane.shift.seconds for lane in self.routes)
        return (self.tally.setup + self.tally.service) / available if available else 0.0

    @property
    def late(self) -> int:
        """How many jobs end after they are due."""
        return sum(1 for _, visit in self.jobs() if visit.late)

    def jobs(self) -> Iterator[tuple[Lane, Visit]]:
        """Every visit of a job, with its lane."""
        for lane in self.lanes:
            for visit in lane.jobs:
                yield lane, visit
