"""What of the plan in force may be moved, at what price: prices, limits, scope and freeze become the solver's.

What may not move is pinned to its shift, start and order, as the plan in force stands now: late already, if it is late.
"""

from collections.abc import Collection
from dataclasses import replace

import solver
from dispatch import travel
from dispatch.day.layers import priority_of
from dispatch.day.setting import Setting
from dispatch.day.standing import Standing
from dispatch.day.units import seconds
from dispatch.day.wishes import in_force
from dispatch.wire.model import Day
from dispatch.wire.places import AtSite, Point
from dispatch.wire.scope import Circle, Scope
from dispatch.wire.whereabouts import point_of
from dispatch.wire.work import Job


def held(day: Day, problem: solver.Problem, setting: Setting, standing: Standing | None) -> solver.Problem:
    """The problem that starts from the plan in force, as the options of the day want it."""
    options = day.options
    problem = replace(problem, max_moves=options.max_moves, max_told_moves=options.max_told_moves)
    served = _visits(standing) if standing else {}
    jobs = list(problem.jobs)
    for row, (shift, start, _) in served.items():
        technician = problem.technicians[problem.shifts[shift].technician].id
        jobs[row] = replace(jobs[row], current=in_force(jobs[row], technician, start, setting.policy))
    rows = range(len(jobs))
    movable = {row for row in rows if options.scope is None or _is_in(options.scope, day, day.jobs[row], setting)}
    freeze = range(setting.past.now, setting.past.now + seconds(options.freeze_min or 0))
    for row, (shift, start, rank) in served.items():
        if jobs[row].pin is None and (row not in movable or start in freeze):
            jobs[row] = replace(jobs[row], pin=solver.Pin(shift, start, rank))
    if options.scope is not None:
        lost = standing.lost if standing else {}
        everybody = frozenset(technician.id for technician in problem.technicians)
        outside = everybody - frozenset(everybody if options.scope.technicians is None else options.scope.technicians)
        inside = movable | lost.keys()
        jobs = [_closed_to(job, outside if row in inside else everybody) for row, job in enumerate(jobs)]
    return replace(problem, jobs=tuple(jobs))


def _visits(standing: Standing) -> dict[int, tuple[int, int, int]]:
    """Of each job that stays: its shift, its start, and which one of the route it is; facts apart."""
    found = {}
    for route in standing.plan.routes:
        visits = [visit for visit in route.visits if visit.stop.kind is solver.StopKind.JOB]
        found.update({visit.stop.row: (route.shift, visit.start, rank) for rank, visit in enumerate(visits)})
    return {row: where for row, where in found.items() if row in standing.starts}


def _closed_to(job: solver.Job, technicians: frozenset[str]) -> solver.Job:
    """A job that none of some technicians may get, unless it is pinned."""
    return job if job.pin is not None else replace(job, excluded=job.excluded | technicians)


def _is_in(scope: Scope, day: Day, job: Job, setting: Setting) -> bool:
    """Whether a scope lets a job move."""
    who = job.current.technician if job.current else None
    by_technician = scope.technicians is None or who is None or who in scope.technicians
    near = scope.within is None or _is_near(scope.within, day, job, setting)
    return by_technician and near and (scope.jobs is None or _gives_way(scope, scope.jobs, day, job))


def _gives_way(scope: Scope, names: Collection[str], day: Day, job: Job) -> bool:
    """Whether a job is one of those named, or less important than all of them and may be displaced."""
    if job.id in names:
        return True
    rank = priority_of(day, job)
    return scope.displace and all(priority_of(day, each) < rank for each in day.jobs if each.id in names)


def _is_near(circle: Circle, day: Day, job: Job, setting: Setting) -> bool:
    """Whether a job is in a circle."""
    middle = circle.location or next(_point(each, setting) for each in day.jobs if each.id == circle.job)
    there = _point(job, setting)
    return travel.metres_between(travel.Place(middle.lat, middle.lon), travel.Place(there.lat, there.lon)) <= circle.km * 1_000


def _point(job: Job, setting: Setting) -> Point:
    point = job.location or point_of(AtSite.model_construct(site=job.site), setting.atlas.sites)
    assert point is not None  # rules.places.sites_are_known
    return point
