"""Parts of a large problem: neighbouring routes and jobs as a problem of their own, cut along the travel times.

A piece has its own travel block and its own rows, and is small enough to be sent to another process or machine. What couples
routes stays in one piece; where that would make a piece too large, the routes concerned are left as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from solver.eligibility import relate
from solver.plan import Plan, Route, StopKind, Visit
from solver.problem import Job, Problem, Shift, Stock, Travel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NO_WAY = 86_400
"""Seconds that places without a way between them count as apart."""

CHUNK = 256
"""Jobs whose drives to all places are looked at together."""

CROSSED = 0.1
"""By how much of a half the lines that pieces are cut along are moved at random."""


class Item(NamedTuple):
    """What is not cut apart: jobs and shifts by their rows."""

    jobs: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a problem as a problem of its own; `jobs`, `shifts` and `places` are the rows in the whole of its own rows."""

    problem: Problem
    jobs: tuple[int, ...]
    shifts: tuple[int, ...]
    places: tuple[int, ...]

    def plan_in(self, routes: Mapping[int, Route]) -> Plan:
        """What of the routes of the whole, by their shifts, lies in the piece, in its rows."""
        jobs, places = _numbered(self.jobs), _numbered(self.places)
        own = [_moved(routes[shift], at, jobs, places) for at, shift in enumerate(self.shifts) if shift in routes]
        served = {row for route in own for row in route.jobs}
        return Plan(tuple(own), tuple(row for row in range(len(self.jobs)) if row not in served))

    def routes_out(self, routes: Iterable[Route]) -> dict[int, Route]:
        """Routes of the piece in the rows of the whole, by their shifts."""
        jobs, places = dict(enumerate(self.jobs)), dict(enumerate(self.places))
        return {self.shifts[route.shift]: _moved(route, self.shifts[route.shift], jobs, places) for route in routes}


def cut_out(whole: Problem, items: Iterable[Item]) -> Piece:
    """The problem that some items are by themselves."""
    items = list(items)
    jobs = sorted(chain.from_iterable(item.jobs for item in items))
    shifts = sorted(chain.from_iterable(item.shifts for item in items))
    places = sorted({*(whole.jobs[row].place for row in jobs), *(p for row in shifts for p in _places_of(whole.shifts[row]))})
    crew = sorted({person for row in shifts for person in whole.crew_of(row)})
    place_at, shift_at, person_at = _numbered(places), _numbered(shifts), _numbered(crew)
    problem = replace(
        whole,
        jobs=tuple(_own_job(whole.jobs[row], place_at, shift_at) for row in jobs),
        technicians=tuple(whole.technicians[row] for row in crew),
        shifts=tuple(_own_shift(whole.shifts[row], place_at, person_at) for row in shifts),
        travel=whole.travel.block(places),
        **_own_couplings(whole, _numbered(jobs)),
    )
    return Piece(problem, tuple(jobs), tuple(shifts), tuple(places))


def _numbered(rows: Iterable[int]) -> dict[int, int]:
    return {row: number for number, row in enumerate(rows)}


def _places_of(shift: Shift) -> list[int]:
    """All places that a shift names."""
    named = [
        shift.start_place,
        shift.end_place,
        *(pause.place for pause in shift.breaks),
        shift.stock.place if shift.stock else None,
    ]
    return [place for place in named if place is not None]


def _own_job(job: Job, place_at: Mapping[int, int], shift_at: Mapping[int, int]) -> Job:
    if job.pin is None or job.pin.shift is None:
        return replace(job, place=place_at[job.place])
    return replace(job, place=place_at[job.place], pin=replace(job.pin, shift=shift_at[job.pin.shift]))


def _own_shift(shift: Shift, place_at: Mapping[int, int], person_at: Mapping[int, int]) -> Shift:
    stock: Stock | None = shift.stock and replace(shift.stock, place=place_at[shift.stock.place])
    return replace(
        shift,
        technician=person_at[shift.technician],
        crew=tuple(person_at[person] for person in shift.crew),
        start_place=place_at[shift.start_place],
        end_place=None if shift.end_place is None else place_at[shift.end_place],
        breaks=tuple(each if each.place is None else replace(each, place=place_at[each.place]) for each in shift.breaks),
        stock=stock,
    )


