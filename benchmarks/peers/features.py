"""What a problem asks of a solver, as a list of features: what a peer has no word for is found by comparing lists."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from solver import Job, Problem, Shift


class Feature(StrEnum):
    """Something that a problem may ask for, in the words in which its lack is told."""

    PRICED_ABSENCE = "jobs that may be left out, each at a price of its own"
    SEVERAL_WINDOWS = "several windows for a job"
    FINISH = "windows in which a job has to end"
    SETUP = "a set-up once for the jobs at one place"
    LATENESS = "a price for ending late"
    URGENCY = "a price for starting late"
    WHO_MAY = "who may serve whom"
    WHO_SHOULD = "prices that depend on who serves whom"
    PACES = "technicians who need different times for a job"
    PINS = "what is already decided about a job"
    LOADS = "loads"
    STOCK = "tools and parts from a stock point on the way"
    BREAKS = "breaks"
    OPEN_END = "routes that end at their last visit"
    OVERTIME = "overtime"
    DRIVES_OUTSIDE = "drives to the first and from the last visit outside the shift"
    MOST_JOBS = "a limit of the jobs on a route"
    LONGEST_DRIVE = "a limit of each drive"
    MOST_TRAVEL = "a limit of all drives of a route"
    LONGEST_ROUTE = "a limit of a route's duration"
    PRICE_USE = "a price for using a shift"
    PRICE_DISTANCE = "a price for distance"
    PRICE_TIME = "a price for time, waiting included"
    PRICE_JOB = "a price for each visit of a technician"
    PAID_WHOLE = "shifts paid whole once they are used"
    LINKS = "jobs whose starts depend on each other"
    BUNDLES = "jobs that are served together or not at all"
    GROUPS = "jobs that ask for the same or for different technicians"
    CREWS = "crews"
    WORST_LATENESS = "a price on the largest lateness of a plan"
    PLAN_IN_FORCE = "promises and a plan in force"
    TRAFFIC = "travel that depends on the time of day or the way of moving"
    WHOLE_MINUTES = "starts at whole minutes"
    PREFERRED_TIMES = "preferred times, and slack before a due time"


_OF_JOBS: Mapping[Feature, Callable[[Job], bool]] = MappingProxyType(
    {
        Feature.SEVERAL_WINDOWS: lambda job: len(job.windows) > 1,
        Feature.FINISH: lambda job: any(window.finish for window in job.windows),
        Feature.SETUP: lambda job: job.setup > 0,
        Feature.LATENESS: lambda job: job.late_fixed > 0 or job.late_rate > 0,
        Feature.URGENCY: lambda job: job.urgency > 0,
        Feature.WHO_MAY: lambda job: bool(job.skills or job.tags or job.required or job.excluded),
        Feature.WHO_SHOULD: lambda job: bool(job.wishes or job.overqualified or (job.preferred and job.preference)),
        Feature.PACES: lambda job: len(set(job.paces)) > 1,
        Feature.PINS: lambda job: job.pin is not None,
        Feature.LOADS: lambda job: bool(job.parts),
        Feature.CREWS: lambda job: bool(job.staff),
        Feature.PLAN_IN_FORCE: lambda job: job.promise is not None or job.current is not None,
        Feature.PREFERRED_TIMES: lambda job: bool(job.preferred_windows or (job.slack and job.slack_rate)),
    }
)

_OF_SHIFTS: Mapping[Feature, Callable[[Shift], bool]] = MappingProxyType(
    {
        Feature.STOCK: lambda shift: shift.stock is not None,
        Feature.BREAKS: lambda shift: bool(shift.breaks),
        Feature.OPEN_END: lambda shift: shift.end_place is None,
        Feature.OVERTIME: lambda shift: shift.latest > shift.end,
        Feature.DRIVES_OUTSIDE: lambda shift: shift.first_drive_outside or shift.last_drive_outside,
        Feature.MOST_JOBS: lambda shift: shift.max_jobs is not None,
        Feature.MOST_TRAVEL: lambda shift: shift.max_travel is not None,
        Feature.LONGEST_ROUTE: lambda shift: shift.max_duration is not None,
        Feature.PRICE_USE: lambda shift: shift.price_use > 0,
        Feature.PRICE_DISTANCE: lambda shift: shift.price_metre > 0,
        Feature.PRICE_TIME: lambda shift: shift.price_second > 0,
        Feature.PRICE_JOB: lambda shift: shift.price_job > 0,
        Feature.PAID_WHOLE: lambda shift: shift.paid_whole,
        Feature.CREWS: lambda shift: bool(shift.crew),
    }
)

_OF_PROBLEMS: Mapping[Feature, Callable[[Problem], bool]] = MappingProxyType(
    {
        Feature.PRICED_ABSENCE: lambda problem: len({job.price_unserved for job in problem.jobs}) > 1,
        Feature.PACES: lambda problem: any(technician.pace != 100 for technician in problem.technicians),
        Feature.WHO_MAY: lambda problem: _tools_decide(problem),
        Feature.LONGEST_DRIVE: lambda problem: _drives_are_limited(problem),
        Feature.TRAFFIC: lambda problem: problem.travel.traffic is not None,
        Feature.WHOLE_MINUTES: lambda problem: problem.snap > 1,
        Feature.LINKS: lambda problem: bool(problem.links),
        Feature.BUNDLES: lambda problem: bool(problem.bundles),
        Feature.GROUPS: lambda problem: bool(problem.groups),
        Feature.WORST_LATENESS: lambda problem: problem.worst_late_rate > 0,
        Feature.PLAN_IN_FORCE: lambda problem: problem.max_moves is not None or problem.max_told_moves is not None,
    }
)


def features_of(problem: Problem) -> frozenset[Feature]:
    """Every feature that a problem makes use of."""
    found = {feature for feature, uses in _OF_JOBS.items() if any(map(uses, problem.jobs))}
    found |= {feature for feature, uses in _OF_SHIFTS.items() if any(map(uses, problem.shifts))}
    return frozenset(found | {feature for feature, uses in _OF_PROBLEMS.items() if uses(problem)})


def _drives_are_limited(problem: Problem) -> bool:
    longest = int(problem.travel.durations.max(initial=0))
    return any(shift.max_leg < longest for shift in problem.shifts)


def _tools_decide(problem: Problem) -> bool:
    """Whether a tool that cannot be fetched keeps somebody from a job."""
    vans = {shift.tools for shift in problem.shifts if shift.stock is None}
    return any(not job.tools <= van for van in vans for job in problem.jobs if job.tools)
