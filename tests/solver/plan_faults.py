"""Faults in what a plan states: who is served, and when."""

from dataclasses import replace

from solver.plan import Route, StopKind
from solver.problem import Job
from solver.violations import Cause
from tests.solver.faults import (
    SHIFTED,
    all_visits,
    any_of,
    fault,
    job_visits,
    later,
    with_route,
    with_visit,
)

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
