"""Home health care: caregivers of different abilities, visits that should begin in a window, and some that two make together.

A patient's services are jobs; two of them are linked by their starts, at the same time or so much apart, and made by different
caregivers. What counts is a third of the distance, of all lateness, and of the largest. A second of the problem is a thousandth of
the file's unit.
"""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.case import Case, UnreadableInstance, plan_of_routes
from solver import Ask, Bundle, Group, Job, Link, Plan, Problem, Shift, Skill, StopKind, Technician, Travel, Window
from solver.problem import FOREVER

THOUSANDTHS = 1000
TERMS = 3
"""The published cost is the mean of three terms."""

SEPARATOR = "/"
"""Between patient and service in the id of a job."""


def read(path: Path) -> Case:
    """The instance in a JSON file.

    Raises
    ------
    UnreadableInstance
        Something is missing in it, or a patient needs more than two services.
    """
    try:
        data = json.loads(path.read_text())
        return Case(path.stem, _problem(data), TERMS * THOUSANDTHS)
    except (json.JSONDecodeError, KeyError, TypeError) as fault:
        raise UnreadableInstance(f"{path}: is no instance of home health care ({fault!r})") from fault


def write(case: Case, plan: Plan) -> str:
    """The solution file of a plan: for each caregiver the visits with the instants of their beginnings and ends."""
    problem = case.problem
    served = {route.shift: route for route in plan.routes}
    routes = []
    for row, shift in enumerate(problem.shifts):
        visits = [visit for visit in served[row].visits if visit.stop.kind is StopKind.JOB] if row in served else []
        stops = [
            {
                "patient": problem.jobs[visit.stop.row].id.split(SEPARATOR)[0],
                "service": problem.jobs[visit.stop.row].id.split(SEPARATOR)[1],
                "arrival_time": visit.start / THOUSANDTHS,
                "departure_time": visit.end / THOUSANDTHS,
            }
            for visit in visits
        ]
        routes.append({"caregiver_id": problem.technicians[shift.technician].id, "locations": stops})
    return json.dumps({"routes": routes}, indent=1) + "\n"


def plan_in(case: Case, text: str) -> Plan:
    """The plan whose orders a solution file states; every visit begins as early as it can, whatever the file says."""
    rows = {technician.id: row for row, technician in enumerate(case.problem.technicians)}
    routes = json.loads(text)["routes"]
    return plan_of_routes(case, ((rows[each["caregiver_id"]], map(_name, each.get("locations") or [])) for each in routes))


def _name(stop: dict[str, Any]) -> str:
    return SEPARATOR.join((stop.get("patient", stop.get("patient_id")), stop.get("service", stop.get("service_id"))))


# ---------------------------------------------------------------- the problem


def _problem(data: dict[str, Any]) -> Problem:
    arcs = np.rint(THOUSANDTHS * np.array(data["distances"], float)).astype(np.int64)
    lasts = {service["id"]: service["default_duration"] for service in data["services"]}
    patients, people = data["patients"], data["caregivers"]
    jobs = [job for place, patient in enumerate(patients, 1) for job in _jobs(place, patient, lasts)]
    last = max(job.windows[0].open for job in jobs) + sum(job.duration for job in jobs) + int(arcs.max(axis=1).sum())
    pairs = [rows for rows in _pairs(jobs, patients) if len(rows) > 1]
    return Problem(
        jobs=tuple(jobs),
        technicians=tuple(Technician(each["id"], skills={able: Skill() for able in each["abilities"]}) for each in people),
        shifts=tuple(Shift(row, 0, last, start_place=0, end_place=0, price_metre=1) for row in range(len(people))),
        travel=Travel(arcs, arcs, "distances of the file"),
        links=tuple(_link(rows, patients[jobs[rows[0]].place - 1]) for rows in pairs),
        bundles=tuple(Bundle(patients[jobs[rows[0]].place - 1]["id"], (rows,)) for rows in pairs),
        groups=tuple(Group(rows, Ask.DIFFERENT_TECHNICIANS) for rows in pairs),
        worst_late_rate=1,
    )


def _jobs(place: int, patient: dict[str, Any], lasts: dict[str, float]) -> list[Job]:
    """The visits of a patient, each due to begin by the end of the window, which is a whole number."""
    opens, closes = (THOUSANDTHS * math.floor(bound) for bound in patient["time_window"])
    jobs = []
    for need in patient["required_caregivers"]:
        duration = round(THOUSANDTHS * need.get("duration", lasts[need["service"]]))
        name = f"{patient['id']}{SEPARATOR}{need['service']}"
        window = Window(opens, FOREVER)
        jobs.append(Job(name, place, duration, windows=(window,), due=closes + duration, late_rate=1, skills={need["service"]: 1}))
    return jobs


def _pairs(jobs: list[Job], patients: list[dict[str, Any]]) -> list[tuple[int, ...]]:
    """The rows of each patient's jobs."""
    firsts = [row for row, job in enumerate(jobs) if row == 0 or jobs[row - 1].place != job.place]
    pairs = [tuple(range(first, end)) for first, end in pairwise([*firsts, len(jobs)])]
    crowd = next((patients[jobs[rows[0]].place - 1]["id"] for rows in pairs if len(rows) > 2), None)
    if crowd:
        raise KeyError(f"{crowd} needs more than two services")
    return pairs


def _link(rows: tuple[int, ...], patient: dict[str, Any]) -> Link:
    """How far apart the two visits of a patient begin."""
    rule = patient["synchronization"]
    low, high = (0, 0) if rule["type"] == "simultaneous" else (round(THOUSANDTHS * bound) for bound in rule["distance"])
    return Link(*rows, low=low, high=high, from_start=True)
