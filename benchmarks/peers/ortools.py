"""OR-Tools' routing library: cheapest insertion (with linked jobs cheapest arcs), then guided local search, by propagation.

The nodes are a start and an end for each shift, a visit for each job, and for each shift with a stock point an optional stop there.
Loads, parts and tools are dimensions that count what has been used: a vehicle starts at the total of what anybody may need, may go
above it by what it carries, and a stop at its stock point takes the total off, after which nothing binds any more.
"""

import time
from collections.abc import Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.peers.features import Feature
from benchmarks.peers.peer import NoPlan, Orders, Peer, Terms
from solver import UNREACHABLE, Ask, Job, Problem, Shift, Stop, StopKind
from solver.eligibility import Relation, relate

Ints = npt.NDArray[np.int64]

HORIZON = 10**12
"""Later than any time that OR-Tools is told."""

LEFT_OUT = 10**13
"""What leaving out a mandatory job costs: without such a price OR-Tools often finds no plan at all, and says nothing about it."""


class Nodes(NamedTuple):
    """Which node is what: first the jobs, then the stops at stock points, then starts, then ends."""

    jobs: int
    stocked: list[int]  #: rows of the shifts that have a stock point
    shifts: int

    @property
    def starts(self) -> list[int]:
        first = self.jobs + len(self.stocked)
        return list(range(first, first + self.shifts))

    @property
    def ends(self) -> list[int]:
        first = self.jobs + len(self.stocked) + self.shifts
        return list(range(first, first + self.shifts))

    def stop(self, node: int) -> Stop:
        """What is done at a node."""
        return Stop(StopKind.JOB, node) if node < self.jobs else Stop(StopKind.STOCK)


class Model(NamedTuple):
    """A routing model and what it is made of."""

    problem: Problem
    relation: Relation
    nodes: Nodes
    manager: Any
    routing: Any
    places: Ints  #: of each node; -1: nowhere in particular, the end of a route that ends where its last visit does


