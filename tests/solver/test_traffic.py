"""Travel by time of day: who leaves later arrives no earlier, tables that say otherwise are repaired, and departures are exact."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import UNREACHABLE, Departure, InvalidProblem, Iterations, Pin, Travel, check, evaluate, solve, timed
from solver.traffic import Knot, Mode, Traffic
from tests.factories import GAP, job, line, line_problem, plan, shift, stops, window
from tests.naive import cheapest

QUIET, RUSH = 0, 1
HOURS = (Knot(0, QUIET), Knot(7_200, RUSH), Knot(14_400, QUIET))


def rush_hour(knots=HOURS, factor=2, **more) -> Traffic:
    """Places on a line; a drive takes 600 s a gap, and `factor` times as long at 7,200 s."""
    steps = line().durations
    return Traffic(knots, (Mode("car", np.stack([steps, factor * steps]), line().distances),), **more)


def in_rush_hour(*jobs, shifts=None, **more):
    return line_problem(jobs, shifts, travel=Travel.by_time(rush_hour()), **more)


def route_of(problem, order):
    return timed(problem, 0, stops(problem, order))


def test_a_drive_takes_longer_the_nearer_the_rush_hour_is():
    # one gap: 600 s at 0, 1,200 s at 7,200, half way between them 900; a third of a second is a whole one
    travel = Travel.by_time(rush_hour())
    assert [travel.seconds(0, 0, 1, leave) for leave in (-99, 0, 3_600, 3_604, 7_200, 10_800, 99_999)] == [
        *(600, 600, 900, 901, 1_200, 900, 600),
    ]
    assert travel.durations[0, 1] == 600
    assert travel.longest(0, 0, 1) == 1_200


@given(st.lists(st.integers(0, 4_000), min_size=2, max_size=6), st.data())
def test_who_leaves_later_arrives_no_earlier(times, data):
    gaps = data.draw(st.lists(st.integers(1, 3_000), min_size=len(times) - 1, max_size=len(times) - 1))
    knots = tuple(Knot(int(sum(gaps[:n])), n) for n in range(len(times)))
    durations = np.array([[[0, each], [each, 0]] for each in times])
    traffic = Traffic(knots, (Mode("car", durations, np.zeros((2, 2))),))
    arrivals = [leave + traffic.seconds(0, 0, 1, leave) for leave in range(-5, knots[-1].at + 5)]
    assert all(a <= b for a, b in pairwise(arrivals))
    # the cells are the earliest arrival if one may wait, so none is longer than it was
    assert (traffic.modes[0].durations <= durations).all()
    assert traffic.repaired == int((traffic.modes[0].durations < durations).sum())


def test_a_table_that_rewards_waiting_is_repaired_and_counted():
    # two gaps take 7,200 s at first and 1,200 s an hour later: who waits an hour is there after 3,600 + 1,200 s; both directions
    steps = line(3).durations
    traffic = Traffic((Knot(0, 0), Knot(3_600, 1)), (Mode("car", np.stack([6 * steps, steps]), line(3).distances),))
    assert traffic.seconds(0, 0, 2, 0) == 4_800
    assert traffic.seconds(0, 0, 1, 0) == 3_600  # one gap: 3,600 s, an hour later 600 s: 4,200 by waiting is no gain
    assert traffic.repaired == 2


def test_tables_that_follow_each_other_over_and_over_are_repaired_for_the_shortest_gap():
    # the same two bands follow each other after one hour and after ten: the hour decides
    steps = line(3).durations
    knots = (Knot(0, 0), Knot(36_000, 1), Knot(72_000, 0), Knot(75_600, 1))
    traffic = Traffic(knots, (Mode("car", np.stack([6 * steps, steps]), line(3).distances),))
    assert [traffic.seconds(0, 0, 2, at) for at in (0, 72_000)] == [4_800, 4_800]


def test_a_way_closed_in_one_band_is_closed():
    durations = np.stack([line(2).durations, line(2).durations])
    durations[1, 0, 1] = UNREACHABLE
    traffic = Traffic((Knot(0, 0), Knot(3_600, 1)), (Mode("car", durations, line(2).distances),))
    assert [traffic.seconds(0, 0, 1, at) for at in (0, 1_800)] == [UNREACHABLE, UNREACHABLE]
    assert traffic.repaired == 0


@pytest.mark.parametrize(
    ("knots", "modes", "message"),
    [
        ((), (Mode("car", np.zeros((1, 2, 2)), np.zeros((2, 2))),), "without a knot"),
        ((Knot(0, 0),), (), "without a knot or a way of moving"),
        ((Knot(0, 0), Knot(0, 0)), (Mode("car", np.zeros((1, 2, 2)), np.zeros((2, 2))),), "out of order"),
        ((Knot(0, 1),), (Mode("car", np.zeros((1, 2, 2)), np.zeros((2, 2))),), "a band that is none"),
        ((Knot(0, 0),), (Mode("car", np.zeros((1, 2, 3)), np.zeros((2, 2))),), "not square"),
        ((Knot(0, 0),), (Mode("car", -np.ones((1, 2, 2)), np.zeros((2, 2))),), "negative"),
        ((Knot(0, 0),), (Mode("car", np.ones((1, 2, 2)), np.zeros((2, 2))),), "diagonal"),
        ((Knot(0, 0),), (Mode("car", np.zeros((1, 2, 2)), np.zeros((3, 3))),), "differ in shape"),
        ((Knot(0, 0),), (Mode("car", np.full((1, 1, 1), UNREACHABLE + 1), np.zeros((1, 1))),), "above"),
    ],
)
def test_traffic_that_is_none_is_refused(knots, modes, message):
    with pytest.raises(InvalidProblem, match=message):
        Traffic(knots, modes)


def test_a_way_of_moving_that_there_is_not_is_refused():
    with pytest.raises(InvalidProblem, match="unknown way of moving 1"):
        in_rush_hour(job("a"), shifts=[shift(mode=1)])
    with pytest.raises(InvalidProblem, match="between other places"):
        Travel(line(3).durations, line(3).distances, "given", rush_hour())


def test_starts_every_no_seconds_are_refused():
    with pytest.raises(InvalidProblem, match="every 0 s"):
        line_problem([job("a")], snap=0)


# ---------------------------------------------------------------- departure


def test_the_departure_is_the_last_second_that_moves_no_start():
    # leaving at d a gap takes 600 + d/12, rounded up: 6,092 + 600 + 508 = 7,200 is in time, 6,093 + 600 + 508 is not
    problem = in_rush_hour(job("a", 1, windows=(window(7_200, 9_000),)))
    route = route_of(problem, "a")
    assert (route.depart, route.visits[0].arrive, route.visits[0].start) == (6_092, 7_200, 7_200)
    # home from 9,000 on, a quarter of the way to 14,400: 1,200 - 150
    assert (route.travel_home, route.back) == (1_050, 10_050)
    for off in (-1, 1):
        visit = replace(route.visits[0], arrive=7_200 + off, travel=1_108)
        causes = {
            each.cause
            for each in check(problem, replace(plan(problem, "a"), routes=(replace(route, depart=6_092 + off, visits=(visit,)),)))
        }
        assert "timing_rule" in causes


def test_keeping_the_end_puts_the_departure_off_as_long_as_the_last_start_stays():
    # b opens at 14,400 and is one gap from a: left a second later, a would be too late for that
    problem = in_rush_hour(job("a", 1), job("b", 2, windows=(window(14_400, 15_000),)), departure=Departure.KEEP_END)
    route = route_of(problem, "ab")
    a, b = route.visits
    assert b.start == 14_400
    later = route.depart + 1
    reached = later + problem.travel.seconds(0, 0, 1, later)
    left = reached + 1_800
    assert left + problem.travel.seconds(0, 1, 2, left) > 14_400
    assert a.end + problem.travel.seconds(0, 1, 2, a.end) <= 14_400


def test_a_first_drive_outside_the_shift_ends_when_the_shift_begins_at_the_earliest():
    # the shift begins at 3,600; leaving at d takes 600 + d/12: from 2,769 on the drive ends at 3,600 or later
    problem = in_rush_hour(job("a", 1), shifts=[shift(start=3_600, first_drive_outside=True)])
    route = route_of(problem, "a")
    assert (route.depart, route.visits[0].arrive) == (2_769, 3_600)
    assert check(problem, plan(problem, "a")) == ()


# ---------------------------------------------------------------- whole minutes


def test_jobs_start_at_whole_minutes_and_what_follows_reckons_with_it():
    # reached at 700: starts at 900, is left at 2,700, b is reached at 3,300 + 100 and starts at 3,600
    steps = line().durations * 7 // 6
    problem = line_problem([job("a", 1), job("b", 2)], travel=Travel(steps, steps), snap=300)
    route = route_of(problem, "ab")
    assert [(visit.arrive, visit.start) for visit in route.visits] == [(900, 900), (3_400, 3_600)]
    assert route.depart == 200  # as late as the start allows


def test_the_minutes_may_be_counted_from_any_second():
    problem = line_problem([job("a", 1)], snap=300, snap_from=-10)
    assert route_of(problem, "a").visits[0].start == 890


def test_an_exact_time_is_kept_to_the_second_and_a_window_between_two_minutes_is_missed():
    exact = line_problem([job("a", 1, windows=(window(7_201, 7_201),)), job("b", 1, pin=Pin(start=9_111))], snap=60)
    assert [visit.start for visit in route_of(exact, "ab").visits] == [7_201, 9_111]
    missed = line_problem([job("a", 1, windows=(window(7_201, 7_259),))], snap=60)
    assert [each.cause for each in check(missed, plan(missed, "a"))] == ["window"]
    assert solve(missed, Iterations(200)).plan.unassigned == (0,)


# ---------------------------------------------------------------- plans


def test_a_plan_avoids_the_rush_hour_where_that_is_cheaper():
    # far one first: home through the quiet; far one last: out and back in the rush
    jobs = [job("far", 6, duration=1_200), job("near", 1, duration=3_600)]
    problem = in_rush_hour(*jobs, shifts=[shift(price_second=1)])
    found = solve(problem, Iterations(500))
    assert found.cost.total == cheapest(problem).total == evaluate(problem, found.plan).total


def test_everybody_drives_in_their_own_way():
    # by bicycle a gap takes 1,500 s and 700 m, by car 600 s and 1,000 m
    modes = (
        Mode("car", line().durations[None], line().distances),
        Mode("bicycle", line().durations[None] * 5 // 2, line().distances * 7 // 10),
    )
    travel = Travel.by_time(Traffic((Knot(0, 0),), modes))
    shifts = [shift(), shift(technician=1, mode=1)]
    problem = line_problem([job("a", 1), job("b", 1)], shifts, travel=travel)
    drives = [
        (route.visits[0].travel, route.visits[0].distance)
        for route in (timed(problem, row, stops(problem, "ab"[row])) for row in (0, 1))
    ]
    assert drives == [(GAP, 1_000), (1_500, 700)]
    assert (travel.durations[0, 1], travel.distances[0, 1]) == (GAP, 700)  # what it takes at least


def test_traffic_between_some_places_is_that_between_all():
    block = Travel.by_time(rush_hour()).block([2, 5])
    assert block.seconds(0, 0, 1, 7_200) == 3 * 2 * GAP
    assert block.metres(0, 1, 0) == 3_000
