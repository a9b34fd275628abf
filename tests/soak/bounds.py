"""Bounds of many small problems beside what trying all plans finds: `python -m tests.soak.bounds FIRST LAST`, seeds from, to.

Prints how many problems, how many of their bounds are what the cheapest plan costs, and every bound that is above it, of which
there must be none. Every third problem has coupled jobs.
"""

import math
import sys
from itertools import product

import numpy as np

import solver
from solver.arrays import build
from solver.bounds import Bound, Reach, bounded
from solver.columns import Columns
from tests.naive import cheapest, orders
from tests.strategies import COUPLING, FEATURES, random_problem

SELDOM = {"stock", "appointments", "breaks"}
"""What makes many orders to try."""


def nothing() -> Columns:
    """No route at all."""
    none = np.zeros(0, np.int64)
    return Columns(none, none, none.astype(np.int32), none, none, none, none, none)


def bound_of(problem: solver.Problem, labels: float = math.inf) -> Bound:
    """What is proved of a problem, beginning with nothing."""
    return bounded(problem, build(problem), nothing(), np.zeros(0, np.int64), Reach(labels=labels))


def problem_of(seed: int, *, coupled: bool) -> solver.Problem:
    """A problem of up to four jobs and two shifts with about half of all rules."""
    rng = np.random.default_rng(seed)
    features = [each for each in FEATURES if rng.random() < (0.15 if each in SELDOM else 0.45)]
    features += [each for each in COUPLING if coupled and rng.random() < 0.6]
    return random_problem(rng, int(rng.integers(1, 4 if coupled else 5)), int(rng.integers(1, 3)), features)


def least_of(problem: solver.Problem) -> int:
    """The total of the cheapest plan, found by timing and checking every one as a whole."""
    shifts, totals = range(len(problem.shifts)), []
    for who in product(range(-1, len(problem.shifts)), repeat=len(problem.jobs)):
        served = [[row for row, each in enumerate(who) if each == s] for s in shifts]
        choices = [[(s, order) for order in orders(problem, s, served[s])] if served[s] else [(s, [])] for s in shifts]
        for each in product(*choices):
            plan = solver.plan_of(problem, [(s, order) for s, order in each if order])
            if not solver.check(problem, plan):
                totals.append(solver.evaluate(problem, plan).total)
    return min(totals)


def main(first: int, last: int) -> int:
    """Compare; returns how many bounds are too high."""
    broken = reached = 0
    for seed in range(first, last):
        problem = problem_of(seed, coupled=seed % 3 == 0)
        best = least_of(problem) if problem.coupled else cheapest(problem).total
        found = bound_of(problem)
        reached += found.total == best
        if found.total > best:
            broken += 1
            sys.stdout.write(f"seed {seed}: a bound of {found.total}, a plan of {best}\n")
    sys.stdout.write(f"{last - first:,} problems, {reached:,} bounds reached, {broken:,} too high\n")
    return broken


if __name__ == "__main__":
    sys.exit(bool(main(*(int(each) for each in sys.argv[1:3]))))
