"""A problem is refused when its parts contradict each other, and says which part and why."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from solver.problem import (
    MANDATORY_PRICE,
    UNREACHABLE,
    InvalidProblem,
    Pin,
    Stock,
    Technician,
    Tier,
    Travel,
)
from tests.factories import job, line, line_problem, pause, shift, travel_of, window


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (job(place=8), "job a: .*place 8"),
        (job(place=-1), "job a: .*place -1"),
        (job(duration=-1), "job a: negative duration -1"),
        (job(setup=-1), "job a: .*duration"),
        (job(windows=(window(10, 9),)), "job a: a window closes at 9, before it opens at 10"),
        (job(windows=(window(0, 10), window(10, 20))), "job a: windows overlap"),
        (job(windows=(window(20, 30), window(0, 10))), "job a: windows .*out of order"),
        (job(unserved=-1), "job a: a price"),
        (job(wishes={"key": -1}), "job a: a price"),
        (job(urgency=MANDATORY_PRICE + 1), "job a: a price"),
        (job(paces=()), r"job a: paces \(\)"),
        (job(paces=(100, 0)), r"job a: paces \(100, 0\)"),
        (job(parts={"valve": -1}), "job a: needs -1 parts"),
        (job(pin=Pin(shift=1)), "job a: .*shift 1"),
        (job(pin=Pin(rank=0)), "job a: pinned to rank 0 without a shift"),
        (job(pin=Pin(shift=0, rank=-1)), "job a: pinned to rank -1"),
    ],
)
def test_a_job_that_contradicts_itself_is_refused_by_its_id(broken, message):
    with pytest.raises(InvalidProblem, match=message):
        line_problem([broken])


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (shift(technician=-1), "shift 0: unknown technician -1"),
        (shift(start_place=8), "shift 0: .*place 8"),
        (shift(end_place=9), "shift 0: .*place 9"),
        (shift(breaks=(pause(0, 10, 5, place=11),)), "shift 0: .*place 11"),
        (shift(stock=Stock(place=12)), "shift 0: .*place 12"),
        (shift(start=10, end=9), "shift 0: ends at 9, starts at 10"),
        (shift(end=100, hard_end=99), "shift 0: ends at 100"),
        (shift(max_leg=UNREACHABLE), f"shift 0: .*{UNREACHABLE}"),
        (shift(breaks=(pause(10, 9),)), "shift 0: a break closes at 9, before it opens at 10"),
        (shift(breaks=(pause(0, 9, -1),)), "shift 0: a break"),
        (shift(overtime=(Tier(5, 1), Tier(5, 2))), "shift 0: overtime tiers"),
        (shift(price_use=-1), "shift 0: a price of -1"),
        (shift(max_jobs=-1), "shift 0: a limit of -1"),
        (shift(max_leg=-1), "shift 0: a drive of -1 s"),
        (shift(parts={"valve": -2}), "shift 0: -2 parts"),
        (shift(stock=Stock(place=1, duration=-3)), "shift 0: -3 parts, seconds or stops of stock"),
        (shift(overtime=(Tier(0, -1),)), "shift 0: a price of -1"),
    ],
)
def test_a_shift_that_contradicts_itself_is_refused_by_its_row(broken, message):
    with pytest.raises(InvalidProblem, match=message):
        line_problem([], [broken])


def test_a_technician_without_pace_is_refused():
    with pytest.raises(InvalidProblem, match="technician t0: pace 0 is not above zero"):
        line_problem([], technicians=(Technician("t0", pace=0),))


def test_a_shift_of_an_unknown_technician_is_refused():
    with pytest.raises(InvalidProblem, match="shift 0: unknown technician 1"):
        line_problem([], [shift(technician=1)], technicians=(Technician("t0"),))


def test_ids_are_unique_among_jobs_and_among_technicians():
    with pytest.raises(InvalidProblem, match="job a: the id is not unique"):
        line_problem([job("a"), job("a", 2)])
    with pytest.raises(InvalidProblem, match="technician t: the id is not unique"):
        line_problem(technicians=(Technician("t"), Technician("t")))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([[0, 1]], r"shape \(1, 2\) is not square"),
        ([[0, -1], [1, 0]], "negative"),
        ([[0, UNREACHABLE + 1], [1, 0]], f"above {UNREACHABLE}"),
        ([[1, 1], [1, 0]], "diagonal is not zero"),
    ],
)
def test_a_travel_matrix_that_cannot_be_is_refused(cells, message):
    with pytest.raises(InvalidProblem, match=f"travel durations: .*{message}"):
        travel_of(cells)


def test_durations_and_distances_have_the_same_shape():
    with pytest.raises(InvalidProblem, match="differ in shape"):
        Travel(np.zeros((2, 2)), np.zeros((3, 3)))


def test_a_travel_matrix_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        line().durations[0, 1] = 7


def test_a_problem_cannot_be_changed_but_a_changed_copy_is_validated_again():
    problem = line_problem([job()])
    with pytest.raises(FrozenInstanceError):
        problem.jobs = ()
    with pytest.raises(InvalidProblem, match=r"job b: .*place 99"):
        replace(problem, jobs=(job("b", 99),))


def test_an_empty_problem_is_a_problem():
    assert line_problem([], []).jobs == ()


def test_a_pinned_job_is_mandatory_whatever_its_price():
    assert job(unserved=5, pin=Pin(start=0)).mandatory
    assert job(unserved=5, pin=Pin(start=0)).price_unserved == MANDATORY_PRICE
    assert job(unserved=None).price_unserved == MANDATORY_PRICE
    assert job(unserved=5).price_unserved == 5


def test_a_shift_without_a_hard_end_ends_at_its_end():
    assert shift(end=100).latest == 100
    assert shift(end=100, hard_end=130).latest == 130
