"""Actual times move the rest of the day: the visits of a technician after what has happened, as early as windows and breaks allow.

Not a new plan: nobody is given another job and the order stays. It is the timing rule of the solver on the technician's route,
with what has happened as facts (`dispatch.day.past`), drives as in the plan, and an estimate where the order has changed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from itertools import groupby, pairwise

from sqlalchemy import select

import solver
from dispatch import wire
from dispatch.access import Act
from dispatch.day import Planning, problem_of
from dispatch.progress.legs import legs_of, place_of, start_of
from dispatch.progress.transitions import FINISHED
from dispatch.store.tables import Job, JobState, Schedule, ScheduleState, Visit, VisitState
from dispatch.wire.places import Point
from dispatch.wire.rules.times import close_of
from dispatch.wire.work import Fact

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a visit is, and since when; what is None has not happened."""

    job: str
    state: VisitState
    left_at: datetime | None = None
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """When a visit is, or was."""

    arrive: datetime
    start: datetime
    end: datetime


def retime(act: Act, territory: str, technician: str) -> None:
    """Move the visits of a technician's day, by what has happened in it."""
    mine = (Visit.territory_id == territory, Visit.technician_id == technician, Visit.state != VisitState.WITHDRAWN)
    in_force = (
        select(Visit)
        .join(Schedule, Visit.schedule_id == Schedule.id)
        .where(*mine, Schedule.state == ScheduleState.PUBLISHED, Schedule.horizon_end > act.now)
    )
    visits = act.session.scalars(in_force.order_by(Visit.schedule_id, Visit.position).with_for_update(of=Visit)).all()
    for name, group in groupby(visits, key=lambda visit: visit.schedule_id):
        schedule = act.session.get_one(Schedule, name)
        _move(act, list(group), *_read(schedule.day, schedule.plan), technician)


@lru_cache(maxsize=16)
def _read(day: str, plan: str) -> tuple[wire.Day, wire.PlanFile]:
    """A schedule as it is kept; the technicians of a day report on the same one."""
    return wire.read_day(day.encode()), wire.read_plan(plan.encode())


def _move(act: Act, visits: Sequence[Visit], day: wire.Day, plan: wire.PlanFile, technician: str) -> None:
    cancelled = _cancelled(act, visits)
    rows = {visit.job_id: visit for visit in visits if visit.state in FINISHED or visit.job_id not in cancelled}
    for route in plan.routes:
        here = [rows[stop.job] for stop in route.visits if stop.job in rows]
        if route.technician == technician and any(visit.since is not None for visit in here):
            far = [progress_of(visit) for visit in sorted(here, key=lambda visit: visit.position)]
            for job, times in retimed(day, route, far, act.now).items():
                _set(act, rows[job], times)


def _set(act: Act, visit: Visit, times: Times) -> None:
    if (visit.arrive, visit.start, visit.end) != (times.arrive, times.start, times.end):
        visit.arrive, visit.start, visit.end = times.arrive, times.start, times.end
        visit.updated_at = act.now


def _cancelled(act: Act, visits: Sequence[Visit]) -> set[str]:
    """The jobs of visits that are not to be done any more."""
    of_visits = (Job.territory_id == visits[0].territory_id, Job.id.in_([visit.job_id for visit in visits]))
    return set(act.session.scalars(select(Job.id).where(*of_visits, Job.state == JobState.CANCELLED)))


def progress_of(visit: Visit) -> Progress:
    """How far a visit is."""
    return Progress(visit.job_id, visit.state, visit.left_at, visit.arrived_at, visit.started_at, visit.ended_at)


# ---------------------------------------------------------------- the rule


def retimed(day: wire.Day, route: wire.PlanRoute, visits: Sequence[Progress], now: datetime) -> Mapping[str, Times]:
    """When each visit of a route is or was, by job.

    Parameters
    ----------
    day : what was planned
    route : the route that is in force
    visits : how far its visits are, in their order; those that are no more are not among them
    now : the moment at which that is so: what goes on has not ended before, and nothing that has not begun is earlier
    """
    drives = legs_of(day, route)
    facts: dict[str, Fact] = {}
    for far in sorted(visits, key=_since):
        here = place_of(day, [*facts][-1]) if facts else start_of(day, route.technician, route.shift)
        fact = _fact(far, day, route, now, partial(drives.seconds, here))
        if fact is not None:
            facts[far.job] = fact
    waiting = [far.job for far in visits if far.job not in facts and far.state not in FINISHED]
    book = problem_of(_day_of_route(day, route, facts, waiting, now), drives)
    if (route.technician, route.shift) not in book.shift_rows:
        return {}  # the shift was over before anything happened in it
    order = [*sorted(facts, key=lambda job: (facts[job].start, facts[job].end)), *waiting]
    timed = _with_breaks(book, route, [*_stops(book, route, order)], len(facts))
    moved = {book.day.jobs[visit.stop.row].id: visit for visit in timed.visits if visit.stop.kind is solver.StopKind.JOB}
    times = {job: Times(*(book.shown(at) for at in (visit.arrive, visit.start, visit.end))) for job, visit in moved.items()}
    return {far.job: _as_it_was(times[far.job], facts.get(far.job), far) for far in visits if far.job in times}


