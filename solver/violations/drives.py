"""How long a drive takes when it begins, judged by the tables: between two instants they tell of it runs straight."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil

from solver.problem import Problem, Shift

Clock = Callable[[int], int]
"""From an instant of leaving to that of arriving; leaving later never arrives earlier."""


def clock_of(problem: Problem, shift: Shift, here: int, there: int) -> Clock:
    """When a technician is there who leaves here, for every instant of leaving."""
    traffic = problem.travel.traffic
    if traffic is None:
        lasts = problem.travel.durations.item(here, there)
        return lambda leave: leave + int(lasts)
    table = traffic.modes[shift.mode].durations
    known = [(knot.at, int(table.item(knot.band, here, there))) for knot in traffic.knots]
    return lambda leave: leave + _between(known, leave)


def metres_of(problem: Problem, shift: Shift, here: int, there: int) -> int:
    """How far a technician drives from here to there."""
    traffic = problem.travel.traffic
    table = problem.travel.distances if traffic is None else traffic.modes[shift.mode].distances
    return int(table.item(here, there))


def last_leave(clock: Clock, by: int) -> int:
    """The last instant of leaving that arrives by another one: found by steps that double, then halve."""
    step = 1
    while clock(by - step) > by:
        step *= 2
    leave = by - step
    while step:
        if clock(leave + step) <= by:
            leave += step
        step //= 2
    return leave


def first_leave(clock: Clock, at: int) -> int:
    """The first instant of leaving that does not arrive before another one."""
    return last_leave(clock, at - 1) + 1


def _between(known: list[tuple[int, int]], leave: int) -> int:
    """Seconds of a drive of which some are known, by their instants."""
    earlier = [each for each in known if each[0] <= leave]
    later = [each for each in known if each[0] > leave]
    if not earlier or not later:
        return (earlier[-1] if earlier else later[0])[1]
    (start, one), (end, other) = earlier[-1], later[0]
    return ceil(one + Fraction(other - one) * (leave - start) / (end - start))
