"""What fits a hole is served there, at the price said, and nobody else later."""

from dataclasses import replace

import numpy as np

import solver
from solver.evaluation import whole_order
from solver.violations import check_route
from tests.factories import HOURS, job, line_problem, plan, shift, window
from tests.naive import greedy
from tests.solver.test_reasons import cases


def test_a_hole_lies_between_two_visits_and_says_what_fits_best() -> None:
    # a from 600 to 2,400, c at 7,200 sharp: the drive takes 600 from place to place
    jobs = [
        job("a", 1, windows=(window(600, 600),)),
        job("long", 1, duration=5_000),
        job("b", 1, duration=1_800, unserved=700),
        job("c", 1, windows=(window(7_200, 7_200),)),
        job("d", 2, duration=600, unserved=900),
    ]
    problem = line_problem(jobs, [shift(end=9_600)])
    found = solver.holes(problem, plan(problem, "ac"), 0)
    assert [(hole.after, hole.before, hole.start, hole.end) for hole in found] == [
        (None, 0, 0, 600),
        (0, 3, 2_400, 7_200),
        (3, None, 9_000, 9_600),
    ]
    # d is worth 900, b 700; long would fit nowhere, and the way home takes what is left after c
    assert found[1].fits == (solver.Fit(4, 3_000, 3_600, -900), solver.Fit(2, 2_400, 4_200, -700))
    assert found[0].fits == found[2].fits == ()


def test_a_shift_that_is_not_used_is_one_hole() -> None:
    problem = line_problem([job("a", 1)])
    found = solver.holes(problem, plan(problem, ""), 0)
    assert [(hole.after, hole.before, hole.start, hole.end) for hole in found] == [(None, None, 0, HOURS)]
    assert [fit.job for fit in found[0].fits] == [0]


def test_whatever_fits_can_be_put_there_and_nobody_else_is_served_later() -> None:
    fits = 0
    for problem, found in cases(60):
        if problem.departure is solver.Departure.KEEP_END:
            continue  # a departure that is put off moves with every job: held starts are another timing
        for shift_row in range(len(problem.shifts)):
            for hole in solver.holes(problem, found, shift_row):
                for fit in hole.fits:
                    fits += 1
                    assert any(_starts(problem, found, shift_row, fit, at) for at in range(20))
    assert fits > 20


def _starts(problem: solver.Problem, found: solver.Plan, shift_row: int, fit: solver.Fit, at: int) -> bool:
    """Whether the job at this place among the stops, and at most one stop for stock somewhere before, is the fit."""
    route = next((each for each in found.routes if each.shift == shift_row), None)
    breaks = [solver.Stop(solver.StopKind.BREAK, row) for row in range(len(problem.shifts[shift_row].breaks))]
    stops = list(whole_order(problem, route)) if route else breaks
    before = {visit.stop: visit.start for visit in route.visits if visit.stop.kind is solver.StopKind.JOB} if route else {}
    new = solver.Stop(solver.StopKind.JOB, fit.job)
    order = [*stops[:at], new, *stops[at:]]
    stock = solver.Stop(solver.StopKind.STOCK)
    for each in (order, *([*order[:n], stock, *order[n:]] for n in range(len(order)))):
        made = solver.timed(problem, shift_row, each)
        starts = {visit.stop: visit.start for visit in made.visits if visit.stop.kind is solver.StopKind.JOB}
        others = all(starts.get(visit, start + 1) <= start for visit, start in before.items())
        if others and starts.get(new) == fit.start and not check_route(problem, made):
            return True
    return False


def test_the_price_of_a_fit_is_what_it_changes() -> None:
    rng = np.random.default_rng(3)
    problem = line_problem([job(f"j{n}", 1 + n % 7, unserved=5_000) for n in range(14)], [shift(price_metre=1)])
    found = greedy(problem, rng)
    some = replace(found, routes=tuple(_without_last(problem, route) for route in found.routes))
    served = {row for route in some.routes for row in route.jobs}
    some = replace(some, unassigned=tuple(row for row in range(14) if row not in served))
    total = solver.evaluate(problem, some).total
    fits = [fit for hole in solver.holes(problem, some, 0) for fit in hole.fits]
    assert fits
    for fit in fits:
        stops = [*some.routes[0].stops, solver.Stop(solver.StopKind.JOB, fit.job)]
        assert solver.evaluate(problem, solver.plan_of(problem, [(0, stops)])).total - total == fit.price


def _without_last(problem: solver.Problem, route: solver.Route) -> solver.Route:
    return solver.timed(problem, route.shift, route.stops[:-1])
