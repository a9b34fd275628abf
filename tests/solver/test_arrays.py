"""Arrays say of every pair of shift and job what judging the pair alone says; neighbours are those of sorting everybody."""

import numpy as np
import pytest

import solver
from solver.arrays import ASSIGN, LOOKED_AT, NEIGHBOURS, ROW, SERVICE, SETUP, TOOLS, build
from solver.evaluation import change_price, openings_of, overqualified_price, preference_price, service_times, wishes_price
from solver.problem import UNREACHABLE
from solver.together import worker_of
from tests.factories import job, line_problem, shift
from tests.strategies import FEATURES, random_problem

PAIRING = {solver.Cause.SKILL, solver.Cause.TAG, solver.Cause.REQUIRED, solver.Cause.EXCLUDED, solver.Cause.PIN_SHIFT}


@pytest.mark.parametrize("seed", range(30))
def test_every_pair_of_shift_and_job_is_judged_as_if_it_were_the_only_one(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 12, 7, [feature for feature in FEATURES if seed % 3 or rng.random() < 0.5])
    arrays = build(problem)
    for s, each in enumerate(problem.shifts):
        technician, row = worker_of(problem, each), arrays.shift[s, ROW]
        for j, wanted in enumerate(problem.jobs):
            pair = arrays.pair[row, j]
            route = solver.timed(problem, s, [solver.Stop(solver.StopKind.JOB, j)])
            causes = {found.cause for found in solver.check(problem, solver.Plan((route,), ()))}
            fetched = not wanted.tools <= each.tools
            assert (pair[ASSIGN] >= 0) == (not causes & PAIRING and not (fetched and each.stock is None))
            if pair[ASSIGN] >= 0:
                assert (pair[SETUP], pair[SERVICE]) == service_times(wanted, technician)
                prices = (overqualified_price, preference_price, wishes_price, change_price)
                assert pair[ASSIGN] == sum(price(wanted, technician) for price in prices)
                assert pair[TOOLS] == fetched


def far_apart(problem: solver.Problem, j: int, k: int) -> float:
    """Driving and a fifth of the waiting that windows force, from one job to another; lateness counts in full."""

    def after(one: solver.Job, other: solver.Job) -> float:
        drive = float(problem.travel.durations[one.place, other.place])
        opens, closes = openings_of(other)[0].open, openings_of(other)[-1].close
        earliest, latest = openings_of(one)[0].open + one.duration, openings_of(one)[-1].close + one.duration
        return drive + 0.2 * max(0, opens - drive - latest) + max(0, earliest + drive - closes)

    return min(after(problem.jobs[j], problem.jobs[k]), after(problem.jobs[k], problem.jobs[j]))


def big_problem(seed: int, jobs: int, symmetric: bool) -> solver.Problem:
    """Jobs at a few dozen places, some with windows of an hour in a day."""
    rng = np.random.default_rng(seed)
    durations = rng.integers(60, 5_000, (40, 40))
    durations = np.maximum(durations, durations.T) if symmetric else durations
    np.fill_diagonal(durations, 0)
    windows = [
        (solver.Window(open_, open_ + 3_600),) if rng.random() < 0.5 else () for open_ in rng.integers(0, 30_000, jobs).tolist()
    ]
    rows = [job(f"j{n}", int(rng.integers(0, 40)), windows=windows[n], duration=int(rng.integers(0, 5_000))) for n in range(jobs)]
    return line_problem(rows, travel=solver.Travel(durations, durations))


@pytest.mark.parametrize(("jobs", "symmetric"), [(2 * LOOKED_AT, True), (2 * LOOKED_AT, False), (90, False), (2, True), (1, True)])
def test_the_neighbours_of_a_job_are_the_nearest_of_all_ties_by_row(jobs, symmetric):
    problem = big_problem(jobs, jobs, symmetric)
    near = build(problem).near
    assert near.shape == (jobs, min(jobs - 1, NEIGHBOURS))
    for j in range(0, jobs, max(1, jobs // 25)):
        others = sorted((far_apart(problem, j, k), k) for k in range(jobs) if k != j)
        assert near[j].tolist() == [k for _, k in others[:NEIGHBOURS]]


@pytest.mark.parametrize("places", [3, 300, 600])
def test_drives_to_a_place_lie_together_whether_or_not_the_roads_are_symmetric(places):
    durations = np.full((places, places), 100)
    np.fill_diagonal(durations, 0)
    for row, column in ((None, None), (0, places - 1), (places - 1, places - 2), (1, 0)):
        roads = durations.copy()
        if row is not None:
            roads[row, column] = UNREACHABLE
        arrays = build(line_problem([job()], travel=solver.Travel(roads, durations)))
        assert np.array_equal(arrays.back, arrays.leg.transpose(1, 0, 2))
        assert (arrays.back is arrays.leg) == (row is None)


def test_shifts_that_treat_every_job_alike_share_a_row():
    problem = line_problem([job(preferred=("t1",), preference=5)], [shift(technician=n) for n in (0, 1, 2, 0)])
    rows = build(problem).shift[:, ROW].tolist()
    assert rows[0] == rows[2] == rows[3] != rows[1]
