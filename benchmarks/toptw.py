"""Team orienteering with time windows: the most valuable points that so many routes can visit.

What counts here is the score missed, so that less is better and 0 is a proved optimum; of plans that miss the same, the shorter
one is better, because it has more room. How many routes there are is not in a `toptw` file: it is taken to be the number with which
every point can be visited. In a file with several constraints (`mctopmtw`) a point is open four times, and a tour has only so much
to spend on entrance fees and so many visits of each kind.

Distances are cut off to one decimal for Solomon's points, to two for those of Cordeau et al.; a second is a hundredth.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.case import Case, UnreadableInstance, euclidean
from solver import Job, Problem, Shift, Technician, Travel, Window

HUNDREDTHS = 100

Fields = Sequence[str]


class File(NamedTuple):
    """A file taken apart: its first line, the starting point, and the others."""

    path: Path
    head: Fields
    start: Fields
    points: Sequence[Fields]


def read(path: Path) -> Case:
    """The instance in a file of the `toptw` format.

    Raises
    ------
    UnreadableInstance
        There are fewer points than the first line says.
    """
    file = _file(path, head=3, before=2, points=lambda head: int(head[2]))
    shift = _shift(file.start, {})
    routes = int(file.head[1])
    score = 1 + routes * (shift.end - shift.start)
    jobs = [_job(place, fields, [_window(*fields[-2:])], {}, score) for place, fields in enumerate(file.points, 1)]
    return _case(file, jobs, (shift,) * routes, score)


def read_constrained(path: Path) -> Case:
    """The instance in a file of the `mctopmtw` format.

    Raises
    ------
    UnreadableInstance
        There are fewer points than the first line says; or several tours share the budget, which shifts of a problem cannot.
    """
    file = _file(path, head=13, before=1, points=lambda head: int(head[1]))
    if int(file.head[0]) > 1:
        raise UnreadableInstance(f"{path}: {file.head[0]} tours share one budget; a problem has none that several shifts share")
    shift = _shift(file.start, _amounts(file.head[2:]))
    score = 1 + shift.end - shift.start
    jobs = [_job(place, fields, _windows(fields), _amounts(fields[11:]), score) for place, fields in enumerate(file.points, 1)]
    return _case(file, jobs, (shift,), score)


def best_known(row: dict[str, str]) -> float | None:
    """The score that is missed where known routes visit every point, no more of them than here: none, and that is proved."""
    return 0.0 if row["verified_with_vrptw_routes"] == "yes" else None


def _file(path: Path, *, head: int, before: int, points: Callable[[Fields], int]) -> File:
    lines = [fields for line in path.read_text().splitlines() if (fields := line.split())]
    if not lines or len(lines[0]) < head:
        raise UnreadableInstance(f"{path}: the first line has not {head} numbers")
    file = File(path, lines[0], lines[before] if len(lines) > before else (), lines[before + 1 :])
    if len(file.points) != points(file.head):
        raise UnreadableInstance(f"{path}: has {len(file.points)} points, not {points(file.head)}")
    return file


def _case(file: File, jobs: list[Job], shifts: tuple[Shift, ...], score: int) -> Case:
    decimals = 2 if file.path.stem.rpartition("-")[2].startswith("pr") else 1
    straight = euclidean([(float(fields[1]), float(fields[2])) for fields in (file.start, *file.points)])
    arcs = np.floor(straight * 10**decimals + 1e-9).astype(np.int64) * 10 ** (2 - decimals)
    travel = Travel(arcs, arcs, f"straight lines cut off to {decimals} decimals")
    problem = Problem(tuple(jobs), (Technician("team"),), shifts, travel)
    return Case(file.path.stem, problem, score, whole=sum(job.price_unserved for job in jobs) / score)


def _job(place: int, fields: Fields, windows: list[Window], parts: dict[str, int], score: int) -> Job:
    """A point; `score`: what one point of score is in hundredths of distance, more than all tours together can be long."""
    price = round(score * float(fields[4]))
    return Job(fields[0], place, _hundredths(fields[3]), windows=tuple(windows), unserved=price, parts=parts)


def _shift(start: Fields, parts: dict[str, int]) -> Shift:
    day = _window(*start[-2:])
    return Shift(0, day.open, day.close, start_place=0, end_place=0, price_metre=1, parts=parts)


def _windows(fields: Fields) -> list[Window]:
    """When a point is open in the first tour: the first and third time, or the second and fourth."""
    opens, normal = fields[5:10], int(fields[10])
    return [_window(opens[first], opens[first + 1]) for first in ((0, 2) if normal else (1, 3))]


def _amounts(fields: Fields) -> dict[str, int]:
    """Fee and kinds, as what is used or to be had."""
    return {name: round(float(field)) for name, field in zip(_NAMES, fields, strict=True)}


_NAMES = ("fee", *(f"kind {number}" for number in range(1, 11)))


def _window(opens: str, closes: str) -> Window:
    return Window(_hundredths(opens), _hundredths(closes))


def _hundredths(field: str) -> int:
    return round(HUNDREDTHS * float(field))
