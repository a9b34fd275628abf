"""What jobs that depend on each other need to make sense."""

from collections.abc import Iterator

from dispatch.errors import Code, Finding, pointer
from dispatch.wire.legs import has_legs, names_of, recipes_of
from dispatch.wire.rules.references import unknown
from dispatch.wire.view import View
from dispatch.wire.work import Job
from solver.coupling import cycle_among


def jobs_come_after_others_that_are_there(view: View) -> Iterator[Finding]:
    """A job comes after jobs of the day, not after itself, with a maximum lag that is not below the minimum."""
    known = view.names("jobs") | {name for _, job in view.jobs for name in _names(job)}
    for index, job in view.jobs:
        for number, after in enumerate(job.after):
            path = ("jobs", index, "after", number)
            if after.job in _names(job):
                yield Finding(pointer(*path, "job"), Code.SELF_PRECEDENCE, "is the job itself", after.job)
            elif after.job not in known:
                yield unknown(pointer(*path, "job"), "jobs", after.job, known)
            if after.max_lag_min is not None and after.max_lag_min < after.min_lag_min:
                yield Finding(pointer(*path, "max_lag_min"), Code.WINDOW_INVERTED, "is below min_lag_min", after.max_lag_min)


def no_job_waits_for_itself(view: View) -> Iterator[Finding]:
    """The jobs that come after each other are no circle."""
    whole = {name: job.id if has_legs(job) or job.part is None else job.part.job for _, job in view.jobs for name in _names(job)}
    follows: dict[str, list[str]] = {}
    row: dict[str, int] = {}
    for index, job in view.jobs:
        name = whole[job.id]
        row.setdefault(name, index)
        for after in job.after:
            if whole.get(after.job, after.job) != name:
                follows.setdefault(whole.get(after.job, after.job), []).append(name)
    cycle = cycle_among(follows)
    if cycle and cycle[0] in row:
        circle = " < ".join(cycle[:10])
        yield Finding(pointer("jobs", row[cycle[0]], "after"), Code.PRECEDENCE_CYCLE, f"is a circle: {circle}", circle)


def legs_are_given_once(view: View) -> Iterator[Finding]:
    """A job has one of crew, legs and recipes; then it is no part, and pins, facts and the plan in force are those of its legs."""
    for index, job in view.jobs:
        given = [name for name in ("crew", "legs", "recipes") if getattr(job, name) is not None]
        for name in given[1:]:
            yield Finding(pointer("jobs", index, name), Code.CONFLICT, f"is given besides {given[0]}")
        for name in ("part", "pin", "current", "fact") if given else ():
            if getattr(job, name) is not None:
                yield Finding(pointer("jobs", index, name), Code.CONFLICT, "is given, but the job has legs: give it to a leg")


def legs_have_names_of_their_own(view: View) -> Iterator[Finding]:
    """The visit of a leg has an id that nothing else has, and that is not too long."""
    taken = view.names("jobs")
    for index, job in view.jobs:
        seen: set[str] = set()
        for name in [name for recipe in names_of(job) for name in recipe] if has_legs(job) else ():
            if name in taken or name in seen:
                yield Finding(pointer("jobs", index, "legs"), Code.DUPLICATE_ID, f"make a second job {name}", name)
            elif len(name) > 64:
                yield Finding(pointer("jobs", index, "id"), Code.STRING_INVALID, "is too long for a job with legs", job.id)
            seen.add(name)


def offsets_are_in_order(view: View) -> Iterator[Finding]:
    """The least offset of a leg is not above the greatest."""
    for index, job in view.jobs:
        if job.part and job.part.offset_min[0] > job.part.offset_min[1]:
            yield Finding(pointer("jobs", index, "part", "offset_min"), Code.WINDOW_INVERTED, "is more at least than at most")
        for recipe, legs in enumerate(recipes_of(job) if has_legs(job) else ()):
            for number, leg in enumerate(legs):
                if leg.offset_min[0] > leg.offset_min[1]:
                    path = ("recipes", recipe, number) if job.recipes is not None else ("legs", number)
                    where = pointer("jobs", index, *path, "offset_min")
                    yield Finding(where, Code.WINDOW_INVERTED, "is more at least than at most")


def groups_ask_for_one_thing(view: View) -> Iterator[Finding]:
    """All jobs of a group say the same of it."""
    first: dict[str, tuple[object, object]] = {}
    for index, job in view.jobs:
        for number, group in enumerate(job.groups):
            said = (group.ask, group.price)
            if first.setdefault(group.name, said) != said:
                where = pointer("jobs", index, "groups", number)
                yield Finding(where, Code.CONFLICT, "asks for something else than another job of the group", group.name)


def crews_are_technicians(view: View) -> Iterator[Finding]:
    """A crew is made of technicians of the day, each of them once."""
    known = view.names("technicians")
    for index, technician in view.technicians:
        for number, shift in enumerate(technician.shifts):
            for member, name in enumerate(shift.crew):
                where = pointer("technicians", index, "shifts", number, "crew", member)
                if name not in known:
                    yield unknown(where, "technicians", name, known)
                elif name == technician.id or name in shift.crew[:member]:
                    yield Finding(where, Code.CONFLICT, "is in the crew already", name)


def _names(job: Job) -> list[str]:
    """What a job, its legs and the whole it is part of are called."""
    legs = [name for recipe in names_of(job) for name in recipe] if has_legs(job) else []
    return [job.id, *legs, *([job.part.job] if job.part else [])]
