"""A day on which requests come in while technicians work: each is taken or refused when it is released, and what has begun stays.

Until a request is released nobody knows it. At each release the rest of the day is planned again from the plan in force: what has
been taken is served, what is new has a price above everything else, and if it is left out it is refused for good. A visit has begun
when its drive begins; technicians set out as late as the start of their visit allows, and wait where they are. What has begun is no
part of the rest: a shift then begins where and when its last begun visit ends, with what is left on the van.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import solver
from benchmarks.case import Case, UnreadableInstance
from solver import Job, Plan, Problem, Shift, Stop, StopKind, Tier, Visit

KNOWN = -1
"""The release of a request that is known before the day."""

Solve = Callable[[Problem, Plan | None], Plan]


class Begun(NamedTuple):
    """A visit whose drive has begun, in rows of the whole problem."""

    stop: Stop
    depart: int
    start: int


@dataclass(slots=True)
class Hand:
    """A technician's day so far: what has begun, where and when it ends, and what is left on the van."""

    shift: Shift
    begun: list[Begun] = field(default_factory=list)

    def go(self, visit: Visit, stop: Stop) -> None:
        """Set out for a visit; after a stop at the stock point everything is on the van."""
        self.begun.append(Begun(stop, visit.start - visit.travel, visit.start))
        left = replace(self.shift, start=min(visit.end, self.shift.end), start_place=visit.place)
        self.shift = replace(left, stock=None) if stop.kind is StopKind.STOCK else left

    def use(self, job: Job) -> None:
        """Take the parts of a job from the van."""
        self.shift = replace(self.shift, parts={part: have - job.parts.get(part, 0) for part, have in self.shift.parts.items()})

    def stock_up(self, tools: frozenset[str], parts: Mapping[str, int]) -> None:
        """Take every tool, and as many parts as anybody needs."""
        self.shift = replace(self.shift, tools=tools, parts=parts)


class Ended(NamedTuple):
    """How the day went: the routes driven, by shift; who was refused, by row; and when each request was released, by row."""

    routes: dict[int, list[Begun]]
    refused: tuple[int, ...]
    released: tuple[int, ...]

    def plan(self, problem: Problem) -> Plan:
        """The day as a plan: the same order, each visit as early as it could have been."""
        return solver.plan_of(problem, [(shift, [each.stop for each in begun]) for shift, begun in self.routes.items()])


def replayed(case: Case, released: Sequence[int], solve: Solve) -> Ended:
    """The day of a case on which the request of each row is released at an instant (`KNOWN`: before the day)."""
    problem = case.problem
    hands = [Hand(shift) for shift in problem.shifts]
    force: dict[int, list[Stop]] = {}
    taken: set[int] = set()
    refused: list[int] = []
    planned_at = KNOWN
    for now in sorted(set(released)):
        fresh = [row for row, at in enumerate(released) if at == now]
        force = _set_out(problem, hands, force, planned_at, now)
        force, missed = _planned(problem, hands, force, sorted(taken), fresh, now, solve)
        refused += missed
        taken |= set(fresh) - set(missed)
        planned_at = now
    _set_out(problem, hands, force, planned_at, solver.FOREVER)
    return Ended({row: hand.begun for row, hand in enumerate(hands) if hand.begun}, tuple(sorted(refused)), tuple(released))


# ---------------------------------------------------------------- what begins


def _set_out(
    problem: Problem, hands: Sequence[Hand], force: Mapping[int, list[Stop]], since: int, until: int
) -> dict[int, list[Stop]]:
    """Begin every visit of the plan in force whose drive begins before an instant; what is left of the plan."""
    left: dict[int, list[Stop]] = {}
    for row, stops in force.items():
        route = solver.timed(_at(problem, hands, since), row, stops)
        begins = [visit.start - visit.travel < until for visit in route.visits]
        count = begins.index(False) if False in begins else len(begins)
        for visit in route.visits[:count]:
            _begin(problem, hands[row], visit)
        if count < len(stops):
            left[row] = stops[count:]
    return left


