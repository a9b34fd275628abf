"""Which shift may serve which job, in what time and at what price of the pairing.

Thousands of jobs and hundreds of shifts fall into few distinct kinds: each pair of kinds is looked at once, and the answer spread
over their members.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.evaluation import service_times, visit_cost
from solver.plan import Stop, StopKind, Visit
from solver.problem import Job, Problem, Shift, Technician


class Relation(NamedTuple):
    """The row of each shift, and per row and job four numbers, shape (rows, jobs, 4)."""

    row: list[int]
    pair: npt.NDArray[
        np.int64
    ]  #: seconds of service, of set-up, price of the pairing (-1: may not be), 1 if a tool has to be fetched


def relate(problem: Problem) -> Relation:
    """The relation of all shifts and jobs of a problem."""
    named = {name for job in problem.jobs for name in (*job.required, *job.excluded, *job.preferred)}
    pinned = {job.pin.shift for job in problem.jobs if job.pin}
    row, shifts = _kinds(range(len(problem.shifts)), lambda s: _shift_kind(problem, s, named, pinned))
    column, jobs = _kinds(range(len(problem.jobs)), lambda j: _job_kind(problem.jobs[j]))
    pairs = np.array([[_pair(problem, s, problem.jobs[j]) for j in jobs] for s in shifts], np.int64).reshape(
        len(shifts), len(jobs), 3
    )
    spread = pairs[:, column] if column else np.zeros((len(shifts), 0, 3), np.int64)
    duration = np.array([job.duration for job in problem.jobs], np.int64)
    setup = np.array([job.setup for job in problem.jobs], np.int64)
    percent, price, tools = spread[:, :, 0], spread[:, :, 1], spread[:, :, 2]
    return Relation(
        row, np.ascontiguousarray(np.stack([-(-duration * percent // 10_000), -(-setup * percent // 10_000), price, tools], axis=2))
    )


def may_serve(problem: Problem, shift_row: int, job: Job) -> bool:
    """Whether skills, tags, tools, the job's wishes and pins allow the pairing at all; times and parts are not looked at."""
    shift = problem.shifts[shift_row]
    technician = problem.technicians[shift.technician]
    return (
        all(_holds(technician, name, level, shift.start) for name, level in job.skills.items())
        and job.tags <= technician.tags
        and (not job.required or technician.id in job.required)
        and technician.id not in job.excluded
        and (job.tools <= shift.tools or shift.stock is not None)
        and (job.pin is None or job.pin.shift is None or job.pin.shift == shift_row)
    )


def _holds(technician: Technician, name: str, level: int, when: int) -> bool:
    skill = technician.skills.get(name)
    return skill is not None and skill.level >= level and skill.until >= when


def _pair(problem: Problem, shift_row: int, job: Job) -> tuple[int, int, int]:
    """Percent of duration times percent of level; price of the pairing or -1; 1 if a tool has to be fetched."""
    shift = problem.shifts[shift_row]
    technician = problem.technicians[shift.technician]
    percent = service_times(replace(job, duration=10_000), technician)[1]
    if not may_serve(problem, shift_row, job):
        return percent, -1, 0
    untimed = Visit(Stop(StopKind.JOB), job.place, 0, 0, job.release, job.release, 0, 0)
    cost = visit_cost(job, technician, untimed)
    return percent, cost.overqualified + cost.preference + cost.wishes, int(not job.tools <= shift.tools)


def _shift_kind(problem: Problem, row: int, named: set[str], pinned: set[int | None]) -> Hashable:
    shift: Shift = problem.shifts[row]
    technician = problem.technicians[shift.technician]
    skills = frozenset((name, skill.level, skill.until >= shift.start) for name, skill in technician.skills.items())
    name = technician.id if technician.id in named else None
    return skills, technician.tags, technician.pace, name, shift.tools, shift.stock is None, row if row in pinned else None


def _job_kind(job: Job) -> Hashable:
    pin = job.pin.shift if job.pin else None
    skills, wishes = frozenset(job.skills.items()), frozenset(job.wishes.items())
    who = (job.required, job.excluded, job.preferred, job.preference)
    return skills, wishes, who, job.paces, job.overqualified, job.tags, job.tools, pin


def _kinds(items: Sequence[int], kind: Callable[[int], Hashable]) -> tuple[list[int], list[int]]:
    """The kind of each item as a number, and one item of each kind."""
    numbers: dict[Hashable, int] = {}
    members: list[int] = []
    for item in items:
        key = kind(item)
        if key not in numbers:
            numbers[key] = len(members)
            members.append(item)
    return [numbers[kind(item)] for item in items], members
