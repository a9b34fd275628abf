"""What is worth a look, or to be refused, about pins: a dispatcher may pin what breaks a rule, but not two jobs at one time."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import solver
from dispatch.errors import Code, Finding, pointer
from dispatch.wire.model import Day
from dispatch.wire.work import Job
from solver.evaluation import openings_of, service_times
from solver.violations import Cause

_WORDS = {
    Cause.PIN_SHIFT: "the pinned shift is not planned",
    Cause.SKILL: "the pinned technician lacks a skill",
    Cause.TAG: "the pinned technician lacks a tag",
    Cause.REQUIRED: "the pinned technician is not one of the required ones",
    Cause.EXCLUDED: "the pinned technician is excluded",
    Cause.TOOLS: "a tool is neither on the van nor at a stock point",
    Cause.WINDOW: "the pinned start lies in none of the windows",
    Cause.SHIFT_HOURS: "the pinned time lies outside the shift",
}


class _Held(NamedTuple):
    """A job pinned to a technician and a start: seconds without set-up, which another job at the same place may spare it."""

    start: int
    end: int
    row: int


def pins_that_break_rules(day: Day, problem: solver.Problem) -> Iterator[Finding]:
    """Warnings: what is pinned breaks a rule, so the job will come back unassigned."""
    for row, job in enumerate(day.jobs):
        for cause in _broken(job, row, problem):
            message = f"{cause}: {_WORDS[cause]}; the job will be left out"
            yield Finding(pointer("jobs", row, "pin"), Code.PIN_VIOLATES, message, job.id)


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
        if job.pin and job.pin.technician and pinned.pin and pinned.pin.start is not None:
            _, lasts = service_times(pinned, technicians[job.pin.technician])
            held[job.pin.technician].append(_Held(pinned.pin.start, pinned.pin.start + lasts, row))
    for jobs in held.values():
        yield from pairwise(sorted(jobs))


def _broken(job: Job, row: int, problem: solver.Problem) -> list[Cause]:
    """The rules a pin breaks, whichever shift of its technician were taken."""
    pinned = problem.jobs[row]
    if job.pin is None or pinned.pin is None:
        return []
    outside = [] if openings_of(pinned) else [Cause.WINDOW]
    if job.pin.technician is None:
        return outside
    shifts = _shifts_meant(job.pin.technician, pinned.pin, problem)
    if not shifts or (job.pin.shift is not None and pinned.pin.shift is None):
        return [Cause.PIN_SHIFT, *outside]
    each = [[*_personal(job, pinned, shift, problem)] for shift in shifts]
    return [*(cause for cause in each[0] if all(cause in others for others in each)), *outside]


def _shifts_meant(technician: str, pin: solver.Pin, problem: solver.Problem) -> list[solver.Shift]:
    if pin.shift is not None:
        return [problem.shifts[pin.shift]]
    return [shift for shift in problem.shifts if problem.technicians[shift.technician].id == technician]


def _personal(job: Job, pinned: solver.Job, shift: solver.Shift, problem: solver.Problem) -> Iterator[Cause]:
    """The rules that a job breaks on a shift, travel and other jobs left aside."""
    technician = problem.technicians[shift.technician]
    held = technician.skills
    choice = job.technicians
    if any(name not in held or held[name].level < level or held[name].until < shift.start for name, level in pinned.skills.items()):
        yield Cause.SKILL
    if not pinned.tags <= technician.tags:
        yield Cause.TAG
    if choice.required and technician.id not in choice.required:
        yield Cause.REQUIRED
    if technician.id in choice.excluded:
        yield Cause.EXCLUDED
    if not pinned.tools <= shift.tools and shift.stock is None:
        yield Cause.TOOLS
    start = pinned.pin.start if pinned.pin else None
    if start is not None and not shift.start <= start <= shift.latest - service_times(pinned, technician)[1]:
        yield Cause.SHIFT_HOURS
