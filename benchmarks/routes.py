"""Solutions in the format of CVRPLIB: `Route #k: customer customer …`, one line per vehicle, then the cost."""

import re

from benchmarks.case import Case, plan_of_routes
from solver import Plan

_LINE = re.compile(r"^\s*Route\s*#\s*(\d+)\s*:(.*)$", re.MULTILINE)


def plan_in(case: Case, text: str) -> Plan:
    """The plan that a solution file states; route k is driven by vehicle k."""
    return plan_of_routes(case, ((int(number) - 1, customers.split()) for number, customers in _LINE.findall(text)))


def routes_in_turn(case: Case, plan: Plan) -> str:
    """The solution file of a plan whose vehicles are all alike: routes are numbered as they come."""
    return _file([_customers(case, route.jobs) for route in plan.routes], f"{case.cost(plan):.1f}")


def routes_of_vehicles(case: Case, plan: Plan) -> str:
    """The solution file of a plan whose vehicles differ: one line for each, also for the unused."""
    jobs = {route.shift: route.jobs for route in plan.routes}
    lines = [_customers(case, jobs.get(shift, ())) for shift in range(len(case.problem.shifts))]
    return _file(lines, str(round(case.cost(plan) * case.unit)))


def _customers(case: Case, jobs: tuple[int, ...]) -> str:
    return "".join(f" {case.problem.jobs[row].id}" for row in jobs)


def _file(routes: list[str], cost: str) -> str:
    return "".join(f"Route #{number}:{customers}\n" for number, customers in enumerate(routes, 1)) + f"Cost {cost}\n"
