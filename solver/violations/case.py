"""One route laid out beside what the problem says about it: what the rules about a route look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from solver.plan import Route, StopKind, Visit
from solver.problem import UNREACHABLE, Break, Job, Problem, Shift, Technician
from solver.violations.causes import Cause, Violation


@dataclass(frozen=True, slots=True)
class Step:
    """A visit as stated, and what it should be: its job or break, where it leads, what the drive and the work take."""

    visit: Visit
    job: Job | None
    pause: Break | None
    left: int  #: the stated instant of leaving the stop before
    here: int  #: place before
    there: int  #: place of this stop
    leg: int  #: seconds from here to there
    metres: int
    setup: int  #: seconds
    service: int  #: seconds

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
    technician: Technician
    steps: tuple[Step, ...]
    home: int  #: seconds of the last drive
    metres_home: int

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


def case_of(problem: Problem, route: Route) -> Case:
    """The case of a route whose shift exists."""
    shift = problem.shifts[route.shift]
    technician = problem.technicians[shift.technician]
    steps: list[Step] = []
    left, here, site = route.depart, shift.start_place, -1
    for visit in route.visits:
        step = _step(problem, shift, technician, visit, (left, here, site))
        steps.append(step)
        left, here = visit.end, step.there
        if not step.placeless:
            site = step.there if step.job else -1
    home = (here, here if shift.end_place is None else shift.end_place)
    travel = problem.travel
    return Case(
        problem, route, shift, technician, tuple(steps), int(travel.durations.item(*home)), int(travel.distances.item(*home))
    )


def _step(problem: Problem, shift: Shift, technician: Technician, visit: Visit, before: tuple[int, int, int]) -> Step:
    """The step of a visit after leaving a place at a time; `site` is the place of the job before, -1 if there was none."""
    left, here, site = before
    kind, row = visit.stop
    job = problem.jobs[row] if kind is StopKind.JOB and 0 <= row < len(problem.jobs) else None
    pause = shift.breaks[row] if kind is StopKind.BREAK and 0 <= row < len(shift.breaks) else None
    there, setup, service = here, 0, 0
    if job is not None:
        there = job.place
        percent = percent_of(job, technician)
        setup = 0 if there == site else _share(job.setup, percent)
        service = _share(job.duration, percent)
    elif pause is not None:
        there, service = here if pause.place is None else pause.place, pause.duration
    elif kind is StopKind.STOCK and shift.stock is not None:
        there, service = shift.stock.place, shift.stock.duration
    leg, metres = problem.travel.durations.item(here, there), problem.travel.distances.item(here, there)
    return Step(visit, job, pause, left, here, there, int(leg), int(metres), setup, service)


def percent_of(job: Job, technician: Technician) -> int:
    """Ten-thousandths of its duration that a job takes: the technician's pace times that of the lowest surplus of level."""
    surplus = [technician.skills[name].level - need for name, need in job.skills.items() if name in technician.skills]
    level = max(0, min(surplus)) if surplus else 0
    return technician.pace * (job.paces[level] if level < len(job.paces) else job.paces[-1])


def _share(seconds: int, percent: int) -> int:
    """So many ten-thousandths of a time, rounded up to the second."""
    whole, rest = divmod(seconds * percent, 10_000)
    return whole + (rest > 0)


def passable(seconds: int) -> bool:
    """Whether a cell of the travel matrix is a way at all."""
    return seconds < UNREACHABLE
