"""The search on coupled problems: what it returns is legal and priced right, and on small ones the cheapest of all."""

import numpy as np
import pytest

import solver
from solver.arrays import build, numbers_of
from solver.coupling import Ask, Bundle, Group, Link
from solver.evaluation import evaluate
from solver.kernels.state import COST, TOTAL
from solver.search import _load, _Thread
from solver.violations import check
from tests.factories import job, line_problem, plan, shift, window
from tests.naive import cheapest_together
from tests.strategies import COUPLING, FEATURES, random_problem

SOME = [each for each in FEATURES if each not in ("breaks", "appointments", "stock", "parts", "tools")]
SAME_START = {"low": 0, "high": 0, "from_start": True}


def coupled(seed: int, jobs: int, shifts: int, share: float):
    rng = np.random.default_rng(seed)
    features = [each for each in FEATURES if rng.random() < share]
    return random_problem(rng, jobs, shifts, {*features, *(each for each in COUPLING if rng.random() < 0.8)})


@pytest.mark.parametrize("seed", range(25))
def test_plans_of_coupled_problems_are_legal_and_priced_right(seed):
    """`solve` itself raises `BrokenPlan` if the kernels and the definition differ, or a rule is broken."""
    problem = coupled(seed, 7, 3, 0.3)
    result = solver.solve(problem, solver.Iterations(300), seed=seed)
    assert check(problem, result.plan) == ()
    assert result.cost == evaluate(problem, result.plan)


def test_small_coupled_problems_are_mostly_solved_as_well_as_by_brute_force():
    """Never better, and on 8 of 12 problems, of all rules that couple jobs at once, as well."""
    reached = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        features = [each for each in SOME if rng.random() < 0.2]
        problem = random_problem(rng, 4, 2, {*features, *COUPLING})
        best, found = cheapest_together(problem).total, solver.solve(problem, solver.Iterations(2_000), seed=1).cost.total
        assert found >= best
        reached += found == best
    assert reached >= 8


def test_the_search_goes_on_from_a_plan_and_drops_what_is_illegal_of_it():
    problem = line_problem([job("a", 1), job("b", 2), job("c", 3)], [shift(), shift(technician=1)], links=(Link(0, 1, needs=True),))
    illegal = plan(problem, "bc")  # b needs a
    result = solver.solve(problem, solver.Iterations(50), start=illegal)
    assert check(problem, result.plan) == ()
    assert len(result.plan.unassigned) == 0


def test_a_plan_taken_up_costs_what_the_definition_says():
    links = (Link(0, 1, **SAME_START), Link(2, 3, low=600, high=3_000))
    jobs = [job(name, place, due=2_000, late_rate=3) for name, place in zip("abcd", (1, 4, 2, 5), strict=True)]
    groups = (Group((0, 2), Ask.SAME_TECHNICIAN, 500),)
    problem = line_problem(jobs, [shift(price_second=2), shift(technician=1)], links=links, groups=groups, worst_late_rate=7)
    found = plan(problem, "ac", "bd")
    assert check(problem, found) == ()
    arrays = build(problem)
    thread = _Thread.of(arrays, 1)
    _load(arrays, thread, numbers_of(problem, arrays, found))
    assert thread.state.number[TOTAL] == evaluate(problem, found).total
    assert (thread.state.route[:, COST] > 0).all()


def test_two_who_meet_are_moved_together():
    # apart, each of the two is far from everything else its technician does; together at noon they fit
    windows = (window(10_000, 12_000),)
    jobs = [job("a", 1, windows=windows), job("b", 7, windows=windows), job("c", 1), job("d", 7)]
    problem = line_problem(
        jobs,
        [shift(), shift(technician=1)],
        links=(Link(0, 1, **SAME_START),),
        bundles=(Bundle("x", ((0, 1),), unserved=90_000),),
        groups=(Group((0, 1), Ask.DIFFERENT_TECHNICIANS),),
    )
    result = solver.solve(problem, solver.Iterations(500))
    assert result.plan.unassigned == ()
    first, second = (next(visit.start for _, visit in result.plan.visits() if visit.stop.row == row) for row in (0, 1))
    assert first == second


def test_the_same_seed_gives_the_same_plan():
    problem = coupled(3, 7, 3, 0.2)
    one, other = (solver.solve(problem, solver.Iterations(400), seed=5, threads=2) for _ in range(2))
    assert one.plan == other.plan
