"""Full assertion: after every single step of a search, kernels and definition are compared; as a command, as long as one likes.

python -m tests.solver.kernels.every_step --problems 1000 --steps 200 --seed 0
"""

import argparse
import sys
from collections.abc import Sequence

import numpy as np

import solver
from solver.arrays import stops_of
from solver.evaluation import route_cost
from solver.kernels.state import ABSENT, ABSENT_AT, BEST, COST, JOBS, POSITION, SHIFT, SIZE, STOCKED, TOTAL
from solver.kernels.step import search
from tests.solver.kernels.states import HOT, Case, filled, orders_of, plain_problem_of, plan_of, problem_of, with_stops

JOBS_OF_A_PROBLEM, SHIFTS_OF_A_PROBLEM = 10, 3


def assert_every_step(problem: solver.Problem, seed: int, steps: int) -> None:
    """A search from the first plan on, every second step of it hot, looked at from outside after each step."""
    case = filled(problem, seed)
    lowest = int(case.state.number[BEST])
    for step in range(steps):
        heat = HOT if step % 2 else HOT / 100
        search(case.arrays, case.state, case.pool, 1, heat, heat, 1.0)
        assert_plan_is_legal_and_priced_right(case)
        assert_state_is_what_its_stops_say(case)
        lowest = min(lowest, int(case.state.number[TOTAL]))
        assert case.state.number[BEST] == lowest


def assert_plan_is_legal_and_priced_right(case: Case) -> None:
    """The plan breaks no rule; every price, and their sum, is that of the definition."""
    plan = plan_of(case)
    assert solver.check(case.problem, plan) == ()
    assert solver.evaluate(case.problem, plan).total == case.state.number[TOTAL]
    prices = {route.shift: route_cost(case.problem, route).total for route in plan.routes}
    assert case.state.route[:, COST].tolist() == [prices.get(s, 0) for s in range(case.arrays.n_shifts)]
    listed = case.state.absent[: case.state.number[ABSENT]].tolist()
    assert sorted(listed) == list(plan.unassigned)
    assert case.state.where[listed, ABSENT_AT].tolist() == list(range(len(listed)))


def assert_state_is_what_its_stops_say(case: Case) -> None:
    """All that is derived is the same as in a new state that has been given the stops and nothing else."""
    fresh = with_stops(case.problem, case.arrays, orders_of(case)).state
    columns = (10 if case.arrays.clocked else 4) if case.arrays.plain else 5
    kept = [SIZE, JOBS, COST, STOCKED]
    assert np.array_equal(case.state.route[:, kept], fresh.route[:, kept])
    assert np.array_equal(case.state.front, fresh.front)
    assert np.array_equal(case.state.where[:, SHIFT], fresh.where[:, SHIFT])
    served = fresh.where[:, SHIFT] >= 0
    assert np.array_equal(case.state.where[served, POSITION], fresh.where[served, POSITION])
    for s, order in enumerate(orders_of(case)):
        positions = slice(len(order) + 2)
        assert np.array_equal(case.state.spot[s, positions, :columns], fresh.spot[s, positions, :columns])
        assert stops_of(case.arrays, s, order) == stops_of(case.arrays, s, fresh.stops[s, : len(order)].tolist())


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at many random problems; an assertion ends it, and names the seed of the problem."""
    parser = argparse.ArgumentParser(prog="python -m tests.solver.kernels.every_step", description=__doc__)
    parser.add_argument("--problems", type=int, default=200)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first problem")
    asked = parser.parse_args(arguments)
    for seed in range(asked.seed, asked.seed + asked.problems):
        for of in (problem_of, plain_problem_of):
            try:
                assert_every_step(of(seed, JOBS_OF_A_PROBLEM, SHIFTS_OF_A_PROBLEM), seed, asked.steps)
            except AssertionError:
                sys.stderr.write(f"{of.__name__}({seed})\n")
                raise
    sys.stdout.write(f"{2 * asked.problems * asked.steps:,} steps on {2 * asked.problems:,} problems: no difference\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
