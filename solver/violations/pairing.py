"""Rules about who may serve a job at all: the pinned shift, skills, tags, the technicians named."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from solver.problem import Job, Problem, Shift, Technician
from solver.violations.case import Case
from solver.violations.causes import Cause, Violation


class Pair(NamedTuple):
    """A job and the shift (with its row) that is to serve it."""

    job: Job
    row: int
    shift: Shift
    technician: Technician


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
    """The technician holds every skill of a job at its level or above, valid when the shift starts."""
    held, start = pair.technician.skills, pair.shift.start
    for name, need in pair.job.skills.items():
        if name not in held or held[name].level < need:
            level = held[name].level if name in held else 0
            yield Misfit(Cause.SKILL, max(1, need - level), f"needs {name} at level {need}, not {level}")
        elif held[name].until < start:
            yield Misfit(Cause.SKILL, start - held[name].until, f"{name} is no longer valid")


def tags(pair: Pair) -> Iterator[Misfit]:
    """The technician has every tag of a job."""
    missing = pair.job.tags - pair.technician.tags
    if missing:
        yield Misfit(Cause.TAG, len(missing), f"needs {', '.join(sorted(missing))}")


def required(pair: Pair) -> Iterator[Misfit]:
    """A job that names technicians of whom it must be one is served by one of them."""
    if pair.job.required and pair.technician.id not in pair.job.required:
        yield Misfit(Cause.REQUIRED, 1, "is for other technicians")


def excluded(pair: Pair) -> Iterator[Misfit]:
    """A job is not served by a technician it excludes."""
    if pair.technician.id in pair.job.excluded:
        yield Misfit(Cause.EXCLUDED, 1, "excludes this technician")


PAIR_RULES: tuple[Callable[[Pair], Iterator[Misfit]], ...] = (pinned_shift, skills, tags, required, excluded)


def pairs(case: Case) -> Iterator[Violation]:
    """Every job of a route may be served by its shift."""
    for step, job in case.jobs:
        pair = Pair(job, case.route.shift, case.shift, case.technician)
        for rule in PAIR_RULES:
            for misfit in rule(pair):
                yield case.broken(misfit.cause, misfit.amount, misfit.what, step)


def first_misfit(problem: Problem, row: int, job: Job) -> Cause | None:
    """The first rule that keeps a shift (row) from serving a job whatever else it does; None if there is none."""
    shift = problem.shifts[row]
    pair = Pair(job, row, shift, problem.technicians[shift.technician])
    return next((misfit.cause for rule in PAIR_RULES for misfit in rule(pair)), None)


RULES = (pairs,)
