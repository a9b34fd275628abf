"""One route laid out beside what the problem says about it: what the rules about a route look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from solver.plan import Route, StopKind, Visit
from solver.problem import FOREVER, UNREACHABLE, Break, Job, Problem, Shift, Technician
from solver.violations.causes import Cause, Violation
from solver.violations.drives import Clock, clock_of, metres_of


@dataclass(frozen=True, slots=True)
class Step:
    """A visit as stated, and what it should be: its job or break, where it leads, what the drive and the work take."""

    visit: Visit
    job: Job | None
    pause: Break | None
    left: int  #: the stated instant of leaving the stop before
    here: int  #: place before
    there: int  #: place of this stop
    clock: Clock  #: from leaving here to arriving there
    metres: int
    setup: int  #: seconds
    service: int  #: seconds
    floor: int  #: what links to other jobs let it start at the earliest
    linked: bool  #: whether it has links, kept or not

    @property
    def leg(self) -> int:
        """Seconds from here to there, left when it was."""
        return self.clock(self.left) - self.left

    @property
    def placeless(self) -> bool:
        """Whether it is a break held wherever the technician is."""
        return self.pause is not None and self.pause.place is None


@dataclass(frozen=True, slots=True)
class Case:
    """A route and its shift, step by step."""

    problem: Problem
    route: Route
    shift: Shift
    technician: Technician  #: who leads
    members: tuple[Technician, ...]  #: everybody who works the shift
    steps: tuple[Step, ...]
    clock_home: Clock  #: from leaving the last stop to the return
    metres_home: int

    @property
    def home(self) -> int:
        """Seconds of the last drive, begun at the end of the last stop."""
        left = self.steps[-1].visit.end if self.steps else self.route.depart
        return self.clock_home(left) - left

    @property
    def jobs(self) -> Iterator[tuple[Step, Job]]:
        """The steps that serve a job, with it."""
        return ((step, step.job) for step in self.steps if step.job is not None)

    def broken(self, cause: Cause, amount: int, what: str, step: Step | None = None) -> Violation:
        """A violation on this route, at a step if one is given."""
        row = step.visit.stop.row if step and step.job else None
        subject = f"shift {self.route.shift} of {self.technician.id}"
        if step and step.job:
            subject += f", job {step.job.id}"
        elif step:
            subject += f", {step.visit.stop.kind} {step.visit.stop.row}"
        return Violation(cause, self.route.shift, row, amount, f"{subject}: {what}")


def case_of(problem: Problem, route: Route, floors: Mapping[int, int]) -> Case:
    """The case of a route whose shift exists; `floors`: per job what its links let it start at the earliest."""
    shift = problem.shifts[route.shift]
    members = members_of(problem, shift)
    technician = members[0]
    percent = _Percent(members, shift.start)
    linked = {row for link in problem.links for row in (link.before, link.after)}
    steps: list[Step] = []
    left, here, site = route.depart, shift.start_place, -1
    for visit in route.visits:
        row = visit.stop.row if visit.stop.kind is StopKind.JOB else -1
        step = _step(problem, shift, percent, visit, (left, here, site), (floors.get(row, -FOREVER), row in linked))
        steps.append(step)
        left, here = visit.end, step.there
        if not step.placeless:
            site = step.there if step.job else -1
    home = (here, here if shift.end_place is None else shift.end_place)
    return Case(
        problem,
        route,
        shift,
        technician,
        members,
        tuple(steps),
        clock_of(problem, shift, *home),
        metres_of(problem, shift, *home),
    )


def _step(
    problem: Problem, shift: Shift, percent: "_Percent", visit: Visit, before: tuple[int, int, int], waits: tuple[int, bool]
) -> Step:
    """The step of a visit after leaving a place at a time; `site` is the place of the job before, -1 if there was none."""
    left, here, site = before
    kind, row = visit.stop
    job = problem.jobs[row] if kind is StopKind.JOB and 0 <= row < len(problem.jobs) else None
    pause = shift.breaks[row] if kind is StopKind.BREAK and 0 <= row < len(shift.breaks) else None
    there, setup, service = here, 0, 0
    if job is not None:
        there = job.place
        setup = 0 if there == site else _share(job.setup, percent.of(job))
        service = _share(job.duration, percent.of(job))
    elif pause is not None:
        there, service = here if pause.place is None else pause.place, pause.duration
    elif kind is StopKind.STOCK and shift.stock is not None:
        there, service = shift.stock.place, shift.stock.duration
    clock, metres = clock_of(problem, shift, here, there), metres_of(problem, shift, here, there)
    return Step(visit, job, pause, left, here, there, clock, metres, setup, service, *waits)


class _Percent(NamedTuple):
    """How long those who work a shift take."""

    members: tuple[Technician, ...]
    start: int

    def of(self, job: Job) -> int:
        """Ten-thousandths of its duration that a job takes: the pace of who leads times that of the lowest surplus of level."""
        surplus = [
            held - need for name, need in job.skills.items() if (held := level_of(self.members, name, self.start)) is not None
        ]
        level = max(0, min(surplus)) if surplus else 0
        return self.members[0].pace * (job.paces[level] if level < len(job.paces) else job.paces[-1])


def level_of(members: Sequence[Technician], name: str, when: int) -> int | None:
    """The highest level at which any of the members holds a skill, a valid one if there is any; None if nobody holds it."""
    held = [member.skills[name] for member in members if name in member.skills]
    valid = [skill.level for skill in held if skill.until >= when]
    return max(valid or [skill.level for skill in held], default=None)


def members_of(problem: Problem, shift: Shift) -> tuple[Technician, ...]:
    """Everybody who works a shift, who leads it first."""
    return tuple(problem.technicians[row] for row in (shift.technician, *shift.crew))


def _share(seconds: int, percent: int) -> int:
    """So many ten-thousandths of a time, rounded up to the second."""
    whole, rest = divmod(seconds * percent, 10_000)
    return whole + (rest > 0)


def passable(seconds: int) -> bool:
    """Whether a cell of the travel matrix is a way at all."""
    return seconds < UNREACHABLE
