"""A problem as one named tuple of flat arrays: what the kernels read. The index spaces are defined here and nowhere else.

======== ================================================================================================
job      `0 … n_jobs-1`: row of the job in the problem
shift    `0 … n_shifts-1`: row of the shift
row      class of shifts that treat every job alike: same skills, pace, tools …; `Arrays.shift[shift, ROW]`
place    index into the travel matrices; `-1`: none (open end, break without a place), to and from which no time passes
stop     one number per thing on a route: a job is its row; the breaks of all shifts follow, shift by shift, at
         `n_jobs + pause`; the last number, `Arrays.stock`, is a stop at the stock point of the shift
column   position in a packed row, named by the constants below
======== ================================================================================================
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.eligibility import relate
from solver.evaluation import openings_of, whole_order
from solver.moving import is_limited
from solver.plan import Plan, Stop, StopKind
from solver.problem import FOREVER, Departure, Job, Problem, Shift
from solver.ties import Ties, prices_of, ties_of
from solver.together import linked_rows

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

# columns of `Arrays.job`; its windows are the rows WINDOWS … WINDOWS_END-1 of `Arrays.window`
PLACE, DUE, LATE_FIXED, LATE_RATE, RELEASE, URGENCY, UNSERVED, RANK, SUPPLY, LINKED, WINDOWS, WINDOWS_END = range(12)
# columns of `Arrays.shift`
START, END, LATEST, START_PLACE, END_PLACE, FIRST_OUT, LAST_OUT, MAX_JOBS, MAX_LEG, MAX_TRAVEL, MAX_DURATION = range(11)
USE, SECOND, METRE, PER_JOB, PAID_WHOLE, STOCK_PLACE, STOCK_TIME, STOCK_VISITS, KIND, ROW = range(11, 21)
MODE, PAUSES, PAUSES_END, TIERS, TIERS_END = range(21, 26)
# columns of `Arrays.pair`
SERVICE, SETUP, ASSIGN, TOOLS = range(4)
# columns of `Arrays.window`, `Arrays.pause`, `Arrays.tier` and `Arrays.van`
OPEN, CLOSE, FINISH_BY = range(3)
PAUSE_OPEN, PAUSE_CLOSE, PAUSE_TIME, PAUSE_PLACE = range(4)
AFTER, RATE = range(2)
ON_VAN, REFILL = range(2)
# columns of `Arrays.knot`
KNOT_AT, KNOT_BAND = range(2)
# columns of `Arrays.soft`: of the end of the job if OF_END, else of its start; OR: the row before is an alternative
SOFT_OPEN, SOFT_CLOSE, OUTSIDE, SOFT_EARLY, SOFT_LATE, MOST_LATE, OF_END, OR = range(8)
# columns of `Arrays.current`; a job that is not in the plan in force has technician -1, one without a promise is told any time
WHO, NOT_BEFORE, NOT_AFTER, TOLD_OPEN, TOLD_CLOSE = range(5)

NEIGHBOURS = 100
"""Nearest jobs kept per job: ruins spread along them, and on large days insertions look only at their routes."""


LOOKED_AT = 400
"""Nearest jobs by the drive among which the nearest in time are looked for first."""

TICK = 900
"""Seconds for each of which `Arrays.clock` has a knot."""

TILE = 256
"""Rows and columns of a part of a matrix that fits the cache of a processor."""


class Arrays(NamedTuple):
    """A problem, flat. Shapes in brackets; P parts, W windows, B breaks, T overtime tiers, N places."""

    n_jobs: int
    n_shifts: int
    stock: int  #: the stop that means the stock point
    keep_end: bool  #: the departure rule
    plain: bool  #: no rule or price needs a simulation: insertions cost O(1)
    clocked: bool  #: the time of a route has a price or a limit
    by_time: bool  #: some price depends on when a job starts or ends
    coupled: bool  #: routes depend on each other, as `ties` says
    worst_rate: int  #: price per second of the largest lateness
    traffic: bool  #: drives depend on when they begin, or on how the technician moves: `leg` has the least of each
    snap: int  #: seconds from one instant at which jobs may start to the next
    snap_from: int  #: one of those instants
    leg: Small  #: (N + 1, N + 1, 2) seconds and metres from, to; the last row and column, place -1, are no drive
    back: Small  #: the same to, from: the drives to one place lie together
    drive: Small  #: (ways of moving, N + 1, N + 1, bands + 1) seconds in each band, and metres; (0, 0, 0, 0) without traffic
    knot: Ints  #: (knots, 2) instants at which drives take what a band says, ascending
    clock: Ints  #: (ticks) the knot at or before the start of each tick from the first knot on
    job: Ints  #: (n_jobs, 12)
    shift: Ints  #: (n_shifts, 26)
    pair: Ints  #: (rows, n_jobs, 4) seconds of service and set-up, price (-1: may not be), 1 if a tool has to be fetched first
    window: Ints  #: (W, 3)
    pause: Ints  #: (B, 4)
    tier: Ints  #: (T, 2)
    parts: Ints  #: (n_jobs, P) used by each job
    van: Ints  #: (n_shifts, P, 2) on board at the start, and after a stock stop
    near: Ints  #: (n_jobs, up to NEIGHBOURS) other jobs, nearest first
    order: Floats  #: (ways, n_jobs) keys by which removed jobs are put back, ascending; the first way is random
    soft: (
        Ints  #: (S, 8) windows outside of which a job's start or end has a price; those of a job are `soft_of[j] … soft_of[j + 1]`
    )
    soft_of: Ints  #: (n_jobs + 1)
    current: Ints  #: (n_jobs, 5) the plan in force
    worker: Ints  #: (n_shifts) row of the technician
    most: Ints  #: (2) visits that may be moved, and told customers
    eased: bool  #: some price may fall if a job starts later
    limited: bool  #: the moves of a plan are limited
    ties: Ties


def build(problem: Problem, *, search: bool = True) -> Arrays:
    """The arrays of a problem; O(places²) memory, and time besides the eligibility of distinct kinds of job and shift.

    Without `search` what only a search reads is left empty: who is near whom, and the orders of putting jobs back.
    """
    jobs, shifts = problem.jobs, problem.shifts
    relation = relate(problem)
    windows = [[list(opening) for opening in openings_of(job)] or [_NEVER] for job in jobs]
    pauses = [pause for shift in shifts for pause in shift.breaks]
    legs = _legs(problem)
    turned = _turned(legs)
    linked, prices = linked_rows(problem), prices_of(problem)
    packed = [_pack_job(job, price, row in linked) for row, (job, price) in enumerate(zip(jobs, prices, strict=True))]
    packed_jobs = _pack(10, packed, _spans(windows))
    soft = [_soft(job) for job in jobs]
    names = {technician.id: row for row, technician in enumerate(problem.technicians)}
    pieces = [piece for each in soft for piece in each]
    return Arrays(
        n_jobs=len(jobs),
        n_shifts=len(shifts),
        stock=len(jobs) + len(pauses),
        keep_end=problem.departure is Departure.KEEP_END,
        plain=_is_plain(problem) and not problem.coupled,
        clocked=any(shift.price_second or shift.max_duration is not None for shift in shifts),
        by_time=bool(pieces) or any(job.late_fixed or job.late_rate or job.urgency for job in jobs),
        coupled=problem.coupled,
        worst_rate=problem.worst_late_rate,
        traffic=problem.travel.traffic is not None,
        snap=problem.snap,
        snap_from=problem.snap_from,
        leg=legs,
        back=turned,
        drive=_drives(problem),
        knot=_pack(2, _knots(problem)),
        clock=_clock(problem),
        job=packed_jobs,
        shift=_pack(
            22, _pack_shifts(problem, relation.row), _spans([s.breaks for s in shifts]), _spans([s.overtime for s in shifts])
        ),
        pair=relation.pair,
        window=_pack(3, [window for each in windows for window in each]),
        pause=_pack(4, [[p.open, p.close, p.duration, -1 if p.place is None else p.place] for p in pauses]),
        tier=_pack(2, [[tier.after, tier.rate] for shift in shifts for tier in shift.overtime]),
        parts=_parts(problem),
        van=_vans(problem),
        near=_neighbours(problem, packed_jobs[:, PLACE], legs, turned) if search else np.zeros((len(jobs), 0), np.int64),
        order=_orders(problem, relation.pair[:, :, ASSIGN], legs, packed_jobs[:, UNSERVED]) if search else np.zeros((0, len(jobs))),
        soft=_pack(8, pieces),
        soft_of=np.array([0, *accumulate(len(each) for each in soft)], np.int64),
        current=_pack(5, [_current(job, names) for job in jobs]),
        worker=np.array([shift.technician for shift in shifts], np.int64),
        most=np.array([FOREVER if each is None else each for each in (problem.max_moves, problem.max_told_moves)], np.int64),
        eased=any(piece[SOFT_EARLY] or piece[OUTSIDE] for piece in pieces),
        limited=is_limited(problem),
        ties=ties_of(problem, relation.pair[:, :, SERVICE].min(axis=0, initial=FOREVER)),
    )


def stops_of(arrays: Arrays, shift: int, numbers: Sequence[int]) -> list[Stop]:
    """The stops of a route, from the numbers that the kernels use."""
    first = arrays.n_jobs + int(arrays.shift[shift, PAUSES])
    return [_stop(arrays, first, int(number)) for number in numbers]


def numbers_of(problem: Problem, arrays: Arrays, plan: Plan) -> dict[int, list[int]]:
    """Per used shift the numbers of its stops, with the breaks held off the route."""
    return {route.shift: [_number(arrays, route.shift, stop) for stop in whole_order(problem, route)] for route in plan.routes}


def _stop(arrays: Arrays, first_pause: int, number: int) -> Stop:
    if number < arrays.n_jobs:
        return Stop(StopKind.JOB, number)
    return Stop(StopKind.STOCK) if number == arrays.stock else Stop(StopKind.BREAK, number - first_pause)


def _number(arrays: Arrays, shift: int, stop: Stop) -> int:
    match stop.kind:
        case StopKind.JOB:
            return stop.row
        case StopKind.BREAK:
            return arrays.n_jobs + int(arrays.shift[shift, PAUSES]) + stop.row
    return arrays.stock


_NEVER = [FOREVER, -FOREVER, FOREVER]


def _is_plain(problem: Problem) -> bool:
    jobs = all(
        len(job.windows) <= 1
        and not any(window.finish for window in job.windows)
        and not (job.setup or job.late_fixed or job.late_rate or job.urgency or _soft(job))
        and not (job.pin and job.pin.rank is not None)
        for job in problem.jobs
    )
    return (jobs and not problem.bent and not is_limited(problem)) and not any(
        shift.breaks
        or shift.overtime
        or shift.first_drive_outside
        or shift.last_drive_outside
        or shift.max_travel is not None
        or shift.paid_whole
        or (shift.stock and (shift.stock.refill is not None or shift.stock.visits > 1))
        for shift in problem.shifts
    )


def _pack_job(job: Job, unserved: int, linked: bool) -> list[int]:
    rank = -1 if job.pin is None or job.pin.rank is None else job.pin.rank
    supply = int(bool(job.tools) or any(job.parts.values()))
    return [job.place, job.due, job.late_fixed, job.late_rate, job.release, job.urgency, unserved, rank, supply, linked]


def _soft(job: Job) -> list[list[int]]:
    """The rows of `Arrays.soft` of a job."""
    rows: list[list[int]] = []
    if job.promise and (job.promise.fixed or job.promise.rate):
        told = job.promise
        rows.append([told.open, told.close, told.fixed, told.rate, told.rate, FOREVER, 0, 0])
    if job.current and job.current.rate:
        was = job.current
        rows.append([was.start - was.tolerance, was.start + was.tolerance, 0, was.rate, was.rate, FOREVER, 0, 0])
    if job.slack and job.slack_rate:
        rows.append([-FOREVER, job.due - job.slack, 0, 0, job.slack_rate, job.slack, 1, 0])
    rows += [[each.open, each.close, 0, each.early, each.late, FOREVER, 0, n > 0] for n, each in enumerate(job.preferred_windows)]
    return rows


def _current(job: Job, names: Mapping[str, int]) -> list[int]:
    """The row of `Arrays.current` of a job."""
    was, told = job.current, job.promise
    if was is None:
        return [-1, 0, 0, 0, 0]
    window = (told.open, told.close) if told else (-FOREVER, FOREVER)
    return [names.get(was.technician, len(names)), was.start - was.tolerance, was.start + was.tolerance, *window]


def _pack_shifts(problem: Problem, rows: Sequence[int]) -> list[list[int]]:
    kinds: dict[object, int] = {}
    apart = bool(problem.groups) or any(shift.crew for shift in problem.shifts)
    pairs = zip(problem.shifts, rows, strict=True)
    return [
        [*_pack_shift(shift), kinds.setdefault(_likeness(shift, row, apart), len(kinds)), row, shift.mode] for shift, row in pairs
    ]


def _likeness(shift: Shift, row: int, apart: bool) -> object:
    """Equal for shifts that are the same to an optimizer: of those that are empty, one is enough to look at.

    Technicians are told `apart` where it matters who they are.
    """
    fields = {name: getattr(shift, name) for name in Shift.__slots__ if name not in ("technician", "parts", "stock")}
    stock = shift.stock and (shift.stock.place, shift.stock.duration, shift.stock.visits, str(shift.stock.refill))
    return tuple(fields.values()), tuple(sorted(shift.parts.items())), stock, row, shift.technician if apart else 0


def _pack_shift(shift: Shift) -> list[int]:
    stock = shift.stock
    return [
        shift.start,
        shift.end,
        shift.latest,
        shift.start_place,
        -1 if shift.end_place is None else shift.end_place,
        shift.first_drive_outside,
        shift.last_drive_outside,
        FOREVER if shift.max_jobs is None else shift.max_jobs,
        shift.max_leg,
        FOREVER if shift.max_travel is None else shift.max_travel,
        FOREVER if shift.max_duration is None else shift.max_duration,
        shift.price_use,
        shift.price_second,
        shift.price_metre,
        shift.price_job,
        shift.paid_whole,
        stock.place if stock else -1,
        stock.duration if stock else 0,
        stock.visits if stock else 0,
    ]


def _legs(problem: Problem) -> Small:
    travel, places = problem.travel, range(problem.travel.places)
    legs = np.zeros((travel.places + 1, travel.places + 1, 2), np.int32)
    if travel.ledger is None:
        legs[:-1, :-1, 0], legs[:-1, :-1, 1] = travel.durations, travel.distances
        return legs
    for first in range(0, travel.places, TILE):
        rows = places[first : first + TILE]
        legs[rows.start : rows.stop, :-1, 0], legs[rows.start : rows.stop, :-1, 1] = travel.rectangle(rows, places)
    return legs


def _drives(problem: Problem) -> Small:
    """What `Arrays.drive` says."""
    traffic = problem.travel.traffic
    if traffic is None:
        return np.zeros((0, 0, 0, 0), np.int32)
    bands, places = traffic.modes[0].durations.shape[:2]
    drives = np.zeros((len(traffic.modes), places + 1, places + 1, bands + 1), np.int32)
    for mode, table in zip(drives, traffic.modes, strict=True):
        mode[:-1, :-1, :-1], mode[:-1, :-1, -1] = table.durations.transpose(1, 2, 0), table.distances
    return drives


def _knots(problem: Problem) -> list[list[int]]:
    return [[*knot] for knot in problem.travel.traffic.knots] if problem.travel.traffic else []


def _clock(problem: Problem) -> Ints:
    """What `Arrays.clock` says."""
    instants = np.array([at for at, _ in _knots(problem)], np.int64)
    if not instants.size:
        return instants
    ticks = np.arange(instants[0], instants[-1] + 1, TICK)
    return np.searchsorted(instants, ticks, side="right").astype(np.int64) - 1


def _turned(legs: Small) -> Small:
    return legs if _is_symmetric(legs) else np.ascontiguousarray(legs.transpose(1, 0, 2))


def _is_symmetric(legs: Small) -> bool:
    """Whether every drive takes as long to and fro, seen by tiles that stay in the cache."""
    edges = range(0, len(legs), TILE)
    tiles = ((slice(a, a + TILE), slice(b, b + TILE)) for a in edges for b in edges if a <= b)
    return all(np.array_equal(legs[rows, columns], legs[columns, rows].transpose(1, 0, 2)) for rows, columns in tiles)


def _refill(shift: Shift, kind: str) -> int:
    if shift.stock is None or shift.stock.refill is None:
        return FOREVER
    return shift.stock.refill.get(kind, 0)


def _neighbours(problem: Problem, places: Ints, legs: Small, turned: Small) -> Ints:
    """Per job the others by the time from one to the other, driving and a fifth of the waiting that windows force.

    That time is no less than the drive: it is worked out for jobs within a drive first, and for all if others may be nearer.
    `turned`: the drives to a place; the same array if they are those from it.
    """
    n = len(places)
    keep = min(n - 1, NEIGHBOURS) if n else 0
    near = np.zeros((n, max(keep, 0)), np.int64)
    reach = np.array([_reach(job) for job in problem.jobs], np.float64).reshape(n, 3)
    everybody = np.arange(n)
    for j in range(n if keep else 0):
        there = legs[places[j], :, 0][places]
        back = there if turned is legs else turned[places[j], :, 0][places]
        drive = np.minimum(there, back)
        radius = _radius(drive)
        within = np.flatnonzero(drive <= radius)
        found, farthest = _nearest(reach, within, j, there[within], back[within], keep)
        near[j] = found if farthest <= radius else _nearest(reach, everybody, j, there, back, keep)[0]
    return near


def _nearest(reach: Floats, among: Ints, j: int, there: Small, back: Small, keep: int) -> tuple[Ints, float]:
    """The `keep` jobs nearest to one of them, ties by row, and how far the last one is; too far if there are not so many."""
    if len(among) <= keep:
        return among, np.inf
    apart = _apart(reach[j], reach[among], there, back)
    apart[np.searchsorted(among, j)] = np.inf
    farthest = np.partition(apart, keep - 1)[keep - 1]
    chosen = np.flatnonzero(apart <= farthest)
    return among[chosen[np.argsort(apart[chosen], kind="stable")[:keep]]], float(farthest)


def _radius(drive: Small) -> int:
    """A drive within which about `LOOKED_AT` jobs are, by a look at some of them."""
    step = max(1, len(drive) // 500)
    some = drive[::step]
    at = min(len(some) - 1, LOOKED_AT // step)
    return int(np.partition(some, at)[at])


def _reach(job: Job) -> tuple[int, int, int]:
    """First opening, last closing, and duration."""
    openings = openings_of(job)
    return (openings[0].open, openings[-1].close, job.duration) if openings else (0, 0, job.duration)


def _apart(one: Floats, others: Floats, there: Small, back: Small) -> Floats:
    """How far a job is from others, in either order: never less than the drive."""
    opens, closes, lasts = others.T
    left, leaves = closes + lasts, opens + lasts
    after = there + 0.2 * np.maximum(0, opens - there - (one[2] + one[1])) + np.maximum(0, there - closes + (one[0] + one[2]))
    before = back + 0.2 * np.maximum(0, one[0] - back - left) + np.maximum(0, leaves + back - one[1])
    apart: Floats = np.minimum(after, before)
    return apart


def _orders(problem: Problem, assign: Ints, legs: Small, prices: Ints) -> Floats:
    """Keys for putting removed jobs back, smallest first: random, scarce, long, far, near, short windows, early, closing, dear."""
    n = len(problem.jobs)
    starts = sorted({shift.start_place for shift in problem.shifts}) or [0]
    places = [job.place for job in problem.jobs]
    far = legs[np.ix_(starts, places)][:, :, 0].min(axis=0).astype(np.float64) if n else np.zeros(0)
    windows = [openings_of(job) for job in problem.jobs]
    opens = np.array([each[0].open if each else 0 for each in windows], np.float64)
    closes = np.array([each[-1].close if each else 0 for each in windows], np.float64)
    lengths = np.array([sum(w.close - w.open for w in each) for each in windows], np.float64)
    scarce = (assign >= 0).sum(axis=0).astype(np.float64)
    long = np.array([-job.duration - sum(job.parts.values()) for job in problem.jobs], np.float64)
    dear = -prices.astype(np.float64)
    return np.stack([np.zeros(n), scarce, long, -far, far, lengths, opens, closes, dear])


def _parts(problem: Problem) -> Ints:
    kinds = _part_kinds(problem)
    return _pack(len(kinds), [[job.parts.get(kind, 0) for kind in kinds] for job in problem.jobs])


def _vans(problem: Problem) -> Ints:
    kinds = _part_kinds(problem)
    rows = [[[shift.parts.get(kind, 0), _refill(shift, kind)] for kind in kinds] for shift in problem.shifts]
    return np.array(rows, np.int64).reshape(len(rows), len(kinds), 2)


def _part_kinds(problem: Problem) -> list[str]:
    return sorted({part for job in problem.jobs for part in job.parts})


def _spans(groups: Sequence[Sequence[object]]) -> list[list[int]]:
    """First row and end of each group, if their members are laid one after the other."""
    ends = list(accumulate(len(group) for group in groups))
    return [[end - len(group), end] for group, end in zip(groups, ends, strict=True)]


def _pack(width: int, rows: Sequence[Sequence[int]], *more: Sequence[Sequence[int]]) -> Ints:
    """The rows as a matrix, the rows of `more` appended to them; `width` counts for `rows`."""
    parts = [np.array(each, np.int64).reshape(len(each), width if each is rows else 2) for each in (rows, *more)]
    return np.hstack(parts)
