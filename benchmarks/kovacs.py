"""Service technician routing and scheduling of Kovacs et al. (2012): skills of several levels, and tasks given away at a price.

An instance is a file of tasks; its technicians are in a folder beside (the whole crew: `technicians_noTeam`). What counts is the
straight way, and the price of the tasks that are outsourced: 200 and the sum of all that is asked for to the power of 1.5.
"""

import re
from pathlib import Path

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from solver import Job, Problem, Shift, Skill, Technician, Travel, Window

PARTS_OF_UNIT = 10_000
"""Seconds of the problem in one unit of the file; a straight way is rounded up, so that what is in time here is in time there."""

_NAME = re.compile(r"(?P<base>\w+?)_(?P<domains>\d+)x(?P<levels>\d+)_(?P<form>noTeam|Team)")


def read(path: Path) -> Case:
    """The instance whose tasks are in a file, for single technicians.

    Raises
    ------
    UnreadableInstance
        The name does not say how many domains and levels there are, technicians or the depot are missing, or it is for teams.
    """
    named = _NAME.match(path.stem)
    if named is None:
        raise UnreadableInstance(f"{path}: the name is not like C101_5x4_noTeam")
    if named["form"] == "Team":
        raise UnreadableInstance(f"{path}: is for teams, which technicians form for the day; a problem takes crews as given")
    domains, levels = int(named["domains"]), int(named["levels"])
    rows = [[float(field) for field in line.split()] for line in path.read_text().splitlines() if _is_row(line)]
    if not rows or any(len(row) < 8 + domains * levels for row in rows):
        raise UnreadableInstance(f"{path}: has no depot, or a row without {domains} times {levels} requirements")
    crew = _crew(path.parent.parent / "technicians_noTeam" / f"technicians_{path.stem}.txt", domains)
    arcs = np.ceil(PARTS_OF_UNIT * euclidean([(row[1], row[2]) for row in rows]) - 1e-6).astype(np.int64)
    day = _window(rows[0])
    problem = Problem(
        jobs=tuple(_job(place, row, domains, levels) for place, row in enumerate(rows) if place),
        technicians=crew,
        shifts=tuple(Shift(n, day.open, day.close, start_place=0, end_place=0, price_metre=1) for n in range(len(crew))),
        travel=Travel(arcs, arcs, "straight lines, rounded up"),
    )
    return Case(path.stem, problem, PARTS_OF_UNIT)


def _is_row(line: str) -> bool:
    fields = line.split()
    return len(fields) > 8 and fields[0].isdecimal()


def _crew(path: Path, domains: int) -> tuple[Technician, ...]:
    if not path.is_file():
        raise UnreadableInstance(f"{path}: the file of the technicians is missing")
    text = path.read_text()
    count = re.search(r"Number of Technicians:\s*(\d+)", text)
    rows = [fields for line in text.splitlines() if len(fields := line.split()) == domains + 1 and fields[0].isdecimal()]
    if count is None or len(rows) < int(count[1]):
        raise UnreadableInstance(f"{path}: has {len(rows)} technicians, and fewer than it says")
    return tuple(
        Technician(name, skills={f"domain {n}": Skill(int(level)) for n, level in enumerate(held, 1) if int(level)})
        for name, *held in rows[: int(count[1])]
    )


def _job(place: int, row: list[float], domains: int, levels: int) -> Job:
    needs = [row[8 + n * levels : 8 + (n + 1) * levels] for n in range(domains)]
    skills = {f"domain {n}": level for n, asked in enumerate(needs, 1) if (level := sum(1 for each in asked if each))}
    price = 200 + sum(map(sum, needs)) ** 1.5
    lasts = round(PARTS_OF_UNIT * row[6])
    return Job(f"{row[0]:.0f}", place, lasts, windows=(_window(row),), unserved=round(PARTS_OF_UNIT * price), skills=skills)


def _window(row: list[float]) -> Window:
    return Window(round(PARTS_OF_UNIT * row[4]), round(PARTS_OF_UNIT * row[5]))
