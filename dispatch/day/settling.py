"""Where breaks and stops at the stock point go when the jobs of a route change: no further than a rule asks.

Jobs keep the order they are given. If the order as it is breaks no rule, nothing else is touched. Otherwise breaks, and stops for
stock, are taken to the place, one after another, that breaks the fewest rules, by the least, at the least cost, until none helps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import solver
from solver import Stop, StopKind
from solver.evaluation import route_cost
from solver.violations import Cause, Violation, check_route

BEYOND = frozenset({Cause.PIN_SHIFT, Cause.SKILL, Cause.TAG, Cause.REQUIRED, Cause.EXCLUDED, Cause.MAX_JOBS, Cause.PIN_RANK})
"""Rules that no other place of a break mends."""

Stops = tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """An order of stops, timed and judged."""

    stops: Stops  #: with the breaks held before departure and after return
    route: solver.Route
    broken: tuple[Violation, ...]
    rank: tuple[int, int, int]  #: rules broken, by how much, cost: the smaller the better


def tried(problem: solver.Problem, shift: int, stops: Sequence[Stop]) -> Tried:
    """An order as it is."""
    route = solver.timed(problem, shift, stops)
    broken = check_route(problem, route)
    rank = (len(broken), sum(violation.amount for violation in broken), route_cost(problem, route).total)
    return Tried(tuple(stops), route, broken, rank)


def settled(problem: solver.Problem, shift: int, stops: Sequence[Stop]) -> Tried:
    """An order with its breaks and stops for stock where they break the fewest rules; as it is, if it breaks none."""
    best = tried(problem, shift, _needed(problem, shift, stops))
    while any(violation.cause not in BEYOND for violation in best.broken):
        others = (tried(problem, shift, each) for each in dict.fromkeys(rearranged(problem, shift, best.stops)))
        better = min(others, key=lambda each: each.rank, default=best)
        if better.rank >= best.rank:
            break
        best = better
    return best


def _needed(problem: solver.Problem, shift: int, stops: Sequence[Stop]) -> Stops:
    """The stops without those for stock that no rule needs any more."""
    kept = tuple(stops)
    broken = None
    for at in [n for n, stop in enumerate(stops) if stop.kind is StopKind.STOCK][::-1]:
        if broken is None:
            broken = tried(problem, shift, kept).rank[:2]
        without = (*kept[:at], *kept[at + 1 :])
        if tried(problem, shift, without).rank[:2] <= broken:
            kept = without
    return kept


def rearranged(problem: solver.Problem, shift: int, stops: Stops) -> Iterator[Stops]:
    """Every order in which one break or stop for stock is elsewhere, or one for stock more or less."""
    for at, stop in enumerate(stops):
        if stop.kind is StopKind.JOB:
            continue
        rest = (*stops[:at], *stops[at + 1 :])
        if stop.kind is StopKind.STOCK:
            yield rest
        for to in range(len(rest) + 1):
            if to != at and _in_order(stop, rest, to):
                yield (*rest[:to], stop, *rest[to:])
    stock = problem.shifts[shift].stock
    if stock is not None and sum(stop.kind is StopKind.STOCK for stop in stops) < stock.visits:
        for to in range(len(stops)):
            yield (*stops[:to], Stop(StopKind.STOCK), *stops[to:])


def _in_order(stop: Stop, rest: Stops, to: int) -> bool:
    """Whether a stop may go to a place among the others: breaks keep their order."""
    if stop.kind is not StopKind.BREAK:
        return True
    earlier = all(other.row < stop.row for other in rest[:to] if other.kind is StopKind.BREAK)
    return earlier and all(other.row > stop.row for other in rest[to:] if other.kind is StopKind.BREAK)
