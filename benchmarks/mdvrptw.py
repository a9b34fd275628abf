"""Vehicle routing with time windows from several depots: vehicles start and end at their own, and routes are of limited duration.

Distances, times and windows are a thousand times those of the file, rounded to the nearest integer. Depots are the first nodes.
"""

from pathlib import Path

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from benchmarks.vrplib import File, read_file
from solver import Departure, Job, Problem, Shift, Technician, Travel, Window

THOUSANDTHS = 1000
LOAD = "load"


def read(path: Path) -> Case:
    """The instance in a file of PyVRP's dialect.

    Raises
    ------
    UnreadableInstance
        A value or section is missing or too short, or a vehicle's depot is none.
    """
    file = read_file(path)
    nodes = int(file.value("DIMENSION"))
    depots = sum(fields[0].isdecimal() for fields in file.sections.get("DEPOT_SECTION", []))
    points = [(float(x), float(y)) for x, y in file.section("NODE_COORD_SECTION", nodes)]
    arcs = np.rint(THOUSANDTHS * euclidean(points)).astype(np.int64)
    problem = Problem(
        jobs=_jobs(file, nodes, depots),
        technicians=(Technician("vehicle"),),
        shifts=_shifts(file, nodes, depots),
        travel=Travel(arcs, arcs, "arcs in thousandths"),
        departure=Departure.KEEP_END,
    )
    return Case(path.stem, problem, THOUSANDTHS)


def _shifts(file: File, nodes: int, depots: int) -> tuple[Shift, ...]:
    homes = [int(field) - 1 for (field,) in file.section("VEHICLES_DEPOT_SECTION", int(file.value("VEHICLES")))]
    if any(not 0 <= home < depots for home in homes):
        raise UnreadableInstance(f"{file.path}: a vehicle's depot is none of the first {depots} nodes")
    limit, windows = _thousandths(file.value("VEHICLES_MAX_DURATION")), _windows(file, nodes)
    load = {LOAD: int(file.value("CAPACITY"))}
    return tuple(
        Shift(0, windows[home].open, windows[home].close, home, home, max_duration=limit, price_metre=1, parts=load)
        for home in homes
    )


def _jobs(file: File, nodes: int, depots: int) -> tuple[Job, ...]:
    windows = _windows(file, nodes)
    services = [_thousandths(field) for (field,) in file.section("SERVICE_TIME_SECTION", nodes)]
    demands = [int(field) for (field,) in file.section("DEMAND_SECTION", nodes)]
    return tuple(Job(str(n), n, services[n], windows=(windows[n],), parts={LOAD: demands[n]}) for n in range(depots, nodes))


def _windows(file: File, nodes: int) -> list[Window]:
    return [Window(_thousandths(opens), _thousandths(closes)) for opens, closes in file.section("TIME_WINDOW_SECTION", nodes)]


def _thousandths(field: str) -> int:
    return round(THOUSANDTHS * float(field))
