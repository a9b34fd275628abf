"""The front door: what `solve` promises of its plan, its budget, its start and its chance."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import solver
from solver import Pin
from tests.factories import job, line_problem, shift
from tests.naive import cheapest
from tests.strategies import FEATURES, random_problem

ROOT = Path(__file__).resolve().parents[2]


def problem_of(seed: int, jobs: int, shifts: int) -> solver.Problem:
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if rng.random() < 0.5] if seed % 2 else FEATURES
    return random_problem(rng, jobs, shifts, features)


@pytest.mark.parametrize("seed", range(60))
def test_a_small_day_is_solved_exactly(seed):
    problem = problem_of(seed, jobs=1 + seed % 4, shifts=1 + seed % 2)
    result = solver.solve(problem, solver.Iterations(500))
    assert result.cost.total == cheapest(problem).total


@pytest.mark.parametrize("seed", range(30))
def test_every_plan_is_legal_and_priced_right(seed):
    problem = problem_of(seed, jobs=16, shifts=4)
    result = solver.solve(problem, solver.Iterations(1_000), seed=seed)
    assert solver.check(problem, result.plan) == ()
    assert solver.evaluate(problem, result.plan) == result.cost


def digest_in_a_new_process(hash_seed: str, threads: int) -> str:
    code = (
        "import hashlib, numpy as np, solver; from tests.strategies import random_problem;"
        "p = random_problem(np.random.default_rng(4), 25, 5);"
        f"r = solver.solve(p, solver.Iterations(4_000), seed=3, threads={threads});"
        "print(hashlib.sha256(repr(r.plan).encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_and_iterations_give_the_same_bytes_in_any_process(threads):
    problem = random_problem(np.random.default_rng(4), 25, 5)
    here = solver.solve(problem, solver.Iterations(4_000), seed=3, threads=threads)
    digest = hashlib.sha256(repr(here.plan).encode()).hexdigest()
    assert {digest_in_a_new_process(hash_seed, threads) for hash_seed in ("0", "1")} == {digest}


def test_different_seeds_search_differently():
    # 40 jobs on a line that all fit: many plans, few of them the same
    jobs = [job(f"j{n}", 1 + n % 7, duration=600 + n, unserved=None) for n in range(40)]
    problem = line_problem(jobs, [shift(price_metre=1, price_second=1)] * 4)
    totals = {tuple(solver.solve(problem, solver.Iterations(20), seed=seed).plan.routes) for seed in range(6)}
    assert len(totals) > 1


def test_a_plan_is_never_worse_than_the_one_it_started_from():
    problem = problem_of(2, jobs=25, shifts=5)
    good = solver.solve(problem, solver.Iterations(20_000), seed=1)
    for seed in range(4):
        again = solver.solve(problem, solver.Iterations(1), seed=seed, start=good.plan)
        assert again.cost.total <= good.cost.total


def test_a_plan_pinned_all_over_comes_back_unchanged():
    problem = problem_of(8, jobs=14, shifts=3)
    plan = solver.solve(problem, solver.Iterations(3_000)).plan
    jobs = list(problem.jobs)
    for route in plan.routes:
        for rank, visit in enumerate(visit for visit in route.visits if visit.stop.kind is solver.StopKind.JOB):
            jobs[visit.stop.row] = replace(jobs[visit.stop.row], pin=Pin(route.shift, visit.start, rank))
    pinned = replace(problem, jobs=tuple(jobs[row] for row in range(len(jobs))))
    again = solver.solve(pinned, solver.Iterations(3_000), start=plan).plan
    assert {(route.shift, visit.stop, visit.start) for route, visit in again.visits()} >= {
        (route.shift, visit.stop, visit.start) for route, visit in plan.visits()
    }


def test_what_is_illegal_in_a_start_is_done_anew():
    problem = line_problem([job("a", 1, windows=(solver.Window(0, 100),)), job("b", 2)])
    start = solver.plan_of(problem, [(0, [solver.Stop(solver.StopKind.JOB, 1), solver.Stop(solver.StopKind.JOB, 0)])])
    assert solver.check(problem, start)
    assert solver.check(problem, solver.solve(problem, solver.Iterations(50), start=start).plan) == ()


@pytest.mark.parametrize(
    "problem",
    [line_problem([]), line_problem([job()], []), line_problem([], []), line_problem([job()])],
    ids=["no jobs", "no shifts", "nothing", "one job"],
)
def test_days_with_next_to_nothing_are_answered(problem):
    result = solver.solve(problem, solver.Seconds(0.1))
    assert solver.check(problem, result.plan) == ()
    assert len(result.plan.unassigned) + len(list(result.plan.visits())) == len(problem.jobs)


def test_all_jobs_at_one_place_cost_no_travel():
    # 30 jobs of 600 s at the start place fit a shift of 8 hours = 28,800 s
    jobs = [job(f"j{n}", 0, duration=600) for n in range(30)]
    problem = line_problem(jobs, [shift(start_place=0, end_place=0, start=0, end=28_800, price_metre=5)])
    result = solver.solve(problem, solver.Iterations(500))
    assert result.plan.unassigned == ()
    assert result.cost.travel == 0


def test_a_mandatory_job_goes_before_any_money():
    # one shift with time for one job: the optional one is worth 1,000,000 in money, the mandatory one cannot be weighed
    jobs = [job("dear", 1, duration=1_000, unserved=10**12), job("must", 1, duration=1_000, unserved=None)]
    problem = line_problem(jobs, [shift(start=0, end=2_500, start_place=0, end_place=0)])
    assert solver.solve(problem, solver.Iterations(200)).plan.unassigned == (0,)


def test_a_cancelled_search_answers_with_what_it_has():
    problem = problem_of(0, jobs=25, shifts=5)
    cancelled = solver.Cancelled()

    def cancel(progress: solver.Progress) -> None:
        cancelled.cancel()

    result = solver.solve(problem, solver.any_of(solver.Iterations(10**9), cancelled), progress=cancel)
    assert result.ended == "cancelled"
    assert solver.check(problem, result.plan) == ()


def test_progress_never_rises():
    problem = problem_of(6, jobs=25, shifts=5)
    seen: list[solver.Progress] = []
    solver.solve(problem, solver.Iterations(20_000), progress=seen.append)
    assert seen
    assert all(later.total <= earlier.total for earlier, later in pairwise(seen))


def test_the_best_plan_so_far_is_handed_out_and_is_an_answer():
    problem = problem_of(6, jobs=25, shifts=5)
    kept: list[solver.Result] = []
    result = solver.solve(problem, solver.Iterations(20_000), keep=kept.append)
    assert kept
    for each in kept:
        assert solver.check(problem, each.plan) == ()
        assert solver.evaluate(problem, each.plan) == each.cost
        assert each.cost.total >= result.cost.total
    assert [each.cost.total for each in kept] == sorted({each.cost.total for each in kept}, reverse=True)


def test_handing_plans_out_changes_nothing():
    problem = problem_of(6, jobs=25, shifts=5)
    quiet, told = (solver.solve(problem, solver.Iterations(4_000), seed=2, keep=keep) for keep in (None, lambda _: None))
    assert told.plan == quiet.plan
