"""What is answered: routes with every second accounted for, and the jobs left out.

A `Stop` says what is done, a `Visit` says when. Rows and units are those of `problem`. Plans are pure data: nothing here knows
whether a plan is legal (`violations.check`) or what it costs (`evaluation.evaluate`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class StopKind(StrEnum):
    """What a stop of a route is for."""

    JOB = "job"
    BREAK = "break"
    STOCK = "stock"


class Stop(NamedTuple):
    """One thing to do on a route; `row` of the job, or of the break in its shift, or 0 for the shift's stock point."""

    kind: StopKind
    row: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop with its times: travel, then arrive, wait, start, set-up, service, end.

    `arrive + wait = start` and `start + setup + service = end`. `place` is where the technician is during it (for a break without
    a place: where they were before). A stop before `arrive` was left at `arrive - travel`.
    """

    stop: Stop
    place: int
    travel: int
    distance: int
    arrive: int
    start: int
    setup: int
    service: int

    @property
    def wait(self) -> int:
        return self.start - self.arrive

    @property
    def end(self) -> int:
        return self.start + self.setup + self.service


@dataclass(frozen=True, slots=True)
class Route:
    """The visits of one shift in order, from `depart` at its start place to `back` at its end place (or at the last visit's)."""

    shift: int
    depart: int
    visits: tuple[Visit, ...]
    travel_home: int
    distance_home: int
    back: int

    @property
    def stops(self) -> tuple[Stop, ...]:
        return tuple(visit.stop for visit in self.visits)

    @property
    def jobs(self) -> tuple[int, ...]:
        """Rows of the jobs served, in order."""
        return tuple(visit.stop.row for visit in self.visits if visit.stop.kind is StopKind.JOB)

    @property
    def travel(self) -> int:
        """Seconds of all drives."""
        return sum(visit.travel for visit in self.visits) + self.travel_home

    @property
    def distance(self) -> int:
        """Metres of all drives."""
        return sum(visit.distance for visit in self.visits) + self.distance_home


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes of the shifts that are used, by ascending shift, and the rows of the jobs left out, ascending."""

    routes: tuple[Route, ...]
    unassigned: tuple[int, ...]

    def visits(self) -> Iterator[tuple[Route, Visit]]:
        """Every visit of a job, with its route."""
        for route in self.routes:
            for visit in route.visits:
                if visit.stop.kind is StopKind.JOB:
                    yield route, visit
