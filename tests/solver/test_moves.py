"""One move by hand: what it changes is what the definition says, and a job goes where it costs least."""

from dataclasses import replace

import numpy as np
import pytest

import solver
from solver import Link, Move, StopKind, check_move, insert
from tests.factories import GAP, METRES, job, jobs_stop, line_problem, pause, plan, shift
from tests.strategies import random_problem


def street(**more) -> solver.Problem:
    """Jobs a … d at places 1, 3, 5 and 7 of a line; two shifts from place 0 and from place 7, a micro-unit per metre."""
    jobs = [job(name, place) for name, place in zip("abcd", (1, 3, 5, 7), strict=True)]
    shifts = [shift(price_metre=1), shift(technician=1, start_place=7, end_place=7, price_metre=1)]
    return line_problem(jobs, shifts, **more)


def expected(problem, before, after) -> int:
    return solver.evaluate(problem, after).total - solver.evaluate(problem, before).total


def test_a_move_changes_what_evaluate_says_and_breaks_what_check_says():
    problem = street()
    before = plan(problem, "ab", "dc")
    moved = check_move(problem, before, Move(job=1, shift=1, position=2))
    assert moved.plan == plan(problem, "a", "dcb")
    # a alone: 2 km instead of 6; d c b: 8 km instead of 4
    assert moved.change == solver.Cost(travel=-4 * METRES + 4 * METRES)
    assert moved.change.total == expected(problem, before, moved.plan)
    assert moved.violations == ()


def test_without_a_position_the_best_one_is_taken():
    problem = street()
    moved = check_move(problem, plan(problem, "ac", "d"), Move(job=1, shift=0))
    assert moved.plan.unassigned == ()
    assert moved.plan == plan(problem, "abc", "d")


def test_a_job_is_left_out_at_its_price():
    problem = street()
    before = plan(problem, "ab", "dc")
    moved = check_move(problem, before, Move(job=0, shift=None))
    assert moved.plan == plan(problem, "b", "dc")
    assert moved.change == solver.Cost(unserved=1_000)
    assert moved.change.total == expected(problem, before, moved.plan)


def test_a_move_to_a_technician_who_may_not_is_made_and_the_rule_said():
    problem = street()
    problem = replace(problem, jobs=(replace(problem.jobs[0], excluded=frozenset({"t1"})), *problem.jobs[1:]))
    moved = check_move(problem, plan(problem, "ab", "dc"), Move(job=0, shift=1))
    assert [each.cause for each in moved.violations] == [solver.Cause.EXCLUDED]
    assert 0 in next(route for route in moved.plan.routes if route.shift == 1).jobs


def test_breaks_are_held_on_the_side_that_is_legal():
    breaks = (pause(GAP + 1_800, GAP + 1_800, 600),)  # at the end of a, or never
    problem = line_problem([job("a", 1), job("b", 1)], [shift(breaks=breaks)])
    moved = check_move(problem, plan(problem, "a|"), Move(job=1, shift=0, position=1))
    assert moved.violations == ()
    assert [stop.kind for stop in moved.plan.routes[0].stops] == [StopKind.JOB, StopKind.BREAK, StopKind.JOB]


@pytest.mark.parametrize("move", [Move(9, 0), Move(-1, 0), Move(0, 2), Move(0, 1, 3)])
def test_moves_of_what_there_is_not_are_refused(move):
    problem = street()
    with pytest.raises(ValueError, match=r"is none of|other jobs"):
        check_move(problem, plan(problem, "ab", "dc"), move)


def test_a_job_goes_where_it_costs_least():
    problem = street()
    before = plan(problem, "ab", "d")
    found = insert(problem, before, 2)
    assert found is not None
    # between d and home: 4 km more; behind b: as many: of equal ones the shift that comes first
    assert found.change.total == min(expected(problem, before, plan(problem, *orders)) for orders in (("abc", "d"), ("ab", "dc")))
    assert solver.check(problem, found.plan) == ()


def test_a_job_that_fits_nowhere_is_not_put_anywhere():
    problem = line_problem([job("a", 1), job("b", 2, skills={"gas": 1})])
    assert insert(problem, plan(problem, "a"), 1) is None


def test_a_job_that_is_served_cannot_be_put_in_again():
    problem = street()
    with pytest.raises(ValueError, match="job 0 is not left out"):
        insert(problem, plan(problem, "ab"), 0)


def test_where_jobs_are_linked_the_whole_plan_is_timed_and_judged():
    problem = replace(street(), links=(Link(before=0, after=3),))
    before = plan(problem, "ab", "c")
    found = insert(problem, before, 3)
    assert found is not None
    assert solver.check(problem, found.plan) == ()
    starts = {visit.stop: visit for _, visit in found.plan.visits()}
    assert starts[jobs_stop(3)].start >= starts[jobs_stop(0)].end
    assert found.change.total == expected(problem, before, found.plan)


@pytest.mark.parametrize("seed", range(40))
def test_on_random_problems_no_single_place_is_cheaper(seed):
    """All places of all shifts, tried one after another with breaks and stops as they are, cost no less."""
    problem = random_problem(np.random.default_rng(seed), jobs=6, shifts=3)
    whole = solver.solve(problem, solver.Iterations(1_000), seed=seed).plan
    served = [row for route in whole.routes for row in route.jobs]
    if not served:
        pytest.skip("nobody is served")
    row = served[seed % len(served)]
    removed = check_move(problem, whole, Move(row, None))
    if removed.violations:
        pytest.skip("without that job the rest of its route is illegal")
    without = removed.plan
    found = insert(problem, without, row)
    tried = [check_move(problem, without, Move(row, each)) for each in range(len(problem.shifts))]
    legal = [each.change.total for each in tried if not each.violations]
    if found is None:
        assert not legal
    else:
        assert found.change.total == expected(problem, without, found.plan)
        assert all(found.change.total <= each for each in legal)
