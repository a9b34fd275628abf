"""Naive twins of the kernels: the same answers by trying every second, every position, every stop."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

import solver
from solver.arrays import STOCK_VISITS, Arrays, stops_of
from solver.evaluation import Opening, openings_of, service_times, timed, worked
from solver.kernels.timing import ILLEGAL
from tests.solver.kernels import doors

BREAK, STOCK, JOB = solver.StopKind.BREAK, solver.StopKind.STOCK, solver.StopKind.JOB


# ---------------------------------------------------------------- times


def may_start(job: solver.Job, start: int, lasts: int) -> bool:
    """Whether a job may start at an instant if it takes so long."""
    return any(each.open <= start <= each.close and start + lasts <= each.finish_by for each in openings_of(job))


class Passed(NamedTuple):
    """A stop passed: the place, when the technician can leave, metres and waiting before it."""

    place: int
    leave: int
    metres: int
    waited: int


def passed(problem: solver.Problem, shift_row: int, order: list[solver.Stop]) -> list[Passed]:
    """Every stop of a route driven from the start of the shift on, then the drive home."""
    shift, travel = problem.shifts[shift_row], problem.travel
    here, now, site, stops = shift.start_place, shift.start, None, []
    for number, stop in enumerate(order):
        there = place_of(problem, shift, stop, here)
        drive = travel.seconds(shift.mode, here, there, now)
        if shift.first_drive_outside and number == 0 and not is_placeless(shift, stop):
            drive = 0
        start, lasts = served(problem, shift, stop, now + drive, site == there)
        stops.append(Passed(there, start + lasts, travel.metres(shift.mode, here, there), start - now - drive))
        site = there if stop.kind is JOB else site if is_placeless(shift, stop) else None
        here, now = there, start + lasts
    end = here if shift.end_place is None else shift.end_place
    drive = shift.mode, here, end
    home = Passed(-1 if shift.end_place is None else end, now + travel.seconds(*drive, now), travel.metres(*drive), 0)
    return [*stops, home]


def served(problem: solver.Problem, shift: solver.Shift, stop: solver.Stop, arrive: int, at_site: bool) -> tuple[int, int]:
    """Start of a stop, on arrival if all windows are missed, and how long it takes."""
    if stop.kind is STOCK:
        return arrive, shift.stock.duration
    if stop.kind is BREAK:
        return max(arrive, shift.breaks[stop.row].open), shift.breaks[stop.row].duration
    job = problem.jobs[stop.row]
    setup, service = service_times(job, problem.technicians[shift.technician])
    lasts = service if at_site else setup + service
    starts = [snapped(problem, each, max(arrive, each.open)) for each in openings_of(job)]
    return min((start for start in starts if may_start(job, start, lasts)), default=arrive), lasts


def snapped(problem: solver.Problem, opening: Opening, start: int) -> int:
    """The first instant from another one on at which the problem lets a job start, unless its time is exact."""
    while opening.open < opening.close and (start - problem.snap_from) % problem.snap:
        start += 1
    return start


def place_of(problem: solver.Problem, shift: solver.Shift, stop: solver.Stop, here: int) -> int:
    """Where a stop is."""
    if stop.kind is JOB:
        return problem.jobs[stop.row].place
    if stop.kind is STOCK:
        return shift.stock.place
    place = shift.breaks[stop.row].place
    return here if place is None else place


def is_placeless(shift: solver.Shift, stop: solver.Stop) -> bool:
    """Whether a stop is a break held wherever the technician is."""
    return stop.kind is BREAK and shift.breaks[stop.row].place is None


def latest_legal_arrival(
    problem: solver.Problem, shift_row: int, order: list[solver.Stop], places: list[int], at: int
) -> int | None:
    """The last second at which `order[at]` may be reached so that all that follows is on time, the set-up of that stop spared."""
    shift = problem.shifts[shift_row]
    arrivals = np.arange(shift.start, shift.latest + 1)
    legal = np.ones(arrivals.size, bool)
    now, site = arrivals.copy(), places[at]
    for number in range(at, len(order)):
        stop, here = order[number], places[number]
        if number > at:
            now = now + drives(problem, shift, places[number - 1], here, now)
        start, lasts, may = starts(problem, shift, stop, now, site == here)
        legal &= may
        now = start + lasts
        site = here if stop.kind is JOB else site if is_placeless(shift, stop) else None
    free = shift.end_place is None or shift.last_drive_outside
    home = 0 if free else drives(problem, shift, places[-1], shift.end_place, now)
    legal &= now + home <= shift.latest
    return int(arrivals[legal][-1]) if legal.any() else None


def drives(problem: solver.Problem, shift: solver.Shift, here: int, there: int, leave: np.ndarray) -> np.ndarray:
    """Seconds of a drive begun at many instants."""
    traffic = problem.travel.traffic
    if traffic is None:
        return np.full(leave.size, problem.travel.durations[here, there])
    known = [traffic.modes[shift.mode].durations[knot.band, here, there] for knot in traffic.knots]
    return np.ceil(np.interp(leave, [knot.at for knot in traffic.knots], known) - 1e-6).astype(np.int64)


def starts(
    problem: solver.Problem, shift: solver.Shift, stop: solver.Stop, now: np.ndarray, at_site: bool
) -> tuple[np.ndarray, int, np.ndarray]:
    """For many arrivals at once: the start of a stop, how long it takes, and whether it may start then."""
    if stop.kind is STOCK:
        return now, shift.stock.duration, np.ones(now.size, bool)
    if stop.kind is BREAK:
        pause = shift.breaks[stop.row]
        return np.maximum(now, pause.open), pause.duration, now <= pause.close
    job = problem.jobs[stop.row]
    setup, service = service_times(job, problem.technicians[shift.technician])
    lasts = service if at_site else setup + service
    start, may = now.copy(), np.zeros(now.size, bool)
    for each in reversed(openings_of(job)):
        first = np.maximum(now, each.open)
        first += (problem.snap_from - first) % (problem.snap if each.open < each.close else 1)
        fits = first <= each.latest(lasts)
        start, may = np.where(fits, first, start), may | fits
    return start, lasts, may


# ---------------------------------------------------------------- places on routes


class Found(NamedTuple):
    """The change of price, the stops of the route then, and whether it is longer: no stop earlier, no fewer metres or seconds."""

    delta: int
    shift: int
    order: list[int]
    longer: bool


def price(arrays: Arrays, shift: int, order: list[int]) -> int:
    """The price of a route by the kernel that has a twin of its own: `evaluate`."""
    return int(doors.price(arrays, shift, np.array(order, np.int64), len(order)))


def insertions(problem: solver.Problem, arrays: Arrays, shift: int, order: list[int], job: int) -> Iterator[Found]:
    """Every legal position of a job on a route, alone or with one more stop for stock somewhere before it."""
    before = price(arrays, shift, order)
    for each in [*positions(order, job), *stocked(arrays, shift, order, job)]:
        after = price(arrays, shift, each)
        if after != ILLEGAL:
            yield Found(after - before, shift, each, is_longer(problem, arrays, shift, order, each))


def positions(order: list[int], stop: int) -> list[list[int]]:
    """A stop anywhere on a route."""
    return [[*order[:at], stop, *order[at:]] for at in range(len(order) + 1)]


def stocked(arrays: Arrays, shift: int, order: list[int], job: int) -> Iterator[list[int]]:
    """A job anywhere on a route, and a stop for stock anywhere before it, if the shift may make one more."""
    if order.count(arrays.stock) < arrays.shift[shift, STOCK_VISITS]:
        for at in range(len(order) + 1):
            yield from ([*each, job, *order[at:]] for each in positions(order[:at], arrays.stock))


def is_longer(problem: solver.Problem, arrays: Arrays, shift: int, order: list[int], after: list[int]) -> bool:
    """Whether a stop more makes a route longer, which is no matter of course: roads are odd, and waiting may become needless."""
    if all(stop >= arrays.n_jobs for stop in order):
        return True
    one, other = (timed(problem, shift, stops_of(arrays, shift, each)) for each in (order, after))
    seconds = [worked(problem, each).end - worked(problem, each).start for each in (one, other)]
    starts = [{visit.stop: visit.start for visit in each.visits} for each in (one, other)]
    later = all(starts[1].get(stop, start) >= start for stop, start in starts[0].items())
    return later and one.distance <= other.distance and seconds[0] <= seconds[1]


def settled(arrays: Arrays, shift: int, order: list[int]) -> list[int]:
    """Each stop that is no job moved to where the route costs least, by index, one after the other."""
    for at in range(len(order)):
        if order[at] >= arrays.n_jobs:
            rest = [*order[:at], *order[at + 1 :]]
            moved = [[*rest[:to], order[at], *rest[to:]] for to in range(len(order))]
            prices = {to: price(arrays, shift, each) for to, each in enumerate(moved)}
            allowed = [to for to in prices if prices[to] != ILLEGAL or to == at]
            order = moved[min(allowed, key=lambda to: (prices[to], to != at, to))]
    return order


def without_needless_stock(arrays: Arrays, shift: int, order: list[int]) -> list[int]:
    """Without the stops for stock that a route is legal and no dearer without, the last one first."""
    for at in range(len(order) - 1, -1, -1):
        if order[at] == arrays.stock:
            rest = [*order[:at], *order[at + 1 :]]
            alone, whole = price(arrays, shift, rest), price(arrays, shift, order)
            if alone != ILLEGAL and (whole == ILLEGAL or alone <= whole):
                order = rest
    return order


def cut(arrays: Arrays, order: list[int], first: int, hole: int, kept: int, end: int) -> list[int]:
    """Without the jobs `first … end-1`, counted without other stops, but for `kept` of them from `hole` on."""
    jobs = [stop for stop in order if stop < arrays.n_jobs]
    gone = [*jobs[first:hole], *jobs[hole + kept : end]]
    return [stop for stop in order if stop not in gone]


# ---------------------------------------------------------------- chance


def splitmix(state: int) -> tuple[int, int]:
    """State and number after one draw of SplitMix64, in integers without end."""
    whole = 2**64
    state = (state + 0x9E3779B97F4A7C15) % whole
    z = state
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % whole
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % whole
    return state, z ^ (z >> 31)
