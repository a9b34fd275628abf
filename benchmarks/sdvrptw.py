"""Site-dependent vehicle routing with time windows: which vehicle may serve which client, and routes of limited duration.

Distances, times and windows are a thousand times those of the file, rounded to the nearest integer. Vehicles of equal capacity and
equal clients are shifts of one technician, and a client requires one of the technicians who may serve it.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from benchmarks.vrplib import File, read_file
from solver import Departure, Job, Problem, Shift, Technician, Travel, Window

THOUSANDTHS = 1000
LOAD = "load"


class Vehicle(NamedTuple):
    """What tells vehicles apart: how much they carry, and which nodes they may visit."""

    capacity: int
    clients: frozenset[int]


def read(path: Path) -> Case:
    """The instance in a file of PyVRP's dialect.

    Raises
    ------
    UnreadableInstance
        A value or section is missing or too short, or no vehicle may serve some client.
    """
    file = read_file(path)
    nodes, fleet = int(file.value("DIMENSION")), _fleet(file)
    names = {vehicle: f"vehicle type {number}" for number, vehicle in enumerate(dict.fromkeys(fleet), 1)}
    points = [(float(x), float(y)) for x, y in file.section("NODE_COORD_SECTION", nodes)]
    arcs = np.rint(THOUSANDTHS * euclidean(points)).astype(np.int64)
    problem = Problem(
        jobs=_jobs(file, nodes, names),
        technicians=tuple(Technician(name) for name in names.values()),
        shifts=_shifts(file, nodes, fleet, list(names)),
        travel=Travel(arcs, arcs, "arcs in thousandths"),
        departure=Departure.KEEP_END,
    )
    return Case(path.stem, problem, THOUSANDTHS)


def _fleet(file: File) -> list[Vehicle]:
    vehicles = int(file.value("VEHICLES"))
    loads = file.section("CAPACITY_SECTION", vehicles)
    allowed = file.section("VEHICLES_ALLOWED_CLIENTS_SECTION", vehicles)
    return [Vehicle(int(load), frozenset(int(node) - 1 for node in nodes)) for (load,), nodes in zip(loads, allowed, strict=True)]


def _shifts(file: File, nodes: int, fleet: list[Vehicle], types: list[Vehicle]) -> tuple[Shift, ...]:
    limit, depot = _thousandths(file.value("VEHICLES_MAX_DURATION")), _windows(file, nodes)[0]
    of_type = [
        Shift(row, depot.open, depot.close, 0, 0, max_duration=limit, price_metre=1, parts={LOAD: vehicle.capacity})
        for row, vehicle in enumerate(types)
    ]
    return tuple(of_type[types.index(vehicle)] for vehicle in fleet)


def _jobs(file: File, nodes: int, names: dict[Vehicle, str]) -> tuple[Job, ...]:
    windows = _windows(file, nodes)
    services = [_thousandths(field) for (field,) in file.section("SERVICE_TIME_SECTION", nodes)]
    demands = [int(field) for (field,) in file.section("DEMAND_SECTION", nodes)]
    return tuple(
        Job(str(n), n, services[n], windows=(windows[n],), parts={LOAD: demands[n]}, required=_required(file, n, names))
        for n in range(1, nodes)
    )


def _required(file: File, node: int, names: dict[Vehicle, str]) -> frozenset[str]:
    able = frozenset(name for vehicle, name in names.items() if node in vehicle.clients)
    if not able:
        raise UnreadableInstance(f"{file.path}: no vehicle may serve client {node}")
    return able if len(able) < len(names) else frozenset()


def _windows(file: File, nodes: int) -> list[Window]:
    return [Window(_thousandths(opens), _thousandths(closes)) for opens, closes in file.section("TIME_WINDOW_SECTION", nodes)]


def _thousandths(field: str) -> int:
    return round(THOUSANDTHS * float(field))
