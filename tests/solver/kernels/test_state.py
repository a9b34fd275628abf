"""What is derived from the stops of a route is what driving it says, second by second; a step leaves nothing behind."""

import numpy as np
import pytest

import solver
from solver.arrays import numbers_of, stops_of
from solver.kernels.state import (
    ABSENT,
    ABSENT_AT,
    AT,
    BEST,
    BEST_SIZE,
    COST,
    DRIVE,
    JOBS,
    LATE,
    LEAVE,
    ON_LATE,
    ON_TIME,
    POSITION,
    SHIFT,
    STOCKED,
    TOTAL,
    UP_LATE,
    UP_TIME,
    WAITS,
)
from solver.kernels.step import search
from tests.solver.kernels import doors, twins
from tests.solver.kernels.every_step import assert_state_is_what_its_stops_say
from tests.solver.kernels.states import HOT, Case, cases, orders_of, plain_problem_of, plan_of, problem_of, with_stops

BOTH = pytest.mark.parametrize("of", [problem_of, plain_problem_of], ids=["any", "plain"])


def routes(count: int, of) -> list[tuple[Case, int, list[solver.Stop]]]:
    """The routes with jobs of some cases: case, shift, stops."""
    found = []
    for case in cases(count, of=of):
        used = np.flatnonzero(case.state.route[:, JOBS]).tolist()
        found += [(case, s, stops_of(case.arrays, s, orders_of(case)[s])) for s in used]
    return found


@BOTH
def test_places_times_and_metres_are_those_of_driving_the_route(of):
    for case, s, order in routes(24, of):
        spot = case.state.spot[s, : len(order) + 2]
        found = twins.passed(case.problem, s, order)
        shift = case.problem.shifts[s]
        assert (spot[0, AT], spot[0, LEAVE]) == (shift.start_place, shift.start)
        assert spot[1:, AT].tolist() == [each.place for each in found]
        assert spot[1:, LEAVE].tolist() == [each.leave for each in found]
        assert spot[1:, DRIVE].tolist() == [each.metres for each in found]
        if not case.arrays.plain:
            waits = [each.waited for each in found]
            assert spot[1:, WAITS].tolist() == [sum(waits[at:]) for at in range(len(waits))]


@BOTH
def test_the_latest_arrival_is_never_before_the_last_second_that_keeps_what_follows_on_time(of):
    tight = 0
    for case, s, order in routes(16, of):
        while twins.is_placeless(case.problem.shifts[s], order[-1]):
            order.pop()  # a break that may be held after the return holds up nothing
        places = case.state.spot[s, 1 : len(order) + 1, AT].tolist()
        for at in range(len(order)):
            late = int(case.state.spot[s, at + 1, LATE])
            brute = twins.latest_legal_arrival(case.problem, s, order, places, at)
            assert brute is not None  # the route is legal
            assert late >= brute
            tight += late == brute
            if case.arrays.plain:
                assert min(late, case.problem.shifts[s].latest) == brute
    assert tight > 30


def test_segments_say_how_long_a_chain_of_stops_takes_whenever_it_begins():
    seen = 0
    for case, s, order in routes(30, plain_problem_of):
        if not case.arrays.clocked:
            continue
        seen += 1
        shift, spot = case.problem.shifts[s], case.state.spot[s]
        places = spot[: len(order) + 2, AT].tolist()
        begins = np.arange(shift.start, shift.latest + 1)
        for at in range(1, len(order) + 1):
            assert_chain(
                case.problem,
                shift,
                begins,
                (None, places[0]),
                list(zip(order[:at], places[1:], strict=False)),
                spot[at, UP_TIME : UP_LATE + 1],
            )
            rest = list(zip(order[at - 1 :], places[at:], strict=False))
            assert_chain(case.problem, shift, begins, rest[0], [*rest[1:], (None, places[-1])], spot[at, ON_TIME : ON_LATE + 1])
    assert seen >= 20