def solve(problem: Problem, terms: Terms) -> Orders:
    """OR-Tools' plan of a problem.

    Raises
    ------
    NoPlan
        It found none; it does not say why.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    began = time.perf_counter()
    model = _model(pywrapcp, problem)
    asked = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    asked.first_solution_strategy = first.PATH_CHEAPEST_ARC if problem.links else first.PARALLEL_CHEAPEST_INSERTION
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromMilliseconds(max(1, round(1000 * (terms.seconds - (time.perf_counter() - began)))))
    found = model.routing.SolveWithParameters(asked)
    if found is None:
        raise NoPlan("it found no plan, and says nothing about it")
    orders = [(row, _stops(model, found, row)) for row in range(model.nodes.shifts)]
    return [(row, stops) for row, stops in orders if stops]


def _stops(model: Model, found: Any, row: int) -> list[Stop]:
    stops, index = [], found.Value(model.routing.NextVar(model.routing.Start(row)))
    while not model.routing.IsEnd(index):
        stops.append(model.nodes.stop(model.manager.IndexToNode(index)))
        index = found.Value(model.routing.NextVar(index))
    return stops


# ---------------------------------------------------------------- the model


def _model(pywrapcp: Any, problem: Problem) -> Model:
    stocked = [row for row, shift in enumerate(problem.shifts) if shift.stock]
    nodes = Nodes(len(problem.jobs), stocked, len(problem.shifts))
    manager = pywrapcp.RoutingIndexManager(nodes.ends[-1] + 1, nodes.shifts, nodes.starts, nodes.ends)
    places = [
        *(job.place for job in problem.jobs),
        *(stock.place for shift in problem.shifts if (stock := shift.stock)),
        *(shift.start_place for shift in problem.shifts),
        *(-1 if shift.end_place is None else shift.end_place for shift in problem.shifts),
    ]
    model = Model(problem, relate(problem), nodes, manager, pywrapcp.RoutingModel(manager), np.array(places))
    _price_arcs(model)
    _keep_time(model)
    _choose_who(model)
    _carry(model)
    _couple(model)
    return model


def _between(model: Model, matrix: Ints) -> Ints:
    """What a matrix of places says from node to node."""
    found = matrix[np.ix_(model.places, model.places)].copy()
    found[:, model.places < 0] = found[model.places < 0] = 0
    return found


def _price_arcs(model: Model) -> None:
    """Distance, the price of the pairing, of a visit, and of using a shift."""
    metres, known = _between(model, model.problem.travel.distances), dict[tuple[int, int, int], int]()
    for row, shift in enumerate(model.problem.shifts):
        key = (model.relation.row[row], shift.price_metre, shift.price_job)
        if key not in known:
            prices = metres * shift.price_metre
            prices[:, : model.nodes.jobs] += np.maximum(model.relation.pair[key[0], :, 2], 0) + shift.price_job
            known[key] = model.routing.RegisterTransitMatrix(prices.tolist())
        model.routing.SetArcCostEvaluatorOfVehicle(known[key], row)
        model.routing.SetFixedCostOfVehicle(shift.price_use, row)


def _keep_time(model: Model) -> None:
    """Service and travel from node to node, windows, shifts, what a route may last, and what its time costs."""
    problem, routing = model.problem, model.routing
    travel, known = _between(model, problem.travel.durations), dict[tuple[int, int], int]()
    for row, shift in enumerate(problem.shifts):
        key = (model.relation.row[row], shift.stock.duration if shift.stock else 0)
        if key not in known:
            lasts = travel.copy()
            lasts[: model.nodes.jobs] += model.relation.pair[key[0], :, :1]
            lasts[model.nodes.jobs : model.nodes.jobs + len(model.nodes.stocked)] += key[1]
            known[key] = routing.RegisterTransitMatrix(np.minimum(lasts, UNREACHABLE).tolist())
    of_vehicle = [
        known[model.relation.row[row], shift.stock.duration if shift.stock else 0] for row, shift in enumerate(problem.shifts)
    ]
    routing.AddDimensionWithVehicleTransits(of_vehicle, HORIZON, HORIZON, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for row, shift in enumerate(problem.shifts):
        _work(model, clock, row, shift)
    for row, job in enumerate(problem.jobs):
        _open(model, clock, row, job)


def _work(model: Model, clock: Any, row: int, shift: Shift) -> None:
    for index in (model.routing.Start(row), model.routing.End(row)):
        clock.CumulVar(index).SetRange(shift.start, shift.latest)
        model.routing.AddVariableMinimizedByFinalizer(clock.CumulVar(index))
    if shift.price_second:
        clock.SetSpanCostCoefficientForVehicle(shift.price_second, row)
    if shift.max_duration is not None:
        clock.SetSpanUpperBoundForVehicle(shift.max_duration, row)


def _open(model: Model, clock: Any, row: int, job: Job) -> None:
    start = clock.CumulVar(model.manager.NodeToIndex(row))
    if job.windows:
        start.SetRange(job.windows[0].open, min(HORIZON, job.windows[-1].close))
    for one, other in zip(job.windows, job.windows[1:], strict=False):
        start.RemoveInterval(one.close + 1, other.open - 1)
    if job.late_rate:
        lasts = int(model.relation.pair[:, row, 0].max())
        clock.SetCumulVarSoftUpperBound(model.manager.NodeToIndex(row), min(HORIZON, max(0, job.due - lasts)), job.late_rate)


def _choose_who(model: Model) -> None:
    """Who may serve a job, and what leaving it out costs; each shift has its stock point for itself."""
    for row, job in enumerate(model.problem.jobs):
        index = model.manager.NodeToIndex(row)
        able = [shift for shift, kind in enumerate(model.relation.row) if model.relation.pair[kind, row, 2] >= 0]
        if len(able) < model.nodes.shifts:
            model.routing.VehicleVar(index).SetValues([-1, *able])
        model.routing.AddDisjunction([index], min(LEFT_OUT, job.price_unserved))
    for at, row in enumerate(model.nodes.stocked):
        index = model.manager.NodeToIndex(model.nodes.jobs + at)
        model.routing.VehicleVar(index).SetValues([-1, row])
        model.routing.AddDisjunction([index], 0)


# ---------------------------------------------------------------- what is carried


def _carry(model: Model) -> None:
    """Parts that are used up, and tools as parts of which whoever has them has enough."""
    jobs, shifts = model.problem.jobs, model.problem.shifts
    for part in sorted({part for job in jobs for part in job.parts}):
        _dimension(model, part, [job.parts.get(part, 0) for job in jobs], [shift.parts.get(part, 0) for shift in shifts])
    if not model.nodes.stocked:
        return
    for tool in sorted({tool for job in jobs for tool in job.tools}):
        uses = [int(tool in job.tools) for job in jobs]
        _dimension(model, tool, uses, [sum(uses) if tool in shift.tools else 0 for shift in shifts])


def _dimension(model: Model, name: str, uses: Sequence[int], carried: Sequence[int]) -> None:
    total = sum(uses) if model.nodes.stocked else 0
    change = [*uses, *([-total] * len(model.nodes.stocked)), *([0] * (2 * model.nodes.shifts))]
    evaluator = model.routing.RegisterUnaryTransitVector(change)
    model.routing.AddDimensionWithVehicleCapacity(evaluator, 0, [total + amount for amount in carried], False, name)
    dimension = model.routing.GetDimensionOrDie(name)
    for row in range(model.nodes.shifts):
        dimension.CumulVar(model.routing.Start(row)).SetValue(total)


# ---------------------------------------------------------------- what couples jobs


def _couple(model: Model) -> None:
    """How the starts of jobs depend on each other, and who may not serve two of them.

    Bundles need nothing: their jobs are mandatory, and OR-Tools could not insert one if that forced another to be there at once.
    """
    routing, clock = model.routing, model.routing.GetDimensionOrDie("time")
    solver, index = routing.solver(), model.manager.NodeToIndex
    for link in model.problem.links:
        before, after = (clock.CumulVar(index(row)) for row in (link.before, link.after))
        lasts = 0 if link.from_start else int(model.relation.pair[:, link.before, 0].max())
        solver.Add(after >= before + (lasts + link.low))
        if link.high < HORIZON:
            solver.Add(after <= before + (lasts + link.high))
    for group in model.problem.groups:
        for one, other in combinations(group.rows, 2):
            same = routing.VehicleVar(index(one)) == routing.VehicleVar(index(other))
            solver.Add(routing.ActiveVar(index(one)) + same <= 1)


def _asks_more(problem: Problem) -> list[Feature]:
    """What of links, bundles, groups and lateness the model above does not say."""
    more = {
        Feature.LINKS: any(link.mornings or link.needs for link in problem.links),
        Feature.BUNDLES: any(len(bundle.alternatives) > 1 or bundle.unserved is not None for bundle in problem.bundles),
        Feature.GROUPS: any(group.ask is not Ask.DIFFERENT_TECHNICIANS or group.price is not None for group in problem.groups),
        Feature.LATENESS: any(job.late_fixed for job in problem.jobs),
    }
    return [feature for feature, asked in more.items() if asked]


ORTOOLS = Peer(
    "ortools",
    "ortools",
    MappingProxyType(
        {
            Feature.SETUP: "what a drive takes may not depend on where a visit came from",
            Feature.DRIVES_OUTSIDE: "",
            Feature.PAID_WHOLE: "",
        }
    ),
    solve,
    roughly=MappingProxyType({Feature.WORST_LATENESS: "it is told the price of each lateness, not that of the largest"}),
    untold=(
        Feature.FINISH,
        Feature.CREWS,
        Feature.PLAN_IN_FORCE,
        Feature.PREFERRED_TIMES,
        Feature.TRAFFIC,
        Feature.WHOLE_MINUTES,
        Feature.URGENCY,
        Feature.PINS,
        Feature.BREAKS,
        Feature.OVERTIME,
        Feature.MOST_JOBS,
        Feature.LONGEST_DRIVE,
        Feature.MOST_TRAVEL,
    ),
    also_untold=_asks_more,
)
