"""What is proved of all plans is true: no plan costs less than the bound, whatever rules a day has and whenever the proof ends."""

import numpy as np
import pytest
from hypothesis import given, settings

import solver
from solver.arrays import build, stops_of
from solver.bounds import Bound, Reach, bounded, relaxed
from solver.columns import Columns
from solver.evaluation import route_cost
from solver.kernels.pricing import price_all
from solver.kernels.timing import ILLEGAL
from solver.pricing import pool_of
from tests.factories import job, line_problem, shift
from tests.naive import cheapest
from tests.soak.bounds import bound_of, least_of, nothing, problem_of
from tests.solver.kernels import twins
from tests.solver.kernels.states import pauses_of
from tests.strategies import COUPLING, FEATURES, problems, random_problem


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_costs_less_than_the_bound(seed):
    problem = problem_of(seed, coupled=False)
    assert bound_of(problem).total <= cheapest(problem).total


@pytest.mark.parametrize("seed", range(15))
def test_no_plan_of_coupled_jobs_costs_less_than_the_bound(seed):
    problem = problem_of(seed, coupled=True)
    assert bound_of(problem).total <= least_of(problem)


@settings(max_examples=25, deadline=None)
@given(problems(max_jobs=3))
def test_no_plan_of_any_problem_costs_less_than_the_bound(problem):
    if problem.jobs:
        assert bound_of(problem).total <= cheapest(problem).total


@pytest.mark.parametrize("labels", [1, 5, 25, 125])
@pytest.mark.parametrize("seed", range(6))
def test_a_proof_that_is_ended_early_is_true_too(seed, labels):
    problem = problem_of(seed, coupled=False)
    assert bound_of(problem, labels).total <= cheapest(problem).total


def test_one_technician_and_two_jobs_are_bounded_by_the_cheapest_plan():
    # on a line of 1,000 m a place: out to place 2 and back is 4,000 m, at 1 a metre, and both jobs are on the way
    problem = line_problem([job("a", 1, unserved=10_000), job("b", 2, unserved=10_000)], [shift(price_metre=1)])
    assert bound_of(problem).total == cheapest(problem).total == 4_000
    assert solver.solve(problem, solver.Iterations(1_000_000)).bound == 4_000


def test_a_mandatory_job_that_nobody_may_serve_is_in_the_bound():
    problem = line_problem([job("a", 1, tags=frozenset({"key"}), unserved=None)], [shift()])
    assert bound_of(problem).total == solver.MANDATORY_PRICE


@pytest.mark.parametrize("seed", range(20))
def test_routes_of_a_proof_are_priced_as_the_naive_twin_prices_them(seed):
    problem = problem_of(seed, coupled=False)
    arrays = build(problem)
    pool = pool_of(arrays, bound_of(problem).routes, 1)
    for first, size, s, cost in zip(pool.first.tolist(), pool.size.tolist(), pool.shift.tolist(), pool.cost.tolist(), strict=True):
        stops = pool.stops[first : first + size].tolist()
        assert sorted(stop for stop in stops if arrays.n_jobs <= stop < arrays.stock) == pauses_of(arrays, s)
        assert twins.price(arrays, s, stops) == cost
        assert cost == route_cost(problem, solver.plan_of(problem, [(s, stops_of(arrays, s, stops))]).routes[0]).total


def test_a_route_that_breaks_a_rule_has_no_price():
    arrays = build(line_problem([job("a", 1, tags=frozenset({"key"}))], [shift()]))
    cost = np.zeros(1, np.int64)
    price_all(arrays, np.zeros(1, np.int32), np.zeros(1, np.int64), np.ones(1, np.int64), np.zeros(1, np.int64), cost)
    assert cost.tolist() == [ILLEGAL]


@pytest.fixture(scope="module")
def proved() -> solver.Result:
    return solver.solve(city(), solver.Iterations(20_000), seed=1, prove=True)


def city() -> solver.Problem:
    """Twenty jobs with windows on four shifts: more than are solved exactly."""
    return random_problem(np.random.default_rng(5), 20, 4, ("windows", "prices", "skills"))


def test_a_solve_that_is_to_prove_says_how_good_its_plan_is(proved):
    assert proved.bound is not None
    assert proved.bound <= proved.cost.total
    assert proved.cost.mandatory == 0
    assert proved.gap == (proved.cost.total - proved.bound) / proved.cost.money


def test_a_proof_within_a_budget_of_iterations_is_the_same_every_time(proved):
    again = solver.solve(city(), solver.Iterations(20_000), seed=1, prove=True)
    assert (again.bound, again.plan) == (proved.bound, proved.plan)


def test_a_solve_that_is_to_prove_nothing_has_no_bound():
    result = solver.solve(city(), solver.Iterations(100), seed=1)
    assert (result.bound, result.gap, result.relaxed) == (None, None, ())


def test_a_proof_keeps_to_its_time():
    result = solver.solve(city(), solver.Seconds(0.5), seed=1, prove=True)
    assert result.bound is not None
    assert result.bound <= result.cost.total


def test_there_is_no_gap_where_more_mandatory_jobs_are_left_out_than_have_to_be():
    cost = solver.Cost(travel=7, mandatory=1)
    result = solver.Result(solver.Plan((), (0,)), cost, False, 0, 0.0, "", (), bound=5)
    assert result.gap is None


def test_what_is_taken_lightly_is_named():
    assert relaxed(line_problem([job("a", 1)], [shift()])) == ()
    every = random_problem(np.random.default_rng(3), 5, 3, (*FEATURES, *COUPLING))
    assert "groups of jobs" in relaxed(every) or not every.groups
    assert ("links between jobs" in relaxed(every)) == bool(every.links)


def test_a_bound_without_time_is_nothing():
    problem = city()
    assert bounded(problem, build(problem), nothing(), np.zeros(0, np.int64), Reach(lambda: True)) == Bound(0, False, (), 0)


def test_nothing_seen_is_no_column():
    assert isinstance(nothing(), Columns)
    assert nothing().cost.size == 0
