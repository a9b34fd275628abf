"""Technician routing and scheduling in Pillac's format: homes, shifts, skills, tools, spare parts, and a depot that has them all.

With travel matrices in the file (Praxedo's real days) those are used, otherwise straight lines. What counts is the sum over the
technicians used of end minus the latest start that keeps the end. One second of the problem is a ten-thousandth of the file's unit:
matrices have four decimals, so they are exact; straight lines are rounded up, so what is in time here is in time there.
"""

import math
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.case import Case, UnreadableInstance, euclidean, plan_of_routes
from solver import Departure, Job, Plan, Problem, Shift, Skill, Stock, StopKind, Technician, Travel, Window

PARTS_OF_UNIT = 10_000
_TOLERANCE = 1e-6  # of a ten-thousandth: less than any two values differ by, more than the doubles err
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_LINE = re.compile(r"^\s*(\d+)\s*:(.*)$", re.MULTILINE)

Matrix = npt.NDArray[np.int64]


class Row(NamedTuple):
    """A depot, technician or request: what a technician has, what a request needs."""

    x: float
    y: float
    open: float
    close: float
    service: float
    skills: tuple[str, ...]
    tools: frozenset[str]
    parts: dict[str, int]


def read(path: Path) -> Case:
    """The instance in a file of Pillac's format, with or without matrices.

    Raises
    ------
    UnreadableInstance
        The head or a matrix is missing or too short, or the depot closes while a technician works.
    """
    lines = path.read_text().splitlines()
    crew, rows = _crew(path, lines), [_row(line) for line in lines if "[" in line]
    if len(rows) <= crew or any(not rows[0].open <= row.open <= row.close <= rows[0].close for row in rows[1 : crew + 1]):
        raise UnreadableInstance(f"{path}: technicians are missing, or the depot is not open all their shifts")
    travel = _travel(path, lines, rows)
    places = _spots(travel)
    stocked = any(row.tools or row.parts for row in rows[crew + 1 :])
    problem = Problem(
        jobs=tuple(_job(number, places[number], rows[number]) for number in range(crew + 1, len(rows))),
        technicians=tuple(
            Technician(str(number), skills={skill: Skill() for skill in rows[number].skills}) for number in range(1, crew + 1)
        ),
        shifts=tuple(_shift(number, places, rows[number], stocked) for number in range(1, crew + 1)),
        travel=travel,
        departure=Departure.KEEP_END,
    )
    return Case(path.stem, problem, PARTS_OF_UNIT)


def write(case: Case, plan: Plan) -> str:
    """The solution file of a plan: `technician: request request …`, D for the depot."""
    jobs = case.problem.jobs
    stops = {
        route.shift + 1: ["D" if stop.kind is StopKind.STOCK else jobs[stop.row].id for stop in route.stops]
        for route in plan.routes
    }
    lines = [f"{technician}: {' '.join(names)}" for technician, names in stops.items()]
    return "\n".join([f"# {case.name}: total duration {case.cost(plan):.4f}, {len(plan.unassigned)} not served", *lines, ""])


def plan_in(case: Case, text: str) -> Plan:
    """The plan that a solution file states."""
    return plan_of_routes(case, ((int(number) - 1, names.split()) for number, names in _LINE.findall(text)))


# ---------------------------------------------------------------- the file


def _crew(path: Path, lines: list[str]) -> int:
    for title, values in pairwise(lines):
        if title.split()[:2] == ["CREW", "COUNT"] and values.split():
            return int(values.split()[0])
    raise UnreadableInstance(f"{path}: no line CREW COUNT with a number under it")


def _row(line: str) -> Row:
    _, x, y, opens, closes, service = (float(field) for field in line.partition("[")[0].split())
    skills, tools, parts = ([int(field) for field in found.split(",") if field.strip()] for found in _BRACKETS.findall(line))
    counts = {f"part {kind}": count for kind, count in enumerate(parts) if count}
    return Row(x, y, opens, closes, service, tuple(f"skill {n}" for n in skills), frozenset(f"tool {n}" for n in tools), counts)


def _travel(path: Path, lines: list[str], rows: list[Row]) -> Travel:
    if "TRAVEL TIMES" in lines:
        durations, distances = (_matrix(path, lines, title, len(rows)) for title in ("TRAVEL TIMES", "DISTANCES"))
        return Travel(durations, distances, "matrices in the file")
    straight = _up_all(euclidean([(row.x, row.y) for row in rows]))
    return Travel(straight, straight, "straight lines, rounded up")


def _matrix(path: Path, lines: list[str], title: str, size: int) -> Matrix:
    """The matrix under a title, as far as the ids of the file go: further rows are copies of them."""
    begin = lines.index(title) + 1 if title in lines else len(lines)
    body = [[float(field) for field in line.split(";")[1 : size + 1]] for line in lines[begin : begin + size]]
    if len(body) != size or any(len(row) != size for row in body):
        raise UnreadableInstance(f"{path}: {title} are missing or not {size} by {size}")
    return _up_all(np.array(body))


# ---------------------------------------------------------------- the problem


def _job(number: int, place: int, row: Row) -> Job:
    window = Window(_up(row.open), _down(row.close))
    needs = dict.fromkeys(row.skills, 1)
    return Job(str(number), place, _up(row.service), windows=(window,), skills=needs, parts=row.parts, tools=row.tools)


def _shift(number: int, places: list[int], row: Row, stocked: bool) -> Shift:
    return Shift(
        technician=number - 1,
        start=_up(row.open),
        end=_down(row.close),
        start_place=places[number],
        end_place=places[number],
        price_second=1,
        parts=row.parts,
        tools=row.tools,
        stock=Stock(places[0]) if stocked else None,
    )


def _spots(travel: Travel) -> list[int]:
    """The place of each id: the first one that is as far from everywhere, so that technicians who start together share it."""
    matrices = (travel.durations, travel.durations.T, travel.distances, travel.distances.T)
    first: dict[tuple[bytes, ...], int] = {}
    return [first.setdefault(_bytes(views), number) for number, views in enumerate(zip(*matrices, strict=True))]


def _bytes(views: Iterable[Matrix]) -> tuple[bytes, ...]:
    return tuple(view.tobytes() for view in views)


def _up(value: float) -> int:
    return math.ceil(value * PARTS_OF_UNIT - _TOLERANCE)


def _down(value: float) -> int:
    return math.floor(value * PARTS_OF_UNIT + _TOLERANCE)


def _up_all(values: npt.NDArray[np.float64]) -> Matrix:
    return np.ceil(values * PARTS_OF_UNIT - _TOLERANCE).astype(np.int64)
