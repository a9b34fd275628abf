"""PyVRP: iterated local search for vehicle routing with rich features, by Wouda, Lan and Kool (2024), doi 10.1287/ijoc.2023.0055.

Jobs are clients, shifts of one kind a type of vehicle. Who may serve whom, and what that costs, goes into a pair of matrices for
each kind of shift: to and from a job that is not allowed it is too far.
"""

import time
from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.peers.features import Feature
from benchmarks.peers.nowhere import closed
from benchmarks.peers.peer import COUPLED, NoPlan, Orders, Peer, Terms, lacking
from solver import UNREACHABLE, Job, Problem, Shift, Stop, StopKind, Window
from solver.eligibility import Relation, relate

Ints = npt.NDArray[np.int64]

TOO_FAR = 1 << 44
"""The largest cell that PyVRP's matrices may have. Its own reader forbids arcs with it; where many are forbidden its sums overflow
then, and its local search never ends, so that here only as much is taken as is more than anything else can cost."""

LAST = np.iinfo(np.int64).max


class Kind(NamedTuple):
    """In what shifts have to agree to be vehicles of one type."""

    profile: int
    shift: tuple[Any, ...]


class Client(NamedTuple):
    """A client in PyVRP's sense: a job in one of its windows."""

    row: int
    window: Window


def solve(problem: Problem, terms: Terms) -> Orders:
    """PyVRP's plan of a problem.

    Raises
    ------
    NoPlan
        Its best plan serves nobody.
    """
    import pyvrp
    from pyvrp.stop import MaxRuntime

    began = time.perf_counter()
    problem = closed(problem)
    clients = _clients(problem)
    shifts = _types(problem)
    data = _data(pyvrp, problem, clients, shifts)
    left = max(0.0, terms.seconds - (time.perf_counter() - began))
    result = pyvrp.solve(data, stop=MaxRuntime(left), seed=terms.seed, collect_stats=False, display=False)
    free = [list(rows) for rows in shifts.values()]
    orders = [(free[route.vehicle_type()].pop(0), _stops(route, clients)) for route in result.best.routes()]
    if not orders:
        raise NoPlan("its best plan serves nobody")
    return orders


def _clients(problem: Problem) -> list[Client]:
    return [
        Client(row, window)
        for row, job in enumerate(problem.jobs)
        for window in job.windows or (Window(0, LAST),)
        if window.close >= 0
    ]


def _stops(route: Any, clients: list[Client]) -> list[Stop]:
    return [Stop(StopKind.JOB, clients[visit.idx].row) for visit in route if visit.is_client()]


# ---------------------------------------------------------------- vehicles


def _types(problem: Problem) -> dict[Kind, list[int]]:
    """The rows of the shifts of each type."""
    profiles: dict[tuple[int, int], int] = {}
    rows: dict[Kind, list[int]] = defaultdict(list)
    relation = relate(problem)
    for row, shift in enumerate(problem.shifts):
        profile = profiles.setdefault((relation.row[row], shift.price_metre), len(profiles))
        rows[Kind(profile, _likeness(shift))].append(row)
    return dict(rows)


def _likeness(shift: Shift) -> tuple[Any, ...]:
    loads = tuple(sorted(shift.parts.items()))
    return (
        shift.start,
        shift.latest,
        shift.start_place,
        shift.end_place,
        shift.max_duration,
        shift.price_use,
        shift.price_second,
        loads,
    )


def _vehicle(pyvrp: Any, problem: Problem, kind: Kind, rows: list[int], depots: list[int], loads: list[str]) -> Any:
    shift = problem.shifts[rows[0]]
    return pyvrp.VehicleType(
        num_available=len(rows),
        capacity=[shift.parts.get(load, 0) for load in loads],
        start_depot=depots.index(shift.start_place),
        end_depot=depots.index(shift.end_place),
        fixed_cost=shift.price_use,
        tw_early=shift.start,
        tw_late=shift.latest,
        shift_duration=LAST if shift.max_duration is None else shift.max_duration,
        unit_distance_cost=1,
        unit_duration_cost=shift.price_second,
        profile=kind.profile,
    )


# ---------------------------------------------------------------- the instance


