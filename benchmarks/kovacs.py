"""Service technician routing and scheduling of Kovacs et al. (2012): skills of several levels, and tasks given away at a price.

An instance is a file of tasks; its technicians are in a folder beside: for single technicians all (`technicians_noTeam`), for teams
the reduced crew (`techniciansReduced_Team`, filed as in the copy at hand: 11 for short horizons, 22 for long ones). What counts is
the straight way, and the price of the tasks that are outsourced: 200 and all that is asked for to the power of 1.5.

People form teams for the day. A problem takes crews as given, so it is offered candidates: everybody alone, and `CANDIDATES` crews
of up to `LARGEST`, those whose tasks would be dearest to give away, as far as no smaller one can do them. Nobody is in two at once.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from solver import Job, Problem, Shift, Skill, Technician, Travel, Window

PARTS_OF_UNIT = 10_000
"""Seconds of the problem in one unit of the file; a straight way is rounded up, so that what is in time here is in time there."""

LARGEST = 3
CANDIDATES = 150

_NAME = re.compile(r"(?P<base>\w+?)_(?P<domains>\d+)x(?P<levels>\d+)_(?P<form>noTeam|Team)")


class Form(NamedTuple):
    """What the name of an instance says."""

    base: str
    domains: int
    levels: int
    teams: bool


def read(path: Path) -> Case:
    """The instance whose tasks are in a file.

    Raises
    ------
    UnreadableInstance
        The name does not say how many domains and levels there are, or technicians or the depot are missing.
    """
    form = _form(path)
    rows = [[float(field) for field in line.split()] for line in path.read_text().splitlines() if _is_row(line)]
    if not rows or any(len(row) < 8 + form.domains * form.levels for row in rows):
        raise UnreadableInstance(f"{path}: has no depot, or a row without {form.domains} times {form.levels} requirements")
    people = _people(_people_file(path, form), form.domains)
    arcs = np.ceil(PARTS_OF_UNIT * euclidean([(row[1], row[2]) for row in rows]) - 1e-6).astype(np.int64)
    day = _window(rows[0])
    jobs = tuple(_job(place, row, form) for place, row in enumerate(rows) if place)
    crews = _crews(people, jobs) if form.teams else [(row,) for row in range(len(people))]
    shifts = (Shift(first, day.open, day.close, 0, 0, price_metre=1, crew=others) for first, *others in crews)
    problem = Problem(jobs, people, tuple(replace(each, crew=tuple(each.crew)) for each in shifts), Travel(arcs, arcs, "lines"))
    return Case(path.stem, problem, PARTS_OF_UNIT)


def _form(path: Path) -> Form:
    named = _NAME.match(path.stem)
    if named is None:
        raise UnreadableInstance(f"{path}: the name is not like C101_5x4_noTeam or C101_5x4_Team")
    return Form(named["base"], int(named["domains"]), int(named["levels"]), named["form"] == "Team")


def _people_file(path: Path, form: Form) -> Path:
    root = path.parent.parent
    if not form.teams:
        return root / "technicians_noTeam" / f"technicians_{path.stem}.txt"
    folder = root / "techniciansReduced_Team" / ("R1_C1_RC1" if form.base.lstrip("RC").startswith("1") else "R2_C2_RC2")
    found = sorted(folder.glob(f"technicians_{form.domains}x{form.levels}_*"))
    return found[0] if found else folder / f"technicians_{form.domains}x{form.levels}_Team.txt"


def _crews(people: Sequence[Technician], jobs: Sequence[Job]) -> list[tuple[int, ...]]:
    """Who may form a team: everybody alone, and the crews that are worth most."""
    alone = [(row,) for row in range(len(people))]
    able: dict[tuple[int, ...], frozenset[int]] = {}
    worth: dict[tuple[int, ...], int] = {}
    for size in range(1, LARGEST + 1):
        for crew in combinations(range(len(people)), size):
            able[crew] = frozenset(row for row, job in enumerate(jobs) if _fits(people, crew, job))
            smaller = frozenset[int]().union(*(able[part] for part in combinations(crew, size - 1) if part))
            worth[crew] = sum(jobs[row].price_unserved for row in able[crew] - smaller)
    dearest = sorted((crew for crew in worth if len(crew) > 1 and worth[crew]), key=lambda crew: (-worth[crew], crew))
    return alone + dearest[:CANDIDATES]


def _fits(people: Sequence[Technician], crew: Sequence[int], job: Job) -> bool:
    return all(
        sum(name in people[row].skills and people[row].skills[name].level >= level for row in crew) >= need
        for name, needs in job.staff.items()
        for level, need in enumerate(needs, 1)
        if need
    )


def _is_row(line: str) -> bool:
    fields = line.split()
    return len(fields) > 8 and fields[0].isdecimal()


def _people(path: Path, domains: int) -> tuple[Technician, ...]:
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


def _job(place: int, row: list[float], form: Form) -> Job:
    needs = [row[8 + n * form.levels : 8 + (n + 1) * form.levels] for n in range(form.domains)]
    asked = {f"domain {n}": tuple(map(int, counts)) for n, counts in enumerate(needs, 1) if any(counts)}
    price = round(PARTS_OF_UNIT * (200 + sum(map(sum, needs)) ** 1.5))
    job = Job(f"{row[0]:.0f}", place, round(PARTS_OF_UNIT * row[6]), windows=(_window(row),), unserved=price)
    if form.teams:
        return replace(job, staff=asked)
    return replace(
        job, skills={name: max(level for level, count in enumerate(counts, 1) if count) for name, counts in asked.items()}
    )


def _window(row: list[float]) -> Window:
    return Window(round(PARTS_OF_UNIT * row[4]), round(PARTS_OF_UNIT * row[5]))
