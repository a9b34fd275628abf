"""The plan in force, as it stands now: what of it can stay.

A day says of each job who was to serve it, and when. Since then somebody may be running late, ill, or a rule may have changed. So
the routes are timed anew; visits that break a rule are taken out, one after another, until nothing does. What is left is where a
search begins, what moves are counted from, and what is held where nothing may be moved.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import solver
from dispatch.day.setting import Setting
from dispatch.day.settling import Stops, rearranged
from dispatch.errors import Code, Finding, pointer
from dispatch.wire.model import Day
from solver.evaluation import service_times
from solver.violations import check_route

Numbers = Sequence[tuple[int, int]]
"""Of each shift of a problem, the row of its technician and its index among the technician's shifts."""

GONE = "technician"
"""Why a visit cannot stay whose technician or shift is not planned any more."""


@dataclass(frozen=True)
class Standing:
    """The plan in force.

    Attributes
    ----------
    plan : the visits that can stay, timed anew; facts among them
    starts : when the plan in force had each job that it serves, by row
    lost : the jobs that cannot stay, by row, with the rule they would break
    """

    plan: solver.Plan
    starts: Mapping[int, int]
    lost: Mapping[int, str]


def standing_of(day: Day, problem: solver.Problem, setting: Setting, numbers: Numbers) -> Standing | None:
    """The plan in force of a day; None if no job is in one."""
    asked = {row: job.current for row, job in enumerate(day.jobs) if job.current is not None and job.fact is None}
    if not asked:
        return None
    shifts = {(day.technicians[owner].id, number): row for row, (owner, number) in enumerate(numbers)}
    starts = {row: setting.at(current.start) for row, current in asked.items()}
    wanted: dict[int, list[int]] = defaultdict(list)
    lost: dict[int, str] = {}
    for row, current in asked.items():
        shift = shifts.get((current.technician, current.shift))
        if shift is None:
            lost[row] = GONE
        else:
            wanted[shift].append(row)
    held = _facts(day, problem)
    routes = []
    for shift in sorted({*wanted, *held}):
        facts = held.get(shift, {})
        route, out = _kept(problem, shift, {row: starts[row] for row in wanted.get(shift, ())} | facts, facts)
        lost |= out
        routes += [route] if route.jobs else []
    served = {row for route in routes for row in route.jobs}
    plan = solver.Plan(tuple(routes), tuple(row for row in range(len(problem.jobs)) if row not in served))
    return Standing(plan, starts, lost)


def visits_that_cannot_stay(day: Day, standing: Standing | None) -> Iterator[Finding]:
    """Warnings: visits of the plan in force that break a rule by now, and have to move or to be left out."""
    for row, rule in sorted(standing.lost.items()) if standing else ():
        current = day.jobs[row].current
        who = current.technician if current else ""
        why = "is not planned any more" if rule == GONE else f"cannot serve it any more ({rule})"
        yield Finding(pointer("jobs", row, "current"), Code.CANNOT_STAY, f"cannot stay: {who} {why}", who)


# ---------------------------------------------------------------- routes


def _facts(day: Day, problem: solver.Problem) -> dict[int, dict[int, int]]:
    """Per shift the jobs that have begun, with their start."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row, (job, planned) in enumerate(zip(day.jobs, problem.jobs, strict=True)):
        if job.fact is not None and planned.pin and planned.pin.shift is not None and planned.pin.start is not None:
            found[planned.pin.shift][row] = planned.pin.start
    return found


def _kept(
    problem: solver.Problem, shift: int, due: Mapping[int, int], facts: Collection[int]
) -> tuple[solver.Route, dict[int, str]]:
    """The route of as many of these jobs, by their starts, as break no rule; and the rule that each other one breaks."""
    rows, out = sorted(due, key=lambda row: (due[row], row)), dict[int, str]()
    while True:
        arranged = _arranged(problem, shift, rows, due)
        suspects = [row for row in _suspects(rows, arranged.broken) if row not in facts]
        if not arranged.broken or not suspects:
            return arranged.route, out
        without = {row: _arranged(problem, shift, [each for each in rows if each != row], due).rank for row in suspects}
        worst = min(suspects, key=lambda row: (without[row], -rows.index(row)))
        named = [violation.cause for violation in arranged.broken if violation.job == worst] or [arranged.broken[0].cause]
        out[worst] = str(named[0])
        rows.remove(worst)


def _suspects(rows: Sequence[int], broken: Sequence[solver.Violation]) -> Sequence[int]:
    """The jobs that a rule is broken at, or before: all, if it is none in particular."""
    named = [rows.index(violation.job) for violation in broken if violation.job in rows]
    return rows[: max(named) + 1] if named else rows


class _Arranged(NamedTuple):
    """An order of stops, timed; `rank`: rules broken, by how much, and by how much starts are off: the smaller the better."""

    stops: Stops
    route: solver.Route
    broken: tuple[solver.Violation, ...]
    rank: tuple[int, int, int]


def _arranged(problem: solver.Problem, shift: int, rows: Sequence[int], due: Mapping[int, int]) -> _Arranged:
    """The jobs in their order, breaks and stops for stock where the fewest rules are broken and starts are least off."""
    best = _tried(problem, shift, _with_breaks(problem, shift, rows, due), due)
    while best.rank > (0, 0, 0):
        others = (_tried(problem, shift, each, due) for each in dict.fromkeys(rearranged(problem, shift, best.stops)))
        better = min(others, key=lambda each: each.rank, default=best)
        if better.rank >= best.rank:
            break
        best = better
    return best


def _tried(problem: solver.Problem, shift: int, stops: Stops, due: Mapping[int, int]) -> _Arranged:
    route = solver.timed(problem, shift, stops)
    broken = check_route(problem, route)
    jobs = [visit for visit in route.visits if visit.stop.kind is solver.StopKind.JOB]
    off = sum(abs(visit.start - due[visit.stop.row]) for visit in jobs)
    return _Arranged(stops, route, broken, (len(broken), sum(violation.amount for violation in broken), off))


def _with_breaks(problem: solver.Problem, shift: int, rows: Sequence[int], due: Mapping[int, int]) -> Stops:
    """The jobs, each break in the first gap between the old starts that is long enough for it and the drive."""
    technician, breaks = problem.technicians[problem.shifts[shift].technician], problem.shifts[shift].breaks
    stops: list[solver.Stop] = []
    now, here, number = problem.shifts[shift].start, problem.shifts[shift].start_place, 0
    for row in rows:
        job = problem.jobs[row]
        free = due[row] - int(problem.travel.durations[here, job.place])
        while number < len(breaks) and max(now, breaks[number].open) + breaks[number].duration <= free:
            now = max(now, breaks[number].open) + breaks[number].duration
            stops.append(solver.Stop(solver.StopKind.BREAK, number))
            number += 1
        stops.append(solver.Stop(solver.StopKind.JOB, row))
        now, here = due[row] + sum(service_times(job, technician)), job.place
    return (*stops, *(solver.Stop(solver.StopKind.BREAK, left) for left in range(number, len(breaks))))
