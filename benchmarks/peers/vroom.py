"""VROOM: heuristics and local search in several searches at once, by Coupey, Nicod and Varnier; it stops by itself.

A job asks for a skill that stands for everybody who may serve it. VROOM counts jobs first and prices travel alone.
"""

import math
import time
from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers.features import Feature
from benchmarks.peers.peer import COUPLED, NoPlan, Orders, Peer, Terms, lacking
from solver import Job, Problem, Shift, Stop, StopKind
from solver.eligibility import Relation, relate

EXPLORATION = 5
"""As thorough as it goes."""

DEAREST = 1 << 30
"""No cell of a matrix of costs is larger: they are kept in 32 bits."""


def solve(problem: Problem, terms: Terms) -> Orders:
    """VROOM's plan of a problem.

    Raises
    ------
    NoPlan
        It serves nobody.
    """
    import vroom

    began = time.perf_counter()
    asked = _asked(vroom, problem)
    left = max(0.001, terms.seconds - (time.perf_counter() - began))
    told = asked.solve(exploration_level=EXPLORATION, nb_threads=terms.threads, timeout=timedelta(seconds=left)).to_dict()
    orders = [(route["vehicle"], _stops(route["steps"])) for route in told["routes"]]
    if not orders:
        raise NoPlan("it serves nobody")
    return orders


def _stops(steps: Sequence[dict[str, Any]]) -> list[Stop]:
    return [Stop(StopKind.JOB, step["id"]) for step in steps if step["type"] == "job"]


def _asked(vroom: Any, problem: Problem) -> Any:
    relation = relate(problem)
    loads = sorted({load for job in problem.jobs for load in job.parts})
    able = _skills(relation)
    asked = vroom.Input()
    rates = sorted({(shift.price_metre, shift.price_second) for shift in problem.shifts})
    scale = _scale(problem, rates)
    for number, rate in enumerate(rates):
        asked.set_durations_matrix(str(number), problem.travel.durations.astype(np.uint32))
        asked.set_costs_matrix(str(number), (_costs(problem, rate) // scale).astype(np.uint32))
    for row, shift in enumerate(problem.shifts):
        profile = rates.index((shift.price_metre, shift.price_second))
        skills = {number for number, allowed in enumerate(able) if allowed[relation.row[row]]}
        asked.add_vehicle(_vehicle(vroom, row, shift, str(profile), str(relation.row[row]), loads, skills, scale))
    numbers = {allowed: number for number, allowed in enumerate(able)}
    for row, job in enumerate(problem.jobs):
        asked.add_job(_job(vroom, row, job, relation, loads, numbers[_allowed(relation, row)]))
    return asked


def _allowed(relation: Relation, row: int) -> tuple[bool, ...]:
    return tuple((relation.pair[:, row, 2] >= 0).tolist())


def _skills(relation: Relation) -> list[tuple[bool, ...]]:
    """The sets of those who may serve a job, each of them once: who may, by kind of shift."""
    return list(dict.fromkeys(_allowed(relation, row) for row in range(relation.pair.shape[1])))


def _costs(problem: Problem, rate: tuple[int, int]) -> npt.NDArray[np.int64]:
    metre, second = rate
    return problem.travel.distances * metre + problem.travel.durations * second


def _scale(problem: Problem, rates: Sequence[tuple[int, int]]) -> int:
    """By what prices are divided so that every cost fits: by what all rates have in common, and then as little as can be."""
    common = math.gcd(*(price for rate in rates for price in rate), *(shift.price_use for shift in problem.shifts)) or 1
    dearest = max(int(_costs(problem, rate).max(initial=0)) for rate in rates) // common
    return common * max(1, math.ceil(dearest / DEAREST))


def _vehicle(
    vroom: Any, row: int, shift: Shift, profile: str, kind: str, loads: Sequence[str], skills: set[int], scale: int
) -> Any:
    limits = {"max_tasks": shift.max_jobs, "max_travel_time": shift.max_travel}
    return vroom.Vehicle(
        row,
        start=shift.start_place,
        end=shift.end_place,
        profile=profile,
        capacity=[shift.parts.get(load, 0) for load in loads],
        skills=skills,
        time_window=vroom.TimeWindow(shift.start, shift.latest),
        breaks=[
            vroom.Break(number, [vroom.TimeWindow(pause.open, pause.close)], pause.duration)
            for number, pause in enumerate(shift.breaks)
        ],
        costs=vroom.VehicleCosts(fixed=shift.price_use // scale),
        type=kind,
        **{name: limit for name, limit in limits.items() if limit is not None},
    )


def _job(vroom: Any, row: int, job: Job, relation: Relation, loads: Sequence[str], skill: int) -> Any:
    service = relation.pair[:, row, 0].tolist()
    windows = {"time_windows": [vroom.TimeWindow(max(0, w.open), w.close) for w in job.windows]} if job.windows else {}
    return vroom.Job(
        row,
        location=job.place,
        default_setup=job.setup,
        default_service=job.duration,
        service_per_type={str(kind): seconds for kind, seconds in enumerate(service)} if len(set(service)) > 1 else {},
        delivery=[job.parts.get(load, 0) for load in loads],
        skills={skill},
        **windows,
    )


VROOM = Peer(
    "vroom",
    "pyvroom",
    lacking(
        Feature.FINISH,
        Feature.LATENESS,
        Feature.URGENCY,
        Feature.WHO_SHOULD,
        Feature.STOCK,
        Feature.OVERTIME,
        Feature.DRIVES_OUTSIDE,
        Feature.LONGEST_DRIVE,
        Feature.PAID_WHOLE,
        Feature.PLAN_IN_FORCE,
        Feature.PREFERRED_TIMES,
        Feature.TRAFFIC,
        Feature.WHOLE_MINUTES,
        *COUPLED,
        PRICED_ABSENCE="it has priorities, and counts them before all costs",
        LONGEST_ROUTE="it can limit travel, not what a route lasts",
    ),
    solve,
    roughly=MappingProxyType({Feature.PRICE_TIME: "it prices travel, not waiting"}),
    untold=(Feature.PINS, Feature.PRICE_JOB),
)
