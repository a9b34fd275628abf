"""Routes less some of their jobs, with the time there is at every position: a quick look before a job is really placed.

The look may err on either side, as removing a stop may lengthen a drive where roads are odd; what passes is timed and checked.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from solver.evaluation import openings_of, route_cost, service_times, timed, whole_order
from solver.plan import Route, Stop, StopKind, Visit
from solver.problem import FOREVER, Job, Problem, Shift

PAIRS_UP_TO = 12  #: jobs of a route; on longer ones only neighbours are left out together
RUNS_UP_TO = 6  #: jobs left out in a row, besides all of them


class Room(NamedTuple):
    """A route less some jobs. Position `p` is before `stops[p]`; the last one is before the drive home."""

    removed: tuple[int, ...]
    stops: tuple[Stop, ...]  #: with the breaks held before and after the route
    price: int  #: of leaving out `removed`, less what the route saves by it
    leave: tuple[int, ...]  #: when the technician can leave for position p
    here: tuple[int, ...]  #: from which place
    late: tuple[int, ...]  #: when the next stop must be reached at the latest
    there: tuple[int, ...]  #: at which place; -1: wherever the technician is


class Position(NamedTuple):
    """A position in a room that may do, and the seconds of driving it adds."""

    added: int
    at: int


def rooms_of(problem: Problem, prompt: Problem, route: Route) -> list[Room]:
    """Rooms made by leaving out nothing, one job, two, or a run of jobs, the cheapest first.

    `prompt` is the problem with the departure that moves no start.
    """
    stops = whole_order(problem, route)
    cost = route_cost(problem, route).total
    rooms = [_room(problem, prompt, route.shift, stops, removed, cost) for removed in _choices(route.jobs)]
    return sorted(rooms, key=lambda room: (room.price, room.removed))


def positions(problem: Problem, shift_row: int, room: Room, job: Job) -> list[Position]:
    """Where a job may fit by a look at the times, the least added driving first."""
    shift = problem.shifts[shift_row]
    setup, service = service_times(job, problem.technicians[shift.technician])
    windows = [(w.open, w.close) for w in openings_of(job)]
    drive = problem.travel.durations.item
    found: list[Position] = []
    for at, (leave, here, late, there) in enumerate(zip(room.leave, room.here, room.late, room.there, strict=True)):
        to, on = drive(here, job.place), 0 if there < 0 else drive(job.place, there)
        if to > shift.max_leg or on > shift.max_leg:
            continue
        start = min((max(leave + to, opens) for opens, closes in windows if leave + to <= closes), default=FOREVER)
        if start + service + (0 if here == job.place else setup) + on <= late:
            found.append(Position(to + on - (0 if there < 0 else drive(here, there)), at))
    return sorted(found)


def _choices(jobs: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """What may be left out: nothing, each job, each pair, each run of more, everything."""
    yield ()
    yield from combinations(jobs, 1)
    if len(jobs) <= PAIRS_UP_TO:
        yield from combinations(jobs, 2)
    for length in range(3 if len(jobs) <= PAIRS_UP_TO else 2, min(len(jobs) - 1, RUNS_UP_TO) + 1):
        yield from (tuple(jobs[at : at + length]) for at in range(len(jobs) - length + 1))
    if len(jobs) > 2:
        yield tuple(jobs)


def _room(problem: Problem, prompt: Problem, shift_row: int, order: Sequence[Stop], removed: tuple[int, ...], cost: int) -> Room:
    stops = tuple(stop for stop in order if stop.kind is not StopKind.JOB or stop.row not in removed)
    price = sum(problem.jobs[row].price_unserved for row in removed) - cost
    if any(stop.kind is StopKind.JOB for stop in stops):
        price += route_cost(problem, timed(problem, shift_row, stops)).total
    route = timed(prompt, shift_row, stops)
    shift = problem.shifts[shift_row]
    first = _leading(shift, stops)
    after = len(stops) - first - len(route.visits)
    leave, here = _forward(problem, shift, route, first, after)
    late, there = _backward(problem, shift, route, stops, first)
    return Room(removed, stops, price, leave, here, late, there)


def _leading(shift: Shift, stops: Sequence[Stop]) -> int:
    """How many breaks are held before the departure."""
    loose = [stop.kind is StopKind.BREAK and shift.breaks[stop.row].place is None for stop in stops]
    return [*loose, False].index(False)


def _forward(problem: Problem, shift: Shift, route: Route, first: int, after: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """When and from where the technician can leave for every position."""
    outside = int(problem.travel.durations[shift.start_place].max()) if shift.first_drive_outside else 0
    ends = [shift.start - outside] * (first + 1) + [visit.end for visit in route.visits]
    places = [shift.start_place] * (first + 1) + [visit.place for visit in route.visits]
    return (*ends, *[ends[-1]] * after), (*places, *[places[-1]] * after)


def _backward(
    problem: Problem, shift: Shift, route: Route, stops: Sequence[Stop], first: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """When at the latest, and where, the stop after every position must be reached."""
    reach, place = (FOREVER if shift.last_drive_outside else shift.latest), (-1 if shift.end_place is None else shift.end_place)
    late, there = [reach], [place]
    for _ in stops[first + len(route.visits) :]:
        late.append(reach)
        there.append(place)
    for visit in reversed(route.visits):
        drive = 0 if place < 0 else problem.travel.durations.item(visit.place, place)
        leaves = shift.latest if reach == FOREVER else reach - drive
        reach = min(_closes(problem, shift, visit), leaves - visit.setup - visit.service)
        place = visit.place
        loose = visit.stop.kind is StopKind.BREAK and shift.breaks[visit.stop.row].place is None
        late.append(reach)
        there.append(-1 if loose else place)
    for stop in reversed(stops[:first]):
        late.append(shift.breaks[stop.row].close)
        there.append(-1)
    return tuple(reversed(late)), tuple(reversed(there))


def _closes(problem: Problem, shift: Shift, visit: Visit) -> int:
    """The latest start of a stop by its last window."""
    if visit.stop.kind is StopKind.BREAK:
        return shift.breaks[visit.stop.row].close
    if visit.stop.kind is StopKind.STOCK:
        return FOREVER
    windows = openings_of(problem.jobs[visit.stop.row])
    lasts = visit.setup + visit.service
    return max((each.latest(lasts) for each in windows), default=visit.start)
