"""What is to be planned: jobs, technicians, their shifts, the travel between places, and the rules for all of them.

Units, once and for the whole package: **times are integer seconds** since an origin of the caller's choice, **distances are
integer metres**, **money is integer micro-units** of one currency, **rates** are micro-units per second or metre. A *place* is an
index into the travel matrices; jobs with the same place are at the same site. A *row* or *index* is a position in one of the tuples
of `Problem`; an *id* is a string that means something to the caller.

Everything is frozen and validated once, on creation; change is `dataclasses.replace`.
"""

import copyreg
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from solver.coupling import FOREVER as FOREVER
from solver.coupling import Bundle, Group, Link, cycle_of
from solver.invalid import InvalidProblem as InvalidProblem
from solver.invalid import require as _require
from solver.soft import Current, Preference, Promise
from solver.traffic import UNREACHABLE as UNREACHABLE
from solver.travel import Travel as Travel

MANDATORY_PRICE = 10**15
"""What leaving out one mandatory job counts in a total: more than any sum of other prices (a thousand million in money)."""

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NOBODY: Mapping[str, tuple[int, ...]] = MappingProxyType({})


def frozen(content: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that cannot be changed."""
    return MappingProxyType(dict(content))


copyreg.pickle(MappingProxyType, lambda view: (frozen, (dict(view),)))
"""How such a mapping travels to another process: Python itself does not say."""


class Departure(StrEnum):
    """When a shift leaves its start place, given that every visit then starts as early as it can."""

    KEEP_STARTS = "keep_starts"  #: as late as possible without moving any start: waiting can be avoided before the first visit only
    KEEP_END = "keep_end"  #: as late as possible without moving the end: the route gets as short as it can be


@dataclass(frozen=True, slots=True)
class Window:
    """When service may START, both ends inclusive; with `finish`, service must also END by `close`."""

    open: int
    close: int
    finish: bool = False


@dataclass(frozen=True, slots=True)
class Skill:
    """How well a technician holds a skill, and the last instant at which a shift may start with it."""

    level: int = 1
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Pin:
    """What the solver may not change about a job; a pinned job is mandatory.

    `shift`: row of the shift that serves it. `start`: the instant service starts. `rank`: its place in the order of the
    ranked jobs of its shift (ranks ascend along the route; jobs without a rank may stand between).
    """

    shift: int | None = None
    start: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work a customer needs at one place. Prices of zero and empty collections mean: no such wish."""

    id: str
    place: int
    duration: int
    setup: int = 0  #: for the first of consecutive jobs at one place; breaks without a place do not come between, other stops do
    windows: tuple[Window, ...] = ()  #: disjoint, ascending; empty: any time
    due: int = FOREVER  #: service should END by then
    late_fixed: int = 0  #: price of ending after `due`
    late_rate: int = 0  #: micro-units per second of ending after `due`
    release: int = 0  #: where urgency starts to count
    urgency: int = 0  #: micro-units per second from `release` to the start of service
    unserved: int | None = None  #: price of leaving it out; None: mandatory
    skills: Mapping[str, int] = field(default_factory=lambda: _NOTHING)  #: level needed of each
    staff: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: _NOBODY)  #: how many of a crew at level 1, 2 … at least
    paces: tuple[int, ...] = (100,)  #: percent of `duration` and `setup` by levels above the need; the last one holds for more
    overqualified: int = 0  #: price per level above the need, summed over the skills needed
    tags: frozenset[str] = frozenset()  #: what the technician must have
    wishes: Mapping[str, int] = field(default_factory=lambda: _NOTHING)  #: tag or skill -> price if the technician has it not
    required: frozenset[str] = frozenset()  #: technicians of whom it must be one; empty: anyone
    excluded: frozenset[str] = frozenset()  #: technicians of whom it must be none
    preferred: tuple[str, ...] = ()  #: technicians, the dearest first
    preference: int = 0  #: price per rank: the first of `preferred` costs nothing, the next one, who is not in it the length of it
    parts: Mapping[str, int] = field(default_factory=lambda: _NOTHING)  #: used up by the job
    tools: frozenset[str] = frozenset()  #: needed, and kept
    pin: Pin | None = None
    promise: Promise | None = None
    preferred_windows: tuple[Preference, ...] = ()
    slack: int = 0  #: seconds before `due` by which service had better END
    slack_rate: int = 0  #: micro-units per second of slack that is missing; being late has its own price
    current: Current | None = None

    @property
    def mandatory(self) -> bool:
        return self.unserved is None or self.pin is not None

    @property
    def price_unserved(self) -> int:
        """What leaving the job out adds to a total."""
        return self.dropped + (MANDATORY_PRICE if self.mandatory or self.unserved is None else self.unserved)

    @property
    def dropped(self) -> int:
        """What leaving the job out adds because it is in the plan in force."""
        return self.current.dropped if self.current else 0


