"""From a day to a problem."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from functools import cached_property
from zoneinfo import ZoneInfo

import solver
from dispatch import travel
from dispatch.day.holding import held
from dispatch.day.jobs import job_of, jobs_of
from dispatch.day.past import Held, fitted
from dispatch.day.pins import drives_pinned_too_short, pins_that_break_rules, times_pinned_twice
from dispatch.day.places import Atlas
from dispatch.day.relaxing import relaxed, relaxed_but_pinned
from dispatch.day.setting import Setting, setting_of
from dispatch.day.shifts import Roster, roster_of, technician_of
from dispatch.day.standing import Standing, standing_of, visits_that_cannot_stay
from dispatch.day.together import coupled, rows_beside
from dispatch.day.units import after, since
from dispatch.day.ways import travel_of
from dispatch.day.wishes import promises_that_are_past
from dispatch.errors import Code, Finding, InputError, pointer
from dispatch.wire.clock import instant_of
from dispatch.wire.defaults import FACTORS
from dispatch.wire.model import Day
from dispatch.wire.work import Job, Pin

_MOST = 10**18
"""Micro-units: the most that all prices of a problem may come to, so that 64 bits hold every sum."""

_ABOUT_PINS = frozenset({Code.PIN_VIOLATES, Code.PIN_CONFLICT})


@dataclass(frozen=True)
class Planning:
    """A day and the problem it is.

    Attributes
    ----------
    day : what was asked for
    problem : what the solver is asked
    setting : when the day begins, its zone, its places, its prices
    numbers : of each shift of the problem, the row of its technician and its index among the technician's shifts in the day file
    warnings : what was taken in and is worth a look
    standing : the plan in force, as far as it can stay; None if no job is in one
    """

    day: Day
    problem: solver.Problem
    setting: Setting
    numbers: tuple[tuple[int, int], ...]
    warnings: tuple[Finding, ...]
    standing: Standing | None = None

    @property
    def origin(self) -> datetime:
        """The instant the problem's seconds are counted from."""
        return self.setting.origin

    @property
    def places(self) -> Atlas:
        """The places of the day, with their rows in the travel matrices."""
        return self.setting.atlas

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.day.timezone)

    @cached_property
    def shift_rows(self) -> Mapping[tuple[str, int], int]:
        """The row of each planned shift, by its technician's id and its index in the day file."""
        return {(self.day.technicians[owner].id, number): row for row, (owner, number) in enumerate(self.numbers)}

    @cached_property
    def job_rows(self) -> Mapping[str, int]:
        """The row of each job, by its id."""
        return {job.id: row for row, job in enumerate(self.day.jobs)}

    def shown(self, seconds: int) -> datetime:
        """A time of the problem, in the zone of the day.

        It has the offset of its own, as if read from a text: two times of one zone would compare and subtract by the clock on the
        wall, which is wrong where clocks are set back.
        """
        local = after(self.origin, seconds).astimezone(self.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))

    def seconds(self, instant: datetime) -> int:
        """An instant as a time of the problem."""
        return since(self.origin, instant)


def problem_of(day: Day, provider: travel.Provider) -> Planning:
    """The problem that a day is, with the travel times of a provider, unless the day brings its own.

    Raises
    ------
    InputError : two jobs are pinned to a technician at one time, or the prices are too large to be added up
    TravelError : the provider has no answer
    """
    asked, setting = day, setting_of(day)
    day = relaxed(asked)
    roster = roster_of(day.technicians, setting)
    roads, remarks = travel_of(day, setting, provider)
    technicians = tuple(technician_of(technician, setting) for technician in day.technicians)
    jobs = jobs_of(day, setting, roster)
    snap, snap_from = _snapped(setting)
    problem = solver.Problem(
        jobs, technicians, roster.shifts, roads, solver.Departure(day.policy.departure), snap=snap, snap_from=snap_from
    )
    refused = [*times_pinned_twice(day, problem), *_uncountable(problem)]
    if refused:
        raise InputError(refused)
    problem = coupled(day, fitted(problem, _facts(day, setting, roster.numbers)), setting)
    pins = (*pins_that_break_rules(day, problem), *drives_pinned_too_short(day, problem))
    standing = standing_of(day, problem, setting, roster.numbers)
    steady = (*promises_that_are_past(day), *visits_that_cannot_stay(day, standing))
    warnings = (*_default_prices(day), *roster.warnings, *remarks, *pins, *steady)
    return Planning(asked, held(day, problem, setting, standing), setting, roster.numbers, warnings, standing)


def repinned(planning: Planning, pins: Mapping[str, Pin | None]) -> Planning:
    """The planning with the pins of some jobs changed; None takes a pin away. The same as `problem_of` of the changed day.

    The pins name their shifts, and hold also where the policy switches pins off; what has happened is not pinned.

    Raises
    ------
    InputError : two jobs are pinned to a technician at one time
    """
    day = with_pins(planning.day, pins)
    rows = frozenset(rows_beside(day, (planning.job_rows[job] for job in pins)))
    roster = Roster(planning.problem.shifts, planning.numbers, ())
    jobs = list(planning.problem.jobs)
    for row in rows:
        job = job_of(day, relaxed_but_pinned(day.jobs[row], day.policy.rules_off), planning.setting, roster)
        jobs[row] = replace(job, current=jobs[row].current)
    problem = coupled(day, replace(planning.problem, jobs=tuple(jobs), bundles=()), planning.setting)
    refused = tuple(times_pinned_twice(day, problem))
    if refused:
        raise InputError(refused)
    warnings = _repinned_warnings(planning, day, problem, rows)
    return replace(planning, day=day, problem=problem, warnings=warnings)


