"""One change by hand on a plan that is there: what a move of one job does, and where a job that is left out fits best.

Nothing is searched but the place of that one job; all others keep their technician and their order. Times, prices and rules are
those of the definition (`timed`, `evaluate`, `check`), so that a move costs what the next solve says it costs.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.arrays import build, stops_of
from solver.evaluation import Cost, evaluate, plan_of, route_cost, timed, whole_order
from solver.kernels.compile import compiling
from solver.moving import is_limited
from solver.plan import Plan, Route, Stop, StopKind
from solver.problem import Problem
from solver.reasons.desk import DEAREST, Desk, Offer
from solver.violations import Violation, check, check_route

SEEN = 3
"""The cheapest places that are looked at where routes depend on each other."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a job is to go: rows of the job and of the shift, None to leave it out; `position` among its jobs, None: the best."""

    job: int
    shift: int | None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A plan after one job was moved."""

    plan: Plan
    change: Cost  #: what the move adds to each term of the cost; a term below zero: what it saves
    violations: tuple[Violation, ...]  #: rules broken by the routes it touches; by all, where routes depend on others


def check_move(problem: Problem, plan: Plan, move: Move) -> Moved:
    """What a move does to a plan; nothing is refused, rules that are broken are said.

    Breaks stay between the jobs they are between, but for those beside the moved job, which are held before or after it as is
    better. Stops at the stock point stay.

    Raises
    ------
    ValueError
        The problem has no such job or shift, or the route has not so many jobs.
    """
    _require(0 <= move.job < len(problem.jobs), f"job {move.job} is none of {len(problem.jobs)}")
    _require(move.shift is None or 0 <= move.shift < len(problem.shifts), f"shift {move.shift} is none of {len(problem.shifts)}")
    orders = {route.shift: whole_order(problem, route) for route in plan.routes}
    moved = Stop(StopKind.JOB, move.job)
    touched = {shift: tuple(stop for stop in stops if stop != moved) for shift, stops in orders.items() if moved in stops}
    if move.shift is not None:
        rest = touched.get(move.shift, orders.get(move.shift, _breaks(problem, move.shift)))
        touched[move.shift] = _best_order(problem, move.shift, rest, moved, move.position)
    after = _replaced(problem, plan, touched)
    return _judged(problem, plan, after, {move.job})


def insert(problem: Problem, plan: Plan, job: int) -> Moved | None:
    """A legal plan with a job that it leaves out served where that costs least without breaking a rule; None: it fits nowhere.

    A stop at the stock point is put before it if it needs one. Where routes depend on each other, the three cheapest places are
    looked at.

    Raises
    ------
    ValueError
        The plan does not leave that job out.
    """
    _require(job in plan.unassigned, f"job {job} is not left out by the plan")
    with compiling():
        desk = Desk.of(problem, build(problem, search=False), plan)
        offers = sorted(_offers(desk, job), key=lambda each: (each.price, each.shift))
    known = len(check(problem, plan)) if _is_one(problem) else 0
    for offer in offers[:SEEN]:
        after = _replaced(problem, plan, {offer.shift: stops_of(desk.arrays, offer.shift, offer.stops)})
        found = _judged(problem, plan, after, {job})
        if len(found.violations) <= known:
            return found
    return None


def _is_one(problem: Problem) -> bool:
    """Whether routes depend on each other, or a limit counts all of them: then nothing less than the plan can be judged."""
    return problem.coupled or is_limited(problem)


def _judged(problem: Problem, plan: Plan, after: Plan, jobs: Collection[int]) -> Moved:
    """What has changed from one plan to another, which differ in some jobs."""
    if _is_one(problem):
        return Moved(after, evaluate(problem, after) - evaluate(problem, plan), check(problem, after))
    old, new = set(plan.routes), set(after.routes)
    parts = [_part(each, some, jobs) for each, some in ((plan, old - new), (after, new - old))]
    broken = [violation for route in parts[1].routes for violation in check_route(problem, route)]
    return Moved(after, evaluate(problem, parts[1]) - evaluate(problem, parts[0]), tuple(broken))


def _part(plan: Plan, routes: Collection[Route], jobs: Collection[int]) -> Plan:
    return Plan(tuple(route for route in plan.routes if route in routes), tuple(row for row in plan.unassigned if row in jobs))


def _offers(desk: Desk, job: int) -> Iterator[Offer]:
    """Room for a job on each shift, with nobody left out for it."""
    hopeful = desk.hopeful(job)
    for shift in range(len(desk.problem.shifts)):
        alone = {} if shift in desk.routes else desk.fits(job, [shift], 1)
        if hopeful[shift] and (shift in desk.routes or alone):
            offer = desk.offer(job, shift, alone.get(shift, ()), DEAREST, keep=True)
            if offer:
                yield offer


def _replaced(problem: Problem, plan: Plan, orders: Mapping[int, Sequence[Stop]]) -> Plan:
    """The plan with other stops on some shifts; where routes depend on each other all are timed anew."""
    if problem.coupled:
        kept = {route.shift: whole_order(problem, route) for route in plan.routes}
        return plan_of(problem, list({**kept, **orders}.items()))
    routes = {route.shift: route for route in plan.routes if route.shift not in orders}
    routes |= {shift: timed(problem, shift, stops) for shift, stops in orders.items() if _serves(stops)}
    served = {row for route in routes.values() for row in route.jobs}
    left_out = tuple(row for row in range(len(problem.jobs)) if row not in served)
    return Plan(tuple(routes[shift] for shift in sorted(routes)), left_out)


def _serves(stops: Sequence[Stop]) -> bool:
    return any(stop.kind is StopKind.JOB for stop in stops)


def _best_order(problem: Problem, shift: int, rest: Sequence[Stop], moved: Stop, position: int | None) -> tuple[Stop, ...]:
    """The stops of a shift with a job put at a position among its jobs, or anywhere, where it breaks least and costs least."""
    places = [at for at in range(len(rest) + 1) if position is None or _jobs(rest[:at]) == position]
    _require(bool(places), f"shift {shift} has {_jobs(rest)} other jobs: none is before position {position}")
    orders = ((*rest[:at], moved, *rest[at:]) for at in places)
    return min(orders, key=lambda order: _rank(problem, shift, order))


def _rank(problem: Problem, shift: int, order: Sequence[Stop]) -> tuple[int, int, int]:
    """Rules broken, by how much, and the price: the smaller the better."""
    route = timed(problem, shift, order)
    broken = check_route(problem, route)
    return len(broken), sum(each.amount for each in broken), route_cost(problem, route).total


def _jobs(stops: Sequence[Stop]) -> int:
    return sum(stop.kind is StopKind.JOB for stop in stops)


def _breaks(problem: Problem, shift: int) -> tuple[Stop, ...]:
    return tuple(Stop(StopKind.BREAK, row) for row in range(len(problem.shifts[shift].breaks)))


def _require(rule: bool, message: str) -> None:
    if not rule:
        raise ValueError(message)