@dataclass(frozen=True, slots=True)
class Technician:
    """A person with skills; works the shifts that name it."""

    id: str
    skills: Mapping[str, Skill] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    pace: int = 100  #: percent of a job's duration and set-up that this technician takes


@dataclass(frozen=True, slots=True)
class Break:
    """Time without work, starting in `[open, close]`; open = close for a fixed one, a `place` for an appointment elsewhere.

    A break without a place is held where the technician then is. Held before the departure or after the return it is the
    technician's own time and no part of the route. Nothing interrupts a service or, but for a break at a place, a drive.
    """

    open: int
    close: int
    duration: int
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """From `after` seconds of overtime on, each second costs `rate` on top of the hourly price."""

    after: int
    rate: int


@dataclass(frozen=True, slots=True)
class Stock:
    """A place that hands out every tool and refills the van with parts."""

    place: int
    duration: int = 0
    visits: int = 1  #: at most so many stops on a route
    refill: Mapping[str, int] | None = None  #: parts on the van after a stop; None: as many as the rest of the route needs


@dataclass(frozen=True, slots=True)
class Shift:
    """One technician's working time on one day, or that of a crew that travels together: what the solver plans.

    The skills of a crew count together: of each the highest level that any member holds. Every member needs the tags; one of them
    is enough where technicians are required, and too many where they are excluded. Pace and preference are those of `technician`.
    """

    technician: int  #: row of the technician
    start: int
    end: int  #: overtime begins
    start_place: int
    end_place: int | None  #: None: the route ends where its last visit does
    hard_end: int | None = None  #: nothing is later; None: `end`
    first_drive_outside: bool = False  #: the drive to the first stop may begin before `start`, unpaid
    last_drive_outside: bool = False  #: the drive from the last stop may end after the end, unpaid
    overtime: tuple[Tier, ...] = ()  #: ascending
    breaks: tuple[Break, ...] = ()  #: in the order they are held
    max_jobs: int | None = None
    max_leg: int = UNREACHABLE - 1  #: seconds of one drive
    max_travel: int | None = None  #: seconds of all drives
    max_duration: int | None = None  #: seconds worked: departure to return, less drives outside the shift
    price_use: int = 0
    price_second: int = 0  #: per second worked: departure to return, less drives outside the shift
    price_metre: int = 0
    price_job: int = 0
    paid_whole: bool = False  #: once used, paid from `start` to `end` at least, whatever is worked
    parts: Mapping[str, int] = field(default_factory=lambda: _NOTHING)  #: on the van at the start
    tools: frozenset[str] = frozenset()  #: on the van
    tags: frozenset[str] = frozenset()  #: what jobs may ask for that this shift has, besides what its technicians have
    stock: Stock | None = None
    mode: int = 0  #: how the technician moves: row of `Traffic.modes`
    crew: tuple[int, ...] = ()  #: rows of further technicians on the same route; nobody works in two shifts that overlap
    day: int = 0  #: for what asks for the same day

    @property
    def latest(self) -> int:
        """The hard end of the shift."""
        return self.end if self.hard_end is None else self.hard_end


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Everything a solve needs. Raises `InvalidProblem` when a part contradicts another."""

    jobs: tuple[Job, ...]
    technicians: tuple[Technician, ...]
    shifts: tuple[Shift, ...]
    travel: Travel
    departure: Departure = Departure.KEEP_STARTS
    links: tuple[Link, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    groups: tuple[Group, ...] = ()
    worst_late_rate: int = 0  #: micro-units per second of the largest lateness of the plan
    snap: int = 1  #: jobs start at `snap_from` and so many seconds later, as often as wanted; those with an exact time start then
    snap_from: int = 0
    max_moves: int | None = None  #: visits of the plan in force that may be moved, or left out
    max_told_moves: int | None = None  #: of those with a promise that is not kept any more

    def __post_init__(self) -> None:
        _distinct("job", (job.id for job in self.jobs))
        _distinct("technician", (technician.id for technician in self.technicians))
        for technician in self.technicians:
            _require(technician.pace > 0, f"technician {technician.id}: pace {technician.pace} is not above zero")
        for job in self.jobs:
            self._validate_job(job)
        for row, shift in enumerate(self.shifts):
            self._validate_shift(f"shift {row}", shift)
        for name in ("max_moves", "max_told_moves"):
            _require((getattr(self, name) or 0) >= 0, f"{name}: {getattr(self, name)} is below zero")
        self._validate_links()
        self._validate_bundles()
        for group in self.groups:
            self._validate_rows("a group", group.rows)
            _require(0 <= (group.price or 0) <= MANDATORY_PRICE, f"a group: a price of {group.price} is out of range")
        _require(self.worst_late_rate >= 0, f"a price of {self.worst_late_rate} for the largest lateness")
        _require(self.snap > 0, f"starts every {self.snap} s")

    @property
    def coupled(self) -> bool:
        """Whether routes depend on each other."""
        return bool(self.links or self.bundles or self.groups or self.worst_late_rate or any(shift.crew for shift in self.shifts))

    @property
    def bent(self) -> bool:
        """Whether leaving a minute later may move what follows by more or less than that minute."""
        return self.snap > 1 or self.travel.traffic is not None

    def crew_of(self, shift: int) -> tuple[int, ...]:
        """Rows of the technicians of a shift, the one who leads it first."""
        return (self.shifts[shift].technician, *self.shifts[shift].crew)

    def rivals(self) -> tuple[tuple[int, int], ...]:
        """Pairs of overlapping shifts of which one is a crew's and that share a technician: one at most may be used."""
        crews = [row for row, shift in enumerate(self.shifts) if shift.crew]
        pairs = {(min(a, b), max(a, b)) for a in crews for b in range(len(self.shifts)) if a != b and self._clash(a, b)}
        return tuple(sorted(pairs))

    def _clash(self, a: int, b: int) -> bool:
        one, other = self.shifts[a], self.shifts[b]
        return one.start < other.latest and other.start < one.latest and not set(self.crew_of(a)).isdisjoint(self.crew_of(b))

    def _validate_links(self) -> None:
        for link in self.links:
            self._validate_rows("a link", (link.before, link.after))
            subject = f"job {self.jobs[link.after].id}"
            _require(link.before != link.after, f"{subject}: is linked to itself")
            _require(link.low <= link.high, f"{subject}: a link of {link.low} s at least and {link.high} s at most")
            _require(all(a < b for a, b in pairwise(link.mornings)), f"{subject}: mornings out of order")
        cycle = cycle_of(self.links)
        _require(not cycle, f"jobs wait for each other: {' < '.join(self.jobs[row].id for row in cycle)}")

    def _validate_bundles(self) -> None:
        owner: dict[int, str] = {}
        _distinct("bundle", (bundle.id for bundle in self.bundles))
        for bundle in self.bundles:
            subject = f"bundle {bundle.id}"
            _require(all(bundle.alternatives) and bool(bundle.alternatives), f"{subject}: an alternative without a job")
            self._validate_rows(subject, bundle.rows)
            _require(all(len(set(each)) == len(each) for each in bundle.alternatives), f"{subject}: a job twice")
            _require(bundle.unserved is None or 0 <= bundle.unserved <= MANDATORY_PRICE, f"{subject}: a price of {bundle.unserved}")
            for row in bundle.rows:
                _require(row not in owner, f"{subject}: job {self.jobs[row].id} is in bundle {owner.get(row)}, too")
                owner[row] = bundle.id
                held = self.jobs[row].pin is None or all(row in each for each in bundle.alternatives)
                _require(held, f"{subject}: job {self.jobs[row].id} is pinned, but not in every alternative")

    def _validate_rows(self, subject: str, rows: Iterable[int]) -> None:
        for row in rows:
            _require(0 <= row < len(self.jobs), f"{subject}: unknown job {row}")

    def _validate_job(self, job: Job) -> None:
        subject = f"job {job.id}"
        self._validate_place(subject, job.place)
        _require(min(job.duration, job.setup) >= 0, f"{subject}: negative duration {min(job.duration, job.setup)}")
        for window in job.windows:
            _require(window.open <= window.close, f"{subject}: a window closes at {window.close}, before it opens at {window.open}")
        for one, other in pairwise(job.windows):
            _require(one.close < other.open, f"{subject}: windows overlap or are out of order at {other.open}")
        prices = [job.late_fixed, job.late_rate, job.urgency, job.unserved or 0, job.overqualified, job.preference]
        prices.extend(job.wishes.values())
        _require(
            all(0 <= price <= MANDATORY_PRICE for price in prices),
            f"{subject}: a price of {min(prices)} to {max(prices)} is out of range",
        )
        _validate_soft(subject, job)
        _require(all(count >= 0 for counts in job.staff.values() for count in counts), f"{subject}: a negative number of staff")
        _require(bool(job.paces) and all(pace > 0 for pace in job.paces), f"{subject}: paces {job.paces} are not above zero")
        _require(min(job.parts.values(), default=0) >= 0, f"{subject}: needs {min(job.parts.values(), default=0)} parts")
        if job.pin and job.pin.shift is not None:
            _require(0 <= job.pin.shift < len(self.shifts), f"{subject}: pinned to unknown shift {job.pin.shift}")
        if job.pin and job.pin.rank is not None:
            _require(job.pin.shift is not None, f"{subject}: pinned to rank {job.pin.rank} without a shift")
            _require(job.pin.rank >= 0, f"{subject}: pinned to rank {job.pin.rank}")

    def _validate_shift(self, subject: str, shift: Shift) -> None:
        members = (shift.technician, *shift.crew)
        for row in members:
            _require(0 <= row < len(self.technicians), f"{subject}: unknown technician {row}")
        _require(len(set(members)) == len(members), f"{subject}: a technician is twice in a crew")
        _require(0 <= shift.mode < self.travel.modes, f"{subject}: unknown way of moving {shift.mode}")
        places = [
            shift.start_place,
            shift.end_place,
            *(b.place for b in shift.breaks),
            *([shift.stock.place] if shift.stock else []),
        ]
        for place in places:
            self._validate_place(subject, place)
        _require(shift.start <= shift.end <= shift.latest, f"{subject}: ends at {shift.end}, starts at {shift.start}")
        _require(0 <= shift.max_leg < UNREACHABLE, f"{subject}: a drive of {shift.max_leg} s is none")
        for pause in shift.breaks:
            _require(pause.open <= pause.close, f"{subject}: a break closes at {pause.close}, before it opens at {pause.open}")
            _require(pause.duration >= 0, f"{subject}: a break of {pause.duration} s")
        _require(all(a.after < b.after for a, b in pairwise(shift.overtime)), f"{subject}: overtime tiers out of order")
        prices = [shift.price_use, shift.price_second, shift.price_metre, shift.price_job, *(tier.rate for tier in shift.overtime)]
        _require(min(prices) >= 0, f"{subject}: a price of {min(prices)}")
        limits = [limit for limit in (shift.max_jobs, shift.max_travel, shift.max_duration) if limit is not None]
        _require(min(limits, default=0) >= 0, f"{subject}: a limit of {min(limits, default=0)}")
        amounts = [*shift.parts.values(), *(_supply(shift.stock) if shift.stock else ())]
        _require(min(amounts, default=0) >= 0, f"{subject}: {min(amounts, default=0)} parts, seconds or stops of stock")

    def _validate_place(self, subject: str, place: int | None) -> None:
        _require(place is None or 0 <= place < self.travel.places, f"{subject}: unknown place {place}")


def _validate_soft(subject: str, job: Job) -> None:
    for window in (*([job.promise] if job.promise else ()), *job.preferred_windows):
        what = "a preferred window" if isinstance(window, Preference) else "the promise"
        _require(window.open <= window.close, f"{subject}: {what} closes at {window.close}, before it opens at {window.open}")
    prices = [job.slack, job.slack_rate]
    prices += [price for window in job.preferred_windows for price in (window.early, window.late)]
    prices += [job.promise.fixed, job.promise.rate] if job.promise else []
    prices += [job.current.other, job.current.tolerance, job.current.rate, job.current.dropped] if job.current else []
    outside = [price for price in prices if not 0 <= price <= MANDATORY_PRICE]
    _require(not outside, f"{subject}: a price, slack or tolerance of {outside} is out of range")


def _supply(stock: Stock) -> tuple[int, ...]:
    return stock.duration, stock.visits, *(stock.refill or {}).values()


def _distinct(subject: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        _require(name not in seen, f"{subject} {name}: the id is not unique")
        seen.add(name)
