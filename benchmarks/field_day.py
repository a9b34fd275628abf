"""Field-service days from the generator, with what all peers can be told of them.

A generated day uses everything in the model. What is compared is what every peer has a word for: where the jobs are and how long
they take, one window each, who has the skills and may serve whom, when technicians work and where they live. Dropped is what
`DROPPED` lists; the day is the same for all, ours included. What counts is hours driven, and a job left out as many as `ABSENT`.
"""

from dataclasses import replace
from types import MappingProxyType

from benchmarks.case import Case
from benchmarks.compare import Contest
from benchmarks.families import UnknownInstance
from benchmarks.judge import Verdict, checked
from dispatch import day as days
from dispatch import generate
from solver import Job, Plan, Problem, Shift, Travel, Window

NAME = "field-service-day"

SIZES = MappingProxyType({"60": ("rural", 60), "120": ("city", 120), "500": ("city", 500), "2000": ("city", 2_000)})
"""The days there are: by number of jobs, the generator's preset and that number."""

SEED = 1

HOUR = 3_600

ABSENT = 4 * HOUR
"""What leaving out a job costs, in seconds of driving: more than any job needs. PyVRP does not cope with prices far above that."""

DROPPED = (
    "breaks",
    "overtime",
    "tools, parts and stock points",
    "set-up (counted as service)",
    "all windows of a job but the first",
    "windows in which a job has to end (narrowed to a start by which it does)",
    "due times and urgency",
    "preferences, wishes and the price of being overqualified",
    "different times of different people",
    "limits of drives, of travel and of jobs on a route",
    "drives outside the shift",
    "the price of time, of distance, of shifts used",
    "priorities",
    "pins",
)
"""What the comparison leaves out of a day because one of the peers has no word for it."""


def contest(name: str) -> Contest:
    """The contest of the day with so many jobs.

    Raises
    ------
    UnknownInstance
        There is no day of that name.
    """
    if name not in SIZES:
        raise UnknownInstance(f"{NAME} has no instance {name}; there are {', '.join(SIZES)}")
    preset, jobs = SIZES[name]
    day = generate.day(preset, jobs=jobs, seed=SEED)
    case = Case(name, plain(days.problem_of(day, days.great_circle(day.travel)).problem), HOUR)

    def judge(plan: Plan) -> Verdict:
        driven = replace(case.problem, jobs=tuple(replace(job, unserved=0) for job in case.problem.jobs))
        return checked(replace(case, problem=driven), plan, None)

    return Contest(NAME, name, case, None, judge)


def plain(problem: Problem) -> Problem:
    """A day as every peer can be told it."""
    origin = min(shift.start for shift in problem.shifts)
    durations = problem.travel.durations
    return Problem(
        jobs=tuple(_job(job, origin) for job in problem.jobs),
        technicians=tuple(replace(technician, pace=100) for technician in problem.technicians),
        shifts=tuple(_shift(shift, origin) for shift in problem.shifts),
        travel=Travel(durations, durations, problem.travel.provider),
    )


def _job(job: Job, origin: int) -> Job:
    lasts = job.setup + job.duration
    windows = tuple(_start(window, lasts, origin) for window in job.windows[:1])
    who = {"skills": job.skills, "tags": job.tags, "required": job.required, "excluded": job.excluded}
    return Job(job.id, job.place, lasts, windows=windows, unserved=ABSENT, **who)


def _start(window: Window, lasts: int, origin: int) -> Window:
    """When a job may start, from the beginning of the day on."""
    close = max(window.open, window.close - lasts) if window.finish else window.close
    return Window(max(0, window.open - origin), max(0, close - origin))


def _shift(shift: Shift, origin: int) -> Shift:
    return Shift(shift.technician, shift.start - origin, shift.end - origin, shift.start_place, shift.end_place, price_metre=1)
