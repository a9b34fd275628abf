"""Rules about who may serve a job at all: the pinned shift, skills, tags, the technicians named."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from solver.problem import Job, Problem, Shift, Technician
from solver.violations.case import Case, level_of, members_of
from solver.violations.causes import Cause, Violation


class Pair(NamedTuple):
    """A job and the shift (with its row) that is to serve it."""

    job: Job
    row: int
    shift: Shift
    members: tuple[Technician, ...]


class Misfit(NamedTuple):
    """Why a pair may not be, and by how much."""

    cause: Cause
    amount: int
    what: str


def pinned_shift(pair: Pair) -> Iterator[Misfit]:
    """A job pinned to a shift is served by that shift."""
    pin = pair.job.pin
    if pin and pin.shift is not None and pin.shift != pair.row:
        yield Misfit(Cause.PIN_SHIFT, 1, f"pinned to shift {pin.shift}")


def skills(pair: Pair) -> Iterator[Misfit]:
    """Who works the shift holds every skill of a job at its level or above, valid when the shift starts: of a crew, anybody."""
    start = pair.shift.start
    for name, need in pair.job.skills.items():
        held = [member.skills[name] for member in pair.members if name in member.skills]
        level = level_of(pair.members, name, start) or 0
        if not any(skill.level >= need for skill in held):
            yield Misfit(Cause.SKILL, max(1, need - level), f"needs {name} at level {need}, not {level}")
        elif not any(skill.level >= need and skill.until >= start for skill in held):
            late = start - max(skill.until for skill in held if skill.level >= need)
            yield Misfit(Cause.SKILL, late, f"{name} is no longer valid")


def staff(pair: Pair) -> Iterator[Misfit]:
    """A crew has as many members of each skill and level as a job asks for."""
    for name, counts in pair.job.staff.items():
        held = [member.skills[name] for member in pair.members if name in member.skills]
        for level, need in enumerate(counts, 1):
            able = sum(skill.level >= level and skill.until >= pair.shift.start for skill in held)
            if able < need:
                yield Misfit(Cause.SKILL, need - able, f"needs {need} with {name} at level {level}, not {able}")


def tags(pair: Pair) -> Iterator[Misfit]:
    """The shift, or everybody who works it, has every tag of a job."""
    missing = {tag for tag in pair.job.tags - pair.shift.tags for member in pair.members if tag not in member.tags}
    if missing:
        yield Misfit(Cause.TAG, len(missing), f"needs {', '.join(sorted(missing))}")


def required(pair: Pair) -> Iterator[Misfit]:
    """A job that names technicians of whom it must be one is served by one of them."""
    if pair.job.required and not any(member.id in pair.job.required for member in pair.members):
        yield Misfit(Cause.REQUIRED, 1, "is for other technicians")


def excluded(pair: Pair) -> Iterator[Misfit]:
    """A job is not served by a technician it excludes."""
    if any(member.id in pair.job.excluded for member in pair.members):
        yield Misfit(Cause.EXCLUDED, 1, "excludes this technician")


PAIR_RULES: tuple[Callable[[Pair], Iterator[Misfit]], ...] = (pinned_shift, skills, staff, tags, required, excluded)


def pairs(case: Case) -> Iterator[Violation]:
    """Every job of a route may be served by its shift."""
    for step, job in case.jobs:
        pair = Pair(job, case.route.shift, case.shift, case.members)
        for rule in PAIR_RULES:
            for misfit in rule(pair):
                yield case.broken(misfit.cause, misfit.amount, misfit.what, step)


def first_misfit(problem: Problem, row: int, job: Job) -> Cause | None:
    """The first rule that keeps a shift (row) from serving a job whatever else it does; None if there is none."""
    shift = problem.shifts[row]
    pair = Pair(job, row, shift, members_of(problem, shift))
    return next((misfit.cause for rule in PAIR_RULES for misfit in rule(pair)), None)


RULES = (pairs,)
