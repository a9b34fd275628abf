"""Vehicle routing with time windows in Solomon's text format, by the convention of the DIMACS challenge.

Distance alone counts, and every arc is truncated to one decimal, as a distance and as a travel time. One second and one metre of
the problem are a tenth of a unit of the file.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from solver import Job, Problem, Shift, Technician, Travel, Window

TENTHS = 10
LOAD = "load"


def read(path: Path) -> Case:
    """The instance in a file of Solomon's format.

    Raises
    ------
    UnreadableInstance
        The fleet or the depot is missing.
    """
    lines = [line.split() for line in path.read_text().splitlines()]
    nodes = [[float(field) for field in line] for line in lines if len(line) == 7 and line[0].isdecimal()]
    vehicles, capacity = _fleet(path, lines)
    if not nodes:
        raise UnreadableInstance(f"{path}: has no depot")
    arcs = (TENTHS * euclidean([(node[1], node[2]) for node in nodes])).astype(np.int64)
    depot = _window(nodes[0])
    shift = Shift(0, depot.open, depot.close, start_place=0, end_place=0, price_metre=1, parts={LOAD: capacity})
    jobs = tuple(_job(place, node) for place, node in enumerate(nodes) if place)
    problem = Problem(jobs, (Technician("vehicle"),), (shift,) * vehicles, Travel(arcs, arcs, "arcs truncated to one decimal"))
    return Case(path.stem, problem, TENTHS)


def _fleet(path: Path, lines: list[list[str]]) -> tuple[int, int]:
    for title, values in pairwise(lines):
        if title == ["NUMBER", "CAPACITY"] and len(values) == 2:
            return int(values[0]), int(values[1])
    raise UnreadableInstance(f"{path}: no line NUMBER CAPACITY with the two numbers under it")


def _job(place: int, node: list[float]) -> Job:
    number, _, _, demand, _, _, service = node
    return Job(f"{number:.0f}", place, round(TENTHS * service), windows=(_window(node),), parts={LOAD: round(demand)})


def _window(node: list[float]) -> Window:
    return Window(round(TENTHS * node[4]), round(TENTHS * node[5]))
