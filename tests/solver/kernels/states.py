"""Problems, and states of the search on them, for the tests of the kernels."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np

import solver
from solver.arrays import PAUSES, PAUSES_END, Arrays, build, numbers_of, stops_of
from solver.kernels.coupled import search_coupled
from solver.kernels.pool import Pool, new_pool
from solver.kernels.state import SIZE, State, new_state
from solver.kernels.step import FILL, LOAD, search
from solver.soft import Current
from tests.naive import greedy
from tests.strategies import FEATURES, random_problem

WIDTH = 24
HOT = 1e6
STEP = 600
T = TypeVar("T", solver.Job, solver.Shift, solver.Window)
TIMED = {
    *("finish", "setup", "due", "urgency", "pins", "breaks", "appointments", "overtime", "outside", "max_travel", "paid_whole"),
    *("promises", "preferred_windows", "slack", "current", "traffic", "snap"),
}
"""What makes a problem other than plain."""


class Case(NamedTuple):
    """A problem and what a thread of the search makes of it."""

    problem: solver.Problem
    arrays: Arrays
    state: State
    pool: Pool


def problem_of(seed: int, jobs: int = 6, shifts: int = 3) -> solver.Problem:
    """Every second seed uses all features at once, the others a random half of them."""
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if rng.random() < 0.5] if seed % 2 else FEATURES
    return random_problem(rng, jobs, shifts, features)


def plain_problem_of(seed: int, jobs: int = 6, shifts: int = 3) -> solver.Problem:
    """The same with one window a job, one stop for stock, and nothing that is priced by the time of day."""
    rng = np.random.default_rng(seed)
    features = [feature for feature in FEATURES if feature not in TIMED and (seed % 2 == 0 or rng.random() < 0.6)]
    problem = random_problem(rng, jobs, shifts, features)
    stocks = [each.stock and replace(each.stock, visits=min(1, each.stock.visits), refill=None) for each in problem.shifts]
    return replace(
        problem,
        jobs=tuple(replace(job, windows=job.windows[:1]) for job in problem.jobs),
        shifts=tuple(replace(each, stock=stock) for each, stock in zip(problem.shifts, stocks, strict=True)),
    )


def limited_case_of(seed: int, jobs: int = 8, shifts: int = 3) -> Case:
    """A plan in force, loaded, of which few visits may be moved; about half of its customers were told."""
    rng = np.random.default_rng(seed)
    features = [each for each in FEATURES if each != "current" and (each == "promises" or rng.random() < 0.5)]
    problem = random_problem(rng, jobs, shifts, features)
    plan = greedy(problem, rng)
    now = {visit.stop.row: (problem.shifts[route.shift].technician, visit.start) for route, visit in plan.visits()}
    in_force = tuple(
        replace(each, current=Current(f"t{now[row][0]}", now[row][1], tolerance=int(rng.integers(0, 900)))) if row in now else each
        for row, each in enumerate(problem.jobs)
    )
    problem = replace(problem, jobs=in_force, max_moves=int(rng.integers(0, 4)), max_told_moves=int(rng.integers(0, 2)))
    arrays = build(problem)
    numbers = numbers_of(problem, arrays, plan)
    return with_stops(problem, arrays, [numbers.get(s, pauses_of(arrays, s)) for s in range(arrays.n_shifts)], seed)


def coarse_problem_of(seed: int, jobs: int = 6, shifts: int = 3) -> solver.Problem:
    """Problems at three places in steps of ten minutes, so that times often meet to the second and jobs share a site."""
    rng = np.random.default_rng(seed)
    features = [each for each in FEATURES if rng.random() < 0.5 and each != "traffic"] + ["setup", "prices"]
    problem = random_problem(rng, jobs, shifts, features)
    places = np.arange(problem.travel.places) % 3
    durations = rng.integers(0, 4, (3, 3))[places][:, places] * STEP
    np.fill_diagonal(durations, 0)
    return replace(
        problem,
        jobs=tuple(
            replace(_stepped(each, "duration", "setup"), place=each.place % 3, windows=_stepped_windows(each))
            for each in problem.jobs
        ),
        shifts=tuple(replace(_stepped(each, "start", "end"), hard_end=None, overtime=()) for each in problem.shifts),
        travel=solver.Travel(durations, durations * 5),
    )


def _stepped(record: T, *names: str) -> T:
    return replace(record, **{name: getattr(record, name) // STEP * STEP for name in names})


def _stepped_windows(job: solver.Job) -> tuple[solver.Window, ...]:
    first = job.windows[:1]
    return tuple(replace(_stepped(each, "open"), close=-(-each.close // STEP) * STEP) for each in first)


def cases(count: int, jobs: int = 8, steps: int = 5, of: Callable[..., solver.Problem] = problem_of) -> Iterator[Case]:
    """Filled states after some hot steps, one a seed."""
    for seed in range(count):
        case = filled(of(seed, jobs), seed)
        step(case, steps, HOT)
        yield case


def filled(problem: solver.Problem, seed: int) -> Case:
    """Every job where it is cheapest, one after the other."""
    case = loaded(problem, seed)
    step(case, FILL)
    return case


def step(case: Case, steps: int, hot: float = 0.0, cold: float | None = None) -> None:
    """Steps of the search that a case takes, plain or coupled."""
    run = search_coupled if case.arrays.coupled else search
    run(case.arrays, case.state, case.pool, steps, hot, hot if cold is None else cold, 1.0)


def loaded(problem: solver.Problem, seed: int) -> Case:
    """Routes with their breaks only."""
    arrays = build(problem)
    return with_stops(problem, arrays, [pauses_of(arrays, shift) for shift in range(arrays.n_shifts)], seed)


def with_stops(problem: solver.Problem, arrays: Arrays, orders: list[list[int]], seed: int = 0) -> Case:
    """Routes with these stops, loaded from nothing."""
    state, pool = new_state(arrays, WIDTH, seed), new_pool(arrays, 200, 1)
    for shift, order in enumerate(orders):
        state.stops[shift, : len(order)] = order
        state.route[shift, SIZE] = len(order)
    case = Case(problem, arrays, state, pool)
    step(case, LOAD)
    return case


def pauses_of(arrays: Arrays, shift: int) -> list[int]:
    """The numbers of the breaks of a shift."""
    return list(range(arrays.n_jobs + arrays.shift[shift, PAUSES], arrays.n_jobs + arrays.shift[shift, PAUSES_END]))


def orders_of(case: Case) -> list[list[int]]:
    """The numbers of the stops of all routes."""
    return [case.state.stops[shift, : case.state.route[shift, SIZE]].tolist() for shift in range(case.arrays.n_shifts)]


def plan_of(case: Case) -> solver.Plan:
    """The plan in a state."""
    return solver.plan_of(case.problem, [(s, stops_of(case.arrays, s, order)) for s, order in enumerate(orders_of(case))])


def random_order(rng: np.random.Generator, arrays: Arrays, shift: int) -> list[int]:
    """Some jobs, all breaks of the shift in their order, sometimes a stock stop."""
    order = rng.permutation(arrays.n_jobs)[: rng.integers(1, 4)].tolist()
    order += [arrays.stock] if rng.random() < 0.3 and arrays.shift[shift, 16] >= 0 else []
    rng.shuffle(order)
    pauses = pauses_of(arrays, shift)
    for at, pause in zip(sorted(rng.integers(0, len(order) + 1, len(pauses)), reverse=True), reversed(pauses), strict=True):
        order.insert(int(at), pause)
    return order
