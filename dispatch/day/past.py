"""What has happened, laid out so that a plan around it is legal whatever it was.

The past keeps no rules: somebody drove faster than the map says, began before the window, worked through the break, or pressed all
buttons in the evening. A plan with such a visit would be refused. So what has happened asks for nothing (no skill, no window),
drives between facts take no longer than there was time, and the limits of the shift are at least what it has used up already: any
part of a shift's facts, in their order, is a legal route: so a search can take them out and put them back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import solver
from dispatch.day.units import since
from dispatch.wire.model import Day

_LONGEST = 86_400
"""Seconds of the longest drive that a map can know."""

NOTHING_YET = -solver.FOREVER
"""The `now` of a day that is all still to come."""


class Held(NamedTuple):
    """A job that was served, or is being: from start to end, and its row among the jobs."""

    start: int
    end: int
    row: int


@dataclass(frozen=True)
class Past:
    """What is past of a day, in seconds from its origin.

    Attributes
    ----------
    now : the moment at which it is planned
    shifts : the facts of a shift (technician and number), ascending, none longer than until the next one starts
    """

    now: int
    shifts: Mapping[tuple[str, int], tuple[Held, ...]]

    @property
    def technicians(self) -> frozenset[str]:
        """Who has done something."""
        return frozenset(name for name, _ in self.shifts)

    def of(self, job: int, shift: tuple[str, int]) -> Held:
        """The fact of a job that has one."""
        return next(held for held in self.shifts[shift] if held.row == job)


def past_of(day: Day) -> Past:
    """What is past of a day."""
    origin = day.horizon.start
    shifts: dict[tuple[str, int], list[Held]] = defaultdict(list)
    for row, job in enumerate(day.jobs):
        if job.fact is not None:
            held = Held(since(origin, job.fact.start), since(origin, job.fact.end), row)
            shifts[job.fact.technician, job.fact.shift].append(held)
    now = NOTHING_YET if day.now is None else since(origin, day.now)
    return Past(now, {shift: _in_turn(sorted(facts)) for shift, facts in shifts.items()})


def _in_turn(facts: Sequence[Held]) -> tuple[Held, ...]:
    """Facts that end before the next one starts."""
    starts = [*(held.start for held in facts[1:]), solver.FOREVER]
    return tuple(held._replace(end=min(held.end, start)) for held, start in zip(facts, starts, strict=True))


def fitted(problem: solver.Problem, facts: Mapping[int, Sequence[Held]]) -> solver.Problem:
    """The problem in which the facts of each shift, by its row, are a legal route, and so is every part of them.

    But for breaks and the limits of drives and duration, which are only as wide as the whole asks for.
    """
    if not facts:
        return problem
    problem = _with_places_of_their_own(problem, facts)
    shorter: dict[tuple[int, int], tuple[int, int]] = {}
    shifts = list(problem.shifts)
    for row, held in facts.items():
        shifts[row] = _begun(problem, row, held)
        for drive in _drives(problem, shifts[row], held):
            if problem.travel.longest(shifts[row].mode, drive.here, drive.there) > drive.time:
                _shorten(shorter, problem.travel, drive)
    problem = replace(problem, shifts=tuple(shifts), travel=problem.travel.clipped(shorter))
    return replace(problem, shifts=tuple(_widened(problem, row, facts.get(row, ())) for row in range(len(shifts))))


# ---------------------------------------------------------------- drives


class Drive(NamedTuple):
    """A drive that somebody has made: between places, in so many seconds at the most."""

    here: int
    there: int
    time: int


def _drives(problem: solver.Problem, shift: solver.Shift, facts: Sequence[Held]) -> Iterator[Drive]:
    """The drives from the start and from every fact to all later ones, and one home from the last, for which there is time."""
    places = [problem.jobs[held.row].place for held in facts]
    for there, held in zip(places, facts, strict=True):
        yield Drive(shift.start_place, there, held.start - shift.start)
    for one, other in combinations(range(len(facts)), 2):
        yield Drive(places[one], places[other], facts[other].start - facts[one].end)
    if shift.end_place is not None:
        yield Drive(places[-1], shift.end_place, solver.UNREACHABLE - 1)


def _shorten(shorter: dict[tuple[int, int], tuple[int, int]], travel: solver.Travel, drive: Drive) -> None:
    """Let a drive take no longer than there was time for; where the map knows no way at all, none."""
    leg = drive.here, drive.there
    time = 0 if travel.durations[leg] >= solver.UNREACHABLE else drive.time
    shorter[leg] = 0, min(time, shorter.get(leg, (0, time))[1])


def _with_places_of_their_own(problem: solver.Problem, facts: Mapping[int, Sequence[Held]]) -> solver.Problem:
    """The problem in which nobody else goes to the place of a fact whose drives are not those of the map.

    Such a place has the drives of the real one, but none from the stock point of the shift: nothing is fetched in the past. If
    there is a stock point, the start of the shift is such a place, too.
    """
    jobs, shifts = list(problem.jobs), list(problem.shifts)
    copies: list[int] = []
    cut_off: list[tuple[int, int]] = []
    for row, held in facts.items():
        shift = shifts[row]
        for each in _off_the_map(problem, row, held):
            copies.append(jobs[each.row].place)
            jobs[each.row] = replace(jobs[each.row], place=problem.travel.places + len(copies) - 1)
            cut_off += [(shift.stock.place, jobs[each.row].place)] if shift.stock else []
        if shift.stock:
            copies.append(shift.start_place)
            shifts[row] = replace(shift, start_place=problem.travel.places + len(copies) - 1)
    travel = problem.travel.block([*range(problem.travel.places), *copies])
    travel = travel.clipped(dict.fromkeys(cut_off, (solver.UNREACHABLE, solver.UNREACHABLE)))
    return replace(problem, jobs=tuple(jobs), shifts=tuple(shifts), travel=travel)


def _off_the_map(problem: solver.Problem, row: int, facts: Sequence[Held]) -> Sequence[Held]:
    """The facts of a shift one of whose drives is longer on the map than there was time; all of them if there is a stock point."""
    if problem.shifts[row].stock is not None:
        return facts
    shift = _begun(problem, row, facts)
    drives = list(_drives(problem, shift, facts))
    ends = {each for drive in drives for each in drive[:2] if problem.travel.longest(shift.mode, *drive[:2]) > drive.time}
    return [held for held in facts if problem.jobs[held.row].place in ends]


def _begun(problem: solver.Problem, row: int, facts: Sequence[Held]) -> solver.Shift:
    """The shift that began when its technician must have left for the first fact."""
    shift = problem.shifts[row]
    first = problem.travel.longest(shift.mode, shift.start_place, problem.jobs[facts[0].row].place)
    drive = 0 if shift.first_drive_outside or first >= solver.UNREACHABLE else first
    start = facts[0].start - drive
    return replace(shift, start=start, end=max(shift.end, start), hard_end=max(shift.latest, start))


# ---------------------------------------------------------------- limits


def _widened(problem: solver.Problem, row: int, facts: Sequence[Held]) -> solver.Shift:
    """The shift with limits, van and breaks that allow for its facts."""
    shift = problem.shifts[row]
    if not facts:
        return shift
    shift = replace(shift, breaks=_breaks_that_can_be_held(problem, shift, facts[-1]))
    used: Counter[str] = Counter()
    for held in facts:
        used.update(problem.jobs[held.row].parts)
    stops = [solver.Stop(solver.StopKind.JOB, held.row) for held in facts]
    pauses = [solver.Stop(solver.StopKind.BREAK, number) for number in range(len(shift.breaks))]
    route = solver.timed(problem, row, [*stops, *pauses])
    legs = [problem.travel.longest(shift.mode, drive.here, drive.there) for drive in _drives(problem, shift, facts)]
    return replace(
        shift,
        hard_end=max(shift.latest, route.back, *(visit.end for visit in route.visits)),
        max_jobs=_at_least(shift.max_jobs, len(facts)),
        max_leg=max(shift.max_leg, *legs, *(visit.travel for visit in route.visits), route.travel_home),
        max_travel=_at_least(shift.max_travel, route.travel),
        max_duration=_at_least(shift.max_duration, route.back - route.depart),
        parts={part: max(shift.parts.get(part, 0), used[part]) for part in {*shift.parts, *used}},
    )


def _breaks_that_can_be_held(problem: solver.Problem, shift: solver.Shift, last: Held) -> tuple[solver.Break, ...]:
    """The breaks; those that the facts leave no time for may be held one after the other, here or at the end of the route."""
    here = problem.jobs[last.row].place
    longest = problem.travel.longest
    now = last.end + (0 if shift.end_place is None else longest(shift.mode, here, shift.end_place))
    held = []
    for pause in shift.breaks:
        there = here if pause.place is None else pause.place
        now, here = max(pause.open, now + min(longest(shift.mode, here, there), _LONGEST)), there
        held.append(replace(pause, close=max(pause.close, now)))
        now += pause.duration
    return tuple(held)


def _at_least(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(limit, used)
