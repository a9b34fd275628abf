"""What is worth a look, or to be refused, about pins: a dispatcher may pin what breaks a rule, but not two jobs at one time."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

import solver
from dispatch.errors import Code, Finding, pointer
from dispatch.wire.model import Day
from solver.evaluation import service_times
from solver.reasons.alone import alone
from solver.violations import Cause


class _Held(NamedTuple):
    """A job pinned to a technician and a start: seconds without set-up, which another job at the same place may spare it."""

    start: int
    end: int
    row: int


def pins_that_break_rules(day: Day, problem: solver.Problem, rows: Collection[int] | None = None) -> Iterator[Finding]:
    """Warnings: what is pinned breaks a rule even if it were the only job, which will therefore be left out.

    `rows` are the jobs to look at; None: all.
    """
    shifts_of: dict[str, list[int]] = defaultdict(list)
    for row, shift in enumerate(problem.shifts):
        shifts_of[problem.technicians[shift.technician].id].append(row)
    for row, (job, pinned) in enumerate(zip(day.jobs, problem.jobs, strict=True)):
        asked = rows is None or row in rows
        if not asked or job.pin is None or pinned.pin is None or job.pin.technician is None or job.fact:
            continue
        shifts = shifts_of[job.pin.technician] if pinned.pin.shift is None else [pinned.pin.shift]
        causes = [alone(problem, shift, row).cause for shift in shifts] or [Cause.PIN_SHIFT]
        if causes[0] is not None and None not in causes:
            message = f"breaks a rule ({causes[0]}): the job will be left out"
            yield Finding(pointer("jobs", row, "pin"), Code.PIN_VIOLATES, message, causes[0].value)


def times_pinned_twice(day: Day, problem: solver.Problem) -> Iterator[Finding]:
    """Refused: a technician pinned to two jobs at one time."""
    for one, other in _neighbours(day, problem):
        if other.start < one.end:
            message = f"overlaps {pointer('jobs', one.row)}, job {day.jobs[one.row].id}, pinned to the same technician"
            yield Finding(pointer("jobs", other.row, "pin", "start"), Code.PIN_CONFLICT, message, day.jobs[other.row].id)


def drives_pinned_too_short(day: Day, problem: solver.Problem) -> Iterator[Finding]:
    """Warnings: from one pinned job to the next there is not enough time to drive."""
    for one, other in _neighbours(day, problem):
        drive = int(problem.travel.durations[problem.jobs[one.row].place, problem.jobs[other.row].place])
        if other.start - one.end < drive:
            message = f"leaves no time for the drive from {pointer('jobs', one.row)}, job {day.jobs[one.row].id}"
            yield Finding(pointer("jobs", other.row, "pin", "start"), Code.PIN_CONFLICT, message, day.jobs[other.row].id)


def _neighbours(day: Day, problem: solver.Problem) -> Iterator[tuple[_Held, _Held]]:
    """Jobs next to each other in the pinned time of a technician."""
    held: dict[str, list[_Held]] = defaultdict(list)
    technicians = {technician.id: technician for technician in problem.technicians}
    for row, (job, pinned) in enumerate(zip(day.jobs, problem.jobs, strict=True)):
        if job.pin and job.pin.technician and not job.fact and pinned.pin and pinned.pin.start is not None:
            _, lasts = service_times(pinned, technicians[job.pin.technician])
            held[job.pin.technician].append(_Held(pinned.pin.start, pinned.pin.start + lasts, row))
    for jobs in held.values():
        yield from pairwise(sorted(jobs))
