"""The times that miss the windows of a given route by as little as can be."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.lenient import Infeasible, Step, lenient


def obeys(steps, starts) -> bool:
    """Whether steps follow each other, with time for the drive between two places and for what floats between them."""
    placed = 0
    for k in range(1, len(steps)):
        if starts[k] < starts[k - 1] + steps[k - 1].lasts:
            return False
        if not steps[k].floating:
            if starts[k] < starts[placed] + sum(step.lasts for step in steps[placed:k]) + steps[k].travel:
                return False
            placed = k
    return all(step.earliest <= start <= step.latest for step, start in zip(steps, starts, strict=True))


def worth(steps, starts) -> tuple[int, int]:
    """What is made small: missed seconds, each worth all that the route takes, and its length; then the sum of starts."""
    missed = sum(abs(step.missed(start)) for step, start in zip(steps, starts, strict=True))
    takes = sum(step.lasts + step.travel for step in steps)
    return takes * missed + starts[-1] - starts[0], sum(starts)


def windows(draw) -> tuple[tuple[int, int], ...]:
    first, second = draw(st.integers(2, 6)), draw(st.integers(7, 9))
    return draw(st.sampled_from([(), ((first, first),), ((first, 6),), ((first, first), (second, second + 1))]))


@st.composite
def routes(draw) -> list[Step]:
    inner = [
        Step(draw(st.integers(0, 2)), 0 if floating else draw(st.integers(0, 3)), windows(draw), floating)
        for floating in draw(st.lists(st.booleans(), min_size=1, max_size=2))
    ]
    return [
        Step(windows=((draw(st.integers(0, 4)), 12),)),
        *inner,
        Step(0, draw(st.integers(1, 3)), ((0, draw(st.integers(4, 10))),)),
    ]


@settings(max_examples=30, deadline=None)
@given(routes())
def test_no_other_times_are_better(steps):
    """Against every combination of starts from 0 to 14; nothing lasts longer than 2 + 3 seconds a step."""
    starts = lenient(steps)
    assert obeys(steps, starts)
    every = [each for each in product(range(15), repeat=len(steps)) if list(each) == sorted(each) and obeys(steps, each)]
    assert worth(steps, starts) == min(worth(steps, each) for each in every)


def test_a_break_may_interrupt_a_drive():
    """A drive of 100 s from 0, a break of 10 s at 40: there at 110."""
    assert lenient([Step(latest=0), Step(10, windows=((40, 40),), floating=True), Step(travel=100)]) == [0, 40, 110]


def test_a_route_leaves_as_late_as_it_can():
    assert lenient([Step(), Step(travel=10, windows=((100, 200),)), Step(travel=5)]) == [90, 100, 105]


def test_bounds_that_leave_no_time_for_the_drive_are_infeasible():
    with pytest.raises(Infeasible):
        lenient([Step(earliest=50), Step(travel=10, latest=59), Step()])
    with pytest.raises(Infeasible):
        lenient([Step(earliest=50, latest=40), Step(), Step()])
