"""The last look: jobs left out for which there is room that pays are put there, so that no reason says so."""

from solver.arrays import Arrays
from solver.plan import Plan
from solver.problem import Problem
from solver.reasons.desk import Desk, Offer, looked_at


def placed(problem: Problem, arrays: Arrays, plan: Plan) -> Plan:
    """A legal plan with every job served that `explain` would find room for, with a gain and with nobody left out for it.

    The search does not place a job where nothing but a detour by the stock point makes a route legal, nor, on large days, on routes
    far from the jobs near it.
    """
    desk, absent = Desk.of(problem, arrays, plan), list(plan.unassigned)
    again = True
    while again and absent:
        look = looked_at(len(absent))
        left = [row for row in absent if not _put(desk, row, look)]
        again, absent = len(left) < len(absent), left
    return desk.plan()


def _put(desk: Desk, row: int, look: int) -> bool:
    """Put a job where it gains most, if it gains anywhere on the shifts looked at."""
    fits = desk.fits(row, desk.nearest(row), look)
    best: Offer | None = None
    for shift, single in fits.items():
        best = desk.offer(row, shift, single, best.price if best else 0, keep=True) or best
    route = desk.route(best) if best else None
    if best is None or route is None or desk.price(row, best.shift, (), route) >= 0 or not desk.allows(best, route):
        return False
    desk.put(best, route)
    return True