def _begin(problem: Problem, hand: Hand, visit: Visit) -> None:
    hand.go(visit, visit.stop)
    if visit.stop.kind is StopKind.JOB:
        hand.use(problem.jobs[visit.stop.row])
    else:
        hand.stock_up(frozenset().union(*(job.tools for job in problem.jobs)), _all_parts(problem))


def _all_parts(problem: Problem) -> dict[str, int]:
    parts = {part for job in problem.jobs for part in job.parts}
    return {part: sum(job.parts.get(part, 0) for job in problem.jobs) for part in parts}


def _at(problem: Problem, hands: Sequence[Hand], now: int) -> Problem:
    """The problem with every shift as it is left at an instant."""
    return replace(problem, shifts=tuple(_left(problem, hand, now) for hand in hands))


def _left(problem: Problem, hand: Hand, now: int) -> Shift:
    """What is left of a shift. Once it has begun, waiting costs as work does: what counts is how late it ends."""
    shift = hand.shift
    start = min(max(shift.start, now), shift.end)
    if not hand.begun:
        return replace(shift, start=start)
    home = 0 if shift.end_place is None else int(problem.travel.durations[shift.start_place, shift.end_place])
    free = min(start + home, shift.end)
    return replace(shift, start=start, end=free, hard_end=shift.end, price_second=0, overtime=(Tier(0, shift.price_second),))


# ---------------------------------------------------------------- what is planned


def _planned(
    problem: Problem,
    hands: Sequence[Hand],
    force: Mapping[int, list[Stop]],
    taken: Sequence[int],
    fresh: Sequence[int],
    now: int,
    solve: Solve,
) -> tuple[dict[int, list[Stop]], list[int]]:
    """The new plan in force, and those of the fresh requests that are refused."""
    begun = {each.stop.row for hand in hands for each in hand.begun if each.stop.kind is StopKind.JOB}
    rows = [row for row in sorted({*taken, *fresh}) if row not in begun]
    price = 1 + sum(shift.end - shift.start for shift in problem.shifts)
    jobs = tuple(replace(problem.jobs[row], unserved=price if row in fresh else None) for row in rows)
    rest = replace(_at(problem, hands, now), jobs=jobs)
    plan = solve(rest, solver.plan_of(rest, _renumbered(force, {row: number for number, row in enumerate(rows)})))
    orders = {route.shift: list(route.stops) for route in plan.routes}
    return dict(_renumbered(orders, dict(enumerate(rows)))), [rows[number] for number in plan.unassigned]


def _renumbered(orders: Mapping[int, list[Stop]], to: Mapping[int, int]) -> list[tuple[int, list[Stop]]]:
    """The same orders in other rows of jobs."""
    return [
        (shift, [Stop(stop.kind, to[stop.row]) if stop.kind is StopKind.JOB else stop for stop in stops])
        for shift, stops in orders.items()
    ]


# ---------------------------------------------------------------- files


def releases_in(case: Case, path: Path, unit: int) -> list[int]:
    """When the requests of a case are released, by row, as a file of the dynamic instances says.

    Raises
    ------
    UnreadableInstance
        The file does not say it of every request, or of one that is none.
    """
    fields = [line.split() for line in path.read_text().splitlines()]
    said = {name: float(at) for name, at in (each for each in fields if len(each) == 2 and each[0].isdecimal()) if _is_number(at)}
    ids = [job.id for job in case.problem.jobs]
    lacking = [name for name in ids if name not in said]
    if lacking:
        raise UnreadableInstance(f"{path}: says nothing of request {lacking[0]}")
    return [KNOWN if said[name] < 0 else round(unit * said[name]) for name in ids]


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def without(instance: Path, ids: Iterable[str], copy: Path) -> Path:
    """A copy of an instance in Pillac's format without some of its requests: what the judge may expect to be served."""
    gone = set(ids)
    lines = [line for line in instance.read_text().splitlines() if "[" not in line or line.split()[0] not in gone]
    copy.write_text("\n".join(lines) + "\n")
    return copy


def too_early(ended: Ended) -> list[int]:
    """Rows of the requests for which somebody set out before they were known: there must be none."""
    begun = [each for route in ended.routes.values() for each in route if each.stop.kind is StopKind.JOB]
    return [each.stop.row for each in begun if each.depart < ended.released[each.stop.row]]
