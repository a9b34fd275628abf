"""Travel that is worked out where it is read gives the same numbers, plans and prices as whole matrices."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from solver.arrays import build
from solver.evaluation import evaluate
from solver.problem import InvalidProblem, Travel
from solver.violations import check
from tests.factories import GAP, METRES, job, line, line_problem, plan


class Line:
    """Places on a line, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, rows, columns):
        self.asked += 1
        steps = np.abs(rows[:, None] - columns[None, :])
        return steps * GAP, steps * METRES


def lazy(places: int = 8) -> tuple[Travel, Line]:
    source = Line()
    return Travel.by_blocks(source, places, "line"), source


@pytest.mark.parametrize(
    "key", [(2, 5), (3,), np.ix_([1, 4, 2], [0, 7]), (np.array([1, 2, 3]), 6), (6, np.array([1, 2, 3]))], ids=lambda key: str(key)
)
def test_cells_are_read_as_an_array_is(key):
    key = key if len(key) > 1 else key[0]
    travel, _ = lazy()
    for name in ("durations", "distances"):
        assert np.array_equal(getattr(travel, name)[key], getattr(line(), name)[key])


def test_cells_along_two_lists_are_refused_as_they_are_not_a_rectangle():
    with pytest.raises(IndexError, match="rectangle"):
        lazy()[0].durations[np.array([1, 2]), np.array([3, 4])]


def test_a_drive_that_was_asked_for_is_not_worked_out_again():
    travel, source = lazy()
    assert (travel.durations[2, 5], travel.distances[2, 5], travel.durations.item(2, 5)) == (3 * GAP, 3 * METRES, 3 * GAP)
    assert source.asked == 1


def test_a_block_is_whole_matrices_between_some_places_from_one_question():
    travel, source = lazy()
    block = travel.block([6, 1, 3])
    assert source.asked == 1
    assert block.places == 3
    assert block.durations.tolist() == line().block([6, 1, 3]).durations.tolist()
    assert block.provider == "line"


def test_a_block_with_a_negative_cell_is_refused():
    with pytest.raises(InvalidProblem, match="negative"):
        Travel.by_blocks(lambda rows, columns: (-np.ones((len(rows), len(columns))), np.zeros(1)), 3, "").block([0, 1])


def test_the_arrays_of_a_problem_are_the_same_either_way():
    whole = line_problem([job("a", 1), job("b", 6), job("c", 3)])
    arrays, lazily = build(whole), build(replace(whole, travel=lazy()[0]))
    for name, one, other in zip(arrays._fields, arrays, lazily, strict=True):
        assert name == "ties" or np.array_equal(one, other), name


def test_a_plan_is_timed_priced_and_judged_without_whole_matrices():
    whole = line_problem([job("a", 1), job("b", 6)])
    problem = replace(whole, travel=lazy()[0])
    served = plan(problem, "ab")
    assert served == plan(whole, "ab")
    assert evaluate(problem, served) == evaluate(whole, served)
    assert check(problem, served) == ()


def test_problems_travel_to_other_processes_frozen_as_they_are():
    problem = line_problem([job("a", 1, skills={"gas": 1}), job("b", 6)])
    there = pickle.loads(pickle.dumps(problem))
    assert there.jobs == problem.jobs
    assert not there.travel.durations.flags.writeable
    assert pickle.loads(pickle.dumps(lazy()[0])).durations[2, 5] == 3 * GAP
