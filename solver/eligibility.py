"""Which shift may serve which job, in what time and at what price of the pairing.

Thousands of jobs and hundreds of shifts fall into few kinds, and fewer still in each respect: skills, attributes, names, tools,
pins. Each respect is judged once per kind of shift and kind of job in that respect, and the answers are spread over the members.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.evaluation import overqualified_price, pace, preference_price, wishes_price
from solver.problem import Job, Problem, Technician


class Relation(NamedTuple):
    """The row of each shift, and per row and job four numbers, shape (rows, jobs, 4)."""

    row: list[int]
    pair: npt.NDArray[
        np.int64
    ]  #: seconds of service, of set-up, price of the pairing (-1: may not be), 1 if a tool has to be fetched


class Verdict(NamedTuple):
    """What one respect says of a pairing; paces are ten-thousandths, and only one respect has them."""

    allowed: bool
    price: int = 0
    pace: int = 0
    fetch: int = 0


def relate(problem: Problem) -> Relation:
    """The relation of all shifts and jobs of a problem."""
    named = {name for job in problem.jobs for name in (*job.required, *job.excluded, *job.preferred)}
    pinned = {job.pin.shift for job in problem.jobs if job.pin}
    row, shifts = _kinds(range(len(problem.shifts)), lambda s: _shift_kind(problem, s, named, pinned))
    total = np.zeros((len(shifts), len(problem.jobs), len(Verdict._fields)), np.int64)
    for kind, judge in RESPECTS:
        column, jobs = _kinds(range(len(problem.jobs)), lambda j, kind=kind: kind(problem.jobs[j]))  # type: ignore[misc]
        verdicts = [[judge(problem, s, problem.jobs[j]) for j in jobs] for s in shifts]
        if jobs:
            total += np.array(verdicts, np.int64).reshape(len(shifts), len(jobs), len(Verdict._fields))[:, column]
    allowed, price, paces, fetch = (total[:, :, field] for field in range(len(Verdict._fields)))
    duration = np.array([job.duration for job in problem.jobs], np.int64)
    setup = np.array([job.setup for job in problem.jobs], np.int64)
    price = np.where(allowed == len(RESPECTS), price, -1)
    numbers = [-(-duration * paces // 10_000), -(-setup * paces // 10_000), price, fetch]
    return Relation(row, np.ascontiguousarray(np.stack(numbers, axis=2)))


# ---------------------------------------------------------------- respects


def _skills(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """Every skill needed is held at its level, and valid when the shift starts."""
    shift = problem.shifts[shift_row]
    technician = problem.technicians[shift.technician]
    held = all(_holds(technician, name, level, shift.start) for name, level in job.skills.items())
    return Verdict(held, overqualified_price(job, technician), pace(job, technician))


def _holds(technician: Technician, name: str, level: int, when: int) -> bool:
    skill = technician.skills.get(name)
    return skill is not None and skill.level >= level and skill.until >= when


def _attributes(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """The technician has every tag asked for; wishes have a price."""
    technician = problem.technicians[problem.shifts[shift_row].technician]
    return Verdict(job.tags <= technician.tags, wishes_price(job, technician))


def _names(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """The technician is one of those required and none of those excluded; the preferred are ranked."""
    technician = problem.technicians[problem.shifts[shift_row].technician]
    welcome = (not job.required or technician.id in job.required) and technician.id not in job.excluded
    return Verdict(welcome, preference_price(job, technician))


def _tools(problem: Problem, shift_row: int, job: Job) -> Verdict:
    """Tools are on the van, or can be fetched at a stock point."""
    shift = problem.shifts[shift_row]
    on_van = job.tools <= shift.tools
    return Verdict(on_van or shift.stock is not None, fetch=int(not on_van))


def _pins(problem: Problem, shift_row: int, job: Job) -> Verdict:  # noqa: ARG001
    """A job pinned to a shift goes to no other."""
    return Verdict(job.pin is None or job.pin.shift is None or job.pin.shift == shift_row)


Kind = Callable[[Job], Hashable]
Judge = Callable[[Problem, int, Job], Verdict]

RESPECTS: tuple[tuple[Kind, Judge], ...] = (
    (lambda job: (frozenset(job.skills.items()), job.paces, job.overqualified), _skills),
    (lambda job: (job.tags, frozenset(job.wishes.items())), _attributes),
    (lambda job: (job.required, job.excluded, job.preferred, job.preference), _names),
    (lambda job: job.tools, _tools),
    (lambda job: job.pin.shift if job.pin else None, _pins),
)
"""In what jobs differ, and how each difference is judged."""


def _shift_kind(problem: Problem, row: int, named: set[str], pinned: set[int | None]) -> Hashable:
    shift = problem.shifts[row]
    technician = problem.technicians[shift.technician]
    skills = frozenset((name, skill.level, skill.until >= shift.start) for name, skill in technician.skills.items())
    name = technician.id if technician.id in named else None
    return skills, technician.tags, technician.pace, name, shift.tools, shift.stock is None, row if row in pinned else None


def _kinds(items: Sequence[int], kind: Callable[[int], Hashable]) -> tuple[list[int], list[int]]:
    """The kind of each item as a number, and one item of each kind."""
    numbers: dict[Hashable, int] = {}
    members: list[int] = []
    for item in items:
        if numbers.setdefault(kind(item), len(members)) == len(members):
            members.append(item)
    return [numbers[kind(item)] for item in items], members
