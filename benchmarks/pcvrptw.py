"""Prize-collecting vehicle routing with time windows: clients may be left out, and their prizes are lost.

By the convention of the DIMACS challenge distances, times and windows are cut off to tenths. Distance and lost prizes count.
"""

from pathlib import Path

import numpy as np

from benchmarks.case import Case, euclidean
from benchmarks.vrplib import File, read_file
from solver import Job, Problem, Shift, Technician, Travel, Window

TENTHS = 10
LOAD = "load"


def read(path: Path) -> Case:
    """The instance in a file of PyVRP's dialect.

    Raises
    ------
    UnreadableInstance
        A value or section is missing or too short.
    """
    file = read_file(path)
    nodes = int(file.value("DIMENSION"))
    points = [(float(x), float(y)) for x, y in file.section("NODE_COORD_SECTION", nodes)]
    arcs = (TENTHS * euclidean(points)).astype(np.int64)
    depot = _windows(file, nodes)[0]
    load = int(file.value("CAPACITY"))
    shift = Shift(0, depot.open, depot.close, start_place=0, end_place=0, price_metre=1, parts={LOAD: load})
    travel = Travel(arcs, arcs, "arcs truncated to one decimal")
    vehicles = int(file.value("VEHICLES"))
    return Case(path.stem, Problem(_jobs(file, nodes), (Technician("vehicle"),), (shift,) * vehicles, travel), TENTHS)


def _jobs(file: File, nodes: int) -> tuple[Job, ...]:
    windows, service = _windows(file, nodes), _tenths(file.value("SERVICE_TIME"))
    demands = [int(field) for (field,) in file.section("DEMAND_SECTION", nodes)]
    prizes = [TENTHS * int(float(field)) for (field,) in file.section("PRIZE_SECTION", nodes)]
    return tuple(
        Job(str(n), n, service, windows=(windows[n],), unserved=prizes[n], parts={LOAD: demands[n]}) for n in range(1, nodes)
    )


def _windows(file: File, nodes: int) -> list[Window]:
    return [Window(_tenths(opens), _tenths(closes)) for opens, closes in file.section("TIME_WINDOW_SECTION", nodes)]


def _tenths(field: str) -> int:
    return int(TENTHS * float(field))
