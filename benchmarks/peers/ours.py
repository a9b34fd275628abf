"""This solver, asked as the peers are."""

import solver
from benchmarks.peers.peer import Orders, Terms
from solver.evaluation import whole_order

OURS = "ours"


def solve(problem: solver.Problem, terms: Terms) -> Orders:
    """Our own plan of a problem."""
    found = solver.solve(problem, solver.Seconds(terms.seconds), seed=terms.seed, threads=terms.threads)
    return [(route.shift, list(whole_order(problem, route))) for route in found.plan.routes]