def _own_couplings(whole: Problem, job_at: Mapping[int, int]) -> dict[str, Any]:
    """Links, bundles and groups among some jobs; what is not wholly among them is not touched (`bound`)."""
    links = [link for link in whole.links if link.before in job_at and link.after in job_at]
    bundles = [bundle for bundle in whole.bundles if all(row in job_at for row in bundle.rows)]
    groups = [group for group in whole.groups if all(row in job_at for row in group.rows)]
    return {
        "links": tuple(replace(each, before=job_at[each.before], after=job_at[each.after]) for each in links),
        "bundles": tuple(
            replace(each, alternatives=tuple(tuple(job_at[row] for row in rows) for rows in each.alternatives)) for each in bundles
        ),
        "groups": tuple(replace(each, rows=tuple(job_at[row] for row in each.rows)) for each in groups),
    }


def _moved(route: Route, shift: int, jobs: Mapping[int, int], places: Mapping[int, int]) -> Route:
    """A route with other numbers for its shift, jobs and places; its times are what they are."""
    return replace(route, shift=shift, visits=tuple(_renumbered(visit, jobs, places) for visit in route.visits))


def _renumbered(visit: Visit, jobs: Mapping[int, int], places: Mapping[int, int]) -> Visit:
    stop = visit.stop._replace(row=jobs[visit.stop.row]) if visit.stop.kind is StopKind.JOB else visit.stop
    return replace(visit, stop=stop, place=places[visit.place])


# ---------------------------------------------------------------- what belongs together


def items_of(problem: Problem, routes: Mapping[int, Route], turn: int) -> list[Item]:
    """What is not cut apart: each route, each shift without one, each job left out, or all that is tied together.

    A job left out goes with one of the three shifts that may serve it and come nearest to it, in every `turn` with another one.
    """
    shifts = range(len(problem.shifts))
    items = {shift: list(routes[shift].jobs) if shift in routes else [] for shift in shifts}
    served = {row for jobs in items.values() for row in jobs}
    alone: list[Item] = []
    absent = [row for row in range(len(problem.jobs)) if row not in served]
    begun = {row for bundle in problem.bundles if not served.isdisjoint(bundle.rows) for row in bundle.rows}
    hosts = _hosts(problem, routes, [row for row in absent if row not in begun], turn) if routes else {}
    for row in absent:
        pin = problem.jobs[row].pin
        host = pin.shift if pin and pin.shift is not None else hosts.get(row)
        if host is None:
            alone.append(Item(jobs=(row,)))
        else:
            items[host].append(row)
    return [*(Item(tuple(jobs), (shift,)) for shift, jobs in items.items()), *alone]


def _hosts(problem: Problem, routes: Mapping[int, Route], absent: Sequence[int], turn: int) -> dict[int, int]:
    """For each job left out a shift that may serve it and comes near it: the nearest, the second or the third by turns."""
    spots = [(shift, problem.shifts[shift].start_place) for shift in range(len(problem.shifts)) if shift not in routes]
    spots += [(shift, problem.jobs[row].place) for shift, route in routes.items() for row in route.jobs]
    shifts, places = np.array(spots, np.int64).reshape(-1, 2).T
    found: dict[int, int] = {}
    for first in range(0, len(absent), CHUNK):
        rows = absent[first : first + CHUNK]
        relation = relate(replace(problem, jobs=tuple(problem.jobs[row] for row in rows), links=(), bundles=(), groups=()))
        may = relation.pair[np.array(relation.row)[shifts], :, 2] >= 0
        seconds = problem.travel.rectangle(places.tolist(), [problem.jobs[row].place for row in rows])[0]
        for column, row in enumerate(rows):
            near = _nearest(shifts, np.where(may[:, column], seconds[:, column], np.iinfo(np.int64).max))
            if near:
                found[row] = near[turn % len(near)]
    return found


def _nearest(shifts: Ints, seconds: Ints) -> list[int]:
    """The three shifts nearest to a job, the nearest first; fewer if fewer may serve it."""
    near: list[int] = []
    for at in np.argsort(seconds, kind="stable"):
        if len(near) == 3 or seconds[at] == np.iinfo(np.int64).max:
            break
        if shifts[at] not in near:
            near.append(int(shifts[at]))
    return near