def _since(far: Progress) -> datetime:
    return far.started_at or far.arrived_at or far.left_at or far.ended_at or _LATEST


def _as_it_was(times: Times, fact: Fact | None, far: Progress) -> Times:
    """The times of a visit; of what has happened those that were reported."""
    if fact is None:
        return times
    return Times(far.arrived_at or min(times.arrive, fact.start), fact.start, fact.end)


def _fact(far: Progress, day: wire.Day, route: wire.PlanRoute, now: datetime, drive: Callable[[Point], int]) -> Fact | None:
    """What has happened of a visit, and what is expected of one that goes on; None if the technician has not left for it.

    A visit that failed on the way or there took no time; one given up from afar is no fact.
    """
    stop = next(stop for stop in route.visits if stop.job == far.job)
    lasts = timedelta(seconds=stop.setup_s + stop.service_s)
    match far:
        case Progress(state=VisitState.COMPLETED, started_at=datetime() as start, ended_at=datetime() as end):
            pass
        case Progress(state=VisitState.STARTED, started_at=datetime() as start):
            end = max(now, start + lasts)
        case Progress(state=VisitState.ARRIVED, arrived_at=datetime() as arrived):
            start = _first_start(day, far.job, max(arrived, now), lasts)
            end = start + lasts
        case Progress(state=VisitState.EN_ROUTE, left_at=datetime() as left):
            arrived = left + timedelta(seconds=drive(place_of(day, far.job)))
            start = _first_start(day, far.job, max(arrived, now), lasts)
            end = start + lasts
        case Progress(state=VisitState.FAILED, ended_at=datetime() as end) if far.left_at or far.arrived_at or far.started_at:
            start = end
        case _:
            return None
    return Fact(technician=route.technician, shift=route.shift, start=start, end=end)


def _first_start(day: wire.Day, job: str, arrived: datetime, lasts: timedelta) -> datetime:
    """When a job can start after an arrival: within a window, at once if there is none left."""
    windows = next(each for each in day.jobs if each.id == job).windows
    for window in sorted(windows, key=lambda window: window.start):
        start = max(arrived, window.start)
        if start <= close_of(window) - (lasts if window.finish_by else timedelta()):
            return start
    return arrived


def _day_of_route(
    day: wire.Day, route: wire.PlanRoute, facts: Mapping[str, Fact], waiting: Sequence[str], now: datetime
) -> wire.Day:
    """The day with one technician, and the jobs of one route."""
    jobs = {job.id: job for job in day.jobs}
    served = [jobs[name].model_copy(update={"fact": fact, "pin": None}) for name, fact in facts.items()]
    still = [jobs[name].model_copy(update={"fact": None, "pin": None}) for name in waiting]
    unsaid: dict[str, object] = {"matrices": None, "modes": {}, "by_hour": False}  # the drives are told by `legs`
    estimate = None if day.travel is None else day.travel.model_copy(update=unsaid)
    technicians = tuple(_driving(each) for each in day.technicians if each.id == route.technician)
    return day.model_copy(update={"technicians": technicians, "jobs": (*served, *still), "now": now, "travel": estimate})


def _driving(technician: wire.Technician) -> wire.Technician:
    """A technician whose way of moving is not asked for again."""
    shifts = tuple(shift.model_copy(update={"mode": None}) for shift in technician.shifts)
    return technician.model_copy(update={"mode": None, "shifts": shifts})


# ---------------------------------------------------------------- the order of stops


def _stops(book: Planning, route: wire.PlanRoute, order: Sequence[str]) -> Iterator[solver.Stop]:
    """The jobs in order, each with the stop at the stock point that the plan has right before it."""
    before = {stop.job for first, stop in pairwise(route.visits) if first.kind == "stock"}
    for job in order:
        if job in before and book.day.jobs[book.job_rows[job]].fact is None:
            yield solver.Stop(solver.StopKind.STOCK)
        yield solver.Stop(solver.StopKind.JOB, book.job_rows[job])


def _with_breaks(book: Planning, route: wire.PlanRoute, stops: list[solver.Stop], facts: int) -> solver.Route:
    """The timed route in which each break is held where it is late the least, and the route then over the soonest."""
    row = book.shift_rows[route.technician, route.shift]
    first = facts
    for number in range(len(book.problem.shifts[row].breaks)):
        pause = solver.Stop(solver.StopKind.BREAK, number)
        orders = [(at, [*stops[:at], pause, *stops[at:]]) for at in range(first, len(stops) + 1)]
        first, stops = min(orders, key=lambda order: (*_worth(book.problem, row, order[1]), -order[0]))
        first += 1
    return solver.timed(book.problem, row, stops)


def _worth(problem: solver.Problem, row: int, stops: Sequence[solver.Stop]) -> tuple[int, int]:
    """Seconds by which breaks are late, and when the route is over."""
    timed, breaks = solver.timed(problem, row, stops), problem.shifts[row].breaks
    held = (visit for visit in timed.visits if visit.stop.kind is solver.StopKind.BREAK)
    return sum(max(0, visit.start - breaks[visit.stop.row].close) for visit in held), timed.back
