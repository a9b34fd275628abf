"""Faults that make a rule stricter than a plan keeps it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from solver.evaluation import worked
from solver.plan import Plan, Stop, StopKind, Visit
from solver.problem import UNREACHABLE, Break, Pin, Problem, Skill, Travel, Window
from solver.soft import Current, Promise
from solver.violations import Cause
from tests.solver.faults import (
    TIMING,
    Broken,
    any_of,
    fault,
    held_breaks,
    job_visits,
    legs,
    with_job,
    with_route,
    with_shift,
    with_visit,
)

# ---------------------------------------------------------------- hours


@fault(Cause.WINDOW, *TIMING)
def a_window_opens_after_the_start(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, windows=(Window(spot[2].start + 1, spot[2].start + 99),)), plan)


@fault(Cause.WINDOW, *TIMING)
def a_window_has_closed_before_the_start(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, windows=(Window(spot[2].start - 99, spot[2].start - 1),)), plan)


@fault(Cause.WINDOW, *TIMING)
def a_service_ends_after_the_window_to_finish_in(problem, plan, rng):
    spot = any_of(rng, [spot for spot in job_visits(plan) if spot[2].end > spot[2].start])
    return spot and (with_job(problem, spot[2].stop.row, windows=(Window(spot[2].start, spot[2].end - 1, finish=True),)), plan)


@fault(Cause.PIN_START, *TIMING)
def a_job_is_pinned_to_another_instant(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    if spot is None:
        return None
    pin = problem.jobs[spot[2].stop.row].pin or Pin()
    return with_job(problem, spot[2].stop.row, pin=replace(pin, start=spot[2].start + 7)), plan


@fault(Cause.PIN_RANK)
def ranked_jobs_are_served_in_another_order(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if len(route.jobs) > 1])
    if route is None:
        return None
    for rank, row in enumerate(reversed(route.jobs)):
        problem = with_job(problem, row, pin=replace(problem.jobs[row].pin or Pin(), shift=route.shift, rank=rank))
    return problem, plan


@fault(Cause.SHIFT_HOURS, Cause.BREAK, Cause.SKILL, *TIMING)
def a_shift_starts_after_the_work(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if worked(problem, route).start < problem.shifts[route.shift].end])
    return route and (with_shift(problem, route.shift, start=worked(problem, route).start + 1), plan)


@fault(Cause.SHIFT_HOURS)
def a_shift_ends_before_the_work(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if worked(problem, route).end > problem.shifts[route.shift].start])
    if route is None:
        return None
    end = worked(problem, route).end - 1
    return with_shift(problem, route.shift, hard_end=end, end=min(end, problem.shifts[route.shift].end)), plan


# ---------------------------------------------------------------- breaks


@fault(Cause.BREAK, *TIMING)
def an_appointment_is_not_kept(problem, plan, rng):
    route = any_of(rng, list(plan.routes))
    if route is None:
        return None
    breaks = (*problem.shifts[route.shift].breaks, Break(0, 90_000, 60, place=0))
    return with_shift(problem, route.shift, breaks=breaks), plan


@fault(Cause.BREAK, *TIMING)
def a_break_falls_into_the_work(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if route.back > route.depart + 2])
    if route is None:
        return None
    middle = (route.depart + route.back) // 2
    return with_shift(problem, route.shift, breaks=(*problem.shifts[route.shift].breaks, Break(middle, middle, 60))), plan


@fault(Cause.BREAK, *TIMING)
def a_break_starts_before_its_window(problem, plan, rng):
    return _with_held_break(problem, plan, rng, lambda visit, rest: replace(rest, open=visit.start + 1, close=visit.start + 99))


@fault(Cause.BREAK, *TIMING)
def a_break_starts_after_its_window(problem, plan, rng):
    return _with_held_break(problem, plan, rng, lambda visit, rest: replace(rest, open=visit.start - 99, close=visit.start - 1))


@fault(Cause.BREAK, *TIMING)
def a_break_is_too_short(problem, plan, rng):
    return _with_held_break(problem, plan, rng, lambda visit, rest: replace(rest, duration=rest.duration + 1))


@fault(Cause.BREAK, Cause.TIMES, Cause.UNREACHABLE, Cause.MAX_LEG, Cause.MAX_TRAVEL, *TIMING)
def a_break_is_held_at_another_place(problem, plan, rng):
    away = lambda visit, rest: replace(rest, place=(visit.place + 1) % problem.travel.places)  # noqa: E731
    return _with_held_break(problem, plan, rng, away)


@fault(Cause.BREAK, Cause.TIMES, Cause.UNREACHABLE, Cause.MAX_LEG, Cause.MAX_TRAVEL, *TIMING)
def a_break_of_no_shift_is_held(problem, plan, rng):
    spot = any_of(rng, held_breaks(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], stop=Stop(StopKind.BREAK, 99)))


@fault(Cause.BREAK, Cause.TIMES, Cause.UNREACHABLE, Cause.MAX_LEG, Cause.MAX_TRAVEL, *TIMING)
def breaks_are_held_in_another_order(problem, plan, rng):
    pairs = [(a, b) for a, b in pairwise(held_breaks(plan)) if a[0] == b[0]]
    pair = any_of(rng, pairs)
    if pair is None:
        return None
    (r, first, a), (_, second, b) = pair
    return problem, with_visit(with_visit(plan, r, first, stop=b.stop), r, second, stop=a.stop)


def _with_held_break(problem: Problem, plan: Plan, rng: np.random.Generator, change: Callable[[Visit, Break], Break]) -> Broken:
    """The problem with one break changed that a route holds as a stop."""
    spot = any_of(rng, held_breaks(plan))
    if spot is None:
        return None
    shift = plan.routes[spot[0]].shift
    breaks = list(problem.shifts[shift].breaks)
    breaks[spot[2].stop.row] = change(spot[2], breaks[spot[2].stop.row])
    return with_shift(problem, shift, breaks=tuple(breaks)), plan


# ---------------------------------------------------------------- pairing


@fault(Cause.SKILL)
def a_skill_is_missing(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, skills={**problem.jobs[spot[2].stop.row].skills, "unheard": 1}), plan)


@fault(Cause.SKILL, Cause.TIMES, *TIMING)
def a_skill_is_a_level_too_low(problem, plan, rng):
    spot = any_of(rng, [spot for spot in job_visits(plan) if _technician(problem, plan, spot).skills])
    if spot is None:
        return None
    name, skill = min(_technician(problem, plan, spot).skills.items())
    return with_job(problem, spot[2].stop.row, skills={name: skill.level + 1}), plan


@fault(Cause.SKILL)
def a_skill_is_no_longer_valid(problem, plan, rng):
    spot = any_of(rng, [spot for spot in job_visits(plan) if problem.jobs[spot[2].stop.row].skills])
    if spot is None:
        return None
    shift = problem.shifts[plan.routes[spot[0]].shift]
    people = list(problem.technicians)
    skills = {name: Skill(skill.level, shift.start - 1) for name, skill in people[shift.technician].skills.items()}
    people[shift.technician] = replace(people[shift.technician], skills=skills)
    return replace(problem, technicians=tuple(people)), plan


@fault(Cause.TAG)
def a_tag_is_missing(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, tags=frozenset({"unheard"})), plan)


@fault(Cause.REQUIRED)
def a_job_is_for_somebody_else(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, required=frozenset({"unheard"})), plan)


@fault(Cause.EXCLUDED)
def a_job_excludes_the_technician(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (with_job(problem, spot[2].stop.row, excluded=frozenset({_technician(problem, plan, spot).id})), plan)


@fault(Cause.PIN_SHIFT)
def a_job_is_pinned_to_another_shift(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    if spot is None or len(problem.shifts) < 2:
        return None
    pin = problem.jobs[spot[2].stop.row].pin or Pin()
    other = (plan.routes[spot[0]].shift + 1) % len(problem.shifts)
    return with_job(problem, spot[2].stop.row, pin=replace(pin, shift=other)), plan


def _technician(problem: Problem, plan: Plan, spot: tuple[int, int, Visit]) -> Any:
    return problem.technicians[problem.shifts[plan.routes[spot[0]].shift].technician]


# ---------------------------------------------------------------- supplies


@fault(Cause.TOOLS)
def a_tool_is_not_on_the_van(problem, plan, rng):
    spot = any_of(rng, _before_stock(plan))
    return spot and (with_job(problem, spot[2].stop.row, tools=frozenset({"unheard"})), plan)


@fault(Cause.PARTS)
def a_part_runs_out(problem, plan, rng):
    spot = any_of(rng, _before_stock(plan))
    if spot is None:
        return None
    on_van = problem.shifts[plan.routes[spot[0]].shift].parts.get("valve", 0)
    return with_job(problem, spot[2].stop.row, parts={"valve": on_van + 1}), plan


@fault(Cause.STOCK_VISITS)
def the_stock_point_is_visited_too_often(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if Stop(StopKind.STOCK) in route.stops])
    if route is None:
        return None
    visits = route.stops.count(Stop(StopKind.STOCK)) - 1
    return with_shift(problem, route.shift, stock=replace(problem.shifts[route.shift].stock, visits=visits)), plan


@fault(Cause.STOCK_VISITS, *TIMING)
def a_stock_point_is_visited_that_is_not_there(problem, plan, rng):
    number = any_of(rng, [number for number, route in enumerate(plan.routes) if Stop(StopKind.STOCK) not in route.stops])
    if number is None:
        return None
    route = plan.routes[number]
    last = route.visits[-1]
    stop = Visit(Stop(StopKind.STOCK), last.place, 0, 0, last.end, last.end, 0, 0)
    visited = with_route(plan, number, replace(route, visits=(*route.visits, stop)))
    return with_shift(problem, route.shift, stock=None), visited


def _before_stock(plan: Plan) -> list[tuple[int, int, Visit]]:
    """Visits of jobs with no stop for stock before them."""
    return [spot for spot in job_visits(plan) if Stop(StopKind.STOCK) not in plan.routes[spot[0]].stops[: spot[1]]]


# ---------------------------------------------------------------- limits


@fault(Cause.MAX_JOBS)
def a_shift_serves_a_job_too_many(problem, plan, rng):
    route = any_of(rng, list(plan.routes))
    return route and (with_shift(problem, route.shift, max_jobs=len(route.jobs) - 1), plan)


@fault(Cause.MAX_LEG)
def a_drive_is_too_long(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if route.travel])
    if route is None:
        return None
    longest = max(route.travel_home, *(visit.travel for visit in route.visits))
    return with_shift(problem, route.shift, max_leg=longest - 1), plan


@fault(Cause.MAX_TRAVEL)
def all_drives_together_are_too_long(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if route.travel])
    return route and (with_shift(problem, route.shift, max_travel=route.travel - 1), plan)


@fault(Cause.MAX_DURATION)
def a_shift_works_too_long(problem, plan, rng):
    route = any_of(rng, [route for route in plan.routes if worked(problem, route).end > worked(problem, route).start])
    if route is None:
        return None
    start, end = worked(problem, route)
    return with_shift(problem, route.shift, max_duration=end - start - 1), plan


@fault(Cause.UNREACHABLE, Cause.TIMES, *TIMING)
def there_is_no_way_between_two_places(problem, plan, rng):
    leg = any_of(rng, [leg for route in plan.routes for leg in legs(problem, route) if leg[0] != leg[1]])
    if leg is None:
        return None
    traffic = problem.travel.traffic
    if traffic:
        return replace(problem, travel=Travel.by_time(traffic.clipped({leg: (UNREACHABLE, UNREACHABLE)}))), plan
    durations = problem.travel.durations.copy()
    durations[leg] = UNREACHABLE
    return replace(problem, travel=Travel(durations, problem.travel.distances)), plan


# ---------------------------------------------------------------- the plan in force


@fault(Cause.MAX_MOVES)
def a_visit_more_than_may_be_is_moved(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    if spot is None:
        return None
    row, visit = spot[2].stop.row, spot[2]
    here = problem.technicians[problem.shifts[plan.routes[spot[0]].shift].technician].id
    was = Current(here, visit.start + 61, tolerance=60) if rng.random() < 0.5 else Current("somebody else", visit.start)
    jobs = [replace(each, current=was if each is problem.jobs[row] else None) for each in problem.jobs]
    return replace(problem, jobs=tuple(jobs), max_moves=0), plan


@fault(Cause.MAX_TOLD_MOVES)
def a_told_customer_more_than_may_be_is_left_out_or_moved(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    if spot is None:
        return None
    row, start = spot[2].stop.row, spot[2].start
    told = Promise(start + 1, start + 900)
    jobs = [
        replace(each, promise=told, current=Current("somebody else", start) if each is problem.jobs[row] else None)
        for each in problem.jobs
    ]
    return replace(problem, jobs=tuple(jobs), max_moves=1, max_told_moves=0), plan
