"""The judge: every planted fault is found under its own name, no legal plan is flagged, and timed routes follow the timing rule."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.evaluation import plan_of, timed, worked
from solver.plan import Plan, Stop, StopKind
from solver.problem import Departure, Pin, Problem, Skill, Stock, Technician, Window
from solver.violations import Cause, Violation, check, check_route
from tests.factories import break_stop, job, jobs_stop, line_problem, pause, plan, shift, stops, window
from tests.naive import greedy
from tests.solver import coupling_faults, plan_faults, rule_faults
from tests.solver.faults import FAULTS
from tests.strategies import FEATURES, problems, random_problem

PLANS = 160
PLANTED = 10  #: each fault finds at least so many plans to be planted in


@cache
def legal_plans() -> tuple[tuple[Problem, Plan], ...]:
    """Legal plans of problems with about half of all features each."""
    found = []
    for seed in range(PLANS):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 8, 3, [feature for feature in FEATURES if rng.random() < 0.6])
        found.append((problem, greedy(problem, rng)))
    return tuple(found)


def causes(problem, found):
    return {violation.cause for violation in check(problem, found)}


# ---------------------------------------------------------------- faults


def test_legal_plans_are_not_flagged():
    assert [check(*each) for each in legal_plans()] == [()] * PLANS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found_under_its_name(fault):
    planted = 0
    for seed, (problem, found) in enumerate(legal_plans()):
        broken = fault.spoil(problem, found, np.random.default_rng(seed))
        if broken is not None:
            planted += 1
            named = causes(*broken)
            assert fault.cause in named
            assert named <= {fault.cause, *fault.also}
    assert planted >= PLANTED


def test_at_least_24_kinds_of_fault_cover_every_cause():
    assert {fault.spoil.__module__ for fault in FAULTS} == {plan_faults.__name__, rule_faults.__name__, coupling_faults.__name__}
    assert len(FAULTS) >= 24
    assert {fault.cause for fault in FAULTS} == set(Cause)


def test_faults_found_say_where_and_by_how_much():
    # reached at 600, a minute after its window; 2,400 s of work and drives are 300 more than the limit of 2,700
    problem = line_problem([job("a", 1, windows=(window(0, 540),))], [shift(max_duration=2_700)])
    assert check(problem, plan(problem, "a")) == (
        Violation(Cause.MAX_DURATION, 0, None, 300, "shift 0 of t0: works 3000 s, 2700 s allowed"),
        Violation(Cause.WINDOW, 0, 0, 60, "shift 0 of t0, job a: 60 s outside its nearest window"),
    )


# ---------------------------------------------------------------- legal on the edge


def tightened(problem: Problem, found: Plan) -> Problem:
    """The problem with every limit drawn in to what the plan uses of it."""
    for route in found.routes:
        start, end = worked(problem, route)
        before = problem.shifts[route.shift]
        limits = {
            "max_jobs": len(route.jobs),
            "max_leg": max(route.travel_home, *(visit.travel for visit in route.visits)),
            "max_travel": route.travel,
            "max_duration": end - start,
            "hard_end": max(end, before.start),
            "end": max(min(end, before.end), before.start),
        }
        if before.stock:
            limits["stock"] = replace(before.stock, visits=route.stops.count(Stop(StopKind.STOCK)))
        shifts = [replace(each, **limits) if row == route.shift else each for row, each in enumerate(problem.shifts)]
        problem = replace(problem, shifts=tuple(shifts))
    jobs = list(problem.jobs)
    for route, visit in found.visits():
        pin = Pin(route.shift, visit.start, route.jobs.index(visit.stop.row))
        narrow = (Window(visit.start, max(visit.start, visit.end), finish=True),)
        jobs[visit.stop.row] = replace(jobs[visit.stop.row], windows=narrow, pin=pin)
    return replace(problem, jobs=tuple(jobs))


def test_a_plan_that_uses_every_limit_to_the_last_second_is_legal():
    for problem, found in legal_plans():
        assert check(tightened(problem, found), found) == ()


@pytest.mark.parametrize(
    ("problem", "order"),
    [
        pytest.param(line_problem([job("a", 1, windows=(window(600, 600),))]), "a", id="a window of one instant"),
        pytest.param(line_problem([job("a", 1, windows=(window(600, 2_400, finish=True),))]), "a", id="finish at the close"),
        pytest.param(line_problem([job("a", 1, duration=27_600)]), "a", id="back at the end of the shift"),
        pytest.param(line_problem([job("a", 1, duration=31_200)], [shift(hard_end=32_400)]), "a", id="back at the hard end"),
        pytest.param(
            line_problem([job("a", 1, duration=28_800)], [shift(first_drive_outside=True, last_drive_outside=True)]),
            "a",
            id="both drives outside",
        ),
        pytest.param(line_problem([job("a", 1)], [shift(breaks=(pause(0, 0, 900),))]), "|a", id="a break at the start"),
        pytest.param(line_problem([job("a", 1)], [shift(breaks=(pause(0, 3_000),))]), "a|", id="a break at the return"),
        pytest.param(line_problem([job("a", 1)], [shift(breaks=(pause(0, 2_400),))]), "a|", id="a break before the way home"),
        pytest.param(line_problem([job("a", 1)], [shift(breaks=(pause(90_000, 90_000),))]), "a|", id="a break after the shift"),
        pytest.param(line_problem([job("a", 1, duration=0)]), "a", id="a job of no length"),
        pytest.param(line_problem([job("a", 0)]), "a", id="a job at home"),
        pytest.param(line_problem([job("a", unserved=None)]), "", id="a mandatory job left out"),
        pytest.param(line_problem([job("a", 1, pin=Pin(0, 700, 5))]), "a", id="a job pinned in every way"),
        pytest.param(
            line_problem([job("a", 1, tools=frozenset({"drill"}))], [shift(stock=Stock(1))]), "+a", id="a tool fetched on the way"
        ),
        pytest.param(
            line_problem(
                [job("a", 1, parts={"valve": 2}), job("b", 1, parts={"valve": 3})],
                [shift(parts={"valve": 2}, stock=Stock(1, refill={"valve": 3}))],
            ),
            "a+b",
            id="the last part on the van, twice",
        ),
        pytest.param(
            line_problem(
                [job("a", skills={"gas": 2})], [shift(start=50)], technicians=(Technician("t0", {"gas": Skill(2, until=50)}),)
            ),
            "a",
            id="a skill valid to the start of the shift",
        ),
        pytest.param(line_problem([]), "", id="nothing to do"),
    ],
)
def test_a_plan_on_the_edge_is_legal(problem, order):
    assert check(problem, plan(problem, order)) == ()
    kept_end = replace(problem, departure=Departure.KEEP_END)
    assert check(kept_end, plan(kept_end, order)) == ()


# ---------------------------------------------------------------- breaks


def verdict(order, *breaks):
    """The causes flagged on a route with two hours of work and these breaks."""
    problem = line_problem([job("a", 1, duration=7_200)], [shift(breaks=breaks)])
    return causes(problem, plan_of(problem, [(0, stops(problem, order))]))


def test_breaks_before_the_departure_are_held_one_after_the_other():
    # 0 to 1,800, then the second, which may start until 1,800, or a second too early for that
    assert verdict("||a", pause(0, 0), pause(0, 1_800)) == set()
    assert verdict("||a", pause(0, 0), pause(0, 1_799)) == {Cause.BREAK}


def test_breaks_after_the_return_are_held_one_after_the_other():
    # back at 8,400; the first break until 10,200
    assert verdict("a||", pause(8_400, 8_400), pause(0, 10_200)) == set()
    assert verdict("a||", pause(8_400, 8_400), pause(0, 10_199)) == {Cause.BREAK}


def test_a_break_that_the_plan_forgets_in_the_middle_of_work_is_not_held():
    assert verdict("a", pause(4_000, 4_000)) == {Cause.BREAK}


def test_breaks_off_the_route_may_lie_on_both_sides_of_it():
    assert verdict("|a|", pause(0, 0), pause(11_000, 11_000)) == set()


def test_a_break_between_two_held_ones_cannot_be_held_off_the_route():
    jobs = [job("a", 1), job("b", 1)]
    pauses = (pause(0, 9_000), pause(0, 9_000), pause(0, 9_000))
    problem = line_problem(jobs, [shift(breaks=pauses)])
    order = [jobs_stop(0), break_stop(0), break_stop(2), jobs_stop(1)]
    assert causes(problem, plan_of(problem, [(0, order)])) == {Cause.BREAK}


def test_a_break_held_first_thing_on_the_route_belongs_before_the_departure():
    problem = line_problem([job("a", 1)], [shift(breaks=(pause(0, 0, 900),))])
    route = plan(problem, "|a").routes[0]
    held = replace(route.visits[0], stop=break_stop(), place=0, travel=0, distance=0, arrive=0, start=0, service=900)
    early = Plan((replace(route, depart=0, visits=(held, *route.visits)),), ())
    assert causes(problem, early) == {Cause.TIMING_RULE}


# ---------------------------------------------------------------- the timing rule


def any_order(problem, shift_row, rng):
    """Some jobs in random order, the breaks of the shift anywhere among them, a stop for stock now and then."""
    order = [jobs_stop(int(row)) for row in rng.permutation(len(problem.jobs))[: rng.integers(1, 5)]]
    if problem.shifts[shift_row].stock and rng.random() < 0.5:
        order.insert(int(rng.integers(len(order) + 1)), Stop(StopKind.STOCK))
    places = sorted(rng.integers(0, len(order) + 1, len(problem.shifts[shift_row].breaks)))
    for row, place in reversed(list(enumerate(places))):
        order.insert(int(place), break_stop(row))
    return order


def assert_timed_well(problem, rng):
    for row in range(len(problem.shifts)):
        found = {violation.cause for violation in check_route(problem, timed(problem, row, any_order(problem, row, rng)))}
        assert not found & {Cause.TIMES, Cause.TIMING_RULE}


def test_timed_routes_follow_the_timing_rule_legal_or_not():
    for seed in range(400):
        rng = np.random.default_rng(seed)
        assert_timed_well(random_problem(rng, 5, 2, [feature for feature in FEATURES if rng.random() < 0.5]), rng)


@given(problems(max_jobs=5, max_shifts=2), st.integers(0, 99))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_timed_routes_of_any_problem_follow_the_timing_rule(problem, seed):
    if problem.jobs:
        assert_timed_well(problem, np.random.default_rng(seed))
    assert check(problem, Plan((), tuple(range(len(problem.jobs))))) == ()


def test_the_random_problems_use_every_rule():
    seen = Counter()
    for seed in range(150):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 5, 2)
        for row in range(len(problem.shifts)):
            seen.update({each.cause for each in check_route(problem, timed(problem, row, any_order(problem, row, rng)))})
    between_routes = {Cause.LINK, Cause.NEEDED, Cause.BUNDLE, Cause.GROUP, Cause.CREW, Cause.MAX_MOVES, Cause.MAX_TOLD_MOVES}
    assert set(seen) == set(Cause) - {Cause.COVERAGE, Cause.TIMES, Cause.TIMING_RULE} - between_routes
