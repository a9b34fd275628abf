"""Rules about who may serve a job at all: skills, tags, the technicians named, the pinned shift."""

from collections.abc import Iterator

from solver.violations.case import Case
from solver.violations.causes import Cause, Violation


def pinned_shift(case: Case) -> Iterator[Violation]:
    """A job pinned to a shift is served by that shift."""
    for step, job in case.jobs:
        if job.pin and job.pin.shift is not None and job.pin.shift != case.route.shift:
            yield case.broken(Cause.PIN_SHIFT, 1, f"pinned to shift {job.pin.shift}", step)


def skills(case: Case) -> Iterator[Violation]:
    """The technician holds every skill of a job at its level or above, valid when the shift starts."""
    held = case.technician.skills
    for step, job in case.jobs:
        for name, need in job.skills.items():
            if name not in held or held[name].level < need:
                level = held[name].level if name in held else 0
                yield case.broken(Cause.SKILL, max(1, need - level), f"needs {name} at level {need}, not {level}", step)
            elif held[name].until < case.shift.start:
                yield case.broken(Cause.SKILL, case.shift.start - held[name].until, f"{name} is no longer valid", step)


def tags(case: Case) -> Iterator[Violation]:
    """The technician has every tag of a job."""
    for step, job in case.jobs:
        missing = job.tags - case.technician.tags
        if missing:
            yield case.broken(Cause.TAG, len(missing), f"needs {', '.join(sorted(missing))}", step)


def required(case: Case) -> Iterator[Violation]:
    """A job that names technicians of whom it must be one is served by one of them."""
    for step, job in case.jobs:
        if job.required and case.technician.id not in job.required:
            yield case.broken(Cause.REQUIRED, 1, "is for other technicians", step)


def excluded(case: Case) -> Iterator[Violation]:
    """A job is not served by a technician it excludes."""
    for step, job in case.jobs:
        if case.technician.id in job.excluded:
            yield case.broken(Cause.EXCLUDED, 1, "excludes this technician", step)


RULES = (pinned_shift, skills, tags, required, excluded)
