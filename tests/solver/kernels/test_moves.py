"""Moves are counted as by looking at the plan, no step exceeds the limits, and what later starts save is never underrated."""

import numpy as np
import pytest

import solver
from solver.arrays import build, stops_of
from solver.evaluation import timed, visit_cost
from solver.kernels.moves import MOVES, SAVES, TOLD
from solver.kernels.state import BEST, SIZE, TOTAL
from solver.kernels.step import search
from solver.moving import moves_of
from tests.solver.kernels import doors
from tests.solver.kernels.every_step import assert_plan_is_legal_and_priced_right, assert_state_is_what_its_stops_say
from tests.solver.kernels.states import HOT, cases, limited_case_of, orders_of, plan_of, problem_of, random_order

SEEDS = 24


def counted(problem: solver.Problem, plan: solver.Plan) -> int:
    moves = moves_of(problem, plan)
    return len(moves.moved) + TOLD * len(moves.told)


def test_the_moves_of_routes_and_of_the_absent_are_those_of_the_plan():
    seen = set()
    for seed in range(SEEDS):
        case = limited_case_of(seed)
        assert case.state.eased[-1, MOVES] == 0  # nothing is moved in the plan in force itself
        for step in range(20):
            heat = HOT if step % 2 else HOT / 100
            search(case.arrays, case.state, case.pool, 1, heat, heat, 1.0)
            assert case.state.eased[-1, MOVES] == counted(case.problem, plan_of(case))
            seen.add(int(case.state.eased[-1, MOVES]))
    assert len(seen) > 4


def test_no_step_moves_more_than_may_be_and_the_plan_still_gets_better():
    better = 0
    for seed in range(SEEDS):
        case = limited_case_of(seed)
        before = int(case.state.number[TOTAL])
        for _ in range(10):
            search(case.arrays, case.state, case.pool, 5, HOT / 100, HOT / 100, 1.0)
            assert_plan_is_legal_and_priced_right(case)  # the limits are rules of `check`
            assert_state_is_what_its_stops_say(case)
        better += int(case.state.number[BEST]) < before
    assert better >= SEEDS // 3


def test_a_route_of_any_order_moves_what_its_visits_say():
    rng = np.random.default_rng(0)
    for seed in range(SEEDS):
        case = limited_case_of(seed)
        problem, arrays = case.problem, case.arrays
        for shift in range(arrays.n_shifts):
            order = random_order(rng, arrays, shift)
            route = timed(problem, shift, stops_of(arrays, shift, order))
            if solver.check(problem, solver.Plan((route,), ())) and doors.price(arrays, shift, np.array(order), len(order)) < 0:
                continue  # only the moves of a legal route are asked for
            rest = tuple(row for row in range(arrays.n_jobs) if row not in route.jobs)
            absent = sum(
                0 if each.current is None else 1 if each.promise is None else 1 + TOLD
                for each in (problem.jobs[row] for row in rest)
            )
            assert (
                doors.moves_on(arrays, shift, np.array(order), len(order)) == counted(problem, solver.Plan((route,), rest)) - absent
            )


@pytest.mark.parametrize("whole", [True, False])
def test_soft_prices_are_those_of_the_definition_and_a_later_start_saves_no_more_than_the_whole(whole):
    for seed in range(SEEDS):
        problem = problem_of(seed)
        arrays = build(problem)
        for row, job in enumerate(problem.jobs):
            starts = np.arange(-1_000, 35_000, 700)
            found = [doors.soft_price(arrays, row, start, start + job.duration, whole) for start in starts.tolist()]
            exact = [_defined(problem, row, start) for start in starts.tolist()]
            if whole:
                assert found == exact
            else:
                assert all(least <= min(exact[at:]) for at, least in enumerate(found))
                assert found == sorted(found)


def _defined(problem: solver.Problem, row: int, start: int) -> int:
    """The terms that depend on the start, but for lateness and urgency; whoever serves it is not the one in force or is."""
    job = problem.jobs[row]
    visit = solver.Visit(solver.Stop(solver.StopKind.JOB, row), job.place, 0, 0, start, start, 0, job.duration)
    technician = solver.Technician(job.current.technician if job.current else "t0")
    cost = visit_cost(job, technician, visit)
    return cost.promises + cost.preferred_windows + cost.slack + cost.changes


def test_what_later_starts_can_save_on_a_route_is_what_its_visits_pay_for_being_early():
    paid = 0
    for case in cases(SEEDS):
        for shift, order in enumerate(orders_of(case)):
            saves = int(case.state.eased[shift, SAVES])
            visits = timed(case.problem, shift, stops_of(case.arrays, shift, order)).visits
            jobs = [(visit.stop.row, visit.start) for visit in visits if visit.stop.kind is solver.StopKind.JOB]
            early = sum(_defined(case.problem, row, start) for row, start in jobs)
            assert saves >= 0
            assert saves <= early or case.arrays.keep_end  # there the departure is put off: the starts are later than reckoned
            paid += saves > 0
            assert case.state.route[shift, SIZE] == len(order)
    assert paid