def _repinned_warnings(planning: Planning, day: Day, problem: solver.Problem, rows: Collection[int]) -> tuple[Finding, ...]:
    """The warnings of a planning, those about the pins of some rows anew."""
    others = [warning for warning in planning.warnings if warning.code not in _ABOUT_PINS]
    places = {pointer("jobs", row, "pin") for row in rows}
    kept = [each for each in planning.warnings if each.code == Code.PIN_VIOLATES and each.pointer not in places]
    broken = sorted((*kept, *pins_that_break_rules(day, problem, rows)), key=_row_of)
    return (*others, *broken, *drives_pinned_too_short(day, problem))


def _row_of(finding: Finding) -> int:
    """The row of the job a finding is about: its pointer is `/jobs/<row>/…`."""
    return int(finding.pointer.split("/")[2])


def _snapped(setting: Setting) -> tuple[int, int]:
    """The seconds from one instant at which jobs may start to the next, and one of them: local midnight."""
    midnight = datetime.combine(setting.horizon.start.astimezone(setting.zone).date(), time())
    return max(1, 60 * setting.policy.starts_every_min), setting.at(instant_of(midnight, setting.zone))


def _facts(day: Day, setting: Setting, numbers: tuple[tuple[int, int], ...]) -> Mapping[int, tuple[Held, ...]]:
    """The facts of each planned shift that has some, by its row."""
    names = {row: (day.technicians[owner].id, number) for row, (owner, number) in enumerate(numbers)}
    return {row: setting.past.shifts[name] for row, name in names.items() if name in setting.past.shifts}


def with_pins(day: Day, pins: Mapping[str, Pin | None]) -> Day:
    """The day with the pins of some jobs changed; None takes a pin away."""
    return day.model_copy(update={"jobs": tuple(_with_pin(job, pins) for job in day.jobs)})


def _with_pin(job: Job, pins: Mapping[str, Pin | None]) -> Job:
    """The job, its pin changed: the field is left out again where there is none."""
    if job.id not in pins:
        return job
    given = {name: getattr(job, name) for name in job.model_fields_set - {"pin"}}
    if pins[job.id] is not None:
        given["pin"] = pins[job.id]
    return Job.model_construct(**given)


def _default_prices(day: Day) -> tuple[Finding, ...]:
    if day.currency in FACTORS:
        return ()
    message = "has no default prices of its own: what the policy does not say counts as in euros"
    return (Finding("/currency", Code.DEFAULT_PRICES, message, day.currency),)


def _uncountable(problem: solver.Problem) -> tuple[Finding, ...]:
    """Refused: prices, times and distances whose sum could be too large for 64 bits."""
    last = max((shift.latest for shift in problem.shifts), default=0)
    total = sum(_most_of_job(job, last) for job in problem.jobs) + _most_of_shifts(problem)
    total += sum(len(group.rows) * (group.price or 0) for group in problem.groups)
    if total <= _MOST:
        return ()
    return (Finding("/policy", Code.LIMIT_EXCEEDED, "prices, times and distances of the day are too large to be added up", total),)


def _most_of_job(job: solver.Job, last: int) -> int:
    once = job.late_fixed + (job.unserved or 0) + sum(job.wishes.values()) + job.preference * len(job.preferred)
    late = job.late_rate * max(0, last - job.due) + job.urgency * max(0, last - job.release) + job.slack * job.slack_rate
    once += max((window.early + window.late for window in job.preferred_windows), default=0) * last
    if job.promise:
        once += job.promise.fixed + job.promise.rate * (last + abs(job.promise.open))
    return once + late + job.overqualified * 100 * len(job.skills)


def _farthest(travel: solver.Travel) -> int:
    """Metres that no drive is longer than."""
    if travel.traffic is not None:
        return max(int(mode.distances[mode.durations[0] < solver.UNREACHABLE].max(initial=0)) for mode in travel.traffic.modes)
    if travel.ledger is None:
        return int(travel.distances[travel.durations < solver.UNREACHABLE].max(initial=0))
    from_first = travel.rectangle([0], range(travel.places))[1]
    return 2 * int(from_first.max()) + 2  # an estimate by the great circle: no detour by the first place is shorter


def _most_of_shifts(problem: solver.Problem) -> int:
    """Of all shifts together: a job is driven to and served once, by whichever of them."""
    farthest, jobs = _farthest(problem.travel), len(problem.jobs)
    total = jobs * max((shift.price_metre * farthest + shift.price_job for shift in problem.shifts), default=0)
    for shift in problem.shifts:
        drives = len(shift.breaks) + (shift.stock.visits if shift.stock else 0) + 1
        rate = shift.price_second + sum(tier.rate for tier in shift.overtime)
        total += shift.price_use + rate * (shift.latest - shift.start) + shift.price_metre * farthest * drives
    return total
