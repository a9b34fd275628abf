"""The slow truth: every order of every choice of jobs, timed, checked and priced; and plain legal plans found by trying.

For up to about six jobs on two shifts. Nothing here is clever, which is its merit.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product
from typing import NamedTuple

import numpy as np

from solver.evaluation import evaluate, plan_of, route_cost, timed
from solver.plan import Plan, Route, Stop, StopKind
from solver.problem import Problem
from solver.violations import Violation, check, check_route


class Best(NamedTuple):
    """The cheapest legal plan, and its total."""

    total: int
    plan: Plan


def cheapest(problem: Problem) -> Best:
    """The cheapest legal plan of all: every job on any shift or none, every order, every place of breaks and stops for stock."""
    best: list[tuple[int, list[Route]]] = [(0, []), *[(-1, [])] * ((1 << len(problem.jobs)) - 1)]
    for shift in range(len(problem.shifts)):
        best = _extended(best, cheapest_routes(problem, shift))
    everyone = len(best) - 1
    plans = [_plan(problem, routes, everyone ^ chosen) for chosen, (cost, routes) in enumerate(best) if cost >= 0]
    found = min((Best(evaluate(problem, plan).total, plan) for plan in plans), key=lambda each: each.total)
    assert not check(problem, found.plan)
    return found


def cheapest_together(problem: Problem) -> Best:
    """The cheapest legal plan of a problem whose routes depend on each other: every order of every choice, judged as a whole."""
    found: list[Best] = []
    for choice in product(range(-1, len(problem.shifts)), repeat=len(problem.jobs)):
        rows = [[row for row, chosen in enumerate(choice) if chosen == shift] for shift in range(len(problem.shifts))]
        for routes in product(*([(shift, each) for each in orders(problem, shift, rows[shift])] for shift in range(len(rows)))):
            plan = plan_of(problem, routes)
            if not check(problem, plan):
                found.append(Best(evaluate(problem, plan).total, plan))
    return min(found, key=lambda each: each.total)


def orders(problem: Problem, shift: int, jobs: Sequence[int]) -> Iterator[list[Stop]]:
    """Every order in which a shift may serve exactly these jobs, with all its breaks and any number of stops for stock."""
    breaks = [Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[shift].breaks))]
    stock = problem.shifts[shift].stock
    for order in permutations([Stop(StopKind.JOB, row) for row in jobs]):
        for visits in range(stock.visits + 1 if stock and jobs else 1):
            for stocked in _merged(list(order), [Stop(StopKind.STOCK)] * visits):
                yield from _merged(stocked, breaks)


def legal_routes(problem: Problem, shift: int, jobs: Sequence[int]) -> Iterator[Route]:
    """Every legal route of a shift that serves exactly these jobs."""
    for order in orders(problem, shift, jobs):
        route = timed(problem, shift, order)
        if not check_route(problem, route):
            yield route


def faults_alone(problem: Problem, shift: int, job: int) -> list[tuple[Violation, ...]]:
    """What every route of a shift with this one job breaks; an empty entry is a legal route."""
    return [check_route(problem, timed(problem, shift, order)) for order in orders(problem, shift, [job])]


def greedy(problem: Problem, rng: np.random.Generator) -> Plan:
    """A legal plan: jobs in random order, each at the first legal place found, with a stop for stock if one helps."""
    routes: list[list[Stop]] = [_breaks(problem, shift) for shift in range(len(problem.shifts))]
    for row in rng.permutation(len(problem.jobs)):
        for shift in rng.permutation(len(routes)):
            found = _inserted(problem, int(shift), routes[shift], Stop(StopKind.JOB, int(row)), rng)
            if found is not None:
                routes[shift] = found
                break
    kept = [timed(problem, s, stops) for s, stops in enumerate(routes) if any(stop.kind is StopKind.JOB for stop in stops)]
    served = {row for route in kept for row in route.jobs}
    return Plan(tuple(kept), tuple(row for row in range(len(problem.jobs)) if row not in served))


def _inserted(problem: Problem, shift: int, stops: list[Stop], stop: Stop, rng: np.random.Generator) -> list[Stop] | None:
    stocked = problem.shifts[shift].stock is not None
    tries = list(_merged(stops, [stop]))
    tries += [two for one in tries for two in _merged(one, [Stop(StopKind.STOCK)])] if stocked else []
    for number in rng.permutation(len(tries))[:60]:
        if not check_route(problem, timed(problem, shift, tries[number])):
            return tries[number]
    return None


def _breaks(problem: Problem, shift: int) -> list[Stop]:
    return [Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[shift].breaks))]


def _merged(first: Sequence[Stop], second: Sequence[Stop]) -> Iterator[list[Stop]]:
    """Every interleaving of two sequences."""
    length = len(first) + len(second)
    for chosen in combinations(range(length), len(second)):
        a, b = iter(first), iter(second)
        yield [next(b) if at in chosen else next(a) for at in range(length)]


def cheapest_routes(problem: Problem, shift: int) -> dict[int, tuple[int, Route]]:
    """For every set of jobs (a bit each) that the shift can serve: its cheapest legal route."""
    rows = [row for row in range(len(problem.jobs)) if any(_may(problem, shift, row))]
    found: dict[int, tuple[int, Route]] = {}
    for count in range(1, len(rows) + 1):
        for jobs in combinations(rows, count):
            for order in orders(problem, shift, jobs):
                _keep(problem, found, sum(1 << row for row in jobs), timed(problem, shift, order))
    return found


def _may(problem: Problem, shift: int, row: int) -> Iterator[bool]:
    """Whether no rule about the pairing itself forbids it, for some order of the job alone."""
    hopeless = {"pin_shift", "skill", "tag", "required", "excluded"}
    for order in orders(problem, shift, [row]):
        yield not any(each.cause in hopeless for each in check_route(problem, timed(problem, shift, order)))


def _keep(problem: Problem, found: dict[int, tuple[int, Route]], jobs: int, route: Route) -> None:
    cost = route_cost(problem, route).total
    if (jobs not in found or cost < found[jobs][0]) and not check_route(problem, route):
        found[jobs] = (cost, route)


def _extended(best: list[tuple[int, list[Route]]], routes: dict[int, tuple[int, Route]]) -> list[tuple[int, list[Route]]]:
    """The cheapest routes for each set of jobs when one more shift may take part; -1: the set cannot be served."""
    after = list(best)
    for jobs, (cost, route) in routes.items():
        for others, (spent, kept) in enumerate(best):
            both = jobs | others
            if spent >= 0 and not jobs & others and (after[both][0] < 0 or spent + cost < after[both][0]):
                after[both] = (spent + cost, [*kept, route])
    return after


def _plan(problem: Problem, routes: Sequence[Route], left_out: int) -> Plan:
    return Plan(tuple(routes), tuple(row for row in range(len(problem.jobs)) if left_out >> row & 1))
