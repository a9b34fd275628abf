"""A criterion says how much of its budget is used; time and effort are what the test says they are."""

import pytest

from solver.stop import AnyOf, Cancelled, Effort, Iterations, NoImprovement, Seconds, any_of, why


def effort(iterations=0, since_best=0, seconds=0.0):
    return Effort(iterations, since_best, seconds)


def test_each_criterion_counts_its_own_effort():
    spent = effort(iterations=250, since_best=30, seconds=1.5)
    assert Seconds(6)(spent) == 0.25
    assert Iterations(1_000)(spent) == 0.25
    assert NoImprovement(60)(spent) == 0.5


@pytest.mark.parametrize("criterion", [Seconds(0), Iterations(0), NoImprovement(0), Seconds(-1)])
def test_a_budget_of_nothing_is_used_up_at_once(criterion):
    assert criterion(effort()) == 1.0


def test_a_budget_is_used_up_when_it_is_reached():
    assert Iterations(10)(effort(iterations=9)) < 1.0
    assert Iterations(10)(effort(iterations=10)) == 1.0
    assert Iterations(10)(effort(iterations=11)) > 1.0


def test_a_search_runs_until_somebody_cancels_it():
    criterion = Cancelled()
    assert criterion(effort(10**9, 10**9, 1e9)) == 0.0
    criterion.cancel()
    assert criterion(effort()) == 1.0


def test_any_of_several_stops_with_the_first():
    criterion = any_of(Seconds(10), Iterations(100))
    assert criterion(effort(iterations=90, seconds=1)) == 0.9
    assert criterion(effort(iterations=10, seconds=10)) == 1.0
    assert isinstance(criterion, AnyOf)


def test_why_names_the_criterion_that_is_nearest_to_its_end():
    criterion = any_of(Seconds(10), any_of(Iterations(1_000), NoImprovement(5)), Cancelled())
    assert why(criterion, effort(seconds=10)) == "time limit of 10 s"
    assert why(criterion, effort(iterations=1_000)) == "limit of 1,000 iterations"
    assert why(criterion, effort(since_best=5)) == "no improvement in 5 iterations"


def test_every_criterion_says_itself_in_words():
    assert str(Cancelled()) == "cancelled"
    assert str(any_of(Seconds(0.5), Iterations(7))) == "time limit of 0.5 s or limit of 7 iterations"