def tied(problem: Problem) -> list[Item]:
    """Jobs and shifts that one piece has to hold together, tie by tie."""
    links = [(link.before, link.after) for link in problem.links]
    jobs = [*links, *(bundle.rows for bundle in problem.bundles), *(group.rows for group in problem.groups)]
    return [*(Item(jobs=rows) for rows in jobs), *(Item(shifts=pair) for pair in problem.rivals())]


def bound(items: Sequence[Item], ties: Sequence[Item], most: int) -> list[Item]:
    """Items put together by ties, up to so many jobs; those held by a tie that asks for more are left out."""
    heap = list(range(len(items)))
    jobs = {row: number for number, item in enumerate(items) for row in item.jobs}
    shifts = {row: number for number, item in enumerate(items) for row in item.shifts}
    weight = [len(item.jobs) for item in items]

    def root(number: int) -> int:
        while heap[number] != number:
            heap[number] = heap[heap[number]]
            number = heap[number]
        return number

    torn: set[int] = set()
    for tie in ties:
        held = {*(jobs[row] for row in tie.jobs if row in jobs), *(shifts[row] for row in tie.shifts if row in shifts)}
        roots = sorted({root(number) for number in held})
        if sum(weight[each] for each in roots) > most:
            torn |= held
            continue
        for each in roots[1:]:
            heap[each] = roots[0]
            weight[roots[0]] += weight[each]
    still = {root(number) for number in torn}
    together: dict[int, list[Item]] = {}
    for number, item in enumerate(items):
        together.setdefault(root(number), []).append(item)
    return [_joined(some) for each, some in together.items() if each not in still]


def _joined(items: Sequence[Item]) -> Item:
    return Item(tuple(chain.from_iterable(item.jobs for item in items)), tuple(chain.from_iterable(item.shifts for item in items)))


# ---------------------------------------------------------------- where to cut


def cut(problem: Problem, items: Sequence[Item], count: int, dice: np.random.Generator) -> list[list[Item]]:
    """Items in so many heaps of about as many jobs, each of neighbours; the shifts that serve nothing are spread alike.

    Halved again and again by how much nearer an item is to one place than to another, both chosen by chance far from each other.
    """
    if count <= 1 or sum(bool(item.jobs) for item in items) <= 1:
        return [list(items)]
    one = count // 2
    share = one / count + (dice.uniform(-CROSSED, CROSSED) / count if count > 2 else 0.0)
    value = _sides(problem, items, dice)
    halves: tuple[list[Item], list[Item]] = ([], [])
    for weighty in (True, False):
        some = [(value[at], at) for at, item in enumerate(items) if bool(item.jobs) is weighty]
        ordered = [items[at] for _, at in sorted(some)]
        weights = np.cumsum([len(item.jobs) if weighty else 1 for item in ordered]) if ordered else np.zeros(0)
        split = int(np.searchsorted(weights, share * weights[-1])) if ordered else 0
        split = min(max(split, 1), len(ordered) - 1) if weighty else split
        halves[0].extend(ordered[:split])
        halves[1].extend(ordered[split:])
    return [*cut(problem, halves[0], one, dice), *cut(problem, halves[1], count - one, dice)]


def _sides(problem: Problem, items: Sequence[Item], dice: np.random.Generator) -> Floats:
    """How much nearer each item is to one place than to another: the mean over its jobs, or that of the starts of its shifts."""
    places = [
        [problem.jobs[row].place for row in item.jobs] or [problem.shifts[row].start_place for row in item.shifts] for item in items
    ]
    owner = np.repeat(np.arange(len(items)), [len(each) for each in places])
    flat = list(chain.from_iterable(places))
    here = flat[int(dice.integers(len(flat)))]
    there = flat[int(np.argmax(_seconds(problem.travel, here, flat)))]
    nearer = _seconds(problem.travel, there, flat) - _seconds(problem.travel, here, flat)
    sides: Floats = np.bincount(owner, nearer, len(items)) / np.bincount(owner, minlength=len(items))
    return sides


def _seconds(travel: Travel, place: int, others: Sequence[int]) -> Floats:
    seconds: Floats = np.minimum(travel.rectangle([place], others)[0][0], NO_WAY).astype(np.float64)
    return seconds
