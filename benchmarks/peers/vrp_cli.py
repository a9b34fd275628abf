"""vrp-cli (github reinterpretcat/vrp): an evolutionary search over ruin and recreate, by Builuk; asked in its `pragmatic` format.

Jobs left out are counted first, then what the tours cost.
"""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from benchmarks.peers.features import Feature
from benchmarks.peers.nowhere import closed, compact
from benchmarks.peers.peer import COUPLED, NoPlan, Orders, Peer, Terms, lacking
from solver import Job, Problem, Shift, Stop, StopKind
from solver.eligibility import Relation, relate

MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
"""Second 0 of a problem."""

ORDER = ([{"type": "minimize-unassigned"}], [{"type": "minimize-cost"}])


def solve(problem: Problem, terms: Terms) -> Orders:
    """The plan of vrp-cli for a problem.

    Raises
    ------
    NoPlan
        It refuses the problem, or serves nobody.
    """
    import vrp_cli

    began = time.perf_counter()
    problem = compact(closed(problem))
    matrices = [json.dumps(matrix) for matrix in _matrices(problem)]
    asked = json.dumps(_asked(problem))
    left = max(1, round(terms.seconds - (time.perf_counter() - began)))
    config = {
        "termination": {"maxTime": left},
        "telemetry": {"progress": {"enabled": False}},
        "environment": {"parallelism": {"numThreadPools": 1, "threadsPerPool": terms.threads}, "logging": {"enabled": False}},
    }
    try:
        told = json.loads(vrp_cli.solve_pragmatic(problem=asked, matrices=matrices, config=json.dumps(config)))
    except OSError as refusal:
        raise NoPlan(str(refusal)) from refusal
    orders = [(int(tour["vehicleId"]), _stops(tour["stops"])) for tour in told["tours"]]
    if not orders:
        raise NoPlan("it serves nobody")
    return orders


def _stops(stops: Sequence[dict[str, Any]]) -> list[Stop]:
    activities = [activity for stop in stops for activity in stop["activities"]]
    return [Stop(StopKind.JOB, int(each["jobId"])) for each in activities if each["type"] in ("delivery", "service")]


def _matrices(problem: Problem) -> list[dict[str, Any]]:
    flat = [np.ascontiguousarray(matrix).ravel().tolist() for matrix in (problem.travel.durations, problem.travel.distances)]
    return [{"profile": "car", "travelTimes": flat[0], "distances": flat[1]}]


def _asked(problem: Problem) -> dict[str, Any]:
    relation = relate(problem)
    loads = sorted({load for job in problem.jobs for load in job.parts})
    barred = bool((relation.pair[:, :, 2] < 0).any())
    skills = [_skill(relation, row) for row in range(len(problem.jobs))] if barred else [None] * len(problem.jobs)
    last = max(shift.latest for shift in problem.shifts)
    return {
        "plan": {"jobs": [_job(row, job, loads, skills[row], last) for row, job in enumerate(problem.jobs)]},
        "fleet": {
            "vehicles": [
                _vehicle(row, shift, loads, _held(relation, relation.row[row]) if barred else [])
                for row, shift in enumerate(problem.shifts)
            ],
            "profiles": [{"name": "car"}],
        },
        "objectives": list(ORDER),
    }


def _skill(relation: Relation, row: int) -> str:
    """A skill that stands for all who may serve a job."""
    return "".join("y" if price >= 0 else "n" for price in relation.pair[:, row, 2].tolist())


def _held(relation: Relation, kind: int) -> list[str]:
    """The skills that shifts of a kind have."""
    return sorted({skill for skill in (_skill(relation, row) for row in range(relation.pair.shape[1])) if skill[kind] == "y"})


def _job(row: int, job: Job, loads: Sequence[str], skill: str | None, last: int) -> dict[str, Any]:
    place: dict[str, Any] = {"location": {"index": job.place}, "duration": job.duration}
    if job.windows:
        place["times"] = [[_instant(w.open), _instant(min(w.close, last))] for w in job.windows if w.open <= last]
    task: dict[str, Any] = {"places": [place]}
    kind = "services"
    if loads:
        kind, task["demand"] = "deliveries", [job.parts.get(load, 0) for load in loads]
    return {"id": str(row), kind: [task]} | ({"skills": {"allOf": [skill]}} if skill else {})


def _vehicle(row: int, shift: Shift, loads: Sequence[str], skills: list[str]) -> dict[str, Any]:
    hours = {
        "start": {"earliest": _instant(shift.start), "location": {"index": shift.start_place}},
        "end": {"latest": _instant(shift.latest), "location": {"index": shift.end_place}},
    }
    limits = {"maxDuration": shift.max_duration, "tourSize": shift.max_jobs}
    return {
        "typeId": f"type {row}",
        "vehicleIds": [str(row)],
        "profile": {"matrix": "car"},
        "costs": {"fixed": shift.price_use, "distance": shift.price_metre, "time": shift.price_second},
        "shifts": [hours],
        "capacity": [shift.parts.get(load, 0) for load in loads] or [0],
        **({"skills": skills} if skills else {}),
        **({"limits": found} if (found := {name: limit for name, limit in limits.items() if limit is not None}) else {}),
    }


def _instant(seconds: int) -> str:
    return (MIDNIGHT + timedelta(seconds=max(0, seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


VRP_CLI = Peer(
    "vrp-cli",
    "vrp-cli",
    lacking(
        Feature.FINISH,
        Feature.SETUP,
        Feature.LATENESS,
        Feature.URGENCY,
        Feature.WHO_SHOULD,
        Feature.PACES,
        Feature.OVERTIME,
        Feature.DRIVES_OUTSIDE,
        Feature.LONGEST_DRIVE,
        Feature.MOST_TRAVEL,
        Feature.PRICE_JOB,
        Feature.PAID_WHOLE,
        Feature.PLAN_IN_FORCE,
        Feature.PREFERRED_TIMES,
        Feature.WHOLE_MINUTES,
        *COUPLED,
        PRICED_ABSENCE="it maximises value before costs, or after them",
        STOCK="its reloads refill loads, and hand out no tools",
    ),
    solve,
    roughly=MappingProxyType(
        {Feature.LONGEST_ROUTE: "it counts from where the shift begins, and so leaves out jobs that open later"}
    ),
    untold=(Feature.PINS, Feature.BREAKS, Feature.TRAFFIC),
)
