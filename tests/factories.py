"""Small problems with sensible defaults, so that a test states only what matters to it.

Places lie on a line, a gap of 600 s and 1,000 m apart; a shift lasts from 0 to 28,800 s (8 h) from place 0 and back to it; nothing
costs anything until a test says so.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from solver.evaluation import plan_of
from solver.plan import Plan, Stop, StopKind
from solver.problem import Break, Job, Problem, Shift, Technician, Travel, Window

GAP = 600
METRES = 1_000
HOURS = 28_800


def line(places: int = 8) -> Travel:
    """Places on a line: `|i - j|` gaps of 600 s and 1,000 m."""
    steps = np.abs(np.arange(places)[:, None] - np.arange(places)[None, :])
    return Travel(steps * GAP, steps * METRES)


def travel_of(durations: Sequence[Sequence[int]]) -> Travel:
    """A matrix of seconds; as many metres."""
    return Travel(np.array(durations), np.array(durations))


def job(name: str = "a", place: int = 1, **more: Any) -> Job:
    """A job of half an hour at place 1 that may be left out for 1,000."""
    return Job(name, place, **{"duration": 1_800, "unserved": 1_000, **more})


def window(open_: int, close: int, *, finish: bool = False) -> Window:
    return Window(open_, close, finish)


def pause(open_: int, close: int, duration: int = 1_800, place: int | None = None) -> Break:
    return Break(open_, close, duration, place)


def shift(**more: Any) -> Shift:
    """Eight hours of technician 0 from place 0 to place 0."""
    return Shift(**{"technician": 0, "start": 0, "end": HOURS, "start_place": 0, "end_place": 0, **more})


def line_problem(jobs: Sequence[Job] = (), shifts: Sequence[Shift] | None = None, **more: Any) -> Problem:
    """Jobs, one shift and technicians `t0`, `t1` … on a line."""
    shifts = (shift(),) if shifts is None else tuple(shifts)
    people = max((each.technician for each in shifts), default=-1) + 1
    parts = {"technicians": tuple(Technician(f"t{n}") for n in range(people)), "travel": line(), **more}
    return Problem(jobs=tuple(jobs), shifts=shifts, **parts)


def jobs_stop(row: int) -> Stop:
    return Stop(StopKind.JOB, row)


def break_stop(row: int = 0) -> Stop:
    return Stop(StopKind.BREAK, row)


def stock_stop() -> Stop:
    return Stop(StopKind.STOCK)


def plan(problem: Problem, *orders: str) -> Plan:
    """The plan whose shifts serve the stops of these words: `a` … the job of that id, `|` the next break, `+` the stock point."""
    return plan_of(problem, [(row, stops(problem, order)) for row, order in enumerate(orders)])


def stops(problem: Problem, order: str) -> list[Stop]:
    """The stops of a word: `a` … the job of that id, `|` the next break of the shift, `+` the stock point."""
    rows = {each.id: row for row, each in enumerate(problem.jobs)}
    breaks = 0
    found: list[Stop] = []
    for sign in order:
        found.append(break_stop(breaks) if sign == "|" else stock_stop() if sign == "+" else jobs_stop(rows[sign]))
        breaks += sign == "|"
    return found