def _data(pyvrp: Any, problem: Problem, clients: list[Client], shifts: dict[Kind, list[int]]) -> Any:
    relation = relate(problem)
    depots = sorted({place for shift in problem.shifts for place in (shift.start_place, shift.end_place) if place is not None})
    loads = sorted({load for job in problem.jobs for load in job.parts})
    paces = _paces_differ(relation)
    profiles = {kind.profile: rows[0] for kind, rows in shifts.items()}
    matrices = [_matrices(problem, relation, profiles[each], depots, clients, paces) for each in sorted(profiles)]
    groups = _groups(problem, clients)
    of_client = {client: number for number, members in enumerate(groups) for client in members}
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(depots) + len(clients))],
        clients=[
            _client(pyvrp, problem.jobs[client.row], client.window, len(depots) + at, loads, of_client.get(at), paces)
            for at, client in enumerate(clients)
        ],
        depots=[pyvrp.Depot(location) for location in range(len(depots))],
        vehicle_types=[_vehicle(pyvrp, problem, kind, rows, depots, loads) for kind, rows in shifts.items()],
        distance_matrices=[distances for distances, _ in matrices],
        duration_matrices=[durations for _, durations in matrices],
        groups=[pyvrp.ClientGroup(members, required=problem.jobs[clients[members[0]].row].mandatory) for members in groups],
    )


def _groups(problem: Problem, clients: list[Client]) -> list[list[int]]:
    """The clients of each job with several windows: only one of them is visited."""
    members: dict[int, list[int]] = defaultdict(list)
    for at, client in enumerate(clients):
        members[client.row].append(at)
    return [found for row, found in members.items() if len(problem.jobs[row].windows) > 1]


def _client(pyvrp: Any, job: Job, window: Window, location: int, loads: list[str], group: int | None, paces: bool) -> Any:
    return pyvrp.Client(
        location=location,
        delivery=[job.parts.get(load, 0) for load in loads],
        service_duration=0 if paces else job.duration,
        tw_early=max(0, window.open),
        tw_late=window.close,
        prize=0 if job.mandatory else job.price_unserved,
        required=job.mandatory and group is None,
        group=group,
    )


def _paces_differ(relation: Relation) -> bool:
    return bool((relation.pair[:, :, 0] != relation.pair[:1, :, 0]).any())


def _matrices(
    problem: Problem, relation: Relation, shift_row: int, depots: list[int], clients: list[Client], paces: bool
) -> tuple[Ints, Ints]:
    """What it costs and how long it takes from anywhere to anywhere, for the shifts like this one."""
    jobs = [client.row for client in clients]
    places = np.array([*depots, *(problem.jobs[row].place for row in jobs)])
    pair = relation.pair[relation.row[shift_row], jobs]
    square = np.ix_(places, places)
    distances = problem.travel.distances[square] * problem.shifts[shift_row].price_metre
    durations = problem.travel.durations[square].copy()
    distances[:, len(depots) :] += np.maximum(pair[:, 2], 0)
    if paces:
        durations[len(depots) :] += pair[:, :1]
    barred = np.concatenate([np.zeros(len(depots), bool), pair[:, 2] < 0])
    for matrix, far in ((distances, _too_dear(problem)), (durations, _too_late(problem))):
        matrix[:, barred] = matrix[barred] = far
        matrix[problem.travel.durations[square] >= UNREACHABLE] = far
        np.fill_diagonal(matrix, 0)
    return distances, durations


def _too_dear(problem: Problem) -> int:
    """More than any plan costs without it, if PyVRP can be told so much."""
    reached = problem.travel.distances[problem.travel.durations < UNREACHABLE]
    arc = int(reached.max(initial=1)) * max(shift.price_metre for shift in problem.shifts)
    absent = sum(job.price_unserved for job in problem.jobs if not job.mandatory)
    return min(TOO_FAR, 10 * (arc * (len(problem.jobs) + len(problem.shifts)) + absent))


def _too_late(problem: Problem) -> int:
    """Later than any shift ends."""
    return min(TOO_FAR, 10 * max(shift.latest for shift in problem.shifts))


PYVRP = Peer(
    "pyvrp",
    "pyvrp",
    lacking(
        Feature.FINISH,
        Feature.SETUP,
        Feature.LATENESS,
        Feature.URGENCY,
        Feature.PINS,
        Feature.STOCK,
        Feature.BREAKS,
        Feature.DRIVES_OUTSIDE,
        Feature.MOST_JOBS,
        Feature.MOST_TRAVEL,
        Feature.PAID_WHOLE,
        Feature.PLAN_IN_FORCE,
        Feature.PREFERRED_TIMES,
        Feature.TRAFFIC,
        Feature.WHOLE_MINUTES,
        *COUPLED,
    ),
    solve,
    untold=(Feature.OVERTIME, Feature.LONGEST_DRIVE, Feature.PRICE_JOB),
)