def assert_chain(problem, shift, begins, first, rest, segment):
    """A chain takes `time` if it begins in `[early, late]`; it waits if it begins earlier, and is too late if later."""
    time, early, late = segment.tolist()
    now, legal, here = begins.copy(), np.ones(begins.size, bool), first[1]
    for number, (stop, there) in enumerate([first, *rest]):
        if number and here >= 0 and there >= 0:
            now = now + problem.travel.durations[here, there]
        if stop is None:
            legal &= now <= shift.latest
        else:
            start, lasts, may = twins.starts(problem, shift, stop, now, True)
            legal, now = legal & may, start + lasts
        here = there
    assert (legal == (begins <= late)).all()
    assert (now[legal] == np.maximum(begins[legal], early) + time).all()


@BOTH
def test_jobs_are_located_and_what_they_use_before_the_first_stock_stop_is_counted(of):
    for case in cases(24, of=of):
        kinds = sorted({part for job in case.problem.jobs for part in job.parts})
        for s, order in enumerate(orders_of(case)):
            jobs = [stop for stop in order if stop < case.arrays.n_jobs]
            front = order[: order.index(case.arrays.stock)] if case.arrays.stock in order else order
            assert case.state.route[s, JOBS] == len(jobs)
            assert case.state.route[s, STOCKED] == len(front) + 1
            used = [sum(case.problem.jobs[row].parts.get(kind, 0) for row in front if row in jobs) for kind in kinds]
            assert case.state.front[s].tolist() == used
            assert [case.state.where[row, SHIFT] for row in jobs] == [s] * len(jobs)
            assert [case.state.where[row, POSITION] for row in jobs] == [order.index(row) + 1 for row in jobs]


@BOTH
def test_a_refreshed_route_has_the_price_of_its_stops(of):
    for case, s, _ in routes(24, of):
        before = int(case.state.route[s, COST])
        doors.refresh(case.arrays, case.state, s)
        assert case.state.route[s, COST] == before == twins.price(case.arrays, s, orders_of(case)[s])


@BOTH
def test_whatever_a_step_did_the_state_is_that_of_its_stops_loaded_afresh(of):
    for case in cases(16, of=of):
        for _ in range(20):
            search(case.arrays, case.state, case.pool, 1, HOT, HOT, 1.0)
            assert_state_is_what_its_stops_say(case)


@BOTH
def test_a_step_that_gains_nothing_is_undone_to_the_last_number(of):
    undone = 0
    for case in cases(16, of=of):
        for _ in range(40):
            before, total = orders_of(case), int(case.state.number[TOTAL])
            search(case.arrays, case.state, case.pool, 1, 0.0, 0.0, 1.0)  # without heat an equal price is no gain
            assert case.state.number[TOTAL] <= total
            if case.state.number[TOTAL] == total:
                undone += 1
                assert orders_of(case) == before
            assert_state_is_what_its_stops_say(case)
    assert undone > 200


@BOTH
def test_the_absent_are_listed_once_each_and_the_best_plan_is_kept(of):
    for case in cases(16, of=of):
        listed = case.state.absent[: case.state.number[ABSENT]].tolist()
        assert sorted(listed) == list(plan_of(case).unassigned)
        assert [case.state.where[row, ABSENT_AT] for row in listed] == list(range(len(listed)))
        lowest = int(case.state.number[BEST])
        for _ in range(30):
            search(case.arrays, case.state, case.pool, 1, HOT, HOT, 1.0)
            lowest = min(lowest, int(case.state.number[TOTAL]))
            assert case.state.number[BEST] == lowest
        best = [case.state.best_stops[s, : case.state.route[s, BEST_SIZE]].tolist() for s in range(case.arrays.n_shifts)]
        kept = plan_of(with_stops(case.problem, case.arrays, best))
        assert solver.check(case.problem, kept) == ()
        assert solver.evaluate(case.problem, kept).total == lowest


@BOTH
def test_a_plan_goes_into_a_state_and_comes_out_the_same(of):
    for case in cases(16, of=of):
        plan = plan_of(case)
        again = {s: stops_of(case.arrays, s, order) for s, order in numbers_of(case.problem, case.arrays, plan).items()}
        assert solver.plan_of(case.problem, list(again.items())) == plan
