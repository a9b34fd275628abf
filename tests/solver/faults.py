"""Ways to break a legal plan, each with the rule it breaks: in the plan, or in the problem under the plan.

A fault takes a legal plan and answers the broken one, or None where it cannot be planted. `cause` must be found; besides it only
`also` may be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from solver.evaluation import worked
from solver.plan import Plan, Route, Stop, StopKind, Visit
from solver.problem import UNREACHABLE, Break, Job, Pin, Problem, Skill, Travel, Window
from solver.violations import Cause

Broken = tuple[Problem, Plan] | None
Spoil = Callable[[Problem, Plan, np.random.Generator], Broken]
TIMING = (Cause.TIMING_RULE,)
SHIFTED = (Cause.TIMING_RULE, Cause.WINDOW, Cause.PIN_START, Cause.SHIFT_HOURS, Cause.BREAK, Cause.MAX_DURATION)


@dataclass(frozen=True)
class Fault:
    """A way to break a plan."""

    name: str
    cause: Cause
    also: frozenset[Cause]
    spoil: Spoil


FAULTS: list[Fault] = []


def fault(cause: Cause, *also: Cause) -> Callable[[Spoil], Spoil]:
    """Register a fault under the name of its function."""

    def keep(spoil: Spoil) -> Spoil:
        FAULTS.append(Fault(spoil.__name__, cause, frozenset(also), spoil))
        return spoil

    return keep


# ---------------------------------------------------------------- changing one thing


def any_of(rng: np.random.Generator, items: list[Any]) -> Any:
    """One of the items, or None."""
    return items[rng.integers(len(items))] if items else None


def job_visits(plan: Plan) -> list[tuple[int, int, Visit]]:
    """Number of the route and of the visit, and the visit, of every job served."""
    return [spot for spot in all_visits(plan) if spot[2].stop.kind is StopKind.JOB]


def all_visits(plan: Plan) -> list[tuple[int, int, Visit]]:
    return [(r, v, visit) for r, route in enumerate(plan.routes) for v, visit in enumerate(route.visits)]


def held_breaks(plan: Plan) -> list[tuple[int, int, Visit]]:
    return [spot for spot in all_visits(plan) if spot[2].stop.kind is StopKind.BREAK]


def with_route(plan: Plan, number: int, route: Route) -> Plan:
    return replace(plan, routes=(*plan.routes[:number], route, *plan.routes[number + 1 :]))


def with_visit(plan: Plan, r: int, v: int, **fields: Any) -> Plan:
    """The plan with another visit, everything else as stated before."""
    visits = list(plan.routes[r].visits)
    visits[v] = replace(visits[v], **fields)
    return with_route(plan, r, replace(plan.routes[r], visits=tuple(visits)))


def with_job(problem: Problem, row: int, **fields: Any) -> Problem:
    jobs = list(problem.jobs)
    jobs[row] = replace(jobs[row], **fields)
    return replace(problem, jobs=tuple(jobs))


def with_shift(problem: Problem, row: int, **fields: Any) -> Problem:
    shifts = list(problem.shifts)
    shifts[row] = replace(shifts[row], **fields)
    return replace(problem, shifts=tuple(shifts))


def legs(problem: Problem, route: Route) -> Iterator[tuple[int, int]]:
    """The places of every drive."""
    shift = problem.shifts[route.shift]
    places = [shift.start_place, *(visit.place for visit in route.visits)]
    yield from pairwise([*places, *([] if shift.end_place is None else [shift.end_place])])


def later(route: Route, first: int, seconds: int) -> Route:
    """A route whose visits from one on, and whose return, are later; the first of them starts later than it is reached."""
    visits = [
        replace(visit, start=visit.start + seconds, arrive=visit.arrive + (seconds if v > first else 0)) if v >= first else visit
        for v, visit in enumerate(route.visits)
    ]
    return replace(route, visits=tuple(visits), back=route.back + seconds)


# ---------------------------------------------------------------- coverage


@fault(Cause.COVERAGE)
def a_served_job_is_listed_as_left_out(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (problem, replace(plan, unassigned=tuple(sorted((*plan.unassigned, spot[2].stop.row)))))


@fault(Cause.COVERAGE)
def a_job_is_forgotten(problem, plan, rng):
    return replace(problem, jobs=(*problem.jobs, Job("new", 0, 60))), plan


@fault(Cause.COVERAGE)
def a_shift_has_two_routes(problem, plan, rng):
    return (problem, replace(plan, routes=(*plan.routes, plan.routes[-1]))) if plan.routes else None


@fault(Cause.COVERAGE)
def routes_are_out_of_order(problem, plan, rng):
    return (problem, replace(plan, routes=plan.routes[::-1])) if len(plan.routes) > 1 else None


@fault(Cause.COVERAGE)
def jobs_left_out_are_out_of_order(problem, plan, rng):
    return (problem, replace(plan, unassigned=plan.unassigned[::-1])) if len(plan.unassigned) > 1 else None


@fault(Cause.COVERAGE)
def a_job_that_is_not_there_is_left_out(problem, plan, rng):
    return problem, replace(plan, unassigned=(*plan.unassigned, len(problem.jobs)))


@fault(Cause.COVERAGE)
def a_shift_that_is_not_there_has_a_route(problem, plan, rng):
    return problem, replace(plan, routes=(*plan.routes, Route(len(problem.shifts), 0, (), 0, 0, 0)))


@fault(Cause.COVERAGE, Cause.BREAK, Cause.UNREACHABLE, Cause.MAX_LEG, Cause.SHIFT_HOURS, Cause.MAX_TRAVEL, Cause.TIMES)
def a_route_serves_nobody(problem, plan, rng):
    used = {route.shift for route in plan.routes}
    row = any_of(rng, [row for row in range(len(problem.shifts)) if row not in used])
    if row is None:
        return None
    empty = Route(row, problem.shifts[row].start, (), 0, 0, problem.shifts[row].start)
    return problem, replace(plan, routes=tuple(sorted((*plan.routes, empty), key=lambda route: route.shift)))


# ---------------------------------------------------------------- times


@fault(Cause.TIMES, Cause.TIMING_RULE)
def an_arrival_is_a_second_off(problem, plan, rng):
    spot = any_of(rng, all_visits(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], arrive=spot[2].arrive + 1))


@fault(Cause.TIMES)
def a_drive_is_a_second_shorter_than_the_matrix(problem, plan, rng):
    spot = any_of(rng, [spot for spot in all_visits(plan) if spot[2].travel])
    return spot and (problem, with_visit(plan, spot[0], spot[1], travel=spot[2].travel - 1))


@fault(Cause.TIMES)
def a_drive_is_a_metre_longer_than_the_matrix(problem, plan, rng):
    spot = any_of(rng, all_visits(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], distance=spot[2].distance + 1))


@fault(Cause.TIMES, Cause.TIMING_RULE, Cause.MAX_DURATION)
def the_last_service_is_cut_short_and_the_route_back_sooner(problem, plan, rng):
    number = any_of(rng, [number for number, route in enumerate(plan.routes) if route.visits[-1].service])
    if number is None or plan.routes[number].visits[-1].stop.kind is StopKind.BREAK:
        return None
    route = plan.routes[number]
    sooner = with_route(plan, number, replace(route, back=route.back - 1))
    return problem, with_visit(sooner, number, len(route.visits) - 1, service=route.visits[-1].service - 1)


@fault(Cause.TIMES, *SHIFTED)
def a_setup_is_too_long(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], setup=spot[2].setup + 9))


@fault(Cause.TIMES)
def a_route_is_back_before_it_can_be(problem, plan, rng):
    number = any_of(rng, list(range(len(plan.routes))))
    if number is None:
        return None
    return problem, with_route(plan, number, replace(plan.routes[number], back=plan.routes[number].back - 1))


@fault(Cause.TIMES)
def the_way_home_is_a_metre_longer_than_the_matrix(problem, plan, rng):
    number = any_of(rng, list(range(len(plan.routes))))
    if number is None:
        return None
    longer = plan.routes[number].distance_home + 1
    return problem, with_route(plan, number, replace(plan.routes[number], distance_home=longer))


@fault(Cause.TIMES, *SHIFTED)
def a_service_starts_before_the_arrival(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], start=spot[2].arrive - 1))


@fault(Cause.TIMES)
def a_job_is_served_somewhere_else(problem, plan, rng):
    spot = any_of(rng, job_visits(plan))
    return spot and (problem, with_visit(plan, spot[0], spot[1], place=(spot[2].place + 1) % problem.travel.places))


# ---------------------------------------------------------------- the timing rule


@fault(*SHIFTED)
def a_visit_starts_a_second_after_it_could(problem, plan, rng):
    spot = any_of(rng, all_visits(plan))
    return spot and (problem, with_route(plan, spot[0], later(plan.routes[spot[0]], spot[1], 1)))


@fault(*SHIFTED)
def a_shift_leaves_a_second_too_early(problem, plan, rng):
    number = any_of(rng, list(range(len(plan.routes))))
    if number is None:
        return None
    route = replace(plan.routes[number], depart=plan.routes[number].depart - 1)
    early = with_route(plan, number, route)
    return problem, with_visit(early, number, 0, arrive=route.visits[0].arrive - 1)


@fault(*SHIFTED)
def a_whole_route_is_a_second_late(problem, plan, rng):
    number = any_of(rng, list(range(len(plan.routes))))
    if number is None:
        return None
    route = later(plan.routes[number], 0, 1)
    late = with_route(plan, number, replace(route, depart=route.depart + 1))
    return problem, with_visit(late, number, 0, arrive=route.visits[0].arrive + 1)


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


@fault(Cause.BREAK, Cause.TIMES, *TIMING)
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
    longest = max(problem.travel.durations.item(*leg) for leg in legs(problem, route))
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
    durations = problem.travel.durations.copy()
    durations[leg] = UNREACHABLE
    return replace(problem, travel=Travel(durations, problem.travel.distances)), plan
