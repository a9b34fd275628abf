"""Travel as VROOM means it: per vehicle, by its profile and its speed, from matrices or from a provider."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch import travel
from dispatch.errors import Finding
from dispatch.wire.vroom import Asked, Matrices, Point, Task, Vehicle
from solver import UNREACHABLE

UNIT = 18_000
"""Into how many parts one of VROOM's costs is split here: seconds at a price per hour and metres at one per kilometre are whole."""

Matrix = npt.NDArray[np.int64]


class Table(NamedTuple):
    """Seconds, metres and costs from place to place; metres and costs may be unknown."""

    durations: Matrix
    distances: Matrix | None
    costs: Matrix | None


@dataclass(frozen=True)
class Roads:
    """The travel of a document.

    Attributes
    ----------
    tables : of each profile, at each percentage of its durations
    rows : the row of each point; empty if places are given by index
    provider : who says so
    notes : what is to be known about it
    """

    tables: Mapping[tuple[str, int], Table]
    rows: Mapping[Point, int]
    provider: str
    notes: tuple[Finding, ...] = ()

    @property
    def places(self) -> int:
        return max(len(table.durations) for table in self.tables.values())

    def task(self, task: Task) -> int:
        """The row of a task's place."""
        row = self._row(task.location_index, task.location)
        assert row is not None  # wire.vroom.rules
        return row

    def start(self, vehicle: Vehicle) -> int | None:
        """The row of a vehicle's start, if it has one."""
        return self._row(vehicle.start_index, vehicle.start)

    def end(self, vehicle: Vehicle) -> int | None:
        """The row of a vehicle's end, if it has one."""
        return self._row(vehicle.end_index, vehicle.end)

    def of(self, vehicle: Vehicle) -> Table:
        """The travel of a vehicle: that of its profile at its speed."""
        return self.tables[_gait(vehicle)]

    def prices(self, vehicle: Vehicle) -> Matrix:
        """What a vehicle's drives cost, in `UNIT` parts of one of VROOM's costs; right if `dearest` is less than 2^63."""
        durations, distances, costs = self.of(vehicle)
        if costs is not None:
            return costs * UNIT
        prices = durations * (5 * vehicle.costs.per_hour)
        return prices if distances is None else prices + distances * (18 * vehicle.costs.per_km)

    def fare(self, vehicle: Vehicle, here: int, there: int) -> int:
        """What one drive of a vehicle costs, in the same parts."""
        return self._fare(vehicle, *(0 if each is None else int(each[here, there]) for each in self.of(vehicle)))

    def dearest(self, vehicle: Vehicle) -> int:
        """At least what the dearest drive of a vehicle costs, in the same parts."""
        table = self.of(vehicle)
        reached = table.durations < UNREACHABLE
        return self._fare(vehicle, *(0 if each is None else int(each[reached].max(initial=0)) for each in table))

    def _fare(self, vehicle: Vehicle, seconds: int, metres: int, cost: int) -> int:
        if self.of(vehicle).costs is not None:
            return cost * UNIT
        return 5 * vehicle.costs.per_hour * seconds + 18 * vehicle.costs.per_km * metres

    def _row(self, index: int | None, point: Point | None) -> int | None:
        if self.rows:
            return None if point is None else self.rows[point]
        return index


def roads_of(asked: Asked, provider: travel.Provider) -> Roads:
    """The travel of a document: its own matrices, or what a provider says about its points.

    Raises
    ------
    TravelError : the provider has no answer
    """
    if asked.tables:
        given = {name: Table(_read(each.durations), _known(each.distances), _known(each.costs)) for name, each in _used(asked)}
        return Roads(_at_speeds(asked, given), {}, "matrices of the document")
    rows = {point: row for row, point in enumerate(dict.fromkeys(_points(asked)))}
    answer = provider.matrix([travel.Place(lat, lon) for lon, lat in rows])
    table = Table(answer.mean(), answer.distances, None)
    notes = tuple(Finding("", note.code.value, note.message) for note in answer.notes)
    return Roads(_at_speeds(asked, {vehicle.profile: table for vehicle in asked.vehicles}), rows, answer.description, notes)


def _used(asked: Asked) -> Iterator[tuple[str, Matrices]]:
    used = {vehicle.profile for vehicle in asked.vehicles}
    return ((name, each) for name, each in asked.tables.items() if name in used)


def _gait(vehicle: Vehicle) -> tuple[str, int]:
    """Profile, and percent of its durations: whole ones, as VROOM has it."""
    return vehicle.profile, round(100 / vehicle.speed_factor)


def _at_speeds(asked: Asked, tables: Mapping[str, Table]) -> dict[tuple[str, int], Table]:
    gaits = dict.fromkeys(_gait(vehicle) for vehicle in asked.vehicles)
    return {(profile, percent): _stretched(tables[profile], percent) for profile, percent in gaits}


def _stretched(table: Table, percent: int) -> Table:
    """A percentage of the durations, rounded to the second, halves up."""
    if percent == 100:
        return table
    durations = np.minimum((table.durations * percent + 50) // 100, UNREACHABLE)
    return table._replace(durations=np.where(table.durations >= UNREACHABLE, UNREACHABLE, durations))


def _points(asked: Asked) -> list[Point]:
    tasks = [*asked.jobs, *(task for shipment in asked.shipments for task in (shipment.pickup, shipment.delivery))]
    ends = [point for vehicle in asked.vehicles for point in (vehicle.start, vehicle.end)]
    return [point for point in (*ends, *(task.location for task in tasks)) if point is not None]


def _known(cells: tuple[tuple[int, ...], ...] | None) -> Matrix | None:
    return None if cells is None else np.array(cells, np.int64).reshape(len(cells), len(cells))


def _read(cells: tuple[tuple[int, ...], ...] | None) -> Matrix:
    durations = _known(cells)
    assert durations is not None  # wire.vroom.rules
    return np.minimum(durations, UNREACHABLE)
